//! What a scenario asks for, in words and tables, before anything is simulated.

pub(crate) mod idle_keys;
pub(crate) mod load;
pub(crate) mod other_events;
pub(crate) mod provider_load;
pub(crate) mod rules;
pub(crate) mod ties;
pub(crate) mod unforeseen;

use crate::findings::figures::{figure, percent};
use crate::findings::table::{Cell, Paint, Table, Tone, labelled, wrap};
use crate::model::{Arrivals, DesignPoint, Dispatcher, Model, OutageKind, Study, Until, Warmup, trace_uses};
use crate::units::{Human, SimTime, human_count, human_seconds};
use load::{Asked, LoadStep, OfferedLoad, Staged, Stretch};
use other_events::OtherEvents;
use unforeseen::Unforeseen;

/// Jobs that one thread is assumed to simulate in a second, with statistics on.
const ASSUMED_SPEED: f64 = 3e6;
/// From this utilisation on a pool is called nearly full: waits grow with 1 / (1 - utilisation).
const NEARLY_FULL: f64 = 0.9;

/// From this factor on the busiest hour of a step is told beside its average.
const MUCH_MORE: f64 = 1.1;
/// Most stretches of overload that are named.
const MOST_STRETCHES: usize = 3;

/// How the explanation is laid out and what the run would have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Threads that would run.
    pub threads: usize,
    /// Characters in a line.
    pub width: usize,
}

/// Explains a study: its base case as TOML (`effective`), offered load, utilisation over time, stability, alternatives, and what a
/// run would take.
#[must_use]
pub fn explain(study: &Study, effective: &str, plan: Plan, paint: Paint<'_>) -> String {
    let mut parts =
        vec![heading(study, plan, paint), section("The base case with all defaults", effective.trim_end(), paint)];
    let asks: Vec<Ask> = study.points.iter().map(Ask::of).collect();
    if let Some(base) = study.points.first() {
        let load = OfferedLoad::of(&base.model);
        let times = Times { study };
        let traces: Vec<String> = trace_uses(&base.model).iter().map(|file| format!("{}.", file.sentence())).collect();
        if !traces.is_empty() {
            parts.push(section("Traces", &lines(&traces, plan), paint));
        }
        parts.push(section("Offered load", &class_table(&load, plan, paint), paint));
        parts.push(section(
            "Utilisation asked for, over time",
            &step_table(&times, base, &load).render(plan.width, paint),
            paint,
        ));
        parts.push(section("Stability", &lines(&stability(&times, base, &load), plan), paint));
        let rules = rules::sentences(&base.model);
        if !rules.is_empty() {
            parts.push(section("Rules", &lines(&rules, plan), paint));
        }
    }
    if study.points.iter().any(|point| point.alternative != "base") {
        parts.push(section("Alternatives", &alternative_table(study, &asks).render(plan.width, paint), paint));
    }
    let ties = study.points.first().map(|base| ties::sentences(&base.model)).unwrap_or_default();
    if !ties.is_empty() {
        parts.push(section("Where the order in the file decides", &lines(&ties, plan), paint));
    }
    let idle = study.points.first().map(|base| idle_keys::sentences(&base.model)).unwrap_or_default();
    if !idle.is_empty() {
        parts.push(section("Without effect", &lines(&idle, plan), paint));
    }
    parts.push(section("Plan", &lines(&plan_sentences(study, &asks, plan), plan), paint));
    parts.join("\n")
}

fn heading(study: &Study, plan: Plan, paint: Paint<'_>) -> String {
    let title = paint(Tone::Strong, &wrap(&study.title, plan.width, 0));
    let question = study.question.as_ref().map(|question| labelled("Question: ", question, plan.width));
    format!("{title}\n{}", question.unwrap_or_default())
}

fn section(title: &str, body: &str, paint: Paint<'_>) -> String {
    format!("{}\n{}\n", paint(Tone::Strong, &format!("== {title} ==")), body.trim_end())
}

fn lines(sentences: &[String], plan: Plan) -> String {
    sentences.iter().map(|sentence| format!("{}\n", wrap(&format!("- {sentence}"), plan.width, 2))).collect()
}

