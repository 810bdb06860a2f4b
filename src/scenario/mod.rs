//! The scenario language: text in, a valid [`Study`](crate::model::Study) or all problems at once out.
//!
//! TOML becomes a tree of values that know where they are written (`text`); alternatives, sweeps and `--set` are laid over that tree
//! (`compose`), and every resulting tree is read as if it had been written by hand (`read`), by the declarations of all tables
//! (`syntax`). Each folder uses those before it: text, syntax, read, compose. Readers report problems and go on, so that all are
//! shown together. serde is not used for this: it stops at the first error.

mod compose;
mod read;
mod syntax;
mod text;

pub use compose::error::ScenarioError;
pub use compose::load::{Scenario, load, parse, parse_bytes};
pub use compose::notes::Note;
pub use compose::overrides::Overrides;
pub use compose::template::{Stated, Template, split_quantity};
pub use compose::vary::vary;
pub use syntax::schema::schema;
pub use text::locate::{Cause, blame};
