//! What a scenario's text means: the values of the model, the design points and what differs between them.

use std::path::Path;

use tailback::metric::Metric;
use tailback::model::{
    Arrivals, DesignPoint, Effect, Measure, OnReturn, Parameter, PoolId, QueueOrder, Scope, Sensitivity, Take, Until,
};
use tailback::scenario::{Overrides, Scenario, ScenarioError, Template, load, parse, vary};
use tailback::units::Share;

const BASE: &str = r#"
[jobs.mail]
arrivals.poisson.rate = "1/s"
service_time.exponential.mean = "1s"

[pools.workers]
size = 2
"#;

fn read(text: &str) -> Scenario {
    with(text, &Overrides::default())
}

fn with(text: &str, overrides: &Overrides) -> Scenario {
    parse(Path::new("folder/sample.toml"), text, overrides).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str, overrides: &Overrides) -> String {
    match parse(Path::new("sample.toml"), text, overrides) {
        Err(ScenarioError::Invalid(message)) => message,
        other => panic!("{other:?}"),
    }
}

/// Alternative, swept values and workers of all design points.
fn points(scenario: &Scenario) -> Vec<(String, String, u32)> {
    let summary = |p: &DesignPoint| (p.alternative.clone(), p.sweep.join(" "), p.model.pools()[0].size);
    scenario.study.points.iter().map(summary).collect()
}

fn seconds(time: tailback::units::SimTime) -> f64 {
    time.as_secs_f64()
}

#[test]
fn a_short_scenario_has_all_defaults() {
    let scenario = read(BASE);
    let study = &scenario.study;
    assert_eq!((study.name.as_str(), study.title.as_str()), ("sample", "sample"));
    assert_eq!((study.settings.replications, study.settings.seed), (30, 1));
    assert_eq!(study.settings.confidence.as_f64(), 0.95);
    assert_eq!(study.settings.curve_step.as_secs_f64(), 600.0);
    let model = &study.points[0].model;
    assert_eq!(model.horizon().as_secs_f64(), 86_400.0);
    assert_eq!(model.backlog_limit(), 10_000_000);
    assert_eq!(model.queues()[0].name, "default");
    assert_eq!(model.pools()[0].take, Take::OldestFirst(vec![model.classes()[0].queue]));
    assert_eq!(model.classes()[0].service.mean(), 1.0);
}

#[test]
fn design_points_come_by_alternative_and_then_by_sweep_with_the_last_axis_fastest() {
    let text = format!(
        "{BASE}\n[alternatives.slow]\njobs.mail.slowdown = 2\n\n[alternatives.large]\npools.workers.size = 9\n\n\
         [sweep]\n\"pools.workers.size\" = [3, 4]\njobs.mail.priority = [0, 1]\n\n\
         [alternatives.by-priority]\npools.workers.take.priority = [\"default\"]\n"
    );
    let found = points(&read(&text));
    let names: Vec<(&str, &str)> = found.iter().map(|(name, sweep, _)| (name.as_str(), sweep.as_str())).collect();
    let sweep = ["", "3 0", "3 1", "4 0", "4 1"];
    let mut expected: Vec<(&str, &str)> = ["base", "slow"].iter().flat_map(|n| sweep.map(|s| (*n, s))).collect();
    expected.push(("large", ""));
    expected.extend(sweep.map(|s| ("by-priority", s)));
    assert_eq!(names, expected, "an alternative that sets a swept value is not swept");
    assert_eq!(found[0].2, 2);
    assert_eq!(found[4].2, 4);
}

#[test]
fn differences_are_told_in_the_words_of_the_file() {
    let text = format!(
        "{BASE}\n[alternatives.strict]\ntitle = \"Strict\"\npools.workers.take.strict = [\"default\"]\n\
         jobs.mail.arrivals.poisson.rate = \"2/s\"\n\n[sweep]\n\"pools.workers.size\" = [2, 3]\n"
    );
    let study = read(&text).study;
    let told = |i: usize| -> Vec<String> {
        study.points[i].differences.iter().map(|(path, value)| format!("{path} = {value}")).collect()
    };
    assert_eq!(told(0), Vec::<String>::new());
    assert_eq!(told(1), Vec::<String>::new(), "the base has two workers too");
    assert_eq!(told(2), ["pools.workers.size = 3"]);
    assert_eq!(study.points[3].title, "Strict");
    assert_eq!(told(3), ["jobs.mail.arrivals.poisson.rate = 2/s", "pools.workers.take.strict = [\"default\"]"]);
}

