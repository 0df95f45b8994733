//! What a blueprint cannot ask for where all cards are drawn.
//!
//! In: the file and its sections. Out: a diagnostic for everything that chooses cards or counts them: there is nothing to choose, and how
//! many there are is the bank's affair.

use super::{Draw, SectionPlan};
use crate::diag::{Code, Diagnostic};
use crate::fields::Table;
use crate::source::Span;
use toml::de::{DeTable, DeValue};

/// Which cards the file wants, whatever else may be wrong in it.
pub(super) fn draw(document: &DeTable<'_>) -> Draw {
    let exam = document.get("exam").and_then(|exam| exam.get_ref().as_table());
    let word = exam.and_then(|exam| exam.get("draw")).and_then(|word| word.get_ref().as_str());
    Draw::WORDS.iter().find(|(known, _)| Some(*known) == word).map_or(Draw::default(), |(_, draw)| *draw)
}

/// Fields of tables that say nothing here.
const IDLE: &[(&str, &[&str])] = &[("exam", &["total", "overlap", "sampling"]), ("rules", &["include", "enemies"])];

/// Reports what has no meaning.
pub(super) fn check(file: &mut Table<'_, '_>, sections: &[SectionPlan]) {
    let mut found: Vec<(String, Span)> = Vec::new();
    for name in ["chapters", "difficulty"] {
        found.extend(file.raw(name).map(|at| (format!("[{name}]"), at.span)));
    }
    for (table, fields) in IDLE {
        let Some((table, span)) = file.table(table) else { continue };
        let at = |field: &&str| Some((format!("`{field}`"), table.get(*field)?.span()));
        let here = fields.iter().filter_map(at);
        found.extend(here.map(|(name, range)| (name, Span::new(span.source, range))));
    }
    for (section, span) in file.tables("section") {
        let list = section.get("points").filter(|points| matches!(points.get_ref(), DeValue::Array(_)));
        let count = section.get("count").map(|count| ("`count`".to_owned(), count.span()));
        let list = list.map(|points| ("a list of `points`".to_owned(), points.span()));
        found.extend(count.into_iter().chain(list).map(|(name, range)| (name, Span::new(span.source, range))));
    }
    for (name, span) in found {
        let message = format!("{name} says nothing where all cards are drawn");
        let help = "leave it out, or leave out `draw = \"all\"`";
        file.report(Diagnostic::new(Code::InvalidValue, span, message).help(help));
    }
    for (position, section) in sections.iter().enumerate() {
        if let Some(first) = sections[..position].iter().find(|first| first.kind == section.kind) {
            let message = format!("two sections of type {}, and each would have all cards", section.kind.word());
            let diagnostic = Diagnostic::new(Code::DuplicateId, section.span, message);
            file.report(diagnostic.related(first.span, "the first of them"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::blueprint::Blueprint;
    use crate::diag::render::{Format, render};
    use crate::source::Sources;

    #[test]
    fn whatever_chooses_or_counts_is_refused() {
        let text = r#"[exam]
title = "总复习"
minutes = 60
seed = 1
forms = ["A"]
draw = "all"
total = 100
overlap = "any"
[[section]]
type = "cloze"
count = 4
points = [1, 1]
[[section]]
type = "essay"
[[section]]
type = "essay"
[chapters]
one = { min = 2 }
[difficulty]
easy = "50%"
[rules]
only = ["tag:a"]
include = ["a"]
"#;
        let mut sources = Sources::default();
        let source = sources.add("book.toml", text);
        let loaded = Blueprint::read(&sources, source);
        let lines: Vec<String> =
            loaded.diagnostics.iter().map(|found| render(found, &sources, Format::Short)).collect();
        insta::assert_snapshot!(lines.concat(), @r#"
        book.toml:7:9: error[invalid-value]: `total` says nothing where all cards are drawn; leave it out, or leave out `draw = "all"`
        book.toml:8:11: error[invalid-value]: `overlap` says nothing where all cards are drawn; leave it out, or leave out `draw = "all"`
        book.toml:11:9: error[invalid-value]: `count` says nothing where all cards are drawn; leave it out, or leave out `draw = "all"`
        book.toml:12:10: error[invalid-value]: `points` lists 2 items, `count` is 4; mend the one that is wrong, or leave `count` out
        book.toml:12:10: error[invalid-value]: a list of `points` says nothing where all cards are drawn; leave it out, or leave out `draw = "all"`
        book.toml:15:1: error[duplicate-id]: two sections of type essay, and each would have all cards
        book.toml:17:1: error[invalid-value]: [chapters] says nothing where all cards are drawn; leave it out, or leave out `draw = "all"`
        book.toml:19:1: error[invalid-value]: [difficulty] says nothing where all cards are drawn; leave it out, or leave out `draw = "all"`
        book.toml:23:11: error[invalid-value]: `include` says nothing where all cards are drawn; leave it out, or leave out `draw = "all"`
        "#);
    }
}
