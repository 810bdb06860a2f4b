//! Inverse questions: the fewest workers, the cheapest sizes, the largest rate, burst, slowdown or outage that meets all objectives.
//!
//! Place in the flow: candidates come from the scenario, one design point each; `search` and `several` choose the next one, `trial`
//! replicates it until it is decided, `monotone` says whether the search may rely on easier values being no worse.

mod error;
mod grid;
mod monotone;
mod search;
mod several;
mod sizing;
mod trial;
mod unserved;

pub use error::SizeError;
pub use grid::{Grid, step_for};
pub use monotone::{Erlang, doubt, erlang};
pub use search::{Found, Row, search};
pub use several::{Sizes, cheapest};
pub use sizing::{Means, Sizing, size_one, size_several};
pub use trial::Trial;
pub use unserved::unserved;
