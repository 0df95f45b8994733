//! From a `[[card]]` table to a [`Card`], every error collected.
//!
//! The `type` is read first, since it decides which fields are accepted; an internally tagged serde enum would lose the places.
//! What needs the whole bank (ids that clash, enemies that do not exist) is checked in [`crate::bank`].

mod body;

use super::{Bloom, Body, Card, CardId, CardType, Difficulty, WrittenKind};
use crate::diag::rules::{Rule, Scope};
use crate::diag::{Code, Diagnostic, did_you_mean, list_of};
use crate::fields::{At, FieldSpec, Origin, Table, describe, optional, required};
use crate::markup::RichText;
use crate::markup::parse::Flavour;
use crate::points::Points;
use crate::source::Span;
use crate::text::{TextChecks, is_control};
use ecow::EcoString;
use thin_vec::ThinVec;
use toml::de::{DeTable, DeValue};

/// The fields that every card has.
const COMMON: &[FieldSpec] = &[
    required("id", "the name of the card, for ever: letters, digits, `-`, `_`, `.`"),
    required(
        "type",
        "single-choice, multiple-choice, true-false, cloze, term, short-answer, essay, calculation or basic",
    ),
    optional("was", "ids that the card had before, oldest first: it keeps its reviews under the new one"),
    required("section", "the id of a section of the chapter"),
    required("difficulty", "1 easy to 5 hard"),
    optional("tags", "further tags, without white space"),
    optional("points", "what it is worth on any paper; for a card with a rubric the sum of that"),
    optional("explanation", "why the key is right and the rest is wrong"),
    optional("source", "where the fact can be looked up"),
    optional("enemies", "ids of cards that may not stand on one form with this one"),
    optional("bloom", "remember, understand, apply, analyze, evaluate or create"),
    optional("exam", "false: forms do not draw it; so it is, unless said, where a sound asks"),
    optional("deck", "false: it is left out of the deck"),
    optional("extra", "a remark for the back of the Anki card"),
    optional("lint", "the rules of `check` that it is excused from: lint.allow"),
];
const LINT: &[FieldSpec] = &[optional("allow", "the names of the rules")];

const STEM: FieldSpec = required("stem", "what is asked");
const QUESTION_AND_ANSWER: &[FieldSpec] = &[STEM, required("answer", "the answer")];
const REVERSED: &[FieldSpec] = &[optional("reversed", "true: the deck asks it the other way round too")];
const CLOZE: &[FieldSpec] = &[required("text", "a text with {{c1::deletions::and hints}}")];
const CHOICE: &[FieldSpec] = &[
    STEM,
    required("options", "2 to 10 options"),
    required("key", "the letters of the right options, such as \"B\" or \"AC\""),
    optional("shuffle", "false: the options keep their order"),
    optional("keep_last", "how many options at the end stay there when the others are shuffled"),
];
const TRUE_FALSE: &[FieldSpec] = &[STEM, required("key", "true or false")];
const WRITTEN: &[FieldSpec] = &[
    STEM,
    optional("answer", "a model answer"),
    required("rubric", "the scoring points, each a [[card.rubric]] with points and text"),
];

/// The fields that cards of a type accept beyond the common ones.
fn specs(kind: CardType) -> &'static [&'static [FieldSpec]] {
    match kind {
        CardType::Basic => &[COMMON, QUESTION_AND_ANSWER, REVERSED],
        CardType::Term => &[COMMON, QUESTION_AND_ANSWER],
        CardType::Cloze => &[COMMON, CLOZE],
        CardType::SingleChoice | CardType::MultipleChoice => &[COMMON, CHOICE],
        CardType::TrueFalse => &[COMMON, TRUE_FALSE],
        CardType::ShortAnswer | CardType::Essay | CardType::Calculation => &[COMMON, WRITTEN],
    }
}

