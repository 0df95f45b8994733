//! Tables as CSV, in two dialects.
//!
//! In: a bank, or the notes of a deck. Out: bytes. [`spreadsheet`] is for people: what spreadsheet programs open by a double click,
//! one card a row, as plain text. [`anki_text`] is for Anki's own text import. Reading either back is not done here, but for
//! [`unguard`], which undoes what the spreadsheet dialect does to single cells.

use crate::bank::Bank;
use crate::card::{Bloom, Body, Card, CardId, ScoringPoint, letter};
use crate::markup::RichText;
use crate::markup::plain::{Clozes, write_inlines};
use csv::{QuoteStyle, Terminator, WriterBuilder};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The byte-order mark, without which Excel takes the file for one in the code page of the system.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// The bank as a table for spreadsheets: UTF-8 with a byte-order mark, CRLF, a head, one card a row in the order of the bank.
///
/// The columns are called as the fields of a card, with `chapter_title` and `section_title` beside the ids and a column `A`, `B` …
/// for each option. The text of a cloze stands under `stem` as it was written, what it hides under `answer`, a line a blank. A
/// rubric has a line for each scoring point, `2: what earns them`. Every cell is guarded: see [`guard`].
pub fn spreadsheet(bank: &Bank) -> Vec<u8> {
    let options = bank.cards.iter().map(|card| options(card).len()).max().unwrap_or(0);
    let head = BEFORE_OPTIONS.iter().map(|name| (*name).to_owned());
    let head = head.chain((0..options).map(|position| letter(position).to_string()));
    let head = head.chain(AFTER_OPTIONS.iter().map(|name| (*name).to_owned()));
    let rows = bank.cards.iter().map(|card| row(bank, card, options));
    guarded_table(std::iter::once(head.collect()).chain(rows))
}

const BEFORE_OPTIONS: &[&str] =
    &["id", "chapter", "chapter_title", "section", "section_title", "type", "difficulty", "stem"];
const AFTER_OPTIONS: &[&str] = &[
    "key",
    "answer",
    "explanation",
    "points",
    "rubric",
    "tags",
    "source",
    "bloom",
    "enemies",
    "shuffle",
    "keep_last",
    "reversed",
    "exam",
    "deck",
    "extra",
];

fn row(bank: &Bank, card: &Card, columns: usize) -> Vec<String> {
    let (chapter, section) = (bank.chapter(card), bank.section(card));
    let mut row = vec![
        card.id.to_string(),
        chapter.id.to_string(),
        chapter.title.clone(),
        section.id.clone(),
        section.title.clone(),
        card.kind().word().to_owned(),
        card.difficulty.level().to_string(),
        text(card.stem()),
    ];
    row.extend(options(card).iter().map(text));
    row.resize(BEFORE_OPTIONS.len() + columns, String::new());
    let choice = if let Body::Choice(choice) = &card.body { Some(choice) } else { None };
    row.extend([
        key(&card.body),
        answer(&card.body),
        card.explanation.as_ref().map(text).unwrap_or_default(),
        card.points.map(|points| points.to_string()).unwrap_or_default(),
        rubric(&card.body),
        card.tags.join(" "),
        card.source.as_deref().unwrap_or_default().to_owned(),
        card.bloom.map(bloom).unwrap_or_default().to_owned(),
        card.enemies.iter().map(CardId::as_str).collect::<Vec<_>>().join(" "),
        choice.map(|choice| truth(choice.shuffle)).unwrap_or_default(),
        choice.map(|choice| choice.keep_last.to_string()).unwrap_or_default(),
        if let Body::Basic(basic) = &card.body { truth(basic.reversed) } else { String::new() },
        truth(card.exam),
        truth(card.deck),
        card.extra.as_deref().map(text).unwrap_or_default(),
    ]);
    row
}

fn text(text: &RichText) -> String {
    text.plain(Clozes::Source)
}

