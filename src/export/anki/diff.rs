//! What importing a deck would do to someone who has an older package of it.
//!
//! In: the plan of the deck, its media and the older package. Out: a [`Diff`], by the rules of Anki's importer; the texts that differ are made one
//! note at a time by [`Diff::texts`]. Nothing is written, and a learner's own changes are not known here: a note that they edited after the
//! build stays as they made it.
//!
//! The rules, as Anki's own backend (26.09) showed them:
//! - The GUID tells which note it is. Same GUID and another note type, or one with other names of fields or templates: nothing is imported.
//! - A note is taken if its `mod` is newer; its cards stay in their decks, with their reviews.
//! - Cards that were not there are made, also for a note that is not taken. Cards that lost their deletion stay, empty.
//! - Decks go by their names: a renamed one is a second one.
//! - A medium with a known name and other bytes comes in under a new name, and the notes that are taken are made to show it. Other notes go
//!   on showing the old one, and where no note is taken it does not come in at all. So the field `Media` says what the media of a note hold: a
//!   changed one makes the notes that have it newer.

use super::changes::RenamedDeck;
use super::content::Content;
use super::notetype::NoteType;
use super::package::{PackageError, named};
use super::plan::{DeckPlan, PlannedNote};
use super::read::{OldCard, OldNote, OldNoteType, OldPackage, ReadError};
use crate::bank::Media;
use crate::card::CardId;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};
use unicode_normalization::UnicodeNormalization;

/// Why two decks cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// The older package is damaged.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The new one could not be written.
    #[error(transparent)]
    Package(#[from] PackageError),
}

/// What an import does to a note or a note type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is not there yet.
    Added,
    /// It gets what changed.
    Updated,
    /// It differs, but its time is no later: Anki would leave it without a word.
    HeldBack,
    /// It is there with another note type, or the note type with other fields or templates: Anki would not touch it.
    Conflicting,
    /// It says the same.
    Unchanged,
}

/// A note whose card has another deck now. Anki leaves the card where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedNote {
    /// The deck that it was built into.
    pub from: String,
    /// The position of its deck in [`DeckPlan::decks`].
    pub to: usize,
}

/// A note of the plan that is not in every way as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteChange {
    /// What becomes of its text.
    pub fate: Fate,
    /// Its position in [`DeckPlan::notes`].
    pub planned: usize,
    /// Its position in [`OldPackage::notes`]; `None` for a new one.
    pub old: Option<usize>,
    /// Where it would have to be moved.
    pub moved: Option<MovedNote>,
    /// Ordinals of cards that a known note gets.
    pub cards_added: Vec<u16>,
    /// Ordinals of cards that a known note no longer has; they stay in Anki, empty. Of a note that is held back there are none: it
    /// still asks for them.
    pub cards_emptied: Vec<u16>,
}

/// A note that is no longer in the deck. Anki keeps it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoneNote {
    /// The id of its card.
    pub id: String,
    /// Its position in [`OldPackage::notes`].
    pub old: usize,
    /// Whether the deck has another note for this card: one of another type.
    pub replaced: bool,
}

/// A note type that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteTypeChange {
    /// Its name.
    pub name: &'static str,
    /// What becomes of it.
    pub fate: Fate,
    /// What differs: `style`, or a side of a template such as `Forward, front`; of a conflicting one `fields` and `templates`.
    pub parts: Vec<String>,
}

/// What an import does to a medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaFate {
    /// It is not there yet.
    Added,
    /// It has other bytes.
    Changed {
        /// The notes that show it and get it, by position in [`DeckPlan::notes`].
        shown: Vec<usize>,
        /// The notes that go on showing the old one.
        stale: Vec<usize>,
    },
    /// No note of the deck shows it any more. Anki keeps it until its media check.
    Unused,
}

