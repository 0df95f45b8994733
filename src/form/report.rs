//! What stands in the way of a form, in words.
//!
//! In: a form that cannot be drawn, and the demands that cannot be met together. Out: a diagnostic for each set of them, which names every
//! demand at its place. What would mend it is said by [`mend`]: so many cards of such a kind, or another number in the blueprint.

mod mend;

use super::conflict::{self, Conflicts, Demanded, Side};
use super::demand::{Constraint, Demand, Draft, Past, Slot};
use super::program::{self, End};
use crate::blueprint::{Amount, Quota, Worth};
use crate::diag::{Code, Diagnostic, Label};
use crate::points::Points;
use crate::source::Span;

/// A diagnostic for each set of demands that cannot be met together. `form` is the name of the form where it hangs on earlier ones.
pub(super) fn report(demand: &Demand<'_>, draft: &Draft, past: &Past, form: &str) -> Vec<Diagnostic> {
    let Conflicts { sets, rest } = conflict::conflicts(draft);
    if sets.is_empty() {
        let message = format!("form {form}: none was found before the search was given up");
        let help = "ask for less, or add cards without enemies";
        return vec![Diagnostic::new(Code::Infeasible, demand.blueprint.sections[0].span, message).help(help)];
    }
    let reporter = Reporter { demand, draft, past, form, rest: &rest };
    sets.iter().map(|conflict| reporter.of(conflict)).collect()
}

/// Said where every way out of a conflict leads into another.
pub(super) const NOT_ENOUGH: &str = "other demands stand in the way after that: the next run names them";

struct Reporter<'r, 'e> {
    demand: &'r Demand<'e>,
    draft: &'r Draft,
    past: &'r Past,
    form: &'r str,
    /// The demands that are in no conflict.
    rest: &'r [Demanded],
}

/// A demand in words.
struct Words {
    /// 单项选择题 × 15
    text: String,
    /// Where it is written, if it stands in the blueprint.
    span: Option<Span>,
}

impl Reporter<'_, '_> {
    fn of(&self, conflict: &[Demanded]) -> Diagnostic {
        if let Some(diagnostic) = self.shortage(conflict) {
            return diagnostic;
        }
        let words: Vec<Words> = conflict.iter().map(|demand| self.words(*demand)).collect();
        let tied = conflict.iter().any(|demand| matches!(self.constraint(*demand), Constraint::Shared(_)));
        let subject = if tied { format!("form {} cannot have", self.form) } else { "no form can have".to_owned() };
        let texts: Vec<&str> = words.iter().map(|words| words.text.as_str()).collect();
        let together = if texts.len() > 1 { " together" } else { "" };
        let message = format!("{subject}{together}: {}", texts.join("; "));
        let mut places: Vec<Label> = Vec::new();
        for Words { text, span } in &words {
            let Some(span) = *span else { continue };
            // A list of points is one place for several demands.
            match places.iter_mut().find(|place| place.span == span) {
                Some(place) => place.text = format!("{}; {text}", place.text),
                None => places.push(Label { span, text: text.clone() }),
            }
        }
        let mut places = places.into_iter();
        let mut diagnostic = Diagnostic::placeless(Code::Infeasible, message);
        diagnostic.label = places.next();
        diagnostic.related = places.collect();
        let (mends, enough) = self.mends(conflict);
        for (number, mend) in mends.into_iter().enumerate() {
            diagnostic = diagnostic.help(if number == 0 { mend } else { format!("or {mend}") });
        }
        if !enough {
            diagnostic = diagnostic.help(NOT_ENOUGH);
        }
        let by_others = |demand: &Demanded| match self.constraint(*demand) {
            Constraint::Shared(form) => !self.past.names[*form].1,
            _ => false,
        };
        if conflict.iter().any(by_others) { diagnostic.help(self.luck()) } else { diagnostic }
    }

    /// Whether other forms before this one could have left room for it.
    fn luck(&self) -> String {
        let caps = self.past.caps.iter().zip(&self.past.names).filter(|(_, (_, earlier))| !earlier);
        let caps: Vec<usize> = caps.map(|(cap, _)| *cap as usize).collect();
        // A form shares with each before it what it may, and no card of it can be on more of them than all.
        let may: usize =
            (1..=caps.len()).map(|before| caps[..before].iter().sum::<usize>().min(self.demand.items)).sum();
        let forms = caps.len() + 1;
        match self.demand.fewest_repeats(forms) {
            Some(fewest) if fewest > may => format!(
                "no {forms} forms of this bank share so little: of their items {fewest} or more stand on an earlier one too, and {may} may"
            ),
            _ => "the forms before it left no room: with another `seed` they are others".to_owned(),
        }
    }

