//! From the string of a TOML field to its rich text, with every check on text.
//!
//! Control characters, markup, LaTeX, pictures that must exist, characters that no font has: each is reported at its place in
//! the file. The tree is returned all the same, so that one slip does not hide the next.

use crate::diag::{Code, Diagnostic, Severity, list_of};
use crate::fields::{At, span_within};
use crate::fonts::{Fonts, is_right_to_left};
use crate::markup::parse::{Flavour, parse};
use crate::markup::{RichText, any_byte};
use crate::math::{self, MathError, Style};
use crate::media::{IMAGE_TYPES, MEDIA_FOLDER, MediaFolder, MediaKind, SOUND_TYPES, name_fault};
use crate::source::{Source, Span};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// How many errors and how many warnings of a kind one text is worth: a reader mends the cause long before that.
const MOST: usize = 40;

/// What the texts of a file are checked against.
pub struct TextChecks<'a> {
    /// The file that is being read.
    pub source: &'a Source,
    /// What all files of the bank share.
    pub shared: &'a SharedChecks,
}

/// What the texts of all files of a bank are checked against.
pub struct SharedChecks {
    /// The media folder.
    pub media: MediaFolder,
    /// The fonts that papers are set in.
    pub fonts: Arc<Fonts>,
    /// Formulas that were set before.
    pub math: math::Cache,
}

