//! Distributions.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};

use super::quantities::{Count, Duration, Positive, Share, Unit};

/// Declares all distributions, and the parts of mixtures, which are the same with a weight.
macro_rules! distributions {
    ($($(#[$doc:meta])* $tag:ident($type:ty),)*) => {
        declare! {
            DISTRIBUTIONS:

            /// A distribution of times.
            choice Law, "a distribution" { $($(#[$doc])* $tag($type),)* }

            /// A distribution with its weight or share.
            table MixturePart, "a part of a mixture" {
                /// Relative weight.
                weight: Option<Positive>,
                /// Share; those of all parts add up to 100 %.
                share: Option<Share>,
                $($(#[$doc])* $tag: Option<$type>,)*
            }
        }
    };
}

distributions! {
    /// Always the same.
    constant(Duration),
    /// Between two times.
    uniform(Uniform),
    /// Between two times with a most likely one.
    triangular(Triangular),
    /// Memoryless.
    exponential(Exponential),
    /// A sum of equal exponential phases.
    erlang(Erlang),
    /// By mean and coefficient of variation.
    gamma(Gamma),
    /// By mean and coefficient of variation, or two percentiles.
    lognormal(MomentsOrPercentiles),
    /// By mean and coefficient of variation, or two percentiles.
    weibull(MomentsOrPercentiles),
    /// Heavy tail up to a maximum.
    bounded_pareto(BoundedPareto),
    /// One of several exponentials.
    hyperexponential(Hyperexponential),
    /// One of several distributions.
    mixture(Vec<MixturePart>),
    /// Quantiles, or a column of a CSV file.
    empirical(Empirical),
}

declare! {
    PARAMETERS:

    /// Between two times.
    table Uniform, "a uniform distribution" {
        /// Smallest.
        min: Duration,
        /// Largest.
        max: Duration,
    }

    /// Between two times with a most likely one.
    table Triangular, "a triangular distribution" {
        /// Smallest.
        min: Duration,
        /// Most likely.
        mode: Duration,
        /// Largest.
        max: Duration,
    }

    /// Memoryless.
    table Exponential, "an exponential distribution" {
        /// Mean.
        mean: Duration,
    }

    /// A sum of equal exponential phases.
    table Erlang, "an Erlang distribution" {
        /// Number of phases.
        shape: Count,
        /// Mean of the sum.
        mean: Duration,
    }

    /// By mean and coefficient of variation.
    table Gamma, "a gamma distribution" {
        /// Mean.
        mean: Duration,
        /// Standard deviation over mean.
        cv: Positive,
    }

    form MomentsOrPercentiles, "a distribution by mean and cv", exclusive [[mean, cv], [percentiles]] {
        mean, cv;
        generator => {
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
        }
    }

    /// Heavy tail up to a maximum.
    table BoundedPareto, "a bounded Pareto distribution" {
        /// Tail index: smaller is heavier.
        shape: Positive,
        /// Smallest.
        min: Duration,
        /// Largest.
        max: Duration,
    }

    /// One of several exponentials: `mean` and `cv`, or `branches`.
    table Hyperexponential, "a hyperexponential distribution", exclusive [[mean, cv], [branches]] {
        /// Mean.
        mean: Option<Duration>,
        /// Standard deviation over mean, at least 1.
        cv: Option<Positive>,
        /// Shares with their means.
        branches: Option<Vec<Branch>>,
    }

    /// An exponential with its share.
    table Branch, "a branch" {
        /// Share.
        share: Share,
        /// Mean.
        mean: Duration,
    }

    /// Quantiles (`"50%"` or `p50`, from `"0%"` to `"100%"`), or a column of a CSV file.
    table Empirical, "an empirical distribution", exclusive [[quantiles], [file, column, unit]] {
        /// Shares with the value they do not exceed.
        quantiles: Option<BTreeMap<String, Duration>>,
        /// The file, beside the scenario.
        file: Option<String>,
        /// Its column.
        column: Option<String>,
        /// Unit of the numbers.
        unit: Option<Unit> = "s",
    }
}

forms!(
    Delay,
    generator,
    json_schema!({ "anyOf": [generator.subschema_for::<Duration>(), generator.subschema_for::<Law>()] })
);
