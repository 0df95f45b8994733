//! Pictures as pixels, for pages.
//!
//! In: the bytes of a PNG or JPEG file. Out: its pixels, or for JPEG the file itself, which a PDF can hold as it is. Colours are taken
//! as they stand: profiles and gamma values are not applied. Drawings are not read here.

mod jpeg;

use png::{ColorType, Decoder, Limits, Transformations};
use std::io::Cursor;

/// The pixels of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The pixels.
    pub data: RasterData,
}

/// How the pixels are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RasterData {
    /// A JPEG file, which a PDF can hold as it is; also a progressive one (PDF 1.3 and later).
    Jpeg {
        /// The file.
        bytes: Vec<u8>,
        /// 1 for gray, 3 for colour.
        components: u8,
    },
    /// Eight bits a channel, red, green, blue, row by row.
    Rgb {
        /// `width * height * 3` bytes.
        pixels: Vec<u8>,
        /// `width * height` bytes of opacity, if not all is opaque.
        alpha: Option<Vec<u8>>,
    },
}

/// Why a file is no picture for a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RasterError {
    /// None of the formats that are read.
    #[error("{name} is none of PNG, JPEG and SVG")]
    UnknownFormat {
        /// The file.
        name: String,
    },
    /// A PNG or JPEG of a kind that cannot be printed.
    #[error("{name} is {kind}, which cannot be printed; {help}")]
    UnsupportedKind {
        /// The file.
        name: String,
        /// What it is: `a CMYK JPEG`.
        kind: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// More pixels than a page can show.
    #[error("{name} is {width} × {height} pixels, over the limit of {} million", MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// The file.
        name: String,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// A file that breaks the rules of its format, or ends too early.
    #[error("{name} is a broken {format}: {reason}")]
    Broken {
        /// The file.
        name: String,
        /// `PNG` or `JPEG`.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
}

/// The most pixels that a PNG may unpack to: a whole A4 page at 500 to the inch. A few bytes of a PNG can promise gigabytes.
pub const MAX_PIXELS: u64 = 25_000_000;

/// The most memory, in bytes, for what a PNG holds beside its pixels.
const MAX_PNG_EXTRAS: usize = 16 << 20;

impl Raster {
    /// Reads a picture. Its format is told by its bytes; `name` is for messages.
    ///
    /// # Errors
    /// [`RasterError`] if it is no PNG or JPEG, is broken, or cannot be printed.
    pub fn decode(bytes: &[u8], name: &str) -> Result<Self, RasterError> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            decode_png(bytes, name)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            jpeg::read(bytes, name)
        } else {
            Err(RasterError::UnknownFormat { name: name.to_owned() })
        }
    }
}

fn decode_png(bytes: &[u8], name: &str) -> Result<Raster, RasterError> {
    let broken = |reason: String| RasterError::Broken { name: name.to_owned(), format: "PNG", reason };
    let failed = |error: png::DecodingError| broken(error.to_string());
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_PNG_EXTRAS });
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let (width, height) = decoder.read_header_info().map_err(failed)?.size();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(RasterError::TooLarge { name: name.to_owned(), width, height });
    }
    let mut reader = decoder.read_info().map_err(failed)?;
    let size = reader.output_buffer_size().ok_or_else(|| broken("it has too many pixels".to_owned()))?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(failed)?;
    samples.truncate(frame.buffer_size());
    let (pixels, alpha) = match frame.color_type {
        ColorType::Rgb => (samples, None),
        ColorType::Grayscale => (samples.iter().flat_map(|gray| [*gray; 3]).collect(), None),
        ColorType::GrayscaleAlpha => {
            let (pairs, _) = samples.as_chunks();
            split(pairs.iter().map(|[gray, alpha]| ([*gray; 3], *alpha)))
        }
        ColorType::Rgba => {
            let (quads, _) = samples.as_chunks();
            split(quads.iter().map(|[red, green, blue, alpha]| ([*red, *green, *blue], *alpha)))
        }
        ColorType::Indexed => return Err(broken("its palette is missing".to_owned())),
    };
    Ok(Raster { width, height, data: RasterData::Rgb { pixels, alpha } })
}

/// Colours and opacity, each on its own; no opacity where all of it is full.
fn split(samples: impl ExactSizeIterator<Item = ([u8; 3], u8)>) -> (Vec<u8>, Option<Vec<u8>>) {
    let mut pixels = Vec::with_capacity(3 * samples.len());
    let mut alpha = Vec::with_capacity(samples.len());
    for (color, opacity) in samples {
        pixels.extend(color);
        alpha.push(opacity);
    }
    let opaque = alpha.iter().all(|opacity| *opacity == u8::MAX);
    (pixels, (!opaque).then_some(alpha))
}

#[cfg(test)]
mod tests;
