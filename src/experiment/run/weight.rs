//! How much memory the results of a run take, about. What is refused must not depend on the machine, so it is told by what the scenario
//! asks for.

use crate::model::{Model, Settings, Study};

/// The most that the replications of a design point may take, in bytes.
const MOST: u64 = 2 << 30;

/// A value of a curve in a step.
const OF_VALUE: u64 = 8;
/// The waits of the jobs of a class that were created in a step, where there are many and they differ much; most have a tenth.
const OF_WAITS: u64 = 256;
/// A figure; its name is there once for all replications.
const OF_FIGURE: u64 = 24;
/// The times of the jobs of a class.
const OF_TIMES: u64 = 12_000;

/// More replications than fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany {
    /// How many there would be of each design point.
    pub replications: u32,
    /// How many fit.
    pub most: u32,
}

/// Refuses more replications of a design point than fit into 2 GiB with all their curves.
///
/// # Errors
/// [`TooMany`] with the number that fits.
pub fn check_memory(study: &Study) -> Result<(), TooMany> {
    let replications = study.settings.most_replications();
    let of_point = |(model, is_swept): (&Model, bool)| replication(model, &study.settings, is_swept);
    let points = study.points.iter().map(|point| (&point.model, !point.sweep.is_empty()));
    let heaviest = points.map(of_point).max().unwrap_or(1);
    let most = (MOST / heaviest.max(1)).min(u64::from(u32::MAX)) as u32;
    if replications <= most.max(2) { Ok(()) } else { Err(TooMany { replications, most }) }
}

/// What a replication leaves.
fn replication(model: &Model, settings: &Settings, is_swept: bool) -> u64 {
    let (classes, pools) = (model.classes().len() as u64, model.pools().len() as u64);
    let places = (model.queues().len() + model.dispatchers().len() + model.providers().len()) as u64;
    let figures = OF_FIGURE * (60 + 40 * classes + 20 * pools + 10 * places);
    let steps = model.horizon().as_nanos().div_ceil(settings.curve_step.as_nanos().max(1));
    let values = OF_VALUE * (6 + 5 * classes + 4 * pools + 2 * places);
    let curves = if is_swept { 0 } else { steps * (values + OF_WAITS * classes) };
    figures + OF_TIMES * classes + curves
}
