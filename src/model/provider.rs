//! Providers: dependencies that jobs of several classes share, such as a mail gateway or a database.
//!
//! A job of a class with a provider holds its worker from the start of its attempt. It *calls* when the provider lets it in,
//! first come, first served; its service is the call, and the provider makes calls wait, slows them down, fails or hangs.

use crate::units::{Share, SimDuration, SimTime};

/// A shared dependency.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Provider {
    /// Its name in the scenario; unique.
    pub name: String,
    /// The most calls in progress at once, at least 1; `None`: no cap.
    pub concurrent: Option<u32>,
    /// How often it lets calls in; `None`: at once.
    pub rate: Option<CallRate>,
    /// How calls in progress slow a further one down.
    pub slowdown: Option<Crowding>,
    /// When it is in trouble: disjoint, ascending, `from < to`.
    pub windows: Vec<Trouble>,
}

/// How often a provider lets calls in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallRate {
    /// At most so many calls begin in each window; windows begin at the multiples of their length from time zero.
    FixedWindow {
        /// At least 1.
        calls: u32,
        /// Length of a window; positive.
        per: SimDuration,
    },
    /// A call takes a token when it begins. The bucket is full at time zero.
    TokenBucket {
        /// From one token to the next while the bucket is not full; positive.
        every: SimDuration,
        /// The most tokens in the bucket; at least 1.
        burst: u32,
    },
}

/// A call takes 1 + `per_call` * max(0, busy - `above`) times as long, with the calls in progress when it begins, itself included.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Crowding {
    /// So many calls do not disturb each other.
    pub above: u32,
    /// By how much each further one slows a call down; positive and finite.
    pub per_call: f64,
}

/// A window of time in which a provider is in trouble: from the start, up to but not including the end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Trouble {
    /// Start.
    pub from: SimTime,
    /// End; after the start.
    pub to: SimTime,
    /// Calls that begin in it take this many times as long; positive and finite, 1 unless stated.
    pub slow: f64,
    /// The probability that a call that begins in it fails, at the end of its time.
    pub fails: Share,
    /// Calls stand still in it: what is left of them goes on after it, unless their timeout is over before.
    pub hangs: bool,
}
