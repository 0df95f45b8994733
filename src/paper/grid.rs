//! Grids of short texts with a rule around every cell: the score table, the score box of a section, the answers of the key.

use super::Writer;
use super::title::{balanced, break_at_clauses};
use crate::typeset::atom::{Atom, TextStyle, natural_width, text_of};
use crate::typeset::display::{NodeId, Role};
use crate::typeset::galley::{Frame, Paragraph, Strip, rule};
use crate::typeset::line::Alignment;
use std::ops::Range;

/// The room between the text of a cell and its rules, in points.
const PADDING: f32 = 4.0;
/// The width of the rules, in points.
const RULE: f32 = 0.5;
/// A column of the score table is no wider than this, in em of the body: a table of few sections is narrower than the text.
const WIDEST_COLUMN: f32 = 7.0;
/// The room between a score box and the title beside it, in points.
const BOX_GAP: f32 = 8.0;
/// A title has at least this room beside its box, in em; where it has not, it stands below.
const NARROWEST_TITLE: f32 = 10.0;

impl Writer<'_, '_, '_> {
    /// The height of a row.
    fn row_height(&self) -> f32 {
        self.style.pitch + 3.0
    }

    /// A grid as wide as its frame, all columns alike.
    pub(super) fn grid(&mut self, rows: &[Vec<String>], frame: Frame, head: bool) -> Strip {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(1).max(1);
        self.grid_of(rows, frame.x, &vec![frame.width / columns as f32; columns], head)
    }

    /// A grid of columns with these widths. With `head`, its first row and its first column head the others.
    fn grid_of(&mut self, rows: &[Vec<String>], x: f32, widths: &[f32], head: bool) -> Strip {
        let height = self.row_height();
        let node = self.galley.structure.add(NodeId::ROOT, Role::Table);
        let mut whole = Strip { height: rows.len() as f32 * height, baseline: height * 0.7, ..Strip::default() };
        for (index, row) in rows.iter().enumerate() {
            let row_node = self.galley.structure.add(node, Role::Tr);
            let mut room = Frame { x, width: 0.0 };
            for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
                room = Frame { x: room.x + room.width, width: *width };
                let role = if head && (index == 0 || column == 0) { Role::Th } else { Role::Td };
                let node = self.galley.structure.add(row_node, role);
                let (atoms, size) = self.fitted(cell, self.style.body, width - 2.0 * PADDING);
                let paragraph = Paragraph { size, pitch: height, alignment: Alignment::Center };
                let strip = self.galley.boxed(|galley| {
                    galley.paragraph(atoms, room, paragraph, node);
                });
                whole.items.extend(strip.into_items(0.0, index as f32 * height));
            }
        }
        let width: f32 = widths.iter().sum();
        for line in 0..=rows.len() {
            whole.items.push(rule(x, line as f32 * height - RULE / 2.0, width, RULE));
        }
        let mut edge = x;
        for width in std::iter::once(&0.0).chain(widths) {
            edge += width;
            whole.items.push(rule(edge - RULE / 2.0, 0.0, RULE, whole.height));
        }
        whole
    }

    /// A line of text, smaller where it would be wider than its room, and its size.
    pub(super) fn fitted(&mut self, text: &str, size: f32, width: f32) -> (Vec<Atom>, f32) {
        let atoms = text_of(self.galley.setter, text, TextStyle::body(size));
        let natural = natural_width(&atoms);
        if natural <= width {
            return (atoms, size);
        }
        // A hair smaller than what fits exactly, so that rounding breaks no line.
        let size = size * (width / natural).max(0.1) * 0.999;
        (text_of(self.galley.setter, text, TextStyle::body(size)), size)
    }

    /// The width that a column needs for its longest cell.
    fn column_for(&mut self, cells: &[&str]) -> f32 {
        let text = TextStyle::body(self.style.body);
        let width = |cell: &&str| natural_width(&text_of(self.galley.setter, cell, text));
        // A hair more, for the same reason.
        cells.iter().map(width).fold(0.0, f32::max) + 2.0 * PADDING + 0.1
    }

    /// 题号 | 一 | 二 | … | 总分 | 合分人 over 得分.
    pub(super) fn score_table(&mut self) {
        let words = self.words.score_table();
        let sections = 0..self.job.form.sections.len();
        let heads = sections.map(|index| self.words.section_number(index));
        let heads = heads.chain([words.total.to_owned(), words.adder.to_owned()]);
        let columns: Vec<_> = heads.map(|head| [head, String::new()]).collect();
        self.wide_table([words.number, words.score], &columns);
    }

    /// 题号 | 一 | 二 | … | 总分 over 分值: what each section is worth, and that it adds up to the paper.
    pub(super) fn points_table(&mut self) {
        let words = self.words.score_table();
        let form = self.job.form;
        let sections = form.sections.iter().enumerate();
        let columns = sections.map(|(index, section)| [self.words.section_number(index), section.points().to_string()]);
        let columns: Vec<_> = columns.chain([[words.total.to_owned(), form.points().to_string()]]).collect();
        self.wide_table([words.number, self.words.points()], &columns);
    }

    /// A table of two rows in the middle of the column, `lead` before them; several below each other where one would be too wide.
    fn wide_table(&mut self, lead: [&str; 2], columns: &[[String; 2]]) {
        let needs: Vec<f32> =
            columns.iter().map(|column| self.column_for(&column.each_ref().map(String::as_str))).collect();
        let lead_needs = self.column_for(&lead);
        let room = self.frame.width - lead_needs;
        let all = bands(&needs, room, usize::MAX).len().max(1);
        let tables = bands(&needs, room, columns.len().div_ceil(all));
        for (index, table) in tables.iter().enumerate() {
            let needs: Vec<f32> = std::iter::once(&lead_needs).chain(&needs[table.clone()]).copied().collect();
            let widths = column_widths(&needs, self.frame.width, WIDEST_COLUMN * self.style.body);
            let rows = [0, 1].map(|row| {
                let cells = columns[table.clone()].iter().map(|column| column[row].clone());
                std::iter::once(lead[row].to_owned()).chain(cells).collect()
            });
            let spare = self.frame.width - widths.iter().sum::<f32>();
            let x = self.frame.x + if tables.len() == 1 { spare / 2.0 } else { 0.0 };
            if index > 0 {
                self.galley.glue();
                self.galley.space(PADDING);
            }
            let strip = self.grid_of(&rows, x, &widths, true);
            self.galley.push(strip);
        }
    }

    /// A title with the box 得分 | 评卷人 at its left, or above it where the column is narrow. Returns the number of the first strip.
    pub(super) fn beside_score_box(&mut self, mut title: Vec<Atom>, style: Paragraph, node: NodeId) -> usize {
        let labels = self.words.score_box();
        let needs = labels.map(|label| self.column_for(&[label]).max(4.0 * self.style.body));
        let width: f32 = needs.iter().sum();
        let rows = [labels.map(str::to_owned).to_vec(), vec![String::new(); labels.len()]];
        let first = self.galley.strips.len();
        let beside = self.frame.indented(width + BOX_GAP);
        if beside.width < NARROWEST_TITLE * style.size {
            let score_box = self.grid_of(&rows, self.frame.x, &needs, false);
            self.galley.push(score_box);
            self.galley.glue();
            self.galley.space(PADDING);
            break_at_clauses(&mut title, self.frame.width);
            let width = balanced(self.galley.setter, &title, self.frame.width, style.size);
            self.galley.paragraph(title, Frame { width, ..self.frame }, style, node);
            return first;
        }
        break_at_clauses(&mut title, beside.width);
        let beside = Frame { width: balanced(self.galley.setter, &title, beside.width, style.size), ..beside };
        let title = self.galley.boxed(|galley| {
            galley.paragraph(title, beside, style, node);
        });
        let score_box = self.grid_of(&rows, self.frame.x, &needs, false);
        let height = title.height.max(score_box.height);
        let middle = |strip: &Strip| (height - strip.height) / 2.0;
        let (title_drop, box_drop) = (middle(&title), middle(&score_box));
        let mut whole = Strip { height, baseline: title.baseline + title_drop, ..Strip::default() };
        whole.items.extend(title.into_items(0.0, title_drop));
        whole.items.extend(score_box.into_items(0.0, box_drop));
        self.galley.push(whole);
        self.galley.space(PADDING);
        first
    }
}

