//! Names that hold dots, blanks, quotes and whatever else a key in quotes may hold, through the command.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A scenario in which everything has an odd name.
const ODD: &str = r#"
objectives = ['age("mail | queue") < 1s', "staged_age(\"it's \\\"new\\\"\") < 10m", 'max(backlog) < 5']
[run]
horizon = "20m"
replications = 2

[jobs."mail.v2"]
queue = "mail | queue"
via = "it's \"new\""
tenants = 3
arrivals.poisson = { rate = "40/min", profile = "day, *night*" }
service_time.exponential.mean = "4s"
objectives = ["p95(wait) < 10s"]
provider = "<b>api</b>"
then = ["[x](http://y)"]

[jobs."[x](http://y)"]
queue = "mail | queue"
service_time.constant = "1s"

[jobs."日本 café"]
queue = "all"
priority = 3
arrivals.poisson.rate = "20/min"
service_time.exponential.mean = "3s"

[dispatchers."it's \"new\""]
interval = "5s"
outages = [{ from = "5m", to = "8m" }]

[profiles."day, *night*"]
steps = { "00:00" = 1, "00:10" = 1.5 }

[providers."<b>api</b>"]
concurrent = 5

[pools."pool #1."]
size = 4
take.priority = ["mail | queue", "all"]

[alerts."old: (mail) < 5m"]
when = "age(\"mail | queue\") > 1m and in_flight('pool #1.') > 1"

[responses."scale _up_"]
on = "old: (mail) < 5m"
after = "1m"
scale = { pools."pool #1.".size = 2 }

[events."a.b; c"]
at = "10m"
set = { 'pools."pool #1.".size' = 3 }
scale = { jobs."mail.v2".service_time = 1.5 }
until = "15m"

[alternatives."more: *workers* | 8"]
pools."pool #1.".size = 8

[alternatives."../fast/mail"]
title = "Fast <mail>"
jobs."mail.v2".service_time.exponential.mean = "1s"

[sweep]
'jobs."mail.v2".tenants' = [1, 2]
pools."pool #1.".size = [4, 6]
where = ['jobs."mail.v2".tenants + 3 <= pools."pool #1.".size']
"#;

