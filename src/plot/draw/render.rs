//! Draws a figure with plotters on a sheet.

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::element::{Polygon, Rectangle};
use plotters::prelude::Cartesian2d;
use plotters::series::{AreaSeries, DashedLineSeries, LineSeries};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, WHITE};

use super::drawing::Drawing;
use super::sheet::{Ink, Outcome, Sheet, draw_on_sheet, units};
use super::surface::{Surface, UNITS};
use crate::plot::figure::{Figure, Key, Layer, Panel, Shape, Sign, Span};
use crate::plot::layout::names::{Block, NAME};
use crate::plot::layout::{
    ABOUT, FOOT, KEY, Layout, MARGIN, NOTE, PANEL, POINT, Place, Placed, Rect, SIDE_GAP, SIGN, TITLE, WIDTH, lay_sides,
    left_label, side_label,
};
use crate::plot::scale::axis::Axis;
use crate::plot::scale::clock::TICK_SIZE;
use crate::plot::style::palette::{BAND, GRID, INK, MUTED, PAPER, SPINE, Theme, Tint};
use crate::plot::style::paper::Point;
use crate::plot::style::text::{Weight, measure, shorten};

/// A chart of plotters with the theme of its sheet.
struct Chart<'a, 's> {
    context: ChartContext<'a, Surface<'a>, Cartesian2d<Axis, Axis>>,
    sheet: &'s Sheet<'a>,
}

/// Draws a figure.
pub(in crate::plot) fn render(figure: &Figure, theme: Theme) -> Drawing {
    let layout = Layout::of(figure);
    let title = format!("{}: {}", figure.title, figure.point);
    let drawing = Drawing::new(&figure.name, title, (WIDTH as u32, layout.height as u32));
    draw_on_sheet(drawing, theme, |sheet| draw(figure, &layout, sheet))
}

fn draw(figure: &Figure, layout: &Layout, sheet: &Sheet<'_>) -> Outcome {
    draw_head(sheet, &layout.head)?;
    for placed in &layout.keys {
        draw_key(sheet, figure.key(placed.index), placed)?;
    }
    for (panel, place) in figure.panels.iter().zip(&layout.panels) {
        draw_panel(sheet, panel, place)?;
    }
    let left = layout.panels.first().map_or(MARGIN, |place| place.plot.x);
    sheet.write(&figure.x_title, (left, layout.x_title), Ink::new(NOTE, MUTED))?;
    draw_foot(sheet, (&figure.source, &figure.maker), layout.footer)
}

/// The title, the point and what is shown.
pub(in crate::plot) fn draw_head(sheet: &Sheet<'_>, head: &[Vec<Placed>; 3]) -> Outcome {
    for (lines, style, color) in [(&head[0], TITLE, INK), (&head[1], POINT, INK), (&head[2], ABOUT, MUTED)] {
        for line in lines {
            sheet.write(&line.text, (line.x, line.y), Ink::new(style, color))?;
        }
    }
    Ok(())
}

/// Where the facts come from at the left, what made the picture at the right.
pub(in crate::plot) fn draw_foot(sheet: &Sheet<'_>, (source, maker): (&str, &str), y: f32) -> Outcome {
    let room = WIDTH - 2.0 * MARGIN - measure(maker, FOOT.0, FOOT.1) - 20.0;
    sheet.write(&shorten(source, room, FOOT.0, FOOT.1), (MARGIN, y), Ink::new(FOOT, MUTED))?;
    sheet.write(maker, (WIDTH - MARGIN, y), Ink::new(FOOT, MUTED).anchored(HPos::Right))
}

fn draw_key(sheet: &Sheet<'_>, key: &Key, placed: &Placed) -> Outcome {
    let middle = placed.y - KEY.0 * 0.36;
    let (left, width) = (placed.x, SIGN - 8.0);
    let line = [(left, middle), (left + width, middle)];
    match key.sign {
        Sign::Line => sheet.line(&line, key.color, 2.2)?,
        Sign::Band => {
            sheet.block(Rect { x: left, y: middle - 5.0, w: width, h: 10.0 }, key.color, BAND)?;
            sheet.line(&line, key.color, 2.2)?;
        }
        Sign::Dashes => {
            for x in [0.0, 8.0, 16.0].map(|part| left + part) {
                sheet.line(&[(x, middle), (x + 4.5, middle)], key.color, 1.6)?;
            }
        }
        Sign::Block => sheet.block(Rect { x: left + 5.0, y: middle - 6.0, w: 12.0, h: 12.0 }, key.color, 1.0)?,
        Sign::Mark(shape) => draw_mark(sheet, (left + 12.0, middle), shape, key.color)?,
        Sign::Number(number) => {
            let ink = Ink::new(NAME, key.color).anchored(HPos::Right);
            sheet.write(&number.to_string(), (left + SIGN - 8.0, placed.y), ink)?;
        }
    }
    sheet.write(&placed.text, (left + SIGN, placed.y), Ink::new(KEY, INK))
}

