//! Papers and keys as their readers see them: a specimen with every block on every type of item, where each line stands, and that
//! nothing an author wrote is lost between the bank and the page.

use cardpress::bank::{Bank, Loaded};
use cardpress::blueprint::{Blueprint, Exam};
use cardpress::card::Card;
use cardpress::diag::render::plain;
use cardpress::fonts::Fonts;
use cardpress::form::{Form, assemble};
use cardpress::math;
use cardpress::paper::style::PaperStyle;
use cardpress::paper::{Job, Sheet, answer_key, exam_paper};
use cardpress::source::Sources;
use cardpress::typeset::display::{Document, Ink, Item, NodeId};
use cardpress::typeset::picture::PictureReader;
use cardpress::typeset::{Pictures, Setter};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

struct Specimen {
    bank: Bank,
    exam: Exam,
    forms: Vec<Form>,
    pictures: Pictures,
}

impl Specimen {
    fn load(bank: &Path, blueprint: &Path) -> Self {
        let Loaded { bank, diagnostics, sources } = Bank::load(bank).expect("a folder with a bank");
        let said: String = diagnostics.iter().map(|diagnostic| plain(diagnostic, &sources)).collect();
        let bank = bank.unwrap_or_else(|| panic!("{said}"));
        let mut sources = Sources::default();
        let blueprint =
            Blueprint::load(blueprint, &mut sources).expect("a blueprint").blueprint.expect("without errors");
        let forms = assemble(&bank, &blueprint).forms;
        let media = bank.media(&bank.cards).expect("pictures");
        let fonts = Fonts::bundled();
        let reader = PictureReader::new(&fonts);
        let picture = |name: &str, bytes: &[u8]| Arc::new(reader.read(bytes, name).expect("a picture"));
        let pictures =
            media.iter().map(|file| (format!("media/{}", file.name), picture(&file.name, &file.bytes))).collect();
        Self { bank, exam: blueprint.exam, forms, pictures }
    }

    /// The paper or the key of a form.
    fn set(&self, form: &Form, set: impl Fn(&Job<'_>, &mut Setter<'_>) -> Sheet) -> Document {
        let (fonts, math) = (Fonts::bundled(), math::Cache::default());
        let mut setter = Setter::new(&fonts, &math, &self.pictures);
        let style = &PaperStyle::a4();
        let job = Job { bank: &self.bank, exam: &self.exam, form, fingerprint: "0123456789ab", style };
        let sheet = set(&job, &mut setter);
        assert_eq!(sheet.diagnostics, [], "nothing is wider than its place and every character has a glyph");
        sheet.document
    }
}

/// The lines of a document: where each begins, how far down, in whole points, and what it says; pictures and how many rules a page
/// has.
fn lines(document: &Document) -> String {
    let mut out = String::new();
    for (number, page) in document.pages.iter().enumerate() {
        let mut rules = 0;
        let mut rows: BTreeMap<(i32, i32), String> = BTreeMap::new();
        let mut last: Option<(f32, f32)> = None;
        let mut row = (0, 0);
        for item in &page.items {
            match &item.ink {
                Ink::Glyphs(run) => {
                    let x = run.glyphs.first().map_or(0.0, |glyph| glyph.x);
                    let same = last.is_some_and(|(end, y)| (y - run.y).abs() < 5.0 && x >= end - 1.0 && x - end < 30.0);
                    if !same {
                        row = (run.y.round() as i32, x.round() as i32);
                    }
                    rows.entry(row).or_default().push_str(&run.text);
                    last = run.glyphs.last().map(|glyph| (glyph.x, run.y));
                }
                Ink::Image(image) => {
                    let place = (image.y.round() as i32, image.x.round() as i32);
                    rows.insert(place, format!("[picture {:.0} x {:.0}]", image.width, image.height));
                }
                Ink::Drawing(drawing) => {
                    let place = (drawing.y.round() as i32, drawing.x.round() as i32);
                    rows.insert(place, format!("[drawing {:.0} x {:.0}]", drawing.width, drawing.height));
                }
                Ink::Rule(_) | Ink::Path(_) => rules += 1,
            }
        }
        let _ = writeln!(out, "--- page {} ({rules} rules and shapes)", number + 1);
        for ((y, x), text) in rows {
            let _ = writeln!(out, "{y:4} {x:4}  {}", text.trim_end());
        }
    }
    out
}