/// Odd names, and plain ones in their stead.
const PLAIN: [(&str, &str); 14] = [
    (r#"mail | queue"#, "q"),
    (r#""mail.v2""#, "m"),
    (r#"it's \\\"new\\\""#, "d"),
    (r#"it's \"new\""#, "d"),
    ("day, *night*", "p"),
    ("<b>api</b>", "a"),
    ("[x](http://y)", "x"),
    ("日本 café", "j"),
    ("\"pool #1.\"", "w"),
    ("pool #1.", "w"),
    ("old: (mail) < 5m", "o"),
    ("scale _up_", "s"),
    ("more: *workers* | 8", "more"),
    ("../fast/mail", "fast"),
];

fn tailback(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("tailback").unwrap().current_dir(folder).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    let both = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    both.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn folder(scenario: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("odd.toml"), scenario).unwrap();
    folder
}

/// Runs a scenario; the folder with its outputs in `odd`.
fn run(scenario: &str, more: &[&str]) -> TempDir {
    let folder = folder(scenario);
    let arguments = [&["run", "odd.toml", "--quiet", "--format", "svg", "--out", "."], more].concat();
    let output = tailback(folder.path(), &arguments);
    assert!(output.status.success(), "{}", text(&output));
    folder
}

fn output(folder: &TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join("odd").join(name)).unwrap()
}

/// The figures of each point by its place, without the names.
fn figures(folder: &TempDir) -> Vec<String> {
    let metrics = output(folder, "metrics.csv");
    let mut reader = csv::Reader::from_reader(metrics.as_bytes());
    let columns = reader.headers().unwrap().iter().position(|column| column == "scope").unwrap();
    let row = |row: csv::StringRecord| {
        let cells = row.iter().enumerate().filter(|(i, _)| *i == columns || *i > columns + 2);
        cells.map(|(_, cell)| cell.to_owned()).collect::<Vec<_>>().join(",")
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn plain(text: &str) -> String {
    PLAIN.iter().fold(text.to_owned(), |text, (odd, plain)| text.replace(odd, plain)).replace("\"a.b; c\"", "e")
}

#[test]
fn names_change_nothing_that_does_not_depend_on_names() {
    // Draws go by names, so that only what nobody draws can be equal: constants instead of distributions.
    let fixed = |text: &str| {
        text.replace(
            "arrivals.poisson = { rate = \"40/min\", profile",
            "arrivals.batches = { rate = \"40/min\", size = 1, profile",
        )
        .replace("arrivals.poisson.rate = \"20/min\"", "arrivals.periodic.every = \"3s\"")
        .replace(
            "arrivals.batches = { rate = \"40/min\", size = 1, profile = \"day, *night*\" }",
            "arrivals.periodic.every = \"1.5s\"",
        )
        .replace("[profiles.\"day, *night*\"]\nsteps = { \"00:00\" = 1, \"00:10\" = 1.5 }\n", "")
        .replace("exponential.mean", "constant")
        .replace("tenants' = [1, 2]", "priority' = [1, 2]")
        .replace("tenants + 3", "priority + 3")
        .replace("tenants = 3", "priority = 3")
    };
    let odd = fixed(ODD);
    assert_eq!(figures(&run(&odd, &[])), figures(&run(&plain(&odd), &[])));
}

#[test]
fn every_output_holds_odd_names_as_they_are_and_none_as_markup() {
    let folder = run(ODD, &["--sensitivity", "20%"]);
    drop(folder);
    let folder = run(ODD, &[]);
    let metrics = output(&folder, "metrics.csv");
    let mut reader = csv::Reader::from_reader(metrics.as_bytes());
    let headers: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(headers[..3], ["alternative", "jobs.\"mail.v2\".tenants", "pools.\"pool #1.\".size"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for (column, name) in
        [(0, "more: *workers* | 8"), (0, "../fast/mail"), (4, "mail.v2"), (4, "日本 café"), (4, "it's \"new\"")]
    {
        assert!(rows.iter().any(|row| &row[column] == name), "{name}");
    }
    let markdown = output(&folder, "summary.md");
    let prose: String = markdown.split('`').step_by(2).collect();
    assert!(!prose.contains("[x](http") && !prose.contains("<b>") && !prose.contains(" *workers*"), "{markdown}");
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    for table in markdown.split("\n\n").filter(|part| part.starts_with('|')) {
        let counts: Vec<usize> = table.lines().map(cells).collect();
        assert!(counts.iter().all(|count| *count == counts[0]), "{table}");
    }
    let html = output(&folder, "report.html");
    assert!(!html.contains("<b>api") && !html.contains("<mail>"), "markup in report.html");
    // Names are no parts of paths: everything lies in the one folder, under plain names.
    for entry in std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()) {
        assert!(["odd", "odd.toml", ".tailback"].iter().any(|name| entry == *name), "{entry:?}");
    }
    for entry in std::fs::read_dir(folder.path().join("odd")).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)), "{name}");
    }
}

#[test]
fn paths_that_are_printed_can_be_pasted_back() {
    let folder = folder(ODD);
    // What differs, as `summary.json` tells it, composed by hand into `--set`.
    let set = r#"pools."pool #1.".size=8"#;
    let by_set = run(ODD.split("[alternatives").next().unwrap(), &["--set", set]);
    let rows = |folder: &TempDir, name: &str| -> Vec<String> {
        let metrics = output(folder, "metrics.csv");
        let mut reader = csv::Reader::from_reader(metrics.as_bytes());
        let scope = reader.headers().unwrap().iter().position(|column| column == "scope").unwrap();
        let records = reader.records().map(Result::unwrap);
        let of = records.filter(|row| &row[0] == name && (1..scope).all(|i| row[i].is_empty()));
        let figures = of.map(|row| row.iter().skip(scope).collect::<Vec<_>>().join(","));
        figures.filter(|row| !row.contains("false_alarms")).collect()
    };
    let all = run(ODD, &[]);
    assert_eq!(rows(&by_set, "base"), rows(&all, "more: *workers* | 8"));
    // Hints name paths that work.
    let told = text(&tailback(folder.path(), &["run", "odd.toml", "--set", "jobs.\"mail.v3\".tenants=2"]));
    assert!(told.contains("there is no job class `mail.v3`") && told.contains("did you mean `mail.v2`?"), "{told}");
    let told = text(&tailback(folder.path(), &["size", "odd.toml", "--minimize", "pools.\"pool #1.\".sise"]));
    assert!(told.contains("`pools.\"pool #1.\".sise`"), "{told}");
    let one = ODD
        .replace("[pools.\"pool #1.\"]", "[pools.w]")
        .replace("pools.\"pool #1.\"", "pools.w")
        .replace("'pool #1.'", "w");
    let told = text(&tailback(self::folder(&one).path(), &["run", "odd.toml", "--set", "pools.\"w.size\".cost=2"]));
    assert!(told.contains("without quotes around several keys it is `pools.w.size.cost`"), "{told}");
    // What explain prints with all defaults is the same scenario.
    let explained = tailback(folder.path(), &["explain", "odd.toml"]);
    assert!(explained.status.success(), "{}", text(&explained));
    let printed = String::from_utf8(explained.stdout).unwrap();
    assert!(printed.contains("[jobs.\"mail.v2\"]") && printed.contains("[pools.\"pool #1.\"]"), "{printed}");
}

#[test]
fn defaults_over_all_queues_hold_odd_names() {
    let text = "[jobs.\"it's \\\"new\\\"\"]\nqueue = \"a \\\"b\\\" \\\\ c\"\narrivals.poisson.rate = \"1/s\"\nservice_time.constant = \"1s\"\n\
                [pools.w]\nsize = 2\n[run]\nhorizon = \"5m\"\nreplications = 1\n";
    let folder = run(text, &[]);
    assert!(output(&folder, "metrics.csv").contains("class,\"it's \"\"new\"\"\",started"));
    let fair = format!("{text}[alternatives.x]\npools.w.take.fair = {{ quantum = \"2s\" }}\n");
    drop(run(&fair, &[]));
}

#[test]
fn what_cannot_be_a_name_is_refused_with_the_reason() {
    let world = |name: &str| {
        format!(
            "[jobs.{name}]\narrivals.poisson.rate = \"1/s\"\nservice_time.constant = \"1s\"\n[pools.w]\nsize = 2\n\
             [run]\nhorizon = \"5m\"\nreplications = 1\n"
        )
    };
    let long = format!("\"{}\"", "n".repeat(81));
    let refused = [
        ("\"\"", "cannot be empty"),
        ("\" a\"", "begins or ends with a blank"),
        ("\"a\u{a0}\"", "begins or ends with a blank"),
        ("\"a\\nb\"", "U+000A"),
        ("\"a\\u0000b\"", "U+0000"),
        ("\"a\\u001b[2Jb\"", "U+001B"),
        ("\"a\\u202Eb\"", "U+202E"),
        ("\"a\\u200Bb\"", "U+200B"),
        ("\"a`b\"", "backtick"),
        (&long, "81 characters"),
    ];
    for (name, reason) in refused {
        let folder = folder(&world(name));
        let output = tailback(folder.path(), &["run", "odd.toml"]);
        let told = text(&output);
        assert_eq!(output.status.code(), Some(2), "{name}: {told}");
        assert!(told.contains(reason) && told.contains("odd.toml:1:7"), "{name}: {told}");
        // The same where a queue or an alternative is named.
        let queue = world("a").replace("arrivals", &format!("queue = {name}\narrivals"));
        let reason_of_queue = if name == "\"\"" { "`queue` is empty" } else { reason };
        let told = text(&tailback(self::folder(&queue).path(), &["run", "odd.toml"]));
        assert!(told.contains(reason_of_queue), "{name}: {told}");
        let alternative = format!("{}[alternatives.{name}]\npools.w.size = 3\n", world("a"));
        let told = text(&tailback(self::folder(&alternative).path(), &["run", "odd.toml"]));
        assert!(told.contains(reason), "{name}: {told}");
    }
    let longest = format!("\"{}\"", "ñ".repeat(80));
    for name in [
        &longest,
        "1",
        "1.5.x",
        "true",
        "all",
        "base",
        "\"by tenant\"",
        "\"a = b\"",
        "none",
        "\"$(rm -rf)\"",
        "\"%2e\"",
    ] {
        let name = if name == "1.5.x" { "\"1.5\"" } else { name };
        drop(run(&world(name), &[]));
    }
}

#[test]
fn a_name_that_needs_quotes_in_an_expression_is_told_how_to_write_it() {
    let folder = folder(&ODD.replace("age(\\\"mail | queue\\\") > 1m", "age(mail | queue) > 1m"));
    let told = text(&tailback(folder.path(), &["run", "odd.toml"]));
    assert!(
        told.contains("`mail | queue` holds more than letters") && told.contains("write `\"mail | queue\"`"),
        "{told}"
    );
    let folder = self::folder(&ODD.replace("'age(\"mail | queue\") < 1s'", "'age(\"mail | queue) < 1s'"));
    let told = text(&tailback(folder.path(), &["run", "odd.toml"]));
    assert!(told.contains("the name is not closed"), "{told}");
    let folder = self::folder(&ODD.replace("in_flight('pool #1.')", "in_flight('pool #2.')"));
    let told = text(&tailback(folder.path(), &["run", "odd.toml"]));
    assert!(told.contains("there is no pool `pool #2.`") && told.contains("did you mean `pool #1.`?"), "{told}");
}

#[test]
fn the_gate_knows_odd_names_again() {
    let folder = folder(
        ODD.replace("[sweep]", "[alternatives.z]\npools.\"pool #1.\".size = 5\n[unread]")
            .split("[unread]")
            .next()
            .unwrap(),
    );
    let check =
        |more: &[&str]| tailback(folder.path(), &[&["check", "odd.toml", "--baseline", "b.json"], more].concat());
    check(&["--update-baseline"]);
    let again = text(&check(&["--markdown", "m.md", "--junit", "j.xml"]));
    assert!(!again.contains("no longer") && !again.contains("not in the baseline"), "{again}");
    let renamed =
        std::fs::read_to_string(folder.path().join("odd.toml")).unwrap().replace("日本 café", "class: wait_p95");
    std::fs::write(folder.path().join("odd.toml"), renamed).unwrap();
    let told = text(&check(&[]));
    assert!(told.contains("The class `日本 café` is in the baseline and no longer in the file"), "{told}");
    assert!(told.contains("The class `class: wait_p95` is not in the baseline"), "{told}");
}
