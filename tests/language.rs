//! The scenario language from outside: every shipped scenario is right, every wrong one has its message.

use std::path::{Path, PathBuf};

use tailback::scenario::{Overrides, Scenario, ScenarioError, load, parse};

/// The files of a folder with this extension, in order.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.unwrap().path())
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
        std::fs::write(golden, found).unwrap();
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
