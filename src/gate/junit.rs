//! Checks for test viewers: a suite for each scenario, a case for each objective and each figure of the baseline.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::tables::{regression, shortfall};
use super::text::TO_SEE_IT;
use super::{Check, Judged, Judgement};
use crate::experiment::Verdict;
use crate::report::scope_words;

/// All checks as JUnit XML.
///
/// # Panics
/// Never: texts that XML cannot hold are cleaned by the library.
#[must_use]
pub fn to_junit(checks: &[Check]) -> String {
    let mut report = Report::new("tailback check");
    report.add_test_suites(checks.iter().map(suite));
    let text = report.to_string().expect("a report in memory can be written");
    // The schema of Jenkins (junit-10.xsd) knows this attribute of suites, not of the whole; nothing is ever skipped.
    text.replacen(" skipped=\"0\"", "", 1)
}

fn suite(check: &Check) -> TestSuite {
    let mut suite = TestSuite::new(&check.name);
    suite.add_test_cases(check.objectives.iter().map(|judged| objective_case(check, judged)));
    for point in &check.against {
        let name = &point.alternative;
        if point.same_trajectories {
            suite.add_test_case(case(
                check,
                &format!("{name}: same trajectories as the baseline"),
                TestCaseStatus::success(),
            ));
        }
        for comparison in &point.comparisons {
            let status = match comparison.judgement {
                Judgement::Told => continue,
                Judgement::Improvement | Judgement::Alike => TestCaseStatus::success(),
                Judgement::Regression => failed("regression", &regression(name, comparison), check, name),
            };
            suite.add_test_case(case(check, &format!("{name}: {} against the baseline", comparison.what), status));
        }
    }
    suite
}

fn objective_case(check: &Check, judged: &Judged) -> TestCase {
    let Judged { alternative, result, reason } = judged;
    let name = format!("{alternative}: {} {}", scope_words(&result.scope), result.text);
    let status = shortfall(judged).map_or_else(TestCaseStatus::success, |sentence| {
        let kind = if result.verdict == Verdict::Missed { "missed" } else { "undecided" };
        let reason = reason.as_ref().map_or_else(String::new, |reason| format!(" {reason}"));
        failed(kind, &format!("{sentence}{reason}"), check, alternative)
    });
    case(check, &name, status)
}

fn failed(kind: &str, sentence: &str, check: &Check, alternative: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(kind).set_message(sentence).set_description(format!("{TO_SEE_IT}{}", check.reproduce(alternative)));
    status
}

fn case(check: &Check, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(&check.name);
    case
}