fn class_table(load: &OfferedLoad, plan: Plan, paint: Paint<'_>) -> String {
    let classes = &load.classes;
    let total = load.sum(|class| class.work_s);
    let mut table = Table::new("job class", classes.iter().map(|c| c.name.clone()).collect());
    let column = |value: &dyn Fn(&load::ClassLoad) -> String| -> Vec<Cell> {
        classes.iter().map(|class| Cell::plain(value(class))).collect()
    };
    table.column(vec!["jobs".into()], column(&|c| human_count(c.jobs.round())));
    table.column(vec!["mean service".into()], column(&|c| c.mean_service_s.map_or(String::new(), |s| figure(s, "s"))));
    if classes.iter().any(|class| class.attempts > class.jobs * (1.0 + 1e-9)) {
        table.column(vec!["attempts".into(), "a job".into()], column(&attempts_a_job));
    }
    table.column(vec!["erlangs".into()], column(&|c| human_count(c.erlangs)));
    table.column(
        vec!["of all work".into()],
        column(&|c| if total > 0.0 { percent(c.work_s / total) } else { String::new() }),
    );
    let sum = load.sum(|class| class.erlangs);
    let sum = format!("In all {} erlangs: so many workers would be busy on average.", human_count(sum));
    format!("{}{}", table.render(plan.width, paint), wrap(&sum, plan.width, 0))
}

fn attempts_a_job(class: &load::ClassLoad) -> String {
    if class.jobs > 0.0 { human_count(class.attempts / class.jobs) } else { String::new() }
}

/// How times are written: on the wall clock where there is one.
struct Times<'a> {
    study: &'a Study,
}

impl Times<'_> {
    fn label(&self, time: SimTime) -> String {
        let clock = self.study.settings.clock.as_ref().and_then(|clock| clock.at(time));
        let days = self.study.points.first().is_some_and(|p| p.model.horizon().as_secs_f64() > 86_400.0);
        let format = if days { "%a %d %H:%M" } else { "%H:%M" };
        clock.map_or_else(|| human_seconds(time.as_secs_f64(), Human::Prose), |at| at.strftime(format).to_string())
    }

    /// From when to when: `from Mon 02 09:00 to 10:00`.
    fn stretch(&self, from: SimTime, to: SimTime) -> String {
        let clock = |time| self.study.settings.clock.as_ref().and_then(|clock| clock.at(time));
        let same_day = clock(from).zip(clock(to)).is_some_and(|(from, to)| from.date() == to.date());
        let end = match clock(to) {
            Some(to) if same_day => to.strftime("%H:%M").to_string(),
            _ => self.label(to),
        };
        format!("from {} to {end}", self.label(from))
    }
}

fn step_table(times: &Times<'_>, base: &DesignPoint, load: &OfferedLoad) -> Table {
    let steps = &load.steps;
    let mut table = Table::new("from", steps.iter().map(|step| times.label(step.from)).collect());
    for (i, pool) in load.pools.iter().enumerate() {
        let cells = steps.iter().map(|step| step_cell(load, i, step)).collect();
        table.column(vec![pool.name.clone()], cells);
    }
    table.column(vec!["erlangs".into()], steps.iter().map(|s| Cell::plain(human_count(s.erlangs))).collect());
    table.column(vec!["jobs".into()], steps.iter().map(|s| Cell::plain(human_count(s.jobs.round()))).collect());
    let notes = steps.iter().map(|step| Cell::plain(notes(&base.model, step))).collect();
    table.column_if_any(vec!["what happens".into()], notes);
    table
}

fn utilisation_cell(utilisation: Option<f64>) -> Cell {
    let Some(share) = utilisation else {
        return Cell { text: "no workers".into(), tone: Tone::Bad };
    };
    let tone = match share {
        s if s >= 1.0 => Tone::Bad,
        s if s >= NEARLY_FULL => Tone::Undecided,
        _ => Tone::Plain,
    };
    Cell { text: asked(share), tone }
}

