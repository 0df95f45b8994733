//! The deck as a learner's Anki gets it: the rows of the package, read back with SQLite.
//!
//! What Anki's own importer makes of them is for `tests/oracles/anki_import.py`.

#[path = "anki/branches.rs"]
mod branches;

use cardpress::bank::{Bank, Media};
use cardpress::card::CardId;
use cardpress::diag::Code;
use cardpress::diag::render::{Format, render};
use cardpress::export::anki::{self, Advice, DeckPlan, Left, MediaDigests, NoteTypes, PackageError, Planner, package};
use cardpress::lock::Lock;
use cardpress::source::Sources;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::ops::Deref;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;
use zip::ZipArchive;

/// Unix time of the first build.
const FIRST: i64 = 1_700_000_000;

/// A bank that covers every card type, with a picture whose name is not in NFC.
const SAMPLE: [(&str, &str); 3] = [
    ("bank.toml", include_str!("anki/bank.toml")),
    ("ch01.toml", include_str!("anki/ch01.toml")),
    ("ch02.toml", include_str!("anki/ch02.toml")),
];
const PICTURE: &str = "cafe\u{301} 图.png";

/// Writes the sample with its texts changed by `edit` and reads it as a bank.
fn bank(edit: impl Fn(&str) -> String) -> Bank {
    bank_of(SAMPLE.map(|(name, text)| (name, edit(text))))
}

/// Writes files and the picture, and reads them as a bank.
fn bank_of<const N: usize>(files: [(&str, String); N]) -> Bank {
    let folder = TempDir::new().expect("a temporary folder");
    write(folder.path(), "media/", b"");
    for (name, text) in files {
        write(folder.path(), name, text.as_bytes());
    }
    write(folder.path(), &format!("media/{PICTURE}"), b"\x89PNG");
    let loaded = Bank::load(folder.path()).expect("a readable folder");
    let messages: String = loaded.diagnostics.iter().map(|one| render(one, &loaded.sources, Format::Short)).collect();
    loaded.bank.unwrap_or_else(|| panic!("the files are a bank:\n{messages}"))
}

#[expect(clippy::disallowed_methods, reason = "a fixture")]
fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
    if !name.ends_with('/') {
        std::fs::write(path, bytes).expect("a writable folder");
    }
}

fn id(text: &str) -> CardId {
    CardId::new(text).expect("a valid id")
}

fn sample() -> Bank {
    bank(str::to_owned)
}

fn media() -> Vec<Media> {
    vec![Media { name: PICTURE.to_owned(), bytes: b"\x89PNG".to_vec() }]
}

/// A deck: its plan and its package.
struct Built<'b> {
    plan: DeckPlan<'b>,
    package: Vec<u8>,
}

impl<'b> Deref for Built<'b> {
    type Target = DeckPlan<'b>;

    fn deref(&self) -> &DeckPlan<'b> {
        &self.plan
    }
}

static DIGESTS: LazyLock<MediaDigests> = LazyLock::new(|| MediaDigests::of(&media()));

/// The plan of a deck with that picture.
fn plan<'b>(bank: &'b Bank, lock: &Lock, types: &'b NoteTypes, now: i64) -> DeckPlan<'b> {
    anki::plan(bank, lock, types, &DIGESTS, now)
}

/// As [`plan`], with its package.
fn built<'b>(bank: &'b Bank, lock: &Lock, types: &'b NoteTypes, now: i64) -> Built<'b> {
    let (plan, package) = pack(&Planner::new(bank, lock, types, &DIGESTS, now), &media()).expect("a package");
    Built { plan, package }
}

fn pack<'b>(planner: &Planner<'b, '_>, media: &[Media]) -> Result<(DeckPlan<'b>, Vec<u8>), PackageError> {
    let mut bytes = Vec::new();
    let (plan, _) = package(planner, media, &mut bytes)?;
    Ok((plan, bytes))
}

