//! Every key of the published schema changes something that is written, or is refused: the test walks the schema, so that a new key
//! without a scenario here that states it fails.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use tailback::experiment;
use tailback::model::DesignPoint;
use tailback::report::{write_curves, write_metrics};
use tailback::scenario::{Overrides, Scenario, parse};
use toml::Value;

/// Keys that say what a reader sees, and nothing of what is simulated: they are in `summary.json` (tested below).
const SHOWN: [&str; 4] = ["Scenario.title", "Scenario.question", "Scenario.source", "Alternative.title"];

/// Keys with a single value that is accepted.
const FIXED: [&str; 1] = ["Scenario.format"];

/// Keys that say how a file of records is written: with another value the files here are refused.
const NEEDED: [&str; 2] = ["TraceFile.decimal", "TraceFile.delimiter"];

/// Shares that make a whole: only two of them can change together.
const TOGETHER: [&str; 2] = ["Branch.share", "MixturePart.share"];

/// The most other values that are tried for a key in one file.
const MOST_TRIED: usize = 150;

/// A place in a document: keys of tables, and places in lists.
#[derive(Clone, PartialEq, Debug)]
enum Step {
    Key(String),
    Item(usize),
}

/// A scenario with what the schema says of its places.
struct Document {
    root: Value,
    /// Where each key of the schema is stated.
    stated: Vec<(String, Vec<Step>, Json)>,
}

struct Schema(Json);

impl Schema {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/scenario.schema.json");
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    /// Tables and choices by name, without those of alternatives, which have the same keys.
    fn definitions(&self) -> BTreeMap<String, &Json> {
        let all = self.0["$defs"].as_object().unwrap().iter().map(|(name, form)| (name.clone(), form));
        let own = all.filter(|(name, _)| !name.starts_with("Partial"));
        own.chain([("Scenario".to_owned(), &self.0)]).collect()
    }

    /// All keys, such as `Job.timeout`.
    fn keys(&self) -> BTreeSet<String> {
        let of = |(name, form): (String, &Json)| -> Vec<String> {
            tables(form).iter().flat_map(|table| table.keys()).map(|key| format!("{name}.{key}")).collect()
        };
        self.definitions().into_iter().flat_map(of).collect()
    }

    /// The forms of a value, with the name of their definition.
    fn forms<'a>(&'a self, name: &str, form: &'a Json, found: &mut Vec<(String, &'a Json)>) {
        if let Some(reference) = form.get("$ref").and_then(Json::as_str) {
            let name = reference.trim_start_matches("#/$defs/");
            self.forms(name, &self.0["$defs"][name], found);
            return;
        }
        found.push((name.to_owned(), form));
        for below in form.get("anyOf").and_then(Json::as_array).into_iter().flatten() {
            self.forms("", below, found);
        }
    }

    fn visit(
        &self,
        value: &Value,
        (name, form): (&str, &Json),
        at: &[Step],
        found: &mut Vec<(String, Vec<Step>, Json)>,
    ) {
        let mut forms = Vec::new();
        self.forms(name, form, &mut forms);
        match value {
            Value::Table(table) => {
                for (key, below) in table {
                    let path = [at, &[Step::Key(key.clone())]].concat();
                    let entry = forms.iter().find_map(|(name, form)| Some((name, entry(form, key)?)));
                    let Some((name, (is_key, form))) = entry else { continue };
                    if is_key {
                        let name = name.strip_prefix("Partial").unwrap_or(name);
                        found.push((format!("{name}.{key}"), path.clone(), form.clone()));
                    }
                    self.visit(below, ("", form), &path, found);
                }
            }
            Value::Array(items) => {
                let Some(form) = forms.iter().find_map(|(_, form)| form.get("items")) else { return };
                for (i, item) in items.iter().enumerate() {
                    self.visit(item, ("", form), &[at, &[Step::Item(i)]].concat(), found);
                }
            }
            _ => {}
        }
    }

    /// The words that can stand at a place.
    fn words(&self, form: &Json) -> Vec<String> {
        let mut forms = Vec::new();
        self.forms("", form, &mut forms);
        let mut words = Vec::new();
        for (_, form) in forms {
            let several = form.get("enum").and_then(Json::as_array).into_iter().flatten();
            words.extend(several.chain(form.get("const")).filter_map(Json::as_str).map(str::to_owned));
            let one_of = form.get("oneOf").and_then(Json::as_array).into_iter().flatten();
            words.extend(one_of.filter_map(|form| form.get("const")?.as_str()).map(str::to_owned));
        }
        words
    }
}

/// The tables of keys of a definition: its own, or those of its tags.
fn tables(form: &Json) -> Vec<&serde_json::Map<String, Json>> {
    let tags = form.get("oneOf").and_then(Json::as_array).into_iter().flatten();
    tags.chain([form]).filter_map(|form| form.get("properties")?.as_object()).collect()
}

