//! The engine on small worlds whose timelines are worked out by hand or known from an oracle, exact to the nanosecond.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alerts;
mod capacity;
mod choice;
mod dispatchers;
mod fates;
mod jobs;
mod limits;
mod oracle;
mod policies;
mod polling;
mod prefetch;
mod providers;
mod restarts;
#[path = "../support/mod.rs"]
mod support;
mod trace_replay;
