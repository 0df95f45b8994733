//! Answer sheets (答题卡): what candidates write on where the paper stays clean, and what a scanner reads.
//!
//! In: a form, as for the paper, and what the files of the exam are called. Out: a [`Document`], and the [`Geometry`] of everything that
//! is filled or written on. A sheet holds no question and no answer.
//!
//! | room | what it makes |
//! |---|---|
//! | `head` | titles, the candidate's name and number, how to fill bubbles |
//! | `section` | bubbles, blanks and frames of the sections |
//! | `plan` | which of them stands on which page |
//! | `ink` | the shapes they are drawn with |
//! | [`qr`] | the QR code of a page |
//! | [`geometry`] | the file for readers of scans |
//!
//! The sheet has the page of the paper's style, so that both are printed in one go, but one column: a page in two columns becomes an
//! upright A4 page, since scanners take no larger one. No margin is narrower than the corner marks need. Bubbles are of one size on all
//! pages, in all styles: readers are tuned to it.

pub mod geometry;
mod head;
mod ink;
mod plan;
pub mod qr;
mod section;

use super::style::{AnswerSpace, MM, Numbering, PaperStyle};
use super::words::Words;
use super::{Job, missing_in_head};
use crate::diag::Diagnostic;
use crate::fonts::FaceId;
use crate::typeset::Setter;
use crate::typeset::atom::{TextStyle, text_of};
use crate::typeset::display::{Document, Glyph, Ink, Item, NodeId, OutlineEntry, Page, Role, Run};
use crate::typeset::galley::{Frame, Galley, Paragraph, Strip};
use crate::typeset::line::Alignment;
use crate::typeset::pages::PageGeometry;
use geometry::{Area, Geometry, Origin, PageMarks, QrPlace};

/// The side of a QR code, without its quiet zone.
const QR_SIDE: f32 = 18.0 * MM;
/// The room between the head of a page and what follows, which is the quiet zone of the QR code too.
const HEAD_GAP: f32 = 4.0 * MM;
/// The room that the page number takes at the foot of the text.
const FOOT: f32 = 6.0 * MM;
/// The largest page number that has room there.
const LARGEST_FOOTER: f32 = 10.0;
/// The size of the signs in bubbles.
const SIGN_SIZE: f32 = 6.5;

/// An answer sheet.
#[derive(Debug)]
pub struct AnswerSheet {
    /// The pages.
    pub document: Document,
    /// Where everything stands.
    pub geometry: Geometry,
    /// Characters that no font has.
    pub diagnostics: Vec<Diagnostic>,
}

/// Sets the answer sheet of a form. `exam` is what the files of the exam are called; the QR codes say it.
pub fn answer_sheet(job: &Job<'_>, exam: &str, setter: &mut Setter<'_>) -> AnswerSheet {
    let words = Words(job.bank.info.language);
    let title = words.title(&job.exam.title, &job.form.name);
    let geometry = Geometry::new(Origin {
        exam: exam.to_owned(),
        title: title.clone(),
        form: job.form.name.clone(),
        bank: job.fingerprint.to_owned(),
        seed: job.form.seed,
    });
    let look = Look::of(job.style);
    setter.set_language(job.bank.info.language);
    let writer = Writer {
        job,
        exam,
        words,
        galley: Galley::new(setter, look.page.text_height()),
        look,
        title: format!("{title} {}", words.sheet_title()),
        geometry,
        outline: Vec::new(),
    };
    writer.write()
}

/// What the style of the paper means for its sheet.
#[derive(Debug, Clone, PartialEq)]
struct Look {
    page: PageGeometry,
    /// The size of text.
    body: f32,
    /// The height of a line of writing.
    line: f32,
    /// Whether frames are ruled.
    ruled: bool,
}

impl Look {
    fn of(style: &PaperStyle) -> Self {
        let page = if style.page.columns > 1 { PaperStyle::default().page } else { style.page };
        let margin = |margin: f32| margin.max(ink::LEAST_MARGIN);
        // The wider side of a paper holds its sealed line, which a sheet has not.
        let side = margin(page.left.min(page.right));
        Self {
            page: PageGeometry { top: margin(page.top), bottom: margin(page.bottom), left: side, right: side, ..page },
            // Beside bubbles of one size, text has its limits.
            body: style.body.clamp(9.0, 13.0),
            line: style.pitch * 1.3,
            ruled: style.answer_space == AnswerSpace::Lines,
        }
    }

