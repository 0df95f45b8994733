//! How many forms a bank supports before a card comes a second time.
//!
//! In: a bank and a blueprint. Out: a number of forms that was really drawn, and one that no draw can pass. Cards that the blueprint puts on
//! every form do not count as repeats: they are wanted there.

use super::super::assemble::Series;
use super::super::demand::Demand;
use super::super::resolve::Resolved;
use crate::bank::Bank;
use crate::blueprint::{Blueprint, FormName, Overlap};
use std::collections::HashSet;

/// How many forms are drawn at the most to see how long the bank lasts.
pub const MOST_DRAWN: usize = 40;

/// How many forms a bank supports without a repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supply {
    /// So many were drawn, at most [`MOST_DRAWN`].
    pub drawn: usize,
    /// There are no more than these.
    pub bound: usize,
}

impl Supply {
    /// Whether it is known how many there are.
    pub fn is_exact(self) -> bool {
        self.drawn == self.bound
    }

    /// Whether the draw ended before the bank did.
    pub fn is_cut(self) -> bool {
        self.drawn == MOST_DRAWN && self.bound > MOST_DRAWN
    }

    pub(super) fn of(bank: &Bank, blueprint: &Blueprint, resolved: Resolved) -> Self {
        // What the forms of this exam may share says nothing of how long the bank lasts.
        let mut blueprint = blueprint.clone();
        blueprint.exam.overlap = Overlap::default();
        let demand = Demand::new(bank, &blueprint, resolved);
        let bound = demand.most_fresh();
        Self { drawn: drawn(demand, bound.min(MOST_DRAWN)), bound }
    }
}

/// How many forms come before the first repeat, of so many.
fn drawn(demand: Demand<'_>, most: usize) -> usize {
    let wanted: HashSet<usize> = demand.resolved().include.iter().copied().collect();
    let mut series = Series::new(demand, &[]);
    let mut seen = HashSet::new();
    let mut is_fresh = |name: &FormName| {
        let form = series.next(name.as_str()).ok();
        form.is_some_and(|form| form.items().all(|(_, item)| wanted.contains(&item.card) || seen.insert(item.card)))
    };
    FormName::series(most).iter().take_while(|name| is_fresh(name)).count()
}
