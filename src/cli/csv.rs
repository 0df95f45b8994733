//! `cardpress csv`: the bank as tables, for spreadsheets and for Anki's text import.

use super::press::Press;
use super::ui::{Ui, count_of};
use super::{Failure, Global, Ready, Verdict, deck, load};
use crate::diag::{Diagnostic, any_error};
use crate::export::anki::{self, MediaDigests};
use crate::export::csv::{AnkiTextRow, anki_text, spreadsheet};
use crate::lock::Lock;
use clap::Args;

/// Write the bank as CSV: a table for spreadsheets, and the notes for Anki's text import
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress csv --bank cards --out output")]
pub(super) struct Csv {
    #[command(flatten)]
    options: deck::Locking,
}

impl Csv {
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(mut ready) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let mut diagnostics = Vec::new();
        let lock = Lock::load(&self.options.path(global), &mut ready.sources, &mut diagnostics)?;
        ui.report(&diagnostics, &ready.sources);
        let Some(lock) = lock else { return Ok(Verdict::Wrong) };
        let mut press = Press::new(&global.out);
        let digests = MediaDigests::of(&ready.bank.media(ready.bank.deck_cards())?);
        let diagnostics = stage(&ready, &lock, &digests, &mut press)?;
        ui.report(&diagnostics, &ready.sources);
        if any_error(&diagnostics) {
            return Ok(Verdict::Wrong);
        }
        press.finish(ui)?;
        Ok(Verdict::Fine)
    }
}

/// Makes both tables; what is returned says where the names of the cards and those in the lock do not go together.
pub(super) fn stage(
    ready: &Ready,
    lock: &Lock,
    digests: &MediaDigests,
    press: &mut Press,
) -> Result<Vec<Diagnostic>, Failure> {
    let (bank, id) = (&ready.bank, &ready.bank.info.id);
    let rows = format!("{} for spreadsheets", count_of(bank.cards.len(), "card"));
    press.add(&format!("{id}.csv"), &spreadsheet(bank), rows)?;

    let types = deck::note_types()?;
    // A text import carries no times, so the clock is not asked. The lock knows the first names of cards, which make the GUIDs.
    let plan = anki::plan(bank, lock, &types, digests, 0);
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
    press.add(&format!("{id}.anki.csv"), &anki_text(&rows), content)?;
    Ok(plan.diagnostics)
}
