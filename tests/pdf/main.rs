//! A document is written as a PDF and read back.

mod chosen;
#[path = "../support/pdf_text.rs"]
mod pdf_text;
mod sample;

use cardpress::export::pdf::{PdfError, Stamp, pdf};
use cardpress::fonts::{FaceId, Fonts};
use cardpress::raster::{Raster, RasterData};
use cardpress::typeset::display::{
    Document, Glyph, Image, Ink, Item, NodeId, OutlineEntry, Page, Role, Run, Structure,
};
use lopdf::content::Content;
use lopdf::{Dictionary, Object};
use sample::{A4, formula, line, sample};
use std::sync::Arc;

fn written(document: &Document) -> Vec<u8> {
    pdf(document, &Fonts::bundled(), &Stamp { producer: "cardpress".into(), ..Stamp::default() }).expect("a PDF")
}

#[test]
fn a_reader_is_told_all_that_a_paper_says() {
    insta::assert_snapshot!(pdf_text::logical_text(&written(&sample())));
}

#[test]
fn text_is_found_in_reading_order() {
    let text = pdf_text::reading_order(&written(&sample()));
    let mut rest = text.as_str();
    for expected in [
        "模拟试卷",
        "一、单项选择题",
        "1.",
        r"注意力分数 \frac{QK^\top}{\sqrt{d}} 除以 d",
        "A.防止 softmax 饱和",
        "一段文字从第一页续到第二页 mid-way。",
        "模型参数GPT-3175 B",
    ] {
        let (_, after) = rest.split_once(expected).unwrap_or_else(|| panic!("{expected} is not in {rest}"));
        rest = after;
    }
    assert!(!text.contains("第 1 页"), "page numbers are no part of the text");
}

#[test]
fn the_same_document_gives_the_same_bytes_on_any_thread() {
    let document = sample();
    let bytes = written(&document);
    let others: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| written(&document))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a PDF")).collect()
    });
    assert!(others.iter().all(|other| *other == bytes));
    let mut changed = document;
    changed.title.push('!');
    assert_ne!(identifier(&written(&changed)), identifier(&bytes), "the identifier follows the content");
}

fn identifier(bytes: &[u8]) -> Vec<u8> {
    let file = lopdf::Document::load_mem(bytes).expect("a PDF");
    let both = file.trailer.get(b"ID").and_then(lopdf::Object::as_array).expect("an identifier").clone();
    assert_eq!(both[0], both[1], "a file that was never changed");
    let mark = both[0].as_str().expect("bytes").to_vec();
    assert!(mark.len() == 16 && mark != [0; 16]);
    mark
}

/// A document of one page.
fn document(structure: Structure, items: Vec<Item>) -> Document {
    let page = Page { width: A4.0, height: A4.1, items };
    let title = "一页".to_owned();
    Document { title, author: String::new(), language: "zh-CN", pages: vec![page], structure, outline: Vec::new() }
}

/// A run in the body face of glyphs with the text that each stands for; an empty text has no bytes of its own.
fn run(glyphs: &[(char, &str)]) -> Ink {
    let fonts = Fonts::bundled();
    let glyph = |character| fonts.glyph(FaceId::BODY, character).expect("a bundled font has it").1.to_u32() as u16;
    let text = glyphs.iter().map(|(_, text)| *text).collect();
    let place = |(index, (shape, text)): (usize, &(char, &str))| Glyph {
        id: glyph(*shape),
        x: 72.0 + 10.0 * index as f32,
        text_length: text.len() as u8,
    };
    let glyphs = glyphs.iter().enumerate().map(place).collect();
    Ink::Glyphs(Run { face: FaceId::BODY, size: 10.0, y: 100.0, text, glyphs, turned: None })
}

