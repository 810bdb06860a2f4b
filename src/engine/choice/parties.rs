//! Parties: the classes or tenants between which a policy shares the workers of a pool.

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
        let serves: Vec<bool> = match &mut self.rule {
            Rule::Fair(fair) => is(&parties, fair.pick(&parties)),
            Rule::Turns(turns) => is(&parties, turns.pick(&parties)),
            Rule::Quiet(quiet) => quiet.serves(&parties, now),
        };
        let mut serves = serves.into_iter();
        open.retain(|_| serves.next().unwrap_or_default());
    }

    pub(super) fn note_start(&mut self, key: LaneKey, tenants: &Tenants, now: SimTime, service: SimDuration) {
        let party = self.party(key, tenants);
        match &mut self.rule {
            Rule::Fair(fair) => fair.charge(party, service),
            Rule::Turns(turns) => turns.note(party),
            Rule::Quiet(quiet) => quiet.hold(party, now),
        }
    }

    pub(super) fn note_end(&mut self, key: LaneKey, tenants: &Tenants, now: SimTime) {
        let party = self.party(key, tenants);
        match &mut self.rule {
            Rule::Quiet(quiet) => quiet.release(party, now),
            Rule::Fair(_) | Rule::Turns(_) => {}
        }
    }
}

fn is(parties: &[usize], party: usize) -> Vec<bool> {
    parties.iter().map(|&other| other == party).collect()
}
