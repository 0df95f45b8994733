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
use crate::fonts::{FaceId, Fonts, is_invisible, joined};
use crate::markup::is_wide;
use harfrust::{Buffer, Direction, Feature, GlyphId, Script, ShapeOptions, ShapePlan, ShaperFont, Tag};
use std::collections::BTreeSet;
use unicode_normalization::char::{compose, is_combining_mark};

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
    /// How far above the baseline it is drawn, in em: a mark over a letter that has one already.
    pub rise: f32,
    /// The first byte of its characters.
    pub start: usize,
    /// The number of bytes of its characters; 0 for the second glyph of a cluster.
    pub length: u8,
    /// Whether it is a quotation mark, dash or ellipsis of Latin text, where Chinese has a full-width one.
    pub western: bool,
}

/// How far the two halves of a Chinese dash overlap, in em, so that no printer shows a seam.
const DASH_OVERLAP: f32 = 0.02;

/// How far a Chinese dash is moved from the characters beside it, in em: poppler sees a space in a tenth.
const DASH_SIDE: f32 = 0.09;

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
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if is_invisible(character) {
                if matches!(character, '\u{ad}' | '\u{200b}') {
                    self.flush(&mut run, at, text, &mut glyphs);
                }
                continue;
            }
            // An accent after its letter is set as the one letter that both are; the shaper puts them together.
            if run.is_some_and(|(face, _)| self.composes(face, &text[..at], character)) {
                continue;
            }
            let character = if character.is_whitespace() && character != '\u{3000}' { ' ' } else { character };
            // A letter and an accent are one glyph where a face has that: by itself it may lack the accent.
            let whole = characters.peek().and_then(|(_, accent)| joined(character, *accent));
            let whole = whole.and_then(|whole| self.fonts.glyph(face, whole));
            let accent = whole.and_then(|_| characters.next());
            let Some((found, glyph)) = whole.or_else(|| self.fonts.glyph(face, character)) else {
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
                    rise: 0.0,
                    start: at,
                    length: (character.len_utf8() + accent.map_or(0, |(_, accent)| accent.len_utf8())) as u8,
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
        Some(ShapedGlyph { face, id, advance, offset: 0.0, rise: 0.0, start: 0, length: 2, western: false })
    }

    /// Whether a character is an accent that makes one letter of the face with the character before it.
    fn composes(&self, face: FaceId, before: &str, character: char) -> bool {
        is_combining_mark(character)
            && before
                .chars()
                .next_back()
                .and_then(|base| compose(base, character))
                .is_some_and(|whole| self.fonts.face(face).font.charmap().map_unicode(whole).is_some())
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

    /// Makes the two dashes at the end of `glyphs` one stroke in the middle of its room: two em, or less where that would leave so
    /// much white that readers of a PDF took it for a space.
    fn join_dash(&self, glyphs: &mut [ShapedGlyph]) {
        let [.., first, second] = glyphs else { return };
        let ink = self.ink(first.face, GlyphId::new(first.id.into()));
        let Some((bearing, width)) = ink.filter(|_| first.face == second.face) else { return };
        let stroke = 2.0 * width - DASH_OVERLAP;
        let side = ((2.0 - stroke) / 2.0).min(bearing + DASH_SIDE);
        (first.advance, first.offset) = (1.0, side - bearing);
        (second.advance, second.offset) = (stroke + 2.0 * side - 1.0, side + width - DASH_OVERLAP - 1.0 - bearing);
    }

    fn flush(&mut self, run: &mut Option<(FaceId, usize)>, end: usize, text: &str, glyphs: &mut Vec<ShapedGlyph>) {
        let Some((face, start)) = run.take() else { return };
        let fonts = self.fonts;
        let (shaper, plan) = self.faces[face.index()].get_or_insert_with(|| {
            let font = &fonts.face(face).font;
            let plan = ShapePlan::new(font, Direction::LeftToRight, Some(Script::LATIN), None, &features());
            (ShaperFont::new(font), plan)
        });
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.clear();
        for (at, character) in text[start..end].char_indices() {
            // White space of every width is known to the shaper; ends of lines and paragraphs are not, and would be boxes.
            let character =
                if matches!(character, '\u{85}' | '\u{1680}' | '\u{2028}' | '\u{2029}') { ' ' } else { character };
            buffer.push(character.into(), at as u32);
        }
        buffer.set_direction(Direction::LeftToRight);
        let features = features();
        let options = if text[start..end].contains(is_of_stacked_script) {
            // Rare enough to be planned anew each time.
            buffer.guess_segment_properties();
            ShapeOptions::new().features(&features)
        } else {
            buffer.set_script(Some(Script::LATIN));
            ShapeOptions::new().plan(Some(plan))
        };
        let shaped = harfrust::shape(shaper, &mut buffer, options);
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
                rise: position.y_offset as f32 / units_per_em,
                start: start + cluster,
                length: u8::try_from(length).unwrap_or(u8::MAX),
                western: false,
            });
        }
        self.buffer = Some(buffer);
    }
}

