//! Finding how many items to take of each cell, by mending what is nearly right.
//!
//! In: a problem, the bounds known so far, and numbers that may break some rows. Out: numbers that break none, or word that none were found
//! in a given number of steps: which proves nothing. Always the same numbers for the same question.
//!
//! Each step changes one cell by one item: of the cells in broken rows that whose change mends most, counting every row by its weight.
//! Rows that stay broken grow heavier, so that the search leaves a place where nothing helps; a cell that was changed rests a while.

use super::linear::{Bounds, Problem};

/// For how many steps a cell that was changed is not changed back.
const REST: usize = 4;

/// Numbers that keep the bounds and meet every row, found from `start` in at most `most` steps.
pub(super) fn mend(problem: &Problem, bounds: &Bounds, start: &[i32], most: usize) -> Option<Vec<i32>> {
    let taken: Vec<i32> = start.iter().enumerate().map(|(cell, count)| clamp(*count, bounds.range(cell))).collect();
    let sums = problem.sums(&taken);
    let mut search = Search {
        problem,
        bounds,
        taken,
        sums,
        limits: problem.rows().iter().map(|row| (row.low, row.high)).collect(),
        weights: vec![1; problem.rows().len()],
        rests: vec![0; 2 * problem.cells()],
    };
    for step in 1..=most {
        let broken = search.broken();
        if broken.is_empty() {
            return Some(search.taken);
        }
        search.step(step, &broken)?;
    }
    search.broken().is_empty().then_some(search.taken)
}

fn clamp(count: i32, range: std::ops::RangeInclusive<i32>) -> i32 {
    count.max(*range.start()).min(*range.end())
}

struct Search<'p> {
    problem: &'p Problem,
    bounds: &'p Bounds,
    taken: Vec<i32>,
    /// What each row comes to.
    sums: Vec<i32>,
    /// What each may come to, at least and at most: side by side, since they are asked for millions of times.
    limits: Vec<(i32, i32)>,
    /// How heavy it weighs that a row is broken.
    weights: Vec<i64>,
    /// The step until which each cell is not lowered, and not raised.
    rests: Vec<usize>,
}

impl Search<'_> {
    fn broken(&self) -> Vec<usize> {
        (0..self.sums.len()).filter(|row| self.amiss(*row, self.sums[*row]) > 0).collect()
    }

    /// By how much a row is missed where it comes to `sum`.
    fn amiss(&self, row: usize, sum: i32) -> i32 {
        let (low, high) = self.limits[row];
        (low - sum).max(sum - high).max(0)
    }

    /// Makes the best change there is. `None` if there is none at all.
    fn step(&mut self, step: usize, broken: &[usize]) -> Option<()> {
        let mut best: Option<((i64, usize, usize), i32)> = None;
        for row in broken {
            let by = if self.sums[*row] < self.limits[*row].0 { 1 } else { -1 };
            for term in &self.problem.rows()[*row].terms {
                let rest = self.rests[2 * term.cell + usize::from(by > 0)];
                if rest > step || !self.bounds.range(term.cell).contains(&(self.taken[term.cell] + by)) {
                    continue;
                }
                // Of equals that which was changed longest ago.
                let rank = (self.gain(term.cell, by), rest, term.cell);
                if best.is_none_or(|(least, _)| rank < least) {
                    best = Some((rank, by));
                }
            }
        }
        let Some(((gain, _, cell), by)) = best else {
            // All that could be changed rests.
            let waits = self.rests.iter().any(|rest| *rest > step);
            return waits.then_some(());
        };
        if gain >= 0 {
            for row in broken {
                self.weights[*row] += 1;
            }
        }
        self.taken[cell] += by;
        for (row, weight) in self.problem.rows_of(cell) {
            self.sums[*row] += by * weight;
        }
        self.rests[2 * cell + usize::from(by < 0)] = step + REST;
        Some(())
    }

    /// How much more is missed after the change of a cell; less than nothing where it helps.
    fn gain(&self, cell: usize, by: i32) -> i64 {
        let of_row = |(row, weight): &(usize, i32)| {
            let (before, after) = (self.sums[*row], self.sums[*row] + by * weight);
            self.weights[*row] * i64::from(self.amiss(*row, after) - self.amiss(*row, before))
        };
        self.problem.rows_of(cell).iter().map(of_row).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::linear::testing::{all, problems};
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_found_holds(problem in problems(), start in vec(0..4_i32, 7)) {
            let bounds = problem.bounds();
            if let Some(taken) = mend(&problem, &bounds, &start[..problem.cells()], 200) {
                prop_assert!(all(&problem).contains(&taken));
            }
        }
    }
}
