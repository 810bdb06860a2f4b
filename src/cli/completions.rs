//! `tailback completions`: prints the completion script of a shell.

use clap::CommandFactory;

use super::arguments::{Arguments, CompletionsArguments};
use super::failure::Failure;
use super::terminal::print_as_is;

pub(super) fn completions(arguments: &CompletionsArguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "tailback", &mut script);
    print_as_is(&String::from_utf8_lossy(&script))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
