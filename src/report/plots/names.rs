//! Names of points in a plot: each beside its point, or as near as there is room, so that none touches another, a mark or a line.

use super::drawing::Point;
use super::figure::{Layer, Panel};
use super::layout::{NOTE, Rect};
use super::text::{Weight, measure, shorten};

/// Font of the names.
pub(super) const NAME: (f32, Weight) = (NOTE.0, Weight::SemiBold);

/// The longest names, tried in turn.
const LONGEST: [f32; 3] = [210.0, 150.0, 100.0];
const ROW: f32 = 14.0;
/// Half the size of a mark with the room around it.
const MARK: f32 = 7.0;
/// Half the width of a line with the room around it.
const LINE: f32 = 2.0;
/// So many rows above and below its point a name may stand.
const MOST_ROWS: i32 = 9;

/// A name with its place: left end and baseline.
pub(super) struct PlacedName {
    /// Which of the names of the panel.
    pub(super) index: usize,
    pub(super) text: String,
    pub(super) at: Point,
    /// From the point to a name that stands away from it.
    pub(super) leader: Option<[Point; 2]>,
}

/// Places the names of a panel in its plot, the first ones first; those for which there is no room are left out.
pub(super) fn lay_names(panel: &Panel, plot: Rect) -> Vec<PlacedName> {
    let place = |(x, y): (f64, f64)| {
        (plot.x + panel.x.place(x) as f32 * plot.w, plot.bottom() - panel.y.place(y) as f32 * plot.h)
    };
    let mut taken: Vec<Rect> = panel.layers.iter().flat_map(|layer| obstacles(layer, &place)).collect();
    let mut placed = Vec::new();
    for (index, name) in panel.names.iter().enumerate() {
        let point = place(name.at);
        let free = |spot: &Spot| is_inside(&spot.frame, &plot) && !taken.iter().any(|other| touch(&spot.frame, other));
        let found = LONGEST.into_iter().find_map(|longest| {
            let text = shorten(&name.text, longest, NAME.0, NAME.1);
            let spot = spots(point, measure(&text, NAME.0, NAME.1)).find(free)?;
            Some((text, spot))
        });
        if let Some((text, spot)) = found {
            let at = (spot.frame.x + 2.0, spot.frame.bottom() - 3.0);
            taken.push(spot.frame);
            placed.push(PlacedName { index, text, at, leader: spot.leader });
        }
    }
    placed
}

/// A place where a name could stand.
struct Spot {
    frame: Rect,
    leader: Option<[Point; 2]>,
}

/// Places for a name so wide: right and left of its point, then row by row away from it, there also in the middle.
fn spots((x, y): Point, width: f32) -> impl Iterator<Item = Spot> {
    let rows = (0..=MOST_ROWS).flat_map(|row| if row == 0 { vec![0] } else { vec![-row, row] });
    rows.flat_map(move |row| {
        let middle = y + row as f32 * ROW;
        let sides = [x + MARK, x - MARK - width - 4.0, x - width / 2.0 - 2.0];
        sides.into_iter().take(if row == 0 { 2 } else { 3 }).map(move |left| {
            let frame = Rect { x: left, y: middle - ROW / 2.0, w: width + 4.0, h: ROW };
            let end = x.clamp(left, frame.right());
            let leader = (row.abs() > 1).then_some([(x, y), (end, middle)]);
            Spot { frame, leader }
        })
    })
}

/// What names keep away from: marks, and lines as a row of small frames.
fn obstacles(layer: &Layer, place: &dyn Fn((f64, f64)) -> Point) -> Vec<Rect> {
    let around = |(x, y): Point, reach: f32| Rect { x: x - reach, y: y - reach, w: 2.0 * reach, h: 2.0 * reach };
    match layer {
        Layer::Mark { at, .. } => vec![around(place(*at), MARK - 1.0)],
        Layer::Line { points, .. } => {
            let points: Vec<Point> = points.iter().map(|&point| place(point)).collect();
            points.windows(2).flat_map(|piece| along(piece[0], piece[1])).map(|point| around(point, LINE)).collect()
        }
        _ => Vec::new(),
    }
}

/// Points on a piece of a line, near enough to each other that nothing fits between them.
fn along(from: Point, to: Point) -> impl Iterator<Item = Point> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let steps = (dx.abs().max(dy.abs()) / (4.0 * LINE)).ceil().max(1.0) as usize;
    (0..=steps).map(move |i| {
        let part = i as f32 / steps as f32;
        (from.0 + dx * part, from.1 + dy * part)
    })
}

fn is_inside(frame: &Rect, plot: &Rect) -> bool {
    frame.x >= plot.x && frame.right() <= plot.right() && frame.y >= plot.y - ROW && frame.bottom() <= plot.bottom()
}

fn touch(one: &Rect, other: &Rect) -> bool {
    one.x < other.right() && other.x < one.right() && one.y < other.bottom() && other.y < one.bottom()
}
