//! From results to files: one file of code for each format, and the run folder that holds them.
//!
//! Place in the flow: after `experiment`, before `cli`. Nothing here simulates, draws random numbers or reads a clock, so equal
//! results give equal bytes. The pictures are drawn by [`plots`].

mod alerts;
mod answer;
mod beside;
mod csv_text;
mod curve;
mod curves_csv;
mod explain;
mod figures;
mod folder;
mod html;
mod idle_keys;
mod load;
mod manifest;
mod markdown;
mod markdown_text;
mod metrics_csv;
mod other_events;
mod outcome;
mod part;
pub mod plots;
mod precision;
mod provider_load;
mod rules;
mod run_files;
mod seal;
mod sensitivity;
mod shown;
pub mod size;
mod sparkline;
mod stored;
mod summary;
mod table;
mod ties;
mod unforeseen;
mod words;

pub use answer::{answer, directed, missing, notes, own_values};
pub use curve::period;
pub use curves_csv::write_curves;
pub use explain::{Plan, explain};
pub use figures::{figure, figure_with_half_width, figure_with_interval, percent};
pub use folder::{NewFile, RunFolder, WriteError};
pub use html::{Portrait, write_html};
pub use load::{ClassLoad, LoadStep, OfferedLoad, PoolLoad};
pub use manifest::{Made, Origin, Stamps, read_made, read_origin, write_manifest};
pub use markdown::write_markdown;
pub use markdown_text::escape;
pub(crate) use markdown_text::{Within, code, sentence};
pub use metrics_csv::write_metrics;
pub use outcome::{verdict_tone, write_outcome};
pub use part::{PART_MANIFEST, PartManifest, PartScenario};
pub use run_files::write_run_files;
pub use sensitivity::write_sensitivity;
pub use shown::{shown, shown_study};
pub use stored::{StoredError, read_stored, write_stored};
pub use summary::{Summary, summary_schema, write_summary};
pub use table::{Cell, Paint, Table, Tone, wrap};
pub use words::{relevant_differences, scope_words};
