//! Ranges of a swept path: `{ from = "1/s", to = "16/s", points = 5, scale = "logarithmic" }`. The ends are numbers, alone or with one
//! unit, which the values keep.

use rand::RngExt;

use crate::random::Stream;
use crate::scenario::read::values;
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::language::Meaning;
use crate::scenario::syntax::schema;
use crate::scenario::text::node::{Node, Value, parse};

/// The most values of a range.
const MOST_VALUES: i128 = 10_000;

/// A range without a statement of which values in it are taken.
struct Range {
    from: f64,
    to: f64,
    /// What follows each number; empty for bare numbers.
    unit: String,
    /// How values without a unit are written.
    style: Style,
    logarithmic: bool,
}

/// How the values of a range are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// As whole numbers.
    Whole,
    /// As short as can be, as the ends are whole numbers and the path takes any.
    Short,
    /// With a point, as the ends have one.
    Point,
}

/// Whether a table is a range rather than a path in parts.
pub(super) fn is_range(node: &Node) -> bool {
    let from = node.as_table().and_then(|table| table.get("from"));
    from.is_some_and(|from| !matches!(from.value, Value::Table(_) | Value::List(_)))
}

/// The values of a range that states a step or a number of points.
pub(super) fn values(field: &Field<'_>, meaning: Meaning) -> Option<Vec<Node>> {
    let fields = field.open::<schema::SweepRange>()?;
    let range = Range::read(&fields, meaning)?;
    let points = fields.maybe("points", |f| values::whole(f, 2..=MOST_VALUES))?;
    let numbers = match (points, fields.get("step")) {
        (Some(_), Some(step)) => return step.refuse("both `points` and `step`", "only one of them can hold"),
        (None, None) => return field.refuse("the range does not say which values", "needs `step` or `points`"),
        (Some(points), None) => (0..points).map(|i| range.at(i as f64 / (points - 1) as f64)).collect(),
        (None, Some(step)) => range.steps(&step)?,
    };
    Some(range.nodes(field, numbers))
}

/// A Latin hypercube sample of a range: one value in each of `points` parts of equal size, in random order.
pub(super) fn sample((field, meaning): (&Field<'_>, Meaning), points: usize, mut stream: Stream) -> Option<Vec<Node>> {
    let fields = field.open::<schema::SweepRange>()?;
    let range = Range::read(&fields, meaning)?;
    if let Some(stated) = fields.get("step").or_else(|| fields.get("points")) {
        return stated.refuse(
            format!("a Latin hypercube has no `{}` of a range", stated.key()),
            "`points` beside the ranges holds for all",
        );
    }
    let mut parts: Vec<usize> = (0..points).collect();
    // Fisher and Yates's shuffle.
    (1..points).rev().for_each(|i| parts.swap(i, stream.random_range(0..=i)));
    let within = parts.into_iter().map(|part| (part as f64 + stream.random::<f64>()) / points as f64);
    let numbers = within.map(|share| range.at(share)).collect();
    Some(range.nodes(field, numbers))
}

impl Range {
    fn read(fields: &Fields<'_>, meaning: Meaning) -> Option<Self> {
        let ends = (fields.need("from", number), fields.need("to", number));
        let scale = fields.or("scale", |f| values::word(f, &[("linear", false), ("logarithmic", true)]));
        let ((from, unit, whole), (to, unit_of_to, whole_to)) = (ends.0?, ends.1?);
        let logarithmic = scale?;
        if unit != unit_of_to {
            return fields.get("to")?.refuse("the ends have different units", "expected `from` and `to` in one unit");
        }
        if from >= to || (logarithmic && from <= 0.0) {
            let accepted = if logarithmic { "expected 0 < `from` < `to`" } else { "expected `from` < `to`" };
            return fields.get("to")?.refuse("the range is empty", accepted);
        }
        let style = match whole && whole_to {
            true if meaning == Meaning::Real => Style::Short,
            true => Style::Whole,
            false => Style::Point,
        };
        Some(Self { from, to, unit, style, logarithmic })
    }

    /// The value at a share of the way from one end to the other.
    fn at(&self, share: f64) -> f64 {
        if self.logarithmic {
            return self.from * libm::pow(self.to / self.from, share);
        }
        self.from + (self.to - self.from) * share
    }

    fn steps(&self, step: &Field<'_>) -> Option<Vec<f64>> {
        let (size, unit, _) = number(step)?;
        let count = (self.to - self.from) / size;
        if self.logarithmic {
            return step.refuse("a logarithmic range has no `step`", "write `points` instead, such as `points = 5`");
        }
        if unit != self.unit || size <= 0.0 {
            let title = format!("`{}` is not a step of this range", step.desk.text(step.node.place));
            return step.refuse(title, "expected a step above zero in the unit of `from`");
        }
        if count > MOST_VALUES as f64 {
            let least = ((self.to - self.from) / MOST_VALUES as f64).max(size);
            let least = if self.style == Style::Whole { least.ceil() } else { shortened(least * (1.0 + 1e-5)) };
            let title = format!("the range has {:.0} values", count.floor() + 1.0);
            return step.refuse(
                title,
                format!("expected at most {MOST_VALUES}: a step of at least {least}{unit}, or `points`"),
            );
        }
        // A step that misses the end by rounding still reaches it.
        Some((0..=(count + 1e-9).floor() as u32).map(|i| self.from + f64::from(i) * size).collect())
    }

    /// The values as they would be written.
    fn nodes(&self, field: &Field<'_>, numbers: Vec<f64>) -> Vec<Node> {
        let written = numbers.into_iter().map(|number| match (self.style, self.unit.as_str()) {
            (Style::Whole, "") => format!("{}", number.round()),
            (Style::Short, "") => format!("{}", shortened(number)),
            (Style::Point, "") => format!("{:?}", shortened(number)),
            (_, unit) => format!("\"{}{unit}\"", shortened(number)),
        });
        let mut sources = field.desk.office.sources.borrow_mut();
        let node = |text: String| {
            let source = sources.add(&field.path, &format!("value = {text}"));
            parse(&sources, source).ok()?.as_table()?.get("value").cloned()
        };
        written.filter_map(node).collect()
    }
}

/// Six significant digits: what a person would write.
pub(in crate::scenario) fn shortened(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

/// A number, what follows it, and whether it is written as a whole number.
fn number(field: &Field<'_>) -> Option<(f64, String, bool)> {
    let read = |text: &str| {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit() && !"._".contains(c)).unwrap_or(text.len());
        let digits = text[..end].replace('_', "");
        Some((digits.parse::<f64>().ok()?, text[end..].trim().to_owned(), !digits.contains('.')))
    };
    let found = match &field.node.value {
        Value::Integer(number) => Some((*number as f64, String::new(), true)),
        Value::Float(number) => Some((*number, String::new(), false)),
        Value::Text(text) => {
            read(text).filter(|(_, unit, _)| !unit.is_empty() && !unit.contains(|c: char| c.is_ascii_digit()))
        }
        _ => None,
    };
    match found {
        Some((number, ..)) if !number.is_finite() => field.refuse("the end is not a finite number", ""),
        Some(found) => Some(found),
        None => field.refuse_kind("a number, alone or with one unit, such as `20`, `1.5` or `\"4/s\"`"),
    }
}
