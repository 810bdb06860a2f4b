//! Text with the embedded font: measured and drawn by the same advances at fractions of a pixel, in CSS sizes.
//!
//! Inter by Rasmus Andersson, SIL Open Font License (`assets/fonts/OFL.txt`), cut to Latin, Greek, Cyrillic and the signs used. What it
//! lacks is drawn with the font that was given, if that has it; text that neither can draw should not come here (`legible`).

use std::sync::OnceLock;

use ab_glyph::{Font, FontArc, FontVec, GlyphId, OutlineCurve, PxScale, point};

use super::scripts::{is_unseen, needs_shaping};

/// Height of a capital letter in ems of Inter.
pub(in crate::plot) const CAP_HEIGHT: f32 = 0.727;

/// Units of the font to an em.
pub(in crate::plot) const UNITS_PER_EM: f32 = 2048.0;

/// A cut of the font.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::plot) enum Weight {
    /// For text.
    Regular,
    /// For titles and names.
    SemiBold,
}

/// A font for what Inter lacks.
static GIVEN: OnceLock<FontArc> = OnceLock::new();

/// Draws what Inter lacks with this font, from now on and in all pictures. The first font given counts.
///
/// # Errors
/// What is wrong when it is no TrueType or OpenType font.
pub fn use_font(bytes: Vec<u8>) -> Result<(), String> {
    let font = FontVec::try_from_vec(bytes).map_err(|_| "it is no TrueType or OpenType font".to_owned())?;
    GIVEN.get_or_init(|| FontArc::new(font));
    Ok(())
}

/// A character in the font that has it.
struct Found {
    font: &'static FontArc,
    is_given: bool,
    id: GlyphId,
}

impl Found {
    /// In units of which an em has [`UNITS_PER_EM`].
    fn advance(&self) -> f32 {
        self.font.h_advance_unscaled(self.id) * self.scale()
    }

    /// Units of Inter to one of the font.
    fn scale(&self) -> f32 {
        UNITS_PER_EM / self.font.units_per_em().unwrap_or(UNITS_PER_EM)
    }
}

/// `None`: no font has it.
fn find(c: char, weight: Weight) -> Option<Found> {
    let has = |font: &'static FontArc, is_given| {
        let id = font.glyph_id(c);
        (id.0 != 0).then_some(Found { font, is_given, id })
    };
    let given = || GIVEN.get().filter(|_| !needs_shaping(c)).and_then(|font| has(font, true));
    has(font(weight), false).or_else(given)
}

/// Whether all of `text` can be drawn as it is read.
pub(in crate::plot) fn can_draw(text: &str) -> bool {
    text.chars().all(|c| is_unseen(c) || c.is_whitespace() || find(c, Weight::Regular).is_some())
}

/// The characters of `text` that are drawn. One that nothing can draw is a dot in the middle: a question mark would be a lie.
fn found(text: &str, weight: Weight) -> impl Iterator<Item = (char, Found)> + '_ {
    let seen = text.chars().filter(|c| !is_unseen(*c));
    let blank = |c: char| if c.is_whitespace() { ' ' } else { '·' };
    seen.filter_map(move |c| Some((c, find(c, weight).or_else(|| find(blank(c), weight))?)))
}

/// Width of `text` in the unit of `size`, the sum of its advances.
pub(in crate::plot) fn measure(text: &str, size: f32, weight: Weight) -> f32 {
    found(text, weight).map(|(_, found)| found.advance()).sum::<f32>() * size / UNITS_PER_EM
}

