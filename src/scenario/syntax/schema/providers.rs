//! Dependencies that jobs share.

use schemars::{JsonSchema, Schema, json_schema};

use super::quantities::{Count, Duration, OrNone, Positive, Rate, Share, TimePoint};

declare! {
    KINDS:

    /// A dependency that job classes share. A job holds its worker while it waits to be let in, first come, first served.
    table Provider, "a provider" {
        /// Most calls in progress at once. Default: no cap.
        concurrent: Option<OrNone<Count>>,
        /// How often calls are let in. Default: at once.
        rate: Option<OrNone<CallRate>>,
        /// How calls in progress slow a further one down; fixed when the call begins.
        slowdown: Option<OrNone<Crowding>>,
        /// When it is slow, fails or hangs; windows must not overlap.
        windows: Option<OrNone<Vec<Trouble>>> = [],
    }

    /// How often calls are let in.
    choice CallRate, "a rate of calls" {
        /// At most so many calls begin in each window; windows begin at multiples of their length from the start of the run.
        fixed_window(FixedWindow),
        /// A call takes a token when it begins; the bucket is full at the start.
        token_bucket(TokenBucket),
    }

    /// Calls in a window.
    table FixedWindow, "a fixed window" {
        /// How many.
        calls: Count,
        /// Length of a window.
        per: Duration,
    }

    /// A token bucket.
    table TokenBucket, "a token bucket" {
        /// Tokens come so often; the time between two is rounded to a nanosecond.
        rate: Rate,
        /// Most tokens in the bucket.
        burst: Option<Count> = 1,
    }

    /// A call takes 1 + per_call * max(0, busy - above) times as long, with the calls in progress when it begins, itself included.
    table Crowding, "`slowdown`" {
        /// So many calls do not disturb each other.
        above: Count,
        /// By how much each further one slows a call down.
        per_call: Positive,
    }

    /// A window in which a provider is in trouble.
    table Trouble, "a window" {
        /// Start.
        from: TimePoint,
        /// End.
        to: TimePoint,
        /// Calls that begin in it take this many times as long; above 1.
        slow: Option<Positive>,
        /// The share of the calls begun in it that fail, at the end of their time.
        fails: Option<Share>,
        /// Calls stand still in it; what is left of them goes on after it, unless their timeout is over before.
        hangs: Option<Yes>,
    }
}

forms!(Yes, _generator, json_schema!({ "const": true, "description": "True." }));
