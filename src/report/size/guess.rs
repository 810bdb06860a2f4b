//! Where a search for the fewest workers begins: what theory says, so that few sizes are simulated.
//!
//! Where the model is one of Erlang's and an objective has a formula, the fewest workers by that formula. Elsewhere the offered load R of
//! the busiest time and the square root of it on top: R + sqrt(R) (Halfin and Whitt, "Heavy-traffic limits for queues with many
//! exponential servers", 1981).

use crate::experiment::size::{Erlang, erlang};
use crate::model::{Comparison, DesignPoint, Measure, Objective, Quantity, Statistic};
use crate::report::OfferedLoad;
use crate::theory::{ErlangA, Mmc};

/// The number of workers of a pool (by its place in the model) to begin with, at least 1.
#[must_use]
pub fn first_guess(point: &DesignPoint, pool: usize) -> u32 {
    let by_formula = erlang(&point.model).and_then(|model| fewest(model, &point.objectives));
    by_formula.unwrap_or_else(|| square_root_staffing(point, pool)).max(1)
}

fn square_root_staffing(point: &DesignPoint, pool: usize) -> u32 {
    let load = OfferedLoad::of(&point.model);
    let size = f64::from(point.model.pools()[pool].size);
    let all = load.steps.iter().map(|step| step.erlangs).fold(1.0, f64::max);
    // Of the work of an empty pool nothing is known: it may have to do all.
    let erlangs = load.busiest(pool).filter(|_| size > 0.0).map_or(all, |(_, utilisation)| utilisation * size);
    (erlangs + erlangs.sqrt()).ceil().min(1e6) as u32
}

/// The fewest workers by Erlang's formulas; `None`: no objective has one.
fn fewest(model: Erlang, objectives: &[Objective]) -> Option<u32> {
    let load = model.arrival_rate * model.mean_service;
    let most = (10.0 * load + 100.0) as u32;
    (1..=most).find_map(|workers| {
        let met: Option<Vec<bool>> = objectives.iter().map(|objective| meets(model, workers, objective)).collect();
        match met {
            None => Some(None),
            Some(met) => met.iter().all(|&met| met).then_some(Some(workers)),
        }
    })?
}

/// Whether an objective is met; `None`: there is no formula for it.
fn meets(model: Erlang, workers: u32, objective: &Objective) -> Option<bool> {
    if objective.chance.is_some() || !objective.among.is_all() {
        return None;
    }
    let value = match model.mean_patience {
        None => patient(model, workers, objective.measure)?,
        Some(patience) => Some(impatient(model, workers, patience, objective.measure)?),
    };
    Some(match (objective.comparison, value) {
        // Overloaded: the waits grow without bound.
        (_, None) => false,
        (Comparison::Less | Comparison::AtMost, Some(value)) => value <= objective.bound,
        (Comparison::Greater | Comparison::AtLeast, Some(value)) => value >= objective.bound,
    })
}

/// The outer `None`: no formula; the inner one: overloaded.
fn patient(Erlang { arrival_rate, mean_service, .. }: Erlang, workers: u32, measure: Measure) -> Option<Option<f64>> {
    let mmc = Mmc { arrival_rate, mean_service, workers };
    match measure {
        Measure::OfTime(Statistic::Mean, Quantity::Wait | Quantity::QueueWait) => Some(mmc.mean_wait()),
        Measure::OfTime(Statistic::Percentile(share), Quantity::Wait | Quantity::QueueWait) => {
            Some(mmc.wait_percentile(share))
        }
        Measure::ShareWithin(Quantity::Wait | Quantity::QueueWait, time, _) => {
            Some(mmc.share_waiting_beyond(time.as_secs_f64()).map(|beyond| 1.0 - beyond))
        }
        _ => None,
    }
}

/// A share within a time that hardly anybody waits is the share that is served.
fn impatient(model: Erlang, workers: u32, mean_patience: f64, measure: Measure) -> Option<f64> {
    let Erlang { arrival_rate, mean_service, .. } = model;
    let erlang_a = ErlangA { arrival_rate, mean_service, workers, mean_patience };
    match measure {
        Measure::OfTime(Statistic::Mean, Quantity::Wait | Quantity::QueueWait) => Some(erlang_a.mean_wait_served()),
        Measure::ShareWithin(Quantity::Wait | Quantity::QueueWait, time, _)
            if time.as_secs_f64() >= 10.0 * mean_patience =>
        {
            Some(1.0 - erlang_a.share_abandoned())
        }
        _ => None,
    }
}
