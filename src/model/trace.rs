//! Recorded arrivals, and what becomes of every row of their file.

use std::collections::BTreeMap;

use super::{Arrivals, Model};
use crate::units::{SimDuration, SimTime};

/// Recorded jobs in the order of their arrival.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Trace {
    /// The file they were read from, for messages and pictures. Classes that replay one file keep its order at equal times.
    pub source: String,
    /// The jobs, `at` ascending, then `row`.
    pub rows: Vec<TraceRow>,
    /// Below 1 this share of the jobs comes; above 1 copies come too, so that there are so many times as many. `None`: those that
    /// were recorded.
    pub load: Option<f64>,
    /// What the file calls its tenants, by number; empty without a column of them.
    pub tenants: Vec<String>,
    /// What became of the rows of the file.
    pub account: TraceAccount,
}

/// A recorded job.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TraceRow {
    /// When it was created.
    pub at: SimTime,
    /// Its service time; `None`: drawn from the service time of the class.
    pub service: Option<SimDuration>,
    /// Its tenant, from 0.
    pub tenant: u16,
    /// Its place in the file, from 0.
    pub row: u32,
}

/// What a reader of a file did with its rows.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TraceAccount {
    /// What became of each row, in the order of the file.
    pub fates: Vec<RowFate>,
    /// The value of each row in the column of classes, as its place in `names`; empty without such a column.
    pub values: Vec<u32>,
    /// The values of the column of classes.
    pub names: Vec<String>,
    /// The value that the reader takes there.
    pub takes: Option<String>,
    /// How times were read, where that was found out and not stated.
    pub assumed: Vec<String>,
}

/// What a reader did with a row. Of several readers the greatest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RowFate {
    /// It is of another class, or another value stands where `where` states one.
    Other,
    /// It lies before the start of the run.
    BeforeStart,
    /// There are `limit` rows already.
    OverLimit,
    /// It lies at or after the end of the run.
    AfterEnd,
    /// It makes a job.
    Used,
}

/// Every row of a file: used, or left out for a reason.
#[derive(Clone, PartialEq, Debug)]
pub struct TraceUse {
    /// The file.
    pub source: String,
    /// Its rows.
    pub read: u64,
    /// Those that make jobs.
    pub used: u64,
    /// Why the others make none, and how many there are.
    pub left_out: Vec<(String, u64)>,
    /// What was assumed in reading it.
    pub assumed: Vec<String>,
}

impl TraceUse {
    /// Such as `3 rows: 2 used, 1 left out (before the start of the run)`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let left: Vec<String> = self.left_out.iter().map(|(why, number)| format!("{} {why}", count(*number))).collect();
        let rows = if self.read == 1 { "row" } else { "rows" };
        let left = match (self.read - self.used, left.is_empty()) {
            (0, _) | (_, true) => String::new(),
            (number, false) => format!(", {} left out: {}", count(number), left.join(", ")),
        };
        let assumed = self.assumed.iter().map(|said| format!("; {said}")).collect::<String>();
        format!("`{}` has {} {rows}: {} used{left}{assumed}", self.source, count(self.read), count(self.used))
    }

    /// Whether a reader must know more than that the file was read.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.read == self.used && self.assumed.is_empty()
    }
}

/// The traces of a model and what becomes of their rows, by file.
#[must_use]
pub fn trace_uses(model: &Model) -> Vec<TraceUse> {
    let mut files: BTreeMap<&str, Vec<&Trace>> = BTreeMap::new();
    for class in model.classes() {
        if let Arrivals::Trace(trace) = &class.arrivals {
            files.entry(&trace.source).or_default().push(trace);
        }
    }
    let horizon = SimTime::ZERO.after(model.horizon());
    files.into_iter().map(|(source, traces)| of_file(source, &traces, horizon)).collect()
}

/// All digits in groups of three: rows are accounted for one by one.
fn count(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let head = (!head.is_empty()).then(|| head.to_owned());
    head.into_iter().chain(groups).collect::<Vec<_>>().join(" ")
}

fn of_file(source: &str, traces: &[&Trace], horizon: SimTime) -> TraceUse {
    let most = traces.iter().map(|trace| trace.account.fates.len()).max().unwrap_or_default();
    let mut fates = vec![RowFate::Other; most];
    for trace in traces {
        let late = trace.rows.iter().rev().take_while(|row| row.at >= horizon);
        let late: Vec<usize> = late.map(|row| row.row as usize).collect();
        let mut own = trace.account.fates.clone();
        late.into_iter().for_each(|row| own.get_mut(row).into_iter().for_each(|fate| *fate = RowFate::AfterEnd));
        fates.iter_mut().zip(own).for_each(|(fate, own)| *fate = (*fate).max(own));
    }
    let mut left_out: Vec<(String, u64)> = Vec::new();
    for (row, fate) in fates.iter().enumerate().filter(|(_, fate)| **fate != RowFate::Used) {
        let why = reason(*fate, traces, row);
        match left_out.iter_mut().find(|(known, _)| *known == why) {
            Some((_, number)) => *number += 1,
            None => left_out.push((why, 1)),
        }
    }
    let mut assumed: Vec<String> = traces.iter().flat_map(|trace| trace.account.assumed.iter().cloned()).collect();
    assumed.dedup();
    let used = fates.iter().filter(|fate| **fate == RowFate::Used).count() as u64;
    TraceUse { source: source.to_owned(), read: most as u64, used, left_out, assumed }
}

fn reason(fate: RowFate, traces: &[&Trace], row: usize) -> String {
    match fate {
        RowFate::BeforeStart => "before the start of the run".to_owned(),
        RowFate::AfterEnd => "at or after the end of the run".to_owned(),
        RowFate::OverLimit => "beyond `limit`".to_owned(),
        RowFate::Used => String::new(),
        RowFate::Other => {
            let value = traces.iter().find_map(|trace| {
                let place = *trace.account.values.get(row)? as usize;
                trace.account.names.get(place)
            });
            let is_read = |name: &String| traces.iter().any(|trace| trace.account.takes.as_ref() == Some(name));
            match value.filter(|name| !is_read(name)) {
                Some(value) => format!("of class `{value}`, which no job class reads"),
                None => "with another value where `where` states one".to_owned(),
            }
        }
    }
}
