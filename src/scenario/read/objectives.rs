//! Reading objectives: expressions with the scope of the table they stand in.

use super::expression::{Expression, Measured, Name, Wrong, parse};
use crate::metric::{Metric, ScopeKind, Written};
use crate::model::{AlertId, Among, DispatcherId, Hours, Measure, Objective, ProviderId, QueueId, Scope};
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::names::{NameList, Names, existing, nearest};
use crate::scenario::text::canonical::canonical;
use crate::scenario::text::node::Value;
use crate::scenario::text::problem::Problem;
use crate::scenario::text::source::Place;

/// Reads a list of objectives in the scope of their table.
pub(super) fn read(field: &Field<'_>, scope: Scope) -> Option<Vec<Objective>> {
    if !matches!(field.node.value, Value::List(_)) {
        return field.refuse_kind("a list such as `[\"p95(wait) < 2m\"]`");
    }
    let objectives: Vec<Option<Objective>> = field.items().iter().map(|item| read_one(item, scope)).collect();
    objectives.into_iter().collect()
}

fn read_one(field: &Field<'_>, scope: Scope) -> Option<Objective> {
    let Some(text) = field.node.as_text() else {
        return field.refuse_kind("an objective such as `\"p95(wait) < 2m\"`");
    };
    let expression = match parse(text) {
        Ok(expression) => expression,
        Err(wrong) => return refuse(field, text, wrong),
    };
    let (scope, measure) = resolve(field, text, scope, &expression)?;
    let among = among(field, text, &expression, measure)?;
    let Expression { comparison, bound, chance, .. } = expression;
    Some(Objective { text: canonical(text), scope, measure, among, comparison, bound, chance })
}

/// Tenants and hours tell jobs apart, so the measure must be one of jobs.
fn among(field: &Field<'_>, text: &str, expression: &Expression, measure: Measure) -> Option<Among> {
    let hours = expression.hours.map(|(window, _)| Hours { week: field.desk.local_week(), window });
    let of_jobs = matches!(
        measure,
        Measure::OfTime(..) | Measure::ShareWithin(..) | Measure::ShareLost(_) | Measure::CountLost(_)
    );
    let place = expression.by_tenant.or(expression.hours.map(|hours| hours.1));
    if let (Some((start, end)), false) = (place, of_jobs) {
        let title = "only measures of jobs are told apart by tenants or hours".to_owned();
        let accepted =
            "expected a time of jobs such as `p95(wait)` or `share(wait <= 30s)`, or lost jobs such as `share(lost)`"
                .to_owned();
        return refuse(field, text, Wrong { start, end, title, accepted, suggestion: None });
    }
    Some(Among { by_tenant: expression.by_tenant.is_some(), hours })
}

pub(super) fn refuse<T>(field: &Field<'_>, text: &str, wrong: Wrong) -> Option<T> {
    let place = inside(field, text).map_or(field.node.place, |inside| inside.part(wrong.start, wrong.end));
    let mut problem = Problem::new(place, wrong.title).accepted(wrong.accepted);
    if let Some(name) = wrong.suggestion {
        problem = problem.help(format!("did you mean `{name}`?"));
    }
    field.desk.report(problem);
    None
}

/// The place of the text inside its quotes; `None` when escapes shift it.
fn inside(field: &Field<'_>, text: &str) -> Option<Place> {
    let place = field.node.place;
    let written = field.desk.text(place);
    let quote = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
    let inner = written.get(quote..written.len().checked_sub(quote)?)?;
    (inner == text).then(|| place.part(quote, quote + text.len()))
}

fn resolve(field: &Field<'_>, text: &str, scope: Scope, expression: &Expression) -> Option<(Scope, Measure)> {
    let measure = match &expression.measured {
        Measured::Time(statistic, quantity) => Measure::OfTime(*statistic, *quantity),
        Measured::ShareWithin(quantity, bound, reach) => Measure::ShareWithin(*quantity, *bound, *reach),
        Measured::ShareLost(loss) => Measure::ShareLost(*loss),
        Measured::CountLost(loss) => Measure::CountLost(*loss),
        Measured::TimeAbove(quantity, bound) => Measure::TimeAbove(*quantity, *bound),
        Measured::Figure(metric, _) => Measure::Figure(*metric),
    };
    check_scope(field, text, scope, (expression, measure))?;
    let scope = match &expression.measured {
        Measured::Figure(metric, Some(name)) => thing(field, text, (*metric, name))?,
        _ => scope,
    };
    Some((scope, measure))
}

/// The thing that a figure is of, by its name.
fn thing(field: &Field<'_>, text: &str, (metric, name): (Metric, &Name)) -> Option<Scope> {
    let names = &field.desk.names;
    match metric.scopes() {
        [ScopeKind::Queue] => find(field, text, name, ("queue", &names.queues)).map(|id| Scope::Queue(QueueId(id))),
        [ScopeKind::Dispatcher] => {
            find(field, text, name, ("dispatcher", &names.dispatchers)).map(|id| Scope::Dispatcher(DispatcherId(id)))
        }
        [ScopeKind::Provider] => {
            find(field, text, name, ("provider", &names.providers)).map(|id| Scope::Provider(ProviderId(id)))
        }
        _ => find(field, text, name, ("alert", &names.alerts)).map(|id| Scope::Alert(AlertId(id))),
    }
}

/// Pools are utilised and cost something; classes wait; what has a name of its own stands at the top.
fn check_scope(field: &Field<'_>, text: &str, scope: Scope, found: (&Expression, Measure)) -> Option<()> {
    let (expression, measure) = found;
    let figure = if let Measure::Figure(metric) = measure { metric.asked().zip(Some(metric)) } else { None };
    let of_named = figure.is_some_and(|(asked, _)| matches!(asked.written, Written::Of(_)));
    let of_pools = figure.is_some_and(|(_, metric)| !of_named && metric.scopes().contains(&ScopeKind::Pool));
    let accepted = match scope {
        Scope::Pool(_) if !of_pools => format!("the objectives of a pool are of {}", measures_of_pools()),
        Scope::Class(_) if of_pools => "it belongs to the objectives of a pool or of the whole scenario".to_owned(),
        Scope::Class(_) if of_named => "it belongs to the objectives of the whole scenario, at the top".to_owned(),
        _ => return Some(()),
    };
    let title = match scope {
        Scope::Pool(_) => "a pool has no such measure",
        _ => "a job class has no such measure",
    };
    let (start, end) = (0, expression.measure_end);
    refuse(field, text, Wrong { start, end, title: title.to_owned(), accepted, suggestion: None })
}

/// Such as "`utilisation` and `cost`".
fn measures_of_pools() -> String {
    let names = Metric::all_asked().filter_map(|(metric, asked)| match asked.written {
        Written::Alone(name) if metric.scopes().contains(&ScopeKind::Pool) => Some(format!("`{name}`")),
        _ => None,
    });
    names.collect::<Vec<_>>().join(" and ")
}

pub(super) fn find(field: &Field<'_>, text: &str, name: &Name, among: (&str, &NameList)) -> Option<u16> {
    let (what, names) = among;
    let index = Names::index(names, &name.text);
    if index.is_some() {
        return index;
    }
    let (start, end) = (name.start, name.end);
    let title = format!("there is no {what} `{}`", name.text);
    let suggestion = nearest(&name.text, names);
    let accepted = if suggestion.is_some() { String::new() } else { existing(what, names) };
    refuse(field, text, Wrong { start, end, title, accepted, suggestion })
}
