//! The sections and items of a paper: stems, options, blanks, room for answers.

use super::Writer;
use super::style::{AnswerSpace, HeadPart, Numbering};
use super::title::{balanced, break_at_clauses};
use crate::card::{Body, Card, Choice, letter};
use crate::form::{FormItem, FormSection};
use crate::markup::{Block, Inline, RichText, lone_image};
use crate::math::split_tag;
use crate::typeset::atom::{Atom, TextStyle, atoms, natural_width, push_right, text_of};
use crate::typeset::block::{BlockStyle, PicturePlace};
use crate::typeset::display::{Color, Ink, Item, NodeId, Rect, Role};
use crate::typeset::galley::{Frame, Galley, Keep, Paragraph, Strip};
use crate::typeset::line::Alignment;

/// Lines of answer space that stay with the question, so that a candidate begins to write below it.
const LINES_KEPT: usize = 3;
/// The colour of the lines that candidates write on.
const RULED: Color = Color::Gray(140);

impl Writer<'_, '_, '_> {
    /// All sections with their items.
    pub(super) fn exam_sections(&mut self) {
        let mut number = 0;
        for (index, section) in self.job.form.numbered_sections() {
            self.chapter_head(index, section);
            self.section_head(index, section, self.style.has(HeadPart::ScoreBoxes));
            if self.style.numbering == Numbering::Section {
                number = 0;
            }
            let list = self.galley.structure.add(NodeId::ROOT, Role::L);
            for item in &section.items {
                number += 1;
                let card = &self.job.bank.cards[item.card];
                self.galley.space(self.style.item_gap);
                self.item(number, item, section, list);
                self.report(card);
            }
        }
    }

    /// 第 5 章　模型架构: the head of a part of a workbook, above its first section.
    pub(super) fn chapter_head(&mut self, index: usize, section: &FormSection) {
        let Some(chapter) = section.chapter.filter(|_| index == 0) else { return };
        let chapter = &self.job.bank.chapters[chapter];
        let words = self.words.chapter(chapter.number, &chapter.title);
        self.galley.space(2.0 * self.style.section_gap);
        let first = self.galley.strips.len();
        self.centered(&words, TextStyle::heading(f32::midpoint(self.style.section, self.style.title)), Role::H2);
        self.galley.strips[first].outline = Some((1, words));
    }

    /// 一、单项选择题（本大题共 10 小题，每小题 2 分，共 20 分）; with `boxed`, a box for the score at its left.
    pub(super) fn section_head(&mut self, index: usize, section: &FormSection, boxed: bool) {
        let title = section.title.as_deref().unwrap_or_else(|| self.words.section_title(section.kind));
        let head = self.words.section_head(index, title, section.items.len(), section.points_each(), section.points());
        self.galley.space(self.style.section_gap);
        let (role, level) = if section.chapter.is_some() { (Role::H3, 2) } else { (Role::H2, 1) };
        let node = self.galley.structure.add(NodeId::ROOT, role);
        let style = TextStyle::heading(self.style.section);
        let mut atoms = text_of(self.galley.setter, &head, style);
        let paragraph = Paragraph { size: style.size, pitch: style.size * 1.5, alignment: Alignment::Left };
        let first = if boxed {
            self.beside_score_box(atoms, paragraph, node)
        } else {
            break_at_clauses(&mut atoms, self.frame.width);
            let width = balanced(self.galley.setter, &atoms, self.frame.width, style.size);
            self.galley.paragraph(atoms, Frame { width, ..self.frame }, paragraph, node)
        };
        self.galley.strips[first].outline = Some((level, self.words.section_entry(index, title)));
        self.galley.glue();
        if let Some(instructions) = &section.instructions {
            let node = self.galley.structure.add(NodeId::ROOT, Role::P);
            let style = self.style.paper_text();
            let atoms = text_of(self.galley.setter, instructions, style.text);
            self.galley.paragraph(atoms, self.frame, style.paragraph(Alignment::Justified), node);
            self.galley.glue();
        }
        self.report_blueprint();
    }

    fn item(&mut self, number: usize, item: &FormItem, section: &FormSection, list: NodeId) {
        let card = &self.job.bank.cards[item.card];
        let style = self.style.paper_text();
        let frame = self.frame.indented(self.style.item_indent * self.style.body);
        let (label, body) = self.entry(list);
        let points = section.points_each().is_none().then(|| self.words.item_points(item.points));
        let blank = matches!(card.body, Body::Choice(_) | Body::TrueFalse(_));
        let first = self.stem(card.stem(), points.as_deref(), blank, frame, &style, body);
        self.number(first, &format!("{number}."), label);
        match &card.body {
            Body::Choice(choice) => self.options(choice, &item.order, frame, &style, body),
            Body::Term(_) | Body::Written(_) => {
                let kept = self.answer_space(card, item, frame);
                self.galley.keep_together(first);
                // Beyond the first lines the space may go on over the page.
                let free = self.galley.strips.len() - kept;
                for strip in &mut self.galley.strips[free..] {
                    strip.keep = Keep::Free;
                }
                return;
            }
            Body::Basic(_) | Body::Cloze(_) | Body::TrueFalse(_) => {}
        }
        self.galley.keep_together(first);
    }

    /// The stem. With `blank`, the place for the answer stands at the right edge of its last line; where the author put it in the
    /// middle of the sentence it stays there.
    fn stem(
        &mut self,
        stem: &RichText,
        points: Option<&str>,
        blank: bool,
        frame: Frame,
        style: &BlockStyle,
        parent: NodeId,
    ) -> usize {
        let first = self.galley.strips.len();
        let (mut stem_blocks, flush) = if blank { part_blank(stem) } else { (stem.blocks().into_owned(), false) };
        let blank = blank && (flush || !has_blank(&stem.blocks()));
        // A table or a picture has no line that could begin with the points.
        if points.is_some() && !stem_blocks.first().is_some_and(is_text) {
            stem_blocks.insert(0, Block::Paragraph([].into()));
        }
        let last = stem_blocks.len().saturating_sub(1);
        let mut blank_set = !blank;
        for (index, block) in stem_blocks.iter().enumerate() {
            let inlines = match block {
                Block::Paragraph(inlines) if is_text(block) => inlines,
                other => {
                    self.galley.blocks(std::slice::from_ref(other), frame, style, parent);
                    continue;
                }
            };
            let node = self.galley.structure.add(parent, Role::P);
            let mut row = Vec::new();
            if let Some(points) = points.filter(|_| index == 0) {
                row = text_of(self.galley.setter, points, style.text);
            }
            row.extend(atoms(self.galley.setter, inlines, style.text, style.clozes));
            if blank && index == last {
                let tail = text_of(self.galley.setter, self.words.blank(), style.text);
                push_right(&mut row, tail, false, style.text.size);
                blank_set = true;
            }
            self.galley.paragraph(row, frame, style.paragraph(Alignment::Justified), node);
        }
        if !blank_set {
            let node = self.galley.structure.add(parent, Role::P);
            let tail = text_of(self.galley.setter, self.words.blank(), style.text);
            self.galley.paragraph(tail, frame, style.paragraph(Alignment::Right), node);
        }
        first
    }

    /// Options in four, two or one columns, as wide as they are.
    fn options(&mut self, choice: &Choice, order: &[usize], frame: Frame, style: &BlockStyle, parent: NodeId) {
        let list = self.galley.structure.add(parent, Role::L);
        let size = style.text.size;
        let indent = self.style.option_indent * size;
        let widest =
            order.iter().map(|position| self.option_width(&choice.options[*position], frame.indented(indent), style));
        // `None` where an option is more than a line of text.
        let widest = widest.collect::<Option<Vec<f32>>>().map(|widths| widths.into_iter().fold(0.0, f32::max));
        let columns = widest.map_or(1, |widest| match ((frame.width + size) / (widest + indent + size)) as usize {
            0 | 1 => 1,
            2 | 3 => 2,
            _ => 4,
        });
        // An em parts the columns; the last one needs none after it.
        let pitch = (frame.width + size) / columns as f32;
        // Even an item longer than a column goes on with an option below its stem.
        self.galley.glue();
        for (row_index, row) in order.chunks(columns).enumerate() {
            let mut strip = Strip::default();
            for (column, position) in row.iter().enumerate() {
                let (label, body) = self.entry(list);
                let name = format!("{}.", letter(row_index * columns + column));
                let room = Frame { x: frame.x + column as f32 * pitch, width: pitch - size };
                let text = &choice.options[*position];
                let label_atoms = text_of(self.galley.setter, &name, style.text);
                if columns == 1 {
                    let first = option_text(&mut self.galley, text, room.indented(indent), style, body);
                    let room = Frame { x: room.x, width: indent };
                    self.galley.overlay(first, label_atoms, room, size, Alignment::Left, label);
                    continue;
                }
                let cell = self.galley.boxed(|galley| {
                    let first = option_text(galley, text, room.indented(indent), style, body);
                    let room = Frame { x: room.x, width: indent };
                    galley.overlay(first, label_atoms, room, size, Alignment::Left, label);
                });
                strip.join_beside(cell);
            }
            if columns > 1 {
                self.galley.push(strip);
            }
        }
    }

    /// The width of an option in one line, if it is one.
    fn option_width(&mut self, option: &RichText, frame: Frame, style: &BlockStyle) -> Option<f32> {
        let blocks = option.blocks();
        let [block] = &*blocks else { return None };
        let line = lone_formula(block);
        let inlines = match (block, &line) {
            (_, Some(line)) => line,
            (Block::Paragraph(inlines), None) => &**inlines,
            _ => return None,
        };
        if let Some(image) = lone_image(inlines) {
            let picture = self.galley.setter.pictures.get(&*image.path);
            let picture = picture.map_or(0.0, |picture| OPTION_PICTURE.size(picture, frame.width).0);
            let caption = text_of(self.galley.setter, image.caption.as_deref().unwrap_or_default(), style.text);
            return Some(picture.max(natural_width(&caption)));
        }
        if inlines.iter().any(|inline| matches!(inline, Inline::Break)) {
            return None;
        }
        Some(natural_width(&atoms(self.galley.setter, inlines, style.text, style.clozes)))
    }

    /// Room to write; returns how many of its strips may go on over the page.
    fn answer_space(&mut self, card: &Card, item: &FormItem, frame: Frame) -> usize {
        let elsewhere = self.job.exam.answer_sheet;
        let lines = if elsewhere { 0 } else { self.style.answer_lines(card.kind(), item.points) };
        for _ in 0..lines {
            let mut strip = Strip { height: self.style.writing_pitch(), ..Strip::default() };
            if self.style.answer_space == AnswerSpace::Lines {
                let line = Rect { x: frame.x, y: strip.height - 0.5, width: frame.width, height: 0.5, color: RULED };
                strip.items.push(Item { node: NodeId::ARTIFACT, ink: Ink::Rule(line) });
            }
            self.galley.push(strip);
        }
        lines.saturating_sub(LINES_KEPT) + 1
    }

    /// The nodes of an entry of a list: its label and its body.
    pub(super) fn entry(&mut self, list: NodeId) -> (NodeId, NodeId) {
        let entry = self.galley.structure.add(list, Role::Li);
        (self.galley.structure.add(entry, Role::Lbl), self.galley.structure.add(entry, Role::LBody))
    }

    /// Puts the number of an item before its first line.
    pub(super) fn number(&mut self, strip: usize, number: &str, label: NodeId) {
        if strip >= self.galley.strips.len() {
            return;
        }
        let size = self.style.body;
        let atoms: Vec<Atom> = text_of(self.galley.setter, number, TextStyle::body(size));
        let room = Frame { x: self.frame.x, width: self.style.item_indent * size };
        self.galley.overlay(strip, atoms, room, size, Alignment::Left, label);
    }
}

