//! The scenario language from outside: every shipped scenario is right, every wrong one has its message.

use std::path::{Path, PathBuf};

use tailback::scenario::{Overrides, Scenario, ScenarioError, load, parse};

/// The files of a folder with this extension, in order.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

fn right(path: &Path) -> Scenario {
    load(path, &Overrides::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn message(outcome: Result<Scenario, ScenarioError>) -> String {
    match outcome {
        Ok(_) => "accepted\n".to_owned(),
        Err(ScenarioError::Invalid(text)) => text,
        Err(error) => panic!("{error}"),
    }
}

/// Compares with the golden file, or renews it when `UPDATE` is set.
fn compare(golden: &Path, found: &str, failures: &mut Vec<String>) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(golden, found).expect("the golden file can be written");
    } else if std::fs::read_to_string(golden).unwrap_or_default() != found {
        failures.push(format!("{}:\n{found}", golden.display()));
    }
}

#[test]
fn every_shipped_scenario_is_right() {
    let shipped = files("scenarios", "toml");
    assert!(shipped.len() >= 5);
    for path in shipped {
        let scenario = right(&path);
        assert!(scenario.text.starts_with("#:schema ../schema/scenario.schema.json\n"), "{}", path.display());
    }
}

/// TOML as JSON, dates as texts, as an editor hands it to the schema.
fn json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(time) => serde_json::Value::String(time.to_string()),
        toml::Value::Array(values) => values.iter().map(json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
        toml::Value::String(text) => text.clone().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
    }
}

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let mut failures = Vec::new();
    compare(Path::new("schema/scenario.schema.json"), &tailback::scenario::schema(), &mut failures);
    assert!(failures.is_empty(), "run with UPDATE=1 to renew the schema");
}

#[test]
fn the_schema_accepts_what_the_reader_accepts() {
    let schema: serde_json::Value = serde_json::from_str(&tailback::scenario::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for path in files("scenarios", "toml").into_iter().chain(files("tests/language/right", "toml")) {
        let scenario = right(&path);
        for text in [&scenario.text, &scenario.effective] {
            let value = json(&toml::Value::Table(text.parse().unwrap()));
            let problems: Vec<String> =
                validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(problems.is_empty(), "{}: {problems:#?}", path.display());
        }
    }
}

#[test]
fn the_schema_refuses_wrong_keys_units_and_choices() {
    let schema: serde_json::Value = serde_json::from_str(&tailback::scenario::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong = [
        "misspelt-key",
        "unknown-key",
        "key-of-a-later-version",
        "wrong-unit",
        "rate-without-unit",
        "bare-number",
        "duration-as-rate",
        "negative-duration",
        "negative-number",
        "infinite",
        "share-without-sign",
        "missing-keys",
        "two-tags",
        "unknown-tag",
        "three-percentiles",
        "on-return-expire",
        "on-return-unknown",
        "odd-names",
        "wrong-kinds-of-values",
        "alternative-of-the-run",
        "no-jobs-no-pools",
        "fraction-of-a-job",
    ];
    for name in wrong {
        let text = std::fs::read_to_string(format!("tests/language/wrong/{name}.toml")).unwrap();
        let value = json(&toml::Value::Table(text.parse().unwrap()));
        assert!(!validator.is_valid(&value), "{name} is accepted");
    }
}

#[test]
fn the_effective_scenario_is_the_same_study() {
    for path in files("scenarios", "toml").into_iter().chain(files("tests/language/right", "toml")) {
        let scenario = right(&path);
        let again = parse(&path, &scenario.effective, &Overrides::default())
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", path.display(), scenario.effective));
        let (first, second) = (&scenario.study, &again.study);
        assert_eq!(first.points[0].model, second.points[0].model, "{}", scenario.effective);
        assert_eq!(first.points[0].objectives, second.points[0].objectives);
        assert_eq!(first.settings, second.settings);
        let texts =
            |study: &tailback::model::Study| (study.title.clone(), study.question.clone(), study.source.clone());
        assert_eq!(texts(first), texts(second));
        assert_eq!(again.effective, scenario.effective, "{}: nothing is left to fill in", path.display());
    }
}

/// A wrong scenario may start with `# --set ARGUMENT` lines.
fn overrides(text: &str) -> Overrides {
    let set = text.lines().filter_map(|line| line.strip_prefix("# --set ")).map(str::to_owned).collect();
    Overrides { set, ..Overrides::default() }
}

#[test]
fn every_wrong_scenario_has_its_message() {
    let mut failures = Vec::new();
    let wrong = files("tests/language/wrong", "toml");
    assert!(wrong.len() >= 40, "{}", wrong.len());
    for path in wrong {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let found = message(load(&path, &overrides(&text)));
        assert_ne!(found, "accepted\n", "{} is accepted", path.display());
        compare(&path.with_extension("txt"), &found, &mut failures);
    }
    assert!(failures.is_empty(), "{} messages differ (UPDATE=1 renews them):\n{}", failures.len(), failures.join("\n"));
}
