//! The engine and the experiment against exact theory, with fixed seeds and intervals narrow enough to fail.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod capacity;
mod coverage;
mod fates;
mod models;
mod observers;
mod precision;
mod reference;
mod rows;
mod sensitivity;
#[path = "../support/mod.rs"]
mod support;
mod warmup;
