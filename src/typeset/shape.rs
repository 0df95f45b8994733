//! From characters to glyphs.
//!
//! In: a string and the face it is wanted in. Out: glyphs with advances in em, each with the characters it stands for. Full-width
//! characters are looked up directly, since nothing is kerned between them; everything else is shaped. Which lines the glyphs
//! stand on is decided elsewhere.
//!
//! Quotation marks, dashes and ellipses are the same characters in Chinese and in English. Chinese fonts draw the marks on a full em;
//! in English text, and for the apostrophe of an English word, they come from a Latin font. (To close up the Chinese ones would do for
//! the eye; but readers of a PDF go by the advance that the font has, and would see them overlap the letters beside them.)

use crate::bank::Language;
use crate::fonts::{FaceId, Fonts, is_invisible};
use crate::markup::is_wide;
use harfrust::{Buffer, Direction, Feature, GlyphId, Script, ShapeOptions, ShapePlan, ShaperFont, Tag};
use std::collections::BTreeSet;

/// A glyph and the characters it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShapedGlyph {
    /// The face it is from, which is another than asked for where that lacks the character.
    pub face: FaceId,
    /// Its number in the face.
    pub id: u16,
    /// How far the pen moves, in em.
    pub advance: f32,
    /// How far right of the pen it is drawn, in em.
    pub offset: f32,
    /// The first byte of its characters.
    pub start: usize,
    /// The number of bytes of its characters; 0 for the second glyph of a cluster.
    pub length: u8,
    /// Whether it is a quotation mark, dash or ellipsis of Latin text, where Chinese has a full-width one.
    pub western: bool,
}

/// How far the two halves of a Chinese dash overlap, in em, so that no printer shows a seam.
const DASH_OVERLAP: f32 = 0.02;

/// Shapes text with a set of fonts. Holds what is worth keeping between calls, so each thread has its own.
pub struct Shaper<'f> {
    fonts: &'f Fonts,
    /// By [`FaceId::index`], made when first used: a paper needs a handful of the faces.
    faces: Vec<Option<(ShaperFont<'f, 'static>, ShapePlan)>>,
    buffer: Option<Buffer>,
    missing: BTreeSet<char>,
    /// The language of the text, which says how wide quotation marks are.
    pub language: Language,
}

impl<'f> Shaper<'f> {
    /// A shaper over these fonts.
    pub fn new(fonts: &'f Fonts) -> Self {
        let faces = fonts.faces().iter().map(|_| None).collect();
        Self { fonts, faces, buffer: Some(Buffer::new()), missing: BTreeSet::new(), language: Language::Chinese }
    }

