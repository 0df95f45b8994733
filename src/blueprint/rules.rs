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
const OVERLAP_FIELDS: &[FieldSpec] = &[
    optional("max", "the largest share of its items that a form may have in common with another form of the exam"),
    optional("history", "lock files of earlier exams"),
    optional("history_max", "the largest share of its items that a form may have in common with a form of these"),
];
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
    optional(
        "balance_keys",
        "true: of the statements of a section two to three fifths are true; false: right letters are left to chance, not made even",
    ),
];

/// All fields of this room, which the page on blueprints explains.
#[cfg(test)]
pub(super) const FIELDS: &[&[FieldSpec]] =
    &[QUOTA_FIELDS, CHAPTER_FIELDS, OVERLAP_FIELDS, DIFFICULTY_FIELDS, RULES_FIELDS];

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
    let (max, history_max) = (share(&mut table, "max"), share(&mut table, "history_max"));
    let history = table.strings("history").map(|files| files.value).unwrap_or_default();
    for file in history.iter().filter(|file| file.value.trim().is_empty()) {
        table.report(Diagnostic::new(Code::EmptyField, file.span, "a lock file without a name"));
    }
    let history = history.into_iter().map(|file| At { value: file.value.to_owned(), span: file.span }).collect();
    Overlap { free: false, max, history, history_max }
}

