//! Chance as a whole: what is drawn over many seeds, and what a card more in the bank changes.

use crate::bank::Bank;
use crate::form::assemble;
use crate::form::testing::{bank, bank_of_two, card, card_of, cards, read};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The cards of the only form, ascending.
fn drawn(bank: &Bank, blueprint: &str, seed: u64) -> Vec<usize> {
    let head = format!("[exam]\ntitle = '考试'\nminutes = 60\nseed = {seed}\nforms = ['A']\n");
    let assembled = assemble(bank, &read(&(head + blueprint)), &[]);
    assert_eq!(assembled.diagnostics, []);
    let mut cards: Vec<usize> = assembled.forms[0].items().map(|(_, item)| item.card).collect();
    cards.sort_unstable();
    cards
}

/// 3,000 forms of 5 of 20 cards: each card is expected on 750. The counts of a fair draw without replacement have a chi-square with 19
/// degrees of freedom, once what a form takes of one card is reckoned against the others; one in a thousand lies over 43.8.
#[test]
fn cards_that_are_alike_turn_up_as_often() {
    let bank = bank(&cards("cloze", 20));
    for sampling in ["stable", "uniform"] {
        let blueprint = format!("sampling = '{sampling}'\n[[section]]\ntype = 'cloze'\ncount = 5\npoints = 1\n");
        let mut counts = [0.0; 20];
        for seed in 0..3_000 {
            for card in drawn(&bank, &blueprint, seed) {
                counts[card] += 1.0;
            }
        }
        let share = 5.0 / 20.0;
        let variance = 3_000.0 * share * (1.0 - share) * 20.0 / 19.0;
        let chi_square: f64 = counts.iter().map(|count: &f64| (count - 750.0).powi(2) / variance).sum();
        assert!(chi_square < 43.8, "{sampling}: {chi_square}");
    }
}

/// Nine cards in two chapters and three levels, of which a form has four: two or three of the first chapter, at least one of its second
/// section, a quarter to a half of the points hard.
fn overlapping() -> (Bank, &'static str) {
    let places = [("1.1", 1), ("1.1", 5), ("1.2", 1), ("1.2", 3), ("1.2", 5)];
    let one: String = places
        .iter()
        .enumerate()
        .map(|(number, (section, level))| card_of(section, *level, &format!("a{number}"), "cloze", ""))
        .collect();
    let two: String = [1, 3, 5, 5]
        .iter()
        .enumerate()
        .map(|(number, level)| card_of("2.1", *level, &format!("b{number}"), "cloze", "enemies = ['a0']"))
        .collect();
    let blueprint = "[[section]]\ntype = 'cloze'\ncount = 4\npoints = 1\n[difficulty]\nhard = '25-50%'\n\
        [chapters]\none = { min = 2, max = 3, sections = { '1.2' = { min = 1 } } }\n";
    (bank_of_two(&one, &two), blueprint)
}

/// The forms that [`overlapping`] allows, each as its cards, reckoned without any code of the program.
fn possible() -> BTreeSet<Vec<usize>> {
    let hard = [1, 4, 7, 8];
    let is_possible = |form: &Vec<usize>| {
        let count = |wanted: &dyn Fn(usize) -> bool| form.iter().filter(|card| wanted(**card)).count();
        form.len() == 4
            && (2..=3).contains(&count(&|card| card < 5))
            && count(&|card| (2..5).contains(&card)) >= 1
            && (1..=2).contains(&count(&|card| hard.contains(&card)))
            && !(form.contains(&0) && count(&|card| card >= 5) > 0)
    };
    let subset = |bits: u32| (0..9).filter(|card| bits & (1 << card) != 0).collect::<Vec<usize>>();
    (0..512).map(subset).filter(is_possible).collect()
}

