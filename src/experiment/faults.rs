//! Faults and markers: what in a model happens at a known time, for drawing it and for measuring the drain after it.

use super::results::{Marker, MarkerKind};
use crate::model::{
    Arrivals, BatchTimes, Change, DispatcherId, Effect, JobClass, Model, ModelError, OutageKind, Provider, Trouble,
    Until,
};
use crate::units::{Share, SimDuration, SimTime};

/// More instants of batches than this are the normal course of things, not faults.
const MOST_BATCHES: usize = 12;

/// Something at a known time that pictures mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Happening {
    /// Its name in tables and pictures.
    pub(super) label: String,
    kind: MarkerKind,
    from: SimTime,
    to: Option<SimTime>,
    builds_backlog: bool,
    /// The dispatcher that is down: its return, which can be earlier or later than planned, ends the fault.
    pub(super) down: Option<DispatcherId>,
}

impl Happening {
    /// When it begins.
    pub(super) fn start(&self) -> SimTime {
        self.from
    }

    /// When it is over as planned, and the drain begins.
    pub(super) fn end(&self) -> SimTime {
        self.to.unwrap_or(self.from)
    }

    fn to_marker(&self) -> Marker {
        Marker {
            kind: self.kind,
            label: self.label.clone(),
            from_s: self.from.as_secs_f64(),
            to_s: self.to.map(SimTime::as_secs_f64),
        }
    }
}

/// The faults of a model: what builds a backlog and ends before the horizon, by its end.
pub(super) fn faults(model: &Model) -> Vec<Happening> {
    let horizon = SimTime::ZERO.after(model.horizon());
    let mut faults = happenings(model);
    faults.retain(|happening| happening.builds_backlog && happening.end() < horizon);
    faults.sort_by_key(Happening::end);
    faults
}

/// When the first fault of a model begins, whether or not it ends before the horizon.
pub(super) fn first_start(model: &Model) -> Option<SimTime> {
    happenings(model).iter().filter(|happening| happening.builds_backlog).map(|happening| happening.from).min()
}

/// The same model without its faults and changes, for `least` or longer: what alerts must stay silent in. A trace ends
/// when it ends, so that a model with one keeps its horizon.
pub(super) fn without_faults(model: &Model, least: SimDuration) -> Result<Model, ModelError> {
    let mut parts = model.to_parts();
    parts.changes.clear();
    for dispatcher in &mut parts.dispatchers {
        dispatcher.outages.clear();
        dispatcher.failures = None;
        dispatcher.restart.iter_mut().for_each(|restart| restart.hangs = Share::default());
    }
    parts.providers.iter_mut().for_each(|provider| provider.windows.clear());
    for class in &mut parts.classes {
        class.initial_backlog = 0;
        if !bursts(class).is_empty() {
            class.arrivals = Arrivals::None;
        }
    }
    parts.horizon = horizon_without_faults(model, least);
    Model::new(parts)
}

/// How long it lasts then.
pub(super) fn horizon_without_faults(model: &Model, least: SimDuration) -> SimDuration {
    let is_traced = model.classes().iter().any(|class| matches!(class.arrivals, Arrivals::Trace(_)));
    if is_traced { model.horizon() } else { model.horizon().max(least) }
}

/// What pictures of a model mark on the time axis, by its start.
pub(super) fn markers(model: &Model) -> Vec<Marker> {
    let mut happenings = happenings(model);
    happenings.retain(|happening| happening.label != INITIAL_BACKLOG);
    happenings.sort_by_key(|happening| happening.from);
    happenings.iter().map(Happening::to_marker).collect()
}

const INITIAL_BACKLOG: &str = "initial backlog";

