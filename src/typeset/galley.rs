//! The galley: a document as one long column of strips.
//!
//! In: paragraphs and drawings, from top to bottom. Out: [`Strip`]s, and what does not fit the column ([`Overfull`]). It does not
//! decide where columns end: that is [`super::pages`]'s.

use super::Setter;
use super::atom::{ASCENT, Atom, AtomBody, DESCENT};
use super::display::{Glyph, Ink, Item, NodeId, Role, Run, Structure};
use super::line::{Alignment, Line, break_lines};
use super::overfull::{Matter, Overfull, Side};
use super::strip::TOLERANCE;
use crate::fonts::FaceId;

mod paint;

// What a galley is made of.
pub use super::strip::{Carry, Ground, Keep, Strip, rule, stack, translate};

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
        let lines = break_lines(self.setter, atoms, frame.width, style.size, style.alignment);
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
                    self.measure(Matter::Formula, Side::Width, atom.width * SMALLEST_FORMULA, room);
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
        if line.overfull {
            self.measure(matter_of(line), Side::Width, line.width, room);
        }
        // Half of what the pitch adds to the size is above the text, half below; tall formulas get more where they need it.
        let leading = (style.pitch - style.size) / 2.0;
        let (above, below) = (ASCENT * style.size + leading, DESCENT * style.size + leading);
        let rise = (line.ascent + CLEARANCE - above).max(0.0);
        let fall = (line.descent + CLEARANCE - below).max(0.0);
        let baseline = above + rise;
        let items = self.paint(line, x, baseline, node);
        let height = style.pitch + rise + fall;
        let matter = if height > self.column_height { matter_of(line) } else { Matter::Line };
        self.push_matter(Strip { height, items, baseline, ..Strip::default() }, matter)
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
        let lines = break_lines(self.setter, atoms, frame.width, size, alignment);
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
        // Dots below come after the words, so that they part none.
        let mut dots = Vec::new();
        for (atom, offset) in &line.atoms {
            let x = x + offset;
            match &atom.body {
                AtomBody::Text { glyphs, text, size, underlined, dotted } => {
                    pen.text(&mut items, node, glyphs, text, x, *size);
                    if *underlined {
                        pen.flush(&mut items, node);
                        items.push(rule(x, baseline + 0.18 * size, atom.width + atom.gap.max(0.0), 0.5));
                    }
                    if *dotted {
                        dots.push(paint::emphasis_dot(x + atom.width / 2.0, baseline, *size));
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
                AtomBody::Image { picture, alt } => {
                    pen.flush(&mut items, node);
                    let figure = self.structure.add_with_text(node, Role::Figure, Some(alt.to_string()));
                    let (y, height) = (baseline - atom.ascent, atom.ascent + atom.descent);
                    items.push(Item { node: figure, ink: picture.ink(x, y, atom.width, height) });
                }
                AtomBody::Fill { dots: true, size } => {
                    pen.flush(&mut items, node);
                    items.extend(self.leader(x, atom.width, baseline, *size));
                }
                AtomBody::Fill { dots: false, .. } | AtomBody::Nothing => {}
            }
        }
        pen.flush(&mut items, node);
        items.append(&mut dots);
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

/// Whatever is taller than its line keeps this distance from those above and below, in points.
pub(super) const CLEARANCE: f32 = 1.0;

/// Formulas are made smaller where they do not fit, but not below this: who could read them.
pub(super) const SMALLEST_FORMULA: f32 = 0.6;

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
