//! Constraints on the points of a sweep: `pools.a.size + pools.b.size <= 40`, over swept paths, numbers and quantities. What belongs
//! together is told by blanks: `a-b` is a name, `a - b` a difference.

use super::super::node::{Node, Value};
use crate::units::{Rate, Share, SimDuration, parse_duration, parse_rate, parse_share};

/// Sums and products in the order of reading, products first.
pub(super) struct Constraint {
    left: Vec<Term>,
    right: Vec<Term>,
    comparison: &'static str,
}

/// A product with its sign.
struct Term {
    sign: f64,
    factors: Vec<(bool, Operand)>,
}

enum Operand {
    Number(f64),
    /// Which of the swept paths.
    Path(usize),
}

const COMPARISONS: [&str; 4] = ["<=", ">=", "<", ">"];

impl Constraint {
    /// Reads a constraint over these paths, or says what is wrong.
    pub(super) fn parse(text: &str, paths: &[String]) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let found = words.iter().position(|word| COMPARISONS.contains(word));
        let at = found.ok_or_else(|| "there is no comparison between blanks".to_owned())?;
        let comparison = COMPARISONS.into_iter().find(|comparison| *comparison == words[at]).unwrap_or("<");
        Ok(Self { left: sum(&words[..at], paths)?, right: sum(&words[at + 1..], paths)?, comparison })
    }

    /// Whether the values of the paths meet it; `Err`: this path has a value that is no number.
    pub(super) fn holds(&self, values: &[&Node]) -> Result<bool, usize> {
        let (left, right) = (value_of(&self.left, values)?, value_of(&self.right, values)?);
        Ok(match self.comparison {
            "<=" => left <= right,
            ">=" => left >= right,
            "<" => left < right,
            _ => left > right,
        })
    }
}

fn sum(words: &[&str], paths: &[String]) -> Result<Vec<Term>, String> {
    let mut terms: Vec<Term> = Vec::new();
    let mut operator = "+";
    let mut operand_next = true;
    for word in words {
        if operand_next {
            let operand = operand(word, paths)?;
            match (operator, terms.last_mut()) {
                ("*" | "/", Some(term)) => term.factors.push((operator == "/", operand)),
                _ => {
                    let sign = if operator == "-" { -1.0 } else { 1.0 };
                    terms.push(Term { sign, factors: vec![(false, operand)] });
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

fn operand(word: &str, paths: &[String]) -> Result<Operand, String> {
    if let Some(path) = paths.iter().position(|path| path == word) {
        return Ok(Operand::Path(path));
    }
    let number = word.parse().ok().filter(|number: &f64| number.is_finite()).or_else(|| quantity(word));
    number.map(Operand::Number).ok_or_else(|| format!("`{word}` is neither a swept path nor a quantity"))
}

/// Seconds, jobs a second, or a share.
fn quantity(text: &str) -> Option<f64> {
    let duration = parse_duration(text).ok().map(SimDuration::as_secs_f64);
    let rate = || parse_rate(text).ok().map(Rate::as_per_second);
    duration.or_else(rate).or_else(|| parse_share(text).ok().map(Share::as_f64))
}

fn value_of(terms: &[Term], values: &[&Node]) -> Result<f64, usize> {
    let mut sum = 0.0;
    for term in terms {
        let mut product = term.sign;
        for (divides, operand) in &term.factors {
            let value = match operand {
                Operand::Number(number) => *number,
                Operand::Path(path) => number_of(values[*path]).ok_or(*path)?,
            };
            product = if *divides { product / value } else { product * value };
        }
        sum += product;
    }
    Ok(sum)
}

fn number_of(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::Text(text) => quantity(text),
        _ => None,
    }
}