#[test]
fn a_specimen_paper_and_its_key() {
    let specimen = Specimen::load(Path::new("tests/paper/cards"), Path::new("tests/paper/specimen.toml"));
    let settings = || {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("paper");
        settings.set_prepend_module_to_snapshot(false);
        settings
    };
    let form = &specimen.forms[0];
    settings().bind(|| insta::assert_snapshot!("paper", lines(&specimen.set(form, exam_paper))));
    settings().bind(|| insta::assert_snapshot!("key", lines(&specimen.set(form, answer_key))));
}

/// The characters of a document without spaces, in reading order; not page numbers and leaders.
fn characters(document: &Document) -> String {
    let items = document.pages.iter().flat_map(|page| &page.items).filter(|item| item.node != NodeId::ARTIFACT);
    let text = |item: &Item| if let Ink::Glyphs(run) = &item.ink { run.text.clone() } else { String::new() };
    items.map(text).collect::<String>().split_whitespace().collect()
}

/// Whether every run of plain characters in the texts of a card stands on a page.
fn assert_printed(card: &Card, fields: &[&str], page: &str) {
    for (name, text) in card.texts().into_iter().filter(|(name, _)| fields.contains(name)) {
        text.texts(|run| {
            for line in run.lines() {
                let visible: String = line.split_whitespace().collect();
                // The full stop after a blank at the edge is not printed.
                let visible = visible.strip_prefix('。').unwrap_or(&visible);
                assert!(page.contains(visible), "{} {name}: {visible}", card.id);
            }
        });
    }
}

#[test]
fn nothing_is_lost_between_the_bank_and_the_page() {
    let specimen = Specimen::load(Path::new("cards"), Path::new("templates/blueprints/mock-exam.toml"));
    for form in &specimen.forms {
        let paper = characters(&specimen.set(form, exam_paper));
        let key = characters(&specimen.set(form, answer_key));
        for (_, item) in form.items() {
            let card = &specimen.bank.cards[item.card];
            let asked: &[&str] =
                if card.kind() == cardpress::card::CardType::Cloze { &[] } else { &["stem", "options"] };
            assert_printed(card, asked, &paper);
            assert_printed(card, &["answer", "rubric", "explanation"], &key);
            assert!(key.contains(card.id.as_str()), "the key names {}", card.id);
        }
    }
}

#[test]
fn no_ink_stands_outside_the_margins() {
    let specimen = Specimen::load(Path::new("tests/paper/cards"), Path::new("tests/paper/specimen.toml"));
    let page = PaperStyle::a4().page;
    let (left, right) = (page.left - 0.5, page.width - page.right + 0.5);
    let form = &specimen.forms[0];
    for document in [specimen.set(form, exam_paper), specimen.set(form, answer_key)] {
        for item in document.pages.iter().flat_map(|page| &page.items) {
            let (from, to, top, bottom) = match &item.ink {
                Ink::Glyphs(run) => {
                    let x = |glyph: Option<&cardpress::typeset::display::Glyph>| glyph.map_or(left, |glyph| glyph.x);
                    (x(run.glyphs.first()), x(run.glyphs.last()), run.y - run.size, run.y)
                }
                Ink::Rule(rule) => (rule.x, rule.x + rule.width, rule.y, rule.y + rule.height),
                Ink::Image(image) => (image.x, image.x + image.width, image.y, image.y + image.height),
                Ink::Drawing(drawing) => (drawing.x, drawing.x + drawing.width, drawing.y, drawing.y + drawing.height),
                Ink::Path(_) => continue,
            };
            // A full-width mark may start a line with half its width outside: the half that is empty.
            assert!(from >= left - 5.5 && to <= right, "{from} to {to}: {item:?}");
            assert!(top >= 0.0 && bottom <= page.height, "{item:?}");
        }
    }
}
