//! Everything a deck consists of, decided but not written.
//!
//! In: a bank, the lock of the last build, the note types, the digests of the media and the time. Out: a [`DeckPlan`]: decks, notes with their ids and times, the next
//! lock, and the [`Changes`] that Anki will not make by itself. The HTML of a note is made when it is asked for and not kept.

use super::advice::Left;
use super::ahead::ahead;
use super::content::{Content, nfc};
use super::digests::MediaDigests;
use super::identity::Identities;
use super::ids::{self, Ids, Ordinals};
use super::notetype::{NoteKind, NoteType, NoteTypes};
use crate::bank::{Bank, hex};
use crate::card::{Card, CardId};
use crate::diag::Diagnostic;
use crate::lock::{ContentHash, Lock, LockedNote, Stamp};
use crate::markup::html::escape;
use crate::text::is_control;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// A deck: the whole bank, or one of its chapters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deck {
    /// Its id in the package.
    pub id: i64,
    /// Its full name: `大语言模型::第1章 引言`.
    pub name: String,
    /// HTML that Anki shows above its counts.
    pub description: String,
}

/// A card that Anki makes of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnkiCard {
    /// Its id in the package.
    pub id: i64,
    /// Which template, or which deletion, counted from 0.
    pub ordinal: u16,
}

/// A note without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedNote {
    /// The position of its card in [`Bank::cards`].
    pub card: usize,
    /// The first name of the card: with the bank and the note type it is what identifies the note.
    pub first_name: CardId,
    /// The position of its note type in [`NoteTypes::all`].
    pub note_type: usize,
    /// The position of its deck in [`DeckPlan::decks`].
    pub deck: usize,
    /// Its id in the package.
    pub id: i64,
    /// When its content was first built: Unix seconds.
    pub modified: i64,
    ordinals: Ordinals,
}

impl PlannedNote {
    /// Its cards, at least one.
    pub fn cards(&self) -> impl ExactSizeIterator<Item = AnkiCard> {
        self.ordinals.iter().map(|ordinal| AnkiCard { id: ids::card(self.id, ordinal), ordinal })
    }
}

/// A note with its text.
#[derive(Debug, Clone)]
pub struct Note<'p> {
    /// The card it is made of.
    pub card: &'p Card,
    /// What identifies it in every collection, for ever.
    pub guid: String,
    /// Its note type.
    pub note_type: &'p NoteType,
    /// Its deck.
    pub deck: &'p Deck,
    /// Its fields and tags.
    pub content: Content,
}

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

/// A deck before it is written.
#[derive(Debug)]
pub struct DeckPlan<'b> {
    bank: &'b Bank,
    types: &'b NoteTypes,
    digests: &'b MediaDigests,
    /// The decks: first that of the bank, then those of its chapters in their order.
    pub decks: Vec<Deck>,
    /// The notes, in the order of the bank: a new card is due at its position.
    pub notes: Vec<PlannedNote>,
    /// The note types in use, by position in [`NoteTypes::all`], with the times at which they last changed.
    pub note_types: BTreeMap<usize, i64>,
    /// What the lock file is to say after this build.
    pub lock: Lock,
    /// What is new since the last one.
    pub changes: Changes,
    /// Where the names of the cards and those in the lock do not go together. With an error among them two notes may have one GUID: the
    /// plan is then not to be written.
    pub diagnostics: Vec<Diagnostic>,
}

