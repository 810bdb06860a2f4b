//! The grammar of objectives: `MEASURE COMPARISON VALUE`, such as `share(wait <= 30s) >= 99%`. Knows nothing of scenarios:
//! text in, a parsed expression or the part that is wrong out.

use crate::model::{Comparison, Quantity, Statistic};
use crate::units::{SimDuration, UnitError, parse_count, parse_duration, parse_share};

use super::laws::percentile_share;
use super::problem::closest;

/// A measure whose names are not yet looked up; names carry their place in the text.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Measured {
    Time(Statistic, Quantity),
    ShareWithin(Quantity, SimDuration),
    TimeAbove(Quantity, SimDuration),
    Backlog(Statistic),
    BacklogHours,
    Age(Name),
    StagedDepth(Name),
    StagedAge(Name),
    Utilisation,
    DrainTime,
    Cost,
    FiredAfter(Name),
    FalseAlarms(Name),
}

/// A name and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) start: usize,
}

/// A parsed objective; the bound is in seconds, jobs, a share or a cost.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Expression {
    pub(super) measured: Measured,
    /// Where the measure ends.
    pub(super) measure_end: usize,
    pub(super) comparison: Comparison,
    pub(super) bound: f64,
}

/// The part of an expression that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) title: String,
    pub(super) accepted: String,
    pub(super) suggestion: Option<String>,
}

const MEASURES: [&str; 15] = [
    "mean",
    "max",
    "p50",
    "p95",
    "share",
    "time",
    "age",
    "staged_depth",
    "staged_age",
    "utilisation",
    "backlog_hours",
    "drain_time",
    "cost",
    "fired_after",
    "false_alarms",
];
const MEASURES_IN_WORDS: &str = "a measure such as `p95(wait)`, `share(wait <= 30s)`, `max(backlog)` or `drain_time`";
pub(super) const COMPARISONS: [(&str, Comparison); 4] =
    [("<=", Comparison::AtMost), (">=", Comparison::AtLeast), ("<", Comparison::Less), (">", Comparison::Greater)];

/// Parses an objective.
pub(super) fn parse(text: &str) -> Result<Expression, Wrong> {
    let mut scanner = Scanner { text, at: 0 };
    let measured = scanner.measure()?;
    let measure_end = scanner.at;
    let comparison = scanner.comparison(&COMPARISONS)?;
    let bound = scanner.bound(&measured)?;
    Ok(Expression { measured, measure_end, comparison, bound })
}

