//! How far a bank goes for a blueprint: where it is thin, and for how many forms it lasts.
//!
//! In: a checked bank and a blueprint. Out: [`Coverage`]: what a form takes of each kind of card that the blueprint tells apart, what the
//! bank has of it, and how many forms that feeds; and how many forms can be drawn before a card comes a second time. It draws forms to
//! find that out, but hands out none, and finds no fault: a bank that is too small for one form feeds 0.
//!
//! Kinds are told apart by type, by chapter where the blueprint has quotas for chapters, and by level where it has shares for them. A
//! quota for a section of a chapter counts in the number of forms, and has no kinds of its own.
//!
//! `usual` says what a form takes of each kind, `supply` how many forms there are.

mod supply;
mod usual;

pub use supply::{MOST_DRAWN, Supply};

use super::demand::{self, Slot, whole};
use super::linear::{Problem, Row, Term};
use super::resolve::Resolved;
use crate::bank::Bank;
use crate::blueprint::{Blueprint, Level};
use crate::card::{Card, CardType};
use crate::diag::Diagnostic;
use crate::points::Points;
use std::cmp::Reverse;

/// What a bank has for a blueprint.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// How many items a form has.
    pub items: usize,
    /// What it is worth, if that is the same for every form.
    pub points: Option<Points>,
    /// By type alone, in the order of the blueprint.
    pub kinds: Vec<Cell>,
    /// By chapter alone, in the order of the bank, last those without a quota together; empty without quotas.
    pub parts: Vec<Cell>,
    /// By level alone, the easiest first; empty without shares.
    pub levels: Vec<Cell>,
    /// By all that the blueprint tells apart: type by type, in it chapter by chapter, in it level by level.
    pub cells: Vec<Cell>,
    /// So many forms are fed by the cells that half of a form's items or more come from.
    pub depth: usize,
    /// For how many forms [`Cell::write`] would be enough: [`Coverage::depth`], or one more than there are.
    pub target: usize,
    /// How many forms there are without a repeat.
    pub supply: Supply,
}

/// A part of the textbook, as quotas tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The chapter at this position of the bank.
    Chapter(usize),
    /// All chapters without a quota.
    Rest,
}

/// A kind of card: what a form takes of it and what there is.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The type; `None` for any.
    pub kind: Option<CardType>,
    /// Where it is from; `None` for anywhere.
    pub part: Option<Part>,
    /// How hard it is; `None` for any level.
    pub level: Option<Level>,
    /// A form has so many of them at the least, as follows from the blueprint at once.
    pub least: usize,
    /// And at the most.
    pub most: usize,
    /// How many a form has where it draws as evenly as the blueprint lets it.
    pub usual: f64,
    /// The cards that fit.
    pub cards: usize,
    /// How many forms they feed at the usual draw; `None` where a form takes none.
    pub feeds: Option<usize>,
    /// How many cards are missing for [`Coverage::target`] forms.
    pub write: usize,
}

impl Cell {
    /// How many forms there can be at the most for want of these cards alone; `None` where a form can do without them.
    pub fn bound(&self) -> Option<usize> {
        self.cards.checked_div(self.least)
    }

    fn new((kind, part, level): Key, (least, most): (usize, usize), usual: f64, cards: usize) -> Self {
        // Less than a hundredth of an item is none.
        let feeds = (usual >= 0.01).then(|| (cards as f64 / usual + TOLERANCE).floor() as usize);
        Self { kind, part, level, least, most, usual, cards, feeds, write: 0 }
    }

    /// Reckons what is missing for so many forms.
    fn aim_at(&mut self, target: usize) {
        let wanted = (self.usual * target as f64 - TOLERANCE).ceil().max(0.0) as usize;
        self.write = if self.feeds.is_some() { wanted.saturating_sub(self.cards) } else { 0 };
    }
}

/// What adding up fractions may be off.
const TOLERANCE: f64 = 1e-6;

/// A kind of card: `None` where it does not matter.
type Key = (Option<CardType>, Option<Part>, Option<Level>);

