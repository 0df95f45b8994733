//! The rules, with their codes.
//!
//! Codes are stable: scripts select by them. With `_` for `-` a code is also the name of the limit in `[audit]`.

/// What a form is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Chapters have an item: of those that have a card which may be drawn, or that the blueprint has a quota for.
    ChapterCoverage,
    /// As [`Rule::ChapterCoverage`], of the sections of the textbook.
    SectionCoverage,
    /// There are several types of item.
    ItemTypes,
    /// There are neither few nor many sections (大题).
    SectionCount,
    /// No section is worth too much.
    SectionPoints,
    /// No objective item is worth too much. Objective items are those marked by their key alone: choice and true-false.
    ObjectiveItemPoints,
    /// Objective items together are not worth too much.
    ObjectivePoints,
    /// The form is worth what it should be.
    TotalPoints,
    /// So much of the points is easy.
    EasyShare,
    /// So much of the points is of medium difficulty.
    MediumShare,
    /// So much of the points is hard.
    HardShare,
    /// The keys of single-choice items are spread over the letters.
    KeyPositions,
    /// No letter is the key of many single-choice items on end.
    KeyRun,
    /// Neither most statements are true nor most false.
    TrueStatements,
    /// The key of a single-choice item is not mostly its longest option. Items with a formula or a picture in an option are left out.
    LongestKey,
    /// No two enemy items stand on the form.
    Enemies,
    /// The form has few items in common with another of the exam.
    Overlap,
    /// The form has few items in common with an earlier exam.
    History,
}

/// Where a limit is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// What universities ask of a paper when they audit it; they differ, so these are defaults.
    University,
    /// What is taught on writing items: nothing but knowledge should lead to the key.
    ItemWriting,
    /// What the cards and the blueprint say of enemy items.
    Bank,
    /// `[audit]` of the blueprint.
    Blueprint,
}

impl Basis {
    /// As programs read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::University => "university",
            Self::ItemWriting => "item-writing",
            Self::Bank => "bank",
            Self::Blueprint => "blueprint",
        }
    }
}

impl Rule {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 18] = [
        Self::ChapterCoverage,
        Self::SectionCoverage,
        Self::ItemTypes,
        Self::SectionCount,
        Self::SectionPoints,
        Self::ObjectiveItemPoints,
        Self::ObjectivePoints,
        Self::TotalPoints,
        Self::EasyShare,
        Self::MediumShare,
        Self::HardShare,
        Self::KeyPositions,
        Self::KeyRun,
        Self::TrueStatements,
        Self::LongestKey,
        Self::Enemies,
        Self::Overlap,
        Self::History,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::ChapterCoverage => "chapter-coverage",
            Self::SectionCoverage => "section-coverage",
            Self::ItemTypes => "item-types",
            Self::SectionCount => "section-count",
            Self::SectionPoints => "section-points",
            Self::ObjectiveItemPoints => "objective-item-points",
            Self::ObjectivePoints => "objective-points",
            Self::TotalPoints => "total-points",
            Self::EasyShare => "easy-share",
            Self::MediumShare => "medium-share",
            Self::HardShare => "hard-share",
            Self::KeyPositions => "key-positions",
            Self::KeyRun => "key-run",
            Self::TrueStatements => "true-statements",
            Self::LongestKey => "longest-key",
            Self::Enemies => "enemies",
            Self::Overlap => "overlap",
            Self::History => "history",
        }
    }

    /// Where its usual limit is from.
    pub fn usual_basis(self) -> Basis {
        match self {
            Self::KeyPositions | Self::KeyRun | Self::TrueStatements | Self::LongestKey => Basis::ItemWriting,
            Self::Enemies => Basis::Bank,
            _ => Basis::University,
        }
    }

    /// What stands before the names of [`super::Finding::about`], in English; empty where a finding has none.
    pub fn about(self) -> &'static str {
        match self {
            Self::ChapterCoverage | Self::SectionCoverage => "none of",
            Self::SectionPoints => "section",
            Self::ObjectiveItemPoints | Self::KeyRun | Self::LongestKey => "items",
            Self::Enemies => "cards",
            Self::Overlap | Self::History => "with",
            _ => "",
        }
    }
}
