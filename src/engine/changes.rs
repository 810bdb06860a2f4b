//! Which timed changes hold, and what they make of sizes, rates and service times.

use crate::model::{Change, ClassId, DispatcherId, Effect, LimitId, PoolId, Take, Until};
use crate::units::{Rate, SimTime};

/// The changes that hold, in the order in which they began.
#[derive(Clone, Debug)]
pub(crate) struct Changes<'m> {
    all: &'m [Change],
    active: Vec<&'m Change>,
}

impl<'m> Changes<'m> {
    pub(crate) fn new(all: &'m [Change]) -> Self {
        Self { all, active: Vec::new() }
    }

    /// The times at which something begins or ends.
    pub(crate) fn edges(&self) -> impl Iterator<Item = SimTime> + '_ {
        self.all.iter().flat_map(|change| {
            let end = match change.until {
                Until::Time(end) => Some(end),
                Until::Horizon | Until::Drained => None,
            };
            std::iter::once(change.at).chain(end)
        })
    }

    /// Ends and begins what ends and begins at this time.
    pub(crate) fn pass(&mut self, now: SimTime) {
        self.active.retain(|change| change.until != Until::Time(now));
        self.active.extend(self.all.iter().filter(|change| change.at == now));
    }

    /// The pools whose workers the changes that begin at this time restart.
    pub(crate) fn restarts_at(&self, now: SimTime) -> Vec<PoolId> {
        let begun = self.all.iter().filter(|change| change.at == now);
        begun.flat_map(Change::restarts).collect()
    }

    /// Begins a change that has no time of its own, unless it holds already.
    pub(crate) fn begin(&mut self, change: &'m Change) {
        if !self.active.iter().any(|active| std::ptr::eq(*active, change)) {
            self.active.push(change);
        }
    }

    /// Ends such a change.
    pub(crate) fn end(&mut self, change: &Change) {
        self.active.retain(|active| !std::ptr::eq(*active, change));
    }

    /// Whether some change lasts until the backlog is drained.
    pub(crate) fn wait_for_drain(&self) -> bool {
        self.active.iter().any(|change| change.until == Until::Drained)
    }

    /// Ends the changes that last until the backlog is drained.
    pub(crate) fn end_drained(&mut self) {
        self.active.retain(|change| change.until != Until::Drained);
    }

    /// The size of a pool: what was set last, times all factors, rounded up.
    pub(crate) fn size(&self, pool: PoolId, base: u32) -> u32 {
        let effects = || self.active.iter().flat_map(|change| &change.effects);
        let mut set = effects().rev().filter_map(|effect| match effect {
            Effect::SetSize(of, size) if *of == pool => Some(*size),
            _ => None,
        });
        let factors = effects().filter_map(|effect| match effect {
            Effect::ScaleSize(of, factor) if *of == pool => Some(*factor),
            _ => None,
        });
        let exact = f64::from(set.next().unwrap_or(base)) * factors.product::<f64>();
        // 10 workers times 1.1 are 11, not the 12 that the last bit of the product would make of them.
        (exact - 1e-9 * exact.max(1.0)).ceil() as u32
    }

    /// What the arrival rate of a class is multiplied by.
    pub(crate) fn rate_factor(&self, class: ClassId) -> f64 {
        self.factor(|effect| match effect {
            Effect::ScaleRate(of, factor) if *of == class => Some(*factor),
            _ => None,
        })
    }

    /// What the service that starts now is multiplied by.
    pub(crate) fn service_factor(&self, class: ClassId) -> f64 {
        self.factor(|effect| match effect {
            Effect::ScaleService(of, factor) if *of == class => Some(*factor),
            _ => None,
        })
    }

    /// Whether workers leave the jobs of a class alone.
    pub(crate) fn pauses(&self, class: ClassId) -> bool {
        self.active.iter().flat_map(|change| &change.effects).any(|effect| *effect == Effect::Pause(class))
    }

    /// The policy of a pool; `None`: its own.
    pub(crate) fn take(&self, pool: PoolId) -> Option<&'m Take> {
        self.last(|effect| match effect {
            Effect::SetTake(of, take) if *of == pool => Some(take),
            _ => None,
        })
    }

    /// The rate of a dispatcher; `None`: its own.
    pub(crate) fn pace(&self, dispatcher: DispatcherId) -> Option<Rate> {
        self.last(|effect| match effect {
            Effect::SetPace(of, rate) if *of == dispatcher => Some(*rate),
            _ => None,
        })
    }

    /// The slots of a limit; `None`: its own.
    pub(crate) fn slots(&self, limit: LimitId) -> Option<u32> {
        self.last(|effect| match effect {
            Effect::SetLimit(of, slots) if *of == limit => Some(*slots),
            _ => None,
        })
    }

    /// What was set last.
    fn last<T>(&self, select: impl Fn(&'m Effect) -> Option<T>) -> Option<T> {
        self.active.iter().rev().flat_map(|change| change.effects.iter().rev()).find_map(select)
    }

    fn factor(&self, select: impl Fn(&Effect) -> Option<f64>) -> f64 {
        self.active.iter().flat_map(|change| &change.effects).filter_map(select).product()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(at: u64, until: Until, effect: Effect) -> Change {
        Change { name: format!("at {at}"), at: SimTime::from_nanos(at), until, effects: vec![effect] }
    }

    fn sizes(changes: &[Change], times: &[u64]) -> Vec<u32> {
        let mut changes = Changes::new(changes);
        times
            .iter()
            .map(|&time| {
                changes.pass(SimTime::from_nanos(time));
                changes.size(PoolId(0), 10)
            })
            .collect()
    }

    #[test]
    fn the_size_set_last_holds_and_the_one_before_comes_back() {
        let until = |end| Until::Time(SimTime::from_nanos(end));
        let set = |size| Effect::SetSize(PoolId(0), size);
        let changes =
            vec![change(1, until(9), set(20)), change(2, until(4), set(5)), change(3, Until::Horizon, set(7))];
        assert_eq!(sizes(&changes, &[0, 1, 2, 3, 4, 9]), [10, 20, 5, 7, 7, 7]);
    }

    #[test]
    fn factors_multiply_and_round_up_but_not_for_the_last_bit() {
        let scale = |factor| Effect::ScaleSize(PoolId(0), factor);
        let changes = vec![change(1, Until::Horizon, scale(1.1)), change(2, Until::Horizon, scale(0.25))];
        assert_eq!(sizes(&changes, &[0, 1, 2]), [10, 11, 3]);
    }
}
