//! One face: a font file, or a member of a collection, that pages can be set in.
//!
//! In: the bytes of a file. Out: a [`Face`], or why a page cannot be set in it: it must be TrueType or OpenType, have outlines, and
//! its maker must let it be embedded in part. Files are read by the caller.

use harfrust::font::Blob;
use harfrust::{Font, GlyphId};
use read_fonts::types::{NameId, Tag};
use read_fonts::{FileRef, FontRef, TableProvider};

/// One face of a font file.
#[derive(Clone)]
pub struct Face {
    /// Its PostScript name, for the PDF.
    pub name: String,
    /// The file.
    pub bytes: Blob,
    /// Its number in the file, from 0; 0 where the file is no collection.
    pub index: u32,
    /// The face, read.
    pub font: Font,
    /// Units to an em.
    pub units_per_em: f32,
    /// Whether some glyphs may be pictures or colours over nothing, so that each must be looked at.
    blank: bool,
}

/// Why pages cannot be set in a font.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaceError {
    /// The bytes are no TrueType or OpenType font.
    #[error("is no TrueType or OpenType font")]
    NotAFont,
    /// The collection has no member of that number.
    #[error("has no font number {index}")]
    NoMember {
        /// The number that was asked for, from 0.
        index: u32,
        /// How many there are.
        count: u32,
    },
    /// Its glyphs are pictures of one size, or colours.
    #[error("has no outlines")]
    NoOutlines,
    /// Its outlines are of a kind (CFF2) that a PDF cannot hold.
    #[error("has variable PostScript outlines (CFF2), which a PDF cannot hold")]
    Cff2,
    /// Its maker forbids what a PDF needs, in `fsType` of the table `OS/2`.
    #[error("may not be printed from: its maker forbids {0}")]
    Forbidden(&'static str),
}

impl FaceError {
    /// What the user can do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NotAFont => "allowed: a font or a collection of fonts (.ttf, .otf, .ttc, .otc)".to_owned(),
            Self::NoMember { count: 1, .. } => "it has one font: leave out the `#` and what follows it".to_owned(),
            Self::NoMember { count, .. } => format!("it has {count}: `#0` to `#{}`", count - 1),
            Self::NoOutlines => {
                "a page is printed from outlines; for emoji name a font such as Noto Emoji or Symbola, not one of colours"
                    .to_owned()
            }
            Self::Cff2 => "use one of its static versions".to_owned(),
            Self::Forbidden(_) => "use another font, or one whose licence lets documents carry it".to_owned(),
        }
    }
}

impl Face {
    /// A face of a file that came with the program, by a known name.
    pub(super) fn trusted(name: &str, bytes: Blob) -> Option<Self> {
        let font = Font::new(bytes.clone(), 0)?;
        let units_per_em = f32::from(font.units_per_em());
        Some(Self { name: name.to_owned(), bytes, index: 0, font, units_per_em, blank: false })
    }

    /// Reads the face with a number in a file, from 0. Of a variable font this is the default instance.
    ///
    /// # Errors
    /// [`FaceError`] if pages cannot be set in it.
    pub fn read(bytes: Blob, index: u32) -> Result<Self, FaceError> {
        let count = match FileRef::new(&bytes).map_err(|_| FaceError::NotAFont)? {
            FileRef::Font(_) => 1,
            FileRef::Collection(collection) => collection.len(),
        };
        if index >= count {
            return Err(FaceError::NoMember { index, count });
        }
        let tables = FontRef::from_index(&bytes, index).map_err(|_| FaceError::NotAFont)?;
        if tables.head().is_err() || tables.cmap().is_err() {
            return Err(FaceError::NotAFont);
        }
        if tables.glyf().is_err() && tables.cff().is_err() {
            let cff2 = tables.data_for_tag(Tag::new(b"CFF2")).is_some();
            return Err(if cff2 { FaceError::Cff2 } else { FaceError::NoOutlines });
        }
        if let Some(forbidden) = tables.os2().ok().and_then(|os2| forbidden(os2.fs_type())) {
            return Err(FaceError::Forbidden(forbidden));
        }
        let font = Font::new(bytes.clone(), index).ok_or(FaceError::NotAFont)?;
        let units_per_em = f32::from(font.units_per_em());
        if units_per_em == 0.0 {
            return Err(FaceError::NotAFont);
        }
        let name = postscript_name(&font);
        let blank = [b"sbix", b"CBDT", b"COLR", b"SVG "].iter().any(|tag| tables.data_for_tag(Tag::new(tag)).is_some());
        Ok(Self { name, bytes, index, font, units_per_em, blank })
    }

