//! Reading distributions of service and interarrival times.

use super::values;
use crate::distribution::{Distribution, DistributionError};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::language::percentile_share;
use crate::scenario::syntax::schema;
use crate::scenario::syntax::schema::kind::Declared;
use crate::scenario::text::node::Entry;
use crate::scenario::text::problem::Problem;

/// Reads a distribution of seconds: a table with the name of the law.
pub(super) fn law(field: &Field<'_>) -> Option<Distribution> {
    let (name, parameters) = field.choose::<schema::Law>()?;
    by_name(name, &parameters)
}

/// Reads a time in seconds: a duration, or a table with the name of a law.
pub(super) fn time(field: &Field<'_>) -> Option<Distribution> {
    match &field.node.value {
        crate::scenario::text::node::Value::Table(_) => law(field),
        _ => Distribution::constant(values::seconds(field)?).ok(),
    }
}

fn by_name(name: &str, field: &Field<'_>) -> Option<Distribution> {
    match name {
        "constant" => values::distribution(field, Distribution::constant(values::seconds(field)?)),
        "uniform" => uniform(&field.open::<schema::Uniform>()?),
        "triangular" => triangular(&field.open::<schema::Triangular>()?),
        "exponential" => {
            let mean = field.open::<schema::Exponential>()?.need("mean", values::positive_seconds)?;
            values::distribution(field, Distribution::exponential(mean))
        }
        "erlang" => erlang(&field.open::<schema::Erlang>()?),
        "gamma" => {
            let (mean, cv) = mean_and_cv(&field.open::<schema::Gamma>()?)?;
            values::distribution(field, Distribution::gamma(mean, cv))
        }
        "lognormal" => by_moments(field, Distribution::lognormal, Distribution::lognormal_from_percentiles),
        "weibull" => by_moments(field, Distribution::weibull, Distribution::weibull_from_percentiles),
        "bounded_pareto" => bounded_pareto(&field.open::<schema::BoundedPareto>()?),
        "hyperexponential" => hyperexponential(&field.open::<schema::Hyperexponential>()?),
        "mixture" => mixture(field),
        _ => super::empirical::read(field),
    }
}

fn uniform(fields: &Fields<'_>) -> Option<Distribution> {
    let (min, max) = (fields.need("min", values::seconds), fields.need("max", values::seconds));
    values::distribution(&fields.field, Distribution::uniform(min?, max?))
}

fn triangular(fields: &Fields<'_>) -> Option<Distribution> {
    let (min, mode) = (fields.need("min", values::seconds), fields.need("mode", values::seconds));
    let max = fields.need("max", values::seconds);
    values::distribution(&fields.field, Distribution::triangular(min?, mode?, max?))
}

fn erlang(fields: &Fields<'_>) -> Option<Distribution> {
    let shape = fields.need("shape", |f| values::whole(f, 1..=1_000));
    let mean = fields.need("mean", values::positive_seconds);
    values::distribution(&fields.field, Distribution::erlang(shape? as u32, mean?))
}

fn bounded_pareto(fields: &Fields<'_>) -> Option<Distribution> {
    let shape = fields.need("shape", values::positive_number);
    let (min, max) = (fields.need("min", values::positive_seconds), fields.need("max", values::positive_seconds));
    values::distribution(&fields.field, Distribution::bounded_pareto(shape?, min?, max?))
}

fn mean_and_cv(fields: &Fields<'_>) -> Option<(f64, f64)> {
    let (mean, cv) = (fields.need("mean", values::positive_seconds), fields.need("cv", values::positive_number));
    Some((mean?, cv?))
}

type TwoNumbers = fn(f64, f64) -> Result<Distribution, DistributionError>;
type TwoPercentiles = fn((f64, f64), (f64, f64)) -> Result<Distribution, DistributionError>;

