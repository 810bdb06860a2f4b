//! What the readers of one scenario share: its names, its clock, and the problems found so far.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::names::Names;
use crate::model::{Profile, Trace};
use crate::scenario::text::problem::Problem;
use crate::scenario::text::source::{Place, Sources};
use crate::units::{Clock, LocalWeek, SimTime};
use crate::untrusted::Roots;

/// What is known of the wall clock.
#[derive(Clone, Debug)]
pub(in crate::scenario) enum WallClock {
    /// The scenario states no start: the run starts on a Monday at midnight, on no date.
    Undated,
    /// The scenario states its start.
    Dated(Clock),
    /// The start is wrong, which was reported; what depends on it is not reported again.
    Wrong,
}

/// What holds for all design points of a file.
pub(in crate::scenario) struct Office {
    pub(in crate::scenario) sources: RefCell<Sources>,
    /// Where files that the scenario names are sought.
    pub(in crate::scenario) roots: Roots,
    /// Rows of traces that were read, and those that are kept.
    pub(in crate::scenario) visits: Cell<u64>,
    pub(in crate::scenario) kept: Cell<u64>,
    pub(in crate::scenario) traces: TraceStore,
    /// The horizon of the base as TOML, where it is not stated: alternatives are as long.
    pub(in crate::scenario) horizon: OnceCell<String>,
    /// Names of things that some design point uses: `dispatchers.d2`, `profiles.day`, `priority`.
    pub(in crate::scenario) used: RefCell<BTreeSet<String>>,
}

/// What the readers of one design point share.
pub(in crate::scenario) struct Desk<'a> {
    pub(in crate::scenario) office: &'a Office,
    /// Where problems arise, such as "in alternative `x`"; `None`: in the scenario as it stands.
    pub(in crate::scenario) context: Option<String>,
    pub(in crate::scenario) names: Names,
    pub(in crate::scenario) clock: OnceCell<WallClock>,
    /// End of the run; not set when it is wrong.
    pub(in crate::scenario) horizon: OnceCell<SimTime>,
    /// The profiles; those that are wrong are `None`.
    pub(in crate::scenario) profiles: OnceCell<Vec<Option<Profile>>>,
    /// It is a candidate of a search: that nobody serves a queue is what the search finds out, and no mistake of the file.
    pub(in crate::scenario) is_candidate: bool,
    /// Job classes whose arrivals are switched off by a rate or a number of zero.
    pub(in crate::scenario) silent: RefCell<BTreeSet<String>>,
    pub(in crate::scenario) problems: RefCell<Vec<Problem>>,
    /// Paths and values, as TOML, of all defaults that were applied.
    pub(in crate::scenario) defaults: RefCell<Vec<(String, String)>>,
}

impl<'a> Desk<'a> {
    pub(in crate::scenario) fn new(office: &'a Office, names: Names, context: Option<String>) -> Self {
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
    pub(in crate::scenario) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem.arising(self.context.as_deref()));
    }

    /// Until when jobs from before the end of the run are followed at most; `None`: the run is not read yet, or is wrong.
    pub(in crate::scenario) fn followed_to(&self) -> Option<SimTime> {
        self.horizon.get().map(|horizon| horizon.twice())
    }

    /// How clocks run through the week for as long as jobs are followed; without a date the run starts on a Monday.
    pub(in crate::scenario) fn local_week(&self) -> LocalWeek {
        match self.clock.get() {
            Some(WallClock::Dated(clock)) => clock.local_week(self.followed_to().unwrap_or_default()),
            _ => LocalWeek::default(),
        }
    }

    /// Notes that something is used.
    pub(in crate::scenario) fn mark_used(&self, name: String) {
        self.office.used.borrow_mut().insert(name);
    }

    /// What is written at a place.
    pub(in crate::scenario) fn text(&self, place: Place) -> String {
        self.office.sources.borrow().text(place).to_owned()
    }
}

/// Traces that were read, by what was asked for: design points share them. `None`: it is wrong, which was reported.
type TraceStore = RefCell<HashMap<String, Option<Arc<Trace>>>>;
