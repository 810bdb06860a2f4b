//! Sizes, rates and service times as timed changes leave them at an instant.
//!
//! A change that lasts until everything is drained is taken to last to the horizon: when it ends is not known before the simulation.

use super::{Load, Window, arrivals, follows_rate};
use crate::model::{Arrivals, Change, ClassId, Effect, Model, Pool, PoolId, Until};
use crate::units::SimTime;

/// The effects in force at a time, in the order in which their changes began.
fn effects_at(model: &Model, time: SimTime) -> impl Iterator<Item = &Effect> + '_ {
    let lasts = move |change: &&Change| {
        let ended = matches!(change.until, Until::Time(end) if end <= time);
        change.at <= time && !ended
    };
    model.changes().iter().filter(lasts).flat_map(|change| &change.effects)
}

/// Workers of each pool at a time, each counted by its speed.
pub(super) fn sizes(model: &Model, time: SimTime) -> Vec<f64> {
    (0..model.pools().len()).map(|i| size(model, PoolId(i as u16), time)).collect()
}

fn size(model: &Model, pool: PoolId, time: SimTime) -> f64 {
    let spec = &model.pools()[pool.index()];
    if spec.capacity.outages.iter().any(|outage| outage.from <= time && time < outage.to) {
        return 0.0;
    }
    let mut size = f64::from(planned(spec, time));
    let mut factor = 1.0;
    for effect in effects_at(model, time) {
        match *effect {
            Effect::SetSize(p, workers) if p == pool => size = f64::from(workers),
            Effect::ScaleSize(p, by) if p == pool => factor *= by,
            _ => {}
        }
    }
    (size * factor).ceil() * spec.capacity.speed
}

/// The size that a pool is to have before timed changes.
fn planned(pool: &Pool, time: SimTime) -> u32 {
    pool.capacity.calendar.as_ref().map_or(pool.size, |calendar| calendar.size_at(time))
}

/// When calendars and outages change the workers of a pool, within a step.
pub(super) fn capacity_cuts(pool: &Pool, step: Window) -> Vec<SimTime> {
    let outages = pool.capacity.outages.iter().flat_map(|outage| [outage.from, outage.to]);
    let calendar = pool.capacity.calendar.as_ref();
    let next = |time: &SimTime| calendar.map(|calendar| calendar.next_change(*time)).filter(|next| *next < step.to);
    let steps = std::iter::successors(next(&step.from), next);
    outages.chain(steps).collect()
}

/// What a class asks for in a window without changes; its initial backlog counts at time zero.
pub(super) fn class_load(model: &Model, class: usize, window: Window) -> Load {
    let id = ClassId(class as u16);
    let class = &model.classes()[class];
    let (mut rate, mut service) = (1.0, 1.0);
    for effect in effects_at(model, window.from) {
        match *effect {
            Effect::ScaleRate(c, by) if c == id && follows_rate(&class.arrivals) => rate *= by,
            Effect::ScaleService(c, by) if c == id => service *= by,
            _ => {}
        }
    }
    let initial = if window.from == SimTime::ZERO { class.initial_backlog as f64 } else { 0.0 };
    let arriving = rate * arrivals::mean_jobs(&class.arrivals, window);
    let mean = class.service.mean();
    let work_s = match &class.arrivals {
        Arrivals::Trace(trace) => arrivals::trace_work(trace, window, mean),
        _ => arriving * mean,
    };
    Load { jobs: initial + arriving, work_s: (work_s + initial * mean) * service }
}
