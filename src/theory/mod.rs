//! Queueing theory: numbers in, numbers out.
//!
//! Exact results that the simulation is tested against and that explanations quote. Knows nothing of scenarios. Where a
//! system has no steady state (utilisation 1 or more) the answer is `None`. Times are in whatever unit the arguments use.

mod batch;
mod breakdowns;
mod erlang;
mod finite;
mod fluid;
mod priority;
mod single_server;

pub use batch::BatchMoments;
pub use breakdowns::Breakdowns;
pub use erlang::{Mmc, erlang_b, erlang_c};
pub use finite::{ErlangA, Mmck};
pub use fluid::{Burst, Outage};
pub use priority::{PriorityClass, cobham_waits, equal_service_waits, preemptive_resume_sojourns};
pub use single_server::{Mg1, ServiceMoments};

#[cfg(test)]
mod reference;
