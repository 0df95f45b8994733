//! The note types: their fields, for ever, and their templates.
//!
//! In: the files of `templates/anki/`, built in or the user's own. Out: [`NoteTypes`], each template checked against the fields that it
//! names. A field or a card template added later would part the notes that learners have from those of the next deck (Anki calls
//! them conflicting), so the lists below never change: each ends with three spare fields, and a script that comes later finds what it
//! needs in fields that are already there. What the templates look like may change at any time.

use super::partial::{File, Files};
use super::plan::stable_id;
use super::template::{Requirement, Template, TemplateError};
use crate::card::Body;
use crate::lock::ContentHash;

/// The fields after those of its own that every note type has, in this order.
///
/// None is called as Anki calls what it fills in itself (`Type`, `Deck`, `Tags`, `Card`).
const COMMON: [FieldSpec; 16] = [
    FieldSpec { name: "Explanation", holds: "why the answer is right and the rest is wrong" },
    FieldSpec { name: "Source", holds: "where the fact can be looked up" },
    FieldSpec { name: "Extra", holds: "a remark for the back" },
    FieldSpec { name: "Chapter", holds: "number and title of the chapter" },
    FieldSpec { name: "Section", holds: "number and title of the section" },
    FieldSpec { name: "Kind", holds: "the type of the card, as in the bank: single-choice" },
    FieldSpec { name: "KindName", holds: "the type of the card, as learners read it" },
    FieldSpec { name: "Difficulty", holds: "1 easy to 5 hard" },
    FieldSpec { name: "KeyChapter", holds: "filled where the exam puts its weight on the chapter" },
    FieldSpec { name: "Points", holds: "what it is worth on a paper" },
    FieldSpec { name: "Language", holds: "zh-CN or en" },
    FieldSpec { name: "Bloom", holds: "the level of Bloom's taxonomy" },
    FieldSpec { name: "Media", holds: "what its pictures and sounds hold, so that a changed one makes the note newer" },
    FieldSpec { name: "Spare1", holds: "" },
    FieldSpec { name: "Spare2", holds: "" },
    FieldSpec { name: "Spare3", holds: "" },
];

const ID: FieldSpec = FieldSpec { name: "Id", holds: "bank/card: the name of the card, for ever" };
const STEM: FieldSpec = FieldSpec { name: "Stem", holds: "what is asked" };
const ANSWER: FieldSpec = FieldSpec { name: "Answer", holds: "the answer" };
const REVERSED: FieldSpec = FieldSpec { name: "Reversed", holds: "filled: a second card asks the other way round" };

/// A field of a note type.
#[derive(Debug, Clone, Copy)]
struct FieldSpec {
    name: &'static str,
    /// What it holds; Anki shows it in an empty field of its editor.
    holds: &'static str,
}

macro_rules! file {
    ($name:literal) => {
        File { name: $name, text: include_str!(concat!("../../../templates/anki/", $name)) }
    };
}

/// What all cards look like.
const STYLE: File = file!("style.css");

/// What templates put into themselves with `{{> name}}`.
const PARTIALS: [File; 7] = [
    file!("head.html"),
    file!("remarks.html"),
    file!("foot.html"),
    file!("card.js"),
    file!("text.css"),
    file!("choice.css"),
    file!("written.css"),
];

#[derive(Debug)]
struct TemplateSpec {
    name: &'static str,
    front: File,
    back: File,
}

/// A note type as it is written here.
#[derive(Debug)]
struct Spec {
    kind: NoteKind,
    name: &'static str,
    /// The fields before the common ones. The first is what Anki tells notes apart by, the second what its browser sorts by and
    /// the first template must show.
    own: &'static [FieldSpec],
    templates: &'static [TemplateSpec],
}

/// Which of the note types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// Question and answer.
    QuestionAnswer,
    /// A term and its definition.
    Term,
    /// A text with deletions.
    Cloze,
    /// Single and multiple choice, and statements to judge.
    Choice,
    /// What is answered in writing and marked by a rubric.
    Written,
}

