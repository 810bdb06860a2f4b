//! What a search for sizes found: the text that is printed, and `size.csv`.

pub(crate) mod csv;
pub(crate) mod guess;
pub(crate) mod words;

pub use csv::write_size_csv;
pub use guess::first_guess;
pub use words::write_size;