impl Coverage {
    /// Measures a bank against a blueprint.
    ///
    /// # Errors
    /// A diagnostic for each name in the blueprint that the bank does not have.
    pub fn of(bank: &Bank, blueprint: &Blueprint) -> Result<Self, Vec<Diagnostic>> {
        let resolved = Resolved::new(bank, blueprint)?;
        let grid = Grid::new(bank, blueprint, &resolved);
        let cards = grid.cards(bank, &resolved);
        let bounds = grid.bounds();
        let usual = usual::usual(&grid, &bounds);
        let keys = grid.keys();
        let margin = |key: Key, ends: (usize, usize)| {
            let inside: Vec<usize> = (0..keys.len()).filter(|cell| within(keys[*cell], key)).collect();
            let usual = inside.iter().map(|cell| usual[*cell]).sum();
            Cell::new(key, ends, usual, inside.iter().map(|cell| cards[*cell]).sum())
        };
        let kinds = grid.kinds.iter().map(|(kind, count)| margin((Some(*kind), None, None), (*count, *count)));
        let parts = grid.parts.iter().map(|(part, low, high)| margin((None, Some(*part), None), (*low, *high)));
        let levels = grid.levels.iter().map(|share| margin((None, None, Some(share.level)), share.items));
        let (mut kinds, mut parts, mut levels): (Vec<Cell>, Vec<Cell>, Vec<Cell>) =
            (kinds.collect(), parts.collect(), levels.collect());
        let mut cells: Vec<Cell> =
            (0..keys.len()).map(|cell| Cell::new(keys[cell], bounds[cell], usual[cell], cards[cell])).collect();
        let supply = Supply::of(bank, blueprint, resolved);
        let depth = depth(&cells);
        let target = depth.max(supply.drawn + 1);
        for cell in cells.iter_mut().chain(&mut kinds).chain(&mut parts).chain(&mut levels) {
            cell.aim_at(target);
        }
        Ok(Self { items: grid.items, points: blueprint.points(), kinds, parts, levels, cells, depth, target, supply })
    }

    /// Where the next cards are wanted most: the cells that lack most for [`Coverage::target`] forms; of equals those that feed fewest.
    pub fn thinnest(&self) -> Vec<&Cell> {
        let mut thin: Vec<&Cell> = self.cells.iter().filter(|cell| cell.write > 0).collect();
        thin.sort_by_key(|cell| (Reverse(cell.write), cell.feeds));
        thin
    }

    /// The kinds of card, each by itself, for want of which there can be no more forms than there are said to be at the most.
    pub fn limits(&self) -> impl Iterator<Item = &Cell> {
        let margins = self.kinds.iter().chain(&self.parts).chain(&self.levels);
        margins.filter(|cell| cell.bound() == Some(self.supply.bound))
    }
}

/// Whether a cell is of a kind.
fn within(cell: Key, kind: Key) -> bool {
    kind.0.is_none_or(|_| kind.0 == cell.0)
        && kind.1.is_none_or(|_| kind.1 == cell.1)
        && kind.2.is_none_or(|_| kind.2 == cell.2)
}

/// How many forms the better-fed half of a form's items is fed for.
fn depth(cells: &[Cell]) -> usize {
    let mut fed: Vec<(usize, f64)> = cells.iter().filter_map(|cell| Some((cell.feeds?, cell.usual))).collect();
    fed.sort_by_key(|(feeds, _)| Reverse(*feeds));
    let half = fed.iter().map(|(_, usual)| usual).sum::<f64>() / 2.0;
    let mut items = 0.0;
    let reaches = |(_, usual): &&(usize, f64)| {
        items += usual;
        items >= half - TOLERANCE
    };
    fed.iter().find(reaches).map_or(0, |(feeds, _)| *feeds)
}

/// What a blueprint tells apart.
struct Grid {
    slots: Vec<Slot>,
    /// How many items a form has.
    items: usize,
    /// The types, each with its items.
    kinds: Vec<(CardType, usize)>,
    /// The parts of the textbook with the items of each, at least and at most; none without quotas.
    parts: Vec<(Part, usize, usize)>,
    /// How many chapters have no quota.
    rest: usize,
    /// The levels; none without shares.
    levels: Vec<LevelEnds>,
}

/// What a form has of a level.
struct LevelEnds {
    level: Level,
    /// Halves of points, at least and at most, if what a form is worth is known.
    halves: Option<(u32, u32)>,
    /// Items, at least and at most.
    items: (usize, usize),
}

