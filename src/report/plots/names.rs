//! Names of marks and curves in a plot: each beside what it names, or as near as there is room, so that none touches another, a mark
//! or a line. What lies together is named in one block, a name on each line.

use super::drawing::Point;
use super::figure::{Layer, Name, Panel};
use super::layout::{NOTE, Placed, Rect};
use super::room::Room;
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
/// Distance of points that are looked at on a curve.
const STEP: f32 = 3.0;
/// What is at most so far apart lies together.
const TOGETHER: f32 = 4.0;
/// The part of a curve that may be further from another and lie together with it all the same.
const APART: f64 = 0.05;
/// How far from other curves a curve is told from them, and from where on more makes no difference.
const TOLD: (f32, f32) = (5.0, 24.0);

/// Names that stand together.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Where they stand.
    pub(super) frame: Rect,
    /// The names with their left ends and baselines.
    pub(super) lines: Vec<Placed>,
    /// From the point to names that stand away from it.
    pub(super) leader: Option<[Point; 2]>,
}

/// What is written: the names, or what stands for them in the legend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wording {
    /// The names.
    Full,
    /// What the legend explains.
    Short,
}

/// Places the names of a panel in its plot, the first ones first; those without room are left out.
pub(super) fn lay_names(panel: &Panel, plot: Rect, wording: Wording) -> Vec<Block> {
    let place = |(x, y): (f64, f64)| {
        (plot.x + panel.x.place(x) as f32 * plot.w, plot.bottom() - panel.y.place(y) as f32 * plot.h)
    };
    let texts: Vec<&str> = panel.names.iter().map(|name| text_of(name, wording)).collect();
    let traces = panel.names.iter().map(|name| trace(&name.along, &place)).collect();
    let groups = group(traces, &texts);
    let is_bare = panel.spans.is_empty() && panel.unit.is_empty();
    let mut room = Room::new(plot, if is_bare { ROW } else { ROW / 2.0 });
    panel.layers.iter().for_each(|layer| fill(&mut room, layer, &place));
    for span in &panel.spans {
        room.take_line(&Rect { x: place((span.from, 0.0)).0 - LINE, w: 2.0 * LINE, ..plot });
    }
    let blocks = (0..groups.len()).filter_map(|i| lay_group(&groups, i, &texts, &mut room));
    blocks.collect()
}

/// Whether every name of a panel stands in these blocks, no two of them cut to the same text.
pub(super) fn is_complete(panel: &Panel, blocks: &[Block]) -> bool {
    let lines = || blocks.iter().flat_map(|block| &block.lines);
    let is_same = |one: &Placed, other: &Placed| {
        one.text == other.text && panel.names[one.index].text != panel.names[other.index].text
    };
    lines().count() == panel.names.len() && !lines().any(|one| lines().any(|other| is_same(one, other)))
}

fn text_of(name: &Name, wording: Wording) -> &str {
    match wording {
        Wording::Full => &name.text,
        Wording::Short => &name.short,
    }
}

/// Names of what lies together.
struct Group {
    members: Vec<usize>,
    /// The longest of what they name.
    trace: Vec<Point>,
}

impl Group {
    fn lines(&self, texts: &[&str], longest: f32) -> Vec<String> {
        self.members.iter().map(|&member| shorten(texts[member], longest, NAME.0, NAME.1)).collect()
    }
}

/// The names that have a text and something that they name, by what lies together.
fn group(traces: Vec<Vec<Point>>, texts: &[&str]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let named = traces.into_iter().enumerate().filter(|(index, trace)| !texts[*index].is_empty() && !trace.is_empty());
    for (index, trace) in named {
        match groups.iter_mut().find(|group| lie_together(&group.trace, &trace)) {
            Some(group) => {
                group.members.push(index);
                if trace.len() > group.trace.len() {
                    group.trace = trace;
                }
            }
            None => groups.push(Group { members: vec![index], trace }),
        }
    }
    groups
}

/// Whether the shorter one lies on the longer one, but for a small part.
fn lie_together(one: &[Point], other: &[Point]) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let far = short.iter().filter(|&&point| nearest(point, long) > TOGETHER).count();
    far as f64 <= short.len() as f64 * APART
}

fn nearest((x, y): Point, trace: &[Point]) -> f32 {
    trace.iter().map(|point| (point.0 - x).abs().max((point.1 - y).abs())).fold(f32::MAX, f32::min)
}

