//! What others wrote: files that a scenario names, results that somebody hands over, and text on its way to a reader.
//!
//! In CI a scenario comes from somebody's pull request, so nothing of it is believed: a file is opened only where it may lie, is read only if
//! it is a regular file and no larger than a stated limit, and its text is shown so that it can be nothing but text. Knows nothing of
//! scenarios. SECURITY.md says what is promised.

mod csv_text;
mod json;
mod limits;
mod markdown_text;
mod regular;
mod roots;
mod shell;
mod unpack;
mod visible;

pub(crate) use csv_text::csv_text;
pub use json::harmless_json;
pub use limits::{
    BASELINE_LIMIT, FONT_LIMIT, HANDED_IN_TIME, MANIFEST_LIMIT, PACKED_LIMIT, RECORD_LIMIT, RESULTS_LIMIT, ROW_LIMIT,
    ROWS_LIMIT, SCENARIO_LIMIT, UNPACKED_LIMIT, USED_ROWS_LIMIT, VISITS_LIMIT,
};
pub use markdown_text::escape;
pub(crate) use markdown_text::{Within, code, fenced, sentence};
pub use regular::{open_regular, open_to_store, read_bytes, read_text, refuse_link};
pub use roots::Roots;
pub use shell::{shell_path, shell_quoted};
pub use unpack::{RowGuard, unpacked};
pub use visible::{excerpt, harmless_line, is_hidden, one_line, shown_path, told_apart, visible};
