//! The plan of a run: its distinct design points, whose units may be stored already, and the results of all points from theirs.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::error::RunError;
use super::replication::{layout, run_unit};
use super::store::UnitStore;
use super::unit_name::{UnitName, point_name, world_name};
use crate::experiment::deadline::Deadline;
use crate::experiment::results::{PointResult, Results};
use crate::experiment::summary::point::named_after;
use crate::experiment::summary::study::summarise_study;
use crate::experiment::unit::UnitResult;
use crate::model::{DesignPoint, Settings, Study};

/// How many units of a study, whose warm-up is known, `store` holds already, and how many there are in all, or at most with a rule of precision.
#[must_use]
pub fn stored_units(study: &Study, store: &UnitStore) -> (u64, u64) {
    let replications = study.settings.most_replications();
    let distinct = distinct(&representatives(study));
    let names = |&i: &usize| {
        let point = point_name(&study.points[i], &study.settings);
        (0..replications).map(move |replication| UnitName::new(point, replication))
    };
    (store.count(distinct.iter().flat_map(names)), distinct.len() as u64 * u64::from(replications))
}

/// A design point whose units are stored.
pub(in crate::experiment) struct PointPlan<'a> {
    point: &'a DesignPoint,
    settings: &'a Settings,
    name: [u8; 16],
    layout: OnceLock<UnitResult>,
}

impl<'a> PointPlan<'a> {
    pub(in crate::experiment) fn new(point: &'a DesignPoint, settings: &'a Settings) -> Self {
        Self { point, settings, name: point_name(point, settings), layout: OnceLock::new() }
    }

    pub(in crate::experiment) fn take(&self, store: &UnitStore, replication: u32) -> Result<UnitResult, RunError> {
        let name = UnitName::new(self.name, replication);
        let layout = || self.layout.get_or_init(|| layout(self.point, self.settings)).clone();
        if let Some(result) = store.load(name, layout) {
            return Ok(result);
        }
        store.check()?;
        let result = run_unit(self.point, self.settings, replication, Deadline::NONE)?;
        store.save(name, &result)?;
        Ok(result)
    }
}

/// The results of a study from those of its distinct design points; `same` is the representative of each point.
pub(super) fn summarise(study: &Study, same: &[usize], results: Vec<PointResult>) -> Results {
    let mut results = results.into_iter();
    let mut points: Vec<PointResult> = Vec::with_capacity(same.len());
    for (i, point) in study.points.iter().enumerate() {
        let own = if same[i] == i { results.next() } else { None };
        points.push(own.unwrap_or_else(|| named_after(point, points[same[i]].clone())));
    }
    summarise_study(study, points)
}

/// So many alternatives are compared each with each.
const FEW: usize = 16;

/// Of each design point, the first one without sweep that it is the same as, otherwise itself.
pub(super) fn representatives(study: &Study) -> Vec<usize> {
    let points = &study.points;
    let own: Vec<usize> = (0..points.len()).filter(|&i| points[i].sweep.is_empty()).collect();
    let mut named: HashMap<[u8; 16], usize> = HashMap::new();
    let representative = |(i, point): (usize, &DesignPoint)| {
        if own.len() <= FEW {
            let same =
                |&&other: &&usize| points[other].model == point.model && points[other].objectives == point.objectives;
            return own.iter().take_while(|&&other| other < i).find(same).copied().unwrap_or(i);
        }
        let name = world_name(point);
        if point.sweep.is_empty() { *named.entry(name).or_insert(i) } else { named.get(&name).copied().unwrap_or(i) }
    };
    points.iter().enumerate().map(representative).collect()
}

/// The design points that differ, in the order of the plan, by the representative of each.
pub(super) fn distinct(same: &[usize]) -> Vec<usize> {
    same.iter().enumerate().filter(|(i, same)| i == *same).map(|(i, _)| i).collect()
}
