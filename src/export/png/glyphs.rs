//! The outlines of glyphs, in the units of their fonts.

use crate::fonts::{Face, FaceId, Fonts};
use resvg::tiny_skia::{Path, PathBuilder};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use std::collections::HashMap;

/// Outlines, read once each.
pub(super) struct Glyphs<'f> {
    fonts: &'f Fonts,
    /// By face and number; `None` where there is nothing to draw: spaces.
    known: HashMap<(FaceId, u16), Option<Path>>,
}

impl<'f> Glyphs<'f> {
    pub(super) fn new(fonts: &'f Fonts) -> Self {
        Self { fonts, known: HashMap::new() }
    }

    pub(super) fn units_per_em(&self, face: FaceId) -> f32 {
        self.fonts.face(face).units_per_em
    }

    /// The outline of a glyph, y growing upwards; `None` if it has no ink.
    pub(super) fn outline(&mut self, face: FaceId, id: u16) -> Option<&Path> {
        let fonts = self.fonts;
        self.known.entry((face, id)).or_insert_with(|| read(fonts.face(face), id)).as_ref()
    }
}

fn read(face: &Face, id: u16) -> Option<Path> {
    let glyph = FontRef::from_index(&face.bytes, face.index).ok()?.outline_glyphs().get(GlyphId::from(id))?;
    let mut pen = Pen(PathBuilder::new());
    glyph.draw(DrawSettings::unhinted(Size::unscaled(), LocationRef::default()), &mut pen).ok()?;
    pen.0.finish()
}

struct Pen(PathBuilder);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, control_x: f32, control_y: f32, x: f32, y: f32) {
        self.0.quad_to(control_x, control_y, x, y);
    }

    fn curve_to(&mut self, out_x: f32, out_y: f32, back_x: f32, back_y: f32, x: f32, y: f32) {
        self.0.cubic_to(out_x, out_y, back_x, back_y, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}
