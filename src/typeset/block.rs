//! From the blocks of a rich text to strips: paragraphs, display formulas, code, pictures, lists (`list`) and tables (`table`).

mod list;
mod table;

use super::atom::{ASCENT, Atom, ClozeStyle, TextStyle, atoms, math_atom, natural_width, text_of};
use super::display::{Color, Item, NodeId, Role};
use super::galley::{CLEARANCE, Frame, Galley, Ground, Paragraph, SMALLEST_FORMULA, Strip, translate};
use super::line::Alignment;
use super::overfull::{Matter, Side};
use super::picture::{self, Picture};
use crate::fonts::FaceId;
use crate::markup::{Block, Code, Image, Inline, lone_image};
use crate::math::{self, Style, Tag};

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

    /// The size of an em of a display formula, in points.
    pub fn display_em(&self) -> f32 {
        self.text.size * DISPLAY_SCALE
    }
}

/// Display formulas are set larger than the text around them by this.
const DISPLAY_SCALE: f32 = 1.1;
/// Captions are set smaller than the text around them by this: 小五 under 五号.
const CAPTION_SCALE: f32 = 9.0 / 10.5;
/// The room between program text and the edge of its ground, in points.
const CODE_PADDING: f32 = 3.0;
/// The room between a picture and its caption, in points.
const CAPTION_GAP: f32 = 2.0;

/// How large a picture may be and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PicturePlace {
    /// Its height at most, in points.
    pub highest: f32,
    /// Where it stands in its frame.
    pub alignment: Alignment,
}

impl PicturePlace {
    /// Among the blocks of a text.
    pub const BLOCK: Self = Self { highest: picture::HIGHEST, alignment: Alignment::Center };

    /// The width and the height of a picture that has a frame of this width: its own, or less.
    pub fn size(self, picture: &Picture, room: f32) -> (f32, f32) {
        let (width, height) = picture.natural_size();
        let scale = (room / width.max(1.0)).min(self.highest / height.max(1.0)).min(1.0);
        (width * scale, height * scale)
    }
}

