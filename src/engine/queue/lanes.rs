//! A queue whose jobs lie in lanes, one for each class and, where they are told apart, tenant: what a worker may take is
//! decided lane by lane, and within a lane only its next job counts.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rand::RngExt;

use crate::engine::job::ReadyJob;
use crate::engine::queue::crowd::Crowd;
use crate::engine::queue::lane::{Lane, LaneKey, Urgent};
use crate::engine::queue::terms::Terms;
use crate::model::{Model, QueueId, QueueOrder};
use crate::random::{ReplicationSeed, Stream};
use crate::units::{SimTime, written_key};

#[derive(Clone, Debug)]
pub(crate) struct LaneQueue {
    order: QueueOrder,
    by_tenant: bool,
    terms: Terms,
    /// The lanes that are not empty.
    lanes: BTreeMap<LaneKey, Lane>,
    /// Jobs on it.
    count: usize,
    /// Who waits, where a pick need not look at all lanes.
    pub(crate) crowd: Option<Box<Crowd>>,
    stream: Stream,
}

/// A lane from which a job may be taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenLane {
    /// Of its queue in the list of the pool.
    pub(crate) rank: usize,
    pub(crate) key: LaneKey,
    /// Its next job.
    pub(crate) head: ReadyJob,
    /// How many jobs lie in it.
    pub(crate) jobs: usize,
}

impl LaneQueue {
    pub(crate) fn new(model: &Model, queue: QueueId, by_tenant: bool, seed: ReplicationSeed) -> Self {
        let spec = &model.queues()[queue.index()];
        let stream = seed.stream(&format!("queues.{}.order", written_key(&spec.name)));
        let crowd = if by_tenant { Crowd::new(model, queue).map(Box::new) } else { None };
        Self { order: spec.order, by_tenant, terms: Terms::new(model), lanes: BTreeMap::new(), count: 0, crowd, stream }
    }

    pub(crate) fn push(&mut self, job: ReadyJob, recovered: bool) {
        let order = if recovered { QueueOrder::Lifo } else { self.order };
        let (key, urgent) = (self.key(&job, recovered), self.urgent(job));
        self.put((key, order), |lane| lane.push(urgent));
    }

    /// Puts a job back where it is the next of its lane, but for an order that says otherwise.
    pub(crate) fn push_head(&mut self, job: ReadyJob) {
        self.put_back(job, Lane::push_head);
    }

    /// Puts a job back where it is the last of its lane, but for an order that says otherwise.
    pub(crate) fn push_tail(&mut self, job: ReadyJob) {
        self.put_back(job, Lane::push_tail);
    }

    fn put_back(&mut self, job: ReadyJob, put: impl FnOnce(&mut Lane, Urgent)) {
        let (key, urgent) = (self.key(&job, false), self.urgent(job));
        self.put((key, self.order), |lane| put(lane, urgent));
    }

    fn put(&mut self, (key, order): (LaneKey, QueueOrder), put: impl FnOnce(&mut Lane)) {
        let lane = self.lanes.entry(key).or_insert_with(|| Lane::new(order));
        let before = lane.head();
        put(lane);
        let after = lane.head();
        self.count += 1;
        self.crowd.iter_mut().for_each(|crowd| crowd.note(key, before, after));
    }

    fn key(&self, job: &ReadyJob, recovered: bool) -> LaneKey {
        let tenant = if self.by_tenant { job.job.tenant } else { 0 };
        LaneKey { recovered, class: job.job.class, tenant }
    }

    fn urgent(&self, job: ReadyJob) -> Urgent {
        let urgency = match self.order {
            QueueOrder::Deadline | QueueOrder::Size => self.terms.urgency(self.order, &job, job.ready),
            _ => 0,
        };
        Urgent { urgency, job }
    }

    /// Takes the next job of a lane, as it was seen by [`LaneQueue::open`].
    pub(crate) fn pop(&mut self, key: LaneKey) -> Option<ReadyJob> {
        self.take_from(key, Lane::pop)
    }

