use super::*;
use crate::fonts::FaceId;
use crate::typeset::display::{Drawing, Glyph, Image, Item, NodeId, Point, Shape};
use std::io::Cursor;
use std::sync::Arc;

/// A page of 72 by 36 points: at 72 to the inch a pixel is a point.
fn page(inks: Vec<Ink>) -> Page {
    let items = inks.into_iter().map(|ink| Item { node: NodeId::ARTIFACT, ink }).collect();
    Page { width: 72.0, height: 36.0, items }
}

/// A PNG, read: its width, whether it is gray, and its pixels.
struct Read {
    width: usize,
    gray: bool,
    per_metre: u32,
    samples: Vec<u8>,
}

impl Read {
    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let pixel = y * self.width + x;
        if self.gray { [self.samples[pixel]; 3] } else { self.samples[3 * pixel..][..3].try_into().expect("three") }
    }
}

fn read(file: &[u8]) -> Read {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info().expect("a PNG");
    let mut samples = vec![0; reader.output_buffer_size().expect("small")];
    let frame = reader.next_frame(&mut samples).expect("pixels");
    let per_metre = reader.info().pixel_dims.expect("its resolution").xppu;
    Read { width: frame.width as usize, gray: frame.color_type == png::ColorType::Grayscale, per_metre, samples }
}

fn drawn_at(resolution: u16, inks: Vec<Ink>) -> Read {
    let fonts = Fonts::bundled();
    read(&Renderer::new(&fonts, resolution).page(&page(inks)).expect("a picture"))
}

const WHITE: [u8; 3] = [255; 3];
const BLACK: [u8; 3] = [0; 3];
const RED: [u8; 3] = [255, 0, 0];

fn rule(x: f32, y: f32, width: f32, height: f32, color: Color) -> Ink {
    Ink::Rule(Rect { x, y, width, height, color })
}

/// A rectangle as a path.
fn square(x: f32, y: f32, side: f32, paint: Paint, color: Color) -> Path {
    let at = |x, y| Point { x, y };
    let segments = vec![
        Segment::Move(at(x, y)),
        Segment::Line(at(x + side, y)),
        Segment::Line(at(x + side, y + side)),
        Segment::Line(at(x, y + side)),
        Segment::Close,
    ];
    Path { segments, paint, color }
}

#[test]
fn a_page_is_as_large_as_its_paper_and_white() {
    let drawn = drawn_at(144, vec![]);
    assert_eq!((drawn.width, drawn.samples.len(), drawn.gray), (144, 144 * 72, true));
    assert_eq!(drawn.per_metre, 5669, "144 to the inch");
    assert!(drawn.samples.iter().all(|level| *level == 255));
}

#[test]
fn gray_ink_makes_a_gray_picture_and_colors_one_of_colors() {
    let drawn = drawn_at(72, vec![rule(10.0, 10.0, 10.0, 10.0, Color::Gray(100))]);
    assert!(drawn.gray);
    assert_eq!(
        [drawn.at(9, 15), drawn.at(10, 15), drawn.at(19, 19), drawn.at(20, 15)],
        [WHITE, [100; 3], [100; 3], WHITE]
    );
    let drawn = drawn_at(72, vec![rule(10.0, 10.0, 10.0, 10.0, Color::rgb(255, 0, 0))]);
    assert_eq!((drawn.gray, drawn.at(15, 15), drawn.at(25, 15)), (false, RED, WHITE));
}

#[test]
fn a_hairline_is_one_full_pixel_wherever_it_falls() {
    for y in [10.0, 10.3, 10.5, 10.9] {
        let drawn = drawn_at(72, vec![rule(0.0, y, 72.0, 0.5, Color::BLACK)]);
        let column: Vec<u8> = (0..36).map(|row| drawn.at(30, row)[0]).filter(|level| *level < 255).collect();
        assert_eq!(column, [0], "{y}");
    }
}

