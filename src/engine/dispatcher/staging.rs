//! The staging place of a dispatcher: jobs in the order in which they came, in lanes where the more urgent are moved first.

use crate::engine::job::Job;
use crate::engine::queue::chunked::ChunkedDeque;
use crate::model::{DispatcherId, Model, StagedOrder};
use crate::units::{SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(crate) struct Staging {
    newest_first: bool,
    /// The most urgent lane first; one unless jobs are moved by priority.
    lanes: Vec<ChunkedDeque<Job>>,
    /// The lane of each class; empty with one lane.
    lane_of: Vec<usize>,
}

impl Staging {
    pub(crate) fn new(model: &Model, id: DispatcherId) -> Self {
        let order = model.dispatchers()[id.index()].order;
        let mut priorities: Vec<i32> = Vec::new();
        if order == StagedOrder::Priority {
            priorities.extend(model.classes().iter().filter(|class| class.via == Some(id)).map(|class| class.priority));
            priorities.sort_unstable();
            priorities.dedup();
        }
        let rank = |priority: i32| priorities.partition_point(|&other| other < priority);
        let has_lanes = priorities.len() > 1;
        Self {
            newest_first: order == StagedOrder::Newest,
            lanes: vec![ChunkedDeque::default(); priorities.len().max(1)],
            lane_of: model.classes().iter().filter(|_| has_lanes).map(|class| rank(class.priority)).collect(),
        }
    }

    fn lane(&mut self, job: &Job) -> &mut ChunkedDeque<Job> {
        &mut self.lanes[self.lane_of.get(job.class.index()).copied().unwrap_or_default()]
    }

    pub(crate) fn push(&mut self, job: Job) {
        self.lane(&job).push_back(job);
    }

    /// Takes the job that is moved next.
    pub(crate) fn pop(&mut self) -> Option<Job> {
        if self.newest_first {
            return self.lanes[0].pop_back();
        }
        self.lanes.iter_mut().find_map(ChunkedDeque::pop_front)
    }

    /// Takes a job that is older than this, the oldest of a lane first.
    pub(crate) fn pop_older(&mut self, now: SimTime, age: SimDuration) -> Option<Job> {
        let is_older = |job: &Job| now.since(job.created) > age;
        self.lanes.iter_mut().find(|lane| lane.front().is_some_and(is_older))?.pop_front()
    }

    /// Takes out a job, found by its sequence: by that the jobs of a lane are ordered where jobs can be taken out.
    pub(crate) fn remove(&mut self, job: &Job) {
        let lane = self.lane(job);
        let place = lane.search(|other| other.sequence.compare(job.sequence));
        lane.remove(place.expect("a job that is staged is found"));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lanes.iter().all(ChunkedDeque::is_empty)
    }

    pub(crate) fn len(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.len() as u64).sum()
    }

    /// When the oldest job was created.
    pub(crate) fn oldest(&self) -> Option<SimTime> {
        self.lanes.iter().filter_map(|lane| lane.front()).map(|job| job.created).min()
    }

    /// All jobs, the oldest of a lane first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Job> + '_ {
        self.lanes.iter().flat_map(ChunkedDeque::iter).copied()
    }
}
