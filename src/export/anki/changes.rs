//! What is new in a deck since the last build.
//!
//! In: the planned notes and the lock. Out: [`Changes`]: Anki adds and updates notes by itself; what it does not do is here name by name.

use super::advice::Left;
use super::notetype::{NoteKind, NoteTypes};
use super::plan::{Deck, DeckPlan, PlannedNote};
use crate::bank::Bank;
use crate::card::CardId;
use crate::lock::{Lock, LockedNote};
use std::collections::BTreeMap;

/// A note whose card is in another chapter than at the last build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its card.
    pub card: CardId,
    /// The deck that learners have it in.
    pub from: String,
    /// The deck that it belongs to now.
    pub to: String,
}

/// A deck with another name than at the last build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenamedDeck {
    /// What learners' decks are called.
    pub from: String,
    /// What it is called now.
    pub to: String,
}

/// A note of the last build that is no longer in the deck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vanished {
    /// The id of its card at the last build, which is in its field `Id`.
    pub card: CardId,
    /// Why it left.
    pub why: Left,
    /// The name of its note type; `None` for a word in the lock that this program does not know.
    pub note_type: Option<&'static str>,
    /// The name of the note type of the note that has this id in its field `Id` now.
    pub successor: Option<&'static str>,
}

/// What is new since the last build. Anki adds and updates notes by itself; it moves, renames and deletes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// How many notes were not there.
    pub added: usize,
    /// How many notes say something else.
    pub changed: usize,
    /// The note types whose templates or style changed.
    pub note_types: Vec<&'static str>,
    /// Decks to be renamed by hand before the import, or Anki makes a second one.
    pub renamed: Vec<RenamedDeck>,
    /// Notes to be moved by hand.
    pub moved: Vec<Moved>,
    /// Notes to be deleted by hand.
    pub vanished: Vec<Vanished>,
}

/// Finds what changes, note by note.
pub(super) struct Changing<'p> {
    bank: &'p Bank,
    lock: &'p Lock,
    types: &'p NoteTypes,
    decks: &'p [Deck],
    other_sides: BTreeMap<&'p CardId, Vec<&'p LockedNote>>,
    pub(super) changes: Changes,
}

impl<'p> Changing<'p> {
    pub(super) fn new(bank: &'p Bank, lock: &'p Lock, types: &'p NoteTypes, decks: &'p [Deck]) -> Self {
        let mut other_sides: BTreeMap<&CardId, Vec<&LockedNote>> = BTreeMap::new();
        for (name, note) in &lock.other_side.notes {
            other_sides.entry(name).or_default().push(note);
        }
        Self { bank, lock, types, decks, other_sides, changes: Changes::default() }
    }

    /// Takes the next note in; `before` is its line in the lock.
    pub(super) fn look_at(&mut self, note: &PlannedNote, before: Option<&LockedNote>) {
        let card = &self.bank.cards[note.card];
        let kind = self.types.all()[note.note_type].kind().word();
        match before {
            Some(before) if before.kind == kind => self.changes.changed += usize::from(before.stamp != note.stamp),
            // A note of another type is a new one.
            Some(_) | None => self.changes.added += 1,
        }
        let chapter = &self.bank.chapter(card).id;
        let other_side = self.other_sides.get(&note.first_name).into_iter().flatten().copied();
        // A note of another type does not move: its card is a new note.
        for before in before.into_iter().chain(other_side).filter(|note| note.kind == kind && note.deck != *chapter) {
            let from = self.lock.decks.get(&before.deck).map_or_else(|| before.deck.to_string(), Clone::clone);
            let to = &self.decks[note.deck].name;
            if from != *to {
                self.changes.moved.push(Moved { card: card.id.clone(), from, to: to.clone() });
            }
        }
    }
}

/// The notes of the last build, of both sides of a merge, that are no longer there: a note is the same only under one name and as
/// one type.
pub(super) fn vanished(plan: &DeckPlan<'_>, lock: &Lock) -> Vec<Vanished> {
    let types = plan.types().all();
    let type_name = |kind: NoteKind| types[plan.types().position(kind)].name();
    let mut vanished: Vec<Vanished> = Vec::new();
    let other_side = lock.other_side.notes.iter().map(|(name, note)| (name, note));
    for (first_name, note) in lock.notes.iter().chain(other_side) {
        let why = match plan.named(first_name) {
            Some(now) if types[now.note_type].kind().word() == note.kind => continue,
            Some(_) => Left::Retyped,
            None => Left::Gone,
        };
        let card = note.id.as_ref().unwrap_or(first_name).clone();
        let note_type = NoteKind::from_word(&note.kind).map(type_name);
        vanished.push(Vanished { card, why, note_type, successor: None });
    }
    if vanished.is_empty() {
        return vanished;
    }
    let mut places: BTreeMap<CardId, Vec<usize>> = BTreeMap::new();
    for (place, note) in vanished.iter().enumerate() {
        places.entry(note.card.clone()).or_default().push(place);
    }
    for note in &plan.notes {
        for place in places.get(&plan.bank().cards[note.card].id).into_iter().flatten() {
            vanished[*place].successor = Some(types[note.note_type].name());
        }
    }
    vanished.sort_by(|one, other| (&one.card, one.note_type).cmp(&(&other.card, other.note_type)));
    vanished.dedup();
    vanished
}
