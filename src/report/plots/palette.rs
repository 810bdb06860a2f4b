//! Colours: of job classes, of places, of verdicts and of the page. Safe for colour-blind readers.
//!
//! Okabe and Ito, "Color Universal Design" (2008), without the yellow, which is too faint on white; then Tol's "muted" scheme
//! (SRON/EPS/TN/09-002) for classes beyond the seventh.

use plotters::style::RGBColor;
use plotters::style::colors::colormaps::ViridisRGB;

/// Titles and names.
pub(super) const INK: RGBColor = RGBColor(0x1B, 0x24, 0x30);
/// Labels of axes and notes.
pub(super) const MUTED: RGBColor = RGBColor(0x5A, 0x65, 0x72);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(0xE3, 0xE6, 0xEA);
/// The axis itself.
pub(super) const SPINE: RGBColor = RGBColor(0x9A, 0xA3, 0xAE);
/// Curves that are there for comparison only.
pub(super) const CONTEXT: RGBColor = RGBColor(0xBF, 0xC6, 0xCE);
/// Objectives where no class gives the colour.
pub(super) const OBJECTIVE: RGBColor = RGBColor(0xB0, 0x1E, 0x2E);
/// The window of an outage.
pub(super) const OUTAGE: RGBColor = RGBColor(0x6B, 0x72, 0x80);
/// The window of a burst.
pub(super) const BURST: RGBColor = RGBColor(0xB4, 0x6A, 0x00);

/// Jobs before a dispatcher.
pub(super) const STAGED: RGBColor = RGBColor(0xE6, 0x9F, 0x00);
/// Jobs ready in a queue.
pub(super) const READY: RGBColor = RGBColor(0x00, 0x72, 0xB2);
/// Jobs on a worker.
pub(super) const RUNNING: RGBColor = RGBColor(0x9F, 0xA9, 0xB5);
/// Jobs that workers have taken in advance.
pub(super) const PREFETCHED: RGBColor = RGBColor(0x56, 0xB4, 0xE9);
/// Jobs that wait for a retry.
pub(super) const RETRYING: RGBColor = RGBColor(0xCC, 0x79, 0xA7);

/// An objective that is met.
pub(super) const MET: RGBColor = RGBColor(0x00, 0x8A, 0x63);
/// An objective that is missed.
pub(super) const MISSED: RGBColor = RGBColor(0xC0, 0x30, 0x1C);
/// An objective that is not decided.
pub(super) const UNDECIDED: RGBColor = RGBColor(0x7A, 0x84, 0x90);

/// Opacity of a band over replications.
pub(super) const BAND: f64 = 0.16;

const SERIES: [RGBColor; 13] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0x56, 0xB4, 0xE9),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0x30, 0x30, 0x30),
    RGBColor(0x33, 0x22, 0x88),
    RGBColor(0x88, 0x22, 0x55),
    RGBColor(0x11, 0x77, 0x33),
    RGBColor(0x99, 0x99, 0x33),
    RGBColor(0xAA, 0x44, 0x99),
    RGBColor(0x44, 0xAA, 0x99),
];

/// The colour of the series at `place`, the same in every picture.
pub(super) fn series(place: usize) -> RGBColor {
    SERIES[place % SERIES.len()]
}

/// Width of the curve at this place from the top of so many, in CSS pixels: curves below others are wider, so that equal
/// curves are all seen.
pub(super) fn nested_width(place: usize, count: usize) -> f32 {
    1.9 + if count <= 3 { 1.5 } else { 0.9 } * place as f32
}

/// The colour of `part`, 0 to 1, in viridis, and an ink that is readable on it.
pub(super) fn viridis(part: f64) -> (RGBColor, RGBColor) {
    let fill = ViridisRGB::get_color(part.clamp(0.0, 1.0));
    let ink = if brightness(fill) > 0.21 { INK } else { RGBColor(255, 255, 255) };
    (fill, ink)
}

/// Luminance after ITU-R BT.709, 0 to 1, of the stored values squared, which is near enough to light to choose an ink.
fn brightness(RGBColor(r, g, b): RGBColor) -> f64 {
    let light = |value: u8| f64::from(value) * f64::from(value) / 65025.0;
    0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_thirteen_classes_differ_in_colour() {
        for one in 0..SERIES.len() {
            for other in 0..one {
                assert_ne!(series(one), series(other));
            }
        }
    }

    #[test]
    fn ink_on_a_heatmap_is_readable_everywhere() {
        for step in 0..=100 {
            let (fill, ink) = viridis(f64::from(step) / 100.0);
            let (bright, dark) = (brightness(fill).max(brightness(ink)), brightness(fill).min(brightness(ink)));
            assert!((bright + 0.05) / (dark + 0.05) > 3.0, "at {step} %");
        }
    }
}
