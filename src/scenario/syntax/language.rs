//! Places in the language: what may stand at a path. Found by walking the types that the JSON Schema is made of, so that a thing
//! that is named like a key is never taken for it, and a new key is known here without a word.

use std::sync::LazyLock;

use serde_json::Value;

use super::schema;
use super::schema::kind::Kind;
use crate::scenario::text::node::split_path;
use crate::units::is_bare;

/// The declarations of the language; made once, as only scenarios with overlays, sweeps or targets ask for them.
static DECLARATIONS: LazyLock<Value> = LazyLock::new(schema::declarations);

/// What stands for any percentile among exclusive keys.
const PERCENTILES: &str = "percentiles";

/// The kinds of tables with keys that exclude each other.
static EXCLUSIVE: LazyLock<Vec<&Kind>> =
    LazyLock::new(|| schema::kinds().filter(|kind| !kind.exclusive.is_empty()).collect());

/// A place in the language.
#[derive(Clone, Copy, Debug)]
pub(in crate::scenario) enum Spot {
    /// What is declared there, with the name of the declaration if it has one.
    Declared(&'static str, &'static Value),
    /// A factor, or a table of factors by path, under so many keys of that path.
    Factor(usize),
    /// Nothing is declared there.
    Nothing,
}

/// What a number at a place means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::scenario) enum Meaning {
    /// A count of things.
    Whole,
    /// A number or quantity of any size.
    Real,
    /// A place in time: a share of it means nothing.
    Instant,
    /// A rank, of which only the order counts.
    Rank,
    /// A condition with numbers in it.
    Sentence,
    /// No number.
    None,
}

impl Spot {
    /// A whole scenario.
    pub(in crate::scenario) fn scenario() -> Self {
        Self::Declared("Scenario", &DECLARATIONS)
    }

    /// The place at a path from the root.
    pub(in crate::scenario) fn at(path: &[String]) -> Self {
        path.iter().fold(Self::scenario(), |spot, key| spot.below(key))
    }

    /// The place under a key of the table here.
    pub(in crate::scenario) fn below(self, key: &str) -> Self {
        if let Self::Factor(keys) = self {
            return Self::Factor(keys + 1);
        }
        let below = |(name, form): (&'static str, &'static Value)| match name {
            "Factors" => Some(Self::Factor(1)),
            "Settings" | "Alternative" => Some(Self::scenario().below(key)),
            _ => Some(Self::Declared("", entry(form, key)?)),
        };
        self.forms().into_iter().find_map(below).unwrap_or(Self::Nothing)
    }

