//! Holding a form to the rules: what each finds, against what its limit allows.

use super::figures::{Figures, Scope};
use super::{Basis, Finding, Found, Limit, Outcome, Rule, Subject};
use crate::blueprint::{AuditLimits, Level, Share};
use crate::card::{Body, Card, CardType, Choice};
use crate::form::{Form, FormItem, FormSection, Resolved};
use crate::markup::RichText;
use crate::points::Points;
use std::collections::{BTreeMap, BTreeSet};

/// What all forms of an exam are judged by.
pub(super) struct Judge<'a> {
    subject: &'a Subject<'a>,
    limits: &'a AuditLimits,
    scope: &'a Scope,
    /// For each card those it may not stand beside, ascending.
    enemies: BTreeMap<usize, Vec<usize>>,
    /// The cards of each form.
    cards: Vec<BTreeSet<usize>>,
}

/// What a rule found: `None` where there is nothing to judge, and what it is about.
type Verdict = (Limit, Option<Found>, Vec<String>);

impl<'a> Judge<'a> {
    pub(super) fn new(subject: &'a Subject<'a>, resolved: &Resolved, scope: &'a Scope) -> Self {
        let cards = |form: &Form| form.items().map(|(_, item)| item.card).collect();
        Self {
            subject,
            limits: &subject.blueprint.audit,
            scope,
            enemies: resolved.enemies(subject.bank),
            cards: subject.forms.iter().map(cards).collect(),
        }
    }

    /// A finding for each rule on the form at a position.
    pub(super) fn findings(&self, number: usize, figures: &Figures) -> Vec<Finding> {
        Rule::ALL.into_iter().map(|rule| self.finding(rule, number, figures)).collect()
    }

    fn finding(&self, rule: Rule, number: usize, figures: &Figures) -> Finding {
        let (limit, found, about) = self.look(rule, number, figures);
        let outcome = match &found {
            None => Outcome::NotJudged,
            Some(found) if limit.allows(found) => Outcome::Pass,
            Some(_) => Outcome::Fail,
        };
        let written = self.limits.written.contains(&*rule.code().replace('-', "_"));
        let basis = if written { Basis::Blueprint } else { rule.usual_basis() };
        Finding { rule, basis, limit, found, outcome, about }
    }

    fn look(&self, rule: Rule, number: usize, figures: &Figures) -> Verdict {
        let form = &self.subject.forms[number];
        let limits = self.limits;
        match rule {
            Rule::ChapterCoverage => self.chapter_coverage(number),
            Rule::SectionCoverage => self.section_coverage(number),
            Rule::ItemTypes => {
                (Limit::at_least(limits.item_types), Some(Found::Count(figures.kinds.len())), Vec::new())
            }
            Rule::SectionCount => {
                (Limit::Count(limits.section_count.clone()), Some(Found::Count(form.sections.len())), Vec::new())
            }
            Rule::SectionPoints => self.section_points(form),
            Rule::ObjectiveItemPoints => self.objective_item_points(form),
            Rule::ObjectivePoints => {
                let points = objective(form).map(|(_, item)| item.points).sum();
                (Limit::Points(Points::ZERO..=limits.objective_points), Some(Found::Points(points)), Vec::new())
            }
            Rule::TotalPoints => {
                let points = limits.total_points;
                (Limit::Points(points..=points), Some(Found::Points(form.points())), Vec::new())
            }
            Rule::EasyShare => level_share(limits.easy_share, Level::Easy, figures),
            Rule::MediumShare => level_share(limits.medium_share, Level::Medium, figures),
            Rule::HardShare => level_share(limits.hard_share, Level::Hard, figures),
            Rule::KeyPositions => self.key_positions(form),
            Rule::KeyRun => self.key_run(form),
            Rule::TrueStatements => self.true_statements(form),
            Rule::LongestKey => self.longest_key(form),
            Rule::Enemies => self.enemies(form),
            Rule::Overlap => self.overlap(number),
            Rule::History => self.history(number),
        }
    }

    fn chapter_coverage(&self, number: usize) -> Verdict {
        let bank = self.subject.bank;
        let covered: BTreeSet<usize> = self.cards[number].iter().map(|card| bank.cards[*card].chapter).collect();
        let (there, missing): (Vec<usize>, Vec<usize>) =
            self.scope.chapters().partition(|chapter| covered.contains(chapter));
        let missing = missing.iter().map(|chapter| bank.chapters[*chapter].id.to_string());
        coverage(self.limits.chapter_coverage, there.len(), missing.collect())
    }

