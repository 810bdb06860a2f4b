//! Who waits on a shelf on which tenants are told apart: kept up to date with each job that comes and goes, so that a pick need not look at
//! all tenants.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::parties::Tenants;
use super::shelf::LaneKey;
use crate::engine::job::ReadyJob;
use crate::model::{ClassId, Model, PoolId, QueueId, QueueOrder, Take};

/// So many classes of a queue are looked at one by one.
const FEW: usize = 16;

/// The lanes of a shelf that hold jobs.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    tenants: Tenants,
    /// The classes of the queue.
    classes: Vec<ClassId>,
    /// How many lanes each party has.
    lanes: Vec<u32>,
    /// The lanes of each party, where the queue has so many classes that a look at all of them takes long.
    held: Option<BTreeSet<(usize, LaneKey)>>,
    /// Lanes of jobs that a dispatcher recovered.
    recovered: usize,
    /// The others by their next job, where jobs are served in the order in which they became ready.
    heads: Option<BTreeSet<Head>>,
    /// What is new for each pool that shares between tenants.
    news: Vec<News>,
}

/// The parties that came or went since a pool looked.
#[derive(Clone, Debug)]
struct News {
    pool: PoolId,
    parties: Vec<usize>,
    /// There were too many to note.
    is_lost: bool,
}

/// A lane by its next job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Head {
    job: ReadyJob,
    key: LaneKey,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        self.job.compare(&other.job).then_with(|| self.key.cmp(&other.key))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Crowd {
    /// `None`: not all that waits in the queue may always be taken, or chance decides, so that each pick looks at all lanes.
    pub(super) fn new(model: &Model, queue: QueueId) -> Option<Self> {
        let order = model.queues()[queue.index()].order;
        let all_may_be_taken = model.limits().is_empty() && model.pools().iter().all(|pool| pool.reserve.is_none());
        if !all_may_be_taken || super::pauses(model) || order == QueueOrder::Random {
            return None;
        }
        let tenants = Tenants::new(model);
        let classes = (0..).map(ClassId).zip(model.classes());
        let pools = (0..model.pools().len()).map(|place| PoolId(place as u16));
        let shares = |take: &Take| take.by_tenant() && take.serves(queue);
        let news = |pool| News { pool, parties: Vec::new(), is_lost: false };
        let classes: Vec<ClassId> = classes.filter(|(_, class)| class.queue == queue).map(|(id, _)| id).collect();
        Some(Self {
            held: (classes.len() > FEW).then(BTreeSet::new),
            classes,
            lanes: vec![0; tenants.count()],
            recovered: 0,
            heads: (order == QueueOrder::Fifo).then(BTreeSet::new),
            news: pools.filter(|&pool| model.takes(pool).any(|(_, take)| shares(take))).map(news).collect(),
            tenants,
        })
    }

    /// The next job of a lane is another one; `None`: the lane holds no job.
    pub(super) fn note(&mut self, key: LaneKey, before: Option<ReadyJob>, after: Option<ReadyJob>) {
        if key.recovered {
            self.recovered = self.recovered + usize::from(after.is_some()) - usize::from(before.is_some());
            return;
        }
        if let Some(heads) = &mut self.heads
            && before != after
        {
            before.iter().for_each(|&job| _ = heads.remove(&Head { job, key }));
            after.iter().for_each(|&job| _ = heads.insert(Head { job, key }));
        }
        if before.is_some() != after.is_some() {
            let party = self.tenants.party(key);
            if let Some(held) = &mut self.held {
                if after.is_some() {
                    held.insert((party, key))
                } else {
                    held.remove(&(party, key))
                };
            }
            self.note_lane(party, after.is_some());
        }
    }

    fn note_lane(&mut self, party: usize, comes: bool) {
        let lanes = &mut self.lanes[party];
        *lanes = if comes { *lanes + 1 } else { *lanes - 1 };
        if *lanes > u32::from(comes) {
            return;
        }
        let most = self.lanes.len();
        for news in &mut self.news {
            if news.parties.len() == most {
                (news.is_lost, news.parties) = (true, Vec::new());
            }
            news.parties.push(party);
        }
    }

    /// Whether some recovered jobs wait, which are served by a rule of their own.
    pub(super) fn has_recovered(&self) -> bool {
        self.recovered > 0
    }

    /// Whether lanes are known by their next job.
    pub(super) fn knows_heads(&self) -> bool {
        self.heads.is_some()
    }

    /// Whether a party has jobs here.
    pub(super) fn holds(&self, party: usize) -> bool {
        self.lanes[party] > 0
    }

    /// All parties that have jobs here.
    pub(super) fn parties(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.lanes.len()).filter(|&party| self.holds(party))
    }

    /// The parties that came or went since the pool looked; `None`: too many to tell.
    pub(super) fn take_news(&mut self, pool: PoolId) -> Option<Vec<usize>> {
        let Some(news) = self.news.iter_mut().find(|news| news.pool == pool) else { return Some(Vec::new()) };
        let parties = std::mem::take(&mut news.parties);
        (!std::mem::take(&mut news.is_lost)).then_some(parties)
    }

    /// The lanes that a party may have, in their order.
    pub(super) fn lanes_of(&self, party: usize) -> Vec<LaneKey> {
        let Some(held) = &self.held else {
            return self.classes.iter().filter_map(|&class| self.tenants.lane_of(class, party)).collect();
        };
        let first = LaneKey { recovered: false, class: ClassId(0), tenant: 0 };
        held.range((party, first)..).take_while(|(of, _)| *of == party).map(|(_, key)| *key).collect()
    }

    /// The lanes by their next job, the one that is ready longest first, with their parties.
    pub(super) fn by_head(&self) -> impl Iterator<Item = (usize, LaneKey)> + '_ {
        self.heads.iter().flatten().map(|head| (self.tenants.party(head.key), head.key))
    }

    /// The job that is ready longest, where the lanes tell.
    pub(super) fn oldest(&self) -> Option<ReadyJob> {
        self.heads.as_ref()?.first().map(|head| head.job)
    }
}