#[test]
fn paths_are_filled_by_their_rule_and_drawn_with_their_pen() {
    let ring = |paint| {
        let mut path = square(10.0, 5.0, 20.0, paint, Color::BLACK);
        path.segments.extend(square(15.0, 10.0, 10.0, Paint::Fill, Color::BLACK).segments);
        Ink::Path(path)
    };
    assert_eq!(drawn_at(72, vec![ring(Paint::Fill)]).at(20, 15), BLACK);
    assert_eq!(drawn_at(72, vec![ring(Paint::FillEvenOdd)]).at(20, 15), WHITE);
    let dashed = Stroke { dashes: vec![4.0], ..Stroke::solid(2.0) };
    let segments = vec![Segment::Move(Point { x: 0.0, y: 10.0 }), Segment::Line(Point { x: 72.0, y: 10.0 })];
    let drawn = drawn_at(72, vec![Ink::Path(Path { segments, paint: Paint::Stroke(dashed), color: Color::BLACK })]);
    assert_eq!([2, 6, 10, 14].map(|x| drawn.at(x, 9)), [BLACK, WHITE, BLACK, WHITE], "four on, four off");
}

#[test]
fn a_drawing_ends_at_its_edge_and_at_its_clips() {
    let clip = |x, width| Some(Area { x, y: 0.0, width, height: 10.0 });
    let red = Color::rgb(255, 0, 0);
    let shapes = vec![
        Shape { path: square(-5.0, -5.0, 100.0, Paint::Fill, Color::Gray(200)), clip: None },
        Shape { path: square(0.0, 0.0, 10.0, Paint::Fill, red), clip: clip(2.0, 3.0) },
        Shape { path: square(0.0, 0.0, 10.0, Paint::Fill, Color::BLACK), clip: clip(8.0, 0.0) },
    ];
    let drawing = Arc::new(Drawing { width: 10.0, height: 10.0, shapes });
    let drawn = drawn_at(72, vec![Ink::Drawing(PlacedDrawing { x: 20.0, y: 5.0, width: 20.0, height: 20.0, drawing })]);
    assert_eq!([19, 20, 39, 40].map(|x| drawn.at(x, 15)), [WHITE, [200; 3], [200; 3], WHITE], "twice its size");
    assert_eq!([23, 24, 29, 30].map(|x| drawn.at(x, 15)), [[200; 3], RED, RED, [200; 3]]);
    assert_eq!(drawn.at(36, 15), [200; 3], "a clip without a width lets nothing through");
}

#[test]
fn pictures_are_laid_on_what_is_below_them() {
    let pixels = [RED, RED, [0, 0, 255], [0, 0, 255]].concat();
    let raster =
        |alpha| Arc::new(Raster { width: 2, height: 2, data: RasterData::Rgb { pixels: pixels.clone(), alpha } });
    let image = |alpha| Ink::Image(Image { x: 10.0, y: 10.0, width: 20.0, height: 20.0, raster: raster(alpha) });
    let drawn = drawn_at(72, vec![image(None)]);
    assert_eq!([drawn.at(12, 12), drawn.at(28, 28), drawn.at(5, 15)], [RED, [0, 0, 255], WHITE]);
    let below = rule(0.0, 0.0, 72.0, 36.0, Color::BLACK);
    let drawn = drawn_at(72, vec![below, image(Some(vec![255, 0, 255, 0]))]);
    assert_eq!([drawn.at(11, 11), drawn.at(29, 29)], [RED, BLACK], "its right half is clear");
}

#[test]
fn a_large_picture_is_averaged_and_not_sampled() {
    // A checkerboard of black and white pixels is gray from afar.
    let pixels: Vec<u8> =
        (0..400 * 400).flat_map(|index| [if (index % 400 + index / 400) % 2 == 0 { 0 } else { 255 }; 3]).collect();
    let raster = Arc::new(Raster { width: 400, height: 400, data: RasterData::Rgb { pixels, alpha: None } });
    let drawn = drawn_at(72, vec![Ink::Image(Image { x: 10.0, y: 2.0, width: 30.0, height: 30.0, raster })]);
    assert!(drawn.gray, "its pixels are all gray");
    for (x, y) in [(15, 10), (20, 20), (33, 25)] {
        assert!((120..=136).contains(&drawn.at(x, y)[0]), "{:?}", drawn.at(x, y));
    }
}

