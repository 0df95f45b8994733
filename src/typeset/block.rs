//! From the blocks of a rich text to strips: paragraphs, display formulas, code, lists, tables, pictures.

use super::atom::{ClozeStyle, TextStyle, atoms, math_atom, natural_width, text_of};
use super::display::{Color, Ink, Item, NodeId, Rect, Role};
use super::galley::{Frame, Galley, Keep, Paragraph, Strip, rule, translate};
use super::line::Alignment;
use super::picture;
use crate::fonts::FaceId;
use crate::markup::{Align, Block, Code, Image, Inline, List, Table};
use crate::math::Style;

/// How blocks are set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlockStyle {
    /// Face and size of running text.
    pub text: TextStyle,
    /// From baseline to baseline.
    pub pitch: f32,
    /// What clozes look like.
    pub clozes: ClozeStyle,
}

impl BlockStyle {
    /// How a paragraph of it is set.
    pub fn paragraph(&self, alignment: Alignment) -> Paragraph {
        Paragraph { size: self.text.size, pitch: self.pitch, alignment }
    }
}

/// The indent of a list within text, in em.
const LIST_INDENT: f32 = 1.6;
/// The room between the columns of a table, in em.
const COLUMN_GAP: f32 = 1.5;
/// The room between program text and the edge of its ground, in points.
const CODE_PADDING: f32 = 3.0;

impl Galley<'_, '_> {
    /// Sets blocks below each other; returns the number of the first strip.
    pub fn blocks(&mut self, blocks: &[Block], frame: Frame, style: &BlockStyle, parent: NodeId) -> usize {
        let first = self.strips.len();
        for block in blocks {
            match block {
                Block::Paragraph(inlines) => {
                    if let Some(image) = lone_image(inlines) {
                        self.picture(image, frame, parent);
                        continue;
                    }
                    let node = self.structure.add(parent, Role::P);
                    let atoms = atoms(self.setter, inlines, style.text, style.clozes);
                    self.paragraph(atoms, frame, style.paragraph(Alignment::Justified), node);
                }
                Block::Math(tex) => self.display_math(tex, frame, style, parent),
                Block::Code(code) => self.code(code, frame, style, parent),
                Block::List(list) => self.list(list, frame, style, parent),
                Block::Table(table) => self.table(table, frame, style, parent),
            }
        }
        first
    }

    fn display_math(&mut self, tex: &str, frame: Frame, style: &BlockStyle, parent: NodeId) {
        let Ok(list) = self.setter.math.set(tex, Style::Display) else { return };
        let node = self.structure.add(parent, Role::P);
        let atom = math_atom(&list, tex, style.text.size * 1.1);
        // A formula holds on to the text that leads to it.
        if let Some(strip) = self.strips.last_mut() {
            strip.keep = strip.keep.max(Keep::Together);
        }
        self.paragraph(vec![atom], frame, style.paragraph(Alignment::Center), node);
    }

    fn code(&mut self, code: &Code, frame: Frame, style: &BlockStyle, parent: NodeId) {
        let node = self.structure.add(parent, Role::P);
        let text = TextStyle { face: FaceId::CODE, size: style.text.size * 0.95 };
        let paragraph = Paragraph { size: text.size, pitch: style.pitch * 0.85, alignment: Alignment::Left };
        let inner = frame.indented(text.size);
        let mut strip = self.boxed(|galley| {
            for line in code.text.split('\n') {
                let atoms = text_of(galley.setter, &line.replace('\t', "    "), text);
                galley.paragraph(atoms, inner, paragraph, node);
            }
        });
        for item in &mut strip.items {
            translate(item, 0.0, CODE_PADDING);
        }
        strip.baseline += CODE_PADDING;
        strip.height += 2.0 * CODE_PADDING;
        let ground = Rect { x: frame.x, y: 0.0, width: frame.width, height: strip.height, color: Color::Gray(242) };
        strip.items.insert(0, Item { node: NodeId::ARTIFACT, ink: Ink::Rule(ground) });
        self.space(3.0);
        self.push(strip);
        self.space(3.0);
    }

    fn list(&mut self, list: &List, frame: Frame, style: &BlockStyle, parent: NodeId) {
        let node = self.structure.add(parent, Role::L);
        let indent = LIST_INDENT * style.text.size;
        for (index, item) in list.items.iter().enumerate() {
            let entry = self.structure.add(node, Role::Li);
            let label = self.structure.add(entry, Role::Lbl);
            let body = self.structure.add(entry, Role::LBody);
            let first = self.blocks(item, frame.indented(indent), style, body);
            let marker = list.start.map_or_else(|| "•".to_owned(), |start| format!("{}.", start + index as u64));
            let marker = text_of(self.setter, &marker, style.text);
            if first < self.strips.len() {
                let room = Frame { x: frame.x, width: indent };
                self.overlay(first, marker, room, style.text.size, Alignment::Left, label);
            }
        }
    }

