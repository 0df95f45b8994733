//! What stands in the way of a form, in words.
//!
//! In: a form that cannot be drawn, and the demands that cannot be met together. Out: a diagnostic for each set of them, which names every
//! demand at its place and what would mend it: so many cards of such a kind, or another number in the blueprint.

use super::conflict::{self, Demanded, Side};
use super::demand::{Constraint, Demand, Draft, Past};
use super::linear::{Problem, Term};
use super::program::{self, End};
use crate::blueprint::{Amount, Level, Quota};
use crate::card::Card;
use crate::diag::{Code, Diagnostic};
use crate::points::Points;
use crate::source::Span;

/// A diagnostic for each set of demands that cannot be met together. `form` is the name of the form where it hangs on earlier ones.
pub(super) fn report(demand: &Demand<'_>, draft: &Draft, past: &Past, form: &str) -> Vec<Diagnostic> {
    let conflicts = conflict::conflicts(draft);
    if conflicts.is_empty() {
        let message = format!("form {form}: none was found before the search was given up");
        let help = "ask for less, or add cards without enemies";
        return vec![Diagnostic::new(Code::Infeasible, demand.blueprint.sections[0].span, message).help(help)];
    }
    let reporter = Reporter { demand, draft, past, form };
    conflicts.iter().map(|conflict| reporter.of(conflict)).collect()
}

struct Reporter<'r, 'e> {
    demand: &'r Demand<'e>,
    draft: &'r Draft,
    past: &'r Past,
    form: &'r str,
}

/// A demand in words.
struct Words {
    /// 单项选择题 × 15
    text: String,
    /// Where it is written.
    span: Option<Span>,
    /// How to name it where it is changed: "lower `chapters.ch09.min`".
    change: Option<String>,
}

/// A kind of card that would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    slot: usize,
    /// A quota whose place it is of.
    quota: Option<usize>,
    level: Option<Level>,
}

impl Reporter<'_, '_> {
    fn of(&self, conflict: &[Demanded]) -> Diagnostic {
        if let Some(diagnostic) = self.shortage(conflict) {
            return diagnostic;
        }
        let words: Vec<(Demanded, Words)> = conflict.iter().map(|demand| (*demand, self.words(*demand))).collect();
        let place = words.iter().find_map(|(_, words)| words.span);
        let tied = conflict.iter().any(|demand| matches!(self.constraint(*demand), Constraint::Shared(_)));
        let subject = if tied { format!("form {} cannot have", self.form) } else { "no form can have".to_owned() };
        let texts: Vec<&str> = words.iter().map(|(_, words)| words.text.as_str()).collect();
        let together = if texts.len() > 1 { " together" } else { "" };
        let message = format!("{subject}{together}: {}", texts.join("; "));
        let mut diagnostic = match place {
            Some(place) => Diagnostic::new(Code::Infeasible, place, message).label(words[0].1.text.clone()),
            None => Diagnostic::placeless(Code::Infeasible, message),
        };
        let others = words.iter().filter(|(_, words)| words.span.is_some()).skip(1);
        for (_, words) in others.filter(|(_, words)| words.span != place) {
            diagnostic.related.extend(words.span.map(|span| crate::diag::Label { span, text: words.text.clone() }));
        }
        diagnostic.help.extend(self.additions(conflict));
        diagnostic.help.extend(words.iter().filter_map(|(demand, words)| self.mend(conflict, *demand, words)));
        diagnostic
    }