/// Pictures that are options are low, so that several stand in a row.
const OPTION_PICTURE: PicturePlace = PicturePlace { highest: 110.0, alignment: Alignment::Left };

/// Sets what an option says; returns the number of its first strip. A formula or a picture that is all of it stands beside its letter,
/// not in the middle.
fn option_text(
    galley: &mut Galley<'_, '_>,
    option: &RichText,
    frame: Frame,
    style: &BlockStyle,
    parent: NodeId,
) -> usize {
    let first = galley.strips.len();
    let blocks = option.blocks();
    let (image, line) = match &*blocks {
        [Block::Paragraph(inlines)] => (lone_image(inlines), None),
        [block] => (None, lone_formula(block)),
        _ => (None, None),
    };
    if let Some(image) = image {
        galley.picture(image, frame, style, parent, OPTION_PICTURE);
    } else if let Some(line) = line {
        let node = galley.structure.add(parent, Role::P);
        let atoms = atoms(galley.setter, &line, style.text, style.clozes);
        galley.paragraph(atoms, frame, style.paragraph(Alignment::Left), node);
    } else {
        galley.blocks(&blocks, frame, style, parent);
    }
    first
}

/// A display formula as a line of text; not one with a tag, which needs the right edge.
fn lone_formula(block: &Block) -> Option<[Inline; 1]> {
    match block {
        Block::Math(tex) if split_tag(tex).1.is_none() => Some([Inline::Math { tex: tex.clone(), display: true }]),
        _ => None,
    }
}

/// Whether a block is lines of text, and not a picture.
fn is_text(block: &Block) -> bool {
    matches!(block, Block::Paragraph(inlines) if lone_image(inlines).is_none())
}

/// Takes the blank off the end of a stem, with the full stop after it; says whether there was one.
fn part_blank(stem: &RichText) -> (Vec<Block>, bool) {
    let mut blocks = stem.blocks().into_owned();
    let Some(Block::Paragraph(inlines)) = blocks.last_mut() else { return (blocks, false) };
    let kept = match &**inlines {
        [kept @ .., Inline::Blank] => kept,
        [kept @ .., Inline::Blank, Inline::Text(stop)] if matches!(stop.trim(), "。" | "." | "？" | "?") => kept,
        _ => return (blocks, false),
    };
    *inlines = kept.into();
    (blocks, true)
}

fn has_blank(blocks: &[Block]) -> bool {
    let in_paragraph = |inlines: &[Inline]| inlines.iter().any(|inline| matches!(inline, Inline::Blank));
    blocks.iter().any(|block| matches!(block, Block::Paragraph(inlines) if in_paragraph(inlines)))
}
