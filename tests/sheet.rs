//! Answer sheets as those who fill them and those who scan them see them: every place in the geometry file has its ink, every item is
//! there once, and nothing is in the way of anything else.

use cardpress::bank::{Bank, Language};
use cardpress::blueprint::{Blueprint, Exam};
use cardpress::export::pdf::{Stamp, pdf};
use cardpress::fonts::Fonts;
use cardpress::form::{AnswerKey, Form, assemble};
use cardpress::math;
use cardpress::paper::sheet::geometry::{Area, Geometry, Meaning, Place};
use cardpress::paper::sheet::{AnswerSheet, answer_sheet};
use cardpress::paper::style::{AnswerSpace, MM, Numbering, PaperStyle, builtin_names};
use cardpress::paper::{Job, exam_paper};
use cardpress::source::Sources;
use cardpress::typeset::display::{Document, Ink, Item, NodeId, Page, Paint, Point, Role, Segment};
use cardpress::typeset::pages::PageGeometry;
use cardpress::typeset::{Pictures, Setter};
use std::path::Path;

struct Specimen {
    bank: Bank,
    exam: Exam,
    form: Form,
}

impl Specimen {
    fn load(bank: &str, blueprint: &str) -> Self {
        let bank = Bank::load(Path::new(bank)).expect("a folder").bank.expect("a bank without errors");
        let blueprint = Blueprint::load(Path::new(blueprint), &mut Sources::default()).expect("a file").blueprint;
        let blueprint = blueprint.expect("a blueprint without errors");
        let form = assemble(&bank, &blueprint, &[]).forms.swap_remove(0);
        Self { bank, exam: blueprint.exam, form }
    }

    /// An item of every type.
    fn small() -> Self {
        Self::load("tests/paper/cards", "tests/paper/specimen.toml")
    }

    /// A whole exam.
    fn whole() -> Self {
        Self::load("cards", "templates/blueprints/mock-exam.toml")
    }

    fn sheet(&self, style: &PaperStyle) -> AnswerSheet {
        let (fonts, math, pictures) = (Fonts::bundled(), math::Cache::default(), Pictures::new());
        let mut setter = Setter::new(&fonts, &math, &pictures);
        let job = Job { bank: &self.bank, exam: &self.exam, form: &self.form, fingerprint: "0123456789ab", style };
        let sheet = answer_sheet(&job, "mock-exam", &mut setter);
        assert_eq!(sheet.diagnostics, [], "every character has a glyph");
        sheet
    }
}

/// The styles that come with the program, and some that pull a sheet apart: narrow, wide, with large letters, with ruled lines.
fn styles() -> Vec<PaperStyle> {
    let a4 = PaperStyle::default();
    let page = |width: f32, height: f32| PageGeometry { width: width * MM, height: height * MM, ..a4.page };
    let ruled = AnswerSpace::Lines;
    let apart = [
        PaperStyle { answer_space: ruled, page: page(195.0, 270.0), ..a4.clone() },
        PaperStyle { page: page(215.9, 279.4), ..a4.clone() },
        PaperStyle { body: 18.0, pitch: 28.0, answer_space: ruled, ..a4.clone() },
        PaperStyle { lines_per_point: 4.0, ..a4 },
    ];
    let builtin = builtin_names().map(|name| PaperStyle::builtin(name).expect("it is among the names"));
    apart.into_iter().chain(builtin).collect()
}

/// Every place that is filled or written on, with what it is.
fn places(geometry: &Geometry) -> Vec<(String, Place)> {
    let mut places = bubbles(geometry);
    for column in &geometry.candidate_number {
        places.push((format!("the box of digit {}", column.column), column.written));
    }
    for item in &geometry.items {
        let rooms = item.blanks.iter().chain(&item.areas);
        places.extend(rooms.map(|place| (format!("room of {}", item.card), *place)));
    }
    places
}