impl NoteKind {
    /// All of them, with the words that GUIDs and locks have for them, for ever.
    const WORDS: [(&'static str, Self); 5] = [
        ("qa", Self::QuestionAnswer),
        ("term", Self::Term),
        ("cloze", Self::Cloze),
        ("choice", Self::Choice),
        ("written", Self::Written),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// What a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
    }

    /// The note type of a card.
    pub fn of(body: &Body) -> Self {
        match body {
            Body::Basic(_) => Self::QuestionAnswer,
            Body::Term(_) => Self::Term,
            Body::Cloze(_) => Self::Cloze,
            Body::Choice(_) | Body::TrueFalse(_) => Self::Choice,
            Body::Written(_) => Self::Written,
        }
    }
}

const SPECS: [Spec; 5] = [
    Spec {
        kind: NoteKind::QuestionAnswer,
        name: "Cardpress Q&A",
        own: &[ID, STEM, ANSWER, REVERSED],
        templates: &[
            TemplateSpec { name: "Forward", front: file!("qa.front.html"), back: file!("qa.back.html") },
            TemplateSpec {
                name: "Reversed",
                front: file!("qa.reversed.front.html"),
                back: file!("qa.reversed.back.html"),
            },
        ],
    },
    Spec {
        kind: NoteKind::Term,
        name: "Cardpress Term",
        own: &[ID, STEM, ANSWER, REVERSED],
        templates: &[
            TemplateSpec { name: "Forward", front: file!("term.front.html"), back: file!("term.back.html") },
            TemplateSpec {
                name: "Reversed",
                front: file!("term.reversed.front.html"),
                back: file!("term.reversed.back.html"),
            },
        ],
    },
    Spec {
        kind: NoteKind::Cloze,
        name: "Cardpress Cloze",
        own: &[ID, FieldSpec { name: "Text", holds: "a text with {{c1::deletions}}" }],
        templates: &[TemplateSpec { name: "Cloze", front: file!("cloze.front.html"), back: file!("cloze.back.html") }],
    },
    Spec {
        kind: NoteKind::Choice,
        name: "Cardpress Choice",
        own: &[
            ID,
            STEM,
            // The right ones are marked in the list itself, so that they stay right in whatever order they are shown.
            FieldSpec { name: "Options", holds: "a list; the right options have the class `right`" },
            FieldSpec { name: "Answer", holds: "the letters of the right options in the order of the list" },
            FieldSpec { name: "AnswerText", holds: "the right options themselves" },
            FieldSpec { name: "Shuffle", holds: "filled: the options may change their order" },
            FieldSpec { name: "KeepLast", holds: "how many options at the end keep their place" },
        ],
        templates: &[TemplateSpec {
            name: "Choice",
            front: file!("choice.front.html"),
            back: file!("choice.back.html"),
        }],
    },
    Spec {
        kind: NoteKind::Written,
        name: "Cardpress Written",
        own: &[ID, STEM, ANSWER, FieldSpec { name: "Rubric", holds: "the scoring points, as a list" }],
        templates: &[TemplateSpec {
            name: "Written",
            front: file!("written.front.html"),
            back: file!("written.back.html"),
        }],
    },
];

/// One way in which a note type asks.
#[derive(Debug, Clone)]
pub struct CardTemplate {
    /// Its name in Anki.
    pub name: &'static str,
    /// The HTML of the question.
    pub front: String,
    /// The HTML of the answer.
    pub back: String,
    parsed: Template,
}

/// A note type, ready to be written.
#[derive(Debug, Clone)]
pub struct NoteType {
    spec: &'static Spec,
    /// Its id in a collection, the same in every deck.
    pub id: i64,
    /// Its cards.
    pub templates: Vec<CardTemplate>,
    /// Its style sheet.
    pub css: String,
    /// All that it says, for the lock.
    pub hash: ContentHash,
}

impl NoteType {
    /// Its name in Anki.
    pub fn name(&self) -> &'static str {
        self.spec.name
    }

    /// Which it is.
    pub fn kind(&self) -> NoteKind {
        self.spec.kind
    }

    /// The names of its fields in their order.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.spec.fields().map(|field| field.name)
    }

    /// Names and descriptions of its fields in their order.
    pub(super) fn described_fields(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.spec.fields().map(|field| (field.name, field.holds))
    }

    /// Which templates make a card of a note with these fields. Cloze notes have a card a deletion instead.
    pub(super) fn ordinals(&self, fields: &[String]) -> Vec<u16> {
        let filled = |field: usize| fields.get(field).is_some_and(|text| !text.trim().is_empty());
        (0..).zip(&self.templates).filter(|(_, template)| template.parsed.shows(&filled)).map(|(at, _)| at).collect()
    }

    /// The `req` entries of its templates.
    pub(super) fn requirements(&self) -> impl Iterator<Item = Requirement> {
        let fields = self.spec.fields().count();
        self.templates.iter().map(move |template| template.parsed.requirement(fields))
    }
}

impl Spec {
    fn fields(&self) -> impl Iterator<Item = FieldSpec> + use<> {
        self.own.iter().chain(&COMMON).copied()
    }