/// What is read of a `[[card]]`, whether or not it is a valid card: a reference to a broken card is no second error.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The id, if that much can be read.
    pub id: Option<At<CardId>>,
    /// The ids that it had before, as far as they can be read.
    pub was: Vec<At<CardId>>,
    /// Its enemies, as far as they can be read.
    pub enemies: Vec<At<CardId>>,
    /// The card, if nothing is wrong with it.
    pub card: Option<Card>,
}

/// The chapter that a card is read in.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Where the text that was parsed begins.
    pub origin: Origin,
    /// The position of the chapter in the bank.
    pub chapter: usize,
    /// The ids of its sections.
    pub sections: &'a [Box<str>],
}

/// Reads one `[[card]]`.
pub fn card(
    table: &DeTable<'_>,
    span: Span,
    place: Place<'_>,
    checks: &TextChecks<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Outcome {
    let before = diagnostics.len();
    let Some(kind) = card_type(table, span, place.origin, diagnostics) else {
        let id = table.get("id").and_then(|id| {
            let value = CardId::new(id.get_ref().as_str()?)?;
            Some(At { value, span: place.origin.span(id.span()) })
        });
        return Outcome { id, ..Outcome::default() };
    };
    let mut table = Table::new(place.origin, span.range(), table, called(kind), specs(kind), diagnostics);
    let mut reader = Reader { table: &mut table, checks, place };
    let id = reader.id();
    let [was, enemies] = ["was", "enemies"].map(|field| reader.cards(field));
    let card = reader.card(kind, id.clone(), &was, &enemies);
    // A warning leaves the card valid.
    let valid = !crate::diag::any_error(&diagnostics[before..]);
    Outcome { id, was, enemies, card: card.filter(|_| valid) }
}

/// What messages call a card of a type.
fn called(kind: CardType) -> &'static str {
    match kind {
        CardType::SingleChoice => "a single-choice card",
        CardType::MultipleChoice => "a multiple-choice card",
        CardType::TrueFalse => "a true-false card",
        CardType::Cloze => "a cloze card",
        CardType::Term => "a term card",
        CardType::ShortAnswer => "a short-answer card",
        CardType::Essay => "an essay card",
        CardType::Calculation => "a calculation card",
        CardType::Basic => "a basic card",
    }
}

fn card_type(table: &DeTable<'_>, span: Span, origin: Origin, diagnostics: &mut Vec<Diagnostic>) -> Option<CardType> {
    let words = || CardType::WORDS.iter().map(|(word, _)| *word);
    let allowed = || format!("allowed: {}", list_of(words()));
    let Some(value) = table.get("type") else {
        diagnostics.push(Diagnostic::new(Code::MissingField, span, "a card without the field `type`").help(allowed()));
        return None;
    };
    let value_span = origin.span(value.span());
    let DeValue::String(word) = value.get_ref() else {
        let message = format!("`type` in a card is {}, expected a string", describe(value.get_ref()));
        diagnostics.push(Diagnostic::new(Code::WrongType, value_span, message).help(allowed()));
        return None;
    };
    let found = CardType::WORDS.iter().find(|(known, _)| known == word).map(|(_, kind)| *kind);
    if found.is_none() {
        let mut diagnostic =
            Diagnostic::new(Code::UnknownCardType, value_span, format!("unknown card type `{}`", word.escape_debug()));
        diagnostic.help.extend(did_you_mean(word, words()));
        diagnostics.push(diagnostic.help(allowed()));
    }
    found
}

struct Reader<'r, 't, 's> {
    table: &'r mut Table<'t, 's>,
    checks: &'r TextChecks<'r>,
    place: Place<'r>,
}

