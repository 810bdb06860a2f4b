//! How much worse than its baseline a figure may be.

use std::fmt;
use std::str::FromStr;

use crate::units::parse_duration;

/// How much worse than its baseline a figure may be; the widest of the parts counts.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Tolerance {
    /// Of the value in the baseline; of a share that is near the whole, of what is missing to it.
    pub relative: f64,
    /// Of times, in seconds.
    pub seconds: f64,
    /// Of numbers of jobs.
    pub jobs: f64,
    /// In half-widths of the interval of the baseline.
    pub half_widths: f64,
}

/// A text that is no tolerance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToleranceError(String);

impl fmt::Display for ToleranceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.0;
        write!(
            f,
            "`{found}` is no tolerance; accepted: a share of the baseline as in `2%`, a time as in `5s`, `20 jobs`, or `1 half-width`"
        )
    }
}

impl std::error::Error for ToleranceError {}

impl FromStr for Tolerance {
    type Err = ToleranceError;

    fn from_str(text: &str) -> Result<Self, ToleranceError> {
        let error = || ToleranceError(text.to_owned());
        let number = |text: &str| {
            text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0).ok_or_else(error)
        };
        let ending = |endings: [&str; 2]| endings.into_iter().find_map(|ending| text.strip_suffix(ending));
        if let Some(count) = ending(["half-widths", "half-width"]) {
            return Ok(Self { half_widths: number(count)?, ..Self::default() });
        }
        if let Some(count) = ending(["jobs", "job"]) {
            return Ok(Self { jobs: number(count)?, ..Self::default() });
        }
        if let Some(percent) = text.strip_suffix('%') {
            return Ok(Self { relative: number(percent)? / 100.0, ..Self::default() });
        }
        let time = parse_duration(text).map_err(|_| error())?;
        Ok(Self { seconds: time.as_secs_f64(), ..Self::default() })
    }
}

impl Tolerance {
    /// The widest of several.
    #[must_use]
    pub fn widest(all: &[Self]) -> Self {
        all.iter().fold(Self::default(), |a, b| Self {
            relative: a.relative.max(b.relative),
            seconds: a.seconds.max(b.seconds),
            jobs: a.jobs.max(b.jobs),
            half_widths: a.half_widths.max(b.half_widths),
        })
    }

    /// In the unit of a figure whose baseline has this mean and half-width.
    #[must_use]
    pub fn of(&self, mean: f64, half_width: f64, unit: &str) -> f64 {
        let whole = if unit == "share" { mean.min(1.0 - mean) } else { mean };
        let absolute = match unit {
            "s" => self.seconds,
            "h" | "job-hours" => self.seconds / 3600.0,
            "jobs" => self.jobs,
            _ => 0.0,
        };
        (self.relative * whole.abs()).max(absolute).max(self.half_widths * half_width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Tolerance {
        text.parse().unwrap()
    }

    #[test]
    fn each_form_is_read() {
        assert_eq!(read("2%"), Tolerance { relative: 0.02, ..Tolerance::default() });
        assert_eq!(read("250%"), Tolerance { relative: 2.5, ..Tolerance::default() });
        assert_eq!(read("1m30s"), Tolerance { seconds: 90.0, ..Tolerance::default() });
        assert_eq!(read("20 jobs"), Tolerance { jobs: 20.0, ..Tolerance::default() });
        assert_eq!(read("1.5 half-widths"), Tolerance { half_widths: 1.5, ..Tolerance::default() });
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "2", "-2%", "nan%", "inf jobs", "-1 half-width", "two jobs", "-5s"] {
            assert!(text.parse::<Tolerance>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_widest_part_counts() {
        let tolerance = Tolerance::widest(&[read("10%"), read("5s"), read("2 half-widths")]);
        assert_eq!(tolerance.of(20.0, 1.0, "s"), 5.0);
        assert_eq!(tolerance.of(200.0, 1.0, "s"), 20.0);
        assert_eq!(tolerance.of(200.0, 15.0, "s"), 30.0);
        assert_eq!(tolerance.of(200.0, 1.0, "jobs"), 20.0);
    }

    /// 1 % of 99.9 % would hide ten times as many late jobs.
    #[test]
    fn of_a_share_near_the_whole_it_is_what_is_missing_that_counts() {
        assert!((read("10%").of(0.999, 0.0, "share") - 0.000_1).abs() < 1e-12);
    }
}
