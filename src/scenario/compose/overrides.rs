//! What the command line lays over a scenario.

use std::path::{Path, PathBuf};

use crate::untrusted::Roots;

/// What the command line lays over a scenario.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overrides {
    /// `path=value`, in order; the value is TOML, or a bare string.
    pub set: Vec<String>,
    /// Replaces `run.replications`.
    pub replications: Option<u32>,
    /// Replaces `run.seed`.
    pub seed: Option<u64>,
    /// Only these alternatives, and the base as it stands, which they are compared with; empty: all. Points of the
    /// sweep over the base only with `base`.
    pub only: Vec<String>,
    /// Folders besides that of the scenario below which files may lie that it names.
    pub allow_paths: Vec<PathBuf>,
    /// The folder of the scenario is only somebody's word, such as that of stored results: files there must be allowed too.
    pub is_folder_hearsay: bool,
}

impl Overrides {
    /// Where files may lie that a scenario in this folder names.
    pub(super) fn roots(&self, folder: &Path) -> Roots {
        let of = if self.is_folder_hearsay { Roots::of_stranger } else { Roots::new };
        of(folder, &self.allow_paths)
    }
}
