//! Job classes and what becomes of their jobs.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};

use super::arrivals::Arrivals;
use super::laws::{Delay, Law};
use super::quantities::{Count, Duration, Name, ObjectiveText, OrNone, Positive, Rank, Share};
use super::retries::RetryForm;

declare! {
    KINDS:

    /// A kind of job.
    table Job, "a job class", later [limit, preempt] {
        /// The queue its jobs wait in.
        queue: Option<Name> = "default",
        /// The dispatcher in whose staging place they are created.
        via: Option<Name>,
        /// Smaller is first where a pool takes by priority.
        priority: Option<Rank> = 0,
        /// Tenants its jobs belong to.
        tenants: Option<Count> = 1,
        /// Jobs that are there at the start.
        initial_backlog: Option<Count> = 0,
        /// When jobs are created.
        arrivals: Option<Arrivals>,
        /// How long a worker needs for a job. Required unless a trace states it.
        service_time: Option<Law>,
        /// Multiplies every service time.
        slowdown: Option<Positive> = 1,
        /// Shares of the class that take another time.
        variants: Option<BTreeMap<String, Variant>>,
        /// What is promised to its jobs.
        objectives: Option<Vec<ObjectiveText>>,
        /// When its jobs should be started after their creation, where jobs are taken by deadline. Default: last.
        deadline: Option<OrNone<Duration>>,
        /// An attempt that takes longer, waiting for its provider included, is killed; its worker's time is lost. Default: never.
        timeout: Option<OrNone<Duration>>,
        /// The share of attempts that fail.
        failure: Option<OrNone<FailureForm>>,
        /// What happens after an attempt that failed or timed out. Default: the job is dead. A retry serves the whole demand of the job again, which is drawn once, when the job is created.
        retry: Option<OrNone<RetryForm>>,
        /// A waiting job that is older, counted from its creation, leaves.
        expire: Option<OrNone<Duration>>,
        /// How long its user waits, from its creation to its first start: a duration or a distribution.
        patience: Option<OrNone<Delay>>,
        /// Users who turn away at sight of the queue.
        balk: Option<OrNone<Balk>>,
        /// Jobs that a finished job creates.
        then: Option<Vec<FollowUpForm>>,
        /// A job of this class is created when all jobs that `then` created are finished, or whatever became of them.
        join: Option<JoinForm>,
        /// A job that runs longer becomes ready a second time beside its running copy.
        visibility_timeout: Option<OrNone<Duration>>,
        /// What its service needs: a job holds its worker and waits until this lets it in.
        provider: Option<Name>,
    }

    /// Turning away at sight of the queue.
    table Balk, "`balk`" {
        /// When more jobs than this are ready in the queue.
        above: Count,
        /// The share of users who turn away then.
        probability: Option<Share> = "100%",
    }

    /// Jobs that a finished job creates.
    table FollowUp, "a follow-up" {
        /// Their class.
        class: Name,
        /// How many.
        jobs: Option<Count> = 1,
        /// The share of finished jobs that create them.
        probability: Option<Share> = "100%",
    }

    /// A job that is created when others are over.
    table Join, "a join" {
        /// Its class.
        class: Name,
        /// What must have become of the others.
        when: Option<JoinWhen> = "finished",
    }

    /// How attempts fail.
    table Failure, "a failure" {
        /// The share of attempts that fail.
        probability: Share,
        /// The share of the service time after which they do.
        after: Option<Share> = "100%",
    }

    /// A share of a class that takes another time.
    table Variant, "a variant" {
        /// Share of the jobs.
        share: Share,
        /// Multiplies its service time.
        slowdown: Option<Positive> = 1,
        /// Its own service time.
        service_time: Option<Law>,
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

forms!(
    JoinWhen,
    _generator,
    json_schema!({
        "enum": ["finished", "ended"],
        "description": "All are finished, and it is never created when one is lost; or none is left, whatever became of them."
    })
);
