//! The words that the deck puts into fields and tags, in the language of the bank.

use crate::bank::{Chapter, Language};
use crate::card::CardType;
use crate::points::Points;

/// What a card type is called.
pub(super) fn type_name(kind: CardType, language: Language) -> &'static str {
    let (chinese, english) = match kind {
        CardType::SingleChoice => ("单项选择题", "Single choice"),
        CardType::MultipleChoice => ("多项选择题", "Multiple choice"),
        CardType::TrueFalse => ("判断题", "True or false"),
        CardType::Cloze => ("填空题", "Cloze"),
        CardType::Term => ("名词解释", "Term"),
        CardType::ShortAnswer => ("简答题", "Short answer"),
        CardType::Essay => ("论述题", "Essay"),
        CardType::Calculation => ("计算题", "Calculation"),
        CardType::Basic => ("问答", "Question"),
    };
    pick(language, chinese, english)
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