/// A medium that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaChange {
    /// Its name in Anki.
    pub name: String,
    /// What becomes of it.
    pub fate: MediaFate,
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// The notes of the plan that change in some way, in the order of the bank.
    pub notes: Vec<NoteChange>,
    /// How many notes of the plan say the same; some of them may be in `notes` for their deck or their cards.
    pub unchanged: usize,
    /// The notes that left the deck, by their ids.
    pub gone: Vec<GoneNote>,
    /// The note types that change, in a fixed order.
    pub note_types: Vec<NoteTypeChange>,
    /// Decks of which Anki would make a second one.
    pub renamed: Vec<RenamedDeck>,
    /// The media that change, by name.
    pub media: Vec<MediaChange>,
    /// How many notes of the older package are of which other bank; those of other programs have an empty name.
    pub foreign: BTreeMap<String, usize>,
    /// The latest time of a note or note type that is held back: a later one would arrive. Unix seconds.
    pub held_until: i64,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// HTML; empty for what was not there.
    pub old: String,
    /// HTML; empty for what is no more.
    pub new: String,
}

/// What differs in a note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextChange {
    /// The fields, in the order of the note type.
    pub fields: Vec<FieldChange>,
    /// Tags that it gets.
    pub tags_added: Vec<String>,
    /// Tags that it loses.
    pub tags_removed: Vec<String>,
}

impl TextChange {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.tags_added.is_empty() && self.tags_removed.is_empty()
    }
}

/// Compares the deck that is planned with an older package of it. `media` are those of [`crate::bank::Bank::media`].
///
/// # Errors
/// [`DiffError`].
pub fn diff<R: Read + Seek>(plan: &DeckPlan<'_>, media: &[Media], old: &mut OldPackage<R>) -> Result<Diff, DiffError> {
    let mut diff = Diff::default();
    let decks = Decks::of(plan, old);
    diff.renamed = decks.renamed(plan, old);
    diff.note_types = note_types(plan, old, &mut diff.held_until);
    let mut fates = vec![Fate::Unchanged; plan.notes.len()];
    let mut known = vec![false; old.notes().len()];
    for batch in compare(plan, old, &decks) {
        batch.known.into_iter().for_each(|at| known[at] = true);
        for Suspect { mut change, undecided } in batch.suspects {
            let before = change.old.map(|at| &old.notes()[at]);
            if let Some(before) = before.filter(|_| undecided) {
                change.fate = fate(plan, &plan.notes[change.planned], old, before)?;
                if change.fate == Fate::HeldBack {
                    change.cards_emptied.clear();
                    diff.held_until = diff.held_until.max(before.modified);
                }
            }
            fates[change.planned] = change.fate;
            if !change.is_none() {
                diff.notes.push(change);
            }
        }
    }
    diff.unchanged = fates.iter().filter(|fate| **fate == Fate::Unchanged).count();
    diff.rest(plan, old, &known)?;
    diff.media = media_changes(plan, media, old, &fates)?;
    Ok(diff)
}

impl Diff {
    /// Sorts the notes of the older package that no note of the plan is: gone ones, and those of others.
    fn rest<R>(&mut self, plan: &DeckPlan<'_>, old: &OldPackage<R>, known: &[bool]) -> Result<(), ReadError> {
        let bank = plan.bank();
        for (at, note) in old.notes().iter().enumerate().filter(|(at, _)| !known[*at]) {
            // The field that names bank and card is the first of each of our note types, and of those of earlier builds.
            let named = old
                .note_types
                .get(&note.note_type)
                .and_then(|kind| kind.fields.first())
                .is_some_and(|first| first == "Id");
            let first = if named { old.content(note)?.fields.into_iter().next() } else { None };
            match first.as_deref().and_then(|id| id.split_once('/')) {
                Some((of, id)) if of == bank.info.id.as_str() => {
                    self.gone.push(GoneNote { id: id.to_owned(), old: at, replaced: false });
                }
                other => *self.foreign.entry(other.map_or_else(String::new, |(of, _)| of.to_owned())).or_default() += 1,
            }
        }
        self.gone.sort_unstable();
        if !self.gone.is_empty() {
            let names = |note: &PlannedNote| [bank.cards[note.card].id.clone(), note.first_name.clone()];
            let ids: BTreeSet<_> = plan.notes.iter().flat_map(names).collect();
            self.gone
                .iter_mut()
                .for_each(|gone| gone.replaced = CardId::new(&gone.id).is_some_and(|id| ids.contains(&id)));
        }
        Ok(())
    }

