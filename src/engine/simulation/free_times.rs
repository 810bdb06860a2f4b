//! When each worker of a pool is free, where it does not matter which worker it is.

use crate::engine::calendar::heap::Heap;
use crate::engine::job::Job;
use crate::engine::observer::JobTimes;
use crate::units::SimTime;

/// Up to so many workers, a sorted list is faster than a heap.
const FEW: usize = 12;

#[derive(Clone, Debug)]
pub(super) enum FreeTimes {
    /// The first one first.
    Few(Vec<SimTime>),
    Many(Heap<SimTime>),
}

impl FreeTimes {
    /// So many workers, one or more, that are free from the start.
    pub(super) fn of(workers: usize) -> Self {
        if workers <= FEW {
            return Self::Few(vec![SimTime::ZERO; workers]);
        }
        let mut heap = Heap::default();
        (0..workers).for_each(|_| heap.push(SimTime::ZERO));
        Self::Many(heap)
    }

    /// Each job takes the worker that is free first.
    pub(super) fn serve(&mut self, jobs: &[Job], job_times: &mut [JobTimes]) {
        // Few or many is asked once, not for each job.
        match self {
            Self::Few(times) => {
                for (job, times_of_job) in jobs.iter().zip(job_times) {
                    *times_of_job = times_of(job, times[0]);
                    replace_first(times, times_of_job.finish);
                }
            }
            Self::Many(heap) => {
                for (job, times_of_job) in jobs.iter().zip(job_times) {
                    *times_of_job = times_of(job, heap.top());
                    heap.replace_top(times_of_job.finish);
                }
            }
        }
    }
}

/// What becomes of a job whose worker is free from some time on.
#[inline(always)]
fn times_of(&Job { created, service, .. }: &Job, free: SimTime) -> JobTimes {
    let start = free.max(created);
    JobTimes { created, start, finish: start.after(service) }
}

/// Replaces the first of sorted times by another one, not before it. Every time moves by one place at most, each without regard to
/// the others and without a branch.
#[inline(always)]
fn replace_first(times: &mut [SimTime], time: SimTime) {
    let last = times.len() - 1;
    let mut here = times[0];
    for place in 0..last {
        let next = times[place + 1];
        times[place] = time.max(here).min(next);
        here = next;
    }
    times[last] = time.max(here);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::job::Sequence;
    use crate::model::ClassId;
    use crate::random::ReplicationSeed;
    use crate::units::SimDuration;
    use rand::RngExt;

    #[test]
    fn each_job_takes_the_worker_that_is_free_first() {
        let never = JobTimes { created: SimTime::ZERO, start: SimTime::NEVER, finish: SimTime::NEVER };
        for workers in [1, 2, FEW, FEW + 1, 50] {
            let mut stream = ReplicationSeed { master: 1, replication: 0 }.stream("free");
            let mut job = |place: u64| {
                let (created, service) = (SimTime::from_nanos(place), stream.random_range(0..2 * workers as u64));
                let (service, sequence) = (SimDuration::from_nanos(service), Sequence::default());
                Job { created, service, class: ClassId(0), tenant: 0, sequence }
            };
            let jobs: Vec<Job> = (0..1_000).map(&mut job).collect();
            let mut job_times = vec![never; jobs.len()];
            let (mut free, mut sorted) = (FreeTimes::of(workers), vec![SimTime::ZERO; workers]);
            free.serve(&jobs, &mut job_times);
            for (job, times_of_job) in jobs.iter().zip(&job_times) {
                assert_eq!(*times_of_job, times_of(job, sorted[0]), "{workers} workers");
                sorted[0] = times_of_job.finish;
                sorted.sort_unstable();
            }
        }
    }
}
