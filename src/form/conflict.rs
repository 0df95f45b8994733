//! Which demands cannot be met together.
//!
//! In: a form that cannot be drawn. Out: sets of demands, no two sharing one; each set cannot be met, and without any one of its demands
//! the others can; and all other demands, which can be met together. What they mean and what would mend them is said in `report`.

use super::demand::{Constraint, Draft};
use super::draw;
use super::linear::Problem;
use super::program::Verdict;

/// One side of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// At least so much.
    Low,
    /// At most so much.
    High,
}

/// A demand: one side of a row of a [`Draft`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Demanded {
    pub(super) row: usize,
    pub(super) side: Side,
}

/// More sets than these are not looked for.
const MOST: usize = 12;

/// What is asked of a form that cannot be drawn.
#[derive(Debug)]
pub(super) struct Conflicts {
    /// Sets of demands that cannot be met together; none only if the search was given up.
    pub(super) sets: Vec<Vec<Demanded>>,
    /// All other demands. They can be met together, unless there are more sets than are looked for.
    pub(super) rest: Vec<Demanded>,
}

/// Parts what is asked of a form into what cannot be met together and the rest.
pub(super) fn conflicts(draft: &Draft) -> Conflicts {
    let mut rest = demands(draft);
    let mut sets = Vec::new();
    while sets.len() < MOST && impossible(draft, &rest) {
        let mut conflict = smallest(draft, &[], &rest, false);
        conflict.sort_unstable();
        rest.retain(|demand| !conflict.contains(demand));
        sets.push(conflict);
        if rest.is_empty() {
            break;
        }
    }
    Conflicts { sets, rest }
}

/// Everything that is asked of a form, what authors say most plainly first: of several conflicts one made of these is named.
fn demands(draft: &Draft) -> Vec<Demanded> {
    let rank = |constraint: &Constraint| match constraint {
        Constraint::Count(_) => Some(0),
        Constraint::Include(_) => Some(1),
        Constraint::Quota(_) => Some(2),
        Constraint::Total => Some(3),
        Constraint::Level(_) => Some(4),
        Constraint::Shared(_) => Some(5),
        Constraint::Judgements(_) => Some(6),
        Constraint::Enemies(_) => Some(7),
        // What follows from the others, what is no wish, and what gives way by itself.
        Constraint::Items | Constraint::Once | Constraint::Fresh => None,
    };
    let bounds = draft.problem.bounds();
    let mut ranked = Vec::new();
    for (row, constraint) in draft.constraints.iter().enumerate() {
        let Some(rank) = rank(constraint) else { continue };
        let Range { low, high } = range(&draft.problem, row);
        if low > 0 {
            ranked.push((rank, Demanded { row, side: Side::Low }));
        }
        let most: i32 =
            draft.problem.rows()[row].terms.iter().map(|term| term.weight * bounds.range(term.cell).end()).sum();
        if high < most {
            ranked.push((rank, Demanded { row, side: Side::High }));
        }
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, demand)| demand).collect()
}

struct Range {
    low: i32,
    high: i32,
}

fn range(problem: &Problem, row: usize) -> Range {
    let row = &problem.rows()[row];
    Range { low: row.low, high: row.high }
}

/// The problem of a form with these demands alone, and what is no wish.
pub(super) fn only(draft: &Draft, demands: &[Demanded]) -> Problem {
    only_of(&draft.problem, &draft.constraints, demands)
}

/// As [`only`], of a problem whose rows say this.
pub(super) fn only_of(problem: &Problem, constraints: &[Constraint], demands: &[Demanded]) -> Problem {
    problem.only(|number, row| {
        if constraints[number] == Constraint::Once {
            return Some(row.low..=row.high);
        }
        let asked = |side| demands.contains(&Demanded { row: number, side });
        let (low, high) = (asked(Side::Low), asked(Side::High));
        (low || high).then_some(if low { row.low } else { 0 }..=if high { row.high } else { i32::MAX })
    })
}

fn impossible(draft: &Draft, demands: &[Demanded]) -> bool {
    let problem = only(draft, demands);
    let mut bounds = problem.bounds();
    !problem.settle(&mut bounds) || draw::complete(&problem, &bounds, &vec![0; problem.cells()]) == Verdict::Impossible
}

/// A smallest part of `demands` that cannot be met beside `kept` (`QuickXplain`, Junker 2004). `news`: whether `kept` has grown.
fn smallest(draft: &Draft, kept: &[Demanded], demands: &[Demanded], news: bool) -> Vec<Demanded> {
    if news && impossible(draft, kept) {
        return Vec::new();
    }
    if demands.len() <= 1 {
        return demands.to_vec();
    }
    let (first, second) = demands.split_at(demands.len() / 2);
    let of_second = smallest(draft, &[kept, first].concat(), second, !first.is_empty());
    let of_first = smallest(draft, &[kept, &of_second].concat(), first, !of_second.is_empty());
    [of_first, of_second].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::linear::testing::{all, problems};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_conflict_is_one_and_no_part_of_it_is(problem in problems()) {
            let constraints = (0..problem.rows().len()).map(Constraint::Count).collect();
            let draft = Draft { problem, constraints, items: Vec::new(), cells: Vec::new(), slot_of: Vec::new(), fresh: None };
            let Conflicts { sets, rest } = conflicts(&draft);
            prop_assert_eq!(sets.is_empty(), !all(&draft.problem).is_empty());
            for conflict in &sets {
                prop_assert!(all(&only(&draft, conflict)).is_empty(), "{conflict:?} can be met");
                for without in 0..conflict.len() {
                    let mut part = conflict.clone();
                    part.remove(without);
                    prop_assert!(!all(&only(&draft, &part)).is_empty(), "{part:?} is a conflict too");
                }
            }
            prop_assert!(!all(&only(&draft, &rest)).is_empty());
        }
    }
}
