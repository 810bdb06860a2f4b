//! What samples can have missed.

/// Jobs wait because of something for up to this many times its length: it lasts, and what has gathered must be worked off.
pub(super) const AFTERMATH: f64 = 4.0;

/// The share of cases that would stay unseen among so many, at worst.
pub(super) fn unseen_share(seen: f64, confidence: f64) -> f64 {
    1.0 - libm::pow((1.0 - confidence) / 2.0, 1.0 / seen.max(1.0))
}

/// The share of the jobs of a time that something of this length can concern.
pub(in crate::experiment) fn concerned(length: f64, window: f64) -> f64 {
    if window > 0.0 { (AFTERMATH * length / window).min(1.0) } else { 1.0 }
}
