//! Rules on the options of a choice card.

use super::line::{Line, holds, is_telling};
use super::phrases::{self, Above};
use super::sink::Sink;
use crate::bank::lint::Lint;
use crate::card::{Choice, letter};
use crate::diag::Code;
use crate::markup::RichText;
use crate::markup::plain::Clozes;

/// How much longer an option is before its length tells anything, in half-widths: four Chinese characters.
const NOTICED: usize = 8;

/// How long the options are, in half-widths; `None` where a formula or a picture hides that.
pub(super) fn lengths(choice: &Choice) -> Option<Vec<usize>> {
    choice.options.iter().map(RichText::printed_length).collect()
}

/// The length of the key of a single-choice card, and that of the longest distractor.
pub(super) fn key_and_longest(choice: &Choice) -> Option<(usize, usize)> {
    let lengths = lengths(choice)?;
    let key = choice.key.positions().next()?;
    let distractors = lengths.iter().enumerate().filter(|(place, _)| !choice.key.contains(*place));
    Some((*lengths.get(key)?, distractors.map(|(_, length)| *length).max()?))
}

/// Lengths and order.
pub(super) fn look_at(choice: &Choice, lint: &Lint, sink: &mut Sink<'_>) {
    let mut told = false;
    if let (Some(bound), false) = (lint.bound(Code::TellingLength), choice.multiple)
        && let Some((key, next)) = key_and_longest(choice)
        && key as f64 > bound * next as f64
        && key >= next + NOTICED
        && let Some(place) = choice.key.positions().next()
    {
        let times = key as f64 / next.max(1) as f64;
        let message = format!("the key is {times:.1} times as long as its longest distractor; at most {bound}");
        let help = "give the distractors as much, or move what is not needed into the explanation";
        sink.text(Code::TellingLength, &choice.options[place], message, help);
        told = true;
    }
    // A key that is too long is one slip, not two.
    if let (Some(bound), false) = (lint.bound(Code::OptionLengths), told)
        && let Some(lengths) = lengths(choice)
        && let (Some((longest, most)), Some((shortest, least))) = (extreme(&lengths, true), extreme(&lengths, false))
        && most as f64 > bound * least as f64
        && most >= least + 2 * NOTICED
    {
        let times = most as f64 / least.max(1) as f64;
        let (longer, shorter) = (letter(longest), letter(shortest));
        let message = format!("option {longer} is {times:.1} times as long as option {shorter}; at most {bound}");
        let help = "write all options as the same kind of phrase";
        sink.text(Code::OptionLengths, &choice.options[longest], message, help);
    }
    if lint.asks(Code::OptionOrder) {
        order(choice, sink);
    }
}

/// The longest or the shortest, the first of several, with its place.
fn extreme(lengths: &[usize], longest: bool) -> Option<(usize, usize)> {
    let sign = |length: usize| if longest { usize::MAX - length } else { length };
    lengths.iter().copied().enumerate().min_by_key(|(_, length)| sign(*length))
}

fn order(choice: &Choice, sink: &mut Sink<'_>) {
    let plain: Vec<String> =
        choice.options.iter().map(|option| option.plain(Clozes::Answers).replace('$', "")).collect();
    let numbers: Option<Vec<(f64, &str)>> = plain.iter().map(|option| number(option)).collect();
    let Some(numbers) = numbers.filter(|numbers| numbers.len() > 2) else { return };
    if numbers.iter().any(|(_, unit)| *unit != numbers[0].1) {
        return;
    }
    let sorted = numbers.is_sorted_by(|a, b| a.0 <= b.0) || numbers.is_sorted_by(|a, b| a.0 >= b.0);
    let Some(first) = choice.options.first() else { return };
    if !sorted {
        let help = "sort them, write the new letter in `key`, and add `shuffle = false`";
        sink.text(Code::OptionOrder, first, "the options are numbers in no order".to_owned(), help);
    } else if choice.shuffle {
        let message = "the options are numbers in order, and are shuffled".to_owned();
        sink.text(Code::OptionOrder, first, message, "add `shuffle = false`");
    }
}

/// The number that an option is, and its unit.
fn number(option: &str) -> Option<(f64, &str)> {
    let option = option.trim();
    let is_digit = |character: char| character.is_ascii_digit() || matches!(character, '.' | ',' | '-' | '−' | '+');
    let end = option.find(|character| !is_digit(character)).unwrap_or(option.len());
    let unit = option[end..].trim_start_matches([' ', '\\', '~']);
    // `3 个` and `12 %`, not `2 的 3 次方` nor `4-gram`.
    let is_unit = !unit.contains(|character: char| character.is_ascii_digit() || "×/^*{}-–~～至到".contains(character));
    let value = option[..end].replace(',', "").replace('−', "-").parse().ok()?;
    is_unit.then_some((value, unit))
}

/// An option that is about the others, as 以上都对. Whether it is.
pub(super) fn above(choice: &Choice, place: usize, line: &Line, sink: &mut Sink<'_>) -> bool {
    let Some(above) = phrases::above(&line.text) else { return false };
    let (option, name) = (&choice.options[place], letter(place));
    match above {
        Above::All => {
            let message = format!("option {name} says that all the others are right");
            let help = "make it a multiple-choice card, or write another distractor";
            sink.text(Code::AllOfTheAbove, option, message, help);
        }
        Above::None => {
            let kept = !choice.shuffle || place + choice.keep_last >= choice.options.len();
            if !kept {
                let message = format!("option {name} says that none of the others is right, and is shuffled");
                let help = "put it last and add `keep_last = 1`, or write another distractor";
                sink.text(Code::NoneOfTheAbove, option, message, help);
            }
        }
    }
    true
}

/// A key that can be read in the stem, where no distractor can.
pub(super) fn key_in_stem(choice: &Choice, sink: &mut Sink<'_>) {
    let stem = choice.stem.plain(Clozes::Answers).to_lowercase();
    let text = |option: &RichText| option.plain(Clozes::Answers).trim().to_lowercase();
    let held = |place: usize| {
        let option = text(&choice.options[place]);
        is_telling(&option) && holds(&stem, &option)
    };
    let Some(key) = choice.key.positions().find(|place| held(*place)) else { return };
    let distractor = (0..choice.options.len()).any(|place| !choice.key.contains(place) && held(place));
    if !distractor {
        let message = format!("the stem holds its key, option {}", letter(key));
        let help = "say it in other words, or bring the distractors into the stem too";
        sink.text(Code::KeyInStem, &choice.options[key], message, help);
    }
}
