//! Coverage of shapes: how much of each pixel a stroke, a disc or a polygon covers, computed from its geometry and not by
//! counting samples, so that edges are smooth at any slope and a curve of many short pieces has no bumps.
//!
//! Strokes: the distance from the pixel's centre to the nearest piece (round joins and caps). Polygons: scan lines with exact
//! horizontal spans, four to a pixel, even-odd rule.

use std::mem::take;
use std::ops::Range;

use crate::plot::style::paper::Point;

const SCANS: usize = 4;

/// How much of each pixel of a canvas a shape covers. One mask serves all shapes of a picture, and what a shape costs is what it
/// touches: pages of memory taken and given back for each would take longer than the drawing.
pub(in crate::plot) struct Mask {
    width: usize,
    /// 0 to 1, row by row.
    cover: Vec<f32>,
    /// The columns of each row that may be covered.
    touched: Vec<Range<usize>>,
    /// The rows that have such columns.
    rows: Range<usize>,
}

impl Mask {
    /// A mask of a canvas of `size` pixels, of which nothing is covered.
    pub(in crate::plot) fn new((width, height): (usize, usize)) -> Self {
        Self { width, cover: vec![0.0; width * height], touched: vec![0..0; height], rows: 0..0 }
    }

    /// Covers a line through `points`, `width` pixels wide. A single point is a disc.
    pub(in crate::plot) fn stroke(&mut self, points: &[Point], width: f32) {
        let reach = width / 2.0 + 0.5;
        if let &[point] = points {
            self.cover_piece((point, point), reach);
        }
        for piece in points.windows(2) {
            self.cover_piece((piece[0], piece[1]), reach);
        }
    }

    /// Covers a ring around `centre`.
    pub(in crate::plot) fn ring(&mut self, centre: Point, radius: f32, width: f32) {
        let part = self.around(&[centre], radius + width);
        self.cover_part(&part, |x, y| width / 2.0 + 0.5 - (distance((x, y), (centre, centre)) - radius).abs());
    }

    /// Covers the inside of a closed polygon.
    pub(in crate::plot) fn polygon(&mut self, corners: &[Point]) {
        let (_, rows) = self.around(corners, 1.0);
        for (scan, mut crossings) in find_crossings(corners, &rows).into_iter().enumerate() {
            crossings.sort_by(f32::total_cmp);
            for span in crossings.chunks_exact(2) {
                self.cover_span(rows.start + scan / SCANS, (span[0], span[1]));
            }
        }
    }

    /// Calls `paint` with the column and the row of every pixel that is covered and its coverage; then nothing is covered.
    pub(in crate::plot) fn drain(&mut self, mut paint: impl FnMut(usize, usize, f32)) {
        for y in take(&mut self.rows) {
            let columns = take(&mut self.touched[y]);
            let row = &mut self.cover[y * self.width..][columns.clone()];
            for (x, cover) in columns.zip(row).filter(|(_, cover)| **cover > 0.0) {
                paint(x, y, take(cover));
            }
        }
    }

    /// The columns and rows of the canvas that are at most so far away.
    fn around(&self, points: &[Point], reach: f32) -> (Range<usize>, Range<usize>) {
        let span = |values: &mut dyn Iterator<Item = f32>, limit: usize| {
            let (low, high) = values.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)));
            let start = ((low - reach).floor().max(0.0) as usize).min(limit);
            start..((high + reach).ceil().max(0.0) as usize).min(limit).max(start)
        };
        let columns = span(&mut points.iter().map(|p| p.0), self.width);
        (columns, span(&mut points.iter().map(|p| p.1), self.touched.len()))
    }

    fn cover_piece(&mut self, piece: (Point, Point), reach: f32) {
        let part = self.around(&[piece.0, piece.1], reach);
        self.cover_part(&part, |x, y| reach - distance((x, y), piece));
    }

    fn cover_part(&mut self, (columns, rows): &(Range<usize>, Range<usize>), cover: impl Fn(f32, f32) -> f32) {
        for y in rows.clone() {
            for (x, pixel) in columns.clone().zip(self.touch(y, columns)) {
                *pixel = pixel.max(cover(x as f32 + 0.5, y as f32 + 0.5).clamp(0.0, 1.0));
            }
        }
    }

    fn cover_span(&mut self, y: usize, (from, to): (f32, f32)) {
        let last = (to.ceil().max(0.0) as usize).min(self.width);
        let columns = (from.floor().max(0.0) as usize).min(last)..last;
        for (x, pixel) in columns.clone().zip(self.touch(y, &columns)) {
            let part = to.min(x as f32 + 1.0) - from.max(x as f32);
            *pixel = (*pixel + part.max(0.0) / SCANS as f32).min(1.0);
        }
    }

    /// The pixels of a row in these columns, which may be covered from now on.
    fn touch(&mut self, y: usize, columns: &Range<usize>) -> &mut [f32] {
        extend(&mut self.touched[y], columns);
        extend(&mut self.rows, &(y..y + 1));
        &mut self.cover[y * self.width..][columns.clone()]
    }
}

