//! What is written: texts and places in them, the tree of values that know where they stand, and problems.

pub(super) mod canonical;
pub(super) mod locate;
pub(super) mod node;
pub(super) mod problem;
pub(super) mod slips;
pub(super) mod source;
