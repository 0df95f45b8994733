//! The names in a blueprint, looked up in a bank.
//!
//! In: a bank and a blueprint. Out: positions of cards, chapters and sections in the place of their names, or a diagnostic for each name that
//! the bank does not have.

use crate::bank::Bank;
use crate::blueprint::{Amount, Blueprint, Filter};
use crate::card::{Card, CardId};
use crate::diag::{Code, Diagnostic, did_you_mean};
use crate::fields::At;
use crate::points::Points;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How many items come from a part of the textbook.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quota {
    /// The position of the chapter in the bank.
    pub(super) chapter: usize,
    /// The position of the section in the chapter, where it is not for the whole chapter.
    pub(super) section: Option<usize>,
    /// How many.
    amount: Amount,
}

impl Quota {
    /// Whether a card is of its place.
    pub(super) fn holds(&self, card: &Card) -> bool {
        card.chapter == self.chapter && self.section.is_none_or(|section| card.section == section)
    }

    /// Whether every card of the other's place is of its place.
    pub(super) fn contains(&self, other: &Self) -> bool {
        other.chapter == self.chapter && (self.section.is_none() || self.section == other.section)
    }

    /// From and to how many of `items`.
    pub(super) fn range(&self, items: usize) -> (usize, usize) {
        match self.amount {
            Amount::Range { min, max } => {
                (min.map_or(0, |min| min.value), max.map_or(items, |max| max.value.min(items)))
            }
            Amount::Weight { weight, slack } => {
                let items = u32::try_from(items).unwrap_or(u32::MAX);
                let low = (weight.value.floor_of(items) as usize).saturating_sub(slack);
                (low, (weight.value.ceil_of(items) as usize + slack).min(items as usize))
            }
        }
    }
}

/// A blueprint's names as positions.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// The quotas, in the order of the blueprint.
    pub(super) quotas: Vec<Quota>,
    /// The cards that must be drawn.
    pub(super) include: Vec<usize>,
    /// For each card whether it may be drawn; empty where all may.
    allowed: Vec<bool>,
    /// Cards that bar each other by the blueprint.
    enemies: Vec<(usize, usize)>,
}

impl Resolved {
    /// Looks all names up.
    ///
    /// # Errors
    /// A diagnostic for each name that is not there.
    pub(crate) fn new(bank: &Bank, blueprint: &Blueprint) -> Result<Self, Vec<Diagnostic>> {
        let mut lookup = Lookup { bank, cards: None, diagnostics: Vec::new() };
        let rules = &blueprint.rules;
        let quotas = blueprint
            .quotas
            .iter()
            .filter_map(|quota| {
                let chapter = lookup.chapter(&quota.chapter)?;
                let section = match &quota.section {
                    Some(section) => Some(lookup.section(chapter, section)?),
                    None => None,
                };
                Some(Quota { chapter, section, amount: quota.amount })
            })
            .collect();
        let include: Vec<(usize, &At<CardId>)> =
            rules.include.iter().filter_map(|id| Some((lookup.card(id)?, id))).collect();
        let mut allowed = vec![rules.only.is_empty(); bank.cards.len()];
        for (filters, value) in [(&rules.only, true), (&rules.exclude, false)] {
            for filter in filters {
                lookup.filter(filter, |card| allowed[card] = value);
            }
        }
        let mut enemies = Vec::new();
        for group in &rules.enemies {
            let cards: Vec<usize> = group.iter().filter_map(|id| lookup.card(id)).collect();
            for (position, one) in cards.iter().enumerate() {
                enemies.extend(cards[position + 1..].iter().map(|other| (*one, *other)));
            }
        }
        for (card, id) in &include {
            lookup.check_include(blueprint, *card, allowed[*card], id);
        }
        if lookup.diagnostics.is_empty() {
            let include = include.into_iter().map(|(card, _)| card).collect();
            Ok(Self { quotas, include, allowed, enemies })
        } else {
            Err(lookup.diagnostics)
        }
    }

