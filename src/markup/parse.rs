//! The Markdown subset, from text to tree.
//!
//! pulldown-cmark reads the Markdown; this module keeps what cards use, weaves in the clozes and the blanks, and reports what
//! would not come out as it was meant: HTML, headings, a `$` or `**` that Markdown leaves standing.

mod reader;

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
    if is_plain(text)
        && let Some(rich) = RichText::prose(text, span)
    {
        return (rich, Places::default());
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

/// Whether Markdown would leave the text as it is: most fields are one line of prose, and need no Markdown parser. Anything that
/// could be a mark sends the text to the parser; a false alarm costs time only.
fn is_plain(text: &str) -> bool {
    let starts_like_prose = text.chars().next().is_some_and(|first| is_wide(first) || first.is_ascii_alphabetic());
    starts_like_prose
        && text.ends_with(|last: char| !last.is_whitespace())
        && !any_byte(text, |byte| {
            matches!(
                byte,
                b'\n' | b'\r' | b'\\' | b'`' | b'*' | b'_' | b'{' | b'[' | b'!' | b'<' | b'&' | b'$' | b'~' | b'|'
            )
        })
}

#[cfg(test)]
mod tests;