#[test]
fn the_command_line_is_laid_over_the_file() {
    let set = vec!["pools.workers.size=7".to_owned(), "jobs.mail.arrivals.poisson.rate=90/min".to_owned()];
    let overrides = Overrides { set, replications: Some(5), seed: Some(9), ..Overrides::default() };
    let scenario = with(BASE, &overrides);
    assert_eq!((scenario.study.settings.replications, scenario.study.settings.seed), (5, 9));
    let model = &scenario.study.points[0].model;
    assert_eq!(model.pools()[0].size, 7);
    assert!(matches!(&model.classes()[0].arrivals, Arrivals::Poisson { rate, .. } if rate.as_per_second() == 1.5));
    assert!(scenario.effective.contains("size = 7"));
}

#[test]
fn only_some_alternatives_are_kept_beside_the_base() {
    let text = format!(
        "{BASE}\n[alternatives.a]\njobs.mail.slowdown = 2\n[alternatives.b]\njobs.mail.slowdown = 3\n\
         [sweep]\n\"pools.workers.size\" = [3]\n"
    );
    let only =
        |names: &[&str]| Overrides { only: names.iter().map(|n| (*n).to_owned()).collect(), ..Overrides::default() };
    let kept = |names: &[&str]| -> Vec<(String, String)> {
        points(&with(&text, &only(names))).into_iter().map(|(name, sweep, _)| (name, sweep)).collect()
    };
    let pair = |name: &str, sweep: &str| (name.to_owned(), sweep.to_owned());
    assert_eq!(kept(&["b"]), [pair("base", ""), pair("b", ""), pair("b", "3")]);
    assert_eq!(kept(&["base"]), [pair("base", ""), pair("base", "3")]);
    let message = refused(&text, &only(&["bb"]));
    assert!(message.contains("there is no alternative `bb`") && message.contains("--alternative"), "{message}");
}

#[test]
fn every_part_of_the_language_reaches_the_model() {
    let path = Path::new("tests/language/right/everything.toml");
    let scenario = load(path, &Overrides::default()).unwrap_or_else(|error| panic!("{error}"));
    let model = &scenario.study.points[0].model;
    assert_eq!(model.horizon().as_secs_f64(), 48.0 * 3_600.0);
    let class = |name: &str| model.classes().iter().find(|class| class.name == name).unwrap();
    let Arrivals::Burst { from, over, .. } = class("burst").arrivals else { panic!() };
    assert_eq!((seconds(from), over.as_secs_f64()), (3_600.0, 1_800.0));
    let Arrivals::Poisson { profile: Some(profile), .. } = &class("poisson").arrivals else { panic!() };
    assert_eq!(profile.at(tailback::units::SimTime::ZERO), 1.0, "the run starts at 08:00");
    assert_eq!(class("renewal").initial_backlog, 2_000);
    assert_eq!(class("renewal").service.variants.len(), 2);
    let dispatcher = &model.dispatchers()[0];
    assert!(matches!(dispatcher.on_return, OnReturn::Paced(rate) if rate.as_per_second() == 5.0));
    let outages: Vec<_> = dispatcher.outages.iter().map(|o| (seconds(o.from), seconds(o.to))).collect();
    assert_eq!(outages, [(3_600.0, 5_400.0), (25_200.0, 28_800.0)], "in the order of their times");
    assert_eq!(seconds(dispatcher.restart.as_ref().unwrap().times.first()), 19.0 * 3_600.0);
    let orders: Vec<_> = model.queues().iter().map(|queue| (queue.name.as_str(), queue.order)).collect();
    assert_eq!(orders[..2], [("default", QueueOrder::Lifo), ("bulk", QueueOrder::Priority)]);
    assert!(matches!(orders[2], ("third", QueueOrder::Ageing(step)) if step.as_secs_f64() == 300.0));
    assert_eq!(
        orders[3..],
        [("fourth", QueueOrder::Deadline), ("fifth", QueueOrder::Size), ("sixth", QueueOrder::Random)]
    );
    assert_eq!(model.changes()[0].until, Until::Drained);
    assert!(model.changes()[0].effects.contains(&Effect::SetSize(PoolId(1), 3)));
    let objectives = &scenario.study.points[0].objectives;
    assert_eq!(objectives.len(), 18);
    assert!(objectives.iter().any(|o| o.measure == Measure::Figure(Metric::Cost) && o.scope == Scope::Pool(PoolId(0))));
    assert_eq!(scenario.study.points.iter().filter(|p| p.alternative == "flood").count(), 1, "it sets a swept value");
}

