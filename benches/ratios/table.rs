//! The table of ratios: printed line by line as they come, and written as CSV.

use std::fmt::Write as _;
use std::path::Path;

/// One ratio: what is measured against what.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) part: &'static str,
    pub(crate) case: String,
    pub(crate) base: String,
    pub(crate) other: String,
    pub(crate) unit: &'static str,
    pub(crate) base_value: f64,
    pub(crate) other_value: f64,
    /// Other to base.
    pub(crate) ratio: f64,
    /// The least and the largest of the pairs.
    pub(crate) range: Option<(f64, f64)>,
    /// The most memory that the other side had, in MiB.
    pub(crate) memory: Option<f64>,
}

pub(crate) struct Table {
    name: &'static str,
    csv: String,
    part: &'static str,
}

impl Table {
    pub(crate) fn begin(name: &'static str) -> Self {
        let csv = "part,case,base,other,unit,base_value,other_value,ratio,ratio_least,ratio_most,memory_mib\n";
        Self { name, csv: csv.to_owned(), part: "" }
    }

    pub(crate) fn add(&mut self, row: &Row) {
        if row.part != self.part {
            println!("\n{:<34} {:>12} {:>12}  ratio", row.part, row.base, row.unit);
            self.part = row.part;
        }
        let range = row.range.map_or_else(String::new, |(least, most)| format!(" ({least:.2} to {most:.2})"));
        let memory = row.memory.map_or_else(String::new, |memory| format!("  {memory:.0} MiB"));
        let name = format!("{}, {}", row.case, row.other);
        println!("{name:<34} {:>12.2} {:>12.2}  {:.2}{range}{memory}", row.base_value, row.other_value, row.ratio);
        self.write(row);
    }

    fn write(&mut self, row: &Row) {
        let cell = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.4}"));
        let Row { part, case, base, other, unit, base_value, other_value, ratio, .. } = row;
        let (least, most) = (cell(row.range.map(|range| range.0)), cell(row.range.map(|range| range.1)));
        let numbers = format!("{base_value:.4},{other_value:.4},{ratio:.4},{least},{most},{}", cell(row.memory));
        let line = writeln!(self.csv, "{part},{case},{base},{other},{unit},{numbers}");
        line.expect("text grows");
    }

    pub(crate) fn end(self) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(self.name).with_extension("csv");
        std::fs::write(&path, self.csv).expect("target/ can be written");
        println!("\nwritten: {}", path.display());
    }
}
