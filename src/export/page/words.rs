//! The words of the page, in the language of the bank.

use crate::bank::{Bank, Language};
use crate::blueprint::Level;
use crate::card::{Bloom, CardType};
use crate::form::coverage::{Cell, Part};

/// Words in a language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Language);

impl Words {
    pub(super) fn chinese(self) -> bool {
        self.0 == Language::Chinese
    }

    /// The one or the other.
    pub(super) fn of(self, chinese: &'static str, english: &'static str) -> &'static str {
        if self.chinese() { chinese } else { english }
    }

    pub(super) fn kind(self, kind: CardType) -> &'static str {
        if self.chinese() { kind.chinese() } else { kind.word() }
    }

    pub(super) fn level(self, level: Level) -> &'static str {
        if self.chinese() { level.chinese() } else { level.word() }
    }

    /// What a card asks for; `None` where it does not say.
    pub(super) fn bloom(self, level: Option<Bloom>) -> &'static str {
        let Some(level) = level else { return self.of("未标", "not said") };
        if !self.chinese() {
            return level.word();
        }
        match level {
            Bloom::Remember => "记忆",
            Bloom::Understand => "理解",
            Bloom::Apply => "应用",
            Bloom::Analyze => "分析",
            Bloom::Evaluate => "评价",
            Bloom::Create => "创造",
        }
    }

    pub(super) fn part(self, bank: &Bank, part: Part) -> String {
        match part {
            Part::Chapter(chapter) => bank.chapters[chapter].heading(self.0),
            Part::Rest => self.of("其余各章", "other chapters").to_owned(),
        }
    }

    /// 多项选择题 · 第9章 评测 · 难
    pub(super) fn cell(self, bank: &Bank, cell: &Cell) -> String {
        let kind = cell.kind.map(|kind| self.kind(kind).to_owned());
        let part = cell.part.map(|part| self.part(bank, part));
        let level = cell.level.map(|level| self.level(level).to_owned());
        [kind, part, level].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