impl TextChecks<'_> {
    /// Reads the text of a field.
    pub fn read(&self, field: At<&str>, flavour: Flavour, diagnostics: &mut Vec<Diagnostic>) -> RichText {
        let text = field.value;
        let place = |range: Range<usize>| span_within(self.source, field.span, range);
        let looked_at = if may_have_control(text) { text } else { "" };
        let controls = looked_at.char_indices().filter(|(_, character)| is_control(*character));
        for (offset, character) in controls.take(MOST) {
            let range = offset..offset + character.len_utf8();
            diagnostics.push(self.control_character(character, place(range)));
        }
        let mut problems = Vec::new();
        let (rich, places) = parse(text, field.span, flavour, &mut problems);
        let (mut errors, mut warnings) = (0, 0);
        for problem in problems {
            let count = if problem.code.severity() == Severity::Error { &mut errors } else { &mut warnings };
            *count += 1;
            if *count > MOST {
                continue;
            }
            if problem.code == Code::StrayDollar && self.check_escapes(field, text, &problem.range, diagnostics) {
                continue;
            }
            let mut diagnostic = Diagnostic::new(problem.code, place(problem.range), problem.message);
            diagnostic.help = problem.help;
            diagnostics.push(diagnostic);
        }
        let before = diagnostics.len();
        for (tex, range) in &places.formulas {
            if diagnostics.len() - before >= MOST {
                break;
            }
            if !self.check_escapes(field, text, range, diagnostics) {
                self.check_formula(tex, text, range, &place, diagnostics);
            }
        }
        let before = diagnostics.len();
        for (path, range) in &places.media {
            if diagnostics.len() - before >= MOST {
                break;
            }
            self.check_media(path, place(range.clone()), diagnostics);
        }
        self.check_characters(&rich, text, &place, diagnostics);
        rich
    }

    fn control_character(&self, character: char, span: Span) -> Diagnostic {
        let message = format!("the control character U+{:04X}", u32::from(character));
        let diagnostic = Diagnostic::new(Code::ControlCharacter, span, message);
        if let Some(escape) = letter_escape(self.source.slice(span)) {
            // `\frac`, `\beta`, `\rho` in a "…" string.
            return diagnostic.label(format!("`{escape}` is not a backslash here")).help(LATEX_STRING);
        }
        diagnostic.help(
            "remove it: Anki rejects a whole deck for some of these; of control characters a text may hold newlines and tabs",
        )
    }

    /// Looks for the escapes of a `"…"` string in what is meant to be LaTeX: `\theta` is a tab before "heta", `\frac` a form feed
    /// before "rac". Whether there are any; then the formula says nothing else.
    fn check_escapes(
        &self,
        field: At<&str>,
        text: &str,
        range: &Range<usize>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> bool {
        if text[range.clone()].contains(is_control) {
            return true; // reported as a control character
        }
        if !text[range.clone()].contains(['\t', '\n']) {
            return false;
        }
        let span = span_within(self.source, field.span, range.clone());
        // In a '…' string a backslash is a backslash.
        let quoted = self.source.slice(field.span).starts_with('"');
        let found = escapes(self.source.slice(span)).find(|escape| matches!(*escape, "\\t" | "\\n"));
        let Some(escape) = found.filter(|_| quoted) else { return false };
        let name = if escape == "\\t" { "a tab" } else { "a line break" };
        let message = format!("`{escape}` in this formula is {name}");
        diagnostics.push(Diagnostic::new(Code::MathSyntax, span, message).help(LATEX_STRING));
        true
    }

    fn check_formula(
        &self,
        tex: &str,
        text: &str,
        range: &Range<usize>,
        place: &impl Fn(Range<usize>) -> Span,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        // On paper a tag is set apart, as text.
        let tag = math::split_tag(tex).1.and_then(|tag| tag.tex());
        let tag = tag.map_or(Ok(()), |tag| match self.shared.math.set(&tag, Style::Inline) {
            Ok(_) => Ok(()),
            Err(error) => Err(MathError { offset: None, ..error }),
        });
        match self.shared.math.set(tex, Style::Inline).and_then(|list| tag.map(|()| list)) {
            Ok(list) => {
                let missing = math::missing_glyphs(&list, &self.shared.fonts);
                if !missing.is_empty() {
                    diagnostics.push(no_glyph(&missing, place(range.clone())));
                }
            }
            Err(error) => {
                // The place within the formula, where the parser names one.
                let inner = text[range.clone()].find(tex).map(|offset| range.start + offset);
                let exact = inner.map(|inner| inner + error.offset.unwrap_or(0).min(tex.len())..inner + tex.len());
                let message =
                    format!("LaTeX that cannot be set: {}", error.message.replace("'EOF'", "the end of the formula"));
                diagnostics.push(Diagnostic::new(
                    Code::MathSyntax,
                    place(exact.unwrap_or_else(|| range.clone())),
                    message,
                ));
            }
        }
    }

    fn check_media(&self, path: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) {
        let noun = MediaKind::of(path).unwrap_or(MediaKind::Picture).noun();
        let name = path.strip_prefix(MEDIA_FOLDER).and_then(|rest| rest.strip_prefix('/'));
        let Some(name) = name.filter(|name| !name.is_empty() && !name.contains(['/', '\\'])) else {
            let message = format!("the {noun} `{path}` is not in the media folder");
            let example = if noun == "sound" { "name.mp3" } else { "name.png" };
            let help =
                format!("put it into `{MEDIA_FOLDER}/` beside the chapters and write `{MEDIA_FOLDER}/{example}`");
            diagnostics.push(Diagnostic::new(Code::MissingMedia, span, message).help(help));
            return;
        };
        if MediaKind::of(name).is_none() {
            let message = format!("the picture `{path}` is of a type that cards cannot show");
            let help = format!("allowed: {}; as sounds: {}", list_of(IMAGE_TYPES), list_of(SOUND_TYPES));
            diagnostics.push(Diagnostic::new(Code::MissingMedia, span, message).help(help));
        } else if !self.shared.media.contains(name) {
            let mut diagnostic = Diagnostic::new(Code::MissingMedia, span, format!("there is no file `{path}`"));
            let names: Vec<String> = self.shared.media.names().map(|name| format!("{MEDIA_FOLDER}/{name}")).collect();
            diagnostic.help.extend(crate::diag::did_you_mean(path, names.iter().map(String::as_str)));
            diagnostics.push(diagnostic);
        } else if let Some(fault) = name_fault(name) {
            let message = format!("Anki would not find the {noun} `{name}` by its name: {fault}");
            diagnostics.push(Diagnostic::new(Code::MediaName, span, message).help("rename the file"));
        } else if let Some(twin) = self.shared.media.twin(name) {
            let message = format!("the {noun} `{name}` has the name of `{twin}` to Anki");
            let help = "rename one of them: neither case nor the composition of letters tells files apart everywhere";
            diagnostics.push(Diagnostic::new(Code::MediaName, span, message).help(help));
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
        rich.texts(|run| missing.extend(self.shared.fonts.missing_in(run).map(|(_, character)| character)));
        if missing.is_empty() {
            return;
        }
        if let Some((offset, first)) = text.char_indices().find(|(_, character)| missing.contains(character)) {
            diagnostics.push(no_glyph(&missing, place(offset..offset + first.len_utf8())));
        }
    }
}

const LATEX_STRING: &str =
    "a backslash begins an escape in a \"…\" string: write LaTeX in a '…' string, or each backslash twice";

/// The escapes in the source of a string, such as `\n` and `\u`; an escaped backslash is none.
fn escapes(source: &str) -> impl Iterator<Item = &str> {
    source.match_indices('\\').filter_map(|(at, _)| {
        let before = &source[..at];
        let escaped = (before.len() - before.trim_end_matches('\\').len()) % 2 == 1;
        source.get(at..at + 2).filter(|escape| !escaped && *escape != "\\\\")
    })
}

/// The escape that a source consists of, if it is one of a letter that is no code point.
fn letter_escape(source: &str) -> Option<&str> {
    escapes(source).next().filter(|escape| *escape == source)
}

/// The warning for characters of one text that need other fonts than those that come with the program.
fn no_glyph(characters: &BTreeSet<char>, span: Span) -> Diagnostic {
    if characters.iter().copied().any(is_right_to_left) {
        return Diagnostic::new(Code::NoGlyph, span, RIGHT_TO_LEFT).help(RIGHT_TO_LEFT_HELP);
    }
    Diagnostic::new(Code::NoGlyph, span, format!("the bundled fonts lack {}", named(characters))).help(
        "Anki shows it; a paper takes it from `--font` or `--fallback-font FILE`, or from a font of the machine, if one has it",
    )
}

/// The error for characters that a paper needs and no font of this run has; `what` cannot be printed for want of them.
pub fn unprintable(what: &str, characters: &BTreeSet<char>, span: Option<Span>) -> Diagnostic {
    let (reason, help) = if characters.iter().copied().any(is_right_to_left) {
        (RIGHT_TO_LEFT.to_owned(), RIGHT_TO_LEFT_HELP)
    } else {
        (format!("no font has {}", named(characters)), NO_FONT_HELP)
    };
    let message = format!("{what} cannot be printed: {reason}");
    let diagnostic = match span {
        Some(span) => Diagnostic::new(Code::NoGlyph, span, message),
        None => Diagnostic::placeless(Code::NoGlyph, message),
    };
    diagnostic.as_error().help(help)
}

const NO_FONT_HELP: &str =
    "name a font that has it with `--fallback-font FILE`, or use another character, a formula, or `exam = false`";
const RIGHT_TO_LEFT: &str = "papers have no text that runs from right to left";
const RIGHT_TO_LEFT_HELP: &str =
    "Anki shows it; for a paper make a picture of it, or leave the card out with `exam = false`";

fn named(characters: &BTreeSet<char>) -> String {
    let the = if characters.len() == 1 { "the character" } else { "the characters" };
    format!("{the} {}", spelled(characters))
}

/// Characters as they look and by their numbers: `🤗` (U+1F917), `☞` (U+261E).
pub fn spelled(characters: &BTreeSet<char>) -> String {
    let spelled: Vec<String> =
        characters.iter().map(|character| format!("`{character}` (U+{:04X})", u32::from(*character))).collect();
    spelled.join(", ")
}

/// Whether a text may have characters that [`is_control`] tells: looks at single bytes, and takes a few letters such as `·` for one.
fn may_have_control(text: &str) -> bool {
    // 0xc2 begins U+0080 to U+00BF.
    let may_be = |byte: u8| (byte < b' ' && byte != b'\n' && byte != b'\t') || byte == 0x7f || byte == 0xc2;
    any_byte(text, may_be)
}

/// Control characters that may not stand in a text: all but newline and tab.
pub fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_look_misses_no_control_character() {
        for character in ('\0'..=char::MAX).filter(|character| is_control(*character)) {
            for before in ["", "词", &"词".repeat(300)] {
                assert!(
                    may_have_control(&format!("{before}{character}a")),
                    "{character:?} after {} bytes",
                    before.len()
                );
            }
        }
        assert!(!may_have_control("与 word2vec 的\n词向量\t相比，{{c1::ELMo}} $x_{<t}$ é～。"));
    }
}
