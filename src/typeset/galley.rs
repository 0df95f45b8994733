//! The galley: a document as one long column of strips.
//!
//! In: lines and drawings, from top to bottom. Out: strips, and what does not fit the column ([`Overfull`]). A [`Strip`] is what is
//! never cut: a line, a row of options, a table row. How firmly it holds on to the next one ([`Keep`]) decides where columns end; that
//! is [`super::pages`]'s.

use super::Setter;
use super::atom::{ASCENT, Atom, AtomBody, DESCENT};
use super::display::{Color, Glyph, Image, Ink, Item, NodeId, Rect, Role, Run, Structure};
use super::line::{Alignment, Line, break_lines};
use super::overfull::{Matter, Overfull, Side};
use crate::fonts::FaceId;
use std::sync::Arc;

mod paint;

/// What is never cut.
#[derive(Debug, Clone, Default)]
pub struct Strip {
    /// Its height in points.
    pub height: f32,
    /// Room above it, which goes where it starts a page.
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

/// The horizontal room of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Its left edge, from that of the text.
    pub x: f32,
    /// Its width.
    pub width: f32,
}

impl Frame {
    /// What is left of it after an indent.
    #[must_use]
    pub fn indented(self, by: f32) -> Self {
        Self { x: self.x + by, width: self.width - by }
    }
}

/// How the lines of a paragraph stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paragraph {
    /// The size of its text in points.
    pub size: f32,
    /// From baseline to baseline, where nothing is taller than the text.
    pub pitch: f32,
    /// How lines stand in their width.
    pub alignment: Alignment,
}

/// A column of strips, being set.
pub struct Galley<'s, 'f> {
    /// Fonts, formulas, pictures.
    pub setter: &'s mut Setter<'f>,
    /// What the ink is.
    pub structure: Structure,
    /// The strips so far.
    pub strips: Vec<Strip>,
    /// What did not fit the column since this was last cleared.
    pub overfull: Vec<Overfull>,
    /// The height of the column in points.
    pub(super) column_height: f32,
    /// How deep the list that is being set lies within others of its kind.
    pub(super) nesting: Nesting,
    space: f32,
    /// How many [`Galley::boxed`] are open: what they hold is measured when it is one piece.
    boxes: usize,
}

/// How many lists of each kind are open.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Nesting {
    /// Bulleted ones.
    pub(super) bullets: usize,
    /// Numbered ones.
    pub(super) numbers: usize,
}

impl<'s, 'f> Galley<'s, 'f> {
    /// An empty galley, to be cut into columns of `column_height` points.
    pub fn new(setter: &'s mut Setter<'f>, column_height: f32) -> Self {
        Self {
            setter,
            structure: Structure::default(),
            strips: Vec::new(),
            overfull: Vec::new(),
            column_height,
            nesting: Nesting::default(),
            space: 0.0,
            boxes: 0,
        }
    }

    /// Room above what comes next, at least this much.
    pub fn space(&mut self, points: f32) {
        self.space = self.space.max(points);
    }

    /// The room above what comes next, so far.
    pub(super) fn pending_space(&self) -> f32 {
        self.space
    }

    /// Adds a strip.
    pub fn push(&mut self, strip: Strip) -> usize {
        self.push_matter(strip, Matter::Line)
    }

    /// [`Galley::push`], for a strip of this matter.
    pub(super) fn push_matter(&mut self, mut strip: Strip, matter: Matter) -> usize {
        if self.boxes == 0 {
            let carried = strip.carry.as_ref().map_or(0.0, |carry| carry.height);
            self.measure(matter, Side::Height, strip.height + carried, self.column_height);
        }
        strip.space_before += std::mem::take(&mut self.space);
        self.strips.push(strip);
        self.strips.len() - 1
    }

    /// Notes what is larger than its room.
    pub(super) fn measure(&mut self, matter: Matter, side: Side, points: f32, room: f32) {
        if points > room + TOLERANCE {
            self.overfull.push(Overfull { matter, side, points, room });
        }
    }

