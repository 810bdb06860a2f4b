//! What is measured: the one table of figures and the one of curves. Every name, unit and rule that figures, objectives, comparisons,
//! gates and reports know of a metric stands in its row; nothing else spells it.

mod curve;
mod scope;
mod stored;
mod table;
mod time;
mod unit;

pub use curve::CurveKind;
pub use scope::{ScopeKind, ScopeName};
pub use stored::UnknownName;
pub use table::{Asked, Ceiling, Compared, Metric, Written};
pub use time::{Quantity, TimeStatistic};
pub use unit::Unit;
