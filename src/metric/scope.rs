//! What a figure concerns.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of thing a figure concerns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "SummaryScopeKind")]
pub enum ScopeKind {
    /// All jobs, or the whole system.
    All,
    /// A job class.
    Class,
    /// A queue.
    Queue,
    /// A pool of workers.
    Pool,
    /// A dispatcher.
    Dispatcher,
    /// A provider.
    Provider,
    /// An outage, burst or change.
    Fault,
    /// An alert.
    Alert,
    /// A response to an alert.
    Response,
}

impl ScopeKind {
    /// Its word in tables and names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Class => "class",
            Self::Queue => "queue",
            Self::Pool => "pool",
            Self::Dispatcher => "dispatcher",
            Self::Provider => "provider",
            Self::Fault => "fault",
            Self::Alert => "alert",
            Self::Response => "response",
        }
    }
}

/// What a figure concerns.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummaryScope")]
pub struct ScopeName {
    /// The kind of thing.
    pub kind: ScopeKind,
    /// Its name.
    pub name: String,
}

impl ScopeName {
    /// Its kind and its name, by which figures are found.
    #[must_use]
    pub fn key(&self) -> (ScopeKind, &str) {
        (self.kind, &self.name)
    }
}
