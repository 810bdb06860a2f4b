//! The written formats: tables, JSON, Markdown and the run folder, from results made by hand.

mod browser;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tailback::experiment::{
    AxisResult, Curve, Difference, FigureName, Marker, MarkerKind, MetricResult, ObjectiveResult, PointResult,
    PrecisionResult, Results, ScopeKind, ScopeName, Settled, Settlement, Tail, Verdict, Warning,
};
use tailback::findings::{answer, relevant_differences};
use tailback::metric::Quantity;
use tailback::report::{
    NewFile, Origin, Portrait, RunFolder, Stamps, StoredError, read_origin, read_stored, summary_schema, write_curves,
    write_html, write_manifest, write_markdown, write_metrics, write_outcome, write_run_files, write_stored,
    write_summary,
};
use tailback::stats::Estimate;

fn scope(kind: ScopeKind, name: &str) -> ScopeName {
    ScopeName { kind, name: name.into() }
}

fn mail() -> ScopeName {
    scope(ScopeKind::Class, "mail")
}

fn estimate(mean: f64, half: f64) -> Estimate {
    Estimate { mean, low: Some(mean - half), high: Some(mean + half), count: 3 }
}

fn metric(scope: ScopeName, name: &str, unit: &str, estimate: Option<Estimate>) -> MetricResult {
    let values = vec![estimate.map(|e| e.mean); 3];
    MetricResult {
        scope,
        metric: name.parse().expect("a name of the table"),
        unit: unit.into(),
        estimate,
        at_least: false,
        count: None,
        values,
    }
}

fn share_objective(mean: f64, verdict: Verdict) -> ObjectiveResult {
    ObjectiveResult {
        text: "share(wait <= 30s) >= 99%".into(),
        scope: mail(),
        metric: "share(wait <= 30s)".into(),
        unit: "share".into(),
        bound: 0.99,
        larger_is_better: true,
        estimate: Some(estimate(mean, 0.005)),
        at_least: false,
        verdict,
        values: vec![Some(mean); 3],
        reason: None,
        tenant: None,
        tenant_name: None,
        by_day: Vec::new(),
        settled: None,
        bad_hours: None,
        late_s: None,
    }
}

/// What tells points of the fixture apart.
struct Shape {
    alternative: &'static str,
    sweep: Vec<String>,
    share: f64,
    cost: f64,
}

fn point(shape: Shape) -> PointResult {
    let all = || scope(ScopeKind::All, "all");
    let verdict = if shape.share > 0.995 { Verdict::Met } else { Verdict::Missed };
    let mut wait = metric(mail(), "wait_p95", "s", Some(estimate(5_000.0, 250.0)));
    (wait.at_least, wait.count) = (shape.alternative == "base", Some(600));
    PointResult {
        alternative: shape.alternative.into(),
        title: format!("The case {}", shape.alternative),
        sweep: shape.sweep,
        differences: BTreeMap::new(),
        replications: 3,
        directed: Vec::new(),
        days: Vec::new(),
        missing_events: Vec::new(),
        is_one_observation: false,
        metrics: vec![
            wait,
            metric(mail(), "staging_delay_mean", "s", None),
            metric(all(), "worker_hours", "h", Some(estimate(shape.cost * 20.0, 0.0))),
            metric(all(), "cost", "cost", Some(estimate(shape.cost, 0.0))),
            metric(all(), "drain_time", "s", Some(estimate(12_600.0, 300.0))),
        ],
        objectives: vec![share_objective(shape.share, verdict)],
        curves: vec![],
        tails: vec![],
        markers: vec![],
        fingerprint: "00ff".into(),
    }
}

fn curve() -> Curve {
    Curve {
        scope: mail(),
        metric: "wait_p95".parse().expect("a name of the table"),
        unit: "s".into(),
        mean: vec![Some(1.5), None, Some(0.1)],
        low: vec![Some(1.0), None, None],
        high: vec![Some(2.0), None, None],
        censored_from: None,
    }
}

