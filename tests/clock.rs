//! Days, clock times, cron lines and clock changes through the command: what a file says by the clock happens by the clock.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// Figures by scope, name and metric, such as `pool w worker_hours`.
type Figures = BTreeMap<String, f64>;

fn command(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tailback")).current_dir(folder).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
}

/// Runs a scenario; returns the file of this name in its folder.
fn file(scenario: &str, name: &str) -> String {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let (code, text) = command(folder.path(), &["run", "s.toml", "--quiet", "--out", "o"]);
    assert_eq!(code, Some(0), "{scenario}\n{text}");
    fs::read_to_string(folder.path().join("o/s").join(name)).unwrap()
}

fn figures(scenario: &str) -> Figures {
    let text = file(scenario, "metrics.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let headers = rows.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (mean, keys) = (column("mean"), ["scope", "name", "metric"].map(column));
    let rows = rows.records().map(Result::unwrap);
    rows.filter_map(|row| Some((keys.map(|key| row[key].to_owned()).join(" "), row[mean].parse().ok()?))).collect()
}

/// What the command says of a scenario that it refuses.
fn refused(scenario: &str) -> String {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("s.toml"), scenario).unwrap();
    let (code, text) = command(folder.path(), &["run", "s.toml", "--quiet", "--out", "o"]);
    assert_eq!(code, Some(2), "{scenario}\n{text}");
    text
}

/// A run from a local time on for so many hours.
fn run(zone: &str, start: &str, horizon: &str) -> String {
    format!(
        "[run]\nstart = \"{start}\"\ntime_zone = \"{zone}\"\nhorizon = \"{horizon}\"\nreplications = 1\ncurve_step = \"10m\"\n"
    )
}

/// One short job whenever `arrivals` say, on workers as `pool` says.
fn world(run: &str, arrivals: &str, pool: &str) -> String {
    format!("{run}[jobs.a]\narrivals.{arrivals}\nservice_time.constant = \"10m\"\n[pools.w]\n{pool}\n")
}

/// The clock at the start of each step of ten minutes in which a worker begins to be busy.
fn starts(scenario: &str) -> Vec<String> {
    let text = file(scenario, "curves.csv");
    let rows = text.lines().filter(|line| line.contains(",pool,w,busy,"));
    let busy: Vec<(&str, bool)> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            (cells[1], cells[6].parse::<f64>().unwrap() > 0.0)
        })
        .collect();
    busy.iter().filter(|(_, busy)| *busy).map(|(clock, _)| (*clock).to_owned()).collect()
}

/// The worker-hours of a pool with this calendar.
fn worker_hours(run: &str, calendar: &str) -> f64 {
    let pool = format!("calendar = {calendar}");
    figures(&world(run, "batches = { size = 1, at = \"0s\" }", &pool))["pool w worker_hours"]
}

/// The changes of clocks of three days around them: the zone, the start, and how many hours the day has.
const CHANGES: [(&str, &str, f64); 6] = [
    ("Europe/Berlin", "2026-03-28T00:00:00", 23.0),
    ("Europe/Berlin", "2026-10-24T00:00:00", 25.0),
    ("America/New_York", "2026-03-07T00:00:00", 23.0),
    ("Australia/Sydney", "2026-04-04T00:00:00", 25.0),
    ("Australia/Lord_Howe", "2026-10-03T00:00:00", 23.5),
    ("Australia/Lord_Howe", "2026-04-04T00:00:00", 24.5),
];