/// The average of a step, and its busiest hour where that says more.
fn step_cell(load: &OfferedLoad, pool: usize, step: &LoadStep) -> Cell {
    let average = utilisation_cell(step.pools[pool]);
    let (Some(share), Some(peak)) = (step.pools[pool], load.peak_within(pool, step)) else { return average };
    match peak {
        Asked::WithoutWorkers => {
            Cell { text: format!("{}, some of it without workers", average.text), tone: Tone::Bad }
        }
        Asked::Share(peak) if peak >= share * MUCH_MORE && asked(peak) != asked(share) => {
            let tone = utilisation_cell(Some(peak)).tone;
            Cell { text: format!("{}, up to {}", average.text, asked(peak)), tone }
        }
        Asked::Share(_) => average,
    }
}

/// A utilisation that may exceed 1.
fn asked(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        percent if percent < 0.05 => "below 0.1 %".to_owned(),
        percent if percent < 0.95 => format!("{percent:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}

/// The bursts, outages and changes of a step.
fn notes(model: &Model, step: &LoadStep) -> String {
    let within = |from: SimTime, to: SimTime| from < step.to && step.from < to;
    let bursts = model.classes().iter().filter_map(|class| match class.arrivals {
        Arrivals::Burst { from, over, .. } if within(from, from.after(over).max(from.after(NANOSECOND))) => {
            Some(format!("burst of {}", class.name))
        }
        _ => None,
    });
    let down = |d: &&Dispatcher| {
        d.outages.iter().any(|outage| outage.kind != OutageKind::TwoActive && within(outage.from, outage.to))
    };
    let outages = model.dispatchers().iter().filter(down).map(|d| format!("{} down", d.name));
    let pools = model.pools().iter().filter(|pool| pool.capacity.outages.iter().any(|it| within(it.from, it.to)));
    let outages = outages.chain(pools.map(|pool| format!("{} down", pool.name)));
    let changes = model.changes().iter().filter(|change| match change.until {
        Until::Time(end) => within(change.at, end),
        Until::Horizon | Until::Drained => within(change.at, SimTime::NEVER),
    });
    let changes = changes.map(|change| change.name.clone());
    bursts.chain(outages).chain(changes).collect::<Vec<_>>().join(", ")
}

const NANOSECOND: crate::units::SimDuration = crate::units::SimDuration::from_nanos(1);

fn stability(times: &Times<'_>, base: &DesignPoint, load: &OfferedLoad) -> Vec<String> {
    let unforeseen = Unforeseen::of_all(&base.model);
    let pools = unforeseen.iter().enumerate().map(|(i, unforeseen)| pool_sentence(times, load, (i, unforeseen)));
    let mut staged = Staged::new(&base.model);
    let dispatchers = || base.model.dispatchers().iter().enumerate();
    let outages: Vec<_> = dispatchers().filter_map(|d| outage_sentence(times, &mut staged, d)).collect();
    let replicas = dispatchers().filter_map(|d| replica_sentence(&mut staged, d));
    let outages = outages.into_iter().chain(replicas);
    let drained = base.model.changes().iter().filter(|change| change.until == Until::Drained);
    let drained = drained.map(|change| {
        format!("When `{}` ends depends on the backlog; the table counts it to the end of the run.", change.name)
    });
    pools.chain(provider_load::provider_sentences(&base.model, load)).chain(outages).chain(drained).collect()
}

fn pool_sentence(times: &Times<'_>, load: &OfferedLoad, (pool, unforeseen): (usize, &Unforeseen)) -> String {
    let name = &load.pools[pool].name;
    let (Some(overall), Some((hour, peak))) = (load.pools[pool].utilisation(), load.busiest_hour(pool)) else {
        let scales =
            times.study.points.first().is_some_and(|base| base.model.pools()[pool].capacity.autoscale.is_some());
        return if scales {
            format!("`{name}` has no workers until its autoscaler adds some, which the table does not count.")
        } else {
            format!("`{name}` has no workers: nothing that only it serves is ever done.")
        };
    };
    let overloads = load.overloads(pool);
    let relief = unforeseen.relief();
    let average = format!("`{name}`: offered load is {} of capacity on average", asked(overall));
    let busiest = format!("{} {}", asked(peak), times.stretch(hour.from, hour.to));
    match (overall, overloads.as_slice()) {
        (o, _) if o >= 1.0 => {
            format!("{average} and {busiest}: more than it can do; its backlog grows to the end of the run.{relief}")
        }
        (_, []) if peak >= NEARLY_FULL => {
            format!("{average} and {busiest}{}", unforeseen.stable(true))
        }
        (_, []) => format!("{average} and at most {busiest}{}", unforeseen.stable(false)),
        (_, all) => {
            let told = overload_words(times, all);
            format!(
                "{average}, but {told}: a backlog builds up there and drains later, if the load after it allows.{relief}"
            )
        }
    }
}

/// When a pool cannot keep up: the worst stretches in the order of time, and how many there are.
fn overload_words(times: &Times<'_>, all: &[Stretch]) -> String {
    let weight = |stretch: &Stretch| match stretch.asked {
        Asked::Share(share) => share,
        Asked::WithoutWorkers => f64::INFINITY,
    };
    let mut worst: Vec<&Stretch> = all.iter().collect();
    worst.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.from.cmp(&b.from)));
    worst.truncate(MOST_STRETCHES);
    worst.sort_by_key(|stretch| stretch.from);
    let told = |stretch: &&Stretch| {
        let when = times.stretch(stretch.from, stretch.to);
        match stretch.asked {
            Asked::Share(share) => format!("{} {when}", asked(share)),
            Asked::WithoutWorkers => format!("without workers {when}"),
        }
    };
    let told: Vec<String> = worst.iter().map(told).collect();
    let (more, of_all) = match all.len() - worst.len() {
        0 => (String::new(), String::new()),
        more => {
            let length: f64 = all.iter().map(|stretch| stretch.to.since(stretch.from).as_secs_f64()).sum();
            let length = human_seconds(length, Human::Prose);
            (format!(" and {more} more times"), format!(", {length} in all"))
        }
    };
    format!("{}{more}{of_all}", told.join(", "))
}

