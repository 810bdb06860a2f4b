//! What else can become of a job than being finished. Only a model in which something can has this state, and only the jobs
//! of classes that need it are *tracked*: a record beside the job, found by its sequence while it waits and by the number of its
//! attempt while it runs. The queues know nothing of it.
//!
//! * The outcome of an attempt is known when it starts, so that the heap of completions needs no removal; where it needs a provider,
//!   when that lets it in.
//! * A job has at most one waiting copy; with a visibility timeout it can have several running ones beside it.
//! * Leaving is exact: patience and expiry are due at their instant, and a job that leaves is taken out of its place.

use crate::engine::job::{Job, Sequence};
use crate::engine::lifecycle::agenda::{Agenda, Due, Entry};
use crate::engine::lifecycle::concurrency::{self, Line};
use crate::engine::lifecycle::provider::Provider;
use crate::engine::lifecycle::slab::Slab;
use crate::engine::lifecycle::tracked::{Attempt, Drawn, Group, Tracked, Waiting};
use crate::engine::queue::tenants::Tenants;
use crate::model::{
    ClassId, Dispatcher, DispatcherId, Fate, JobClass, Join, JoinWhen, Limit, Model, Over, PoolId, QueueId, Room,
};
use crate::random::{Luck, ReplicationSeed, Stream};
use crate::units::{SimDuration, SimTime, written_key};
use rand::RngExt;
use std::collections::HashMap;

/// The state of all tracked jobs in a replication.
pub(crate) struct JobRecords<'m> {
    pub(super) classes: Vec<TrackedClass<'m>>,
    /// By queue.
    capacities: Vec<Option<Room>>,
    pub(super) jobs: Slab<Tracked>,
    /// The jobs that wait, by their sequence.
    waiting: HashMap<u32, u32>,
    pub(super) attempts: Slab<Attempt>,
    groups: Slab<Group>,
    agenda: Agenda,
    /// The providers of the model, and behind them those that stand for limits whose jobs hold their slots.
    pub(super) providers: Vec<Provider<'m>>,
    pub(super) tenants: Tenants,
    created: u64,
}

/// The fate of a class with its streams.
pub(super) struct TrackedClass<'m> {
    pub(super) fate: &'m Fate,
    tracked: bool,
    /// Its jobs can be there more than once.
    multiplies: bool,
    /// What its attempts wait for with a worker in hand, one after the other.
    pub(super) lines: Vec<Line>,
    luck: Option<Stream>,
    patience: Stream,
    balk: Stream,
}

impl<'m> JobRecords<'m> {
    /// Whether something else than its completion can become of some job of a model.
    pub(crate) fn are_needed(model: &Model) -> bool {
        let plain = model.classes().iter().all(|class| class.fate.is_plain());
        let twice = model.dispatchers().iter().any(Dispatcher::can_release_twice);
        let delays = model.limits().iter().any(|limit| limit.over != Over::Aside);
        !plain || twice || delays || model.queues().iter().any(|queue| queue.capacity.is_some())
    }

