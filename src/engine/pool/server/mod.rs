//! How a pool runs jobs.

pub(crate) mod slots;
