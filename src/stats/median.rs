//! The median of a few values with an interval that assumes nothing of their distribution.
//!
//! Literature: Conover, "Practical Nonparametric Statistics", 3rd ed., 1999, section 3.2 (confidence interval for a quantile).

use statrs::distribution::{Binomial, DiscreteCDF};

/// A median with its interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Median {
    /// The median: the middle value, or the mean of the two in the middle.
    pub median: f64,
    /// Ends of the interval, which are two of the values; `None` when there are too few for the confidence.
    pub interval: Option<(f64, f64)>,
}

impl Median {
    /// The median of `values` with the interval between the order statistics r and n + 1 - r, with the greatest r for which
    /// P(Binomial(n, 1/2) < r) is at most half of what `confidence` (0 to 1) leaves. `None` without values.
    #[must_use]
    pub fn of(values: &[f64], confidence: f64) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let median = match (n, n % 2) {
            (0, _) => return None,
            (_, 1) => sorted[n / 2],
            _ => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
        };
        let rank = rank(n as u64, (1.0 - confidence) / 2.0);
        let interval = rank.map(|rank| (sorted[rank - 1], sorted[n - rank]));
        Some(Self { median, interval })
    }
}

/// The greatest r with P(Binomial(n, 1/2) < r) at most `tail`; `None` when there is none from 1 on.
fn rank(n: u64, tail: f64) -> Option<usize> {
    let below = Binomial::new(0.5, n).ok()?;
    (1..=n.div_ceil(2)).take_while(|r| below.cdf(r - 1) <= tail).last().map(|r| r as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_the_published_table() {
        // Ranks of the 95 % interval of the median: Conover, table A3; 5 values are too few.
        let expected = [(5, None), (6, Some(1)), (10, Some(2)), (20, Some(6)), (30, Some(10)), (50, Some(18))];
        for (n, rank_of_table) in expected {
            assert_eq!(rank(n, 0.025), rank_of_table, "{n}");
        }
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(Median::of(&[3.0, 1.0, 2.0], 0.95), Some(Median { median: 2.0, interval: None }));
        assert_eq!(Median::of(&[4.0, 1.0, 2.0, 3.0], 0.95).map(|m| m.median), Some(2.5));
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(Median::of(&twenty, 0.95), Some(Median { median: 10.5, interval: Some((6.0, 15.0)) }));
        assert_eq!(Median::of(&[], 0.95), None);
    }
}
