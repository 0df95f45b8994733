//! The sealed line (密封线): behind it, in the left margin, candidates write who they are, and it is bound over before the paper is marked.
//!
//! In: a style whose left margin holds it. Out: ink in page coordinates, set before anything else so that it is read first, and put on
//! pages once they are cut. All of it is set as if it ran across, then turned a quarter to the left. Figures: the binding takes 15 mm of
//! the paper, the line stands at 35 mm, or nearer the edge where the margin is narrower; it is 1 pt, loosely dashed, with a circle about
//! every 3.5 em.

use super::Writer;
use super::head::ruled_labels;
use super::style::{MM, SealedLine};
use crate::typeset::atom::{ClozeStyle, TextStyle, natural_width, text_of};
use crate::typeset::block::BlockStyle;
use crate::typeset::display::{Color, Ink, Item, NodeId, Page, Paint, Path, Point, Rect, Role, Run, Segment, Stroke};
use crate::typeset::galley::{Frame, Paragraph};
use crate::typeset::line::Alignment;

/// What the binding takes, from the left edge of the paper.
const BINDING: f32 = 15.0 * MM;
/// Where the line stands, from the left edge of the paper.
const LINE: f32 = 35.0 * MM;
/// The least room between the line and the text; half of its words stand in it.
const CLEARANCE: f32 = 6.0 * MM;
/// The room between the ends of the line and the edges of the paper.
const END: f32 = 10.0 * MM;
/// 小四, in points.
const SIZE: f32 = 12.0;
/// From circle to circle, in em, on the average.
const CIRCLE_STEP: f32 = 3.5;
/// The radius of a circle, in points.
const RADIUS: f32 = 2.8;
/// The length of a dash and, about, of the gap after it, in points.
const DASH: f32 = 3.0;
const GAP: f32 = 4.0;
/// The room between a circle or a word and the dashes beside it, in points.
const SIDE: f32 = 4.0;

impl Writer<'_, '_, '_> {
    /// Sets the sealed line, if the style has one. Comes before all else that is read.
    pub(super) fn set_sealed_line(&mut self) {
        if self.style.sealed_line == SealedLine::None {
            return;
        }
        let page = self.style.page;
        let line = LINE.min(page.left - CLEARANCE);
        let foot = page.height - END;
        let frame = Frame { x: 0.0, width: page.height - 2.0 * END };

        // The labels stand in the middle between the binding and the words of the line.
        let text = TextStyle::body(SIZE);
        let style = BlockStyle { text, pitch: line - SIZE / 2.0 - BINDING, clozes: ClozeStyle::Blank };
        let node = self.galley.structure.add(NodeId::ROOT, Role::P);
        let labels = ruled_labels(&mut self.galley, &self.words.sealed_candidate(), frame, style, node);
        let corner = Point { x: BINDING, y: foot };
        self.sealed_line.extend(labels.items.into_iter().map(|item| turned(item, corner)));

        let node = self.galley.structure.add(NodeId::ROOT, Role::P);
        let items = self.dashed_words(frame, node);
        let corner = Point { x: line, y: foot };
        self.sealed_line.extend(items.into_iter().map(|item| turned(item, corner)));
    }

    /// ○ --- ○ --- 密 --- ○ --- ○ --- 封 --- ○ … across a frame, its middle on the height 0.
    fn dashed_words(&mut self, frame: Frame, node: NodeId) -> Vec<Item> {
        let words = self.words.sealed_line();
        let gaps = words.len() as f32 + 1.0;
        let circles = (frame.width / (CIRCLE_STEP * SIZE) / gaps).round().max(1.0) as usize;
        let slots = words.len() + (words.len() + 1) * circles;
        let step = frame.width / slots as f32;
        let text = TextStyle::body(SIZE);
        let (mut items, mut rings, mut dashes) = (Vec::new(), Vec::new(), Vec::new());
        let mut words = words.iter();
        let mut pen = frame.x;
        for slot in 0..slots {
            let middle = frame.x + (slot as f32 + 0.5) * step;
            let word = if slot % (circles + 1) == circles { words.next() } else { None };
            let half = if let Some(word) = word {
                let atoms = text_of(self.galley.setter, word, text);
                let half = natural_width(&atoms) / 2.0;
                let room = Frame { x: middle - step, width: 2.0 * step };
                let paragraph = Paragraph { size: SIZE, pitch: SIZE, alignment: Alignment::Center };
                let strip = self.galley.boxed(|galley| {
                    galley.paragraph(atoms, room, paragraph, node);
                });
                items.extend(strip.into_items(0.0, -SIZE / 2.0));
                half
            } else {
                circle(middle, &mut rings);
                RADIUS
            };
            dash(pen, middle - half - SIDE, &mut dashes);
            pen = middle + half + SIDE;
        }
        dash(pen, frame.x + frame.width, &mut dashes);
        items.extend([(rings, 0.75), (dashes, 1.0)].map(|(segments, width)| {
            let paint = Paint::Stroke(Stroke::solid(width));
            Item { node: NodeId::ARTIFACT, ink: Ink::Path(Path { segments, paint, color: Color::BLACK }) }
        }));
        items
    }

    /// Puts the sealed line on the pages that have it. It is read once, and belongs to nothing where it comes again.
    pub(super) fn paint_sealed_line(&mut self, pages: &mut [Page]) {
        let mut items = std::mem::take(&mut self.sealed_line);
        let on = self.style.sealed_line;
        for (_, page) in pages.iter_mut().enumerate().filter(|(index, _)| on.is_on(*index)) {
            page.items.splice(0..0, items.iter().cloned());
            for item in &mut items {
                item.node = NodeId::ARTIFACT;
            }
        }
    }
}

