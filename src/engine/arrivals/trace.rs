//! Recorded arrivals, in the order of the trace. Classes that replay one file share one source, so that jobs of equal times come
//! in the order of the file and not in that of the classes.

use std::borrow::Cow;

use rand::RngExt;

use crate::engine::arrivals::due::{Due, Recorded};
use crate::model::{Arrivals, ClassId, Model, Trace, TraceRow};
use crate::random::{ReplicationSeed, Stream};
use crate::units::{SimDuration, SimTime, written_key};

/// How far a copy is from the job that was recorded, at most.
const SHIFT: SimDuration = SimDuration::from_secs(15 * 60);

#[derive(Clone, Debug)]
pub(crate) struct Replay<'m> {
    parts: Vec<Part<'m>>,
    due: Option<Recorded>,
}

/// The rows of a class.
#[derive(Clone, Debug)]
struct Part<'m> {
    class: ClassId,
    rows: Cow<'m, [TraceRow]>,
    /// How many have come.
    come: usize,
}

impl<'m> Replay<'m> {
    /// The traces of all classes that replay the same file as `id`; `None` if an earlier class brings them.
    pub(crate) fn new(model: &'m Model, id: ClassId, seed: ReplicationSeed) -> Option<Self> {
        let trace_of = |place: usize| match &model.classes()[place].arrivals {
            Arrivals::Trace(trace) => Some(trace.as_ref()),
            _ => None,
        };
        let source = &trace_of(id.index())?.source;
        let same: Vec<(ClassId, &Trace)> = (0..model.classes().len())
            .filter_map(|place| {
                let trace = trace_of(place).filter(|trace| trace.source == *source)?;
                Some((ClassId(place as u16), trace))
            })
            .collect();
        if same.first()?.0 != id {
            return None;
        }
        let part = |(class, trace): (ClassId, &'m Trace)| {
            let name = &model.classes()[class.index()].name;
            let stream = |purpose: &str| seed.stream(&format!("jobs.{}.{purpose}", written_key(name)));
            let horizon = SimTime::ZERO.after(model.horizon());
            Part { class, rows: loaded(trace, horizon, &stream), come: 0 }
        };
        Some(Self { parts: same.into_iter().map(part).collect(), due: None })
    }

    pub(crate) fn due(&self) -> Due {
        self.due.map_or(Due::Nothing, Due::Recorded)
    }

    pub(crate) fn next(&mut self) -> SimTime {
        let ahead = self.parts.iter_mut().filter(|part| part.come < part.rows.len());
        let first = ahead.min_by_key(|part| (part.rows[part.come].at, part.rows[part.come].row));
        let Some(part) = first else {
            self.due = None;
            return SimTime::NEVER;
        };
        let TraceRow { at, service, tenant, .. } = part.rows[part.come];
        part.come += 1;
        self.due = Some(Recorded { class: part.class, service, tenant });
        at
    }
}

/// The rows that come under the load of a trace. Whether a row is kept or copied, and where a copy goes, is drawn for each row
/// whatever the load, so that more load is the same jobs and others.
fn loaded<'m>(trace: &'m Trace, horizon: SimTime, stream: &dyn Fn(&str) -> Stream) -> Cow<'m, [TraceRow]> {
    let Some(load) = trace.load else { return Cow::Borrowed(&trace.rows) };
    let (whole, part) = (load.floor() as usize, load.fract());
    let mut thinning = stream("load");
    let mut shifts: Vec<Stream> = (0..whole).map(|copy| stream(&format!("shift.{copy}"))).collect();
    let mut rows = Vec::new();
    for row in &trace.rows {
        let chosen = share(&mut thinning) < part;
        // The first is the job itself; where there is none for sure, it is so if it is chosen.
        rows.extend((whole > 0 || chosen).then_some(*row));
        let copies = (whole + usize::from(chosen)).saturating_sub(1);
        for (copy, stream) in shifts.iter_mut().enumerate() {
            let at = shifted(row.at, share(stream), horizon);
            rows.extend((copy < copies).then_some(TraceRow { at, ..*row }));
        }
    }
    rows.sort_by_key(|row| (row.at, row.row));
    Cow::Owned(rows)
}

/// Uniform from 0 up to, not including, 1.
fn share(stream: &mut Stream) -> f64 {
    stream.random::<f64>()
}

/// Up to [`SHIFT`] before or after a time, on the other side of it where the run has no such time.
fn shifted(at: SimTime, share: f64, horizon: SimTime) -> SimTime {
    let by = SimDuration::from_secs_f64((2.0 * share - 1.0).abs() * SHIFT.as_secs_f64());
    let earlier = at.as_nanos().checked_sub(by.as_nanos()).map(SimTime::from_nanos);
    let later = Some(at.after(by)).filter(|later| *later < horizon);
    let chosen = if share < 0.5 { earlier.or(later) } else { later.or(earlier) };
    chosen.unwrap_or(at)
}
