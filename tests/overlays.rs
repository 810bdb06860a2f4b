//! What an alternative, a sweep or `--set` says is what is simulated: through the command, on small files that went wrong once.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(format!("{name}.toml"))
}

fn tailback(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("tailback").unwrap().current_dir(folder).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    let both = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    both.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A file of this text in a folder of its own.
fn file(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("world.toml"), text).unwrap();
    folder
}

/// What the command says of a file of this text.
fn told(scenario: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let folder = file(scenario);
    let output = tailback(folder.path(), arguments);
    (output.status.code(), text(&output))
}

/// Runs a scenario; the means by alternative, swept values, name and metric.
fn run(scenario: &Path, more: &[&str]) -> BTreeMap<String, f64> {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [&["run", "--quiet", scenario.to_str().unwrap()], more].concat();
    let output = tailback(folder.path(), &arguments);
    assert!(output.status.success(), "{}", text(&output));
    let name = scenario.file_stem().unwrap();
    let mut reader = csv::Reader::from_path(folder.path().join("outputs").join(name).join("metrics.csv")).unwrap();
    let columns = reader.headers().unwrap().iter().position(|column| column == "scope").unwrap();
    let record = |record: csv::StringRecord| {
        let point: Vec<&str> = record.iter().take(columns).collect();
        let key = format!("{} {} {}", point.join(" ").trim(), &record[columns + 1], &record[columns + 2]);
        Some((key, record[columns + 4].parse().ok()?))
    };
    reader.records().filter_map(|row| record(row.unwrap())).collect()
}

