//! SVG as shapes.
//!
//! In: an SVG file. Out: a drawing, or pixels where the file asks for what shapes cannot say: gradients, patterns, masks, filters,
//! transparency, clips that are no rectangles, pictures within. usvg reads the file and resolves its styles, references and texts;
//! text is set in our fonts alone, so that a page does not depend on the machine, and becomes outlines. Nothing is loaded from
//! outside the file, and nothing in it is run.

mod guard;
mod shapes;

use super::{HIGHEST, POINTS_PER_PIXEL, Picture, PictureError, PictureKind, WIDEST};
use crate::fonts::{FaceId, Fonts, is_invisible};
use crate::raster::{Raster, RasterData};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, ID, Source};
use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};
use resvg::usvg::{Font, FontFamily, FontResolver, ImageHrefResolver, Options, Tree};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

/// The resolution, in pixels to the inch of paper, of what becomes pixels.
const RESOLUTION: f32 = 300.0;

/// The names of SVG's elements (SVG 2, 1.6).
const SVG: &str = "http://www.w3.org/2000/svg";

/// The longest side of a drawing in pixels: 26 metres.
const LONGEST_SIDE: u32 = 100_000;

/// The stack of the thread that reads a drawing. The reader calls itself for each level of nesting, up to a thousand of them.
const STACK_BYTES: usize = 64 << 20;

/// The fonts of a run as usvg wants them.
pub(super) struct FontSet<'f> {
    fonts: &'f Fonts,
    database: Arc<Database>,
    /// The number of each face in the database, by [`FaceId::index`]; `None` for one that could not be read.
    ids: Vec<Option<ID>>,
}

impl<'f> FontSet<'f> {
    pub(super) fn new(fonts: &'f Fonts) -> Self {
        let mut database = Database::new();
        let mut load = |face: &crate::fonts::Face| {
            let ids = database.load_font_source(Source::Binary(Arc::new(face.bytes.clone())));
            ids.into_iter().find(|id| database.face(*id).is_some_and(|found| found.index == face.index))
        };
        let ids = fonts.faces().iter().map(&mut load).collect();
        Self { fonts, database: Arc::new(database), ids }
    }

    fn id(&self, face: FaceId) -> Option<ID> {
        self.ids.get(face.index()).copied().flatten()
    }

    /// Song for running text, Hei for what is bold, typewriter for what is monospaced; other families are not at hand.
    fn select(&self, font: &Font) -> Option<ID> {
        let monospaced = font.families().iter().any(|family| match family {
            FontFamily::Monospace => true,
            FontFamily::Named(name) => {
                let name = name.to_lowercase();
                ["mono", "courier", "consol", "menlo", "typewriter"].iter().any(|part| name.contains(part))
            }
            _ => false,
        });
        let face = match font.weight() {
            600.. => FaceId::HEADING,
            _ if monospaced => FaceId::CODE,
            _ => FaceId::BODY,
        };
        self.id(face)
    }
}

/// Reads an SVG.
pub(super) fn read(bytes: &[u8], name: &str, fonts: &FontSet<'_>) -> Result<Picture, PictureError> {
    // What comes from a file must not be able to end the program: deep nesting gets a stack of its own, and if the reader fails in a
    // way that it should not, only its thread ends.
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK_BYTES);
        let handle = reader.spawn_scoped(scope, || read_here(bytes, name, fonts));
        let read = handle.ok().and_then(|handle| handle.join().ok());
        read.unwrap_or_else(|| Err(broken(name, &"it cannot be read")))
    })
}

fn broken(name: &str, reason: &dyn Display) -> PictureError {
    PictureError::Broken { name: name.to_owned(), reason: reason.to_string() }
}

