//! What is said of mistakes that a reader of the documentation could make, through the command: the line, the key, what was found and what
//! to write.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::process::Command;

const WORLD: &str = r#"[run]
horizon = "8h"
replications = 2
[jobs.mail]
arrivals.poisson = { rate = "1/s" }
service_time.constant = "0.5s"
[pools.w]
size = 2
"#;

/// What `command` says of a scenario, and its exit code.
fn said(command: &str, scenario: &str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let mut tailback = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = tailback.args([command, "s.toml"]).current_dir(folder.path()).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap_or(-1), said)
}

/// The world with something else in a place is refused in a message with these parts.
fn refused(from: &str, to: &str, parts: &[&str]) {
    assert!(WORLD.contains(from), "{from}");
    let (code, said) = said("explain", &WORLD.replacen(from, to, 1));
    assert_eq!(code, 2, "{to}: {said}");
    parts.iter().for_each(|part| assert!(said.contains(part), "{to}\nlacks {part}\n{said}"));
}

/// The same for something that is added.
fn refused_with(added: &str, parts: &[&str]) {
    refused("size = 2\n", &format!("size = 2\n{added}"), parts);
}

#[test]
fn a_value_in_the_place_of_a_table_is_told_what_to_write() {
    let service = "service_time.constant = \"0.5s\"";
    for (from, to, write) in [
        (
            service,
            "service_time = \"2s\"",
            "write `service_time.constant = \"2s\"`, or `service_time.exponential = { mean = \"2s\" }`",
        ),
        (service, "service_time = 2", "`service_time.constant = \"2s\"`"),
        (service, "service_time = \"exponential\"", "write `service_time.exponential = ...`"),
        (service, "service_time.exponential = \"2s\"", "write `exponential = { mean = \"2s\" }`"),
        (service, "service_time = { mean = \"2s\" }", "`service_time.exponential = { mean = \"2s\" }`"),
        (
            "arrivals.poisson = { rate = \"1/s\" }",
            "arrivals = \"1/s\"",
            "write `arrivals.poisson = { rate = \"1/s\" }`",
        ),
        ("{ rate = \"1/s\" }", "\"1/s\"", "write `poisson = { rate = \"1/s\" }`"),
        (service, &format!("retry = 3\n{service}"), "write `retry.constant = { delay = \"10s\", most = 3 }`"),
        ("size = 2", "size = 2\ntake = [\"default\"]", "write `take.strict = [\"default\"]`"),
        ("size = 2", "size = 2\nautoscale = \"hpa\"", "write `autoscale.hpa = ...`"),
        (service, &format!("queue = {{ name = \"x\" }}\n{service}"), "`queue` cannot be a table"),
        (service, &format!("provider = 3\n{service}"), "expected the name of a provider"),
    ] {
        refused(from, to, &[write, "s.toml:"]);
    }
}

#[test]
fn a_key_at_a_wrong_place_is_told_its_place() {
    let job = |line: &str| format!("[jobs.mail]\n{line}");
    refused(
        "[jobs.mail]",
        &job("profile = \"day\""),
        &["s.toml:5:1", "`profile` stands in Poisson arrivals, batches", "it has `queue`"],
    );
    refused("[jobs.mail]", &job("provder = \"x\""), &["did you mean `provider`?"]);
    refused("size = 2", "size = 2\ncooldown = \"5m\"", &["`cooldown` stands in a KEDA scaler"]);
}

#[test]
fn numbers_as_other_programs_write_them_are_told_how_to_write_them() {
    refused("replications = 2", "replications = 1e2", &["`replications` is 1e2", "`100`"]);
    refused("replications = 2", "replications = 1e12", &["`replications` is 1e12", "from 1 to 1000000"]);
    refused("size = 2", "size = 2.0", &["`size` is 2.0", "`2`"]);
    refused("size = 2", "size = 2.5", &["`size` is 2.5", "from 0 to 1000000"]);
    refused("\"8h\"", "1e12", &["`horizon` is a bare number, `1e12`", "`90m`"]);
    refused("\"8h\"", "\"1e12s\"", &["`1e12s` has an exponent"]);
    refused("\"0.5s\"", "1e12", &["`constant` is a bare number, `1e12`", "`250ms`"]);
    refused("\"0.5s\"", "\"0,5s\"", &["`0,5s` has a comma; write `0.5s`"]);
    refused("\"1/s\"", "\"1e3/s\"", &["`1e3/s` has an exponent"]);
    refused("size = 2", "size = \"1e3\"", &["`1e3` has an exponent", "from 0 to 1000000"]);
    refused("size = 2", "size = \"many\"", &["`many` is not a number", "from 0 to 1000000"]);
}

