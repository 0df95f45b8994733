//! The ids that notes and cards have in a package.
//!
//! In: the name of the bank, and the notes in its order. Out: ids that rise with that order, no two alike. Nothing hangs on them: Anki knows a
//! note by its GUID and a card by its note and its ordinal, and gives an id that is taken in a collection another value. In the order of the
//! bank, though, the rows of a table are inserted at its end, neighbours in the file are of one chapter, so that it packs a quarter smaller,
//! and Anki's browser, sorted by creation, shows the cards as the textbook has them.

use super::plan::stable_id;
use crate::card::CardId;
use thin_vec::ThinVec;

/// Ids to a note, of which its cards take the first; more where a note has more cards. With 1 between them packages are larger.
const STEP: i64 = 16;

/// Gives out ids. Banks begin at far-apart places that hang on their names, so that the notes of two seldom meet in a collection.
pub(super) struct Ids {
    next: i64,
}

impl Ids {
    pub(super) fn new(bank: &CardId) -> Self {
        Self { next: stable_id(&["notes", bank.as_str()]) }
    }

    /// The id of the next note, whose cards have these ordinals.
    pub(super) fn note(&mut self, ordinals: &Ordinals) -> i64 {
        let note = self.next;
        let taken = ordinals.iter().last().map_or(1, |last| i64::from(last) + 1);
        self.next += (taken + STEP - 1) / STEP * STEP;
        note
    }
}

/// The id of a card: the notes leave room for it.
pub(super) fn card(note: i64, ordinal: u16) -> i64 {
    note + i64::from(ordinal)
}

/// The ordinals of the cards of a note, ascending. Most notes have the first card alone, which takes no allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ordinals(Option<ThinVec<u16>>);

impl Ordinals {
    pub(super) fn new(ordinals: Vec<u16>) -> Self {
        Self((ordinals != [0]).then(|| ThinVec::from(ordinals)))
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = u16> {
        self.0.as_deref().unwrap_or(&[0]).iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_no_two_are_alike() {
        let mut ids = Ids::new(&CardId::new("llm").expect("a valid id"));
        let (mut notes, mut cards) = (Vec::new(), Vec::new());
        for ordinals in [&[0][..], &[0, 1], &[], &[3, 499], &[15], &[16], &[0]] {
            let own = Ordinals::new(ordinals.to_vec());
            assert!(own.iter().eq(ordinals.iter().copied()));
            let note = ids.note(&own);
            notes.push(note);
            cards.extend(own.iter().map(|ordinal| card(note, ordinal)));
        }
        assert!(notes.is_sorted_by(|one, next| one < next), "{notes:?}");
        assert!(cards.is_sorted_by(|one, next| one < next), "{cards:?}");
    }
}
