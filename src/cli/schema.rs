//! `tailback schema`: prints a JSON Schema.

use super::arguments::{SchemaArguments, SchemaOf};
use super::failure::Failure;
use super::terminal::print_as_is;
use crate::report::summary_schema;
use crate::scenario;

pub(super) fn schema(arguments: &SchemaArguments) -> Result<(), Failure> {
    match arguments.of {
        SchemaOf::Scenario => print_as_is(&scenario::schema()),
        SchemaOf::Summary => print_as_is(&summary_schema()),
    }
}
