//! The waits of the jobs of a class by the step in which they were created.
//!
//! Most jobs are started in the step in which they were created or in the one after it: those two steps have a sketch that every step
//! uses anew, so that it stays in the cache. Earlier ones are folded, and unfolded again for a job that has waited that long.

use crate::stats::{Archive, Quantile, Sketch};

/// The sketch of a step: quantiles within 1.6 % of their value, an eighth of the memory.
pub(super) type StepTimes = Sketch<5>;

/// The shares of the percentiles that are drawn.
const SHARES: [f64; 3] = [0.5, 0.95, 0.99];

#[derive(Clone, Debug, Default)]
pub(super) struct StepWaits {
    current: StepTimes,
    /// The number of the current step.
    step: usize,
    /// Of the step before it.
    last: StepTimes,
    /// Of the steps before that, but for those that are open.
    past: Archive<5>,
    /// Those of the past that jobs were added to again, by step.
    open: Vec<Option<Box<StepTimes>>>,
}

impl StepWaits {
    /// The waits of a step, to add to.
    #[inline(always)]
    pub(super) fn of(&mut self, step: usize) -> &mut StepTimes {
        if step == self.step { &mut self.current } else { self.of_earlier(step) }
    }

    #[inline(never)]
    fn of_earlier(&mut self, step: usize) -> &mut StepTimes {
        let Some(folded) = self.past.get(step) else { return &mut self.last };
        let open = &mut self.open;
        open.resize(open.len().max(step + 1), None);
        open[step].get_or_insert_with(|| {
            let mut times = Box::default();
            folded.add_to(&mut times);
            times
        })
    }

    /// The current step has ended.
    pub(super) fn end_step(&mut self) {
        if self.step > 0 {
            // Only when the run is over are there censored waits, of the jobs that are left.
            if self.last.censored() > 0 {
                self.open.resize(self.step - 1, None);
                self.open.push(Some(Box::new(std::mem::take(&mut self.last))));
            }
            self.past.put(&mut self.last);
        }
        std::mem::swap(&mut self.current, &mut self.last);
        self.step += 1;
    }

    fn open(&self, step: usize) -> Option<&StepTimes> {
        self.open.get(step)?.as_deref()
    }

    /// Adds the waits of a step to others.
    pub(super) fn add_to(&self, step: usize, times: &mut StepTimes) {
        match (self.open(step), self.past.get(step)) {
            (Some(open), _) => times.merge(open),
            (None, Some(folded)) => folded.add_to(times),
            (None, None) if step == self.step => times.merge(&self.current),
            (None, None) if step + 1 == self.step => times.merge(&self.last),
            (None, None) => {}
        }
    }

    /// Mean, median and the percentiles 95 and 99 of the waits of a step.
    pub(super) fn statistics(&self, step: usize) -> [Option<Quantile>; 4] {
        if let (None, Some(folded)) = (self.open(step), self.past.get(step)) {
            let [median, p95, p99] = folded.quantiles(SHARES);
            return [folded.mean(), median, p95, p99];
        }
        let mut times = StepTimes::default();
        self.add_to(step, &mut times);
        statistics_of(&times)
    }
}

/// Mean, median and the percentiles 95 and 99 of the waits of several classes together in a step; `room` to work in.
pub(super) fn statistics_of_all<'a>(
    mut classes: impl ExactSizeIterator<Item = &'a StepWaits>,
    step: usize,
    room: &mut StepTimes,
) -> [Option<Quantile>; 4] {
    if classes.len() == 1 {
        return classes.next().map_or([None; 4], |only| only.statistics(step));
    }
    room.clear();
    classes.for_each(|waits| waits.add_to(step, room));
    statistics_of(room)
}

/// Mean, median and the percentiles 95 and 99.
fn statistics_of(times: &StepTimes) -> [Option<Quantile>; 4] {
    let [median, p95, p99] = times.quantiles(SHARES);
    [times.mean(), median, p95, p99]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_kept_by_step_however_late_they_come() {
        let mut waits = StepWaits::default();
        for step in 0..10 {
            for earlier in 0..=step {
                waits.of(earlier).record(1_000_000 * earlier as u64 + 1);
            }
            waits.end_step();
        }
        waits.of(10).record(7);
        let times = |step| {
            let mut times = StepTimes::default();
            waits.add_to(step, &mut times);
            times
        };
        for step in 0..10 {
            assert_eq!((times(step).count(), times(step).buckets().count()), (10 - step as u64, 1), "step {step}");
            assert_eq!(waits.statistics(step), statistics_of(&times(step)), "step {step}");
        }
        assert_eq!((times(10).count(), times(11).count()), (1, 0));
        assert_eq!(waits.statistics(11), [None; 4]);
    }
}