    /// Sets a paragraph and returns the number of its first strip. Its first two lines and its last two are never parted.
    pub fn paragraph(&mut self, mut atoms: Vec<Atom>, frame: Frame, style: Paragraph, node: NodeId) -> usize {
        self.fit_objects(&mut atoms, frame.width);
        let lines = break_lines(atoms, frame.width, style.size, style.alignment);
        let first = self.strips.len();
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            self.line(&line, frame.x, frame.width, style, node);
            let widow_or_orphan = index == 0 || index + 2 == count;
            if index + 1 < count
                && let Some(strip) = self.strips.last_mut()
            {
                strip.continues = true;
                strip.keep = if widow_or_orphan { Keep::Glued } else { Keep::Free };
            }
        }
        first
    }

    /// Makes the pictures of a line no wider than it, and notes the formulas that would have to shrink too far to fit.
    fn fit_objects(&mut self, atoms: &mut [Atom], room: f32) {
        for atom in atoms.iter_mut().filter(|atom| atom.width > room) {
            match &atom.body {
                AtomBody::Math { .. } => {
                    self.measure(Matter::Formula, Side::Width, atom.width * SMALLEST_FORMULA, room)
                }
                AtomBody::Image { .. } => {
                    atom.ascent = (atom.ascent + atom.descent) * (room / atom.width) - atom.descent;
                    atom.width = room;
                }
                _ => {}
            }
        }
    }

    /// Adds one line; returns the number of its strip.
    fn line(&mut self, line: &Line, x: f32, room: f32, style: Paragraph, node: NodeId) -> usize {
        let matter = matter_of(line);
        if line.overfull {
            self.measure(matter, Side::Width, line.width, room);
        }
        // Half of what the pitch adds to the size is above the text, half below; tall formulas get more where they need it.
        let leading = (style.pitch - style.size) / 2.0;
        let (above, below) = (ASCENT * style.size + leading, DESCENT * style.size + leading);
        let rise = (line.ascent + 1.0 - above).max(0.0);
        let fall = (line.descent + 1.0 - below).max(0.0);
        let baseline = above + rise;
        let items = self.paint(line, x, baseline, node);
        self.push_matter(Strip { height: style.pitch + rise + fall, baseline, items, ..Strip::default() }, matter)
    }

    /// Draws atoms on the baseline of a strip that is there already: a number, a letter, marks at the right edge.
    pub fn overlay(
        &mut self,
        strip: usize,
        atoms: Vec<Atom>,
        frame: Frame,
        size: f32,
        alignment: Alignment,
        node: NodeId,
    ) {
        // A picture that could not be read has left no strip.
        let Some(baseline) = self.strips.get(strip).map(|strip| strip.baseline) else { return };
        let lines = break_lines(atoms, frame.width, size, alignment);
        for line in lines.iter().take(1) {
            let mut items = self.paint(line, frame.x, baseline, node);
            let strip = &mut self.strips[strip].items;
            // A label is read before what it labels.
            if alignment == Alignment::Left {
                std::mem::swap(&mut items, strip);
            }
            strip.append(&mut items);
        }
    }

    /// Sets something apart and returns it as one piece: a cell, an option beside others.
    pub fn boxed(&mut self, build: impl FnOnce(&mut Self)) -> Strip {
        let strips = std::mem::take(&mut self.strips);
        let space = std::mem::take(&mut self.space);
        self.boxes += 1;
        build(self);
        self.boxes -= 1;
        let inner = std::mem::replace(&mut self.strips, strips);
        self.space = space;
        stack(inner)
    }

    /// Makes the strips from `first` on one item: a column ends between its blocks only where it is longer than a column, and within a
    /// block only where that is.
    pub fn keep_together(&mut self, first: usize) {
        let last = self.strips.len().saturating_sub(1);
        for strip in self.strips.iter_mut().take(last).skip(first) {
            strip.keep = strip.keep.max(if strip.continues { Keep::Block } else { Keep::Item });
        }
    }

    /// Makes the strips from `first` on one block: rows of a table, lines of a program. The first two and the last two are never parted.
    pub(super) fn one_block(&mut self, first: usize) {
        let last = self.strips.len().saturating_sub(1);
        for (index, strip) in self.strips.iter_mut().enumerate().take(last).skip(first) {
            let edge = index == first || index + 1 == last;
            strip.continues = true;
            strip.keep = strip.keep.max(if edge { Keep::Glued } else { Keep::Block });
        }
    }

    /// Never parts the last strip from the next.
    pub fn glue(&mut self) {
        if let Some(strip) = self.strips.last_mut() {
            strip.keep = Keep::Glued;
        }
    }

    /// The ink of a line.
    fn paint(&mut self, line: &Line, x: f32, baseline: f32, node: NodeId) -> Vec<Item> {
        let mut items = Vec::new();
        let mut pen = paint::Pen::new(baseline);
        for (atom, offset) in &line.atoms {
            let x = x + offset;
            match &atom.body {
                AtomBody::Text { glyphs, text, size, underlined } => {
                    pen.text(&mut items, node, glyphs, text, x, *size);
                    if *underlined {
                        pen.flush(&mut items, node);
                        items.push(rule(x, baseline + 0.18 * size, atom.width + atom.gap.max(0.0), 0.5));
                    }
                }
                AtomBody::Math { list, tex, em } => {
                    pen.flush(&mut items, node);
                    let formula = self.structure.add_with_text(node, Role::Formula, Some(tex.to_string()));
                    let missing =
                        paint::formula(self.setter.shaper.fonts(), list, x, baseline, *em, formula, &mut items);
                    for character in missing {
                        self.setter.shaper.note_missing(character);
                    }
                }
                AtomBody::Blank => {
                    pen.flush(&mut items, node);
                    items.push(rule(x, baseline + 2.0, atom.width, 0.5));
                }
                AtomBody::Image { raster, alt } => {
                    pen.flush(&mut items, node);
                    let figure = self.structure.add_with_text(node, Role::Figure, Some(alt.to_string()));
                    let (y, height) = (baseline - atom.ascent, atom.ascent + atom.descent);
                    let image = Image { x, y, width: atom.width, height, raster: raster.clone() };
                    items.push(Item { node: figure, ink: Ink::Image(image) });
                }
                AtomBody::Fill { dots: true, size } => {
                    pen.flush(&mut items, node);
                    items.extend(self.leader(x, atom.width, baseline, *size));
                }
                AtomBody::Fill { dots: false, .. } | AtomBody::Nothing => {}
            }
        }
        pen.flush(&mut items, node);
        items
    }
}

