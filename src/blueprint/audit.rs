//! Reading `[audit]`: what a form is held to when it is judged.
//!
//! In: the table of a blueprint. Out: [`AuditLimits`], usual where the blueprint is silent. Drawing does not look at them: a form that
//! breaks one is drawn all the same, and `cardpress audit` says so.

use super::rules::{range, share};
use super::{AuditLimits, Blueprint, Share};
use crate::diag::{Code, Diagnostic};
use crate::fields::{FieldSpec, Table, optional};
use crate::points::Points;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

const AUDIT_FIELDS: &[FieldSpec] = &[
    optional("chapter_coverage", "at least this share of the chapters has an item; 100% unless said otherwise"),
    optional("section_coverage", "at least this share of the sections of the textbook has an item; 80%"),
    optional("item_types", "at least so many types of item; 5"),
    optional("section_count", "how many sections (大题) a form has, such as \"5-10\""),
    optional("section_points", "what a section is worth at most; 30"),
    optional("objective_item_points", "what an item that is marked by its key alone is worth at most; 3"),
    optional("objective_points", "what all of these are worth at most; 50"),
    optional("total_points", "what a form is worth; 100"),
    optional("easy_share", "the share of the points of cards with difficulty 1 and 2; \"60-80%\""),
    optional("medium_share", "the share of the points of cards with difficulty 3; \"10-30%\""),
    optional("hard_share", "the share of the points of cards with difficulty 4 and 5; \"0-20%\""),
    optional("key_positions", "how far the number of keys at a letter may be off what is even, of that; 50%"),
    optional("key_run", "how many single-choice items on end may have the same letter; 3"),
    optional("true_statements", "the share of statements that are true; \"40-60%\""),
    optional("longest_key", "at most this share of single-choice items has a key longer than each distractor; 35%"),
    optional("overlap", "less than this share of its items a form has in common with another; 10%"),
    optional("history", "less than this share of its items a form has in common with an earlier exam; 30%"),
];

/// All fields of this room, which the page on blueprints explains.
#[cfg(test)]
pub(super) const FIELDS: &[&[FieldSpec]] = &[AUDIT_FIELDS];

/// A share of so many per cent.
const fn percent(percent: u32) -> Share {
    Share { basis_points: percent * 100 }
}

impl Default for AuditLimits {
    fn default() -> Self {
        Self {
            chapter_coverage: Share::ALL,
            section_coverage: percent(80),
            item_types: 5,
            section_count: 5..=10,
            section_points: Points::whole(30),
            objective_item_points: Points::whole(3),
            objective_points: Points::whole(50),
            total_points: Points::whole(100),
            easy_share: (percent(60), percent(80)),
            medium_share: (percent(10), percent(30)),
            hard_share: (percent(0), percent(20)),
            key_positions: percent(50),
            key_run: 3,
            true_statements: (percent(40), percent(60)),
            longest_key: percent(35),
            overlap: percent(10),
            history: percent(30),
            written: BTreeSet::new(),
        }
    }
}

/// `[audit]`.
pub(super) fn audit(file: &mut Table<'_, '_>) -> AuditLimits {
    let mut limits = AuditLimits::default();
    let Some((entries, span)) = file.table("audit") else { return limits };
    let mut table = Table::new(span.source, span.range(), entries, "[audit]", &[AUDIT_FIELDS], file.diagnostics());
    let AuditLimits {
        chapter_coverage,
        section_coverage,
        item_types,
        section_count,
        section_points,
        objective_item_points,
        objective_points,
        total_points,
        easy_share,
        medium_share,
        hard_share,
        key_positions,
        key_run,
        true_statements,
        longest_key,
        overlap,
        history,
        written,
    } = &mut limits;
    for (name, limit) in [
        ("chapter_coverage", chapter_coverage),
        ("section_coverage", section_coverage),
        ("key_positions", key_positions),
        ("longest_key", longest_key),
        ("overlap", overlap),
        ("history", history),
    ] {
        set(limit, share(&mut table, name).map(|share| share.value));
    }
    for (name, limit) in [
        ("easy_share", easy_share),
        ("medium_share", medium_share),
        ("hard_share", hard_share),
        ("true_statements", true_statements),
    ] {
        set(limit, share_range(&mut table, name));
    }
    for (name, limit) in [
        ("section_points", section_points),
        ("objective_item_points", objective_item_points),
        ("objective_points", objective_points),
        ("total_points", total_points),
    ] {
        set(limit, table.points(name).map(|points| points.value));
    }
    for (name, limit) in [("item_types", item_types), ("key_run", key_run)] {
        set(limit, table.integer(name, 1..=Blueprint::MOST_ITEMS).map(|number| number.value as usize));
    }
    set(section_count, count_range(&mut table, "section_count"));
    *written = AUDIT_FIELDS.iter().map(|spec| spec.name).filter(|name| table.has(name)).collect();
    limits
}

