//! What a stored unit is the result of.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

use crate::model::{DesignPoint, Settings};

/// What a unit is the result of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(in crate::experiment) struct UnitName {
    point: [u8; 16],
    replication: u32,
}

impl UnitName {
    pub(in crate::experiment) fn new(point: [u8; 16], replication: u32) -> Self {
        Self { point, replication }
    }
}

/// Names what a design point is about, whatever the settings.
pub(super) fn world_name(point: &DesignPoint) -> [u8; 16] {
    name_of(format_args!("{:?} {:?}", point.model, point.objectives))
}

fn name_of(content: fmt::Arguments<'_>) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    Sink(&mut hasher).write_fmt(content).expect("a hash takes all that is written");
    let mut name = [0; 16];
    name.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    name
}

/// Names the results of a design point: every value in it is printed exactly, and equal ones alike.
pub(super) fn point_name(point: &DesignPoint, settings: &Settings) -> [u8; 16] {
    let Settings { replications, seed, curve_step, warmup, .. } = settings;
    // False alarms are counted over a time that depends on the number of replications.
    let replications = if point.model.alerts().is_empty() { 0 } else { *replications };
    let in_full = point.sweep.is_empty();
    let of_settings = (env!("TAILBACK_SOURCES"), seed, curve_step, warmup, replications, in_full);
    name_of(format_args!("{of_settings:?} {:?} {:?}", point.model, point.objectives))
}

struct Sink<'a>(&'a mut blake3::Hasher);

impl fmt::Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