/// A package opened.
struct Opened {
    /// The entries of the zip but for the collection.
    entries: BTreeMap<String, Vec<u8>>,
    collection: Connection,
    /// Keeps the file of the collection.
    _folder: TempDir,
}

fn open(bytes: Vec<u8>) -> Opened {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut entries = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("a whole entry");
        let name = entry.name().expect("a name in UTF-8").into_owned();
        entries.insert(name, content);
    }
    let folder = TempDir::new().expect("a temporary folder");
    let collection = entries.remove("collection.anki2").expect("a collection");
    write(folder.path(), "collection.anki2", &collection);
    let collection = Connection::open(folder.path().join("collection.anki2")).expect("an SQLite file");
    Opened { entries, collection, _folder: folder }
}

impl Opened {
    fn json(&self, column: &str) -> Value {
        let text: String =
            self.collection.query_row(&format!("SELECT {column} FROM col"), [], |row| row.get(0)).expect("a column");
        serde_json::from_str(&text).expect("JSON")
    }

    /// The times of the notes by the field Id.
    fn times(&self) -> BTreeMap<String, i64> {
        let mut query = self.collection.prepare("SELECT flds, mod FROM notes").expect("a table");
        let rows = query.query_map([], |row| {
            let fields: String = row.get(0)?;
            Ok((fields.split('\u{1f}').next().unwrap_or_default().to_owned(), row.get(1)?))
        });
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    }

    /// All that a learner has of it, as text.
    fn readable(&self) -> String {
        let mut out = String::new();
        let names: Value = serde_json::from_slice(&self.entries["media"]).expect("JSON");
        let _ = writeln!(out, "media {names}");
        let decks = self.json("decks");
        let mut names: Vec<String> =
            entries(&decks).map(|deck| format!("deck {} {}", deck["name"], deck["desc"])).collect();
        names.sort();
        let _ = writeln!(out, "{}", names.join("\n"));
        let models = self.json("models");
        let mut query = self
            .collection
            .prepare(
                "SELECT n.id, n.guid, n.mid, n.mod, n.tags, n.flds, n.sfld, n.csum, min(c.due) FROM notes n
                 JOIN cards c ON c.nid = n.id GROUP BY n.id ORDER BY min(c.due)",
            )
            .expect("the tables");
        let mut rows = query.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let text = |column: usize| row.get::<_, String>(column).expect("text");
            let number = |column: usize| row.get::<_, i64>(column).expect("a number");
            let model = &models[number(2).to_string()];
            let _ = writeln!(out, "\n{} {} mod {}", model["name"].as_str().unwrap_or_default(), text(1), number(3));
            let fields = text(5);
            let labels = model["flds"].as_array().expect("fields").iter().map(|field| field["name"].as_str());
            for (label, value) in labels.zip(fields.split('\u{1f}')).filter(|(_, value)| !value.is_empty()) {
                let _ = writeln!(out, "  {}: {value}", label.unwrap_or_default());
            }
            let _ = writeln!(out, "  tags:{}", text(4).trim_end());
            let _ = writeln!(out, "  sfld: {} csum: {}", text(6), number(7));
            let cards = self
                .collection
                .prepare("SELECT ord, did, due FROM cards WHERE nid = ? ORDER BY ord")
                .and_then(|mut query| {
                    query
                        .query_map([number(0)], |card| {
                            let deck: i64 = card.get(1)?;
                            Ok(format!(
                                "  card {} due {} in {}",
                                card.get::<_, i64>(0)?,
                                card.get::<_, i64>(2)?,
                                decks[deck.to_string()]["name"]
                            ))
                        })?
                        .collect::<Result<Vec<_>, _>>()
                })
                .expect("cards");
            let _ = writeln!(out, "{}", cards.join("\n"));
        }
        out
    }
}

fn entries(object: &Value) -> impl Iterator<Item = &Value> {
    object.as_object().expect("an object").values()
}

#[test]
fn a_deck_of_every_card_type() {
    let (bank, types) = (sample(), NoteTypes::builtin());
    let plan = built(&bank, &Lock::default(), &types, FIRST);
    let rows = open(plan.package.clone()).readable();
    insta::with_settings!({ snapshot_path => "anki" }, { insta::assert_snapshot!(rows) });
}

