//! `cardpress csv`: the bank as tables, for spreadsheets and for Anki's text import.

use super::press::Press;
use super::ui::{Ui, count_of};
use super::{Failure, Global, Ready, Verdict, deck, load};
use crate::export::anki;
use crate::export::csv::{AnkiTextRow, anki_text, spreadsheet};
use crate::lock::Lock;
use clap::Args;

/// Write the bank as CSV: a table for spreadsheets, and the notes for Anki's text import
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress csv --bank cards --out output")]
pub(super) struct Csv {}

impl Csv {
    #[expect(clippy::unused_self, reason = "every verb is run the same way")]
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(ready) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let mut press = Press::new(&global.out);
        stage(&ready, &mut press)?;
        press.finish(ui)?;
        Ok(Verdict::Fine)
    }
}

/// Makes both tables.
pub(super) fn stage(ready: &Ready, press: &mut Press) -> Result<(), Failure> {
    let (bank, id) = (&ready.bank, &ready.bank.info.id);
    let rows = format!("{} for spreadsheets", count_of(bank.cards.len(), "card"));
    press.add(&format!("{id}.csv"), &spreadsheet(bank), rows)?;

    let types = deck::note_types()?;
    // A text import carries no times, so neither lock nor clock is asked.
    let plan = anki::plan(bank, &Lock::default(), &types, 0);
    let notes: Vec<anki::Note> = plan.notes_with_text().collect();
    let rows: Vec<AnkiTextRow<'_, String>> = notes
        .iter()
        .map(|note| AnkiTextRow {
            guid: &note.guid,
            notetype: note.note_type.name(),
            deck: &note.deck.name,
            tags: &note.content.tags,
            fields: &note.content.fields,
        })
        .collect();
    let content = format!("{} for Anki's text import", count_of(rows.len(), "note"));
    press.add(&format!("{id}.anki.csv"), &anki_text(&rows), content)
}