fn happenings(model: &Model) -> Vec<Happening> {
    let mut all = outages(model);
    all.extend(model.providers().iter().flat_map(troubles));
    all.extend(model.classes().iter().flat_map(bursts));
    all.extend(model.changes().iter().map(|at| change(model, at)));
    if model.classes().iter().any(|class| class.initial_backlog > 0) {
        all.push(burst(INITIAL_BACKLOG.into(), SimTime::ZERO, None));
    }
    all
}

fn outages(model: &Model) -> Vec<Happening> {
    let mut outages = Vec::new();
    for (dispatcher, id) in model.dispatchers().iter().zip(0..) {
        for (i, window) in dispatcher.outages.iter().enumerate() {
            let number = if dispatcher.outages.len() > 1 { format!(" ({})", i + 1) } else { String::new() };
            outages.push(Happening {
                label: format!("{} {}{number}", dispatcher.name, kind_in_words(window.kind)),
                kind: MarkerKind::Outage,
                from: window.from,
                to: Some(window.to),
                builds_backlog: true,
                down: (!matches!(window.kind, OutageKind::Slow(_) | OutageKind::TwoActive)).then_some(DispatcherId(id)),
            });
        }
    }
    outages
}

fn troubles(provider: &Provider) -> impl Iterator<Item = Happening> {
    let many = provider.windows.len() > 1;
    provider.windows.iter().enumerate().map(move |(i, window)| {
        let kind = match window {
            Trouble { hangs: true, .. } => "hangs",
            Trouble { fails, .. } if fails.as_f64() > 0.0 => "fails",
            _ => "slow",
        };
        let number = if many { format!(" ({})", i + 1) } else { String::new() };
        Happening {
            label: format!("{} {kind}{number}", provider.name),
            kind: MarkerKind::Outage,
            from: window.from,
            to: Some(window.to),
            builds_backlog: true,
            down: None,
        }
    })
}

fn kind_in_words(kind: OutageKind) -> &'static str {
    match kind {
        OutageKind::Down => "down",
        OutageKind::CrashLoop { .. } => "crash-loops",
        OutageKind::Idle => "idle",
        OutageKind::Slow(_) => "slow",
        OutageKind::TwoActive => "active twice",
    }
}

fn bursts(class: &JobClass) -> Vec<Happening> {
    match &class.arrivals {
        Arrivals::Burst { from, over, .. } => {
            vec![burst(class.name.clone(), *from, (!over.is_zero()).then(|| from.after(*over)))]
        }
        Arrivals::Batches { times: BatchTimes::At(times), .. } if times.len() <= MOST_BATCHES => {
            let number = |i: usize| if times.len() > 1 { format!(" ({})", i + 1) } else { String::new() };
            times.iter().enumerate().map(|(i, &at)| burst(format!("{}{}", class.name, number(i)), at, None)).collect()
        }
        _ => Vec::new(),
    }
}

fn burst(label: String, from: SimTime, to: Option<SimTime>) -> Happening {
    Happening { label, kind: MarkerKind::Burst, from, to, builds_backlog: true, down: None }
}

fn change(model: &Model, change: &Change) -> Happening {
    let to = match change.until {
        Until::Time(end) => Some(end),
        Until::Horizon | Until::Drained => None,
    };
    let adds_load = change.effects.iter().any(|effect| match *effect {
        Effect::ScaleRate(_, factor) | Effect::ScaleService(_, factor) => factor > 1.0,
        Effect::ScaleSize(_, factor) => factor < 1.0,
        Effect::Pause(_) | Effect::Restart(_) => true,
        Effect::SetTake(..) => false,
        Effect::SetLimit(limit, slots) => slots < model.limits()[limit.index()].slots,
        Effect::SetPace(id, rate) => model.dispatchers()[id.index()].rate.is_some_and(|usual| rate < usual),
        Effect::SetSize(pool, size) => size < model.pools()[pool.index()].size,
    });
    Happening {
        label: change.name.clone(),
        kind: MarkerKind::Change,
        from: change.at,
        to,
        builds_backlog: adds_load && to.is_some(),
        down: None,
    }
}
