//! `cardpress build`: everything, or nothing where anything is wrong.

use super::press::Press;
use super::ui::Ui;
use super::{Failure, Global, Verdict, csv, deck, exam, load};
use crate::lock::Lock;
use clap::Args;

/// Check the bank, then write the deck, the exams with their keys, and the tables
///
/// Nothing is written unless everything can be.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress build --bank cards --out output")]
pub(super) struct Build {
    /// A blueprint to draw, as for `exam`; may be given several times [default: all in templates/blueprints/]
    #[arg(long, value_name = "FILE|NAME")]
    blueprint: Vec<String>,
    #[command(flatten)]
    exam: exam::Drawing,
    #[command(flatten)]
    deck: deck::Locking,
}

impl Build {
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(mut ready) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let blueprints = if self.blueprint.is_empty() {
            exam::BLUEPRINTS.own()?
        } else {
            self.blueprint.iter().map(|argument| exam::BLUEPRINTS.find(argument)).collect::<Result<_, _>>()?
        };
        let mut press = Press::new(&global.out);
        // All are tried, so that everything that is wrong is said in one run.
        let deck = deck::stage(&ready, &self.deck, global, &mut press, ui)?;
        let mut fine = deck.is_some();
        let shelf = exam::FontShelf::new(&self.exam.fonts);
        for blueprint in &blueprints {
            fine &= exam::stage(&mut ready, blueprint, &self.exam, &shelf, &mut press, ui)? == Verdict::Fine;
        }
        let Some(deck::Staged { advice, digests }) = deck else { return Ok(Verdict::Wrong) };
        // What there is to say of the lock has been said.
        if let Some(lock) = Lock::load(&self.deck.path(global), &mut ready.sources, &mut Vec::new())? {
            csv::stage(&ready, &lock, &digests, &mut press)?;
        }
        if !fine {
            return Ok(Verdict::Wrong);
        }
        press.finish(ui)?;
        deck::advise(&advice, ui);
        if blueprints.is_empty() {
            ui.say("\nNo exam was drawn: there is no blueprint in templates/blueprints/, and none was named.\n");
        }
        Ok(Verdict::Fine)
    }
}
