//! A comparison for people: how many of each kind, then each note with the place at which it differs.

use super::super::super::table::{Edge, Table};
use super::super::super::ui::{Ui, count_of};
use super::super::legible::{Region, beginning, harmless};
use super::Compared;
use super::lines::word;
use crate::export::anki::diff::{Fate, FieldChange, MediaFate, NoteChange};
use crate::export::anki::read::ReadError;
use clap::builder::styling::{AnsiColor, Color, Style};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// How many of a kind are listed.
const SHOWN: usize = 200;

/// How much of a new note is shown, in grapheme clusters.
const STEM: usize = 40;

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const OLD: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Red)));
const NEW: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green)));

pub(super) fn print(compared: &Compared<'_>, ui: &mut Ui) -> Result<(), ReadError> {
    ui.result(&summary(compared));
    let diff = compared.diff;
    for fate in [Fate::Added, Fate::Updated, Fate::HeldBack, Fate::Conflicting] {
        let of_fate = || diff.notes.iter().filter(|note| note.fate == fate);
        let mut section = Section::new(match fate {
            Fate::Added => "Added",
            Fate::Updated => "Updated",
            Fate::HeldBack => "Held back",
            _ => "Conflicting",
        });
        for change in of_fate().take(SHOWN) {
            section.note(compared, change)?;
        }
        section.print(of_fate().count(), ui);
    }
    let mut section = Section::new("Cards of notes that say the same");
    let cards_only = || {
        let others = diff.notes.iter().filter(|note| note.fate == Fate::Unchanged);
        others.filter(|note| !note.cards_added.is_empty() || !note.cards_emptied.is_empty())
    };
    for change in cards_only().take(SHOWN) {
        section.note(compared, change)?;
    }
    section.print(cards_only().count(), ui);
    if diff.held_until > 0 {
        ui.result(&format!(
            "\nAnki takes what has a later `mod` than it knows. For what is held back cards.lock was lost or edited, or the clock was behind:\n\
             build, set `mod` of its line in cards.lock to {} or more, and build again.\n",
            diff.held_until.saturating_add(1)
        ));
    }

    let moved = compared.moved().map(|(id, from, to)| [id.to_owned(), arrow(from, to)]);
    Section::table("Moved", moved).print(compared.moved().count(), ui);
    let why = |replaced| if replaced { "its card is another note now, of another type" } else { "" };
    let gone = diff.gone.iter().map(|gone| [gone.id.clone(), why(gone.replaced).to_owned()]);
    Section::table("Gone", gone).print(diff.gone.len(), ui);
    let types = diff
        .note_types
        .iter()
        .map(|change| [change.name, word(change.fate), &change.parts.join("; ")].map(str::to_owned));
    Section::table("Note types", types).print(diff.note_types.len(), ui);
    let decks = diff.renamed.iter().map(|deck| [arrow(&deck.from, &deck.to)]);
    Section::table("Decks", decks).print(diff.renamed.len(), ui);
    let files = diff.media.iter().map(|medium| [medium.name.clone(), media(compared, &medium.fate)]);
    Section::table("Media files", files).print(diff.media.len(), ui);
    Ok(())
}

fn arrow(from: &str, to: &str) -> String {
    format!("{from} → {to}")
}

/// A line for each kind that there is.
fn summary(compared: &Compared<'_>) -> String {
    let Compared { diff, path, plan, .. } = compared;
    let path = harmless(&path.to_string_lossy());
    let (cards_added, cards_emptied) = compared.cards();
    let held_back = "differs, but Anki would pass over it";
    let types = |fate: Fate| diff.note_types.iter().filter(|note_type| note_type.fate == fate).count();
    let media = |is: fn(&MediaFate) -> bool| diff.media.iter().filter(|medium| is(&medium.fate)).count();
    let stale = |fate: &MediaFate| matches!(fate, MediaFate::Changed { stale, .. } if !stale.is_empty());
    let rows = [
        (diff.count(Fate::Added), "note", "added", "new in Anki"),
        (diff.count(Fate::Updated), "note", "updated", "text, tags or media change, reviews stay"),
        (diff.count(Fate::HeldBack), "note", "held back", held_back),
        (
            diff.count(Fate::Conflicting),
            "note",
            "conflicting",
            "there with another note type or other fields; Anki would not touch it",
        ),
        (
            compared.moved().count(),
            "note",
            "moved",
            "belongs to another deck now; Anki leaves its cards where they are",
        ),
        (diff.gone.len(), "note", "gone", "no longer in the deck; Anki keeps it"),
        (diff.unchanged, "note", "unchanged", ""),
        (cards_added, "card", "added", "to notes that are there"),
        (cards_emptied, "card", "emptied", "lost what it asks; it stays until Tools > Empty Cards"),
        (types(Fate::Added), "note type", "added", ""),
        (types(Fate::Updated), "note type", "updated", "templates or style change"),
        (types(Fate::HeldBack), "note type", "held back", held_back),
        (
            types(Fate::Conflicting),
            "note type",
            "conflicting",
            "has other fields or templates: Anki makes a second one for new notes",
        ),
        (diff.renamed.len(), "deck", "renamed", "Anki would make a second one: rename it in Anki before the import"),
        (media(|fate| *fate == MediaFate::Added), "media file", "added", ""),
        (
            media(|fate| matches!(fate, MediaFate::Changed { .. })),
            "media file",
            "changed",
            if diff.media.iter().any(|medium| stale(&medium.fate)) {
                "notes that Anki passes over go on showing the old one"
            } else {
                ""
            },
        ),
        (media(|fate| *fate == MediaFate::Unused), "media file", "unused", "stays until Tools > Check Media"),
        (diff.foreign.values().sum(), "note", "foreign", "of another bank or program; not looked at"),
    ];
    let mut table = Table::new([Edge::Right, Edge::Left, Edge::Left]);
    for (count, noun, word, remark) in rows.into_iter().filter(|(count, ..)| *count > 0) {
        let count = count_of(count, noun);
        table.row([format!("  {count}"), word.to_owned(), remark.to_owned()]);
    }
    if diff.notes.is_empty()
        && diff.gone.is_empty()
        && diff.note_types.is_empty()
        && diff.renamed.is_empty()
        && diff.media.is_empty()
    {
        return format!("All as in {path}: {} unchanged\n", count_of(plan.notes.len(), "note"));
    }
    format!("Importing this deck over {path} would bring:\n\n{}", table.render())
}