fn draw_panel(sheet: &Sheet<'_>, panel: &Panel, place: &Place) -> Outcome {
    let plot = place.plot;
    let (width, height) = units((plot.w, plot.h));
    let area = sheet.area.clone().shrink(units((plot.x, plot.y)), (width as u32, height as u32));
    let context = ChartBuilder::on(&area).build_cartesian_2d(panel.x.clone(), panel.y.clone())?;
    let mut chart = Chart { context, sheet };
    draw_grid(&mut chart, panel)?;
    for block in &place.names {
        sheet.block(block.frame, PAPER, 1.0)?;
    }
    shade_spans(sheet, panel, plot)?;
    draw_flags(sheet, panel, place)?;
    for layer in &panel.layers {
        draw_layer(&mut chart, layer)?;
    }
    drop(chart);
    for layer in &panel.layers {
        draw_over(sheet, panel, layer, plot)?;
    }
    place.names.iter().try_for_each(|block| draw_names(sheet, panel, block))?;
    draw_axes(sheet, panel, place)?;
    draw_titles(sheet, panel, place)
}

fn draw_names(sheet: &Sheet<'_>, panel: &Panel, block: &Block) -> Outcome {
    if let Some(leader) = block.leader {
        sheet.line(&leader, SPINE, 0.8)?;
    }
    let write = |line: &Placed| {
        sheet.write(&line.text, (line.x, line.y), Ink::new(NAME, panel.names[line.index].color.mix(INK, 0.2)))
    };
    block.lines.iter().try_for_each(write)
}

fn draw_titles(sheet: &Sheet<'_>, panel: &Panel, place: &Place) -> Outcome {
    let (x, y) = place.title;
    let width = place.cell.right() - x;
    let title = shorten(&panel.title, width, PANEL.0, PANEL.1);
    let note = fit_note(&panel.note, width - measure(&title, PANEL.0, PANEL.1) - 16.0);
    sheet.write(&title, (x, y), Ink::new(PANEL, INK))?;
    sheet.write(&shorten(&panel.subtitle, width, NOTE.0, NOTE.1), (x, y + 16.0), Ink::new(NOTE, MUTED))?;
    sheet.write(note, (place.cell.right(), y), Ink::new(NOTE, MUTED).anchored(HPos::Right))?;
    if let Some(message) = &panel.message {
        let middle = (place.plot.x + place.plot.w / 2.0, place.plot.y + place.plot.h / 2.0);
        sheet.write(message, middle, Ink::new(PANEL, MUTED).anchored(HPos::Center))?;
    }
    Ok(())
}

/// As many parts of a note as fit.
fn fit_note(note: &str, room: f32) -> &str {
    let ends = note.match_indices(", ").map(|(end, _)| end).chain([note.len()]);
    let fits = |part: &&str| measure(part, NOTE.0, NOTE.1) <= room;
    ends.map(|end| &note[..end]).filter(fits).last().unwrap_or_default()
}

fn shade_spans(sheet: &Sheet<'_>, panel: &Panel, plot: Rect) -> Outcome {
    let x_of = |at: f64| plot.x + panel.x.place(at) as f32 * plot.w;
    for span in &panel.spans {
        if let Some(to) = span.to {
            let right = x_of(to).max(x_of(span.from) + 1.5);
            let window = Rect { x: x_of(span.from), w: right - x_of(span.from), ..plot };
            sheet.block(window, span.color, 0.13)?;
        }
    }
    Ok(())
}

fn draw_flags(sheet: &Sheet<'_>, panel: &Panel, place: &Place) -> Outcome {
    for (index, span) in panel.spans.iter().enumerate() {
        let x = place.plot.x + panel.x.place(span.from) as f32 * place.plot.w;
        let name = place.spans.iter().find(|name| name.index == index);
        draw_flag(sheet, span, (x, place.plot), name)?;
    }
    Ok(())
}

/// The upright line at the beginning of a span, up to its name.
fn draw_flag(sheet: &Sheet<'_>, span: &Span, (x, plot): (f32, Rect), name: Option<&Placed>) -> Outcome {
    let top = name.map_or(plot.y, |name| name.y - NOTE.0 * 0.72);
    let line = [(x, top), (x, plot.bottom())];
    let color = span.color.mix(PAPER, 0.25);
    if span.dashed {
        sheet.dashes(line, color, 1.0)?;
    } else {
        sheet.line(&line, color, 1.0)?;
    }
    match name {
        Some(name) => sheet.write(&name.text, (name.x, name.y), Ink::new(NOTE, span.color)),
        None => Ok(()),
    }
}

fn draw_grid(chart: &mut Chart<'_, '_>, panel: &Panel) -> Outcome {
    let style = chart.sheet.stroke(GRID, 1.0);
    let mut mesh = chart.context.configure_mesh();
    if !panel.upright_grid {
        mesh.disable_x_mesh();
    }
    mesh.disable_axes().bold_line_style(style).light_line_style(WHITE.mix(0.0)).draw()
}

