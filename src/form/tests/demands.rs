//! What a blueprint demands of a form as a whole: met exactly wherever that is possible, and said where it is not.

use crate::bank::Bank;
use crate::blueprint::Level;
use crate::form::report::NOT_ENOUGH;
use crate::form::testing::{bank_of_two, card_of, cards, read};
use crate::form::{Form, assemble};
use crate::points::Points;
use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Write as _;

const HEAD: &str = "[exam]\ntitle = '考试'\nminutes = 60\nseed = 1\nforms = ['A']\n";

/// The message of each diagnostic, and what would mend it.
fn said(bank: &Bank, blueprint: &str) -> String {
    let assembled = assemble(bank, &read(blueprint), &[]);
    assert!(assembled.forms.is_empty(), "a form was drawn");
    let mut said = String::new();
    for diagnostic in &assembled.diagnostics {
        let _ = writeln!(said, "{}\n  {}", diagnostic.message, diagnostic.help.join("\n  "));
    }
    said
}

/// A card as the property below knows it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    choice: bool,
    chapter: usize,
    section: usize,
    difficulty: u8,
    enemy: Option<usize>,
}

/// A blueprint as the property below knows it: choices worth 2 each, gaps worth 1 or 3 each.
#[derive(Debug, Clone)]
pub(super) struct Wishes {
    choices: usize,
    gaps: (usize, usize),
    first_chapter: (usize, usize),
    second_section: Option<usize>,
    /// A weight of the second chapter in per cent, and its slack.
    weight: Option<(usize, usize)>,
    hard: Option<(usize, usize)>,
    include: Option<usize>,
    exclude: Option<usize>,
}

pub(super) fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (any::<bool>(), 0..2_usize, 0..2_usize, 1..6_u8, prop::option::weighted(0.2, 0..9_usize));
    let item = item.prop_map(|(choice, chapter, section, difficulty, enemy)| Item {
        choice,
        chapter,
        section,
        difficulty,
        enemy,
    });
    vec(item, 3..10)
}

pub(super) fn wishes() -> impl Strategy<Value = Wishes> {
    let first_chapter = (0..3_usize, 0..4_usize).prop_map(|(min, more)| (min, min + more));
    let hard = (0..4_usize, 1..5_usize).prop_map(|(min, more)| (min * 20, ((min + more) * 20).min(100)));
    let rare = |range: std::ops::Range<usize>| prop::option::weighted(0.3, range);
    (
        (1..4_usize, (0..2_usize, 1..3_usize), first_chapter),
        (rare(1..3), prop::option::weighted(0.3, (0..101_usize, 0..2_usize)), prop::option::of(hard)),
        (rare(0..9), rare(0..9)),
    )
        .prop_map(|((choices, gaps, first_chapter), (second_section, weight, hard), (include, exclude))| Wishes {
            choices,
            gaps,
            first_chapter,
            second_section,
            weight,
            hard,
            include,
            exclude: exclude.filter(|card| include != Some(*card)),
        })
}

impl Wishes {
    pub(super) fn toml(&self, cards: usize) -> String {
        let (ones, threes) = self.gaps;
        let points: Vec<usize> = std::iter::repeat_n(3, threes).chain(std::iter::repeat_n(1, ones)).collect();
        let mut text = format!(
            "{HEAD}[[section]]\ntype = 'single-choice'\ncount = {}\npoints = 2\n[[section]]\ntype = 'cloze'\npoints = {points:?}\n",
            self.choices
        );
        let (min, max) = self.first_chapter;
        let _ = writeln!(text, "[chapters]\none = {{ min = {min}, max = {max} }}");
        let mut second = Vec::new();
        second.extend(self.weight.map(|(weight, slack)| format!("weight = '{weight}%', slack = {slack}")));
        second.extend(self.second_section.map(|min| format!("sections = {{ '2.2' = {{ min = {min} }} }}")));
        if !second.is_empty() {
            let _ = writeln!(text, "two = {{ {} }}", second.join(", "));
        }
        if let Some((min, max)) = self.hard {
            let _ = writeln!(text, "[difficulty]\nhard = '{min}-{max}%'");
        }
        text += "[rules]\n";
        for (rule, card) in [("include", self.include), ("exclude", self.exclude)] {
            if let Some(card) = card.filter(|card| *card < cards) {
                let _ = writeln!(text, "{rule} = ['c{card}']");
            }
        }
        text
    }

