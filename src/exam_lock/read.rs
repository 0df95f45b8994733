//! Reading the text of a lock.
//!
//! In: TOML. Out: an [`ExamLock`], or a diagnostic for every place that is not as a lock is written.

use super::parts::{Part, Parts};
use super::{BankStamp, ExamLock, LockedForm, LockedItem, LockedSection, PaperStamp, Places, Printed, VERSION};
use crate::blueprint::FormName;
use crate::card::{CardId, CardType, Key};
use crate::diag::{Code, Diagnostic};
use crate::fields::{self, FieldSpec, Table, optional, required};
use crate::lock::ContentHash;
use crate::source::{Source, SourceId, Span};
use std::collections::{BTreeMap, BTreeSet};
use toml::de::{DeTable, DeValue};

const LOCK_FIELDS: &[FieldSpec] = &[
    required("version", "the version of the format: 1"),
    required("program", "the program that wrote it"),
    required("algorithm", "the version of the way in which forms were drawn"),
    required("exam", "what the files of the exam are called"),
    required("seed", "the number that decided what was drawn"),
    required("answer_sheet", "whether each form has an answer sheet"),
    required("bank", "the bank: { id, fingerprint }"),
    required("paper", "the paper style: { name, hash }"),
    required("form", "the forms, each a [[form]]"),
    required("cards", "the cards that stand on them, with a hash of each part: [cards]"),
    required("blueprint", "the blueprint: its text"),
];
const BANK_FIELDS: &[FieldSpec] =
    &[required("id", "the id of the bank"), required("fingerprint", "what keys print of it")];
const PAPER_FIELDS: &[FieldSpec] =
    &[required("name", "the name of the style"), required("hash", "16 hexadecimal digits")];
const FORM_FIELDS: &[FieldSpec] = &[
    required("name", "its name"),
    required("files", "hashes of its files: { paper, key, sheet }"),
    required("section", "its sections, each a [[form.section]]"),
];
const FILE_FIELDS: &[FieldSpec] = &[
    required("paper", "16 hexadecimal digits"),
    required("key", "16 hexadecimal digits"),
    optional("sheet", "16 hexadecimal digits"),
];
const SECTION_FIELDS: &[FieldSpec] = &[required("type", "the type of its items"), required("items", "its items")];
const ITEM_FIELDS: &[FieldSpec] = &[
    required("card", "the id of its card"),
    required("points", "what it was worth"),
    optional("options", "the letters of the options in the order of the paper"),
];
const BLUEPRINT_FIELDS: &[FieldSpec] = &[required("text", "the text of the blueprint")];

