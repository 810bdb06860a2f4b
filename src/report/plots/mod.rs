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

mod alerts;
mod alternatives;
mod axis;
mod backlog;
mod canvas;
mod clock;
mod common;
mod cost;
mod curves;
mod distribution;
mod drain;
mod drawing;
mod figure;
mod heatmap;
mod indexed;
mod inline;
mod latency;
mod layout;
mod legible;
mod names;
mod palette;
mod promise;
mod raster;
mod render;
mod room;
mod scatter;
mod scene;
mod scripts;
mod sheet;
mod size;
mod surface;
mod svg;
mod sweep;
mod text;
mod ticks;
mod tornado;
mod workers;

pub use drawing::{Drawing, TextBox};
pub use legible::illegible_titles;
pub use palette::Theme;
pub(super) use scene::draw_bare_scenario;
pub use scene::draw_scenario;
pub use size::draw_size;
pub use text::use_font;
pub(super) use workers::note as use_of_workers;

use rayon::prelude::*;

use self::common::Subject;
use super::folder::NewFile;
use crate::experiment::Results;

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

fn file_name(drawing: &Drawing, format: Format) -> String {
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
    let results = legible::results(results);
    let subject = Subject::new(&results);
    let mut figures: Vec<_> = [
        latency::build,
        backlog::build,
        workers::build,
        distribution::build,
        alerts::build,
        alternatives::build,
        cost::build,
        drain::build,
        tornado::build,
    ]
    .into_iter()
    .filter_map(|build| build(&subject))
    .collect();
    figures.extend(sweep::build(&subject));
    figures.into_par_iter().map(|figure| render::render(&figure, theme)).collect()
}

/// The files of drawings. The bytes depend on nothing but the drawings.
pub fn files<'a>(drawings: Vec<Drawing>, format: Format) -> impl Iterator<Item = NewFile<'a>> {
    let file = move |drawing| NewFile::new(file_name(&drawing, format), move || Picture::new(&drawing, format).bytes);
    drawings.into_iter().map(file)
}

/// [`draw`], as pictures.
#[must_use]
pub fn draw_all(results: &Results, look: Look) -> Vec<Picture> {
    draw(results, look.theme).par_iter().map(|drawing| Picture::new(drawing, look.format)).collect()
}
