//! The gate as a CI job uses it: verdicts, exit codes, baselines and formats; and as a statistician does: how often it errs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tailback::experiment::{Verdict, run};
use tailback::gate::{Check, Outcome};
use tailback::model::Precision;
use tailback::scenario::{Overrides, parse};
use tempfile::TempDir;

const INCIDENT: &str = include_str!("../scenarios/12twenty-2020-mass-mail.toml");

/// What a command left behind.
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn check_with(folder: &Path, arguments: &[&str], github: bool) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    command.env_remove("GITHUB_ACTIONS");
    if github {
        command.env("GITHUB_ACTIONS", "true");
    }
    let output = command.current_dir(folder).arg("check").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ended = Ended { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
    ended
}

fn check(folder: &Path, arguments: &[&str]) -> Ended {
    check_with(folder, arguments, false)
}

/// Three workers, jobs of a second; `rate` and `bound` make it pass or not.
fn small(rate: &str, bound: &str) -> String {
    format!(
        r#"
[run]
horizon      = "30m"
replications = 8

[jobs.mail]
arrivals.poisson         = {{ rate = "{rate}" }}
service_time.exponential = {{ mean = "1s" }}
objectives               = ["share(wait <= 2s) >= {bound}"]

[pools.workers]
size = 3
"#
    )
}

#[test]
fn the_exit_code_says_pass_miss_or_undecided() {
    let folder = folder(&[("pass.toml", &small("1/s", "90%")), ("miss.toml", &small("2.9/s", "99.9%"))]);
    assert_eq!(check(folder.path(), &["pass.toml"]).code, 0);
    let missed = check(folder.path(), &["miss.toml"]);
    assert_eq!(missed.code, 1, "{}", missed.stdout);
    let said = missed.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("`base`: mail misses `share(wait <= 2s) >= 99.9%`"), "{said}");
    assert!(said.contains("The waits of `mail` are longest"), "{said}");
    assert!(said.contains("To see it: tailback run miss.toml --alternative base"), "{said}");
    // The worst of several files counts.
    assert_eq!(check(folder.path(), &["pass.toml", "miss.toml"]).code, 1);
    let measured = check(folder.path(), &["pass.toml", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&measured.stdout).unwrap();
    let mean = value["checks"][0]["check"]["objectives"][0]["result"]["estimate"]["mean"].as_f64().unwrap();
    let near = small("1/s", &format!("{}%", mean * 100.0));
    fs::write(folder.path().join("near.toml"), near).unwrap();
    let near = check(folder.path(), &["near.toml", "--max-replications", "8"]);
    assert_eq!(near.code, 4, "{}", near.stdout);
    assert!(near.stdout.contains("cannot be told to meet or miss"), "{}", near.stdout);
}

#[test]
fn the_output_is_the_same_on_any_number_of_threads() {
    let folder = folder(&[("miss.toml", &small("2.9/s", "99.9%"))]);
    let one = check(folder.path(), &["miss.toml", "--threads", "1", "--markdown", "one.md", "--junit", "one.xml"]);
    let two = check(folder.path(), &["miss.toml", "--threads", "3", "--markdown", "two.md", "--junit", "two.xml"]);
    assert_eq!(one.stdout, two.stdout);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("one.md"), read("two.md"));
    assert_eq!(read("one.xml"), read("two.xml"));
    let markdown = fs::read_to_string(folder.path().join("one.md")).unwrap();
    assert!(markdown.contains("\n- To see it: `tailback run miss.toml --alternative base"), "{markdown}");
}

