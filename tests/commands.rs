//! The command as a user runs it: exit codes, messages, files, and the same bytes on any number of threads.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

const INCIDENT: &str = "12twenty-2020-mass-mail";

/// A world that is simulated in a blink: a burst, an alternative, a sweep and a wall clock.
const SMALL: &str = r#"
title    = "A burst of reports"
question = "Do mails wait?"

[run]
start        = 2024-03-01T09:00:00Z
horizon      = "30m"
replications = 4
seed         = 5

[jobs.mail]
queue = "mail"
arrivals.poisson         = { rate = "2/s" }
service_time.exponential = { mean = "0.8s" }
objectives               = ["p95(wait) <= 30s"]

[jobs.report]
queue = "reports"
arrivals.burst           = { jobs = 60, from = "5m", over = "1m" }
service_time.exponential = { mean = "10s" }

[pools.workers]
size = 3
take.oldest_first = ["mail", "reports"]

[alternatives.mails-first]
pools.workers.take.strict = ["mail", "reports"]

[sweep]
"pools.workers.size" = [3, 6]
"#;

/// What a command left behind.
struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn tailback(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs a command that must succeed; what it printed.
fn succeed(folder: &Path, arguments: &[&str]) -> Outcome {
    let outcome = tailback(folder, arguments);
    assert_eq!(outcome.code, Some(0), "{arguments:?}: {}", outcome.stderr);
    outcome
}

/// Runs a command that must fail with this code; what it said on standard error.
fn fail(folder: &Path, code: i32, arguments: &[&str]) -> String {
    let outcome = tailback(folder, arguments);
    assert_eq!(outcome.code, Some(code), "{arguments:?}: {}", outcome.stderr);
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    outcome.stderr
}

fn empty_folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A folder with the small scenario.
fn small_folder() -> TempDir {
    let folder = empty_folder();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    folder
}

/// Every file of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read =
        |path: std::path::PathBuf| (path.file_name().unwrap().to_string_lossy().into(), fs::read(&path).unwrap());
    entries.map(read).collect()
}

#[test]
fn help_names_every_command() {
    let help = succeed(empty_folder().path(), &["--help"]).stdout;
    for command in ["run", "explain", "new", "schema", "completions", "plot"] {
        assert!(help.contains(command), "{help}");
    }
}

#[test]
fn wrong_arguments_exit_with_2() {
    let folder = empty_folder();
    let wrong: [&[&str]; 9] = [
        &[],
        &["simulate"],
        &["run", "--replications", "0"],
        &["run", "--seed", "-1"],
        &["run", "--threads", "0"],
        &["explain"],
        &["completions", "tcsh"],
        &["schema", "results"],
        &["new", "--list", INCIDENT],
    ];
    for arguments in wrong {
        fail(folder.path(), 2, arguments);
    }
    assert!(fail(folder.path(), 2, &["explian"]).contains("explain"), "did you mean");
}

