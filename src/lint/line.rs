//! A text as one row of characters: what is read, with something that stands for what is not looked at.

use crate::markup::RichText;
use crate::markup::runs::RunKind;
use std::ops::Range;

/// Stands for a formula or code: neither is prose.
pub(super) const OBJECT: char = '\u{fffc}';

/// Stands for what a front hides.
const HIDDEN: char = '＿';

/// A text in one row, with its answers and without its hints.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The characters; [`OBJECT`] for what is no prose.
    pub(super) text: String,
    /// What is bold or hidden, in order.
    marked: Vec<Marked>,
}

#[derive(Debug)]
struct Marked {
    range: Range<usize>,
    strong: bool,
    cloze: Option<u16>,
}

impl Line {
    /// Becomes that of another text.
    pub(super) fn read(&mut self, text: &RichText) {
        self.text.clear();
        self.marked.clear();
        text.runs(&mut |run| {
            if run.hint {
                return;
            }
            let start = self.text.len();
            match run.kind {
                RunKind::Text | RunKind::Blank | RunKind::Break => self.text.push_str(run.text),
                RunKind::Code | RunKind::Math => self.text.push(OBJECT),
                RunKind::Media => self.text.push('\n'),
            }
            if run.strong || run.cloze.is_some() {
                let range = start..self.text.len();
                self.marked.push(Marked { range, strong: run.strong, cloze: run.cloze });
            }
        });
    }

    /// Whether something in a range is bold.
    pub(super) fn is_strong(&self, range: &Range<usize>) -> bool {
        self.marked.iter().any(|mark| mark.strong && mark.range.start < range.end && range.start < mark.range.end)
    }

    /// Where an answer is hidden by the deletion of a number; nowhere if there is markup in it.
    pub(super) fn hidden(&self, number: u16, answer: &str) -> Range<usize> {
        let deletions = self.marked.iter().filter(|mark| mark.cloze == Some(number));
        let found = deletions.map(|mark| mark.range.start).find(|start| self.text[*start..].starts_with(answer));
        found.map_or(0..0, |start| start..start + answer.len())
    }

    /// What the front of the card for a deletion shows, into `out`: the text without the deletions of that number.
    pub(super) fn front(&self, number: u16, out: &mut String) {
        out.clear();
        let mut from = 0;
        for mark in self.marked.iter().filter(|mark| mark.cloze == Some(number)) {
            out.push_str(&self.text[from..mark.range.start]);
            out.push(HIDDEN);
            from = mark.range.end;
        }
        out.push_str(&self.text[from..]);
    }
}

/// Whether a character is Chinese writing: a Han character, not punctuation.
pub(super) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '々' | '〇')
}

/// Whether a character is of a Latin word or a number.
pub(super) fn is_latin(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, 'À'..='ɏ') && !matches!(character, '×' | '÷')
}

/// How much there is to recall, in Chinese characters: a Latin word, a number or a formula counts as two.
pub(super) fn weight(text: &RichText) -> usize {
    let mut sum = 0;
    text.runs(&mut |run| {
        if !run.hint {
            sum += weight_of(run.kind, run.text);
        }
    });
    sum
}

/// As [`weight`], of one run.
pub(super) fn weight_of(kind: RunKind, text: &str) -> usize {
    const WORD: usize = 2;
    if kind == RunKind::Break || kind == RunKind::Blank {
        return 0;
    }
    if matches!(kind, RunKind::Math | RunKind::Media) {
        return WORD;
    }
    let mut sum = 0;
    let mut in_word = false;
    for character in text.chars() {
        let of_word =
            !is_han(character) && character.is_alphanumeric() || in_word && matches!(character, '-' | '.' | '\'' | '_');
        sum += if is_han(character) {
            1
        } else if of_word && !in_word {
            WORD
        } else {
            0
        };
        in_word = of_word;
    }
    sum
}

/// The letters and digits of a text in lower case, into `out`: for comparing what two texts say.
pub(super) fn bare(text: &str, out: &mut String) {
    out.extend(text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase));
}

/// Whether `part` is in `whole` as words: where it begins or ends with a Latin letter or a digit, no such is next to it.
pub(super) fn holds(whole: &str, part: &str) -> bool {
    let latin = |character: Option<char>| character.is_some_and(is_latin);
    !part.is_empty()
        && whole.match_indices(part).any(|(at, _)| {
            let (before, after) = (whole[..at].chars().next_back(), whole[at + part.len()..].chars().next());
            let starts = latin(part.chars().next()) && latin(before);
            let ends = latin(part.chars().next_back()) && latin(after);
            !starts && !ends
        })
}

/// Whether an answer says so much that reading it elsewhere gives it away: not a single character, nor a small number.
pub(super) fn is_telling(answer: &str) -> bool {
    let count = answer.chars().count();
    count >= 2 && !(count == 2 && answer.bytes().all(|byte| byte.is_ascii_digit()))
}