    fn text(&self) -> TextStyle {
        TextStyle::body(self.body)
    }

    /// The full width of the text.
    fn frame(&self) -> Frame {
        Frame { x: self.page.left, width: self.page.text_width() }
    }
}

/// A sheet while it is being set.
struct Writer<'w, 's, 'f> {
    job: &'w Job<'w>,
    exam: &'w str,
    words: Words,
    look: Look,
    galley: Galley<'s, 'f>,
    /// What is printed at the head, and named in the window.
    title: String,
    geometry: Geometry,
    outline: Vec<OutlineEntry>,
}

impl Writer<'_, '_, '_> {
    fn write(mut self) -> AnswerSheet {
        let page = self.look.page;
        // All is set in the order in which it is read, so that the tree has that order too.
        let (head, head_bottom) = self.head();
        let mut bands = self.bands();
        let whole = page.text_height() - FOOT;
        let running = QR_SIDE + HEAD_GAP;
        let demands: Vec<_> = bands.iter().map(|band| band.demand(&self.look)).collect();
        let first = whole - (head_bottom - page.top) - plan::GAP;
        let plan = plan::plan(&demands, first, whole - running);
        let count = plan.len();
        self.outline.push(OutlineEntry { level: 0, title: self.title.clone(), page: 0, y: page.top });

        let mut head = Some(head);
        let mut pages = Vec::with_capacity(count);
        for (index, pieces) in plan.iter().enumerate() {
            let mut items: Vec<Item> = self.marks(index, count);
            let mut y = if let Some(head) = head.take() {
                items.extend(head);
                head_bottom + plan::GAP
            } else {
                items.extend(self.running_head());
                page.top + running
            };
            for placed in pieces {
                self.piece(&mut bands, placed, index, y, &mut items);
                y += placed.height + plan::GAP;
            }
            items.extend(self.foot(index, count));
            pages.push(Page { width: page.width, height: page.height, items });
        }

        let diagnostics = missing_in_head(&mut self.galley.setter.shaper);
        let info = &self.job.bank.info;
        let document = Document {
            title: self.title,
            author: info.authors.join(", "),
            language: info.language.tag(),
            pages,
            structure: self.galley.structure,
            outline: self.outline,
        };
        AnswerSheet { document, geometry: self.geometry, diagnostics }
    }

    /// The marks in the corners and the QR code of a page.
    fn marks(&mut self, index: usize, count: usize) -> Vec<Item> {
        let page = self.look.page;
        let marks = ink::corners(&page);
        let mut items: Vec<Item> = marks.all().into_iter().map(ink::filled).collect();
        let label = qr::Label {
            exam: self.exam,
            form: &self.job.form.name,
            page: index + 1,
            pages: count,
            bank: self.job.fingerprint,
            seed: self.job.form.seed,
        };
        let payload = label.payload();
        let area = Area { x: page.width - page.right - QR_SIDE, y: page.top, width: QR_SIDE, height: QR_SIDE };
        let shown = self.words.qr_code(&payload);
        let node = self.galley.structure.add_with_text(NodeId::ROOT, Role::Figure, Some(shown));
        items.extend(qr::ink(&payload, area, node));
        self.geometry.pages.push(PageMarks {
            number: index + 1,
            width: page.width,
            height: page.height,
            marks,
            qr: QrPlace { payload, area },
        });
        items
    }

    /// At the head of the second page and those after it: which sheet it is of, and a reminder.
    fn running_head(&mut self) -> Vec<Item> {
        let Frame { x, width } = self.look.frame();
        let frame = Frame { x, width: width - QR_SIDE - HEAD_GAP };
        let title = self.title.clone();
        let reminder = self.words.sheet_reminder();
        let size = self.look.body;
        let strip = self.galley.boxed(|galley| {
            for (text, style) in [(&*title, TextStyle::heading(size)), (reminder, TextStyle::body(size * 0.9))] {
                let atoms = text_of(galley.setter, text, style);
                let paragraph = Paragraph { size: style.size, pitch: size * 1.8, alignment: Alignment::Left };
                galley.paragraph(atoms, frame, paragraph, NodeId::ARTIFACT);
            }
        });
        let top = self.look.page.top + (QR_SIDE - strip.height) / 2.0;
        strip.into_items(0.0, top).collect()
    }

    /// The page number.
    fn foot(&mut self, index: usize, count: usize) -> Vec<Item> {
        let text = format!("{}　{}", self.title, self.words.page(index + 1, count));
        let baseline = self.look.page.height - self.look.page.bottom - 2.0;
        let style = TextStyle::body(self.job.style.footer.min(LARGEST_FOOTER));
        self.line(&text, style, self.look.frame(), Alignment::Center, baseline, NodeId::ARTIFACT)
    }

    /// Text below text.
    fn block(
        &mut self,
        text: &str,
        style: TextStyle,
        leading: f32,
        frame: Frame,
        alignment: Alignment,
        node: NodeId,
    ) -> Strip {
        let atoms = text_of(self.galley.setter, text, style);
        let paragraph = Paragraph { size: style.size, pitch: style.size * leading, alignment };
        self.galley.boxed(|galley| {
            galley.paragraph(atoms, frame, paragraph, node);
        })
    }

    /// A line of text on a baseline.
    fn line(
        &mut self,
        text: &str,
        style: TextStyle,
        frame: Frame,
        alignment: Alignment,
        baseline: f32,
        node: NodeId,
    ) -> Vec<Item> {
        let strip = self.block(text, style, 1.0, frame, alignment, node);
        let top = baseline - strip.baseline;
        strip.into_items(0.0, top).collect()
    }

    /// A sign in the middle of each bubble.
    fn signs(&mut self, signs: impl IntoIterator<Item = (char, Area)>, node: NodeId) -> Vec<Item> {
        let shaper = &mut self.galley.setter.shaper;
        let fonts = shaper.fonts();
        let mut items: Vec<Item> = Vec::new();
        for (sign, area) in signs {
            let Some((face, glyph)) = fonts.glyph(FaceId::BODY, sign) else {
                shaper.note_missing(sign);
                continue;
            };
            let x = area.x + (area.width - shaper.advance(face, glyph) * SIGN_SIZE) / 2.0;
            let y = middle(area, SIGN_SIZE);
            let glyph = Glyph { id: glyph.to_u32() as u16, x, text_length: sign.len_utf8() as u8 };
            match items.last_mut() {
                Some(Item { ink: Ink::Glyphs(run), .. }) if run.face == face && run.y.to_bits() == y.to_bits() => {
                    run.text.push(sign);
                    run.glyphs.push(glyph);
                }
                _ => {
                    let run = Run { face, size: SIGN_SIZE, y, text: sign.into(), glyphs: vec![glyph], turned: None };
                    items.push(Item { node, ink: Ink::Glyphs(run) });
                }
            }
        }
        items
    }

    /// The number that an item has on the paper.
    fn number(&self, section: usize, item: usize) -> usize {
        let before = match self.job.style.numbering {
            Numbering::Paper => self.job.form.sections[..section].iter().map(|section| section.items.len()).sum(),
            Numbering::Section => 0,
        };
        before + item + 1
    }
}

/// The baseline on which letters and digits stand in the middle of a box: capitals are 0.72 em high.
fn middle(area: Area, size: f32) -> f32 {
    area.y + area.height / 2.0 + 0.36 * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_columns_becomes_an_upright_one_and_no_margin_is_in_the_way_of_the_marks() {
        let mut style = PaperStyle::default();
        style.page = PageGeometry { width: 420.0 * MM, height: 297.0 * MM, columns: 2, column_gap: 40.0, ..style.page };
        let page = Look::of(&style).page;
        assert_eq!((page.width, page.height, page.columns), (210.0 * MM, 297.0 * MM, 1));

        let mut style = PaperStyle::default();
        style.page.left = 10.0;
        let page = Look::of(&style).page;
        assert!(page.left >= ink::corners(&page).top_left.x + ink::corners(&page).top_left.width);
        assert_eq!(page.right.to_bits(), page.left.to_bits(), "a sheet has no sealed line, so its sides are alike");
    }
}