    /// How many notes of the plan have a fate.
    pub fn count(&self, fate: Fate) -> usize {
        match fate {
            Fate::Unchanged => self.unchanged,
            _ => self.notes.iter().filter(|note| note.fate == fate).count(),
        }
    }

    /// Whether the older package has anything to do with this bank.
    pub fn is_related(&self, plan: &DeckPlan<'_>) -> bool {
        self.foreign.is_empty() || !self.gone.is_empty() || self.count(Fate::Added) < plan.notes.len()
    }

    /// What differs in a note: of a new one, all that it says.
    ///
    /// # Errors
    /// [`ReadError`] if the older package is damaged at the place of the note.
    pub fn texts<R>(plan: &DeckPlan<'_>, old: &OldPackage<R>, change: &NoteChange) -> Result<TextChange, ReadError> {
        let note = plan.note(&plan.notes[change.planned]);
        let Content { fields, tags, .. } = note.content;
        let (mut before, mut tags_before) = (BTreeMap::new(), Vec::new());
        if let Some(at) = change.old {
            let at = &old.notes()[at];
            // Fields without names cannot be compared; there is a conflict to tell, which is enough.
            let Some(kind) = old.note_types.get(&at.note_type) else { return Ok(TextChange::default()) };
            let content = old.content(at)?;
            before.extend(kind.fields.iter().map(String::as_str).zip(content.fields));
            tags_before = content.tags;
        }
        let mut changes = Vec::new();
        for (name, new) in note.note_type.fields().zip(fields) {
            let old = before.remove(name).unwrap_or_default();
            if old != new {
                changes.push(FieldChange { field: name.to_owned(), old, new });
            }
        }
        // Fields that only the note type of the older package has.
        let lost = before.into_iter().filter(|(_, old)| !old.is_empty());
        changes.extend(lost.map(|(name, old)| FieldChange { field: name.to_owned(), old, new: String::new() }));
        let without = |of: &[String], tags: &[String]| of.iter().filter(|tag| !tags.contains(tag)).cloned().collect();
        Ok(TextChange {
            fields: changes,
            tags_added: without(&tags, &tags_before),
            tags_removed: without(&tags_before, &tags),
        })
    }
}

/// Notes that are compared at a time, on one thread. Part of nothing that is told.
const BATCH: usize = 1024;

/// What a batch of notes of the plan has come to.
struct Batch {
    /// The notes of the older package that they are, by position.
    known: Vec<usize>,
    /// Those that may not be as they were.
    suspects: Vec<Suspect>,
}

/// A note of the plan that may not be as it was.
struct Suspect {
    /// What is known of it without its texts.
    change: NoteChange,
    /// Whether its texts are still to decide upon its fate.
    undecided: bool,
}

/// Looks at every note on all threads, as far as that can be done by hashes: the texts of the older package are for one thread.
fn compare<R>(plan: &DeckPlan<'_>, old: &OldPackage<R>, decks: &Decks) -> Vec<Batch> {
    let same_shape: Vec<bool> = plan.types().all().iter().map(|new| same_shape(new, old)).collect();
    let (rows, names) = (old.rows(), &old.decks);
    let batch = |(number, notes): (usize, &[PlannedNote])| {
        let first = number * BATCH;
        let mut batch = Batch { known: Vec::with_capacity(notes.len()), suspects: Vec::new() };
        // As long as nothing comes or goes a note is where it was.
        let mut likely = first;
        for (planned, note) in (first..).zip(notes) {
            let at = rows.notes.find(&plan.guid(note), likely);
            let mut suspect = Suspect { change: NoteChange::added(planned), undecided: false };
            if let Some(at) = at {
                likely = at + 1;
                batch.known.push(at);
                let before = &rows.notes.all()[at];
                let same_type = before.note_type == plan.types().all()[note.note_type].id;
                suspect.change.old = Some(at);
                suspect.change.moved = decks.moved(note, names, rows.cards(before));
                if same_type && same_shape[note.note_type] {
                    suspect.undecided = note.stamp.hash != before.hash;
                    suspect.change.fate = Fate::Unchanged;
                    (suspect.change.cards_added, suspect.change.cards_emptied) = cards(note, rows.cards(before));
                } else {
                    suspect.change.fate = Fate::Conflicting;
                }
            }
            if suspect.undecided || !suspect.change.is_none() {
                batch.suspects.push(suspect);
            }
        }
        batch
    };
    plan.notes.par_chunks(BATCH).enumerate().map(batch).collect()
}

