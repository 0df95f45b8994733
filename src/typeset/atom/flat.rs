//! From running text to atoms.
//!
//! In: inline markup. Out: a row of [`Atom`]s. It is flattened to one string, so that the places where a line may end are found across
//! styles: by UAX #14, with strict rules for Chinese (no line starts with a closing mark or ends with an opening one).

use super::super::Setter;
use super::super::shape::ShapedGlyph;
use super::{Atom, AtomBody, Break, Class, ClozeStyle, DESCENT, Emphasis, TextStyle};
use super::{begins_no_line, blank_width, class_of, gaps, natural_width};
use crate::fonts::{FaceId, is_invisible};
use crate::markup::{Cloze, Inline, is_wide};
use crate::math::Style;
use crate::typeset::picture::Picture;
use ratex_types::display_item::DisplayList;
use std::ops::Range;
use std::sync::Arc;

/// Stands for a formula, a blank or a picture while line breaks are looked for: a letter, so that no line ends between it and a
/// word it touches; not U+FFFC, which may be parted from the full stop after it.
const PLACEHOLDER: char = '\u{1D00}';

/// How a stretch of text is set.
#[derive(Clone, Copy)]
struct Look {
    style: TextStyle,
    underlined: bool,
    dotted: bool,
}

impl From<TextStyle> for Look {
    fn from(style: TextStyle) -> Self {
        Self { style, underlined: false, dotted: false }
    }
}

impl Look {
    fn in_face(self, face: FaceId) -> Self {
        Self { style: TextStyle { face, ..self.style }, ..self }
    }
}

/// A stretch of the flattened text.
enum Piece {
    /// Characters that look the same.
    Text { look: Look, range: Range<usize> },
    /// Something that a placeholder stands for.
    Object { atom: Box<Atom>, end: usize },
    /// The end of a line that the author asked for.
    Break,
}

/// Inline markup, flattened.
struct Flat<'s, 'f> {
    setter: &'s mut Setter<'f>,
    clozes: ClozeStyle,
    text: String,
    pieces: Vec<Piece>,
}

/// The atoms of running text.
pub fn atoms(setter: &mut Setter<'_>, inlines: &[Inline], style: TextStyle, clozes: ClozeStyle) -> Vec<Atom> {
    let mut flat = Flat { setter, clozes, text: String::new(), pieces: Vec::new() };
    flat.inlines(inlines, style.into());
    let Flat { setter, text, pieces, .. } = flat;
    let breaks: Vec<usize> = setter.segmenter.segment_str(&text).collect();
    let may_break = |end: usize| breaks.binary_search(&end).is_ok();
    let mut atoms = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text { look, range } => text_atoms(setter, &text, range, look, &may_break, &mut atoms),
            Piece::Object { mut atom, end } => {
                atom.after = if may_break(end) { Break::Free } else { Break::Never };
                atoms.push(*atom);
            }
            Piece::Break => {
                let end = Atom::new(AtomBody::Nothing, Class::Space, 0.0, style.size);
                atoms.push(Atom { after: Break::Forced, ..end });
            }
        }
    }
    gaps::set(&mut atoms, style.size);
    atoms
}

/// The atoms of plain text.
pub fn text_of(setter: &mut Setter<'_>, text: &str, style: TextStyle) -> Vec<Atom> {
    atoms(setter, &[Inline::Text(text.into())], style, ClozeStyle::Answer)
}

/// Math is set a little larger than the text around it, since the KaTeX fonts are small beside Noto Serif.
const MATH_SCALE: f32 = 1.04;

