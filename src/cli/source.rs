//! Where a scenario comes from: a file, or `-` for standard input.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Instant;

use super::failure::Failure;
use crate::scenario::{self, Overrides, Scenario};
use crate::units::{Human, human_seconds};
use crate::untrusted::{HANDED_IN_TIME, SCENARIO_LIMIT, shown_path};

/// What the command line says for standard input.
pub(super) const STDIN: &str = "-";
/// The name that such a scenario gets; its files are sought below the working folder.
const STDIN_NAME: &str = "stdin";

/// Reads the scenario that an argument names.
pub(super) fn load(argument: &Path, overrides: &Overrides) -> Result<Scenario, Failure> {
    let scenario = if is_stdin(argument) {
        scenario::parse_bytes(name_of(argument), standard_input()?, overrides)?
    } else {
        scenario::load(argument, overrides)?
    };
    // The outputs go into a folder of this name.
    match scenario.study.name.as_str() {
        "." | ".." => Err(Failure::Refused(format!(
            "error: `{}` leaves no name for the folder of its outputs\nhelp: give the file another name, such as `mails.toml`",
            shown_path(argument)
        ))),
        _ => Ok(scenario),
    }
}

/// Whether an argument names standard input.
pub(super) fn is_stdin(argument: &Path) -> bool {
    argument == Path::new(STDIN)
}

/// The file by which messages and outputs name a scenario.
pub(super) fn name_of(argument: &Path) -> &Path {
    if is_stdin(argument) { Path::new(STDIN_NAME) } else { argument }
}

/// What comes in can be read once.
pub(super) fn refuse_two_of_stdin(files: &[PathBuf]) -> Result<(), Failure> {
    match files.iter().filter(|path| is_stdin(path)).count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::Refused("error: `-` is named twice\nhelp: standard input can be read only once".to_owned())),
    }
}

/// All of standard input. Another thread reads: whoever never closes it must not hold up the program.
fn standard_input() -> Result<Vec<u8>, Failure> {
    let (sender, pieces) = channel();
    let failed = |error: io::Error| Failure::Environment(format!("cannot read standard input: {error}"));
    std::thread::Builder::new().spawn(move || hand_in(&sender)).map_err(failed)?;
    let end = Instant::now() + HANDED_IN_TIME;
    let mut bytes = Vec::new();
    loop {
        match pieces.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(Ok(piece)) => bytes.extend_from_slice(&piece),
            Ok(Err(error)) => return Err(failed(error)),
            Err(RecvTimeoutError::Disconnected) => return Ok(bytes),
            Err(RecvTimeoutError::Timeout) => {
                let limit = human_seconds(HANDED_IN_TIME.as_secs_f64(), Human::Prose);
                return Err(Failure::Environment(format!(
                    "standard input did not end within {limit}\nhelp: `-` reads the scenario from standard input, such as `tailback run - < mails.toml`"
                )));
            }
        }
    }
}

/// Sends what comes in, a little more than a scenario may have at most.
fn hand_in(pieces: &Sender<io::Result<Vec<u8>>>) {
    let mut input = io::stdin().lock().take(SCENARIO_LIMIT + 1);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let piece = match input.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => Ok(buffer[..length].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let is_over = piece.is_err();
        if pieces.send(piece).is_err() || is_over {
            return;
        }
    }
}