/// A study with three alternatives and one swept path.
fn results() -> Results {
    let mut points = Vec::new();
    for (alternative, share, cost) in
        [("base", 0.541, 8.0), ("more-workers", 0.9996, 16.0), ("prioritised", 0.998, 8.0), ("slow | odd", 0.7, 8.0)]
    {
        points.push(point(Shape { alternative, sweep: vec![], share, cost }));
        for (size, better) in [("20", 0.0), ("40", 0.3), ("60", 0.4589)] {
            let share = (share + better).min(0.9999);
            points.push(point(Shape { alternative, sweep: vec![size.into()], share, cost }));
        }
    }
    points[0].curves = vec![curve()];
    points[0].markers =
        vec![Marker { kind: MarkerKind::Burst, label: "burst of mail".into(), from_s: 0.1, to_s: Some(0.2) }];
    points[4].differences = BTreeMap::from([("pools.workers.size".into(), "40".into())]);
    study(points)
}

fn study(points: Vec<PointResult>) -> Results {
    Results {
        version: "0.1.0".into(),
        name: "incident".into(),
        title: "Mass mails delay every job".into(),
        question: Some("Which remedy keeps mails within 30 seconds?".into()),
        source: Some("a report".into()),
        start: Some("2020-09-30T08:00:00-07:00[America/Los_Angeles]".into()),
        horizon_s: 28_800.0,
        step_s: 0.1,
        warmup_s: 0.0,
        warmup_found: None,
        replications: 3,
        precision: None,
        seed: 7,
        confidence: 0.95,
        is_grid: true,
        axes: vec![AxisResult {
            path: "pools.workers.size".into(),
            values: vec!["20".into(), "40".into(), "60".into()],
        }],
        classes: vec!["mail".into()],
        points,
        differences: vec![Difference {
            alternative: "prioritised".into(),
            scope: mail(),
            metric: FigureName::of("share(wait <= 30s)"),
            unit: "share".into(),
            base: 0.541,
            value: 0.998,
            estimate: estimate(0.457, 0.01),
            words: "`prioritised` raises the share of mail within 30 s by 44.7 to 46.7 percentage points".into(),
        }],
        difference_confidence: 0.983,
        sensitivity: None,
        warnings: vec![Warning {
            kind: "few-replications".into(),
            alternatives: vec!["base".into()],
            text: "3 replications give wide intervals: use `--replications 30`".into(),
        }],
    }
}

fn origin() -> Origin {
    Origin {
        file: "incident.toml".into(),
        text: "title = \"x\"\n".into(),
        arguments: vec!["--set".into(), "jobs.mail.slowdown=3".into(), "--alternative".into(), "slow | odd".into()],
        defaults: vec![("jobs.mail.priority".into(), "0".into())],
    }
}

fn plain(_: tailback::findings::Tone, text: &str) -> String {
    text.to_owned()
}

/// The rows of a CSV text by column name.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn the_answer_names_the_shortfall_and_the_cheapest_remedy() {
    assert_eq!(
        answer(&results()),
        "Base case: mail misses `share(wait <= 30s) >= 99%` with 54.1 % (53.6 to 54.6 %). Of 3 alternatives, 2 meet every objective; the \
         cheapest is `prioritised`, at no extra cost; `slow | odd` misses `share(wait <= 30s) >= 99%` by 29.0 percentage points. With \
         `pools.workers.size` from 20 to 60, the base meets every objective only at 60."
    );
}

/// A curve of `mail` with a step of an hour.
fn hourly(metric: &str, values: [f64; 8]) -> Curve {
    let mean: Vec<_> = values.into_iter().map(Some).collect();
    let (low, high) = (mean.clone(), mean.clone());
    Curve { metric: metric.parse().expect("a name of the table"), mean, low, high, ..curve() }
}

