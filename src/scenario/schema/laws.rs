//! Distributions.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::quantities::{Count, Duration, MomentsOrPercentiles, Positive, Share, Unit};

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
