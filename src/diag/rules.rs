//! The rules on how items are written: what each asks, why, what it rests on, how to mend an item and what can be set.
//!
//! This is the one place where a rule is described: `[lint]` of `bank.toml` is read by it ([`crate::bank::lint`]), `lint.allow` of a
//! card too, `check --explain` prints it, and the page on the rules is made of it. What breaks a rule is found in [`crate::lint`].
//!
//! Haladyna: T. Haladyna, S. Downing, M. Rodriguez, “A Review of Multiple-Choice Item-Writing Guidelines for Classroom Assessment”,
//! Applied Measurement in Education 15(3), 2002, by the numbers of its guidelines. Wozniak: P. Wozniak, “Twenty rules of formulating
//! knowledge”, 1999, <https://www.supermemo.com/en/blog/twenty-rules-of-formulating-knowledge>, by the numbers of its rules.

use super::Code;
use std::fmt::{self, Write};

/// A rule on how items are written.
#[derive(Debug)]
pub struct Rule {
    /// Its code, by whose name it is set in `[lint]` and excused on a card.
    pub code: Code,
    /// What it looks at.
    pub scope: Scope,
    /// What can be set.
    pub setting: Setting,
    /// What it asks and how that is measured.
    pub what: &'static str,
    /// Why.
    pub why: &'static str,
    /// The public rule that it rests on.
    pub basis: &'static str,
    /// How to mend an item.
    pub mend: &'static str,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Single cards, which can be excused.
    Card,
    /// The bank as a whole.
    Bank,
}

/// What can be set of a rule, other than that it is `false`: off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting {
    /// Nothing.
    Switch,
    /// A number.
    Bound {
        /// The number unless another is set.
        usual: f64,
        /// The smallest and the largest that can be set.
        allowed: (f64, f64),
        /// What it counts, as in "at most 35 …".
        unit: &'static str,
    },
    /// Two shares in per cent, the least and the most.
    Band {
        /// The shares unless others are set.
        usual: (f64, f64),
    },
    /// A list of words.
    Words {
        /// The words unless others are set.
        usual: &'static [&'static str],
        /// What they are.
        of: &'static str,
    },
    /// One of a few words, the first unless another is set.
    Choice {
        /// The words.
        words: &'static [&'static str],
    },
}

impl Rule {
    /// The rule of a code; `None` for a code that is no rule.
    pub fn of(code: Code) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.code == code)
    }

    /// The names of the rules that a card can be excused from.
    pub fn excusable() -> impl Iterator<Item = &'static str> {
        RULES.iter().filter(|rule| rule.excuses()).map(|rule| rule.code.name())
    }

    /// Whether a card can be excused from it.
    pub fn excuses(&self) -> bool {
        self.scope == Scope::Card && self.code != Code::UnusedAllow
    }

    /// What can be set, in one line.
    pub fn settings(&self) -> String {
        let mut line = format!("`{} = false` turns it off", self.code.name());
        let _ = match self.setting {
            Setting::Switch => Ok(()),
            Setting::Bound { usual, allowed: (least, most), unit } => {
                write!(line, "; a number sets the bound, {usual} unless said, {least} to {most} {unit}")
            }
            Setting::Band { usual: (least, most) } => {
                write!(line, "; `[{least}, {most}]` is the least and the most unless said, in per cent")
            }
            Setting::Words { usual: [], of } => write!(line, "; a list sets {of}, none unless said"),
            Setting::Words { usual, of } => write!(line, "; a list sets {of}, unless said: {}", usual.join(", ")),
            Setting::Choice { words } => write!(
                line,
                "; one of {}, the first unless said",
                words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ")
            ),
        };
        line
    }
}

impl fmt::Display for Rule {
    /// All of it, as `check --explain` shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.what)?;
        writeln!(f, "why:   {}", self.why)?;
        writeln!(f, "rests: {}", self.basis)?;
        writeln!(f, "mend:  {}", self.mend)?;
        writeln!(f, "set:   in [lint] of bank.toml, {}", self.settings())?;
        if self.excuses() {
            writeln!(f, "allow: `lint.allow = [\"{}\"]` on a card that is right as it is", self.code.name())?;
        }
        Ok(())
    }
}

/// What can be said about a code: for a rule all of it, for another what it means.
pub fn explain(code: Code) -> String {
    let mut text = format!("{} ({})\n{}\n", code.name(), code.severity(), code.meaning());
    if let Some(rule) = Rule::of(code) {
        let _ = write!(text, "\n{rule}");
    }
    text
}

/// All rules as a table in Markdown, for the page on them.
pub fn table() -> String {
    let mut table = "| code | what is asked | what it rests on | what can be set |\n|---|---|---|---|\n".to_owned();
    for rule in RULES {
        let _ = writeln!(table, "| `{}` | {} | {} | {} |", rule.code.name(), rule.what, rule.basis, rule.settings());
    }
    table
}