#[test]
fn traces_are_filtered_sorted_and_told_apart_by_tenant() {
    let path = Path::new("tests/language/right/everything.toml");
    let scenario = load(path, &Overrides::default()).unwrap_or_else(|error| panic!("{error}"));
    let rows = |name: &str| {
        let class = scenario.study.points[0].model.classes().iter().find(|class| class.name == name).unwrap();
        let Arrivals::Trace(trace) = &class.arrivals else { panic!() };
        let row = |r: &tailback::model::TraceRow| (seconds(r.at), r.service.unwrap().as_secs_f64(), r.tenant);
        (trace.rows.iter().map(row).collect::<Vec<_>>(), class.service.time.mean())
    };
    assert_eq!(rows("trace").0, [(0.5, 0.3, 1), (1.0, 0.25, 0)], "the failed job is left out");
    assert_eq!(rows("report"), (vec![(4.0, 1.5, 0)], 1.5), "its name is the class, its recorded time the service time");
}

#[test]
fn gzipped_traces_are_read_like_plain_ones() {
    let folder = tempfile::tempdir().unwrap();
    let file = std::fs::File::create(folder.path().join("jobs.csv.gz")).unwrap();
    let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, b"at,took\n5,2\n1,4\n").unwrap();
    encoder.finish().unwrap();
    let text =
        "[jobs.a]\narrivals.trace = { file = 'jobs.csv.gz', arrival = 'at', service = 'took' }\n[pools.p]\nsize = 1\n";
    let scenario = parse(&folder.path().join("s.toml"), text, &Overrides::default()).unwrap_or_else(|e| panic!("{e}"));
    let Arrivals::Trace(trace) = &scenario.study.points[0].model.classes()[0].arrivals else { panic!() };
    let times: Vec<f64> = trace.rows.iter().map(|row| seconds(row.at)).collect();
    assert_eq!(times, [1.0, 5.0]);
    assert_eq!(scenario.study.points[0].model.classes()[0].service.time.mean(), 3.0);
}

#[test]
fn incident_a_offers_ten_erlangs_of_small_jobs_and_drains_in_three_and_a_half_hours() {
    let path = Path::new("scenarios/12twenty-2020-mass-mail.toml");
    let scenario = load(path, &Overrides::default()).unwrap_or_else(|error| panic!("{error}"));
    let model = &scenario.study.points[0].model;
    let (mut small, mut burst) = (0.0, 0.0);
    for class in model.classes() {
        match &class.arrivals {
            Arrivals::Poisson { rate, .. } => small += rate.as_per_second() * class.service.mean(),
            Arrivals::Burst { jobs, from, .. } => {
                assert_eq!(seconds(*from), 3_600.0);
                burst += *jobs as f64 * class.service.mean();
            }
            other => panic!("{other:?}"),
        }
    }
    let workers = f64::from(model.pools()[0].size);
    assert!((small - 10.0).abs() < 1e-9, "{small}");
    assert!((burst / (workers - small) - 12_600.0).abs() < 1e-6);
}

#[test]
fn incident_b_loads_its_pool_to_about_six_tenths() {
    let path = Path::new("scenarios/kimono-2021-dispatcher-outage.toml");
    let scenario = load(path, &Overrides::default()).unwrap_or_else(|error| panic!("{error}"));
    let model = &scenario.study.points[0].model;
    let class = &model.classes()[0];
    let Arrivals::Poisson { rate, profile: Some(profile) } = &class.arrivals else { panic!() };
    let load = rate.as_per_second() * profile.stretches[0].pattern.mean() * class.service.mean()
        / f64::from(model.pools()[0].size);
    assert!((0.55..0.65).contains(&load), "{load}");
    let outage = model.dispatchers()[0].outages[0];
    assert_eq!(outage.to.since(outage.from).as_secs_f64(), 90_300.0, "25 h 5 min");
}

#[test]
fn a_huge_scenario_is_refused_before_it_is_parsed() {
    let text = format!("title = \"{}\"\n", "x".repeat(17 << 20));
    let message = refused(&text, &Overrides::default());
    assert!(message.contains("larger than 16 MiB") && message.len() < 1_000, "{}", &message[..300]);
}

