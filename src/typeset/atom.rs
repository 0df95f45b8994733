//! From running text to atoms: the pieces that a line is made of.
//!
//! In: inline markup. Out: a row of [`Atom`]s with widths, the gaps that Chinese typesetting wants between them, and the places at
//! which a line may end. Follows UAX #14 with strict rules for Chinese (no line starts with a closing mark or ends with an
//! opening one), and puts a quarter em between Chinese and Latin.

use super::Setter;
use super::picture::Picture;
use super::shape::ShapedGlyph;
use crate::fonts::FaceId;
use crate::markup::{Cloze, Inline, is_wide};
use crate::math::Style;
use ratex_types::display_item::DisplayList;
use std::ops::Range;
use std::sync::Arc;

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
    /// How far it rises above the baseline.
    pub ascent: f32,
    /// How far it falls below.
    pub descent: f32,
    /// Whether a line may end after it.
    pub may_break: bool,
    /// Whether the line must end after it.
    pub must_break: bool,
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

/// The class of a character.
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

/// The width of a blank for an answer of `length` ems: one of three widths, so that it suits the answer and does not give it away.
pub fn blank_width(length: f32, size: f32) -> f32 {
    let ems = match length {
        length if length <= 5.0 => 6.0,
        length if length <= 9.0 => 10.0,
        _ => 14.0,
    };
    ems * size
}

/// Stands for a formula, a blank or a picture while line breaks are looked for: a letter, so that no line ends between it and a
/// word it touches; not U+FFFC, which may be parted from the full stop after it.
const PLACEHOLDER: char = '\u{1D00}';

/// A stretch of the flattened text.
enum Piece {
    /// Characters in one style.
    Text { style: TextStyle, underlined: bool, range: Range<usize> },
    /// Something that a placeholder stands for.
    Object { atom: Box<Atom>, end: usize },
    /// The end of a line that the author asked for.
    Break,
}

/// Inline markup, flattened to one string, so that line breaks are looked for across styles.
struct Flat<'s, 'f> {
    setter: &'s mut Setter<'f>,
    clozes: ClozeStyle,
    text: String,
    pieces: Vec<Piece>,
}

/// The atoms of running text.
pub fn atoms(setter: &mut Setter<'_>, inlines: &[Inline], style: TextStyle, clozes: ClozeStyle) -> Vec<Atom> {
    let mut flat = Flat { setter, clozes, text: String::new(), pieces: Vec::new() };
    flat.inlines(inlines, style, false);
    let Flat { setter, text, pieces, .. } = flat;
    let breaks: Vec<usize> = setter.segmenter.segment_str(&text).collect();
    let may_break = |end: usize| breaks.binary_search(&end).is_ok();
    let mut atoms = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text { style, underlined, range } => {
                text_atoms(setter, &text, range, style, underlined, &may_break, &mut atoms);
            }
            Piece::Object { mut atom, end } => {
                atom.may_break = may_break(end);
                atoms.push(*atom);
            }
            Piece::Break => atoms.push(Atom {
                must_break: true,
                may_break: true,
                ..Atom::new(AtomBody::Nothing, Class::Space, 0.0, style.size)
            }),
        }
    }
    set_gaps(&mut atoms, style.size);
    atoms
}

/// The atoms of plain text.
pub fn text_of(setter: &mut Setter<'_>, text: &str, style: TextStyle) -> Vec<Atom> {
    atoms(setter, &[Inline::Text(text.into())], style, ClozeStyle::Answer)
}

/// Puts `tail` at the right edge of the last line, whole; on a line of its own where the last is full.
pub fn push_right(atoms: &mut Vec<Atom>, tail: Vec<Atom>, dots: bool, size: f32) {
    if let Some(last) = atoms.last_mut() {
        last.may_break = true;
    }
    atoms.push(Atom::new(AtomBody::Fill { dots, size }, Class::Object, size * 0.5, size));
    atoms.extend(tail.into_iter().map(|atom| Atom { may_break: false, ..atom }));
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
            ascent: ASCENT * size,
            descent: DESCENT * size,
            may_break: false,
            must_break: false,
        }
    }
}

