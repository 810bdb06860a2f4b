//! When a job is tried again.

use schemars::{JsonSchema, Schema, json_schema};

use super::quantities::{Count, Duration, Positive, Share};

declare! {
    KINDS:

    /// When a job is tried again: the formula of a job system or a general one.
    choice Retry, "`retry`" {
        /// Sidekiq 7 and 8: (n-1)^4 + 15 s and a whole number of seconds from 0 to 10n-1; 25 times.
        sidekiq(Retries),
        /// Sidekiq up to 6: (n-1)^4 + 15 s and n times a whole number of seconds from 0 to 29; 25 times.
        sidekiq_6(Retries),
        /// Faktory: as Sidekiq 6.
        faktory(Retries),
        /// Celery's `retry()`: after 180 s, 3 times.
        celery(CeleryRetry),
        /// Celery with `retry_backoff`: a whole number of seconds up to factor * 2^(n-1), at most 600 s; 3 times.
        celery_backoff(CeleryBackoff),
        /// BullMQ: 2^(n-1) times the delay.
        bullmq_exponential(BullMq),
        /// Oban: (15 + 2^n)(1 + 0.1 U) s; 20 times.
        oban(Retries),
        /// River: n^4 s, 10 % shorter or longer; 25 times.
        river(Retries),
        /// Active Job, polynomially longer: n^4 (1 + 0.15 U) + 2 s; 5 times.
        active_job(Retries),
        /// delayed_job: n^4 + 5 s; 25 times.
        delayed_job(Retries),
        /// Kubernetes Job: min(10 * 2^(n-1), 360) s; 6 times.
        kubernetes(Retries),
        /// SQS: visible again after the visibility timeout, counted from the start of the attempt.
        sqs(Sqs),
        /// Always after the same delay.
        constant(ConstantRetry),
        /// first * factor^(n-1).
        exponential(ExponentialRetry),
    }

    /// How often a job is tried again.
    table Retries, "this retry" {
        /// Most retries, the first attempt not counted.
        most: Option<Count>,
    }

    /// Celery's `retry()`.
    table CeleryRetry, "Celery's `retry()`" {
        /// Delay.
        delay: Option<Duration> = "180s",
        /// Most retries.
        most: Option<Count> = 3,
    }

    /// Celery's back-off with jitter.
    table CeleryBackoff, "Celery's back-off" {
        /// Upper bound before the first retry in seconds.
        factor: Option<Positive> = 1,
        /// Longest delay.
        most_delay: Option<Duration> = "600s",
        /// Most retries.
        most: Option<Count> = 3,
    }

    /// BullMQ's exponential back-off.
    table BullMq, "BullMQ's back-off" {
        /// Delay before the first retry.
        delay: Duration,
        /// How much shorter a delay may be.
        jitter: Option<Share> = "0%",
        /// Most retries.
        most: Option<Count> = 1,
    }

    /// Redelivery by SQS.
    table Sqs, "SQS redelivery" {
        /// From the start of an attempt to the next one.
        visibility_timeout: Option<Duration> = "30s",
        /// Most attempts, the first one included.
        max_receives: Count,
    }

    /// Always the same delay.
    table ConstantRetry, "a constant back-off" {
        /// Delay.
        delay: Duration,
        /// Most retries.
        most: Count,
    }

    /// Delays that grow by a factor.
    table ExponentialRetry, "an exponential back-off" {
        /// Delay before the first retry.
        first: Duration,
        /// From one delay to the next; at least 1.
        factor: Option<Positive> = 2,
        /// Longest delay, before jitter.
        most_delay: Option<Duration>,
        /// How much shorter or longer a delay may be.
        jitter: Option<Share> = "0%",
        /// Most retries.
        most: Count,
    }
}

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
