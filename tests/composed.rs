//! Random alternatives, sweeps and `--set` over scenarios whose things are named like keys of the language: what they give equals,
//! to the last digit, what the file gives that an independent writer composed by hand. And: every key that a scenario states changes
//! something or is refused.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use tailback::experiment;
use tailback::report::write_metrics;
use tailback::scenario::{Overrides, Scenario, parse};

/// A stream of numbers that needs no crate.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % n
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A path as keys, and a value in TOML.
type Leaf = (Vec<String>, String);

/// What is laid over a scenario: all that stands under a path goes, and leaves come in its stead.
#[derive(Clone, Debug)]
struct Edit {
    at: Vec<String>,
    /// Paths below `at`; empty: the value of `at` itself.
    leaves: Vec<Leaf>,
}

/// Names that are keys, and names that hold whatever a key in quotes may hold.
const NAMES: [&str; 46] = [
    "retry",
    "size",
    "after",
    "takes",
    "repair",
    "kind",
    "patience",
    "arrivals",
    "take",
    "on_return",
    "service_time",
    "rate",
    "autoscale",
    "set",
    "scale",
    "first",
    "cost",
    "restart",
    "lognormal",
    "profile",
    "where",
    "none",
    "mail.v2",
    "jobs.a.service_time",
    "pools.workers.size",
    "size.",
    ".rate",
    "a b",
    "it's \"new\" mail",
    "\"",
    "'",
    "\"quoted\"",
    "back\\slash\\",
    "caf\u{e9} \u{65e5}\u{672c}",
    "a = b",
    "a, b",
    "[0]",
    "x[1].y",
    "outages[0]",
    "(a) < 5m and b",
    "#hash {brace}",
    "1",
    "1.5",
    "true",
    "2021-02-09",
    "all",
];

fn path(text: &[&str]) -> Vec<String> {
    text.iter().map(|key| (*key).to_owned()).collect()
}

/// A text in quotes.
fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A key in quotes unless it is plain; the writer of the tests decides, not the program.
fn key(key: &str) -> String {
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if plain { key.to_owned() } else { text(key) }
}

fn dotted(path: &[String]) -> String {
    path.iter().map(|it| key(it)).collect::<Vec<_>>().join(".")
}

fn document(leaves: &[Leaf]) -> String {
    leaves.iter().map(|(path, value)| format!("{} = {value}\n", dotted(path))).collect()
}

/// A choice: where it stands, and the tags that it can have with their leaves.
struct Choice {
    at: Vec<String>,
    tags: Vec<Vec<Leaf>>,
}

