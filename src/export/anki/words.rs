//! The words that the deck puts into fields and tags, in the language of the bank.

use crate::bank::{Chapter, Language};
use crate::card::CardType;
use crate::points::Points;

/// What a card type is called.
pub(super) fn type_name(kind: CardType, language: Language) -> &'static str {
    let english = match kind {
        CardType::SingleChoice => "Single choice",
        CardType::MultipleChoice => "Multiple choice",
        CardType::TrueFalse => "True or false",
        CardType::Cloze => "Cloze",
        CardType::Term => "Term",
        CardType::ShortAnswer => "Short answer",
        CardType::Essay => "Essay",
        CardType::Calculation => "Calculation",
        CardType::Basic => "Question",
    };
    pick(language, kind.chinese(), english)
}

/// The options of a statement to judge: true, then false.
pub(super) fn verdicts(language: Language) -> [&'static str; 2] {
    [pick(language, "对", "True"), pick(language, "错", "False")]
}

/// The mark of a key chapter.
pub(super) fn key_chapter(language: Language) -> &'static str {
    pick(language, "重点", "Key chapter")
}

/// The roots of the tags: chapter, section, type, difficulty.
pub(super) fn tag_roots(language: Language) -> [&'static str; 4] {
    match language {
        Language::Chinese => ["章节", "小节", "题型", "难度"],
        Language::English => ["Chapter", "Section", "Type", "Difficulty"],
    }
}

/// The chapter as a tag has it: its number where it has one, since a learner types it.
pub(super) fn chapter_tag(chapter: &Chapter, language: Language) -> String {
    match (chapter.number, language) {
        (Some(number), Language::Chinese) => format!("第{number}章"),
        (Some(number), Language::English) => format!("{number}"),
        (None, _) => chapter.title.clone(),
    }
}

/// Marks with their unit.
pub(super) fn marks(points: Points, language: Language) -> String {
    match language {
        Language::Chinese => format!("{points} 分"),
        Language::English if points == Points::whole(1) => format!("{points} point"),
        Language::English => format!("{points} points"),
    }
}

fn pick(language: Language, chinese: &'static str, english: &'static str) -> &'static str {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}
