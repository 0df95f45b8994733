//! The fonts a page is set in, and which characters they have.
//!
//! Bundled: Noto Serif SC (body), Noto Sans SC Bold (headings and strong text), the KaTeX fonts (math, code, and signs that the
//! first two lack). Files and licences are under `templates/fonts/`. A run may put other faces before them ([`named`]) and, for
//! characters that all of these lack, faces of the machine behind them ([`system`]). All faces of a run are known before anything
//! is set: a [`Fonts`] is shared by threads and does not change.
//!
//! This module finds glyphs; it measures and draws nothing. Text that runs from right to left is not supported: its characters
//! count as ones that no font has.

pub mod face;
pub mod named;
pub mod system;

pub use face::{Face, FaceError};

use harfrust::GlyphId;
use harfrust::font::Blob;
use named::{Chosen, Pick};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use unicode_normalization::char::{compose, is_combining_mark};

/// The number of a face in its [`Fonts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId(u8);

impl FaceId {
    /// Song: running text.
    pub const BODY: Self = Self(0);
    /// Hei, bold: headings and strong text.
    pub const HEADING: Self = Self(1);
    /// Typewriter: code.
    pub const CODE: Self = Self(2);
    /// The upright math font, which also has signs that text fonts lack.
    const MATH_MAIN: Self = Self(3);
    /// Further mathematical signs.
    const MATH_AMS: Self = Self(4);

    /// The position of the face in [`Fonts::faces`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

const KATEX: &[&str] = &[
    "Typewriter-Regular",
    "Main-Regular",
    "AMS-Regular",
    "Main-Bold",
    "Main-BoldItalic",
    "Main-Italic",
    "Math-Italic",
    "Math-BoldItalic",
    "Caligraphic-Regular",
    "Fraktur-Regular",
    "Fraktur-Bold",
    "SansSerif-Regular",
    "SansSerif-Bold",
    "SansSerif-Italic",
    "Script-Regular",
    "Size1-Regular",
    "Size2-Regular",
    "Size3-Regular",
    "Size4-Regular",
];

/// The bits of 256 characters.
type Page = [u64; 4];

/// A set of faces.
#[derive(Clone)]
pub struct Fonts {
    faces: Vec<Face>,
    /// Where the glyphs of running text come from, the first that has one.
    body: Vec<FaceId>,
    /// The faces that a heading looks in before those.
    heading: Vec<FaceId>,
    /// For each 256 characters, which of them some text face has; filled when first asked for.
    coverage: Box<[OnceLock<Page>]>,
}

impl Fonts {
    /// The bundled fonts, read once a process.
    ///
    /// # Panics
    /// Never, unless the program was built with broken font files; a test reads them all.
    pub fn bundled() -> Arc<Self> {
        static BUNDLED: OnceLock<Arc<Fonts>> = OnceLock::new();
        BUNDLED
            .get_or_init(|| {
                let serif: &'static [u8] = include_bytes!("../templates/fonts/NotoSerifSC-Regular.ttf");
                let sans: &'static [u8] = include_bytes!("../templates/fonts/NotoSansSC-Bold.ttf");
                let mut faces =
                    vec![bundled("NotoSerifSC-Regular", serif.into()), bundled("NotoSansSC-Bold", sans.into())];
                for name in KATEX {
                    let bytes = ratex_katex_fonts::ttf_bytes(&format!("KaTeX_{name}.ttf")).unwrap_or_default();
                    faces.push(bundled(&format!("KaTeX_{name}"), bytes));
                }
                Arc::new(Self { faces, body: BODY.to_vec(), heading: vec![FaceId::HEADING], coverage: no_coverage() })
            })
            .clone()
    }

