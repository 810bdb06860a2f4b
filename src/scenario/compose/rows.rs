//! How many rows the curves of a scenario have: `curves.csv` has one for each curve and step, and memory and pages grow with them.

use crate::model::{DesignPoint, Model, Pool, Settings};
use crate::scenario::syntax::desk::Desk;
use crate::scenario::text::node::Node;
use crate::scenario::text::problem::Problem;
use crate::units::{Human, SimDuration, human_seconds};

/// The most rows of the curves of all alternatives, with their values in less than 1 GiB of memory.
const MOST_ROWS: u64 = 10_000_000;

/// Steps that are easy to read, in seconds, each at most two and a half times the one before it.
const ROUND: [u64; 20] = [
    1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800,
    345_600,
];

/// Reports more rows than are written. Points of a sweep have no curves.
pub(super) fn check(desk: &Desk<'_>, root: &Node, (points, settings): (&[DesignPoint], &Settings)) -> Option<()> {
    let in_full = || points.iter().filter(|point| point.sweep.is_empty()).map(|point| &point.model);
    let rows = |step: SimDuration| in_full().map(|model| curves(model) * steps(model, step)).sum::<u64>();
    let found = rows(settings.curve_step);
    if found <= MOST_ROWS {
        return Some(());
    }
    let fits = |step: &SimDuration| rows(*step) <= MOST_ROWS;
    let fitting = ROUND.into_iter().map(SimDuration::from_secs).filter(|step| *step > settings.curve_step).find(fits);
    let table = root.as_table();
    let run = table.and_then(|table| table.entry("run"));
    let stated = run.and_then(|run| run.node.as_table()?.get("curve_step"));
    let place = stated.map(|node| node.place).or(run.map(|run| run.key_place)).unwrap_or(root.place);
    let cases = match in_full().count() {
        1 => "no alternatives".to_owned(),
        count => format!("{count} alternatives with the base"),
    };
    let title = format!(
        "with `run.curve_step` of {} the curves have up to {found} rows: {} steps, {} curves, {cases}",
        human_seconds(settings.curve_step.as_secs_f64(), Human::Prose),
        in_full().map(|model| steps(model, settings.curve_step)).max().unwrap_or(0),
        in_full().map(curves).max().unwrap_or(0),
    );
    let problem = Problem::new(place, title).accepted(format!("expected at most {MOST_ROWS} rows"));
    desk.report(problem.help(match fitting {
        Some(step) => {
            format!("write `curve_step = \"{}\"` in `[run]`, or more", human_seconds(step.as_secs_f64(), Human::Code))
        }
        None => "state a longer `curve_step` in `[run]`, fewer alternatives or fewer job classes".to_owned(),
    }));
    None
}

fn steps(model: &Model, step: SimDuration) -> u64 {
    model.horizon().as_nanos().div_ceil(step.as_nanos().max(1))
}

/// The most curves that a model has: waits and places of all jobs and of each class, and those of what they meet.
fn curves(model: &Model) -> u64 {
    let count = |number: usize| number as u64;
    let prefetches = model.pools().iter().any(|pool| pool.capacity.prefetch.is_some());
    let goes_back = !model.limits().is_empty();
    let of_class = |can_retry: bool| 7 + u64::from(prefetches) + u64::from(can_retry);
    let classes: u64 = model.classes().iter().map(|class| of_class(goes_back || class.fate.can_retry())).sum();
    let pools: u64 = model.pools().iter().map(of_pool).sum();
    let places = model.queues().len() + model.dispatchers().len() + model.providers().len();
    of_class(true) + classes + pools + 2 * count(places) + count(model.alerts().len())
}

fn of_pool(pool: &Pool) -> u64 {
    2 + u64::from(pool.capacity.can_break()) + u64::from(pool.capacity.can_boot())
}
