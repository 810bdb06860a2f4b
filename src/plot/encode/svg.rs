//! SVG: writes a drawing as text. Letters are outlines that are stated once and used wherever they stand, so that a picture looks the same
//! everywhere and stays small; the text itself is the label of its letters.

use std::collections::BTreeMap;
use std::fmt::Write;

use plotters::style::RGBAColor;

use crate::plot::draw::drawing::{Drawing, Mark, Shape, Text};
use crate::plot::style::paper::Point;
use crate::plot::style::text::{Letter, Weight, letters, outline};

/// Coordinates are written to this part of a CSS pixel.
const GRID: f32 = 10.0;

/// The text of the SVG.
pub(in crate::plot) fn write(drawing: &Drawing) -> String {
    let (w, h) = (drawing.width, drawing.height);
    let label = escape(&drawing.title);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-label=\"{label}\">\n"
    );
    svg += &write_outlines(drawing);
    let _ = writeln!(svg, "<path d=\"M0 0h{w}v{h}h-{w}z\"{}/>", paint("fill", drawing.paper));
    for marks in drawing.marks.chunk_by(are_one_path) {
        svg += &write_marks(marks);
    }
    svg + "</svg>\n"
}

/// Opaque lines of one colour and width can be one path.
fn are_one_path(one: &Mark, other: &Mark) -> bool {
    match (&one.shape, &other.shape) {
        (Shape::Line { width, .. }, Shape::Line { width: other_width, .. }) => {
            width == other_width && one.color == other.color && one.color.3 >= 1.0
        }
        _ => false,
    }
}

fn write_marks(marks: &[Mark]) -> String {
    let color = marks[0].color;
    match &marks[0].shape {
        Shape::Polygon(corners) => format!("<path d=\"{}z\"{}/>\n", path(corners), paint("fill", color)),
        Shape::Line { width, .. } => {
            let paths: String = marks.iter().map(|mark| mark.shape.line()).collect();
            format!("<path d=\"{paths}\"{}/>\n", pen(color, *width))
        }
        Shape::Disc { centre, radius } => format!("<circle{}{}/>\n", circle(*centre, *radius), paint("fill", color)),
        Shape::Ring { centre, radius, width } => {
            format!("<circle{}{}/>\n", circle(*centre, *radius), pen(color, *width))
        }
        Shape::Text(text) => write_text(text, color),
    }
}

impl Shape {
    fn line(&self) -> String {
        if let Self::Line { points, .. } = self { path(points) } else { String::new() }
    }
}

pub(in crate::plot) fn circle((x, y): Point, radius: f32) -> String {
    format!(" cx=\"{}\" cy=\"{}\" r=\"{}\"", number(grid(x)), number(grid(y)), number(grid(radius)))
}

fn pen(color: RGBAColor, width: f32) -> String {
    let width = (width * 100.0).round() / 100.0;
    format!(
        " fill=\"none\"{} stroke-width=\"{width}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"",
        paint("stroke", color)
    )
}

/// The colour as the attribute `name`, with its opacity.
fn paint(name: &str, color: RGBAColor) -> String {
    let RGBAColor(r, g, b, alpha) = color;
    let opacity = if alpha < 1.0 { format!(" {name}-opacity=\"{alpha:.2}\"") } else { String::new() };
    format!(" {name}=\"#{r:02x}{g:02x}{b:02x}\"{opacity}")
}

/// From point to point, each relative to the one before.
pub(in crate::plot) fn path(points: &[Point]) -> String {
    let mut path = String::new();
    let mut before: Option<(i32, i32)> = None;
    for &(x, y) in points {
        let here = (grid(x), grid(y));
        match before {
            None => path += &format!("M{}", pair(here)),
            Some(last) if last == here && points.len() > 2 => {}
            Some(last) => path += &format!("l{}", pair((here.0 - last.0, here.1 - last.1))),
        }
        before = Some(here);
    }
    path
}

/// Two numbers with a space between them only where the sign does not part them.
fn pair((x, y): (i32, i32)) -> String {
    let gap = if y < 0 { "" } else { " " };
    format!("{}{gap}{}", number(x), number(y))
}

pub(in crate::plot) fn grid(value: f32) -> i32 {
    (value * GRID).round() as i32
}

/// A number of tenths.
pub(in crate::plot) fn number(tenths: i32) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, part) => format!("{sign}.{part}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}

fn id(letter: Letter, weight: Weight) -> String {
    let weight = if weight == Weight::Regular { 'r' } else { 's' };
    let given = if letter.is_given { "g" } else { "" };
    format!("{given}{weight}{}", letter.glyph)
}

/// Every letter that is used, once.
fn write_outlines(drawing: &Drawing) -> String {
    let mut outlines = BTreeMap::new();
    for mark in &drawing.marks {
        if let Shape::Text(Text { text, font: (_, weight), .. }) = &mark.shape {
            for letter in letters(text, *weight) {
                outlines.entry(id(letter, *weight)).or_insert_with(|| outline(letter, *weight));
            }
        }
    }
    let drawn = outlines.iter().filter(|(_, path)| !path.is_empty());
    let paths = drawn.map(|(id, path)| format!("<path id=\"{id}\" d=\"{path}\"/>\n"));
    format!("<defs>\n{}</defs>\n", paths.collect::<String>())
}

fn write_text(text: &Text, color: RGBAColor) -> String {
    let (size, weight) = text.font;
    let (x, y) = (grid(text.origin.0), grid(text.origin.1));
    let scale = f64::from(size) / f64::from(crate::plot::style::text::UNITS_PER_EM);
    let mut svg = format!(
        "<g transform=\"translate({} {})scale({scale:.6})\"{} aria-label=\"{}\">",
        number(x),
        number(y),
        paint("fill", color),
        escape(&text.text)
    );
    for letter in letters(&text.text, weight).filter(|letter| !letter.is_blank) {
        let _ = write!(svg, "<use href=\"#{}\" x=\"{}\"/>", id(letter, weight), letter.x);
    }
    svg + "</g>\n"
}

/// Text that stays text in an attribute; characters that XML does not know are left out.
pub(in crate::plot) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\t' | '\n' | '\r' => escaped.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        assert_eq!([0, 5, -5, 10, -123].map(number), ["0", ".5", "-.5", "1", "-12.3"]);
        assert_eq!(path(&[(0.0, 0.0), (1.0, -0.5), (1.0, 2.0)]), "M0 0l1-.5l0 2.5");
    }

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(escape("<script>\"&\u{0}\n"), "&lt;script&gt;&quot;&amp; ");
    }
}
