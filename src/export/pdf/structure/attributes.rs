//! What elements of the structure say of themselves beside their text (ISO 32000-1, 14.8.5).
//!
//! In: a document. Out: how a list is numbered, which way a head cell heads, how much of its page a picture takes.

use crate::typeset::display::{Document, Ink, Item, NodeId, Page, Role, Segment};
use pdf_writer::types::{ListNumbering, TableHeaderScope};
use pdf_writer::{Dict, Name, Rect};
use std::collections::BTreeMap;

/// What is said of one element.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Attribute {
    /// How the items of a list are numbered.
    Numbering(ListNumbering),
    /// Which cells a head cell is about.
    Scope(TableHeaderScope),
    /// The part of the page that a picture takes. One on several pages has none.
    Box(Rect),
}

/// The attributes of all elements, by the position of their nodes.
pub(super) struct Attributes(BTreeMap<usize, Attribute>);

impl Attributes {
    /// Those of a document.
    pub(super) fn of(document: &Document) -> Self {
        let nodes = document.structure.nodes();
        let role = |node: NodeId| nodes[node.index()].role;
        let mut found = BTreeMap::new();
        // The first row of each table.
        let mut heads: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, node) in nodes.iter().enumerate() {
            match node.role {
                // Until a label is seen.
                Role::L => {
                    found.insert(index, Attribute::Numbering(ListNumbering::None));
                }
                Role::Tr => {
                    heads.entry(node.parent.index()).or_insert(index);
                }
                Role::Th => {
                    let row = node.parent.index();
                    let first = heads.get(&nodes[row].parent.index()) == Some(&row);
                    let scope = if first { TableHeaderScope::Column } else { TableHeaderScope::Row };
                    found.insert(index, Attribute::Scope(scope));
                }
                _ => {}
            }
        }
        // How many pages of each picture are seen, and what its ink covers.
        let mut pictures: BTreeMap<usize, (usize, Bounds)> = BTreeMap::new();
        for (number, page) in document.pages.iter().enumerate() {
            for item in page.items.iter().filter(|item| item.node != NodeId::ARTIFACT) {
                match (role(item.node), &item.ink) {
                    (Role::Lbl, Ink::Glyphs(run)) => {
                        let list = nodes[nodes[item.node.index()].parent.index()].parent.index();
                        if let Some(Attribute::Numbering(numbering @ ListNumbering::None)) = found.get_mut(&list) {
                            *numbering = numbering_of(&run.text);
                        }
                    }
                    (Role::Figure, _) => {
                        let entry = pictures.entry(item.node.index()).or_insert((number, Bounds::NONE));
                        if entry.0 == number { entry.1.add(item) } else { entry.1 = Bounds::NONE }
                    }
                    _ => {}
                }
            }
        }
        for (index, (page, bounds)) in pictures {
            if let Some(area) = bounds.on(&document.pages[page]) {
                found.insert(index, Attribute::Box(area));
            }
        }
        Self(found)
    }

    /// Writes those of an element.
    pub(super) fn write(&self, element: &mut Dict<'_>, index: usize) {
        let Some(attribute) = self.0.get(&index) else { return };
        let writer = element.insert(Name(b"A")).start::<pdf_writer::writers::Attributes<'_>>();
        match attribute {
            Attribute::Numbering(numbering) => {
                writer.list().list_numbering(*numbering);
            }
            Attribute::Scope(scope) => {
                writer.table().scope(*scope);
            }
            Attribute::Box(area) => {
                writer.layout().bbox(*area);
            }
        }
    }
}

/// How a list is numbered whose first label is this: `1.`, `（1）`, `①`, `A.`, `(a)`, `•`. Numbers in Chinese characters have no name.
fn numbering_of(label: &str) -> ListNumbering {
    let sign = label.chars().find(|character| !character.is_whitespace() && !"(（[【".contains(*character));
    match sign {
        Some('0'..='9' | '０'..='９' | '①'..='⑳') => ListNumbering::Decimal,
        Some('A'..='Z') => ListNumbering::UpperAlpha,
        Some('a'..='z') => ListNumbering::LowerAlpha,
        Some('•' | '●' | '·') => ListNumbering::Disc,
        Some('◦' | '○') => ListNumbering::Circle,
        Some('▪' | '■') => ListNumbering::Square,
        _ => ListNumbering::None,
    }
}

/// A rectangle that grows, in points from the upper left corner of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bounds {
    least: [f32; 2],
    most: [f32; 2],
}

impl Bounds {
    const NONE: Self = Self { least: [f32::INFINITY; 2], most: [f32::NEG_INFINITY; 2] };

    fn add_point(&mut self, x: f32, y: f32) {
        for (index, value) in [x, y].into_iter().enumerate() {
            self.least[index] = self.least[index].min(value);
            self.most[index] = self.most[index].max(value);
        }
    }

    /// Takes in the ink of a picture. Control points of curves count as their ends do, and letters as squares of their size.
    fn add(&mut self, item: &Item) {
        match &item.ink {
            Ink::Image(image) => {
                self.add_point(image.x, image.y);
                self.add_point(image.x + image.width, image.y + image.height);
            }
            Ink::Drawing(drawing) => {
                self.add_point(drawing.x, drawing.y);
                self.add_point(drawing.x + drawing.width, drawing.y + drawing.height);
            }
            Ink::Rule(rule) => {
                self.add_point(rule.x, rule.y);
                self.add_point(rule.x + rule.width, rule.y + rule.height);
            }
            Ink::Path(path) => {
                for segment in &path.segments {
                    match segment {
                        Segment::Move(to) | Segment::Line(to) => self.add_point(to.x, to.y),
                        Segment::Curve(out, back, to) => {
                            for point in [out, back, to] {
                                self.add_point(point.x, point.y);
                            }
                        }
                        Segment::Close => {}
                    }
                }
            }
            Ink::Glyphs(run) => {
                for glyph in &run.glyphs {
                    let corners = [(glyph.x, run.y), (glyph.x + run.size, run.y - run.size)];
                    for (along, across) in corners {
                        match run.turned {
                            None => self.add_point(along, across),
                            Some(pivot) => self.add_point(pivot.x + across, pivot.y - along),
                        }
                    }
                }
            }
        }
    }

    /// As PDF counts on that page: from the lower left corner.
    fn on(&self, page: &Page) -> Option<Rect> {
        let [left, top] = self.least;
        let [right, bottom] = self.most;
        let rounded = super::super::rounded;
        (left <= right).then(|| {
            Rect::new(rounded(left), rounded(page.height - bottom), rounded(right), rounded(page.height - top))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_tells_how_its_list_is_numbered() {
        for (labels, numbering) in [
            (&["1.", "（2）", " 12", "③"][..], ListNumbering::Decimal),
            (&["A.", "(B)"], ListNumbering::UpperAlpha),
            (&["a)"], ListNumbering::LowerAlpha),
            (&["•"], ListNumbering::Disc),
            (&["一、", "", "—"], ListNumbering::None),
        ] {
            assert!(labels.iter().all(|label| numbering_of(label) == numbering), "{labels:?}");
        }
    }
}
