//! A package read back: the deck that a learner already has.
//!
//! In: the bytes of an `.apkg` with a collection in schema 11, as this program writes them and as Anki does where "Support older Anki versions" is
//! ticked. Out: an [`OldPackage`]: note types, decks and notes, of each note no more than a hash; its texts are fetched when they are asked for.
//! The bytes may be anything: what does not fit is a [`ReadError`]. What the package means for an import is for [`super::diff`].

mod notes;

use super::content;
use crate::lock::ContentHash;
pub(super) use notes::OldNotes;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use tempfile::TempDir;
use zip::ZipArchive;
use zip::result::ZipError;

/// The most that a collection is unpacked to, in bytes: twenty times one of 100,000 notes. A damaged or malicious package could otherwise fill the disk.
const LARGEST_COLLECTION: u64 = 2 << 30;

/// The most that the list of media is unpacked to, in bytes.
const LARGEST_LIST: u64 = 64 << 20;

/// The version of the tables that is read.
const SCHEMA: i64 = 11;

/// What Anki calls the collections that it puts into packages: in its newer format (packed by Zstandard, in other tables), in the older one, and in
/// the oldest, which it fills with a note that asks for an update where one of the others is there.
const NEWER: &str = "collection.anki21b";
const COLLECTIONS: [&str; 2] = ["collection.anki21", "collection.anki2"];

/// Why a package cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no zip, or a damaged one.
    #[error("it is not a package of Anki: {0}")]
    NotZip(ZipError),
    /// It is another kind of zip.
    #[error("it is not a package of Anki: there is no collection in it")]
    NoCollection,
    /// It is written in the format of which only Anki knows the tables.
    #[error("it is in Anki's newer format")]
    Newer,
    /// The collection is of another time.
    #[error("its collection has version {0} of the tables, and version {SCHEMA} is what can be read")]
    Schema(i64),
    /// An entry that would fill memory or disk.
    #[error("`{entry}` in it is larger than {largest} MiB")]
    TooLarge {
        /// The entry of the zip.
        entry: String,
        /// The bound, in units of 2²⁰ bytes.
        largest: u64,
    },
    /// An entry that cannot be unpacked.
    #[error("it is damaged: `{entry}` cannot be unpacked: {error}")]
    Entry {
        /// The entry of the zip.
        entry: String,
        /// What went wrong.
        error: io::Error,
    },
    /// The collection is no sound database.
    #[error("it is damaged: its collection cannot be read: {0}")]
    Database(#[from] rusqlite::Error),
    /// A column or an entry that should be JSON of a certain shape.
    #[error("it is damaged: its {what} cannot be read: {error}")]
    Json {
        /// Which.
        what: &'static str,
        /// What went wrong.
        error: serde_json::Error,
    },
    /// The folder for the unpacked collection could not be made or written.
    #[error("cannot unpack it into a temporary file: {0}")]
    Temporary(io::Error),
}

/// A note type of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldNoteType {
    /// Its name.
    pub name: String,
    /// Its style sheet.
    pub css: String,
    /// When it last changed: Unix seconds.
    pub modified: i64,
    /// The names of its fields in their order.
    pub fields: Vec<String>,
    /// Its templates in their order.
    pub templates: Vec<OldTemplate>,
}

/// A card template of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldTemplate {
    /// Its name.
    pub name: String,
    /// The HTML of the question.
    pub front: String,
    /// The HTML of the answer.
    pub back: String,
}

/// A note of a package, without its texts. What identifies it in every collection is [`OldPackage::guid`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldNote {
    /// Its id in the package.
    pub id: i64,
    /// The id of its note type.
    pub note_type: i64,
    /// When it last changed: Unix seconds.
    pub modified: i64,
    /// The hash of its texts, as the lock has it.
    pub hash: ContentHash,
}

/// A card of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OldCard {
    /// The id of its note.
    pub note: i64,
    /// Which template, or which deletion, counted from 0.
    pub ordinal: u16,
    /// The id of its deck.
    pub deck: i64,
}

