//! Where the boxes and the ways between them lie: each column in the order of where its jobs come from, and room for the ways that pass it
//! (after Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981).

use super::graph::{At, Graph, Node};
use crate::plot::layout::{MARGIN, Rect, WIDTH};
use crate::plot::style::palette::Tint;
use crate::plot::style::paper::Point;

/// Space between the border of a box and its text.
pub(super) const PADDING: f32 = 10.0;
pub(super) const TITLE_ROW: f32 = 20.0;

/// Height of a line of notes.
pub(super) const GAP_OF_LINES: f32 = 15.0;

const WIDEST: f32 = 220.0;
const COLUMN_GAP: f32 = 40.0;
const ROW_GAP: f32 = 16.0;
/// Pieces of the curve of a way between two columns.
const PIECES: usize = 24;

/// The place of a node.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Box {
    pub(super) place: Rect,
}

/// The way of an edge.
pub(super) struct Way {
    pub(super) points: Vec<Point>,
    pub(super) color: Option<Tint>,
}

/// The places of a graph.
pub(super) struct Places {
    /// Top of the highest box.
    pub(super) top: f32,
    /// In the order of the nodes.
    pub(super) columns: Vec<Vec<Box>>,
    pub(super) ways: Vec<Way>,
    /// Bottom of the lowest box.
    pub(super) bottom: f32,
}

impl Places {
    /// Lays out a graph; `lines` are those of the notes of a node in a box of a width.
    pub(super) fn of(graph: &Graph, top: f32, lines: &dyn Fn(&Node, f32) -> usize) -> Self {
        let count = graph.columns.len().max(2) as f32;
        let room = WIDTH - 2.0 * MARGIN;
        let width = ((room - COLUMN_GAP * (count - 1.0)) / count).min(WIDEST).floor();
        let step = (room - width) / (count - 1.0);
        let mut layers = Layers::new(graph);
        let heights = |at: At| match graph.columns[at.0].nodes.get(at.1) {
            Some(node) => TITLE_ROW + PADDING + GAP_OF_LINES * lines(node, width) as f32,
            None => 0.0,
        };
        layers.lay(top, &heights);
        let rect = |(column, row): At| Rect {
            x: (MARGIN + step * column as f32).round(),
            y: layers.tops[column][row],
            w: width,
            h: heights((column, row)),
        };
        let nodes = |column: usize| graph.columns[column].nodes.len();
        let columns: Vec<Vec<Box>> = (0..graph.columns.len())
            .map(|column| (0..nodes(column)).map(|row| Box { place: rect((column, row)) }).collect())
            .collect();
        let bottom = columns.iter().flatten().map(|node| node.place.bottom()).fold(top, f32::max);
        Self { top, ways: layers.ways(&rect), columns, bottom }
    }
}

/// The nodes with a place for every way that passes a column, and the ways as steps from column to the next.
struct Layers {
    /// Tops by column and row; rows after the nodes are those of passing ways.
    tops: Vec<Vec<f32>>,
    /// The stations of each way.
    routes: Vec<(Vec<At>, Option<Tint>)>,
}

impl Layers {
    fn new(graph: &Graph) -> Self {
        let mut tops: Vec<Vec<f32>> = graph.columns.iter().map(|column| vec![0.0; column.nodes.len()]).collect();
        let mut routes = Vec::new();
        for edge in &graph.edges {
            let mut route = vec![edge.from];
            for (column, rows) in tops.iter_mut().enumerate().take(edge.to.0).skip(edge.from.0 + 1) {
                route.push((column, rows.len()));
                rows.push(0.0);
            }
            route.push(edge.to);
            routes.push((route, edge.color));
        }
        Self { tops, routes }
    }

    /// Column by column, each node as near as possible to the middle of where its jobs come from.
    fn lay(&mut self, top: f32, height: &dyn Fn(At) -> f32) {
        for column in 0..self.tops.len() {
            let rows = self.tops[column].len();
            let wanted: Vec<f32> = (0..rows).map(|row| self.wanted((column, row), height).unwrap_or(top)).collect();
            let mut order: Vec<usize> = (0..rows).collect();
            order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]).then(a.cmp(&b)));
            let (mut floor, mut pushed) = (top, 0.0);
            for &row in &order {
                let height = height((column, row));
                let wish = wanted[row] - height / 2.0;
                let here = wish.max(floor);
                pushed += here - wish;
                self.tops[column][row] = here;
                floor = here + height + ROW_GAP;
            }
            // As far as they were pushed down on average, all go up together.
            let highest = order.first().map_or(top, |&row| self.tops[column][row]);
            let up = (pushed / rows.max(1) as f32).clamp(0.0, highest - top);
            self.tops[column].iter_mut().for_each(|place| *place = (*place - up).round());
        }
    }

    /// The mean of the middles of the stations before this one.
    fn wanted(&self, at: At, height: &dyn Fn(At) -> f32) -> Option<f32> {
        let steps = self.routes.iter().flat_map(|(route, _)| route.windows(2));
        let before: Vec<At> = steps.filter(|step| step[1] == at).map(|step| step[0]).collect();
        let middles = before.iter().map(|&from| self.tops[from.0][from.1] + height(from) / 2.0);
        (!before.is_empty()).then(|| middles.sum::<f32>() / before.len() as f32)
    }

    fn ways(&self, rect: &dyn Fn(At) -> Rect) -> Vec<Way> {
        self.routes.iter().map(|(route, color)| Way { points: self.way(route, rect), color: *color }).collect()
    }

    fn way(&self, route: &[At], rect: &dyn Fn(At) -> Rect) -> Vec<Point> {
        let mut points = Vec::new();
        for step in route.windows(2) {
            let from = (rect(step[0]).right(), self.port(step, 0, rect));
            let last = step[1] == route[route.len() - 1];
            let to = (rect(step[1]).x - if last { 8.0 } else { 0.0 }, self.port(step, 1, rect));
            points.extend(bend(from, to));
        }
        points
    }

    /// The height at which a step leaves (`side` 0) or reaches (1) a node, in the order of where it comes from or goes to.
    fn port(&self, step: &[At], side: usize, rect: &dyn Fn(At) -> Rect) -> f32 {
        let node = step[side];
        let middle = |at: At| rect(at).y + rect(at).h / 2.0;
        let all = self.routes.iter().flat_map(|(route, _)| route.windows(2)).filter(|other| other[side] == node);
        let mut others: Vec<At> = all.map(|other| other[1 - side]).collect();
        others.sort_by(|&a, &b| middle(a).total_cmp(&middle(b)).then(a.cmp(&b)));
        let place = others.iter().position(|&other| other == step[1 - side]).unwrap_or(0);
        let Rect { y, h, .. } = rect(node);
        y + h * (place + 1) as f32 / (others.len() + 1) as f32
    }
}

/// A curve that leaves and arrives level.
fn bend(from: Point, to: Point) -> impl Iterator<Item = Point> {
    (0..=PIECES).map(move |i| {
        let t = i as f32 / PIECES as f32;
        let ease = t * t * (3.0 - 2.0 * t);
        (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * ease)
    })
}