    /// `None` when every job of the model is finished by its first attempt and every queue has room.
    pub(crate) fn new(model: &'m Model, seed: ReplicationSeed) -> Option<Box<Self>> {
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
            TrackedClass {
                tracked: !fate.is_plain()
                    || joined.contains(&ClassId(place))
                    || twice(class)
                    || model.limits().iter().any(delays),
                multiplies: fate.visibility_timeout.is_some() || twice(class),
                lines: concurrency::of_class(model, (ClassId(place), class), &tenants),
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
                providers: concurrency::providers(model, &tenants),
                tenants,
                created: 0,
            })
        })
    }

    #[inline]
    pub(crate) fn job(&self, id: u32) -> &Tracked {
        self.jobs.get(id)
    }

    #[inline]
    pub(crate) fn job_mut(&mut self, id: u32) -> &mut Tracked {
        self.jobs.get_mut(id)
    }

    /// The record of a number that may have been given back.
    #[inline]
    pub(crate) fn find_job(&self, id: u32) -> Option<&Tracked> {
        self.jobs.find(id)
    }

    #[inline]
    pub(crate) fn remove_job(&mut self, id: u32) {
        self.jobs.remove(id);
    }

    /// All records.
    #[inline]
    pub(crate) fn jobs(&self) -> impl Iterator<Item = &Tracked> {
        self.jobs.iter()
    }

    /// What can become of the jobs of a class.
    #[inline]
    pub(crate) fn fate(&self, class: ClassId) -> &'m Fate {
        self.classes[class.index()].fate
    }

    /// Whether jobs of a class can be there more than once.
    #[inline]
    pub(crate) fn multiplies(&self, class: ClassId) -> bool {
        self.classes[class.index()].multiplies
    }

    /// How many jobs may wait in a queue; `None`: any number.
    #[inline]
    pub(crate) fn room(&self, queue: QueueId) -> Option<Room> {
        self.capacities[queue.index()]
    }

    /// The engine looks at what is due.
    #[inline]
    pub(crate) fn note_look(&mut self, now: SimTime) {
        self.agenda.note_look(now);
    }

    /// Takes what is due first, if it is due.
    #[inline]
    pub(crate) fn take_due(&mut self, now: SimTime) -> Option<Entry> {
        self.agenda.take_due(now)
    }

    /// So many jobs are created together, to be joined.
    pub(crate) fn add_group(&mut self, left: u32, join: Join) -> u32 {
        self.groups.add(Group { left, join, lost: false })
    }

    /// A part of a group is finished or lost; says what joins them if all are over and that comes of it.
    pub(crate) fn end_part(&mut self, id: u32, finished: bool) -> Option<Join> {
        let group = self.groups.get_mut(id);
        group.left -= 1;
        group.lost |= !finished;
        if group.left > 0 {
            return None;
        }
        let Group { join, lost, .. } = self.groups.remove(id);
        (!lost || join.when == JoinWhen::Ended).then_some(join)
    }

    /// Whether jobs of a class have a record.
    #[inline]
    pub(crate) fn tracks(&self, class: ClassId) -> bool {
        self.classes[class.index()].tracked
    }

    /// Jobs that wait for the due time of a retry, of a class.
    pub(crate) fn retrying(&self, class: ClassId) -> u64 {
        let of_class = |job: &&Tracked| job.place == Waiting::Retrying && job.job.class == class;
        self.jobs.iter().filter(of_class).count() as u64
    }

    pub(crate) fn fate_of(&self, id: u32) -> &'m Fate {
        self.classes[self.job(id).job.class.index()].fate
    }

    pub(crate) fn draw(&mut self, class: ClassId) -> Drawn {
        let TrackedClass { fate, luck, patience, balk, .. } = &mut self.classes[class.index()];
        let balks = fate.balk.is_some_and(|spec| balk.random::<f64>() < spec.probability.as_f64());
        Drawn {
            luck: luck.as_mut().map_or(Luck::default(), |stream| Luck(stream.random())),
            patience: fate.patience.as_ref().map(|law| SimDuration::from_secs_f64(law.sample(patience))),
            balks,
        }
    }

    /// A job is not created that would have been: what it would have drawn is passed over.
    pub(crate) fn skip(&mut self, class: ClassId) {
        self.draw(class);
    }

    /// The number of the record of a job that waits; `None`: it has none.
    #[inline]
    pub(crate) fn find(&self, job: &Job) -> Option<u32> {
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
        let tracked = self.job_mut(id);
        tracked.job.sequence = sequence;
        tracked.place = place;
        self.expect_leaving(id, now);
    }

    /// A job entered the staging place of a dispatcher.
    pub(crate) fn note_staged(&mut self, job: &Job, dispatcher: DispatcherId) {
        self.note_place(job, Waiting::Staged(dispatcher), (job.sequence, job.created));
    }

    /// A job entered a queue and has a new sequence.
    pub(crate) fn note_ready(&mut self, job: &Job, renewed: (Sequence, SimTime), (queue, ready): (QueueId, SimTime)) {
        self.note_place(job, Waiting::Ready(queue, ready), renewed);
    }

    /// A job that waits does so in another place from now on.
    pub(crate) fn move_to(&mut self, job: &Job, place: Waiting) {
        if let Some(id) = self.find(job) {
            self.job_mut(id).place = place;
        }
    }

    /// When the engine must look at what is due, unless it is going to anyway.
    pub(crate) fn plan(&mut self) -> Option<SimTime> {
        self.agenda.plan()
    }

    /// The class of the job for which something is due first, what that is, and whether it is a retry rather than the delay of a limit.
    pub(crate) fn next_due(&self) -> Option<(ClassId, Due, bool)> {
        let Entry { due, job, .. } = self.agenda.first()?;
        let tracked = self.job(job);
        Some((tracked.job.class, due, !matches!(tracked.place, Waiting::Delayed(..))))
    }

    fn entry(&self, id: u32, (time, due): (SimTime, Due)) -> Entry {
        Entry { time, due, serial: self.job(id).serial, job: id }
    }

    /// A job that has come to wait leaves when its user's patience ends or when it is too old, whichever is first. A user whose
    /// job was started once stays; a copy beside a running one, or of a job that was moved twice, does not leave. A job that is too old already leaves at once.
    pub(crate) fn expect_leaving(&mut self, id: u32, now: SimTime) {
        let tracked = self.job(id);
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
            self.job_mut(id).leaves = Some(leaves);
        }
    }

    /// A job no longer waits.
    pub(crate) fn stop_waiting(&mut self, id: u32) {
        let tracked = self.job_mut(id);
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
    pub(crate) fn expect_again(&mut self, id: u32, again: (SimTime, Due)) {
        self.forget_again(id);
        self.agenda.add(self.entry(id, again));
        self.job_mut(id).ready_again = Some(again);
    }

    pub(crate) fn forget_again(&mut self, id: u32) {
        if let Some(again) = self.job_mut(id).ready_again.take() {
            self.agenda.remove(&self.entry(id, again));
        }
    }
}

