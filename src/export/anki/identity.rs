//! Which note of the last build a card is.
//!
//! In: a card and the lock. Out: its first name, which its GUID is made of, or why there is none. A card says its names itself (`id` and
//! `was`); the lock is asked for what is no longer said: a `was` that was cleaned away must not part a note from its reviews.

use crate::card::{Card, CardId};
use crate::diag::{self, Code, Diagnostic};
use crate::lock::Lock;
use std::collections::BTreeMap;

/// The names that the last build knew.
pub(super) struct Identities<'l> {
    lock: &'l Lock,
    /// The first names of cards that were renamed, by what they were called in the last build.
    renamed: BTreeMap<&'l CardId, &'l CardId>,
}

/// How the first name of a card is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known<'a> {
    /// The card says it.
    Said(&'a CardId),
    /// The card does not; the lock does.
    Remembered(&'a CardId),
    /// The card says that the second was called the first before, the lock says the contrary.
    Contradicted(&'a CardId, &'a CardId),
}

impl<'l> Identities<'l> {
    pub(super) fn new(lock: &'l Lock) -> Self {
        let both_sides = lock.other_side.notes.iter().map(|(name, note)| (name, note)).chain(&lock.notes);
        let renamed = both_sides.filter_map(|(name, note)| Some((note.id.as_ref()?, name))).collect();
        Self { lock, renamed }
    }

    /// The first name of a card. Where the card and the lock contradict each other it is the one that the card says; see
    /// [`Identities::check`].
    pub(super) fn first_name<'a>(&self, card: &'a Card) -> &'a CardId
    where
        'l: 'a,
    {
        match self.of(card) {
            Known::Said(name) | Known::Remembered(name) => name,
            Known::Contradicted(..) => said(card),
        }
    }

    fn of<'a>(&self, card: &'a Card) -> Known<'a>
    where
        'l: 'a,
    {
        let first = said(card);
        if self.renamed.is_empty() {
            return Known::Said(first);
        }
        let known = self.lock.notes.get(first);
        if known.is_some_and(|note| card.names().any(|name| name == note.id.as_ref().unwrap_or(first))) {
            return Known::Said(first);
        }
        for (position, name) in card.names().enumerate() {
            // A name that the card itself has as an older one is no news.
            let Some(&earlier) = self.renamed.get(name) else { continue };
            match card.names().position(|other| other == earlier) {
                None => return Known::Remembered(earlier),
                Some(other) if other > position => return Known::Contradicted(name, earlier),
                Some(_) => {}
            }
        }
        Known::Said(first)
    }

    /// What is wrong with the names of these cards as far as the lock knows.
    pub(super) fn check<'a>(&self, cards: impl Iterator<Item = &'a Card> + Clone) -> Vec<Diagnostic>
    where
        'l: 'a,
    {
        let mut diagnostics = Vec::new();
        if self.renamed.is_empty() {
            return diagnostics;
        }
        let mut claims: BTreeMap<&CardId, Vec<&Card>> = BTreeMap::new();
        for card in cards.clone() {
            match self.of(card) {
                Known::Said(_) => {}
                Known::Remembered(first) => claims.entry(first).or_default().push(card),
                Known::Contradicted(later, earlier) => diagnostics.push(contradiction(card, later, earlier)),
            }
        }
        // What cards say themselves is not said twice, which the bank has checked: only what is remembered can be taken.
        for card in cards {
            if let Known::Said(first) = self.of(card)
                && let Some(claimants) = claims.get_mut(first)
            {
                claimants.push(card);
            }
        }
        for (first, cards) in claims {
            match &cards[..] {
                [card] => diagnostics.push(forgotten(card, first)),
                [claimant, others @ ..] => diagnostics.extend(others.iter().map(|card| clash(card, claimant, first))),
                [] => {}
            }
        }
        diag::sort(&mut diagnostics);
        diagnostics
    }
}

/// The oldest name that a card says.
fn said(card: &Card) -> &CardId {
    card.was.first().unwrap_or(&card.id)
}

fn forgotten(card: &Card, first: &CardId) -> Diagnostic {
    let message =
        format!("`{}` was called `{first}` when learners first got it, and only the lock still says so", card.id);
    let names: Vec<String> = [first].into_iter().chain(&card.was).map(|name| format!("\"{name}\"")).collect();
    Diagnostic::new(Code::WasForgotten, card.span, message)
        .help(format!("write `was = [{}]` on the card: should the lock get lost, its reviews do not", names.join(", ")))
}

fn contradiction(card: &Card, later: &CardId, earlier: &CardId) -> Diagnostic {
    let message = format!("`{earlier}` was not called `{later}` before: to the lock `{later}` is the newer name");
    Diagnostic::new(Code::IdentityClash, card.span, message)
        .help(format!("leave `{later}` out of `was`: the card keeps its reviews without it"))
}

fn clash(card: &Card, other: &Card, first: &CardId) -> Diagnostic {
    let message =
        format!("`{}` takes a name that is not free: the lock says that `{}` was called `{first}`", card.id, other.id);
    Diagnostic::new(Code::IdentityClash, card.span, message)
        .related(other.span, "the card that learners know by it")
        .help(format!("write `was = [\"{first}\"]` on the card that goes on, and give the other a name that none had"))
}
