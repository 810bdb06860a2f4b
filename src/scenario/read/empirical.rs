//! Reading empirical distributions: quantiles in the scenario, or a column of a CSV file.

use super::table_file::{Dialect, TableFile, unit_seconds};
use super::values;
use crate::distribution::Distribution;
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::language::percentile_share;
use crate::scenario::syntax::schema;
use crate::scenario::text::problem::Problem;

/// Reads `empirical = { quantiles = {...} }` or `{ file, column, unit }`.
pub(super) fn read(field: &Field<'_>) -> Option<Distribution> {
    let fields = field.open::<schema::Empirical>()?;
    match (fields.get("quantiles"), fields.get("file")) {
        (Some(table), None) => {
            for key in ["column", "unit"] {
                if let Some(field) = fields.get(key) {
                    return field.refuse(format!("`{key}` beside `quantiles`"), "it belongs to `file`");
                }
            }
            quantiles(&table)
        }
        (None, Some(file)) => {
            let column = fields.need("column", values::text);
            let unit = fields.or("unit", unit_seconds);
            let column = column?;
            let table = TableFile::open(&file, Dialect::default(), Some(&column))?;
            let numbers = table.column(&column, unit?)?;
            values::distribution(field, Distribution::empirical_values(numbers))
        }
        _ => field.refuse("`empirical` needs its values", "either `quantiles`, or `file` and `column`"),
    }
}

fn quantiles(field: &Field<'_>) -> Option<Distribution> {
    let mut points = Vec::new();
    for (key, place, value) in field.entries("quantiles such as `\"0%\" = \"0s\"`")? {
        let share = quantile_share(key);
        if share.is_none() {
            let problem = Problem::new(place, format!("`{key}` is not a quantile"));
            field.desk.report(problem.accepted("expected a key such as `50%` or `p50`"));
        }
        points.push((share, values::seconds(&value)));
    }
    let points: Option<Vec<(f64, f64)>> = points.into_iter().map(|(share, value)| Some((share?, value?))).collect();
    let mut points = points?;
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    values::distribution(field, Distribution::empirical_quantiles(&points))
}

fn quantile_share(key: &str) -> Option<f64> {
    crate::units::parse_share(key).ok().map(crate::units::Share::as_f64).or_else(|| percentile_share(key))
}
