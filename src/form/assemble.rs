//! From a blueprint and a bank to forms.
//!
//! In: a checked bank and a blueprint. Out: for each form its items, their order and the order of their options, or one diagnostic
//! for each section that the bank cannot fill. It reads no files and no clock, and does not depend on how many threads there are.
//!
//! A form is drawn like this: cards of earlier forms of the exam are left out of every section that can be filled without them.
//! Every card that is left has a rank on the form, first by how many earlier forms have it, then by chance. The cards are gone
//! through in that order, and each is taken with which the form can still be filled. So the draw follows from the ranks alone,
//! whatever search answers whether a form can still be filled; two forms share little; and a card more in the bank changes few picks.

use super::choose::{Candidate, Candidates, Selection, Verdict};
use super::rank::Ranking;
use super::shuffle::{self, Chance, Purpose};
use super::{Form, FormItem, FormSection};
use crate::bank::Bank;
use crate::blueprint::{Blueprint, FormName, SectionPlan};
use crate::card::{Body, Card, CardId};
use crate::diag::{Code, Diagnostic};
use crate::points::Points;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What comes of assembling an exam.
#[derive(Debug)]
pub struct Assembled {
    /// The forms in the order of the blueprint; none if there is an error.
    pub forms: Vec<Form>,
    /// What is wrong, in the order of the sections.
    pub diagnostics: Vec<Diagnostic>,
}

/// Draws the forms of an exam.
pub fn assemble(bank: &Bank, blueprint: &Blueprint) -> Assembled {
    let candidates = candidates(bank, blueprint);
    let wants: Vec<usize> = blueprint.sections.iter().map(|section| section.count).collect();
    let empty = Selection::new(&candidates, wants.clone());
    let Verdict::Found(witness) = empty.complete() else {
        return Assembled { forms: Vec::new(), diagnostics: shortages(bank, blueprint, &candidates, &empty) };
    };
    let ranking = Ranking::new(bank, &candidates, &wants);
    let mut uses = vec![0_usize; bank.cards.len()];
    let draw_form = |name: &FormName| {
        let chance = Chance { seed: blueprint.exam.seed, form: name.as_str() };
        // From here on candidates are numbered by their ranks.
        let order = ranking.order(chance, &uses);
        let ranked = candidates.only(&order);
        let empty = Selection::new(&ranked, wants.clone());
        let start: Vec<usize> = (0..order.len()).filter(|rank| witness.contains(&order[*rank])).collect();
        // What was found for the exam makes the form whole too, where cards without enemies stand for those that are not ranked.
        let mut witness = if let Verdict::Found(found) = empty.complete_from(&start) { found } else { start };
        let selection = prefer_unused(&empty, &ranked, &uses, &mut witness);
        let ranks: Vec<usize> = (0..order.len()).collect();
        let chosen: Vec<Candidate> =
            selection.first_in_order(&ranks, witness).into_iter().map(|rank| ranked.list[rank]).collect();
        for candidate in &chosen {
            uses[candidate.card] += 1;
        }
        form(bank, blueprint, chance, chosen)
    };
    Assembled { forms: blueprint.exam.forms.iter().map(draw_form).collect(), diagnostics: Vec::new() }
}

/// Why a card cannot stand in a section; `None` if it can.
fn misfit(card: &Card, plan: &SectionPlan) -> Option<Misfit> {
    if card.kind() != plan.kind {
        Some(Misfit::Type)
    } else if !card.exam {
        Some(Misfit::DeckOnly)
    } else if plan.points.is_some_and(|points| card.points.is_some_and(|own| own != points)) {
        Some(Misfit::Points)
    } else {
        None
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Misfit {
    Type,
    DeckOnly,
    Points,
}

/// The candidates of an exam, section by section.
pub(super) fn candidates(bank: &Bank, blueprint: &Blueprint) -> Candidates {
    let mut list = Vec::new();
    let mut of_card: Vec<Vec<usize>> = vec![Vec::new(); bank.cards.len()];
    for (section, plan) in blueprint.sections.iter().enumerate() {
        for (card, _) in bank.cards.iter().enumerate().filter(|(_, card)| misfit(card, plan).is_none()) {
            of_card[card].push(list.len());
            list.push(Candidate { card, section });
        }
    }
    let named: HashSet<&CardId> = bank.cards.iter().flat_map(|card| &card.enemies).collect();
    let enemies = bank.cards.iter().enumerate().filter(|(_, card)| named.contains(&card.id));
    let positions: HashMap<&CardId, usize> = enemies.map(|(position, card)| (&card.id, position)).collect();
    let mut barred = vec![Vec::new(); list.len()];
    for (position, card) in bank.cards.iter().enumerate() {
        let here = &of_card[position];
        for enemy in card.enemies.iter().filter_map(|enemy| positions.get(enemy)) {
            for (one, other) in here.iter().flat_map(|one| of_card[*enemy].iter().map(move |other| (*one, *other))) {
                barred[one].push(other);
                barred[other].push(one);
            }
        }
        for one in here {
            barred[*one].extend(here.iter().filter(|other| *other != one));
        }
    }
    for list in &mut barred {
        list.sort_unstable();
        list.dedup();
    }
    Candidates { list, barred }
}

/// Leaves out cards that earlier forms have, the most used first, as far as the form can be filled all the same: first in all
/// sections alike, then section by section. `witness` makes the selection whole, before and after.
fn prefer_unused<'c>(
    empty: &Selection<'c>,
    candidates: &Candidates,
    uses: &[usize],
    witness: &mut Vec<usize>,
) -> Selection<'c> {
    let mut selection = empty.clone();
    let uses: Vec<usize> = candidates.list.iter().map(|candidate| uses[candidate.card]).collect();
    let levels: Vec<usize> =
        uses.iter().copied().filter(|uses| *uses > 0).collect::<BTreeSet<_>>().into_iter().collect();
    // What is left out in all sections is left out in each.
    let mut least_on_paper = levels.len();
    for part in std::iter::once(None).chain((0..selection.wants().len()).map(Some)) {
        // The lower the level from which cards are left out, the fewer are left: the lowest possible one is searched by halves,
        // but tried first, since mostly it will do.
        let (mut low, mut high) = (0, least_on_paper);
        let mut middle = low;
        while low < high {
            let mut trial = selection.clone();
            for (position, candidate) in candidates.list.iter().enumerate() {
                if part.is_none_or(|part| part == candidate.section) && uses[position] >= levels[middle] {
                    trial.close(position);
                }
            }
            if let Verdict::Found(found) = trial.complete_from(witness) {
                selection = trial;
                *witness = found;
                high = middle;
            } else {
                low = middle + 1;
            }
            middle = low.midpoint(high);
        }
        if part.is_none() {
            least_on_paper = high;
        }
    }
    selection
}

