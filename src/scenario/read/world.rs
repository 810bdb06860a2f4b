//! Reading a whole scenario, overlays applied: from a tree of values to a model with its settings and objectives.

use std::collections::HashSet;

use super::run::Run;
use super::{
    alerts, bounds, dispatchers, events, fates, jobs, limits, objectives, pools, profiles, providers, queues, run,
    staffing, values,
};
use crate::model::{
    Alert, Change, ClassId, Dispatcher, Effect, JobClass, Limit, Model, ModelParts, Objective, Over, Pool, PoolId,
    Provider, Queue, QueueId, Response, Scope, Serving, Settings, Take,
};
use crate::scenario::syntax::desk::Desk;
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::names::{NAME, flaw};
use crate::scenario::syntax::schema;
use crate::scenario::text::node::{Node, Table};
use crate::scenario::text::problem::Problem;
use crate::units::{quoted, written_key, written_path};

/// The newest format of scenarios that is understood.
const FORMAT: i128 = 1;

/// The most things of one kind, but for job classes.
const MOST_NAMES: usize = 1_000;

/// The most job classes.
const MOST_CLASSES: usize = 10_000;

/// What a scenario says.
pub(in crate::scenario) struct World {
    pub(in crate::scenario) title: String,
    pub(in crate::scenario) question: Option<String>,
    pub(in crate::scenario) source: Option<String>,
    pub(in crate::scenario) settings: Settings,
    pub(in crate::scenario) model: Model,
    pub(in crate::scenario) objectives: Vec<Objective>,
}

/// Reads a scenario whose title is `name` unless it has one; reports all problems on the desk.
pub(in crate::scenario) fn read(desk: &Desk<'_>, root: &Node, name: &str) -> Option<World> {
    let fields = Field::new(desk, root, "").open::<schema::Scenario>()?;
    fields.or("format", format)?;
    let title = fields.or_computed("title", &quoted(name), values::text);
    let (question, source) = (fields.maybe("question", values::text), fields.maybe("source", values::text));
    check_counts(desk, fields.table)?;
    check_names(desk, fields.table);
    let run = run::read(desk, root);
    profiles::read_all(desk, fields.table);
    let parts = parts(&fields, run.as_ref());
    let objectives = all_objectives(&fields);
    let model = parts.and_then(|parts| make(&fields, parts));
    if let (Some(model), Some(objectives)) = (&model, &objectives) {
        bounds::check_tenants(&fields, model, objectives);
    }
    Some(World {
        title: title?,
        question: question?,
        source: source?,
        settings: run?.settings,
        model: model?,
        objectives: objectives?,
    })
}

fn format(field: &Field<'_>) -> Option<()> {
    let number = values::whole(field, 1..=i128::from(u32::MAX))?;
    if number > FORMAT {
        let accepted = format!("this version reads format {FORMAT}; a newer Tailback is needed");
        return field.refuse(format!("the scenario has format {number}"), accepted);
    }
    Some(())
}

const SECTIONS: [&str; 10] =
    ["jobs", "queues", "pools", "profiles", "dispatchers", "events", "alerts", "responses", "limits", "providers"];

/// Refuses more things of a kind than can be simulated; `None`: there are.
pub(in crate::scenario) fn check_counts(desk: &Desk<'_>, root: &Table) -> Option<()> {
    let mut fine = Some(());
    for section in SECTIONS.into_iter().chain(["alternatives"]) {
        let entries = root.table(section).map(|table| table.entries.as_slice()).unwrap_or_default();
        let most = if section == "jobs" { MOST_CLASSES } else { MOST_NAMES };
        if let Some(entry) = entries.get(most) {
            let title = format!("there are more than {most} `{section}`");
            desk.report(
                Problem::new(entry.key_place, title).accepted(format!("at most {most}; there are {}", entries.len())),
            );
            fine = None;
        }
    }
    let mut queues = HashSet::new();
    let jobs = root.table("jobs").map(|table| table.entries.as_slice()).unwrap_or_default();
    for job in jobs {
        let stated = job.node.as_table().and_then(|job| job.get("queue")).and_then(Node::as_text);
        if stated.is_some_and(|queue| queues.insert(queue) && queues.len() == MOST_NAMES + 1) {
            let problem = Problem::new(job.key_place, format!("there are more than {MOST_NAMES} queues"));
            desk.report(problem.accepted("job classes may share a `queue`"));
            fine = None;
        }
    }
    fine
}

