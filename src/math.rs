//! LaTeX formulas: checked when a bank is read, set when a page is made.
//!
//! In: LaTeX without its dollars. Out: a list of glyphs, rules and paths in em units around a baseline, or what is wrong with it.
//! RaTeX does the work; this module is the only one that calls it.

use crate::fonts::Fonts;
use ratex_types::display_item::{DisplayItem, DisplayList};
use ratex_types::math_style::MathStyle;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
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

/// What stands beside a formula, at the right edge: `\tag{1}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'t> {
    /// What it says.
    pub text: &'t str,
    /// Whether it has no parentheses around it: `\tag*{…}`.
    pub bare: bool,
}

impl Tag<'_> {
    /// The tag as LaTeX, where it is more than characters.
    pub fn tex(&self) -> Option<String> {
        self.text.contains(['\\', '$']).then(|| format!("\\text{{{}}}", self.text))
    }
}

/// Takes the tag off a formula. One within an environment belongs to a row of it, and stays.
pub fn split_tag(tex: &str) -> (Cow<'_, str>, Option<Tag<'_>>) {
    let Some((range, tag)) = find_tag(tex) else { return (Cow::Borrowed(tex), None) };
    let (before, after) = (tex[..range.start].trim_end(), &tex[range.end..]);
    let rest = if after.trim().is_empty() { Cow::Borrowed(before) } else { Cow::Owned(format!("{before}{after}")) };
    (rest, Some(tag))
}

/// The first tag outside braces and environments, and the bytes that it takes.
fn find_tag(tex: &str) -> Option<(Range<usize>, Tag<'_>)> {
    let mut depth = 0_usize;
    for (range, token) in tokens(tex) {
        match token {
            "{" | "\\begin" => depth += 1,
            "}" | "\\end" => depth = depth.saturating_sub(1),
            "\\tag" if depth == 0 => {
                let bare = tex[range.end..].starts_with('*');
                let open = range.end + usize::from(bare);
                let open = open + (tex.len() - open - tex[open..].trim_start().len());
                let inner = open + 1..closing_brace(tex, open)?;
                return Some((range.start..inner.end + 1, Tag { text: tex[inner].trim(), bare }));
            }
            _ => {}
        }
    }
    None
}

/// Where the brace at `open` is closed, if there is one.
fn closing_brace(tex: &str, open: usize) -> Option<usize> {
    let rest = tex.get(open..).filter(|rest| rest.starts_with('{'))?;
    let mut depth = 0_usize;
    for (range, token) in tokens(rest) {
        match token {
            "{" => depth += 1,
            "}" if depth == 1 => return Some(open + range.start),
            "}" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The braces and commands of LaTeX, `\{` being a command, with their places.
fn tokens(tex: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + tex[at..].find(['\\', '{', '}'])?;
        at = start + 1;
        if tex.as_bytes()[start] == b'\\' {
            let letters = tex[at..].bytes().take_while(u8::is_ascii_alphabetic).count();
            at += if letters > 0 { letters } else { tex[at..].chars().next().map_or(0, char::len_utf8) };
        }
        Some((start..at, &tex[start..at]))
    })
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
    fn a_tag_is_taken_off_where_it_is_the_formulas() {
        let split = |tex| {
            let (rest, tag) = split_tag(tex);
            (rest.into_owned(), tag.map(|tag| (tag.text, tag.bare)))
        };
        assert_eq!(split(r"E = mc^2 \tag{3.1}"), ("E = mc^2".into(), Some(("3.1", false))));
        assert_eq!(split(r"\tag*{式 {a}} x"), (" x".into(), Some(("式 {a}", true))));
        assert_eq!(split(r"\text{\{} a \tag {$\ast$}"), (r"\text{\{} a".into(), Some((r"$\ast$", false))));
        for whole in [
            r"\begin{align} a \tag{1} \\ b \tag{2} \end{align}",
            r"a \tag",
            r"a \tag 1 {b}",
            r"a \tag{1",
            r"a \tagged{1}",
            r"{a \tag{1}}",
            r"a \",
        ] {
            assert_eq!(split(whole), (whole.to_owned(), None));
        }
    }

    #[test]
    fn broken_latex_is_said_with_its_place() {
        let error = set(r"\frac{1}{2", Style::Inline).expect_err("a brace is open");
        assert!(!error.message.is_empty());
        let error = set(r"a + \nosuch", Style::Inline).expect_err("no such command");
        assert_eq!(error.offset, Some(4), "{error:?}");
    }
}