    /// The bundled fonts behind those that were chosen.
    ///
    /// # Errors
    /// [`TooManyFaces`] if more were chosen than a set can hold.
    pub fn with(chosen: &Chosen) -> Result<Self, TooManyFaces> {
        let bundled = Self::bundled();
        let mut fonts =
            Self { faces: bundled.faces.clone(), body: Vec::new(), heading: Vec::new(), coverage: no_coverage() };
        let body = chosen.body.as_ref().map(|pick| fonts.add(pick)).transpose()?;
        let heading = chosen.heading.as_ref().map(|pick| fonts.add(pick)).transpose()?;
        fonts.heading.extend(heading);
        fonts.heading.push(FaceId::HEADING);
        fonts.body.extend(body);
        fonts.body.extend(BODY);
        fonts.body.extend(heading);
        for pick in &chosen.fallback {
            let id = fonts.add(pick)?;
            fonts.body.push(id);
        }
        Ok(fonts)
    }

    /// Adds a face for characters that all others lack.
    ///
    /// # Errors
    /// [`TooManyFaces`] if the set is full.
    pub fn add_fallback(&mut self, face: Face) -> Result<FaceId, TooManyFaces> {
        let id = self.add(&Pick::Face(Box::new(face)))?;
        self.body.push(id);
        self.coverage = no_coverage();
        Ok(id)
    }

    fn add(&mut self, pick: &Pick) -> Result<FaceId, TooManyFaces> {
        match pick {
            Pick::Bundled(id) => Ok(*id),
            Pick::Face(face) => {
                let id = u8::try_from(self.faces.len()).map_err(|_| TooManyFaces)?;
                self.faces.push(Face::clone(face));
                Ok(FaceId(id))
            }
        }
    }

    /// All faces, by [`FaceId::index`].
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// A face.
    pub fn face(&self, id: FaceId) -> &Face {
        &self.faces[id.index()]
    }

    /// The glyph of a character in running text: in the face asked for, or what was chosen in its place; else in the faces of
    /// running text, among which are math fonts, since they have signs such as ∘ and ⋅.
    pub fn glyph(&self, preferred: FaceId, character: char) -> Option<(FaceId, GlyphId)> {
        if is_right_to_left(character) {
            return None;
        }
        let first = match preferred {
            FaceId::BODY => &[],
            FaceId::HEADING => &*self.heading,
            _ => std::slice::from_ref(&preferred),
        };
        first.iter().chain(&self.body).find_map(|id| self.own_glyph(*id, character).map(|glyph| (*id, glyph)))
    }

    fn own_glyph(&self, id: FaceId, character: char) -> Option<GlyphId> {
        let face = self.face(id);
        let glyph = face.glyph(character)?;
        // Quotes, dots and dashes are an em wide in Chinese text; in a font for Latin they are not, and would leave holes.
        let narrow = id.index() >= BUNDLED_FACES
            && matches!(character, '“' | '”' | '‘' | '’' | '…' | '—')
            && face.font.glyph_metrics().h_advance(glyph) < 0.9 * face.units_per_em;
        (!narrow).then_some(glyph)
    }

    /// The glyph of a character in a formula: `font` is the name that the math setter gives, such as `Math-Italic`. Chinese within
    /// `\text` comes from the faces of running text.
    pub fn math_glyph(&self, font: &str, character: u32) -> Option<(FaceId, GlyphId)> {
        let named = KATEX.iter().position(|name| *name == font).map(|position| FaceId(position as u8 + FaceId::CODE.0));
        let in_file = ratex_font::FontId::parse(font).map(|id| ratex_font::katex_ttf_glyph_char(id, character));
        let by_name = named
            .zip(in_file)
            .and_then(|(id, character)| Some((id, self.face(id).font.charmap().map_unicode(character)?)));
        by_name.or_else(|| self.glyph(FaceId::BODY, char::from_u32(character)?))
    }

    /// Whether some face has the character, so that it can be printed in running text. White space and characters that set
    /// nothing are always fine.
    pub fn covers(&self, character: char) -> bool {
        let code = u32::from(character);
        let page = self.coverage[(code >> 8) as usize].get_or_init(|| self.page(code & !0xff));
        page[(code as usize & 0xff) / 64] & (1 << (code % 64)) != 0
    }

