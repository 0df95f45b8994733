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
    /// The ids of their cards, one after another: in a large bank the way to the cards themselves takes longer than the hashing.
    ids: String,
    /// For each where its id ends.
    ends: Vec<usize>,
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
                sections[candidate.section].push(position, bank.cards[candidate.card].id.as_str());
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
        let draws = chance.draws(Purpose::Choice);
        let rank = |candidate: usize, id: &str| (uses[self.candidates.list[candidate].card], draws.of(id), candidate);
        let card = |candidate: usize| &self.bank.cards[self.candidates.list[candidate].card];
        let mut ranks: Vec<Rank> =
            self.bound.iter().map(|candidate| rank(*candidate, card(*candidate).id.as_str())).collect();
        for section in &self.sections {
            let free = (0..section.free.len()).into_par_iter().with_min_len(FEWEST_FOR_A_THREAD);
            let mut free: Vec<Rank> = free.map(|index| rank(section.free[index], section.id(index))).collect();
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

impl Section {
    fn push(&mut self, candidate: usize, id: &str) {
        self.free.push(candidate);
        self.ids.push_str(id);
        self.ends.push(self.ids.len());
    }

    fn id(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.ids[start..self.ends[index]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::assemble::candidates;
    use crate::form::choose::{Selection, Verdict};
    use crate::form::testing::{bank, blueprint, card};
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Twenty cards of two types, few with enemies, and two sections of one of the types.
        #[test]
        fn what_is_left_out_would_not_be_drawn(
            enemies in vec((0..20_usize, 0..20_usize), 0..6),
            used in vec(0..3_usize, 20),
            counts in vec(1..4_usize, 3),
            seed: u64,
        ) {
            let text = |number: usize| {
                let of_card = enemies.iter().filter(|(one, other)| *one == number && one != other);
                let mut of_card: Vec<String> = of_card.map(|(_, other)| format!("c{other}")).collect();
                of_card.sort();
                of_card.dedup();
                let kind = if number < 12 { "cloze" } else { "term" };
                card(&format!("c{number}"), kind, &format!("enemies = {of_card:?}"))
            };
            let bank = bank(&(0..20).map(text).collect::<String>());
            let sections = [("cloze", counts[0], 1), ("term", counts[1], 3), ("cloze", counts[2], 2)];
            let candidates = candidates(&bank, &blueprint(seed, "A", &sections));
            let chance = Chance { seed, form: "A" };

            let mut all: Vec<usize> = (0..candidates.list.len()).collect();
            all.sort_by_key(|candidate| {
                let card = candidates.list[*candidate].card;
                (used[card], chance.draw(Purpose::Choice, &bank.cards[card].id), *candidate)
            });
            let kept = Ranking::new(&bank, &candidates, &counts).order(chance, &used);
            prop_assert!(all.len() == 32 && (!enemies.is_empty() || kept.len() < 32), "{} kept", kept.len());

            let drawn = |order: &[usize]| {
                let ranked = candidates.only(order);
                let selection = Selection::new(&ranked, counts.clone());
                let Verdict::Found(witness) = selection.complete() else { return None };
                let ranks: Vec<usize> = (0..order.len()).collect();
                Some(selection.first_in_order(&ranks, witness).into_iter().map(|rank| order[rank]).collect::<Vec<_>>())
            };
            prop_assert_eq!(drawn(&kept), drawn(&all));
        }
    }
}
