//! Step-by-step traces, each row worked out from the published rule.

use super::reading::Reading;
use super::*;
use crate::model::{Hpa, Keda, LatencySteps, ScaleMetric, TargetTracking};
use crate::units::SimDuration;
use crate::units::SimTime;

fn seconds(seconds: u64) -> SimDuration {
    SimDuration::from_secs(seconds)
}

fn autoscale(rule: ScaleRule, metric: ScaleMetric, min: u32, max: u32) -> Autoscale {
    let (interval, lag) = (seconds(15), SimDuration::ZERO);
    Autoscale { rule, metric, min, max, interval, lag, boot: None }
}

const HPA: Hpa = Hpa {
    target: 60.0,
    tolerance: 0.1,
    up_factor: 2.0,
    up_step: 4,
    down_share: 0.0,
    step_period: SimDuration::from_secs(15),
    up_stabilisation: SimDuration::ZERO,
    down_stabilisation: SimDuration::from_secs(300),
};

/// Follows a trace of (seconds, metric, wanted afterwards) from `current`; all workers are ready at once.
fn follow(spec: &Autoscale, mut current: u32, trace: &[(u64, f64, u32)]) {
    let mut controller = Controller::new(spec);
    let polling = if let ScaleRule::Keda(keda) = &spec.rule { keda.polling } else { seconds(1_000_000) };
    for &(time, metric, wanted) in trace {
        let now = SimTime::ZERO.after(seconds(time));
        if time.is_multiple_of(polling.as_nanos() / 1_000_000_000) {
            current = controller.activate(&Reading { now, metric, current, ready: current });
        }
        current = controller.decide(&Reading { now, metric, current, ready: current });
        assert_eq!(current, wanted, "at {time} s with {metric}");
    }
}

#[test]
fn the_hpa_does_nothing_within_its_tolerance() {
    let spec = autoscale(ScaleRule::Hpa(HPA), ScaleMetric::Age, 1, 100);
    // 66 / 60 = 1.1 and 54 / 60 = 0.9 are just within; 66.1 / 60 x 10 = 11.02 needs 12.
    follow(&spec, 10, &[(15, 66.0, 10), (30, 54.0, 10), (45, 66.1, 12)]);
}

#[test]
fn the_hpa_at_most_doubles_or_adds_four_in_a_period() {
    let spec = autoscale(ScaleRule::Hpa(HPA), ScaleMetric::Age, 1, 100);
    // 1 -> max(2, 5); 5 -> max(10, 9); 10 -> 20; then 20 x 2.5 = 50 -> 40; 40 x 2 = 80; 80 x 2 = 160 -> 100.
    let trace = [
        (15, 6e3, 5),
        (30, 6e3, 10),
        (45, 6e3, 20),
        (60, 150.0, 40),
        (75, 120.0, 80),
        (90, 120.0, 100),
        (105, 6e3, 100),
    ];
    follow(&spec, 1, &trace);
}

#[test]
fn the_hpa_shrinks_to_the_highest_recommendation_of_the_last_300_s() {
    let spec = autoscale(ScaleRule::Hpa(HPA), ScaleMetric::Age, 2, 100);
    // At 15 the first recommendation is noted as the 10 that are there. 10 x 48/60 = 8 is wanted at 15, and 10 x 30/60 = 5
    // after it; the noted 10 is outside of the window at 315, the 8 there too: the next highest is 5, then what 5 x 0 gives.
    let mut trace = vec![(15, 48.0, 10)];
    trace.extend((1..20).map(|i| (15 + 15 * i, 30.0, 10)));
    trace.extend([(315, 30.0, 5), (330, 0.0, 5)]);
    follow(&spec, 10, &trace);
}

#[test]
fn a_hpa_by_average_value_divides_the_metric_by_the_target() {
    let spec = autoscale(ScaleRule::Hpa(Hpa { target: 5.0, ..HPA }), ScaleMetric::Depth, 1, 100);
    // 54 / (5 x 10) = 1.08 is within the tolerance; 56 / 5 = 11.2 needs 12.
    follow(&spec, 10, &[(15, 54.0, 10), (30, 56.0, 12)]);
}

#[test]
fn a_hpa_by_value_multiplies_only_the_workers_that_are_ready() {
    let spec = autoscale(ScaleRule::Hpa(HPA), ScaleMetric::Age, 1, 100);
    let mut controller = Controller::new(&spec);
    let now = SimTime::ZERO.after(seconds(15));
    assert_eq!(controller.decide(&Reading { now, metric: 180.0, current: 10, ready: 4 }), 12);
}

#[test]
fn a_hpa_by_utilisation_counts_workers_that_are_not_up_as_idle_when_it_would_grow() {
    // 0.9 of a target of 0.6 on 4 of 10: 6 are needed, which is fewer than there are. 0.9 on 9 of 10 needs 13.5.
    let decide = |metric, ready| {
        let metric_of = ScaleMetric::Utilisation(seconds(15));
        let spec = autoscale(ScaleRule::Hpa(Hpa { target: 0.6, ..HPA }), metric_of, 1, 100);
        let now = SimTime::ZERO.after(seconds(15));
        Controller::new(&spec).decide(&Reading { now, metric, current: 10, ready })
    };
    assert_eq!((decide(0.9, 4), decide(0.9, 9), decide(0.0, 0)), (10, 14, 10));
    // 0.72 x 9 / 6 = 1.08 times as many is within the tolerance.
    assert_eq!((decide(0.72, 9), decide(0.72, 10)), (10, 12));
}

