//! What became of the rows of traces, said where some make no job or times were read by their size.

use crate::experiment::results::Warning;
use crate::model::{DesignPoint, TraceUse, trace_uses};

/// The name of these warnings.
const KIND: &str = "trace-rows";

/// A warning for each file and what became of it, with the alternatives for which it holds.
pub(in crate::experiment) fn warnings(points: &[DesignPoint]) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = Vec::new();
    for point in points.iter().filter(|point| point.sweep.is_empty()) {
        for text in trace_uses(&point.model).iter().filter(|file| !file.is_plain()).map(TraceUse::sentence) {
            match warnings.iter_mut().find(|warning| warning.text == text) {
                Some(warning) => warning.alternatives.push(point.alternative.clone()),
                None => warnings.push(Warning {
                    kind: KIND.to_owned(),
                    alternatives: vec![point.alternative.clone()],
                    text,
                }),
            }
        }
    }
    warnings
}