    /// The place of the items of the list here.
    pub(in crate::scenario) fn item(self) -> Self {
        let item = |(_, form): (_, &'static Value)| Some(Self::Declared("", form.get("items")?));
        self.forms().into_iter().find_map(item).unwrap_or(Self::Nothing)
    }

    /// Whether a table here is a choice: another tag replaces what was there.
    pub(in crate::scenario) fn is_choice(self) -> bool {
        self.forms().iter().any(|(_, form)| form.get("oneOf").is_some())
    }

    /// Whether a table here holds values by their paths.
    pub(in crate::scenario) fn has_targets(self) -> bool {
        matches!(self, Self::Factor(_)) || self.forms().iter().any(|(name, _)| matches!(*name, "Factors" | "Settings"))
    }

    /// Whether a key can stand here as it is written.
    pub(in crate::scenario) fn takes(self, key: &str) -> bool {
        let takes = |(name, form): &(&str, &'static Value)| match *name {
            "Settings" | "Alternative" => Self::scenario().takes(key),
            "MomentsOrPercentiles" => percentile_share(key).is_some() || entry(form, key).is_some(),
            // Any key is a name there; whether it is a good one is said elsewhere.
            _ if form.get("patternProperties").is_some() => true,
            _ => entry(form, key).is_some(),
        };
        match self {
            // The name of a thing comes second.
            Self::Factor(1) => true,
            Self::Factor(_) => is_bare(key),
            _ => self.forms().iter().any(takes),
        }
    }

    /// Whether some keys here cannot stand beside others.
    pub(in crate::scenario) fn is_exclusive(self) -> bool {
        self.exclusive().is_some()
    }

    /// Whether a key here cannot stand beside those that are stated.
    pub(in crate::scenario) fn excludes(self, stated: &[&str], key: &str) -> bool {
        let Some(sets) = self.exclusive() else { return false };
        let set_of = |key: &str| {
            let key = if percentile_share(key).is_some() { PERCENTILES } else { key };
            sets.iter().position(|set| set.contains(&key))
        };
        let Some(own) = set_of(key) else { return false };
        // Two percentiles that are stated say all: they replace any other two.
        let percentiles = stated.iter().filter(|key| percentile_share(key).is_some()).count();
        let is_third = percentile_share(key).is_some() && percentiles >= 2 && !stated.contains(&key);
        is_third || stated.iter().filter_map(|key| set_of(key)).any(|set| set != own)
    }

    /// What a number here means.
    pub(in crate::scenario) fn meaning(self) -> Meaning {
        if matches!(self, Self::Factor(_)) {
            return Meaning::Real;
        }
        let meanings: Vec<Meaning> = self.forms().iter().map(|(name, form)| meaning_of(name, form)).collect();
        let has = |wanted: &Meaning| meanings.contains(wanted);
        let order = [Meaning::Instant, Meaning::Rank, Meaning::Whole, Meaning::Real, Meaning::Sentence];
        order.into_iter().find(has).unwrap_or(Meaning::None)
    }

    /// The sets of keys here that exclude each other.
    fn exclusive(self) -> Option<&'static [&'static [&'static str]]> {
        let forms = self.forms();
        EXCLUSIVE.iter().find(|kind| forms.iter().any(|(form, _)| *form == kind.name)).map(|kind| kind.exclusive)
    }

    /// The forms that a value here may have, each with the name of its declaration.
    fn forms(self) -> Vec<(&'static str, &'static Value)> {
        let mut forms = Vec::new();
        if let Self::Declared(name, schema) = self {
            collect_forms(name, schema, &mut forms);
        }
        forms
    }
}

fn collect_forms(name: &'static str, schema: &'static Value, forms: &mut Vec<(&'static str, &'static Value)>) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.trim_start_matches("#/$defs/");
        if let Some(definition) = DECLARATIONS["$defs"].get(name) {
            collect_forms(name, definition, forms);
        }
        return;
    }
    forms.push((name, schema));
    let several = schema.get("anyOf").and_then(Value::as_array);
    several.into_iter().flatten().for_each(|form| collect_forms("", form, forms));
}