#[test]
fn the_cases_have_their_right_values() {
    let case = |name: &str| fs::read_to_string(format!("tests/cases/{name}.toml")).unwrap();
    assert_eq!(figures(&case("day-range"))["pool w worker_hours"], 736.0);
    assert_eq!(figures(&case("daylight-saving"))["all all wait_max"], 1.0);
    let text = refused(&case("day-typo"));
    for part in ["s.toml:7:", "s.toml:12:", "did you mean `mon`?", "did you mean `saturday`?"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(text.contains("4 problems"), "{text}");
}

#[test]
fn days_are_ranges_lists_and_words_in_any_case() {
    let week = run("UTC", "2026-03-02T00:00:00", "7d");
    for days in ["mon-fri", "Mon-Fri", "MON - FRI", "weekdays", "Weekdays", "mon,tue,wed,thu,fri", "Monday-friday"] {
        let calendar = format!("{{ \"{days} 08:00\" = 10, \"{days} 18:00\" = 2 }}");
        assert_eq!(worker_hours(&week, &calendar), 736.0, "{days}");
    }
    for days in ["sat,sun", "Sat-Sun", "weekend", "sunday, saturday"] {
        let calendar = format!("{{ \"{days} 08:00\" = 10, \"{days} 18:00\" = 2 }}");
        assert_eq!(worker_hours(&week, &calendar), 2.0 * 168.0 + 8.0 * 20.0, "{days}");
    }
    assert_eq!(worker_hours(&week, "{ \"sat-mon 00:00\" = 1, \"tue 00:00\" = 0 }"), 72.0);
}

#[test]
fn what_is_no_day_or_time_is_refused() {
    let week = run("UTC", "2026-03-02T00:00:00", "7d");
    let refuse = |key: &str| {
        let pool = format!("calendar = {{ \"{key}\" = 1 }}");
        refused(&world(&week, "poisson = { rate = \"1/h\" }", &pool))
    };
    for (key, word) in [("mon-fry 08:00", "fri"), ("weekday 08:00", "weekdays"), ("wednsday 08:00", "wednesday")] {
        let text = refuse(key);
        assert!(text.contains(&format!("did you mean `{word}`?")) && text.contains("s.toml:11:"), "{text}");
    }
    for key in ["mon tue 08:00", "mon- 08:00", "8", "mon", "25:00", "mon 24:30", "montag 08:00"] {
        refuse(key);
    }
    assert!(refuse("exept").contains("did you mean `except`?"));
}

#[test]
fn a_daily_calendar_follows_the_clock_over_every_change() {
    for (zone, start, hours) in CHANGES {
        let three = run(zone, start, "72h");
        let daily = worker_hours(&three, "{ \"10:00\" = 50, \"11:00\" = 0 }");
        assert_eq!(daily, 150.0, "{zone} {start}");
        // The part of the day from midnight to 05:00 has the change in it.
        let night = worker_hours(&three, "{ \"00:00\" = 1, \"05:00\" = 0 }");
        let after = (24.0 - hours).max(0.0);
        assert_eq!(night, 15.0 - (24.0 - hours) + after, "{zone} {start}: 72 elapsed hours reach into the next night");
    }
}

#[test]
fn a_job_by_the_day_meets_the_workers_of_its_hour_and_a_job_by_24_hours_does_not() {
    for (zone, start, _) in CHANGES {
        let wait = |arrivals: &str| {
            let pool = "calendar = { \"10:00\" = 1, \"10:20\" = 0 }";
            figures(&world(&run(zone, start, "71h"), arrivals, pool))["all all wait_max"]
        };
        for by_the_clock in [
            "periodic = { every = \"1 day\", first = \"10:00\" }",
            "batches = { size = 1, every = \"1d\", first = \"10:00\" }",
            "periodic = { cron = \"0 10 * * *\" }",
            "batches = { size = 1, cron = \"0 10 * * *\" }",
        ] {
            assert_eq!(wait(by_the_clock), 0.0, "{zone} {start} {by_the_clock}");
        }
        assert!(wait("periodic = { every = \"24h\", first = \"10:00\" }") > 0.0, "{zone} {start}");
    }
}

#[test]
fn a_profile_applies_a_repeated_hour_twice_and_skips_a_missing_one() {
    let jobs = |zone: &str, start: &str, horizon: &str, hours: &str| {
        let profile = format!("[profiles.p]\nsteps = {{ \"{hours}\" = 1.0, otherwise = 0.0 }}\n");
        let arrivals = "poisson = { rate = \"36000/h\", profile = \"p\" }";
        let text = world(&run(zone, start, horizon), arrivals, "size = 1") + &profile;
        figures(&text.replace("10m\"\n[pools", "1ms\"\n[pools"))["all all created"] / 36_000.0
    };
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 0.05, "{found} instead of {expected}");
    near(jobs("Europe/Berlin", "2026-10-25T00:00:00", "25h", "02:00 to 03:00"), 2.0);
    near(jobs("Europe/Berlin", "2026-03-29T00:00:00", "23h", "02:00 to 03:00"), 0.0);
    near(jobs("Europe/Berlin", "2026-03-28T00:00:00", "24h", "02:00 to 03:00"), 1.0);
    near(jobs("Australia/Lord_Howe", "2026-04-05T00:00:00", "24h", "01:00 to 02:00"), 1.5);
    near(jobs("Australia/Lord_Howe", "2026-10-04T00:00:00", "23h", "02:00 to 03:00"), 0.5);
    near(jobs("America/New_York", "2026-11-01T00:00:00", "25h", "22:00 to 02:00"), 5.0);
}