#[test]
fn a_jpeg_that_is_none_is_an_error() {
    let data = RasterData::Jpeg { bytes: b"\xff\xd8\xff\xd9".to_vec(), components: 3 };
    let raster = Arc::new(Raster { width: 8, height: 8, data });
    let page = page(vec![Ink::Image(Image { x: 0.0, y: 0.0, width: 9.0, height: 9.0, raster })]);
    let error = Renderer::new(&Fonts::bundled(), 72).page(&page).expect_err("no pixels");
    assert!(matches!(error, PngError::Jpeg(_)), "{error}");
}

/// A run of one character, 20 points high.
fn letter(fonts: &Fonts, character: char, x: f32, y: f32, turned: Option<Point>) -> Ink {
    let (face, id) = fonts.glyph(FaceId::BODY, character).expect("a glyph");
    let glyph = Glyph { id: id.to_u32() as u16, x, text_length: character.len_utf8() as u8 };
    Ink::Glyphs(Run { face, size: 20.0, y, text: character.to_string(), glyphs: vec![glyph], turned })
}

/// The left, upper, right and lower edge of what is dark.
fn dark(drawn: &Read) -> [usize; 4] {
    let mut edges = [usize::MAX, usize::MAX, 0, 0];
    for (pixel, level) in drawn.samples.iter().enumerate().filter(|(_, level)| **level < 128) {
        let _ = level;
        let (x, y) = (pixel % drawn.width, pixel / drawn.width);
        edges = [edges[0].min(x), edges[1].min(y), edges[2].max(x), edges[3].max(y)];
    }
    edges
}

#[test]
fn glyphs_stand_on_their_baseline_and_turned_ones_read_upwards() {
    let fonts = Fonts::bundled();
    let [left, top, right, bottom] = dark(&drawn_at(72, vec![letter(&fonts, 'T', 30.0, 30.0, None)]));
    assert!((30..34).contains(&left) && right < 45, "{left} to {right}");
    assert!(bottom == 29 && (14..17).contains(&top), "{top} to {bottom}");
    // The foot of a turned T points to the right, to its baseline.
    let pivot = Point { x: 20.0, y: 35.0 };
    let drawn = drawn_at(72, vec![letter(&fonts, 'T', 5.0, 10.0, Some(pivot))]);
    let [left, top, right, bottom] = dark(&drawn);
    assert!(right == 29 && (14..17).contains(&left), "the baseline is 10 to the right of the pivot: {left} to {right}");
    assert!((26..=29).contains(&bottom) && top > 14, "it begins 5 above the pivot: {top} to {bottom}");
    let middle = top.midpoint(bottom);
    assert!(drawn.at(27, middle)[0] < 128 && drawn.at(24, middle)[0] < 128, "the stem");
}

#[test]
fn bands_leave_no_seam() {
    let fonts = Fonts::bundled();
    let inks = || {
        vec![
            rule(3.3, 0.0, 1.7, 36.0, Color::BLACK),
            letter(&fonts, '题', 30.2, 25.7, None),
            Ink::Path(square(8.0, 3.0, 17.0, Paint::Stroke(Stroke::solid(1.3)), Color::rgb(9, 99, 199))),
        ]
    };
    let mut renderer = Renderer::new(&fonts, 150);
    let whole = renderer.page(&page(inks())).expect("a picture");
    renderer.band_pixels = 150 * 7;
    let bands = renderer.page(&page(inks())).expect("a picture");
    let difference =
        read(&whole).samples.iter().zip(&read(&bands).samples).map(|(one, other)| one.abs_diff(*other)).max();
    // A pixel is sampled sixteen times; a sample may fall to the other side of an edge.
    assert!(difference <= Some(16), "{difference:?}");
}

#[test]
fn a_page_without_a_size_is_an_error() {
    let fonts = Fonts::bundled();
    for width in [0.0, -5.0, f32::NAN, 1e9] {
        let page = Page { width, height: 36.0, items: vec![] };
        assert!(matches!(Renderer::new(&fonts, 72).page(&page), Err(PngError::Size { .. })), "{width}");
    }
}
