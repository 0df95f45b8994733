//! The draw: the first of all possible forms in an order that chance gives.
//!
//! In: a problem, and the cells of its items in the order of the draw. Out: which of the items are taken. Each in turn is taken if the
//! rest can still be completed with it. So what is drawn follows from the order alone: another way of finding out whether something can be
//! completed does not change old exams.

use super::linear::{Bounds, Problem};
use super::program::{self, Verdict};
use super::repair;

/// For how many steps a search mends what it has before it asks for a proof.
const STEPS: usize = 200;

/// For how many steps where nothing proves the rest: most of what is asked then cannot be, and each step of that is in vain.
const FEW_STEPS: usize = 40;

/// After so many searches in vain where nothing proves the rest, what is taken is what is known to be possible.
const MOST_VAIN: usize = 12;

/// How many branches the proof may open that a card cannot be taken; half as many after each that came to nothing. A card of which it is
/// not known is passed over.
pub(super) const BRANCHES: u64 = 128;

/// Searches for numbers that keep the bounds and meet every row. Quick if `start` meets most of them.
pub(super) fn complete(problem: &Problem, bounds: &Bounds, start: &[i32]) -> Verdict {
    complete_within(problem, bounds, start, program::MOST_BRANCHES)
}

fn complete_within(problem: &Problem, bounds: &Bounds, start: &[i32], branches: u64) -> Verdict {
    let steps = if branches == 0 { FEW_STEPS } else { STEPS };
    match repair::mend(problem, bounds, start, steps) {
        Some(taken) => Verdict::Found(taken),
        None if branches == 0 => Verdict::GivenUp,
        None => program::complete(problem, bounds, branches),
    }
}

/// The cell that each item is taken in, if it is. `order` has the items in the order of the draw, each with the cells that it may be
/// taken in; `witness` meets every row, and is asked for only where it is needed. The first proof may open so many `branches`; with none
/// the search alone says what can be taken. `None` if there is none.
pub(super) fn first_in_order(
    problem: &Problem,
    mut bounds: Bounds,
    order: &[&[usize]],
    mut branches: u64,
    witness: impl FnOnce(&Bounds) -> Option<Vec<i32>>,
) -> Option<Vec<Option<usize>>> {
    problem.settle(&mut bounds).then_some(())?;
    // Mostly what follows at once from what was taken says enough; and where that ends well, every step was possible.
    let mut bold = bounds.clone();
    let taken = take(problem, &mut bold, order, |_, _, _| true);
    if problem.holds(&bold, bold.least()) {
        return Some(taken);
    }
    let mut witness = witness(&bounds)?;
    let mut vain = 0;
    let taken = take(problem, &mut bounds, order, |before, with, cell| {
        if witness[cell] > before.least()[cell] {
            return true;
        }
        if vain == MOST_VAIN && branches == 0 {
            return false;
        }
        match complete_within(problem, with, &witness, branches) {
            Verdict::Found(found) => {
                witness = found;
                true
            }
            Verdict::Impossible => false,
            Verdict::GivenUp => {
                vain += 1;
                branches = (branches / 2).max(branches.min(1));
                false
            }
        }
    });
    problem.holds(&bounds, bounds.least()).then_some(taken)
}

/// Goes through the items in their order and takes those for which `possible`, given the bounds before and with the item, says so. What
/// cannot be taken once cannot be taken later, nor can another item of its cell.
fn take(
    problem: &Problem,
    bounds: &mut Bounds,
    order: &[&[usize]],
    mut possible: impl FnMut(&Bounds, &Bounds, usize) -> bool,
) -> Vec<Option<usize>> {
    // What must be taken of a cell beyond what was taken in turn is owed to its next items.
    let mut drawn = vec![0; problem.cells()];
    let mut of_cell = |cell: usize| {
        if drawn[cell] < bounds.least()[cell] {
            drawn[cell] += 1;
            return true;
        }
        if !bounds.is_open(cell) {
            return false;
        }
        let mut with = bounds.clone();
        if problem.take(&mut with, cell) && possible(bounds, &with, cell) {
            *bounds = with;
            drawn[cell] += 1;
            return true;
        }
        problem.close(bounds, cell);
        false
    };
    order.iter().map(|cells| cells.iter().copied().find(|cell| of_cell(*cell))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::linear::testing::{all, problems};
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_draw_is_the_first_in_order(problem in problems(), keys in vec(any::<u32>(), 21)) {
            let bounds = problem.bounds();
            let mut items: Vec<(u32, usize)> = (0..problem.cells())
                .flat_map(|cell| (0..*bounds.range(cell).end()).map(move |_| cell))
                .zip(keys)
                .map(|(cell, key)| (key, cell))
                .collect();
            items.sort_unstable();
            let cells: Vec<usize> = items.into_iter().map(|(_, cell)| cell).collect();
            let order: Vec<&[usize]> = cells.chunks(1).collect();
            // The items that a form takes, of each cell the first ones.
            let flags = |taken: &Vec<i32>| {
                let mut left = taken.clone();
                let one = |cell: &usize| {
                    left[*cell] -= 1;
                    (left[*cell] >= 0).then_some(*cell)
                };
                cells.iter().map(one).collect::<Vec<_>>()
            };
            let all = all(&problem);
            let first = all.iter().map(flags).max_by_key(|taken| taken.iter().map(Option::is_some).collect::<Vec<bool>>());
            prop_assert_eq!(first_in_order(&problem, bounds, &order, BRANCHES, |_| all.first().cloned()), first);
        }
    }
}
