//! Pages as PNG pictures, for a README, a chat, a screen.
//!
//! In: a page of [`crate::typeset::display`]. Out: the bytes of a PNG file at a resolution. The ink is drawn from the display list, and
//! not from the PDF: it is the same ink with the same outlines, and tiny-skia is there already, for drawings. hayro 0.9, which draws our
//! PDFs right too and much alike, would bring two dozen crates more and a later Rust. Text is gray at its edges; no hints, no colours.
//!
//! Pages are drawn one at a time, in bands if they are large, so that memory does not grow with the resolution.

mod glyphs;
mod image;

use crate::fonts::Fonts;
use crate::raster::{Raster, RasterData};
use crate::typeset::display::{
    Area, Cap, Color, Ink, Join, Page, Paint, Path, PlacedDrawing, Rect, Run, Segment, Stroke,
};
use glyphs::Glyphs;
use resvg::tiny_skia::{self, FillRule, LineCap, LineJoin, Mask, PathBuilder, Pixmap, StrokeDash, Transform};
use std::io::Write;

/// The resolutions, in pixels to the inch, that pages are drawn at.
pub const RESOLUTIONS: std::ops::RangeInclusive<u16> = 36..=600;

/// The most pixels of a band: 32 MB of memory, an A4 page at 290 to the inch.
const BAND_PIXELS: u32 = 8_000_000;

/// Rules thinner than this many pixels are drawn on whole pixels, or they would be pale where they fall between two.
const THIN_PIXELS: f32 = 2.0;

/// Why a page cannot be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PngError {
    /// A page without a size, or too large to be drawn.
    #[error("a page of {width} × {height} points cannot be drawn at {resolution} pixels to the inch")]
    Size {
        /// Its width in points.
        width: f32,
        /// Its height in points.
        height: f32,
        /// Pixels to the inch.
        resolution: u16,
    },
    /// A JPEG whose pixels cannot be unpacked.
    #[error("a JPEG on the page cannot be drawn: {0}")]
    Jpeg(String),
    /// The file could not be put together.
    #[error("cannot put the PNG together: {0}")]
    Encode(#[from] png::EncodingError),
}

/// Draws pages; keeps the outlines of glyphs from one page to the next.
pub struct Renderer<'f> {
    glyphs: Glyphs<'f>,
    resolution: u16,
    band_pixels: u32,
}

impl<'f> Renderer<'f> {
    /// A renderer for pages that were set in these fonts. `resolution` is in pixels to the inch.
    pub fn new(fonts: &'f Fonts, resolution: u16) -> Self {
        Self { glyphs: Glyphs::new(fonts), resolution, band_pixels: BAND_PIXELS }
    }