/// Reads a lock.
pub(super) fn lock(text: &Source, source: SourceId, found: &mut Vec<Diagnostic>) -> Option<ExamLock> {
    let document = fields::parse(text, source, found);
    if !found.is_empty() {
        // What is missing after a syntax error is no further news.
        return None;
    }
    let document = document.get_ref();
    if let Some(version) = version(document).filter(|(version, _)| *version != VERSION) {
        let message = format!("version {} of the format, this program knows {VERSION}", version.0);
        let help = if version.0 > VERSION { "use a newer cardpress" } else { "use the cardpress that wrote it" };
        found.push(Diagnostic::new(Code::LockDamaged, Span::new(source, version.1), message).help(help));
        return None;
    }
    let mut table = Table::new(source, 0..0, document, "a lock of an exam", &[LOCK_FIELDS], found);
    let version = table.integer("version", VERSION..=VERSION);
    let program = table.line("program");
    let algorithm = table.integer("algorithm", 0..=u64::from(u32::MAX));
    let exam = file_name(&mut table);
    let seed = table.integer("seed", 0..=u64::MAX);
    let answer_sheet = table.boolean("answer_sheet");
    let bank = table.table("bank").and_then(|(bank, span)| {
        let mut bank = Table::new(source, span.range(), bank, "`bank`", &[BANK_FIELDS], table.diagnostics());
        let (id, fingerprint) = (id(&mut bank, "id"), bank.line("fingerprint"));
        Some(BankStamp { id: id?, fingerprint: fingerprint?.value.to_owned() })
    });
    let paper = table.table("paper").and_then(|(paper, span)| {
        let mut paper = Table::new(source, span.range(), paper, "`paper`", &[PAPER_FIELDS], table.diagnostics());
        let (name, hash) = (paper.line("name"), hash(&mut paper, "hash"));
        Some((PaperStamp { name: name?.value.to_owned(), hash: hash? }, span))
    });
    let named: Vec<(LockedForm, Span)> = table
        .tables("form")
        .into_iter()
        .filter_map(|(form, span)| self::form(form, span, table.diagnostics()))
        .collect();
    let cards =
        table.table("cards").map(|(entries, _)| cards(source, entries, table.diagnostics())).unwrap_or_default();
    for (position, (form, name)) in named.iter().enumerate() {
        if named[..position].iter().any(|(other, _)| other.name.clashes(&form.name)) {
            let message = format!("two forms with the name `{}`", form.name);
            table.report(Diagnostic::new(Code::DuplicateId, *name, message));
        }
        let mut seen = BTreeSet::new();
        for item in form.sections.iter().flat_map(|section| &section.items) {
            if let Some(span) = item.span.filter(|_| !seen.insert(&item.card)) {
                let message = format!("`{}` stands twice on form {}", item.card, form.name);
                table.report(Diagnostic::new(Code::DuplicateId, span, message));
            }
            if let Some(span) = item.span.filter(|_| !cards.contains_key(&item.card)) {
                let message = format!("`{}` is not among its [cards]", item.card);
                table.report(Diagnostic::new(Code::UnknownCard, span, message));
            }
        }
    }
    let blueprint = table.table("blueprint").and_then(|(entries, span)| {
        let fields = &[BLUEPRINT_FIELDS];
        Table::new(source, span.range(), entries, "[blueprint]", fields, table.diagnostics()).filled("text")
    });
    version?;
    let (paper, place) = paper?;
    Some(ExamLock {
        exam: exam?,
        program: program?.value.to_owned(),
        algorithm: u32::try_from(algorithm?.value).ok()?,
        seed: seed?.value,
        bank: bank?,
        paper,
        answer_sheet: answer_sheet?.value,
        blueprint: blueprint?.value.to_owned(),
        forms: named.into_iter().map(|(form, _)| form).collect(),
        cards,
        places: Some(Places { program: program?.span, paper: place }),
    })
}

/// The version of the format with its place: what else the file has is said only of one that this program knows.
fn version(document: &DeTable<'_>) -> Option<(u64, std::ops::Range<usize>)> {
    let value = document.get("version")?;
    let DeValue::Integer(number) = value.get_ref() else { return None };
    Some((number.as_str().parse().ok()?, value.span()))
}

/// The name of the exam: it goes into the names of files, and may lead out of no folder.
fn file_name(table: &mut Table<'_, '_>) -> Option<String> {
    let name = table.line("exam")?;
    if name.value.contains(['/', '\\', ':']) || name.value.starts_with('.') {
        let message = format!("`{}` is not the name of an exam", name.value.escape_debug());
        table.report(Diagnostic::new(Code::InvalidValue, name.span, message));
        return None;
    }
    Some(name.value.to_owned())
}

/// A form, and where its name stands.
fn form(entries: &DeTable<'_>, span: Span, found: &mut Vec<Diagnostic>) -> Option<(LockedForm, Span)> {
    let mut table = Table::new(span.source, span.range(), entries, "a [[form]]", &[FORM_FIELDS], found);
    let name = table.string("name").and_then(|name| {
        let form = FormName::new(name.value);
        if form.is_none() {
            let message = format!("`{}` cannot be the name of a form", name.value.escape_debug());
            table.report(Diagnostic::new(Code::InvalidValue, name.span, message));
        }
        Some((form?, name.span))
    });
    let files = table.table("files").and_then(|(files, span)| {
        let mut files = Table::new(span.source, span.range(), files, "`files`", &[FILE_FIELDS], table.diagnostics());
        let (paper, key, sheet) = (hash(&mut files, "paper"), hash(&mut files, "key"), hash(&mut files, "sheet"));
        Some(Printed { paper: paper?, key: key?, sheet })
    });
    let sections = table.tables_under("section", "form.section").into_iter();
    let sections = sections.filter_map(|(section, span)| self::section(section, span, table.diagnostics())).collect();
    let (name, span) = name?;
    Some((LockedForm { name, files: files?, sections }, span))
}

