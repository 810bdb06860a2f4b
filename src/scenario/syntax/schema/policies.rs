//! How a free worker picks a job.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};

use super::quantities::{Duration, Name, Positive};

declare! {
    KINDS:

    /// How a free worker picks a queue.
    choice Take, "a policy" {
        /// The first queue of the list that has a job.
        strict(Vec<Name>),
        /// A draw among the queues with jobs, by weight; the order in which they stand changes no result.
        weighted(BTreeMap<String, Positive>),
        /// The queue just served goes to the end.
        round_robin(Vec<Name>),
        /// The job that has been ready longest.
        oldest_first(Vec<Name>),
        /// The smallest priority, then the one ready longest.
        priority(Vec<Name>),
        /// Like `priority`, improving by 1 for each step waited.
        ageing(Ageing),
        /// The earliest deadline: creation plus `deadline` of the class.
        deadline(Vec<Name>),
        /// The smallest service time.
        shortest(Vec<Name>),
        /// Equal or weighted shares of worker time.
        fair(Fair),
        /// The tenant that was served longest ago.
        tenant_round_robin(Vec<Name>),
        /// Noisy tenants only when no quiet one has jobs, as SQS defines them.
        quiet_first(QuietFirst),
    }

    /// Priorities that improve with the wait.
    table Ageing, "ageing" {
        /// The queues. Default: all.
        queues: Option<Vec<Name>>,
        /// The wait after which a priority improves by 1.
        step: Duration,
    }

    /// Deficit round robin in worker time.
    table Fair, "fair sharing" {
        /// The queues. Default: all.
        queues: Option<Vec<Name>>,
        /// Who shares.
        by: Option<FairBy> = "class",
        /// Weights of job classes. Default: 1 each.
        weights: Option<BTreeMap<String, Positive>>,
        /// Worker time that a weight of 1 earns in a round.
        quantum: Option<Duration> = "1s",
    }

    /// A tenant is noisy while it holds over 10 % of the jobs in flight and at least 30, or over 10 % of recent worker time.
    table QuietFirst, "`quiet_first`" {
        /// The queues. Default: all.
        queues: Option<Vec<Name>>,
        /// After this time worker time counts for 1/e.
        recent: Option<Duration> = "5m",
    }
}

forms!(FairBy, _generator, json_schema!({ "enum": ["class", "tenant"], "description": "Job classes or tenants." }));
