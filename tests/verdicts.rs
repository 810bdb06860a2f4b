//! Verdicts and figures whose right values are known, through the command.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn tailback(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tailback")).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The summary of a scenario.
fn run(text: &str, arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    std::fs::write(&file, text).unwrap();
    std::fs::write(folder.path().join("jobs.csv"), "at,tenant\n3600,a\n7200,b\n7200,c\n").unwrap();
    let out = folder.path().join("out");
    let all = ["run", file.to_str().unwrap(), "--quiet", "--json", "--out", out.to_str().unwrap()];
    let (code, said) = tailback(&[&all, arguments].concat());
    assert_eq!(code, Some(0), "{said}");
    serde_json::from_str(&said).unwrap()
}

fn case(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cases/{name}.toml"));
    std::fs::read_to_string(path).unwrap()
}

/// The exit codes of `check` for so many seeds.
fn codes(name: &str, seeds: u32, arguments: &[&str]) -> Vec<i32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cases/{name}.toml"));
    let of = |seed: u32| {
        let (file, seed) = (path.to_str().unwrap(), seed.to_string());
        tailback(&[&["check", file, "--quiet", "--seed", &seed], arguments].concat()).0.unwrap()
    };
    (1..=seeds).map(of).collect()
}

fn objective<'a>(summary: &'a Value, point: usize, text: &str) -> &'a Value {
    let objectives = summary["points"][point]["objectives"].as_array().unwrap();
    objectives.iter().find(|objective| objective["text"] == text).unwrap_or_else(|| panic!("no `{text}`"))
}

fn mean(of: &Value) -> f64 {
    of["estimate"]["mean"].as_f64().unwrap()
}

#[test]
fn no_evidence_is_no_verdict_and_enough_is_the_right_one() {
    for name in ["rare-share", "rare-percentile"] {
        assert!(codes(name, 10, &["--max-replications", "40"]).iter().all(|&code| code != 0), "{name} passes");
        assert_eq!(codes(name, 5, &["--max-replications", "1280"]), [1; 5], "{name}");
    }
}

#[test]
fn a_rare_event_of_the_file_is_sought_and_told_apart() {
    assert_eq!(codes("rare-hang", 10, &[]), [1; 10]);
    let summary = run(&case("rare-hang"), &["--replications", "20"]);
    let judged = objective(&summary, 0, "share(wait <= 1h) >= 99%");
    assert_ne!(judged["verdict"], "met", "twenty days as they come say nothing of a hang");
    assert_eq!(summary["points"][0]["directed"].as_array().unwrap().len(), 0, "a fixed number adds none");
}

#[test]
fn a_percentile_is_over_all_jobs_and_agrees_with_its_twin() {
    let summary = run(&case("biased-percentile"), &[]);
    let p99 = objective(&summary, 0, "p99(wait) <= 11.3s");
    assert!((mean(p99) - 11.45).abs() < 0.1, "the pooled percentile of these replications: {p99}");
    assert_eq!(p99["verdict"], objective(&summary, 0, "share(wait <= 11.3s) >= 99%")["verdict"]);
}

#[test]
fn lost_jobs_are_above_every_bound() {
    let summary = run(&case("lost-jobs"), &[]);
    assert_eq!(objective(&summary, 0, "p95(wait) <= 10s")["verdict"], "missed");
    assert_eq!(objective(&summary, 1, "share(wait <= 10s) >= 95%")["verdict"], "missed");
    assert!(summary["answer"].as_str().unwrap().contains("53.2 % of the a jobs are lost"), "{}", summary["answer"]);
    let named = case("lost-jobs").replace("\"p95(wait) <= 10s\"", "\"share(lost) <= 1%\", \"count(rejected) < 9k\"");
    let summary = run(&named, &[]);
    assert!((mean(objective(&summary, 0, "share(lost) <= 1%")) - 0.532).abs() < 0.01);
    assert_eq!(objective(&summary, 0, "share(lost) <= 1%")["verdict"], "missed");
    assert_eq!(objective(&summary, 0, "count(rejected) < 9k")["verdict"], "met");
}

