//! The search behind assembly: which candidates can stand on one form together.
//!
//! In: candidates (a card in a section it fits), which of them bar each other, and how many each section wants. Out: a selection,
//! the proof that there is none, or word that the search was given up. It knows nothing of cards, seeds or papers.
//!
//! What [`Selection::complete`] finds is *some* selection: a proof that there is one, never the draw itself. The draw is
//! [`Selection::first_in_order`], which follows from the order alone, so that a better search does not change old exams.

use super::{program, search};

/// A card in a section that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The position of the card in the bank.
    pub(super) card: usize,
    /// The position of the section in the blueprint.
    pub(super) section: usize,
}

/// The candidates of an exam and which bar each other: enemies, and one card in two sections.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// The candidates.
    pub(super) list: Vec<Candidate>,
    /// For each the positions of those it bars, ascending; the relation is symmetric.
    pub(super) barred: Vec<Vec<usize>>,
}

impl Candidates {
    /// Some of the candidates, in the order in which they are named.
    pub(super) fn only(&self, kept: &[usize]) -> Self {
        let mut number = vec![None; self.list.len()];
        for (position, candidate) in kept.iter().enumerate() {
            number[*candidate] = Some(position);
        }
        let barred = |candidate: &usize| {
            let mut barred: Vec<usize> = self.barred[*candidate].iter().filter_map(|barred| number[*barred]).collect();
            barred.sort_unstable();
            barred
        };
        Self {
            list: kept.iter().map(|candidate| self.list[*candidate]).collect(),
            barred: kept.iter().map(barred).collect(),
        }
    }
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// These candidates make the selection whole, besides those that were taken before.
    Found(Vec<usize>),
    /// There is none.
    Impossible,
    /// The search took too long.
    GivenUp,
}

/// A selection in the making.
#[derive(Debug, Clone)]
pub(super) struct Selection<'c> {
    candidates: &'c Candidates,
    /// Whether a candidate may still be taken.
    open: Vec<bool>,
    /// How many items each section still wants.
    wants: Vec<usize>,
    /// What was taken, in the order of taking.
    taken: Vec<usize>,
}

impl<'c> Selection<'c> {
    /// Nothing taken yet.
    pub(super) fn new(candidates: &'c Candidates, wants: Vec<usize>) -> Self {
        let open = candidates.list.iter().map(|candidate| wants[candidate.section] > 0).collect();
        Self { candidates, open, wants, taken: Vec::new() }
    }

    /// Whether a candidate may still be taken: its section wants more, and nothing that was taken bars it.
    pub(super) fn is_open(&self, candidate: usize) -> bool {
        self.open[candidate] && self.wants[self.section(candidate)] > 0
    }

    /// Whether every section has what it wants.
    pub(super) fn is_whole(&self) -> bool {
        self.wants.iter().all(|wanted| *wanted == 0)
    }

    /// Takes an open candidate.
    pub(super) fn take(&mut self, candidate: usize) {
        let section = self.section(candidate);
        self.wants[section] -= 1;
        self.close(candidate);
        for barred in &self.candidates.barred[candidate] {
            self.open[*barred] = false;
        }
        self.taken.push(candidate);
    }

    /// Leaves a candidate out for good.
    pub(super) fn close(&mut self, candidate: usize) {
        self.open[candidate] = false;
    }

    /// Searches for candidates that make the selection whole.
    pub(super) fn complete(&self) -> Verdict {
        self.complete_from(&[])
    }

    /// Searches for candidates that make the selection whole. Quick if `start` holds most of them; it may also hold others.
    pub(super) fn complete_from(&self, start: &[usize]) -> Verdict {
        let core = self.without_plentiful();
        let verdict = match search::fill(&core, start) {
            Verdict::GivenUp => program::fill(&core),
            verdict => verdict,
        };
        let Verdict::Found(found) = verdict else { return verdict };
        let mut whole = self.clone();
        whole.take_open_of(found.into_iter());
        whole.take_open_of(0..self.open.len());
        Verdict::Found(whole.taken.split_off(self.taken.len()))
    }

    /// How many items each section goes without, when as few as possible are missing in all.
    pub(super) fn missing(&self) -> Vec<usize> {
        let core = self.without_plentiful();
        program::missing(&core).unwrap_or_else(|| core.dive().wants)
    }

