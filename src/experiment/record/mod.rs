//! One replication as it is seen: the observer, and what it counts.

pub(in crate::experiment) mod alarms;
pub(in crate::experiment) mod bill;
pub(in crate::experiment) mod bounds;
pub(in crate::experiment) mod drain;
pub(in crate::experiment) mod fate_record;
pub(in crate::experiment) mod fates;
pub(in crate::experiment) mod follow;
pub(in crate::experiment) mod late;
pub(in crate::experiment) mod level;
pub(in crate::experiment) mod lives;
pub(in crate::experiment) mod normal;
pub(in crate::experiment) mod peak;
pub(in crate::experiment) mod providers;
pub(in crate::experiment) mod recorder;
pub(in crate::experiment) mod records;
pub(in crate::experiment) mod room;
pub(in crate::experiment) mod spells;
pub(in crate::experiment) mod step_waits;
