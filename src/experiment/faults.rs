//! Faults and markers: what in a model happens at a known time, for drawing it and for measuring the drain after it.

use crate::engine::Breakdown;
use crate::experiment::results::{Marker, MarkerKind};
use crate::model::{
    Arrivals, Change, Dispatcher, DispatcherId, JobClass, Model, ModelError, ModelParts, OutageKind, Pool, PoolId,
    Provider, Trouble,
};
use crate::units::{Share, SimDuration, SimTime};

/// False alarms are told for so long.
const MONTH: SimDuration = SimDuration::from_secs(30 * 24 * 3600);
/// Each replication is watched without faults for at least so long: twenty of them see a month.
pub(super) const LEAST: SimDuration = SimDuration::from_secs(36 * 3600);

/// Something at a known time that pictures mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct KnownEvent {
    /// Its name in tables and pictures.
    pub(super) label: String,
    kind: MarkerKind,
    from: SimTime,
    to: Option<SimTime>,
    builds_backlog: bool,
    /// It ends at a time that is known.
    ends: bool,
    /// The dispatcher that is down: its return, which can be earlier or later than planned, ends the fault.
    pub(super) down: Option<DispatcherId>,
    /// What breaks down at random: stands for all times at which it does.
    pub(super) fails: Option<Breakdown>,
}