/// What a table says of a key, and whether it names it.
fn entry<'a>(form: &'a Json, key: &str) -> Option<(bool, &'a Json)> {
    if let Some(found) = tables(form).into_iter().find_map(|table| table.get(key)) {
        return Some((true, found));
    }
    let named = form.get("patternProperties").and_then(Json::as_object).and_then(|all| all.values().next());
    Some((false, named.or_else(|| form.get("additionalProperties").filter(|form| form.is_object()))?))
}

fn at<'a>(value: &'a mut Value, path: &[Step]) -> &'a mut Value {
    match path {
        [] => value,
        [Step::Key(key), rest @ ..] => at(value.get_mut(key.as_str()).unwrap(), rest),
        [Step::Item(i), rest @ ..] => at(value.get_mut(*i).unwrap(), rest),
    }
}

/// Other values for what stands at a place.
fn others(value: &Value, words: &[String], names: &[String]) -> Vec<Value> {
    match value {
        Value::Integer(n) => [n * 3 + 1, n / 2, n + 1, n - 1].map(Value::Integer).to_vec(),
        Value::Float(x) => [x * 3.0, x / 2.0].map(Value::Float).to_vec(),
        Value::Boolean(flag) => vec![Value::Boolean(!flag)],
        Value::String(text) => texts(text, words, names).into_iter().map(Value::String).collect(),
        Value::Array(items) => {
            let last = items[..items.len().saturating_sub(1)].to_vec();
            let first = items.iter().skip(1).cloned().collect();
            let reversed = items.iter().rev().cloned().collect();
            let mut found = vec![Value::Array(last), Value::Array(first), Value::Array(reversed)];
            for (i, item) in items.iter().enumerate() {
                found.extend(others(item, words, names).into_iter().map(|other| {
                    let mut items = items.clone();
                    items[i] = other;
                    Value::Array(items)
                }));
            }
            found
        }
        Value::Table(table) => {
            let with = |(key, below): (&String, &Value)| -> Vec<Value> {
                let other = |other| {
                    let mut table = table.clone();
                    table.insert(key.clone(), other);
                    Value::Table(table)
                };
                others(below, words, names).into_iter().map(other).collect()
            };
            table.iter().flat_map(with).collect()
        }
        Value::Datetime(_) => Vec::new(),
    }
}

fn texts(text: &str, words: &[String], names: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let digits = |c: char| c.is_ascii_digit();
    if let Some(start) = text.find(digits) {
        let rest = &text[start..];
        let end = rest.find(|c: char| !digits(c)).unwrap_or(rest.len());
        if let Ok(number) = rest[..end].parse::<u64>() {
            for other in [number * 3, number / 2, number + 1, number.saturating_sub(1)] {
                found.push(format!("{}{other:0end$}{}", &text[..start], &rest[end..]));
            }
        }
    } else {
        found.extend(words.iter().chain(names).filter(|word| *word != text).cloned());
    }
    found
}

/// A scenario, and what it means in words; `None`: it is refused.
fn read(file: &Path, root: &Value) -> Option<(Scenario, String)> {
    let scenario = parse(file, &toml::to_string(root).unwrap(), &Overrides::default()).ok()?;
    let said = meaning(&scenario);
    Some((scenario, said))
}

fn meaning(scenario: &Scenario) -> String {
    let study = &scenario.study;
    let point = |point: &DesignPoint| {
        format!("{} {:?} {:?} {:?}", point.alternative, point.sweep, point.model, point.objectives)
    };
    format!("{:?} {}", study.settings, study.points.iter().map(point).collect::<String>())
}

/// What is written of a scenario, or why the run stops.
fn written(scenario: &Scenario) -> String {
    match experiment::run(&scenario.study, &|_| {}) {
        Ok(results) => write_metrics(&results) + &write_curves(&results),
        Err(error) => format!("{error}"),
    }
}

/// The names that a document gives, and those of its queues, columns and files.
fn names(root: &Value) -> Vec<String> {
    let sections = root.as_table().unwrap().values().filter_map(Value::as_table);
    let mut names: BTreeSet<String> = sections.flat_map(|section| section.keys().cloned()).collect();
    let jobs = root.get("jobs").and_then(Value::as_table).into_iter().flat_map(|jobs| jobs.values());
    names.extend(jobs.filter_map(|job| Some(job.get("queue")?.as_str()?.to_owned())));
    names.extend(["default", "alt", "at", "end", "other", "other.csv", "Europe/Lisbon", "."].map(str::to_owned));
    names.into_iter().collect()
}

impl Document {
    fn read(file: &Path, schema: &Schema) -> Self {
        let root: Value = toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let mut stated = Vec::new();
        schema.visit(&root, ("Scenario", &schema.0), &[], &mut stated);
        Self { root, stated }
    }

