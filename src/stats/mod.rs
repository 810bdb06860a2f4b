//! Pure statistics on numbers: quantile sketches and intervals. Knows nothing of queues.

mod folded;
mod interval;
mod median;
mod sketch;
mod steps;
mod warmup;

pub use folded::{Archive, Folded};
pub use interval::{Estimate, student_t};
pub use median::Median;
pub use sketch::{Quantile, Sketch, Totals};
pub use warmup::{Truncation, mser5};