impl KnownEvent {
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

/// The faults of a model: what builds a backlog and ends before the horizon, by its end; then what happens at random.
pub(super) fn faults(model: &Model) -> Vec<KnownEvent> {
    let horizon = SimTime::ZERO.after(model.horizon());
    let mut faults = known_events(model);
    faults.retain(|event| event.builds_backlog && event.ends && event.end() < horizon);
    faults.sort_by_key(KnownEvent::end);
    faults.extend(breakdowns(model));
    faults
}

/// Whether a model has faults, at known times or at random.
pub(super) fn are_possible(model: &Model) -> bool {
    known_events(model).iter().any(|event| event.builds_backlog) || !breakdowns(model).is_empty()
}

/// When the first fault at a known time begins that is not over before the warm-up, whether or not it ends before the horizon.
pub(super) fn first_start(model: &Model, warmup: SimTime) -> Option<SimTime> {
    let counts = |event: &&KnownEvent| event.builds_backlog && (!event.ends || event.end() >= warmup);
    known_events(model).iter().filter(counts).map(|event| event.from).min()
}

/// The same model without what builds a backlog at a known time, and without breakdowns: its backlog is what is normal.
/// Changes that build none stay.
pub(super) fn twin(model: &Model) -> Result<Model, ModelError> {
    let mut parts = model.to_parts();
    parts.changes.retain(|change| !model.adds_load(change));
    leave_out_breakdowns(&mut parts);
    leave_out_bursts(&mut parts);
    Model::new(parts)
}

/// Outages, and what breaks down at random.
fn leave_out_breakdowns(parts: &mut ModelParts) {
    for pool in &mut parts.pools {
        pool.capacity.outages.clear();
        (pool.capacity.failures, pool.capacity.pool_failures) = (None, None);
    }
    for dispatcher in &mut parts.dispatchers {
        dispatcher.outages.clear();
        dispatcher.failures = None;
        dispatcher.restart.iter_mut().for_each(|restart| restart.hangs = Share::default());
    }
    parts.providers.iter_mut().for_each(|provider| provider.windows.clear());
}

fn leave_out_bursts(parts: &mut ModelParts) {
    for class in &mut parts.classes {
        class.initial_backlog = 0;
        if !class.bursts().is_empty() {
            class.arrivals = Arrivals::None;
        }
    }
}

/// The same model without its faults and changes, for `least` or longer after its warm-up: what alerts must stay silent in. A trace
/// ends when it ends, so that a model with one keeps its horizon.
pub(super) fn without_faults(model: &Model, (least, warmup): (SimDuration, SimTime)) -> Result<Model, ModelError> {
    let mut parts = model.to_parts();
    parts.changes.clear();
    leave_out_breakdowns(&mut parts);
    leave_out_bursts(&mut parts);
    parts.horizon = horizon_without_faults(model, least);
    if !is_traced(model) {
        let horizon = parts.horizon.as_nanos().saturating_add(warmup.as_nanos());
        parts.horizon = SimDuration::from_nanos(horizon);
    }
    Model::new(parts)
}

/// How long it lasts then.
pub(super) fn horizon_without_faults(model: &Model, least: SimDuration) -> SimDuration {
    if is_traced(model) { model.horizon() } else { model.horizon().max(least) }
}

/// How many months each replication is watched without faults.
pub(super) fn months(model: &Model) -> f64 {
    horizon_without_faults(model, LEAST).as_secs_f64() / MONTH.as_secs_f64()
}

fn is_traced(model: &Model) -> bool {
    model.classes().iter().any(|class| matches!(class.arrivals, Arrivals::Trace(_)))
}

/// What pictures of a model mark on the time axis, by its start.
pub(super) fn markers(model: &Model) -> Vec<Marker> {
    let mut events = known_events(model);
    events.retain(|event| event.label != INITIAL_BACKLOG);
    events.sort_by_key(|event| event.from);
    events.iter().map(KnownEvent::to_marker).collect()
}

const INITIAL_BACKLOG: &str = "initial backlog";

fn known_events(model: &Model) -> Vec<KnownEvent> {
    let mut all = outages(model);
    all.extend(pool_outages(model));
    all.extend(model.providers().iter().flat_map(troubles));
    all.extend(model.classes().iter().flat_map(bursts));
    all.extend(model.changes().iter().map(|at| change(model, at)));
    if model.classes().iter().any(|class| class.initial_backlog > 0) {
        all.push(burst(INITIAL_BACKLOG.into(), SimTime::ZERO, None));
    }
    all
}

fn outages(model: &Model) -> Vec<KnownEvent> {
    let mut outages = Vec::new();
    for (dispatcher, id) in model.dispatchers().iter().zip(0..) {
        for (i, window) in dispatcher.outages.iter().enumerate() {
            let number = if dispatcher.outages.len() > 1 { format!(" ({})", i + 1) } else { String::new() };
            outages.push(KnownEvent {
                label: format!("{} {}{number}", dispatcher.name, kind_in_words(window.kind)),
                kind: MarkerKind::Outage,
                from: window.from,
                to: Some(window.to),
                builds_backlog: true,
                ends: true,
                fails: None,
                down: (!matches!(window.kind, OutageKind::Slow(_) | OutageKind::TwoActive)).then_some(DispatcherId(id)),
            });
        }
    }
    outages
}

fn pool_outages(model: &Model) -> Vec<KnownEvent> {
    let mut outages = Vec::new();
    for pool in model.pools() {
        let windows = &pool.capacity.outages;
        for (i, window) in windows.iter().enumerate() {
            let number = if windows.len() > 1 { format!(" ({})", i + 1) } else { String::new() };
            outages.push(outage(format!("{} down{number}", pool.name), window.from, window.to));
        }
    }
    outages
}

/// One for each pool, for the workers of each pool and for each dispatcher that break down at random.
fn breakdowns(model: &Model) -> Vec<KnownEvent> {
    let pools = || model.pools().iter().zip(0..).map(|(pool, id): (&Pool, u16)| (pool, PoolId(id)));
    let whole = pools().filter(|(pool, _)| pool.capacity.pool_failures.is_some());
    let single = pools().filter(|(pool, _)| pool.capacity.failures.is_some());
    let dispatchers = model.dispatchers().iter().zip(0..).filter(|(dispatcher, _)| can_break_down(dispatcher));
    whole
        .map(|(pool, id)| breakdown(format!("{} broken down", pool.name), Breakdown::Pool(id)))
        .chain(
            single.map(|(pool, id)| breakdown(format!("workers of {} broken down", pool.name), Breakdown::Workers(id))),
        )
        .chain(dispatchers.map(|(dispatcher, id)| {
            breakdown(format!("{} broken down", dispatcher.name), Breakdown::Dispatcher(DispatcherId(id)))
        }))
        .collect()
}

fn can_break_down(dispatcher: &Dispatcher) -> bool {
    dispatcher.failures.is_some() || dispatcher.restart.as_ref().is_some_and(|restart| restart.hangs.as_f64() > 0.0)
}

fn breakdown(label: String, fails: Breakdown) -> KnownEvent {
    KnownEvent {
        label,
        kind: MarkerKind::Outage,
        from: SimTime::NEVER,
        to: None,
        builds_backlog: true,
        ends: false,
        down: None,
        fails: Some(fails),
    }
}

fn troubles(provider: &Provider) -> impl Iterator<Item = KnownEvent> {
    let many = provider.windows.len() > 1;
    provider.windows.iter().enumerate().map(move |(i, window)| {
        let kind = match window {
            Trouble { hangs: true, .. } => "hangs",
            Trouble { fails, .. } if fails.as_f64() > 0.0 => "fails",
            _ => "slow",
        };
        let number = if many { format!(" ({})", i + 1) } else { String::new() };
        outage(format!("{} {kind}{number}", provider.name), window.from, window.to)
    })
}

/// An outage at a known time, of which no dispatcher returns.
fn outage(label: String, from: SimTime, to: SimTime) -> KnownEvent {
    KnownEvent {
        label,
        kind: MarkerKind::Outage,
        from,
        to: Some(to),
        builds_backlog: true,
        ends: true,
        down: None,
        fails: None,
    }
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

fn bursts(class: &JobClass) -> Vec<KnownEvent> {
    let bursts = class.bursts();
    let number = |i: usize| if bursts.len() > 1 { format!(" ({})", i + 1) } else { String::new() };
    let event = |(i, &(from, to)): (usize, &(SimTime, SimTime))| {
        burst(format!("{}{}", class.name, number(i)), from, (to > from).then_some(to))
    };
    bursts.iter().enumerate().map(event).collect()
}

fn burst(label: String, from: SimTime, to: Option<SimTime>) -> KnownEvent {
    KnownEvent { label, kind: MarkerKind::Burst, from, to, builds_backlog: true, ends: true, down: None, fails: None }
}

fn change(model: &Model, change: &Change) -> KnownEvent {
    let to = model.end_of(change);
    KnownEvent {
        label: change.name.clone(),
        kind: if model.takes_workers(change) { MarkerKind::Outage } else { MarkerKind::Change },
        from: change.at,
        to,
        builds_backlog: model.adds_load(change),
        ends: to.is_some(),
        down: None,
        fails: None,
    }
}
