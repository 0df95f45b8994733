//! What an exam demands of a bank, as a problem with cells and rows.
//!
//! In: a bank, a blueprint, and what earlier forms drew. Out: for one form the items in the order of their chance, the cells that they lie
//! in, and a row for each thing that the blueprint says, with the word for it. It finds no form and does not know whether there is one.
//!
//! Cards that no rule tells apart are one class. Of a class only the first few in the order of chance can be drawn: a later one could
//! always be exchanged for one of these. So what has to be searched does not grow with the bank.

use super::linear::{Problem, Row, Term};
use super::pool::{self, Class, Drawing, Pool, Traits};
use super::resolve::Resolved;
use super::shuffle::Chance;
use crate::bank::Bank;
use crate::blueprint::{Blueprint, Sampling, Worth};
use crate::card::{Card, CardType};
use crate::points::Points;
use std::collections::{BTreeMap, BTreeSet};

/// The places of a section for items that are worth the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// The section of the blueprint.
    pub(super) section: usize,
    /// The type of its items.
    pub(super) kind: CardType,
    /// What each is worth; `None` for what its rubric says.
    pub(super) points: Option<Points>,
    /// How many items.
    pub(super) count: usize,
}

impl Slot {
    /// The least and the most of its statements that are true where they are balanced: two to three fifths, rounded outwards.
    pub(super) fn true_statements(&self) -> (usize, usize) {
        (self.count * 2 / 5, (self.count * 3).div_ceil(5))
    }

    /// Whether a card of this type, worth so much by itself, can stand here.
    pub(super) fn takes(&self, kind: CardType, points: Option<Points>) -> bool {
        self.kind == kind && (self.points.is_none() || points.is_none_or(|own| self.points == Some(own)))
    }
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Constraint {
    /// The items of a slot.
    Count(usize),
    /// All items together: follows from the counts.
    Items,
    /// A quota of the blueprint.
    Quota(usize),
    /// What a form is worth.
    Total,
    /// The share of a level of difficulty, by its position in the blueprint.
    Level(usize),
    /// A card stands in one place only: not a wish.
    Once,
    /// Cards that bar each other.
    Enemies(Vec<usize>),
    /// A card that must be drawn.
    Include(usize),
    /// True and false statements of a section are about as many.
    Judgements(usize),
    /// What the form may have in common with an earlier one, counted from the first.
    Shared(usize),
    /// How much of it earlier forms have.
    Fresh,
}

/// What an exam demands, whatever the form.
#[derive(Debug)]
pub(super) struct Demand<'e> {
    pub(super) bank: &'e Bank,
    pub(super) blueprint: &'e Blueprint,
    resolved: Resolved,
    /// Where items stand.
    pub(super) slots: Vec<Slot>,
    /// The cards that no rule tells apart.
    pub(super) classes: Vec<Class>,
    /// For each card that has some those it may not stand beside, ascending.
    pub(super) enemies: BTreeMap<usize, Vec<usize>>,
    /// The most enemies that any card has.
    most_enemies: usize,
    /// For each card whether it matters which one it is, among those of its class.
    bound: Vec<bool>,
    /// How many items a form has.
    pub(super) items: usize,
    /// What it is worth, if that is the same for every form.
    pub(super) total: Option<Points>,
}

/// What was drawn before.
#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    /// How often each card was drawn.
    pub(super) uses: Vec<u32>,
    /// For each card the capped forms that have it, ascending.
    pub(super) on: BTreeMap<usize, Vec<usize>>,
    /// For each capped form how many of its cards another may have.
    pub(super) caps: Vec<u32>,
    /// For each capped form what to call it, and whether it is of an earlier exam.
    pub(super) names: Vec<(String, bool)>,
}

impl Past {
    /// Adds a form with these cards, each once; `cap` says how many of them another may have, and then `name` what to call it.
    pub(super) fn add(
        &mut self,
        cards: impl Iterator<Item = usize>,
        cap: Option<u32>,
        name: impl FnOnce() -> (String, bool),
    ) {
        let form = self.caps.len();
        for card in cards {
            self.uses[card] += 1;
            if cap.is_some() {
                self.on.entry(card).or_default().push(form);
            }
        }
        if let Some(cap) = cap {
            self.caps.push(cap);
            self.names.push(name());
        }
    }
}

/// One form to be drawn.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) problem: Problem,
    /// What each row says.
    pub(super) constraints: Vec<Constraint>,
    /// The cards that can be drawn, in the order of chance, each with its pool.
    pub(super) items: Vec<(usize, usize)>,
    /// The cells of each pool: one for each slot that its cards can stand in.
    pub(super) cells: Vec<Vec<usize>>,
    /// The slot of each cell.
    pub(super) slot_of: Vec<usize>,
    /// The row of how much earlier forms have, if they have any.
    pub(super) fresh: Option<usize>,
}