#[test]
fn two_builds_are_byte_identical_whatever_the_time_and_the_threads() {
    let (bank, types) = (sample(), NoteTypes::builtin());
    let first = built(&bank, &Lock::default(), &types, FIRST);
    let bytes = first.package.clone();
    let again = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread").install(|| {
        let again = built(&bank, &first.lock(), &types, FIRST + 999_999);
        assert_eq!(again.lock().to_toml(), first.lock().to_toml());
        assert_eq!(again.changes, cardpress::export::anki::Changes::default());
        again.package.clone()
    });
    assert!(bytes == again, "the same content gave other bytes");
    let anew = built(&bank, &Lock::default(), &types, FIRST + 1).package;
    assert!(bytes != anew, "without the lock every note is new");
}

#[test]
fn an_edit_moves_the_time_of_its_note_and_of_no_other() {
    let (bank_before, types) = (sample(), NoteTypes::builtin());
    let before = built(&bank_before, &Lock::default(), &types, FIRST);
    let edited = bank(|text| text.replace("静态的词向量", "固定的词向量"));
    let after = built(&edited, &before.lock(), &types, FIRST + 500);
    assert_eq!((after.changes.added, after.changes.changed), (0, 1));

    let (times, then) = (open(after.package.clone()).times(), open(before.package.clone()).times());
    let moved: Vec<_> = times.iter().filter(|(id, time)| then[*id] != **time).collect();
    assert_eq!(moved, [(&"nlp/elmo".to_owned(), &(FIRST + 500))]);
    // Back to the old text: forward in time all the same, or Anki would keep the edited one.
    let back = built(&bank_before, &after.lock(), &types, FIRST);
    assert_eq!(open(back.package.clone()).times()["nlp/elmo"], FIRST + 501);
}

#[test]
fn other_tags_are_a_change_and_another_place_in_the_file_is_none() {
    let types = NoteTypes::builtin();
    let base = sample();
    let before = plan(&base, &Lock::default(), &types, FIRST);
    let tagged = bank(|text| text.replace("tags = [\"ELMo\"]", "tags = [\"ELMo\", \"期末\"]"));
    assert_eq!(plan(&tagged, &before.lock(), &types, FIRST + 1).changes.changed, 1);
    let spaced = bank(|text| text.replace("[[card]]", "# a remark\n\n[[card]]"));
    assert_eq!(plan(&spaced, &before.lock(), &types, FIRST + 1).changes.changed, 0);
}

#[test]
fn a_new_style_moves_the_note_types_and_no_note() {
    let (base, types) = (sample(), NoteTypes::builtin());
    let before = plan(&base, &Lock::default(), &types, FIRST);
    let own = |file: &str| (file == "style.css").then(|| ".card { color: teal }".to_owned());
    let styled = NoteTypes::with_templates(own).expect("a style sheet");
    let after = built(&base, &before.lock(), &styled, FIRST + 7);
    assert_eq!((after.changes.changed, after.changes.note_types.len()), (0, 5));
    let models = open(after.package.clone()).json("models");
    assert!(entries(&models).all(|model| model["mod"] == FIRST + 7 && model["css"] == ".card { color: teal }"));
}

#[test]
fn what_anki_will_not_do_is_reported_with_the_search_that_finds_it() {
    let (base, types) = (sample(), NoteTypes::builtin());
    let before = plan(&base, &Lock::default(), &types, FIRST);
    let changed = bank(|text| {
        text.replace("id = \"judge\"\n", "id = \"judge\"\ndeck = false\n")
            .replace("title = \"预备\"", "title = \"预备知识\"")
    });
    let after = plan(&changed, &before.lock(), &types, FIRST + 1);
    let deck = |name: &str| format!("自然语言处理::{name}");
    assert_eq!(
        after.advice(),
        [
            Advice::RenameDeck { from: deck("预备"), to: deck("预备知识") },
            Advice::Delete {
                cards: vec![id("judge")],
                why: Left::Gone,
                before_import: false,
                search: "Id:nlp/judge".to_owned()
            }
        ]
    );

    // A card that goes to the other chapter.
    let moved = bank(move_judge);
    let after = plan(&moved, &before.lock(), &types, FIRST + 1);
    let to = deck("预备");
    assert_eq!(after.advice(), [Advice::Move { cards: vec![id("judge")], to, search: "Id:nlp/judge".to_owned() }]);
    assert_eq!((after.changes.vanished.len(), after.changes.added), (0, 0));
}

