//! Words that are parted: at their syllables with a hyphen, after the marks of an address, or anywhere if they are wider than a line.
//!
//! In: atoms. Out: the same atoms, with words as several of them and [`Break`]s between. Only Latin words are parted; program text
//! and names written with capitals or digits (`GPT-4`, `LLaMA`, `word2vec`) get no hyphen.

use super::super::Setter;
use super::super::atom::{Atom, AtomBody, Break, Class};
use super::super::shape::ShapedGlyph;
use crate::fonts::FaceId;
use std::ops::Range;

/// Shorter words stay whole.
const SHORTEST_WORD: usize = 5;
/// What is longer is no word; the patterns take 45 bytes at most.
const LONGEST_WORD: usize = 40;
/// What is shorter than this is no address, whatever marks it has.
const SHORTEST_ADDRESS: usize = 12;

/// The hyphen of a line that ends with this atom.
pub(super) fn hyphen(setter: &Setter<'_>, atom: &Atom) -> Option<Atom> {
    let AtomBody::Text { glyphs, size, underlined, .. } = &atom.body else { return None };
    let glyph = setter.shaper.hyphen(glyphs.last()?.face)?;
    let text = "\u{ad}".to_owned();
    let body = AtomBody::Text { glyphs: vec![glyph], text, size: *size, underlined: *underlined, dotted: false };
    let (gap, stretch, shrink) = (0.0, 0.0, 0.0);
    Some(Atom { body, width: glyph.advance * size, gap, stretch, shrink, after: Break::Free, ..atom.clone() })
}

/// Parts words at their syllables, if `hyphens`, and addresses after their marks. Returns whether there were any.
pub(super) fn part(atoms: &mut Vec<Atom>, hyphens: bool) -> bool {
    let kinds = kinds(atoms);
    rebuild(atoms, |index, atom| {
        let mut cuts = Vec::new();
        if let AtomBody::Text { text, .. } = &atom.body {
            match kinds[index] {
                Kind::Word if hyphens && text.len() >= SHORTEST_WORD => syllables(text, &mut cuts),
                Kind::Address => address_breaks(text, &mut cuts),
                Kind::Word | Kind::Other => {}
            }
        }
        cuts
    })
}

/// What an atom may be parted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Address,
    Other,
}

/// What each atom is part of. An address is several atoms, since UAX #14 has breaks in it, and none of them is hyphenated: a reader
/// would take the hyphen for a part of it.
fn kinds(atoms: &[Atom]) -> Vec<Kind> {
    let mut kinds = Vec::with_capacity(atoms.len());
    for row in atoms.chunk_by(|before, after| before.class == Class::Latin && after.class == Class::Latin) {
        let texts = || {
            row.iter().filter_map(|atom| if let AtomBody::Text { text, .. } = &atom.body { Some(text) } else { None })
        };
        let code = |atom: &Atom| matches!(&atom.body, AtomBody::Text { glyphs, .. } if glyphs.first().is_some_and(|glyph| glyph.face == FaceId::CODE));
        let marked = row.iter().any(code) || texts().any(|text| text.contains(['/', '_', '\\', '@']));
        let kind = match row[0].class {
            Class::Latin if !marked => Kind::Word,
            Class::Latin if texts().map(String::len).sum::<usize>() >= SHORTEST_ADDRESS => Kind::Address,
            _ => Kind::Other,
        };
        kinds.resize(kinds.len() + row.len(), kind);
    }
    kinds
}

/// Tears the words in what is wider than a line, between any two of their glyphs, and parts the rest between any two atoms; with
/// `marks`, even where a line then begins or ends with a mark that should not stand there.
pub(super) fn tear(atoms: &mut Vec<Atom>, overlong: &[Range<usize>], marks: bool) {
    for range in overlong {
        for index in range.start..range.end - 1 {
            let free = atoms[index].may_part_from(&atoms[index + 1]);
            if atoms[index].after == Break::Never && (free || marks) {
                atoms[index].after = Break::Torn;
            }
        }
    }
    rebuild(atoms, |index, atom| match &atom.body {
        AtomBody::Text { glyphs, .. }
            if atom.class == Class::Latin && overlong.iter().any(|range| range.contains(&index)) =>
        {
            glyphs.iter().skip(1).filter(|glyph| glyph.length > 0).map(|glyph| (glyph.start, Break::Torn)).collect()
        }
        _ => Vec::new(),
    });
}

