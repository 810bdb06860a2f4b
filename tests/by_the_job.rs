//! Every job counts once: its attempts and those that follow it in the offered load, its copies in the backlog and the curves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;

use assert_cmd::Command;
use tempfile::TempDir;

/// What a command prints of a scenario, in one line.
fn said(folder: &TempDir, scenario: &str, arguments: &[&str]) -> String {
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn explained(scenario: &str) -> String {
    said(&TempDir::new().unwrap(), scenario, &["explain", "s.toml"])
}

#[track_caller]
fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

fn world(class: &str, more: &str) -> String {
    format!("[run]\nhorizon = \"6h\"\nreplications = 1\n[jobs.a]\n{class}\n[pools.w]\nsize = 1\n{more}")
}

#[test]
fn attempts_count_in_the_offered_load() {
    let failing = "arrivals.poisson.rate = \"0.8/s\"\nservice_time.constant = \"1s\"\nfailure = \"50%\"\n\
                   retry.constant = { delay = \"10s\", most = 10 }";
    assert_says(&explained(&world(failing, "")), &["offered load is 160 % of capacity on average", "grows to the end"]);
    let early = "arrivals.poisson.rate = \"0.2/s\"\nservice_time.constant = \"2s\"\n\
                 failure = { probability = \"50%\", after = \"20%\" }\nretry.constant = { delay = \"10s\", most = 1 }";
    // 1.5 attempts, half of them of 0.4 s.
    assert_says(&explained(&world(early, "")), &["offered load is 36 % of capacity on average"]);
    let killed = "arrivals.poisson.rate = \"0.1/s\"\nservice_time.constant = \"5s\"\ntimeout = \"2s\"\n\
                  retry.constant = { delay = \"10s\", most = 3 }";
    assert_says(&explained(&world(killed, "")), &["offered load is 80 % of capacity on average"]);
}

#[test]
fn jobs_that_follow_others_count_in_the_offered_load() {
    let parent =
        "arrivals.poisson.rate = \"0.1/s\"\nservice_time.constant = \"1s\"\nthen = [{ class = \"b\", jobs = 10 }]";
    let text = explained(&world(parent, "[jobs.b]\nservice_time.constant = \"2s\"\n"));
    assert_says(&text, &["b 21.6 k 2 s 2 95.2 %", "offered load is 210 % of capacity on average"]);
    let joined = "arrivals.poisson.rate = \"0.1/s\"\nservice_time.constant = \"1s\"\n\
                  then = [{ class = \"b\", jobs = 2, probability = \"50%\" }]\njoin = \"c\"";
    let parts =
        "[jobs.b]\nservice_time.constant = \"1s\"\nfailure = \"50%\"\n[jobs.c]\nservice_time.constant = \"4s\"\n";
    // Half of the jobs have two parts, a quarter of which are both finished: 62.5 % are joined.
    assert_says(&explained(&world(joined, parts)), &["c 1 350 4 s", "offered load is 45 % of capacity on average"]);
}

#[test]
fn what_the_file_does_not_tell_is_named_and_not_called_stable() {
    let class = "arrivals.poisson.rate = \"0.1/s\"\nservice_time.constant = \"1s\"\nprovider = \"p\"";
    let text = explained(&world(class, "[providers.p]\nconcurrent = 1\n"));
    assert_says(&text, &["as far as the file tells. Not counted: the time that jobs of `a` hold their worker"]);
    let class = "arrivals.poisson.rate = \"2/s\"\nservice_time.constant = \"1s\"\npatience.constant = \"1m\"";
    assert_says(
        &explained(&world(class, "")),
        &["grows to the end of the run. Not counted: jobs of `a` that are abandoned."],
    );
    let class = "arrivals.poisson.rate = \"1/h\"\nservice_time.constant = \"1s\"";
    let text = explained(&world(class, ""));
    assert_says(&text, &["below 0.1 %"]);
    assert!(!text.contains("0 %, up to 0 %"), "{text}");
}

/// A curve of the only class, at each step.
fn curve(folder: &TempDir, metric: &str) -> Vec<f64> {
    let text = fs::read_to_string(folder.path().join("outputs/s/curves.csv")).unwrap();
    let lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let of_metric = lines.filter(|line| line[3] == "class" && line[5] == metric);
    of_metric.map(|line| line[6].parse().unwrap()).collect()
}

fn metric(folder: &TempDir, scope: &str, name: &str) -> f64 {
    let text = fs::read_to_string(folder.path().join("outputs/s/metrics.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let place = |name: &str| head.iter().position(|cell| *cell == name).unwrap_or_else(|| panic!("{name} in {head:?}"));
    let (kind, metric, value) = (place("scope"), place("metric"), place("mean"));
    let line = lines.find(|line| line[kind] == scope && line[metric] == name);
    line.unwrap_or_else(|| panic!("{scope} {name} in {text}"))[value].parse().unwrap()
}

#[test]
fn copies_after_a_visibility_timeout_are_no_jobs() {
    let folder = TempDir::new().unwrap();
    let scenario = "[run]\nhorizon = \"1h\"\nreplications = 1\ncurve_step = \"10s\"\n[jobs.x]\narrivals.batches = { size = 4, at = \"1m\" }\n\
                    service_time.constant = \"50s\"\nvisibility_timeout = \"30s\"\n[pools.w]\nsize = 2\n";
    said(&folder, scenario, &["run", "s.toml", "--quiet"]);
    // Two jobs start at once and two wait until 1:50; copies at 1:30 wait behind them and are withdrawn.
    assert_eq!(metric(&folder, "all", "backlog_max"), 2.0);
    let (ready, running) = (curve(&folder, "ready"), curve(&folder, "running"));
    let most = ready.iter().zip(&running).map(|(ready, running)| ready + running).fold(0.0, f64::max);
    assert!(most <= 4.0, "{most} of 4 jobs");
    assert_eq!(ready.iter().copied().fold(0.0, f64::max), 2.0);
    assert!(ready.last().is_some_and(|last| *last == 0.0) && running.last().is_some_and(|last| *last == 0.0));
}

#[test]
fn a_job_with_a_running_copy_runs_and_one_whose_copies_run_on_is_finished() {
    let folder = TempDir::new().unwrap();
    // One job of 50 s and three workers: copies start at 30 s and run on to 1:20 after it is finished at 50 s.
    let scenario = "[run]\nhorizon = \"10m\"\nreplications = 1\ncurve_step = \"10s\"\n[jobs.x]\narrivals.batches = { size = 1, at = \"0s\" }\n\
                    service_time.constant = \"50s\"\nvisibility_timeout = \"30s\"\n[pools.w]\nsize = 3\n";
    said(&folder, scenario, &["run", "s.toml", "--quiet"]);
    let running = curve(&folder, "running");
    assert_eq!(running[..6], [1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    assert_eq!(metric(&folder, "all", "backlog_max"), 0.0);
}

#[test]
fn what_changes_nothing_is_told() {
    let class = "arrivals.poisson.rate = \"1/h\"\nservice_time.constant = \"1s\"";
    let more = "acknowledge = \"early\"\n[limits.wide]\nclass = \"a\"\nslots = 5\n[events.same]\nat = \"1h\"\nset = { pools.w.size = 1 }\n";
    let text = explained(&world(class, more));
    assert_says(
        &text,
        &[
            "Nothing takes jobs from the workers of `w`: `acknowledge` of the pool changes nothing.",
            "The event `same` sets what is so already: it changes nothing.",
        ],
    );
    let text = explained(&world(class, "[limits.wide]\nclass = \"a\"\nslots = 5\n"));
    assert_says(&text, &["`limits.wide` allows 5 slots of 1: it changes nothing."]);
    let text = explained(&world(
        class,
        "failures = { after.constant = \"1h\", repair.constant = \"1m\" }\nacknowledge = \"early\"\n",
    ));
    assert!(!text.contains("changes nothing"), "{text}");
}

#[test]
fn a_cron_line_for_poisson_arrivals_gets_one_message() {
    let folder = TempDir::new().unwrap();
    let class = "arrivals.poisson.cron = \"0 9 * * *\"\nservice_time.constant = \"1s\"";
    fs::write(folder.path().join("s.toml"), world(class, "")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.current_dir(folder.path()).args(["explain", "s.toml"]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error.matches("error:").count().max(error.matches("s.toml:").count()), 1, "{error}");
    assert!(error.contains("arrivals.periodic.cron"), "{error}");
}

#[test]
fn the_gate_names_what_is_loosened_and_figures_of_hours_as_they_are() {
    let folder = TempDir::new().unwrap();
    let file = |confidence: &str, objective: &str, four: &str| {
        format!(
            "[run]\nstart = 2026-03-02T08:00:00Z\nhorizon = \"4h\"\nreplications = 4\nconfidence = \"{confidence}\"\n[jobs.mail]\n\
             arrivals.poisson.rate = \"20/min\"\nservice_time.exponential.mean = \"1s\"\n\
             objectives = [\"{objective}\", \"p95(wait) from 09:00 to 10:00 < 1m\"]\n[pools.w]\nsize = 3\n[alternatives.four]\n\
             pools.w.size = 4\n{four}"
        )
    };
    let before = "max(wait) < 1h";
    said(&folder, &file("95%", before, ""), &["check", "s.toml", "--baseline", "b.toml", "--update-baseline"]);
    let kept = fs::read_to_string(folder.path().join("b.toml")).unwrap();
    assert!(kept.contains("wait_p95 from 09:00 to 10:00") && !kept.contains("10:00_p95"), "{kept}");
    let arguments = ["check", "s.toml", "--baseline", "b.toml"];
    let text = said(&folder, &file("50%", "max(wait) <= 1h", ""), &arguments);
    assert_says(
        &text,
        &["The objective of class mail is loosened: `max(wait) < 1h` in the baseline, `max(wait) <= 1h` now"],
    );
    assert_says(&text, &["`run.confidence` is lowered: 50 % now, 95 % in the baseline"]);
    let four = "jobs.mail.objectives = [\"max(wait) < 2h\", \"p95(wait) from 09:00 to 10:00 < 1m\"]\n";
    let text = said(&folder, &file("95%", before, four), &arguments);
    assert_says(&text, &["`four`: The objective of class mail is loosened"]);
}
