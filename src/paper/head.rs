//! The head of a paper: institution, title, conditions, candidate, instructions. The score table is [`super::grid`]'s.

use super::Writer;
use super::style::HeadPart;
use super::title::balanced;
use crate::typeset::atom::{TextStyle, natural_width, text_of};
use crate::typeset::block::BlockStyle;
use crate::typeset::display::{NodeId, Role};
use crate::typeset::galley::{Frame, Galley, Paragraph, Strip, rule};
use crate::typeset::line::Alignment;

/// A word with a rule to write a name on has at least this room, in em; narrower ones stand below each other.
const NARROWEST_BLANK: f32 = 10.0;

impl Writer<'_, '_, '_> {
    /// The head of the paper that candidates get: institution and title, then the other parts in the order of the style.
    pub(super) fn head(&mut self, title: &str) {
        self.titles(title);
        for part in &self.style.head {
            match part {
                HeadPart::Conditions => self.conditions(),
                HeadPart::Candidate => self.candidate(),
                HeadPart::ScoreTable => {
                    self.galley.space(8.0);
                    self.score_table();
                }
                HeadPart::Instructions => self.instructions(),
                // These stand above the title, and at the sections.
                HeadPart::Institution | HeadPart::ScoreBoxes => {}
            }
        }
    }

    /// The head of the key.
    pub(super) fn key_head(&mut self, title: &str) {
        self.titles(title);
        if self.style.has(HeadPart::Conditions) {
            self.conditions();
        }
        self.galley.space(2.0);
        let words = self.words.key_title();
        self.centered(words, TextStyle::heading(self.style.section), Role::P);
        self.galley.space(6.0);
        self.points_table();
    }

    /// Institution and term in one line, or in two where they are long; then the title.
    fn titles(&mut self, title: &str) {
        let exam = self.job.exam;
        if self.style.has(HeadPart::Institution) {
            let above: Vec<&str> = [&exam.institution, &exam.term].into_iter().flatten().map(String::as_str).collect();
            let style = TextStyle::body(self.style.institution);
            let line = above.join(self.words.gap());
            let fits = natural_width(&text_of(self.galley.setter, &line, style)) <= self.frame.width;
            let lines = if fits { vec![&*line] } else { above };
            for line in lines.into_iter().filter(|line| !line.is_empty()) {
                self.centered(line, style, Role::P);
            }
        }
        let first = self.galley.strips.len();
        self.centered(title, TextStyle::heading(self.style.title), Role::H1);
        self.galley.strips[first].outline = Some((0, title.to_owned()));
    }

    fn conditions(&mut self) {
        let exam = self.job.exam;
        let conditions = self.words.conditions(exam.open_book, exam.minutes.value, self.job.form.points());
        self.centered(&conditions, TextStyle::body(self.style.body), Role::P);
    }

    pub(super) fn centered(&mut self, text: &str, style: TextStyle, role: Role) {
        let node = self.galley.structure.add(NodeId::ROOT, role);
        let atoms = text_of(self.galley.setter, text, style);
        let paragraph = Paragraph { size: style.size, pitch: style.size * 1.6, alignment: Alignment::Center };
        let width = balanced(self.galley.setter, &atoms, self.frame.width, style.size);
        let frame = Frame { x: self.frame.x + (self.frame.width - width) / 2.0, width };
        self.galley.paragraph(atoms, frame, paragraph, node);
        self.galley.glue();
    }

    /// 姓名______ 学号______ 班级______ across the page.
    fn candidate(&mut self) {
        let node = self.galley.structure.add(NodeId::ROOT, Role::P);
        let labels = self.words.candidate();
        let in_a_row = self.frame.width >= labels.len() as f32 * NARROWEST_BLANK * self.style.body;
        for row in labels.chunks(if in_a_row { labels.len() } else { 1 }) {
            let row = ruled_labels(&mut self.galley, row, self.frame, self.style.paper_text(), node);
            self.galley.space(6.0);
            self.galley.push(row);
            self.galley.glue();
        }
    }

    fn instructions(&mut self) {
        let lines = &self.job.exam.instructions;
        if lines.is_empty() {
            return;
        }
        self.galley.space(8.0);
        let style = self.style.paper_text();
        let node = self.galley.structure.add(NodeId::ROOT, Role::P);
        let head = text_of(self.galley.setter, self.words.instructions(), TextStyle::heading(self.style.body));
        self.galley.paragraph(head, self.frame, style.paragraph(Alignment::Left), node);
        self.galley.glue();
        let list = self.galley.structure.add(NodeId::ROOT, Role::L);
        for (index, line) in lines.iter().enumerate() {
            let (label, body) = self.entry(list);
            let atoms = text_of(self.galley.setter, line, style.text);
            let frame = self.frame.indented(self.style.item_indent * self.style.body);
            let first = self.galley.paragraph(atoms, frame, style.paragraph(Alignment::Justified), body);
            self.number(first, &format!("{}.", index + 1), label);
        }
    }
}

/// Words with a rule to write on after each, in columns that are all alike.
pub(super) fn ruled_labels(
    galley: &mut Galley<'_, '_>,
    labels: &[&str],
    frame: Frame,
    style: BlockStyle,
    node: NodeId,
) -> Strip {
    let room = frame.width / labels.len() as f32;
    let mut whole = Strip::default();
    for (index, label) in labels.iter().enumerate() {
        let x = frame.x + room * index as f32;
        let atoms = text_of(galley.setter, label, style.text);
        let width = natural_width(&atoms);
        let mut strip = galley.boxed(|galley| {
            galley.paragraph(atoms, Frame { x, width: room }, style.paragraph(Alignment::Left), node);
        });
        whole.items.append(&mut strip.items);
        whole.height = strip.height;
        whole.baseline = strip.baseline;
        let start = x + width + 4.0;
        // The last reaches the edge.
        let end = x + room - if index + 1 < labels.len() { 12.0 } else { 0.0 };
        whole.items.push(rule(start, strip.baseline + 2.5, end - start, 0.5));
    }
    whole
}
