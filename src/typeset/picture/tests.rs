use super::*;
use crate::raster::RasterData;
use crate::typeset::display::{Area, Cap, Color, Join, Paint, Path, Segment, Stroke};
use std::fmt::Write as _;

const TRANSFORMER: &str = include_str!("../../../tests/pictures/cards/media/transformer.svg");
const GRADIENT: &str = include_str!("../../../tests/pictures/cards/media/gradient.svg");

fn read(svg: &str) -> Result<Picture, PictureError> {
    PictureReader::new(&Fonts::bundled()).read(svg.as_bytes(), "media/a.svg")
}

fn picture(svg: &str) -> Picture {
    read(svg).unwrap_or_else(|error| panic!("{error}: {svg}"))
}

/// An SVG of 100 by 50 pixels with this in it.
fn svg(inner: &str) -> String {
    let names = "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"";
    format!("<svg {names} width=\"100\" height=\"50\">{inner}</svg>")
}

fn drawing(svg: &str) -> Arc<Drawing> {
    match picture(svg).kind {
        PictureKind::Drawing(drawing) => drawing,
        PictureKind::Raster(_) => panic!("it became pixels: {svg}"),
    }
}

fn paths(inner: &str) -> Vec<Path> {
    drawing(&svg(inner)).shapes.iter().map(|shape| shape.path.clone()).collect()
}

fn raster(svg: &str) -> Arc<Raster> {
    match picture(svg).kind {
        PictureKind::Raster(raster) => raster,
        PictureKind::Drawing(_) => panic!("it became shapes: {svg}"),
    }
}

/// The left, upper, right and lower edge of the points of a path.
fn bounds(path: &Path) -> [f32; 4] {
    let mut bounds = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    for segment in &path.segments {
        let (Segment::Move(to) | Segment::Line(to) | Segment::Curve(.., to)) = segment else { continue };
        bounds = [bounds[0].min(to.x), bounds[1].min(to.y), bounds[2].max(to.x), bounds[3].max(to.y)];
    }
    bounds
}

fn pen(path: &Path) -> &Stroke {
    match &path.paint {
        Paint::Stroke(stroke) => stroke,
        paint => panic!("not a line: {paint:?}"),
    }
}

#[test]
fn a_diagram_becomes_shapes_in_its_own_colors() {
    let drawing = drawing(TRANSFORMER);
    assert_eq!((drawing.width, drawing.height), (560.0, 300.0));
    let count = |wanted: Color| drawing.shapes.iter().filter(|shape| shape.path.color == wanted).count();
    assert_eq!(count(Color::rgb(0x24, 0x56, 0xa6)), 3, "three boxes are drawn in the colour of their group");
    assert_eq!(count(Color::rgb(0xff, 0xf4, 0xe0)), 1, "of two rules of style the later counts");
    let dashes = drawing.shapes.iter().filter_map(|shape| match &shape.path.paint {
        Paint::Stroke(stroke) if !stroke.dashes.is_empty() => {
            Some((stroke.dashes.clone(), stroke.dash_offset, stroke.cap))
        }
        _ => None,
    });
    let dashes: Vec<_> = dashes.collect();
    assert_eq!(
        dashes,
        [
            (vec![2.0, 2.0], 0.0, Cap::Butt),
            (vec![6.0, 4.0], 3.0, Cap::Butt),
            (vec![8.0, 5.0, 2.0, 5.0], 0.0, Cap::Round),
        ]
    );
    let clipped: Vec<_> = drawing.shapes.iter().filter_map(|shape| shape.clip).collect();
    assert_eq!(clipped, [Area { x: 430.0, y: 40.0, width: 100.0, height: 60.0 }; 2], "a disc and its edge are cut");
    assert_eq!(drawing.shapes.iter().filter(|shape| shape.path.paint == Paint::FillEvenOdd).count(), 1);
}

#[test]
fn what_shapes_cannot_say_becomes_pixels_at_300_to_the_inch() {
    let raster = raster(GRADIENT);
    assert_eq!((raster.width, raster.height), (1000, 500), "320 by 160 pixels at 96 to the inch");
    let RasterData::Rgb { pixels, alpha: Some(alpha) } = &raster.data else { panic!("what is not painted is clear") };
    let at = |x: usize, y: usize| {
        let pixel = y * 1000 + x;
        ([pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2]], alpha[pixel])
    };
    let ([red, _, blue], opacity) = at(40, 300);
    assert!(red < 60 && blue > 140 && opacity == 255, "the left end is blue");
    let ([red, _, blue], _) = at(580, 300);
    assert!(red > 150 && blue < 60, "the right end is red");
    let ([_, green, _], opacity) = at(812, 160);
    assert!((0x79..=0x7b).contains(&green) && opacity == 204, "a group at four fifths");
    assert_eq!(at(640, 80).1, 0, "outside the clip");
}

