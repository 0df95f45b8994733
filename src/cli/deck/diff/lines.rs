//! A comparison for programs: a line for each note, note type, deck and medium that is not as it was.

use super::super::super::ui::Ui;
use super::super::legible::harmless;
use super::Compared;
use crate::export::anki::diff::{Fate, FieldChange, MediaFate, NoteChange};
use crate::export::anki::read::ReadError;
use serde::Serialize;

/// The word for what becomes of a note, a note type or a medium.
pub(super) fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Added => "added",
        Fate::Updated => "updated",
        Fate::HeldBack => "held back",
        Fate::Conflicting => "conflicting",
        Fate::Unchanged => "unchanged",
    }
}

#[derive(Serialize)]
struct NoteLine<'a> {
    kind: &'static str,
    change: &'static str,
    id: &'a str,
    guid: &'a str,
    note_type: &'a str,
    deck: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_from: Option<&'a str>,
    fields: Vec<FieldLine>,
    tags_added: Vec<String>,
    tags_removed: Vec<String>,
    cards_added: Vec<String>,
    cards_emptied: Vec<String>,
}

#[derive(Serialize)]
struct FieldLine {
    field: String,
    old: String,
    new: String,
}

#[derive(Serialize)]
struct GoneLine<'a> {
    kind: &'static str,
    change: &'static str,
    id: &'a str,
    guid: &'a str,
    note_type: &'a str,
    /// Whether its card is in the deck as a note of another type.
    replaced: bool,
}

#[derive(Serialize)]
struct NoteTypeLine<'a> {
    kind: &'static str,
    change: &'static str,
    name: &'a str,
    parts: &'a [String],
}

#[derive(Serialize)]
struct DeckLine<'a> {
    kind: &'static str,
    change: &'static str,
    from: &'a str,
    to: &'a str,
}

#[derive(Serialize)]
struct MediaLine<'a> {
    kind: &'static str,
    change: &'static str,
    name: &'a str,
    /// The notes that show it and get it.
    shown: Vec<&'a str>,
    /// The notes that go on showing the old one.
    stale: Vec<&'a str>,
}

/// How many of each.
#[derive(Serialize)]
struct DiffLine<'a> {
    kind: &'static str,
    with: &'a str,
    added: usize,
    updated: usize,
    held_back: usize,
    conflicting: usize,
    unchanged: usize,
    moved: usize,
    gone: usize,
    cards_added: usize,
    cards_emptied: usize,
    note_types: usize,
    decks: usize,
    media: usize,
    foreign: usize,
}

/// As JSON, the counts last.
pub(super) fn print_json(compared: &Compared<'_>, ui: &mut Ui) -> Result<(), ReadError> {
    let Compared { diff, plan, .. } = compared;
    for change in &diff.notes {
        let texts = compared.texts(change)?;
        let field = |one: FieldChange| FieldLine { field: one.field, old: one.old, new: one.new };
        ui.json(&NoteLine {
            kind: "note",
            change: word(change.fate),
            id: compared.id(change.planned),
            guid: &plan.guid(compared.planned(change)),
            note_type: compared.note_type(change).name(),
            deck: &plan.decks[compared.planned(change).deck].name,
            moved_from: change.moved.as_ref().map(|moved| &*moved.from),
            fields: texts.fields.into_iter().map(field).collect(),
            tags_added: texts.tags_added,
            tags_removed: texts.tags_removed,
            cards_added: compared.card_names(change, &change.cards_added),
            cards_emptied: compared.card_names(change, &change.cards_emptied),
        });
    }
    for gone in &diff.gone {
        ui.json(&GoneLine {
            kind: "note",
            change: "gone",
            id: &gone.id,
            guid: compared.guid_of(gone),
            note_type: compared.note_type_of(gone),
            replaced: gone.replaced,
        });
    }
    for change in &diff.note_types {
        ui.json(&NoteTypeLine {
            kind: "note type",
            change: word(change.fate),
            name: change.name,
            parts: &change.parts,
        });
    }
    for deck in &diff.renamed {
        ui.json(&DeckLine { kind: "deck", change: "renamed", from: &deck.from, to: &deck.to });
    }
    let ids = |notes: &[usize]| notes.iter().map(|planned| compared.id(*planned)).collect();
    for medium in &diff.media {
        let (shown, stale) = match &medium.fate {
            MediaFate::Changed { shown, stale } => (ids(shown), ids(stale)),
            MediaFate::Added | MediaFate::Unused => (Vec::new(), Vec::new()),
        };
        ui.json(&MediaLine { kind: "media", change: media_word(&medium.fate), name: &medium.name, shown, stale });
    }
    let (cards_added, cards_emptied) = compared.cards();
    ui.json(&DiffLine {
        kind: "diff",
        with: &compared.path.to_string_lossy(),
        added: diff.count(Fate::Added),
        updated: diff.count(Fate::Updated),
        held_back: diff.count(Fate::HeldBack),
        conflicting: diff.count(Fate::Conflicting),
        unchanged: diff.unchanged,
        moved: compared.moved().count(),
        gone: diff.gone.len(),
        cards_added,
        cards_emptied,
        note_types: diff.note_types.len(),
        decks: diff.renamed.len(),
        media: diff.media.len(),
        foreign: diff.foreign.values().sum(),
    });
    Ok(())
}

/// One line each, tab-separated: what becomes of it, what it is, its name, what differs.
pub(super) fn print_short(compared: &Compared<'_>, ui: &mut Ui) -> Result<(), ReadError> {
    let mut line = |change: &str, what: &str, name: &str, detail: &str| {
        ui.result(&format!("{change}\t{what}\t{}\t{}\n", harmless(name), harmless(detail)));
    };
    let diff = compared.diff;
    for change in &diff.notes {
        line(word(change.fate), "note", compared.id(change.planned), &differing(compared, change)?);
    }
    for gone in &diff.gone {
        line("gone", "note", &gone.id, if gone.replaced { "replaced" } else { "" });
    }
    for change in &diff.note_types {
        line(word(change.fate), "note type", change.name, &change.parts.join(", "));
    }
    for deck in &diff.renamed {
        line("renamed", "deck", &deck.from, &deck.to);
    }
    for medium in &diff.media {
        line(media_word(&medium.fate), "media", &medium.name, "");
    }
    Ok(())
}

/// The names of what differs in a note.
fn differing(compared: &Compared<'_>, change: &NoteChange) -> Result<String, ReadError> {
    let mut parts = Vec::new();
    if !matches!(change.fate, Fate::Added | Fate::Unchanged) {
        let texts = compared.texts(change)?;
        let tags = !texts.tags_added.is_empty() || !texts.tags_removed.is_empty();
        parts.extend(texts.fields.into_iter().map(|change| change.field));
        parts.extend(tags.then(|| "tags".to_owned()));
    }
    parts.extend(change.moved.is_some().then(|| "deck".to_owned()));
    parts.extend((!change.cards_added.is_empty() || !change.cards_emptied.is_empty()).then(|| "cards".to_owned()));
    Ok(parts.join(", "))
}

fn media_word(fate: &MediaFate) -> &'static str {
    match fate {
        MediaFate::Added => "added",
        MediaFate::Changed { .. } => "changed",
        MediaFate::Unused => "unused",
    }
}
