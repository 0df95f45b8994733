//! What a bank holds, counted.
//!
//! In: a checked bank. Out: its cards by chapter, type and difficulty, by Bloom's level, and where its keys stand: a candidate who always
//! guesses B, or the longest option, should gain nothing by it. Nothing is judged here; [`KEY_SHARE`] and its like are the lines that
//! reports draw beside the figures. What an exam asks of the bank is [`crate::form::coverage`].

use crate::bank::Bank;
use crate::card::{Bloom, Body, CardType, Choice};
use crate::markup::plain::Clozes;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The share of items of four options that may have their key at the same letter, in per cent.
pub const KEY_SHARE: std::ops::RangeInclusive<usize> = 18..=32;
/// How often the key may be the longest option, in per cent of the items; a quarter is what chance gives for four options.
pub const MOST_LONGEST: usize = 40;
/// How many of the statements are true, in per cent.
pub const TRUE_SHARE: std::ops::RangeInclusive<usize> = 40..=60;
/// How many of the cards may ask for memory alone, in per cent.
pub const MOST_REMEMBER: usize = 50;
/// How many ask to apply or for more, at the least, in per cent.
pub const LEAST_APPLY: usize = 15;

/// The figures of a bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    /// Cards by the position of their chapter, their type and their difficulty (1 to 5); only what there is.
    counts: BTreeMap<(usize, CardType, u8), usize>,
    /// How many cards there are.
    pub cards: usize,
    /// How many of them are in the deck.
    pub deck: usize,
    /// How many of them an exam may draw.
    pub exam: usize,
    /// Cards by what they ask for, in the order of [`Bloom::WORDS`]; last those that do not say.
    pub bloom: Vec<(Option<Bloom>, usize)>,
    /// Where the keys of single-choice items stand, by the number of options, ascending: how many items have it at each position.
    pub letters: BTreeMap<usize, Vec<usize>>,
    /// Statements that are true, and that are false.
    pub judgements: (usize, usize),
    /// Single-choice items whose key is longer than every other option.
    pub longest: usize,
}

impl Census {
    /// Counts a bank.
    pub fn of(bank: &Bank) -> Self {
        let mut counts = BTreeMap::new();
        let mut bloom: BTreeMap<Option<Bloom>, usize> = BTreeMap::new();
        let mut letters: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut judgements = (0, 0);
        for card in &bank.cards {
            *counts.entry((card.chapter, card.kind(), card.difficulty.level())).or_default() += 1;
            *bloom.entry(card.bloom).or_default() += 1;
            match &card.body {
                Body::Choice(choice) if !choice.multiple => {
                    let of_size = letters.entry(choice.options.len()).or_insert_with(|| vec![0; choice.options.len()]);
                    choice.key.positions().for_each(|position| of_size[position] += 1);
                }
                Body::TrueFalse(statement) if statement.key => judgements.0 += 1,
                Body::TrueFalse(_) => judgements.1 += 1,
                _ => {}
            }
        }
        let levels = Bloom::WORDS.iter().map(|(_, level)| Some(*level)).chain([None]);
        Self {
            counts,
            cards: bank.cards.len(),
            deck: bank.cards.iter().filter(|card| card.deck).count(),
            exam: bank.cards.iter().filter(|card| card.exam && card.kind() != CardType::Basic).count(),
            bloom: levels.map(|level| (level, bloom.get(&level).copied().unwrap_or_default())).collect(),
            letters,
            judgements,
            longest: bank.cards.par_iter().filter(|card| key_is_longest(&card.body)).count(),
        }
    }

    /// Cards by the position of their chapter, their type and their difficulty; only what there is, in that order.
    pub fn counts(&self) -> impl Iterator<Item = ((usize, CardType, u8), usize)> {
        self.counts.iter().map(|(key, cards)| (*key, *cards))
    }

    /// How many cards there are of a kind; `None` stands for any.
    pub fn sum(&self, chapter: Option<usize>, kind: Option<CardType>, difficulty: Option<u8>) -> usize {
        let fits = |(in_chapter, of_kind, at): &(usize, CardType, u8)| {
            chapter.is_none_or(|chapter| chapter == *in_chapter)
                && kind.is_none_or(|kind| kind == *of_kind)
                && difficulty.is_none_or(|difficulty| difficulty == *at)
        };
        self.counts.iter().filter(|(key, _)| fits(key)).map(|(_, cards)| cards).sum()
    }

    /// The types that there are, in the order of papers.
    pub fn kinds(&self, chapter: Option<usize>) -> impl Iterator<Item = CardType> {
        CardType::WORDS.iter().map(|(_, kind)| *kind).filter(move |kind| self.sum(chapter, Some(*kind), None) > 0)
    }

