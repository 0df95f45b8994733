//! Cards: the authored items of a bank.
//!
//! A [`Card`] holds what every type has; its [`Body`] holds what its type adds. Values of these types are valid by construction:
//! [`parse`] makes them from TOML and reports everything that is wrong instead.

pub mod parse;

use crate::diag::Code;
use crate::fields::At;
use crate::markup::RichText;
use crate::markup::html::media_name;
use crate::points::Points;
use crate::source::Span;
use ecow::EcoString;
use serde::Serialize;
use std::fmt;
use thin_vec::ThinVec;

/// The name of a card, for ever: review history, locks and enemies hang on it. Copies are cheap: the name of every card is also in
/// the lock, that of a chapter in every line of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct CardId(EcoString);

impl CardId {
    /// The longest id, in characters.
    pub const LONGEST: usize = 80;

    /// From text, if it is an id: 1 to 80 of `a-z A-Z 0-9 - _ .`, starting with a letter or digit, so that it can stand in a tag,
    /// a file name and an Anki search.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let starts = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        (starts && text.len() <= Self::LONGEST && text.bytes().all(allowed)).then(|| Self(text.into()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One authored item.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    /// Its name.
    pub id: CardId,
    /// Names that it had before, oldest first. They say whose reviews are its own and nothing of what it asks, so they are no part of
    /// [`crate::bank::content_hash`].
    #[serde(skip)]
    pub was: ThinVec<CardId>,
    /// Where its `[[card]]` begins.
    #[serde(skip)]
    pub span: Span,
    /// The position of its chapter in [`crate::bank::Bank::chapters`].
    #[serde(skip)]
    pub chapter: usize,
    /// The position of its section in the chapter.
    #[serde(skip)]
    pub section: usize,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// The author's own tags; those for chapter, section, type and difficulty are added by the exporters.
    pub tags: ThinVec<EcoString>,
    /// What it is worth wherever it stands; `None` leaves that to the blueprint. For a card with a rubric it is the sum of that.
    pub points: Option<Points>,
    /// Why the key is right and the rest is wrong.
    pub explanation: Option<RichText>,
    /// Where the fact can be looked up.
    pub source: Option<EcoString>,
    /// Cards that may not stand on one form with this one.
    pub enemies: ThinVec<CardId>,
    /// The level of Bloom's revised taxonomy.
    pub bloom: Option<Bloom>,
    /// Whether forms may draw it.
    pub exam: bool,
    /// Whether it goes into the deck.
    pub deck: bool,
    /// A remark for the back of the Anki card.
    pub extra: Option<Box<RichText>>,
    /// The rules on items that it is excused from. They say nothing of what it asks, so they are no part of its hash either.
    #[serde(skip)]
    pub allow: ThinVec<At<Code>>,
    /// What its type adds.
    pub body: Body,
}

impl Card {
    /// All names that it had and has, oldest first.
    pub fn names(&self) -> impl Iterator<Item = &CardId> {
        self.was.iter().chain([&self.id])
    }

    /// Its type.
    pub fn kind(&self) -> CardType {
        match &self.body {
            Body::Basic(_) => CardType::Basic,
            Body::Term(_) => CardType::Term,
            Body::Cloze(_) => CardType::Cloze,
            Body::Choice(choice) if choice.multiple => CardType::MultipleChoice,
            Body::Choice(_) => CardType::SingleChoice,
            Body::TrueFalse(_) => CardType::TrueFalse,
            Body::Written(written) => match written.kind {
                WrittenKind::ShortAnswer => CardType::ShortAnswer,
                WrittenKind::Essay => CardType::Essay,
                WrittenKind::Calculation => CardType::Calculation,
            },
        }
    }

    /// Every text of the card with the name of its field, in the order of reading.
    pub fn texts(&self) -> Vec<(&'static str, &RichText)> {
        let mut texts = Vec::with_capacity(8);
        match &self.body {
            Body::Basic(Basic { stem, answer, .. }) | Body::Term(Term { stem, answer }) => {
                texts.push(("stem", stem));
                texts.push(("answer", answer));
            }
            Body::Cloze(Cloze { text }) => texts.push(("text", text)),
            Body::Choice(choice) => {
                texts.push(("stem", &choice.stem));
                texts.extend(choice.options.iter().map(|option| ("options", option)));
            }
            Body::TrueFalse(TrueFalse { stem, .. }) => texts.push(("stem", stem)),
            Body::Written(written) => {
                texts.push(("stem", &written.stem));
                texts.extend(written.answer.as_ref().map(|answer| ("answer", answer)));
                texts.extend(written.rubric.iter().map(|point| ("rubric", &point.text)));
            }
        }
        texts.extend(self.explanation.as_ref().map(|text| ("explanation", text)));
        texts.extend(self.extra.as_deref().map(|text| ("extra", text)));
        texts
    }

