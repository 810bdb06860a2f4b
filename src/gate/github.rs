//! Annotations that GitHub shows at the lines of a pull request.

use super::tables::{regression, shortfall};
use super::text::RENEW;
use super::{Check, Judged};
use crate::experiment::Verdict;
use crate::metric::ScopeKind;
use crate::units::written_key;
use crate::untrusted::visible;

/// A workflow command for each shortfall and regression; `text` is that of the scenario file.
#[must_use]
pub fn annotations(check: &Check, text: &str) -> String {
    let text = &Lines::of(text);
    let objectives = check.objectives.iter().filter_map(|judged| {
        let sentence = shortfall(judged)?;
        let level = if judged.result.verdict == Verdict::Missed { "error" } else { "warning" };
        let reason = judged.reason.as_ref().map_or_else(String::new, |reason| format!(" {reason}"));
        Some(command(level, check, line_of_objective(text, judged), &format!("{sentence}{reason}")))
    });
    let regressions = check.worst().map(|(point, comparison)| {
        let alternative = &point.alternative;
        let line = text.after(0, &format!("[alternatives.{}", written_key(alternative))).unwrap_or(0);
        command("error", check, line, &regression(alternative, comparison))
    });
    let missing = check.missing.iter().map(|sentence| command("error", check, 0, &format!("{sentence} {RENEW}")));
    let nothing = check.nothing.as_ref().map(|sentence| command("error", check, 0, sentence));
    objectives.chain(regressions).chain(missing).chain(nothing).collect()
}

/// Lines are counted from 0 here and from 1 there.
fn command(level: &str, check: &Check, line: usize, message: &str) -> String {
    let file = property(&check.file);
    format!("::{level} file={file},line={},title=tailback check::{}\n", line + 1, data(message))
}

/// A text in a command: in one line, with nothing hidden in it, and with the escapes that the runner undoes.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Where the objective is written: in the table of its class, else anywhere.
fn line_of_objective(text: &Lines, judged: &Judged) -> usize {
    let scope = &judged.result.scope;
    let table = match scope.kind {
        ScopeKind::Class => text.after(0, &format!("[jobs.{}", written_key(&scope.name))),
        ScopeKind::Pool => text.after(0, &format!("[pools.{}", written_key(&scope.name))),
        _ => None,
    };
    let written = &judged.result.text;
    let there = table.and_then(|table| text.after(table, written));
    there.or_else(|| text.after(0, written)).or(table).unwrap_or(0)
}

/// The lines of a scenario, however they are spaced.
struct Lines(Vec<String>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.lines().map(without_blanks).collect())
    }

    /// The first line from `first` on that contains `part`.
    fn after(&self, first: usize, part: &str) -> Option<usize> {
        let part = without_blanks(part);
        let found = self.0.get(first..)?.iter().position(|line| line.contains(&part));
        found.map(|i| first + i)
    }
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}
