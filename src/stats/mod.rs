//! Pure statistics on numbers: quantile sketches and intervals. Knows nothing of queues.

mod beta;
mod folded;
mod interval;
mod median;
mod profile;
mod share;
mod sketch;
mod steps;
mod warmup;

pub use folded::{Archive, Folded};
pub use interval::{Estimate, student_t, welch};
pub use median::Median;
pub use profile::{Jobs, PackedProfile, Pooled, Profile};
pub use share::{SOME, ShareInterval, Spread, exact_share};
pub use sketch::{Quantile, Sketch, Totals, rank_of};
pub use warmup::{Truncation, mser5};
