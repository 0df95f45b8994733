//! `cardpress deck --diff`: what importing the deck of now would do to someone who has an older package of it.
//!
//! In: the bank, its lock and an `.apkg`. Out, on the standard output: how many notes arrive, change and stay, then each that is not as it was,
//! field by field. It writes no file, the lock neither.

mod human;
mod lines;

use super::super::ui::Ui;
use super::super::{Failure, Format, Global, Verdict, load, now};
use super::{FoundLock, Locking, note_types};
use crate::bank::BANK_FILE;
use crate::card::CardId;
use crate::diag::any_error;
use crate::export::anki::diff::{Diff, DiffError, GoneNote, NoteChange, TextChange, diff};
use crate::export::anki::notetype::{NoteKind, NoteType};
use crate::export::anki::plan;
use crate::export::anki::read::{OldPackage, ReadError};
use crate::export::anki::{DeckPlan, MediaDigests, PlannedNote};
use crate::source::{FileError, Source};
use std::fs::File;
use std::io::{self, BufReader};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::thread::ScopedJoinHandle;
use std::{panic, thread};
use toml::de::DeTable;

/// An older package, read from its file.
type Old = OldPackage<BufReader<File>>;

/// Two decks and what tells them apart.
struct Compared<'a> {
    /// The package of the older one.
    path: &'a Path,
    old: &'a Old,
    plan: &'a DeckPlan<'a>,
    diff: &'a Diff,
}

/// Compares the deck that would be built now with the package `older`, or with the one in the output folder.
pub(super) fn run(older: Option<&Path>, options: &Locking, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
    let path = match older {
        Some(path) => path.to_path_buf(),
        None => match bank_id(&global.bank) {
            Some(id) => global.out.join(format!("{id}.apkg")),
            // Reading the whole bank says what is wrong with it.
            None => return load(&global.bank, ui).map(|_| Verdict::Wrong),
        },
    };
    let file = open(&path)?;
    // The package and the lock need one thread each, and leave the others to the bank.
    let (old, lock, ready) = thread::scope(|scope| {
        let older = scope.spawn(|| OldPackage::read(BufReader::new(file)));
        let lock = scope.spawn(|| FoundLock::read(&options.path(global)));
        let ready = load(&global.bank, ui);
        (joined(older), joined(lock), ready)
    });
    let Some(ready) = ready? else { return Ok(Verdict::Wrong) };
    let unreadable = |error| Failure::OldPackage { path: path.clone(), error };
    let mut old = old.map_err(unreadable)?;

    // As the bank, the lock and the plan are never given back piece by piece.
    let Some(lock) = lock?.sound(ui).map(ManuallyDrop::new) else { return Ok(Verdict::Wrong) };
    let bank = &ready.bank;
    let progress = ui.progress(0, "comparing the decks");
    let types = note_types()?;
    let media = bank.media(bank.deck_cards())?;
    let digests = MediaDigests::of(&media);
    let plan = ManuallyDrop::new(plan(bank, &lock, &types, &digests, now()?));
    ui.report(&plan.diagnostics, &ready.sources);
    if any_error(&plan.diagnostics) {
        return Ok(Verdict::Wrong);
    }
    let diff = match diff(&plan, &media, &mut old) {
        Ok(diff) => diff,
        Err(DiffError::Read(error)) => return Err(unreadable(error)),
        Err(DiffError::Package(error)) => return Err(error.into()),
    };
    progress.finish_and_clear();
    if !diff.is_related(&plan) {
        let found = diff.foreign.keys().map(|bank| foreign(bank)).collect();
        return Err(Failure::ForeignPackage { path, bank: bank.info.id.to_string(), found });
    }
    let compared = Compared { path: &path, old: &old, plan: &plan, diff: &diff };
    match ui.format() {
        Format::Human => human::print(&compared, ui),
        Format::Short => lines::print_short(&compared, ui),
        Format::Json => lines::print_json(&compared, ui),
    }
    .map_err(unreadable)?;
    Ok(Verdict::Fine)
}

/// What a thread has made.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
}

/// Whose notes they are.
fn foreign(bank: &str) -> String {
    if bank.is_empty() { "no bank".to_owned() } else { format!("the bank `{}`", super::legible::harmless(bank)) }
}

/// The id of a bank without reading its cards, if its head is sound.
fn bank_id(folder: &Path) -> Option<CardId> {
    let source = Source::read(&folder.join(BANK_FILE)).ok()?;
    let head = DeTable::parse(source.text()).ok()?;
    CardId::new(head.get_ref().get("id")?.get_ref().as_str()?)
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::NoPackage { path: path.to_path_buf() },
        _ => FileError::Io { operation: "read", path: path.to_path_buf(), error }.into(),
    })
}

impl<'a> Compared<'a> {
    fn planned(&self, change: &NoteChange) -> &'a PlannedNote {
        &self.plan.notes[change.planned]
    }

    fn id(&self, planned: usize) -> &'a str {
        self.plan.bank().cards[self.plan.notes[planned].card].id.as_str()
    }

    fn note_type(&self, change: &NoteChange) -> &'a NoteType {
        &self.plan.types().all()[self.planned(change).note_type]
    }

    fn texts(&self, change: &NoteChange) -> Result<TextChange, ReadError> {
        Diff::texts(self.plan, self.old, change)
    }

    /// What cards of a note are called: `c1`, or the template that makes them.
    fn card_names(&self, change: &NoteChange, ordinals: &[u16]) -> Vec<String> {
        let note_type = self.note_type(change);
        let name = |ordinal: &u16| match (note_type.kind(), note_type.templates.get(usize::from(*ordinal))) {
            (NoteKind::Cloze, _) => format!("c{}", u32::from(*ordinal) + 1),
            (_, Some(template)) => template.name.to_owned(),
            (_, None) => format!("card {}", u32::from(*ordinal) + 1),
        };
        ordinals.iter().map(name).collect()
    }

    fn moved(&self) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
        self.diff.notes.iter().filter_map(|change| {
            let moved = change.moved.as_ref()?;
            Some((self.id(change.planned), &*moved.from, &*self.plan.decks[moved.to].name))
        })
    }

    /// How many cards known notes get, and how many they lose.
    fn cards(&self) -> (usize, usize) {
        let notes = &self.diff.notes;
        (notes.iter().map(|note| note.cards_added.len()).sum(), notes.iter().map(|note| note.cards_emptied.len()).sum())
    }

    fn guid_of(&self, gone: &GoneNote) -> &'a str {
        self.old.guid(gone.old)
    }

    /// The name of the note type of a note that is gone.
    fn note_type_of(&self, gone: &GoneNote) -> &'a str {
        let note_type = self.old.note_types.get(&self.old.notes()[gone.old].note_type);
        note_type.map_or("", |note_type| &note_type.name)
    }
}
