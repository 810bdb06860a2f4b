//! The command `tailback`: parse, call, turn the outcome into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    tailback::cli::main()
}
