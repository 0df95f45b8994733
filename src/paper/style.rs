//! How a paper looks: its pages, sizes and distances, which parts its head has. Lengths are points.

use crate::card::CardType;
use crate::points::Points;
use crate::typeset::atom::{ClozeStyle, TextStyle};
use crate::typeset::block::BlockStyle;
use crate::typeset::galley::PageGeometry;

pub use crate::typeset::atom::Emphasis;

/// Points to a millimetre.
pub const MM: f32 = 72.0 / 25.4;

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
    /// Lines of room for a point of a short answer, a term or an essay; a calculation gets a sixth more.
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

impl PaperStyle {
    /// A4, one column.
    pub fn a4() -> Self {
        Self {
            name: "a4".to_owned(),
            page: PageGeometry {
                width: 210.0 * MM,
                height: 297.0 * MM,
                top: 20.0 * MM,
                bottom: 20.0 * MM,
                left: 25.0 * MM,
                right: 20.0 * MM,
                columns: 1,
                column_gap: 0.0,
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
            head: vec![
                HeadPart::Institution,
                HeadPart::Conditions,
                HeadPart::Candidate,
                HeadPart::ScoreTable,
                HeadPart::Instructions,
            ],
            sealed_line: SealedLine::None,
        }
    }

    /// Running text on paper: clozes are blanks.
    pub fn paper_text(&self) -> BlockStyle {
        BlockStyle { text: TextStyle::body(self.body), pitch: self.pitch, clozes: ClozeStyle::Blank }
    }

    /// Running text on the key: clozes are their answers.
    pub fn key_text(&self) -> BlockStyle {
        BlockStyle { clozes: ClozeStyle::Answer, ..self.paper_text() }
    }

    /// How many lines of room an item leaves for its answer: in proportion to its points.
    pub fn answer_lines(&self, kind: CardType, points: Points) -> usize {
        let per_point = match kind {
            CardType::Term | CardType::Essay | CardType::ShortAnswer => self.lines_per_point,
            CardType::Calculation => self.lines_per_point * 7.0 / 6.0,
            _ => return 0,
        };
        ((points.to_f32() * per_point).ceil() as usize).clamp(3, 24)
    }
}
