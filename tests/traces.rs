//! Recorded arrivals through the command: every row is used or named, times are read as exports write them, and one file keeps its order.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod recorded;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// What a command left behind.
struct Ended {
    code: i32,
    said: String,
    folder: TempDir,
}

impl Ended {
    /// A metric of all jobs or of a class: mean over the replications.
    fn metric(&self, scope: &str, name: &str, metric: &str) -> f64 {
        let text = fs::read_to_string(self.folder.path().join("outputs/world/metrics.csv")).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
        let columns = ["scope", "name", "metric", "mean"].map(column);
        let rows = reader.records().map(Result::unwrap);
        let found = rows.map(|row| columns.map(|column| row[column].to_owned()));
        let wanted = |row: &[String; 4]| row[..3] == [scope, name, metric];
        found.into_iter().find(wanted).unwrap()[3].parse().unwrap()
    }

    /// What is said of the rows of the trace.
    fn account(&self) -> String {
        let summary = fs::read_to_string(self.folder.path().join("outputs/world/summary.json")).unwrap();
        let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
        let warnings = summary["warnings"].as_array().unwrap();
        let of_rows = warnings.iter().filter(|warning| warning["kind"] == "trace-rows");
        of_rows.map(|warning| warning["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join("\n")
    }
}

fn command(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tailback")).current_dir(folder).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    (output.status.code().unwrap(), text)
}

/// Runs a scenario whose trace has this text.
fn run(scenario: &str, trace: &str) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), scenario).unwrap();
    fs::write(folder.path().join("jobs.csv"), trace).unwrap();
    let (code, said) = command(folder.path(), &["run", "world.toml", "--quiet"]);
    Ended { code, said, folder }
}

/// One class that replays `jobs.csv` with enough workers; `keys` are those of the trace besides `file`.
fn world(settings: &str, keys: &str) -> String {
    format!(
        "[run]\nreplications = 2\n{settings}\n[jobs.a]\narrivals.trace = {{ file = \"jobs.csv\", {keys} }}\n[pools.w]\nsize = 100\n"
    )
}

const START: &str = "start = 2026-03-02T00:00:00Z";
const COLUMNS: &str = "arrival = \"t\", service = \"s\"";

fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-6 * expected.abs().max(1e-3), "{found} instead of {expected}");
}

#[test]
fn times_are_read_as_exports_write_them() {
    let written = [
        ("", "1772409600,1\n1772409660.5,2\n"),
        (", time_unit = \"s\"", "1772409600,1\n1772409660.5,2\n"),
        ("", "1772409600000,1\n1772409660500,2\n"),
        ("", "1772409600000000,1\n1772409660500000,2\n"),
        ("", "1772409600000000000,1\n1772409660500000000,2\n"),
        ("", "2026-03-02T00:00:00Z,1\n2026-03-02T00:01:00.5Z,2\n"),
        ("", "2026-03-02 00:00:00+00,1\n2026-03-02 01:01:00.5+01:00,2\n"),
        ("", "2026-03-02 00:00:00 UTC,1\n2026-03-02 00:01:00.5 +0000,2\n"),
        (", time_zone = \"Europe/Berlin\"", "2026-03-02 01:00:00,1\n2026-03-02T01:01:00.5,2\n"),
        ("", "0,1\n60.5,2\n"),
        ("", "# a comment\n0,1\n# another\n60.5,2\n"),
    ];
    for (keys, rows) in written {
        let ended = run(&world(START, &format!("{COLUMNS}{keys}")), &format!("t,s\n{rows}"));
        assert_eq!(ended.code, 0, "{rows}{}", ended.said);
        assert_eq!(ended.metric("all", "all", "created"), 2.0, "{rows}");
        assert_near(ended.metric("all", "all", "sojourn_mean"), 1.5);
        // The end of the trace is that of the run: both are finished, and a minute and more is simulated.
        assert_eq!(ended.metric("all", "all", "finished"), 2.0, "{rows}");
        assert_near(ended.metric("all", "all", "worker_hours"), 100.0 * 63.0 / 3600.0);
    }
    let epoch = run(&world(START, COLUMNS), "t,s\n1772409600000,1\n");
    assert!(epoch.account().contains("arrivals were read as milliseconds since 1970, by their size"), "{}", epoch.said);
}