/// Reads a text from the left.
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// What is wrong with `length` bytes from here on.
    pub(super) fn wrong(&self, length: usize, title: impl Into<String>, accepted: impl Into<String>) -> Wrong {
        let (start, end) = (self.at, (self.at + length).min(self.text.len()));
        Wrong { start, end, title: title.into(), accepted: accepted.into(), suggestion: None }
    }

    /// A word and where it starts.
    pub(super) fn word(&mut self) -> (&'t str, usize) {
        self.skip_blanks();
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "_.-".contains(c))).unwrap_or(rest.len());
        let start = self.at;
        self.at += end;
        (&rest[..end], start)
    }

    pub(super) fn symbol(&mut self, symbol: &str, after: &str) -> Result<(), Wrong> {
        self.skip_blanks();
        if self.rest().starts_with(symbol) {
            self.at += symbol.len();
            return Ok(());
        }
        let found = self.rest().chars().next().map_or(0, char::len_utf8);
        Err(self.wrong(found, format!("`{symbol}` is missing after `{after}`"), format!("expected `{symbol}`")))
    }

    fn measure(&mut self) -> Result<Measured, Wrong> {
        let (name, start) = self.word();
        match name {
            "utilisation" => Ok(Measured::Utilisation),
            "backlog_hours" => Ok(Measured::BacklogHours),
            "drain_time" => Ok(Measured::DrainTime),
            "cost" => Ok(Measured::Cost),
            "share" => self.bounded(name, "<=").map(|(quantity, bound)| Measured::ShareWithin(quantity, bound)),
            "time" => self.bounded(name, ">").map(|(quantity, bound)| Measured::TimeAbove(quantity, bound)),
            "age" => self.named(name).map(Measured::Age),
            "staged_depth" => self.named(name).map(Measured::StagedDepth),
            "staged_age" => self.named(name).map(Measured::StagedAge),
            "fired_after" => self.named(name).map(Measured::FiredAfter),
            "false_alarms" => self.named(name).map(Measured::FalseAlarms),
            "mean" => self.statistic(name, Statistic::Mean),
            "max" => self.statistic(name, Statistic::Max),
            _ => match percentile_share(name) {
                Some(share) => self.statistic(name, Statistic::Percentile(share)),
                None => Err(unknown(start, name, "measure", &MEASURES, MEASURES_IN_WORDS)),
            },
        }
    }

    /// `(wait)` or `(backlog)` after a statistic.
    fn statistic(&mut self, name: &str, statistic: Statistic) -> Result<Measured, Wrong> {
        self.symbol("(", name)?;
        let (argument, start) = self.word();
        let measured = if argument != "backlog" {
            Measured::Time(statistic, quantity(argument, start, true)?)
        } else if matches!(statistic, Statistic::Percentile(_)) {
            let accepted = "expected `mean(backlog)` or `max(backlog)`".to_owned();
            let title = format!("`{name}` of the backlog is not measured");
            return Err(Wrong { start, end: start + argument.len(), title, accepted, suggestion: None });
        } else {
            Measured::Backlog(statistic)
        };
        self.symbol(")", argument)?;
        Ok(measured)
    }

    /// `(wait <= 30s)`.
    fn bounded(&mut self, name: &str, symbol: &str) -> Result<(Quantity, SimDuration), Wrong> {
        self.symbol("(", name)?;
        let (argument, start) = self.word();
        let quantity = quantity(argument, start, false)?;
        self.symbol(symbol, argument)?;
        self.skip_blanks();
        let length = self.rest().find(')').unwrap_or(self.rest().len());
        let duration = self.quantity(length, parse_duration)?;
        self.symbol(")", symbol)?;
        Ok((quantity, duration))
    }

    /// `(mail)`: the name of a thing.
    pub(super) fn named(&mut self, name: &str) -> Result<Name, Wrong> {
        self.symbol("(", name)?;
        let (argument, start) = self.word();
        self.symbol(")", argument)?;
        Ok(Name { text: argument.to_owned(), start })
    }

    pub(super) fn comparison(&mut self, known: &[(&str, Comparison)]) -> Result<Comparison, Wrong> {
        self.skip_blanks();
        for (symbol, comparison) in known {
            if self.rest().starts_with(symbol) {
                self.at += symbol.len();
                return Ok(*comparison);
            }
        }
        let length = self.rest().find(|c: char| c.is_whitespace() || c.is_alphanumeric()).unwrap_or(self.rest().len());
        let found = &self.rest()[..length];
        let title = if found.is_empty() {
            "the comparison is missing".to_owned()
        } else {
            format!("`{found}` is not a comparison")
        };
        Err(self.wrong(length, title, "one of `<`, `<=`, `>`, `>=`"))
    }

    /// The bound: all that is left.
    fn bound(&mut self, measured: &Measured) -> Result<f64, Wrong> {
        self.skip_blanks();
        let length = self.rest().trim_end().len();
        match measured {
            Measured::Time(..)
            | Measured::TimeAbove(..)
            | Measured::Age(_)
            | Measured::StagedAge(_)
            | Measured::DrainTime
            | Measured::FiredAfter(_) => self.quantity(length, parse_duration).map(SimDuration::as_secs_f64),
            Measured::ShareWithin(..) | Measured::Utilisation => {
                self.quantity(length, parse_share).map(crate::units::Share::as_f64)
            }
            Measured::Backlog(_)
            | Measured::BacklogHours
            | Measured::StagedDepth(_)
            | Measured::Cost
            | Measured::FalseAlarms(_) => self.quantity(length, parse_count),
        }
    }

    pub(super) fn quantity<T>(&mut self, length: usize, parse: fn(&str) -> Result<T, UnitError>) -> Result<T, Wrong> {
        let text = self.rest()[..length].trim_end();
        match parse(text) {
            Ok(value) => {
                self.at += length;
                Ok(value)
            }
            Err(error) => Err(self.wrong(text.len(), error.message, error.accepted)),
        }
    }
}