/// Every bubble, with what it is.
fn bubbles(geometry: &Geometry) -> Vec<(String, Place)> {
    let digits = geometry.candidate_number.iter().flat_map(|column| {
        column.bubbles.iter().map(|bubble| (format!("digit {} of {}", bubble.digit, column.column), bubble.place))
    });
    let options = geometry
        .items
        .iter()
        .flat_map(|item| item.bubbles.iter().map(|bubble| (format!("{} of {}", bubble.mark, item.card), bubble.place)));
    let absent = geometry.absent.map(|place| ("absent".to_owned(), place));
    digits.chain(options).chain(absent).collect()
}

/// What a pen draws from where it is put down to where it is lifted.
fn strokes(page: &Page) -> Vec<(f32, Area)> {
    let mut drawn = Vec::new();
    for item in &page.items {
        let Ink::Path(path) = &item.ink else { continue };
        let Paint::Stroke(stroke) = &path.paint else { continue };
        let mut points: Vec<Point> = Vec::new();
        for segment in path.segments.iter().chain([&Segment::Move(Point { x: 0.0, y: 0.0 })]) {
            match segment {
                Segment::Move(to) => {
                    drawn.extend(bounds(&points, stroke.width).map(|area| (stroke.width, area)));
                    points = vec![*to];
                }
                Segment::Line(to) => points.push(*to),
                Segment::Curve(..) | Segment::Close => {}
            }
        }
    }
    drawn
}

/// The box of a line of a pen through some points.
fn bounds(points: &[Point], pen: f32) -> Option<Area> {
    let low = |of: fn(&Point) -> f32| points.iter().map(of).fold(f32::MAX, f32::min) - pen / 2.0;
    let high = |of: fn(&Point) -> f32| points.iter().map(of).fold(f32::MIN, f32::max) + pen / 2.0;
    let (x, y) = (low(|point| point.x), low(|point| point.y));
    let (width, height) = (high(|point| point.x) - x, high(|point| point.y) - y);
    (points.len() > 1).then_some(Area { x, y, width, height })
}

fn same(one: Area, other: Area) -> bool {
    let near = |one: f32, other: f32| (one - other).abs() < 0.02;
    near(one.x, other.x) && near(one.y, other.y) && near(one.width, other.width) && near(one.height, other.height)
}

/// The rectangles of a page.
fn rules(page: &Page) -> impl Iterator<Item = Area> {
    page.items.iter().filter_map(|item| match &item.ink {
        Ink::Rule(rule) => Some(Area { x: rule.x, y: rule.y, width: rule.width, height: rule.height }),
        _ => None,
    })
}

#[test]
fn every_bubble_of_the_file_is_drawn_exactly_there_with_its_sign_in_it() {
    for (specimen, style) in [(Specimen::small(), PaperStyle::default()), (Specimen::whole(), styles().swap_remove(0))]
    {
        let sheet = specimen.sheet(&style);
        let mut expected_brackets = 0;
        for (name, Place { page, area }) in bubbles(&sheet.geometry) {
            let page = &sheet.document.pages[page - 1];
            let strokes = strokes(page);
            let meets = |edge: fn(&Area) -> f32| {
                let half = |drawn: &Area| {
                    (drawn.y - area.y).abs() < 0.02
                        && (drawn.height - area.height).abs() < 0.02
                        && (edge(drawn) - edge(&area)).abs() < 0.02
                        && drawn.width < area.width / 3.0
                };
                strokes.iter().filter(|(_, drawn)| half(drawn)).count()
            };
            assert_eq!((meets(|area| area.x), meets(|area| area.x + area.width)), (1, 1), "the brackets of {name}");
            expected_brackets += 2;
            if name == "absent" {
                continue;
            }
            let signs = glyphs(page).filter(|(x, y, _)| within(*x, *y, area)).map(|(.., sign)| sign);
            let expected = name.trim_start_matches("digit ").chars().next();
            assert_eq!(signs.collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>(), "what stands in {name}");
        }
        let drawn: usize = sheet.document.pages.iter().map(|page| brackets(page).count()).sum();
        // Five more bubbles show how to fill one.
        assert_eq!(drawn, expected_brackets + 10, "no bubble is drawn that the file does not know");
    }
}

