//! `tailback schema`: prints a JSON Schema.

use super::arguments::{SchemaArguments, SchemaOf};
use super::failure::Failure;
use super::terminal::print;
use crate::report::summary_schema;
use crate::scenario;

pub(super) fn schema(arguments: &SchemaArguments) -> Result<(), Failure> {
    match arguments.of {
        SchemaOf::Scenario => print(&scenario::schema()),
        SchemaOf::Summary => print(&summary_schema()),
    }
}
