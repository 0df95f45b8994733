//! `cardpress check`: reads everything, writes nothing.

use super::ui::{Ui, count_of};
use super::{Failure, Global, Ready, Verdict, load};
use clap::Args;

/// Check the bank: report everything that is wrong with it, write nothing
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress check --bank cards --format short")]
pub(super) struct Check {}

impl Check {
    #[expect(clippy::unused_self, reason = "every verb is run the same way")]
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(Ready { bank, .. }) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let (cards, chapters) = (count_of(bank.cards.len(), "card"), count_of(bank.chapters.len(), "chapter"));
        ui.say(&format!("{cards} in {chapters}: no errors\n"));
        Ok(Verdict::Fine)
    }
}
