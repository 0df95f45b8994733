//! Figures counted by hand, and each rule broken where it should break.

use super::*;
use crate::card::{Bloom, Body, CardType};
use crate::form::testing::{bank_of_two, blueprint, card, card_of, read};
use crate::form::{FormItem, FormSection};
use crate::points::Points;

/// Chapter `one`: sections 1.1 and 1.2; chapter `two`: 2.1, and 2.2 of which there is only a card for the deck.
fn bank() -> Bank {
    let one = [
        card_of("1.1", 1, "s1", "single-choice", "bloom = \"apply\""),
        card_of("1.1", 2, "s2", "single-choice", ""),
        card_of("1.2", 3, "s3", "single-choice", ""),
        card_of("1.2", 5, "s4", "single-choice", "enemies = [\"s1\"]"),
        card_of("1.1", 2, "j1", "true-false", ""),
        card_of("1.1", 2, "j2", "true-false", "").replace("key = false", "key = true"),
    ];
    let two = [
        card_of("2.1", 4, "e1", "essay", "bloom = \"apply\""),
        card_of("2.1", 3, "t1", "term", ""),
        card_of("2.2", 3, "d1", "term", "exam = false"),
    ];
    bank_of_two(&one.concat(), &two.concat())
}

/// A form of these cards; options in the author's order but for those that have one of their own.
fn form(bank: &Bank, name: &str, sections: &[&[(&str, u32)]]) -> Form {
    let item = |(id, points): &(&str, u32)| {
        let card = bank.cards.iter().position(|card| card.id.as_str() == *id).expect("a card of the bank");
        let order = match &bank.cards[card].body {
            Body::Choice(choice) => (0..choice.options.len()).collect(),
            _ => Vec::new(),
        };
        FormItem { card, points: Points::whole(*points), order }
    };
    let section = |items: &&[(&str, u32)]| {
        let items: Vec<FormItem> = items.iter().map(item).collect();
        FormSection { kind: bank.cards[items[0].card].kind(), chapter: None, title: None, instructions: None, items }
    };
    Form { name: name.to_owned(), seed: 7, sections: sections.iter().map(section).collect() }
}

fn usual() -> Blueprint {
    blueprint(7, "A", &[("single-choice", 1, 1)])
}

fn limits(audit: &str) -> Blueprint {
    read(&format!(
        "[exam]\ntitle = 't'\nminutes = 9\nseed = 1\nforms = ['A']\n[[section]]\ntype = 'term'\ncount = 1\npoints = 1\n{audit}"
    ))
}

fn judged(bank: &Bank, blueprint: &Blueprint, forms: &[Form], history: &[Earlier]) -> Audit {
    Audit::of(&Subject { bank, blueprint, forms, history }).expect("names that the bank has")
}

/// What came out of a rule for the first form: the outcome, what was found, and what it is about.
fn outcome(audit: &Audit, rule: Rule) -> (Outcome, String, String) {
    let finding = audit.forms[0].findings.iter().find(|finding| finding.rule == rule).expect("every rule");
    let found = finding.found.as_ref().map(ToString::to_string).unwrap_or_default();
    (finding.outcome, found, finding.about.join(" "))
}

/// One form by the usual limits.
fn of(bank: &Bank, sections: &[&[(&str, u32)]], rule: Rule) -> (Outcome, String, String) {
    outcome(&judged(bank, &usual(), &[form(bank, "A", sections)], &[]), rule)
}

fn is(outcome: Outcome, found: &str, about: &str) -> (Outcome, String, String) {
    (outcome, found.to_owned(), about.to_owned())
}

use Outcome::{Fail, NotJudged, Pass};

