//! Choosing among lanes, for scenarios in which the head of a queue is not all that a worker may take: policies that look at
//! deadlines, sizes, ages or tenants, limits, and reserved slots. All other scenarios never come here.
//!
//! A pick gathers the lanes that limits allow, keeps those of the party that is served where the policy shares between parties,
//! chooses a queue among theirs, and in it the lane whose next job is first in the order of the queue. That takes time in
//! proportion to the classes and tenants that wait, whatever the backlog. Where all that waits may be taken and tenants share the
//! workers, who waits is known (`crowd`), and only the lanes of those that are served are gathered: a pick among many tenants takes time in proportion to their logarithm.

mod crowd;
mod fair;
mod lane;
mod limits;
mod parties;
mod quiet;
mod shelf;
mod turns;

pub(super) use parties::Tenants;
pub(super) use shelf::Shelf;

use super::Observer;
use super::job::{Job, ReadyJob, Running};
use super::policies::named_takes;
use super::policy::{Ranks, RoundRobin, Weighted};
use super::queue::Queue;
use super::replication::Replication;
use crate::model::{ClassId, Effect, FairBy, Model, Pool, PoolId, QueueId, QueueOrder, Take};
use crate::random::ReplicationSeed;
use crate::units::{SimDuration, SimTime};

use crowd::Crowd;
use fair::Fair;
use limits::{Claim, Limits};
use parties::{Parties, Rule};
use quiet::Quiet;
use shelf::{LaneKey, OpenLane, Terms};
use turns::Turns;

/// Whether a model needs lanes.
pub(super) fn is_needed(model: &Model) -> bool {
    let simple = |order| matches!(order, QueueOrder::Fifo | QueueOrder::Lifo | QueueOrder::Priority);
    let plain = |pool: &Pool| pool.reserve.is_none();
    let plain_takes = takes(model).all(is_plain);
    let orders = model.queues().iter().all(|queue| simple(queue.order));
    !(orders && plain_takes && model.limits().is_empty() && model.pools().iter().all(plain)) || pauses(model)
}

/// Whether some change or response keeps workers from the jobs of a class.
fn pauses(model: &Model) -> bool {
    model.effects().any(|(_, effect)| matches!(effect, Effect::Pause(_)))
}

/// All policies by which workers may ever pick.
fn takes(model: &Model) -> impl Iterator<Item = &Take> {
    (0..model.pools().len()).flat_map(|place| model.takes(PoolId(place as u16)).map(|(_, take)| take))
}

fn is_plain(take: &Take) -> bool {
    match take {
        Take::Strict(_) | Take::Weighted(_) | Take::RoundRobin(_) | Take::OldestFirst(_) | Take::Priority(_) => true,
        Take::Ageing(..)
        | Take::Deadline(_)
        | Take::Shortest(_)
        | Take::Fair(_)
        | Take::TenantRoundRobin(_)
        | Take::QuietFirst(_) => false,
    }
}

/// Whether some policy or limit tells tenants apart.
pub(super) fn is_by_tenant(model: &Model) -> bool {
    takes(model).any(Take::by_tenant) || model.limits().iter().any(|limit| limit.each_tenant)
}

/// What choosing among lanes needs to remember.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// For each pool those of all policies by which its workers may ever pick.
    choosers: Vec<Vec<Chooser>>,
    /// For each pool which of them holds.
    held: Vec<usize>,
    /// For each pool whether its policy knows who waits, but for the news.
    is_told: Vec<bool>,
    limits: Limits,
    /// The classes whose jobs no worker may start now.
    pub(super) paused: Vec<ClassId>,
    tenants: Tenants,
    by_tenant: bool,
    terms: Terms,
    /// The lanes that may be taken from, gathered anew for each pick.
    open: Vec<OpenLane>,
}

/// How a pool chooses among queues.
#[derive(Clone, Debug)]
enum Chooser {
    Strict,
    Weighted(Weighted),
    RoundRobin(RoundRobin),
    /// The queue whose next job comes first in this order.
    First(QueueOrder),
    /// Among parties first, then the job ready longest.
    Parties(Parties),
}

