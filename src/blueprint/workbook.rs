//! What a blueprint cannot ask for where all cards are drawn.
//!
//! In: the file and its sections. Out: a diagnostic for everything that chooses cards or counts them: there is nothing to choose, and how
//! many there are is the bank's affair.

use super::{Draw, SectionPlan};
use crate::diag::{Code, Diagnostic};
use crate::fields::{At, Table};
use toml::de::{DeTable, DeValue};

/// Which cards the file wants, whatever else may be wrong in it.
pub(super) fn draw(document: &DeTable<'_>) -> Draw {
    let exam = document.get("exam").and_then(|exam| exam.get_ref().as_table());
    let word = exam.and_then(|exam| exam.get("draw")).and_then(|word| word.get_ref().as_str());
    Draw::WORDS.iter().find(|(known, _)| Some(*known) == word).map_or(Draw::default(), |(_, draw)| *draw)
}

/// Fields of tables that say nothing here.
const IDLE: &[(&str, &[&str])] =
    &[("exam", &["total", "overlap", "sampling"]), ("rules", &["include", "enemies", "balance_keys"])];

/// Reports what has no meaning.
pub(super) fn check(file: &mut Table<'_, '_>, sections: &[SectionPlan]) {
    let mut found: Vec<(String, crate::source::Span)> = Vec::new();
    for name in ["chapters", "difficulty"] {
        found.extend(file.raw(name).map(|at| (format!("[{name}]"), at.span)));
    }
    for (table, fields) in IDLE {
        let Some((table, span)) = file.table(table) else { continue };
        let at = |field: &&str| Some((format!("`{field}`"), table.get(*field)?.span()));
        let here = fields.iter().filter_map(at);
        found.extend(here.map(|(name, range)| (name, crate::source::Span::new(span.source, range))));
    }
    for (section, span) in file.tables("section") {
        let list = section.get("points").filter(|points| matches!(points.get_ref(), DeValue::Array(_)));
        let count = section.get("count").map(|count| ("`count`".to_owned(), count.span()));
        let list = list.map(|points| ("a list of `points`".to_owned(), points.span()));
        found.extend(
            count.into_iter().chain(list).map(|(name, range)| (name, crate::source::Span::new(span.source, range))),
        );
    }
    for (name, span) in found {
        let message = format!("{name} says nothing where all cards are drawn");
        let help = "leave it out, or leave out `draw = \"all\"`";
        file.report(Diagnostic::new(Code::InvalidValue, span, message).help(help));
    }
    for (position, section) in sections.iter().enumerate() {
        if let Some(first) = sections[..position].iter().find(|first| first.kind == section.kind) {
            let message = format!("two sections of type {}, and each would have all cards", section.kind.word());
            let related = At { value: (), span: first.span }.span;
            let diagnostic = Diagnostic::new(Code::DuplicateId, section.span, message);
            file.report(diagnostic.related(related, "the first of them"));
        }
    }
}