struct World {
    leaves: Vec<Leaf>,
    choices: Vec<Choice>,
    /// Paths of leaves with other values that they can have.
    values: Vec<(Vec<String>, [&'static str; 2])>,
}

fn leaf(path_below: &[&str], value: &str) -> Leaf {
    (path(path_below), value.to_owned())
}

fn laws(mean: &str) -> Vec<Vec<Leaf>> {
    let text = format!("\"{mean}\"");
    vec![
        vec![leaf(&["constant"], &text)],
        vec![leaf(&["exponential", "mean"], &text)],
        vec![leaf(&["lognormal", "mean"], &text), leaf(&["lognormal", "cv"], "1.5")],
        vec![leaf(&["lognormal", "p50"], &text), leaf(&["lognormal", "p99.9"], "\"20m\"")],
        vec![leaf(&["gamma", "mean"], &text), leaf(&["gamma", "cv"], "0.5")],
    ]
}

impl World {
    fn choose(&mut self, dice: &mut Dice, at: Vec<String>, tags: Vec<Vec<Leaf>>) {
        let tag = dice.one(&tags).clone();
        self.leaves.extend(tag.into_iter().map(|(below, value)| ([at.clone(), below].concat(), value)));
        self.choices.push(Choice { at, tags });
    }

    fn state(&mut self, at: &[&str], value: &str, others: [&'static str; 2]) {
        self.leaves.push((path(at), value.to_owned()));
        self.values.push((path(at), others));
    }
}

fn world(dice: &mut Dice) -> World {
    let mut world = World { leaves: Vec::new(), choices: Vec::new(), values: Vec::new() };
    let name = |dice: &mut Dice, taken: &mut Vec<&str>| loop {
        let name = *dice.one(&NAMES);
        if !taken.contains(&name) {
            taken.push(name);
            return name;
        }
    };
    let mut taken = Vec::new();
    let (a, b) = (name(dice, &mut taken), name(dice, &mut taken));
    let (pool, dispatcher, event) =
        (name(dice, &mut Vec::new()), name(dice, &mut Vec::new()), name(dice, &mut Vec::new()));
    let (profile, provider) = (name(dice, &mut Vec::new()), name(dice, &mut Vec::new()));
    world.leaves.extend([leaf(&["run", "horizon"], "\"20m\""), leaf(&["run", "replications"], "2")]);
    let (mut queues, mut others) = (Vec::new(), Vec::new());
    let (first, second) = (name(dice, &mut queues), name(dice, &mut queues));
    let (alert, response) = (name(dice, &mut others), name(dice, &mut others));
    for (class, queue) in [(a, first), (b, second)] {
        world.leaves.push(leaf(&["jobs", class, "queue"], &text(queue)));
        let of = |below: &[&str]| path(&[&["jobs", class], below].concat());
        let poisson = vec![leaf(&["poisson", "rate"], "\"30/min\"")];
        let batches = vec![leaf(&["batches", "size"], "9"), leaf(&["batches", "every"], "\"1m\"")];
        let burst = vec![
            leaf(&["burst", "jobs"], "200"),
            leaf(&["burst", "from"], "\"3m\""),
            leaf(&["burst", "over"], "\"2m\""),
        ];
        world.choose(dice, of(&["arrivals"]), vec![poisson, batches, burst]);
        world.choose(dice, of(&["service_time"]), laws("1.5s"));
        let delay = vec![leaf(&["constant", "delay"], "\"5s\""), leaf(&["constant", "most"], "2")];
        let growing = vec![leaf(&["exponential", "first"], "\"2s\""), leaf(&["exponential", "most"], "3")];
        world.choose(dice, of(&["retry"]), vec![delay, growing, vec![leaf(&["oban", "most"], "1")]]);
        world.choose(
            dice,
            of(&["failure"]),
            vec![
                vec![(Vec::new(), "\"20%\"".to_owned())],
                vec![leaf(&["probability"], "\"10%\""), leaf(&["after"], "\"50%\"")],
            ],
        );
        world.choose(dice, of(&["patience"]), laws("9m"));
        world.state(&["jobs", class, "slowdown"], "1", ["1.5", "0.5"]);
    }
    world.leaves.push(leaf(&["jobs", a, "via"], &text(dispatcher)));
    world.leaves.push(leaf(&["jobs", b, "provider"], &text(provider)));
    world.state(&["dispatchers", dispatcher, "interval"], "\"10s\"", ["\"5s\"", "\"20s\""]);
    world.leaves.push(leaf(&["dispatchers", dispatcher, "outages"], "[{ from = \"5m\", to = \"8m\" }]"));
    world.choose(
        dice,
        path(&["dispatchers", dispatcher, "on_return"]),
        vec![
            vec![leaf(&["paced"], "\"1/s\"")],
            vec![leaf(&["expire"], "\"2m\"")],
            vec![(Vec::new(), "\"newest_first\"".to_owned())],
        ],
    );
    world.leaves.push(leaf(&["dispatchers", dispatcher, "restart", "every"], "\"7m\""));
    world.choose(dice, path(&["dispatchers", dispatcher, "restart", "takes"]), laws("20s"));
    world.state(&["pools", pool, "size"], "3", ["2", "5"]);
    let all = &format!("[{}, {}]", text(first), text(second));
    world.choose(
        dice,
        path(&["pools", pool, "take"]),
        vec![
            vec![leaf(&["strict"], all)],
            vec![leaf(&["weighted", first], "3"), leaf(&["weighted", second], "1")],
            vec![leaf(&["fair", "queues"], all), leaf(&["fair", "quantum"], "\"2s\"")],
        ],
    );
    world.choose(
        dice,
        path(&["providers", provider, "rate"]),
        vec![
            vec![leaf(&["token_bucket", "rate"], "\"1/s\""), leaf(&["token_bucket", "burst"], "3")],
            vec![leaf(&["fixed_window", "calls"], "50"), leaf(&["fixed_window", "per"], "\"1m\"")],
        ],
    );
    world.leaves.push(leaf(&["events", event, "at"], "\"6m\""));
    world.state(&["events", event, "scale", "jobs", a, "service_time"], "1.5", ["2", "0.5"]);
    world.state(&["events", event, "set", "pools", pool, "size"], "4", ["1", "6"]);
    world.leaves.push(leaf(
        &["alerts", alert, "when"],
        &text(&format!("depth({}) > 3 and in_flight({}) > 1", text(first), text(pool))),
    ));
    world.leaves.push(leaf(&["alerts", alert, "every"], "\"30s\""));
    world.leaves.push(leaf(&["responses", response, "on"], &text(alert)));
    world.state(&["responses", response, "scale", "pools", pool, "size"], "2", ["1.5", "3"]);
    world.leaves.push(leaf(&["responses", response, "until"], "\"2m\""));
    world.leaves.push(leaf(&["responses", response, "pause"], &format!("[{}]", text(b))));
    let objectives = [
        "max(backlog) < 1000".to_owned(),
        format!("staged_age({}) < 1h", text(dispatcher)),
        format!("age({}) < 1h", text(second)),
    ];
    world.leaves.push((path(&["objectives"]), format!("[{}]", objectives.map(|it| text(&it)).join(", "))));
    world.leaves.push(leaf(&["jobs", "daily", "queue"], &text(first)));
    world.leaves.push(leaf(&["jobs", "daily", "service_time", "constant"], "\"1s\""));
    world.leaves.push(leaf(&["jobs", "daily", "arrivals", "poisson", "rate"], "\"6/min\""));
    world.leaves.push(leaf(&["jobs", "daily", "arrivals", "poisson", "profile"], &text(profile)));
    world.state(&["profiles", profile, "steps", "00:00"], "1", ["2", "0.5"]);
    world.state(&["profiles", profile, "steps", "00:10"], "2", ["3", "0.25"]);
    for column in ["status.code", "it's a column", "say \"hi\""] {
        let at = ["jobs", "log", "arrivals", "trace", "where", column];
        world.state(&at, "\"ok\"", ["\"no\"", "\"ok\""]);
    }
    world.leaves.push(leaf(&["jobs", "log", "arrivals", "trace", "file"], "\"log.csv\""));
    world.leaves.push(leaf(&["jobs", "log", "arrivals", "trace", "arrival"], "\"at\""));
    world.leaves.push(leaf(&["jobs", "log", "service_time", "constant"], "\"1s\""));
    world.leaves.push(leaf(&["jobs", "log", "queue"], &text(second)));
    world
}

/// A change that a person could make: another value of a key, or another choice.
fn edit(dice: &mut Dice, world: &World) -> Edit {
    if dice.below(2) == 0 {
        let (at, values) = dice.one(&world.values);
        return Edit { at: at.clone(), leaves: vec![(Vec::new(), (*dice.one(values)).to_owned())] };
    }
    let choice = dice.one(&world.choices);
    Edit { at: choice.at.clone(), leaves: dice.one(&choice.tags).clone() }
}

/// The scenario with an edit, as a person would write it: the new lines stand where the old ones stood.
fn edited(leaves: &[Leaf], edit: &Edit) -> Vec<Leaf> {
    let is_old = |(path, _): &&Leaf| path.starts_with(&edit.at);
    let place = leaves.iter().position(|leaf| is_old(&leaf)).unwrap();
    let new = edit.leaves.iter().map(|(below, value)| ([edit.at.clone(), below.clone()].concat(), value.clone()));
    let before = leaves[..place].iter().cloned();
    let after = leaves[place..].iter().filter(|leaf| !is_old(leaf)).cloned();
    before.chain(new).chain(after).collect()
}

/// The value of an edit in one piece.
fn inline(leaves: &[Leaf]) -> String {
    match leaves {
        [(below, value)] if below.is_empty() => value.clone(),
        _ => {
            let pairs: Vec<String> =
                leaves.iter().map(|(below, value)| format!("{} = {value}", dotted(below))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

/// The lines of an alternative in one of the ways in which it can be written.
fn alternative(dice: &mut Dice, name: &str, edit: &Edit) -> String {
    let at = [path(&["alternatives", name]), edit.at.clone()].concat();
    let targets =
        ["set", "scale"].iter().any(|key| edit.at.get(2).is_some_and(|it| it == key)) && edit.at[0] == "events";
    if targets && dice.below(2) == 0 {
        let (table, target) = at.split_at(5);
        return format!("{}.{} = {}\n", dotted(table), text(&dotted(target)), inline(&edit.leaves));
    }
    match dice.below(2) {
        0 => format!("{} = {}\n", dotted(&at), inline(&edit.leaves)),
        _ => {
            let line = |(below, value): &Leaf| format!("{} = {value}\n", dotted(&[at.clone(), below.clone()].concat()));
            edit.leaves.iter().map(line).collect()
        }
    }
}

fn read(folder: &Path, text: &str, set: Vec<String>) -> Result<Scenario, String> {
    let overrides = Overrides { set, ..Overrides::default() };
    parse(&folder.join("world.toml"), text, &overrides).map_err(|error| format!("{error}\n{text}"))
}

/// The rows of `metrics.csv` of one design point, without the columns that name it.
fn rows(scenario: &Scenario, point: &[&str]) -> Vec<String> {
    let results = experiment::run(&scenario.study, &|_| {}).unwrap_or_else(|stopped| panic!("{stopped}"));
    let metrics = write_metrics(&results);
    let mut reader = csv::Reader::from_reader(metrics.as_bytes());
    let columns = reader.headers().unwrap().iter().position(|column| column == "scope").unwrap();
    // False alarms are counted for the base alone, unless an objective asks for them.
    let of_point = |record: &csv::StringRecord| {
        (0..columns).all(|i| record[i] == **point.get(i).unwrap_or(&"")) && &record[columns + 2] != "false_alarms"
    };
    let records = reader.records().map(Result::unwrap).filter(of_point);
    records.map(|record| record.iter().skip(columns).collect::<Vec<_>>().join(",")).collect()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows: String =
        (0..60).map(|i| format!("{},{},ok,ok\n", 10 * i, if i % 3 == 0 { "no" } else { "ok" })).collect();
    let text = format!("at,status.code,it's a column,\"say \"\"hi\"\"\"\n{rows}").replace(",ok,ok\n", ",ok,ok\n")
        + "7,ok,no,ok\n8,ok,ok,no\n";
    std::fs::write(folder.path().join("log.csv"), text).unwrap();
    folder
}

fn assert_same(found: &[String], expected: &[String], context: &str) {
    let differs = found.iter().zip(expected).find(|(a, b)| a != b);
    assert!(differs.is_none() && found.len() == expected.len(), "{context}\n{differs:#?}");
}

#[test]
fn what_is_composed_equals_the_file_written_out_by_hand() {
    let folder = folder();
    let (mut compared, mut swept) = (0, 0);
    for seed in 1..=60 {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (seed * 0x2545_F491));
        let world = world(&mut dice);
        let base = document(&world.leaves);
        read(folder.path(), &base, Vec::new()).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let (first, second, swept_edit) = (edit(&mut dice, &world), edit(&mut dice, &world), edit(&mut dice, &world));
        // By hand: the base with `--set`, then the alternative, then the swept value.
        let with_set = edited(&world.leaves, &first);
        let by_hand = edited(&with_set, &second);
        let set = vec![format!("{}={}", dotted(&first.at), inline(&first.leaves))];
        let path_of_sweep = dotted(&swept_edit.at);
        let other = *dice.one(&NAMES);
        let composed = format!(
            "{base}{}[sweep]\n{} = [{}]\n",
            alternative(&mut dice, other, &second),
            if dice.below(2) == 0 { text(&path_of_sweep) } else { path_of_sweep.clone() },
            inline(&swept_edit.leaves)
        );
        let Ok(expected) = read(folder.path(), &document(&by_hand), Vec::new()) else { continue };
        let scenario = match read(folder.path(), &composed, set.clone()) {
            Ok(scenario) => scenario,
            Err(error) if error.contains("changes nothing") || error.contains("the same as") => continue,
            Err(error) => {
                // A swept value alone can be wrong, such as for the base; then it is so in the file by hand too.
                let points = [edited(&with_set, &swept_edit), edited(&by_hand, &swept_edit)];
                let wrong = points.iter().any(|leaves| read(folder.path(), &document(leaves), Vec::new()).is_err());
                assert!(wrong, "seed {seed}, {set:?}: {error}");
                continue;
            }
        };
        assert_same(
            &rows(&scenario, &[other]),
            &rows(&expected, &["base"]),
            &format!("seed {seed}, {set:?}\n{composed}"),
        );
        compared += 1;
        let base_by_hand = read(folder.path(), &document(&edited(&with_set, &swept_edit)), Vec::new()).unwrap();
        let value = scenario.study.points.iter().find(|point| !point.sweep.is_empty()).unwrap().sweep[0].clone();
        assert_same(
            &rows(&scenario, &["base", &value]),
            &rows(&base_by_hand, &["base"]),
            &format!("seed {seed}, {set:?}\n{composed}"),
        );
        let touches = second.at.starts_with(&swept_edit.at) || swept_edit.at.starts_with(&second.at);
        let of_x = rows(&scenario, &[other, &value]);
        if touches {
            assert!(of_x.is_empty(), "seed {seed}: `x` sets the swept path\n{composed}");
        } else {
            let by_hand = read(folder.path(), &document(&edited(&by_hand, &swept_edit)), Vec::new()).unwrap();
            assert_same(&of_x, &rows(&by_hand, &["base"]), &format!("seed {seed}, {set:?}\n{composed}"));
            swept += 1;
        }
    }
    assert!(compared > 20 && swept > 10, "{compared} scenarios and {swept} swept alternatives were compared");
}

/// All paths of keys of a table, lists not entered.
fn keys_of(table: &toml::Table, at: &[String], found: &mut Vec<Vec<String>>) {
    for (key, value) in table {
        let path = [at, std::slice::from_ref(key)].concat();
        if let toml::Value::Table(below) = value {
            keys_of(below, &path, found);
        }
        found.push(path);
    }
}

fn without(table: &mut toml::Table, path: &[String]) {
    match path {
        [key] => drop(table.remove(key)),
        [key, rest @ ..] => {
            if let Some(toml::Value::Table(below)) = table.get_mut(key) {
                without(below, rest);
            }
        }
        [] => {}
    }
}

/// What a study simulates and asks, in words.
fn meaning(scenario: &Scenario) -> String {
    let study = &scenario.study;
    let points: Vec<String> = study
        .points
        .iter()
        .map(|point| {
            format!("{} {} {:?} {:?} {:?}", point.alternative, point.title, point.sweep, point.model, point.objectives)
        })
        .collect();
    format!("{} {:?} {:?} {:?} {}", study.title, study.question, study.source, study.settings, points.join("\n"))
}

#[test]
fn every_key_that_is_stated_changes_something_or_is_refused_or_states_its_default() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/language/right", "scenarios"];
    // They say again what holds without them: the zone of the start, the size that a calendar sets, a scale by its default.
    let restated =
        ["run.time_zone", "pools.weekly.size", "sweep.latin_hypercube.\"jobs.mail.arrivals.poisson.rate\".scale"];
    let files =
        folders.iter().flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap()).map(|it| it.unwrap().path());
    let (mut checked, mut idle) = (0, Vec::new());
    for path in files.filter(|path| path.extension().is_some_and(|it| it == "toml")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(whole) = parse(&path, &text, &Overrides::default()) else { continue };
        let table: toml::Table = text.parse().unwrap();
        let mut keys = Vec::new();
        keys_of(&table, &[], &mut keys);
        // The names of the tables would come in another order than in the file.
        let again = toml::to_string(&table).unwrap();
        let Ok(whole_again) = parse(&path, &again, &Overrides::default()) else { panic!("{}", path.display()) };
        let expected = meaning(&whole_again);
        drop(whole);
        for key in keys.iter().filter(|key| key[0] != "format") {
            let mut less = table.clone();
            without(&mut less, key);
            let Ok(found) = parse(&path, &toml::to_string(&less).unwrap(), &Overrides::default()) else { continue };
            let is_default = found.defaults.iter().any(|(default, _)| default == &dotted(key));
            checked += 1;
            if !is_default && !restated.contains(&dotted(key).as_str()) && meaning(&found) == expected {
                idle.push(format!("`{}` of {}", dotted(key), path.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    assert!(idle.is_empty(), "these change nothing and are not refused: {idle:#?}");
    assert!(checked > 300, "{checked}");
}