fn section(entries: &DeTable<'_>, span: Span, found: &mut Vec<Diagnostic>) -> Option<LockedSection> {
    let mut table = Table::new(span.source, span.range(), entries, "a [[form.section]]", &[SECTION_FIELDS], found);
    let kind = table.one_of("type", CardType::WORDS);
    let items = table.tables_under("items", "form.section.items").into_iter();
    let items = items.filter_map(|(item, span)| self::item(item, span, table.diagnostics())).collect();
    Some(LockedSection { kind: kind?.value, items })
}

fn item(entries: &DeTable<'_>, span: Span, found: &mut Vec<Diagnostic>) -> Option<LockedItem> {
    let mut table = Table::new(span.source, span.range(), entries, "an item", &[ITEM_FIELDS], found);
    let (card, points) = (id(&mut table, "card"), table.points("points"));
    let mut order = Vec::new();
    if let Some(letters) = table.string("options") {
        order = letters.value.bytes().map(|letter| usize::from(letter.wrapping_sub(b'A'))).collect();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if sorted.is_empty() || sorted.len() > Key::MOST_OPTIONS || !sorted.iter().copied().eq(0..sorted.len()) {
            let message = format!("`{}` is not an order of options", letters.value.escape_debug());
            let help = "allowed: the letters from A on, each once";
            table.report(Diagnostic::new(Code::InvalidValue, letters.span, message).help(help));
        }
    }
    Some(LockedItem { card: card?, points: points?.value, order, span: Some(span) })
}

fn cards(source: SourceId, entries: &DeTable<'_>, found: &mut Vec<Diagnostic>) -> BTreeMap<CardId, Parts> {
    let specs: Vec<FieldSpec> = Part::WORDS.iter().map(|(word, _)| optional(word, "16 hexadecimal digits")).collect();
    let mut cards = BTreeMap::new();
    for (key, value) in entries {
        let (name, span) = (key.get_ref(), Span::new(source, key.span()));
        let Some(card) = CardId::new(name) else {
            let message = format!("`{}` is not an id", name.escape_debug());
            found.push(Diagnostic::new(Code::InvalidId, span, message));
            continue;
        };
        let DeValue::Table(parts) = value.get_ref() else {
            let message = format!("`{card}` is {}, expected a table `{{ … }}`", fields::describe(value.get_ref()));
            found.push(Diagnostic::new(Code::WrongType, Span::new(source, value.span()), message));
            continue;
        };
        let mut table = Table::new(source, value.span(), parts, "the line of a card", &[&specs], found);
        let parts = Part::WORDS.iter().filter_map(|(word, part)| Some((*part, hash(&mut table, word)?))).collect();
        cards.insert(card, Parts(parts));
    }
    cards
}

fn id(table: &mut Table<'_, '_>, field: &str) -> Option<CardId> {
    let text = table.string(field)?;
    let id = CardId::new(text.value);
    if id.is_none() {
        let message = format!("`{}` is not an id", text.value.escape_debug());
        table.report(Diagnostic::new(Code::InvalidId, text.span, message));
    }
    id
}

fn hash(table: &mut Table<'_, '_>, field: &str) -> Option<ContentHash> {
    let text = table.string(field)?;
    let hash = ContentHash::from_hex(text.value);
    if hash.is_none() {
        let message = format!("`{}` is not a hash", text.value.escape_debug());
        table.report(Diagnostic::new(Code::InvalidValue, text.span, message).help("allowed: 16 hexadecimal digits"));
    }
    hash
}
