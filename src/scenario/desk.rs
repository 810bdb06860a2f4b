//! What the readers of one scenario share: its names, its clock, and the problems found so far.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;

use super::names::Names;
use super::problem::Problem;
use super::source::{Place, Sources};
use crate::model::{Profile, Trace};
use crate::units::{Clock, LocalWeek, SimTime};
use crate::untrusted::Roots;
use std::collections::HashMap;
use std::sync::Arc;

/// What is known of the wall clock.
#[derive(Clone, Debug)]
pub(super) enum WallClock {
    /// The scenario states no start: the run starts on a Monday at midnight, on no date.
    Undated,
    /// The scenario states its start.
    Dated(Clock),
    /// The start is wrong, which was reported; what depends on it is not reported again.
    Wrong,
}

/// What holds for all design points of a file.
pub(super) struct Office {
    pub(super) sources: RefCell<Sources>,
    /// Where files that the scenario names are sought.
    pub(super) roots: Roots,
    /// Rows of traces that were read, and those that are kept.
    pub(super) visits: Cell<u64>,
    pub(super) kept: Cell<u64>,
    pub(super) traces: TraceStore,
    /// The horizon of the base as TOML, where it is not stated: alternatives are as long.
    pub(super) horizon: OnceCell<String>,
    /// Names of things that some design point uses: `dispatchers.d2`, `profiles.day`, `priority`.
    pub(super) used: RefCell<BTreeSet<String>>,
}

/// What the readers of one design point share.
pub(super) struct Desk<'a> {
    pub(super) office: &'a Office,
    /// Where problems arise, such as "in alternative `x`"; `None`: in the scenario as it stands.
    pub(super) context: Option<String>,
    pub(super) names: Names,
    pub(super) clock: OnceCell<WallClock>,
    /// End of the run; not set when it is wrong.
    pub(super) horizon: OnceCell<SimTime>,
    /// The profiles; those that are wrong are `None`.
    pub(super) profiles: OnceCell<Vec<Option<Profile>>>,
    /// It is a candidate of a search: that nobody serves a queue is what the search finds out, and no mistake of the file.
    pub(super) is_candidate: bool,
    /// Job classes whose arrivals are switched off by a rate or a number of zero.
    pub(super) silent: RefCell<BTreeSet<String>>,
    pub(super) problems: RefCell<Vec<Problem>>,
    /// Paths and values, as TOML, of all defaults that were applied.
    pub(super) defaults: RefCell<Vec<(String, String)>>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(office: &'a Office, names: Names, context: Option<String>) -> Self {
        Self {
            office,
            context,
            names,
            clock: OnceCell::new(),
            horizon: OnceCell::new(),
            profiles: OnceCell::new(),
            is_candidate: false,
            silent: RefCell::default(),
            problems: RefCell::default(),
            defaults: RefCell::default(),
        }
    }

    /// Notes a problem.
    pub(super) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem.arising(self.context.as_deref()));
    }

    /// Until when jobs from before the end of the run are followed at most; `None`: the run is not read yet, or is wrong.
    pub(super) fn followed_to(&self) -> Option<SimTime> {
        self.horizon.get().map(|horizon| horizon.twice())
    }

    /// How clocks run through the week for as long as jobs are followed; without a date the run starts on a Monday.
    pub(super) fn local_week(&self) -> LocalWeek {
        match self.clock.get() {
            Some(WallClock::Dated(clock)) => clock.local_week(self.followed_to().unwrap_or_default()),
            _ => LocalWeek::default(),
        }
    }

    /// Notes that something is used.
    pub(super) fn mark_used(&self, name: String) {
        self.office.used.borrow_mut().insert(name);
    }

    /// What is written at a place.
    pub(super) fn text(&self, place: Place) -> String {
        self.office.sources.borrow().text(place).to_owned()
    }
}

/// Traces that were read, by what was asked for: design points share them. `None`: it is wrong, which was reported.
type TraceStore = RefCell<HashMap<String, Option<Arc<Trace>>>>;
