//! What workers do besides running jobs, pool by pool.

use crate::engine::calendar::timers::Beat;
use crate::engine::pool::autoscale::pulse::Pulse;
use crate::engine::pool::buffer::Buffers;
use crate::engine::pool::polls::Polls;
use crate::engine::pool::rolling::Rolling;
use crate::engine::pool::roster::Roster;
use crate::engine::pool::staff::Staff;
use crate::model::{PoolId, Rerun};

/// What workers do besides running jobs.
pub(super) struct Workforce<'m> {
    /// The staff of each pool whose workers follow more than changes; empty where no pool's do.
    pub(super) staffs: Vec<Option<Box<Staff<'m>>>>,
    /// What the workers of each pool have taken in advance; empty where no pool's do.
    pub(super) buffers: Vec<Option<Buffers>>,
    /// The pools that give the worker of a job to a more urgent one, and how that job runs again.
    pub(super) preempting: Vec<(PoolId, Rerun)>,
    /// The pools whose idle workers look for jobs now and then.
    pub(super) polling: Vec<PoolId>,
    /// The pools whose workers are known by themselves.
    pub(super) known: Vec<PoolId>,
    /// The pools whose workers are restarted.
    pub(super) restarting: Vec<PoolId>,
    /// Whether it is counted what the workers of some pool do.
    pub(super) measures_load: bool,
}

impl<'m> Workforce<'m> {
    /// `None`: the workers of the pool follow changes alone.
    #[inline]
    pub(super) fn staff(&self, id: PoolId) -> Option<&Staff<'m>> {
        self.staffs.get(id.index())?.as_deref()
    }

    #[inline]
    pub(super) fn staff_mut(&mut self, id: PoolId) -> Option<&mut Staff<'m>> {
        self.staffs.get_mut(id.index())?.as_deref_mut()
    }

    #[inline]
    pub(super) fn polls_mut(&mut self, id: PoolId) -> Option<&mut Polls> {
        self.staff_mut(id)?.polls.as_mut()
    }

    #[inline]
    pub(super) fn rolling_mut(&mut self, id: PoolId) -> Option<&mut Rolling<'m>> {
        self.staff_mut(id)?.rolling.as_mut()
    }

    #[inline]
    pub(super) fn roster_mut(&mut self, id: PoolId) -> Option<&mut Roster> {
        self.staff_mut(id)?.roster.as_mut()
    }

    #[inline]
    pub(super) fn pulse_mut(&mut self, id: PoolId, beat: Beat) -> Option<&mut Pulse> {
        self.staff_mut(id)?.pulse(beat)
    }

    #[inline(always)]
    pub(super) fn buffer(&self, id: PoolId) -> Option<&Buffers> {
        self.buffers.get(id.index())?.as_ref()
    }

    #[inline]
    pub(super) fn buffer_mut(&mut self, id: PoolId) -> Option<&mut Buffers> {
        self.buffers.get_mut(id.index())?.as_mut()
    }

    #[inline]
    pub(super) fn is_autoscaled(&self, id: PoolId) -> bool {
        self.staff(id).is_some_and(|staff| staff.spec.autoscale.is_some())
    }

    /// How many of the workers of a pool finish their job and leave.
    #[inline]
    pub(super) fn told(&self, id: PoolId) -> u32 {
        self.staff(id).and_then(|staff| staff.roster.as_ref()).map_or(0, |roster| roster.told)
    }

    /// Whether the worker of a slot was told to leave.
    #[inline]
    pub(super) fn is_told(&self, id: PoolId, slot: usize) -> bool {
        self.staff(id).and_then(|staff| staff.roster.as_ref()).is_some_and(|roster| roster.is_told(slot))
    }
}