#[test]
fn a_glyph_may_say_different_things_and_a_cluster_several() {
    let mut structure = Structure::default();
    let node = structure.add(NodeId::ROOT, Role::P);
    let formula = structure.add_with_text(NodeId::ROOT, Role::Formula, Some("x".into()));
    let items = vec![
        // Comes first, but does not decide what the glyph says in text.
        Item { node: formula, ink: run(&[('B', "β")]) },
        Item {
            node,
            ink: run(&[
                ('A', "A"),
                ('A', "Α"),
                ('B', "B"),
                ('f', "ffi"),
                ('e', "e\u{301}"),
                ('´', ""),
                ('模', "模"),
                ('A', "A"),
            ]),
        },
        Item { node: NodeId::ARTIFACT, ink: run(&[('A', "А")]) },
    ];
    let bytes = written(&document(structure, items));
    assert_eq!(pdf_text::reading_order(&bytes), "xAΑBffie\u{301}模A");
    let page = pdf_text::logical_text(&bytes);
    assert!(page.contains("artifact \"А\""), "the Cyrillic letter: {page}");
}

#[test]
fn a_formula_in_pieces_says_its_latex_once() {
    let mut structure = Structure::default();
    let node = structure.add_with_text(NodeId::ROOT, Role::Formula, Some(r"a+b".into()));
    let pieces = [NodeId::ROOT, node, NodeId::ROOT, node].into_iter().zip(["甲", "a", "乙", "b"]);
    let items = pieces.map(|(node, text)| Item { node, ink: run(&[(text.chars().next().expect("one"), text)]) });
    let bytes = written(&document(structure, items.collect()));
    assert_eq!(pdf_text::reading_order(&bytes), "甲a+b乙");
}

#[test]
fn glyphs_stand_where_they_were_set() {
    let mut structure = Structure::default();
    let node = structure.add(NodeId::ROOT, Role::P);
    let mut page = Page { width: A4.0, height: A4.1, items: Vec::new() };
    line(&mut page, node, FaceId::BODY, 10.5, (72.017, 100.0), "注意力 Attention 分数，共 3 个头。".repeat(2).as_str());
    formula(&mut page, node, 10.5, (72.0, 130.0), r"\frac{QK^\top}{d}");
    for item in &mut page.items {
        if let Ink::Glyphs(run) = &mut item.ink {
            // As in a justified line: no gap is like another, and some are tighter than the font would have it.
            for (index, glyph) in run.glyphs.iter_mut().enumerate() {
                glyph.x += index as f32 * 0.7313 - (index % 3) as f32 * 1.21;
            }
        }
    }
    let items = page.items.clone();
    let bytes = written(&document(structure, page.items));
    let drawn = positions(&bytes);
    let set: Vec<(f64, f64)> = items
        .iter()
        .filter_map(|item| if let Ink::Glyphs(run) = &item.ink { Some(run) } else { None })
        .flat_map(|run| run.glyphs.iter().map(|glyph| (f64::from(glyph.x), f64::from(A4.1 - run.y))))
        .collect();
    assert_eq!(drawn.len(), set.len());
    for (drawn, set) in drawn.iter().zip(&set) {
        // A hundredth of a point is 3.5 µm.
        assert!((drawn.0 - set.0).abs() < 0.01 && (drawn.1 - set.1).abs() < 0.01, "{drawn:?} is not {set:?}");
    }
}

#[test]
fn pens_and_colours_are_set_and_taken_back() {
    let file = lopdf::Document::load_mem(&written(&sample())).expect("a PDF");
    let page = file.page_iter().nth(1).expect("two pages");
    let text = String::from_utf8_lossy(&file.get_page_content(page)).into_owned();
    let kept = ["w", "d", "J", "j", "g", "rg", "G", "RG", "f*", "S"];
    let settings: Vec<&str> = text
        .lines()
        .filter(|line| kept.iter().any(|operator| line.ends_with(&format!(" {operator}")) || line == operator))
        .collect();
    insta::assert_snapshot!(settings.join("\n"));
}

