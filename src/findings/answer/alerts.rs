//! Which alert fires first after the fault of the base, which last, and which never.

use crate::experiment::{MarkerKind, PointResult, Results};
use crate::findings::alerts::{alert_names, first_firing};
use crate::findings::figures::figure;
use crate::findings::words::base_point;
use crate::metric::ScopeKind;

pub(super) fn sentence(results: &Results) -> Option<String> {
    let base = base_point(results)?;
    let names = alert_names(base);
    let fired = fired(results, base, &names);
    let has_outage = base.markers.iter().any(|marker| marker.kind == MarkerKind::Outage);
    let has_fault = has_outage || base.metrics.iter().any(|metric| metric.scope.kind == ScopeKind::Fault);
    let since = if has_fault { "after the fault began" } else { "after the start" };
    let after = |(seconds, name): &(f64, &str)| format!("`{name}` fires {} {since}", figure(*seconds, "s"));
    let never = names.len() - fired.len();
    Some(match (names.as_slice(), fired.as_slice()) {
        ([], _) => return None,
        ([only], []) => format!("The alert `{only}` never fires."),
        (all, []) => format!("None of the {} alerts fires.", all.len()),
        ([_], [first, ..]) => format!("The alert {}.", after(first)),
        (all, [only]) => format!("Of {} alerts, only {}.", all.len(), after(only)),
        (all, [first, .., last]) => {
            let silent = if never > 0 { format!(", and {never} never") } else { String::new() };
            let (first, late) = (after(first).replace(" fires ", " fires first, "), figure(last.0, "s"));
            format!("Of {} alerts, {first}; `{}` last, after {late}{silent}.", all.len(), last.1)
        }
    })
}

/// Alerts with the median time to their first firing, in its order.
fn fired<'a>(results: &Results, base: &PointResult, names: &[&'a str]) -> Vec<(f64, &'a str)> {
    let firing = |name: &&'a str| Some((first_firing(base, name, results.confidence)?.median, *name));
    let mut fired: Vec<(f64, &str)> = names.iter().filter_map(firing).collect();
    fired.sort_by(|a, b| a.0.total_cmp(&b.0));
    fired
}
