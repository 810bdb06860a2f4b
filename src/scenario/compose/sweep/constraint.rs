//! Constraints on the points of a sweep: `pools.a.size + pools.b.size <= 40`, over swept paths, numbers and quantities. What belongs
//! together is told by blanks: `a-b` is a name, `a - b` a difference.

use crate::scenario::syntax::language::canonical;
use crate::scenario::syntax::names::written_path;
use crate::scenario::text::node::{Node, Value, split_path};
use crate::units::{Rate, Share, SimDuration, parse_count, parse_duration, parse_rate, parse_share, unquoted};

/// Sums and products in the order of reading, products first.
pub(super) struct Constraint {
    left: Vec<Term>,
    right: Vec<Term>,
    comparison: &'static str,
}

/// A product with its sign, as it is written.
struct Term {
    written: String,
    sign: f64,
    factors: Vec<(bool, Operand)>,
}

enum Operand {
    Quantity(Quantity),
    /// Which of the swept paths.
    Path(usize),
}

/// A number with the unit that it is counted in.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Quantity {
    number: f64,
    /// The power of seconds: 1 of a duration, -1 of a rate.
    seconds: i32,
    is_share: bool,
}

impl Quantity {
    fn bare(number: f64) -> Self {
        Self { number, seconds: 0, is_share: false }
    }

    /// Its unit in words.
    fn unit(self) -> &'static str {
        match (self.seconds, self.is_share) {
            (0, false) => "a bare number",
            (0, true) => "a share",
            (1, _) => "a duration",
            (-1, _) => "a rate",
            _ => "in a power of time",
        }
    }

    fn has_unit_of(self, other: Self) -> bool {
        self.seconds == other.seconds && self.is_share == other.is_share
    }

    /// A bare number changes no unit, and a share of something is of its unit.
    fn times(self, other: Self, divides: bool) -> Self {
        let (number, seconds) = if divides {
            (self.number / other.number, self.seconds - other.seconds)
        } else {
            (self.number * other.number, self.seconds + other.seconds)
        };
        let share = if divides { self.is_share && !other.is_share } else { self.is_share || other.is_share };
        let is_share = share && self.seconds == 0 && other.seconds == 0;
        Self { number, seconds, is_share }
    }
}

const COMPARISONS: [&str; 4] = ["<=", ">=", "<", ">"];

/// Why a constraint says nothing of a point.
pub(super) enum Unfit {
    /// The path with this index has a value that is no number.
    NoNumber(usize),
    /// Two things of different units are added or compared.
    Units(String),
}

impl Constraint {
    /// Reads a constraint over these paths, or says what is wrong.
    pub(super) fn parse(text: &str, paths: &[String]) -> Result<Self, String> {
        let words = words(text);
        let found = words.iter().position(|word| COMPARISONS.contains(word));
        let at = found.ok_or_else(|| "there is no comparison between blanks".to_owned())?;
        let comparison = COMPARISONS.into_iter().find(|comparison| *comparison == words[at]).unwrap_or("<");
        Ok(Self { left: sum(&words[..at], paths)?, right: sum(&words[at + 1..], paths)?, comparison })
    }

    /// Whether the values of the paths meet it.
    pub(super) fn holds(&self, values: &[&Node]) -> Result<bool, Unfit> {
        let mut all = Vec::new();
        let (left, right) = (total(&self.left, values, &mut all)?, total(&self.right, values, &mut all)?);
        let zero = |(quantity, _): &(Quantity, &str)| quantity.number == 0.0 && quantity.unit() == "a bare number";
        let mut with_units = all.iter().filter(|term| !zero(term));
        if let Some((first, name)) = with_units.next()
            && let Some((other, of)) = with_units.find(|(other, _)| !other.has_unit_of(*first))
        {
            return Err(Unfit::Units(format!("`{name}` is {} and `{of}` is {}", first.unit(), other.unit())));
        }
        Ok(match self.comparison {
            "<=" => left <= right,
            ">=" => left >= right,
            "<" => left < right,
            _ => left > right,
        })
    }
}

/// The parts between blanks; a blank in quotes belongs to a name.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            words.push(&text[start..at]);
            start = at + c.len_utf8();
        }
        at += unquoted(&text[at..]).map_or(c.len_utf8(), |(_, length)| length);
    }
    words.push(&text[start..]);
    words.retain(|word| !word.is_empty());
    words
}

fn sum(words: &[&str], paths: &[String]) -> Result<Vec<Term>, String> {
    let mut terms: Vec<Term> = Vec::new();
    let mut operator = "+";
    let mut operand_next = true;
    for word in words {
        if operand_next {
            let operand = operand(word, paths)?;
            match (operator, terms.last_mut()) {
                ("*" | "/", Some(term)) => {
                    term.written = format!("{} {operator} {word}", term.written);
                    term.factors.push((operator == "/", operand));
                }
                _ => {
                    let sign = if operator == "-" { -1.0 } else { 1.0 };
                    terms.push(Term { written: (*word).to_owned(), sign, factors: vec![(false, operand)] });
                }
            }
        } else if ["+", "-", "*", "/"].contains(word) {
            operator = word;
        } else {
            return Err(format!("`{word}` is not `+`, `-`, `*` or `/`"));
        }
        operand_next = !operand_next;
    }
    if operand_next {
        Err("something is missing after an operator or beside the comparison".to_owned())
    } else {
        Ok(terms)
    }
}

/// A swept path as it is written, with or without quotes in it, or a quantity.
fn operand(word: &str, paths: &[String]) -> Result<Operand, String> {
    let whole = split_path(word).map(|keys| written_path(canonical(&keys)));
    if let Some(path) = paths.iter().position(|path| path == word || Some(path) == whole.as_ref()) {
        return Ok(Operand::Path(path));
    }
    let number = word.parse().ok().filter(|number: &f64| number.is_finite()).map(Quantity::bare);
    let quantity = number.or_else(|| quantity(word));
    quantity.map(Operand::Quantity).ok_or_else(|| format!("`{word}` is neither a swept path nor a quantity"))
}

fn quantity(text: &str) -> Option<Quantity> {
    let of = |number: f64, seconds: i32| Quantity { number, seconds, is_share: false };
    let duration = parse_duration(text).ok().map(SimDuration::as_secs_f64).map(|number| of(number, 1));
    let rate = || parse_rate(text).ok().map(Rate::as_per_second).map(|number| of(number, -1));
    let share = || parse_share(text).ok().map(Share::as_f64).map(|number| Quantity { is_share: true, ..of(number, 0) });
    let count = || parse_count(text).ok().map(Quantity::bare);
    duration.or_else(rate).or_else(share).or_else(count)
}

/// The sum of terms, each of which is noted with its words.
fn total<'a>(terms: &'a [Term], values: &[&Node], all: &mut Vec<(Quantity, &'a str)>) -> Result<f64, Unfit> {
    let mut sum = 0.0;
    for term in terms {
        let mut product = Quantity::bare(1.0);
        for (divides, operand) in &term.factors {
            let value = match operand {
                Operand::Quantity(quantity) => *quantity,
                Operand::Path(path) => quantity_of(values[*path]).ok_or(Unfit::NoNumber(*path))?,
            };
            product = product.times(value, *divides);
        }
        sum += term.sign * product.number;
        all.push((product, &term.written));
    }
    Ok(sum)
}

fn quantity_of(node: &Node) -> Option<Quantity> {
    match &node.value {
        Value::Integer(number) => Some(Quantity::bare(*number as f64)),
        Value::Float(number) => Some(Quantity::bare(*number)),
        Value::Text(text) => quantity(text),
        _ => None,
    }
}
