//! Tables of plain text that line up, Chinese included.

use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// At which edge of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Left,
    Right,
}

/// Rows of cells. A row may be shorter than the table is wide; one without cells is an empty line.
pub(super) struct Table {
    edges: Vec<Edge>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with a column for each edge.
    pub(super) fn new(edges: impl IntoIterator<Item = Edge>) -> Self {
        Self { edges: edges.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row. A line break or a tab in a cell becomes a space: it would break the row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        let cell = |cell: String| cell.replace(char::is_control, " ");
        self.rows.push(cells.into_iter().map(|text| cell(text.into())).collect());
    }

    /// The table with two spaces between its columns and none at the end of a line.
    pub(super) fn render(&self) -> String {
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.edges.len()).map(width).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, width), edge) in row.iter().zip(&widths).zip(&self.edges) {
                let padding = " ".repeat(width.saturating_sub(cell.width()));
                let _ = match edge {
                    Edge::Left => write!(line, "{cell}{padding}  "),
                    Edge::Right => write!(line, "{padding}{cell}  "),
                };
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns() {
        let mut table = Table::new([Edge::Left, Edge::Right]);
        table.row(["第1章 引言", "160"]);
        table.row(["all\tof it", "2"]);
        table.row([] as [&str; 0]);
        table.row(["x"]);
        assert_eq!(table.render(), "第1章 引言  160\nall of it     2\n\nx\n");
    }
}
