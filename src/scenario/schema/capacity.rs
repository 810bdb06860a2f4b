//! What makes the number of workers of a pool change.

use schemars::{JsonSchema, Schema, json_schema};

use super::quantities::{Count, Duration, Positive, Repeated, Share};
use super::tables::Delay;

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
choice! {
    /// What sets the size of a pool by a metric.
    Autoscale {
        /// The Horizontal Pod Autoscaler of Kubernetes.
        Hpa(Hpa),
        /// KEDA: to and from zero, in between as the HPA.
        Keda(Keda),
        /// Target tracking as in AWS.
        TargetTracking(TargetTracking),
        /// Steps by the age of the oldest job.
        LatencySteps(LatencySteps),
    }
}

table! {
    /// The Horizontal Pod Autoscaler of Kubernetes.
    Hpa {
        /// What it looks at.
        metric: Metric,
        /// What the metric should be.
        target: Target,
        /// Fewest workers. Default: 1.
        min: Option<Count>,
        /// Most workers.
        max: Count,
        /// Time between decisions. Default: `15s`.
        interval: Option<Duration>,
        /// How old the metric is. Default: `0s`.
        lag: Option<Duration>,
        /// The time up to the reading over which utilisation is averaged, as the metrics server does. Default: `15s`.
        window: Option<Duration>,
        /// From the request of a worker to its first job. Default: at once.
        boot: Option<Delay>,
        /// No change this near to the target. Default: `10%`.
        tolerance: Option<Share>,
        /// Most growth in a step period as a factor. Default: 2.
        up_factor: Option<Positive>,
        /// Growth that is always allowed in a step period. Default: 4.
        up_step: Option<Count>,
        /// Share of the size that must stay in a step period. Default: `0%`.
        down_share: Option<Share>,
        /// Period of the limits of steps. Default: `15s`.
        step_period: Option<Duration>,
        /// It grows to the least recommendation of this time. Default: `0s`.
        up_stabilisation: Option<Duration>,
        /// It shrinks to the highest recommendation of this time. Default: `300s`.
        down_stabilisation: Option<Duration>,
    }
}

table! {
    /// KEDA: to and from zero, in between as the HPA.
    Keda {
        /// What it looks at. Default: `depth_and_running`.
        metric: Option<Metric>,
        /// What the metric should be. Default: 5 jobs for each worker.
        target: Option<Target>,
        /// Fewest workers. Default: 0.
        min: Option<Count>,
        /// Most workers.
        max: Count,
        /// Time between decisions of the HPA. Default: `15s`.
        interval: Option<Duration>,
        /// How old the metric is. Default: `0s`.
        lag: Option<Duration>,
        /// The time up to the reading over which utilisation is averaged, as the metrics server does. Default: `15s`.
        window: Option<Duration>,
        /// From the request of a worker to its first job. Default: at once.
        boot: Option<Delay>,
        /// No change this near to the target. Default: `10%`.
        tolerance: Option<Share>,
        /// Most growth in a step period as a factor. Default: 2.
        up_factor: Option<Positive>,
        /// Growth that is always allowed in a step period. Default: 4.
        up_step: Option<Count>,
        /// Share of the size that must stay in a step period. Default: `0%`.
        down_share: Option<Share>,
        /// Period of the limits of steps. Default: `15s`.
        step_period: Option<Duration>,
        /// It grows to the least recommendation of this time. Default: `0s`.
        up_stabilisation: Option<Duration>,
        /// It shrinks to the highest recommendation of this time. Default: `300s`.
        down_stabilisation: Option<Duration>,
        /// It is active while the metric is above this. Default: 0.
        activation: Option<f64>,
        /// Time between looks at whether it is active: `pollingInterval`, independent of the interval of the HPA. Default: `30s`.
        polling: Option<Duration>,
        /// How long it was not active before the last worker goes. Default: `300s`.
        cooldown: Option<Duration>,
    }
}

