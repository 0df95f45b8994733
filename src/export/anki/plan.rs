//! Everything a deck consists of, decided but not written.
//!
//! In: a bank, the lock of the last build, the note types, the digests of the media and the time. Out: a [`DeckPlan`]: decks, notes with their ids and times, the next
//! lock, and the [`Changes`] that Anki will not make by itself. The HTML of a note is made for its hash and not kept: whoever wants it takes it
//! at that moment ([`Planner::plan_with`]) or has it made again.

use super::changes::{Changes, Changing, RenamedDeck, vanished};
use super::content::{Content, Teller, nfc};
use super::digests::MediaDigests;
use super::identity::Identities;
use super::ids::{self, Ids, Ordinals};
use super::notetype::{NoteKind, NoteType, NoteTypes};
use crate::ahead::ahead;
use crate::bank::{Bank, hex};
use crate::card::{Card, CardId};
use crate::diag::Diagnostic;
use crate::lock::{ContentHash, Lock, LockedNote, Stamp};
use crate::markup::html::escape;
use crate::text::is_control;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;

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
    /// Its content, and when that was first built: Unix seconds.
    pub stamp: Stamp,
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

/// A deck before it is written.
#[derive(Debug)]
pub struct DeckPlan<'b> {
    bank: &'b Bank,
    types: &'b NoteTypes,
    teller: Teller<'b>,
    /// The decks: first that of the bank, then those of its chapters in their order.
    pub decks: Vec<Deck>,
    /// The notes, in the order of the bank: a new card is due at its position.
    pub notes: Vec<PlannedNote>,
    /// The note types in use, by position in [`NoteTypes::all`], with the times at which they last changed.
    pub note_types: BTreeMap<usize, i64>,
    /// What the lock file is to say after this build, but for the notes.
    next: Lock,
    /// The notes in the order of their first names, by position.
    by_name: Vec<u32>,
    /// What is new since the last one.
    pub changes: Changes,
    /// Where the names of the cards and those in the lock do not go together. With an error among them two notes may have one GUID: the
    /// plan is then not to be written.
    pub diagnostics: Vec<Diagnostic>,
}

/// Plans the deck of a bank; see [`Planner::new`].
pub fn plan<'b>(
    bank: &'b Bank,
    lock: &Lock,
    types: &'b NoteTypes,
    digests: &'b MediaDigests,
    now: i64,
) -> DeckPlan<'b> {
    Planner::new(bank, lock, types, digests, now).plan()
}

/// Plans a deck, note by note.
pub struct Planner<'b, 'l> {
    bank: &'b Bank,
    lock: &'l Lock,
    types: &'b NoteTypes,
    digests: &'b MediaDigests,
    now: i64,
    identities: Identities<'l>,
}

/// A note that is being planned, with its text.
pub(super) struct Drafted<'a> {
    pub(super) content: &'a Content,
    /// What identifies it.
    pub(super) guid: String,
}

impl<'b, 'l> Planner<'b, 'l> {
    /// `digests` are those of the media of [`Bank::deck_cards`]; `now` is Unix time in seconds; only new and changed notes get it.
    pub fn new(bank: &'b Bank, lock: &'l Lock, types: &'b NoteTypes, digests: &'b MediaDigests, now: i64) -> Self {
        Self { bank, lock, types, digests, now, identities: Identities::new(lock) }
    }

