//! How a page looks: sizes and distances, in points.

use crate::card::CardType;
use crate::points::Points;
use crate::typeset::atom::{ClozeStyle, TextStyle};
use crate::typeset::block::BlockStyle;
use crate::typeset::galley::PageGeometry;

/// Points to a millimetre.
const MM: f32 = 72.0 / 25.4;

/// The look of a paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaperStyle {
    /// The paper and its margins.
    pub page: PageGeometry,
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
    /// The indent of an item under its number, in em of the body.
    pub item_indent: f32,
    /// The indent of an option under its letter, in em of the body.
    pub option_indent: f32,
    /// Room above an item.
    pub item_gap: f32,
    /// Room above the title of a section.
    pub section_gap: f32,
}

impl PaperStyle {
    /// A4, one column.
    pub const A4: Self = Self {
        page: PageGeometry {
            width: 210.0 * MM,
            height: 297.0 * MM,
            top: 20.0 * MM,
            bottom: 20.0 * MM,
            left: 25.0 * MM,
            right: 20.0 * MM,
        },
        body: 10.5,
        pitch: 17.0,
        title: 16.0,
        institution: 15.0,
        section: 12.0,
        footer: 9.0,
        fine: 7.0,
        item_indent: 1.9,
        option_indent: 1.5,
        item_gap: 4.0,
        section_gap: 12.0,
    };

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
            CardType::Term | CardType::Essay | CardType::ShortAnswer => 1.2,
            CardType::Calculation => 1.4,
            _ => return 0,
        };
        ((points.to_f32() * per_point).ceil() as usize).clamp(3, 24)
    }
}
