//! A PDF as readable text, for snapshots: what a reader is told, and not how it is drawn.
//!
//! In: the bytes of a file that `cardpress` wrote. Out: its metadata, fonts, outline and structure tree with the text of every node, and
//! the artifacts of each page. Panics on what is not as such a file has it: this is a test.

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The whole of it.
pub(crate) fn logical_text(bytes: &[u8]) -> String {
    let file = Document::load_mem(bytes).expect("a PDF");
    let catalog = file.catalog().expect("a catalog");
    let mut out = format!("PDF {}, {}\n", file.version, text(catalog.get(b"Lang").expect("a language")));
    let information = dictionary(&file, file.trailer.get(b"Info").expect("an information dictionary"));
    for (key, value) in information {
        writeln!(out, "{}: {}", String::from_utf8_lossy(key), text(value)).expect("a string");
    }
    let metadata = catalog.get(b"Metadata").and_then(Object::as_reference).expect("metadata");
    let metadata = file.get_object(metadata).and_then(Object::as_stream).expect("a stream");
    let metadata = String::from_utf8_lossy(&metadata.content).into_owned();
    for (mark, standard) in [("<pdfaid:conformance>U<", "PDF/A-2u"), ("<pdfuaid:part>1<", "PDF/UA-1")] {
        if metadata.contains(mark) {
            writeln!(out, "keeps to {standard}").expect("a string");
        }
    }
    for (name, facts) in fonts(&file) {
        writeln!(out, "font {name}: {facts}").expect("a string");
    }
    let pages: Vec<ObjectId> = file.page_iter().collect();
    if let Ok(root) = catalog.get(b"Outlines") {
        out += "\noutline\n";
        outline(&file, dictionary(&file, root), &pages, 1, &mut out);
    }
    let inks: Vec<PageText> = pages.iter().map(|page| page_text(&file, *page)).collect();
    out += "\nstructure\n";
    let root = dictionary(&file, catalog.get(b"StructTreeRoot").expect("a structure tree"));
    let root = root.get(b"K").expect("a document");
    element(&file, root, &pages, &inks, 1, &mut out);
    for (page, (id, ink)) in pages.iter().zip(&inks).enumerate() {
        let size = file.get_dictionary(*id).and_then(|page| page.get(b"MediaBox")).and_then(Object::as_array);
        let size: Vec<f32> = size.expect("a size").iter().filter_map(|side| side.as_float().ok()).collect();
        writeln!(out, "\npage {}: {} × {}", page + 1, size[2], size[3]).expect("a string");
        for artifact in &ink.artifacts {
            writeln!(out, "  artifact {artifact:?}").expect("a string");
        }
    }
    out
}

/// The text of all pages in the order in which it is drawn, formulas as LaTeX; artifacts are not in it.
pub(crate) fn reading_order(bytes: &[u8]) -> String {
    let file = Document::load_mem(bytes).expect("a PDF");
    file.page_iter().flat_map(|page| page_text(&file, page).sequences).collect()
}

/// The fonts of the first page, without the tags of their subsets.
fn fonts(file: &Document) -> BTreeMap<String, String> {
    let Some(page) = file.page_iter().next() else { return BTreeMap::new() };
    let mut fonts = BTreeMap::new();
    for font in file.get_page_fonts(page).expect("fonts").values() {
        let name = font.get(b"BaseFont").and_then(Object::as_name).expect("a name");
        let name = String::from_utf8_lossy(name).into_owned();
        let (tag, name) = name.split_once('+').expect("a subset");
        assert!(tag.len() == 6 && tag.bytes().all(|letter| letter.is_ascii_uppercase()), "{tag}");
        let descendant = font.get(b"DescendantFonts").and_then(Object::as_array).expect("a descendant");
        let descriptor =
            dictionary(file, dictionary(file, &descendant[0]).get(b"FontDescriptor").expect("a descriptor"));
        let embedded = if ["FontFile2", "FontFile3"].iter().any(|key| descriptor.has(key.as_bytes())) {
            "embedded"
        } else {
            "missing"
        };
        let height = descriptor.get(b"CapHeight").and_then(Object::as_i64).expect("a height");
        fonts.insert(name.to_owned(), format!("{embedded}, {} texts, capitals {height}", unicode(file, font).len()));
    }
    fonts
}

