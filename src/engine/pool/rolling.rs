//! Workers that are restarted, some at a time. Nothing here runs in other worlds.
//!
//! The slots of the running jobs tell workers apart: those that are busy when a restart begins go first, in the order of their slots,
//! then the idle ones. No worker goes twice: where the workers of a pool are known, only those go that were up when it began; of
//! others that leave for good, idle ones whose turn has not come leave before those that are back. A worker that is busy when its turn comes leaves when its job is finished, or is killed after the grace time of
//! its pool. Each is away for a time of its own, and the next ones go when all of those before are back and the gap is over.

use crate::model::{RollingRestart, Ticks};
use crate::random::Stream;
use crate::units::{SimDuration, SimTime};

/// The restart of a pool that is under way, if any.
#[derive(Clone, Debug)]
pub(crate) struct Rolling<'m> {
    pub(crate) spec: &'m RollingRestart,
    takes: Stream,
    /// Those whose turn has not come: their slots, or `None` for one that was idle when the restart began. The next one is last.
    pub(crate) queued: Vec<Option<u32>>,
    /// When it began.
    pub(crate) began: SimTime,
    /// Workers that are back from it.
    pub(crate) back: u32,
    /// The slots of those that leave when their jobs are finished, and when they are killed.
    pub(crate) leaving: Vec<(u32, Option<SimTime>)>,
    /// Workers that are down because of it.
    pub(crate) away: u32,
    /// Whether the gap before the next ones is timed.
    pub(crate) pauses: bool,
}

impl<'m> Rolling<'m> {
    pub(crate) fn new(spec: &'m RollingRestart, takes: Stream) -> Self {
        Self {
            spec,
            takes,
            queued: Vec::new(),
            began: SimTime::ZERO,
            back: 0,
            leaving: Vec::new(),
            away: 0,
            pauses: false,
        }
    }

    /// When regular ones begin.
    pub(crate) fn times(&self) -> Option<&'m Ticks> {
        self.spec.times.as_ref()
    }

    pub(crate) fn is_under_way(&self) -> bool {
        !self.queued.is_empty() || !self.leaving.is_empty() || self.away > 0 || self.pauses
    }

    /// The whole pool goes down, so that none of its workers needs to be restarted.
    pub(crate) fn abandon(&mut self) {
        self.queued.clear();
        self.leaving.clear();
    }

    /// The worker of a slot is gone for good; says whether it was told to leave to be restarted.
    pub(crate) fn forget(&mut self, slot: u32) -> bool {
        let before = self.leaving.len();
        self.leaving.retain(|&(leaving, _)| leaving != slot);
        self.leaving.len() < before
    }

    /// So many workers leave for good, and so many stay: idle ones that were to go, then those that are back.
    pub(crate) fn shrink(&mut self, fewer: u32, stay: u32) {
        let idle = self.queued.iter().take_while(|worker| worker.is_none()).count();
        let gone = idle.min(fewer as usize);
        self.back = self.back.saturating_sub(fewer - gone as u32);
        let most = (stay as usize).saturating_sub(self.back as usize + self.leaving.len());
        let gone = gone.max(self.queued.len().saturating_sub(most)).min(self.queued.len());
        self.queued.drain(..gone);
    }

    /// A worker leaves; returns how long it is away.
    pub(crate) fn leave(&mut self) -> SimDuration {
        self.away += 1;
        SimDuration::from_secs_f64(self.spec.takes.sample(&mut self.takes))
    }
}
