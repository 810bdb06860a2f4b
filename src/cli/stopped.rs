//! Says why a replication was stopped, with the line of the scenario that causes it.

use std::path::Path;

use super::failure::Failure;
use crate::experiment::{HaltReason as Reason, Stopped, TooMany};
use crate::model::{Study, SweepAxis};
use crate::scenario::{Cause, blame};
use crate::units::{Human, human_count, human_seconds, written_path};

/// What the user reads of a replication that was stopped; `file` is the scenario and its text.
pub(super) fn stopped_failure(stopped: &Stopped, study: &Study, (file, text): (&Path, &str)) -> Failure {
    let who = who(stopped, study);
    let after = human_seconds(stopped.halt.at.as_secs_f64(), Human::Prose);
    let (path, title, help) = match &stopped.halt.reason {
        Reason::Events { cause, limit } => (
            cause.clone(),
            format!("{who}: more than {} events up to {after}, most of them for `{cause}`", human_count(*limit as f64)),
            format!("change `{cause}` so that less happens, shorten `run.horizon`, or raise `run.event_limit`"),
        ),
        Reason::Backlog | Reason::Stopped => (
            written_path(["jobs", &stopped.class, "arrivals"]),
            format!(
                "{who}: the backlog reached {} jobs after {after}, most of them `{}`",
                human_count(stopped.halt.backlog as f64),
                stopped.class
            ),
            match study.points.iter().map(|point| point.model.backlog_limit()).max() {
                Some(limit) if stopped.halt.backlog <= limit => {
                    "more jobs wait than fit into 2 GiB of memory; add workers or shorten `run.horizon`".to_owned()
                }
                _ => "the workers cannot keep up; add workers, shorten `run.horizon` or raise `run.backlog_limit`"
                    .to_owned(),
            },
        ),
    };
    let cause = Cause { alternative: &stopped.alternative, path: &path, title: &title, help: &help };
    Failure::Refused(blame(file, text, cause))
}

/// More replications than fit into the memory; `file` is the scenario and its text.
pub(super) fn too_many(TooMany { replications, most }: TooMany, study: &Study, (file, text): (&Path, &str)) -> Failure {
    let path = if study.settings.precision.is_some() { "run.precision.most" } else { "run.replications" };
    let title = format!("{replications} replications of this scenario take more than 2 GiB of memory");
    let help = format!("at most {most} fit; a longer `run.curve_step` takes less");
    let cause = Cause { alternative: "base", path, title: &title, help: &help };
    Failure::Refused(blame(file, text, cause))
}

/// The alternative, the swept values and the replication.
fn who(stopped: &Stopped, study: &Study) -> String {
    let value = |(axis, value): (&SweepAxis, &String)| format!("`{}` = `{value}`", axis.path);
    let values: Vec<String> = study.axes.iter().zip(&stopped.sweep).map(value).collect();
    let sweep = if values.is_empty() { String::new() } else { format!(" at {}", values.join(", ")) };
    format!("alternative `{}`{sweep}, replication {}", stopped.alternative, stopped.replication)
}
