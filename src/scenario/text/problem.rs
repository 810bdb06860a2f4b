//! What is wrong with a scenario, and how it is shown: with the look of rustc.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::source::{Place, Sources};
use crate::untrusted::visible;

/// The most problems that are shown.
const MOST_SHOWN: usize = 50;

/// Something wrong at a place: what was found, what is accepted, and what may be meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::scenario) struct Problem {
    place: Place,
    /// What was found.
    title: String,
    /// What is accepted, written beside the caret.
    accepted: String,
    help: Option<String>,
    /// Where it arises if not in the scenario as it stands.
    context: Option<String>,
}

impl Problem {
    pub(in crate::scenario) fn new(place: Place, title: impl Into<String>) -> Self {
        Self { place, title: title.into(), accepted: String::new(), help: None, context: None }
    }

    /// What was found and what is accepted, in a line.
    pub(in crate::scenario) fn in_a_line(&self) -> String {
        if self.accepted.is_empty() { self.title.clone() } else { format!("{}; {}", self.title, self.accepted) }
    }

    /// Says beside the caret what is accepted.
    pub(in crate::scenario) fn accepted(self, accepted: impl Into<String>) -> Self {
        Self { accepted: accepted.into(), ..self }
    }

    /// Adds a line that says what to do.
    pub(in crate::scenario) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Adds the name among `known` that is most like `found`, if one is.
    pub(in crate::scenario) fn suggest<'a>(self, found: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match closest(found, known) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Says where the problem arises.
    pub(in crate::scenario) fn arising(self, context: Option<&str>) -> Self {
        Self { context: context.map(str::to_owned), ..self }
    }
}

/// The name most like `found`, if any is like it.
pub(in crate::scenario) fn closest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = found.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&found, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// Renders problems in the order of their places, each once and without colour.
pub(in crate::scenario) fn render(sources: &Sources, problems: &[Problem]) -> String {
    let mut problems = once_each(problems);
    problems.sort_by_key(|problem| problem.place);
    let renderer = Renderer::plain().decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for problem in problems.iter().take(MOST_SHOWN) {
        text.push_str(&render_one(sources, problem, &renderer));
        text.push_str("\n\n");
    }
    if problems.len() > MOST_SHOWN {
        text.push_str(&format!("... and {} more\n\n", problems.len() - MOST_SHOWN));
    }
    text.push_str(&summary(sources, problems.len()));
    text
}

/// Renders one problem without colour.
pub(super) fn render_alone(sources: &Sources, problem: &Problem) -> String {
    render_one(sources, problem, &Renderer::plain().decor_style(DecorStyle::Ascii))
}

/// The same problem once, with all the alternatives and points of the sweep that it arises in; in the base it arises everywhere.
fn once_each(problems: &[Problem]) -> Vec<Problem> {
    let mut contexts: HashMap<(Place, &str), Vec<&Option<String>>> = HashMap::new();
    for problem in problems {
        let known = contexts.entry((problem.place, &problem.title)).or_default();
        if !known.contains(&&problem.context) {
            known.push(&problem.context);
        }
    }
    let mut seen = HashSet::new();
    let first = problems.iter().filter(|problem| seen.insert((problem.place, &problem.title)));
    let with_all = |problem: &Problem| {
        let all: Option<Vec<&str>> =
            contexts[&(problem.place, problem.title.as_str())].iter().map(|context| context.as_deref()).collect();
        Problem { context: all.map(|all| listed(&all)), ..problem.clone() }
    };
    first.map(with_all).collect()
}

/// Some of the places that a problem arises in, and how many more there are.
fn listed(contexts: &[&str]) -> String {
    const MOST: usize = 3;
    let named = contexts.iter().take(MOST).copied().collect::<Vec<_>>().join("; ");
    match contexts.len().saturating_sub(MOST) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}

fn summary(sources: &Sources, count: usize) -> String {
    let name = visible(&sources.get(0).name);
    if count == 1 { format!("1 problem in {name}\n") } else { format!("{count} problems in {name}\n") }
}

fn render_one(sources: &Sources, problem: &Problem, renderer: &Renderer) -> String {
    let source = sources.get(problem.place.source);
    // A line break in a quoted value would be one of the message.
    let [title, accepted, name] = [&problem.title, &problem.accepted, &source.name].map(|text| visible(text));
    let span = first_line(&source.text, problem.place.start..problem.place.end);
    let annotation = AnnotationKind::Primary.span(span);
    let annotation = if accepted.is_empty() { annotation } else { annotation.label(&*accepted) };
    let snippet =
        Snippet::source(source.text.as_str()).path(&*name).line_start(source.first_line).annotation(annotation);
    let mut group = Group::with_title(Level::ERROR.primary_title(&*title)).element(snippet);
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    if let Some(context) = &problem.context {
        group = group.element(Level::NOTE.message(visible(context)));
    }
    renderer.render(&[group])
}

/// The first line of a range, so that a wrong table does not underline the page.
fn first_line(text: &str, range: Range<usize>) -> Range<usize> {
    let end = range.end.min(text.len());
    let start = range.start.min(end);
    let line = text.get(start..end).and_then(|part| part.find('\n')).map_or(end, |length| start + length);
    start..line
}

/// Names in backticks with commas.
pub(in crate::scenario) fn list_of<'a>(names: impl IntoIterator<Item = impl AsRef<str> + 'a>) -> String {
    names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_like_each_other_are_suggested() {
        assert_eq!(closest("wokers", ["workers", "mail"]), Some("workers"));
        assert_eq!(closest("zebra", ["workers", "mail"]), None);
    }

    #[test]
    fn the_same_problem_is_shown_once_and_many_are_cut() {
        let mut sources = Sources::default();
        let source = sources.add("s.toml", &"x\n".repeat(60));
        let at = |i: usize| Place { source, start: 2 * i, end: 2 * i + 1 };
        let problems: Vec<Problem> = (0..60).chain(0..60).map(|i| Problem::new(at(i), "wrong")).collect();
        let text = render(&sources, &problems);
        assert_eq!(text.matches("error: wrong").count(), 50);
        assert!(text.ends_with("... and 10 more\n\n60 problems in s.toml\n"), "{text}");
    }
}