    /// Of the whole selections the first in the given order of all candidates: each in turn is taken if a whole selection is still
    /// possible with it. `witness` makes this selection whole.
    pub(super) fn first_in_order(&self, order: &[usize], mut witness: Vec<usize>) -> Vec<usize> {
        // Taking whatever is open is the same wherever it ends well, since then every step was possible.
        let mut bold = self.clone();
        bold.take_open_of(order.iter().copied());
        if bold.is_whole() {
            return bold.taken;
        }
        let mut selection = self.clone();
        for candidate in order.iter().copied() {
            if !selection.is_open(candidate) {
                continue;
            }
            if witness.contains(&candidate) {
                selection.take(candidate);
                continue;
            }
            let mut trial = selection.clone();
            trial.take(candidate);
            match trial.complete_from(&witness) {
                Verdict::Found(rest) => {
                    selection = trial;
                    witness = rest;
                }
                Verdict::Impossible | Verdict::GivenUp => selection.close(candidate),
            }
        }
        selection.taken
    }

    /// The section of a candidate.
    pub(super) fn section(&self, candidate: usize) -> usize {
        self.candidates.list[candidate].section
    }

    /// How many items each section still wants.
    pub(super) fn wants(&self) -> &[usize] {
        &self.wants
    }

    /// How many candidates there are, open or not.
    pub(super) fn size(&self) -> usize {
        self.open.len()
    }

    /// The candidates that may still be taken.
    pub(super) fn open(&self) -> impl Iterator<Item = usize> {
        (0..self.open.len()).filter(|candidate| self.is_open(*candidate))
    }

    /// The open candidates that a candidate bars.
    pub(super) fn rivals(&self, candidate: usize) -> impl Iterator<Item = usize> {
        self.candidates.barred[candidate].iter().copied().filter(|rival| self.is_open(*rival))
    }

    /// Whether two candidates bar each other.
    pub(super) fn are_rivals(&self, one: usize, other: usize) -> bool {
        self.candidates.barred[one].binary_search(&other).is_ok()
    }

    fn take_open_of(&mut self, order: impl Iterator<Item = usize>) {
        for candidate in order {
            if self.is_open(candidate) {
                self.take(candidate);
            }
        }
    }

    /// The selection without the wants of sections that have so many open candidates that they can be filled last, whatever the
    /// others take: more than all items but one can bar. In a large bank those are all sections.
    fn without_plentiful(&self) -> Self {
        let sections = self.wants.len();
        let (mut open, mut most_barred) = (vec![0; sections], vec![1; sections]);
        let mut barred = vec![0; sections];
        for candidate in self.open() {
            open[self.section(candidate)] += 1;
            barred.fill(0);
            // Taking a candidate takes it from its own section too.
            barred[self.section(candidate)] = 1;
            self.rivals(candidate).for_each(|rival| barred[self.section(rival)] += 1);
            most_barred.iter_mut().zip(&barred).for_each(|(most, barred)| *most = (*most).max(*barred));
        }
        let items: usize = self.wants.iter().sum();
        let mut core = self.clone();
        for section in 0..sections {
            if open[section] > items.saturating_sub(1) * most_barred[section] {
                core.wants[section] = 0;
            }
        }
        core
    }

