//! How many forms a bank supports before a card comes a second time.
//!
//! In: a bank and a blueprint. Out: a number of forms that was really drawn, and one that no draw can pass. Cards that the blueprint puts on
//! every form do not count as repeats: they are wanted there.
//!
//! The upper number: N forms together have N times the items of every section, N times between the least and the most of every quota and
//! share, and no card twice. Whether the bank has that is a problem as for one form; the largest N for which it is not proved
//! impossible is found by halving. Of cards of which each bars every other a form has one, so that a group of them gives at most N. Where
//! very many cards have enemies that is let pass, which leaves the number an upper one.

use super::super::demand::{self, Slot, whole};
use super::super::linear::{Problem, Row, Term};
use super::super::program::Verdict;
use super::super::resolve::Resolved;
use super::super::{assemble, draw};
use crate::bank::Bank;
use crate::blueprint::{Blueprint, FormName, Level, Overlap};
use crate::card::{Body, CardType};
use crate::points::Points;
use std::collections::{BTreeMap, HashSet};

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

    pub(super) fn of(bank: &Bank, blueprint: &Blueprint, resolved: &Resolved) -> Self {
        let bound = bound(bank, blueprint, resolved);
        Self { drawn: drawn(bank, blueprint, resolved, bound.min(MOST_DRAWN)), bound }
    }
}

/// How many forms come before the first repeat, of so many.
fn drawn(bank: &Bank, blueprint: &Blueprint, resolved: &Resolved, most: usize) -> usize {
    if most == 0 {
        return 0;
    }
    let mut blueprint = blueprint.clone();
    blueprint.exam.forms = FormName::series(most);
    blueprint.exam.overlap = Overlap::default();
    let mut seen = HashSet::new();
    let forms = assemble(bank, &blueprint, &[]).forms;
    let fresh = |card: usize, seen: &mut HashSet<usize>| resolved.includes(card) || seen.insert(card);
    forms.iter().take_while(|form| form.items().all(|(_, item)| fresh(item.card, &mut seen))).count()
}

/// Cards with enemies are told apart if there are no more of them than these. In a bank with more, groups of enemies are hardly larger than
/// the number of forms, and smaller ones bar nothing.
const MOST_APART: usize = 500;

/// What tells cards apart: only what a rule of the blueprint asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Traits {
    kind: CardType,
    points: Option<Points>,
    chapter: Option<usize>,
    section: Option<usize>,
    level: Option<Level>,
    verdict: Option<bool>,
    /// Whether they stand on every form.
    included: bool,
    /// The card, if it has enemies.
    alone: Option<usize>,
}

/// What there is to draw from.
struct Stock {
    /// Cards that no rule tells apart.
    pools: Vec<(Traits, usize)>,
    /// Groups of cards of which each bars every other, as positions in the bank.
    cliques: Vec<Vec<usize>>,
}

/// No draw has more forms than these without a repeat.
fn bound(bank: &Bank, blueprint: &Blueprint, resolved: &Resolved) -> usize {
    let slots = demand::slots(blueprint);
    let stock = Stock::new(bank, blueprint, resolved, &slots);
    // No section has more cards than there are.
    let of_kind = |kind: CardType| -> usize {
        let pools = stock.pools.iter().filter(|(traits, _)| traits.kind == kind);
        pools.map(|(traits, cards)| if traits.included { bank.cards.len() } else { *cards }).sum()
    };
    let most = slots.iter().map(|slot| of_kind(slot.kind) / slot.count.max(1)).min().unwrap_or_default();
    let (mut possible, mut impossible) = (0, most.min(bank.cards.len()) + 1);
    while impossible - possible > 1 {
        let forms = possible + (impossible - possible) / 2;
        if stock.may_be(blueprint, resolved, &slots, forms) {
            possible = forms;
        } else {
            impossible = forms;
        }
    }
    possible
}

impl Stock {
    fn new(bank: &Bank, blueprint: &Blueprint, resolved: &Resolved, slots: &[Slot]) -> Self {
        let enemies = resolved.enemies(bank);
        let apart = enemies.len() <= MOST_APART;
        let mut pools: BTreeMap<Traits, usize> = BTreeMap::new();
        for (position, card) in bank.cards.iter().enumerate() {
            let fits = slots.iter().any(|slot| slot.takes(card.kind(), card.points));
            if !(fits && card.exam && resolved.allows(position)) {
                continue;
            }
            let quota = |section: bool| {
                let here =
                    |quota: &&super::super::resolve::Quota| quota.section.is_some() == section && quota.holds(card);
                resolved.quotas.iter().any(|quota| here(&quota))
            };
            let (by_chapter, by_section) = (quota(false), quota(true));
            let traits = Traits {
                kind: card.kind(),
                points: card.points,
                chapter: (by_chapter || by_section).then_some(card.chapter),
                section: by_section.then_some(card.section),
                level: (!blueprint.difficulty.is_empty()).then(|| Level::of(card.difficulty)),
                verdict: match &card.body {
                    Body::TrueFalse(statement) if blueprint.rules.balance_keys => Some(statement.key),
                    _ => None,
                },
                included: resolved.includes(position),
                alone: (apart && enemies.contains_key(&position)).then_some(position),
            };
            *pools.entry(traits).or_default() += 1;
        }
        let cliques = if apart { cliques(&enemies) } else { Vec::new() };
        Self { pools: pools.into_iter().collect(), cliques }
    }

