//! The declarations of the language: what it has, in one place for those who read it and those who describe it. The JSON Schema
//! for editors is made of them, and the readers open tables by them.

#[macro_use]
mod macros;
mod arrivals;
mod autoscale;
mod dispatchers;
mod jobs;
pub(in crate::scenario) mod kind;
mod laws;
mod policies;
mod pools;
mod providers;
mod quantities;
mod retries;
mod rules;
mod study;
mod sweeps;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use kind::{Declared, Kind};

pub(in crate::scenario) use arrivals::*;
pub(in crate::scenario) use autoscale::*;
pub(in crate::scenario) use dispatchers::*;
pub(in crate::scenario) use jobs::*;
pub(in crate::scenario) use laws::*;
pub(in crate::scenario) use policies::*;
pub(in crate::scenario) use pools::*;
pub(in crate::scenario) use providers::*;
pub(in crate::scenario) use retries::*;
pub(in crate::scenario) use rules::*;
pub(in crate::scenario) use study::*;
pub(in crate::scenario) use sweeps::*;

/// The JSON Schema of scenarios, pretty-printed.
#[must_use]
pub fn schema() -> String {
    let mut schema = declarations();
    state_defaults(&mut schema);
    add_partial(&mut schema);
    format!("{schema:#}\n")
}

/// The declarations of all tables, without their partial forms.
pub(in crate::scenario) fn declarations() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<Scenario>().to_value()
}

/// All kinds of tables.
pub(in crate::scenario) fn kinds() -> impl Iterator<Item = &'static Kind> {
    let files = [
        study::KINDS,
        sweeps::KINDS,
        jobs::KINDS,
        retries::KINDS,
        pools::KINDS,
        dispatchers::KINDS,
        rules::KINDS,
        policies::KINDS,
        providers::KINDS,
        arrivals::KINDS,
        laws::DISTRIBUTIONS,
        laws::PARAMETERS,
        autoscale::KINDS,
    ];
    files.into_iter().flatten().copied()
}

/// Where the description of a key says what its default is, instead of in a sentence at its end.
const DEFAULT: &str = "{default}";

/// Says in the description of each key what holds where it is left out.
fn state_defaults(schema: &mut Value) {
    for kind in kinds() {
        let table = if kind.name == Scenario::KIND.name { &mut *schema } else { &mut schema["$defs"][kind.name] };
        for (key, default) in kind.keys.iter().filter_map(|key| Some((key, key.default?))) {
            if let Some(Value::String(text)) = table["properties"][key.name].get_mut("description") {
                *text = with_default(text, default);
            }
        }
    }
}

/// A description with a default, which is TOML. That a list is empty goes without saying.
fn with_default(text: &str, default: &str) -> String {
    let default = match default.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(text) => format!("`{text}`"),
        None if default == "[]" => return text.to_owned(),
        None if default.starts_with(|c: char| c.is_ascii_digit()) => default.trim_end_matches(".0").replace('_', " "),
        None => format!("`{default}`"),
    };
    match text.contains(DEFAULT) {
        true => text.replace(DEFAULT, &default),
        false => format!("{text} Default: {default}."),
    }
}

/// Adds the partial forms of all tables that alternatives are made of: nothing is required there.
fn add_partial(schema: &mut Value) {
    let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) else { return };
    let partial: Vec<(String, Value)> = definitions
        .iter()
        .filter(|(name, _)| *name != Alternative::KIND.name)
        .map(|(name, definition)| (format!("Partial{name}"), make_partial(definition, false)))
        .collect();
    definitions.extend(partial);
    for section in Alternative::KIND.names() {
        // Of a section with things by name, each thing is partial.
        let named = schema["properties"][section].get("patternProperties").and_then(Value::as_object);
        if let Some(thing) = named.and_then(|named| named.values().next()) {
            let thing = make_partial(thing, false);
            schema["$defs"][Alternative::KIND.name]["properties"][section] =
                json!({ "type": "object", "additionalProperties": thing });
        }
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
