//! The part of the page about a blueprint: forms without a repeat, what is thin, and the map of what the bank feeds.

use super::words::Words;
use super::write::{Page, bar};
use crate::bank::{Bank, Language};
use crate::blueprint::{Blueprint, Level};
use crate::form::coverage::{Cell, Coverage, Part};

/// How many kinds of card are named where the next ones are wanted.
const NAMED: usize = 10;

pub(super) fn exam(page: &mut Page, words: Words, bank: &Bank, blueprint: &Blueprint, coverage: &Coverage) {
    page.open("section", "exam");
    page.text("h2", "", &blueprint.exam.title);
    let points = coverage.points.map_or_else(String::new, |points| match words.0 {
        Language::Chinese => format!("，{points} 分"),
        Language::English => format!(", {points} points"),
    });
    let minutes = blueprint.exam.minutes.value;
    page.text(
        "p",
        "quiet",
        &match words.0 {
            Language::Chinese => format!("每卷 {} 题{points}，{minutes} 分钟", coverage.items),
            Language::English => format!("{} items{points}, {minutes} minutes a form", coverage.items),
        },
    );
    supply(page, words, bank, coverage);
    wanted(page, words, bank, coverage);
    margins(page, words, bank, coverage);
    if !(coverage.parts.is_empty() && coverage.levels.is_empty()) {
        map(page, words, bank, coverage);
    }
    page.close("section");
}

/// The number that everybody asks for.
fn supply(page: &mut Page, words: Words, bank: &Bank, coverage: &Coverage) {
    let supply = coverage.supply;
    page.open("p", "figure");
    let more = if supply.is_cut() { "+" } else { "" };
    page.text("strong", "", &format!("{}{more}", supply.drawn));
    page.inline(
        words.of("套试卷互不重题", if supply.drawn == 1 { "form without a repeat" } else { "forms without a repeat" }),
    );
    page.close("p");
    if supply.drawn == 0 && supply.bound > 0 {
        return page.note(words.of(
            "一套也组不成：用这份蓝图运行 cardpress exam，会说明缘由。",
            "No form can be drawn: run cardpress exam with this blueprint, and it says why.",
        ));
    }
    let because: Vec<String> = coverage.limits().map(|cell| words.cell(bank, cell)).collect();
    let bound = match (supply.is_exact(), words.chinese()) {
        (true, true) => "不可能再多".to_owned(),
        (true, false) => "There can be no more".to_owned(),
        (false, true) => format!("至多 {} 套", supply.bound),
        (false, false) => format!("No draw has more than {}", supply.bound),
    };
    let because = match (because.is_empty(), words.chinese()) {
        (true, _) => String::new(),
        (false, true) => format!("，限于：{}", because.join("；")),
        (false, false) => format!(", for want of: {}", because.join("; ")),
    };
    page.note(&format!("{bound}{because}{}", words.of("。", ".")));
}

/// Where the next cards are wanted.
fn wanted(page: &mut Page, words: Words, bank: &Bank, coverage: &Coverage) {
    let thin = coverage.thinnest();
    if thin.is_empty() {
        return;
    }
    page.text("h3", "", words.of("接下来写哪些题", "Where to write the next cards"));
    page.note(&match words.0 {
        Language::Chinese => format!("要够 {} 套卷用（一半的题已够 {} 套）：", coverage.target, coverage.depth),
        Language::English => {
            format!("To feed {} forms; half of a form is fed for {}.", coverage.target, coverage.depth)
        }
    });
    page.table(words.of("最缺的题", "The thinnest kinds of card"), "numbers left");
    page.head(&[
        words.of("要写", "Write"),
        words.of("哪一类", "Of which kind"),
        words.of("现有", "There"),
        words.of("够几套", "Feeds forms"),
    ]);
    for cell in thin.iter().take(NAMED) {
        page.open("tr", "");
        page.number(cell.write);
        page.row_head(&words.cell(bank, cell));
        page.number(cell.cards);
        page.number(cell.feeds.unwrap_or_default());
        page.close("tr");
    }
    page.close("table");
    if thin.len() > NAMED {
        let rest = thin.len() - NAMED;
        page.note(&match words.0 {
            Language::Chinese => format!("另有 {rest} 类。"),
            Language::English => format!("And {rest} more kinds."),
        });
    }
}

