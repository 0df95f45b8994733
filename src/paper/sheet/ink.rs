//! The shapes of an answer sheet: frames, bubbles, the marks in the corners, how to fill a bubble and how not to.
//!
//! In: boxes. Out: ink that fills them exactly, outer edge to outer edge, so that what the geometry file says is what is printed.

use super::geometry::{Area, Corners};
use crate::paper::style::MM;
use crate::typeset::display::{Color, Ink, Item, NodeId, Paint, Path, Point, Segment, Stroke};
use crate::typeset::galley::rule;
use crate::typeset::pages::PageGeometry;

/// The width of the lines of a bubble.
const BUBBLE_LINE: f32 = 0.5;
/// The width of the lines of a frame.
const FRAME_LINE: f32 = 0.8;
/// How far the brackets of a bubble reach in, of its width.
const BRACKET: f32 = 0.17;

/// The width of a corner mark.
const MARK_WIDTH: f32 = 7.0 * MM;
/// Its height.
const MARK_HEIGHT: f32 = 5.0 * MM;
/// From the edges of the paper to a corner mark: printers reach that far.
const MARK_INSET: f32 = 8.0 * MM;
/// The least margin of a sheet, so that its text keeps clear of the corner marks.
pub(super) const LEAST_MARGIN: f32 = MARK_INSET + MARK_WIDTH + 1.0 * MM;

/// The marks in the corners of a page.
pub(super) fn corners(page: &PageGeometry) -> Corners {
    let (left, right) = (MARK_INSET, page.width - MARK_INSET - MARK_WIDTH);
    let (top, bottom) = (MARK_INSET, page.height - MARK_INSET - MARK_HEIGHT);
    let mark = |x, y| Area { x, y, width: MARK_WIDTH, height: MARK_HEIGHT };
    Corners {
        top_left: mark(left, top),
        top_right: mark(right, top),
        bottom_left: mark(left, bottom),
        bottom_right: mark(right, bottom),
    }
}

/// A black rectangle.
pub(super) fn filled(area: Area) -> Item {
    rule(area.x, area.y, area.width, area.height)
}

fn stroked(node: NodeId, segments: Vec<Segment>, width: f32) -> Item {
    let stroke = Stroke::solid(width);
    Item { node, ink: Ink::Path(Path { segments, paint: Paint::Stroke(stroke), color: Color::BLACK }) }
}

/// The box within which the middle of a pen must stay.
fn inset(area: Area, pen: f32) -> Area {
    let half = pen / 2.0;
    Area { x: area.x + half, y: area.y + half, width: area.width - pen, height: area.height - pen }
}

fn corners_of(area: Area) -> [Point; 4] {
    let (right, bottom) = (area.x + area.width, area.y + area.height);
    [(area.x, area.y), (right, area.y), (right, bottom), (area.x, bottom)].map(|(x, y)| Point { x, y })
}

/// A frame.
pub(super) fn frame(area: Area, node: NodeId) -> Item {
    let [first, second, third, last] = corners_of(inset(area, FRAME_LINE));
    let lines = [second, third, last].map(Segment::Line);
    let segments = std::iter::once(Segment::Move(first)).chain(lines).chain([Segment::Close]);
    stroked(node, segments.collect(), FRAME_LINE)
}

/// Bubbles, each a pair of brackets, as one shape: eight segments each.
pub(super) fn bubbles(areas: impl IntoIterator<Item = Area>) -> Item {
    let mut segments = Vec::new();
    for area in areas {
        let reach = BRACKET * area.width;
        let [top_left, top_right, bottom_right, bottom_left] = corners_of(inset(area, BUBBLE_LINE));
        for (top, bottom, reach) in [(top_left, bottom_left, reach), (top_right, bottom_right, -reach)] {
            segments.extend([
                Segment::Move(Point { x: top.x + reach, ..top }),
                Segment::Line(top),
                Segment::Line(bottom),
                Segment::Line(Point { x: bottom.x + reach, ..bottom }),
            ]);
        }
    }
    stroked(NodeId::ARTIFACT, segments, BUBBLE_LINE)
}

/// How a bubble is not to be filled.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wrong {
    Tick,
    Cross,
    Line,
    Half,
}

impl Wrong {
    pub(super) const ALL: [Self; 4] = [Self::Tick, Self::Cross, Self::Line, Self::Half];

    /// The mark of a careless pencil in a bubble.
    pub(super) fn ink(self, area: Area, node: NodeId) -> Item {
        let at = |x: f32, y: f32| Point { x: area.x + x * area.width, y: area.y + y * area.height };
        let segments = match self {
            Self::Tick => {
                vec![Segment::Move(at(0.3, 0.5)), Segment::Line(at(0.45, 0.8)), Segment::Line(at(0.75, 0.15))]
            }
            Self::Cross => vec![
                Segment::Move(at(0.32, 0.15)),
                Segment::Line(at(0.68, 0.85)),
                Segment::Move(at(0.68, 0.15)),
                Segment::Line(at(0.32, 0.85)),
            ],
            Self::Line => vec![Segment::Move(at(0.2, 0.5)), Segment::Line(at(0.8, 0.5))],
            Self::Half => {
                let half = Area { width: area.width / 2.0, ..area };
                return Item { node, ..filled(half) };
            }
        };
        stroked(node, segments, 1.0)
    }
}
