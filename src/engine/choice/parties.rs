//! Parties: the classes or tenants between which a policy shares the workers of a pool.

use std::collections::BTreeSet;

use super::fair::Fair;
use super::quiet::Quiet;
use super::shelf::{LaneKey, OpenLane};
use super::turns::Turns;
use crate::model::{ClassId, Model};
use crate::units::{SimDuration, SimTime};

/// Tenants as parties: tenant i is the same in all classes, and a class without tenants is one of its own.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Tenants {
    has_tenants: Vec<bool>,
    tenants: usize,
}

impl Tenants {
    pub(in crate::engine) fn new(model: &Model) -> Self {
        let classes = model.classes();
        Self {
            has_tenants: classes.iter().map(crate::model::JobClass::has_tenants).collect(),
            tenants: classes.iter().map(|class| usize::from(class.tenant_count())).max().unwrap_or(0),
        }
    }

    pub(in crate::engine) fn count(&self) -> usize {
        self.tenants + self.has_tenants.len()
    }

    pub(super) fn party(&self, key: LaneKey) -> usize {
        self.party_of(key.class, key.tenant)
    }

    /// The lane of a class in which the jobs of a party lie; `None`: it has none of this class.
    pub(super) fn lane_of(&self, class: ClassId, party: usize) -> Option<LaneKey> {
        let tenant = if self.has_tenants[class.index()] { u16::try_from(party).ok()? } else { 0 };
        let key = LaneKey { recovered: false, class, tenant };
        (self.party(key) == party).then_some(key)
    }

    pub(in crate::engine) fn party_of(&self, class: ClassId, tenant: u16) -> usize {
        if self.has_tenants[class.index()] { usize::from(tenant) } else { self.tenants + class.index() }
    }
}

/// How a pool chooses between parties.
#[derive(Clone, Debug)]
pub(super) struct Parties {
    /// Whether the parties are the tenants; else the classes.
    pub(super) by_tenant: bool,
    pub(super) rule: Rule,
}

#[derive(Clone, Debug)]
pub(super) enum Rule {
    Fair(Fair),
    Turns(Turns),
    Quiet(Quiet),
}

impl Parties {
    fn party(&self, key: LaneKey, tenants: &Tenants) -> usize {
        if self.by_tenant { tenants.party(key) } else { key.class.index() }
    }

    /// Keeps of the open lanes those that the rule serves now.
    pub(super) fn keep(&mut self, open: &mut Vec<OpenLane>, tenants: &Tenants, now: SimTime) {
        let parties: Vec<usize> = open.iter().map(|lane| self.party(lane.key, tenants)).collect();
        self.set_open_only(&parties);
        let serves: Vec<bool> = match &self.rule {
            Rule::Quiet(quiet) => quiet.serves(&parties, now),
            Rule::Fair(_) | Rule::Turns(_) => {
                let served = self.pick();
                parties.iter().map(|&party| Some(party) == served).collect()
            }
        };
        let mut serves = serves.into_iter();
        open.retain(|_| serves.next().unwrap_or_default());
    }

    /// Exactly these parties have jobs that may be taken.
    pub(super) fn set_open_only(&mut self, parties: &[usize]) {
        let before: BTreeSet<usize> = match &self.rule {
            Rule::Fair(fair) => fair.open().collect(),
            Rule::Turns(turns) => turns.open().collect(),
            Rule::Quiet(_) => return,
        };
        let now: BTreeSet<usize> = parties.iter().copied().collect();
        before.difference(&now).for_each(|&party| self.set_open(party, false));
        now.difference(&before).for_each(|&party| self.set_open(party, true));
    }

    /// Whether a party has a job that may be taken.
    pub(super) fn set_open(&mut self, party: usize, open: bool) {
        match &mut self.rule {
            Rule::Fair(fair) => fair.set_open(party, open),
            Rule::Turns(turns) => turns.set_open(party, open),
            Rule::Quiet(_) => {}
        }
    }

    /// The one party that is served next, under a rule that serves one.
    pub(super) fn pick(&mut self) -> Option<usize> {
        match &mut self.rule {
            Rule::Fair(fair) => fair.pick(),
            Rule::Turns(turns) => turns.pick(),
            Rule::Quiet(_) => None,
        }
    }

    pub(super) fn note_start(&mut self, key: LaneKey, tenants: &Tenants, now: SimTime, service: SimDuration) {
        let party = self.party(key, tenants);
        match &mut self.rule {
            Rule::Fair(fair) => fair.charge(party, service),
            Rule::Turns(turns) => turns.note(party),
            Rule::Quiet(quiet) => quiet.hold(party, now),
        }
    }

    /// Whether a party is passed over while others wait.
    pub(super) fn passes_over(&self, party: usize, now: SimTime) -> bool {
        matches!(&self.rule, Rule::Quiet(quiet) if quiet.is_noisy(party, now))
    }

    pub(super) fn note_end(&mut self, key: LaneKey, tenants: &Tenants, now: SimTime) {
        let party = self.party(key, tenants);
        match &mut self.rule {
            Rule::Quiet(quiet) => quiet.release(party, now),
            Rule::Fair(_) | Rule::Turns(_) => {}
        }
    }
}
