//! From a blueprint and a bank to forms.
//!
//! In: a checked bank and a blueprint. Out: for each form its items, their order and the order of their options, or a diagnostic that
//! says what stands in the way. It reads no files and no clock, and does not depend on how many threads there are.
//!
//! A form is drawn like this. First it is tried with cards alone that no earlier form has; where these do not suffice, how few others it
//! can do with is found, the least used before the others. Then its cards are gone through in the order of chance, and each is taken with
//! which the form can still be completed at that. So the draw follows from chance, not from which search answers whether a form can still
//! be completed; and forms share little. Only where cards must come again, or a proof would take long, is a card passed over of which it is not
//! known whether the form could be completed with it.
//!
//! A card more in the bank changes few picks: of banks of 100, 1,000 and 10,000 cards, a card that joins n others changes in the mean a
//! share of 1/n to 1.6/n of the picks of a form (measured over 20 seeds with quotas and shares of difficulty; `form/tests/chance.rs` holds
//! it). With `sampling = "uniform"` random exchanges follow, after which all possible forms are about as likely: a card more may change
//! any pick then.
//!
//! Forms hang on those before them: each is drawn after what the earlier ones took. A form may be refused that could be had had an earlier
//! one been drawn otherwise.

use super::demand::{Demand, Draft, Past, Scope};
use super::exchange::{self, Pick};
use super::linear::Bounds;
use super::program::{self, End, Verdict};
use super::resolve::Resolved;
use super::shuffle::{Chance, Purpose};
use super::{Form, FormItem, FormSection, draw, least, letters, report};
use crate::bank::Bank;
use crate::blueprint::{Blueprint, ItemOrder, Sampling, SectionPlan};
use crate::card::Card;
use crate::diag::{self, Diagnostic};
use crate::points::Points;

/// What comes of assembling an exam.
#[derive(Debug)]
pub struct Assembled {
    /// The forms in the order of the blueprint; none if there is an error.
    pub forms: Vec<Form>,
    /// How often its cards come again.
    pub repeats: Repeats,
    /// What is wrong, in the order of the blueprint.
    pub diagnostics: Vec<Diagnostic>,
}

/// How often the cards of an exam come again, over all its forms: a card that stands on three forms comes again twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repeats {
    /// How often.
    pub count: usize,
    /// No forms that meet the blueprint have fewer. There may be none with so few either: enemies and what two forms may share are not
    /// reckoned with.
    pub least: usize,
}

/// A form of an earlier exam, as far as it matters to later ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// What to call it: `form A of 2025.lock`.
    pub name: String,
    /// Its cards, as positions in the bank. Those that the bank does not have any more are left out.
    pub cards: Vec<usize>,
}

/// Draws the forms of an exam. Each has as few cards as possible of those before it and of `history`, and of each form of `history` no more
/// than the blueprint allows.
pub fn assemble(bank: &Bank, blueprint: &Blueprint, history: &[Earlier]) -> Assembled {
    let nothing = |mut diagnostics: Vec<Diagnostic>| {
        diag::sort(&mut diagnostics);
        Assembled { forms: Vec::new(), repeats: Repeats::default(), diagnostics }
    };
    let resolved = match Resolved::new(bank, blueprint) {
        Ok(resolved) => resolved,
        Err(diagnostics) => return nothing(diagnostics),
    };
    let demand = Demand::new(bank, blueprint, resolved);
    let overlap = &blueprint.exam.overlap;
    let mut past = Past { uses: vec![0; bank.cards.len()], ..Past::default() };
    let items = demand.items as u32;
    for Earlier { name, cards } in history {
        let cap = overlap.history_max.or(overlap.max).map(|max| max.value.floor_of(items));
        past.add(cards.iter().copied(), cap, || (name.clone(), true));
    }
    let mut forms = Vec::with_capacity(blueprint.exam.forms.len());
    let mut scope = Scope::Fresh;
    for name in &blueprint.exam.forms {
        let chance = Chance { seed: blueprint.exam.seed, form: name.as_str() };
        let mut drawn = None;
        if scope == Scope::Fresh {
            drawn = draw_form(&mut demand.draft(chance, &past, scope), blueprint.exam.sampling, chance);
        }
        let drawn = if let Some(drawn) = drawn {
            drawn
        } else {
            // What no form had does not suffice, and will not for a later form.
            scope = Scope::All;
            let mut draft = demand.draft(chance, &past, scope);
            let Some(drawn) = draw_form(&mut draft, blueprint.exam.sampling, chance) else {
                return nothing(report::report(&demand, &draft, &past, name.as_str()));
            };
            drawn
        };
        if !overlap.free {
            let cap = overlap.max.map(|max| max.value.floor_of(items));
            past.add(drawn.iter().map(|(card, _)| *card), cap, || (format!("form {name}"), false));
        }
        forms.push(form(bank, blueprint, &demand, chance, &drawn));
    }
    let repeats = repeats(&demand, &forms);
    Assembled { forms, repeats, diagnostics: Vec::new() }
}

