//! The backend on which plotters draws: it keeps what it is given in a [`Drawing`].
//!
//! As they come, the backends of plotters round every coordinate, line width and letter to whole pixels. Here the integer
//! coordinates of plotters are [`UNITS`] to a CSS pixel, and text is placed by the measures of the embedded font.

use std::convert::Infallible;

use plotters::style::RGBAColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use super::drawing::{Drawing, Mark, Shape, Text};
use crate::plot::style::paper::Point;
use crate::plot::style::paper::SCALE;
use crate::plot::style::text::{CAP_HEIGHT, Weight, measure};

/// Units of plotters' coordinates to a CSS pixel.
pub(in crate::plot) const UNITS: i32 = 32;

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

/// A drawing as a backend of plotters. Text is upright, in the embedded font, anchored at the height of its capitals.
pub(in crate::plot) struct Surface<'a>(pub(in crate::plot) &'a mut Drawing);

impl Surface<'_> {
    fn keep(&mut self, shape: Shape, color: BackendColor) -> Outcome {
        let BackendColor { alpha, rgb: (r, g, b) } = color;
        if alpha > 0.0 {
            self.0.marks.push(Mark { shape, color: RGBAColor(r, g, b, alpha) });
        }
        Ok(())
    }
}

impl DrawingBackend for Surface<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.0.width * UNITS as u32, self.0.height * UNITS as u32)
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Outcome {
        self.draw_rect(point, (point.0 + 1, point.1 + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Outcome {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Outcome {
        let corners = [from, (to.0, from.1), to, (from.0, to.1)];
        if fill { self.fill_polygon(corners, style) } else { self.draw_path(corners.into_iter().chain([from]), style) }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Outcome {
        let width = to_pixels(style.stroke_width() as i32);
        let mut points: Vec<Point> = path.into_iter().map(to_point).collect();
        snap(&mut points, width);
        self.keep(Shape::Line { points, width }, style.color())
    }

    fn draw_circle<S: BackendStyle>(&mut self, centre: BackendCoord, radius: u32, style: &S, fill: bool) -> Outcome {
        let (centre, radius) = (to_point(centre), to_pixels(radius as i32));
        let ring = Shape::Ring { centre, radius, width: to_pixels(style.stroke_width() as i32) };
        self.keep(if fill { Shape::Disc { centre, radius } } else { ring }, style.color())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Outcome {
        self.keep(Shape::Polygon(corners.into_iter().map(to_point).collect()), style.color())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Outcome {
        let font = font_of(style);
        let (x, y) = to_point(at);
        let width = measure(text, font.0, font.1);
        let left = match style.anchor().h_pos {
            HPos::Left => x,
            HPos::Center => x - width / 2.0,
            HPos::Right => x - width,
        };
        let baseline = match style.anchor().v_pos {
            VPos::Top => y + font.0 * CAP_HEIGHT,
            VPos::Center => y + font.0 * CAP_HEIGHT / 2.0,
            VPos::Bottom => y,
        };
        let text = Text { text: text.to_owned(), origin: (left, to_grid(baseline, 0.0)), font };
        self.keep(Shape::Text(text), style.color())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let (size, weight) = font_of(style);
        let units = |pixels: f32| (pixels * UNITS as f32).ceil() as u32;
        Ok((units(measure(text, size, weight)), units(size * CAP_HEIGHT)))
    }
}

fn font_of<S: BackendTextStyle>(style: &S) -> (f32, Weight) {
    let weight = if matches!(style.style(), FontStyle::Bold) { Weight::SemiBold } else { Weight::Regular };
    (style.size() as f32 / UNITS as f32, weight)
}

fn to_pixels(units: i32) -> f32 {
    units as f32 / UNITS as f32
}

fn to_point((x, y): BackendCoord) -> Point {
    (to_pixels(x), to_pixels(y))
}

/// Moves a horizontal or vertical line so that it fills whole pixels of the file.
fn snap(points: &mut [Point], width: f32) {
    let [from, to] = points else { return };
    let offset = if ((width * SCALE as f32).round() as i32) % 2 == 1 { 0.5 } else { 0.0 };
    if from.1 == to.1 {
        (from.1, to.1) = (to_grid(from.1, offset), to_grid(to.1, offset));
    } else if from.0 == to.0 {
        (from.0, to.0) = (to_grid(from.0, offset), to_grid(to.0, offset));
    }
}

/// The nearest border of a pixel of the file, or so much of a pixel behind one.
fn to_grid(value: f32, offset: f32) -> f32 {
    ((value * SCALE as f32 - offset).round() + offset) / SCALE as f32
}
