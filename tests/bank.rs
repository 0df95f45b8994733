//! The bank of this repository and the exams that ship with it: what a student and a teacher rely on.

use cardpress::bank::Bank;
use cardpress::blueprint::Blueprint;
use cardpress::card::{Bloom, Body, Card, CardType};
use cardpress::form::assemble;
use cardpress::form::coverage::Coverage;
use cardpress::source::Sources;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn bank() -> Bank {
    Bank::load(&folder("cards")).expect("a bank").bank.expect("no errors")
}

fn blueprint(name: &str) -> Blueprint {
    let mut sources = Sources::default();
    let path = folder("templates/blueprints").join(format!("{name}.toml"));
    Blueprint::load(&path, &mut sources).expect("a file").blueprint.expect("no errors")
}

#[test]
fn each_chapter_has_the_cards_that_it_needs() {
    let bank = bank();
    let count = |chapters: &[&str], section: Option<&str>| {
        let here = |card: &&Card| {
            chapters.contains(&bank.chapter(card).id.as_str())
                && section.is_none_or(|section| bank.section(card).id == section)
        };
        bank.cards.iter().filter(here).count()
    };
    let wanted: [(&[&str], Option<&str>, usize); 7] = [
        (&["ch00", "ch01"], None, 170),
        (&["ch02"], None, 90),
        (&["ch05"], None, 100),
        (&["ch06"], None, 130),
        (&["ch06"], Some("6.3"), 70),
        (&["ch09"], None, 100),
        (&["ch11"], None, 70),
    ];
    for (chapters, section, least) in wanted {
        let found = count(chapters, section);
        assert!(found >= least, "{chapters:?} {section:?}: {found} of {least}");
    }
    // Every key chapter has items of every type that an exam asks for.
    for chapter in bank.chapters.iter().filter(|chapter| chapter.key_chapter) {
        for (_, kind) in CardType::WORDS.iter().filter(|(_, kind)| *kind != CardType::Basic) {
            let has = bank.cards.iter().any(|card| bank.chapter(card).id == chapter.id && card.kind() == *kind);
            assert!(has, "{}: no {}", chapter.id, kind.word());
        }
    }
}

#[test]
fn levels_of_knowledge_are_mixed() {
    let bank = bank();
    let share = |of: &dyn Fn(&Card) -> bool| 100 * bank.cards.iter().filter(|card| of(card)).count() / bank.cards.len();
    assert!(share(&|card| card.bloom == Some(Bloom::Remember)) <= 50);
    let higher = [Bloom::Apply, Bloom::Analyze, Bloom::Evaluate, Bloom::Create];
    assert!(share(&|card| card.bloom.is_some_and(|bloom| higher.contains(&bloom))) >= 15);
    let statements = || {
        bank.cards.iter().filter_map(|card| match &card.body {
            Body::TrueFalse(statement) => Some(statement.key),
            _ => None,
        })
    };
    let share = 100 * statements().filter(|key| *key).count() / statements().count();
    assert!((40..=60).contains(&share), "{share} % of the statements are true");
}

#[test]
fn eight_mock_exams_share_no_card() {
    let bank = bank();
    let coverage =
        Coverage::of(&bank, &blueprint("mock-exam")).unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"));
    assert!(coverage.supply.drawn >= 8, "{:?}", coverage.supply);
}

#[test]
fn every_blueprint_that_ships_can_be_drawn() {
    let bank = bank();
    for (name, forms, items) in [("mock-exam", 2, 48), ("quick-quiz", 1, 15), ("chapter-6-drill", 2, 28)] {
        let assembled = assemble(&bank, &blueprint(name), &[]);
        let sizes: Vec<usize> = assembled.forms.iter().map(|form| form.items().count()).collect();
        assert_eq!(sizes, vec![items; forms], "{name}: {:#?}", assembled.diagnostics);
        assert_eq!(assembled.repeats.count, 0, "{name}");
    }
    let book = assemble(&bank, &blueprint("full-review"), &[]).forms;
    let on_paper = bank.cards.iter().filter(|card| card.exam && card.kind() != CardType::Basic).count();
    assert_eq!(book[0].items().count(), on_paper);
}
