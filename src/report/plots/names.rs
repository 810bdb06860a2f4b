//! Names of points in a plot: each beside its point, or as near as there is room, so that none touches another, a mark or an upright bar.

use super::drawing::Point;
use super::figure::{Layer, Panel};
use super::layout::{NOTE, Rect};
use super::text::{Weight, measure, shorten};

/// Font of the names.
pub(super) const NAME: (f32, Weight) = (NOTE.0, Weight::SemiBold);

const LONGEST: f32 = 190.0;
const ROW: f32 = 14.0;
/// Half the size of a mark with the room around it.
const MARK: f32 = 7.0;
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
    let mut taken: Vec<Rect> = panel.layers.iter().filter_map(|layer| obstacle(layer, &place)).collect();
    let mut placed = Vec::new();
    for (index, name) in panel.names.iter().enumerate() {
        let text = shorten(&name.text, LONGEST, NAME.0, NAME.1);
        let point = place(name.at);
        let free = |spot: &Spot| is_inside(&spot.frame, &plot) && !taken.iter().any(|other| touch(&spot.frame, other));
        if let Some(spot) = spots(point, measure(&text, NAME.0, NAME.1)).find(free) {
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

/// Places for a name so wide: right and left of its point, then row by row away from it.
fn spots((x, y): Point, width: f32) -> impl Iterator<Item = Spot> {
    let rows = (0..=MOST_ROWS).flat_map(|row| if row == 0 { vec![0] } else { vec![-row, row] });
    rows.flat_map(move |row| {
        let middle = y + row as f32 * ROW;
        [x + MARK, x - MARK - width - 4.0].map(|left| {
            let frame = Rect { x: left, y: middle - ROW / 2.0, w: width + 4.0, h: ROW };
            let end = if left > x { left } else { frame.right() };
            let leader = (row.abs() > 1).then(|| [(x, y), (end, middle)]);
            Spot { frame, leader }
        })
    })
}

/// What names keep away from: marks, and bars of two points.
fn obstacle(layer: &Layer, place: &dyn Fn((f64, f64)) -> Point) -> Option<Rect> {
    match layer {
        Layer::Mark { at, .. } => {
            let (x, y) = place(*at);
            Some(Rect { x: x - MARK, y: y - MARK, w: 2.0 * MARK, h: 2.0 * MARK })
        }
        Layer::Line { points, .. } if points.len() == 2 => {
            let ((x, y), (to_x, to_y)) = (place(points[0]), place(points[1]));
            let (left, top) = (x.min(to_x), y.min(to_y));
            Some(Rect { x: left - 1.0, y: top - 1.0, w: (to_x - x).abs() + 2.0, h: (to_y - y).abs() + 2.0 })
        }
        _ => None,
    }
}

fn is_inside(frame: &Rect, plot: &Rect) -> bool {
    frame.x >= plot.x && frame.right() <= plot.right() && frame.y >= plot.y && frame.bottom() <= plot.bottom()
}

fn touch(one: &Rect, other: &Rect) -> bool {
    one.x < other.right() && other.x < one.right() && one.y < other.bottom() && other.y < one.bottom()
}
