//! The incidents give the figures that their owners reported, and the scenarios of systems and of scale run.

use std::path::{Path, PathBuf};

use tailback::experiment::{self, MetricResult, PointResult, Results, ScopeKind};
use tailback::report::OfferedLoad;
use tailback::scenario::{self, Overrides};
use tailback::stats::Estimate;

fn in_folder(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file)
}

fn run(file: &str, overrides: &Overrides) -> Results {
    let scenario = scenario::load(&in_folder(file), overrides).unwrap_or_else(|error| panic!("{error:?}"));
    experiment::run(&scenario.study, &|_| ()).expect("a bounded backlog")
}

fn run_text(text: &str) -> Results {
    let scenario =
        scenario::parse("test.toml".as_ref(), text, &Overrides::default()).unwrap_or_else(|e| panic!("{e:?}"));
    experiment::run(&scenario.study, &|_| ()).expect("a bounded backlog")
}

fn point<'a>(results: &'a Results, alternative: &str) -> &'a PointResult {
    let wanted = |point: &&PointResult| point.alternative == alternative && point.sweep.is_empty();
    results.points.iter().find(wanted).expect("the alternative is simulated")
}

fn metric<'a>(point: &'a PointResult, kind: ScopeKind, name: &str, metric: &str) -> &'a MetricResult {
    let wanted = |m: &&MetricResult| m.scope.kind == kind && m.scope.name == name && m.metric.name() == metric;
    point.metrics.iter().find(wanted).unwrap_or_else(|| panic!("no {metric} of {name}"))
}

fn estimate(point: &PointResult, kind: ScopeKind, name: &str, wanted: &str) -> Estimate {
    metric(point, kind, name, wanted).estimate.expect("a value")
}

fn contains(estimate: Estimate, value: f64) -> bool {
    estimate.low.expect("an interval") <= value && value <= estimate.high.expect("an interval")
}

const INCIDENT_A: &str = "12twenty-2020-mass-mail.toml";
const INCIDENT_B: &str = "kimono-2021-dispatcher-outage.toml";

fn incident_a() -> Results {
    let added = r#"jobs.verification-mail.objectives=["time(wait > 60s) <= 10m"]"#.to_owned();
    let only = vec!["base".to_owned(), "prioritised".to_owned()];
    run(INCIDENT_A, &Overrides { set: vec![added], replications: Some(30), only, ..Overrides::default() })
}

#[test]
fn small_jobs_wait_over_a_minute_for_three_and_a_half_hours_after_the_mass_mail() {
    let results = incident_a();
    let base = point(&results, "base");
    let late = base.objectives.iter().find(|objective| objective.metric == "time(wait > 60s)").expect("the objective");
    let hours = late.estimate.expect("a value").mean / 3600.0;
    assert!((3.2..=3.7).contains(&hours), "{hours} h");
    let prioritised = estimate(point(&results, "prioritised"), ScopeKind::Class, "verification-mail", "wait_p95");
    assert!(prioritised.high.expect("an interval") < 15.0, "{prioritised:?}");
}

#[test]
fn the_staging_place_fills_for_25_hours_and_5_minutes_while_the_queue_stays_empty() {
    let only = vec!["base".to_owned()];
    let results = run(INCIDENT_B, &Overrides { replications: Some(5), only, ..Overrides::default() });
    let base = point(&results, "base");
    let outage = base.markers.iter().find(|marker| marker.to_s.is_some()).expect("the outage is marked");
    let (from, to) = (outage.from_s, outage.to_s.expect("an end"));
    assert_eq!(to - from, 25.0 * 3600.0 + 5.0 * 60.0, "as reported");

    let age = estimate(base, ScopeKind::Dispatcher, "canvas-driver-d2", "staged_age_max");
    assert!((age.mean - (to - from)).abs() <= results.step_s, "{age:?}");

    let depth =
        base.curves.iter().find(|c| c.scope.kind == ScopeKind::Queue && c.metric.name() == "depth").expect("a curve");
    let staged = base.curves.iter().find(|c| c.metric.name() == "staged_depth").expect("a curve");
    let during =
        |i: &usize| ((i + 1) as f64 * results.step_s) > from + 3600.0 && ((i + 1) as f64 * results.step_s) < to;
    let steps: Vec<usize> = (0..depth.mean.len()).filter(during).collect();
    assert!(steps.len() > 20);
    assert!(steps.iter().all(|&i| depth.mean[i] == Some(0.0)), "nothing enters the queue during the outage");
    assert!(steps.windows(2).all(|pair| staged.mean[pair[0]] <= staged.mean[pair[1]]), "staging only grows");
}