/// How much a dispatcher holds back while it is down.
fn outage_sentence(
    times: &Times<'_>,
    staged: &mut Staged<'_>,
    (place, dispatcher): (usize, &Dispatcher),
) -> Option<String> {
    let outages = || dispatcher.outages.iter().filter(|outage| outage.kind != OutageKind::TwoActive);
    let first = outages().next()?;
    let length: f64 = outages().map(|outage| outage.to.since(outage.from).as_secs_f64()).sum();
    let held: f64 = outages().map(|outage| staged.jobs(place, *outage)).sum();
    Some(format!(
        "`{}` is down for {} from {}: about {} jobs are staged meanwhile; the table counts them when they are created, the workers get \
         them when it returns.",
        dispatcher.name,
        human_seconds(length, Human::Prose),
        times.label(first.from),
        human_count(held.round()),
    ))
}

/// Who takes over when the active replica is gone, and how much is run twice while two are active.
fn replica_sentence(staged: &mut Staged<'_>, (place, dispatcher): (usize, &Dispatcher)) -> Option<String> {
    let (name, replicas) = (&dispatcher.name, dispatcher.replicas.filter(|&replicas| replicas > 1)?);
    let gap = dispatcher
        .failover
        .map_or("at once".to_owned(), |gap| format!("after {}", human_seconds(gap.as_secs_f64(), Human::Prose)));
    let both = dispatcher.outages.iter().filter(|outage| outage.kind == OutageKind::TwoActive);
    let twice: f64 = both.map(|outage| staged.jobs(place, *outage)).sum();
    let lead = format!(
        "`{name}` has {replicas} replicas: a standby takes over {gap} when a restart or failure takes the active one"
    );
    if !dispatcher.can_release_twice() {
        return Some(format!("{lead}."));
    }
    let jobs = human_count(twice.round());
    Some(format!("{lead}; while two are active, about {jobs} jobs are moved twice and their copies run for nothing."))
}

/// What a design point asks for, worked out once.
struct Ask {
    /// Expected jobs in a replication.
    jobs: f64,
    /// The utilisation of its fullest pool, on average and in its busiest hour; `None` without workers, and in the points of a sweep.
    average: Option<f64>,
    peak: Option<f64>,
}