    /// The glyph that a page shows for a character. In a font of coloured pictures there may be one that leaves no ink: that is none.
    pub fn glyph(&self, character: char) -> Option<GlyphId> {
        let glyph = self.font.charmap().map_unicode(character)?;
        (!self.blank || character.is_whitespace() || self.has_ink(glyph)).then_some(glyph)
    }

    /// Whether the face draws the character, other than by nothing at all.
    pub fn draws(&self, character: char) -> bool {
        self.font.charmap().map_unicode(character).is_some_and(|glyph| self.has_ink(glyph))
    }

    fn has_ink(&self, glyph: GlyphId) -> bool {
        let extents = self.font.outline_glyphs().get(glyph).and_then(|outline| outline.extents().ok());
        extents.is_some_and(|extents| extents.width != 0.0 || extents.height != 0.0)
    }

    /// The name of its family as people know it; its PostScript name where it has none.
    pub fn family(&self) -> String {
        name(&self.font, NameId::TYPOGRAPHIC_FAMILY_NAME)
            .or_else(|| name(&self.font, NameId::FAMILY_NAME))
            .unwrap_or_else(|| self.name.clone())
    }
}

/// What `fsType` forbids of the things that a PDF with a subset needs (OpenType, table OS/2: bits 0 to 3 are the licence, of which
/// the most lenient counts; bit 8 is "no subsetting", bit 9 "bitmap embedding only").
fn forbidden(fs_type: u16) -> Option<&'static str> {
    let restricted = fs_type & 0x000e == 0x0002;
    if restricted {
        Some("to embed it (fsType: restricted)")
    } else if fs_type & 0x0100 != 0 {
        Some("to embed a part of it (fsType: no subsetting)")
    } else if fs_type & 0x0200 != 0 {
        Some("to embed its outlines (fsType: bitmaps only)")
    } else {
        None
    }
}