    fn section_coverage(&self, number: usize) -> Verdict {
        let bank = self.subject.bank;
        let place = |card: &usize| (bank.cards[*card].chapter, bank.cards[*card].section);
        let covered: BTreeSet<(usize, usize)> = self.cards[number].iter().map(place).collect();
        let (there, missing): (Vec<_>, Vec<_>) = self.scope.sections().partition(|section| covered.contains(section));
        let missing = missing.iter().map(|(chapter, section)| bank.chapters[*chapter].sections[*section].id.clone());
        coverage(self.limits.section_coverage, there.len(), missing.collect())
    }

    /// The most that a section is worth, and which are worth more than they may be.
    fn section_points(&self, form: &Form) -> Verdict {
        let most = self.limits.section_points;
        let found = form.sections.iter().map(FormSection::points).max();
        let over = form.sections.iter().zip(1..).filter(|(section, _)| section.points() > most);
        let over = over.map(|(_, number): (_, usize)| number.to_string()).collect();
        (Limit::Points(Points::ZERO..=most), found.map(Found::Points), over)
    }

    fn objective_item_points(&self, form: &Form) -> Verdict {
        let most = self.limits.objective_item_points;
        let found = objective(form).map(|(_, item)| item.points).max();
        let over = objective(form).filter(|(_, item)| item.points > most).map(|(number, _)| number.to_string());
        (Limit::Points(Points::ZERO..=most), found.map(Found::Points), over.collect())
    }

    /// How many single-choice items have their key at each letter. Even is what chance gives on average: an item of four options counts
    /// a quarter for each of its letters. Bounds are rounded away from that, so that few items do not make them impossible.
    fn key_positions(&self, form: &Form) -> Verdict {
        let items: Vec<_> = self.single_choice(form).collect();
        let most = items.iter().map(|(_, _, choice)| choice.options.len()).max().unwrap_or_default();
        let mut counts = vec![0; most];
        let mut even = vec![0.0; most];
        for (_, key, choice) in &items {
            counts[*key] += 1;
            even.iter_mut().take(choice.options.len()).for_each(|even| *even += 1.0 / choice.options.len() as f64);
        }
        let slack = f64::from(self.limits.key_positions.basis_points()) / 10_000.0;
        // Sums of fractions: a hair is taken off before they are rounded.
        let bounds = |even: &f64| {
            let (low, high) = (even * (1.0 - slack), even * (1.0 + slack));
            (low + HAIR).floor() as usize..=(high - HAIR).ceil() as usize
        };
        let limit = Limit::Letters(even.iter().map(bounds).collect());
        (limit, (!items.is_empty()).then_some(Found::Letters(counts)), Vec::new())
    }

    /// The longest run of one letter among the keys of single-choice items that follow each other.
    fn key_run(&self, form: &Form) -> Verdict {
        let mut longest: Vec<usize> = Vec::new();
        let mut run: Vec<usize> = Vec::new();
        let mut last = None;
        for (number, key, _) in self.single_choice(form) {
            if last != Some((number - 1, key)) {
                run.clear();
            }
            run.push(number);
            last = Some((number, key));
            if run.len() > longest.len() {
                longest.clone_from(&run);
            }
        }
        let found = (!longest.is_empty()).then_some(Found::Count(longest.len()));
        let about = longest.iter().map(usize::to_string).collect();
        (Limit::at_most(self.limits.key_run), found, about)
    }

    /// How many statements are true. The bounds are rounded outwards, as `balance_keys` has them.
    fn true_statements(&self, form: &Form) -> Verdict {
        let bank = self.subject.bank;
        let keys: Vec<bool> = form
            .items()
            .filter_map(|(_, item)| match &bank.cards[item.card].body {
                Body::TrueFalse(statement) => Some(statement.key),
                _ => None,
            })
            .collect();
        let whole = keys.len();
        let part = keys.iter().filter(|key| **key).count();
        let (min, max) = self.limits.true_statements;
        let items = u32::try_from(whole).unwrap_or(u32::MAX);
        let limit = Limit::Count(min.floor_of(items) as usize..=max.ceil_of(items) as usize);
        (limit, (whole > 0).then_some(Found::Share { part, whole }), Vec::new())
    }