    /// Puts the texts of cards into one allocation: held one by one, those of a large bank would take a tenth more memory. See
    /// [`RichText::gather`].
    pub fn gather_texts(cards: &mut [Self], scratch: &mut String) {
        RichText::gather(scratch, |visit| cards.iter_mut().for_each(|card| card.each_text(visit)));
    }

    /// Calls `visit` with every text, to be changed in how it is held.
    fn each_text(&mut self, visit: &mut dyn FnMut(&mut RichText)) {
        match &mut self.body {
            Body::Basic(Basic { stem, answer, .. }) | Body::Term(Term { stem, answer }) => {
                visit(stem);
                visit(answer);
            }
            Body::Cloze(Cloze { text }) => visit(text),
            Body::Choice(choice) => {
                visit(&mut choice.stem);
                choice.options.iter_mut().for_each(&mut *visit);
            }
            Body::TrueFalse(TrueFalse { stem, .. }) => visit(stem),
            Body::Written(written) => {
                visit(&mut written.stem);
                written.answer.iter_mut().for_each(&mut *visit);
                written.rubric.iter_mut().for_each(|point| visit(&mut point.text));
            }
        }
        self.explanation.iter_mut().chain(self.extra.as_deref_mut()).for_each(visit);
    }

    /// The names in the media folder of the pictures that it shows and the sounds that it plays, as often as it does.
    pub fn media<'a>(&'a self, mut visit: impl FnMut(&'a str)) {
        for (_, text) in self.texts() {
            text.images(|image| visit(media_name(&image.path)));
            text.sounds(|sound| visit(media_name(&sound.path)));
        }
    }

    /// The text that asks: the stem, or the whole of a cloze.
    pub fn stem(&self) -> &RichText {
        self.body.stem()
    }
}

/// What a card's type adds.
#[derive(Debug, Clone, Serialize)]
pub enum Body {
    /// Question and answer; for the deck, since it has no marking rule.
    Basic(Basic),
    /// 名词解释: a term and its definition.
    Term(Term),
    /// A text with deletions; on paper a 填空题.
    Cloze(Cloze),
    /// Single or multiple choice.
    Choice(Choice),
    /// 判断题.
    TrueFalse(TrueFalse),
    /// Short answer, essay or calculation, marked by a rubric.
    Written(Box<Written>),
}

impl Body {
    /// The text that asks: the stem, or the whole of a cloze.
    pub fn stem(&self) -> &RichText {
        match self {
            Self::Basic(Basic { stem, .. })
            | Self::Term(Term { stem, .. })
            | Self::TrueFalse(TrueFalse { stem, .. }) => stem,
            Self::Cloze(Cloze { text }) => text,
            Self::Choice(choice) => &choice.stem,
            Self::Written(written) => &written.stem,
        }
    }
}

/// Question and answer.
#[derive(Debug, Clone, Serialize)]
pub struct Basic {
    /// The question.
    pub stem: RichText,
    /// The answer.
    pub answer: RichText,
    /// Whether the deck asks it the other way round too.
    pub reversed: bool,
}

/// A term and its definition.
#[derive(Debug, Clone, Serialize)]
pub struct Term {
    /// The term.
    pub stem: RichText,
    /// Its definition.
    pub answer: RichText,
}

/// A text with deletions.
#[derive(Debug, Clone, Serialize)]
pub struct Cloze {
    /// The text; it holds at least one [`crate::markup::Cloze`].
    pub text: RichText,
}

/// A choice item.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// The question.
    pub stem: RichText,
    /// 2 to 10 options in the author's order, no two alike.
    pub options: Box<[RichText]>,
    /// The right ones.
    pub key: Key,
    /// Whether several may be right.
    pub multiple: bool,
    /// Whether the options may change their order.
    pub shuffle: bool,
    /// How many options at the end stay there when the others are shuffled (以上都不对).
    pub keep_last: usize,
}

/// A statement to judge.
#[derive(Debug, Clone, Serialize)]
pub struct TrueFalse {
    /// The statement.
    pub stem: RichText,
    /// Whether it is true.
    pub key: bool,
}

/// An item that is answered in writing.
#[derive(Debug, Clone, Serialize)]
pub struct Written {
    /// Which of the three.
    pub kind: WrittenKind,
    /// The question.
    pub stem: RichText,
    /// A model answer.
    pub answer: Option<RichText>,
    /// The scoring points, at least one; they add up to [`Card::points`].
    pub rubric: Box<[ScoringPoint]>,
}

/// The kinds of written item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum WrittenKind {
    /// 简答题
    ShortAnswer,
    /// 论述题
    Essay,
    /// 计算题
    Calculation,
}

