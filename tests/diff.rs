//! What an import would do, told by [`diff`] from the plan of a deck and a package of an earlier one.
//!
//! What Anki does in truth is for the oracles; here stands what the program says of it, and that no bytes make it panic.

use cardpress::bank::{Bank, Media};
use cardpress::diag::render::{Format, render};
use cardpress::export::anki::diff::{Diff, Fate, MediaFate, diff};
use cardpress::export::anki::read::{OldPackage, ReadError};
use cardpress::export::anki::{self, DeckPlan, MediaDigests, NoteTypes, Planner, package};
use cardpress::lock::Lock;
use proptest::prelude::*;
use rusqlite::Connection;
use std::fmt::Write as _;
use std::io::{Cursor, Read, Write as _};
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Unix times of the first build and of the second.
const FIRST: i64 = 1_700_000_000;
const SECOND: i64 = FIRST + 100;

const SAMPLE: [(&str, &str); 3] = [
    ("bank.toml", include_str!("anki/bank.toml")),
    ("ch01.toml", include_str!("anki/ch01.toml")),
    ("ch02.toml", include_str!("anki/ch02.toml")),
];
const PICTURE: &str = "cafe\u{301} 图.png";
/// What is in it before it is edited.
const SAME: &[u8] = b"\x89PNG";

/// Writes the sample with its texts changed by `edit` and reads it as a bank.
fn bank(edit: impl Fn(&str) -> String) -> Bank {
    let folder = TempDir::new().expect("a temporary folder");
    write(&folder.path().join("media"), PICTURE, SAME);
    for (name, text) in SAMPLE {
        write(folder.path(), name, edit(text).as_bytes());
    }
    let loaded = Bank::load(folder.path()).expect("a readable folder");
    let messages: String = loaded.diagnostics.iter().map(|one| render(one, &loaded.sources, Format::Short)).collect();
    loaded.bank.unwrap_or_else(|| panic!("the sample is a bank:\n{messages}"))
}

#[expect(clippy::disallowed_methods, reason = "a fixture")]
fn write(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::create_dir_all(folder).expect("a writable folder");
    std::fs::write(folder.join(name), bytes).expect("a writable folder");
}

/// The sample with some of its texts replaced, each of which must be there.
fn edited(edits: &[(&str, &str)]) -> Bank {
    for (from, _) in edits {
        assert!(SAMPLE.iter().any(|(_, text)| text.contains(from)), "{from} is not in the sample");
    }
    bank(|text| edits.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)))
}

fn media(bytes: &[u8]) -> Vec<Media> {
    vec![Media { name: PICTURE.to_owned(), bytes: bytes.to_vec() }]
}

/// The plan of a deck with that picture.
fn plan<'b>(bank: &'b Bank, lock: &Lock, types: &'b NoteTypes, now: i64) -> DeckPlan<'b> {
    static DIGESTS: LazyLock<MediaDigests> = LazyLock::new(|| MediaDigests::of(&media(SAME)));
    anki::plan(bank, lock, types, &DIGESTS, now)
}

/// The package of the sample as it is, and the lock of its build.
static BEFORE: LazyLock<(Vec<u8>, Lock)> = LazyLock::new(|| {
    let (bank, types) = (bank(str::to_owned), NoteTypes::builtin());
    packed(&bank, &types, &media(SAME))
});

/// A package of a bank that has none before, and the lock of its build.
fn packed(bank: &Bank, types: &NoteTypes, media: &[Media]) -> (Vec<u8>, Lock) {
    let (lock, mut bytes) = (Lock::default(), Vec::new());
    let digests = MediaDigests::of(media);
    let planner = Planner::new(bank, &lock, types, &digests, FIRST);
    let (plan, _) = package(&planner, media, &mut bytes).expect("a package");
    (bytes, plan.lock())
}

fn open(package: &[u8]) -> Result<OldPackage<Cursor<&[u8]>>, ReadError> {
    OldPackage::read(Cursor::new(package))
}

/// What importing the deck of `bank` over the package `old` would do, as text.
fn told(bank: &Bank, lock: &Lock, types: &NoteTypes, picture: &[u8], old: &[u8], now: i64) -> String {
    let media = media(picture);
    let digests = MediaDigests::of(&media);
    let plan = anki::plan(bank, lock, types, &digests, now);
    let mut old = open(old).expect("a package");
    let diff = diff(&plan, &media, &mut old).expect("two decks to compare");
    readable(&diff, &plan, &old)
}

