//! Progress on standard error: a bar with an estimate on a terminal, one line a stage elsewhere, nothing when quiet.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::say;
use crate::experiment::Progress;
use crate::untrusted::visible;

/// Who hears of the progress.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Listener {
    /// Nobody.
    None,
    /// A log: one line a stage.
    Log,
    /// A person.
    Terminal,
}

/// Reports stages and replications.
pub(super) struct Reporter {
    listener: Listener,
}

impl Reporter {
    /// Reports unless `quiet`.
    pub(super) fn new(quiet: bool) -> Self {
        let listener = match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Listener::None,
            (false, true) => Listener::Terminal,
            (false, false) => Listener::Log,
        };
        Self { listener }
    }

    /// Says in a line that a stage has begun.
    pub(super) fn stage(&self, text: &str) {
        if self.listener != Listener::None {
            say(&visible(text));
        }
    }

    /// A bar over replications; invisible where no person looks on.
    pub(super) fn bar(&self) -> Bar {
        let target = match self.listener {
            Listener::Terminal => ProgressDrawTarget::stderr(),
            Listener::None | Listener::Log => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} replications, {eta} left");
        Bar(style.map_or(bar.clone(), |style| bar.with_style(style)))
    }
}

/// A progress bar that vanishes when dropped.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// Shows how far the run is. Threads report out of order; the bar never goes back, but may have farther to go.
    pub(super) fn show(&self, progress: Progress) {
        self.0.set_length(progress.total.max(self.0.length().unwrap_or(0)));
        self.0.set_position(progress.done.max(self.0.position()));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
