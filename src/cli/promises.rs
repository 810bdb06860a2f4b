//! The objectives that a file states, for a baseline to keep.

use crate::experiment::ScopeName;
use crate::gate::{PointPromises, Promise, Promises};
use crate::metric::ScopeKind;
use crate::model::{Comparison, DesignPoint, Model, Scope, Study};

/// The objectives of every alternative, those included that a check does not judge.
pub(super) fn promises(study: &Study) -> Promises {
    let points = study.points.iter().filter(|point| point.sweep.is_empty());
    points.map(|point| (point.alternative.clone(), of_point(point))).collect()
}

fn of_point(point: &DesignPoint) -> PointPromises {
    let mut promises = PointPromises::new();
    for objective in &point.objectives {
        let text = objective.text.clone();
        let measure = text.rfind(['<', '>']).map_or("", |at| &text[..at]).to_owned();
        let larger_is_better = matches!(objective.comparison, Comparison::Greater | Comparison::AtLeast);
        let promise = Promise { text, bound: objective.bound, larger_is_better };
        promise.keep(&scope_name(&point.model, objective.scope), &measure, &mut promises);
    }
    promises
}

fn scope_name(model: &Model, scope: Scope) -> ScopeName {
    let (kind, name) = match scope {
        Scope::All => (ScopeKind::All, "all"),
        Scope::Class(id) => (ScopeKind::Class, model.classes()[id.index()].name.as_str()),
        Scope::Queue(id) => (ScopeKind::Queue, model.queues()[id.index()].name.as_str()),
        Scope::Pool(id) => (ScopeKind::Pool, model.pools()[id.index()].name.as_str()),
        Scope::Dispatcher(id) => (ScopeKind::Dispatcher, model.dispatchers()[id.index()].name.as_str()),
        Scope::Provider(id) => (ScopeKind::Provider, model.providers()[id.index()].name.as_str()),
        Scope::Alert(id) => (ScopeKind::Alert, model.alerts()[id.index()].name.as_str()),
    };
    ScopeName { kind, name: name.to_owned() }
}
