//! Rules on how a text is written down: punctuation, spaces, formulas.

use super::line::{Line, OBJECT, is_han, is_latin};
use super::sink::Sink;
use crate::bank::lint::Lint;
use crate::card::Card;
use crate::diag::Code;
use crate::markup::RichText;
use std::ops::Range;

/// What stands between Chinese and Latin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Space,
    Nothing,
}

impl Gap {
    /// What a bank has there: as it says, or as most of its places have it. `None` where that is not asked.
    pub(super) fn of(cards: &[Card], lint: &Lint) -> Option<Self> {
        match lint.choice(Code::HanLatinSpace)? {
            "space" => Some(Self::Space),
            "none" => Some(Self::Nothing),
            _ => Some(Self::mostly(cards)),
        }
    }

    fn mostly(cards: &[Card]) -> Self {
        const LOOKED_AT: usize = 1000; // cards, from all of the bank
        let mut line = Line::default();
        let (mut spaces, mut none) = (0_usize, 0_usize);
        for (_, text) in cards.iter().step_by(cards.len() / LOOKED_AT + 1).flat_map(Card::texts) {
            line.read(text);
            each_place(&line.text, |before, _, character, after| {
                spaces += usize::from(character == ' ' && meets(before, after));
                none += usize::from(meets(character, after));
            });
        }
        if spaces >= none { Self::Space } else { Self::Nothing }
    }
}

/// Looks at one text.
pub(super) fn look_at(line: &Line, text: &RichText, gap: Option<Gap>, lint: &Lint, sink: &mut Sink<'_>) {
    let punctuation = lint.asks(Code::HalfWidthPunctuation);
    // English text has none of what is looked for here.
    if (gap.is_some() || punctuation) && !line.text.is_ascii() {
        let mut marks: Option<(Range<usize>, usize)> = None;
        let mut gaps: Option<(Range<usize>, usize)> = None;
        each_place(&line.text, |before, at, character, after| {
            if punctuation && is_half_width(before, character, after) {
                let mark = at..at + character.len_utf8();
                marks.get_or_insert((mark, 0)).1 += 1;
            }
            let found = match gap {
                Some(Gap::Space) => meets(character, after).then(|| at..at + length(character) + length(after)),
                Some(Gap::Nothing) => {
                    (character == ' ' && meets(before, after)).then(|| at - length(before)..at + 1 + length(after))
                }
                None => None,
            };
            if let Some(found) = found {
                gaps.get_or_insert((found, 0)).1 += 1;
            }
        });
        if let Some((mark, count)) = marks {
            let message = format!("half-width `{}` in Chinese text{}", &line.text[mark.clone()], more(count));
            let help = "write it full-width: ，。；：？！（）";
            sink.at(Code::HalfWidthPunctuation, line, text, mark, message, help);
        }
        if let Some((place, count)) = gaps {
            let found = line.text[place.clone()].replace(OBJECT, "…");
            let (message, help) = if gap == Some(Gap::Space) {
                (format!("no space in `{found}`{}, where the bank has one", more(count)), "put it there")
            } else {
                (format!("a space in `{found}`{}, where the bank has none", more(count)), "take it away")
            };
            sink.at(Code::HanLatinSpace, line, text, place, message, help);
        }
    }
    if lint.asks(Code::MathComment) {
        text.formulas(|tex, _| {
            if comment(tex) {
                let message = format!("`%` in `${tex}$` begins a comment: what follows it is not shown");
                sink.text(Code::MathComment, text, message, r"write `\%`");
            }
        });
    }
}

/// Of several slips in one text the first is shown.
fn more(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        2 => " and at one more place of this text".to_owned(),
        _ => format!(" and at {} more places of this text", count - 1),
    }
}

fn length(character: char) -> usize {
    character.len_utf8()
}

/// Calls `visit` with every character, its place and its neighbours; beside the ends there is a line break.
fn each_place(text: &str, mut visit: impl FnMut(char, usize, char, char)) {
    let mut before = '\n';
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let after = characters.peek().map_or('\n', |(_, after)| *after);
        visit(before, at, character, after);
        before = character;
    }
}

fn is_half_width(before: char, character: char, after: char) -> bool {
    matches!(character, ',' | '.' | ';' | ':' | '?' | '!' | '(' | ')')
        && is_han(before)
        && (is_han(after) || after == '\n')
}

/// Whether one is Chinese and the other Latin, a digit or something that is no prose.
fn meets(one: char, other: char) -> bool {
    let foreign = |character| is_latin(character) || character == OBJECT;
    is_han(one) && foreign(other) || foreign(one) && is_han(other)
}

/// Whether a formula has a `%` that is not escaped.
fn comment(tex: &str) -> bool {
    tex.match_indices('%').any(|(at, _)| {
        let before = &tex[..at];
        (before.len() - before.trim_end_matches('\\').len()).is_multiple_of(2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_is_a_comment_unless_it_is_escaped() {
        assert!(comment("x = 5%"));
        assert!(comment(r"a \\% b"), "that is a line break and a comment");
        assert!(!comment(r"x = 5\%"));
    }

    #[test]
    fn chinese_and_latin_meet_and_punctuation_does_not() {
        assert!(meets('词', 'a') && meets('2', '个') && meets(OBJECT, '的'));
        assert!(!meets('，', 'a') && !meets('a', '（') && !meets('词', '典'));
        assert!(is_half_width('型', ',', '它') && is_half_width('型', '.', '\n'));
        assert!(!is_half_width('为', ':', '2') && !is_half_width('a', ',', '它'));
    }
}