    /// A table with rules above, below and under its head.
    fn table(&mut self, table: &Table, frame: Frame, style: &BlockStyle, parent: NodeId) {
        let node = self.structure.add(parent, Role::Table);
        let gap = COLUMN_GAP * style.text.size;
        let widths = self.column_widths(table, frame.width, gap, style);
        let whole: f32 = widths.iter().sum::<f32>() + gap * widths.len() as f32;
        let left = frame.x + ((frame.width - whole) / 2.0).max(0.0);
        self.space(4.0);
        let rows = 1 + table.rows.len();
        for (index, cells) in std::iter::once(&table.head).chain(table.rows.iter()).enumerate() {
            let head = index == 0;
            let row = self.structure.add(node, Role::Tr);
            let text = if head { TextStyle { face: FaceId::HEADING, ..style.text } } else { style.text };
            let mut strip = Strip::default();
            let mut x = left + gap / 2.0;
            for ((cell, width), align) in cells.iter().zip(&widths).zip(&table.columns) {
                let node = self.structure.add(row, if head { Role::Th } else { Role::Td });
                let alignment = match align {
                    Align::Left => Alignment::Left,
                    Align::Center => Alignment::Center,
                    Align::Right => Alignment::Right,
                };
                let mut inner = self.boxed(|galley| {
                    let atoms = atoms(galley.setter, cell, text, style.clozes);
                    // A hair more than measured, so that rounding breaks no line.
                    galley.paragraph(atoms, Frame { x, width: width + 0.1 }, style.paragraph(alignment), node);
                });
                strip.height = strip.height.max(inner.height);
                strip.baseline = strip.baseline.max(inner.baseline);
                strip.items.append(&mut inner.items);
                x += width + gap;
            }
            let line = |y, thickness| rule(left, y, whole, thickness);
            if head {
                strip.items.push(line(0.0, 0.8));
                strip.items.push(line(strip.height, 0.5));
            }
            if index + 1 == rows {
                strip.items.push(line(strip.height, 0.8));
            }
            strip.keep = if head { Keep::Glued } else { Keep::Together };
            self.push(strip);
        }
        if let Some(strip) = self.strips.last_mut() {
            strip.keep = Keep::Free;
        }
        self.space(4.0);
    }

    /// Columns as wide as their widest cell; where that is too much, the widest ones give.
    fn column_widths(&mut self, table: &Table, room: f32, gap: f32, style: &BlockStyle) -> Vec<f32> {
        let text = TextStyle { face: FaceId::HEADING, ..style.text };
        let mut widths = vec![style.text.size; table.columns.len()];
        for (index, cells) in std::iter::once(&table.head).chain(table.rows.iter()).enumerate() {
            for (width, cell) in widths.iter_mut().zip(cells) {
                let row = atoms(self.setter, cell, if index == 0 { text } else { style.text }, style.clozes);
                *width = width.max(natural_width(&row));
            }
        }
        let room = (room - gap * widths.len() as f32).max(style.text.size);
        // The widest width that lets all columns fit, found by lowering a ceiling.
        let fits = |ceiling: f32, widths: &[f32]| widths.iter().map(|width| width.min(ceiling)).sum::<f32>() <= room;
        let mut ceiling = widths.iter().copied().fold(0.0, f32::max);
        if !fits(ceiling, &widths) {
            let mut low = 0.0;
            for _ in 0..24 {
                let middle = f32::midpoint(low, ceiling);
                if fits(middle, &widths) { low = middle } else { ceiling = middle }
            }
            ceiling = low;
        }
        widths.iter().map(|width| width.min(ceiling)).collect()
    }

    fn picture(&mut self, image: &Image, frame: Frame, parent: NodeId) {
        let Some(picture) = self.setter.pictures.get(&*image.path).cloned() else { return };
        let (width, height) = picture.natural_size();
        let scale = (frame.width / width.max(1.0)).min(picture::HIGHEST / height.max(1.0)).min(1.0);
        let (width, height) = (width * scale, height * scale);
        let node = self.structure.add_with_text(parent, Role::Figure, Some(image.alt.to_string()));
        let item = Item { node, ink: picture.ink(frame.x + (frame.width - width) / 2.0, 0.0, width, height) };
        self.space(4.0);
        self.push(Strip { height, baseline: height, items: vec![item], ..Strip::default() });
        self.space(4.0);
    }
}

/// The picture of a paragraph that holds nothing else.
pub fn lone_image(inlines: &[Inline]) -> Option<&Image> {
    match inlines {
        [Inline::Image(image)] => Some(image),
        _ => None,
    }
}
