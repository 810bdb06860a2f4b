//! What of a model builds a backlog at a known time: outages, troubles of providers, bursts, changes that add load.

use super::{Arrivals, BatchTimes, Change, Effect, JobClass, Model, PoolId, Until};
use crate::units::SimTime;

/// More instants of batches than this are the normal course of things, not faults.
const MOST_BATCHES: usize = 12;

/// From a time to another one, which for an instant is the same.
type Span = (SimTime, SimTime);

impl JobClass {
    /// The bursts and the few batches that its jobs come in; empty for a class whose jobs come all the time.
    #[must_use]
    pub fn bursts(&self) -> Vec<Span> {
        match &self.arrivals {
            Arrivals::Burst { from, over, .. } => vec![(*from, from.after(*over))],
            Arrivals::Batches { times: BatchTimes::At(times), .. } if times.len() <= MOST_BATCHES => {
                times.iter().map(|&at| (at, at)).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Model {
    /// Whether a change of this model makes the backlog grow.
    #[must_use]
    pub fn adds_load(&self, change: &Change) -> bool {
        change.effects.iter().any(|effect| match *effect {
            Effect::ScaleRate(_, factor) | Effect::ScaleService(_, factor) => factor > 1.0,
            Effect::Pause(_) | Effect::Restart(_) => true,
            Effect::SetTake(..) | Effect::ScaleSize(..) | Effect::SetSize(..) => self.takes_workers(change),
            Effect::SetLimit(limit, slots) => slots < self.limits()[limit.index()].slots,
            Effect::SetPace(id, rate) => self.dispatchers()[id.index()].rate.is_some_and(|usual| rate < usual),
        })
    }

    /// When a change is over: at its end, or when later changes have given back all workers that it takes away for good. `None`: never,
    /// or when something happens.
    #[must_use]
    pub fn end_of(&self, change: &Change) -> Option<SimTime> {
        match change.until {
            Until::Time(end) => Some(end),
            Until::Drained => None,
            Until::Horizon => {
                let times: Option<Vec<_>> =
                    change.effects.iter().map(|effect| self.given_back(change, effect)).collect();
                times?.into_iter().max()
            }
        }
    }

    fn given_back(&self, change: &Change, effect: &Effect) -> Option<SimTime> {
        let Effect::SetSize(pool, size) = *effect else { return None };
        if size >= self.usual_size(pool, change.at) {
            return None;
        }
        let gives = |later: &&Change| {
            let enough = |effect: &Effect| matches!(*effect, Effect::SetSize(of, size) if of == pool && size >= self.usual_size(pool, later.at));
            later.at > change.at && later.effects.iter().any(enough)
        };
        self.changes().iter().filter(gives).map(|later| later.at).min()
    }

    /// Whether a change of this model takes workers away.
    #[must_use]
    pub fn takes_workers(&self, change: &Change) -> bool {
        change.effects.iter().any(|effect| match *effect {
            Effect::ScaleSize(_, factor) => factor < 1.0,
            Effect::SetSize(pool, size) => size < self.usual_size(pool, change.at),
            _ => false,
        })
    }

    fn usual_size(&self, pool: PoolId, at: SimTime) -> u32 {
        let pool = &self.pools()[pool.index()];
        pool.capacity.calendar.as_ref().map_or(pool.size, |calendar| calendar.size_at(at))
    }

    /// When faults at known times begin and end, the first one first.
    #[must_use]
    pub fn fault_spans(&self) -> Vec<Span> {
        let outages = self.dispatchers().iter().flat_map(|it| it.outages.iter().map(|outage| (outage.from, outage.to)));
        let windows = self.pools().iter().flat_map(|pool| pool.capacity.outages.iter().map(|at| (at.from, at.to)));
        let troubles = self.providers().iter().flat_map(|it| it.windows.iter().map(|window| (window.from, window.to)));
        let bursts = self.classes().iter().flat_map(JobClass::bursts);
        let initial = self.classes().iter().filter(|class| class.initial_backlog > 0);
        let initial = initial.map(|_| (SimTime::ZERO, SimTime::ZERO));
        let changes = self.changes().iter().filter(|change| self.adds_load(change));
        let changes = changes.filter_map(|change| Some((change.at, self.end_of(change)?)));
        let mut all: Vec<_> =
            outages.chain(windows).chain(troubles).chain(bursts).chain(initial).chain(changes).collect();
        all.sort_unstable();
        all
    }
}
