//! What pictures and sounds hold, in eight digits each.
//!
//! In: the media of a deck. Out: [`MediaDigests`], from which a note says what its media hold. Anki's importer takes another picture under
//! a known name only for a note that is newer, and a note is newer only if one of its fields says something else: this is what it says.
//! No file is read here.

use super::content::nfc;
use crate::bank::{Media, hex};
use crate::card::Card;
use crate::markup::html::escape;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What the media of a deck hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaDigests {
    /// `name:1a2b3c4d`, as HTML, sorted by the name that it has in Anki.
    entries: Vec<String>,
    /// Which of the entries is that of a file, by its name in the media folder.
    places: BTreeMap<String, usize>,
}

impl MediaDigests {
    /// Of the media that [`crate::bank::Bank::media`] read.
    pub fn of(media: &[Media]) -> Self {
        let mut digests: Vec<(String, &str, String)> = media.par_iter().map(named_entry).collect();
        digests.sort_unstable();
        let places = (0..).zip(&digests).map(|(place, (_, own, _))| ((*own).to_owned(), place)).collect();
        Self { entries: digests.into_iter().map(|(.., entry)| entry).collect(), places }
    }

    /// What the pictures and sounds of a card hold: their entries in the order of their names, with spaces between; empty for a card
    /// without any.
    pub(super) fn of_card(&self, card: &Card) -> String {
        if self.entries.is_empty() {
            return String::new();
        }
        let mut own: BTreeSet<usize> = BTreeSet::new();
        card.media(|name| own.extend(self.places.get(name)));
        own.into_iter().map(|place| &*self.entries[place]).collect::<Vec<_>>().join(" ")
    }
}

/// The name of a file in Anki, its name in the media folder, and its entry.
fn named_entry(item: &Media) -> (String, &str, String) {
    let mut entry = String::with_capacity(item.name.len() + 9);
    escape(&item.name, &mut entry);
    // No name has a colon.
    entry.push(':');
    entry.push_str(&hex(&Sha256::digest(&item.bytes)[..4]));
    (nfc(item.name.clone()), &item.name, nfc(entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(name: &str, bytes: &[u8]) -> Media {
        Media { name: name.to_owned(), bytes: bytes.to_vec() }
    }

    #[test]
    fn an_entry_is_the_name_and_the_start_of_the_sha_256() {
        // The digests are those of `printf abc | sha256sum` and `printf '' | sha256sum`.
        let digests = MediaDigests::of(&[media("e\u{301}.png", b"abc"), media("a & b.mp3", b"")]);
        assert_eq!(digests.entries, ["a &amp; b.mp3:e3b0c442", "\u{e9}.png:ba7816bf"]);
        assert_eq!(digests.places["e\u{301}.png"], 1);
    }
}