#[test]
fn the_answer_tells_for_how_long_most_jobs_are_late_and_the_terminal_draws_the_backlog() {
    let mut results = results();
    results.step_s = 3600.0;
    let waits = hourly("wait_p50", [1.0, 31.0, 60.0, 45.0, 30.0, 2.0, 0.0, 0.0]);
    let ready = hourly("ready", [0.0, 100.0, 400.0, 800.0, 799.0, 300.0, 20.0, 0.0]);
    results.points[0].curves = vec![waits.clone(), ready];
    let late = |hours: f64| {
        metric(scope(ScopeKind::Class, "mail"), "most(wait > 30 s)", "s", Some(estimate(hours * 3_600.0, 0.0)))
    };
    results.points[0].metrics.push(late(3.0));
    results.points[0].objectives[0].late_s = Some((3_600.0, 4.0 * 3_600.0));
    assert!(answer(&results).contains("Base case: most mail jobs wait over 30 s for 3 h, from 09:00 to 12:00; `share(wait <= 30s) >= 99%` is missed with 54.1 %"));
    let text = write_outcome(&results, 100, &plain);
    assert!(text.contains("mail  ▁▂▅██▄▁▁  up to 800, 11:00\n"), "{text}");
    *results.points[0].metrics.last_mut().unwrap() = late(4.0);
    results.points[0].objectives[0].late_s = None;
    assert!(answer(&results).contains("most mail jobs wait over 30 s for 4 h; "));
    *results.points[0].metrics.last_mut().unwrap() = late(0.0);
    assert!(!answer(&results).contains("most mail jobs"));
}

#[test]
fn the_answer_says_what_is_met_and_what_is_open() {
    let mut results = study(vec![
        point(Shape { alternative: "base", sweep: vec![], share: 0.998, cost: 8.0 }),
        point(Shape { alternative: "cheaper", sweep: vec![], share: 0.98, cost: 4.0 }),
    ]);
    results.axes.clear();
    results.points[1].objectives[0].verdict = Verdict::Undecided;
    assert_eq!(
        answer(&results),
        "Base case: mail meets `share(wait <= 30s) >= 99%` with 99.8 % (99.3 to 100 %). The alternative `cheaper` does not meet \
         every objective for certain; more replications are needed to judge `cheaper`."
    );
}

#[test]
fn the_answer_counts_what_else_is_missed_and_tells_which_alert_sees_it() {
    let mut base = point(Shape { alternative: "base", sweep: vec![], share: 0.5, cost: 8.0 });
    let whole = ObjectiveResult {
        text: "drain_time < 2h".into(),
        scope: scope(ScopeKind::All, "all"),
        ..base.objectives[0].clone()
    };
    base.objectives.push(whole);
    let alert = |name: &str, after: Option<f64>| {
        let of = |metric: &str, unit, value: Option<f64>| {
            self::metric(scope(ScopeKind::Alert, name), metric, unit, value.map(|v| estimate(v, 0.0)))
        };
        [of("fired", "share", Some(f64::from(u8::from(after.is_some())))), of("fired_after", "s", after)]
    };
    base.metrics.extend([alert("depth", Some(5400.0)), alert("age", Some(600.0)), alert("beat", None)].concat());
    base.metrics.push(metric(scope(ScopeKind::Fault, "driver down"), "drain_time", "s", None));
    let mut results = study(vec![base]);
    results.axes.clear();
    assert_eq!(
        answer(&results),
        "Base case: mail misses `share(wait <= 30s) >= 99%` with 50.0 % (49.5 to 50.5 %); the other objective is missed too. Of 3 alerts, \
         `age` fires first, 10 min after the fault began; `depth` last, after 1 h 30 min, and 1 never."
    );
    results.points[0].objectives[0].verdict = Verdict::Met;
    results.points[0].metrics.retain(|metric| !["depth", "beat", "driver down"].contains(&metric.scope.name.as_str()));
    assert!(
        answer(&results).ends_with("`drain_time < 2h` is missed with 50.0 % (49.5 to 50.5 %); the other objective is met. The alert `age` fires 10 min after the start."),
        "{}",
        answer(&results)
    );
}

