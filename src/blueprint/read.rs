//! Reading a blueprint: the head and the sections.

use super::{
    Blueprint, Draw, Exam, FormName, ItemOrder, LevelShare, Sampling, SectionPlan, Worth, audit, rules, workbook,
};
use crate::card::CardType;
use crate::diag::{self, Code, Diagnostic, did_you_mean, list_of};
use crate::fields::{self, At, FieldSpec, Table, optional, required};
use crate::points::Points;
use crate::source::{FileError, SourceId, Sources, Span};
use std::path::Path;
use toml::de::{DeTable, DeValue};

const FILE_FIELDS: &[FieldSpec] = &[
    required("exam", "the head of the exam: [exam]"),
    required("section", "the sections of the paper in their order, each a [[section]]"),
    optional("chapters", "how many items come from a chapter or one of its sections: [chapters]"),
    optional("difficulty", "which share of the points is easy, medium and hard: [difficulty]"),
    optional("rules", "which cards must, may and must not be drawn: [rules]"),
    optional("audit", "what a form is held to when it is judged: [audit]"),
];
const EXAM_FIELDS: &[FieldSpec] = &[
    required("title", "what the paper is called"),
    required("minutes", "how long the candidates have"),
    required("seed", "a number that decides what is drawn: the same seed draws the same forms"),
    required("forms", "the names of the forms, such as [\"A\", \"B\"]"),
    optional("total", "what a form is worth: checked, or where rubrics give the points, drawn to"),
    optional(
        "overlap",
        "how much forms may share: { max = \"10%\", history = [\"last-year.lock\"], history_max = \"30%\" }, or \"any\"",
    ),
    optional(
        "draw",
        "sample (usual): so many cards for each section; all: a workbook with every card once, chapter by chapter",
    ),
    optional("sampling", "stable (usual) or uniform: how chance chooses among the possible forms"),
    optional("institution", "the university or school, above the title"),
    optional("term", "the academic year and term, above the title"),
    optional("course", "the course, as the footer has it"),
    optional("open_book", "true: an open-book exam (开卷)"),
    optional("instructions", "words to the candidates, a list of strings"),
    optional("paper", "the paper style: a file in templates/papers/ or one that is built in, such as \"a4\""),
    optional(
        "answer_sheet",
        "true: each form has an answer sheet (答题卡) beside it, and its paper leaves no room for answers",
    ),
    optional(
        "candidate_digits",
        "how many digits a candidate's number has on the answer sheet; 10 unless said otherwise",
    ),
];
const SECTION_FIELDS: &[FieldSpec] = &[
    required("type", "single-choice, multiple-choice, true-false, cloze, term, short-answer, essay or calculation"),
    optional("count", "how many items; may be left out where `points` is a list, and is where all cards are drawn"),
    optional("points", "what each item is worth, or a list with one for each; cards with a rubric say it themselves"),
    optional("order", "random (usual), difficulty, chapter or points: how its items are ordered"),
    optional("minutes", "how long candidates are expected to take for it"),
    optional("title", "a title in place of the usual one of the type"),
    optional("instructions", "a word to the candidates below the title"),
];

/// All fields of this room, which the page on blueprints explains.
#[cfg(test)]
pub(super) const FIELDS: &[&[FieldSpec]] = &[FILE_FIELDS, EXAM_FIELDS, SECTION_FIELDS];

