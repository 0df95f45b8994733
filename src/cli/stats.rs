//! `cardpress stats`: what a bank holds, and how far it goes for an exam.

mod json;
mod text;

use super::exam::{BLUEPRINTS, Found, USUAL};
use super::press::Press;
use super::ui::Ui;
use super::{Failure, Format, Global, Ready, Verdict, load};
use crate::bank::Bank;
use crate::blueprint::{Blueprint, Draw};
use crate::card::CardType;
use crate::census::Census;
use crate::export::page;
use crate::form::coverage::Coverage;
use clap::Args;
use std::path::PathBuf;

/// Count the cards, and say how far they go for an exam and where the next ones are wanted
///
/// Counts by chapter, type and difficulty, Bloom's levels and places of keys; and for each blueprint what a form takes of each kind of
/// card, how many forms that feeds, where to write the next cards, and how many forms can be drawn before a card comes a second time.
/// `--format json` has all figures. `--format short` prints a line for each kind of card in the bank, tab-separated: chapter, type,
/// difficulty, cards.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  cardpress stats --bank cards\n  cardpress stats --blueprint mock-exam --html stats.html"
)]
pub(super) struct Stats {
    /// A blueprint to measure the bank against, as for `exam`; may be given several times [default: all in
    /// templates/blueprints/, or the one built in]
    #[arg(long, value_name = "FILE|NAME")]
    blueprint: Vec<String>,
    /// Write the figures as one page with plots too, to be opened in a browser or printed; a path from the current folder
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// A blueprint, and how far the bank goes for it.
struct Measured {
    /// What files of the exam are called.
    name: String,
    blueprint: Blueprint,
    coverage: Coverage,
}

impl Stats {
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(mut ready) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let census = Census::of(&ready.bank);
        if ui.format() == Format::Short && self.html.is_none() {
            ui.result(&short(&ready.bank, &census));
            return Ok(Verdict::Fine);
        }
        let found = self.blueprints()?;
        let mut measured = Vec::with_capacity(found.len());
        let mut verdict = Verdict::Fine;
        for found in &found {
            match read(found, &mut ready, ui)? {
                // A workbook has all cards: there is nothing to measure.
                Some(blueprint) if blueprint.exam.draw == Draw::All => {}
                Some(blueprint) => match measure(found, blueprint, &ready, ui) {
                    Some(found) => measured.push(found),
                    None => verdict = Verdict::Wrong,
                },
                None => verdict = Verdict::Wrong,
            }
        }
        match ui.format() {
            Format::Json => json::print(&ready.bank, &census, &measured, ui),
            Format::Human => ui.result(&text::text(&ready.bank, &census, &measured)),
            Format::Short => ui.result(&short(&ready.bank, &census)),
        }
        if verdict == Verdict::Wrong {
            return Ok(verdict);
        }
        if let Some(path) = &self.html {
            let page = page::page(&ready.bank, &census, measured.iter().map(|one| (&one.blueprint, &one.coverage)));
            if ui.format() == Format::Human {
                ui.say("\n");
            }
            let mut press = Press::new(&global.out);
            press.add(
                &std::path::absolute(path).unwrap_or_else(|_| path.clone()),
                page.as_bytes(),
                "the figures as a page".to_owned(),
            )?;
            press.finish(ui)?;
        }
        Ok(Verdict::Fine)
    }

    /// Those that are named, or all of the user's own, or the usual one.
    fn blueprints(&self) -> Result<Vec<Found>, Failure> {
        if !self.blueprint.is_empty() {
            return self.blueprint.iter().map(|argument| BLUEPRINTS.find(argument)).collect();
        }
        let own = BLUEPRINTS.own()?;
        if own.is_empty() { Ok(vec![BLUEPRINTS.find(USUAL)?]) } else { Ok(own) }
    }
}

/// Reads a blueprint. `None` if it has errors, which are reported.
fn read(found: &Found, ready: &mut Ready, ui: &mut Ui) -> Result<Option<Blueprint>, Failure> {
    let source = found.source(&mut ready.sources)?;
    let loaded = Blueprint::read(&ready.sources, source);
    ui.report(&loaded.diagnostics, &ready.sources);
    Ok(loaded.blueprint)
}

/// Measures the bank against a blueprint. `None` if it names what the bank does not have, which is reported.
fn measure(found: &Found, blueprint: Blueprint, ready: &Ready, ui: &mut Ui) -> Option<Measured> {
    let progress = ui.progress(0, "drawing forms");
    let measured = Coverage::of(&ready.bank, &blueprint);
    progress.finish_and_clear();
    match measured {
        Ok(coverage) => Some(Measured { name: found.name.clone(), blueprint, coverage }),
        Err(diagnostics) => {
            ui.report(&diagnostics, &ready.sources);
            None
        }
    }
}

/// A line for each kind of card.
fn short(bank: &Bank, census: &Census) -> String {
    let line = |((chapter, kind, difficulty), cards): ((usize, CardType, u8), usize)| {
        format!("{}\t{}\t{difficulty}\t{cards}\n", bank.chapters[chapter].id, kind.word())
    };
    census.counts().map(line).collect()
}
