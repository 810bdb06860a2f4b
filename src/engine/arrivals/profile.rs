//! The cumulative multiplier of a profile, and its inverse, in closed form piece by piece.

use crate::model::{Profile, Stretch};
use crate::units::{SimDuration, SimTime};

/// A profile and where in it the last arrival was.
#[derive(Clone, Debug)]
pub(crate) struct Intensity {
    /// The stretches of the profile, each with its start and end.
    spells: Vec<(SimTime, SimTime, Cycle)>,
    /// The one that the last arrival was in.
    place: usize,
}

impl Intensity {
    pub(crate) fn new(profile: &Profile) -> Self {
        let spells = profile.spans().map(|(stretch, end)| (stretch.from, end, Cycle::new(stretch))).collect();
        Self { spells, place: 0 }
    }

    /// The time at which the multiplier has covered `area` since `now`; [`SimTime::NEVER`] when it never does.
    pub(crate) fn advance(&mut self, mut now: SimTime, mut area: f64) -> SimTime {
        loop {
            let (_, end, cycle) = self.seek(now);
            let time = cycle.advance(now, area);
            if time < *end || *end == SimTime::NEVER {
                return time;
            }
            area = (area - cycle.area(now, *end)).max(0.0);
            now = *end;
        }
    }

    /// The area between two times.
    pub(crate) fn area(&mut self, mut from: SimTime, to: SimTime) -> f64 {
        let mut area = 0.0;
        while from < to {
            let (_, end, cycle) = self.seek(from);
            area += cycle.area(from, to.min(*end));
            from = *end;
        }
        area
    }

    /// The stretch that covers a time.
    fn seek(&mut self, time: SimTime) -> &mut (SimTime, SimTime, Cycle) {
        let (start, end, _) = &self.spells[self.place];
        if time < *start || time >= *end {
            self.place = self.spells.partition_point(|(start, ..)| *start <= time) - 1;
        }
        &mut self.spells[self.place]
    }
}

/// A pattern that repeats. Times inside are shifted by the phase, so that periods start at multiples.
#[derive(Clone, Debug)]
struct Cycle {
    segments: Vec<Segment>,
    /// Nanoseconds.
    period: u64,
    /// Nanoseconds.
    phase: u64,
    /// Area of a period in seconds at multiplier 1.
    total: f64,
    cursor: Cursor,
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    /// Nanoseconds from the start of the period.
    start: u64,
    /// Nanoseconds.
    length: u64,
    /// The multiplier at the start.
    from: f64,
    /// By how much it grows a second.
    slope: f64,
    /// What the slope makes of it at the end.
    end: f64,
}

/// A segment and when it starts.
#[derive(Clone, Copy, Debug)]
struct Cursor {
    segment: usize,
    start: u64,
}

impl Segment {
    fn new((start, length): (u64, u64), (from, to): (f64, f64)) -> Self {
        let seconds = SimDuration::from_nanos(length).as_secs_f64();
        let slope = (to - from) / seconds;
        Self { start, length, from, slope, end: from + slope * seconds }
    }

    /// The multiplier `into` nanoseconds after the start.
    fn height(&self, into: u64) -> f64 {
        self.from + self.slope * SimDuration::from_nanos(into).as_secs_f64()
    }

    /// Area between two points, nanoseconds after the start.
    fn area(&self, from: u64, to: u64) -> f64 {
        (self.height(from) + self.height(to)) / 2.0 * SimDuration::from_nanos(to - from).as_secs_f64()
    }

    /// Area from a point to the end.
    fn area_from(&self, from: u64) -> f64 {
        (self.height(from) + self.end) / 2.0 * SimDuration::from_nanos(self.length - from).as_secs_f64()
    }

    /// How many nanoseconds after the point `from` the area reaches `area`: the root of height x + slope x^2 / 2 = area in the
    /// form that does not cancel.
    fn inverse(&self, from: u64, area: f64) -> u64 {
        if area <= 0.0 {
            return 0;
        }
        let height = self.height(from);
        let discriminant = (height * height + 2.0 * self.slope * area).max(0.0);
        let nanos = SimDuration::from_secs_f64(2.0 * area / (height + discriminant.sqrt())).as_nanos();
        nanos.min(self.length - from)
    }
}

impl Cycle {
    fn new(stretch: &Stretch) -> Self {
        let (pattern, phase) = (&stretch.pattern, stretch.phase.as_nanos());
        let segments: Vec<_> = pattern
            .pieces
            .iter()
            .enumerate()
            .map(|(i, piece)| {
                let span = (piece.start.as_nanos(), pattern.piece_length(i).as_nanos());
                Segment::new(span, (piece.from, piece.to))
            })
            .collect();
        let total = segments.iter().map(|segment| segment.area_from(0)).sum();
        Self { segments, period: pattern.period.as_nanos(), phase, total, cursor: Cursor { segment: 0, start: 0 } }
    }

    /// The time at which the multiplier has covered `area` since `now`; [`SimTime::NEVER`] when it never does.
    #[inline(never)]
    fn advance(&mut self, now: SimTime, area: f64) -> SimTime {
        let Some(at) = now.as_nanos().checked_add(self.phase) else { return SimTime::NEVER };
        self.seek(at);
        let Cursor { segment, start } = self.cursor;
        let current = self.segments[segment];
        let into = at - start;
        let left = current.area_from(into);
        if area < left || area <= 0.0 {
            return SimTime::from_nanos(now.as_nanos().saturating_add(current.inverse(into, area)));
        }
        self.step();
        self.walk(area - left)
    }