impl Ask {
    fn of(point: &DesignPoint) -> Self {
        if !point.sweep.is_empty() {
            return Self { jobs: OfferedLoad::jobs_of(&point.model), average: None, peak: None };
        }
        let load = OfferedLoad::of(&point.model);
        let average = fullest(&load, |i| load.pools[i].utilisation());
        let peak = fullest(&load, |i| Some(load.busiest_hour(i)?.1));
        Self { jobs: load.jobs(), average, peak }
    }
}

/// One row for each alternative as it stands: what differs and what is asked of its busiest pool.
fn alternative_table(study: &Study, asks: &[Ask]) -> Table {
    let is_own = |(point, _): &(&DesignPoint, &Ask)| point.sweep.is_empty();
    let (points, loads): (Vec<_>, Vec<_>) = study.points.iter().zip(asks).filter(is_own).unzip();
    let mut table = Table::new("alternative", points.iter().map(|p| p.alternative.clone()).collect());
    let average = loads.iter().map(|load| utilisation_cell(load.average)).collect();
    let peak = loads.iter().map(|load| utilisation_cell(load.peak)).collect();
    table.column(vec!["fullest pool,".into(), "average".into()], average);
    table.column(vec!["fullest pool,".into(), "busiest hour".into()], peak);
    let differs = points.iter().map(|p| Cell::plain(differences(p))).collect();
    table.column_if_any(vec!["what differs".into()], differs);
    table
}

fn fullest(load: &OfferedLoad, share: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    (0..load.pools.len()).filter_map(share).reduce(f64::max)
}

/// What fits beside the other columns; all of it is in the file.
fn differences(point: &DesignPoint) -> String {
    let all: Vec<_> = point.differences.iter().map(|(path, value)| format!("{path} = {value}")).collect();
    let text = all.join("; ");
    let cut: String = text.chars().take(50).collect();
    if cut == text { text } else { format!("{cut} ...") }
}