    /// A section that cannot be filled, whatever else is asked.
    fn shortage(&self, conflict: &[Demanded]) -> Option<Diagnostic> {
        let mut counts = conflict.iter().filter_map(|demand| match self.constraint(*demand) {
            Constraint::Count(slot) => Some((*demand, *slot)),
            _ => None,
        });
        let (demand, slot) = counts.next().filter(|(demand, _)| demand.side == Side::Low)?;
        let barred = conflict.iter().any(|demand| matches!(self.constraint(*demand), Constraint::Enemies(_)));
        let others = conflict.iter().filter(|demand| !matches!(self.constraint(**demand), Constraint::Enemies(_)));
        (others.count() == 1).then_some(())?;
        let slot = &self.demand.slots[slot];
        let plan = &self.demand.blueprint.sections[slot.section];
        let possible = self.extreme(conflict, demand).and_then(|possible| usize::try_from(possible).ok())?;
        let fitting = self.demand.cards().filter(|card| slot.takes(card.kind(), card.points)).count();
        let missing = slot.count.saturating_sub(possible);
        let name = self.slot_name(slot.section, slot.points);
        let but = if barred { format!(", but only {possible} of them can stand on the form") } else { String::new() };
        let wanted = counted(slot.count, "item");
        let message = format!("{name}: wants {wanted}, the bank has {fitting} that fit{but}: {missing} missing");
        let worth = match slot.points {
            Some(points) if slot.kind.has_rubric() => format!(" with a rubric of {points}"),
            Some(points) => format!(" worth {points} or without points"),
            None => String::new(),
        };
        let otherwise = if possible == 0 { "remove the section".to_owned() } else { format!("write `count = {possible}`") };
        let cards = counted(missing, &format!("{} card", slot.kind.word()));
        let mut diagnostic = Diagnostic::new(Code::SectionShort, plan.span, message)
            .label(format!("{possible} can be had"))
            .help(format!("add {cards}{worth}, or {otherwise}"));
        if barred {
            diagnostic = diagnostic.help("the others are enemies of cards on the form");
        }
        let bank = self.demand.bank;
        let same = || bank.cards.iter().enumerate().filter(|(_, card)| card.kind() == slot.kind);
        let deck_only = same().filter(|(_, card)| !card.exam).count();
        let excluded = same().filter(|(position, card)| card.exam && !self.demand.resolved().allows(*position)).count();
        let other_points = same().filter(|(_, card)| card.exam && !slot.takes(card.kind(), card.points)).count();
        for (count, why) in
            [(deck_only, "with `exam = false`"), (excluded, "ruled out by `only` or `exclude`"), (other_points, "worth other points")]
        {
            if count > 0 {
                diagnostic = diagnostic.help(format!("not counted: {} {why}", counted(count, "card")));
            }
        }
        Some(diagnostic)
    }

    fn constraint(&self, demand: Demanded) -> &Constraint {
        &self.draft.constraints[demand.row]
    }

    /// How far a demand can be met beside the others of its conflict.
    fn extreme(&self, conflict: &[Demanded], demand: Demanded) -> Option<i32> {
        let others: Vec<Demanded> = conflict.iter().copied().filter(|other| *other != demand).collect();
        let problem = conflict::only(self.draft, &others);
        let end = if demand.side == Side::Low { End::Most } else { End::Least };
        program::extreme(&problem, &problem.bounds(), &self.draft.problem.rows()[demand.row].terms, end)
    }

    /// Another number that mends it.
    fn mend(&self, conflict: &[Demanded], demand: Demanded, words: &Words) -> Option<String> {
        let change = words.change.as_ref()?;
        let possible = self.extreme(conflict, demand)?;
        let value = match self.constraint(demand) {
            Constraint::Total => halves(possible),
            Constraint::Level(_) => {
                let total = f64::from(self.demand.total?.halves());
                let share = f64::from(possible) / total * 10_000.0;
                // Rounded to the side that is possible.
                let hundredths = if demand.side == Side::Low { share.floor() } else { share.ceil() };
                crate::blueprint::Share::from_basis_points(hundredths as u32)?.to_string()
            }
            _ => possible.to_string(),
        };
        Some(format!("or {change} to {value}"))
    }