/// The sample with a card renamed, by what stands for its id.
fn renamed(from: &str, to: &str) -> Bank {
    bank(|text| text.replace(&format!("id = \"{from}\"\n"), &format!("{to}\n")))
}

/// The GUIDs of the notes by the field Id.
fn guids(plan: &DeckPlan<'_>) -> BTreeMap<String, String> {
    plan.notes_with_text().map(|note| (note.content.fields[0].clone(), note.guid)).collect()
}

#[test]
fn a_renamed_card_is_the_same_note_whoever_remembers_its_name() {
    let (base, types) = (sample(), NoteTypes::builtin());
    let before = plan(&base, &Lock::default(), &types, FIRST);
    let guid = &guids(&before)["nlp/judge"];

    let once = renamed("judge", "id = \"verdict\"\nwas = [\"judge\"]");
    let first = plan(&once, &before.lock(), &types, FIRST + 1);
    assert_eq!((first.changes.added, first.changes.changed, first.advice()), (0, 1, vec![]));
    assert_eq!(guids(&first)["nlp/verdict"], *guid);
    assert_eq!(
        first.notes.iter().map(|note| note.id).collect::<Vec<_>>(),
        before.notes.iter().map(|note| note.id).collect::<Vec<_>>()
    );
    // Without any lock too: the card says it all.
    assert_eq!(guids(&plan(&once, &Lock::default(), &types, FIRST))["nlp/verdict"], *guid);

    // Renamed again, and the oldest name is no longer said: the lock still knows it.
    for text in ["id = \"again\"\nwas = [\"verdict\"]", "id = \"verdict\""] {
        let later = renamed("judge", text);
        let second = plan(&later, &first.lock(), &types, FIRST + 2);
        let codes: Vec<Code> = second.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!((codes, second.advice()), (vec![Code::WasForgotten], vec![]), "{text}");
        assert!(guids(&second).values().any(|other| other == guid), "{text}");
        assert_eq!(guids(&plan(&later, &second.lock(), &types, FIRST + 3)), guids(&second), "{text}");
    }
    // And back to the first name.
    let back = plan(&base, &first.lock(), &types, FIRST + 2);
    assert_eq!((guids(&back), back.advice(), back.diagnostics.len()), (guids(&before), vec![], 0));
}

#[test]
fn a_name_that_was_said_too_late_moves_the_note_and_its_time() {
    let (base, types) = (sample(), NoteTypes::builtin());
    let before = plan(&base, &Lock::default(), &types, FIRST + 50);
    let silent = renamed("judge", "id = \"verdict\"");
    let parted = plan(&silent, &before.lock(), &types, FIRST + 60);
    assert_ne!(guids(&parted)["nlp/verdict"], guids(&before)["nlp/judge"]);
    // The author sees that a note left, and says why. The clock went back meanwhile.
    let said = renamed("judge", "id = \"verdict\"\nwas = [\"judge\"]");
    let mended = plan(&said, &parted.lock(), &types, FIRST);
    assert_eq!(guids(&mended)["nlp/verdict"], guids(&before)["nlp/judge"]);
    assert!(mended.notes.iter().any(|note| note.stamp.modified == FIRST + 60), "later than what learners have");
    // Whoever took the parted deck has two notes of this id then, and no search tells them apart.
    let advice = mended.advice();
    assert!(
        matches!(&advice[..], [Advice::Delete { before_import: true, search, .. }] if search == "Id:nlp/verdict"),
        "{advice:?}"
    );
}

