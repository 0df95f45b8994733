//! LaTeX formulas: checked when a bank is read, set when a page is made.
//!
//! In: LaTeX without its dollars, and the fonts for what is in none of the math fonts, such as Chinese. Out: a list of glyphs,
//! rules and paths in em units around a baseline, or what is wrong with it. RaTeX does the work; this module is the only one that
//! calls it.

use crate::fonts::{FaceId, Fonts};
use ratex_layout::{FallbackGlyphMetrics, LayoutOptions};
use ratex_types::display_item::{DisplayItem, DisplayList};
use ratex_types::math_style::MathStyle;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

/// What is wrong with a formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct MathError {
    /// What the math parser says.
    pub message: String,
    /// Where, in bytes of the LaTeX, if it says so.
    pub offset: Option<usize>,
}

/// How a formula is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// In a line of text.
    Inline,
    /// On a line of its own.
    Display,
}

/// Sets a formula. Lengths are in em of the size it will be drawn at; y grows downwards from its top edge.
///
/// # Errors
/// [`MathError`] if the LaTeX does not parse, or asks for more boxes than any page holds.
pub fn set(tex: &str, style: Style, fonts: &Fonts) -> Result<DisplayList, MathError> {
    let nodes = ratex_parser::parse(tex).map_err(|error| MathError {
        offset: error.loc.as_ref().map(|location| location.start).filter(|offset| tex.is_char_boundary(*offset)),
        message: error.message,
    })?;
    let style = match style {
        Style::Inline => MathStyle::Text,
        Style::Display => MathStyle::Display,
    };
    let options = LayoutOptions::default().with_style(style);
    let foreign = foreign_glyphs(tex, fonts);
    let layout = if foreign.is_empty() {
        ratex_layout::layout(&nodes, &options)
    } else {
        ratex_layout::layout_with_fallback_metrics(&nodes, &options, Arc::new(foreign))
    };
    ratex_layout::validate_layout(&layout).map_err(|message| MathError { message, offset: None })?;
    Ok(ratex_layout::to_display_list(&layout))
}

/// The room that characters take for which the math setter has no glyph: without it, it would guess their widths.
fn foreign_glyphs(tex: &str, fonts: &Fonts) -> HashMap<char, FallbackGlyphMetrics> {
    let foreign = tex.chars().filter(|character| !character.is_ascii());
    let glyphs = foreign.filter_map(|character| {
        let (face, glyph) = fonts.glyph(FaceId::BODY, character)?;
        let face = fonts.face(face);
        let width = f64::from(face.font.glyph_metrics().h_advance(glyph) / face.units_per_em);
        Some((character, FallbackGlyphMetrics { width, height: FOREIGN_HEIGHT, depth: 0.0 }))
    });
    glyphs.collect()
}

/// How high characters of other fonts count in a formula, in em: a Chinese character on its baseline.
const FOREIGN_HEIGHT: f64 = 0.92;

/// The characters of a set formula that no font has.
pub fn missing_glyphs(list: &DisplayList, fonts: &Fonts) -> BTreeSet<char> {
    list.items
        .iter()
        .filter_map(|item| match item {
            DisplayItem::GlyphPath { font, char_code, .. } if fonts.math_glyph(font, *char_code).is_none() => {
                Some(char::from_u32(*char_code).unwrap_or('\u{fffd}'))
            }
            _ => None,
        })
        .collect()
}

/// What a cache holds of one formula.
type Set = Result<Arc<DisplayList>, MathError>;

/// Formulas that were set before, by their style and LaTeX. A bank repeats its formulas, and every form repeats the bank: most asks
/// are answered by a look that many threads take at a time.
pub struct Cache {
    fonts: Arc<Fonts>,
    inline: RwLock<HashMap<Box<str>, Set>>,
    display: RwLock<HashMap<Box<str>, Set>>,
}

impl Default for Cache {
    /// For formulas with the bundled fonts around them.
    fn default() -> Self {
        Self::new(Fonts::bundled())
    }
}

impl Cache {
    /// For formulas with these fonts around them.
    pub fn new(fonts: Arc<Fonts>) -> Self {
        Self { fonts, inline: RwLock::default(), display: RwLock::default() }
    }

    /// The fonts around the formulas.
    pub fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// [`set`], at most once a formula and style.
    ///
    /// # Errors
    /// As [`set`].
    pub fn set(&self, tex: &str, style: Style) -> Set {
        let cached = match style {
            Style::Inline => &self.inline,
            Style::Display => &self.display,
        };
        if let Some(found) = cached.read().unwrap_or_else(PoisonError::into_inner).get(tex) {
            return found.clone();
        }
        // Not under the lock: two threads may set one formula twice, with the same result.
        let result = set(tex, style, &self.fonts).map(Arc::new);
        cached.write().unwrap_or_else(PoisonError::into_inner).insert(tex.into(), result.clone());
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_set_around_its_baseline() {
        let list = set(r"\frac{QK^\top}{\sqrt{d_k}}", Style::Inline, &Fonts::bundled()).expect("this is LaTeX");
        assert!(list.width > 1.0 && list.height > 0.5 && list.depth > 0.2, "{list:?}");
        assert!(missing_glyphs(&list, &Fonts::bundled()).is_empty());
    }

    /// A guessed width would put the next sign over the character, or leave a hole.
    #[test]
    fn a_character_of_another_font_takes_the_room_that_it_has_there() {
        let width = |tex: &str| set(tex, Style::Inline, &Fonts::bundled()).expect("this is LaTeX").width;
        for text in ["模", "。"] {
            assert!((width(&format!(r"\text{{{text}}}")) - 1.0).abs() < 1e-6, "{text}");
        }
        assert!(width(r"\text{ж}") < 0.9);
    }

    #[test]
    fn broken_latex_is_said_with_its_place() {
        let error = set(r"\frac{1}{2", Style::Inline, &Fonts::bundled()).expect_err("a brace is open");
        assert!(!error.message.is_empty());
        let error = set(r"a + \nosuch", Style::Inline, &Fonts::bundled()).expect_err("no such command");
        assert_eq!(error.offset, Some(4), "{error:?}");
    }
}
