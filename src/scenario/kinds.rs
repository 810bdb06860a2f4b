//! The kinds of tables of the language and the keys that each has. The readers ask for exactly these keys, which a debug
//! assertion holds them to, and a test compares them with the JSON Schema.

/// A kind of table.
#[derive(Debug)]
pub(super) struct Kind {
    /// Its name in the JSON Schema.
    pub(super) name: &'static str,
    /// Its name in messages.
    pub(super) what: &'static str,
    /// Its keys.
    pub(super) keys: &'static [&'static str],
    /// Those whose value may be `"none"`, as if they were left out: so an alternative switches them off.
    pub(super) off: &'static [&'static str],
    /// Keys that later versions will have.
    pub(super) later: &'static [&'static str],
}

macro_rules! kinds {
    ($($id:ident: $name:literal, $what:literal, [$($key:literal),*] $(, off [$($off:literal),*])? $(, later [$($later:literal),*])?;)*) => {
        $(pub(super) const $id: Kind =
            Kind { name: $name, what: $what, keys: &[$($key),*], off: &[$($($off),*)?], later: &[$($($later),*)?] };)*

        /// All kinds.
        pub(super) const ALL: &[Kind] = &[$($id),*];
    };
}

kinds! {
    SCENARIO: "Scenario", "a scenario",
        ["format", "title", "question", "source", "objectives", "run", "jobs", "queues", "pools", "profiles",
         "dispatchers", "events", "alerts", "responses", "alternatives", "sweep", "limits", "providers"],
        later ["tenants"];
    ALTERNATIVE: "Alternative", "an alternative",
        ["title", "objectives", "jobs", "queues", "pools", "profiles", "dispatchers", "events",
         "alerts", "responses", "limits", "providers"],
        later ["tenants"];
    RUN: "Run", "`run`",
        ["start", "time_zone", "horizon", "replications", "precision", "seed", "confidence", "curve_step", "warmup",
         "backlog_limit", "event_limit"];
    PRECISION: "Precision", "`precision`", ["most", "half_width"];
    SWEEP_RANGE: "SweepRange", "a range", ["from", "to", "step", "points", "scale"];
    LATIN_HYPERCUBE: "LatinHypercube", "a Latin hypercube", ["points", "seed"];
    JOB: "Job", "a job class",
        ["queue", "via", "priority", "tenants", "initial_backlog", "arrivals", "service_time", "slowdown", "variants",
         "objectives", "deadline", "timeout", "failure", "retry", "expire", "patience", "balk", "then", "join",
         "visibility_timeout", "provider"],
        off ["deadline", "timeout", "failure", "retry", "expire", "patience", "balk", "visibility_timeout"],
        later ["limit", "preempt"];
    BALK: "Balk", "`balk`", ["above", "probability"];
    FOLLOW_UP: "FollowUp", "a follow-up", ["class", "jobs", "probability"];
    JOIN: "Join", "a join", ["class", "when"];
    FAILURE: "Failure", "a failure", ["probability", "after"];
    RETRY: "Retry", "`retry`",
        ["sidekiq", "sidekiq_6", "faktory", "celery", "celery_backoff", "bullmq_exponential", "oban", "river", "active_job",
         "delayed_job", "kubernetes", "sqs", "constant", "exponential"];
    RETRIES: "Retries", "this retry", ["most"];
    CELERY: "CeleryRetry", "Celery's `retry()`", ["delay", "most"];
    CELERY_BACKOFF: "CeleryBackoff", "Celery's back-off", ["factor", "most_delay", "most"];
    BULLMQ: "BullMq", "BullMQ's back-off", ["delay", "jitter", "most"];
    SQS: "Sqs", "SQS redelivery", ["visibility_timeout", "max_receives"];
    CONSTANT_RETRY: "ConstantRetry", "a constant back-off", ["delay", "most"];
    EXPONENTIAL_RETRY: "ExponentialRetry", "an exponential back-off", ["first", "factor", "most_delay", "jitter", "most"];
    VARIANT: "Variant", "a variant", ["share", "slowdown", "service_time"];
    QUEUE: "Queue", "a queue", ["order", "capacity", "when_full"], off ["capacity"], later ["limit", "objectives", "expire"];
    POOL: "Pool", "a pool",
        ["size", "cost", "billing", "take", "objectives", "reserve", "autoscale", "calendar", "scale_in", "outages", "failures",
         "pool_failures", "acknowledge", "redeliver", "rerun", "preempt", "speed", "poll", "prefetch", "restart"],
        off ["reserve", "autoscale", "calendar", "outages", "failures", "pool_failures", "preempt", "poll", "restart"],
        later ["limit", "boot"];
    PREFETCH: "Prefetch", "`prefetch`", ["slots", "per_slot"];
    ROLLING_RESTART: "RollingRestart", "a restart of a pool", ["every", "first", "cron", "repeated", "takes", "at_a_time", "gap"];
    SCALE_IN: "ScaleIn", "`scale_in`", ["kill_after", "choose"];
    DISPATCHER: "Dispatcher", "a dispatcher", ["interval", "jitter", "batch", "until_empty", "order", "rate", "restart", "outages", "failures", "replicas", "failover",
         "on_return"],
        off ["rate", "restart", "outages", "failures", "failover"];
    RESTART: "Restart", "a restart", ["every", "first", "cron", "repeated", "takes", "jitter", "hangs"];
    FAILURES: "Failures", "failures", ["after", "repair"];
    OUTAGE: "Outage", "an outage", ["from", "to", "kind"];
    OUTAGE_KIND: "OutageKind", "a kind of outage", ["crash_loop", "slow"];
    CRASH_LOOP: "CrashLoop", "a crash loop", ["up", "down"];
    ON_RETURN: "OnReturn", "`on_return`", ["paced", "expire"];
    EVENT: "Event", "an event", ["at", "cron", "repeated", "until", "lasts", "set", "scale", "pause", "restart"];
    ALERT: "Alert", "an alert", ["when", "every", "resolve_after"];
    RESPONSE: "Response", "a response", ["on", "after", "hours", "at_most", "until", "set", "scale", "pause", "restart", "pace"];
    HOURS: "Hours", "hours", ["from", "to", "days"];
    PROFILE: "Profile", "a profile", ["steps", "linear", "except"];
    TAKE: "Take", "a policy",
        ["strict", "weighted", "round_robin", "oldest_first", "priority", "ageing", "deadline", "shortest", "fair",
         "tenant_round_robin", "quiet_first"];
    AGEING: "Ageing", "ageing", ["queues", "step"];
    FAIR: "Fair", "fair sharing", ["queues", "by", "weights", "quantum"];
    QUIET_FIRST: "QuietFirst", "`quiet_first`", ["queues", "recent"];
    RESERVE: "Reserve", "a reserve", ["slots", "queues"];
    LIMIT: "Limit", "a limit", ["queue", "class", "tenant", "pool", "slots", "over"];
    OVER: "Requeue", "`over`", ["requeue"];

    PROVIDER: "Provider", "a provider", ["concurrent", "rate", "slowdown", "windows"],
        off ["concurrent", "rate", "slowdown", "windows"];
    CALL_RATE: "CallRate", "a rate of calls", ["fixed_window", "token_bucket"];
    FIXED_WINDOW: "FixedWindow", "a fixed window", ["calls", "per"];
    TOKEN_BUCKET: "TokenBucket", "a token bucket", ["rate", "burst"];
    CROWDING: "Crowding", "`slowdown`", ["above", "per_call"];
    TROUBLE: "Trouble", "a window", ["from", "to", "slow", "fails", "hangs"];

    ARRIVALS: "Arrivals", "arrivals", ["poisson", "renewal", "periodic", "burst", "batches", "mmpp", "trace"];
    POISSON: "Poisson", "Poisson arrivals", ["rate", "profile"];
    RENEWAL: "Renewal", "renewal arrivals", ["interarrival"];
    PERIODIC: "Periodic", "periodic arrivals", ["every", "first", "cron", "repeated", "jitter", "missed"];
    BURST: "Burst", "a burst", ["jobs", "from", "over", "spacing"];
    BATCHES: "Batches", "batches", ["size", "at", "every", "first", "cron", "repeated", "rate", "profile"];
    BATCH_SIZE: "BatchSize", "a batch size", ["constant", "uniform", "geometric"];
    GEOMETRIC: "Geometric", "a geometric batch size", ["mean"];
    MMPP: "Mmpp", "MMPP arrivals", ["states"];
    MMPP_STATE: "MmppState", "an MMPP state", ["rate", "stay"];
    TRACE: "TraceFile", "a trace",
        ["file", "arrival", "service", "started", "finished", "class", "only", "tenant", "where", "time_unit", "time_zone",
         "delimiter", "decimal", "comment", "limit", "load"];

    LAW: "Law", "a distribution",
        ["constant", "uniform", "triangular", "exponential", "erlang", "gamma", "lognormal", "weibull",
         "bounded_pareto", "hyperexponential", "mixture", "empirical"];
    UNIFORM: "Uniform", "a uniform distribution", ["min", "max"];
    TRIANGULAR: "Triangular", "a triangular distribution", ["min", "mode", "max"];
    EXPONENTIAL: "Exponential", "an exponential distribution", ["mean"];
    ERLANG: "Erlang", "an Erlang distribution", ["shape", "mean"];
    GAMMA: "Gamma", "a gamma distribution", ["mean", "cv"];
    MOMENTS: "MomentsOrPercentiles", "a distribution by mean and cv", ["mean", "cv"];
    BOUNDED_PARETO: "BoundedPareto", "a bounded Pareto distribution", ["shape", "min", "max"];
    HYPEREXPONENTIAL: "Hyperexponential", "a hyperexponential distribution", ["mean", "cv", "branches"];
    BRANCH: "Branch", "a branch", ["share", "mean"];
    PART: "MixturePart", "a part of a mixture",
        ["weight", "share", "constant", "uniform", "triangular", "exponential", "erlang", "gamma", "lognormal", "weibull",
         "bounded_pareto", "hyperexponential", "mixture", "empirical"];
    AUTOSCALE: "Autoscale", "an autoscaler", ["hpa", "keda", "target_tracking", "latency_steps"];
    HPA: "Hpa", "an HPA",
        ["metric", "target", "min", "max", "interval", "lag", "window", "boot", "tolerance", "up_factor", "up_step", "down_share",
         "step_period", "up_stabilisation", "down_stabilisation"];
    KEDA: "Keda", "a KEDA scaler",
        ["metric", "target", "min", "max", "interval", "lag", "window", "boot", "tolerance", "up_factor", "up_step", "down_share",
         "step_period", "up_stabilisation", "down_stabilisation", "activation", "polling", "cooldown"];
    TARGET_TRACKING: "TargetTracking", "target tracking",
        ["metric", "target", "min", "max", "interval", "lag", "window", "boot", "out_points", "in_points", "in_share", "in_step",
         "warm_up"];
    LATENCY_STEPS: "LatencySteps", "latency steps",
        ["min", "max", "interval", "lag", "boot", "above", "below", "add", "gap", "calm"];
    EMPIRICAL: "Empirical", "an empirical distribution", ["quantiles", "file", "column", "unit"];
}
