//! Banks and blueprints for the tests of this folder, made from TOML as users write it.

use crate::bank::Bank;
use crate::blueprint::Blueprint;
use crate::source::Sources;
use std::fmt::Write as _;

/// A bank of one chapter with these `[[card]]` tables.
pub(crate) fn bank(cards: &str) -> Bank {
    let head = "[chapter]\nid = \"one\"\ntitle = \"第一\"\n[[chapter.section]]\nid = \"1.1\"\ntitle = \"甲\"\n";
    load(&[("one", format!("{head}{cards}"))])
}

/// A bank of two chapters, `one` with the sections `1.1` and `1.2`, `two` with `2.1` and `2.2`.
pub(crate) fn bank_of_two(one: &str, two: &str) -> Bank {
    let chapter = |id, number, cards| {
        let sections =
            format!("[{{ id = \"{number}.1\", title = \"甲\" }}, {{ id = \"{number}.2\", title = \"乙\" }}]");
        (id, format!("[chapter]\nid = \"{id}\"\ntitle = \"{id}\"\nsection = {sections}\n{cards}"))
    };
    load(&[chapter("one", 1, one), chapter("two", 2, two)])
}

fn load(chapters: &[(&str, String)]) -> Bank {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let names: Vec<&str> = chapters.iter().map(|(name, _)| *name).collect();
    write(&folder.path().join("bank.toml"), &format!("id = \"test\"\ntitle = \"测试\"\nchapters = {names:?}\n"));
    for (name, text) in chapters {
        write(&folder.path().join(format!("{name}.toml")), text);
    }
    let loaded = Bank::load(folder.path()).expect("a readable folder");
    loaded.bank.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

#[expect(clippy::disallowed_methods, reason = "a fixture")]
fn write(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).expect("a writable temporary folder");
}

/// A `[[card]]` of a type with lines of its own, and all that the type needs besides.
pub(crate) fn card(id: &str, kind: &str, lines: &str) -> String {
    let body = match kind {
        "single-choice" => {
            format!("stem = \"{id}（　　）。\"\noptions = [\"甲\", \"乙\", \"丙\", \"丁\"]\nkey = \"B\"")
        }
        "multiple-choice" => {
            format!("stem = \"{id}（　　）。\"\noptions = [\"甲\", \"乙\", \"丙\", \"丁\"]\nkey = \"AC\"")
        }
        "true-false" => format!("stem = \"{id}\"\nkey = false"),
        "cloze" => format!("text = \"{id}是{{{{c1::甲}}}}和{{{{c2::乙::提示}}}}。\""),
        "short-answer" | "essay" | "calculation" => {
            let points = if kind == "short-answer" { 3 } else { 8 };
            format!(
                "stem = \"{id}\"\nanswer = \"答\"\nrubric = [{{ points = 2, text = \"一\" }}, {{ points = {points}, text = \"二\" }}]"
            )
        }
        _ => format!("stem = \"{id}\"\nanswer = \"答\""),
    };
    format!("[[card]]\nid = \"{id}\"\ntype = \"{kind}\"\nsection = \"1.1\"\ndifficulty = 2\n{body}\n{lines}\n")
}

/// `count` cards of a type, named after it.
pub(crate) fn cards(kind: &str, count: usize) -> String {
    (0..count).map(|number| card(&format!("{kind}-{number}"), kind, "")).collect()
}

/// A blueprint with these sections of type, count and points (0: none given), and forms named by these letters.
pub(crate) fn blueprint(seed: u64, forms: &str, sections: &[(&str, usize, u32)]) -> Blueprint {
    let forms: Vec<String> = forms.chars().map(String::from).collect();
    let mut text = format!("[exam]\ntitle = \"考试\"\nminutes = 60\nseed = {seed}\nforms = {forms:?}\n");
    for (kind, count, points) in sections {
        let _ = write!(text, "[[section]]\ntype = \"{kind}\"\ncount = {count}\n");
        if *points > 0 {
            let _ = writeln!(text, "points = {points}");
        }
    }
    read(&text)
}

/// The blueprint in a text.
pub(crate) fn read(text: &str) -> Blueprint {
    let mut sources = Sources::default();
    let source = sources.add("exam.toml", text);
    let loaded = Blueprint::read(&sources, source);
    loaded.blueprint.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

/// A card as [`card`] makes it, elsewhere and of another difficulty.
pub(crate) fn card_of(section: &str, difficulty: u8, id: &str, kind: &str, lines: &str) -> String {
    let text = card(id, kind, lines);
    text.replace("section = \"1.1\"", &format!("section = \"{section}\""))
        .replace("difficulty = 2", &format!("difficulty = {difficulty}"))
}

/// A bank's text with a card of every type.
pub(crate) fn one_of_each() -> String {
    let choice = |id: &str, lines: &str| card(id, "single-choice", lines);
    [
        choice("plain", "bloom = \"apply\"\ntags = [\"甲\", \"b::c\"]\nsource = \"1.1\"\nexplanation = \"-1 不对。\""),
        choice("kept", "shuffle = false\npoints = 2\nenemies = [\"plain\"]"),
        card("several", "multiple-choice", "keep_last = 2"),
        card("statement", "true-false", "exam = false"),
        card("gaps", "cloze", ""),
        card("term", "term", "deck = false"),
        card("short", "short-answer", ""),
        card("long", "essay", ""),
        card("sum", "calculation", "extra = \"又\""),
        card("asked", "basic", "reversed = true"),
    ]
    .concat()
}