impl Grid {
    fn new(bank: &Bank, blueprint: &Blueprint, resolved: &Resolved) -> Self {
        let slots = demand::slots(blueprint);
        let items = slots.iter().map(|slot| slot.count).sum();
        let mut kinds: Vec<(CardType, usize)> = Vec::new();
        for slot in &slots {
            match kinds.iter_mut().find(|(kind, _)| *kind == slot.kind) {
                Some((_, count)) => *count += slot.count,
                None => kinds.push((slot.kind, slot.count)),
            }
        }
        let mut grid = Self { slots, items, kinds, parts: Vec::new(), rest: 0, levels: Vec::new() };
        grid.find_parts(bank, resolved);
        grid.find_levels(blueprint);
        grid
    }

    fn find_parts(&mut self, bank: &Bank, resolved: &Resolved) {
        let quotas = resolved.quotas.iter().filter(|quota| quota.section.is_none());
        let mut parts: Vec<(Part, usize, usize)> = quotas
            .map(|quota| {
                let (low, high) = quota.range(self.items);
                (Part::Chapter(quota.chapter), low, high)
            })
            .collect();
        if parts.is_empty() {
            return;
        }
        parts.sort_unstable();
        self.rest = bank.chapters.len().saturating_sub(parts.len());
        if self.rest > 0 {
            parts.push((Part::Rest, 0, self.items));
        }
        // What the others cannot take is left to a part, and what they need is not. Quotas that contradict each other stay as they are.
        let (low, high) = parts.iter().fold((0, 0), |(low, high), part| (low + part.1, high + part.2));
        for (_, least, most) in &mut parts {
            let (others_low, others_high) = (low - *least, high - *most);
            let tighter = (self.items.saturating_sub(others_high), self.items.saturating_sub(others_low));
            if (low..=high).contains(&self.items) {
                (*least, *most) = ((*least).max(tighter.0), (*most).min(tighter.1));
            }
        }
        self.parts = parts;
    }

    fn find_levels(&mut self, blueprint: &Blueprint) {
        if blueprint.difficulty.is_empty() {
            return;
        }
        let points = |slot: &Slot| slot.points.map(|points| vec![points.halves(); slot.count]);
        let points: Option<Vec<Vec<u32>>> = self.slots.iter().map(points).collect();
        let points = points.map(|points| {
            let mut points = points.concat();
            points.sort_unstable();
            points
        });
        let total: u32 = points.iter().flatten().sum();
        self.levels = Level::WORDS
            .iter()
            .map(|(_, level)| {
                let share = blueprint.difficulty.iter().find(|share| share.level == *level);
                let ends = share.zip(points.as_ref()).map(|(share, points)| {
                    let (low, high) = (share.min.ceil_of(total), share.max.floor_of(total));
                    // The dearest items come to it soonest, the cheapest latest.
                    let least = first_to(points.iter().rev(), |sum| sum >= low);
                    let most = first_to(points.iter(), |sum| sum > high).saturating_sub(usize::from(high < total));
                    ((low, high), (least, most))
                });
                let (halves, items) = ends.unzip();
                LevelEnds { level: *level, halves, items: items.unwrap_or((0, self.items)) }
            })
            .collect();
    }

    /// All cells, in their order.
    fn keys(&self) -> Vec<Key> {
        let parts: Vec<Option<Part>> = some_or_any(self.parts.iter().map(|(part, _, _)| *part));
        let levels: Vec<Option<Level>> = some_or_any(self.levels.iter().map(|share| share.level));
        let mut keys = Vec::with_capacity(self.kinds.len() * parts.len() * levels.len());
        for (kind, _) in &self.kinds {
            for part in &parts {
                keys.extend(levels.iter().map(|level| (Some(*kind), *part, *level)));
            }
        }
        keys
    }