fn options(card: &Card) -> &[RichText] {
    if let Body::Choice(choice) = &card.body { &choice.options } else { &[] }
}

fn key(body: &Body) -> String {
    match body {
        Body::Choice(choice) => choice.key.to_string(),
        Body::TrueFalse(statement) => truth(statement.key),
        Body::Basic(_) | Body::Term(_) | Body::Cloze(_) | Body::Written(_) => String::new(),
    }
}

fn answer(body: &Body) -> String {
    match body {
        Body::Basic(basic) => text(&basic.answer),
        Body::Term(term) => text(&term.answer),
        Body::Written(written) => written.answer.as_ref().map(text).unwrap_or_default(),
        Body::Cloze(cloze) => {
            let mut answers = Vec::new();
            cloze.text.clozes(|deletion| {
                let mut answer = String::new();
                write_inlines(&deletion.answer, Clozes::Answers, &mut answer);
                answers.push(answer);
            });
            answers.join("\n")
        }
        Body::Choice(_) | Body::TrueFalse(_) => String::new(),
    }
}

fn rubric(body: &Body) -> String {
    let Body::Written(written) = body else { return String::new() };
    let line = |point: &ScoringPoint| format!("{}: {}", point.points, text(&point.text).replace('\n', " "));
    written.rubric.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn bloom(level: Bloom) -> &'static str {
    Bloom::WORDS.iter().find(|(_, known)| *known == level).map_or("", |(word, _)| word)
}

/// What a cell must not begin with: a spreadsheet would take it for a formula and run it (CWE-1236). The full-width twins are
/// taken for the plain ones by the East Asian versions.
const DANGEROUS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet takes for a formula: an apostrophe is put before what would be one. A cell that has such apostrophes
/// of its own gets one too, so that [`unguard`] gives back every cell as it was.
pub fn guard(cell: &str) -> Cow<'_, str> {
    if cell.trim_start_matches('\'').starts_with(DANGEROUS) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell as it was before [`guard`].
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(DANGEROUS) => rest,
        _ => cell,
    }
}

fn guarded_table(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let guarded = rows.map(|row| row.iter().map(|cell| guard(cell).into_owned()).collect());
    records(BOM.to_vec(), WriterBuilder::new().terminator(Terminator::CRLF), guarded)
}

/// A note as Anki's text import takes it.
#[derive(Debug, Clone, Copy)]
pub struct AnkiTextRow<'a, T> {
    /// What tells the note from all others, for ever.
    pub guid: &'a str,
    /// The name of its note type.
    pub notetype: &'a str,
    /// The deck, its levels parted by `::`.
    pub deck: &'a str,
    /// The tags, none with white space in it.
    pub tags: &'a [T],
    /// The fields as HTML, in the order of the note type.
    pub fields: &'a [T],
}

/// The columns before the fields.
const ANKI_COLUMNS: [&str; 4] = ["guid", "notetype", "deck", "tags"];

/// Notes as a text file that Anki imports without a question asked: the lines at its top say which column is what. Note types have
/// different numbers of fields, so short rows are filled up; Anki takes as many as the note type has. Every cell is quoted, since a
/// line that begins with `#` is a comment to Anki, and none is guarded, since a guard would become part of the card.
///
/// Source of the format: <https://docs.ankiweb.net/importing/text-files.html>.
pub fn anki_text<T: AsRef<str>>(rows: &[AnkiTextRow<'_, T>]) -> Vec<u8> {
    let fields = rows.iter().map(|row| row.fields.len()).max().unwrap_or(0);
    let mut head = String::from("#separator:Comma\n#html:true\n#columns:");
    head.push_str(&ANKI_COLUMNS.join(","));
    for number in 1..=fields {
        let _ = write!(head, ",field {number}");
    }
    head.push('\n');
    for (position, name) in ANKI_COLUMNS.iter().enumerate() {
        let _ = writeln!(head, "#{name} column:{}", position + 1);
    }
    let cells = |row: &AnkiTextRow<'_, T>| {
        let tags = row.tags.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ");
        let mut cells = vec![row.guid.to_owned(), row.notetype.to_owned(), row.deck.to_owned(), tags];
        cells.extend(row.fields.iter().map(|field| field.as_ref().to_owned()));
        cells.resize(ANKI_COLUMNS.len() + fields, String::new());
        cells
    };
    records(head.into_bytes(), WriterBuilder::new().quote_style(QuoteStyle::Always), rows.iter().map(cells))
}