/// Points on what is named, a step apart.
fn trace(along: &[Vec<(f64, f64)>], place: &dyn Fn((f64, f64)) -> Point) -> Vec<Point> {
    let mut trace: Vec<Point> = Vec::new();
    for run in along {
        let points: Vec<Point> = run.iter().map(|&point| place(point)).collect();
        let pieces = points.windows(2).flat_map(|piece| between(piece[0], piece[1], STEP));
        for point in points.first().copied().into_iter().chain(pieces) {
            if trace.last().is_none_or(|last| nearest(point, &[*last]) >= STEP * 0.9) {
                trace.push(point);
            }
        }
    }
    trace
}

fn lay_group(groups: &[Group], i: usize, texts: &[&str], room: &mut Room) -> Option<Block> {
    let group = &groups[i];
    let others: Vec<&[Point]> =
        groups.iter().enumerate().filter(|&(j, _)| j != i).map(|(_, other)| other.trace.as_slice()).collect();
    let anchors = anchors(&group.trace, &others);
    let (lines, spot) = LONGEST.into_iter().find_map(|longest| {
        let lines = group.lines(texts, longest);
        let width = lines.iter().map(|line| measure(line, NAME.0, NAME.1)).fold(0.0, f32::max) + 4.0;
        let size = (width, ROW * lines.len() as f32);
        let spot = match group.trace.as_slice() {
            [point] => spots_of_point(*point, size, room.across()).find(|spot| room.is_free(&spot.frame, spot.leader)),
            trace => anchors
                .iter()
                .flat_map(|anchor| spots_of_curve(*anchor, size))
                .find(|spot| room.is_free(&spot.frame, None) && is_nearest(&spot.frame, trace, &others)),
        };
        Some((lines, spot?))
    })?;
    room.take_names(&spot.frame, spot.leader);
    let placed = lines.into_iter().zip(&group.members).enumerate().map(|(row, (text, &index))| {
        let left = if spot.ends_right {
            spot.frame.right() - 2.0 - measure(&text, NAME.0, NAME.1)
        } else {
            spot.frame.x + 2.0
        };
        Placed { x: left, y: spot.frame.y + ROW * (row + 1) as f32 - 3.0, text, index }
    });
    Some(Block { lines: placed.collect(), frame: spot.frame, leader: spot.leader })
}

/// The points of a curve at which it is told from others, the best to name it at first: far from others, and near its end.
fn anchors(trace: &[Point], others: &[&[Point]]) -> Vec<Point> {
    let (left, right) = trace.iter().fold((f32::MAX, f32::MIN), |(left, right), p| (left.min(p.0), right.max(p.0)));
    let told = |&point: &Point| {
        let apart = others.iter().map(|other| nearest(point, other)).fold(TOLD.1, f32::min);
        (apart >= TOLD.0).then(|| (apart + 14.0 * (point.0 - left) / (right - left).max(1.0), point))
    };
    let mut told: Vec<(f32, Point)> = trace.iter().rev().step_by(2).filter_map(told).collect();
    told.sort_by(|a, b| b.0.total_cmp(&a.0));
    told.into_iter().map(|(_, point)| point).collect()
}

/// Whether no other curve is nearer to a name than its own by more than what curves are told by.
fn is_nearest(frame: &Rect, own: &[Point], others: &[&[Point]]) -> bool {
    let distance = |trace: &[Point]| {
        let away = |&(x, y): &Point| {
            let (dx, dy) = (x - x.clamp(frame.x, frame.right()), y - y.clamp(frame.y, frame.bottom()));
            dx.abs().max(dy.abs())
        };
        trace.iter().map(away).fold(f32::MAX, f32::min)
    };
    let own = distance(own) - TOLD.0;
    others.iter().all(|other| own <= distance(other))
}

/// A place where names could stand.
struct Spot {
    frame: Rect,
    /// Whether the lines end at the right end, where their point is.
    ends_right: bool,
    leader: Option<[Point; 2]>,
}

/// Places for names of a point: right and left of it, then row by row away from it.
fn spots_of_point(point: Point, size: (f32, f32), across: (f32, f32)) -> impl Iterator<Item = Spot> {
    let rows = (1..=MOST_ROWS).flat_map(|row| [-row, row]);
    spots_level(point, size).chain(rows.flat_map(move |row| spots_away(row, point, size, across)))
}

