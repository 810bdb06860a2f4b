//! Counts by class that only alerts need; a model without such alerts has none.

use std::collections::BTreeMap;

use crate::model::{ClassId, Metric, Model};
use crate::units::{SimDuration, SimTime};

/// The counters of each class.
#[derive(Clone, Debug)]
pub(crate) struct AlertCounters(Vec<ClassCounters>);

#[derive(Clone, Debug, Default)]
pub(crate) struct ClassCounters {
    pub(crate) created: u64,
    pub(crate) started: u64,
    pub(crate) completed: u64,
    /// For each bound that some alert names, the jobs that waited longer.
    late: Vec<(SimDuration, u64)>,
    /// When the jobs that have not started were created, with how many were at that instant.
    unstarted: Option<BTreeMap<SimTime, u32>>,
}

impl AlertCounters {
    /// `None` when no alert needs one.
    pub(crate) fn new(model: &Model) -> Option<Self> {
        let mut counters = vec![ClassCounters::default(); model.classes().len()];
        let mut needed = false;
        let clauses = model.alerts().iter().flat_map(|alert| alert.condition.0.iter().flatten());
        for clause in clauses {
            match &clause.metric {
                Metric::Arrivals(..) | Metric::Completions(..) => {}
                Metric::Late(class, bound, _) => counters[class.index()].watch(*bound),
                Metric::Burn(burn) => counters[burn.class.index()].watch(burn.bound),
                Metric::Oldest(class) => counters[class.index()].unstarted = Some(BTreeMap::new()),
                _ => continue,
            }
            needed = true;
        }
        needed.then_some(Self(counters))
    }

    pub(crate) fn of(&self, class: ClassId) -> &ClassCounters {
        &self.0[class.index()]
    }

    pub(crate) fn created(&mut self, class: ClassId, now: SimTime) {
        let counters = &mut self.0[class.index()];
        counters.created += 1;
        if let Some(unstarted) = &mut counters.unstarted {
            *unstarted.entry(now).or_default() += 1;
        }
    }

    pub(crate) fn started(&mut self, class: ClassId, created: SimTime, now: SimTime) {
        let counters = &mut self.0[class.index()];
        counters.started += 1;
        let wait = now.since(created);
        counters.late.iter_mut().filter(|(bound, _)| wait > *bound).for_each(|(_, count)| *count += 1);
        counters.forget(created);
    }

    /// A job left before it was started.
    pub(crate) fn left(&mut self, class: ClassId, created: SimTime) {
        self.0[class.index()].forget(created);
    }

    pub(crate) fn completed(&mut self, class: ClassId) {
        self.0[class.index()].completed += 1;
    }
}

impl ClassCounters {
    /// A job no longer waits for its start.
    fn forget(&mut self, created: SimTime) {
        if let Some(unstarted) = &mut self.unstarted
            && let std::collections::btree_map::Entry::Occupied(mut jobs) = unstarted.entry(created)
        {
            *jobs.get_mut() -= 1;
            if *jobs.get() == 0 {
                jobs.remove();
            }
        }
    }

    fn watch(&mut self, bound: SimDuration) {
        if !self.late.iter().any(|(known, _)| *known == bound) {
            self.late.push((bound, 0));
        }
    }

    /// Jobs started that had waited longer than a watched bound.
    pub(crate) fn late(&self, bound: SimDuration) -> u64 {
        self.late.iter().find(|(known, _)| *known == bound).map_or(0, |(_, count)| *count)
    }

    /// When the oldest job that has not started was created.
    pub(crate) fn oldest(&self) -> Option<SimTime> {
        self.unstarted.as_ref()?.keys().next().copied()
    }
}
