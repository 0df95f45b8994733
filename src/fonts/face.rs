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
    #[error("is no font")]
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
            Self::NotAFont => "allowed: a TrueType or OpenType font or a collection of them (.ttf, .otf, .ttc, .otc)".to_owned(),
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
            return Err(if tables.cff2().is_ok() { FaceError::Cff2 } else { FaceError::NoOutlines });
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
        Ok(Self { name, bytes: bytes.clone(), index, font, units_per_em, blank })
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
