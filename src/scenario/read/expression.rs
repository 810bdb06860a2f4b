//! The grammar of objectives: `MEASURE COMPARISON VALUE`, such as `share(wait <= 30s) >= 99%`. Knows nothing of scenarios:
//! text in, a parsed expression or the part that is wrong out.

use super::days::window;
use crate::model::{Chance, Comparison, Loss, Quantity, Reach, Statistic};
use crate::scenario::syntax::language::percentile_share;
use crate::scenario::text::problem::closest;
use crate::units::{DayWindow, SimDuration, UnitError, parse_count, parse_duration, parse_share, quoted, unquoted};

/// A measure whose names are not yet looked up; names carry their place in the text.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Measured {
    Time(Statistic, Quantity),
    ShareWithin(Quantity, SimDuration, Reach),
    ShareLost(Loss),
    CountLost(Loss),
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

/// A name without its quotes, and where it stands with them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A parsed objective; the bound is in seconds, jobs, a share or a cost.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Expression {
    pub(super) measured: Measured,
    /// Where the measure ends.
    pub(super) measure_end: usize,
    /// Where `by tenant` stands.
    pub(super) by_tenant: Option<Place>,
    /// `from 09:00 to 12:00 mon-fri`, and where it stands.
    pub(super) hours: Option<(DayWindow, Place)>,
    pub(super) comparison: Comparison,
    pub(super) bound: f64,
    /// How often the condition must hold, in `chance(CONDITION) >= 95%`.
    pub(super) chance: Option<Chance>,
}

/// Where a part of an expression stands: its start and end.
pub(super) type Place = (usize, usize);

/// The part of an expression that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) title: String,
    pub(super) accepted: String,
    pub(super) suggestion: Option<String>,
}

