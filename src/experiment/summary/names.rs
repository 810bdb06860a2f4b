//! What the parts of a model are called in results.

use crate::experiment::faults;
use crate::experiment::unit::Subject;
use crate::metric::{ScopeKind, ScopeName};
use crate::model::{Arrivals, Model, Scope};

pub(super) fn scope_name(model: &Model, subject: Subject) -> ScopeName {
    let (kind, name) = match subject {
        Subject::Part(scope) => return part_name(model, scope),
        Subject::Alert(i) => (ScopeKind::Alert, model.alerts()[i].name.clone()),
        Subject::Response(i) => (ScopeKind::Response, model.responses()[i].name.clone()),
        Subject::Fault(i) => (ScopeKind::Fault, faults::faults(model)[i].label.clone()),
    };
    ScopeName { kind, name }
}

fn part_name(model: &Model, scope: Scope) -> ScopeName {
    let name = match scope {
        Scope::All => "all",
        Scope::Class(id) => &model.classes()[id.index()].name,
        Scope::Queue(id) => &model.queues()[id.index()].name,
        Scope::Pool(id) => &model.pools()[id.index()].name,
        Scope::Dispatcher(id) => &model.dispatchers()[id.index()].name,
        Scope::Provider(id) => &model.providers()[id.index()].name,
        Scope::Alert(id) => &model.alerts()[id.index()].name,
    };
    ScopeName { kind: scope.kind(), name: name.to_owned() }
}

/// The measure of an objective as written: what stands left of its last comparison.
pub(super) fn measure_name(text: &str) -> &str {
    text.rfind(['<', '>']).map_or(text, |at| &text[..at]).trim_end()
}

/// What a trace calls a tenant.
pub(in crate::experiment) fn tenant_name(model: &Model, scope: Scope, tenant: u16) -> Option<String> {
    let Scope::Class(class) = scope else { return None };
    let Arrivals::Trace(trace) = &model.classes()[class.index()].arrivals else { return None };
    trace.tenants.get(usize::from(tenant)).cloned()
}
