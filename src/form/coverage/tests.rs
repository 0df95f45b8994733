use super::*;
use crate::form::testing::{bank, bank_of_two, blueprint, card, card_of, cards, read};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Write as _;

const HEAD: &str = "[exam]\ntitle = \"考试\"\nminutes = 60\nseed = 1\nforms = [\"A\"]\n";
const CHOICE: &str = "[[section]]\ntype = \"single-choice\"\npoints = 2\n";

fn of(bank: &Bank, blueprint: &Blueprint) -> Coverage {
    Coverage::of(bank, blueprint).unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"))
}

/// Single-choice cards of a section and a difficulty.
fn choices(section: &str, difficulty: u8, count: usize) -> String {
    let id = |number| format!("c{section}-{difficulty}-{number}");
    (0..count).map(|number| card_of(section, difficulty, &id(number), "single-choice", "")).collect()
}

#[test]
fn a_section_feeds_as_many_forms_as_its_cards_fill() {
    let bank = bank(&(cards("single-choice", 11) + &cards("term", 4) + &card("deck", "term", "exam = false")));
    let found = of(&bank, &blueprint(1, "A", &[("single-choice", 2, 2), ("term", 2, 3)]));
    let figures: Vec<_> = found.kinds.iter().map(|cell| (cell.least, cell.most, cell.cards, cell.feeds)).collect();
    assert_eq!(figures, [(2, 2, 11, Some(5)), (2, 2, 4, Some(2))]);
    assert_eq!(
        found.cells,
        found
            .kinds
            .iter()
            .zip(&found.cells)
            .map(|(kind, cell)| Cell { write: cell.write, ..kind.clone() })
            .collect::<Vec<_>>()
    );
    assert_eq!(found.supply, Supply { drawn: 2, bound: 2 });
    assert_eq!(found.limits().map(|cell| cell.kind).collect::<Vec<_>>(), [Some(CardType::Term)]);
    // Half of the items are of choice cards, which feed 5 forms: as many terms would be 10.
    assert_eq!((found.depth, found.target), (5, 5));
    let thinnest: Vec<_> = found.thinnest().iter().map(|cell| (cell.kind, cell.write)).collect();
    assert_eq!(thinnest, [(Some(CardType::Term), 6)]);
}

#[test]
fn quotas_and_shares_make_cells_that_add_up() {
    let rules = "[chapters]\none = { min = 3, max = 3 }\n[difficulty]\nhard = \"50%\"\n";
    let blueprint = read(&format!("{HEAD}{CHOICE}count = 4\n{rules}"));
    let bank =
        bank_of_two(&(choices("1.1", 1, 6) + &choices("1.1", 5, 3)), &(choices("2.1", 3, 2) + &choices("2.1", 4, 1)));
    let found = of(&bank, &blueprint);
    assert_eq!(
        found.parts.iter().map(|cell| (cell.part, cell.least, cell.most, cell.cards)).collect::<Vec<_>>(),
        [(Some(Part::Chapter(0)), 3, 3, 9), (Some(Part::Rest), 1, 1, 3),]
    );
    assert_eq!(
        found.levels.iter().map(|cell| (cell.level, cell.least, cell.most, cell.cards)).collect::<Vec<_>>(),
        [(Some(Level::Easy), 0, 4, 6), (Some(Level::Medium), 0, 4, 2), (Some(Level::Hard), 2, 2, 4),]
    );
    let cell = |part, level| found.cells.iter().find(|cell| (cell.part, cell.level) == (Some(part), Some(level)));
    // Of four items three are of chapter one and two are hard: one or two of both, usually one and a half.
    let hard = cell(Part::Chapter(0), Level::Hard).expect("a cell");
    assert_eq!((hard.least, hard.most, hard.cards, hard.feeds), (1, 2, 3, Some(2)));
    assert!((hard.usual - 1.5).abs() < 1e-6, "{}", hard.usual);
    // Four hard cards are two forms of two each.
    assert_eq!(found.supply.bound, 2);
    assert_eq!(found.limits().map(|cell| cell.level).collect::<Vec<_>>(), [Some(Level::Hard)]);
}

