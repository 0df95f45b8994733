//! `cardpress stats`: how many cards of which type and difficulty each chapter has.

use super::table::{Edge, Table};
use super::ui::{Ui, count_of};
use super::{Failure, Format, Global, Ready, Verdict, load};
use crate::bank::Bank;
use crate::card::{CardType, Difficulty};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;

/// Count the cards of each chapter by type and difficulty
///
/// `--format short` prints a line for each kind of card, tab-separated: chapter, type, difficulty, cards.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress stats --bank cards")]
pub(super) struct Stats {}

impl Stats {
    #[expect(clippy::unused_self, reason = "every verb is run the same way")]
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(Ready { bank, .. }) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let counts = Counts::of(&bank);
        match ui.format() {
            Format::Human => ui.result(&human(&bank, &counts)),
            Format::Short => {
                for count in counts.lines(&bank) {
                    ui.result(&format!("{}\t{}\t{}\t{}\n", count.chapter, count.r#type, count.difficulty, count.cards));
                }
            }
            Format::Json => counts.lines(&bank).for_each(|count| ui.json(&count)),
        }
        Ok(Verdict::Fine)
    }
}

/// Cards by the position of their chapter, their type and their difficulty; only what there is.
struct Counts(BTreeMap<(usize, CardType, u8), usize>);

/// One of the counts, for programs.
#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    chapter: &'a str,
    r#type: &'static str,
    difficulty: u8,
    cards: usize,
}

impl Counts {
    fn of(bank: &Bank) -> Self {
        let mut counts = BTreeMap::new();
        for card in &bank.cards {
            *counts.entry((card.chapter, card.kind(), card.difficulty.level())).or_default() += 1;
        }
        Self(counts)
    }

    fn lines<'a>(&'a self, bank: &'a Bank) -> impl Iterator<Item = Line<'a>> {
        self.0.iter().map(|((chapter, kind, difficulty), cards)| Line {
            kind: "cards",
            chapter: bank.chapters[*chapter].id.as_str(),
            r#type: kind.word(),
            difficulty: *difficulty,
            cards: *cards,
        })
    }

    /// How many cards there are of a kind; `None` stands for any.
    fn sum(&self, chapter: Option<usize>, kind: Option<CardType>, difficulty: Option<u8>) -> usize {
        let fits = |(in_chapter, of_kind, at): &(usize, CardType, u8)| {
            chapter.is_none_or(|chapter| chapter == *in_chapter)
                && kind.is_none_or(|kind| kind == *of_kind)
                && difficulty.is_none_or(|difficulty| difficulty == *at)
        };
        self.0.iter().filter(|(key, _)| fits(key)).map(|(_, cards)| cards).sum()
    }
}

fn human(bank: &Bank, counts: &Counts) -> String {
    let levels = || Difficulty::LEVELS.map(|level| level as u8);
    let mut edges = vec![Edge::Left, Edge::Left, Edge::Right];
    edges.extend(levels().map(|_| Edge::Right));
    let mut table = Table::new(edges);
    let title = |text: &str| text.to_owned();
    table.row(
        [title("chapter"), title("type"), title("cards")].into_iter().chain(levels().map(|level| format!("d{level}"))),
    );
    let chapters = (0..bank.chapters.len()).map(Some).chain((bank.chapters.len() != 1).then_some(None));
    for chapter in chapters {
        let heading = chapter
            .map_or_else(|| "all chapters".to_owned(), |chapter| bank.chapters[chapter].heading(bank.info.language));
        let kinds = CardType::WORDS.iter().filter(|(_, kind)| counts.sum(chapter, Some(*kind), None) > 0);
        let rows = std::iter::once((heading, None)).chain(kinds.map(|(_, kind)| (String::new(), Some(*kind))));
        table.row([] as [&str; 0]);
        for (heading, kind) in rows {
            let number = |difficulty: Option<u8>| match counts.sum(chapter, kind, difficulty) {
                0 => "-".to_owned(),
                cards => cards.to_string(),
            };
            let word = kind.map_or("all types", CardType::word).to_owned();
            table.row([heading, word, number(None)].into_iter().chain(levels().map(|level| number(Some(level)))));
        }
    }
    let drawn = bank.cards.iter().filter(|card| card.exam && card.kind() != CardType::Basic).count();
    let deck = bank.cards.iter().filter(|card| card.deck).count();
    format!(
        "{} ({}): {} in {}; {deck} for the deck, {drawn} for exams\nd1 easy to d5 hard\n\n{}",
        bank.info.title.replace(char::is_control, " "),
        bank.info.id,
        count_of(bank.cards.len(), "card"),
        count_of(bank.chapters.len(), "chapter"),
        table.render(),
    )
}
