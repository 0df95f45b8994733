//! What would mend a conflict of demands.
//!
//! In: demands that cannot be met together. Out: ways out of it, the first of them cards to write. Each is enough by itself, once the other
//! conflicts are mended. Only where there is no such way, ways are named after which other demands come into conflict.

use super::super::conflict::{self, Demanded, Side};
use super::super::demand::{Constraint, whole};
use super::super::linear::{Problem, Term};
use super::super::program::{self, End};
use super::{Reporter, counted, halves, place, times, worth};
use crate::blueprint::{Amount, Level, Share, Worth};
use crate::card::{Body, Card};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A kind of card that would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    slot: usize,
    /// A quota whose place it is of.
    quota: Option<usize>,
    level: Option<Level>,
    /// Whether the statement is true.
    verdict: Option<bool>,
}

impl Reporter<'_, '_> {
    /// Everything that mends a conflict by itself, and whether nothing else is in the way after that.
    pub(super) fn mends(&self, conflict: &[Demanded]) -> (Vec<String>, bool) {
        let mends = self.mends_within(conflict, &self.beside(conflict));
        if mends.is_empty() { (self.mends_within(conflict, conflict), false) } else { (mends, true) }
    }

    /// Everything that mends a conflict so that all of `demands`, among which it is, can be met.
    fn mends_within(&self, conflict: &[Demanded], demands: &[Demanded]) -> Vec<String> {
        let changes = conflict.iter().filter_map(|demand| self.change(conflict, demands, *demand));
        let mut mends: Vec<String> = self.additions(conflict, demands).into_iter().chain(changes).collect();
        // Both sides of a balance are given up in one place.
        let mut said = BTreeSet::new();
        mends.retain(|mend| said.insert(mend.clone()));
        mends
    }

    /// Another number, or a word less, in the blueprint.
    fn change(&self, conflict: &[Demanded], demands: &[Demanded], demand: Demanded) -> Option<String> {
        let blueprint = self.demand.blueprint;
        let possible = self.extreme(demands, demand)?;
        let low = demand.side == Side::Low;
        let (verb, end) = if low { ("lower", "min") } else { ("raise", "max") };
        match self.constraint(demand) {
            Constraint::Count(slot) => {
                // Shares of the items and of the points follow the counts: what those in the conflict would come to is not known here.
                let follows = |demand: &Demanded| match self.constraint(*demand) {
                    Constraint::Total | Constraint::Level(_) | Constraint::Shared(_) | Constraint::Judgements(_) => {
                        true
                    }
                    Constraint::Quota(quota) => matches!(blueprint.quotas[*quota].amount, Amount::Weight { .. }),
                    _ => false,
                };
                (!conflict.iter().any(follows)).then_some(())?;
                let slot = &self.demand.slots[*slot];
                let (plan, name) = (&blueprint.sections[slot.section], self.section_name(slot.section));
                let possible = usize::try_from(possible).ok()?;
                Some(match (&plan.worth, slot.points) {
                    (Worth::List(_), _) if !low => return None,
                    (Worth::List(list), Some(points)) if list.len() > slot.count || possible > 0 => {
                        format!("list {points} {} in `points` of {name}", times(possible))
                    }
                    _ if possible == 0 => format!("remove the section {name}"),
                    _ => format!("{verb} `count` of {name} to {possible}"),
                })
            }
            Constraint::Quota(position) => {
                let quota = &blueprint.quotas[*position];
                let path = match &quota.section {
                    Some(section) => format!("chapters.{}.sections.\"{}\"", quota.chapter.value, section.value),
                    None => format!("chapters.{}", quota.chapter.value),
                };
                let items = counted(usize::try_from(possible).ok()?, "item");
                Some(match &quota.amount {
                    Amount::Range { .. } => format!("{verb} `{path}.{end}` to {possible}"),
                    Amount::Weight { .. } if low => {
                        format!("lower `{path}.weight` or raise its `slack` until it asks for no more than {items}")
                    }
                    Amount::Weight { .. } => format!("raise `{path}.weight` or its `slack` until it allows {items}"),
                })
            }
            Constraint::Total => {
                // Shares of difficulty follow it.
                blueprint.exam.total.filter(|_| blueprint.difficulty.is_empty())?;
                Some(format!("{verb} `total` to {}", halves(possible)))
            }
            Constraint::Level(position) => {
                let total = self.demand.total?.halves();
                let share = share_of(possible, total, low)?;
                let level = blueprint.difficulty[*position].level.word();
                Some(format!(
                    "{verb} the {} share of `difficulty.{level}` to {share}",
                    if low { "least" } else { "largest" }
                ))
            }
            Constraint::Shared(form) => {
                let items = u32::try_from(self.demand.items).ok()?;
                let overlap = &blueprint.exam.overlap;
                let (_, earlier) = self.past.names[*form];
                let field = if earlier && overlap.history_max.is_some() { "history_max" } else { "max" };
                Some(format!("raise `overlap.{field}` to {}", share_of(possible, items, false)?))
            }
            Constraint::Include(position) => {
                Some(format!("take `{}` out of `rules.include`", blueprint.rules.include[*position].value))
            }
            Constraint::Judgements(_) => Some("give up `balance_keys`".to_owned()),
            Constraint::Enemies(_) | Constraint::Items | Constraint::Once | Constraint::Fresh => None,
        }
    }

