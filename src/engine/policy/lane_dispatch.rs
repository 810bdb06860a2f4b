//! Choosing among lanes, for scenarios in which the head of a queue is not all that a worker may take: policies that look at
//! deadlines, sizes, ages or tenants, limits, and reserved slots. All other scenarios never come here.
//!
//! A pick gathers the lanes that limits allow, keeps those of the party that is served where the policy shares between parties,
//! chooses a queue among theirs, and in it the lane whose next job is first in the order of the queue. That takes time in
//! proportion to the classes and tenants that wait, whatever the backlog. Where all that waits may be taken and tenants share the
//! workers, who waits is known (`crowd`), and only the lanes of those that are served are gathered: a pick among many tenants takes time in proportion to their logarithm.

use crate::engine::policy::Policy;
use crate::engine::policy::candidates::{Candidates, first_of};
use crate::engine::policy::limits::{Claim, Limits};
use crate::engine::policy::ranks::Ranks;
use crate::engine::policy::sharing::{Rule, SharingGroups};
use crate::engine::queue::crowd::{Crowd, pauses};
use crate::engine::queue::lane::LaneKey;
use crate::engine::queue::lanes::OpenLane;
use crate::engine::queue::tenants::Tenants;
use crate::engine::queue::terms::Terms;
use crate::engine::queue::{Queue, SimpleOrder};
use crate::model::{ClassId, Model, Pool, PoolId, QueueId, QueueOrder, Take};
use crate::units::{SimDuration, SimTime};

/// Whether a model needs lanes.
pub(crate) fn is_needed(model: &Model) -> bool {
    let plain = |pool: &Pool| pool.reserve.is_none();
    let plain_takes = takes(model).all(|take| !Policy::needs_lanes(take));
    let orders = model.queues().iter().all(|queue| SimpleOrder::of(queue.order).is_some());
    !(orders && plain_takes && model.limits().is_empty() && model.pools().iter().all(plain)) || pauses(model)
}

/// All policies by which workers may ever pick.
pub(crate) fn takes(model: &Model) -> impl Iterator<Item = &Take> {
    (0..model.pools().len()).flat_map(|place| model.takes(PoolId(place as u16)).map(|(_, take)| take))
}

/// Whether some policy or limit tells tenants apart.
pub(crate) fn is_by_tenant(model: &Model) -> bool {
    takes(model).any(Take::by_tenant) || model.limits().iter().any(|limit| limit.each_tenant)
}

/// What choosing among lanes needs to remember.
#[derive(Clone, Debug)]
pub(crate) struct LaneDispatch {
    pub(crate) limits: Limits,
    /// The classes whose jobs no worker may start now.
    pub(crate) paused: Vec<ClassId>,
    tenants: Tenants,
    by_tenant: bool,
    terms: Terms,
    /// The lanes that may be taken from, gathered anew for each pick.
    open: Vec<OpenLane>,
}

/// What a worker takes next: a job of this queue, and of this lane where the jobs of the queue lie in lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    pub(crate) queue: QueueId,
    pub(crate) lane: Option<LaneKey>,
}

impl LaneDispatch {
    pub(crate) fn new(model: &Model) -> Self {
        let tenants = Tenants::new(model);
        Self {
            limits: Limits::new(model, &tenants),
            paused: Vec::new(),
            tenants,
            by_tenant: is_by_tenant(model),
            terms: Terms::new(model),
            open: Vec::new(),
        }
    }

    /// A limit has this many slots from now on.
    pub(crate) fn resize_limit(&mut self, limit: usize, slots: u32) {
        self.limits.resize(limit, slots);
    }

    /// Where the next job of a pool lies; `None` when there is none that it may take.
    pub(crate) fn pick(&mut self, at: &At<'_>, policy: &mut Policy, queues: &mut [Queue]) -> Option<Pick> {
        let groups = if let Policy::Share(groups) = policy { Some(&mut **groups) } else { None };
        self.gather_for(at, groups, queues);
        let ranks = self.open_ranks(at);
        ranks.least()?;
        let rank = policy.pick(&mut OpenLanes { ranks: &ranks, open: &self.open, terms: &self.terms, at, queues });
        let lane = first_of_rank(&self.open, rank, at, queues)?.key;
        Some(Pick { queue: at.served[rank], lane: Some(lane) })
    }

