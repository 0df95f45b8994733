//! Ruled tables: a rule around every cell, cells of several lines, the head again where a page ends within.

use crate::fonts::FaceId;
use crate::paper::title::balanced;
use crate::typeset::atom::{Atom, TextStyle, natural_width, text_of};
use crate::typeset::display::{Item, NodeId, Role};
use crate::typeset::galley::{Carry, Frame, Galley, Keep, Paragraph, Strip, rule, translate};
use crate::typeset::line::Alignment;
use std::sync::Arc;

/// The width of the rules, in points.
const RULE: f32 = 0.5;
/// The room between text and rules at the sides, in em.
const SIDE: f32 = 0.3;
/// From line to line within a cell, in em.
const PITCH: f32 = 1.2;
/// A text is squeezed into a line to so much of its size.
const SQUEEZED: f32 = 0.8;
/// The size of small heads.
const SMALL: f32 = 0.88;
/// Text of a cell is not made smaller than so much of its size; it breaks within words then.
const SMALLEST: f32 = 0.6;

/// A cell.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    text: String,
    face: FaceId,
    alignment: Alignment,
    lines: Lines,
    /// The size of its text, in that of the table.
    scale: f32,
    /// Whether it begins at the top of its row, and not in the middle.
    top: bool,
    role: Role,
}

impl Cell {
    /// A number, or a few characters: one line in the middle.
    pub(super) fn figure(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            face: FaceId::BODY,
            alignment: Alignment::Center,
            lines: Lines::One,
            scale: 1.0,
            top: false,
            role: Role::Td,
        }
    }

    /// Words, as many lines as they need.
    pub(super) fn words(text: impl Into<String>) -> Self {
        Self { alignment: Alignment::Left, lines: Lines::Many, ..Self::figure(text) }
    }

    /// The head of a row or a column: words in the middle.
    pub(super) fn head(text: impl Into<String>) -> Self {
        Self { lines: Lines::Many, face: FaceId::HEADING, role: Role::Th, ..Self::figure(text) }
    }

    /// At the left.
    pub(super) fn left(self) -> Self {
        Self { alignment: Alignment::Left, ..self }
    }

    /// In one line if that need not be much smaller.
    pub(super) fn squeezed(self) -> Self {
        Self { lines: Lines::Few, ..self }
    }

    /// A little smaller, for the heads of narrow columns.
    pub(super) fn small(self) -> Self {
        Self { scale: SMALL, ..self }
    }

    /// At the top.
    pub(super) fn top(self) -> Self {
        Self { top: true, ..self }
    }

    /// In Hei, to be seen.
    pub(super) fn strong(self) -> Self {
        Self { face: FaceId::HEADING, ..self }
    }

    /// In Song, though it heads a row.
    pub(super) fn light(self) -> Self {
        Self { face: FaceId::BODY, ..self }
    }
}

/// What becomes of a text that is wider than its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// One line, smaller.
    One,
    /// One line if it need not be much smaller for that, or else several.
    Few,
    /// Several lines; smaller only where a word is too wide.
    Many,
}

/// A table while it is set: where its columns stand, and the size of its text.
pub(super) struct Table<'t> {
    pub(super) x: f32,
    pub(super) widths: &'t [f32],
    pub(super) size: f32,
    /// The room above and below what stands in a cell, in em.
    pub(super) padding: f32,
    /// A row is at least so high, in points.
    pub(super) least: f32,
}

