//! Reading what holds for a form as a whole: quotas, shares of difficulty, overlap, and cards that must or must not be drawn.

use super::{Amount, Blueprint, Filter, Level, LevelShare, Overlap, Quota, Rules, Share};
use crate::card::CardId;
use crate::card::parse::invalid_id;
use crate::diag::{Code, Diagnostic, did_you_mean};
use crate::fields::{At, FieldSpec, Table, describe, number_of, optional};
use crate::source::{SourceId, Span};
use toml::de::{DeTable, DeValue};

const QUOTA_FIELDS: &[FieldSpec] = &[
    optional("min", "at least so many items"),
    optional("max", "at most so many items"),
    optional("weight", "a share of all items, such as \"25%\" or 0.25"),
    optional("slack", "by how many items the weight may be missed; 1 unless said otherwise"),
];
const CHAPTER_FIELDS: &[FieldSpec] = &[optional("sections", "quotas of sections of the chapter, by their ids")];
const OVERLAP_FIELDS: &[FieldSpec] =
    &[optional("max", "the largest share of its items that a form may have in common with another form of the exam")];
const DIFFICULTY_FIELDS: &[FieldSpec] = &[
    optional("easy", "the share of the points of cards with difficulty 1 and 2, such as \"50-75%\""),
    optional("medium", "the share of the points of cards with difficulty 3"),
    optional("hard", "the share of the points of cards with difficulty 4 and 5"),
];
const RULES_FIELDS: &[FieldSpec] = &[
    optional("include", "ids of cards that stand on every form"),
    optional("only", "draw only these: ids, \"tag:…\", \"chapter:…\", \"section:…\""),
    optional("exclude", "never draw these: ids, \"tag:…\", \"chapter:…\", \"section:…\""),
    optional("enemies", "groups of ids of which a form has at most one: [[\"a\", \"b\"]]"),
    optional("balance_keys", "true: of the statements of a section two to three fifths are true"),
];

/// The slack of a weight that says nothing about it, in items.
const USUAL_SLACK: usize = 1;

/// `[chapters]`: a quota for each chapter and section that is named.
pub(super) fn quotas(file: &mut Table<'_, '_>) -> Vec<Quota> {
    let Some((table, span)) = file.table("chapters") else { return Vec::new() };
    let mut quotas = Vec::new();
    for (chapter, entries, place) in named_tables(table, span.source, "chapters", file.diagnostics()) {
        let what = format!("the quota of chapter `{}`", chapter.value);
        let specs = [QUOTA_FIELDS, CHAPTER_FIELDS];
        let mut reader = Table::new(place.source, place.range(), entries, &what, &specs, file.diagnostics());
        let has_sections = reader.table("sections").is_some();
        let amount = amount(&mut reader, !has_sections);
        quotas.extend(amount.map(|amount| Quota { chapter: chapter.clone(), section: None, amount }));
        let Some(table) = entries.get("sections").and_then(|sections| sections.get_ref().as_table()) else { continue };
        for (section, entries, place) in named_tables(table, span.source, "sections", file.diagnostics()) {
            let what = format!("the quota of section `{}`", section.value);
            let mut reader =
                Table::new(place.source, place.range(), entries, &what, &[QUOTA_FIELDS], file.diagnostics());
            let amount = amount_of(&mut reader);
            quotas.extend(amount.map(|amount| Quota { chapter: chapter.clone(), section: Some(section), amount }));
        }
    }
    quotas
}

fn amount_of(table: &mut Table<'_, '_>) -> Option<Amount> {
    amount(table, true)
}

/// `needed`: whether a table that says nothing is worth a word.
fn amount(table: &mut Table<'_, '_>, needed: bool) -> Option<Amount> {
    let most = Blueprint::MOST_ITEMS;
    let whole = |number: At<u64>| At { value: number.value as usize, span: number.span };
    let (min, max) = (table.integer("min", 0..=most).map(whole), table.integer("max", 0..=most).map(whole));
    let (weight, slack) = (share(table, "weight"), table.integer("slack", 0..=most).map(whole));
    let range = table.has("min") || table.has("max");
    match (range, table.has("weight")) {
        (true, true) => {
            let message = "a quota with both a range and a weight";
            let help = "write `min` and `max`, or `weight` and `slack`";
            table.report(Diagnostic::new(Code::InvalidValue, table.span(), message).help(help));
            None
        }
        (true, false) => {
            if let (Some(min), Some(max)) = (min, max)
                && min.value > max.value
            {
                let message = format!("`min` is {}, more than `max`, which is {}", min.value, max.value);
                table.report(Diagnostic::new(Code::InvalidValue, min.span, message).related(max.span, "here"));
                return None;
            }
            if let Some(slack) = slack {
                let message = "`slack` belongs to a `weight`";
                table.report(Diagnostic::new(Code::InvalidValue, slack.span, message).help("leave it out"));
            }
            (min.is_some() || max.is_some()).then_some(Amount::Range { min, max })
        }
        (false, true) => {
            let slack = slack.map_or(USUAL_SLACK, |slack| slack.value);
            weight.map(|weight| Amount::Weight { weight, slack })
        }
        (false, false) => {
            if needed {
                let message = "a quota that says nothing";
                let help = "write `min` and `max`, or `weight` and `slack`";
                table.report(Diagnostic::new(Code::MissingField, table.span(), message).help(help));
            }
            None
        }
    }
}