#[test]
fn a_missing_file_is_told_apart_from_a_wrong_one() {
    let outcome = load(Path::new("scenarios/absent.toml"), &Overrides::default());
    assert!(matches!(outcome, Err(ScenarioError::Unreadable { .. })));
}

#[test]
fn no_odd_value_in_any_place_makes_the_reader_panic() {
    let path = Path::new("tests/language/right/everything.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut refused = 0;
    for i in 0..lines.len() {
        let (key, value) = lines[i].split_once(" = ").unwrap_or((lines[i], ""));
        let odd = ["", "-1", "nan", "\"x\"", "\"99999999999999999999d\"", "{}"];
        for odd in odd.iter().filter(|odd| !value.is_empty() || odd.is_empty()) {
            let changed = if odd.is_empty() { String::new() } else { format!("{key} = {odd}") };
            let text: Vec<&str> =
                lines.iter().enumerate().map(|(j, line)| if i == j { &changed } else { *line }).collect();
            refused += usize::from(parse(path, &text.join("\n"), &Overrides::default()).is_err());
        }
    }
    assert!(refused > 400, "{refused}");
}

/// The numbers of a scenario, varied by a half.
fn varied(text: &str) -> Sensitivity {
    let overrides = Overrides::default();
    let template = Template { name: Path::new("test.toml"), text, overrides: &overrides, alternative: "base" };
    let half = Share::new(0.5).expect("a share");
    vary(&template, half).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn numbers_are_varied_wherever_they_stand_and_times_ranks_and_the_run_are_not() {
    let sensitivity = varied(
        r#"
        [run]
        horizon = "1h"
        seed = 7
        [jobs.mail]
        via = "driver"
        arrivals.poisson = { rate = "2/s", profile = "day" }
        service_time.mixture = [
          { share = "90%", constant = "0.1s" },
          { share = "10%", exponential.mean = "1m30s" },
        ]
        slowdown = 3
        [jobs.report]
        arrivals.burst = { jobs = "2k", from = "5m", over = "1m" }
        service_time.constant = "1s"
        [profiles.day]
        steps = { "00:00" = 1.0, "12:00" = 0.5 }
        [dispatchers.driver]
        outages = [{ from = "10m", to = "20m" }]
        [pools.workers]
        size = 1
        cost = "0.05/h"
        "#,
    );
    let values = |p: &Parameter| p.ends.iter().flatten().map(|varied| varied.value.clone()).collect::<Vec<_>>();
    let found: Vec<_> =
        sensitivity.parameters.iter().map(|p| (p.path.as_str(), p.stated.as_str(), values(p))).collect();
    let expected = [
        ("jobs.mail.arrivals.poisson.rate", "2/s", vec!["1/s".to_owned(), "3/s".to_owned()]),
        ("jobs.mail.service_time.mixture[0].constant", "0.1s", vec!["0.05s".to_owned(), "0.15s".to_owned()]),
        ("jobs.mail.service_time.mixture[1].exponential.mean", "1m30s", vec!["45s".to_owned(), "135s".to_owned()]),
        ("jobs.mail.slowdown", "3", vec!["1.5".to_owned(), "4.5".to_owned()]),
        ("jobs.report.arrivals.burst.jobs", "2k", vec!["1k".to_owned(), "3k".to_owned()]),
        ("jobs.report.arrivals.burst.over", "1m", vec!["0.5m".to_owned(), "1.5m".to_owned()]),
        ("jobs.report.service_time.constant", "1s", vec!["0.5s".to_owned(), "1.5s".to_owned()]),
        ("profiles.day.steps.\"00:00\"", "1.0", vec!["0.5".to_owned(), "1.5".to_owned()]),
        ("profiles.day.steps.\"12:00\"", "0.5", vec!["0.25".to_owned(), "0.75".to_owned()]),
        ("pools.workers.size", "1", vec!["2".to_owned()]),
        ("dispatchers.driver.outages[0]", "10 min", vec!["5 min".to_owned(), "15 min".to_owned()]),
    ];
    assert_eq!(found, expected);
    let reason = |path: &str| sensitivity.left_out.iter().find(|left| left.path == path).map(|left| &left.reason);
    assert_eq!(reason("pools.workers.size").expect("one end"), "1 is the nearest whole number");
    assert!(reason("jobs.mail.service_time.mixture[0].share").expect("both ends").contains("100 %"));
}