fn read_here(bytes: &[u8], name: &str, fonts: &FontSet<'_>) -> Result<Picture, PictureError> {
    let text = std::str::from_utf8(bytes).map_err(|_| broken(name, &"its text is not UTF-8"))?;
    // Many programs write a document type; what it may define is kept within limits by the parser.
    let parsing = ParsingOptions { allow_dtd: true, nodes_limit: guard::MOST_ELEMENTS, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, parsing).map_err(|error| broken(name, &error))?;
    guard::check(&document, name)?;

    let missing = Mutex::new(BTreeSet::new());
    let tree = Tree::from_xmltree(&document, &options(fonts, &missing)).map_err(|error| broken(name, &error))?;
    let mut missing = missing.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !missing.is_empty() {
        // usvg asks for the first of each text only.
        let texts = document.descendants().filter(Node::is_text);
        let texts = texts.filter(|node| node.ancestors().any(|above| above.has_tag_name((SVG, "text"))));
        let characters = texts.filter_map(|node| node.text()).flat_map(str::chars);
        missing.extend(characters.filter(|character| !fonts.fonts.covers(*character)));
        let characters: Vec<String> = missing.iter().map(|character| format!("“{character}”")).collect();
        return Err(PictureError::MissingGlyphs { name: name.to_owned(), characters: characters.join(", ") });
    }
    let (width, height) = (tree.size().width(), tree.size().height());
    if width.max(height) > LONGEST_SIDE as f32 {
        let what = format!("a size of {width} × {height} pixels");
        return Err(PictureError::TooComplex { name: name.to_owned(), what, limit: LONGEST_SIDE });
    }
    let kind = match shapes::drawing(&tree) {
        Some(drawing) => PictureKind::Drawing(Arc::new(drawing)),
        None => PictureKind::Raster(Arc::new(pixels(&tree, name)?)),
    };
    Ok(Picture { width, height, kind })
}

/// How a file is read. Characters that no font has are put into `missing`.
fn options<'o>(fonts: &'o FontSet<'_>, missing: &'o Mutex<BTreeSet<char>>) -> Options<'o> {
    Options {
        font_family: "serif".to_owned(),
        languages: vec!["zh".to_owned(), "en".to_owned()],
        // The usual resolver would open files.
        image_href_resolver: ImageHrefResolver {
            resolve_data: ImageHrefResolver::default_data_resolver(),
            resolve_string: Box::new(|_, _| None),
        },
        font_resolver: FontResolver {
            select_font: Box::new(|font, _| fonts.select(font)),
            select_fallback: Box::new(move |character, used, _| {
                let found = fonts.fonts.glyph(FaceId::BODY, character).and_then(|(face, _)| fonts.id(face));
                let fresh = found.filter(|id| !used.contains(id));
                if fresh.is_none() && !character.is_whitespace() && !is_invisible(character) {
                    missing.lock().unwrap_or_else(PoisonError::into_inner).insert(character);
                }
                fresh
            }),
        },
        fontdb: Arc::clone(&fonts.database),
        ..Options::default()
    }
}

/// A drawing as pixels, for the largest that it can be on a page.
fn pixels(tree: &Tree, name: &str) -> Result<Raster, PictureError> {
    let size = tree.size();
    let natural = (size.width() * POINTS_PER_PIXEL, size.height() * POINTS_PER_PIXEL);
    let shrunk = (WIDEST / natural.0).min(HIGHEST / natural.1).min(1.0);
    let scale = shrunk * RESOLUTION * POINTS_PER_PIXEL / 72.0;
    guard::check_layers(tree, scale, name)?;
    let side = |length: f32| ((length * scale).round() as u32).max(1);
    let (width, height) = (side(size.width()), side(size.height()));
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| broken(name, &"it has no size"))?;
    let to_pixels = Transform::from_scale(width as f32 / size.width(), height as f32 / size.height());
    resvg::render(tree, to_pixels, &mut pixmap.as_mut());
    let mut pixels = Vec::with_capacity(3 * pixmap.pixels().len());
    let mut alpha = Vec::with_capacity(pixmap.pixels().len());
    for pixel in pixmap.pixels() {
        let color = pixel.demultiply();
        pixels.extend([color.red(), color.green(), color.blue()]);
        alpha.push(color.alpha());
    }
    let opaque = alpha.iter().all(|opacity| *opacity == u8::MAX);
    Ok(Raster { width, height, data: RasterData::Rgb { pixels, alpha: (!opaque).then_some(alpha) } })
}