/// Words that make an option or a statement absolute.
const ABSOLUTE: &[&str] = &[
    "一定",
    "必然",
    "必定",
    "所有",
    "任何",
    "一切",
    "完全",
    "从不",
    "从来",
    "绝不",
    "永远",
    "总是",
    "只能",
    "always",
    "never",
    "all",
    "none",
    "every",
    "completely",
    "absolutely",
];

/// Words that no deletion should hide alone.
const FUNCTION_WORDS: &[&str] = &[
    "的", "地", "得", "了", "着", "过", "和", "与", "及", "或", "而", "且", "是", "在", "于", "为", "对", "从", "把",
    "被", "以", "等", "也", "都", "就", "这", "那", "其", "a", "an", "the", "of", "and", "or", "is", "are", "was",
    "were", "be", "in", "on", "at", "to", "for", "by", "with", "from", "as", "it", "its", "this", "that", "which",
];

/// Every rule, in the order of the codes.
pub const RULES: &[Rule] = &[
    Rule {
        code: Code::LongestKey,
        scope: Scope::Bank,
        setting: Setting::Bound { usual: 35.0, allowed: (0.0, 100.0), unit: "per cent" },
        what: "Of the single-choice cards of the bank, at most this share has a key that is longer than each distractor. Looked at from 20 cards on; a Chinese character counts as two letters, and cards with a formula or a picture in an option are left out, as in `audit`.",
        why: "Whoever knows nothing and takes the longest option should do no better than chance, which is 25 % with four options.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 24 (keep the length of choices about equal) and 28 (avoid clues to the right answer)",
        mend: "lengthen distractors with what makes them plausible, or shorten keys; the explanation is the place for conditions",
    },
    Rule {
        code: Code::KeyPositions,
        scope: Scope::Bank,
        setting: Setting::Band { usual: (18.0, 32.0) },
        what: "Of the single-choice cards with as many options, each letter is the key of about the same share. The bounds are those for four options and scale for others; counts are rounded outwards, and kinds with fewer than 20 cards are left alone.",
        why: "The deck shuffles, but tables, forms that keep the order and readers of the source show the letters as they are; authors tend to B and C.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 20 (vary the location of the right answer according to the number of choices)",
        mend: "exchange the key with a distractor on some cards, and the letter in `key` with it",
    },
    Rule {
        code: Code::TrueStatements,
        scope: Scope::Bank,
        setting: Setting::Band { usual: (40.0, 60.0) },
        what: "Of the true-false cards of the bank, about half are true. Looked at from 20 cards on; counts are rounded outwards.",
        why: "Where most statements are true, a guess is worth more than half, and forms cannot balance what the bank does not have.",
        basis: "R. Ebel, D. Frisbie, “Essentials of Educational Measurement”, 1991, on true-false items: as many false as true, rather more than fewer",
        mend: "turn some statements round: change the one thing that makes them true or false",
    },
    Rule {
        code: Code::TellingLength,
        scope: Scope::Card,
        setting: Setting::Bound { usual: 1.6, allowed: (1.0, 10.0), unit: "times the longest distractor" },
        what: "The key of a single-choice card is at most so many times as long as its longest distractor, or less than four Chinese characters longer.",
        why: "The option that stands out is taken for the key, rightly.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 24 (keep the length of choices about equal) and 28d (avoid a conspicuous correct choice)",
        mend: "move conditions from the key to the explanation, or give the distractors as much",
    },
    Rule {
        code: Code::OptionLengths,
        scope: Scope::Card,
        setting: Setting::Bound { usual: 3.0, allowed: (1.5, 20.0), unit: "times the shortest option" },
        what: "The longest option of a choice card is at most so many times as long as the shortest, or less than eight Chinese characters longer.",
        why: "Options of one kind and one length are compared by what they say.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 23 (keep choices homogeneous in content and structure) and 24 (keep their length about equal)",
        mend: "write all options as the same kind of phrase",
    },
    Rule {
        code: Code::OptionOrder,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "Options that are all numbers, with the same unit, stand in ascending or descending order and stay there: `shuffle = false`.",
        why: "Readers who know the answer should find it at once; looking through numbers in no order asks for nothing that is taught.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 21 (place choices in logical or numerical order)",
        mend: "sort the options, write the new letter in `key`, add `shuffle = false`",
    },
    Rule {
        code: Code::AbsoluteWord,
        scope: Scope::Card,
        setting: Setting::Words { usual: ABSOLUTE, of: "the words" },
        what: "No option and no statement to judge has one of these words. What stands in quotation marks or code is left alone, and so are 不一定, 一定程度, 所有者 and the like.",
        why: "Readers learn soon that what is always so is mostly wrong, so the word answers instead of the knowledge.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 28a (avoid specific determiners such as always, never, completely, absolutely)",
        mend: "say under which condition it holds, or name the cases; a fact that is so without exception may be excused",
    },
    Rule {
        code: Code::AllOfTheAbove,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "No option says that all the others are right: 以上都对, all of the above.",
        why: "Two options that are right give it away, one that is wrong rules it out; and shuffled it may stand above what it is about.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 26 (avoid all-of-the-above)",
        mend: "make it a multiple-choice card, or write another distractor",
    },
    Rule {
        code: Code::NoneOfTheAbove,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "An option that says that none of the others is right, 以上都不对, none of the above, stays the last: `keep_last = 1`.",
        why: "Shuffled it may stand above what it is about. Where it is the key, the card asks for nothing that is right.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 25 (use none-of-the-above carefully)",
        mend: "put it last and add `keep_last = 1`, or write another distractor",
    },
    Rule {
        code: Code::NegativeStem,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "Where a choice stem asks for what is not so (不正确的是, 不属于, 错误的是, 除……外, which … not, except), the negation is bold.",
        why: "A negation that is overlooked turns a right answer into a wrong one, and says nothing of what is known.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 17 (word the stem positively; a negative word is used with caution, and emphasised)",
        mend: "ask for what is so, or write the negation bold: `**不**正确的是`",
    },
    Rule {
        code: Code::NearDuplicate,
        scope: Scope::Card,
        setting: Setting::Bound { usual: 0.7, allowed: (0.5, 1.0), unit: "of what either has" },
        what: "No two cards ask the same in nearly the same words. Compared are stems, for choice cards with the text of the key, for clozes with their answers; of all sequences of two Chinese characters or three letters that one or both have, letter case, white space and punctuation aside, they share less than the bound (Jaccard). Of a group each card is shown with the one before it that is most like it. Cards of different types that are enemies are two ways to ask one fact, and left alone; enemies of one type are not, since a deck asks both.",
        why: "A fact that is asked twice weighs twice on a form, and a deck asks it again with nothing new. A pair that is true and false gives each other away.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 4 (keep items independent); Wozniak 1999, rule 11 (combat interference), rule 17 allows the same fact in another form",
        mend: "drop one, ask another side of the fact, or make them enemies if they are of different types",
    },
    Rule {
        code: Code::KeyInStem,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "No stem holds its own key. Choice: the text of a key stands in the stem, that of no distractor does. Cloze: an answer can be read elsewhere on the front. Terms and questions: the answer stands in the stem, which does not offer it beside another (A 还是 B). Single characters and numbers below 100 are left alone.",
        why: "The answer is read, not recalled.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 28b (avoid options that resemble words in the stem); Wozniak 1999, rule 5 (cloze deletion)",
        mend: "say it in other words, or hide the other place in a deletion of the same number",
    },
    Rule {
        code: Code::ClozeFunctionWord,
        scope: Scope::Card,
        setting: Setting::Words { usual: FUNCTION_WORDS, of: "the words" },
        what: "No deletion hides nothing but one of these words.",
        why: "Grammar fills the gap; the fact is not asked.",
        basis: "Wozniak 1999, rule 4 (minimum information) and 12 (optimize wording)",
        mend: "hide the term or the number that the sentence is about",
    },
    Rule {
        code: Code::ClozeTooLong,
        scope: Scope::Card,
        setting: Setting::Bound { usual: 20.0, allowed: (1.0, 200.0), unit: "characters" },
        what: "No deletion hides more than this, or all that the card says. A Chinese character counts as one, a word in Latin letters, a number and a formula as two.",
        why: "Nobody recalls a clause word by word, so the review judges luck; with the whole text hidden nothing asks for it.",
        basis: "Wozniak 1999, rule 4 (minimum information) and 5 (cloze deletion)",
        mend: "hide the words that carry the fact, each in its own deletion, or make it a question",
    },
    Rule {
        code: Code::ClozeCount,
        scope: Scope::Card,
        setting: Setting::Bound { usual: 3.0, allowed: (1.0, 50.0), unit: "deletions" },
        what: "A cloze card has at most so many deletions.",
        why: "Each is a card of its own that shows the answers of the others; lists are the hardest thing to recall.",
        basis: "Wozniak 1999, rule 9 (avoid sets) and 10 (avoid enumerations)",
        mend: "make several cards of it, each with the sentence that it needs",
    },
    Rule {
        code: Code::LongAnswer,
        scope: Scope::Card,
        setting: Setting::Bound { usual: 40.0, allowed: (1.0, 1000.0), unit: "characters" },
        what: "The answer of a basic card is at most this long. A Chinese character counts as one, a word in Latin letters, a number and a formula as two.",
        why: "What is half known is neither right nor wrong, and comes too often or too seldom.",
        basis: "Wozniak 1999, rule 4 (minimum information)",
        mend: "ask for one thing, put the rest into the explanation, or make it a short answer with scoring points",
    },
    Rule {
        code: Code::MissingExplanation,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "Each card has an `explanation`. Where most have none, that is said once.",
        why: "A reader who was wrong wants to know why; a reviewer wants to know what the author thought.",
        basis: "V. Shute, “Focus on Formative Feedback”, Review of Educational Research 78(1), 2008: elaborated feedback teaches more than right or wrong",
        mend: "say why the key is right and what each distractor mistakes",
    },
    Rule {
        code: Code::MissingSource,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "Each card has a `source`: where the fact can be looked up. Where most have none, that is said once.",
        why: "Facts are doubted and change; without a source nobody can settle it.",
        basis: "Wozniak 1999, rule 18 (provide sources)",
        mend: "name the section of the book, or the paper with its year",
    },
    Rule {
        code: Code::TermSpelling,
        scope: Scope::Card,
        setting: Setting::Words { usual: &[], of: "the right spellings" },
        what: "What has the letters and digits of a listed term, case, hyphens and spaces aside, is spelled as the term: with `GPT-3.5` in the list, `GPT3.5` is not. A spelling may be listed beside another. Formulas, code and addresses are left alone; within a compound such as `zero-shot` no term is looked for.",
        why: "One thing that is written in three ways looks like three things, and searches find a third of it.",
        basis: "manuals of style, such as Chicago’s: one spelling of a term throughout",
        mend: "write it as listed, or add the other spelling to the list if it is right too",
    },
    Rule {
        code: Code::HalfWidthPunctuation,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "Between Chinese characters, and after one at the end of a text, punctuation is full-width: ，。；：？！（）.",
        why: "Half-width marks sit wrong in the line and break it in wrong places.",
        basis: "GB/T 15834-2011 标点符号用法; W3C, “Requirements for Chinese Text Layout” (clreq)",
        mend: "write the full-width mark",
    },
    Rule {
        code: Code::HanLatinSpace,
        scope: Scope::Card,
        setting: Setting::Choice { words: &["most", "space", "none"] },
        what: "Between a Chinese character and a Latin letter, a digit, code or a formula there is a space everywhere (`\"space\"`), or nowhere (`\"none\"`). With `\"most\"` it is as most of the bank has it.",
        why: "Papers set the gap themselves, but searches, tables and decks have the text as it is written: one way finds everything.",
        basis: "W3C, “Requirements for Chinese Text Layout” (clreq), on mixed text",
        mend: "add the space, or take it away",
    },
    Rule {
        code: Code::MathComment,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "No formula has a `%` without a backslash before it.",
        why: "In LaTeX it begins a comment: the rest of the formula is not shown.",
        basis: "the TeXbook, chapter 7: category 14",
        mend: r"write `\%`",
    },
    Rule {
        code: Code::OptionLetter,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "Where options are shuffled, no explanation calls them by their letters: 选项 B, A 错, option C.",
        why: "On the card that a reader sees, A is another option.",
        basis: "follows from shuffling; Haladyna, Downing, Rodriguez 2002, guideline 20 asks that the place of the key vary",
        mend: "name the option by what it says, or keep the order with `shuffle = false`",
    },
    Rule {
        code: Code::MissingFigure,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "A stem that speaks of a figure (如图, 下图, the figure below) is on a card with a picture.",
        why: "The picture was left behind in the book; without it the question cannot be answered.",
        basis: "Haladyna, Downing, Rodriguez 2002, guideline 14 and 15 (the stem says all that is needed)",
        mend: "add the picture, `![what it shows](media/name.svg)`, or ask without it",
    },
    Rule {
        code: Code::UnusedAllow,
        scope: Scope::Card,
        setting: Setting::Switch,
        what: "A card is excused (`lint.allow`) only from rules that it breaks. A rule that is off is not asked.",
        why: "An excuse that stays behind hides the next slip.",
        basis: "what every linter with exceptions comes to",
        mend: "take the name out of `lint.allow`",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_can_be_explained_and_every_rule_is_a_warning() {
        for code in Code::ALL {
            assert!(code.meaning().ends_with('.'), "{code}: {}", code.meaning());
            assert_eq!(Code::from_name(code.name()), Some(*code));
        }
        let mut codes: Vec<Code> = RULES.iter().map(|rule| rule.code).collect();
        assert!(codes.is_sorted(), "in the order of the codes");
        codes.dedup();
        assert_eq!(codes.len(), RULES.len(), "one rule a code");
        assert!(codes.iter().all(|code| !code.severity().eq(&super::super::Severity::Error)));
    }
}
