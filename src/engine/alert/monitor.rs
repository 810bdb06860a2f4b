//! A monitor: checks the condition of an alert, and knows since when it has held and whether the alert fires.

use std::collections::VecDeque;

use crate::engine::alert::counters::AlertCounters;
use crate::engine::dispatcher::Dispatcher;
use crate::engine::pool::Pool;
use crate::engine::queue::Queue;
use crate::model::{Alert, Clause, Comparison, Metric, Model, PoolId};
use crate::units::{SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(crate) struct Monitor<'m> {
    pub(crate) spec: &'m Alert,
    /// The windows of each clause, in the order of the condition: none, one, or a long and a short one.
    windows: Vec<Vec<[Window; 2]>>,
    held_since: Option<SimTime>,
    clear_since: Option<SimTime>,
    pub(crate) firing: bool,
}

/// What changes at a check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Edge {
    None,
    Fires,
    Resolves,
}

/// What a monitor can see.
pub(crate) struct AlertView<'a, 'm> {
    pub(crate) now: SimTime,
    pub(crate) model: &'m Model,
    pub(crate) queues: &'a [Queue],
    pub(crate) pools: &'a [Pool],
    pub(crate) dispatchers: &'a [Dispatcher<'m>],
    pub(crate) counters: Option<&'a AlertCounters>,
}

impl<'m> Monitor<'m> {
    pub(crate) fn new(spec: &'m Alert) -> Self {
        let windows = |clauses: &Vec<Clause>| clauses.iter().map(|clause| windows_of(&clause.metric)).collect();
        let windows = spec.condition.0.iter().map(windows).collect();
        Self { spec, windows, held_since: None, clear_since: None, firing: false }
    }

    pub(crate) fn check(&mut self, view: &AlertView<'_, '_>) -> Edge {
        let holds = self.holds(view);
        let since = if holds { &mut self.held_since } else { &mut self.clear_since };
        let lasts = view.now.since(*since.get_or_insert(view.now));
        *(if holds { &mut self.clear_since } else { &mut self.held_since }) = None;
        match (self.firing, holds) {
            (false, true) if lasts >= self.spec.hold => {
                self.firing = true;
                Edge::Fires
            }
            (true, false) if lasts >= self.spec.resolve_after => {
                self.firing = false;
                Edge::Resolves
            }
            _ => Edge::None,
        }
    }

    /// Every clause is read at every check, as its windows go on.
    fn holds(&mut self, view: &AlertView<'_, '_>) -> bool {
        let mut any = false;
        for (clauses, windows) in self.spec.condition.0.iter().zip(&mut self.windows) {
            let mut all = true;
            for (clause, windows) in clauses.iter().zip(windows) {
                all &= view.read(&clause.metric, windows).is_some_and(|value| compares(value, clause));
            }
            any |= all;
        }
        any
    }
}

fn compares(value: f64, clause: &Clause) -> bool {
    match clause.comparison {
        Comparison::Less => value < clause.bound,
        Comparison::AtMost => value <= clause.bound,
        Comparison::Greater => value > clause.bound,
        Comparison::AtLeast => value >= clause.bound,
    }
}

fn windows_of(metric: &Metric) -> [Window; 2] {
    let (long, short) = match metric {
        Metric::Arrivals(_, window) | Metric::Completions(_, window) | Metric::Late(_, _, window) => (*window, *window),
        Metric::Burn(burn) => (burn.long, burn.short),
        _ => (SimDuration::ZERO, SimDuration::ZERO),
    };
    [Window::new(long), Window::new(short)]
}

impl AlertView<'_, '_> {
    /// The value of a metric; `None` when there is nothing to measure.
    fn read(&self, metric: &Metric, [long, short]: &mut [Window; 2]) -> Option<f64> {
        let age = |since: Option<SimTime>| since.map_or(0.0, |since| self.now.since(since).as_secs_f64());
        match metric {
            Metric::Depth(id) => Some(self.queues[id.index()].len() as f64),
            Metric::Age(id) => Some(age(self.queues[id.index()].oldest_ready())),
            Metric::StagedDepth(id) => Some(self.dispatchers[id.index()].depth() as f64),
            Metric::StagedAge(id) => Some(age(self.dispatchers[id.index()].oldest())),
            Metric::InFlight(id) => Some(f64::from(self.pools[id.index()].busy())),
            Metric::Utilisation(id) => self.utilisation(*id),
            Metric::Work(id) => self.work(*id),
            Metric::Arrivals(class, _) => {
                let created = self.counters?.of(*class).created;
                long.advance(self.now, [created, 0]).per_second()
            }
            Metric::Completions(class, _) => {
                let completed = self.counters?.of(*class).completed;
                long.advance(self.now, [completed, 0]).per_second()
            }
            Metric::Late(class, bound, _) => {
                let counters = self.counters?.of(*class);
                long.advance(self.now, [counters.late(*bound), counters.started]).share()
            }
            Metric::Burn(burn) => {
                let counters = self.counters?.of(burn.class);
                let counts = [counters.late(burn.bound), counters.started];
                let (long, short) = (long.advance(self.now, counts).share(), short.advance(self.now, counts).share());
                Some(long?.min(short?) / burn.budget)
            }
            Metric::Oldest(class) => Some(age(self.counters?.of(*class).oldest())),
            Metric::Heartbeat(id) => Some(age(self.dispatchers[id.index()].silent_since(self.now))),
        }
    }

