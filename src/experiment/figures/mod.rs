//! From the counts of a replication to its figures, curves and evidence, all of one replication.

pub(in crate::experiment) mod alerts;
pub(in crate::experiment) mod curves;
pub(in crate::experiment) mod evidence;
pub(in crate::experiment) mod jobs;
pub(in crate::experiment) mod list;
pub(in crate::experiment) mod possible;
pub(in crate::experiment) mod providers;
pub(in crate::experiment) mod unit_result;
pub(in crate::experiment) mod view;
pub(in crate::experiment) mod workers;