#[test]
fn cron_lines_act_at_the_change_when_clocks_skip_them_and_once_or_twice_when_clocks_repeat_them() {
    let at = |zone: &str, start: &str, cron: &str| {
        let arrivals = format!("periodic = {{ {cron} }}");
        let all = starts(&world(&run(zone, start, "72h"), &arrivals, "size = 3"));
        all.iter().map(|clock| clock[8..22].to_owned()).collect::<Vec<_>>()
    };
    let berlin = |month: &str, cron: &str| at("Europe/Berlin", &format!("2026-{month}T00:00:00"), cron);
    // A step is named by its end.
    let line = "cron = \"30 2 * * *\"";
    assert_eq!(berlin("03-28", line), ["28T02:40:00+01", "29T03:10:00+02", "30T02:40:00+02"]);
    assert_eq!(berlin("10-24", line), ["24T02:40:00+02", "25T02:40:00+02", "26T02:40:00+01"]);
    let twice = "cron = \"30 2 * * *\", repeated = \"twice\"";
    assert_eq!(berlin("10-24", twice), ["24T02:40:00+02", "25T02:40:00+02", "25T02:40:00+01", "26T02:40:00+01"]);
    let lord_howe = at("Australia/Lord_Howe", "2026-10-03T00:00:00", "cron = \"10 2 * * *\"");
    assert_eq!(lord_howe, ["03T02:20:00+10", "04T02:40:00+11", "05T02:20:00+11"]);
    // Wednesday to Friday, at stated hours.
    assert_eq!(berlin("03-02", "cron = \"0 9,17 * * 3\""), ["04T09:10:00+01", "04T17:10:00+01"]);
}

#[test]
fn cron_lines_are_checked() {
    let refuse = |cron: &str| {
        refused(&world(&run("UTC", "2026-03-02T00:00:00", "7d"), &format!("periodic = {{ {cron} }}"), "size = 1"))
    };
    for (cron, part) in [
        ("cron = \"0 25 * * *\"", "`25` is no hour"),
        ("cron = \"0 9 * * mon-fry\"", "no day of the week"),
        ("cron = \"0 9 * *\"", "has 4 fields"),
        ("cron = \"0 0 9 * * *\"", "has 6 fields"),
        ("cron = \"0 9 1 1 *\"", "never happens in the run"),
        ("cron = \"0 9 * * *\", every = \"1h\"", "`every` beside `cron`"),
        ("every = \"1h\", repeated = \"once\"", "`repeated` without `cron`"),
        ("cron = \"0 9 * * *\", repeated = \"thrice\"", "`repeated` cannot be `thrice`"),
    ] {
        let text = refuse(cron);
        assert!(text.contains(part) && text.contains("1 problem in"), "{cron}: {text}");
    }
    let undated = "[run]\nhorizon = \"7d\"\nreplications = 1\n";
    let undated = |cron: &str| world(undated, &format!("periodic = {{ cron = \"{cron}\" }}"), "size = 1");
    assert!(refused(&undated("0 9 1 * *")).contains("depends on the date"));
    assert_eq!(figures(&undated("0 9 * * 1-5"))["all all created"], 5.0);
    assert_eq!(figures(&undated("@daily"))["all all created"], 7.0);
}

