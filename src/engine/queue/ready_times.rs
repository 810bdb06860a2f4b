//! When the jobs of a queue became ready. A dispatcher makes many ready at once, so that equal times in a row are kept as one: a
//! backlog of 90 million jobs that was moved at one instant takes no memory for them.

use std::collections::VecDeque;

use crate::units::SimTime;

/// Times in the order of the jobs.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadyTimes(VecDeque<Run>);

#[derive(Clone, Copy, Debug)]
struct Run {
    time: SimTime,
    jobs: u32,
}

impl Run {
    /// Whether one more job could be counted.
    fn takes(&self, time: SimTime) -> bool {
        self.time == time && self.jobs < u32::MAX
    }
}

impl ReadyTimes {
    pub(crate) fn push_back(&mut self, time: SimTime) {
        match self.0.back_mut() {
            Some(last) if last.takes(time) => last.jobs += 1,
            _ => self.0.push_back(Run { time, jobs: 1 }),
        }
    }

    pub(crate) fn push_front(&mut self, time: SimTime) {
        match self.0.front_mut() {
            Some(first) if first.takes(time) => first.jobs += 1,
            _ => self.0.push_front(Run { time, jobs: 1 }),
        }
    }

    pub(crate) fn pop_front(&mut self) -> Option<SimTime> {
        let first = self.0.front_mut()?;
        let time = first.time;
        first.jobs -= 1;
        if first.jobs == 0 {
            self.0.pop_front();
        }
        Some(time)
    }

    pub(crate) fn pop_back(&mut self) -> Option<SimTime> {
        let last = self.0.back_mut()?;
        let time = last.time;
        last.jobs -= 1;
        if last.jobs == 0 {
            self.0.pop_back();
        }
        Some(time)
    }

    pub(crate) fn front(&self) -> Option<SimTime> {
        self.0.front().map(|run| run.time)
    }

    pub(crate) fn back(&self) -> Option<SimTime> {
        self.0.back().map(|run| run.time)
    }

    /// Removes the time at a place.
    pub(crate) fn remove(&mut self, place: usize) -> Option<SimTime> {
        let mut end = 0;
        let run = self.0.iter().position(|run| {
            end += run.jobs as usize;
            place < end
        })?;
        let time = self.0[run].time;
        self.0[run].jobs -= 1;
        if self.0[run].jobs == 0 {
            self.0.remove(run);
        }
        Some(time)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = SimTime> + '_ {
        self.0.iter().flat_map(|run| std::iter::repeat_n(run.time, run.jobs as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_equal_times_behave_like_single_ones() {
        let (mut times, mut mirror) = (ReadyTimes::default(), VecDeque::new());
        for step in 0..3_000_usize {
            let time = SimTime::from_nanos((step / 5) as u64);
            match step * 7919 % 11 {
                0 => assert_eq!(times.pop_front(), mirror.pop_front()),
                1 => assert_eq!(times.pop_back(), mirror.pop_back()),
                2 if !mirror.is_empty() => {
                    let place = step % mirror.len();
                    assert_eq!(times.remove(place), mirror.remove(place));
                }
                3 => {
                    times.push_front(time);
                    mirror.push_front(time);
                }
                _ => {
                    times.push_back(time);
                    mirror.push_back(time);
                }
            }
            assert_eq!((times.front(), times.back()), (mirror.front().copied(), mirror.back().copied()));
        }
        assert!(times.iter().eq(mirror.iter().copied()) && times.0.len() < mirror.len());
    }
}
