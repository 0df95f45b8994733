//! Reading the tables of a TOML file field by field, with every error collected.
//!
//! In: a parsed TOML table and the list of fields it may hold. Out: typed values with their spans, and a diagnostic for
//! each unknown, missing or mistyped field. The list ([`FieldSpec`]) is the one place where the accepted names of a table are
//! written down: reading, "did you mean" and `--help` texts all go by it.
//!
//! Serde is not used here: an error ends a serde pass, so the second slip in a card would wait for the next run.

use crate::diag::{Code, Diagnostic, did_you_mean, list_of};
use crate::points::Points;
use crate::source::{Source, SourceId, Span};
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A field that a table may hold.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// Its name.
    pub name: &'static str,
    /// Whether the table is refused without it.
    pub required: bool,
    /// What it holds, in one line.
    pub doc: &'static str,
}

/// A field that must be there.
pub const fn required(name: &'static str, doc: &'static str) -> FieldSpec {
    FieldSpec { name, required: true, doc }
}

/// A field that may be left out.
pub const fn optional(name: &'static str, doc: &'static str) -> FieldSpec {
    FieldSpec { name, required: false, doc }
}

/// A value and the place it was written at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place, quotes included.
    pub span: Span,
}

/// Where a text that was parsed begins: the offsets of the parser count from there.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    source: SourceId,
    start: usize,
}

impl Origin {
    /// At a byte of a source.
    pub fn new(source: SourceId, start: usize) -> Self {
        Self { source, start }
    }

    /// The place of a range of the parser.
    pub fn span(self, range: Range<usize>) -> Span {
        Span::new(self.source, self.start + range.start..self.start + range.end)
    }
}

impl From<SourceId> for Origin {
    fn from(source: SourceId) -> Self {
        Self::new(source, 0)
    }
}

/// Parses a source as TOML. Syntax errors are reported and what could be understood is returned all the same.
pub fn parse<'s>(source: &'s Source, id: SourceId, diagnostics: &mut Vec<Diagnostic>) -> Spanned<DeTable<'s>> {
    let (document, errors) = DeTable::parse_recoverable(source.text());
    // What follows the first error of a line is mostly a consequence of it.
    let mut first_of_line = BTreeMap::new();
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let line = source.position(range.start).line;
        let earlier = first_of_line.entry(line).or_insert_with(|| (range.clone(), error.clone()));
        if range.start < earlier.0.start {
            *earlier = (range, error);
        }
    }
    for (line, (range, error)) in first_of_line {
        let text = source.text().lines().nth(line - 1).unwrap_or_default();
        let later_mark = text.starts_with("=======") || text.starts_with(">>>>>>>");
        if later_mark && source.text().contains("<<<<<<<") {
            continue; // of the conflict that began above
        }
        if text.starts_with("<<<<<<<") {
            let before = source.text().get(..range.start).unwrap_or_default();
            let start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let span = Span::new(id, start..start + text.len());
            diagnostics.push(
                Diagnostic::new(Code::TomlSyntax, span, "not valid TOML: a merge conflict is left here")
                    .help("choose a side, or keep both, and remove the lines of `<`, `=` and `>`"),
            );
            continue;
        }
        let span = Span::new(id, range);
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        let mut diagnostic = Diagnostic::new(Code::TomlSyntax, span, format!("not valid TOML: {message}"));
        if message.contains("escape") {
            diagnostic = diagnostic.help("a backslash begins an escape in a \"…\" string: write LaTeX in a '…' string");
        }
        diagnostics.push(diagnostic);
    }
    document
}

/// One table while it is being read.
pub struct Table<'t, 's> {
    origin: Origin,
    span: Span,
    entries: &'t DeTable<'s>,
    /// What the table is called in messages: "a single-choice card", "a [[section]]".
    what: &'t str,
    diagnostics: &'t mut Vec<Diagnostic>,
}