fn check_names(desk: &Desk<'_>, root: &Table) {
    for section in SECTIONS {
        let entries = root.table(section).map(|table| table.entries.as_slice()).unwrap_or_default();
        for (entry, flaw) in entries.iter().filter_map(|entry| Some((entry, flaw(&entry.key)?))) {
            desk.report(Problem::new(entry.key_place, flaw).accepted(NAME));
        }
    }
}

/// The things of a section by name; those that are wrong are `None`.
fn section<'a, T>(fields: &Fields<'a>, key: &str, read: impl Fn(&str, &Field<'a>) -> Option<T>) -> Vec<Option<T>> {
    let entries = fields.get(key).and_then(|field| field.entries("tables by name"));
    entries.unwrap_or_default().iter().map(|(name, _, field)| read(name, field)).collect()
}

fn required(fields: &Fields<'_>, key: &str, what: &str) {
    if fields.get(key).is_none() && !fields.is_misspelt(key) {
        let problem = fields.field.problem(format!("the scenario has no {what}"));
        fields.field.desk.report(problem.help(format!("add a table `[{key}.NAME]`")));
    }
}

fn parts(fields: &Fields<'_>, run: Option<&Run>) -> Option<ModelParts> {
    required(fields, "jobs", "job class");
    required(fields, "pools", "pool");
    let desk = fields.field.desk;
    let classes: Vec<Option<JobClass>> = section(fields, "jobs", jobs::read);
    let dispatchers: Vec<Option<Dispatcher>> = section(fields, "dispatchers", dispatchers::read);
    let pools: Vec<Option<Pool>> = section(fields, "pools", pools::read);
    let changes: Vec<Option<Vec<Change>>> =
        section(fields, "events", |name, field| events::read(name, field, &classes));
    let alerts: Vec<Option<Alert>> =
        section(fields, "alerts", |name, field| alerts::read_alert(name, field, fields.table));
    let responses: Vec<Option<Response>> =
        section(fields, "responses", |name, field| alerts::read_response(name, field, &classes));
    let pools: Option<Vec<Pool>> = pools.into_iter().collect();
    let queues = queues::read_all(desk, fields.table, pools.as_deref().unwrap_or_default());
    let limits: Vec<Option<Limit>> = section(fields, "limits", limits::read);
    let providers: Vec<Option<Provider>> = section(fields, "providers", providers::read);
    let mut changes = changes.into_iter().collect::<Option<Vec<_>>>()?.concat();
    changes.sort_by_key(|change| change.at);
    Some(ModelParts {
        horizon: run?.horizon,
        classes: classes.into_iter().collect::<Option<_>>()?,
        queues: queues?,
        pools: pools?,
        dispatchers: dispatchers.into_iter().collect::<Option<_>>()?,
        changes,
        alerts: alerts.into_iter().collect::<Option<_>>()?,
        responses: responses.into_iter().collect::<Option<_>>()?,
        backlog_limit: run?.backlog_limit,
        event_limit: run?.event_limit,
        limits: limits.into_iter().collect::<Option<_>>()?,
        providers: providers.into_iter().collect::<Option<_>>()?,
    })
}

/// Checks what concerns several things, and makes the model.
fn make(fields: &Fields<'_>, parts: ModelParts) -> Option<Model> {
    let desk = fields.field.desk;
    if parts.classes.is_empty() || parts.pools.is_empty() {
        return None;
    }
    let before = desk.problems.borrow().len();
    check_served(fields, &parts);
    if !desk.is_candidate {
        staffing::check(fields, &parts);
    }
    check_initial_backlog(fields, &parts);
    limits::check_pools(fields, &parts.limits, &parts.classes, &parts.pools);
    fates::check_cycles(fields, &parts.classes);
    check_resized(fields, &parts);
    bounds::check(fields, &parts);
    check_policies(fields, &parts);
    check_seen_again(fields, &parts);
    if desk.problems.borrow().len() > before {
        return None;
    }
    match Model::new(parts) {
        Ok(model) => Some(model),
        Err(error) => fields.field.refuse(format!("the scenario makes no valid model: {error}"), ""),
    }
}