#[test]
fn a_bank_that_is_too_small_feeds_no_form() {
    let found = of(&bank(&cards("term", 1)), &blueprint(1, "A", &[("term", 2, 3), ("essay", 1, 0)]));
    assert_eq!(found.supply, Supply { drawn: 0, bound: 0 });
    assert_eq!(found.kinds.iter().map(|cell| cell.feeds).collect::<Vec<_>>(), [Some(0), Some(0)]);
    // For the first form.
    assert_eq!((found.depth, found.target), (0, 1));
    assert_eq!(found.thinnest().iter().map(|cell| cell.write).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn a_card_that_is_on_every_form_is_no_repeat() {
    let rules = "[rules]\ninclude = [\"term-0\"]\n";
    let section = "[[section]]\ntype = \"term\"\ncount = 2\npoints = 3\n";
    let found = of(&bank(&cards("term", 4)), &read(&format!("{HEAD}{section}{rules}")));
    assert_eq!(found.supply, Supply { drawn: 3, bound: 3 });
}

#[test]
fn of_enemies_a_form_has_one() {
    let enemy = |id: &str, others: &str| card(id, "term", &format!("enemies = {others}"));
    let text = enemy("a", "[\"b\", \"c\"]") + &enemy("b", "[\"c\"]") + &card("c", "term", "");
    // Three cards would do for a form of three, but they bar each other.
    assert_eq!(of(&bank(&text), &blueprint(1, "A", &[("term", 3, 3)])).supply, Supply { drawn: 0, bound: 0 });
    assert_eq!(of(&bank(&text), &blueprint(1, "A", &[("term", 1, 3)])).supply, Supply { drawn: 3, bound: 3 });
    let two = text + &cards("term", 2);
    assert_eq!(of(&bank(&two), &blueprint(1, "A", &[("term", 2, 3)])).supply.bound, 2);
}

#[test]
fn enemies_of_other_types_bind_the_number_of_forms_too() {
    let enemy = |id: &str, kind: &str, of: &str| card(id, kind, &format!("enemies = [{of}]"));
    let terms = enemy("a", "term", "\"b\", \"c\", \"d\"") + &enemy("b", "term", "\"c\", \"d\"");
    let text = terms + &enemy("c", "essay", "\"d\"") + &card("d", "essay", "");
    // Two terms and two essays would be two forms, but any two of them bar each other.
    assert_eq!(
        of(&bank(&text), &blueprint(1, "A", &[("term", 1, 3), ("essay", 1, 0)])).supply,
        Supply { drawn: 0, bound: 0 }
    );
}

#[test]
fn the_draw_ends_in_a_large_bank() {
    let found = of(&bank(&cards("term", 200)), &blueprint(1, "A", &[("term", 1, 3)]));
    assert_eq!(found.supply, Supply { drawn: MOST_DRAWN, bound: 200 });
    assert!(found.supply.is_cut() && !found.supply.is_exact());
}

/// Cards by section and difficulty, in a bank of two chapters.
fn banks() -> impl Strategy<Value = (String, String)> {
    let chapter = |chapter: u8| {
        vec((0..2_u8, 1..6_u8, 0..4_usize), 1..5).prop_map(move |parts| {
            let mut text = String::new();
            for (number, (section, difficulty, count)) in parts.into_iter().enumerate() {
                for position in 0..count {
                    let kind = if (number + position) % 3 == 0 { "term" } else { "single-choice" };
                    let section = format!("{chapter}.{}", section + 1);
                    text += &card_of(&section, difficulty, &format!("k{chapter}-{number}-{position}"), kind, "");
                }
            }
            text
        })
    };
    (chapter(1), chapter(2))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn figures_add_up_and_no_more_forms_are_drawn_than_there_can_be(
        (one, two) in banks(),
        choice in 1..4_usize,
        terms in 0..3_usize,
        quota in (0..3_usize, 0..3_usize),
        shares in any::<bool>(),
    ) {
        let mut text = format!("{HEAD}{CHOICE}count = {choice}\n");
        if terms > 0 {
            let _ = write!(text, "[[section]]\ntype = \"term\"\npoints = 3\ncount = {terms}\n");
        }
        let items = choice + terms;
        let _ = writeln!(text, "[chapters]\none = {{ min = {}, max = {} }}", quota.0.min(items), (quota.0 + quota.1).min(items));
        if shares {
            text += "[difficulty]\nhard = \"0-60%\"\n";
        }
        let bank = bank_of_two(&one, &two);
        let found = of(&bank, &read(&text));
        let sum = |cells: &[Cell]| cells.iter().map(|cell| cell.cards).sum::<usize>();
        let fitting = bank.cards.iter().filter(|card| terms > 0 || card.kind() != CardType::Term).count();
        for cells in [&found.kinds, &found.parts, &found.cells] {
            prop_assert_eq!(sum(cells), fitting);
            let usual: f64 = cells.iter().map(|cell| cell.usual).sum();
            prop_assert!((usual - items as f64).abs() < 1e-6, "{usual} of {items}");
        }
        prop_assert!(found.supply.drawn <= found.supply.bound);
        for margin in found.kinds.iter().chain(&found.parts).chain(&found.levels) {
            prop_assert!(margin.bound().is_none_or(|bound| found.supply.bound <= bound));
        }
        for cell in &found.cells {
            prop_assert!(cell.least as f64 <= cell.usual + 1e-6 && cell.usual <= cell.most as f64 + 1e-6, "{cell:?}");
        }
        // Where one form can be drawn at all, the assembly says so too.
        let drawn = crate::form::assemble(&bank, &read(&text), &[]);
        prop_assert_eq!(drawn.forms.is_empty(), found.supply.drawn == 0);
    }
}
