//! The grammar of alerts: `METRIC COMPARISON VALUE`, joined by `and` and `or` (`and` binds closer), and at the end `for DURATION`,
//! such as `staged_age(driver) > 30m and arrivals(grades, 10m) > 0/s for 5m`. Knows nothing of scenarios: text in, a parsed
//! condition or the part that is wrong out.

use super::expression::{COMPARISONS, Name, Scanner, Wrong, unknown};
use crate::model::Comparison;
use crate::units::{SimDuration, parse_count, parse_duration, parse_rate, parse_share};

/// A parsed condition: any of these, each of which is all of its clauses.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Parsed {
    pub(super) any: Vec<Vec<ParsedClause>>,
    pub(super) hold: SimDuration,
}

/// A metric whose name is not yet looked up.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct ParsedClause {
    pub(super) metric: &'static str,
    pub(super) of: Name,
    /// The durations after the name.
    pub(super) durations: Vec<SimDuration>,
    pub(super) comparison: Comparison,
    pub(super) bound: f64,
}

/// What the bound of a metric is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Unit {
    Count,
    Duration,
    Share,
    Rate,
    Multiple,
}

/// The metrics, how many durations each takes after its name, and what its bound is.
const METRICS: [(&str, usize, Unit); 13] = [
    ("depth", 0, Unit::Count),
    ("age", 0, Unit::Duration),
    ("staged_depth", 0, Unit::Count),
    ("staged_age", 0, Unit::Duration),
    ("in_flight", 0, Unit::Count),
    ("utilisation", 0, Unit::Share),
    ("work", 0, Unit::Duration),
    ("arrivals", 1, Unit::Rate),
    ("completions", 1, Unit::Rate),
    ("late", 2, Unit::Share),
    ("burn", 2, Unit::Multiple),
    ("oldest", 0, Unit::Duration),
    ("heartbeat", 0, Unit::Duration),
];
const EXAMPLES: &str = "a metric such as `age(queue)`, `staged_age(dispatcher)` or `arrivals(class, 10m)`";

/// Parses the condition of an alert.
pub(super) fn parse(text: &str) -> Result<Parsed, Wrong> {
    let mut scanner = Scanner { text, at: 0 };
    let mut any = vec![vec![clause(&mut scanner)?]];
    loop {
        let (word, start) = scanner.word();
        match word {
            "and" => {
                let next = clause(&mut scanner)?;
                any.last_mut().into_iter().for_each(|all| all.push(next.clone()));
            }
            "or" => any.push(vec![clause(&mut scanner)?]),
            "for" => return Ok(Parsed { any, hold: hold(&mut scanner)? }),
            "" if scanner.rest().is_empty() => return Ok(Parsed { any, hold: SimDuration::ZERO }),
            _ => {
                let length = word.len().max(1);
                let title = format!("`{}` does not belong here", &text[start..(start + length).min(text.len())]);
                scanner.at = start;
                return Err(scanner.wrong(length, title, "expected `and`, `or`, `for` or the end"));
            }
        }
    }
}

fn hold(scanner: &mut Scanner<'_>) -> Result<SimDuration, Wrong> {
    scanner.skip_blanks();
    let length = scanner.rest().len();
    scanner.quantity(length, parse_duration)
}

fn clause(scanner: &mut Scanner<'_>) -> Result<ParsedClause, Wrong> {
    let (word, start) = scanner.word();
    let known = METRICS.iter().find(|(name, _, _)| *name == word);
    let Some(&(metric, count, unit)) = known else {
        let names: Vec<&str> = METRICS.iter().map(|(name, _, _)| *name).collect();
        return Err(unknown(start, word, "metric", &names, EXAMPLES));
    };
    let (of, durations) = arguments(scanner, metric, count)?;
    let comparison = scanner.comparison(&COMPARISONS)?;
    Ok(ParsedClause { metric, of, durations, comparison, bound: bound(scanner, unit)? })
}

