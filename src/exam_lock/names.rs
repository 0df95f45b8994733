//! Cards by the names that they had.
//!
//! In: a bank. Out: for a name the card that is called so, or else the one that says it `was`.

use crate::bank::Bank;
use crate::card::CardId;
use std::collections::HashMap;

/// Where the card of a name is.
pub(super) struct Names<'b>(HashMap<&'b CardId, usize>);

impl<'b> Names<'b> {
    /// The names in `bank`: no two cards share one, now or before.
    pub(super) fn of(bank: &'b Bank) -> Self {
        let names = bank.cards.iter().enumerate();
        Self(names.flat_map(|(position, card)| card.names().map(move |name| (name, position))).collect())
    }

    /// The position in the bank of the card that is or was called so.
    pub(super) fn find(&self, name: &CardId) -> Option<usize> {
        self.0.get(name).copied()
    }
}