/// An outage of two hours at a constant rate: 8 workers, load `rho`, doubled at its end if asked.
fn outage(rho: f64, doubled: bool) -> Results {
    let rate = 8.0 * rho;
    let event = r#"events.double = { at = "3h", set = { pools.workers.size = 16 }, until = "drained" }"#;
    run_text(&format!(
        r#"
        title = "A dispatcher outage at a constant rate"
        run = {{ horizon = "16h", replications = 30, confidence = "99.9%" }}
        {event}
        [jobs.mail]
        via = "driver"
        arrivals.poisson = {{ rate = "{rate}/s" }}
        service_time.exponential = {{ mean = "1s" }}
        [dispatchers.driver]
        outages = [{{ from = "1h", to = "3h" }}]
        [pools.workers]
        size = 8
        "#,
        event = if doubled { event } else { "" },
    ))
}

#[test]
fn the_backlog_of_an_outage_drains_in_t_rho_over_one_minus_rho() {
    for (rho, doubled) in [(0.5, false), (0.7, false), (0.5, true), (0.7, true)] {
        let results = outage(rho, doubled);
        let drain = estimate(&results.points[0], ScopeKind::Fault, "driver down", "drain_time");
        let load = if doubled { rho / 2.0 } else { rho };
        let fluid = 7200.0 * load / (1.0 - load);
        assert!(contains(drain, fluid), "rho {rho} doubled {doubled}: {fluid} outside {drain:?}");
        let half_width = (drain.high.expect("an interval") - drain.low.expect("an interval")) / 2.0;
        assert!(half_width < 0.02 * fluid, "rho {rho} doubled {doubled}: half-width {half_width}");
    }
}

#[test]
fn a_new_job_after_the_flood_waits_as_the_fluid_limit_says() {
    let results = outage(0.5, false);
    let base = &results.points[0];
    let wait = base
        .curves
        .iter()
        .find(|c| c.scope.kind == ScopeKind::Class && c.metric.name() == "wait_mean")
        .expect("a curve");
    for minutes_after in [20.0, 60.0] {
        let created = 3.0 * 3600.0 + minutes_after * 60.0;
        let step = (created / results.step_s) as usize;
        let middle = (step as f64 + 0.5) * results.step_s - 3.0 * 3600.0;
        let fluid = 7200.0 * 0.5 - middle * 0.5;
        let measured = wait.mean[step].expect("jobs in the step");
        assert!((measured - fluid).abs() < 0.03 * fluid, "{minutes_after} min after: {measured} s, fluid {fluid} s");
    }
}

#[test]
fn what_is_created_during_an_outage_is_staged_and_nothing_else() {
    let results = outage(0.5, false);
    let staged = estimate(&results.points[0], ScopeKind::Dispatcher, "driver", "staged_max");
    assert!(contains(staged, 4.0 * 7200.0), "{staged:?}");
    let curve =
        results.points[0].curves.iter().find(|c| c.scope.kind == ScopeKind::Class && c.metric.name() == "staged");
    let mean = &curve.expect("a curve").mean;
    let middle = (2.0 * 3600.0 / results.step_s) as usize;
    let expected = 4.0 * (3600.0 + results.step_s / 2.0);
    let measured = mean[middle].expect("a value");
    assert!((measured - expected).abs() < 0.02 * expected, "{measured} jobs an hour into the outage, not {expected}");
}

const UNSEEN: &str = "incidents/kimono-2021-unseen-by-alerts.toml";

/// Seconds from the start of the outage to the first firing, in every replication; `None` where it never fires.
fn fired_after(point: &PointResult, alert: &str) -> Vec<Option<f64>> {
    metric(point, ScopeKind::Alert, alert, "fired_after").values.clone()
}

