//! Text to the terminal: a closed pipe is no error, colour only where it is wanted.

use std::io::{self, IsTerminal, Write};

use terminal_size::{Width, terminal_size_of};

use super::failure::Failure;
use super::harmless::{coloured, harmless};
use crate::findings::Tone;
use crate::untrusted::harmless_json;

/// Characters in a line of what does not go to a terminal, so that it fits tickets and mails.
const WIDTH: usize = 100;
/// The fewest and the most that a terminal gets: longer lines are hard to read.
const WIDTHS: (usize, usize) = (60, 120);

/// Characters in a line of what is printed.
pub(super) fn width() -> usize {
    let terminal = terminal_size_of(io::stdout()).map(|(Width(columns), _)| usize::from(columns));
    terminal.map_or(WIDTH, |columns| columns.clamp(WIDTHS.0, WIDTHS.1))
}

/// Prints to standard output, with nothing in it that acts. A reader who has gone away (`| head`) is no failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    write(&harmless(text))
}

/// Prints JSON to standard output: the same values, with nothing in them that acts.
pub(super) fn print_json(json: &str) -> Result<(), Failure> {
    write(&harmless_json(json))
}

/// Prints as it is what the program wrote itself, such as commands for a runner whose values are made harmless already.
pub(super) fn print_as_is(text: &str) -> Result<(), Failure> {
    write(text)
}

fn write(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Environment(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says lines on standard error, with nothing in them that acts; nobody listening is no failure.
pub(super) fn say(lines: &str) {
    let _nobody_may_listen = writeln!(io::stderr().lock(), "{}", harmless(lines));
}

/// Colours a text for standard output: only on a terminal, and not with `NO_COLOR` (see no-color.org) or a dumb terminal.
pub(super) fn paint(tone: Tone, text: &str) -> String {
    match colour(tone) {
        Some(code) if wants_colour() => coloured(code, text),
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
        Tone::Undecided => Some("33"),
        Tone::Strong => Some("1"),
    }
}
