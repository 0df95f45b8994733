//! How a paper looks: its pages, sizes and distances, which parts its head has. Lengths are points.
//!
//! A style is a TOML file in `templates/papers/`, which [`PaperStyle::read`] reads; in it lengths have the units that printers use.

mod read;

use crate::card::CardType;
use crate::points::Points;
use crate::source::Sources;
use crate::typeset::atom::{ClozeStyle, TextStyle};
use crate::typeset::block::BlockStyle;
use crate::typeset::pages::PageGeometry;
pub use read::Loaded;

pub use crate::typeset::atom::Emphasis;

/// Points to a millimetre.
pub const MM: f32 = 72.0 / 25.4;

/// How far above the lower edge of the paper the line of the footer begins, in parts of the bottom margin.
pub const FOOTER_RISE: f32 = 0.75;

/// The look of a paper.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperStyle {
    /// Its name: that of its file.
    pub name: String,
    /// The paper, its margins and columns.
    pub page: PageGeometry,
    /// Whether an empty page is added where their number is odd.
    pub even_pages: bool,
    /// The fonts that are named; `None` for the bundled ones.
    pub fonts: FontNames,
    /// Running text: 五号.
    pub body: f32,
    /// From baseline to baseline of running text.
    pub pitch: f32,
    /// The title: 三号.
    pub title: f32,
    /// The line above the title: 小三.
    pub institution: f32,
    /// Titles of sections: 小四.
    pub section: f32,
    /// The footer.
    pub footer: f32,
    /// Card ids on the key.
    pub fine: f32,
    /// What emphasised text looks like.
    pub emphasis: Emphasis,
    /// How items are numbered.
    pub numbering: Numbering,
    /// The indent of an item under its number, in em of the body.
    pub item_indent: f32,
    /// The indent of an option under its letter, in em of the body.
    pub option_indent: f32,
    /// Room above an item.
    pub item_gap: f32,
    /// Room above the title of a section.
    pub section_gap: f32,
    /// What the room for answers looks like.
    pub answer_space: AnswerSpace,
    /// Lines of room for a point of a short answer or a term; a calculation gets a sixth more, an essay half as much again.
    pub lines_per_point: f32,
    /// The parts of the head; the title is always there.
    pub head: Vec<HeadPart>,
    /// Where the sealed line (密封线) stands.
    pub sealed_line: SealedLine,
}

/// Fonts by the names of their families, or their files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FontNames {
    /// Running text.
    pub body: Option<String>,
    /// Headings and strong text.
    pub heading: Option<String>,
}

/// How items are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// Through the whole paper.
    Paper,
    /// From 1 in each section.
    Section,
}

/// What the room for an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerSpace {
    /// Empty paper.
    Blank,
    /// Ruled lines.
    Lines,
    /// There is none: answers go onto other paper.
    None,
}

/// A part that the head of a paper may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadPart {
    /// Institution and term, above the title.
    Institution,
    /// Closed or open book, minutes, full marks.
    Conditions,
    /// Lines for name, number and class.
    Candidate,
    /// The table of scores with a column a section.
    ScoreTable,
    /// A box for score and marker (得分, 评卷人) at the head of each section.
    ScoreBoxes,
    /// Words to the candidates.
    Instructions,
}

/// On which pages the sealed line stands. It takes the left margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedLine {
    /// None.
    None,
    /// The first.
    First,
    /// The first, the third and so on: the fronts of sheets.
    Odd,
}

impl SealedLine {
    /// The left margin that it needs at least, in points.
    pub const NARROWEST_MARGIN: f32 = 30.0 * MM;

    /// The height of a page that it needs at least, in points: A5 across.
    pub const LOWEST_PAGE: f32 = 148.0 * MM;

    /// Whether it stands on a page, counted from 0.
    pub fn is_on(self, page: usize) -> bool {
        match self {
            Self::None => false,
            Self::First => page == 0,
            Self::Odd => page.is_multiple_of(2),
        }
    }
}