impl<'t, 's> Table<'t, 's> {
    /// Starts reading a table of the text that begins at `origin`; its header is at `range` of the source. Reports unknown and missing
    /// fields at once; `specs` is one or more lists that together are the accepted fields.
    pub fn new(
        origin: impl Into<Origin>,
        range: Range<usize>,
        table: &'t DeTable<'s>,
        what: &'t str,
        specs: &[&[FieldSpec]],
        diagnostics: &'t mut Vec<Diagnostic>,
    ) -> Self {
        let origin = origin.into();
        let span = Span::new(origin.source, range);
        let names = || specs.iter().copied().flatten().map(|spec| spec.name);
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if !names().any(|known| known == name) {
                let mut diagnostic = Diagnostic::new(
                    Code::UnknownField,
                    origin.span(key.span()),
                    format!("unknown field `{name}` in {what}"),
                );
                if let Some(guess) = did_you_mean(name, names()) {
                    diagnostic = diagnostic.help(guess);
                }
                diagnostics.push(diagnostic.help(format!("allowed: {}", list_of(names()))));
            }
        }
        for spec in specs.iter().copied().flatten().filter(|spec| spec.required) {
            if !table.contains_key(spec.name) {
                diagnostics.push(
                    Diagnostic::new(Code::MissingField, span, format!("{what} without the field `{}`", spec.name))
                        .help(format!("`{}`: {}", spec.name, spec.doc)),
                );
            }
        }
        Self { origin, span, entries: table, what, diagnostics }
    }

    /// The place of the table's header.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Adds a diagnostic of the caller's own.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Where diagnostics go.
    pub fn diagnostics(&mut self) -> &mut Vec<Diagnostic> {
        self.diagnostics
    }

    /// Whether the field is written at all, whatever it holds.
    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The raw value of a field with its place.
    pub fn raw(&self, name: &str) -> Option<At<&'t DeValue<'s>>> {
        let value = self.entries.get(name)?;
        Some(At { value: value.get_ref(), span: self.origin.span(value.span()) })
    }

    fn wrong_type(&mut self, name: &str, found: At<&DeValue<'_>>, expected: &str) {
        self.report_type(&format!("`{name}`"), found, expected);
    }

    fn wrong_element(&mut self, name: &str, found: At<&DeValue<'_>>, expected: &str) {
        self.report_type(&format!("an element of `{name}`"), found, expected);
    }

    fn report_type(&mut self, subject: &str, found: At<&DeValue<'_>>, expected: &str) {
        let message = format!("{subject} in {} is {}, expected {expected}", self.what, describe(found.value));
        self.diagnostics
            .push(Diagnostic::new(Code::WrongType, found.span, message).label(format!("expected {expected}")));
    }

    /// A string.
    pub fn string(&mut self, name: &str) -> Option<At<&'t str>> {
        let found = self.raw(name)?;
        if let DeValue::String(value) = found.value {
            return Some(At { value: value.as_ref(), span: found.span });
        }
        self.wrong_type(name, found, "a string");
        None
    }

    /// A string that holds something other than white space.
    pub fn filled(&mut self, name: &str) -> Option<At<&'t str>> {
        let found = self.string(name)?;
        if found.value.trim().is_empty() {
            let message = format!("`{name}` in {} is empty", self.what);
            self.diagnostics.push(Diagnostic::new(Code::EmptyField, found.span, message));
            return None;
        }
        Some(found)
    }

    /// A string of one line that holds something other than white space: no control characters, no line break.
    pub fn line(&mut self, name: &str) -> Option<At<&'t str>> {
        let found = self.filled(name)?;
        if let Some(character) = found.value.chars().find(|character| character.is_control()) {
            let what = if character == '\n' { "a line break" } else { "a control character" };
            let message = format!("{what} (U+{:04X}) in `{name}` of {}", u32::from(character), self.what);
            self.diagnostics.push(
                Diagnostic::new(Code::ControlCharacter, found.span, message).help("write it as one line of plain text"),
            );
            return None;
        }
        Some(found)
    }

    /// A boolean.
    pub fn boolean(&mut self, name: &str) -> Option<At<bool>> {
        let found = self.raw(name)?;
        if let DeValue::Boolean(value) = found.value {
            return Some(At { value: *value, span: found.span });
        }
        self.wrong_type(name, found, "`true` or `false`");
        None
    }

    /// A whole number within `allowed`.
    pub fn integer(&mut self, name: &str, allowed: RangeInclusive<u64>) -> Option<At<u64>> {
        let found = self.raw(name)?;
        let DeValue::Integer(value) = found.value else {
            self.wrong_type(name, found, "a whole number");
            return None;
        };
        let number = u64::from_str_radix(value.as_str(), value.radix()).ok();
        if let Some(value) = number.filter(|value| allowed.contains(value)) {
            return Some(At { value, span: found.span });
        }
        let message = format!("`{name}` in {} is {value}", self.what);
        let help = format!("allowed: {} to {}", allowed.start(), allowed.end());
        self.diagnostics.push(Diagnostic::new(Code::InvalidValue, found.span, message).help(help));
        None
    }

    /// A number, whole or with a decimal part, as written.
    pub fn number(&mut self, name: &str) -> Option<At<f64>> {
        let found = self.raw(name)?;
        let value = number_of(found.value);
        if value.is_none() {
            self.wrong_type(name, found, "a finite number");
        }
        value.map(|value| At { value, span: found.span })
    }

    /// A number within `allowed`, counted in `unit`, which messages name: "mm".
    pub fn number_in(&mut self, name: &str, allowed: RangeInclusive<f64>, unit: &str) -> Option<At<f64>> {
        let number = self.number(name)?;
        if allowed.contains(&number.value) {
            return Some(number);
        }
        let message = format!("`{name}` in {} is {}", self.what, number.value);
        let help = format!("allowed: {} to {} {unit}", allowed.start(), allowed.end());
        self.diagnostics.push(Diagnostic::new(Code::InvalidValue, number.span, message).help(help.trim_end()));
        None
    }

    /// Marks: a positive multiple of 0.5.
    pub fn points(&mut self, name: &str) -> Option<At<Points>> {
        let number = self.number(name)?;
        let points = Points::from_number(number.value);
        if points.is_none() {
            let help = format!("allowed: 0.5 to {} in steps of 0.5", Points::MAX);
            let message = format!("`{name}` is {}", number.value);
            self.diagnostics.push(Diagnostic::new(Code::InvalidValue, number.span, message).help(help));
        }
        points.map(|value| At { value, span: number.span })
    }

    /// An array, element by element.
    pub fn array(&mut self, name: &str, of: &str) -> Option<At<Vec<At<&'t DeValue<'s>>>>> {
        let found = self.raw(name)?;
        let DeValue::Array(elements) = found.value else {
            self.wrong_type(name, found, &format!("an array of {of}"));
            return None;
        };
        let at =
            |element: &'t Spanned<DeValue<'s>>| At { value: element.get_ref(), span: self.origin.span(element.span()) };
        Some(At { value: elements.iter().map(at).collect(), span: found.span })
    }

    /// An array of strings; elements of another type are reported and left out.
    pub fn strings(&mut self, name: &str) -> Option<At<Vec<At<&'t str>>>> {
        let elements = self.array(name, "strings")?;
        let mut strings = Vec::with_capacity(elements.value.len());
        for element in elements.value {
            match element.value {
                DeValue::String(value) => strings.push(At { value: value.as_ref(), span: element.span }),
                _ => self.wrong_element(name, element, "a string"),
            }
        }
        Some(At { value: strings, span: elements.span })
    }

    /// An array of tables (`[[name]]`); elements of another type are reported and left out.
    pub fn tables(&mut self, name: &str) -> Vec<(&'t DeTable<'s>, Span)> {
        self.tables_under(name, name)
    }

    /// As [`Table::tables`] in a table that is not the document: `header` is what stands between the brackets, such as
    /// `card.rubric`.
    pub fn tables_under(&mut self, name: &str, header: &str) -> Vec<(&'t DeTable<'s>, Span)> {
        let Some(elements) = self.array(name, &format!("tables, `[[{header}]]`")) else { return Vec::new() };
        let mut tables = Vec::with_capacity(elements.value.len());
        for element in elements.value {
            match element.value {
                DeValue::Table(table) => tables.push((table, element.span)),
                _ => self.wrong_element(name, element, &format!("a table, `[[{header}]]`")),
            }
        }
        tables
    }

    /// A table (`[name]`).
    pub fn table(&mut self, name: &str) -> Option<(&'t DeTable<'s>, Span)> {
        let found = self.raw(name)?;
        if let DeValue::Table(table) = found.value {
            return Some((table, found.span));
        }
        self.wrong_type(name, found, &format!("a table, `[{name}]`"));
        None
    }

    /// A string that is one of a few words.
    pub fn one_of<T: Copy>(&mut self, name: &str, allowed: &[(&str, T)]) -> Option<At<T>> {
        let found = self.string(name)?;
        self.word(&format!("`{name}`"), found, allowed)
    }

    /// An array of strings that are each one of a few words; the others are reported and left out.
    pub fn some_of<T: Copy>(&mut self, name: &str, allowed: &[(&str, T)]) -> Option<At<Vec<At<T>>>> {
        let found = self.strings(name)?;
        let subject = format!("an element of `{name}`");
        let words = found.value.into_iter().filter_map(|word| self.word(&subject, word, allowed)).collect();
        Some(At { value: words, span: found.span })
    }

    fn word<T: Copy>(&mut self, subject: &str, found: At<&str>, allowed: &[(&str, T)]) -> Option<At<T>> {
        if let Some((_, value)) = allowed.iter().find(|(word, _)| *word == found.value) {
            return Some(At { value: *value, span: found.span });
        }
        let words = || allowed.iter().map(|(word, _)| *word);
        let message = format!("{subject} in {} is `{}`", self.what, found.value.escape_debug());
        let mut diagnostic = Diagnostic::new(Code::InvalidValue, found.span, message);
        diagnostic.help.extend(did_you_mean(found.value, words()));
        self.diagnostics.push(diagnostic.help(format!("allowed: {}", list_of(words()))));
        None
    }
}