#[test]
fn a_turned_run_reads_upwards() {
    let file = lopdf::Document::load_mem(&written(&sample())).expect("a PDF");
    let page = file.page_iter().nth(1).expect("two pages");
    let number = |object: &Object| object.as_float().expect("a number");
    let turned: Vec<Vec<f32>> = Content::decode(&file.get_page_content(page))
        .expect("operations")
        .operations
        .iter()
        .filter(|operation| operation.operator == "Tm")
        .map(|operation| operation.operands.iter().map(number).collect())
        .filter(|matrix: &Vec<f32>| matrix[1] != 0.0)
        .collect();
    // From the pivot 20 points right and 600 down of 841.89, 10 points up, and the baselines 12 and 30 to the right.
    let place = |x| vec![0.0, 1.0, -1.0, 0.0, x, 251.89];
    assert_eq!(turned, [place(32.0), place(50.0)]);
}

/// Where a reader's pen is at each glyph of the first page.
fn positions(bytes: &[u8]) -> Vec<(f64, f64)> {
    let file = lopdf::Document::load_mem(bytes).expect("a PDF");
    let page = file.page_iter().next().expect("a page");
    let fonts = file.get_page_fonts(page).expect("fonts");
    let (mut size, mut pen, mut widths) = (0.0, (0.0, 0.0), Vec::new());
    let mut places = Vec::new();
    let number = |object: &Object| f64::from(object.as_float().expect("a number"));
    for operation in Content::decode(&file.get_page_content(page)).expect("operations").operations {
        match operation.operator.as_str() {
            "Tf" => {
                widths = font_widths(&file, fonts[operation.operands[0].as_name().expect("a font")]);
                size = number(&operation.operands[1]);
            }
            "Tm" => pen = (number(&operation.operands[4]), number(&operation.operands[5])),
            "TJ" => {
                for item in operation.operands[0].as_array().expect("glyphs") {
                    if let Object::String(code, _) = item {
                        places.push(pen);
                        pen.0 += widths[usize::from(u16::from_be_bytes([code[0], code[1]]))] * size / 1000.0;
                    } else {
                        pen.0 -= number(item) * size / 1000.0;
                    }
                }
            }
            _ => {}
        }
    }
    places
}

/// The widths of a font by glyph; the subset has them in one row from glyph 1.
fn font_widths(file: &lopdf::Document, font: &Dictionary) -> Vec<f64> {
    let descendant = font.get(b"DescendantFonts").and_then(Object::as_array).expect("a descendant");
    let (_, descendant) = file.dereference(&descendant[0]).expect("a descendant");
    let widths = descendant.as_dict().and_then(|font| font.get(b"W")).and_then(Object::as_array).expect("widths");
    assert_eq!((widths.len(), &widths[0]), (2, &Object::Integer(1)));
    let widths = widths[1].as_array().expect("a row");
    std::iter::once(0.0).chain(widths.iter().map(|width| f64::from(width.as_float().expect("a width")))).collect()
}

