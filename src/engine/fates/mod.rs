//! What else can become of a job than being finished. Only a model in which something can has this state, and only the jobs
//! of classes that need it are *tracked*: a record beside the job, found by its sequence while it waits and by the number of its
//! attempt while it runs. The queues know nothing of it.
//!
//! * The outcome of an attempt is known when it starts, so that the heap of completions needs no removal; where it needs a provider,
//!   when that lets it in.
//! * A job has at most one waiting copy; with a visibility timeout it can have several running ones beside it.
//! * Leaving is exact: patience and expiry are due at their instant, and a job that leaves is taken out of its place.

mod agenda;
mod attempts;
mod backoff;
mod calls;
mod copies;
mod entry;
mod follow_up;
mod leaving;
mod lines;
mod provider;

use std::collections::HashMap;

use rand::RngExt;

use super::choice::Tenants;
use super::job::{Job, Sequence};
use super::observer::{CopyPlace, Sequel};
use super::slab::Slab;
use crate::model::{
    ClassId, Dispatcher, DispatcherId, Fate, JobClass, Join, Limit, Model, Over, PoolId, QueueId, Room,
};
use crate::random::{Luck, ReplicationSeed, Stream};
use crate::units::{SimDuration, SimTime, written_key};

pub(in crate::engine) use agenda::Due;
use agenda::{Agenda, Entry};
pub(super) use attempts::{Attempt, Number};
use lines::Line;
use provider::Provider;

/// The state of all fates in a replication.
pub(super) struct Fates<'m> {
    classes: Vec<ClassFate<'m>>,
    /// By queue.
    capacities: Vec<Option<Room>>,
    jobs: Slab<Tracked>,
    /// The jobs that wait, by their sequence.
    waiting: HashMap<u32, u32>,
    attempts: Slab<Attempt>,
    groups: Slab<Group>,
    agenda: Agenda,
    /// The providers of the model, and behind them those that stand for limits whose jobs hold their slots.
    providers: Vec<Provider<'m>>,
    tenants: Tenants,
    created: u64,
}

/// The fate of a class with its streams.
struct ClassFate<'m> {
    fate: &'m Fate,
    tracked: bool,
    /// Its jobs can be there more than once.
    multiplies: bool,
    /// What its attempts wait for with a worker in hand, one after the other.
    lines: Vec<Line>,
    luck: Option<Stream>,
    patience: Stream,
    balk: Stream,
}

/// A job beside which there is something to remember.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tracked {
    /// As it waits or would wait.
    job: Job,
    serial: u64,
    luck: Luck,
    place: Waiting,
    /// When its user gives up.
    patience: SimTime,
    /// What would make it leave, while it waits.
    leaves: Option<(SimTime, Due)>,
    /// Attempts begun so far.
    attempts: u32,
    /// Those of them that were interrupted: the attempts that follow are made in their place.
    interrupted: u32,
    /// Copies of it on workers.
    running: u32,
    /// The pool of the attempt begun last.
    pool: PoolId,
    /// Finished or dead; a copy may still run. So is from the start a copy of a job that was moved twice.
    ended: bool,
    /// When it, or a copy of it, becomes ready again.
    ready_again: Option<(SimTime, Due)>,
    /// The jobs created together with it that are joined.
    group: Option<u32>,
}

impl Tracked {
    /// Whether what waits of it is a copy: the job itself runs or has ended.
    fn has_copy(&self) -> bool {
        self.running > 0 || self.ended
    }

    /// What follows when its last running copy ends and it is not finished, but waits once more.
    fn waits_on(&self) -> Sequel {
        Sequel::Waits(match self.place {
            Waiting::Held(..) => CopyPlace::Fetched,
            Waiting::Delayed(..) | Waiting::Retrying => CopyPlace::Delayed,
            Waiting::Nowhere | Waiting::Staged(_) | Waiting::Ready(..) => CopyPlace::Ready,
        })
    }
}

/// Where the waiting copy of a job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Waiting {
    Nowhere,
    Staged(DispatcherId),
    Ready(QueueId, SimTime),
    /// Over a limit and out of its queue for a while, with the time at which it was ready.
    Delayed(QueueId, SimTime),
    /// Taken in advance from a queue by a worker of a pool.
    Held(PoolId, QueueId, SimTime),
    Retrying,
}

