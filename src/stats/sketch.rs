//! A log-linear histogram of times: quantiles with a stated relative error, merged exactly in any order.

/// Times in nanoseconds, counted in buckets whose width is 2^-BITS of their lower end: a quantile is off by at most
/// 2^-(BITS+1) of its value. Remembers sum and maximum exactly.
///
/// Times of jobs that were still waiting at the horizon are *censored*: known to be at least some value. They count
/// in every share and rank.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sketch<const BITS: u32> {
    counts: Vec<u64>,
}

/// A quantile of times of which some are known only to be longer than stated.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Quantile {
    /// This many seconds.
    Exactly(f64),
    /// At least this many seconds: the rank falls among censored times.
    AtLeast(f64),
}

impl<const BITS: u32> Sketch<BITS> {
    /// Counts a time.
    pub fn record(&mut self, _nanos: u64) {
        todo!()
    }

    /// Counts a time that is known to be at least `nanos`.
    pub fn record_censored(&mut self, _nanos: u64) {
        todo!()
    }

    /// Adds the counts of another sketch; exact, in any order.
    pub fn merge(&mut self, _other: &Self) {
        todo!()
    }

    /// Times counted, censored ones included.
    #[must_use]
    pub fn count(&self) -> u64 {
        todo!()
    }

    /// Censored times counted.
    #[must_use]
    pub fn censored(&self) -> u64 {
        todo!()
    }

    /// The mean in seconds; a lower bound when some are censored. `None` without times.
    #[must_use]
    pub fn mean(&self) -> Option<Quantile> {
        todo!()
    }

    /// The largest in seconds. `None` without times.
    #[must_use]
    pub fn max(&self) -> Option<Quantile> {
        todo!()
    }

    /// The smallest time that at least `share` of the times do not exceed (rank ceil(share x count), at least 1).
    /// `None` without times.
    #[must_use]
    pub fn quantile(&self, _share: f64) -> Option<Quantile> {
        todo!()
    }

    /// The buckets that hold times, ascending: (upper end in seconds, times in the bucket), censored ones at their lower bound.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.counts.iter().map(|_| (0.0, 0))
    }
}