    /// A section that cannot be filled, whatever else is asked.
    fn shortage(&self, conflict: &[Demanded]) -> Option<Diagnostic> {
        let mut counts = conflict.iter().filter_map(|demand| match self.constraint(*demand) {
            Constraint::Count(slot) => Some((*demand, *slot)),
            _ => None,
        });
        let (demand, number) = counts.next().filter(|(demand, _)| demand.side == Side::Low)?;
        let others = conflict.iter().filter(|demand| !matches!(self.constraint(**demand), Constraint::Enemies(_)));
        (others.count() == 1).then_some(())?;
        let slot = &self.demand.slots[number];
        let plan = &self.demand.blueprint.sections[slot.section];
        let possible = self.extreme(&self.beside(conflict), demand).or_else(|| self.extreme(conflict, demand))?;
        let possible = usize::try_from(possible).ok()?;
        let fitting = self.demand.cards().filter(|card| slot.takes(card.kind(), card.points)).count();
        let missing = slot.count.saturating_sub(possible);
        let barred = possible < fitting.min(slot.count);
        let name = self.slot_name(number);
        let but = if barred { format!(", but only {possible} of them can stand on the form") } else { String::new() };
        let wanted = counted(slot.count, "item");
        let message = format!("{name}: wants {wanted}, the bank has {fitting} that fit{but}: {missing} missing");
        let otherwise = match (&plan.worth, slot.points) {
            (Worth::List(list), Some(points)) if list.len() > slot.count || possible > 0 => {
                format!("list {points} {} in `points`", times(possible))
            }
            _ if possible == 0 => "remove the section".to_owned(),
            _ => format!("write `count = {possible}`"),
        };
        let cards = counted(missing, &format!("{} card", slot.kind.word()));
        let mut diagnostic = Diagnostic::new(Code::SectionShort, plan.span, message)
            .label(format!("{possible} can be had"))
            .help(format!("add {cards}{}, or {otherwise}", worth(slot)));
        if barred {
            let why = "the others are enemies of cards on the form, or stand in another section of the type";
            diagnostic = diagnostic.help(why);
        }
        let bank = self.demand.bank;
        let same = || bank.cards.iter().enumerate().filter(|(_, card)| card.kind() == slot.kind);
        let deck_only = same().filter(|(_, card)| !card.exam).count();
        let allowed = || same().filter(|(position, card)| self.demand.resolved().draws(*position, card));
        let excluded = same().filter(|(_, card)| card.exam).count() - allowed().count();
        let other_points = allowed().filter(|(_, card)| !slot.takes(card.kind(), card.points)).count();
        let not_counted = [
            (deck_only, "with `exam = false`"),
            (excluded, "ruled out by `only` or `exclude`"),
            (other_points, "worth other points"),
        ];
        for (count, why) in not_counted.into_iter().filter(|(count, _)| *count > 0) {
            diagnostic = diagnostic.help(format!("not counted: {} {why}", counted(count, "card")));
        }
        Some(diagnostic)
    }

    fn constraint(&self, demand: Demanded) -> &Constraint {
        &self.draft.constraints[demand.row]
    }

    /// A conflict and all that is in none.
    fn beside(&self, conflict: &[Demanded]) -> Vec<Demanded> {
        [conflict, self.rest].concat()
    }

    /// How far one of the demands can be met beside the others; `None` if the others cannot be met even so.
    fn extreme(&self, demands: &[Demanded], demand: Demanded) -> Option<i32> {
        let others: Vec<Demanded> = demands.iter().copied().filter(|other| *other != demand).collect();
        let problem = conflict::only(self.draft, &others);
        let end = if demand.side == Side::Low { End::Most } else { End::Least };
        program::extreme(&problem, &problem.bounds(), &self.draft.problem.rows()[demand.row].terms, end)
    }

