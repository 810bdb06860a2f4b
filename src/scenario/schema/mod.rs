//! The JSON Schema of the language, for editors. The types here only describe the language: what they say is held equal
//! to what the readers accept by a test that compares the keys, and by the scenarios that are checked against both.

#[macro_use]
mod macros;
mod arrivals;
mod capacity;
mod fates;
mod laws;
mod providers;
mod quantities;
mod tables;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The JSON Schema of scenarios, pretty-printed.
#[must_use]
pub fn schema() -> String {
    let mut schema = declarations();
    add_partial(&mut schema);
    format!("{schema:#}\n")
}

/// The declarations of all tables, without their partial forms.
pub(super) fn declarations() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<tables::Scenario>().to_value()
}

/// Adds the partial forms of all tables that alternatives are made of: nothing is required there.
fn add_partial(schema: &mut Value) {
    let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) else { return };
    let partial: Vec<(String, Value)> = definitions
        .iter()
        .filter(|(name, _)| *name != "Alternative")
        .map(|(name, definition)| (format!("Partial{name}"), make_partial(definition, false)))
        .collect();
    definitions.extend(partial);
    let kinds = [("jobs", "Job"), ("queues", "Queue"), ("pools", "Pool"), ("profiles", "Profile")];
    let more = [("dispatchers", "Dispatcher"), ("events", "Event"), ("alerts", "Alert"), ("responses", "Response")];
    for (section, kind) in kinds.into_iter().chain(more).chain([("limits", "Limit"), ("providers", "Provider")]) {
        let reference = json!({ "$ref": format!("#/$defs/Partial{kind}") });
        definitions["Alternative"]["properties"][section] =
            json!({ "type": "object", "additionalProperties": reference });
    }
}

/// A definition without what it requires, except the tag of a choice.
fn make_partial(definition: &Value, is_choice: bool) -> Value {
    match definition {
        Value::Object(map) => {
            let keep = |key: &String| is_choice || (key != "required" && key != "minProperties");
            let pair = |(key, value): (&String, &Value)| (key.clone(), make_partial(value, key == "oneOf"));
            let mut map: Map<String, Value> = map.iter().filter(|(key, _)| keep(key)).map(pair).collect();
            if let Some(Value::String(reference)) = map.get_mut("$ref") {
                *reference = reference.replace("#/$defs/", "#/$defs/Partial");
            }
            Value::Object(map)
        }
        Value::Array(values) => values.iter().map(|value| make_partial(value, is_choice)).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::kinds;
    use std::collections::BTreeSet;

    /// The keys of a table, or the tags of a choice.
    fn keys(definition: &Value) -> BTreeSet<String> {
        let own = definition["properties"].as_object().into_iter().flat_map(|map| map.keys().cloned());
        let tags = definition["oneOf"].as_array().into_iter().flatten().flat_map(keys);
        own.chain(tags).collect()
    }

    #[test]
    fn the_schema_has_the_keys_that_the_readers_know() {
        let root: Value = serde_json::from_str(&schema()).unwrap();
        for kind in kinds::ALL {
            let definition = if kind.name == "Scenario" { &root } else { &root["$defs"][kind.name] };
            let expected: BTreeSet<String> = kind.keys.iter().map(|key| (*key).to_owned()).collect();
            assert_eq!(keys(definition), expected, "{}", kind.name);
        }
        for (name, definition) in root["$defs"].as_object().unwrap() {
            let name = name.strip_prefix("Partial").unwrap_or(name);
            let known = kinds::ALL.iter().any(|kind| kind.name == name);
            // The keys of a sweep are paths, beside a few words.
            let any_key = definition["additionalProperties"].is_object();
            assert!(known || any_key || keys(definition).is_empty(), "the readers do not know {name}");
        }
    }
}