/// The texts of a note of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldContent {
    /// HTML, in the order of its note type.
    pub fields: Vec<String>,
    /// Sorted.
    pub tags: Vec<String>,
}

/// The notes of a package and their cards, which many threads may ask at a time.
#[derive(Debug)]
pub(super) struct OldRows {
    pub(super) notes: OldNotes,
    /// In their order: those of one note are neighbours.
    cards: Vec<OldCard>,
}

impl OldRows {
    /// The cards of a note, by their ordinals.
    pub(super) fn cards(&self, note: &OldNote) -> &[OldCard] {
        let start = self.cards.partition_point(|card| card.note < note.id);
        let count = self.cards[start..].partition_point(|card| card.note == note.id);
        &self.cards[start..start + count]
    }
}

/// A package that was built before.
#[derive(Debug)]
pub struct OldPackage<R> {
    /// The note types by their ids.
    pub note_types: BTreeMap<i64, OldNoteType>,
    /// The names of the decks by their ids.
    pub decks: BTreeMap<i64, String>,
    rows: OldRows,
    /// The entries of the zip by the names that media have in Anki.
    media: BTreeMap<String, String>,
    zip: ZipArchive<R>,
    collection: Connection,
    /// Holds the file of the collection. The last field: the connection closes before its file goes.
    _folder: TempDir,
}

impl<R: Read + Seek> OldPackage<R> {
    /// Reads a package.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn read(package: R) -> Result<Self, ReadError> {
        let mut zip = ZipArchive::new(package).map_err(ReadError::NotZip)?;
        if zip.index_for_name(NEWER).is_some() {
            return Err(ReadError::Newer);
        }
        let entry = COLLECTIONS.into_iter().find(|name| zip.index_for_name(name).is_some());
        let entry = entry.ok_or(ReadError::NoCollection)?;
        // SQLite may put files of its own beside this one.
        let folder = tempfile::tempdir().map_err(ReadError::Temporary)?;
        let path = folder.path().join("collection");
        unpack(&mut zip, entry, LARGEST_COLLECTION, &mut create(&path)?)?;
        let collection = open(&path)?;
        let (note_types, decks) = head(&collection)?;
        let rows = OldRows { notes: notes(&collection, &note_types)?, cards: cards(&collection)? };
        let media = media(&mut zip)?;
        Ok(Self { note_types, decks, rows, media, zip, collection, _folder: folder })
    }

    /// Whether a medium has these bytes; `None` if it is not there.
    ///
    /// # Errors
    /// [`ReadError`] if it cannot be unpacked.
    pub fn same_media(&mut self, name: &str, bytes: &[u8]) -> Result<Option<bool>, ReadError> {
        let Some(entry) = self.media.get(name) else { return Ok(None) };
        let failed = |error| ReadError::Entry { entry: entry.clone(), error };
        let mut content = match self.zip.by_name(entry) {
            Ok(content) => content,
            // Anki, too, takes a medium without its entry for one that is not there.
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(failed(error.into())),
        };
        // No more is unpacked than is compared.
        let mut rest = bytes;
        let mut buffer = [0; 1 << 13];
        loop {
            let read = content.read(&mut buffer).map_err(failed)?;
            match rest.split_at_checked(read) {
                Some((same, after)) if *same == buffer[..read] => rest = after,
                _ => return Ok(Some(false)),
            }
            if read == 0 {
                return Ok(Some(rest.is_empty()));
            }
        }
    }
}

impl<R> OldPackage<R> {
    /// The notes in the order of their ids.
    pub fn notes(&self) -> &[OldNote] {
        self.rows.notes.all()
    }

    /// What identifies the note at a position in every collection.
    pub fn guid(&self, at: usize) -> &str {
        self.rows.notes.guid(at)
    }

    /// The notes and their cards.
    pub(super) fn rows(&self) -> &OldRows {
        &self.rows
    }

