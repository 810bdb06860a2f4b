//! True to the systems: polling workers, the HPA and KEDA against oracles written from their sources, and small inputs through the
//! command whose right answers are known.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod autoscalers;
mod cases;
mod choose;
mod polling;
#[path = "../support/mod.rs"]
mod support;
