//! A check for a step summary or a comment of a pull request.

use super::tables::{differences, objectives};
use super::text::{TO_SEE_IT, findings, headline};
use super::{Check, Outcome};
use crate::findings::Table;
use crate::untrusted::visible;
use crate::untrusted::{Within, code, escape, sentence};

/// The checks of all scenarios; `pictures` are the paths of pictures to show for each of them, in the same order.
#[must_use]
pub fn to_markdown(checks: &[Check], pictures: &[Vec<String>]) -> String {
    let sections =
        checks.iter().enumerate().map(|(i, check)| section(check, pictures.get(i).map_or(&[], Vec::as_slice)));
    format!("# Tailback\n\n{}", sections.collect::<Vec<_>>().join("\n"))
}

fn section(check: &Check, pictures: &[String]) -> String {
    let mark = match check.outcome() {
        Outcome::Pass => "✅",
        Outcome::Undecided => "❔",
        Outcome::Fail => "❌",
    };
    let mut parts = vec![format!("## {mark} {}\n\n{}\n", escape(&check.name), escape(&headline(check)))];
    let titled = |title: String, table: &Table| format!("{title}\n\n{}", table.to_markdown());
    parts.extend(
        objectives(check)
            .iter()
            .map(|(name, table)| titled(format!("Objectives of {}:", code(name, Within::Line)), table)),
    );
    let against = differences(check);
    parts.extend(
        against
            .iter()
            .map(|(name, table)| titled(format!("{} against the baseline:", code(name, Within::Line)), table)),
    );
    let lines: String = findings(check).iter().map(|line| format!("- {}\n", finding(line))).collect();
    parts.extend((!lines.is_empty()).then_some(lines));
    let shown: String = pictures.iter().map(|path| picture(path)).collect();
    parts.extend((!shown.is_empty()).then_some(shown));
    parts.join("\n")
}

/// A sentence; a command becomes code.
fn finding(line: &str) -> String {
    match line.strip_prefix(TO_SEE_IT) {
        Some(command) => format!("{TO_SEE_IT}{}", code(command, Within::Line)),
        None => sentence(line, Within::Line),
    }
}

/// A picture by its path, in which nothing ends the link.
fn picture(path: &str) -> String {
    let target = visible(path).replace('\\', "/").replace('<', "%3C").replace('>', "%3E");
    format!("![{}](<{target}>)\n", escape(path))
}
