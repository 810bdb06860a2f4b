//! The table of figures.

use std::borrow::Cow;

use super::ScopeKind::{Alert, All, Class, Dispatcher, Fault, Pool, Provider, Queue, Response};
use super::Unit::{Calls, Cost, Hours, JobHours, Jobs, Seconds, Share, Times};
use super::{Quantity, ScopeKind, TimeStatistic, Unit, time};
use crate::units::{Human, SimDuration, human_seconds, parse_duration};

/// A row of the table.
#[derive(Clone, Copy, Debug)]
struct Facts {
    name: &'static str,
    unit: Unit,
    scopes: &'static [ScopeKind],
    compared: Compared,
    /// In words; `None`: its name.
    words: Option<&'static str>,
    asked: Option<Asked>,
}

/// By whom a metric is compared. Of all that are compared smaller values are better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compared {
    /// By nobody.
    Never,
    /// Alternatives with the base, and a run with its baseline, of these scopes.
    Judged(&'static [ScopeKind]),
    /// As [`Self::Judged`], but what it is is a choice: a gate tells the difference and does not judge it.
    Told(&'static [ScopeKind]),
    /// A run with its baseline alone.
    WithBaseline(&'static [ScopeKind]),
    /// As [`Self::WithBaseline`], jobs or attempts that came to nothing: who cannot have them has none.
    Count(&'static [ScopeKind]),
}

/// How objectives write a metric.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// Alone: `drain_time`.
    Alone(&'static str),
    /// Before the thing that it is of: `age(queue)`.
    Of(&'static str),
    /// As a statistic of the backlog: `max(backlog)`.
    OfBacklog(&'static str),
}

/// What the value of a replication cannot exceed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ceiling {
    /// The whole.
    Whole,
    /// The jobs that come.
    Jobs,
    /// The jobs that come, for the whole run.
    JobHours,
    /// The longest time of a job.
    JobTime,
    /// The run, of which it is a part that is as long as jobs wait.
    Spell,
    /// The run.
    Run,
    /// Nothing: it counts what comes by chance.
    Rate,
    /// What fixed workers cost; otherwise nothing that is known.
    Price,
}

/// What objectives must know of a metric.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// How they write it.
    pub written: Written,
    /// How large it can be.
    pub ceiling: Ceiling,
    /// Shorter waits can only make it smaller.
    pub falls_with_waits: bool,
}

const fn row(name: &'static str, unit: Unit, scopes: &'static [ScopeKind]) -> Facts {
    Facts { name, unit, scopes, compared: Compared::Never, words: None, asked: None }
}

impl Facts {
    const fn compared(self, compared: Compared) -> Self {
        Self { compared, ..self }
    }

    const fn words(self, words: &'static str) -> Self {
        Self { words: Some(words), ..self }
    }

    const fn asked(self, written: Written, ceiling: Ceiling) -> Self {
        Self { asked: Some(Asked { written, ceiling, falls_with_waits: false }), ..self }
    }

    const fn falls_with_waits(self) -> Self {
        let asked = match self.asked {
            Some(asked) => Some(Asked { falls_with_waits: true, ..asked }),
            None => None,
        };
        Self { asked, ..self }
    }
}

/// Makes the enum, the list of all and the table of the rows, so that none can be forgotten in one of them.
macro_rules! metrics {
    ($($(#[$doc:meta])* $metric:ident: $row:expr;)*) => {
        /// A figure of a replication, in the order of the table.
        ///
        /// With a warm-up, jobs count that were created after it, and attempts, levels, peaks and drains after it. Every job that was
        /// created is finished, unfinished, dead, rejected, balked, dropped, expired, abandoned or missed. Waits are those of jobs that were
        /// started, from creation to the first start; sojourns those of jobs that were finished, from creation to the final finish. A job
        /// that was lost misses every share within a bound that it has not met before.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Metric {
            $($(#[$doc])* $metric,)*
            /// A statistic of a time of the jobs: `wait_p95`. Staging delays only where jobs are staged.
            Time(Quantity, TimeStatistic),
            /// For how long more than half of the jobs created wait longer than this, which an objective allows, in each replication by its
            /// curve: `most(wait > 30 s)`.
            MostLate(SimDuration),
        }

        /// All metrics without a parameter.
        const PLAIN: &[Metric] = &[$(Metric::$metric),*];

        impl Metric {
            const fn facts(self) -> Facts {
                match self {
                    $(Self::$metric => $row,)*
                    Self::Time(quantity, statistic) => {
                        row(time::figure_name(quantity, statistic), Seconds, JOBS).compared(compared_time(quantity, statistic))
                    }
                    Self::MostLate(_) => row("most", Seconds, JOBS),
                }
            }
        }
    };
}

/// Figures of jobs.
const JOBS: &[ScopeKind] = &[All, Class];
/// Figures of workers.
const WORKERS: &[ScopeKind] = &[All, Pool];

metrics! {
    /// Jobs created.
    Created: row("created", Jobs, JOBS);
    /// Jobs started.
    Started: row("started", Jobs, JOBS);
    /// Jobs finished.
    Finished: row("finished", Jobs, JOBS);
    /// Jobs that were still there at the end.
    Unfinished: row("unfinished", Jobs, JOBS);

    // Only of classes that can have them, and of all.
    /// Attempts that failed.
    Failures: row("failures", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Attempts that were killed as they took too long.
    TimedOut: row("timed_out", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Retries planned.
    Retries: row("retries", Jobs, JOBS);
    /// Jobs without a retry left.
    Dead: row("dead", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Jobs that a full queue turned away.
    Rejected: row("rejected", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Jobs that were turned away at the sight of the queue.
    Balked: row("balked", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// The oldest jobs of a full queue, dropped.
    Dropped: row("dropped", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Jobs too old before they were started.
    Expired: row("expired", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Jobs whose users lost patience.
    Abandoned: row("abandoned", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Ticks of a dispatcher that was down.
    Missed: row("missed", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Copies that became ready beside a running one.
    Duplicates: row("duplicates", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Times that a job was taken from its worker.
    Interruptions: row("interruptions", Jobs, JOBS);
    /// Jobs lost with their worker.
    LostWithWorker: row("lost_with_worker", Jobs, JOBS).compared(Compared::Count(&[Class]));
    /// Times that a job over its limit went back.
    Requeues: row("requeues", Jobs, JOBS);
    /// Worker time in attempts that finished no job.
    WastedHours: row("wasted_hours", Hours, JOBS);
    /// Jobs that workers have taken in advance, on average: a part of the backlog and not of a queue's depth.
    PrefetchedMean: row("prefetched_mean", Jobs, &[Class]);
    /// The most of them at once.
    PrefetchedMax: row("prefetched_max", Jobs, &[Class]);
    /// Jobs that wait for the due time of a retry, or to go back to their queue, on average: a part of the backlog.
    RetryingMean: row("retrying_mean", Jobs, &[Class]);
    /// The most of them at once.
    RetryingMax: row("retrying_max", Jobs, &[Class]);

    /// Jobs created and not started, on average.
    BacklogMean: row("backlog_mean", Jobs, JOBS)
        .asked(Written::OfBacklog("mean"), Ceiling::Jobs).falls_with_waits();
    /// What all jobs together spent staged, ready or waiting for a retry.
    BacklogHours: row("backlog_hours", JobHours, JOBS)
        .asked(Written::Alone("backlog_hours"), Ceiling::JobHours).falls_with_waits();
    /// The largest backlog.
    BacklogMax: row("backlog_max", Jobs, JOBS).compared(Compared::Judged(&[All])).words("the largest backlog")
        .asked(Written::OfBacklog("max"), Ceiling::Jobs).falls_with_waits();
    /// When the backlog was largest.
    BacklogPeakTime: row("backlog_peak_time", Seconds, JOBS);
    /// From the end of a fault to the first instant at which the backlog is no larger than without the faults; of all the longest.
    DrainTime: row("drain_time", Seconds, &[All, Fault]).compared(Compared::Judged(&[All])).words("the time to drain")
        .asked(Written::Alone("drain_time"), Ceiling::Spell).falls_with_waits();

    /// Jobs ready in a queue, on average.
    DepthMean: row("depth_mean", Jobs, &[Queue]);
    /// The most of them at once.
    DepthMax: row("depth_max", Jobs, &[Queue]);
    /// The largest age of the oldest job ready in a queue.
    AgeMax: row("age_max", Seconds, &[Queue]).asked(Written::Of("age"), Ceiling::JobTime).falls_with_waits();
    /// Jobs staged before a dispatcher, on average.
    StagedMean: row("staged_mean", Jobs, &[Dispatcher]);
    /// The most of them at once.
    StagedMax: row("staged_max", Jobs, &[Dispatcher]).asked(Written::Of("staged_depth"), Ceiling::Jobs);
    /// The largest age of the oldest job staged.
    StagedAgeMax: row("staged_age_max", Seconds, &[Dispatcher]).asked(Written::Of("staged_age"), Ceiling::JobTime);

    /// Busy worker-time over available worker-time; of a provider with a cap, calls under way over the cap.
    Utilisation: row("utilisation", Share, &[All, Pool, Provider]).asked(Written::Alone("utilisation"), Ceiling::Whole);
    /// Time of busy workers.
    BusyHours: row("busy_hours", Hours, WORKERS);
    /// Time of workers that were there and had no job.
    IdleHours: row("idle_hours", Hours, WORKERS);
    /// Time of workers that started.
    BootingHours: row("booting_hours", Hours, WORKERS);
    /// Time of workers that were broken down.
    DownHours: row("down_hours", Hours, WORKERS);
    /// Time of all workers.
    WorkerHours: row("worker_hours", Hours, WORKERS).compared(Compared::Told(&[All])).words("the worker-hours");
    /// What they cost.
    Cost: row("cost", Cost, WORKERS).compared(Compared::Told(&[All])).words("the cost")
        .asked(Written::Alone("cost"), Ceiling::Price);

    /// Calls that a provider let in.
    Calls: row("calls", Calls, &[Provider]);
    /// Calls under way, on average.
    CallsInProgress: row("calls_in_progress", Calls, &[Provider]);
    /// Time that workers were held by jobs that waited to be let in.
    WaitingHours: row("waiting_hours", Hours, &[Provider]);

    /// Whether an alert fired after the first fault began, or at all without faults.
    Fired: row("fired", Share, &[Alert]);
    /// From the start of the first fault to the first firing since.
    FiredAfter: row("fired_after", Seconds, &[Alert]).asked(Written::Of("fired_after"), Ceiling::Run);
    /// From the start of the first fault to when the alert resolved.
    ResolvedAfter: row("resolved_after", Seconds, &[Alert]);
    /// The age of the oldest job ready or staged when an alert fired.
    AgeWhenFired: row("age_when_fired", Seconds, &[Alert]);
    /// How often an alert fired since the warm-up.
    Firings: row("firings", Times, &[Alert]);
    /// How often it fires in 30 days of the same scenario without its faults.
    FalseAlarms: row("false_alarms", Times, &[Alert]).asked(Written::Of("false_alarms"), Ceiling::Rate);
    /// How often a response acted.
    Acted: row("acted", Times, &[Response]);
    /// When it acted first, from the start of the first fault.
    ActedAfter: row("acted_after", Seconds, &[Response]);
}

/// Alternatives are compared by a few waits; what is after the start is for the baseline.
const fn compared_time(quantity: Quantity, statistic: TimeStatistic) -> Compared {
    match (quantity, statistic) {
        (Quantity::Wait, TimeStatistic::Mean | TimeStatistic::P95 | TimeStatistic::P99) => Compared::Judged(JOBS),
        (Quantity::Sojourn, TimeStatistic::Mean | TimeStatistic::P95 | TimeStatistic::P99) => {
            Compared::WithBaseline(JOBS)
        }
        _ => Compared::Never,
    }
}

impl Metric {
    /// `wait_mean`
    pub const WAIT_MEAN: Self = Self::Time(Quantity::Wait, TimeStatistic::Mean);
    /// `wait_p95`
    pub const WAIT_P95: Self = Self::Time(Quantity::Wait, TimeStatistic::P95);
    /// `wait_p99`
    pub const WAIT_P99: Self = Self::Time(Quantity::Wait, TimeStatistic::P99);

    /// For how long more than half of the jobs created wait longer than this many seconds. What reads alike is one metric.
    #[must_use]
    pub fn most_late(bound_s: f64) -> Self {
        let told = human_seconds(bound_s, Human::Prose);
        Self::MostLate(parse_duration(&told).unwrap_or_else(|_| SimDuration::from_secs_f64(bound_s)))
    }

    /// As outputs write it, such as `wait_p95`.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::MostLate(bound) => {
                Cow::Owned(format!("most(wait > {})", human_seconds(bound.as_secs_f64(), Human::Prose)))
            }
            other => Cow::Borrowed(other.facts().name),
        }
    }

    /// The metric of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if let Some(bound) = name.strip_prefix("most(wait > ").and_then(|rest| rest.strip_suffix(')')) {
            return parse_duration(bound).ok().map(Self::MostLate);
        }
        let plain = PLAIN.iter().copied().find(|metric| metric.facts().name == name);
        plain.or_else(|| time::by_figure_name(name).map(|(quantity, statistic)| Self::Time(quantity, statistic)))
    }

    /// The metric that an objective measures, by its measure as written, such as `max(backlog)` or `age(mail)`; `None`: it is about the
    /// times of jobs or their number.
    #[must_use]
    pub fn of_measure(text: &str) -> Option<Self> {
        let (function, argument) = text.split_once('(').map_or((text, None), |(name, rest)| (name, Some(rest)));
        let is_written = |asked: &Asked| match asked.written {
            Written::Alone(name) => argument.is_none() && name == text.trim(),
            Written::Of(name) => argument.is_some() && name == function.trim(),
            Written::OfBacklog(name) => name == function.trim() && argument.map(str::trim_start) == Some("backlog)"),
        };
        Self::all_asked().find(|(_, asked)| is_written(asked)).map(|(metric, _)| metric)
    }

    /// All that objectives know, in the order of the table.
    pub fn all_asked() -> impl Iterator<Item = (Self, Asked)> {
        PLAIN.iter().filter_map(|metric| Some((*metric, metric.asked()?)))
    }

    /// Its unit.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.facts().unit
    }

    /// What it can be of.
    #[must_use]
    pub const fn scopes(self) -> &'static [ScopeKind] {
        self.facts().scopes
    }

    /// What objectives must know of it; `None`: they do not know it.
    #[must_use]
    pub const fn asked(self) -> Option<Asked> {
        self.facts().asked
    }

    /// Whether alternatives are compared by it, of such a thing.
    #[must_use]
    pub fn is_compared(self, scope: ScopeKind) -> bool {
        matches!(self.facts().compared, Compared::Judged(scopes) | Compared::Told(scopes) if scopes.contains(&scope))
    }

    /// Whether a run is compared with its baseline by it beyond what alternatives are compared by, of such a thing.
    #[must_use]
    pub fn is_compared_with_baseline(self, scope: ScopeKind) -> bool {
        matches!(
            self.facts().compared,
            Compared::WithBaseline(scopes) | Compared::Count(scopes) if scopes.contains(&scope)
        )
    }

    /// Whether a gate only tells how it differs.
    #[must_use]
    pub const fn is_told(self) -> bool {
        matches!(self.facts().compared, Compared::Told(_))
    }

    /// Whether who does not have it has it with the value 0.
    #[must_use]
    pub const fn is_count(self) -> bool {
        matches!(self.facts().compared, Compared::Count(_))
    }

    /// Whether it has words of its own, whomever it concerns.
    #[must_use]
    pub const fn has_words(self) -> bool {
        self.facts().words.is_some()
    }

    /// In words, such as `the p95 wait of mail`, `the largest backlog`.
    #[must_use]
    pub fn words(self, whose: &str) -> String {
        match (self, self.facts().words) {
            (_, Some(words)) => words.to_owned(),
            (Self::Time(quantity, statistic), _) => format!("the {} {} of {whose}", statistic.name(), quantity.name()),
            _ => format!("`{}` of {whose}", self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Metric> {
        let times = Quantity::ALL.into_iter().flat_map(|q| TimeStatistic::ALL.map(|s| Metric::Time(q, s)));
        PLAIN.iter().copied().chain(times).collect()
    }

    #[test]
    fn each_metric_has_a_name_of_its_own_by_which_it_is_found() {
        for metric in all() {
            assert_eq!(Metric::from_name(&metric.name()), Some(metric));
        }
        assert_eq!(Metric::from_name("wait_p95"), Some(Metric::WAIT_P95));
        assert_eq!(Metric::from_name("wait_p97"), None);
    }

    #[test]
    fn a_lateness_is_found_by_its_name_and_is_one_where_it_reads_alike() {
        for seconds in [0.0, 2e-9, 12.3e-6, 0.05, 0.1, 0.8, 4.534, 45.0, 90.0, 3_599.7, 12_434.0, 90_300.0, 273_700.0] {
            let metric = Metric::most_late(seconds);
            assert_eq!(Metric::from_name(&metric.name()), Some(metric), "{seconds}");
        }
        assert_eq!(Metric::most_late(12_434.0), Metric::most_late(12_420.0));
        assert_eq!(Metric::most_late(30.0).name(), "most(wait > 30 s)");
    }

    #[test]
    fn the_metric_of_a_measure_is_found() {
        assert_eq!(Metric::of_measure("max(backlog)"), Some(Metric::BacklogMax));
        assert_eq!(Metric::of_measure("fired_after(\"a (b)\")"), Some(Metric::FiredAfter));
        assert_eq!(Metric::of_measure("drain_time"), Some(Metric::DrainTime));
        assert_eq!(Metric::of_measure("max(wait)"), None);
        assert_eq!(Metric::of_measure("p95(wait)"), None);
    }

    #[test]
    fn what_is_compared_reads_as_a_sentence_has_it() {
        assert_eq!(Metric::WAIT_P95.words("mail"), "the p95 wait of mail");
        assert_eq!(Metric::BacklogMax.words("all jobs"), "the largest backlog");
        assert_eq!(Metric::Failures.words("mail"), "`failures` of mail");
    }
}
