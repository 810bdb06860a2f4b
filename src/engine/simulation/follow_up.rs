//! What a finished job creates, and joining the parts.

use rand::RngExt;

use crate::engine::lifecycle::tracked::FOLLOW_UPS;
use crate::engine::observer::Observer;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::ClassId;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// A job is finished: the jobs that follow it are created, and its group may be complete.
    pub(super) fn follow_up(&mut self, id: u32) {
        let Some(records) = self.lifecycle.records.as_mut() else { return };
        let job = *records.job(id);
        let fate = records.fate(job.job.class);
        let mut stream = job.luck.stream(FOLLOW_UPS, 0);
        let mut parts: Vec<(ClassId, u32)> = Vec::new();
        for follow_up in &fate.then {
            if stream.random::<f64>() < follow_up.probability.as_f64() {
                parts.push((follow_up.class, follow_up.jobs));
            }
        }
        let left = parts.iter().map(|&(_, jobs)| jobs).sum();
        match fate.join {
            Some(join) if left == 0 => self.arrive_tracked(join.class, None, None),
            Some(join) => {
                let group = records.add_group(left, join);
                self.create_parts(&parts, Some(group));
            }
            None => self.create_parts(&parts, None),
        }
        self.end_part(job.group, true);
    }

    fn create_parts(&mut self, parts: &[(ClassId, u32)], group: Option<u32>) {
        for &(class, jobs) in parts {
            (0..jobs).for_each(|_| self.arrive_tracked(class, None, group));
        }
    }

    /// A part of a group is finished or lost. The job that joins them is created when all are over; unless it comes whatever
    /// became of them, never when one is lost.
    pub(super) fn end_part(&mut self, group: Option<u32>, finished: bool) {
        let Some((records, id)) = self.lifecycle.records.as_mut().zip(group) else { return };
        if let Some(join) = records.end_part(id, finished) {
            self.arrive_tracked(join.class, None, None);
        }
    }
}
