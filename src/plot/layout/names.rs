//! Names of marks and curves in a plot: each beside what it names, or as near as there is room, so that none touches another, a mark
//! or a line. What lies together is named in one block, a name on each line.

use super::room::Room;
use super::{NOTE, Placed, Rect};
use crate::plot::figure::{Layer, Name, Panel};
use crate::plot::style::paper::Point;
use crate::plot::style::text::{Weight, measure, shorten};

/// Font of the names.
pub(in crate::plot) const NAME: (f32, Weight) = (NOTE.0, Weight::SemiBold);

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
pub(in crate::plot) struct Block {
    /// Where they stand.
    pub(in crate::plot) frame: Rect,
    /// The names with their left ends and baselines.
    pub(in crate::plot) lines: Vec<Placed>,
    /// From the point to names that stand away from it.
    pub(in crate::plot) leader: Option<[Point; 2]>,
}

/// What is written: the names, or what stands for them in the legend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::plot) enum Wording {
    /// The names.
    Full,
    /// What the legend explains.
    Short,
}

/// Places the names of a panel in its plot, the first ones first; those without room are left out.
pub(in crate::plot) fn lay_names(panel: &Panel, plot: Rect, wording: Wording) -> Vec<Block> {
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
    (0..groups.len()).filter_map(|i| lay_group(&groups, i, &texts, &mut room)).collect()
}

/// Whether every name of a panel stands in these blocks, no two of them cut to the same text.
pub(in crate::plot) fn is_complete(panel: &Panel, blocks: &[Block]) -> bool {
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
    let others = groups.iter().enumerate().filter(|&(j, _)| j != i).map(|(_, other)| other.trace.as_slice());
    let free = Search::new(&group.trace, others.collect());
    // Where not all of them have room, the first one stands for what it lies together with.
    let mut tries = [group.members.len(), 1].into_iter().flat_map(|count| LONGEST.map(|longest| (count, longest)));
    let (lines, spot) = tries.find_map(|(count, longest)| {
        let first = group.members[..count].iter();
        let lines: Vec<String> = first.map(|&member| shorten(texts[member], longest, NAME.0, NAME.1)).collect();
        let width = lines.iter().map(|line| measure(line, NAME.0, NAME.1)).fold(0.0, f32::max) + 4.0;
        let spot = free.find((width, ROW * lines.len() as f32), room)?;
        Some((lines, spot))
    })?;
    room.take_names(&spot.frame, spot.leader);
    let placed = lines.into_iter().zip(&group.members).enumerate().map(|(row, (text, &index))| {
        let shorter = spot.frame.w - 4.0 - measure(&text, NAME.0, NAME.1);
        let x = spot.frame.x + 2.0 + if spot.ends_right { shorter } else { 0.0 };
        Placed { x, y: spot.frame.y + ROW * (row + 1) as f32 - 3.0, text, index }
    });
    Some(Block { lines: placed.collect(), frame: spot.frame, leader: spot.leader })
}

/// The search for a place beside a point or a curve, among others.
struct Search<'a> {
    trace: &'a [Point],
    others: Vec<&'a [Point]>,
    anchors: Vec<Point>,
}

impl<'a> Search<'a> {
    fn new(trace: &'a [Point], others: Vec<&'a [Point]>) -> Self {
        Self { trace, anchors: anchors(trace, &others), others }
    }