fn outline(file: &Document, parent: &Dictionary, pages: &[ObjectId], depth: usize, out: &mut String) {
    let mut next = parent.get(b"First").ok();
    let mut previous = None;
    while let Some(reference) = next {
        let entry = dictionary(file, reference);
        assert_eq!(entry.get(b"Prev").ok(), previous, "siblings know each other");
        let destination = entry.get(b"Dest").and_then(Object::as_array).expect("a destination");
        let page = pages.iter().position(|page| destination[0] == Object::Reference(*page)).expect("a page") + 1;
        let down = destination[3].as_float().expect("a height");
        let state = match entry.get(b"Count").and_then(Object::as_i64) {
            Ok(count) if count > 0 => " open",
            Ok(_) => " closed",
            Err(_) => "",
        };
        let title = text(entry.get(b"Title").expect("a title"));
        writeln!(out, "{:1$}{title} → page {page}, {down}{state}", "", depth * 2).expect("a string");
        outline(file, entry, pages, depth + 1, out);
        previous = Some(reference);
        next = entry.get(b"Next").ok();
    }
    assert_eq!(parent.get(b"Last").ok(), previous, "a parent knows its last child");
}

fn element(file: &Document, at: &Object, pages: &[ObjectId], inks: &[PageText], depth: usize, out: &mut String) {
    let node = dictionary(file, at);
    let role = node.get(b"S").and_then(Object::as_name).expect("a role");
    write!(out, "{:1$}{2}", "", depth * 2, String::from_utf8_lossy(role)).expect("a string");
    for key in ["ActualText", "Alt"] {
        if let Ok(value) = node.get(key.as_bytes()) {
            write!(out, " {key}={:?}", text(value)).expect("a string");
        }
    }
    if let Ok(attributes) = node.get(b"A").and_then(Object::as_dict) {
        for key in ["Scope", "ListNumbering"] {
            if let Ok(value) = attributes.get(key.as_bytes()).and_then(Object::as_name) {
                write!(out, " {}", String::from_utf8_lossy(value)).expect("a string");
            }
        }
        if let Ok(area) = attributes.get(b"BBox").and_then(Object::as_array) {
            let sides: Vec<f32> = area.iter().filter_map(|side| side.as_float().ok()).collect();
            write!(out, " {sides:?}").expect("a string");
        }
    }
    out.push('\n');
    let kids = match node.get(b"K") {
        Ok(Object::Array(kids)) => kids.as_slice(),
        Ok(kid) => std::slice::from_ref(kid),
        Err(_) => &[],
    };
    for kid in kids {
        let (page, number) = match kid {
            Object::Integer(number) => (node.get(b"Pg").expect("a page"), *number),
            Object::Dictionary(place) => {
                (place.get(b"Pg").expect("a page"), place.get(b"MCID").and_then(Object::as_i64).expect("a number"))
            }
            child => {
                assert_eq!(dictionary(file, child).get(b"P").ok(), Some(at), "a child knows its parent");
                element(file, child, pages, inks, depth + 1, out);
                continue;
            }
        };
        let page = pages.iter().position(|known| *page == Object::Reference(*known)).expect("a known page");
        let number = usize::try_from(number).expect("a number");
        assert_eq!(owner(file, page, number).as_ref(), Some(at), "ink knows its node");
        writeln!(out, "{:1$}{2:?}", "", depth * 2 + 2, inks[page].sequences[number]).expect("a string");
    }
}

/// The node to which the parent tree leads from a sequence.
fn owner(file: &Document, page: usize, number: usize) -> Option<Object> {
    let root = dictionary(file, file.catalog().ok()?.get(b"StructTreeRoot").ok()?);
    let numbers = dictionary(file, root.get(b"ParentTree").ok()?).get(b"Nums").and_then(Object::as_array).ok()?;
    let entry = numbers.chunks(2).find(|pair| pair[0].as_i64().ok() == i64::try_from(page).ok())?;
    let (_, owners) = file.dereference(&entry[1]).ok()?;
    owners.as_array().ok()?.get(number).cloned()
}

/// What a page says.
#[derive(Default)]
struct PageText {
    /// The text of each numbered sequence.
    sequences: Vec<String>,
    artifacts: Vec<String>,
}