/// Ligatures would make one glyph of several characters, which searching and copying pay for.
fn features() -> [Feature; 2] {
    [Feature::new(Tag::new(b"liga"), 0, ..), Feature::new(Tag::new(b"clig"), 0, ..)]
}

/// Whether a character belongs to a script whose marks stack up or change places, so that its own rules are needed: those of India
/// and South-East Asia, from Devanagari to Khmer and their supplements.
fn is_of_stacked_script(character: char) -> bool {
    matches!(character, '\u{900}'..='\u{109f}' | '\u{1700}'..='\u{17ff}' | '\u{1900}'..='\u{1aff}' | '\u{1b00}'..='\u{1c4f}'
        | '\u{a800}'..='\u{aaff}' | '\u{11000}'..='\u{117ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Face;
    use crate::fonts::named::{Chosen, Pick};

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
    fn a_letter_and_its_accent_are_one_glyph() {
        let fonts = Fonts::bundled();
        let mut shaper = Shaper::new(&fonts);
        let glyphs = shaper.shape(FaceId::BODY, "cafe\u{301}s");
        assert_eq!(glyphs.iter().map(|glyph| glyph.length).collect::<Vec<_>>(), [1, 1, 1, 3, 1]);
        assert_eq!(glyphs[3].id, shaper.shape(FaceId::BODY, "é")[0].id);
        assert!(shaper.take_missing().is_empty());
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
    fn a_dash_is_one_stroke_in_the_middle_of_its_room() {
        let fonts = Fonts::bundled();
        let shaper = &mut Shaper::new(&fonts);
        for face in [FaceId::BODY, FaceId::HEADING] {
            let glyphs = shaper.shape(face, "——");
            let (bearing, width) = shaper.ink(face, GlyphId::new(glyphs[0].id.into())).expect("a dash has ink");
            let left = glyphs[0].offset + bearing;
            let middle = glyphs[0].advance + glyphs[1].offset + bearing;
            let right = middle + width;
            assert!(middle < left + width, "the halves touch");
            let after = glyphs[0].advance + glyphs[1].advance - right;
            assert!((left - after).abs() < 0.001 && left < 0.15, "{left} before, {after} after");
        }
    }

    #[test]
    fn a_full_width_character_is_one_em() {
        let fonts = Fonts::bundled();
        let glyphs = Shaper::new(&fonts).shape(FaceId::HEADING, "一，");
        assert_eq!(glyphs.iter().map(|glyph| glyph.advance).collect::<Vec<_>>(), [1.0, 1.0]);
    }

    /// The specimen has é, and no accent by itself.
    #[test]
    fn an_accent_that_a_font_has_only_on_its_letter_is_set_there() {
        let face =
            Face::read((include_bytes!("../../tests/fonts/song.ttf") as &'static [u8]).into(), 0).expect("a font");
        let chosen = Chosen { body: Some(Pick::Face(Box::new(face))), ..Chosen::default() };
        let fonts = Fonts::with(&chosen).expect("a font");
        assert!(fonts.glyph(FaceId::BODY, '\u{301}').is_none(), "or this shows nothing");
        let mut shaper = Shaper::new(&fonts);
        let glyphs = shaper.shape(FaceId::BODY, "Ae\u{301} か\u{3099}");
        assert_eq!(glyphs.iter().map(|glyph| glyph.length).collect::<Vec<_>>(), [1, 3, 1, 6]);
        assert_eq!(shaper.take_missing().len(), 0);
    }

    mod whatever_the_text {
        use super::*;
        use proptest::prelude::*;

        /// Texts with accents, joiners, emoji and scripts that the fonts lack.
        fn texts() -> impl Strategy<Value = String> {
            let piece = prop_oneof![
                "\\PC",
                "[\u{300}-\u{36f}]",
                "[a-zA-Z]",
                "[か-ゖ][\u{3099}\u{309a}]",
                "[กขค][\u{e31}-\u{e49}]",
                Just("\u{2028}".to_owned()),
                Just("👩\u{200d}💻".to_owned()),
                Just("葛\u{e0100}".to_owned()),
            ];
            proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
        }

        proptest! {
            #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

            /// What cannot be set was announced before, so that another font could be looked for; the rest is on the page.
            #[test]
            fn what_is_left_out_was_announced(text in texts()) {
                let fonts = Fonts::bundled();
                let announced: BTreeSet<char> = fonts.missing_in(&text).map(|(_, character)| character).collect();
                for face in [FaceId::BODY, FaceId::HEADING, FaceId::CODE] {
                    let mut shaper = Shaper::new(&fonts);
                    let glyphs = shaper.shape(face, &text);
                    prop_assert!(shaper.take_missing().is_subset(&announced));
                    prop_assert!(glyphs.iter().all(|glyph| glyph.id != 0));
                    let set: BTreeSet<char> =
                        glyphs.iter().flat_map(|glyph| text[glyph.start..glyph.start + usize::from(glyph.length)].chars()).collect();
                    let wanted = |character: &char| !announced.contains(character) && !is_invisible(*character);
                    prop_assert!(text.chars().filter(wanted).all(|character| set.contains(&character)));
                }
            }
        }
    }
}
