//! For how long most jobs of a replication are late.

use crate::units::{SimDuration, SimTime};

/// Lengths of time by which jobs are counted, in seconds: the longest of which a run has a thousand.
const WIDTHS: [u64; 12] = [3_600, 1_800, 900, 600, 300, 120, 60, 30, 15, 10, 5, 1];

/// The jobs created in each short time, and how many of them wait for longer than a bound. The time depends on the length of the run alone
/// and on nothing that concerns its pictures.
#[derive(Clone, Debug)]
pub(in crate::experiment) struct MostLate {
    width: SimDuration,
    horizon: SimTime,
    jobs: Vec<(u32, u32)>,
}

impl MostLate {
    pub(in crate::experiment) fn new(horizon: SimTime) -> Self {
        let run = horizon.as_nanos();
        let fits = |seconds: &&u64| **seconds <= run / 1_000_000_000_000;
        let width = WIDTHS.iter().find(fits).map_or(run.div_ceil(1_000), |seconds| seconds * 1_000_000_000).max(1);
        let jobs = vec![(0, 0); run.div_ceil(width) as usize];
        Self { width: SimDuration::from_nanos(width), horizon, jobs }
    }

    pub(in crate::experiment) fn count(&mut self, created: SimTime, is_late: bool) {
        if let Some((all, late)) = self.jobs.get_mut((created.as_nanos() / self.width.as_nanos()) as usize) {
            *all += 1;
            *late += u32::from(is_late);
        }
    }

    /// For how long since the warm-up more than half of the jobs created wait for longer. A time without jobs is not late.
    pub(in crate::experiment) fn seconds(&self, warmup: SimTime) -> f64 {
        let width = self.width.as_nanos();
        let nanos = |place: usize| {
            let from = place as u64 * width;
            from.saturating_add(width).min(self.horizon.as_nanos()).saturating_sub(from.max(warmup.as_nanos()))
        };
        let late = self.jobs.iter().enumerate().filter(|(_, (all, late))| u64::from(*late) * 2 > u64::from(*all));
        late.map(|(place, _)| nanos(place)).sum::<u64>() as f64 / 1e9
    }
}
