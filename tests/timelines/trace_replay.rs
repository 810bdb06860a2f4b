//! Recorded jobs replayed through one FIFO queue: published integers for two real traces, and a small made-up trace for
//! everyone else.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use crate::support::{Log, at, class, lasting, world};
use tailback::model::{Arrivals, ModelParts, Trace, TraceRow};

/// A row of the values that a replay must give exactly.
#[derive(Clone, Debug)]
struct Expected {
    id: String,
    trace: String,
    workers: u32,
    jobs: usize,
    quantity: String,
    value: f64,
}

fn expected() -> Vec<Expected> {
    let mut reader = csv::Reader::from_reader(include_bytes!("../data/trace-replay.csv").as_slice());
    let row = |row: csv::StringRecord| Expected {
        id: row[0].to_owned(),
        trace: row[1].to_owned(),
        workers: row[3].parse().unwrap(),
        jobs: row[4].parse().unwrap(),
        quantity: row[5].to_owned(),
        value: row[6].parse().unwrap(),
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// The folder of the traces: beside the repository, or where `TAILBACK_TRACES` says.
fn folder() -> PathBuf {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/traces"));
    std::env::var_os("TAILBACK_TRACES").map_or_else(beside, PathBuf::from)
}

/// Arrival and service in whole seconds, of the jobs that succeeded where the trace says so in words; `None` without the file.
fn read(trace: &str) -> Option<Vec<(u64, u64)>> {
    let file = std::fs::File::open(folder().join(trace)).ok()?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    Some(parse(&text))
}

fn parse(text: &str) -> Vec<(u64, u64)> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let column = |name| headers.iter().position(|header| header == name);
    let (arrival, service) = (column("arrival_s").unwrap(), column("service_s").unwrap());
    let records = reader.records().map(Result::unwrap);
    let kept = records.filter(|row| {
        let status = column("status").map_or("", |status| &row[status]);
        !status.starts_with(|first: char| first.is_ascii_uppercase()) || status == "SUCCEED"
    });
    kept.map(|row| (row[arrival].parse().unwrap(), row[service].parse().unwrap())).collect()
}

/// Waits in whole seconds, in the order of the jobs, and the last completion.
fn replay(jobs: &[(u64, u64)], workers: u32) -> (Vec<u64>, u64) {
    let row = |&(time, service): &(u64, u64)| TraceRow {
        at: at(time as f64),
        service: Some(lasting(service as f64)),
        tenant: 0,
        row: 0,
    };
    let trace = Trace { source: "replay".to_owned(), rows: jobs.iter().map(row).collect(), ..Trace::default() };
    let parts = world(vec![class("replayed", 0, Arrivals::Trace(Arc::new(trace)))], workers);
    let log = Log::of(ModelParts { horizon: lasting(1e7), ..parts });
    assert_eq!((log.created.len(), log.unfinished.len()), (jobs.len(), 0));
    let waits = log.started.iter().map(|(now, job)| whole(now.since(job.created).as_nanos())).collect();
    let last = log.completed.iter().map(|(now, _)| whole(now.as_nanos())).max();
    (waits, last.unwrap_or_default())
}

fn whole(nanos: u64) -> u64 {
    assert_eq!(nanos % 1_000_000_000, 0, "whole seconds in, whole seconds out");
    nanos / 1_000_000_000
}

/// Nearest rank.
fn percentile(sorted: &[u64], share: f64) -> f64 {
    sorted[(share * sorted.len() as f64).ceil() as usize - 1] as f64
}

fn measure(jobs: &[(u64, u64)], workers: u32) -> impl Fn(&str) -> f64 {
    let (mut waits, last) = replay(jobs, workers);
    waits.sort_unstable();
    let first = jobs[0].0;
    let work: u64 = jobs.iter().map(|job| job.1).sum();
    let span = jobs[jobs.len() - 1].0 - first;
    move |quantity| match quantity {
        "Wq_sum" => waits.iter().sum::<u64>() as f64,
        "Wq_mean" => waits.iter().sum::<u64>() as f64 / waits.len() as f64,
        "Wq_p50" => percentile(&waits, 0.50),
        "Wq_p95" => percentile(&waits, 0.95),
        "Wq_p99" => percentile(&waits, 0.99),
        "Wq_max" => waits[waits.len() - 1] as f64,
        "jobs_waiting" => waits.iter().filter(|&&wait| wait > 0).count() as f64,
        "last_completion" => last as f64,
        "offered_load" => work as f64 / span as f64,
        other => panic!("unknown quantity {other}"),
    }
}

fn check(trace: &str) {
    let Some(jobs) = read(trace) else {
        println!("skipped: no {trace} in {} (set TAILBACK_TRACES)", folder().display());
        return;
    };
    let rows: Vec<_> = expected().into_iter().filter(|row| row.trace == trace).collect();
    let mut workers: Vec<_> = rows.iter().map(|row| row.workers).collect();
    workers.dedup();
    assert_eq!(workers.len(), 2);
    for workers in workers {
        let value = measure(&jobs, workers);
        for row in rows.iter().filter(|row| row.workers == workers) {
            assert_eq!(jobs.len(), row.jobs);
            let (ours, theirs) = (value(&row.quantity), row.value);
            let exact = theirs.fract() == 0.0;
            let equal = if exact { ours == theirs } else { (ours / theirs - 1.0).abs() < 1e-12 };
            assert!(equal, "{} {} with {workers} workers: {ours}, not {theirs}", row.id, row.quantity);
        }
    }
}

#[test]
fn the_grid_jobs_of_lcg_2005_replay_to_the_published_integers() {
    check("lcg-2005/jobs.csv.gz");
}

#[test]
fn the_image_jobs_of_gentd26_replay_to_the_published_integers() {
    check("gentd26-genai-2024/jobs.csv.gz");
}

/// Start times by trying every second: as slow and as plain as it can be, and nothing like the engine.
fn waits_by_seconds(jobs: &[(u64, u64)], workers: usize) -> Vec<u64> {
    let mut ends: Vec<u64> = Vec::new();
    let mut earliest = 0;
    let mut waits = Vec::new();
    for &(arrival, service) in jobs {
        let mut second = arrival.max(earliest);
        while ends.iter().filter(|&&end| end > second).count() >= workers {
            second += 1;
        }
        earliest = second;
        ends.push(second + service);
        waits.push(second - arrival);
    }
    waits
}

#[test]
fn a_made_up_trace_replays_as_worked_out_second_by_second() {
    let jobs = parse(include_str!("../data/synthetic-trace.csv"));
    assert_eq!(jobs.len(), 400);
    for workers in [1, 2, 3, 7] {
        let (waits, _) = replay(&jobs, workers);
        assert_eq!(waits, waits_by_seconds(&jobs, workers as usize), "{workers} workers");
        assert!(workers == 7 || waits.iter().any(|&wait| wait > 0));
    }
}
