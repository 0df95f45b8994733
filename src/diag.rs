//! What is wrong with the user's files, as data.
//!
//! A [`Diagnostic`] names a stable [`Code`], a message, the places it is about and what would mend it. It knows no colours
//! and no columns: [`render`] draws it for people (`human`, `short`) and for programs (`json`).

pub mod render;
pub mod rules;

use crate::source::Span;
use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look; nothing is held back.
    Warning,
    /// Nothing is built until it is mended.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $severity:ident;)+) => {
        /// The kind of a diagnostic. The name is stable: scripts and configuration may rely on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of its declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable name, such as `unknown-field`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it means, in a line or two: the words of its documentation.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim(),)+ }
            }

            /// How bad a diagnostic of this kind is unless it says otherwise.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    /// The file is not valid TOML.
    TomlSyntax = "toml-syntax", Error;
    /// A file that the bank or the blueprint names cannot be read, or is not UTF-8.
    UnreadableFile = "unreadable-file", Error;
    /// A chapter file lies in the folder but `bank.toml` does not list it, so it is left out.
    UnlistedChapter = "unlisted-chapter", Warning;
    /// A field holds a value of another TOML type.
    WrongType = "wrong-type", Error;
    /// A value of the right type that is not among those allowed.
    InvalidValue = "invalid-value", Error;
    /// A field that this table does not have.
    UnknownField = "unknown-field", Error;
    /// A field that this table must have.
    MissingField = "missing-field", Error;
    /// A field that must hold text holds none.
    EmptyField = "empty-field", Error;
    /// A `type` that is no card type.
    UnknownCardType = "unknown-card-type", Error;
    /// An id with characters that Anki, a file name or a search could not carry.
    InvalidId = "invalid-id", Error;
    /// Two cards, chapters or sections share an id.
    DuplicateId = "duplicate-id", Error;
    /// A card or a blueprint names a section that its chapter does not have.
    UnknownSection = "unknown-section", Error;
    /// `was` names a card that is still there, the card itself, or what was another card's name too.
    FormerId = "former-id", Error;
    /// A card or a blueprint names a card that is not in the bank.
    UnknownCard = "unknown-card", Error;
    /// The key names an option that does not exist, or is not a row of letters.
    KeyOutsideOptions = "key-outside-options", Error;
    /// A single-choice card with other than one key, a multiple-choice card with fewer than two.
    WrongKeyCount = "wrong-key-count", Error;
    /// A choice card with fewer than two options, or more than the letters reach.
    WrongOptionCount = "wrong-option-count", Error;
    /// Two options read the same.
    DuplicateOptions = "duplicate-options", Error;
    /// A cloze card in which nothing is hidden.
    ClozeMissing = "cloze-missing", Error;
    /// A `{{c1::` that is never closed.
    ClozeUnclosed = "cloze-unclosed", Error;
    /// A cloze that Anki would not understand: nested, empty, numbered 0, or crossing emphasis.
    ClozeMalformed = "cloze-malformed", Error;
    /// Cloze syntax on a card of another type, where Anki would show it as it is.
    StrayCloze = "stray-cloze", Warning;
    /// The points of the scoring points do not add up to the points of the card.
    RubricSum = "rubric-sum", Error;
    /// LaTeX that the math setter does not understand.
    MathSyntax = "math-syntax", Error;
    /// A `$` that opens no formula and closes none, so it is printed as it is.
    StrayDollar = "stray-dollar", Warning;
    /// Asterisks that Markdown does not take for emphasis, so they are printed as they are.
    StrayEmphasis = "stray-emphasis", Warning;
    /// Markdown or HTML that cards do not use.
    UnsupportedMarkup = "unsupported-markup", Error;
    /// Code in a language that is none, but nearly one, so that it is not coloured.
    UnknownLanguage = "unknown-language", Warning;
    /// A picture or a sound that is not there, or not where media lie.
    MissingMedia = "missing-media", Error;
    /// A picture or a sound with a name that Anki would change, so that no card would find it.
    MediaName = "media-name", Error;
    /// A question that is asked by a sound, which paper cannot play.
    SoundOnPaper = "sound-on-paper", Warning;
    /// A picture on a paper that is broken or of a kind that pages cannot show.
    UnprintablePicture = "unprintable-picture", Error;
    /// A control character; Anki would reject the whole deck for some of them.
    ControlCharacter = "control-character", Error;
    /// A tag with white space in it, which Anki would split, or an empty one.
    TagWhitespace = "tag-whitespace", Error;
    /// A character that the bundled fonts lack. A warning when checked, an error where it would be printed and no font has it.
    NoGlyph = "no-glyph", Warning;
    /// A page has characters from a font of this machine, so that it may look otherwise on another.
    MachineFont = "machine-font", Warning;
    /// A section of a blueprint asks for more items than the bank holds.
    SectionShort = "section-short", Error;
    /// No form can meet everything that a blueprint asks for.
    Infeasible = "infeasible", Error;
    /// The sections of a blueprint do not add up to what it says the exam is worth.
    PointsTotal = "points-total", Error;
    /// The sections of a blueprint take longer than the exam.
    MinutesExceeded = "minutes-exceeded", Error;
    /// A blueprint names a chapter that the bank does not have.
    UnknownChapter = "unknown-chapter", Error;
    /// A blueprint names a tag that no card has.
    UnknownTag = "unknown-tag", Error;
    /// A card that must be drawn fits no section.
    UnfitInclude = "unfit-include", Error;
    /// A blueprint names a paper style that is not there.
    UnknownPaper = "unknown-paper", Error;
    /// A paper style whose margins, columns or sealed line leave too little room.
    ImpossiblePage = "impossible-page", Error;
    /// Something on a card that is wider or higher than the column of a paper, even when it has been made smaller.
    Overfull = "overfull", Error;
    /// `cards.lock` or the lock of an exam is damaged.
    LockDamaged = "lock-damaged", Error;
    /// `cards.lock` holds both sides of a merge, which were settled.
    LockMerged = "lock-merged", Warning;
    /// The names of cards and those in `cards.lock` contradict each other.
    IdentityClash = "identity-clash", Error;
    /// A renamed card does not say any more what it was called; only `cards.lock` still does.
    WasForgotten = "was-forgotten", Warning;
    /// A card of an exam that is printed again is not what it was, or is gone.
    ChangedCard = "changed-card", Error;
    /// The paper style of an exam that is printed again is not what it was.
    ChangedPaper = "changed-paper", Error;
    /// An exam that was printed again is not byte for byte what it was.
    ChangedPages = "changed-pages", Warning;
    /// Over the whole bank the key is too often longer than each distractor.
    LongestKey = "longest-key", Warning;
    /// Over the whole bank some letters are right much more often than others.
    KeyPositions = "key-positions", Warning;
    /// Over the whole bank far more true-false statements are true than false, or the other way round.
    TrueStatements = "true-statements", Warning;
    /// The key of a choice card is longer by far than each distractor.
    TellingLength = "telling-length", Warning;
    /// The options of a choice card are of very different length.
    OptionLengths = "option-lengths", Warning;
    /// Options that are numbers and do not stand in their order.
    OptionOrder = "option-order", Warning;
    /// An option or a statement to judge that says *always*, *never*, 一定, 所有 or the like.
    AbsoluteWord = "absolute-word", Warning;
    /// An option that says that all the others are right.
    AllOfTheAbove = "all-of-the-above", Warning;
    /// An option that says that none of the others is right, and that may be shuffled away from its place.
    NoneOfTheAbove = "none-of-the-above", Warning;
    /// A choice stem that asks for what is not so, with a negation that is not bold.
    NegativeStem = "negative-stem", Warning;
    /// Two cards that ask nearly the same in nearly the same words.
    NearDuplicate = "near-duplicate", Warning;
    /// A question that holds its own answer.
    KeyInStem = "key-in-stem", Warning;
    /// A deletion that hides nothing but a function word.
    ClozeFunctionWord = "cloze-function-word", Warning;
    /// A deletion that hides a clause, or all that the card says.
    ClozeTooLong = "cloze-too-long", Warning;
    /// A cloze card with many deletions.
    ClozeCount = "cloze-count", Warning;
    /// A question with a long answer.
    LongAnswer = "long-answer", Warning;
    /// A card without an explanation.
    MissingExplanation = "missing-explanation", Warning;
    /// A card that does not say where its fact can be looked up.
    MissingSource = "missing-source", Warning;
    /// A term that is spelled otherwise than the bank says it is.
    TermSpelling = "term-spelling", Warning;
    /// Half-width punctuation in Chinese text.
    HalfWidthPunctuation = "half-width-punctuation", Warning;
    /// Chinese next to Latin letters, digits or a formula with no space where the bank has one, or with one where it has none.
    HanLatinSpace = "han-latin-space", Warning;
    /// A bare `%` in a formula, which hides all that follows it.
    MathComment = "math-comment", Warning;
    /// An explanation that calls options by their letters, which change when they are shuffled.
    OptionLetter = "option-letter", Warning;
    /// A question that speaks of a figure, on a card without a picture.
    MissingFigure = "missing-figure", Warning;
    /// A card that is excused from a rule it does not break.
    UnusedAllow = "unused-allow", Warning;
}