fn form(bank: &Bank, blueprint: &Blueprint, chance: Chance<'_>, chosen: Vec<Candidate>) -> Form {
    let mut cards: Vec<Vec<usize>> = vec![Vec::new(); blueprint.sections.len()];
    for candidate in chosen {
        cards[candidate.section].push(candidate.card);
    }
    let section = |(plan, mut cards): (&SectionPlan, Vec<usize>)| {
        cards.sort_by_cached_key(|card| chance.draw(Purpose::Items, &bank.cards[*card].id));
        FormSection {
            kind: plan.kind,
            title: plan.title.clone(),
            instructions: plan.instructions.clone(),
            items: cards.into_iter().map(|card| item(card, &bank.cards[card], plan, chance)).collect(),
        }
    };
    Form {
        name: chance.form.to_owned(),
        seed: chance.seed,
        sections: blueprint.sections.iter().zip(cards).map(section).collect(),
    }
}

fn item(position: usize, card: &Card, plan: &SectionPlan, chance: Chance<'_>) -> FormItem {
    // A blueprint leaves the points out only where a rubric gives them.
    let points = plan.points.or(card.points).unwrap_or(Points::ZERO);
    FormItem { card: position, points, order: option_order(card, chance) }
}

fn option_order(card: &Card, chance: Chance<'_>) -> Vec<usize> {
    let Body::Choice(choice) = &card.body else { return Vec::new() };
    let mut order: Vec<usize> = (0..choice.options.len()).collect();
    if choice.shuffle {
        let moving = order.len().saturating_sub(choice.keep_last);
        shuffle::shuffle(&mut order[..moving], &mut chance.stream(Purpose::Options, &card.id));
    }
    order
}

/// One diagnostic for each section that cannot be filled.
fn shortages(bank: &Bank, blueprint: &Blueprint, candidates: &Candidates, empty: &Selection<'_>) -> Vec<Diagnostic> {
    let missing = empty.missing();
    let short = |(section, plan): (usize, &SectionPlan)| {
        let fitting = candidates.list.iter().filter(|candidate| candidate.section == section).count();
        (missing[section] > 0).then(|| shortage(bank, plan, fitting, missing[section]))
    };
    let mut diagnostics: Vec<Diagnostic> = blueprint.sections.iter().enumerate().filter_map(short).collect();
    if diagnostics.is_empty() {
        // Not seen with any bank so far: the search gave up although nothing needs to be missing.
        diagnostics.extend(blueprint.sections.first().map(|plan| {
            Diagnostic::new(Code::SectionShort, plan.span, "no form was found before the search was given up")
                .help("ask for fewer items, or add cards without enemies")
        }));
    }
    diagnostics
}

fn shortage(bank: &Bank, plan: &SectionPlan, fitting: usize, missing: usize) -> Diagnostic {
    let name = plan.title.as_deref().unwrap_or(plan.kind.chinese());
    let possible = plan.count - missing;
    let barred = possible < fitting.min(plan.count);
    let but = if barred { format!(", but only {possible} of them can stand on the form") } else { String::new() };
    let wanted = counted(plan.count, "item");
    let message = format!("{name}: wants {wanted}, the bank has {fitting} that fit{but}: {missing} missing");
    let worth = match plan.points {
        Some(points) if plan.kind.has_rubric() => format!(" with a rubric of {points}"),
        Some(points) => format!(" worth {points} or without points"),
        None => String::new(),
    };
    let otherwise = if possible == 0 { "remove the section".to_owned() } else { format!("write `count = {possible}`") };
    let cards = counted(missing, &format!("{} card", plan.kind.word()));
    let mut diagnostic = Diagnostic::new(Code::SectionShort, plan.span, message)
        .label(format!("{possible} can be had"))
        .help(format!("add {cards}{worth}, or {otherwise}"));
    if barred {
        diagnostic =
            diagnostic.help("the others are enemies of cards on the form, or stand in another section of the type");
    }
    let count = |why: Misfit| bank.cards.iter().filter(|card| misfit(card, plan) == Some(why)).count();
    let (deck_only, other_points) = (count(Misfit::DeckOnly), count(Misfit::Points));
    if deck_only > 0 {
        diagnostic = diagnostic.help(format!("not counted: {} with `exam = false`", counted(deck_only, "card")));
    }
    if other_points > 0 {
        diagnostic = diagnostic.help(format!("not counted: {} worth other points", counted(other_points, "card")));
    }
    diagnostic
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
