//! A provider in a replication: who waits for it, when it lets the next call in, and how long a call takes.
//!
//! Calls are let in first come, first served, in the order in which attempts began. An attempt that ends while it waits, by its
//! timeout or an interruption, leaves its place to the next; one that ends while it calls frees its place at once.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::engine::job::AttemptId;
use crate::engine::observer::Calls;
use crate::model::{self, CallRate};
use crate::units::{SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(crate) struct Provider<'m> {
    spec: Cow<'m, model::Provider>,
    /// Attempts that wait, the one that began first in front.
    pub(crate) waiting: VecDeque<AttemptId>,
    busy: u32,
    admitted: u64,
    gate: Gate,
    /// When the engine is going to look whether the gate is open; `NEVER` when it is not.
    pub(crate) planned: SimTime,
}

/// What keeps the rate.
#[derive(Clone, Copy, Debug)]
enum Gate {
    Open,
    /// Calls let in in the window of this number.
    Window {
        calls: u32,
        per: SimDuration,
        number: u64,
        used: u32,
    },
    /// A bucket is told by when it is full again (the virtual scheduling algorithm of ITU-T I.371).
    Bucket {
        every: SimDuration,
        burst: u32,
        full: SimTime,
    },
}

impl Gate {
    fn new(rate: Option<CallRate>) -> Self {
        match rate {
            None => Self::Open,
            Some(CallRate::FixedWindow { calls, per }) => Self::Window { calls, per, number: 0, used: 0 },
            Some(CallRate::TokenBucket { every, burst }) => Self::Bucket { every, burst, full: SimTime::ZERO },
        }
    }

    /// The first time from now on at which it lets a call in.
    fn opens(&self, now: SimTime) -> SimTime {
        match *self {
            Self::Open => now,
            Self::Window { calls, per, number, used } => {
                let current = now.as_nanos() / per.as_nanos();
                let full = number == current && used >= calls;
                if full { SimTime::from_nanos((current + 1).saturating_mul(per.as_nanos())) } else { now }
            }
            Self::Bucket { every, burst, full } => {
                let rest = every.as_nanos().saturating_mul(u64::from(burst - 1));
                now.max(SimTime::from_nanos(full.as_nanos().saturating_sub(rest)))
            }
        }
    }

    fn pass(&mut self, now: SimTime) {
        match self {
            Self::Open => {}
            Self::Window { per, number, used, .. } => {
                let current = now.as_nanos() / per.as_nanos();
                *used = if *number == current { *used + 1 } else { 1 };
                *number = current;
            }
            Self::Bucket { every, full, .. } => *full = now.max(*full).after(*every),
        }
    }
}

static UNLIMITED: model::Provider =
    model::Provider { name: String::new(), concurrent: None, rate: None, slowdown: None, windows: Vec::new() };

impl<'m> Provider<'m> {
    pub(crate) fn new(spec: &'m model::Provider) -> Self {
        let gate = Gate::new(spec.rate);
        Self {
            spec: Cow::Borrowed(spec),
            waiting: VecDeque::new(),
            busy: 0,
            admitted: 0,
            gate,
            planned: SimTime::NEVER,
        }
    }

    /// Lets at most so many in at once.
    pub(crate) fn of_limit(slots: u32) -> Self {
        let spec = model::Provider { concurrent: Some(slots), ..model::Provider::default() };
        Self { spec: Cow::Owned(spec), ..Self::new(&UNLIMITED) }
    }

    /// It lets in at most so many at once from now on.
    pub(crate) fn resize(&mut self, slots: u32) {
        self.spec.to_mut().concurrent = Some(slots);
    }

    pub(crate) fn calls(&self) -> Calls {
        Calls { waiting: self.waiting.len() as u32, busy: self.busy, admitted: self.admitted }
    }

    /// When it lets the next call in as far as is known: never, while the cap is reached.
    pub(crate) fn opens(&self, now: SimTime) -> SimTime {
        let is_full = self.spec.concurrent.is_some_and(|most| self.busy >= most);
        if is_full { SimTime::NEVER } else { self.gate.opens(now) }
    }

    /// Lets a call in.
    pub(crate) fn admit(&mut self, now: SimTime) {
        self.gate.pass(now);
        self.busy += 1;
        self.admitted += 1;
    }

    /// A call ends.
    pub(crate) fn dismiss(&mut self) {
        self.busy -= 1;
    }