/// What importing the edited sample over the sample as it was would do.
fn told_of(edits: &[(&str, &str)]) -> String {
    told(&edited(edits), &BEFORE.1, &NoteTypes::builtin(), SAME, &BEFORE.0, SECOND)
}

fn readable<R>(diff: &Diff, plan: &DeckPlan<'_>, old: &OldPackage<R>) -> String {
    let id = |planned: usize| plan.bank().cards[plan.notes[planned].card].id.as_str();
    let mut out = format!("{} unchanged\n", diff.unchanged);
    for change in &diff.notes {
        let _ = writeln!(out, "{:?} {}", change.fate, id(change.planned));
        if let Some(moved) = &change.moved {
            let _ = writeln!(out, "  moved {} > {}", moved.from, plan.decks[moved.to].name);
        }
        if !change.cards_added.is_empty() || !change.cards_emptied.is_empty() {
            let _ = writeln!(out, "  cards +{:?} -{:?}", change.cards_added, change.cards_emptied);
        }
        let texts = Diff::texts(plan, old, change).expect("a sound package");
        if change.fate != Fate::Added {
            for field in &texts.fields {
                let _ = writeln!(out, "  {}: {} > {}", field.field, field.old, field.new);
            }
            if !texts.tags_added.is_empty() || !texts.tags_removed.is_empty() {
                let _ = writeln!(out, "  tags +{:?} -{:?}", texts.tags_added, texts.tags_removed);
            }
        }
    }
    for gone in &diff.gone {
        let _ = writeln!(out, "Gone {}{}", gone.id, if gone.replaced { ", replaced" } else { "" });
    }
    for change in &diff.note_types {
        let _ = writeln!(out, "{:?} {} {:?}", change.fate, change.name, change.parts);
    }
    for deck in &diff.renamed {
        let _ = writeln!(out, "renamed {} > {}", deck.from, deck.to);
    }
    for medium in &diff.media {
        let fate = match &medium.fate {
            MediaFate::Changed { shown, stale } => {
                let ids = |notes: &[usize]| notes.iter().map(|at| id(*at)).collect::<Vec<_>>().join(" ");
                format!("changed, new for [{}], old for [{}]", ids(shown), ids(stale))
            }
            other => format!("{other:?}"),
        };
        let _ = writeln!(out, "{} {fate}", medium.name);
    }
    if diff.held_until > 0 {
        let _ = writeln!(out, "held until {}", diff.held_until);
    }
    for (bank, notes) in &diff.foreign {
        let _ = writeln!(out, "{notes} of `{bank}`");
    }
    // A word joiner is not to be seen.
    out.replace('\u{2060}', "<wj>")
}

/// The package with its collection changed by SQL, under another name if Anki would have given it one.
fn rewritten(package: &[u8], entry: &str, sql: &str) -> Vec<u8> {
    let folder = TempDir::new().expect("a temporary folder");
    let mut archive = ZipArchive::new(Cursor::new(package)).expect("a zip");
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("an entry");
        let name = file.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes");
        if name == "collection.anki2" {
            write(folder.path(), "collection", &bytes);
            let path = folder.path().join("collection");
            Connection::open(&path).and_then(|collection| collection.execute_batch(sql)).expect(sql);
            out.start_file(entry, SimpleFileOptions::default()).expect("an entry");
            std::io::copy(&mut std::fs::File::open(path).expect("the file"), &mut out).expect("its bytes");
        } else {
            out.start_file(name, SimpleFileOptions::default()).expect("an entry");
            out.write_all(&bytes).expect("its bytes");
        }
    }
    out.finish().expect("a zip").into_inner()
}