/// Where shown text belongs: one entry a nested piece of marked content.
enum Scope {
    /// A numbered one.
    Sequence,
    Artifact,
    /// Text that is written beside its glyphs.
    Span,
}

fn page_text(file: &Document, page: ObjectId) -> PageText {
    let fonts: BTreeMap<Vec<u8>, BTreeMap<u16, String>> =
        file.get_page_fonts(page).expect("fonts").into_iter().map(|(name, font)| (name, unicode(file, font))).collect();
    let content = Content::decode(&file.get_page_content(page)).expect("operations");
    let mut found = PageText::default();
    let mut scopes: Vec<Scope> = Vec::new();
    let mut font = None;
    for operation in content.operations {
        match operation.operator.as_str() {
            "BMC" | "BDC" => {
                let properties = operation.operands.get(1).and_then(|properties| properties.as_dict().ok());
                let actual = properties.and_then(|properties| properties.get(b"ActualText").ok()).map(text);
                match operation.operands[0].as_name().expect("a tag") {
                    b"Artifact" => {
                        scopes.push(Scope::Artifact);
                        found.artifacts.push(String::new());
                    }
                    b"Span" => {
                        say(&mut found, &scopes, &actual.expect("a span is there for its text"));
                        scopes.push(Scope::Span);
                    }
                    _ => {
                        let number = properties.and_then(|properties| properties.get(b"MCID").ok()).expect("a number");
                        let next = i64::try_from(found.sequences.len()).ok();
                        assert_eq!(number.as_i64().ok(), next, "numbers count up");
                        scopes.push(Scope::Sequence);
                        found.sequences.push(String::new());
                    }
                }
            }
            "EMC" => assert!(scopes.pop().is_some(), "marked content ends where it began"),
            "Tf" => font = operation.operands[0].as_name().ok().and_then(|name| fonts.get(name)),
            "TJ" => {
                for item in operation.operands[0].as_array().expect("glyphs") {
                    let Object::String(codes, _) = item else { continue };
                    for code in codes.chunks(2) {
                        let code = u16::from_be_bytes([code[0], code[1]]);
                        let said = font.and_then(|font| font.get(&code)).expect("each glyph says something");
                        if !matches!(scopes.last(), Some(Scope::Span)) {
                            say(&mut found, &scopes, said);
                        }
                    }
                }
            }
            "re" | "m" | "Do" | "Tj" => assert!(!scopes.is_empty(), "all ink is marked"),
            _ => {}
        }
    }
    assert!(scopes.is_empty(), "marked content ends on its page");
    found
}

fn say(found: &mut PageText, scopes: &[Scope], text: &str) {
    match scopes.first().expect("all text is marked") {
        Scope::Sequence => found.sequences.last_mut().expect("a sequence").push_str(text),
        Scope::Artifact => found.artifacts.last_mut().expect("an artifact").push_str(text),
        Scope::Span => panic!("a span stands in a sequence"),
    }
}

/// What each glyph of a font says.
fn unicode(file: &Document, font: &Dictionary) -> BTreeMap<u16, String> {
    let map = font.get(b"ToUnicode").and_then(Object::as_reference).expect("a table of texts");
    let map = file.get_object(map).and_then(Object::as_stream).expect("a stream").get_plain_content().expect("a table");
    let map = String::from_utf8(map).expect("plain text");
    let (_, entries) = map.split_once("endcodespacerange").expect("entries");
    let mut texts = BTreeMap::new();
    for line in entries.lines() {
        let Some((code, text)) = line.strip_prefix('<').and_then(|line| line.split_once("> <")) else { continue };
        let units: Vec<u16> = text
            .trim_end_matches('>')
            .as_bytes()
            .chunks(4)
            .map(|unit| u16::from_str_radix(str::from_utf8(unit).expect("digits"), 16).expect("a number"))
            .collect();
        let code = u16::from_str_radix(code, 16).expect("a code");
        texts.insert(code, String::from_utf16(&units).expect("characters"));
    }
    texts
}

fn dictionary<'a>(file: &'a Document, object: &'a Object) -> &'a Dictionary {
    file.dereference(object).and_then(|(_, object)| object.as_dict()).expect("a dictionary")
}

fn text(object: &Object) -> String {
    decode_text_string(object).expect("a text")
}
