//! The search behind assembly: which candidates can stand on one form together.
//!
//! In: candidates (a card in a section it fits), which of them bar each other, and how many each section wants. Out: a selection,
//! the proof that there is none, or word that the search was given up. It knows nothing of cards, seeds or papers.
//!
//! What [`Selection::complete`] finds is *some* selection: a proof that there is one, never the draw itself. The draw is
//! [`Selection::first_in_order`], which follows from the order alone, so that a better search does not change old exams.

use std::cmp::Reverse;

/// How long it may take whether one candidate more leaves a whole selection possible; when given up, it is passed over.
const PATIENCE_PER_CANDIDATE: usize = 2_000;

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
    /// The candidates, section by section.
    pub(super) list: Vec<Candidate>,
    /// For each the positions of those it bars, ascending; the relation is symmetric.
    pub(super) barred: Vec<Vec<usize>>,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// These candidates make the selection whole, besides those that were taken before.
    Found(Vec<usize>),
    /// There is none.
    Impossible,
    /// The search took more steps than it was allowed.
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

    /// Searches for candidates that make the selection whole, in at most `steps` steps.
    pub(super) fn complete(&self, mut steps: usize) -> Verdict {
        let before = self.taken.len();
        match self.clone().search(&mut steps) {
            Verdict::Found(taken) => Verdict::Found(taken[before..].to_vec()),
            other => other,
        }
    }

    /// Of the whole selections the first in the given order of all candidates: each in turn is taken if a whole selection is still
    /// possible with it. `witness` makes this selection whole.
    pub(super) fn first_in_order(&self, order: &[usize], mut witness: Vec<usize>) -> Vec<usize> {
        // Taking whatever is open is the same wherever it ends well, since then every step was possible.
        let mut bold = self.clone();
        for candidate in order {
            if bold.is_open(*candidate) {
                bold.take(*candidate);
            }
        }
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
            match trial.complete(PATIENCE_PER_CANDIDATE) {
                Verdict::Found(rest) => {
                    selection = trial;
                    witness = rest;
                }
                Verdict::Impossible | Verdict::GivenUp => selection.close(candidate),
            }
        }
        selection.taken
    }

    fn section(&self, candidate: usize) -> usize {
        self.candidates.list[candidate].section
    }

    /// The open candidates that an open candidate bars.
    fn rivals(&self, candidate: usize) -> impl Iterator<Item = usize> {
        self.candidates.barred[candidate].iter().copied().filter(|rival| self.is_open(*rival))
    }

    fn search(mut self, steps: &mut usize) -> Verdict {
        if *steps == 0 {
            return Verdict::GivenUp;
        }
        *steps -= 1;
        self.take_unrivalled();
        if self.is_whole() {
            return Verdict::Found(self.taken);
        }
        let open: Vec<usize> = (0..self.open.len()).filter(|candidate| self.is_open(*candidate)).collect();
        if self.is_hopeless(&open) {
            return Verdict::Impossible;
        }
        // Where the wants can be met at all, they can be met with this candidate or one of its rivals: if a selection had none of
        // them, the candidate could stand in it for another of its section. The fewer rivals the fewer branches.
        let Some(pivot) = open.into_iter().min_by_key(|candidate| self.rivals(*candidate).count()) else {
            return Verdict::Impossible;
        };
        let mut branches: Vec<usize> = std::iter::once(pivot).chain(self.rivals(pivot)).collect();
        branches[1..].sort_by_key(|rival| self.rivals(*rival).count());
        let mut given_up = false;
        for branch in branches {
            let mut deeper = self.clone();
            deeper.take(branch);
            match deeper.search(steps) {
                Verdict::Found(taken) => return Verdict::Found(taken),
                Verdict::Impossible => {}
                Verdict::GivenUp => given_up = true,
            }
            self.close(branch);
        }
        if given_up { Verdict::GivenUp } else { Verdict::Impossible }
    }

    /// Takes candidates that bar nothing open, as long as there are any: they cost nothing. A section that has enough closes its
    /// other candidates, which may leave more without rivals.
    fn take_unrivalled(&mut self) {
        loop {
            let mut wanted = false;
            for candidate in 0..self.open.len() {
                if self.is_open(candidate) && self.rivals(candidate).next().is_none() {
                    self.take(candidate);
                    wanted |= self.wants[self.section(candidate)] == 0;
                }
            }
            if !wanted {
                return;
            }
        }
    }

    /// Whether counting shows that the wants cannot be met: the open candidates are parted into groups of which each can give one
    /// item only, for each section and for all together.
    fn is_hopeless(&self, open: &[usize]) -> bool {
        let mut order = open.to_vec();
        order.sort_by_key(|candidate| Reverse(self.rivals(*candidate).count()));
        let sections = (0..self.wants.len()).filter(|section| self.wants[*section] > 0);
        let all: usize = self.wants.iter().sum();
        self.most(order.iter().copied(), all) < all
            || sections.into_iter().any(|section| {
                let wanted = self.wants[section];
                self.most(order.iter().copied().filter(|candidate| self.section(*candidate) == section), wanted)
                    < wanted
            })
    }

    /// No more than this many of the candidates can be taken together; `enough` where it is that many or more.
    fn most(&self, candidates: impl Iterator<Item = usize>, enough: usize) -> usize {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for candidate in candidates {
            let barred = &self.candidates.barred[candidate];
            match groups.iter_mut().find(|group| group.iter().all(|member| barred.binary_search(member).is_ok())) {
                Some(group) => group.push(candidate),
                None => groups.push(vec![candidate]),
            }
            if groups.len() >= enough {
                return enough;
            }
        }
        groups.len()
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

    proptest! {
        #[test]
        fn a_selection_is_found_wherever_there_is_one(candidates in candidates(), wants in vec(0..5_usize, 3)) {
            let order: Vec<usize> = (0..candidates.list.len()).collect();
            let possible = !all_whole(&candidates, &wants, &order).is_empty();
            match Selection::new(&candidates, wants.clone()).complete(10_000) {
                Verdict::Found(taken) => prop_assert!(is_whole(&candidates, &wants, &taken), "{taken:?}"),
                Verdict::Impossible => prop_assert!(!possible),
                Verdict::GivenUp => prop_assert!(false, "given up on twelve candidates"),
            }
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
            if let Verdict::Found(witness) = selection.complete(10_000) {
                prop_assert_eq!(Some(selection.first_in_order(&order, witness)), first);
            } else {
                prop_assert_eq!(first, None);
            }
        }
    }

    #[test]
    fn a_search_that_takes_too_long_says_so() {
        // A ring of five that bar their neighbours: two can stand together, and counting alone does not show that three cannot.
        let list = (0..5).map(|card| Candidate { card, section: 0 }).collect();
        let barred = (0..5_usize)
            .map(|one| {
                let mut two = vec![(one + 1) % 5, (one + 4) % 5];
                two.sort_unstable();
                two
            })
            .collect();
        let ring = Candidates { list, barred };
        assert_eq!(Selection::new(&ring, vec![3]).complete(1), Verdict::GivenUp);
        assert_eq!(Selection::new(&ring, vec![3]).complete(100), Verdict::Impossible);
        assert!(matches!(Selection::new(&ring, vec![2]).complete(100), Verdict::Found(taken) if taken.len() == 2));
    }
}