    /// The texts of a note.
    ///
    /// # Errors
    /// [`ReadError`] if the collection is damaged at its place.
    pub fn content(&self, note: &OldNote) -> Result<OldContent, ReadError> {
        let mut query = self.collection.prepare_cached("SELECT tags, flds FROM notes WHERE id = ?")?;
        let content = query.query_row(params![note.id], |row| {
            let mut tags: Vec<String> = split_tags(text(row, 0)?).map(str::to_owned).collect();
            tags.sort_unstable();
            Ok(OldContent { fields: split_fields(text(row, 1)?).map(str::to_owned).collect(), tags })
        });
        Ok(content?)
    }

    /// The names of the media.
    pub fn media(&self) -> impl Iterator<Item = &str> {
        self.media.keys().map(String::as_str)
    }
}

#[expect(clippy::disallowed_methods, reason = "a temporary file, not one of the user's")]
fn create(path: &std::path::Path) -> Result<File, ReadError> {
    File::create(path).map_err(ReadError::Temporary)
}

/// Unpacks an entry to `out`, whatever it says of its length.
fn unpack(
    zip: &mut ZipArchive<impl Read + Seek>,
    name: &str,
    largest: u64,
    out: &mut impl io::Write,
) -> Result<(), ReadError> {
    let failed = |error| ReadError::Entry { entry: name.to_owned(), error };
    let entry = zip.by_name(name).map_err(|error| failed(error.into()))?;
    let mut entry = entry.take(largest + 1);
    let mut buffer = vec![0; 1 << 18];
    let mut length = 0;
    loop {
        let read = entry.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok(());
        }
        length += read as u64;
        if length > largest {
            return Err(ReadError::TooLarge { entry: name.to_owned(), largest: largest >> 20 });
        }
        out.write_all(&buffer[..read]).map_err(ReadError::Temporary)?;
    }
}

/// Opens a database that may be anybody's.
fn open(path: &std::path::Path) -> Result<Connection, ReadError> {
    // Not read-only: SQLite would refuse a collection in WAL mode. The file is a copy.
    let collection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    collection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    collection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    collection.execute_batch("PRAGMA query_only = on; PRAGMA cell_size_check = on; PRAGMA cache_size = -4096;")?;
    // Views and virtual tables of these names could run for ever.
    let tables: i64 = collection.query_row(
        "SELECT count() FROM sqlite_schema WHERE name IN ('col', 'notes', 'cards') AND type = 'table' AND rootpage > 0",
        [],
        |row| row.get(0),
    )?;
    if tables == 3 { Ok(collection) } else { Err(ReadError::NoCollection) }
}

/// A note type as the column `models` has it; only what is compared.
#[derive(Deserialize)]
struct Model {
    name: String,
    css: String,
    #[serde(rename = "mod")]
    modified: i64,
    flds: Vec<ModelField>,
    tmpls: Vec<ModelTemplate>,
}

#[derive(Deserialize)]
struct ModelField {
    name: String,
    ord: i64,
}

#[derive(Deserialize)]
struct ModelTemplate {
    name: String,
    ord: i64,
    qfmt: String,
    afmt: String,
}

#[derive(Deserialize)]
struct DeckName {
    name: String,
}

type Head = (BTreeMap<i64, OldNoteType>, BTreeMap<i64, String>);

