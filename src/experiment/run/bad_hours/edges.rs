//! When a stretch of bad hours begins and ends, found within the steps around its ends.

use super::span::Span;

/// Moves the ends of stretches, in seconds, to where the scores change their sign: where the sum of what is good before and of what is bad
/// after the change is the largest (the estimate of a change point by cumulative sums, Page 1954). Each end moves by a step at the most.
/// `scores` has one for each `width` of the run, positive where jobs are beyond their bound.
pub(super) fn refine(stretches: &mut Vec<(f64, f64)>, scores: &[f64], (width, span): (f64, Span)) {
    let bins = |from: f64, to: f64| {
        let bin = |seconds: f64| libm::round(seconds / width) as usize;
        (bin(from.max(span.warmup)), bin(to.min(span.horizon)).min(scores.len()))
    };
    for stretch in stretches.iter_mut() {
        let (from, to) = *stretch;
        let start = change(scores, bins(from - span.step, from + span.step), |sum, least| sum < least);
        let end = change(scores, bins(to - span.step, to + span.step), |sum, most| sum > most);
        *stretch = (start as f64 * width, (end as f64 * width).min(span.horizon));
    }
    stretches.retain(|(from, to)| from < to);
}

/// The place in the window at which the sum of the scores up to it is the best.
fn change(scores: &[f64], (from, to): (usize, usize), is_better: impl Fn(f64, f64) -> bool) -> usize {
    let (mut best, mut place, mut sum) = (0.0, from, 0.0);
    for (bin, score) in (from..to).zip(&scores[from.min(scores.len())..]) {
        sum += score;
        if is_better(sum, best) {
            (best, place) = (sum, bin + 1);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_move_to_the_minute_at_which_waits_get_longer_or_shorter_than_allowed() {
        let bad = |minute: usize| (125..318).contains(&minute);
        let scores: Vec<f64> = (0..600).map(|minute| if bad(minute) { 0.95 } else { -0.05 }).collect();
        let mut stretches = vec![(7_200.0, 21_600.0)];
        refine(&mut stretches, &scores, (60.0, Span { warmup: 0.0, step: 3_600.0, horizon: 36_000.0, first: 0 }));
        assert_eq!(stretches, [(125.0 * 60.0, 318.0 * 60.0)]);
    }

    #[test]
    fn a_stretch_from_the_start_to_the_end_stays_whole() {
        let mut stretches = vec![(0.0, 3_600.0)];
        refine(&mut stretches, &[1.0; 60], (60.0, Span { warmup: 0.0, step: 600.0, horizon: 3_600.0, first: 0 }));
        assert_eq!(stretches, [(0.0, 3_600.0)]);
    }
}