/// `text` if it is at most `width` wide, else its beginning with an ellipsis, down to nothing but the ellipsis.
pub(in crate::plot) fn shorten(text: &str, width: f32, size: f32, weight: Weight) -> String {
    if measure(text, size, weight) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut left = width - measure("…", size, weight);
    for c in text.chars() {
        left -= measure(c.encode_utf8(&mut [0; 4]), size, weight);
        if left < 0.0 {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// `text` broken at spaces (not at no-break spaces) into lines at most `width` wide; what does not fit into `lines` is cut with an ellipsis.
pub(in crate::plot) fn wrap(text: &str, width: f32, lines: usize, (size, weight): (f32, Weight)) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        match wrapped.last_mut() {
            Some(line) if wrapped_fits(line, word, width, (size, weight)) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => wrapped.push(word.to_owned()),
        }
    }
    if wrapped.len() > lines {
        let rest = wrapped.split_off(lines.saturating_sub(1)).join(" ");
        wrapped.push(rest);
    }
    wrapped.iter().map(|line| shorten(line, width, size, weight)).collect()
}

fn wrapped_fits(line: &str, word: &str, width: f32, (size, weight): (f32, Weight)) -> bool {
    measure(line, size, weight) + measure(" ", size, weight) + measure(word, size, weight) <= width
}

/// Calls `paint` with every pixel that the glyphs of `text` touch and its coverage. `origin` is the pen's start on the
/// baseline; all in pixels.
pub(in crate::plot) fn draw(
    text: &str,
    (size, weight): (f32, Weight),
    origin: (f32, f32),
    mut paint: impl FnMut(i32, i32, f32),
) {
    let mut pen = origin.0;
    for (_, found) in found(text, weight) {
        let Found { font, id, .. } = found;
        let scale = PxScale::from(size * font.height_unscaled() * found.scale() / UNITS_PER_EM);
        if let Some(outlined) = font.outline_glyph(id.with_scale_and_position(scale, point(pen, origin.1))) {
            let corner = outlined.px_bounds().min;
            outlined.draw(|x, y, cover| paint(corner.x as i32 + x as i32, corner.y as i32 + y as i32, cover.min(1.0)));
        }
        pen += found.advance() * size / UNITS_PER_EM;
    }
}

/// A letter on a line of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::plot) struct Letter {
    /// Its place in the font.
    pub(in crate::plot) glyph: u16,
    /// Whether that is the font that was given.
    pub(in crate::plot) is_given: bool,
    /// Where it stands on the line, in units of which an em has [`UNITS_PER_EM`].
    pub(in crate::plot) x: i32,
    /// Whether there is nothing to see of it.
    pub(in crate::plot) is_blank: bool,
}

/// The letters of `text`.
pub(in crate::plot) fn letters(text: &str, weight: Weight) -> impl Iterator<Item = Letter> + '_ {
    let mut pen = 0.0;
    found(text, weight).map(move |(c, found)| {
        let is_blank = c.is_whitespace();
        let letter = Letter { glyph: found.id.0, is_given: found.is_given, x: pen as i32, is_blank };
        pen += found.advance();
        letter
    })
}

/// The outline of a letter as the path of an SVG in units of the font, downwards from the baseline.
pub(in crate::plot) fn outline(letter: Letter, weight: Weight) -> String {
    let mut path = String::new();
    let mut last = None;
    let font = if letter.is_given { GIVEN.get().unwrap_or_else(|| font(weight)) } else { font(weight) };
    let scale = UNITS_PER_EM / font.units_per_em().unwrap_or(UNITS_PER_EM);
    let curves = font.outline(GlyphId(letter.glyph)).map_or_else(Vec::new, |outline| outline.curves);
    let whole = |number: f32| (number * scale).round();
    for curve in curves {
        let (from, rest) = match curve {
            OutlineCurve::Line(from, to) => (from, vec![to]),
            OutlineCurve::Quad(from, by, to) => (from, vec![by, to]),
            OutlineCurve::Cubic(from, by, and, to) => (from, vec![by, and, to]),
        };
        if last != Some(from) {
            path += &format!("M{} {}", whole(from.x), 0.0 - whole(from.y));
        }
        path.push(['L', 'Q', 'C'][rest.len() - 1]);
        path += &rest.iter().map(|p| format!("{} {}", whole(p.x), 0.0 - whole(p.y))).collect::<Vec<_>>().join(" ");
        last = rest.last().copied();
    }
    path
}

