//! `scenario.png`: the world of a scenario, drawn from the model: job classes, dispatchers, queues, pools and providers in columns, jobs going
//! from left to right.

mod graph;
mod place;
mod words;

use super::legible;
use crate::model::{Model, Study};
use crate::plot::draw::drawing::Drawing;
use crate::plot::draw::render::{draw_foot, draw_head};
use crate::plot::draw::sheet::{Ink, Outcome, Sheet, draw_on_sheet};
use crate::plot::layout::{FOOT, NOTE, PANEL, Rect, WIDTH, lay_lines};
use crate::plot::style::palette::{INK, MUTED, PAPER, SPINE, Theme, Tint};
use crate::plot::style::paper::Point;
use crate::plot::style::text::wrap;
use crate::units::Clock;
use graph::{Graph, Node};
use place::{Box, GAP_OF_LINES, PADDING, Places, TITLE_ROW, Way};

/// Most lines of notes in a box.
const MOST_LINES: usize = 7;
const COLUMN_TITLE: f32 = 30.0;

/// Draws the base case of a study; `None` of a study without a case.
#[must_use]
pub fn draw_scenario(study: &Study, theme: Theme) -> Option<Drawing> {
    let study: &Study = &legible::study(study);
    let model = &study.points.first()?.model;
    let graph = Graph::of(model, study.settings.clock.as_ref().map(Clock::start));
    let point = study.question.clone().unwrap_or_else(|| words::sizes(model));
    let about = format!("The base case: jobs go from left to right. {}", about(study, model, &graph));
    let (head, y) = lay_lines([&study.title, &point, about.trim_end()]);
    let places = Places::of(&graph, y + COLUMN_TITLE, &|node, width| lines(node, width).len());
    let footer = places.bottom + 36.0;
    let size = (WIDTH as u32, (footer + 16.0).ceil() as u32);
    let title = format!("{}: the job classes, queues and workers of the scenario", study.title);
    let source = study.source.as_ref().map_or_else(String::new, |source| format!("Source: {source}"));
    let maker = format!("Tailback {}", env!("CARGO_PKG_VERSION"));
    Some(draw_on_sheet(Drawing::new("scenario", title, size), theme, |sheet| {
        draw_head(sheet, &head)?;
        draw_graph(sheet, &graph, &places)?;
        draw_foot(sheet, (&source, &maker), footer)
    }))
}

/// The same without title, question and source, on light paper, for a page that tells those itself; and what it shows in words.
pub(crate) fn draw_bare_scenario(study: &Study) -> Option<(Drawing, String)> {
    let model = &study.points.first()?.model;
    let graph = Graph::of(model, study.settings.clock.as_ref().map(Clock::start));
    let places = Places::of(&graph, COLUMN_TITLE, &|node, width| lines(node, width).len());
    let size = (WIDTH as u32, (places.bottom + PADDING).ceil() as u32);
    let drawing = Drawing::new("scenario", "Job classes, queues and workers of the scenario".to_owned(), size);
    let drawing = draw_on_sheet(drawing, Theme::Light, |sheet| draw_graph(sheet, &graph, &places));
    Some((drawing, about(study, model, &graph).trim().to_owned()))
}

/// What changes later and what is left out.
fn about(study: &Study, model: &Model, graph: &Graph) -> String {
    let start = study.settings.clock.as_ref().map(Clock::start);
    let changes = words::changes(model, start);
    let left_out = match graph.left_out {
        0 => String::new(),
        more => format!(" {more} more are left out."),
    };
    format!("{changes}{left_out}")
}

fn draw_graph(sheet: &Sheet<'_>, graph: &Graph, places: &Places) -> Outcome {
    for way in &places.ways {
        draw_way(sheet, way)?;
    }
    for (column, boxes) in graph.columns.iter().zip(&places.columns) {
        let Some(first) = boxes.first() else { continue };
        sheet.write(column.title, (first.place.x, places.top - 14.0), Ink::new(NOTE, MUTED))?;
        for (node, place) in column.nodes.iter().zip(boxes) {
            draw_node(sheet, node, place)?;
        }
    }
    Ok(())
}

/// The notes of a node as they fit into a box of this width.
fn lines(node: &Node, width: f32) -> Vec<String> {
    let room = width - 2.0 * PADDING;
    let mut lines: Vec<String> = node.notes.iter().flat_map(|note| wrap(note, room, 2, NOTE)).collect();
    lines.truncate(MOST_LINES);
    lines
}

fn draw_node(sheet: &Sheet<'_>, node: &Node, place: &Box) -> Outcome {
    let Rect { x, y, w, h } = place.place;
    sheet.block(place.place, PAPER, 1.0)?;
    let border = [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)];
    sheet.line(&border, SPINE, 1.0)?;
    if let Some(color) = node.color {
        sheet.block(Rect { w: 4.0, ..place.place }, color, 1.0)?;
    }
    let title = wrap(&node.name, w - 2.0 * PADDING, 1, PANEL);
    sheet.write(title.first().map_or("", String::as_str), (x + PADDING, y + TITLE_ROW), Ink::new(PANEL, INK))?;
    for (i, line) in lines(node, w).iter().enumerate() {
        let y = y + TITLE_ROW + (i + 1) as f32 * GAP_OF_LINES;
        sheet.write(line, (x + PADDING, y), Ink::new((FOOT.0 + 0.5, FOOT.1), MUTED))?;
    }
    Ok(())
}

fn draw_way(sheet: &Sheet<'_>, way: &Way) -> Outcome {
    let color = way.color.unwrap_or(SPINE);
    sheet.line(&way.points, color, 1.8)?;
    draw_head_of_arrow(sheet, way.points[way.points.len() - 1], color)
}

fn draw_head_of_arrow(sheet: &Sheet<'_>, (x, y): Point, color: Tint) -> Outcome {
    sheet.polygon(&[(x + 7.0, y), (x - 1.0, y - 4.5), (x - 1.0, y + 4.5)], color)
}
