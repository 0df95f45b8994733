//! Setting pages: from rich text to a display list in points, knowing nothing of exams and nothing of PDF.
//!
//! Text becomes glyphs ([`shape`]), glyphs and formulas become atoms ([`atom`]), atoms become lines ([`mod@line`]), lines and blocks become
//! strips of a galley ([`galley`], [`block`]), and the galley is cut into pages ([`galley::paginate`]) of a [`display::Document`].

pub mod atom;
pub mod block;
pub mod display;
pub mod galley;
pub mod line;
pub mod picture;
pub mod shape;

use crate::fonts::Fonts;
use crate::math;
use icu_segmenter::options::{LineBreakOptions, LineBreakStrictness};
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use picture::Picture;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The pictures of a bank by the path that cards call them by.
pub type Pictures = BTreeMap<String, Arc<Picture>>;

/// What setting text needs: fonts, formulas, pictures. Each thread has its own; what is worth sharing is behind the references.
pub struct Setter<'f> {
    /// Characters to glyphs.
    pub shaper: shape::Shaper<'f>,
    /// Where lines may end.
    pub segmenter: LineSegmenterBorrowed<'static>,
    /// Formulas that were set before.
    pub math: &'f math::Cache,
    /// Pictures.
    pub pictures: &'f Pictures,
}

impl<'f> Setter<'f> {
    /// A setter.
    pub fn new(fonts: &'f Fonts, math: &'f math::Cache, pictures: &'f Pictures) -> Self {
        let mut options = LineBreakOptions::default();
        options.strictness = Some(LineBreakStrictness::Strict);
        Self {
            shaper: shape::Shaper::new(fonts),
            segmenter: LineSegmenter::new_for_non_complex_scripts(options),
            math,
            pictures,
        }
    }
}