#[test]
fn an_alternative_keeps_what_it_does_not_name_whatever_things_are_called() {
    let found = run(&case("named-retry"), &[]);
    let p95 = found["often mail wait_p95"];
    assert!((6_000.0..6_500.0).contains(&p95), "1 h 44 min with the outage, not {p95}");
    let output = tailback(Path::new("."), &["check", "--quiet", case("named-retry").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "the outage misses the objective: {}", text(&output));
    let found = run(&case("class-named-repair"), &[]);
    assert!(found["faster repair failures"] > 0.0, "the failures are kept");
    for alternative in ["base", "faster"] {
        let file = case("class-named-repair");
        let arguments = ["check", "--quiet", "--alternative", alternative, file.to_str().unwrap()];
        let checked = text(&tailback(Path::new("."), &arguments));
        assert!(checked.contains("p95(wait) < 20m"), "`{alternative}` keeps the objective: {checked}");
    }
}

#[test]
fn an_alternative_a_sweep_and_set_change_the_tag_of_any_choice() {
    let found = run(&case("rate-choice"), &[]);
    assert!((found["base call sojourn_max"] - 121.0).abs() < 1.0);
    assert!((found["window call sojourn_max"] - 91.0).abs() < 1.0);
    let hpa = r#"
run = { horizon = "30m", replications = 2 }
[jobs.a]
arrivals.poisson.rate = "1/s"
service_time.exponential.mean = "1s"
[pools.w]
size = 2
autoscale.hpa = { metric = "depth", target = 2, max = 9 }
[alternatives.keda]
pools.w.autoscale.keda = { target = 2, max = 9 }
[alternatives.steps]
pools.w.autoscale.latency_steps = { max = 9, above = "30s", below = "5s" }
"#;
    let (code, text) = told(hpa, &["run", "--quiet", "world.toml"]);
    assert_eq!(code, Some(0), "{text}");
    let set = "pools.w.autoscale={ keda = { max = 9 } }";
    let (code, text) = told(hpa, &["explain", "world.toml", "--set", set]);
    assert!(code == Some(0) && text.contains("autoscale.keda") && !text.contains("autoscale.hpa ="), "{text}");
    let swept = format!(
        "{hpa}[sweep]\n\"pools.w.autoscale.target_tracking\" = [{{ metric = \"depth\", target = 2, max = 5 }}]\n"
    );
    let (code, text) = told(&swept, &["run", "--quiet", "world.toml"]);
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn an_alternative_that_sets_a_swept_choice_is_left_out_and_said() {
    let path = case("swept-choice");
    let output = tailback(tempfile::tempdir().unwrap().path(), &["run", "--quiet", path.to_str().unwrap()]);
    let said = text(&output);
    assert!(said.contains("`fixed` is left out of the sweep"), "{said}");
    let found = run(&path, &[]);
    assert!(found.contains_key("base 20s a wait_mean") && found.contains_key("fixed a wait_mean"), "{found:?}");
    assert!(!found.keys().any(|key| key.starts_with("fixed 20s")), "{found:?}");
    let named = format!("{}\nalternatives = [\"base\", \"fixed\"]\n", std::fs::read_to_string(path).unwrap());
    let (code, said) = told(&named, &["run", "world.toml"]);
    assert!(code == Some(2) && said.contains("sets `jobs.a.service_time.constant`"), "{said}");
}

const POOL: &str = r#"
run = { horizon = "30m", replications = 2 }
[jobs.a]
arrivals.poisson.rate = "1/s"
service_time.exponential.mean = "1s"
failure = "10%"
priority = 1
[pools.w]
size = 2
take.ageing.step = "10s"
"#;

#[test]
fn every_way_to_set_a_swept_path_leaves_an_alternative_out() {
    let ways = [
        ("jobs.a.failure.probability", "\"5%\"", "jobs.a.failure = \"40%\""),
        ("pools.w.take.ageing.step", "\"1m\"", "pools.w.take.strict = [\"default\"]"),
        ("jobs.a.service_time.lognormal.cv", "2", "jobs.a.service_time.lognormal = { p50 = \"1s\", p99 = \"9s\" }"),
        ("jobs.a.service_time", "{ constant = \"1s\" }", "jobs.a.service_time.exponential.mean = \"2s\""),
    ];
    for (path, value, own) in ways {
        let lognormal = if path.contains("lognormal") { "[alternatives.z]\npools.w.size = 4\n" } else { "" };
        let base = POOL.replace(
            "exponential.mean = \"1s\"",
            if lognormal.is_empty() { "exponential.mean = \"1s\"" } else { "lognormal = { mean = \"1s\", cv = 1 }" },
        );
        let base = if path.starts_with("pools") {
            base
        } else {
            base.replace("ageing.step = \"10s\"", "priority = [\"default\"]")
        };
        let scenario = format!("{base}[alternatives.x]\n{own}\n{lognormal}[sweep]\n\"{path}\" = [{value}]\n");
        let (code, said) = told(&scenario, &["run", "--quiet", "world.toml"]);
        assert!(code == Some(0) && said.contains("`x` is left out of the sweep"), "{path}: {said}");
    }
}

#[test]
fn a_table_and_a_path_inside_it_are_not_swept_together() {
    let scenario = format!(
        "{POOL}[sweep]\n\"pools.w.take\" = [{{ strict = [\"default\"] }}]\n\"pools.w.take.ageing.step\" = [\"1m\", \"2m\"]\n"
    );
    let (code, said) = told(&scenario, &["run", "world.toml"]);
    assert!(code == Some(2) && said.contains("is swept beside"), "{said}");
}

#[test]
fn a_path_in_quotes_is_the_path_without_them() {
    let path = case("quoted-factor");
    let as_it_stands = run(&path, &[]);
    for set in [
        "events.slow.scale.jobs.a.service_time=2",
        "events.slow.scale.\"jobs.a.service_time\"=2",
        "events.slow.\"scale\".\"jobs\".a.service_time=2",
    ] {
        assert_eq!(run(&path, &["--set", set]), as_it_stands, "{set}");
    }
    assert_ne!(run(&path, &["--set", "events.slow.scale.jobs.a.service_time=1"]), as_it_stands);
    let twice = std::fs::read_to_string(path).unwrap().replace("= 2 }", "= 2, jobs.a.service_time = 2 }");
    let (code, said) = told(&twice, &["run", "world.toml"]);
    assert!(code == Some(2) && said.contains("`jobs.a.service_time` is stated twice"), "{said}");
}

#[test]
fn a_range_over_real_numbers_has_real_values() {
    let found = run(&case("real-range"), &[]);
    let points: std::collections::BTreeSet<&str> = found.keys().filter_map(|key| key.split(' ').nth(1)).collect();
    for value in ["1", "1.25", "1.5", "1.75", "2"] {
        assert!(points.contains(value), "{value} of {points:?}");
    }
    let cube = format!("{POOL}[sweep.latin_hypercube]\npoints = 6\n\"pools.w.speed\" = {{ from = 1, to = 3 }}\n");
    let folder = file(&cube);
    let found = run(&folder.path().join("world.toml"), &[]);
    assert_eq!(found.keys().filter(|key| key.ends_with(" a wait_mean")).count(), 1 + 6, "six points stay six");
}

#[test]
fn a_hypercube_with_a_constraint_says_how_many_points_it_keeps() {
    let said =
        text(&tailback(tempfile::tempdir().unwrap().path(), &["run", "--quiet", case("lhs-where").to_str().unwrap()]));
    assert!(said.contains("4 of the 10 points"), "{said}");
}

#[test]
fn size_finds_the_warm_up_that_check_finds() {
    let path = case("mser-size");
    let folder = tempfile::tempdir().unwrap();
    let output = tailback(folder.path(), &["size", "--quiet", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("10.3 s"), "{}", text(&output));
}

#[test]
fn size_names_the_alternative_in_text_and_file() {
    let scenario =
        format!("{POOL}objectives = []\n[alternatives.slow]\ntitle = \"Slower work\"\njobs.a.slowdown = 2\n")
            .replace("priority = 1", "objectives = [\"mean(wait) < 10s\"]")
            .replace("objectives = []\n", "")
            .replace("ageing.step = \"10s\"", "strict = [\"default\"]");
    let folder = file(&scenario);
    let output = tailback(folder.path(), &["size", "--quiet", "world.toml", "--alternative", "slow"]);
    assert!(text(&output).contains("Slower work (alternative `slow`)"), "{}", text(&output));
    let table = std::fs::read_to_string(folder.path().join("outputs/world/size.csv")).unwrap();
    assert!(table.starts_with("alternative,") && table.lines().nth(1).unwrap().starts_with("slow,"), "{table}");
}

#[test]
fn the_cap_of_check_holds_beside_that_of_the_scenario() {
    let scenario = r#"
run = { horizon = "1h", replications = 2, precision = { most = 64 } }
[jobs.a]
arrivals.poisson.rate = "60/h"
service_time.exponential.mean = "50s"
objectives = ["mean(wait) < 2m"]
[pools.w]
size = 1
"#;
    let (_, said) = told(scenario, &["check", "world.toml", "--max-replications", "4"]);
    assert!(said.contains("2 to 4 replications"), "{said}");
}

#[test]
fn sensitivity_goes_by_places_and_lists_what_it_leaves_out() {
    let scenario = r#"
run = { horizon = "30m", replications = 2 }
[jobs.first]
arrivals.periodic = { every = "2s", first = "1m" }
service_time.exponential.mean = "1s"
failure = "10%"
retry.exponential = { first = "10s", most = 3 }
[jobs.seed]
arrivals.burst = { jobs = 50, from = "5m", over = "1m" }
service_time.exponential.mean = "1s"
priority = 2
[pools.w]
size = 2
cost = "1/h"
take.priority = ["default"]
"#;
    let folder = file(scenario);
    let output = tailback(folder.path(), &["run", "--quiet", "world.toml", "--sensitivity", "10%"]);
    assert!(output.status.success(), "{}", text(&output));
    let summary = std::fs::read_to_string(folder.path().join("outputs/world-sensitivity/summary.json")).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&summary).unwrap();
    let sensitivity = whole["sensitivity"].to_string();
    for path in [
        "jobs.first.retry.exponential.first",
        "jobs.first.service_time.exponential.mean",
        "jobs.seed.arrivals.burst.jobs",
    ] {
        assert!(sensitivity.contains(path), "{path}: {sensitivity}");
    }
    let left_out = whole["sensitivity"]["left_out"].to_string();
    for path in
        ["jobs.first.arrivals.periodic.first", "jobs.seed.arrivals.burst.from", "jobs.seed.priority", "pools.w.cost"]
    {
        assert!(left_out.contains(path), "{path}: {left_out}");
    }
    assert!(!left_out.contains("retry.exponential.first"), "{left_out}");
}

#[test]
fn an_alternative_or_a_sweep_switches_things_off() {
    let scenario = r#"
run = { horizon = "30m", replications = 2 }
[jobs.a]
arrivals.poisson.rate = "1/s"
service_time.exponential.mean = "2s"
failure = "20%"
retry.constant = { delay = "10s", most = 2 }
timeout = "30s"
expire = "5m"
balk = { above = 50 }
[jobs.b]
via = "d"
arrivals.burst = { jobs = 100, from = "5m", over = "1m" }
service_time.exponential.mean = "1s"
[dispatchers.d]
interval = "10s"
restart = { every = "10m", takes = "1m" }
[pools.w]
size = 3
autoscale.hpa = { metric = "depth", target = 2, max = 9 }
[alternatives.sound]
jobs.a.failure = "0%"
[alternatives.once]
jobs.a.retry = "none"
[alternatives.patient]
jobs.a = { timeout = "none", expire = "none", balk = "none" }
[alternatives.quiet]
jobs.a.arrivals.poisson.rate = "0/s"
[alternatives.no-burst]
jobs.b.arrivals.burst.jobs = 0
[alternatives.steady]
pools.w.autoscale = "none"
dispatchers.d.restart = "none"
[sweep]
"jobs.a.failure" = ["0%", "10%"]
"jobs.b.arrivals.burst.jobs" = [0, 50]
"#;
    let folder = file(scenario);
    let found = run(&folder.path().join("world.toml"), &[]);
    assert!(found["base a failures"] > 0.0);
    assert!(found.get("sound a failures").is_none_or(|&failed| failed == 0.0));
    assert_eq!(found["quiet a created"], 0.0);
    assert_eq!(found["no-burst b created"], 0.0);
    assert_eq!(found["base 0% 0 b created"], 0.0);
    assert_eq!(found["base 10% 50 b created"], 50.0);
    assert!(found.get("patient a expired").is_none_or(|&expired| expired == 0.0), "{found:?}");
}

#[test]
fn a_constraint_compares_what_has_one_unit() {
    let with = |constraint: &str| {
        let sweep = "\"jobs.a.service_time.exponential.mean\" = [\"1s\", \"1m\"]\n\"pools.w.size\" = [2, 3]\n";
        told(&format!("{POOL}[sweep]\nwhere = \"{constraint}\"\n{sweep}"), &["run", "--quiet", "world.toml"])
    };
    let (code, said) = with("jobs.a.service_time.exponential.mean <= 5");
    assert!(code == Some(2) && said.contains("is a duration and `5` is a bare number"), "{said}");
    let (code, said) = with("pools.w.size <= 5s");
    assert!(code == Some(2), "{said}");
    let (code, said) = with("2 * jobs.a.service_time.exponential.mean <= 1m");
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn who_wins_is_said_where_they_meet() {
    let scenario = format!("{POOL}[alternatives.more]\npools.w.size = 4\n[sweep]\n\"pools.w.size\" = [5, 6]\n");
    let (_, said) = told(&scenario, &["run", "--quiet", "world.toml", "--set", "pools.w.size=3"]);
    assert!(said.contains("`more` sets `pools.w.size` itself, and that wins"), "{said}");
    assert!(said.contains("the values of `pools.w.size` win"), "{said}");
}

#[test]
fn a_known_slip_gets_one_message_that_says_what_to_write() {
    let slips = [
        (
            POOL.to_owned() + "[alternatives.x]\n\"pools.w.size\" = 4\n",
            "write the path without quotes: `pools.w.size = ...`",
        ),
        ("pools:\n  w:\n    size: 4\n".to_owned(), "write a table as `[pools]`"),
        (POOL.replace("size = 2", "size: 2"), "write `size = 2`"),
        (POOL.replace("[jobs.a]", "[job.a]"), "did you mean `jobs`?"),
        (POOL.replace("priority = 1", "priority = 1\nconcurrency = 5"), "`[limits.a]`"),
        (POOL.replace("priority = 1", "priority = 1\ncron = \"0 9 * * *\""), "has no `cron`"),
        (POOL.replace("take.ageing", "take = { ageing"), "the `{` is not closed"),
    ];
    for (scenario, expected) in slips {
        let (code, said) = told(&scenario, &["run", "world.toml"]);
        assert!(code == Some(2) && said.contains(expected), "{expected}: {said}");
        assert_eq!(said.matches("error: ").count(), 1, "one message: {said}");
    }
    let said = text(&tailback(Path::new("."), &["explain", case("empty-policy").to_str().unwrap()]));
    assert!(said.contains("`quiet_first` needs `queues`"), "{said}");
}

#[test]
fn a_check_that_checks_nothing_fails() {
    let (code, said) = told(POOL, &["check", "world.toml"]);
    assert!(code == Some(1) && said.contains("--allow-empty"), "{said}");
    let (code, said) = told(POOL, &["check", "--quiet", "--allow-empty", "world.toml"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_breaker_that_opens_once_is_told() {
    let said = text(&tailback(
        tempfile::tempdir().unwrap().path(),
        &["run", "--quiet", case("circuit-breaker").to_str().unwrap()],
    ));
    assert!(said.contains("while the alert stays firing it does not act again"), "{said}");
}

#[test]
fn the_order_of_weights_changes_no_result() {
    let with = |weights: &str| {
        let folder = file(&format!(
            "run = {{ horizon = \"30m\", replications = 2 }}\n[jobs.a]\nqueue = \"a\"\narrivals.poisson.rate = \"1/s\"\n\
             service_time.exponential.mean = \"1s\"\n[jobs.b]\nqueue = \"b\"\narrivals.poisson.rate = \"1/s\"\n\
             service_time.exponential.mean = \"1s\"\n[pools.w]\nsize = 2\ntake.weighted = {weights}\n"
        ));
        run(&folder.path().join("world.toml"), &[])
    };
    assert_eq!(with("{ a = 3, b = 1 }"), with("{ b = 1, a = 3 }"));
}

#[test]
fn explain_says_where_the_order_of_tables_decides_and_shows_outages_of_pools() {
    let scenario =
        POOL.replace("[pools.w]", "[pools.spare]\nsize = 1\noutages = [{ from = \"5m\", to = \"10m\" }]\n[pools.w]");
    let (_, said) = told(&scenario, &["explain", "world.toml"]);
    assert!(said.contains("the one that stands first in the file takes the job: `spare`"), "{said}");
    assert!(said.contains("spare down"), "{said}");
}

#[test]
fn plot_finds_a_trace_by_the_folder_of_the_scenario() {
    let folder = file(
        "run = { horizon = \"10m\", replications = 1 }\n[jobs.a]\narrivals.trace = { file = \"t.csv\", arrival = \"at\" }\n\
         service_time.constant = \"1s\"\n[pools.w]\nsize = 1\n",
    );
    std::fs::write(folder.path().join("t.csv"), "at\n1\n2\n").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.toml");
    assert!(tailback(elsewhere.path(), &["run", "--quiet", path.to_str().unwrap()]).status.success());
    let output = tailback(elsewhere.path(), &["plot", "outputs/world"]);
    assert!(text(&output).contains("scenario.png"), "{}", text(&output));
}

#[test]
fn a_size_beside_a_calendar_is_named_or_refused() {
    let world = "[run]\nhorizon = \"2h\"\nreplications = 1\n[jobs.a]\narrivals.poisson.rate = \"1/min\"\nservice_time.constant = \"9s\"\n\
                 [pools.w]\nsize = 5\ncalendar = { \"00:00\" = 2, \"01:00\" = 3 }\n";
    let (code, said) = told(world, &["run", "world.toml"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("`pools.w.size` has no effect: the `calendar` of the pool says how many workers it has"),
        "{said}"
    );
    let vain = "`pools.w.size` changes nothing";
    let (code, said) = told(&format!("{world}[alternatives.x]\npools.w.size = 9\n"), &["run", "world.toml"]);
    assert!(code == Some(2) && said.contains(vain) && said.contains("in alternative `x`"), "{said}");
    let (code, said) = told(&format!("{world}[sweep]\n\"pools.w.size\" = [1, 2]\n"), &["run", "world.toml"]);
    assert!(code == Some(2) && said.contains(vain), "{said}");
    let (code, said) = told(world, &["run", "world.toml", "--set", "pools.w.size=9"]);
    assert!(code == Some(2) && said.contains(vain), "{said}");
    // The size holds where the calendar is switched off, and where an alternative lays one over it.
    let off = format!(
        "{world}[alternatives.off]\npools.w.calendar = \"none\"\n[alternatives.nine]\npools.w = {{ size = 9, calendar = \"none\" }}\n"
    );
    let found = run(&file(&off).path().join("world.toml"), &[]);
    assert_eq!(
        (found["base all worker_hours"], found["off all worker_hours"], found["nine all worker_hours"]),
        (5.0, 10.0, 18.0)
    );
    let sized = world.replace("calendar = { \"00:00\" = 2, \"01:00\" = 3 }\n", "");
    let laid = format!(
        "{sized}[alternatives.x]\npools.w.calendar = {{ \"00:00\" = 2, \"01:00\" = 3 }}\n[sweep]\n\"pools.w.size\" = [4, 6]\n"
    );
    let folder = file(&laid);
    let found = run(&folder.path().join("world.toml"), &[]);
    assert_eq!(found["x all worker_hours"], 5.0);
    assert!(!found.keys().any(|key| key.starts_with("x 4")), "the calendar decides, not the swept size");
    let (_, said) = told(&laid, &["run", "world.toml"]);
    assert!(said.contains("alternative `x` is left out of the sweep over `pools.w.size`"), "{said}");
}