    /// The first place where names of this size fit.
    fn find(&self, size: (f32, f32), room: &Room) -> Option<Spot> {
        let is_free = |spot: &Spot| room.is_free(&spot.frame, spot.leader);
        match self.trace {
            [point] => spots_of_point(*point, size, room.across()).find(is_free),
            trace => {
                let mut spots = self.anchors.iter().flat_map(|anchor| spots_of_curve(*anchor, size));
                spots.find(|spot| is_free(spot) && is_nearest(&spot.frame, trace, &self.others))
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::figure::Shape;
    use crate::plot::scale::axis::Axis;
    use crate::plot::style::palette::INK;

    const PLOT: Rect = Rect { x: 50.0, y: 50.0, w: 400.0, h: 200.0 };

    fn panel() -> Panel {
        Panel::new("", Axis::linear(0.0, 100.0, Vec::new()), Axis::linear(0.0, 100.0, Vec::new()))
    }

    fn add_mark(panel: &mut Panel, at: (f64, f64), text: &str) {
        panel.layers.push(Layer::Mark { at, shape: Shape::Disc, color: INK });
        let short = (panel.names.len() + 1).to_string();
        panel.names.push(Name { along: vec![vec![at]], text: text.to_owned(), short, color: INK });
    }

    fn add_curve(panel: &mut Panel, points: &[(f64, f64)], text: &str) {
        panel.layers.push(Layer::Line { points: points.to_vec(), color: INK, width: 2.0, dashed: false });
        panel.names.push(Name::of_curve(vec![points.to_vec()], text, INK));
    }

    fn texts(blocks: &[Block]) -> Vec<Vec<&str>> {
        blocks.iter().map(|block| block.lines.iter().map(|line| line.text.as_str()).collect()).collect()
    }

    fn crosses([from, to]: &[Point; 2], frame: &Rect) -> bool {
        let is_inside = |(x, y): Point| frame.x < x && x < frame.right() && frame.y < y && y < frame.bottom();
        between(*from, *to, 1.0).any(is_inside)
    }

    #[test]
    fn marks_at_one_place_are_named_in_one_block() {
        let mut panel = panel();
        add_mark(&mut panel, (20.0, 50.0), "one");
        add_mark(&mut panel, (80.0, 50.0), "apart");
        add_mark(&mut panel, (20.1, 50.1), "other");
        let blocks = lay_names(&panel, PLOT, Wording::Full);
        assert_eq!(texts(&blocks), [vec!["one", "other"], vec!["apart"]]);
    }

    #[test]
    fn names_of_crowded_marks_touch_nothing_and_no_leader_crosses_a_name() {
        let mut panel = panel();
        for i in 0..14 {
            add_mark(&mut panel, (50.0 + 3.0 * f64::from(i % 4), 60.0 - 5.0 * f64::from(i / 4)), &format!("mark {i}"));
        }
        let blocks = lay_names(&panel, PLOT, Wording::Full);
        assert!(blocks.len() >= 8 && blocks.iter().any(|block| block.leader.is_some()), "{blocks:?}");
        for (i, one) in blocks.iter().enumerate() {
            for (j, other) in blocks.iter().enumerate().filter(|(j, _)| *j != i) {
                let apart = one.frame.bottom() <= other.frame.y + 0.1
                    || other.frame.bottom() <= one.frame.y + 0.1
                    || one.frame.right() <= other.frame.x + 0.1
                    || other.frame.right() <= one.frame.x + 0.1;
                assert!(apart, "{one:?} {other:?}");
                assert!(!one.leader.is_some_and(|leader| crosses(&leader, &other.frame)), "{i} {j}");
            }
        }
    }

    #[test]
    fn a_curve_is_named_where_it_is_told_from_the_other() {
        let mut panel = panel();
        add_curve(&mut panel, &[(0.0, 0.0), (50.0, 50.0), (100.0, 100.0)], "rises");
        add_curve(&mut panel, &[(0.0, 0.0), (50.0, 50.0), (100.0, 0.0)], "falls");
        let blocks = lay_names(&panel, PLOT, Wording::Full);
        assert_eq!(texts(&blocks), [["rises"], ["falls"]]);
        assert!(blocks.iter().all(|block| block.frame.x > PLOT.x + PLOT.w / 2.0), "{blocks:?}");
        assert!(blocks[0].frame.y < blocks[1].frame.y);
    }

    #[test]
    fn curves_that_lie_together_are_named_in_one_block_and_no_name_lies_on_an_event() {
        let mut panel = panel();
        for text in ["one", "two", "three"] {
            add_curve(&mut panel, &[(0.0, 40.0), (100.0, 40.0)], text);
        }
        let event =
            |from| crate::plot::figure::Span { from, to: None, label: String::new(), color: INK, dashed: false };
        panel.spans = [80.0, 88.0, 96.0].map(event).to_vec();
        let blocks = lay_names(&panel, PLOT, Wording::Full);
        assert_eq!(texts(&blocks), [["one", "two", "three"]]);
        let event_at = |from: f64| PLOT.x + from as f32 / 100.0 * PLOT.w;
        let crossed = |from| blocks[0].frame.x < event_at(from) && event_at(from) < blocks[0].frame.right();
        assert!(![80.0, 88.0, 96.0].into_iter().any(crossed), "{blocks:?}");
    }

    #[test]
    fn names_without_room_are_left_out_and_make_the_panel_incomplete_while_numbers_fit() {
        let mut panel = panel();
        let small = Rect { w: 60.0, h: 60.0, ..PLOT };
        for i in 0..4 {
            add_mark(
                &mut panel,
                (50.0, 10.0 + 27.0 * f64::from(i)),
                &format!("a long name of the mark with number {i}"),
            );
        }
        assert!(!is_complete(&panel, &lay_names(&panel, small, Wording::Full)));
        assert_eq!(texts(&lay_names(&panel, small, Wording::Short)).concat(), ["1", "2", "3", "4"]);
    }

    #[test]
    fn names_that_are_cut_to_the_same_text_do_not_count_as_names() {
        let mut panel = panel();
        let narrow = Rect { w: 130.0, ..PLOT };
        for (i, end) in ["first", "second"].into_iter().enumerate() {
            add_mark(&mut panel, (50.0, 20.0 + 50.0 * i as f64), &format!("the same beginning of two names, {end}"));
        }
        let blocks = lay_names(&panel, narrow, Wording::Full);
        assert!(blocks.len() == 2 && !is_complete(&panel, &blocks), "{blocks:?}");
    }
}
