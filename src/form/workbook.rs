//! All cards of a bank as a form, chapter by chapter.
//!
//! In: a bank, and a blueprint that draws all ([`Draw::All`](crate::blueprint::Draw::All)). Out: a form for each name, with every card that
//! the rules let through, once. Nothing is drawn, so that enemies stand beside each other; chance orders items, where the blueprint
//! leaves it to chance, and options.

use super::assemble::{Assembled, Repeats, item, sort};
use super::resolve::Resolved;
use super::shuffle::Chance;
use super::{Form, FormItem, FormSection, letters};
use crate::bank::Bank;
use crate::blueprint::{Blueprint, SectionPlan, Worth};
use crate::diag::{Code, Diagnostic};

/// The forms.
///
/// # Errors
/// A diagnostic if the rules let no card through that fits a section.
pub(super) fn workbook(bank: &Bank, blueprint: &Blueprint, resolved: &Resolved) -> Result<Assembled, Vec<Diagnostic>> {
    let forms: Vec<Form> =
        blueprint.exam.forms.iter().map(|name| form(bank, blueprint, resolved, name.as_str())).collect();
    if forms.iter().any(|form| form.sections.is_empty()) {
        let message = "no card of the bank fits a section";
        return Err(vec![Diagnostic::new(Code::SectionShort, blueprint.sections[0].span, message)]);
    }
    Ok(Assembled { forms, repeats: Repeats::default(), diagnostics: Vec::new() })
}

fn form(bank: &Bank, blueprint: &Blueprint, resolved: &Resolved, name: &str) -> Form {
    let chance = Chance { seed: blueprint.exam.seed, form: name };
    let (mut sections, mut plans): (Vec<FormSection>, Vec<SectionPlan>) = (Vec::new(), Vec::new());
    for chapter in 0..bank.chapters.len() {
        for plan in &blueprint.sections {
            let points = if let Worth::Each(points) = plan.worth { Some(points) } else { None };
            let cards = bank.cards.iter().enumerate().filter(|(position, card)| {
                card.chapter == chapter && card.kind() == plan.kind && card.exam && resolved.allows(*position)
            });
            // What a card says that it is worth goes before what the section says.
            let mut items: Vec<FormItem> =
                cards.map(|(position, card)| item(position, card, card.points.or(points), chance)).collect();
            if !items.is_empty() {
                sort(&mut items, plan.order, bank, chance);
                sections.push(FormSection { chapter: Some(chapter), ..FormSection::of(plan, items) });
                plans.push(plan.clone());
            }
        }
    }
    if !blueprint.rules.keys_by_chance {
        letters::settle(&mut sections, &plans, bank, chance);
    }
    Form { name: name.to_owned(), seed: chance.seed, sections }
}