    fn utilisation(&self, id: PoolId) -> Option<f64> {
        let pool = &self.pools[id.index()];
        (pool.available() > 0).then(|| f64::from(pool.busy()) / f64::from(pool.available()))
    }

    /// `None` without workers.
    fn work(&self, id: PoolId) -> Option<f64> {
        let classes = self.model.classes();
        let mut waiting = vec![0_u64; classes.len()];
        let queues = self.model.pools()[id.index()].take.queues();
        let ready = queues.iter().flat_map(|queue| self.queues[queue.index()].iter());
        ready.for_each(|ready| waiting[ready.job.class.index()] += 1);
        let seconds = classes.iter().zip(waiting).map(|(class, jobs)| class.service.mean() * jobs as f64).sum::<f64>();
        let workers = self.pools[id.index()].available();
        (workers > 0).then(|| seconds / f64::from(workers))
    }

    /// How long the oldest job in any queue or staging place has been there.
    pub(crate) fn oldest(&self) -> SimDuration {
        let ready = self.queues.iter().filter_map(Queue::oldest_ready);
        let staged = self.dispatchers.iter().filter_map(Dispatcher::oldest);
        ready.chain(staged).map(|since| self.now.since(since)).max().unwrap_or(SimDuration::ZERO)
    }
}

/// The last stretch of time, of this length once that much has passed.
#[derive(Clone, Debug)]
struct Window {
    length: SimDuration,
    /// Counts at earlier checks, the first of which is the newest that is not inside the window.
    history: VecDeque<(SimTime, [u64; 2])>,
}

/// What was counted in a window.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Counted {
    time: SimDuration,
    counts: [u64; 2],
}

impl Window {
    fn new(length: SimDuration) -> Self {
        Self { length, history: VecDeque::from([(SimTime::ZERO, [0, 0])]) }
    }

    /// Goes on to now, when these were counted since the start.
    fn advance(&mut self, now: SimTime, counts: [u64; 2]) -> Counted {
        self.history.push_back((now, counts));
        while self.history.get(1).is_some_and(|(time, _)| now.since(*time) >= self.length) {
            self.history.pop_front();
        }
        let (time, before) = self.history[0];
        Counted { time: now.since(time), counts: [counts[0] - before[0], counts[1] - before[1]] }
    }
}

impl Counted {
    fn per_second(self) -> Option<f64> {
        (!self.time.is_zero()).then(|| self.counts[0] as f64 / self.time.as_secs_f64())
    }

    fn share(self) -> Option<f64> {
        (self.counts[1] > 0).then(|| self.counts[0] as f64 / self.counts[1] as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_counts_what_happened_in_its_length() {
        let at = |seconds: u64| SimTime::from_nanos(seconds * 1_000_000_000);
        let mut window = Window::new(SimDuration::from_secs(60));
        let mut rate = |seconds, count| window.advance(at(seconds), [count, 0]).per_second();
        assert_eq!(rate(0, 0), None, "no time has passed");
        assert_eq!(rate(30, 30), Some(1.0), "half of the window has passed");
        assert_eq!(rate(60, 30), Some(0.5));
        assert_eq!(rate(90, 90), Some(1.0), "60 jobs in the 60 s since 30 s");
        assert_eq!(rate(120, 90), Some(1.0), "60 jobs in the 60 s since 60 s");
        assert_eq!(rate(150, 90), Some(0.0));
    }

    #[test]
    fn a_share_of_nothing_has_no_value() {
        let mut window = Window::new(SimDuration::from_secs(60));
        assert_eq!(window.advance(SimTime::ZERO, [0, 0]).share(), None);
        assert_eq!(window.advance(SimTime::from_nanos(1), [1, 4]).share(), Some(0.25));
    }
}