fn draw_layer(chart: &mut Chart<'_, '_>, layer: &Layer) -> Outcome {
    let (context, sheet) = (&mut chart.context, chart.sheet);
    let on = |color: &Tint| color.on(sheet.theme);
    match layer {
        Layer::Band { outline, color } => {
            context.draw_series([Polygon::new(outline.clone(), on(color).mix(BAND))])?;
        }
        Layer::Area { points, color } => {
            let base = context.plotting_area().get_y_range().start;
            context.draw_series(AreaSeries::new(points.iter().copied(), base, on(color)))?;
        }
        Layer::Line { points, color, width, dashed: true } => {
            let style = sheet.stroke(*color, *width);
            context.draw_series(DashedLineSeries::new(points.clone(), 5 * UNITS, 4 * UNITS, style))?;
        }
        Layer::Line { points, color, width, dashed: false } => {
            context.draw_series(LineSeries::new(points.iter().copied(), sheet.stroke(*color, *width)))?;
        }
        Layer::Cell { corners, color, .. } => {
            context.draw_series([Rectangle::new([corners.0, corners.1], on(color).filled())])?;
        }
        Layer::Mark { .. } => {}
    }
    Ok(())
}

/// Marks and texts, above all lines.
fn draw_over(sheet: &Sheet<'_>, panel: &Panel, layer: &Layer, plot: Rect) -> Outcome {
    let place = |(x, y): (f64, f64)| {
        (plot.x + panel.x.place(x) as f32 * plot.w, plot.bottom() - panel.y.place(y) as f32 * plot.h)
    };
    match layer {
        Layer::Mark { at, shape, color } => draw_mark(sheet, place(*at), *shape, *color),
        Layer::Cell { corners: (from, to), text: (text, color), .. } => {
            let middle = place(((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0));
            let baseline = (middle.0, middle.1 + NOTE.0 * 0.36);
            sheet.write(text, baseline, Ink::new(NOTE, *color).anchored(HPos::Center))
        }
        _ => Ok(()),
    }
}

fn draw_mark(sheet: &Sheet<'_>, (x, y): Point, shape: Shape, color: Tint) -> Outcome {
    const WIDTH: f32 = 2.2;
    match shape {
        Shape::Disc => sheet.disc((x, y), 5.0, color),
        Shape::Cross => {
            let r = 4.5;
            sheet.line(&[(x - r, y - r), (x + r, y + r)], color, WIDTH)?;
            sheet.line(&[(x - r, y + r), (x + r, y - r)], color, WIDTH)
        }
        Shape::Diamond => {
            let r = 5.5;
            let corners = [(x, y - r), (x + r, y), (x, y + r), (x - r, y), (x, y - r)];
            sheet.polygon(&corners, PAPER)?;
            sheet.line(&corners, color, WIDTH)
        }
        Shape::Ring => {
            sheet.disc((x, y), 4.5, PAPER)?;
            sheet.ring((x, y), 4.5, (color, WIDTH))
        }
    }
}

fn draw_axes(sheet: &Sheet<'_>, panel: &Panel, place: &Place) -> Outcome {
    let plot = place.plot;
    sheet.line(&[(plot.x, plot.bottom()), (plot.right(), plot.bottom())], SPINE, 1.0)?;
    for tick in &panel.y.ticks {
        let y = plot.bottom() - panel.y.place(tick.at) as f32 * plot.h + TICK_SIZE * 0.36;
        let ink = Ink::new((TICK_SIZE, Weight::Regular), MUTED).anchored(HPos::Right);
        sheet.write(&left_label(&tick.label), (plot.x - SIDE_GAP, y), ink)?;
    }
    let unit = Ink::new(NOTE, MUTED).anchored(HPos::Right);
    sheet.write(&panel.unit, (plot.x - SIDE_GAP, plot.y - 12.0), unit)?;
    draw_x_labels(sheet, panel, place)?;
    let heights = lay_sides(&panel.labels, panel, plot);
    for (label, y) in panel.labels.iter().zip(heights) {
        let ink = Ink::new((NOTE.0, Weight::SemiBold), label.color);
        sheet.write(&side_label(&label.text), (plot.right() + SIDE_GAP, y + NOTE.0 * 0.36), ink)?;
    }
    Ok(())
}

fn draw_x_labels(sheet: &Sheet<'_>, panel: &Panel, place: &Place) -> Outcome {
    let plot = place.plot;
    for tick in &place.ticks {
        let x = plot.x + panel.x.place(tick.at) as f32 * plot.w;
        sheet.line(&[(x, plot.bottom()), (x, plot.bottom() + 4.0)], SPINE, 1.0)?;
        let (weight, color) = if tick.strong { (Weight::SemiBold, INK) } else { (Weight::Regular, MUTED) };
        let half = measure(&tick.label, TICK_SIZE, weight) / 2.0;
        let centre = x.clamp(place.cell.x.min(x) + half, (place.cell.right().max(x) - half).max(place.cell.x + half));
        let ink = Ink::new((TICK_SIZE, weight), color).anchored(HPos::Center);
        sheet.write(&tick.label, (centre, plot.bottom() + 18.0), ink)?;
    }
    Ok(())
}
