//! From stored results to points: which curves there are, where they have gaps, what they peak at.

use crate::experiment::{Curve, PointResult};
pub(in crate::plot) use crate::findings::words::plain_points as alternatives;
use crate::plot::figure::{Layer, Point};
use crate::plot::style::palette::{CONTEXT, Tint};

/// Curves with more points than this are averaged over neighbours: there are no more pixels to show them.
const MOST_POINTS: usize = 1200;

/// What a design point is called in pictures.
pub(in crate::plot) fn name_of(point: &PointResult) -> String {
    let title = point.title.trim();
    match point.alternative.as_str() {
        "base" if title.is_empty() || title == "base" => "Base case".to_owned(),
        name if title.is_empty() => name.to_owned(),
        _ => title.to_owned(),
    }
}

/// Whether a curve has any value.
pub(in crate::plot) fn has_data(curve: &Curve) -> bool {
    curve.mean.iter().any(Option::is_some)
}

/// The largest value of a curve with its step and whether it is only known to be larger.
pub(in crate::plot) fn peak_of(curve: &Curve) -> Option<(f64, usize, bool)> {
    let values = curve.mean.iter().enumerate().filter_map(|(i, value)| Some(((*value)?, i)));
    let (value, step) = values.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    Some((value, step, curve.censored_from.is_some_and(|from| step >= from)))
}

/// Stretches without gaps of `values` as points, each in the middle of its step.
pub(in crate::plot) fn runs(values: &[Option<f64>], step_s: f64) -> Vec<Vec<Point>> {
    let group = values.len().div_ceil(MOST_POINTS).max(1);
    let mut runs = vec![Vec::new()];
    for (i, neighbours) in values.chunks(group).enumerate() {
        let known: Vec<f64> = neighbours.iter().flatten().copied().collect();
        if known.is_empty() {
            runs.push(Vec::new());
        } else if let Some(run) = runs.last_mut() {
            let middle = (i * group) as f64 + neighbours.len() as f64 / 2.0;
            run.push((middle * step_s, known.iter().sum::<f64>() / known.len() as f64));
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The band between the ends of the interval of a curve.
pub(in crate::plot) fn band(curve: &Curve, step_s: f64, color: Tint) -> Vec<Layer> {
    let known = |end: &[Option<f64>], other: &[Option<f64>]| -> Vec<Option<f64>> {
        end.iter().zip(other).map(|(&end, other)| end.filter(|_| other.is_some())).collect()
    };
    let lows = runs(&known(&curve.low, &curve.high), step_s);
    let highs = runs(&known(&curve.high, &curve.low), step_s);
    let outlines = lows.into_iter().zip(highs).filter(|(low, _)| low.len() > 1);
    outlines
        .map(|(low, high)| Layer::Band { outline: low.into_iter().chain(high.into_iter().rev()).collect(), color })
        .collect()
}

/// The mean of a curve as lines, dashed from where it is only a lower bound.
pub(in crate::plot) fn lines(curve: &Curve, step_s: f64, (color, width): (Tint, f32)) -> Vec<Layer> {
    let certain_until = curve.censored_from.map_or(f64::INFINITY, |from| from as f64 * step_s);
    let mut layers = Vec::new();
    for run in runs(&curve.mean, step_s) {
        let cut = run.partition_point(|point| point.0 < certain_until);
        let bound = run[cut.saturating_sub(1)..].to_vec();
        if cut > 0 {
            layers.push(Layer::Line { points: run[..cut].to_vec(), color, width, dashed: false });
        }
        if cut < run.len() {
            layers.push(Layer::Line { points: bound, color, width, dashed: true });
        }
    }
    layers
}

/// A curve that is there for comparison only.
pub(in crate::plot) fn context(curve: &Curve, step_s: f64) -> Vec<Layer> {
    lines(curve, step_s, (CONTEXT, 1.2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ScopeName;
    use crate::metric::{CurveKind, ScopeKind, TimeStatistic};

    fn curve(mean: Vec<Option<f64>>, censored_from: Option<usize>) -> Curve {
        let scope = ScopeName { kind: ScopeKind::All, name: "all".to_owned() };
        let (low, high) = (mean.clone(), mean.clone());
        Curve {
            scope,
            metric: CurveKind::Wait(TimeStatistic::P95),
            unit: "s".to_owned(),
            mean,
            low,
            high,
            censored_from,
        }
    }

    #[test]
    fn gaps_break_the_line() {
        let found = runs(&[Some(1.0), Some(2.0), None, None, Some(3.0)], 10.0);
        assert_eq!(found, vec![vec![(5.0, 1.0), (15.0, 2.0)], vec![(45.0, 3.0)]]);
        assert!(runs(&[None, None], 10.0).is_empty());
        assert!(runs(&[], 10.0).is_empty());
    }

    #[test]
    fn long_curves_are_averaged_and_keep_their_length() {
        let values: Vec<Option<f64>> = (0..10_000).map(|i| Some(f64::from(i))).collect();
        let found = runs(&values, 1.0);
        assert!(found.len() == 1 && found[0].len() <= MOST_POINTS);
        assert!(found[0].last().unwrap().0 > 9990.0);
    }

    #[test]
    fn a_lower_bound_is_dashed_and_joins_what_is_certain() {
        let layers = lines(&curve(vec![Some(1.0); 6], Some(4)), 1.0, (CONTEXT, 2.0));
        let Layer::Line { points: certain, dashed: false, .. } = &layers[0] else { panic!() };
        let Layer::Line { points: bound, dashed: true, .. } = &layers[1] else { panic!() };
        assert_eq!(certain.last(), bound.first());
        assert_eq!(bound.last(), Some(&(5.5, 1.0)));
    }

    #[test]
    fn the_first_of_equal_peaks_counts() {
        assert_eq!(peak_of(&curve(vec![None, Some(5.0), Some(5.0)], None)), Some((5.0, 1, false)));
        assert_eq!(peak_of(&curve(vec![Some(1.0), Some(5.0)], Some(1))), Some((5.0, 1, true)));
        assert_eq!(peak_of(&curve(vec![], None)), None);
    }
}
