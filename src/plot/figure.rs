//! What a picture shows, as data: the pictures build it, [`super::draw::render`] draws it.

use super::scale::axis::Axis;
use super::style::palette::Tint;

/// A picture before it is drawn.
pub(super) struct Figure {
    /// Name of its file without the extension, such as `latency`.
    pub(super) name: String,
    /// The scenario.
    pub(super) title: String,
    /// The point of the picture, in a line.
    pub(super) point: String,
    /// What is shown: quantities, replications, confidence.
    pub(super) about: String,
    /// The legend.
    pub(super) keys: Vec<Key>,
    /// The legend of what is named in the plots, for where a name finds no room there. Without one, names without room are left out.
    pub(super) name_keys: Vec<Key>,
    /// What the horizontal axes show.
    pub(super) x_title: String,
    /// The panels, row by row.
    pub(super) panels: Vec<Panel>,
    /// How many panels lie side by side.
    pub(super) columns: usize,
    /// Height of each plot in CSS pixels.
    pub(super) plot_height: f32,
    /// Whether the titles of panels stand above the plots, not above the labels left of them.
    pub(super) titles_over_plots: bool,
    /// Where the facts come from.
    pub(super) source: String,
    /// What made it.
    pub(super) maker: String,
}

/// An entry of the legend.
pub(super) struct Key {
    /// Its text.
    pub(super) label: String,
    /// Its colour.
    pub(super) color: Tint,
    /// What stands before the text.
    pub(super) sign: Sign,
}

/// What stands before the text of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sign {
    /// A line in its band.
    Band,
    /// A line.
    Line,
    /// A dashed line.
    Dashes,
    /// A filled square.
    Block,
    /// A mark.
    Mark(Shape),
    /// A number from 1, which stands for a name.
    Number(usize),
}

/// Shapes of marks, so that no verdict depends on colour alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// A filled circle.
    Disc,
    /// Two crossed strokes.
    Cross,
    /// An open diamond.
    Diamond,
    /// An open circle.
    Ring,
}

/// One plot with its axes.
pub(super) struct Panel {
    /// Its name, such as the title of an alternative.
    pub(super) title: String,
    /// A second line below the title.
    pub(super) subtitle: String,
    /// What to see in it, at the right of the title.
    pub(super) note: String,
    /// Unit of the vertical axis, above it.
    pub(super) unit: String,
    /// Horizontal axis.
    pub(super) x: Axis,
    /// Vertical axis.
    pub(super) y: Axis,
    /// Whether grid lines stand upright too.
    pub(super) upright_grid: bool,
    /// What is drawn, from back to front.
    pub(super) layers: Vec<Layer>,
    /// What happens at stated places of the horizontal axis.
    pub(super) spans: Vec<Span>,
    /// Texts right of the plot.
    pub(super) labels: Vec<SideLabel>,
    /// Names of marks and curves in the plot.
    pub(super) names: Vec<Name>,
    /// Said in the middle of the plot when there is nothing to draw.
    pub(super) message: Option<String>,
}

impl Figure {
    /// An entry of the legend, that of names after the other.
    pub(super) fn key(&self, index: usize) -> &Key {
        self.keys.get(index).unwrap_or_else(|| &self.name_keys[index - self.keys.len()])
    }
}

impl Panel {
    /// A panel without content.
    pub(super) fn new(title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            note: String::new(),
            unit: String::new(),
            x,
            y,
            upright_grid: false,
            layers: Vec::new(),
            spans: Vec::new(),
            labels: Vec::new(),
            names: Vec::new(),
            message: None,
        }
    }
}

/// A point in the values of the axes.
pub(super) type Point = (f64, f64);

/// Something drawn in a plot.
#[derive(Clone)]
pub(super) enum Layer {
    /// A band between a lower and an upper line.
    Band {
        /// Along the lower line and back along the upper one.
        outline: Vec<Point>,
        /// Its colour, drawn at the opacity of bands.
        color: Tint,
    },
    /// The area between a line and the lower end of the axis.
    Area {
        /// The line.
        points: Vec<Point>,
        /// Its colour.
        color: Tint,
    },
    /// A line.
    Line {
        /// Its points.
        points: Vec<Point>,
        /// Its colour.
        color: Tint,
        /// Its width in CSS pixels.
        width: f32,
        /// Whether it is dashed.
        dashed: bool,
    },
    /// A mark.
    Mark {
        /// Where.
        at: Point,
        /// Its shape.
        shape: Shape,
        /// Its colour.
        color: Tint,
    },
    /// A filled rectangle with a text in its middle.
    Cell {
        /// Two opposite corners.
        corners: (Point, Point),
        /// Its colour.
        color: Tint,
        /// The text and its colour.
        text: (String, Tint),
    },
}

/// Something that happens at a place or over a stretch of the horizontal axis, named above the plot.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Span {
    /// Where it begins.
    pub(super) from: f64,
    /// Where it ends; `None`: it is an instant.
    pub(super) to: Option<f64>,
    /// Its name.
    pub(super) label: String,
    /// Its colour.
    pub(super) color: Tint,
    /// Whether the line at its beginning is dashed.
    pub(super) dashed: bool,
}

/// A text right of the plot at a height of the vertical axis, moved where it would touch another.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct SideLabel {
    /// The height.
    pub(super) at: f64,
    /// The text.
    pub(super) text: String,
    /// Its colour.
    pub(super) color: Tint,
}

/// The name of a mark or a curve in a plot, written near it where nothing else is.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Name {
    /// The curve without its gaps; of a mark its point.
    pub(super) along: Vec<Vec<Point>>,
    /// The name.
    pub(super) text: String,
    /// What stands for it where the legend of names is drawn; empty: nothing.
    pub(super) short: String,
    /// Its colour.
    pub(super) color: Tint,
}

impl Name {
    /// The name of a curve.
    pub(super) fn of_curve(along: Vec<Vec<Point>>, text: impl Into<String>, color: Tint) -> Self {
        Self { along, text: text.into(), short: String::new(), color }
    }
}
