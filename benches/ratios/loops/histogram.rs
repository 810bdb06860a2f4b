//! A log-linear histogram with 7 bits: index arithmetic only.

const BITS: u32 = 7;

#[derive(Clone)]
pub(crate) struct Histogram(Vec<u64>);

impl Default for Histogram {
    fn default() -> Self {
        Self(vec![0; ((64 - BITS as usize) + 1) << BITS])
    }
}

impl Histogram {
    #[inline]
    pub(crate) fn record(&mut self, nanos: u64) {
        let exponent = (nanos | 1 << BITS).ilog2() - BITS;
        let bucket = ((exponent as usize) << BITS) + (nanos >> exponent) as usize;
        self.0[bucket] += 1;
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The mean in seconds, to half a bucket: enough to see that two runs simulate the same thing.
    pub(crate) fn mean(&self) -> f64 {
        let sum: f64 = self.0.iter().enumerate().map(|(bucket, &count)| count as f64 * lower_end(bucket)).sum();
        sum / self.count() as f64 / 1e9
    }
}

fn lower_end(bucket: usize) -> f64 {
    let exponent = (bucket >> BITS).saturating_sub(1) as u32;
    let mantissa = bucket - ((exponent as usize) << BITS);
    mantissa as f64 * f64::from(2_u32).powi(exponent as i32)
}