#[test]
fn figures_are_those_counted_by_hand() {
    let bank = bank();
    let form = form(&bank, "A", &[&[("s1", 2), ("s3", 2)], &[("j1", 1)], &[("e1", 10)]]);
    let audit = judged(&bank, &usual(), &[form], &[]);
    let figures = &audit.forms[0].figures;
    assert_eq!(figures.kinds, [CardType::SingleChoice, CardType::TrueFalse, CardType::Essay]);
    let cell = |items, points| Cell { items, points: Points::whole(points) };
    let levels = |points: [u32; 3]| points.map(Points::whole);
    let row = |cells: [Cell; 3], points, total| Row { cells: cells.to_vec(), levels: levels(points), total };
    assert_eq!(
        figures.chapters,
        [
            (0, row([cell(2, 4), cell(1, 1), cell(0, 0)], [3, 2, 0], cell(3, 5))),
            (1, row([cell(0, 0), cell(0, 0), cell(1, 10)], [0, 0, 10], cell(1, 10))),
        ]
    );
    assert_eq!(figures.total, row([cell(2, 4), cell(1, 1), cell(1, 10)], [3, 2, 10], cell(4, 15)));
    assert_eq!(figures.bloom, [(Some(Bloom::Apply), cell(2, 12)), (None, cell(2, 3))]);
}

#[test]
fn coverage_is_of_what_could_be_drawn() {
    let bank = bank();
    let sections: &[&[(&str, u32)]] = &[&[("s1", 1), ("s3", 1)]];
    assert_eq!(of(&bank, sections, Rule::ChapterCoverage), is(Fail, "1/2 (50%)", "two"));
    // 2.2 has no card that an exam could draw, so nobody misses it.
    assert_eq!(of(&bank, sections, Rule::SectionCoverage), is(Fail, "2/3 (66.7%)", "2.1"));
    let all: &[&[(&str, u32)]] = &[&[("s1", 1), ("s3", 1)], &[("t1", 1)]];
    assert_eq!(of(&bank, all, Rule::ChapterCoverage), is(Pass, "2/2 (100%)", ""));
    assert_eq!(of(&bank, all, Rule::SectionCoverage), is(Pass, "3/3 (100%)", ""));

    let narrowed = |rules: &str| {
        let audit = judged(&bank, &limits(rules), &[form(&bank, "A", sections)], &[]);
        (outcome(&audit, Rule::ChapterCoverage), outcome(&audit, Rule::SectionCoverage))
    };
    let whole = (is(Pass, "1/1 (100%)", ""), is(Pass, "2/2 (100%)", ""));
    assert_eq!(narrowed("[rules]\nexclude = ['chapter:two']"), whole, "what may not be drawn");
    assert_eq!(narrowed("[chapters]\ntwo = { max = 0 }"), whole, "of what nothing is wanted");
    let named = narrowed("[chapters.two.sections]\n'2.2' = { max = 3 }").1;
    assert_eq!(named, is(Fail, "2/4 (50%)", "2.1 2.2"), "what the blueprint names");
}

#[test]
fn types_sections_and_points_have_their_bounds() {
    let bank = bank();
    let four: &[&[(&str, u32)]] = &[&[("s1", 3)], &[("j1", 3)], &[("e1", 30)], &[("t1", 64)]];
    assert_eq!(of(&bank, four, Rule::ItemTypes), is(Fail, "4", ""));
    assert_eq!(of(&bank, four, Rule::SectionCount), is(Fail, "4", ""));
    assert_eq!(of(&bank, four, Rule::SectionPoints), is(Fail, "64", "4"));
    assert_eq!(of(&bank, four, Rule::ObjectiveItemPoints), is(Pass, "3", ""));
    assert_eq!(of(&bank, four, Rule::TotalPoints), is(Pass, "100", ""));
    let eleven: Vec<&[(&str, u32)]> = vec![&[("t1", 1)]; 11];
    assert_eq!(of(&bank, &eleven, Rule::SectionCount), is(Fail, "11", ""));
    assert_eq!(of(&bank, &eleven[..5], Rule::SectionCount), is(Pass, "5", ""));
    assert_eq!(of(&bank, &eleven, Rule::TotalPoints), is(Fail, "11", ""));
    assert_eq!(of(&bank, &eleven, Rule::ObjectiveItemPoints), is(NotJudged, "", ""));
    let dear: &[&[(&str, u32)]] = &[&[("t1", 9)], &[("s1", 3), ("s2", 4)], &[("j1", 44)]];
    assert_eq!(of(&bank, dear, Rule::ObjectiveItemPoints), is(Fail, "44", "3 4"), "and what is no objective item may");
    assert_eq!(of(&bank, dear, Rule::ObjectivePoints), is(Fail, "51", ""));
    assert_eq!(of(&bank, &dear[..2], Rule::ObjectivePoints), is(Pass, "7", ""));
}