/// The lane that a worker takes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pick {
    queue: QueueId,
    key: LaneKey,
}

impl Pick {
    /// Where the job waits, its class, and the pick itself.
    pub(super) fn next(self) -> (QueueId, ClassId, Option<Self>) {
        (self.queue, self.key.class, Some(self))
    }
}

impl Chooser {
    fn new(model: &Model, (name, take): (&str, &Take), tenants: &Tenants, seed: ReplicationSeed) -> Self {
        let parties = |by_tenant, rule| Self::Parties(Parties { by_tenant, rule });
        match take {
            Take::Strict(_) => Self::Strict,
            Take::Weighted(weights) => Self::Weighted(Weighted::of_pool(name, weights, seed)),
            Take::RoundRobin(queues) => Self::RoundRobin(RoundRobin::new(queues.len())),
            Take::OldestFirst(_) => Self::First(QueueOrder::Fifo),
            Take::Priority(_) => Self::First(QueueOrder::Priority),
            Take::Ageing(_, step) => Self::First(QueueOrder::Ageing(*step)),
            Take::Deadline(_) => Self::First(QueueOrder::Deadline),
            Take::Shortest(_) => Self::First(QueueOrder::Size),
            Take::Fair(fair) => {
                let quantum = fair.quantum.as_nanos() as f64;
                let weights = match &fair.by {
                    FairBy::Class(weights) => weights.clone(),
                    FairBy::Tenant => vec![1.0; tenants.count()],
                };
                debug_assert!(matches!(fair.by, FairBy::Tenant) || weights.len() == model.classes().len());
                let quanta = weights.iter().map(|weight| weight * quantum).collect();
                parties(fair.by == FairBy::Tenant, Rule::Fair(Fair::new(quanta)))
            }
            Take::TenantRoundRobin(_) => parties(true, Rule::Turns(Turns::new(tenants.count()))),
            Take::QuietFirst(quiet) => parties(true, Rule::Quiet(Quiet::new(tenants.count(), quiet.recent))),
        }
    }
}

impl Choice {
    pub(super) fn new(model: &Model, seed: ReplicationSeed) -> Self {
        let tenants = Tenants::new(model);
        Self {
            choosers: (0..model.pools().len())
                .map(|place| {
                    let takes = named_takes(model, PoolId(place as u16));
                    takes.map(|(name, take)| Chooser::new(model, (&name, take), &tenants, seed)).collect()
                })
                .collect(),
            held: vec![0; model.pools().len()],
            is_told: vec![false; model.pools().len()],
            limits: Limits::new(model, &tenants),
            paused: Vec::new(),
            tenants,
            by_tenant: is_by_tenant(model),
            terms: Terms::new(model),
            open: Vec::new(),
        }
    }

    /// The policy of a pool, by its place among those that may ever hold.
    pub(super) fn hold(&mut self, pool: PoolId, take: usize) {
        self.held[pool.index()] = take;
        self.is_told[pool.index()] = false;
    }

    /// A limit has this many slots from now on.
    pub(super) fn resize_limit(&mut self, limit: usize, slots: u32) {
        self.limits.resize(limit, slots);
    }

    /// Where the next job of a pool lies; `None` when there is none that it may take.
    fn pick(&mut self, at: &At<'_>, queues: &mut [Queue]) -> Option<Pick> {
        if self.gather_served(at, queues).is_none() {
            self.is_told[at.pool.index()] = false;
            self.gather_all(at, queues);
        }
        let rank = self.choose_rank(at, queues)?;
        let key = first_of(&self.open, rank, at, queues)?.key;
        Some(Pick { queue: at.served[rank], key })
    }

