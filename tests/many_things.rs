//! Scenarios with as many things as may be: read, explained and simulated. No test asserts on speed; what takes the square of a number
//! with ten thousand of them hangs for minutes, and is killed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

/// Long after all that is linear.
const HANGS: Duration = Duration::from_secs(240);

fn tailback(scenario: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("world.toml"), scenario).unwrap();
    let (command, options) = arguments.split_first().unwrap();
    let mut tailback = Command::new(env!("CARGO_BIN_EXE_tailback"));
    tailback.current_dir(folder.path()).args([*command, "world.toml"]).args(options).timeout(HANGS);
    let output = tailback.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// So many job classes, each with more of its own, and all else.
fn classes(number: usize, of_class: impl Fn(usize) -> String, rest: &str) -> String {
    let mut scenario = "run = { horizon = \"1h\", replications = 2, curve_step = \"5m\" }\n".to_owned();
    for i in 0..number {
        let of_class = of_class(i);
        let arrivals = if of_class.contains("arrivals") { "" } else { "arrivals.poisson = { rate = \"1/h\" }\n" };
        write!(scenario, "[jobs.c{i}]\n{arrivals}service_time.exponential = {{ mean = \"1s\" }}\n{of_class}\n")
            .unwrap();
    }
    scenario + rest
}

const POOL: &str = "[pools.w]\nsize = 20\n";

fn explained(scenario: &str) -> String {
    let (code, text, errors) = tailback(scenario, &["explain"]);
    assert_eq!(code, Some(0), "{}", errors.lines().take(20).collect::<Vec<_>>().join("\n"));
    text
}

/// One line for each of so many things.
fn each(number: usize, line: impl Fn(usize) -> String) -> String {
    (0..number).map(line).collect()
}

#[test]
fn ten_thousand_classes_are_explained() {
    let scenario = classes(10_000, |_| String::new(), POOL);
    let text = explained(&scenario);
    assert!(text.contains("c9999") && text.contains("about 20 k jobs"), "the load of each class is told");
    assert_eq!(text.matches("initial_backlog = 0").count(), 10_000, "all defaults are filled in");
}

#[test]
fn ten_thousand_classes_of_a_thousand_queues_pools_and_dispatchers_are_explained() {
    let pools = each(1_000, |i| format!("[pools.p{i}]\nsize = 1\ntake.strict = [\"q{i}\"]\n"));
    let dispatchers =
        each(1_000, |i| format!("[dispatchers.d{i}]\noutages = [{{ from = \"{i}s\", to = \"{}s\" }}]\n", i + 60));
    let of_class = |i: usize| {
        format!("queue = \"q{}\"\nvia = \"d{}\"\nvisibility_timeout = \"10m\"\nexpire = \"1h\"", i % 1_000, i % 1_000)
    };
    let text = explained(&classes(10_000, of_class, &(pools + &dispatchers)));
    assert!(text.contains("`d999` is down for"), "each outage is told");
}