    /// Gathers the lanes that may be taken from: where a policy shares, those of whom it serves.
    fn gather_for(&mut self, at: &At<'_>, groups: Option<&mut SharingGroups>, queues: &mut [Queue]) {
        let Some(groups) = groups else { return self.gather(at, queues) };
        if self.gather_served(at, groups, queues).is_some() {
            return;
        }
        groups.is_told = false;
        self.gather(at, queues);
        if !self.open.is_empty() {
            groups.keep(&mut self.open, &self.tenants, at.now);
        }
    }

    /// Gathers the lanes of those that are served, where that is known without a look at all lanes; `None`: it is not.
    fn gather_served(&mut self, at: &At<'_>, groups: &mut SharingGroups, queues: &mut [Queue]) -> Option<()> {
        let open = &mut self.open;
        if !groups.by_tenant || !at.served.iter().all(|queue| is_known(&mut queues[queue.index()], &groups.rule)) {
            return None;
        }
        open.clear();
        if let Rule::Quiet(_) = groups.rule {
            gather_quiet(groups, at, queues, open);
            return Some(());
        }
        tell(groups, at, queues);
        let Some(party) = groups.pick() else { return Some(()) };
        for rank in at.ready.iter() {
            let Some(lanes) = queues[at.served[rank].index()].lane_queue() else { continue };
            let keys: Vec<LaneKey> = lanes.crowd.as_ref().map(|it| it.lanes_of(party)).unwrap_or_default();
            keys.into_iter().for_each(|key| lanes.open_one(rank, key, open));
        }
        Some(())
    }

    fn gather(&mut self, at: &At<'_>, queues: &mut [Queue]) {
        let Self { limits, paused, tenants, open, .. } = self;
        open.clear();
        for rank in at.ready.iter() {
            let queue = at.served[rank];
            let allowed = |key: LaneKey| {
                !paused.contains(&key.class) && limits.allow(Claim { pool: at.pool, queue, key }, at.size, tenants)
            };
            if let Some(lanes) = queues[queue.index()].lane_queue() {
                lanes.open(rank, allowed, open);
            }
        }
    }

    fn open_ranks(&self, at: &At<'_>) -> Ranks {
        let mut ranks = Ranks::with_room_for(at.served.len());
        self.open.iter().for_each(|lane| ranks.insert(lane.rank));
        ranks
    }

    pub(crate) fn key(&self, class: ClassId, tenant: u16) -> LaneKey {
        LaneKey { recovered: false, class, tenant: if self.by_tenant { tenant } else { 0 } }
    }

    /// Whether pauses, limits and reserves let a worker of a pool take such a job now.
    pub(crate) fn allows(&self, pool: PoolId, size: u32, queue: QueueId, (class, tenant): (ClassId, u16)) -> bool {
        let claim = Claim { pool, queue, key: self.key(class, tenant) };
        !self.paused.contains(&class) && self.limits.allow(claim, size, &self.tenants)
    }

    /// How long the job that was picked goes back for, if it is over a limit that says so.
    pub(crate) fn requeues(&self, pool: PoolId, pick: Pick) -> Option<SimDuration> {
        self.limits.requeues(Claim { pool, queue: pick.queue, key: pick.lane? }, &self.tenants)
    }

    /// A job takes a slot, under all policies by which the workers of its pool may ever pick.
    pub(crate) fn started<'p>(
        &mut self,
        claim: Claim,
        policies: impl Iterator<Item = &'p mut Policy>,
        (now, service): (SimTime, SimDuration),
    ) {
        self.limits.note_start(claim, &self.tenants);
        policies.for_each(|policy| policy.started(claim.key, &self.tenants, (now, service)));
    }

    /// A job leaves its slot.
    pub(crate) fn ended<'p>(&mut self, claim: Claim, policies: impl Iterator<Item = &'p mut Policy>, now: SimTime) {
        self.limits.note_end(claim, &self.tenants);
        policies.for_each(|policy| policy.ended(claim.key, &self.tenants, now));
    }
}