    /// Gathers the lanes of those that are served, where that is known without a look at all lanes; `None`: it is not.
    fn gather_served(&mut self, at: &At<'_>, queues: &mut [Queue]) -> Option<()> {
        let Self { choosers, held, open, is_told, .. } = self;
        let place = at.pool.index();
        let Chooser::Parties(parties) = &mut choosers[place][held[place]] else { return None };
        if !parties.by_tenant || !at.served.iter().all(|queue| is_known(&mut queues[queue.index()], &parties.rule)) {
            return None;
        }
        open.clear();
        if let Rule::Quiet(_) = parties.rule {
            gather_quiet(parties, at, queues, open);
            return Some(());
        }
        tell(parties, at, queues, std::mem::replace(&mut is_told[place], true));
        let Some(party) = parties.pick() else { return Some(()) };
        for rank in at.ready.iter() {
            let Some(shelf) = queues[at.served[rank].index()].shelf() else { continue };
            let keys: Vec<LaneKey> = shelf.crowd.as_ref().map(|it| it.lanes_of(party)).unwrap_or_default();
            keys.into_iter().for_each(|key| shelf.open_one(rank, key, open));
        }
        Some(())
    }

    fn gather_all(&mut self, at: &At<'_>, queues: &mut [Queue]) {
        self.gather(at, queues);
        if let Chooser::Parties(parties) = &mut self.choosers[at.pool.index()][self.held[at.pool.index()]]
            && !self.open.is_empty()
        {
            parties.keep(&mut self.open, &self.tenants, at.now);
        }
    }

    fn gather(&mut self, at: &At<'_>, queues: &mut [Queue]) {
        let Self { limits, paused, tenants, open, .. } = self;
        open.clear();
        for rank in at.ready.iter() {
            let queue = at.served[rank];
            let allowed = |key: LaneKey| {
                !paused.contains(&key.class) && limits.allow(Claim { pool: at.pool, queue, key }, at.size, tenants)
            };
            if let Some(shelf) = queues[queue.index()].shelf() {
                shelf.open(rank, allowed, open);
            }
        }
    }

    fn choose_rank(&mut self, at: &At<'_>, queues: &mut [Queue]) -> Option<usize> {
        let ranks = self.open_ranks(at);
        let least = ranks.least()?;
        let order = match &mut self.choosers[at.pool.index()][self.held[at.pool.index()]] {
            Chooser::Strict => return Some(least),
            Chooser::Weighted(weighted) => return Some(weighted.pick(&ranks)),
            Chooser::RoundRobin(round_robin) => return Some(round_robin.pick(&ranks)),
            Chooser::First(order) => *order,
            Chooser::Parties(_) => QueueOrder::Fifo,
        };
        if ranks.is_single() {
            return Some(least);
        }
        let heads = ranks.iter().filter_map(|rank| Some((rank, first_of(&self.open, rank, at, queues)?.head)));
        let urgency = |job: &ReadyJob| self.terms.urgency(order, job, at.now);
        let first = heads.min_by(|(_, a), (_, b)| urgency(a).cmp(&urgency(b)).then_with(|| a.compare(b)));
        first.map(|(rank, _)| rank)
    }

    fn open_ranks(&self, at: &At<'_>) -> Ranks {
        let mut ranks = Ranks::with_room_for(at.served.len());
        self.open.iter().for_each(|lane| ranks.insert(lane.rank));
        ranks
    }

    fn key(&self, class: ClassId, tenant: u16) -> LaneKey {
        LaneKey { recovered: false, class, tenant: if self.by_tenant { tenant } else { 0 } }
    }

    /// Whether pauses, limits and reserves let a worker of a pool take such a job now.
    pub(super) fn allows(&self, pool: PoolId, size: u32, queue: QueueId, (class, tenant): (ClassId, u16)) -> bool {
        let claim = Claim { pool, queue, key: self.key(class, tenant) };
        !self.paused.contains(&class) && self.limits.allow(claim, size, &self.tenants)
    }

    /// How long the job that was picked goes back for, if it is over a limit that says so.
    fn requeues(&self, pool: PoolId, pick: Pick) -> Option<SimDuration> {
        self.limits.requeues(Claim { pool, queue: pick.queue, key: pick.key }, &self.tenants)
    }

