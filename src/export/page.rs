//! The figures of a bank as one page of HTML, to be read in a browser or printed.
//!
//! In: a bank, what it holds, and how far it goes for some blueprints. Out: a page that needs nothing else: no script, no network, no font.
//! It is well-formed XML as well as HTML. Every plot is a table with a drawing in it, so that what is seen is also read out, copied and
//! printed as numbers; it fits a telephone, and is dark where the reader likes it dark. The same input gives the same bytes.
//!
//! `write` opens and closes elements and draws bars, `exam` is the part about a blueprint, `words` says it in the language of the bank.

mod exam;
mod words;
mod write;

use crate::bank::{Bank, Language};
use crate::blueprint::Blueprint;
use crate::card::{Difficulty, letter};
use crate::census::{Census, KEY_SHARE, LEAST_APPLY, MOST_LONGEST, MOST_REMEMBER, TRUE_SHARE, per_cent};
use crate::form::coverage::Coverage;
use words::Words;
use write::{Band, Page, bar, stacked};

const STYLE: &str = include_str!("page/style.css");

/// The page.
pub fn page<'a>(
    bank: &Bank,
    census: &Census,
    exams: impl IntoIterator<Item = (&'a Blueprint, &'a Coverage)>,
) -> String {
    let words = Words(bank.info.language);
    let mut page =
        Page::new(words.0.tag(), &format!("{} · {}", bank.info.title, words.of("题库统计", "the bank in figures")));
    page.open("header", "");
    page.text("h1", "", &bank.info.title);
    let line = match words.0 {
        Language::Chinese => format!(
            "{} 章，{} 张卡片：{} 张进牌组，{} 张可入卷 · 题库指纹 {}",
            bank.chapters.len(),
            census.cards,
            census.deck,
            census.exam,
            bank.fingerprint()
        ),
        Language::English => format!(
            "{} cards in {} chapters: {} for the deck, {} for exams · fingerprint {}",
            census.cards,
            bank.chapters.len(),
            census.deck,
            census.exam,
            bank.fingerprint()
        ),
    };
    page.text("p", "quiet", &line);
    page.close("header");
    page.open("main", "");
    for (blueprint, coverage) in exams {
        exam::exam(&mut page, words, bank, blueprint, coverage);
    }
    by_chapter(&mut page, words, bank, census);
    page.open("div", "pair");
    difficulty(&mut page, words, census);
    bloom(&mut page, words, census);
    page.close("div");
    keys(&mut page, words, census);
    page.close("main");
    page.finish(STYLE)
}

/// A bar for each chapter, a colour for each type.
fn by_chapter(page: &mut Page, words: Words, bank: &Bank, census: &Census) {
    page.open("section", "");
    page.text("h2", "", words.of("各章的题型", "Types by chapter"));
    page.open("ul", "legend");
    for kind in census.kinds(None) {
        page.open("li", "");
        page.empty("i", &format!("k{}", kind as usize));
        page.inline(words.kind(kind));
        page.close("li");
    }
    page.close("ul");
    let most = (0..bank.chapters.len()).map(|chapter| census.sum(Some(chapter), None, None)).max().unwrap_or_default();
    page.table(words.of("每章的卡片数", "Cards of each chapter"), "bars");
    page.head(&[words.of("章", "Chapter"), "", words.of("卡片", "Cards")]);
    for (position, chapter) in bank.chapters.iter().enumerate() {
        let parts: Vec<(usize, String, String)> = census
            .kinds(Some(position))
            .map(|kind| {
                let cards = census.sum(Some(position), Some(kind), None);
                (cards, format!("k{}", kind as usize), format!("{} {cards}", words.kind(kind)))
            })
            .collect();
        let mark = if chapter.key_chapter { words.of("（重点）", " (key chapter)") } else { "" };
        page.open("tr", "");
        page.row_head(&(chapter.heading(bank.info.language) + mark));
        page.drawing(&stacked(&parts, most));
        page.number(census.sum(Some(position), None, None));
        page.close("tr");
    }
    page.close("table");
    page.open("details", "");
    page.text("summary", "", words.of("全部数字", "All numbers"));
    page.open("div", "wide");
    page.table(words.of("各章各题型的卡片数", "Cards by chapter and type"), "numbers");
    let kinds = || census.kinds(None).map(|kind| words.kind(kind));
    let head: Vec<&str> =
        [words.of("章", "Chapter")].into_iter().chain(kinds()).chain([words.of("合计", "All")]).collect();
    page.head(&head);
    let all = (bank.chapters.len() > 1).then_some(None);
    for position in (0..bank.chapters.len()).map(Some).chain(all) {
        page.open("tr", "");
        let heading = position.map(|position| bank.chapters[position].heading(bank.info.language));
        page.row_head(&heading.unwrap_or_else(|| words.of("全部", "All").to_owned()));
        census.kinds(None).for_each(|kind| page.number(census.sum(position, Some(kind), None)));
        page.number(census.sum(position, None, None));
        page.close("tr");
    }
    page.close("table");
    page.close("div");
    page.close("details");
    page.close("section");
}

