//! Which workers leave.

use crate::support::{Log, at, build, class, lasting, script, world};
use tailback::engine::{Interruption, simulate};
use tailback::model::{Change, Choose, Effect, ModelParts, PoolId, ScaleIn, Until};
use tailback::random::ReplicationSeed;
use tailback::units::SimTime;

/// The pool has these sizes from these times on.
fn resized(jobs: &[(f64, f64)], choose: Choose, scale_in: ScaleIn, sizes: &[(f64, u32)]) -> Log {
    let mut parts = world(vec![class("mail", 0, script(jobs))], sizes[0].1);
    parts.pools[0].capacity.choose = choose;
    parts.pools[0].capacity.scale_in = scale_in;
    let change = |&(time, size): &(f64, u32)| Change {
        name: format!("size-at-{time}"),
        at: at(time),
        until: Until::Horizon,
        effects: vec![Effect::SetSize(PoolId(0), size)],
    };
    parts.changes = sizes[1..].iter().map(change).collect();
    Log::of(ModelParts { horizon: lasting(400.0), ..parts })
}

fn killed(log: &Log) -> Vec<(f64, f64)> {
    let row = |&(now, job): &(SimTime, Interruption)| (job.created.as_secs_f64(), now.as_secs_f64());
    log.interrupted.iter().map(row).collect()
}

const KILL: ScaleIn = ScaleIn::KillAfter(tailback::units::SimDuration::from_secs(5));

#[test]
fn the_newest_or_the_oldest_leave_busy_or_idle() {
    // Two workers from the start run the jobs of 1 and 2, one that came at 10 that of 11, and one that came at 20 is idle.
    let jobs = [(1.0, 100.0), (2.0, 100.0), (11.0, 100.0)];
    let sizes = [(0.0, 2), (10.0, 3), (20.0, 4), (30.0, 2)];
    assert_eq!(killed(&resized(&jobs, Choose::Newest, KILL, &sizes)), [(11.0, 35.0)]);
    let mut oldest = killed(&resized(&jobs, Choose::Oldest, KILL, &sizes));
    oldest.sort_by(|a, b| a.partial_cmp(b).unwrap());
    assert_eq!(oldest, [(1.0, 35.0), (2.0, 35.0)]);
    assert_eq!(killed(&resized(&jobs, Choose::IdleFirst, KILL, &sizes)), [(11.0, 35.0)]);
    // 30, 30, 20 and 10 s old: for a ReplicaSet the first three are of one age (2^34 to 2^35 ns are 17.2 to 34.4 s).
    assert_eq!(killed(&resized(&jobs, Choose::Kubernetes, KILL, &sizes)).len(), 1);
    let sizes = [(0.0, 2), (10.0, 3), (20.0, 4), (30.0, 3)];
    assert_eq!(killed(&resized(&jobs, Choose::Kubernetes, KILL, &sizes)), []);
}

#[test]
fn who_is_told_to_leave_does_so_and_takes_no_other_job() {
    // The newer worker is told to leave at 20. It finishes the job of 11 at 25; the job of 12 waits for the older one until 31.
    let jobs = [(1.0, 30.0), (11.0, 14.0), (12.0, 5.0)];
    let log = resized(&jobs, Choose::Newest, ScaleIn::Drain, &[(0.0, 1), (10.0, 2), (20.0, 1)]);
    assert_eq!(log.starts(), [(0, 1.0, 1.0), (0, 11.0, 11.0), (0, 12.0, 31.0)]);
    assert_eq!(log.sizes(), [(0.0, 1), (10.0, 2), (25.0, 1)]);
    // It is not called back: a new worker takes the job of 12 at 22.
    let sizes = [(0.0, 1), (10.0, 2), (20.0, 1), (22.0, 2)];
    let log = resized(&jobs, Choose::Newest, ScaleIn::Drain, &sizes);
    assert_eq!(log.starts(), [(0, 1.0, 1.0), (0, 11.0, 11.0), (0, 12.0, 22.0)]);
    assert_eq!(log.sizes(), [(0.0, 1), (10.0, 2), (22.0, 3), (25.0, 2)]);
}

#[test]
fn of_workers_of_equal_age_any_leave() {
    // One of four is busy at 10 and three leave.
    let mut parts = world(vec![class("mail", 0, script(&[(9.0, 100.0)]))], 4);
    parts.pools[0].capacity.scale_in = KILL;
    let effects = vec![Effect::SetSize(PoolId(0), 1)];
    parts.changes = vec![Change { name: "less".to_owned(), at: at(10.0), until: Until::Horizon, effects }];
    for choose in [Choose::Random, Choose::Newest, Choose::Oldest, Choose::Kubernetes] {
        parts.pools[0].capacity.choose = choose;
        let model = build(parts.clone());
        let killed = (0..800).filter(|&replication| {
            let mut log = Log::default();
            simulate(&model, ReplicationSeed { master: 5, replication }, &mut log).unwrap();
            !log.interrupted.is_empty()
        });
        let share = killed.count() as f64 / 800.0;
        assert!((share - 0.75).abs() < 0.06, "{choose:?}: {share}");
    }
}