    /// The fewest cards that mend it, and of which kind.
    fn additions(&self, conflict: &[Demanded]) -> Option<String> {
        let lows = || conflict.iter().filter(|demand| demand.side == Side::Low).map(|demand| self.constraint(*demand));
        let slots: Vec<usize> = {
            let named: Vec<usize> =
                lows().filter_map(|demand| if let Constraint::Count(slot) = demand { Some(*slot) } else { None }).collect();
            if named.is_empty() { (0..self.demand.slots.len()).collect() } else { named }
        };
        let quotas = lows().filter_map(|demand| if let Constraint::Quota(quota) = demand { Some(*quota) } else { None });
        let levels = lows().filter_map(|demand| match demand {
            Constraint::Level(level) => Some(self.demand.blueprint.difficulty[*level].level),
            _ => None,
        });
        let quotas: Vec<Option<usize>> = quotas.map(Some).chain([None]).collect();
        let levels: Vec<Option<Level>> = levels.map(Some).chain([None]).collect();
        let mut best: Option<(i32, Kind)> = None;
        for slot in slots {
            for quota in quotas.iter().copied() {
                for level in levels.iter().copied() {
                    let kind = Kind { slot, quota, level };
                    let Some(count) = self.cards_needed(conflict, kind).filter(|count| *count > 0) else { continue };
                    if best.is_none_or(|(least, _)| count < least) {
                        best = Some((count, kind));
                    }
                }
            }
        }
        let (count, kind) = best?;
        let slot = &self.demand.slots[kind.slot];
        let mut what = counted(count as usize, &format!("{} card", slot.kind.word()));
        if let Some(quota) = kind.quota {
            what += &format!(" of {}", self.place(&self.demand.blueprint.quotas[quota]));
        }
        if let Some(level) = kind.level {
            what += match level {
                Level::Easy => " of difficulty 1 or 2",
                Level::Medium => " of difficulty 3",
                Level::Hard => " of difficulty 4 or 5",
            };
        }
        let there = self.demand.cards().filter(|card| self.is_of(card, kind)).count();
        Some(format!("add {what}; the bank has {there}"))
    }

    fn is_of(&self, card: &Card, kind: Kind) -> bool {
        let slot = &self.demand.slots[kind.slot];
        let quota = kind.quota.map(|quota| &self.demand.resolved().quotas[quota]);
        slot.takes(card.kind(), card.points)
            && quota.is_none_or(|quota| quota.holds(card))
            && kind.level.is_none_or(|level| level == Level::of(card.difficulty))
    }

    /// How many cards of a kind meet the conflict; `None` if none do.
    fn cards_needed(&self, conflict: &[Demanded], kind: Kind) -> Option<i32> {
        let slot = &self.demand.slots[kind.slot];
        let capacity = i32::try_from(slot.count).unwrap_or(i32::MAX);
        let mut problem: Problem = self.draft.problem.clone();
        let cell = problem.add_cell(capacity);
        for (row, constraint) in self.draft.constraints.iter().enumerate() {
            let weight = match constraint {
                Constraint::Count(number) => i32::from(*number == kind.slot),
                Constraint::Quota(number) => {
                    let quota = &self.demand.resolved().quotas[*number];
                    i32::from(kind.quota.is_some_and(|own| quota.contains(&self.demand.resolved().quotas[own])))
                }
                Constraint::Level(number) if kind.level == Some(self.demand.blueprint.difficulty[*number].level) => {
                    slot.points?.halves() as i32
                }
                Constraint::Total => slot.points?.halves() as i32,
                _ => 0,
            };
            if weight > 0 {
                problem.add_term(row, Term { cell, weight });
            }
        }
        let problem = conflict::only_of(&problem, &self.draft.constraints, conflict);
        program::extreme(&problem, &problem.bounds(), &[Term { cell, weight: 1 }], End::Least)
    }

    fn slot_name(&self, section: usize, points: Option<Points>) -> String {
        let plan = &self.demand.blueprint.sections[section];
        match (&plan.worth, points) {
            (crate::blueprint::Worth::List(_), Some(points)) => format!("{} of {points} points", plan.name()),
            _ => plan.name().to_owned(),
        }
    }

    fn place(&self, quota: &Quota) -> String {
        match &quota.section {
            Some(section) => format!("section {}", section.value),
            None => format!("chapter {}", quota.chapter.value),
        }
    }

