//! Options that had other names in earlier versions: they are understood, and the new name is told.

use super::terminal;

/// The old name of an option, and the new one.
const RENAMED: [(&str, &str); 5] = [
    ("--only", "--alternative"),
    ("--least", "--minimize"),
    ("--largest", "--maximize"),
    ("--between", "--range"),
    ("--fresh", "--no-resume"),
];

/// Tells the new name of each old one among the arguments.
pub(super) fn tell(arguments: impl Iterator<Item = String>) {
    let arguments: Vec<String> = arguments.take_while(|argument| argument != "--").collect();
    for (old, new) in RENAMED {
        let is_old = |argument: &String| argument.split('=').next() == Some(old);
        if arguments.iter().any(is_old) {
            terminal::say(&format!("warning: `{old}` is now called `{new}`; later versions will not know `{old}`"));
        }
    }
}
