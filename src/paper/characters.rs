//! The characters that a paper needs, before it is set.
//!
//! In: a bank, a blueprint and the forms drawn. Out: every character on the papers and their keys that a set of fonts lacks, with
//! the field it stands in, so that other fonts can be looked for and, where there are none, an error can point at it.

use crate::bank::Bank;
use crate::blueprint::Blueprint;
use crate::card::{Card, CardId};
use crate::diag::Diagnostic;
use crate::fonts::Fonts;
use crate::form::Form;
use crate::markup::RichText;
use crate::math::{self, Style};
use crate::source::{Source, Sources, Span};
use crate::text::unprintable;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// A character that fonts lack, in one field of one card or of the blueprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The character.
    pub character: char,
    /// Where it stands.
    pub place: Place,
}

/// Where a character stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On a card.
    Card {
        /// Which.
        card: CardId,
        /// The name of the field.
        field: &'static str,
        /// The whole string of the field.
        span: Span,
    },
    /// In a field of the blueprint.
    Blueprint {
        /// The name of the field.
        field: &'static str,
    },
}

/// What fonts lack for the papers and keys of these forms: the blueprint's fields first, then the cards in the order of the bank.
/// Formulas are set for it and stay in the cache.
pub fn missing(bank: &Bank, blueprint: &Blueprint, forms: &[Form], fonts: &Fonts, math: &math::Cache) -> Vec<Missing> {
    let mut found = Vec::new();
    for (field, text) in blueprint_texts(blueprint) {
        let characters: BTreeSet<char> = fonts.missing_in(text).map(|(_, character)| character).collect();
        let place = Place::Blueprint { field };
        found.extend(characters.into_iter().map(|character| Missing { character, place: place.clone() }));
    }
    let items = forms.iter().flat_map(|form| &form.sections).flat_map(|section| &section.items);
    let cards: BTreeSet<usize> = items.map(|item| item.card).collect();
    let cards: Vec<&Card> = cards.into_iter().map(|card| &bank.cards[card]).collect();
    found.par_extend(cards.into_par_iter().flat_map_iter(|card| missing_on(card, fonts, math)));
    found
}

/// The texts of a blueprint that papers show. Chinese and Latin of our own around them is in the bundled fonts.
fn blueprint_texts(blueprint: &Blueprint) -> impl Iterator<Item = (&'static str, &str)> {
    let exam = &blueprint.exam;
    let head = [
        ("title", Some(&exam.title)),
        ("institution", exam.institution.as_ref()),
        ("term", exam.term.as_ref()),
        ("course", exam.course.as_ref()),
    ];
    let head = head.into_iter().filter_map(|(field, text)| Some((field, text?.as_str())));
    let instructions = exam.instructions.iter().map(|line| ("instructions", line.as_str()));
    let sections = blueprint.sections.iter().flat_map(|section| {
        let texts = [("section.title", &section.title), ("section.instructions", &section.instructions)];
        texts.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?)))
    });
    head.chain(instructions).chain(sections)
}

fn missing_on(card: &Card, fonts: &Fonts, math: &math::Cache) -> Vec<Missing> {
    let mut found = Vec::new();
    // The remark for the back of the Anki card is not printed.
    for (field, text) in card.texts().into_iter().filter(|(field, _)| *field != "extra") {
        let place = || Place::Card { card: card.id.clone(), field, span: text.span };
        let characters = missing_of(text, fonts, math);
        found.extend(characters.into_iter().map(|character| Missing { character, place: place() }));
    }
    found
}

fn missing_of(text: &RichText, fonts: &Fonts, math: &math::Cache) -> BTreeSet<char> {
    let mut missing = BTreeSet::new();
    text.texts(|run| missing.extend(fonts.missing_in(run).map(|(_, character)| character)));
    text.formulas(|tex, display| {
        let style = if display { Style::Display } else { Style::Inline };
        // LaTeX that does not parse has been refused when the bank was read.
        if let Ok(list) = math.set(tex, style) {
            missing.extend(math::missing_glyphs(&list, fonts));
        }
    });
    missing
}

impl Missing {
    /// The error for it, once no font is left to ask: it names the card, the field and the character and points at it.
    pub fn diagnostic(&self, sources: &Sources) -> Diagnostic {
        match &self.place {
            Place::Card { card, field, span } => {
                let place = at(sources.get(span.source), *span, self.character);
                unprintable(&format!("`{field}` of the card `{card}`"), self.character, Some(place))
            }
            Place::Blueprint { field } => {
                unprintable(&format!("`{field}` of the blueprint"), self.character, None)
            }
        }
    }
}

/// The place of a character in the string of a field; the whole string where it is written as an escape.
fn at(source: &Source, field: Span, character: char) -> Span {
    let offset = source.slice(field).find(character);
    offset.map_or(field, |offset| {
        let start = field.start as usize + offset;
        Span::new(field.source, start..start + character.len_utf8())
    })
}