    /// The area between two times.
    fn area(&mut self, from: SimTime, to: SimTime) -> f64 {
        let (mut at, end) = (from.as_nanos().saturating_add(self.phase), to.as_nanos().saturating_add(self.phase));
        let periods = (end - at) / self.period;
        at += periods * self.period;
        let mut area = periods as f64 * self.total;
        self.seek(at);
        while at < end {
            let Cursor { segment, start } = self.cursor;
            let current = self.segments[segment];
            let until = (end - start).min(current.length);
            area += current.area(at - start, until);
            at = start + until;
            self.step();
        }
        area
    }

    /// Covers `area` from the start of the segment of the cursor.
    fn walk(&mut self, mut area: f64) -> SimTime {
        let periods = (area / self.total).floor();
        if self.total <= 0.0 || periods > (u64::MAX / 4 / self.period) as f64 {
            return SimTime::NEVER;
        }
        area = (area - periods * self.total).max(0.0);
        self.cursor.start += periods as u64 * self.period;
        loop {
            let current = self.segments[self.cursor.segment];
            let whole = current.area_from(0);
            if area < whole {
                let at = self.cursor.start + current.inverse(0, area);
                return SimTime::from_nanos(at - self.phase);
            }
            area -= whole;
            self.step();
        }
    }

    /// Moves the cursor to the segment that covers a time.
    fn seek(&mut self, at: u64) {
        let Cursor { segment, start } = self.cursor;
        if start <= at && at - start < self.segments[segment].length {
            return;
        }
        let into = at % self.period;
        let segment = self.segments.partition_point(|segment| segment.start <= into) - 1;
        self.cursor = Cursor { segment, start: at - into + self.segments[segment].start };
    }

    fn step(&mut self) {
        self.cursor.start = self.cursor.start.saturating_add(self.segments[self.cursor.segment].length);
        self.cursor.segment = (self.cursor.segment + 1) % self.segments.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Pattern, Piece};

    fn pattern(pieces: &[(u64, f64, f64)]) -> Pattern {
        let pieces = pieces.iter().map(|&(start, from, to)| Piece { start: SimDuration::from_secs(start), from, to });
        Pattern { period: SimDuration::from_secs(100), pieces: pieces.collect() }
    }

    fn intensity(pieces: &[(u64, f64, f64)], phase: u64) -> Intensity {
        Intensity::new(&Profile::constant("p", SimDuration::from_secs(phase), pattern(pieces)))
    }

    fn secs(seconds: u64) -> SimTime {
        SimTime::ZERO.after(SimDuration::from_secs(seconds))
    }

    #[test]
    fn a_linear_piece_is_inverted_in_closed_form() {
        let mut ramp = intensity(&[(0, 0.0, 1.0)], 0);
        assert_eq!(ramp.advance(SimTime::ZERO, 12.5), secs(50));
        assert_eq!(ramp.advance(secs(50), 37.5), secs(100));
        assert_eq!(ramp.advance(secs(50), 37.5 + 3.0 * 50.0 + 12.5), secs(450));
    }

    #[test]
    fn time_without_rate_is_skipped() {
        let mut steps = intensity(&[(0, 1.0, 1.0), (10, 0.0, 0.0), (90, 2.0, 2.0)], 0);
        assert_eq!(steps.advance(secs(5), 6.0), SimTime::from_nanos(90_500_000_000));
        assert_eq!(steps.area(secs(5), SimTime::from_nanos(90_500_000_000)), 6.0);
    }

    #[test]
    fn the_run_starts_at_the_phase() {
        let mut steps = intensity(&[(0, 0.0, 0.0), (50, 1.0, 1.0)], 20);
        assert_eq!(steps.advance(SimTime::ZERO, 1.0), secs(31));
        assert_eq!(steps.area(SimTime::ZERO, secs(100)), 50.0);
    }

    #[test]
    fn a_profile_without_any_rate_never_ends_the_wait() {
        let mut nothing = intensity(&[(0, 0.0, 0.0)], 0);
        assert_eq!(nothing.advance(secs(3), 0.1), SimTime::NEVER);
    }

    #[test]
    fn an_arrival_never_lies_before_the_last_one_where_the_rate_is_near_zero() {
        let mut valley = intensity(&[(0, 1.0, 0.0), (50, 0.0, 1.0)], 0);
        for nanos in (49_999_999_000..50_000_001_000).step_by(7) {
            let now = SimTime::from_nanos(nanos);
            assert!(valley.advance(now, 1e-30) >= now);
            assert!(valley.advance(now, 1e-9) >= now);
        }
    }

    #[test]
    fn a_clock_that_is_set_skips_or_repeats_a_part_of_the_profile() {
        let mut profile =
            Profile::constant("p", SimDuration::ZERO, pattern(&[(0, 1.0, 1.0), (20, 0.0, 0.0), (80, 2.0, 2.0)]));
        let later = |from: u64, phase: u64| Stretch {
            from: secs(from),
            phase: SimDuration::from_secs(phase),
            pattern: profile.stretches[0].pattern.clone(),
        };
        // At 10 the clock shows 80, at 120 (which is then 90 again) it shows 0.
        profile.stretches.extend([later(10, 70), later(120, 80)]);
        let mut steps = Intensity::new(&profile);
        assert_eq!(steps.advance(secs(0), 9.5), SimTime::from_nanos(9_500_000_000));
        assert_eq!(steps.advance(secs(0), 12.0), secs(11), "from 10 on twice as fast");
        assert_eq!(steps.area(secs(0), secs(30)), 10.0 + 40.0);
        assert_eq!(steps.area(secs(110), secs(140)), 20.0 + 20.0);
        assert_eq!(steps.advance(secs(110), 21.0), secs(121));
        assert_eq!(steps.advance(secs(0), 1.0), secs(1), "and back again");
    }
}
