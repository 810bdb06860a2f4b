//! The reference values that theory and simulation are tested against: exact numbers with their sources.

use serde_json::Value;

/// A row of `tests/data/reference-values.csv`.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) quantity: String,
    pub(super) value: f64,
    params: Value,
}

impl Row {
    pub(super) fn param(&self, name: &str) -> f64 {
        self.params[name].as_f64().unwrap_or_else(|| panic!("{}: no number {name}", self.id))
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.params[name].as_str().unwrap_or_else(|| panic!("{}: no text {name}", self.id)).to_owned()
    }

    pub(super) fn list(&self, name: &str) -> Vec<f64> {
        let list = self.params[name].as_array().unwrap_or_else(|| panic!("{}: no list {name}", self.id));
        list.iter().map(|entry| entry.as_f64().unwrap()).collect()
    }
}

/// The rows of a family.
pub(super) fn rows(family: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(include_bytes!("../../tests/data/reference-values.csv").as_slice());
    let rows = reader.deserialize().map(|row: csv::Result<[String; 7]>| row.unwrap());
    let of_family = rows.filter(|row| row[1] == family);
    of_family
        .map(|[id, _, _, params, quantity, value, _]| Row {
            id,
            quantity,
            value: value.parse().unwrap(),
            params: serde_json::from_str(&params).unwrap(),
        })
        .collect()
}

/// Equal to nine digits; reference values near zero, which are known absolutely, to 1e-12.
#[track_caller]
pub(super) fn assert_agrees(row: &Row, found: Option<f64>) {
    let found = found.unwrap_or_else(|| panic!("{}: no steady state", row.id));
    let error = (found - row.value).abs();
    assert!(error <= 1e-9 * row.value.abs().max(1e-3), "{}: {found} against {}", row.id, row.value);
}
