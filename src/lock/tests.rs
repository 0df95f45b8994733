//! Locks written and read back, damaged and merged.

use super::*;

fn id(text: &str) -> CardId {
    CardId::new(text).expect("a valid id")
}

fn stamp(content: &str, modified: i64) -> Stamp {
    Stamp { hash: ContentHash::of([content]), modified }
}

fn note(content: &str, modified: i64) -> LockedNote {
    LockedNote { id: None, kind: "choice".into(), deck: id("ch01"), stamp: stamp(content, modified) }
}

fn sample() -> Lock {
    let renamed = LockedNote { id: Some(id("c-new")), ..note("丙", 9) };
    Lock {
        note_types: [("Cardpress Choice".to_owned(), stamp("t", 5))].into(),
        decks: [(id("ch01"), "大语言模型::第1章 \"引言\" \\ \u{1b}".to_owned())].into(),
        notes: [(id("b.2"), note("乙", 1_700_000_000)), (id("c-old"), renamed), (id("a-1"), note("甲", 7))].into(),
        ..Lock::default()
    }
}

/// What a text gives, and what is said of it.
fn parse(text: &str) -> (Option<Lock>, Vec<String>) {
    let mut sources = Sources::default();
    let source = sources.add("cards.lock", text);
    let mut diagnostics = Vec::new();
    let lock = Lock::parse(&sources, source, &mut diagnostics);
    for diagnostic in &diagnostics {
        let code = if lock.is_some() { Code::LockMerged } else { Code::LockDamaged };
        assert_eq!(diagnostic.code, code);
        assert!(!diagnostic.help.is_empty(), "{diagnostic:?}");
    }
    let format = crate::diag::render::Format::Short;
    (lock, diagnostics.iter().map(|diagnostic| crate::diag::render::render(diagnostic, &sources, format)).collect())
}

#[test]
fn a_lock_is_one_sorted_line_a_note_and_reads_back() {
    let text = sample().to_toml();
    let notes: Vec<&str> = text.lines().skip_while(|line| *line != "[notes]").skip(1).collect();
    let begin = [
        "\"a-1\" = { type = \"choice\", deck = \"ch01\", hash = \"",
        "\"b.2\" = ",
        "\"c-old\" = { id = \"c-new\", type = ",
    ];
    assert_eq!(notes.len(), begin.len(), "{text}");
    assert!(notes.iter().zip(begin).all(|(line, begin)| line.starts_with(begin)), "{text}");
    assert!(notes[1].ends_with("mod = 1700000000 }"), "{text}");
    assert_eq!(parse(&text), (Some(sample()), vec![]));
    assert_eq!(parse(&Lock::default().to_toml()), (Some(Lock::default()), vec![]));
}

#[test]
fn the_quick_way_and_toml_read_the_same() {
    let text = sample().to_toml();
    let toml = |text: &str| {
        let (mut sources, mut found) = (Sources::default(), Vec::new());
        let source = sources.add("cards.lock", text);
        read::lock(sources.get(source), source, &mut found).filter(|_| found.is_empty())
    };
    assert_eq!(line::as_written(&text), Some(sample()));
    assert_eq!(toml(&text), Some(sample()));
    // Whatever differs from what is written is for TOML to judge.
    for (other, good) in [
        (text.replace(" = {", "={"), true),
        (text.replace("mod = 7", "mod = +7"), true),
        (text.replace("大", "\\u5927"), true),
        (text.replace("[notes]", "[notes] # all"), true),
        (text.replace("mod = 7 ", "mod = 07 "), false),
        (text.replace("type = \"choice\"", "type = \"Choice\""), false),
        (text.replace("\"c-new\"", "\"c new\""), false),
    ] {
        assert_ne!(other, text);
        assert_eq!(line::as_written(&other), None, "{other}");
        assert_eq!(toml(&other), good.then(sample), "{other}");
        assert_eq!(parse(&other).0, good.then(sample), "{other}");
    }
}

#[test]
fn an_unchanged_content_keeps_its_time_and_a_changed_one_moves_forward() {
    let first = Stamp::next(None, ContentHash::of(["甲"]), 100);
    assert_eq!(first.modified, 100);
    assert_eq!(Stamp::next(Some(first), ContentHash::of(["甲"]), 999), first);
    assert_eq!(Stamp::next(Some(first), ContentHash::of(["乙"]), 999).modified, 999);
    assert_eq!(Stamp::next(Some(first), ContentHash::of(["乙"]), 50).modified, 101, "the clock went back");
    assert_eq!(Stamp::next(None, ContentHash::of(["甲"]), -5).modified, 1);
}

