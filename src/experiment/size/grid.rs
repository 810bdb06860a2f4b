//! The values that are tried for one path: multiples of a step, in the unit of the scenario.

/// Steps are 1, 2 or 5 times a power of ten, so that values are short to write.
const STEPS: [f64; 3] = [5.0, 2.0, 1.0];

/// The values from `low` to `high` steps, each a multiple of the step, in order of how hard they are on the workers.
#[derive(Clone, PartialEq, Debug)]
pub struct Grid {
    /// Where in the scenario the value stands, such as `pools.workers.size`.
    pub path: String,
    /// The unit as written; empty for a plain number.
    pub unit: String,
    /// The distance between two values.
    pub step: f64,
    /// The smallest value, in steps.
    pub low: u32,
    /// The largest value, in steps; at least the smallest.
    pub high: u32,
    /// Whether a larger value is easier: workers, not jobs.
    pub larger_is_easier: bool,
}

impl Grid {
    /// How many values there are.
    #[must_use]
    pub fn places(&self) -> u32 {
        self.high - self.low + 1
    }

    /// The place of the value that is nearest to this one.
    #[must_use]
    pub fn place_of(&self, value: f64) -> u32 {
        let steps = (value / self.step).round().clamp(f64::from(self.low), f64::from(self.high)) as u32;
        self.turned(steps - self.low)
    }

    /// The value at a place.
    #[must_use]
    pub fn value(&self, place: u32) -> f64 {
        let steps = f64::from(self.low + self.turned(place));
        // Rounded to the decimals of the step, so that it is written as shortly.
        let decimals = self.step.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let scale = libm::pow(10.0, decimals as f64);
        (steps * self.step * scale).round() / scale
    }

    /// The value at a place as it would be written in a scenario.
    #[must_use]
    pub fn written(&self, place: u32) -> String {
        format!("{}{}", self.value(place), self.unit)
    }

    fn turned(&self, place: u32) -> u32 {
        if self.larger_is_easier { place } else { self.high - self.low - place }
    }
}

/// The step of a search around a value: at most a fiftieth of it.
#[must_use]
pub fn step_for(value: f64) -> f64 {
    let wanted = value / 50.0;
    let power = libm::pow(10.0, libm::floor(libm::log10(wanted)));
    STEPS.into_iter().map(|step| step * power).find(|&step| step <= wanted * (1.0 + 1e-9)).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(step: f64, larger_is_easier: bool) -> Grid {
        Grid { path: "x".into(), unit: "/s".into(), step, low: 2, high: 9, larger_is_easier }
    }

    #[test]
    fn steps_are_round_numbers() {
        assert_eq!([6.0, 4200.0, 1.0, 30.0].map(step_for), [0.1, 50.0, 0.02, 0.5]);
    }

    #[test]
    fn places_run_from_the_hardest_value_to_the_easiest() {
        let (easier, harder) = (grid(0.1, true), grid(0.1, false));
        assert_eq!((easier.written(0), easier.written(7)), ("0.2/s".to_owned(), "0.9/s".to_owned()));
        assert_eq!((harder.written(0), harder.written(7)), ("0.9/s".to_owned(), "0.2/s".to_owned()));
        for place in 0..8 {
            assert_eq!(easier.place_of(easier.value(place)), place);
            assert_eq!(harder.place_of(harder.value(place)), place);
        }
        assert_eq!(grid(50.0, true).written(1), "150/s");
    }
}