fn media(compared: &Compared<'_>, fate: &MediaFate) -> String {
    let ids = |notes: &[usize]| notes.iter().map(|planned| compared.id(*planned)).collect::<Vec<_>>().join(", ");
    match fate {
        MediaFate::Added => "added".to_owned(),
        MediaFate::Unused => "unused".to_owned(),
        MediaFate::Changed { shown, stale } => {
            let mut out = "changed".to_owned();
            if !shown.is_empty() {
                let _ = write!(out, "; new for {}", ids(shown));
            }
            if !stale.is_empty() {
                let _ = write!(out, "; still the old one for {}", ids(stale));
            }
            out
        }
    }
}

/// Notes of one kind below their heading.
struct Section {
    heading: &'static str,
    text: String,
    lines: usize,
}

impl Section {
    fn new(heading: &'static str) -> Self {
        Self { heading, text: String::new(), lines: 0 }
    }

    fn print(self, count: usize, ui: &mut Ui) {
        if count == 0 {
            return;
        }
        let Self { heading, mut text, lines } = self;
        if count > lines {
            let _ = writeln!(text, "  … and {} more (all with --format json)", count - lines);
        }
        ui.result(&format!("\n{HEADING}{heading}{HEADING:#}\n{text}"));
    }

    /// A section whose items take one line each; the columns line up.
    fn table<const CELLS: usize>(heading: &'static str, rows: impl Iterator<Item = [String; CELLS]>) -> Self {
        let mut table = Table::new([Edge::Left; CELLS]);
        let mut lines = 0;
        for mut row in rows.take(SHOWN) {
            row[0].insert_str(0, "  ");
            table.row(row);
            lines += 1;
        }
        Self { heading, text: table.render(), lines }
    }

    fn note(&mut self, compared: &Compared<'_>, change: &NoteChange) -> Result<(), ReadError> {
        self.lines += 1;
        let id = compared.id(change.planned);
        if change.fate == Fate::Added {
            let note = compared.plan.note(compared.planned(change));
            let stem = beginning(&note.content.fields[1], STEM);
            let _ = writeln!(self.text, "  {id}  {QUIET}{stem}{QUIET:#}");
            return Ok(());
        }
        let _ = writeln!(self.text, "  {id}");
        let texts = compared.texts(change)?;
        let tags = !texts.tags_added.is_empty() || !texts.tags_removed.is_empty();
        let cards = !change.cards_added.is_empty() || !change.cards_emptied.is_empty();
        let names = texts.fields.iter().map(|change| change.field.width());
        let width = names.chain(tags.then_some(4)).chain(cards.then_some(5)).max().unwrap_or(0);
        for field in &texts.fields {
            self.field(field, width);
        }
        self.set("tags", width, &texts.tags_removed, &texts.tags_added);
        let (emptied, added) = (&change.cards_emptied, &change.cards_added);
        self.set("cards", width, &compared.card_names(change, emptied), &compared.card_names(change, added));
        Ok(())
    }

    /// The old text above the new one.
    fn field(&mut self, FieldChange { field, old, new }: &FieldChange, width: usize) {
        let Region { before, old: was, new: is, after } = Region::of(old, new);
        let mut name = harmless(field);
        for (text, changed, sign, style) in [(old, was, '-', OLD), (new, is, '+', NEW)] {
            if !text.is_empty() {
                let padding = " ".repeat(width.saturating_sub(name.width()));
                let _ = writeln!(
                    self.text,
                    "    {name}{padding}  {style}{sign}{style:#} {before}{style}{changed}{style:#}{after}"
                );
                name.clear();
            }
        }
    }

    /// What goes and what comes, each in a line.
    fn set(&mut self, name: &str, width: usize, removed: &[String], added: &[String]) {
        let mut name = name.to_owned();
        for (items, sign, style) in [(removed, '-', OLD), (added, '+', NEW)] {
            if !items.is_empty() {
                let padding = " ".repeat(width.saturating_sub(name.width()));
                let items = harmless(&items.join(", "));
                let _ = writeln!(self.text, "    {name}{padding}  {style}{sign} {items}{style:#}");
                name.clear();
            }
        }
    }
}