    /// Whether the card at this position may be drawn: by what it says itself, and by the rules.
    pub(crate) fn draws(&self, position: usize, card: &Card) -> bool {
        card.exam && self.allowed.get(position).copied().unwrap_or(true)
    }

    /// Whether a card must be drawn.
    pub(super) fn includes(&self, card: usize) -> bool {
        self.include.contains(&card)
    }

    /// For each card that has some those it may not stand beside, ascending: by the cards and by the blueprint.
    pub(crate) fn enemies(&self, bank: &Bank) -> BTreeMap<usize, Vec<usize>> {
        let cards = || bank.cards.par_iter().enumerate();
        let naming: Vec<(usize, &Card)> = cards().filter(|(_, card)| !card.enemies.is_empty()).collect();
        let named: HashSet<&CardId> = naming.iter().flat_map(|(_, card)| &card.enemies).collect();
        let positions: HashMap<&CardId, usize> = if named.is_empty() {
            HashMap::new()
        } else {
            cards().filter(|(_, card)| named.contains(&card.id)).map(|(position, card)| (&card.id, position)).collect()
        };
        let of_cards = naming.iter().flat_map(|(position, card)| {
            let positions = &positions;
            card.enemies.iter().filter_map(move |enemy| Some((*position, *positions.get(enemy)?)))
        });
        let mut enemies: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (one, other) in of_cards.chain(self.enemies.iter().copied()).filter(|(one, other)| one != other) {
            enemies.entry(one).or_default().push(other);
            enemies.entry(other).or_default().push(one);
        }
        for list in enemies.values_mut() {
            list.sort_unstable();
            list.dedup();
        }
        enemies
    }
}

struct Lookup<'b> {
    bank: &'b Bank,
    /// The cards by their ids, once one is asked for.
    cards: Option<HashMap<&'b CardId, usize>>,
    diagnostics: Vec<Diagnostic>,
}