impl Flat<'_, '_> {
    fn inlines(&mut self, inlines: &[Inline], look: Look) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.push_text(text, look),
                Inline::Code(text) => self.push_text(text, look.in_face(FaceId::CODE)),
                Inline::Emphasis(inner) if self.setter.emphasis == Emphasis::Dots => {
                    self.inlines(inner, Look { dotted: true, ..look });
                }
                Inline::Emphasis(inner) | Inline::Strong(inner) => self.inlines(inner, look.in_face(FaceId::HEADING)),
                Inline::Math { tex, display } => {
                    let mode = if *display { Style::Display } else { Style::Inline };
                    // LaTeX that does not parse has been refused when the bank was read.
                    if let Ok(list) = self.setter.math.set(tex, mode) {
                        self.push_object(math_atom(&list, tex, look.style.size * MATH_SCALE));
                    }
                }
                Inline::Image(image) => {
                    if let Some(picture) = self.setter.pictures.get(&*image.path).cloned() {
                        self.push_object(image_atom(picture, &image.alt, look.style.size));
                    }
                }
                Inline::Sound(sound) => self.push_text(&sound.in_words(), look),
                Inline::Break => {
                    self.text.push(' ');
                    self.pieces.push(Piece::Break);
                }
                Inline::Blank => self.push_text("（　　）", Look { dotted: false, ..look }),
                Inline::Cloze(cloze) => self.cloze(cloze, look),
            }
        }
    }

    fn cloze(&mut self, cloze: &Cloze, look: Look) {
        match self.clozes {
            ClozeStyle::Answer => self.inlines(&cloze.answer, Look { underlined: true, ..look }),
            ClozeStyle::Blank => {
                let style = look.style;
                let answer = atoms(self.setter, &cloze.answer, style, ClozeStyle::Answer);
                let width = blank_width(natural_width(&answer) / style.size, style.size);
                self.push_object(Atom::new(AtomBody::Blank, Class::Object, width, style.size));
                if !cloze.hint.is_empty() {
                    self.push_text("（", style.into());
                    self.inlines(&cloze.hint, style.into());
                    self.push_text("）", style.into());
                }
            }
        }
    }

    fn push_text(&mut self, text: &str, look: Look) {
        if !look.dotted || look.style.face == FaceId::CODE {
            self.push_run(text, Look { dotted: false, ..look });
            return;
        }
        // Dots stand under Chinese characters only; what is emphasised beside them is set in Hei.
        for (wide, run) in runs(text, is_wide) {
            self.push_run(run, if wide { look } else { Look { dotted: false, ..look }.in_face(FaceId::HEADING) });
        }
    }

    fn push_run(&mut self, text: &str, look: Look) {
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece::Text { look, range: start..self.text.len() });
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

/// A text parted where its characters begin or cease to be such.
fn runs(text: &str, such: impl Fn(char) -> bool) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let kind = such(rest.chars().next()?);
        let end = rest.find(|character| such(character) != kind).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some((kind, run))
    })
}

/// How far below the baseline the dot of an emphasised character reaches, in em.
const DOT_DESCENT: f32 = 0.38;

fn text_atoms(
    setter: &mut Setter<'_>,
    text: &str,
    range: Range<usize>,
    look: Look,
    may_break: &impl Fn(usize) -> bool,
    atoms: &mut Vec<Atom>,
) {
    let Look { style, underlined, dotted } = look;
    let slice = &text[range.clone()];
    // Where the atom at the end of `atoms` may take further glyphs of its word.
    let mut open_word = false;
    for glyph in setter.shaper.shape(style.face, slice) {
        let end = glyph.start + usize::from(glyph.length);
        let characters = &slice[glyph.start..end];
        let first = characters.chars().next();
        let class = first.filter(|_| !glyph.western).map_or(Class::Latin, class_of);
        let width = glyph.advance * style.size;
        // UAX #14 lets some of these marks start a line, most of them only after a space.
        if begins_no_line(class, first)
            && let Some(before) = atoms.last_mut()
            && before.after != Break::Forced
        {
            before.after = Break::Never;
        }
        let extends = match atoms.last() {
            Some(last) if class == Class::Han => glyph.length > 0 && is_half_of_mark(last, characters),
            _ => open_word && (class == Class::Latin || glyph.length == 0),
        };
        if extends && let Some(Atom { body: AtomBody::Text { glyphs, text, .. }, width: whole, .. }) = atoms.last_mut()
        {
            glyphs.push(ShapedGlyph { start: text.len(), ..glyph });
            text.push_str(characters);
            *whole += width;
        } else {
            let ideograph = first.is_some_and(char::is_alphanumeric);
            let body = AtomBody::Text {
                glyphs: vec![ShapedGlyph { start: 0, ..glyph }],
                text: characters.to_owned(),
                size: style.size,
                underlined,
                dotted: dotted && ideograph,
            };
            // Only marks drawn on a full em have half an em to give.
            let half = if glyph.advance > 0.9 { 0.5 * style.size } else { 0.0 };
            let atom = Atom::new(body, class, width, style.size);
            atoms.push(Atom {
                trim_left: if class == Class::Open { half } else { 0.0 },
                trim_right: if class == Class::Close { half } else { 0.0 },
                descent: if dotted && ideograph { DOT_DESCENT * style.size } else { atom.descent },
                ..atom
            });
        }
        // A soft hyphen and a space of no width are not drawn, but a line may end at them.
        let invisible: &str = slice[end..].split(|character| !is_invisible(character)).next().unwrap_or_default();
        let after = match may_break(range.start + end + invisible.len()) {
            true if invisible.contains(SOFT_HYPHEN) => Break::Hyphen,
            true => Break::Free,
            false => Break::Never,
        };
        if let Some(atom) = atoms.last_mut() {
            atom.after = after;
        }
        open_word = class == Class::Latin && after == Break::Never;
    }
}

/// Says where a word may be parted.
const SOFT_HYPHEN: char = '\u{ad}';

/// Whether the characters are the second half of a dash or an ellipsis, —— and ……, which is one mark of two em.
fn is_half_of_mark(before: &Atom, characters: &str) -> bool {
    matches!(characters, "—" | "…") && before.after == Break::Never && before.is_text(characters)
}
