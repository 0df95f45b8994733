//! Locks written, read back, damaged, and met with a bank that has changed.

use super::*;
use crate::diag::render::{Format, render};
use crate::form::assemble;
use crate::form::testing::{bank, blueprint, card, one_of_each, read};

const PRINTED: Printed =
    Printed { paper: ContentHash::UNSETTLED, key: ContentHash::UNSETTLED, sheet: Some(ContentHash::UNSETTLED) };

const BLUEPRINT: &str = "[exam]\ntitle = '考试'\nminutes = 60\nseed = 5\nforms = ['A', 'B']\n\n[[section]]\ntype = \"multiple-choice\"\n\
    count = 1\npoints = 1.5\n[[section]]\ntype = 'cloze'\ncount = 1\npoints = 1\n[[section]]\ntype = 'essay'\ncount = 1\n";

/// The lock of the forms that `text` draws from `bank`.
fn lock_of(bank: &Bank, text: &str) -> (ExamLock, Vec<Form>) {
    let forms = assemble(bank, &read(text), &[]).forms;
    let head = Head {
        exam: "期末 \"a\"".to_owned(),
        seed: 5,
        fingerprint: bank.fingerprint(),
        paper: PaperStamp { name: "a4".to_owned(), hash: ContentHash::of(["a4"]) },
        answer_sheet: true,
        blueprint: text.to_owned(),
    };
    let printed = vec![PRINTED; forms.len()];
    (ExamLock::new(bank, head, &forms, &printed).expect("no pictures"), forms)
}

/// What a text gives, and what is said of it.
fn parse(text: &str) -> Result<ExamLock, String> {
    let mut sources = Sources::default();
    let source = sources.add("exam.lock", text);
    let mut diagnostics = Vec::new();
    let lock = ExamLock::parse(&sources, source, &mut diagnostics);
    assert_eq!(lock.is_none(), !diagnostics.is_empty());
    for diagnostic in &diagnostics {
        assert_eq!(diagnostic.code, Code::LockDamaged);
        assert!(!diagnostic.help.is_empty(), "{diagnostic:?} does not say how to mend it");
    }
    lock.ok_or_else(|| diagnostics.iter().map(|found| render(found, &sources, Format::Short)).collect())
}

#[test]
fn what_is_written_is_read_and_gives_the_same_forms() {
    let bank = bank(&one_of_each());
    // With quotes that a literal string cannot hold, and without.
    for text in [BLUEPRINT.to_owned(), BLUEPRINT.replace("'考试'", "'''考试'''"), format!("{BLUEPRINT}# it's '")] {
        let (lock, forms) = lock_of(&bank, &text);
        let written = lock.to_toml();
        let back = parse(&written).unwrap_or_else(|said| panic!("{said}"));
        assert_eq!(back.to_toml(), written);
        assert_eq!(back.blueprint, text);
        assert_eq!(back.exam, lock.exam);
        let again = back.again(&bank, &read(&back.blueprint), false).expect("no pictures");
        assert_eq!(again.diagnostics, []);
        assert_eq!(again.forms, forms);
    }
}

#[test]
fn every_part_of_a_card_is_named_when_it_changes() {
    let before = one_of_each();
    let (lock, _) = lock_of(&bank(&before), BLUEPRINT);
    // What is changed on which card, and the word for it; nothing where no page shows it.
    for (card, from, to, word) in [
        ("several", "several（　　）", "哪些（　　）", "stem"),
        ("several", "\"丁\"", "\"戊\"", "options"),
        ("several", "key = \"AC\"", "key = \"AD\"", "key"),
        ("several", "keep_last = 2", "keep_last = 2\nexplanation = \"因为。\"", "explanation"),
        ("several", "keep_last = 2", "keep_last = 1\ntags = [\"新\"]\nextra = \"又\"", ""),
        ("gaps", "c2::乙", "c2::丙", "stem"),
        ("long", "answer = \"答\"", "answer = \"另\"", "answer"),
        ("long", "\"二\"", "\"三\"", "rubric"),
        ("long", "difficulty = 2", "difficulty = 5", ""),
    ] {
        let start = before.find(&format!("id = \"{card}\"")).expect("the card");
        let (head, rest) = before.split_at(start);
        let text = format!("{head}{}", rest.replacen(from, to, 1));
        assert_ne!(text, before, "{from}");
        let now = bank(&text);
        let again = |accept| lock.again(&now, &read(BLUEPRINT), accept).expect("no pictures");
        let (found, accepted) = (again(false), again(true));
        assert_eq!(accepted.forms.len(), 2, "{to}");
        if word.is_empty() {
            assert_eq!(found.diagnostics, [], "{to}");
            assert_eq!(found.forms, accepted.forms);
        } else {
            let [changed] = &*found.diagnostics else { panic!("{to}: {:?}", found.diagnostics) };
            assert!(changed.is_error() && found.forms.is_empty());
            let says = format!("the card `{card}` has changed since: {word}");
            assert!(changed.message.starts_with(&says), "{}", changed.message);
            assert!(accepted.diagnostics.iter().all(|found| !found.is_error()));
        }
    }
}