/// Parts columns into tables that each fit the room, of at most so many columns each. A column that is too wide stands alone.
fn bands(needs: &[f32], room: f32, most: usize) -> Vec<Range<usize>> {
    let mut bands = Vec::new();
    let mut start = 0;
    while start < needs.len() {
        let mut used = 0.0;
        let fits = needs[start..].iter().take(most).take_while(|need| {
            used += **need;
            used <= room
        });
        let end = start + fits.count().max(1);
        bands.push(start..end);
        start = end;
    }
    bands
}

/// Columns for what they need, in `room`: all alike where that is enough for each, but no wider than `widest`.
fn column_widths(needs: &[f32], room: f32, widest: f32) -> Vec<f32> {
    let count = needs.len() as f32;
    let total: f32 = needs.iter().sum();
    if total > room {
        return needs.iter().map(|need| need * room / total).collect();
    }
    let even = (room / count).min(widest);
    if needs.iter().all(|need| *need <= even) {
        return vec![even; needs.len()];
    }
    let spare = ((room - total) / count).min(widest);
    needs.iter().map(|need| need + spare).collect()
}

#[cfg(test)]
mod tests {
    use super::{bands, column_widths};

    #[test]
    fn columns_that_do_not_fit_go_into_further_tables() {
        assert_eq!(bands(&[10.0; 5], 50.0, usize::MAX).len(), 1);
        assert_eq!(bands(&[10.0; 5], 45.0, usize::MAX), [0..4, 4..5]);
        assert_eq!(bands(&[10.0; 5], 45.0, 3), [0..3, 3..5]);
        assert_eq!(bands(&[10.0, 90.0, 10.0], 45.0, 9), [0..1, 1..2, 2..3]);
    }

    #[test]
    fn columns_are_alike_where_they_can_be_and_never_wider_than_the_room() {
        assert_eq!(column_widths(&[20.0, 10.0], 200.0, 70.0), [70.0, 70.0], "narrower than the text");
        assert_eq!(column_widths(&[20.0, 10.0], 80.0, 70.0), [40.0, 40.0]);
        assert_eq!(column_widths(&[50.0, 10.0], 80.0, 70.0), [60.0, 20.0], "the spare room is shared");
        assert_eq!(column_widths(&[60.0, 40.0], 50.0, 70.0), [30.0, 20.0], "all give in proportion");
    }
}
