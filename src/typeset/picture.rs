//! Pictures for pages: pixels or drawings, with the size that they ask for.
//!
//! In: the bytes of a PNG, JPEG or SVG file. Out: a [`Picture`], and, once it has its place on a page, its ink. An SVG becomes shapes
//! (`svg`), so that it prints sharp at any size; only what shapes cannot say becomes pixels.

mod svg;

use super::display::{Drawing, Image, Ink, PlacedDrawing};
use crate::fonts::Fonts;
use crate::raster::{Raster, RasterError};
use std::sync::Arc;

/// Points to a pixel: pictures are taken to be drawn at 96 pixels to the inch.
pub const POINTS_PER_PIXEL: f32 = 0.75;

/// The highest picture, in points: a third of a page.
pub const HIGHEST: f32 = 240.0;

/// The widest picture, in points, that any paper has room for: 19 cm.
pub const WIDEST: f32 = 540.0;

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Its width in pixels.
    pub width: f32,
    /// Its height in pixels.
    pub height: f32,
    /// What is drawn.
    pub kind: PictureKind,
}

/// What a picture is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum PictureKind {
    /// Pixels.
    Raster(Arc<Raster>),
    /// Shapes.
    Drawing(Arc<Drawing>),
}

/// Why a file is no picture for a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// It should be pixels, and is not.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// An SVG that breaks the rules of its format.
    #[error("{name} is a broken SVG: {reason}")]
    Broken {
        /// The file.
        name: String,
        /// What is wrong, and where if that is known.
        reason: String,
    },
    /// An SVG that needs something which is not in it.
    #[error(
        "{name} shows `{reference}`, which is another file: nothing outside a picture is loaded; put it into the SVG"
    )]
    Outside {
        /// The file.
        name: String,
        /// What it refers to.
        reference: String,
    },
    /// An SVG with a piece of a web page in it.
    #[error(
        "{name} has a piece of a web page in it (`<foreignObject>`), which cannot be printed; export its labels as SVG text"
    )]
    ForeignObject {
        /// The file.
        name: String,
    },
    /// An SVG with text that no font can show.
    #[error("{name} has text with {characters}, which the fonts lack; turn the text into paths")]
    MissingGlyphs {
        /// The file.
        name: String,
        /// The characters, each in quotes.
        characters: String,
    },
    /// An SVG that would take too long or too much memory.
    #[error("{name} has {what}, over the limit of {limit}; simplify it, or use a PNG")]
    TooComplex {
        /// The file.
        name: String,
        /// What there is too much of, and how much.
        what: String,
        /// How much of it is allowed.
        limit: u32,
    },
}

/// Reads pictures; one serves a whole run, and several threads at once.
pub struct PictureReader<'f> {
    fonts: svg::FontSet<'f>,
}

impl<'f> PictureReader<'f> {
    /// A reader that sets the text of drawings in these fonts.
    pub fn new(fonts: &'f Fonts) -> Self {
        Self { fonts: svg::FontSet::new(fonts) }
    }

    /// Reads a picture. Its format is told by its bytes; `name` is for messages, and its ending tells an SVG.
    ///
    /// # Errors
    /// [`PictureError`] if it is no PNG, JPEG or SVG, is broken, or cannot be printed.
    pub fn read(&self, bytes: &[u8], name: &str) -> Result<Picture, PictureError> {
        if is_svg(bytes, name) { svg::read(bytes, name, &self.fonts) } else { Ok(Raster::decode(bytes, name)?.into()) }
    }
}

impl From<Raster> for Picture {
    /// As large as its pixels.
    fn from(raster: Raster) -> Self {
        let (width, height) = (raster.width as f32, raster.height as f32);
        Self { width, height, kind: PictureKind::Raster(Arc::new(raster)) }
    }
}

impl Picture {
    /// The width and height, in points, that it has if nothing is in the way.
    pub fn natural_size(&self) -> (f32, f32) {
        (self.width * POINTS_PER_PIXEL, self.height * POINTS_PER_PIXEL)
    }

    /// Its ink, with its upper left corner at a place and of a size, all in points.
    pub fn ink(&self, x: f32, y: f32, width: f32, height: f32) -> Ink {
        match &self.kind {
            PictureKind::Raster(raster) => Ink::Image(Image { x, y, width, height, raster: Arc::clone(raster) }),
            PictureKind::Drawing(drawing) => {
                Ink::Drawing(PlacedDrawing { x, y, width, height, drawing: Arc::clone(drawing) })
            }
        }
    }
}

fn is_svg(bytes: &[u8], name: &str) -> bool {
    let extension = std::path::Path::new(name).extension();
    let named = extension.is_some_and(|extension| extension.eq_ignore_ascii_case("svg"));
    // Comments and a document type may stand before the element.
    let head = &bytes[..bytes.len().min(1024)];
    named || head.windows(4).any(|window| window == b"<svg")
}

#[cfg(test)]
mod tests;