/// Dashes from one place to another on the height 0, the first and the last at the ends.
fn dash(from: f32, to: f32, segments: &mut Vec<Segment>) {
    let room = to - from - DASH;
    if room < 0.0 {
        return;
    }
    let gaps = (room / (DASH + GAP)).round();
    let step = if gaps > 0.0 { room / gaps } else { 0.0 };
    for index in 0..=gaps as usize {
        let x = from + index as f32 * step;
        segments.extend([Segment::Move(Point { x, y: 0.0 }), Segment::Line(Point { x: x + DASH, y: 0.0 })]);
    }
}

/// A circle around a place on the height 0.
fn circle(x: f32, segments: &mut Vec<Segment>) {
    // A quarter of a circle as a cubic curve has its control points at this part of the radius from its ends.
    const CONTROL: f32 = 0.552_28;
    let at = |across: f32, down: f32| Point { x: x + across * RADIUS, y: down * RADIUS };
    segments.extend([
        Segment::Move(at(1.0, 0.0)),
        Segment::Curve(at(1.0, CONTROL), at(CONTROL, 1.0), at(0.0, 1.0)),
        Segment::Curve(at(-CONTROL, 1.0), at(-1.0, CONTROL), at(-1.0, 0.0)),
        Segment::Curve(at(-1.0, -CONTROL), at(-CONTROL, -1.0), at(0.0, -1.0)),
        Segment::Curve(at(CONTROL, -1.0), at(1.0, -CONTROL), at(1.0, 0.0)),
        Segment::Close,
    ]);
}

/// Ink that runs across from 0, turned a quarter to the left so that it runs up the page from `corner`.
fn turned(mut item: Item, corner: Point) -> Item {
    let turn = |point: &mut Point| *point = Point { x: corner.x + point.y, y: corner.y - point.x };
    match &mut item.ink {
        Ink::Glyphs(Run { turned, .. }) => *turned = Some(corner),
        Ink::Rule(rect) => {
            let (x, y) = (corner.x + rect.y, corner.y - rect.x - rect.width);
            *rect = Rect { x, y, width: rect.height, height: rect.width, color: rect.color };
        }
        Ink::Path(path) => {
            for segment in &mut path.segments {
                match segment {
                    Segment::Move(point) | Segment::Line(point) => turn(point),
                    Segment::Curve(first, second, end) => [first, second, end].into_iter().for_each(turn),
                    Segment::Close => {}
                }
            }
        }
        // Words and lines hold no pictures.
        Ink::Image(_) | Ink::Drawing(_) => {}
    }
    item
}