fn head(collection: &Connection) -> Result<Head, ReadError> {
    let head = collection.query_row("SELECT ver, models, decks FROM col", [], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    });
    let (version, models, decks) = head.optional()?.ok_or(ReadError::NoCollection)?;
    if version != SCHEMA {
        return Err(ReadError::Schema(version));
    }
    let json = |what| move |error| ReadError::Json { what, error };
    let models: BTreeMap<i64, Model> = serde_json::from_str(&models).map_err(json("note types"))?;
    let decks: BTreeMap<i64, DeckName> = serde_json::from_str(&decks).map_err(json("decks"))?;
    let note_types = models.into_iter().map(|(id, mut model)| {
        model.flds.sort_by_key(|field| field.ord);
        model.tmpls.sort_by_key(|template| template.ord);
        let template = |from: ModelTemplate| OldTemplate { name: from.name, front: from.qfmt, back: from.afmt };
        let note_type = OldNoteType {
            name: model.name,
            css: model.css,
            modified: model.modified,
            fields: model.flds.into_iter().map(|field| field.name).collect(),
            templates: model.tmpls.into_iter().map(template).collect(),
        };
        (id, note_type)
    });
    Ok((note_types.collect(), decks.into_iter().map(|(id, deck)| (id, deck.name)).collect()))
}

fn notes(collection: &Connection, note_types: &BTreeMap<i64, OldNoteType>) -> Result<OldNotes, rusqlite::Error> {
    let mut query = collection.prepare("SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id")?;
    let mut rows = query.query([])?;
    let mut notes = OldNotes::default();
    while let Some(row) = rows.next()? {
        let note_type = row.get(2)?;
        let name = note_types.get(&note_type).map_or("", |note_type| &*note_type.name);
        let hash = content::hash(name, split_fields(text(row, 5)?), split_tags(text(row, 4)?));
        notes.push(OldNote { id: row.get(0)?, note_type, modified: row.get(3)?, hash }, text(row, 1)?);
    }
    Ok(notes)
}

fn cards(collection: &Connection) -> Result<Vec<OldCard>, rusqlite::Error> {
    let mut query = collection.prepare("SELECT nid, ord, did FROM cards")?;
    let card = |row: &Row<'_>| Ok(OldCard { note: row.get(0)?, ordinal: row.get(1)?, deck: row.get(2)? });
    let mut cards = query.query_map([], card)?.collect::<Result<Vec<_>, _>>()?;
    cards.sort_unstable();
    Ok(cards)
}

/// The entries of media by their names. A package without the list has no media.
fn media(zip: &mut ZipArchive<impl Read + Seek>) -> Result<BTreeMap<String, String>, ReadError> {
    const LIST: &str = "media";
    if zip.index_for_name(LIST).is_none() {
        return Ok(BTreeMap::new());
    }
    let mut list = Vec::new();
    unpack(zip, LIST, LARGEST_LIST, &mut list)?;
    let names: BTreeMap<String, String> =
        serde_json::from_slice(&list).map_err(|error| ReadError::Json { what: "list of media", error })?;
    Ok(names.into_iter().map(|(entry, name)| (name, entry)).collect())
}

/// A column, which SQLite lets be of any type and any bytes.
fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, rusqlite::Error> {
    let value = row.get_ref(column)?;
    // Of Chinese the standard library checks less in a second than is hashed in that time.
    if let ValueRef::Text(bytes) = value
        && let Ok(text) = simdutf8::basic::from_utf8(bytes)
    {
        return Ok(text);
    }
    // Says what is wrong with it.
    Ok(value.as_str()?)
}

fn split_fields(fields: &str) -> impl Iterator<Item = &str> {
    fields.split('\u{1f}')
}

fn split_tags(tags: &str) -> impl Iterator<Item = &str> {
    tags.split(' ').filter(|tag| !tag.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    #[test]
    fn no_more_is_unpacked_than_is_allowed() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("bomb", SimpleFileOptions::default()).expect("an entry");
        zip.write_all(&vec![0; 1 << 20]).expect("its bytes");
        let mut zip = ZipArchive::new(zip.finish().expect("a zip")).expect("a zip");
        let mut out = Vec::new();
        unpack(&mut zip, "bomb", 1 << 20, &mut out).expect("no more than it may be");
        assert_eq!(out.len(), 1 << 20);
        let error = unpack(&mut zip, "bomb", (1 << 20) - 1, &mut io::sink()).expect_err("a byte too many");
        assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
    }
}