/// Jobs that were created together and are joined when they are over.
#[derive(Clone, Copy, Debug)]
struct Group {
    left: u32,
    join: Join,
    lost: bool,
}

/// What is drawn when a job is created.
struct Drawn {
    luck: Luck,
    patience: Option<SimDuration>,
    balks: bool,
}

impl<'m> Fates<'m> {
    /// Whether something else than its completion can become of some job of a model.
    pub(super) fn are_needed(model: &Model) -> bool {
        let plain = model.classes().iter().all(|class| class.fate.is_plain());
        let twice = model.dispatchers().iter().any(Dispatcher::can_release_twice);
        let delays = model.limits().iter().any(|limit| limit.over != Over::Aside);
        !plain || twice || delays || model.queues().iter().any(|queue| queue.capacity.is_some())
    }

    /// `None` when every job of the model is finished by its first attempt and every queue has room.
    pub(super) fn new(model: &'m Model, seed: ReplicationSeed) -> Option<Box<Self>> {
        let joined: Vec<ClassId> = joined_parts(model);
        let twice = |class: &JobClass| {
            class.via.is_some_and(|dispatcher| model.dispatchers()[dispatcher.index()].can_release_twice())
        };
        let tenants = Tenants::new(model);
        let class = |(place, class): (u16, &'m JobClass)| {
            let delays = |limit: &Limit| limit.over != Over::Aside && limit.covers(ClassId(place), class);
            let (fate, stream) =
                (&class.fate, |purpose| seed.stream(&format!("jobs.{}.{purpose}", written_key(&class.name))));
            let lucky = fate.can_fail() || !fate.then.is_empty();
            ClassFate {
                tracked: !fate.is_plain()
                    || joined.contains(&ClassId(place))
                    || twice(class)
                    || model.limits().iter().any(delays),
                multiplies: fate.visibility_timeout.is_some() || twice(class),
                lines: lines::of_class(model, (ClassId(place), class), &tenants),
                luck: lucky.then(|| stream("luck")),
                patience: stream("patience"),
                balk: stream("balk"),
                fate,
            }
        };
        let classes = (0..).zip(model.classes()).map(class).collect();
        Self::are_needed(model).then(|| {
            Box::new(Self {
                classes,
                capacities: model.queues().iter().map(|queue| queue.capacity).collect(),
                jobs: Slab::default(),
                waiting: HashMap::new(),
                attempts: Slab::default(),
                groups: Slab::default(),
                agenda: Agenda::default(),
                providers: lines::providers(model, &tenants),
                tenants,
                created: 0,
            })
        })
    }

    /// Whether jobs of a class have a record.
    pub(super) fn tracks(&self, class: ClassId) -> bool {
        self.classes[class.index()].tracked
    }

    /// Jobs that wait for the due time of a retry, of a class.
    pub(super) fn retrying(&self, class: ClassId) -> u64 {
        let of_class = |job: &&Tracked| job.place == Waiting::Retrying && job.job.class == class;
        self.jobs.iter().filter(of_class).count() as u64
    }