    /// The note types.
    pub(super) fn types(&self) -> &'b NoteTypes {
        self.types
    }

    /// Plans the deck.
    pub fn plan(&self) -> DeckPlan<'b> {
        let Ok(plan) = self.plan_with(|_| (), |_, ()| Ok::<(), Infallible>(()));
        plan
    }

    /// Plans the deck, and takes the text of each note while it is at hand: `make` makes something of it, on any thread; `take` gets that with
    /// the planned note, in the order of the bank.
    ///
    /// # Errors
    /// The first of `take`.
    pub(super) fn plan_with<M: Send, E>(
        &self,
        make: impl Fn(Drafted<'_>) -> M + Sync + Send,
        mut take: impl FnMut(&PlannedNote, M) -> Result<(), E>,
    ) -> Result<DeckPlan<'b>, E> {
        let Self { bank, lock, types, digests, now, ref identities } = *self;
        let positions: Vec<usize> = (0..bank.cards.len()).filter(|position| bank.cards[*position].deck).collect();
        let diagnostics = identities.check(positions.iter().map(|position| &bank.cards[*position]));
        let (decks, deck_of_chapter) = decks(bank, &positions);
        let mut changing = Changing::new(bank, lock, types, &decks);
        let mut next = Lock::default();
        let mut ids = Ids::new(&bank.info.id);
        let teller = Teller::new(bank, digests);
        let mut notes = Vec::with_capacity(positions.len());
        let draft = |position: &usize| {
            let card = &bank.cards[*position];
            let content = teller.content(card);
            let draft = Draft::of(&content, types);
            let guid = guid(&bank.info.id, identities.first_name(card), content.kind);
            let made = make(Drafted { content: &content, guid });
            (draft, made)
        };
        ahead(&positions, BATCH, WAITING, draft, |position, (draft, made)| {
            let card = &bank.cards[*position];
            let first_name = identities.first_name(card);
            let deck = deck_of_chapter[card.chapter];
            let before = lock.notes.get(first_name);
            let stamp = Stamp::next(before.map(|before| before.stamp).or_else(|| latest(lock, card)), draft.hash, now);
            let id = ids.note(&draft.ordinals);
            let note = PlannedNote {
                card: *position,
                first_name: first_name.clone(),
                note_type: draft.note_type,
                deck,
                id,
                stamp,
                ordinals: draft.ordinals,
            };
            changing.look_at(&note, before);
            let chapter = &bank.chapter(card).id;
            if !next.decks.contains_key(chapter) {
                next.decks.insert(chapter.clone(), decks[deck].name.clone());
            }
            take(&note, made)?;
            notes.push(note);
            Ok(())
        })?;
        let mut changes = changing.changes;
        let note_types = note_types(types, &notes, lock, &mut next, &mut changes, now);
        let mut by_name: Vec<u32> = (0..).take(notes.len()).collect();
        by_name.sort_by(|one, other| notes[*one as usize].first_name.cmp(&notes[*other as usize].first_name));
        for (chapter, to) in &next.decks {
            let other_side = lock.other_side.decks.iter().filter(|(id, _)| id == chapter).map(|(_, name)| name);
            for from in lock.decks.get(chapter).into_iter().chain(other_side).filter(|from| *from != to) {
                changes.renamed.push(RenamedDeck { from: from.clone(), to: to.clone() });
            }
        }
        let mut plan = DeckPlan { bank, types, teller, decks, notes, note_types, next, by_name, changes, diagnostics };
        plan.changes.vanished = vanished(&plan, lock);
        Ok(plan)
    }
}

/// Notes whose text is made in one go, and how often that may be done before the first are taken.
const BATCH: usize = 512;
const WAITING: usize = 2;

/// The latest line of a card that is under none of the names it has now: what learners have of it must not be newer.
fn latest(lock: &Lock, card: &Card) -> Option<Stamp> {
    if card.was.is_empty() {
        return None;
    }
    let lines = card.names().filter_map(|name| lock.notes.get(name));
    lines.map(|note| note.stamp).max_by_key(|stamp| stamp.modified)
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

    /// What the lock file is to say after this build.
    pub fn lock(&self) -> Lock {
        let notes = self.locked_notes().map(|(name, note)| (name.clone(), note)).collect();
        Lock { notes, ..self.next.clone() }
    }

    /// Writes the text of [`DeckPlan::lock`], which of a large bank is long.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_lock(&self, out: &mut impl io::Write) -> io::Result<()> {
        self.next.write_with(self.locked_notes(), out)
    }

    /// The lines of the next lock, sorted.
    fn locked_notes(&self) -> impl Iterator<Item = (&CardId, LockedNote)> {
        self.by_name.iter().map(|at| &self.notes[*at as usize]).map(|note| {
            let card = &self.bank.cards[note.card];
            let id = (card.id != note.first_name).then(|| card.id.clone());
            let kind = self.types.all()[note.note_type].kind().word().into();
            (&note.first_name, LockedNote { id, kind, deck: self.bank.chapter(card).id.clone(), stamp: note.stamp })
        })
    }

    /// The note with this first name.
    pub(super) fn named(&self, first_name: &CardId) -> Option<&PlannedNote> {
        let note = |at: u32| &self.notes[at as usize];
        let at = self.by_name.binary_search_by(|at| note(*at).first_name.cmp(first_name)).ok()?;
        Some(note(self.by_name[at]))
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
            content: self.teller.content(card),
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
        self.notes.iter().map(|note| note.stamp.modified).chain(types).max().unwrap_or(0)
    }
}

/// What one look at a card's text gives.
struct Draft {
    note_type: usize,
    hash: ContentHash,
    ordinals: Ordinals,
}

impl Draft {
    fn of(content: &Content, types: &NoteTypes) -> Self {
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
    let mut used = BTreeMap::new();
    for note in notes {
        used.entry(note.note_type).or_insert(0);
    }
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
