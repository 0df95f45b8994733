//! Papers and keys as their readers see them: a specimen with every block on every type of item, where each line stands, and that
//! nothing an author wrote is lost between the bank and the page.

#[path = "paper/styles.rs"]
mod styles;
#[path = "paper/torture.rs"]
mod torture;

use cardpress::bank::{Bank, Loaded};
use cardpress::blueprint::{Blueprint, Exam};
use cardpress::card::Card;
use cardpress::diag::render::plain;
use cardpress::fonts::Fonts;
use cardpress::form::{Form, assemble};
use cardpress::math;
use cardpress::paper::style::{PaperStyle, SealedLine};
use cardpress::paper::{Job, Sheet, answer_key, exam_paper};
use cardpress::source::Sources;
use cardpress::typeset::display::{Document, Glyph, Ink, Item, NodeId, Segment};
use cardpress::typeset::pages::PageGeometry;
use cardpress::typeset::picture::PictureReader;
use cardpress::typeset::{Pictures, Setter};
use proptest::test_runner::{Config as ProptestConfig, TestRunner};
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
        let forms = assemble(&bank, &blueprint, &[]).forms;
        let media = bank.media(&bank.cards).expect("pictures");
        let fonts = Fonts::bundled();
        let reader = PictureReader::new(&fonts);
        let picture = |name: &str, bytes: &[u8]| Arc::new(reader.read(bytes, name).expect("a picture"));
        let pictures =
            media.iter().map(|file| (format!("media/{}", file.name), picture(&file.name, &file.bytes))).collect();
        Self { bank, exam: blueprint.exam, forms, pictures }
    }

    /// Every block on every type of item.
    fn blocks() -> Self {
        Self::load(Path::new("tests/paper/cards"), Path::new("tests/paper/specimen.toml"))
    }

    /// What is hard to set in a narrow and low column.
    fn columns() -> Self {
        Self::load(Path::new("tests/paper/columns"), Path::new("tests/paper/columns.toml"))
    }

    /// The paper or the key of a form, on A4.
    fn set(&self, form: &Form, set: impl Fn(&Job<'_>, &mut Setter<'_>) -> Sheet) -> Document {
        self.set_as(&PaperStyle::default(), form, set)
    }

    /// The paper or the key of a form in a style, of which all fits.
    fn set_as(&self, style: &PaperStyle, form: &Form, set: impl Fn(&Job<'_>, &mut Setter<'_>) -> Sheet) -> Document {
        let (fonts, math) = (Fonts::bundled(), math::Cache::default());
        let mut setter = Setter::new(&fonts, &math, &self.pictures);
        let job = Job { bank: &self.bank, exam: &self.exam, form, fingerprint: "0123456789ab", style };
        let sheet = set(&job, &mut setter);
        assert_eq!(sheet.diagnostics, [], "nothing is wider than its place and every character has a glyph");
        sheet.document
    }
}

/// Two columns of 240 by 290 points: low, so that little is enough to overflow them.
fn two_columns() -> PaperStyle {
    let page = PageGeometry {
        width: 560.0,
        height: 360.0,
        top: 30.0,
        bottom: 40.0,
        left: 30.0,
        right: 30.0,
        columns: 2,
        column_gap: 20.0,
    };
    PaperStyle { page, ..unsealed() }
}

/// The usual style without its sealed line, which stands outside the column.
fn unsealed() -> PaperStyle {
    PaperStyle { sealed_line: SealedLine::None, ..PaperStyle::default() }
}

/// The column that a place is in, and the place of its left edge.
fn column(page: &PageGeometry, x: f32) -> (usize, f32) {
    let step = page.column_width() + page.column_gap;
    let column = ((x - page.left + page.column_gap / 2.0) / step).max(0.0) as usize;
    (column, page.left + column as f32 * step)
}

