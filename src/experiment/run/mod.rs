//! Running a study: the plan, its replications, what is stored of them, and what is found by running once more.

pub(in crate::experiment) mod bad_hours;
pub(in crate::experiment) mod error;
pub(in crate::experiment) mod false_alarms;
pub(in crate::experiment) mod merge;
pub(in crate::experiment) mod plan;
pub(in crate::experiment) mod replicate;
pub(in crate::experiment) mod replication;
pub(in crate::experiment) mod runner;
pub(in crate::experiment) mod sensitivity;
pub(in crate::experiment) mod shard;
pub(in crate::experiment) mod store;
pub(in crate::experiment) mod study;
pub(in crate::experiment) mod time_over;
pub(in crate::experiment) mod unit_file;
pub(in crate::experiment) mod unit_name;
pub(in crate::experiment) mod warmup;
pub(in crate::experiment) mod weight;