/// The brackets of a page.
fn brackets(page: &Page) -> impl Iterator<Item = Area> {
    let short = |(pen, area): (f32, Area)| (pen < 0.7 && area.width < 2.0 * MM).then_some(area);
    strokes(page).into_iter().filter_map(short)
}

/// The characters of a page and where each stands.
fn glyphs(page: &Page) -> impl Iterator<Item = (f32, f32, char)> {
    page.items
        .iter()
        .filter_map(|item| if let Ink::Glyphs(run) = &item.ink { Some(run) } else { None })
        .flat_map(|run| run.glyphs.iter().zip(run.text.chars()).map(|(glyph, character)| (glyph.x, run.y, character)))
}

fn within(x: f32, y: f32, area: Area) -> bool {
    x >= area.x && x < area.x + area.width && y >= area.y && y <= area.y + area.height
}

#[test]
fn frames_and_blanks_are_drawn_where_the_file_says() {
    let specimen = Specimen::whole();
    for style in styles() {
        let sheet = specimen.sheet(&style);
        for item in &sheet.geometry.items {
            for Place { page, area } in &item.areas {
                let frames = strokes(&sheet.document.pages[page - 1]);
                assert!(frames.iter().any(|(_, drawn)| same(*drawn, *area)), "the frame of {}", item.card);
            }
            for Place { page, area } in &item.blanks {
                let lines = |rule: &Area| {
                    (rule.x - area.x).abs() < 0.02
                        && (rule.width - area.width).abs() < 0.02
                        && rule.y > area.y + area.height - 3.0
                        && rule.y + rule.height <= area.y + area.height + 0.02
                };
                let count = rules(&sheet.document.pages[page - 1]).filter(lines).count();
                assert_eq!(count, 1, "the line of a blank of {}", item.card);
            }
        }
    }
}

#[test]
fn corner_marks_are_black_on_every_page_within_what_printers_reach() {
    for style in styles() {
        let sheet = Specimen::small().sheet(&style);
        assert_eq!(sheet.geometry.pages.len(), sheet.document.pages.len());
        for (marks, page) in sheet.geometry.pages.iter().zip(&sheet.document.pages) {
            assert_eq!((marks.width, marks.height), (page.width, page.height));
            for mark in marks.marks.all() {
                assert_eq!(rules(page).filter(|rule| same(*rule, mark)).count(), 1, "{mark:?}");
                let edges = [mark.x, mark.y, page.width - mark.x - mark.width, page.height - mark.y - mark.height];
                assert!(edges.iter().all(|edge| *edge > 7.99 * MM), "{edges:?}");
            }
        }
    }
}

#[test]
fn no_place_overlaps_another_and_all_are_within_the_margins() {
    for specimen in [Specimen::small(), Specimen::whole()] {
        for style in styles() {
            let AnswerSheet { geometry, .. } = specimen.sheet(&style);
            let mut places = places(&geometry);
            for page in &geometry.pages {
                places.push((format!("QR code {}", page.number), Place { page: page.number, area: page.qr.area }));
            }
            for (index, (name, one)) in places.iter().enumerate() {
                let page = &geometry.pages[one.page - 1];
                let least = 16.0 * MM - 0.01;
                let Area { x, y, width, height } = one.area;
                let edges = [x, y, page.width - x - width, page.height - y - height];
                assert!(edges.iter().all(|edge| *edge >= least), "{name}: {edges:?}");
                for (other_name, other) in &places[index + 1..] {
                    let apart = one.page != other.page
                        || x + width <= other.area.x + 0.01
                        || other.area.x + other.area.width <= x + 0.01
                        || y + height <= other.area.y + 0.01
                        || other.area.y + other.area.height <= y + 0.01;
                    assert!(apart, "{name} and {other_name} on {}: {one:?} {other:?}", style.page.width);
                }
            }
        }
    }
}