/// By type, by chapter and by level alone.
fn margins(page: &mut Page, words: Words, bank: &Bank, coverage: &Coverage) {
    page.text("h3", "", words.of("题库够用几套", "How many forms the bank feeds"));
    let all = || coverage.kinds.iter().chain(&coverage.parts).chain(&coverage.levels);
    // One kind that there is plenty of shall not make the others invisible.
    let most = all().filter_map(|cell| cell.feeds).max().unwrap_or_default().min(2 * coverage.target);
    page.table(words.of("每卷用题与现有题", "What a form takes and what there is"), "bars");
    page.head(&[
        words.of("类别", "Kind"),
        "",
        words.of("每卷", "A form"),
        words.of("现有", "Cards"),
        words.of("够几套", "Forms"),
    ]);
    for group in [&coverage.kinds, &coverage.parts, &coverage.levels].into_iter().filter(|group| !group.is_empty()) {
        page.open("tbody", "");
        for cell in group {
            page.open("tr", "");
            page.row_head(&words.cell(bank, cell));
            page.drawing(&bar(cell.feeds.unwrap_or_default(), most, None));
            let range = if cell.least == cell.most {
                cell.least.to_string()
            } else {
                format!("{}–{}", cell.least, cell.most)
            };
            page.cell(&range);
            page.number(cell.cards);
            page.cell(&cell.feeds.map_or_else(|| "–".to_owned(), |feeds| feeds.to_string()));
            page.close("tr");
        }
        page.close("tbody");
    }
    page.close("table");
}

/// How many forms each cell feeds: types across, chapters and levels down.
fn map(page: &mut Page, words: Words, bank: &Bank, coverage: &Coverage) {
    page.text("h3", "", words.of("分布图：每一类够几套", "The map: how many forms each kind feeds"));
    page.open("div", "wide");
    page.table(words.of("每一类够几套卷用", "How many forms each kind feeds"), "map");
    let levels: Vec<Option<Level>> = some_or_any(&coverage.levels, |cell| cell.level);
    let parts: Vec<Option<Part>> = some_or_any(&coverage.parts, |cell| cell.part);
    let mut head = vec![words.of("章", "Chapter")];
    if !coverage.levels.is_empty() {
        head.push(words.of("难度", "Level"));
    }
    if coverage.parts.is_empty() {
        head.remove(0);
    }
    head.extend(coverage.kinds.iter().filter_map(|cell| cell.kind).map(|kind| words.kind(kind)));
    page.head(&head);
    for part in &parts {
        for (number, level) in levels.iter().enumerate() {
            page.open("tr", if number == 0 { "first" } else { "" });
            if let Some(part) = part {
                // Repeated in every row for those who listen, shown once.
                page.open("th", if number == 0 { "" } else { "again" });
                page.inline(&words.part(bank, *part));
                page.close("th");
            }
            if let Some(level) = level {
                page.row_head(words.level(*level));
            }
            for cell in coverage.cells.iter().filter(|cell| cell.part == *part && cell.level == *level) {
                self::cell(page, words, bank, cell, coverage.target);
            }
            page.close("tr");
        }
    }
    page.close("table");
    page.close("div");
    page.open("p", "note key");
    for (class, word) in [
        ("h0", words.of("一套也不够", "not one form")),
        ("h1", words.of("不到一半", "less than half")),
        ("h2", words.of("不够", "not enough")),
        ("h3", words.of("够", "enough")),
        ("h4", words.of("两倍以上", "twice as many")),
    ] {
        page.open("span", "");
        page.empty("i", class);
        page.inline(word);
        page.close("span");
    }
    page.inline(&match words.0 {
        Language::Chinese => format!("（以 {} 套为准）", coverage.target),
        Language::English => format!("(for {} forms)", coverage.target),
    });
    page.close("p");
}

fn cell(page: &mut Page, words: Words, bank: &Bank, cell: &Cell, target: usize) {
    let Some(feeds) = cell.feeds else { return page.titled("none", "", "·") };
    let class = match feeds {
        0 => "h0",
        feeds if feeds * 2 < target => "h1",
        feeds if feeds < target => "h2",
        feeds if feeds < target * 2 => "h3",
        _ => "h4",
    };
    let title = match words.0 {
        Language::Chinese => format!("{}：现有 {} 题，每卷约 {:.1} 题", words.cell(bank, cell), cell.cards, cell.usual),
        Language::English => {
            format!("{}: {} cards, a form takes about {:.1}", words.cell(bank, cell), cell.cards, cell.usual)
        }
    };
    page.titled(class, &title, &feeds.to_string());
}

fn some_or_any<T: Copy>(margins: &[Cell], of: impl Fn(&Cell) -> Option<T>) -> Vec<Option<T>> {
    if margins.is_empty() { vec![None] } else { margins.iter().map(of).collect() }
}
