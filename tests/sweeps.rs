//! Sweeps that are more than a grid: which points they have, and what their files show.

use std::path::Path;

use tailback::experiment;
use tailback::model::{Arrivals, Study};
use tailback::plot::{Look, draw_all};
use tailback::report::{write_metrics, write_outcome};
use tailback::scenario::{Overrides, parse};

const BASE: &str = r#"
run = { horizon = "10m", replications = 3 }
[jobs.mail]
arrivals.poisson.rate = "1/s"
service_time.exponential.mean = "1s"
objectives = ["share(wait <= 5s) >= 90%"]
[pools.workers]
size = 2
"#;

fn study(sweep: &str) -> Study {
    let scenario = parse(Path::new("sweep.toml"), &format!("{BASE}\n{sweep}"), &Overrides::default());
    scenario.unwrap_or_else(|error| panic!("{error}")).study
}

/// The swept values of each point of the base.
fn points(study: &Study) -> Vec<String> {
    study.points.iter().filter(|point| !point.sweep.is_empty()).map(|point| point.sweep.join(" ")).collect()
}

#[test]
fn ranges_go_by_steps_and_points_on_both_scales() {
    let of = |range: &str| points(&study(&format!("[sweep]\n{range}")));
    assert_eq!(of(r#""pools.workers.size" = { from = 20, to = 50, step = 10 }"#), ["20", "30", "40", "50"]);
    assert_eq!(of(r#""pools.workers.size" = { from = 1, to = 6, step = 2 }"#), ["1", "3", "5"]);
    assert_eq!(
        of("pools.workers.size = { from = 1, to = 16, points = 5, scale = \"logarithmic\" }"),
        ["1", "2", "4", "8", "16"]
    );
    assert_eq!(of(r#""jobs.mail.slowdown" = { from = 1.0, to = 2.0, points = 3 }"#), ["1.0", "1.5", "2.0"]);
    let rates = of(r#""jobs.mail.arrivals.poisson.rate" = { from = "0.1/s", to = "0.4/s", step = "0.1/s" }"#);
    assert_eq!(rates, ["0.1/s", "0.2/s", "0.3/s", "0.4/s"]);
    assert_eq!(
        of(r#""pools.workers.size" = { from = 1, to = 3, points = 9 }"#),
        ["1", "2", "3"],
        "whole workers, each once"
    );
}

#[test]
fn the_values_of_a_range_reach_the_model() {
    let study =
        study("[sweep]\n\"jobs.mail.arrivals.poisson.rate\" = { from = \"60/min\", to = \"240/min\", points = 2 }");
    let rate = |i: usize| match &study.points[i].model.classes()[0].arrivals {
        Arrivals::Poisson { rate, .. } => rate.as_per_second(),
        other => panic!("{other:?}"),
    };
    assert_eq!((rate(1), rate(2)), (1.0, 4.0));
    assert_eq!(study.points[2].differences["jobs.mail.arrivals.poisson.rate"], "240/min");
}

#[test]
fn zipped_paths_go_side_by_side_and_are_combined_with_the_rest() {
    let study = study(
        "[sweep]\n\"jobs.mail.priority\" = [0, 1]\n[sweep.zip]\n\"pools.workers.size\" = [2, 4]\njobs.mail.slowdown = [1, 2]",
    );
    assert_eq!(points(&study), ["0 2 1", "0 4 2", "1 2 1", "1 4 2"]);
    assert!(!study.is_grid);
}

#[test]
fn points_may_be_stated_one_by_one() {
    let study = study(
        "[[sweep.points]]\n\"pools.workers.size\" = 2\njobs.mail.slowdown = 1\n\
         [[sweep.points]]\njobs.mail.slowdown = 3\n\"pools.workers.size\" = 9",
    );
    assert_eq!(points(&study), ["2 1", "9 3"]);
}

const HYPERCUBE: &str = r#"[sweep.latin_hypercube]
points = 20
"pools.workers.size" = { from = 1, to = 100 }
"jobs.mail.slowdown" = { from = 0.5, to = 8.0, scale = "logarithmic" }
"#;

#[test]
fn a_latin_hypercube_has_one_value_in_each_part_of_each_range() {
    let found = study(HYPERCUBE);
    let values: Vec<(f64, f64)> = points(&found)
        .iter()
        .map(|point| point.split_once(' ').expect("two values"))
        .map(|(size, slowdown)| (size.parse().expect("a number"), slowdown.parse().expect("a number")))
        .collect();
    assert_eq!(values.len(), 20);
    let mut sizes: Vec<u32> = values.iter().map(|(size, _)| ((size - 1.0) / 99.0 * 20.0).round() as u32).collect();
    let mut parts: Vec<u32> =
        values.iter().map(|(_, s)| (libm::log(s / 0.5) / libm::log(16.0) * 20.0) as u32).collect();
    assert_ne!(parts, (0..20).collect::<Vec<_>>(), "in random order");
    parts.sort_unstable();
    assert_eq!(parts, (0..20).collect::<Vec<_>>());
    sizes.sort_unstable();
    assert!(
        sizes.iter().zip(0..).all(|(found, part)| found.abs_diff(part) <= 1),
        "rounded to whole workers: {sizes:?}"
    );
    assert_eq!(points(&study(HYPERCUBE)), points(&found), "the same seed");
    assert_ne!(points(&study(&HYPERCUBE.replace("points = 20", "points = 20\nseed = 2"))), points(&found));
}

#[test]
fn constraints_leave_out_points() {
    let text = |constraint: &str| {
        format!("[sweep]\n\"pools.workers.size\" = [2, 4, 8]\n\"jobs.mail.slowdown\" = [1, 2, 3]\nwhere = {constraint}")
    };
    let of = |constraint: &str| points(&study(&text(constraint)));
    assert_eq!(of("\"jobs.mail.slowdown * 2 <= pools.workers.size - 2\""), ["4 1", "8 1", "8 2", "8 3"]);
    assert_eq!(of("[\"pools.workers.size > 2\", \"jobs.mail.slowdown / 2 < 1\"]"), ["4 1", "8 1"]);
    let rates = "[sweep]\n\"jobs.mail.arrivals.poisson.rate\" = [\"30/min\", \"2/s\"]\nwhere = \"jobs.mail.arrivals.poisson.rate < 1/s\"";
    assert_eq!(points(&study(rates)), ["30/min"], "quantities are compared in their units");
}

#[test]
fn the_files_of_points_that_are_no_grid_show_each_of_them() {
    let study = study(&HYPERCUBE.replace("points = 20", "points = 6"));
    let results = experiment::run(&study, &|_| ()).expect("a bounded backlog");
    let metrics = write_metrics(&results);
    assert!(metrics.starts_with("alternative,pools.workers.size,jobs.mail.slowdown,scope,"), "{metrics}");
    for point in points(&study) {
        let row = format!("base,{},class,mail,wait_p95,s,", point.replace(' ', ","));
        assert!(metrics.contains(&row), "{row}");
    }
    let outcome = write_outcome(&results, 100, &|_, text| text.to_owned());
    assert!(outcome.contains("Every objective met, at each of 6 points"), "{outcome}");
    assert!(outcome.lines().all(|line| line.chars().count() <= 100), "{outcome}");
    let pictures = draw_all(&results, Look::default());
    assert!(pictures.iter().any(|picture| picture.name == "sweep-points.png" && picture.bytes.len() > 10_000));
}

#[test]
fn a_sweep_goes_over_the_alternatives_that_it_names() {
    let alternatives =
        "[alternatives.fast]\npools.workers.speed = 2.0\n[alternatives.slow]\npools.workers.speed = 0.5\n";
    let swept = |names: &str| {
        let study = study(&format!("{alternatives}[sweep]\n\"pools.workers.size\" = [2, 3]\n{names}"));
        let swept = study.points.into_iter().filter(|point| !point.sweep.is_empty());
        swept.map(|point| format!("{} {}", point.alternative, point.sweep[0])).collect::<Vec<_>>()
    };
    assert_eq!(swept(""), ["base 2", "base 3", "fast 2", "fast 3", "slow 2", "slow 3"]);
    assert_eq!(swept("alternatives = [\"slow\", \"base\"]"), ["base 2", "base 3", "slow 2", "slow 3"]);
}
