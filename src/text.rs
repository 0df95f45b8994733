//! From the string of a TOML field to its rich text, with every check on text.
//!
//! Control characters, markup, LaTeX, pictures that must exist, characters that no font has: each is reported at its place in
//! the file. The tree is returned all the same, so that one slip does not hide the next.

use crate::diag::{Code, Diagnostic, list_of};
use crate::fields::{At, span_within};
use crate::fonts::Fonts;
use crate::markup::RichText;
use crate::markup::parse::{Flavour, parse};
use crate::math::{self, Style};
use crate::source::{Sources, Span};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// The endings of the pictures that decks and papers can show.
pub const IMAGE_TYPES: [&str; 4] = ["png", "jpg", "jpeg", "svg"];

/// The folder of the media, relative to the bank.
pub const MEDIA_FOLDER: &str = "media";

/// What texts are checked against; shared by all cards of a bank.
pub struct TextChecks<'a> {
    /// The texts of the files.
    pub sources: &'a Sources,
    /// The names of the files in the media folder.
    pub media: BTreeSet<String>,
    /// The fonts that papers are set in.
    pub fonts: Arc<Fonts>,
    /// Formulas that were set before.
    pub math: math::Cache,
}

impl TextChecks<'_> {
    /// Reads the text of a field.
    pub fn read(&self, field: At<&str>, flavour: Flavour, diagnostics: &mut Vec<Diagnostic>) -> RichText {
        let text = field.value;
        let place = |range: Range<usize>| span_within(self.sources, field.span, range);
        for (offset, character) in text.char_indices().filter(|(_, character)| is_control(*character)) {
            let range = offset..offset + character.len_utf8();
            diagnostics.push(
                Diagnostic::new(Code::ControlCharacter, place(range), format!("the control character U+{:04X}", u32::from(character)))
                    .help(
                        "remove it: Anki rejects a whole deck for some of these; of control characters a text may hold newlines and tabs",
                    ),
            );
        }
        let mut problems = Vec::new();
        let (blocks, places) = parse(text, flavour, &mut problems);
        for problem in problems {
            let mut diagnostic = Diagnostic::new(problem.code, place(problem.range), problem.message);
            diagnostic.help.extend(problem.help);
            diagnostics.push(diagnostic);
        }
        for (tex, range) in &places.formulas {
            self.check_formula(tex, text, range, &place, diagnostics);
        }
        for (path, range) in &places.images {
            self.check_image(path, place(range.clone()), diagnostics);
        }
        let rich = RichText { blocks, span: field.span };
        self.check_characters(&rich, text, &place, diagnostics);
        rich
    }

    fn check_formula(
        &self,
        tex: &str,
        text: &str,
        range: &Range<usize>,
        place: &impl Fn(Range<usize>) -> Span,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        match self.math.set(tex, Style::Inline) {
            Ok(list) => {
                for character in math::missing_glyphs(&list, &self.fonts) {
                    diagnostics.push(no_glyph(character, place(range.clone())));
                }
            }
            Err(error) => {
                // The place within the formula, where the parser names one.
                let inner = text[range.clone()].find(tex).map(|offset| range.start + offset);
                let exact = inner.zip(error.offset).map(|(inner, offset)| {
                    let start = (inner + offset).min(range.end);
                    start..range.end
                });
                let message = format!("LaTeX that cannot be set: {}", error.message);
                diagnostics.push(Diagnostic::new(
                    Code::MathSyntax,
                    place(exact.unwrap_or_else(|| range.clone())),
                    message,
                ));
            }
        }
    }

    fn check_image(&self, path: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) {
        let name = path.strip_prefix(MEDIA_FOLDER).and_then(|rest| rest.strip_prefix('/'));
        let Some(name) = name.filter(|name| !name.is_empty() && !name.contains(['/', '\\'])) else {
            let message = format!("the picture `{path}` is not in the media folder");
            let help = format!("put it into `{MEDIA_FOLDER}/` beside the chapters and write `{MEDIA_FOLDER}/name.png`");
            diagnostics.push(Diagnostic::new(Code::MissingMedia, span, message).help(help));
            return;
        };
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        if !ending.is_some_and(|ending| IMAGE_TYPES.contains(&ending.as_str())) {
            let message = format!("the picture `{path}` is of a type that cards cannot show");
            diagnostics.push(
                Diagnostic::new(Code::MissingMedia, span, message).help(format!("allowed: {}", list_of(IMAGE_TYPES))),
            );
        } else if !self.media.contains(name) {
            let mut diagnostic = Diagnostic::new(Code::MissingMedia, span, format!("there is no file `{path}`"));
            if let Some(guess) = crate::diag::did_you_mean(name, self.media.iter().map(String::as_str)) {
                diagnostic = diagnostic.help(guess);
            }
            diagnostics.push(diagnostic);
        }
    }

    fn check_characters(
        &self,
        rich: &RichText,
        text: &str,
        place: &impl Fn(Range<usize>) -> Span,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let mut missing = BTreeSet::new();
        rich.texts(|run| {
            missing.extend(run.chars().filter(|character| !character.is_control() && !self.fonts.covers(*character)));
        });
        for character in missing {
            let offset = text.find(character).unwrap_or(0);
            diagnostics.push(no_glyph(character, place(offset..offset + character.len_utf8())));
        }
    }
}

/// The diagnostic for a character that no font has.
pub fn no_glyph(character: char, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NoGlyph,
        span,
        format!("no font has the character `{character}` (U+{:04X})", u32::from(character)),
    )
    .help("it shows in Anki but cannot be printed: use another character, a formula, or `exam = false`")
}

/// Control characters that may not stand in a text: all but newline and tab.
pub fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
}
