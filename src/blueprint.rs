//! Blueprints: what an exam draws.
//!
//! In: a TOML file. Out: a [`Blueprint`], or every diagnostic at once. It names the paper, the seed and the forms; section by section, how
//! many items of which type at what points; and what a form as a whole must hold: so many items of a chapter, such a share of its
//! points hard, these cards and not those. Whether a bank can fill it is not asked here: [`crate::form::assemble()`] does that.
//!
//! `read` reads the head and the sections, `rules` what holds for a form as a whole, `workbook` what has no meaning where all cards are
//! drawn, `audit` what it is held to once it is drawn.

mod audit;
mod read;
mod rules;
mod workbook;

pub use read::Loaded;

use crate::card::{CardId, CardType, Difficulty};
use crate::fields::At;
use crate::points::Points;
use crate::source::Span;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;

/// The blueprints that come with the program, by name.
const BUILT_IN: &[(&str, &str)] = &[("mock-exam", include_str!("../templates/blueprints/usual/mock-exam.toml"))];

/// The text of a blueprint that comes with the program.
pub fn builtin(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names that [`builtin`] knows.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// What an exam draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Blueprint {
    /// What is said once for all forms.
    pub exam: Exam,
    /// The sections (大题), at least one, in the order of the paper.
    pub sections: Vec<SectionPlan>,
    /// How many items come from which part of the textbook.
    pub quotas: Vec<Quota>,
    /// Which share of the points has which difficulty; no level twice.
    pub difficulty: Vec<LevelShare>,
    /// Which cards must, may and must not be drawn.
    pub rules: Rules,
    /// What [`crate::audit`] holds a form to.
    pub audit: AuditLimits,
}

impl Blueprint {
    /// What a form is worth: what its sections come to, or where rubrics say that, what it is drawn to; `None` if nothing says it.
    pub fn points(&self) -> Option<Points> {
        let sections: Option<Points> = self.sections.iter().map(SectionPlan::points).sum();
        sections.or(self.exam.total.map(|total| total.value))
    }
}

/// The head of an exam.
#[derive(Debug, Clone, PartialEq)]
pub struct Exam {
    /// What the paper is called.
    pub title: String,
    /// How long the candidates have.
    pub minutes: At<u32>,
    /// What is drawn hangs on it, and on nothing else but the bank and the names of the forms.
    pub seed: u64,
    /// The forms, at least one, no two alike.
    pub forms: Vec<FormName>,
    /// What a form is worth. Where all points are given this is only checked; where rubrics say them, cards are drawn to it.
    pub total: Option<At<Points>>,
    /// How much forms may share, with each other and with earlier exams.
    pub overlap: Overlap,
    /// Which cards a form is made of.
    pub draw: Draw,
    /// How chance chooses among the forms that are possible.
    pub sampling: Sampling,
    /// The university or school.
    pub institution: Option<String>,
    /// The academic year and term.
    pub term: Option<String>,
    /// The course.
    pub course: Option<String>,
    /// Whether books are allowed (开卷).
    pub open_book: bool,
    /// Words to the candidates, one paragraph each.
    pub instructions: Vec<String>,
    /// The name of the paper style it is printed in, where it is written. Whether there is such a style is not asked here.
    pub paper: Option<At<String>>,
    /// Whether each form has an answer sheet (答题卡) beside it. Its paper then leaves no room for answers.
    pub answer_sheet: bool,
    /// How many digits a candidate's number has on the answer sheet, within [`Exam::CANDIDATE_DIGITS`].
    pub candidate_digits: u8,
}

impl Exam {
    /// The shortest and the longest number of a candidate that an answer sheet has room for, in digits.
    pub const CANDIDATE_DIGITS: std::ops::RangeInclusive<u64> = 4..=14;
    /// The usual one.
    const USUAL_CANDIDATE_DIGITS: u8 = 10;
}

