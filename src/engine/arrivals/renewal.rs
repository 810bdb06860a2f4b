//! Renewal arrivals: independent interarrival times.

use crate::distribution::Distribution;
use crate::random::Stream;
use crate::units::{SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(crate) struct Renewal<'m> {
    interarrival: &'m Distribution,
    factor: f64,
}

impl<'m> Renewal<'m> {
    pub(crate) fn new(interarrival: &'m Distribution) -> Self {
        Self { interarrival, factor: 1.0 }
    }

    #[inline]
    pub(crate) fn next(&mut self, now: SimTime, stream: &mut Stream) -> SimTime {
        now.after(SimDuration::from_secs_f64(self.interarrival.sample(stream) / self.factor))
    }

    pub(crate) fn scale_rate(&mut self, factor: f64) {
        self.factor = factor;
    }
}
