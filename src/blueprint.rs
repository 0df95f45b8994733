//! Blueprints: what an exam draws.
//!
//! In: a TOML file. Out: a [`Blueprint`], or every diagnostic at once. It names the paper, the seed, the forms and, section by
//! section, how many items of which type at what points. Whether a bank can fill it is not asked here: [`crate::form::assemble()`]
//! does that.

use crate::card::CardType;
use crate::diag::{self, Code, Diagnostic, did_you_mean, list_of};
use crate::fields::{self, At, FieldSpec, Table, optional, required};
use crate::points::Points;
use crate::source::{FileError, SourceId, Sources, Span};
use std::fmt;
use std::path::Path;
use toml::de::{DeTable, DeValue};

const FILE_FIELDS: &[FieldSpec] = &[
    required("exam", "the head of the exam: [exam]"),
    required("section", "the sections of the paper in their order, each a [[section]]"),
];
const EXAM_FIELDS: &[FieldSpec] = &[
    required("title", "what the paper is called"),
    required("minutes", "how long the candidates have"),
    required("seed", "a number that decides what is drawn: the same seed draws the same forms"),
    required("forms", "the names of the forms, such as [\"A\", \"B\"]"),
    optional("institution", "the university or school, above the title"),
    optional("term", "the academic year and term, above the title"),
    optional("course", "the course, as the footer has it"),
    optional("open_book", "true: an open-book exam (开卷)"),
    optional("instructions", "words to the candidates, a list of strings"),
    optional("paper", "the paper style: a file in templates/papers/ or one that is built in, such as \"a4\""),
    optional("answer_sheet", "true: each form has an answer sheet (答题卡) beside it"),
    optional(
        "candidate_digits",
        "how many digits a candidate's number has on the answer sheet; 10 unless said otherwise",
    ),
];
const SECTION_FIELDS: &[FieldSpec] = &[
    required("type", "single-choice, multiple-choice, true-false, cloze, term, short-answer, essay or calculation"),
    required("count", "how many items"),
    optional("points", "what each item is worth; cards with a rubric say it themselves"),
    optional("title", "a title in place of the usual one of the type"),
    optional("instructions", "a word to the candidates below the title"),
];

/// The blueprints that come with the program, by name.
const BUILT_IN: &[(&str, &str)] = &[("mock-exam", include_str!("../templates/blueprints/mock-exam.toml"))];

/// The text of a blueprint that comes with the program.
pub fn builtin(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names that [`builtin`] knows.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// What an exam draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blueprint {
    /// What is said once for all forms.
    pub exam: Exam,
    /// The sections (大题), at least one, in the order of the paper.
    pub sections: Vec<SectionPlan>,
}

/// The head of an exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exam {
    /// What the paper is called.
    pub title: String,
    /// How long the candidates have.
    pub minutes: u32,
    /// What is drawn hangs on it, and on nothing else but the bank and the names of the forms.
    pub seed: u64,
    /// The forms, at least one, no two alike.
    pub forms: Vec<FormName>,
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
    /// Whether each form has an answer sheet (答题卡) beside it.
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

/// A section (大题) as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionPlan {
    /// The type of its items; never [`CardType::Basic`].
    pub kind: CardType,
    /// How many items, at least one.
    pub count: usize,
    /// What each is worth. `None` only where cards have a rubric: then each is worth what its rubric says.
    pub points: Option<Points>,
    /// A title in place of the usual one of the type.
    pub title: Option<String>,
    /// A word to the candidates below the title.
    pub instructions: Option<String>,
    /// Where its `count` stands: what a shortage points at.
    pub span: Span,
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

/// What comes of reading a blueprint.
#[derive(Debug)]
pub struct Loaded {
    /// The blueprint, if there is no error.
    pub blueprint: Option<Blueprint>,
    /// Everything that was found, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Blueprint {
    /// The longest exam, in minutes.
    pub const LONGEST_MINUTES: u64 = 1440;
    /// The most items that a section may ask for.
    pub const MOST_ITEMS: u64 = 1000;

