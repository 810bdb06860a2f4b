//! Draws a figure with plotters on a canvas.

use std::convert::Infallible;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::Cartesian2d;
use plotters::series::{AreaSeries, DashedLineSeries, LineSeries};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle, WHITE};

use super::axis::Axis;
use super::canvas::{Canvas, Surface, UNITS};
use super::clock::TICK_SIZE;
use super::figure::{Figure, Key, Layer, Panel, Shape, Sign, Span};
use super::layout::{
    ABOUT, FOOT, KEY, Layout, MARGIN, NOTE, PANEL, POINT, Place, Placed, Rect, SIGN, TITLE, WIDTH, lay_sides,
    left_label, side_label,
};
use super::palette::{BAND, GRID, INK, MUTED, SPINE};
use super::text::{Weight, measure, shorten};

type Outcome = Result<(), DrawingAreaErrorKind<Infallible>>;
type Sheet<'a> = DrawingArea<Surface<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, Surface<'b>, Cartesian2d<Axis, Axis>>;

/// Draws a figure and gives the bytes of its PNG.
pub(super) fn render(figure: &Figure) -> Vec<u8> {
    let layout = Layout::of(figure);
    let mut canvas = Canvas::new(WIDTH as u32, layout.height as u32);
    draw(figure, &layout, &mut canvas).expect("a canvas in memory takes every shape");
    canvas.encode().expect("a vector takes every byte")
}

fn draw(figure: &Figure, layout: &Layout, canvas: &mut Canvas) -> Outcome {
    let sheet = Surface(canvas).into_drawing_area();
    draw_head(&sheet, layout)?;
    for placed in &layout.keys {
        draw_key(&sheet, &figure.keys[placed.index], placed)?;
    }
    for (panel, place) in figure.panels.iter().zip(&layout.panels) {
        draw_panel(&sheet, panel, place)?;
    }
    draw_foot(&sheet, figure, layout)
}

fn draw_head(sheet: &Sheet<'_>, layout: &Layout) -> Outcome {
    for (lines, style, color) in
        [(&layout.head[0], TITLE, INK), (&layout.head[1], POINT, INK), (&layout.head[2], ABOUT, MUTED)]
    {
        for line in lines {
            write(sheet, &line.text, (line.x, line.y), Ink::new(style, color))?;
        }
    }
    Ok(())
}

fn draw_foot(sheet: &Sheet<'_>, figure: &Figure, layout: &Layout) -> Outcome {
    let left = layout.panels.first().map_or(MARGIN, |place| place.plot.x);
    write(sheet, &figure.x_title, (left, layout.x_title), Ink::new(NOTE, MUTED))?;
    let room = WIDTH - 2.0 * MARGIN - measure(&figure.maker, FOOT.0, FOOT.1) - 20.0;
    write(sheet, &shorten(&figure.source, room, FOOT.0, FOOT.1), (MARGIN, layout.footer), Ink::new(FOOT, MUTED))?;
    write(sheet, &figure.maker, (WIDTH - MARGIN, layout.footer), Ink::new(FOOT, MUTED).anchored(HPos::Right))
}

fn draw_key(sheet: &Sheet<'_>, key: &Key, placed: &Placed) -> Outcome {
    let middle = placed.y - KEY.0 * 0.36;
    let line = [units(placed.x, middle), units(placed.x + SIGN - 8.0, middle)];
    match key.sign {
        Sign::Line => sheet.draw(&PathElement::new(line, stroke(key.color, 2.2)))?,
        Sign::Band => {
            let band = [units(placed.x, middle - 5.0), units(placed.x + SIGN - 8.0, middle + 5.0)];
            sheet.draw(&Rectangle::new(band, key.color.mix(BAND).filled()))?;
            sheet.draw(&PathElement::new(line, stroke(key.color, 2.2)))?;
        }
        Sign::Dashes => {
            for part in 0..3 {
                let x = placed.x + part as f32 * 8.0;
                sheet.draw(&PathElement::new([units(x, middle), units(x + 4.5, middle)], stroke(key.color, 1.6)))?;
            }
        }
        Sign::Block => {
            let block = [units(placed.x + 5.0, middle - 6.0), units(placed.x + 17.0, middle + 6.0)];
            sheet.draw(&Rectangle::new(block, key.color.filled()))?;
        }
        Sign::Mark(shape) => draw_mark(sheet, units(placed.x + 12.0, middle), shape, key.color)?,
    }
    write(sheet, &placed.text, (placed.x + SIGN, placed.y), Ink::new(KEY, INK))
}

