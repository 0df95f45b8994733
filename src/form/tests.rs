//! Forms and their keys as a whole: what holds for every bank, and one bank drawn for ever the same.

mod chance;
mod demands;
mod several;

use super::testing::{bank, blueprint, card, cards, one_of_each, read};
use super::{Answer, AnswerKey, Form, FormItem, assemble};
use crate::bank::Bank;
use crate::blueprint::Blueprint;
use crate::card::{Body, Card, Key, letter};
use crate::diag::Code;
use crate::markup::RichText;
use crate::markup::plain::{Clozes, write_inlines};
use crate::points::Points;
use crate::source::Sources;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write as _;

fn drawn(bank: &Bank, blueprint: &Blueprint) -> Vec<Form> {
    let assembled = assemble(bank, blueprint, &[]);
    assert_eq!(assembled.diagnostics, []);
    assembled.forms
}

fn ids<'b>(bank: &'b Bank, form: &Form) -> Vec<&'b str> {
    form.items().map(|(_, item)| bank.cards[item.card].id.as_str()).collect()
}

fn shared(one: &Form, other: &Form) -> usize {
    let cards = |form: &Form| form.items().map(|(_, item)| item.card).collect::<BTreeSet<_>>();
    cards(one).intersection(&cards(other)).count()
}

fn are_enemies(one: &Card, other: &Card) -> bool {
    one.enemies.contains(&other.id) || other.enemies.contains(&one.id)
}

fn plain(text: &RichText) -> String {
    text.plain(Clozes::Answers)
}

/// Checks everything that a blueprint promises of a form.
fn meets(form: &Form, blueprint: &Blueprint, bank: &Bank) -> Result<(), TestCaseError> {
    prop_assert_eq!(form.sections.len(), blueprint.sections.len());
    for (section, plan) in form.sections.iter().zip(&blueprint.sections) {
        prop_assert_eq!((section.kind, section.items.len()), (plan.kind, plan.count));
        for item in &section.items {
            let card = &bank.cards[item.card];
            prop_assert_eq!(card.kind(), plan.kind);
            prop_assert!(card.exam, "{} is for the deck only", card.id);
            prop_assert!(!matches!(plan.worth, crate::blueprint::Worth::Each(points) if points != item.points));
            prop_assert!(card.points.is_none_or(|points| points == item.points));
        }
    }
    let cards: Vec<&Card> = form.items().map(|(_, item)| &bank.cards[item.card]).collect();
    for (position, card) in cards.iter().enumerate() {
        for other in &cards[..position] {
            prop_assert!(card.id != other.id, "{} stands twice", card.id);
            prop_assert!(!are_enemies(card, other), "{} beside {}", card.id, other.id);
        }
    }
    Ok(())
}

