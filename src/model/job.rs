//! Job classes and the time their jobs take.

use super::{Arrivals, DispatcherId, Fate, QueueId};
use crate::distribution::Distribution;
use crate::units::{Share, SimDuration};

/// A kind of job.
#[derive(Clone, PartialEq, Debug)]
pub struct JobClass {
    /// Its name in the scenario; unique.
    pub name: String,
    /// The queue its jobs wait in.
    pub queue: QueueId,
    /// The dispatcher in whose staging place its jobs are created; `None`: they enter the queue at once.
    pub via: Option<DispatcherId>,
    /// Smaller is served first where a pool chooses by priority. 0 unless stated.
    pub priority: i32,
    /// Its jobs should be started within this much of their creation, which orders those served by deadline; `None`: they are last.
    pub deadline: Option<SimDuration>,
    /// How many tenants its jobs belong to, each job to one of them with equal probability; at least 1.
    pub tenants: u16,
    /// Jobs that are there at time zero, before any arrival.
    pub initial_backlog: u64,
    /// When further jobs are created.
    pub arrivals: Arrivals,
    /// How long a worker needs for one of its jobs.
    pub service: Service,
    /// What can become of its jobs beside being finished.
    pub fate: Fate,
}

impl JobClass {
    /// Whether its jobs belong to tenants; if not, the class counts as a tenant of its own. Tenant i is the same in all classes.
    #[must_use]
    pub fn has_tenants(&self) -> bool {
        self.tenants > 1
            || matches!(&self.arrivals, Arrivals::Trace(trace) if trace.rows.iter().any(|row| row.tenant > 0))
    }

    /// Tenants from 0 up to, not including, this number occur.
    #[must_use]
    pub fn tenant_count(&self) -> u16 {
        match &self.arrivals {
            Arrivals::Trace(trace) => {
                let most = trace.rows.iter().map(|row| row.tenant).max().unwrap_or_default();
                self.tenants.max(most.saturating_add(1))
            }
            _ => self.tenants,
        }
    }
}

/// How long a worker needs for a job of a class, drawn when the job is created.
#[derive(Clone, PartialEq, Debug)]
pub struct Service {
    /// The service time in seconds of a plain job, before `slowdown`. A trace that states service times
    /// overrides it job by job.
    pub time: Distribution,
    /// Every service time of the class is multiplied by this; positive and finite, 1 unless stated.
    pub slowdown: f64,
    /// Shares of the class that take a different time; their shares add up to at most 1.
    pub variants: Vec<Variant>,
}

impl Service {
    /// Plain service times: no slowdown, no variants.
    #[must_use]
    pub fn plain(time: Distribution) -> Self {
        Self { time, slowdown: 1.0, variants: Vec::new() }
    }

    /// The mean service time in seconds over the class with its slowdown and variants.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let plain_share = 1.0 - self.variants.iter().map(|v| v.share.as_f64()).sum::<f64>();
        let varied: f64 = self
            .variants
            .iter()
            .map(|v| v.share.as_f64() * v.slowdown * v.time.as_ref().unwrap_or(&self.time).mean())
            .sum();
        self.slowdown * (plain_share.max(0.0) * self.time.mean() + varied)
    }
}

/// A share of a class whose jobs take a different time, such as mails with large attachments.
#[derive(Clone, PartialEq, Debug)]
pub struct Variant {
    /// Its name in the scenario; unique in the class.
    pub name: String,
    /// The share of the jobs of the class.
    pub share: Share,
    /// Its own service time in seconds; `None`: that of the class.
    pub time: Option<Distribution>,
    /// Multiplies its service time, on top of the slowdown of the class; positive and finite.
    pub slowdown: f64,
}
