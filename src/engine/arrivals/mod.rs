//! Arrivals: when the jobs of each class are created. One file for each kind.
//!
//! Each class has a stream of its own, and only arrivals draw from it, so a change of anything else leaves them as they are.

mod batches;
mod burst;
pub(crate) mod demand;
pub(crate) mod due;
pub(crate) mod mmpp;
pub(crate) mod next_arrivals;
mod periodic;
mod poisson;
mod profile;
mod renewal;
mod trace;

use crate::engine::arrivals::batches::Batches;
use crate::engine::arrivals::burst::Burst;
use crate::engine::arrivals::due::Due;
use crate::engine::arrivals::mmpp::Mmpp;
use crate::engine::arrivals::periodic::Periodic;
use crate::engine::arrivals::poisson::{Poisson, PoissonAhead};
use crate::engine::arrivals::renewal::Renewal;
use crate::engine::arrivals::trace::Replay;
use crate::model::{Arrivals, ClassId, Model};
use crate::random::{ReplicationSeed, Stream};
use crate::units::{SimTime, written_key};

/// The arrivals of a class.
#[derive(Clone, Debug)]
pub(crate) struct Source<'m> {
    kind: Kind<'m>,
    stream: Stream,
    /// What timed changes multiply the rate by.
    factor: f64,
    yields_only_jobs: bool,
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "the most common kind, at hand for each of its jobs")]
enum Kind<'m> {
    None,
    Poisson(PoissonAhead),
    Renewal(Renewal<'m>),
    Periodic(Periodic<'m>),
    Burst(Burst),
    Batches(Batches<'m>),
    Mmpp(Mmpp<'m>),
    Trace(Replay<'m>),
}

impl<'m> Source<'m> {
    pub(crate) fn new(model: &'m Model, id: ClassId, seed: ReplicationSeed) -> Self {
        let class = &model.classes()[id.index()];
        let stream = seed.stream(&format!("jobs.{}.arrivals", written_key(&class.name)));
        let kind = match &class.arrivals {
            Arrivals::None => Kind::None,
            Arrivals::Poisson { rate, profile } => {
                Kind::Poisson(PoissonAhead::new(Poisson::new(*rate, profile.as_ref())))
            }
            Arrivals::Renewal { interarrival } => Kind::Renewal(Renewal::new(interarrival)),
            Arrivals::Periodic { times, jitter, missed } => Kind::Periodic(Periodic::new(times, *jitter, *missed)),
            &Arrivals::Burst { jobs, from, over, spacing } => Kind::Burst(Burst::new(jobs, from, over, spacing)),
            Arrivals::Batches { size, times } => Kind::Batches(Batches::new(*size, times)),
            Arrivals::Mmpp { states } => {
                Kind::Mmpp(Mmpp::new(states, seed.stream(&format!("jobs.{}.states", written_key(&class.name)))))
            }
            // The first class that replays a file brings the jobs of all that do.
            Arrivals::Trace(_) => Replay::new(model, id, seed).map_or(Kind::None, Kind::Trace),
        };
        let yields_only_jobs = !matches!(kind, Kind::Mmpp(_) | Kind::Trace(_) | Kind::Periodic(_));
        Self { kind, stream, factor: 1.0, yields_only_jobs }
    }

    /// Whether nothing but [`Due::Job`] is ever due.
    #[inline(always)]
    pub(crate) fn yields_only_jobs(&self) -> bool {
        self.yields_only_jobs
    }

    /// What is due at the time stated last.
    #[inline(always)]
    pub(crate) fn due(&self) -> Due {
        match &self.kind {
            Kind::Mmpp(mmpp) => mmpp.due(),
            Kind::Trace(replay) => replay.due(),
            Kind::Periodic(periodic) => periodic.due(),
            _ => Due::Job,
        }
    }

    /// The time of what comes after `now`, which is zero at first and then the time stated last.
    #[inline(always)]
    pub(crate) fn next(&mut self, now: SimTime) -> SimTime {
        // The most common kind stays in line at the caller.
        match &mut self.kind {
            Kind::Poisson(poisson) => poisson.next(now, &mut self.stream),
            _ => self.next_out_of_line(now),
        }
    }

    #[inline(never)]
    fn next_out_of_line(&mut self, now: SimTime) -> SimTime {
        let stream = &mut self.stream;
        match &mut self.kind {
            Kind::None => SimTime::NEVER,
            Kind::Poisson(poisson) => poisson.next(now, stream),
            Kind::Renewal(renewal) => renewal.next(now, stream),
            Kind::Periodic(periodic) => periodic.next(stream),
            Kind::Burst(burst) => burst.next(stream),
            Kind::Batches(batches) => batches.next(now, stream),
            Kind::Mmpp(mmpp) => mmpp.next(now, stream),
            Kind::Trace(replay) => replay.next(),
        }
    }

    /// Multiplies the rate by `factor` (in all, not on top of an earlier one) from `now` on; `head` is the time stated
    /// last, and the answer is what becomes of it.
    pub(crate) fn scale_rate(&mut self, now: SimTime, head: SimTime, factor: f64) -> SimTime {
        if factor == self.factor {
            return head;
        }
        self.factor = factor;
        match &mut self.kind {
            Kind::Poisson(poisson) => poisson.scale_rate(now, head, factor),
            Kind::Mmpp(mmpp) => mmpp.scale_rate(now, factor),
            Kind::Batches(batches) => batches.scale_rate(now, head, factor),
            Kind::Renewal(renewal) => {
                renewal.scale_rate(factor);
                head
            }
            Kind::Periodic(periodic) => {
                periodic.scale_rate(factor);
                head
            }
            Kind::None | Kind::Burst(_) | Kind::Trace(_) => head,
        }
    }
}
