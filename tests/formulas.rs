//! Formulas of school and university papers, and the banks that hold them: every formula sets, with every glyph; every card of the
//! torture bank and of the English one is valid and is drawn. How their pages look is shown by the snapshots of `paper.rs`.

use cardpress::bank::{Bank, Loaded};
use cardpress::blueprint::Blueprint;
use cardpress::card::CardType;
use cardpress::diag::render::plain;
use cardpress::fonts::Fonts;
use cardpress::form::assemble;
use cardpress::math::{self, Style};
use cardpress::source::Sources;
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

const FORMULAS: &str = include_str!("paper/formulas.txt");
const REFUSED: &str = include_str!("paper/formulas-refused.txt");

/// The formulas of a list: a line each, but not the comments.
fn formulas(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// What is wrong with a formula, set in one style; lengths are in em.
fn faults(tex: &str, style: Style, fonts: &Fonts) -> Vec<String> {
    let list = match math::set(tex, style, fonts) {
        Ok(list) => list,
        Err(error) => return vec![format!("{error} at {:?}", error.offset)],
    };
    let mut faults = Vec::new();
    let missing = math::missing_glyphs(&list, fonts);
    if !missing.is_empty() {
        faults.push(format!("no glyph for {missing:?}"));
    }
    if list.items.is_empty() {
        faults.push("no ink".to_owned());
    }
    // A line of an A4 paper is 43 em long at 10.5 points; a letter is half an em wide and nearly as high.
    if !(0.4..=40.0).contains(&list.width) {
        faults.push(format!("{} em wide", list.width));
    }
    let (height, depth) = (list.height, list.depth);
    if !(0.4..=5.0).contains(&height) || !(0.0..=5.0).contains(&depth) {
        faults.push(format!("{height} em high, {depth} em deep"));
    }
    faults
}

#[test]
fn every_formula_sets_in_both_styles_with_every_glyph() {
    let fonts = Fonts::bundled();
    let mut faulty = Vec::new();
    for tex in formulas(FORMULAS) {
        for style in [Style::Inline, Style::Display] {
            faulty.extend(faults(tex, style, &fonts).into_iter().map(|fault| format!("{style:?} {tex}: {fault}")));
        }
    }
    assert!(faulty.is_empty(), "{}", faulty.join("\n"));
}

#[test]
fn a_formula_on_a_line_of_its_own_is_larger_than_in_text() {
    let mut larger = 0;
    for tex in formulas(FORMULAS) {
        let size =
            |style| math::set(tex, style, &Fonts::bundled()).map(|list| list.height + list.depth).unwrap_or_default();
        let (inline, display) = (size(Style::Inline), size(Style::Display));
        // A root may choose a sign that is a hair lower.
        assert!(display > inline - 0.1, "{tex}: {inline} em in text, {display} em by itself");
        larger += usize::from(display > inline + 0.1);
    }
    assert!(larger > 100, "of fractions, sums and integrals only {larger}");
}

#[test]
fn there_are_three_hundred_formulas_and_no_two_are_alike() {
    let mut seen = HashSet::new();
    for tex in formulas(FORMULAS) {
        let letters: String = tex.split_whitespace().collect();
        assert!(seen.insert(letters), "twice: {tex}");
    }
    assert!(seen.len() >= 300, "{}", seen.len());
}

#[test]
fn what_the_setter_does_not_take_is_a_clean_error() {
    for tex in formulas(REFUSED) {
        for style in [Style::Inline, Style::Display] {
            let Err(error) = math::set(tex, style, &Fonts::bundled()) else {
                panic!("{tex} sets now: move it to formulas.txt and to a card of the torture bank")
            };
            assert!(!error.message.is_empty(), "{tex}");
            assert!(error.offset.is_none_or(|offset| tex.is_char_boundary(offset)), "{tex}: {error:?}");
        }
    }
}

/// A bank without errors.
fn load(folder: &str) -> Bank {
    let Loaded { bank, diagnostics, sources } = Bank::load(Path::new(folder)).expect("a folder with a bank");
    let said: String = diagnostics.iter().map(|diagnostic| plain(diagnostic, &sources)).collect();
    assert_eq!(said, "", "{folder}: neither errors nor warnings");
    bank.expect("a bank without errors")
}

#[test]
fn the_cards_of_the_torture_bank_hold_every_formula() {
    let bank = load("tests/paper/torture/cards");
    let mut held: BTreeSet<String> = BTreeSet::new();
    for card in &bank.cards {
        for (_, text) in card.texts() {
            text.formulas(|tex, _| {
                held.insert(tex.to_owned());
            });
        }
    }
    let missing: Vec<&str> = formulas(FORMULAS).filter(|tex| !held.contains(*tex)).collect();
    assert!(missing.is_empty(), "on no card:\n{}", missing.join("\n"));
}

/// Every card that can stand on paper is drawn on every form, and there is one of every type.
fn assert_all_drawn(folder: &str, blueprint: &str) {
    let bank = load(folder);
    let mut sources = Sources::default();
    let loaded = Blueprint::load(Path::new(blueprint), &mut sources).expect("a blueprint");
    let said: String = loaded.diagnostics.iter().map(|diagnostic| plain(diagnostic, &sources)).collect();
    let blueprint = loaded.blueprint.unwrap_or_else(|| panic!("{said}"));
    for (_, kind) in CardType::WORDS {
        assert!(bank.cards.iter().any(|card| card.kind() == *kind), "{folder}: no {kind:?}");
    }
    let assembled = assemble(&bank, &blueprint, &[]);
    let said: String = assembled.diagnostics.iter().map(|diagnostic| plain(diagnostic, &sources)).collect();
    assert!(!assembled.forms.is_empty(), "{said}");
    for form in &assembled.forms {
        let drawn: BTreeSet<&str> = form.items().map(|(_, item)| bank.cards[item.card].id.as_str()).collect();
        let left: Vec<&str> = bank
            .cards
            .iter()
            .filter(|card| card.exam && card.kind() != CardType::Basic && !drawn.contains(card.id.as_str()))
            .map(|card| card.id.as_str())
            .collect();
        assert!(left.is_empty(), "{folder}: the counts of the blueprint leave out {left:?}");
    }
}

#[test]
fn the_torture_blueprint_draws_every_card() {
    assert_all_drawn("tests/paper/torture/cards", "tests/paper/torture.toml");
}

#[test]
fn the_english_blueprint_draws_every_card() {
    assert_all_drawn("tests/paper/torture-en/cards", "tests/paper/torture-en.toml");
}