/// The declaration of a key in a table, of a tag in a choice, or of any key in a table with free keys.
fn entry(form: &'static Value, key: &str) -> Option<&'static Value> {
    let property = |form: &'static Value| form.get("properties")?.get(key);
    let tag = || form.get("oneOf")?.as_array()?.iter().find_map(property);
    let named = || form.get("patternProperties")?.as_object()?.values().next();
    let free = || form.get("additionalProperties").filter(|schema| schema.is_object());
    property(form).or_else(tag).or_else(named).or_else(free)
}

fn meaning_of(name: &str, form: &Value) -> Meaning {
    match name {
        "Count" => Meaning::Whole,
        "TimePoint" => Meaning::Instant,
        "Rank" => Meaning::Rank,
        "Duration" | "Rate" | "Share" | "Positive" => Meaning::Real,
        "ConditionText" => Meaning::Sentence,
        _ => match form.get("type") {
            Some(Value::String(kind)) if kind == "integer" => Meaning::Whole,
            Some(Value::String(kind)) if kind == "number" => Meaning::Real,
            Some(Value::Array(kinds)) if kinds.iter().any(|kind| kind == "integer") => Meaning::Whole,
            Some(Value::Array(kinds)) if kinds.iter().any(|kind| kind == "number") => Meaning::Real,
            _ => Meaning::None,
        },
    }
}

/// A path with each of its keys by itself: a part that is written in quotes as a path of its own is taken apart, unless it is the
/// key of something there.
pub(in crate::scenario) fn canonical(path: &[String]) -> Vec<String> {
    let mut spot = Spot::scenario();
    let mut whole = Vec::new();
    for key in path {
        let parts = if spot.takes(key) { None } else { split_path(key).filter(|parts| parts.len() > 1) };
        for part in parts.unwrap_or_else(|| vec![key.clone()]) {
            spot = spot.below(&part);
            whole.push(part);
        }
    }
    whole
}

/// The share of a percentile key: 0.999 for `p99.9`.
pub(in crate::scenario) fn percentile_share(key: &str) -> Option<f64> {
    let digits = key.strip_prefix('p')?;
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.contains(['e', 'E']) {
        return None;
    }
    // Shifting the point in the text gives 0.999 for 99.9; dividing by 100 does not.
    let share: f64 = format!("{digits}e-2").parse().ok()?;
    (share > 0.0 && share < 1.0).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Spot {
        Spot::at(&split_path(path).unwrap())
    }

    #[test]
    fn a_choice_follows_from_its_place_and_not_from_its_name() {
        for path in [
            "jobs.a.arrivals",
            "jobs.a.service_time",
            "jobs.a.retry",
            "jobs.a.patience",
            "pools.a.take",
            "pools.a.autoscale",
            "pools.a.restart.takes",
            "providers.a.rate",
            "dispatchers.a.on_return",
            "dispatchers.a.restart.takes",
            "dispatchers.a.failures.repair",
            "responses.a.after",
            "events.a.set.pools.a.take",
            "jobs.a.arrivals.batches.size",
            "jobs.a.arrivals.renewal.interarrival",
            "alternatives.a.jobs.take.arrivals",
            "pools.a.autoscale.hpa.boot",
        ] {
            assert!(at(path).is_choice(), "{path}");
        }
        for path in [
            "dispatchers.retry",
            "jobs.repair",
            "jobs.take",
            "queues.size",
            "pools.arrivals",
            "pools.a",
            "profiles",
            "alternatives.take",
            "dispatchers.take.restart",
            "events.scale",
            "events.a.scale.jobs.a.service_time",
        ] {
            assert!(!at(path).is_choice(), "{path}");
        }
    }

    #[test]
    fn what_a_number_means_follows_from_its_place() {
        let expected = [
            ("pools.a.size", Meaning::Whole),
            ("pools.a.speed", Meaning::Real),
            ("jobs.a.priority", Meaning::Rank),
            ("jobs.first.retry.exponential.first", Meaning::Real),
            ("jobs.a.arrivals.periodic.first", Meaning::Instant),
            ("jobs.a.arrivals.batches.size", Meaning::Whole),
            ("jobs.a.service_time.exponential.mean", Meaning::Real),
            ("jobs.a.service_time.erlang.shape", Meaning::Whole),
            ("events.a.until", Meaning::Instant),
            ("events.a.scale.pools.a.size", Meaning::Real),
            ("events.a.set.pools.a.size", Meaning::Whole),
            ("profiles.a.steps.\"07:00\"", Meaning::Real),
            ("pools.a.take.weighted.a", Meaning::Real),
            ("jobs.a.queue", Meaning::None),
        ];
        for (path, meaning) in expected {
            assert_eq!(at(path).meaning(), meaning, "{path}");
        }
    }

    #[test]
    fn a_path_in_quotes_is_the_path_without_them() {
        let whole = |path: &str| canonical(&split_path(path).unwrap());
        let plain = split_path("events.slow.scale.jobs.a.service_time").unwrap();
        assert_eq!(whole("events.slow.scale.\"jobs.a.service_time\""), plain);
        assert_eq!(whole("\"events.slow\".scale.\"jobs.a\".service_time"), plain);
        let column = split_path("jobs.a.arrivals.trace.where.\"status.code\"").unwrap();
        assert_eq!(canonical(&column), column);
        let percentile = split_path("jobs.a.service_time.lognormal.\"p99.9\"").unwrap();
        assert_eq!(canonical(&percentile), percentile);
    }
}
