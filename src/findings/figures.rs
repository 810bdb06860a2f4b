//! Figures for people: a value in its unit, with its interval.

use crate::stats::Estimate;
use crate::units::{Human, human_count, human_seconds};

/// A share from 0 to 1 as a percentage with the decimals that tell it from 0 and 100 %: `54.1 %`, `99.96 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{} %", percentage(share, share))
}

/// `5 %` rather than `5.0 %`.
#[must_use]
pub fn whole_percent(share: f64) -> String {
    percent(share).replace(".0 %", " %")
}

/// The number of a percentage, with the decimals that `finest` needs.
fn percentage(share: f64, finest: f64) -> String {
    let from_edge = finest.min(1.0 - finest).abs() * 100.0;
    let decimals = match from_edge {
        d if d >= 0.1 || d == 0.0 => 1,
        d if d >= 0.01 => 2,
        d if d >= 0.001 => 3,
        _ => 4,
    };
    if share == 0.0 || share == 1.0 {
        return format!("{}", share * 100.0);
    }
    format!("{:.decimals$}", share * 100.0)
}

/// A value in its unit: `s`, `jobs`, `workers`, `share`, `h` (worker-hours) or `cost`.
#[must_use]
pub fn figure(value: f64, unit: &str) -> String {
    match unit {
        "s" => human_seconds(value, Human::Prose),
        "share" => percent(value),
        "cost" if value.abs() < 1000.0 => format!("{value:.2}"),
        "cost" => human_count(value),
        "jobs" => human_count(if value >= 100.0 { value.round() } else { value }),
        _ => format!("{} {unit}", human_count(value)),
    }
}

/// A mean over replications with its interval: `54.1 % (53.0 to 55.2 %)`, `at least 3 h (...)`. Ends outside of what the unit
/// allows (below zero, over 100 %) are cut there.
#[must_use]
pub fn figure_with_interval(estimate: &Estimate, unit: &str, at_least: bool) -> String {
    let mean = bounded_below(figure(estimate.mean, unit), at_least);
    match ends(estimate, unit) {
        // Ends that read alike say nothing.
        Some((low, high)) if figure(low, unit) != figure(high, unit) => {
            format!("{mean} ({} to {})", low_end(low, unit), figure(high, unit))
        }
        _ => match (estimate.low, estimate.high) {
            (Some(low), None) if !at_least => format!("{mean} (over {})", figure(low.min(estimate.mean), unit)),
            _ => mean,
        },
    }
}

/// A mean over replications with the half-width of its interval, for tables: `54.1 ± 1.1 %`, `1 h 25 min ± 2 min`.
#[must_use]
pub fn figure_with_half_width(estimate: &Estimate, unit: &str, at_least: bool) -> String {
    // A half-width below the digits shown says nothing.
    let told = |half: &f64| *half > 1e-4 * estimate.mean.abs();
    let open_above = estimate.low.is_some() && estimate.high.is_none();
    if open_above || !is_even(estimate) {
        return figure_with_interval(estimate, unit, at_least);
    }
    let Some(half) = half_width(estimate).filter(told) else {
        return bounded_below(figure(estimate.mean, unit), at_least);
    };
    let text = if unit == "share" {
        format!("{} ± {} %", percentage(estimate.mean, estimate.mean), percentage(half, half))
    } else {
        format!("{} ± {}", figure(estimate.mean, unit), figure(half, unit))
    };
    bounded_below(text, at_least)
}

/// Whether both ends are about as far from the mean; without ends, nothing is uneven.
fn is_even(estimate: &Estimate) -> bool {
    let (Some(low), Some(high)) = (estimate.low, estimate.high) else { return true };
    let (below, above) = (estimate.mean - low, high - estimate.mean);
    (above - below).abs() <= 0.25 * (high - low) || high - low <= 1e-4 * estimate.mean.abs()
}

fn bounded_below(text: String, at_least: bool) -> String {
    if at_least { format!("over {text}") } else { text }
}

fn half_width(estimate: &Estimate) -> Option<f64> {
    Some((estimate.high? - estimate.low?) / 2.0)
}

/// The ends of the interval, cut to what the unit allows.
fn ends(estimate: &Estimate, unit: &str) -> Option<(f64, f64)> {
    let top = if unit == "share" { 1.0 } else { f64::MAX };
    Some((estimate.low?.max(0.0).min(estimate.mean), estimate.high?.min(top).max(estimate.mean)))
}

/// The lower end; the sign of a percentage is said once, after the upper end.
fn low_end(low: f64, unit: &str) -> String {
    let text = figure(low, unit);
    if unit == "share" { text.trim_end_matches(" %").to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(mean: f64, half: f64) -> Estimate {
        Estimate { mean, low: Some(mean - half), high: Some(mean + half), count: 30 }
    }

    #[test]
    fn percentages_show_how_far_they_are_from_the_whole() {
        let shares = [0.0, 0.541, 0.5, 0.9996, 0.999_95, 0.999_994, 1.0, 0.000_02];
        let texts: Vec<String> = shares.iter().map(|&s| percent(s)).collect();
        assert_eq!(texts, ["0 %", "54.1 %", "50.0 %", "99.96 %", "99.995 %", "99.9994 %", "100 %", "0.002 %"]);
    }

    #[test]
    fn intervals_name_a_percent_sign_once_and_end_at_the_whole() {
        assert_eq!(figure_with_interval(&estimate(0.541, 0.011), "share", false), "54.1 % (53.0 to 55.2 %)");
        assert_eq!(figure_with_interval(&estimate(0.998, 0.004), "share", false), "99.8 % (99.4 to 100 %)");
        assert_eq!(figure_with_half_width(&estimate(0.541, 0.011), "share", false), "54.1 ± 1.1 %");
    }

    #[test]
    fn one_replication_has_no_interval_and_censored_values_say_so() {
        let single = Estimate { mean: 8.0, low: None, high: None, count: 1 };
        assert_eq!(figure_with_interval(&single, "cost", false), "8.00");
        assert_eq!(figure_with_half_width(&single, "cost", true), "over 8.00");
    }

    #[test]
    fn an_interval_without_width_is_left_out() {
        assert_eq!(figure_with_interval(&estimate(160.0, 0.0), "h", false), "160 h");
    }
}