impl NoteChange {
    fn added(planned: usize) -> Self {
        let (cards_added, cards_emptied) = (Vec::new(), Vec::new());
        Self { fate: Fate::Added, planned, old: None, moved: None, cards_added, cards_emptied }
    }

    /// Whether it is none: the note is in every way as it was.
    fn is_none(&self) -> bool {
        let as_it_was = self.moved.is_none() && self.cards_added.is_empty() && self.cards_emptied.is_empty();
        self.fate == Fate::Unchanged && as_it_was
    }
}

/// What becomes of the text of a note that is there with the same note type, but not with the same hash.
fn fate<R>(plan: &DeckPlan<'_>, note: &PlannedNote, old: &OldPackage<R>, before: &OldNote) -> Result<Fate, ReadError> {
    // A package that went through somebody's Anki may have its tags in another order: the texts themselves decide.
    let Content { fields, tags, .. } = plan.note(note).content;
    let content = old.content(before)?;
    Ok(if content.fields == fields && content.tags.iter().collect::<BTreeSet<_>>() == tags.iter().collect() {
        Fate::Unchanged
    } else if note.stamp.modified > before.modified {
        Fate::Updated
    } else {
        Fate::HeldBack
    })
}

/// The ordinals of cards that a note gets, and of those that it no longer has.
fn cards(note: &PlannedNote, before: &[OldCard]) -> (Vec<u16>, Vec<u16>) {
    let is_old = |ordinal: u16| before.iter().any(|card| card.ordinal == ordinal);
    let is_new = |ordinal: u16| note.cards().any(|card| card.ordinal == ordinal);
    (
        note.cards().map(|card| card.ordinal).filter(|ordinal| !is_old(*ordinal)).collect(),
        before.iter().map(|card| card.ordinal).filter(|ordinal| !is_new(*ordinal)).collect(),
    )
}

/// Which deck of the plan a deck of the older package is: the one of its name, or else the one of its id.
struct Decks(BTreeMap<i64, usize>);

impl Decks {
    fn of<R>(plan: &DeckPlan<'_>, old: &OldPackage<R>) -> Self {
        let names: BTreeMap<String, usize> =
            (0..).zip(&plan.decks).map(|(at, deck)| (deck.name.to_lowercase(), at)).collect();
        let place = |(id, name): (&i64, &String)| {
            let by_name = names.get(&name.to_lowercase()).copied();
            let at = by_name.or_else(|| plan.decks.iter().position(|deck| deck.id == *id))?;
            Some((*id, at))
        };
        Self(old.decks.iter().filter_map(place).collect())
    }

    /// In the order of the decks of the plan.
    fn renamed<R>(&self, plan: &DeckPlan<'_>, old: &OldPackage<R>) -> Vec<RenamedDeck> {
        let mut renamed: Vec<(usize, &str)> = self
            .0
            .iter()
            .map(|(id, at)| (*at, &*old.decks[id]))
            .filter(|(at, from)| plan.decks[*at].name.to_lowercase() != from.to_lowercase())
            .collect();
        renamed.sort_unstable();
        renamed
            .into_iter()
            .map(|(at, from)| RenamedDeck { from: from.to_owned(), to: plan.decks[at].name.clone() })
            .collect()
    }

