//! Which assumptions matter: the base with one of its numbers lower, and higher, by a share.

use super::DesignPoint;
use crate::units::Share;

/// The numbers of a scenario, each varied alone.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// By how much of its value each number is varied; above 0 and below 1.
    pub share: Share,
    /// The numbers, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// What was not varied, and why.
    pub left_out: Vec<LeftOut>,
}

/// A number that the scenario states.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Where it stands, such as `jobs.mail.arrivals.poisson.rate`.
    pub path: String,
    /// As it stands, such as `4/s`.
    pub stated: String,
    /// Lower and higher; `None` where the scenario would be wrong, which is told in `left_out`.
    pub ends: [Option<Varied>; 2],
}

/// The base with another value of one number.
#[derive(Clone, Debug)]
pub struct Varied {
    /// The value, such as `4.8/s`.
    pub value: String,
    /// The base with it.
    pub point: DesignPoint,
}

/// A value that was not simulated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Where it stands.
    pub path: String,
    /// The reason.
    pub reason: String,
}
