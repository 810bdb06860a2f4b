//! From the replications of a design point to estimates, verdicts, comparisons and warnings.

pub(in crate::experiment) mod causes;
pub(in crate::experiment) mod compare;
pub(in crate::experiment) mod directed;
pub(in crate::experiment) mod estimate;
pub(in crate::experiment) mod judge;
pub(in crate::experiment) mod late;
pub(in crate::experiment) mod lost;
pub(in crate::experiment) mod names;
pub(in crate::experiment) mod over_jobs;
pub(in crate::experiment) mod point;
pub(in crate::experiment) mod precision;
pub(in crate::experiment) mod reasons;
pub(in crate::experiment) mod strata;
pub(in crate::experiment) mod study;
pub(in crate::experiment) mod traces;
pub(in crate::experiment) mod unseen;
pub(in crate::experiment) mod wait_curves;
pub(in crate::experiment) mod warnings;
pub(in crate::experiment) mod words;
