//! The order of options, and the letters that it makes right.
//!
//! In: the sections of a form with their items in the order of chance. Out: the order of the options of each, and of the items where the
//! paper leaves it to chance, so that the answers give nothing away. Which cards stand on the form it does not touch, so unlike a demand
//! it stands in no form's way.
//!
//! 1. The options of an item are put into an order that is its card's own on this form, whatever else stands there. Those that the author
//!    keeps at the end stay there, and an item that keeps its order keeps it: so do options that are numbers, from the least to the
//!    greatest. (Greatest first would be a second order for these, and could even letters out. But nobody prints it, and the letters of
//!    the other items do that.)
//! 2. Over all single choices of a form, and over all multiple choices, the letters are made even (`even`): as often right as each other,
//!    give or take one, if the items have as many options. Letters that are fixed count, and the others make up for them. A right option
//!    changes places with a wrong one in few items, in the others the order is the card's own. How many options are right is the card's.
//! 3. The same letter, or the same verdict on statements, stands no more than three times in a row (`runs`): in a section in the order of
//!    chance the next item with another answer comes first; in one that is sorted items get other letters, as even as before. Sections of
//!    one type that follow each other are one row.
//!
//! Nothing depends on cards that do not stand on the form. If one item is exchanged for another, about one other gets another letter.

mod even;
mod runs;
#[cfg(test)]
mod tests;

use super::shuffle::{self, Chance, Purpose};
use super::{FormItem, FormSection};
use crate::bank::Bank;
use crate::blueprint::{ItemOrder, SectionPlan};
use crate::card::{Body, Card, CardType, Choice, Key};
use even::{Aim, Item, LETTERS, PARTS};
use runs::Run;
use std::ops::Range;

/// The order of a card's options that is its own on a form.
pub(super) fn own_order(card: &Card, chance: Chance<'_>) -> Vec<usize> {
    let Body::Choice(choice) = &card.body else { return Vec::new() };
    let mut order: Vec<usize> = (0..choice.options.len()).collect();
    shuffle::shuffle(&mut order[..moving(choice)], &mut chance.stream(Purpose::Options, &card.id));
    order
}

/// How many options at the front may change places.
fn moving(choice: &Choice) -> usize {
    if choice.shuffle { choice.options.len().saturating_sub(choice.keep_last) } else { 0 }
}

/// Makes the letters of a form even and breaks up rows of one answer. Its items have their [`own_order`] before.
pub(super) fn settle(sections: &mut [FormSection], plans: &[SectionPlan], bank: &Bank, chance: Chance<'_>) {
    let mut stream = chance.form_stream(Purpose::Letters);
    for kind in [CardType::SingleChoice, CardType::MultipleChoice] {
        let offset = shuffle::below(&mut stream, PARTS);
        let mut rank: [usize; LETTERS] = std::array::from_fn(|letter| letter);
        shuffle::shuffle(&mut rank, &mut stream);
        if sections.iter().any(|section| section.kind == kind) {
            Choices::new(sections, kind, bank, chance, offset, rank).put(sections, plans, bank);
        }
    }
    break_rows_of_verdicts(sections, plans, bank);
}

/// The choices of one type on a form.
struct Choices {
    /// They, in the order of the sections.
    items: Vec<Item>,
    aim: Aim,
    kind: CardType,
}

impl Choices {
    fn new(
        sections: &[FormSection],
        kind: CardType,
        bank: &Bank,
        chance: Chance<'_>,
        offset: u32,
        rank: [usize; LETTERS],
    ) -> Self {
        let item = |item: &FormItem| {
            let card = &bank.cards[item.card];
            let Body::Choice(choice) = &card.body else { return None };
            Some(Item {
                right: bits(choice.key.permuted(&item.order)),
                options: choice.options.len(),
                moving: moving(choice),
                lot: chance.draw(Purpose::Letters, &card.id),
            })
        };
        let here = sections.iter().filter(|section| section.kind == kind);
        let items: Vec<Item> = here.flat_map(|section| &section.items).filter_map(item).collect();
        let aim = Aim::new(&items, offset, rank);
        Self { items, aim, kind }
    }

    /// Gives the items their letters, and an order without long rows of one letter where there is one to each.
    fn put(&mut self, sections: &mut [FormSection], plans: &[SectionPlan], bank: &Bank) {
        even::even_out(&mut self.items, &self.aim);
        let mut start = 0;
        let mut run = Run::default();
        for (section, plan) in sections.iter_mut().zip(plans) {
            if section.kind != self.kind {
                run = Run::default();
                continue;
            }
            let here = start..start + section.items.len();
            start = here.end;
            let one_each = self.kind == CardType::SingleChoice;
            if one_each && plan.order != ItemOrder::Random {
                self.break_rows(here.clone(), run);
            }
            for (on_form, item) in section.items.iter_mut().zip(&self.items[here.clone()]) {
                turn(on_form, bank, item.right);
            }
            if one_each {
                let letters: Vec<usize> = self.items[here].iter().map(letter).collect();
                run = follow(&mut section.items, plan, run, &letters);
            }
        }
    }

    /// Breaks up rows of one letter by other letters, in a part of the items that stand in their order.
    fn break_rows(&mut self, here: Range<usize>, run: Run) {
        let mut elsewhere = even::counts(&self.items);
        for item in &self.items[here.clone()] {
            elsewhere[letter(item)] -= 1;
        }
        if let Some(letters) = runs::in_place(run, &self.items[here.clone()], &self.aim, &elsewhere) {
            for (item, letter) in self.items[here].iter_mut().zip(letters) {
                item.right = 1 << letter;
            }
        }
    }
}

/// Lets right options of an item change places with wrong ones until these letters are right.
fn turn(item: &mut FormItem, bank: &Bank, right: u16) {
    let Body::Choice(choice) = &bank.cards[item.card].body else { return };
    let before = bits(choice.key.permuted(&item.order));
    let letters = |set: u16| (0..LETTERS).filter(move |letter| set & 1 << letter != 0);
    for (from, to) in letters(before & !right).zip(letters(right & !before)) {
        item.order.swap(from, to);
    }
}

/// Puts statements into an order without long rows of one verdict, where chance orders them.
fn break_rows_of_verdicts(sections: &mut [FormSection], plans: &[SectionPlan], bank: &Bank) {
    let mut run = Run::default();
    for (section, plan) in sections.iter_mut().zip(plans) {
        if section.kind != CardType::TrueFalse {
            run = Run::default();
            continue;
        }
        let verdict = |item: &FormItem| match &bank.cards[item.card].body {
            Body::TrueFalse(statement) => usize::from(!statement.key),
            _ => 0,
        };
        let verdicts: Vec<usize> = section.items.iter().map(verdict).collect();
        run = follow(&mut section.items, plan, run, &verdicts);
    }
}

/// Puts the items of a section into an order without long rows of one answer, if chance orders them. Gives the run after them.
fn follow(items: &mut Vec<FormItem>, plan: &SectionPlan, run: Run, answers: &[usize]) -> Run {
    if plan.order != ItemOrder::Random {
        return runs::excess(run, answers.iter().copied()).1;
    }
    let order = runs::in_order(run, answers);
    let mut taken: Vec<Option<FormItem>> = items.drain(..).map(Some).collect();
    items.extend(order.iter().filter_map(|position| taken[*position].take()));
    runs::excess(run, order.iter().map(|position| answers[*position])).1
}

/// The right letter of an item that has one.
fn letter(item: &Item) -> usize {
    item.right.trailing_zeros() as usize
}

fn bits(key: Key) -> u16 {
    key.positions().fold(0, |bits, position| bits | 1 << position)
}
