//! What a figure or an objective means, whatever its spelling: `p95(wait)`, `p95( wait )` and `wait_p95` are one figure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::experiment::ScopeName;
use crate::metric::ScopeKind;
use crate::units::parse_duration;

/// The objectives of each alternative.
pub type Promises = BTreeMap<String, PointPromises>;

/// The objectives of a point, by whom they concern and what they bound.
pub type PointPromises = BTreeMap<String, Promise>;

/// An objective as a baseline keeps it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// As written.
    pub text: String,
    /// Its bound in the unit of its measure.
    pub bound: f64,
    /// Whether larger values are better.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub larger_is_better: bool,
}

impl Promise {
    /// Whether it asks for less than `before` did, which is of the same figure.
    pub(super) fn is_looser(&self, before: &Self) -> bool {
        let same = self.bound.total_cmp(&before.bound).is_eq();
        match self.larger_is_better {
            _ if same => before.excludes_bound() && !self.excludes_bound(),
            true => self.bound < before.bound,
            false => self.bound > before.bound,
        }
    }

    /// Whether the bound itself misses it: `<` and not `<=`.
    fn excludes_bound(&self) -> bool {
        // The comparison of a share is inside of its parentheses, that of the objective behind them.
        !self.text.rsplit(')').next().unwrap_or_default().contains('=')
    }

    /// Puts it among the promises of a point; of two of the same kind the one that asks for more counts.
    pub fn keep(self, scope: &ScopeName, metric: &str, promises: &mut PointPromises) {
        let side = if self.larger_is_better { "at least" } else { "at most" };
        let key = format!("{} {side}", name(scope, metric));
        match promises.get(&key) {
            Some(other) if !other.is_looser(&self) => {}
            _ => drop(promises.insert(key, self)),
        }
    }
}

/// The figure that a kept promise bounds.
pub(super) fn figure_of(key: &str) -> &str {
    key.trim_end_matches(" at least").trim_end_matches(" at most")
}

/// A figure by whom it concerns and what it is, such as `class mail: wait_p95` or `all: backlog_max`.
pub(super) fn name(scope: &ScopeName, metric: &str) -> String {
    format!("{}: {}", whom(scope), measure(metric))
}

/// Such as `class mail`.
pub(super) fn whom(ScopeName { kind, name }: &ScopeName) -> String {
    match kind {
        ScopeKind::All => "all".to_owned(),
        kind => format!("{} {name}", kind.name()),
    }
}

/// A name that some earlier version wrote, in today's spelling.
pub(super) fn renewed(name: &str) -> String {
    // A class may be named `a: b`; no measure holds a colon and a blank.
    name.rsplit_once(": ").map_or_else(|| name.to_owned(), |(whom, metric)| format!("{whom}: {}", measure(metric)))
}

/// A metric or a measure in one spelling: `wait_p95`, `share(wait <= 30s)`.
pub(super) fn measure(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let Some((function, rest)) = text.split_once('(') else { return text };
    // After the last parenthesis stands among which jobs it is measured: `by tenant from 09:00 to 10:00`.
    let (inside, among) = rest.rsplit_once(')').unwrap_or((rest, ""));
    let (function, inside) = (function.trim(), inside.trim());
    let among = if among.trim().is_empty() { String::new() } else { format!(" {}", among.trim()) };
    if let Some(statistic) = statistic(function) {
        return format!("{inside}_{statistic}{among}");
    }
    format!("{function}({}){among}", bounded(inside).unwrap_or_else(|| inside.to_owned()))
}

/// `mean`, `max` and percentiles, whose number has one spelling.
fn statistic(function: &str) -> Option<String> {
    if matches!(function, "mean" | "max") {
        return Some(function.to_owned());
    }
    let percent: f64 = function.strip_prefix('p')?.parse().ok()?;
    Some(format!("p{percent}"))
}

/// `wait<=0.5m` as `wait <= 30s`.
fn bounded(inside: &str) -> Option<String> {
    let at = inside.find(['<', '>'])?;
    let (quantity, rest) = inside.split_at(at);
    let value = rest.trim_start_matches(['<', '>', '=']);
    let comparison = &rest[..rest.len() - value.len()];
    let bound = parse_duration(value.trim()).ok()?;
    Some(format!("{} {comparison} {}s", quantity.trim(), bound.as_secs_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_meaning_has_one_spelling() {
        for same in ["wait_p95", "p95(wait)", "p95( wait )", "p95.0(wait)", " p95 (wait)"] {
            assert_eq!(measure(same), "wait_p95", "{same}");
        }
        assert_eq!(measure("max(backlog)"), "backlog_max");
        assert_eq!(measure("p99.9(queue_wait)"), "queue_wait_p99.9");
        for same in ["share(wait <= 30s)", "share(wait<=0.5m)", "share( wait  <=  30 s )"] {
            assert_eq!(measure(same), "share(wait <= 30s)", "{same}");
        }
        assert_ne!(measure("share(wait < 30s)"), measure("share(wait <= 30s)"));
        assert_eq!(measure("drain_time"), "drain_time");
        assert_eq!(measure("p95(wait) from 09:00 to 10:00"), "wait_p95 from 09:00 to 10:00");
        assert_eq!(measure("share(wait<=0.5m) by tenant"), "share(wait <= 30s) by tenant");
        assert_eq!(measure("chance(p95(wait) < 10s)"), "chance(p95(wait) < 10s)");
        assert_eq!(measure("count(lost) from 09:00 to 10:00 mon-fri"), "count(lost) from 09:00 to 10:00 mon-fri");
        assert_eq!(renewed("class a: b: p95(wait)"), "class a: b: wait_p95");
    }
}