    /// Takes out a job that lies here.
    pub(crate) fn remove(&mut self, job: &ReadyJob) -> Option<ReadyJob> {
        let urgent = self.urgent(*job);
        [false, true]
            .into_iter()
            .find_map(|recovered| self.take_from(self.key(job, recovered), |lane| lane.remove(&urgent)))
    }

    /// Takes out the job that has been here longest.
    pub(crate) fn remove_oldest(&mut self) -> Option<ReadyJob> {
        let oldest = self.oldest()?;
        self.remove(&oldest)
    }

    /// Lanes that are empty are not kept.
    fn take_from(&mut self, key: LaneKey, take: impl FnOnce(&mut Lane) -> Option<ReadyJob>) -> Option<ReadyJob> {
        let lane = self.lanes.get_mut(&key)?;
        let before = lane.head();
        let job = take(lane);
        let after = lane.head();
        if lane.len() == 0 {
            self.lanes.remove(&key);
        }
        self.count -= usize::from(job.is_some());
        self.crowd.iter_mut().for_each(|crowd| crowd.note(key, before, after));
        job
    }

    /// Adds the lanes that are allowed to a list. Those of recovered jobs only where no other is.
    pub(crate) fn open(&mut self, rank: usize, allowed: impl Fn(LaneKey) -> bool, open: &mut Vec<OpenLane>) {
        let before = open.len();
        for (&key, lane) in &mut self.lanes {
            // The lanes of recovered jobs come last.
            if key.recovered && open[before..].iter().any(|lane| !lane.key.recovered) {
                break;
            }
            if allowed(key) {
                add(open, rank, key, lane, &mut self.stream);
            }
        }
    }

    /// The place of the lane whose next job is that of the queue, among lanes of this queue; at least one.
    pub(crate) fn first(&mut self, open: &[OpenLane], now: SimTime) -> usize {
        let jobs: usize = open.iter().map(|lane| lane.jobs).sum();
        if self.order == QueueOrder::Random && open.len() > 1 {
            let mut left = self.stream.random_range(0..jobs);
            return open.iter().position(|lane| passed(&mut left, lane.jobs)).unwrap_or_default();
        }
        let lifo = self.order == QueueOrder::Lifo || open.first().is_some_and(|lane| lane.key.recovered);
        let compare = |a: &ReadyJob, b: &ReadyJob| -> Ordering {
            let urgency = |job| self.terms.urgency(self.order, job, now);
            if lifo { b.compare(a) } else { urgency(a).cmp(&urgency(b)).then_with(|| a.compare(b)) }
        };
        (0..open.len()).min_by(|&a, &b| compare(&open[a].head, &open[b].head)).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// Adds one lane to a list, if it holds jobs.
    pub(crate) fn open_one(&mut self, rank: usize, key: LaneKey, open: &mut Vec<OpenLane>) {
        if let Some(lane) = self.lanes.get_mut(&key) {
            add(open, rank, key, lane, &mut self.stream);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// All jobs, in no stated order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ReadyJob> + '_ {
        self.lanes.values().flat_map(Lane::iter)
    }

    /// When the job that has been here longest became ready.
    pub(crate) fn oldest_ready(&self) -> Option<SimTime> {
        self.lanes.values().filter_map(Lane::oldest).map(|job| job.ready).min()
    }

    /// The job that has been here longest.
    fn oldest(&self) -> Option<ReadyJob> {
        let known = self.crowd.as_ref().filter(|crowd| crowd.knows_heads() && !crowd.has_recovered());
        match known {
            Some(crowd) => crowd.oldest(),
            None => self.lanes.values().filter_map(Lane::oldest).min_by(ReadyJob::compare),
        }
    }
}

fn add(open: &mut Vec<OpenLane>, rank: usize, key: LaneKey, lane: &mut Lane, stream: &mut Stream) {
    lane.draw(stream);
    if let Some(head) = lane.head() {
        open.push(OpenLane { rank, key, head, jobs: lane.len() });
    }
}

/// Whether a draw falls among these jobs; if not, they are passed.
fn passed(left: &mut usize, jobs: usize) -> bool {
    if *left < jobs {
        return true;
    }
    *left -= jobs;
    false
}