impl Atom {
    /// Whether it is a Chinese character, which keeps a distance from Latin words; a dash does not.
    fn is_ideograph(&self) -> bool {
        let dash = |text: &str| text.starts_with(['—', '…', '·', '～', '\u{3000}']);
        self.class == Class::Han && !matches!(&self.body, AtomBody::Text { text, .. } if dash(text))
    }

    fn begins_word(&self) -> bool {
        self.is_word(|text| text.chars().next())
    }

    fn ends_word(&self) -> bool {
        self.is_word(|text| text.chars().next_back())
    }

    /// Only letters and digits keep their distance from Chinese: a hyphen or a slash between two names does not.
    fn is_word(&self, edge: impl Fn(&str) -> Option<char>) -> bool {
        match &self.body {
            AtomBody::Text { text, .. } => {
                let word =
                    |edge: char| edge.is_alphanumeric() || matches!(edge, '%' | '°' | '+' | '$' | '#' | '@' | '&');
                self.class == Class::Latin && edge(text).is_some_and(word)
            }
            AtomBody::Math { .. } => true,
            _ => false,
        }
    }
}

/// How far a Chinese character rises above the baseline and falls below it, in em.
pub const ASCENT: f32 = 0.88;
/// See [`ASCENT`].
pub const DESCENT: f32 = 0.12;

/// Math is set a little larger than the text around it, since the KaTeX fonts are small beside Noto Serif.
const MATH_SCALE: f32 = 1.04;

impl Flat<'_, '_> {
    fn inlines(&mut self, inlines: &[Inline], style: TextStyle, underlined: bool) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.push_text(text, style, underlined),
                Inline::Code(text) => self.push_text(text, TextStyle { face: FaceId::CODE, ..style }, underlined),
                Inline::Emphasis(inner) | Inline::Strong(inner) => {
                    self.inlines(inner, TextStyle { face: FaceId::HEADING, ..style }, underlined);
                }
                Inline::Math { tex, display } => {
                    let mode = if *display { Style::Display } else { Style::Inline };
                    // LaTeX that does not parse has been refused when the bank was read.
                    if let Ok(list) = self.setter.math.set(tex, mode) {
                        self.push_object(math_atom(&list, tex, style.size * MATH_SCALE));
                    }
                }
                Inline::Image(image) => {
                    if let Some(picture) = self.setter.pictures.get(&*image.path).cloned() {
                        self.push_object(image_atom(picture, &image.alt, style.size));
                    }
                }
                Inline::Break => {
                    self.text.push(' ');
                    self.pieces.push(Piece::Break);
                }
                Inline::Blank => self.push_text("（　　）", style, underlined),
                Inline::Cloze(cloze) => self.cloze(cloze, style),
            }
        }
    }

    fn cloze(&mut self, cloze: &Cloze, style: TextStyle) {
        match self.clozes {
            ClozeStyle::Answer => self.inlines(&cloze.answer, style, true),
            ClozeStyle::Blank => {
                let answer = atoms(self.setter, &cloze.answer, style, ClozeStyle::Answer);
                let width = blank_width(natural_width(&answer) / style.size, style.size);
                self.push_object(Atom::new(AtomBody::Blank, Class::Object, width, style.size));
                if !cloze.hint.is_empty() {
                    self.push_text("（", style, false);
                    self.inlines(&cloze.hint, style, false);
                    self.push_text("）", style, false);
                }
            }
        }
    }

    fn push_text(&mut self, text: &str, style: TextStyle, underlined: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece::Text { style, underlined, range: start..self.text.len() });
    }

    fn push_object(&mut self, atom: Atom) {
        self.text.push(PLACEHOLDER);
        self.pieces.push(Piece::Object { atom: Box::new(atom), end: self.text.len() });
    }
}