/// Cuts each atom where `cuts` says: before a byte of its text, with what a line that ends there does.
fn rebuild(atoms: &mut Vec<Atom>, mut cuts: impl FnMut(usize, &Atom) -> Vec<(usize, Break)>) -> bool {
    let mut parted = Vec::with_capacity(atoms.len() * 2);
    let mut any = false;
    for (index, atom) in std::mem::take(atoms).into_iter().enumerate() {
        let cuts = cuts(index, &atom);
        any |= !cuts.is_empty();
        if cuts.is_empty() { parted.push(atom) } else { cut(atom, &cuts, &mut parted) }
    }
    *atoms = parted;
    any
}

/// Parts an atom of text before these bytes.
fn cut(mut atom: Atom, cuts: &[(usize, Break)], parts: &mut Vec<Atom>) {
    let AtomBody::Text { glyphs, text, size, underlined, dotted } =
        std::mem::replace(&mut atom.body, AtomBody::Nothing)
    else {
        return;
    };
    let whole = text.len();
    let mut begin = 0;
    let mut rest = &*glyphs;
    for (end, after) in cuts.iter().copied().chain([(whole, atom.after)]) {
        // A cluster of several characters is not parted.
        let taken = rest.iter().take_while(|glyph| glyph.start < end).count();
        let (part, left) = rest.split_at(taken);
        let reaches = left.first().map_or(whole, |glyph| glyph.start);
        if part.is_empty() || reaches != end {
            continue;
        }
        let glyphs: Vec<_> = part.iter().map(|glyph| ShapedGlyph { start: glyph.start - begin, ..*glyph }).collect();
        let width = glyphs.iter().map(|glyph| glyph.advance * size).sum();
        let text = text[begin..end].to_owned();
        let last = end == whole;
        let gap = |gap: f32| if last { gap } else { 0.0 };
        parts.push(Atom {
            body: AtomBody::Text { glyphs, text, size, underlined, dotted },
            width,
            gap: gap(atom.gap),
            stretch: gap(atom.stretch),
            shrink: gap(atom.shrink),
            trim_left: 0.0,
            trim_right: 0.0,
            after,
            ..atom.clone()
        });
        (begin, rest) = (end, left);
    }
}

/// Where the words in a text may be hyphenated.
fn syllables(text: &str, cuts: &mut Vec<(usize, Break)>) {
    let mut begin = 0;
    for word in text.split_inclusive(|character: char| !character.is_alphanumeric()) {
        let letters = word.trim_end_matches(|character: char| !character.is_alphanumeric());
        // A word with a digit or a capital within is a name.
        let common = letters.bytes().enumerate().all(|(index, byte)| match index {
            0 => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_lowercase(),
        });
        if common && (SHORTEST_WORD..=LONGEST_WORD).contains(&letters.len()) {
            let mut at = begin;
            for syllable in hypher::hyphenate(letters, hypher::Lang::English) {
                if at > begin {
                    cuts.push((at, Break::Hyphen));
                }
                at += syllable.len();
            }
        }
        begin += word.len();
    }
}

/// Where an address may be parted: after a mark that a letter follows.
fn address_breaks(text: &str, cuts: &mut Vec<(usize, Break)>) {
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let mark = matches!(character, '/' | '\\' | '.' | '-' | '_' | '?' | '&' | '=' | '@' | '#' | ':');
        if mark && characters.peek().is_some_and(|(_, next)| next.is_alphanumeric()) {
            cuts.push((at + character.len_utf8(), Break::Free));
        }
    }
}