    fn note_start(&mut self, claim: Claim, now: SimTime, service: SimDuration) {
        self.limits.note_start(claim, &self.tenants);
        for chooser in &mut self.choosers[claim.pool.index()] {
            if let Chooser::Parties(parties) = chooser {
                parties.note_start(claim.key, &self.tenants, now, service);
            }
        }
    }

    fn note_end(&mut self, claim: Claim, now: SimTime) {
        self.limits.note_end(claim, &self.tenants);
        for chooser in &mut self.choosers[claim.pool.index()] {
            if let Chooser::Parties(parties) = chooser {
                parties.note_end(claim.key, &self.tenants, now);
            }
        }
    }
}

/// The pool that picks, and when.
struct At<'a> {
    pool: PoolId,
    size: u32,
    ready: &'a Ranks,
    served: &'a [QueueId],
    now: SimTime,
}

/// Whether who waits in a queue is known well enough for a rule.
fn is_known(queue: &mut Queue, rule: &Rule) -> bool {
    let needs_heads = matches!(rule, Rule::Quiet(_));
    let crowd = queue.shelf().and_then(|shelf| shelf.crowd.as_ref());
    crowd.is_some_and(|crowd| !crowd.has_recovered() && (!needs_heads || crowd.knows_heads()))
}

/// Tells a policy who came and went since it was told, or who is there if it was not.
fn tell(parties: &mut Parties, at: &At<'_>, queues: &mut [Queue], was_told: bool) {
    let mut crowds = |queue: &QueueId| queues[queue.index()].shelf()?.crowd.as_mut()?.take_news(at.pool);
    let news: Vec<Option<Vec<usize>>> = at.served.iter().map(&mut crowds).collect();
    let known: Option<Vec<Vec<usize>>> = news.into_iter().collect();
    let mut crowd_of = |queue: &QueueId, ask: &mut dyn FnMut(&Crowd)| {
        let crowd = queues[queue.index()].shelf().and_then(|shelf| shelf.crowd.as_ref());
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
fn gather_quiet(parties: &Parties, at: &At<'_>, queues: &mut [Queue], open: &mut Vec<OpenLane>) {
    let mut gather = |passes_over: &dyn Fn(usize) -> bool| {
        for rank in at.ready.iter() {
            let Some(shelf) = queues[at.served[rank].index()].shelf() else { continue };
            let lanes = shelf.crowd.iter().flat_map(|crowd| crowd.by_head());
            let first = lanes.into_iter().find(|(party, _)| !passes_over(*party)).map(|(_, key)| key);
            first.into_iter().for_each(|key| shelf.open_one(rank, key, open));
        }
        open.len()
    };
    if gather(&|party| parties.passes_over(party, at.now)) == 0 {
        gather(&|_| false);
    }
}

/// The lane that is next in a queue, among the open ones; lanes of one queue lie side by side.
fn first_of<'a>(open: &'a [OpenLane], rank: usize, at: &At<'_>, queues: &mut [Queue]) -> Option<&'a OpenLane> {
    let start = open.partition_point(|lane| lane.rank < rank);
    let end = open.partition_point(|lane| lane.rank <= rank);
    let lanes = &open[start..end];
    let shelf = queues[at.served[rank].index()].shelf()?;
    lanes.get(shelf.first(lanes, at.now))
}

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// A job became ready: it waits, and idle workers of the pools that serve its queue choose.
    #[cold]
    pub(super) fn enter_by_choice(&mut self, job: Job, queue: QueueId) {
        self.enqueue(job, queue);
        for i in 0..self.servers[queue.index()].len() {
            let (pool, _) = self.servers[queue.index()][i];
            self.employ_by_choice(pool);
        }
        self.fetch_all();
        if self.preempts {
            self.preempt();
        }
    }

    /// The first job of a pool is finished. A limit that it was under may let other pools go on.
    #[cold]
    pub(super) fn complete_by_choice(&mut self, id: PoolId, job: Running) {
        self.free_slot(id, job);
        self.succeed_by_choice(id);
        self.go_on_elsewhere();
        self.find_next_completion();
    }

    /// A job that has left a pool may let others start that a limit held back.
    pub(super) fn go_on_elsewhere(&mut self) {
        if self.choice.as_ref().is_some_and(|choice| choice.limits.join_pools()) {
            self.employ_all_by_choice();
        }
        if self.polls {
            self.plan_polls();
        }
    }

    /// A job no longer holds its slot.
    pub(super) fn free_slot(&mut self, id: PoolId, job: Running) {
        if let Some(choice) = &mut self.choice {
            let queue = self.classes[job.class.index()].queue;
            let claim = Claim { pool: id, queue, key: choice.key(job.class, job.tenant) };
            choice.note_end(claim, self.now);
        }
    }

    fn succeed_by_choice(&mut self, id: PoolId) {
        let told = self.rosters && self.leaves_as_told(id);
        let pool = &mut self.pools[id.index()];
        if told || pool.busy() > pool.size {
            pool.release();
            self.observer.workers(self.now, id, pool.available());
        } else if let Some(pick) = self.pick(id) {
            let job = self.take_picked(id, pick);
            self.start_next(id, pick.queue, job);
        } else {
            if self.rosters {
                self.rest(id);
            }
            self.pools[id.index()].release();
            if self.polls {
                self.look_later(id);
            }
        }
    }

    /// Idle workers of all pools start what they may, pool by pool.
    #[cold]
    pub(super) fn employ_all_by_choice(&mut self) {
        (0..self.pools.len()).for_each(|place| self.employ_by_choice(PoolId(place as u16)));
        self.fetch_all();
        if self.polls {
            self.plan_polls();
        }
        if self.preempts {
            self.preempt();
        }
    }

    fn employ_by_choice(&mut self, id: PoolId) {
        while self.pools[id.index()].has_idle() {
            let Some(pick) = self.pick(id) else { break };
            self.start_picked(id, pick);
        }
    }

    /// An idle worker starts the job that was picked.
    pub(super) fn start_picked(&mut self, id: PoolId, pick: Pick) {
        let job = self.take_picked(id, pick);
        self.start_idle(id, pick.queue, job);
    }

    /// The job that a worker takes next; those that it finds over a limit that says so go back.
    pub(super) fn pick(&mut self, id: PoolId) -> Option<Pick> {
        loop {
            let pick = self.look(id)?;
            match self.choice.as_ref()?.requeues(id, pick) {
                None => return Some(pick),
                Some(delay) => self.requeue(pick, delay),
            }
        }
    }

    /// The job that a worker would take next, if it does not go back.
    pub(super) fn look_for_one(&mut self, id: PoolId) -> Option<Pick> {
        let pick = self.look(id)?;
        self.choice.as_ref()?.requeues(id, pick).is_none().then_some(pick)
    }

    fn look(&mut self, id: PoolId) -> Option<Pick> {
        let pool = &self.pools[id.index()];
        let at = At { pool: id, size: pool.size, ready: &pool.ready, served: pool.served(), now: self.now };
        self.choice.as_mut()?.pick(&at, &mut self.queues)
    }

    /// A job leaves its queue, to be back at its tail after a delay.
    fn requeue(&mut self, pick: Pick, delay: SimDuration) {
        let ReadyJob { job, ready } = self.take_from(pick.queue, |queue| queue.shelf()?.pop(pick.key));
        self.delay(&job, (pick.queue, ready), self.now.after(delay));
    }

    /// Takes the job that was picked out of its queue, to be started now; it holds a slot from now on.
    pub(super) fn take_picked(&mut self, id: PoolId, pick: Pick) -> ReadyJob {
        let ready = self.take_from(pick.queue, |queue| queue.shelf()?.pop(pick.key));
        let Job { class, tenant, service, .. } = ready.job;
        let takes = self.service_time(class, service, id);
        if let Some(choice) = &mut self.choice {
            let claim = Claim { pool: id, queue: pick.queue, key: choice.key(class, tenant) };
            choice.note_start(claim, self.now, takes);
        }
        ready
    }
}