/// A law by mean and cv or by two percentiles.
fn by_moments(field: &Field<'_>, moments: TwoNumbers, percentiles: TwoPercentiles) -> Option<Distribution> {
    let fields = field.open_with::<schema::MomentsOrPercentiles>(|key| percentile_share(key).is_some())?;
    check_quotes(&fields)?;
    let shares: Vec<(f64, Field<'_>)> = fields
        .table
        .entries
        .iter()
        .filter_map(|entry| Some((percentile_share(&entry.key)?, field.child(&entry.key, &entry.node))))
        .collect();
    let stated = ["mean", "cv"].iter().any(|key| fields.table.get(key).is_some());
    match (shares.as_slice(), stated) {
        ([], true) => {
            let (mean, cv) = mean_and_cv(&fields)?;
            values::distribution(field, moments(mean, cv))
        }
        ([a, b], false) => {
            let (at_a, at_b) = (values::positive_seconds(&a.1), values::positive_seconds(&b.1));
            values::distribution(field, percentiles((a.0, at_a?), (b.0, at_b?)))
        }
        _ => field.refuse(
            format!("`{}` needs two numbers", field.key()),
            "either `mean` and `cv`, or two percentiles such as `p50` and `p99`",
        ),
    }
}

/// TOML reads `p99.9` without quotes as a table `p99`.
fn check_quotes(fields: &Fields<'_>) -> Option<()> {
    let table = |entry: &&Entry| percentile_share(&entry.key).is_some() && entry.node.as_table().is_some();
    let Some(entry) = fields.table.entries.iter().find(table) else { return Some(()) };
    let inner = entry.node.as_table().and_then(|table| table.keys().next()).unwrap_or_default();
    let problem = Problem::new(entry.key_place, "a percentile with a point needs quotes");
    fields.field.desk.report(problem.accepted(format!("write `\"{}.{inner}\"`", entry.key)));
    None
}

fn hyperexponential(fields: &Fields<'_>) -> Option<Distribution> {
    let Some(branches) = fields.get("branches") else {
        let (mean, cv) = mean_and_cv(fields)?;
        return values::distribution(&fields.field, Distribution::hyperexponential_by_cv(mean, cv));
    };
    if fields.get("mean").is_some() || fields.get("cv").is_some() {
        return branches.refuse("`branches` beside `mean` or `cv`", "either `branches`, or `mean` and `cv`");
    }
    let parts: Vec<Option<(f64, f64)>> = branches.list("at least one branch")?.iter().map(branch).collect();
    let parts: Vec<(f64, f64)> = parts.into_iter().collect::<Option<_>>()?;
    whole_share(&branches, parts.iter().map(|part| part.0).sum())?;
    values::distribution(&branches, Distribution::hyperexponential(&parts))
}

fn branch(field: &Field<'_>) -> Option<(f64, f64)> {
    let fields = field.open::<schema::Branch>()?;
    let (share, mean) = (fields.need("share", values::positive_share), fields.need("mean", values::positive_seconds));
    Some((share?.as_f64(), mean?))
}

fn whole_share(field: &Field<'_>, sum: f64) -> Option<()> {
    if (sum - 1.0).abs() < 1e-9 {
        return Some(());
    }
    let percent = (sum * 1e8).round() / 1e6;
    field.refuse(format!("the shares add up to {percent} %"), "expected 100 %")
}

/// How a part of a mixture is weighed.
enum Weight {
    Share(f64),
    Weight(f64),
}

fn mixture(field: &Field<'_>) -> Option<Distribution> {
    let parts: Vec<Option<(Weight, Distribution)>> = field.list("at least one part")?.iter().map(part).collect();
    let parts: Vec<(Weight, Distribution)> = parts.into_iter().collect::<Option<_>>()?;
    let shares: Vec<f64> = parts
        .iter()
        .filter_map(|(weight, _)| if let Weight::Share(share) = weight { Some(*share) } else { None })
        .collect();
    if !shares.is_empty() && shares.len() < parts.len() {
        return field.refuse("the mixture has shares and weights", "either `share` or `weight` in all parts");
    }
    if !shares.is_empty() {
        whole_share(field, shares.iter().sum())?;
    }
    let weighed = |(weight, law): (Weight, Distribution)| match weight {
        Weight::Share(number) | Weight::Weight(number) => (number, law),
    };
    values::distribution(field, Distribution::mixture(parts.into_iter().map(weighed).collect()))
}

fn part(field: &Field<'_>) -> Option<(Weight, Distribution)> {
    let fields = field.open::<schema::MixturePart>()?;
    let weight = match (fields.get("share"), fields.get("weight")) {
        (Some(share), None) => values::positive_share(&share).map(|share| Weight::Share(share.as_f64())),
        (None, Some(weight)) => values::positive_number(&weight).map(Weight::Weight),
        _ => field.refuse("a part of a mixture needs its weight", "either `share` or `weight`"),
    };
    let mut laws = fields.table.entries.iter().filter(|entry| schema::Law::KIND.has(&entry.key));
    let law = match (laws.next(), laws.next()) {
        (Some(entry), None) => by_name(&entry.key, &field.child(&entry.key, &entry.node)),
        _ => field.refuse(
            "a part of a mixture is one distribution",
            crate::scenario::text::problem::list_of(schema::Law::KIND.names()),
        ),
    };
    Some((weight?, law?))
}
