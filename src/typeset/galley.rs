//! The galley: a document as one long column of strips, and its cutting into pages.
//!
//! In: lines and drawings, from top to bottom. Out: pages. A [`Strip`] is what is never cut: a line, a row of options, a table row. How
//! firmly it holds on to the next one ([`Keep`]) decides where pages end.

use super::Setter;
use super::atom::{ASCENT, Atom, AtomBody, DESCENT};
use super::display::{Color, Glyph, Ink, Item, NodeId, OutlineEntry, Page, Rect, Role, Run, Structure};
use super::line::{Alignment, Line, break_lines};
use crate::fonts::FaceId;
use std::collections::VecDeque;

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
    /// The entry of the outline that leads here: level and title.
    pub outline: Option<(u8, String)>,
}

impl Strip {
    /// Its ink, moved.
    pub fn into_items(self, dx: f32, dy: f32) -> impl Iterator<Item = Item> {
        self.items.into_iter().map(move |mut item| {
            translate(&mut item, dx, dy);
            item
        })
    }
}

/// How a strip holds on to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Keep {
    /// A page may end between them.
    #[default]
    Free,
    /// A page ends between them only where the whole group is longer than a page: an item and its options.
    Together,
    /// A page ends between them only if nothing else is possible: the first two lines of a paragraph, a title and what it heads.
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
    /// Whether something was wider than its frame since this was last cleared.
    pub overfull: bool,
    space: f32,
}

impl<'s, 'f> Galley<'s, 'f> {
    /// An empty column.
    pub fn new(setter: &'s mut Setter<'f>) -> Self {
        Self { setter, structure: Structure::default(), strips: Vec::new(), overfull: false, space: 0.0 }
    }

    /// Room above what comes next, at least this much.
    pub fn space(&mut self, points: f32) {
        self.space = self.space.max(points);
    }

    /// Adds a strip.
    pub fn push(&mut self, mut strip: Strip) -> usize {
        strip.space_before += std::mem::take(&mut self.space);
        self.strips.push(strip);
        self.strips.len() - 1
    }

    /// Sets a paragraph and returns the number of its first strip. Its first two lines and its last two are never parted.
    pub fn paragraph(&mut self, atoms: Vec<Atom>, frame: Frame, style: Paragraph, node: NodeId) -> usize {
        let lines = break_lines(atoms, frame.width, style.size, style.alignment);
        let first = self.strips.len();
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            self.line(&line, frame.x, style, node);
            let widow_or_orphan = index == 0 || index + 2 == count;
            if widow_or_orphan
                && index + 1 < count
                && let Some(strip) = self.strips.last_mut()
            {
                strip.keep = Keep::Glued;
            }
        }
        first
    }

    /// Adds one line; returns the number of its strip.
    pub fn line(&mut self, line: &Line, x: f32, style: Paragraph, node: NodeId) -> usize {
        self.overfull |= line.overfull;
        // Half of what the pitch adds to the size is above the text, half below; tall formulas get more where they need it.
        let leading = (style.pitch - style.size) / 2.0;
        let (above, below) = (ASCENT * style.size + leading, DESCENT * style.size + leading);
        let rise = (line.ascent + 1.0 - above).max(0.0);
        let fall = (line.descent + 1.0 - below).max(0.0);
        let baseline = above + rise;
        let items = self.paint(line, x, baseline, node);
        self.push(Strip { height: style.pitch + rise + fall, baseline, items, ..Strip::default() })
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
        let lines = break_lines(atoms, frame.width, size, alignment);
        let baseline = self.strips[strip].baseline;
        for line in lines.iter().take(1) {
            let mut items = self.paint(line, frame.x, baseline, node);
            // A label is read before what it labels.
            if alignment == Alignment::Left {
                std::mem::swap(&mut items, &mut self.strips[strip].items);
            }
            self.strips[strip].items.append(&mut items);
        }
    }

    /// Sets something apart and returns it as one piece: a cell, an option beside others.
    pub fn boxed(&mut self, build: impl FnOnce(&mut Self)) -> Strip {
        let strips = std::mem::take(&mut self.strips);
        let space = std::mem::take(&mut self.space);
        build(self);
        let inner = std::mem::replace(&mut self.strips, strips);
        self.space = space;
        stack(inner)
    }

    /// Makes the strips from `first` on one group: a page ends within it only where it is longer than a page.
    pub fn keep_together(&mut self, first: usize) {
        let last = self.strips.len().saturating_sub(1);
        for strip in self.strips.iter_mut().take(last).skip(first) {
            strip.keep = strip.keep.max(Keep::Together);
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
        items
    }
}

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
    for (index, mut strip) in strips.into_iter().enumerate() {
        if index == 0 {
            whole.baseline = strip.baseline;
        } else {
            whole.height += strip.space_before;
        }
        for item in &mut strip.items {
            translate(item, 0.0, whole.height);
        }
        whole.items.append(&mut strip.items);
        whole.height += strip.height;
        whole.outline = whole.outline.or(strip.outline);
    }
    whole
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
        Ink::Drawing(drawing) => {
            drawing.x += dx;
            drawing.y += dy;
        }
    }
}

