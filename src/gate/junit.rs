//! Checks for test viewers: a suite for each scenario, a case for each objective and each figure of the baseline.

use std::borrow::Cow;

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;

use super::tables::{regression, shortfall};
use super::text::{RENEW, TO_SEE_IT};
use super::{Check, Judged, Judgement};
use crate::experiment::Verdict;
use crate::findings::scope_words;
use crate::untrusted::visible;

/// As `junit-10.xsd`, the schema of Jenkins, wants it; nothing is ever skipped, and nothing is an error.
const TEMPLATE: &str = include_str!("junit.xml");

#[derive(Serialize)]
struct Suite<'a> {
    name: Cow<'a, str>,
    failures: usize,
    cases: Vec<Case>,
}

#[derive(Serialize)]
struct Case {
    name: String,
    failure: Option<Failure>,
}

#[derive(Serialize)]
struct Failure {
    kind: &'static str,
    message: String,
    description: String,
}

/// All checks as JUnit XML.
#[must_use]
pub fn to_junit(checks: &[Check]) -> String {
    let suites: Vec<Suite<'_>> = checks.iter().map(suite).map(shown).collect();
    let context = context! {
        tests => suites.iter().map(|suite| suite.cases.len()).sum::<usize>(),
        failures => suites.iter().map(|suite| suite.failures).sum::<usize>(),
        suites => Value::from(Serde(suites)),
    };
    // The extension has texts escaped.
    let text = Environment::new().render_named_str("junit.xml", TEMPLATE, context);
    #[expect(clippy::expect_used, reason = "the template is ours and every test that writes a report renders it")]
    let mut text = text.expect("the template fits its context");
    text.push('\n');
    // Some readers know no numbers of characters. What a text itself says so begins with `&amp;`.
    text.replace("&#x27;", "&apos;").replace("&#x2f;", "/")
}

/// Controls and what is no character cannot stand in XML, not even escaped: they are written out, as is what hides in a viewer.
fn shown(mut suite: Suite<'_>) -> Suite<'_> {
    let show = |text: &mut String| *text = visible(text).into_owned();
    suite.name = visible(&suite.name).into_owned().into();
    for case in &mut suite.cases {
        show(&mut case.name);
        if let Some(failure) = &mut case.failure {
            show(&mut failure.message);
            show(&mut failure.description);
        }
    }
    suite
}

fn suite(check: &Check) -> Suite<'_> {
    let mut cases: Vec<Case> = check.objectives.iter().map(|judged| objective_case(check, judged)).collect();
    for point in &check.against {
        let name = &point.alternative;
        if point.is_unchanged() {
            cases.push(Case { name: format!("{name}: same trajectories as the baseline"), failure: None });
        }
        for comparison in &point.comparisons {
            let failure = match comparison.judgement {
                Judgement::Told => continue,
                Judgement::Improvement | Judgement::Alike => None,
                Judgement::Undecided => Some(failed("undecided", regression(name, comparison), check, name)),
                Judgement::Regression => Some(failed("regression", regression(name, comparison), check, name)),
            };
            cases.push(Case { name: format!("{name}: {} against the baseline", comparison.what), failure });
        }
    }
    cases.extend(check.missing.iter().map(|sentence| {
        let failure = Failure { kind: "missing", message: sentence.clone(), description: RENEW.to_owned() };
        Case { name: sentence.clone(), failure: Some(failure) }
    }));
    cases.extend(check.nothing.iter().map(|sentence| {
        let failure = Failure { kind: "nothing", message: sentence.clone(), description: String::new() };
        Case { name: "something is judged".to_owned(), failure: Some(failure) }
    }));
    Suite {
        name: Cow::Borrowed(&check.name),
        failures: cases.iter().filter(|case| case.failure.is_some()).count(),
        cases,
    }
}

fn objective_case(check: &Check, judged: &Judged) -> Case {
    let Judged { alternative, result, reason } = judged;
    let name = format!("{alternative}: {} {}", scope_words(&result.scope), result.text);
    let failure = shortfall(judged).map(|sentence| {
        let kind = if result.verdict == Verdict::Missed { "missed" } else { "undecided" };
        let reason = reason.as_ref().map_or_else(String::new, |reason| format!(" {reason}"));
        failed(kind, format!("{sentence}{reason}"), check, alternative)
    });
    Case { name, failure }
}

fn failed(kind: &'static str, message: String, check: &Check, alternative: &str) -> Failure {
    Failure { kind, message, description: format!("{TO_SEE_IT}{}", check.reproduce(alternative)) }
}