#[test]
fn a_stated_unit_holds_for_arrivals_and_services() {
    for (unit, arrival, service) in
        [("ms", 1_500.0, 250.0), ("us", 1.5e6, 250e3), ("ns", 1.5e9, 250e6), ("min", 0.025, 0.25 / 60.0)]
    {
        let keys = format!("{COLUMNS}, time_unit = \"{unit}\"");
        let ended = run(&world("", &keys), &format!("t,s\n{arrival},{service}\n"));
        assert_near(ended.metric("all", "all", "sojourn_mean"), 0.25);
    }
}

#[test]
fn the_case_of_epoch_milliseconds_is_read() {
    let case =
        |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)).unwrap();
    let ended = run(&case("epoch-ms.toml").replace("epoch-ms.csv", "jobs.csv"), &case("epoch-ms.csv"));
    assert_eq!((ended.code, ended.metric("all", "all", "created")), (0, 2.0), "{}", ended.said);
    let late = run(&case("after-horizon.toml").replace("after-horizon.csv", "jobs.csv"), &case("after-horizon.csv"));
    assert_eq!(late.code, 0);
    assert_eq!(late.account(), "`jobs.csv` has 3 rows: 1 used, 2 left out: 2 at or after the end of the run");
    let without = case("after-horizon.toml").replace("after-horizon.csv", "jobs.csv").replace("horizon = \"1h\"", "");
    let whole = run(&without, &case("after-horizon.csv"));
    assert_eq!((whole.metric("all", "all", "finished"), whole.account().as_str()), (3.0, ""));
    let empty = run(&case("trace-empty-cell.toml").replace("missing.csv", "jobs.csv"), &case("missing.csv"));
    assert_eq!(empty.code, 2);
    assert!(
        empty.said.contains("row 3, column `s`: empty") && empty.said.contains("--> jobs.csv:3:4"),
        "{}",
        empty.said
    );
    assert!(empty.said.contains("1 problem") && !empty.said.contains("is missing"), "{}", empty.said);
}

#[test]
fn other_signs_between_cells_and_in_numbers_are_understood() {
    for (keys, text) in [
        ("", "t;s\n0,5;2,25\n1,5;0,75\n"),
        ("", "t\ts\n0.5\t2.25\n1.5\t0.75\n"),
        (", delimiter = \";\", decimal = \",\"", "t;s\n0,5;2,25\n1,5;0,75\n"),
        (", delimiter = \"tab\", comment = \"%\"", "t\ts\n%no row\n0.5\t2.25\n1.5\t0.75\n"),
        ("", "t,s\n\"0,5\",\"2,25\"\n\"1,5\",\"0,75\"\n"),
    ] {
        let ended = run(&world("", &format!("{COLUMNS}{keys}")), text);
        assert_eq!(ended.code, 0, "{text}{}", ended.said);
        assert_near(ended.metric("all", "all", "sojourn_mean"), 1.5);
    }
}

#[test]
fn services_may_lie_between_two_times() {
    let keys = "arrival = \"t\", started = \"from\", finished = \"to\"";
    let ended = run(
        &world(START, keys),
        "t,from,to\n2026-03-02 00:00:00,2026-03-02 00:00:05,2026-03-02 00:00:07\n1772409601,1772409603,1772409604\n",
    );
    assert_near(ended.metric("all", "all", "sojourn_mean"), 1.5);
    let wrong = run(&world("", keys), "t,from,to\n1,5,7\n2,9,8\n");
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.said.contains("row 3, column `to`: `8` is before `9`") && wrong.said.contains("--> jobs.csv:3:5"),
        "{}",
        wrong.said
    );
    for (keys, problem) in [
        ("arrival = \"t\", finished = \"to\"", "`finished` without `started`"),
        ("arrival = \"t\", started = \"from\"", "`started` without `finished`"),
        ("arrival = \"t\", service = \"t\", started = \"from\", finished = \"to\"", "`finished` beside `service`"),
    ] {
        let wrong = run(&world("", keys), "t,from,to\n1,5,7\n");
        assert!(wrong.code == 2 && wrong.said.contains(problem) && wrong.said.contains("1 problem"), "{}", wrong.said);
    }
}