#[test]
fn schemas_are_printed_as_committed() {
    let folder = empty_folder();
    let committed =
        |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(name)).unwrap();
    assert_eq!(succeed(folder.path(), &["schema"]).stdout, committed("scenario.schema.json"));
    assert_eq!(succeed(folder.path(), &["schema", "scenario"]).stdout, committed("scenario.schema.json"));
    assert_eq!(succeed(folder.path(), &["schema", "summary"]).stdout, committed("summary.schema.json"));
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = succeed(empty_folder().path(), &["completions", shell]).stdout;
        assert!(script.contains("tailback") && script.contains("explain"), "{shell}");
    }
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    for arguments in [&["schema", "summary"][..], &["completions", "bash"], &["--help"], &["new", "--list"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tailback"));
        let child = command.args(arguments).stdout(writer).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_under_standard_output_exits_with_3() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.args(["schema", "summary"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: cannot write to standard output"));
}

#[test]
fn new_lists_the_shipped_scenarios_with_their_titles() {
    let list = succeed(empty_folder().path(), &["new", "--list"]).stdout;
    let shipped = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")).unwrap();
    let names = shipped.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "toml"));
    for name in names {
        let name = name.file_stem().unwrap().to_string_lossy().into_owned();
        let line = list.lines().find(|line| line.starts_with(&name)).unwrap_or_else(|| panic!("{name} in {list}"));
        assert!(line.len() > name.len() + 4, "{line}");
    }
}

#[test]
fn new_writes_a_scenario_and_its_schema_and_overwrites_nothing() {
    let folder = empty_folder();
    succeed(folder.path(), &["new"]);
    succeed(folder.path(), &["new", INCIDENT]);
    let names: Vec<String> = files(folder.path()).into_keys().collect();
    assert_eq!(names, [format!("{INCIDENT}.toml"), "my-queue.toml".to_owned(), "tailback.schema.json".to_owned()]);
    let text = fs::read_to_string(folder.path().join("my-queue.toml")).unwrap();
    assert!(text.starts_with("#:schema ./tailback.schema.json\n"), "{text}");
    fs::write(folder.path().join("my-queue.toml"), "mine").unwrap();
    assert!(fail(folder.path(), 2, &["new"]).contains("`my-queue.toml` is there already"));
    assert_eq!(fs::read_to_string(folder.path().join("my-queue.toml")).unwrap(), "mine");
}

#[test]
fn a_misspelt_shipped_scenario_is_guessed() {
    let message = fail(empty_folder().path(), 2, &["new", "12twenty-2020-mas-mail"]);
    assert!(message.contains(&format!("did you mean `{INCIDENT}`?")), "{message}");
}

#[test]
fn plot_says_which_folder_it_needs() {
    let folder = empty_folder();
    let message = fail(folder.path(), 3, &["plot", "nowhere"]);
    assert!(message.contains("results.json") && message.contains("finished run"), "{message}");
    fs::write(folder.path().join("results.json"), "{\"format\": 99}").unwrap();
    assert!(fail(folder.path(), 3, &["plot", "."]).contains("it has format 99"));
    fs::write(folder.path().join("results.json"), "oops").unwrap();
    assert!(fail(folder.path(), 3, &["plot", "."]).contains("does not hold the results of a run"));
}

#[test]
fn run_answers_the_question_and_writes_every_file() {
    let folder = small_folder();
    let outcome = succeed(folder.path(), &["run", "small.toml", "--threads", "2"]);
    assert!(
        outcome.stdout.starts_with("A burst of reports\nQuestion: Do mails wait?\nAnswer:   "),
        "{}",
        outcome.stdout
    );
    assert!(outcome.stdout.lines().all(|line| line.chars().count() <= 100), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains('\u{1b}'), "no colour without a terminal");
    assert_eq!(outcome.stderr.lines().count(), 2, "one line a stage: {}", outcome.stderr);
    let written = files(&folder.path().join("outputs/small"));
    for name in
        ["summary.json", "summary.md", "metrics.csv", "curves.csv", "results.json", "manifest.json", "latency.png"]
    {
        assert!(written.get(name).is_some_and(|bytes| !bytes.is_empty()), "{name}");
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let folder = small_folder();
    let run = |threads: &str| {
        succeed(folder.path(), &["run", "small.toml", "--quiet", "--threads", threads, "--out", threads]);
        files(&folder.path().join(threads).join("small"))
    };
    let one = run("1");
    assert!(one.len() > 8, "{:?}", one.keys());
    for threads in ["2", "7"] {
        let more = run(threads);
        assert_eq!(one.keys().collect::<Vec<_>>(), more.keys().collect::<Vec<_>>());
        let differing: Vec<_> =
            one.iter().filter(|(name, bytes)| more[*name] != **bytes).map(|(name, _)| name).collect();
        assert!(differing.is_empty(), "{threads} threads: {differing:?}");
    }
}

#[test]
fn every_number_is_varied_alone_into_a_folder_of_its_own() {
    let folder = small_folder();
    let vary = |threads: &str, out: &str| {
        let arguments = ["run", "small.toml", "--sensitivity", "20%", "--threads", threads, "--out", out];
        succeed(folder.path(), &arguments).stdout
    };
    let text = vary("1", "one");
    assert!(text.contains("`p95(wait)` of mail"), "{text}");
    vary("2", "two");
    let one = files(&folder.path().join("one/small-sensitivity"));
    assert_eq!(one, files(&folder.path().join("two/small-sensitivity")));
    let names: Vec<&str> = one.keys().map(String::as_str).collect();
    assert!(names.contains(&"sensitivity.png") && !names.contains(&"alternatives.png"), "{names:?}");
    let csv = String::from_utf8(one["sensitivity.csv"].clone()).unwrap();
    assert!(csv.contains("jobs.mail.arrivals.poisson.rate,2/s,higher,2.4/s"), "{csv}");
    assert!(csv.contains("pools.workers.size,3,lower,2,"), "{csv}");
    let said = fail(folder.path(), 2, &["run", "small.toml", "--sensitivity", "100%"]);
    assert!(said.contains("above 0 % and below 100 %"), "{said}");
    for other in [["--shard", "1/2"], ["--alternative", "mails-first"]] {
        let said = fail(folder.path(), 2, &["run", "small.toml", "--sensitivity", "20%", other[0], other[1]]);
        assert!(said.contains("cannot be used with"), "{said}");
    }
}

#[test]
fn overrides_change_the_run_and_are_remembered() {
    let folder = small_folder();
    let arguments = [
        "run",
        "small.toml",
        "--seed",
        "9",
        "--replications",
        "2",
        "--set",
        "pools.workers.size=5",
        "--alternative",
        "base",
    ];
    succeed(folder.path(), &arguments);
    let read = |name: &str| fs::read_to_string(folder.path().join("outputs/small").join(name)).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).unwrap();
    assert_eq!((manifest["seed"].as_u64(), manifest["replications"].as_u64()), (Some(9), Some(2)));
    let alternatives =
        manifest["points"].as_array().unwrap().iter().map(|point| point["alternative"].as_str().unwrap());
    assert!(alternatives.clone().count() > 0 && alternatives.clone().all(|name| name == "base"));
    let repeat = "tailback run small.toml --set pools.workers.size=5 --replications 2 --seed 9 --alternative base";
    assert!(read("summary.md").contains(repeat));
}

#[test]
fn options_are_understood_by_their_old_names_and_the_new_ones_are_told() {
    let folder = small_folder();
    let run = |more: &[&str]| succeed(folder.path(), &[&["run", "small.toml", "--replications", "2"], more].concat());
    let said = run(&["--only", "base", "--fresh"]).stderr;
    assert!(said.contains("warning: `--only` is now called `--alternative`"), "{said}");
    assert!(said.contains("warning: `--fresh` is now called `--no-resume`"), "{said}");
    let manifest = fs::read_to_string(folder.path().join("outputs/small/manifest.json")).unwrap();
    assert!(manifest.contains("\"--alternative\"") && !manifest.contains("--only"), "{manifest}");
    let said = run(&["--alternative=base", "--no-resume"]).stderr;
    assert!(!said.contains("is now called"), "{said}");
    let size = ["size", "small.toml", "--least", "pools.workers.size", "--between=2..9", "--replications", "2"];
    let said = tailback(folder.path(), &size).stderr;
    assert!(said.contains("`--least` is now called `--minimize`"), "{said}");
    assert!(said.contains("`--between` is now called `--range`") && !said.contains("unexpected"), "{said}");
}

#[test]
fn json_goes_to_standard_output_alone() {
    let folder = small_folder();
    let outcome = succeed(folder.path(), &["run", "small.toml", "--json", "--quiet"]);
    let summary: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(summary["title"], "A burst of reports");
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.stdout, fs::read_to_string(folder.path().join("outputs/small/summary.json")).unwrap());
}