    /// Takes whatever bars the fewest others, as long as anything is open: few items are missing then, if not the fewest.
    fn dive(&self) -> Self {
        let mut selection = self.clone();
        while let Some(next) = selection.open().min_by_key(|candidate| selection.rivals(*candidate).count()) {
            selection.take(next);
        }
        selection
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    /// Up to twelve candidates in up to three sections, any pairs of which bar each other.
    fn candidates() -> impl Strategy<Value = Candidates> {
        (vec(0..3_usize, 1..13), vec(any::<(Index, Index)>(), 0..24)).prop_map(|(sections, pairs)| {
            let list: Vec<Candidate> =
                sections.into_iter().enumerate().map(|(card, section)| Candidate { card, section }).collect();
            let mut barred = vec![Vec::new(); list.len()];
            for (one, other) in pairs.iter().map(|(one, other)| (one.index(list.len()), other.index(list.len()))) {
                if one != other {
                    barred[one].push(other);
                    barred[other].push(one);
                }
            }
            for list in &mut barred {
                list.sort_unstable();
                list.dedup();
            }
            Candidates { list, barred }
        })
    }

    fn is_whole(candidates: &Candidates, wants: &[usize], taken: &[usize]) -> bool {
        let count = |section| taken.iter().filter(|one| candidates.list[**one].section == section).count();
        let at_peace = |one: &usize| taken.iter().all(|other| !candidates.barred[*one].contains(other));
        wants.iter().enumerate().all(|(section, wanted)| count(section) == *wanted) && taken.iter().all(at_peace)
    }

    /// Every whole selection, each in the given order, by trying all subsets.
    fn all_whole(candidates: &Candidates, wants: &[usize], order: &[usize]) -> Vec<Vec<usize>> {
        let subset = |bits: u32| order.iter().copied().filter(|one| bits & (1 << one) != 0).collect::<Vec<_>>();
        (0..1_u32 << order.len()).map(subset).filter(|taken| is_whole(candidates, wants, taken)).collect()
    }

    /// The fewest items that any selection goes without.
    fn least_missing(candidates: &Candidates, wants: &[usize]) -> usize {
        let order: Vec<usize> = (0..candidates.list.len()).collect();
        let count =
            |taken: &[usize], section| taken.iter().filter(|one| candidates.list[**one].section == section).count();
        let missing = |bits: u32| {
            let taken: Vec<usize> = order.iter().copied().filter(|one| bits & (1 << one) != 0).collect();
            let had: Vec<usize> = (0..wants.len()).map(|section| count(&taken, section)).collect();
            is_whole(candidates, &had, &taken)
                .then(|| wants.iter().zip(&had).map(|(wanted, had)| wanted.saturating_sub(*had)).sum::<usize>())
        };
        (0..1_u32 << order.len()).filter_map(missing).min().unwrap_or_default()
    }

    proptest! {
        #[test]
        fn a_selection_is_found_wherever_there_is_one(candidates in candidates(), wants in vec(0..5_usize, 3)) {
            let order: Vec<usize> = (0..candidates.list.len()).collect();
            let possible = !all_whole(&candidates, &wants, &order).is_empty();
            let selection = Selection::new(&candidates, wants.clone());
            match selection.complete() {
                Verdict::Found(taken) => prop_assert!(is_whole(&candidates, &wants, &taken), "{taken:?}"),
                Verdict::Impossible => prop_assert!(!possible),
                Verdict::GivenUp => prop_assert!(false, "given up on twelve candidates"),
            }
            let missing = selection.missing();
            prop_assert!(missing.iter().zip(&wants).all(|(missing, wanted)| missing <= wanted));
            prop_assert_eq!(missing.iter().sum::<usize>(), least_missing(&candidates, &wants));
        }

        #[test]
        fn the_draw_is_the_first_whole_selection_in_order(
            candidates in candidates(),
            wants in vec(0..4_usize, 3),
            order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let order: Vec<usize> = order.into_iter().filter(|one| *one < candidates.list.len()).collect();
            let rank = |one: &usize| order.iter().position(|other| other == one);
            let first = all_whole(&candidates, &wants, &order)
                .into_iter()
                .min_by_key(|taken| taken.iter().map(rank).collect::<Vec<_>>());
            let selection = Selection::new(&candidates, wants);
            if let Verdict::Found(witness) = selection.complete() {
                prop_assert_eq!(Some(selection.first_in_order(&order, witness)), first);
            } else {
                prop_assert_eq!(first, None);
            }
        }
    }

    /// A ring of five that bar their neighbours: two can stand together, and counting alone does not show that three cannot.
    #[test]
    fn a_ring_of_five_gives_two() {
        let neighbours = |one: usize| {
            let mut two = vec![(one + 1) % 5, (one + 4) % 5];
            two.sort_unstable();
            two
        };
        let list = (0..5).map(|card| Candidate { card, section: 0 }).collect();
        let ring = Candidates { list, barred: (0..5).map(neighbours).collect() };
        assert_eq!(Selection::new(&ring, vec![3]).complete(), Verdict::Impossible);
        assert!(matches!(Selection::new(&ring, vec![2]).complete(), Verdict::Found(taken) if taken.len() == 2));
        assert_eq!(Selection::new(&ring, vec![4]).missing(), [2]);
    }
}
