//! What orders of jobs compare.

use crate::engine::job::ReadyJob;
use crate::model::{ClassId, Model, QueueOrder};
use crate::units::{SimDuration, SimTime};

/// What orders need to know of classes.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    priorities: Vec<i32>,
    deadlines: Vec<Option<SimDuration>>,
}

impl Terms {
    pub(crate) fn new(model: &Model) -> Self {
        Self {
            priorities: model.classes().iter().map(|class| class.priority).collect(),
            deadlines: model.classes().iter().map(|class| class.deadline).collect(),
        }
    }

    /// Smaller is more urgent.
    #[inline]
    pub(crate) fn priority(&self, class: ClassId) -> i32 {
        self.priorities[class.index()]
    }

    /// What an order compares before the time at which jobs became ready; smaller is served first.
    pub(crate) fn urgency(&self, order: QueueOrder, job: &ReadyJob, now: SimTime) -> i64 {
        let class = job.job.class.index();
        let nanos = |nanos: u64| i64::try_from(nanos).unwrap_or(i64::MAX);
        match order {
            QueueOrder::Fifo | QueueOrder::Lifo | QueueOrder::Random => 0,
            QueueOrder::Priority => self.priorities[class].into(),
            QueueOrder::Ageing(step) => {
                i64::from(self.priorities[class]) - nanos(now.since(job.ready).as_nanos() / step.as_nanos())
            }
            QueueOrder::Deadline => {
                self.deadlines[class].map_or(i64::MAX, |deadline| nanos(job.job.created.after(deadline).as_nanos()))
            }
            QueueOrder::Size => nanos(job.job.service.as_nanos()),
        }
    }
}
