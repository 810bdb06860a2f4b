//! What a job brings with it from its creation: service demand and tenant.
//!
//! Each purpose has a stream of its own and nothing is drawn where there is no choice, so that a variant or a tenant more
//! leaves the other draws as they are.
//!
//! Service demands are drawn many at once: the generator then stays in registers, and the processor need not guess for each job
//! which law is drawn from.

use rand::RngExt;

use crate::engine::arrivals::due::Recorded;
use crate::model::{Arrivals, JobClass, Service, Variant};
use crate::random::{ReplicationSeed, Stream};
use crate::units::{SimDuration, written_key};

/// Service demands drawn at once.
const AHEAD: usize = 16;

#[derive(Clone, Debug)]
pub(crate) struct Demand<'m> {
    service: &'m Service,
    tenants: u16,
    /// Whether traces say how long jobs take, so that nothing is drawn ahead.
    is_recorded: bool,
    /// The service demands of the next jobs, unless they are recorded.
    ahead: [SimDuration; AHEAD],
    /// How many of them were taken so far.
    taken: usize,
    service_stream: Stream,
    variant_stream: Stream,
    tenant_stream: Stream,
}

impl<'m> Demand<'m> {
    pub(crate) fn new(class: &'m JobClass, seed: ReplicationSeed) -> Self {
        Self::with_streams(class, |purpose| seed.stream(&format!("jobs.{}.{purpose}", written_key(&class.name))))
    }

    /// Draws the demand of interrupted jobs that start anew: the draws of new jobs stay as they are.
    pub(crate) fn anew(class: &'m JobClass, seed: ReplicationSeed) -> Self {
        Self::with_streams(class, |purpose| seed.stream(&format!("jobs.{}.{purpose}.again", written_key(&class.name))))
    }

    fn with_streams(class: &'m JobClass, stream: impl Fn(&str) -> Stream) -> Self {
        Self {
            service: &class.service,
            tenants: class.tenants,
            is_recorded: matches!(class.arrivals, Arrivals::Trace(_)),
            ahead: [SimDuration::ZERO; AHEAD],
            taken: 0,
            service_stream: stream("service"),
            variant_stream: stream("variant"),
            tenant_stream: stream("tenant"),
        }
    }

    /// The mean service demand in seconds.
    pub(crate) fn expected(&self) -> f64 {
        self.service.mean()
    }

    /// The service demand of a job. A recorded service time stands for the drawn one; slowdowns apply to both.
    #[inline(always)]
    pub(crate) fn draw_service(&mut self, recorded: Option<SimDuration>) -> SimDuration {
        if self.is_recorded {
            return self.draw(recorded);
        }
        let place = self.taken % AHEAD;
        if place == 0 {
            self.draw_ahead();
        }
        self.taken = self.taken.wrapping_add(1);
        self.ahead[place]
    }

    #[inline(never)]
    fn draw_ahead(&mut self) {
        let mut ahead = self.ahead;
        if self.service.variants.iter().any(|variant| variant.time.is_some()) {
            ahead.iter_mut().for_each(|service| *service = self.draw(None));
        } else {
            let mut times = [0.0; AHEAD];
            self.service.time.sample_all(&mut self.service_stream, &mut times);
            for (service, time) in ahead.iter_mut().zip(times) {
                let variant = self.draw_variant();
                let slowdown = self.slowdown(variant);
                *service = SimDuration::from_secs_f64(time * slowdown);
            }
        }
        self.ahead = ahead;
    }

    #[inline(never)]
    fn draw(&mut self, recorded: Option<SimDuration>) -> SimDuration {
        let variant = self.draw_variant();
        let slowdown = self.slowdown(variant);
        match recorded {
            Some(service) if slowdown == 1.0 => service,
            Some(service) => SimDuration::from_secs_f64(service.as_secs_f64() * slowdown),
            None => {
                let time = variant.and_then(|variant| variant.time.as_ref()).unwrap_or(&self.service.time);
                SimDuration::from_secs_f64(time.sample(&mut self.service_stream) * slowdown)
            }
        }
    }

    fn slowdown(&self, variant: Option<&Variant>) -> f64 {
        self.service.slowdown * variant.map_or(1.0, |variant| variant.slowdown)
    }