#[test]
fn a_trace_without_jobs_is_an_error() {
    for (settings, keys, rows, problem) in [
        (
            START,
            "",
            "1672409600,1\n",
            "no row of `jobs.csv` makes a job: its only row of this class lies before the start",
        ),
        ("horizon = \"1h\"", "", "3600,1\n7200,1\n", "makes a job: 2 rows of this class lie at or after its end"),
        ("", "", "1772409600,1\n", "row 2, column `t`: `1772409600` seems to count from 1970"),
        ("", "", "", "no row of `jobs.csv` is of this class"),
        ("", ", class = \"s\"", "1,b\n2,aa\n", "no row of `jobs.csv` is of this class"),
    ] {
        let ended = run(&world(settings, &format!("{COLUMNS}{keys}")), &format!("t,s\n{rows}"));
        assert_eq!(ended.code, 2, "{}", ended.said);
        assert!(ended.said.contains(problem), "{}", ended.said);
        assert!(ended.said.contains("1 problem in"), "a fault of a trace reports itself alone: {}", ended.said);
    }
}

/// Two classes read the file, and the fault is in rows of both or of one.
#[test]
fn a_fault_is_told_once_with_the_caret_at_its_cell() {
    let both = "[run]\n[jobs.a]\narrivals.trace = { file = \"jobs.csv\", arrival = \"t\", service = \"s\" }\n[jobs.b]\narrivals.trace = { file = \"jobs.csv\", arrival = \"t\", service = \"s\" }\n[pools.w]\nsize = 1\n";
    let ended = run(both, "t,note,s\n1,\"x, \"\"y\"\"\", 2\n2,\"x,5\",5x\n");
    assert_eq!(ended.code, 2);
    assert!(ended.said.contains("row 3, column `s`: `5x` is not a number"), "{}", ended.said);
    assert!(ended.said.contains("--> jobs.csv:3:9") && ended.said.contains("1 problem in"), "{}", ended.said);
}

/// Below 1 jobs are thinned, above 1 copied; what is kept under little load is kept under more.
#[test]
fn the_load_of_a_trace_thins_and_copies() {
    let rows: String = (0..2_000).map(|i| format!("{},0.5\n", i * 40)).collect();
    for load in [0.25, 0.8, 1.0, 1.2, 2.5] {
        let ended = run(&world("", &format!("{COLUMNS}, load = {load}")), &format!("t,s\n{rows}"));
        let found = ended.metric("all", "all", "created");
        // Two replications: four standard deviations of the mean of binomial numbers.
        let part = load - f64::floor(load);
        let allowed = 4.0 * (2_000.0 * part * (1.0 - part) / 2.0).sqrt();
        assert!((found - 2_000.0 * load).abs() <= allowed, "{load}: {found}");
        assert_eq!(ended.account().contains("is assumed"), load != 1.0, "{}", ended.said);
    }
    let wrong = run(&world("", &format!("{COLUMNS}, load = 0")), "t,s\n1,1\n");
    assert!(wrong.code == 2 && wrong.said.contains("`load` is zero"), "{}", wrong.said);
}

#[test]
fn what_is_read_must_be_a_regular_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("jobs.csv")).unwrap();
    fs::write(folder.path().join("world.toml"), world("", COLUMNS)).unwrap();
    let (code, said) = command(folder.path(), &["run", "world.toml", "--quiet"]);
    assert!(code == 2 && said.contains("it is not a regular file"), "{said}");
}

