//! Both sides of a merge in one lock, settled.
//!
//! In: the text that git leaves: with conflict marks (with or without the common ancestor between `|||||||` and `=======`), or with two
//! lines for one thing where the merge driver `union` is set. Out: one [`Lock`], or the lines that are neither.
//!
//! What a line means for learners decides. Those of a branch have what its line says, or something older. So a deck that is built
//! from the merged cards reaches everybody if a changed note gets a time after both lines, and an unchanged one is the later of them.
//! Of two lines the later one is therefore kept. If both are of one second and differ, neither content may keep its time:
//! [`ContentHash::UNSETTLED`] makes the next build move it forward, and so it does where one side has no line: it may have had a later
//! one before it deleted the card. The common ancestor is nobody's latest and is left out. (The driver `union` leaves no trace of a
//! deletion. Learners of the side that deleted a card which the merge keeps may then have to wait for its next edit.)

use super::line::{DECKS, Line, NOTE_TYPES, NOTES};
use super::{ContentHash, Lock, LockedNote, Stamp};
use crate::card::CardId;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::ops::Range;

/// What is found of a merge.
#[derive(Debug)]
pub(super) enum Merge {
    /// Nothing.
    None,
    /// It is settled.
    Settled {
        /// What is left.
        lock: Lock,
        /// How many things had lines that differ.
        doubled: usize,
        /// The first line that shows the merge: bytes of the text.
        place: Range<usize>,
    },
    /// Some lines are not to be understood.
    Damaged {
        /// The text with blanks for all that belongs to the merge, so that places in it stay what they are.
        rest: String,
        /// The lines that are not understood: bytes of the text.
        strange: Vec<Range<usize>>,
    },
}

/// The names of the notes in the parts of a conflict.
#[derive(Debug, Default)]
struct Conflict {
    ours: BTreeSet<CardId>,
    /// What both sides come from, where git was told to write it.
    ancestor: Option<BTreeSet<CardId>>,
    theirs: Option<BTreeSet<CardId>>,
}

impl Conflict {
    /// Whether the lines that come now are the common ancestor's.
    fn in_ancestor(&self) -> bool {
        self.ancestor.is_some() && self.theirs.is_none()
    }

    /// The notes that one side has and the other may have deleted.
    fn one_sided(&self) -> impl Iterator<Item = &CardId> {
        let theirs = self.theirs.as_ref().unwrap_or(&self.ours);
        let was_there = |name: &&CardId| self.ancestor.as_ref().is_none_or(|names| names.contains(*name));
        self.ours.symmetric_difference(theirs).filter(was_there)
    }
}

/// Looks for a merge in a text that is not as a build writes it.
pub(super) fn merge(text: &str) -> Merge {
    let mut settling = Settling::default();
    let mut conflict = Conflict::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end_matches('\n').len();
        start += line.len();
        let line = &text[range.clone()];
        let in_ancestor = conflict.in_ancestor();
        match mark(line) {
            Some('=') => conflict.theirs = Some(BTreeSet::new()),
            // Whose the lines after an ancestor without an end are cannot be told.
            Some(_) if in_ancestor => settling.strange.push(range.clone()),
            Some('|') => conflict.ancestor = Some(BTreeSet::new()),
            Some(_) => settling.close(&std::mem::take(&mut conflict)),
            None if in_ancestor => {
                if let (Some(Line::Note(name, _)), Some(names)) = (Line::read(line), &mut conflict.ancestor) {
                    names.insert(name);
                }
                settling.blanks.push(range);
                continue;
            }
            None => {
                if !line.trim().is_empty() && !line.starts_with('#') {
                    let name = settling.take(line, range);
                    conflict.theirs.as_mut().unwrap_or(&mut conflict.ours).extend(name);
                }
                continue;
            }
        }
        settling.place.get_or_insert_with(|| range.clone());
        settling.blanks.push(range);
    }
    if conflict.in_ancestor() {
        settling.strange.extend(settling.blanks.last().cloned());
    }
    settling.finish(text)
}

/// The character of a conflict mark: seven of it at the start of a line, and then nothing or a name.
fn mark(line: &str) -> Option<char> {
    ['<', '|', '=', '>'].into_iter().find(|character| {
        let rest = line.trim_start_matches(*character);
        line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '))
    })
}

/// The lines so far.
#[derive(Debug, Default)]
struct Settling {
    lock: Lock,
    /// The headings that were met: the version and the tables.
    headings: Vec<Line>,
    /// What has lines that differ: a table and a name in it.
    doubled: BTreeSet<(&'static str, String)>,
    /// The first line that shows a merge.
    place: Option<Range<usize>>,
    /// Lines that are understood.
    blanks: Vec<Range<usize>>,
    /// Lines that are not.
    strange: Vec<Range<usize>>,
}

/// How a line stands to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twin {
    /// It is the first of its name.
    First,
    /// It says what another said.
    Same,
    /// It says something else.
    Differs,
}

