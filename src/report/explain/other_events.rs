//! What a run takes besides its jobs: checks of alerts, failures, readings of autoscalers and the like.

use crate::model::{Expected, Study};
use crate::units::human_count;

/// The events of a run that are no arrivals, starts or ends of jobs.
pub(in crate::report) struct OtherEvents {
    /// In all replications.
    events: f64,
    jobs: f64,
    /// What takes most of them in a replication that has most.
    most: Option<Expected>,
    /// Where there are more of them in a replication than may be: how many there may be.
    limit: Option<f64>,
}

impl OtherEvents {
    /// Of the design points, which have so many jobs in a replication each.
    pub(in crate::report) fn of(study: &Study, jobs: &[f64]) -> Self {
        let in_all = jobs.iter().sum::<f64>() * f64::from(study.settings.replications);
        let mut found = Self { events: 0.0, jobs: in_all, most: None, limit: None };
        for (point, jobs) in study.points.iter().zip(jobs) {
            let all = point.model.expected_events();
            let events: f64 = all.iter().map(|kind| kind.events).sum();
            found.events += events * f64::from(study.settings.replications);
            let limit = point.model.most_events(*jobs as u64, false) as f64;
            found.limit = found.limit.or((events > limit).then_some(limit));
            let first = all.into_iter().next();
            found.most = found.most.into_iter().chain(first).reduce(|a, b| if b.events > a.events { b } else { a });
        }
        found
    }

    /// Those that make a difference: next to as many jobs, a few others take no time.
    pub(in crate::report) fn counted(&self) -> f64 {
        if self.events > self.jobs { self.events } else { 0.0 }
    }

    pub(in crate::report) fn sentences(&self) -> Vec<String> {
        let Some(Expected { cause, events }) = self.most.as_ref().filter(|_| self.counted() > 0.0) else {
            return Vec::new();
        };
        let all = human_count(self.events.round());
        let one = human_count(events.round());
        let mut sentences = vec![format!(
            "About {all} events besides those of jobs, most of them for `{cause}`: about {one} a replication."
        )];
        sentences.extend(self.limit.map(|limit| {
            format!(
                "A replication has more than the {} events that it may have, so the run will end with an error; \
                 `run.event_limit` allows more.",
                human_count(limit)
            )
        }));
        sentences
    }
}
