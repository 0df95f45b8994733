//! Pictures on paper: drawings in a PDF as lines, not pixels, and pages as PNG.

use cardpress::bank::Bank;
use cardpress::blueprint::Blueprint;
use cardpress::export::{pdf, png};
use cardpress::fonts::Fonts;
use cardpress::form::assemble;
use cardpress::math;
use cardpress::paper::style::PaperStyle;
use cardpress::paper::{Job, exam_paper};
use cardpress::source::Sources;
use cardpress::typeset::Setter;
use cardpress::typeset::display::{Document, Ink, PlacedDrawing, Role};
use cardpress::typeset::picture::PictureReader;
use lopdf::Object;
use std::path::Path;
use std::sync::Arc;

/// A paper with a diagram, the same diagram in a line of text, and a picture that is more than shapes.
fn paper() -> Document {
    let bank = Bank::load(Path::new("tests/pictures/cards")).expect("a folder").bank.expect("without errors");
    let blueprint = Path::new("tests/pictures/blueprint.toml");
    let blueprint =
        Blueprint::load(blueprint, &mut Sources::default()).expect("a file").blueprint.expect("a blueprint");
    let forms = assemble(&bank, &blueprint, &[]).forms;
    let (fonts, math) = (Fonts::bundled(), math::Cache::default());
    let reader = PictureReader::new(&fonts);
    let media = bank.media(&bank.cards).expect("pictures");
    let read = |name: &str, bytes: &[u8]| Arc::new(reader.read(bytes, name).expect("a picture"));
    let pictures = media.iter().map(|file| (format!("media/{}", file.name), read(&file.name, &file.bytes))).collect();
    let style = &PaperStyle::default();
    let job = Job { bank: &bank, exam: &blueprint.exam, form: &forms[0], fingerprint: "0123456789ab", style };
    let sheet = exam_paper(&job, &mut Setter::new(&fonts, &math, &pictures));
    assert_eq!(sheet.diagnostics, []);
    sheet.document
}

fn drawings(document: &Document) -> Vec<&PlacedDrawing> {
    let inks = document.pages.iter().flat_map(|page| &page.items).map(|item| &item.ink);
    inks.filter_map(|ink| if let Ink::Drawing(drawing) = ink { Some(drawing) } else { None }).collect()
}

#[test]
fn a_diagram_stands_in_its_column_and_in_its_line_and_is_held_once() {
    let document = paper();
    let [block, inline] = drawings(&document)[..] else { panic!("a block and one in a line") };
    assert_eq!((block.width, block.height), (420.0, 225.0), "560 by 300 pixels at 96 to the inch");
    assert!((inline.width / inline.height - 560.0 / 300.0).abs() < 1e-4 && inline.height < 40.0);
    assert!(Arc::ptr_eq(&block.drawing, &inline.drawing));
    let figures = document.structure.nodes().iter().filter(|node| node.role == Role::Figure);
    let words: Vec<_> = figures.filter_map(|node| node.text.as_deref()).collect();
    for words_of in ["一个 Transformer 块", "小图", "热图"] {
        assert!(words.contains(&words_of), "{words:?}");
    }
}

#[test]
fn a_diagram_is_lines_in_the_pdf_and_only_the_other_one_is_pixels() {
    let document = paper();
    let file = pdf::pdf(&document, &Fonts::bundled(), &pdf::Stamp::default()).expect("a PDF");
    let file = lopdf::Document::load_mem(&file).expect("a PDF");
    let images: Vec<_> = file
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .filter(|stream| stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image"))
        .map(|stream| stream.dict.get(b"Width").and_then(Object::as_i64).expect("a width"))
        .collect();
    assert_eq!(images, [1000, 1000], "the gradient at 300 to the inch, and what of it is clear");

    let mut operators = std::collections::BTreeMap::<String, usize>::new();
    let (mut depth, mut dashes) = (0_i32, Vec::new());
    for page in file.page_iter() {
        for operation in file.get_and_decode_page_content(page).expect("a content stream").operations {
            match operation.operator.as_str() {
                "q" => depth += 1,
                "Q" => depth -= 1,
                "d" => dashes.push(operation.operands[0].as_array().expect("lengths").len()),
                _ => {}
            }
            assert!(depth >= 0);
            *operators.entry(operation.operator).or_default() += 1;
        }
        assert_eq!(depth, 0, "what is set for a drawing ends with it");
    }
    assert_eq!(operators.get("W"), Some(&4), "twice the edge of the drawing and the clip in it: {operators:?}");
    assert!(dashes.contains(&4) && dashes.contains(&2), "{dashes:?}");
    assert!(operators["c"] > 500 && operators["f*"] == 2, "letters are outlines: {operators:?}");
}

#[test]
fn a_page_as_png_has_the_ink_where_the_page_has_it() {
    let (document, fonts) = (paper(), Fonts::bundled());
    let mut renderer = png::Renderer::new(&fonts, 96);
    let pages: Vec<Vec<u8>> = document.pages.iter().map(|page| renderer.page(page).expect("a picture")).collect();
    let again: Vec<Vec<u8>> =
        document.pages.iter().map(|page| png::Renderer::new(&fonts, 96).page(page).expect("a picture")).collect();
    assert!(pages == again, "the same page gives the same bytes, whatever was drawn before");

    let has_drawing =
        |page: &cardpress::typeset::display::Page| page.items.iter().any(|item| matches!(item.ink, Ink::Drawing(_)));
    let index = document.pages.iter().position(has_drawing).expect("a drawing");
    let placed = drawings(&document)[0];
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(&pages[index])).read_info().expect("a PNG");
    let mut samples = vec![0; reader.output_buffer_size().expect("small")];
    let frame = reader.next_frame(&mut samples).expect("pixels");
    assert_eq!((frame.width, frame.height, frame.color_type), (794, 1123, ::png::ColorType::Rgb), "A4");
    // At 96 to the inch a pixel of the page is a pixel of the drawing.
    let (left, top) = (placed.x / 0.75, placed.y / 0.75);
    let at = |x: f32, y: f32| {
        let pixel = (top + y) as usize * frame.width as usize + (left + x) as usize;
        &samples[3 * pixel..][..3]
    };
    assert_eq!(at(50.0, 118.0), [0xee, 0xf4, 0xff], "a box");
    assert_eq!(at(230.0, 118.0), [0xff, 0xf4, 0xe0], "another");
    assert_eq!(at(480.0, 60.0), [0xd8, 0xef, 0xd8], "the disc");
    assert_eq!(at(480.0, 104.0), [255, 255, 255], "the half of it that is cut away");
    assert_eq!([at(20.0, 290.0), at(-5.0, 290.0)], [[0xcc; 3], [255; 3]], "what reaches out of the drawing is cut off");
}
