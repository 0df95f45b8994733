//! The order of options, and the letters that it makes right.
//!
//! In: the sections of a form with their items in the order of chance. Out: the order of the options of each, and of the items where
//! the paper leaves it to chance, so that the answers give nothing away. Which cards stand on the form it does not touch, so it can stand in no form's way.
//!
//! 1. The options of an item are put into an order that is its card's own on this form, whatever else stands there. Those that the author keeps
//!    at the end stay there, and an item that keeps its order keeps it.
//! 2. Over all single choices of a form, and over all multiple choices, the letters are made even ([`even`]): as often right as each
//!    other, give or take one, if the items have as many options; fixed letters count, and the others make up for them. As few options
//!    as possible change places for it, a right one with a wrong one, so that mostly the order is the card's own; the wrong ones are left as chance
//!    put them. How many options of an item are right is the card's.
//! 3. The same letter, or the same verdict on statements, stands no more than three times in a row ([`runs`]): in a section in the order of
//!    chance the next item of another answer comes before; in one that is sorted items change their letters, and how even they are stays.
//!    Sections of one type that follow each other are one row.
//!
//! Nothing depends on cards that do not stand on the form. If an item is exchanged, letters change only where evenness or a row asks for it.

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
            let mut choices = Choices::new(sections, kind, bank, chance, offset, rank);
            choices.even_out(sections);
            if kind == CardType::SingleChoice {
                choices.break_rows(sections, plans);
            }
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

    fn even_out(&mut self, sections: &mut [FormSection]) {
        let exchanges = even::even_out(&mut self.items, &self.aim);
        let kind = self.kind;
        let here = sections.iter_mut().filter(|section| section.kind == kind);
        let mut orders: Vec<&mut Vec<usize>> =
            here.flat_map(|section| &mut section.items).map(|item| &mut item.order).collect();
        for exchange in exchanges {
            orders[exchange.item].swap(exchange.from, exchange.to);
        }
    }

    fn break_rows(&mut self, sections: &mut [FormSection], plans: &[SectionPlan]) {
        let mut first = 0;
        let mut run = Run::default();
        for (section, plan) in sections.iter_mut().zip(plans) {
            if section.kind != self.kind {
                run = Run::default();
                continue;
            }
            let range = first..first + section.items.len();
            first = range.end;
            if plan.order == ItemOrder::Random {
                let letters: Vec<usize> = self.items[range].iter().map(letter).collect();
                run = rearrange(&mut section.items, run, &letters);
                continue;
            }
            let mut elsewhere = even::counts(&self.items);
            for item in &self.items[range.clone()] {
                elsewhere[letter(item)] -= 1;
            }
            let here: Vec<&Item> = self.items[range.clone()].iter().collect();
            if let Some(letters) = runs::in_place(run, &here, &self.aim, &elsewhere) {
                let places = self.items[range.clone()].iter_mut().zip(&mut section.items);
                for ((item, on_form), to) in places.zip(letters) {
                    on_form.order.swap(letter(item), to);
                    item.right = 1 << to;
                }
            }
            run = runs::excess(run, self.items[range].iter().map(letter)).1;
        }
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
        run = if plan.order == ItemOrder::Random {
            rearrange(&mut section.items, run, &verdicts)
        } else {
            runs::excess(run, verdicts).1
        };
    }
}

/// Puts items into an order without long rows of one answer. Gives the run after them.
fn rearrange(items: &mut Vec<FormItem>, run: Run, answers: &[usize]) -> Run {
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
