//! Reading `pools.NAME.autoscale`. The defaults are those of the systems themselves.

use super::laws::time;
use super::values;
use crate::distribution::Distribution;
use crate::model::{Autoscale, Hpa, Keda, LatencySteps, ScaleMetric, ScaleRule, TargetTracking};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::units::SimDuration;

const METRICS: [(&str, ScaleMetric); 5] = [
    ("age", ScaleMetric::Age),
    ("depth", ScaleMetric::Depth),
    ("depth_and_running", ScaleMetric::DepthAndRunning),
    ("work", ScaleMetric::Work),
    ("utilisation", ScaleMetric::Utilisation(SimDuration::ZERO)),
];

/// Reads an autoscaler for a pool that starts with `size` workers.
pub(super) fn read(field: &Field<'_>, size: Option<u32>) -> Option<Autoscale> {
    let (rule, choice) = field.choose::<schema::Autoscale>()?;
    let autoscale = match rule {
        "hpa" => hpa(&choice.open::<schema::Hpa>()?),
        "keda" => keda(&choice.open::<schema::Keda>()?),
        "target_tracking" => target_tracking(&choice.open::<schema::TargetTracking>()?),
        _ => latency_steps(&choice.open::<schema::LatencySteps>()?),
    }?;
    let from_zero = matches!(autoscale.rule, ScaleRule::Keda(_) | ScaleRule::LatencySteps(_));
    if size == Some(0) && !from_zero {
        return choice.refuse("the pool starts with no worker", format!("`{rule}` needs a `size` of at least 1"));
    }
    Some(autoscale)
}

fn hpa(fields: &Fields<'_>) -> Option<Autoscale> {
    let (metric, target) = aim(fields);
    let rule = hpa_rule(fields, target);
    let common = common(fields, 1);
    Some(common?.with(ScaleRule::Hpa(rule?), metric?))
}

fn keda(fields: &Fields<'_>) -> Option<Autoscale> {
    let (metric, target) = aim(fields);
    let rule = hpa_rule(fields, target);
    let common = common(fields, 0);
    let activation = fields.or("activation", values::number);
    let polling = fields.or("polling", values::positive_duration);
    let cooldown = fields.or("cooldown", values::duration);
    let keda = Keda { hpa: rule?, activation: activation?, polling: polling?, cooldown: cooldown? };
    Some(common?.with(ScaleRule::Keda(keda), metric?))
}

fn target_tracking(fields: &Fields<'_>) -> Option<Autoscale> {
    let (metric, target) = aim(fields);
    let common = common(fields, 1);
    let points = |key| fields.or(key, |field| values::whole(field, 1..=10_000));
    let (out_points, in_points, in_step) = (points("out_points"), points("in_points"), points("in_step"));
    let in_share = fields.or("in_share", values::share);
    let warm_up = fields.or("warm_up", values::duration);
    let tracking = TargetTracking {
        target: target?,
        out_points: out_points? as u32,
        in_points: in_points? as u32,
        in_share: in_share?.as_f64(),
        in_step: in_step? as u32,
        warm_up: warm_up?,
    };
    Some(common?.with(ScaleRule::TargetTracking(tracking), metric?))
}

fn latency_steps(fields: &Fields<'_>) -> Option<Autoscale> {
    let common = common(fields, 0);
    let above = fields.need("above", values::positive_seconds);
    let below = fields.need("below", |field| below(field, above));
    let add = fields.or("add", |field| values::whole(field, 1..=1_000_000));
    let gap = fields.or("gap", values::duration);
    let calm = fields.or("calm", values::duration);
    let steps = LatencySteps { above: above?, below: below?, add: add? as u32, gap: gap?, calm: calm? };
    Some(common?.with(ScaleRule::LatencySteps(steps), ScaleMetric::Age))
}

fn below(field: &Field<'_>, above: Option<f64>) -> Option<f64> {
    let below = values::positive_seconds(field)?;
    if above.is_some_and(|above| below > above) {
        return field.refuse("`below` is longer than `above`", "expected at most `above`");
    }
    Some(below)
}

/// What all autoscalers have.
struct Common {
    min: u32,
    max: u32,
    interval: SimDuration,
    lag: SimDuration,
    boot: Option<Distribution>,
}