/// Incident A with its strict remedy against itself, reordered, with weights, and with one more worker.
#[test]
fn a_change_of_policy_is_a_regression_and_a_change_of_words_is_none() {
    let only = ["--alternative", "prioritised", "--replications", "10", "--baseline", "baseline.toml"];
    let with = |more: &[&'static str]| [&["12twenty-2020-mass-mail.toml"], &only[..], more].concat();
    let file = "12twenty-2020-mass-mail.toml";
    let folder = folder(&[(file, INCIDENT)]);
    let written = check(folder.path(), &with(&["--update-baseline"]));
    assert_eq!(written.code, 0, "{}{}", written.stdout, written.stderr);

    let reworded = format!("# A comment.\n{INCIDENT}").replace("Which remedy", "Which of the remedies");
    fs::write(folder.path().join(file), reworded).unwrap();
    let same = check(folder.path(), &with(&[]));
    assert_eq!(same.code, 0, "{}", same.stdout);
    assert!(same.stdout.contains("`prioritised`: same trajectories as in the baseline."), "{}", same.stdout);
    assert!(!same.stdout.contains("`base`"), "only what is asked for is judged: {}", same.stdout);

    let strict = r#"pools.workers.take.strict = ["mail", "documents", "uploads", "bulk"]"#;
    assert!(INCIDENT.contains(strict));
    let weights = "pools.workers.take.weighted = { mail = 10, documents = 10, uploads = 10, bulk = 1 }";
    fs::write(folder.path().join(file), INCIDENT.replace(strict, weights)).unwrap();
    let worse = check(folder.path(), &with(&[]));
    assert_eq!(worse.code, 1, "{}", worse.stdout);
    let wait = worse.stdout.lines().find(|line| line.contains("p95 wait of verification-mail")).unwrap();
    assert!(wait.contains("WORSE"), "{}", worse.stdout);
    let said = worse.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("of verification-mail is worse than in the baseline: 100 % there, 56.4 % now"), "{said}");

    fs::write(folder.path().join(file), INCIDENT.replace("size = 20", "size = 21")).unwrap();
    let better = check(folder.path(), &with(&[]));
    assert_eq!(better.code, 0, "{}", better.stdout);
    assert!(better.stdout.contains("better") && !better.stdout.contains("WORSE"), "{}", better.stdout);
}

/// The order of tables, and of keys in them, is not a part of the world.
#[test]
fn the_order_of_tables_leaves_the_trajectories() {
    let jobs = ["a", "b", "c"].map(|name| {
        format!("[jobs.{name}]\nqueue = \"{name}\"\narrivals.poisson.rate = \"1/s\"\nservice_time.exponential.mean = \"0.8s\"\n")
    });
    let rest =
        "[run]\nhorizon = \"20m\"\nreplications = 4\n[pools.workers]\nsize = 3\ntake.strict = [\"a\", \"b\", \"c\"]\n";
    let forth = format!("{}{}{}{rest}", jobs[0], jobs[1], jobs[2]);
    let back = format!("{rest}{}{}{}", jobs[2], jobs[1], jobs[0]);
    let folder = folder(&[("world.toml", &forth)]);
    check(folder.path(), &["world.toml", "--baseline", "b.toml", "--update-baseline"]);
    fs::write(folder.path().join("world.toml"), back).unwrap();
    let same = check(folder.path(), &["world.toml", "--baseline", "b.toml"]);
    assert!(same.stdout.contains("same trajectories as in the baseline"), "{}", same.stdout);
}

#[test]
fn without_pairs_the_baseline_is_compared_as_a_second_sample() {
    let folder = folder(&[("world.toml", &small("2/s", "50%"))]);
    check(folder.path(), &["world.toml", "--baseline", "b.toml", "--update-baseline"]);
    let other = check(folder.path(), &["world.toml", "--baseline", "b.toml", "--seed", "77"]);
    assert_eq!(other.code, 0, "{}", other.stdout);
    assert!(other.stdout.contains("compared as two samples (Welch)"), "{}", other.stdout);
    let slower =
        check(folder.path(), &["world.toml", "--baseline", "b.toml", "--seed", "77", "--set", "pools.workers.size=2"]);
    assert_eq!(slower.code, 1, "{}", slower.stdout);
}