#[test]
fn nothing_but_the_corner_marks_stands_outside_the_margins() {
    for style in styles() {
        let sheet = Specimen::whole().sheet(&style);
        let page = if style.page.columns > 1 { PaperStyle::default().page } else { style.page };
        for (number, set) in sheet.document.pages.iter().enumerate() {
            let marks = sheet.geometry.pages[number].marks.all();
            for item in &set.items {
                let area = match &item.ink {
                    Ink::Glyphs(run) => {
                        let (first, last) = (run.glyphs[0].x, run.glyphs[run.glyphs.len() - 1].x);
                        Area { x: first, y: run.y - 0.7 * run.size, width: last - first, height: 0.7 * run.size }
                    }
                    Ink::Rule(rule) => Area { x: rule.x, y: rule.y, width: rule.width, height: rule.height },
                    Ink::Path(path) => {
                        let points = path.segments.iter().filter_map(|segment| match segment {
                            Segment::Move(to) | Segment::Line(to) => Some(*to),
                            _ => None,
                        });
                        bounds(&points.collect::<Vec<_>>(), 0.0).expect("a path of lines")
                    }
                    Ink::Image(_) | Ink::Drawing(_) => panic!("a sheet has no pictures"),
                };
                if marks.iter().any(|mark| same(*mark, area)) {
                    continue;
                }
                let side = page.left.min(page.right);
                let edges = [
                    area.x - side,
                    area.y - page.top,
                    page.width - side - area.x - area.width,
                    page.height - page.bottom - area.y - area.height,
                ];
                // A full-width mark may start a line with its empty half outside.
                assert!(edges[0] > -9.0 && edges[1..].iter().all(|edge| *edge > -0.6), "{edges:?}: {item:?}");
            }
        }
    }
}

#[test]
fn no_ink_stands_on_other_ink() {
    let mut specimen = Specimen::whole();
    specimen.exam.institution = Some("某某大学某某学院".into());
    specimen.exam.term = Some("2026—2027 学年第一学期".into());
    for (digits, language) in [(4, Language::English), (10, Language::Chinese), (14, Language::Chinese)] {
        specimen.exam.candidate_digits = digits;
        specimen.bank.info.language = language;
        for style in styles() {
            let sheet = specimen.sheet(&style);
            for page in &sheet.document.pages {
                let runs: Vec<(Area, &str)> = page.items.iter().filter_map(run_box).collect();
                let meet = |one: &Area, other: &Area| {
                    one.x < other.x + other.width
                        && other.x < one.x + one.width
                        && one.y < other.y + other.height
                        && other.y < one.y + one.height
                };
                let brackets: Vec<Area> = brackets(page).collect();
                let uprights: Vec<Area> = rules(page).filter(|rule| rule.width < 1.0).collect();
                for (index, (one, text)) in runs.iter().enumerate() {
                    let other = runs[index + 1..].iter().find(|(other, _)| meet(one, other));
                    assert_eq!(other, None, "{text} at {one:?}, {digits} digits");
                    let line = brackets.iter().chain(&uprights).find(|line| meet(one, line));
                    assert_eq!(line, None, "{text} at {one:?}, {digits} digits");
                }
                for (index, one) in brackets.iter().enumerate() {
                    let other = brackets[index + 1..].iter().chain(&uprights).find(|other| meet(one, other));
                    assert_eq!(other, None, "a bubble at {one:?}, {digits} digits");
                }
            }
        }
    }
}

/// About where the ink of a run is: each sign in a bubble is far from the next, so they count alone.
fn run_box(item: &Item) -> Option<(Area, &str)> {
    let Ink::Glyphs(run) = &item.ink else { return None };
    let (first, last) = (run.glyphs.first()?.x, run.glyphs.last()?.x);
    let spread = run.glyphs.windows(2).any(|pair| pair[1].x - pair[0].x > 1.5 * run.size);
    let width = if spread { 0.4 * run.size } else { last - first + 0.4 * run.size };
    Some((Area { x: first, y: run.y - 0.7 * run.size, width, height: 0.7 * run.size }, &run.text))
}

