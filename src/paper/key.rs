//! The answer key: objective answers in a compact grid, then every item with its explanation or its rubric.

use super::Writer;
use super::style::Numbering;
use crate::card::{Card, CardType, ScoringPoint};
use crate::fonts::FaceId;
use crate::form::{Answer, AnswerKey, KeyItem};
use crate::markup::{Block, Inline, RichText, lone_image};
use crate::points::Points;
use crate::typeset::atom::{Atom, ClozeStyle, TextStyle, atoms, push_right, text_of};
use crate::typeset::display::{NodeId, Role};
use crate::typeset::galley::Frame;
use crate::typeset::line::Alignment;

/// Answers to a row of the grid.
const GRID_COLUMNS: usize = 10;
/// A cell is at least so wide, in em: ABCD and its room.
const NARROWEST_CELL: f32 = 4.0;

impl Writer<'_, '_, '_> {
    /// All sections of the key.
    pub(super) fn key_sections(&mut self) {
        let mut key = AnswerKey::of(self.job.form, self.job.bank);
        if self.style.numbering == Numbering::Section {
            for section in &mut key.sections {
                section.items.iter_mut().zip(1..).for_each(|(item, number)| item.number = number);
            }
        }
        for ((index, section), answers) in self.job.form.numbered_sections().zip(&key.sections) {
            self.chapter_head(index, section);
            self.section_head(index, section, false);
            if matches!(section.kind, CardType::SingleChoice | CardType::MultipleChoice | CardType::TrueFalse) {
                self.answer_grid(&answers.items);
            }
            let list = self.galley.structure.add(NodeId::ROOT, Role::L);
            for item in &answers.items {
                self.galley.space(3.0);
                self.key_item(item, list);
                self.report(item.card);
            }
        }
    }

    /// Numbers over answers, ten to a row, or five where ten would be cramped.
    fn answer_grid(&mut self, items: &[KeyItem<'_>]) {
        let cramped = self.frame.width < GRID_COLUMNS as f32 * NARROWEST_CELL * self.style.body;
        let in_a_row = if cramped { GRID_COLUMNS / 2 } else { GRID_COLUMNS };
        let columns = items.len().min(in_a_row);
        let width = self.frame.width / in_a_row as f32 * columns as f32;
        for chunk in items.chunks(in_a_row) {
            let mut numbers: Vec<String> = chunk.iter().map(|item| item.number.to_string()).collect();
            let mut answers: Vec<String> = chunk.iter().map(|item| self.short_answer(&item.answer)).collect();
            numbers.resize(columns, String::new());
            answers.resize(columns, String::new());
            let strip = self.grid(&[numbers, answers], Frame { width, ..self.frame }, false);
            self.galley.space(4.0);
            self.galley.push(strip);
        }
        self.galley.space(6.0);
    }

    /// The answer where it is a letter, a mark or a few words.
    fn short_answer(&self, answer: &Answer<'_>) -> String {
        match answer {
            Answer::Options(key) => key.to_string(),
            Answer::Judgement(is_true) => self.words.judgement(*is_true).to_owned(),
            Answer::Blanks(_) | Answer::Text(_) | Answer::Rubric { .. } => String::new(),
        }
    }

    fn key_item(&mut self, item: &KeyItem<'_>, list: NodeId) {
        let (label, body) = self.entry(list);
        let first = self.galley.strips.len();
        match &item.answer {
            Answer::Options(_) | Answer::Judgement(_) => {
                let answer = [Inline::Text(self.short_answer(&item.answer).into())];
                // In Hei a tick is the sign of a root.
                let is_mark = matches!(item.answer, Answer::Judgement(_));
                let face = if is_mark { FaceId::BODY } else { FaceId::HEADING };
                self.answer_line(item.card, &answer, face, body);
                self.explanation(item.card, body);
            }
            Answer::Blanks(blanks) => {
                let mut answer = Vec::new();
                for (index, blank) in blanks.iter().enumerate() {
                    if index > 0 {
                        answer.push(Inline::Text(self.words.separator().into()));
                    }
                    answer.extend(blank.iter().cloned());
                }
                self.answer_line(item.card, &answer, FaceId::HEADING, body);
                self.explanation(item.card, body);
            }
            Answer::Text(text) => {
                self.stem_line(item.card, body);
                self.labelled(self.words.answer(), text, body);
                self.explanation(item.card, body);
            }
            Answer::Rubric { answer, scoring } => {
                self.stem_line(item.card, body);
                if let Some(answer) = answer {
                    self.labelled(self.words.answer(), answer, body);
                }
                self.rubric(scoring, item.points, body);
                self.explanation(item.card, body);
            }
        }
        self.number(first, &format!("{}.", item.number), label);
    }

    fn item_frame(&self) -> Frame {
        self.frame.indented(self.style.item_indent * self.style.body)
    }

    /// The answer, the id of the card at the right edge.
    fn answer_line(&mut self, card: &Card, answer: &[Inline], face: FaceId, parent: NodeId) {
        let style = self.style.key_text();
        let row = atoms(self.galley.setter, answer, TextStyle { face, ..style.text }, ClozeStyle::Answer);
        self.line_with_id(card, row, parent);
    }

    /// The question again, so that the key can be read alone.
    fn stem_line(&mut self, card: &Card, parent: NodeId) {
        let style = self.style.key_text();
        let heading = TextStyle { face: FaceId::HEADING, ..style.text };
        let blocks = card.stem().blocks();
        let (first, rest): (&[Inline], &[Block]) = match &*blocks {
            [Block::Paragraph(inlines), rest @ ..] if lone_image(inlines).is_none() => (inlines, rest),
            blocks => (&[], blocks),
        };
        let row = atoms(self.galley.setter, first, heading, ClozeStyle::Answer);
        self.line_with_id(card, row, parent);
        self.galley.blocks(rest, self.item_frame(), &style, parent);
    }

    fn line_with_id(&mut self, card: &Card, mut row: Vec<Atom>, parent: NodeId) {
        let style = self.style.key_text();
        let node = self.galley.structure.add(parent, Role::P);
        let fine = TextStyle { face: FaceId::CODE, size: self.style.fine };
        let id = text_of(self.galley.setter, card.id.as_str(), fine);
        push_right(&mut row, id, false, style.text.size);
        self.galley.paragraph(row, self.item_frame(), style.paragraph(Alignment::Justified), node);
        self.galley.glue();
    }

    fn explanation(&mut self, card: &Card, parent: NodeId) {
        if let Some(explanation) = &card.explanation {
            self.labelled(self.words.explanation(), explanation, parent);
        }
    }

    /// A text that begins with a word in Hei: 解析：….
    fn labelled(&mut self, label: &str, text: &RichText, parent: NodeId) {
        let style = self.style.key_text();
        let frame = self.item_frame();
        let label =
            text_of(self.galley.setter, &format!("{label}{}", self.words.gap()), TextStyle::heading(self.style.body));
        let blocks = text.blocks();
        let (row, rest): (_, &[Block]) = match &*blocks {
            [Block::Paragraph(inlines), rest @ ..] if lone_image(inlines).is_none() => {
                let mut row = label;
                row.extend(atoms(self.galley.setter, inlines, style.text, style.clozes));
                (row, rest)
            }
            blocks => (label, blocks),
        };
        let node = self.galley.structure.add(parent, Role::P);
        self.galley.paragraph(row, frame, style.paragraph(Alignment::Justified), node);
        if rest.len() == blocks.len() {
            self.galley.glue(); // the label stands alone on its line
        }
        self.galley.blocks(rest, frame, &style, parent);
    }

    /// The scoring points, each with a leader to its marks.
    fn rubric(&mut self, scoring: &[ScoringPoint], points: Points, parent: NodeId) {
        let style = self.style.key_text();
        let size = style.text.size;
        let node = self.galley.structure.add(parent, Role::P);
        let head = text_of(self.galley.setter, &self.words.rubric(points), TextStyle::heading(size));
        self.galley.paragraph(head, self.item_frame(), style.paragraph(Alignment::Left), node);
        self.galley.glue();
        let list = self.galley.structure.add(parent, Role::L);
        let frame = self.item_frame().indented(self.style.item_indent * size);
        for (index, point) in scoring.iter().enumerate() {
            let (label, body) = self.entry(list);
            let first = self.galley.strips.len();
            let marks = text_of(self.galley.setter, &self.words.marks(point.points), style.text);
            let blocks = point.text.blocks();
            let (lead, last) = match &*blocks {
                [lead @ .., Block::Paragraph(last)] if lone_image(last).is_none() => (lead, &**last),
                lead => (lead, &[][..]),
            };
            self.galley.blocks(lead, frame, &style, body);
            let mut row = atoms(self.galley.setter, last, style.text, style.clozes);
            push_right(&mut row, marks, true, size);
            let node = self.galley.structure.add(body, Role::P);
            self.galley.paragraph(row, frame, style.paragraph(Alignment::Justified), node);
            let number = text_of(self.galley.setter, &format!("({})", index + 1), style.text);
            let room = Frame { x: self.item_frame().x, width: self.style.item_indent * size };
            self.galley.overlay(first, number, room, size, Alignment::Left, label);
        }
    }
}
