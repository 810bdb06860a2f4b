//! Autoscalers: what sets the size of a pool by a metric of its queues.

use crate::distribution::Distribution;
use crate::units::SimDuration;

/// Sets the size of a pool at regular times.
#[derive(Clone, PartialEq, Debug)]
pub struct Autoscale {
    /// The rule.
    pub rule: ScaleRule,
    /// The metric that the rule sees.
    pub metric: ScaleMetric,
    /// Fewest workers.
    pub min: u32,
    /// Most workers; at least `min` and 1.
    pub max: u32,
    /// Time between two decisions, the first one interval after the start; positive.
    pub interval: SimDuration,
    /// How old the metric is when the rule sees it. Before the first value there is no decision.
    pub lag: SimDuration,
    /// Seconds from the request of a worker to its first job; `None`: none. A worker is paid for from the request on.
    pub boot: Option<Distribution>,
}

/// What an autoscaler looks at, over the queues that its pool serves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScaleMetric {
    /// Age of the oldest ready job in seconds; zero without one.
    Age,
    /// Ready jobs.
    Depth,
    /// Ready jobs and those that the pool runs.
    DepthAndRunning,
    /// Mean service time of each ready job by its class, added up in seconds.
    Work,
    /// Busy worker time as a share of that of the workers that are up and stay, from 0 to 1, over this positive time up to the
    /// reading, or since the start.
    Utilisation(SimDuration),
}

impl ScaleMetric {
    /// Whether the target is meant for each worker, so that the metric is divided by their number.
    #[must_use]
    pub fn is_shared(self) -> bool {
        matches!(self, Self::Depth | Self::DepthAndRunning | Self::Work)
    }
}

/// How an autoscaler decides.
#[derive(Clone, PartialEq, Debug)]
pub enum ScaleRule {
    /// The Horizontal Pod Autoscaler of Kubernetes.
    Hpa(Hpa),
    /// KEDA: to and from zero workers by itself, in between by the rule of the HPA.
    Keda(Keda),
    /// Target tracking on the backlog for each instance, as in AWS.
    TargetTracking(TargetTracking),
    /// Steps by the age of the oldest job.
    LatencySteps(LatencySteps),
}

/// Parameters of the Horizontal Pod Autoscaler.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hpa {
    /// The value that the metric should have, for each worker where [`ScaleMetric::is_shared`]; positive.
    pub target: f64,
    /// No change while the ratio of metric to target is this near to 1; not negative.
    pub tolerance: f64,
    /// In a step period, the size may be multiplied by this; at least 1.
    pub up_factor: f64,
    /// In a step period, this many workers may be added whatever the factor says.
    pub up_step: u32,
    /// In a step period, the size may fall to this share of it; from 0 to 1.
    pub down_share: f64,
    /// The period of the limits of steps; positive.
    pub step_period: SimDuration,
    /// The size grows only to the least that was recommended in this time.
    pub up_stabilisation: SimDuration,
    /// The size shrinks only to the most that was recommended in this time.
    pub down_stabilisation: SimDuration,
}

/// Parameters of KEDA.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Keda {
    /// The rule between one worker and the most.
    pub hpa: Hpa,
    /// It is active while the metric is above this; not negative.
    pub activation: f64,
    /// Time between two looks at whether it is active, the first one after it; positive, and independent of the interval.
    pub polling: SimDuration,
    /// The last workers go when it was not active for longer than this.
    pub cooldown: SimDuration,
}

/// Parameters of target tracking.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TargetTracking {
    /// The value that the metric should have, for each worker where [`ScaleMetric::is_shared`]; positive.
    pub target: f64,
    /// It scales out when so many of the last points in a row are above the target; positive.
    pub out_points: u32,
    /// It scales in when so many of the last points in a row are below `in_share` of the target; positive.
    pub in_points: u32,
    /// Share of the target below which a point speaks for scaling in; from 0 to 1.
    pub in_share: f64,
    /// Workers that it removes at once; positive.
    pub in_step: u32,
    /// For this time after it was requested a worker is not counted, and nothing is removed.
    pub warm_up: SimDuration,
}

/// Parameters of steps by the age of the oldest job.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LatencySteps {
    /// Workers are added when the oldest job is older than this many seconds.
    pub above: f64,
    /// A worker is removed when the oldest job was younger than this many seconds for the time `calm`.
    pub below: f64,
    /// Workers added at once; positive.
    pub add: u32,
    /// Least time from one addition to the next.
    pub gap: SimDuration,
    /// How long the age must have been below for a worker to be removed.
    pub calm: SimDuration,
}

impl Autoscale {
    /// What is wrong with it; `None`: nothing.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let bounds = self.min <= self.max && self.max >= 1;
        let valid = match &self.rule {
            ScaleRule::Hpa(hpa) => self.min >= 1 && hpa.is_valid(),
            ScaleRule::Keda(keda) => keda.hpa.is_valid() && keda.activation >= 0.0 && !keda.polling.is_zero(),
            ScaleRule::TargetTracking(tracking) => tracking.is_valid() && self.min >= 1,
            ScaleRule::LatencySteps(steps) => {
                let ordered = steps.above.is_finite() && steps.below >= 0.0 && steps.below <= steps.above;
                ordered && steps.add >= 1 && self.metric == ScaleMetric::Age
            }
        };
        if !bounds {
            Some("its autoscaler has no size between its bounds")
        } else if self.interval.is_zero() {
            Some("its autoscaler decides at no interval")
        } else if self.metric == ScaleMetric::Utilisation(SimDuration::ZERO) {
            Some("its autoscaler averages over no time")
        } else {
            (!valid).then_some("a parameter of its autoscaler is wrong")
        }
    }
}

impl Hpa {
    fn is_valid(&self) -> bool {
        let target = self.target.is_finite() && self.target > 0.0;
        let steps = self.up_factor.is_finite() && self.up_factor >= 1.0 && (0.0..=1.0).contains(&self.down_share);
        target && steps && self.tolerance >= 0.0 && self.tolerance.is_finite() && !self.step_period.is_zero()
    }
}

impl TargetTracking {
    fn is_valid(&self) -> bool {
        let target = self.target.is_finite() && self.target > 0.0;
        let points = self.out_points >= 1 && self.in_points >= 1 && self.in_step >= 1;
        target && points && (0.0..=1.0).contains(&self.in_share)
    }
}