#[test]
fn several_scenarios_are_run_in_turn_unless_they_share_a_name() {
    let folder = small_folder();
    fs::create_dir(folder.path().join("other")).unwrap();
    fs::copy(folder.path().join("small.toml"), folder.path().join("other/small.toml")).unwrap();
    fs::copy(folder.path().join("small.toml"), folder.path().join("second.toml")).unwrap();
    assert!(fail(folder.path(), 2, &["run", "small.toml", "other/small.toml"]).contains("named `small`"));
    assert!(!folder.path().join("outputs").exists(), "nothing is run before all is known to be right");
    succeed(folder.path(), &["run", "small.toml", "second.toml", "--replications", "1"]);
    assert!(folder.path().join("outputs/small").exists() && folder.path().join("outputs/second").exists());
}

#[test]
fn wrong_scenarios_exit_with_2_and_missing_ones_with_3() {
    let folder = small_folder();
    fs::write(folder.path().join("wrong.toml"), SMALL.replace("\"2/s\"", "\"2 per s\"")).unwrap();
    for command in ["run", "explain"] {
        assert!(fail(folder.path(), 2, &[command, "wrong.toml"]).contains("wrong.toml:"));
        assert!(fail(folder.path(), 3, &[command, "missing.toml"]).contains("cannot read `missing.toml`"));
        fail(folder.path(), 2, &[command, "small.toml", "--alternative", "nothing"]);
        fail(folder.path(), 2, &[command, "small.toml", "--set", "pools.workers.size=many"]);
    }
}