/// How much forms may share.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overlap {
    /// Whether forms are drawn without regard to each other. Otherwise each shares as little as possible with those before it.
    pub free: bool,
    /// The largest share of a form's items that another form of the exam may have.
    pub max: Option<At<Share>>,
    /// The lock files of earlier exams, as written: relative to the blueprint.
    pub history: Vec<At<String>>,
    /// The largest share of a form's items that a form of an earlier exam may have.
    pub history_max: Option<At<Share>>,
}

/// Which cards a form is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Draw {
    /// So many for each section, by chance.
    #[default]
    Sample,
    /// All that the rules let through, chapter by chapter: a workbook. The sections say which types it has in each chapter and in which
    /// order, and there is nothing else to say of it.
    All,
}

impl Draw {
    /// By the words that authors write.
    pub const WORDS: &[(&'static str, Self)] = &[("sample", Self::Sample), ("all", Self::All)];
}

/// How chance chooses among the forms that are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sampling {
    /// Cards in the order of chance, each taken with which the form can still be completed. A card more in the bank changes few picks.
    #[default]
    Stable,
    /// After that, many random exchanges that keep the form valid, so that all possible forms become about as likely.
    Uniform,
}

/// A section (大题) as planned.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionPlan {
    /// The type of its items; never [`CardType::Basic`].
    pub kind: CardType,
    /// How many items, at least one; 0 where all cards are drawn ([`Draw::All`]).
    pub count: usize,
    /// What they are worth.
    pub worth: Worth,
    /// In which order they stand.
    pub order: ItemOrder,
    /// How long candidates are expected to take for it.
    pub minutes: Option<u32>,
    /// A title in place of the usual one of the type.
    pub title: Option<String>,
    /// A word to the candidates below the title.
    pub instructions: Option<String>,
    /// Where its `count` stands (its `points` if these say how many): what a shortage points at.
    pub span: Span,
}

impl SectionPlan {
    /// What the section is called.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(self.kind.chinese())
    }

    /// What all its items are worth together; `None` where rubrics say it.
    pub fn points(&self) -> Option<Points> {
        match &self.worth {
            Worth::Rubric => None,
            Worth::Each(points) => Some(*points * self.count),
            Worth::List(list) => Some(list.iter().copied().sum()),
        }
    }
}

/// What the items of a section are worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// Each what its rubric says.
    Rubric,
    /// Each the same.
    Each(Points),
    /// One of these each, ascending; as many as there are items.
    List(Vec<Points>),
}

/// In which order the items of a section stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ItemOrder {
    /// By chance.
    #[default]
    Random,
    /// The easy ones first.
    Difficulty,
    /// In the order of the textbook.
    Chapter,
    /// Those worth least first.
    Points,
}

impl ItemOrder {
    /// The orders by the words that authors write.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("random", Self::Random),
        ("difficulty", Self::Difficulty),
        ("chapter", Self::Chapter),
        ("points", Self::Points),
    ];
}

/// How many items of a form come from a part of the textbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// The id of the chapter.
    pub chapter: At<String>,
    /// The id of one of its sections, where the quota is not for the whole chapter.
    pub section: Option<At<String>>,
    /// How many.
    pub amount: Amount,
}

/// How many items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// From and to so many.
    Range {
        /// At least.
        min: Option<At<usize>>,
        /// At most.
        max: Option<At<usize>>,
    },
    /// A share of all items of the form, give or take `slack` items.
    Weight {
        /// Of all items.
        weight: At<Share>,
        /// How many items it may be off, in either direction.
        slack: usize,
    },
}

/// A share, exact to a hundredth of a per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    /// Hundredths of a per cent.
    basis_points: u32,
}

impl Share {
    /// All of it.
    pub const ALL: Self = Self { basis_points: 10_000 };
    /// Nothing of it.
    pub const NONE: Self = Self { basis_points: 0 };