/// Up to 18 cards of three types, some worth 2, some for the deck only, with random enemies.
fn any_bank() -> impl Strategy<Value = Bank> {
    let kinds = prop_oneof![Just("single-choice"), Just("cloze"), Just("essay")];
    let flags = (prop::bool::weighted(0.2), prop::bool::weighted(0.1));
    vec((kinds, flags, vec(any::<prop::sample::Index>(), 0..2)), 1..19).prop_map(|specs| {
        let count = specs.len();
        let text = specs.into_iter().enumerate().map(|(number, (kind, (worth_2, deck_only), enemies))| {
            let enemies: BTreeSet<usize> = enemies.iter().map(|enemy| enemy.index(count)).collect();
            let enemies: Vec<String> =
                enemies.into_iter().filter(|enemy| *enemy != number).map(|enemy| format!("c{enemy}")).collect();
            let points = if worth_2 && kind != "essay" { "points = 2\n" } else { "" };
            let exam = if deck_only { "exam = false\n" } else { "" };
            card(&format!("c{number}"), kind, &format!("enemies = {enemies:?}\n{points}{exam}"))
        });
        bank(&text.collect::<String>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_form_meets_its_blueprint(bank in any_bank(), seed: u64, counts in vec(1..4_usize, 4)) {
        let sections =
            [("single-choice", counts[0], 2), ("cloze", counts[1], 1), ("essay", counts[2], 0), ("single-choice", counts[3], 3)];
        let blueprint = blueprint(seed, "ABC", &sections[..=(seed as usize % 4)]);
        let assembled = assemble(&bank, &blueprint, &[]);
        prop_assert_eq!(assembled.forms.is_empty(), !assembled.diagnostics.is_empty());
        let about_demands = |code: Code| matches!(code, Code::SectionShort | Code::Infeasible);
        prop_assert!(assembled.diagnostics.iter().all(|diagnostic| about_demands(diagnostic.code)));
        for form in &assembled.forms {
            meets(form, &blueprint, &bank)?;
        }
        prop_assert_eq!(assemble(&bank, &blueprint, &[]).forms, assembled.forms);
    }

    #[test]
    fn the_key_follows_its_options(seed: u64, options in 2..11_usize, right: u16, keep_last in 0..4_usize, shuffle: bool) {
        let texts: Vec<String> = (0..options).map(|option| format!("选项{option}")).collect();
        let mut key: String = (0..options).filter(|option| right & (1 << option) != 0).map(letter).collect();
        if key.len() < 2 {
            key = "AB".to_owned();
        }
        let keep_last = keep_last.min(options);
        let text = format!(
            "[[card]]\nid = \"m\"\ntype = \"multiple-choice\"\nsection = \"1.1\"\ndifficulty = 1\nstem = \"问（　　）。\"\n\
             options = {texts:?}\nkey = {key:?}\nkeep_last = {keep_last}\nshuffle = {shuffle}\n"
        );
        let bank = bank(&text);
        let form = &drawn(&bank, &blueprint(seed, "A", &[("multiple-choice", 1, 2)]))[0];
        let order = &form.sections[0].items[0].order;
        let mut sorted = order.clone();
        sorted.sort_unstable();
        let author: Vec<usize> = (0..options).collect();
        prop_assert_eq!(&sorted, &author);
        prop_assert_eq!(&order[options - keep_last..], &author[options - keep_last..]);
        prop_assert!(shuffle || *order == author);

        let Body::Choice(choice) = &bank.cards[0].body else { panic!("a choice card") };
        let right_before: BTreeSet<String> =
            choice.key.positions().map(|position| plain(&choice.options[position])).collect();
        let answer_key = AnswerKey::of(form, &bank);
        let Answer::Options(letters) = &answer_key.sections[0].items[0].answer else { panic!("letters") };
        let right_after: BTreeSet<String> =
            letters.positions().map(|position| plain(&choice.options[order[position]])).collect();
        prop_assert_eq!(right_before, right_after);
    }
}

/// Choice cards of 2 to 10 options; in half of the banks some keep their order or their last options.
fn any_choices() -> impl Strategy<Value = Bank> {
    let card = (2..11_usize, any::<prop::sample::Index>(), 0..4_usize, prop::bool::weighted(0.15));
    (vec(card, 1..25), any::<bool>()).prop_map(|(specs, some_kept)| {
        let card = |(number, (options, key, keep_last, fixed)): (usize, (usize, prop::sample::Index, usize, bool))| {
            let texts: Vec<String> = (0..options).map(|option| format!("选项{option}")).collect();
            let (key, keep_last) = (letter(key.index(options)), keep_last.saturating_sub(1).min(options));
            let (keep_last, fixed) = if some_kept { (keep_last, fixed) } else { (0, false) };
            format!(
                "[[card]]\nid = \"c{number}\"\ntype = \"single-choice\"\nsection = \"1.1\"\ndifficulty = {}\nstem = \"问（　　）。\"\n\
                 options = {texts:?}\nkey = \"{key}\"\nkeep_last = {keep_last}\nshuffle = {}\n",
                number % 5 + 1,
                !fixed
            )
        };
        bank(&specs.into_iter().enumerate().map(card).collect::<String>())
    })
}

/// For each letter how often it is right, and how many stand beyond three of one letter in a row.
fn letters(bank: &Bank, form: &Form) -> ([i32; Key::MOST_OPTIONS], usize) {
    let right = |item: &FormItem| match Answer::of(&bank.cards[item.card], &item.order) {
        Answer::Options(key) => key.positions().next().expect("a right option"),
        _ => panic!("a choice"),
    };
    let letters: Vec<usize> = form.items().map(|(_, item)| right(item)).collect();
    let mut counts = [0; Key::MOST_OPTIONS];
    for letter in &letters {
        counts[*letter] += 1;
    }
    (counts, letters.chunk_by(|one, other| one == other).map(|row| row.len().saturating_sub(3)).sum())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn letters_are_even_and_options_stay_where_the_author_keeps_them(bank in any_choices(), seed: u64, sorted: bool) {
        let text = |rules: &str| {
            let (count, order) = (bank.cards.len(), if sorted { "difficulty" } else { "random" });
            format!(
                "[exam]\ntitle = '考试'\nminutes = 60\nseed = {}\nforms = ['A']\n[[section]]\ntype = 'single-choice'\n\
                 count = {count}\npoints = 1\norder = '{order}'\n{rules}",
                seed >> 1
            )
        };
        let form = drawn(&bank, &read(&text(""))).remove(0);
        let by_chance = drawn(&bank, &read(&text("[rules]\nbalance_keys = false\n"))).remove(0);
        let mut due = [0.0; Key::MOST_OPTIONS];
        for (_, item) in form.items() {
            let Body::Choice(choice) = &bank.cards[item.card].body else { panic!("a choice") };
            let mut sorted = item.order.clone();
            sorted.sort_unstable();
            prop_assert!(sorted.iter().copied().eq(0..choice.options.len()));
            let kept = if choice.shuffle { choice.options.len() - choice.keep_last } else { 0 };
            prop_assert!((kept..choice.options.len()).all(|position| item.order[position] == position));
            // Of wrong options only one changes places with the right one, if any.
            let (_, other) = by_chance.items().find(|(_, other)| other.card == item.card).expect("the same cards");
            let moved = item.order.iter().zip(&other.order).filter(|(one, other)| one != other).count();
            prop_assert!(moved == 0 || moved == 2, "{:?} {:?}", item.order, other.order);
            for due in &mut due[..choice.options.len()] {
                *due += 1.0 / choice.options.len() as f64;
            }
        }
        let unevenness = |counts: &[i32; Key::MOST_OPTIONS]| -> f64 {
            let off = |(count, due): (&i32, &f64)| ((f64::from(*count) - due).abs() - 1.0 + 1e-9).max(0.0).ceil().powi(2);
            counts.iter().zip(&due).map(off).sum()
        };
        let ((even, rows), (own, own_rows)) = (letters(&bank, &form), letters(&bank, &by_chance));
        prop_assert!(unevenness(&even) <= unevenness(&own), "{:?} {:?}", even, own);
        let changes = even != own;
        prop_assert!(changes || rows <= own_rows);
        let moves = |card: &Card| matches!(&card.body, Body::Choice(choice) if choice.shuffle && choice.keep_last == 0);
        if bank.cards.iter().all(moves) {
            prop_assert_eq!((unevenness(&even) as i64, rows), (0, 0), "{:?}", even);
        }
    }
}

#[test]
fn options_are_shuffled_and_forms_differ() {
    let bank = bank(&cards("single-choice", 30));
    let forms = drawn(&bank, &blueprint(7, "AB", &[("single-choice", 30, 1)]));
    assert_eq!(shared(&forms[0], &forms[1]), 30, "there are no other cards");
    assert_ne!(ids(&bank, &forms[0]), ids(&bank, &forms[1]), "the items stand in another order");
    let orders = |form: &Form| {
        let mut orders: Vec<_> = form.items().map(|(_, item)| (item.card, item.order.clone())).collect();
        orders.sort();
        orders
    };
    assert_ne!(orders(&forms[0]), orders(&forms[1]), "the options stand in another order");
    let first_letters: BTreeSet<usize> = forms[0].items().map(|(_, item)| item.order[0]).collect();
    assert_eq!(first_letters.len(), 4, "each option comes first somewhere");
}

#[test]
fn forms_share_nothing_where_the_bank_suffices() {
    let bank = bank(&(cards("cloze", 20) + &cards("term", 20)));
    let forms = drawn(&bank, &blueprint(1, "ABCD", &[("cloze", 5, 1), ("term", 5, 3)]));
    for (position, form) in forms.iter().enumerate() {
        for other in &forms[..position] {
            assert_eq!(shared(form, other), 0);
        }
    }
}

#[test]
fn a_third_form_repeats_as_evenly_as_it_can() {
    let bank = bank(&cards("cloze", 6));
    let forms = drawn(&bank, &blueprint(3, "ABCD", &[("cloze", 4, 1)]));
    let uses =
        |card: usize, of: &[Form]| of.iter().filter(|form| form.items().any(|(_, item)| item.card == card)).count();
    for drawn in 1..=4 {
        let counts: BTreeSet<usize> = (0..6).map(|card| uses(card, &forms[..drawn])).collect();
        let (least, most) = (counts.first().expect("six cards"), counts.last().expect("six cards"));
        assert!(most - least <= 1, "after {drawn} forms: {counts:?}");
    }
}

#[test]
fn a_card_more_in_the_bank_changes_few_picks() {
    let plan = blueprint(11, "A", &[("cloze", 10, 1)]);
    let (small, large) = (bank(&cards("cloze", 40)), bank(&(card("new", "cloze", "") + &cards("cloze", 40))));
    let (before, after) = (drawn(&small, &plan), drawn(&large, &plan));
    let before = ids(&small, &before[0]);
    let after = ids(&large, &after[0]);
    let stays = |id: &&str| before.contains(id);
    assert!(after.iter().filter(|id| stays(id)).count() >= 9, "{before:?} {after:?}");
    let kept: Vec<_> = after.iter().copied().filter(stays).collect();
    let kept_before: Vec<_> = before.iter().copied().filter(|id| after.contains(id)).collect();
    assert_eq!(kept, kept_before, "those that stay keep their order");
}

#[test]
fn one_greedy_choice_does_not_make_a_section_short() {
    // A star: whoever takes the middle gets one item, the points are five.
    let rays: String = (0..5).map(|ray| card(&format!("ray-{ray}"), "cloze", "enemies = [\"middle\"]")).collect();
    let bank = bank(&(card("middle", "cloze", "") + &rays));
    for seed in 0..20 {
        let forms = drawn(&bank, &blueprint(seed, "A", &[("cloze", 5, 1)]));
        assert!(!ids(&bank, &forms[0]).contains(&"middle"));
    }
}

#[test]
fn two_sections_of_one_type_share_no_card() {
    let bank = bank(&cards("cloze", 6));
    let forms = drawn(&bank, &blueprint(5, "A", &[("cloze", 3, 1), ("cloze", 3, 2)]));
    assert_eq!(ids(&bank, &forms[0]).into_iter().collect::<BTreeSet<_>>().len(), 6);
    assert_eq!(forms[0].points(), Points::whole(9));
}

#[test]
fn points_come_from_the_blueprint_or_else_from_the_rubric() {
    let bank = bank(&(cards("essay", 1) + &cards("short-answer", 1)));
    let form = &drawn(&bank, &blueprint(5, "A", &[("essay", 1, 0), ("short-answer", 1, 5)]))[0];
    assert_eq!(form.sections[0].points_each(), Some(Points::whole(10)));
    assert_eq!(form.sections[1].points_each(), Some(Points::whole(5)));
    let short = assemble(&bank, &blueprint(5, "A", &[("essay", 1, 8)]), &[]);
    assert_eq!(short.diagnostics[0].help[1], "not counted: 1 card worth other points");
}

#[test]
fn every_section_that_is_short_is_named_with_what_is_missing() {
    let pairs: String = (0..4)
        .map(|pair| {
            card(&format!("t{pair}"), "term", &format!("enemies = [\"e{pair}\"]"))
                + &card(&format!("e{pair}"), "essay", "")
        })
        .collect();
    let clique = card("j0", "true-false", "") + &card("j1", "true-false", "enemies = [\"j0\"]");
    let bank = bank(&(cards("single-choice", 13) + &clique + &pairs + &card("x", "cloze", "exam = false")));
    let sections = [
        ("single-choice", 20, 2),
        ("true-false", 2, 1),
        ("cloze", 1, 1),
        ("term", 3, 3),
        ("essay", 2, 10),
        ("term", 1, 3),
    ];
    let assembled = assemble(&bank, &blueprint(1, "AB", &sections), &[]);
    assert_eq!(assembled.forms, []);
    let mut said = String::new();
    for diagnostic in &assembled.diagnostics {
        let _ = writeln!(said, "{}\n  {}", diagnostic.message, diagnostic.help.join("\n  "));
    }
    insta::assert_snapshot!(said, @r"
    单项选择题: wants 20 items, the bank has 13 that fit: 7 missing
      add 7 single-choice cards worth 2 or without points, or write `count = 13`
    判断题: wants 2 items, the bank has 2 that fit, but only 1 of them can stand on the form: 1 missing
      add 1 true-false card worth 1 or without points, or write `count = 1`
      the others are enemies of cards on the form, or stand in another section of the type
    填空题: wants 1 item, the bank has 0 that fit: 1 missing
      add 1 cloze card worth 1 or without points, or remove the section
      not counted: 1 card with `exam = false`
    no form can have together: 名词解释 (section 4) × 3; 论述题 × 2; 名词解释 (section 6) × 1; at most one of the enemies `t0`, `e0`; at most one of the enemies `t1`, `e1`; at most one of the enemies `t2`, `e2`
      add 2 term cards, worth 3 or without points, without enemies; the bank has 4
      or lower `count` of 名词解释 (section 4) to 1
      or remove the section 论述题
    ");
}

#[test]
fn the_shipped_blueprint_fills_two_forms_from_the_shipped_bank() {
    let loaded = Bank::load(std::path::Path::new("cards")).expect("the shipped bank");
    let bank = loaded.bank.expect("a bank without errors");
    let mut sources = Sources::default();
    let source = sources.add("mock-exam.toml", crate::blueprint::builtin("mock-exam").expect("a built-in blueprint"));
    let blueprint = Blueprint::read(&sources, source).blueprint.expect("a blueprint without errors");
    let forms = drawn(&bank, &blueprint);
    for form in &forms {
        assert_eq!(form.points(), Points::whole(100));
        meets(form, &blueprint, &bank).expect("a form that meets its blueprint");
    }
    // Universities ask for less than 10 % (reference: audits of A and B papers).
    assert!(shared(&forms[0], &forms[1]) * 10 < forms[0].items().count());
}

/// What a form and its key say, as a reader would see it.
fn shown(bank: &Bank, form: &Form) -> String {
    let key = AnswerKey::of(form, bank);
    let mut out = format!("{} {}\n", form.name, form.points());
    for (section, answers) in form.sections.iter().zip(&key.sections) {
        let title = section.title.as_deref().unwrap_or(section.kind.chinese());
        let _ = writeln!(out, "{title} {}", section.points());
        for (item, answer) in section.items.iter().zip(&answers.items) {
            let answered = match &answer.answer {
                Answer::Options(letters) => format!("{:?} {letters}", item.order),
                Answer::Judgement(key) => key.to_string(),
                Answer::Blanks(blanks) => {
                    let mut texts = Vec::new();
                    for blank in blanks {
                        let mut text = String::new();
                        write_inlines(blank, Clozes::Answers, &mut text);
                        texts.push(text);
                    }
                    texts.join(" | ")
                }
                Answer::Text(text) => plain(text),
                Answer::Rubric { answer, scoring } => {
                    let points = scoring.iter().map(|point| format!("{} {}", plain(&point.text), point.points));
                    format!("{} ({})", answer.map(plain).unwrap_or_default(), points.collect::<Vec<_>>().join(", "))
                }
            };
            let _ = writeln!(out, "{} {} {}: {answered}", answer.number, answer.card.id, item.points);
        }
    }
    out
}

/// If this changes, [`super::shuffle::ALGORITHM`] must: old exams would be drawn anew.
#[test]
fn golden_forms() {
    let bank = bank(&(one_of_each() + &cards("single-choice", 6) + &cards("cloze", 3) + &cards("true-false", 3)));
    let sections = [
        ("single-choice", 4, 2),
        ("multiple-choice", 1, 3),
        ("true-false", 2, 1),
        ("cloze", 2, 1),
        ("term", 1, 3),
        ("short-answer", 1, 0),
        ("essay", 1, 10),
        ("calculation", 1, 0),
    ];
    let forms = drawn(&bank, &blueprint(20_260_112, "AB", &sections));
    let text: String = forms.iter().map(|form| shown(&bank, form)).collect();
    insta::assert_snapshot!(text, @r"
    A 43
    单项选择题 8
    1 kept 2: [0, 1, 2, 3] B
    2 single-choice-2 2: [0, 3, 2, 1] D
    3 single-choice-3 2: [1, 0, 3, 2] A
    4 single-choice-1 2: [0, 2, 1, 3] C
    多项选择题 3
    5 several 3: [1, 0, 2, 3] BC
    判断题 2
    6 true-false-1 1: false
    7 true-false-0 1: false
    填空题 2
    8 cloze-0 1: 甲 | 乙
    9 cloze-2 1: 甲 | 乙
    名词解释 3
    10 term 3: 答
    简答题 5
    11 short 5: 答 (一 2, 二 3)
    论述题 10
    12 long 10: 答 (一 2, 二 8)
    计算题 10
    13 sum 10: 答 (一 2, 二 8)
    B 43
    单项选择题 8
    1 plain 2: [1, 3, 0, 2] A
    2 single-choice-0 2: [3, 1, 0, 2] B
    3 single-choice-5 2: [0, 2, 1, 3] C
    4 single-choice-4 2: [0, 2, 3, 1] D
    多项选择题 3
    5 several 3: [1, 0, 2, 3] BC
    判断题 2
    6 true-false-0 1: false
    7 true-false-2 1: false
    填空题 2
    8 gaps 1: 甲 | 乙
    9 cloze-1 1: 甲 | 乙
    名词解释 3
    10 term 3: 答
    简答题 5
    11 short 5: 答 (一 2, 二 3)
    论述题 10
    12 long 10: 答 (一 2, 二 8)
    计算题 10
    13 sum 10: 答 (一 2, 二 8)
    ");
}