    /// Whether its jobs bring no more than their service demand, and no trace says what that is.
    pub(crate) fn is_service_only(&self) -> bool {
        self.tenants <= 1 && !self.is_recorded
    }

    #[inline(always)]
    pub(crate) fn draw_tenant(&mut self, recorded: Option<Recorded>) -> u16 {
        match recorded {
            Some(recorded) => recorded.tenant,
            None if self.tenants <= 1 => 0,
            None => ((u64::from(self.tenant_stream.random::<u32>()) * u64::from(self.tenants)) >> 32) as u16,
        }
    }

    #[inline(always)]
    fn draw_variant(&mut self) -> Option<&'m Variant> {
        let variants = &self.service.variants;
        if variants.is_empty() {
            return None;
        }
        let mut left = self.variant_stream.random::<f64>();
        variants.iter().find(|variant| {
            left -= variant.share.as_f64();
            left < 0.0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Distribution;
    use crate::model::Arrivals;
    use crate::model::QueueId;
    use crate::units::Share;

    fn class(variants: Vec<Variant>, slowdown: f64) -> JobClass {
        JobClass {
            name: "mail".to_owned(),
            queue: QueueId(0),
            via: None,
            priority: 0,
            tenants: 3,
            deadline: None,
            initial_backlog: 0,
            arrivals: Arrivals::None,
            service: Service { time: Distribution::exponential(1.0).unwrap(), slowdown, variants },
            fate: crate::model::Fate::default(),
        }
    }

    fn variant(share: f64, time: Option<Distribution>, slowdown: f64) -> Variant {
        Variant { name: "large".to_owned(), share: Share::new(share).unwrap(), time, slowdown }
    }

    const SEED: ReplicationSeed = ReplicationSeed { master: 8, replication: 2 };

    fn draws(class: &JobClass) -> Vec<f64> {
        let mut demand = Demand::new(class, SEED);
        (0..10_000).map(|_| demand.draw_service(None).as_secs_f64()).collect()
    }

    #[test]
    fn a_variant_stretches_its_share_of_the_same_draws() {
        let (plain, varied) = (draws(&class(vec![], 1.0)), draws(&class(vec![variant(0.02, None, 30.0)], 1.0)));
        let stretched = plain.iter().zip(&varied).filter(|(a, b)| (*a * 30.0 - *b).abs() < 1e-6).count();
        let same = plain.iter().zip(&varied).filter(|(a, b)| a == b).count();
        assert_eq!(stretched + same, 10_000);
        assert!((140..=260).contains(&stretched), "{stretched} of 10 000 for a share of 2 %");
    }

    #[test]
    fn demands_drawn_ahead_are_those_that_are_drawn_one_by_one() {
        let own = Some(Distribution::exponential(9.0).unwrap());
        for variants in [vec![], vec![variant(0.3, None, 30.0)], vec![variant(0.3, own, 2.0)]] {
            let class = class(variants, 1.5);
            let (mut ahead, mut single) = (Demand::new(&class, SEED), Demand::new(&class, SEED));
            for job in 0..100 {
                assert_eq!(ahead.draw_service(None), single.draw(None), "job {job}");
            }
        }
    }

    #[test]
    fn a_variant_with_its_own_time_takes_that_times_both_slowdowns() {
        let own = Some(Distribution::constant(7.0).unwrap());
        let all = draws(&class(vec![variant(1.0, own, 3.0)], 2.0));
        assert!(all.iter().all(|&time| time == 42.0));
    }

    #[test]
    fn a_recorded_service_time_is_kept_to_the_nanosecond() {
        let class = class(vec![], 1.0);
        let mut demand = Demand { is_recorded: true, ..Demand::new(&class, SEED) };
        let odd = SimDuration::from_nanos(9_007_199_254_740_993);
        assert_eq!(demand.draw_service(Some(odd)), odd);
    }

    #[test]
    fn tenants_are_equally_likely() {
        let class = class(vec![], 1.0);
        let mut demand = Demand::new(&class, SEED);
        let mut counts = [0_u32; 3];
        for _ in 0..30_000 {
            counts[usize::from(demand.draw_tenant(None))] += 1;
        }
        assert!(counts.iter().all(|count| (9_650..10_350).contains(count)), "{counts:?}");
    }
}
