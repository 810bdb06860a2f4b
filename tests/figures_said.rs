//! What the command says and draws of discrete waits, of bad hours, of cost and of counts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)
}

/// What a command that must end with this code prints, in one line.
fn said(folder: &TempDir, code: i32, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Runs a scenario; the folder of its outputs.
fn run(folder: &TempDir, name: &str, scenario: &str, more: &[&str]) -> PathBuf {
    fs::write(folder.path().join(name).with_extension("toml"), scenario).unwrap();
    let file = format!("{name}.toml");
    let arguments: Vec<&str> =
        ["run", &file, "--quiet", "--format", "svg"].into_iter().chain(more.iter().copied()).collect();
    said(folder, 0, &arguments);
    folder.path().join("outputs").join(name)
}

/// The pairs of the distribution of the only class in the report, and the words and lines of the picture.
fn distribution(outputs: &Path) -> (Vec<(f64, f64)>, String) {
    let page = fs::read_to_string(outputs.join("report.html")).unwrap();
    let tails = &page[page.find("\"tails\":[{").unwrap()..];
    let points = &tails[tails.find("\"points\":").unwrap() + 9..];
    let points = &points[..points.find("]]").unwrap() + 2];
    let svg = fs::read_to_string(outputs.join("distribution.svg")).unwrap();
    (serde_json::from_str(points).unwrap(), svg.replace('\u{a0}', " "))
}

/// Jobs of `service` that come `size` at a time to one worker.
fn batches(size: u32, every: &str, service: &str) -> String {
    format!(
        "[run]\nhorizon = \"2h\"\nreplications = 3\n[jobs.mail]\narrivals.batches = {{ size = {size}, every = \"{every}\" }}\n\
         service_time.constant = \"{service}\"\n[pools.w]\nsize = 1\n"
    )
}

#[test]
fn discrete_waits_are_steps_down_to_none() {
    let folder = TempDir::new().unwrap();
    let half = fs::read_to_string(case("discrete-waits.toml")).unwrap();
    let (points, svg) = distribution(&run(&folder, "half", &half, &[]));
    assert_eq!(points, [(0.0, 0.5), (10.0, 0.5), (10.0, 0.0)]);
    assert!(svg.contains("50 % of mail wait longer than 0, none longer than 10 s in the base case"), "{svg}");

    let (points, svg) = distribution(&run(&folder, "quarters", &batches(4, "1m", "2s"), &[]));
    let steps = [(0.0, 0.75), (2.0, 0.75), (2.0, 0.5), (4.0, 0.5), (4.0, 0.25), (6.0, 0.25), (6.0, 0.0)];
    assert_eq!(points, steps);
    assert!(svg.contains("25 % of mail wait longer than 4 s, none longer than 6 s"), "{svg}");
    // Every stroke of the curve is level or upright.
    let curve = svg.lines().find(|line| line.contains("polyline") || line.contains("<path")).map(str::to_owned);
    assert!(curve.is_some(), "{svg}");

    let (points, _) = distribution(&run(&folder, "fine", &batches(3, "20s", "137ms"), &[]));
    assert_eq!(points.iter().map(|point| point.0).collect::<Vec<_>>(), [0.0, 0.137, 0.137, 0.274, 0.274]);
    let (points, _) = distribution(&run(&folder, "long", &batches(3, "1h", "7m"), &[]));
    assert_eq!(points.iter().map(|point| point.0).collect::<Vec<_>>(), [0.0, 420.0, 420.0, 840.0, 840.0]);
}

#[test]
fn waits_that_are_all_the_same_are_said_so() {
    let folder = TempDir::new().unwrap();
    // The dispatcher holds every job for the same 7.3 s.
    let same = "[run]\nhorizon = \"1h\"\nreplications = 3\n[jobs.block]\nqueue = \"a\"\narrivals.periodic = { every = \"1m\" }\n\
                service_time.constant = \"7.3s\"\n[jobs.mail]\nqueue = \"b\"\narrivals.periodic = { every = \"1m\" }\n\
                service_time.constant = \"1s\"\n[pools.w]\nsize = 1\ntake.strict = [\"a\", \"b\"]\n";
    let outputs = run(&folder, "same", same, &[]);
    let svg = fs::read_to_string(outputs.join("distribution.svg")).unwrap().replace('\u{a0}', " ");
    assert!(svg.contains("Every job of mail waits 7.3 s in the base case"), "{svg}");
    let idle = run(&folder, "idle", &batches(1, "1m", "2s"), &[]);
    let svg = fs::read_to_string(idle.join("distribution.svg")).unwrap();
    assert!(svg.contains("No job of mail waits in the base case"), "{svg}");
}

#[test]
fn a_met_objective_with_a_bad_hour_says_so() {
    let folder = TempDir::new().unwrap();
    let file = case("overload-by-hour.toml");
    let text = said(&folder, 0, &["run", file.to_str().unwrap(), "--quiet", "--replications", "5"]);
    // By hand: 25 200 jobs wait at 10:00, three a second fewer from then on, 240 of them at 12:18:40; the days differ by a few minutes.
    let told = "`p95(wait) < 30s` of task is met over the week; Monday 09:00 to 12:";
    let minute = text.split(told).nth(1).and_then(|rest| rest[..2].parse::<u32>().ok());
    assert!(minute.is_some_and(|minute| (15..=27).contains(&minute)), "{text}");
    assert!(text.contains(" is not (p95 wait up to "), "{text}");
}

#[test]
fn bad_hours_are_told_to_the_minute_whatever_the_step() {
    let folder = TempDir::new().unwrap();
    // Twenty jobs at 09:07, 30 s each and one worker: the last of them waits until 09:16:30, those of each minute after it less and less.
    let world = "[run]\nstart = 2026-03-02T00:00:00Z\nhorizon = \"1d\"\nreplications = 3\n[jobs.a]\narrivals.periodic.every = \"1m\"\n\
                 service_time.constant = \"1s\"\nobjectives = [\"mean(wait) < 1m\", \"share(wait <= 30s) >= 95%\"]\n\
                 [jobs.b]\narrivals.burst = { jobs = 20, from = \"9h6m30s\", over = \"1s\" }\nservice_time.constant = \"57s\"\n[pools.w]\nsize = 1\n";
    let path = folder.path().join("world.toml");
    fs::write(&path, world).unwrap();
    let mut found = Vec::new();
    for step in ["15m", "1h"] {
        let step = format!("run.curve_step=\"{step}\"");
        let text = said(&folder, 0, &["run", path.to_str().unwrap(), "--quiet", "--set", &step]);
        let told = text.split("is met over the day; ").nth(1).and_then(|rest| rest.split(" is not").next());
        found.push(told.unwrap_or_else(|| panic!("{text}")).to_owned());
    }
    assert_eq!(found[0], found[1]);
    assert!(found[0].starts_with("09:07 to 09:2"), "{found:?}");
}

#[test]
fn an_objective_without_a_bad_hour_says_nothing_of_one() {
    let folder = TempDir::new().unwrap();
    let file = case("overload-by-hour.toml");
    let arguments = ["run", file.to_str().unwrap(), "--quiet", "--replications", "2", "--set", "pools.workers.size=20"];
    assert!(!said(&folder, 0, &arguments).contains("met over"));
}

#[test]
fn load_is_judged_by_pool_and_hour() {
    let folder = TempDir::new().unwrap();
    let explained = |file: &Path| said(&folder, 0, &["explain", file.to_str().unwrap()]);
    let text = explained(&case("overload-by-hour.toml"));
    assert!(
        text.contains("`workers`: offered load is 63 % of capacity on average, but 188 % from Mon 02 09:00 to 10:00:"),
        "{text}"
    );
    assert!(!text.contains("stable"), "{text}");

    let day = |more: &str| {
        let text = format!(
            "[run]\nstart = 2026-03-02T00:00:00Z\nhorizon = \"3d\"\n[jobs.a]\narrivals.poisson.rate = \"6/s\"\n\
             service_time.constant = \"1s\"\n{more}"
        );
        let path = folder.path().join("day.toml");
        fs::write(&path, text).unwrap();
        explained(&path)
    };
    let calendar = day("[pools.w]\ncalendar = { \"00:00\" = 10, \"02:30\" = 5, \"03:00\" = 10 }\n");
    for when in
        ["120 % from Mon 02 02:30 to 03:00", "120 % from Tue 03 02:30 to 03:00", "120 % from Wed 04 02:30 to 03:00"]
    {
        assert!(calendar.contains(when), "{when} in {calendar}");
    }
    let event = day(
        "[pools.w]\nsize = 10\n[events.slow]\nat = \"2026-03-03T09:20:00Z\"\nuntil = \"2026-03-03T10:00:00Z\"\nscale = { jobs.a.service_time = 2 }\n",
    );
    assert!(event.contains("but 120 % from Tue 03 09:20 to 10:00"), "{event}");
    let burst = day(
        "[jobs.b]\narrivals.burst = { jobs = 36000, from = \"9h15m\", over = \"30m\" }\nservice_time.constant = \"1s\"\n[pools.w]\nsize = 10\n",
    );
    assert!(burst.contains("but 260 % from Mon 02 09:15 to 09:45"), "{burst}");
    let closed = day("[pools.w]\nsize = 10\noutages = [{ from = \"5h\", to = \"6h\" }]\n");
    assert!(closed.contains("without workers from Mon 02 05:00 to 06:00"), "{closed}");
}

#[test]
fn cost_says_of_what_time_it_is() {
    let folder = TempDir::new().unwrap();
    let file = case("cost-units.toml");
    let text = said(&folder, 0, &["run", file.to_str().unwrap(), "--quiet"]);
    assert!(text.contains("in 5 h 30 min in 5 h 30 min"), "worker-hours and cost: {text}");
    let text = said(&folder, 0, &["size", file.to_str().unwrap(), "--quiet"]);
    assert!(text.contains("cost") && text.contains("per hour"), "{text}");
}

/// One class at one pool or two, swept.
fn swept(sweep: &str) -> String {
    format!(
        "[run]\nhorizon = \"4h\"\nreplications = 10\nwarmup = \"30m\"\n[jobs.a]\narrivals.poisson.rate = \"1/s\"\n\
         service_time.exponential.mean = \"5s\"\nobjectives = [\"mean(wait) <= 1s\"]\n[pools.w]\nsize = 8\ncost = \"1/h\"\n[sweep]\n{sweep}"
    )
}

#[test]
fn a_sweep_names_its_open_points_and_counts_its_good_ones() {
    let folder = TempDir::new().unwrap();
    // Erlang C: 1.11 s with 8 workers (half a second off the bound is far), 0.39 s with 9, and 3.2 s with 7.
    let one = swept("\"pools.w.size\" = [7, 8, 9]\n");
    fs::write(folder.path().join("one.toml"), one.replace("<= 1s", "<= 0.56s")).unwrap();
    let text = said(&folder, 0, &["run", "one.toml", "--quiet", "--replications", "2"]);
    assert!(text.contains("is undecided") || text.contains("are undecided"), "{text}");
    assert!(!text.contains("only at"), "{text}");

    fs::write(folder.path().join("two.toml"), swept("\"pools.w.size\" = [6, 9, 10]\n\"jobs.a.slowdown\" = [1, 2]\n"))
        .unwrap();
    let text = said(&folder, 0, &["run", "two.toml", "--quiet"]);
    let best = "2 of the 6 swept points meet every objective; the cheapest is `pools.w.size` = 9, `jobs.a.slowdown` = 1, at a cost of 31.50 for the run";
    assert!(text.contains(best), "{text}");
}
