//! Why there is no answer.

use crate::experiment::run::error::RunError;

/// Why a search ended without an answer.
#[derive(Debug)]
pub enum SizeError<E> {
    /// A candidate could not be made.
    Candidate(E),
    /// A result could not be stored.
    Run(RunError),
}
