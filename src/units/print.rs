//! From a quantity to text for people.

/// Whether a text is for prose (`3 h 27 min`) or for code (`3h27m`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Human {
    /// `3 h 27 min`
    Prose,
    /// `3h27m`, which can be read back.
    Code,
}

/// A unit of time with its names for prose and code and its length in seconds.
struct Unit {
    prose: &'static str,
    code: &'static str,
    seconds: f64,
}

const DAY: Unit = Unit { prose: "d", code: "d", seconds: 86_400.0 };
const HOUR: Unit = Unit { prose: "h", code: "h", seconds: 3_600.0 };
const MINUTE: Unit = Unit { prose: "min", code: "m", seconds: 60.0 };
const SECOND: Unit = Unit { prose: "s", code: "s", seconds: 1.0 };

/// Units of times below a minute, each with the smallest value it is used for.
const SMALL: [(Unit, f64); 4] = [
    (SECOND, 0.1),
    (Unit { prose: "ms", code: "ms", seconds: 1e-3 }, 1e-4),
    (Unit { prose: "µs", code: "us", seconds: 1e-6 }, 1e-7),
    (Unit { prose: "ns", code: "ns", seconds: 1e-9 }, 0.0),
];

/// Seconds for people with at most two units and three significant digits: `0.8 s`, `45 s`, `3 h 27 min`, and days only
/// from 48 h on: `25 h 5 min`, `3 d 4 h`. A negative number keeps its sign.
#[must_use]
pub fn human_seconds(seconds: f64, form: Human) -> String {
    if seconds < 0.0 {
        return format!("-{}", human_seconds(-seconds, form));
    }
    if seconds == 0.0 {
        return join(&[(0.0, &SECOND)], form);
    }
    if significant(seconds) < 60.0 {
        return small(seconds, form);
    }
    // Rounded to the second unit first, so that 59 min 59.9 s becomes 1 h and never `60 min`.
    let (large, little) = [(&MINUTE, &SECOND, 3_600.0), (&HOUR, &MINUTE, 48.0 * 3_600.0)]
        .into_iter()
        .find(|(_, little, limit)| rounded(seconds, little) < *limit)
        .map_or((&DAY, &HOUR), |(large, little, _)| (large, little));
    let whole = rounded(seconds, little);
    let count = (whole / large.seconds).floor();
    join(&[(count, large), ((whole - count * large.seconds) / little.seconds, little)], form)
}

fn rounded(seconds: f64, unit: &Unit) -> f64 {
    (seconds / unit.seconds).round() * unit.seconds
}

fn small(seconds: f64, form: Human) -> String {
    let unit = SMALL.iter().find(|(_, least)| significant(seconds) >= *least).map_or(&SECOND, |(unit, _)| unit);
    join(&[(significant(seconds / unit.seconds), unit)], form)
}

/// Parts with their units; parts of zero are left out after the first.
fn join(parts: &[(f64, &Unit)], form: Human) -> String {
    let texts: Vec<String> = parts
        .iter()
        .enumerate()
        .filter(|(i, (count, _))| *i == 0 || count.round() != 0.0)
        .map(|(_, (count, unit))| match form {
            Human::Prose => format!("{count} {}", unit.prose),
            Human::Code => format!("{count}{}", unit.code),
        })
        .collect();
    texts.join(if form == Human::Prose { " " } else { "" })
}

/// A number rounded to three significant digits.
fn significant(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

/// A count for people: `0.35`, `12`, `4 200`, `13.6 k`, `1.4 M`, with three significant digits but whole below 10 000.
#[must_use]
pub fn human_count(count: f64) -> String {
    if count < 0.0 {
        return format!("-{}", human_count(-count));
    }
    if count < 99.95 {
        return format!("{}", significant(count));
    }
    if count.round() < 10_000.0 {
        return grouped(count.round() as u64);
    }
    let rounded = significant(count);
    let (unit, name) = [(1e9, "G"), (1e6, "M")].into_iter().find(|(unit, _)| rounded >= *unit).unwrap_or((1e3, "k"));
    format!("{} {name}", significant(rounded / unit))
}

/// A whole number below 10 000 with a space before its last three digits.
fn grouped(number: u64) -> String {
    if number < 1_000 { format!("{number}") } else { format!("{} {:03}", number / 1_000, number % 1_000) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::parse_duration;

    fn prose(seconds: f64) -> String {
        human_seconds(seconds, Human::Prose)
    }

    #[test]
    fn times_have_at_most_two_units() {
        assert_eq!(prose(0.0), "0 s");
        assert_eq!(prose(0.8), "0.8 s");
        assert_eq!(prose(0.05), "50 ms");
        assert_eq!(prose(0.000_012_34), "12.3 µs");
        assert_eq!(prose(2e-9), "2 ns");
        assert_eq!(prose(4.534), "4.53 s");
        assert_eq!(prose(45.0), "45 s");
        assert_eq!(prose(90.0), "1 min 30 s");
        assert_eq!(prose(12_434.0), "3 h 27 min");
        assert_eq!(prose(90_300.0), "25 h 5 min");
        assert_eq!(prose(273_600.0), "3 d 4 h");
        assert_eq!(prose(-90.0), "-1 min 30 s");
    }

    #[test]
    fn rounding_never_leaves_sixty_of_a_unit() {
        assert_eq!(prose(59.96), "1 min");
        assert_eq!(prose(3_599.7), "1 h");
        assert_eq!(prose(7_199.0), "2 h");
        assert_eq!(prose(2.0 * 86_400.0 - 1.0), "2 d");
        assert_eq!(prose(3.0 * 86_400.0 - 1.0), "3 d");
    }

    #[test]
    fn code_reads_back_to_the_same_time() {
        for seconds in [0.0, 0.8, 0.05, 45.0, 90.0, 12_420.0, 90_300.0, 273_600.0] {
            let text = human_seconds(seconds, Human::Code);
            assert_eq!(parse_duration(&text).unwrap().as_secs_f64(), seconds, "{text}");
        }
        assert_eq!(human_seconds(12_420.0, Human::Code), "3h27m");
    }

    #[test]
    fn counts_are_short() {
        let texts = [0.0, 0.35, 12.0, 345.6, 999.7, 4_200.0, 13_600.0, 999_999.0, 1.4e6, 1.4e9].map(human_count);
        assert_eq!(texts, ["0", "0.35", "12", "346", "1 000", "4 200", "13.6 k", "1 M", "1.4 M", "1.4 G"]);
    }
}
