//! Reading references to things by their names.

use super::values;
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::names::{NameList, Names, existing, nearest};

/// Reads a reference to a thing by its name, as an index.
pub(super) fn reference(field: &Field<'_>, what: &str, names: &NameList) -> Option<u16> {
    if field.node.as_text().is_none() {
        let a = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        return field.refuse_kind(&format!("the name of {a} {what}"));
    }
    let name = values::text(field)?;
    let index = Names::index(names, &name);
    if index.is_none() {
        report_unknown(field, what, &name, names);
    }
    index
}

/// Reports that there is no thing of a name, with the nearest name or all names.
pub(super) fn report_unknown(field: &Field<'_>, what: &str, name: &str, names: &[String]) {
    let problem = field.problem(format!("there is no {what} `{name}`"));
    field.desk.report(match nearest(name, names) {
        Some(near) => {
            // What is meant is not unused as well.
            field.desk.mark_used(format!("{what}s.{near}"));
            problem.help(format!("did you mean `{near}`?"))
        }
        None => problem.accepted(existing(what, names)),
    });
}