impl Reader<'_, '_, '_> {
    fn card(
        &mut self,
        kind: CardType,
        id: Option<At<CardId>>,
        was: &[At<CardId>],
        enemies: &[At<CardId>],
    ) -> Option<Card> {
        // Everything is read before anything is given up, so that every error is found.
        let section = self.section();
        let difficulty =
            self.table.integer("difficulty", Difficulty::LEVELS).and_then(|level| Difficulty::new(level.value));
        let tags = self.tags();
        let points = self.points("points");
        let explanation = self.text("explanation");
        let source = self.table.line("source").map(|source| source.value.into());
        let bloom = self.table.one_of("bloom", Bloom::WORDS).map(|bloom| bloom.value);
        let exam = self.table.boolean("exam").map(|exam| exam.value);
        let deck = self.table.boolean("deck").is_none_or(|deck| deck.value);
        let extra = self.text("extra").map(Box::new);
        let allow = self.allow();
        let body = match kind {
            CardType::Basic => self.basic(),
            CardType::Term => self.term(),
            CardType::Cloze => self.cloze(),
            CardType::SingleChoice => self.choice(false),
            CardType::MultipleChoice => self.choice(true),
            CardType::TrueFalse => self.true_false(),
            CardType::ShortAnswer => self.written(WrittenKind::ShortAnswer, points),
            CardType::Essay => self.written(WrittenKind::Essay, points),
            CardType::Calculation => self.written(WrittenKind::Calculation, points),
        };
        let (id, body) = (id?, body?);
        let exam = exam.unwrap_or_else(|| self.can_be_printed(kind, &body));
        let points = match &body {
            Body::Written(written) => Some(written.rubric.iter().map(|point| point.points).sum()),
            _ => points.map(|points| points.value),
        };
        Some(Card {
            id: id.value,
            was: was.iter().map(|name| name.value.clone()).collect(),
            span: self.table.span(),
            chapter: self.place.chapter,
            section: section?,
            difficulty: difficulty?,
            tags,
            points,
            explanation,
            source,
            enemies: enemies.iter().map(|enemy| enemy.value.clone()).collect(),
            bloom,
            exam,
            deck,
            extra,
            allow,
            body,
        })
    }

    fn id(&mut self) -> Option<At<CardId>> {
        let text = self.table.string("id")?;
        let id = CardId::new(text.value);
        if id.is_none() {
            self.table.report(invalid_id(text, "a card"));
        }
        id.map(|value| At { value, span: text.span })
    }

    fn section(&mut self) -> Option<usize> {
        let section = self.table.string("section")?;
        let sections = self.place.sections;
        let found = sections.iter().position(|id| **id == *section.value);
        if found.is_none() {
            let names = || sections.iter().map(|id| &**id);
            let message = format!("the chapter has no section `{}`", section.value.escape_debug());
            let mut diagnostic = Diagnostic::new(Code::UnknownSection, section.span, message);
            diagnostic.help.extend(did_you_mean(section.value, names()));
            diagnostic.help.push(if sections.is_empty() {
                "add a [[chapter.section]] with this id to the head of the chapter".to_owned()
            } else {
                format!("the chapter has: {}", list_of(names()))
            });
            self.table.report(diagnostic);
        }
        found
    }

    fn tags(&mut self) -> ThinVec<EcoString> {
        let Some(tags) = self.table.strings("tags") else { return ThinVec::new() };
        let mut good: ThinVec<EcoString> = ThinVec::with_capacity(tags.value.len());
        for tag in tags.value {
            let broken = tag.value.is_empty() || tag.value.contains(char::is_whitespace);
            if broken {
                let message = format!(
                    "the tag `{}` {}",
                    tag.value,
                    if tag.value.is_empty() { "is empty" } else { "has white space in it" }
                );
                let help = "Anki parts tags at white space of any kind: write `-` instead, and `::` for a hierarchy";
                self.table.report(Diagnostic::new(Code::TagWhitespace, tag.span, message).help(help));
            } else if tag.value.contains(is_control) || tag.value.contains('"') {
                let message =
                    format!("the tag `{}` has a character that Anki cannot search for", tag.value.escape_debug());
                self.table.report(
                    Diagnostic::new(Code::ControlCharacter, tag.span, message)
                        .help("use letters, digits, `-`, `_` and `::`"),
                );
            } else {
                good.push(tag.value.into());
            }
        }
        good
    }

    /// The rules on items that the card is excused from.
    fn allow(&mut self) -> ThinVec<At<Code>> {
        let Some((table, span)) = self.table.table("lint") else { return ThinVec::new() };
        let mut table =
            Table::new(self.place.origin, span.range(), table, "`lint` of a card", &[LINT], self.table.diagnostics());
        let names = table.strings("allow").map(|names| names.value).unwrap_or_default();
        let mut allow = ThinVec::with_capacity(names.len());
        for name in names {
            match Code::from_name(name.value).filter(|code| Rule::of(*code).is_some_and(Rule::excuses)) {
                Some(value) => allow.push(At { value, span: name.span }),
                None => table.report(no_excuse(name)),
            }
        }
        allow
    }

    fn points(&mut self, name: &str) -> Option<At<Points>> {
        let number = self.table.number(name)?;
        let points = Points::from_number(number.value);
        if points.is_none() {
            let help = format!("allowed: 0.5 to {} in steps of 0.5", Points::MAX);
            self.table.report(
                Diagnostic::new(Code::InvalidValue, number.span, format!("`{name}` is {}", number.value)).help(help),
            );
        }
        points.map(|value| At { value, span: number.span })
    }

    /// A list of ids of cards.
    fn cards(&mut self, field: &str) -> Vec<At<CardId>> {
        let mut cards = Vec::new();
        for name in self.table.strings(field).map(|names| names.value).unwrap_or_default() {
            if let Some(value) = CardId::new(name.value) {
                cards.push(At { value, span: name.span });
            } else {
                self.table.report(invalid_id(name, "a card"));
            }
        }
        cards
    }

    fn text(&mut self, name: &str) -> Option<RichText> {
        let text = self.table.filled(name)?;
        Some(self.checks.read(text, Flavour::Prose, self.table.diagnostics()))
    }

    /// Whether forms may draw a card that does not say. Not where its question is heard: paper plays nothing, and a teacher would find
    /// that out in the examination room. Whoever has the sounds played there says `exam = true`.
    fn can_be_printed(&mut self, kind: CardType, body: &Body) -> bool {
        let options = if let Body::Choice(choice) = body { &*choice.options } else { &[] };
        let Some(heard) = std::iter::once(body.stem()).chain(options).find(|text| text.has_sound()) else {
            return true;
        };
        if kind != CardType::Basic {
            let message = "paper plays no sound, so exams leave this card out";
            self.table.report(
                Diagnostic::new(Code::SoundOnPaper, heard.span, message)
                    .help("add `exam = false`; or `exam = true` if the sound is played in the room: papers print `♪` with its words"),
            );
        }
        false
    }
}

/// The diagnostic for an excuse from what is no rule on single cards.
fn no_excuse(name: At<&str>) -> Diagnostic {
    let message = format!("a card cannot be excused from `{}`", name.value.escape_debug());
    let mut diagnostic = Diagnostic::new(Code::InvalidValue, name.span, message);
    if Code::from_name(name.value).and_then(Rule::of).is_some_and(|rule| rule.scope == Scope::Bank) {
        return diagnostic.help(format!("it is about the whole bank: set `{}` in [lint] of bank.toml", name.value));
    }
    diagnostic.help.extend(did_you_mean(name.value, Rule::excusable()));
    diagnostic.help(format!("allowed: {}", list_of(Rule::excusable())))
}

/// The diagnostic for an id with characters that ids do not have.
pub fn invalid_id(id: At<&str>, of: &str) -> Diagnostic {
    Diagnostic::new(Code::InvalidId, id.span, format!("`{}` cannot be the id of {of}", id.value.escape_debug()))
        .help(format!("allowed: 1 to {} of `a-z A-Z 0-9 - _ .`, beginning with a letter or a digit", CardId::LONGEST))
}