    /// Reads the blueprint in a file; its text is added to `sources`, so that diagnostics can show it.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be read. Everything else that is wrong is a diagnostic.
    pub fn load(path: &Path, sources: &mut Sources) -> Result<Loaded, FileError> {
        let source = sources.read(path)?;
        Ok(Self::read(sources, source))
    }

    /// Reads the blueprint in a text that is already among `sources`, such as a [`builtin`] one.
    pub fn read(sources: &Sources, source: SourceId) -> Loaded {
        let mut diagnostics = Vec::new();
        let document = fields::parse(sources.get(source), source, &mut diagnostics);
        let mut file = Table::new(source, 0..0, document.get_ref(), "a blueprint", &[FILE_FIELDS], &mut diagnostics);
        let exam = file.table("exam").and_then(|(table, span)| exam(table, span, file.diagnostics()));
        let sections = sections(&mut file);
        diag::sort(&mut diagnostics);
        let whole = !diag::any_error(&diagnostics);
        let blueprint = exam.filter(|_| whole).map(|exam| Self { exam, sections });
        Loaded { blueprint, diagnostics }
    }
}

fn exam(table: &DeTable<'_>, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<Exam> {
    // Everything is read before anything is given up, so that every error is found.
    let mut table = Table::new(span.source, span.range(), table, "an [exam]", &[EXAM_FIELDS], diagnostics);
    let title = owned(table.filled("title"));
    let minutes = table.integer("minutes", 1..=Blueprint::LONGEST_MINUTES);
    let seed = table.integer("seed", 0..=u64::MAX);
    let forms = forms(&mut table);
    let institution = owned(table.filled("institution"));
    let term = owned(table.filled("term"));
    let course = owned(table.filled("course"));
    let open_book = table.boolean("open_book").is_some_and(|open| open.value);
    let instructions = table.strings("instructions").map(|lines| lines.value).unwrap_or_default();
    for line in instructions.iter().filter(|line| line.value.trim().is_empty()) {
        table.report(Diagnostic::new(Code::EmptyField, line.span, "an instruction that says nothing"));
    }
    let paper = table.line("paper").map(|paper| At { value: paper.value.to_owned(), span: paper.span });
    let answer_sheet = table.boolean("answer_sheet").is_some_and(|sheet| sheet.value);
    let candidate_digits = table.integer("candidate_digits", Exam::CANDIDATE_DIGITS);
    Some(Exam {
        title: title?,
        minutes: minutes?.value as u32,
        seed: seed?.value,
        forms,
        institution,
        term,
        course,
        open_book,
        instructions: instructions.into_iter().map(|line| line.value.to_owned()).collect(),
        paper,
        answer_sheet,
        candidate_digits: candidate_digits.map_or(Exam::USUAL_CANDIDATE_DIGITS, |digits| digits.value as u8),
    })
}

fn owned(text: Option<At<&str>>) -> Option<String> {
    text.map(|text| text.value.to_owned())
}

fn forms(table: &mut Table<'_, '_>) -> Vec<FormName> {
    let Some(names) = table.strings("forms") else { return Vec::new() };
    if names.value.is_empty() {
        let help = "name at least one, such as [\"A\"]";
        table.report(Diagnostic::new(Code::EmptyField, names.span, "an exam without forms").help(help));
    }
    let mut forms: Vec<At<FormName>> = Vec::with_capacity(names.value.len());
    for name in names.value {
        let Some(value) = FormName::new(name.value) else {
            let message = format!("`{}` cannot be the name of a form", name.value.escape_debug());
            let help = format!("allowed: 1 to {} of `A-Z a-z 0-9 -`, since it stands in file names", FormName::LONGEST);
            table.report(Diagnostic::new(Code::InvalidValue, name.span, message).help(help));
            continue;
        };
        if let Some(first) = forms.iter().find(|form| form.value.clashes(&value)) {
            let message = format!("two forms with the name `{value}`");
            let related = first.span;
            table.report(
                Diagnostic::new(Code::DuplicateId, name.span, message)
                    .related(related, "the first of them")
                    .help("names must differ in more than the case of letters, since they stand in file names"),
            );
        } else {
            forms.push(At { value, span: name.span });
        }
    }
    forms.into_iter().map(|form| form.value).collect()
}