fn font(weight: Weight) -> &'static FontArc {
    static REGULAR: OnceLock<FontArc> = OnceLock::new();
    static SEMI_BOLD: OnceLock<FontArc> = OnceLock::new();
    let read = |bytes| FontArc::try_from_slice(bytes).expect("the embedded font is read by a test");
    match weight {
        Weight::Regular => {
            REGULAR.get_or_init(|| read(include_bytes!("../../../assets/fonts/Inter-Regular.subset.ttf")))
        }
        Weight::SemiBold => {
            SEMI_BOLD.get_or_init(|| read(include_bytes!("../../../assets/fonts/Inter-SemiBold.subset.ttf")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(text: &str, size: f32, weight: Weight) -> (i32, i32) {
        let mut ends = (i32::MAX, i32::MIN);
        draw(text, (size, weight), (100.0, 100.0), |x, _, cover| {
            if cover > 0.02 {
                ends = (ends.0.min(x), ends.1.max(x + 1));
            }
        });
        ends
    }

    #[test]
    fn text_is_drawn_as_wide_as_it_is_measured() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            for size in [11.0, 24.0, 40.5] {
                for text in ["HIH", "Wait beyond x, 95 %", "≤ 30 s … Tue 9 Feb"] {
                    let (left, right) = ink(text, size, weight);
                    let drawn = (right - left) as f32;
                    let measured = measure(text, size, weight);
                    let bearings = 0.25 * size + 2.0;
                    assert!(
                        (measured - drawn).abs() < bearings,
                        "`{text}` at {size}: {measured} measured, {drawn} drawn"
                    );
                    assert!(left as f32 >= 99.0 && right as f32 <= 101.0 + measured);
                }
            }
        }
    }

    #[test]
    fn twice_the_text_is_twice_as_wide_drawn() {
        let one = ink("HHHHH", 30.0, Weight::Regular);
        let two = ink("HHHHHHHHHH", 30.0, Weight::Regular);
        let step = measure("HHHHH", 30.0, Weight::Regular);
        assert!(((two.1 - one.1) as f32 - step).abs() <= 1.0);
    }

    #[test]
    fn an_em_has_as_many_units_as_stated() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            assert_eq!(font(weight).units_per_em(), Some(UNITS_PER_EM));
        }
    }

    #[test]
    fn capitals_are_as_high_as_stated() {
        let mut top = i32::MAX;
        draw("H", (200.0, Weight::Regular), (10.0, 300.0), |_, y, _| top = top.min(y));
        assert!(((300 - top) as f32 - 200.0 * CAP_HEIGHT).abs() <= 1.5, "{}", 300 - top);
    }

    #[test]
    fn long_text_is_shortened_to_the_width() {
        let text = "a-very-long-name-of-a-class-that-nobody-should-choose";
        for width in [20.0, 60.0, 150.0] {
            let short = shorten(text, width, 12.0, Weight::SemiBold);
            assert!(short.ends_with('…') && measure(&short, 12.0, Weight::SemiBold) <= width);
        }
        assert_eq!(shorten("short", 100.0, 12.0, Weight::Regular), "short");
        assert_eq!(shorten("no room", 1.0, 12.0, Weight::Regular), "…");
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing_before_the_last() {
        let text = "Mass mails with large attachments delay every background job of every school";
        let style = (14.0, Weight::SemiBold);
        let lines = wrap(text, 260.0, 9, style);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| measure(line, style.0, style.1) <= 260.0));
        let cut = wrap(text, 260.0, 2, style);
        assert!(cut.len() == 2 && cut[1].ends_with('…'));
        assert!(wrap("", 100.0, 2, style).is_empty());
    }

    #[test]
    fn latin_greek_and_cyrillic_are_embedded() {
        for text in ["Größe, Łódź, Đặng Thị", "Ουρά και εργάτες", "Очередь писем: ёлка, їжак, ђак", "≤ 30 s … · – “x”"]
        {
            assert!(can_draw(text), "{text}");
        }
        for text in ["キュー", "قائمة", "🚀", "कतार"] {
            assert!(!can_draw(text), "{text}");
        }
        let size = |bytes: &[u8]| bytes.len();
        let all = size(include_bytes!("../../../assets/fonts/Inter-Regular.subset.ttf"))
            + size(include_bytes!("../../../assets/fonts/Inter-SemiBold.subset.ttf"));
        assert!(all < 400_000, "{all} bytes");
    }
}