/// The chi-square of so many draws against all possible forms being as likely.
fn chi_square(sampling: &str, seeds: u64) -> f64 {
    let (bank, blueprint) = overlapping();
    let possible = possible();
    let mut counts: BTreeMap<Vec<usize>, f64> = possible.iter().map(|form| (form.clone(), 0.0)).collect();
    for seed in 0..seeds {
        let form = drawn(&bank, &format!("sampling = '{sampling}'\n{blueprint}"), seed);
        *counts.get_mut(&form).unwrap_or_else(|| panic!("{form:?} is not possible")) += 1.0;
    }
    let expected = seeds as f64 / possible.len() as f64;
    counts.values().map(|count| (count - expected).powi(2) / expected).sum()
}

/// Of 38 forms each is expected 79 times in 3,000: of fair draws one in a thousand has a chi-square over 69.3 at 37 degrees of freedom.
/// The usual draw takes what chance puts first and is over it by far: so the bound tells one from the other.
#[test]
fn every_form_is_as_likely_where_it_is_asked_for() {
    assert_eq!(possible().len(), 38);
    let uniform = chi_square("uniform", 3_000);
    assert!(uniform < 69.3, "{uniform}");
    let stable = chi_square("stable", 3_000);
    assert!(stable > 140.0, "{stable}");
}

/// A card that joins the bank changes a form only where it comes onto it: the form without it is the one that was drawn before. So over
/// all cards that may join, the mean share of the picks that change is what follows from taking each card of a form away.
#[test]
fn a_card_more_changes_about_one_pick_in_as_many_as_the_bank_has_cards() {
    let blueprint = "[[section]]\ntype = 'cloze'\ncount = 12\npoints = 1\n[[section]]\ntype = 'term'\ncount = 4\npoints = 3\n\
        [difficulty]\neasy = '40-60%'\nhard = '20-30%'\n[chapters]\none = { min = 6, max = 9 }\ntwo = { sections = { '2.2' = { weight = 0.3 } } }\n";
    for size in [100, 1_000, 10_000] {
        let mut chapters = [String::new(), String::new()];
        for number in 0..size {
            let (chapter, section) = (number % 2, number / 2 % 2);
            let kind = if number / 4 % 4 == 0 { "term" } else { "cloze" };
            let place = format!("{}.{}", chapter + 1, section + 1);
            chapters[chapter] += &card_of(&place, 1 + (number * 7 % 5) as u8, &format!("c{number}"), kind, "");
        }
        let bank = bank_of_two(&chapters[0], &chapters[1]);
        let without = |card: usize, seed| {
            drawn(&bank, &format!("{blueprint}[rules]\nexclude = ['{}']\n", bank.cards[card].id), seed)
        };
        let seeds = 20;
        let mut changed = 0;
        for seed in 0..seeds {
            let form = drawn(&bank, blueprint, seed);
            for card in &form {
                let before = without(*card, seed);
                changed += form.iter().filter(|card| !before.contains(card)).count();
            }
            let elsewhere = (0..size).find(|card| !form.contains(card)).expect("a card that is not drawn");
            assert_eq!(without(elsewhere, seed), form, "a card that is not drawn changes nothing");
        }
        // What changes of 16 picks for each card of a form that joins, and one in `size` cards is on a form 16 times as often.
        let per_card = f64::from(u32::try_from(changed).expect("few")) / (16.0 * seeds as f64);
        assert!((1.0..=1.6).contains(&per_card), "{size} cards: a mean share of {per_card} / {size}");
    }
}

/// Where the demands leave little, exchanges change little; where they leave nothing, nothing.
#[test]
fn exchanges_keep_to_what_is_asked() {
    let mut text = String::new();
    for number in 0..6 {
        let _ = write!(
            text,
            "{}",
            card(&format!("g{number}"), "cloze", if number < 3 { "points = 1" } else { "points = 2" })
        );
    }
    let bank = bank(&text);
    let blueprint =
        "sampling = 'uniform'\n[[section]]\ntype = 'cloze'\npoints = [1, 1, 1, 2, 2]\n[rules]\ninclude = ['g3']\n";
    let forms: BTreeSet<Vec<usize>> = (0..40).map(|seed| drawn(&bank, blueprint, seed)).collect();
    assert_eq!(forms, BTreeSet::from([vec![0, 1, 2, 3, 4], vec![0, 1, 2, 3, 5]]));
}