fn name(font: &Font, id: NameId) -> Option<String> {
    let text: String = font.names().get(id)?.english_or_first()?.name().chars().collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The PostScript name, with only what such a name may have (OpenType, table name, ID 6: printable ASCII but for ten marks, at most 63).
fn postscript_name(font: &Font) -> String {
    let name = name(font, NameId::POSTSCRIPT_NAME).or_else(|| name(font, NameId::FAMILY_NAME)).unwrap_or_default();
    let allowed = |character: &char| {
        character.is_ascii_graphic()
            && !matches!(character, '[' | ']' | '(' | ')' | '{' | '}' | '<' | '>' | '/' | '%' | '#')
    };
    let name: String = name.chars().filter(allowed).take(63).collect();
    if name.is_empty() { "Unnamed".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SONG: &[u8] = include_bytes!("../../tests/fonts/song.ttf");
    const POST: &[u8] = include_bytes!("../../tests/fonts/post.otf");
    const PAIR: &[u8] = include_bytes!("../../tests/fonts/pair.ttc");
    const BLANK: &[u8] = include_bytes!("../../tests/fonts/blank.ttf");

    fn read(bytes: Vec<u8>, index: u32) -> Result<Face, FaceError> {
        Face::read(bytes.into(), index)
    }

    /// The place of a table's tag in the directory of a file.
    fn directory_entry(bytes: &[u8], tag: [u8; 4]) -> usize {
        bytes.windows(4).position(|window| *window == tag).expect("the font has the table")
    }

    /// The font with its table `OS/2` saying what its maker allows.
    fn with_fs_type(fs_type: u16) -> Vec<u8> {
        let mut bytes = SONG.to_vec();
        let entry = directory_entry(&bytes, *b"OS/2");
        let offset = u32::from_be_bytes(bytes[entry + 8..entry + 12].try_into().expect("four bytes")) as usize;
        bytes[offset + 8..offset + 10].copy_from_slice(&fs_type.to_be_bytes());
        bytes
    }

    fn renamed(bytes: &[u8], tag: [u8; 4], name: [u8; 4]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        let entry = directory_entry(&bytes, tag);
        bytes[entry..entry + 4].copy_from_slice(&name);
        bytes
    }

    #[test]
    fn truetype_postscript_and_collections_are_read() {
        let names = [(SONG, 0), (POST, 0), (PAIR, 0), (PAIR, 1)].map(|(bytes, index)| {
            let face = read(bytes.to_vec(), index).expect("a font");
            (face.name.clone(), face.family(), face.index)
        });
        let expected = [
            ("SpecimenSong-Regular", "Specimen Song", 0),
            ("SpecimenPost-Regular", "Specimen Post", 0),
            ("SpecimenPair-Regular", "Specimen Pair", 0),
            ("SpecimenPair-Bold", "Specimen Pair", 1),
        ];
        assert_eq!(names, expected.map(|(name, family, index)| (name.to_owned(), family.to_owned(), index)));
        assert!(read(PAIR.to_vec(), 1).is_ok_and(|face| face.draws('\u{e003}')));
        assert!(read(PAIR.to_vec(), 0).is_ok_and(|face| !face.draws('\u{e003}')));
        assert!(read(POST.to_vec(), 0).is_ok_and(|face| face.draws('\u{e001}')));
    }

    #[test]
    fn what_a_page_cannot_be_set_in_is_refused_with_the_reason() {
        let error = |bytes, index| read(bytes, index).err();
        assert_eq!(error(b"[card]".to_vec(), 0), Some(FaceError::NotAFont));
        assert_eq!(error(SONG.to_vec(), 1), Some(FaceError::NoMember { index: 1, count: 1 }));
        assert_eq!(error(PAIR.to_vec(), 2), Some(FaceError::NoMember { index: 2, count: 2 }));
        assert_eq!(error(renamed(SONG, *b"glyf", *b"CBDT"), 0), Some(FaceError::NoOutlines));
        assert_eq!(error(renamed(POST, *b"CFF ", *b"CFF2"), 0), Some(FaceError::Cff2));
    }

    #[test]
    fn what_the_maker_forbids_is_not_done() {
        for fs_type in [0x0002, 0x0100, 0x0200, 0x0102] {
            assert!(matches!(read(with_fs_type(fs_type), 0), Err(FaceError::Forbidden(_))), "{fs_type:#06x}");
        }
        // Print and preview, editable; and where an old font says several things, the most lenient counts.
        for fs_type in [0x0000, 0x0004, 0x0008, 0x0006, 0x000a] {
            assert!(read(with_fs_type(fs_type), 0).is_ok(), "{fs_type:#06x}");
        }
    }

    #[test]
    fn a_glyph_without_ink_is_none_in_a_font_of_pictures() {
        let face = read(BLANK.to_vec(), 0).expect("a font");
        assert!(!face.draws('\u{e000}') && face.draws('\u{e002}'));
        assert!(face.glyph('\u{e000}').is_some(), "a font of outlines may mean it");
        let face = read(renamed(BLANK, *b"post", *b"sbix"), 0).expect("a font");
        assert!(face.glyph('\u{e000}').is_none() && face.glyph('\u{e002}').is_some());
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for bytes in [SONG, POST, PAIR] {
            for at in 0..bytes.len() {
                let mut broken = bytes.to_vec();
                broken[at] ^= 0xff;
                for bytes in [bytes[..at].to_vec(), broken] {
                    if let Ok(face) = read(bytes, 0) {
                        face.family();
                        face.draws('A');
                    }
                }
            }
        }
    }
}