    fn load<F: FnMut(&str) -> Option<String>>(
        &'static self,
        files: &mut Files<F>,
        errors: &mut Vec<TemplateError>,
    ) -> Option<NoteType> {
        let fields: Vec<&str> = self.fields().map(|field| field.name).collect();
        let mut sound = true;
        let mut templates = Vec::with_capacity(self.templates.len());
        for spec in self.templates {
            let mut read = |file: File| {
                let read = files.expand(file).and_then(|text| Ok((Template::parse(&text, &fields)?, text.text)));
                read.map_err(|error| errors.push(error)).ok()
            };
            match (read(spec.front), read(spec.back)) {
                (Some((parsed, front)), Some((_, back))) => {
                    templates.push(CardTemplate { name: spec.name, front, back, parsed });
                }
                _ => sound = false,
            }
        }
        let css = files.expand(STYLE).map_err(|error| errors.push(error)).ok()?.text;
        if !sound {
            return None;
        }
        // The first template makes the card that every note must have.
        let question = self.own[1].name;
        let first = templates.first()?;
        let asks = match self.kind {
            NoteKind::Cloze => first.parsed.has_cloze(1),
            _ => first.parsed.shows(&|field| field == 1),
        };
        if !asks {
            let file = self.templates[0].front.name.to_owned();
            errors.push(TemplateError::EmptyFront { file, field: question.to_owned() });
            return None;
        }
        let texts = templates.iter().flat_map(|template| [template.name, &template.front, &template.back]);
        let described = self.fields().flat_map(|field| [field.name, field.holds]);
        let hash = ContentHash::of([self.name, &css].into_iter().chain(described).chain(texts));
        Some(NoteType { spec: self, id: stable_id(&["note type", self.name]), templates, css, hash })
    }
}

/// The note types of a deck.
#[derive(Debug, Clone)]
pub struct NoteTypes(Vec<NoteType>);

impl NoteTypes {
    /// Those built in.
    #[expect(clippy::missing_panics_doc, reason = "a test reads the built-in templates")]
    pub fn builtin() -> Self {
        Self::with_templates(|_| None).expect("the built-in templates are sound")
    }