/// The entries of a table whose keys are names of the user's, sorted; what is no table is reported.
fn named_tables<'t, 's>(
    table: &'t DeTable<'s>,
    source: SourceId,
    of: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(At<String>, &'t DeTable<'s>, Span)> {
    let mut tables = Vec::with_capacity(table.len());
    for (key, value) in table {
        let name = At { value: key.get_ref().to_string(), span: Span::new(source, key.span()) };
        let span = Span::new(source, value.span());
        match value.get_ref() {
            DeValue::Table(entries) => tables.push((name, entries, span)),
            other => {
                let message = format!(
                    "`{}` in `{of}` is {}, expected a table such as {{ min = 2, max = 6 }}",
                    name.value.escape_debug(),
                    describe(other)
                );
                diagnostics.push(Diagnostic::new(Code::WrongType, span, message));
            }
        }
    }
    tables
}

/// `overlap` of the exam.
pub(super) fn overlap(table: &mut Table<'_, '_>) -> Overlap {
    match table.raw("overlap") {
        None => return Overlap::default(),
        Some(At { value: DeValue::String(_), .. }) => {
            let free = table.one_of("overlap", &[("any", true), ("least", false)]);
            return Overlap { free: free.is_some_and(|free| free.value), ..Overlap::default() };
        }
        Some(_) => {}
    }
    let Some((entries, span)) = table.table("overlap") else { return Overlap::default() };
    let mut table = Table::new(span.source, span.range(), entries, "`overlap`", &[OVERLAP_FIELDS], table.diagnostics());
    Overlap { free: false, max: share(&mut table, "max") }
}

/// `[difficulty]`: a share for each level that is named.
pub(super) fn difficulty(file: &mut Table<'_, '_>) -> Vec<LevelShare> {
    let Some((entries, span)) = file.table("difficulty") else { return Vec::new() };
    let what = "[difficulty]";
    let mut table = Table::new(span.source, span.range(), entries, what, &[DIFFICULTY_FIELDS], file.diagnostics());
    let mut shares = Vec::new();
    for (word, level) in Level::WORDS {
        let Some(text) = table.string(word) else { continue };
        match range(text.value) {
            Some((min, max)) => shares.push(LevelShare { level: *level, min, max, span: text.span }),
            None => {
                let message = format!("`{word}` is `{}`", text.value.escape_debug());
                let help = "allowed: a share or a range of shares, such as \"60%\" or \"50-75%\"";
                table.report(Diagnostic::new(Code::InvalidValue, text.span, message).help(help));
            }
        }
    }
    let total = |bound: fn(&LevelShare) -> Share| shares.iter().map(|share| bound(share).basis_points).sum::<u32>();
    if total(|share| share.min) > Share::ALL.basis_points {
        let message = "the least shares add up to more than 100%";
        table.report(Diagnostic::new(Code::InvalidValue, span, message).help("lower some of them"));
    }
    if shares.len() == Level::WORDS.len() && total(|share| share.max) < Share::ALL.basis_points {
        let message = "the largest shares add up to less than 100%";
        table.report(Diagnostic::new(Code::InvalidValue, span, message).help("raise some of them"));
    }
    shares
}

/// `[rules]`.
pub(super) fn rules(file: &mut Table<'_, '_>) -> Rules {
    let Some((entries, span)) = file.table("rules") else { return Rules::default() };
    let mut table = Table::new(span.source, span.range(), entries, "[rules]", &[RULES_FIELDS], file.diagnostics());
    let include = table.strings("include").map(|names| names.value).unwrap_or_default();
    let include = include.into_iter().filter_map(|name| card_id(name, &mut table)).collect();
    let only = filters("only", &mut table);
    let exclude = filters("exclude", &mut table);
    let enemies = enemies(span.source, &mut table);
    let balance_keys = table.boolean("balance_keys").is_some_and(|balance| balance.value);
    Rules { include, only, exclude, enemies, balance_keys }
}

fn card_id(name: At<&str>, table: &mut Table<'_, '_>) -> Option<At<CardId>> {
    let id = CardId::new(name.value);
    if id.is_none() {
        table.report(invalid_id(name, "a card"));
    }
    id.map(|value| At { value, span: name.span })
}

fn filters(name: &str, table: &mut Table<'_, '_>) -> Vec<At<Filter>> {
    let words = table.strings(name).map(|words| words.value).unwrap_or_default();
    words.into_iter().filter_map(|word| filter(word, table)).collect()
}

fn filter(word: At<&str>, table: &mut Table<'_, '_>) -> Option<At<Filter>> {
    const KINDS: [&str; 3] = ["tag", "chapter", "section"];
    let value = match word.value.split_once(':') {
        None => Filter::Card(card_id(word, table)?.value),
        Some(("tag", name)) if !name.is_empty() => Filter::Tag(name.to_owned()),
        Some(("chapter", name)) if !name.is_empty() => Filter::Chapter(name.to_owned()),
        Some(("section", name)) if !name.is_empty() => Filter::Section(name.to_owned()),
        Some((kind, _)) => {
            let message = format!("`{}` names no cards", word.value.escape_debug());
            let mut diagnostic = Diagnostic::new(Code::InvalidValue, word.span, message);
            diagnostic.help.extend(did_you_mean(kind, KINDS).filter(|_| !KINDS.contains(&kind)));
            let help = "allowed: the id of a card, or one of `tag:…`, `chapter:…` and `section:…`";
            table.report(diagnostic.help(help));
            return None;
        }
    };
    Some(At { value, span: word.span })
}

fn enemies(source: SourceId, table: &mut Table<'_, '_>) -> Vec<Vec<At<CardId>>> {
    let groups =
        table.array("enemies", "groups of ids, [[\"a\", \"b\"]]").map(|groups| groups.value).unwrap_or_default();
    let mut enemies = Vec::with_capacity(groups.len());
    for group in groups {
        let DeValue::Array(names) = group.value else {
            let message = format!("a group of `enemies` is {}, expected an array of ids", describe(group.value));
            table.report(Diagnostic::new(Code::WrongType, group.span, message));
            continue;
        };
        let mut ids = Vec::with_capacity(names.len());
        for name in names {
            let span = Span::new(source, name.span());
            match name.get_ref() {
                DeValue::String(text) => ids.extend(card_id(At { value: text.as_ref(), span }, table)),
                other => {
                    let message = format!("an enemy is {}, expected the id of a card", describe(other));
                    table.report(Diagnostic::new(Code::WrongType, span, message));
                }
            }
        }
        if names.len() < 2 {
            let message = "a group of `enemies` that bars nothing";
            table.report(Diagnostic::new(Code::InvalidValue, group.span, message).help("name at least two cards"));
        }
        enemies.push(ids);
    }
    enemies
}

/// A share: a string with `%`, or a number from 0 to 1.
fn share(table: &mut Table<'_, '_>, name: &str) -> Option<At<Share>> {
    let found = table.raw(name)?;
    let value = match found.value {
        DeValue::String(text) => percent(text),
        other => number_of(other).filter(|share| (0.0..=1.0).contains(share)).and_then(|share| {
            let basis_points = share * 10_000.0;
            Share::from_basis_points(basis_points.round() as u32)
        }),
    };
    if value.is_none() {
        let message = format!("`{name}` is not a share");
        let help = "allowed: \"0%\" to \"100%\", or a number from 0 to 1";
        table.report(Diagnostic::new(Code::InvalidValue, found.span, message).help(help));
    }
    value.map(|value| At { value, span: found.span })
}

/// `50-75%`, `50%-75%` or `60%`.
fn range(text: &str) -> Option<(Share, Share)> {
    let dash = |character| matches!(character, '-' | '–' | '~' | '～');
    let Some((low, high)) = text.split_once(dash) else {
        let share = percent(text)?;
        return Some((share, share));
    };
    let low = low.trim();
    let low = if low.ends_with(['%', '％']) { percent(low) } else { percent(&format!("{low}%")) };
    let (low, high) = (low?, percent(high)?);
    (low <= high).then_some((low, high))
}

/// `33.5%`, with at most two decimals.
fn percent(text: &str) -> Option<Share> {
    let number = text.trim().strip_suffix(['%', '％'])?.trim_end();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = !whole.is_empty() && whole.len() <= 3 && decimals.len() <= 2 && digits(whole) && digits(decimals);
    let whole: u32 = sound.then(|| whole.parse().ok())??;
    let decimals: u32 = format!("{decimals:0<2}").parse().ok()?;
    Share::from_basis_points(whole * 100 + decimals)
}