#[test]
fn difficulty_is_of_the_points() {
    let bank = bank();
    let mixed = |easy, medium, hard| {
        let form: &[&[(&str, u32)]] = &[&[("s1", easy), ("s3", medium), ("s4", hard)]];
        [Rule::EasyShare, Rule::MediumShare, Rule::HardShare].map(|rule| of(&bank, form, rule).0)
    };
    assert_eq!(mixed(70, 20, 10), [Pass, Pass, Pass]);
    assert_eq!(mixed(60, 30, 10), [Pass, Pass, Pass], "the bounds are allowed");
    assert_eq!(mixed(59, 31, 10), [Fail, Fail, Pass]);
    assert_eq!(mixed(81, 9, 10), [Fail, Fail, Pass]);
    assert_eq!(mixed(69, 10, 21), [Pass, Pass, Fail]);
}

#[test]
fn keys_are_judged_as_they_are_printed() {
    let bank = bank();
    let mut form = form(&bank, "A", &[&[("s1", 1), ("s2", 1), ("s3", 1), ("s4", 1)]]);
    let of = |form: &Form, rule| outcome(&judged(&bank, &usual(), std::slice::from_ref(form), &[]), rule);
    assert_eq!(of(&form, Rule::KeyPositions), is(Fail, "A 0, B 4, C 0, D 0", ""));
    assert_eq!(of(&form, Rule::KeyRun), is(Fail, "4", "1 2 3 4"));
    // The author's B is printed as A, then C.
    form.sections[0].items[0].order = vec![1, 0, 2, 3];
    assert_eq!(of(&form, Rule::KeyRun), is(Pass, "3", "2 3 4"));
    assert_eq!(of(&form, Rule::KeyPositions), is(Fail, "A 1, B 3, C 0, D 0", ""));
    form.sections[0].items[2].order = vec![0, 2, 1, 3];
    assert_eq!(of(&form, Rule::KeyPositions), is(Pass, "A 1, B 2, C 1, D 0", ""));
    assert_eq!(of(&form, Rule::TrueStatements), is(NotJudged, "", ""));
}

#[test]
fn statements_are_mixed_and_a_long_key_is_a_cue() {
    let bank = bank();
    assert_eq!(of(&bank, &[&[("j1", 1), ("j2", 1)]], Rule::TrueStatements), is(Pass, "1/2 (50%)", ""));
    assert_eq!(of(&bank, &[&[("j2", 1), ("j2", 1), ("j2", 1)]], Rule::TrueStatements), is(Fail, "3/3 (100%)", ""));

    let cue = |options: &str| card("c", "single-choice", "").replace("\"甲\", \"乙\", \"丙\", \"丁\"", options);
    let longest = |options: &str| {
        let bank = bank_of_two(&cue(options), "");
        of(&bank, &[&[("c", 1)]], Rule::LongestKey)
    };
    assert_eq!(longest("'甲', '乙乙', '丙', '丁'"), is(Fail, "1/1 (100%)", "1"));
    assert_eq!(longest("'甲甲', '乙乙', '丙', '丁'"), is(Pass, "0/1 (0%)", ""), "as long is not longer");
    assert_eq!(
        longest("'abc', '乙乙', 'a', 'b'"),
        is(Fail, "1/1 (100%)", "1"),
        "two characters are wider than three letters"
    );
    assert_eq!(longest("'$x$', '乙乙', '丙', '丁'"), is(NotJudged, "", ""), "who knows how wide a formula is");
}

