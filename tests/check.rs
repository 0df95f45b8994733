//! One broken bank for each diagnostic code, and how what is wrong with it reads.
//!
//! A fixture is `tests/check/<code>.toml`, the cards of a chapter, or `tests/check/<code>/`, a whole bank. See `tests/README.md`.

use cardpress::bank::{Bank, Loaded};
use cardpress::diag::render::{Format, plain, render};
use cardpress::diag::{Code, any_error};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Codes whose fixtures come with the parts that report them.
const PENDING: &[Code] = &[Code::SectionShort, Code::Overfull, Code::LockDamaged];

const BANK: &str = "id = \"broken\"\ntitle = \"坏题库\"\nchapters = [\"ch01\"]\n";
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
    fs::write(folder.join("bank.toml"), BANK).expect("a writable target folder");
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

fn code_of(fixture: &Path) -> String {
    fixture.file_stem().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn every_code_has_a_fixture_and_every_fixture_a_code() {
    let named: Vec<String> = fixtures().iter().map(|fixture| code_of(fixture)).collect();
    let codes = Code::ALL.iter().filter(|code| !PENDING.contains(code)).map(|code| code.name().to_owned());
    assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), codes.collect());
}

#[test]
fn every_fixture_reports_its_code_and_nothing_else() {
    let mut strays = String::new();
    for fixture in fixtures() {
        let code = code_of(&fixture);
        let (loaded, folder) = load(&fixture);
        let human = text(&loaded, &folder, Format::Human);
        let found: BTreeSet<&str> = loaded.diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect();
        if found != BTreeSet::from([code.as_str()]) {
            strays += &format!("# {code}\n{human}");
        }
        assert_eq!(
            loaded.bank.is_none(),
            any_error(&loaded.diagnostics),
            "{code}: an error makes no bank, a warning does"
        );
        assert_snapshot(&code, &human);
    }
    assert!(strays.is_empty(), "fixtures that report something else:\n{strays}");
}
