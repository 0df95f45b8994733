//! The notes of a package, held small: of each no more than what tells it apart and whether it changed.
//!
//! In: the rows, one after the other. Out: an [`OldNotes`], which finds a note by its GUID. Nothing here knows SQL.

use super::OldNote;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// Notes in the order of their ids.
#[derive(Debug, Default)]
pub(in super::super) struct OldNotes {
    notes: Vec<OldNote>,
    /// The GUIDs of all, one after the other: a string for each would cost more than what is in it.
    guids: String,
    /// Where each GUID ends in `guids`.
    ends: Vec<usize>,
    /// Made when a note is not where it was looked for first.
    by_guid: OnceLock<Vec<Entry>>,
}

/// A line of the index.
#[derive(Debug)]
struct Entry {
    /// The beginning of the GUID, see [`prefix`]: mostly it decides, and then no GUID has to be fetched.
    prefix: u64,
    /// The position of the note.
    at: usize,
}

impl OldNotes {
    pub(super) fn push(&mut self, note: OldNote, guid: &str) {
        self.notes.push(note);
        self.guids.push_str(guid);
        self.ends.push(self.guids.len());
    }

    pub(in super::super) fn all(&self) -> &[OldNote] {
        &self.notes
    }

    /// The GUID of a note.
    pub(in super::super) fn guid(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.guids[start..self.ends[at]]
    }

    /// The position of the note with a GUID; it costs least if that is `likely`. A deck that is built again has its notes in nearly the
    /// order that they had.
    pub(in super::super) fn find(&self, guid: &str, likely: usize) -> Option<usize> {
        if likely < self.notes.len() && self.guid(likely) == guid {
            return Some(likely);
        }
        let index = self.by_guid.get_or_init(|| self.index());
        let prefix = prefix(guid);
        let order = |entry: &Entry| self.order(entry, prefix, guid);
        let at = index.partition_point(|entry| order(entry).is_lt());
        index.get(at).filter(|entry| order(entry).is_eq()).map(|entry| entry.at)
    }

    fn index(&self) -> Vec<Entry> {
        let entry = |at: usize| Entry { prefix: prefix(self.guid(at)), at };
        let mut index: Vec<Entry> = (0..self.notes.len()).map(entry).collect();
        index.sort_unstable_by(|one, other| {
            self.order(one, other.prefix, self.guid(other.at)).then(one.at.cmp(&other.at))
        });
        index
    }

    fn order(&self, entry: &Entry, prefix: u64, guid: &str) -> Ordering {
        entry.prefix.cmp(&prefix).then_with(|| self.guid(entry.at).cmp(guid))
    }
}

/// The first eight bytes of a text as a number. Where two differ, they are in the order of the texts.
fn prefix(text: &str) -> u64 {
    let mut first = [0; 8];
    let length = text.len().min(first.len());
    first[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::ContentHash;

    #[test]
    fn a_note_is_found_wherever_it_is_looked_for_first() {
        let guids = ["b", "", "abcdefgh", "abcdefghi", "abcdefgh\0", "图图图", "abcdefg"];
        let mut notes = OldNotes::default();
        for (guid, id) in guids.iter().zip(1..) {
            notes.push(OldNote { id, note_type: 0, modified: 0, hash: ContentHash::UNSETTLED }, guid);
        }
        for likely in 0..=guids.len() {
            for (at, guid) in guids.iter().enumerate() {
                assert_eq!(notes.guid(at), *guid);
                assert_eq!(notes.find(guid, likely), Some(at), "{guid:?} from {likely}");
            }
            for absent in ["a", "abcdefghj", "\0", "图图"] {
                assert_eq!(notes.find(absent, likely), None, "{absent:?} from {likely}");
            }
        }
        assert_eq!(OldNotes::default().find("", 0), None);
    }
}
