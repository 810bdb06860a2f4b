//! One assumption at a time: every number that a scenario states about its world, lower and higher by a share.
//!
//! The numbers are found in the tree of the file and told by their places in the language, so that a new key is varied without a word
//! here and a thing may have any name. Places in time, ranks and conditions are left out, which is said; the lengths of windows are
//! varied in the model.

use super::error::ScenarioError;
use super::sweep::shortened;
use super::template::{Template, split_quantity};
use crate::metric::Metric;
use crate::model::{DesignPoint, LeftOut, Measure, Model, ModelParts, Parameter, Sensitivity, Varied};
use crate::scenario::syntax::desk::Office;
use crate::scenario::syntax::language::{Meaning, Spot};
use crate::scenario::syntax::names::written_key;
use crate::scenario::syntax::schema;
use crate::scenario::syntax::schema::kind::Declared;
use crate::scenario::text::node::{Node, Value};
use crate::scenario::text::problem::Problem;
use crate::units::{
    Human, Share, SimDuration, SimTime, human_seconds, parse_count, parse_duration, parse_rate, parse_share, path_keys,
};

/// The scenario with each number of its world lower and higher by a share.
///
/// # Errors
/// [`ScenarioError`] when the scenario is wrong as it stands.
pub fn vary(template: &Template<'_>, share: Share) -> Result<Sensitivity, ScenarioError> {
    template.read(&[], |office, root| {
        let base = template.design_point(office, root, String::new())?;
        let mut found = Sensitivity { share, parameters: Vec::new(), left_out: Vec::new() };
        let costs = base.objectives.iter().any(|objective| objective.measure == Measure::Figure(Metric::Cost));
        for number in &numbers(root) {
            if let Some(reason) = number.reason_against(costs) {
                found.left_out.push(LeftOut { path: number.path.clone(), reason: reason.to_owned() });
                continue;
            }
            let read = |tree: &Node| template.design_point(office, tree, format!("with another `{}`", number.path));
            found.add(&number.path, &number.stated(office), |factor| number.varied((root, factor), &base, &read));
        }
        for window in windows(&base.model) {
            found.add(&window.path, &prose(window.length()), |factor| window.varied(&base, factor));
        }
        Ok(found)
    })
}

trait Add {
    fn add(&mut self, path: &str, stated: &str, varied: impl Fn(f64) -> Result<Varied, String>);
}

impl Add for Sensitivity {
    /// Adds a parameter with both its ends, or what is wrong with them.
    fn add(&mut self, path: &str, stated: &str, varied: impl Fn(f64) -> Result<Varied, String>) {
        let share = self.share.as_f64();
        let ends = [1.0 - share, 1.0 + share].map(|factor| match varied(factor) {
            Ok(mut varied) => {
                varied.point.sweep = vec![format!("{path} = {}", varied.value)];
                Some(varied)
            }
            Err(reason) => {
                // Both ends are mostly left out for one reason.
                let left_out = LeftOut { path: path.to_owned(), reason };
                if !self.left_out.contains(&left_out) {
                    self.left_out.push(left_out);
                }
                None
            }
        });
        if ends.iter().any(Option::is_some) {
            self.parameters.push(Parameter { path: path.to_owned(), stated: stated.to_owned(), ends });
        }
    }
}

/// A number in the tree of a scenario.
struct Number<'a> {
    /// As it would be written, with the place in a list in brackets.
    path: String,
    /// Which entry or item to take at each level.
    address: Vec<usize>,
    node: &'a Node,
    meaning: Meaning,
    is_cost: bool,
}

/// Reads a tree with another value of a number.
type Read<'a> = &'a dyn Fn(&Node) -> Result<DesignPoint, Vec<Problem>>;