#[test]
fn ten_thousand_classes_that_follow_each_other_are_explained() {
    let chain = |i: usize| if i + 1 < 10_000 { format!("then = [\"c{}\"]", i + 1) } else { String::new() };
    let text = explained(&classes(10_000, chain, POOL));
    // Class k has a job of its own and one for each before it: 10 000 x 10 001 / 2 in each of two replications.
    assert!(text.contains("about 100 M jobs"), "{}", text.lines().rev().take(5).collect::<String>());
    let circle = |i: usize| format!("then = [\"c{}\"]", if i + 1 < 10_000 { i + 1 } else { 5_000 });
    let (code, _, errors) = tailback(&classes(10_000, circle, POOL), &["explain"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("the job class `c5000` follows itself"), "{errors}");
}

#[test]
fn an_alternative_may_change_each_of_ten_thousand_classes() {
    let mut rest = POOL.to_owned();
    for i in (0..10_000).rev() {
        writeln!(rest, "[alternatives.slow.jobs.c{i}]\nslowdown = 2").unwrap();
    }
    let text = explained(&classes(10_000, |_| String::new(), &rest));
    assert!(text.lines().any(|line| line.starts_with("slow ") && line.contains("jobs.c0.slowdown = 2")));
}

#[test]
fn an_event_may_change_each_of_ten_thousand_classes() {
    let mut rest = format!("{POOL}[events.rush]\nat = \"30m\"\n");
    (0..10_000).for_each(|i| writeln!(rest, "scale.jobs.c{i}.rate = 3").unwrap());
    let text = explained(&classes(10_000, |_| String::new(), &rest));
    assert!(text.contains("about 40 k jobs"), "half of the time three times as many");
}

#[test]
fn too_many_classes_are_refused_before_anything_is_read_of_them() {
    let scenario = classes(10_001, |_| "timeout = \"soon\"".to_owned(), POOL);
    let line = scenario.lines().position(|line| line == "[jobs.c10000]").unwrap() + 1;
    let (code, _, errors) = tailback(&scenario, &["explain"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains(&format!("world.toml:{line}:")) && errors.contains("at most 10000; there are 10001"));
    assert_eq!(errors.matches("error:").count(), 1, "{errors}");
}

#[test]
fn tenants_of_many_classes_take_turns() {
    let backlog = |_| "arrivals.poisson = { rate = \"1/h\" }\ntenants = 50\ninitial_backlog = 20".to_owned();
    for policy in ["tenant_round_robin = [\"default\"]", "fair = { queues = [\"default\"], by = \"tenant\" }"] {
        let pool = format!("{POOL}take.{policy}\n");
        let (code, text, errors) =
            tailback(&classes(200, backlog, &pool), &["run", "--quiet", "--json", "--replications", "1"]);
        assert_eq!(code, Some(0), "{errors}");
        assert!(text.contains("c199"));
    }
}

// Events and time

#[test]
fn a_small_limit_of_events_ends_short_runs_too() {
    let scenario = |of_class: &str, limit: u32| {
        format!(
            "run = {{ horizon = \"1h\", replications = 1, event_limit = {limit} }}\n\
             [jobs.mail]\narrivals.poisson = {{ rate = \"1/s\" }}\nservice_time.exponential = {{ mean = \"1s\" }}\n{of_class}\n\
             [pools.w]\nsize = 3\n"
        )
    };
    // Without more, jobs are simulated one after the other, otherwise event by event.
    for of_class in ["", "timeout = \"10s\""] {
        let (code, _, errors) = tailback(&scenario(of_class, 100), &["run", "--quiet"]);
        assert_eq!(code, Some(2), "{of_class}: {errors}");
        assert!(errors.contains("more than 100 events") && errors.contains("run.event_limit"), "{errors}");
        let (code, _, errors) = tailback(&scenario(of_class, 7_000), &["run", "--quiet"]);
        assert_eq!(code, Some(2), "an hour has about 7 200 events: {of_class}: {errors}");
        let (code, _, errors) = tailback(&scenario(of_class, 8_000), &["run", "--quiet"]);
        assert_eq!(code, Some(0), "{of_class}: {errors}");
    }
}

#[test]
fn jobs_that_are_followed_after_the_end_have_the_events_of_more_days() {
    // An idle worker looks for jobs 900 000 times in the day of the run, and as often in the day after it, in which a job is followed.
    let scenario = "run = { horizon = \"1d\", replications = 1 }\n\
                    [jobs.long]\narrivals.burst = { jobs = 1, from = \"23h\", over = \"1s\" }\nservice_time.constant = \"20h\"\n\
                    [jobs.late]\narrivals.burst = { jobs = 1, from = \"23h 30m\", over = \"1s\" }\nservice_time.constant = \"1h\"\n\
                    objectives = [\"p95(wait) < 10s\"]\n\
                    [jobs.other]\nqueue = \"other\"\narrivals.burst = { jobs = 1, from = \"1h\", over = \"1s\" }\nservice_time.constant = \"1s\"\n\
                    [pools.w]\nsize = 1\ntake.strict = [\"default\"]\n\
                    [pools.idle]\nsize = 1\ntake.strict = [\"other\"]\npoll = \"96ms\"\n";
    let (code, _, errors) = tailback(scenario, &["run", "--quiet"]);
    assert_eq!(code, Some(0), "{errors}");
}

#[test]
fn the_time_of_a_check_ends_it_while_objectives_are_judged() {
    let objectives = each(20_000, |i| format!("\"p95(wait) < {}ms\", ", 1_000 + i));
    let scenario =
        classes(1, |_| format!("objectives = [{objectives}]"), POOL).replace("replications = 2", "replications = 200");
    let (code, text, errors) = tailback(&scenario, &["check", "--quiet", "--max-time", "1s"]);
    assert_eq!(code, Some(4), "{errors}");
    assert!(text.contains("UNDECIDED") && text.contains("--max-time"));
}