    /// Whether a form of these items, each worth so many points, is as wished. Reckoned without any code of the program.
    pub(super) fn hold(&self, form: &[(usize, usize)], items: &[Item]) -> bool {
        let on = |card: usize| form.iter().any(|(other, _)| *other == card);
        let count = |wanted: &dyn Fn(&Item) -> bool| form.iter().filter(|(card, _)| wanted(&items[*card])).count();
        let worth = |points: usize, choice: bool| {
            form.iter().filter(|(card, worth)| *worth == points && items[*card].choice == choice).count()
        };
        let total: usize = form.iter().map(|(_, points)| points).sum();
        let hard: usize = form.iter().filter(|(card, _)| items[*card].difficulty >= 4).map(|(_, points)| points).sum();
        let second = count(&|item| item.chapter == 1);
        (worth(2, true), worth(1, false), worth(3, false), form.len())
            == (self.choices, self.gaps.0, self.gaps.1, self.choices + self.gaps.0 + self.gaps.1)
            && (self.first_chapter.0..=self.first_chapter.1).contains(&count(&|item| item.chapter == 0))
            && self.second_section.is_none_or(|min| count(&|item| (item.chapter, item.section) == (1, 1)) >= min)
            && self.weight.is_none_or(|(weight, slack)| {
                let share = weight * form.len();
                (second + slack) * 100 + 100 > share && second * 100 < share + (slack + 1) * 100
            })
            && self.hard.is_none_or(|(min, max)| (min * total..=max * total).contains(&(hard * 100)))
            && self.include.filter(|card| *card < items.len()).is_none_or(on)
            && self.exclude.is_none_or(|card| !on(card))
            && items
                .iter()
                .enumerate()
                .all(|(card, item)| item.enemy.is_none_or(|enemy| enemy == card || !on(card) || !on(enemy)))
    }

    /// All forms that are as wished, each its items with their points, by trying.
    pub(super) fn all(&self, items: &[Item]) -> Vec<Vec<(usize, usize)>> {
        let mut forms: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
        for (card, item) in items.iter().enumerate() {
            let worth: &[usize] = if item.choice { &[2] } else { &[1, 3] };
            let longer: Vec<_> = forms
                .iter()
                .flat_map(|form| worth.iter().map(move |points| [form.as_slice(), &[(card, *points)]].concat()))
                .collect();
            forms.extend(longer);
        }
        forms.retain(|form| self.hold(form, items));
        forms
    }
}

pub(super) fn bank_of(items: &[Item]) -> Bank {
    let mut chapters = [String::new(), String::new()];
    for (card, item) in items.iter().enumerate() {
        let enemies = item.enemy.filter(|enemy| *enemy < items.len() && *enemy != card);
        let lines = enemies.map(|enemy| format!("enemies = [\"c{enemy}\"]")).unwrap_or_default();
        let section = format!("{}.{}", item.chapter + 1, item.section + 1);
        let kind = if item.choice { "single-choice" } else { "cloze" };
        chapters[item.chapter] += &card_of(&section, item.difficulty, &format!("c{card}"), kind, &lines);
    }
    bank_of_two(&chapters[0], &chapters[1])
}

/// The items of a form as the property knows them.
pub(super) fn drawn(form: &Form, bank: &Bank) -> Vec<(usize, usize)> {
    let number = |card: usize| bank.cards[card].id.as_str()[1..].parse().expect("a number");
    form.items().map(|(_, item)| (number(item.card), item.points.halves() as usize / 2)).collect()
}