/// The lines of a document, column by column: where each begins, how far down, in whole points, and what it says; pictures and how many rules a page
/// has.
fn lines(document: &Document, geometry: &PageGeometry) -> String {
    let mut out = String::new();
    for (number, page) in document.pages.iter().enumerate() {
        let mut rules = 0;
        let mut rows: BTreeMap<(usize, i32, i32), String> = BTreeMap::new();
        let mut last: Option<(f32, f32)> = None;
        let mut row = (0, 0, 0);
        let place = |x: f32, y: f32| (column(geometry, x).0, y.round() as i32, x.round() as i32);
        for item in &page.items {
            match &item.ink {
                Ink::Glyphs(run) => {
                    if let Some(foot) = run.turned {
                        let along = run.glyphs.first().map_or(0.0, |glyph| glyph.x);
                        rows.insert(place(foot.x + run.y, foot.y - along), format!("[turned] {}", run.text));
                        continue;
                    }
                    let x = run.glyphs.first().map_or(0.0, |glyph| glyph.x);
                    let same = last.is_some_and(|(end, y)| (y - run.y).abs() < 5.0 && x >= end - 1.0 && x - end < 30.0);
                    if !same {
                        row = place(x, run.y);
                    }
                    rows.entry(row).or_default().push_str(&run.text);
                    last = run.glyphs.last().map(|glyph| (glyph.x, run.y));
                }
                Ink::Image(image) => {
                    rows.insert(place(image.x, image.y), format!("[picture {:.0} x {:.0}]", image.width, image.height));
                }
                Ink::Drawing(drawing) => {
                    rows.insert(
                        place(drawing.x, drawing.y),
                        format!("[drawing {:.0} x {:.0}]", drawing.width, drawing.height),
                    );
                }
                Ink::Rule(_) | Ink::Path(_) => rules += 1,
            }
        }
        let _ = writeln!(out, "--- page {} ({rules} rules and shapes)", number + 1);
        let mut last = 0;
        for ((column, y, x), text) in rows {
            if std::mem::replace(&mut last, column) != column {
                out.push_str("  -- next column\n");
            }
            let _ = writeln!(out, "{y:4} {x:4}  {}", text.trim_end());
        }
    }
    out
}

fn assert_lines(name: &str, document: &Document, style: &PaperStyle) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("paper");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, lines(document, &style.page)));
}

#[test]
fn a_specimen_paper_and_its_key() {
    let (specimen, style) = (Specimen::blocks(), PaperStyle::default());
    let form = &specimen.forms[0];
    assert_lines("paper", &specimen.set(form, exam_paper), &style);
    assert_lines("key", &specimen.set(form, answer_key), &style);
}

#[test]
fn a_paper_in_two_columns() {
    let (specimen, style) = (Specimen::columns(), two_columns());
    assert_lines("columns", &specimen.set_as(&style, &specimen.forms[0], exam_paper), &style);
}

#[test]
fn an_english_paper_and_its_key() {
    let specimen = Specimen::load(Path::new("tests/paper/english"), Path::new("tests/paper/english.toml"));
    let (form, style) = (&specimen.forms[0], PaperStyle::default());
    assert_lines("english", &specimen.set(form, exam_paper), &style);
    assert_lines("english-key", &specimen.set(form, answer_key), &style);
}