    /// From hundredths of a per cent, 0 to 10,000.
    pub const fn from_basis_points(basis_points: u32) -> Option<Self> {
        if basis_points <= 10_000 { Some(Self { basis_points }) } else { None }
    }

    /// In hundredths of a per cent.
    pub const fn basis_points(self) -> u32 {
        self.basis_points
    }

    /// The largest whole number that is no more than this share of `whole`.
    pub fn floor_of(self, whole: u32) -> u32 {
        (u64::from(whole) * u64::from(self.basis_points) / 10_000) as u32
    }

    /// The smallest whole number that is no less than this share of `whole`.
    pub fn ceil_of(self, whole: u32) -> u32 {
        (u64::from(whole) * u64::from(self.basis_points)).div_ceil(10_000) as u32
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.basis_points / 100, self.basis_points % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{whole}%"),
            (_, 0) => write!(f, "{whole}.{}%", rest / 10),
            _ => write!(f, "{whole}.{rest:02}%"),
        }
    }
}

/// How hard an item is, as blueprints say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Difficulty 1 and 2.
    Easy,
    /// Difficulty 3.
    Medium,
    /// Difficulty 4 and 5.
    Hard,
}

impl Level {
    /// All levels by the words that authors write, the easiest first.
    pub const WORDS: &[(&'static str, Self)] = &[("easy", Self::Easy), ("medium", Self::Medium), ("hard", Self::Hard)];

    /// The level of a card.
    pub fn of(difficulty: Difficulty) -> Self {
        match difficulty.level() {
            ..=2 => Self::Easy,
            3 => Self::Medium,
            _ => Self::Hard,
        }
    }

    /// Which difficulties of cards it is.
    pub fn difficulties(self) -> std::ops::RangeInclusive<u8> {
        let own = || Difficulty::LEVELS.filter_map(Difficulty::new).filter(|difficulty| Self::of(*difficulty) == self);
        let (first, last) = (own().next(), own().next_back());
        first.map_or(1, Difficulty::level)..=last.map_or(1, Difficulty::level)
    }

    /// The word that authors write.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, level)| *level == self).map_or("", |(word, _)| word)
    }

    /// What it is called in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Easy => "易",
            Self::Medium => "中",
            Self::Hard => "难",
        }
    }
}

/// Which share of a form's points a level has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelShare {
    /// The level.
    pub level: Level,
    /// At least.
    pub min: Share,
    /// At most.
    pub max: Share,
    /// Where it is written.
    pub span: Span,
}

/// Which cards must, may and must not be drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// Cards that stand on every form.
    pub include: Vec<At<CardId>>,
    /// If not empty, only these cards are drawn.
    pub only: Vec<At<Filter>>,
    /// Cards that are never drawn.
    pub exclude: Vec<At<Filter>>,
    /// Groups of cards of which a form has at most one, besides the enemies that cards name.
    pub enemies: Vec<Vec<At<CardId>>>,
    /// Whether of the statements of a section two to three fifths are true; otherwise chance says how many.
    pub balance_keys: bool,
    /// Whether right letters and rows of one answer are left to chance: `balance_keys = false`. Otherwise each form has its letters as even
    /// as its cards let them be, which no bank is too small for.
    pub keys_by_chance: bool,
}