fn sections(file: &mut Table<'_, '_>) -> Vec<SectionPlan> {
    let tables = file.tables("section");
    if let Some(At { value: DeValue::Array(array), span }) = file.raw("section")
        && array.is_empty()
    {
        let help = "add a [[section]] with `type`, `count` and `points`";
        file.report(Diagnostic::new(Code::EmptyField, span, "a blueprint without sections").help(help));
    }
    tables.into_iter().filter_map(|(table, span)| section(table, span, file.diagnostics())).collect()
}

fn section(table: &DeTable<'_>, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<SectionPlan> {
    let mut table = Table::new(span.source, span.range(), table, "a [[section]]", &[SECTION_FIELDS], diagnostics);
    let kind = kind(&mut table);
    let count = table.integer("count", 1..=Blueprint::MOST_ITEMS);
    let points = table.points("points");
    let (title, instructions) = (owned(table.filled("title")), owned(table.filled("instructions")));
    if let Some(kind) = kind.filter(|kind| !kind.has_rubric() && !table.has("points")) {
        let message = format!("a section of type {} without `points`", kind.word());
        let help = "add `points`: what each item is worth; only cards with a rubric say it themselves";
        table.report(Diagnostic::new(Code::MissingField, span, message).help(help));
    }
    let count = count?;
    Some(SectionPlan {
        kind: kind?,
        count: count.value as usize,
        points: points.map(|points| points.value),
        title,
        instructions,
        span: count.span,
    })
}

