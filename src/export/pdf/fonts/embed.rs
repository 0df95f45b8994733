//! A font as objects (ISO 32000-1, 9.7 to 9.10).
//!
//! In: a small font, with the width and the text of each glyph. Out: its file, a descriptor, the font by numbers of glyphs (CIDs), the
//! font as a page names it, and the table from glyphs to text. The subsetter numbers the glyphs of CFF fonts, too, so that CID and
//! glyph are the same.

use super::super::objects::Objects;
use super::EmbeddedFace;
use crate::fonts::Face;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::writers::{CidFont, FontDescriptor, Type0Font};
use pdf_writer::{Name, Rect, Ref, Str};
use sha2::{Digest, Sha256};

/// Two bytes a glyph, each pair its number.
const ENCODING: &str = "Identity-H";

/// Numbers of glyphs, not characters of some standard.
const NUMBERS: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Adds a font to a file.
pub(super) fn write(face: &EmbeddedFace<'_>, objects: &mut Objects) -> Ref {
    let [font, numbered, descriptor, texts] = [(); 4].map(|()| objects.number());
    let name = format!("{}+{}", subset_tag(face), face.face.name);
    let program = Program::of(&face.subset);
    // The name of a font with CFF outlines has that of its encoding, too (9.7.6.1).
    let full_name = if program == Program::TrueType { name.clone() } else { format!("{name}-{ENCODING}") };

    objects
        .object(font)
        .start::<Type0Font<'_>>()
        .base_font(Name(full_name.as_bytes()))
        .encoding_predefined(Name(ENCODING.as_bytes()))
        .descendant_font(numbered)
        .to_unicode(texts);

    let mut cid_font: CidFont<'_> = objects.object(numbered).start();
    cid_font.base_font(Name(name.as_bytes())).system_info(NUMBERS).font_descriptor(descriptor).default_width(0.0);
    match program {
        Program::TrueType => {
            cid_font.subtype(CidFontType::Type2).cid_to_gid_map_predefined(Name(b"Identity"));
        }
        Program::Cff(_) => {
            cid_font.subtype(CidFontType::Type0);
        }
    }
    cid_font.widths().consecutive(1, face.glyphs.iter().map(|glyph| f32::from(glyph.width)));
    drop(cid_font);

    let file = write_program(program, &face.subset, objects);
    let mut description: FontDescriptor<'_> = objects.object(descriptor).start();
    describe(face.face, Name(name.as_bytes()), &mut description);
    match program {
        Program::TrueType => description.font_file2(file),
        Program::Cff(_) => description.font_file3(file),
    };
    drop(description);

    let mut table = UnicodeCmap::new(Name(b"Texts"), NUMBERS);
    for (number, glyph) in (1_u16..).zip(&face.glyphs) {
        table.pair_with_multiple(number, glyph.text.chars());
    }
    objects.stream(texts, &table.finish());
    font
}

/// What of a font file goes into a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program<'a> {
    /// The file, with TrueType outlines.
    TrueType,
    /// The table with the CFF outlines alone.
    Cff(&'a [u8]),
}

impl<'a> Program<'a> {
    fn of(file: &'a [u8]) -> Self {
        match table(file, *b"CFF ") {
            Some(outlines) => Self::Cff(outlines),
            None => Self::TrueType,
        }
    }
}

/// A table of an OpenType file: its directory has for each its name, a checksum, where it begins and how long it is.
fn table(file: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let (_, directory) = file.split_at_checked(12)?;
    let count = usize::from(u16::from_be_bytes([file[4], file[5]]));
    let (entries, _) = directory.as_chunks::<16>();
    let entry = entries.iter().take(count).find(|entry| entry[..4] == name)?;
    let number = |at: usize| u32::from_be_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]]) as usize;
    file.get(number(8)..)?.get(..number(12))
}

fn write_program(program: Program<'_>, file: &[u8], objects: &mut Objects) -> Ref {
    let id = objects.number();
    match program {
        Program::TrueType => {
            objects.stream(id, file).pair(Name(b"Length1"), file.len() as i32);
        }
        Program::Cff(outlines) => {
            objects.stream(id, outlines).pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        }
    }
    id
}

/// The measures of a font in thousandths of an em (9.8).
fn describe(face: &Face, name: Name<'_>, descriptor: &mut FontDescriptor<'_>) {
    let (metrics, style) = (face.font.metrics(), face.font.style_metrics());
    let scaled = |length: f32| (length * 1000.0 / face.units_per_em).round();
    let bounds = &metrics.bounds;
    let bounds = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|edge| scaled(edge.to_f32()));
    let line = metrics.h_line();
    let ascent = line.as_ref().map_or(bounds[3], |line| scaled(line.ascender.to_f32()));
    let descent = line.as_ref().map_or(bounds[1], |line| scaled(line.descender.to_f32()));
    let slant = style.italic_angle.map_or(0.0, |angle| angle.to_f32());
    let weight = face.font.default_attributes().weight.value();
    let mut flags = FontFlags::SYMBOLIC;
    flags.set(FontFlags::FIXED_PITCH, style.is_fixed_pitch == Some(true));
    flags.set(FontFlags::ITALIC, slant != 0.0);
    descriptor
        .name(name)
        .flags(flags)
        .bbox(Rect::new(bounds[0], bounds[1], bounds[2], bounds[3]))
        .italic_angle(slant)
        .ascent(ascent)
        .descent(descent)
        .cap_height(metrics.cap_height.map_or(ascent, |height| scaled(height.to_f32())))
        // No table has the width of stems. What it is in common fonts of that weight; readers need it to make up a font, and ours is there.
        .stem_v((10.0 + 0.244 * (weight - 50.0)).round())
        .weight(weight as u16);
}

