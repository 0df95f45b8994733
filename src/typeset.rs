//! Setting pages: from rich text to a display list in points, knowing nothing of exams and nothing of PDF.
//!
//! Text becomes glyphs ([`shape`]), glyphs and formulas become atoms ([`atom`]), atoms become lines ([`mod@line`]). Lines and blocks
//! ([`block`]) become the strips ([`strip`]) of a galley ([`galley`]), which is cut into columns and pages ([`pages`]) of a
//! [`display::Document`].

pub mod atom;
pub mod block;
pub mod display;
pub mod galley;
pub mod line;
pub mod overfull;
pub mod pages;
pub mod picture;
pub mod shape;
pub mod strip;

use crate::bank::Language;
use crate::fonts::Fonts;
use crate::math;
use atom::Emphasis;
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
    /// What emphasised text looks like.
    pub emphasis: Emphasis,
}

impl<'f> Setter<'f> {
    /// A setter of Chinese text whose emphasis is Hei.
    pub fn new(fonts: &'f Fonts, math: &'f math::Cache, pictures: &'f Pictures) -> Self {
        let mut options = LineBreakOptions::default();
        options.strictness = Some(LineBreakStrictness::Strict);
        Self {
            shaper: shape::Shaper::new(fonts),
            segmenter: LineSegmenter::new_for_non_complex_scripts(options),
            math,
            pictures,
            emphasis: Emphasis::Heading,
        }
    }

    /// The language of the text: how wide quotation marks are, and how gladly words are hyphenated.
    pub fn language(&self) -> Language {
        self.shaper.language
    }

    /// Sets text of another language from here on.
    pub fn set_language(&mut self, language: Language) {
        self.shaper.language = language;
    }
}
