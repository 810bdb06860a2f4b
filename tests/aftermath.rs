//! What figures count after a warm-up, what a peak is, and when the backlog is back to normal after a fault: known answers, read off what
//! the program prints.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use assert_cmd::Command;
use serde_json::Value;

/// The summary of a run of a case.
fn run(case: &str, arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    std::fs::write(&path, case).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    command.current_dir(folder.path()).args(["run", "case.toml", "--json", "--quiet"]).args(arguments);
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}"))
}

/// What a run prints for people.
fn told(case: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("case.toml"), case).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.current_dir(folder.path()).args(["run", "case.toml", "--quiet"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn point<'a>(summary: &'a Value, alternative: &str) -> &'a Value {
    let points = summary["points"].as_array().unwrap();
    points.iter().find(|point| point["alternative"] == alternative).unwrap()
}

/// The mean of a figure of the base; `None` where it has none.
fn figure(summary: &Value, name: &str, metric: &str) -> Option<f64> {
    figure_of(point(summary, "base"), name, metric)
}

fn figure_of(point: &Value, name: &str, metric: &str) -> Option<f64> {
    let metrics = point["metrics"].as_array().unwrap();
    let found = metrics.iter().find(|it| it["scope"]["name"] == name && it["metric"] == metric);
    found.unwrap_or_else(|| panic!("no {metric} of {name}"))["estimate"]["mean"].as_f64()
}

fn objective(summary: &Value, text: &str) -> Option<f64> {
    let objectives = point(summary, "base")["objectives"].as_array().unwrap();
    objectives.iter().find(|it| it["text"] == text).unwrap()["estimate"]["mean"].as_f64()
}

fn near(found: Option<f64>, wanted: f64, tolerance: f64) {
    let found = found.expect("a value");
    assert!((found - wanted).abs() <= tolerance, "{found} instead of {wanted}");
}

#[test]
fn nothing_of_the_warm_up_is_counted() {
    let summary = run(include_str!("cases/warmup-counts.toml"), &[]);
    assert!(objective(&summary, "max(backlog) < 10").unwrap() <= 3.0);
    assert_eq!(objective(&summary, "drain_time < 1m"), None, "the only fault was over in the warm-up");
    for count in ["created", "started", "finished"] {
        near(figure(&summary, "all", count), 600.0, 60.0);
        assert_eq!(figure(&summary, "old", count), Some(0.0), "{count}");
    }
    assert_eq!(figure(&summary, "old", "backlog_max"), Some(0.0));
    assert!(figure(&summary, "default", "depth_max").unwrap() <= 3.0);
    assert_eq!(figure(&summary, "deep", "firings"), Some(0.0));
}

/// Three classes with everything that can become of a job, in the first half or in all of the run.
const FATES: &str = r#"
[run]
horizon = "2h"
replications = 4
[jobs.fails]
queue = "a"
arrivals.poisson = { rate = "20/min" }
service_time.constant = "1s"
failure.probability = "20%"
retry.constant = { delay = "5s", most = 2 }
[jobs.leaves]
queue = "b"
arrivals.poisson = { rate = "60/min" }
service_time.constant = "2s"
patience.constant = "20s"
[jobs.full]
queue = "c"
arrivals.poisson = { rate = "60/min" }
service_time.constant = "2s"
[queues.c]
capacity = 5
[pools.a]
size = 2
take.strict = ["a"]
[pools.b]
size = 1
take.strict = ["b"]
[pools.c]
size = 1
take.strict = ["c"]
"#;

#[test]
fn every_job_created_after_the_warm_up_is_in_one_state() {
    let whole = run(FATES, &[]);
    let half = run(FATES, &["--set", "run.warmup=3601s"]);
    let states = [("fails", &["dead"][..]), ("leaves", &["abandoned"]), ("full", &["rejected"])];
    for (class, lost) in states {
        for summary in [&whole, &half] {
            let sum: f64 =
                lost.iter().chain(&["finished", "unfinished"]).filter_map(|state| figure(summary, class, state)).sum();
            near(figure(summary, class, "created"), sum, 1e-9);
        }
        for count in lost.iter().chain(&["created", "started", "finished"]) {
            let all = figure(&whole, class, count).unwrap();
            near(figure(&half, class, count), all / 2.0, 0.15 * all + 5.0);
        }
    }
    for count in ["failures", "retries"] {
        let all = figure(&whole, "fails", count).unwrap();
        near(figure(&half, "fails", count), all / 2.0, 0.1 * all);
    }
}

