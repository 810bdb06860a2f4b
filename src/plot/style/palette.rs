//! Colours: of job classes, of places, of verdicts and of the page. Safe for colour-blind readers.
//!
//! Okabe and Ito, "Color Universal Design" (2008), without the yellow, which is too faint on white; then Tol's "muted" scheme
//! (SRON/EPS/TN/09-002) for classes beyond the seventh.

use plotters::style::RGBColor;
use plotters::style::colors::colormaps::ViridisRGB;

/// What the pictures are drawn on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// White paper.
    #[default]
    Light,
    /// Dark paper.
    Dark,
}

/// A colour on light and on dark paper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::plot) struct Tint {
    light: RGBColor,
    dark: RGBColor,
}

impl Tint {
    /// The same on any paper, such as a text on a colour of its own.
    pub(in crate::plot) const fn fixed(color: RGBColor) -> Self {
        Self { light: color, dark: color }
    }

    /// As it is drawn.
    pub(in crate::plot) fn on(self, theme: Theme) -> RGBColor {
        match theme {
            Theme::Light => self.light,
            Theme::Dark => self.dark,
        }
    }

    /// With so large a `part` of `other` in it.
    pub(in crate::plot) fn mix(self, other: Self, part: f64) -> Self {
        let channel = |own: u8, other: u8| (f64::from(own) * (1.0 - part) + f64::from(other) * part) as u8;
        let mix = |RGBColor(r, g, b), RGBColor(x, y, z)| RGBColor(channel(r, x), channel(g, y), channel(b, z));
        Self { light: mix(self.light, other.light), dark: mix(self.dark, other.dark) }
    }
}

const fn tint(light: u32, dark: u32) -> Tint {
    Tint { light: rgb(light), dark: rgb(dark) }
}

const fn rgb(hex: u32) -> RGBColor {
    let [_, r, g, b] = hex.to_be_bytes();
    RGBColor(r, g, b)
}

/// What is drawn on.
pub(in crate::plot) const PAPER: Tint = tint(0xFFFFFF, 0x12171E);
/// Titles and names.
pub(in crate::plot) const INK: Tint = tint(0x1B2430, 0xE8ECF1);
/// Labels of axes and notes.
pub(in crate::plot) const MUTED: Tint = tint(0x5A6572, 0xA3ADB8);
/// Grid lines.
pub(in crate::plot) const GRID: Tint = tint(0xE3E6EA, 0x2A323C);
/// The axis itself.
pub(in crate::plot) const SPINE: Tint = tint(0x9AA3AE, 0x6B7683);
/// Curves that are there for comparison only.
pub(in crate::plot) const CONTEXT: Tint = tint(0xBFC6CE, 0x4F5A67);
/// Objectives where no class gives the colour.
pub(in crate::plot) const OBJECTIVE: Tint = tint(0xB01E2E, 0xFF7F88);
/// The window of an outage.
pub(in crate::plot) const OUTAGE: Tint = tint(0x6B7280, 0x9AA3AE);
/// The window of a burst.
pub(in crate::plot) const BURST: Tint = tint(0xB46A00, 0xF0A848);

/// Jobs before a dispatcher.
pub(in crate::plot) const STAGED: Tint = tint(0xE69F00, 0xF0B432);
/// Jobs ready in a queue.
pub(in crate::plot) const READY: Tint = tint(0x0072B2, 0x3B93DB);
/// Jobs on a worker.
pub(in crate::plot) const RUNNING: Tint = tint(0x9FA9B5, 0x77828F);
/// Jobs that workers have taken in advance.
pub(in crate::plot) const PREFETCHED: Tint = tint(0x56B4E9, 0x8CD0F5);
/// Jobs that wait for a retry.
pub(in crate::plot) const RETRYING: Tint = tint(0xCC79A7, 0xE09AC4);

/// An objective that is met.
pub(in crate::plot) const MET: Tint = tint(0x008A63, 0x2FBF93);
/// An objective that is missed.
pub(in crate::plot) const MISSED: Tint = tint(0xC0301C, 0xFF7A66);
/// An objective that is not decided.
pub(in crate::plot) const UNDECIDED: Tint = tint(0x7A8490, 0x929DA9);

/// Opacity of a band over replications.
pub(in crate::plot) const BAND: f64 = 0.16;

const SERIES: [Tint; 13] = [
    tint(0x0072B2, 0x3B93DB),
    tint(0xD55E00, 0xF57F2E),
    tint(0x009E73, 0x2FBF93),
    tint(0xCC79A7, 0xE09AC4),
    tint(0x56B4E9, 0x93D2F7),
    tint(0xE69F00, 0xF0B432),
    tint(0x303030, 0xD6D9DC),
    tint(0x332288, 0x9288EA),
    tint(0x882255, 0xD0659A),
    tint(0x117733, 0x5DB570),
    tint(0x999933, 0xC9C95A),
    tint(0xAA4499, 0xD684CB),
    tint(0x44AA99, 0x7FD6C8),
];

/// The colour of the series at `place`, the same in every picture.
pub(in crate::plot) fn series(place: usize) -> Tint {
    SERIES[place % SERIES.len()]
}

/// Width of the curve at this place from the top of so many, in CSS pixels: curves below others are wider, so that equal
/// curves are all seen.
pub(in crate::plot) fn nested_width(place: usize, count: usize) -> f32 {
    1.9 + if count <= 3 { 1.5 } else { 0.9 } * place as f32
}

/// The colour of `part`, 0 to 1, in viridis, and an ink that is readable on it.
pub(in crate::plot) fn viridis(part: f64) -> (Tint, Tint) {
    let fill = ViridisRGB::get_color(part.clamp(0.0, 1.0));
    let ink = if brightness(fill) > 0.21 { INK.light } else { PAPER.light };
    (Tint::fixed(fill), Tint::fixed(ink))
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
                assert_ne!(series(one).light, series(other).light);
                assert_ne!(series(one).dark, series(other).dark);
            }
        }
    }

    #[test]
    fn ink_on_a_heatmap_is_readable_everywhere() {
        for step in 0..=100 {
            let (fill, ink) = viridis(f64::from(step) / 100.0);
            assert!(contrast(fill.light, ink.light) > 3.0, "at {step} %");
        }
    }

    #[test]
    fn text_and_series_are_readable_on_both_papers() {
        for theme in [Theme::Light, Theme::Dark] {
            for (text, least) in [(INK, 10.0), (MUTED, 4.5), (OBJECTIVE, 4.5), (MET, 3.0), (MISSED, 4.5), (OUTAGE, 4.0)]
            {
                assert!(contrast(text.on(theme), PAPER.on(theme)) > least, "{text:?} on {theme:?}");
            }
            for place in 0..SERIES.len() {
                assert!(contrast(series(place).on(theme), PAPER.on(theme)) > 2.0, "series {place} on {theme:?}");
            }
        }
    }

    fn contrast(one: RGBColor, other: RGBColor) -> f64 {
        let (one, other) = (brightness(one), brightness(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}
