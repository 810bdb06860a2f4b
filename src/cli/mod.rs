//! The command line: one file a command. The only place that knows of terminals, colours, progress and exit codes.
//!
//! Exit codes: 0 done; 1 not passed by the gate, or no value meets every objective; 2 a wrong scenario or wrong arguments; 3 input or
//! output failed; 4 not enough replications to tell; 130 (by the signal) after Ctrl-C, which
//! leaves the files of the run before untouched.

mod arguments;
mod cache;
mod check;
mod cluster;
mod completions;
mod explain;
mod failure;
mod harmless;
mod look;
mod merge;
mod named_file;
mod namesakes;
mod new;
mod out_folder;
mod parts;
mod plot;
mod progress;
mod promises;
mod renamed;
mod run;
mod schema;
mod shard;
mod shipped;
mod size;
mod size_question;
mod source;
mod stopped;
mod stored;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use failure::Failure;

/// Runs the command that the arguments of the process name.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    renamed::tell(std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()));
    match execute(arguments.command) {
        Ok(code) => code,
        Err(failure) => {
            terminal::say(&failure.to_string());
            failure.exit_code()
        }
    }
}

/// Prints what clap has to say (help and version are no errors). A reader who has gone away is no failure either.
fn refuse(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        // It quotes arguments, among them names of files.
        terminal::say(error.render().to_string().trim_end());
        return ExitCode::from(2);
    }
    let _reader_may_be_gone = error.print();
    ExitCode::SUCCESS
}

fn execute(command: Command) -> Result<ExitCode, Failure> {
    let done = match command {
        Command::Check(arguments) => return check::check(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Size(arguments) => size::size(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::New(arguments) => new::new(&arguments),
        Command::Schema(arguments) => schema::schema(&arguments),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Plot(arguments) => plot::plot(&arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::Missing(arguments) => merge::missing(&arguments),
        Command::Cluster(arguments) => cluster::cluster(&arguments),
    };
    done.map(|()| ExitCode::SUCCESS)
}