#[test]
fn the_deck_itself_changes_nothing() {
    insta::assert_snapshot!(told_of(&[]), @r"
    10 unchanged
    ");
}

#[test]
fn an_edit_is_told_field_by_field() {
    let edits = [
        ("word2vec 给每个词一个固定的向量。", "word2vec 给每个词一个**固定**的向量。"),
        ("difficulty = 4\ntext", "difficulty = 5\ntext"),
        ("tags = [\"ELMo\"]", "tags = [\"ELMo\", \"LSTM\"]"),
    ];
    insta::assert_snapshot!(told_of(&edits), @r#"
    7 unchanged
    Updated elmo
      tags +["LSTM"] -[]
    Updated judge
      Stem: word2vec 给每个词一个固定的向量。 > word2vec 给每个词一个<strong>固定</strong>的向量。
    Updated gap
      Difficulty: 4 > 5
      tags +["难度::5"] -["难度::4"]
    "#);
}

#[test]
fn cards_come_and_go_with_deletions_and_reversals() {
    let edits = [
        ("再经 {{c1::softmax}}", "再经 softmax，{{c5::稳定}}"),
        ("reversed = true", "reversed = false"),
        ("answer = \"1\"", "answer = \"1\"\nreversed = true"),
    ];
    insta::assert_snapshot!(told_of(&edits), @r"
    7 unchanged
    Updated gap
      cards +[4] -[0]
      Text: 注意力的权重除以 {{c2::\( \sqrt{d_{k} } \)::缩放}}，再经 {{c1::softmax}}；{{c2::缩放}}写作 <code>{<wj>{c3::x}}</code>。 > 注意力的权重除以 {{c2::\( \sqrt{d_{k} } \)::缩放}}，再经 softmax，{{c5::稳定}}；{{c2::缩放}}写作 <code>{<wj>{c3::x}}</code>。
    Updated abbreviation
      cards +[] -[1]
      Reversed: 1 > 
    Updated one-way
      cards +[1] -[]
      Reversed:  > 1
    ");
}

#[test]
fn notes_are_added_moved_and_gone_and_decks_renamed() {
    let edits = [
        ("id = \"one-way\"", "id = \"probability\""),
        ("title = \"预备\"", "title = \"预备知识\""),
        ("id = \"judge\"\ntype = \"true-false\"", "id = \"judge\"\ndeck = false\ntype = \"true-false\""),
    ];
    insta::assert_snapshot!(told_of(&edits), @r#"
    4 unchanged
    Updated abbreviation
      Chapter: 预备 > 预备知识
      tags +["章节::预备知识"] -["章节::预备"]
    Added probability
    Updated why
      Chapter: 预备 > 预备知识
      tags +["章节::预备知识"] -["章节::预备"]
    Updated count
      Chapter: 预备 > 预备知识
      tags +["章节::预备知识"] -["章节::预备"]
    Updated discuss
      Chapter: 预备 > 预备知识
      tags +["章节::预备知识"] -["章节::预备"]
    Gone judge
    Gone one-way
    renamed 自然语言处理::预备 > 自然语言处理::预备知识
    "#);

    // The package of a learner has other ids of decks: the names tell them. They moved a card themselves.
    let own = rewritten(
        &BEFORE.0,
        "collection.anki21",
        "UPDATE col SET decks = json_insert(replace(decks, '\"id\"', '\"was\"'), '$.77', json('{\"name\": \"我的\"}'));
         UPDATE cards SET did = 77 WHERE nid = (SELECT id FROM notes WHERE flds LIKE 'nlp/elmo%');
         UPDATE notes SET tags = ' 重点 ELMo 章节::第1章 小节::1.1 难度::2 题型::单项选择题 ' WHERE flds LIKE 'nlp/elmo%'",
    );
    let same = edited(&[]);
    insta::assert_snapshot!(told(&same, &BEFORE.1, &NoteTypes::builtin(), SAME, &own, SECOND), @r"
    10 unchanged
    Unchanged elmo
      moved 我的 > 自然语言处理::第1章 词的表示
    ");
}

#[test]
fn among_thousands_each_note_is_found() {
    let texts = |from: usize, changed: usize| {
        let head =
            "[chapter]\nid = \"ch01\"\ntitle = \"数\"\nnumber = 1\n[[chapter.section]]\nid = \"1.1\"\ntitle = \"数\"\n";
        (from..2600).fold(head.to_owned(), |mut text, number| {
            // Their neighbours change places, so that a note is now before, now after the place it is looked for.
            let number = if from > 0 { number ^ 1 } else { number };
            let answer = if number == changed { "别的" } else { "答" };
            let head = format!("[[card]]\nid = \"n{number}\"\ntype = \"basic\"\nsection = \"1.1\"\ndifficulty = 1");
            let _ = writeln!(text, "{head}\nstem = \"第{number}\"\nanswer = \"{answer}\"");
            text
        })
    };
    let head = SAMPLE[0].1.replace(", \"ch02\"", "");
    let bank = |chapter: &str| {
        let folder = TempDir::new().expect("a temporary folder");
        write(folder.path(), "bank.toml", head.as_bytes());
        write(folder.path(), "ch01.toml", chapter.as_bytes());
        Bank::load(folder.path()).expect("a readable folder").bank.expect("a bank")
    };
    let (before, after, types) = (bank(&texts(0, 0)), bank(&texts(4, 1500)), NoteTypes::builtin());
    let (old, lock) = packed(&before, &types, &[]);
    let plan = plan(&after, &lock, &types, SECOND);
    let mut old = open(&old).expect("a package");
    let diff = diff(&plan, &[], &mut old).expect("two decks to compare");
    assert_eq!(
        readable(&diff, &plan, &old),
        "2595 unchanged\nUpdated n1500\n  Answer: 答 > 别的\nGone n0\nGone n1\nGone n2\nGone n3\n"
    );
}

#[test]
fn a_renamed_card_is_the_same_note_and_one_of_another_type_is_not() {
    let edits = [
        ("id = \"why\"", "id = \"smoothing\"\nwas = [\"why\"]"),
        ("id = \"one-way\"\ntype = \"basic\"", "id = \"one-way\"\ntype = \"term\""),
    ];
    insta::assert_snapshot!(told_of(&edits), @r"
    8 unchanged
    Added one-way
    Updated smoothing
      Id: nlp/why > nlp/smoothing
    Gone one-way, replaced
    ");
}

#[test]
fn what_anki_would_pass_over_is_held_back() {
    let bank = edited(&[("answer = \"1\"", "answer = \"一\""), ("再经 {{c1::softmax}}", "再经 {{c6::softmax}}")]);
    let style = |file: &str| (file == "style.css").then(|| ".card { color: red }".to_owned());
    let types = NoteTypes::with_templates(style).expect("sound templates");
    // The lock was lost, and the clock is where it was.
    let told = told(&bank, &Lock::default(), &types, SAME, &BEFORE.0, FIRST);
    insta::assert_snapshot!(told, @r#"
    8 unchanged
    HeldBack gap
      cards +[5] -[]
      Text: 注意力的权重除以 {{c2::\( \sqrt{d_{k} } \)::缩放}}，再经 {{c1::softmax}}；{{c2::缩放}}写作 <code>{<wj>{c3::x}}</code>。 > 注意力的权重除以 {{c2::\( \sqrt{d_{k} } \)::缩放}}，再经 {{c6::softmax}}；{{c2::缩放}}写作 <code>{<wj>{c3::x}}</code>。
    HeldBack one-way
      Answer: 1 > 一
    HeldBack Cardpress Q&A ["style"]
    HeldBack Cardpress Term ["style"]
    HeldBack Cardpress Cloze ["style"]
    HeldBack Cardpress Choice ["style"]
    HeldBack Cardpress Written ["style"]
    held until 1700000000
    "#);
}

#[test]
fn note_types_say_which_part_changes() {
    let own = |file: &str| (file == "qa.reversed.back.html").then(|| "{{Stem}}".to_owned());
    let types = NoteTypes::with_templates(own).expect("sound templates");
    insta::assert_snapshot!(told(&edited(&[]), &BEFORE.1, &types, SAME, &BEFORE.0, SECOND), @r#"
    10 unchanged
    Updated Cardpress Q&A ["Reversed, back"]
    "#);
}

#[test]
fn a_note_type_of_another_shape_is_a_conflict() {
    let old = rewritten(
        &BEFORE.0,
        "collection.anki2",
        "UPDATE col SET models = replace(models, '\"Rubric\"', '\"Points given\"');
         UPDATE notes SET mid = 1 WHERE flds LIKE 'nlp/judge%'",
    );
    insta::assert_snapshot!(told(&edited(&[("$55$", "$56$")]), &BEFORE.1, &NoteTypes::builtin(), SAME, &old, SECOND), @r#"
    6 unchanged
    Conflicting judge
    Conflicting why
      Rubric:  > <ol class="rubric"><li data-points="2"><span class="marks">2 分</span> 数据稀疏</li><li data-points="1.5"><span class="marks">1.5 分</span> 零概率使整句为零</li></ol>
      Points given: <ol class="rubric"><li data-points="2"><span class="marks">2 分</span> 数据稀疏</li><li data-points="1.5"><span class="marks">1.5 分</span> 零概率使整句为零</li></ol> > 
    Conflicting count
      Rubric:  > <ol class="rubric"><li data-points="8"><span class="marks">8 分</span> \( 56 \)</li></ol>
      Points given: <ol class="rubric"><li data-points="8"><span class="marks">8 分</span> \( 55 \)</li></ol> > 
    Conflicting discuss
      Rubric:  > <ol class="rubric"><li data-points="10"><span class="marks">10 分</span> 四个阶段</li></ol>
      Points given: <ol class="rubric"><li data-points="10"><span class="marks">10 分</span> 四个阶段</li></ol> > 
    Conflicting Cardpress Written ["fields"]
    "#);
}

#[test]
fn another_picture_makes_its_note_newer_and_reaches_it() {
    let types = NoteTypes::builtin();
    let told = |edits, picture: &[u8]| told(&edited(edits), &BEFORE.1, &types, picture, &BEFORE.0, SECOND);
    insta::assert_snapshot!(told(&[], b"\x89PNg"), @r"
    9 unchanged
    Updated static
      Media: café 图.png:0f4636c7 > café 图.png:56384abe
    café 图.png changed, new for [static], old for []
    ");
    // Longer and shorter.
    for bytes in [&b"\x89PNG and more"[..], b"\x89PN"] {
        let told = told(&[], bytes);
        assert!(told.contains("caf\u{e9} 图.png changed, new for [static], old for []"), "{told}");
    }
    let told = told(&[("下列属于静态词向量的有", "静态词向量有")], b"\x89PNg");
    assert!(told.contains("caf\u{e9} 图.png changed, new for [static], old for []"), "{told}");
}

#[test]
fn another_picture_does_not_reach_a_note_that_anki_passes_over() {
    // The lock was lost, and the clock is where it was.
    let told = told(&edited(&[]), &Lock::default(), &NoteTypes::builtin(), b"\x89PNg", &BEFORE.0, FIRST);
    insta::assert_snapshot!(told, @r"
    9 unchanged
    HeldBack static
      Media: café 图.png:0f4636c7 > café 图.png:56384abe
    café 图.png changed, new for [], old for [static]
    held until 1700000000
    ");
}

#[test]
fn a_picture_that_no_note_shows_is_unused() {
    let (bank, types) = (edited(&[("![两种结构](<media/cafe\u{301} 图.png>)", "")]), NoteTypes::builtin());
    let plan = plan(&bank, &BEFORE.1, &types, SECOND);
    let mut old = open(&BEFORE.0).expect("a package");
    let diff = diff(&plan, &[], &mut old).expect("two decks");
    assert_eq!(diff.media.len(), 1);
    assert_eq!((&*diff.media[0].name, &diff.media[0].fate), ("caf\u{e9} 图.png", &MediaFate::Unused));
}

#[test]
fn notes_of_others_are_counted_and_left_alone() {
    let sql = "UPDATE notes SET flds = replace(flds, 'nlp/', 'other/'), guid = 'x' || guid WHERE flds LIKE 'nlp/e%';
               UPDATE notes SET mid = 1, guid = 'y' || guid WHERE flds LIKE 'nlp/o%'";
    let old = rewritten(&BEFORE.0, "collection.anki2", sql);
    insta::assert_snapshot!(told(&edited(&[]), &BEFORE.1, &NoteTypes::builtin(), SAME, &old, SECOND), @r"
    7 unchanged
    Added elmo
    Added onehot
    Added one-way
    2 of ``
    1 of `other`
    ");

    // A whole package of another bank has nothing to do with this one.
    let types = NoteTypes::builtin();
    let bank = edited(&[("id = \"nlp\"", "id = \"other\"")]);
    let plan = plan(&bank, &Lock::default(), &types, SECOND);
    let mut old = open(&BEFORE.0).expect("a package");
    let diff = diff(&plan, &media(SAME), &mut old).expect("two decks");
    assert!(!diff.is_related(&plan));
    assert_eq!(diff.foreign.into_iter().collect::<Vec<_>>(), [("nlp".to_owned(), 10)]);
}

#[test]
fn what_is_no_package_says_why() {
    let error = |bytes: &[u8]| open(bytes).err().map_or_else(|| "read".to_owned(), |error| error.to_string());
    let (before, _) = &*BEFORE;
    let with = |entry, sql| error(&rewritten(before, entry, sql));
    let errors = [
        error(b""),
        error(b"[chapter]\nid = \"ch01\"\n"),
        error(&before[..before.len() / 2]),
        with("collection.anki21b", ""),
        with("something.else", ""),
        with("collection.anki2", "UPDATE col SET ver = 18"),
        with("collection.anki2", "DELETE FROM col"),
        with("collection.anki2", "UPDATE col SET models = '{'"),
        with("collection.anki2", "UPDATE col SET decks = '[]'"),
        with("collection.anki2", "UPDATE notes SET flds = x'ff00'"),
        with("collection.anki2", "UPDATE cards SET ord = -1"),
        with("collection.anki2", "ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS SELECT * FROM n"),
    ];
    insta::assert_snapshot!(errors.join("\n"), @r"
    it is not a package of Anki: invalid Zip archive: Could not find EOCD
    it is not a package of Anki: invalid Zip archive: Could not find EOCD
    it is not a package of Anki: invalid Zip archive: Could not find EOCD
    it is in Anki's newer format
    it is not a package of Anki: there is no collection in it
    its collection has version 18 of the tables, and version 11 is what can be read
    it is not a package of Anki: there is no collection in it
    it is damaged: its note types cannot be read: EOF while parsing an object at line 1 column 1
    it is damaged: its decks cannot be read: invalid type: sequence, expected a map at line 1 column 0
    it is damaged: its collection cannot be read: Invalid type
    it is damaged: its collection cannot be read: Integer -1 out of range at index 1
    it is not a package of Anki: there is no collection in it
    ");
}

/// A package whose collection alone is damaged: the zip around it is sound.
fn with_damaged_collection(damage: &[(usize, u8)]) -> Vec<u8> {
    static COLLECTION: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut archive = ZipArchive::new(Cursor::new(&*BEFORE.0)).expect("a zip");
        let mut bytes = Vec::new();
        archive.by_name("collection.anki2").expect("a collection").read_to_end(&mut bytes).expect("its bytes");
        bytes
    });
    let mut collection = COLLECTION.clone();
    damaged(&mut collection, damage);
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file("collection.anki2", SimpleFileOptions::default()).expect("an entry");
    out.write_all(&collection).expect("its bytes");
    out.finish().expect("a zip").into_inner()
}

fn damaged(bytes: &mut [u8], damage: &[(usize, u8)]) {
    for (at, value) in damage {
        let at = at % bytes.len();
        bytes[at] = *value;
    }
}

/// Whatever the bytes are: an error, or a comparison that can be told.
fn compare(package: &[u8]) {
    static AFTER: LazyLock<(Bank, NoteTypes)> =
        LazyLock::new(|| (edited(&[("answer = \"1\"", "answer = \"一\"")]), NoteTypes::builtin()));
    let Ok(mut old) = open(package) else { return };
    let plan = plan(&AFTER.0, &BEFORE.1, &AFTER.1, SECOND);
    if let Ok(diff) = diff(&plan, &media(SAME), &mut old) {
        for change in &diff.notes {
            let _ = Diff::texts(&plan, &old, change);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_to_a_package_never_panics(damage in prop::collection::vec(any::<(usize, u8)>(), 1..12), cut in 0..1_000_usize) {
        let mut bytes = BEFORE.0.clone();
        damaged(&mut bytes, &damage);
        bytes.truncate(bytes.len() - cut % bytes.len().min(500));
        compare(&bytes);
    }

    #[test]
    fn damage_to_a_collection_never_panics(damage in prop::collection::vec(any::<(usize, u8)>(), 1..40)) {
        compare(&with_damaged_collection(&damage));
    }
}
