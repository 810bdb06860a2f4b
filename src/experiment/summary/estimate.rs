//! The mean over the replications of each one's own value, and what could have stayed unseen.

use super::over_jobs::Terms;
use super::unseen::unseen_share;
use crate::experiment::unit::Value;
use crate::stats::Estimate;

/// The largest value that could have stayed unseen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Most {
    /// No other than was seen.
    Seen,
    /// This one.
    Value(f64),
    /// Twice what was seen.
    Twice,
    /// So much more than was seen.
    More(f64),
    /// Any number of events in so many months each.
    Rate(f64),
}

/// The mean over the replications of each one's own value. Equal values are no proof that no other exists.
pub(super) fn estimate_of(values: &[Value], terms: &Terms<'_>, most: Most) -> Option<Estimate> {
    let of = |part: &dyn Fn(&Value) -> Option<f64>| {
        let parts: Vec<Option<f64>> = values.iter().map(part).collect();
        terms.strata.mean(&parts, terms.confidence)
    };
    let least = of(&|value| value.value)?;
    if terms.is_certain {
        return Some(Estimate { low: Some(least.mean), high: Some(least.mean), ..least });
    }
    if let (Most::Rate(months), true) = (most, values.iter().all(|value| value.value == Some(0.0))) {
        return Some(Estimate::of_none(months * values.len() as f64, values.len() as u32, terms.confidence));
    }
    let ceiling = if let Most::Value(ceiling) = most { ceiling.max(least.mean) } else { f64::INFINITY };
    let with_most = match values.iter().all(|value| value.most.is_none()) {
        true => least,
        false => Estimate { high: of(&|value| value.most.or(value.value))?.high, ..least },
    };
    Some(with_room(with_most, most, terms.confidence).within(0.0, ceiling))
}

fn with_room(estimate: Estimate, most: Most, confidence: f64) -> Estimate {
    let Some(half_width) = estimate.half_width() else { return estimate };
    let room = match most {
        Most::Value(most) => (most - estimate.mean).max(0.0),
        Most::Twice => estimate.mean,
        Most::More(more) => more,
        Most::Seen | Most::Rate(_) => return estimate,
    };
    if half_width > estimate.mean.abs() * 1e-12 {
        return estimate;
    }
    let unseen = unseen_share(f64::from(estimate.count), confidence);
    let (low, high) = (estimate.mean * (1.0 - unseen), estimate.mean + unseen * room);
    Estimate { low: Some(low), high: Some(high), ..estimate }
}
