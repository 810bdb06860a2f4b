//! Reading what makes the number of workers of a pool change.

use super::autoscale;
use super::fields::{Field, Fields};
use super::laws::law;
use super::node::Value;
use super::values;
use crate::distribution::Distribution;
use crate::model::Capacity;

/// Reads the keys of a pool that concern its workers over time. `size` is what it starts with.
pub(super) fn read(fields: &Fields<'_>, size: Option<u32>) -> Option<Capacity> {
    let autoscale = fields.maybe("autoscale", |field| autoscale::read(field, size));
    Some(Capacity { autoscale: autoscale? })
}

/// A distribution of times, or one time for all.
pub(super) fn time_or_law(field: &Field<'_>) -> Option<Distribution> {
    match &field.node.value {
        Value::Table(_) => law(field),
        _ => super::laws::checked(field, Distribution::constant(values::seconds(field)?)),
    }
}
