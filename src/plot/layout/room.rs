//! What is taken in a plot, as cells of a grid: where a name may stand.

use super::Rect;
use crate::plot::style::paper::Point;

/// Side of a cell in CSS pixels.
const CELL: f32 = 2.0;

/// Between names that do not belong together.
const GAP: f32 = 2.0;

/// What lies in a cell.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// Something that a name must not lie on.
    is_taken: bool,
    /// Something that a leader must not cross: a mark, a name or another leader.
    is_solid: bool,
}

/// The room of a plot.
pub(in crate::plot) struct Room {
    plot: Rect,
    columns: usize,
    cells: Vec<Cell>,
}

impl Room {
    /// An empty plot; so far above it names may reach.
    pub(in crate::plot) fn new(plot: Rect, above: f32) -> Self {
        let plot = Rect { y: plot.y - above, h: plot.h + above, ..plot };
        let (columns, rows) = ((plot.w / CELL) as usize + 1, (plot.h / CELL) as usize + 1);
        Self { plot, columns, cells: vec![Cell::default(); columns * rows] }
    }

    /// From where to where names may stand.
    pub(in crate::plot) fn across(&self) -> (f32, f32) {
        (self.plot.x, self.plot.right())
    }

    /// Puts a part of a line there.
    pub(in crate::plot) fn take_line(&mut self, frame: &Rect) {
        self.cells_of(frame).for_each(|cell| self.cells[cell].is_taken = true);
    }

    /// Puts a mark there.
    pub(in crate::plot) fn take_mark(&mut self, frame: &Rect) {
        self.cells_of(frame).for_each(|cell| self.cells[cell] = Cell { is_taken: true, is_solid: true });
    }

    /// Puts names there, with a leader to them.
    pub(in crate::plot) fn take_names(&mut self, frame: &Rect, leader: Option<[Point; 2]>) {
        self.take_mark(&Rect { y: frame.y - GAP, h: frame.h + 2.0 * GAP, ..*frame });
        leader.iter().flat_map(points_of).for_each(|frame| self.take_mark(&frame));
    }

    /// Whether names fit there, with a leader to them.
    pub(in crate::plot) fn is_free(&self, frame: &Rect, leader: Option<[Point; 2]>) -> bool {
        let plot = &self.plot;
        frame.x >= plot.x
            && frame.right() <= plot.right()
            && frame.y >= plot.y
            && frame.bottom() <= plot.bottom()
            && self.cells_of(frame).all(|cell| !self.cells[cell].is_taken)
            && leader
                .iter()
                .flat_map(points_of)
                .all(|frame| self.cells_of(&frame).all(|cell| !self.cells[cell].is_solid))
    }

    /// The cells of which the middle lies in a frame.
    fn cells_of(&self, frame: &Rect) -> impl Iterator<Item = usize> + use<> {
        let (columns, rows) = (self.columns, self.cells.len() / self.columns);
        let cells = |from: f32, to: f32, most: usize| {
            let cell = |at: f32| ((at / CELL).round().max(0.0) as usize).min(most);
            cell(from)..cell(to)
        };
        let across = cells(frame.x - self.plot.x, frame.right() - self.plot.x, columns);
        let down = cells(frame.y - self.plot.y, frame.bottom() - self.plot.y, rows);
        down.flat_map(move |row| across.clone().map(move |column| row * columns + column))
    }
}

/// Small frames along a leader.
fn points_of([from, to]: &[Point; 2]) -> impl Iterator<Item = Rect> + use<> {
    let ((x, y), (dx, dy)) = (*from, (to.0 - from.0, to.1 - from.1));
    let steps = (dx.abs().max(dy.abs()) / CELL).ceil().max(1.0) as usize;
    (0..=steps).map(move |i| {
        let part = i as f32 / steps as f32;
        Rect { x: x + dx * part - CELL, y: y + dy * part - CELL, w: 2.0 * CELL, h: 2.0 * CELL }
    })
}
