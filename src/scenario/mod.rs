//! The scenario language: text in, a valid [`Study`](crate::model::Study) or all problems at once out.
//!
//! TOML becomes a tree of values that know where they are written (`node`); alternatives, sweeps and `--set` are laid
//! over that tree (`overlay`, `plan`), and every resulting tree is read as if it had been written by hand (`world` and the
//! files named after the tables). Readers report problems and go on, so that all are shown together (`problem`).
//! serde is not used for this: it stops at the first error.

mod again;
mod alerts;
mod arrivals;
mod autoscale;
mod bounds;
mod calendar_sizes;
mod calendars;
mod canonical;
mod capacity;
mod condition;
mod cron;
mod days;
mod desk;
mod dispatchers;
mod effective;
mod empirical;
mod error;
mod events;
mod exceptions;
mod expression;
mod fates;
mod fields;
mod hints;
mod hours;
mod jobs;
mod language;
mod laws;
mod limits;
mod load;
mod locate;
mod names;
mod node;
mod notes;
mod objectives;
mod overlay;
mod overrides;
mod paths;
mod plan;
mod pools;
mod problem;
mod profiles;
mod providers;
mod queues;
mod reference;
mod rows;
mod run;
mod schema;
mod slips;
mod source;
mod staffing;
mod sweep;
mod table_file;
mod table_text;
mod template;
mod times;
mod timetable;
mod trace;
mod trace_times;
mod tree;
mod values;
mod vary;
mod world;

pub use error::ScenarioError;
pub use load::{Scenario, load, parse, parse_bytes};
pub use locate::{Cause, blame};
pub use notes::Note;
pub use overrides::Overrides;
pub use schema::schema;
pub use template::{Stated, Template, split_quantity};
pub use vary::vary;