    /// The characters of a text that no face has, with their places in bytes. An accent that a face has only on its letter is
    /// fine there. Control characters are none of a font's business.
    pub fn missing_in<'t>(&self, text: &'t str) -> impl Iterator<Item = (usize, char)> + use<'t, '_> {
        let mut before = None;
        text.char_indices().filter(move |(_, character)| {
            let before = before.replace(*character);
            // What is mostly so is asked first.
            !self.covers(*character)
                && !character.is_control()
                && !before.and_then(|letter| joined(letter, *character)).is_some_and(|whole| self.covers(whole))
        })
    }

    fn page(&self, first: u32) -> Page {
        let mut page = [0; 4];
        for offset in 0..256 {
            let covered = char::from_u32(first + offset).is_some_and(|character| {
                character.is_whitespace() || is_invisible(character) || self.glyph(FaceId::BODY, character).is_some()
            });
            page[offset as usize / 64] |= u64::from(covered) << (offset % 64);
        }
        page
    }
}

/// A set of faces is full: it holds 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than 256 fonts")]
pub struct TooManyFaces;

/// The bundled faces of running text, in the order in which they are asked.
const BODY: [FaceId; 3] = [FaceId::BODY, FaceId::MATH_MAIN, FaceId::MATH_AMS];

/// How many faces come with the program.
const BUNDLED_FACES: usize = 2 + KATEX.len();

fn no_coverage() -> Box<[OnceLock<Page>]> {
    let pages = (u32::from(char::MAX) >> 8) + 1;
    (0..pages).map(|_| OnceLock::new()).collect()
}

fn bundled(name: &str, bytes: Cow<'static, [u8]>) -> Face {
    // Of what lies in the program itself no copy is made, and only the pages that are looked at are ever in memory.
    let bytes: Blob = match bytes {
        Cow::Borrowed(bytes) => bytes.into(),
        Cow::Owned(bytes) => bytes.into(),
    };
    Face::trusted(name, bytes).unwrap_or_else(|| panic!("the bundled font {name} is broken"))
}

/// The one character that a letter and the accent after it are, if there is one: é for e and U+0301.
pub fn joined(letter: char, accent: char) -> Option<char> {
    // Accents begin at U+0300: most texts are not asked further.
    if accent < '\u{300}' || !is_combining_mark(accent) { None } else { compose(letter, accent) }
}