    /// Whether so many forms are not proved to be impossible.
    fn may_be(&self, blueprint: &Blueprint, resolved: &Resolved, slots: &[Slot], forms: usize) -> bool {
        let holds = |(traits, cards): &(Traits, usize)| if traits.included { cards * forms } else { *cards };
        let pools: Vec<(&Traits, usize)> = self.pools.iter().map(|pool| (&pool.0, holds(pool))).collect();
        let mut cells: Vec<(usize, usize)> = Vec::new();
        for (number, (traits, _)) in pools.iter().enumerate() {
            let fitting = (0..slots.len()).filter(|slot| slots[*slot].takes(traits.kind, traits.points));
            cells.extend(fitting.map(|slot| (number, slot)));
        }
        let capacity = |(pool, slot): &(usize, usize)| whole(pools[*pool].1.min(slots[*slot].count * forms));
        let mut problem = Problem::new(cells.iter().map(capacity).collect());
        let mut add = |weight: &dyn Fn(usize, &Traits, usize) -> usize, low: usize, high: usize| {
            let terms = cells
                .iter()
                .enumerate()
                .map(|(cell, (pool, slot))| Term { cell, weight: whole(weight(*pool, pools[*pool].0, *slot)) });
            let terms = terms.filter(|term| term.weight > 0).collect();
            problem.add(Row { low: whole(low), high: whole(high), terms });
        };
        for (number, slot) in slots.iter().enumerate() {
            add(&|_, _, at| usize::from(at == number), slot.count * forms, slot.count * forms);
        }
        for (number, (traits, holds)) in pools.iter().enumerate() {
            add(&|pool, _, _| usize::from(pool == number), if traits.included { *holds } else { 0 }, *holds);
        }
        for clique in self.cliques.iter().filter(|clique| clique.len() > forms) {
            let among = |traits: &Traits| traits.alone.is_some_and(|card| clique.binary_search(&card).is_ok());
            add(&|_, traits, _| usize::from(among(traits)), 0, forms);
        }
        let items = slots.iter().map(|slot| slot.count).sum();
        for quota in &resolved.quotas {
            let (low, high) = quota.range(items);
            let here = |traits: &Traits| {
                traits.chapter == Some(quota.chapter) && quota.section.is_none_or(|_| traits.section == quota.section)
            };
            add(&|_, traits, _| usize::from(here(traits)), low * forms, high * forms);
        }
        let given: Option<Points> = slots.iter().map(|slot| slot.points.map(|points| points * slot.count)).sum();
        if let Some(total) = given.or(blueprint.exam.total.map(|total| total.value)).map(Points::halves) {
            let worth = |traits: &Traits, slot: usize| {
                slots[slot].points.or(traits.points).unwrap_or_default().halves() as usize
            };
            let all = total as usize * forms;
            if given.is_none() {
                add(&|_, traits, slot| worth(traits, slot), all, all);
            }
            for share in &blueprint.difficulty {
                let of_level =
                    |traits: &Traits, slot| if traits.level == Some(share.level) { worth(traits, slot) } else { 0 };
                let (low, high) = (share.min.ceil_of(total) as usize, share.max.floor_of(total) as usize);
                add(&|_, traits, slot| of_level(traits, slot), low * forms, high * forms);
            }
        }
        if blueprint.rules.balance_keys {
            for (number, slot) in slots.iter().enumerate().filter(|(_, slot)| slot.kind == CardType::TrueFalse) {
                let (low, high) = slot.true_statements();
                let counts = |traits: &Traits, at| usize::from(at == number && traits.verdict == Some(true));
                add(&|_, traits, at| counts(traits, at), low * forms, high * forms);
            }
        }
        let mut bounds = problem.bounds();
        problem.settle(&mut bounds)
            && draw::complete(&problem, &bounds, &vec![0; problem.cells()]) != Verdict::Impossible
    }
}

/// Groups of cards of which each bars every other, ascending; every two that bar each other are in one together.
fn cliques(enemies: &BTreeMap<usize, Vec<usize>>) -> Vec<Vec<usize>> {
    let bars = |one: usize, other: usize| enemies[&one].binary_search(&other).is_ok();
    let mut covered = HashSet::new();
    let mut cliques = Vec::new();
    for (&card, others) in enemies {
        for other in others.iter().copied().filter(|other| *other > card) {
            if covered.contains(&(card, other)) {
                continue;
            }
            let mut clique = vec![card, other];
            for third in others {
                if clique.iter().all(|member| bars(*member, *third)) {
                    clique.push(*third);
                }
            }
            clique.sort_unstable();
            for (position, first) in clique.iter().enumerate() {
                covered.extend(clique[position + 1..].iter().map(|second| (*first, *second)));
            }
            cliques.push(clique);
        }
    }
    cliques
}
