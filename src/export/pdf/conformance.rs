//! To which standards a file may say that it keeps.
//!
//! In: a document, its fonts, and which nodes have ink. Out: what is true of PDF/UA-1 (ISO 14289-1) and of PDF/A-2, level U (ISO
//! 19005-2). What the writer does for every file alike is not asked here; what only the document can break is.

use super::fonts::EmbeddedFonts;
use crate::typeset::display::{Document, Node, NodeId, Role};

/// The sides of a page in points that a reader must be able to show (ISO 32000-1, annex C).
const PAGE_SIDES: std::ops::RangeInclusive<f32> = 3.0..=14_400.0;

/// The bytes of a string that a reader must be able to hold (ISO 19005-2, 6.1.13).
const STRING_BYTES: usize = 32_767;

/// What a file says that it keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claims {
    /// PDF/UA-1: it can be read by those who do not see it.
    pub(super) universal_access: bool,
    /// PDF/A-2u: it will be read for long, and its text is Unicode.
    pub(super) archive: bool,
}

impl Claims {
    /// What is true of a document. `owners` has the node of each sequence of marked content of each page.
    pub(super) fn of(document: &Document, fonts: &EmbeddedFonts<'_>, owners: &[Vec<NodeId>]) -> Self {
        let say_characters = fonts.say_characters();
        let sides = document.pages.iter().flat_map(|page| [page.width, page.height]);
        Self {
            universal_access: say_characters && is_accessible(document, owners),
            archive: say_characters
                && sides.into_iter().all(|side| PAGE_SIDES.contains(&side))
                && strings_fit(document),
        }
    }
}

/// Whether no text of the document is longer than a string may be, in UTF-16 with a mark before it.
fn strings_fit(document: &Document) -> bool {
    let titles = document.outline.iter().map(|entry| &entry.title);
    let words = document.structure.nodes().iter().filter_map(|node| node.text.as_ref());
    let mut all = [&document.title, &document.author].into_iter().chain(titles).chain(words);
    // Each byte gives one unit at most.
    all.all(|text| 2 * text.len() + 2 <= STRING_BYTES || 2 * text.encode_utf16().count() + 2 <= STRING_BYTES)
}

/// Whether the document has a title and a language, and a structure that follows the rules.
fn is_accessible(document: &Document, owners: &[Vec<NodeId>]) -> bool {
    let nodes = document.structure.nodes();
    let mut has_ink = vec![false; nodes.len()];
    for owner in owners.iter().flatten() {
        has_ink[owner.index()] = true;
    }
    let heading_level = |role| match role {
        Role::H1 => Some(1),
        Role::H2 => Some(2),
        Role::H3 => Some(3),
        _ => None,
    };
    let mut above = 0;
    let descends = |level: u8| level <= std::mem::replace(&mut above, level) + 1;
    let headings_descend = nodes.iter().filter_map(|node| heading_level(node.role)).all(descends);
    let words = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let all_fit = nodes.iter().enumerate().skip(1).all(|(index, node)| {
        let parent = nodes[node.parent.index()].role;
        fits(node.role, parent)
            && (!matches!(node.role, Role::Figure | Role::Formula) || words(&node.text))
            && !(has_ink[index] && matches!(node.role, Role::L | Role::Li | Role::Table | Role::Tr))
    });
    !document.title.trim().is_empty()
        && !document.language.is_empty()
        // 7.4.2: the first heading is of the first level, and none is left out on the way down.
        && headings_descend
        && rows_are_even(nodes)
        && all_fit
}

/// Whether every table has rows, and each row of a table as many cells as the others.
fn rows_are_even(nodes: &[Node]) -> bool {
    let mut cells = vec![0; nodes.len()];
    for node in nodes.iter().filter(|node| matches!(node.role, Role::Th | Role::Td)) {
        cells[node.parent.index()] += 1;
    }
    let mut widths: Vec<Option<usize>> = vec![None; nodes.len()];
    let rows = nodes.iter().zip(&cells).filter(|(node, _)| node.role == Role::Tr);
    let even = rows.into_iter().all(|(row, count)| *widths[row.parent.index()].get_or_insert(*count) == *count);
    even && nodes.iter().zip(&widths).all(|(node, width)| node.role != Role::Table || width.is_some())
}

