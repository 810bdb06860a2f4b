//! Reading `pools.NAME.autoscale`. The defaults are those of the systems themselves.

use super::fields::{Field, Fields};
use super::laws::time;
use super::{kinds, values};
use crate::distribution::Distribution;
use crate::model::{Autoscale, Hpa, Keda, LatencySteps, ScaleMetric, ScaleRule, TargetTracking};
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
    let (rule, choice) = field.choose(&kinds::AUTOSCALE)?;
    let autoscale = match rule {
        "hpa" => hpa(&choice.open(&kinds::HPA)?),
        "keda" => keda(&choice.open(&kinds::KEDA)?),
        "target_tracking" => target_tracking(&choice.open(&kinds::TARGET_TRACKING)?),
        _ => latency_steps(&choice.open(&kinds::LATENCY_STEPS)?),
    }?;
    let from_zero = matches!(autoscale.rule, ScaleRule::Keda(_) | ScaleRule::LatencySteps(_));
    if size == Some(0) && !from_zero {
        return choice.refuse("the pool starts with no worker", format!("`{rule}` needs a `size` of at least 1"));
    }
    Some(autoscale)
}

fn hpa(fields: &Fields<'_>) -> Option<Autoscale> {
    let (metric, target) = aim(fields, None, "15s");
    let rule = hpa_rule(fields, target);
    let common = common(fields, ("1", 1), "15s");
    Some(common?.with(ScaleRule::Hpa(rule?), metric?))
}

fn keda(fields: &Fields<'_>) -> Option<Autoscale> {
    let (metric, target) = aim(fields, Some(("depth_and_running", "5")), "15s");
    let rule = hpa_rule(fields, target);
    let common = common(fields, ("0", 0), "15s");
    let activation = fields.or("activation", "0", values::number);
    let polling = fields.or("polling", "\"30s\"", values::positive_duration);
    let cooldown = fields.or("cooldown", "\"300s\"", values::duration);
    let keda = Keda { hpa: rule?, activation: activation?, polling: polling?, cooldown: cooldown? };
    Some(common?.with(ScaleRule::Keda(keda), metric?))
}

fn target_tracking(fields: &Fields<'_>) -> Option<Autoscale> {
    let (metric, target) = aim(fields, None, "60s");
    let common = common(fields, ("1", 1), "60s");
    let points = |key, default| fields.or(key, default, |field| values::whole(field, 1..=10_000));
    let (out_points, in_points, in_step) =
        (points("out_points", "3"), points("in_points", "15"), points("in_step", "1"));
    let in_share = fields.or("in_share", "\"90%\"", values::share);
    let warm_up = fields.or("warm_up", "\"300s\"", values::duration);
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
    let common = common(fields, ("1", 0), "10s");
    let above = fields.need("above", values::positive_seconds);
    let below = fields.need("below", |field| below(field, above));
    let add = fields.or("add", "1", |field| values::whole(field, 1..=1_000_000));
    let gap = fields.or("gap", "\"60s\"", values::duration);
    let calm = fields.or("calm", "\"5m\"", values::duration);
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

/// Reads what all autoscalers have; `min` with its default and the least that it may be.
fn common(fields: &Fields<'_>, min: (&str, i128), interval: &str) -> Option<Common> {
    let least = min.1;
    let min = fields.or("min", min.0, |field| values::whole(field, least..=1_000_000));
    let max = fields.need("max", |field| {
        let max = values::whole(field, 1..=1_000_000)?;
        if min.is_some_and(|min| max < min) {
            return field.refuse("`max` is less than `min`", "expected at least `min`");
        }
        Some(max)
    });
    let interval = fields.or("interval", &format!("\"{interval}\""), values::positive_duration);
    let lag = fields.or("lag", "\"0s\"", values::duration);
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
fn aim(fields: &Fields<'_>, default: Option<(&str, &str)>, window: &str) -> (Option<ScaleMetric>, Option<f64>) {
    let read = |field: &Field<'_>| values::word(field, &METRICS);
    let metric = match default {
        Some((metric, _)) => fields.or("metric", &format!("\"{metric}\""), read),
        None => fields.need("metric", read),
    };
    let read = |field: &Field<'_>| target(field, metric?);
    // A default target is only one for the default metric.
    let applies = fields.get("metric").is_none_or(|field| field.node.as_text() == default.map(|(metric, _)| metric));
    let target = match default {
        Some((_, target)) if applies => fields.or("target", target, read),
        _ => fields.need("target", read),
    };
    (metric.and_then(|metric| averaged(fields, metric, window)), target)
}

/// Only utilisation is averaged over a window.
fn averaged(fields: &Fields<'_>, metric: ScaleMetric, window: &str) -> Option<ScaleMetric> {
    if let ScaleMetric::Utilisation(_) = metric {
        let window = fields.or("window", &format!("\"{window}\""), values::positive_duration);
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
    let tolerance = fields.or("tolerance", "\"10%\"", values::share);
    let up_factor = fields.or("up_factor", "2.0", at_least_one);
    let up_step = fields.or("up_step", "4", values::workers);
    let down_share = fields.or("down_share", "\"0%\"", values::share);
    let step_period = fields.or("step_period", "\"15s\"", values::positive_duration);
    let up_stabilisation = fields.or("up_stabilisation", "\"0s\"", values::duration);
    let down_stabilisation = fields.or("down_stabilisation", "\"300s\"", values::duration);
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
