//! The JSON Schema of the language, for editors. The types here only describe the language: what they say is held equal
//! to what the readers accept by a test that compares the keys, and by the scenarios that are checked against both.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Map, Value, json};

/// The JSON Schema of scenarios, pretty-printed.
#[must_use]
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Scenario>().to_value();
    add_partial(&mut schema);
    format!("{schema:#}\n")
}

/// Adds the partial forms of all tables that alternatives are made of: nothing is required there.
fn add_partial(schema: &mut Value) {
    let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) else { return };
    let partial: Vec<(String, Value)> = definitions
        .iter()
        .filter(|(name, _)| *name != "Alternative")
        .map(|(name, definition)| (format!("Partial{name}"), make_partial(definition, false)))
        .collect();
    definitions.extend(partial);
    let kinds = [("jobs", "Job"), ("queues", "Queue"), ("pools", "Pool"), ("profiles", "Profile")];
    for (section, kind) in kinds.into_iter().chain([("dispatchers", "Dispatcher"), ("events", "Event")]) {
        let reference = json!({ "$ref": format!("#/$defs/Partial{kind}") });
        definitions["Alternative"]["properties"][section] =
            json!({ "type": "object", "additionalProperties": reference });
    }
}

/// A definition without what it requires, except the tag of a choice.
fn make_partial(definition: &Value, is_choice: bool) -> Value {
    match definition {
        Value::Object(map) => {
            let keep = |key: &String| is_choice || (key != "required" && key != "minProperties");
            let pair = |(key, value): (&String, &Value)| (key.clone(), make_partial(value, key == "oneOf"));
            let mut map: Map<String, Value> = map.iter().filter(|(key, _)| keep(key)).map(pair).collect();
            if let Some(Value::String(reference)) = map.get_mut("$ref") {
                *reference = reference.replace("#/$defs/", "#/$defs/Partial");
            }
            Value::Object(map)
        }
        Value::Array(values) => values.iter().map(|value| make_partial(value, is_choice)).collect(),
        other => other.clone(),
    }
}

/// A text that is one of the patterns of a quantity.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $pattern:expr, $description:literal) => {
        struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "description": $description })
            }
        }
    };
}

