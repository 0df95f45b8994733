//! The collection inside a package: an SQLite file in schema 11, which every Anki since 2012 reads.
//!
//! In: a planner and the path of an empty file. Out: that file and the plan, the same bytes for the same plan: ids, times and positions come from it, rows go in
//! in the order of their ids, and the JSON columns are sorted. The layout is that of `schema11.sql` in Anki's sources.

use super::content::{Content, strip_html};
use super::notetype::{NoteKind, NoteType};
use super::plan::{Deck, DeckPlan, Drafted, Planner};
use super::preset;
use super::template::Requirement;
use rusqlite::{Connection, Result, params};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::path::Path;

/// The tables.
const TABLES: &str = "
    CREATE TABLE col (
        id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL, ver integer NOT NULL,
        dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL, models text NOT NULL,
        decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL
    );
    CREATE TABLE notes (
        id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL,
        tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL,
        data text NOT NULL
    );
    CREATE TABLE cards (
        id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL, mod integer NOT NULL,
        usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL,
        factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL,
        odue integer NOT NULL, odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL
    );
    CREATE TABLE revlog (
        id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL, ivl integer NOT NULL,
        lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL, type integer NOT NULL
    );
    CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);";

/// The indices, which come last: sorting once is quicker than keeping sorted, leaves no page half empty, and puts no page between those of
/// the rows, so that they pack better.
const INDICES: &str = "
    CREATE INDEX ix_notes_usn ON notes (usn);
    CREATE INDEX ix_notes_csum ON notes (csum);
    CREATE INDEX ix_cards_usn ON cards (usn);
    CREATE INDEX ix_cards_nid ON cards (nid);
    CREATE INDEX ix_cards_sched ON cards (did, queue, due);
    CREATE INDEX ix_revlog_usn ON revlog (usn);
    CREATE INDEX ix_revlog_cid ON revlog (cid);";

/// When the collection says that it was made, Unix seconds: 1 January 2020. New cards are due by position, so nothing is counted from it.
const CREATED: i64 = 1_577_836_800;

/// Fields are joined by the unit separator.
const FIELD_SEPARATOR: &str = "\u{1f}";

/// Writes the collection of a deck while it is planned: so the text of a note, which is made for its hash, is not made twice.
pub(super) fn write<'b>(planner: &Planner<'b, '_>, path: &Path) -> Result<DeckPlan<'b>> {
    let mut connection = Connection::open(path)?;
    // The file is thrown away if anything fails, so nothing is journalled or waited for. Large pages: notes are long; still larger ones
    // take SQLite more memory to sort an index.
    connection.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA locking_mode = exclusive;
         PRAGMA cache_size = -1024; PRAGMA temp_store = file;",
    )?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    let plan = write_notes(planner, &transaction)?;
    write_cards(&plan, &transaction)?;
    write_head(&plan, &transaction)?;
    transaction.execute_batch(INDICES)?;
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(plan)
}

fn write_head(plan: &DeckPlan<'_>, connection: &Connection) -> Result<()> {
    let modified = plan.modified();
    let models: serde_json::Map<String, Value> = plan
        .note_types
        .iter()
        .map(|(position, modified)| (&plan.types().all()[*position], *modified))
        .map(|(note_type, modified)| (note_type.id.to_string(), model(note_type, modified)))
        .collect();
    let default = Deck { id: 1, name: "Default".to_owned(), description: String::new() };
    let preset = preset::id(&plan.bank().info);
    let decks: serde_json::Map<String, Value> = [(&default, preset::DEFAULT)]
        .into_iter()
        .chain(plan.decks.iter().map(|deck| (deck, preset)))
        .map(|(entry, preset)| (entry.id.to_string(), deck(entry, preset, modified)))
        .collect();
    connection.execute(
        "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')",
        params![
            CREATED,
            modified * 1000,
            modified * 1000,
            configuration(plan.notes.len()).to_string(),
            Value::Object(models).to_string(),
            Value::Object(decks).to_string(),
            preset::presets(&plan.bank().info, modified).to_string(),
        ],
    )?;
    Ok(())
}

fn write_notes<'b>(planner: &Planner<'b, '_>, connection: &Connection) -> Result<DeckPlan<'b>> {
    let mut insert = connection.prepare("INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')")?;
    // They come in the order of their ids.
    planner.plan_with(NoteRow::of, |note, row| {
        insert.execute(params![
            note.id,
            row.guid,
            planner.types().all()[note.note_type].id,
            note.stamp.modified,
            row.tags,
            row.fields,
            row.sort_field,
            row.checksum,
        ])?;
        Ok(())
    })
}