fn draw_panel(sheet: &Sheet<'_>, panel: &Panel, place: &Place) -> Outcome {
    let plot = place.plot;
    shade_spans(sheet, panel, plot)?;
    let area = sheet.clone().shrink(units(plot.x, plot.y), size(plot.w, plot.h));
    let mut chart = ChartBuilder::on(&area).build_cartesian_2d(panel.x.clone(), panel.y.clone())?;
    draw_grid(&mut chart, panel)?;
    draw_flags(sheet, panel, place)?;
    for layer in &panel.layers {
        draw_layer(&mut chart, layer)?;
    }
    drop(chart);
    for layer in &panel.layers {
        draw_over(sheet, panel, layer, plot)?;
    }
    draw_axes(sheet, panel, place)?;
    draw_titles(sheet, panel, place)
}

fn draw_titles(sheet: &Sheet<'_>, panel: &Panel, place: &Place) -> Outcome {
    let (x, y) = place.title;
    let width = place.cell.right() - x;
    let note = shorten(&panel.note, width * 0.6, NOTE.0, NOTE.1);
    let title = shorten(&panel.title, width - measure(&note, NOTE.0, NOTE.1) - 16.0, PANEL.0, PANEL.1);
    write(sheet, &title, (x, y), Ink::new(PANEL, INK))?;
    write(sheet, &shorten(&panel.subtitle, width, NOTE.0, NOTE.1), (x, y + 16.0), Ink::new(NOTE, MUTED))?;
    write(sheet, &note, (place.cell.right(), y), Ink::new(NOTE, MUTED).anchored(HPos::Right))?;
    if let Some(message) = &panel.message {
        let middle = (place.plot.x + place.plot.w / 2.0, place.plot.y + place.plot.h / 2.0);
        write(sheet, message, middle, Ink::new(PANEL, MUTED).anchored(HPos::Center))?;
    }
    Ok(())
}