    fn fate_of(&self, id: u32) -> &'m Fate {
        self.classes[self.jobs.get(id).job.class.index()].fate
    }

    fn draw(&mut self, class: ClassId) -> Drawn {
        let ClassFate { fate, luck, patience, balk, .. } = &mut self.classes[class.index()];
        let balks = fate.balk.is_some_and(|spec| balk.random::<f64>() < spec.probability.as_f64());
        Drawn {
            luck: luck.as_mut().map_or(Luck::default(), |stream| Luck(stream.random())),
            patience: fate.patience.as_ref().map(|law| SimDuration::from_secs_f64(law.sample(patience))),
            balks,
        }
    }

    /// A job is not created that would have been: what it would have drawn is passed over.
    pub(super) fn skip(&mut self, class: ClassId) {
        self.draw(class);
    }

    /// The number of the record of a job that waits; `None`: it has none.
    pub(super) fn find(&self, job: &Job) -> Option<u32> {
        if !self.tracks(job.class) {
            return None;
        }
        self.waiting.get(&job.sequence.0).copied()
    }

    /// A job waits in a place, under a new sequence if it enters a queue.
    fn note_place(&mut self, job: &Job, place: Waiting, (sequence, now): (Sequence, SimTime)) {
        let Some(id) = self.find(job) else { return };
        self.waiting.remove(&job.sequence.0);
        self.waiting.insert(sequence.0, id);
        let tracked = self.jobs.get_mut(id);
        tracked.job.sequence = sequence;
        tracked.place = place;
        self.expect_leaving(id, now);
    }

    /// A job entered the staging place of a dispatcher.
    pub(super) fn note_staged(&mut self, job: &Job, dispatcher: DispatcherId) {
        self.note_place(job, Waiting::Staged(dispatcher), (job.sequence, job.created));
    }

    /// A job entered a queue and has a new sequence.
    pub(super) fn note_ready(&mut self, job: &Job, renewed: (Sequence, SimTime), (queue, ready): (QueueId, SimTime)) {
        self.note_place(job, Waiting::Ready(queue, ready), renewed);
    }

    /// A job that waits does so in another place from now on.
    pub(super) fn move_to(&mut self, job: &Job, place: Waiting) {
        if let Some(id) = self.find(job) {
            self.jobs.get_mut(id).place = place;
        }
    }

    /// When the engine must look at what is due, unless it is going to anyway.
    pub(super) fn plan(&mut self) -> Option<SimTime> {
        self.agenda.plan()
    }

    /// The class of the job for which something is due first, what that is, and whether it is a retry rather than the delay of a limit.
    pub(super) fn next_due(&self) -> Option<(ClassId, Due, bool)> {
        let Entry { due, job, .. } = self.agenda.first()?;
        let tracked = self.jobs.get(job);
        Some((tracked.job.class, due, !matches!(tracked.place, Waiting::Delayed(..))))
    }

    fn entry(&self, id: u32, (time, due): (SimTime, Due)) -> Entry {
        Entry { time, due, serial: self.jobs.get(id).serial, job: id }
    }

    /// A job that has come to wait leaves when its user's patience ends or when it is too old, whichever is first. A user whose
    /// job was started once stays; a copy beside a running one, or of a job that was moved twice, does not leave. A job that is too old already leaves at once.
    fn expect_leaving(&mut self, id: u32, now: SimTime) {
        let tracked = self.jobs.get(id);
        if tracked.leaves.is_some() || tracked.running > 0 || tracked.ended {
            return;
        }
        let patience = if tracked.attempts == 0 { tracked.patience } else { SimTime::NEVER };
        let expire = self.classes[tracked.job.class.index()].fate.expire;
        let expiry = expire.map_or(SimTime::NEVER, |age| tracked.job.created.after(age));
        let leaves = (patience, Due::Abandon).min((expiry, Due::Expire));
        if leaves.0 < SimTime::NEVER {
            let leaves = (leaves.0.max(now), leaves.1);
            self.agenda.add(self.entry(id, leaves));
            self.jobs.get_mut(id).leaves = Some(leaves);
        }
    }

    /// A job no longer waits.
    fn stop_waiting(&mut self, id: u32) {
        let tracked = self.jobs.get_mut(id);
        let (leaves, sequence) = (tracked.leaves.take(), tracked.job.sequence);
        tracked.place = Waiting::Nowhere;
        if self.waiting.get(&sequence.0) == Some(&id) {
            self.waiting.remove(&sequence.0);
        }
        if let Some(leaves) = leaves {
            self.agenda.remove(&self.entry(id, leaves));
        }
    }

    /// A job, or a copy of it, becomes ready again at this time, and not when it was expected before: that can be left of a copy
    /// that was taken from its worker.
    fn expect_again(&mut self, id: u32, again: (SimTime, Due)) {
        self.forget_again(id);
        self.agenda.add(self.entry(id, again));
        self.jobs.get_mut(id).ready_again = Some(again);
    }

    fn forget_again(&mut self, id: u32) {
        if let Some(again) = self.jobs.get_mut(id).ready_again.take() {
            self.agenda.remove(&self.entry(id, again));
        }
    }
}

/// The classes whose jobs are joined.
fn joined_parts(model: &Model) -> Vec<ClassId> {
    let joining = model.classes().iter().filter(|class| class.fate.join.is_some());
    joining.flat_map(|class| class.fate.then.iter().map(|follow_up| follow_up.class)).collect()
}