#[test]
fn an_unwritable_place_exits_with_3_before_the_run() {
    let folder = small_folder();
    let message = fail(folder.path(), 3, &["run", "small.toml", "--out", "small.toml/below"]);
    assert!(message.contains("cannot create the folder `small.toml/below/small`"), "{message}");
    assert!(!message.contains("design points"), "it was told too late: {message}");
}

#[test]
fn plot_draws_the_same_pictures_again() {
    let folder = small_folder();
    succeed(folder.path(), &["run", "small.toml"]);
    let run = folder.path().join("outputs/small");
    let before = files(&run);
    for name in before.keys().filter(|name| name.ends_with(".png")) {
        fs::remove_file(run.join(name)).unwrap();
    }
    let listed = succeed(folder.path(), &["plot", "outputs/small"]).stdout;
    assert!(listed.contains("latency.png"), "{listed}");
    assert_eq!(files(&run), before);
}

#[test]
fn explain_shows_load_stability_and_plan_without_running() {
    let folder = small_folder();
    let text = succeed(folder.path(), &["explain", "small.toml", "--threads", "2"]).stdout;
    for part in [
        "== Offered load ==",
        "erlangs",
        "== Stability ==",
        "`workers`: offered load is",
        "mails-first",
        "on 2 threads",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(text.contains("6 design points x 4 replications = 24 replications"), "{text}");
    assert!(!folder.path().join("outputs").exists());
}

#[test]
fn the_starter_can_be_explained_and_run() {
    let folder = empty_folder();
    succeed(folder.path(), &["new"]);
    succeed(folder.path(), &["explain", "my-queue.toml"]);
    let text = succeed(folder.path(), &["run", "my-queue.toml", "--replications", "5"]).stdout;
    assert!(text.contains("Answer:   Base case: most mail jobs wait over 30 s for"), "{text}");
}

#[test]
fn every_shipped_scenario_can_be_explained() {
    let folder = empty_folder();
    let list = succeed(folder.path(), &["new", "--list"]).stdout;
    for name in list.lines().filter_map(|line| line.split_whitespace().next()) {
        succeed(folder.path(), &["new", name]);
        succeed(folder.path(), &["explain", &format!("{name}.toml")]);
    }
}

#[test]
fn without_a_file_the_built_in_incident_is_run() {
    let folder = empty_folder();
    let text = succeed(folder.path(), &["run", "--replications", "2", "--alternative", "base"]).stdout;
    assert!(text.contains("verification"), "{text}");
    assert!(folder.path().join("outputs").join(INCIDENT).join("summary.md").exists());
}