/// One line of a rubric: what earns how much.
#[derive(Debug, Clone, Serialize)]
pub struct ScoringPoint {
    /// The marks it earns.
    pub points: Points,
    /// What earns them.
    pub text: RichText,
}

/// The right options, as a set of positions in the author's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Key(u16);

impl Key {
    /// The most options that a choice item may have, so that letters stay letters.
    pub const MOST_OPTIONS: usize = 10;

    /// The set of these positions, each below [`Key::MOST_OPTIONS`].
    pub fn from_positions(positions: impl IntoIterator<Item = usize>) -> Self {
        Self(positions.into_iter().fold(0, |set, position| set | 1 << position))
    }

    /// Whether the option at `position` is right.
    pub fn contains(self, position: usize) -> bool {
        position < Self::MOST_OPTIONS && self.0 & (1 << position) != 0
    }

    /// The positions, ascending.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        (0..Self::MOST_OPTIONS).filter(move |position| self.contains(*position))
    }

    /// How many options are right.
    pub fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The set after the options were put into `order`: `order[new]` is the old position.
    #[must_use]
    pub fn permuted(self, order: &[usize]) -> Self {
        Self::from_positions((0..order.len()).filter(|new| self.contains(order[*new])))
    }
}

impl fmt::Display for Key {
    /// As letters: `AC`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.positions().try_for_each(|position| write!(f, "{}", letter(position)))
    }
}

/// The letter of the option at a position: A for 0.
pub fn letter(position: usize) -> char {
    char::from(b'A' + u8::try_from(position.min(25)).unwrap_or(25))
}

/// How hard an item is: 1 easy to 5 hard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Difficulty(u8);

impl Difficulty {
    /// The five levels.
    pub const LEVELS: std::ops::RangeInclusive<u64> = 1..=5;

    /// From a level within [`Difficulty::LEVELS`].
    pub fn new(level: u64) -> Option<Self> {
        Self::LEVELS.contains(&level).then(|| u8::try_from(level).ok().map(Self))?
    }

    /// The level, 1 to 5.
    pub fn level(self) -> u8 {
        self.0
    }
}

/// A level of Bloom's taxonomy as revised in 2001.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Bloom {
    Remember,
    Understand,
    Apply,
    Analyze,
    Evaluate,
    Create,
}

impl Bloom {
    /// The levels by the words that authors write.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("remember", Self::Remember),
        ("understand", Self::Understand),
        ("apply", Self::Apply),
        ("analyze", Self::Analyze),
        ("evaluate", Self::Evaluate),
        ("create", Self::Create),
    ];

    /// The word that authors write.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, level)| *level == self).map_or("", |(word, _)| word)
    }
}

/// The types a card may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[expect(missing_docs, reason = "described at `Body`")]
pub enum CardType {
    SingleChoice,
    MultipleChoice,
    TrueFalse,
    Cloze,
    Term,
    ShortAnswer,
    Essay,
    Calculation,
    Basic,
}

impl CardType {
    /// All types by the words that authors write, in the order in which papers have them.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("single-choice", Self::SingleChoice),
        ("multiple-choice", Self::MultipleChoice),
        ("true-false", Self::TrueFalse),
        ("cloze", Self::Cloze),
        ("term", Self::Term),
        ("short-answer", Self::ShortAnswer),
        ("essay", Self::Essay),
        ("calculation", Self::Calculation),
        ("basic", Self::Basic),
    ];

    /// The word that authors write.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// The name of the type in Chinese, as papers head a section of it.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::SingleChoice => "单项选择题",
            Self::MultipleChoice => "多项选择题",
            Self::TrueFalse => "判断题",
            Self::Cloze => "填空题",
            Self::Term => "名词解释",
            Self::ShortAnswer => "简答题",
            Self::Essay => "论述题",
            Self::Calculation => "计算题",
            Self::Basic => "问答题",
        }
    }

    /// Whether its cards have a rubric, so that they say themselves what they are worth.
    pub fn has_rubric(self) -> bool {
        matches!(self, Self::ShortAnswer | Self::Essay | Self::Calculation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_can_stand_in_a_tag_a_file_name_and_a_search() {
        for good in ["plm-elmo-context", "a", "1.1_x"] {
            assert_eq!(CardId::new(good).map(|id| id.to_string()).as_deref(), Some(good));
        }
        for bad in ["", "-a", "a b", "a/b", "卡", "a:b", &"x".repeat(81)] {
            assert_eq!(CardId::new(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_key_follows_its_options() {
        let key = Key::from_positions([0, 2]);
        assert_eq!(key.to_string(), "AC");
        assert_eq!(key.permuted(&[2, 1, 3, 0]).to_string(), "AD");
    }
}
