//! The tree that says what the ink is (ISO 32000-1, 14.7 and 14.8).
//!
//! In: the structure of a document, and for each page the node of each numbered sequence of marked content. Out: the objects of the
//! structure tree, and of the tree that leads from the sequences back to their nodes.

use super::integer;
use crate::typeset::display::{Node, NodeId, Role, Structure};
use lopdf::{Dictionary, Document, Object, ObjectId, dictionary, text_string};

/// The name of a structure type.
pub(super) fn name(role: Role) -> &'static str {
    match role {
        Role::Document => "Document",
        Role::H1 => "H1",
        Role::H2 => "H2",
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
pub(super) fn write(
    file: &mut Document,
    structure: &Structure,
    pages: &[ObjectId],
    owners: &[Vec<NodeId>],
) -> ObjectId {
    let nodes = structure.nodes();
    let root = file.new_object_id();
    let ids: Vec<ObjectId> = nodes.iter().map(|_| file.new_object_id()).collect();

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

    for (index, node) in nodes.iter().enumerate() {
        let page = sequences[index].first().map(|first| first.page);
        let kid = |kid: Kid| match kid {
            Kid::Node(child) => Object::Reference(ids[child]),
            Kid::Ink(at) if Some(at.page) == page => integer(at.number),
            Kid::Ink(at) => {
                dictionary! { "Type" => "MCR", "Pg" => pages[at.page], "MCID" => integer(at.number) }.into()
            }
        };
        let kids = kids(&sequences[index], &children[index], &begins).into_iter().map(kid).collect();
        let parent = if index == 0 { root } else { ids[node.parent.index()] };
        file.set_object(ids[index], element(node, parent, page.map(|page| pages[page]), kids));
    }

    let mut parents = Vec::new();
    for (page, owners) in owners.iter().enumerate() {
        let owners: Vec<Object> = owners.iter().map(|owner| ids[owner.index()].into()).collect();
        parents.extend([integer(page), file.add_object(owners).into()]);
    }
    file.set_object(
        root,
        dictionary! {
            "Type" => "StructTreeRoot",
            "K" => ids[0],
            "ParentTree" => dictionary! { "Nums" => parents },
            "ParentTreeNextKey" => integer(pages.len()),
        },
    );
    root
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

fn element(node: &Node, parent: ObjectId, page: Option<ObjectId>, mut kids: Vec<Object>) -> Dictionary {
    // Elements make up most of the objects of a paper, so the type that they need not name (14.7.2) stays out.
    let mut element = dictionary! { "S" => name(node.role), "P" => parent };
    if let Some(page) = page {
        element.set("Pg", page);
    }
    match kids.len() {
        0 => {}
        1 => element.set("K", kids.swap_remove(0)),
        _ => element.set("K", kids),
    }
    match (&node.text, actual_text(node)) {
        (_, Some(text)) => element.set("ActualText", text_string(text)),
        (Some(text), None) => element.set("Alt", text_string(text)),
        (None, None) => {}
    }
    if node.role == Role::Th {
        // A head cell says which way it heads (14.8.5.7); ours stand above their columns.
        element.set("A", dictionary! { "O" => "Table", "Scope" => "Column" });
    }
    element
}

#[cfg(test)]
mod tests {
    use super::*;

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