impl Galley<'_, '_> {
    /// Sets blocks below each other; returns the number of the first strip.
    pub fn blocks(&mut self, blocks: &[Block], frame: Frame, style: &BlockStyle, parent: NodeId) -> usize {
        let first = self.strips.len();
        for block in blocks {
            match block {
                Block::Paragraph(inlines) => {
                    if let Some(image) = lone_image(inlines) {
                        self.picture(image, frame, style, parent, PicturePlace::BLOCK);
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

    /// A formula in the middle of the room that its tag leaves it, no larger than that room.
    fn display_math(&mut self, tex: &str, frame: Frame, style: &BlockStyle, parent: NodeId) {
        let (tex, tag) = math::split_tag(tex);
        let Ok(list) = self.setter.math.set(&tex, Style::Display) else { return };
        let node = self.structure.add(parent, Role::P);
        let tag = tag.map(|tag| self.tag(tag, style));
        let size = style.text.size;
        let taken = tag.as_ref().map_or(0.0, |tag| natural_width(tag) + size);
        let room = Frame { width: frame.width - taken, ..frame };
        let atom = math_atom(&list, &tex, style.display_em());
        let reported = self.overfull.len();
        let height = atom.ascent + atom.descent;
        let highest = self.column_height - 2.0 * CLEARANCE;
        self.measure(Matter::Formula, Side::Width, atom.width * SMALLEST_FORMULA, room.width);
        self.measure(Matter::Formula, Side::Height, height * SMALLEST_FORMULA, highest);
        let scale = (room.width / atom.width).min(highest / height).clamp(SMALLEST_FORMULA, 1.0);
        let atom = if scale < 1.0 { math_atom(&list, &tex, style.display_em() * scale) } else { atom };
        self.hold_on();
        let noted = self.overfull.len();
        let line = self.paragraph(vec![atom], room, style.paragraph(Alignment::Center), node);
        if noted > reported {
            // Its line would say the same again.
            self.overfull.truncate(noted);
        }
        if let Some(tag) = tag {
            self.overlay(line, tag, frame, size, Alignment::Right, node);
        }
    }

    /// The tag of a formula: (1).
    fn tag(&mut self, tag: Tag<'_>, style: &BlockStyle) -> Vec<Atom> {
        let inner = match tag.tex() {
            Some(tex) => Inline::Math { tex: tex.into(), display: false },
            None => Inline::Text(tag.text.into()),
        };
        let parenthesis = |text: &str| Inline::Text(text.into());
        let inlines = if tag.bare { vec![inner] } else { vec![parenthesis("("), inner, parenthesis(")")] };
        atoms(self.setter, &inlines, style.text, style.clozes)
    }

    /// What is set next is never parted from the line right above it, which leads to it.
    fn hold_on(&mut self) {
        if self.pending_space() == 0.0 {
            self.glue();
        }
    }

    /// Program text on a gray ground, which a column may cut between two lines.
    fn code(&mut self, code: &Code, frame: Frame, style: &BlockStyle, parent: NodeId) {
        let node = self.structure.add(parent, Role::P);
        let text = TextStyle { face: FaceId::CODE, size: style.text.size * 0.95 };
        let paragraph = Paragraph { size: text.size, pitch: style.pitch * 0.85, alignment: Alignment::Left };
        let inner = Frame { width: frame.width - 2.0 * text.size, ..frame.indented(text.size) };
        let ground = Ground { x: frame.x, width: frame.width, color: Color::Gray(242) };
        self.hold_on();
        self.space(3.0);
        let first = self.strips.len();
        for line in code.text.split('\n') {
            let atoms = text_of(self.setter, &line.replace('\t', "    "), text);
            self.paragraph(atoms, inner, paragraph, node);
        }
        for strip in &mut self.strips[first..] {
            strip.ground = Some(ground);
        }
        if let Some(strip) = self.strips.get_mut(first) {
            strip.items.iter_mut().for_each(|item| translate(item, 0.0, CODE_PADDING));
            strip.baseline += CODE_PADDING;
            strip.height += CODE_PADDING;
        }
        if let Some(strip) = self.strips.last_mut() {
            strip.height += CODE_PADDING;
        }
        self.one_block(first);
        self.space(3.0);
    }

    /// A picture, and under it what its author calls it.
    pub fn picture(&mut self, image: &Image, frame: Frame, style: &BlockStyle, parent: NodeId, place: PicturePlace) {
        let Some(picture) = self.setter.pictures.get(&*image.path).cloned() else { return };
        let place = PicturePlace { highest: place.highest.min(self.column_height), ..place };
        let (width, height) = place.size(&picture, frame.width);
        let x = match place.alignment {
            Alignment::Justified | Alignment::Left => frame.x,
            Alignment::Center => frame.x + (frame.width - width) / 2.0,
            Alignment::Right => frame.x + frame.width - width,
        };
        let node = self.structure.add_with_text(parent, Role::Figure, Some(image.alt.to_string()));
        let items = vec![Item { node, ink: picture.ink(x, 0.0, width, height) }];
        self.hold_on();
        self.space(4.0);
        // A number or a letter before a picture stands at its top, as before a line of text.
        let baseline = height.min(ASCENT * style.text.size);
        self.push_matter(Strip { height, items, baseline, ..Strip::default() }, Matter::Picture);
        if let Some(caption) = &image.caption {
            self.glue();
            self.space(CAPTION_GAP);
            let node = self.structure.add(parent, Role::P);
            let size = style.text.size * CAPTION_SCALE;
            let atoms = text_of(self.setter, caption, TextStyle { size, ..style.text });
            let paragraph = Paragraph { size, pitch: style.pitch * CAPTION_SCALE, alignment: place.alignment };
            self.paragraph(atoms, frame, paragraph, node);
        }
        self.space(4.0);
    }
}

#[cfg(test)]
mod tests;