struct NoteRow {
    guid: String,
    tags: String,
    fields: String,
    sort_field: String,
    checksum: u32,
}

impl NoteRow {
    fn of(note: Drafted<'_>) -> Self {
        let Content { fields, tags, .. } = note.content;
        Self {
            checksum: checksum(&fields[0]),
            sort_field: strip_html(&fields[SORT_FIELD]),
            // A space before and after each, so that a search for one tag finds no longer one.
            tags: tags.iter().fold(" ".to_owned(), |row, tag| row + tag + " "),
            fields: fields.join(FIELD_SEPARATOR),
            guid: note.guid,
        }
    }
}

/// The position of the field that Anki's browser shows and sorts by: the stem.
const SORT_FIELD: usize = 1;

/// Anki's checksum of a first field: the first 32 bits of the SHA-1 of its text without HTML.
pub(super) fn checksum(field: &str) -> u32 {
    let digest = Sha1::digest(strip_html(field));
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

fn write_cards(plan: &DeckPlan<'_>, connection: &Connection) -> Result<()> {
    let mut insert =
        connection.prepare("INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')")?;
    for (note, position) in plan.notes.iter().zip(1_i64..) {
        let deck = plan.decks[note.deck].id;
        for card in note.cards() {
            insert.execute(params![card.id, note.id, deck, card.ordinal, note.stamp.modified, position])?;
        }
    }
    Ok(())
}

/// A note type as the column `models` has it.
fn model(note_type: &NoteType, modified: i64) -> Value {
    let fields: Vec<Value> = note_type
        .described_fields()
        .enumerate()
        .map(|(position, (name, holds))| {
            json!({
                "name": name, "ord": position, "description": holds, "font": "Arial", "size": 20, "sticky": false,
                "rtl": false, "media": [], "plainText": false, "excludeFromSearch": false,
                // An editor that shows every field shows none: those that nobody reads are folded.
                "collapsed": name == "Media" || name.starts_with("Spare"),
            })
        })
        .collect();
    let templates: Vec<Value> = note_type
        .templates
        .iter()
        .enumerate()
        .map(|(position, template)| {
            json!({
                "name": template.name, "ord": position, "qfmt": template.front, "afmt": template.back, "bqfmt": "",
                "bafmt": "", "bfont": "", "bsize": 0, "did": null,
            })
        })
        .collect();
    let requirements: Vec<Value> = note_type
        .requirements()
        .enumerate()
        .map(|(position, requirement)| match requirement {
            Requirement::Any(fields) => json!([position, "any", fields]),
            Requirement::All(fields) => json!([position, "all", fields]),
            Requirement::None => json!([position, "none", []]),
        })
        .collect();
    json!({
        "id": note_type.id, "name": note_type.name(), "type": i32::from(note_type.kind() == NoteKind::Cloze),
        "mod": modified, "usn": -1, "sortf": SORT_FIELD, "did": null, "flds": fields, "tmpls": templates,
        "css": note_type.css, "req": requirements, "tags": [], "vers": [], "latexsvg": false,
        // Cards use MathJax; this is for a learner who types [latex] into a field.
        "latexPre": "\\documentclass{article}\n\\pagestyle{empty}\n\\begin{document}\n",
        "latexPost": "\\end{document}",
    })
}

/// A deck as the column `decks` has it.
fn deck(deck: &Deck, preset: i64, modified: i64) -> Value {
    json!({
        "id": deck.id, "name": deck.name, "desc": deck.description, "mod": modified, "usn": -1, "dyn": 0, "conf": preset,
        "collapsed": false, "browserCollapsed": false, "extendNew": 0, "extendRev": 0,
        "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0],
    })
}

/// The column `conf`.
fn configuration(notes: usize) -> Value {
    json!({
        "nextPos": notes + 1, "activeDecks": [1], "curDeck": 1, "addToCur": true, "collapseTime": 1200, "dueCounts": true,
        "estTimes": true, "newSpread": 0, "sortBackwards": false, "sortType": "noteFld", "timeLim": 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_anki() {
        // The value that Anki's own test of `field_checksum` expects.
        assert_eq!(checksum("test"), 2_840_236_005);
        assert_eq!(checksum("<b>te</b>st"), 2_840_236_005);
    }
}
