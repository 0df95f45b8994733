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
                card.chapter == chapter && card.kind() == plan.kind && resolved.draws(*position, card)
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

#[cfg(test)]
mod tests {
    use crate::form::assemble;
    use crate::form::testing::{bank_of_two, card, card_of, read};

    const HEAD: &str = "[exam]\ntitle = '书'\nminutes = 60\nseed = 1\nforms = ['A', 'B']\ndraw = 'all'\n";

    #[test]
    fn every_card_stands_there_once_chapter_by_chapter() {
        let one = card_of("1.2", 3, "late", "term", "")
            + &card("early", "term", "enemies = ['late']")
            + &card("essay", "essay", "")
            + &card("deck", "term", "exam = false")
            + &card("out", "term", "tags = ['超纲']");
        let two = card_of("2.1", 1, "gap", "cloze", "points = 3") + &card_of("2.1", 1, "hole", "cloze", "");
        let bank = bank_of_two(&one, &two);
        let sections = "[[section]]\ntype = 'cloze'\npoints = 1\norder = 'chapter'\n[[section]]\ntype = 'essay'\n\
                        [[section]]\ntype = 'term'\npoints = 2\norder = 'chapter'\n[rules]\nexclude = ['tag:超纲']\n";
        let assembled = assemble(&bank, &read(&format!("{HEAD}{sections}")), &[]);
        assert_eq!((assembled.forms.len(), assembled.repeats.count), (2, 0), "{:?}", assembled.diagnostics);
        for form in &assembled.forms {
            let told: Vec<(Option<usize>, usize, Vec<&str>)> = form
                .numbered_sections()
                .map(|(number, section)| {
                    let ids = section.items.iter().map(|item| bank.cards[item.card].id.as_str());
                    (section.chapter, number, ids.collect())
                })
                .collect();
            let (last, before) = told.split_last().expect("sections");
            assert_eq!(before, [(Some(0), 0, vec!["essay"]), (Some(0), 1, vec!["early", "late"])]);
            assert_eq!((last.0, last.1, last.2.len()), (Some(1), 0, 2));
            // 10 of the rubric, twice 2 of the section, 3 of the card and 1 of the section.
            assert_eq!(form.points().to_string(), "18");
        }
    }

    #[test]
    fn a_bank_without_a_fitting_card_is_no_book() {
        let bank = bank_of_two(&card("a", "term", ""), "");
        let assembled = assemble(&bank, &read(&format!("{HEAD}[[section]]\ntype = 'essay'\n")), &[]);
        assert!(assembled.forms.is_empty());
        assert_eq!(assembled.diagnostics[0].message, "no card of the bank fits a section");
    }
}