#[test]
fn worker_time_is_that_since_the_warm_up_and_no_display_setting_changes_it() {
    let case = include_str!("cases/warmup-hours.toml");
    let hours = 20.0 * (24.0 - 1.0 / 3600.0);
    let whole = run(case, &[]);
    near(figure(&whole, "w", "worker_hours"), hours, 1e-9);
    near(figure(&whole, "w", "cost"), hours, 1e-9);
    let metrics = ["worker_hours", "busy_hours", "utilisation", "cost"];
    for step in ["7m", "90m", "7h", "24h"] {
        let other = run(case, &["--set", &format!("run.curve_step={step}")]);
        for metric in metrics {
            assert_eq!(figure(&other, "w", metric), figure(&whole, "w", metric), "{metric} with steps of {step}");
        }
        for metric in ["backlog_mean", "backlog_hours", "backlog_max"] {
            assert_eq!(figure(&other, "all", metric), figure(&whole, "all", metric), "{metric} with steps of {step}");
        }
    }
}

#[test]
fn a_job_that_starts_at_once_was_never_waiting() {
    let case = r#"
run = { horizon = "1h", replications = 2 }
[jobs.a]
arrivals.periodic = { every = "10s" }
service_time.constant = "1s"
objectives = ["max(backlog) <= 0"]
[jobs.staged]
via = "driver"
queue = "b"
arrivals.periodic = { every = "10s" }
service_time.constant = "1s"
[dispatchers.driver]
interval = "0s"
[pools.w]
size = 2
"#;
    let with_fates = case.replacen("service_time", "patience.constant = \"1h\"\nservice_time", 1);
    for case in [
        case,
        &with_fates,
        &case.replace("via = \"driver\"\n", "").replace("[dispatchers.driver]\ninterval = \"0s\"\n", ""),
    ] {
        let summary = run(case, &[]);
        assert_eq!(objective(&summary, "max(backlog) <= 0"), Some(0.0));
        assert_eq!(figure(&summary, "default", "depth_max"), Some(0.0));
        assert_eq!(figure(&summary, "b", "depth_max"), Some(0.0));
    }
}

#[test]
fn the_peak_is_the_mean_of_the_peaks_of_the_replications() {
    assert!(told(include_str!("cases/step-mean-peak.toml")).contains("up to 900"));
    let case = include_str!("cases/hourly-batches.toml");
    near(figure(&run(case, &[]), "all", "backlog_max"), 301.0, 4.0);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("case.toml"), case).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    command.current_dir(folder.path()).args(["run", "case.toml", "--quiet", "--format", "svg"]).assert().success();
    let svg = std::fs::read_to_string(folder.path().join("outputs/case/backlog.svg")).unwrap().replace('\u{a0}', " ");
    assert!(svg.contains("The backlog peaks at 30"), "the headline of the backlog");
}

#[test]
fn the_time_over_a_bound_is_that_in_which_some_job_has_waited_so_long() {
    // A hundred jobs at once, a second each: the last starts after 99 s, so that for 39 s a night somebody has waited over a minute.
    let case = include_str!("cases/time-over-sparse.toml");
    for step in ["1m", "30m", "1d"] {
        let summary = run(case, &["--set", &format!("run.curve_step={step}")]);
        near(objective(&summary, "time(wait > 1m) < 30m"), 7.0 * 39.0, 1e-6);
    }
}

