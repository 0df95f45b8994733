//! How little a row must come to.
//!
//! In: a problem with a row of costs. Out: the problem with that row held to the least that was found, and numbers that meet it. The least
//! is proven where the problem is not hard; where it is, what comes out is possible and little, and the same on any machine.

use super::draw;
use super::linear::Problem;
use super::program::{self, End, Verdict};
use super::repair;

/// How many branches the program may open to find less.
const BRANCHES: u64 = 16;

/// So many cells make the program slow.
const MANY_CELLS: usize = 128;

/// For how many steps numbers of less cost are searched for.
const STEPS: usize = 200;

/// For how many where at least half of the cost is known to be needed: there is little to be won then.
const FEW_STEPS: usize = 60;

/// Holds a row of [`Problem::bill`] to the least; gives numbers that meet all rows then, `None` if none were found.
pub(super) fn limit(problem: &mut Problem, row: usize) -> Option<Vec<i32>> {
    let mut bounds = problem.bounds();
    problem.settle(&mut bounds).then_some(())?;
    // Mostly what the sections take at the least is the least.
    let mut low = problem.cheapest(&bounds)?;
    let steps = if low > 0 { FEW_STEPS } else { STEPS };
    if let Some(taken) = within(problem, row, low, &vec![0; problem.cells()], steps) {
        return Some(taken);
    }
    problem.limit(row, i32::MAX);
    let Verdict::Found(mut best) = draw::complete(problem, &bounds, &vec![0; problem.cells()]) else { return None };
    let cost = |problem: &Problem, taken: &[i32]| problem.sums(taken)[row];
    let mut high = cost(problem, &best);
    let crowded = high <= low.saturating_mul(2);
    let steps = if crowded { FEW_STEPS } else { STEPS };
    low += 1;
    while low < high {
        let middle = low + (high - low) / 2;
        match within(problem, row, middle, &best, steps) {
            Some(taken) => {
                high = cost(problem, &taken);
                best = taken;
            }
            None => low = middle + 1,
        }
    }
    // The search proves nothing: the program may know of less. Where much must cost, that is little, and takes long if there are many cells.
    problem.limit(row, high);
    if crowded && problem.cells() > MANY_CELLS {
        return Some(best);
    }
    let mut bounds = problem.bounds();
    problem.settle(&mut bounds).then_some(())?;
    let least = program::extreme_within(problem, &bounds, &problem.rows()[row].terms, End::Least, BRANCHES);
    if let Some(least) = least.filter(|least| *least < high) {
        problem.limit(row, least);
        let mut bounds = problem.bounds();
        if problem.settle(&mut bounds)
            && let Verdict::Found(taken) = draw::complete(problem, &bounds, &best)
        {
            return Some(taken);
        }
        problem.limit(row, high);
    }
    Some(best)
}

/// Numbers with which the row comes to no more than `high`, if some are found from `start` in so many steps.
fn within(problem: &mut Problem, row: usize, high: i32, start: &[i32], steps: usize) -> Option<Vec<i32>> {
    problem.limit(row, high);
    let mut bounds = problem.bounds();
    problem.settle(&mut bounds).then_some(())?;
    repair::mend(problem, &bounds, start, steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::linear::testing::{all, problems};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_numbers_cost_less(problem in problems()) {
            let mut problem = problem;
            let row = problem.billed().expect("a bill");
            problem.limit(row, i32::MAX);
            let all = all(&problem);
            let cost = |taken: &Vec<i32>| problem.sums(taken)[row];
            let least = all.iter().map(cost).min();
            let found = limit(&mut problem.clone(), row);
            prop_assert_eq!(found.as_ref().map(cost), least);
            prop_assert!(found.is_none_or(|found| all.contains(&found)));
        }
    }
}
