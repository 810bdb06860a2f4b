//! The precision stop: replications of a design point are added until every objective is decided, with a cap.
//!
//! Replications come in batches, each as many as there were before, so that n, 2n, 4n, ... are looked at, and last the most that are
//! allowed. Whoever looks again and again at a 95 % interval and stops when it suits errs more often than in 5 % of the cases.
//! So each of the K looks has its share of the error: all intervals are taken at a confidence of 1 - (1 - c) / K. By
//! Bonferroni's inequality they hold at all looks together, hence also at the one that stopped, with at least the confidence c:
//! what is printed as a 95 % interval is one, and a verdict is wrong with a probability of at most 5 %, for each objective.
//! (As for every Student t interval, as far as the means of a batch are close to normal.)
//!
//! Whether to go on follows from the results of whole batches alone, so it does not depend on threads or interruptions.
//!
//! Literature: Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 9.4.1 (specified precision); Jennison and
//! Turnbull, "Group Sequential Methods with Applications to Clinical Trials", 1999 (repeated looks).

use crate::experiment::results::{ObjectiveResult, PrecisionResult, Settled, Settlement, Verdict};
use crate::model::{Precision, Settings};
use crate::units::Share;

/// How many replications there are at each look.
pub(in crate::experiment) fn looks(settings: &Settings) -> Vec<u32> {
    let Some(Precision { most, .. }) = settings.precision else { return vec![settings.replications] };
    let doubled = std::iter::successors(Some(settings.replications), |n| n.checked_mul(2));
    doubled.take_while(|n| *n < most).chain([most]).collect()
}

/// The confidence of each interval, so that all looks together have the confidence that is asked for.
pub(in crate::experiment) fn confidence(settings: &Settings) -> f64 {
    let confidence = settings.confidence.as_f64();
    match looks(settings).len() {
        1 => confidence,
        looks => 1.0 - (1.0 - confidence) / looks as f64,
    }
}

/// The rule of a study, for its results.
pub(super) fn rule(settings: &Settings) -> Option<PrecisionResult> {
    settings.precision.map(|Precision { most, half_width }| PrecisionResult {
        first: settings.replications,
        most,
        half_width: half_width.map(Share::as_f64),
        looks: looks(settings).len() as u32,
        look_confidence: confidence(settings),
    })
}

/// Notes a look. An objective that is open again after more replications counts from its last settlement.
pub(in crate::experiment) fn note(
    settlements: &mut [Option<Settlement>],
    objectives: &[ObjectiveResult],
    replications: u32,
    precision: Precision,
) {
    for (settlement, objective) in settlements.iter_mut().zip(objectives) {
        let since = settlement.map_or(replications, |before| before.replications);
        *settlement = settled(objective, precision).map(|how| Settlement { replications: since, how });
    }
}

/// Why an objective needs no more replications; `None`: it needs more.
pub(in crate::experiment) fn settled(objective: &ObjectiveResult, precision: Precision) -> Option<Settled> {
    if matches!(objective.verdict, Verdict::Met | Verdict::Missed) {
        return Some(Settled::Decided);
    }
    let estimate = objective.estimate?;
    let (low, high) = (estimate.low?, estimate.high?);
    let half_width = estimate.half_width()?;
    if precision.half_width.is_some_and(|share| half_width <= share.as_f64() * estimate.mean.abs()) {
        return Some(Settled::Precise);
    }
    let on_one_side = low > objective.bound || high < objective.bound;
    (on_one_side && objective.at_least).then_some(Settled::LowerBound)
}

#[cfg(test)]
mod tests {
    use rand_distr::{Distribution, StandardNormal};

    use super::*;
    use crate::metric::ScopeKind;
    use crate::metric::ScopeName;
    use crate::random::ReplicationSeed;
    use crate::stats::Estimate;
    use crate::units::SimDuration;

    fn settings(first: u32, most: Option<u32>) -> Settings {
        Settings {
            replications: first,
            precision: most.map(|most| Precision { most, half_width: None }),
            seed: 1,
            confidence: Share::new(0.95).unwrap(),
            curve_step: SimDuration::from_secs(60),
            warmup: crate::model::Warmup::NONE,
            clock: None,
        }
    }