/// Whether a character leaves no ink and takes no room: soft hyphen, joiners, marks of direction, variation selectors, the tags
/// after a flag. (Of the characters that Unicode calls default-ignorable, those that texts have.)
pub fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character belongs to a script that runs from right to left: the blocks that Unicode keeps for these.
pub fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{61b}' | '\u{61d}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_fonts_have_what_papers_need() {
        let fonts = Fonts::bundled();
        for character in "大语言模型（　　）“”‘’——……①②√×αβ≤≥→∘卷 AZaz09,.;:%°\u{200b}".chars()
        {
            assert!(fonts.covers(character), "{character:?}");
        }
        for character in ['😀', '\u{e000}', '𠮷', 'ก'] {
            assert!(!fonts.covers(character), "{character:?}");
        }
    }

    #[test]
    fn a_face_is_found_by_the_name_of_the_math_setter() {
        let fonts = Fonts::bundled();
        for name in KATEX {
            let found = ['A', '('].map(|sign| fonts.math_glyph(name, sign.into()).map(|(id, _)| &fonts.face(id).name));
            assert!(found.contains(&Some(&format!("KaTeX_{name}"))), "{name}: {found:?}");
        }
        assert_eq!(fonts.math_glyph("CJK-Regular", '损'.into()).map(|(face, _)| face), Some(FaceId::BODY));
    }

    fn specimen(file: &str) -> Pick {
        let bytes: &'static [u8] = match file {
            "song" => include_bytes!("../tests/fonts/song.ttf"),
            "post" => include_bytes!("../tests/fonts/post.otf"),
            _ => include_bytes!("../tests/fonts/blank.ttf"),
        };
        Pick::Face(Box::new(Face::read(bytes.into(), 0).expect("a font")))
    }

    fn face_of(fonts: &Fonts, preferred: FaceId, character: char) -> Option<&str> {
        fonts.glyph(preferred, character).map(|(id, _)| fonts.face(id).name.as_str())
    }

    #[test]
    fn what_a_chosen_font_lacks_comes_from_the_bundled_ones() {
        let chosen = Chosen { body: Some(specimen("song")), heading: Some(specimen("post")), fallback: Vec::new() };
        let fonts = Fonts::with(&chosen).expect("a few fonts");
        let (body, heading) = (
            |character| face_of(&fonts, FaceId::BODY, character),
            |character| face_of(&fonts, FaceId::HEADING, character),
        );
        assert_eq!(body('A'), Some("SpecimenSong-Regular"));
        assert_eq!(body('B'), Some("NotoSerifSC-Regular"));
        assert_eq!(body('∘'), Some("KaTeX_Main-Regular"));
        assert_eq!(heading('A'), Some("SpecimenPost-Regular"));
        assert_eq!(heading('B'), Some("NotoSansSC-Bold"));
        assert_eq!(heading('\u{e000}'), Some("SpecimenSong-Regular"), "the font of running text lends its characters");
        assert_eq!(body('\u{e001}'), Some("SpecimenPost-Regular"), "and that of headings");
        assert_eq!(face_of(&fonts, FaceId::CODE, 'A'), Some("KaTeX_Typewriter-Regular"));
        assert!(fonts.covers('\u{e001}') && !fonts.covers('\u{e002}'));
    }

    #[test]
    fn a_fallback_font_comes_after_all_others() {
        let chosen = Chosen { fallback: vec![specimen("song"), specimen("blank")], ..Chosen::default() };
        let mut fonts = Fonts::with(&chosen).expect("a few fonts");
        assert_eq!(face_of(&fonts, FaceId::BODY, '模'), Some("NotoSerifSC-Regular"));
        assert_eq!(face_of(&fonts, FaceId::HEADING, '𠮷'), Some("SpecimenSong-Regular"));
        assert_eq!(face_of(&fonts, FaceId::CODE, '\u{e002}'), Some("SpecimenBlank-Regular"));
        assert!(!fonts.covers('\u{e001}'));
        let Pick::Face(post) = specimen("post") else { return };
        fonts.add_fallback(*post).expect("there is room");
        assert!(fonts.covers('\u{e001}'));
    }

    /// In Chinese text a quote is an em wide; in a font for Latin it is not.
    #[test]
    fn narrow_quotes_are_not_taken_from_a_chosen_font() {
        let fonts = Fonts::with(&Chosen { body: Some(specimen("song")), ..Chosen::default() }).expect("a font");
        assert_eq!(face_of(&fonts, FaceId::BODY, '“'), Some("NotoSerifSC-Regular"));
    }

    #[test]
    fn a_bundled_font_can_be_chosen_for_headings() {
        let chosen = Chosen { heading: Some(Pick::Bundled(FaceId::BODY)), ..Chosen::default() };
        let fonts = Fonts::with(&chosen).expect("no font more");
        assert_eq!(face_of(&fonts, FaceId::HEADING, '卷'), Some("NotoSerifSC-Regular"));
        assert_eq!(fonts.faces().len(), BUNDLED_FACES);
    }

    #[test]
    fn what_is_missing_in_a_text_is_found_in_its_place() {
        let fonts = Fonts::bundled();
        let missing = |text| fonts.missing_in(text).collect::<Vec<_>>();
        assert_eq!(missing("模 🤗 型\u{e000}"), [(4, '🤗'), (12, '\u{e000}')]);
        // Joiners, variation selectors, tags and line ends leave no ink; an accent may be one with its letter.
        assert_eq!(missing("葛\u{e0100}\u{fe0f}\u{200d}\u{e0067}\n\t e\u{301} á"), []);
        let chosen = Chosen { body: Some(specimen("song")), ..Chosen::default() };
        let fonts = Fonts::with(&chosen).expect("a font");
        assert_eq!(fonts.missing_in("א𠮷").count(), 1, "the font has it, but it would be set the wrong way round");
    }

    #[test]
    fn a_set_that_is_full_says_so() {
        let chosen = Chosen { fallback: vec![specimen("song"); 256], ..Chosen::default() };
        assert!(Fonts::with(&chosen).is_err());
    }
}
