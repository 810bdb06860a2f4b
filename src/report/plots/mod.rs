//! Report-quality pictures of results: PNGs at twice the size of CSS pixels, with an embedded font and no system fonts.
//!
//! Each picture is first built as data (`figure`): panels with axes that hold their ticks, layers, markers, labels. `layout` gives
//! everything its place by measuring the text, `render` draws it with plotters, `canvas` is the backend that plotters draws on.
//!
//! | file | shows |
//! |---|---|
//! | `latency` | the wait by time of creation |
//! | `backlog` | jobs by place over time |
//! | `workers` | busy and available workers |
//! | `distribution` | the share of jobs that wait longer than x |
//! | `alerts` | when alerts fire, below the backlog |
//! | `alternatives` | objectives and cost by alternative |
//! | `sweep`, `heatmap`, `scatter` | objectives over swept values |
//! | `sensitivity` | outcomes by one number of the scenario after the other |
//! | `size` | objectives over the values that a search tried |
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
mod curves;
mod distribution;
mod figure;
mod heatmap;
mod latency;
mod layout;
mod palette;
mod promise;
mod raster;
mod render;
mod scatter;
mod size;
mod sweep;
mod text;
mod ticks;
mod tornado;
mod workers;

pub use size::draw_size;

use rayon::prelude::*;

use self::common::Subject;
use crate::experiment::Results;

/// A picture: its file name and its bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// Such as `latency.png`.
    pub name: String,
    /// The encoded file.
    pub bytes: Vec<u8>,
}

/// Draws every picture that the results have data for: `latency.png`, `backlog.png`, `workers.png` and `distribution.png`, with
/// alerts `alerts.png`, with alternatives `alternatives.png`, with numbers varied one by one `sensitivity.png`, with a sweep `sweep-*.png`. The bytes depend on nothing but the results.
#[must_use]
pub fn draw_all(results: &Results) -> Vec<Picture> {
    let subject = Subject::new(results);
    let mut figures: Vec<_> = [
        latency::build,
        backlog::build,
        workers::build,
        distribution::build,
        alerts::build,
        alternatives::build,
        tornado::build,
    ]
    .into_iter()
    .filter_map(|build| build(&subject))
    .collect();
    figures.extend(sweep::build(&subject));
    figures.into_par_iter().map(|figure| Picture { bytes: render::render(&figure), name: figure.name }).collect()
}
