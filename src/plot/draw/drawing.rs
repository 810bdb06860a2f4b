//! A drawing: every shape and every text of a picture with its place and its colour, from back to front. What plotters draws ends
//! up here (`surface`); `encode` makes files of it.

use plotters::style::{RGBAColor, WHITE};

use crate::plot::style::paper::Point;
use crate::plot::style::text::{CAP_HEIGHT, Weight, measure};

/// A picture, ready to be written in any format.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawing {
    /// Name of its file without the extension, such as `latency`.
    pub name: String,
    /// What it shows, for readers who do not see it.
    pub title: String,
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// What it is drawn on.
    pub(in crate::plot) paper: RGBAColor,
    pub(in crate::plot) marks: Vec<Mark>,
}

/// A text of a drawing and the box that it fills, in CSS pixels.
#[derive(Clone, PartialEq, Debug)]
pub struct TextBox {
    /// The text as it stands there.
    pub text: String,
    /// Left end.
    pub left: f32,
    /// Top of its capitals.
    pub top: f32,
    /// Right end.
    pub right: f32,
    /// Its baseline.
    pub bottom: f32,
}

/// Something drawn in one colour.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::plot) struct Mark {
    pub(in crate::plot) shape: Shape,
    pub(in crate::plot) color: RGBAColor,
}

/// What is drawn.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::plot) enum Shape {
    /// The inside of a closed polygon.
    Polygon(Vec<Point>),
    /// A line through points with round joins and ends.
    Line { points: Vec<Point>, width: f32 },
    /// A filled circle.
    Disc { centre: Point, radius: f32 },
    /// A circle.
    Ring { centre: Point, radius: f32, width: f32 },
    /// A line of text.
    Text(Text),
}

/// A line of text.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::plot) struct Text {
    pub(in crate::plot) text: String,
    /// Where the pen starts, on the baseline.
    pub(in crate::plot) origin: Point,
    pub(in crate::plot) font: (f32, Weight),
}

impl Drawing {
    /// An empty sheet of white paper of so many CSS pixels.
    pub(in crate::plot) fn new(name: &str, title: String, (width, height): (u32, u32)) -> Self {
        Self { name: name.to_owned(), title, width, height, paper: WHITE.into(), marks: Vec::new() }
    }

    /// The same without its texts: what lies behind them.
    #[must_use]
    pub fn without_texts(&self) -> Self {
        let marks = self.marks.iter().filter(|mark| !matches!(mark.shape, Shape::Text(_))).cloned().collect();
        Self { marks, ..self.clone() }
    }

    /// Every text with the box that it fills, in the order in which they are drawn.
    pub fn texts(&self) -> impl Iterator<Item = TextBox> + '_ {
        self.marks.iter().filter_map(|mark| match &mark.shape {
            Shape::Text(text) => Some(text.frame()),
            _ => None,
        })
    }
}

impl Text {
    fn frame(&self) -> TextBox {
        let ((left, bottom), (size, weight)) = (self.origin, self.font);
        let right = left + measure(&self.text, size, weight);
        TextBox { text: self.text.clone(), left, top: bottom - size * CAP_HEIGHT, right, bottom }
    }
}
