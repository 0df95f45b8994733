//! `cards.lock`: when each note last changed.
//!
//! In: the text of the lock file of the last build. Out: a [`Lock`], and the text of the next one. Anki takes a note from a newer deck only
//! if its modification time grew, and a build must not read the clock for what did not change: so the time at which a content
//! was first built is written down here, beside a hash of that content. The file is committed with the cards, like `Cargo.lock`.
//!
//! One line a note, sorted by id, so that two branches merge line by line. What a note consists of is not known here.

use crate::card::CardId;
use crate::diag::{Code, Diagnostic};
use crate::fields::{self, FieldSpec, Table, required};
use crate::source::{FileError, Source, SourceId, Sources, Span};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// The name of the file in the folder of the bank.
pub const LOCK_FILE: &str = "cards.lock";

/// The version of the format that this program reads and writes.
const VERSION: u64 = 1;

/// The latest time that Anki stores for a note: it keeps 32 bits of seconds.
const LATEST: u32 = u32::MAX;

const NOTE_TYPES: &str = "note-types";
const DECKS: &str = "decks";
const NOTES: &str = "notes";

const LOCK_FIELDS: &[FieldSpec] = &[
    required("version", "the version of the format: 1"),
    required(NOTE_TYPES, "a line for each note type: { hash, mod }"),
    required(DECKS, "a line for each deck: the id of its chapter and its name"),
    required(NOTES, "a line for each note: { deck, hash, mod }"),
];
const STAMP_FIELDS: &[FieldSpec] =
    &[required("hash", "16 hexadecimal digits"), required("mod", "when this content was first built: Unix seconds")];
const NOTE_FIELDS: &[FieldSpec] = &[required("deck", "the id of the chapter it was built into")];

/// How to mend a damaged lock, for every diagnostic about one.
const MEND: &str = "delete the damaged line and build again: its note is then sent to Anki as changed, which loses nothing; \
    deleting the whole file does so for every note";

/// 64 bits of a SHA-256 over a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash([u8; 8]);

impl ContentHash {
    /// The hash of a row of texts. Each goes in with its length, so that moving text from one to the next changes the hash.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hash.finalize()[..8]);
        Self(bytes)
    }

    fn from_hex(text: &str) -> Option<Self> {
        let digits = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let value = digits.then(|| u64::from_str_radix(text, 16).ok())??;
        Some(Self(value.to_be_bytes()))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

/// A content and the time at which it was first built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The content.
    pub hash: ContentHash,
    /// Anki's `mod`: Unix time in seconds.
    pub modified: i64,
}

impl Stamp {
    /// The stamp of a content that is built at `now` (Unix seconds). An unchanged content keeps its time; a changed one gets a
    /// later time than before, even where the clock went back.
    #[must_use]
    pub fn next(before: Option<Self>, hash: ContentHash, now: i64) -> Self {
        let latest = i64::from(LATEST);
        let now = now.clamp(1, latest);
        match before {
            Some(before) if before.hash == hash => before,
            Some(before) => Self { hash, modified: now.max(before.modified + 1).min(latest) },
            None => Self { hash, modified: now },
        }
    }
}

/// What the last build knew of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedNote {
    /// The chapter whose deck its cards were put into.
    pub deck: CardId,
    /// Its content.
    pub stamp: Stamp,
}

/// What the last build wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The note types by name.
    pub note_types: BTreeMap<String, Stamp>,
    /// The names of the decks by the ids of their chapters.
    pub decks: BTreeMap<CardId, String>,
    /// The notes by the ids of their cards.
    pub notes: BTreeMap<CardId, LockedNote>,
}