impl Table<'_> {
    fn width(&self) -> f32 {
        self.widths.iter().sum()
    }

    /// Sets the rows; the first `heads` head the table.
    pub(super) fn set(&self, galley: &mut Galley<'_, '_>, heads: usize, rows: &[Vec<Cell>]) {
        let node = galley.structure.add(NodeId::ROOT, Role::Table);
        let mut carry: Option<Arc<Carry>> = None;
        let mut head: Vec<Item> = Vec::new();
        let mut head_height = 0.0;
        for (index, cells) in rows.iter().enumerate() {
            let mut row = self.row(galley, cells, node);
            row.continues = index + 1 < rows.len();
            if index < heads {
                row.keep = Keep::Glued;
                // The head is read once, however often it is drawn.
                let again = row.items.iter().cloned().map(|item| Item { node: NodeId::ARTIFACT, ..item });
                head.extend(again.map(|mut item| {
                    translate(&mut item, 0.0, head_height);
                    item
                }));
                head_height += row.height;
                let foot = self.rule(0.0);
                carry = Some(Arc::new(Carry { head: head.clone(), height: head_height, foot }));
            } else {
                row.carry.clone_from(&carry);
                row.keep = if row.continues { Keep::Block } else { Keep::Free };
            }
            if !row.continues {
                row.items.push(self.rule(row.height));
            }
            galley.push(row);
        }
    }

    /// A rule across the table.
    fn rule(&self, y: f32) -> Item {
        rule(self.x - RULE / 2.0, y - RULE / 2.0, self.width() + RULE, RULE)
    }

    /// A row with the rule above it and those at the sides of its cells.
    fn row(&self, galley: &mut Galley<'_, '_>, cells: &[Cell], table: NodeId) -> Strip {
        let node = galley.structure.add(table, Role::Tr);
        let mut x = self.x;
        let mut parts = Vec::with_capacity(cells.len());
        for (cell, width) in cells.iter().zip(self.widths) {
            let node = galley.structure.add(node, cell.role);
            let side = SIDE * self.size;
            let frame = Frame { x: x + side, width: width - 2.0 * side };
            parts.push(self.cell(galley, cell, frame, node));
            x += width;
        }
        let content = parts.iter().map(|part| part.height).fold(0.0, f32::max);
        let height = (content + 2.0 * self.padding * self.size).max(self.least);
        let mut whole = Strip { height, baseline: height * 0.7, ..Strip::default() };
        for (part, cell) in parts.into_iter().zip(cells) {
            let drop = if cell.top { self.padding * self.size } else { (height - part.height) / 2.0 };
            whole.items.extend(part.into_items(0.0, drop));
        }
        whole.items.push(self.rule(0.0));
        let mut edge = self.x;
        for width in std::iter::once(&0.0).chain(self.widths) {
            edge += width;
            whole.items.push(rule(edge - RULE / 2.0, 0.0, RULE, height));
        }
        whole
    }

    fn cell(&self, galley: &mut Galley<'_, '_>, cell: &Cell, frame: Frame, node: NodeId) -> Strip {
        let (atoms, size) = self.fitted(galley, cell, frame.width);
        let frame = if cell.alignment == Alignment::Center {
            let width = balanced(galley.setter, &atoms, frame.width, size);
            Frame { x: frame.x + (frame.width - width) / 2.0, width }
        } else {
            frame
        };
        let paragraph = Paragraph { size, pitch: size * PITCH, alignment: cell.alignment };
        galley.boxed(|galley| {
            galley.paragraph(atoms, frame, paragraph, node);
        })
    }

    /// The text of a cell, and its size: smaller where a line or a word would be wider than its room.
    fn fitted(&self, galley: &mut Galley<'_, '_>, cell: &Cell, room: f32) -> (Vec<Atom>, f32) {
        let style = TextStyle { face: cell.face, size: self.size * cell.scale };
        let mut width = |text: &str| natural_width(&text_of(galley.setter, text, style));
        let whole = width(&cell.text);
        let one_line = match cell.lines {
            Lines::One => true,
            Lines::Few => whole * SQUEEZED <= room,
            Lines::Many => false,
        };
        let words = cell.text.split_whitespace().filter(|word| word.is_ascii());
        let widest = if one_line { whole } else { words.map(width).fold(0.0, f32::max) };
        // A hair smaller than what fits exactly, so that rounding breaks no line.
        let shrunk = if widest > room { (room / widest * 0.999).max(SMALLEST) } else { 1.0 };
        let size = style.size * shrunk;
        (text_of(galley.setter, &cell.text, TextStyle { size, ..style }), size)
    }
}
