//! Forms once more, from a lock.
//!
//! In: a lock, its blueprint, and the bank of today. Out: the forms as they were printed, and for every card that is no longer what it
//! was a diagnostic that says how: nothing is drawn here, and no card is put in the place of another.
//!
//! A change of what candidates see and one of what only the key shows are both errors: what was asked for are the same pages. Who wants
//! the papers with a corrected key accepts the changes, and then they are warnings. What cannot be printed at all stays an error: a card
//! that is gone, of another type, worth something else, or with another number of options, so that their order means nothing.

use super::names::Names;
use super::parts::Part;
use super::{ExamLock, LockedForm, LockedItem, LockedSection, MEND, Pictures};
use crate::bank::Bank;
use crate::blueprint::{Blueprint, Draw, SectionPlan};
use crate::card::{Body, Card, CardId, CardType};
use crate::diag::{self, Code, Diagnostic, Severity};
use crate::form::{Form, FormItem, FormSection};
use crate::source::FileError;
use std::collections::BTreeMap;

/// How many places of a changed card are named.
const PLACES: usize = 3;

/// What comes of a lock.
#[derive(Debug)]
pub struct Again {
    /// The forms, as they were; none if there is an error.
    pub forms: Vec<Form>,
    /// What is not as it was.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where a card stands.
struct Place<'l> {
    form: &'l LockedForm,
    kind: CardType,
    /// Its number through the whole paper.
    number: usize,
    item: &'l LockedItem,
}

impl ExamLock {
    /// The forms of the lock as forms of `bank`; `blueprint` is that of [`ExamLock::blueprint`]. With `accept` a card that can still be
    /// printed in its place is, as it is now.
    ///
    /// # Errors
    /// [`FileError`] if a picture of a card cannot be read.
    pub fn again(&self, bank: &Bank, blueprint: &Blueprint, accept: bool) -> Result<Again, FileError> {
        let names = Names::of(bank);
        let mut places: BTreeMap<&CardId, Vec<Place<'_>>> = BTreeMap::new();
        for form in &self.forms {
            let items =
                form.sections.iter().flat_map(|section| section.items.iter().map(move |item| (section.kind, item)));
            for (number, (kind, item)) in (1..).zip(items) {
                places.entry(&item.card).or_default().push(Place { form, kind, number, item });
            }
        }
        let pictures = Pictures::of(bank, places.keys().filter_map(|name| names.find(name)))?;
        let mut diagnostics = self.misfit(blueprint);
        for (name, places) in &places {
            diagnostics.extend(match names.find(name) {
                None => Some(gone(name, places)),
                Some(position) => {
                    let card = &bank.cards[position];
                    let before = self.cards.get(*name).cloned().unwrap_or_default();
                    changed(name, card, &before.changed(&pictures.parts(card)), places, accept)
                }
            });
        }
        diag::sort(&mut diagnostics);
        let forms = if diag::any_error(&diagnostics) { Vec::new() } else { self.restored(bank, blueprint, &names) };
        Ok(Again { forms, diagnostics })
    }

    /// The forms; every card is there and every section of the blueprint has its own.
    fn restored(&self, bank: &Bank, blueprint: &Blueprint, names: &Names<'_>) -> Vec<Form> {
        let item = |item: &LockedItem| {
            let card = names.find(&item.card)?;
            Some(FormItem { card, points: item.points, order: item.order.clone() })
        };
        let form = |form: &LockedForm| {
            let sections = form.sections.iter().enumerate().filter_map(|(position, section)| {
                let items: Vec<FormItem> = section.items.iter().filter_map(item).collect();
                let all = blueprint.exam.draw == Draw::All;
                let chapter = items.first().filter(|_| all).map(|item| bank.cards[item.card].chapter);
                Some(FormSection { chapter, ..FormSection::of(plan_of(blueprint, position, section.kind)?, items) })
            });
            Form { name: form.name.to_string(), seed: self.seed, sections: sections.collect() }
        };
        self.forms.iter().map(form).collect()
    }

