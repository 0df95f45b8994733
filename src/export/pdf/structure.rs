//! The tree that says what the ink is (ISO 32000-1, 14.7 and 14.8).
//!
//! In: the structure of a document, and for each page the node of each numbered sequence of marked content. Out: the objects of the
//! structure tree, and of the tree that leads from the sequences back to their nodes.

use super::integer;
use super::objects::Objects;
use crate::typeset::display::{Document, Node, NodeId, Role};
use attributes::Attributes;
use pdf_writer::writers::{MarkedRef, NumberTree, StructTreeRoot};
use pdf_writer::{Dict, Name, Ref, TextStr};

mod attributes;

/// The name of a structure type.
pub(super) fn name(role: Role) -> &'static str {
    match role {
        Role::Document => "Document",
        Role::H1 => "H1",
        Role::H2 => "H2",
        Role::H3 => "H3",
        Role::P => "P",
        Role::L => "L",
        Role::Li => "LI",
        Role::Lbl => "Lbl",
        Role::LBody => "LBody",
        Role::Table => "Table",
        Role::Tr => "TR",
        Role::Th => "TH",
        Role::Td => "TD",
        Role::Figure => "Figure",
        Role::Formula => "Formula",
    }
}

/// The words that stand for the ink of a node: the LaTeX of a formula. What a picture shows describes its ink, and stands for nothing.
pub(super) fn actual_text(node: &Node) -> Option<&str> {
    node.text.as_deref().filter(|_| node.role != Role::Figure)
}

/// A numbered sequence of marked content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sequence {
    page: usize,
    number: usize,
}

/// Writes the structure tree, and the key of each page into it. `owners` has for each page the node of each of its sequences. Returns
/// the root of the tree.
pub(super) fn write(objects: &mut Objects, document: &Document, pages: &[Ref], owners: &[Vec<NodeId>]) -> Ref {
    let nodes = document.structure.nodes();
    let root = objects.number();
    let ids: Vec<Ref> = nodes.iter().map(|_| objects.number()).collect();

    let mut sequences: Vec<Vec<Sequence>> = vec![Vec::new(); nodes.len()];
    for (page, owners) in owners.iter().enumerate() {
        for (number, owner) in owners.iter().enumerate() {
            sequences[owner.index()].push(Sequence { page, number });
        }
    }
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (index, node) in nodes.iter().enumerate().skip(1) {
        children[node.parent.index()].push(index);
    }
    let begins = begins(nodes, &sequences);
    let attributes = Attributes::of(document);

    for (index, node) in nodes.iter().enumerate() {
        // Elements make up most of the objects of a paper, so the type that they need not name (14.7.2) stays out.
        let mut element = objects.object(ids[index]).dict();
        element.pair(Name(b"S"), Name(name(node.role).as_bytes()));
        element.pair(Name(b"P"), if index == 0 { root } else { ids[node.parent.index()] });
        let page = sequences[index].first().map(|first| first.page);
        if let Some(page) = page {
            element.pair(Name(b"Pg"), pages[page]);
        }
        write_kids(&mut element, &kids(&sequences[index], &children[index], &begins), page, &ids, pages);
        write_words(&mut element, node);
        attributes.write(&mut element, index);
    }

    let keys: Vec<Ref> = owners.iter().map(|_| objects.number()).collect();
    for (key, owners) in keys.iter().zip(owners) {
        objects.object(*key).array().items(owners.iter().map(|owner| ids[owner.index()]));
    }
    let mut tree: StructTreeRoot<'_> = objects.object(root).start();
    tree.child(ids[0]);
    let mut parents: NumberTree<'_, Ref> = tree.parent_tree();
    let mut entries = parents.nums();
    for (page, key) in (0..).zip(keys) {
        entries.insert(page, key);
    }
    drop(entries);
    drop(parents);
    tree.parent_tree_next_key(integer(pages.len()));
    drop(tree);
    root
}