    /// How long a call that was let in just now takes.
    pub(crate) fn stretch(&self, demand: SimDuration, now: SimTime) -> SimDuration {
        let crowd = self
            .spec
            .slowdown
            .map_or(1.0, |slowdown| 1.0 + slowdown.per_call * f64::from(self.busy.saturating_sub(slowdown.above)));
        match crowd * self.trouble(now).map_or(1.0, |trouble| trouble.slow) {
            1.0 => demand,
            factor => SimDuration::from_secs_f64(demand.as_secs_f64() * factor),
        }
    }

    /// The probability that a call that begins now fails.
    pub(crate) fn fails(&self, now: SimTime) -> f64 {
        self.trouble(now).map_or(0.0, |trouble| trouble.fails.as_f64())
    }

    fn trouble(&self, now: SimTime) -> Option<&model::Trouble> {
        self.spec.windows.iter().find(|window| window.from <= now && now < window.to)
    }

    fn hangs(&self) -> impl Iterator<Item = &model::Trouble> {
        self.spec.windows.iter().filter(|window| window.hangs)
    }

    /// When a call that begins now and takes so long is over: it stands still while the provider hangs.
    pub(crate) fn end(&self, now: SimTime, takes: SimDuration) -> SimTime {
        self.hangs().fold(now.after(takes), |end, hang| {
            let catches = now < hang.to && (hang.from <= now || hang.from < end);
            if catches { end.after(hang.to.since(now.max(hang.from))) } else { end }
        })
    }

    /// How long a call that began then has not stood still.
    pub(crate) fn progress(&self, began: SimTime, now: SimTime) -> SimDuration {
        let still = self.hangs().map(|hang| now.min(hang.to).since(began.max(hang.from)).as_nanos());
        SimDuration::from_nanos(now.since(began).as_nanos() - still.sum::<u64>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Share;

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO.after(SimDuration::from_secs(seconds))
    }

    fn hang(from: u64, to: u64) -> model::Trouble {
        model::Trouble { from: at(from), to: at(to), slow: 1.0, fails: Share::default(), hangs: true }
    }

    /// When calls that all wait from time zero are let in.
    fn admitted(rate: CallRate, calls: usize) -> Vec<f64> {
        let (mut gate, mut now) = (Gate::new(Some(rate)), SimTime::ZERO);
        let mut next = || {
            now = gate.opens(now);
            gate.pass(now);
            now.as_secs_f64()
        };
        (0..calls).map(|_| next()).collect()
    }

    #[test]
    fn a_fixed_window_lets_its_calls_in_at_its_start_and_a_bucket_after_its_burst_one_by_one() {
        let seconds = SimDuration::from_secs;
        assert_eq!(admitted(CallRate::FixedWindow { calls: 2, per: seconds(10) }, 5), [0.0, 0.0, 10.0, 10.0, 20.0]);
        assert_eq!(admitted(CallRate::TokenBucket { every: seconds(4), burst: 3 }, 5), [0.0, 0.0, 0.0, 4.0, 8.0]);
    }

    #[test]
    fn a_bucket_holds_no_more_than_its_burst() {
        let mut gate = Gate::new(Some(CallRate::TokenBucket { every: SimDuration::from_secs(4), burst: 2 }));
        for (now, opens) in [(0, 0), (3, 3), (3, 4), (100, 100), (100, 100), (100, 104)] {
            assert_eq!(gate.opens(at(now)), at(opens));
            gate.pass(at(opens));
        }
    }

    #[test]
    fn a_call_stands_still_while_its_provider_hangs() {
        let windows = vec![hang(10, 15), hang(20, 30)];
        let spec = model::Provider { windows, ..model::Provider::default() };
        let provider = Provider::new(&spec);
        let end = |now, takes| provider.end(at(now), SimDuration::from_secs(takes));
        assert_eq!([end(0, 9), end(0, 10), end(8, 4), end(8, 8)], [at(9), at(10), at(17), at(31)]);
        assert_eq!(
            [end(12, 1), end(10, 0), end(15, 5), end(15, 6), end(30, 1)],
            [at(16), at(15), at(20), at(31), at(31)]
        );
        assert_eq!(provider.progress(at(8), at(31)), SimDuration::from_secs(8));
        assert_eq!(provider.progress(at(12), at(13)), SimDuration::ZERO);
    }
}