#[test]
fn times_of_a_day_that_no_clock_shows_are_told_so() {
    for time in ["25:00", "24:00", "9:60", "10:00:99", "9pm", "9:30 am"] {
        let event = format!("[events.x]\nat = \"{time}\"\nset = {{ pools.w.size = 3 }}\n");
        refused_with(&event, &["s.toml:10:6", &format!("`{time}` is no time of a day"), "from `00:00` to `23:59`"]);
    }
    let event = "[events.x]\nat = \"monday 10:00\"\nset = { pools.w.size = 3 }\n";
    refused_with(event, &["`monday 10:00` is not a time", "`90m`"]);
}

#[test]
fn sweeps_and_cron_lines_beyond_their_limits_are_told_the_limit() {
    let sweep = |range: &str| format!("[sweep]\n\"pools.w.size\" = {range}\n");
    refused_with(
        &sweep("{ from = 1, to = 100_000_000, step = 1 }"),
        &["s.toml:10:", "the range has 100000000 values", "at most 10000", "a step of at least 10000"],
    );
    refused_with(&sweep("{ from = 1, to = 9, step = 0 }"), &["`0` is not a step", "above zero"]);
    let logarithmic = sweep("{ from = 1, to = 9, step = 2, scale = \"logarithmic\" }");
    refused_with(&logarithmic, &["a logarithmic range has no `step`", "`points`"]);
    refused_with(&sweep("3"), &["`[4, 8]`", "{ from = 4, to = 12, step = 2 }"]);
    // The step that it names is taken.
    let (code, said) = said("explain", &format!("{WORLD}{}", sweep("{ from = 1, to = 100_000, step = 10 }")));
    assert_eq!(code, 0, "{said}");
    for (horizon, count) in
        [("20d", "57600 times in the run and as long after it"), ("1000d", "more than 1000000 times")]
    {
        let event = "[events.x]\ncron = \"* * * * *\"\nlasts = \"10s\"\nset = { pools.w.size = 3 }\n";
        let scenario = format!("{}{event}", WORLD.replace("\"8h\"", &format!("\"{horizon}\"")));
        let (code, said) = self::said("explain", &scenario.replace("[run]", "[run]\nstart = 2026-01-01T00:00:00Z"));
        assert_eq!(code, 2, "{said}");
        for part in ["s.toml:11:8", "`* * * * *`", count, "at most 10000 times", "`run.horizon`"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}

#[test]
fn objectives_within_each_other_and_hours_behind_the_bound_are_told_so() {
    let objective = |text: &str| format!("[jobs.mail]\nobjectives = [\"{text}\"]");
    let nested = objective("chance(chance(p95(wait) < 10s) >= 90%) >= 95%");
    refused(
        "[jobs.mail]",
        &nested,
        &["s.toml:5:23", "`chance` stands within `chance`", "`chance(p95(wait) < 10s) >= 95%`"],
    );
    let hours = objective("p95(wait) < 10s from 09:00 to 17:00");
    refused("[jobs.mail]", &hours, &["says more than a bound", "`p95(wait) from 09:00 to 17:00 < 10s`"]);
}

#[test]
fn what_is_too_deep_is_told_in_plain_words() {
    let lists = format!("x = {}{}\n", "[".repeat(200), "]".repeat(200));
    let tables = format!("x = {}1{}\n", "{ a = ".repeat(200), " }".repeat(200));
    let dots = format!("{} = 1\n", vec!["a"; 300].join("."));
    for deep in [lists, tables, dots] {
        let (code, said) = said("explain", &format!("{WORLD}{deep}"));
        assert!(code == 2 && said.contains("s.toml:9:") && said.contains("too deep within each other"), "{said}");
        assert!(!said.contains("recurs"), "{said}");
    }
}

#[test]
fn a_check_that_judges_nothing_is_told_what_to_state() {
    let (code, said) = said("check", WORLD);
    assert_eq!(code, 1, "{said}");
    let words: Vec<&str> = said.split_whitespace().collect();
    let said = words.join(" ");
    for part in ["`objectives = [\"p95(wait) <= 30s\"]`", "`--baseline FILE`", "`--allow-empty` passes"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
