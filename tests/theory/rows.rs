//! Rows of the reference values.

use serde_json::Value;

pub(crate) struct Row {
    id: String,
    model: String,
    params: Value,
    pub(crate) quantity: String,
    pub(crate) value: f64,
}

impl Row {
    /// The row with this id.
    pub(crate) fn of(id: &str) -> Self {
        let mut reader = csv::Reader::from_reader(include_bytes!("../data/reference-values.csv").as_slice());
        let mut rows = reader.deserialize().map(|row: csv::Result<[String; 7]>| row.unwrap());
        let row = rows.find(|row| row[0] == id).unwrap_or_else(|| panic!("no row {id}"));
        let [id, _, model, params, quantity, value, _] = row;
        Self { id, model, params: serde_json::from_str(&params).unwrap(), quantity, value: value.parse().unwrap() }
    }

    /// For messages.
    pub(crate) fn name(&self) -> String {
        format!("{} {} {} {}", self.id, self.model, self.params, self.quantity)
    }

    pub(crate) fn param(&self, name: &str) -> f64 {
        self.optional(name).unwrap_or_else(|| panic!("{}: no number {name}", self.id))
    }

    pub(crate) fn optional(&self, name: &str) -> Option<f64> {
        self.params[name].as_f64()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.params[name].as_str().unwrap_or_else(|| panic!("{}: no text {name}", self.id)).to_owned()
    }

    pub(crate) fn list(&self, name: &str) -> Vec<f64> {
        let list = self.params[name].as_array().unwrap_or_else(|| panic!("{}: no list {name}", self.id));
        list.iter().map(|entry| entry.as_f64().unwrap()).collect()
    }
}