    fn words(&self, demand: Demanded) -> Words {
        let blueprint = self.demand.blueprint;
        let row = &self.draft.problem.rows()[demand.row];
        let low = demand.side == Side::Low;
        let (bound, number) = if low { ("at least", row.low) } else { ("at most", row.high) };
        let (verb, end) = if low { ("lower", "min") } else { ("raise", "max") };
        match self.constraint(demand) {
            Constraint::Count(slot) => {
                let slot = &self.demand.slots[*slot];
                let plan = &blueprint.sections[slot.section];
                let name = self.slot_name(slot.section, slot.points);
                let text = if low { format!("{name} × {number}") } else { format!("{name} × {number} and no more") };
                let verb = if low { "lower" } else { "raise" };
                let change = matches!(plan.worth, crate::blueprint::Worth::List(_))
                    .then(|| format!("{verb} how often `points` of {} lists {}", plan.name(), slot.points.unwrap_or_default()))
                    .unwrap_or_else(|| format!("{verb} `count` of {}", plan.name()));
                Words { text, span: Some(plan.span), change: Some(change) }
            }
            Constraint::Quota(position) => {
                let quota = &blueprint.quotas[*position];
                let path = match &quota.section {
                    Some(section) => format!("chapters.{}.sections.\"{}\"", quota.chapter.value, section.value),
                    None => format!("chapters.{}", quota.chapter.value),
                };
                let text = format!("{bound} {} of {}", counted(number as usize, "item"), self.place(quota));
                let (span, change) = match &quota.amount {
                    Amount::Range { min, max } => {
                        let at = if low { min } else { max };
                        (at.map_or(quota.chapter.span, |at| at.span), format!("{verb} `{path}.{end}`"))
                    }
                    Amount::Weight { weight, .. } => {
                        (weight.span, format!("change `{path}.weight` or `slack` so that it asks for {bound} the items: {verb} them"))
                    }
                };
                Words { text, span: Some(span), change: Some(change) }
            }
            Constraint::Total => Words {
                text: format!("{} points in all", halves(number)),
                span: blueprint.exam.total.map(|total| total.span),
                change: blueprint.exam.total.map(|_| format!("{verb} `total`")),
            },
            Constraint::Level(position) => {
                let share = &blueprint.difficulty[*position];
                let percent = if low { share.min } else { share.max };
                let word = share.level.word();
                Words {
                    text: format!("{bound} {percent} of the points {word} ({} points)", halves(number)),
                    span: Some(share.span),
                    change: Some(format!("{verb} the {} share of `difficulty.{word}`", if low { "least" } else { "largest" })),
                }
            }
            Constraint::Include(position) => {
                let id = &blueprint.rules.include[*position];
                Words { text: format!("`{}` on every form", id.value), span: Some(id.span), change: None }
            }
            Constraint::Judgements(slot) => {
                let slot = &self.demand.slots[*slot];
                let plan = &blueprint.sections[slot.section];
                Words {
                    text: format!("{bound} {number} true statements of {} (`balance_keys`)", plan.count),
                    span: Some(plan.span),
                    change: None,
                }
            }
            Constraint::Shared(form) => {
                let overlap = &blueprint.exam.overlap;
                let (name, earlier) = &self.past.names[*form];
                let at = if *earlier { overlap.history_max.or(overlap.max) } else { overlap.max };
                Words {
                    text: format!("at most {} in common with {name}", counted(number as usize, "item")),
                    span: at.map(|at| at.span),
                    change: Some("raise how many items they may have in common".to_owned()),
                }
            }
            Constraint::Enemies(cards) => {
                let ids: Vec<String> = cards.iter().map(|card| format!("`{}`", self.demand.bank.cards[*card].id)).collect();
                Words { text: format!("one of {}", ids.join(", ")), span: None, change: None }
            }
            Constraint::Items | Constraint::Once | Constraint::Fresh => {
                Words { text: String::new(), span: None, change: None }
            }
        }
    }
}

/// Points from their halves.
fn halves(halves: i32) -> String {
    format!("{}{}", halves / 2, if halves % 2 == 1 { ".5" } else { "" })
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