/// Right and left of a point, with any line level with it.
fn spots_level((x, y): Point, (w, h): (f32, f32)) -> impl Iterator<Item = Spot> {
    let lift = (h - ROW) / 2.0;
    [0.0, lift, -lift].into_iter().flat_map(move |lift| {
        [(x + MARK, false), (x - MARK - w, true)].map(|(left, ends_right)| {
            let frame = Rect { x: left, y: y + lift - h / 2.0, w, h };
            Spot { frame, ends_right, leader: None }
        })
    })
}

/// So many rows below a point, or above it, within the plot; from the second row on with a leader.
fn spots_away(row: i32, (x, y): Point, (w, h): (f32, f32), (low, high): (f32, f32)) -> impl Iterator<Item = Spot> {
    let middle = y + row as f32 * ROW + (h - ROW) / 2.0 * row.signum() as f32;
    let beside = |away: f32| [(x + away, false), (x - away - w, true)];
    let sides = beside(MARK).into_iter().chain(beside(4.0 * MARK).into_iter().filter(move |_| row.abs() > 1));
    let inside = move |left: f32| (left.min(high - w).max(low), false);
    let over = [x - w / 2.0, x - MARK, x + MARK - w].map(inside);
    sides.chain(over).map(move |(left, ends_right)| {
        let frame = Rect { x: left, y: middle - h / 2.0, w, h };
        let end = (x.clamp(left, frame.right()), if row < 0 { frame.bottom() } else { frame.y });
        let leader = (row.abs() > 1).then(|| [towards((x, y), end, MARK + TOGETHER), end]);
        Spot { frame, ends_right, leader }
    })
}

/// Places for names of a curve at one of its points: right of it, above and below it, left of it.
fn spots_of_curve((x, y): Point, (w, h): (f32, f32)) -> impl Iterator<Item = Spot> {
    let right = [6.0, 14.0, 22.0, 30.0]
        .into_iter()
        .flat_map(move |away| [y - h / 2.0, y - h].map(|top| (x + away, top, false)));
    let heights = [1.0, 6.0, 12.0].into_iter().flat_map(move |away| [y - away - h, y + away]);
    let over = heights.flat_map(move |top| {
        [(x - 2.0, false), (x - w / 2.0, false), (x - w + 2.0, true)].map(|(left, ends)| (left, top, ends))
    });
    let left = [(x - 6.0 - w, y - h / 2.0, true)];
    right.chain(over).chain(left).map(move |(x, y, ends_right)| Spot {
        frame: Rect { x, y, w, h },
        ends_right,
        leader: None,
    })
}

/// The point so far from `from`, across or down, on the way to `to`.
fn towards(from: Point, to: Point, away: f32) -> Point {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let part = away / dx.abs().max(dy.abs()).max(away);
    (from.0 + dx * part, from.1 + dy * part)
}

/// Takes the room of marks, areas and lines.
fn fill(room: &mut Room, layer: &Layer, place: &dyn Fn((f64, f64)) -> Point) {
    let around = |(x, y): Point, reach: f32| Rect { x: x - reach, y: y - reach, w: 2.0 * reach, h: 2.0 * reach };
    let line = |points: &[(f64, f64)]| -> Vec<Point> {
        let points: Vec<Point> = points.iter().map(|&point| place(point)).collect();
        points.windows(2).flat_map(|piece| between(piece[0], piece[1], 2.0 * LINE)).collect()
    };
    match layer {
        Layer::Mark { at, .. } => room.take_mark(&around(place(*at), MARK - 1.0)),
        Layer::Line { points, .. } => line(points).into_iter().for_each(|at| room.take_line(&around(at, LINE))),
        Layer::Area { points, .. } => {
            for (x, y) in line(points) {
                room.take_line(&Rect { x: x - LINE, y: y - LINE, w: 2.0 * LINE, h: f32::MAX });
            }
        }
        Layer::Band { .. } | Layer::Cell { .. } => {}
    }
}

/// Points on a piece of a line, at most so far from each other, with both ends.
fn between(from: Point, to: Point, step: f32) -> impl Iterator<Item = Point> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let steps = (dx.abs().max(dy.abs()) / step).ceil().max(1.0) as usize;
    (0..=steps).map(move |i| {
        let part = i as f32 / steps as f32;
        (from.0 + dx * part, from.1 + dy * part)
    })
}
