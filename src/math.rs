//! LaTeX formulas: checked when a bank is read, set when a page is made.
//!
//! In: LaTeX without its dollars. Out: a list of glyphs, rules and paths in em units around a baseline, or what is wrong with it.
//! RaTeX does the work; this module is the only one that calls it.

use crate::fonts::Fonts;
use ratex_types::display_item::{DisplayItem, DisplayList};
use ratex_types::math_style::MathStyle;
use std::collections::HashMap;
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
pub fn set(tex: &str, style: Style) -> Result<DisplayList, MathError> {
    let nodes = ratex_parser::parse(tex).map_err(|error| MathError {
        offset: error.loc.as_ref().map(|location| location.start).filter(|offset| tex.is_char_boundary(*offset)),
        message: error.message,
    })?;
    let style = match style {
        Style::Inline => MathStyle::Text,
        Style::Display => MathStyle::Display,
    };
    let layout = ratex_layout::layout(&nodes, &ratex_layout::LayoutOptions::default().with_style(style));
    ratex_layout::validate_layout(&layout).map_err(|message| MathError { message, offset: None })?;
    Ok(ratex_layout::to_display_list(&layout))
}

/// The characters of a set formula that no font has.
pub fn missing_glyphs(list: &DisplayList, fonts: &Fonts) -> Vec<char> {
    let mut missing: Vec<char> = list
        .items
        .iter()
        .filter_map(|item| match item {
            DisplayItem::GlyphPath { font, char_code, .. } if fonts.math_glyph(font, *char_code).is_none() => {
                Some(char::from_u32(*char_code).unwrap_or('\u{fffd}'))
            }
            _ => None,
        })
        .collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// What a cache holds of one formula.
type Set = Result<Arc<DisplayList>, MathError>;

/// Formulas that were set before, by their style and LaTeX. A bank repeats its formulas, and every form repeats the bank: most asks
/// are answered by a look that many threads take at a time.
#[derive(Debug, Default)]
pub struct Cache {
    inline: RwLock<HashMap<Box<str>, Set>>,
    display: RwLock<HashMap<Box<str>, Set>>,
}

impl Cache {
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
        let result = set(tex, style).map(Arc::new);
        cached.write().unwrap_or_else(PoisonError::into_inner).insert(tex.into(), result.clone());
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_set_around_its_baseline() {
        let list = set(r"\frac{QK^\top}{\sqrt{d_k}}", Style::Inline).expect("this is LaTeX");
        assert!(list.width > 1.0 && list.height > 0.5 && list.depth > 0.2, "{list:?}");
        assert!(missing_glyphs(&list, &Fonts::bundled()).is_empty());
    }

    #[test]
    fn broken_latex_is_said_with_its_place() {
        let error = set(r"\frac{1}{2", Style::Inline).expect_err("a brace is open");
        assert!(!error.message.is_empty());
        let error = set(r"a + \nosuch", Style::Inline).expect_err("no such command");
        assert_eq!(error.offset, Some(4), "{error:?}");
    }
}