    /// Whether another value of a key, or its absence, changes what is written.
    /// The document with other values of a key, each time one, and without it.
    fn variations(&self, schema: &Schema, key: &str) -> Vec<Value> {
        let names = names(&self.root);
        let mut found = Vec::new();
        for (_, path, form) in self.stated.iter().filter(|(stated, ..)| stated == key) {
            let mut root = self.root.clone();
            let value = at(&mut root, path).clone();
            let others = others(&value, &schema.words(form), &names);
            found.extend(others.into_iter().take(MOST_TRIED).map(|other| self.with(path, other)));
            if TOGETHER.contains(&key) {
                found.extend(exchanged(&self.root, path));
            }
            let (Some(Step::Key(last)), above) = (path.last(), &path[..path.len() - 1]) else { continue };
            at(&mut root, above).as_table_mut().unwrap().remove(last);
            found.push(root);
        }
        found.retain(|root| *root != self.root);
        found
    }

    fn with(&self, path: &[Step], other: Value) -> Value {
        let mut root = self.root.clone();
        *at(&mut root, path) = other;
        root
    }
}

/// The values of a key in the first two items of a list, exchanged.
fn exchanged(root: &Value, path: &[Step]) -> Option<Value> {
    let place = path.iter().rposition(|step| *step == Step::Item(0))?;
    let mut second = path.to_vec();
    second[place] = Step::Item(1);
    let mut root = root.clone();
    let (a, b) = (at(&mut root, path).clone(), at(&mut root, &second).clone());
    *at(&mut root, path) = b;
    *at(&mut root, &second) = a;
    Some(root)
}

/// The keys that change nothing in any file of the folder; `changes` says whether a scenario does, beside the document.
fn idle_keys(mut changes: impl FnMut(&Scenario, &Scenario) -> bool) -> BTreeSet<String> {
    let schema = Schema::read();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/every_key");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "toml"));
    files.sort();
    let mut open = schema.keys();
    assert!(open.len() > 350, "{}", open.len());
    open.retain(|key| !SHOWN.contains(&key.as_str()) && !FIXED.contains(&key.as_str()));
    for file in files {
        let document = Document::read(&file, &schema);
        let (scenario, said) = read(&file, &document.root).unwrap_or_else(|| panic!("{} is refused", file.display()));
        let stated: BTreeSet<&String> = document.stated.iter().map(|(key, ..)| key).collect();
        let here: Vec<String> = open.iter().filter(|key| stated.contains(key)).cloned().collect();
        for key in here {
            let read = document.variations(&schema, &key).into_iter().map(|root| read(&file, &root));
            if NEEDED.contains(&key.as_str()) {
                let read: Vec<_> = read.collect();
                assert!(read.iter().any(Option::is_none), "no value of {key} is refused");
                open.remove(&key);
                continue;
            }
            // What means the same need not be looked at.
            let mut others = read.flatten().filter(|(_, other)| *other != said);
            if others.any(|(other, _)| changes(&scenario, &other)) {
                open.remove(&key);
            }
        }
    }
    open
}

#[test]
fn every_key_of_the_schema_changes_what_is_simulated_or_judged_or_is_refused() {
    let idle = idle_keys(|_, _| true);
    assert!(idle.is_empty(), "{} keys change nothing in any file of tests/every_key: {idle:#?}", idle.len());
}

#[test]
#[ignore = "simulates some hundred scenarios, in some minutes"]
fn every_key_of_the_schema_changes_the_figures_or_curves() {
    let mut before: Option<(String, String)> = None;
    let idle = idle_keys(|scenario, other| {
        let said = meaning(scenario);
        if before.as_ref().is_none_or(|(of, _)| *of != said) {
            before = Some((said, written(scenario)));
        }
        before.as_ref().is_some_and(|(_, figures)| written(other) != *figures)
    });
    assert!(idle.is_empty(), "{} keys change no figure in any file of tests/every_key: {idle:#?}", idle.len());
}

#[test]
fn what_is_only_shown_is_in_the_summary() {
    let folder = tempfile::tempdir().unwrap();
    let text = "title = \"the title\"\nquestion = \"the question?\"\nsource = \"the source\"\n[run]\nhorizon = \"1m\"\nreplications = 1\n\
                [jobs.a]\narrivals.poisson.rate = \"1/s\"\nservice_time.constant = \"1s\"\n[pools.w]\nsize = 2\n\
                [alternatives.x]\ntitle = \"of the alternative\"\npools.w.size = 3\n";
    std::fs::write(folder.path().join("world.toml"), text).unwrap();
    let mut command = assert_cmd::Command::cargo_bin("tailback").unwrap();
    command.current_dir(folder.path()).args(["run", "world.toml", "--quiet", "--format", "svg"]).assert().success();
    let summary = std::fs::read_to_string(folder.path().join("outputs/world/summary.json")).unwrap();
    for shown in ["the title", "the question?", "the source", "of the alternative"] {
        assert!(summary.contains(shown), "{shown}");
    }
}
