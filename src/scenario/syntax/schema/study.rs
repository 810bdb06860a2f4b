//! The tables of a scenario as a whole: what it consists of, how it is run and what is swept.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};
use serde_json::json;

use super::dispatchers::Dispatcher;
use super::jobs::Job;
use super::pools::{Limit, Pool, Queue};
use super::providers::Provider;
use super::quantities::{Count, Duration, Name, ObjectiveText, Share, TimePoint};
use super::rules::{Alert, Event, Profile, Response};
use super::sweeps::Sweep;

declare! {
    KINDS:

    /// A scenario for Tailback: which jobs arrive, how long they take, which workers take them, and what breaks.
    table Scenario, "a scenario", later [tenants] {
        /// Version of the language: {default}.
        format: Option<u32> = 1,
        /// What it is about, in a line. Default: the name of the file.
        title: Option<String>,
        /// The question it answers.
        question: Option<String>,
        /// Where its facts come from.
        source: Option<String>,
        /// What is promised over all jobs, or for a named queue or dispatcher.
        objectives: Option<Vec<ObjectiveText>>,
        /// How it is run.
        run: Option<Run>,
        /// Kinds of jobs by name. Of jobs that come at one instant, those of the class that stands first come first.
        jobs: Named<Job>,
        /// Order within queues; queues exist because jobs name them.
        queues: Option<Named<Queue>>,
        /// Groups of workers by name. Of idle pools that serve its queue, the one that stands first takes a job.
        pools: Named<Pool>,
        /// Multipliers over the day or week by name.
        profiles: Option<Named<Profile>>,
        /// What moves jobs from staging into queues, by name.
        dispatchers: Option<Named<Dispatcher>>,
        /// What changes at stated times, by name.
        events: Option<Named<Event>>,
        /// What monitors watch, by name.
        alerts: Option<Named<Alert>>,
        /// What is done when alerts fire, by name.
        responses: Option<Named<Response>>,
        /// Partial scenarios that are laid over this one and compared with it.
        alternatives: Option<Named<Alternative>>,
        /// Values to run for every alternative.
        sweep: Option<Sweep>,
        /// Caps on the slots that jobs may hold, by name.
        limits: Option<Named<Limit>>,
        /// Dependencies that job classes share, by name.
        providers: Option<Named<Provider>>,
    }

    form Alternative, "an alternative", later [tenants] {
        title, objectives, jobs, queues, pools, profiles, dispatchers, events, alerts, responses, limits, providers;
        generator => {
            // The parts of an alternative are partial: what must be stated may stand in the base.
            let objectives = generator.subschema_for::<Vec<ObjectiveText>>();
            let title = json!({ "type": "string", "description": "Its title in pictures." });
            let properties = json!({ "title": title, "objectives": objectives });
            json_schema!({
                "type": "object",
                "description": "A partial scenario: tables merge, a choice with another tag is replaced, all else replaces.",
                "properties": properties,
                "additionalProperties": false
            })
        }
    }

    /// How a scenario is run.
    table Run, "`run`" {
        /// Wall clock at time zero: a date with a time and an offset or zone.
        start: Option<String>,
        /// Time zone in which people read the clock, such as `America/Los_Angeles`.
        time_zone: Option<String>,
        /// When the run ends. Default: {default}, or the end of the recorded jobs where some are replayed.
        horizon: Option<TimePoint> = "24h",
        /// How often each design point is simulated.
        replications: Option<Count> = 30,
        /// When to simulate a design point more often. Default: never.
        precision: Option<Precision>,
        /// Master seed.
        seed: Option<Count> = 1,
        /// Confidence of all intervals.
        confidence: Option<Share> = "95%",
        /// Step of the curves. Default: about 240 steps.
        curve_step: Option<Duration>,
        /// Jobs created before this are left out of the figures.
        warmup: Option<Warmup> = "0s",
        /// Most jobs staged and ready before a run is stopped, at most 1 000 000 000.
        backlog_limit: Option<Count> = 10_000_000,
        /// Most events of a replication before it is stopped. Default: 10 000 for each job and 1 000 000 for each simulated day.
        event_limit: Option<Count>,
    }

    /// Replications are added in batches that double, until every objective is decided or known precisely enough.
    table Precision, "`precision`" {
        /// The most replications of a design point.
        most: Count,
        /// An objective whose half-width is at most this share of its mean needs no decision. Default: only decisions count.
        half_width: Option<Share>,
    }
}

/// What stands for a time or quantity in tables by name.
type Named<T> = BTreeMap<Name, T>;

forms!(
    Warmup,
    generator,
    json_schema!({
        "description": "A duration, or `mser-5` (found before the run).",
        "anyOf": [{ "const": "mser-5" }, generator.subschema_for::<Duration>()]
    })
);