const SAMPLING: &[(&str, Sampling)] = &[("stable", Sampling::Stable), ("uniform", Sampling::Uniform)];

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

    /// Reads the blueprint in a text that is already among `sources`, such as a [`super::builtin`] one.
    pub fn read(sources: &Sources, source: SourceId) -> Loaded {
        let mut diagnostics = Vec::new();
        let document = fields::parse(sources.get(source), source, &mut diagnostics);
        let mut file = Table::new(source, 0..0, document.get_ref(), "a blueprint", &[FILE_FIELDS], &mut diagnostics);
        let exam = file.table("exam").and_then(|(table, span)| exam(table, span, file.diagnostics()));
        let draw = workbook::draw(document.get_ref());
        let sections = sections(&mut file, draw);
        let quotas = rules::quotas(&mut file);
        let difficulty = rules::difficulty(&mut file);
        let rules = rules::rules(&mut file);
        let audit = audit::audit(&mut file);
        if draw == Draw::All {
            workbook::check(&mut file, &sections);
        } else if let Some(exam) = &exam {
            check_total(exam, &sections, &difficulty, file.diagnostics());
            check_minutes(exam, &sections, file.diagnostics());
        }
        diag::sort(&mut diagnostics);
        let whole = !diag::any_error(&diagnostics);
        let blueprint = exam.filter(|_| whole).map(|exam| Self { exam, sections, quotas, difficulty, rules, audit });
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
    let total = table.points("total");
    let overlap = rules::overlap(&mut table);
    let draw = table.one_of("draw", Draw::WORDS).map_or(Draw::default(), |draw| draw.value);
    let sampling = table.one_of("sampling", SAMPLING).map_or(Sampling::default(), |sampling| sampling.value);
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
        minutes: minutes.map(|minutes| At { value: minutes.value as u32, span: minutes.span })?,
        seed: seed?.value,
        forms,
        total,
        overlap,
        draw,
        sampling,
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

fn sections(file: &mut Table<'_, '_>, draw: Draw) -> Vec<SectionPlan> {
    let tables = file.tables("section");
    if let Some(At { value: DeValue::Array(array), span }) = file.raw("section")
        && array.is_empty()
    {
        let help = "add a [[section]] with `type`, `count` and `points`";
        file.report(Diagnostic::new(Code::EmptyField, span, "a blueprint without sections").help(help));
    }
    tables.into_iter().filter_map(|(table, span)| section(table, span, draw, file.diagnostics())).collect()
}

fn section(table: &DeTable<'_>, span: Span, draw: Draw, diagnostics: &mut Vec<Diagnostic>) -> Option<SectionPlan> {
    let mut table = Table::new(span.source, span.range(), table, "a [[section]]", &[SECTION_FIELDS], diagnostics);
    let kind = kind(&mut table);
    let count = table.integer("count", 1..=Blueprint::MOST_ITEMS);
    let list = matches!(table.raw("points"), Some(At { value: DeValue::Array(_), .. }));
    let (points, many) = if list { (None, points_list(&mut table)) } else { (table.points("points"), None) };
    let order = table.one_of("order", ItemOrder::WORDS).map_or(ItemOrder::default(), |order| order.value);
    let minutes = table.integer("minutes", 1..=Blueprint::LONGEST_MINUTES);
    let (title, instructions) = (owned(table.filled("title")), owned(table.filled("instructions")));
    if let Some(kind) = kind.filter(|kind| !kind.has_rubric() && !table.has("points")) {
        let message = format!("a section of type {} without `points`", kind.word());
        let help = "add `points`: what each item is worth; only cards with a rubric say it themselves";
        table.report(Diagnostic::new(Code::MissingField, span, message).help(help));
    }
    if !table.has("count") && !list && draw == Draw::Sample {
        let message = "a [[section]] without the field `count`";
        table.report(Diagnostic::new(Code::MissingField, span, message).help("`count`: how many items"));
    }
    if let (Some(count), Some(many)) = (count, &many)
        && count.value != many.value.len() as u64
    {
        let message = format!("`points` lists {} items, `count` is {}", many.value.len(), count.value);
        let help = "mend the one that is wrong, or leave `count` out";
        table.report(Diagnostic::new(Code::InvalidValue, many.span, message).related(count.span, "here").help(help));
    }
    let (count, place) = match (&many, count) {
        (Some(many), _) => (many.value.len(), many.span),
        (None, None) if draw == Draw::All => (0, span),
        (None, count) => count.map(|count| (count.value as usize, count.span))?,
    };
    let worth = match (points, many) {
        (_, Some(many)) => Worth::List(many.value),
        (Some(points), None) => Worth::Each(points.value),
        (None, None) => Worth::Rubric,
    };
    let minutes = minutes.map(|minutes| minutes.value as u32);
    Some(SectionPlan { kind: kind?, count, worth, order, minutes, title, instructions, span: place })
}

/// The points of each item, ascending. `None` if one of them is wrong or there are none, which is reported.
fn points_list(table: &mut Table<'_, '_>) -> Option<At<Vec<Points>>> {
    let elements = table.array("points", "numbers")?;
    let mut points = Vec::with_capacity(elements.value.len());
    for element in &elements.value {
        let number = fields::number_of(element.value);
        let Some(worth) = number.and_then(Points::from_number) else {
            let message = "an element of `points` is no number of points";
            let help = format!("allowed: 0.5 to {} in steps of 0.5", Points::MAX);
            table.report(Diagnostic::new(Code::InvalidValue, element.span, message).help(help));
            continue;
        };
        points.push(worth);
    }
    if !(1..=Blueprint::MOST_ITEMS as usize).contains(&elements.value.len()) {
        let message = format!("`points` lists {} items", elements.value.len());
        let help = format!("allowed: 1 to {}", Blueprint::MOST_ITEMS);
        table.report(Diagnostic::new(Code::InvalidValue, elements.span, message).help(help));
        return None;
    }
    points.sort_unstable();
    (points.len() == elements.value.len()).then_some(At { value: points, span: elements.span })
}

/// What the sections are worth is what the exam says it is worth; and shares of the points need to know of how many.
fn check_total(exam: &Exam, sections: &[SectionPlan], difficulty: &[LevelShare], diagnostics: &mut Vec<Diagnostic>) {
    let mut halves = 0;
    for section in sections {
        halves += section.points().map_or(0, |points| u64::from(points.halves()));
        if halves > u64::from(Points::MAX.halves()) {
            let message = "the sections up to here are worth more than a paper can be";
            let help = format!("allowed: up to {} in all", Points::MAX);
            diagnostics.push(Diagnostic::new(Code::InvalidValue, section.span, message).help(help));
            return;
        }
    }
    let sums: Option<Vec<Points>> = sections.iter().map(SectionPlan::points).collect();
    match (sums, exam.total) {
        (Some(sums), Some(total)) => {
            let sum: Points = sums.iter().copied().sum();
            if sum != total.value {
                let message = format!("`total` is {}, the sections add up to {sum}", total.value);
                let parts: Vec<String> =
                    sections.iter().zip(&sums).map(|(section, sum)| format!("{} {sum}", section.name())).collect();
                let help = format!("write `total = {sum}`, or change the points: {}", parts.join(", "));
                diagnostics.push(Diagnostic::new(Code::PointsTotal, total.span, message).help(help));
            }
        }
        (None, None) => diagnostics.extend(difficulty.first().map(|share| {
            let message = "shares of the points, but rubrics decide how many points a form has";
            let help = "add `total` to [exam], or `points` to the sections that have none";
            Diagnostic::new(Code::MissingField, share.span, message).help(help)
        })),
        _ => {}
    }
}

/// The sections take no longer than the exam does.
fn check_minutes(exam: &Exam, sections: &[SectionPlan], diagnostics: &mut Vec<Diagnostic>) {
    let planned: u32 = sections.iter().filter_map(|section| section.minutes).sum();
    if planned > exam.minutes.value {
        let message = format!("the sections take {planned} minutes, the exam {}", exam.minutes.value);
        let part = |section: &SectionPlan| Some(format!("{} {}", section.name(), section.minutes?));
        let parts: Vec<String> = sections.iter().filter_map(part).collect();
        let help = format!("give the exam more minutes, or the sections fewer: {}", parts.join(", "));
        diagnostics.push(Diagnostic::new(Code::MinutesExceeded, exam.minutes.span, message).help(help));
    }
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
    use super::super::{builtin, builtin_names};
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
        assert_eq!((exam.minutes.value, exam.seed, exam.open_book, &exam.paper), (90, u64::MAX, false, &None));
        assert_eq!((exam.answer_sheet, exam.candidate_digits), (false, 10));
        assert_eq!((&exam.institution, &exam.term, &exam.course, exam.instructions.len()), (&None, &None, &None, 0));
        let [essay, term] = blueprint.sections.as_slice() else { panic!("{blueprint:?}") };
        assert_eq!(
            (essay.kind, essay.count, &essay.worth, essay.title.as_deref()),
            (CardType::Essay, 2, &Worth::Rubric, None)
        );
        assert_eq!((term.points(), term.title.as_deref()), (Some(Points::whole(10)), Some("释词")));
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
        exam.toml:10:1: error[unknown-field]: unknown field `colour` in an [exam]; allowed: `title`, `minutes`, `seed`, `forms`, `total`, `overlap`, `draw`, `sampling`, `institution`, `term`, `course`, `open_book`, `instructions`, `paper`, `answer_sheet`, `candidate_digits`
        exam.toml:12:8: error[invalid-value]: basic cards are not drawn on paper: they have no marking rule; allowed: `single-choice`, `multiple-choice`, `true-false`, `cloze`, `term`, `short-answer`, `essay`, `calculation`
        exam.toml:16:8: error[unknown-card-type]: unknown card type `single-choise`; did you mean `single-choice`?; allowed: `single-choice`, `multiple-choice`, `true-false`, `cloze`, `term`, `short-answer`, `essay`, `calculation`
        exam.toml:17:9: error[wrong-type]: `count` in a [[section]] is a string, expected a whole number
        exam.toml:18:10: error[invalid-value]: `points` is 0.3; allowed: 0.5 to 1000 in steps of 0.5
        exam.toml:19:1: error[missing-field]: a section of type cloze without `points`; add `points`: what each item is worth; only cards with a rubric say it themselves
        exam.toml:21:9: error[invalid-value]: `count` in a [[section]] is 0; allowed: 1 to 1000
        ");
    }

    #[test]
    fn points_and_minutes_come_out_or_it_is_said_where_not() {
        let read = |exam: &str, sections: &str| {
            let text =
                format!("exam = {{ title = 't', minutes = 9, seed = 1, forms = ['A']{exam} }}\nsection = [{sections}]");
            read(&text).map(|_| ())
        };
        assert_eq!(
            read(
                ", total = 7.5",
                "{ type = 'cloze', count = 3, points = 1.5, minutes = 9 }, { type = 'term', points = [1, 2] }"
            ),
            Ok(())
        );
        assert_eq!(read("", "{ type = 'cloze', count = 1000, points = 1 }"), Ok(()));
        let many = "{ type = 'cloze', count = 1000, points = 1000 }, ".repeat(3000);
        for sections in ["{ type = 'cloze', count = 1000, points = 1 }, { type = 'term', points = [1] }", &many] {
            let said = read(", total = 9", sections).expect_err("more than any paper");
            assert!(said.contains("worth more than a paper can be; allowed: up to 1000 in all"), "{said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
        let short = read(
            "",
            "{ type = 'term', count = 3, points = [1, 2] }, { type = 'term', points = [1, 0.2] }, { type = 'cloze', points = [] }",
        );
        insta::assert_snapshot!(short.expect_err("lists that are wrong"), @r"
        exam.toml:2:49: error[invalid-value]: `points` lists 2 items, `count` is 3; mend the one that is wrong, or leave `count` out
        exam.toml:2:89: error[invalid-value]: an element of `points` is no number of points; allowed: 0.5 to 1000 in steps of 0.5
        exam.toml:2:124: error[invalid-value]: `points` lists 0 items; allowed: 1 to 1000
        ");
        let hard = "{ type = 'essay', count = 1 }]\ndifficulty = { hard = '50%' }\n#";
        insta::assert_snapshot!(read("", hard).expect_err("of how many points?"), @r"
        exam.toml:3:23: error[missing-field]: shares of the points, but rubrics decide how many points a form has; add `total` to [exam], or `points` to the sections that have none
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
}