    /// Draws a page on white, as the bytes of a PNG file: gray if all its ink is, else in colours.
    ///
    /// # Errors
    /// [`PngError`] if the page has no size or a picture that cannot be unpacked.
    pub fn page(&mut self, page: &Page) -> Result<Vec<u8>, PngError> {
        let mut file = Vec::new();
        let (width, height) = self.size(page)?;
        let gray = page.items.iter().all(|item| is_gray(&item.ink));
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(if gray { png::ColorType::Grayscale } else { png::ColorType::Rgb });
        encoder.set_depth(png::BitDepth::Eight);
        let per_metre = (f32::from(self.resolution) / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
        let mut header = encoder.write_header()?;
        let mut stream = header.stream_writer()?;
        let mut bytes = Vec::new();
        self.bands(page, |band| {
            bytes.clear();
            for pixel in band.pixels() {
                // All is opaque, so nothing has been multiplied.
                if gray {
                    bytes.push(pixel.red());
                } else {
                    bytes.extend([pixel.red(), pixel.green(), pixel.blue()]);
                }
            }
            stream.write_all(&bytes).map_err(|error| PngError::Encode(error.into()))
        })?;
        stream.finish()?;
        header.finish()?;
        Ok(file)
    }

    /// The size of a page in pixels.
    ///
    /// # Errors
    /// [`PngError::Size`] if it is none, or more than a PNG can have.
    pub fn size(&self, page: &Page) -> Result<(u32, u32), PngError> {
        let side = |points: f32| (points * self.scale()).round();
        let (width, height) = (side(page.width), side(page.height));
        let fine = |side: f32| (1.0..=50_000.0).contains(&side);
        if fine(width) && fine(height) {
            return Ok((width as u32, height as u32));
        }
        Err(PngError::Size { width: page.width, height: page.height, resolution: self.resolution })
    }

    /// Pixels to a point.
    fn scale(&self) -> f32 {
        f32::from(self.resolution) / 72.0
    }

    /// Draws a page band by band, from the top.
    fn bands(
        &mut self,
        page: &Page,
        mut use_band: impl FnMut(&Pixmap) -> Result<(), PngError>,
    ) -> Result<(), PngError> {
        let (width, height) = self.size(page)?;
        let scale = self.scale();
        let rows = (self.band_pixels / width).clamp(1, height);
        let images = image::unpacked(page, scale)?;
        let mut top = 0;
        while top < height {
            let band_height = rows.min(height - top);
            let error = || PngError::Size { width: page.width, height: page.height, resolution: self.resolution };
            let mut canvas = Pixmap::new(width, band_height).ok_or_else(error)?;
            canvas.fill(tiny_skia::Color::WHITE);
            let to_pixels = Transform::from_row(scale, 0.0, 0.0, scale, 0.0, -(top as f32));
            let mut brush = Brush { canvas: &mut canvas, to_pixels, glyphs: &mut self.glyphs };
            let mut images = images.iter();
            for item in &page.items {
                match &item.ink {
                    Ink::Glyphs(run) => brush.run(run),
                    Ink::Rule(rect) => brush.rule(rect),
                    Ink::Path(path) => brush.path(path, to_pixels, None),
                    Ink::Drawing(drawing) => brush.drawing(drawing),
                    Ink::Image(image) => {
                        if let Some(pixels) = images.next() {
                            image::draw(brush.canvas, image, pixels, to_pixels);
                        }
                    }
                }
            }
            use_band(&canvas)?;
            top += band_height;
        }
        Ok(())
    }
}

/// Whether ink has no colours.
fn is_gray(ink: &Ink) -> bool {
    let gray = |color: Color| matches!(color, Color::Gray(_));
    match ink {
        Ink::Glyphs(_) => true,
        Ink::Rule(rect) => gray(rect.color),
        Ink::Path(path) => gray(path.color),
        Ink::Drawing(placed) => placed.drawing.shapes.iter().all(|shape| gray(shape.path.color)),
        Ink::Image(image) => is_gray_raster(&image.raster),
    }
}

fn is_gray_raster(raster: &Raster) -> bool {
    match &raster.data {
        RasterData::Jpeg { components, .. } => *components == 1,
        RasterData::Rgb { pixels, .. } => {
            let (pixels, _) = pixels.as_chunks();
            pixels.iter().all(|[red, green, blue]| red == green && green == blue)
        }
    }
}

struct Brush<'a, 'f> {
    canvas: &'a mut Pixmap,
    /// From points on the page to pixels of the canvas.
    to_pixels: Transform,
    glyphs: &'a mut Glyphs<'f>,
}

impl Brush<'_, '_> {
    fn run(&mut self, run: &Run) {
        let scale = run.size / self.glyphs.units_per_em(run.face);
        let ink = paint(Color::BLACK);
        for glyph in &run.glyphs {
            let place = match run.turned {
                None => Transform::from_row(scale, 0.0, 0.0, -scale, glyph.x, run.y),
                Some(pivot) => Transform::from_row(0.0, -scale, -scale, 0.0, pivot.x + run.y, pivot.y - glyph.x),
            };
            if let Some(outline) = self.glyphs.outline(run.face, glyph.id) {
                self.canvas.fill_path(outline, &ink, FillRule::Winding, self.to_pixels.pre_concat(place), None);
            }
        }
    }

    fn rule(&mut self, rect: &Rect) {
        let (x, width) = on_pixels(rect.x * self.to_pixels.sx + self.to_pixels.tx, rect.width * self.to_pixels.sx);
        let (y, height) = on_pixels(rect.y * self.to_pixels.sy + self.to_pixels.ty, rect.height * self.to_pixels.sy);
        if let Some(area) = tiny_skia::Rect::from_xywh(x, y, width, height) {
            self.canvas.fill_rect(area, &paint(rect.color), Transform::identity(), None);
        }
    }

