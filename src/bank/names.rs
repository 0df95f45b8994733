//! The names of cards across a bank: no two alike, none that leads nowhere.
//!
//! In: the names that each card brings, valid or not, in the order of the files. Out: diagnostics. What the lock knows of names is not
//! asked here: see `export::anki`.

use crate::card::CardId;
use crate::diag::{Code, Diagnostic, did_you_mean};
use crate::fields::At;
use crate::source::Span;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// The names that a card brings.
pub(super) struct Names {
    /// Its own.
    pub(super) id: At<CardId>,
    /// Those it had before.
    pub(super) was: Vec<At<CardId>>,
    /// Those of its enemies.
    pub(super) enemies: Vec<At<CardId>>,
}

/// The names that were met so far. Of most cards that is the id alone: the lists of the others are all that is kept beside.
#[derive(Default)]
pub(super) struct Register {
    /// Where each id is, the first time.
    ids: HashMap<CardId, Span>,
    /// The cards with former names or enemies, in their order.
    linked: Vec<Names>,
}

impl Register {
    /// Takes the names of a card in; says where its id is that of another.
    pub(super) fn add(&mut self, names: Names, diagnostics: &mut Vec<Diagnostic>) {
        match self.ids.entry(names.id.value.clone()) {
            Entry::Vacant(place) => _ = place.insert(names.id.span),
            Entry::Occupied(first) => diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateId,
                    names.id.span,
                    format!("two cards with the id `{}`", names.id.value),
                )
                .related(*first.get(), "the first of them")
                .help("an id is a card's name for ever: give the newer card another"),
            ),
        }
        if !(names.was.is_empty() && names.enemies.is_empty()) {
            self.linked.push(names);
        }
    }

    /// Former names that are no longer free: a name leads to one card, now or before.
    pub(super) fn check_was(&self, diagnostics: &mut Vec<Diagnostic>) {
        let mut claimed: HashMap<&CardId, (&CardId, Span)> = HashMap::new();
        for Names { id, was, .. } in &self.linked {
            for At { value: former, span } in was {
                let report = |message: String| Diagnostic::new(Code::FormerId, *span, message);
                let diagnostic = if *former == id.value {
                    report(format!("the card `{former}` names its own id as one that it had before"))
                        .help("write the old id here, and the new one as `id`")
                } else if let Some(other) = self.ids.get(former) {
                    report(format!("`{former}` cannot be what `{}` was called: it is the id of another card", id.value))
                        .related(*other, "the card that is called so")
                        .help("an id is a card's name for ever: leave it out here, or give the other card another id")
                } else if let Some((claimant, first)) = claimed.get(former) {
                    let message = if *claimant == &id.value {
                        format!("`{former}` stands twice in `was`")
                    } else {
                        format!("`{claimant}` and `{}` cannot both have been called `{former}`", id.value)
                    };
                    report(message).related(*first, "the first time").help("leave it out of one of them")
                } else {
                    claimed.insert(former, (&id.value, *span));
                    continue;
                };
                diagnostics.push(diagnostic);
            }
        }
    }

    /// Enemies that are not there.
    pub(super) fn check_enemies(&self, diagnostics: &mut Vec<Diagnostic>) {
        let renamed: HashMap<&CardId, &CardId> =
            self.linked.iter().flat_map(|names| names.was.iter().map(|was| (&was.value, &names.id.value))).collect();
        let mut known = None;
        for Names { id, enemies, .. } in &self.linked {
            for At { value: enemy, span } in enemies {
                let report = |message: String| Diagnostic::new(Code::UnknownCard, *span, message);
                if id.value == *enemy {
                    let message = format!("the card `{enemy}` names itself as its enemy");
                    diagnostics.push(report(message).help("leave it out"));
                    continue;
                }
                if self.ids.contains_key(enemy) {
                    continue;
                }
                if let Some(now) = renamed.get(enemy) {
                    let message = format!("there is no card `{enemy}` any more: it was renamed to `{now}`");
                    diagnostics.push(report(message).help(format!("write \"{now}\"")));
                } else {
                    let mut diagnostic = report(format!("there is no card `{enemy}`"));
                    // Sorted, so that of two guesses as good it is always the same.
                    let known =
                        known.get_or_insert_with(|| self.ids.keys().map(CardId::as_str).collect::<BTreeSet<_>>());
                    diagnostic.help.extend(did_you_mean(enemy.as_str(), known.iter().copied()));
                    diagnostics.push(diagnostic.help("an enemy is the id of another card of the bank, in any chapter"));
                }
            }
        }
    }
}
