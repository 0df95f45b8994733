//! The lines of a lock, one by one: how they are written, and how what was written is read.
//!
//! In: a [`Lock`], or a text. Out: the text, or what its lines say. Reading here knows nothing but lines that are just as they were written:
//! each tells by its shape what it is. Whoever meets another line asks TOML (`read.rs`).

use super::{ContentHash, Lock, LockedNote, Stamp, VERSION};
use crate::card::CardId;
use ecow::EcoString;
use std::borrow::Borrow;
use std::io::{self, Write};

/// The names of the tables, in their order.
pub(super) const NOTE_TYPES: &str = "note-types";
pub(super) const DECKS: &str = "decks";
pub(super) const NOTES: &str = "notes";

/// A line that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Version,
    /// The name of a table.
    Header(&'static str),
    NoteType(String, Stamp),
    Deck(CardId, String),
    Note(CardId, LockedNote),
}

impl Line {
    /// Reads a line that is neither blank nor a comment. `None` for whatever no build writes.
    pub(super) fn read(line: &str) -> Option<Self> {
        if let Some(rest) = line.strip_prefix('"') {
            let (name, rest) = unquoted(rest)?;
            let rest = rest.strip_prefix(" = ")?;
            return if let Some(rest) = rest.strip_prefix('"') {
                let (deck, rest) = unquoted(rest)?;
                rest.is_empty().then_some(Self::Deck(CardId::new(&name)?, deck))
            } else if let Some(rest) = rest.strip_prefix("{ hash = \"") {
                Some(Self::NoteType(name, stamp(rest)?))
            } else {
                Some(Self::Note(CardId::new(&name)?, note(rest, None)?))
            };
        }
        let header = |name: &&str| line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) == Some(name);
        match [NOTE_TYPES, DECKS, NOTES].into_iter().find(header) {
            Some(name) => Some(Self::Header(name)),
            None => (line.strip_prefix("version = ")?.parse() == Ok(VERSION)).then_some(Self::Version),
        }
    }
}

/// Writes the text of a lock: its head, which is all of `lock` but the notes, and these notes, sorted by name.
pub(super) fn write<'a, N: Borrow<LockedNote>>(
    lock: &Lock,
    notes: impl Iterator<Item = (&'a CardId, N)>,
    out: &mut impl Write,
) -> io::Result<()> {
    out.write_all(
        b"# Written by cardpress; commit it with the cards. It tells Anki which notes are newer than those a learner has.\n\
          # After a merge conflict leave it as it is and build again: a build settles it. Do not choose a side.\n",
    )?;
    writeln!(out, "version = {VERSION}\n\n[{NOTE_TYPES}]")?;
    for (name, Stamp { hash, modified }) in &lock.note_types {
        writeln!(out, "{} = {{ hash = \"{hash}\", mod = {modified} }}", quoted(name))?;
    }
    writeln!(out, "\n[{DECKS}]")?;
    for (chapter, name) in &lock.decks {
        writeln!(out, "\"{chapter}\" = {}", quoted(name))?;
    }
    writeln!(out, "\n[{NOTES}]")?;
    for (first_name, note) in notes {
        let LockedNote { id, kind, deck, stamp: Stamp { hash, modified } } = note.borrow();
        write!(out, "\"{first_name}\" = {{ ")?;
        if let Some(id) = id {
            write!(out, "id = \"{id}\", ")?;
        }
        writeln!(out, "type = \"{kind}\", deck = \"{deck}\", hash = \"{hash}\", mod = {modified} }}")?;
    }
    Ok(())
}

/// Reads a text that is just as [`write`] makes it, apart from comments and blank lines. `None` says nothing against the others. For
/// 100,000 notes this takes a tenth of the time that TOML does, and none of its 200 MB.
pub(super) fn as_written(text: &str) -> Option<Lock> {
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    let mut lock = Lock::default();
    let mut expect = |wanted: Line| (Line::read(lines.next()?)? == wanted).then_some(());
    expect(Line::Version)?;
    expect(Line::Header(NOTE_TYPES))?;
    while let Some(line) = lines.next_if(|line| line.starts_with('"')) {
        let Line::NoteType(name, stamp) = Line::read(line)? else { return None };
        lock.note_types.insert(name, stamp).is_none().then_some(())?;
    }
    (Line::read(lines.next()?)? == Line::Header(DECKS)).then_some(())?;
    while let Some(line) = lines.next_if(|line| line.starts_with('"')) {
        let Line::Deck(chapter, name) = Line::read(line)? else { return None };
        lock.decks.insert(chapter, name).is_none().then_some(())?;
    }
    (Line::read(lines.next()?)? == Line::Header(NOTES)).then_some(())?;
    let mut notes: Vec<(CardId, LockedNote)> = Vec::new();
    for line in lines {
        // Not by way of `Line`: an id needs no escapes, and lines of one chapter often lie together and share its name.
        let (first_name, rest) = line.strip_prefix('"')?.split_once("\" = ")?;
        let note = note(rest, notes.last().map(|(_, note)| note))?;
        notes.push((CardId::new(first_name)?, note));
    }
    // All at once: a map that is filled line by line ends half empty.
    let count = notes.len();
    lock.notes = notes.into_iter().collect();
    (lock.notes.len() == count).then_some(lock)
}

/// The table of a note. What it has in common with `last` is shared.
fn note(rest: &str, last: Option<&LockedNote>) -> Option<LockedNote> {
    let rest = rest.strip_prefix("{ ")?;
    let (id, rest) = match rest.strip_prefix("id = \"") {
        Some(rest) => {
            let (id, rest) = rest.split_once("\", ")?;
            (Some(CardId::new(id)?), rest)
        }
        None => (None, rest),
    };
    let (kind, rest) = rest.strip_prefix("type = \"")?.split_once("\", deck = \"")?;
    let (deck, rest) = rest.split_once("\", hash = \"")?;
    let shared = last.map(|last| &last.deck).filter(|last| last.as_str() == deck);
    Some(LockedNote {
        id,
        kind: is_kind(kind).then(|| EcoString::from(kind))?,
        deck: shared.cloned().or_else(|| CardId::new(deck))?,
        stamp: stamp(rest)?,
    })
}

/// Whether a text is the word for a note type.
pub(super) fn is_kind(text: &str) -> bool {
    !text.is_empty() && text.len() <= CardId::LONGEST && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The rest of a line from the digits of the hash.
fn stamp(rest: &str) -> Option<Stamp> {
    let (hash, rest) = rest.split_once("\", mod = ")?;
    let digits = rest.strip_suffix(" }")?;
    let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    let modified: u32 = plain.then(|| digits.parse().ok())??;
    Some(Stamp { hash: ContentHash::from_hex(hash)?, modified: modified.into() })
}

/// A TOML basic string.
pub(crate) fn quoted(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control.is_ascii_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(control));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// The string after an opening quote, as [`quoted`] wrote it, and what follows the closing one.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let plain = rest.find(|character: char| matches!(character, '"' | '\\') || character.is_ascii_control())?;
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
        if let Some(after) = rest.strip_prefix('"') {
            return Some((out, after));
        }
        let escape = rest.strip_prefix('\\')?;
        if let Some(after) = escape.strip_prefix(['"', '\\']) {
            out.push_str(&escape[..1]);
            rest = after;
        } else {
            let digits = escape.strip_prefix('u')?.get(..4)?;
            let control = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
            let as_written =
                |control: &char| control.is_ascii_control() && format!("{:04X}", u32::from(*control)) == digits;
            out.push(control.filter(as_written)?);
            rest = &escape[5..];
        }
    }
}