    fn longest_key(&self, form: &Form) -> Verdict {
        let mut whole = 0;
        let mut longest = Vec::new();
        for (number, _, choice) in self.single_choice(form) {
            let lengths: Option<Vec<usize>> = choice.options.iter().map(RichText::printed_length).collect();
            let Some(lengths) = lengths else { continue };
            whole += 1;
            let key = lengths.iter().enumerate().filter(|(place, _)| choice.key.contains(*place));
            let distractors = lengths.iter().enumerate().filter(|(place, _)| !choice.key.contains(*place));
            let is_longest = key.map(|(_, length)| length).max() > distractors.map(|(_, length)| length).max();
            longest.extend(is_longest.then(|| number.to_string()));
        }
        let found = (whole > 0).then_some(Found::Share { part: longest.len(), whole });
        (Limit::Share(Share::NONE, self.limits.longest_key), found, longest)
    }

    fn enemies(&self, form: &Form) -> Verdict {
        let bank = self.subject.bank;
        let cards: BTreeSet<usize> = form.items().map(|(_, item)| item.card).collect();
        let pairs = cards.iter().flat_map(|one| {
            let others =
                self.enemies.get(one).into_iter().flatten().filter(|other| *other > one && cards.contains(other));
            others.map(|other| format!("{} + {}", bank.cards[*one].id, bank.cards[*other].id))
        });
        let pairs: Vec<String> = pairs.collect();
        (Limit::at_most(0), Some(Found::Count(pairs.len())), pairs)
    }

    fn overlap(&self, number: usize) -> Verdict {
        let others = self.subject.forms.iter().zip(&self.cards).enumerate().filter(|(other, _)| *other != number);
        let shared = |cards: &BTreeSet<usize>| self.cards[number].intersection(cards).count();
        self.shared(self.limits.overlap, number, others.map(|(_, (form, cards))| (form.name.as_str(), shared(cards))))
    }

    fn history(&self, number: usize) -> Verdict {
        let shared = |cards: &[usize]| cards.iter().filter(|card| self.cards[number].contains(card)).count();
        let earlier = self.subject.history.iter().map(|earlier| (earlier.name.as_str(), shared(&earlier.cards)));
        self.shared(self.limits.history, number, earlier)
    }

    /// The most that a form has in common with one of these, and with which first.
    fn shared<'f>(&self, below: Share, number: usize, others: impl Iterator<Item = (&'f str, usize)>) -> Verdict {
        let mut most: Option<(usize, &str)> = None;
        for (name, shared) in others {
            if most.is_none_or(|(most, _)| shared > most) {
                most = Some((shared, name));
            }
        }
        let found = most.map(|(part, _)| Found::Share { part, whole: self.cards[number].len().max(1) });
        let with = most.filter(|(shared, _)| *shared > 0).map(|(_, name)| name.to_owned());
        (Limit::ShareBelow(below), found, with.into_iter().collect())
    }

    /// The single-choice items with their numbers and where, as printed, their key stands.
    fn single_choice<'f>(&'f self, form: &'f Form) -> impl Iterator<Item = (usize, usize, &'f Choice)> {
        form.items().filter_map(|(number, item)| {
            let Card { body: Body::Choice(choice), .. } = &self.subject.bank.cards[item.card] else { return None };
            let key = choice.key.permuted(&item.order).positions().next()?;
            (!choice.multiple).then_some((number, key, choice))
        })
    }
}

/// What rounding may add to a sum of fractions.
const HAIR: f64 = 1e-9;

fn coverage(least: Share, there: usize, missing: Vec<String>) -> Verdict {
    let whole = there + missing.len();
    (Limit::Share(least, Share::ALL), (whole > 0).then_some(Found::Share { part: there, whole }), missing)
}

fn level_share((min, max): (Share, Share), level: Level, figures: &Figures) -> Verdict {
    let (part, whole) = (figures.total.levels[level as usize], figures.total.total.points);
    let found = (whole > Points::ZERO).then_some(Found::PointsShare { part, whole });
    (Limit::Share(min, max), found, Vec::new())
}

/// The items that are marked by their key alone, with their numbers.
fn objective(form: &Form) -> impl Iterator<Item = (usize, &FormItem)> {
    let is_objective = |kind| matches!(kind, CardType::SingleChoice | CardType::MultipleChoice | CardType::TrueFalse);
    let items = form.sections.iter().flat_map(|section| section.items.iter().map(|item| (section.kind, item)));
    items.zip(1..).filter(move |((kind, _), _)| is_objective(*kind)).map(|((_, item), number)| (number, item))
}