/// The styles that come with the program, by name.
const BUILT_IN: &[(&str, &str)] = &[
    ("a4", include_str!("../../templates/papers/a4.toml")),
    ("a3-2col", include_str!("../../templates/papers/a3-2col.toml")),
    ("b4-2col", include_str!("../../templates/papers/b4-2col.toml")),
    ("16k", include_str!("../../templates/papers/16k.toml")),
    ("letter", include_str!("../../templates/papers/letter.toml")),
    ("large-print", include_str!("../../templates/papers/large-print.toml")),
    ("quiz", include_str!("../../templates/papers/quiz.toml")),
    ("workbook", include_str!("../../templates/papers/workbook.toml")),
];

/// The style of an exam that names none.
pub const USUAL: &str = "a4";

/// The text of a style that comes with the program.
pub fn builtin(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names that [`builtin`] knows.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

impl Default for PaperStyle {
    /// What a file that says nothing means. `templates/papers/a4.toml` spells it out; a test holds the two together.
    fn default() -> Self {
        Self {
            name: USUAL.to_owned(),
            page: PageGeometry {
                width: 210.0 * MM,
                height: 297.0 * MM,
                top: 20.0 * MM,
                bottom: 20.0 * MM,
                left: 30.0 * MM,
                right: 20.0 * MM,
                columns: 1,
                column_gap: 10.0 * MM,
            },
            even_pages: false,
            fonts: FontNames::default(),
            body: 10.5,
            pitch: 17.0,
            title: 16.0,
            institution: 15.0,
            section: 12.0,
            footer: 9.0,
            fine: 7.0,
            emphasis: Emphasis::Heading,
            numbering: Numbering::Paper,
            item_indent: 1.9,
            option_indent: 1.5,
            item_gap: 4.0,
            section_gap: 12.0,
            answer_space: AnswerSpace::Blank,
            lines_per_point: 1.2,
            head: vec![HeadPart::Institution, HeadPart::Conditions, HeadPart::ScoreTable, HeadPart::Instructions],
            sealed_line: SealedLine::First,
        }
    }
}

impl PaperStyle {
    /// A style that comes with the program.
    pub fn builtin(name: &str) -> Option<Self> {
        let mut sources = Sources::default();
        let source = sources.add(format!("{name}.toml"), builtin(name)?);
        Self::read(name, &sources, source).style
    }

    /// Running text on paper: clozes are blanks.
    pub fn paper_text(&self) -> BlockStyle {
        BlockStyle { text: TextStyle::body(self.body), pitch: self.pitch, clozes: ClozeStyle::Blank }
    }

    /// Running text on the key: clozes are their answers.
    pub fn key_text(&self) -> BlockStyle {
        BlockStyle { clozes: ClozeStyle::Answer, ..self.paper_text() }
    }

    /// Whether the head has a part.
    pub fn has(&self, part: HeadPart) -> bool {
        self.head.contains(&part)
    }

    /// From line to line of the room for an answer: 8 mm, more for large print.
    pub fn writing_pitch(&self) -> f32 {
        (8.0 * MM).max(1.3 * self.pitch)
    }

    /// How many lines of room an item leaves for its answer: in proportion to its points.
    pub fn answer_lines(&self, kind: CardType, points: Points) -> usize {
        if self.answer_space == AnswerSpace::None { 0 } else { self.lines_wanted(kind, points) }
    }

    /// How many lines an answer wants, on whatever paper it is written.
    pub fn lines_wanted(&self, kind: CardType, points: Points) -> usize {
        let per_point = match kind {
            CardType::Term | CardType::ShortAnswer => self.lines_per_point,
            CardType::Essay => self.lines_per_point * 1.5,
            CardType::Calculation => self.lines_per_point * 7.0 / 6.0,
            _ => return 0,
        };
        ((points.to_f32() * per_point).ceil() as usize).clamp(3, 24)
    }
}