fn quantity(name: &str, start: usize, or_backlog: bool) -> Result<Quantity, Wrong> {
    let known = ["wait", "queue_wait", "staging_delay", "sojourn", "backlog"];
    let known = if or_backlog { &known[..] } else { &known[..4] };
    let accepted = super::fields::list_of(known);
    let found = Quantity::ALL.into_iter().find(|quantity| quantity.name() == name);
    found.ok_or_else(|| unknown(start, name, "time of a job", known, &format!("one of {accepted}")))
}

pub(super) fn unknown(start: usize, name: &str, what: &str, known: &[&str], accepted: &str) -> Wrong {
    let title = if name.is_empty() { format!("a {what} is missing") } else { format!("`{name}` is not a {what}") };
    let suggestion = closest(name, known.iter().copied()).map(str::to_owned);
    Wrong { start, end: start + name.len(), title, accepted: accepted.to_owned(), suggestion }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objectives_of_every_measure_are_read() {
        let read = |text: &str| {
            let expression = parse(text).unwrap();
            (expression.measured, expression.comparison, expression.bound)
        };
        let thirty = SimDuration::from_secs(30);
        let within = Measured::ShareWithin(Quantity::Wait, thirty);
        assert_eq!(read("share(wait <= 30s) >= 99%"), (within, Comparison::AtLeast, 0.99));
        let p99 = Measured::Time(Statistic::Percentile(0.999), Quantity::QueueWait);
        assert_eq!(read("p99.9(queue_wait)<2m"), (p99, Comparison::Less, 120.0));
        assert_eq!(read("max(backlog) <= 5k"), (Measured::Backlog(Statistic::Max), Comparison::AtMost, 5_000.0));
        let above = Measured::TimeAbove(Quantity::Sojourn, thirty);
        assert_eq!(read("time( sojourn > 30s ) < 1h"), (above, Comparison::Less, 3_600.0));
        assert_eq!(read("drain_time < 8h").0, Measured::DrainTime);
        assert_eq!(read("utilisation > 50%"), (Measured::Utilisation, Comparison::Greater, 0.5));
        assert_eq!(read("cost < 12.5"), (Measured::Cost, Comparison::Less, 12.5));
        let age = Measured::Age(Name { text: "mail".to_owned(), start: 4 });
        assert_eq!(read("age(mail) < 5 min"), (age, Comparison::Less, 300.0));
    }

    #[test]
    fn the_wrong_part_is_found() {
        let part = |text: &'static str| {
            let wrong = parse(text).unwrap_err();
            (&text[wrong.start..wrong.end], wrong.title)
        };
        assert_eq!(part("p95(wiat) < 2m"), ("wiat", "`wiat` is not a time of a job".to_owned()));
        assert_eq!(part("q95(wait) < 2m"), ("q95", "`q95` is not a measure".to_owned()));
        assert_eq!(part("p95(wait) == 2m"), ("==", "`==` is not a comparison".to_owned()));
        assert_eq!(part("p95(wait) < 2"), ("2", "`2` has no unit".to_owned()));
        assert_eq!(part("p95(wait < 2m"), ("<", "`)` is missing after `wait`".to_owned()));
        assert_eq!(part("p95(wait)"), ("", "the comparison is missing".to_owned()));
        assert_eq!(part("p95(backlog) < 3").0, "backlog");
        assert_eq!(part("share(wait <= 30) > 9%").0, "30");
        assert_eq!(part("share(wait <= 30s) > 101%").0, "101%");
        assert_eq!(part("").1, "a measure is missing");
        assert_eq!(part("p100(wait) < 2m").0, "p100");
    }
}
