//! Probabilities and chances in words.

use super::strata::Stratum;
use crate::stats::Estimate;

pub(super) fn event_in_words(kind: &Stratum) -> Option<String> {
    let event = kind.event.as_ref()?;
    Some(format!("{event} (in {} of the replications)", percent(kind.probability)))
}

/// A probability as people read it.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent >= 10.0 => format!("{percent:.0} %"),
        percent if percent >= 1.0 => format!("{percent:.1} %"),
        percent => format!("{percent:.2} %"),
    }
}

pub(super) fn chance_in_words(estimate: Option<Estimate>, empty: usize, confidence: f64) -> Option<String> {
    let estimate = estimate?;
    let breaks = 100.0 * (1.0 - estimate.mean);
    let ends = estimate.low.zip(estimate.high).map(|(low, high)| {
        format!(
            " ({} % confidence: {:.1} to {:.1})",
            (confidence * 1e4).round() / 100.0,
            100.0 * (1.0 - high),
            100.0 * (1.0 - low)
        )
    });
    let without =
        if empty > 0 { format!("; {empty} replications had no such jobs and count as kept") } else { String::new() };
    Some(format!("it breaks in {breaks:.1} of 100 replications{}{without}", ends.unwrap_or_default()))
}
