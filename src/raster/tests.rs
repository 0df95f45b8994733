use super::*;
use std::io::Write;

/// Builds PNG files byte by byte (PNG specification, third edition), so that the decoder is not tested against its own crate.
struct Png {
    size: (u32, u32),
    depth: u8,
    color: u8,
    interlaced: bool,
    /// Chunks before the pixels.
    extras: Vec<([u8; 4], Vec<u8>)>,
    /// Rows without their filter bytes.
    rows: Vec<Vec<u8>>,
}

const GRAY: u8 = 0;
const RGB: u8 = 2;
const PALETTE: u8 = 3;
const GRAY_ALPHA: u8 = 4;
const RGBA: u8 = 6;

impl Png {
    fn new(size: (u32, u32), depth: u8, color: u8, rows: &[&[u8]]) -> Self {
        let rows = rows.iter().map(|row| row.to_vec()).collect();
        Self { size, depth, color, interlaced: false, extras: Vec::new(), rows }
    }

    fn with(mut self, kind: [u8; 4], content: &[u8]) -> Self {
        self.extras.push((kind, content.to_vec()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        let (width, height) = self.size;
        let kind = [self.depth, self.color, 0, 0, u8::from(self.interlaced)];
        chunk(&mut file, *b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &kind].concat());
        for (kind, content) in &self.extras {
            chunk(&mut file, *kind, content);
        }
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        for row in &self.rows {
            packed.write_all(&[0]).and_then(|()| packed.write_all(row)).expect("memory");
        }
        chunk(&mut file, *b"IDAT", &packed.finish().expect("memory"));
        chunk(&mut file, *b"IEND", &[]);
        file
    }
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let mut sum = flate2::Crc::new();
    sum.update(&kind);
    sum.update(content);
    file.extend((content.len() as u32).to_be_bytes());
    file.extend(kind);
    file.extend(content);
    file.extend(sum.sum().to_be_bytes());
}

fn decoded(png: &Png) -> (Vec<u8>, Option<Vec<u8>>) {
    let raster = Raster::decode(&png.bytes(), "a.png").expect("a PNG");
    assert_eq!((raster.width, raster.height), png.size);
    match raster.data {
        RasterData::Rgb { pixels, alpha } => (pixels, alpha),
        RasterData::Jpeg { .. } => panic!("a PNG is no JPEG"),
    }
}

#[test]
fn every_kind_of_png_becomes_rgb() {
    let gray = |levels: &[u8]| levels.iter().flat_map(|level| [*level; 3]).collect::<Vec<u8>>();
    for (depth, row, levels) in [
        (1, &[0b1010_0000][..], [255, 0, 255]),
        (2, &[0b0001_1100], [0, 85, 255]),
        (4, &[0x0f, 0x80], [0, 255, 136]),
        (8, &[1, 2, 3], [1, 2, 3]),
        (16, &[0x12, 0xff, 0x34, 0, 0xff, 0xff], [0x12, 0x34, 0xff]),
    ] {
        assert_eq!(decoded(&Png::new((3, 1), depth, GRAY, &[row])), (gray(&levels), None), "{depth} bits of gray");
    }
    assert_eq!(decoded(&Png::new((2, 1), 8, RGB, &[&[1, 2, 3, 4, 5, 6]])), (vec![1, 2, 3, 4, 5, 6], None));
    let deep = [9, 0, 8, 0, 7, 255, 6, 0, 5, 0, 4, 0];
    assert_eq!(decoded(&Png::new((2, 1), 16, RGB, &[&deep])), (vec![9, 8, 7, 6, 5, 4], None));
    let two = Png::new((1, 2), 8, GRAY_ALPHA, &[&[7, 128], &[9, 255]]);
    assert_eq!(decoded(&two), (vec![7, 7, 7, 9, 9, 9], Some(vec![128, 255])));
    let deep = Png::new((1, 1), 16, GRAY_ALPHA, &[&[7, 0, 128, 0]]);
    assert_eq!(decoded(&deep), (vec![7; 3], Some(vec![128])));
    let two = Png::new((2, 1), 8, RGBA, &[&[1, 2, 3, 0, 4, 5, 6, 255]]);
    assert_eq!(decoded(&two), (vec![1, 2, 3, 4, 5, 6], Some(vec![0, 255])));
    let deep = Png::new((1, 1), 16, RGBA, &[&[1, 0, 2, 0, 3, 0, 4, 0]]);
    assert_eq!(decoded(&deep), (vec![1, 2, 3], Some(vec![4])));
}

#[test]
fn palettes_and_transparent_colors_are_resolved() {
    let colors = [10, 11, 12, 20, 21, 22, 30, 31, 32];
    let expected = vec![30, 31, 32, 10, 11, 12, 20, 21, 22];
    for (depth, row) in [(2, &[0b1000_0100][..]), (4, &[0x20, 0x10]), (8, &[2, 0, 1])] {
        let png = Png::new((3, 1), depth, PALETTE, &[row]).with(*b"PLTE", &colors);
        assert_eq!(decoded(&png), (expected.clone(), None), "{depth} bits");
    }
    let png = Png::new((3, 1), 8, PALETTE, &[&[2, 0, 1]]).with(*b"PLTE", &colors).with(*b"tRNS", &[0, 99]);
    assert_eq!(decoded(&png), (expected, Some(vec![255, 0, 99])));
    let png = Png::new((2, 1), 8, GRAY, &[&[5, 6]]).with(*b"tRNS", &[0, 6]);
    assert_eq!(decoded(&png), (vec![5, 5, 5, 6, 6, 6], Some(vec![255, 0])));
    let png = Png::new((2, 1), 8, RGB, &[&[1, 2, 3, 4, 5, 6]]).with(*b"tRNS", &[0, 1, 0, 2, 0, 3]);
    assert_eq!(decoded(&png).1, Some(vec![0, 255]));
}

#[test]
fn opacity_that_is_full_everywhere_is_none() {
    assert_eq!(decoded(&Png::new((1, 1), 8, RGBA, &[&[1, 2, 3, 255]])), (vec![1, 2, 3], None));
}

#[test]
fn an_interlaced_png_is_put_together() {
    let side = 8_u32;
    let level = |x: u32, y: u32| (y * side + x) as u8;
    // First column and row, then steps, of the seven passes (PNG specification, 8.1).
    let passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    let mut rows = Vec::new();
    for (left, top, across, down) in passes {
        for y in (top..side).step_by(down) {
            rows.push((left..side).step_by(across).map(|x| level(x, y)).collect());
        }
    }
    let png = Png { interlaced: true, rows, ..Png::new((side, side), 8, GRAY, &[]) };
    let expected: Vec<u8> = (0..64).flat_map(|level| [level; 3]).collect();
    assert_eq!(decoded(&png), (expected, None));
}

#[test]
fn a_png_that_promises_too_much_is_refused_before_it_is_unpacked() {
    for size in [(5001, 5000), (2_000_000_000, 1), (0x7fff_ffff, 0x7fff_ffff)] {
        let file = Png::new(size, 8, RGBA, &[&[0; 16]]).bytes();
        let error = Raster::decode(&file, "bomb.png").expect_err("too large");
        assert_eq!(error, RasterError::TooLarge { name: "bomb.png".into(), width: size.0, height: size.1 });
    }
}

#[test]
fn a_broken_png_is_an_error_wherever_it_breaks() {
    let whole = Png::new((2, 2), 8, RGB, &[&[1; 6], &[2; 6]]).bytes();
    let pixels = whole.windows(4).position(|window| window == b"IDAT").expect("pixels");
    for end in 8..pixels + 12 {
        let error = Raster::decode(&whole[..end], "cut.png").expect_err("cut off");
        assert!(matches!(error, RasterError::Broken { format: "PNG", .. }), "{end}: {error}");
    }
    let mut flipped = whole.clone();
    flipped[pixels + 6] ^= 1;
    assert!(Raster::decode(&flipped, "bad.png").is_err(), "its sum does not match");
    assert!(Raster::decode(&Png::new((1, 1), 8, PALETTE, &[&[0]]).bytes(), "bare.png").is_err(), "no palette");
}

/// A JPEG header: a frame of this kind, then a scan.
fn jpeg(frame: u8, precision: u8, size: (u16, u16), components: u8) -> Vec<u8> {
    let mut file = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    let length = 8 + 3 * u16::from(components);
    file.extend([0xff, 0xff, frame]);
    file.extend(length.to_be_bytes());
    file.push(precision);
    file.extend(size.1.to_be_bytes());
    file.extend(size.0.to_be_bytes());
    file.push(components);
    file.extend((1..=components).flat_map(|component| [component, 0x11, 0]));
    file.extend(b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9");
    file
}

#[test]
fn a_jpeg_is_kept_as_it_is() {
    for (frame, components) in [(0xc0, 3), (0xc1, 1), (0xc2, 3)] {
        let bytes = jpeg(frame, 8, (640, 480), components);
        let raster = Raster::decode(&bytes, "a.jpg").expect("a JPEG");
        assert_eq!(raster, Raster { width: 640, height: 480, data: RasterData::Jpeg { bytes, components } });
    }
}

#[test]
fn a_jpeg_that_cannot_be_printed_says_why() {
    for (bytes, part) in [
        (jpeg(0xc0, 8, (8, 8), 4), "a CMYK JPEG"),
        (jpeg(0xc1, 12, (8, 8), 3), "more than 8 bits"),
        (jpeg(0xc3, 8, (8, 8), 3), "lossless"),
        (jpeg(0xc9, 8, (8, 8), 3), "arithmetic"),
        (jpeg(0xc0, 8, (8, 8), 2), "neither one colour component nor three"),
        (jpeg(0xc0, 8, (8, 0), 3), "does not say its size"),
        (b"\xff\xd8\xff\xda\x00\x02".to_vec(), "no frame header"),
        (b"\xff\xd8\xff\xe0\x00\x01".to_vec(), "ends too early"),
        (b"\xff\xd8\xff\xd9".to_vec(), "ends too early"),
    ] {
        let error = Raster::decode(&bytes, "fig/a.jpg").expect_err(part).to_string();
        assert!(error.contains(part) && error.starts_with("fig/a.jpg is "), "{error}");
    }
    let whole = jpeg(0xc2, 8, (8, 8), 3);
    for end in 3..whole.len() - 5 {
        let error = Raster::decode(&whole[..end], "cut.jpg").expect_err("cut off");
        assert!(matches!(error, RasterError::Broken { format: "JPEG", .. }), "{end}: {error}");
    }
}

#[test]
fn a_photo_that_only_its_header_turns_is_refused() {
    let upright = jpeg(0xc0, 8, (8, 8), 3);
    let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0";
    for orientation in [1, 6] {
        let mut exif = b"Exif\0\0".to_vec();
        exif.extend(big);
        exif.extend([orientation, 0, 0]);
        let mut file = b"\xff\xd8\xff\xe1".to_vec();
        file.extend((exif.len() as u16 + 2).to_be_bytes());
        file.extend(exif);
        file.extend(&upright[2..]);
        assert_eq!(Raster::decode(&file, "photo.jpg").is_ok(), orientation == 1, "{orientation}");
    }
    let little = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x03\0\0\0";
    let mut file = b"\xff\xd8\xff\xe1".to_vec();
    file.extend((little.len() as u16 + 2).to_be_bytes());
    file.extend(little);
    file.extend(&upright[2..]);
    let error = Raster::decode(&file, "photo.jpg").expect_err("turned").to_string();
    assert!(error.contains("turned by a note in its header"), "{error}");
}

#[test]
fn other_files_are_told_apart() {
    for bytes in [&b"GIF89a"[..], b"", b"\xff\xd8", b"\x89PN"] {
        assert!(matches!(Raster::decode(bytes, "a.png"), Err(RasterError::UnknownFormat { .. })), "{bytes:?}");
    }
}
