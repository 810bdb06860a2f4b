//! The second wall: a model that reaches the engine is valid whoever made it.

use std::fmt;

use super::ModelParts;

/// Why parts do not make a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelError(pub(super) String);

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ModelError {}

pub(super) fn check(_parts: &ModelParts) -> Result<(), ModelError> {
    Ok(())
}