    /// How many single-choice items there are.
    pub fn single_choice(&self) -> usize {
        self.letters.values().flatten().sum()
    }

    /// How many cards ask for memory alone, how many to apply or for more, and how many say what they ask for.
    pub fn bloom_summary(&self) -> (usize, usize, usize) {
        let sum = |wanted: &dyn Fn(Bloom) -> bool| {
            self.bloom.iter().filter(|(level, _)| level.is_some_and(wanted)).map(|(_, cards)| cards).sum()
        };
        (sum(&|level| level == Bloom::Remember), sum(&|level| level >= Bloom::Apply), sum(&|_| true))
    }
}

/// Whether a single-choice item has a key that is longer than every other option, in characters.
fn key_is_longest(body: &Body) -> bool {
    let Body::Choice(choice @ Choice { multiple: false, .. }) = body else { return false };
    let length = |position: usize| match choice.options[position].as_plain() {
        Some(text) => text.trim_end().chars().count(),
        None => choice.options[position].plain(Clozes::Answers).chars().count(),
    };
    let Some(key) = choice.key.positions().next() else { return false };
    let longest = length(key);
    (0..choice.options.len()).filter(|other| *other != key).all(|other| length(other) < longest)
}

/// `part` of `whole` in per cent, to the nearest; 0 of nothing.
pub fn per_cent(part: usize, whole: usize) -> usize {
    (200 * part + whole).checked_div(2 * whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::testing::{bank, bank_of_two, card, card_of, cards};

    #[test]
    fn a_hand_counted_bank() {
        let one = [
            card_of("1.1", 1, "a", "single-choice", "bloom = \"remember\""),
            card_of("1.2", 5, "b", "single-choice", "bloom = \"apply\"\ndeck = false"),
            card_of("1.2", 5, "c", "term", "exam = false"),
        ];
        let two = [
            card_of("2.1", 3, "d", "true-false", "bloom = \"create\""),
            card_of("2.1", 3, "e", "true-false", "").replace("key = false", "key = true"),
            card_of("2.1", 3, "f", "basic", ""),
        ];
        let census = Census::of(&bank_of_two(&one.concat(), &two.concat()));
        assert_eq!((census.cards, census.deck, census.exam), (6, 5, 4));
        assert_eq!(census.sum(Some(0), Some(CardType::SingleChoice), Some(5)), 1);
        assert_eq!((census.sum(Some(1), None, None), census.sum(None, None, Some(3))), (3, 3));
        assert_eq!(census.kinds(Some(1)).collect::<Vec<_>>(), [CardType::TrueFalse, CardType::Basic]);
        assert_eq!(census.letters, BTreeMap::from([(4, vec![0, 2, 0, 0])]));
        assert_eq!((census.judgements, census.longest), ((1, 1), 0));
        assert_eq!(census.bloom_summary(), (1, 2, 3));
        assert_eq!(census.bloom.last(), Some(&(None, 3)));
    }

    #[test]
    fn the_longest_option_is_longer_than_every_other() {
        let with = |options: &str| {
            let text = card("a", "single-choice", "").replace("[\"甲\", \"乙\", \"丙\", \"丁\"]", options);
            Census::of(&bank(&text)).longest
        };
        // The key is B.
        assert_eq!(with(r#"["甲", "乙乙", "丙"]"#), 1);
        assert_eq!(with(r#"["甲甲", "乙乙", "丙"]"#), 0);
        assert_eq!(with(r#"["甲甲", "**乙**", "丙"]"#), 0, "markup has no length");
        assert_eq!(Census::of(&bank(&cards("multiple-choice", 2))).longest, 0);
    }

    #[test]
    fn the_figures_add_up() {
        let census = Census::of(&bank(&crate::form::testing::one_of_each()));
        assert_eq!(census.counts().map(|(_, cards)| cards).sum::<usize>(), census.cards);
        assert_eq!(census.bloom.iter().map(|(_, cards)| cards).sum::<usize>(), census.cards);
        assert_eq!(census.single_choice(), census.sum(None, Some(CardType::SingleChoice), None));
        assert_eq!(census.kinds(None).map(|kind| census.sum(None, Some(kind), None)).sum::<usize>(), census.cards);
    }

    #[test]
    fn shares_round_to_the_nearest() {
        assert_eq!(
            [(1, 3), (2, 3), (1, 2), (1, 8), (0, 0)].map(|(part, whole)| per_cent(part, whole)),
            [33, 67, 50, 13, 0]
        );
    }
}
