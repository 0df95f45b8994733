//! Shares over the whole bank: how long keys are, where they stand, how many statements are true, what most cards lack.

use super::options::key_and_longest;
use crate::bank::Bank;
use crate::card::{Body, Card, Choice, Key, TrueFalse, letter};
use crate::diag::{Code, Diagnostic, list_of};
use crate::markup::RichText;
use rayon::prelude::*;

/// The fewest cards of which a share says anything.
const FEWEST: usize = 20;
/// How many cards are shown of those that make a share what it is.
const SHOWN: usize = 5;

/// Something that a card lacks.
#[derive(Clone, Copy)]
pub(super) struct Lack {
    pub(super) code: Code,
    /// Whether a card lacks it.
    pub(super) of: fn(&Card) -> bool,
    /// What is said of one card.
    pub(super) says: &'static str,
    /// What is said of many.
    say: &'static str,
}

/// What cards may lack. Where most do, that is how the bank is written, and one word is enough.
pub(super) const LACKS: [Lack; 2] = [
    Lack {
        code: Code::MissingExplanation,
        of: |card| card.explanation.is_none(),
        says: "has no explanation",
        say: "have no explanation",
    },
    Lack {
        code: Code::MissingSource,
        of: |card| card.source.is_none(),
        says: "does not say where its fact can be looked up",
        say: "do not say where their facts can be looked up",
    },
];

/// Whether more than half of the cards lack something, and more than one.
pub(super) fn most_lack(cards: &[Card], of: fn(&Card) -> bool) -> bool {
    let lacking = cards.iter().filter(|card| of(card)).count();
    lacking > 1 && 2 * lacking > cards.len()
}

/// Looks at the whole bank.
pub(super) fn look_at(bank: &Bank, diagnostics: &mut Vec<Diagnostic>) {
    let lint = &bank.info.lint;
    if let Some(bound) = lint.bound(Code::LongestKey) {
        longest_key(&bank.cards, bound, diagnostics);
    }
    if let Some(band) = lint.band(Code::KeyPositions) {
        key_positions(&bank.cards, band, diagnostics);
    }
    if let Some(band) = lint.band(Code::TrueStatements) {
        true_statements(&bank.cards, band, diagnostics);
    }
    for lack in LACKS.iter().filter(|lack| lint.asks(lack.code) && most_lack(&bank.cards, lack.of)) {
        let lacking = bank.cards.iter().filter(|card| (lack.of)(card)).count();
        let message = format!("{lacking} of {} cards {}", bank.cards.len(), lack.say);
        let help = format!("add it, or do without in this bank: `{} = false` in [lint] of bank.toml", lack.code);
        diagnostics.push(Diagnostic::placeless(lack.code, message).help(help));
    }
}

fn single_choice(card: &Card) -> Option<&Choice> {
    if let Body::Choice(choice) = &card.body { (!choice.multiple).then_some(choice) } else { None }
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// A single-choice card, its key, and how long that and the longest distractor are.
type Measured<'a> = (&'a Card, &'a RichText, (usize, usize));

fn longest_key(cards: &[Card], bound: f64, diagnostics: &mut Vec<Diagnostic>) {
    let measured = |card| {
        let choice = single_choice(card)?;
        let key = choice.options.get(choice.key.positions().next()?)?;
        Some((card, key, key_and_longest(choice)?))
    };
    let judged: Vec<Measured<'_>> = cards.par_iter().filter_map(measured).collect();
    let mut longest: Vec<Measured<'_>> = judged.iter().filter(|(_, _, (key, next))| key > next).copied().collect();
    let (part, whole) = (longest.len(), judged.len());
    if whole < FEWEST || percent(part, whole) <= bound {
        return;
    }
    // The worst first: how many times as long as the next, without dividing.
    longest.sort_by(|(_, _, (key, next)), (_, _, (other, other_next))| (other * next).cmp(&(key * other_next)));
    let share = percent(part, whole).round();
    let message = format!(
        "key is strictly the longest option in {part} of {whole} single-choice cards ({share} %); at most {bound} %"
    );
    let mut diagnostic = Diagnostic::placeless(Code::LongestKey, message);
    for (card, option, (key, next)) in longest.iter().take(SHOWN) {
        diagnostic = diagnostic.related(option.span, format!("`{}`: {key} half-widths, the next {next}", card.id));
    }
    let worst = list_of(longest.iter().take(SHOWN).map(|(card, _, _)| card.id.as_str()));
    let enough = part - (bound / 100.0 * whole as f64).floor() as usize;
    let cards = if enough == 1 { "card" } else { "cards" };
    let help = format!("lengthen distractors or shorten keys on {enough} {cards}; farthest off: {worst}");
    diagnostics.push(diagnostic.help(help));
}

fn key_positions(cards: &[Card], (least, most): (f64, f64), diagnostics: &mut Vec<Diagnostic>) {
    for options in 2..=Key::MOST_OPTIONS {
        let mut counts = vec![0_usize; options];
        let keys = cards.iter().filter_map(single_choice).filter(|choice| choice.options.len() == options);
        keys.filter_map(|choice| choice.key.positions().next()).for_each(|key| counts[key] += 1);
        let whole: usize = counts.iter().sum();
        if whole < FEWEST {
            continue;
        }
        // The bounds are those for four options; a half is the most that a share of two can be from even.
        let scale = 4.0 / options as f64;
        let (least, most) = (least * scale, (most * scale).min(100.0));
        let fewest = (least / 100.0 * whole as f64).floor() as usize;
        let largest = (most / 100.0 * whole as f64).ceil() as usize;
        let off = counts.iter().enumerate().filter(|(_, count)| !(fewest..=largest).contains(count));
        let off: Vec<String> = off
            .map(|(place, count)| format!("{} in {count} ({} %)", letter(place), percent(*count, whole).round()))
            .collect();
        if off.is_empty() {
            continue;
        }
        let message = format!(
            "of {whole} single-choice cards with {options} options the key is {}; allowed: {fewest} to {largest} each",
            off.join(", ")
        );
        let all: Vec<String> =
            counts.iter().enumerate().map(|(place, count)| format!("{} {count}", letter(place))).collect();
        let help = format!("exchange keys with distractors on some cards; now: {}", all.join(", "));
        diagnostics.push(Diagnostic::placeless(Code::KeyPositions, message).help(help));
    }
}

fn true_statements(cards: &[Card], (least, most): (f64, f64), diagnostics: &mut Vec<Diagnostic>) {
    let verdicts = cards.iter().filter_map(|card| match &card.body {
        Body::TrueFalse(TrueFalse { key, .. }) => Some(*key),
        _ => None,
    });
    let (part, whole) = verdicts.fold((0, 0), |(part, whole), key| (part + usize::from(key), whole + 1));
    let fewest = (least / 100.0 * whole as f64).floor() as usize;
    let largest = (most / 100.0 * whole as f64).ceil() as usize;
    if whole < FEWEST || (fewest..=largest).contains(&part) {
        return;
    }
    let share = percent(part, whole).round();
    let message = format!("{part} of {whole} true-false cards are true ({share} %); allowed: {least} to {most} %");
    let help = format!("turn some statements round until {fewest} to {largest} are true");
    diagnostics.push(Diagnostic::placeless(Code::TrueStatements, message).help(help));
}
