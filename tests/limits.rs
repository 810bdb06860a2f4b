//! Worlds that would never end, fill the memory or have numbers that are none: refused, or ended, with the line that causes it.
//!
//! No test asserts on speed. What hangs is killed after minutes, and fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// After this a command hangs.
const HANGS: Duration = Duration::from_secs(600);

/// What a command came to.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ended {
    fn of(child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// It is refused, and says all of this.
    fn is_refused(&self, parts: &[&str]) {
        assert_eq!(self.code, Some(2), "{}\n{}", self.stdout, self.stderr);
        parts.iter().for_each(|part| assert!(self.stderr.contains(part), "{part} in {}", self.stderr));
    }
}

/// Kills a child that hangs.
fn wait(mut child: Child) -> Ended {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > HANGS {
            child.kill().unwrap();
            let ended = Ended::of(child);
            panic!("it hangs: {}\n{}", ended.stdout, ended.stderr);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ended::of(child)
}

fn start(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    command.current_dir(folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn folder(scenario: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), scenario).unwrap();
    folder
}

fn run(scenario: &str, arguments: &[&str]) -> Ended {
    let folder = folder(scenario);
    wait(start(folder.path(), &[&["run", "world.toml", "--quiet"], arguments].concat()))
}

fn check(scenario: &str, arguments: &[&str]) -> Ended {
    let folder = folder(scenario);
    wait(start(folder.path(), &[&["check", "world.toml", "--quiet"], arguments].concat()))
}

fn explain(scenario: &str) -> Ended {
    let folder = folder(scenario);
    wait(start(folder.path(), &["explain", "world.toml"]))
}

/// A plain world with more lines for its job class and for all else.
fn world(of_class: &str, rest: &str) -> String {
    format!(
        "run = {{ replications = 2, event_limit = \"100k\" }}\n[jobs.mail]\narrivals.poisson = {{ rate = \"1/min\" }}\n\
         service_time.exponential = {{ mean = \"1s\" }}\n{of_class}\n[pools.w]\nsize = 2\n{rest}\n"
    )
}

// Events

#[test]
fn worlds_that_would_never_end_are_ended_with_the_line_of_what_takes_the_events() {
    let one = "after.exponential = { mean = \"1ns\" }, repair.exponential = { mean = \"1ns\" }";
    let every_nanosecond = [
        (world("", &format!("failures = {{ {one} }}")), "failures", "pools.w.failures"),
        (world("", &format!("pool_failures = {{ {one} }}")), "pool_failures", "pools.w.pool_failures"),
        (world("", "restart = { every = \"2ns\", takes = \"1ns\" }"), "restart", "pools.w.restart"),
        (
            world("", "autoscale.hpa = { metric = \"depth\", target = 5, max = 10, interval = \"1ns\" }"),
            "autoscale",
            "pools.w.autoscale",
        ),
        (
            world("", "autoscale.keda = { metric = \"depth\", target = 5, max = 10, polling = \"1ns\" }"),
            "autoscale",
            "pools.w.autoscale",
        ),
        (world("", "[alerts.a]\nwhen = \"depth(default) > 5\"\nevery = \"1ns\""), "every", "alerts.a.every"),
        (
            world("via = \"d\"", &format!("[dispatchers.d]\nfailures = {{ {one} }}")),
            "failures",
            "dispatchers.d.failures",
        ),
        (
            world("via = \"d\"", "[dispatchers.d]\nrestart = { every = \"2ns\", takes = \"1ns\" }"),
            "restart",
            "dispatchers.d.restart",
        ),
        (
            world(
                "failure = { probability = \"100%\" }\nretry.constant = { delay = \"1ns\", most = 1000000 }",
                "[queues.default]",
            )
            .replace("mean = \"1s\"", "mean = \"1ns\""),
            "retry",
            "jobs.mail.retry",
        ),
        (
            world("", "[limits.l]\nclass = \"mail\"\nslots = 1\nover = { requeue = \"1ns\" }")
                .replace("mean = \"1s\"", "mean = \"1h\""),
            "limits",
            "limits",
        ),
    ];
    for (scenario, key, path) in every_nanosecond {
        let ended = run(&scenario, &[]);
        ended.is_refused(&["more than 100 k events", &format!("most of them for `{path}`")]);
        let line = scenario.lines().position(|line| line.contains(key)).unwrap() + 1;
        ended.is_refused(&[&format!("world.toml:{line}:"), "run.event_limit"]);
    }
}

#[test]
fn a_process_that_changes_its_state_every_nanosecond_is_ended_without_a_stated_limit() {
    let scenario = "[jobs.mail]\narrivals.mmpp = { states = [{ rate = \"1/h\", stay = \"1ns\" }, { rate = \"0/s\", stay = \"1ns\" }] }\n\
                    service_time.constant = \"1s\"\n[pools.w]\nsize = 2\n";
    run(scenario, &[]).is_refused(&["more than 1 M events", "world.toml:2:1", "`jobs.mail.arrivals`"]);
    run(scenario, &["--set", "pools.w.poll=1ms"]).is_refused(&["world.toml:2:1"]);
}

#[test]
fn an_alternative_is_named_by_its_own_line() {
    let alternative = "[alternatives.eager.alerts.a]\nevery = \"1ns\"";
    let scenario = world("", &format!("[alerts.a]\nwhen = \"depth(default) > 5\"\n{alternative}"));
    let line = scenario.lines().position(|line| line.contains("1ns")).unwrap() + 1;
    run(&scenario, &[]).is_refused(&["alternative `eager`", &format!("world.toml:{line}:1")]);
}

#[test]
fn a_stated_limit_counts_jobs_too_and_is_enough_where_it_is_not_reached() {
    let scenario = world("", "").replace("1/min", "10/s");
    run(&scenario, &[]).is_refused(&["more than 100 k events", "jobs.mail"]);
    let enough = scenario.replace("100k", "10M");
    let with = run(&enough, &["--json"]);
    let without = run(&enough.replace(", event_limit = \"10M\"", ""), &["--json"]);
    assert_eq!((with.code, without.code), (Some(0), Some(0)), "{}", with.stderr);
    assert_eq!(with.stdout, without.stdout);
}

#[test]
fn the_events_after_the_horizon_count_too() {
    // The jobs that wait at the end are followed, while workers fail every nanosecond from then on.
    let scenario = "run = { horizon = \"1h\", replications = 1 }\n[jobs.mail]\narrivals.burst = { jobs = 100, from = \"59m\", over = \"1s\" }\n\
                    service_time.constant = \"1m\"\n[pools.w]\nsize = 1\n[alerts.a]\nwhen = \"depth(default) > 5\"\nevery = \"1ms\"\n";
    run(scenario, &[]).is_refused(&["more than", "`alerts.a.every`", "world.toml:9:1"]);
}

// Time

#[test]
fn the_time_of_a_check_ends_it_within_a_replication_as_undecided() {
    let scenario =
        world("objectives = [\"p95(wait) < 10s\"]", "[alerts.a]\nwhen = \"depth(default) > 5\"\nevery = \"1us\"")
            .replace("event_limit = \"100k\"", "event_limit = 1_000_000_000_000");
    let ended = check(&scenario, &["--max-time", "1s"]);
    assert_eq!(ended.code, Some(4), "{}\n{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("UNDECIDED") && ended.stdout.contains("--max-time"), "{}", ended.stdout);
    for format in ["--json", "--junit=verdicts.xml", "--markdown=verdicts.md", "--report=report"] {
        assert_eq!(check(&scenario, &["--max-time", "1s", format]).code, Some(4), "{format}");
    }
}

#[test]
fn time_that_is_enough_changes_nothing() {
    for bound in ["10s", "1ms", "3s"] {
        let scenario = world(&format!("objectives = [\"p95(wait) < {bound}\"]"), "").replace("1/min", "1.5/s");
        let scenario = scenario.replace("event_limit = \"100k\"", "horizon = \"30m\"");
        let (without, with) = (check(&scenario, &["--json"]), check(&scenario, &["--json", "--max-time", "1h"]));
        assert_eq!((without.code, without.stdout), (with.code, with.stdout));
    }
}

#[test]
fn a_baseline_is_not_renewed_from_a_check_that_was_cut_short() {
    let scenario = world("", "[alerts.a]\nwhen = \"depth(default) > 5\"\nevery = \"1us\"")
        .replace("event_limit = \"100k\"", "event_limit = 1_000_000_000_000");
    let folder = folder(&scenario);
    let arguments = ["check", "world.toml", "--max-time", "1s", "--baseline", "base.json", "--update-baseline"];
    let ended = wait(start(folder.path(), &arguments));
    assert_eq!(ended.code, Some(4), "{}\n{}", ended.stdout, ended.stderr);
    assert!(!folder.path().join("base.json").exists());
}

/// Interrupts a command as Ctrl-C does, once it is at work.
#[cfg(unix)]
fn interrupt(folder: &Path, arguments: &[&str]) {
    use std::os::unix::process::ExitStatusExt;
    let mut child = start(folder, arguments);
    std::thread::sleep(Duration::from_millis(150));
    assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
    let interrupted = Instant::now();
    let signal = if ignores_ctrl_c() { 15 } else { 2 };
    assert!(Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap().success());
    while child.try_wait().unwrap().is_none() {
        assert!(interrupted.elapsed() < HANGS, "it does not answer");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(child.wait().unwrap().signal(), Some(signal));
}

/// A script that starts the tests in the background makes them, and all that they start, deaf to Ctrl-C.
#[cfg(unix)]
fn ignores_ctrl_c() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 0b10 != 0)
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_long_replication_and_a_search_for_rare_events() {
    let long = world("", "[alerts.a]\nwhen = \"depth(default) > 5\"\nevery = \"1us\"")
        .replace("event_limit = \"100k\"", "event_limit = 1_000_000_000_000");
    interrupt(folder(&long).path(), &["run", "world.toml"]);
    interrupt(folder(&long).path(), &["check", "world.toml"]);
    let rare = "failures = { after.exponential = { mean = \"2000000h\" }, repair.constant = \"1h\" }";
    let rare = world("objectives = [\"p95(wait) < 10s\"]", rare).replace("size = 2", "size = 9_999");
    let rare = rare.replace("event_limit = \"100k\"", "horizon = \"292w\", event_limit = 1_000_000_000_000");
    interrupt(folder(&rare).path(), &["check", "world.toml"]);
}

#[test]
fn rare_failures_in_a_very_large_pool_are_not_sought_for_ever() {
    let rare = "failures = { after.exponential = { mean = \"2500000h\" }, repair.constant = \"1h\" }";
    let scenario = world("objectives = [\"p95(wait) < 10s\"]", rare).replace("size = 2", "size = 1_000_000");
    let ended = check(&scenario.replace("event_limit = \"100k\"", "horizon = \"10m\""), &[]);
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
}

// Memory

#[test]
fn limits_are_told_with_their_line() {
    let run_with = |key: &str| world("", "").replace("event_limit = \"100k\"", key);
    for (key, limit) in [
        ("backlog_limit = 1_000_000_001", "1000000000"),
        ("backlog_limit = \"1000G\"", "1000000000"),
        ("replications = 1_000_001", "1000000"),
        ("precision = { most = 1_000_001 }", "1000000"),
        ("curve_step = \"1ns\"", "100000"),
        ("event_limit = 0", "1"),
    ] {
        let scenario = run_with(key).replace("replications = 2, replications", "replications");
        explain(&scenario).is_refused(&["world.toml:1:", limit]);
    }
}

#[test]
fn more_things_of_a_kind_than_can_be_simulated_are_refused_at_the_first_that_is_too_much() {
    let many = |count: usize, table: &dyn Fn(usize) -> String| -> String {
        let tables: Vec<String> = (0..count).map(table).collect();
        world("", &tables.join("\n"))
    };
    let class =
        |i: usize| format!("[jobs.c{i}]\narrivals.poisson = {{ rate = \"wrong\" }}\nservice_time.constant = \"1s\"");
    let ended = explain(&many(10_000, &class));
    ended.is_refused(&["there are more than 10000 `jobs`", "[jobs.c9999]"]);
    assert_eq!(ended.stderr.matches("error:").count(), 1, "nothing else is read: {}", ended.stderr);
    let alternative = |i: usize| format!("[alternatives.a{i}]\npools.w.size = {}", i + 3);
    explain(&many(1_001, &alternative))
        .is_refused(&["there are more than 1000 `alternatives`", "[alternatives.a1000]"]);
    let pool = |i: usize| format!("[pools.p{i}]\nsize = 1");
    explain(&many(1_000, &pool)).is_refused(&["there are more than 1000 `pools`"]);
}

#[test]
fn a_thousand_alternatives_are_compared() {
    let mut scenario = world("", "");
    (0..1_000).for_each(|i| writeln!(scenario, "[alternatives.a{i}]\npools.w.size = {}", i + 3).unwrap());
    let ended = explain(&scenario);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("1001 design points"), "{}", ended.stdout);
}

#[test]
fn what_several_tables_come_to_is_bounded_too() {
    let workers = "[pools.b]\nsize = 1_000_000\n[pools.c]\nsize = 1_000_000";
    explain(&world("", workers)).is_refused(&["more than 2000000 workers", "[pools.c]"]);
    let scaled = "[events.more]\nat = \"1h\"\nscale.pools.w.size = 1e7";
    explain(&world("", scaled)).is_refused(&["more than 2000000 workers"]);
    let mut swept = world("", "[sweep]\npools.w.size = { from = 1, to = 10_000, step = 1 }\n");
    (0..11).for_each(|i| writeln!(swept, "[alternatives.a{i}]\njobs.mail.priority = {}\nrun_no = 1", i + 1).unwrap());
    let swept = swept.replace("\nrun_no = 1", "").replace("priority", "initial_backlog");
    explain(&swept).is_refused(&["design points, at most 100000", "[sweep]"]);
    let window = "[alerts.a]\nwhen = \"arrivals(mail, 10h) > 1/s\"\nevery = \"1us\"";
    explain(&world("", window)).is_refused(&["36000000000 readings"]);
}

#[test]
fn a_backlog_that_grows_is_ended_with_the_line_of_its_jobs() {
    let scenario = world("", "").replace("event_limit = \"100k\"", "backlog_limit = 1000").replace("1/min", "100/s");
    run(&scenario, &[]).is_refused(&["the backlog reached 1 001 jobs", "most of them `mail`", "world.toml:3:1"]);
}

// Numbers

#[test]
fn numbers_that_are_none_in_the_end_are_refused_with_their_line() {
    let case = include_str!("cases/scale-1e308.toml");
    let line = case.lines().position(|line| line.contains("1e308")).unwrap() + 1;
    explain(case).is_refused(&["1e308", &format!("world.toml:{line}:")]);
    run(case, &[]).is_refused(&["1e308"]);
    let stacked: String = (0..4).map(|i| format!("[events.e{i}]\nat = \"1h\"\nscale.jobs.mail.rate = 1e9\n")).collect();
    explain(&world("", &stacked)).is_refused(&["`events.e1` multiplies with other factors", "[events.e1]"]);
    let small = stacked.replace("1e9", "1e-9").replace(".rate", ".service_time");
    explain(&world("", &small)).is_refused(&["`events.e1` multiplies with other factors"]);
    // One after the other they are harmless.
    let apart: String = (0..4)
        .map(|i| format!("[events.e{i}]\nat = \"{i}h\"\nuntil = \"{}h\"\nscale.jobs.mail.rate = 1e9\n", i + 1))
        .collect();
    assert_eq!(explain(&world("", &apart)).code, Some(0));
}

#[test]
fn every_number_without_a_unit_has_an_end() {
    let huge = "9".repeat(16);
    for (scenario, part) in [
        (world("", "").replace("1/min", &format!("{huge}/min")), "a second"),
        (world("slowdown = 1e300", ""), "`slowdown` is 1e300"),
        (world("slowdown = 1e-300", ""), "`slowdown` is 1e-300"),
        (world("", "speed = 1e300"), "`speed` is 1e300"),
        (world("", "speed = 1e-300"), "`speed` is 1e-300"),
        (world("", &format!("cost = \"{huge}/h\"")), "a second"),
        (
            world("", "[profiles.day]\nsteps = { \"00:00\" = 1e308 }")
                .replace("\"1/min\"", "\"1/min\", profile = \"day\""),
            "1e308",
        ),
        (
            world("", "").replace("exponential = { mean = \"1s\" }", "lognormal = { mean = \"1s\", cv = 1e200 }"),
            "1e200",
        ),
        (world("", "[alerts.a]\nwhen = \"depth(default) > 9999999999999999999999\""), "1e18"),
        (world("objectives = [\"max(backlog) <= 9999999999999999999999\"]", ""), "1e18"),
        (world("", "take.fair = { queues = [\"default\"], weights = { mail = 1e300 } }"), "1e300"),
    ] {
        explain(&scenario).is_refused(&[part, "world.toml:"]);
    }
}

/// Whether no word of a text is an infinite number or none.
fn is_finite(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.into_iter().all(|word| !matches!(word.to_ascii_lowercase().as_str(), "inf" | "nan" | "infinity"))
}

#[test]
fn the_largest_numbers_that_are_accepted_print_as_numbers() {
    let largest = "[events.e]\nat = \"1h\"\nscale.jobs.mail.service_time = 1e12\nscale.jobs.mail.rate = 1e-12\n";
    for rest in [largest, "cost = \"1000000000000/s\"", "speed = 1e12", "speed = 1e-12"] {
        let scenario = world("slowdown = 1e-6", rest).replace("event_limit = \"100k\"", "horizon = \"2h\"");
        let explained = explain(&scenario);
        assert!(explained.code == Some(0) && is_finite(&explained.stdout), "{}{}", explained.stdout, explained.stderr);
        let ended = run(&scenario, &["--json"]);
        assert!(ended.code == Some(0) && is_finite(&ended.stdout), "{}{}", ended.stdout, ended.stderr);
    }
}

// Tenants

#[test]
fn many_tenants_share_the_workers_as_few_do() {
    for policy in [
        "fair = { queues = [\"default\"], by = \"tenant\" }",
        "tenant_round_robin = [\"default\"]",
        "quiet_first = { queues = [\"default\"] }",
    ] {
        let scenario = |tenants: u32| {
            world(&format!("tenants = {tenants}\ninitial_backlog = 20_000"), &format!("take.{policy}"))
                .replace("event_limit = \"100k\"", "horizon = \"1h\"")
                .replace("size = 2", "size = 50")
        };
        for tenants in [1, 65_535] {
            let ended = run(&scenario(tenants), &["--replications", "1", "--json"]);
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            assert!(is_finite(&ended.stdout));
        }
    }
}
