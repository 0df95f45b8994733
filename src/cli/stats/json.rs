//! The figures as JSON, a line each.

use super::Measured;
use crate::bank::Bank;
use crate::blueprint::Level;
use crate::card::{Bloom, CardType, letter};
use crate::census::Census;
use crate::cli::ui::Ui;
use crate::form::coverage::{Cell, Part};
use serde::Serialize;

/// A figure, told apart by its `kind`.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Line<'a> {
    /// Cards of a chapter, a type and a difficulty; only what there is.
    Cards { chapter: &'a str, r#type: &'static str, difficulty: u8, cards: usize },
    /// Cards that ask for so much; `null` for those that do not say.
    Bloom { level: Option<&'static str>, cards: usize },
    /// Single-choice items with so many options whose key stands at a letter, in the file.
    Key { options: usize, letter: char, cards: usize },
    /// Statements to judge.
    Judgements { r#true: usize, r#false: usize },
    /// Single-choice items whose key is the longest option.
    LongestKey { cards: usize, of: usize },
    /// How many forms there are without a repeat.
    Forms {
        blueprint: &'a str,
        items: usize,
        /// `null` where it hangs on the cards that are drawn.
        points: Option<f32>,
        drawn: usize,
        at_most: usize,
        /// So many forms are fed by the kinds that half of a form's items or more are of.
        depth: usize,
        /// For how many forms `write` is reckoned.
        target: usize,
    },
    /// A kind of card by type, by chapter or by level alone.
    Margin(Need<'a>),
    /// A kind of card by all that the blueprint tells apart.
    Cell(Need<'a>),
}

/// What a form takes of a kind of card, and what there is. `null` stands for any.
#[derive(Serialize)]
struct Need<'a> {
    blueprint: &'a str,
    r#type: Option<&'static str>,
    /// More than one for the chapters without a quota.
    chapters: Option<Vec<&'a str>>,
    level: Option<&'static str>,
    least: usize,
    most: usize,
    usual: f64,
    cards: usize,
    /// `null` where a form takes none.
    feeds: Option<usize>,
    write: usize,
}

/// Prints all figures.
pub(super) fn print(bank: &Bank, census: &Census, measured: &[Measured], ui: &mut Ui) {
    for ((chapter, kind, difficulty), cards) in census.counts() {
        let chapter = bank.chapters[chapter].id.as_str();
        ui.json(&Line::Cards { chapter, r#type: kind.word(), difficulty, cards });
    }
    for (level, cards) in &census.bloom {
        ui.json(&Line::Bloom { level: level.map(Bloom::word), cards: *cards });
    }
    for (options, positions) in &census.letters {
        for (position, cards) in positions.iter().enumerate() {
            ui.json(&Line::Key { options: *options, letter: letter(position), cards: *cards });
        }
    }
    let (r#true, r#false) = census.judgements;
    ui.json(&Line::Judgements { r#true, r#false });
    ui.json(&Line::LongestKey { cards: census.longest, of: census.single_choice() });
    for Measured { name, coverage, .. } in measured {
        ui.json(&Line::Forms {
            blueprint: name,
            items: coverage.items,
            points: coverage.points.map(crate::points::Points::to_f32),
            drawn: coverage.supply.drawn,
            at_most: coverage.supply.bound,
            depth: coverage.depth,
            target: coverage.target,
        });
        let rest = || {
            let named = |chapter: &usize| coverage.parts.iter().any(|cell| cell.part == Some(Part::Chapter(*chapter)));
            (0..bank.chapters.len()).filter(move |chapter| !named(chapter)).collect()
        };
        let need = |cell: &Cell| {
            let chapters = cell.part.map(|part| match part {
                Part::Chapter(chapter) => vec![chapter],
                Part::Rest => rest(),
            });
            let ids = |chapters: Vec<usize>| chapters.iter().map(|one| bank.chapters[*one].id.as_str()).collect();
            Need {
                blueprint: name,
                r#type: cell.kind.map(CardType::word),
                chapters: chapters.map(ids),
                level: cell.level.map(Level::word),
                least: cell.least,
                most: cell.most,
                usual: (cell.usual * 100.0).round() / 100.0,
                cards: cell.cards,
                feeds: cell.feeds,
                write: cell.write,
            }
        };
        for margin in coverage.kinds.iter().chain(&coverage.parts).chain(&coverage.levels) {
            ui.json(&Line::Margin(need(margin)));
        }
        for cell in &coverage.cells {
            ui.json(&Line::Cell(need(cell)));
        }
    }
}
