//! What Anki does not do by itself, as steps for those who have the last build.
//!
//! In: a plan. Out: [`Advice`], in the order in which a learner takes the steps. How it is worded is for the command line.

use super::changes::Vanished;
use super::plan::DeckPlan;
use super::search::Search;
use crate::card::CardId;
use std::collections::BTreeMap;

/// A step that a learner takes by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    /// Before the import: rename a deck, or Anki makes a second one.
    RenameDeck {
        /// What it is called.
        from: String,
        /// What it is called in the new deck.
        to: String,
    },
    /// Delete notes that the new deck does not have.
    Delete {
        /// The ids that they have.
        cards: Vec<CardId>,
        /// Why.
        why: Left,
        /// Whether it must be done before the import: after it other notes have their ids.
        before_import: bool,
        /// What finds them in Anki's browser, and nothing else.
        search: String,
    },
    /// After the import: move notes to another deck.
    Move {
        /// The ids that they have then.
        cards: Vec<CardId>,
        /// The name of the deck.
        to: String,
        /// What finds them in Anki's browser, and nothing else.
        search: String,
    },
}

/// Why a note is no longer in the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// Its card is gone from the bank, or no longer meant for the deck.
    Gone,
    /// Its card is of a type with another note type, and has come as a new note.
    Retyped,
}

impl DeckPlan<'_> {
    /// What is left to learners who have the last build.
    pub fn advice(&self) -> Vec<Advice> {
        let bank = &self.bank().info.id;
        let present = || self.notes.iter().map(|note| &self.bank().cards[note.card].id);
        let changes = &self.changes;
        let rename = |deck: &super::RenamedDeck| Advice::RenameDeck { from: deck.from.clone(), to: deck.to.clone() };
        let mut advice: Vec<Advice> = changes.renamed.iter().map(rename).collect();

        // By what is said of them and what finds them; those that are in a hurry first.
        let mut groups: BTreeMap<(bool, Left, Option<&str>), Vec<&CardId>> = BTreeMap::new();
        for Vanished { card, why, note_type, successor } in &changes.vanished {
            let before_import = successor.is_some() && *note_type == *successor;
            let other_than = successor.filter(|_| !before_import);
            groups.entry((!before_import, *why, other_than)).or_default().push(card);
        }
        for ((after, why, other_than), cards) in groups {
            let search = Search::of(bank, cards.iter().copied()).other_than(other_than).among(present()).text();
            let cards = cards.into_iter().cloned().collect();
            advice.push(Advice::Delete { cards, why, before_import: !after, search });
        }

        let mut by_deck: BTreeMap<&str, Vec<&CardId>> = BTreeMap::new();
        for moved in &changes.moved {
            by_deck.entry(&moved.to).or_default().push(&moved.card);
        }
        for (to, mut cards) in by_deck {
            cards.dedup();
            let others = present().chain(changes.vanished.iter().map(|note| &note.card));
            let search = Search::of(bank, cards.iter().copied()).among(others).text();
            advice.push(Advice::Move { cards: cards.into_iter().cloned().collect(), to: to.to_owned(), search });
        }
        advice
    }
}