#[test]
fn the_hpa_goes_to_its_bounds_at_once() {
    let spec = autoscale(ScaleRule::Hpa(HPA), ScaleMetric::Age, 5, 8);
    follow(&spec, 30, &[(15, 60.0, 8)]);
    follow(&spec, 1, &[(15, 60.0, 5)]);
    follow(&spec, 0, &[(15, 6e3, 0), (30, 6e3, 0)]);
}

#[test]
fn the_hpa_counts_what_changed_within_the_period_of_its_limits() {
    let spec = autoscale(ScaleRule::Hpa(Hpa { step_period: seconds(60), ..HPA }), ScaleMetric::Age, 1, 100);
    // 10 -> 20 at 15; until 75 the limit stays at twice the 10 that were there 60 s ago.
    follow(&spec, 10, &[(15, 6e3, 20), (30, 6e3, 20), (60, 6e3, 20), (75, 6e3, 40)]);
    let shrink = Hpa { down_share: 0.5, down_stabilisation: SimDuration::ZERO, ..HPA };
    follow(
        &autoscale(ScaleRule::Hpa(shrink), ScaleMetric::Age, 1, 100),
        9,
        &[(15, 0.0, 4), (30, 0.0, 2), (45, 0.0, 1)],
    );
}

#[test]
fn the_hpa_grows_to_the_least_recommendation_of_its_window() {
    let spec = autoscale(ScaleRule::Hpa(Hpa { up_stabilisation: seconds(30), ..HPA }), ScaleMetric::Age, 1, 100);
    // At 15 the 10 that are there are noted, at 45 they are outside; the least of 20 (at 30) and 15 is 15.
    follow(&spec, 10, &[(15, 120.0, 10), (30, 120.0, 10), (45, 90.0, 15)]);
}

#[test]
fn keda_activates_at_a_poll_and_cools_down_for_more_than_300_s() {
    let hpa = Hpa { target: 5.0, down_stabilisation: SimDuration::ZERO, ..HPA };
    let keda = Keda { hpa, activation: 0.0, polling: seconds(30), cooldown: seconds(300) };
    let spec = autoscale(ScaleRule::Keda(keda), ScaleMetric::DepthAndRunning, 0, 30);
    // Jobs at 15 are seen at the poll at 30: one worker. The HPA of 45 wants 40 / 5 = 8, at most max(2, 5).
    let mut trace = vec![(15, 40.0, 0), (30, 40.0, 1), (45, 40.0, 5), (60, 40.0, 8)];
    // Nothing since 75: the HPA keeps one worker. The last active poll is that of 60, so that of 360 is not yet later than
    // 300 s after it, and that of 390 is.
    trace.extend((5..26).map(|i| (15 * i, 0.0, 1)));
    trace.push((390, 0.0, 0));
    follow(&spec, 0, &trace);
}

#[test]
fn target_tracking_waits_for_3_of_3_and_15_of_15_points() {
    let tracking = TargetTracking {
        target: 100.0,
        out_points: 3,
        in_points: 15,
        in_share: 0.9,
        in_step: 1,
        warm_up: seconds(300),
    };
    let spec = autoscale(ScaleRule::TargetTracking(tracking), ScaleMetric::Depth, 2, 50);
    // 10 workers, target 1 000 in all. Two points above, one below, then three above: 1 500 / 100 = 15 at the third.
    let mut trace: Vec<(u64, f64, u32)> =
        [1500.0, 1500.0, 950.0, 1500.0, 1500.0].iter().zip(1..).map(|(&depth, i)| (60 * i, depth, 10)).collect();
    trace.push((360, 1500.0, 15));
    // While they warm up to 660, only the 10 old ones count: 1 800 is 180 each and needs 18.
    trace.push((420, 1800.0, 18));
    // 600 is 60 for each of 10, of 15 or of 18: below 90. 15 points in a row from 480 end at 1320, when all are warm.
    trace.extend((8..22).map(|i| (60 * i, 600.0, 18)));
    trace.extend([(1320, 600.0, 17), (1380, 600.0, 16), (1440, 1550.0, 16)]);
    follow(&spec, 10, &trace);
}

#[test]
fn target_tracking_removes_nothing_while_new_workers_warm_up() {
    let tracking =
        TargetTracking { target: 100.0, out_points: 1, in_points: 2, in_share: 0.9, in_step: 3, warm_up: seconds(300) };
    let spec = autoscale(ScaleRule::TargetTracking(tracking), ScaleMetric::Depth, 2, 50);
    let trace = [(60, 1200.0, 12), (120, 0.0, 12), (180, 0.0, 12), (300, 0.0, 12), (360, 0.0, 9), (420, 0.0, 6)];
    follow(&spec, 10, &trace);
}

#[test]
fn latency_steps_add_with_a_gap_and_remove_one_after_calm() {
    let steps = LatencySteps { above: 30.0, below: 5.0, add: 2, gap: seconds(60), calm: seconds(120) };
    let spec = autoscale(ScaleRule::LatencySteps(steps), ScaleMetric::Age, 1, 6);
    let trace = [
        (10, 31.0, 3),
        (20, 40.0, 3),
        (60, 90.0, 3),
        (70, 90.0, 5),
        (130, 90.0, 6),
        // Neither above nor below; then calm since 150, broken at 260, calm since 270.
        (140, 20.0, 6),
        (150, 4.9, 6),
        (260, 5.0, 6),
        (270, 0.0, 6),
        (380, 0.0, 6),
        (390, 0.0, 5),
        (500, 0.0, 5),
        (510, 0.0, 4),
    ];
    follow(&spec, 1, &trace);
}