#[test]
fn pixels_are_no_more_than_the_widest_column_can_show() {
    let wide =
        raster(&GRADIENT.replace("viewBox=\"0 0 320 160\"", "viewBox=\"0 0 320 160\" width=\"9000\" height=\"4500\""));
    assert_eq!((wide.width, wide.height), (2000, 1000), "240 points high, that is 1000 pixels");
}

#[test]
fn each_thing_beyond_shapes_is_noticed() {
    let pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    for inner in [
        "<rect width='9' height='9' fill-opacity='.5'/>".to_owned(),
        "<path d='M0 0H9' stroke='red' stroke-opacity='.5'/>".to_owned(),
        "<g opacity='.5'><rect width='9' height='9'/></g>".to_owned(),
        "<g style='mix-blend-mode: multiply'><rect width='9' height='9'/></g>".to_owned(),
        "<mask id='m'><rect width='5' height='5' fill='white'/></mask><rect width='9' height='9' mask='url(#m)'/>".to_owned(),
        "<filter id='f'><feGaussianBlur stdDeviation='2'/></filter><rect width='9' height='9' filter='url(#f)'/>".to_owned(),
        "<clipPath id='c'><circle r='5'/></clipPath><rect width='9' height='9' clip-path='url(#c)'/>".to_owned(),
        "<clipPath id='c'><rect width='5' height='5' transform='rotate(9)'/></clipPath><rect width='9' height='9' clip-path='url(#c)'/>".to_owned(),
        "<pattern id='p' width='4' height='4' patternUnits='userSpaceOnUse'><rect width='2' height='2'/></pattern><rect width='9' height='9' fill='url(#p)'/>".to_owned(),
        format!("<image width='9' height='9' href='{pixel}'/>"),
    ] {
        let raster = raster(&svg(&inner));
        assert_eq!((raster.width, raster.height), (313, 156));
        let RasterData::Rgb { alpha: Some(alpha), .. } = &raster.data else { panic!("mostly clear: {inner}") };
        assert!(alpha.iter().any(|alpha| *alpha > 0), "something is painted: {inner}");
    }
}

#[test]
fn lines_are_scaled_and_turned_with_their_pen() {
    let line = "d='M0 0 L10 0' fill='none' stroke='#123456' stroke-width='2' stroke-dasharray='3 1'";
    let [turned] = &paths(&format!("<path {line} transform='translate(20 5) rotate(90) scale(1.5)'/>"))[..] else {
        panic!()
    };
    let whole = |path: &Path| bounds(path).map(|edge| edge.round() as i32);
    assert_eq!(whole(turned), [20, 5, 20, 20]);
    assert!((pen(turned).width - 3.0).abs() < 1e-4 && turned.color == Color::rgb(0x12, 0x34, 0x56));
    assert!(pen(turned).dashes.iter().zip([4.5, 1.5]).all(|(length, wanted)| (length - wanted).abs() < 1e-4));
    assert_eq!(pen(turned).join, Join::Miter(4.0), "SVG's own limit");

    // A pen that is wider than high leaves an outline: of two dashes, each 3 by 2, stretched to twice their width.
    let [stretched] = &paths(&format!("<path {line} transform='translate(0 10) scale(2 1)'/>"))[..] else { panic!() };
    assert_eq!(stretched.paint, Paint::Fill);
    assert_eq!(whole(stretched), [0, 9, 20, 11]);
    let dashes = stretched.segments.iter().filter(|segment| matches!(segment, Segment::Move(_))).count();
    assert_eq!(dashes, 3, "at 0, 4 and 8");
}

#[test]
fn ends_and_corners_of_lines_are_kept() {
    for (style, cap, join) in [
        ("", Cap::Butt, Join::Miter(4.0)),
        ("stroke-linecap='round' stroke-linejoin='bevel'", Cap::Round, Join::Bevel),
        ("stroke-linecap='square' stroke-linejoin='round'", Cap::Square, Join::Round),
        ("stroke-miterlimit='7'", Cap::Butt, Join::Miter(7.0)),
    ] {
        let [path] = &paths(&format!("<path d='M0 0h9v9' fill='none' stroke='red' {style}/>"))[..] else { panic!() };
        assert_eq!((pen(path).cap, pen(path).join), (cap, join));
    }
}

