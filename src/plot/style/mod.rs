//! Colours and letters.

pub(crate) mod palette;
pub(crate) mod paper;
pub(crate) mod scripts;
pub(crate) mod text;
