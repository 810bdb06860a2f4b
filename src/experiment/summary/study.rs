//! The results of a study from those of its design points.

use std::collections::HashSet;

use super::{compare, precision, traces, warnings};
use crate::experiment::results::{AxisResult, PointResult, Results, WarmupResult};
use crate::model::{FoundWarmup, Settings, Study, Warmup};

/// The results of a study from those of its design points.
pub(in crate::experiment) fn summarise_study(study: &Study, points: Vec<PointResult>) -> Results {
    let settings = &study.settings;
    let (mut classes, mut known) = (Vec::new(), HashSet::new());
    for class in study.points.iter().flat_map(|point| point.model.classes()) {
        if known.insert(&class.name) {
            classes.push(class.name.clone());
        }
    }
    let axis = |axis: &crate::model::SweepAxis| AxisResult { path: axis.path.clone(), values: axis.values.clone() };
    Results {
        version: env!("CARGO_PKG_VERSION").into(),
        name: study.name.clone(),
        title: study.title.clone(),
        question: study.question.clone(),
        source: study.source.clone(),
        start: settings.clock.as_ref().map(|clock| clock.start().to_string()),
        horizon_s: study.points.first().map_or(0.0, |point| point.model.horizon().as_secs_f64()),
        step_s: settings.curve_step.as_secs_f64(),
        warmup_s: settings.warmup.removed().as_secs_f64(),
        warmup_found: warmup_found(settings),
        replications: settings.replications,
        precision: precision::rule(settings),
        seed: settings.seed,
        confidence: settings.confidence.as_f64(),
        axes: study.axes.iter().map(axis).collect(),
        is_grid: study.is_grid,
        classes,
        differences: compare::differences(&points, precision::confidence(settings)),
        difference_confidence: compare::confidence_of_each(&points, precision::confidence(settings)),
        sensitivity: None,
        warnings: [traces::warnings(&study.points), warnings::warnings(&points, settings)].concat(),
        points,
    }
}

/// How the warm-up was found, for the results.
fn warmup_found(settings: &Settings) -> Option<WarmupResult> {
    match settings.warmup {
        Warmup::Found(FoundWarmup { replications, settled, .. }) => Some(WarmupResult { replications, settled }),
        Warmup::Stated(_) | Warmup::Mser5 => None,
    }
}
