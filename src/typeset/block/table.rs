//! Tables: rules above, below and under the head; the head again where a column ends within.

use super::BlockStyle;
use crate::fonts::FaceId;
use crate::markup::{Align, Inlines, Table};
use crate::typeset::atom::{TextStyle, atoms, natural_width};
use crate::typeset::display::{Item, NodeId, Role};
use crate::typeset::galley::{Carry, Frame, Galley, Keep, Strip, rule};
use crate::typeset::line::Alignment;
use crate::typeset::overfull::{Matter, Side};
use crate::typeset::strip::translate;
use std::sync::Arc;

/// What rows may be higher than a line of text without being tall, in points.
const TALL: f32 = 2.0;
/// The room above and below what stands in a tall row, in points.
const TALL_PADDING: f32 = 2.0;
/// The room between the columns of a table, in em.
const COLUMN_GAP: f32 = 1.5;
/// The rules above and below a table, in points.
const OUTER_RULE: f32 = 0.8;
/// The rule under its head, in points.
const INNER_RULE: f32 = 0.5;

/// Where the columns of a table stand.
struct Grid {
    left: f32,
    /// The width of the whole.
    whole: f32,
    /// The widths of the columns, without the gaps.
    widths: Vec<f32>,
    gap: f32,
}

impl Grid {
    /// A rule across the table.
    fn rule(&self, y: f32, thickness: f32) -> Item {
        rule(self.left, y, self.whole, thickness)
    }
}

impl Galley<'_, '_> {
    pub(super) fn table(&mut self, table: &Table, frame: Frame, style: &BlockStyle, parent: NodeId) {
        let node = self.structure.add(parent, Role::Table);
        let grid = self.grid(table, frame, style);
        let reported = self.overfull.len();

        let mut head = self.row(&table.head, table, &grid, style, node, true);
        head.items.push(grid.rule(0.0, OUTER_RULE));
        head.items.push(grid.rule(head.height, INNER_RULE));
        // The head is read once, however often it is drawn.
        let again = head.items.iter().cloned().map(|item| Item { node: NodeId::ARTIFACT, ..item }).collect();
        let carry = Arc::new(Carry { head: again, height: head.height, foot: grid.rule(0.0, OUTER_RULE) });
        head.keep = Keep::Glued;
        head.continues = true;
        self.hold_on();
        self.space(4.0);
        self.push_matter(head, Matter::Table);
        for (index, cells) in table.rows.iter().enumerate() {
            let mut row = self.row(cells, table, &grid, style, node, false);
            row.carry = Some(carry.clone());
            row.continues = index + 1 < table.rows.len();
            if row.continues {
                row.keep = Keep::Block;
            } else {
                row.items.push(grid.rule(row.height, OUTER_RULE));
            }
            self.push_matter(row, Matter::Table);
        }
        if table.rows.is_empty()
            && let Some(head) = self.strips.last_mut()
        {
            (head.keep, head.continues) = (Keep::Free, false);
        }
        self.space(4.0);
        self.measure_table(reported, grid.whole, frame.width);
    }

    /// Notes a table that is too wide, or would be if the cells had the width they need, once; and that rows are too high, once.
    fn measure_table(&mut self, reported: usize, whole: f32, room: f32) {
        let within = self.overfull.split_off(reported);
        let cells = within.iter().filter(|cell| cell.side == Side::Width).map(|cell| cell.points - cell.room);
        let lacking = if whole > room { 0.0 } else { cells.fold(0.0, f32::max) };
        self.measure(Matter::Table, Side::Width, whole + lacking, room);
        let rows = within.into_iter().filter(|row| row.side == Side::Height);
        self.overfull.extend(rows.max_by(|a, b| a.points.total_cmp(&b.points)));
    }

    fn row(
        &mut self,
        cells: &[Inlines],
        table: &Table,
        grid: &Grid,
        style: &BlockStyle,
        parent: NodeId,
        head: bool,
    ) -> Strip {
        let node = self.structure.add(parent, Role::Tr);
        let text = if head { TextStyle { face: FaceId::HEADING, ..style.text } } else { style.text };
        let mut strip = Strip::default();
        let mut x = grid.left + grid.gap / 2.0;
        for ((cell, width), align) in cells.iter().zip(&grid.widths).zip(&table.columns) {
            let node = self.structure.add(node, if head { Role::Th } else { Role::Td });
            let alignment = match align {
                Align::Left => Alignment::Left,
                Align::Center => Alignment::Center,
                Align::Right => Alignment::Right,
            };
            let inner = self.boxed(|galley| {
                let atoms = atoms(galley.setter, cell, text, style.clozes);
                // A hair more than measured, so that rounding breaks no line.
                galley.paragraph(atoms, Frame { x, width: width + 0.1 }, style.paragraph(alignment), node);
            });
            strip.join_beside(inner);
            x += width + grid.gap;
        }
        // What is taller than a line of text keeps its distance from the rows and rules around it.
        if strip.height > style.pitch + TALL {
            strip.items.iter_mut().for_each(|item| translate(item, 0.0, TALL_PADDING));
            strip.baseline += TALL_PADDING;
            strip.height += 2.0 * TALL_PADDING;
        }
        strip
    }

    /// Columns as wide as their widest cell; where that is too much, the widest ones give. The whole stands in the middle.
    fn grid(&mut self, table: &Table, frame: Frame, style: &BlockStyle) -> Grid {
        let gap = COLUMN_GAP * style.text.size;
        let mut widths = vec![style.text.size; table.columns.len()];
        let head = TextStyle { face: FaceId::HEADING, ..style.text };
        for (index, cells) in std::iter::once(&table.head).chain(table.rows.iter()).enumerate() {
            for (width, cell) in widths.iter_mut().zip(cells) {
                let row = atoms(self.setter, cell, if index == 0 { head } else { style.text }, style.clozes);
                *width = width.max(natural_width(&row));
            }
        }
        let room = (frame.width - gap * widths.len() as f32).max(style.text.size);
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
        for width in &mut widths {
            *width = width.min(ceiling);
        }
        let whole = widths.iter().sum::<f32>() + gap * widths.len() as f32;
        let left = frame.x + ((frame.width - whole) / 2.0).max(0.0);
        Grid { left, whole, widths, gap }
    }
}
