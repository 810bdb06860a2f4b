//! The figures of a point that a gate compares: those that alternatives are compared by, and what becomes of jobs after their
//! start.

use super::meaning::name;
use crate::experiment::{ComparedFigure, FigureName, PointResult};

/// Whether a class that does not have this figure has it with the value 0.
pub(super) fn is_count(figure: &ComparedFigure<'_>) -> bool {
    matches!(figure.metric, FigureName::Metric(metric) if metric.is_count())
}

/// The figures of a point by their names; one that an objective measures too, as `p95(wait)` does `wait_p95`, only once.
pub(super) fn compared(point: &PointResult) -> Vec<(String, ComparedFigure<'_>)> {
    let ends = point.metrics.iter().filter(|result| result.metric.is_compared_with_baseline(result.scope.kind));
    let ends = ends.map(|result| ComparedFigure::of_metric(result, &point.directed));
    let mut figures: Vec<(String, ComparedFigure<'_>)> = Vec::new();
    for figure in ComparedFigure::all_of(point).into_iter().chain(ends) {
        let name = name(figure.scope, &figure.metric.name());
        match figures.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) if !known.is_promised => *known = figure,
            Some(_) => {}
            None => figures.push((name, figure)),
        }
    }
    figures
}
