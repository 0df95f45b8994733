//! The fonts a page is set in, and which characters they have.
//!
//! Bundled: Noto Serif SC (body), Noto Sans SC Bold (headings and strong text), the KaTeX fonts (math, code, and signs that the
//! first two lack). Files and licences are under `templates/fonts/`. This module finds glyphs; it measures and draws nothing.

use harfrust::{Font, GlyphId};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

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

/// One font file.
pub struct Face {
    /// Its PostScript name, for the PDF.
    pub name: String,
    /// The file.
    pub bytes: Cow<'static, [u8]>,
    /// Which font of the file it is, from 0; a collection has several.
    pub index: u32,
    /// The file, read.
    pub font: Font,
    /// Units to an em.
    pub units_per_em: f32,
}

/// The bits of 256 characters.
type Page = [u64; 4];

/// A set of faces.
pub struct Fonts {
    faces: Vec<Face>,
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
                let mut faces = vec![face("NotoSerifSC-Regular", serif.into()), face("NotoSansSC-Bold", sans.into())];
                for name in KATEX {
                    let bytes = ratex_katex_fonts::ttf_bytes(&format!("KaTeX_{name}.ttf")).unwrap_or_default();
                    faces.push(face(&format!("KaTeX_{name}"), bytes));
                }
                let pages = (u32::from(char::MAX) >> 8) + 1;
                Arc::new(Self { faces, coverage: (0..pages).map(|_| OnceLock::new()).collect() })
            })
            .clone()
    }

    /// All faces, by [`FaceId::index`].
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// A face.
    pub fn face(&self, id: FaceId) -> &Face {
        &self.faces[id.index()]
    }

    /// The glyph of a character in running text: in the face asked for, else in the body face, else among the math fonts, which
    /// have signs such as ∘ and ⋅.
    pub fn glyph(&self, preferred: FaceId, character: char) -> Option<(FaceId, GlyphId)> {
        [preferred, FaceId::BODY, FaceId::MATH_MAIN, FaceId::MATH_AMS]
            .into_iter()
            .find_map(|id| self.face(id).font.charmap().map_unicode(character).map(|glyph| (id, glyph)))
    }

    /// The glyph of a character in a formula: `font` is the name that the math setter gives, such as `Math-Italic`. Chinese within
    /// `\text` comes from the body face.
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
        if character.is_whitespace() || is_invisible(character) {
            return true;
        }
        let code = u32::from(character);
        let page = self.coverage[(code >> 8) as usize].get_or_init(|| self.page(code & !0xff));
        page[(code as usize & 0xff) / 64] & (1 << (code % 64)) != 0
    }

    fn page(&self, first: u32) -> Page {
        let mut page = [0; 4];
        for offset in 0..256 {
            let covered =
                char::from_u32(first + offset).is_some_and(|character| self.glyph(FaceId::BODY, character).is_some());
            page[offset as usize / 64] |= u64::from(covered) << (offset % 64);
        }
        page
    }
}

fn face(name: &str, bytes: Cow<'static, [u8]>) -> Face {
    // Of what lies in the program itself no copy is made, and only the pages that are looked at are ever in memory.
    let font = match &bytes {
        Cow::Borrowed(bytes) => Font::new(*bytes, 0),
        Cow::Owned(bytes) => Font::new(bytes.clone(), 0),
    }
    .unwrap_or_else(|| panic!("the bundled font {name} is broken"));
    let units_per_em = f32::from(font.units_per_em());
    Face { name: name.to_owned(), bytes, index: 0, font, units_per_em }
}

/// Whether a character leaves no ink and takes no room: zero-width space and joiners, soft hyphen, variation selectors.
pub fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
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
}
