//! The pieces that a line is made of.
//!
//! Running text is flattened to [`Atom`]s ([`atoms`]): what never breaks, with its width, the gap that Chinese typesetting wants after it
//! and how much that gap may give or take. Which line an atom stands on is decided in [`super::line`].

mod flat;
mod gaps;

#[cfg(test)]
mod tests;

use super::picture::Picture;
use super::shape::ShapedGlyph;
use crate::fonts::FaceId;
use crate::markup::is_wide;
use ratex_types::display_item::DisplayList;
use std::sync::Arc;

pub use flat::{atoms, math_atom, text_of};

/// How running text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextStyle {
    /// The face.
    pub face: FaceId,
    /// The size in points.
    pub size: f32,
}

impl TextStyle {
    /// Song at a size.
    pub fn body(size: f32) -> Self {
        Self { face: FaceId::BODY, size }
    }

    /// Hei at a size.
    pub fn heading(size: f32) -> Self {
        Self { face: FaceId::HEADING, size }
    }
}

/// What emphasised text (`*…*`) looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emphasis {
    /// Set in Hei.
    Heading,
    /// A dot under each Chinese character (着重号), and Hei for all else.
    Dots,
}

/// What clozes look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClozeStyle {
    /// As ruled blanks to write on.
    Blank,
    /// As their answers, underlined.
    Answer,
}

/// A piece of a line, unbreakable.
#[derive(Debug, Clone)]
pub struct Atom {
    /// What is drawn.
    pub body: AtomBody,
    /// How it behaves beside others.
    pub class: Class,
    /// Its width in points.
    pub width: f32,
    /// Empty room at its left that goes where it starts a line.
    pub trim_left: f32,
    /// Empty room at its right that goes where it ends a line.
    pub trim_right: f32,
    /// The gap to the next atom of the line, in points; negative where marks close up.
    pub gap: f32,
    /// How much of a justified line's spare room that gap takes, beside the others: 1 between two Chinese characters.
    pub stretch: f32,
    /// How far that gap may shrink, in points.
    pub shrink: f32,
    /// How far it rises above the baseline.
    pub ascent: f32,
    /// How far it falls below.
    pub descent: f32,
    /// Whether a line may end after it.
    pub after: Break,
}

/// Whether a line may end at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// It may not.
    Never,
    /// It may.
    Free,
    /// It may, within a word, and then a hyphen ends it.
    Hyphen,
    /// It may where nothing else is possible: in the middle of what is wider than a line.
    Torn,
    /// It must.
    Forced,
}

/// What an atom draws.
#[derive(Debug, Clone)]
pub enum AtomBody {
    /// Glyphs with their characters, at a size.
    Text {
        /// The glyphs; `start` counts in `text`.
        glyphs: Vec<ShapedGlyph>,
        /// Their characters.
        text: String,
        /// The size in points.
        size: f32,
        /// Whether a rule is drawn below.
        underlined: bool,
        /// Whether each character has a dot below.
        dotted: bool,
    },
    /// A formula.
    Math {
        /// The set formula, in em.
        list: Arc<DisplayList>,
        /// Its LaTeX.
        tex: Box<str>,
        /// The length of an em in points.
        em: f32,
    },
    /// A rule to write on.
    Blank,
    /// A picture.
    Image {
        /// What is drawn.
        picture: Arc<Picture>,
        /// What it shows.
        alt: Box<str>,
    },
    /// Takes all the room that its line has to spare, so that what follows stands at the right edge.
    Fill {
        /// Whether dots lead the eye across.
        dots: bool,
        /// The size of the text in points.
        size: f32,
    },
    /// Nothing: the end of a line that the author asked for.
    Nothing,
}

/// How an atom behaves beside others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A full-width character.
    Han,
    /// A full-width mark with its ink at the right: （《“
    Open,
    /// A full-width mark with its ink at the left: ，。）》”
    Close,
    /// A word of anything else.
    Latin,
    /// A formula: Latin, but never letter-spaced.
    Math,
    /// A space.
    Space,
    /// A blank or a picture: keeps a little distance from everything.
    Object,
}

/// The class of a character of Chinese text.
pub fn class_of(character: char) -> Class {
    match character {
        '（' | '《' | '〈' | '【' | '「' | '『' | '“' | '‘' | '［' | '｛' | '〔' | '〖' => Class::Open,
        '，' | '。' | '、' | '；' | '：' | '！' | '？' | '）' | '》' | '〉' | '】' | '」' | '』' | '”' | '’' | '］'
        | '｝' | '〕' | '〗' => Class::Close,
        '\u{3000}' => Class::Han,
        character if character.is_whitespace() => Class::Space,
        '·' | '√' | '×' | '①'..='⑳' => Class::Han,
        character if is_wide(character) => Class::Han,
        _ => Class::Latin,
    }
}

/// Whether what begins with this character may start no line: a closing mark, a mark that joins what stands at its sides, an ellipsis,
/// a unit.
fn begins_no_line(class: Class, first: Option<char>) -> bool {
    let bound = |it: char| matches!(it, '·' | '‧' | '・' | '～' | '－' | '／' | '–' | '…' | '℃' | '％' | '‰');
    class == Class::Close || first.is_some_and(bound)
}

/// The width of a blank for an answer of `length` ems: one of three widths, so that it suits the answer and does not give it away.
pub fn blank_width(length: f32, size: f32) -> f32 {
    let ems = match length {
        length if length <= 5.0 => 6.0,
        length if length <= 9.0 => 10.0,
        _ => 14.0,
    };
    ems * size
}

/// Puts `tail` at the right edge of the last line, whole; on a line of its own where the last is full.
pub fn push_right(atoms: &mut Vec<Atom>, tail: Vec<Atom>, dots: bool, size: f32) {
    if let Some(last) = atoms.last_mut() {
        last.after = Break::Free;
    }
    atoms.push(Atom::new(AtomBody::Fill { dots, size }, Class::Object, size * 0.5, size));
    atoms.extend(tail.into_iter().map(|atom| Atom { after: Break::Never, ..atom }));
}

/// The width of atoms in one line, unstretched.
pub fn natural_width(atoms: &[Atom]) -> f32 {
    let gaps: f32 = atoms.iter().take(atoms.len().saturating_sub(1)).map(|atom| atom.gap).sum();
    let trim = atoms.last().map_or(0.0, |atom| atom.trim_right);
    atoms.iter().map(|atom| atom.width).sum::<f32>() + gaps - trim
}

impl Atom {
    fn new(body: AtomBody, class: Class, width: f32, size: f32) -> Self {
        Self {
            body,
            class,
            width,
            trim_left: 0.0,
            trim_right: 0.0,
            gap: 0.0,
            stretch: 0.0,
            shrink: 0.0,
            ascent: ASCENT * size,
            descent: DESCENT * size,
            after: Break::Never,
        }
    }
}

impl Atom {
    /// Whether a line may end between it and the next, as far as marks are concerned that may not stand at that place.
    pub(super) fn may_part_from(&self, next: &Self) -> bool {
        let first = match &next.body {
            AtomBody::Text { text, .. } => text.chars().next(),
            _ => None,
        };
        self.class != Class::Open && next.class != Class::Space && !begins_no_line(next.class, first)
    }
}

/// How far a Chinese character rises above the baseline and falls below it, in em.
pub const ASCENT: f32 = 0.88;
/// See [`ASCENT`].
pub const DESCENT: f32 = 0.12;
