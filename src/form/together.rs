//! What several forms demand together.
//!
//! In: what an exam demands, and a number of forms. Out: how seldom cards must come again, and for how many forms none need to. Both are
//! bounds: whatever the forms are, their items meet these demands; whether forms can be made of what meets them is not asked.
//!
//! So many forms have so many times the items of every section and so many times what lies between the least and the most of every quota
//! and share. Of cards of which each bars every other a form has one, so that a group of them gives one item a form at the most; this is
//! reckoned with only where none is to repeat, since it makes the problem much larger. What two forms may share is passed over.

use super::demand::{Cells, Constraint, Demand, Past, Rows, whole};
use super::linear::{Problem, Row, Term};
use super::program::{self, End, Verdict};
use super::{draw, pool};

/// Cards with enemies are told apart if there are no more of them than these. In a bank with more, groups of enemies are hardly larger than
/// the number of forms, and smaller ones bar nothing.
const MOST_APART: usize = 500;

/// So many forms as one problem.
struct Together {
    problem: Problem,
    /// A term for each item that is on an earlier form.
    again: Vec<Term>,
    /// Of these the items of cards that the blueprint puts on every form.
    wanted: Vec<Term>,
}

impl Demand<'_> {
    /// No forms, of so many, repeat cards less often; `None` if that is not found.
    pub(super) fn fewest_repeats(&self, forms: usize) -> Option<usize> {
        let Together { problem, again, .. } = self.together(forms, false);
        let least = program::extreme(&problem, &problem.bounds(), &again, End::Least)?;
        usize::try_from(least).ok()
    }

    /// No more forms than these are without a repeat; cards that the blueprint puts on every form do not count. Found by halving.
    pub(super) fn most_fresh(&self) -> usize {
        // No section has more cards than there are; those that are on every form may be all that it has.
        let enough = |slot: usize| {
            let slot = &self.slots[slot];
            let takes = |class: &&pool::Class| slot.takes(class.traits.kind, class.traits.points);
            let members = || self.classes.iter().filter(takes).flat_map(|class| &class.members);
            let endless = members().any(|member| self.resolved().includes(member.card));
            if endless { self.bank.cards.len() } else { members().count() / slot.count.max(1) }
        };
        let most = (0..self.slots.len()).map(enough).min().unwrap_or_default();
        let (mut possible, mut impossible) = (0, most.min(self.bank.cards.len()) + 1);
        while impossible - possible > 1 {
            let forms = possible + (impossible - possible) / 2;
            if self.may_be_fresh(forms) {
                possible = forms;
            } else {
                impossible = forms;
            }
        }
        possible
    }

    /// Whether it is not proved that so many forms must repeat a card.
    fn may_be_fresh(&self, forms: usize) -> bool {
        let Together { mut problem, again, wanted } = self.together(forms, self.enemies.len() <= MOST_APART);
        let wanted = |term: &Term| wanted.binary_search_by_key(&term.cell, |term| term.cell).is_ok();
        let terms = again.into_iter().filter(|term| !wanted(term)).collect();
        problem.add(Row { low: 0, high: 0, terms });
        let mut bounds = problem.bounds();
        problem.settle(&mut bounds)
            && draw::complete(&problem, &bounds, &vec![0; problem.cells()]) != Verdict::Impossible
    }

    /// `enemies`: whether cards that have some are told apart.
    fn together(&self, forms: usize, enemies: bool) -> Together {
        let included = |card: usize| self.resolved().includes(card);
        let apart = |card: usize| included(card) || (enemies && self.enemies.contains_key(&card));
        let pools = pool::whole(&self.classes, apart);
        let mut cells = Cells::default();
        for pool in &pools {
            cells.add(self, pool, |held, count| held.min(forms * count));
        }
        let Cells { capacity, slot_of, of_pool } = cells;
        let firsts = capacity.len();
        // Each cell twice: items that are on no earlier form, and items that are.
        let repeats = slot_of.iter().map(|slot| whole(self.slots[*slot].count * (forms - 1)));
        let capacity = capacity.iter().copied().chain(repeats).collect();
        let mut one = Rows { problem: Problem::new(vec![0; firsts]), constraints: Vec::new() };
        self.rows(&mut one, &pools, &of_pool, &slot_of, &Past::default());
        let mut problem = Problem::new(capacity);
        for (row, constraint) in one.problem.rows().iter().zip(&one.constraints) {
            if *constraint == Constraint::Once {
                problem.add(row.clone());
            }
            let again = row.terms.iter().map(|term| Term { cell: term.cell + firsts, ..*term });
            let terms = row.terms.iter().copied().chain(again).collect();
            let [low, high] = [row.low, row.high].map(|end| end.saturating_mul(whole(forms)));
            problem.add(Row { low, high, terms });
        }
        let again = |cell: usize| Term { cell: cell + firsts, weight: 1 };
        let on_all = pools.iter().zip(&of_pool).filter(|(pool, _)| included(pool.cards[0].1));
        Together {
            problem,
            again: (0..firsts).map(again).collect(),
            wanted: on_all.flat_map(|(_, cells)| cells.iter().copied()).map(again).collect(),
        }
    }
}