/// Six capitals that tell the subsets of one font apart (9.6.4), from which glyphs they have.
fn subset_tag(face: &EmbeddedFace<'_>) -> String {
    let mut hasher = Sha256::new();
    for (id, _) in face.numbers.iter().enumerate().filter(|(_, number)| **number != 0) {
        hasher.update((id as u16).to_be_bytes());
    }
    hasher.finalize().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use harfrust::Font;
    use lopdf::{Dictionary, Document, Object};
    use pdf_writer::writers::{Catalog, Page, Pages};

    /// A font of the collection in the tests, with all its characters.
    fn face(index: u32) -> Face {
        let bytes = include_bytes!("../../../../tests/pdf/fonts/NotoSerifCJKsc.ttc");
        let font = Font::new(&bytes[..], index).expect("a font");
        let units_per_em = f32::from(font.units_per_em());
        Face { name: format!("Member{index}"), bytes: bytes[..].into(), index, font, units_per_em }
    }

    /// A file of one page that shows glyphs 1 to 3 of a font.
    fn file(face: &EmbeddedFace<'_>) -> Vec<u8> {
        let mut objects = Objects::new();
        let font = write(face, &mut objects);
        let [root, tree, page, content, information] = [(); 5].map(|()| objects.number());
        objects.object(root).start::<Catalog<'_>>().pages(tree);
        objects.object(information).dict();
        objects.object(tree).start::<Pages<'_>>().kids([page]).count(1);
        objects.stream(content, b"BT /F0 40 Tf 20 30 Td (\0\x01\0\x02\0\x03) Tj ET");
        let mut object: Page<'_> = objects.object(page).start();
        object.parent(tree).media_box(Rect::new(0.0, 0.0, 150.0, 100.0)).contents(content);
        object.resources().fonts().pair(Name(b"F0"), font);
        drop(object);
        objects.finish(root, information)
    }

    fn dictionary<'a>(file: &'a Document, from: &'a Dictionary, key: &str) -> &'a Dictionary {
        let value = from.get(key.as_bytes()).expect(key);
        let value = value.as_array().map_or(value, |array| &array[0]);
        file.dereference(value).and_then(|(_, value)| value.as_dict()).expect(key)
    }

    #[test]
    fn a_member_of_a_collection_with_cff_outlines_is_embedded() {
        let mut programs = Vec::new();
        for index in [0, 1] {
            let face = face(index);
            let texts = [None, Some("A"), Some("卷"), Some("模")];
            let cut = super::super::cut(0, &face, &texts).expect("a subset");
            assert!(matches!(Program::of(&cut.subset), Program::Cff(_)));
            let bytes = file(&cut);
            let file = Document::load_mem(&bytes).expect("a PDF");
            let page = file.page_iter().next().expect("a page");
            let fonts = file.get_page_fonts(page).expect("fonts");
            let font = fonts[&b"F0"[..]];
            let name = |dictionary: &Dictionary, key: &str| {
                String::from_utf8_lossy(dictionary.get(key.as_bytes()).and_then(Object::as_name).expect(key))
                    .into_owned()
            };
            assert!(name(font, "BaseFont").ends_with(&format!("+Member{index}-Identity-H")), "{font:?}");
            let numbered = dictionary(&file, font, "DescendantFonts");
            assert_eq!(name(numbered, "Subtype"), "CIDFontType0");
            assert!(!numbered.has(b"CIDToGIDMap"), "the font itself numbers its glyphs");
            let widths = numbered.get(b"W").and_then(Object::as_array).expect("widths")[1].as_array().expect("widths");
            let set: Vec<f32> = widths.iter().filter_map(|width| width.as_float().ok()).collect();
            let metrics = face.font.glyph_metrics();
            let known: Vec<f32> = (1..4).map(|glyph| metrics.h_advance(harfrust::GlyphId::new(glyph))).collect();
            assert_eq!(set, known, "an em is 1000 units");
            let descriptor = dictionary(&file, numbered, "FontDescriptor");
            let program = descriptor.get(b"FontFile3").and_then(Object::as_reference).expect("a program");
            let program = file.get_object(program).and_then(Object::as_stream).expect("a stream");
            assert_eq!(name(&program.dict, "Subtype"), "CIDFontType0C");
            let program = program.get_plain_content().expect("a program");
            assert_eq!(program[..2], [1, 0], "a table of outlines, and no font file");
            programs.push(program);
        }
        assert_ne!(programs[0], programs[1], "two members, two weights");
    }

    #[test]
    fn a_table_is_found_only_where_it_is_whole() {
        let mut file = b"OTTO\0\x01\0\0\0\0\0\0CFF ....\0\0\0\x1c\0\0\0\x02xy".to_vec();
        assert_eq!(table(&file, *b"CFF "), Some(&b"xy"[..]));
        assert_eq!(table(&file, *b"glyf"), None);
        file.pop();
        assert_eq!(table(&file, *b"CFF "), None);
        assert_eq!(table(b"OTTO", *b"CFF "), None);
    }
}
