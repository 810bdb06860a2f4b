//! Report-quality pictures of scenarios and results: PNGs at twice the size of CSS pixels or SVGs, light or dark, with an embedded font
//! and no system fonts.
//!
//! Each picture is first built as data (`figure`): panels with axes that hold their ticks, layers, markers, labels. `layout` gives
//! everything its place by measuring the text, `render` draws it with plotters onto a `surface`, which keeps every shape in a
//! [`Drawing`]; `canvas` makes a PNG of that and `svg` an SVG.
//!
//! | file | shows |
//! |---|---|
//! | `latency` | the wait by time of creation |
//! | `backlog` | jobs by place over time |
//! | `workers` | busy and available workers |
//! | `distribution` | the share of jobs that wait longer than x |
//! | `alerts` | when alerts fire, below the backlog |
//! | `alternatives` | objectives and cost by alternative |
//! | `cost` | what each alternative costs for how well it does |
//! | `drain` | how the backlog drains after a fault, by alternative |
//! | `sweep`, `heatmap`, `scatter` | objectives over swept values |
//! | `sensitivity` | outcomes by one number of the scenario after the other |
//! | `size` | objectives over the values that a search tried |
//! | `scenario` | the scenario itself |
//!
//! The look follows Tufte, "The Visual Display of Quantitative Information" (2001), and Wilke, "Fundamentals of Data
//! Visualization" (2019): small multiples on equal axes, labels instead of decoration, no meaning by colour alone.

mod charts;
mod draw;
mod encode;
mod figure;
mod layout;
mod scale;
mod style;

pub use charts::legible::illegible_titles;
pub(crate) use charts::scene::draw_bare_scenario;
pub use charts::scene::draw_scenario;
pub use charts::size::draw_size;
pub(crate) use charts::workers::note as use_of_workers;
pub use draw::drawing::{Drawing, TextBox};
pub use style::palette::Theme;
pub use style::text::use_font;

use rayon::prelude::*;

use crate::experiment::Results;
use charts::common::Subject;

/// A file format of pictures.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// Pixels at twice the size of CSS pixels.
    #[default]
    Png,
    /// Shapes.
    Svg,
}

/// How pictures are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// In which format.
    pub format: Format,
    /// On which paper.
    pub theme: Theme,
}

/// A picture: its file name and its bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// Such as `latency.png`.
    pub name: String,
    /// The encoded file.
    pub bytes: Vec<u8>,
}

impl Picture {
    /// A drawing as a file.
    #[must_use]
    pub fn new(drawing: &Drawing, format: Format) -> Self {
        let bytes = match format {
            Format::Png => drawing.png(),
            Format::Svg => drawing.svg().into_bytes(),
        };
        Self { name: file_name(drawing, format), bytes }
    }
}

/// The name of its file, such as `latency.png`.
#[must_use]
pub fn file_name(drawing: &Drawing, format: Format) -> String {
    let extension = match format {
        Format::Png => "png",
        Format::Svg => "svg",
    };
    format!("{}.{extension}", drawing.name)
}

/// Whether a file of this name is a picture.
#[must_use]
pub fn is_picture(name: &str) -> bool {
    name.ends_with(".png") || name.ends_with(".svg")
}

/// Every picture that the results have data for: `latency`, `backlog`, `workers` and `distribution`, with alerts `alerts`, with
/// alternatives `alternatives`, where these cost differently `cost`, after faults `drain`, with numbers varied one by one `sensitivity`, with a sweep `sweep-*`.
#[must_use]
pub fn draw(results: &Results, theme: Theme) -> Vec<Drawing> {
    let results = charts::legible::results(results);
    let subject = Subject::new(&results);
    let mut figures: Vec<_> = [
        charts::latency::build,
        charts::backlog::build,
        charts::workers::build,
        charts::distribution::build,
        charts::alerts::build,
        charts::alternatives::build,
        charts::cost::build,
        charts::drain::build,
        charts::tornado::build,
    ]
    .into_iter()
    .filter_map(|build| build(&subject))
    .collect();
    figures.extend(charts::sweep::build(&subject));
    figures.into_par_iter().map(|figure| draw::render::render(&figure, theme)).collect()
}

/// [`draw`], as pictures.
#[must_use]
pub fn draw_all(results: &Results, look: Look) -> Vec<Picture> {
    draw(results, look.theme).par_iter().map(|drawing| Picture::new(drawing, look.format)).collect()
}
