//! Checks of alerts, and the responses to them.

use crate::engine::alert::monitor::{AlertView, Edge};
use crate::engine::calendar::timers::Timer;
use crate::engine::observer::{Alarm, Observer};
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{AlertId, ResponseEnd, ResponseId};

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Checks an alert, and plans its next check.
    pub(super) fn check_alert(&mut self, id: AlertId) {
        let view = AlertView {
            now: self.core.now,
            model: self.control.alerts.model,
            queues: &self.core.queues,
            pools: &self.core.pools,
            dispatchers: &self.dispatchers,
            counters: self.control.counters.as_ref(),
        };
        let monitor = &mut self.control.alerts.monitors[id.index()];
        let edge = monitor.check(&view);
        let (oldest, every) = (view.oldest(), monitor.spec.every);
        self.core.timers.add(self.core.now.after(every), Timer::Check(id));
        if edge != Edge::None {
            self.core.observer.alarm(self.core.now, Alarm { alert: id, firing: edge == Edge::Fires, oldest });
        }
        match edge {
            Edge::Fires => self.call_responses(id),
            Edge::Resolves => self.end_responses(id),
            Edge::None => {}
        }
    }

    fn responses_on(&self, id: AlertId) -> Vec<ResponseId> {
        let responders = self.control.alerts.responders.iter().zip(0..);
        responders.filter(|(responder, _)| responder.spec.on == id).map(|(_, place)| ResponseId(place)).collect()
    }

    fn call_responses(&mut self, id: AlertId) {
        for response in self.responses_on(id) {
            let responder = &mut self.control.alerts.responders[response.index()];
            if let Some(delay) = responder.call() {
                let due = self.core.now.after(delay);
                let acts = responder.spec.hours.as_ref().map_or(due, |hours| hours.next(due));
                self.core.timers.add(acts, Timer::Respond(response));
            }
        }
    }

    fn end_responses(&mut self, id: AlertId) {
        for response in self.responses_on(id) {
            let spec = self.control.alerts.responders[response.index()].spec;
            if spec.until == ResponseEnd::Resolved {
                self.control.changes.end(&spec.change);
            }
        }
        self.apply_changes();
    }

    /// A response acts. One that lasts until its alert resolves does nothing when it has resolved meanwhile.
    pub(super) fn respond(&mut self, id: ResponseId) {
        let responder = &mut self.control.alerts.responders[id.index()];
        let spec = responder.spec;
        if spec.until == ResponseEnd::Resolved && !self.control.alerts.monitors[spec.on.index()].firing {
            return;
        }
        responder.acted += 1;
        if let ResponseEnd::After(time) = spec.until {
            self.core.timers.add(self.core.now.after(time), Timer::Undo(id, responder.acted));
        }
        self.core.observer.responded(self.core.now, id);
        for &(dispatcher, rate) in &spec.pace {
            self.dispatchers[dispatcher.index()].release_at(rate);
        }
        if let Some(dispatcher) = spec.restart {
            #[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is of one lifetime only")]
            self.bring_back(dispatcher, |it, now| it.restart(now));
        }
        if !spec.change.effects.is_empty() {
            self.control.changes.begin(&spec.change);
            self.apply_changes();
        }
        spec.change.restarts().for_each(|pool| self.restart_pool(pool));
    }

    /// Ends what a response changed, unless it has acted again since.
    pub(super) fn undo(&mut self, id: ResponseId, acted: u32) {
        let responder = &self.control.alerts.responders[id.index()];
        if responder.acted == acted {
            self.control.changes.end(&responder.spec.change);
            self.apply_changes();
        }
    }
}
