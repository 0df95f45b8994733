//! One broken bank for each diagnostic code, and how what is wrong with it reads.
//!
//! A fixture is `tests/check/<code>.toml`, the cards of a chapter, or `tests/check/<code>/`, a whole bank. See `tests/README.md`.

#![expect(clippy::disallowed_methods, reason = "fixtures are written and read here")]

use cardpress::bank::{Bank, Loaded};
use cardpress::diag::render::{Format, plain, render};
use cardpress::diag::rules::Rule;
use cardpress::diag::{Code, any_error};
use cardpress::lint::lint;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BANK: &str = "id = \"broken\"\ntitle = \"坏题库\"\nchapters = [\"ch01\"]\n";
/// Put into the bank of a fixture of a rule on items, unless it is about these: so other fixtures need no explanations.
const WITHOUT: [&str; 2] = ["missing-explanation", "missing-source"];
/// Appended to a fixture that has none, so that its own lines keep their numbers.
const CHAPTER: &str = "
[chapter]
id = \"ch01\"
title = \"引言\"
section = [{ id = \"1.1\", title = \"四个发展阶段\" }, { id = \"1.2\", title = \"扩展法则\" }]
";

/// What a fixture gives, with the folder that its bank was put into.
fn load(fixture: &Path) -> (Loaded, PathBuf) {
    if fixture.is_dir() {
        let loaded = Bank::load(fixture).unwrap_or_else(|error| panic!("{}: {error}", fixture.display()));
        return (loaded, fixture.to_path_buf());
    }
    let text = fs::read(fixture).unwrap_or_else(|error| panic!("{}: {error}", fixture.display()));
    load_chapter(&fixture.file_stem().expect("a name").to_string_lossy(), &text)
}

/// A bank of one chapter.
fn load_chapter(name: &str, text: &[u8]) -> (Loaded, PathBuf) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check").join(name);
    fs::create_dir_all(&folder).expect("a writable target folder");
    let mut chapter = text.to_vec();
    if !text.windows(9).any(|window| window == b"[chapter]") {
        chapter.extend_from_slice(CHAPTER.as_bytes());
    }
    let off = WITHOUT.iter().filter(|rule| **rule != name).map(|rule| format!("{rule} = false\n"));
    let lint = if is_rule(name) { format!("[lint]\n{}", off.collect::<String>()) } else { String::new() };
    fs::write(folder.join("bank.toml"), format!("{BANK}{lint}")).expect("a writable target folder");
    fs::write(folder.join("ch01.toml"), chapter).expect("a writable target folder");
    let loaded = Bank::load(&folder).unwrap_or_else(|error| panic!("{name}: {error}"));
    (loaded, folder)
}

/// Every diagnostic in a format, with paths that start at `cards`.
fn text(loaded: &Loaded, folder: &Path, format: Format) -> String {
    let write = |diagnostic| match format {
        Format::Human => plain(diagnostic, &loaded.sources),
        _ => render(diagnostic, &loaded.sources, format),
    };
    let text: String = loaded.diagnostics.iter().map(write).collect();
    text.replace(&folder.to_string_lossy().replace('\\', "/"), "cards")
}

/// Compares with the snapshot beside the fixtures.
fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("check");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The fixtures, in the order of their names.
fn fixtures() -> Vec<PathBuf> {
    let entries = fs::read_dir("tests/check").expect("the fixtures");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.is_dir() || path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    paths
}

/// What is found when a fixture is read, drawn and as codes.
fn check(fixture: &Path) -> (String, BTreeSet<String>) {
    let (mut loaded, folder) = load(fixture);
    if let Some(bank) = loaded.bank.as_ref().filter(|_| is_rule(&code_of(fixture))) {
        loaded.diagnostics.extend(lint(bank, &loaded.sources));
    }
    let found = loaded.diagnostics.iter().map(|diagnostic| diagnostic.code.name().to_owned()).collect();
    let says = "an error makes no bank, a warning does";
    assert_eq!(loaded.bank.is_none(), any_error(&loaded.diagnostics), "{}: {says}", fixture.display());
    (text(&loaded, &folder, Format::Human), found)
}

/// The arguments that show what is wrong with a whole bank, where reading it does not.
fn verb(fixture: &Path) -> Option<&'static [&'static str]> {
    if fixture.join("exam/exam.lock").exists() {
        Some(&["exam", "--lock", "exam/exam.lock"])
    } else if fixture.join("exam/blueprint.toml").exists() {
        Some(&["exam", "--blueprint", "exam/blueprint.toml"])
    } else if fixture.join("cards.lock").exists() {
        Some(&["deck"])
    } else {
        None
    }
}