#[test]
fn one_job_that_waits_at_the_end_leaves_the_mean_decidable() {
    assert_eq!(codes("mean-never-decided", 5, &[]), [0; 5]);
    let folder = tempfile::tempdir().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/mean-never-decided.toml");
    let out = folder.path().join("out");
    let (code, said) = tailback(&["size", file.to_str().unwrap(), "--quiet", "--out", out.to_str().unwrap()]);
    assert!(code == Some(0) && said.contains("Answer:   1."), "{said}");
}

#[test]
fn words_on_differences_follow_their_intervals() {
    let summary = run(&case("no-difference"), &[]);
    let differences = summary["differences"].as_array().unwrap();
    let waits = differences.iter().find(|d| d["alternative"] == "two" && d["metric"] == "mean(wait)").unwrap();
    assert!((waits["estimate"]["mean"].as_f64().unwrap() + 336.0).abs() < 60.0, "{waits}");
    assert!(waits["words"].as_str().unwrap().contains("cuts"), "{waits}");
    for difference in differences {
        let estimate = &difference["estimate"];
        let (low, high) = (estimate["low"].as_f64().unwrap(), estimate["high"].as_f64().unwrap());
        let words = difference["words"].as_str().unwrap();
        let is_clear = words.contains(" cuts ") || words.contains(" adds ");
        assert_eq!(is_clear, low > 0.0 || high < 0.0, "{words}: {low} to {high}");
    }
}

/// Two jobs at 02:00, of which the second waits 10 s, and one at 01:00 that does not wait.
const TRACE: &str = r#"
[run]
horizon = "3h"
replications = 2
[jobs.a]
arrivals.trace = { file = "jobs.csv", arrival = "at", tenant = "tenant" }
service_time.constant = "10s"
objectives = OBJECTIVES
[pools.w]
size = 1
"#;

#[test]
fn objectives_tell_tenants_and_hours_apart() {
    let objectives = r#"["p95(wait) by tenant < 5s", "mean(wait) < 5s", "max(wait) from 00:00 to 01:30 < 5s",
        "share(wait < 10s) from 01:30 to 03:00 >= 60%", "share(wait <= 10s) from 01:30 to 03:00 >= 60%"]"#;
    let summary = run(&TRACE.replace("OBJECTIVES", objectives), &[]);
    let verdict = |text: &str| objective(&summary, 0, text)["verdict"].as_str().unwrap().to_owned();
    assert_eq!(verdict("p95(wait) by tenant < 5s"), "missed");
    assert_eq!(objective(&summary, 0, "p95(wait) by tenant < 5s")["tenant"], 2, "the tenant `c`");
    assert_eq!(verdict("mean(wait) < 5s"), "met");
    assert_eq!(verdict("max(wait) from 00:00 to 01:30 < 5s"), "met");
    assert_eq!(verdict("share(wait < 10s) from 01:30 to 03:00 >= 60%"), "missed", "one of two waits 10 s");
    assert_eq!(verdict("share(wait <= 10s) from 01:30 to 03:00 >= 60%"), "met");
    assert_eq!(summary["points"][0]["is_one_observation"], true);
}

#[test]
fn chances_are_of_replications() {
    // One exponential job a replication: its sojourn is at most its mean with probability 1 - 1/e.
    let world = r#"
[run]
horizon = "1h"
replications = 400
[jobs.a]
arrivals.batches = { size = 1, at = "0s" }
service_time.exponential.mean = "10s"
objectives = ["chance(max(sojourn) <= 10s) >= 50%", "chance(p95(sojourn) <= 10s) >= 75%", "chance(share(sojourn <= 10s) >= 95%) >= 75%"]
[pools.w]
size = 1
"#;
    let summary = run(world, &[]);
    let first = objective(&summary, 0, "chance(max(sojourn) <= 10s) >= 50%");
    assert!((mean(first) - 0.632).abs() < 0.08 && first["verdict"] == "met", "{first}");
    for text in ["chance(p95(sojourn) <= 10s) >= 75%", "chance(share(sojourn <= 10s) >= 95%) >= 75%"] {
        let twin = objective(&summary, 0, text);
        assert!(mean(twin) == mean(first) && twin["verdict"] == "missed", "{twin}");
    }
    assert!(first["reason"].as_str().unwrap().contains("of 100 replications"), "{first}");
}

