//! What a form holds: items and points by chapter and type (双向细目表), by difficulty, by level of Bloom's taxonomy.

use crate::bank::Bank;
use crate::blueprint::{Amount, Blueprint, Level};
use crate::card::{Bloom, CardType};
use crate::form::{Form, FormItem, Resolved};
use crate::points::Points;

/// So many items, worth so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// How many.
    pub items: usize,
    /// What they are worth together.
    pub points: Points,
}

impl Cell {
    fn add(&mut self, item: &FormItem) {
        self.items += 1;
        self.points = self.points + item.points;
    }
}

/// A row of the table: a chapter, or all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// A cell for each of [`Figures::kinds`].
    pub cells: Vec<Cell>,
    /// What the easy, medium and hard items are worth, in this order.
    pub levels: [Points; 3],
    /// All of the row.
    pub total: Cell,
}

impl Row {
    fn empty(kinds: usize) -> Self {
        Self { cells: vec![Cell::default(); kinds], levels: [Points::ZERO; 3], total: Cell::default() }
    }

    fn add(&mut self, kind: usize, level: Level, item: &FormItem) {
        self.cells[kind].add(item);
        self.total.add(item);
        let level = &mut self.levels[level as usize];
        *level = *level + item.points;
    }
}

/// The figures of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The types of item, in the order of the paper.
    pub kinds: Vec<CardType>,
    /// The chapters that are to have items, and those that have some: their positions in the bank, ascending.
    pub chapters: Vec<(usize, Row)>,
    /// The whole form.
    pub total: Row,
    /// Items and points by level of Bloom's taxonomy, from the lowest; `None` for cards that name none. Only what there is.
    pub bloom: Vec<(Option<Bloom>, Cell)>,
}

impl Figures {
    /// Those of a form.
    pub(super) fn of(bank: &Bank, form: &Form, scope: &Scope) -> Self {
        let mut kinds: Vec<CardType> = Vec::new();
        for section in &form.sections {
            if !kinds.contains(&section.kind) {
                kinds.push(section.kind);
            }
        }
        let mut rows: Vec<Row> = bank.chapters.iter().map(|_| Row::empty(kinds.len())).collect();
        let mut total = Row::empty(kinds.len());
        let levels = Bloom::WORDS.iter().map(|(_, level)| Some(*level)).chain([None]);
        let mut bloom: Vec<(Option<Bloom>, Cell)> = levels.map(|level| (level, Cell::default())).collect();
        for section in &form.sections {
            let kind = kinds.iter().position(|kind| *kind == section.kind).unwrap_or_default();
            for item in &section.items {
                let card = &bank.cards[item.card];
                let level = Level::of(card.difficulty);
                rows[card.chapter].add(kind, level, item);
                total.add(kind, level, item);
                bloom.iter_mut().filter(|(level, _)| *level == card.bloom).for_each(|(_, cell)| cell.add(item));
            }
        }
        bloom.retain(|(_, cell)| cell.items > 0);
        let rows = rows.into_iter().enumerate();
        let chapters = rows.filter(|(chapter, row)| scope.chapter(*chapter) || row.total.items > 0).collect();
        Self { kinds, chapters, total, bloom }
    }
}

/// The parts of the textbook that a form should have items of.
pub(super) struct Scope {
    /// For each chapter, for each of its sections, whether it is one.
    sections: Vec<Vec<bool>>,
    /// For each chapter whether it is one.
    chapters: Vec<bool>,
}

impl Scope {
    /// Those with a card that may be drawn, and those that the blueprint has a quota for; none of which it wants nothing.
    pub(super) fn new(bank: &Bank, blueprint: &Blueprint, resolved: &Resolved) -> Self {
        let mut sections: Vec<_> = bank.chapters.iter().map(|chapter| vec![false; chapter.sections.len()]).collect();
        let mut chapters = vec![false; bank.chapters.len()];
        for (position, card) in bank.cards.iter().enumerate() {
            if card.kind() != CardType::Basic && resolved.draws(position, card) {
                chapters[card.chapter] = true;
                sections[card.chapter][card.section] = true;
            }
        }
        for quota in &blueprint.quotas {
            let wanted = !matches!(quota.amount, Amount::Range { max: Some(max), .. } if max.value == 0);
            let chapter = bank.chapters.iter().position(|chapter| chapter.id.as_str() == quota.chapter.value);
            let Some(chapter) = chapter else { continue };
            match &quota.section {
                None => {
                    chapters[chapter] = wanted;
                    if !wanted {
                        sections[chapter].fill(false);
                    }
                }
                Some(id) => {
                    let of = bank.chapters[chapter].sections.iter().zip(&mut sections[chapter]);
                    of.filter(|(section, _)| section.id == id.value).for_each(|(_, scope)| *scope = wanted);
                }
            }
        }
        Self { sections, chapters }
    }

    fn chapter(&self, chapter: usize) -> bool {
        self.chapters[chapter]
    }

    /// The positions of the chapters.
    pub(super) fn chapters(&self) -> impl Iterator<Item = usize> {
        self.chapters.iter().enumerate().filter(|(_, scope)| **scope).map(|(chapter, _)| chapter)
    }

    /// The positions of the sections, each with that of its chapter.
    pub(super) fn sections(&self) -> impl Iterator<Item = (usize, usize)> {
        self.sections.iter().enumerate().flat_map(|(chapter, sections)| {
            let scope = sections.iter().enumerate().filter(|(_, scope)| **scope);
            scope.map(move |(section, _)| (chapter, section))
        })
    }
}