#[test]
fn a_card_of_another_type_is_a_new_note_and_the_old_one_is_found() {
    let (base, types) = (sample(), NoteTypes::builtin());
    let before = plan(&base, &Lock::default(), &types, FIRST);
    let retyped = bank(|text| {
        let text = text.replace("id = \"onehot\"\ntype = \"term\"", "id = \"onehot\"\ntype = \"basic\"");
        text.replace("id = \"one-way\"\ntype = \"basic\"", "id = \"one-way\"\ntype = \"term\"")
    });
    let after = plan(&retyped, &before.lock(), &types, FIRST - 9);
    assert_eq!((after.changes.added, after.changes.changed), (2, 0));
    let (old, new) = (guids(&before), guids(&after));
    let parted: Vec<&str> = old.keys().filter(|id| old[*id] != new[*id]).map(String::as_str).collect();
    assert_eq!(parted, ["nlp/one-way", "nlp/onehot"]);
    let step = |card, other: &str| Advice::Delete {
        cards: vec![id(card)],
        why: Left::Retyped,
        before_import: false,
        search: format!("Id:nlp/{card} -\"note:{other}\""),
    };
    assert_eq!(after.advice(), [step("onehot", "Cardpress Q&A"), step("one-way", "Cardpress Term")]);
    // And back: the note that learners may still have is the one that is meant again, with a later time than ever.
    let back = plan(&base, &after.lock(), &types, FIRST);
    assert_eq!(guids(&back), old);
    let times = |plan: &DeckPlan<'_>| plan.notes.iter().map(|note| note.stamp.modified).collect::<Vec<_>>();
    assert!(times(&back).iter().zip(times(&before)).any(|(now, then)| *now > then + 1));
    // A choice that becomes one of several is of one note type all the while.
    let several = bank(|text| {
        text.replace("id = \"elmo\"\ntype = \"single-choice\"", "id = \"elmo\"\ntype = \"multiple-choice\"")
            .replace("key = \"B\"", "key = \"BC\"")
    });
    let after = plan(&several, &before.lock(), &types, FIRST);
    assert_eq!((after.changes.added, after.changes.changed, after.advice()), (0, 1, vec![]));
}

#[test]
fn a_name_without_capitals_does_not_find_the_one_with_them() {
    let types = NoteTypes::builtin();
    let (upper, lower) = (renamed("elmo", "id = \"ELMo\""), sample());
    let before = plan(&upper, &Lock::default(), &types, FIRST);
    let after = plan(&lower, &before.lock(), &types, FIRST);
    let advice = after.advice();
    assert!(
        matches!(&advice[..], [Advice::Delete { search, .. }] if search == "\"Id:re:(?-i)^nlp/(ELMo)$\""),
        "{advice:?}"
    );
}

