//! Interleaved pairs of runs.

use std::time::Instant;

use crate::table::Row;

/// Something to measure: runs with a seed and says how many jobs it had.
pub(crate) type Run = dyn Fn(u64) -> u64;

/// What was measured of both sides, pair by pair.
pub(crate) struct Pairs(pub(crate) Vec<(f64, f64)>);

impl Pairs {
    pub(crate) fn of(number: u64, base: &Run, other: &Run) -> Self {
        Self((0..number).map(|seed| (time(base, seed), time(other, seed))).collect())
    }

    pub(crate) fn row(&self, part: &'static str, case: &str) -> Row {
        let ratios = sorted(self.0.iter().map(|(base, other)| other / base));
        Row {
            part,
            case: case.to_owned(),
            unit: "ns a job",
            base_value: median(&sorted(self.0.iter().map(|pair| pair.0))),
            other_value: median(&sorted(self.0.iter().map(|pair| pair.1))),
            ratio: median(&ratios),
            range: Some((ratios[0], ratios[ratios.len() - 1])),
            ..Row::default()
        }
    }
}

fn time(run: &Run, seed: u64) -> f64 {
    let start = Instant::now();
    let jobs = run(seed);
    start.elapsed().as_secs_f64() * 1e9 / jobs as f64
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}
