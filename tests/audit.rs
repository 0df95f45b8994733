//! The audit form (命题审核表): what a reader of the PDF is told, and that it keeps to its page whatever it holds. How `cardpress audit`
//! reads on a terminal is in `cli/audit.trycmd`; the figures are checked beside their code.

#[path = "support/pdf_text.rs"]
mod pdf_text;

use cardpress::audit::{Audit, Subject};
use cardpress::bank::{Bank, Language};
use cardpress::blueprint::Blueprint;
use cardpress::export::pdf::{Stamp, pdf};
use cardpress::fonts::Fonts;
use cardpress::form::{Form, assemble};
use cardpress::math;
use cardpress::paper::Sheet;
use cardpress::paper::audit::{AuditJob, audit_sheet};
use cardpress::paper::style::PaperStyle;
use cardpress::source::Sources;
use cardpress::typeset::display::{Ink, Item};
use cardpress::typeset::{Pictures, Setter};
use std::path::Path;

struct Exam {
    bank: Bank,
    blueprint: Blueprint,
    forms: Vec<Form>,
}

impl Exam {
    /// The bank of the console blocks, with a blueprint that draws all of it.
    fn load() -> Self {
        let folder = Path::new("tests/cli/audit.in");
        let bank = Bank::load(&folder.join("cards")).expect("a folder with a bank").bank.expect("a sound bank");
        let mut sources = Sources::default();
        let file = folder.join("templates/blueprints/strict.toml");
        let blueprint = Blueprint::load(&file, &mut sources).expect("a file").blueprint.expect("a sound blueprint");
        let forms = assemble(&bank, &blueprint, &[]).forms;
        assert_eq!(forms.len(), 2);
        Self { bank, blueprint, forms }
    }

    fn sheet(&self) -> Sheet {
        let Self { bank, blueprint, forms } = self;
        let subject = Subject { bank, blueprint, forms, history: &[] };
        let audit = Audit::of(&subject).expect("names that the bank has");
        let (fonts, math, pictures) = (Fonts::bundled(), math::Cache::default(), Pictures::new());
        let style = PaperStyle::default();
        let job = AuditJob { bank, exam: &blueprint.exam, audit: &audit, fingerprint: "0123456789ab", style: &style };
        let sheet = audit_sheet(&job, &mut Setter::new(&fonts, &math, &pictures));
        assert_eq!(sheet.diagnostics, [], "every character has a glyph, and nothing is wider than its place");
        sheet
    }

    /// The bank as if its chapters were repeated until there are so many, so that the table of items has as many rows.
    fn with_chapters(mut self, count: usize, title: &str) -> Self {
        let whole = self.bank.cards.clone();
        let chapters = self.bank.chapters.clone();
        for number in self.bank.chapters.len()..count {
            let mut chapter = chapters[number % chapters.len()].clone();
            chapter.number = Some(number as u32 + 1);
            title.clone_into(&mut chapter.title);
            self.bank.chapters.push(chapter);
            let cards = whole.iter().filter(|card| card.chapter == number % chapters.len());
            let moved = cards.cloned().map(|mut card| {
                card.chapter = number;
                card
            });
            self.bank.cards.extend(moved);
        }
        self
    }

    fn with_forms(mut self, count: usize) -> Self {
        let names = (1..=count).map(|number| number.to_string());
        self.forms = names.map(|name| Form { name, ..self.forms[0].clone() }).collect();
        self
    }
}

/// How far down its pages the ink of a document reaches at most, and how far to the right.
fn reach(sheet: &Sheet) -> (f32, f32) {
    let mut reach: (f32, f32) = (0.0, 0.0);
    for Item { ink, .. } in sheet.document.pages.iter().flat_map(|page| &page.items) {
        let (right, bottom) = match ink {
            Ink::Glyphs(run) => (run.glyphs.last().map_or(0.0, |glyph| glyph.x), run.y),
            Ink::Rule(rect) => (rect.x + rect.width, rect.y + rect.height),
            _ => panic!("a form has text and rules"),
        };
        reach = (reach.0.max(right), reach.1.max(bottom));
    }
    reach
}

#[test]
fn a_reader_is_told_all_that_the_form_says() {
    let sheet = Exam::load().sheet();
    let bytes = pdf(&sheet.document, &Fonts::bundled(), &Stamp::default()).expect("a PDF");
    insta::with_settings!({ snapshot_path => "audit", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("form", pdf_text::logical_text(&bytes));
    });
}

#[test]
fn two_forms_of_twelve_chapters_are_a_page_and_more_are_more_pages() {
    let long = "一个比较长的章标题与方法";
    let pages = |exam: Exam| {
        let sheet = exam.sheet();
        let (right, bottom) = reach(&sheet);
        let page = &sheet.document.pages[0];
        assert!(right <= page.width - 40.0 && bottom <= page.height - 20.0, "{right} {bottom}");
        sheet.document.pages.len()
    };
    assert_eq!(pages(Exam::load()), 1);
    assert_eq!(pages(Exam::load().with_chapters(12, long)), 1);
    assert_eq!(pages(Exam::load().with_forms(5)), 3, "two on a page");
    assert_eq!(pages(Exam::load().with_chapters(25, long)), 2, "one on a page");
    assert!(pages(Exam::load().with_chapters(120, &long.repeat(6))) > 2, "each goes on overleaf");
}

#[test]
fn an_english_bank_has_an_english_form() {
    let mut exam = Exam::load();
    exam.bank.info.language = Language::English;
    let sheet = exam.sheet();
    let bytes = pdf(&sheet.document, &Fonts::bundled(), &Stamp::default()).expect("a PDF");
    let text = pdf_text::reading_order(&bytes);
    for expected in
        ["Exam audit form", "Chapters with an item", "Form A keeps 11 of 17 rules and breaks 6.", "Reviewer"]
    {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    assert!(!text.contains("合格"), "{text}");
}
