//! Papers: a form, its answer key, or its answer sheet ([`sheet`]), set on pages.
//!
//! In: a bank, the head of an exam, a form. Out: a [`Document`] for each, and diagnostics for what could not be printed as it should
//! be. [`audit`] sets what was found when the forms of an exam were judged. What an exam looks like is decided here ([`style`], [`words`]); how text becomes lines and pages is [`crate::typeset`]'s.

pub mod audit;
pub mod characters;
mod exam;
mod grid;
mod head;
mod key;
mod sealed_line;
pub mod sheet;
pub mod style;
mod title;
pub mod words;

use crate::bank::Bank;
use crate::blueprint::{Draw, Exam};
use crate::card::Card;
use crate::diag::{Code, Diagnostic};
use crate::form::Form;
use crate::text::unprintable;
use crate::typeset::Setter;
use crate::typeset::display::{Document, Item, NodeId, Page};
use crate::typeset::galley::{Frame, Galley};
use crate::typeset::line::Alignment;
use crate::typeset::pages::paginate;
use crate::typeset::shape::Shaper;
use style::{FOOTER_RISE, PaperStyle};
use words::Words;

/// What a paper is made from.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The bank that the form was drawn from.
    pub bank: &'a Bank,
    /// What is said once for all forms.
    pub exam: &'a Exam,
    /// The form.
    pub form: &'a Form,
    /// [`Bank::fingerprint`], which the key prints.
    pub fingerprint: &'a str,
    /// How pages look.
    pub style: &'a PaperStyle,
}

impl Job<'_> {
    /// What the paper is called: 期末考试（A卷）; a workbook that there is one of needs no letter.
    fn title(&self) -> String {
        let exam = self.exam;
        if exam.draw == Draw::All && exam.forms.len() == 1 {
            return exam.title.clone();
        }
        Words(self.bank.info.language).title(&exam.title, &self.form.name)
    }

    /// What the footer says before the number of the page: the course, where there is one, or else the title.
    fn footer(&self) -> String {
        let words = Words(self.bank.info.language);
        let (exam, form) = (self.exam, &self.form.name);
        exam.course.as_deref().map_or_else(|| self.title(), |course| words.course(course, form))
    }
}

/// A document, and what was found while it was set.
#[derive(Debug)]
pub struct Sheet {
    /// The pages.
    pub document: Document,
    /// Errors: characters that no font has, and what does not fit its column.
    pub diagnostics: Vec<Diagnostic>,
}

/// Sets the paper that candidates get. Beside an answer sheet it leaves no room for answers.
pub fn exam_paper(job: &Job<'_>, setter: &mut Setter<'_>) -> Sheet {
    let title = job.title();
    let mut writer = Writer::new(job, setter);
    writer.set_sealed_line();
    writer.head(&title);
    writer.report_blueprint();
    writer.exam_sections();
    let footer = job.footer();
    writer.finish(title, &footer, job.style.even_pages)
}

/// Sets the answer key.
pub fn answer_key(job: &Job<'_>, setter: &mut Setter<'_>) -> Sheet {
    let words = Words(job.bank.info.language);
    let title = job.title();
    let whole_title = format!("{title} {}", words.key_title());
    let mut writer = Writer::new(job, setter);
    writer.key_head(&title);
    writer.report_blueprint();
    writer.key_sections();
    let footer = format!("{}{}{}", job.footer(), words.gap(), words.origin(job.form.seed, job.fingerprint));
    writer.finish(whole_title, &footer, false)
}

/// A paper while it is being set.
struct Writer<'w, 's, 'f> {
    job: &'w Job<'w>,
    style: &'w PaperStyle,
    words: Words,
    galley: Galley<'s, 'f>,
    /// The full width of the text.
    frame: Frame,
    /// The ink of the sealed line, if the document has one; x and y from the corner of the page.
    sealed_line: Vec<Item>,
    diagnostics: Vec<Diagnostic>,
}

impl<'w, 's, 'f> Writer<'w, 's, 'f> {
    fn new(job: &'w Job<'w>, setter: &'s mut Setter<'f>) -> Self {
        let style = job.style;
        setter.emphasis = style.emphasis;
        setter.set_language(job.bank.info.language);
        Self {
            job,
            style,
            words: Words(job.bank.info.language),
            galley: Galley::new(setter, style.page.text_height()),
            frame: Frame { x: 0.0, width: style.page.column_width() },
            sealed_line: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Reports what went wrong since the last call, at the card that was being set.
    fn report(&mut self, card: &Card) {
        let missing = self.galley.setter.shaper.take_missing();
        if !missing.is_empty() {
            self.diagnostics.push(unprintable(&format!("the card `{}`", card.id), &missing, Some(card.span)));
        }
        for overfull in self.galley.overfull.drain(..) {
            let message = format!("the card `{}` does not fit the page: {overfull}", card.id);
            self.diagnostics.push(
                Diagnostic::new(Code::Overfull, card.span, message)
                    .help("make it smaller or part it, or leave the card out of exams with `exam = false`"),
            );
        }
    }

    /// Reports what went wrong since the last call in what the blueprint says: titles and instructions, which have no card to name.
    fn report_blueprint(&mut self) {
        self.diagnostics.extend(missing_in_head(&mut self.galley.setter.shaper));
        for overfull in self.galley.overfull.drain(..) {
            let message = format!("a title or an instruction of the blueprint does not fit the page: {overfull}");
            self.diagnostics.push(Diagnostic::placeless(Code::Overfull, message).help("make it shorter"));
        }
    }

    /// Cuts the galley into pages and puts the footer on them.
    fn finish(mut self, title: String, footer: &str, even: bool) -> Sheet {
        let page = self.style.page;
        let (mut pages, outline) = paginate(std::mem::take(&mut self.galley.strips), &page);
        if even && pages.len() % 2 == 1 {
            pages.push(Page { width: page.width, height: page.height, items: Vec::new() });
        }
        self.paint_sealed_line(&mut pages);
        let count = pages.len();
        // The footer stands in the middle of the page, whatever its columns.
        let frame = Frame { x: 0.0, width: page.text_width() };
        for (index, sheet) in pages.iter_mut().enumerate() {
            let text = format!("{footer}{}{}", self.words.gap(), self.words.page(index + 1, count));
            let style = self.style.paper_text().paragraph(Alignment::Center);
            let (atoms, _) = self.fitted(&text, self.style.footer, frame.width);
            let strip = self.galley.boxed(|galley| {
                galley.paragraph(atoms, frame, style, NodeId::ARTIFACT);
            });
            sheet.items.extend(strip.into_items(page.left, page.height - page.bottom * FOOTER_RISE));
        }
        self.report_blueprint();
        let info = &self.job.bank.info;
        let document = Document {
            title,
            author: info.authors.join(", "),
            language: info.language.tag(),
            pages,
            structure: self.galley.structure,
            outline,
        };
        Sheet { document, diagnostics: self.diagnostics }
    }
}

/// The characters that were missing since they were last asked for, where they can only be of the head: title and instructions have no
/// card to name.
fn missing_in_head(shaper: &mut Shaper<'_>) -> Option<Diagnostic> {
    let missing = shaper.take_missing();
    (!missing.is_empty()).then(|| unprintable("the head of the paper", &missing, None))
}
