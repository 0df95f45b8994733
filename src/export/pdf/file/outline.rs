//! The outline that a reader shows beside the pages (ISO 32000-1, 12.3.3).
//!
//! In: entries with their levels, in reading order. Out: the objects of a tree of entries.

use super::rounded;
use crate::export::pdf::objects::Objects;
use crate::typeset::display::{Document, OutlineEntry};
use pdf_writer::writers::{Outline, OutlineItem};
use pdf_writer::{Name, Null, Ref, TextStr};

/// Entries at this level and above show what is below them when the file is opened: the sections, but not their questions.
const OPEN_ABOVE: usize = 1;

/// An entry and those below it, by their positions.
struct Branch {
    parent: Option<usize>,
    level: usize,
    children: Vec<usize>,
    /// How many entries are seen below it once it is open.
    visible: i32,
}

/// Writes the outline. Returns its root; `None` if the document has no entries. Every entry leads to a page that is there.
pub(super) fn write(objects: &mut Objects, document: &Document, pages: &[Ref]) -> Option<Ref> {
    let entries = &document.outline;
    if entries.is_empty() {
        return None;
    }
    let branches = branches(entries);
    let root = objects.number();
    let ids: Vec<Ref> = entries.iter().map(|_| objects.number()).collect();
    let roots: Vec<usize> = (0..entries.len()).filter(|index| branches[*index].parent.is_none()).collect();

    for siblings in branches.iter().map(|branch| &branch.children).chain([&roots]) {
        for (position, index) in siblings.iter().copied().enumerate() {
            let (entry, branch) = (&entries[index], &branches[index]);
            let down = rounded(document.pages[entry.page].height - entry.y);
            let mut item: OutlineItem<'_> = objects.object(ids[index]).start();
            item.title(TextStr(&entry.title)).parent(branch.parent.map_or(root, |parent| ids[parent]));
            let mut place = item.insert(Name(b"Dest")).array();
            place.item(pages[entry.page]).item(Name(b"XYZ")).item(Null).item(down).item(Null);
            drop(place);
            if let Some(previous) = position.checked_sub(1) {
                item.prev(ids[siblings[previous]]);
            }
            if let Some(next) = siblings.get(position + 1) {
                item.next(ids[*next]);
            }
            if let (Some(first), Some(last)) = (branch.children.first(), branch.children.last()) {
                item.first(ids[*first]).last(ids[*last]);
                item.count(if branch.level < OPEN_ABOVE { branch.visible } else { -branch.visible });
            }
        }
    }
    let visible: i32 = roots.iter().map(|index| 1 + shown(&branches[*index])).sum();
    let mut outline: Outline<'_> = objects.object(root).start();
    outline.first(ids[*roots.first()?]).last(ids[*roots.last()?]).count(visible);
    drop(outline);
    Some(root)
}

/// How many entries are seen below a branch at first.
fn shown(branch: &Branch) -> i32 {
    if branch.level < OPEN_ABOVE { branch.visible } else { 0 }
}

/// The tree that the levels draw. An entry more than one level below the one before it counts as one below.
fn branches(entries: &[OutlineEntry]) -> Vec<Branch> {
    let mut branches: Vec<Branch> = Vec::with_capacity(entries.len());
    let mut path: Vec<usize> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        path.truncate(entry.level.into());
        let parent = path.last().copied();
        if let Some(parent) = parent {
            branches[parent].children.push(index);
        }
        branches.push(Branch { parent, level: path.len(), children: Vec::new(), visible: 0 });
        path.push(index);
    }
    for index in (0..branches.len()).rev() {
        branches[index].visible = branches[index].children.iter().map(|child| 1 + shown(&branches[*child])).sum();
    }
    branches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_draw_a_tree() {
        let entry = |level| OutlineEntry { level, title: String::new(), page: 0, y: 0.0 };
        let branches = branches(&[0, 1, 2, 2, 1, 3, 0].map(entry));
        let parents: Vec<_> = branches.iter().map(|branch| branch.parent).collect();
        assert_eq!(parents, [None, Some(0), Some(1), Some(1), Some(0), Some(4), None]);
        let visible: Vec<_> = branches.iter().map(|branch| branch.visible).collect();
        assert_eq!(visible, [2, 2, 0, 0, 1, 0, 0]);
    }
}