impl Number<'_> {
    fn stated(&self, office: &Office) -> String {
        self.node.as_written(&office.sources.borrow())
    }

    /// Why it is not varied; `costs`: whether an objective is about cost.
    fn reason_against(&self, costs: bool) -> Option<&'static str> {
        match self.meaning {
            Meaning::Instant if self.is_of_window() => Some("a place in time; the length of the window is varied"),
            Meaning::Instant => Some("a place in time, of which a share means nothing"),
            Meaning::Rank => Some("a rank, of which only the order counts"),
            Meaning::Sentence => Some("a condition, whose numbers are varied by alternatives"),
            _ => (self.is_cost && !costs).then_some("no objective is about cost"),
        }
    }

    /// Whether it is an end of an outage or of a window of trouble.
    fn is_of_window(&self) -> bool {
        path_keys(&self.path).get(2).is_some_and(|key| key.starts_with("outages[") || key.starts_with("windows["))
    }

    /// The value as it would be written: rounded where it must be a whole number.
    fn varied(&self, (root, factor): (&Node, f64), base: &DesignPoint, read: Read<'_>) -> Result<Varied, String> {
        let Some((value, written)) = multiple(&self.node.value, factor, self.meaning) else {
            return Err(String::new());
        };
        if value == self.node.value {
            return Err(format!("{written} is the nearest whole number"));
        }
        let mut tree = root.clone();
        node_at(&mut tree, &self.address).value = value;
        match read(&tree) {
            Ok(point) => distinct(base, point, written),
            Err(problems) => Err(problems.first().map(Problem::in_a_line).unwrap_or_default()),
        }
    }
}

fn distinct(base: &DesignPoint, point: DesignPoint, value: String) -> Result<Varied, String> {
    if point.model == base.model {
        return Err("it changes nothing that is simulated".to_owned());
    }
    Ok(Varied { value, point: DesignPoint { title: base.title.clone(), ..point } })
}

/// The numbers of the world in the order of the file, and what is left out.
fn numbers(root: &Node) -> Vec<Number<'_>> {
    let mut found = Vec::new();
    let entries = root.as_table().map(|table| table.entries.as_slice()).unwrap_or_default();
    for (i, entry) in entries.iter().enumerate() {
        if schema::Alternative::KIND.has(&entry.key) {
            let at = At {
                path: entry.key.clone(),
                address: vec![i],
                spot: Spot::scenario().below(&entry.key),
                is_cost: false,
            };
            collect(&entry.node, &at, &mut found);
        }
    }
    found
}

/// Where a value stands.
struct At {
    path: String,
    address: Vec<usize>,
    spot: Spot,
    is_cost: bool,
}

impl At {
    fn below(&self, i: usize, key: &str) -> Self {
        let is_cost = self.address.len() == 2 && self.path.starts_with("pools.") && key == "cost";
        let path = format!("{}.{}", self.path, written_key(key));
        Self { path, address: [self.address.as_slice(), &[i]].concat(), spot: self.spot.below(key), is_cost }
    }

    fn item(&self, i: usize) -> Self {
        let address = [self.address.as_slice(), &[i]].concat();
        Self { path: format!("{}[{i}]", self.path), address, spot: self.spot.item(), is_cost: false }
    }
}

fn collect<'a>(node: &'a Node, at: &At, found: &mut Vec<Number<'a>>) {
    match &node.value {
        Value::Table(table) => {
            let entries = table.entries.iter().enumerate();
            entries.for_each(|(i, entry)| collect(&entry.node, &at.below(i, &entry.key), found));
        }
        Value::List(items) => items.iter().enumerate().for_each(|(i, item)| collect(item, &at.item(i), found)),
        value => {
            let meaning = at.spot.meaning();
            let is_number = match meaning {
                Meaning::Whole | Meaning::Real => multiple(value, 1.0, meaning).is_some(),
                Meaning::Instant => !matches!(value.as_text(), Some("drained")),
                Meaning::Rank | Meaning::Sentence => true,
                Meaning::None => false,
            };
            if is_number {
                let At { path, address, is_cost, .. } = at;
                found.push(Number { path: path.clone(), address: address.clone(), node, meaning, is_cost: *is_cost });
            }
        }
    }
}