#[test]
fn text_that_moves_to_the_next_field_changes_the_hash() {
    assert_ne!(ContentHash::of(["ab", "c"]), ContentHash::of(["a", "bc"]));
}

#[test]
fn damage_is_said_with_its_place_and_all_of_it() {
    let text = sample().to_toml();
    let line = |id: &str| text.lines().find(|line| line.starts_with(&format!("\"{id}\""))).expect("its line");
    let broken = text
        .replace(line("a-1"), "\"a-1\" = { deck = \"ch01\", hash = \"xyz\", mod = -1 }")
        .replace(line("b.2"), "\"b.2\" = 7");
    let (lock, messages) = parse(&broken);
    assert_eq!(lock, None);
    assert_eq!(messages.len(), 4, "{messages:?}");
    assert!(messages.iter().any(|message| message.contains("cards.lock:12:") && message.contains("`xyz`")));
    assert!(messages.iter().any(|message| message.contains("`mod` in the line of a note is -1")));
    assert!(messages.iter().any(|message| message.contains("without the field `type`")), "{messages:?}");

    for version in ["version = 1", "version = 3"] {
        let (lock, messages) = parse(&text.replace("version = 2", version));
        assert_eq!((lock, messages.len()), (None, 1));
        assert!(messages[0].contains(&version.replace(" =", "")), "{messages:?}");
    }
    assert_eq!(parse(&text.replace("\n[decks]\n", "\n")).0, None, "a table is gone");
}

mod merges {
    use super::*;

    /// The line of a note.
    fn line(name: &str, note: &LockedNote) -> String {
        let lock = Lock { notes: [(id(name), note.clone())].into(), ..Lock::default() };
        lock.to_toml().lines().last().expect("its line").to_owned()
    }

    /// The sample with the lines of `ours` and `theirs` in the place of that of `a-1`, as git writes it in a style.
    fn conflict(style: &str, ours: &[String], theirs: &[String]) -> String {
        let (ours, theirs) = (ours.join("\n"), theirs.join("\n"));
        let base = line("a-1", &note("甲", 7));
        let hunk = match style {
            "merge" => format!("<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> topic"),
            "diff3" => format!("<<<<<<< ours\n{ours}\n||||||| 1a2b3c4\n{base}\n=======\n{theirs}\n>>>>>>> theirs"),
            _ => format!("{ours}\n{theirs}"),
        };
        sample().to_toml().replace(&base, &hunk)
    }

    /// The driver `union` may leave nothing to settle.
    fn settled_or_clean(text: &str) -> Lock {
        parse(text).0.unwrap_or_else(|| panic!("{text}"))
    }

    fn settled(text: &str) -> Lock {
        let (lock, messages) = parse(text);
        assert_eq!(messages.len(), 1, "{text}\n{messages:?}");
        lock.unwrap_or_else(|| panic!("{text}\n{messages:?}"))
    }

    #[test]
    fn the_later_line_is_kept_whichever_side_it_is_on() {
        let (early, late) = (note("一", 50), note("二", 60));
        for style in ["merge", "diff3", "union"] {
            for (ours, theirs) in [(&early, &late), (&late, &early)] {
                let text = conflict(style, &[line("a-1", ours)], &[line("a-1", theirs)]);
                for text in [text.clone(), text.replace('\n', "\r\n")] {
                    let lock = settled(&text);
                    assert_eq!(lock.notes.len(), 3, "{text}");
                    assert_eq!(lock.notes[&id("a-1")], late, "{text}");
                    assert_eq!(lock.other_side.notes, [(id("a-1"), early.clone())], "{text}");
                }
            }
        }
    }

    #[test]
    fn of_two_contents_of_one_second_neither_keeps_its_time() {
        let (ours, theirs) = (note("一", 50), note("二", 50));
        let lock = settled(&conflict("merge", &[line("a-1", &ours)], &[line("a-1", &theirs)]));
        let held = lock.notes[&id("a-1")].stamp;
        for content in ["一", "二", "三"] {
            let next = Stamp::next(Some(held), ContentHash::of([content]), 10);
            assert_eq!(next.modified, 51, "{content}");
        }
        // One content that both sides built in one second is no conflict of contents, though its deck may be.
        let moved = LockedNote { deck: id("ch02"), ..ours.clone() };
        let lock = settled(&conflict("union", &[line("a-1", &ours)], &[line("a-1", &moved)]));
        assert_eq!(lock.notes[&id("a-1")].stamp, ours.stamp);
        assert_eq!(lock.other_side.notes, [(id("a-1"), moved)]);
    }

