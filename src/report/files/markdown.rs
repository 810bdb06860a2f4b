//! `summary.md`: the answer, the tables and the pictures of a run, for a pull request, a wiki or a postmortem.

use super::manifest::Origin;
use crate::experiment::{ObjectiveResult, PointResult, Results};
use crate::findings::alerts::alert_table;
use crate::findings::answer::answer;
use crate::findings::figures::{figure_with_interval, whole_percent};
use crate::findings::precision::{precision_section, replications_words};
use crate::findings::sensitivity::sensitivity_section;
use crate::findings::words::{compared_words, plain_points, relevant_differences, scope_words, warmup_words};
use crate::report::terminal::outcome::{outcome_table, sweep_table, verdict_word};
use crate::units::{Human, human_seconds};
use crate::untrusted::{Within, code, escape, fenced, sentence};
use crate::untrusted::{shell_path, shell_quoted};

/// The text of `summary.md`; `pictures` are the names of the files to show.
#[must_use]
pub fn write_markdown(results: &Results, origin: &Origin, pictures: &[String]) -> String {
    let sections = [
        heading(results),
        outcome_section(results),
        objectives_section(results),
        alternatives_section(results),
        alert_table(results).map_or_else(String::new, |table| format!("## Alerts\n\n{}", table.to_markdown())),
        sweep_section(results),
        differences_section(results),
        sensitivity_section(results),
        warmup_words(results).map_or_else(String::new, |words| format!("## Warm-up\n\n{words}\n")),
        precision_section(results),
        list_section("Warnings", results.warnings.iter().map(|w| w.text.as_str())),
        pictures_section(pictures),
        reproduce_section(results, origin),
    ];
    let sections: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    sections.join("\n")
}

fn heading(results: &Results) -> String {
    let mut text = format!("# {}\n", escape(&results.title));
    let question = results.question.as_deref().map(|question| format!("\n**{}**\n", escape(question)));
    text.push_str(&question.unwrap_or_default());
    let answer = answer(results);
    if !answer.is_empty() {
        text.push_str(&format!("\n{}\n", sentence(&answer, Within::Line)));
    }
    let source = results.source.as_deref().map(|source| format!("\nSource: {}\n", escape(source)));
    text.push_str(&source.unwrap_or_default());
    text
}

fn outcome_section(results: &Results) -> String {
    format!("## Outcome\n\n{}", outcome_table(results).to_markdown())
}

fn objectives_section(results: &Results) -> String {
    let points = plain_points(results);
    let rows: String = points.iter().flat_map(|p| p.objectives.iter().map(|o| objective_row(p, o))).collect();
    if rows.is_empty() {
        return rows;
    }
    let confidence = whole_percent(results.confidence);
    format!(
        "## Objectives\n\nFrom {} with {confidence} intervals: shares and percentiles are over all jobs, maxima and `drain_time` means over the \
         replications.\n\n\
         | alternative | of | objective | measured | verdict |\n|---|---|---|---|---|\n{rows}",
        replications_words(results)
    )
}

fn objective_row(point: &PointResult, objective: &ObjectiveResult) -> String {
    let value = objective.estimate.as_ref().map(|e| figure_with_interval(e, &objective.unit, objective.at_least));
    let cells = [
        escape(&point.alternative),
        escape(&scope_words(&objective.scope)),
        code(&objective.text, Within::Cell),
        value.unwrap_or_default(),
        verdict_word(objective.verdict).to_owned(),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn alternatives_section(results: &Results) -> String {
    let changed: Vec<_> = plain_points(results).into_iter().filter(|p| !p.differences.is_empty()).collect();
    let row = |p: &&PointResult| {
        let change = |(path, value)| code(&format!("{path} = {value}"), Within::Cell);
        let changes = p.differences.iter().map(change).collect::<Vec<_>>();
        format!("| {} | {} | {} |\n", escape(&p.alternative), escape(&p.title), changes.join("<br>"))
    };
    let rows: String = changed.iter().map(row).collect();
    if rows.is_empty() {
        return rows;
    }
    format!("## Alternatives\n\n| alternative | title | what differs |\n|---|---|---|\n{rows}")
}

fn sweep_section(results: &Results) -> String {
    sweep_table(results).map_or_else(String::new, |(title, table)| {
        format!("## Sweep\n\n{}.\n\n{}", sentence(&title, Within::Line), table.to_markdown())
    })
}

fn differences_section(results: &Results) -> String {
    let list = list_section("Differences", relevant_differences(results).iter().map(|d| d.words.as_str()));
    list.replacen("## Differences\n\n", &format!("## Differences from the base\n\n{}:\n\n", compared_words(results)), 1)
}

fn list_section<'a>(title: &str, lines: impl Iterator<Item = &'a str>) -> String {
    let lines: String = lines.map(|line| format!("- {}\n", sentence(line, Within::Line))).collect();
    if lines.is_empty() { lines } else { format!("## {title}\n\n{lines}") }
}

fn pictures_section(pictures: &[String]) -> String {
    let lines: Vec<String> = pictures
        .iter()
        .map(|name| format!("![{}]({name})\n", name.trim_end_matches(".png").trim_end_matches(".svg")))
        .collect();
    if lines.is_empty() { String::new() } else { format!("## Pictures\n\n{}", lines.join("\n")) }
}

fn reproduce_section(results: &Results, origin: &Origin) -> String {
    let arguments: String = origin.arguments.iter().map(|argument| format!(" {}", shell_quoted(argument))).collect();
    let command = fenced("sh", &format!("tailback run {}{arguments}", shell_path(&origin.file)));
    format!(
        "## How to reproduce\n\n{command}\nTailback {}, seed {}, {} of {}. \
         `manifest.json` holds a copy of the scenario.\n",
        results.version,
        results.seed,
        replications_words(results),
        human_seconds(results.horizon_s, Human::Prose),
    )
}