#[test]
fn the_order_of_fill_and_line_is_the_files() {
    let shape = "<rect width='9' height='9' fill='red' stroke='blue'";
    let colors = |inner: &str| paths(inner).iter().map(|path| path.color).collect::<Vec<_>>();
    let (red, blue) = (Color::rgb(255, 0, 0), Color::rgb(0, 0, 255));
    assert_eq!(colors(&format!("{shape}/>")), [red, blue]);
    assert_eq!(colors(&format!("{shape} paint-order='stroke'/>")), [blue, red]);
    assert_eq!(colors(&format!("{shape} visibility='hidden'/>")), []);
}

#[test]
fn clips_within_clips_leave_what_both_leave() {
    let inner = "<clipPath id='a'><rect x='10' y='10' width='30' height='30'/></clipPath>
        <clipPath id='b'><rect x='5' y='0' width='10' height='10'/></clipPath>
        <g clip-path='url(#a)'><g transform='translate(20 5)' clip-path='url(#b)'><rect width='99' height='99'/></g>
        <rect x='12' y='12' width='3' height='3' fill='red'/></g>";
    let drawing = drawing(&svg(inner));
    let clips: Vec<_> = drawing.shapes.iter().map(|shape| shape.clip).collect();
    assert_eq!(
        clips,
        [Some(Area { x: 25.0, y: 10.0, width: 10.0, height: 5.0 }), None],
        "the second is whole within its clip"
    );
}

#[test]
fn text_is_set_in_our_fonts_whatever_it_asks_for() {
    let text = |style: &str| {
        let shapes = paths(&format!("<text x='5' y='30' font-size='20' {style}>注意 Wi</text>"));
        let bounds: Vec<_> = shapes.iter().map(bounds).collect();
        let right = bounds.iter().map(|bounds| bounds[2]).fold(0.0, f32::max);
        let segments: usize = shapes.iter().map(|path| path.segments.len()).sum();
        (right, segments)
    };
    let song = text("");
    assert!((60.0..85.0).contains(&song.0), "two characters of 20, a space and two letters: {song:?}");
    assert_eq!(text("font-family='No Such Font, sans-serif'"), song);
    assert_eq!(text("font-style='italic'"), song);
    assert_ne!(text("font-weight='bold'"), song, "Hei");
    let width = |style: &str| {
        let letters = paths(&format!("<text x='5' y='30' font-size='20' {style}>iiii</text>"));
        letters.iter().map(|path| bounds(path)[2]).fold(0.0, f32::max)
    };
    assert!(width("font-family='DejaVu Sans Mono'") > 1.3 * width(""), "typewriter");
}

#[test]
fn a_drawing_is_as_large_as_it_says() {
    for (size, wanted) in [
        ("width='100' height='50'", (100.0, 50.0)),
        ("width='1in' height='2.54cm'", (96.0, 96.0)),
        ("viewBox='0 0 30 20'", (30.0, 20.0)),
        ("width='60' viewBox='0 0 30 20'", (60.0, 40.0)),
    ] {
        let picture = picture(&format!("<svg xmlns='http://www.w3.org/2000/svg' {size}><path d='M0 0h10v10z'/></svg>"));
        assert!(
            (picture.width - wanted.0).abs() < 0.01 && (picture.height - wanted.1).abs() < 0.01,
            "{size}: {picture:?}"
        );
    }
    assert_eq!(picture(TRANSFORMER).natural_size(), (420.0, 225.0), "in points");
}

#[test]
fn what_would_be_missing_on_paper_is_an_error() {
    for (inner, part) in [
        ("<text y='9'>a😀b</text><text>ก<tspan>😀🎯</tspan></text>", "text with “ก”, “🎯”, “😀”, which the fonts lack"),
        (
            "<image href='https://example.org/a.png' width='9' height='9'/>",
            "`https://example.org/a.png`, which is another file",
        ),
        ("<image xlink:href='/etc/hostname' width='9' height='9'/>", "`/etc/hostname`, which is another file"),
        ("<use href='other.svg#a'/>", "`other.svg#a`"),
        ("<foreignObject width='9' height='9'/>", "a piece of a web page"),
        ("<g><rect></g>", "a broken SVG"),
    ] {
        let error = read(&svg(inner)).expect_err(inner).to_string();
        assert!(error.starts_with("media/a.svg ") && error.contains(part), "{error}");
    }
    for (file, part) in [
        ("", "a broken SVG"),
        ("<html/>", "a broken SVG"),
        ("<svg xmlns='http://www.w3.org/2000/svg' width='0' height='5'/>", "invalid size"),
        (
            "<svg xmlns='http://www.w3.org/2000/svg' width='1000000' height='5'/>",
            "a size of 1000000 × 5 pixels, over the limit",
        ),
    ] {
        let error = read(file).expect_err(file).to_string();
        assert!(error.contains(part), "{error}");
    }
    let latin = PictureReader::new(&Fonts::bundled()).read(b"<svg>\xe9</svg>", "a.svg").expect_err("not UTF-8");
    assert!(latin.to_string().contains("not UTF-8"), "{latin}");
}

