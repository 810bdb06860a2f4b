//! The tables of a scenario.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};
use serde_json::json;

use super::arrivals::Arrivals;
use super::capacity::{Acknowledge, Autoscale, Calendar, End, Rerun, Shrinking};
use super::fates::{Balk, FailureForm, FollowUpForm, JoinForm, RetryForm, WhenFull};
use super::laws::Law;
use super::providers::Provider;
use super::quantities::{
    ConditionText, Count, CronLine, Duration, Factors, Name, ObjectiveText, OrNone, Positive, RangeEnd, Rank, Rate,
    Repeated, ResponseEnd, Return, Settings, Share, Sweep, TimePoint, UntilTime, Warmup,
};

/// What stands for a time or quantity in tables by name.
type Named<T> = BTreeMap<Name, T>;

table! {
    /// A scenario for Tailback: which jobs arrive, how long they take, which workers take them, and what breaks.
    Scenario {
        /// Version of the language: 1.
        format: Option<u32>,
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
}

table! {
    /// How a scenario is run.
    Run {
        /// Wall clock at time zero: a date with a time and an offset or zone.
        start: Option<String>,
        /// Time zone in which people read the clock, such as `America/Los_Angeles`.
        time_zone: Option<String>,
        /// When the run ends. Default: `24h`, or the end of the recorded jobs where some are replayed.
        horizon: Option<TimePoint>,
        /// How often each design point is simulated. Default: 30.
        replications: Option<Count>,
        /// When to simulate a design point more often. Default: never.
        precision: Option<Precision>,
        /// Master seed. Default: 1.
        seed: Option<Count>,
        /// Confidence of all intervals. Default: `95%`.
        confidence: Option<Share>,
        /// Step of the curves. Default: about 240 steps.
        curve_step: Option<Duration>,
        /// Jobs created before this are left out of the figures. Default: `0s`.
        warmup: Option<Warmup>,
        /// Most jobs staged and ready before a run is stopped, at most 1 000 000 000. Default: 10 000 000.
        backlog_limit: Option<Count>,
        /// Most events of a replication before it is stopped. Default: 10 000 for each job and 1 000 000 for each simulated day.
        event_limit: Option<Count>,
    }
}

table! {
    /// Replications are added in batches that double, until every objective is decided or known precisely enough.
    Precision {
        /// The most replications of a design point.
        most: Count,
        /// An objective whose half-width is at most this share of its mean needs no decision. Default: only decisions count.
        half_width: Option<Share>,
    }
}

table! {
    /// The values of a swept path from one end to the other.
    SweepRange {
        /// The first value.
        from: RangeEnd,
        /// The last value, if a step reaches it.
        to: RangeEnd,
        /// From one value to the next.
        step: Option<RangeEnd>,
        /// How many values, both ends among them.
        points: Option<Count>,
        /// How they lie. Default: `linear`.
        scale: Option<SweepScale>,
    }
}

/// How the values of a range lie.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only described, never made")]
pub(super) enum SweepScale {
    /// At equal distances.
    Linear,
    /// In equal ratios.
    Logarithmic,
}

table! {
    /// A kind of job.
    Job {
        /// The queue its jobs wait in. Default: `default`.
        queue: Option<Name>,
        /// The dispatcher in whose staging place they are created.
        via: Option<Name>,
        /// Smaller is first where a pool takes by priority. Default: 0.
        priority: Option<Rank>,
        /// Tenants its jobs belong to. Default: 1.
        tenants: Option<Count>,
        /// Jobs that are there at the start. Default: 0.
        initial_backlog: Option<Count>,
        /// When jobs are created.
        arrivals: Option<Arrivals>,
        /// How long a worker needs for a job. Required unless a trace states it.
        service_time: Option<Law>,
        /// Multiplies every service time. Default: 1.
        slowdown: Option<Positive>,
        /// Shares of the class that take another time.
        variants: Option<BTreeMap<String, Variant>>,
        /// What is promised to its jobs.
        objectives: Option<Vec<ObjectiveText>>,
        /// When its jobs should be started after their creation, where jobs are taken by deadline. Default: last.
        deadline: Option<OrNone<Duration>>,
        /// What its service needs: a job holds its worker and waits until this lets it in.
        provider: Option<Name>,
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
    }
}

table! {
    /// A share of a class that takes another time.
    Variant {
        /// Share of the jobs.
        share: Share,
        /// Multiplies its service time. Default: 1.
        slowdown: Option<Positive>,
        /// Its own service time.
        service_time: Option<Law>,
    }
}

table! {
    /// A place where ready jobs wait.
    Queue {
        /// Which job is taken first. Default: `fifo`.
        order: Option<Order>,
        /// Most jobs that wait in it. Default: any number.
        capacity: Option<OrNone<Count>>,
        /// What happens to a job that finds it full. Default: `reject`.
        when_full: Option<WhenFull>,
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

table! {
    /// A group of equal workers.
    Pool {
        /// Workers at the start; with a calendar its own number holds from the start on.
        size: Option<Count>,
        /// Cost of a worker, such as `0.05/h`.
        cost: Option<Rate>,
        /// What of the time of a worker is paid, with `cost`: `exact`, or each `started_hour` or `started_minute` as a whole. Of the
        /// workers that leave, the one that came last is the first. Default: `exact`.
        billing: Option<BillingWord>,
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
        /// How it shrinks, and who leaves. Default: `drain`.
        scale_in: Option<Shrinking>,
        /// When all its workers are down.
        outages: Option<OrNone<Vec<Outage>>>,
        /// How each worker breaks down by itself.
        failures: Option<OrNone<Failures>>,
        /// How all workers break down together.
        pool_failures: Option<OrNone<Failures>>,
        /// When a job is acknowledged. Default: `late`.
        acknowledge: Option<Acknowledge>,
        /// Where the job of a worker that dies comes back. Default: `head`.
        redeliver: Option<End>,
        /// What the job of a worker that dies has still to do. Default: `restart`.
        rerun: Option<Rerun>,
        /// A more urgent job takes the worker of the least urgent one that runs, of several the one started last, which goes back to the head of its queue.
        preempt: Option<OrNone<Rerun>>,
        /// Service takes the demand divided by this. Default: 1.
        speed: Option<Positive>,
        /// The time from a look in vain to the next one of a worker; one that comes or has finished a job looks at once. Those that are there at the start look first at times of their own within it. Without it, jobs do not wait for looks.
        poll: Option<OrNone<Duration>>,
        /// How its workers take jobs in advance. Default: `none`.
        prefetch: Option<Prefetching>,
        /// How its workers are restarted: regularly, or by an event or a response.
        restart: Option<OrNone<RollingRestart>>,
    }
}

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
table! {
    /// What a process takes in advance: its idle workers start it in this order, and no other process gets it.
    Prefetch {
        /// Workers of a process; the processes take turns.
        slots: Count,
        /// Jobs that a process holds for each of its workers besides those that run. Default: 4.
        per_slot: Option<Count>,
    }
}

table! {
    /// How the workers of a pool are restarted; busy ones leave as when the pool shrinks.
    RollingRestart {
        /// Time from one restart to the next (`24h` elapsed, `1 day` by the clock). Without it, events and responses restart the pool.
        every: Option<Duration>,
        /// When the first begins, with `every`. Default: `every`.
        first: Option<TimePoint>,
        /// A cron line instead of `every`.
        cron: Option<CronLine>,
        /// What happens at times that clocks show twice, with `cron`. Default: `once`.
        repeated: Option<Repeated>,
        /// How long each worker is away: a duration or a distribution.
        takes: Delay,
        /// How many leave together; the next ones when all of them are back. Default: 1.
        at_a_time: Option<Count>,
        /// Time between the return of some and the turn of the next ones. Default: `0s`.
        gap: Option<Duration>,
    }
}

choice! {
    /// How a free worker picks a queue.
    Take {
        /// The first queue of the list that has a job.
        Strict(Vec<Name>),
        /// A draw among the queues with jobs, by weight; the order in which they stand changes no result.
        Weighted(BTreeMap<String, Positive>),
        /// The queue just served goes to the end.
        RoundRobin(Vec<Name>),
        /// The job that has been ready longest.
        OldestFirst(Vec<Name>),
        /// The smallest priority, then the one ready longest.
        Priority(Vec<Name>),
        /// Like `priority`, improving by 1 for each step waited.
        Ageing(Ageing),
        /// The earliest deadline: creation plus `deadline` of the class.
        Deadline(Vec<Name>),
        /// The smallest service time.
        Shortest(Vec<Name>),
        /// Equal or weighted shares of worker time.
        Fair(Fair),
        /// The tenant that was served longest ago.
        TenantRoundRobin(Vec<Name>),
        /// Noisy tenants only when no quiet one has jobs, as SQS defines them.
        QuietFirst(QuietFirst),
    }
}

table! {
    /// Priorities that improve with the wait.
    Ageing {
        /// The queues. Default: all.
        queues: Option<Vec<Name>>,
        /// The wait after which a priority improves by 1.
        step: Duration,
    }
}

table! {
    /// Deficit round robin in worker time.
    Fair {
        /// The queues. Default: all.
        queues: Option<Vec<Name>>,
        /// Who shares. Default: `class`.
        by: Option<FairBy>,
        /// Weights of job classes. Default: 1 each.
        weights: Option<BTreeMap<String, Positive>>,
        /// Worker time that a weight of 1 earns in a round. Default: `1s`.
        quantum: Option<Duration>,
    }
}

forms!(FairBy, _generator, json_schema!({ "enum": ["class", "tenant"], "description": "Job classes or tenants." }));

table! {
    /// A tenant is noisy while it holds over 10 % of the jobs in flight and at least 30, or over 10 % of recent worker time.
    QuietFirst {
        /// The queues. Default: all.
        queues: Option<Vec<Name>>,
        /// After this time worker time counts for 1/e. Default: `5m`.
        recent: Option<Duration>,
    }
}

table! {
    /// Slots of a pool that only some of its queues may use.
    Reserve {
        /// How many.
        slots: Count,
        /// The queues that may use them.
        queues: Vec<Name>,
    }
}

table! {
    /// A cap on the slots that jobs may hold.
    Limit {
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
        /// What becomes of a job over it. Default: `aside`, where it stays in its queue.
        over: Option<OverLimit>,
    }
}

forms!(
    OverLimit,
    generator,
    json_schema!({
        "description": "It stays aside in its queue, holds a slot while it waits, or goes back to the tail of its queue after a time.",
        "anyOf": [{ "enum": ["aside", "hold"] }, generator.subschema_for::<Requeue>()]
    })
);

table! {
    /// A job over its limit goes back.
    Requeue {
        /// How long it is out of its queue; then it is at its tail.
        requeue: Duration,
    }
}

forms!(Each, _generator, json_schema!({ "const": "each", "description": "For each tenant on its own." }));

table! {
    /// Multipliers of a rate that repeat every day (`07:00`) or week (`mon-fri 07:00`), by the clock: what clocks show twice holds
    /// twice. Either `steps` or `linear`.
    Profile {
        /// Each holds from its time on, or in its hours (`22:00 to 06:00`), then with `otherwise`.
        steps: Option<BTreeMap<String, f64>>,
        /// Straight lines between the times.
        linear: Option<BTreeMap<String, f64>>,
        /// Multipliers on dates such as `2026-12-25` or `2026-12-24 to 2026-12-26`: a number, or a table as `steps` or `linear`.
        except: Option<BTreeMap<String, DayMultipliers>>,
    }
}

forms!(
    DayMultipliers,
    generator,
    json_schema!({
        "description": "A multiplier for the whole day, or by the time of the day.",
        "anyOf": [{ "type": "number" }, generator.subschema_for::<BTreeMap<String, f64>>()]
    })
);

table! {
    /// Moves jobs from its staging place into their queues.
    Dispatcher {
        /// Time between wake-ups. Default: `0s`, at once.
        interval: Option<Duration>,
        /// Each wake-up comes up to this later. Default: `0s`.
        jitter: Option<Duration>,
        /// Most jobs at a wake-up.
        batch: Option<Count>,
        /// A wake-up goes on with batches until nothing is staged; with `batch`. Default: `false`.
        until_empty: Option<bool>,
        /// Which staged job is moved first. Default: `oldest`.
        order: Option<StagedOrder>,
        /// Most jobs a second, one by one; without `interval`.
        rate: Option<OrNone<Rate>>,
        /// A regular restart.
        restart: Option<OrNone<Restart>>,
        /// When it does not do its work.
        outages: Option<OrNone<Vec<Outage>>>,
        /// Failures at random.
        failures: Option<OrNone<Failures>>,
        /// How many there are, one of which is active. Default: one, and with `failover` a standby that never fails.
        replicas: Option<Count>,
        /// A standby takes over after this gap: restarts and failures last at most this long while one is there. Default: at once
        /// with `replicas`, never without.
        failover: Option<OrNone<Duration>>,
        /// What happens to what was staged meanwhile. Default: `flood`.
        on_return: Option<Return>,
    }
}

table! {
    /// A regular restart.
    Restart {
        /// Time from one to the next: `24h` is elapsed time, `1 day` follows the clock when it is set.
        every: Option<Duration>,
        /// Start of the first, with `every`. Default: `every`.
        first: Option<TimePoint>,
        /// A cron line instead of `every`.
        cron: Option<CronLine>,
        /// What happens at times that clocks show twice, with `cron`. Default: `once`.
        repeated: Option<Repeated>,
        /// How long it takes: a duration or a distribution.
        takes: Delay,
        /// Each start comes up to this later. Default: `0s`.
        jitter: Option<Duration>,
        /// Share of the restarts that hang until somebody or the next restart starts it anew. Default: `0%`.
        hangs: Option<Share>,
    }
}

table! {
    /// A window of time.
    Outage {
        /// Start.
        from: TimePoint,
        /// End.
        to: TimePoint,
        /// What it looks like from outside. Default: `down`.
        kind: Option<Kind>,
    }
}

choice! {
    /// Kinds of outages with parameters.
    OutageKind {
        /// Up for a while and down for a while, never for long enough to move a job.
        CrashLoop(CrashLoop),
        /// It moves jobs this many times less often.
        Slow(Positive),
    }
}

table! {
    /// Up and down, over and over.
    CrashLoop {
        /// How long it is up.
        up: Duration,
        /// How long it is down.
        down: Duration,
    }
}

table! {
    /// Failures at random.
    Failures {
        /// From a repair to the next failure: a duration or a distribution.
        after: Delay,
        /// From a failure to its repair.
        repair: Delay,
    }
}

forms!(
    Kind,
    generator,
    json_schema!({
        "description": "`down`, `idle` (alive, moves nothing), a crash loop or slow.",
        "anyOf": [{ "enum": ["down", "idle", "two_active"] }, generator.subschema_for::<OutageKind>()]
    })
);

forms!(
    StagedOrder,
    _generator,
    json_schema!({ "enum": ["oldest", "newest", "priority"], "description": "Which staged job is moved first." })
);

choice! {
    /// How what was staged is released.
    OnReturn {
        /// At this rate, oldest first.
        Paced(Rate),
        /// All at once, but those that are older than this are dropped.
        Expire(Duration),
    }
}

table! {
    /// A change at a stated time, or at all times of a cron line.
    Event {
        /// When it takes effect.
        at: Option<TimePoint>,
        /// A cron line instead of `at`.
        cron: Option<CronLine>,
        /// What happens at times that clocks show twice, with `cron`. Default: `once`.
        repeated: Option<Repeated>,
        /// When it is undone. Default: never.
        until: Option<UntilTime>,
        /// How long it lasts, instead of `until`.
        lasts: Option<Duration>,
        /// New values: `pools.NAME.size`, `pools.NAME.take`, `dispatchers.NAME.rate`, `limits.NAME.slots`.
        set: Option<Settings>,
        /// Factors: `pools.NAME.size`, `jobs.NAME.rate`, `jobs.NAME.service_time`.
        scale: Option<Factors>,
        /// Job classes of which no worker starts a job meanwhile.
        pause: Option<Vec<Name>>,
        /// A pool whose workers are restarted once.
        restart: Option<Name>,
    }
}

table! {
    /// A condition that a monitor checks regularly.
    Alert {
        /// When it fires, such as `staged_age(driver) > 30m for 5m`.
        when: ConditionText,
        /// Time between checks. Default: `1m`.
        every: Option<Duration>,
        /// It resolves when the condition has not held for this long. Default: `0s`, at the first check.
        resolve_after: Option<Duration>,
    }
}

table! {
    /// The hours in which people work.
    Hours {
        /// Their start by the clock, such as `09:00`.
        from: String,
        /// Their end, at most `24:00`; an end before the start is on the next day.
        to: String,
        /// The days on which they start, such as `mon-fri`, `sat,sun` or `weekdays`. Default: `mon-sun`.
        days: Option<String>,
    }
}

forms!(
    HoursOfDays,
    generator,
    json_schema!({
        "description": "Hours such as `09:00 to 17:00 mon-fri` or `22:00 to 06:00`, or a table.",
        "anyOf": [{ "type": "string", "pattern": "[0-9]:[0-9]{2} +to +[0-9]" }, generator.subschema_for::<Hours>()]
    })
);

table! {
    /// What is done when an alert fires.
    Response {
        /// The alert.
        on: Name,
        /// From the firing to the action: a duration or a distribution. Default: `0s`.
        after: Option<Delay>,
        /// An action that would fall outside of these hours waits until they begin. Default: any time.
        hours: Option<HoursOfDays>,
        /// Most actions in a run. Default: no limit.
        at_most: Option<Count>,
        /// When `set`, `scale` and `pause` are undone. Default: never.
        until: Option<ResponseEnd>,
        /// New values: `pools.NAME.size`, `pools.NAME.take`, `dispatchers.NAME.rate`, `limits.NAME.slots`.
        set: Option<Settings>,
        /// Factors: `pools.NAME.size`, `jobs.NAME.rate`, `jobs.NAME.service_time`.
        scale: Option<Factors>,
        /// Job classes of which no worker starts a job meanwhile.
        pause: Option<Vec<Name>>,
        /// A dispatcher that is restarted and is up at once, or a pool whose workers are restarted as it says.
        restart: Option<Name>,
        /// Paces at which dispatchers release what was staged, by dispatcher.
        pace: Option<BTreeMap<String, Rate>>,
    }
}

forms!(
    Delay,
    generator,
    json_schema!({ "anyOf": [generator.subschema_for::<Duration>(), generator.subschema_for::<Law>()] })
);

forms!(Alternative, generator, {
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
});
