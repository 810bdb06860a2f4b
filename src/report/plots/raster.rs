//! Coverage of shapes: how much of each pixel a stroke, a disc or a polygon covers, computed from its geometry and not by
//! counting samples, so that edges are smooth at any slope and a curve of many short pieces has no bumps.
//!
//! Strokes: the distance from the pixel's centre to the nearest piece (round joins and caps). Polygons: scan lines with exact
//! horizontal spans, four to a pixel, even-odd rule.

use std::ops::Range;

use super::drawing::Point;

const SCANS: usize = 4;

/// The pixels that a shape may touch and how much of each it covers, 0 to 1.
pub(super) struct Mask {
    x: Range<usize>,
    y: Range<usize>,
    cover: Vec<f32>,
}

impl Mask {
    /// A line through `points`, `width` pixels wide, on a canvas of `size` pixels. A single point is a disc.
    pub(super) fn stroke(points: &[Point], width: f32, size: (usize, usize)) -> Self {
        let reach = width / 2.0 + 0.5;
        let mut mask = Self::around(points, reach, size);
        if let &[point] = points {
            mask.cover_piece((point, point), reach);
        }
        for piece in points.windows(2) {
            mask.cover_piece((piece[0], piece[1]), reach);
        }
        mask
    }

    /// A ring around `centre`.
    pub(super) fn ring(centre: Point, radius: f32, width: f32, size: (usize, usize)) -> Self {
        let mut mask = Self::around(&[centre], radius + width, size);
        mask.cover_by(|x, y| width / 2.0 + 0.5 - (distance((x, y), (centre, centre)) - radius).abs());
        mask
    }

    /// The inside of a closed polygon.
    pub(super) fn polygon(corners: &[Point], size: (usize, usize)) -> Self {
        let mut mask = Self::around(corners, 1.0, size);
        for (scan, mut crossings) in mask.find_crossings(corners).into_iter().enumerate() {
            crossings.sort_by(f32::total_cmp);
            for span in crossings.chunks_exact(2) {
                mask.cover_span(scan / SCANS, (span[0], span[1]));
            }
        }
        mask
    }

    /// Every pixel that is covered, with its coverage.
    pub(super) fn pixels(&self) -> impl Iterator<Item = (usize, usize, f32)> + '_ {
        let width = self.x.len().max(1);
        self.cover
            .chunks(width)
            .zip(self.y.clone())
            .flat_map(move |(row, y)| row.iter().zip(self.x.clone()).map(move |(&cover, x)| (x, y, cover)))
            .filter(|&(_, _, cover)| cover > 0.0)
    }

    fn around(points: &[Point], reach: f32, (width, height): (usize, usize)) -> Self {
        let span = |values: &mut dyn Iterator<Item = f32>, limit: usize| {
            let (low, high) = values.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)));
            let start = ((low - reach).floor().max(0.0) as usize).min(limit);
            start..((high + reach).ceil().max(0.0) as usize).min(limit).max(start)
        };
        let x = span(&mut points.iter().map(|p| p.0), width);
        let y = span(&mut points.iter().map(|p| p.1), height);
        let cover = vec![0.0; x.len() * y.len()];
        Self { x, y, cover }
    }

    fn cover_by(&mut self, cover: impl Fn(f32, f32) -> f32) {
        let (x, y) = (self.x.clone(), self.y.clone());
        self.cover_part(&x, &y, cover);
    }

    fn cover_piece(&mut self, piece: (Point, Point), reach: f32) {
        let touched = Self::around(&[piece.0, piece.1], reach, (self.x.end, self.y.end));
        let x = touched.x.start.max(self.x.start)..touched.x.end;
        let y = touched.y.start.max(self.y.start)..touched.y.end;
        self.cover_part(&x, &y, |x, y| reach - distance((x, y), piece));
    }

    fn cover_part(&mut self, columns: &Range<usize>, rows: &Range<usize>, cover: impl Fn(f32, f32) -> f32) {
        for y in rows.clone() {
            let row = (y - self.y.start) * self.x.len();
            for x in columns.clone() {
                let pixel = &mut self.cover[row + x - self.x.start];
                *pixel = pixel.max(cover(x as f32 + 0.5, y as f32 + 0.5).clamp(0.0, 1.0));
            }
        }
    }

    fn find_crossings(&self, corners: &[Point]) -> Vec<Vec<f32>> {
        let mut crossings = vec![Vec::new(); self.y.len() * SCANS];
        let (top, last) = (self.y.start as f32, crossings.len());
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

    fn cover_span(&mut self, row: usize, (from, to): (f32, f32)) {
        let first = (from.floor().max(0.0) as usize).max(self.x.start);
        let last = (to.ceil().max(0.0) as usize).min(self.x.end);
        for x in first..last {
            let part = to.min(x as f32 + 1.0) - from.max(x as f32);
            let pixel = &mut self.cover[row * self.x.len() + x - self.x.start];
            *pixel = (*pixel + part.max(0.0) / SCANS as f32).min(1.0);
        }
    }
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

    fn area(mask: &Mask) -> f32 {
        mask.pixels().map(|(_, _, cover)| cover).sum()
    }

    #[test]
    fn a_polygon_covers_its_area() {
        let mask = Mask::polygon(&[(2.25, 3.0), (10.75, 3.0), (10.75, 7.0), (2.25, 7.0)], (20, 20));
        assert!((area(&mask) - 34.0).abs() < 1e-3, "{}", area(&mask));
        let mask = Mask::polygon(&[(0.0, 0.0), (16.0, 0.0), (0.0, 16.0)], (20, 20));
        assert!((area(&mask) - 128.0).abs() < 0.5, "{}", area(&mask));
    }

    #[test]
    fn a_stroke_in_many_pieces_covers_as_much_as_one_piece() {
        let whole = Mask::stroke(&[(2.0, 2.0), (18.0, 9.0)], 2.0, (20, 20));
        let pieces: Vec<Point> =
            (0..=64).map(|i| (2.0 + 16.0 * i as f32 / 64.0, 2.0 + 7.0 * i as f32 / 64.0)).collect();
        let pieces = Mask::stroke(&pieces, 2.0, (20, 20));
        assert!((area(&whole) - area(&pieces)).abs() < 0.05);
    }

    #[test]
    fn shapes_outside_the_canvas_cover_nothing_and_partly_outside_are_cut() {
        assert_eq!(area(&Mask::stroke(&[(-9.0, -9.0), (-5.0, -5.0)], 2.0, (20, 20))), 0.0);
        assert_eq!(area(&Mask::polygon(&[(30.0, 0.0), (40.0, 0.0), (40.0, 9.0)], (20, 20))), 0.0);
        let cut = Mask::polygon(&[(10.0, -5.0), (30.0, -5.0), (30.0, 5.0), (10.0, 5.0)], (20, 20));
        assert!((area(&cut) - 50.0).abs() < 1e-3);
    }

    #[test]
    fn no_points_and_one_point_do_not_fail() {
        assert_eq!(area(&Mask::polygon(&[], (20, 20))), 0.0);
        assert_eq!(area(&Mask::stroke(&[], 2.0, (20, 20))), 0.0);
        assert!((area(&Mask::stroke(&[(10.0, 10.0)], 8.0, (20, 20))) - 50.3).abs() < 1.0);
    }
}