impl Code {
    /// The code of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A place that a diagnostic is about, with a word on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind.
    pub code: Code,
    /// How bad; [`Code::severity`] unless a caller raised it.
    pub severity: Severity,
    /// What was found, in one line.
    pub message: String,
    /// The place it is about; `None` where there is no file (an option on the command line).
    pub label: Option<Label>,
    /// Other places that explain it: the first definition of a duplicate, say.
    pub related: Vec<Label>,
    /// What is allowed, or what would mend it.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { label: Some(Label { span, text: String::new() }), ..Self::placeless(code, message) }
    }

    /// A diagnostic without a place in a file.
    pub fn placeless(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            label: None,
            related: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Puts a word at the place itself.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = &mut self.label {
            label.text = text.into();
        }
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Adds a line that says what is allowed or what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Raises it to an error.
    #[must_use]
    pub fn as_error(mut self) -> Self {
        self.severity = Severity::Error;
        self
    }

    /// Whether it holds the build back.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Puts diagnostics in the order a reader meets them: by file, then by place, then by code.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        let place = |diagnostic: &Diagnostic| diagnostic.label.as_ref().map(|label| label.span);
        place(a).cmp(&place(b)).then_with(|| a.code.cmp(&b.code)).then_with(|| a.message.cmp(&b.message))
    });
}

/// Whether any of them holds the build back.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}

/// "did you mean `…`?" for the candidate nearest to `found`, if one is near enough to be a slip of the keyboard.
pub fn did_you_mean<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let limit = (found.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(found, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| format!("did you mean `{candidate}`?"))
}

/// `a`, `b` and `c`, as in "allowed: …".
pub fn list_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_mended_and_a_stranger_is_not() {
        let fields = ["stem", "options", "explanation"];
        assert_eq!(did_you_mean("stme", fields).as_deref(), Some("did you mean `stem`?"));
        assert_eq!(did_you_mean("explanatoin", fields).as_deref(), Some("did you mean `explanation`?"));
        assert_eq!(did_you_mean("colour", fields), None);
    }
}
