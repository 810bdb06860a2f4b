//! `tailback explain`: what a scenario asks for, without simulating it.

use super::arguments::ExplainArguments;
use super::failure::Failure;
use super::terminal::{WIDTH, paint, print};
use crate::report::{self, Plan};
use crate::scenario;

pub(super) fn explain(arguments: &ExplainArguments) -> Result<(), Failure> {
    let scenario = scenario::load(&arguments.file, &arguments.scenario.overrides())?;
    let plan = Plan { threads: arguments.threads.count(), width: WIDTH };
    print(&report::explain(&scenario.study, &scenario.effective, plan, &paint))
}
