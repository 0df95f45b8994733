//! What is said of a deck once it is written: the steps that Anki leaves to learners who have the last build.

use super::super::Format;
use super::super::ui::{Ui, count_of};
use crate::card::CardId;
use crate::export::anki::{Advice, Left};
use serde::Serialize;
use std::fmt::Write as _;

/// Cards that are named one by one; of more only the search is shown.
const NAMED: usize = 8;

/// Says what learners do by hand, and what the author can do about it.
pub(in super::super) fn advise(advice: &[Advice], ui: &mut Ui) {
    if ui.format() == Format::Json {
        for step in advice {
            ui.json(&Line::of(step));
        }
    } else if !advice.is_empty() {
        ui.say(&text(advice));
    }
}

fn text(advice: &[Advice]) -> String {
    let mut out =
        "\nNew and changed cards arrive by themselves; this is left to learners who have the last build. Pass it on to them.\n"
            .to_owned();
    let (before, after): (Vec<&Advice>, Vec<&Advice>) = advice.iter().partition(|step| is_before(step));
    for (heading, steps) in [("Before they import this deck:", before), ("In Anki's browser, after the import:", after)]
    {
        if !steps.is_empty() {
            let _ = writeln!(out, "\n{heading}");
        }
        for step in steps {
            write_step(step, &mut out);
        }
    }
    let gone = advice.iter().find_map(|step| match step {
        Advice::Delete { cards, why: Left::Gone, .. } => cards.first(),
        _ => None,
    });
    if let Some(card) = gone {
        let _ = writeln!(
            out,
            "\nIf a card was only renamed, its reviews need not end: write `was = [\"{card}\"]` on it and build again before you\n\
             pass the deck on."
        );
    }
    out
}

fn is_before(step: &Advice) -> bool {
    match step {
        Advice::RenameDeck { .. } => true,
        Advice::Delete { before_import, .. } => *before_import,
        Advice::Move { .. } => false,
    }
}

fn write_step(step: &Advice, out: &mut String) {
    let _ = match step {
        Advice::RenameDeck { from, to } => {
            writeln!(out, "- Rename the deck `{from}` to `{to}`, or Anki makes a second one.")
        }
        Advice::Delete { cards, why, before_import, search } => {
            let reason = match (why, before_import, cards.len()) {
                (_, true, 1) => "another card has its id now",
                (_, true, _) => "other cards have their ids now",
                (Left::Gone, false, 1) => "its card left the deck",
                (Left::Gone, false, _) => "their cards left the deck",
                (Left::Retyped, false, 1) => "its card has another type now and came as a new note",
                (Left::Retyped, false, _) => "their cards have another type now and came as new notes",
            };
            writeln!(out, "- Delete {}: {reason}. Anki keeps what it has. Search for\n    {search}", notes(cards))
        }
        Advice::Move { cards, to, search } => {
            writeln!(
                out,
                "- Move {} to the deck `{to}`: Anki leaves cards where they are. Search for\n    {search}",
                notes(cards)
            )
        }
    };
}

/// "2 notes (a, b)"
fn notes(cards: &[CardId]) -> String {
    let count = count_of(cards.len(), "note");
    // One is named by its search.
    if !(2..=NAMED).contains(&cards.len()) {
        return count;
    }
    let names: Vec<&str> = cards.iter().map(CardId::as_str).collect();
    format!("{count} ({})", names.join(", "))
}

/// A step as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    step: &'static str,
    when: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    cards: &'a [CardId],
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(advice: &'a Advice) -> Self {
        let when = if is_before(advice) { "before-import" } else { "after-import" };
        let line = Self { kind: "advice", step: "", when, why: None, from: None, to: None, cards: &[], search: None };
        match advice {
            Advice::RenameDeck { from, to } => Self { step: "rename-deck", from: Some(from), to: Some(to), ..line },
            Advice::Delete { cards, why, search, .. } => {
                let why = match why {
                    Left::Gone => "gone",
                    Left::Retyped => "retyped",
                };
                Self { step: "delete-notes", why: Some(why), cards, search: Some(search), ..line }
            }
            Advice::Move { cards, to, search } => {
                Self { step: "move-notes", to: Some(to), cards, search: Some(search), ..line }
            }
        }
    }
}
