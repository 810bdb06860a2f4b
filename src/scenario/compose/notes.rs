//! What a reader of the results must know of how a scenario is put together: who wins where `--set`, a sweep and an alternative meet.

use super::overlay::sets;
use super::sweep::{Axis, Sweep};
use crate::model::{Effect, Model, Response, ResponseEnd};
use crate::scenario::syntax::names::{BASE, written_path};
use crate::scenario::syntax::paths::Setting;
use crate::scenario::text::node::Table;

/// A sentence about how the scenario is put together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// What it says: `not-swept`, `overridden`, `points-left-out` or `acts-once`.
    pub kind: &'static str,
    /// The alternatives that it concerns, `base` among them where it concerns the file as it stands.
    pub alternatives: Vec<String>,
    /// The sentence.
    pub text: String,
}

/// An alternative is left out of the sweep, as it sets a swept path, or what the path belongs to, itself.
pub(super) fn not_swept(alternative: &str, axis: &Axis, own: &[String]) -> Note {
    let (swept, own) = (written_path(&axis.path), written_path(own));
    let why = if swept == own { "it sets that itself".to_owned() } else { format!("it sets `{own}` itself") };
    let text = format!("alternative `{alternative}` is left out of the sweep over `{swept}`: {why}");
    Note { kind: "not-swept", alternatives: vec![alternative.to_owned()], text }
}

/// An alternative says otherwise than an argument of the command line, and wins.
pub(super) fn overridden(setting: &Setting, alternative: &str, over: &Table) -> Option<Note> {
    let own = sets(over, &setting.path)?;
    let (set, own) = (written_path(&setting.path), written_path(&own));
    let text = format!(
        "`--set {set}` changes the base case only where no alternative says otherwise: `{alternative}` sets `{own}` itself, and that wins"
    );
    Some(Note { kind: "overridden", alternatives: vec![alternative.to_owned()], text })
}

/// A sweep says otherwise than an argument of the command line, and wins.
pub(super) fn swept_over(setting: &Setting, sweep: &Sweep) -> Option<Note> {
    let meets =
        |axis: &&Axis| sets(&setting.overlay, &axis.path).is_some() || sets(&axis.overlay(0), &setting.path).is_some();
    let axis = sweep.axes.iter().find(meets)?;
    let (set, swept) = (written_path(&setting.path), written_path(&axis.path));
    let text = format!(
        "`--set {set}` holds for the scenario as it stands; at the points of the sweep the values of `{swept}` win"
    );
    Some(Note { kind: "overridden", alternatives: vec![BASE.to_owned()], text })
}

/// A sample has fewer points than were asked for.
pub(super) fn points_left_out(asked: usize, kept: usize) -> Note {
    let text = format!(
        "{kept} of the {asked} points of the sweep with its Latin hypercube are run: the others do not meet `where`, or round to the same point"
    );
    Note { kind: "points-left-out", alternatives: vec![BASE.to_owned()], text }
}

/// Responses that pause classes for a while: they act when their alert fires, and not again while it keeps firing, as it may
/// because of the pause.
pub(super) fn acting_once(model: &Model) -> impl Iterator<Item = Note> + '_ {
    let pauses = |response: &&Response| {
        matches!(response.until, ResponseEnd::After(_))
            && response.change.effects.iter().any(|effect| matches!(effect, Effect::Pause(_)))
    };
    model.responses().iter().filter(pauses).map(|response| {
        let (name, alert) = (&response.name, &model.alerts()[response.on.index()].name);
        let text = format!(
            "response `{name}` pauses once each time that alert `{alert}` fires: while the alert stays firing it does not act again \
             when its `until` is over; for a breaker that opens again, let `{alert}` resolve in between, or use `until = \"resolved\"`"
        );
        Note { kind: "acts-once", alternatives: vec![BASE.to_owned()], text }
    })
}
