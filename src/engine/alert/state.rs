//! The monitors and responses of a model.

use crate::engine::alert::monitor::Monitor;
use crate::model::{Model, Response};
use crate::random::{ReplicationSeed, Stream};
use crate::units::{SimDuration, written_key};

/// The monitors and responses of a model, indexed by its ids.
#[derive(Clone, Debug)]
pub(crate) struct AlertState<'m> {
    pub(crate) model: &'m Model,
    pub(crate) monitors: Vec<Monitor<'m>>,
    pub(crate) responders: Vec<Responder<'m>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Responder<'m> {
    pub(crate) spec: &'m Response,
    delays: Stream,
    /// How often it was called or has acted.
    called: u32,
    /// Which of its actions is to be undone.
    pub(crate) acted: u32,
}

impl<'m> AlertState<'m> {
    pub(crate) fn new(model: &'m Model, seed: ReplicationSeed) -> Self {
        let responder = |spec: &'m Response| Responder {
            spec,
            delays: seed.stream(&format!("responses.{}.after", written_key(&spec.name))),
            called: 0,
            acted: 0,
        };
        let monitors = model.alerts().iter().map(Monitor::new).collect();
        Self { model, monitors, responders: model.responses().iter().map(responder).collect() }
    }
}

impl Responder<'_> {
    /// How long it takes to act if it does.
    pub(crate) fn call(&mut self) -> Option<SimDuration> {
        if self.spec.at_most.is_some_and(|most| self.called >= most) {
            return None;
        }
        self.called += 1;
        Some(SimDuration::from_secs_f64(self.spec.after.sample(&mut self.delays)))
    }
}