    /// The cell of a card; `None` if it cannot stand on a form.
    fn cell_of(&self, card: &Card) -> Option<usize> {
        self.slots.iter().any(|slot| slot.takes(card.kind(), card.points)).then_some(())?;
        let kind = self.kinds.iter().position(|(kind, _)| *kind == card.kind())?;
        let part = |wanted: Part| self.parts.iter().position(|(part, _, _)| *part == wanted);
        let part = if self.parts.is_empty() { 0 } else { part(Part::Chapter(card.chapter)).or(part(Part::Rest))? };
        let level = Level::of(card.difficulty);
        let level = self.levels.iter().position(|share| share.level == level).unwrap_or_default();
        Some((kind * self.parts.len().max(1) + part) * self.levels.len().max(1) + level)
    }

    /// The cards of each cell.
    fn cards(&self, bank: &Bank, resolved: &Resolved) -> Vec<usize> {
        let mut cards = vec![0; self.keys().len()];
        for (position, card) in bank.cards.iter().enumerate() {
            if resolved.draws(position, card) {
                self.cell_of(card).into_iter().for_each(|cell| cards[cell] += 1);
            }
        }
        cards
    }

    /// How many items of each cell a form has, at least and at most, whatever the bank has.
    fn bounds(&self) -> Vec<(usize, usize)> {
        let keys = self.keys();
        let of_slot: Vec<(usize, usize)> = self
            .slots
            .iter()
            .enumerate()
            .flat_map(|(slot, plan)| {
                let cells = (0..keys.len()).filter(|cell| keys[*cell].0 == Some(plan.kind));
                cells.map(move |cell| (slot, cell)).collect::<Vec<_>>()
            })
            .collect();
        let mut problem = Problem::new(of_slot.iter().map(|(slot, _)| whole(self.slots[*slot].count)).collect());
        let mut add = |wanted: &dyn Fn(usize, usize) -> Option<usize>, low: usize, high: usize| {
            let terms = of_slot.iter().enumerate().filter_map(|(cell, (slot, key))| {
                let weight = wanted(*slot, *key)?;
                Some(Term { cell, weight: whole(weight) })
            });
            problem.add(Row { low: whole(low), high: whole(high), terms: terms.collect() })
        };
        for (number, slot) in self.slots.iter().enumerate() {
            add(&|slot, _| (slot == number).then_some(1), slot.count, slot.count);
        }
        let items = add(&|_, _| Some(1), self.items, self.items);
        let of_part = |(part, low, high): &(Part, usize, usize)| {
            add(&|_, cell| (keys[cell].1 == Some(*part)).then_some(1), *low, *high)
        };
        let parts: Vec<usize> = self.parts.iter().map(of_part).collect();
        for share in &self.levels {
            let Some((low, high)) = share.halves else { continue };
            let weight = |slot: usize| self.slots[slot].points.unwrap_or_default().halves() as usize;
            let of_level = |slot, cell: usize| (keys[cell].2 == Some(share.level)).then_some(weight(slot));
            add(&of_level, low as usize, high as usize);
        }
        if !parts.is_empty() {
            problem.part(items, parts);
        }
        let mut bounds = problem.bounds();
        if !problem.settle(&mut bounds) {
            // No bank can meet such demands, so that they say nothing of a cell.
            bounds = problem.bounds();
        }
        let mut ends = vec![(0, 0); keys.len()];
        for (cell, (_, key)) in of_slot.iter().enumerate() {
            let range = bounds.range(cell);
            ends[*key].0 += usize::try_from(*range.start()).unwrap_or_default();
            ends[*key].1 += usize::try_from(*range.end()).unwrap_or_default();
        }
        ends
    }
}

/// How many it takes, in this order, until their sum is as wanted; all if it never is.
fn first_to<'p>(points: impl ExactSizeIterator<Item = &'p u32>, mut wanted: impl FnMut(u32) -> bool) -> usize {
    let (all, mut sum) = (points.len(), 0);
    if wanted(0) {
        return 0;
    }
    let reached = |points: &u32| {
        sum += points;
        wanted(sum)
    };
    points.map(reached).position(|reached| reached).map_or(all, |position| position + 1)
}

/// Each of these, or one that stands for any where there are none.
fn some_or_any<T>(all: impl Iterator<Item = T>) -> Vec<Option<T>> {
    let all: Vec<Option<T>> = all.map(Some).collect();
    if all.is_empty() { vec![None] } else { all }
}

#[cfg(test)]
mod tests;