/// The characters of a document without spaces and the hyphens of parted words, in reading order; not page numbers and leaders.
fn characters(document: &Document) -> String {
    let items = document.pages.iter().flat_map(|page| &page.items).filter(|item| item.node != NodeId::ARTIFACT);
    let text = |item: &Item| if let Ink::Glyphs(run) = &item.ink { run.text.clone() } else { String::new() };
    items.map(text).collect::<String>().split(|it: char| it.is_whitespace() || it == '\u{ad}').collect()
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

/// The box around a piece of ink: left, right, top, bottom. Glyphs count from their origins.
fn extent(ink: &Ink) -> [f32; 4] {
    match ink {
        Ink::Glyphs(run) => {
            let x = |glyph: Option<&Glyph>| glyph.map_or(0.0, |glyph| glyph.x);
            [x(run.glyphs.first()), x(run.glyphs.last()), run.y - 0.7 * run.size, run.y]
        }
        Ink::Rule(rule) => [rule.x, rule.x + rule.width, rule.y, rule.y + rule.height],
        Ink::Image(image) => [image.x, image.x + image.width, image.y, image.y + image.height],
        Ink::Drawing(drawing) => [drawing.x, drawing.x + drawing.width, drawing.y, drawing.y + drawing.height],
        Ink::Path(path) => {
            let points = path.segments.iter().flat_map(|segment| match *segment {
                Segment::Move(point) | Segment::Line(point) => vec![point],
                Segment::Curve(first, second, end) => vec![first, second, end],
                Segment::Close => Vec::new(),
            });
            let start = [f32::INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::NEG_INFINITY];
            points.fold(start, |[left, right, top, bottom], point| {
                [left.min(point.x), right.max(point.x), top.min(point.y), bottom.max(point.y)]
            })
        }
    }
}

/// That no ink stands outside its column, but for the footer, which stands on the page.
fn assert_within(document: &Document, page: &PageGeometry) {
    for item in document.pages.iter().flat_map(|page| &page.items) {
        let [from, to, top, bottom] = extent(&item.ink);
        let footer = item.node == NodeId::ARTIFACT && top > page.height - page.bottom;
        let (left, right) = if footer {
            (page.left, page.width - page.right)
        } else {
            let (_, left) = column(page, from);
            (left, left + page.column_width())
        };
        // A full-width mark may start a line with half its width outside: the half that is empty.
        assert!(from >= left - 5.5 && to <= right + 0.5, "{from} to {to}: {item:?}");
        // The rule under the last row of a table lies on the edge.
        let lowest = if footer { page.height } else { page.height - page.bottom + 1.0 };
        // A small letter counts as high as a capital here.
        let highest = page.top - if let Ink::Glyphs(run) = &item.ink { 0.3 * run.size } else { 0.5 };
        assert!(top >= highest && bottom <= lowest, "{top} to {bottom}: {item:?}");
    }
}

#[test]
fn no_ink_stands_outside_its_column() {
    for specimen in [Specimen::blocks(), Specimen::columns()] {
        for style in [unsealed(), two_columns()] {
            let form = &specimen.forms[0];
            assert_within(&specimen.set_as(&style, form, exam_paper), &style.page);
            assert_within(&specimen.set_as(&style, form, answer_key), &style.page);
        }
    }
}

/// Where a column ends depends on its height, and how high blocks are on its width: no pair of them may put ink outside.
#[test]
fn no_ink_stands_outside_columns_of_any_size() {
    let specimens = [Specimen::blocks(), Specimen::columns()];
    let config = ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() };
    let sizes = (0..specimens.len(), 1_u8..=3, 280..420_u16, 120..500_u16);
    TestRunner::new(config)
        .run(&sizes, |(specimen, columns, width, height)| {
            let page = PageGeometry {
                width: f32::from(width) * f32::from(columns) + 20.0 * f32::from(columns - 1) + 60.0,
                height: f32::from(height) + 70.0,
                columns,
                ..two_columns().page
            };
            let style = PaperStyle { page, ..unsealed() };
            let specimen = &specimens[specimen];
            let form = &specimen.forms[0];
            assert_within(&specimen.set_as(&style, form, exam_paper), &page);
            assert_within(&specimen.set_as(&style, form, answer_key), &page);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

/// Even where an item is longer than a column.
#[test]
fn the_first_option_stands_in_the_column_where_the_stem_ends() {
    let specimen = Specimen::blocks();
    for height in (130..180_u16).step_by(2) {
        let page = PageGeometry { height: f32::from(height) + 70.0, ..two_columns().page };
        let document = specimen.set_as(&PaperStyle { page, ..unsealed() }, &specimen.forms[0], exam_paper);
        let pages = document.pages.iter().enumerate();
        let items = pages.flat_map(|(number, page)| page.items.iter().map(move |item| (number, item)));
        let items: Vec<(usize, &Item)> = items.filter(|(_, item)| item.node != NodeId::ARTIFACT).collect();
        let place = |(number, item): (usize, &Item)| (number, column(&page, extent(&item.ink)[0]).0);
        let first_option = |item: &Item| matches!(&item.ink, Ink::Glyphs(run) if run.text == "A.");
        let pairs: Vec<_> = items.windows(2).filter(|pair| first_option(pair[1].1)).collect();
        assert_eq!(pairs.len(), 4, "there are four choice items");
        for pair in pairs {
            assert_eq!(place(pair[0]), place(pair[1]), "at {height}: {:?}", pair[0].1);
        }
    }
}

#[test]
fn pages_are_even_where_the_style_says_so_but_those_of_the_key() {
    let specimen = Specimen::blocks();
    let form = &specimen.forms[0];
    let usual = unsealed();
    let even = PaperStyle { even_pages: true, ..usual.clone() };
    let plain = specimen.set_as(&usual, form, exam_paper);
    assert_eq!(plain.pages.len(), 3, "else this shows nothing");
    let padded = specimen.set_as(&even, form, exam_paper);
    assert_eq!(padded.pages.len(), 4);
    let last = lines(&padded, &even.page);
    let (_, last) = last.split_once("--- page 4").expect("a fourth page");
    assert_eq!(last.lines().count(), 2, "nothing but its footer: {last}");
    assert!(last.contains("第 4 页　共 4 页"), "{last}");

    let columns = Specimen::columns();
    let even_paper = columns.set_as(&usual, &columns.forms[0], exam_paper);
    assert_eq!(even_paper.pages.len() % 2, 0, "else this shows nothing");
    assert_eq!(columns.set_as(&even, &columns.forms[0], exam_paper), even_paper);

    let narrow = |height| {
        let style = two_columns();
        PaperStyle { page: PageGeometry { height, ..style.page }, ..style }
    };
    let odd = |style: &PaperStyle| specimen.set_as(style, form, answer_key).pages.len() % 2 == 1;
    let narrow =
        [360.0, 400.0, 440.0, 480.0, 520.0].map(narrow).into_iter().find(odd).expect("else this shows nothing");
    let even = PaperStyle { even_pages: true, ..narrow.clone() };
    let key = specimen.set_as(&narrow, form, answer_key);
    assert_eq!(specimen.set_as(&even, form, answer_key), key);
}

#[test]
fn a_tag_stands_at_the_right_edge_on_the_line_of_its_formula() {
    let (specimen, style) = (Specimen::columns(), two_columns());
    let document = specimen.set_as(&style, &specimen.forms[0], exam_paper);
    let items: Vec<&Item> = document.pages.iter().flat_map(|page| &page.items).collect();
    let runs = |text: &str| {
        let run = |item: &&Item| if let Ink::Glyphs(run) = &item.ink { Some(run.clone()) } else { None };
        items.iter().filter_map(run).find(|run| run.text == text).expect(text)
    };
    let (tag, attention) = (runs("(1)"), runs("V"));
    assert_eq!(tag.y.to_bits(), attention.y.to_bits(), "one baseline");
    let end = tag.glyphs[2].x + tag.size * 0.35;
    let (_, left) = column(&style.page, tag.glyphs[0].x);
    assert!((end - left - style.page.column_width()).abs() < 2.0, "{end}");
    assert_eq!(runs("式乙").glyphs.len(), 2, "a tag with a star has no parentheses");
}

#[test]
fn the_head_of_a_table_is_drawn_above_each_of_its_pieces_and_read_once() {
    let (specimen, style) = (Specimen::columns(), two_columns());
    let document = specimen.set_as(&style, &specimen.forms[0], exam_paper);
    let drawn = lines(&document, &style.page);
    let pieces = drawn.split("--").filter(|column| column.contains("第 2 层") || column.contains("第 20 层")).count();
    let heads = drawn.matches("名称").count();
    assert!(heads > 1 && pieces > 1, "the table is cut");
    let read = characters(&document);
    assert_eq!(read.matches("名称").count(), 1);
    for row in 1..=25 {
        assert_eq!(read.matches(&format!("第{row}层")).count(), 1, "row {row}");
    }
}