#[test]
fn the_answer_counts_the_points_of_a_sweep_over_several_paths() {
    let mut results = results();
    results.axes.push(AxisResult { path: "jobs.mail.slowdown".into(), values: vec!["1".into()] });
    assert!(
        answer(&results).ends_with("1 of the 3 swept points of the base meets every objective: 60."),
        "{}",
        answer(&results)
    );
}

#[test]
fn a_study_without_objectives_is_answered_with_its_waits() {
    let mut only = point(Shape { alternative: "base", sweep: vec![], share: 0.9, cost: 8.0 });
    only.objectives.clear();
    only.metrics.push(metric(scope(ScopeKind::All, "all"), "wait_p95", "s", Some(estimate(45.0, 2.0))));
    let mut results = study(vec![only]);
    results.axes.clear();
    assert_eq!(
        answer(&results),
        "Base case: the p95 wait of all jobs is 45 s (43 s to 47 s); the scenario states no objective."
    );
    assert!(write_outcome(&results, 100, &plain).contains("p95 wait"));
}

#[test]
fn the_printed_outcome_fits_its_width_and_leads_with_the_answer() {
    let text = write_outcome(&results(), 100, &plain);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    insta::assert_snapshot!("outcome", text);
}

#[test]
fn only_differences_that_concern_objectives_are_told() {
    let mut results = results();
    let mut other = results.differences[0].clone();
    other.metric = FigureName::of("backlog_max");
    results.differences.push(other);
    assert_eq!(relevant_differences(&results).len(), 1);
}

#[test]
fn metrics_are_tidy_and_absent_values_are_empty_cells() {
    let text = write_metrics(&results());
    assert_eq!(
        text.lines().next(),
        Some("alternative,pools.workers.size,scope,name,metric,unit,mean,ci_low,ci_high,replications,count,at_least")
    );
    let rows = rows(&text);
    assert_eq!(rows.len(), 16 * 6);
    let wait = &rows[0];
    assert_eq!((wait["mean"].as_str(), wait["ci_low"].as_str(), wait["count"].as_str()), ("5000", "4750", "600"));
    assert_eq!((wait["at_least"].as_str(), wait["pools.workers.size"].as_str()), ("true", ""));
    let absent = &rows[1];
    assert_eq!((absent["mean"].as_str(), absent["ci_high"].as_str(), absent["replications"].as_str()), ("", "", "0"));
    let objective = &rows[5];
    assert_eq!((objective["metric"].as_str(), objective["mean"].as_str()), ("share(wait <= 30s)", "0.541"));
    assert_eq!(rows[6]["pools.workers.size"], "20");
    assert!(rows.iter().any(|row| row["alternative"] == "slow | odd"));
}

#[test]
fn curves_carry_the_wall_clock_with_its_offset() {
    let text = write_curves(&results());
    insta::assert_snapshot!("curves", text);
}

#[test]
fn curves_without_a_start_have_an_empty_clock() {
    let mut results = results();
    results.start = None;
    assert!(rows(&write_curves(&results)).iter().all(|row| row["clock"].is_empty()));
}

#[test]
fn the_clock_follows_the_change_to_winter_time() {
    let mut results = results();
    results.start = Some("2020-11-01T01:00:00-07:00[America/Los_Angeles]".into());
    results.step_s = 3_600.0;
    let clocks: Vec<String> =
        rows(&write_curves(&results)).into_iter().map(|mut row| row.remove("clock").unwrap()).collect();
    assert_eq!(clocks, ["2020-11-01T01:00:00-08:00", "2020-11-01T02:00:00-08:00", "2020-11-01T03:00:00-08:00"]);
}

#[test]
fn the_summary_is_as_its_published_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(&summary_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut summary: serde_json::Value = serde_json::from_str(&write_summary(&results())).unwrap();
    let problems: Vec<String> = validator.iter_errors(&summary).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(summary["points"][0]["objectives"][0]["verdict"], "missed");
    assert_eq!(summary["points"][0]["metrics"][1]["estimate"], serde_json::Value::Null);
    summary["points"][0]["objectives"][0]["verdict"] = "perhaps".into();
    assert!(!validator.is_valid(&summary), "the schema refuses nothing");
}

