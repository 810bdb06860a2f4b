//! The classes or tenants between which a policy shares the workers of a pool.

use std::collections::BTreeSet;

use crate::engine::policy::fair::Fair;
use crate::engine::policy::quiet_first::Quiet;
use crate::engine::policy::tenant_round_robin::TenantRoundRobin;
use crate::engine::queue::lane::LaneKey;
use crate::engine::queue::lanes::OpenLane;
use crate::engine::queue::tenants::Tenants;
use crate::model::{self, FairBy, QuietFirst};
use crate::units::{SimDuration, SimTime};

/// How a pool chooses between parties.
#[derive(Clone, Debug)]
pub(crate) struct SharingGroups {
    /// Whether the parties are the tenants; else the classes.
    pub(crate) by_tenant: bool,
    pub(crate) rule: Rule,
    /// Whether it knows who waits, but for the news.
    pub(crate) is_told: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Rule {
    Fair(Fair),
    TenantRoundRobin(TenantRoundRobin),
    Quiet(Quiet),
}

impl SharingGroups {
    pub(crate) fn fair(fair: &model::Fair, tenants: &Tenants) -> Self {
        let quantum = fair.quantum.as_nanos() as f64;
        let weights = match &fair.by {
            FairBy::Class(weights) => weights.clone(),
            FairBy::Tenant => vec![1.0; tenants.count()],
        };
        let quanta = weights.iter().map(|weight| weight * quantum).collect();
        Self { by_tenant: fair.by == FairBy::Tenant, rule: Rule::Fair(Fair::new(quanta)), is_told: false }
    }

    pub(crate) fn in_turn(tenants: &Tenants) -> Self {
        let rule = Rule::TenantRoundRobin(TenantRoundRobin::new(tenants.count()));
        Self { by_tenant: true, rule, is_told: false }
    }

    pub(crate) fn quiet_first(quiet: &QuietFirst, tenants: &Tenants) -> Self {
        let rule = Rule::Quiet(Quiet::new(tenants.count(), quiet.recent));
        Self { by_tenant: true, rule, is_told: false }
    }

    fn party(&self, key: LaneKey, tenants: &Tenants) -> usize {
        if self.by_tenant { tenants.party(key) } else { key.class.index() }
    }

    /// Keeps of the open lanes those that the rule serves now.
    pub(crate) fn keep(&mut self, open: &mut Vec<OpenLane>, tenants: &Tenants, now: SimTime) {
        let parties: Vec<usize> = open.iter().map(|lane| self.party(lane.key, tenants)).collect();
        self.set_open_only(&parties);
        let serves: Vec<bool> = match &self.rule {
            Rule::Quiet(quiet) => quiet.serves(&parties, now),
            Rule::Fair(_) | Rule::TenantRoundRobin(_) => {
                let served = self.pick();
                parties.iter().map(|&party| Some(party) == served).collect()
            }
        };
        let mut serves = serves.into_iter();
        open.retain(|_| serves.next().unwrap_or_default());
    }

    /// Exactly these parties have jobs that may be taken.
    pub(crate) fn set_open_only(&mut self, parties: &[usize]) {
        let before: BTreeSet<usize> = match &self.rule {
            Rule::Fair(fair) => fair.open().collect(),
            Rule::TenantRoundRobin(turns) => turns.open().collect(),
            Rule::Quiet(_) => return,
        };
        let now: BTreeSet<usize> = parties.iter().copied().collect();
        before.difference(&now).for_each(|&party| self.set_open(party, false));
        now.difference(&before).for_each(|&party| self.set_open(party, true));
    }

    /// Whether a party has a job that may be taken.
    pub(crate) fn set_open(&mut self, party: usize, open: bool) {
        match &mut self.rule {
            Rule::Fair(fair) => fair.set_open(party, open),
            Rule::TenantRoundRobin(turns) => turns.set_open(party, open),
            Rule::Quiet(_) => {}
        }
    }

    /// The one party that is served next, under a rule that serves one.
    pub(crate) fn pick(&mut self) -> Option<usize> {
        match &mut self.rule {
            Rule::Fair(fair) => fair.pick(),
            Rule::TenantRoundRobin(turns) => turns.pick(),
            Rule::Quiet(_) => None,
        }
    }

    pub(crate) fn note_start(&mut self, key: LaneKey, tenants: &Tenants, now: SimTime, service: SimDuration) {
        let party = self.party(key, tenants);
        match &mut self.rule {
            Rule::Fair(fair) => fair.charge(party, service),
            Rule::TenantRoundRobin(turns) => turns.note(party),
            Rule::Quiet(quiet) => quiet.hold(party, now),
        }
    }

    /// Whether a party is passed over while others wait.
    pub(crate) fn passes_over(&self, party: usize, now: SimTime) -> bool {
        matches!(&self.rule, Rule::Quiet(quiet) if quiet.is_noisy(party, now))
    }

    pub(crate) fn note_end(&mut self, key: LaneKey, tenants: &Tenants, now: SimTime) {
        let party = self.party(key, tenants);
        match &mut self.rule {
            Rule::Quiet(quiet) => quiet.release(party, now),
            Rule::Fair(_) | Rule::TenantRoundRobin(_) => {}
        }
    }
}
