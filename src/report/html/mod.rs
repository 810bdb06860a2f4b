//! `report.html`: question, answer, tables and interactive pictures in one file that needs nothing else: no network, no fonts, no other
//! file. The text and the tables are HTML; the pictures are drawn by the embedded JavaScript from embedded JSON.
//!
//! Text from scenarios is escaped by the template; in the JSON, `<`, `>` and `&` are written as escapes, so that no text can end the element
//! that holds it, and the JavaScript gives text to the page only as text. A Content-Security-Policy forbids the network and every script but ours.
//!
//! | file | purpose |
//! |---|---|
//! | `data`, `curves`, `capacity`, `compare` | what the pictures show, rounded and thinned |
//! | `portrait` | the picture of the scenario, and what else is known of the study without its results |
//! | `tables` | the sections of text |
//! | `report.html`, `style.css` | the page and its look |
//! | `scales.js`, `format.js`, `svg.js` | axes, words for values, elements |
//! | `plot.js` | a picture with axes, and what pointer and keys do in it |
//! | `timeline.js`, `waits.js`, `places.js`, `workers.js`, `compare.js`, `cost.js`, `sweep.js` | the pictures |
//! | `page.js` | controls, and what they share |

mod capacity;
mod compare;
mod curves;
mod data;
mod portrait;
mod tables;

pub use portrait::Portrait;

use minijinja::value::Serde;
use minijinja::{Environment, HtmlEscape, Value, context};
use serde::Serialize;

use super::files::manifest::Origin;
use crate::experiment::Results;
use crate::findings::answer::answer;
use portrait::STYLE;

const TEMPLATE: &str = include_str!("report.html");
const SCRIPTS: [&str; 12] = [
    include_str!("format.js"),
    include_str!("scales.js"),
    include_str!("svg.js"),
    include_str!("plot.js"),
    include_str!("timeline.js"),
    include_str!("waits.js"),
    include_str!("places.js"),
    include_str!("workers.js"),
    include_str!("compare.js"),
    include_str!("cost.js"),
    include_str!("sweep.js"),
    include_str!("page.js"),
];

/// The text of `report.html`. The bytes depend on nothing but the results, their origin and the portrait of their study.
#[must_use]
pub fn write_html(results: &Results, origin: &Origin, portrait: &Portrait) -> String {
    let data = json(&data::Page::of(results, portrait));
    let context = context! {
        results => Value::from(Serde(Heading::of(results))),
        answer => prose(&answer(results)),
        sections => Value::from(Serde(tables::sections(results))),
        waits => Value::from(Serde(tables::waits(results))),
        origin => Value::from(Serde(tables::Provenance::of(results, origin))),
        nonce => blake3::hash(format!("{data}{}", origin.text).as_bytes()).to_hex().to_string(),
        warnings => results.warnings.len(),
        scene => portrait.scene.as_ref().map(portrait::Scene::context),
        data => Value::from_safe_string(data),
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(format!("(() => {{\n\"use strict\";\n{}}})();", SCRIPTS.concat())),
    };
    let mut templates = Environment::new();
    templates.add_filter("prose", |text: &str| prose(text));
    let page = templates.render_named_str("report.html", TEMPLATE, context);
    #[expect(clippy::expect_used, reason = "the template is ours and every test that writes a report renders it")]
    page.expect("the template fits its context")
}

/// What the head of the page tells.
#[derive(Serialize)]
struct Heading<'a> {
    title: &'a str,
    question: Option<&'a str>,
    source: Option<&'a str>,
    version: &'a str,
}

impl<'a> Heading<'a> {
    fn of(results: &'a Results) -> Self {
        let title = if results.title.is_empty() { &results.name } else { &results.title };
        let (question, source) = (results.question.as_deref(), results.source.as_deref());
        Self { title, question, source, version: &results.version }
    }
}

/// JSON that is harmless inside an element of HTML and inside JavaScript.
fn json(value: &impl Serialize) -> String {
    #[expect(clippy::expect_used, reason = "fails only for maps without text keys and failing writers; there are none")]
    let text = serde_json::to_string(value).expect("derived types serialise");
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", c as u32)),
            c => safe.push(c),
        }
    }
    safe
}

/// A text of ours as HTML, with what stands between backticks as code.
fn prose(text: &str) -> Value {
    let parts: Vec<&str> = text.split('`').collect();
    let mut html = String::new();
    for (i, part) in parts.iter().enumerate() {
        let escaped = HtmlEscape(part);
        // A backtick without a partner stands for itself.
        match (i % 2 == 1, i + 1 < parts.len()) {
            (true, true) => html.push_str(&format!("<code>{escaped}</code>")),
            (true, false) => html.push_str(&format!("`{escaped}")),
            (false, _) => html.push_str(&escaped.to_string()),
        }
    }
    Value::from_safe_string(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cannot_end_the_element_that_holds_it() {
        let text = "</script><!--\u{2028}&";
        let written = json(&text);
        assert_eq!(written, "\"\\u003c/script\\u003e\\u003c!--\\u2028\\u0026\"");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }

    #[test]
    fn what_stands_between_backticks_is_code_and_all_else_is_text() {
        assert_eq!(prose("a `b < c` & `d").to_string(), "a <code>b &lt; c</code> &amp; `d");
    }

    #[test]
    fn the_colours_of_classes_are_those_of_the_pictures() {
        let palette = include_str!("../../plot/style/palette.rs");
        let series = palette.split("const SERIES").nth(1).and_then(|rest| rest.split("];").next()).unwrap();
        let tints = series.split("tint(").skip(1).filter_map(|rest| rest.split(')').next()?.split_once(", "));
        let colour = |hex: &str| hex.trim_start_matches("0x").to_lowercase();
        let tints: Vec<[String; 2]> = tints.map(|(light, dark)| [colour(light), colour(dark)]).collect();
        assert_eq!(tints.len(), 13);
        for (i, tint) in tints.iter().enumerate() {
            for colour in tint {
                assert!(STYLE.contains(&format!("--series-{i}: #{colour};")), "{i}: {colour}");
            }
        }
    }
}