table! {
    /// Target tracking as in AWS.
    TargetTracking {
        /// What it looks at.
        metric: Metric,
        /// What the metric should be.
        target: Target,
        /// Fewest workers. Default: 1.
        min: Option<Count>,
        /// Most workers.
        max: Count,
        /// Time between points. Default: `60s`.
        interval: Option<Duration>,
        /// How old the metric is. Default: `0s`.
        lag: Option<Duration>,
        /// The time up to the point over which utilisation is averaged. Default: `60s`.
        window: Option<Duration>,
        /// From the request of a worker to its first job. Default: at once.
        boot: Option<Delay>,
        /// Points in a row above the target to scale out. Default: 3.
        out_points: Option<Count>,
        /// Points in a row below a share of the target to scale in. Default: 15.
        in_points: Option<Count>,
        /// That share. Default: `90%`.
        in_share: Option<Share>,
        /// Workers removed at once. Default: 1.
        in_step: Option<Count>,
        /// How long a new worker is not counted. Default: `300s`.
        warm_up: Option<Duration>,
    }
}

table! {
    /// Steps by the age of the oldest job.
    LatencySteps {
        /// Fewest workers. Default: 1.
        min: Option<Count>,
        /// Most workers.
        max: Count,
        /// Time between looks. Default: `10s`.
        interval: Option<Duration>,
        /// How old the age is. Default: `0s`.
        lag: Option<Duration>,
        /// From the request of a worker to its first job. Default: at once.
        boot: Option<Delay>,
        /// Workers are added above this age.
        above: Duration,
        /// A worker is removed below this age.
        below: Duration,
        /// Workers added at once. Default: 1.
        add: Option<Count>,
        /// Least time between additions. Default: `60s`.
        gap: Option<Duration>,
        /// How long the age must be below. Default: `5m`.
        calm: Option<Duration>,
    }
}

forms!(
    Calendar,
    generator,
    json_schema!({
        "type": "object",
        "description": "Workers from each time of the day (`07:00`) or week (`mon-fri 07:00`) on, in hours (`22:00 to 06:00`), or from each time of a cron line (`0 7 * * 1-5`) on, by the clock: what clocks show twice holds twice.",
        "properties": {
            "otherwise": generator.subschema_for::<Count>(),
            "cron": { "type": "object", "description": "Workers by cron line.", "additionalProperties": generator.subschema_for::<Count>() },
            "repeated": generator.subschema_for::<Repeated>(),
            "except": {
                "type": "object",
                "description": "Workers on dates such as `2026-12-25` or `2026-12-24 to 2026-12-26`: a number, or a table by the time of the day.",
                "additionalProperties": { "anyOf": [generator.subschema_for::<Count>(), { "type": "object", "additionalProperties": generator.subschema_for::<Count>() }] }
            }
        },
        "additionalProperties": generator.subschema_for::<Count>()
    })
);
forms!(
    Shrinking,
    generator,
    json_schema!({
        "description": "Busy workers that must leave finish their job (`drain`), or are killed after some time; `choose` says who leaves.",
        "anyOf": [{ "const": "drain" }, generator.subschema_for::<ScaleIn>()]
    })
);
forms!(
    Rerun,
    _generator,
    json_schema!({
        "enum": ["resume", "restart", "resample"],
        "description": "What an interrupted job has still to do: what was left, all of it again, or a new demand."
    })
);
forms!(
    Acknowledge,
    _generator,
    json_schema!({
        "enum": ["late", "early"],
        "description": "Whether the job of a worker that dies comes back, or is lost."
    })
);
forms!(End, _generator, json_schema!({ "enum": ["head", "tail"], "description": "An end of a queue." }));

table! {
    /// How a pool shrinks.
    ScaleIn {
        /// Workers that have not left after this time are killed. Default: they finish their job.
        kill_after: Option<Duration>,
        /// Which workers leave. Default: `kubernetes` with `hpa` and `keda`, `random` with `target_tracking`, `newest` with `latency_steps`, else `random` with `kill_after` and `idle_first` without.
        choose: Option<Choose>,
    }
}
forms!(
    Choose,
    _generator,
    json_schema!({
        "enum": ["idle_first", "random", "newest", "oldest", "kubernetes"],
        "description": "Which workers leave when the pool shrinks; those that still boot always go first. `idle_first`: idle ones, then those that finish first; the latest started jobs are killed. The others do not look at who is busy: any, those that came up last or first, or as a ReplicaSet of Kubernetes (the newest, but ages within the same power of two count as equal). Of equal ones any leave."
    })
);
