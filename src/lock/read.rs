//! A lock as TOML: what is wrong with one that is not as it was written, all places at once.
//!
//! In: the text. Out: a [`Lock`], if the text says the same in other words (other spacing, say), and diagnostics otherwise.

use super::line::{DECKS, NOTE_TYPES, NOTES, is_kind};
use super::{ContentHash, LATEST, Lock, LockedNote, Stamp, VERSION};
use crate::card::CardId;
use crate::diag::{Code, Diagnostic};
use crate::fields::{self, FieldSpec, Table, optional, required};
use crate::source::{Source, SourceId, Span};
use ecow::EcoString;
use toml::de::{DeTable, DeValue};

const LOCK_FIELDS: &[FieldSpec] = &[
    required("version", "the version of the format: 2"),
    required(NOTE_TYPES, "a line for each note type: { hash, mod }"),
    required(DECKS, "a line for each deck: the id of its chapter and its name"),
    required(NOTES, "a line for each note, under the first name of its card: { type, deck, hash, mod }"),
];
const STAMP_FIELDS: &[FieldSpec] =
    &[required("hash", "16 hexadecimal digits"), required("mod", "when this content was first built: Unix seconds")];
const NOTE_FIELDS: &[FieldSpec] = &[
    optional("id", "what its card is called now, if that is no longer its first name"),
    required("type", "the word for its note type"),
    required("deck", "the id of the chapter it was built into"),
];

/// Reads a text as TOML. The spans of what is found are places in `source`.
pub(super) fn lock(text: &Source, source: SourceId, found: &mut Vec<Diagnostic>) -> Option<Lock> {
    let document = fields::parse(text, source, found);
    if !found.is_empty() {
        // What is missing after a syntax error is no further news.
        return None;
    }
    let mut table = Table::new(source, 0..0, document.get_ref(), "a lock", &[LOCK_FIELDS], found);
    if let Some(version) = table.integer("version", 0..=u64::MAX).filter(|version| version.value != VERSION) {
        let message = format!("version {} of the format, this program knows {VERSION}", version.value);
        let help = if version.value > VERSION {
            "use a newer cardpress"
        } else {
            "delete the lock and build again: every note is then sent to Anki as changed, which loses nothing"
        };
        table.report(Diagnostic::new(Code::LockDamaged, version.span, message).help(help));
        return None;
    }
    for name in [NOTE_TYPES, DECKS, NOTES] {
        table.table(name);
    }
    let lines = |name: &str| lines(source, document.get_ref(), name);

    let mut lock = Lock::default();
    for line in lines(NOTE_TYPES) {
        if let Some(stamp) =
            line.table("the line of a note type", &[STAMP_FIELDS], found).and_then(|mut table| stamp(&mut table))
        {
            lock.note_types.insert(line.key.to_owned(), stamp);
        }
    }
    for line in lines(DECKS) {
        match (line.id(found), line.value) {
            (Some(chapter), DeValue::String(name)) => {
                lock.decks.insert(chapter, name.to_string());
            }
            (Some(_), other) => found.push(line.wrong("a string", other)),
            (None, _) => {}
        }
    }
    for line in lines(NOTES) {
        let name = line.id(found);
        let Some(mut table) = line.table("the line of a note", &[NOTE_FIELDS, STAMP_FIELDS], found) else { continue };
        let id = word(&mut table, "id", "the id of a card", CardId::new);
        let kind = word(&mut table, "type", "the word for a note type, such as `choice`", kind);
        let deck = word(&mut table, "deck", "the id of a chapter", CardId::new);
        let stamp = stamp(&mut table);
        if let (Some(name), Some(kind), Some(deck), Some(stamp)) = (name, kind, deck, stamp) {
            lock.notes.insert(name, LockedNote { id, kind, deck, stamp });
        }
    }
    Some(lock)
}

/// A line of the lock: a key and its value.
struct Line<'t, 's> {
    source: SourceId,
    key: &'t str,
    key_span: Span,
    value: &'t DeValue<'s>,
    span: Span,
}

/// The lines of one of the tables; none if it is no table, which was reported.
fn lines<'t, 's>(
    source: SourceId,
    document: &'t DeTable<'s>,
    name: &str,
) -> impl Iterator<Item = Line<'t, 's>> + use<'t, 's> {
    let table = document.get(name).and_then(|value| value.get_ref().as_table());
    table.into_iter().flat_map(|table| table.iter()).map(move |(key, value)| Line {
        source,
        key: key.get_ref(),
        key_span: Span::new(source, key.span()),
        value: value.get_ref(),
        span: Span::new(source, value.span()),
    })
}

impl<'t, 's> Line<'t, 's> {
    fn id(&self, found: &mut Vec<Diagnostic>) -> Option<CardId> {
        let id = CardId::new(self.key);
        if id.is_none() {
            let message = format!("`{}` is not an id", self.key.escape_debug());
            found.push(Diagnostic::new(Code::InvalidId, self.key_span, message));
        }
        id
    }

    fn wrong(&self, expected: &str, value: &DeValue<'_>) -> Diagnostic {
        let message = format!("`{}` is {}, expected {expected}", self.key.escape_debug(), fields::describe(value));
        Diagnostic::new(Code::WrongType, self.span, message)
    }

    fn table<'d>(&self, what: &'d str, specs: &[&[FieldSpec]], found: &'d mut Vec<Diagnostic>) -> Option<Table<'d, 's>>
    where
        't: 'd,
    {
        if let DeValue::Table(table) = self.value {
            return Some(Table::new(self.source, self.span.range(), table, what, specs, found));
        }
        found.push(self.wrong("a table `{ … }`", self.value));
        None
    }
}

fn kind(word: &str) -> Option<EcoString> {
    is_kind(word).then(|| word.into())
}

/// A field that holds what `read` takes and `allowed` describes.
fn word<T>(table: &mut Table<'_, '_>, field: &str, allowed: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let text = table.string(field)?;
    let word = read(text.value);
    if word.is_none() {
        let message = format!("`{field}` in the line of a note is `{}`", text.value.escape_debug());
        table.report(Diagnostic::new(Code::InvalidValue, text.span, message).help(format!("allowed: {allowed}")));
    }
    word
}

fn stamp(table: &mut Table<'_, '_>) -> Option<Stamp> {
    let modified = table.integer("mod", 1..=u64::from(LATEST));
    let text = table.string("hash")?;
    let hash = ContentHash::from_hex(text.value);
    if hash.is_none() {
        let message = format!("`{}` is not a hash", text.value.escape_debug());
        table.report(Diagnostic::new(Code::InvalidValue, text.span, message).help("allowed: 16 hexadecimal digits"));
    }
    Some(Stamp { hash: hash?, modified: modified?.value.cast_signed() })
}