    #[test]
    fn batches_double_up_to_the_most() {
        assert_eq!(looks(&settings(30, None)), [30]);
        assert_eq!(looks(&settings(30, Some(30))), [30]);
        assert_eq!(looks(&settings(30, Some(31))), [30, 31]);
        assert_eq!(looks(&settings(30, Some(240))), [30, 60, 120, 240]);
        assert_eq!(
            looks(&settings(1_000_000_000, Some(u32::MAX))),
            [1_000_000_000, 2_000_000_000, 4_000_000_000, u32::MAX]
        );
    }

    #[test]
    fn the_error_is_shared_by_the_looks() {
        assert_eq!(confidence(&settings(30, None)), 0.95);
        assert_eq!(confidence(&settings(30, Some(30))), 0.95);
        assert!((confidence(&settings(30, Some(480))) - 0.99).abs() < 1e-12, "5 looks with 1 % each");
    }

    /// In how many of 4 000 experiments an objective is decided whose measure is *at* its bound, so that every decision is wrong.
    fn wrong_decisions(settings: &Settings, confidence: f64) -> usize {
        let decides = |experiment: &u32| {
            let mut stream = ReplicationSeed { master: 41, replication: *experiment }.stream("experiment");
            let mut values: Vec<f64> = Vec::new();
            looks(settings).into_iter().any(|replications| {
                values.extend(
                    (values.len()..replications as usize).map(|_| -> f64 { StandardNormal.sample(&mut stream) }),
                );
                let estimate = Estimate::of(&values, confidence).unwrap();
                !(estimate.low.unwrap()..=estimate.high.unwrap()).contains(&0.0)
            })
        };
        (0..4_000).filter(decides).count()
    }

    #[test]
    fn looking_again_and_again_errs_no_more_often_than_stated() {
        let settings = settings(10, Some(640));
        let (shared, plain) = (wrong_decisions(&settings, confidence(&settings)), wrong_decisions(&settings, 0.95));
        assert!((80..=200).contains(&shared), "{shared} of 4 000, at most 5 %, and not far from it");
        assert!(plain > 500, "{plain} of 4 000: without a share for each look, the error is several times as large");
    }

    fn objective(mean: f64, half: f64, at_least: bool) -> ObjectiveResult {
        ObjectiveResult {
            text: "p95(wait) <= 1m".into(),
            scope: ScopeName { kind: ScopeKind::All, name: "all".into() },
            metric: "p95(wait)".into(),
            unit: "s".into(),
            bound: 60.0,
            larger_is_better: false,
            estimate: Some(Estimate { mean, low: Some(mean - half), high: Some(mean + half), count: 30 }),
            at_least,
            verdict: match (mean + half <= 60.0 && !at_least, mean - half > 60.0) {
                (true, _) => Verdict::Met,
                (_, true) => Verdict::Missed,
                _ => Verdict::Undecided,
            },
            values: Vec::new(),
            reason: None,
            tenant: None,
            tenant_name: None,
            by_day: Vec::new(),
            settled: None,
            bad_hours: None,
            late_s: None,
        }
    }

    #[test]
    fn an_objective_is_settled_when_more_replications_would_not_change_what_is_said() {
        let precision = Precision { most: 100, half_width: Share::new(0.05) };
        let how = |mean, half, at_least| settled(&objective(mean, half, at_least), precision);
        assert_eq!(how(50.0, 9.0, false), Some(Settled::Decided));
        assert_eq!(how(70.0, 9.0, true), Some(Settled::Decided));
        assert_eq!(how(59.0, 9.0, false), None);
        assert_eq!(how(59.0, 2.9, false), Some(Settled::Precise));
        assert_eq!(how(50.0, 9.0, true), Some(Settled::LowerBound), "the truth may be on the other side");
    }

    #[test]
    fn an_objective_counts_from_when_it_was_settled_for_good() {
        let precision = Precision { most: 100, half_width: None };
        let (open, met) = (objective(59.0, 9.0, false), objective(50.0, 9.0, false));
        let mut settlements = [None, None];
        note(&mut settlements, &[met.clone(), met.clone()], 10, precision);
        note(&mut settlements, &[open, met.clone()], 20, precision);
        assert_eq!(settlements[0], None);
        note(&mut settlements, &[met.clone(), met], 40, precision);
        assert_eq!(settlements.map(|settlement| settlement.map(|s| s.replications)), [Some(40), Some(10)]);
    }
}
