//! Polling workers, each as the loop that it is in `Resque::Worker#work` (Resque 2.6) and `Delayed::Worker#start` (delayed_job 4.1):
//! reserve a job; perform it and reserve again at once, or sleep for the interval.

use crate::support::{Log, SEED, class, lasting, script, world};
use rand::RngExt;
use tailback::units::{SimDuration, SimTime};

/// When jobs (created, service), first come, first served, are started by workers that look first at these times.
fn starts(jobs: &[(SimTime, SimDuration)], first: &[SimTime], interval: SimDuration) -> Vec<SimTime> {
    let mut looks = first.to_vec();
    jobs.iter()
        .map(|&(created, service)| {
            loop {
                let worker = (0..looks.len()).min_by_key(|&worker| looks[worker]).unwrap();
                let now = looks[worker];
                if created <= now {
                    looks[worker] = now.after(service);
                    return now;
                }
                looks[worker] = now.after(interval);
            }
        })
        .collect()
}

#[test]
fn every_job_is_started_when_a_worker_that_loops_finds_it() {
    let mut draw = SEED.stream("polling worlds");
    for round in 0..300 {
        let workers: u32 = draw.random_range(1..8);
        let interval = lasting(draw.random_range(0.5..20.0));
        let busy = draw.random_range(0.02..1.2);
        let mut now = 0.0;
        let jobs: Vec<(f64, f64)> = (0..draw.random_range(10..200))
            .map(|_| {
                now += draw.random_range(0.0..4.0);
                (now, draw.random_range(0.0..4.0) * busy * f64::from(workers))
            })
            .collect();
        let mut parts = world(vec![class("mail", 0, script(&jobs))], workers);
        parts.pools[0].capacity.poll = Some(interval);
        parts.horizon = lasting(3000.0);
        let log = Log::of(parts);
        // Where the workers stand in their loops when the run starts.
        let mut phases = SEED.stream("pools.workers.poll");
        let first: Vec<SimTime> = (0..workers)
            .map(|_| SimTime::from_nanos((phases.random::<f64>() * interval.as_nanos() as f64) as u64 + 1))
            .collect();
        let drawn: Vec<_> = log.created.iter().map(|&(now, job)| (now, job.service)).collect();
        let expected = starts(&drawn, &first, interval);
        let found: Vec<SimTime> = log.started.iter().map(|(now, _)| *now).collect();
        assert_eq!(found, expected[..found.len()], "round {round}");
        assert!(expected[found.len()..].iter().all(|&start| start >= SimTime::ZERO.after(lasting(3000.0))));
    }
}