#[test]
fn pictures_that_are_the_same_are_held_once_and_jpegs_untouched() {
    let images = |bytes: &[u8]| -> Vec<lopdf::Stream> {
        let file = lopdf::Document::load_mem(bytes).expect("a PDF");
        let streams = file.objects.into_values().filter_map(|object| object.as_stream().ok().cloned());
        streams.filter(|stream| stream.dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Image")).collect()
    };
    let sample = images(&written(&sample()));
    assert_eq!(sample.len(), 2, "one picture, drawn twice, and its opacity");
    let jpeg = b"\xff\xd8\xff not a picture, but nobody here looks into it".to_vec();
    let raster = Raster { width: 3, height: 2, data: RasterData::Jpeg { bytes: jpeg.clone(), components: 1 } };
    let mut structure = Structure::default();
    let node = structure.add_with_text(NodeId::ROOT, Role::Figure, Some("图".into()));
    let image = Image { x: 72.0, y: 72.0, width: 90.0, height: 60.0, raster: Arc::new(raster) };
    let [image] = &images(&written(&document(structure, vec![Item { node, ink: Ink::Image(image) }])))[..] else {
        panic!("one picture");
    };
    assert_eq!(image.content, jpeg);
    let entry = |key: &str| image.dict.get(key.as_bytes()).and_then(Object::as_name).expect("a name");
    assert_eq!((entry("Filter"), entry("ColorSpace")), (&b"DCTDecode"[..], &b"DeviceGray"[..]));
}

#[test]
fn nothing_is_in_the_file_that_nobody_asked_for() {
    let bytes = written(&document(Structure::default(), Vec::new()));
    let file = lopdf::Document::load_mem(&bytes).expect("a PDF");
    let keys = |dictionary: &Dictionary| -> Vec<String> {
        let mut keys: Vec<_> = dictionary.iter().map(|(key, _)| String::from_utf8_lossy(key).into_owned()).collect();
        keys.sort();
        keys
    };
    let catalog = [
        "Lang",
        "MarkInfo",
        "Metadata",
        "OutputIntents",
        "PageLabels",
        "Pages",
        "StructTreeRoot",
        "Type",
        "ViewerPreferences",
    ];
    assert_eq!(keys(file.catalog().expect("a catalog")), catalog);
    let information = file.trailer.get(b"Info").and_then(Object::as_reference).expect("a reference");
    assert_eq!(keys(file.get_dictionary(information).expect("a dictionary")), ["Producer", "Title"]);
    let page = file.page_iter().next().expect("a page");
    let page_keys = ["Contents", "MediaBox", "Parent", "Resources", "StructParents", "Tabs", "Type"];
    assert_eq!(keys(file.get_dictionary(page).expect("a page")), page_keys);
}

#[test]
fn a_date_is_there_if_it_is_given() {
    let stamp = Stamp { producer: "cardpress <1>".into(), created_unix_seconds: Some(1_782_806_400) };
    let bytes = pdf(&sample(), &Fonts::bundled(), &stamp).expect("a PDF");
    assert!(pdf_text::logical_text(&bytes).contains("CreationDate: D:20260630080000Z"));
    let text = String::from_utf8_lossy(&bytes);
    for part in
        ["<xmp:CreateDate>2026-06-30T08:00:00Z<", "<pdf:Producer>cardpress &lt;1&gt;<", "大语言模型 (A卷)</rdf:li>"]
    {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn a_document_that_contradicts_itself_is_an_error() {
    let fonts = Fonts::bundled();
    let refused = |document: &Document| pdf(document, &fonts, &Stamp::default()).expect_err("it must be refused");
    let alone = |ink| document(Structure::default(), vec![Item { node: NodeId::ROOT, ink }]);
    let changed = |change: fn(&mut Run)| {
        let Ink::Glyphs(mut run) = run(&[('A', "A"), ('模', "模")]) else { panic!("a run") };
        change(&mut run);
        alone(Ink::Glyphs(run))
    };
    assert!(pdf(&changed(|_| {}), &fonts, &Stamp::default()).is_ok());
    let error = refused(&changed(|run| run.text.push('型')));
    assert!(matches!(&error, PdfError::Clusters { text } if text == "A模型"), "{error}");
    let error = refused(&changed(|run| run.glyphs[1].id = 0));
    assert!(matches!(&error, PdfError::MissingGlyph { text, .. } if text == "模"), "{error}");
    let error = refused(&changed(|run| run.glyphs[1].id = u16::MAX));
    assert!(matches!(&error, PdfError::Font { face, .. } if face == "NotoSerifSC-Regular"), "{error}");

    let foreign = Structure::default().add(NodeId::ROOT, Role::P);
    let error = refused(&document(Structure::default(), vec![Item { node: foreign, ink: run(&[('A', "A")]) }]));
    assert!(matches!(error, PdfError::UnknownNode { page: 1, node: 1, nodes: 1 }), "{error}");
    let mut lost = sample();
    lost.outline.push(OutlineEntry { level: 0, title: "三".into(), page: 2, y: 0.0 });
    let error = refused(&lost);
    assert!(matches!(error, PdfError::UnknownPage { page: 3, pages: 2, .. }), "{error}");
}
