//! When jobs are created.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};

use super::laws::Law;
use super::quantities::{Count, CronLine, Duration, Name, Positive, Rate, Repeated, TimePoint, TimePoints, Unit};

declare! {
    KINDS:

    /// When jobs are created.
    choice Arrivals, "arrivals" {
        /// Independently of each other at a rate.
        poisson(Poisson),
        /// With independent interarrival times.
        renewal(Renewal),
        /// Regularly.
        periodic(Periodic),
        /// Many within a window.
        burst(Burst),
        /// Several at one instant.
        batches(Batches),
        /// At a rate that changes at random.
        mmpp(Mmpp),
        /// As recorded in a CSV file.
        trace(TraceFile),
    }

    /// Poisson arrivals.
    table Poisson, "Poisson arrivals" {
        /// Jobs per time where the multiplier is 1.
        rate: Rate,
        /// Name of a profile.
        profile: Option<Name>,
    }

    /// Independent interarrival times.
    table Renewal, "renewal arrivals" {
        /// Their distribution.
        interarrival: Law,
    }

    /// Regular arrivals.
    table Periodic, "periodic arrivals", exclusive [[every, first], [cron, repeated]] {
        /// The period: `24h` is elapsed time, `1 day` follows the clock when it is set.
        every: Option<Duration>,
        /// When the first is due, with `every`.
        first: Option<TimePoint> = "0s",
        /// A cron line instead of `every`.
        cron: Option<CronLine>,
        /// What happens at times that clocks show twice, with `cron`.
        repeated: Option<Repeated> = "once",
        /// Longest random delay of a job.
        jitter: Option<Duration> = "0s",
        /// What becomes of those that are due while their dispatcher is down.
        missed: Option<Missed> = "kept",
    }

    /// Many jobs within a window.
    table Burst, "a burst" {
        /// How many.
        jobs: Count,
        /// Start of the window.
        from: TimePoint,
        /// Length of the window.
        over: Duration,
        /// How they lie in it.
        spacing: Option<Spacing> = "random",
    }

    /// Several jobs at one instant: `at` times, `every` period, or at a `rate`.
    table Batches, "batches", exclusive [[at], [every, first], [rate, profile], [cron, repeated]] {
        /// Jobs in a batch.
        size: Size,
        /// Times of the batches.
        at: Option<TimePoints>,
        /// Period of the batches: `24h` is elapsed time, `1 day` follows the clock when it is set.
        every: Option<Duration>,
        /// Time of the first, with `every`.
        first: Option<TimePoint> = "0s",
        /// A cron line that says when they come.
        cron: Option<CronLine>,
        /// What happens at times that clocks show twice, with `cron`.
        repeated: Option<Repeated> = "once",
        /// Rate of the batches.
        rate: Option<Rate>,
        /// Name of a profile, with `rate`.
        profile: Option<Name>,
    }

    /// Jobs in a batch.
    choice BatchSize, "a batch size" {
        /// Always this many.
        constant(Count),
        /// Between two numbers.
        uniform(Vec<Count>),
        /// 1, 2, ... with a mean.
        geometric(Geometric),
    }

    /// A geometric number on 1, 2, ...
    table Geometric, "a geometric batch size" {
        /// Its mean, at least 1.
        mean: f64,
    }

    /// A rate that changes at random.
    table Mmpp, "MMPP arrivals" {
        /// States that follow each other.
        states: Vec<MmppState>,
    }

    /// A state of an MMPP.
    table MmppState, "an MMPP state" {
        /// Jobs per time in it.
        rate: Rate,
        /// Mean stay in it.
        stay: Duration,
    }

    /// Recorded arrivals in a CSV file with a header, plain or gzipped. Classes that replay one file keep its order at equal times. Without
    /// `run.horizon` the run ends with the trace. What becomes of every row is told.
    table TraceFile, "a trace" {
        /// The file, beside the scenario.
        file: String,
        /// Column of arrivals: numbers in `time_unit` since the start, or since 1970 (from 10^8 s on; needs `run.start`), or dates. Rows before
        /// the start are left out.
        arrival: String,
        /// Column of service times in `time_unit`.
        service: Option<String>,
        /// Instead of `service`: column of the times at which service started, written like those of arrivals.
        started: Option<String>,
        /// Beside `started`: column of the times at which service ended.
        finished: Option<String>,
        /// Column of classes.
        class: Option<String>,
        /// The class to keep. Default: the name of the job class.
        only: Option<String>,
        /// Column of tenants.
        tenant: Option<String>,
        /// Columns with the value a row must have.
        r#where: Option<BTreeMap<String, String>>,
        /// Unit of the numbers. Default: `s`, or of times since 1970 the one that fits their size.
        time_unit: Option<Unit>,
        /// Time zone of dates without one. Default: that of `run.start`.
        time_zone: Option<String>,
        /// What stands between cells: one character, or `tab`. Default: `,`, or what the header has instead.
        delimiter: Option<String>,
        /// The decimal sign of numbers. Default: `.`, and `,` where it can be nothing else.
        decimal: Option<Decimal>,
        /// The character that begins lines which are not read. Default: `#`.
        comment: Option<String>,
        /// Most rows.
        limit: Option<Count>,
        /// So many times the recorded jobs: below 1 each replication leaves out some, above 1 it adds copies that come up to 15 min before or
        /// after the job.
        load: Option<Positive>,
    }
}

forms!(
    Missed,
    _generator,
    json_schema!({
        "enum": ["kept", "lost"],
        "description": "They are staged, or never created."
    })
);

forms!(
    Spacing,
    _generator,
    json_schema!({ "enum": ["random", "even"], "description": "Uniformly at random, or evenly." })
);
forms!(
    Size,
    generator,
    json_schema!({
        "description": "Jobs in a batch: a number, or a distribution.",
        "anyOf": [generator.subschema_for::<Count>(), generator.subschema_for::<BatchSize>()]
    })
);
forms!(Decimal, _generator, json_schema!({ "enum": [",", "."], "description": "A decimal sign." }));