/// Makes a range as large as to hold another one.
fn extend(range: &mut Range<usize>, other: &Range<usize>) {
    *range = if range.end == 0 { other.clone() } else { range.start.min(other.start)..range.end.max(other.end) };
}

/// Where the border of a polygon crosses the scan lines of these rows.
fn find_crossings(corners: &[Point], rows: &Range<usize>) -> Vec<Vec<f32>> {
    let mut crossings = vec![Vec::new(); rows.len() * SCANS];
    let (top, last) = (rows.start as f32, crossings.len());
    for (i, &from) in corners.iter().enumerate() {
        let to = corners[(i + 1) % corners.len()];
        let (upper, lower) = if from.1 < to.1 { (from, to) } else { (to, from) };
        let scan_at = |y: f32| (((y - top) * SCANS as f32 - 0.5).ceil().max(0.0) as usize).min(last);
        for (scan, row) in crossings.iter_mut().enumerate().take(scan_at(lower.1)).skip(scan_at(upper.1)) {
            let y = top + (scan as f32 + 0.5) / SCANS as f32;
            row.push(upper.0 + (lower.0 - upper.0) * (y - upper.1) / (lower.1 - upper.1));
        }
    }
    crossings
}

/// The distance of a point from the nearest point of a piece.
fn distance(point: Point, (from, to): (Point, Point)) -> f32 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((point.0 - from.0) * dx + (point.1 - from.1) * dy) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    let (x, y) = (point.0 - from.0 - along * dx, point.1 - from.1 - along * dy);
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The area that is covered of a canvas.
    fn area(cover: impl Fn(&mut Mask)) -> f32 {
        let mut mask = Mask::new((20, 20));
        cover(&mut mask);
        let mut area = 0.0;
        mask.drain(|_, _, cover| area += cover);
        mask.drain(|_, _, _| panic!("nothing is covered any more"));
        assert!(mask.cover.iter().all(|&cover| cover == 0.0));
        area
    }

    fn polygon(corners: &[Point]) -> f32 {
        area(|mask| mask.polygon(corners))
    }

    fn stroke(points: &[Point], width: f32) -> f32 {
        area(|mask| mask.stroke(points, width))
    }

    #[test]
    fn a_polygon_covers_its_area() {
        let rectangle = polygon(&[(2.25, 3.0), (10.75, 3.0), (10.75, 7.0), (2.25, 7.0)]);
        assert!((rectangle - 34.0).abs() < 1e-3, "{rectangle}");
        let triangle = polygon(&[(0.0, 0.0), (16.0, 0.0), (0.0, 16.0)]);
        assert!((triangle - 128.0).abs() < 0.5, "{triangle}");
    }

    #[test]
    fn a_stroke_in_many_pieces_covers_as_much_as_one_piece() {
        let whole = stroke(&[(2.0, 2.0), (18.0, 9.0)], 2.0);
        let pieces: Vec<Point> =
            (0..=64).map(|i| (2.0 + 16.0 * i as f32 / 64.0, 2.0 + 7.0 * i as f32 / 64.0)).collect();
        assert!((whole - stroke(&pieces, 2.0)).abs() < 0.05);
    }

    #[test]
    fn shapes_outside_the_canvas_cover_nothing_and_partly_outside_are_cut() {
        assert_eq!(stroke(&[(-9.0, -9.0), (-5.0, -5.0)], 2.0), 0.0);
        assert_eq!(polygon(&[(30.0, 0.0), (40.0, 0.0), (40.0, 9.0)]), 0.0);
        let cut = polygon(&[(10.0, -5.0), (30.0, -5.0), (30.0, 5.0), (10.0, 5.0)]);
        assert!((cut - 50.0).abs() < 1e-3);
    }

    #[test]
    fn no_points_and_one_point_do_not_fail() {
        assert_eq!(polygon(&[]), 0.0);
        assert_eq!(stroke(&[], 2.0), 0.0);
        assert!((stroke(&[(10.0, 10.0)], 8.0) - 50.3).abs() < 1.0);
    }

    #[test]
    fn a_ring_covers_its_line() {
        let ring = area(|mask| mask.ring((10.0, 10.0), 6.0, 2.0));
        assert!((ring - 75.4).abs() < 1.0, "{ring}");
    }
}