/// Of which cards a form is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Of those that no earlier form has.
    Fresh,
    /// Of all.
    All,
}

impl<'e> Demand<'e> {
    /// What `blueprint` demands of `bank`.
    pub(super) fn new(bank: &'e Bank, blueprint: &'e Blueprint, resolved: Resolved) -> Self {
        let slots = slots(blueprint);
        let fits = |position: usize, card: &Card| {
            resolved.draws(position, card) && slots.iter().any(|slot| slot.takes(card.kind(), card.points))
        };
        let classes = pool::classes(bank, blueprint, &resolved, fits);
        let enemies = resolved.enemies(bank);
        let most_enemies = enemies.values().map(Vec::len).max().unwrap_or_default();
        let mut bound = vec![false; bank.cards.len()];
        enemies.keys().chain(&resolved.include).for_each(|card| bound[*card] = true);
        Self {
            bank,
            blueprint,
            items: slots.iter().map(|slot| slot.count).sum(),
            total: blueprint.points(),
            resolved,
            slots,
            classes,
            enemies,
            most_enemies,
            bound,
        }
    }

    /// The names of the blueprint as positions.
    pub(super) fn resolved(&self) -> &Resolved {
        &self.resolved
    }

    /// The cards that can stand on a form.
    pub(super) fn cards(&self) -> impl Iterator<Item = &'e Card> {
        let bank = self.bank;
        self.classes.iter().flat_map(|class| &class.members).map(|member| &bank.cards[member.card])
    }

    /// The form of this chance, after what was drawn before.
    pub(super) fn draft(&self, chance: Chance<'_>, past: &Past, scope: Scope) -> Draft {
        let pools = self.pools(chance, past, scope);
        let mut cells = Cells::default();
        for pool in &pools {
            cells.add(self, pool, usize::min);
        }
        let Cells { capacity, slot_of, of_pool } = cells;
        let mut rows = Rows { problem: Problem::new(capacity), constraints: Vec::new() };
        let fresh = self.rows(&mut rows, &pools, &of_pool, &slot_of, past);
        let mut items: Vec<(u64, usize, usize)> = Vec::new();
        for (number, pool) in pools.iter().enumerate() {
            items.extend(pool.cards.iter().map(|(rank, card)| (*rank, *card, number)));
        }
        items.sort_unstable();
        let items = items.into_iter().map(|(_, card, pool)| (card, pool)).collect();
        Draft { problem: rows.problem, constraints: rows.constraints, items, cells: of_pool, slot_of, fresh }
    }

    /// The cards that matter to a form, in pools of which each card can stand for any other.
    fn pools(&self, chance: Chance<'_>, past: &Past, scope: Scope) -> Vec<Pool> {
        let mut seen: Vec<bool> = past.uses.iter().map(|uses| *uses > 0).collect();
        seen.resize(self.bank.cards.len(), false);
        past.on.keys().for_each(|card| seen[*card] = true);
        let drawing =
            Drawing { past, seen, bound: &self.bound, resolved: &self.resolved, ranks: chance.ranks(), scope };
        pool::pools(&self.classes, &drawing, |traits, bound| {
            // Of so many one is always left, whatever stands on the form and whatever that bars. An exchange may offer any other.
            let stable = self.blueprint.exam.sampling == Sampling::Stable;
            let barred = if bound { self.items * self.most_enemies } else { 0 };
            if stable { self.fitting(traits) + barred } else { usize::MAX }
        })
    }

    /// How many items of a form can be of these traits.
    fn fitting(&self, traits: &Traits) -> usize {
        let takes = |slot: &&Slot| slot.takes(traits.kind, traits.points);
        self.slots.iter().filter(takes).map(|slot| slot.count).sum()
    }

    /// Adds all rows; gives the number of that which says how much earlier forms have.
    pub(super) fn rows(
        &self,
        rows: &mut Rows,
        pools: &[Pool],
        cells: &[Vec<usize>],
        slot_of: &[usize],
        past: &Past,
    ) -> Option<usize> {
        let count = whole;
        let once = |cells: Vec<usize>| cells.into_iter().map(|cell| Term { cell, weight: 1 }).collect::<Vec<_>>();
        let of_pools = |wanted: &dyn Fn(&Pool, &Traits) -> bool| {
            let pools = pools.iter().zip(cells).filter(|(pool, _)| wanted(pool, &self.classes[pool.class].traits));
            once(pools.flat_map(|(_, cells)| cells.iter().copied()).collect())
        };
        let mut counts = Vec::with_capacity(self.slots.len());
        for (number, slot) in self.slots.iter().enumerate() {
            let terms = once((0..slot_of.len()).filter(|cell| slot_of[*cell] == number).collect());
            let row = rows.add(Constraint::Count(number), count(slot.count)..=count(slot.count), terms);
            counts.push(row);
        }
        for (pool, cells) in pools.iter().zip(cells).filter(|(_, cells)| cells.len() > 1) {
            rows.add(Constraint::Once, 0..=count(pool.cards.len()), once(cells.clone()));
        }
        if !self.resolved.quotas.is_empty() {
            let whole = rows.add(Constraint::Items, count(self.items)..=count(self.items), of_pools(&|_, _| true));
            let mut numbers = Vec::new();
            for (position, quota) in self.resolved.quotas.iter().enumerate() {
                let terms = of_pools(&|_, traits| {
                    traits.chapter == Some(quota.chapter)
                        && quota.section.is_none_or(|_| traits.section == quota.section)
                });
                let (low, high) = quota.range(self.items);
                numbers.push(rows.add(Constraint::Quota(position), count(low)..=count(high), terms));
            }
            let of = |wanted: &dyn Fn(&super::resolve::Quota) -> bool| -> Vec<usize> {
                let quotas = self.resolved.quotas.iter().zip(&numbers);
                quotas.filter(|(quota, _)| wanted(quota)).map(|(_, number)| *number).collect()
            };
            rows.problem.part(whole, of(&|quota| quota.section.is_none()));
            rows.problem.part(whole, of(&|quota| quota.section.is_some()));
            for (quota, number) in
                self.resolved.quotas.iter().zip(&numbers).filter(|(quota, _)| quota.section.is_none())
            {
                let sections = of(&|other| other.section.is_some() && other.chapter == quota.chapter);
                if !sections.is_empty() {
                    rows.problem.part(*number, sections);
                }
            }
        }
        if let Some(total) = self.total.filter(|_| self.weighs_points()) {
            let halves = |wanted: &dyn Fn(&Traits) -> bool| -> Vec<Term> {
                let pools = pools.iter().zip(cells).map(|(pool, cells)| (&self.classes[pool.class].traits, cells));
                let terms = pools.filter(|(traits, _)| wanted(traits)).flat_map(|(traits, cells)| {
                    let weight =
                        |cell: &usize| self.slots[slot_of[*cell]].points.or(traits.points).unwrap_or_default().halves();
                    cells.iter().map(move |cell| Term { cell: *cell, weight: count(weight(cell) as usize) })
                });
                terms.collect()
            };
            let all = total.halves();
            let whole = rows.add(Constraint::Total, count(all as usize)..=count(all as usize), halves(&|_| true));
            let mut numbers = Vec::new();
            for (position, share) in self.blueprint.difficulty.iter().enumerate() {
                let range = count(share.min.ceil_of(all) as usize)..=count(share.max.floor_of(all) as usize);
                let terms = halves(&|traits| traits.level == Some(share.level));
                numbers.push(rows.add(Constraint::Level(position), range, terms));
            }
            rows.problem.part(whole, numbers);
        }
        for (position, card) in self.resolved.include.iter().enumerate() {
            let terms = of_pools(&|pool, _| pool.cards.len() == 1 && pool.cards[0].1 == *card);
            rows.add(Constraint::Include(position), 1..=1, terms);
        }
        for (number, slot) in self.slots.iter().enumerate() {
            if slot.kind == CardType::TrueFalse && self.blueprint.rules.balance_keys {
                let terms = of_pools(&|_, traits| traits.verdict == Some(true));
                let terms = terms.into_iter().filter(|term| slot_of[term.cell] == number).collect();
                let (low, high) = slot.true_statements();
                rows.add(Constraint::Judgements(number), count(low)..=count(high), terms);
            }
        }
        for (form, cap) in past.caps.iter().enumerate() {
            let terms = of_pools(&|pool, _| pool.on.binary_search(&form).is_ok());
            if !terms.is_empty() {
                rows.add(Constraint::Shared(form), 0..=count(*cap as usize), terms);
            }
        }
        self.enemy_rows(rows, pools, cells);
        // Cards that were drawn before rank by how often; one more of them outweighs how often all were.
        let ranks: BTreeSet<u32> = pools.iter().map(|pool| pool.uses).filter(|uses| *uses > 0).collect();
        let rank_of: BTreeMap<u32, usize> = ranks.into_iter().zip(1..).collect();
        let room: usize = pools.iter().zip(cells).map(|(pool, cells)| pool.cards.len() * cells.len()).sum();
        let heaviest = i32::MAX / whole(room + 1);
        let of_pool = |(pool, cells): (&Pool, &'_ Vec<usize>)| {
            let rank = rank_of.get(&pool.uses)?;
            let weight = whole(self.items * rank_of.len() + rank).min(heaviest);
            Some(cells.iter().map(|cell| Term { cell: *cell, weight }).collect::<Vec<_>>())
        };
        let used: Vec<Term> = pools.iter().zip(cells).filter_map(of_pool).flatten().collect();
        (!used.is_empty()).then(|| {
            let fresh = rows.add(Constraint::Fresh, 0..=i32::MAX, used);
            rows.problem.bill(fresh, &counts);
            fresh
        })
    }

    /// Whether points have to be counted: otherwise the counts of the sections say all.
    fn weighs_points(&self) -> bool {
        let rubrics = self.slots.iter().any(|slot| slot.points.is_none());
        !self.blueprint.difficulty.is_empty() || (rubrics && self.blueprint.exam.total.is_some())
    }

    /// Rows for groups of cards of which each bars every other; every two that do are in a group together.
    fn enemy_rows(&self, rows: &mut Rows, pools: &[Pool], cells: &[Vec<usize>]) {
        let bound = |pool: &&(usize, &Pool)| pool.1.cards.len() == 1 && self.enemies.contains_key(&pool.1.cards[0].1);
        let numbered: Vec<(usize, &Pool)> = pools.iter().enumerate().collect();
        let pool_of: BTreeMap<usize, usize> =
            numbered.iter().filter(bound).map(|(number, pool)| (pool.cards[0].1, *number)).collect();
        let mut covered = BTreeSet::new();
        for card in pool_of.keys().copied() {
            let there = |other: &usize| pool_of.contains_key(other);
            for enemy in self.enemies[&card].iter().copied().filter(|enemy| *enemy > card && there(enemy)) {
                if covered.contains(&(card, enemy)) {
                    continue;
                }
                let mut group = vec![card, enemy];
                for third in self.enemies[&card].iter().copied().filter(there) {
                    let barred = |member: &usize| self.enemies[member].binary_search(&third).is_ok();
                    if !group.contains(&third) && group.iter().all(barred) {
                        group.push(third);
                    }
                }
                group.sort_unstable();
                for (position, first) in group.iter().enumerate() {
                    covered.extend(group[position + 1..].iter().map(|second| (*first, *second)));
                }
                let terms = group.iter().flat_map(|member| &cells[pool_of[member]]);
                let terms = terms.map(|cell| Term { cell: *cell, weight: 1 }).collect();
                rows.add(Constraint::Enemies(group), 0..=1, terms);
            }
        }
    }
}

