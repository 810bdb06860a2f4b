//! Which replications a design point gets. Most come as they are numbered. Those in which a rare random event happens are known in
//! advance, as the event does not depend on jobs: they can be run next, and count for as much as the event is probable. They are
//! the same replications that a longer run would reach.

use std::sync::{Mutex, PoisonError};

use super::strata::{Strata, Stratum};
use crate::engine::{RareEvent, rare_events};
use crate::model::{DesignPoint, Settings};
use crate::random::ReplicationSeed;

/// An event that happens in more of the replications than this needs no care.
const RARE: f64 = 0.5;
/// Events that are told apart; of more, the most probable ones.
const TOLD_APART: usize = 8;
/// Replications among which those with an event are sought.
const MOST_SOUGHT: u32 = 200_000;
/// Draws that are made at most to find them: those of large pools and of states that change often take many each.
const MOST_DRAWS: u64 = 200_000_000;
/// Replications of each kind, if there are as many.
const FEWEST: u32 = 2;

/// The kinds of replications of a design point by the rare events that happen in them: of several, the rarest names the kind. The last
/// kind has none.
pub(in crate::experiment) struct Kinds<'m> {
    events: Vec<RareEvent<'m>>,
    probabilities: Vec<f64>,
    master: u64,
    /// The kind of each replication that was looked at so far.
    known: Mutex<Vec<u8>>,
}

impl<'m> Kinds<'m> {
    /// `None`: no rare event can happen.
    pub(in crate::experiment) fn of(point: &'m DesignPoint, settings: &Settings) -> Option<Self> {
        let mut events = rare_events(&point.model);
        events.retain(|event| event.probability <= RARE);
        events.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.name.cmp(&b.name)));
        events.truncate(TOLD_APART);
        events.reverse();
        let mut none_rarer = 1.0;
        let mut probabilities = Vec::new();
        for event in &events {
            probabilities.push(none_rarer * event.probability);
            none_rarer *= 1.0 - event.probability;
        }
        probabilities.push(none_rarer);
        (!events.is_empty()).then(|| Self {
            events,
            probabilities,
            master: settings.seed,
            known: Mutex::new(Vec::new()),
        })
    }

    fn kind_of(&self, replication: u32) -> usize {
        let seed = ReplicationSeed { master: self.master, replication };
        self.events.iter().position(|event| event.happens(seed)).unwrap_or(self.events.len())
    }

    /// The kinds of the first replications, at least so many.
    fn look_at(&self, count: u32) -> Vec<u8> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let from = known.len() as u32;
        known.extend((from..count).map(|replication| self.kind_of(replication) as u8));
        known.clone()
    }

    /// The numbers of so many replications in all, ascending: of each kind the first ones. A kind with a rare event gets its share of half
    /// of them, or as many as it has among as many ordinary ones.
    pub(in crate::experiment) fn numbers(&self, total: u32) -> Vec<u32> {
        let rare = self.events.len() as u32;
        let wanted_of = |kind: usize| {
            let share = (self.probabilities[kind] * f64::from(total)).ceil() as u32;
            share.max(total / (2 * rare)).max(FEWEST)
        };
        let mut wanted: Vec<u32> = (0..self.events.len()).map(wanted_of).collect();
        let directed: u32 = wanted.iter().sum();
        wanted.push(total.saturating_sub(directed).max(total / 4).max(FEWEST));
        let mut numbers = Vec::new();
        let mut looked_at = 0;
        let most = self.most_sought(total);
        while looked_at < most && wanted.iter().any(|&left| left > 0) {
            let until = (2 * looked_at).max(total).clamp(64, most);
            let kinds = self.look_at(until);
            for replication in looked_at..until {
                let left = &mut wanted[usize::from(kinds[replication as usize])];
                if *left > 0 {
                    *left -= 1;
                    numbers.push(replication);
                }
            }
            looked_at = until;
        }
        numbers
    }

    /// Replications that are looked at at most to find so many.
    fn most_sought(&self, total: u32) -> u32 {
        let steps: u64 = self.events.iter().map(RareEvent::most_steps).sum();
        let affordable = (MOST_DRAWS / steps.max(1)).min(u64::from(MOST_SOUGHT)) as u32;
        affordable.max(total.saturating_mul(2)).clamp(64, MOST_SOUGHT)
    }

    /// The strata of these replications.
    pub(in crate::experiment) fn strata(&self, numbers: &[u32]) -> Strata {
        let looked_at = self.look_at(numbers.iter().max().map_or(0, |most| most + 1));
        let stratum = |kind: usize| Stratum {
            event: self.events.get(kind).map(|event| event.name.clone()),
            length: self.events.get(kind).and_then(RareEvent::length),
            probability: self.probabilities[kind],
            units: (0..numbers.len()).filter(|&i| usize::from(looked_at[numbers[i] as usize]) == kind).collect(),
        };
        Strata::of((0..self.probabilities.len()).map(stratum).collect(), numbers.len(), are_as_they_come(numbers))
    }
}

/// Whether these are the first replications, whatever happens in them, and none was chosen.
pub(super) fn are_as_they_come(numbers: &[u32]) -> bool {
    numbers.iter().zip(0..).all(|(&number, place)| number == place)
}

/// The strata of replications with these numbers.
pub(in crate::experiment) fn strata_of(point: &DesignPoint, settings: &Settings, numbers: &[u32]) -> Strata {
    Kinds::of(point, settings).map_or_else(|| Strata::one(numbers.len()), |kinds| kinds.strata(numbers))
}
