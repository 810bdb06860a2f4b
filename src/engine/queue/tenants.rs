//! Tenants as parties between which workers are shared.

use crate::engine::queue::lane::LaneKey;
use crate::model::{ClassId, Model};

/// Tenants as parties: tenant i is the same in all classes, and a class without tenants is one of its own.
#[derive(Clone, Debug)]
pub(crate) struct Tenants {
    has_tenants: Vec<bool>,
    tenants: usize,
}

impl Tenants {
    pub(crate) fn new(model: &Model) -> Self {
        let classes = model.classes();
        Self {
            has_tenants: classes.iter().map(crate::model::JobClass::has_tenants).collect(),
            tenants: classes.iter().map(|class| usize::from(class.tenant_count())).max().unwrap_or(0),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.tenants + self.has_tenants.len()
    }

    pub(crate) fn party(&self, key: LaneKey) -> usize {
        self.party_of(key.class, key.tenant)
    }

    /// The lane of a class in which the jobs of a party lie; `None`: it has none of this class.
    pub(crate) fn lane_of(&self, class: ClassId, party: usize) -> Option<LaneKey> {
        let tenant = if self.has_tenants[class.index()] { u16::try_from(party).ok()? } else { 0 };
        let key = LaneKey { recovered: false, class, tenant };
        (self.party(key) == party).then_some(key)
    }

    pub(crate) fn party_of(&self, class: ClassId, tenant: u16) -> usize {
        if self.has_tenants[class.index()] { usize::from(tenant) } else { self.tenants + class.index() }
    }
}