#[test]
fn a_tolerance_lets_a_small_change_pass() {
    let folder = folder(&[("world.toml", &small("2/s", "50%"))]);
    check(folder.path(), &["world.toml", "--baseline", "b.toml", "--update-baseline"]);
    let slower = ["world.toml", "--baseline", "b.toml", "--set", "jobs.mail.service_time.exponential.mean=1.05s"];
    assert_eq!(check(folder.path(), &slower).code, 1);
    let tolerant = [&slower[..], &["--tolerance", "40%", "--tolerance", "100 jobs"]].concat();
    let ended = check(folder.path(), &tolerant);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
}

/// The alert on staging sees the outage after its five minutes; that on the queue never does.
#[test]
fn alerts_can_be_promised_too() {
    let world = r#"
objectives = ["fired_after(staged) < 10m", "false_alarms(staged) < 40", "fired_after(queue) < 10m", "false_alarms(staged) < 0.1"]
[run]
horizon      = "3h"
replications = 4
[jobs.mail]
via = "driver"
arrivals.poisson         = { rate = "1/s" }
service_time.exponential = { mean = "1s" }
[pools.workers]
size = 3
[dispatchers.driver]
outages = [{ from = "1h", to = "2h" }]
[alerts]
staged.when = "staged_age(driver) > 5m"
queue.when  = "depth(default) > 100000"
"#;
    let folder =
        folder(&[("world.toml", world), ("typo.toml", &world.replace("fired_after(queue)", "fired_after(queu)"))]);
    // That it fires after as long in each of four replications is no proof that it does in all.
    let ended = check(folder.path(), &["world.toml", "--json", "--max-replications", "256"]);
    let value: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let found: Vec<&serde_json::Value> =
        value["checks"][0]["check"]["objectives"].as_array().unwrap().iter().map(|judged| &judged["result"]).collect();
    let verdicts: Vec<&str> = found.iter().map(|result| result["verdict"].as_str().unwrap()).collect();
    // A year without a false alarm does not promise that there is less than one in ten months.
    assert_eq!(verdicts, ["met", "met", "missed", "undecided"]);
    let after = found[0]["estimate"]["mean"].as_f64().unwrap();
    assert!(
        (300.0..=420.0).contains(&after),
        "five minutes and the wait for the first job and the next check: {after}"
    );
    assert_eq!(found[2]["estimate"]["mean"].as_f64(), Some(7200.0), "not by the end, two hours after the outage began");
    let wrong = check(folder.path(), &["typo.toml"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("there is no alert `queu`") && wrong.stderr.contains("did you mean `queue`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn github_is_told_the_line() {
    let folder = folder(&[("miss.toml", &small("2.9/s", "99.9%"))]);
    let ended = check_with(folder.path(), &["miss.toml"], true);
    let line = ended.stdout.lines().find(|line| line.starts_with("::error ")).unwrap();
    assert!(line.starts_with("::error file=miss.toml,line=9,title=tailback check::`base`: mail misses"), "{line}");
    assert!(line.contains("99.9%25"), "{line}");
}

/// Read back with the library that nextest's own reports are read with.
#[test]
fn junit_counts_cases_and_failures() {
    let folder = folder(&[("pass.toml", &small("1/s", "90%")), ("miss.toml", &small("2.9/s", "99.9%"))]);
    check(folder.path(), &["pass.toml", "miss.toml", "--junit", "out.xml"]);
    let text = fs::read_to_string(folder.path().join("out.xml")).unwrap();
    let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
    let suites: Vec<(&str, usize, usize)> =
        report.test_suites.iter().map(|suite| (suite.name.as_str(), suite.tests, suite.failures)).collect();
    assert_eq!(suites, [("pass", 1, 0), ("miss", 1, 1)]);
    let name = report.test_suites[1].test_cases[0].name.as_str();
    assert!(name.starts_with("base: mail share(wait <= "), "{name}");
    assert!(text.contains(r#"<testsuites name="tailback check" tests="2" failures="1" errors="0">"#), "{text}");
}

#[test]
fn the_report_is_written_and_shown() {
    let folder = folder(&[("pass.toml", &small("1/s", "90%"))]);
    check(folder.path(), &["pass.toml", "--report", "report", "--markdown", "out.md"]);
    assert!(folder.path().join("report/pass/latency.png").exists());
    let text = fs::read_to_string(folder.path().join("out.md")).unwrap();
    assert!(text.contains("](<report/pass/latency.png>)"), "{text}");
}

#[test]
fn wrong_input_has_its_own_message_and_code() {
    let pass = small("1/s", "90%");
    let folder = folder(&[
        ("world.toml", &pass),
        ("other.toml", &pass),
        ("unknown.toml", &pass.replace("share(wait", "shore(wait")),
    ]);
    let path = folder.path();
    check(path, &["world.toml", "--baseline", "b.toml", "--update-baseline"]);
    let good = fs::read_to_string(path.join("b.toml")).unwrap();
    fs::write(path.join("torn.toml"), &good[..good.len() / 2]).unwrap();
    fs::write(path.join("new.toml"), good.replace("format = 2", "format = 3")).unwrap();
    fs::write(path.join("short.toml"), good.replace("replications = 8", "replications = 9")).unwrap();
    fs::write(path.join("binary.toml"), [0xff, 0xfe, 0x00]).unwrap();
    let cases: [(&str, &[&str]); 13] = [
        ("no file", &[]),
        ("missing scenario", &["nowhere.toml"]),
        ("unknown objective", &["unknown.toml"]),
        ("missing baseline", &["world.toml", "--baseline", "nowhere.toml"]),
        ("another scenario", &["other.toml", "--baseline", "b.toml"]),
        ("torn baseline", &["world.toml", "--baseline", "torn.toml"]),
        ("newer baseline", &["world.toml", "--baseline", "new.toml"]),
        ("values missing", &["world.toml", "--baseline", "short.toml"]),
        ("not text", &["world.toml", "--baseline", "binary.toml"]),
        ("update without a file", &["world.toml", "--update-baseline"]),
        ("tolerance", &["world.toml", "--baseline", "b.toml", "--tolerance", "2"]),
        ("time", &["world.toml", "--max-time", "0s"]),
        ("unknown alternative", &["world.toml", "--alternative", "faster"]),
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|(name, arguments)| {
            let ended = check(path, arguments);
            format!("## {name}: exit {}\n{}{}", ended.code, ended.stdout, ended.stderr)
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_check_that_is_out_of_time_is_undecided_and_says_so() {
    let folder = folder(&[("world.toml", &small("1/s", "90%"))]);
    let ended = check(folder.path(), &["world.toml", "--max-time", "1ns"]);
    assert!(ended.stdout.contains("`--max-time`"), "{}", ended.stdout);
    assert_eq!(ended.code, 4, "{}", ended.stdout);
}

/// 50 jobs that all start at once, so that the share finished within the mean of an exponential service time is binomial around
/// 1 - 1/e, exactly.
fn known(bound: f64) -> String {
    format!(
        r#"
[run]
horizon      = "1h"
curve_step   = "20m"
replications = 10

[jobs.mail]
arrivals.batches         = {{ size = 50, at = ["0s"] }}
service_time.exponential = {{ mean = "10s" }}
objectives               = ["share(sojourn <= 10s) >= {}%"]

[pools.workers]
size = 50
"#,
        bound * 100.0
    )
}

fn outcomes(bound: f64, seeds: u64, most: u32) -> [usize; 3] {
    let mut count = [0; 3];
    let text = known(bound);
    for seed in 0..seeds {
        let overrides = Overrides { seed: Some(seed), ..Overrides::default() };
        let mut study = parse("known.toml".as_ref(), &text, &overrides).unwrap().study;
        study.settings.precision = Some(Precision { most, half_width: None });
        let results = run(&study, &|_| ()).unwrap();
        assert_ne!(results.points[0].objectives[0].verdict, Verdict::NoData);
        let outcome = Check::new("known.toml", &results, &[], None).outcome();
        count[match outcome {
            Outcome::Pass => 0,
            Outcome::Fail => 1,
            Outcome::Undecided => 2,
        }] += 1;
    }
    count
}

/// The truth is 1 - 1/e. With 10 replications of 50 jobs the half-width is about 0.05 at first.
#[test]
fn the_gate_is_not_flaky_and_errs_as_seldom_as_it_says() {
    let truth = 1.0 - libm::exp(-1.0);
    let [pass, fail, open] = outcomes(truth - 0.1, 200, 160);
    assert_eq!((pass, fail, open), (200, 0, 0));
    let [pass, fail, open] = outcomes(truth + 0.1, 200, 160);
    assert_eq!((pass, fail, open), (0, 200, 0));
    // At the bound itself every decision is an error of one kind or the other: at most 5 % in all, 10 of 200 give or take 3.3
    // standard deviations of 3.1.
    let [pass, fail, open] = outcomes(truth, 200, 80);
    assert!(pass + fail <= 20 && open >= 180, "{pass} passed, {fail} failed, {open} undecided");
}

/// A gate that judges nothing guards nothing.
#[test]
fn a_check_without_anything_to_judge_fails_unless_that_is_allowed() {
    let world =
        small("1/s", "90%").lines().filter(|line| !line.starts_with("objectives")).collect::<Vec<_>>().join("\n");
    let folder = folder(&[("world.toml", &world)]);
    let ended = check(folder.path(), &["world.toml"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert!(ended.stdout.contains("FAIL: nothing is judged"), "{}", ended.stdout);
    assert!(ended.stdout.contains("--allow-empty"), "{}", ended.stdout);
    let allowed = check(folder.path(), &["world.toml", "--allow-empty"]);
    assert_eq!(allowed.code, 0, "{}", allowed.stdout);
    assert!(allowed.stdout.contains("Nothing is judged"), "{}", allowed.stdout);
    check(folder.path(), &["world.toml", "--baseline", "b.toml", "--update-baseline"]);
    assert_eq!(check(folder.path(), &["world.toml", "--baseline", "b.toml"]).code, 0);
}

#[test]
fn files_of_one_name_are_told_apart_by_their_folders() {
    let folder = folder(&[]);
    for (name, rate) in [("a", "1/s"), ("b", "2/s")] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("same.toml"), small(rate, "50%")).unwrap();
    }
    let files = ["a/same.toml", "b/same.toml"];
    let ended = check(folder.path(), &[&files[..], &["--report", "report", "--junit", "out.xml"]].concat());
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    for name in ["a", "b"] {
        assert!(folder.path().join("report").join(name).join("same/latency.png").exists());
        assert!(ended.stdout.contains(&format!("{name}/same.toml: pass")), "{}", ended.stdout);
    }
    let with_baseline = [&files[..], &["--baseline", "b.toml"]].concat();
    check(folder.path(), &[&with_baseline[..], &["--update-baseline"]].concat());
    let same = check(folder.path(), &with_baseline);
    assert_eq!(same.stdout.matches("same trajectories as in the baseline").count(), 2, "{}", same.stdout);
    let alone = check(folder.path(), &["b/same.toml", "--baseline", "b.toml"]);
    assert!(alone.code == 0 && alone.stdout.contains("same trajectories"), "{}{}", alone.stdout, alone.stderr);
    let twice = check(folder.path(), &["a/same.toml", "./a/same.toml"]);
    assert!(twice.code == 2 && twice.stderr.contains("is named twice"), "{}", twice.stderr);
}
