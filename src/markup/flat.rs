//! A paragraph of running text with formulas and blanks in it, held as one string.
//!
//! In: the inline pieces of a paragraph. Out: a [`Flat`], which gives them back one by one. Most options are plain text, every
//! explanation that names a formula and every stem with a blank is such a paragraph; as a tree each would be half a dozen allocations,
//! a third of the memory of a large bank. What holds other pieces, or is no paragraph, stays a tree.

use super::parse::inner;
use super::{Inline, Inlines, any_byte};
use arcstr::{ArcStr, Substr};
use std::ops::Range;

/// Control characters part the pieces: no text of a bank has any but newline and tab.
const MATH: char = '\u{1}';
const CODE: char = '\u{2}';
/// Ends what [`MATH`] or [`CODE`] began.
const END: char = '\u{3}';
const BREAK: char = '\u{4}';
const BLANK: char = '\u{5}';

/// Pieces that hold no others, in one string, which may be a part of a longer one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flat(Substr);

/// A piece of a [`Flat`]; see [`Inline`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Code(&'a str),
    /// LaTeX that is not set large.
    Math(&'a str),
    Break,
    Blank,
}

impl Flat {
    /// The string of these pieces; `None` where they would not come back just as they are.
    pub(super) fn of(inlines: &[Inline]) -> Option<Self> {
        let sound = |text: &str| !any_byte(text, is_mark);
        let mut length = 0;
        let mut text_before = false;
        for inline in inlines {
            let is_text = matches!(inline, Inline::Text(_));
            length += match inline {
                // Two texts in a row would come back as one, an empty one as none.
                Inline::Text(text) if sound(text) && !text.is_empty() && !text_before => text.len(),
                Inline::Code(text) | Inline::Math { tex: text, display: false } if sound(text) => text.len() + 2,
                Inline::Break | Inline::Blank => 1,
                _ => return None,
            };
            text_before = is_text;
        }
        let mut out = String::with_capacity(length);
        for inline in inlines {
            match inline {
                Inline::Code(text) => enclose(CODE, text, &mut out),
                Inline::Math { tex, .. } => enclose(MATH, tex, &mut out),
                Inline::Text(text) => out.push_str(text),
                Inline::Break => out.push(BREAK),
                _ => out.push(BLANK),
            }
        }
        Some(Self(Substr::from(out)))
    }

    /// The string of a paragraph that is this text, with its blanks and these formulas, dollars included; `None` for one that holds
    /// nothing, or what is a mark here.
    pub(super) fn prose(text: &str, formulas: &[Range<usize>]) -> Option<Self> {
        if text.is_empty() || any_byte(text, is_mark) {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for formula in formulas {
            words(&text[from..formula.start], &mut out);
            enclose(MATH, &text[inner(formula)], &mut out);
            from = formula.end;
        }
        words(&text[from..], &mut out);
        Some(Self(Substr::from(out)))
    }

    /// The pieces with their marks.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, where it is one piece of text.
    pub(super) fn as_plain(&self) -> Option<&str> {
        // Without a way out of the loop the compiler looks at many bytes at a time.
        let marked = self.0.bytes().fold(false, |marked, byte| marked | is_mark(byte));
        (!marked && !self.0.is_empty()).then_some(&*self.0)
    }

    /// Becomes the part of `all` that begins at `start`, where the same string stands; gives where that part ends.
    pub(super) fn move_to(&mut self, all: &ArcStr, start: usize) -> usize {
        let end = start + self.0.len();
        debug_assert_eq!(all.get(start..end), Some(&*self.0), "another string");
        self.0 = all.substr(start..end);
        end
    }

    /// The pieces, in reading order.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            let mark = rest.chars().next()?;
            let (piece, after) = match mark {
                BREAK => (Piece::Break, &rest[1..]),
                BLANK => (Piece::Blank, &rest[1..]),
                MATH | CODE => {
                    let inner = &rest[1..];
                    let end = inner.find(END).unwrap_or(inner.len());
                    let piece = if mark == MATH { Piece::Math(&inner[..end]) } else { Piece::Code(&inner[..end]) };
                    (piece, inner.get(end + 1..).unwrap_or_default())
                }
                _ => {
                    let (text, after) = rest.split_at(rest.bytes().position(is_mark).unwrap_or(rest.len()));
                    (Piece::Text(text), after)
                }
            };
            rest = after;
            Some(piece)
        })
    }

    /// The pieces as a tree has them.
    pub(super) fn inlines(&self) -> Inlines {
        self.pieces()
            .map(|piece| match piece {
                Piece::Text(text) => Inline::Text(text.into()),
                Piece::Code(text) => Inline::Code(text.into()),
                Piece::Math(tex) => Inline::Math { tex: tex.into(), display: false },
                Piece::Break => Inline::Break,
                Piece::Blank => Inline::Blank,
            })
            .collect()
    }
}

fn enclose(mark: char, text: &str, out: &mut String) {
    out.push(mark);
    out.push_str(text);
    out.push(END);
}

/// Text with the blanks that are in it.
fn words(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((start, end)) = blank(rest) {
        out.push_str(&rest[..start]);
        out.push(BLANK);
        rest = &rest[end..];
    }
    out.push_str(rest);
}

/// The first blank in a text: full-width parentheses around nothing but spaces.
pub(super) fn blank(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = text[from..].find('（') {
        let start = from + found;
        let inner = start + '（'.len_utf8();
        let rest = text[inner..].trim_start_matches(['\u{3000}', ' ', '\u{a0}']);
        let end = text.len() - rest.len();
        if end > inner && rest.starts_with('）') {
            return Some((start, end + '）'.len_utf8()));
        }
        from = inner;
    }
    None
}

/// Whether a byte is one of the marks, which are ASCII.
fn is_mark(byte: u8) -> bool {
    matches!(byte, 1..=5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    fn math(tex: &str) -> Inline {
        Inline::Math { tex: tex.into(), display: false }
    }

    #[test]
    fn pieces_come_back_as_they_were() {
        let paragraph = [
            math(""),
            text("甲\n\t"),
            math(r"\frac{1}{2}"),
            Inline::Blank,
            Inline::Break,
            Inline::Code("a::b".into()),
            math("x"),
            text("。"),
        ];
        let flat = Flat::of(&paragraph).expect("all of it is flat");
        assert_eq!(&*flat.inlines(), &paragraph);
        assert_eq!(flat.pieces().count(), paragraph.len());
        assert_eq!(Flat::of(&[]).map(|flat| flat.inlines().len()), Some(0));
    }

    #[test]
    fn what_would_change_stays_a_tree() {
        let display = Inline::Math { tex: "x".into(), display: true };
        let nested = Inline::Strong([text("甲")].into());
        for other in
            [&[text("甲"), text("乙")][..], &[text("")], &[text("\u{2}")], &[math("\u{3}")], &[display], &[nested]]
        {
            assert_eq!(Flat::of(other), None, "{other:?}");
        }
    }
}