impl Common {
    fn with(self, rule: ScaleRule, metric: ScaleMetric) -> Autoscale {
        let Self { min, max, interval, lag, boot } = self;
        Autoscale { rule, metric, min, max, interval, lag, boot }
    }
}

/// Reads what all autoscalers have; `min` is at least this.
fn common(fields: &Fields<'_>, least: i128) -> Option<Common> {
    let min = fields.or("min", |field| values::whole(field, least..=1_000_000));
    let max = fields.need("max", |field| {
        let max = values::whole(field, 1..=1_000_000)?;
        if min.is_some_and(|min| max < min) {
            return field.refuse("`max` is less than `min`", "expected at least `min`");
        }
        Some(max)
    });
    let interval = fields.or("interval", values::positive_duration);
    let lag = fields.or("lag", values::duration);
    let boot = fields.maybe("boot", time);
    let (interval, lag) = (interval?, lag?);
    if let Some(field) = fields.get("lag") {
        values::check_readings(&field, ("`lag`", lag), interval)?;
    }
    // Not all autoscalers have one.
    if let Some(node) = fields.table.get("window") {
        let (window, length) = (fields.field.child("window", node), node.as_text());
        let length = length.and_then(|text| crate::units::parse_duration(text).ok());
        values::check_readings(&window, ("`window`", length.unwrap_or_default()), interval)?;
    }
    Some(Common { min: min? as u32, max: max? as u32, interval, lag, boot: boot? })
}

/// The metric and its target, with their defaults where the system has some.
fn aim(fields: &Fields<'_>) -> (Option<ScaleMetric>, Option<f64>) {
    let read = |field: &Field<'_>| values::word(field, &METRICS);
    let metric = if fields.has_default("metric") { fields.or("metric", read) } else { fields.need("metric", read) };
    let read = |field: &Field<'_>| target(field, metric?);
    // A default target is only one for the default metric.
    let target = if fields.holds_default("metric") { fields.or("target", read) } else { fields.need("target", read) };
    (metric.and_then(|metric| averaged(fields, metric)), target)
}

/// Only utilisation is averaged over a window.
fn averaged(fields: &Fields<'_>, metric: ScaleMetric) -> Option<ScaleMetric> {
    if let ScaleMetric::Utilisation(_) = metric {
        let window = fields.or("window", values::positive_duration);
        return window.map(ScaleMetric::Utilisation);
    }
    match fields.get("window") {
        None => Some(metric),
        Some(field) => {
            let title = "`window` beside a metric that is not averaged";
            field.refuse(title, "only `metric = \"utilisation\"` is averaged over a window; leave `window` out")
        }
    }
}

/// A target in the unit of its metric.
fn target(field: &Field<'_>, metric: ScaleMetric) -> Option<f64> {
    match metric {
        ScaleMetric::Age | ScaleMetric::Work => values::positive_seconds(field),
        ScaleMetric::Depth | ScaleMetric::DepthAndRunning => values::positive_number(field),
        ScaleMetric::Utilisation(_) => values::positive_share(field).map(crate::units::Share::as_f64),
    }
}

fn hpa_rule(fields: &Fields<'_>, target: Option<f64>) -> Option<Hpa> {
    let tolerance = fields.or("tolerance", values::share);
    let up_factor = fields.or("up_factor", at_least_one);
    let up_step = fields.or("up_step", values::workers);
    let down_share = fields.or("down_share", values::share);
    let step_period = fields.or("step_period", values::positive_duration);
    let up_stabilisation = fields.or("up_stabilisation", values::duration);
    let down_stabilisation = fields.or("down_stabilisation", values::duration);
    Some(Hpa {
        target: target?,
        tolerance: tolerance?.as_f64(),
        up_factor: up_factor?,
        up_step: up_step?,
        down_share: down_share?.as_f64(),
        step_period: step_period?,
        up_stabilisation: up_stabilisation?,
        down_stabilisation: down_stabilisation?,
    })
}

fn at_least_one(field: &Field<'_>) -> Option<f64> {
    let number = values::positive_number(field)?;
    if number < 1.0 {
        return field.refuse(format!("`{}` is below 1", field.key()), "expected a factor of at least 1");
    }
    Some(number)
}