#[test]
fn enemies_and_repeats_are_found() {
    let bank = bank();
    assert_eq!(of(&bank, &[&[("s1", 1), ("s4", 1)]], Rule::Enemies), is(Fail, "1", "s1 + s4"));
    assert_eq!(of(&bank, &[&[("s1", 1), ("s2", 1)]], Rule::Enemies), is(Pass, "0", ""));

    let forms = [
        form(&bank, "A", &[&[("s1", 1), ("s2", 1), ("s3", 1)]]),
        form(&bank, "B", &[&[("j1", 1), ("j2", 1), ("t1", 1)]]),
        form(&bank, "C", &[&[("s3", 1), ("j1", 1), ("e1", 1)]]),
    ];
    let audit = |forms: &[Form], history: &[Earlier]| judged(&bank, &usual(), forms, history);
    assert_eq!(outcome(&audit(&forms, &[]), Rule::Overlap), is(Fail, "1/3 (33.3%)", "C"));
    assert_eq!(outcome(&audit(&forms[..2], &[]), Rule::Overlap), is(Pass, "0/3 (0%)", ""));
    assert_eq!(outcome(&audit(&forms[..1], &[]), Rule::Overlap), is(NotJudged, "", ""));
    assert_eq!(outcome(&audit(&forms, &[]), Rule::History), is(NotJudged, "", ""));
    let earlier = |name: &str, form: &Form| Earlier {
        name: name.to_owned(),
        cards: form.items().map(|(_, item)| item.card).collect(),
    };
    let history = [earlier("2024", &forms[1]), earlier("2025", &forms[2])];
    assert_eq!(outcome(&audit(&forms[..1], &history[..1]), Rule::History), is(Pass, "0/3 (0%)", ""));
    assert_eq!(outcome(&audit(&forms[..1], &history), Rule::History), is(Fail, "1/3 (33.3%)", "2025"));
}

#[test]
fn the_blueprint_tunes_limits_and_then_they_are_its_own() {
    let bank = bank();
    let forms = [form(&bank, "A", &[&[("s1", 1), ("s3", 1)]])];
    let audit = judged(&bank, &limits("[audit]\nchapter_coverage = '50%'\nsection_count = '1-2'"), &forms, &[]);
    assert_eq!(outcome(&audit, Rule::ChapterCoverage).0, Pass);
    assert_eq!(outcome(&audit, Rule::SectionCount).0, Pass);
    let basis: Vec<Basis> = audit.forms[0].findings.iter().map(|finding| finding.basis).collect();
    assert_eq!(basis[..4], [Basis::Blueprint, Basis::University, Basis::University, Basis::Blueprint]);
}

#[test]
fn every_code_but_that_of_enemies_is_a_limit_of_the_blueprint() {
    let mut codes: Vec<String> = Rule::ALL.iter().map(|rule| rule.code().replace('-', "_")).collect();
    codes.retain(|code| code != "enemies");
    let shares = ["easy_share", "medium_share", "hard_share", "true_statements"];
    let line = |code: &String| match code.as_str() {
        "section_count" => format!("{code} = '1-2'\n"),
        "item_types" | "key_run" => format!("{code} = 2\n"),
        code if code.ends_with("_points") => format!("{code} = 2\n"),
        code if shares.contains(&code) => format!("{code} = '1-2%'\n"),
        code => format!("{code} = '2%'\n"),
    };
    let text: String = codes.iter().map(line).collect();
    let bank = bank();
    let forms = [form(&bank, "A", &[&[("s1", 1)]])];
    let audit = judged(&bank, &limits(&format!("[audit]\n{text}")), &forms, &[]);
    for finding in &audit.forms[0].findings {
        let expected = if finding.rule == Rule::Enemies { Basis::Bank } else { Basis::Blueprint };
        assert_eq!(finding.basis, expected, "{}", finding.rule.code());
    }
}