#[test]
fn the_answer_and_the_table_give_one_duration_for_one_fact() {
    let case = include_str!("cases/pool-outage-drain.toml")
        .replace("[\"drain_time < 2h\"]", "[\"share(wait <= 1m) >= 99%\", \"time(wait > 1m) <= 1m\"]");
    let summary = run(&case, &[]);
    // The jobs of the outage wait 20 min at first, and every one 2 s less than the one before.
    near(objective(&summary, "time(wait > 1m) <= 1m"), 5_700.0, 20.0);
    let answer = summary["answer"].as_str().unwrap();
    assert!(answer.contains("most a jobs wait over 1 min for 1 h 35 min"), "{answer}");
}

#[test]
fn an_outage_of_a_pool_is_a_fault() {
    let case = include_str!("cases/pool-outage-drain.toml");
    let summary = run(case, &[]);
    near(objective(&summary, "drain_time < 2h"), 4_760.0, 1e-6);
    near(figure(&summary, "w down", "drain_time"), 4_760.0, 1e-6);
    let marker = &point(&summary, "base")["markers"][0];
    assert_eq!((marker["from_s"].as_f64(), marker["to_s"].as_f64()), (Some(36_000.0), Some(37_200.0)));
    // The oldest is 5 min old 5 min after the outage began, at the next check.
    let alert = "\n[alerts.old]\nwhen = \"age(default) > 5m\"\nevery = \"1m\"\n";
    let watched = run(&format!("{case}{alert}"), &[]);
    near(figure(&watched, "old", "fired_after"), 330.0, 61.0);
    assert_eq!(figure(&watched, "old", "false_alarms"), Some(0.0));
}

#[test]
fn an_event_that_takes_workers_away_is_a_fault_until_they_are_back() {
    let case =
        include_str!("cases/pool-outage-drain.toml").replace("outages = [{ from = \"10:00\", to = \"10:20\" }]", "");
    let alert = "\n[alerts.old]\nwhen = \"age(default) > 5m\"\nevery = \"1m\"\n";
    let until = "\n[events.gone]\nat = \"10:00\"\nset = { pools.w.size = 0 }\nuntil = \"10:20\"\n";
    let pair = "\n[events.gone]\nat = \"10:00\"\nset = { pools.w.size = 0 }\n[events.back]\nat = \"10:20\"\nset = { pools.w.size = 1 }\n";
    for events in [until, pair] {
        let summary = run(&format!("{case}{alert}{events}"), &[]);
        // The job that runs at ten is finished first, 12 s less work than when it is begun anew.
        near(objective(&summary, "drain_time < 2h"), 4_740.0, 45.0);
        near(figure(&summary, "old", "fired_after"), 330.0, 61.0);
        assert_eq!(figure(&summary, "old", "false_alarms"), Some(0.0));
        assert_eq!(point(&summary, "base")["markers"][0]["to_s"].as_f64(), Some(37_200.0));
    }
}

#[test]
fn breakdowns_of_a_pool_are_faults() {
    let case = include_str!("cases/pool-failures.toml");
    let summary = run(case, &[]);
    assert_eq!(figure(&summary, "old", "false_alarms"), Some(0.0));
    assert!(figure(&summary, "w broken down", "drain_time").unwrap() > 7_000.0, "30 min x 4 without another breakdown");
    assert!(figure(&summary, "old", "fired_after").unwrap() < 500.0, "5 min of age after the first breakdown");
    // 4.95 breakdowns of 30 min and 1 h 55 min until nobody waits over a minute: 2 h 25 min each, averaged over the replications.
    near(figure(&summary, "a", "most(wait > 1 min)"), 12.0 * 3600.0, 2.5 * 3600.0);
    let answer = summary["answer"].as_str().unwrap();
    assert!(answer.contains("most a jobs wait over 1 min for 1"), "{answer}");
}

/// Every 12 h something breaks down for 10 min, at load 1/2: what has gathered, 600 jobs, takes T rho / (1 - rho) = 10 min.
fn breaks_down(dispatcher: &str, pool: &str) -> String {
    let (via, depth) = if dispatcher.is_empty() { ("", "depth(default)") } else { ("via = \"d\"", "staged_depth(d)") };
    format!(
        "[run]\nhorizon = \"2d\"\nreplications = 3\n[jobs.a]\n{via}\narrivals.periodic.every = \"1s\"\n\
         service_time.constant = \"500ms\"\nobjectives = [\"drain_time < 11m\"]\n{dispatcher}\n[pools.w]\nsize = 1\n{pool}\n\
         [alerts.old]\nwhen = \"age(default) > 5m\"\nevery = \"1s\"\n[alerts.staged]\nwhen = \"{depth} > 300\"\nevery = \"1s\"\n"
    )
}

