//! The Markdown subset, from text to tree.
//!
//! pulldown-cmark reads the Markdown; this module keeps what cards use, weaves in the clozes and the blanks, and reports what
//! would not come out as it was meant: HTML, headings, a `$` or `**` that Markdown leaves standing.

mod reader;

use super::stray::braces_match;
use super::{Block, RichText, any_byte, cloze, is_wide};
use crate::diag::Code;
use crate::source::Span;
use pulldown_cmark::{Options, Parser};
use reader::Reader;
use std::ops::Range;

/// Something wrong in a text, at a range of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which kind.
    pub code: Code,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
    /// What was found.
    pub message: String,
    /// What is allowed or what would mend it.
    pub help: Vec<String>,
}

impl Problem {
    pub(super) fn new(code: Code, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, range, message: message.into(), help: Vec::new() }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// What a text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// `{{c1::…}}` is a mistake.
    Prose,
    /// `{{c1::…}}` is a deletion.
    Cloze,
}

/// Formulas, pictures and sounds with the place they were written at, for checks that need more than the text: the math parser, the
/// file system.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The LaTeX of each formula and the bytes that it stands in.
    pub formulas: Vec<(Box<str>, Range<usize>)>,
    /// The path of each picture and each sound, and the bytes of the whole element.
    pub media: Vec<(Box<str>, Range<usize>)>,
}

/// Reads the text of a field that stands at `span`. It is whole even where there are problems.
pub fn parse(text: &str, span: Span, flavour: Flavour, problems: &mut Vec<Problem>) -> (RichText, Places) {
    if let Some(formulas) = prose(text)
        && let Some(rich) = RichText::prose(text, &formulas, span)
    {
        let written = |range: Range<usize>| (text[inner(&range)].into(), range);
        return (rich, Places { formulas: formulas.into_iter().map(written).collect(), media: Vec::new() });
    }
    let (blocks, places) = markdown(text, flavour, problems);
    (RichText::new(blocks, span), places)
}

/// The tree of a text.
fn markdown(text: &str, flavour: Flavour, problems: &mut Vec<Problem>) -> (Vec<Block>, Places) {
    let mut marks = Vec::new();
    if text.contains("{{c") {
        let mut found = Vec::new();
        marks = cloze::marks(text, &mut found);
        if flavour == Flavour::Cloze {
            problems.append(&mut found);
        } else if let Some((range, _)) = marks.first() {
            problems.push(
                Problem::new(
                    Code::StrayCloze,
                    range.clone(),
                    "cloze syntax on a card that is no cloze; it is shown as it is",
                )
                .help("give the card `type = \"cloze\"`"),
            );
            marks.clear();
        }
    }
    let mut reader = Reader::new(text, marks, problems);
    let options = Options::ENABLE_TABLES | Options::ENABLE_MATH;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.finish()
}

/// The formulas, dollars included, of a text that is one paragraph of prose with nothing else in it; `None` where it may be more. Most fields
/// are so, and need no Markdown parser. Anything that could be another mark sends the text there; a false alarm costs time only.
fn prose(text: &str) -> Option<Vec<Range<usize>>> {
    let starts_like_prose = text.chars().next().is_some_and(|first| is_wide(first) || first.is_ascii_alphabetic());
    if !starts_like_prose || text.ends_with(char::is_whitespace) || any_byte(text, is_mark_of_any_text) {
        return None;
    }
    let mut formulas = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('$').map(|offset| from + offset) {
        let close = open + 1 + text[open + 1..].find('$')?;
        if any_byte(&text[from..open], is_mark_of_prose) || !is_formula(&text[open + 1..close]) {
            return None;
        }
        from = close + 1;
        formulas.push(open..from);
    }
    (!any_byte(&text[from..], is_mark_of_prose)).then_some(formulas)
}

/// What may be a mark wherever it stands, within a formula too.
fn is_mark_of_any_text(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b'`' | b'[' | b'!' | b'<' | b'&' | b'~' | b'|')
}

/// What is a mark in prose, and part of a formula.
fn is_mark_of_prose(byte: u8) -> bool {
    matches!(byte, b'\\' | b'*' | b'_' | b'{')
}

/// Whether what stands between two dollars is a formula to Markdown, and nothing in it means more.
fn is_formula(tex: &str) -> bool {
    let touches = |end: Option<char>| end.is_some_and(|character| !character.is_whitespace());
    touches(tex.chars().next())
        && touches(tex.chars().next_back())
        && !tex.ends_with('\\')
        && !tex.contains("{{c")
        && braces_match(tex)
}

/// What stands between the dollars of a formula.
pub(super) fn inner(formula: &Range<usize>) -> Range<usize> {
    formula.start + 1..formula.end - 1
}

#[cfg(test)]
mod tests;