#[test]
fn a_mass_point_is_on_the_side_on_which_it_is_counted() {
    let world = r#"
[run]
horizon = "1h"
replications = 1
[jobs.a]
arrivals.periodic.every = "1m"
service_time.constant = "16s"
objectives = ["p50(sojourn) <= 16s", "p50(sojourn) < 16s", "share(sojourn < 16s) >= 50%"]
[pools.w]
size = 1
"#;
    let summary = run(world, &[]);
    assert_eq!(
        objective(&summary, 0, "p50(sojourn) <= 16s")["verdict"],
        "met",
        "one replication of a certain world is proof"
    );
    assert!(mean(objective(&summary, 0, "p50(sojourn) <= 16s")) <= 16.0);
    assert_eq!(objective(&summary, 0, "p50(sojourn) < 16s")["verdict"], "missed");
    assert_eq!(objective(&summary, 0, "share(sojourn < 16s) >= 50%")["verdict"], "missed");
}

/// A small generator for the worlds below.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }
}

#[test]
fn twins_never_disagree_and_each_job_is_in_one_state() {
    let ways = ["", "expire = \"20s\"", "patience.exponential.mean = \"30s\"", "failure = \"20%\"", "timeout = \"5s\""];
    let retries = ["", "retry.constant = { delay = \"10s\", most = 2 }"];
    for seed in 0..60_u64 {
        let mut dice = Dice(seed * 7_919 + 1);
        let (quantity, percent) = (dice.pick(&["wait", "sojourn", "queue_wait"]), dice.pick(&["50", "90", "95", "99"]));
        let (bound, sign) = (dice.pick(&["0s", "1s", "10s", "60s"]), dice.pick(&["<", "<="]));
        let bound = if bound == "0s" && sign == "<" { "2s" } else { bound };
        let (percentile, share) = (
            format!("p{percent}({quantity}) {sign} {bound}"),
            format!("share({quantity} {sign} {bound}) >= {percent}%"),
        );
        let way = dice.pick(&ways);
        let retry = if way.starts_with("failure") || way.starts_with("timeout") { dice.pick(&retries) } else { "" };
        let capacity = dice.pick(&["", "[queues.default]\ncapacity = 5\n"]);
        let world = format!(
            "[run]\nhorizon = \"10m\"\nreplications = {}\nseed = {seed}\n[jobs.a]\narrivals.poisson.rate = \"{}/m\"\n\
             service_time.exponential.mean = \"{}s\"\n{way}\n{retry}\nobjectives = [\"{percentile}\", \"{share}\"]\n\
             {capacity}[pools.w]\nsize = {}\n",
            2 + dice.roll(10),
            1 + dice.roll(30),
            1 + dice.roll(10),
            1 + dice.roll(4)
        );
        let summary = run(&world, &[]);
        let [one, other] = [&percentile, &share].map(|text| objective(&summary, 0, text)["verdict"].clone());
        assert_eq!(one, other, "{world}");
        let figure = |name: &str| {
            let metrics = summary["points"][0]["metrics"].as_array().unwrap();
            let found = metrics.iter().find(|m| m["scope"]["name"] == "a" && m["metric"] == name);
            found.map_or(0.0, mean)
        };
        let lost: f64 = ["rejected", "expired", "abandoned", "dead"].into_iter().map(figure).sum();
        let states = figure("finished") + figure("unfinished") + lost;
        assert!(
            (figure("created") - states).abs() < 1e-6,
            "{} created, {states} in a state: {world}",
            figure("created")
        );
    }
}
