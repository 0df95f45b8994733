//! Pictures of pixels on a page of pixels.
//!
//! In: the pictures of a page. Out: their pixels, averaged down to about the size that they have on the page, so that fine lines get
//! pale rather than lost; then drawn in their places.

use super::PngError;
use crate::raster::{Raster, RasterData};
use crate::typeset::display::{Image, Ink, Page};
use resvg::tiny_skia::{FilterQuality, IntSize, Pixmap, PixmapPaint, Transform};
use std::io::Cursor;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The pictures of a page, in the order of its ink.
pub(super) fn unpacked(page: &Page, scale: f32) -> Result<Vec<Pixmap>, PngError> {
    let images = page.items.iter().filter_map(|item| match &item.ink {
        Ink::Image(image) => Some(image),
        _ => None,
    });
    images.map(|image| unpack(image, scale)).collect()
}

fn unpack(image: &Image, scale: f32) -> Result<Pixmap, PngError> {
    let Raster { width, height, .. } = *image.raster;
    let pixels = rgba(&image.raster)?;
    let (across, down) = (width as f32 / (image.width * scale), height as f32 / (image.height * scale));
    let step = across.min(down).floor().max(1.0) as u32;
    let size = (width.div_ceil(step).max(1), height.div_ceil(step).max(1));
    let averaged = average(&pixels, (width, height), step);
    let size = IntSize::from_wh(size.0, size.1);
    let pixmap = size.and_then(|size| Pixmap::from_vec(averaged, size));
    pixmap.ok_or_else(|| PngError::Jpeg("it has no pixels".to_owned()))
}

/// Red, green, blue and opacity, the colours multiplied by the opacity.
fn rgba(raster: &Raster) -> Result<Vec<u8>, PngError> {
    match &raster.data {
        RasterData::Rgb { pixels, alpha } => {
            let (colors, _) = pixels.as_chunks::<3>();
            let opacity = |index: usize| alpha.as_ref().and_then(|alpha| alpha.get(index)).copied().unwrap_or(u8::MAX);
            let times = |part: u8, opacity: u8| ((u32::from(part) * u32::from(opacity) + 127) / 255) as u8;
            let pixels = colors.iter().enumerate().flat_map(|(index, color)| {
                let opacity = opacity(index);
                let [red, green, blue] = color.map(|part| times(part, opacity));
                [red, green, blue, opacity]
            });
            Ok(pixels.collect())
        }
        RasterData::Jpeg { bytes, .. } => {
            let failed = |reason: &dyn std::fmt::Display| PngError::Jpeg(reason.to_string());
            let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
            let pixels = JpegDecoder::new_with_options(Cursor::new(bytes), options).decode();
            let pixels = pixels.map_err(|error| failed(&error))?;
            let wanted = 4 * raster.width as usize * raster.height as usize;
            if pixels.len() == wanted { Ok(pixels) } else { Err(failed(&"its size is not what its header says")) }
        }
    }
}

/// Squares of `step` by `step` pixels, smaller at the right and at the lower edge, each as one.
fn average(pixels: &[u8], (width, height): (u32, u32), step: u32) -> Vec<u8> {
    if step == 1 {
        return pixels.to_vec();
    }
    let (width, height, step) = (width as usize, height as usize, step as usize);
    let mut small = Vec::with_capacity(4 * width.div_ceil(step) * height.div_ceil(step));
    for top in (0..height).step_by(step) {
        for left in (0..width).step_by(step) {
            let (right, lower) = ((left + step).min(width), (top + step).min(height));
            let count = ((right - left) * (lower - top)) as u64;
            let mut sums = [0_u64; 4];
            for y in top..lower {
                let (row, _) = pixels[4 * (y * width + left)..4 * (y * width + right)].as_chunks::<4>();
                for pixel in row {
                    for (sum, part) in sums.iter_mut().zip(pixel) {
                        *sum += u64::from(*part);
                    }
                }
            }
            small.extend(sums.map(|sum| ((sum + count / 2) / count) as u8));
        }
    }
    small
}

/// Draws a picture in its place.
pub(super) fn draw(canvas: &mut Pixmap, image: &Image, pixels: &Pixmap, to_pixels: Transform) {
    let (across, down) = (image.width / pixels.width() as f32, image.height / pixels.height() as f32);
    let place = Transform::from_row(across, 0.0, 0.0, down, image.x, image.y);
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    canvas.draw_pixmap(0, 0, pixels.as_ref(), &paint, to_pixels.pre_concat(place), None);
}