    /// The fewest cards that mend it, and of which kind.
    fn additions(&self, conflict: &[Demanded], all: &[Demanded]) -> Option<String> {
        let demands = || conflict.iter().map(|demand| (demand.side, self.constraint(*demand)));
        let lows = || demands().filter(|(side, _)| *side == Side::Low).map(|(_, constraint)| constraint);
        let named: Vec<usize> =
            lows().filter_map(|demand| if let Constraint::Count(slot) = demand { Some(*slot) } else { None }).collect();
        let weighs = demands().any(|(_, demand)| matches!(demand, Constraint::Total | Constraint::Level(_)));
        // Where only a place is short, a card of any type will do.
        let counts = demands().any(|(_, demand)| matches!(demand, Constraint::Count(_)));
        let of_one_type = self.demand.slots.iter().all(|slot| slot.kind == self.demand.slots[0].kind);
        let any_slot = !counts && !weighs;
        let slots = if named.is_empty() { (0..self.demand.slots.len()).collect() } else { named };
        let quotas =
            lows().filter_map(|demand| if let Constraint::Quota(quota) = demand { Some(*quota) } else { None });
        let levels = lows().filter_map(|demand| match demand {
            Constraint::Level(level) => Some(self.demand.blueprint.difficulty[*level].level),
            _ => None,
        });
        let verdicts = demands().filter_map(|(side, demand)| match demand {
            Constraint::Judgements(_) => Some(side == Side::Low),
            _ => None,
        });
        let quotas: Vec<Option<usize>> = quotas.map(Some).chain([None]).collect();
        let levels: Vec<Option<Level>> = levels.map(Some).chain([None]).collect();
        let mut verdicts: Vec<Option<bool>> = verdicts.map(Some).collect();
        if verdicts.is_empty() {
            verdicts.push(None);
        }
        let mut best: Option<(i32, Kind)> = None;
        for slot in slots {
            for quota in quotas.iter().copied() {
                for level in levels.iter().copied() {
                    for verdict in verdicts.iter().copied() {
                        let kind = Kind { slot, quota, level, verdict };
                        let Some(count) = self.cards_needed(all, kind).filter(|count| *count > 0) else {
                            continue;
                        };
                        if best.is_none_or(|(least, _)| count < least) {
                            best = Some((count, kind));
                        }
                    }
                }
            }
        }
        let (count, kind) = best?;
        let slot = &self.demand.slots[kind.slot];
        let typed = if any_slot && !of_one_type { "card".to_owned() } else { format!("{} card", slot.kind.word()) };
        let mut what = counted(count as usize, &typed);
        if let Some(verdict) = kind.verdict {
            let _ = write!(what, " with `key = {verdict}`");
        }
        if let Some(quota) = kind.quota {
            let _ = write!(what, " of {}", place(&self.demand.blueprint.quotas[quota]));
        }
        if let Some(level) = kind.level {
            what += match level {
                Level::Easy => " of difficulty 1 or 2",
                Level::Medium => " of difficulty 3",
                Level::Hard => " of difficulty 4 or 5",
            };
        }
        if !any_slot && slot.points.is_some() {
            let _ = write!(what, ",{}", worth(slot));
        }
        if demands().any(|(_, demand)| matches!(demand, Constraint::Enemies(_))) {
            what += ", without enemies";
        }
        // What the form already has as much of as it may.
        let highs: Vec<&Constraint> =
            demands().filter(|(side, _)| *side == Side::High).map(|(_, demand)| demand).collect();
        let avoided: Vec<&Constraint> = highs.into_iter().filter(|demand| self.avoids(demand, kind)).collect();
        let mut nots: Vec<String> = avoided.iter().filter_map(|demand| self.not(demand)).collect();
        nots.dedup();
        if !nots.is_empty() {
            let _ = write!(what, ", not {}", nots.join(", not "));
        }
        let fits =
            |card: &&Card| self.is_of(card, kind, any_slot) && !avoided.iter().any(|demand| self.counts(demand, card));
        let there = self.demand.cards().filter(fits).count();
        Some(format!("add {what}; the bank has {there}"))
    }

