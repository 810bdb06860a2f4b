//! The folder for outputs. What somebody names on the command line may be a link; below it, and in the place of the usual folder, a link could
//! come from a stranger's pull request and lead anywhere, so there it is refused.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use crate::report::RunFolder;

/// The folder for outputs where none is named.
const USUAL: &str = "outputs";

/// Where outputs go.
#[derive(Args, Debug)]
pub(super) struct OutArguments {
    /// Folder in which each scenario gets a folder of its own name [default: outputs]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl OutArguments {
    /// The folder that holds those of the scenarios.
    pub(super) fn path(&self) -> &Path {
        self.out.as_deref().unwrap_or(Path::new(USUAL))
    }

    /// The folder of a scenario, which is not made yet.
    pub(super) fn of(&self, name: &str) -> Result<PathBuf, Failure> {
        if self.out.is_none() && RunFolder::refuse_link(self.path()).is_err() {
            return Err(Failure::Environment(format!(
                "`{USUAL}` is a link, and results would be written where it points to\nhelp: `--out {USUAL}` allows it, or delete the link"
            )));
        }
        let path = self.path().join(name);
        RunFolder::refuse_link(&path)?;
        Ok(path)
    }

    /// The folder of a scenario, ready for the outputs of a run.
    pub(super) fn prepare(&self, name: &str) -> Result<RunFolder, Failure> {
        Ok(RunFolder::prepare_outputs(&self.of(name)?)?)
    }
}

/// The folder of a scenario in that of a report, ready. Reports are written in CI, where the folder may come from a pull request.
pub(super) fn prepare_report(report: &Path, name: &str) -> Result<RunFolder, Failure> {
    let path = report.join(name);
    [report, &path].into_iter().try_for_each(RunFolder::refuse_link)?;
    Ok(RunFolder::prepare_outputs(&path)?)
}
