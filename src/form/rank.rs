//! The order in which candidates are drawn for a form.
//!
//! In: the candidates of an exam, how often earlier forms have each card, and the chance of the form. Out: the candidates that can
//! come onto the form, first by how often their cards were used, then by chance. It does not say which of them are taken.
//!
//! Most cards of a large bank have no enemies. Of such cards only the first few of each section can be taken, since a later one
//! could always be exchanged for an earlier one that is still free. All others are left out, so that what has to be searched
//! does not grow with the bank.

use super::choose::Candidates;
use super::shuffle::{Chance, Purpose};
use crate::bank::Bank;
use rayon::prelude::*;

/// How many cards are hashed in one go: fewer are not worth a second thread.
const FEWEST_FOR_A_THREAD: usize = 2_048;

/// How often a card was used, its chance, and the candidate.
type Rank = (usize, [u8; 32], usize);

/// Ranks the candidates of an exam, form after form.
#[derive(Debug)]
pub(super) struct Ranking<'e> {
    bank: &'e Bank,
    candidates: &'e Candidates,
    sections: Vec<Section>,
    /// Candidates with enemies: each may matter.
    bound: Vec<usize>,
}

/// The candidates of a section without enemies.
#[derive(Debug, Clone, Default)]
struct Section {
    free: Vec<usize>,
    /// How many of these can matter: as many as this section and those that share cards with it take in all.
    enough: usize,
}

impl<'e> Ranking<'e> {
    /// `wants`: how many items each section wants.
    pub(super) fn new(bank: &'e Bank, candidates: &'e Candidates, wants: &[usize]) -> Self {
        let mut sections = vec![Section::default(); wants.len()];
        let mut shares: Vec<Vec<bool>> =
            (0..wants.len()).map(|section| (0..wants.len()).map(|other| other == section).collect()).collect();
        let mut bound = Vec::new();
        for (position, candidate) in candidates.list.iter().enumerate() {
            let barred = || candidates.barred[position].iter().map(|barred| candidates.list[*barred]);
            if barred().all(|barred| barred.card == candidate.card) {
                sections[candidate.section].free.push(position);
                barred().for_each(|twin| shares[candidate.section][twin.section] = true);
            } else {
                bound.push(position);
            }
        }
        for (section, shares) in sections.iter_mut().zip(shares) {
            section.enough = wants.iter().zip(shares).filter(|(_, shares)| *shares).map(|(wanted, _)| wanted).sum();
        }
        Self { bank, candidates, sections, bound }
    }

    /// The candidates that can come onto a form, in the order of the draw. `uses`: how many earlier forms have each card.
    pub(super) fn order(&self, chance: Chance<'_>, uses: &[usize]) -> Vec<usize> {
        let rank = |candidate: &usize| {
            let card = self.candidates.list[*candidate].card;
            (uses[card], chance.draw(Purpose::Choice, &self.bank.cards[card].id), *candidate)
        };
        let mut ranks: Vec<Rank> = self.bound.iter().map(rank).collect();
        for section in &self.sections {
            let free = section.free.par_iter().with_min_len(FEWEST_FOR_A_THREAD);
            let mut free: Vec<Rank> = free.map(rank).collect();
            if section.enough < free.len() {
                free.select_nth_unstable(section.enough);
                free.truncate(section.enough);
            }
            ranks.extend(free);
        }
        ranks.sort_unstable();
        ranks.into_iter().map(|(_, _, candidate)| candidate).collect()
    }
}