/// Every queue with jobs is served by some pool.
fn check_served(fields: &Fields<'_>, parts: &ModelParts) {
    let serving = Serving::of(&parts.pools);
    for (i, queue) in parts.queues.iter().enumerate() {
        if serving.pools(QueueId(i as u16)).is_empty() {
            report_unserved(fields, queue, parts.classes.iter().find(|class| class.queue.index() == i));
        }
    }
}

fn report_unserved(fields: &Fields<'_>, queue: &Queue, class: Option<&JobClass>) {
    let job = class.and_then(|class| fields.table.table("jobs")?.entry(&class.name));
    let stated = job.and_then(|job| Some(job.node.as_table()?.get("queue")?.place));
    let place = stated.or(job.map(|job| job.key_place)).unwrap_or(fields.field.node.place);
    let problem = Problem::new(place, format!("no pool serves the queue `{}`", queue.name));
    fields.field.desk.report(problem.help("add it to the `take` of a pool"));
}

/// Only its autoscaler says how many workers a pool has, and workers that fail by themselves are of a constant number.
fn check_resized(fields: &Fields<'_>, parts: &ModelParts) {
    for change in &parts.changes {
        check_effects(fields, parts, ("events", change));
    }
    for response in &parts.responses {
        check_effects(fields, parts, ("responses", &response.change));
    }
}

fn check_effects(fields: &Fields<'_>, parts: &ModelParts, (section, change): (&str, &Change)) {
    let pools = change.effects.iter().filter_map(|effect| match effect {
        Effect::SetSize(pool, _) | Effect::ScaleSize(pool, _) => Some(&parts.pools[pool.index()]),
        _ => None,
    });
    let stated = fields.table.table(section).and_then(|section| section.entry(&change.name));
    let place = stated.map_or(fields.field.node.place, |entry| entry.key_place);
    for pool in change.restarts().map(|pool| &parts.pools[pool.index()]) {
        if pool.capacity.restart.is_none() {
            let (change, pool) = (written_key(&change.name), written_key(&pool.name));
            let title = format!("`{section}.{change}` restarts `pools.{pool}`, which does not say how");
            let help = format!("state `pools.{pool}.restart`, such as `{{ takes = \"20s\" }}`");
            fields.field.desk.report(Problem::new(place, title).help(help));
        }
    }
    for pool in pools {
        let (has, key) = match &pool.capacity {
            capacity if capacity.autoscale.is_some() => ("an autoscaler", "autoscale"),
            capacity if capacity.failures.is_some() => ("workers that fail by themselves", "failures"),
            _ => continue,
        };
        let (change, pool) = (written_key(&change.name), written_key(&pool.name));
        let title = format!("`{section}.{change}` resizes `pools.{pool}`, which has {has}");
        fields.field.desk.report(Problem::new(place, title).help(format!("remove that or `{key}`")));
    }
}

/// A job that becomes visible again beside a running copy can be nowhere else.
fn check_seen_again(fields: &Fields<'_>, parts: &ModelParts) {
    let serving = Serving::of(&parts.pools);
    let prefetches = |id: &&PoolId| parts.pools[id.index()].capacity.prefetch.is_some();
    let seen_again = parts.classes.iter().enumerate().filter(|(_, class)| class.fate.visibility_timeout.is_some());
    for (place, class) in seen_again {
        let covers =
            |limit: &&Limit| matches!(limit.over, Over::Requeue(_)) && limit.covers(ClassId(place as u16), class);
        let pool = serving.pools(class.queue).iter().find(prefetches).map(|id| &parts.pools[id.index()].name);
        let pool = pool.map(|name| ("pools", name, "prefetch"));
        let limit = parts.limits.iter().find(covers).map(|limit| ("limits", &limit.name, "over"));
        for (section, name, key) in pool.into_iter().chain(limit) {
            let (path, class) = (written_path([section, name.as_str(), key]), written_key(&class.name));
            let title = format!("`{path}` beside `jobs.{class}.visibility_timeout`");
            let stated = fields.table.table(section).and_then(|section| section.table(name)?.get(key));
            let place = stated.map_or(fields.field.node.place, |node| node.place);
            fields
                .field
                .desk
                .report(Problem::new(place, title).accepted("only one of them can be simulated at a time"));
        }
    }
}