#[test]
fn whatever_breaks_down_at_random_is_a_fault() {
    let failures = "{ after.constant = \"12h\", repair.constant = \"10m\" }";
    let dispatcher = format!("[dispatchers.d]\nfailures = {failures}");
    let worlds = [
        ("d broken down", breaks_down(&dispatcher, "")),
        ("w broken down", breaks_down("", &format!("pool_failures = {failures}"))),
        ("workers of w broken down", breaks_down("", &format!("failures = {failures}"))),
    ];
    for (fault, world) in worlds {
        let summary = run(&world, &[]);
        near(figure(&summary, fault, "drain_time"), 600.0, 2.0);
        near(objective(&summary, "drain_time < 11m"), 600.0, 2.0);
        // The 301st job that waits was created 5 min after the fault began.
        near(figure(&summary, "staged", "fired_after"), 301.0, 2.0);
        near(figure(&summary, "staged", "false_alarms"), 0.0, 0.0);
    }
}

#[test]
fn a_restart_that_hangs_is_a_fault_and_alerts_are_counted_from_it() {
    let dispatcher = "[dispatchers.d]\nrestart = { every = \"24h\", takes = \"40s\", hangs = \"50%\" }\n\
                      [responses.fix]\non = \"staged\"\nafter = \"295s\"\nrestart = \"d\"";
    let world =
        breaks_down(dispatcher, "").replace("\"2d\"", "\"10d\"").replace("replications = 3", "replications = 5");
    let summary = run(&world, &[]);
    // Down for 301 + 295 s, whenever it hangs.
    near(figure(&summary, "staged", "fired_after"), 301.0, 2.0);
    near(figure(&summary, "fix", "acted_after"), 596.0, 2.0);
    near(figure(&summary, "d broken down", "drain_time"), 596.0, 3.0);
}

#[test]
fn without_a_fault_there_is_none_to_judge_by() {
    let world = breaks_down("", "").split("[alerts").next().unwrap().to_owned();
    let told = told(&world);
    assert!(told.contains("there is no fault to judge `drain_time < 11m` of a by"), "{told}");
    assert!(told.contains("no data"), "{told}");
}

#[test]
fn drained_is_back_to_what_is_normal() {
    let summary = run(include_str!("cases/drain-with-interval.toml"), &[]);
    // T rho / (1 - rho) = 10 min x 0.2 / 0.8 from the return on; the driver, which looks every 30 s, is then where it would be anyway.
    near(objective(&summary, "drain_time < 30m"), 150.0, 12.0);
    let at_once = figure_of(point(&summary, "at-once"), "scheduler down", "drain_time");
    near(at_once, 150.0, 12.0);
}

/// A pool so large and busy that somebody always waits, an outage, and four times the workers after it.
const BUSY: &str = r#"
[run]
horizon = "12h"
replications = 4
[jobs.mail]
via = "driver"
arrivals.poisson = { rate = "18/s" }
service_time.constant = "1s"
[dispatchers.driver]
interval = "30s"
outages = [{ from = "3h", to = "4h" }]
[pools.w]
size = 24
[events.more]
at = "4h"
scale = { pools.w.size = 4 }
until = "drained"
"#;

#[test]
fn until_drained_ends_when_the_backlog_is_that_of_the_hour_before_the_fault() {
    let summary = run(BUSY, &[]);
    // 64 800 jobs at 78 a second: a quarter of an hour, in which 72 more workers cost 18 h or so.
    let hours = figure(&summary, "w", "worker_hours").unwrap();
    assert!((12.0 * 24.0 + 14.0..12.0 * 24.0 + 22.0).contains(&hours), "{hours}");
    near(figure(&summary, "driver down", "drain_time"), 850.0, 60.0);
}