/// A value of several forms.
macro_rules! forms {
    ($name:ident, $generator:ident, $schema:expr) => {
        struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema($generator: &mut schemars::SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

quantity!(
    Duration,
    r"^\s*([0-9][0-9_]*(\.[0-9_]+)?\s*(ns|us|µs|μs|ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)\s*)+$",
    "A duration such as `250ms`, `30s`, `25h5m` or `2d`."
);
quantity!(
    Rate,
    r"^\s*[0-9][0-9_]*(\.[0-9_]+)?\s*[kMG]?\s*/\s*(ns|us|µs|μs|ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)\s*$",
    "A rate such as `40/s`, `3/min`, `14.4/h` or `2/day`."
);
quantity!(Share, r"^\s*[0-9][0-9_]*(\.[0-9_]+)?\s*%\s*$", "A share such as `99%` or `0.2%`.");
quantity!(ObjectiveText, r"[<>]", "MEASURE COMPARISON VALUE, such as `share(wait <= 30s) >= 99%` or `p95(wait) < 2m`.");
quantity!(Name, "^[A-Za-z0-9_-]{1,64}$", "A name: letters, digits, `-` and `_`.");

// Editors hand TOML dates over as texts.
forms!(
    TimePoint,
    _generator,
    json_schema!({
        "type": "string",
        "description": "A time after the start such as `90m`, a clock time such as `09:00` (the first one at or after the start), or a date with a time."
    })
);
forms!(
    Count,
    _generator,
    json_schema!({
        "description": "A whole number, or a text such as `5k`.",
        "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": r"^\s*[0-9][0-9_]*(\.[0-9_]+)?\s*[kMG]?\s*$" }]
    })
);
forms!(
    TimePoints,
    generator,
    json_schema!({
        "description": "A time or several.",
        "anyOf": [generator.subschema_for::<TimePoint>(), { "type": "array", "items": generator.subschema_for::<TimePoint>(), "minItems": 1 }]
    })
);
forms!(
    Size,
    generator,
    json_schema!({
        "description": "Jobs in a batch: a number, or a distribution.",
        "anyOf": [generator.subschema_for::<Count>(), generator.subschema_for::<BatchSize>()]
    })
);
forms!(
    Return,
    generator,
    json_schema!({
        "description": "What happens to the jobs staged during an outage: all at once, newest first, or at a pace.",
        "anyOf": [{ "enum": ["flood", "newest_first"] }, generator.subschema_for::<OnReturn>()]
    })
);
forms!(
    UntilTime,
    generator,
    json_schema!({
        "description": "`drained` (no job is staged or ready) or a time.",
        "anyOf": [{ "const": "drained" }, generator.subschema_for::<TimePoint>()]
    })
);
forms!(
    Targets,
    _generator,
    json_schema!({
        "type": "object",
        "description": "Paths such as `pools.NAME.size` with a value."
    })
);
forms!(
    Sweep,
    _generator,
    json_schema!({
        "type": "object",
        "description": "Paths such as `\"pools.workers.size\"` with a list of values; all combinations are run."
    })
);
forms!(
    Unit,
    _generator,
    json_schema!({ "enum": ["ns", "us", "ms", "s", "min", "h", "d"], "description": "A unit of time." })
);
forms!(MomentsOrPercentiles, generator, {
    let (duration, number) = (generator.subschema_for::<Duration>(), generator.subschema_for::<Positive>());
    json_schema!({
        "type": "object",
        "description": "`mean` and `cv`, or two percentiles such as `p50` and `p99`.",
        "properties": { "mean": duration.clone(), "cv": number },
        "patternProperties": { r"^p[0-9]+(\.[0-9]+)?$": duration },
        "additionalProperties": false,
        "minProperties": 2,
        "maxProperties": 2
    })
});
forms!(Positive, _generator, json_schema!({ "type": "number", "exclusiveMinimum": 0 }));

/// What stands for a time or quantity in tables by name.
type Named<T> = BTreeMap<Name, T>;

/// Describes a table; its fields are never read, only their names, types and docs.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(JsonSchema)]
        #[schemars(deny_unknown_fields)]
        #[expect(dead_code, reason = "only described, never made")]
        struct $name { $($(#[$field_doc])* $field: $type,)* }
    };
}

/// Describes a choice of exactly one key.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$tag_doc:meta])* $tag:ident($type:ty),)* }) => {
        $(#[$doc])*
        #[derive(JsonSchema)]
        #[schemars(rename_all = "snake_case")]
        #[expect(dead_code, reason = "only described, never made")]
        enum $name { $($(#[$tag_doc])* $tag($type),)* }
    };
}

table! {
    /// A scenario for Tailback: which jobs arrive, how long they take, which workers take them, and what breaks.
    Scenario {
        /// Version of the language: 1.
        format: Option<u32>,
        /// What it is about, in a line. Default: the name of the file.
        title: Option<String>,
        /// The question it answers.
        question: Option<String>,
        /// Where its facts come from.
        source: Option<String>,
        /// What is promised over all jobs, or for a named queue or dispatcher.
        objectives: Option<Vec<ObjectiveText>>,
        /// How it is run.
        run: Option<Run>,
        /// Kinds of jobs by name.
        jobs: Named<Job>,
        /// Order within queues; queues exist because jobs name them.
        queues: Option<Named<Queue>>,
        /// Groups of workers by name.
        pools: Named<Pool>,
        /// Multipliers over the day or week by name.
        profiles: Option<Named<Profile>>,
        /// What moves jobs from staging into queues, by name.
        dispatchers: Option<Named<Dispatcher>>,
        /// What changes at stated times, by name.
        events: Option<Named<Event>>,
        /// Partial scenarios that are laid over this one and compared with it.
        alternatives: Option<Named<Alternative>>,
        /// Values to run for every alternative.
        sweep: Option<Sweep>,
    }
}

table! {
    /// How a scenario is run.
    Run {
        /// Wall clock at time zero: a date with a time and an offset or zone.
        start: Option<String>,
        /// Time zone in which people read the clock, such as `America/Los_Angeles`.
        time_zone: Option<String>,
        /// When the run ends. Default: `24h`.
        horizon: Option<TimePoint>,
        /// How often each design point is simulated. Default: 30.
        replications: Option<Count>,
        /// Master seed. Default: 1.
        seed: Option<Count>,
        /// Confidence of all intervals. Default: `95%`.
        confidence: Option<Share>,
        /// Step of the curves. Default: about 240 steps.
        curve_step: Option<Duration>,
        /// Jobs created before this are left out of the figures. Default: `0s`.
        warmup: Option<Duration>,
        /// Most jobs staged and ready before a run is stopped. Default: 10 000 000.
        backlog_limit: Option<Count>,
    }
}

table! {
    /// A kind of job.
    Job {
        /// The queue its jobs wait in. Default: `default`.
        queue: Option<Name>,
        /// The dispatcher in whose staging place they are created.
        via: Option<Name>,
        /// Smaller is first where a pool takes by priority. Default: 0.
        priority: Option<i32>,
        /// Tenants its jobs belong to. Default: 1.
        tenants: Option<Count>,
        /// Jobs that are there at the start. Default: 0.
        initial_backlog: Option<Count>,
        /// When jobs are created.
        arrivals: Option<Arrivals>,
        /// How long a worker needs for a job. Required unless a trace states it.
        service_time: Option<Law>,
        /// Multiplies every service time. Default: 1.
        slowdown: Option<Positive>,
        /// Shares of the class that take another time.
        variants: Option<BTreeMap<String, Variant>>,
        /// What is promised to its jobs.
        objectives: Option<Vec<ObjectiveText>>,
    }
}

table! {
    /// A share of a class that takes another time.
    Variant {
        /// Share of the jobs.
        share: Share,
        /// Multiplies its service time. Default: 1.
        slowdown: Option<Positive>,
        /// Its own service time.
        service_time: Option<Law>,
    }
}

table! {
    /// A place where ready jobs wait.
    Queue {
        /// Which job is taken first. Default: `fifo`.
        order: Option<Order>,
    }
}

forms!(Order, _generator, json_schema!({ "enum": ["fifo", "lifo"], "description": "First or last in is first out." }));

table! {
    /// A group of equal workers.
    Pool {
        /// Workers at the start.
        size: Count,
        /// Cost of a worker, such as `0.05/h`.
        cost: Option<Rate>,
        /// How a free worker picks a queue. Default: oldest first over all queues.
        take: Option<Take>,
        /// What is promised for its utilisation and cost.
        objectives: Option<Vec<ObjectiveText>>,
    }
}

choice! {
    /// How a free worker picks a queue.
    Take {
        /// The first queue of the list that has a job.
        Strict(Vec<Name>),
        /// A draw among the queues with jobs, by weight.
        Weighted(BTreeMap<String, Positive>),
        /// The queue just served goes to the end.
        RoundRobin(Vec<Name>),
        /// The job that has been ready longest.
        OldestFirst(Vec<Name>),
        /// The smallest priority, then the one ready longest.
        Priority(Vec<Name>),
    }
}

choice! {
    /// Multipliers of a rate that repeat every day (`07:00`) or week (`Mon 07:00`).
    Profile {
        /// Each holds from its time on.
        Steps(BTreeMap<String, f64>),
        /// Straight lines between the times.
        Linear(BTreeMap<String, f64>),
    }
}

table! {
    /// Moves jobs from its staging place into their queues.
    Dispatcher {
        /// Time between wake-ups. Default: `0s`, at once.
        interval: Option<Duration>,
        /// Most jobs at a wake-up.
        batch: Option<Count>,
        /// A regular restart.
        restart: Option<Restart>,
        /// When it is down.
        outages: Option<Vec<Outage>>,
        /// What happens to what was staged meanwhile. Default: `flood`.
        on_return: Option<Return>,
    }
}

table! {
    /// A regular restart.
    Restart {
        /// Time from one to the next.
        every: Duration,
        /// How long it takes.
        takes: Duration,
        /// Start of the first. Default: `every`.
        first: Option<TimePoint>,
    }
}

table! {
    /// A window of time.
    Outage {
        /// Start.
        from: TimePoint,
        /// End.
        to: TimePoint,
    }
}

choice! {
    /// How what was staged is released.
    OnReturn {
        /// At this rate, oldest first.
        Paced(Rate),
    }
}

table! {
    /// A change at a stated time.
    Event {
        /// When it takes effect.
        at: TimePoint,
        /// When it is undone. Default: never.
        until: Option<UntilTime>,
        /// New values: `pools.NAME.size`.
        set: Option<Targets>,
        /// Factors: `pools.NAME.size`, `jobs.NAME.rate`, `jobs.NAME.service_time`.
        scale: Option<Targets>,
    }
}

choice! {
    /// When jobs are created.
    Arrivals {
        /// Independently of each other at a rate.
        Poisson(Poisson),
        /// With independent interarrival times.
        Renewal(Renewal),
        /// Regularly.
        Periodic(Periodic),
        /// Many within a window.
        Burst(Burst),
        /// Several at one instant.
        Batches(Batches),
        /// At a rate that changes at random.
        Mmpp(Mmpp),
        /// As recorded in a CSV file.
        Trace(TraceFile),
    }
}

table! {
    /// Poisson arrivals.
    Poisson {
        /// Jobs per time where the multiplier is 1.
        rate: Rate,
        /// Name of a profile.
        profile: Option<Name>,
    }
}

table! {
    /// Independent interarrival times.
    Renewal {
        /// Their distribution.
        interarrival: Law,
    }
}

table! {
    /// Regular arrivals.
    Periodic {
        /// The period.
        every: Duration,
        /// Longest random delay of a job. Default: `0s`.
        jitter: Option<Duration>,
        /// When the first is due. Default: `0s`.
        first: Option<TimePoint>,
    }
}

table! {
    /// Many jobs within a window.
    Burst {
        /// How many.
        jobs: Count,
        /// Start of the window.
        from: TimePoint,
        /// Length of the window.
        over: Duration,
        /// How they lie in it. Default: `random`.
        spacing: Option<Spacing>,
    }
}

forms!(
    Spacing,
    _generator,
    json_schema!({ "enum": ["random", "even"], "description": "Uniformly at random, or evenly." })
);

table! {
    /// Several jobs at one instant: `at` times, `every` period, or at a `rate`.
    Batches {
        /// Jobs in a batch.
        size: Size,
        /// Times of the batches.
        at: Option<TimePoints>,
        /// Period of the batches.
        every: Option<Duration>,
        /// Time of the first, with `every`. Default: `0s`.
        first: Option<TimePoint>,
        /// Rate of the batches.
        rate: Option<Rate>,
        /// Name of a profile, with `rate`.
        profile: Option<Name>,
    }
}

choice! {
    /// Jobs in a batch.
    BatchSize {
        /// Always this many.
        Constant(Count),
        /// Between two numbers.
        Uniform(Vec<Count>),
        /// 1, 2, ... with a mean.
        Geometric(Geometric),
    }
}

table! {
    /// A geometric number on 1, 2, ...
    Geometric {
        /// Its mean, at least 1.
        mean: f64,
    }
}

table! {
    /// A rate that changes at random.
    Mmpp {
        /// States that follow each other.
        states: Vec<MmppState>,
    }
}

table! {
    /// A state of an MMPP.
    MmppState {
        /// Jobs per time in it.
        rate: Rate,
        /// Mean stay in it.
        stay: Duration,
    }
}

table! {
    /// Recorded arrivals in a CSV file with a header, plain or gzipped.
    TraceFile {
        /// The file, beside the scenario.
        file: String,
        /// Column of arrivals: numbers in `time_unit` since the start, or dates.
        arrival: String,
        /// Column of service times in `time_unit`.
        service: Option<String>,
        /// Column of classes.
        class: Option<String>,
        /// The class to keep. Default: the name of the job class.
        only: Option<String>,
        /// Column of tenants.
        tenant: Option<String>,
        /// Columns with the value a row must have.
        r#where: Option<BTreeMap<String, String>>,
        /// Unit of the numbers. Default: `s`.
        time_unit: Option<Unit>,
        /// Most rows.
        limit: Option<Count>,
    }
}

choice! {
    /// A distribution of times.
    Law {
        /// Always the same.
        Constant(Duration),
        /// Between two times.
        Uniform(Uniform),
        /// Between two times with a most likely one.
        Triangular(Triangular),
        /// Memoryless.
        Exponential(Exponential),
        /// A sum of equal exponential phases.
        Erlang(Erlang),
        /// By mean and coefficient of variation.
        Gamma(Gamma),
        /// By mean and coefficient of variation, or two percentiles.
        Lognormal(MomentsOrPercentiles),
        /// By mean and coefficient of variation, or two percentiles.
        Weibull(MomentsOrPercentiles),
        /// Heavy tail up to a maximum.
        BoundedPareto(BoundedPareto),
        /// One of several exponentials.
        Hyperexponential(Hyperexponential),
        /// One of several distributions.
        Mixture(Vec<MixturePart>),
        /// Quantiles, or a column of a CSV file.
        Empirical(Empirical),
    }
}

table! {
    /// Between two times.
    Uniform {
        /// Smallest.
        min: Duration,
        /// Largest.
        max: Duration,
    }
}

table! {
    /// Between two times with a most likely one.
    Triangular {
        /// Smallest.
        min: Duration,
        /// Most likely.
        mode: Duration,
        /// Largest.
        max: Duration,
    }
}

table! {
    /// Memoryless.
    Exponential {
        /// Mean.
        mean: Duration,
    }
}

table! {
    /// A sum of equal exponential phases.
    Erlang {
        /// Number of phases.
        shape: Count,
        /// Mean of the sum.
        mean: Duration,
    }
}

table! {
    /// By mean and coefficient of variation.
    Gamma {
        /// Mean.
        mean: Duration,
        /// Standard deviation over mean.
        cv: Positive,
    }
}

table! {
    /// Heavy tail up to a maximum.
    BoundedPareto {
        /// Tail index: smaller is heavier.
        shape: Positive,
        /// Smallest.
        min: Duration,
        /// Largest.
        max: Duration,
    }
}

table! {
    /// One of several exponentials: `mean` and `cv`, or `branches`.
    Hyperexponential {
        /// Mean.
        mean: Option<Duration>,
        /// Standard deviation over mean, at least 1.
        cv: Option<Positive>,
        /// Shares with their means.
        branches: Option<Vec<Branch>>,
    }
}

table! {
    /// An exponential with its share.
    Branch {
        /// Share.
        share: Share,
        /// Mean.
        mean: Duration,
    }
}

table! {
    /// A distribution with its weight or share.
    MixturePart {
        /// Relative weight.
        weight: Option<Positive>,
        /// Share; those of all parts add up to 100 %.
        share: Option<Share>,
        /// Always the same.
        constant: Option<Duration>,
        /// Between two times.
        uniform: Option<Uniform>,
        /// Between two times with a most likely one.
        triangular: Option<Triangular>,
        /// Memoryless.
        exponential: Option<Exponential>,
        /// A sum of equal exponential phases.
        erlang: Option<Erlang>,
        /// By mean and coefficient of variation.
        gamma: Option<Gamma>,
        /// By mean and coefficient of variation, or two percentiles.
        lognormal: Option<MomentsOrPercentiles>,
        /// By mean and coefficient of variation, or two percentiles.
        weibull: Option<MomentsOrPercentiles>,
        /// Heavy tail up to a maximum.
        bounded_pareto: Option<BoundedPareto>,
        /// One of several exponentials.
        hyperexponential: Option<Hyperexponential>,
        /// One of several distributions.
        mixture: Option<Vec<MixturePart>>,
        /// Quantiles, or a column of a CSV file.
        empirical: Option<Empirical>,
    }
}

table! {
    /// Quantiles (`"50%"` or `p50`, from `"0%"` to `"100%"`), or a column of a CSV file.
    Empirical {
        /// Shares with the value they do not exceed.
        quantiles: Option<BTreeMap<String, Duration>>,
        /// The file, beside the scenario.
        file: Option<String>,
        /// Its column.
        column: Option<String>,
        /// Unit of the numbers. Default: `s`.
        unit: Option<Unit>,
    }
}

forms!(Alternative, generator, {
    // The parts of an alternative are partial: what must be stated may stand in the base.
    let objectives = generator.subschema_for::<Vec<ObjectiveText>>();
    let title = json!({ "type": "string", "description": "Its title in pictures." });
    let properties = json!({ "title": title, "objectives": objectives });
    json_schema!({
        "type": "object",
        "description": "A partial scenario: tables merge, a choice with another tag is replaced, all else replaces.",
        "properties": properties,
        "additionalProperties": false
    })
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::kinds;
    use std::collections::BTreeSet;

    /// The keys of a table, or the tags of a choice.
    fn keys(definition: &Value) -> BTreeSet<String> {
        let own = definition["properties"].as_object().into_iter().flat_map(|map| map.keys().cloned());
        let tags = definition["oneOf"].as_array().into_iter().flatten().flat_map(keys);
        own.chain(tags).collect()
    }

    #[test]
    fn the_schema_has_the_keys_that_the_readers_know() {
        let root: Value = serde_json::from_str(&schema()).unwrap();
        for kind in kinds::ALL {
            let definition = if kind.name == "Scenario" { &root } else { &root["$defs"][kind.name] };
            let expected: BTreeSet<String> = kind.keys.iter().map(|key| (*key).to_owned()).collect();
            assert_eq!(keys(definition), expected, "{}", kind.name);
        }
        for (name, definition) in root["$defs"].as_object().unwrap() {
            let name = name.strip_prefix("Partial").unwrap_or(name);
            let known = kinds::ALL.iter().any(|kind| kind.name == name);
            assert!(known || keys(definition).is_empty(), "the readers do not know {name}");
        }
    }
}
