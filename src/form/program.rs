//! Whether a selection can be made whole, as an integer program.
//!
//! In: a selection in the making. Out: what makes it whole, the proof that nothing does, or how much is missing at the least. A
//! variable a candidate, 1 where it is taken; a row a section for what it wants; and a row for each group of candidates of which all
//! bar each other, since of those one can be taken. Such rows leave the solver little to try.
//!
//! What the solver finds is checked with whole numbers before it is believed; that it finds nothing is its word.

use super::choose::{Selection, Verdict};
use microlp::{ComparisonOp, OptimizationDirection, Problem, Solution, SolveOptions, SolveOutcome, Variable};
use std::collections::BTreeSet;

/// How many branches the solver may open: a count, not a time, so that the answer is the same on any machine.
const MOST_BRANCHES: u64 = 2_000;

/// Candidates that give every section what it wants.
pub(super) fn fill(selection: &Selection<'_>) -> Verdict {
    let mut program = Program::new(selection);
    program.want(|_, _| None);
    match program.solve() {
        Ok(SolveOutcome::Solution(solution)) => program.taken(&solution),
        Err(microlp::Error::Infeasible) => Verdict::Impossible,
        Ok(SolveOutcome::Interrupted(_)) | Err(_) => Verdict::GivenUp,
    }
}

/// How many items each section goes without, as few as possible in all; `None` if the search takes too long.
pub(super) fn missing(selection: &Selection<'_>) -> Option<Vec<usize>> {
    let mut program = Program::new(selection);
    let mut gaps = Vec::new();
    program.want(|problem, wanted| {
        let gap = problem.add_integer_var(1.0, (0, i32::try_from(wanted).unwrap_or(i32::MAX)));
        gaps.push(gap);
        Some(gap)
    });
    let solution = program.solve().ok()?.into_solution().ok()?;
    Some(gaps.into_iter().map(|gap| solution.var_value(gap).round() as usize).collect())
}

struct Program<'s, 'c> {
    selection: &'s Selection<'c>,
    problem: Problem,
    /// The open candidates with their variables.
    variables: Vec<(usize, Variable)>,
}

impl<'s, 'c> Program<'s, 'c> {
    /// The candidates, and that they bar each other.
    fn new(selection: &'s Selection<'c>) -> Self {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let variables: Vec<_> = selection.open().map(|candidate| (candidate, problem.add_binary_var(0.0))).collect();
        for group in groups(selection) {
            let of_group = variables.iter().filter(|(candidate, _)| group.contains(candidate));
            let terms: Vec<_> = of_group.map(|(_, variable)| (*variable, 1.0)).collect();
            problem.add_constraint(terms, ComparisonOp::Le, 1.0);
        }
        Self { selection, problem, variables }
    }

    /// What the sections want; `gap` may add a variable for what a section goes without.
    fn want(&mut self, mut gap: impl FnMut(&mut Problem, usize) -> Option<Variable>) {
        for (section, wanted) in self.selection.wants().iter().enumerate() {
            let of_section =
                self.variables.iter().filter(|(candidate, _)| self.selection.section(*candidate) == section);
            let mut terms: Vec<_> = of_section.map(|(_, variable)| (*variable, 1.0)).collect();
            terms.extend(gap(&mut self.problem, *wanted).map(|gap| (gap, 1.0)));
            self.problem.add_constraint(terms, ComparisonOp::Ge, *wanted as f64);
        }
    }

    fn solve(&self) -> Result<SolveOutcome, microlp::Error> {
        let mut options = SolveOptions::default();
        options.node_limit = Some(MOST_BRANCHES);
        self.problem.solve_with(options)
    }

    fn taken(&self, solution: &Solution) -> Verdict {
        let mut whole = self.selection.clone();
        let mut taken = Vec::new();
        for (candidate, variable) in &self.variables {
            if solution.var_value(*variable) > 0.5 && whole.is_open(*candidate) {
                whole.take(*candidate);
                taken.push(*candidate);
            }
        }
        if whole.is_whole() { Verdict::Found(taken) } else { Verdict::GivenUp }
    }
}

/// Groups of open candidates of which all bar each other; every two that do are in a group together.
fn groups(selection: &Selection<'_>) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    let mut covered = BTreeSet::new();
    for one in selection.open() {
        for other in selection.rivals(one).filter(|other| *other > one) {
            if covered.contains(&(one, other)) {
                continue;
            }
            let mut group = vec![one, other];
            for third in selection.rivals(one) {
                if !group.contains(&third) && group.iter().all(|member| selection.are_rivals(*member, third)) {
                    group.push(third);
                }
            }
            group.sort_unstable();
            for (position, first) in group.iter().enumerate() {
                covered.extend(group[position + 1..].iter().map(|second| (*first, *second)));
            }
            groups.push(group);
        }
    }
    groups
}
