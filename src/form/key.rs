//! The answer key of a form.
//!
//! In: a form and the bank it was drawn from. Out: for each item its answer as that form needs it, letters after the permutation of
//! the options. Nothing is copied: model answers, rubrics and explanations are references into the bank.

use super::{Form, FormItem};
use crate::bank::Bank;
use crate::card::{Body, Card, CardType, Key, ScoringPoint};
use crate::markup::{Inline, RichText};
use crate::points::Points;

/// The answers of one form.
#[derive(Debug, Clone)]
pub struct AnswerKey<'b> {
    /// The sections, as on the form.
    pub sections: Vec<KeySection<'b>>,
}

/// The answers of a section.
#[derive(Debug, Clone)]
pub struct KeySection<'b> {
    /// The type of its items.
    pub kind: CardType,
    /// The answers, in the order of the items.
    pub items: Vec<KeyItem<'b>>,
}

/// The answer of an item.
#[derive(Debug, Clone)]
pub struct KeyItem<'b> {
    /// The number of the item through the whole paper, from 1.
    pub number: usize,
    /// Its card: the id, so that a mistake can be looked up in the deck, and the explanation.
    pub card: &'b Card,
    /// What it is worth.
    pub points: Points,
    /// The answer.
    pub answer: Answer<'b>,
}

/// What is right.
#[derive(Debug, Clone)]
pub enum Answer<'b> {
    /// The options with these letters, as this form prints them.
    Options(Key),
    /// The statement is true, or false.
    Judgement(bool),
    /// What fills the blanks, in the order of the blanks.
    Blanks(Vec<&'b [Inline]>),
    /// A definition, or another answer in words that has no rubric.
    Text(&'b RichText),
    /// Marked by a rubric.
    Rubric {
        /// A model answer.
        answer: Option<&'b RichText>,
        /// The scoring points; they add up to what the item is worth.
        scoring: &'b [ScoringPoint],
    },
}

impl<'b> AnswerKey<'b> {
    /// The key of a form.
    ///
    /// # Panics
    /// If the form was drawn from another bank.
    pub fn of(form: &Form, bank: &'b Bank) -> Self {
        let mut number = 0;
        let mut item = |item: &FormItem| {
            number += 1;
            let card = &bank.cards[item.card];
            KeyItem { number, card, points: item.points, answer: Answer::of(card, &item.order) }
        };
        let sections = form
            .sections
            .iter()
            .map(|section| KeySection { kind: section.kind, items: section.items.iter().map(&mut item).collect() });
        Self { sections: sections.collect() }
    }
}

impl<'b> Answer<'b> {
    /// The answer of a card whose options stand in `order`.
    pub fn of(card: &'b Card, order: &[usize]) -> Self {
        match &card.body {
            Body::Choice(choice) => Self::Options(choice.key.permuted(order)),
            Body::TrueFalse(statement) => Self::Judgement(statement.key),
            Body::Cloze(cloze) => {
                let mut blanks = Vec::new();
                cloze.text.clozes(|deletion| blanks.push(&*deletion.answer));
                Self::Blanks(blanks)
            }
            Body::Term(term) => Self::Text(&term.answer),
            Body::Basic(basic) => Self::Text(&basic.answer),
            Body::Written(written) => Self::Rubric { answer: written.answer.as_ref(), scoring: &written.rubric },
        }
    }
}
