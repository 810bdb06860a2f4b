//! What moves jobs into queues, and how it breaks down.

use schemars::{JsonSchema, Schema, json_schema};

use super::laws::Delay;
use super::quantities::{Count, CronLine, Duration, OrNone, Positive, Rate, Repeated, Share, TimePoint};

declare! {
    KINDS:

    /// Moves jobs from its staging place into their queues.
    table Dispatcher, "a dispatcher" {
        /// Time between wake-ups. Default: {default}, at once.
        interval: Option<Duration> = "0s",
        /// Each wake-up comes up to this later.
        jitter: Option<Duration> = "0s",
        /// Most jobs at a wake-up.
        batch: Option<Count>,
        /// A wake-up goes on with batches until nothing is staged; with `batch`.
        until_empty: Option<bool> = false,
        /// Which staged job is moved first.
        order: Option<StagedOrder> = "oldest",
        /// Most jobs a second, one by one; without `interval`.
        rate: Option<OrNone<Rate>>,
        /// A regular restart.
        restart: Option<OrNone<Restart>>,
        /// When it does not do its work.
        outages: Option<OrNone<Vec<Outage>>> = [],
        /// Failures at random.
        failures: Option<OrNone<Failures>>,
        /// How many there are, one of which is active. Default: one, and with `failover` a standby that never fails.
        replicas: Option<Count>,
        /// A standby takes over after this gap: restarts and failures last at most this long while one is there. Default: at once
        /// with `replicas`, never without.
        failover: Option<OrNone<Duration>>,
        /// What happens to what was staged meanwhile.
        on_return: Option<Return> = "flood",
    }

    /// A regular restart.
    table Restart, "a restart", exclusive [[every, first], [cron, repeated]] {
        /// Time from one to the next: `24h` is elapsed time, `1 day` follows the clock when it is set.
        every: Option<Duration>,
        /// Start of the first, with `every`. Default: `every`.
        first: Option<TimePoint>,
        /// A cron line instead of `every`.
        cron: Option<CronLine>,
        /// What happens at times that clocks show twice, with `cron`.
        repeated: Option<Repeated> = "once",
        /// How long it takes: a duration or a distribution.
        takes: Delay,
        /// Each start comes up to this later.
        jitter: Option<Duration> = "0s",
        /// Share of the restarts that hang until somebody or the next restart starts it anew.
        hangs: Option<Share> = "0%",
    }

    /// Failures at random.
    table Failures, "failures" {
        /// From a repair to the next failure: a duration or a distribution.
        after: Delay,
        /// From a failure to its repair.
        repair: Delay,
    }

    /// A window of time.
    table Outage, "an outage" {
        /// Start.
        from: TimePoint,
        /// End.
        to: TimePoint,
        /// What it looks like from outside.
        kind: Option<Kind> = "down",
    }

    /// Kinds of outages with parameters.
    choice OutageKind, "a kind of outage" {
        /// Up for a while and down for a while, never for long enough to move a job.
        crash_loop(CrashLoop),
        /// It moves jobs this many times less often.
        slow(Positive),
    }

    /// Up and down, over and over.
    table CrashLoop, "a crash loop" {
        /// How long it is up.
        up: Duration,
        /// How long it is down.
        down: Duration,
    }

    /// How what was staged is released.
    choice OnReturn, "`on_return`" {
        /// At this rate, oldest first.
        paced(Rate),
        /// All at once, but those that are older than this are dropped.
        expire(Duration),
    }
}

forms!(
    Kind,
    generator,
    json_schema!({
        "description": "`down`, `idle` (alive, moves nothing), a crash loop or slow.",
        "anyOf": [{ "enum": ["down", "idle", "two_active"] }, generator.subschema_for::<OutageKind>()]
    })
);

forms!(
    StagedOrder,
    _generator,
    json_schema!({ "enum": ["oldest", "newest", "priority"], "description": "Which staged job is moved first." })
);
forms!(
    Return,
    generator,
    json_schema!({
        "description": "What happens to the jobs staged during an outage: all at once, newest first, at a pace, or without those that are too old.",
        "anyOf": [{ "enum": ["flood", "newest_first"] }, generator.subschema_for::<OnReturn>()]
    })
);
