//! Queues, the workers that serve them, and caps on those.

use schemars::{JsonSchema, Schema, json_schema};

use super::autoscale::Autoscale;
use super::dispatchers::{Failures, Outage};
use super::laws::Delay;
use super::policies::Take;
use super::quantities::{Count, CronLine, Duration, Name, ObjectiveText, OrNone, Positive, Rate, Repeated, TimePoint};

declare! {
    KINDS:

    /// A place where ready jobs wait.
    table Queue, "a queue", later [limit, objectives, expire] {
        /// Which job is taken first.
        order: Option<Order> = "fifo",
        /// Most jobs that wait in it. Default: any number.
        capacity: Option<OrNone<Count>>,
        /// What happens to a job that finds it full.
        when_full: Option<WhenFull> = "reject",
    }

    /// A group of equal workers.
    table Pool, "a pool", later [limit, boot] {
        /// Workers at the start; with a calendar its own number holds from the start on.
        size: Option<Count>,
        /// Cost of a worker, such as `0.05/h`.
        cost: Option<Rate>,
        /// What of the time of a worker is paid, with `cost`: `exact`, or each `started_hour` or `started_minute` as a whole. Of the
        /// workers that leave, the one that came last is the first.
        billing: Option<BillingWord> = "exact",
        /// How a free worker picks a queue. Default: oldest first over all queues.
        take: Option<Take>,
        /// What is promised for its utilisation and cost.
        objectives: Option<Vec<ObjectiveText>>,
        /// Slots that only some of its queues may use.
        reserve: Option<OrNone<Reserve>>,
        /// What sets its size by a metric.
        autoscale: Option<OrNone<Autoscale>>,
        /// Workers by the time of the day or week, from the start of the run on, in place of `size`. A worker whose job ends at the instant at which the calendar lets it go takes no other job.
        calendar: Option<OrNone<Calendar>>,
        /// How it shrinks, and who leaves.
        scale_in: Option<Shrinking> = "drain",
        /// When all its workers are down.
        outages: Option<OrNone<Vec<Outage>>>,
        /// How each worker breaks down by itself.
        failures: Option<OrNone<Failures>>,
        /// How all workers break down together.
        pool_failures: Option<OrNone<Failures>>,
        /// When a job is acknowledged.
        acknowledge: Option<Acknowledge> = "late",
        /// Where the job of a worker that dies comes back.
        redeliver: Option<End> = "head",
        /// What the job of a worker that dies has still to do.
        rerun: Option<Rerun> = "restart",
        /// A more urgent job takes the worker of the least urgent one that runs, of several the one started last, which goes back to the head of its queue.
        preempt: Option<OrNone<Rerun>>,
        /// Service takes the demand divided by this.
        speed: Option<Positive> = 1,
        /// The time from a look in vain to the next one of a worker; one that comes or has finished a job looks at once. Those that are there at the start look first at times of their own within it. Without it, jobs do not wait for looks.
        poll: Option<OrNone<Duration>>,
        /// How its workers take jobs in advance.
        prefetch: Option<Prefetching> = "none",
        /// How its workers are restarted: regularly, or by an event or a response.
        restart: Option<OrNone<RollingRestart>>,
    }

    /// What a process takes in advance: its idle workers start it in this order, and no other process gets it.
    table Prefetch, "`prefetch`" {
        /// Workers of a process; the processes take turns.
        slots: Count,
        /// Jobs that a process holds for each of its workers besides those that run.
        per_slot: Option<Count> = 4,
    }

    /// How the workers of a pool are restarted; busy ones leave as when the pool shrinks.
    table RollingRestart, "a restart of a pool", exclusive [[every, first], [cron, repeated]] {
        /// Time from one restart to the next (`24h` elapsed, `1 day` by the clock). Without it, events and responses restart the pool.
        every: Option<Duration>,
        /// When the first begins, with `every`. Default: `every`.
        first: Option<TimePoint>,
        /// A cron line instead of `every`.
        cron: Option<CronLine>,
        /// What happens at times that clocks show twice, with `cron`.
        repeated: Option<Repeated> = "once",
        /// How long each worker is away: a duration or a distribution.
        takes: Delay,
        /// How many leave together; the next ones when all of them are back.
        at_a_time: Option<Count> = 1,
        /// Time between the return of some and the turn of the next ones.
        gap: Option<Duration> = "0s",
    }

    /// How a pool shrinks.
    table ScaleIn, "`scale_in`" {
        /// Workers that have not left after this time are killed. Default: they finish their job.
        kill_after: Option<Duration>,
        /// Which workers leave. Default: `kubernetes` with `hpa` and `keda`, `random` with `target_tracking`, `newest` with `latency_steps`, else `random` with `kill_after` and `idle_first` without.
        choose: Option<Choose>,
    }

    /// Slots of a pool that only some of its queues may use.
    table Reserve, "a reserve" {
        /// How many.
        slots: Count,
        /// The queues that may use them.
        queues: Vec<Name>,
    }

    /// A cap on the slots that jobs may hold.
    table Limit, "a limit" {
        /// Only jobs of this queue.
        queue: Option<Name>,
        /// Only jobs of this class.
        class: Option<Name>,
        /// For each tenant on its own.
        tenant: Option<Each>,
        /// Only slots of this pool. Default: those of all pools together.
        pool: Option<Name>,
        /// The most slots.
        slots: Count,
        /// What becomes of a job over it. Default: {default}, where it stays in its queue.
        over: Option<OverLimit> = "aside",
    }

    /// A job over its limit goes back.
    table Requeue, "`over`" {
        /// How long it is out of its queue; then it is at its tail.
        requeue: Duration,
    }
}

forms!(
    Order,
    _generator,
    json_schema!({
        "enum": ["fifo", "lifo", "random", "priority", "deadline", "size"],
        "description": "First or last in is first out, at random, or the smallest first."
    })
);

forms!(
    WhenFull,
    _generator,
    json_schema!({ "enum": ["reject", "drop_oldest"], "description": "The new job is turned away, or the oldest leaves." })
);

forms!(
    BillingWord,
    _generator,
    json_schema!({ "enum": ["exact", "started_hour", "started_minute"], "description": "What of the time of a worker is paid." })
);

forms!(
    Prefetching,
    generator,
    json_schema!({
        "description": "`none`, or what the processes of the pool take in advance.",
        "anyOf": [{ "const": "none" }, generator.subschema_for::<Prefetch>()]
    })
);

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
    Choose,
    _generator,
    json_schema!({
        "enum": ["idle_first", "random", "newest", "oldest", "kubernetes"],
        "description": "Which workers leave when the pool shrinks; those that still boot always go first. `idle_first`: idle ones, then those that finish first; the latest started jobs are killed. The others do not look at who is busy: any, those that came up last or first, or as a ReplicaSet of Kubernetes (the newest, but ages within the same power of two count as equal). Of equal ones any leave."
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

forms!(
    OverLimit,
    generator,
    json_schema!({
        "description": "It stays aside in its queue, holds a slot while it waits, or goes back to the tail of its queue after a time.",
        "anyOf": [{ "enum": ["aside", "hold"] }, generator.subschema_for::<Requeue>()]
    })
);

forms!(Each, _generator, json_schema!({ "const": "each", "description": "For each tenant on its own." }));