#[test]
fn alerts_on_queues_stay_silent_for_25_hours_and_one_on_staging_fires_at_its_threshold() {
    let results = run(UNSEEN, &Overrides { replications: Some(6), ..Overrides::default() });
    let outage = 25.0 * 3600.0 + 5.0 * 60.0;
    for alternative in ["base", "crash-loop", "hung"] {
        let point = point(&results, alternative);
        for queue_alert in ["queue-depth", "queue-age"] {
            let fired = fired_after(point, queue_alert);
            assert!(fired.iter().all(|after| after.is_some_and(|after| after >= outage)), "{queue_alert}: {fired:?}");
        }
        // 30 min of age, 5 min of `for`, and up to a minute each for the first job and the check.
        let staged = fired_after(point, "staged-age");
        assert!(staged.iter().all(|after| after.is_some_and(|s| (2100.0..=2220.0).contains(&s))), "{staged:?}");
        let canary = fired_after(point, "canary");
        assert!(canary.iter().all(|after| after.is_some_and(|s| (900.0..=1020.0).contains(&s))), "{canary:?}");
        let false_alarms = estimate(point, ScopeKind::Alert, "staged-age", "false_alarms");
        assert_eq!(false_alarms.mean, 0.0, "nothing is staged for long without the outage");
    }
    let liveness = |alternative| fired_after(point(&results, alternative), "liveness");
    assert!(liveness("base").iter().all(|after| after.is_some_and(|s| (300.0..=420.0).contains(&s))));
    assert!(liveness("crash-loop").iter().chain(&liveness("hung")).all(Option::is_none), "they look alive");
}

/// Without faults the run itself is what alerts are watched in; with one that touches nothing they are watched beside it.
#[test]
fn false_alarms_are_the_same_whether_they_are_counted_in_the_run_or_beside_it() {
    let plain = r#"
run = { horizon = "40h", curve_step = "1h", replications = 3 }
[jobs.mail]
queue = "mail"
arrivals.poisson.rate = "9/m"
service_time.exponential.mean = "6s"
[pools.workers]
size = 1
take.strict = ["mail"]
[alerts.deep]
when = "depth(mail) > 15 for 2m"
every = "1m"
"#;
    let untouched = r#"
[jobs.ghost]
queue = "ghost"
via = "driver"
arrivals.poisson.rate = "0.000000000001/s"
service_time.constant = "1s"
[pools.spare]
size = 1
take.strict = ["ghost"]
[dispatchers.driver]
interval = "1h"
outages = [{ from = "1h", to = "2h" }]
"#;
    let false_alarms = |text: &str| {
        let results = run_text(text);
        metric(point(&results, "base"), ScopeKind::Alert, "deep", "false_alarms").values.clone()
    };
    let counted = false_alarms(plain);
    assert_eq!(counted, false_alarms(&format!("{plain}{untouched}")));
    assert!(counted.iter().all(|times| times.is_some_and(|times| times > 10.0)), "{counted:?}");
}

#[test]
fn whoever_restarts_the_driver_after_the_staging_alert_saves_nearly_all_of_the_backlog() {
    let only = vec!["base".to_owned(), "restarted".to_owned()];
    let results = run(UNSEEN, &Overrides { replications: Some(8), only, ..Overrides::default() });
    let saved = results.differences.iter().find(|d| d.alternative == "restarted" && d.metric.name() == "mean(backlog)");
    let saved = saved.expect("the difference of the objective");
    // 1.7/s x 25.08 h make 153 000 jobs at the end of the outage, and as many hours again until they are done.
    let job_hours = -saved.estimate.mean * 120.0;
    assert!((5.0e6..6.2e6).contains(&job_hours), "{job_hours} job-hours");
    assert!(saved.estimate.high.expect("an interval") < 0.0);
    let acted = estimate(point(&results, "restarted"), ScopeKind::Response, "restart-driver", "acted_after");
    assert!((2500.0..4200.0).contains(&acted.mean), "35 min and a median of 15 min: {acted:?}");
}

