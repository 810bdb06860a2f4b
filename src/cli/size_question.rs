//! From the arguments of `tailback size` and the scenario to the rows of values that are searched.

use super::arguments::SizeArguments;
use super::failure::Failure;
use crate::experiment::size::{Grid, step_for};
use crate::model::{DesignPoint, Model, QueueId};
use crate::report::size::first_guess;
use crate::scenario::{Stated, Template, split_quantity};
use crate::units::{SimDuration, path_keys, written_key, written_path};
use crate::untrusted::shell_quoted;

/// How much larger than what the scenario states a value may get by default.
const REACH: f64 = 10.0;

/// A value that is searched for.
pub(super) struct Searched {
    /// Its possible values.
    pub(super) grid: Grid,
    /// Where to begin.
    pub(super) start: u32,
    /// What a step of it costs an hour.
    pub(super) cost: f64,
}

/// What is searched for: a value at a path, or the size of one pool, or the sizes of several.
pub(super) fn searched(
    arguments: &SizeArguments,
    template: &Template<'_>,
    base: &DesignPoint,
) -> Result<Vec<Searched>, Failure> {
    match (&arguments.minimize, &arguments.maximize) {
        (Some(path), _) => Ok(vec![value(arguments, template, base, ("--minimize", path))?]),
        (_, Some(path)) => Ok(vec![value(arguments, template, base, ("--maximize", path))?]),
        _ => {
            let pools = pools(arguments, &base.model)?;
            let path = |&pool: &usize| written_path(["pools", &base.model.pools()[pool].name, "size"]);
            let read = |pool| value(arguments, template, base, ("--pool", &path(pool)));
            pools.iter().map(read).collect()
        }
    }
}

