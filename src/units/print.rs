//! From a quantity to text for people.

/// Whether a text is for prose (`3 h 27 min`) or for code (`3h27m`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Human {
    /// `3 h 27 min`
    Prose,
    /// `3h27m`, which can be read back.
    Code,
}

/// Seconds for people with at most two units and three significant digits: `0.8 s`, `45 s`, `3 h 27 min`, `1 d 1 h`.
#[must_use]
pub fn human_seconds(_seconds: f64, _form: Human) -> String {
    todo!()
}

/// A count for people: `0.35`, `12`, `4 200`, `13.6 k`, `1.4 M`.
#[must_use]
pub fn human_count(_count: f64) -> String {
    todo!()
}