const MEASURES: [&str; 17] = [
    "mean",
    "max",
    "p50",
    "p95",
    "share",
    "count",
    "chance",
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
const MEASURES_IN_WORDS: &str =
    "a measure such as `p95(wait)`, `share(wait <= 30s)`, `max(backlog)`, `drain_time` or `chance(drain_time < 2h)`";
const LOSSES: [&str; 6] = ["lost", "rejected", "dropped", "expired", "abandoned", "dead"];
pub(super) const COMPARISONS: [(&str, Comparison); 4] =
    [("<=", Comparison::AtMost), (">=", Comparison::AtLeast), ("<", Comparison::Less), (">", Comparison::Greater)];

/// Parses an objective.
pub(super) fn parse(text: &str) -> Result<Expression, Wrong> {
    let mut scanner = Scanner { text, at: 0 };
    if scanner.next_word() != "chance" {
        return scanner.condition(text.trim_end().len());
    }
    scanner.word();
    scanner.symbol("(", "chance")?;
    if scanner.next_word() == "chance" {
        scanner.skip_blanks();
        let accepted = "one `chance` around a condition on the jobs, such as `chance(p95(wait) < 10s) >= 95%`";
        return Err(scanner.wrong("chance".len(), "`chance` stands within `chance`", accepted));
    }
    let end = end_of_condition(text).unwrap_or(text.trim_end().len());
    let condition = scanner.condition(end)?;
    scanner.symbol(")", "the condition")?;
    let comparison = scanner.comparison(&COMPARISONS)?;
    scanner.skip_blanks();
    let share = scanner.quantity(scanner.rest().trim_end().len(), parse_share)?.as_f64();
    Ok(Expression { chance: Some(Chance { comparison, share }), ..condition })
}

/// Where the parenthesis closes that is the first to open; what stands in quotes is a name.
fn end_of_condition(text: &str) -> Option<usize> {
    let (mut open, mut at) = (0, 0);
    while let Some(symbol) = text[at..].chars().next() {
        open += i32::from(symbol == '(') - i32::from(symbol == ')');
        if symbol == ')' && open == 0 {
            return Some(at);
        }
        at += unquoted(&text[at..]).map_or(symbol.len_utf8(), |(_, length)| length);
    }
    None
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

    /// A condition that ends here: all of an objective, or what stands in `chance(...)`.
    fn condition(&mut self, end: usize) -> Result<Expression, Wrong> {
        let measured = self.measure()?;
        let measure_end = self.at;
        let by_tenant = self.by_tenant()?;
        let hours = self.hours()?;
        let comparison = self.comparison(&COMPARISONS)?;
        let bound = self.bound(&measured, end)?;
        Ok(Expression { measured, measure_end, by_tenant, hours, comparison, bound, chance: None })
    }

    fn next_word(&self) -> &'t str {
        Scanner { text: self.text, at: self.at }.word().0
    }

    fn by_tenant(&mut self) -> Result<Option<Place>, Wrong> {
        if self.next_word() != "by" {
            return Ok(None);
        }
        let (_, start) = self.word();
        let (what, at) = self.word();
        if what == "tenant" {
            return Ok(Some((start, self.at)));
        }
        Err(unknown(at, what, "group of jobs", &["tenant"], "only `by tenant` is known"))
    }

    /// `from 09:00 to 17:00 mon-fri`, up to the comparison.
    fn hours(&mut self) -> Result<Option<(DayWindow, Place)>, Wrong> {
        if self.next_word() != "from" {
            return Ok(None);
        }
        let (_, start) = self.word();
        self.skip_blanks();
        let rest = self.rest();
        let text = rest[..rest.find(['<', '>', '=']).unwrap_or(rest.len())].trim_end();
        match window(text) {
            Ok(hours) => {
                self.at += text.len();
                Ok(Some((hours, (start, self.at))))
            }
            Err(wrong) => Err(Wrong {
                suggestion: wrong.suggestion.map(str::to_owned),
                ..self.wrong(text.len(), wrong.title, format!("expected {}", wrong.accepted))
            }),
        }
    }

    fn measure(&mut self) -> Result<Measured, Wrong> {
        let (name, start) = self.word();
        match name {
            "utilisation" => Ok(Measured::Utilisation),
            "backlog_hours" => Ok(Measured::BacklogHours),
            "drain_time" => Ok(Measured::DrainTime),
            "cost" => Ok(Measured::Cost),
            "share" => self.share(),
            "count" => self.lost(name).map(Measured::CountLost),
            "time" => {
                self.symbol("(", name)?;
                let (argument, start) = self.word();
                let quantity = quantity(argument, start, false)?;
                self.symbol(">", argument)?;
                Ok(Measured::TimeAbove(quantity, self.time_bound(">")?))
            }
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

    /// `(wait <= 30s)`, `(wait < 30s)` or `(expired)`.
    fn share(&mut self) -> Result<Measured, Wrong> {
        let mut ahead = Scanner { text: self.text, at: self.at };
        ahead.symbol("(", "share")?;
        if LOSSES.contains(&ahead.next_word()) {
            return self.lost("share").map(Measured::ShareLost);
        }
        self.symbol("(", "share")?;
        let (argument, start) = self.word();
        let accepted =
            "one of `wait`, `queue_wait`, `staging_delay`, `sojourn`, or a way to be lost such as `lost` or `expired`";
        let quantity =
            quantity(argument, start, false).map_err(|wrong| Wrong { accepted: accepted.to_owned(), ..wrong })?;
        self.skip_blanks();
        let reach =
            if self.rest().starts_with('<') && !self.rest().starts_with("<=") { Reach::Below } else { Reach::UpTo };
        let symbol = if reach == Reach::Below { "<" } else { "<=" };
        self.symbol(symbol, argument)?;
        Ok(Measured::ShareWithin(quantity, self.time_bound(symbol)?, reach))
    }

    /// The rest of `(wait <= 30s)` behind its comparison.
    fn time_bound(&mut self, symbol: &str) -> Result<SimDuration, Wrong> {
        self.skip_blanks();
        let length = self.rest().find(')').unwrap_or(self.rest().len());
        let duration = self.quantity(length, parse_duration)?;
        self.symbol(")", symbol)?;
        Ok(duration)
    }

    /// `(expired)`: a way in which jobs are lost.
    fn lost(&mut self, name: &str) -> Result<Loss, Wrong> {
        self.symbol("(", name)?;
        let (argument, start) = self.word();
        let loss = Loss::ALL.into_iter().find(|loss| loss.name() == argument);
        let loss = loss.ok_or_else(|| {
            let accepted = format!("one of {}", crate::scenario::text::problem::list_of(LOSSES));
            unknown(start, argument, "way in which jobs are lost", &LOSSES, &accepted)
        })?;
        self.symbol(")", argument)?;
        Ok(loss)
    }

    /// `(mail)`: the name of a thing.
    pub(super) fn named(&mut self, of: &str) -> Result<Name, Wrong> {
        self.symbol("(", of)?;
        let name = self.name()?;
        self.symbol(")", &name.text)?;
        Ok(name)
    }

    /// The name of a thing: a word, or in quotes whatever a name can be.
    pub(super) fn name(&mut self) -> Result<Name, Wrong> {
        self.skip_blanks();
        let (start, rest) = (self.at, self.rest());
        if let Some((text, length)) = unquoted(rest) {
            self.at += length;
            return Ok(Name { text, start, end: self.at });
        }
        if rest.starts_with(['"', '\'']) {
            return Err(self.wrong(rest.len(), "the name is not closed", "expected the same quote at its end"));
        }
        let (text, _) = self.word();
        let whole = rest[..rest.find([',', ')']).unwrap_or(rest.len())].trim_end();
        if whole.len() > text.len() {
            self.at = start;
            let title = format!("`{whole}` holds more than letters, digits, `_`, `.` and `-`, so it needs quotes");
            return Err(self.wrong(whole.len(), title, format!("write `{}`", quoted(whole))));
        }
        Ok(Name { text: text.to_owned(), start, end: self.at })
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

    /// The bound: all that is left up to the end.
    fn bound(&mut self, measured: &Measured, end: usize) -> Result<f64, Wrong> {
        self.skip_blanks();
        let length = end.saturating_sub(self.at);
        match measured {
            Measured::Time(..)
            | Measured::TimeAbove(..)
            | Measured::Age(_)
            | Measured::StagedAge(_)
            | Measured::DrainTime
            | Measured::FiredAfter(_) => self.quantity(length, parse_duration).map(SimDuration::as_secs_f64),
            Measured::ShareWithin(..) | Measured::ShareLost(_) | Measured::Utilisation => {
                self.quantity(length, parse_share).map(crate::units::Share::as_f64)
            }
            Measured::Backlog(_)
            | Measured::BacklogHours
            | Measured::StagedDepth(_)
            | Measured::CountLost(_)
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
            Err(_) if [" from ", " by "].iter().any(|word| text.contains(word)) => {
                let accepted = "hours and `by tenant` stand before it, such as `p95(wait) from 09:00 to 17:00 < 10s`";
                Err(self.wrong(text.len(), format!("`{text}` says more than a bound"), accepted))
            }
            Err(error) => Err(self.wrong(text.len(), error.message, error.accepted)),
        }
    }
}

fn quantity(name: &str, start: usize, or_backlog: bool) -> Result<Quantity, Wrong> {
    let known = ["wait", "queue_wait", "staging_delay", "sojourn", "backlog"];
    let known = if or_backlog { &known[..] } else { &known[..4] };
    let accepted = crate::scenario::text::problem::list_of(known);
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
        let within = Measured::ShareWithin(Quantity::Wait, thirty, Reach::UpTo);
        assert_eq!(read("share(wait <= 30s) >= 99%"), (within, Comparison::AtLeast, 0.99));
        let p99 = Measured::Time(Statistic::Percentile(0.999), Quantity::QueueWait);
        assert_eq!(read("p99.9(queue_wait)<2m"), (p99, Comparison::Less, 120.0));
        assert_eq!(read("max(backlog) <= 5k"), (Measured::Backlog(Statistic::Max), Comparison::AtMost, 5_000.0));
        let above = Measured::TimeAbove(Quantity::Sojourn, thirty);
        assert_eq!(read("time( sojourn > 30s ) < 1h"), (above, Comparison::Less, 3_600.0));
        assert_eq!(read("drain_time < 8h").0, Measured::DrainTime);
        assert_eq!(read("utilisation > 50%"), (Measured::Utilisation, Comparison::Greater, 0.5));
        assert_eq!(read("cost < 12.5"), (Measured::Cost, Comparison::Less, 12.5));
        let age = Measured::Age(Name { text: "mail".to_owned(), start: 4, end: 8 });
        assert_eq!(read("age(mail) < 5 min"), (age, Comparison::Less, 300.0));
    }

    #[test]
    fn objectives_name_lost_jobs_tenants_hours_and_chances() {
        let read = |text: &str| parse(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        assert_eq!(read("share(lost) <= 1%").measured, Measured::ShareLost(Loss::Lost));
        assert_eq!(read("count( dead ) < 5").measured, Measured::CountLost(Loss::Dead));
        let below = read("share(wait < 30s) >= 99%").measured;
        assert_eq!(below, Measured::ShareWithin(Quantity::Wait, SimDuration::from_secs(30), Reach::Below));
        let whole = read("p95(wait) by tenant from 09:00 to 24:00 sat,sun < 10s");
        assert!(whole.by_tenant.is_some() && whole.bound == 10.0);
        let (hours, _) = whole.hours.unwrap();
        assert_eq!(hours.days, [false, false, false, false, false, true, true]);
        assert_eq!((hours.from.as_secs_f64(), hours.to.as_secs_f64()), (32_400.0, 86_400.0));
        let chance = read("chance(share(wait <= 30s) by tenant >= 99%) >= 95%");
        assert_eq!((chance.bound, chance.chance.unwrap().share), (0.99, 0.95));
        assert_eq!(read("chance(drain_time < 2h) > 90%").bound, 7_200.0);
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
        assert_eq!(part("share(lots) < 1%").0, "lots");
        assert_eq!(part("p95(wait) by class < 1s").0, "class");
        assert_eq!(part("p95(wait) from 9 to 10:00 < 1s").0, "9 to 10:00");
        assert_eq!(part("p95(wait) from 09:00 to 10:00 foo < 1s").1, "`foo` is no day");
        assert_eq!(part("chance(p95(wait) < 1) >= 95%").0, "1");
        assert_eq!(part("chance(p95(wait) < 1s) >= 95").0, "95");
        assert_eq!(part("").1, "a measure is missing");
        assert_eq!(part("p100(wait) < 2m").0, "p100");
    }
}
