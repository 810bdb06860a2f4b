//! A study: the base case, its alternatives and sweep points, and how often each is replicated.

use std::collections::BTreeMap;

use super::{Model, Objective};
use crate::units::{Clock, Share, SimDuration};

/// All that one scenario file asks for.
#[derive(Clone, Debug)]
pub struct Study {
    /// Short name: the stem of the file. Names the output folder.
    pub name: String,
    /// What the scenario is about, in a line.
    pub title: String,
    /// The question it answers.
    pub question: Option<String>,
    /// Where its facts come from.
    pub source: Option<String>,
    /// How it is run.
    pub settings: Settings,
    /// Swept paths, in the order of the file; empty without a sweep.
    pub axes: Vec<SweepAxis>,
    /// Whether the sweep has all combinations of the values of its axes.
    pub is_grid: bool,
    /// What is simulated: for each alternative (the base first) every point of the sweep, in a grid the last axis fastest. With a sweep, the
    /// point without swept values (as the file stands) comes first for each alternative, its `sweep` being empty.
    pub points: Vec<DesignPoint>,
}

/// How a study is run.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Replications of every design point; at least 1. With `precision`, those of the first batch.
    pub replications: u32,
    /// When to add replications; `None`: never.
    pub precision: Option<Precision>,
    /// Master seed.
    pub seed: u64,
    /// Confidence of all intervals, such as 0.95.
    pub confidence: Share,
    /// Length of a step of the curves; positive.
    pub curve_step: SimDuration,
    /// Jobs created before this much time has passed are left out of all figures but the curves.
    pub warmup: Warmup,
    /// Wall clock of the run; `None`: axes show time since the start.
    pub clock: Option<Clock>,
}

/// How much of the start is left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Warmup {
    /// So much, as stated.
    Stated(SimDuration),
    /// As much as MSER-5 finds before the study is run; until then, nothing.
    Mser5,
    /// As much as MSER-5 found.
    Found(FoundWarmup),
}

impl Warmup {
    /// All of the run counts.
    pub const NONE: Self = Self::Stated(SimDuration::ZERO);

    /// How much is left out.
    #[must_use]
    pub fn removed(self) -> SimDuration {
        match self {
            Self::Stated(removed) | Self::Found(FoundWarmup { removed, .. }) => removed,
            Self::Mser5 => SimDuration::ZERO,
        }
    }
}

/// What MSER-5 found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoundWarmup {
    /// How much is left out: the most that a design point needs which settles.
    pub removed: SimDuration,
    /// In how many replications of each design point it was sought.
    pub replications: u32,
    /// Whether every design point settles in the first half of the run.
    pub settled: bool,
}

impl Settings {
    /// The most replications that a design point may get.
    #[must_use]
    pub fn most_replications(&self) -> u32 {
        self.precision.map_or(self.replications, |precision| precision.most)
    }
}

/// Replications are added to a design point, each batch as large as all before, until every objective is met or missed, or
/// known precisely enough.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Precision {
    /// The most replications of a design point; at least those of the first batch.
    pub most: u32,
    /// An objective whose half-width is at most this share of its mean needs no decision; `None`: only decisions count.
    pub half_width: Option<Share>,
}

/// A swept path and its values as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SweepAxis {
    /// Path of the swept value, such as `pools.workers.size`.
    pub path: String,
    /// The values as written, such as `20` or `40/s`.
    pub values: Vec<String>,
}

/// One alternative at one sweep point.
#[derive(Clone, Debug)]
pub struct DesignPoint {
    /// Name of the alternative: `base` for the file as it stands.
    pub alternative: String,
    /// Its title for pictures and prose.
    pub title: String,
    /// The swept values as written, one for each axis; empty for the point as the file stands.
    pub sweep: Vec<String>,
    /// The world.
    pub model: Model,
    /// What is promised in it.
    pub objectives: Vec<Objective>,
    /// What differs from the base in the words of the file: path to value as written.
    pub differences: BTreeMap<String, String>,
}