#[test]
fn a_bank_that_grows_or_gives_cards_other_names_prints_the_same_forms() {
    let (lock, forms) = lock_of(&bank(&one_of_each()), BLUEPRINT);
    let grown = card("new", "cloze", "") + &one_of_each() + &card("newer", "essay", "");
    let grown = grown.replace("id = \"long\"", "id = \"longer\"\nwas = [\"long\"]");
    let bank = bank(&grown);
    let again = lock.again(&bank, &read(BLUEPRINT), false).expect("no pictures");
    let said: Vec<&str> = again.diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(
        said,
        ["the card `long` is called `longer` now, and the answer key prints that: form A item 3, form B item 3"]
    );
    assert_eq!(again.forms.len(), forms.len());
    for (then, now) in forms.iter().zip(&again.forms) {
        let moved = |form: &Form| form.items().map(|(_, item)| (item.points, item.order.clone())).collect::<Vec<_>>();
        assert_eq!(moved(then), moved(now));
        // One card stands before all of these.
        assert!(then.items().zip(now.items()).all(|((_, then), (_, now))| then.card + 1 == now.card));
    }
    let earlier = lock.forms_in(&bank);
    assert_eq!(earlier.len(), 2);
    assert_eq!(earlier[0].1, again.forms[0].items().map(|(_, item)| item.card).collect::<Vec<_>>());
}

#[test]
fn a_lock_that_was_edited_is_damaged_at_its_places() {
    let (lock, _) = lock_of(&bank(&one_of_each()), BLUEPRINT);
    let text = lock.to_toml();
    let with = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    };
    let said = |text: &str| parse(text).expect_err("a damaged lock");
    let first =
        |text: &str| said(text).lines().next().unwrap_or_default().split("; ").next().unwrap_or_default().to_owned();
    insta::assert_snapshot!(
        [
            first("<<<<<<< ours\n"),
            first(&with("version = 1", "version = 2")),
            first(&with("version = 1", "version = \"1\"")),
            first(&with("exam = \"期末 \\\"a\\\"\"", "exam = \"../a\"")),
            first(&with("name = \"B\"", "name = \"a\"")),
            first(&with("points = 1.5", "points = 1.3")),
            first(&with("options = \"", "options = \"A")),
            first(&with("card = \"gaps\"", "card = \"gap\"")),
            first(&with("card = \"gaps\"", "card = \"several\"")),
            first(&with("stem = \"", "stem = \"x")),
            first(&with("type = \"cloze\"", "type = \"clothes\"")),
            first(&with("paper = { name = \"a4\"", "paper = { nam = \"a4\"")),
        ]
        .join("\n"),
        @r"
    exam.lock:1:1: error[lock-damaged]: the lock is damaged: not valid TOML: a merge conflict is left here
    exam.lock:3:11: error[lock-damaged]: the lock is damaged: version 2 of the format, this program knows 1
    exam.lock:3:11: error[lock-damaged]: the lock is damaged: `version` in a lock of an exam is a string, expected a whole number
    exam.lock:6:8: error[lock-damaged]: the lock is damaged: `../a` is not the name of an exam
    exam.lock:32:8: error[lock-damaged]: the lock is damaged: two forms with the name `a`
    exam.lock:18:34: error[lock-damaged]: the lock is damaged: `points` is 1.3
    exam.lock:18:49: error[lock-damaged]: the lock is damaged: `ABACD` is not an order of options
    exam.lock:23:5: error[lock-damaged]: the lock is damaged: `gap` is not among its [cards]
    exam.lock:23:5: error[lock-damaged]: the lock is damaged: `several` stands twice on form A
    exam.lock:51:19: error[lock-damaged]: the lock is damaged: `xa8b6b01fc2736aa2` is not a hash
    exam.lock:21:8: error[lock-damaged]: the lock is damaged: `type` in a [[form.section]] is `clothes`
    exam.lock:10:11: error[lock-damaged]: the lock is damaged: unknown field `nam` in `paper`
    "
    );
    // Good as a file, but no exam: a section more than the blueprint has.
    let bank = bank(&one_of_each());
    let again = lock.again(&bank, &blueprint(5, "AB", &[("cloze", 1, 1)]), true).expect("no pictures");
    assert!(again.forms.is_empty());
    assert!(again.diagnostics.iter().all(|found| found.code == Code::LockDamaged), "{:?}", again.diagnostics);
}

proptest::proptest! {
    /// Whatever happens to a lock on the way, it is read or said to be damaged; and what is read prints no more than it says.
    #[test]
    fn a_lock_that_was_cut_or_scrambled_is_read_or_said_to_be_damaged(
        at in 0..2000_usize,
        length in 0..60_usize,
        put in "[A-Z0-9a-z\"'\\[\\]{}=,.\n -]{0,4}",
    ) {
        let bank = bank(&one_of_each());
        let mut text = lock_of(&bank, BLUEPRINT).0.to_toml();
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text.ceil_char_boundary((start + length).min(text.len()));
        text.replace_range(start..end, &put);
        if let Ok(lock) = parse(&text) {
            let again = lock.again(&bank, &read(BLUEPRINT), true).expect("no pictures");
            proptest::prop_assert!(again.forms.is_empty() || again.forms.len() == lock.forms.len());
            for (_, item) in again.forms.iter().flat_map(Form::items) {
                let options = match &bank.cards[item.card].body {
                    crate::card::Body::Choice(choice) => choice.options.len(),
                    _ => 0,
                };
                proptest::prop_assert_eq!(item.order.len(), options);
            }
        }
    }
}