#[test]
fn every_item_of_the_form_is_there_once_with_the_letters_of_its_key() {
    let specimen = Specimen::whole();
    let AnswerSheet { geometry, document, .. } = specimen.sheet(&PaperStyle::default());
    let key = AnswerKey::of(&specimen.form, &specimen.bank);
    let keys = key.sections.iter().flat_map(|section| &section.items);
    assert_eq!(geometry.items.len(), specimen.form.items().count());
    for ((key, (number, item)), places) in keys.zip(specimen.form.items()).zip(&geometry.items) {
        assert_eq!((places.number, places.card.as_str()), (number, key.card.id.as_str()));
        let lists = [places.bubbles.is_empty(), places.blanks.is_empty(), places.areas.is_empty()];
        assert_eq!(lists.iter().filter(|empty| !**empty).count(), 1, "{}", places.card);
        let letters: String = places.bubbles.iter().map(|bubble| bubble.mark).collect();
        if item.order.is_empty() {
            assert!(letters.is_empty() || letters == "√×", "{letters}");
        } else {
            assert_eq!(letters, "ABCDEFGHIJ"[..item.order.len()]);
            let options = places.bubbles.iter().map(|bubble| bubble.meaning);
            assert!(options.eq(item.order.iter().map(|option| Meaning::Option(*option))), "{}", places.card);
        }
        let mut blanks = 0;
        key.card.stem().clozes(|_| blanks += 1);
        assert_eq!(places.blanks.len(), blanks, "{}", places.card);
    }
    // The numbers are printed in their order, too.
    let text = text_below(&document, Role::Lbl);
    let numbers = (1..=specimen.form.items().count()).map(|number| number.to_string());
    let mut printed = text.iter().map(|label| label.trim_end_matches('.').split('.').next().unwrap_or_default());
    // Four labels come first: those of the rules.
    assert!(printed.by_ref().take(4).eq(["1", "2", "3", "4"]));
    assert_eq!(printed.map(ToOwned::to_owned).collect::<Vec<_>>(), numbers.collect::<Vec<_>>());
}

#[test]
fn items_have_the_numbers_of_the_paper() {
    let numbers = |numbering| {
        let sheet = Specimen::small().sheet(&PaperStyle { numbering, ..PaperStyle::default() });
        sheet.geometry.items.iter().map(|item| (item.section, item.number)).collect::<Vec<_>>()
    };
    assert_eq!(numbers(Numbering::Paper)[..5], [(1, 1), (1, 2), (1, 3), (2, 4), (3, 5)]);
    assert_eq!(numbers(Numbering::Section)[..5], [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)]);
}

/// What the nodes of a role say, in the order of the structure.
fn text_below(document: &Document, role: Role) -> Vec<String> {
    let nodes = document.structure.nodes();
    let mut texts = vec![String::new(); nodes.len()];
    for Item { node, ink } in document.pages.iter().flat_map(|page| &page.items) {
        if let (true, Ink::Glyphs(run)) = (*node != NodeId::ARTIFACT, ink) {
            texts[node.index()].push_str(&run.text);
        }
    }
    texts.into_iter().zip(nodes).filter(|(_, node)| node.role == role).map(|(text, _)| text).collect()
}

#[test]
fn a_long_answer_goes_on_in_a_frame_that_says_so() {
    let style = PaperStyle { lines_per_point: 4.0, ..PaperStyle::default() };
    let AnswerSheet { document, geometry, .. } = Specimen::whole().sheet(&style);
    let parted: Vec<_> = geometry.items.iter().filter(|item| item.areas.len() > 1).collect();
    assert!(!parted.is_empty(), "24 lines do not always fit on what is left of a page");
    for item in parted {
        assert_eq!(item.areas[0].page + 1, item.areas[1].page);
        let said = text_below(&document, Role::P).concat();
        assert!(said.contains(&format!("{}.（续）", item.number)), "{said}");
    }
}