fn kind(table: &mut Table<'_, '_>) -> Option<CardType> {
    let word = table.string("type")?;
    let known = CardType::WORDS.iter().find(|(known, _)| *known == word.value).map(|(_, kind)| *kind);
    let words = || CardType::WORDS.iter().filter(|(_, kind)| *kind != CardType::Basic).map(|(word, _)| *word);
    let allowed = format!("allowed: {}", list_of(words()));
    match known {
        Some(CardType::Basic) => {
            let message = "basic cards are not drawn on paper: they have no marking rule";
            table.report(Diagnostic::new(Code::InvalidValue, word.span, message).help(allowed));
            None
        }
        Some(kind) => Some(kind),
        None => {
            let message = format!("unknown card type `{}`", word.value.escape_debug());
            let mut diagnostic = Diagnostic::new(Code::UnknownCardType, word.span, message);
            diagnostic.help.extend(did_you_mean(word.value, words()));
            table.report(diagnostic.help(allowed));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::render::{Format, render};

    /// The blueprint or its diagnostics, a line each.
    fn read(text: &str) -> Result<Blueprint, String> {
        let mut sources = Sources::default();
        let source = sources.add("exam.toml", text);
        let loaded = Blueprint::read(&sources, source);
        let lines = loaded.diagnostics.iter().map(|diagnostic| render(diagnostic, &sources, Format::Short));
        let lines = lines.collect::<String>();
        loaded.blueprint.ok_or(lines)
    }

    #[test]
    fn the_built_in_blueprints_are_valid() {
        for name in builtin_names() {
            let blueprint =
                read(builtin(name).expect("it is among the names")).unwrap_or_else(|lines| panic!("{lines}"));
            assert!(!blueprint.sections.is_empty(), "{name}");
        }
        assert_eq!(builtin("no-such"), None);
    }

    #[test]
    fn what_is_left_out_has_its_usual_value() {
        let text = "exam = { title = '期末', minutes = 90, seed = 18446744073709551615, forms = ['A'] }\n\
                    section = [{ type = 'essay', count = 2 }, { type = 'term', count = 4, points = 2.5, title = '释词' }]";
        let blueprint = read(text).unwrap_or_else(|lines| panic!("{lines}"));
        let exam = &blueprint.exam;
        assert_eq!((exam.minutes, exam.seed, exam.open_book, &exam.paper), (90, u64::MAX, false, &None));
        assert_eq!((exam.answer_sheet, exam.candidate_digits), (false, 10));
        assert_eq!((&exam.institution, &exam.term, &exam.course, exam.instructions.len()), (&None, &None, &None, 0));
        let [essay, term] = blueprint.sections.as_slice() else { panic!("{blueprint:?}") };
        assert_eq!((essay.kind, essay.count, essay.points, essay.title.as_deref()), (CardType::Essay, 2, None, None));
        assert_eq!((term.points, term.title.as_deref()), (Points::from_number(2.5), Some("释词")));
    }

    #[test]
    fn every_error_is_said_at_once_and_at_its_place() {
        let text = r#"
[exam]
title = " "
minutes = 0
seed = -1
forms = ["A", "B卷", "a"]
paper = " "
candidate_digits = 3
instructions = [""]
colour = "red"
[[section]]
type = "basic"
count = 1
points = 1
[[section]]
type = "single-choise"
count = "ten"
points = 0.3
[[section]]
type = "cloze"
count = 0
"#;
        insta::assert_snapshot!(read(text).expect_err("much is wrong"), @r"
        exam.toml:3:9: error[empty-field]: `title` in an [exam] is empty
        exam.toml:4:11: error[invalid-value]: `minutes` in an [exam] is 0; allowed: 1 to 1440
        exam.toml:5:8: error[invalid-value]: `seed` in an [exam] is -1; allowed: 0 to 18446744073709551615
        exam.toml:6:15: error[invalid-value]: `B卷` cannot be the name of a form; allowed: 1 to 16 of `A-Z a-z 0-9 -`, since it stands in file names
        exam.toml:6:21: error[duplicate-id]: two forms with the name `a`; names must differ in more than the case of letters, since they stand in file names
        exam.toml:7:9: error[empty-field]: `paper` in an [exam] is empty
        exam.toml:8:20: error[invalid-value]: `candidate_digits` in an [exam] is 3; allowed: 4 to 14
        exam.toml:9:17: error[empty-field]: an instruction that says nothing
        exam.toml:10:1: error[unknown-field]: unknown field `colour` in an [exam]; allowed: `title`, `minutes`, `seed`, `forms`, `institution`, `term`, `course`, `open_book`, `instructions`, `paper`, `answer_sheet`, `candidate_digits`
        exam.toml:12:8: error[invalid-value]: basic cards are not drawn on paper: they have no marking rule; allowed: `single-choice`, `multiple-choice`, `true-false`, `cloze`, `term`, `short-answer`, `essay`, `calculation`
        exam.toml:16:8: error[unknown-card-type]: unknown card type `single-choise`; did you mean `single-choice`?; allowed: `single-choice`, `multiple-choice`, `true-false`, `cloze`, `term`, `short-answer`, `essay`, `calculation`
        exam.toml:17:9: error[wrong-type]: `count` in a [[section]] is a string, expected a whole number
        exam.toml:18:10: error[invalid-value]: `points` is 0.3; allowed: 0.5 to 1000 in steps of 0.5
        exam.toml:19:1: error[missing-field]: a section of type cloze without `points`; add `points`: what each item is worth; only cards with a rubric say it themselves
        exam.toml:21:9: error[invalid-value]: `count` in a [[section]] is 0; allowed: 1 to 1000
        ");
    }

    #[test]
    fn an_exam_needs_a_head_forms_and_sections() {
        insta::assert_snapshot!(read("section = []").expect_err("no exam"), @r"
        exam.toml:1:1: error[missing-field]: a blueprint without the field `exam`; `exam`: the head of the exam: [exam]
        exam.toml:1:11: error[empty-field]: a blueprint without sections; add a [[section]] with `type`, `count` and `points`
        ");
        let text = "section = 3\nexam = { title = 't', minutes = 1, seed = 1, forms = [] }";
        insta::assert_snapshot!(read(text).expect_err("no forms"), @r#"
        exam.toml:1:11: error[wrong-type]: `section` in a blueprint is a whole number, expected an array of tables, `[[section]]`
        exam.toml:2:54: error[empty-field]: an exam without forms; name at least one, such as ["A"]
        "#);
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
}
