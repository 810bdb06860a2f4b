//! The only folder that sees the whole state of a replication: the event loop, and a file for each kind of thing that happens.

mod abandonment;
mod admission;
mod alerting;
mod attempts;
mod autoscaling;
mod budget;
pub(super) mod build;
mod dispatch;
mod dispatcher_events;
mod flow;
mod follow_up;
mod free_times;
mod interrupt;
mod lindley;
mod policy_changes;
mod polling;
mod preemption;
mod prefetch;
mod provider_calls;
mod redelivery;
mod rolling_restart;
mod run;
mod scale_in;
pub(super) mod state;
mod timer_events;
mod unfinished;
mod worker_events;