/// Plans the deck of a bank. `digests` are those of the media of [`Bank::deck_cards`]; `now` is Unix time in seconds; only new and changed
/// notes get it.
pub fn plan<'b>(
    bank: &'b Bank,
    lock: &Lock,
    types: &'b NoteTypes,
    digests: &'b MediaDigests,
    now: i64,
) -> DeckPlan<'b> {
    let positions: Vec<usize> = (0..bank.cards.len()).filter(|position| bank.cards[*position].deck).collect();
    let mut other_sides: BTreeMap<&CardId, Vec<&LockedNote>> = BTreeMap::new();
    for (name, note) in &lock.other_side.notes {
        other_sides.entry(name).or_default().push(note);
    }
    let identities = Identities::new(lock);
    let diagnostics = identities.check(positions.iter().map(|position| &bank.cards[*position]));

    let (decks, deck_of_chapter) = decks(bank, &positions);
    let mut next = Lock::default();
    let mut changes = Changes::default();
    let mut ids = Ids::new(&bank.info.id);
    let mut notes = Vec::with_capacity(positions.len());
    let mut locked = Vec::with_capacity(positions.len());
    // All texts are made once here for their hashes, and again when they are written: making them is cheap, keeping them is not.
    let draft = |position: &usize| Draft::of(bank, types, digests, *position);
    let Ok::<(), Infallible>(()) = ahead(&positions, draft, |position, draft| {
        let card = &bank.cards[*position];
        let chapter = &bank.chapter(card).id;
        let kind = types.all()[draft.note_type].kind().word();
        let first_name = identities.first_name(card);
        let before = lock.notes.get(first_name);
        let stamp = Stamp::next(before.map(|before| before.stamp).or_else(|| latest(lock, card)), draft.hash, now);
        match before {
            Some(before) if before.kind == kind => changes.changed += usize::from(before.stamp != stamp),
            // A note of another type is a new one.
            Some(_) | None => changes.added += 1,
        }
        let deck = deck_of_chapter[card.chapter];
        let other_side = other_sides.get(first_name).into_iter().flatten().copied();
        // A note of another type does not move: its card is a new note.
        for before in before.into_iter().chain(other_side).filter(|note| note.kind == kind && note.deck != *chapter) {
            let from = lock.decks.get(&before.deck).map_or_else(|| before.deck.to_string(), Clone::clone);
            if from != decks[deck].name {
                changes.moved.push(Moved { card: card.id.clone(), from, to: decks[deck].name.clone() });
            }
        }
        next.decks.entry(chapter.clone()).or_insert_with(|| decks[deck].name.clone());
        let id = (card.id != *first_name).then(|| card.id.clone());
        locked.push((first_name.clone(), LockedNote { id, kind: kind.into(), deck: chapter.clone(), stamp }));
        let id = ids.note(&draft.ordinals);
        notes.push(PlannedNote {
            card: *position,
            first_name: first_name.clone(),
            note_type: draft.note_type,
            deck,
            id,
            modified: stamp.modified,
            ordinals: draft.ordinals,
        });
        Ok(())
    });
    // All at once: a map that is filled note by note ends half empty.
    next.notes = locked.into_iter().collect();
    let note_types = note_types(types, &notes, lock, &mut next, &mut changes, now);
    changes.vanished = vanished(bank, types, &notes, lock, &next);
    for (chapter, to) in &next.decks {
        let other_side = lock.other_side.decks.iter().filter(|(id, _)| id == chapter).map(|(_, name)| name);
        for from in lock.decks.get(chapter).into_iter().chain(other_side).filter(|from| *from != to) {
            changes.renamed.push(RenamedDeck { from: from.clone(), to: to.clone() });
        }
    }
    DeckPlan { bank, types, digests, decks, notes, note_types, lock: next, changes, diagnostics }
}

/// The latest line of a card that is under none of the names it has now: what learners have of it must not be newer.
fn latest(lock: &Lock, card: &Card) -> Option<Stamp> {
    if card.was.is_empty() {
        return None;
    }
    let lines = card.names().filter_map(|name| lock.notes.get(name));
    lines.map(|note| note.stamp).max_by_key(|stamp| stamp.modified)
}

/// The notes of the last build, of both sides of a merge, that are no longer there: a note is the same only under one name and as one type.
fn vanished(bank: &Bank, types: &NoteTypes, notes: &[PlannedNote], lock: &Lock, next: &Lock) -> Vec<Vanished> {
    let type_name = |kind: NoteKind| types.all()[types.position(kind)].name();
    let mut vanished: Vec<Vanished> = Vec::new();
    let other_side = lock.other_side.notes.iter().map(|(name, note)| (name, note));
    for (first_name, note) in lock.notes.iter().chain(other_side) {
        let why = match next.notes.get(first_name) {
            Some(now) if now.kind == note.kind => continue,
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
    for note in notes {
        for place in places.get(&bank.cards[note.card].id).into_iter().flatten() {
            vanished[*place].successor = Some(types.all()[note.note_type].name());
        }
    }
    vanished.sort_by(|one, other| (&one.card, one.note_type).cmp(&(&other.card, other.note_type)));
    vanished.dedup();
    vanished
}

impl<'b> DeckPlan<'b> {
    /// The bank that was planned.
    pub fn bank(&self) -> &'b Bank {
        self.bank
    }

    /// The note types, those in use and the others.
    pub fn types(&self) -> &'b NoteTypes {
        self.types
    }

    /// What identifies a note in every collection, for ever: [`Note::guid`] without making the text.
    pub fn guid(&self, planned: &PlannedNote) -> String {
        guid(&self.bank.info.id, &planned.first_name, self.types.all()[planned.note_type].kind())
    }

    /// A note with its text.
    pub fn note(&self, planned: &PlannedNote) -> Note<'_> {
        let card = &self.bank.cards[planned.card];
        let note_type = &self.types.all()[planned.note_type];
        Note {
            card,
            guid: self.guid(planned),
            note_type,
            deck: &self.decks[planned.deck],
            content: Content::of(self.bank, card, self.digests),
        }
    }

    /// The notes with their texts, in the order of the bank, each made when it is asked for.
    pub fn notes_with_text(&self) -> impl Iterator<Item = Note<'_>> {
        self.notes.iter().map(|planned| self.note(planned))
    }

    /// How many cards Anki will have.
    pub fn card_count(&self) -> usize {
        self.notes.iter().map(|note| note.cards().len()).sum()
    }

    /// The newest time in it: Unix seconds; 0 for an empty deck.
    pub fn modified(&self) -> i64 {
        let types = self.note_types.values().copied();
        self.notes.iter().map(|note| note.modified).chain(types).max().unwrap_or(0)
    }
}