    /// Those built in, with the user's own files in the place of those of the same name: `own` is asked once for each file of
    /// `templates/anki/` (`choice.front.html`, `style.css`) and for each partial that one of them names, and gives its text, or `None`
    /// for the one built in.
    ///
    /// # Errors
    /// Everything that is wrong with the templates.
    pub fn with_templates(own: impl FnMut(&str) -> Option<String>) -> Result<Self, Vec<TemplateError>> {
        let mut errors = Vec::new();
        let mut files = Files::new(own, &PARTIALS);
        let types: Vec<NoteType> = SPECS.iter().filter_map(|spec| spec.load(&mut files, &mut errors)).collect();
        // One slip in a script that many templates share is one error.
        let all = std::mem::take(&mut errors);
        for error in all {
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
        if errors.is_empty() { Ok(Self(types)) } else { Err(errors) }
    }

    /// All of them, in a fixed order.
    pub fn all(&self) -> &[NoteType] {
        &self.0
    }

    /// The position in [`NoteTypes::all`] of that for a kind of note.
    pub(super) fn position(&self, kind: NoteKind) -> usize {
        self.0.iter().position(|note_type| note_type.kind() == kind).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::content::tag_part;
    use super::super::template::SPECIAL_FIELDS;
    use super::super::words;
    use super::*;
    use crate::bank::Language;

    #[test]
    fn the_field_lists_are_frozen() {
        let types = NoteTypes::builtin();
        let lists: Vec<String> = types
            .all()
            .iter()
            .map(|note_type| {
                let templates: Vec<&str> = note_type.templates.iter().map(|template| template.name).collect();
                let fields: Vec<&str> = note_type.fields().collect();
                format!("{} {} [{}] {}", note_type.id, note_type.name(), templates.join(" "), fields.join(" "))
            })
            .collect();
        // A change here parts every learner from the next deck. Use a spare field instead.
        insta::assert_snapshot!(lists.join("\n"));
        for field in types.all().iter().flat_map(NoteType::fields) {
            assert!(!SPECIAL_FIELDS.contains(&field), "{field}");
        }
    }

    #[test]
    fn a_card_exists_where_its_question_does_and_the_reversed_one_only_on_demand() {
        let types = NoteTypes::builtin();
        let requirements: Vec<String> = types
            .all()
            .iter()
            .map(|note_type| format!("{}: {:?}", note_type.name(), note_type.requirements().collect::<Vec<_>>()))
            .collect();
        insta::assert_snapshot!(requirements.join("\n"), @r"
        Cardpress Q&A: [Any([1]), All([2, 3])]
        Cardpress Term: [Any([1]), All([2, 3])]
        Cardpress Cloze: [Any([1, 5, 6, 8, 9, 10, 11, 12])]
        Cardpress Choice: [Any([1])]
        Cardpress Written: [Any([1])]
        ");
    }

    #[test]
    fn own_templates_replace_the_built_in_ones_and_their_slips_are_all_said() {
        let css = |file: &str| (file == "style.css").then(|| ".card { color: red }".to_owned());
        let types = NoteTypes::with_templates(css).expect("a style sheet cannot be wrong");
        assert!(types.all().iter().all(|note_type| note_type.css == ".card { color: red }"));
        assert_ne!(types.all()[0].hash, NoteTypes::builtin().all()[0].hash);
        assert_eq!(types.all()[0].id, NoteTypes::builtin().all()[0].id);

        let errors = NoteTypes::with_templates(|file| match file {
            "choice.back.html" => Some("{{Stemm}}".to_owned()),
            "written.front.html" => Some("{{#Extra}}{{Stem}}{{/Extra}}".to_owned()),
            "cloze.front.html" => Some("{{Text}}".to_owned()),
            _ => None,
        });
        let errors: Vec<String> = errors.expect_err("three slips").iter().map(ToString::to_string).collect();
        assert_eq!(errors.len(), 3, "{errors:?}");
        assert!(errors[0].starts_with("cloze.front.html: the front does not show `{{Text}}`"), "{errors:?}");
        assert!(errors[1].starts_with("choice.back.html: `{{Stemm}}` is not a field"), "{errors:?}");
        assert!(errors[2].starts_with("written.front.html: the front does not show `{{Stem}}`"), "{errors:?}");
    }

    #[test]
    fn partials_are_put_in_everywhere_and_their_slips_are_said_once() {
        for note_type in NoteTypes::builtin().all() {
            let texts = note_type.templates.iter().flat_map(|template| [&template.front, &template.back]);
            for text in texts.chain([&note_type.css]) {
                assert!(!text.contains("{{>"), "{}: {text}", note_type.name());
            }
        }
        let errors = NoteTypes::with_templates(|file| (file == "card.js").then(|| "f({{}})".to_owned()));
        let errors: Vec<String> = errors.expect_err("a slip").iter().map(ToString::to_string).collect();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].starts_with("card.js, line 1: `{{` in a script"), "{errors:?}");
        let errors = NoteTypes::with_templates(|file| (file == "style.css").then(|| "{{> colours.css}}".to_owned()));
        let errors: Vec<String> = errors.expect_err("a slip").iter().map(ToString::to_string).collect();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].starts_with("style.css: there is no partial `colours.css`"), "{errors:?}");
    }

    /// The script tells the author's own tags from those that repeat the head by what `foot.html` says.
    #[test]
    fn the_foot_knows_every_tag_that_repeats_the_head() {
        let foot = PARTIALS.iter().find(|file| file.name == "foot.html").expect("a foot").text;
        let listed = |name: &str| -> Vec<&str> {
            let start = foot.find(&format!("{name}=\"")).expect("the attribute") + name.len() + 2;
            foot[start..].split('"').next().unwrap_or_default().split(' ').collect()
        };
        let (chapters, known) = (listed("data-chapter"), listed("data-known"));
        for language in [Language::Chinese, Language::English] {
            let [chapter, others @ ..] = words::tag_roots(language);
            assert!(chapters.contains(&chapter));
            let mark = tag_part(words::key_chapter(language));
            for other in others.into_iter().chain([&*mark]) {
                assert!(known.contains(&other), "{other}");
            }
        }
    }

    #[test]
    fn the_readme_names_every_file_and_every_field() {
        let readme = include_str!("../../../templates/anki/README.md");
        let templates = SPECS.iter().flat_map(|spec| spec.templates).flat_map(|spec| [spec.front, spec.back]);
        for file in templates.chain(PARTIALS).chain([STYLE]) {
            assert!(readme.contains(&format!("`{}`", file.name)), "{}", file.name);
        }
        for field in SPECS.iter().flat_map(Spec::fields).filter(|field| !field.holds.is_empty()) {
            let shown = [format!("`{}`", field.name), format!(":{}}}}}`", field.name)];
            assert!(shown.iter().any(|shown| readme.contains(shown)), "{}", field.name);
        }
    }
}
