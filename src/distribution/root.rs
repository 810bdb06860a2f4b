//! Roots of increasing functions, for parameters that have no closed form. Runs when a distribution is made, not when it
//! is sampled, so it is robust instead of fast.

/// Where an increasing function reaches zero between `low` and `high`, to the last bit, by bisection.
pub(super) fn bisect(low: f64, high: f64, increasing: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if increasing(middle) < 0.0 { low = middle } else { high = middle }
    }
}