/// The value of a TOML integer or float.
pub fn number_of(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(value) => i64::from_str_radix(value.as_str(), value.radix()).ok().map(|value| value as f64),
        DeValue::Float(value) => value.as_str().parse().ok().filter(|value: &f64| value.is_finite()),
        _ => None,
    }
}

/// A TOML value as messages call it.
pub fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// The place in the file of a range within the *value* of a string literal.
///
/// A TOML string's span covers its quotes, and an escape is longer in the file than in the value. The literal is walked
/// once; where it cannot be understood the whole literal is the answer.
pub fn span_within(source: &Source, literal: Span, range: Range<usize>) -> Span {
    let text = source.slice(literal);
    let (open, raw) = match text.as_bytes() {
        [b'"', b'"', b'"', ..] => (3, false),
        [b'\'', b'\'', b'\'', ..] => (3, true),
        [b'"', ..] => (1, false),
        [b'\'', ..] => (1, true),
        _ => return literal,
    };
    if text.len() < 2 * open {
        return literal;
    }
    let mut at = open; // offset in the literal
    if open == 3 {
        at += usize::from(text[at..].starts_with('\n'));
    }
    let mut value = 0; // offset in the value
    let (mut start, mut end) = (None, None);
    while at <= text.len() - open {
        // White space that a line-ending backslash swallows belongs to what follows.
        if !raw && line_ending_backslash(&text[at..]) {
            at += 1 + text[at + 1..].len() - text[at + 1..].trim_start_matches([' ', '\t', '\r', '\n']).len();
            continue;
        }
        if value >= range.start && start.is_none() {
            start = Some(at);
        }
        if value >= range.end && end.is_none() {
            end = Some(at);
            break;
        }
        let Some((source_length, value_length)) = step(&text[at..], raw) else { break };
        at += source_length;
        value += value_length;
    }
    match (start, end) {
        (Some(start), end) => {
            let base = literal.start as usize;
            Span::new(literal.source, base + start..base + end.unwrap_or(text.len() - open))
        }
        _ => literal,
    }
}