    fn moved(&self, note: &PlannedNote, names: &BTreeMap<i64, String>, before: &[OldCard]) -> Option<MovedNote> {
        let from = before.first()?.deck;
        let name = || names.get(&from).cloned().unwrap_or_default();
        (self.0.get(&from) != Some(&note.deck)).then(|| MovedNote { from: name(), to: note.deck })
    }
}

/// Whether a note type has the fields and templates that it has in the older package, if it is there.
fn same_shape<R>(new: &NoteType, old: &OldPackage<R>) -> bool {
    old.note_types.get(&new.id).is_none_or(|old| same_fields(new, old) && same_templates(new, old))
}

fn same_fields(new: &NoteType, old: &OldNoteType) -> bool {
    new.fields().eq(old.fields.iter().map(String::as_str))
}

fn same_templates(new: &NoteType, old: &OldNoteType) -> bool {
    new.templates.iter().map(|template| template.name).eq(old.templates.iter().map(|template| &*template.name))
}

fn note_types<R>(plan: &DeckPlan<'_>, old: &OldPackage<R>, held_until: &mut i64) -> Vec<NoteTypeChange> {
    let mut changes = Vec::new();
    for (position, modified) in &plan.note_types {
        let new = &plan.types().all()[*position];
        let name = new.name();
        let Some(old) = old.note_types.get(&new.id) else {
            changes.push(NoteTypeChange { name, fate: Fate::Added, parts: Vec::new() });
            continue;
        };
        let mut parts = Vec::new();
        let (fields, templates) = (same_fields(new, old), same_templates(new, old));
        if fields && templates {
            parts.extend((new.css != old.css).then(|| "style".to_owned()));
            for (new, old) in new.templates.iter().zip(&old.templates) {
                parts.extend((new.front != old.front).then(|| format!("{}, front", new.name)));
                parts.extend((new.back != old.back).then(|| format!("{}, back", new.name)));
            }
        } else {
            parts.extend((!fields).then(|| "fields".to_owned()));
            parts.extend((!templates).then(|| "templates".to_owned()));
        }
        let fate = match () {
            () if !(fields && templates) => Fate::Conflicting,
            () if parts.is_empty() => continue,
            () if *modified > old.modified => Fate::Updated,
            () => {
                *held_until = old.modified.max(*held_until);
                Fate::HeldBack
            }
        };
        changes.push(NoteTypeChange { name, fate, parts });
    }
    changes
}

fn media_changes<R: Read + Seek>(
    plan: &DeckPlan<'_>,
    media: &[Media],
    old: &mut OldPackage<R>,
    fates: &[Fate],
) -> Result<Vec<MediaChange>, DiffError> {
    let media = named(media)?;
    let mut changes: Vec<MediaChange> = old
        .media()
        .filter(|name| !media.contains_key(*name))
        .map(|name| MediaChange { name: name.to_owned(), fate: MediaFate::Unused })
        .collect();
    for (name, item) in &media {
        let fate = match old.same_media(name, &item.bytes)? {
            Some(true) => continue,
            Some(false) => MediaFate::Changed { shown: Vec::new(), stale: Vec::new() },
            None => MediaFate::Added,
        };
        changes.push(MediaChange { name: name.clone(), fate });
    }
    changes.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    for MediaChange { name, fate } in &mut changes {
        if let MediaFate::Changed { shown, stale } = fate {
            let users = users(plan, name);
            (*shown, *stale) = users.into_iter().partition(|at| matches!(fates[*at], Fate::Added | Fate::Updated));
        }
    }
    Ok(changes)
}

/// The notes that show or play a medium.
fn users(plan: &DeckPlan<'_>, name: &str) -> Vec<usize> {
    let shows = |note: &PlannedNote| {
        let mut found = false;
        plan.bank().cards[note.card].media(|own| found |= own.nfc().eq(name.chars()));
        found
    };
    plan.notes.par_iter().enumerate().filter(|(_, note)| shows(note)).map(|(at, _)| at).collect()
}