/// The places in the model of the pools that are asked for: all when none is named.
fn pools(arguments: &SizeArguments, model: &Model) -> Result<Vec<usize>, Failure> {
    let names: Vec<&str> = model.pools().iter().map(|pool| pool.name.as_str()).collect();
    if arguments.pool.is_empty() {
        return Ok((0..names.len()).collect());
    }
    let place = |name: &String| {
        names
            .iter()
            .position(|known| known == name)
            .ok_or_else(|| refused(format!("there is no pool `{name}`"), &format!("the pools are {}", list(&names))))
    };
    let mut places = arguments.pool.iter().map(place).collect::<Result<Vec<usize>, Failure>>()?;
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

fn value(
    arguments: &SizeArguments,
    template: &Template<'_>,
    base: &DesignPoint,
    (option, path): (&str, &str),
) -> Result<Searched, Failure> {
    let pool = pool_of(path, &base.model);
    if let Some(pool) = pool {
        refuse_moving_size(template, &base.model, pool)?;
    }
    let stated = template.stated(option, path)?;
    let (value, unit) = number_and_unit(&stated);
    // An empty pool beside others is a candidate like any other.
    let may_be_empty = pool.is_some() && value == 0.0;
    if value.is_nan() || (value <= 0.0 && !may_be_empty) {
        return Err(refused(
            format!("`{path}` is {value}{unit}"),
            "state a positive value in the scenario: values around it are tried",
        ));
    }
    let larger_is_easier = option != "--maximize";
    let guess = pool.filter(|_| larger_is_easier).map_or(value, |pool| f64::from(first_guess(base, pool)));
    let step = step(arguments, (path, &unit), (value, &stated, pool.is_some()))?;
    let least = if pool.is_some_and(|pool| is_backed(&base.model, pool)) { 0.0 } else { step };
    let (low, high) = range(arguments, (path, &unit), step, (least, value.max(guess)))?;
    let mut grid = Grid { path: path.to_owned(), unit, step, low, high, larger_is_easier };
    if pool.is_some() && arguments.range.is_none() {
        skip_refused(template, &mut grid, value);
    }
    check_ends(arguments, template, &grid)?;
    let cost = pool.and_then(|pool| base.model.pools()[pool].cost_per_hour).map_or(1.0, |cost| cost.amount);
    Ok(Searched { start: grid.place_of(guess), grid, cost })
}

/// The pool whose size a path is.
fn pool_of(path: &str, model: &Model) -> Option<usize> {
    let keys = path_keys(path);
    model.pools().iter().position(|pool| keys == ["pools", &pool.name, "size"])
}

/// Whether other pools serve all queues of a pool, so that it may be empty.
fn is_backed(model: &Model, pool: usize) -> bool {
    let serves = |queue: &QueueId| model.serving(*queue).iter().any(|other| other.index() != pool);
    model.pools()[pool].take.queues().iter().all(serves)
}

/// Sizes below the stated one that the scenario does not allow, such as fewer workers than are reserved, are not tried.
fn skip_refused(template: &Template<'_>, grid: &mut Grid, stated: f64) {
    let refused = |grid: &Grid| {
        let size = (f64::from(grid.low) * grid.step).to_string();
        template.point(&[(grid.path.clone(), size)]).is_err()
    };
    while f64::from(grid.low + 1) * grid.step <= stated && grid.low < grid.high && refused(grid) {
        grid.low += 1;
    }
}

/// A range that the user states must be one that the scenario allows, so that no search breaks off.
fn check_ends(arguments: &SizeArguments, template: &Template<'_>, grid: &Grid) -> Result<(), Failure> {
    let Some(text) = &arguments.range else { return Ok(()) };
    for place in [0, grid.places() - 1] {
        let written = grid.written(place);
        let point = template.point(&[(grid.path.clone(), written.clone())]);
        point.map_err(|error| match Failure::from(error) {
            Failure::Refused(message) => Failure::Refused(format!(
                "{}\n\nhelp: `--range {text}` asks to try `{}` = `{written}`, which the scenario does not allow; state a range without it",
                message.trim_end(),
                grid.path
            )),
            other => other,
        })?;
    }
    Ok(())
}

/// The size of a pool that is set by something else says little; the hint names a path of the scenario.
fn refuse_moving_size(template: &Template<'_>, model: &Model, pool: usize) -> Result<(), Failure> {
    let pool = &model.pools()[pool];
    let (by, key) = match (&pool.capacity.autoscale, &pool.capacity.calendar) {
        (Some(_), _) => ("an autoscaler", "autoscale"),
        (_, Some(_)) => ("a calendar", "calendar"),
        _ => return Ok(()),
    };
    let stated = template.keys(&written_path(["pools", &pool.name, key]))?;
    let path = |rest: &str| shell_quoted(&format!("pools.{}.{rest}", written_key(&pool.name)));
    let help = stated.first().map(|first| match key {
        "autoscale" => {
            format!("a bound of the autoscaler, such as `--minimize {}`", path(&format!("autoscale.{first}.max")))
        }
        _ => format!("one of its values, such as `--minimize {}`", path(&format!("calendar.{first}"))),
    });
    Err(refused(
        format!("the size of the pool `{}` is set by {by}, so there is no one size to search for", pool.name),
        &format!("search for {}", help.unwrap_or_else(|| "another value".to_owned())),
    ))
}

fn number_and_unit(stated: &Stated) -> (f64, String) {
    match stated {
        Stated::Count(number) => (*number as f64, String::new()),
        Stated::Quantity(number, unit) => (*number, unit.clone()),
        Stated::Outage(length) => length_in_units(*length),
    }
}

/// A length in hours from 5 h on, in minutes from 5 min on, else in seconds.
fn length_in_units(length: SimDuration) -> (f64, String) {
    let seconds = length.as_secs_f64();
    let (unit, name) =
        [(3600.0, "h"), (60.0, "m")].into_iter().find(|(unit, _)| seconds >= 5.0 * unit).unwrap_or((1.0, "s"));
    (seconds / unit, name.to_owned())
}

fn step(
    arguments: &SizeArguments,
    (path, unit): (&str, &str),
    (value, stated, is_size): (f64, &Stated, bool),
) -> Result<f64, Failure> {
    let whole = matches!(stated, Stated::Count(_));
    let Some(text) = &arguments.step else {
        return Ok(match (is_size, whole) {
            (true, _) => 1.0,
            (false, true) => step_for(value).max(1.0),
            (false, false) => step_for(value),
        });
    };
    let step = in_unit(text, "--step", (path, unit))?;
    if step <= 0.0 || (is_size && step.fract() != 0.0) {
        let accepted = if is_size { "expected a whole number of workers" } else { "expected a positive number" };
        return Err(refused(format!("`--step {text}` cannot be the distance between two values"), accepted));
    }
    Ok(step)
}

/// The smallest and the largest value in steps.
fn range(
    arguments: &SizeArguments,
    (path, unit): (&str, &str),
    step: f64,
    (least, around): (f64, f64),
) -> Result<(u32, u32), Failure> {
    let (low, high) = match &arguments.range {
        None => (least, if unit == "%" { (REACH * around).min(100.0) } else { REACH * around }),
        Some(text) => {
            let (low, high) = text.split_once("..").ok_or_else(|| {
                refused(
                    format!("`--range {text}` is not a range"),
                    "expected two values, such as `1..200` or `2/s..40/s`",
                )
            })?;
            (in_unit(low, "--range", (path, unit))?, in_unit(high, "--range", (path, unit))?)
        }
    };
    let low_steps = (low / step - 1e-9).ceil().max(0.0);
    let high_steps = (high / step + 1e-9).floor();
    if low_steps > high_steps || high_steps > f64::from(u32::MAX / 4) {
        return Err(refused(
            format!("there is no value to try from {low}{unit} to {high}{unit} in steps of {step}{unit}"),
            "expected `--range LOW..HIGH` with LOW at most HIGH, and a `--step` that fits into it",
        ));
    }
    Ok((low_steps as u32, high_steps as u32))
}

/// A number in the unit of the scenario.
fn in_unit(text: &str, option: &str, (path, unit): (&str, &str)) -> Result<f64, Failure> {
    let wanted = if unit.is_empty() { "a plain number".to_owned() } else { format!("a number in `{unit}`") };
    let found = split_quantity(text).filter(|(_, found)| found == unit);
    found.map(|(number, _)| number).ok_or_else(|| {
        refused(
            format!("`{text}` of `{option}` does not fit `{path}`"),
            &format!("expected {wanted}, as in the scenario"),
        )
    })
}

pub(super) fn refused(problem: impl std::fmt::Display, help: &str) -> Failure {
    Failure::Refused(format!("error: {problem}\nhelp: {help}"))
}

/// `a`, `b` and `c` in backticks.
pub(super) fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