#[test]
fn what_does_nothing_on_paper_is_left_out() {
    let inner = "<script>while (true) {}</script><title>标题</title><desc>😀</desc>
        <switch><foreignObject width='9' height='9'/><path d='M0 0h9v9z'/></switch>
        <a href='https://example.org/'><path d='M0 0h5v5z'/></a>
        <rect width='9' height='9' onclick='alert(1)' fill='none'/>";
    assert_eq!(paths(inner).len(), 2, "what `<switch>` falls back to, and what is linked");
}

#[test]
fn a_few_bytes_never_make_endless_work() {
    let tenfold = |make: &dyn Fn(usize) -> String| (1..12).map(make).collect::<String>();
    let laughs = tenfold(&|level| format!("<!ENTITY e{level} '{}'>", format!("&e{};", level - 1).repeat(10)));
    let laughs = format!(
        "<!DOCTYPE svg [<!ENTITY e0 'ha'>{laughs}]><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text>&e11;</text></svg>"
    );
    let uses =
        tenfold(&|level| format!("<g id='g{level}'>{}</g>", format!("<use href='#g{}'/>", level - 1).repeat(10)));
    let mut chain = String::new();
    for level in 1..20_000 {
        let _ = write!(chain, "<g id='g{level}'><use href='#g{}'/></g>", level - 1);
    }
    let markers = format!(
        "<marker id='m'>{}</marker><path marker-mid='url(#m)' d='M0 0{}'/>",
        "<path d='M0 0h1'/>".repeat(1000),
        "h1".repeat(10_000)
    );
    let layers = format!("{}<rect width='9' height='9'/>{}", "<g opacity='.9'>".repeat(40), "</g>".repeat(40));
    let pattern =
        "<pattern id='p' width='9e6' height='9e6' patternUnits='userSpaceOnUse'><rect width='2' height='2'/></pattern>
        <rect width='9' height='9' fill='url(#p)'/>";
    for file in [
        laughs,
        svg(&format!("<path id='g0' d='M0 0h9v9z'/>{uses}")),
        svg(&format!("<path id='g0' d='M0 0h9v9z'/>{chain}")),
        svg(&format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000))),
        svg(&"<path/>".repeat(300_000)),
        svg(&markers),
        svg(&layers),
        svg(pattern),
    ] {
        let error = read(&file).expect_err("too much");
        let wanted = matches!(error, PictureError::TooComplex { .. })
            || matches!(&error, PictureError::Broken { reason, .. } if reason != "it cannot be read");
        assert!(wanted, "{error}: {}", file.chars().take(200).collect::<String>());
    }
    // What refers to itself is left out.
    assert_eq!(paths("<g id='a'><path d='M0 0h9v9z'/><use href='#a'/></g>").len(), 1);
}

#[test]
fn a_damaged_file_is_an_error_or_a_picture() {
    // Digits and letters are changed, so that the file stays XML and its numbers and names get strange.
    for (index, with) in (0..GRADIENT.len()).step_by(3).zip(["9", "-", "e", "#", "0", "."].iter().cycle()) {
        if !GRADIENT.as_bytes()[index].is_ascii_alphanumeric() {
            continue;
        }
        let damaged = format!("{}{with}{}", &GRADIENT[..index], &GRADIENT[index + 1..]);
        if let Err(PictureError::Broken { reason, .. }) = read(&damaged) {
            assert_ne!(reason, "it cannot be read", "the reader failed at {index} with {with}");
        }
    }
}

#[test]
fn pixels_are_told_from_drawings_by_their_bytes() {
    let fonts = Fonts::bundled();
    let reader = PictureReader::new(&fonts);
    let svg =
        "<?xml version=\"1.0\"?><!-- a figure -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" width='9' height='9'/>";
    assert!(matches!(reader.read(svg.as_bytes(), "figure").expect("an SVG").kind, PictureKind::Drawing(_)));
    let error = reader.read(b"GIF89a", "a.gif").expect_err("a GIF").to_string();
    assert_eq!(error, "a.gif is none of PNG, JPEG and SVG");
}