/// A job of 1 s every 10 s for one worker, and a driver that is down from 60 s on, with these further lines.
fn drain_of_small_outage(driver: &str, rest: &str) -> f64 {
    let text = format!(
        r#"
        title = "A small outage"
        run = {{ horizon = "20m", replications = 1 }}
        {rest}
        [jobs.mail]
        via = "driver"
        arrivals.periodic = {{ every = "10s" }}
        service_time.constant = "1s"
        [dispatchers.driver]
        {driver}
        [pools.workers]
        size = 1
        "#
    );
    estimate(&run_text(&text).points[0], ScopeKind::Fault, "driver down", "drain_time").mean
}

#[test]
fn the_drain_begins_when_the_dispatcher_is_back_whatever_was_planned() {
    // The alert fires at 180 s, somebody acts at 210 s: 15 jobs are moved then, and those of 210 s and 220 s come before they
    // are done, so that the last of 17 starts at 226 s.
    let restarted = drain_of_small_outage(
        r#"outages = [{ from = "60s", to = "10m" }]"#,
        r#"
        alerts.staged = { when = "staged_age(driver) > 60s" }
        responses.restart = { on = "staged", after = "30s", restart = "driver" }
        "#,
    );
    assert_eq!(restarted, 16.0);
    // A restart from 100 s on holds the driver down for 2 min: 16 jobs are moved at 220 s, and the last of 18 starts at 237 s.
    let held = drain_of_small_outage(
        r#"
        outages = [{ from = "60s", to = "2m" }]
        restart = { every = "1h", takes = "2m", first = "100s" }
        "#,
        "",
    );
    assert_eq!(held, 17.0);
}

#[test]
fn a_stop_drains_as_long_as_its_owner_reported() {
    let drain = |file: &str| {
        let overrides = Overrides { replications: Some(20), only: vec!["base".to_owned()], ..Overrides::default() };
        estimate(point(&run(file, &overrides), "base"), ScopeKind::All, "all", "drain_time")
    };
    // Reported: 392 min at GitLab, 58 min at Postmark, 43 min after the workers that did not work.
    let reported = [
        ("incidents/gitlab-2021-stop-and-drain.toml", 392.0, 0.05),
        ("incidents/postmark-stop-and-drain.toml", 58.0, 0.02),
        ("incidents/gitlab-2024-zombie-workers.toml", 43.0, 0.02),
    ];
    for (file, minutes, tolerance) in reported {
        let found = drain(file);
        assert!((found.mean / 60.0 - minutes).abs() < tolerance * minutes, "{file}: {found:?}");
        assert!(found.half_width().expect("an interval") < 0.03 * found.mean, "{file}: {found:?}");
    }
}

/// The scenario files below a folder of the repository.
fn scenarios_below(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(in_folder(folder)).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    names.filter(|name| name.ends_with(".toml")).map(|name| format!("{folder}/{name}")).collect()
}

#[test]
fn every_incident_runs_and_names_its_source_and_its_question() {
    let files = scenarios_below("incidents");
    assert!(files.len() >= 12, "{files:?}");
    for file in files {
        let only = vec!["base".to_owned()];
        let results = run(&file, &Overrides { replications: Some(2), only, ..Overrides::default() });
        assert!(results.source.is_some() && results.question.is_some(), "{file}");
        let finished = estimate(&results.points[0], ScopeKind::All, "all", "finished");
        assert!(finished.mean > 0.0, "{file}");
    }
}

/// A few seconds of the peak and of the night: the whole day takes minutes.
#[test]
fn a_day_of_slack_has_its_jobs_and_its_peak() {
    let file = "scale/slack-2016-day.toml";
    let scenario = scenario::load(&in_folder(file), &Overrides::default()).expect("the shipped scenario is right");
    let model = &scenario.study.points[0].model;
    let jobs = OfferedLoad::of(model).jobs();
    assert!((jobs / 1.4e9 - 1.0).abs() < 1e-3, "1.4 billion a day, as reported, not {jobs}");
    let workers: u32 = model.pools().iter().map(|pool| pool.size).sum();
    assert_eq!((model.classes().len(), workers), (60, 20_000));
    for (start, rate) in [("10:00", 33_000.0), ("04:00", 4_861.0)] {
        let set = vec![format!("run.start=2016-10-19T{start}:00-07:00"), "run.horizon=10s".to_owned()];
        let results = run(file, &Overrides { set, replications: Some(1), ..Overrides::default() });
        let created = estimate(&results.points[0], ScopeKind::All, "all", "created").mean;
        assert!((created / 10.0 / rate - 1.0).abs() < 0.02, "{created} in 10 s from {start}, not {rate}/s");
    }
}

