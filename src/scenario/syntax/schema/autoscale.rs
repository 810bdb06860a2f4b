//! What sets the size of a pool by a metric.

use schemars::{JsonSchema, Schema, json_schema};

use super::laws::Delay;
use super::quantities::{Count, Duration, Positive, Share};

declare! {
    KINDS:

    /// What sets the size of a pool by a metric.
    choice Autoscale, "an autoscaler" {
        /// The Horizontal Pod Autoscaler of Kubernetes.
        hpa(Hpa),
        /// KEDA: to and from zero, in between as the HPA.
        keda(Keda),
        /// Target tracking as in AWS.
        target_tracking(TargetTracking),
        /// Steps by the age of the oldest job.
        latency_steps(LatencySteps),
    }

    /// The Horizontal Pod Autoscaler of Kubernetes.
    table Hpa, "an HPA" {
        /// What it looks at.
        metric: Metric,
        /// What the metric should be.
        target: Target,
        /// Fewest workers.
        min: Option<Count> = 1,
        /// Most workers.
        max: Count,
        /// Time between decisions.
        interval: Option<Duration> = "15s",
        /// How old the metric is.
        lag: Option<Duration> = "0s",
        /// The time up to the reading over which utilisation is averaged, as the metrics server does.
        window: Option<Duration> = "15s",
        /// From the request of a worker to its first job. Default: at once.
        boot: Option<Delay>,
        /// No change this near to the target.
        tolerance: Option<Share> = "10%",
        /// Most growth in a step period as a factor.
        up_factor: Option<Positive> = 2.0,
        /// Growth that is always allowed in a step period.
        up_step: Option<Count> = 4,
        /// Share of the size that must stay in a step period.
        down_share: Option<Share> = "0%",
        /// Period of the limits of steps.
        step_period: Option<Duration> = "15s",
        /// It grows to the least recommendation of this time.
        up_stabilisation: Option<Duration> = "0s",
        /// It shrinks to the highest recommendation of this time.
        down_stabilisation: Option<Duration> = "300s",
    }

    /// KEDA: to and from zero, in between as the HPA.
    table Keda, "a KEDA scaler" {
        /// What it looks at.
        metric: Option<Metric> = "depth_and_running",
        /// What the metric should be. Default: {default} jobs for each worker.
        target: Option<Target> = 5,
        /// Fewest workers.
        min: Option<Count> = 0,
        /// Most workers.
        max: Count,
        /// Time between decisions of the HPA.
        interval: Option<Duration> = "15s",
        /// How old the metric is.
        lag: Option<Duration> = "0s",
        /// The time up to the reading over which utilisation is averaged, as the metrics server does.
        window: Option<Duration> = "15s",
        /// From the request of a worker to its first job. Default: at once.
        boot: Option<Delay>,
        /// No change this near to the target.
        tolerance: Option<Share> = "10%",
        /// Most growth in a step period as a factor.
        up_factor: Option<Positive> = 2.0,
        /// Growth that is always allowed in a step period.
        up_step: Option<Count> = 4,
        /// Share of the size that must stay in a step period.
        down_share: Option<Share> = "0%",
        /// Period of the limits of steps.
        step_period: Option<Duration> = "15s",
        /// It grows to the least recommendation of this time.
        up_stabilisation: Option<Duration> = "0s",
        /// It shrinks to the highest recommendation of this time.
        down_stabilisation: Option<Duration> = "300s",
        /// It is active while the metric is above this.
        activation: Option<f64> = 0,
        /// Time between looks at whether it is active: `pollingInterval`, independent of the interval of the HPA.
        polling: Option<Duration> = "30s",
        /// How long it was not active before the last worker goes.
        cooldown: Option<Duration> = "300s",
    }

    /// Target tracking as in AWS.
    table TargetTracking, "target tracking" {
        /// What it looks at.
        metric: Metric,
        /// What the metric should be.
        target: Target,
        /// Fewest workers.
        min: Option<Count> = 1,
        /// Most workers.
        max: Count,
        /// Time between points.
        interval: Option<Duration> = "60s",
        /// How old the metric is.
        lag: Option<Duration> = "0s",
        /// The time up to the point over which utilisation is averaged.
        window: Option<Duration> = "60s",
        /// From the request of a worker to its first job. Default: at once.
        boot: Option<Delay>,
        /// Points in a row above the target to scale out.
        out_points: Option<Count> = 3,
        /// Points in a row below a share of the target to scale in.
        in_points: Option<Count> = 15,
        /// That share.
        in_share: Option<Share> = "90%",
        /// Workers removed at once.
        in_step: Option<Count> = 1,
        /// How long a new worker is not counted.
        warm_up: Option<Duration> = "300s",
    }

    /// Steps by the age of the oldest job.
    table LatencySteps, "latency steps" {
        /// Fewest workers.
        min: Option<Count> = 1,
        /// Most workers.
        max: Count,
        /// Time between looks.
        interval: Option<Duration> = "10s",
        /// How old the age is.
        lag: Option<Duration> = "0s",
        /// From the request of a worker to its first job. Default: at once.
        boot: Option<Delay>,
        /// Workers are added above this age.
        above: Duration,
        /// A worker is removed below this age.
        below: Duration,
        /// Workers added at once.
        add: Option<Count> = 1,
        /// Least time between additions.
        gap: Option<Duration> = "60s",
        /// How long the age must be below.
        calm: Option<Duration> = "5m",
    }
}

forms!(
    Metric,
    _generator,
    json_schema!({
        "enum": ["age", "depth", "depth_and_running", "work", "utilisation"],
        "description": "What it looks at over the queues of the pool: age of the oldest, ready jobs, ready and running jobs, expected work, share of the time of the workers that stay for which they are busy."
    })
);

forms!(
    Target,
    generator,
    json_schema!({
        "description": "A duration for `age` and `work`, jobs for `depth`, a share for `utilisation`; for each worker where jobs or work are counted.",
        "anyOf": [generator.subschema_for::<Duration>(), generator.subschema_for::<Positive>(), generator.subschema_for::<Share>()]
    })
);