/// `(mail, 30s, 1h)`.
fn arguments(scanner: &mut Scanner<'_>, metric: &str, count: usize) -> Result<(Name, Vec<SimDuration>), Wrong> {
    if count == 0 {
        return Ok((scanner.named(metric)?, Vec::new()));
    }
    scanner.symbol("(", metric)?;
    let of = scanner.name()?;
    let mut durations = Vec::with_capacity(count);
    for _ in 0..count {
        scanner.symbol(",", &of.text)?;
        scanner.skip_blanks();
        let length = scanner.rest().find([',', ')']).unwrap_or(scanner.rest().len());
        durations.push(positive(scanner, length)?);
    }
    scanner.symbol(")", &of.text)?;
    Ok((of, durations))
}

fn positive(scanner: &mut Scanner<'_>, length: usize) -> Result<SimDuration, Wrong> {
    let before = scanner.at;
    let duration = scanner.quantity(length, parse_duration)?;
    if duration.is_zero() {
        scanner.at = before;
        return Err(scanner.wrong(length, "the duration is zero", "expected a duration above zero"));
    }
    Ok(duration)
}

fn bound(scanner: &mut Scanner<'_>, unit: Unit) -> Result<f64, Wrong> {
    scanner.skip_blanks();
    let length = bound_length(scanner.rest());
    match unit {
        Unit::Count => scanner.quantity(length, parse_count),
        Unit::Duration => scanner.quantity(length, parse_duration).map(SimDuration::as_secs_f64),
        Unit::Share => scanner.quantity(length, parse_share).map(crate::units::Share::as_f64),
        Unit::Rate => scanner.quantity(length, parse_rate).map(crate::units::Rate::as_per_second),
        Unit::Multiple => {
            let text = scanner.rest()[..length].trim_end();
            let value = text.trim_end_matches(['x', '\u{d7}']).trim_end().parse::<f64>();
            match value.ok().filter(|value| (0.0..=1e12).contains(value)) {
                Some(value) => {
                    scanner.at += length;
                    Ok(value)
                }
                None => Err(scanner.wrong(text.len(), format!("`{text}` is not a number"), "a number such as `14.4`")),
            }
        }
    }
}

/// Up to the next joining word.
fn bound_length(rest: &str) -> usize {
    [" and ", " or ", " for "].iter().filter_map(|word| rest.find(word)).min().unwrap_or(rest.trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_closer_than_or_and_for_holds_for_all() {
        let parsed = parse("depth(mail) > 5k or age(mail) > 5 min and arrivals(mail, 10m) >= 0.5/s for 2m").unwrap();
        let metrics: Vec<Vec<&str>> = parsed.any.iter().map(|all| all.iter().map(|c| c.metric).collect()).collect();
        assert_eq!(metrics, [vec!["depth"], vec!["age", "arrivals"]]);
        assert_eq!((parsed.any[0][0].bound, parsed.any[1][0].bound), (5_000.0, 300.0));
        assert_eq!((parsed.any[1][1].bound, parsed.any[1][1].comparison), (0.5, Comparison::AtLeast));
        assert_eq!(parsed.any[1][1].durations, [SimDuration::from_secs(600)]);
        assert_eq!(parsed.hold, SimDuration::from_secs(120));
        assert_eq!(parse("burn(mail, 1h, 5m) > 14.4").unwrap().any[0][0].bound, 14.4);
        assert_eq!(parse("utilisation(workers)>=90%").unwrap().hold, SimDuration::ZERO);
    }

    #[test]
    fn the_wrong_part_is_found() {
        let part = |text: &'static str| {
            let wrong = parse(text).unwrap_err();
            (&text[wrong.start..wrong.end], wrong.title)
        };
        assert_eq!(part("stagedage(d) > 30m"), ("stagedage", "`stagedage` is not a metric".to_owned()));
        assert_eq!(part("age(mail) > 30").0, "30");
        assert_eq!(part("age(mail) > 30m untl 5m").0, "30m untl 5m");
        assert_eq!(part("age(mail) > 30m for 5").0, "5");
        assert_eq!(part("arrivals(mail) > 1/s").1, "`,` is missing after `mail`");
        assert_eq!(part("late(mail, 0s, 1h) > 1%").1, "the duration is zero");
        assert_eq!(part("depth(mail) > 3 and ").1, "a metric is missing");
        assert_eq!(part("burn(mail, 1h, 5m) > fast").1, "`fast` is not a number");
        assert_eq!(part("").1, "a metric is missing");
    }
}
