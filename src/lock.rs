//! `cards.lock`: when each note last changed, and which card it belongs to.
//!
//! In: the text of the lock file of the last build. Out: a [`Lock`], and the text of the next one. Anki takes a note from a newer deck only
//! if its modification time grew, and a build must not read the clock for what did not change: so the time at which a content
//! was first built is written down here, beside a hash of that content. The file is committed with the cards, like `Cargo.lock`.
//!
//! One line a note, under the first name of its card and sorted by it: a rename changes a line and moves none, and two branches merge
//! line by line. Where they do not, both sides are read and settled (`lock/settle.rs`); anything else that is not as it was written
//! is damage, and said with its place (`lock/read.rs`). What a note consists of is not known here.

mod line;
mod read;
mod settle;
#[cfg(test)]
mod tests;

use crate::card::CardId;
use crate::diag::{Code, Diagnostic};
use crate::source::{FileError, Source, SourceId, Sources, Span};
use ecow::EcoString;
pub(crate) use line::quoted;
use settle::Merge;
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;

/// The name of the file in the folder of the bank.
pub const LOCK_FILE: &str = "cards.lock";

/// The version of the format that this program reads and writes.
const VERSION: u64 = 2;

/// The latest time that Anki stores for a note: it keeps 32 bits of seconds.
const LATEST: u32 = u32::MAX;

/// How to mend a damaged lock, for every diagnostic about one.
const MEND: &str = "delete the damaged line and build again: its note is then sent to Anki as changed, which loses nothing if every \
    renamed card says what it `was`; deleting the whole file does so for every note";

/// 64 bits of a SHA-256 over a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash([u8; 8]);

impl ContentHash {
    /// Stands for two contents that were built at one time, on two branches. It is taken for the hash of none, so that the next build
    /// finds a change whatever the content is.
    pub const UNSETTLED: Self = Self([0; 8]);

    /// The hash of a row of texts, or of files. Each goes in with its length, so that moving text from one to the next changes the hash.
    pub fn of<'a, P: AsRef<[u8]> + ?Sized + 'a>(parts: impl IntoIterator<Item = &'a P>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            let part = part.as_ref();
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hash.finalize()[..8]);
        Self(bytes)
    }

    /// From 16 hexadecimal digits, as it is written.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
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
    /// What its card was called, where that is no longer its first name.
    pub id: Option<CardId>,
    /// The word for its note type: lower-case letters.
    pub kind: EcoString,
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
    /// The notes by the first names of their cards.
    pub notes: BTreeMap<CardId, LockedNote>,
    /// What gave way when two sides of a merge were settled. It is never written.
    pub other_side: OtherSide,
}

/// What learners have who got their deck from the other side of a merge, in the order of the lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OtherSide {
    /// Other names of decks.
    pub decks: Vec<(CardId, String)>,
    /// Other states of notes.
    pub notes: Vec<(CardId, LockedNote)>,
}

impl Lock {
    /// Reads a lock file; one that is not there is an empty lock. A damaged one is `None`, with what is wrong in `diagnostics`; of one
    /// in which a merge was settled, they say so.
    ///
    /// # Errors
    /// [`FileError`] if the file is there and cannot be read.
    pub fn load(
        path: &Path,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Option<Self>, FileError> {
        // The text is held only where diagnostics point into it.
        match Source::read(path).map(|source| line::as_written(source.text())) {
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
        let text = sources.get(source);
        if let Some(lock) = line::as_written(text.text()) {
            return Some(lock);
        }
        let mut found = Vec::new();
        let lock = match settle::merge(text.text()) {
            Merge::None => read::lock(text, source, &mut found),
            Merge::Settled { lock, doubled, place } => {
                diagnostics.push(merged(doubled, Span::new(source, place)));
                return Some(lock);
            }
            Merge::Damaged { rest, strange } => {
                let rest = Source::new(text.path(), rest);
                read::lock(&rest, source, &mut found);
                if found.is_empty() {
                    // Good TOML, yet no line that can be told from its twin.
                    found.extend(strange.into_iter().map(|line| {
                        let message = "a line that no build wrote, in a lock with both sides of a merge";
                        Diagnostic::new(Code::LockDamaged, Span::new(source, line), message).help(MEND)
                    }));
                }
                None
            }
        };
        let sound = found.is_empty();
        diagnostics.extend(found.into_iter().map(|found| damaged(found, MEND)));
        lock.filter(|_| sound)
    }

    /// Writes the lock file: of a large bank it is long.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        self.write_with(&self.notes, out)
    }

    /// As [`Lock::write`], with these notes, sorted by name, in place of its own: those of a large bank need not be held for it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_with<'a, N: Borrow<LockedNote>>(
        &self,
        notes: impl IntoIterator<Item = (&'a CardId, N)>,
        out: &mut impl io::Write,
    ) -> io::Result<()> {
        line::write(self, notes.into_iter(), out)
    }

    /// The text of the lock file.
    pub fn to_toml(&self) -> String {
        let mut bytes = Vec::new();
        // Nothing but text is written, and memory takes it.
        let _ = self.write(&mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// What is wrong in a lock, whatever it would be called in another file: damage, with how to mend it where that is not yet said.
pub(crate) fn damaged(mut found: Diagnostic, mend: &str) -> Diagnostic {
    let advised = found.code == Code::LockDamaged;
    found.code = Code::LockDamaged;
    found.severity = Code::LockDamaged.severity();
    found.message.insert_str(0, "the lock is damaged: ");
    if advised { found } else { found.help(mend) }
}

fn merged(doubled: usize, place: Span) -> Diagnostic {
    let message = match doubled {
        0 => "a merge left both its sides in the lock: all their lines are kept".to_owned(),
        1 => "a merge left two versions of a line in the lock: the later one is kept".to_owned(),
        _ => format!("a merge left two versions of {doubled} lines in the lock: the later one of each is kept"),
    };
    Diagnostic::new(Code::LockMerged, place, message)
        .help("nothing is left to do by hand: commit the lock that `cardpress deck` or `cardpress build` writes")
}
