//! Cards that can stand for each other.
//!
//! In: a bank, what a blueprint tells apart, and what earlier forms drew. Out: the cards in classes that no rule tells apart, once for an
//! exam; and for one form these in pools, in the order of chance. What is demanded of them is said in `demand`.

use super::demand::{Past, Scope};
use super::resolve::Resolved;
use super::shuffle::{self, Ranks};
use crate::bank::Bank;
use crate::blueprint::{Blueprint, Level};
use crate::card::{Body, Card, CardType};
use crate::points::Points;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What tells classes of cards apart: only what a rule of the blueprint asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Traits {
    pub(super) kind: CardType,
    pub(super) points: Option<Points>,
    pub(super) chapter: Option<usize>,
    pub(super) section: Option<usize>,
    pub(super) level: Option<Level>,
    pub(super) verdict: Option<bool>,
}

/// A card of a class.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    /// Its position in the bank.
    pub(super) card: usize,
    /// What stands for it in the ranks of every form.
    mark: u64,
}

/// Cards that no rule tells apart.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) traits: Traits,
    /// In the order of the bank.
    pub(super) members: Vec<Member>,
}

/// How many cards are looked at in one go.
const PORTION: usize = 4096;

/// The classes of a bank, of those cards that `fits` lets through.
pub(super) fn classes(
    bank: &Bank,
    blueprint: &Blueprint,
    resolved: &Resolved,
    fits: impl Fn(usize, &Card) -> bool + Sync,
) -> Vec<Class> {
    let mut by_chapter = vec![false; bank.chapters.len()];
    resolved.quotas.iter().for_each(|quota| by_chapter[quota.chapter] = true);
    let by_section: BTreeSet<(usize, usize)> =
        resolved.quotas.iter().filter_map(|quota| Some((quota.chapter, quota.section?))).collect();
    let traits = |card: &Card| Traits {
        kind: card.kind(),
        points: card.points,
        chapter: by_chapter[card.chapter].then_some(card.chapter),
        section: by_section.contains(&(card.chapter, card.section)).then_some(card.section),
        level: (!blueprint.difficulty.is_empty()).then(|| Level::of(card.difficulty)),
        verdict: match &card.body {
            Body::TrueFalse(statement) if blueprint.rules.balance_keys => Some(statement.key),
            _ => None,
        },
    };
    let portion = |(number, cards): (usize, &[Card])| {
        let mut classes: BTreeMap<Traits, Vec<Member>> = BTreeMap::new();
        for (position, card) in (number * PORTION..).zip(cards).filter(|(position, card)| fits(*position, card)) {
            let member = Member { card: position, mark: shuffle::mark(&card.id) };
            classes.entry(traits(card)).or_default().push(member);
        }
        classes
    };
    let portions: Vec<_> = bank.cards.par_chunks(PORTION).enumerate().map(portion).collect();
    let mut classes: BTreeMap<Traits, Vec<Member>> = BTreeMap::new();
    for (traits, members) in portions.into_iter().flatten() {
        classes.entry(traits).or_default().extend(members);
    }
    classes.into_iter().map(|(traits, members)| Class { traits, members }).collect()
}

/// A card with its rank, which comes first: cards are taken in this order.
type Lot = (u64, usize);

/// Cards that can stand for each other, in the order of chance.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) class: usize,
    /// How often each was drawn.
    pub(super) uses: u32,
    /// The capped forms that have them, ascending.
    pub(super) on: Vec<usize>,
    pub(super) cards: Vec<Lot>,
}

/// What the pools of a form are made by.
pub(super) struct Drawing<'d> {
    pub(super) past: &'d Past,
    /// For each card whether an earlier form has it.
    pub(super) seen: Vec<bool>,
    /// For each card whether it matters which one it is.
    pub(super) bound: &'d [bool],
    pub(super) resolved: &'d Resolved,
    pub(super) ranks: Ranks,
    pub(super) scope: Scope,
}

/// The cards that matter to a form. `enough` says how many of a class do, of those that are bound and of those that are not.
pub(super) fn pools(
    classes: &[Class],
    drawing: &Drawing<'_>,
    enough: impl Fn(&Traits, bool) -> usize + Sync,
) -> Vec<Pool> {
    let of_class = |(number, class): (usize, &Class)| {
        let mut plain: Vec<Lot> = Vec::with_capacity(class.members.len());
        let mut groups: BTreeMap<(u32, &[usize], bool), Vec<Lot>> = BTreeMap::new();
        for member in &class.members {
            let (seen, bound) = (drawing.seen[member.card], drawing.bound[member.card]);
            if seen && drawing.scope == Scope::Fresh {
                continue;
            }
            let lot = (drawing.ranks.of(member.mark), member.card);
            if !seen && !bound {
                plain.push(lot);
                continue;
            }
            let uses = drawing.past.uses.get(member.card).copied().unwrap_or_default();
            let on = drawing.past.on.get(&member.card).map_or(&[][..], Vec::as_slice);
            groups.entry((uses, on, bound)).or_default().push(lot);
        }
        if !plain.is_empty() {
            groups.insert((0, &[], false), plain);
        }
        let mut pools = Vec::new();
        for ((uses, on, bound), mut cards) in groups {
            let enough = enough(&class.traits, bound);
            if cards.len() > enough {
                if bound {
                    cards.select_nth_unstable_by_key(enough, |lot| (!drawing.resolved.includes(lot.1), *lot));
                } else {
                    cards.select_nth_unstable(enough);
                }
                cards.truncate(enough);
            }
            cards.sort_unstable();
            let pool = |cards| Pool { class: number, uses, on: on.to_vec(), cards };
            if bound {
                pools.extend(cards.into_iter().map(|card| pool(vec![card])));
            } else {
                pools.push(pool(cards));
            }
        }
        pools
    };
    let pools: Vec<Vec<Pool>> = classes.par_iter().enumerate().map(of_class).collect();
    pools.into_iter().flatten().collect()
}

/// All cards in pools, without chance and without a past; by themselves those that are `apart`.
pub(super) fn whole(classes: &[Class], apart: impl Fn(usize) -> bool) -> Vec<Pool> {
    let mut pools = Vec::new();
    for (class, Class { members, .. }) in classes.iter().enumerate() {
        let (alone, others): (Vec<Lot>, Vec<Lot>) =
            members.iter().map(|member| (0, member.card)).partition(|lot| apart(lot.1));
        let cards = alone.into_iter().map(|lot| vec![lot]).chain((!others.is_empty()).then_some(others));
        pools.extend(cards.map(|cards| Pool { class, uses: 0, on: Vec::new(), cards }));
    }
    pools
}