/// Writes rows, all of one length, behind what is already there.
fn records(before: Vec<u8>, dialect: &WriterBuilder, rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = dialect.from_writer(before);
    for row in rows {
        // Writing to memory cannot fail but for rows of different lengths.
        let written = writer.write_record(&row);
        debug_assert!(written.is_ok(), "{written:?}");
    }
    writer.into_inner().unwrap_or_default()
}

/// TRUE or FALSE: what spreadsheets make of `true` and `false`, so that a table that was opened and saved is still the same.
fn truth(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn read_back(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(|record| record.expect("valid CSV").iter().map(str::to_owned).collect()).collect()
    }

    /// Cells with all that is awkward in them: quotes, separators, line ends, formula signs, apostrophes, byte-order marks.
    fn cell() -> impl Strategy<Value = String> {
        "['\"\u{feff}=+@＝＠,;#\t\r\n -]{0,3}(甲|a|\"\"|\r\n|[[:ascii:]&&[:print:]]{0,4})"
    }

    proptest! {
        #[test]
        fn a_spreadsheet_reads_back_as_it_was(rows in (1..5_usize).prop_flat_map(|width| vec(vec(cell(), width), 1..6))) {
            let cells = read_back(&guarded_table(rows.iter().cloned()));
            for cell in cells.iter().flatten() {
                prop_assert!(!cell.starts_with(DANGEROUS), "{cell:?} would run");
            }
            let plain: Vec<Vec<String>> =
                cells.iter().map(|row| row.iter().map(|cell| unguard(cell).to_owned()).collect()).collect();
            prop_assert_eq!(plain, rows);
        }

        #[test]
        fn notes_read_back_as_they_were(notes in vec((cell(), vec("[a-z:]{1,3}", 0..3), vec(cell(), 0..4)), 1..5)) {
            let rows: Vec<AnkiTextRow<'_, String>> = notes
                .iter()
                .map(|(guid, tags, fields)| AnkiTextRow { guid, notetype: "N", deck: "甲::乙", tags, fields })
                .collect();
            let bytes = anki_text(&rows);
            let text = std::str::from_utf8(&bytes).expect("UTF-8");
            let body = text.match_indices('\n').nth(6).map(|(end, _)| &text[end + 1..]).expect("seven lines of head");
            let cells = read_back(body.as_bytes());
            prop_assert_eq!(cells.len(), notes.len());
            for (cells, (guid, tags, fields)) in cells.iter().zip(&notes) {
                prop_assert_eq!(&cells[..4], &[guid.clone(), "N".into(), "甲::乙".into(), tags.join(" ")]);
                prop_assert_eq!(&cells[4..4 + fields.len()], &fields[..]);
                prop_assert!(cells[4 + fields.len()..].iter().all(String::is_empty));
            }
        }
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_guarded() {
        for formula in ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "＝1", "－1", "＋1", "＠A", "'=1", "''=1"] {
            assert_eq!(guard(formula), format!("'{formula}"));
            assert_eq!(unguard(&guard(formula)), formula);
        }
        for harmless in ["", "1-1", "'word'", "甲=乙", "'"] {
            assert_eq!(guard(harmless), harmless);
            assert_eq!(unguard(harmless), harmless);
        }
    }

    #[test]
    fn a_bank_has_a_row_for_each_card() {
        let bank = crate::form::testing::bank(&crate::form::testing::one_of_each());
        let bytes = spreadsheet(&bank);
        let text = std::str::from_utf8(bytes.strip_prefix(BOM).expect("a byte-order mark")).expect("UTF-8");
        assert_eq!(text.matches("\r\n").count(), bank.cards.len() + 1);
        let rows = read_back(&bytes);
        // Column by column: what a reader sees in each row, empty cells left out.
        let mut seen = String::new();
        for row in &rows[1..] {
            for (name, cell) in rows[0].iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
                let _ = write!(seen, "{name}={cell:?} ");
            }
            seen.truncate(seen.trim_end().len());
            seen.push('\n');
        }
        assert_eq!(
            rows[0].join(" "),
            "id chapter chapter_title section section_title type difficulty stem A B C D key answer explanation points rubric tags source bloom enemies shuffle keep_last reversed exam deck extra"
        );
        insta::assert_snapshot!(seen, @r#"
        id="plain" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="single-choice" difficulty="2" stem="plain（\u{3000}\u{3000}）。" A="甲" B="乙" C="丙" D="丁" key="B" explanation="'-1 不对。" tags="甲 b::c" source="1.1" bloom="apply" shuffle="TRUE" keep_last="0" exam="TRUE" deck="TRUE"
        id="kept" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="single-choice" difficulty="2" stem="kept（\u{3000}\u{3000}）。" A="甲" B="乙" C="丙" D="丁" key="B" points="2" enemies="plain" shuffle="FALSE" keep_last="0" exam="TRUE" deck="TRUE"
        id="several" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="multiple-choice" difficulty="2" stem="several（\u{3000}\u{3000}）。" A="甲" B="乙" C="丙" D="丁" key="AC" shuffle="TRUE" keep_last="2" exam="TRUE" deck="TRUE"
        id="statement" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="true-false" difficulty="2" stem="statement" key="FALSE" exam="FALSE" deck="TRUE"
        id="gaps" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="cloze" difficulty="2" stem="gaps是{{c1::甲}}和{{c2::乙::提示}}。" answer="甲\n乙" exam="TRUE" deck="TRUE"
        id="term" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="term" difficulty="2" stem="term" answer="答" exam="TRUE" deck="FALSE"
        id="short" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="short-answer" difficulty="2" stem="short" answer="答" points="5" rubric="2: 一\n3: 二" exam="TRUE" deck="TRUE"
        id="long" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="essay" difficulty="2" stem="long" answer="答" points="10" rubric="2: 一\n8: 二" exam="TRUE" deck="TRUE"
        id="sum" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="calculation" difficulty="2" stem="sum" answer="答" points="10" rubric="2: 一\n8: 二" exam="TRUE" deck="TRUE" extra="又"
        id="asked" chapter="one" chapter_title="第一" section="1.1" section_title="甲" type="basic" difficulty="2" stem="asked" answer="答" reversed="TRUE" exam="TRUE" deck="TRUE"
        "#);
    }

    #[test]
    fn a_text_for_anki_says_what_its_columns_are() {
        let rows = [
            AnkiTextRow {
                guid: "g1",
                notetype: "QA",
                deck: "甲::第1章",
                tags: &["x", "y::z"],
                fields: &["#1", "a \"b\"\nc"],
            },
            AnkiTextRow { guid: "g2", notetype: "Cloze", deck: "甲", tags: &[], fields: &["=1"] },
        ];
        let expected = "#separator:Comma\n#html:true\n#columns:guid,notetype,deck,tags,field 1,field 2\n\
                        #guid column:1\n#notetype column:2\n#deck column:3\n#tags column:4\n\
                        \"g1\",\"QA\",\"甲::第1章\",\"x y::z\",\"#1\",\"a \"\"b\"\"\nc\"\n\
                        \"g2\",\"Cloze\",\"甲\",\"\",\"=1\",\"\"\n";
        assert_eq!(String::from_utf8_lossy(&anki_text(&rows)), expected);
    }
}
