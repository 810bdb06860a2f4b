//! The beta distribution where its parameters count jobs: from one to billions.
//!
//! statrs 0.19 has the distribution function, whose continued fraction is cut too early for large parameters, and a search for quantiles
//! that does not always end. Large parameters take the approximation 26.5.22 of Abramowitz and Stegun, "Handbook of Mathematical
//! Functions", 1964.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::beta_reg;

/// From here on the approximation is as good as the continued fraction.
const LARGE: f64 = 200.0;

/// P(X <= x) of a beta distribution with these positive parameters.
pub(super) fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    if a.min(b) <= LARGE {
        return if x <= 0.0 {
            0.0
        } else if x >= 1.0 {
            1.0
        } else {
            beta_reg(a, b, x)
        };
    }
    // The approximation is of the quantile: the share whose quantile is x.
    let (mut low, mut high) = (1e-12, 1.0 - 1e-12);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if approximate(a, b, middle) < x { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The value that a share `p` (0 to 1) of a beta distribution with these positive parameters does not exceed.
pub(super) fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    if a.min(b) > LARGE {
        return approximate(a, b, p);
    }
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 1e-14 && high - low > 1e-10 * high {
        let middle = f64::midpoint(low, high);
        if beta_reg(a, b, middle) < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

fn approximate(a: f64, b: f64, p: f64) -> f64 {
    let y = Normal::standard().inverse_cdf(1.0 - p);
    let (one, other) = (1.0 / (2.0 * b - 1.0), 1.0 / (2.0 * a - 1.0));
    let (h, lambda) = (2.0 / (one + other), (y * y - 3.0) / 6.0);
    let w = y * (h + lambda).sqrt() / h - (one - other) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));
    a / (a + b * libm::exp(2.0 * w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_approximation_meets_the_exact_quantile_where_it_takes_over() {
        for (a, b) in [(LARGE, LARGE), (LARGE, 2_000.0), (5_000.0, LARGE)] {
            for p in [0.001, 0.025, 0.5, 0.975, 0.999] {
                let (exact, near) = (beta_quantile(a, b, p), approximate(a, b, p));
                assert!((near / exact - 1.0).abs() < 1e-4, "{a} {b} {p}: {near} for {exact}");
            }
        }
    }

    #[test]
    fn quantiles_without_and_with_all_successes_have_closed_forms() {
        for n in [1.0, 17.0, 1_754.0, 1e6] {
            let exact = 1.0 - libm::pow(0.025, 1.0 / n);
            assert!((beta_quantile(1.0, n, 0.975) / exact - 1.0).abs() < 1e-6, "{n}");
        }
    }

    #[test]
    fn the_distribution_function_is_the_inverse_of_the_quantile() {
        for (a, b) in [(3.0, 1e7), (40.0, 60.0), (1_000.0, 9e6), (1e6, 1e6)] {
            for p in [0.025, 0.5, 0.975] {
                assert!((beta_cdf(a, b, beta_quantile(a, b, p)) - p).abs() < 1e-6, "{a} {b} {p}");
            }
        }
    }
}