/// What is found when the program works on a fixture, which is the current folder.
fn run(fixture: &Path, arguments: &[&str]) -> (String, BTreeSet<String>) {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check/out");
    // A deck that is built with nothing but warnings writes its lock anew: into a copy.
    let lock = fixture.join("cards.lock");
    let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check").join(code_of(fixture)).join("cards.lock");
    let run = |format: &str| {
        if lock.exists() {
            fs::create_dir_all(written.parent().expect("a folder")).expect("a writable target folder");
            fs::copy(&lock, &written).expect("a lock");
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardpress"));
        command.current_dir(fixture).args(arguments).args(["--bank", ".", "--format", format]).arg("--out").arg(&out);
        if lock.exists() {
            command.arg("--lock").arg(&written);
        }
        command
            .env("NO_COLOR", "1")
            .env("FONTCONFIG_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fonts/fonts.conf"));
        command.output().expect("the program runs")
    };
    let codes = String::from_utf8(run("json").stdout).expect("UTF-8");
    let codes = codes.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a JSON object"));
    let codes = codes.filter(|line| line["kind"] == "diagnostic").map(|line| line["code"].as_str().map(str::to_owned));
    let human = String::from_utf8(run("human").stderr).expect("UTF-8");
    let human = human.replace(&*written.to_string_lossy(), "cards.lock");
    (human.replace(concat!(env!("CARGO_MANIFEST_DIR"), "/"), ""), codes.flatten().collect())
}

fn code_of(fixture: &Path) -> String {
    fixture.file_stem().expect("a name").to_string_lossy().into_owned()
}

/// Whether a code is a rule on items, which `check` alone asks.
fn is_rule(code: &str) -> bool {
    Code::from_name(code).and_then(Rule::of).is_some()
}

#[test]
fn every_code_has_a_fixture_and_every_fixture_a_code() {
    let named: Vec<String> = fixtures().iter().map(|fixture| code_of(fixture)).collect();
    let codes = Code::ALL.iter().map(|code| code.name().to_owned());
    assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), codes.collect());
}

#[test]
fn every_fixture_reports_its_code_and_nothing_else() {
    let mut strays = String::new();
    for fixture in fixtures() {
        let code = code_of(&fixture);
        if code == "machine-font" && !cfg!(target_os = "linux") {
            continue; // elsewhere a test cannot say which fonts the machine has
        }
        let (human, found) = match verb(&fixture) {
            Some(arguments) => run(&fixture, arguments),
            None => check(&fixture),
        };
        if found != BTreeSet::from([code.clone()]) {
            let _ = writeln!(strays, "# {code}\n{human}");
        }
        assert_snapshot(&code, &human);
    }
    assert!(strays.is_empty(), "fixtures that report something else:\n{strays}");
}

/// A paper on which something sticks out is worse than none.
#[test]
fn what_does_not_fit_the_page_is_not_written() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check/unwritten");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardpress"));
    command.current_dir("tests/check/overfull").args(["exam", "--blueprint", "exam/blueprint.toml", "--bank", "."]);
    let output = command.arg("--out").arg(&out).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(!out.exists(), "something was written");
}

/// Slips of several kinds, in one card and in several files.
fn many() -> (Loaded, PathBuf) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check/many");
    fs::create_dir_all(&folder).expect("a writable target folder");
    let bank = "id = \"broken\"\ntitle = \"坏题库\"\nchapters = [\"ch01\", \"ch02\"]\ncolour = \"red\"\n";
    let first = "
[[card]]
id = \"one\"
type = \"single-choice\"
section = \"1.1\"
difficulty = 7
stem = '公式 $\\nosuch$ 与 <b>粗</b> 的选项是（　　）。'
options = [\"甲\", \"甲\"]
key = \"C\"
enemies = [\"nobody\"]
";
    let second =
        "[chapter]\nid = \"ch02\"\ntitle = \"基础\"\nsection = []\n\n[[card]]\nid = \"one\"\ntype = \"essay\"\n";
    fs::write(folder.join("bank.toml"), bank).expect("a writable target folder");
    fs::write(folder.join("ch01.toml"), format!("{first}{CHAPTER}")).expect("a writable target folder");
    fs::write(folder.join("ch02.toml"), second).expect("a writable target folder");
    (Bank::load(&folder).expect("a bank"), folder)
}

#[test]
fn every_slip_of_a_run_is_reported_in_one_go() {
    let (loaded, folder) = many();
    assert_snapshot("many-short", &text(&loaded, &folder, Format::Short));
}

#[test]
fn programs_read_one_json_object_a_line() {
    let (loaded, folder) = many();
    let json = text(&loaded, &folder, Format::Json);
    for line in json.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("a line is a JSON object");
        assert_eq!(value["kind"], "diagnostic");
    }
    assert_snapshot("many-json", &json);
}

/// What an author's editor and system do to a file does not change what is found in it.
#[test]
fn windows_files_are_read_and_located_as_any_other() {
    let text_of = |name: &str, bytes: &[u8]| {
        let (loaded, folder) = load_chapter(name, bytes);
        text(&loaded, &folder, Format::Human)
    };
    let unix = fs::read_to_string("tests/check/math-syntax.toml").expect("a fixture");
    let windows = format!("\u{feff}{}", unix.replace('\n', "\r\n"));
    assert_eq!(text_of("windows", windows.as_bytes()), text_of("unix", unix.as_bytes()));
}