#[test]
fn every_system_runs_and_answers_its_question_with_alternatives() {
    let files = scenarios_below("systems");
    assert!(files.len() >= 12, "{files:?}");
    for file in files {
        let results = run(&file, &Overrides { replications: Some(1), ..Overrides::default() });
        assert!(results.question.is_some() && results.points.len() >= 3, "{file}");
        for point in &results.points {
            let finished = estimate(point, ScopeKind::All, "all", "finished");
            assert!(finished.mean > 0.0 && !point.objectives.is_empty(), "{file}: {}", point.alternative);
        }
    }
}

#[test]
fn the_catch_up_overloads_the_next_service_for_three_hours_and_a_pace_does_not() {
    let only = vec!["base".to_owned(), "paced".to_owned()];
    let file = "incidents/github-2024-07-05-two-stage.toml";
    let results = run(file, &Overrides { replications: Some(4), only, ..Overrides::default() });
    let (base, paced) = (point(&results, "base"), point(&results, "paced"));
    let longest = estimate(base, ScopeKind::Dispatcher, "relay", "staged_age_max").mean / 60.0;
    assert!((70.5..=71.0).contains(&longest), "at most 71 min late, as reported, not {longest}");
    let first = estimate(base, ScopeKind::Class, "push", "wait_max").mean / 60.0;
    assert!((70.5..=75.0).contains(&first), "{first} min");
    // Of the next service: T rho / (1 - rho) after the return, of which the first stage is overloaded for 25 min.
    let drained = estimate(base, ScopeKind::Fault, "relay down", "drain_time").mean / 3600.0;
    let load = 20.0 / 27.0;
    let fluid = 71.0 / 60.0 * load / (1.0 - load);
    assert!((drained - fluid).abs() < 0.05 * fluid, "{drained} h, fluid {fluid} h");
    assert!((2.8..3.2).contains(&(fluid - 25.0 / 60.0)), "for about three hours, as reported");
    let age = |point| estimate(point, ScopeKind::Queue, "webhooks", "age_max").mean;
    assert!(age(base) > 40.0 * 60.0 && age(paced) < 60.0, "{} s, paced {} s", age(base), age(paced));
}

#[test]
fn a_calendar_meets_hourly_peaks_for_less_than_autoscalers_that_miss_them() {
    let results =
        run("incidents/mxguardian-hourly-spike.toml", &Overrides { replications: Some(4), ..Overrides::default() });
    let on_time = |name: &str| point(&results, name).objectives[0].estimate.expect("a share").mean;
    let cost = |name: &str| estimate(point(&results, name), ScopeKind::Pool, "workers", "cost").mean;
    for name in ["hpa", "keda", "tracking"] {
        assert!(on_time(name) < 0.9 && cost(name) > cost("calendar"), "{name}: {} at {}", on_time(name), cost(name));
    }
    assert!(on_time("calendar") > 0.99 && on_time("fixed-40") > 0.99);
}

#[test]
fn the_job_hours_that_a_restart_saves_are_stated_with_an_interval() {
    let only = vec!["base".to_owned(), "restarted".to_owned()];
    let results = run(UNSEEN, &Overrides { replications: Some(3), only, ..Overrides::default() });
    let difference = |metric: &str| {
        let wanted = |d: &&experiment::Difference| d.alternative == "restarted" && d.metric.name() == metric;
        results.differences.iter().find(wanted).expect("a difference").estimate
    };
    let (hours, jobs) = (difference("backlog_hours"), difference("mean(backlog)"));
    assert!(
        (hours.mean / (5.0 * 24.0) / jobs.mean - 1.0).abs() < 1e-9,
        "job-hours are the mean backlog times five days"
    );
    assert!(hours.high.expect("an interval") < -5e6, "{hours:?}");
}