fn plan_sentences(study: &Study, asks: &[Ask], plan: Plan) -> Vec<String> {
    let replications = study.settings.replications;
    let units = study.points.len() as f64 * f64::from(replications);
    let of_points: Vec<f64> = asks.iter().map(|ask| ask.jobs).collect();
    let jobs: f64 = of_points.iter().sum::<f64>() * f64::from(replications);
    let parallel = (plan.threads as f64).min(units.max(1.0));
    let others = OtherEvents::of(study, &of_points);
    let seconds = (jobs + others.counted()) / (ASSUMED_SPEED * parallel);
    let mut sentences = vec![
        format!(
            "{} design points x {replications} replications = {} replications with about {} jobs.",
            study.points.len(),
            human_count(units),
            human_count(jobs.round()),
        ),
        format!(
            "About {} on {} threads, assuming {} jobs a second and thread.",
            human_seconds(seconds.max(0.1), Human::Prose),
            plan.threads,
            human_count(ASSUMED_SPEED),
        ),
    ];
    sentences.extend(others.sentences());
    if study.settings.warmup == Warmup::Mser5 {
        sentences.push("The warm-up is found first, by MSER-5 in some replications of each design point.".to_owned());
    }
    sentences.extend(study.settings.precision.map(|precision| {
        format!(
            "Design points with an open objective get more, twice as many at each look and {} at most.",
            human_count(f64::from(precision.most))
        )
    }));
    sentences
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::distribution::Distribution;
    use crate::model::{
        Change, DispatcherId, Effect, JobClass, ModelParts, OnReturn, Outage, Pool, PoolId, Queue, QueueId, QueueOrder,
        Service, Settings, Spacing, Take,
    };
    use crate::units::{Clock, Rate, Share, SimDuration};

    fn at(hours: u64) -> SimTime {
        SimTime::ZERO.after(SimDuration::from_secs(hours * 3600))
    }

    fn class(name: &str, via: Option<DispatcherId>, arrivals: Arrivals) -> JobClass {
        JobClass {
            name: name.into(),
            queue: QueueId(0),
            via,
            priority: 0,
            tenants: 1,
            deadline: None,
            initial_backlog: 0,
            arrivals,
            service: Service::plain(Distribution::constant(10.0).unwrap()),
            fate: crate::model::Fate::default(),
        }
    }

    fn model(size: u32) -> Model {
        let grades = Arrivals::Poisson { rate: Rate::per_second(0.5).unwrap(), profile: None };
        let over = SimDuration::from_secs(1800);
        let report = Arrivals::Burst { jobs: 3600, from: at(3), over, spacing: Spacing::Even };
        let double = Effect::ScaleSize(PoolId(0), 2.0);
        Model::new(ModelParts {
            horizon: SimDuration::from_secs(6 * 3600),
            classes: vec![class("grades", Some(DispatcherId(0)), grades), class("report", None, report)],
            queues: vec![Queue { name: "q".into(), order: QueueOrder::Fifo, capacity: None }],
            pools: vec![Pool {
                name: "w".into(),
                size,
                cost_per_hour: None,
                take: Take::Strict(vec![QueueId(0)]),
                reserve: None,
                capacity: crate::model::Capacity::default(),
            }],
            dispatchers: vec![Dispatcher {
                name: "driver".into(),
                outages: vec![Outage::down(at(1), at(2))],
                on_return: OnReturn::Flood,
                ..Dispatcher::default()
            }],
            changes: vec![Change { name: "double".into(), at: at(5), until: Until::Drained, effects: vec![double] }],
            backlog_limit: 1_000_000,
            ..ModelParts::default()
        })
        .unwrap()
    }

    fn point(alternative: &str, size: u32) -> DesignPoint {
        DesignPoint {
            alternative: alternative.into(),
            title: alternative.into(),
            sweep: vec![],
            model: model(size),
            objectives: vec![],
            differences: BTreeMap::from([("pools.w.size".into(), size.to_string())]),
        }
    }

    fn study() -> Study {
        let start = "2024-03-01T09:00:00+00:00[UTC]".parse().unwrap();
        Study {
            name: "x".into(),
            title: "A title".into(),
            question: Some("How many?".into()),
            source: None,
            settings: Settings {
                replications: 30,
                precision: None,
                seed: 1,
                confidence: Share::new(0.95).unwrap(),
                curve_step: SimDuration::from_secs(60),
                warmup: Warmup::NONE,
                clock: Some(Clock::new(start)),
            },
            axes: vec![],
            is_grid: false,
            points: vec![point("base", 10), point("more", 20)],
        }
    }

    fn explained() -> String {
        explain(&study(), "title = \"A title\"\n", Plan { threads: 2, width: 100 }, &|_, text| text.to_owned())
    }

    /// The line of a table that starts with these words, its cells single-spaced.
    fn line(text: &str, start: &str) -> String {
        let found = text.lines().find(|line| line.starts_with(start)).unwrap_or_default();
        found.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_load_of_each_class_and_hour_is_told() {
        let text = explained();
        assert_eq!(line(&text, "grades"), "grades 10.8 k 10 s 5 75.0 %");
        assert_eq!(line(&text, "report"), "report 3 600 10 s 1.67 25.0 %");
        assert_eq!(line(&text, "09:00"), "09:00 50 % 5 1 800");
        assert_eq!(line(&text, "10:00"), "10:00 50 % 5 1 800 driver down");
        assert_eq!(line(&text, "12:00"), "12:00 150 %, up to 250 % 15 5 400 burst of report");
        assert_eq!(line(&text, "14:00"), "14:00 25 % 5 1 800 double");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }

    #[test]
    fn stability_outages_and_plan_are_told_in_words() {
        let text = explained().split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "`w`: offered load is 57 % of capacity on average, but 250 % from 12:00 to 12:30: a backlog builds up there",
            "`driver` is down for 1 h from 10:00: about 1 800 jobs are staged meanwhile",
            "When `double` ends depends on the backlog",
            "more 29 % 125 % pools.w.size = 20",
            "2 design points x 30 replications = 60 replications with about 864 k jobs.",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_pool_that_is_asked_for_too_much_or_has_no_workers_is_told() {
        let mut study = study();
        study.points = vec![point("base", 4)];
        let load = OfferedLoad::of(&study.points[0].model);
        assert!(
            pool_sentence(&Times { study: &study }, &load, (0, &Unforeseen::default())).contains("grows to the end")
        );
        let load = OfferedLoad::of(&model(0));
        assert!(pool_sentence(&Times { study: &study }, &load, (0, &Unforeseen::default())).contains("has no workers"));
    }
}