mod whatever_the_input {
    use super::*;
    use proptest::prelude::*;

    /// Draws everything that was found, in every format: places must be drawable too.
    fn survives(name: &str, chapter: &[u8]) {
        let (mut loaded, folder) = load_chapter(name, chapter);
        let found = loaded.bank.as_ref().map(|bank| lint(bank, &loaded.sources));
        loaded.diagnostics.extend(found.into_iter().flatten());
        for format in [Format::Human, Format::Short, Format::Json] {
            text(&loaded, &folder, format);
        }
        for card in loaded.bank.iter().flat_map(|bank| &bank.cards) {
            for (_, text) in card.texts() {
                text.html();
            }
        }
    }

    /// Pieces that mean something, so that random texts get past the first check.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("**"),
            Just("*"),
            Just("_"),
            Just("$"),
            Just("$$"),
            Just("`"),
            Just("```\n"),
            Just("{{c1::"),
            Just("::"),
            Just("}}"),
            Just("{"),
            Just("}"),
            Just("\\"),
            Just("\\frac"),
            Just("\\sqrt"),
            Just("^"),
            Just("&amp;"),
            Just("<b>"),
            Just("\n"),
            Just("\n\n"),
            Just("- "),
            Just("1. "),
            Just("> "),
            Just("# "),
            Just("|"),
            Just("|--|\n"),
            Just("![a](media/"),
            Just(")"),
            Just("（　　）"),
            Just("（"),
            Just("“"),
            Just("模型"),
            Just("a b"),
            Just(" "),
            Just("\t"),
            Just("\u{0}"),
            Just("🤗"),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_as_a_file_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            survives("bytes", &bytes);
        }

        #[test]
        fn no_cut_and_no_swap_in_a_good_file_makes_it_panic(at in 0..6000_usize, length in 0..40_usize, put in "\\PC{0,4}|[\"'\\[\\]=\\n]{0,3}") {
            let chapter = fs::read_to_string("cards/ch01.toml").expect("the cards");
            let floor = |mut at: usize| { at = at.min(chapter.len()); while !chapter.is_char_boundary(at) { at -= 1 } at };
            let (start, end) = (floor(at), floor(at + length));
            survives("cut", format!("{}{put}{}", &chapter[..start], &chapter[end..8000.min(floor(8000))]).as_bytes());
        }

        #[test]
        fn no_text_of_a_field_makes_it_panic(text in prop_oneof![any::<String>(), pieces()], cloze: bool, literal: bool) {
            let (kind, field, rest) = if cloze { ("cloze", "text", "") } else { ("basic", "stem", "answer = \"答\"\n") };
            let value = if literal && !text.contains('\'') && !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
                format!("'''\n{text}'''")
            } else {
                toml_string(&text)
            };
            let chapter = format!("[[card]]\nid = \"a\"\ntype = \"{kind}\"\nsection = \"1.1\"\ndifficulty = 1\n{rest}{field} = {value}\n");
            survives("text", chapter.as_bytes());
        }
    }

    fn toml_string(text: &str) -> String {
        let escaped = text.chars().map(|character| match character {
            '"' | '\\' => format!("\\{character}"),
            _ if character.is_control() => format!("\\u{:04X}", u32::from(character)),
            _ => character.to_string(),
        });
        format!("\"{}\"", escaped.collect::<String>())
    }

    #[test]
    fn deep_and_long_texts_do_not_exhaust_the_stack() {
        let deep = 20_000;
        let texts = [
            "- ".repeat(deep) + "甲",
            "> ".repeat(deep) + "甲",
            "*a **b ".repeat(deep),
            "![".repeat(deep),
            format!("${}x{}$", "{".repeat(deep), "}".repeat(deep)),
            format!("${}x{}$", r"\frac{1}{".repeat(deep), "}".repeat(deep)),
            format!("${}x$", r"\sqrt".repeat(deep)),
            format!("${}x{}$", r"\left(".repeat(deep), r"\right)".repeat(deep)),
            format!("${}x$", "a_".repeat(deep)),
            format!("$x{}$", "'".repeat(deep)),
            format!("${}x{}$", r"\begin{matrix}".repeat(deep), r"\end{matrix}".repeat(deep)),
            "{{c1::".repeat(deep),
            "（".repeat(deep),
            "\n".repeat(deep) + "甲",
        ];
        for (number, text) in texts.iter().enumerate() {
            let chapter = format!(
                "[[card]]\nid = \"a\"\ntype = \"basic\"\nsection = \"1.1\"\ndifficulty = 1\nanswer = \"答\"\nstem = {}\n",
                toml_string(text)
            );
            survives(&format!("deep-{number}"), chapter.as_bytes());
        }
        survives("deep-toml", ("x = ".to_owned() + &"[".repeat(deep)).as_bytes());
    }
}