/// What a line holds that is widest: what is to blame where it does not fit.
fn matter_of(line: &Line) -> Matter {
    let widest = line.atoms.iter().map(|(atom, _)| atom).max_by(|a, b| a.width.total_cmp(&b.width));
    match widest.map(|atom| &atom.body) {
        Some(AtomBody::Math { .. }) => Matter::Formula,
        Some(AtomBody::Image { .. }) => Matter::Picture,
        _ => Matter::Line,
    }
}

/// Formulas are made smaller where they do not fit, but not below this: who could read them.
pub(super) const SMALLEST_FORMULA: f32 = 0.6;

/// What rounding may add to a length, in points.
pub(super) const TOLERANCE: f32 = 0.01;

/// The dots of a leader stand this many ems apart, on a grid of the whole page, so that those of neighbouring lines align.
const LEADER_STEP: f32 = 0.4;

impl Galley<'_, '_> {
    fn leader(&self, x: f32, width: f32, baseline: f32, size: f32) -> Option<Item> {
        let (face, dot) = self.setter.shaper.fonts().glyph(FaceId::BODY, '.')?;
        let step = LEADER_STEP * size;
        let (first, end) = (((x + step) / step).ceil() as u32, ((x + width - step) / step).floor() as u32);
        let glyph = |index| Glyph { id: dot.to_u32() as u16, x: index as f32 * step, text_length: 1 };
        let glyphs: Vec<Glyph> = (first..end).map(glyph).collect();
        let run = Run { face, size, y: baseline, text: ".".repeat(glyphs.len()), glyphs, turned: None };
        (!run.glyphs.is_empty()).then_some(Item { node: NodeId::ARTIFACT, ink: Ink::Glyphs(run) })
    }
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
        Ink::Path(path) => paint::translate_path(path, dx, dy),
        Ink::Image(image) => {
            image.x += dx;
            image.y += dy;
        }
    }
}
