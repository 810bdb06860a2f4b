//! Small inputs through the command.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// What a command says, and its exit code.
struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn tailback(arguments: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_tailback")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs a scenario with further arguments; the rows of its metrics.
fn metrics(scenario: &Path, arguments: &[&str]) -> Vec<csv::StringRecord> {
    let folder = TempDir::new().unwrap();
    let out = folder.path().to_str().unwrap();
    let outcome = tailback(
        &[&["run", scenario.to_str().unwrap(), "--quiet", "--format", "svg", "--out", out], arguments].concat(),
    );
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let inner = fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path());
    let inner = inner.into_iter().find(|path| path.is_dir() && !path.ends_with(".tailback")).unwrap();
    let mut reader = csv::Reader::from_path(inner.join("metrics.csv")).unwrap();
    reader.records().map(Result::unwrap).collect()
}

/// The mean of a metric of an alternative in all.
fn mean(rows: &[csv::StringRecord], alternative: &str, metric: &str) -> f64 {
    let is_it = |row: &&csv::StringRecord| &row[0] == alternative && &row[1] == "all" && &row[3] == metric;
    rows.iter().find(is_it).unwrap_or_else(|| panic!("no {metric} of {alternative}"))[5].parse().unwrap()
}

fn case(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)
}

/// A scenario of a test in a folder of its own.
fn written(text: &str) -> (TempDir, std::path::PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("scenario.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn measured(text: &str, metric: &str) -> f64 {
    let (_folder, path) = written(text);
    mean(&metrics(&path, &[]), "base", metric)
}

#[test]
fn the_hpa_sees_utilisation_as_an_average_over_its_window() {
    for (window, most, least) in [("15s", 11.5, 10.0), ("60s", 10.5, 9.8)] {
        let set = format!("pools.w.autoscale.hpa.window={window}");
        let rows = metrics(&case("hpa-noise.toml"), &["--replications", "100", "--set", &set]);
        let pods = mean(&rows, "base", "worker_hours") / 2.0;
        assert!((least..=most).contains(&pods), "{pods} pods on average over a window of {window}");
    }
    // The window is 15 s unless stated.
    let (default, stated) = (metrics(&case("hpa-noise.toml"), &[]), ["--set", "pools.w.autoscale.hpa.window=15s"]);
    assert_eq!(default, metrics(&case("hpa-noise.toml"), &stated));
}

#[test]
fn only_utilisation_is_averaged_over_a_window() {
    let set = ["--set", "pools.w.autoscale.hpa={ metric = \"depth\", target = 2, max = 40, window = \"15s\" }"];
    let outcome = tailback(&[&["explain", case("hpa-noise.toml").to_str().unwrap()][..], &set].concat());
    assert_eq!(outcome.code, Some(2), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("`window` beside a metric that is not averaged"), "{}", outcome.stderr);
}

#[test]
fn keda_polls_independently_of_the_period_of_its_hpa() {
    // A job every 2 min, each seen at the next poll: 5 s for a poll every 5 s, and a worker is there for it.
    let outcome = tailback(&["explain", case("keda-polling.toml").to_str().unwrap()]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let text = |polling: &str, interval: &str| {
        format!(
            "[run]\nhorizon = '1h'\nreplications = 1\n[jobs.a]\narrivals.periodic = {{ every = '2m', first = '61s' }}\n\
             service_time.constant = '10s'\n[pools.w]\nsize = 0\nautoscale.keda = {{ metric = 'depth', target = 5, \
             polling = '{polling}', interval = '{interval}', cooldown = '30s', max = 10 }}\n"
        )
    };
    // 61 + 120 k: the next multiple of 5 s is 4 s later, whatever the HPA does. A poll at the instant of a job comes before it.
    assert!((measured(&text("5s", "15s"), "wait_mean") - 4.0).abs() < 1e-9);
    assert!((measured(&text("5s", "7s"), "wait_mean") - 4.0).abs() < 1e-9);
    let waits: Vec<u32> = (0..30).map(|k| 7 - (61 + 120 * k) % 7).collect();
    let exact = f64::from(waits.iter().sum::<u32>()) / 30.0;
    assert!((measured(&text("7s", "15s"), "wait_mean") - exact).abs() < 1e-9);
}

#[test]
fn polling_workers_that_ran_together_stay_together() {
    for (workers, service, poll, exact) in [(10, "50ms", "5s", 2.3), (5, "0.5s", "5s", 1.42), (5, "10s", "5s", 1.01)] {
        let text = format!(
            "[run]\nhorizon = '264h'\nwarmup = '24h'\nreplications = 10\n[jobs.a]\narrivals.poisson.rate = '60/h'\n\
             service_time.exponential.mean = '{service}'\n[pools.w]\nsize = {workers}\npoll = '{poll}'\n"
        );
        let found = measured(&text, "wait_mean");
        let bound = if workers == 10 { 0.1 } else { 0.03 };
        assert!((found - exact).abs() < bound, "{workers} workers, {service}: {found} instead of {exact}");
    }
}

#[test]
fn the_worker_is_gone_at_the_instant_at_which_its_calendar_closes() {
    let rows = metrics(&case("closing-tie.toml"), &[]);
    for alternative in ["base", "killed"] {
        // Jobs end at 10, 20 and 25 min.
        assert!((mean(&rows, alternative, "sojourn_mean") - 55.0 * 60.0 / 3.0).abs() < 1e-6, "{alternative}");
    }
}

/// Three jobs of 5 min from the start on one worker, which is away from 10 to 15 min for this reason.
fn tie(key: &str) -> f64 {
    let text = format!(
        "[run]\nhorizon = '30m'\nreplications = 1\n[jobs.piggy]\narrivals.batches = {{ size = 3, at = '0s' }}\n\
         service_time.constant = '5m'\n[pools.rex]\nsize = 1\n{key}\n"
    );
    measured(&text, "sojourn_mean") / 60.0
}

#[test]
fn nobody_takes_a_job_at_the_instant_at_which_it_goes() {
    // Ends at 5, 10 and 20 min: nobody begins at 10 min to be gone at that instant or to outstay the change.
    let away = (5.0 + 10.0 + 20.0) / 3.0;
    let event = "[events.away]\nat = '10m'\nuntil = '15m'\nset = { 'pools.rex.size' = 0 }";
    let kill = format!("scale_in = {{ kill_after = '0s' }}\n{event}");
    let outage = "outages = [{ from = '10m', to = '15m' }]";
    let restart = "restart = { every = '10m', takes = '5m' }";
    for (what, key) in [("event", event), ("kill", &kill), ("outage", outage), ("restart", restart)] {
        assert!((tie(key) - away).abs() < 1e-9, "{what}: {}", tie(key));
    }
}

#[test]
fn work_on_a_preempted_job_that_expires_is_wasted() {
    let rows = metrics(&case("wasted-hours.toml"), &[]);
    assert!((mean(&rows, "base", "wasted_hours") - 4.0 / 60.0).abs() < 1e-9);
    // A job that goes on and is finished wastes nothing; one that goes on and is killed by its timeout wastes both parts.
    let finished = metrics(&case("wasted-hours.toml"), &["--set", "jobs.lo.expire=1h"]);
    assert!(mean(&finished, "base", "wasted_hours").abs() < 1e-12);
    let text = fs::read_to_string(case("wasted-hours.toml")).unwrap();
    let text = text.replace("expire = \"6m\"\n", "").replace("timeout = \"12m\"", "timeout = \"5m\"");
    // 4 min before the other job, 5 min after it.
    assert!((measured(&text, "wasted_hours") - 9.0 / 60.0).abs() < 1e-9);
}

#[test]
fn a_killed_job_restarts_with_its_whole_demand_though_it_was_resumed_before() {
    // Preempted at 4 min for 1 min; killed at 8 min after 3 min more; at 9 min it starts with all of its 10 min.
    let text = "[run]\nhorizon = '40m'\nreplications = 1\n\
        [jobs.lo]\nqueue = 'lo'\narrivals.batches = { size = 1, at = '0s' }\nservice_time.constant = '10m'\n\
        [jobs.hi]\nqueue = 'hi'\narrivals.batches = { size = 1, at = '4m' }\nservice_time.constant = '1m'\n\
        [pools.w]\nsize = 1\ntake.strict = ['hi', 'lo']\npreempt = 'resume'\nrerun = 'restart'\n\
        outages = [{ from = '8m', to = '9m' }]\n";
    let (_folder, path) = written(text);
    let rows = metrics(&path, &[]);
    let of_class = |row: &&csv::StringRecord| &row[2] == "lo" && &row[3] == "sojourn_mean";
    let found: f64 = rows.iter().find(of_class).unwrap()[5].parse().unwrap();
    assert!((found - 19.0 * 60.0).abs() < 1e-6, "{found}");
    assert!((mean(&rows, "base", "wasted_hours") - 7.0 / 60.0).abs() < 1e-9);
}

#[test]
fn a_pool_that_never_has_a_worker_is_an_error() {
    let refused = |pool: &str| {
        let text = format!("[jobs.a]\narrivals.poisson.rate = '1/min'\nservice_time.constant = '1s'\n{pool}\n");
        let (_folder, path) = written(&text);
        let outcome = tailback(&["explain", path.to_str().unwrap()]);
        match outcome.code {
            Some(0) => false,
            Some(2) => {
                assert!(outcome.stderr.contains("never has a worker"), "{}", outcome.stderr);
                assert!(outcome.stderr.contains("scenario.toml:5"), "{}", outcome.stderr);
                true
            }
            code => panic!("{code:?}: {}", outcome.stderr),
        }
    };
    let event = |set: &str| format!("[pools.w]\nsize = 0\n[events.e]\nat = '1h'\n{set}");
    assert!(refused("[pools.w]\nsize = 0"));
    assert!(refused("[pools.w]\ncalendar = { '00:00' = 0, '08:00' = 0 }"));
    assert!(refused(&event("set = { 'pools.w.size' = 0 }")));
    assert!(refused(&event("scale = { 'pools.w.size' = 3 }")));
    assert!(!refused(&event("set = { 'pools.w.size' = 1 }")));
    assert!(!refused("[pools.w]\nsize = 0\ncalendar = { '00:00' = 0, '08:00' = 1 }"));
    assert!(!refused("[pools.w]\nsize = 0\nautoscale.keda = { max = 3 }"));
    // Switched off, where another pool does its work.
    assert!(!refused("[pools.w]\nsize = 0\n[pools.others]\nsize = 1"));
    let alternative = "[pools.w]\nsize = 1\n[alternatives.none]\npools.w.size = 0";
    let text = format!("[jobs.a]\narrivals.poisson.rate = '1/min'\nservice_time.constant = '1s'\n{alternative}\n");
    let (_folder, path) = written(&text);
    assert_eq!(tailback(&["explain", path.to_str().unwrap()]).code, Some(2));
}

#[test]
fn whoever_kills_does_not_know_who_is_idle_unless_told_so() {
    let kills = |arguments: &[&str]| {
        let arguments = [&["--replications", "400"], arguments].concat();
        mean(&metrics(&case("idle-first.toml"), &arguments), "base", "interruptions")
    };
    // 8 of 20 leave, of whom 10 are busy; the job that ends with the grace time is finished: 8 x 9 / 20.
    let set = |choose: &str| format!("pools.pods.scale_in.choose={choose}");
    for arguments in [vec![], vec!["--set".to_owned(), set("random")]] {
        let found = kills(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert!((found - 3.6).abs() < 0.2, "{found}");
    }
    assert!(kills(&["--set", &set("idle_first")]).abs() < 1e-12);
}

#[test]
fn explain_states_the_rules_that_no_key_states() {
    let text = "[jobs.a]\nqueue = 'a'\narrivals.poisson.rate = '1/min'\nservice_time.constant = '1s'\n\
        failure = '10%'\nretry.constant = { delay = '1s', most = 2 }\nprovider = 'mail'\n\
        [providers.mail]\nslowdown = { above = 1, per_call = 0.5 }\n\
        [pools.w]\nsize = 1\ntake.strict = ['a']\npreempt = 'resume'\n\
        [pools.v]\nsize = 1\npoll = '5s'\ncalendar = { '00:00' = 1, '08:00' = 2 }\n";
    let (_folder, path) = written(text);
    let outcome = tailback(&["explain", path.to_str().unwrap()]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let words = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in [
        "goes to the pool that stands first in the file",
        "takes the worker of the least urgent one, of several the one started last",
        "A retry of `a` serves the whole demand of the job again",
        "How much `mail` slows a call down is fixed when the call begins",
        "A worker of `v` looks for a job at once when it comes or has finished one. After a look in vain it looks again 5 s later",
        "whose job ends at the instant at which its calendar lets it go takes no other job",
        "When `v` shrinks, idle workers go first",
    ] {
        assert!(words.contains(sentence), "{sentence}\n{}", outcome.stdout);
    }
}

#[test]
fn a_worker_that_leaves_for_good_does_not_come_back_from_a_restart() {
    let text = "[run]\nhorizon = '100s'\nreplications = 1\n\
        [jobs.a]\nqueue = 'q'\narrivals.periodic = { every = '1h' }\nservice_time.constant = '30s'\n\
        [jobs.b]\nqueue = 'q'\narrivals.periodic = { every = '1h', first = '11s' }\nservice_time.constant = '27s'\n\
        [jobs.late]\nqueue = 'q'\narrivals.periodic = { every = '1h', first = '41s' }\nservice_time.constant = '2s'\n\
        [pools.w]\nsize = 1\ntake.strict = ['q']\nscale_in.choose = 'newest'\nrestart = { takes = '10s', at_a_time = 2 }\n\
        [events.more]\nat = '10s'\nuntil = '20s'\nset = { 'pools.w.size' = 2 }\n\
        [events.deploy]\nat = '15s'\nrestart = 'w'\n";
    // The older worker is away from 30 to 40; the newer one leaves at 38 and nobody waits for it.
    assert!(measured(text, "wait_mean").abs() < 1e-12);
}