fn shade_spans(sheet: &Sheet<'_>, panel: &Panel, plot: Rect) -> Outcome {
    let x_of = |at: f64| plot.x + panel.x.place(at) as f32 * plot.w;
    for span in &panel.spans {
        if let Some(to) = span.to {
            let right = x_of(to).max(x_of(span.from) + 1.5);
            let corners = [units(x_of(span.from), plot.y), units(right, plot.bottom())];
            sheet.draw(&Rectangle::new(corners, span.color.mix(0.13).filled()))?;
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
    let line = [units(x, top), units(x, plot.bottom())];
    let style = stroke(span.color.mix(0.75), 1.0);
    if span.dashed {
        sheet.draw(&plotters::element::DashedPathElement::new(line, 4 * UNITS, 3 * UNITS, style))?;
    } else {
        sheet.draw(&PathElement::new(line, style))?;
    }
    match name {
        Some(name) => write(sheet, &name.text, (name.x, name.y), Ink::new(NOTE, span.color)),
        None => Ok(()),
    }
}

fn draw_grid(chart: &mut Chart<'_, '_>, panel: &Panel) -> Outcome {
    let mut mesh = chart.configure_mesh();
    if !panel.upright_grid {
        mesh.disable_x_mesh();
    }
    mesh.disable_axes().bold_line_style(stroke(GRID, 1.0)).light_line_style(WHITE.mix(0.0)).draw()
}

fn draw_layer(chart: &mut Chart<'_, '_>, layer: &Layer) -> Outcome {
    match layer {
        Layer::Band { outline, color } => {
            chart.draw_series([Polygon::new(outline.clone(), color.mix(BAND))])?;
        }
        Layer::Area { points, color } => {
            let base = chart.plotting_area().get_y_range().start;
            chart.draw_series(AreaSeries::new(points.iter().copied(), base, color))?;
        }
        Layer::Line { points, color, width, dashed: true } => {
            let style = stroke(*color, *width);
            chart.draw_series(DashedLineSeries::new(points.clone(), 5 * UNITS, 4 * UNITS, style))?;
        }
        Layer::Line { points, color, width, dashed: false } => {
            chart.draw_series(LineSeries::new(points.iter().copied(), stroke(*color, *width)))?;
        }
        Layer::Cell { corners, color, .. } => {
            chart.draw_series([Rectangle::new([corners.0, corners.1], color.filled())])?;
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
        Layer::Mark { at, shape, color } => {
            let (x, y) = place(*at);
            draw_mark(sheet, units(x, y), *shape, *color)
        }
        Layer::Cell { corners: (from, to), text: (text, color), .. } => {
            let middle = place(((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0));
            let baseline = (middle.0, middle.1 + NOTE.0 * 0.36);
            write(sheet, text, baseline, Ink::new(NOTE, *color).anchored(HPos::Center))
        }
        _ => Ok(()),
    }
}

fn draw_mark(sheet: &Sheet<'_>, (x, y): (i32, i32), shape: Shape, color: RGBColor) -> Outcome {
    let (r, style) = (5 * UNITS, stroke(color, 2.2));
    let path = |points: Vec<(i32, i32)>| PathElement::new(points, style);
    match shape {
        Shape::Disc => sheet.draw(&Circle::new((x, y), r, color.filled())),
        Shape::Cross => {
            let r = r * 9 / 10;
            sheet.draw(&path(vec![(x - r, y - r), (x + r, y + r)]))?;
            sheet.draw(&path(vec![(x - r, y + r), (x + r, y - r)]))
        }
        Shape::Diamond => {
            let r = r * 11 / 10;
            let corners = vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y), (x, y - r)];
            sheet.draw(&Polygon::new(corners.clone(), WHITE))?;
            sheet.draw(&path(corners))
        }
        Shape::Ring => {
            sheet.draw(&Circle::new((x, y), r * 9 / 10, WHITE.filled()))?;
            sheet.draw(&Circle::new((x, y), r * 9 / 10, style))
        }
    }
}

fn draw_axes(sheet: &Sheet<'_>, panel: &Panel, place: &Place) -> Outcome {
    let plot = place.plot;
    let base = [units(plot.x, plot.bottom()), units(plot.right(), plot.bottom())];
    sheet.draw(&PathElement::new(base, stroke(SPINE, 1.0)))?;
    for tick in &panel.y.ticks {
        let y = plot.bottom() - panel.y.place(tick.at) as f32 * plot.h + TICK_SIZE * 0.36;
        let ink = Ink::new((TICK_SIZE, Weight::Regular), MUTED).anchored(HPos::Right);
        write(sheet, &left_label(&tick.label), (plot.x - 8.0, y), ink)?;
    }
    let unit = Ink::new(NOTE, MUTED).anchored(HPos::Right);
    write(sheet, &panel.unit, (plot.x - 8.0, plot.y - 12.0), unit)?;
    draw_x_labels(sheet, panel, place)?;
    let heights = lay_sides(&panel.labels, panel, plot);
    for (label, y) in panel.labels.iter().zip(heights) {
        let ink = Ink::new((NOTE.0, Weight::SemiBold), label.color);
        write(sheet, &side_label(&label.text), (plot.right() + 8.0, y + NOTE.0 * 0.36), ink)?;
    }
    Ok(())
}

fn draw_x_labels(sheet: &Sheet<'_>, panel: &Panel, place: &Place) -> Outcome {
    let plot = place.plot;
    for tick in &panel.x.ticks {
        let x = plot.x + panel.x.place(tick.at) as f32 * plot.w;
        sheet.draw(&PathElement::new([units(x, plot.bottom()), units(x, plot.bottom() + 4.0)], stroke(SPINE, 1.0)))?;
        let (weight, color) = if tick.strong { (Weight::SemiBold, INK) } else { (Weight::Regular, MUTED) };
        let half = measure(&tick.label, TICK_SIZE, weight) / 2.0;
        let centre = x.clamp(place.cell.x.min(x) + half, (place.cell.right().max(x) - half).max(place.cell.x + half));
        let ink = Ink::new((TICK_SIZE, weight), color).anchored(HPos::Center);
        write(sheet, &tick.label, (centre, plot.bottom() + 18.0), ink)?;
    }
    Ok(())
}

/// How a text is written.
#[derive(Clone, Copy)]
struct Ink {
    font: (f32, Weight),
    color: RGBColor,
    anchor: HPos,
}

impl Ink {
    fn new(font: (f32, Weight), color: RGBColor) -> Self {
        Self { font, color, anchor: HPos::Left }
    }

    fn anchored(self, anchor: HPos) -> Self {
        Self { anchor, ..self }
    }
}

/// Writes a line of text; `at` is on its baseline.
fn write(sheet: &Sheet<'_>, text: &str, at: (f32, f32), ink: Ink) -> Outcome {
    if text.is_empty() {
        return Ok(());
    }
    let style = if ink.font.1 == Weight::SemiBold { FontStyle::Bold } else { FontStyle::Normal };
    let font = FontDesc::new(FontFamily::Name("Inter"), f64::from(ink.font.0 * UNITS as f32), style);
    let style = TextStyle::from(font).color(&ink.color).pos(Pos::new(ink.anchor, VPos::Bottom));
    sheet.draw_text(text, &style, units(at.0, at.1))
}

fn stroke(color: impl Color, width: f32) -> ShapeStyle {
    ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: (width * UNITS as f32) as u32 }
}

fn units(x: f32, y: f32) -> (i32, i32) {
    ((x * UNITS as f32).round() as i32, (y * UNITS as f32).round() as i32)
}

fn size(w: f32, h: f32) -> (u32, u32) {
    ((w * UNITS as f32).round() as u32, (h * UNITS as f32).round() as u32)
}