fn difficulty(page: &mut Page, words: Words, census: &Census) {
    let rows: Vec<(String, usize)> = Difficulty::LEVELS
        .map(|level| {
            let word = match level {
                1 => words.of("1（易）", "1 (easy)").to_owned(),
                5 => words.of("5（难）", "5 (hard)").to_owned(),
                level => level.to_string(),
            };
            (word, census.sum(None, None, Some(level as u8)))
        })
        .collect();
    shares(page, words, words.of("难度", "Difficulty"), &rows, None, None);
}

fn bloom(page: &mut Page, words: Words, census: &Census) {
    let rows: Vec<(String, usize)> =
        census.bloom.iter().map(|(level, cards)| (words.bloom(*level).to_owned(), *cards)).collect();
    let (remember, apply, said) = census.bloom_summary();
    let note = (said > 0).then(|| {
        let (remember, apply) = (per_cent(remember, said), per_cent(apply, said));
        match words.0 {
            Language::Chinese => format!(
                "记忆 {remember}%（建议不超过 {MOST_REMEMBER}%），应用及以上 {apply}%（建议不少于 {LEAST_APPLY}%）"
            ),
            Language::English => format!(
                "{remember}% remember (at most {MOST_REMEMBER}%), {apply}% apply or more (at least {LEAST_APPLY}%)"
            ),
        }
    });
    shares(page, words, words.of("布鲁姆层次", "What cards ask for (Bloom)"), &rows, None, note.as_deref());
}

fn keys(page: &mut Page, words: Words, census: &Census) {
    let (yes, no) = census.judgements;
    if census.single_choice() == 0 && yes + no == 0 {
        return;
    }
    page.open("div", "pair");
    for (options, positions) in &census.letters {
        let rows: Vec<(String, usize)> =
            positions.iter().enumerate().map(|(position, cards)| (letter(position).to_string(), *cards)).collect();
        let title = match words.0 {
            Language::Chinese => format!("单选题答案位置（{options} 个选项）"),
            Language::English => format!("Keys of single choice ({options} options)"),
        };
        let band = (*options == 4).then(|| Band { from: *KEY_SHARE.start(), to: *KEY_SHARE.end() });
        shares(page, words, &title, &rows, band, None);
    }
    if yes + no > 0 {
        let rows = [(words.of("对", "true").to_owned(), yes), (words.of("错", "false").to_owned(), no)];
        let band = Band { from: *TRUE_SHARE.start(), to: *TRUE_SHARE.end() };
        shares(page, words, words.of("判断题答案", "Statements to judge"), &rows, Some(band), None);
    }
    if census.single_choice() > 0 {
        let single = census.single_choice();
        let rows = [
            (words.of("答案最长", "the key is longest").to_owned(), census.longest),
            (words.of("其余", "otherwise").to_owned(), single - census.longest),
        ];
        let note = match words.0 {
            Language::Chinese => format!("四个选项时凭机会约占 25%，超过 {MOST_LONGEST}% 就成了线索。"),
            Language::English => {
                format!("Chance gives about 25% with four options; above {MOST_LONGEST}% it gives the key away.")
            }
        };
        shares(
            page,
            words,
            words.of("单选题中答案最长的", "Keys that are the longest option"),
            &rows,
            None,
            Some(&note),
        );
    }
    page.close("div");
}

/// A plot of counts with their shares; `band` is where the shares should lie.
fn shares(
    page: &mut Page,
    words: Words,
    title: &str,
    rows: &[(String, usize)],
    band: Option<Band>,
    note: Option<&str>,
) {
    let whole: usize = rows.iter().map(|(_, count)| count).sum();
    let most = rows.iter().map(|(_, count)| per_cent(*count, whole)).max().unwrap_or_default();
    let most = most.max(band.map_or(0, |band| band.to)).max(1);
    page.open("section", "");
    page.text("h2", "", title);
    page.table(title, "bars");
    page.head(&["", "", words.of("卡片", "Cards"), "%"]);
    for (word, count) in rows {
        let share = per_cent(*count, whole);
        page.open("tr", "");
        page.row_head(word);
        page.drawing(&bar(share, most, band));
        page.number(*count);
        page.number(share);
        page.close("tr");
    }
    page.close("table");
    if let Some(Band { from, to }) = band {
        let line = match words.0 {
            Language::Chinese => format!("浅色带：每项宜占 {from}% 至 {to}%。"),
            Language::English => format!("Pale band: each should have {from} to {to}%."),
        };
        page.note(&line);
    }
    if let Some(note) = note {
        page.note(note);
    }
    page.close("section");
}

#[cfg(test)]
mod tests;