/// A formula as an atom; `em` in points.
pub fn math_atom(list: &Arc<DisplayList>, tex: &str, em: f32) -> Atom {
    Atom {
        ascent: list.height as f32 * em,
        descent: list.depth as f32 * em,
        ..Atom::new(AtomBody::Math { tex: tex.into(), em, list: list.clone() }, Class::Math, list.width as f32 * em, em)
    }
}

/// A picture within a line of text: no higher than three lines.
fn image_atom(picture: Arc<Picture>, alt: &str, size: f32) -> Atom {
    let (width, height) = picture.natural_size();
    let scale = (3.0 * size / height.max(1.0)).min(1.0);
    let ascent = height * scale - DESCENT * size;
    Atom {
        ascent,
        descent: DESCENT * size,
        ..Atom::new(AtomBody::Image { picture, alt: alt.into() }, Class::Object, width * scale, size)
    }
}

fn text_atoms(
    setter: &mut Setter<'_>,
    text: &str,
    range: Range<usize>,
    style: TextStyle,
    underlined: bool,
    may_break: &impl Fn(usize) -> bool,
    atoms: &mut Vec<Atom>,
) {
    let slice = &text[range.clone()];
    // Where the atom at the end of `atoms` may take further glyphs of its word.
    let mut open_word = false;
    for glyph in setter.shaper.shape(style.face, slice) {
        let end = glyph.start + usize::from(glyph.length);
        let characters = &slice[glyph.start..end];
        let class = characters.chars().next().map_or(Class::Latin, class_of);
        let width = glyph.advance * style.size;
        let extends = open_word && (class == Class::Latin || glyph.length == 0);
        if extends && let Some(Atom { body: AtomBody::Text { glyphs, text, .. }, width: whole, .. }) = atoms.last_mut()
        {
            glyphs.push(ShapedGlyph { start: text.len(), ..glyph });
            text.push_str(characters);
            *whole += width;
        } else {
            let body = AtomBody::Text {
                glyphs: vec![ShapedGlyph { start: 0, ..glyph }],
                text: characters.to_owned(),
                size: style.size,
                underlined,
            };
            // Only marks drawn on a full em have half an em to give.
            let half = if glyph.advance > 0.9 { 0.5 * style.size } else { 0.0 };
            atoms.push(Atom {
                trim_left: if class == Class::Open { half } else { 0.0 },
                trim_right: if class == Class::Close { half } else { 0.0 },
                ..Atom::new(body, class, width, style.size)
            });
        }
        let ends = may_break(range.start + end);
        if let Some(atom) = atoms.last_mut() {
            atom.may_break = ends;
        }
        open_word = class == Class::Latin && !ends;
    }
}

/// The natural gaps between atoms.
fn set_gaps(atoms: &mut [Atom], size: f32) {
    for index in 1..atoms.len() {
        let (before, after) = (atoms[index - 1].class, atoms[index].class);
        let (chinese, western) = (atoms[index - 1].is_ideograph(), atoms[index].begins_word());
        let (western_first, chinese_last) = (atoms[index - 1].ends_word(), atoms[index].is_ideograph());
        let gap = match (before, after) {
            _ if (chinese && western) || (western_first && chinese_last) => 0.25 * size,
            (Class::Close, Class::Close | Class::Open) => -atoms[index - 1].trim_right,
            (Class::Open, Class::Open) => -atoms[index].trim_left,
            (Class::Object, Class::Close | Class::Space) | (Class::Open | Class::Space, Class::Object) => 0.0,
            (Class::Object, _) | (_, Class::Object) => 0.15 * size,
            _ => 0.0,
        };
        atoms[index - 1].gap = gap;
    }
    // A space that an author writes between Chinese and Latin is the quarter em, no more.
    for index in 1..atoms.len().saturating_sub(1) {
        let (before, after) = (atoms[index - 1].class, atoms[index + 1].class);
        if atoms[index].class == Class::Space && (before == Class::Han) != (after == Class::Han) {
            atoms[index].width = 0.25 * size;
        }
    }
}