    #[test]
    fn what_one_side_took_out_or_put_in_stays_in() {
        let (added, edited) = (note("新", 80), note("一", 50));
        let sides = ([line("a-2", &added)], [line("a-1", &edited)]);
        for style in ["merge", "diff3", "union"] {
            let lock = settled_or_clean(&conflict(style, &sides.0, &sides.1));
            assert_eq!(lock.notes.keys().map(CardId::as_str).collect::<Vec<_>>(), ["a-1", "a-2", "b.2", "c-old"]);
            // The other side may have built it later than this before it deleted it.
            let stamp = lock.notes[&id("a-1")].stamp;
            assert_eq!(stamp.hash == ContentHash::UNSETTLED, style != "union", "{style}");
            assert_eq!(stamp.modified, 50);
            // What was not there before was deleted by nobody; only the ancestor tells.
            assert_eq!(lock.notes[&id("a-2")] == added, style != "merge", "{style}");
        }
        // What neither side has is gone, though the ancestor had it.
        let lock = settled(&conflict("diff3", &sides.0, &[]));
        assert!(!lock.notes.contains_key(&id("a-1")));
    }

    #[test]
    fn a_conflict_that_spans_the_tables_is_settled_by_the_shape_of_its_lines() {
        let ours = sample();
        let mut theirs = sample();
        theirs.note_types.insert("Cardpress Choice".to_owned(), stamp("t2", 6));
        theirs.decks.insert(id("ch01"), "大语言模型::绪论".to_owned());
        theirs.notes.insert(id("a-1"), note("一", 8));
        let body = |lock: &Lock| lock.to_toml().lines().skip(2).collect::<Vec<_>>().join("\n");
        for text in [
            format!("# head\n<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> topic\n", body(&ours), body(&theirs)),
            format!("{}\n{}\n", body(&ours), body(&theirs)),
        ] {
            let mut lock = settled(&text);
            let other_side = std::mem::take(&mut lock.other_side);
            assert_eq!(lock, Lock { decks: ours.decks.clone(), ..theirs.clone() }, "{text}");
            assert_eq!(other_side.decks, [(id("ch01"), "大语言模型::绪论".to_owned())]);
            assert_eq!(other_side.notes, [(id("a-1"), note("甲", 7))]);
        }
    }

    #[test]
    fn it_is_said_how_many_lines_were_doubled_and_where() {
        let twice = |name: &str| [line(name, &note("一", 50)), line(name, &note("二", 60))].join("\n");
        let text = conflict("merge", &[twice("a-1"), twice("d")], &[line("a-1", &note("三", 70))]);
        assert!(parse(&text).1[0].contains("cards.lock:12:1: warning"), "{:?}", parse(&text).1);
        assert!(parse(&text).1[0].contains("two versions of 2 lines"), "{:?}", parse(&text).1);
        let same = format!("{}{}\n", sample().to_toml(), line("a-1", &note("甲", 7)));
        assert_eq!(settled(&same), sample());
    }

    #[test]
    fn damage_within_a_merge_is_said_and_the_merge_is_not() {
        let good = line("a-1", &note("一", 50));
        for (bad, says) in [
            (good.replace("mod = 50", "mod = fifty"), "TOML"),
            (good.replace("mod = 50", "mod = 0"), "`mod` in the line of a note is 0"),
            (good.replace(" = {", "={"), "a line that no build wrote"),
        ] {
            for style in ["merge", "diff3"] {
                let text = conflict(style, std::slice::from_ref(&bad), std::slice::from_ref(&good));
                let (lock, messages) = parse(&text);
                let at = 1 + text.lines().position(|line| line == bad).expect("the line");
                assert_eq!((lock, messages.len()), (None, 1), "{messages:?}");
                assert!(
                    messages[0].starts_with(&format!("cards.lock:{at}:")) && messages[0].contains(says),
                    "{messages:?}"
                );
            }
        }
        // Half of the marks are gone: whose lines these are is not to be told.
        let text = conflict("diff3", std::slice::from_ref(&good), &[]).replace("=======\n", "");
        assert_eq!(parse(&text).0, None);
    }
}

#[test]
fn no_file_is_an_empty_lock_and_no_utf8_is_damage() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(LOCK_FILE);
    let (mut sources, mut diagnostics) = (Sources::default(), Vec::new());
    let lock = Lock::load(&path, &mut sources, &mut diagnostics).expect("no error");
    assert_eq!((lock, diagnostics.len()), (Some(Lock::default()), 0));
    #[expect(clippy::disallowed_methods, reason = "a fixture")]
    std::fs::write(&path, b"\xff").expect("a writable temporary folder");
    let lock = Lock::load(&path, &mut sources, &mut diagnostics).expect("it can be read");
    assert_eq!((lock, diagnostics[0].code), (None, Code::LockDamaged));
}
