//! `tailback schema`: prints a JSON Schema.

use super::arguments::{SchemaArguments, SchemaOf};
use super::failure::Failure;
use super::terminal::print;
use crate::report::summary_schema;

/// The schema of scenarios as committed; a test of the scenario language keeps it true.
pub(super) const SCENARIO_SCHEMA: &str = include_str!("../../schema/scenario.schema.json");

pub(super) fn schema(arguments: &SchemaArguments) -> Result<(), Failure> {
    match arguments.of {
        SchemaOf::Scenario => print(SCENARIO_SCHEMA),
        SchemaOf::Summary => print(&summary_schema()),
    }
}