    /// What a section is called, with its number where another is called the same.
    fn section_name(&self, section: usize) -> String {
        let sections = &self.demand.blueprint.sections;
        let name = sections[section].name();
        if sections.iter().filter(|other| other.name() == name).count() > 1 {
            return format!("{name} (section {})", section + 1);
        }
        name.to_owned()
    }

    fn slot_name(&self, slot: usize) -> String {
        let slot = &self.demand.slots[slot];
        let name = self.section_name(slot.section);
        match (&self.demand.blueprint.sections[slot.section].worth, slot.points) {
            (Worth::List(_), Some(points)) => format!("{name} of {}", in_points(points)),
            _ => name,
        }
    }

    fn words(&self, demand: Demanded) -> Words {
        let blueprint = self.demand.blueprint;
        let row = &self.draft.problem.rows()[demand.row];
        let low = demand.side == Side::Low;
        let (bound, number) = if low { ("at least", row.low) } else { ("at most", row.high) };
        let (text, span) = match self.constraint(demand) {
            Constraint::Count(slot) => {
                let more = if low { "" } else { " and no more" };
                let span = blueprint.sections[self.demand.slots[*slot].section].span;
                (format!("{} × {number}{more}", self.slot_name(*slot)), Some(span))
            }
            Constraint::Quota(position) => {
                let quota = &blueprint.quotas[*position];
                let at = match &quota.amount {
                    Amount::Range { min, max } => (if low { min } else { max }).map(|at| at.span),
                    Amount::Weight { weight, .. } => Some(weight.span),
                };
                let text = format!("{bound} {} of {}", counted(number as usize, "item"), place(quota));
                (text, Some(at.unwrap_or(quota.chapter.span)))
            }
            Constraint::Total => {
                let written = blueprint.exam.total.map(|total| total.span);
                (format!("{} points in all", halves(number)), written)
            }
            Constraint::Level(position) => {
                let share = &blueprint.difficulty[*position];
                let percent = if low { share.min } else { share.max };
                let total = self.demand.total.unwrap_or_default();
                let level = share.level.word();
                let text = format!("{bound} {percent} of the points {level}, {} of {total}", halves(number));
                (text, Some(share.span))
            }
            Constraint::Include(position) => {
                let id = &blueprint.rules.include[*position];
                (format!("`{}`", id.value), Some(id.span))
            }
            Constraint::Judgements(slot) => {
                let plan = &blueprint.sections[self.demand.slots[*slot].section];
                let statements = counted(number as usize, "true statement");
                (format!("{bound} {statements} in {} (`balance_keys`)", self.slot_name(*slot)), Some(plan.span))
            }
            Constraint::Shared(form) => {
                let overlap = &blueprint.exam.overlap;
                let (name, earlier) = &self.past.names[*form];
                let at = if *earlier { overlap.history_max.or(overlap.max) } else { overlap.max };
                let shared = counted(number as usize, "item");
                (format!("at most {shared} in common with {name}"), at.map(|at| at.span))
            }
            Constraint::Enemies(cards) => {
                let ids: Vec<String> =
                    cards.iter().map(|card| format!("`{}`", self.demand.bank.cards[*card].id)).collect();
                (format!("at most one of the enemies {}", ids.join(", ")), None)
            }
            Constraint::Items | Constraint::Once | Constraint::Fresh => (String::new(), None),
        };
        Words { text, span }
    }
}

/// The part of the textbook that a quota is about.
fn place(quota: &Quota) -> String {
    match &quota.section {
        Some(section) => format!("section {} of {}", section.value, quota.chapter.value),
        None => format!("chapter {}", quota.chapter.value),
    }
}

/// What a card must be worth to stand in a slot.
fn worth(slot: &Slot) -> String {
    match slot.points {
        Some(points) if slot.kind.has_rubric() => format!(" with a rubric of {points}"),
        Some(points) => format!(" worth {points} or without points"),
        None => String::new(),
    }
}

/// Points from their halves.
fn halves(halves: i32) -> String {
    format!("{}{}", halves / 2, if halves % 2 == 1 { ".5" } else { "" })
}

fn in_points(points: Points) -> String {
    format!("{points} point{}", if points == Points::whole(1) { "" } else { "s" })
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// How often something stands in a list.
fn times(count: usize) -> String {
    match count {
        0 => "not at all".to_owned(),
        1 => "only once".to_owned(),
        _ => format!("only {count} times"),
    }
}
