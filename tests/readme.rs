//! What the README shows is what the program does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The first block of code in this language behind a text of the README.
fn block(behind: &str, language: &str) -> String {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = readme.split_once(behind).unwrap();
    let (_, rest) = rest.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

fn saved(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("exports.toml"), text).unwrap();
    folder
}

fn tailback(folder: &TempDir, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.args(arguments).current_dir(folder.path()).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap_or(-1), said)
}

#[test]
fn the_error_of_the_readme_is_what_the_program_says() {
    let scenario = block("## A scenario on one screen", "toml");
    let wrong = scenario.replacen("exponential", "exponental", 1).replacen("(wait", "(wiat", 1);
    let (code, said) = tailback(&saved(&wrong), &["explain", "exports.toml"]);
    let shown = block("for\n`wait`, and you read:", "console");
    assert_eq!(
        (code, shown.strip_prefix("$ tailback explain exports.toml\n").unwrap().trim_end()),
        (2, said.trim_end())
    );
}

#[test]
fn the_scenario_of_the_readme_is_right_and_its_commands_take_it() {
    let folder = saved(&block("## A scenario on one screen", "toml"));
    assert_eq!(tailback(&folder, &["explain", "exports.toml"]).0, 0);
    // The paths that `size` is shown with.
    for (file, path) in [
        ("exports.toml", "jobs.export.arrivals.burst.jobs"),
        ("scenarios/dispatcher-outage.toml", "dispatchers.driver.outages"),
    ] {
        let text =
            fs::read_to_string(if file == "exports.toml" { folder.path().join(file) } else { root().join(file) })
                .unwrap();
        let commands = block("## Inverse questions", "console");
        assert!(commands.contains(&format!("$ tailback size {file} --maximize {path}")), "{commands}");
        let keys: Vec<&str> = path.split('.').collect();
        assert!(text.contains(&format!("[{}.{}]", keys[0], keys[1])), "{file} {path}");
    }
}

/// The systems whose retries the README counts: one key each, or two for one system.
#[test]
fn the_readme_counts_the_systems_right() {
    let schema = fs::read_to_string(root().join("schema/scenario.schema.json")).unwrap();
    let systems = [
        "sidekiq",
        "faktory",
        "celery",
        "bullmq_exponential",
        "oban",
        "river",
        "active_job",
        "delayed_job",
        "kubernetes",
        "sqs",
    ];
    assert!(systems.iter().all(|system| schema.contains(&format!("\"{system}\""))));
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(systems.len() == 10 && readme.contains("retry formulas of ten job systems"));
    let files = |folder: &str| fs::read_dir(root().join(folder)).unwrap().count();
    assert!(files("scenarios/systems") == 12 && readme.contains("one file for each of twelve job systems"));
    assert!(files("tests/cases/worlds") == 14 && readme.contains("fourteen worlds"));
}
