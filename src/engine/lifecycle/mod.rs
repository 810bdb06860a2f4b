//! What else can become of a job than being finished: retries, copies, patience, providers, follow-up jobs.

pub(crate) mod agenda;
mod attempts;
mod backoff;
mod calls;
pub(crate) mod concurrency;
pub(crate) mod provider;
pub(crate) mod records;
pub(crate) mod slab;
pub(crate) mod tracked;
