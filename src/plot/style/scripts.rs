//! What is known of scripts: which characters nobody sees, and which only a shaper can put into their forms and places.

/// Blocks whose letters change their form with their neighbours, are reordered, or run from right to left.
const SHAPED: [(u32, u32); 15] = [
    (0x0590, 0x08ff),
    (0x0900, 0x109f),
    (0x1100, 0x11ff),
    (0x1780, 0x18af),
    (0x1900, 0x1cff),
    (0xa800, 0xa8ff),
    (0xa900, 0xa95f),
    (0xa960, 0xa97f),
    (0xa980, 0xabff),
    (0xd7b0, 0xd7ff),
    (0xfb1d, 0xfdff),
    (0xfe70, 0xfefe),
    (0x10800, 0x11fff),
    (0x16100, 0x1613f),
    (0x1e000, 0x1efff),
];

/// Whether a letter of its own is not what a reader of the script expects.
pub(in crate::plot) fn needs_shaping(c: char) -> bool {
    SHAPED.iter().any(|&(first, last)| (first..=last).contains(&u32::from(c)))
}

/// Whether there is nothing to see of it: controls, joiners, marks of direction, selectors of variants.
pub(in crate::plot) fn is_unseen(c: char) -> bool {
    let is_format =
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    let selects = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}');
    (c.is_control() && !c.is_whitespace()) || is_format || selects
}
