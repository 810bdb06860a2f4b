//! What the page shows of the study itself, beside its results: its picture, the load that each case offers, the caps of providers.

use std::collections::BTreeMap;

use minijinja::Value;
use serde::Serialize;

use super::curves::{Short, group};
use crate::model::{DesignPoint, Model, Study};
use crate::plot::draw_bare_scenario;
use crate::report::explain::load::offered_by_class;
use crate::units::SimDuration;

/// The looks of the page, which name its colours.
pub(super) const STYLE: &str = include_str!("style.css");

/// What a page shows of a study beside its results; without one (when it cannot be read any more), nothing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Portrait {
    pub(super) scene: Option<Scene>,
    cases: BTreeMap<String, Backdrop>,
}

/// The picture of the scenario as elements of the page.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Scene {
    title: String,
    about: String,
    /// All that is written in it, for readers who do not see it.
    words: String,
    size: (u32, u32),
    elements: String,
}

/// What a case brings along.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Backdrop {
    /// Equal to that of the first case: `None`.
    pub(super) load: Option<Vec<Offered>>,
    /// Most concurrent calls of each provider that has a cap.
    pub(super) caps: BTreeMap<String, u32>,
}

/// The offered load of a class.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct Offered {
    class: String,
    /// Erlangs in the steps of the curves: how many steps, and the value in them.
    runs: Vec<(u32, Short)>,
}

impl Portrait {
    /// That of a study.
    #[must_use]
    pub fn of(study: &Study) -> Self {
        let plain: Vec<&DesignPoint> = study.points.iter().filter(|point| point.sweep.is_empty()).collect();
        let first = plain.first().map(|point| offered(study, &point.model));
        let backdrop = |(i, point): (usize, &&DesignPoint)| {
            let load = if i == 0 { first.clone() } else { Some(offered(study, &point.model)) };
            let load = load.filter(|load| i == 0 || first.as_ref() != Some(load));
            (point.alternative.clone(), Backdrop { load, caps: caps(&point.model) })
        };
        Self { scene: Scene::of(study), cases: plain.iter().enumerate().map(backdrop).collect() }
    }

    pub(super) fn case(&self, alternative: &str) -> Option<&Backdrop> {
        self.cases.get(alternative)
    }
}

fn caps(model: &Model) -> BTreeMap<String, u32> {
    model.providers().iter().filter_map(|provider| Some((provider.name.clone(), provider.concurrent?))).collect()
}

fn offered(study: &Study, model: &Model) -> Vec<Offered> {
    let step = study.settings.curve_step.as_nanos();
    let steps = model.horizon().as_nanos().div_ceil(step);
    let step = SimDuration::from_nanos(step * group(steps as usize) as u64);
    let classes = model.classes().iter().zip(offered_by_class(model, step));
    let offered = classes.map(|(class, erlangs)| Offered { class: class.name.clone(), runs: runs(&erlangs) });
    offered.filter(|offered| offered.runs.iter().any(|(_, erlangs)| *erlangs != Short::new(0.0))).collect()
}

/// Equal neighbours as one.
fn runs(values: &[f64]) -> Vec<(u32, Short)> {
    let mut runs: Vec<(u32, Short)> = Vec::new();
    for value in values.iter().copied().map(Short::new) {
        match runs.last_mut() {
            Some((steps, last)) if *last == value => *steps += 1,
            _ => runs.push((1, value)),
        }
    }
    runs
}

impl Scene {
    fn of(study: &Study) -> Option<Self> {
        let (drawing, about) = draw_bare_scenario(study)?;
        let words = drawing.texts().map(|text| text.text).collect::<Vec<_>>().join("; ");
        let elements = drawing.elements(&variable);
        Some(Self { title: drawing.title, about, words, size: (drawing.width, drawing.height), elements })
    }

    pub(super) fn context(&self) -> Value {
        let (width, height) = self.size;
        let elements = Value::from_safe_string(self.elements.clone());
        let Self { title, about, words, .. } = self;
        minijinja::context! { title, about, words, width, height, elements }
    }
}

/// A colour of the pictures as the variable of the page that follows light and dark.
fn variable(color: &str) -> String {
    let name = |(name, value): (&str, &str)| (value == color).then(|| format!("var({})", name.trim()));
    let declarations = STYLE.split(';').filter_map(|part| part.rsplit(['{', '\n']).next()?.split_once(": "));
    declarations.filter_map(name).next().unwrap_or_else(|| color.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_the_scenario_follow_the_page() {
        assert_eq!(["#1b2430", "#0072b2", "#123456"].map(variable), ["var(--ink)", "var(--ready)", "#123456"]);
    }

    #[test]
    fn equal_neighbours_are_one_run() {
        assert_eq!(runs(&[1.0, 1.0, 2.0]), [(2, Short::new(1.0)), (1, Short::new(2.0))]);
    }
}
