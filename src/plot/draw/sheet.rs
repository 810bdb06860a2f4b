//! A sheet of paper to draw on in CSS pixels and in tints, through plotters.

use std::convert::Infallible;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, DashedPathElement, PathElement, Polygon, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};

use super::drawing::Drawing;
use super::surface::{Surface, UNITS};
use crate::plot::layout::Rect;
use crate::plot::style::palette::{PAPER, Theme, Tint};
use crate::plot::style::paper::Point;
use crate::plot::style::text::Weight;

/// Drawing in memory cannot fail, but plotters wants to know.
pub(in crate::plot) type Outcome = Result<(), DrawingAreaErrorKind<Infallible>>;

/// A sheet of paper.
pub(in crate::plot) struct Sheet<'a> {
    /// For the charts of plotters.
    pub(in crate::plot) area: DrawingArea<Surface<'a>, Shift>,
    /// What the tints are on.
    pub(in crate::plot) theme: Theme,
}

/// How a text is written.
#[derive(Clone, Copy)]
pub(in crate::plot) struct Ink {
    font: (f32, Weight),
    color: Tint,
    anchor: HPos,
}

impl Ink {
    /// From the left.
    pub(in crate::plot) fn new(font: (f32, Weight), color: Tint) -> Self {
        Self { font, color, anchor: HPos::Left }
    }

    /// With its middle or its right end at the given place.
    pub(in crate::plot) fn anchored(self, anchor: HPos) -> Self {
        Self { anchor, ..self }
    }
}

/// Makes a drawing of what `draw` draws on an empty sheet.
pub(in crate::plot) fn draw_on_sheet(
    mut drawing: Drawing,
    theme: Theme,
    draw: impl FnOnce(&Sheet<'_>) -> Outcome,
) -> Drawing {
    drawing.paper = PAPER.on(theme).into();
    let sheet = Sheet { area: Surface(&mut drawing).into_drawing_area(), theme };
    draw(&sheet).expect("a drawing in memory takes every shape");
    drop(sheet);
    drawing
}

impl Sheet<'_> {
    /// A line through points.
    pub(in crate::plot) fn line(&self, points: &[Point], color: Tint, width: f32) -> Outcome {
        let points: Vec<_> = points.iter().copied().map(units).collect();
        self.area.draw(&PathElement::new(points, self.stroke(color, width)))
    }

    /// A dashed line.
    pub(in crate::plot) fn dashes(&self, points: [Point; 2], color: Tint, width: f32) -> Outcome {
        self.area.draw(&DashedPathElement::new(points.map(units), 4 * UNITS, 3 * UNITS, self.stroke(color, width)))
    }

    /// A filled rectangle.
    pub(in crate::plot) fn block(&self, place: Rect, color: Tint, opacity: f64) -> Outcome {
        let corners = [units((place.x, place.y)), units((place.right(), place.bottom()))];
        self.area.draw(&Rectangle::new(corners, color.on(self.theme).mix(opacity).filled()))
    }

    /// A filled polygon.
    pub(in crate::plot) fn polygon(&self, corners: &[Point], color: Tint) -> Outcome {
        let corners: Vec<_> = corners.iter().copied().map(units).collect();
        self.area.draw(&Polygon::new(corners, color.on(self.theme)))
    }

    /// A filled circle.
    pub(in crate::plot) fn disc(&self, centre: Point, radius: f32, color: Tint) -> Outcome {
        self.area.draw(&Circle::new(units(centre), (radius * UNITS as f32) as i32, color.on(self.theme).filled()))
    }

    /// An open circle.
    pub(in crate::plot) fn ring(&self, centre: Point, radius: f32, (color, width): (Tint, f32)) -> Outcome {
        self.area.draw(&Circle::new(units(centre), (radius * UNITS as f32) as i32, self.stroke(color, width)))
    }

    /// A line of text; `at` is on its baseline.
    pub(in crate::plot) fn write(&self, text: &str, at: Point, ink: Ink) -> Outcome {
        if text.is_empty() {
            return Ok(());
        }
        let style = if ink.font.1 == Weight::SemiBold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::Name("Inter"), f64::from(ink.font.0 * UNITS as f32), style);
        let color = ink.color.on(self.theme);
        let style = TextStyle::from(font).color(&color).pos(Pos::new(ink.anchor, VPos::Bottom));
        self.area.draw_text(text, &style, units(at))
    }

    /// The style of a line.
    pub(in crate::plot) fn stroke(&self, color: Tint, width: f32) -> ShapeStyle {
        ShapeStyle { color: color.on(self.theme).to_rgba(), filled: false, stroke_width: (width * UNITS as f32) as u32 }
    }
}

/// A point in the coordinates of plotters.
pub(in crate::plot) fn units((x, y): Point) -> (i32, i32) {
    ((x * UNITS as f32).round() as i32, (y * UNITS as f32).round() as i32)
}
