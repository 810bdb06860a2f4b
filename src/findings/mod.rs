//! What is said of results: facts in words, with their numbers, and the tables behind them. Text, pictures, pages and gates take it from here.

pub(crate) mod alerts;
pub(crate) mod answer;
pub(crate) mod curve;
pub(crate) mod figures;
pub(crate) mod precision;
pub(crate) mod sensitivity;
pub mod sizing;
pub(crate) mod table;
pub(crate) mod words;

pub use answer::{answer, directed, missing, notes, own_values};
pub use curve::period;
pub use figures::{figure, figure_with_half_width, figure_with_interval, percent, whole_percent};
pub use table::{Cell, Paint, Table, Tone, wrap};
pub use words::{relevant_differences, scope_words};
