//! Forms: assembled versions of an exam (A卷, B卷), and their answer keys.
//!
//! In: a bank, a blueprint and a seed. Out: for each form the items in order with the order of their options. A form holds positions
//! of cards, never copies; the key of an item stays on its card, and the answer key derives from form and bank.
//!
//! [`assemble()`] draws forms. `resolve` looks the names of a blueprint up in the bank, `pool` puts cards together that no rule tells
//! apart, `demand` makes cells and rows of what is asked for (`linear`), `repair` and `program` find out whether these can be met, `least`
//! how little of earlier forms must come again in it and `together` in all forms, `draw` takes the first cards in the order of chance with
//! which they are, `exchange` moves on from these at random. Where they cannot be met, `conflict` finds which stand in each other's way
//! and `report` says so. `letters` puts options in order. `workbook` makes a form of all cards, where nothing is drawn. [`shuffle`] is all
//! chance there is. [`AnswerKey::of`] derives the answers. [`coverage`] measures how far a bank goes for a blueprint.

mod assemble;
mod conflict;
pub mod coverage;
mod demand;
mod draw;
mod exchange;
mod key;
mod least;
mod letters;
mod linear;
mod pool;
mod program;
mod repair;
mod report;
mod resolve;
pub mod shuffle;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod together;
mod workbook;

pub use assemble::{Assembled, Earlier, Repeats, assemble};
pub use key::{Answer, AnswerKey, KeyItem, KeySection};
pub(crate) use resolve::Resolved;

use crate::blueprint::SectionPlan;
use crate::card::CardType;
use crate::points::Points;
use std::collections::BTreeSet;

/// One assembled version of an exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its name: A, B ….
    pub name: String,
    /// The seed it was drawn with.
    pub seed: u64,
    /// Its sections, in the order of the paper.
    pub sections: Vec<FormSection>,
}

/// A section (大题) of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormSection {
    /// The type of its items.
    pub kind: CardType,
    /// The chapter that it begins or goes on with, as a position in the bank, in a workbook: nothing else is parted by chapters.
    pub chapter: Option<usize>,
    /// The title of the blueprint; `None` for the usual one of the type ([`CardType::chinese`]).
    pub title: Option<String>,
    /// A word to the candidates below the title.
    pub instructions: Option<String>,
    /// Its items.
    pub items: Vec<FormItem>,
}

/// An item of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormItem {
    /// The position of its card in [`crate::bank::Bank::cards`].
    pub card: usize,
    /// What it is worth here.
    pub points: Points,
    /// The order of its options: `order[new]` is the author's position. Empty where there are no options.
    pub order: Vec<usize>,
}

impl Form {
    /// Its items with their numbers through the whole paper, from 1.
    pub fn items(&self) -> impl Iterator<Item = (usize, &FormItem)> {
        self.sections.iter().flat_map(|section| &section.items).enumerate().map(|(position, item)| (position + 1, item))
    }

    /// Its sections with their numbers from 0: in a workbook each chapter counts its own.
    pub fn numbered_sections(&self) -> impl Iterator<Item = (usize, &FormSection)> {
        let mut last = (None, 0);
        self.sections.iter().map(move |section| {
            let number = if section.chapter == last.0 { last.1 } else { 0 };
            last = (section.chapter, number + 1);
            (number, section)
        })
    }

    /// The positions in the bank of the cards that stand on some of these forms, in the order of the bank.
    pub fn cards_of(forms: &[Self]) -> impl Iterator<Item = usize> {
        let cards: BTreeSet<usize> = forms.iter().flat_map(Self::items).map(|(_, item)| item.card).collect();
        cards.into_iter()
    }

    /// How many items of these forms an earlier one of them has too: for each card one less than the forms that it stands on.
    pub fn repeats(forms: &[Self]) -> usize {
        forms.iter().flat_map(Self::items).count() - Self::cards_of(forms).count()
    }

    /// What the form is worth.
    pub fn points(&self) -> Points {
        self.sections.iter().map(FormSection::points).sum()
    }
}

impl FormSection {
    /// These items in the section that a blueprint plans.
    pub(crate) fn of(plan: &SectionPlan, items: Vec<FormItem>) -> Self {
        Self {
            kind: plan.kind,
            chapter: None,
            title: plan.title.clone(),
            instructions: plan.instructions.clone(),
            items,
        }
    }

    /// What the section is worth.
    pub fn points(&self) -> Points {
        self.items.iter().map(|item| item.points).sum()
    }

    /// What each item is worth, if all are worth the same.
    pub fn points_each(&self) -> Option<Points> {
        let first = self.items.first()?.points;
        self.items.iter().all(|item| item.points == first).then_some(first)
    }
}
