//! How many jobs may wait in the memory of a replication, whatever the machine.
//!
//! A replication gets room for few jobs at first. One that needs more is simulated anew with more room, one such replication at a time,
//! so that the memory of a run does not grow with its threads.

use std::sync::{Mutex, PoisonError};

use crate::engine::{Halt, Reason};
use crate::model::Model;

/// Jobs that may wait in each replication.
const ROOM: u64 = 1 << 21;
/// Jobs that may wait in one replication at a time, in less than 2 GiB.
const MUCH_ROOM: u64 = 12_000_000;
/// The same where more is remembered of each job, such as its patience and its retries.
const MUCH_ROOM_WITH_FATES: u64 = 6_000_000;

static MUCH: Mutex<()> = Mutex::new(());

/// The most jobs that may wait in a replication, if its limit does not say less.
pub(in crate::experiment) fn most(model: &Model) -> u64 {
    let is_plain = model.classes().iter().all(|class| class.fate.is_plain());
    if is_plain { MUCH_ROOM } else { MUCH_ROOM_WITH_FATES }
}

/// Whether a replication that was stopped with this room goes on with more.
pub(in crate::experiment) fn may_help(model: &Model, (halt, room): (&Halt, u64)) -> bool {
    halt.reason == Reason::Backlog && room < model.backlog_limit().min(most(model))
}

/// Simulates with room for so many waiting jobs as it takes.
pub(in crate::experiment) fn with_room<T>(model: &Model, simulate: impl Fn(u64) -> Result<T, Halt>) -> Result<T, Halt> {
    match simulate(ROOM) {
        Err(halt) if may_help(model, (&halt, ROOM)) => {
            let _one_at_a_time = MUCH.lock().unwrap_or_else(PoisonError::into_inner);
            simulate(most(model))
        }
        result => result,
    }
}