impl Lock {
    /// Reads a lock file; one that is not there is an empty lock. A damaged one is `None`, with what is wrong in `diagnostics`.
    ///
    /// # Errors
    /// [`FileError`] if the file is there and cannot be read.
    pub fn load(
        path: &Path,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Option<Self>, FileError> {
        // The text is held only where diagnostics point into it.
        match Source::read(path).map(|source| as_written(source.text())) {
            Ok(Some(lock)) => Ok(Some(lock)),
            Ok(None) => {
                let source = sources.read(path)?;
                Ok(Self::parse(sources, source, diagnostics))
            }
            Err(FileError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => Ok(Some(Self::default())),
            Err(error @ FileError::NotUtf8 { .. }) => {
                diagnostics.push(Diagnostic::placeless(Code::LockDamaged, error.to_string()).help(MEND));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Reads the text of a lock file. `None` if it is damaged; then `diagnostics` says where, all places at once.
    pub fn parse(sources: &Sources, source: SourceId, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        if let Some(lock) = as_written(sources.get(source).text()) {
            return Some(lock);
        }
        let mut found = Vec::new();
        let lock = read(sources, source, &mut found);
        let sound = found.is_empty();
        diagnostics.extend(found.into_iter().map(|mut diagnostic| {
            diagnostic.code = Code::LockDamaged;
            diagnostic.severity = Code::LockDamaged.severity();
            diagnostic.message.insert_str(0, "the lock is damaged: ");
            diagnostic.help(MEND)
        }));
        lock.filter(|_| sound)
    }

    /// The text of the lock file.
    pub fn to_toml(&self) -> String {
        let mut out = String::with_capacity(512 + 96 * self.notes.len());
        out.push_str(
            "# Written by cardpress; commit it with the cards. It tells Anki which notes are newer than those a learner has.\n\
             # After a merge conflict keep the lines of both sides; of two lines for one card, the one with the larger `mod`.\n",
        );
        let _ = writeln!(out, "version = {VERSION}\n\n[note-types]");
        for (name, Stamp { hash, modified }) in &self.note_types {
            let _ = writeln!(out, "{} = {{ hash = \"{hash}\", mod = {modified} }}", quoted(name));
        }
        out.push_str("\n[decks]\n");
        for (chapter, name) in &self.decks {
            let _ = writeln!(out, "\"{chapter}\" = {}", quoted(name));
        }
        out.push_str("\n[notes]\n");
        for (card, LockedNote { deck, stamp: Stamp { hash, modified } }) in &self.notes {
            let _ = writeln!(out, "\"{card}\" = {{ deck = \"{deck}\", hash = \"{hash}\", mod = {modified} }}");
        }
        out
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
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

/// Reads a text that is just as [`Lock::to_toml`] writes it, apart from comments and blank lines. `None` says nothing against the others: they
/// are read as TOML. For 100,000 notes this takes a tenth of the time of that, and none of its 200 MB.
fn as_written(text: &str) -> Option<Lock> {
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    let mut lock = Lock::default();
    (lines.next()? == format!("version = {VERSION}")).then_some(())?;
    (lines.next()? == format!("[{NOTE_TYPES}]")).then_some(())?;
    while let Some(line) = lines.next_if(|line| line.starts_with('"')) {
        let (name, rest) = line[1..].split_once("\" = { hash = \"")?;
        let twin = lock.note_types.insert(unescaped(name)?, stamp_as_written(rest)?);
        twin.is_none().then_some(())?;
    }
    (lines.next()? == format!("[{DECKS}]")).then_some(())?;
    while let Some(line) = lines.next_if(|line| line.starts_with('"')) {
        let (chapter, rest) = line[1..].split_once("\" = \"")?;
        let twin = lock.decks.insert(CardId::new(chapter)?, unescaped(rest.strip_suffix('"')?)?);
        twin.is_none().then_some(())?;
    }
    (lines.next()? == format!("[{NOTES}]")).then_some(())?;
    let mut notes: Vec<(CardId, LockedNote)> = Vec::new();
    for line in lines {
        let (card, rest) = line.strip_prefix('"')?.split_once("\" = { deck = \"")?;
        let (deck, rest) = rest.split_once("\", hash = \"")?;
        // Lines of one chapter often lie together, and share its name.
        let shared = notes.last().map(|(_, note)| &note.deck).filter(|last| last.as_str() == deck);
        let deck = shared.cloned().or_else(|| CardId::new(deck))?;
        notes.push((CardId::new(card)?, LockedNote { deck, stamp: stamp_as_written(rest)? }));
    }
    // All at once: a map that is filled line by line ends half empty.
    let count = notes.len();
    lock.notes = notes.into_iter().collect();
    (lock.notes.len() == count).then_some(lock)
}

/// The rest of a line from the digits of the hash.
fn stamp_as_written(rest: &str) -> Option<Stamp> {
    let (hash, rest) = rest.split_once("\", mod = ")?;
    let digits = rest.strip_suffix(" }")?;
    let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    let modified: u32 = plain.then(|| digits.parse().ok())??;
    Some(Stamp { hash: ContentHash::from_hex(hash)?, modified: modified.into() })
}

/// A string without anything that TOML would take for more than itself.
fn unescaped(text: &str) -> Option<String> {
    let plain = !text.contains(|character: char| character == '"' || character == '\\' || character.is_ascii_control());
    plain.then(|| text.to_owned())
}

fn read(sources: &Sources, source: SourceId, found: &mut Vec<Diagnostic>) -> Option<Lock> {
    let document = fields::parse(sources.get(source), source, found);
    if !found.is_empty() {
        // What is missing after a syntax error is no further news.
        return None;
    }
    let mut table = Table::new(source, 0..0, document.get_ref(), "a lock", &[LOCK_FIELDS], found);
    if let Some(version) = table.integer("version", 0..=u64::MAX).filter(|version| version.value != VERSION) {
        let message = format!("version {} of the format, this program knows {VERSION}", version.value);
        table.report(Diagnostic::new(Code::LockDamaged, version.span, message).help("use a newer cardpress"));
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
        let id = line.id(found);
        let Some(mut table) = line.table("the line of a note", &[NOTE_FIELDS, STAMP_FIELDS], found) else { continue };
        let deck = table.string("deck");
        let chapter = deck.and_then(|deck| CardId::new(deck.value));
        if let Some(deck) = deck.filter(|_| chapter.is_none()) {
            let message = format!("`{}` is not the id of a chapter", deck.value.escape_debug());
            table.report(Diagnostic::new(Code::InvalidId, deck.span, message));
        }
        if let (Some(id), Some(deck), Some(stamp)) = (id, chapter, stamp(&mut table)) {
            lock.notes.insert(id, LockedNote { deck, stamp });
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

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> CardId {
        CardId::new(text).expect("a valid id")
    }

    fn stamp(content: &str, modified: i64) -> Stamp {
        Stamp { hash: ContentHash::of([content]), modified }
    }

    fn sample() -> Lock {
        let note = |content, modified| LockedNote { deck: id("ch01"), stamp: stamp(content, modified) };
        Lock {
            note_types: [("Cardpress Choice".to_owned(), stamp("t", 5))].into(),
            decks: [(id("ch01"), "大语言模型::第1章 \"引言\" \\".to_owned())].into(),
            notes: [(id("b.2"), note("乙", 1_700_000_000)), (id("a-1"), note("甲", 7))].into(),
        }
    }

    fn parse(text: &str) -> (Option<Lock>, Vec<String>) {
        let mut sources = Sources::default();
        let source = sources.add("cards.lock", text);
        let mut diagnostics = Vec::new();
        let lock = Lock::parse(&sources, source, &mut diagnostics);
        for diagnostic in &diagnostics {
            assert_eq!(diagnostic.code, Code::LockDamaged);
            assert!(diagnostic.help.iter().any(|help| help.contains("build again")), "{diagnostic:?}");
        }
        let format = crate::diag::render::Format::Short;
        (lock, diagnostics.iter().map(|diagnostic| crate::diag::render::render(diagnostic, &sources, format)).collect())
    }

    #[test]
    fn a_lock_is_one_sorted_line_a_note_and_reads_back() {
        let text = sample().to_toml();
        let notes: Vec<&str> = text.lines().skip_while(|line| *line != "[notes]").skip(1).collect();
        assert_eq!(notes.len(), 2);
        assert!(notes[0].starts_with("\"a-1\" = { deck = \"ch01\", hash = \""), "{text}");
        assert!(notes[1].starts_with("\"b.2\" = ") && notes[1].ends_with("mod = 1700000000 }"), "{text}");
        assert_eq!(parse(&text), (Some(sample()), vec![]));
        assert_eq!(parse(&Lock::default().to_toml()), (Some(Lock::default()), vec![]));
    }

    #[test]
    fn the_quick_way_and_toml_read_the_same() {
        let mut lock = sample();
        lock.decks.insert(id("ch01"), "大语言模型::第1章 引言".to_owned());
        let text = lock.to_toml();
        assert_eq!(as_written(&text).as_ref(), Some(&lock));
        let mut sources = Sources::default();
        let source = sources.add("cards.lock", text.as_str());
        assert_eq!(read(&sources, source, &mut Vec::new()), Some(lock));
        // Whatever differs from what is written is for TOML to judge.
        for other in [
            text.replace(" = {", "={"),
            text.replace("mod = 7", "mod = 07"),
            text.replace("mod = 7", "mod = +7"),
            text.replace("\"b.2\"", "\"a-1\""),
            text.replace("引言", "\\u5f15"),
            text.replace("[notes]", "[notes] # all"),
            sample().to_toml(),
        ] {
            assert_ne!(other, text);
            assert_eq!(as_written(&other), None, "{other}");
        }
    }

    #[test]
    fn an_unchanged_content_keeps_its_time_and_a_changed_one_moves_forward() {
        let first = Stamp::next(None, ContentHash::of(["甲"]), 100);
        assert_eq!(first.modified, 100);
        assert_eq!(Stamp::next(Some(first), ContentHash::of(["甲"]), 999), first);
        assert_eq!(Stamp::next(Some(first), ContentHash::of(["乙"]), 999).modified, 999);
        assert_eq!(Stamp::next(Some(first), ContentHash::of(["乙"]), 50).modified, 101, "the clock went back");
        assert_eq!(Stamp::next(None, ContentHash::of(["甲"]), -5).modified, 1);
    }

    #[test]
    fn text_that_moves_to_the_next_field_changes_the_hash() {
        assert_ne!(ContentHash::of(["ab", "c"]), ContentHash::of(["a", "bc"]));
    }

    #[test]
    fn damage_is_said_with_its_place_and_all_of_it() {
        let text = sample().to_toml();
        let conflict = text.replace("[notes]\n", "[notes]\n<<<<<<< HEAD\n");
        let (lock, messages) = parse(&conflict);
        assert_eq!(lock, None);
        assert!(messages[0].starts_with("cards.lock:12:"), "{messages:?}");

        let line = |id: &str| text.lines().find(|line| line.starts_with(&format!("\"{id}\""))).expect("its line");
        let broken = text
            .replace(line("a-1"), "\"a-1\" = { deck = \"ch01\", hash = \"xyz\", mod = -1 }")
            .replace(line("b.2"), "\"b.2\" = 7");
        let (lock, messages) = parse(&broken);
        assert_eq!(lock, None);
        assert_eq!(messages.len(), 3, "{messages:?}");
        assert!(messages.iter().any(|message| message.contains("cards.lock:12:") && message.contains("`xyz`")));
        assert!(messages.iter().any(|message| message.contains("`mod` in the line of a note is -1")));

        let twice = format!("{text}{}\n", line("a-1"));
        assert_eq!(parse(&twice).0, None, "two lines for one card");
        let newer = text.replace("version = 1", "version = 2");
        assert!(parse(&newer).1[0].contains("version 2"), "{:?}", parse(&newer).1);
    }

    #[test]
    fn no_file_is_an_empty_lock_and_no_utf8_is_damage() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(LOCK_FILE);
        let (mut sources, mut diagnostics) = (Sources::default(), Vec::new());
        let lock = Lock::load(&path, &mut sources, &mut diagnostics).expect("no error");
        assert_eq!((lock, diagnostics.len()), (Some(Lock::default()), 0));
        #[expect(clippy::disallowed_methods, reason = "a fixture")]
        std::fs::write(&path, b"\xff").expect("a writable temporary folder");
        let lock = Lock::load(&path, &mut sources, &mut diagnostics).expect("it can be read");
        assert_eq!((lock, diagnostics[0].code), (None, Code::LockDamaged));
    }
}