#[test]
fn restarts_events_and_calendars_follow_cron_lines() {
    let week = run("Europe/Berlin", "2026-03-23T00:00:00", "7d");
    let hours = |pool: &str, rest: &str| {
        let all = figures(&(world(&week, "batches = { size = 1, at = \"0s\" }", pool) + rest));
        ["down_hours", "worker_hours"].map(|name| all.get(&format!("pool w {name}")).copied())
    };
    let restart = "size = 2\nrestart = { cron = \"0 3 * * mon-fri\", takes = \"30m\" }";
    assert_eq!(hours(restart, "")[0], Some(5.0));
    let event = "[events.more]\ncron = \"0 9 * * mon-fri\"\nlasts = \"8h\"\nset.pools.w.size = 3\n";
    assert_eq!(hours("size = 1", event)[1], Some(168.0 + 5.0 * 8.0 * 2.0));
    let calendar = "calendar = { \"0 9 * * mon-fri\" = 3, \"0 17 * * mon-fri\" = 1 }";
    assert_eq!(hours(calendar, "")[1], Some(168.0 + 5.0 * 8.0 * 2.0));
    let nested = "calendar.cron = { \"0 9 * * mon-fri\" = 3, \"0 17 * * mon-fri\" = 1 }";
    assert_eq!(hours(nested, "")[1], Some(168.0 + 5.0 * 8.0 * 2.0));
    let dispatcher = "[dispatchers.d]\nrestart = { cron = \"0 3 * * *\", takes = \"1h\" }\n";
    let text = world(&week, "periodic = { cron = \"30 3 * * *\" }", "size = 1") + dispatcher;
    let text = text.replace("[jobs.a]", "[jobs.a]\nvia = \"d\"");
    assert_eq!(figures(&text)["all all wait_max"], 1_800.0);
    let open = "[events.more]\ncron = \"0 9 * * mon-fri\"\nscale.pools.w.size = 3\n";
    assert!(
        refused(&(world(&week, "batches = { size = 1, at = \"0s\" }", "size = 1") + open)).contains("needs `lasts`")
    );
}

#[test]
fn holidays_are_exceptions_of_profiles_and_calendars() {
    let week = run("Europe/Berlin", "2026-12-21T00:00:00", "7d");
    let base = "\"mon-fri 08:00\" = 10, \"mon-fri 18:00\" = 2";
    let hours = |except: &str| worker_hours(&week, &format!("{{ {base}, except = {{ {except} }} }}"));
    assert_eq!(hours("2026-12-25 = 0"), 736.0 - 128.0, "Friday has 14 hours of 2 and 10 hours of 10");
    assert_eq!(hours("2026-12-25 = { \"08:00\" = 4, \"12:00\" = 2 }"), 736.0 - 128.0 + 48.0 + 8.0);
    assert_eq!(hours("\"2026-12-24 to 2026-12-25\" = 1"), 736.0 - 2.0 * 128.0 + 48.0);
    assert_eq!(hours("2027-12-25 = 0"), 736.0, "outside of the run");
    let profile = "[profiles.p]\nsteps = { \"00:00\" = 1.0 }\nexcept = { 2026-12-25 = 0, 2026-12-26 = { \"00:00\" = 0.0, \"12:00\" = 1.0 } }\n";
    let text = world(&week, "poisson = { rate = \"3600/h\", profile = \"p\" }", "size = 1") + profile;
    let days = figures(&text.replace("10m\"\n[pools", "1ms\"\n[pools"))["all all created"] / 86_400.0;
    assert!((days - 5.5).abs() < 0.03, "{days}");
    let refuse = |except: &str| {
        let pool = format!("calendar = {{ \"00:00\" = 1, except = {{ {except} }} }}");
        refused(&world(&week, "poisson = { rate = \"1/h\" }", &pool))
    };
    assert!(refuse("\"2026-12-32\" = 1").contains("is not a date"));
    assert!(refuse("\"25.12.2026\" = 1").contains("is not a date"));
    assert!(refuse("2026-12-25 = { \"mon 00:00\" = 1 }").contains("days of the week"));
    let undated = "[run]\nhorizon = \"7d\"\nreplications = 1\n";
    let pool = "calendar = { \"00:00\" = 1, except = { 2026-12-25 = 0 } }";
    assert!(refused(&world(undated, "poisson = { rate = \"1/h\" }", pool)).contains("needs `run.start`"));
}

#[test]
fn an_alternative_can_add_holidays_to_a_profile() {
    let week = run("UTC", "2026-12-21T00:00:00", "7d");
    let rest = "[profiles.p]\nsteps = { \"00:00\" = 1.0 }\n[alternatives.x]\nprofiles.p.except = { 2026-12-25 = 0 }\n[alternatives.y]\nprofiles.p.linear = { \"00:00\" = 1.0 }\n";
    let text = world(&week, "poisson = { rate = \"10/h\", profile = \"p\" }", "size = 5") + rest;
    file(&text, "metrics.csv");
}

