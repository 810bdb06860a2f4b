//! A pool: its workers, and the queues that they serve by its policy. What they run is in its server.

pub(crate) mod autoscale;
pub(crate) mod buffer;
pub(crate) mod polls;
pub(crate) mod rolling;
pub(crate) mod roster;
pub(crate) mod server;
pub(crate) mod staff;

use std::ops::Range;

use crate::engine::job::Running;
use crate::engine::policy::Policy;
use crate::engine::policy::candidates::Heads;
use crate::engine::policy::changing::{Aside, Held, policies};
use crate::engine::policy::ranks::Ranks;
use crate::engine::pool::server::slots::{Interruptible, Slots};
use crate::engine::queue::Queue;
use crate::engine::queue::tenants::Tenants;
use crate::engine::queue::terms::Terms;
use crate::model::{Model, PoolId, QueueId};
use crate::random::ReplicationSeed;
use crate::units::SimTime;

#[derive(Clone, Debug)]
pub(crate) struct Pool {
    /// Workers it has where no change holds.
    pub(crate) base_size: u32,
    /// Workers it should have. More are there while some finish their job before they leave.
    pub(crate) size: u32,
    /// Service takes the demand divided by this.
    pub(crate) speed: f64,
    pub(crate) server: Slots,
    /// How its workers pick, and the queues it serves, in the order of its list: their places there are their ranks.
    held: Held,
    /// The ranks of the queues that are not empty.
    pub(crate) ready: Ranks,
    /// By what else they pick while some change holds.
    aside: Aside,
    /// Whether an idle worker starts a job the instant that it is ready: none polls, nor takes jobs in advance.
    eager: bool,
    /// Whether its workers take jobs in advance.
    prefetches: bool,
    /// Whether workers are down by themselves, which then have the slots of their numbers.
    fails: bool,
}

impl Pool {
    pub(crate) fn new(model: &Model, id: PoolId, tenants: &Tenants, seed: ReplicationSeed) -> Self {
        let pool = &model.pools()[id.index()];
        let (held, aside) = policies((model, id), tenants, seed);
        Self {
            base_size: pool.size,
            size: pool.size,
            speed: pool.capacity.speed,
            server: Slots::new(pool.capacity.can_interrupt()),
            ready: Ranks::with_room_for(held.served.len()),
            held,
            aside,
            eager: pool.capacity.poll.is_none() && pool.capacity.prefetch.is_none(),
            prefetches: pool.capacity.prefetch.is_some(),
            fails: pool.capacity.failures.is_some(),
        }
    }

    pub(crate) fn serves(&self, queue: QueueId) -> Option<usize> {
        self.held.served.iter().position(|&served| served == queue)
    }

    /// The queues it serves, by rank.
    #[inline]
    pub(crate) fn served(&self) -> &[QueueId] {
        &self.held.served
    }

    /// Its workers pick by the policy of this place among those that may ever hold; says whether that is another one. Which queues are
    /// ready, by their new ranks, is to be said then.
    pub(crate) fn hold(&mut self, place: usize) -> bool {
        self.aside.exchange(place, &mut self.held)
    }

    /// All policies by which its workers may ever pick.
    #[inline]
    pub(crate) fn policies(&mut self) -> impl Iterator<Item = &mut Policy> {
        std::iter::once(&mut self.held.policy).chain(self.aside.policies())
    }

    /// How its workers pick among lanes: the policy, the ranks of the queues that are not empty, and the queue of each rank.
    #[inline]
    pub(crate) fn picker(&mut self) -> (&mut Policy, &Ranks, &[QueueId]) {
        (&mut self.held.policy, &self.ready, &self.held.served)
    }

    #[inline]
    pub(crate) fn busy(&self) -> u32 {
        self.server.busy()
    }

    /// Workers that are there, those included that finish their job and leave.
    #[inline]
    pub(crate) fn available(&self) -> u32 {
        self.size + self.surplus()
    }

    /// Workers that finish their job and leave.
    #[inline]
    pub(crate) fn surplus(&self) -> u32 {
        if self.prefetches {
            return self.server.busy_from(self.slots_there());
        }
        self.busy().saturating_sub(self.size)
    }

    /// Whether an idle worker starts a job the instant that it is ready.
    #[inline]
    pub(crate) fn has_idle(&self) -> bool {
        self.busy() < self.size && self.eager
    }

    /// Workers that are there and run no job.
    #[inline]
    pub(crate) fn idle(&self) -> u32 {
        self.size.saturating_sub(self.busy())
    }

    /// The queue that the policy serves now; `None` when all are empty.
    #[inline(always)]
    pub(crate) fn pick(&mut self, queues: &[Queue], terms: &Terms, now: SimTime) -> Option<QueueId> {
        let least = self.ready.least()?;
        let Held { served, policy } = &mut self.held;
        let rank = policy.pick(&mut Heads { ready: &self.ready, least, served, queues, terms, now });
        Some(served[rank])
    }

    /// A job of this queue is started without a pick.
    #[inline]
    pub(crate) fn hand_over(&mut self, rank: usize) {
        self.held.policy.handed_over(rank);
    }

    /// Puts the jobs of workers that leave before the others, where workers are told by their slots.
    pub(crate) fn put_leaving_first(&self, jobs: &mut [(usize, Interruptible)]) {
        if self.prefetches {
            jobs.sort_by_key(|&(slot, _)| !self.leaves(slot as u32));
        }
    }

    /// Gives each worker a slot of its own, so that it can be told from the others.
    pub(crate) fn number_workers(&mut self, filler: Running) {
        self.server.number(self.slots_there(), filler);
    }

    /// Where workers are told by their slots: the slots below this are those of the workers that it should have.
    #[inline]
    pub(crate) fn slots_there(&self) -> u32 {
        if self.fails && self.size > 0 { self.base_size } else { self.size }
    }

    /// Whether the worker of a slot leaves when its job is finished, where workers are told by their slots.
    #[inline]
    pub(crate) fn leaves(&self, slot: u32) -> bool {
        slot >= self.slots_there()
    }

    /// How many of these slots have a worker that is up.
    #[inline]
    pub(crate) fn workers_in(&self, slots: Range<u32>) -> u32 {
        let slots = slots.start..slots.end.min(self.slots_there());
        slots.len() as u32 - self.server.closed_in(&slots)
    }

    /// The first of these slots whose worker is idle.
    #[inline]
    pub(crate) fn idle_slot_in(&self, slots: Range<u32>) -> Option<u32> {
        self.server.free_in(&(slots.start..slots.end.min(self.slots_there())))
    }
}