    /// Whether cards of a kind are thought not to count in a quota or a level.
    fn avoids(&self, demand: &Constraint, kind: Kind) -> bool {
        match demand {
            Constraint::Quota(number) => {
                let quotas = &self.demand.resolved().quotas;
                kind.quota.is_none_or(|own| !quotas[*number].contains(&quotas[own]))
            }
            Constraint::Level(_) => kind.level.is_none(),
            _ => false,
        }
    }

    /// What a card that does not count in a quota or a level is not.
    fn not(&self, demand: &Constraint) -> Option<String> {
        match demand {
            Constraint::Quota(number) => Some(format!("of {}", place(&self.demand.blueprint.quotas[*number]))),
            Constraint::Level(number) => Some(self.demand.blueprint.difficulty[*number].level.word().to_owned()),
            _ => None,
        }
    }

    /// Whether a card counts in a quota or a level.
    fn counts(&self, demand: &Constraint, card: &Card) -> bool {
        match demand {
            Constraint::Quota(number) => self.demand.resolved().quotas[*number].holds(card),
            Constraint::Level(number) => self.demand.blueprint.difficulty[*number].level == Level::of(card.difficulty),
            _ => false,
        }
    }

    fn is_of(&self, card: &Card, kind: Kind, any_slot: bool) -> bool {
        let slot = &self.demand.slots[kind.slot];
        let quota = kind.quota.map(|quota| &self.demand.resolved().quotas[quota]);
        (any_slot || slot.takes(card.kind(), card.points))
            && quota.is_none_or(|quota| quota.holds(card))
            && kind.level.is_none_or(|level| level == Level::of(card.difficulty))
            && kind
                .verdict
                .is_none_or(|verdict| matches!(&card.body, Body::TrueFalse(statement) if statement.key == verdict))
    }

    /// With how many cards more of a kind the demands can be met; `None` with none.
    fn cards_needed(&self, demands: &[Demanded], kind: Kind) -> Option<i32> {
        let slot = &self.demand.slots[kind.slot];
        let capacity = whole(slot.count);
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
                    whole(slot.points?.halves() as usize)
                }
                Constraint::Total => whole(slot.points?.halves() as usize),
                Constraint::Judgements(number) => i32::from(*number == kind.slot && kind.verdict == Some(true)),
                _ => 0,
            };
            if weight > 0 {
                problem.add_term(row, Term { cell, weight });
            }
        }
        let problem = conflict::only_of(&problem, &self.draft.constraints, demands);
        program::extreme(&problem, &problem.bounds(), &[Term { cell, weight: 1 }], End::Least)
    }
}

/// How much of `whole` a part is, rounded to a hundredth of a per cent on the side that still holds it.
fn share_of(part: i32, whole: u32, down: bool) -> Option<Share> {
    let (part, whole) = (u64::try_from(part).ok()? * 10_000, u64::from(whole).max(1));
    let hundredths = if down { part / whole } else { part.div_ceil(whole) };
    Share::from_basis_points(u32::try_from(hundredths).ok()?)
}
