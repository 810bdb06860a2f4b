//! `curves.csv`: every curve of every alternative, one row for each step, tidy.
//!
//! Columns: `time_s` (end of the step), `clock` (the same on the wall clock with its offset, empty without a start), `alternative`, `scope`,
//! `name`, `metric`, `mean`, `low`, `high`. What does not exist is an empty cell. Sweep points have no curves.

use std::io::{self, Write};

use super::metrics_csv::{CsvTo, number};
use crate::experiment::{Curve, Results};
use crate::units::{Clock, SimDuration, SimTime};

/// The text of `curves.csv`.
#[must_use]
#[expect(clippy::expect_used, reason = "memory does not fail and every cell was text")]
pub fn write_curves(results: &Results) -> String {
    let mut text = Vec::new();
    write_curves_to(results, &mut text).expect("memory takes every row");
    String::from_utf8(text).expect("cells of text make text")
}

/// Writes `curves.csv`, which may have millions of rows.
///
/// # Errors
/// What the writer says.
pub(in crate::report) fn write_curves_to(results: &Results, writer: &mut dyn Write) -> io::Result<()> {
    let times = step_ends(results);
    let mut csv = CsvTo::to(writer);
    csv.add(["time_s", "clock", "alternative", "scope", "name", "metric", "mean", "low", "high"])?;
    for point in &results.points {
        for curve in &point.curves {
            write_curve(&mut csv, &times, &point.alternative, curve)?;
        }
    }
    csv.flush()
}

/// The end of a step as written.
struct StepEnd {
    time: String,
    clock: String,
}

fn step_ends(results: &Results) -> Vec<StepEnd> {
    let clock: Option<Clock> = results.start.as_ref().and_then(|start| start.parse().ok()).map(Clock::new);
    let curves = results.points.iter().flat_map(|point| &point.curves);
    let steps = curves.map(|curve| curve.mean.len()).max().unwrap_or(0);
    (1..=steps).map(|step| step_end(step as f64 * results.step_s, clock.as_ref())).collect()
}

/// Goes through whole nanoseconds, so that 3 steps of 0.1 s end at 0.3.
fn step_end(seconds: f64, clock: Option<&Clock>) -> StepEnd {
    let time = SimTime::ZERO.after(SimDuration::from_secs_f64(seconds));
    let clock = clock.and_then(|clock| clock.at(time));
    let clock = clock.map_or_else(String::new, |at| at.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string());
    StepEnd { time: time.as_secs_f64().to_string(), clock }
}

fn write_curve<W: Write>(csv: &mut CsvTo<W>, times: &[StepEnd], alternative: &str, curve: &Curve) -> csv::Result<()> {
    let (scope, name) = (curve.scope.kind.name(), &curve.scope.name);
    for (i, end) in times.iter().take(curve.mean.len()).enumerate() {
        let value = |values: &[Option<f64>]| number(values.get(i).copied().flatten());
        let values = [value(&curve.mean), value(&curve.low), value(&curve.high)];
        let lead = [&end.time, &end.clock, alternative, scope, name, curve.metric.name()];
        csv.add(lead.into_iter().chain(values.iter().map(String::as_str)))?;
    }
    Ok(())
}
