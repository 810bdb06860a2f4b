//! The most events of a replication. A world can be valid and never end: workers that fail every nanosecond, retries at once, a metric
//! that is read every nanosecond.
//!
//! The event loop only counts how many events there were, many at once. When they are too many, some more are looked at before they
//! happen, and what most of them are for is what took them.

use std::collections::BTreeMap;

use super::arrivals::Due;
use super::fates::Due as JobDue;
use super::replication::Replication;
use super::staff::StaffTimer;
use super::timers::Timer;
use super::{Halt, Observer, Reason};
use crate::model::{ClassId, DispatcherId, Model, PoolId};
use crate::units::{SimTime, written_path};

/// Events between two looks at their number.
pub(super) const CHUNK: u32 = 1 << 14;
/// Events that are looked at one by one to find what takes them.
const LOOKED_AT: u32 = 1 << 12;

/// How many events there were.
#[derive(Clone, Debug, Default)]
pub(super) struct Budget {
    events: u64,
    /// The run is over, and what is left of its jobs is followed for as long again.
    is_following: bool,
    /// Of the recursion, in which no job came, and not entered yet.
    pub(super) without_job: u64,
}

impl Budget {
    /// Notes so many more events, at the end of a run.
    pub(super) fn note(&mut self, events: u64) {
        self.events += events;
    }

    /// From now on jobs are followed.
    pub(super) fn follows(&mut self) {
        self.is_following = true;
    }
}

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// How many events there may be before the next look at their number: no more than until a stated limit is exceeded.
    pub(super) fn chunk(&self) -> u32 {
        let left = |limit: u64| limit.saturating_sub(self.budget.events).saturating_add(1).min(u64::from(CHUNK)) as u32;
        self.watch.model.event_limit().map_or(CHUNK, left)
    }

    /// Notes that so many more events have happened; stops where they are too many, or where nobody waits for the result any more.
    #[cold]
    pub(super) fn spend(&mut self, events: u64) -> Result<(), Halt> {
        if self.observer.is_stopped() {
            return Err(self.halt(Reason::Stopped));
        }
        self.budget.events += events;
        // Without fates, no job is lost and each is started once.
        let jobs = if SPECIAL { self.created } else { self.starts + self.backlog };
        let limit = self.watch.model.most_events(jobs, self.budget.is_following);
        if self.budget.events <= limit { Ok(()) } else { Err(self.flood(limit)) }
    }

    /// Goes on for a while to see what takes the events.
    fn flood(&mut self, limit: u64) -> Halt {
        let mut causes: BTreeMap<String, u32> = BTreeMap::new();
        for _ in 0..LOOKED_AT {
            *causes.entry(self.cause()).or_default() += 1;
            if !self.serve_one().unwrap_or(false) {
                break;
            }
        }
        let most = causes.into_iter().max_by_key(|(_, events)| *events);
        self.halt(Reason::Events { cause: most.map(|(cause, _)| cause).unwrap_or_default(), limit })
    }

    /// What the next event is for, as a path of the scenario.
    fn cause(&self) -> String {
        let (timer, arrival) = (self.timers.first_time(), self.arrivals.first());
        let (completion, pool) = self.next_completion;
        if timer <= arrival && timer <= completion.time() {
            return self.timers.first().map_or_else(String::new, |(_, timer)| self.cause_of_timer(timer));
        }
        if completion.time() <= arrival {
            let running = self.pools[pool.index()].finishing();
            let key = if running.attempt.is_some() { "retry" } else { "service_time" };
            return self.of_class(running.class, key);
        }
        let id = self.arrivals.class();
        match self.classes[id.index()].source.due() {
            Due::Recorded(recorded) => self.of_class(recorded.class, "arrivals"),
            Due::Job | Due::Tick | Due::Nothing => self.of_class(id, "arrivals"),
        }
    }

    fn of_class(&self, id: ClassId, key: &str) -> String {
        written_path(["jobs", &self.watch.model.classes()[id.index()].name, key])
    }

    fn cause_of_timer(&self, timer: Timer) -> String {
        let model = self.watch.model;
        let of_dispatcher =
            |id: DispatcherId, key: &str| written_path(["dispatchers", &model.dispatchers()[id.index()].name, key]);
        match timer {
            Timer::Sample => "run.curve_step".to_owned(),
            Timer::WarmedUp | Timer::End => "run.horizon".to_owned(),
            Timer::InitialBacklog => "jobs".to_owned(),
            Timer::Check(id) => written_path(["alerts", &model.alerts()[id.index()].name, "every"]),
            Timer::Change => "events".to_owned(),
            Timer::OutageStarts(id, _) | Timer::OutageEnds(id, _) => of_dispatcher(id, "outages"),
            Timer::RestartStarts(id) | Timer::RestartEnds(id, _) => of_dispatcher(id, "restart"),
            Timer::Fails(id) | Timer::Repaired(id) | Timer::Mended(id) => of_dispatcher(id, "failures"),
            Timer::Undo(id, _) | Timer::Respond(id) => written_path(["responses", &model.responses()[id.index()].name]),
            Timer::Wake(id) if model.dispatchers()[id.index()].rate.is_some() => of_dispatcher(id, "rate"),
            Timer::Wake(id) => of_dispatcher(id, "interval"),
            Timer::Release(id, _) => of_dispatcher(id, "on_return"),
            Timer::LetIn(_) => "providers".to_owned(),
            Timer::Due => self.cause_of_due(),
            Timer::Early(timer, id) | Timer::Staff(timer, id) => of_staff(model, timer, id),
        }
    }

    fn cause_of_due(&self) -> String {
        let Some((class, due, is_retry)) = self.fates.as_ref().and_then(|fates| fates.next_due()) else {
            return "jobs".to_owned();
        };
        match due {
            JobDue::Retry if is_retry => self.of_class(class, "retry"),
            JobDue::Retry => "limits".to_owned(),
            JobDue::Visible => self.of_class(class, "visibility_timeout"),
            JobDue::Abandon => self.of_class(class, "patience"),
            JobDue::Expire => self.of_class(class, "expire"),
        }
    }

    #[inline(never)]
    fn serve_one(&mut self) -> Result<bool, Halt> {
        self.serve_next()
    }

    /// When something happens next.
    pub(super) fn next_time(&self) -> SimTime {
        self.timers.first_time().min(self.arrivals.first()).min(self.next_completion.0.time())
    }
}

fn of_staff(model: &Model, timer: StaffTimer, id: PoolId) -> String {
    let key = match timer {
        StaffTimer::OutageStarts | StaffTimer::OutageEnds => "outages",
        StaffTimer::PoolFails | StaffTimer::PoolRepaired => "pool_failures",
        StaffTimer::WorkerFails(_) | StaffTimer::WorkerRepaired(_) => "failures",
        StaffTimer::RestartBegins | StaffTimer::RestartGoesOn | StaffTimer::Restarted | StaffTimer::KillLeaving => {
            "restart"
        }
        StaffTimer::Calendar => "calendar",
        StaffTimer::Kill => "scale_in",
        StaffTimer::Booted(_)
        | StaffTimer::WindowOpens(_)
        | StaffTimer::Measure(_)
        | StaffTimer::Activate
        | StaffTimer::Decide => "autoscale",
        StaffTimer::Poll => "poll",
    };
    written_path(["pools", &model.pools()[id.index()].name, key])
}
