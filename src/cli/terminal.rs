//! Text to the terminal: a closed pipe is no error, colour only where it is wanted.

use std::io::{self, IsTerminal, Write};

use terminal_size::{Width, terminal_size_of};

use super::failure::Failure;
use crate::report::Tone;

/// Characters in a line of what does not go to a terminal, so that it fits tickets and mails.
const WIDTH: usize = 100;
/// The fewest and the most that a terminal gets: longer lines are hard to read.
const WIDTHS: (usize, usize) = (60, 120);

/// Characters in a line of what is printed.
pub(super) fn width() -> usize {
    let terminal = terminal_size_of(io::stdout()).map(|(Width(columns), _)| usize::from(columns));
    terminal.map_or(WIDTH, |columns| columns.clamp(WIDTHS.0, WIDTHS.1))
}

/// Prints to standard output. A reader who has gone away (`| head`) is no failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Environment(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says a line on standard error; nobody listening is no failure.
pub(super) fn say(line: &str) {
    let _nobody_may_listen = writeln!(io::stderr().lock(), "{line}");
}

/// Colours a text for standard output: only on a terminal, and not with `NO_COLOR` (see no-color.org) or a dumb terminal.
pub(super) fn paint(tone: Tone, text: &str) -> String {
    match colour(tone) {
        Some(code) if wants_colour() => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        _ => text.to_owned(),
    }
}

fn wants_colour() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !refused && !dumb && io::stdout().is_terminal()
}

/// The code of the colour of a tone.
fn colour(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Plain => None,
        Tone::Good => Some("32"),
        Tone::Bad => Some("31"),
        Tone::Open => Some("33"),
        Tone::Strong => Some("1"),
    }
}