    /// The fonts.
    pub fn fonts(&self) -> &'f Fonts {
        self.fonts
    }

    /// The characters asked for since the last call that no font has. They were left out.
    pub fn take_missing(&mut self) -> BTreeSet<char> {
        std::mem::take(&mut self.missing)
    }

    /// Notes a character that no font has.
    pub fn note_missing(&mut self, character: char) {
        self.missing.insert(character);
    }

    /// The advance of a glyph in em.
    pub fn advance(&self, face: FaceId, glyph: GlyphId) -> f32 {
        let face = self.fonts.face(face);
        face.font.glyph_metrics().h_advance(glyph) / face.units_per_em
    }

    /// The glyphs of a text in one line, from left to right.
    pub fn shape(&mut self, face: FaceId, text: &str) -> Vec<ShapedGlyph> {
        let mut glyphs = Vec::with_capacity(text.len() / 2);
        // A run that must be shaped: its face and where it began.
        let mut run: Option<(FaceId, usize)> = None;
        // How many dashes stand before.
        let mut dashes = 0;
        for (at, character) in text.char_indices() {
            if is_invisible(character) {
                if matches!(character, '\u{ad}' | '\u{200b}') {
                    self.flush(&mut run, at, text, &mut glyphs);
                }
                continue;
            }
            let character = if character.is_whitespace() && character != '\u{3000}' { ' ' } else { character };
            let found = self.fonts.glyph(face, character);
            let Some((found, glyph)) = found else {
                self.flush(&mut run, at, text, &mut glyphs);
                self.missing.insert(character);
                continue;
            };
            if is_wide(character) {
                self.flush(&mut run, at, text, &mut glyphs);
                let western = self.is_western(text, at, character);
                let (found, glyph) = if western { self.latin(found, glyph, character) } else { (found, glyph) };
                glyphs.push(ShapedGlyph {
                    face: found,
                    id: glyph.to_u32() as u16,
                    advance: self.advance(found, glyph),
                    offset: 0.0,
                    start: at,
                    length: character.len_utf8() as u8,
                    western,
                });
                dashes = if character == '—' && !western { dashes + 1 } else { 0 };
                if dashes == 2 {
                    self.join_dash(&mut glyphs);
                    dashes = 0;
                }
                continue;
            }
            dashes = 0;
            if run.is_none_or(|(face, _)| face != found) {
                self.flush(&mut run, at, text, &mut glyphs);
                run = Some((found, at));
            }
        }
        self.flush(&mut run, text.len(), text, &mut glyphs);
        glyphs
    }

    /// The hyphen that ends a line in a face. It stands for U+00AD, as ISO 32000-1, 14.8.2.2.3, wants it for a word that was parted,
    /// so that a reader finds and copies the word whole.
    pub fn hyphen(&self, face: FaceId) -> Option<ShapedGlyph> {
        let (face, glyph) = self.fonts.glyph(face, '-')?;
        let (id, advance) = (glyph.to_u32() as u16, self.advance(face, glyph));
        Some(ShapedGlyph { face, id, advance, offset: 0.0, start: 0, length: 2, western: false })
    }

    /// Whether a character that Chinese sets full-width belongs to Latin text.
    fn is_western(&self, text: &str, at: usize, character: char) -> bool {
        let letter = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() && !is_wide(it));
        match (character, self.language) {
            ('“' | '”' | '‘' | '’' | '—' | '…', Language::English) => true,
            ('’', Language::Chinese) => {
                letter(text[..at].chars().next_back()) && letter(text[at + character.len_utf8()..].chars().next())
            }
            _ => false,
        }
    }

    /// Where the ink of a glyph begins, and how wide it is, in em.
    fn ink(&self, face: FaceId, glyph: GlyphId) -> Option<(f32, f32)> {
        let face = self.fonts.face(face);
        let extents = face.font.glyph_metrics().extents(glyph)?;
        Some((extents.x_bearing / face.units_per_em, extents.width / face.units_per_em))
    }

    /// The quotation mark of a Latin font, where the face has one on a full em.
    fn latin(&self, face: FaceId, glyph: GlyphId, character: char) -> (FaceId, GlyphId) {
        let latin = if face == FaceId::HEADING { "SansSerif-Bold" } else { "Main-Regular" };
        let quote = matches!(character, '“' | '”' | '‘' | '’') && self.advance(face, glyph) > 0.9;
        let found = if quote { self.fonts.math_glyph(latin, character.into()) } else { None };
        found.unwrap_or((face, glyph))
    }

    /// Makes the two dashes at the end of `glyphs` one stroke in the middle of two em.
    fn join_dash(&self, glyphs: &mut [ShapedGlyph]) {
        let [.., first, second] = glyphs else { return };
        let ink = self.ink(first.face, GlyphId::new(first.id.into()));
        let Some((bearing, width)) = ink.filter(|_| first.face == second.face) else { return };
        let side = (2.0 - (2.0 * width - DASH_OVERLAP)) / 2.0;
        (first.advance, first.offset) = (1.0, side - bearing);
        (second.advance, second.offset) = (1.0, side + width - DASH_OVERLAP - 1.0 - bearing);
    }

    fn flush(&mut self, run: &mut Option<(FaceId, usize)>, end: usize, text: &str, glyphs: &mut Vec<ShapedGlyph>) {
        let Some((face, start)) = run.take() else { return };
        let fonts = self.fonts;
        let (shaper, plan) = self.faces[face.index()].get_or_insert_with(|| {
            let font = &fonts.face(face).font;
            // Ligatures would make one glyph of several characters, which searching and copying pay for.
            let features = [Feature::new(Tag::new(b"liga"), 0, ..), Feature::new(Tag::new(b"clig"), 0, ..)];
            let plan = ShapePlan::new(font, Direction::LeftToRight, Some(Script::LATIN), None, &features);
            (ShaperFont::new(font), plan)
        });
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.clear();
        buffer.push_str(&text[start..end]);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(Some(Script::LATIN));
        let shaped = harfrust::shape(shaper, &mut buffer, ShapeOptions::new().plan(Some(plan)));
        debug_assert!(shaped.is_ok(), "the plan was made for this font, direction and script");
        let units_per_em = fonts.face(face).units_per_em;
        let infos = buffer.glyph_infos();
        for (index, (info, position)) in infos.iter().zip(buffer.glyph_positions()).enumerate() {
            let cluster = info.cluster as usize;
            let next = infos[index + 1..].iter().map(|info| info.cluster as usize).find(|next| *next > cluster);
            let first = index == 0 || infos[index - 1].cluster != info.cluster;
            let length = if first { next.unwrap_or(end - start) - cluster } else { 0 };
            glyphs.push(ShapedGlyph {
                face,
                id: info.glyph_id as u16,
                advance: position.x_advance as f32 / units_per_em,
                offset: position.x_offset as f32 / units_per_em,
                start: start + cluster,
                length: u8::try_from(length).unwrap_or(u8::MAX),
                western: false,
            });
        }
        self.buffer = Some(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_some_glyph_or_missing() {
        let fonts = Fonts::bundled();
        let mut shaper = Shaper::new(&fonts);
        let text = "模型 GPT-4，∘ AVATAR fi 😀。";
        let glyphs = shaper.shape(FaceId::BODY, text);
        let read: String =
            glyphs.iter().map(|glyph| &text[glyph.start..glyph.start + usize::from(glyph.length)]).collect();
        assert_eq!(read, "模型 GPT-4，∘ AVATAR fi 。");
        assert_eq!(shaper.take_missing().into_iter().collect::<String>(), "😀");
        assert!(glyphs.iter().all(|glyph| glyph.id != 0 && glyph.advance > 0.0));
    }

    #[test]
    fn quotation_marks_are_as_wide_as_their_language_has_them() {
        let fonts = Fonts::bundled();
        let mut shaper = Shaper::new(&fonts);
        let mut widths = |language, face, text: &str| {
            shaper.language = language;
            let glyphs = shaper.shape(face, text);
            glyphs.iter().map(|glyph| glyph.advance).filter(|advance| *advance > 0.0).collect::<Vec<_>>()
        };
        for face in [FaceId::BODY, FaceId::HEADING] {
            assert_eq!(widths(Language::Chinese, face, "“”‘’"), [1.0; 4]);
            assert!(widths(Language::English, face, "“”‘’").iter().all(|width| *width < 0.7));
            // An apostrophe between letters is one in either language.
            assert!(widths(Language::Chinese, face, "don’t")[3] < 0.4);
        }
    }

    #[test]
    fn a_dash_is_one_stroke_in_the_middle_of_two_em() {
        let fonts = Fonts::bundled();
        let shaper = &mut Shaper::new(&fonts);
        for face in [FaceId::BODY, FaceId::HEADING] {
            let glyphs = shaper.shape(face, "——");
            let (bearing, width) = shaper.ink(face, GlyphId::new(glyphs[0].id.into())).expect("a dash has ink");
            let left = glyphs[0].offset + bearing;
            let middle = glyphs[0].advance + glyphs[1].offset + bearing;
            let right = middle + width;
            assert!(middle < left + width, "the halves touch");
            assert!((left - (2.0 - right)).abs() < 0.001, "{left} before, {} after", 2.0 - right);
        }
    }

    #[test]
    fn a_full_width_character_is_one_em() {
        let fonts = Fonts::bundled();
        let glyphs = Shaper::new(&fonts).shape(FaceId::HEADING, "一，");
        assert_eq!(glyphs.iter().map(|glyph| glyph.advance).collect::<Vec<_>>(), [1.0, 1.0]);
    }
}
