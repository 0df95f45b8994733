//! Strips: the pieces of a galley that are never cut, how they hold together, and setting them below each other.
//!
//! A line, a row of options, a row of a table. How firmly a strip holds on to the next one ([`Keep`]) decides where columns end.

use super::display::{Color, Ink, Item, NodeId, Path, Point, Rect, Run, Segment};
use std::sync::Arc;

/// What rounding may add to a length, in points.
pub(super) const TOLERANCE: f32 = 0.01;

/// What is never cut.
#[derive(Debug, Clone, Default)]
pub struct Strip {
    /// Its height in points.
    pub height: f32,
    /// Room above it, which goes where it begins a column.
    pub space_before: f32,
    /// Its ink; x from the left edge of the text, y from its own top.
    pub items: Vec<Item>,
    /// The baseline of its first line, from its top.
    pub baseline: f32,
    /// How it holds on to the next strip.
    pub keep: Keep,
    /// Whether the next strip goes on with the same block: the next line of a paragraph, the next row of a table.
    pub continues: bool,
    /// What it stands on; in one piece with that of the strip it continues.
    pub ground: Option<Ground>,
    /// What is drawn where a column begins or ends within its block.
    pub carry: Option<Arc<Carry>>,
    /// The entry of the outline that leads here: level and title.
    pub outline: Option<(u8, String)>,
}

/// A ground under strips, as high as they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground {
    /// Its left edge, from that of the text.
    pub x: f32,
    /// Its width.
    pub width: f32,
    /// Its colour.
    pub color: Color,
}

/// What a table repeats where a column ends within it.
#[derive(Debug, Clone)]
pub struct Carry {
    /// Its head, drawn above the strip that begins the next column.
    pub head: Vec<Item>,
    /// The height of the head in points.
    pub height: f32,
    /// The rule under the strip that ends a column; y from the lower edge of the strip.
    pub foot: Item,
}

impl Strip {
    /// Its ink, moved.
    pub fn into_items(self, dx: f32, dy: f32) -> impl Iterator<Item = Item> {
        moved(self.items, dx, dy)
    }

    /// Takes in what stands beside it. A tall formula lowers a baseline: both stand on the lower one.
    pub fn join_beside(&mut self, mut other: Self) {
        let drop = other.baseline - self.baseline;
        let higher = if drop > 0.0 { &mut *self } else { &mut other };
        higher.items.iter_mut().for_each(|item| translate(item, 0.0, drop.abs()));
        higher.height += drop.abs();
        self.baseline = self.baseline.max(other.baseline);
        self.height = self.height.max(other.height);
        self.items.append(&mut other.items);
    }
}

fn moved(items: Vec<Item>, dx: f32, dy: f32) -> impl Iterator<Item = Item> {
    items.into_iter().map(move |mut item| {
        translate(&mut item, dx, dy);
        item
    })
}

/// How a strip holds on to the next one.
///
/// Strips that hold on to each other this firmly or more are a group. Within a group that is longer than a column, and within no other,
/// a column may end where the hold is no firmer than this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Keep {
    /// Not at all.
    #[default]
    Free,
    /// As the parts of an item: its paragraphs, its options.
    Item,
    /// As the parts of a block: the lines of a paragraph of an item, the rows of a table, the lines of a program.
    Block,
    /// As a title and what it heads; the first two lines of a paragraph, and its last two.
    Glued,
}

/// A black rule that belongs to nothing.
pub fn rule(x: f32, y: f32, width: f32, height: f32) -> Item {
    Item { node: NodeId::ARTIFACT, ink: Ink::Rule(Rect { x, y, width, height, color: Color::BLACK }) }
}

/// Strips as one, each below the one before.
pub fn stack(strips: Vec<Strip>) -> Strip {
    let mut whole = Strip::default();
    let mut pile = Pile::new(&mut whole.items, 0.0, 0.0);
    for (index, mut strip) in strips.into_iter().enumerate() {
        if index == 0 {
            whole.baseline = strip.baseline;
        }
        whole.outline = whole.outline.take().or(strip.outline.take());
        pile.add(strip);
    }
    whole.height = pile.y;
    whole
}

/// Sets strips below each other.
pub(super) struct Pile<'i> {
    items: &'i mut Vec<Item>,
    x: f32,
    /// How far down the next strip goes.
    pub(super) y: f32,
    empty: bool,
    /// Where in `items` the ground is that the next strip goes on with.
    ground: Option<usize>,
}

impl<'i> Pile<'i> {
    /// A pile that begins at a point.
    pub(super) fn new(items: &'i mut Vec<Item>, x: f32, y: f32) -> Self {
        Self { items, x, y, empty: true, ground: None }
    }

    /// Sets a strip below the last; returns where its top is. The room above the first goes.
    pub(super) fn add(&mut self, mut strip: Strip) -> f32 {
        if !std::mem::take(&mut self.empty) {
            self.y += strip.space_before;
        }
        let top = self.y;
        self.y += strip.height;
        self.under(strip.ground, top);
        self.ground = self.ground.filter(|_| strip.continues);
        if self.x == 0.0 && top == 0.0 {
            self.items.append(&mut strip.items);
        } else {
            self.items.extend(strip.into_items(self.x, top));
        }
        top
    }

    /// Draws the ground of a strip, or stretches that of the strip it continues.
    fn under(&mut self, ground: Option<Ground>, top: f32) {
        let Some(Ground { x, width, color }) = ground else {
            self.ground = None;
            return;
        };
        if let Some(Item { ink: Ink::Rule(rect), .. }) = self.ground.and_then(|index| self.items.get_mut(index)) {
            rect.height = self.y - rect.y;
            return;
        }
        self.ground = Some(self.items.len());
        let rect = Rect { x: self.x + x, y: top, width, height: self.y - top, color };
        self.items.push(Item { node: NodeId::ARTIFACT, ink: Ink::Rule(rect) });
    }

    /// Draws the head of a table that goes on from the column before.
    pub(super) fn carried(&mut self, carry: &Carry) {
        self.items.extend(moved(carry.head.clone(), self.x, self.y));
        self.y += carry.height;
    }

    /// Draws the rule under a table that goes on in the next column.
    pub(super) fn cut(&mut self, carry: &Carry) {
        self.items.extend(moved(vec![carry.foot.clone()], self.x, self.y));
    }
}

/// Moves ink.
pub fn translate(item: &mut Item, dx: f32, dy: f32) {
    match &mut item.ink {
        Ink::Glyphs(Run { turned: Some(pivot), .. }) => {
            pivot.x += dx;
            pivot.y += dy;
        }
        Ink::Glyphs(run) => {
            run.y += dy;
            run.glyphs.iter_mut().for_each(|glyph| glyph.x += dx);
        }
        Ink::Rule(rect) => {
            rect.x += dx;
            rect.y += dy;
        }
        Ink::Path(path) => translate_path(path, dx, dy),
        Ink::Image(image) => {
            image.x += dx;
            image.y += dy;
        }
        Ink::Drawing(drawing) => {
            drawing.x += dx;
            drawing.y += dy;
        }
    }
}

fn translate_path(path: &mut Path, dx: f32, dy: f32) {
    let shift = |point: &mut Point| {
        point.x += dx;
        point.y += dy;
    };
    for segment in &mut path.segments {
        match segment {
            Segment::Move(point) | Segment::Line(point) => shift(point),
            Segment::Curve(first, second, end) => [first, second, end].into_iter().for_each(shift),
            Segment::Close => {}
        }
    }
}