fn set<T>(limit: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *limit = value;
    }
}

fn share_range(table: &mut Table<'_, '_>, name: &str) -> Option<(Share, Share)> {
    let text = table.string(name)?;
    let value = range(text.value);
    if value.is_none() {
        let message = format!("`{name}` is `{}`", text.value.escape_debug());
        let help = "allowed: a share or a range of shares, such as \"70%\" or \"60-80%\"";
        table.report(Diagnostic::new(Code::InvalidValue, text.span, message).help(help));
    }
    value
}

/// `5-10`.
fn count_range(table: &mut Table<'_, '_>, name: &str) -> Option<RangeInclusive<usize>> {
    let text = table.string(name)?;
    let number = |text: &str| text.trim().parse().ok().filter(|number| *number <= Blueprint::MOST_ITEMS as usize);
    let ends = text.value.split_once(['-', '–']).and_then(|(low, high)| Some((number(low)?, number(high)?)));
    let value = ends.filter(|(low, high)| low <= high).map(|(low, high)| low..=high);
    if value.is_none() {
        let message = format!("`{name}` is `{}`", text.value.escape_debug());
        let help = "allowed: a range of whole numbers, such as \"5-10\"";
        table.report(Diagnostic::new(Code::InvalidValue, text.span, message).help(help));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::render::{Format, render};
    use crate::source::Sources;

    /// The limits or the diagnostics, a line each.
    fn read(text: &str) -> Result<AuditLimits, String> {
        let mut sources = Sources::default();
        let head = "exam = { title = 't', minutes = 9, seed = 1, forms = ['A'] }\n\
                    section = [{ type = 'term', count = 1, points = 1 }]\n";
        let source = sources.add("exam.toml", format!("{head}{text}"));
        let loaded = Blueprint::read(&sources, source);
        let lines = loaded.diagnostics.iter().map(|diagnostic| render(diagnostic, &sources, Format::Short));
        let lines = lines.collect::<String>();
        loaded.blueprint.map(|blueprint| blueprint.audit).ok_or(lines)
    }

    #[test]
    fn what_is_not_written_is_usual_and_what_is_counts() {
        assert_eq!(read(""), Ok(AuditLimits::default()));
        let limits = read("[audit]\nsection_coverage = 0.5\nhard_share = '5-15%'\nsection_count = '1-20'\nkey_run = 4");
        let limits = limits.expect("a sound table");
        assert_eq!(limits.section_coverage, percent(50));
        assert_eq!((limits.hard_share, limits.section_count.clone()), ((percent(5), percent(15)), 1..=20));
        assert_eq!((limits.key_run, limits.item_types), (4, 5));
        let written: Vec<_> = limits.written.into_iter().collect();
        assert_eq!(written, ["hard_share", "key_run", "section_count", "section_coverage"]);
    }

    #[test]
    fn every_error_is_said_at_its_place() {
        let text = "[audit]\nchapter_coverage = '120%'\nitem_types = 0\nsection_count = '10-5'\nsection_points = 0.3\n\
                    easy_share = 'most'\nkey_run = 'three'\nlongest = '1%'";
        insta::assert_snapshot!(read(text).expect_err("much is wrong"), @r#"
        exam.toml:4:20: error[invalid-value]: `chapter_coverage` is not a share; allowed: "0%" to "100%", or a number from 0 to 1
        exam.toml:5:14: error[invalid-value]: `item_types` in [audit] is 0; allowed: 1 to 1000
        exam.toml:6:17: error[invalid-value]: `section_count` is `10-5`; allowed: a range of whole numbers, such as "5-10"
        exam.toml:7:18: error[invalid-value]: `section_points` is 0.3; allowed: 0.5 to 1000 in steps of 0.5
        exam.toml:8:14: error[invalid-value]: `easy_share` is `most`; allowed: a share or a range of shares, such as "70%" or "60-80%"
        exam.toml:9:11: error[wrong-type]: `key_run` in [audit] is a string, expected a whole number
        exam.toml:10:1: error[unknown-field]: unknown field `longest` in [audit]; allowed: `chapter_coverage`, `section_coverage`, `item_types`, `section_count`, `section_points`, `objective_item_points`, `objective_points`, `total_points`, `easy_share`, `medium_share`, `hard_share`, `key_positions`, `key_run`, `true_statements`, `longest_key`, `overlap`, `history`
        "#);
    }
}
