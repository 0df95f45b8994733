//! The figures as text for a terminal, with small bars.

use super::Measured;
use crate::bank::Bank;
use crate::card::{Bloom, CardType, Difficulty, letter};
use crate::census::{Census, KEY_SHARE, LEAST_APPLY, MOST_LONGEST, MOST_REMEMBER, TRUE_SHARE, per_cent};
use crate::cli::bar::bar;
use crate::cli::table::{Edge, Table};
use crate::cli::ui::count_of;
use crate::form::coverage::{Cell, Coverage, Part};
use std::fmt::Write as _;

/// How many kinds of card are named where the next ones are wanted.
const NAMED: usize = 10;

/// All of it.
pub(super) fn text(bank: &Bank, census: &Census, measured: &[Measured]) -> String {
    let mut out = format!(
        "{} ({}): {} in {}; {} for the deck, {} for exams\nd1 easy to d5 hard\n\n{}",
        bank.info.title.replace(char::is_control, " "),
        bank.info.id,
        count_of(bank.cards.len(), "card"),
        count_of(bank.chapters.len(), "chapter"),
        census.deck,
        census.exam,
        by_chapter(bank, census),
    );
    out += &bloom(census);
    out += &keys(census);
    for measured in measured {
        out += &exam(bank, measured);
    }
    out
}

fn by_chapter(bank: &Bank, census: &Census) -> String {
    let levels = || Difficulty::LEVELS.map(|level| level as u8);
    let mut edges = vec![Edge::Left, Edge::Left, Edge::Right];
    edges.extend(levels().map(|_| Edge::Right));
    edges.push(Edge::Left);
    let mut table = Table::new(edges);
    let title = |text: &str| text.to_owned();
    table.row(
        [title("chapter"), title("type"), title("cards")].into_iter().chain(levels().map(|level| format!("d{level}"))),
    );
    let chapters = (0..bank.chapters.len()).map(Some).chain((bank.chapters.len() != 1).then_some(None));
    for chapter in chapters {
        let heading = chapter
            .map_or_else(|| "all chapters".to_owned(), |chapter| bank.chapters[chapter].heading(bank.info.language));
        let rows =
            std::iter::once((heading, None)).chain(census.kinds(chapter).map(|kind| (String::new(), Some(kind))));
        table.row([] as [&str; 0]);
        let whole = census.sum(chapter, None, None);
        for (heading, kind) in rows {
            let number = |difficulty: Option<u8>| match census.sum(chapter, kind, difficulty) {
                0 => "-".to_owned(),
                cards => cards.to_string(),
            };
            let word = kind.map_or("all types", CardType::word).to_owned();
            let numbers = levels().map(|level| number(Some(level)));
            let bar = kind.map_or_else(String::new, |kind| bar(census.sum(chapter, Some(kind), None), whole));
            table.row([heading, word, number(None)].into_iter().chain(numbers).chain([bar]));
        }
    }
    table.render()
}

/// Rows of a word, a count, its share of all and a bar, where there is anything to count.
fn shares(title: &str, rows: &[(String, usize)], note: &str) -> String {
    let whole: usize = rows.iter().map(|(_, count)| count).sum();
    if whole == 0 {
        return String::new();
    }
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let mut table = Table::new([Edge::Left, Edge::Right, Edge::Right, Edge::Left]);
    for (word, count) in rows {
        table.row([word.clone(), count.to_string(), format!("{}%", per_cent(*count, whole)), bar(*count, most)]);
    }
    format!("\n{title}{note}\n{}", table.render())
}

fn bloom(census: &Census) -> String {
    let (remember, apply, said) = census.bloom_summary();
    if said == 0 {
        return String::new();
    }
    let rows: Vec<(String, usize)> =
        census.bloom.iter().map(|(level, cards)| (level.map_or("not said", Bloom::word).to_owned(), *cards)).collect();
    let note = format!(
        ": of those that say it {}% remember (at most {MOST_REMEMBER}%), {}% apply or more (at least {LEAST_APPLY}%)",
        per_cent(remember, said),
        per_cent(apply, said),
    );
    shares("what cards ask for", &rows, &note)
}

fn keys(census: &Census) -> String {
    let mut out = String::new();
    for (options, positions) in &census.letters {
        let rows: Vec<(String, usize)> =
            positions.iter().enumerate().map(|(position, cards)| (letter(position).to_string(), *cards)).collect();
        let note = match options {
            4 => format!(" ({} to {}% each)", KEY_SHARE.start(), KEY_SHARE.end()),
            _ => String::new(),
        };
        out += &shares(&format!("keys of single-choice items with {options} options, as written"), &rows, &note);
    }
    let single = census.single_choice();
    if single > 0 {
        let share = per_cent(census.longest, single);
        let _ = write!(
            out,
            "\nthe key is the longest option in {} of {single} single-choice items: {share}% (at most {MOST_LONGEST}%)\n",
            census.longest,
        );
    }
    let (yes, no) = census.judgements;
    let note = format!(" ({} to {}% true)", TRUE_SHARE.start(), TRUE_SHARE.end());
    out + &shares("statements to judge", &[("true".to_owned(), yes), ("false".to_owned(), no)], &note)
}