#[test]
fn what_the_other_side_of_a_merge_has_is_advised_on_too() {
    let (base, types) = (sample(), NoteTypes::builtin());
    let before = plan(&base, &Lock::default(), &types, FIRST);
    let (moved, retitled) = (bank(move_judge), bank(|text| text.replace("\"预备\"", "\"绪论\"")));
    let ours = plan(&moved, &before.lock(), &types, FIRST + 1).lock().to_toml();
    let theirs = plan(&retitled, &before.lock(), &types, FIRST + 2).lock().to_toml();
    let mut sources = Sources::default();
    let source = sources.add("cards.lock()", format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> topic\n"));
    let mut diagnostics = Vec::new();
    let lock = Lock::parse(&sources, source, &mut diagnostics).expect("a lock");
    assert_eq!(diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(), [Code::LockMerged]);

    // The merged bank: moved and retitled. Each side's learners lack what the other did.
    let both = bank(|text| move_judge(text).replace("\"预备\"", "\"绪论\""));
    let advice = plan(&both, &lock, &types, FIRST).advice();
    let deck = |name: &str| format!("自然语言处理::{name}");
    assert_eq!(
        advice,
        [
            Advice::RenameDeck { from: deck("预备"), to: deck("绪论") },
            Advice::Move { cards: vec![id("judge")], to: deck("绪论"), search: "Id:nlp/judge".to_owned() }
        ]
    );
}

/// Takes the card `judge` out of chapter 1 and puts it into chapter 2.
fn move_judge(text: &str) -> String {
    let (_, chapter) = SAMPLE[1];
    let start = chapter.find("[[card]]\nid = \"judge\"").expect("the card");
    let end = start + 1 + chapter[start + 1..].find("[[card]]").expect("one after it");
    let judge = &chapter[start..end];
    if text.contains(judge) {
        text.replace(judge, "")
    } else if text.contains("[[card]]") {
        format!("{text}\n{}", judge.replace("\"1.1\"", "\"0.1\""))
    } else {
        text.to_owned()
    }
}

#[test]
fn a_picture_has_one_name_in_the_field_and_in_the_package() {
    let (bank, types) = (sample(), NoteTypes::builtin());
    let plan = built(&bank, &Lock::default(), &types, FIRST);
    let opened = open(plan.package.clone());
    let names: BTreeMap<String, String> = serde_json::from_slice(&opened.entries["media"]).expect("JSON");
    assert_eq!(names, BTreeMap::from([("0".to_owned(), "caf\u{e9} 图.png".to_owned())]));
    assert_eq!(opened.entries["0"], b"\x89PNG");
    let shown: i64 = opened
        .collection
        .query_row("SELECT count(*) FROM notes WHERE flds LIKE '%src=\"caf\u{e9} 图.png\"%'", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(shown, 1);
    let twins = [media(), vec![Media { name: "Caf\u{e9} 图.PNG".to_owned(), bytes: vec![] }]].concat();
    let (lock, digests) = (Lock::default(), MediaDigests::of(&media()));
    let planner = Planner::new(&bank, &lock, &types, &digests, FIRST);
    assert!(matches!(pack(&planner, &twins), Err(PackageError::TwinMedia(..))));
}

#[test]
fn another_picture_makes_the_note_newer_that_shows_it() {
    let (bank, types) = (sample(), NoteTypes::builtin());
    let before = plan(&bank, &Lock::default(), &types, FIRST);
    let mut media = media();
    media[0].bytes.push(0);
    let digests = MediaDigests::of(&media);
    let lock = before.lock();
    let (after, package) = pack(&Planner::new(&bank, &lock, &types, &digests, FIRST + 500), &media).expect("a package");
    assert_eq!((after.changes.added, after.changes.changed), (0, 1));
    let times = open(package).times();
    let newer: Vec<&String> = times.iter().filter(|(_, time)| **time != FIRST).map(|(note, _)| note).collect();
    assert_eq!((newer, times["nlp/static"]), (vec![&"nlp/static".to_owned()], FIRST + 500));
}

#[test]
fn every_entry_of_the_package_has_a_date_that_there_is() {
    let (bank, types) = (sample(), NoteTypes::builtin());
    let package = built(&bank, &Lock::default(), &types, FIRST).package;
    let mut archive = ZipArchive::new(Cursor::new(package)).expect("a zip");
    assert_eq!(archive.len(), 3);
    for index in 0..archive.len() {
        let entry = archive.by_index(index).expect("an entry");
        let date = entry.last_modified().expect("a date");
        assert_eq!((date.year(), date.month(), date.day(), date.hour()), (1980, 1, 1, 0));
    }
}

#[test]
fn every_deck_names_a_preset_that_is_there() {
    let (bank, types) = (sample(), NoteTypes::builtin());
    let opened = open(built(&bank, &Lock::default(), &types, FIRST).package);
    let (decks, presets) = (opened.json("decks"), opened.json("dconf"));
    for deck in entries(&decks) {
        assert!(presets.get(deck["conf"].to_string()).is_some(), "{deck}");
    }
    let check: String = opened.collection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
    assert_eq!(check, "ok");
}