/// What a change sets must fit what it is set for.
fn check_policies(fields: &Fields<'_>, parts: &ModelParts) {
    let events = parts.changes.iter().map(|change| ("events", change));
    let responses = parts.responses.iter().map(|response| ("responses", &response.change));
    for (section, change) in events.chain(responses) {
        for problem in change.effects.iter().filter_map(|effect| misfit(effect, parts)) {
            let stated = fields.table.table(section).and_then(|section| section.entry(&change.name));
            let place = stated.map_or(fields.field.node.place, |entry| entry.key_place);
            let (title, help) = problem;
            let path = written_path([section, &change.name]);
            fields.field.desk.report(Problem::new(place, format!("`{path}` {title}")).help(help));
        }
    }
}

fn misfit(effect: &Effect, parts: &ModelParts) -> Option<(String, &'static str)> {
    match effect {
        Effect::SetPace(id, _) => {
            let Dispatcher { name, rate, .. } = &parts.dispatchers[id.index()];
            let title = format!("sets the rate of `dispatchers.{}`, which has none", written_key(name));
            rate.is_none().then_some((title, "state a `rate` there, which holds at other times"))
        }
        Effect::SetTake(id, take) => misfit_of_take(&parts.pools[id.index()], take, parts),
        _ => None,
    }
}

fn misfit_of_take(pool: &Pool, take: &Take, parts: &ModelParts) -> Option<(String, &'static str)> {
    let (old, new) = (pool.take.queues(), take.queues());
    let lead = format!("changes how `pools.{}` takes", written_key(&pool.name));
    let (own, other): (HashSet<_>, HashSet<_>) = (old.iter().collect(), new.iter().collect());
    if old.len() != new.len() || own != other {
        return Some((format!("{lead}, and for other queues"), "list all queues that the pool serves, and no other"));
    }
    if pool.capacity.preempt.is_some() {
        return Some((format!("{lead}, which preempts"), "remove that or `preempt`"));
    }
    let order = take.order()?;
    let fits = new.iter().all(|queue| parts.queues[queue.index()].order == order);
    (!fits).then(|| (format!("{lead} to an order in which its queues are not"), "state that `order` for the queues"))
}

fn check_initial_backlog(fields: &Fields<'_>, parts: &ModelParts) {
    let sum: u64 = parts.classes.iter().map(|class| class.initial_backlog).sum();
    if sum > parts.backlog_limit {
        let title = format!("the initial backlog of {sum} jobs exceeds `run.backlog_limit`, {}", parts.backlog_limit);
        let class = parts.classes.iter().max_by_key(|class| class.initial_backlog);
        let job = class.and_then(|class| fields.table.table("jobs")?.table(&class.name)?.get("initial_backlog"));
        let place = job.map_or(fields.field.node.place, |node| node.place);
        fields.field.desk.report(Problem::new(place, title).help("lower it, or raise `run.backlog_limit`"));
    }
}

/// The objectives of the whole, then of the classes, then of the pools.
fn all_objectives(fields: &Fields<'_>) -> Option<Vec<Objective>> {
    let top = fields.maybe("objectives", |field| objectives::read(field, Scope::All));
    let of = |key: &str, scope: fn(u16) -> Scope| -> Option<Vec<Objective>> {
        let mut found = Some(Vec::new());
        let entries = fields.table.table(key).map(|table| table.entries.as_slice()).unwrap_or_default();
        for (i, entry) in entries.iter().enumerate() {
            if let Some(node) = entry.node.as_table().and_then(|table| table.get("objectives")) {
                let field = Field::new(fields.field.desk, node, written_path([key, &entry.key, "objectives"]));
                let read = objectives::read(&field, scope(i as u16));
                match (&mut found, read) {
                    (Some(all), Some(more)) => all.extend(more),
                    _ => found = None,
                }
            }
        }
        found
    };
    let (jobs, pools) = (of("jobs", |i| Scope::Class(ClassId(i))), of("pools", |i| Scope::Pool(PoolId(i))));
    Some([top?.unwrap_or_default(), jobs?, pools?].concat())
}
