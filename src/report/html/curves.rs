//! Curves, distributions and numbers as the page holds them: as many points as a screen shows, as many digits as a reader reads.

use serde::{Serialize, Serializer};

use crate::experiment::{Curve, Tail};

/// Curves with more points than this are averaged over neighbours.
const MOST_POINTS: usize = 240;
/// Points of a distribution for each factor of ten in time.
const POINTS_A_DECADE: f64 = 24.0;
/// Times that lie farther apart, as a factor, have a step between them.
const STEP_WIDTH: f64 = 1.03;
/// So does a share that falls further at once.
const STEP_HEIGHT: f64 = 0.9;
/// Smaller shares are not drawn.
const LEAST_SHARE: f64 = 1e-5;

/// A number rounded to some significant digits; whole ones are written without a point.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Short(f64);

impl Short {
    /// With four digits.
    pub(super) fn new(value: f64) -> Self {
        Self(format!("{value:.3e}").parse().unwrap_or(value))
    }

    /// With two digits, for half-widths.
    fn rough(value: f64) -> Self {
        Self(format!("{value:.1e}").parse().unwrap_or(value))
    }
}

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            value if value.fract() == 0.0 && value.abs() < 1e15 => serializer.serialize_i64(value as i64),
            value => serializer.serialize_f64(value),
        }
    }
}

/// How many steps of `steps` become one.
pub(super) fn group(steps: usize) -> usize {
    steps.div_ceil(MOST_POINTS).max(1)
}

/// A curve; entry i is of the (grouped) step that ends at `(i + 1) * step`.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct Series {
    mean: Vec<Option<Short>>,
    /// Half-widths of the intervals; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    half: Vec<Option<Short>>,
    /// From this entry on it is a lower bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
}

impl Series {
    /// The curve with its intervals.
    pub(super) fn of(curve: &Curve) -> Self {
        let group = group(curve.mean.len());
        let ends = curve.low.iter().zip(&curve.high);
        let half: Vec<Option<f64>> = ends.map(|(low, high)| Some(((*high)? - (*low)?) / 2.0)).collect();
        let has_width = half.iter().flatten().any(|half| *half > 0.0);
        let half = if has_width { averages(&half, group) } else { Vec::new() };
        Self { half: half.into_iter().map(|half| half.map(Short::rough)).collect(), ..Self::without_band(curve) }
    }

    /// The means only.
    pub(super) fn without_band(curve: &Curve) -> Self {
        let group = group(curve.mean.len());
        let mean = averages(&curve.mean, group).into_iter().map(|mean| mean.map(Short::new)).collect();
        Self { mean, half: Vec::new(), from: curve.censored_from.map(|from| from / group) }
    }

    /// The sum of several curves of one length; `None` without any.
    pub(super) fn sum(curves: &[&Curve]) -> Option<Self> {
        let mut sum = (*curves.first()?).clone();
        for curve in &curves[1..] {
            for (total, value) in sum.mean.iter_mut().zip(&curve.mean) {
                *total = value.map_or(*total, |value| Some(total.unwrap_or(0.0) + value));
            }
        }
        Some(Self::without_band(&sum))
    }
}

/// The averages of neighbours, of those that are known.
fn averages(values: &[Option<f64>], group: usize) -> Vec<Option<f64>> {
    let average = |neighbours: &[Option<f64>]| {
        let known: Vec<f64> = neighbours.iter().flatten().copied().collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    values.chunks(group).map(average).collect()
}

/// Points of a distribution beyond x, evenly on a logarithmic axis, with its first and its last. A line through them is the
/// distribution: a step has a point above and one below.
pub(super) fn thinned(tail: &Tail) -> Vec<(Short, Short)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    let (mut next, mut before) = (f64::MIN, (0.0, 1.0));
    for (i, now) in tail.x_s.iter().copied().zip(tail.share.iter().copied()).enumerate() {
        let place = libm::log10(now.0.max(1e-9)) * POINTS_A_DECADE;
        let is_step = now.0 > before.0 * STEP_WIDTH || now.1 < before.1 * STEP_HEIGHT;
        if is_step || place >= next || i + 1 == tail.x_s.len() {
            points.extend(is_step.then_some((now.0, before.1)).filter(|_| now.0 > 0.0).into_iter().chain([now]));
            next = place + 1.0;
        }
        before = now;
        if now.1 < LEAST_SHARE {
            break;
        }
    }
    points.into_iter().map(|(x, share)| (Short::new(x), Short::new(share))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{ScopeKind, ScopeName};
    use crate::metric::Quantity;

    #[test]
    fn numbers_are_written_with_four_digits_and_no_empty_decimals() {
        let texts = [12.0, 1234.56, 0.000_123_456, 0.0].map(|value| serde_json::to_string(&Short::new(value)).unwrap());
        assert_eq!(texts, ["12", "1235", "0.0001235", "0"]);
    }

    #[test]
    fn neighbours_are_averaged_over_what_is_known() {
        let values = [Some(1.0), Some(3.0), None, None, Some(5.0)];
        assert_eq!(averages(&values, 2), [Some(2.0), None, Some(5.0)]);
    }

    #[test]
    fn a_distribution_keeps_its_ends() {
        let x_s: Vec<f64> = (1..=10_000).map(f64::from).collect();
        let share: Vec<f64> = x_s.iter().map(|x| 1.0 / x).collect();
        let scope = ScopeName { kind: ScopeKind::All, name: "all".into() };
        let points = thinned(&Tail { scope, metric: Quantity::Wait, x_s, share });
        assert_eq!(points.first(), Some(&(Short(1.0), Short(1.0))));
        assert_eq!(points.last(), Some(&(Short(10_000.0), Short(0.0001))));
        assert!(points.len() < 150, "{}", points.len());
    }

    #[test]
    fn discrete_times_are_steps_down_to_none() {
        let scope = ScopeName { kind: ScopeKind::All, name: "all".into() };
        let (x_s, share) = (vec![0.0, 2.0, 4.0], vec![0.75, 0.25, 0.0]);
        let points = thinned(&Tail { scope, metric: Quantity::Wait, x_s, share });
        let expected = [(0.0, 0.75), (2.0, 0.75), (2.0, 0.25), (4.0, 0.25), (4.0, 0.0)];
        assert_eq!(points, expected.map(|(x, share)| (Short(x), Short(share))));
    }
}