fn repeats(demand: &Demand<'_>, forms: &[Form]) -> Repeats {
    let count = Form::repeats(forms);
    if count == 0 {
        return Repeats::default();
    }
    let (problem, again) = demand.together(forms.len());
    let least = program::extreme(&problem, &problem.bounds(), &again, End::Least);
    Repeats { count, least: least.and_then(|least| usize::try_from(least).ok()).unwrap_or_default() }
}

/// The cards of a form, each with its slot; `None` if there is none.
fn draw_form(draft: &mut Draft, sampling: Sampling, chance: Chance<'_>) -> Option<Vec<(usize, usize)>> {
    let witness = match draft.fresh {
        Some(fresh) => Some(least::limit(&mut draft.problem, fresh)?),
        None => None,
    };
    let items = draft.items.iter().zip(first(draft, witness)?);
    let mut picks: Vec<Pick> = items.filter_map(|((card, _), cell)| Some(Pick { card: *card, cell: cell? })).collect();
    if sampling == Sampling::Uniform {
        exchange::exchange(draft, &mut picks, &mut chance.form_stream(Purpose::Exchanges));
    }
    Some(picks.into_iter().map(|pick| (pick.card, draft.slot_of[pick.cell])).collect())
}

/// The cell that each item of a draft is taken in, if it is. `witness` meets all rows, where something that does is known.
fn first(draft: &Draft, witness: Option<Vec<i32>>) -> Option<Vec<Option<usize>>> {
    let problem = &draft.problem;
    let order: Vec<&[usize]> = draft.items.iter().map(|(_, pool)| draft.cells[*pool].as_slice()).collect();
    let search = |bounds: &Bounds| match draw::complete(problem, bounds, &vec![0; problem.cells()]) {
        Verdict::Found(witness) => Some(witness),
        Verdict::Impossible | Verdict::GivenUp => None,
    };
    // Where cards must come again as seldom as they can, hardly anything fits, and proofs are long: what the search finds is enough.
    let branches = if draft.fresh.is_some() { 0 } else { draw::BRANCHES };
    draw::first_in_order(problem, problem.bounds(), &order, branches, |bounds| witness.or_else(|| search(bounds)))
}

fn form(bank: &Bank, blueprint: &Blueprint, demand: &Demand<'_>, chance: Chance<'_>, drawn: &[(usize, usize)]) -> Form {
    let section = |(number, plan): (usize, &SectionPlan)| {
        let slot = |slot: usize| &demand.slots[slot];
        let here = drawn.iter().filter(|(_, at)| slot(*at).section == number);
        let mut items: Vec<FormItem> =
            here.map(|(card, at)| item(*card, &bank.cards[*card], slot(*at).points, chance)).collect();
        items.sort_by_cached_key(|item| {
            let card = &bank.cards[item.card];
            let rank = match plan.order {
                ItemOrder::Random => (0, 0),
                ItemOrder::Difficulty => (usize::from(card.difficulty.level()), 0),
                ItemOrder::Chapter => (card.chapter, card.section),
                ItemOrder::Points => (item.points.halves() as usize, 0),
            };
            (rank, chance.draw(Purpose::Items, &card.id))
        });
        FormSection { kind: plan.kind, title: plan.title.clone(), instructions: plan.instructions.clone(), items }
    };
    let mut sections: Vec<FormSection> = blueprint.sections.iter().enumerate().map(section).collect();
    if !blueprint.rules.keys_by_chance {
        letters::settle(&mut sections, &blueprint.sections, bank, chance);
    }
    Form { name: chance.form.to_owned(), seed: chance.seed, sections }
}

fn item(position: usize, card: &Card, points: Option<Points>, chance: Chance<'_>) -> FormItem {
    // A blueprint leaves the points out only where a rubric gives them.
    let points = points.or(card.points).unwrap_or(Points::ZERO);
    FormItem { card: position, points, order: letters::own_order(card, chance) }
}
