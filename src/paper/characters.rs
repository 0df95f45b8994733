//! The characters that a paper needs, before it is set.
//!
//! In: a bank, a blueprint and the forms drawn. Out: the characters on the papers and their keys that a set of fonts lacks, by
//! the field they stand in, so that other fonts can be looked for and, where there are none, an error can point at it.

use crate::bank::Bank;
use crate::blueprint::Blueprint;
use crate::card::{Card, CardId};
use crate::diag::Diagnostic;
use crate::form::Form;
use crate::markup::RichText;
use crate::math::{self, Style};
use crate::source::{Source, Sources, Span};
use crate::text::unprintable;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Characters that fonts lack, in one text of a card or of the blueprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The characters, at least one.
    pub characters: BTreeSet<char>,
    /// Where they stand.
    pub place: Place,
}

/// Where characters stand.
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
/// They are the fonts of the cache, and the formulas that were set to see what is in them stay there.
pub fn missing(bank: &Bank, blueprint: &Blueprint, forms: &[Form], math: &math::Cache) -> Vec<Missing> {
    let fonts = math.fonts();
    let mut found = Vec::new();
    for (field, text) in blueprint_texts(blueprint) {
        let characters: BTreeSet<char> = fonts.missing_in(text).map(|(_, character)| character).collect();
        if !characters.is_empty() {
            found.push(Missing { characters, place: Place::Blueprint { field } });
        }
    }
    let cards: Vec<&Card> = Form::cards_of(forms).map(|card| &bank.cards[card]).collect();
    found.par_extend(cards.into_par_iter().flat_map_iter(|card| missing_on(card, math)));
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

fn missing_on(card: &Card, math: &math::Cache) -> Vec<Missing> {
    let mut found = Vec::new();
    // The remark for the back of the Anki card is not printed.
    for (field, text) in card.texts().into_iter().filter(|(field, _)| *field != "extra") {
        let characters = missing_of(text, math);
        if !characters.is_empty() {
            let place = Place::Card { card: card.id.clone(), field, span: text.span };
            found.push(Missing { characters, place });
        }
    }
    found
}

fn missing_of(text: &RichText, math: &math::Cache) -> BTreeSet<char> {
    let fonts = math.fonts();
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
    /// The error for it, once no font is left to ask: it names the card, the field and the characters, and points at the first.
    pub fn diagnostic(&self, sources: &Sources) -> Diagnostic {
        match &self.place {
            Place::Card { card, field, span } => {
                let place = self.first(sources.get(span.source), *span);
                unprintable(&format!("`{field}` of the card `{card}`"), &self.characters, Some(place))
            }
            Place::Blueprint { field } => unprintable(&format!("`{field}` of the blueprint"), &self.characters, None),
        }
    }

    /// The place of the first of the characters in the string of a field; the whole string where all are written as escapes.
    fn first(&self, source: &Source, field: Span) -> Span {
        let mut characters = source.slice(field).char_indices();
        characters.find(|(_, character)| self.characters.contains(character)).map_or(field, |(offset, character)| {
            let start = field.start as usize + offset;
            Span::new(field.source, start..start + character.len_utf8())
        })
    }
}