/// What one look at a card's text gives.
struct Draft {
    note_type: usize,
    hash: ContentHash,
    ordinals: Ordinals,
}

impl Draft {
    fn of(bank: &Bank, types: &NoteTypes, digests: &MediaDigests, card: usize) -> Self {
        let content = Content::of(bank, &bank.cards[card], digests);
        let note_type = types.position(content.kind);
        let kind = &types.all()[note_type];
        let ordinals = match content.kind {
            NoteKind::Cloze => content.deletions.iter().map(|number| number - 1).collect(),
            _ => kind.ordinals(&content.fields),
        };
        Self { note_type, hash: content.hash(kind.name()), ordinals: Ordinals::new(ordinals) }
    }
}

/// The decks in use, and the deck of each chapter. Chapters with one heading share a deck, as they would in Anki.
fn decks(bank: &Bank, positions: &[usize]) -> (Vec<Deck>, Vec<usize>) {
    let title = step(&bank.info.title);
    let id = |name: &str| stable_id(&["deck", bank.info.id.as_str(), name]);
    let mut decks = vec![Deck { id: id(""), name: title.clone(), description: description(bank) }];
    let mut used = vec![false; bank.chapters.len()];
    for position in positions {
        used[bank.cards[*position].chapter] = true;
    }
    let mut deck_of_chapter = vec![0; bank.chapters.len()];
    for (position, chapter) in bank.chapters.iter().enumerate().filter(|(position, _)| used[*position]) {
        let name = format!("{title}::{}", step(&chapter.heading(bank.info.language)));
        let folded = name.to_lowercase();
        deck_of_chapter[position] =
            decks.iter().position(|deck| deck.name.to_lowercase() == folded).unwrap_or_else(|| {
                decks.push(Deck { id: id(chapter.id.as_str()), name, description: String::new() });
                decks.len() - 1
            });
    }
    (decks, deck_of_chapter)
}

/// A title as one step of a deck's name, which has its steps parted by `::`.
fn step(title: &str) -> String {
    let mut name = nfc(title.replace("::", ":"));
    name.retain(|character| !is_control(character) && character != '"');
    let name = name.trim().trim_matches(':').trim();
    if name.is_empty() { "-".to_owned() } else { name.to_owned() }
}

fn description(bank: &Bank) -> String {
    let mut out = String::new();
    let authors = bank.info.authors.join(", ");
    for line in [&bank.info.description, &authors, &bank.info.licence].into_iter().filter(|line| !line.is_empty()) {
        out.push_str("<p>");
        escape(line, &mut out);
        out.push_str("</p>");
    }
    out.retain(|character| !is_control(character));
    nfc(out)
}

fn note_types(
    types: &NoteTypes,
    notes: &[PlannedNote],
    lock: &Lock,
    next: &mut Lock,
    changes: &mut Changes,
    now: i64,
) -> BTreeMap<usize, i64> {
    let mut used: BTreeMap<usize, i64> = notes.iter().map(|note| (note.note_type, 0)).collect();
    for (position, modified) in &mut used {
        let note_type = &types.all()[*position];
        let before = lock.note_types.get(note_type.name()).copied();
        let stamp = Stamp::next(before, note_type.hash, now);
        if before.is_some_and(|before| before != stamp) {
            changes.note_types.push(note_type.name());
        }
        next.note_types.insert(note_type.name().to_owned(), stamp);
        *modified = stamp.modified;
    }
    used
}

/// The GUID of a note: from the names of the bank and the card, never from the text, so that an edited note is still the same. The note
/// type is part of it, since Anki changes the type of no note: one that came with another type would be refused for ever.
fn guid(bank: &CardId, first_name: &CardId, kind: NoteKind) -> String {
    hex(&digest(&["note", bank.as_str(), first_name.as_str(), kind.word()])[..10])
}

/// An id made of names. Anki's ids are times of creation in milliseconds, and its database check mends those in the future:
/// so these lie between September 2001 and February 2019.
pub(super) fn stable_id(names: &[&str]) -> i64 {
    const FIRST: i64 = 1_000_000_000_000;
    const BITS: u32 = 39;
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest(names)[..8]);
    FIRST + (u64::from_be_bytes(bytes) >> (64 - BITS)).cast_signed()
}

/// A hash of names: each with its length before it, so that `ab, c` is not `a, bc`.
fn digest(names: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update("cardpress anki 1\0\0\0\0");
    for name in names {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_what_they_are() {
        // Learners' collections hold these: a change here makes every note a new one.
        let id = |text| CardId::new(text).expect("a valid id");
        assert_eq!(guid(&id("llm"), &id("plm-elmo-context"), NoteKind::Choice), "767c41893e25f19c46ea");
        assert_eq!(stable_id(&["note type", "Cardpress Choice"]), 1_104_917_136_817);
    }

    #[test]
    fn a_title_is_one_step_of_a_deck_name() {
        assert_eq!(step(" C++ std::vector "), "C++ std:vector");
        assert_eq!(step("::"), "-");
        assert_eq!(step("“引言”\u{7}"), "“引言”");
    }
}