/// The lanes that may be taken from.
struct OpenLanes<'a> {
    ranks: &'a Ranks,
    open: &'a [OpenLane],
    terms: &'a Terms,
    at: &'a At<'a>,
    queues: &'a mut [Queue],
}

impl Candidates for OpenLanes<'_> {
    fn ranks(&self) -> &Ranks {
        self.ranks
    }

    fn least(&self) -> usize {
        self.ranks.least().unwrap_or_default()
    }

    fn first_in(&mut self, order: QueueOrder) -> usize {
        let Self { ranks, open, terms, at, queues } = self;
        let heads = ranks.iter().filter_map(|rank| Some((rank, first_of_rank(open, rank, at, queues)?.head)));
        first_of(heads, order, (terms, at.now)).unwrap_or_default()
    }
}

/// The pool that picks, and when.
pub(crate) struct At<'a> {
    pub(crate) pool: PoolId,
    pub(crate) size: u32,
    pub(crate) ready: &'a Ranks,
    pub(crate) served: &'a [QueueId],
    pub(crate) now: SimTime,
}

/// Whether who waits in a queue is known well enough for a rule.
fn is_known(queue: &mut Queue, rule: &Rule) -> bool {
    let needs_heads = matches!(rule, Rule::Quiet(_));
    let crowd = queue.lane_queue().and_then(|lanes| lanes.crowd.as_ref());
    crowd.is_some_and(|crowd| !crowd.has_recovered() && (!needs_heads || crowd.knows_heads()))
}

/// Tells a policy who came and went since it was told, or who is there if it was not.
fn tell(parties: &mut SharingGroups, at: &At<'_>, queues: &mut [Queue]) {
    let was_told = std::mem::replace(&mut parties.is_told, true);
    let mut crowds = |queue: &QueueId| queues[queue.index()].lane_queue()?.crowd.as_mut()?.take_news(at.pool);
    let news: Vec<Option<Vec<usize>>> = at.served.iter().map(&mut crowds).collect();
    let known: Option<Vec<Vec<usize>>> = news.into_iter().collect();
    let mut crowd_of = |queue: &QueueId, ask: &mut dyn FnMut(&Crowd)| {
        let crowd = queues[queue.index()].lane_queue().and_then(|lanes| lanes.crowd.as_ref());
        crowd.into_iter().for_each(|crowd| ask(crowd));
    };
    match known.filter(|_| was_told) {
        Some(known) => known.into_iter().flatten().for_each(|party| {
            let mut open = false;
            at.served.iter().for_each(|queue| crowd_of(queue, &mut |crowd| open |= crowd.holds(party)));
            parties.set_open(party, open);
        }),
        None => {
            let mut all = Vec::new();
            at.served.iter().for_each(|queue| crowd_of(queue, &mut |crowd| all.extend(crowd.parties())));
            parties.set_open_only(&all);
        }
    }
}

/// Of each queue the first lane of somebody who is quiet, and if there is nobody who is, the first lane. Few can be noisy at a time.
fn gather_quiet(parties: &SharingGroups, at: &At<'_>, queues: &mut [Queue], open: &mut Vec<OpenLane>) {
    let mut gather = |passes_over: &dyn Fn(usize) -> bool| {
        for rank in at.ready.iter() {
            let Some(queue) = queues[at.served[rank].index()].lane_queue() else { continue };
            let lanes = queue.crowd.iter().flat_map(|crowd| crowd.by_head());
            let first = lanes.into_iter().find(|(party, _)| !passes_over(*party)).map(|(_, key)| key);
            first.into_iter().for_each(|key| queue.open_one(rank, key, open));
        }
        open.len()
    };
    if gather(&|party| parties.passes_over(party, at.now)) == 0 {
        gather(&|_| false);
    }
}

/// The lane that is next in a queue, among the open ones; lanes of one queue lie side by side.
fn first_of_rank<'a>(open: &'a [OpenLane], rank: usize, at: &At<'_>, queues: &mut [Queue]) -> Option<&'a OpenLane> {
    let start = open.partition_point(|lane| lane.rank < rank);
    let end = open.partition_point(|lane| lane.rank <= rank);
    let lanes = &open[start..end];
    let queue = queues[at.served[rank].index()].lane_queue()?;
    lanes.get(queue.first(lanes, at.now))
}