/// What a form is held to when it is judged ([`crate::audit`]). Names are those of `[audit]`, and of the rules with `-` for `_`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLimits {
    /// The least share of the chapters that have an item.
    pub chapter_coverage: Share,
    /// The least share of the sections of the textbook that have an item.
    pub section_coverage: Share,
    /// The fewest types of item.
    pub item_types: usize,
    /// How many sections (大题).
    pub section_count: RangeInclusive<usize>,
    /// The most that a section is worth.
    pub section_points: Points,
    /// The most that an objective item is worth.
    pub objective_item_points: Points,
    /// The most that all objective items are worth.
    pub objective_points: Points,
    /// What the form is worth.
    pub total_points: Points,
    /// From and to which share of the points is easy.
    pub easy_share: (Share, Share),
    /// As [`AuditLimits::easy_share`].
    pub medium_share: (Share, Share),
    /// As [`AuditLimits::easy_share`].
    pub hard_share: (Share, Share),
    /// How far the number of keys at a letter may be off the even one, as a share of that.
    pub key_positions: Share,
    /// The longest run of one letter.
    pub key_run: usize,
    /// From and to which share of the statements is true.
    pub true_statements: (Share, Share),
    /// The largest share of single-choice items whose key is longer than each distractor.
    pub longest_key: Share,
    /// A form has less than this share of its items in common with another.
    pub overlap: Share,
    /// A form has less than this share of its items in common with an earlier exam.
    pub history: Share,
    /// The names of those that the blueprint says itself.
    pub written: BTreeSet<&'static str>,
}

/// A way to name cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// One card: its id.
    Card(CardId),
    /// Those with a tag or one below it: `tag:超纲`.
    Tag(String),
    /// Those of a chapter: `chapter:ch06`.
    Chapter(String),
    /// Those of a section: `section:6.3`.
    Section(String),
}

/// The name of a form: A, B …. It stands on the paper and in file names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormName(Box<str>);

impl FormName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 16;

    /// From text, if it is 1 to 16 of `A-Z a-z 0-9 -`.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        ((1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(allowed)).then(|| Self(text.into()))
    }

    /// The usual names of `count` forms: A to Z; where the letters do not suffice 001, 002 …, with as many digits as the last needs.
    pub fn series(count: usize) -> Vec<Self> {
        let letters = b'A'..=b'Z';
        if count <= letters.len() {
            return letters.take(count).map(|letter| Self(char::from(letter).to_string().into())).collect();
        }
        let width = count.to_string().len().max(3);
        (1..=count).map(|number| Self(format!("{number:0width$}").into())).collect()
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether files named after the two would be one file where names do not tell case.
    pub fn clashes(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl fmt::Display for FormName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    /// The page that authors read.
    const PAGE: &str = include_str!("../templates/blueprints/README.md");

    #[test]
    fn the_page_on_blueprints_has_every_field_and_a_sound_example() {
        let rooms = [read::FIELDS, rules::FIELDS, audit::FIELDS];
        for spec in rooms.into_iter().flatten().copied().flatten() {
            let named = [format!("`{}`", spec.name), format!(".{}`", spec.name), format!("[{}]", spec.name)];
            assert!(named.iter().any(|name| PAGE.contains(name)), "`{}` is not explained", spec.name);
        }
        let example = PAGE.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        let mut sources = Sources::default();
        let source = sources.add("example.toml", example);
        let loaded = Blueprint::read(&sources, source);
        assert!(loaded.blueprint.is_some() && loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    }

    #[test]
    fn forms_are_named_by_letters_and_beyond_them_by_numbers() {
        let names = |count| FormName::series(count).iter().map(FormName::to_string).collect::<Vec<_>>();
        assert_eq!(names(2), ["A", "B"]);
        assert_eq!(names(26).last().map(String::as_str), Some("Z"));
        assert_eq!(names(27)[..2], ["001", "002"]);
        assert_eq!(names(1000)[0], "0001");
        for bad in ["", "A卷", "a b", "A/B", "12345678901234567"] {
            assert_eq!(FormName::new(bad), None, "{bad}");
        }
    }

    #[test]
    fn shares_are_exact() {
        let share = |basis_points| Share::from_basis_points(basis_points).expect("a share");
        assert_eq!([5000, 3350, 3334].map(|points| share(points).to_string()), ["50%", "33.5%", "33.34%"]);
        assert_eq!((share(1000).floor_of(38), share(1000).ceil_of(38)), (3, 4));
        assert_eq!((share(5000).floor_of(38), share(5000).ceil_of(38)), (19, 19));
        assert_eq!(Share::from_basis_points(10_001), None);
    }
}