    /// Forms whose sections are not those of the blueprint: somebody edited the lock.
    fn misfit(&self, blueprint: &Blueprint) -> Vec<Diagnostic> {
        let planned = || blueprint.sections.iter().map(|plan| (plan.kind, plan.count));
        let printed = |section: &LockedSection| (section.kind, section.items.len());
        let fits = |form: &&LockedForm| match blueprint.exam.draw {
            Draw::Sample => form.sections.iter().map(printed).eq(planned()),
            Draw::All => form.sections.iter().all(|section| planned().any(|(kind, _)| kind == section.kind)),
        };
        let misfits = self.forms.iter().filter(|form| !fits(form));
        let say = |form: &LockedForm| {
            let message =
                format!("the lock is damaged: the sections of form {} are not those of its blueprint", form.name);
            let first = form.sections.iter().flat_map(|section| &section.items).find_map(|item| item.span);
            let diagnostic = match first {
                Some(span) => Diagnostic::new(Code::LockDamaged, span, message),
                None => Diagnostic::placeless(Code::LockDamaged, message),
            };
            diagnostic.help(MEND)
        };
        misfits.map(say).collect()
    }
}

/// What the blueprint plans of a section of a form.
fn plan_of(blueprint: &Blueprint, position: usize, kind: CardType) -> Option<&SectionPlan> {
    match blueprint.exam.draw {
        Draw::Sample => blueprint.sections.get(position),
        Draw::All => blueprint.sections.iter().find(|plan| plan.kind == kind),
    }
}

/// A card that the bank does not have any more.
fn gone(name: &CardId, places: &[Place<'_>]) -> Diagnostic {
    let message = format!("the card `{name}` is gone: {}", standing(places));
    let help = "put it back as it was, or say on the card that has another id now what it `was`";
    let diagnostic = match places.iter().find_map(|place| place.item.span) {
        Some(span) => Diagnostic::new(Code::ChangedCard, span, message),
        None => Diagnostic::placeless(Code::ChangedCard, message),
    };
    diagnostic.help(help)
}

/// What is no longer as it was of a card that is there; `None` if nothing is.
fn changed(name: &CardId, card: &Card, parts: &[Part], places: &[Place<'_>], accept: bool) -> Option<Diagnostic> {
    let report = |message| Diagnostic::new(Code::ChangedCard, card.span, message);
    let at = standing(places);
    if let Some(place) = places.iter().find(|place| place.kind != card.kind()) {
        let (was, is) = (place.kind.word(), card.kind().word());
        let message = format!("the card `{name}` was {was} and is {is} now: {at}");
        return Some(report(message).help("put it back as it was, and give the new card an id of its own"));
    }
    let options = match &card.body {
        Body::Choice(choice) => choice.options.len(),
        _ => 0,
    };
    if let Some(place) = places.iter().find(|place| place.item.order.len() != options) {
        let message = format!("the card `{name}` had {} options and has {options} now: {at}", place.item.order.len());
        return Some(report(message).help("put it back as it was, and give the new card an id of its own"));
    }
    if let Some(place) = places.iter().find(|place| card.points.is_some_and(|points| points != place.item.points)) {
        let now = card.points.map(|points| points.to_string()).unwrap_or_default();
        let message = format!("the card `{name}` was worth {} and is worth {now} now: {at}", place.item.points);
        return Some(report(message).help("put it back as it was"));
    }
    if !parts.is_empty() {
        let words: Vec<&str> = parts.iter().map(|part| part.word()).collect();
        let only = if parts.iter().any(|part| part.asks()) { "" } else { ", which only the answer key shows" };
        let message = format!("the card `{name}` has changed since: {}{only}: {at}", words.join(", "));
        let mut diagnostic = report(message);
        if accept {
            diagnostic.severity = Severity::Warning;
            return Some(diagnostic);
        }
        let what = if only.is_empty() { "the pages with it as it is now" } else { "the same papers and a new key" };
        return Some(diagnostic.help(format!("put it back as it was, or print {what}: `--accept-changes`")));
    }
    if *name != card.id {
        let message = format!("the card `{name}` is called `{}` now, and the answer key prints that: {at}", card.id);
        let mut diagnostic = report(message);
        diagnostic.severity = Severity::Warning;
        return Some(diagnostic);
    }
    None
}

/// Where a card stands: "form A item 12, form B item 3".
fn standing(places: &[Place<'_>]) -> String {
    let shown = places.iter().take(PLACES);
    let mut text: Vec<String> = shown.map(|place| format!("form {} item {}", place.form.name, place.number)).collect();
    if places.len() > PLACES {
        text.push(format!("{} more", places.len() - PLACES));
    }
    text.join(", ")
}