    fn drawing(&mut self, placed: &PlacedDrawing) {
        let drawing = &placed.drawing;
        if !(drawing.width > 0.0 && drawing.height > 0.0) {
            return;
        }
        let (across, down) = (placed.width / drawing.width, placed.height / drawing.height);
        let place = Transform::from_row(across, 0.0, 0.0, down, placed.x, placed.y);
        let transform = self.to_pixels.pre_concat(place);
        let whole = Area { x: 0.0, y: 0.0, width: drawing.width, height: drawing.height };
        for shapes in drawing.shapes.chunk_by(|shape, next| shape.clip == next.clip) {
            let mask = self.mask(whole, shapes[0].clip, transform);
            for shape in shapes {
                self.path(&shape.path, transform, mask.as_ref());
            }
        }
    }

    /// What of the canvas is seen through two areas.
    fn mask(&self, whole: Area, clip: Option<Area>, transform: Transform) -> Option<Mask> {
        let outline = |area: Area| {
            // An area without a size lets nothing through, which is what an empty mask does.
            let rect = tiny_skia::Rect::from_xywh(area.x, area.y, area.width, area.height)?;
            Some(PathBuilder::from_rect(rect))
        };
        let mut mask = Mask::new(self.canvas.width(), self.canvas.height())?;
        mask.fill_path(&outline(whole)?, FillRule::Winding, true, transform);
        if let Some(clip) = clip {
            match outline(clip) {
                Some(outline) => mask.intersect_path(&outline, FillRule::Winding, true, transform),
                None => mask.clear(),
            }
        }
        Some(mask)
    }

    fn path(&mut self, path: &Path, transform: Transform, mask: Option<&Mask>) {
        let Some(outline) = outline(&path.segments) else { return };
        let ink = paint(path.color);
        match &path.paint {
            Paint::Fill => self.canvas.fill_path(&outline, &ink, FillRule::Winding, transform, mask),
            Paint::FillEvenOdd => self.canvas.fill_path(&outline, &ink, FillRule::EvenOdd, transform, mask),
            Paint::Stroke(stroke) => self.canvas.stroke_path(&outline, &ink, &pen(stroke), transform, mask),
        }
    }
}

/// A length on whole pixels if it is thin, and at least one; else as it is.
fn on_pixels(start: f32, length: f32) -> (f32, f32) {
    if length >= THIN_PIXELS {
        return (start, length);
    }
    let whole = length.round().max(1.0);
    // Its middle stays about where it was; a half always goes the same way, above the canvas too.
    ((start + (length - whole) / 2.0 + 0.5).floor(), whole)
}

fn paint(color: Color) -> tiny_skia::Paint<'static> {
    let [red, green, blue] = match color {
        Color::Gray(level) => [level; 3],
        Color::Rgb(parts) => parts,
    };
    let mut paint = tiny_skia::Paint::default();
    paint.set_color_rgba8(red, green, blue, u8::MAX);
    paint
}

fn pen(stroke: &Stroke) -> tiny_skia::Stroke {
    let (line_join, miter_limit) = match stroke.join {
        Join::Miter(limit) => (LineJoin::Miter, limit),
        Join::Round => (LineJoin::Round, Stroke::MITER_LIMIT),
        Join::Bevel => (LineJoin::Bevel, Stroke::MITER_LIMIT),
    };
    let line_cap = match stroke.cap {
        Cap::Butt => LineCap::Butt,
        Cap::Round => LineCap::Round,
        Cap::Square => LineCap::Square,
    };
    // As in a PDF, lengths that come in an odd number are gone through twice.
    let twice = if stroke.dashes.len() % 2 == 1 { 2 } else { 1 };
    let dash = StrokeDash::new(stroke.dashes.repeat(twice), stroke.dash_offset);
    tiny_skia::Stroke { width: stroke.width, miter_limit, line_cap, line_join, dash }
}

fn outline(segments: &[Segment]) -> Option<tiny_skia::Path> {
    let mut builder = PathBuilder::new();
    for segment in segments {
        // A path that does not say where it begins begins where its first line leads.
        if let (true, Segment::Line(to) | Segment::Curve(.., to)) = (builder.is_empty(), segment) {
            builder.move_to(to.x, to.y);
        }
        match segment {
            Segment::Move(to) => builder.move_to(to.x, to.y),
            Segment::Line(to) => builder.line_to(to.x, to.y),
            Segment::Curve(out, back, to) => builder.cubic_to(out.x, out.y, back.x, back.y, to.x, to.y),
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}

#[cfg(test)]
mod tests;
