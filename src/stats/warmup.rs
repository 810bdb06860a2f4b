//! MSER-5: how much of the start of a series to leave out, so that the mean of the rest is known best.
//!
//! Of the means of batches of five values, it leaves out as many as make (q - s^2 / m) / m^2 least, where m are kept, s is
//! their sum and q the sum of their squares: the squared standard error of their mean, if they were independent.
//!
//! Literature: White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69 (1997);
//! White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics for simulation", WSC 2000.

/// Values in a batch.
const BATCH: usize = 5;

/// What MSER-5 says of a series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Truncation {
    /// Values to leave out, a multiple of 5.
    pub removed: usize,
    /// Whether the least was found within the first half. If not, the series never settles and what it says is not to be trusted.
    pub settled: bool,
}

/// Where to cut the start of `series`, which must be evenly spaced: at most half of it is left out. Values after the last whole
/// batch of five are not looked at; a series of fewer than four batches is kept.
#[must_use]
pub fn mser5(series: &[f64]) -> Truncation {
    let batches: Vec<f64> = series.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    let most = batches.len() / 2;
    if batches.len() < 4 {
        return Truncation { removed: 0, settled: true };
    }
    let marks = standard_errors(&batches);
    // The first of equal ones: nothing is left out of a constant series.
    let best = (0..=most).fold(0, |best, cut| if marks[cut] < marks[best] { cut } else { best });
    Truncation { removed: best * BATCH, settled: best < most }
}

/// (q - s^2 / m) / m^2 for each number of values left out. The numerator is summed from the end by Welford's recursion, which
/// does not cancel.
fn standard_errors(values: &[f64]) -> Vec<f64> {
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut marks: Vec<f64> = Vec::with_capacity(values.len());
    for (kept, value) in (1..).zip(values.iter().rev()) {
        let kept = f64::from(kept);
        let off = value - mean;
        mean += off / kept;
        squares += off * (value - mean);
        marks.push(squares / (kept * kept));
    }
    marks.reverse();
    marks
}

#[cfg(test)]
mod tests {
    use rand_distr::{Distribution, StandardNormal};

    use super::*;
    use crate::random::ReplicationSeed;

    #[test]
    fn the_mark_is_the_standard_formula() {
        let values = [9.0, 4.0, 1.0, 3.0, 2.0];
        for (cut, mark) in standard_errors(&values).into_iter().enumerate() {
            let kept = &values[cut..];
            let m = kept.len() as f64;
            let (s, q) = kept.iter().fold((0.0, 0.0), |(s, q), value| (s + value, q + value * value));
            assert!((mark - (q - s * s / m) / (m * m)).abs() < 1e-12, "{cut}");
        }
    }

    /// A first-order autoregression with this correlation around 10, `start` above it at first and nearing it by 2 % a step.
    fn series(seed: u32, correlation: f64, start: f64) -> Vec<f64> {
        let mut stream = ReplicationSeed { master: 3, replication: seed }.stream("series");
        let (mut noise, mut transient) = (0.0, start);
        let step = |_: usize| {
            let draw: f64 = StandardNormal.sample(&mut stream);
            noise = correlation * noise + (1.0 - correlation * correlation).sqrt() * draw;
            transient *= 0.98;
            10.0 + noise + transient
        };
        (0..2_000).map(step).collect()
    }

    #[test]
    fn a_known_transient_is_left_out_and_little_more() {
        for seed in 0..50 {
            let found = mser5(&series(seed, 0.5, 100.0));
            // After 160 steps 4 are left of the 100, after 350 less than 0.1.
            assert!(found.settled && (160..600).contains(&found.removed), "{seed}: {found:?}");
        }
    }

    #[test]
    fn little_is_left_out_of_stationary_data() {
        for correlation in [0.0, 0.5, 0.9] {
            let removed: Vec<usize> = (0..100).map(|seed| mser5(&series(seed, correlation, 0.0)).removed).collect();
            let mean = removed.iter().sum::<usize>() as f64 / 100.0;
            assert!(mean < 0.1 * 2_000.0, "{correlation}: {mean} of 2 000 on average");
            assert!(removed.iter().filter(|&&removed| removed > 800).count() <= 3, "{correlation}: {removed:?}");
        }
    }

    #[test]
    fn a_series_that_never_settles_is_told() {
        let rising: Vec<f64> = (0..400).map(f64::from).collect();
        assert_eq!(mser5(&rising), Truncation { removed: 200, settled: false });
    }

    #[test]
    fn constant_and_short_series_are_kept() {
        let kept = Truncation { removed: 0, settled: true };
        assert_eq!([mser5(&[7.0; 100]), mser5(&[9.0, 0.0, 0.0]), mser5(&[])], [kept; 3]);
    }
}
