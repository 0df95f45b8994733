//! Writes the first notes of a `*.anki.csv` of cardpress as a deck with genanki-rs: `genanki-rs-deck CSV NOTES APKG`.
//!
//! Of the file only those notes are read, which takes no time worth counting.

use genanki_rs::{Deck, Field, Model, Note, Package, Template};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

fn main() -> Result<(), Box<dyn Error>> {
    const USAGE: &str = "usage: genanki-rs-deck CSV NOTES APKG";
    let mut arguments = std::env::args().skip(1);
    let source = arguments.next().ok_or(USAGE)?;
    let most: usize = arguments.next().ok_or(USAGE)?.parse()?;
    let target = arguments.next().ok_or(USAGE)?;

    let rows = read(&source, most)?;
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let fields = (0..width).map(|index| Field::new(&format!("Field {index}"))).collect();
    let template = Template::new("Card").qfmt("{{Field 4}}").afmt("{{FrontSide}}<hr>{{Field 5}}{{Field 6}}");
    let model = Model::new(1_607_392_319, "Peer", fields, vec![template]);

    let mut decks: BTreeMap<&str, Deck> = BTreeMap::new();
    for row in &rows {
        let id = 2_059_400_110 + i64::try_from(decks.len())?;
        let deck = decks.entry(&row[2]).or_insert_with(|| Deck::new(id, &row[2], ""));
        let mut fields: Vec<&str> = row.iter().map(String::as_str).collect();
        fields.resize(width, "");
        deck.add_note(Note::new(model.clone(), fields)?);
    }
    Package::new(decks.into_values().collect(), Vec::new())?.write_to_file(&target)?;
    Ok(())
}

/// The rows below the `#` lines with which the file tells Anki how to read it.
fn read(path: &str, most: usize) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let mut file = BufReader::new(File::open(path)?);
    while file.fill_buf()?.first() == Some(&b'#') {
        file.skip_until(b'\n')?;
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let rows = reader.records().take(most).map(|row| Ok(row?.iter().map(str::to_owned).collect()));
    rows.collect()
}