impl JobRecords<'_> {
    pub(crate) fn track(&mut self, job: Job, drawn: &Drawn, group: Option<u32>) {
        if !self.tracks(job.class) {
            return;
        }
        self.created += 1;
        let id = self.jobs.add(Tracked {
            job,
            serial: self.created,
            luck: drawn.luck,
            place: Waiting::Nowhere,
            patience: drawn.patience.map_or(SimTime::NEVER, |patience| job.created.after(patience)),
            leaves: None,
            attempts: 0,
            interrupted: 0,
            running: 0,
            pool: PoolId(0),
            ended: false,
            ready_again: None,
            group,
        });
        self.waiting.insert(job.sequence.0, id);
    }

    /// A job that is to become ready again, under a new sequence.
    pub(crate) fn issue(&mut self, id: u32, sequence: Sequence) -> Job {
        self.waiting.insert(sequence.0, id);
        let tracked = self.job_mut(id);
        tracked.job.sequence = sequence;
        tracked.job
    }
}

impl JobRecords<'_> {
    /// The copy fails as the job does.
    pub(crate) fn copy(&mut self, id: u32, sequence: Sequence) -> Job {
        self.created += 1;
        let of = *self.job(id);
        let copy = Tracked {
            job: Job { sequence, ..of.job },
            serial: self.created,
            place: Waiting::Nowhere,
            patience: SimTime::NEVER,
            leaves: None,
            attempts: 0,
            interrupted: 0,
            running: 0,
            ended: true,
            ready_again: None,
            group: None,
            ..of
        };
        let id = self.jobs.add(copy);
        self.waiting.insert(sequence.0, id);
        copy.job
    }
}

impl JobRecords<'_> {
    /// The job, and whether it waited for a retry.
    pub(crate) fn end_delay(&mut self, id: u32) -> (Job, bool) {
        let tracked = self.job_mut(id);
        tracked.ready_again = None;
        (tracked.job, tracked.place == Waiting::Retrying)
    }

    /// A job that was taken out of its queue is out of it until then.
    pub(crate) fn delay(&mut self, job: &Job, place: Waiting, until: SimTime) {
        let Some(id) = self.find(job) else { return };
        self.waiting.remove(&job.sequence.0);
        self.job_mut(id).place = place;
        self.expect_again(id, (until, Due::Retry));
    }
}

/// The classes whose jobs are joined.
fn joined_parts(model: &Model) -> Vec<ClassId> {
    let joining = model.classes().iter().filter(|class| class.fate.join.is_some());
    joining.flat_map(|class| class.fate.then.iter().map(|follow_up| follow_up.class)).collect()
}
