//! Where what is found on a card goes: past the rules that are off and those that the card is excused from.

use super::line::Line;
use crate::bank::lint::Lint;
use crate::card::Card;
use crate::diag::{Code, Diagnostic};
use crate::markup::RichText;
use crate::source::{Sources, Span};
use std::ops::Range;

/// What is found on one card.
pub(super) struct Sink<'a> {
    card: &'a Card,
    sources: &'a Sources,
    lint: &'a Lint,
    /// Which of the excuses of the card were needed, as bits.
    used: u64,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(card: &'a Card, sources: &'a Sources, lint: &'a Lint, found: &'a mut Vec<Diagnostic>) -> Self {
        Self { card, sources, lint, used: 0, found }
    }

    /// Whether the rule is asked of this card. An excuse counts as needed from then on: ask only where something was found.
    pub(super) fn takes(&mut self, code: Code) -> bool {
        if !self.lint.asks(code) {
            return false;
        }
        let excuses = self.card.allow.iter().enumerate().filter(|(_, allowed)| allowed.value == code);
        let bits = excuses.fold(0, |bits, (place, _)| bits | 1 << place.min(63));
        self.used |= bits;
        bits == 0
    }

    /// Something about a text as a whole.
    pub(super) fn text(&mut self, code: Code, text: &RichText, message: String, help: &str) {
        if self.takes(code) {
            self.found.push(Diagnostic::new(code, text.span, message).help(help));
        }
    }

    /// Something about a part of a text.
    pub(super) fn at(
        &mut self,
        code: Code,
        line: &Line,
        text: &RichText,
        part: Range<usize>,
        message: String,
        help: &str,
    ) {
        if self.takes(code) {
            let span = self.place(line, text, part);
            self.found.push(Diagnostic::new(code, span, message).help(help));
        }
    }

    /// A diagnostic that the caller has made, of a rule that is asked.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Where a part of a line is in the file: where the same characters are for the same time. The whole text if they are not there, since
    /// there is markup or an escape between them.
    fn place(&self, line: &Line, text: &RichText, part: Range<usize>) -> Span {
        let fragment = &line.text[part.clone()];
        let literal = self.sources.get(text.span.source).slice(text.span);
        let before = line.text[..part.start].matches(fragment).count();
        let mut places = literal.match_indices(fragment).map(|(at, _)| at);
        let Some(at) = (if fragment.is_empty() { None } else { places.nth(before) }) else { return text.span };
        let start = text.span.start as usize + at;
        Span::new(text.span.source, start..start + fragment.len())
    }

    /// Says which excuses were not needed.
    pub(super) fn finish(self) {
        if !self.lint.asks(Code::UnusedAllow) {
            return;
        }
        for (place, allowed) in self.card.allow.iter().enumerate() {
            if self.used & 1 << place.min(63) == 0 && self.lint.asks(allowed.value) {
                let message =
                    format!("`{}` is excused from `{}`, which it does not break", self.card.id, allowed.value);
                let diagnostic = Diagnostic::new(Code::UnusedAllow, allowed.span, message);
                self.found.push(diagnostic.help("take it out, so that it hides no later slip"));
            }
        }
    }
}
