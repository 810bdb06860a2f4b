//! How often alerts fire without a fault.

use crate::engine::{Alarm, Halt, Observer, simulate};
use crate::experiment::deadline::Deadline;
use crate::experiment::faults;
use crate::experiment::record::room;
use crate::experiment::unit::Value;
use crate::model::{Model, ResponseId};
use crate::random::ReplicationSeed;
use crate::units::SimTime;

/// Counts how often each alert fires from some time on, and nothing else.
struct Counter(Vec<usize>, SimTime, Deadline, u64);

impl Observer for Counter {
    fn is_stopped(&self) -> bool {
        self.2.has_passed()
    }

    fn most_waiting(&self) -> u64 {
        self.3
    }

    fn alarm(&mut self, now: SimTime, alarm: Alarm) {
        if alarm.firing && now >= self.1 {
            self.0[alarm.alert.index()] += 1;
        }
    }

    fn responded(&mut self, _now: SimTime, _response: ResponseId) {}
}

/// How often each alert fires in 30 days of the same model without its faults; `firings` is how often each has fired with them since the
/// warm-up. The warm-up comes first without them, too.
/// `None` when there is nothing to simulate without the faults.
///
/// # Errors
/// When its backlog outgrows its limit even so.
pub(super) fn false_alarms(
    model: &Model,
    (seed, deadline): (ReplicationSeed, Deadline),
    (warmup, firings): (SimTime, Vec<usize>),
) -> Result<Option<Vec<Value>>, Halt> {
    let Ok(quiet) = faults::without_faults(model, (faults::LEAST, warmup)) else { return Ok(None) };
    // Without faults, and long enough, it is the model that was simulated.
    let counts = if quiet == *model {
        firings
    } else {
        let mut counter = Counter(vec![0; firings.len()], warmup, deadline, room::most(&quiet));
        simulate(&quiet, seed, &mut counter)?;
        counter.0
    };
    let months = faults::months(model);
    Ok(Some(counts.iter().map(|&count| Value::exactly(count as f64 / months)).collect()))
}