#[test]
fn a_run_to_precision_says_what_it_did() {
    let mut results = results();
    assert!(!write_markdown(&results, &origin(), &[]).contains("## Replications"));
    results.precision =
        Some(PrecisionResult { first: 3, most: 24, half_width: Some(0.05), looks: 4, look_confidence: 0.9875 });
    let settle = |point: &mut PointResult, replications, how: Option<Settled>| {
        point.replications = replications;
        point.objectives[0].settled = how.map(|how| Settlement { replications, how });
    };
    settle(&mut results.points[0], 24, None);
    settle(&mut results.points[4], 12, Some(Settled::Precise));
    results.points.truncate(6);
    settle(&mut results.points[5], 3, Some(Settled::Decided));
    let markdown = write_markdown(&results, &origin(), &[]);
    for part in [
        "From 3 to 24 replications with 95 % intervals: ",
        "given replications, 3 at first and up to 24 in batches that double, until every objective was decided or its half-width was \
         at most 5 % of its value. With 4 looks, each interval is taken at 98.8 %, so that it holds at 95 % whichever look was the last.",
        "| base | 24 | the most, with `share(wait <= 30s) >= 99%` of mail open |",
        "| more-workers | 12 | `share(wait <= 30s) >= 99%` of mail was precise enough last, by 12 |",
        "| more-workers, 20 | 3 | every objective decided |",
    ] {
        assert!(markdown.contains(part), "{part} in {markdown}");
    }
    let text = write_outcome(&results, 100, &plain);
    assert!(
        text.contains("- base: 24 replications, the most, with `share(wait <= 30s) >= 99%` of mail open"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/summary.schema.json");
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == summary_schema(), "renew it: `tailback schema summary > schema/summary.schema.json`");
}

#[test]
fn stored_results_are_read_back_exactly() {
    let mut results = results();
    results.points[0].metrics[0].values = vec![Some(0.1 + 0.2), Some(f64::MIN_POSITIVE), None];
    assert_eq!(read_stored(&write_stored(&results)).unwrap(), results);
}

#[test]
fn stored_results_of_another_format_are_told_from_damaged_ones() {
    let newer = write_stored(&results()).replacen("\"format\":3", "\"format\":4", 1);
    let error = read_stored(&newer).unwrap_err();
    assert!(matches!(error, StoredError::OtherFormat(4)));
    assert!(error.to_string().contains("run the scenario again"), "{error}");
    assert!(matches!(read_stored("{\"format\":3,").unwrap_err(), StoredError::Damaged(_)));
}

#[test]
fn the_manifest_names_scenario_seed_and_fingerprints_but_neither_time_nor_place() {
    let stamps = Stamps::new(vec!["manifest.json".to_owned()], "0".repeat(64), &Portrait::default());
    let text = write_manifest(&results(), &origin(), &stamps);
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(manifest["scenario"]["text"], origin().text);
    assert_eq!(manifest["scenario"]["blake3"], blake3::hash(origin().text.as_bytes()).to_hex().to_string());
    assert_eq!((manifest["seed"].as_u64(), manifest["points"].as_array().unwrap().len()), (Some(7), 16));
    assert_eq!(manifest["points"][1]["sweep"][0], "20");
    assert_eq!(manifest["warnings"][0]["kind"], "few-replications");
    assert_eq!(read_origin(&text).unwrap(), origin());
}

/// A name that tries to become markup, a script, an attribute or another line.
const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`&\u{2028}\u{202e}{{ 7 * 7 }}";

#[test]
fn the_html_report_holds_all_it_needs_and_fetches_nothing() {
    let page = write_html(&results(), &origin(), &Portrait::default());
    for part in [
        "<h1><bdi>Mass mails delay every job</bdi></h1>",
        "Which remedy keeps mails within 30 seconds?",
        "<code>prioritised</code>, at no extra cost;",
        "<h2>Objectives</h2>",
        "raises the share of mail within 30 s by 44.7 to 46.7 percentage points",
        "3 replications give wide intervals",
        "<dt><bdi>jobs.mail.priority</bdi></dt>",
        "tailback run incident.toml --set jobs.mail.slowdown=3 --alternative &#x27;slow | odd&#x27;",
        "default-src 'none'",
        "<noscript>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    for fetch in [
        "src=",
        "href=\"http",
        "url(h",
        "url(d",
        "url('",
        "url(\"",
        "@import",
        "fetch(",
        "XMLHttpRequest",
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
    ] {
        assert!(!page.contains(fetch), "{fetch}");
    }
    let addresses: Vec<&str> =
        page.split("http").skip(1).filter(|rest| rest.starts_with("s:") || rest.starts_with(":")).collect();
    assert!(
        addresses.iter().all(|rest| rest.starts_with("://www.w3.org/2000/svg\"")),
        "only the name of SVG is an address"
    );
}

#[test]
fn the_data_of_the_html_report_are_json_and_short() {
    let page = write_html(&results(), &origin(), &Portrait::default());
    let data = page.split("id=\"data\"").nth(1).and_then(|rest| rest.split_once('>')).unwrap().1;
    let data: serde_json::Value = serde_json::from_str(data.split("</script>").next().unwrap()).unwrap();
    assert_eq!(data["cases"][0]["waits"][0]["p95"]["mean"], serde_json::json!([1.5, null, 0.1]));
    assert_eq!(data["cases"][0]["waits"][0]["p95"]["half"], serde_json::json!([0.5, null, null]));
    assert_eq!(data["clock"]["offsets"][0], serde_json::json!([0, -25_200]));
    assert_eq!(
        data["promises"][0],
        serde_json::json!({"class": 0, "time": 30.0, "share": 0.99, "text": "share(wait <= 30s) >= 99%"})
    );
    assert_eq!(data["facets"][0]["readings"][0]["value"], serde_json::json!([0.541, 0.536, 0.546]));
    assert_eq!(data["sweep"]["points"][2]["at"], serde_json::json!([2]));
}

/// The study with this text wherever text can stand, and a curve of every kind.
fn hostile_results(text: &str) -> Results {
    let text = || text.to_owned();
    let mut results = results();
    (results.title, results.question, results.source) = (text(), Some(text()), Some(text()));
    (results.classes, results.step_s) = (vec![text()], 9_600.0);
    results.axes[0].path = text();
    let curve = |kind, metric: &str| Curve {
        scope: scope(kind, ""),
        metric: metric.parse().expect("a name of the table"),
        ..curve()
    };
    for point in &mut results.points {
        point.curves = vec![
            curve(ScopeKind::Class, "wait_p95"),
            curve(ScopeKind::Pool, "busy"),
            curve(ScopeKind::Pool, "available"),
            curve(ScopeKind::Pool, "booting"),
            curve(ScopeKind::Provider, "calls_in_progress"),
            curve(ScopeKind::Provider, "calls_waiting"),
            curve(ScopeKind::Alert, "firing"),
        ];
        point.title = text();
        point.metrics.iter_mut().for_each(|metric| metric.scope.name = text());
        point.objectives.iter_mut().for_each(|objective| objective.scope.name = text());
        point.curves.iter_mut().for_each(|curve| curve.scope.name = text());
        point.curves.push(Curve {
            metric: "ready".parse().expect("a name of the table"),
            scope: scope(ScopeKind::All, "all"),
            ..self::curve()
        });
        let (x_s, share) = (vec![0.1, 1.0, 60.0], vec![0.9, 0.5, 0.1]);
        point.tails = vec![Tail { scope: scope(ScopeKind::Class, &text()), metric: Quantity::Wait, x_s, share }];
        point.markers = vec![Marker { kind: MarkerKind::Outage, label: text(), from_s: 900.0, to_s: None }];
    }
    results.points[4].alternative = text();
    results.points[4].differences = BTreeMap::from([(text(), text())]);
    results.warnings[0].text = text();
    results.differences[0].words = text();
    results
}

fn hostile_origin(text: &str) -> Origin {
    let text = || text.to_owned();
    Origin { file: text(), text: text(), arguments: vec![text()], defaults: vec![(text(), text())] }
}

#[test]
fn hostile_text_stays_text_in_the_html_report() {
    let calm = write_html(&results(), &origin(), &Portrait::default());
    let page = write_html(&hostile_results(HOSTILE), &hostile_origin(HOSTILE), &Portrait::default());
    for tag in ["<script", "</script", "<img", "<style", "<h1"] {
        assert_eq!(page.matches(tag).count(), calm.matches(tag).count(), "{tag}");
    }
    let data = page.split("id=\"data\"").nth(1).unwrap();
    assert!(!data.contains('\u{2028}') && data.contains("\\u2028"), "old engines take it for the end of a line");
    assert!(page.contains("{{ 7 * 7 }}"), "text is no template");
}

#[test]
fn results_that_hold_nothing_have_an_html_report_too() {
    let page = write_html(&study(vec![]), &origin(), &Portrait::default());
    assert!(page.contains("<h1>") && page.ends_with("</html>"), "{page}");
}

#[test]
fn the_markdown_summary_reads_well() {
    let text = write_markdown(&results(), &origin(), &["latency.png".to_owned()]);
    insta::assert_snapshot!("summary", text);
}

#[test]
fn a_finished_run_replaces_the_files_of_the_one_before_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let folder = RunFolder::prepare(&place.path().join("a/b")).unwrap();
    let picture = |name: &str| NewFile::new(name, || vec![1, 2]);
    let made_of = (&origin(), &Portrait::default());
    let pictures = vec![picture("sweep-x.png"), picture("latency.png")];
    folder.write(write_run_files((&results(), &results()), made_of, pictures)).unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    folder
        .write(write_run_files(
            (&results(), &results()),
            (&origin(), &Portrait::default()),
            vec![picture("latency.png")],
        ))
        .unwrap();
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "curves.csv",
            "latency.png",
            "manifest.json",
            "metrics.csv",
            "notes.txt",
            "report.html",
            "results.json",
            "summary.json",
            "summary.md"
        ]
    );
}

#[test]
fn a_manifest_cannot_have_files_elsewhere_removed() {
    let place = tempfile::tempdir().unwrap();
    let outside = place.path().join("precious.txt");
    fs::write(&outside, "x").unwrap();
    let folder = RunFolder::prepare(&place.path().join("run")).unwrap();
    fs::write(folder.path().join("manifest.json"), "{\"files\": [\"../precious.txt\", \"..\", \"\"]}").unwrap();
    folder.write([("manifest.json".to_owned(), b"{}".to_vec())]).unwrap();
    assert!(outside.exists());
}

#[test]
fn a_write_that_fails_leaves_all_files_as_they_were() {
    let place = tempfile::tempdir().unwrap();
    let folder = RunFolder::prepare(place.path()).unwrap();
    folder.write([("a.txt".to_owned(), b"old".to_vec())]).unwrap();
    fs::create_dir(place.path().join("b.txt")).unwrap();
    let new = |name: &str| (name.to_owned(), b"new".to_vec());
    let error = folder.write([new("a.txt"), new("b.txt")]).unwrap_err();
    assert!(error.to_string().contains("b.txt"), "{error}");
    assert_eq!(fs::read_to_string(place.path().join("a.txt")).unwrap(), "old");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2, "no half-written file is left");
}

#[test]
fn a_place_that_cannot_be_written_to_is_told_before_the_run() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = RunFolder::prepare(&file.join("run")).unwrap_err();
    assert!(error.to_string().starts_with("cannot create the folder `"), "{error}");
}

#[test]
#[cfg(unix)]
fn files_can_be_read_by_others_as_far_as_the_umask_allows() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    RunFolder::prepare(place.path()).unwrap().write([("a.txt".to_owned(), b"x".to_vec())]).unwrap();
    let plain = place.path().join("plain.txt");
    fs::write(&plain, "x").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.path().join("a.txt")), mode(&plain) & 0o644);
}