impl Lookup<'_> {
    fn card(&mut self, id: &At<CardId>) -> Option<usize> {
        let bank = self.bank;
        let cards = self.cards.get_or_insert_with(|| {
            bank.cards.iter().enumerate().map(|(position, card)| (&card.id, position)).collect()
        });
        let found = cards.get(&id.value).copied();
        if found.is_none() {
            let message = format!("there is no card `{}` in the bank", id.value);
            let mut diagnostic = Diagnostic::new(Code::UnknownCard, id.span, message);
            diagnostic.help.extend(did_you_mean(id.value.as_str(), bank.cards.iter().map(|card| card.id.as_str())));
            self.diagnostics.push(diagnostic);
        }
        found
    }

    fn chapter(&mut self, id: &At<String>) -> Option<usize> {
        let names = || self.bank.chapters.iter().map(|chapter| chapter.id.as_str());
        let found = names().position(|name| name == id.value);
        if found.is_none() {
            let message = format!("the bank has no chapter `{}`", id.value.escape_debug());
            let mut diagnostic = Diagnostic::new(Code::UnknownChapter, id.span, message);
            diagnostic.help.extend(did_you_mean(&id.value, names()));
            diagnostic.help.push(format!("it has: {}", crate::diag::list_of(names())));
            self.diagnostics.push(diagnostic);
        }
        found
    }

    fn section(&mut self, chapter: usize, id: &At<String>) -> Option<usize> {
        let names = || self.bank.chapters[chapter].sections.iter().map(|section| section.id.as_str());
        let found = names().position(|name| name == id.value);
        if found.is_none() {
            let message = format!(
                "the chapter `{}` has no section `{}`",
                self.bank.chapters[chapter].id,
                id.value.escape_debug()
            );
            let mut diagnostic = Diagnostic::new(Code::UnknownSection, id.span, message);
            diagnostic.help.extend(did_you_mean(&id.value, names()));
            diagnostic.help.push(format!("it has: {}", crate::diag::list_of(names())));
            self.diagnostics.push(diagnostic);
        }
        found
    }

    /// Visits the cards that a filter names. One that names none is reported.
    fn filter(&mut self, filter: &At<Filter>, mut visit: impl FnMut(usize)) {
        let bank = self.bank;
        let mut each = |wanted: &dyn Fn(&Card) -> bool| {
            let found: Vec<usize> = (0..bank.cards.len()).filter(|card| wanted(&bank.cards[*card])).collect();
            for card in &found {
                visit(*card);
            }
            !found.is_empty()
        };
        match &filter.value {
            Filter::Card(id) => {
                if let Some(card) = self.card(&At { value: id.clone(), span: filter.span }) {
                    visit(card);
                }
            }
            Filter::Chapter(id) => {
                if let Some(chapter) = self.chapter(&At { value: id.clone(), span: filter.span }) {
                    each(&|card| card.chapter == chapter);
                }
            }
            Filter::Section(id) => {
                if !each(&|card| bank.section(card).id == *id) {
                    let message = format!("no card of the bank is of a section `{}`", id.escape_debug());
                    let mut diagnostic = Diagnostic::new(Code::UnknownSection, filter.span, message);
                    let names = bank.chapters.iter().flat_map(|chapter| &chapter.sections);
                    diagnostic.help.extend(did_you_mean(id, names.map(|section| section.id.as_str())));
                    let first = bank.chapters.iter().find_map(|chapter| chapter.sections.first());
                    diagnostic.help.extend(first.map(|section| {
                        format!("a section has the id that its chapter file gives it, such as `{}`", section.id)
                    }));
                    self.diagnostics.push(diagnostic);
                }
            }
            Filter::Tag(tag) => {
                let has =
                    |own: &str| own == tag || own.strip_prefix(tag.as_str()).is_some_and(|rest| rest.starts_with("::"));
                if !each(&|card| card.tags.iter().any(|own| has(own))) {
                    let message = format!("no card of the bank has the tag `{}`", tag.escape_debug());
                    let mut diagnostic = Diagnostic::new(Code::UnknownTag, filter.span, message);
                    let names = bank.cards.iter().flat_map(|card| &card.tags).map(ecow::EcoString::as_str);
                    let below = names.clone().find(|own| own.split("::").any(|step| step == tag));
                    let meant = below.map(|own| format!("did you mean `{own}`?"));
                    diagnostic.help.extend(meant.or_else(|| did_you_mean(tag, names)));
                    diagnostic.help.push("`cardpress csv` lists every card with its tags".to_owned());
                    self.diagnostics.push(diagnostic);
                }
            }
        }
    }

    fn check_include(&mut self, blueprint: &Blueprint, card: usize, allowed: bool, id: &At<CardId>) {
        let card = &self.bank.cards[card];
        let slots = super::demand::slots(blueprint);
        let kind = card.kind().word();
        let (reason, help) = if !card.exam {
            ("the card is for the deck only".to_owned(), "write `exam = true` on the card".to_owned())
        } else if !allowed {
            ("`only` or `exclude` rules it out".to_owned(), "change them so that it may be drawn".to_owned())
        } else if !slots.iter().any(|slot| slot.kind == card.kind()) {
            (format!("no section has the type {kind}"), format!("add a [[section]] of type {kind}"))
        } else if !slots.iter().any(|slot| slot.takes(card.kind(), card.points)) {
            let own = card.points.unwrap_or_default();
            let given: BTreeSet<Points> =
                slots.iter().filter(|slot| slot.kind == card.kind()).filter_map(|slot| slot.points).collect();
            let given: Vec<String> = given.iter().map(Points::to_string).collect();
            (
                format!("it is worth {own}, sections of its type give {}", given.join(", ")),
                format!("let an item of a section be worth {own}"),
            )
        } else {
            return;
        };
        let message = format!("`{}` cannot stand on a form: {reason}", id.value);
        let help = format!("{help}, or take the card out of `include`");
        self.diagnostics.push(Diagnostic::new(Code::UnfitInclude, id.span, message).help(help));
    }
}
