//! The answer to the question of the study in two or three sentences, for people who read nothing else.

mod alerts;
mod alternatives;
mod bad_hours;
mod base;
mod certainty;
mod figures;
mod sweep;

use crate::experiment::Results;
use crate::findings::sensitivity::sensitivity_sentence;

pub(crate) use base::wait_bound;
pub use certainty::{directed, missing, notes, own_values};
pub(crate) use sweep::met_along_sweep;

/// The answer in words: how the base does and for how long most jobs are late; which alert sees it; which alternatives meet every objective and what the
/// cheapest costs; which objectives are met and yet not in some hours; where on a sweep all is well. Two or three sentences; empty without any figure.
#[must_use]
pub fn answer(results: &Results) -> String {
    let parts = [
        base::sentence(results),
        figures::sentence(results),
        certainty::sentence(results),
        alerts::sentence(results),
        alternatives::sentence(results),
        bad_hours::sentence(results),
        sweep::sentence(results),
        sensitivity_sentence(results),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
