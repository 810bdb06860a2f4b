//! Single values: quantities, which are texts with a unit, and numbers.

use schemars::{JsonSchema, Schema, json_schema};

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
quantity!(
    ObjectiveText,
    r"[<>]",
    "MEASURE [by tenant] [from HH:MM to HH:MM [DAYS]] COMPARISON VALUE, such as `share(wait <= 30s) >= 99%`, `p95(wait) < 2m`, `share(lost) <= 1%` or `p95(wait) by tenant from 09:00 to 17:00 mon-fri < 10s`; or `chance(CONDITION) >= 95%`, the share of the replications in which a condition holds."
);
quantity!(
    ConditionText,
    r"[<>]",
    "METRIC COMPARISON VALUE, joined by `and` and `or`, and `for DURATION`, such as `age(mail) > 5m for 10m`."
);
quantity!(
    Name,
    r"^[^\s`\x00-\x1f\x7f-\x9f]([^`\x00-\x1f\x7f-\x9f]{0,78}[^\s`\x00-\x1f\x7f-\x9f])?$",
    "A name: a text in one line, without blanks around it, of at most 80 characters. In paths it stands in quotes where it holds more than letters, digits, `-` and `_`: `jobs.\"mail.v2\".tenants`."
);

forms!(
    CronLine,
    _generator,
    json_schema!({
        "type": "string",
        "description": "Minute, hour, day of the month, month and day of the week by the clock of the run, such as `0 9 * * 1-5`, or `@daily`. A time that clocks skip is at their change.",
        "pattern": r"^\s*(@[A-Za-z]+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s*$"
    })
);
forms!(
    Repeated,
    _generator,
    json_schema!({
        "enum": ["once", "twice"],
        "description": "Whether a cron line acts once or twice at times that clocks show twice. Default: `once`."
    })
);
/// A value, or `"none"` as if it were left out.
pub(in crate::scenario) struct OrNone<T>(std::marker::PhantomData<T>);

impl<T> super::kind::Switch for OrNone<T> {
    const HAS_OFF: bool = true;
}

impl<T: JsonSchema> JsonSchema for OrNone<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("{}OrNone", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "const": "none" }, generator.subschema_for::<T>()] })
    }
}

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
forms!(Rank, _generator, json_schema!({ "type": "integer", "description": "A whole number, which may be negative." }));
forms!(Positive, _generator, json_schema!({ "type": "number", "exclusiveMinimum": 0 }));
forms!(
    Unit,
    _generator,
    json_schema!({ "enum": ["ns", "us", "ms", "s", "min", "h", "d"], "description": "A unit of time." })
);
