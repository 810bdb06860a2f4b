//! From results to files: one file of code for each format, and the run folder that holds them.
//!
//! Place in the flow: after `experiment`, before `cli`. Nothing here simulates, draws random numbers or reads a clock, so equal
//! results give equal bytes. The pictures are drawn by [`plot`](crate::plot).

mod explain;
mod files;
mod html;
mod shown;
pub mod size;
mod terminal;

pub use explain::load::{ClassLoad, LoadStep, OfferedLoad, PoolLoad};
pub use explain::{Plan, explain};
pub use files::curves_csv::write_curves;
pub use files::folder::{NewFile, RunFolder, WriteError};
pub use files::manifest::{Made, Origin, Stamps, read_made, read_origin, write_manifest};
pub use files::markdown::write_markdown;
pub use files::metrics_csv::write_metrics;
pub use files::part::{PART_MANIFEST, PartManifest, PartScenario};
pub use files::pictures::picture_files;
pub use files::run_files::write_run_files;
pub use files::sensitivity_csv::write_sensitivity;
pub use files::stored::{read_stored, write_stored};
pub use files::stored_error::StoredError;
pub use files::summary::{Summary, summary_schema, write_summary};
pub use html::{Portrait, write_html};
pub use shown::{shown, shown_study};
pub use terminal::outcome::{verdict_tone, write_outcome};