#[test]
fn times_that_clocks_show_twice_or_never_are_refused_with_what_to_write() {
    let autumn = run("Europe/Berlin", "2026-10-25T00:00:00", "24h");
    let spring = run("Europe/Berlin", "2026-03-29T00:00:00", "23h");
    let burst = |run: &str, from: &str| {
        world(run, &format!("burst = {{ jobs = 1, from = {from}, over = \"0s\" }}"), "size = 1")
    };
    for from in ["2026-10-25T02:30:00", "\"02:30\"", "\"2026-10-25T02:30:00[Europe/Berlin]\""] {
        let text = refused(&burst(&autumn, from));
        assert!(text.contains("clocks show 02:30:00 twice on 2026-10-25"), "{text}");
        assert!(text.contains("2026-10-25T02:30:00+02:00") && text.contains("2026-10-25T02:30:00+01:00"), "{text}");
    }
    for from in ["2026-03-29T02:30:00", "\"02:30\""] {
        let text = refused(&burst(&spring, from));
        assert!(text.contains("clocks never show 02:30:00 on 2026-03-29"), "{text}");
    }
    for from in ["2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+02:00", "\"03:00\""] {
        file(&burst(&autumn, from), "metrics.csv");
    }
    let start = refused(&burst(&autumn.replace("T00:00:00", "T02:30:00"), "\"1h\""));
    assert!(start.contains("s.toml:2:") && start.contains("twice"), "{start}");
}

#[test]
fn hours_go_over_midnight_and_up_to_24() {
    let week = run("UTC", "2026-03-02T00:00:00", "7d");
    assert_eq!(worker_hours(&week, "{ \"22:00 to 06:00\" = 5, otherwise = 1 }"), 7.0 * (8.0 * 5.0 + 16.0));
    assert_eq!(worker_hours(&week, "{ \"22:00 to 06:00 mon-fri\" = 5, otherwise = 0 }"), 5.0 * 40.0);
    assert_eq!(
        worker_hours(&week, "{ \"sun 22:00 to 06:00\" = 5, otherwise = 0 }"),
        40.0,
        "from the Sunday before, and the last 2 h"
    );
    assert_eq!(worker_hours(&week, "{ \"08:00 to 24:00\" = 2, \"00:00 to 08:00\" = 1 }"), 7.0 * 40.0);
    assert_eq!(worker_hours(&week, "{ \"08:00\" = 2, \"24:00\" = 0 }"), 7.0 * 32.0);
    let refuse =
        |calendar: &str| refused(&world(&week, "poisson = { rate = \"1/h\" }", &format!("calendar = {calendar}")));
    assert!(refuse("{ \"22:00 to 06:00\" = 5 }").contains("does not say what holds at 6:00"));
    assert!(refuse("{ \"22:00 to 06:00\" = 5, \"05:00 to 22:00\" = 1 }").contains("overlap"));
    assert!(refuse("{ \"22:00 to 06:00\" = 5, \"06:00\" = 1 }").contains("mixes times and hours"));
    assert!(refuse("{ \"00:00 to 24:00\" = 5, otherwise = 1 }").contains("never holds"));
}

#[test]
fn the_hours_of_a_response_go_over_midnight_and_follow_the_clock() {
    let acted = |start: &str, hours: &str| {
        let rest = format!(
            "[alerts.deep]\nwhen = \"depth(default) > 1\"\n[responses.more]\non = \"deep\"\nhours = {hours}\nat_most = 1\nset.pools.w.size = 20\n"
        );
        let jobs = "batches = { size = 10, at = \"10m\" }";
        let text = world(&run("Europe/Berlin", start, "36h"), jobs, "size = 0\noutages = []") + &rest;
        figures(&text)["all all wait_max"] / 3_600.0 + 1.0 / 6.0
    };
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 0.03, "{found} instead of {expected}");
    near(acted("2026-06-01T12:00:00", "{ from = \"22:00\", to = \"06:00\" }"), 10.0);
    near(acted("2026-06-01T05:00:00", "{ from = \"22:00\", to = \"06:00\" }"), 0.2);
    near(acted("2026-06-01T12:00:00", "\"18:00 to 24:00\""), 6.0);
    near(acted("2026-06-07T12:00:00", "\"22:00 to 06:00 mon-fri\""), 34.0);
    near(acted("2026-06-06T03:00:00", "\"22:00 to 06:00 mon-fri\""), 0.2);
    near(acted("2026-03-29T00:00:00", "{ from = \"09:00\", to = \"17:00\" }"), 8.0);
    near(acted("2026-10-25T00:00:00", "{ from = \"09:00\", to = \"17:00\" }"), 10.0);
}