fn line_ending_backslash(text: &str) -> bool {
    text.strip_prefix('\\').is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']))
}

/// The length in the file and in the value of the next character of a string literal.
fn step(text: &str, raw: bool) -> Option<(usize, usize)> {
    let character = text.chars().next()?;
    if raw || character != '\\' {
        // TOML normalises nothing but CRLF is kept as it is.
        return Some((character.len_utf8(), character.len_utf8()));
    }
    let escape = text[1..].chars().next()?;
    let hex = |digits: usize| {
        let code = u32::from_str_radix(text.get(2..2 + digits)?, 16).ok()?;
        Some((2 + digits, char::from_u32(code)?.len_utf8()))
    };
    match escape {
        'x' => hex(2),
        'u' => hex(4),
        'U' => hex(8),
        _ => Some((1 + escape.len_utf8(), 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(literal: &str, range: Range<usize>) -> String {
        let mut sources = crate::source::Sources::default();
        let id = sources.add("a.toml", literal);
        let source = sources.get(id);
        let span = span_within(source, Span::new(id, 0..literal.len()), range);
        source.slice(span).to_owned()
    }

    #[test]
    fn a_range_in_a_value_is_found_in_its_literal() {
        assert_eq!(within(r#""abc""#, 1..2), "b");
        assert_eq!(within("'题干'", 3..6), "干");
        assert_eq!(within(r#""a\\b\u4e2dc""#, 6..7), "c");
        assert_eq!(within("\"\"\"\nab\\\n   cd\"\"\"", 2..3), "c");
        assert_eq!(within("'''\nxy'''", 0..2), "xy");
    }
}
