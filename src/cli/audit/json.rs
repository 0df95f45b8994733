//! An audit as JSON: an object a form, with all its figures.

use crate::audit::{Cell, Finding, FormAudit, Found, Limit, Outcome, Row, Subject};
use crate::blueprint::{Level, Share};
use crate::card::{Bloom, CardType, letter};
use crate::points::Points;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is said of a form.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    kind: &'static str,
    exam: &'a str,
    form: &'a str,
    seed: u64,
    bank: &'a str,
    items: usize,
    points: f32,
    pass: bool,
    rules: Vec<RuleLine<'a>>,
    /// What the form holds of each type, in the order of the paper.
    types: Vec<TypeLine>,
    chapters: Vec<ChapterLine<'a>>,
    /// Points of the easy, medium and hard items.
    difficulty: BTreeMap<&'static str, f32>,
    bloom: Vec<BloomLine>,
}

#[derive(Serialize)]
struct RuleLine<'a> {
    rule: &'static str,
    outcome: &'static str,
    basis: &'static str,
    limit: Value,
    found: Value,
    about: &'a [String],
}

#[derive(Serialize)]
struct TypeLine {
    r#type: &'static str,
    items: usize,
    points: f32,
}

#[derive(Serialize)]
struct ChapterLine<'a> {
    chapter: &'a str,
    items: usize,
    points: f32,
    difficulty: BTreeMap<&'static str, f32>,
    /// Only types of which there are items.
    types: Vec<TypeLine>,
}

#[derive(Serialize)]
struct BloomLine {
    level: Option<&'static str>,
    items: usize,
    points: f32,
}

/// The object of a form.
pub(super) fn line<'a>(subject: &Subject<'a>, form: &'a FormAudit, exam: &'a str, bank: &'a str) -> Line<'a> {
    let figures = &form.figures;
    let bloom = |(level, cell): &(Option<Bloom>, Cell)| BloomLine {
        level: level.and_then(|level| Bloom::WORDS.iter().find(|(_, known)| *known == level)).map(|(word, _)| *word),
        items: cell.items,
        points: cell.points.to_f32(),
    };
    let chapters = figures.chapters.iter().map(|(chapter, row)| ChapterLine {
        chapter: subject.bank.chapters[*chapter].id.as_str(),
        items: row.total.items,
        points: row.total.points.to_f32(),
        difficulty: difficulty(row),
        types: types(&figures.kinds, row).filter(|line| line.items > 0).collect(),
    });
    Line {
        kind: "audit",
        exam,
        form: &form.form,
        seed: form.seed,
        bank,
        items: figures.total.total.items,
        points: figures.total.total.points.to_f32(),
        pass: form.passes(),
        rules: form.findings.iter().map(rule).collect(),
        types: types(&figures.kinds, &figures.total).collect(),
        chapters: chapters.collect(),
        difficulty: difficulty(&figures.total),
        bloom: figures.bloom.iter().map(bloom).collect(),
    }
}

fn types(kinds: &[CardType], row: &Row) -> impl Iterator<Item = TypeLine> {
    let line = |(kind, cell): (&CardType, &Cell)| TypeLine {
        r#type: kind.word(),
        items: cell.items,
        points: cell.points.to_f32(),
    };
    kinds.iter().zip(&row.cells).map(line)
}

fn difficulty(row: &Row) -> BTreeMap<&'static str, f32> {
    Level::WORDS.iter().map(|(word, level)| (*word, row.levels[*level as usize].to_f32())).collect()
}

fn rule(finding: &Finding) -> RuleLine<'_> {
    let Finding { rule, basis, limit, found, outcome, about } = finding;
    RuleLine {
        rule: rule.code(),
        outcome: outcome.word(),
        basis: basis.word(),
        limit: limit_value(limit),
        found: if *outcome == Outcome::NotJudged {
            Value::Null
        } else {
            found.as_ref().map_or(Value::Null, found_value)
        },
        about,
    }
}

/// Bounds: `min` and `max` where there are such, `below` for a share that is not reached. Shares are from 0 to 1.
fn limit_value(limit: &Limit) -> Value {
    let share = |share: &Share| f64::from(share.basis_points()) / 10_000.0;
    let count = |range: &std::ops::RangeInclusive<usize>| {
        let (min, max) = (*range.start(), *range.end());
        if max == usize::MAX { json!({ "min": min }) } else { json!({ "min": min, "max": max }) }
    };
    match limit {
        Limit::Share(min, max) => json!({ "min": share(min), "max": share(max) }),
        Limit::ShareBelow(limit) => json!({ "below": share(limit) }),
        Limit::Count(range) => count(range),
        Limit::Points(range) => json!({ "min": range.start().to_f32(), "max": range.end().to_f32() }),
        Limit::Letters(ranges) => {
            ranges.iter().enumerate().map(|(place, range)| (letter(place).to_string(), count(range))).collect()
        }
    }
}

/// A number, or for a share its two numbers, or for letters one for each.
fn found_value(found: &Found) -> Value {
    let points = |points: &Points| points.to_f32();
    match found {
        Found::Share { part, whole } => json!({ "part": part, "whole": whole }),
        Found::PointsShare { part, whole } => json!({ "part": points(part), "whole": points(whole) }),
        Found::Count(count) => json!(count),
        Found::Points(found) => json!(points(found)),
        Found::Letters(counts) => {
            counts.iter().enumerate().map(|(place, count)| (letter(place).to_string(), json!(count))).collect()
        }
    }
}