#[test]
fn a_calendar_beside_a_size_holds_from_the_start() {
    let base = "[run]\nhorizon = \"2h\"\nreplications = 1\n";
    let text = world(base, "batches = { size = 1, at = \"0s\" }", "size = 5")
        + "[alternatives.x]\npools.w.calendar = { \"00:00\" = 4 }\n";
    let metrics = file(&text, "metrics.csv");
    let hours: Vec<&str> = metrics.lines().filter(|line| line.contains("pool,w,worker_hours")).collect();
    assert!(hours[0].contains(",h,10,") && hours[1].contains(",h,8,"), "{hours:?}");
}

#[test]
fn started_hours_and_minutes_are_paid_as_a_whole() {
    let cost = |billing: &str| {
        let run = "[run]\nhorizon = \"150m\"\nreplications = 1\n";
        let pool =
            format!("cost = \"1/h\"\n{billing}\ncalendar = {{ \"00:00\" = 2, \"00:20\" = 4, \"00:40:30\" = 2 }}");
        figures(&world(run, "batches = { size = 1, at = \"0s\" }", &pool))["pool w cost"]
    };
    assert!((cost("") - (2.0 * 2.5 + 2.0 * 20.5 / 60.0)).abs() < 1e-9);
    assert_eq!(cost("billing = \"exact\""), cost(""));
    assert_eq!(cost("billing = \"started_hour\""), 2.0 * 3.0 + 2.0);
    assert!((cost("billing = \"started_minute\"") - (2.0 * 2.5 + 2.0 * 21.0 / 60.0)).abs() < 1e-12);
    let run = "[run]\nhorizon = \"1h\"\n";
    let refuse = |pool: &str| refused(&world(run, "poisson = { rate = \"1/h\" }", pool));
    assert!(refuse("size = 1\nbilling = \"exact\"").contains("`billing` without `cost`"));
    assert!(refuse("size = 1\ncost = \"1/h\"\nbilling = \"started_hours\"").contains("did you mean `started_hour`?"));
}

#[test]
fn a_join_can_come_whatever_became_of_its_parts() {
    let summaries = |join: &str| {
        let text = format!(
            "[run]\nhorizon = \"1h\"\nreplications = 1\n[jobs.order]\narrivals.batches = {{ size = 1, at = \"0s\" }}\n\
             service_time.constant = \"1s\"\nthen = [{{ class = \"part\", jobs = 3 }}]\njoin = {join}\n[jobs.part]\n\
             service_time.constant = \"1m\"\npatience = \"30s\"\n[jobs.summary]\nservice_time.constant = \"1s\"\n[pools.w]\nsize = 1\n"
        );
        let all = figures(&text);
        (all["class part finished"], all["class summary finished"])
    };
    assert_eq!(summaries("\"summary\""), (1.0, 0.0), "two of three users gave up");
    assert_eq!(summaries("{ class = \"summary\", when = \"finished\" }"), (1.0, 0.0));
    assert_eq!(summaries("{ class = \"summary\", when = \"ended\" }"), (1.0, 1.0));
}

#[test]
fn patience_is_a_duration_or_a_distribution() {
    let abandoned = |patience: &str| {
        let text = format!(
            "[run]\nhorizon = \"1h\"\nreplications = 1\n[jobs.a]\narrivals.batches = {{ size = 5, at = \"0s\" }}\n\
             service_time.constant = \"1m\"\npatience{patience}\n[pools.w]\nsize = 1\n"
        );
        figures(&text)["class a finished"]
    };
    assert_eq!(abandoned(" = \"90s\""), 2.0);
    assert_eq!(abandoned(".constant = \"90s\""), 2.0);
    let text = "[run]\nhorizon = \"1h\"\n[jobs.a]\narrivals.poisson = { rate = \"1/h\" }\nservice_time.constant = \"1m\"\npatience = 90\n[pools.w]\nsize = 1\n";
    assert!(refused(text).contains("bare number"));
}