/// `[difficulty]`: a share for each level that is named.
pub(super) fn difficulty(file: &mut Table<'_, '_>) -> Vec<LevelShare> {
    let Some((entries, span)) = file.table("difficulty") else { return Vec::new() };
    let what = "[difficulty]";
    let mut table = Table::new(span.source, span.range(), entries, what, &[DIFFICULTY_FIELDS], file.diagnostics());
    let mut shares = Vec::new();
    for (word, level) in Level::WORDS {
        let Some(text) = table.string(word) else { continue };
        if let Some((min, max)) = range(text.value) {
            shares.push(LevelShare { level: *level, min, max, span: text.span });
        } else {
            let message = format!("`{word}` is `{}`", text.value.escape_debug());
            let help = "allowed: a share or a range of shares, such as \"60%\" or \"50-75%\"";
            table.report(Diagnostic::new(Code::InvalidValue, text.span, message).help(help));
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
    let balance_keys = table.boolean("balance_keys").map(|balance| balance.value);
    Rules {
        include,
        only,
        exclude,
        enemies,
        balance_keys: balance_keys == Some(true),
        keys_by_chance: balance_keys == Some(false),
    }
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
pub(super) fn share(table: &mut Table<'_, '_>, name: &str) -> Option<At<Share>> {
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
pub(super) fn range(text: &str) -> Option<(Share, Share)> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::render::{Format, render};
    use crate::points::Points;
    use crate::source::Sources;

    const HEAD: &str = "exam = { title = '期末', minutes = 90, seed = 1, forms = ['A'], total = 10, OVERLAP }\n\
                        section = [{ type = 'essay', count = 2 }]\n";

    /// The blueprint or its diagnostics, a line each.
    fn read(overlap: &str, text: &str) -> Result<Blueprint, String> {
        let mut sources = Sources::default();
        let source = sources.add("exam.toml", HEAD.replace(", OVERLAP", overlap) + text);
        let loaded = Blueprint::read(&sources, source);
        let lines = loaded.diagnostics.iter().map(|diagnostic| render(diagnostic, &sources, Format::Short));
        let lines = lines.collect::<String>();
        loaded.blueprint.ok_or(lines)
    }

    #[test]
    fn what_is_written_is_read() {
        let text = "[chapters]\nch06 = { weight = 0.25 }\n[chapters.ch01]\nmin = 2\nsections = { '1.1' = { max = 3 } }\n\
                    [difficulty]\neasy = '50-75%'\nhard = '12.5 % ～ 15％'\nmedium = '30%'\n\
                    [rules]\ninclude = ['a']\nonly = ['b', 'tag:c::d']\nexclude = ['chapter:ch02', 'section:2.1']\n\
                    enemies = [['a', 'b']]\nbalance_keys = true";
        let blueprint = read(", overlap = { max = '10%' }", text).unwrap_or_else(|lines| panic!("{lines}"));
        assert_eq!(blueprint.exam.total.map(|total| total.value), Some(Points::whole(10)));
        let overlap = &blueprint.exam.overlap;
        assert_eq!((overlap.free, overlap.max.map(|max| max.value.to_string()).as_deref()), (false, Some("10%")));
        let quota = |quota: &Quota| {
            let place = (quota.chapter.value.clone(), quota.section.as_ref().map(|section| section.value.clone()));
            let amount = match &quota.amount {
                Amount::Range { min, max } => format!("{:?} to {:?}", min.map(|at| at.value), max.map(|at| at.value)),
                Amount::Weight { weight, slack } => format!("{} ± {slack}", weight.value),
            };
            format!("{place:?} {amount}")
        };
        let quotas: Vec<String> = blueprint.quotas.iter().map(quota).collect();
        let wanted = [
            r#"("ch01", None) Some(2) to None"#,
            r#"("ch01", Some("1.1")) None to Some(3)"#,
            r#"("ch06", None) 25% ± 1"#,
        ];
        assert_eq!(quotas, wanted);
        let share = |share: &LevelShare| format!("{} {} to {}", share.level.word(), share.min, share.max);
        let shares: Vec<String> = blueprint.difficulty.iter().map(share).collect();
        assert_eq!(shares, ["easy 50% to 75%", "medium 30% to 30%", "hard 12.5% to 15%"]);
        let rules = &blueprint.rules;
        assert_eq!((rules.include.len(), rules.enemies.len(), rules.balance_keys), (1, 1, true));
        let only: Vec<&Filter> = rules.only.iter().map(|at| &at.value).collect();
        assert!(matches!(only[..], [Filter::Card(_), Filter::Tag(tag)] if tag == "c::d"));
        let exclude: Vec<&Filter> = rules.exclude.iter().map(|at| &at.value).collect();
        assert!(
            matches!(exclude[..], [Filter::Chapter(chapter), Filter::Section(section)] if (chapter, section) == (&"ch02".into(), &"2.1".into()))
        );
    }

    #[test]
    fn every_error_is_said_at_once_and_at_its_place() {
        let text = r#"
[chapters]
a = 3
b = {}
c = { min = 3, max = 2 }
d = { min = 3, weight = 0.5 }
e = { max = 3, slack = 1 }
f = { weight = 1.5, slack = -1 }
g = { sections = { "1.1" = {}, "1.2" = { least = 2 } } }
[difficulty]
easy = "60-50%"
medium = 0.3
hard = "fifth"
[rules]
include = ["a b"]
only = ["tags:x", "tag:"]
exclude = 3
enemies = [["a"], "b", ["a", 3]]
balance_keys = "yes"
"#;
        insta::assert_snapshot!(read(", overlap = { max = '110%', history = [''] }", text).expect_err("much is wrong"), @r#"
        exam.toml:1:93: error[invalid-value]: `max` is not a share; allowed: "0%" to "100%", or a number from 0 to 1
        exam.toml:1:112: error[empty-field]: a lock file without a name
        exam.toml:5:5: error[wrong-type]: `a` in `chapters` is a whole number, expected a table such as { min = 2, max = 6 }
        exam.toml:6:5: error[missing-field]: a quota that says nothing; write `min` and `max`, or `weight` and `slack`
        exam.toml:7:13: error[invalid-value]: `min` is 3, more than `max`, which is 2
        exam.toml:8:5: error[invalid-value]: a quota with both a range and a weight; write `min` and `max`, or `weight` and `slack`
        exam.toml:9:24: error[invalid-value]: `slack` belongs to a `weight`; leave it out
        exam.toml:10:16: error[invalid-value]: `weight` is not a share; allowed: "0%" to "100%", or a number from 0 to 1
        exam.toml:10:29: error[invalid-value]: `slack` in the quota of chapter `f` is -1; allowed: 0 to 1000
        exam.toml:11:28: error[missing-field]: a quota that says nothing; write `min` and `max`, or `weight` and `slack`
        exam.toml:11:40: error[missing-field]: a quota that says nothing; write `min` and `max`, or `weight` and `slack`
        exam.toml:11:42: error[unknown-field]: unknown field `least` in the quota of section `1.2`; allowed: `min`, `max`, `weight`, `slack`
        exam.toml:13:8: error[invalid-value]: `easy` is `60-50%`; allowed: a share or a range of shares, such as "60%" or "50-75%"
        exam.toml:14:10: error[wrong-type]: `medium` in [difficulty] is a decimal number, expected a string
        exam.toml:15:8: error[invalid-value]: `hard` is `fifth`; allowed: a share or a range of shares, such as "60%" or "50-75%"
        exam.toml:17:12: error[invalid-id]: `a b` cannot be the id of a card; allowed: 1 to 80 of `a-z A-Z 0-9 - _ .`, beginning with a letter or a digit
        exam.toml:18:9: error[invalid-value]: `tags:x` names no cards; did you mean `tag`?; allowed: the id of a card, or one of `tag:…`, `chapter:…` and `section:…`
        exam.toml:18:19: error[invalid-value]: `tag:` names no cards; allowed: the id of a card, or one of `tag:…`, `chapter:…` and `section:…`
        exam.toml:19:11: error[wrong-type]: `exclude` in [rules] is a whole number, expected an array of strings
        exam.toml:20:12: error[invalid-value]: a group of `enemies` that bars nothing; name at least two cards
        exam.toml:20:19: error[wrong-type]: a group of `enemies` is a string, expected an array of ids
        exam.toml:20:30: error[wrong-type]: an enemy is a whole number, expected the id of a card
        exam.toml:21:16: error[wrong-type]: `balance_keys` in [rules] is a string, expected `true` or `false`
        "#);
        insta::assert_snapshot!(read(", overlap = 'none'", "difficulty = { easy = '60%', hard = '50%' }").expect_err("too much"), @r#"
        exam.toml:1:85: error[invalid-value]: `overlap` in an [exam] is `none`; allowed: `any`, `least`
        exam.toml:3:14: error[invalid-value]: the least shares add up to more than 100%; lower some of them
        "#);
        insta::assert_snapshot!(read("", "difficulty = { easy = '60%', medium = '10-20%', hard = '10%' }").expect_err("too little"), @r#"
        exam.toml:3:14: error[invalid-value]: the largest shares add up to less than 100%; raise some of them
        "#);
    }

    #[test]
    fn shares_are_exact() {
        let share = |text: &str| percent(text).expect("a share");
        assert_eq!((share("33.34%").floor_of(6), share("33.33%").floor_of(6), share("33.33%").ceil_of(6)), (2, 1, 2));
        assert_eq!((share("100%"), share("0%").ceil_of(7), share("7%").floor_of(100)), (Share::ALL, 0, 7));
        for bad in ["101%", "5", "%", "-5%", "1.234%", "1e1%", "0x1%", "５%"] {
            assert_eq!(percent(bad), None, "{bad}");
        }
    }
}
