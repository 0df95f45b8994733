//! Fonts that a user chose, in a file: TrueType, PostScript outlines, a member of a collection.

use super::{document, pdf_text};
use cardpress::export::pdf::{Stamp, pdf};
use cardpress::fonts::named::{Chosen, Pick};
use cardpress::fonts::{Face, FaceId, Fonts};
use cardpress::typeset::display::{Glyph, Ink, Item, NodeId, Role, Run, Structure};
use lopdf::{Document, Object};
use std::collections::BTreeMap;

fn specimen(bytes: &'static [u8], index: u32) -> Pick {
    Pick::Face(Box::new(Face::read(bytes.into(), index).expect("a font")))
}

/// For each font of the first page, without the tag of its subset, the kind of its file and how many glyphs that has.
fn embedded(file: &Document) -> BTreeMap<String, (&'static str, u32)> {
    let page = file.page_iter().next().expect("a page");
    let fonts = file.get_page_fonts(page).expect("fonts");
    let facts = fonts.values().map(|font| {
        let name =
            String::from_utf8_lossy(font.get(b"BaseFont").and_then(Object::as_name).expect("a name")).into_owned();
        let descendant = font.get(b"DescendantFonts").and_then(Object::as_array).expect("a descendant")[0].clone();
        let (_, descendant) = file.dereference(&descendant).expect("a descendant");
        let descriptor = descendant.as_dict().and_then(|font| font.get(b"FontDescriptor")).expect("a descriptor");
        let (_, descriptor) = file.dereference(descriptor).expect("a descriptor");
        let descriptor = descriptor.as_dict().expect("a descriptor");
        let kind =
            ["FontFile2", "FontFile3"].into_iter().find(|key| descriptor.has(key.as_bytes())).expect("a font file");
        let (_, data) = file.dereference(descriptor.get(kind.as_bytes()).expect("a font file")).expect("a stream");
        let bytes = data.as_stream().and_then(lopdf::Stream::get_plain_content).expect("bytes");
        let glyphs = harfrust::Font::new(bytes, 0).expect("a font").num_glyphs();
        let name = name.split_once('+').expect("a subset").1;
        // A font that numbers its glyphs itself has the name of its encoding at its end (ISO 32000-1, 9.7.6.1).
        (name.trim_end_matches("-Identity-H").to_owned(), (kind, glyphs))
    });
    facts.collect()
}

#[test]
fn fonts_of_every_kind_are_embedded_with_their_text() {
    let chosen = Chosen {
        body: Some(specimen(include_bytes!("../fonts/song.ttf"), 0)),
        heading: Some(specimen(include_bytes!("../fonts/post.otf"), 0)),
        fallback: vec![specimen(include_bytes!("../fonts/pair.ttc"), 1)],
    };
    let fonts = Fonts::with(&chosen).expect("three fonts");
    let mut structure = Structure::default();
    let node = structure.add(NodeId::ROOT, Role::P);
    let mut x = 72.0;
    let runs = ['𠮷', '\u{e001}', '\u{e003}'].map(|character| {
        let (face, glyph) = fonts.glyph(FaceId::BODY, character).expect("one of them has it");
        x += 20.0;
        let glyphs = vec![Glyph { id: glyph.to_u32() as u16, x, text_length: character.len_utf8() as u8 }];
        Ink::Glyphs(Run { face, size: 10.0, y: 100.0, text: character.to_string(), glyphs, turned: None })
    });
    let document = document(structure, runs.into_iter().map(|ink| Item { node, ink }).collect());
    let bytes = pdf(&document, &fonts, &Stamp::default()).expect("a PDF");

    assert_eq!(pdf_text::reading_order(&bytes).replace(' ', ""), "𠮷\u{e001}\u{e003}");
    // Each with its one glyph, besides the one for what is missing.
    let expected = [
        ("SpecimenPair-Bold", ("FontFile2", 2)),
        ("SpecimenPost-Regular", ("FontFile3", 2)),
        ("SpecimenSong-Regular", ("FontFile2", 2)),
    ];
    let expected = expected.map(|(name, facts)| (name.to_owned(), facts));
    assert_eq!(embedded(&Document::load_mem(&bytes).expect("a PDF")), BTreeMap::from(expected));
}
