//! The package: a zip with the collection, the pictures and sounds, and their names.
//!
//! In: a planner and the media that the cards show or play. Out: the plan and the bytes of an `.apkg`. SQLite needs a file to write to: that is a temporary one, gone when
//! the package is written. It could be kept in memory, but then a large deck would be there twice while it is packed.

use super::collection;
use super::content::nfc;
use super::deflate::{Deflated, deflate};
use super::plan::{DeckPlan, Planner};
use crate::bank::Media;
use crate::media::{MediaKind, folded, is_one_of, name_fault};
use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, DataDescriptorOutput, ZipArchiveWriter};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};

/// What a package holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Notes: one for each card of the bank that is in the deck.
    pub notes: usize,
    /// What Anki makes of them: deletions and reversed cards are cards of their own.
    pub cards: usize,
    /// Decks, that of the whole bank among them.
    pub decks: usize,
    /// Pictures.
    pub pictures: usize,
    /// Sounds.
    pub sounds: usize,
}

/// Why a package cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The collection could not be written into its temporary file.
    #[error("cannot write the collection of the deck: {0}")]
    Collection(#[from] rusqlite::Error),
    /// The temporary file could not be made or read.
    #[error("cannot {operation} the temporary file of the deck: {error}")]
    Temporary {
        /// What was being done.
        operation: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// The package could not be written.
    #[error("cannot write `{entry}` into the package: {error}")]
    Zip {
        /// The entry of the zip.
        entry: String,
        /// What went wrong.
        error: io::Error,
    },
    /// Two media files whose names are one to Anki.
    #[error(
        "the files `{0}` and `{1}` have one name to Anki, which does not tell case or composition of letters apart"
    )]
    TwinMedia(String, String),
    /// A media file whose name Anki would change, so that no card would find it.
    #[error("Anki would not find `{0}` by its name: {1}")]
    MediaName(String, &'static str),
}

/// Plans a deck and writes its package to `out`.
///
/// # Errors
/// [`PackageError`].
pub fn package<'b>(
    planner: &Planner<'b, '_>,
    media: &[Media],
    out: &mut impl Write,
) -> Result<(DeckPlan<'b>, Summary), PackageError> {
    let media = named(media)?;
    let temporary = |operation| move |error| PackageError::Temporary { operation, error };
    let file = tempfile::NamedTempFile::new().map_err(temporary("make"))?;
    let plan = collection::write(planner, file.path())?;
    let collection = file.reopen().map_err(temporary("read"))?;

    let mut zip = ZipArchiveWriter::new(out);
    entry(&mut zip, "collection.anki2", true, collection)?;
    // Numbers as text, so that the map is sorted as text: the same bytes whatever the order of the pictures.
    let names: Map<String, Value> =
        (0..).zip(media.keys()).map(|(number, name): (usize, _)| (number.to_string(), name.as_str().into())).collect();
    entry(&mut zip, "media", true, Value::Object(names).to_string().as_bytes())?;
    for (number, media) in media.values().enumerate() {
        // The others are compressed already.
        let packed = is_one_of(&media.name, &["svg", "wav"]);
        entry(&mut zip, &number.to_string(), packed, &*media.bytes)?;
    }
    zip.finish()
        .map_err(|error| PackageError::Zip { entry: "the directory".to_owned(), error: io::Error::other(error) })?;
    let sounds = media.keys().filter(|name| MediaKind::of(name) == Some(MediaKind::Sound)).count();
    let summary = Summary {
        notes: plan.notes.len(),
        cards: plan.card_count(),
        decks: plan.decks.len(),
        pictures: media.len() - sounds,
        sounds,
    };
    Ok((plan, summary))
}

/// The level of zlib: the next better one takes two thirds more time for a deck that is a twenty-fifth smaller.
const LEVEL: u32 = 5;

/// The time that every entry of the zip says, since it must say one: 1 January 1980, when the calendar of zips begins. Unix seconds.
const ENTRY_TIME: i64 = 315_532_800;

/// Writes an entry, deflated if it is `packed`.
fn entry(
    zip: &mut ZipArchiveWriter<impl Write>,
    name: &str,
    packed: bool,
    mut content: impl Read,
) -> Result<(), PackageError> {
    let failed = |error| PackageError::Zip { entry: name.to_owned(), error };
    let refused = |error| failed(io::Error::other(error));
    let method = if packed { CompressionMethod::DEFLATE } else { CompressionMethod::STORE };
    let file = zip.new_file(name).compression_method(method).unix_permissions(0o644);
    let file = file.last_modified(UtcDateTime::from_unix(ENTRY_TIME));
    let (mut file, config) = file.start().map_err(refused)?;
    let said = if packed {
        let Deflated { crc, length } = deflate(content, LEVEL, &mut file).map_err(failed)?;
        DataDescriptorOutput::new(crc, length)
    } else {
        let mut plain = config.wrap(&mut file);
        io::copy(&mut content, &mut plain).map_err(failed)?;
        plain.finish().map_err(refused)?.1
    };
    file.finish(said).map_err(refused)?;
    Ok(())
}

/// The media by the names they have in Anki: NFC, and refused where Anki would change them. Reading a bank has refused them before, with
/// the place of each; this is for media that come from elsewhere.
pub(super) fn named(media: &[Media]) -> Result<BTreeMap<String, &Media>, PackageError> {
    let mut named: BTreeMap<String, &Media> = BTreeMap::new();
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for item in media {
        if let Some(fault) = name_fault(&item.name) {
            return Err(PackageError::MediaName(item.name.clone(), fault));
        }
        if let Some(twin) = known.insert(folded(&item.name), &item.name) {
            return Err(PackageError::TwinMedia(twin.to_owned(), item.name.clone()));
        }
        named.insert(nfc(item.name.clone()), item);
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(name: &str) -> Media {
        Media { name: name.to_owned(), bytes: vec![1] }
    }

    #[test]
    fn media_names_are_nfc_and_unique() {
        let decomposed = media("e\u{301}.png");
        let names = named(std::slice::from_ref(&decomposed)).expect("a good name");
        assert_eq!(names.keys().map(String::as_str).collect::<Vec<_>>(), ["\u{e9}.png"]);
        assert!(matches!(named(&[decomposed, media("\u{c9}.png")]), Err(PackageError::TwinMedia(..))));
        for bad in ["a:b.png", ".hidden.png", &format!("{}.png", "长".repeat(40))] {
            assert!(matches!(named(&[media(bad)]), Err(PackageError::MediaName(..))), "{bad}");
        }
        named(&[media("图 1-架构.png")]).expect("Chinese and a space are fine");
    }
}
