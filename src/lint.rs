//! How well items are written: warnings for `check`.
//!
//! In: a checked bank, and the texts that places point into. Out: [`Diagnostic`]s, in the order of the files. What each rule asks is
//! written down in [`crate::diag::rules`], which of them a bank asks in its `[lint]` ([`crate::bank::lint`]), and from which a card is
//! excused on the card. Nothing here holds anything back, and no other verb asks it.
//!
//! Cards are looked at in parallel, each by itself, after a look at the whole bank for cards that ask the same (`twins`); shares over
//! the bank come last (`balance`). The time is in proportion to the bank.

mod balance;
mod cloze;
mod glossary;
mod line;
mod options;
mod phrases;
mod sink;
mod twins;
mod typography;

use crate::bank::Bank;
use crate::bank::lint::Lint;
use crate::card::{Basic, Body, Card, Choice, Term, letter};
use crate::diag::{self, Code, Diagnostic};
use crate::markup::RichText;
use crate::source::Sources;
use balance::LACKS;
use glossary::Glossary;
use line::Line;
use phrases::Words;
use rayon::prelude::*;
use sink::Sink;
use typography::Gap;

/// Cards that one thread looks at before it takes others.
const AT_A_TIME: usize = 256;

/// What all cards are looked at with.
struct Rules<'a> {
    lint: &'a Lint,
    absolute: Words,
    glossary: Glossary,
    gap: Option<Gap>,
    /// Which of the [`LACKS`] most cards have, so that it is told of the bank as a whole.
    told: [bool; LACKS.len()],
}

/// What of the items could be written better. `sources` are those that the bank was read with.
pub fn lint(bank: &Bank, sources: &Sources) -> Vec<Diagnostic> {
    let lint = &bank.info.lint;
    let rules = Rules {
        lint,
        absolute: Words::new(lint.words(Code::AbsoluteWord)),
        glossary: Glossary::new(lint.words(Code::TermSpelling)),
        gap: Gap::of(&bank.cards, lint),
        told: LACKS.map(|lack| balance::most_lack(&bank.cards, lack.of)),
    };
    let twins = lint.bound(Code::NearDuplicate).map(|bound| twins::find(&bank.cards, bound)).unwrap_or_default();
    let found: Vec<Vec<Diagnostic>> = bank
        .cards
        .par_chunks(AT_A_TIME)
        .enumerate()
        .map(|(number, cards)| {
            let mut found = Vec::new();
            let mut line = Line::default(); // room that is used again for each text
            for (card, index) in cards.iter().zip(number * AT_A_TIME..) {
                let mut sink = Sink::new(card, sources, lint, &mut found);
                rules.look_at(card, &mut line, &mut sink);
                twins.report(bank, index, &mut sink);
                sink.finish();
            }
            found
        })
        .collect();
    let mut diagnostics: Vec<Diagnostic> = found.into_iter().flatten().collect();
    balance::look_at(bank, &mut diagnostics);
    diag::sort(&mut diagnostics);
    diagnostics
}

impl Rules<'_> {
    fn look_at(&self, card: &Card, line: &mut Line, sink: &mut Sink<'_>) {
        for (lack, told) in LACKS.iter().zip(self.told) {
            // Asked even where it is told of the bank: an excuse is needed all the same.
            if (lack.of)(card) && sink.takes(lack.code) && !told {
                sink.push(Diagnostic::new(lack.code, card.span, format!("`{}` {}", card.id, lack.says)));
            }
        }
        for (field, text) in card.texts() {
            line.read(text);
            typography::look_at(line, text, self.gap, self.lint, sink);
            self.glossary.look_at(line, text, sink);
            match field {
                "stem" => self.stem(card, line, sink),
                "explanation" => explanation(card, line, sink),
                _ => {}
            }
        }
        match &card.body {
            Body::Choice(choice) => self.choice(choice, line, sink),
            Body::Cloze(cloze) => cloze::look_at(&cloze.text, self.lint, line, sink),
            Body::Basic(Basic { stem, answer, .. }) => {
                cloze::long_answer(answer, self.lint, sink);
                cloze::answer_in_stem(stem, answer, sink);
            }
            Body::Term(Term { stem, answer }) => cloze::answer_in_stem(stem, answer, sink),
            Body::TrueFalse(_) | Body::Written(_) => {}
        }
    }

    fn stem(&self, card: &Card, line: &Line, sink: &mut Sink<'_>) {
        let stem = card.stem();
        match &card.body {
            Body::Choice(_) if self.lint.asks(Code::NegativeStem) => {
                if let Some(negation) = phrases::negation(line) {
                    let what =
                        format!("the stem asks for what is not so, and `{}` is not bold", &line.text[negation.clone()]);
                    let help = "write the negation bold, `**…**`, or ask for what is so";
                    sink.at(Code::NegativeStem, line, stem, negation, what, help);
                }
            }
            Body::TrueFalse(_) => self.absolute_words(line, stem, "the statement", sink),
            _ => {}
        }
        if let Some(figure) = phrases::figure(&line.text) {
            let mut pictures = false;
            card.texts().iter().for_each(|(_, text)| text.images(|_| pictures = true));
            if !pictures {
                let what = format!("`{}`, and the card has no picture", &line.text[figure.clone()]);
                sink.at(Code::MissingFigure, line, stem, figure, what, "add the picture, or ask without it");
            }
        }
    }

    fn choice(&self, choice: &Choice, line: &mut Line, sink: &mut Sink<'_>) {
        options::look_at(choice, self.lint, sink);
        for (place, option) in choice.options.iter().enumerate() {
            line.read(option);
            if options::above(choice, place, line, sink) {
                continue; // its absolute words are no matter of wording
            }
            let what = format!("option {}", letter(place));
            self.absolute_words(line, option, &what, sink);
        }
        options::key_in_stem(choice, sink);
    }

    /// The absolute words of a text, in one diagnostic.
    fn absolute_words(&self, line: &Line, text: &RichText, what: &str, sink: &mut Sink<'_>) {
        let words = self.absolute.find(&line.text);
        let Some(first) = words.first().cloned() else { return };
        let mut named: Vec<&str> = words.into_iter().map(|place| &line.text[place]).collect();
        named.dedup();
        let message = format!("{what} says {}", diag::list_of(named));
        let help = "readers take it for wrong by the word alone: say when it holds, or excuse the card with `lint.allow = [\"absolute-word\"]`";
        sink.at(Code::AbsoluteWord, line, text, first, message, help);
    }
}

/// Letters of options in an explanation.
fn explanation(card: &Card, line: &Line, sink: &mut Sink<'_>) {
    let (Body::Choice(Choice { shuffle: true, .. }), Some(text)) = (&card.body, &card.explanation) else { return };
    if let Some(place) = phrases::letter(&line.text) {
        let what = format!("`{}` in the explanation of a card whose options are shuffled", &line.text[place.clone()]);
        let help = "name the option by what it says, or keep the order with `shuffle = false`";
        sink.at(Code::OptionLetter, line, text, place, what, help);
    }
}