fn exam(bank: &Bank, measured: &Measured) -> String {
    let Measured { name, blueprint, coverage } = measured;
    let worth = coverage.points.map_or_else(String::new, |points| format!(", {points} points"));
    let mut out = format!(
        "\n{name} {}: {}{worth} a form\n{}\n",
        blueprint.exam.title.replace(char::is_control, " "),
        count_of(coverage.items, "item"),
        supply(bank, coverage),
    );
    let mut table = Table::new([Edge::Left, Edge::Right, Edge::Right, Edge::Right, Edge::Right, Edge::Left]);
    table.row(["", "a form", "usually", "cards", "forms"]);
    let most = coverage.cells.iter().chain(&coverage.kinds).filter_map(|cell| cell.feeds).max().unwrap_or_default();
    let most = most.min(coverage.depth.max(1) * 2);
    for margins in [&coverage.kinds, &coverage.parts, &coverage.levels] {
        if !margins.is_empty() {
            table.row([] as [&str; 0]);
        }
        for cell in margins {
            let feeds = cell.feeds.map_or_else(|| "-".to_owned(), |feeds| feeds.to_string());
            let usual = format!("{:.1}", cell.usual);
            let bar = bar(cell.feeds.unwrap_or_default(), most);
            table.row([label(bank, cell), range(cell), usual, cell.cards.to_string(), feeds, bar]);
        }
    }
    out += &table.render();
    out + &wanted(bank, coverage)
}

/// "3 forms without a repeat (at most 4: essay)".
fn supply(bank: &Bank, coverage: &Coverage) -> String {
    let supply = coverage.supply;
    let because: Vec<String> = coverage.limits().map(|cell| label(bank, cell)).collect();
    let because = if because.is_empty() { String::new() } else { format!(": {}", because.join("; ")) };
    let drawn = count_of(supply.drawn, "form");
    match supply.bound {
        0 => format!("no form can be drawn{because}"),
        _ if supply.drawn == 0 => "no form can be drawn: `cardpress exam` with this blueprint says why".to_owned(),
        _ if supply.is_exact() => format!("{drawn} without a repeat; there can be no more{because}"),
        bound if supply.is_cut() => format!("{drawn} and more without a repeat (at most {bound}{because})"),
        bound => format!("{drawn} without a repeat (at most {bound}{because})"),
    }
}

/// Where to write the next cards.
fn wanted(bank: &Bank, coverage: &Coverage) -> String {
    let thin = coverage.thinnest();
    if thin.is_empty() {
        return "\nno kind of card is thinner than the others\n".to_owned();
    }
    let mut out = format!(
        "\nwhere to write the next cards, to feed {} (half of a form is fed for {})\n",
        count_of(coverage.target, "form"),
        coverage.depth,
    );
    let mut table = Table::new([Edge::Right, Edge::Left, Edge::Left]);
    for cell in thin.iter().take(NAMED) {
        let there = match (cell.cards, cell.feeds.unwrap_or_default()) {
            (0, _) => "none fits".to_owned(),
            (cards, 0) => format!("{cards} there: less than a form takes"),
            (cards, feeds) => format!("{cards} there: feeds {}", count_of(feeds, "form")),
        };
        table.row([cell.write.to_string(), label(bank, cell), there]);
    }
    out += &table.render();
    if thin.len() > NAMED {
        let _ = writeln!(out, "and {} more; `--format json` has all", count_of(thin.len() - NAMED, "kind"));
    }
    out
}

/// single-choice, ch06, difficulty 4-5
fn label(bank: &Bank, cell: &Cell) -> String {
    let kind = cell.kind.map(|kind| kind.word().to_owned());
    let part = cell.part.map(|part| match part {
        Part::Chapter(chapter) => bank.chapters[chapter].id.to_string(),
        Part::Rest => "other chapters".to_owned(),
    });
    let level = cell.level.map(|level| {
        let (from, to) = (level.difficulties().start().to_string(), level.difficulties().end().to_string());
        if from == to { format!("difficulty {from}") } else { format!("difficulty {from}-{to}") }
    });
    [kind, part, level].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn range(cell: &Cell) -> String {
    if cell.least == cell.most { cell.least.to_string() } else { format!("{}-{}", cell.least, cell.most) }
}
