//! What changes over time: by the clock, and when monitors raise an alert.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};

use super::laws::Delay;
use super::quantities::{ConditionText, Count, CronLine, Duration, Name, Rate, Repeated, TimePoint};

declare! {
    KINDS:

    /// A change at a stated time, or at all times of a cron line.
    table Event, "an event" {
        /// When it takes effect.
        at: Option<TimePoint>,
        /// A cron line instead of `at`.
        cron: Option<CronLine>,
        /// What happens at times that clocks show twice, with `cron`.
        repeated: Option<Repeated> = "once",
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

    /// A condition that a monitor checks regularly.
    table Alert, "an alert" {
        /// When it fires, such as `staged_age(driver) > 30m for 5m`.
        when: ConditionText,
        /// Time between checks.
        every: Option<Duration> = "1m",
        /// It resolves when the condition has not held for this long. Default: {default}, at the first check.
        resolve_after: Option<Duration> = "0s",
    }

    /// What is done when an alert fires.
    table Response, "a response" {
        /// The alert.
        on: Name,
        /// From the firing to the action: a duration or a distribution.
        after: Option<Delay> = "0s",
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

    /// The hours in which people work.
    table Hours, "hours" {
        /// Their start by the clock, such as `09:00`.
        from: String,
        /// Their end, at most `24:00`; an end before the start is on the next day.
        to: String,
        /// The days on which they start, such as `mon-fri`, `sat,sun` or `weekdays`.
        days: Option<String> = "mon-sun",
    }

    /// Multipliers of a rate that repeat every day (`07:00`) or week (`mon-fri 07:00`), by the clock: what clocks show twice holds
    /// twice. Either `steps` or `linear`.
    table Profile, "a profile", exclusive [[steps], [linear]] {
        /// Each holds from its time on, or in its hours (`22:00 to 06:00`), then with `otherwise`.
        steps: Option<BTreeMap<String, f64>>,
        /// Straight lines between the times.
        linear: Option<BTreeMap<String, f64>>,
        /// Multipliers on dates such as `2026-12-25` or `2026-12-24 to 2026-12-26`: a number, or a table as `steps` or `linear`.
        except: Option<BTreeMap<String, DayMultipliers>>,
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

forms!(
    DayMultipliers,
    generator,
    json_schema!({
        "description": "A multiplier for the whole day, or by the time of the day.",
        "anyOf": [{ "type": "number" }, generator.subschema_for::<BTreeMap<String, f64>>()]
    })
);
forms!(
    UntilTime,
    generator,
    json_schema!({
        "description": "`drained` (no more jobs wait than at most in the hour before the fault) or a time.",
        "anyOf": [{ "const": "drained" }, generator.subschema_for::<TimePoint>()]
    })
);
forms!(
    ResponseEnd,
    generator,
    json_schema!({
        "description": "`drained` (no more jobs wait than at most in the hour before the fault), `resolved` (the alert is) or a duration.",
        "anyOf": [{ "enum": ["drained", "resolved"] }, generator.subschema_for::<Duration>()]
    })
);
forms!(
    Settings,
    _generator,
    json_schema!({
        "type": "object",
        "description": "Paths such as `pools.NAME.size` with a value."
    })
);
forms!(
    Factors,
    _generator,
    json_schema!({
        "type": "object",
        "description": "Paths such as `jobs.NAME.service_time` with a factor."
    })
);