#[test]
fn a_screen_reader_is_told_what_each_frame_and_code_is() {
    let AnswerSheet { document, geometry, .. } = Specimen::small().sheet(&PaperStyle::default());
    let figures = document.structure.nodes().iter().filter(|node| node.role == Role::Figure);
    let figures: Vec<&str> = figures.map(|node| node.text.as_deref().expect("an alt text")).collect();
    for page in &geometry.pages {
        assert!(figures.contains(&&*format!("二维码：{}", page.qr.payload)));
    }
    let rooms: usize = geometry.items.iter().map(|item| item.blanks.len() + item.areas.len()).sum();
    assert_eq!(
        figures.len(),
        geometry.pages.len() + rooms + 2,
        "and the candidate's number and how to fill: {figures:?}"
    );
    assert_eq!(text_below(&document, Role::H1), ["样张（A卷） 答题卡"]);
    assert_eq!(text_below(&document, Role::H2)[0], "一、单项选择题（每小题 2 分，共 6 分）");
    assert_eq!(document.outline.len(), 1 + geometry.items.iter().map(|item| item.section).max().unwrap_or(0));
}

#[test]
fn a_paper_with_a_sheet_leaves_no_room_for_answers_and_the_sheet_all_the_same() {
    let mut specimen = Specimen::whole();
    let pages = |specimen: &Specimen| {
        let (fonts, math, pictures) = (Fonts::bundled(), math::Cache::default(), Pictures::new());
        let style = &PaperStyle::default();
        let job = Job { bank: &specimen.bank, exam: &specimen.exam, form: &specimen.form, fingerprint: "", style };
        exam_paper(&job, &mut Setter::new(&fonts, &math, &pictures)).document.pages.len()
    };
    let without = pages(&specimen);
    specimen.exam.answer_sheet = true;
    assert!(pages(&specimen) < without, "of {without} pages");

    let areas = |answer_space| {
        let sheet = specimen.sheet(&PaperStyle { answer_space, ..PaperStyle::default() });
        sheet.geometry.items.iter().map(|item| item.areas.clone()).collect::<Vec<_>>()
    };
    assert_eq!(areas(AnswerSpace::None), areas(AnswerSpace::Blank));
}

#[test]
fn an_english_bank_has_an_english_sheet() {
    let mut specimen = Specimen::small();
    specimen.bank.info.language = Language::English;
    specimen.exam.title = "Mock exam".into();
    specimen.exam.candidate_digits = 14;
    let sheet = specimen.sheet(&PaperStyle::default());
    assert_eq!(text_below(&sheet.document, Role::H1), ["Mock exam (Form A) Answer sheet"]);
    assert_eq!(sheet.geometry.candidate_number.len(), 14);
    let judged = sheet.geometry.items.iter().find(|item| item.kind == "true-false").expect("one");
    let bubbles: Vec<_> = judged.bubbles.iter().map(|bubble| (bubble.mark, bubble.meaning)).collect();
    assert_eq!(bubbles, [('T', Meaning::Judgement(true)), ('F', Meaning::Judgement(false))]);
}

#[test]
fn the_file_for_readers_of_scans() {
    let sheet = Specimen::small().sheet(&PaperStyle::default());
    let json = sheet.geometry.to_json();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("paper");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("sheet", json));
    assert!(!json.contains("\"key\""), "a sheet is handed out");
}

#[test]
fn a_sheet_is_written_as_the_same_bytes_each_time() {
    let specimen = Specimen::small();
    let written = || {
        let sheet = specimen.sheet(&PaperStyle::default());
        let bytes = pdf(&sheet.document, &Fonts::bundled(), &Stamp::default()).expect("a PDF");
        (bytes, sheet.geometry.to_json())
    };
    assert_eq!(written(), written());
}