fn node_at<'a>(root: &'a mut Node, address: &[usize]) -> &'a mut Node {
    let Some((first, rest)) = address.split_first() else { return root };
    let below = match &mut root.value {
        Value::Table(table) => &mut table.entries[*first].node,
        Value::List(items) => &mut items[*first],
        _ => unreachable!("an address leads through tables and lists"),
    };
    node_at(below, rest)
}

/// A multiple of a number, and how it is told; `None`: it is no number.
fn multiple(value: &Value, factor: f64, meaning: Meaning) -> Option<(Value, String)> {
    let text = |written: String| Some((Value::Text(written.clone()), written));
    match value {
        Value::Integer(number) => {
            let (exact, rounded) = (*number as f64 * factor, (*number as f64 * factor).round());
            let is_whole = exact == rounded || meaning == Meaning::Whole;
            Some(if is_whole { (Value::Integer(rounded as i128), format!("{rounded}")) } else { float(exact) })
        }
        Value::Float(number) if number.is_finite() => Some(float(number * factor)),
        Value::Text(written) if is_quantity(written) => match split_quantity(written) {
            Some((number, unit)) => text(format!("{}{unit}", shortened(number * factor))),
            None => {
                let duration = parse_duration(written).ok()?;
                text(format!("{}s", shortened(duration.as_secs_f64() * factor)))
            }
        },
        _ => None,
    }
}

fn float(number: f64) -> (Value, String) {
    let number = shortened(number);
    (Value::Float(number), format!("{number}"))
}

fn is_quantity(text: &str) -> bool {
    parse_duration(text).is_ok() || parse_rate(text).is_ok() || parse_share(text).is_ok() || parse_count(text).is_ok()
}

/// A stated window of an outage or of trouble.
struct Window {
    path: String,
    place: Place,
    from: SimTime,
    to: SimTime,
}

/// Whose window it is, and which.
#[derive(Clone, Copy)]
enum Place {
    Dispatcher(usize, usize),
    Pool(usize, usize),
    Provider(usize, usize),
}

impl Place {
    fn end(self, parts: &mut ModelParts) -> &mut SimTime {
        match self {
            Self::Dispatcher(i, k) => &mut parts.dispatchers[i].outages[k].to,
            Self::Pool(i, k) => &mut parts.pools[i].capacity.outages[k].to,
            Self::Provider(i, k) => &mut parts.providers[i].windows[k].to,
        }
    }
}

impl Window {
    fn length(&self) -> SimDuration {
        self.to.since(self.from)
    }

    fn varied(&self, base: &DesignPoint, factor: f64) -> Result<Varied, String> {
        let length = SimDuration::from_secs_f64(self.length().as_secs_f64() * factor);
        let mut parts = base.model.to_parts();
        *self.place.end(&mut parts) = self.from.after(length);
        let model = Model::new(parts).map_err(|error| error.to_string())?;
        distinct(base, DesignPoint { model, ..base.clone() }, prose(length))
    }
}

fn prose(length: SimDuration) -> String {
    human_seconds(length.as_secs_f64(), Human::Prose)
}

fn windows(model: &Model) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut add = |path: String, place, from, to| windows.push(Window { path, place, from, to });
    for (i, it) in model.dispatchers().iter().enumerate() {
        for (k, outage) in it.outages.iter().enumerate() {
            let path = format!("dispatchers.{}.outages[{k}]", written_key(&it.name));
            add(path, Place::Dispatcher(i, k), outage.from, outage.to);
        }
    }
    for (i, it) in model.pools().iter().enumerate() {
        for (k, outage) in it.capacity.outages.iter().enumerate() {
            add(format!("pools.{}.outages[{k}]", written_key(&it.name)), Place::Pool(i, k), outage.from, outage.to);
        }
    }
    for (i, it) in model.providers().iter().enumerate() {
        for (k, window) in it.windows.iter().enumerate() {
            add(
                format!("providers.{}.windows[{k}]", written_key(&it.name)),
                Place::Provider(i, k),
                window.from,
                window.to,
            );
        }
    }
    windows
}
