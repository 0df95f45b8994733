//! What pages show of a card, part by part.
//!
//! In: a card and its pictures. Out: a hash of each part. What no page shows (tags, difficulty, enemies) is no part: a card in which
//! only that has changed is printed as before.

use crate::card::{Basic, Body, Card, Cloze, Term, TrueFalse};
use crate::lock::ContentHash;
use crate::markup::RichText;
use crate::markup::html::media_name;
use std::collections::{BTreeMap, BTreeSet};

/// A part of a card, in the order in which changes are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What asks: the stem, or the text of a cloze.
    Stem,
    /// The options of a choice.
    Options,
    /// The pictures that it shows.
    Pictures,
    /// Which options are right, or whether a statement is.
    Key,
    /// A definition or a model answer.
    Answer,
    /// What earns points.
    Rubric,
    /// Why the key is right.
    Explanation,
}

impl Part {
    /// All parts by the words that locks and messages have.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("stem", Self::Stem),
        ("options", Self::Options),
        ("pictures", Self::Pictures),
        ("key", Self::Key),
        ("answer", Self::Answer),
        ("rubric", Self::Rubric),
        ("explanation", Self::Explanation),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, part)| *part == self).map_or("", |(word, _)| word)
    }

    /// Whether candidates see it; otherwise only the key shows it.
    pub fn asks(self) -> bool {
        matches!(self, Self::Stem | Self::Options | Self::Pictures)
    }
}

/// The parts that a card has, each as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts(pub BTreeMap<Part, ContentHash>);

impl Parts {
    /// The parts of a card; `picture` gives the bytes of a picture by its name.
    pub(super) fn of<'p>(card: &Card, picture: impl Fn(&str) -> &'p [u8]) -> Self {
        let mut parts = BTreeMap::new();
        let mut add = |part, content: &[String]| {
            parts.insert(part, ContentHash::of(content.iter().map(String::as_str)));
        };
        match &card.body {
            Body::Basic(Basic { stem, answer, .. }) | Body::Term(Term { stem, answer }) => {
                add(Part::Stem, &[written(stem)]);
                add(Part::Answer, &[written(answer)]);
            }
            Body::Cloze(Cloze { text }) => add(Part::Stem, &[written(text)]),
            Body::Choice(choice) => {
                add(Part::Stem, &[written(&choice.stem)]);
                add(Part::Options, &choice.options.iter().map(written).collect::<Vec<_>>());
                add(Part::Key, &[choice.key.to_string()]);
            }
            Body::TrueFalse(TrueFalse { stem, key }) => {
                add(Part::Stem, &[written(stem)]);
                add(Part::Key, &[key.to_string()]);
            }
            Body::Written(body) => {
                add(Part::Stem, &[written(&body.stem)]);
                body.answer.iter().for_each(|answer| add(Part::Answer, &[written(answer)]));
                let lines = body.rubric.iter().flat_map(|line| [line.points.to_string(), written(&line.text)]);
                add(Part::Rubric, &lines.collect::<Vec<_>>());
            }
        }
        card.explanation.iter().for_each(|text| add(Part::Explanation, &[written(text)]));
        let mut names = BTreeSet::new();
        for (_, text) in card.texts().iter().filter(|(field, _)| *field != "extra") {
            text.images(|image| _ = names.insert(media_name(&image.path)));
        }
        if !names.is_empty() {
            parts.insert(Part::Pictures, ContentHash::of(names.into_iter().map(picture)));
        }
        Self(parts)
    }

    /// The parts in which `self` and `other` differ, those that only one has included.
    pub(super) fn changed(&self, other: &Self) -> Vec<Part> {
        let parts: BTreeSet<Part> = self.0.keys().chain(other.0.keys()).copied().collect();
        parts.into_iter().filter(|part| self.0.get(part) != other.0.get(part)).collect()
    }
}

/// A text as it is hashed: what it says, however it is held.
fn written(text: &RichText) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