/// The page that a galley is cut to, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageGeometry {
    /// The width of the paper.
    pub width: f32,
    /// The height of the paper.
    pub height: f32,
    /// From the upper edge of the paper to the text.
    pub top: f32,
    /// From the lower edge of the paper to the text.
    pub bottom: f32,
    /// From the left edge of the paper to the text.
    pub left: f32,
    /// From the right edge of the paper to the text.
    pub right: f32,
    /// How many columns the text has, at least one.
    pub columns: u8,
    /// The room between two columns.
    pub column_gap: f32,
}

impl PageGeometry {
    /// The width of the text, all columns and the gaps between them.
    pub fn text_width(&self) -> f32 {
        self.width - self.left - self.right
    }

    /// The width of a column.
    pub fn column_width(&self) -> f32 {
        let columns = f32::from(self.columns);
        (self.text_width() - self.column_gap * (columns - 1.0)) / columns
    }

    /// The height of the text.
    pub fn text_height(&self) -> f32 {
        self.height - self.top - self.bottom
    }
}

/// Cuts strips into pages. A strip higher than a page stands on one of its own and runs over its edge.
pub fn paginate(strips: Vec<Strip>, page: &PageGeometry) -> (Vec<Page>, Vec<OutlineEntry>) {
    let mut pages = Vec::new();
    let mut outline = Vec::new();
    let mut rest = VecDeque::from(strips);
    while !rest.is_empty() {
        let end = page_end(&rest, page.text_height());
        let mut y = page.top;
        let mut items = Vec::new();
        for (index, mut strip) in rest.drain(..end).enumerate() {
            if index > 0 {
                y += strip.space_before;
            }
            if let Some((level, title)) = strip.outline.take() {
                outline.push(OutlineEntry { level, title, page: pages.len(), y });
            }
            let height = strip.height;
            items.extend(strip.into_items(page.left, y));
            y += height;
        }
        pages.push(Page { width: page.width, height: page.height, items });
    }
    (pages, outline)
}

/// How many strips the next page takes.
fn page_end(strips: &VecDeque<Strip>, height: f32) -> usize {
    let mut used = 0.0;
    let mut fits = 0;
    for (index, strip) in strips.iter().enumerate() {
        used += strip.height + if index > 0 { strip.space_before } else { 0.0 };
        if used > height + 0.01 {
            break;
        }
        fits = index + 1;
    }
    if fits == strips.len() {
        return fits;
    }
    let last_with = |most: Keep| (1..=fits).rev().find(|end| strips[end - 1].keep <= most);
    last_with(Keep::Free).or_else(|| last_with(Keep::Together)).unwrap_or(fits).max(1)
}
