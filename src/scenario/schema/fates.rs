//! What else can become of a job.

use schemars::{JsonSchema, Schema, json_schema};

use super::quantities::{Count, Duration, Name, Positive, Share};

table! {
    /// How attempts fail.
    Failure {
        /// The share of attempts that fail.
        probability: Share,
        /// The share of the service time after which they do. Default: `100%`.
        after: Option<Share>,
    }
}

choice! {
    /// When a job is tried again: the formula of a job system or a general one.
    Retry {
        /// Sidekiq 7 and 8: (n-1)^4 + 15 s and a whole number of seconds from 0 to 10n-1; 25 times.
        Sidekiq(Retries),
        /// Sidekiq up to 6: (n-1)^4 + 15 s and n times a whole number of seconds from 0 to 29; 25 times.
        #[schemars(rename = "sidekiq_6")]
        Sidekiq6(Retries),
        /// Faktory: as Sidekiq 6.
        Faktory(Retries),
        /// Celery's `retry()`: after 180 s, 3 times.
        Celery(CeleryRetry),
        /// Celery with `retry_backoff`: a whole number of seconds up to factor * 2^(n-1), at most 600 s; 3 times.
        CeleryBackoff(CeleryBackoff),
        /// BullMQ: 2^(n-1) times the delay.
        #[schemars(rename = "bullmq_exponential")]
        BullMq(BullMq),
        /// Oban: (15 + 2^n)(1 + 0.1 U) s; 20 times.
        Oban(Retries),
        /// River: n^4 s, 10 % shorter or longer; 25 times.
        River(Retries),
        /// Active Job, polynomially longer: n^4 (1 + 0.15 U) + 2 s; 5 times.
        ActiveJob(Retries),
        /// delayed_job: n^4 + 5 s; 25 times.
        DelayedJob(Retries),
        /// Kubernetes Job: min(10 * 2^(n-1), 360) s; 6 times.
        Kubernetes(Retries),
        /// SQS: visible again after the visibility timeout, counted from the start of the attempt.
        Sqs(Sqs),
        /// Always after the same delay.
        Constant(ConstantRetry),
        /// first * factor^(n-1).
        Exponential(ExponentialRetry),
    }
}

table! {
    /// How often a job is tried again.
    Retries {
        /// Most retries, the first attempt not counted.
        most: Option<Count>,
    }
}

table! {
    /// Celery's `retry()`.
    CeleryRetry {
        /// Delay. Default: `180s`.
        delay: Option<Duration>,
        /// Most retries. Default: 3.
        most: Option<Count>,
    }
}

table! {
    /// Celery's back-off with jitter.
    CeleryBackoff {
        /// Upper bound before the first retry in seconds. Default: 1.
        factor: Option<Positive>,
        /// Longest delay. Default: `600s`.
        most_delay: Option<Duration>,
        /// Most retries. Default: 3.
        most: Option<Count>,
    }
}

table! {
    /// BullMQ's exponential back-off.
    BullMq {
        /// Delay before the first retry.
        delay: Duration,
        /// How much shorter a delay may be. Default: `0%`.
        jitter: Option<Share>,
        /// Most retries. Default: 1.
        most: Option<Count>,
    }
}

table! {
    /// Redelivery by SQS.
    Sqs {
        /// From the start of an attempt to the next one. Default: `30s`.
        visibility_timeout: Option<Duration>,
        /// Most attempts, the first one included.
        max_receives: Count,
    }
}

table! {
    /// Always the same delay.
    ConstantRetry {
        /// Delay.
        delay: Duration,
        /// Most retries.
        most: Count,
    }
}

table! {
    /// Delays that grow by a factor.
    ExponentialRetry {
        /// Delay before the first retry.
        first: Duration,
        /// From one delay to the next; at least 1. Default: 2.
        factor: Option<Positive>,
        /// Longest delay, before jitter.
        most_delay: Option<Duration>,
        /// How much shorter or longer a delay may be. Default: `0%`.
        jitter: Option<Share>,
        /// Most retries.
        most: Count,
    }
}

forms!(
    FailureForm,
    generator,
    json_schema!({
        "description": "The share of attempts that fail, at the end of their service time or after a share of it.",
        "anyOf": [generator.subschema_for::<Share>(), generator.subschema_for::<Failure>()]
    })
);
forms!(
    RetryForm,
    generator,
    json_schema!({
        "description": "The name of a job system, or one with its numbers.",
        "anyOf": [
            { "enum": ["sidekiq", "sidekiq_6", "faktory", "celery", "celery_backoff", "oban", "river", "active_job", "delayed_job", "kubernetes"] },
            generator.subschema_for::<Retry>()
        ]
    })
);
forms!(
    FollowUpForm,
    generator,
    json_schema!({
        "description": "A job class, or one with how many jobs.",
        "anyOf": [generator.subschema_for::<Name>(), generator.subschema_for::<FollowUp>()]
    })
);
forms!(
    JoinForm,
    generator,
    json_schema!({
        "description": "A job class, or one with what must have become of the others.",
        "anyOf": [generator.subschema_for::<Name>(), generator.subschema_for::<Join>()]
    })
);

table! {
    /// A job that is created when others are over.
    Join {
        /// Its class.
        class: Name,
        /// What must have become of the others. Default: `finished`.
        when: Option<JoinWhen>,
    }
}

forms!(
    JoinWhen,
    _generator,
    json_schema!({
        "enum": ["finished", "ended"],
        "description": "All are finished, and it is never created when one is lost; or none is left, whatever became of them."
    })
);
forms!(
    WhenFull,
    _generator,
    json_schema!({ "enum": ["reject", "drop_oldest"], "description": "The new job is turned away, or the oldest leaves." })
);

table! {
    /// Turning away at sight of the queue.
    Balk {
        /// When more jobs than this are ready in the queue.
        above: Count,
        /// The share of users who turn away then. Default: `100%`.
        probability: Option<Share>,
    }
}

table! {
    /// Jobs that a finished job creates.
    FollowUp {
        /// Their class.
        class: Name,
        /// How many. Default: 1.
        jobs: Option<Count>,
        /// The share of finished jobs that create them. Default: `100%`.
        probability: Option<Share>,
    }
}