/// The blueprint after a way out of a conflict, if it is one that changes the range of a chapter.
fn mended(text: &str, help: &str) -> Option<String> {
    let help = help.strip_prefix("or ").unwrap_or(help);
    let (field, value) = help
        .strip_prefix("lower `chapters.one.min` to ")
        .map(|value| ("min = ", value))
        .or_else(|| help.strip_prefix("raise `chapters.one.max` to ").map(|value| ("max = ", value)))?;
    let at = text.find(field)? + field.len();
    Some(format!("{}{value}{}", &text[..at], &text[at + 1..]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_form_is_drawn_where_one_is_possible_and_meets_every_demand(items in items(), wishes in wishes()) {
        let bank = bank_of(&items);
        let text = wishes.toml(items.len());
        let assembled = assemble(&bank, &read(&text), &[]);
        prop_assert_eq!(assembled.forms.is_empty(), wishes.all(&items).is_empty(), "{}\n{:?}", text, assembled.diagnostics);
        if let Some(form) = assembled.forms.first() {
            prop_assert!(wishes.hold(&drawn(form, &bank), &items), "{}\n{:?}", text, drawn(form, &bank));
        } else {
            prop_assert!(!assembled.diagnostics.is_empty());
        }
        // A way out is one.
        if let [diagnostic] = assembled.diagnostics.as_slice()
            && !diagnostic.help.iter().any(|help| help == NOT_ENOUGH)
        {
            for help in &diagnostic.help {
                if let Some(mended) = mended(&text, help) {
                    prop_assert!(!assemble(&bank, &read(&mended), &[]).forms.is_empty(), "{}\n{}", help, mended);
                }
            }
        }
    }
}

#[test]
fn forms_that_may_share_little_say_how_much_they_would_share() {
    let bank = bank_of_two(&cards("cloze", 10), "");
    let sections = "[[section]]\ntype = 'cloze'\ncount = 6\npoints = 1\n";
    let text = HEAD.replace("['A']", "['A', 'B']\noverlap = { max = '20%' }") + sections;
    insta::assert_snapshot!(said(&bank, &text), @r"
    form B cannot have together: 填空题 × 6; at most 1 item in common with form A
      add 1 cloze card, worth 1 or without points; the bank has 10
      or raise `overlap.max` to 33.34%
      no 2 forms of this bank share so little: of their items 2 or more stand on an earlier one too, and 1 may
    ");
    let forms = assemble(&bank, &read(&text.replace("20%", "33.34%")), &[]).forms;
    assert_eq!(forms.len(), 2);
}

#[test]
fn weights_lists_of_points_and_totals_say_what_would_do() {
    let one: String = (0..6).map(|number| card_of("1.1", 1, &format!("gap-{number}"), "cloze", "")).collect();
    let two = card_of("2.1", 5, "gap-6", "cloze", "points = 3") + &card_of("2.2", 5, "short", "short-answer", "");
    let bank = bank_of_two(&one, &two);
    let sections = "[[section]]\ntype = 'cloze'\npoints = [1, 1, 1, 2, 3]\n[chapters]\n";
    insta::assert_snapshot!(said(&bank, &format!("{HEAD}{sections}two = {{ weight = 0.8 }}\n")), @r"
    no form can have: at least 3 items of chapter two
      add 2 cloze cards of chapter two; the bank has 1
      or lower `chapters.two.weight` or raise its `slack` until it asks for no more than 1 item
    ");
    insta::assert_snapshot!(said(&bank, &format!("{HEAD}{sections}one = {{ weight = '40%', slack = 0 }}\n")), @r"
    no form can have together: 填空题 of 1 point × 3; at most 2 items of chapter one
      add 2 cloze cards, worth 1 or without points, not of chapter one; the bank has 0
      or raise `chapters.one.weight` or its `slack` until it allows 4 items
    ");
    let lists =
        "[[section]]\ntype = 'cloze'\npoints = [2, 2, 2, 2, 2, 2, 2, 3]\n[[section]]\ntype = 'cloze'\npoints = [3]\n";
    insta::assert_snapshot!(said(&bank, &format!("{HEAD}{lists}")), @r"
    填空题 (section 1) of 2 points: wants 7 items, the bank has 6 that fit, but only 5 of them can stand on the form: 2 missing
      add 2 cloze cards worth 2 or without points, or list 2 only 5 times in `points`
      the others are enemies of cards on the form, or stand in another section of the type
      not counted: 1 card worth other points
    ");
    let total = HEAD.to_owned() + "total = 20\n[[section]]\ntype = 'short-answer'\ncount = 1\n";
    insta::assert_snapshot!(said(&bank, &total), @r"
    no form can have: 20 points in all
      lower `total` to 5
    ");
}

#[test]
fn items_stand_in_the_order_that_is_asked_for() {
    let one: String = (0..6)
        .map(|number| card_of(["1.2", "1.1"][number % 2], 5 - number as u8 % 5, &format!("gap-{number}"), "cloze", ""))
        .collect();
    let two: String = (6..9).map(|number| card_of("2.1", 3, &format!("gap-{number}"), "cloze", "")).collect();
    let bank = bank_of_two(&one, &two);
    let form = |order: &str| {
        let section = format!("[[section]]\ntype = 'cloze'\npoints = [1, 2, 1, 2, 1, 2, 1, 2]\norder = '{order}'\n");
        assemble(&bank, &read(&format!("{HEAD}{section}")), &[]).forms.remove(0)
    };
    let cards = |form: &Form| form.items().map(|(_, item)| &bank.cards[item.card]).cloned().collect::<Vec<_>>();
    assert!(cards(&form("difficulty")).is_sorted_by_key(|card| card.difficulty.level()));
    assert!(cards(&form("chapter")).is_sorted_by_key(|card| (card.chapter, card.section)));
    assert!(form("points").items().map(|(_, item)| item.points).is_sorted());
    let random = form("random");
    assert!(!cards(&random).is_sorted_by_key(|card| card.difficulty.level()));
    assert_eq!(random.points(), Points::whole(12));
}

#[test]
fn filters_let_through_what_they_name() {
    let one = card_of("1.1", 1, "a", "cloze", "tags = ['超纲::选读']") + &card_of("1.2", 3, "b", "cloze", "");
    let two =
        card_of("2.1", 4, "c", "cloze", "tags = ['重点']") + &card_of("2.2", 5, "d", "cloze", "tags = ['超纲说']");
    let bank = bank_of_two(&one, &two);
    let possible = |rules: &str| {
        let text = |count: usize| {
            format!("{HEAD}[[section]]\ntype = 'cloze'\ncount = {count}\npoints = 1\n[rules]\n{rules}\n")
        };
        let most = (1..=4).rev().find_map(|count| assemble(&bank, &read(&text(count)), &[]).forms.pop());
        let mut ids: Vec<String> =
            most.iter().flat_map(Form::items).map(|(_, item)| bank.cards[item.card].id.to_string()).collect();
        ids.sort();
        ids.concat()
    };
    assert_eq!(possible(""), "abcd");
    assert_eq!(possible("exclude = ['tag:超纲']"), "bcd");
    assert_eq!(possible("only = ['chapter:two', 'a']"), "acd");
    assert_eq!(possible("only = ['chapter:two']\nexclude = ['section:2.2']"), "c");
    assert_eq!(possible("enemies = [['a', 'b', 'c']]\ninclude = ['c']"), "cd");
}

#[test]
fn levels_are_those_of_the_blueprint() {
    let bank = bank_of_two(
        &(1..6).map(|level| card_of("1.1", level, &format!("c{level}"), "cloze", "")).collect::<String>(),
        "",
    );
    let levels: Vec<Level> = bank.cards.iter().map(|card| Level::of(card.difficulty)).collect();
    assert_eq!(levels, [Level::Easy, Level::Easy, Level::Medium, Level::Hard, Level::Hard]);
}