/// Writes the parts of a node; `page` is the one of its dictionary.
fn write_kids(element: &mut Dict<'_>, kids: &[Kid], page: Option<usize>, ids: &[Ref], pages: &[Ref]) {
    match kids {
        [] => {}
        [Kid::Node(child)] => {
            element.pair(Name(b"K"), ids[*child]);
        }
        [Kid::Ink(at)] => {
            element.pair(Name(b"K"), integer(at.number));
        }
        kids => {
            let mut array = element.insert(Name(b"K")).array();
            for kid in kids {
                match kid {
                    Kid::Node(child) => {
                        array.item(ids[*child]);
                    }
                    Kid::Ink(at) if Some(at.page) == page => {
                        array.item(integer(at.number));
                    }
                    Kid::Ink(at) => {
                        let mut elsewhere: MarkedRef<'_> = array.push().start();
                        elsewhere.page(pages[at.page]).marked_content_id(integer(at.number));
                    }
                }
            }
        }
    }
}

/// Writes the words of a node. Those of a formula stand for its ink, and describe it, too: programs look for the one or the other.
fn write_words(element: &mut Dict<'_>, node: &Node) {
    if let Some(text) = actual_text(node) {
        element.pair(Name(b"ActualText"), TextStr(text));
    }
    if let Some(text) = &node.text {
        element.pair(Name(b"Alt"), TextStr(text));
    }
}

/// Where the ink of each node and of all below it begins.
fn begins(nodes: &[Node], sequences: &[Vec<Sequence>]) -> Vec<Option<Sequence>> {
    let mut begins: Vec<Option<Sequence>> = sequences.iter().map(|own| own.first().copied()).collect();
    // Parents come before their children, so that from the end each node is done before its parent.
    for (index, node) in nodes.iter().enumerate().skip(1).rev() {
        let parent = node.parent.index();
        begins[parent] = [begins[parent], begins[index]].into_iter().flatten().min();
    }
    begins
}

/// A part of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kid {
    Node(usize),
    Ink(Sequence),
}

/// The parts of a node in reading order: its children in theirs, and its own ink where it stands between theirs.
fn kids(own: &[Sequence], children: &[usize], begins: &[Option<Sequence>]) -> Vec<Kid> {
    let mut own = own.iter().copied().peekable();
    let mut kids = Vec::with_capacity(own.len() + children.len());
    for child in children {
        while let Some(ink) = own.next_if(|ink| begins[*child].is_some_and(|begin| *ink < begin)) {
            kids.push(Kid::Ink(ink));
        }
        kids.push(Kid::Node(*child));
    }
    kids.extend(own.map(Kid::Ink));
    kids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeset::display::Structure;

    #[test]
    fn ink_of_a_node_stands_between_its_children_where_it_is_read() {
        let at = |number| Sequence { page: 0, number };
        let begins = [None, Some(at(1)), None, Some(at(4))];
        let kids = kids(&[at(0), at(2), at(3), at(5)], &[1, 2, 3], &begins);
        let expected = [
            Kid::Ink(at(0)),
            Kid::Node(1),
            Kid::Node(2),
            Kid::Ink(at(2)),
            Kid::Ink(at(3)),
            Kid::Node(3),
            Kid::Ink(at(5)),
        ];
        assert_eq!(kids, expected);
    }

    #[test]
    fn a_node_begins_with_the_first_ink_below_it() {
        let mut structure = Structure::default();
        let list = structure.add(NodeId::ROOT, Role::L);
        let item = structure.add(list, Role::Li);
        structure.add(item, Role::Lbl);
        structure.add(list, Role::Li);
        let at = |page, number| Sequence { page, number };
        let sequences = [vec![at(0, 9)], vec![], vec![at(1, 2)], vec![at(1, 1)], vec![]];
        let expected = [Some(at(0, 9)), Some(at(1, 1)), Some(at(1, 1)), Some(at(1, 1)), None];
        assert_eq!(begins(structure.nodes(), &sequences), expected);
    }
}
