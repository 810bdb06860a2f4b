//! What is read: alternatives, settings and sweeps laid over the file, and values that are searched for.

pub(super) mod calendar_sizes;
pub(super) mod effective;
pub(super) mod error;
pub(super) mod load;
pub(super) mod notes;
pub(super) mod overlay;
pub(super) mod overrides;
pub(super) mod plan;
pub(super) mod rows;
pub(super) mod sweep;
pub(super) mod template;
pub(super) mod tree;
pub(super) mod vary;
