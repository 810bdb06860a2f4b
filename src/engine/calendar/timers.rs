//! The small calendar of everything that is neither an arrival nor a completion.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{AlertId, DispatcherId, PoolId, ResponseId};
use crate::units::SimTime;

/// What an autoscaler looks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Beat {
    /// KEDA: whether there is anything to do.
    Activation,
    Decision,
}

/// What a timer of a pool is for, in the order in which those of one instant are served.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum StaffTimer {
    /// A planned outage of the pool begins.
    OutageStarts,
    /// All workers break down.
    PoolFails,
    /// The worker with this number breaks down.
    WorkerFails(u32),
    /// All workers are to be restarted, some at a time.
    RestartBegins,
    /// The next ones are.
    RestartGoesOn,
    OutageEnds,
    PoolRepaired,
    WorkerRepaired(u32),
    /// A worker that was restarted is back.
    Restarted,
    /// A step of the calendar begins.
    Calendar,
    /// The time is over in which workers that were told to leave may finish their jobs.
    Kill,
    /// The same of workers that are restarted.
    KillLeaving,
    /// The worker with this number has booted.
    Booted(u64),
    /// The time begins over which utilisation is averaged.
    WindowOpens(Beat),
    /// The metric is read that the autoscaler sees later.
    Measure(Beat),
    /// KEDA looks whether there is anything to do.
    Activate,
    /// The autoscaler decides.
    Decide,
    /// An idle worker looks for a job.
    Poll,
}

impl StaffTimer {
    /// As a timer of a pool. What takes workers away comes before the completions of its instant, but kills nobody before them.
    pub(crate) fn of(self, id: PoolId) -> Timer {
        match self {
            Self::OutageStarts | Self::PoolFails | Self::RestartBegins | Self::Calendar => Timer::Early(self, id),
            _ => Timer::Staff(self, id),
        }
    }
}

/// What a timer is for, in the order in which timers of one instant are served; within a kind, in the order of the model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Timer {
    Sample,
    /// The observer begins to count.
    WarmedUp,
    /// The horizon: nothing else of this instant happens.
    End,
    /// A monitor checks its alert.
    Check(AlertId),
    /// Some change begins or ends.
    Change,
    /// Workers of a pool may be gone from this instant on, so that those whose jobs end now take no other.
    Early(StaffTimer, PoolId),
    /// A planned outage, by its place, begins or ends.
    OutageStarts(DispatcherId, u32),
    RestartStarts(DispatcherId),
    Fails(DispatcherId),
    OutageEnds(DispatcherId, u32),
    /// A restart ends; the number tells it from one that was begun anew.
    RestartEnds(DispatcherId, u32),
    /// After a failure, a standby takes over or the active replica is repaired.
    Repaired(DispatcherId),
    /// A replica that has failed is repaired.
    Mended(DispatcherId),
    /// What a response changed ends, if it has not acted again since it acted for this time.
    Undo(ResponseId, u32),
    /// A response acts.
    Respond(ResponseId),
    /// A dispatcher with an interval moves jobs.
    Wake(DispatcherId),
    /// A dispatcher releases the next job at its pace; the number tells the releases after one outage from those after another.
    Release(DispatcherId, u32),
    /// The jobs that are there at time zero.
    InitialBacklog,
    /// The rate of a provider lets the next call in.
    LetIn(u32),
    /// Something is due for single jobs.
    Due,
    /// Something concerns the workers of a pool.
    Staff(StaffTimer, PoolId),
}

impl Timer {
    /// Whether it is served before the completions of its instant.
    pub(crate) fn precedes_completions(self) -> bool {
        matches!(self, Self::Sample | Self::WarmedUp | Self::End | Self::Check(_) | Self::Change | Self::Early(..))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Timers {
    heap: BinaryHeap<Reverse<(SimTime, Timer)>>,
    /// The time of the first, at hand for the event loop.
    first_time: SimTime,
}

impl Default for Timers {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), first_time: SimTime::NEVER }
    }
}

impl Timers {
    pub(crate) fn add(&mut self, time: SimTime, timer: Timer) {
        self.heap.push(Reverse((time, timer)));
        self.first_time = self.first_time.min(time);
    }

    /// When the next timer is due.
    #[inline]
    pub(crate) fn first_time(&self) -> SimTime {
        self.first_time
    }

    /// The next timer.
    pub(crate) fn first(&self) -> Option<(SimTime, Timer)> {
        self.heap.peek().map(|&Reverse(first)| first)
    }

    /// Whether all timers are of these.
    pub(crate) fn are_all(&self, wanted: impl Fn(Timer) -> bool) -> bool {
        self.heap.iter().all(|&Reverse((_, timer))| wanted(timer))
    }

    pub(crate) fn remove_first(&mut self) {
        self.heap.pop();
        self.first_time = self.first().map_or(SimTime::NEVER, |(time, _)| time);
    }

    /// Removes the first timer if it is this one.
    pub(crate) fn remove_if_first(&mut self, time: SimTime, timer: Timer) -> bool {
        let same = self.first() == Some((time, timer));
        if same {
            self.remove_first();
        }
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_of_one_instant_come_in_the_documented_order() {
        let (now, d) = (SimTime::from_nanos(4), DispatcherId(0));
        let order = [
            Timer::Sample,
            Timer::WarmedUp,
            Timer::End,
            Timer::Change,
            Timer::Early(StaffTimer::Calendar, PoolId(0)),
            Timer::OutageStarts(d, 0),
            Timer::RestartStarts(d),
            Timer::OutageEnds(d, 0),
            Timer::RestartEnds(d, 1),
            Timer::Wake(d),
            Timer::Release(d, 0),
            Timer::InitialBacklog,
            Timer::LetIn(0),
            Timer::Due,
            Timer::Staff(StaffTimer::Booted(9), PoolId(1)),
            Timer::Staff(StaffTimer::Measure(Beat::Decision), PoolId(0)),
            Timer::Staff(StaffTimer::Decide, PoolId(0)),
        ];
        let mut timers = Timers::default();
        for &timer in order.iter().rev() {
            timers.add(now, timer);
        }
        for timer in order {
            assert_eq!(timers.first(), Some((now, timer)));
            timers.remove_first();
        }
        assert_eq!(timers.first(), None);
    }
}