/// The numbers of rows by what is said of them.
fn counts(account: &str) -> BTreeMap<String, u64> {
    let number =
        |text: &str| text.split_whitespace().take_while(|word| word.parse::<u64>().is_ok()).collect::<String>();
    let account = account.split(';').next().unwrap();
    let (head, rest) = account.split_once(": ").unwrap();
    let read = head.split_once(" has ").unwrap().1;
    let mut counts = BTreeMap::from([("read".to_owned(), number(read).parse().unwrap())]);
    for part in rest.split([',', ':']).map(str::trim) {
        let count = number(part);
        let words: Vec<&str> = part.split_whitespace().skip_while(|word| word.parse::<u64>().is_ok()).collect();
        if words.join(" ") != "left out" && !count.is_empty() {
            *counts.entry(words.join(" ")).or_default() += count.parse::<u64>().unwrap();
        } else if count.is_empty() {
            // The end of "of class `b`, which no job class reads".
            assert_eq!(words.join(" "), "which no job class reads", "{account}");
        }
    }
    counts
}

#[test]
fn every_row_of_a_random_trace_is_used_or_named() {
    for seed in 0..60 {
        let random = recorded::Random::new(seed);
        let file = recorded::File::random(random);
        let ended = run(&file.scenario(), &file.text());
        let expected = file.fates();
        if expected.get("used").is_none_or(|used| *used == 0) || file.starves() {
            assert_eq!(ended.code, 2, "{seed}: {}\n{}", file.scenario(), ended.said);
            continue;
        }
        assert_eq!(ended.code, 0, "{seed}: {}\n{}\n{}", file.scenario(), file.text(), ended.said);
        assert_eq!(ended.metric("all", "all", "created"), expected["used"] as f64, "{seed}: {}", file.text());
        let account = ended.account();
        if account.is_empty() {
            assert_eq!(expected.len(), 2, "{seed}: {expected:?}");
        } else {
            assert_eq!(counts(&account), expected, "{seed}: {account}\n{}\n{}", file.scenario(), file.text());
        }
    }
}

/// Against a program of its own: one file with two classes, many of whose jobs come at the same time, served by priority.
#[test]
fn classes_of_one_file_keep_its_order() {
    for seed in 0..3 {
        let jobs = recorded::two_classes(&mut recorded::Random::new(100 + seed));
        let text: String = jobs.iter().map(|job| format!("{},{},{}\n", job.at, job.service, job.class)).collect();
        let class = |name: &str, priority: u32| {
            format!(
                "[jobs.{name}]\npriority = {priority}\narrivals.trace = {{ file = \"jobs.csv\", arrival = \"t\", service = \"s\", class = \"k\" }}\n"
            )
        };
        let (urgent, patient) = (class("urgent", 0), class("patient", 1));
        let rest = "[run]\nreplications = 1\nhorizon = \"30d\"\n[pools.w]\nsize = 3\ntake.priority = [\"default\"]\n";
        let expected = recorded::replay(&jobs, 3);
        for scenario in [format!("{rest}{urgent}{patient}"), format!("{rest}{patient}{urgent}")] {
            let ended = run(&scenario, &format!("t,s,k\n{text}"));
            assert_eq!(ended.code, 0, "{}", ended.said);
            for (name, waits) in &expected {
                let mean = waits.iter().sum::<f64>() / waits.len() as f64;
                assert_near(ended.metric("class", name, "wait_mean"), mean);
                for (metric, share) in [("wait_p50", 0.5), ("wait_p95", 0.95), ("wait_p99", 0.99)] {
                    let exact = waits[((share * waits.len() as f64).ceil() as usize).max(1) - 1];
                    let found = ended.metric("class", name, metric);
                    // Percentiles come from sketches with a stated relative error.
                    assert!((found - exact).abs() <= 0.02 * exact + 1e-9, "{seed} {name} {metric}: {found}, {exact}");
                }
            }
        }
    }
}