/// Whether an element may stand in another (ISO 32000-1, 14.8.4.3): lists have items, items have labels and bodies; tables have rows,
/// rows have cells; all else stands where text may.
fn fits(role: Role, parent: Role) -> bool {
    match role {
        Role::Li => parent == Role::L,
        Role::Lbl | Role::LBody => parent == Role::Li,
        Role::Tr => parent == Role::Table,
        Role::Th | Role::Td => parent == Role::Tr,
        _ => !matches!(parent, Role::L | Role::Li | Role::Table | Role::Tr),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeset::display::Structure;

    /// A document without pages that says what a document must.
    fn document(structure: Structure) -> Document {
        Document {
            title: "卷".into(),
            author: String::new(),
            language: "zh-CN",
            pages: Vec::new(),
            structure,
            outline: Vec::new(),
        }
    }

    fn accessible(change: impl FnOnce(&mut Document)) -> bool {
        let mut structure = Structure::default();
        structure.add(NodeId::ROOT, Role::H1);
        structure.add(NodeId::ROOT, Role::H2);
        let mut document = document(structure);
        change(&mut document);
        is_accessible(&document, &[])
    }

    #[test]
    fn what_breaks_a_rule_is_not_claimed() {
        assert!(accessible(|_| {}));
        assert!(!accessible(|document| document.title = " ".into()));
        assert!(!accessible(|document| document.language = ""));
        assert!(!accessible(|document| {
            document.structure = Structure::default();
            document.structure.add(NodeId::ROOT, Role::H2);
        }));
        for (text, claimed) in [(Some("图".to_owned()), true), (Some("　".to_owned()), false), (None, false)] {
            let add = |document: &mut Document| {
                document.structure.add_with_text(NodeId::ROOT, Role::Figure, text);
            };
            assert_eq!(accessible(add), claimed);
        }
    }

    #[test]
    fn a_text_may_be_too_long() {
        let fits = |text: String| {
            let mut structure = Structure::default();
            structure.add_with_text(NodeId::ROOT, Role::Formula, Some(text));
            let title = "卷".to_owned();
            let author = String::new();
            strings_fit(&Document {
                title,
                author,
                language: "zh-CN",
                pages: Vec::new(),
                structure,
                outline: Vec::new(),
            })
        };
        assert!(fits("模".repeat(16_382)));
        assert!(!fits("模".repeat(16_383)));
    }

    #[test]
    fn lists_and_tables_are_whole() {
        let list = |body: Role| {
            accessible(|document| {
                let list = document.structure.add(NodeId::ROOT, Role::L);
                let item = document.structure.add(list, Role::Li);
                document.structure.add(item, Role::Lbl);
                document.structure.add(item, body);
            })
        };
        assert!(list(Role::LBody));
        assert!(!list(Role::P));
        let table = |rows: &[usize]| {
            accessible(|document| {
                let table = document.structure.add(NodeId::ROOT, Role::Table);
                for cells in rows {
                    let row = document.structure.add(table, Role::Tr);
                    (0..*cells).for_each(|_| _ = document.structure.add(row, Role::Td));
                }
            })
        };
        assert!(table(&[2, 2]));
        assert!(!table(&[2, 3]));
        assert!(!table(&[]));
    }

    #[test]
    fn a_list_itself_has_no_ink() {
        let mut structure = Structure::default();
        let list = structure.add(NodeId::ROOT, Role::L);
        let document = document(structure);
        assert!(is_accessible(&document, &[vec![NodeId::ROOT]]));
        assert!(!is_accessible(&document, &[vec![list]]));
    }
}
