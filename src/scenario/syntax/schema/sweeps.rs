//! What is swept.

use schemars::{JsonSchema, Schema, json_schema};

use super::quantities::{Count, Name};

declare! {
    KINDS:

    /// The values of a swept path from one end to the other.
    table SweepRange, "a range" {
        /// The first value.
        from: RangeEnd,
        /// The last value, if a step reaches it.
        to: RangeEnd,
        /// From one value to the next.
        step: Option<RangeEnd>,
        /// How many values, both ends among them.
        points: Option<Count>,
        /// How they lie.
        scale: Option<SweepScale> = "linear",
    }

    form LatinHypercube, "a Latin hypercube" {
        points, seed = 1;
        generator => json_schema!({
            "type": "object",
            "description": "A sample that fills the space of some ranges, which are stated by their paths.",
            "properties": { "points": generator.subschema_for::<Count>(), "seed": generator.subschema_for::<Count>() },
            "required": ["points"]
        })
    }
}

/// How the values of a range lie.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only described, never made")]
pub(super) enum SweepScale {
    /// At equal distances.
    Linear,
    /// In equal ratios.
    Logarithmic,
}

impl super::kind::Switch for SweepScale {}

forms!(
    RangeEnd,
    _generator,
    json_schema!({
        "description": "A number, alone or with one unit, such as `20` or `4/s`.",
        "anyOf": [{ "type": "number" }, { "type": "string", "pattern": r"^\s*[0-9][0-9_.]*\s*[^0-9]+$" }]
    })
);
forms!(
    Sweep,
    generator,
    json_schema!({
        "type": "object",
        "description": "Paths such as `\"pools.workers.size\"` with a list of values or a range; all combinations are run.",
        "properties": {
            "alternatives": {
                "type": "array",
                "description": "The alternatives that are swept, `base` for the file as it stands. Default: all that set no swept path.",
                "items": generator.subschema_for::<Name>(),
                "minItems": 1
            },
            "zip": { "type": "object", "description": "Paths whose values go side by side." },
            "points": {
                "type": "array",
                "description": "Points that are stated one by one: paths with a value each.",
                "items": { "type": "object" },
                "minItems": 1
            },
            "latin_hypercube": generator.subschema_for::<LatinHypercube>(),
            "where": {
                "description": "What the points must meet, such as `pools.a.size + pools.b.size <= 40`.",
                "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
            }
        },
        "additionalProperties": {
            "anyOf": [
                { "type": "array", "minItems": 1 },
                generator.subschema_for::<SweepRange>(),
                { "type": "object", "not": { "required": ["from", "to"] } }
            ]
        }
    })
);
