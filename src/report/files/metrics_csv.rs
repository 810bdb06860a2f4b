//! `metrics.csv`: one row for each figure of each design point, tidy, for data frames and spreadsheets.
//!
//! Columns: `alternative`, one column for each swept path, `scope`, `name`, `metric`, `unit`, `mean`, `ci_low`, `ci_high`,
//! `replications` (those that have a value), `count` (jobs behind it in all replications), `at_least` (`true`: some replication knows
//! only that its value is larger, so that the mean is a lower bound). What does not exist is an empty cell. The measure of
//! an objective that is not among the figures follows them in rows of its own, named as written.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::experiment::{MetricResult, ObjectiveResult, PointResult, Results, ScopeName};
use crate::metric::Metric;
use crate::stats::Estimate;
use crate::untrusted::csv_text;

/// The text of `metrics.csv`.
#[must_use]
pub fn write_metrics(results: &Results) -> String {
    let mut text = CsvText::new();
    let axes = results.axes.iter().map(|axis| axis.path.as_str());
    let fixed = ["scope", "name", "metric", "unit", "mean", "ci_low", "ci_high", "replications", "count", "at_least"];
    text.row(["alternative"].into_iter().chain(axes).chain(fixed));
    for point in &results.points {
        write_point(&mut text, point, results.axes.len());
    }
    text.finish()
}

fn write_point(text: &mut CsvText, point: &PointResult, axes: usize) {
    let mut lead = vec![point.alternative.clone()];
    lead.extend((0..axes).map(|i| point.sweep.get(i).cloned().unwrap_or_default()));
    for metric in &point.metrics {
        text.row(lead.iter().cloned().chain(Figure::from(metric).cells()));
    }
    let mut written: Vec<(&ScopeName, &str)> = Vec::new();
    for objective in &point.objectives {
        let key = (&objective.scope, objective.metric.as_str());
        let metric = Metric::from_name(&objective.metric);
        let known = point.metrics.iter().any(|m| m.scope == objective.scope && Some(m.metric) == metric);
        if !known && !written.contains(&key) {
            text.row(lead.iter().cloned().chain(Figure::from(objective).cells()));
            written.push(key);
        }
    }
}

/// What a row says of a figure.
struct Figure<'a> {
    scope: &'a ScopeName,
    metric: Cow<'a, str>,
    unit: &'a str,
    estimate: Option<Estimate>,
    count: Option<u64>,
    at_least: bool,
}

impl<'a> From<&'a MetricResult> for Figure<'a> {
    fn from(m: &'a MetricResult) -> Self {
        let (count, at_least) = (m.count, m.at_least);
        Self { scope: &m.scope, metric: m.metric.name(), unit: &m.unit, estimate: m.estimate, count, at_least }
    }
}

impl<'a> From<&'a ObjectiveResult> for Figure<'a> {
    fn from(o: &'a ObjectiveResult) -> Self {
        let at_least = o.at_least;
        Self {
            scope: &o.scope,
            metric: Cow::Borrowed(&o.metric),
            unit: &o.unit,
            estimate: o.estimate,
            count: None,
            at_least,
        }
    }
}

impl Figure<'_> {
    fn cells(&self) -> [String; 10] {
        [
            self.scope.kind.name().to_owned(),
            self.scope.name.clone(),
            self.metric.to_string(),
            self.unit.to_owned(),
            number(self.estimate.map(|e| e.mean)),
            number(self.estimate.and_then(|e| e.low)),
            number(self.estimate.and_then(|e| e.high)),
            self.estimate.map_or(0, |e| e.count).to_string(),
            self.count.map_or_else(String::new, |count| count.to_string()),
            self.at_least.to_string(),
        ]
    }
}

/// A number in the fewest digits that are read back as the same; empty when absent.
pub(in crate::report) fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A CSV file on its way to where it is written.
pub(in crate::report) struct CsvTo<W: Write>(csv::Writer<W>);

/// CSV in memory.
pub(in crate::report) type CsvText = CsvTo<Vec<u8>>;

impl<W: Write> CsvTo<W> {
    pub(in crate::report) fn to(writer: W) -> Self {
        Self(csv::Writer::from_writer(writer))
    }

    /// Adds a row; all rows have the same number of cells. Text that a spreadsheet would calculate is made text.
    pub(in crate::report) fn add<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) -> csv::Result<()> {
        for cell in cells {
            self.0.write_field(csv_text(cell.as_ref()).as_bytes())?;
        }
        self.0.write_record(None::<&[u8]>)
    }

    /// Writes what is not written yet.
    pub(in crate::report) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl CsvText {
    pub(in crate::report) fn new() -> Self {
        Self::to(Vec::new())
    }

    /// As [`CsvTo::add`]: memory does not fail.
    #[expect(clippy::expect_used, reason = "memory does not fail and rows are equally long by construction")]
    pub(in crate::report) fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.add(cells).expect("rows of equal length are written to memory");
    }

    #[expect(clippy::expect_used, reason = "memory does not fail and every cell was text")]
    pub(in crate::report) fn finish(self) -> String {
        let bytes = self.0.into_inner().expect("memory is flushed");
        String::from_utf8(bytes).expect("cells of text make text")
    }
}
