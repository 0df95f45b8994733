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
use super::program::Verdict;
use super::resolve::Resolved;
use super::shuffle::{Chance, Purpose};
use super::{Form, FormItem, FormSection, draw, least, letters, report, workbook};
use crate::bank::Bank;
use crate::blueprint::{Blueprint, Draw, ItemOrder, Sampling, SectionPlan, Share};
use crate::card::Card;
use crate::diag::{self, Diagnostic};
use crate::fields::At;
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
    let drawn = Resolved::new(bank, blueprint).and_then(|resolved| {
        if blueprint.exam.draw == Draw::All {
            return workbook::workbook(bank, blueprint, &resolved);
        }
        let mut series = Series::new(Demand::new(bank, blueprint, resolved), history);
        let forms =
            blueprint.exam.forms.iter().map(|name| series.next(name.as_str())).collect::<Result<Vec<Form>, _>>()?;
        let repeats = series.repeats(&forms);
        Ok(Assembled { forms, repeats, diagnostics: Vec::new() })
    });
    drawn.unwrap_or_else(|mut diagnostics| {
        diag::sort(&mut diagnostics);
        Assembled { forms: Vec::new(), repeats: Repeats::default(), diagnostics }
    })
}

/// Forms that are drawn one after another.
pub(super) struct Series<'e> {
    demand: Demand<'e>,
    past: Past,
    scope: Scope,
}

impl<'e> Series<'e> {
    /// The forms of a demand, after those of earlier exams.
    pub(super) fn new(demand: Demand<'e>, history: &[Earlier]) -> Self {
        let past = Past { uses: vec![0; demand.bank.cards.len()], ..Past::default() };
        let mut series = Self { demand, past, scope: Scope::Fresh };
        let overlap = &series.demand.blueprint.exam.overlap;
        let cap = series.cap(overlap.history_max.or(overlap.max));
        for Earlier { name, cards } in history {
            series.past.add(cards.iter().copied(), cap, || (name.clone(), true));
        }
        series
    }

    /// The form of this name, after those that were drawn.
    ///
    /// # Errors
    /// What stands in the way, if there is none.
    pub(super) fn next(&mut self, name: &str) -> Result<Form, Vec<Diagnostic>> {
        let Self { demand, past, scope } = self;
        let exam = &demand.blueprint.exam;
        let chance = Chance { seed: exam.seed, form: name };
        let fresh = match scope {
            Scope::Fresh => draw_form(&mut demand.draft(chance, past, Scope::Fresh), exam.sampling, chance),
            Scope::All => None,
        };
        let drawn = if let Some(drawn) = fresh {
            drawn
        } else {
            // What no form had does not suffice, and will not for a later form.
            *scope = Scope::All;
            let mut draft = demand.draft(chance, past, Scope::All);
            let drawn = draw_form(&mut draft, exam.sampling, chance);
            drawn.ok_or_else(|| report::report(demand, &draft, past, name))?
        };
        if !exam.overlap.free {
            let cap = self.cap(exam.overlap.max);
            self.past.add(drawn.iter().map(|(card, _)| *card), cap, || (format!("form {name}"), false));
        }
        Ok(form(&self.demand, chance, &drawn))
    }

    /// How many items a share of a form is.
    fn cap(&self, share: Option<At<Share>>) -> Option<u32> {
        share.map(|share| share.value.floor_of(self.demand.items as u32))
    }

    fn repeats(&self, forms: &[Form]) -> Repeats {
        match Form::repeats(forms) {
            0 => Repeats::default(),
            count => Repeats { count, least: self.demand.fewest_repeats(forms.len()).unwrap_or_default() },
        }
    }
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

fn form(demand: &Demand<'_>, chance: Chance<'_>, drawn: &[(usize, usize)]) -> Form {
    let Demand { bank, blueprint, .. } = *demand;
    let section = |(number, plan): (usize, &SectionPlan)| {
        let slot = |slot: usize| &demand.slots[slot];
        let here = drawn.iter().filter(|(_, at)| slot(*at).section == number);
        let mut items: Vec<FormItem> =
            here.map(|(card, at)| item(*card, &bank.cards[*card], slot(*at).points, chance)).collect();
        sort(&mut items, plan.order, bank, chance);
        FormSection::of(plan, items)
    };
    let mut sections: Vec<FormSection> = blueprint.sections.iter().enumerate().map(section).collect();
    if !blueprint.rules.keys_by_chance {
        letters::settle(&mut sections, &blueprint.sections, bank, chance);
    }
    Form { name: chance.form.to_owned(), seed: chance.seed, sections }
}

/// Puts items into the order of their section.
pub(super) fn sort(items: &mut [FormItem], order: ItemOrder, bank: &Bank, chance: Chance<'_>) {
    items.sort_by_cached_key(|item| {
        let card = &bank.cards[item.card];
        let rank = match order {
            ItemOrder::Random => (0, 0),
            ItemOrder::Difficulty => (usize::from(card.difficulty.level()), 0),
            ItemOrder::Chapter => (card.chapter, card.section),
            ItemOrder::Points => (item.points.halves() as usize, 0),
        };
        (rank, chance.draw(Purpose::Items, &card.id))
    });
}

/// A card as an item of a form, before letters are made even.
pub(super) fn item(position: usize, card: &Card, points: Option<Points>, chance: Chance<'_>) -> FormItem {
    // A blueprint leaves the points out only where a rubric gives them.
    let points = points.or(card.points).unwrap_or(Points::ZERO);
    FormItem { card: position, points, order: letters::own_order(card, chance) }
}