/// A number of items, or of halves of points, as rows have it.
pub(super) fn whole(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Cells in the making.
#[derive(Default)]
pub(super) struct Cells {
    pub(super) capacity: Vec<i32>,
    /// The slot of each.
    pub(super) slot_of: Vec<usize>,
    /// Those of each pool.
    pub(super) of_pool: Vec<Vec<usize>>,
}

impl Cells {
    /// Adds the cells of a pool. `capacity` says what one has where the pool holds so many cards and the slot takes so many.
    pub(super) fn add(&mut self, demand: &Demand<'_>, pool: &Pool, capacity: impl Fn(usize, usize) -> usize) {
        let traits = &demand.classes[pool.class].traits;
        let mut cells = Vec::new();
        for (number, slot) in demand.slots.iter().enumerate().filter(|(_, slot)| slot.takes(traits.kind, traits.points))
        {
            cells.push(self.capacity.len());
            self.capacity.push(whole(capacity(pool.cards.len(), slot.count)));
            self.slot_of.push(number);
        }
        self.of_pool.push(cells);
    }
}

/// Rows in the making.
pub(super) struct Rows {
    pub(super) problem: Problem,
    pub(super) constraints: Vec<Constraint>,
}

impl Rows {
    fn add(&mut self, constraint: Constraint, range: std::ops::RangeInclusive<i32>, terms: Vec<Term>) -> usize {
        self.constraints.push(constraint);
        self.problem.add(Row { low: *range.start(), high: *range.end(), terms })
    }
}

/// The slots of a blueprint, section by section; within a section those worth least first.
pub(super) fn slots(blueprint: &Blueprint) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (section, plan) in blueprint.sections.iter().enumerate() {
        let slot = |points, count| Slot { section, kind: plan.kind, points, count };
        match &plan.worth {
            Worth::Rubric => slots.push(slot(None, plan.count)),
            Worth::Each(points) => slots.push(slot(Some(*points), plan.count)),
            Worth::List(list) => {
                slots.extend(list.chunk_by(|one, other| one == other).map(|run| slot(Some(run[0]), run.len())));
            }
        }
    }
    slots
}
