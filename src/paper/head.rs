//! The head of a paper: institution, title, conditions, candidate, score table, instructions.

use super::Writer;
use crate::typeset::atom::{TextStyle, natural_width, text_of};
use crate::typeset::display::{NodeId, Role};
use crate::typeset::galley::{Frame, Paragraph, Strip, rule};
use crate::typeset::line::Alignment;

/// The height of a row of the score table, in points.
const SCORE_ROW: f32 = 20.0;

impl Writer<'_, '_, '_> {
    /// The head of the paper that candidates get.
    pub(super) fn head(&mut self, title: &str) {
        self.titles(title);
        let candidate = self.words.candidate();
        let row = self.candidate_line(&candidate);
        self.galley.space(6.0);
        self.galley.push(row);
        self.galley.space(8.0);
        let table = self.score_table();
        self.galley.push(table);
        self.instructions();
    }

    /// The head of the key.
    pub(super) fn key_head(&mut self, title: &str) {
        self.titles(title);
        self.galley.space(2.0);
        let words = self.words.key_title();
        self.centered(words, TextStyle::heading(self.style.section), Role::P);
        self.galley.space(6.0);
        let table = self.points_table();
        self.galley.push(table);
    }

    fn titles(&mut self, title: &str) {
        let exam = self.job.exam;
        let above: Vec<&str> = [&exam.institution, &exam.term].into_iter().flatten().map(String::as_str).collect();
        if !above.is_empty() {
            self.centered(&above.join("　"), TextStyle::body(self.style.institution), Role::P);
        }
        let first = self.galley.strips.len();
        self.centered(title, TextStyle::heading(self.style.title), Role::H1);
        self.galley.strips[first].outline = Some((0, title.to_owned()));
        let conditions = self.words.conditions(exam.open_book, exam.minutes, self.job.form.points());
        self.centered(&conditions, TextStyle::body(self.style.body), Role::P);
    }

    fn centered(&mut self, text: &str, style: TextStyle, role: Role) {
        let node = self.galley.structure.add(NodeId::ROOT, role);
        let atoms = text_of(self.galley.setter, text, style);
        let paragraph = Paragraph { size: style.size, pitch: style.size * 1.6, alignment: Alignment::Center };
        self.galley.paragraph(atoms, self.frame, paragraph, node);
        self.galley.glue();
    }

    /// 姓名______ 学号______ 班级______ across the page.
    fn candidate_line(&mut self, labels: &[&str]) -> Strip {
        let text = TextStyle::body(self.style.body);
        let node = self.galley.structure.add(NodeId::ROOT, Role::P);
        let room = self.frame.width / labels.len() as f32;
        let mut whole = Strip::default();
        for (index, label) in labels.iter().enumerate() {
            let x = self.frame.x + room * index as f32;
            let atoms = text_of(self.galley.setter, label, text);
            let width = natural_width(&atoms);
            let paragraph = self.style.paper_text().paragraph(Alignment::Left);
            let mut strip = self.galley.boxed(|galley| {
                galley.paragraph(atoms, Frame { x, width: room }, paragraph, node);
            });
            whole.items.append(&mut strip.items);
            whole.height = strip.height;
            whole.baseline = strip.baseline;
            let blank = x + width + 4.0;
            whole.items.push(rule(blank, strip.baseline + 2.5, room - width - 16.0, 0.5));
        }
        whole
    }

    /// 题号 | 一 | 二 | … | 总分 over 得分.
    fn score_table(&mut self) -> Strip {
        let [number, total, score] = self.words.score_table();
        let sections = self.job.form.sections.len();
        let numbers = (0..sections).map(|index| self.words.section_number(index));
        let heads: Vec<String> =
            std::iter::once(number.to_owned()).chain(numbers).chain(std::iter::once(total.to_owned())).collect();
        let mut cells = vec![String::new(); heads.len()];
        score.clone_into(&mut cells[0]);
        self.grid(&[heads, cells], self.frame, true)
    }

    /// 题号 | 一 | 二 | … | 总分 over 分值: what each section is worth, and that it adds up to the paper.
    fn points_table(&mut self) -> Strip {
        let [number, total, _] = self.words.score_table();
        let sections = &self.job.form.sections;
        let mut rows = [vec![number.to_owned()], vec![self.words.points().to_owned()]];
        for (index, section) in sections.iter().enumerate() {
            rows[0].push(self.words.section_number(index));
            rows[1].push(section.points().to_string());
        }
        rows[0].push(total.to_owned());
        rows[1].push(self.job.form.points().to_string());
        self.grid(&rows, self.frame, true)
    }

    /// A grid of short texts with rules around every cell, as wide as its frame.
    pub(super) fn grid(&mut self, rows: &[Vec<String>], frame: Frame, head: bool) -> Strip {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let width = frame.width / columns as f32;
        let node = self.galley.structure.add(NodeId::ROOT, Role::Table);
        let mut whole = Strip::default();
        for (index, row) in rows.iter().enumerate() {
            let row_node = self.galley.structure.add(node, Role::Tr);
            let y = index as f32 * SCORE_ROW;
            for (column, cell) in row.iter().enumerate() {
                let heading = head && (index == 0 || column == 0);
                let role = if heading { Role::Th } else { Role::Td };
                let cell_node = self.galley.structure.add(row_node, role);
                let atoms = text_of(self.galley.setter, cell, TextStyle::body(self.style.body));
                let paragraph = Paragraph { size: self.style.body, pitch: SCORE_ROW, alignment: Alignment::Center };
                let room = Frame { x: frame.x + column as f32 * width, width };
                let strip = self.galley.boxed(|galley| {
                    galley.paragraph(atoms, room, paragraph, cell_node);
                });
                whole.items.extend(strip.into_items(0.0, y));
            }
        }
        whole.height = rows.len() as f32 * SCORE_ROW;
        whole.baseline = SCORE_ROW * 0.7;
        for line in 0..=rows.len() {
            whole.items.push(rule(frame.x, line as f32 * SCORE_ROW - 0.25, frame.width, 0.5));
        }
        for line in 0..=columns {
            whole.items.push(rule(frame.x + line as f32 * width - 0.25, 0.0, 0.5, whole.height));
        }
        whole
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
