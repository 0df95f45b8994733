//! What a card asks and what is right, type by type.
//!
//! In: the table of a card whose type is known. Out: its [`Body`], or `None` with every diagnostic. What all types have in common is read in
//! `parse`.

use super::Reader;
use crate::card::{Basic, Body, Choice, Cloze, Key, ScoringPoint, Term, TrueFalse, Written, WrittenKind, letter};
use crate::diag::{Code, Diagnostic};
use crate::fields::{At, FieldSpec, Table, required};
use crate::markup::RichText;
use crate::markup::parse::Flavour;
use crate::markup::plain::Clozes;
use crate::points::Points;
use std::collections::BTreeSet;
use toml::de::DeValue;

const RUBRIC: &[FieldSpec] = &[required("points", "the marks it earns"), required("text", "what earns them")];

impl Reader<'_, '_, '_> {
    pub(super) fn basic(&mut self) -> Option<Body> {
        let reversed = self.table.boolean("reversed").is_some_and(|reversed| reversed.value);
        let (stem, answer) = (self.text("stem"), self.text("answer"));
        Some(Body::Basic(Basic { stem: stem?, answer: answer?, reversed }))
    }

    pub(super) fn term(&mut self) -> Option<Body> {
        let (stem, answer) = (self.text("stem"), self.text("answer"));
        Some(Body::Term(Term { stem: stem?, answer: answer? }))
    }

    pub(super) fn cloze(&mut self) -> Option<Body> {
        let field = self.table.filled("text")?;
        let before = self.table.diagnostics().len();
        let text = self.checks.read(field, Flavour::Cloze, self.table.diagnostics());
        let mut deletions = 0;
        text.clozes(|_| deletions += 1);
        let reported = self.table.diagnostics()[before..]
            .iter()
            .any(|diagnostic| matches!(diagnostic.code, Code::ClozeMalformed | Code::ClozeUnclosed));
        if deletions == 0 && !reported {
            let help = "put what is to be recalled between `{{c1::` and `}}`";
            self.table
                .report(Diagnostic::new(Code::ClozeMissing, field.span, "a cloze card that hides nothing").help(help));
        }
        Some(Body::Cloze(Cloze { text }))
    }

    pub(super) fn true_false(&mut self) -> Option<Body> {
        let (stem, key) = (self.text("stem"), self.table.boolean("key"));
        Some(Body::TrueFalse(TrueFalse { stem: stem?, key: key?.value }))
    }

    pub(super) fn choice(&mut self, multiple: bool) -> Option<Body> {
        let stem = self.text("stem");
        let options = self.options();
        let key = self.key(multiple, options.as_ref().map(Vec::len));
        let shuffle = self.table.boolean("shuffle").is_none_or(|shuffle| shuffle.value);
        let most = options.as_ref().map_or(Key::MOST_OPTIONS, Vec::len) as u64;
        let keep_last = self.table.integer("keep_last", 0..=most).map_or(0, |count| count.value as usize);
        Some(Body::Choice(Choice { stem: stem?, options: options?.into(), key: key?, multiple, shuffle, keep_last }))
    }

    fn options(&mut self) -> Option<Vec<RichText>> {
        let fields = self.table.strings("options")?;
        let count = fields.value.len();
        if !(2..=Key::MOST_OPTIONS).contains(&count) {
            let message = format!("a choice card with {count} option{}", if count == 1 { "" } else { "s" });
            let help = format!("allowed: 2 to {}", Key::MOST_OPTIONS);
            self.table.report(Diagnostic::new(Code::WrongOptionCount, fields.span, message).help(help));
        }
        let mut options: Vec<(RichText, String)> = Vec::with_capacity(count);
        for (position, field) in fields.value.into_iter().enumerate() {
            if field.value.trim().is_empty() {
                self.table.report(Diagnostic::new(
                    Code::EmptyField,
                    field.span,
                    format!("option {} is empty", letter(position)),
                ));
                continue;
            }
            let option = self.checks.read(field, Flavour::Prose, self.table.diagnostics());
            // As readers see it: with one space where the author typed two.
            let plain = option.plain(Clozes::Source).split_whitespace().collect::<Vec<_>>().join(" ");
            if let Some((twin, (first, _))) = options.iter().enumerate().find(|(_, (_, other))| *other == plain) {
                let message = format!("the options {} and {} read the same", letter(twin), letter(position));
                let related = first.span;
                self.table.report(
                    Diagnostic::new(Code::DuplicateOptions, field.span, message).related(related, "the first of them"),
                );
            }
            options.push((option, plain));
        }
        Some(options.into_iter().map(|(option, _)| option).collect())
    }

    fn key(&mut self, multiple: bool, options: Option<usize>) -> Option<Key> {
        let key = self.table.filled("key")?;
        // Where the number of options is wrong too, any letter will do for now.
        let count = options.filter(|count| (2..=Key::MOST_OPTIONS).contains(count)).unwrap_or(Key::MOST_OPTIONS);
        let allowed = format!(
            "allowed: {} of the letters {} to {}",
            if multiple { "two or more" } else { "one" },
            'A',
            letter(count.saturating_sub(1))
        );
        let mut positions = Vec::new();
        for character in key.value.chars() {
            let position = (0..count).find(|position| letter(*position) == character);
            match position {
                Some(position) if !positions.contains(&position) => positions.push(position),
                Some(_) => {
                    let message = format!("the key `{}` names {character} twice", key.value);
                    self.table.report(Diagnostic::new(Code::KeyOutsideOptions, key.span, message).help(allowed));
                    return None;
                }
                None => {
                    let found = character.escape_debug();
                    let message = format!("the key `{}`: `{found}` is no option", key.value.escape_debug());
                    let mut diagnostic = Diagnostic::new(Code::KeyOutsideOptions, key.span, message);
                    // `b` and `A, C` are plain enough.
                    let letters: BTreeSet<char> = key
                        .value
                        .chars()
                        .filter(|character| !matches!(character, ',' | '，' | '、' | '/' | ';' | ' ' | '　'))
                        .map(|character| character.to_ascii_uppercase())
                        .collect();
                    if !letters.is_empty() && letters.iter().all(|it| (0..count).any(|at| letter(at) == *it)) {
                        diagnostic = diagnostic.help(format!("write `key = \"{}\"`", String::from_iter(letters)));
                    }
                    self.table.report(diagnostic.help(allowed));
                    return None;
                }
            }
        }
        let wrong = if multiple { positions.len() < 2 } else { positions.len() != 1 };
        if wrong {
            let message = format!(
                "a {} card with {} right {}",
                if multiple { "multiple-choice" } else { "single-choice" },
                positions.len(),
                if positions.len() == 1 { "option" } else { "options" }
            );
            let other = if multiple {
                "or give the card `type = \"single-choice\"`"
            } else {
                "or give the card `type = \"multiple-choice\"`"
            };
            self.table
                .report(Diagnostic::new(Code::WrongKeyCount, key.span, message).help(format!("{allowed}, {other}")));
        }
        Some(Key::from_positions(positions))
    }

    pub(super) fn written(&mut self, kind: WrittenKind, points: Option<At<Points>>) -> Option<Body> {
        let (stem, answer) = (self.text("stem"), self.text("answer"));
        let rubric_field = self.table.raw("rubric")?;
        let tables = self.table.tables_under("rubric", "card.rubric");
        if tables.is_empty() && matches!(rubric_field.value, DeValue::Array(array) if array.is_empty()) {
            let message = "a rubric without scoring points";
            self.table.report(
                Diagnostic::new(Code::EmptyField, rubric_field.span, message)
                    .help("add a [[card.rubric]] with points and text"),
            );
        }
        let mut rubric = Vec::with_capacity(tables.len());
        let mut whole = true;
        for (table, span) in tables {
            let mut inner = Table::new(
                self.place.origin,
                span.range(),
                table,
                "a scoring point",
                &[RUBRIC],
                self.table.diagnostics(),
            );
            let mut reader = Reader { table: &mut inner, checks: self.checks, place: self.place };
            let (marks, text) = (reader.points("points"), reader.text("text"));
            match (marks, text) {
                (Some(marks), Some(text)) => rubric.push(ScoringPoint { points: marks.value, text }),
                _ => whole = false,
            }
        }
        let sum: Points = rubric.iter().map(|point| point.points).sum();
        if let Some(points) = points.filter(|points| whole && points.value != sum) {
            let message = format!("the scoring points add up to {sum}, the card is worth {}", points.value);
            self.table.report(
                Diagnostic::new(Code::RubricSum, points.span, message)
                    .related(rubric_field.span, "the rubric begins here")
                    .help("mend the one that is wrong, or leave `points` out: the sum is then what the card is worth"),
            );
        }
        whole.then_some(())?;
        Some(Body::Written(Box::new(Written { kind, stem: stem?, answer, rubric: rubric.into() })))
    }
}
