//! Finding how many items to take of each cell, as an integer program.
//!
//! In: a problem and the bounds known so far. Out: numbers that meet every row, the proof that none do, or word that the solver gave up;
//! or the least that a weighted sum of slacks can come to. What the solver finds is checked with whole numbers before it is
//! believed; that it finds nothing is its word.

use super::linear::{Bounds, Problem, Term};
use microlp::{
    ComparisonOp, OptimizationDirection, Problem as Program, Solution, SolveOptions, SolveOutcome, Variable,
};

/// How many branches the solver may open: a count, not a time, so that the answer is the same on any machine.
pub(super) const MOST_BRANCHES: u64 = 2_000;

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// So many items of each cell meet every row.
    Found(Vec<i32>),
    /// Nothing does.
    Impossible,
    /// The search took too long.
    GivenUp,
}

/// Numbers that keep the bounds and meet every row, found with no more than so many branches.
pub(super) fn complete(problem: &Problem, bounds: &Bounds, branches: u64) -> Verdict {
    let (program, cells) = program(problem, bounds);
    match solve(&program, branches) {
        Ok(SolveOutcome::Solution(solution)) => {
            let taken = counts(&cells, &solution);
            if problem.holds(bounds, &taken) { Verdict::Found(taken) } else { Verdict::GivenUp }
        }
        Err(microlp::Error::Infeasible) => Verdict::Impossible,
        Ok(SolveOutcome::Interrupted(_)) | Err(_) => Verdict::GivenUp,
    }
}

/// Which end of what a sum can come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Least,
    Most,
}

/// The least or the most that a sum can come to under all rows; `None` if nothing meets them, or the search takes too long.
pub(super) fn extreme(problem: &Problem, bounds: &Bounds, terms: &[Term], end: End) -> Option<i32> {
    extreme_within(problem, bounds, terms, end, MOST_BRANCHES)
}

/// As [`extreme`], with no more than so many branches.
pub(super) fn extreme_within(
    problem: &Problem,
    bounds: &Bounds,
    terms: &[Term],
    end: End,
    branches: u64,
) -> Option<i32> {
    let direction = if end == End::Least { 1.0 } else { -1.0 };
    let (mut program, cells) = program(problem, bounds);
    let sum = program.add_integer_var(direction, (0, i32::MAX));
    let terms = terms.iter().map(|term| (cells[term.cell], f64::from(term.weight)));
    program.add_constraint(terms.chain([(sum, -1.0)]).collect::<Vec<_>>(), ComparisonOp::Eq, 0.0);
    let solution = solve(&program, branches).ok()?.into_solution().ok()?;
    Some(solution.var_value(sum).round() as i32)
}

fn program(problem: &Problem, bounds: &Bounds) -> (Program, Vec<Variable>) {
    let mut program = Program::new(OptimizationDirection::Minimize);
    let cells: Vec<Variable> = (0..problem.cells())
        .map(|cell| {
            let range = bounds.range(cell);
            program.add_integer_var(0.0, (*range.start(), *range.end()))
        })
        .collect();
    for row in problem.rows() {
        let terms = || -> Vec<(Variable, f64)> {
            row.terms.iter().map(|term| (cells[term.cell], f64::from(term.weight))).collect()
        };
        if row.low == row.high {
            program.add_constraint(terms(), ComparisonOp::Eq, f64::from(row.low));
            continue;
        }
        if row.low > 0 {
            program.add_constraint(terms(), ComparisonOp::Ge, f64::from(row.low));
        }
        let most: i32 = row.terms.iter().map(|term| term.weight * bounds.range(term.cell).end()).sum();
        if row.high < most {
            program.add_constraint(terms(), ComparisonOp::Le, f64::from(row.high));
        }
    }
    (program, cells)
}

fn solve(program: &Program, branches: u64) -> Result<SolveOutcome, microlp::Error> {
    let mut options = SolveOptions::default();
    options.node_limit = Some(branches);
    program.solve_with(options)
}

fn counts(cells: &[Variable], solution: &Solution) -> Vec<i32> {
    cells.iter().map(|cell| solution.var_value(*cell).round() as i32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::linear::testing::{all, problems};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_solver_says_what_is_so(problem in problems()) {
            let all = all(&problem);
            let mut bounds = problem.bounds();
            let open = problem.settle(&mut bounds);
            match complete(&problem, &problem.bounds(), MOST_BRANCHES) {
                Verdict::Found(taken) => prop_assert!(all.contains(&taken) && open),
                Verdict::Impossible => prop_assert!(all.is_empty()),
                Verdict::GivenUp => prop_assert!(false, "given up on seven cells"),
            }
        }
    }
}
