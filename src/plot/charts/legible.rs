//! Titles that no font at hand can draw give way to the keys that they are titles of.

use std::borrow::Cow;

use crate::experiment::Results;
use crate::model::Study;
use crate::plot::style::text::can_draw;

/// The results with titles that can be drawn.
pub(in crate::plot) fn results(results: &Results) -> Cow<'_, Results> {
    if illegible(results).is_empty() {
        return Cow::Borrowed(results);
    }
    let mut results = results.clone();
    replace(&mut results.title, &results.name);
    results.question = results.question.filter(|text| can_draw(text));
    results.source = results.source.filter(|text| can_draw(text));
    for point in &mut results.points {
        replace(&mut point.title, &point.alternative);
    }
    Cow::Owned(results)
}

/// The same of a study.
pub(in crate::plot) fn study(study: &Study) -> Cow<'_, Study> {
    let texts = [Some(&study.title), study.question.as_ref(), study.source.as_ref()];
    if texts.into_iter().flatten().all(|text| can_draw(text)) {
        return Cow::Borrowed(study);
    }
    let mut study = study.clone();
    replace(&mut study.title, &study.name);
    study.question = study.question.filter(|text| can_draw(text));
    study.source = study.source.filter(|text| can_draw(text));
    Cow::Owned(study)
}

/// The title, or the key where it cannot be drawn.
pub(in crate::plot) fn title<'t>(title: &'t str, key: &'t str) -> &'t str {
    if can_draw(title) { title } else { key }
}

fn replace(title: &mut String, key: &str) {
    if !can_draw(title) {
        key.clone_into(title);
    }
}

/// What a reader of the pictures must know: which titles they show as keys. `None`: all titles are there.
#[must_use]
pub fn illegible_titles(results: &Results) -> Option<String> {
    let keys = illegible(results);
    let named: Vec<String> = keys.iter().take(3).map(|key| format!("`{key}`")).collect();
    let more = match keys.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!keys.is_empty()).then(|| {
        format!(
            "the pictures show {}{more} by key: the embedded font has Latin, Greek and Cyrillic letters only; `--font FILE` draws what \
             needs no joining of letters",
            named.join(", ")
        )
    })
}

/// The keys of texts that cannot be drawn.
fn illegible(results: &Results) -> Vec<&str> {
    let whole =
        [("title", Some(&results.title)), ("question", results.question.as_ref()), ("source", results.source.as_ref())];
    let mut keys: Vec<&str> =
        whole.into_iter().filter_map(|(key, text)| text.filter(|text| !can_draw(text)).map(|_| key)).collect();
    for point in results.points.iter().filter(|point| !can_draw(&point.title)) {
        if keys.last() != Some(&point.alternative.as_str()) {
            keys.push(&point.alternative);
        }
    }
    keys
}