impl Settling {
    /// The end of a conflict. A note that is on one side only may have been edited, built and then deleted on the other, whose last
    /// time is not known any more: if the merged cards have it, it is to be later than that.
    fn close(&mut self, conflict: &Conflict) {
        for name in conflict.one_sided() {
            if let Some(note) = self.lock.notes.get_mut(name) {
                note.stamp.hash = ContentHash::UNSETTLED;
            }
        }
    }

    /// Takes a line in, and returns the name of the note that it is about.
    fn take(&mut self, line: &str, range: Range<usize>) -> Option<CardId> {
        let mut about = None;
        // The shape of a line says which table it is of: in a conflict that spans two tables its place does not.
        let (twin, table, name) = match Line::read(line) {
            None => {
                self.strange.push(range);
                return None;
            }
            Some(heading @ (Line::Version | Line::Header(_))) => {
                if self.headings.contains(&heading) {
                    self.place.get_or_insert_with(|| range.clone());
                    self.blanks.push(range);
                } else {
                    self.headings.push(heading);
                }
                return None;
            }
            Some(Line::NoteType(name, stamp)) => (self.lock.take_note_type(&name, stamp), NOTE_TYPES, name),
            Some(Line::Deck(chapter, deck)) => (self.lock.take_deck(&chapter, deck), DECKS, chapter.to_string()),
            Some(Line::Note(name, note)) => {
                let twin = self.lock.take_note(&name, note);
                let text = name.to_string();
                about = Some(name);
                (twin, NOTES, text)
            }
        };
        if twin != Twin::First {
            self.place.get_or_insert_with(|| range.clone());
        }
        if twin == Twin::Differs {
            self.doubled.insert((table, name));
        }
        self.blanks.push(range);
        about
    }

    fn finish(self, text: &str) -> Merge {
        let Some(place) = self.place else { return Merge::None };
        if self.strange.is_empty() && self.headings.len() == HEADINGS {
            return Merge::Settled { lock: self.lock, doubled: self.doubled.len(), place };
        }
        let mut rest = text.as_bytes().to_vec();
        for blank in self.blanks {
            rest[blank].fill(b' ');
        }
        // Whole lines gave way to spaces, so it is still UTF-8.
        Merge::Damaged { rest: String::from_utf8_lossy(&rest).into_owned(), strange: self.strange }
    }
}

/// The version and the three tables.
const HEADINGS: usize = 4;

impl Lock {
    fn take_note_type(&mut self, name: &str, stamp: Stamp) -> Twin {
        match self.note_types.entry(name.to_owned()) {
            Entry::Vacant(place) => {
                place.insert(stamp);
                Twin::First
            }
            Entry::Occupied(held) if *held.get() == stamp => Twin::Same,
            Entry::Occupied(mut held) => {
                *held.get_mut() = later(*held.get(), stamp);
                Twin::Differs
            }
        }
    }

    /// Names of decks have no times: the first is kept, and the other remembered.
    fn take_deck(&mut self, chapter: &CardId, name: String) -> Twin {
        match self.decks.entry(chapter.clone()) {
            Entry::Vacant(place) => {
                place.insert(name);
                Twin::First
            }
            Entry::Occupied(held) if *held.get() == name => Twin::Same,
            Entry::Occupied(_) => {
                self.other_side.decks.push((chapter.clone(), name));
                Twin::Differs
            }
        }
    }

    /// The line that gives way is remembered: its learners may have the note in another deck, or as another type.
    fn take_note(&mut self, name: &CardId, note: LockedNote) -> Twin {
        match self.notes.entry(name.clone()) {
            Entry::Vacant(place) => {
                place.insert(note);
                Twin::First
            }
            Entry::Occupied(held) if *held.get() == note => Twin::Same,
            Entry::Occupied(mut held) => {
                let stamp = later(held.get().stamp, note.stamp);
                let newer = note.stamp.modified > held.get().stamp.modified;
                let loser = if newer { held.insert(note) } else { note };
                held.get_mut().stamp = stamp;
                self.other_side.notes.push((name.clone(), loser));
                Twin::Differs
            }
        }
    }
}

/// The later of two stamps; of two contents of one second, neither.
fn later(one: Stamp, other: Stamp) -> Stamp {
    match one.modified.cmp(&other.modified) {
        Ordering::Less => other,
        Ordering::Greater => one,
        Ordering::Equal if one.hash == other.hash => one,
        Ordering::Equal => Stamp { hash: ContentHash::UNSETTLED, ..one },
    }
}
