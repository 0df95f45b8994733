//! What a style says is what stands on the page: margins, parts of the head, sealed line, score boxes, numbers, room for answers.

use super::{Specimen, characters, lines};
use cardpress::blueprint::Blueprint;
use cardpress::form::assemble;
use cardpress::paper::style::{AnswerSpace, HeadPart, MM, Numbering, PaperStyle, SealedLine, builtin_names};
use cardpress::paper::{answer_key, exam_paper};
use cardpress::source::Sources;
use cardpress::typeset::display::{Color, Document, Ink, Item, NodeId, Page, Rect, Role, Run, Segment};
use std::path::Path;

fn specimen() -> Specimen {
    Specimen::load(Path::new("tests/paper/cards"), Path::new("tests/paper/specimen.toml"))
}

/// The specimen's bank, with sections that are each one judgement.
fn of_sections(count: usize) -> Specimen {
    let mut specimen = specimen();
    let text = "exam = { title = '《某课程》期末考试', minutes = 60, seed = 1, forms = ['A'] }\n\
                section = [{ type = 'true-false', count = 1, points = 1 }]";
    let mut sources = Sources::default();
    let source = sources.add("many.toml", text);
    let blueprint = Blueprint::read(&sources, source).blueprint.expect("without errors");
    specimen.forms = assemble(&specimen.bank, &blueprint, &[]).forms;
    // The bank has one judgement; how the head looks does not hang on what is asked.
    let section = specimen.forms[0].sections[0].clone();
    specimen.forms[0].sections = vec![section; count];
    specimen
}

/// Left, upper, right and lower edge of ink, as far as a reader sees it.
fn bounds(item: &Item) -> [f32; 4] {
    match &item.ink {
        Ink::Glyphs(Run { size, y, glyphs, turned, .. }) => {
            let start = glyphs.first().map_or(0.0, |glyph| glyph.x);
            let end = glyphs.last().map_or(0.0, |glyph| glyph.x);
            match turned {
                // The last glyph may be narrow: where it begins is what is sure.
                None => [start, y - 0.8 * size, end, *y],
                Some(foot) => [foot.x + y - 0.8 * size, foot.y - end, foot.x + y, foot.y - start],
            }
        }
        Ink::Rule(Rect { x, y, width, height, .. }) => [*x, *y, x + width, y + height],
        Ink::Image(image) => [image.x, image.y, image.x + image.width, image.y + image.height],
        Ink::Drawing(drawing) => [drawing.x, drawing.y, drawing.x + drawing.width, drawing.y + drawing.height],
        Ink::Path(path) => {
            let mut bounds = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
            for segment in &path.segments {
                let (Segment::Move(point) | Segment::Line(point) | Segment::Curve(.., point)) = segment else {
                    continue;
                };
                bounds[0] = bounds[0].min(point.x);
                bounds[1] = bounds[1].min(point.y);
                bounds[2] = bounds[2].max(point.x);
                bounds[3] = bounds[3].max(point.y);
            }
            bounds
        }
    }
}

#[test]
fn in_every_style_ink_stays_within_the_margins() {
    let specimen = specimen();
    let form = &specimen.forms[0];
    for name in builtin_names() {
        let style = PaperStyle::builtin(name).expect("it is built in");
        let page = &style.page;
        let documents = [specimen.set_as(&style, form, exam_paper), specimen.set_as(&style, form, answer_key)];
        for (is_key, document) in [false, true].into_iter().zip(&documents) {
            for (number, sheet) in document.pages.iter().enumerate() {
                for item in &sheet.items {
                    let [left, top, right, bottom] = bounds(item);
                    // A full-width mark may start a line with half its width outside: the half that is empty.
                    let within = left >= page.left - 0.55 * style.body && right <= page.width - page.right + 0.5;
                    let sealed = !is_key
                        && style.sealed_line.is_on(number)
                        && left >= 15.0 * MM
                        && right <= page.left - 2.0 * MM;
                    assert!(within || sealed, "{name}, page {}: {left} to {right}: {item:?}", number + 1);
                    assert!(top >= 0.0 && bottom <= page.height, "{name}, page {}: {item:?}", number + 1);
                }
            }
        }
    }
}

/// The words that stand on their side on each page.
fn turned(document: &Document) -> Vec<String> {
    let text = |item: &Item| match &item.ink {
        Ink::Glyphs(run) if run.turned.is_some() => Some(run.text.clone()),
        _ => None,
    };
    document.pages.iter().map(|page| page.items.iter().filter_map(text).collect()).collect()
}

#[test]
fn the_sealed_line_stands_where_its_style_says_and_is_read_once_before_the_title() {
    const SEALED: &str = "学院专业/班级学号姓名密封线内不得答题";
    let specimen = specimen();
    let form = &specimen.forms[0];
    let set = |sealed_line| {
        let style = PaperStyle { sealed_line, ..PaperStyle::default() };
        (specimen.set_as(&style, form, exam_paper), specimen.set_as(&style, form, answer_key))
    };
    let (first, key) = set(SealedLine::First);
    assert_eq!(turned(&first), [SEALED, "", ""]);
    assert!(turned(&key).iter().all(String::is_empty), "a key has no candidate");
    let (odd, _) = set(SealedLine::Odd);
    assert_eq!(turned(&odd), [SEALED, "", SEALED]);
    assert!(turned(&set(SealedLine::None).0).iter().all(String::is_empty));
    for document in [first, odd] {
        let read = characters(&document);
        assert!(read.starts_with(SEALED), "{read}");
        assert_eq!(read.matches(SEALED).count(), 1);
        let roles: Vec<Role> = document.structure.nodes()[1..3].iter().map(|node| node.role).collect();
        assert_eq!(roles, [Role::P, Role::P]);
    }
}

/// Whether a rule stands upright, as the sides of a cell do.
fn upright(item: &Item) -> Option<Rect> {
    match item.ink {
        Ink::Rule(rect) if rect.height > 5.0 && rect.width < 1.0 => Some(rect),
        _ => None,
    }
}

/// No text stands on an upright rule: a glyph of these tables is an em wide, or about half an em.
fn assert_no_text_on_rules(page: &Page) {
    let rules: Vec<Rect> = page.items.iter().filter_map(upright).collect();
    assert!(!rules.is_empty(), "a table has sides");
    for item in &page.items {
        let Ink::Glyphs(Run { size, y, glyphs, text, turned: None, .. }) = &item.ink else { continue };
        let (Some(first), Some(last)) = (glyphs.first(), glyphs.last()) else { continue };
        let wide = text.chars().next_back().is_some_and(|last| !last.is_ascii());
        let right = last.x + if wide { *size } else { 0.3 * size };
        for rule in &rules {
            let level = *y > rule.y && y - 0.5 * size < rule.y + rule.height;
            assert!(!level || right <= rule.x || first.x >= rule.x, "{text} runs over the rule at {}", rule.x);
        }
    }
}

#[test]
fn the_score_table_holds_its_words_whatever_the_width_and_the_number_of_sections() {
    for sections in [1, 2, 8, 12, 23] {
        let specimen = of_sections(sections);
        for width in [62.0, 90.0, 130.0, 210.0] {
            let mut style = PaperStyle { sealed_line: SealedLine::None, ..PaperStyle::default() };
            style.page.width = width * MM;
            [style.page.left, style.page.right] = [8.0 * MM; 2];
            style.head.push(HeadPart::ScoreBoxes);
            let document = specimen.set_as(&style, &specimen.forms[0], exam_paper);
            document
                .pages
                .iter()
                .filter(|page| page.items.iter().any(|item| upright(item).is_some()))
                .for_each(assert_no_text_on_rules);
            let read = characters(&document);
            assert!(["一", "总分", "合分人"].iter().all(|head| read.contains(head)), "{read}");
            let (edge, far) = (style.page.left - 1.0, style.page.width - style.page.right + 1.0);
            for rule in document.pages.iter().flat_map(|page| &page.items).filter_map(upright) {
                assert!(rule.x >= edge && rule.x <= far, "{sections} sections, {width} mm: a rule at {}", rule.x);
            }
        }
    }
}

#[test]
fn the_answers_of_the_key_hold_theirs_too() {
    let specimen = specimen();
    let mut form = specimen.forms[0].clone();
    form.sections.truncate(2); // what is answered by letters
    // Its formula is wider than the narrowest of these pages.
    form.sections[0].items.retain(|item| specimen.bank.cards[item.card].id.as_str() != "two-columns-with-math");
    for (width, body) in [(210.0, 10.5), (90.0, 10.5), (60.0, 10.5), (60.0, 20.0), (210.0, 16.0)] {
        let mut style = PaperStyle { body, ..PaperStyle::default() };
        style.page.width = width * MM;
        [style.page.left, style.page.right] = [6.0 * MM; 2];
        let document = specimen.set_as(&style, &form, answer_key);
        assert_no_text_on_rules(&document.pages[0]);
        assert_eq!(find(&document, "ABC").len(), 2, "whole in its cell, and at its item");
    }
}

/// Where a text begins: page, x, y.
fn find(document: &Document, wanted: &str) -> Vec<(usize, f32, f32)> {
    let mut found = Vec::new();
    for (number, page) in document.pages.iter().enumerate() {
        for item in &page.items {
            if let Ink::Glyphs(run) = &item.ink
                && run.text.starts_with(wanted)
            {
                found.push((number, run.glyphs[0].x, run.y));
            }
        }
    }
    found
}

#[test]
fn each_section_has_its_score_box_at_the_left_of_its_title() {
    let specimen = specimen();
    let form = &specimen.forms[0];
    let with = |boxed: bool| {
        let mut style = PaperStyle::default();
        style.head.retain(|part| *part != HeadPart::ScoreTable);
        style.head.extend(boxed.then_some(HeadPart::ScoreBoxes));
        style
    };
    let document = specimen.set_as(&with(true), form, exam_paper);
    let boxes = find(&document, "评卷人");
    let numbers = ["一、", "二、", "三、", "四、", "五、", "六、", "七、", "八、"];
    assert_eq!(boxes.len(), numbers.len());
    for (number, (page, x, y)) in numbers.iter().zip(boxes) {
        let [title] = *find(&document, number) else { panic!("{number} stands once") };
        assert_eq!(title.0, page, "{number} and its box stand on one page");
        assert!(title.1 > x + 20.0 && (title.2 - y).abs() < 20.0, "{number}: {title:?}, its box {x} {y}");
    }
    assert!(find(&specimen.set_as(&with(false), form, exam_paper), "评卷人").is_empty());
    assert!(find(&specimen.set_as(&with(true), form, answer_key), "评卷人").is_empty(), "a key is not marked");
}

#[test]
fn a_part_that_the_style_does_not_name_is_not_there() {
    let specimen = specimen();
    let marks = [
        (HeadPart::Institution, "某某大学"),
        (HeadPart::Conditions, "考试时间"),
        (HeadPart::Candidate, "班级"),
        (HeadPart::ScoreTable, "题号"),
        (HeadPart::ScoreBoxes, "评卷人"),
        (HeadPart::Instructions, "注意事项"),
    ];
    for (part, _) in marks {
        let style = PaperStyle { head: vec![part], sealed_line: SealedLine::None, ..PaperStyle::default() };
        let read = characters(&specimen.set_as(&style, &specimen.forms[0], exam_paper));
        assert!(read.contains("样张（A卷）"), "the title is always there");
        for (other, mark) in marks {
            assert_eq!(read.contains(mark), other == part, "{mark} with {part:?} alone");
        }
    }
}

#[test]
fn a_long_institution_stands_above_its_term() {
    let mut specimen = specimen();
    specimen.exam.institution = Some("某某大学计算机科学与技术学院（人工智能学院）".to_owned());
    specimen.exam.term = Some("2026—2027 学年第一学期期末考试试题".to_owned());
    let document = specimen.set(&specimen.forms[0], exam_paper);
    let ([(_, _, above)], [(_, _, below)]) = (&*find(&document, "某某大学"), &*find(&document, "2026")) else {
        panic!("each stands once")
    };
    assert!(below > above);
}

/// The lines that a text is broken into: where each begins and ends.
fn lines_at(document: &Document, page: usize, size: f32) -> Vec<(f32, f32)> {
    let mut lines: Vec<(f32, f32, f32)> = Vec::new();
    for item in &document.pages[page].items {
        let Ink::Glyphs(run) = &item.ink else { continue };
        if run.size.to_bits() != size.to_bits() {
            continue;
        }
        let (start, end) = (run.glyphs[0].x, run.glyphs[run.glyphs.len() - 1].x);
        match lines.last_mut() {
            Some(line) if line.0.to_bits() == run.y.to_bits() => line.2 = end,
            _ => lines.push((run.y, start, end)),
        }
    }
    lines.into_iter().map(|(_, start, end)| (start, end)).collect()
}

#[test]
fn a_long_title_is_parted_into_lines_of_about_one_length() {
    let mut specimen = specimen();
    specimen.exam.title = "《面向人工智能专业高年级本科生的大语言模型原理与工程实践》期末模拟考试试题".to_owned();
    let style = PaperStyle::default();
    let document = specimen.set_as(&style, &specimen.forms[0], exam_paper);
    let [first, second] = *lines_at(&document, 0, style.title) else { panic!("two lines") };
    let lengths = [first.1 - first.0, second.1 - second.0];
    assert!((lengths[0] - lengths[1]).abs() < 4.0 * style.title, "{lengths:?}");
}

#[test]
fn the_footer_names_the_course_and_is_one_line_however_long_it_is() {
    let mut specimen = specimen();
    specimen.exam.course = Some("大语言模型".to_owned());
    let form = &specimen.forms[0];
    assert!(
        lines(&specimen.set(form, exam_paper), &PaperStyle::default().page)
            .contains("《大语言模型》试卷（A卷）　第 1 页　共 3 页")
    );
    assert!(
        lines(&specimen.set(form, answer_key), &PaperStyle::default().page)
            .contains("《大语言模型》试卷（A卷）　种子 1")
    );
    specimen.exam.course = Some("面向人工智能专业高年级本科生的大语言模型原理与工程实践".repeat(2));
    let form = &specimen.forms[0];
    for name in builtin_names() {
        let style = PaperStyle::builtin(name).expect("it is built in");
        for page in &specimen.set_as(&style, form, exam_paper).pages {
            let below = |item: &&Item| matches!(&item.ink, Ink::Glyphs(run) if run.turned.is_none() && run.y > page.height - style.page.bottom);
            let heights: Vec<f32> = page.items.iter().filter(below).map(|item| bounds(item)[3]).collect();
            assert!(heights.windows(2).all(|pair| pair[0].to_bits() == pair[1].to_bits()), "{name}: {heights:?}");
            assert!(!heights.is_empty() && page.items.iter().filter(below).all(|item| bounds(item)[2] < page.width));
        }
    }
}

#[test]
fn names_are_written_below_each_other_where_a_column_is_narrow() {
    let specimen = specimen();
    let mut style =
        PaperStyle { sealed_line: SealedLine::None, head: vec![HeadPart::Candidate], ..PaperStyle::default() };
    let heights = |style: &PaperStyle| {
        let document = specimen.set_as(style, &specimen.forms[0], exam_paper);
        ["姓名", "学号", "班级"].map(|label| find(&document, label)[0].2)
    };
    let [name, number, class] = heights(&style);
    assert!(name.to_bits() == number.to_bits() && number.to_bits() == class.to_bits());
    style.page.width = 120.0 * MM;
    let [name, number, class] = heights(&style);
    assert!(name < number && number < class);
}

/// The numbers and letters of lists as they are read.
fn labels(document: &Document) -> Vec<String> {
    let is_label =
        |item: &Item| item.node != NodeId::ARTIFACT && document.structure.nodes()[item.node.index()].role == Role::Lbl;
    let items = document.pages.iter().flat_map(|page| &page.items).filter(|item| is_label(item));
    let text = items.filter_map(|item| if let Ink::Glyphs(run) = &item.ink { Some(run.text.clone()) } else { None });
    text.filter(|label| label.starts_with(|first: char| first.is_ascii_digit())).collect()
}

#[test]
fn items_are_numbered_through_the_paper_or_in_each_section_and_the_key_agrees() {
    let specimen = specimen();
    let form = &specimen.forms[0];
    let head = vec![HeadPart::Conditions];
    for (numbering, numbers) in [
        (Numbering::Paper, ["1.", "2.", "3.", "4.", "5.", "6.", "7.", "8.", "9.", "10."]),
        (Numbering::Section, ["1.", "2.", "3.", "1.", "1.", "1.", "1.", "1.", "1.", "1."]),
    ] {
        let style = PaperStyle { numbering, head: head.clone(), ..PaperStyle::default() };
        let paper = labels(&specimen.set_as(&style, form, exam_paper));
        // The eighth item holds a list of its own.
        let (before, after) = (&numbers[..8], &numbers[8..]);
        assert_eq!(paper, [before, &["1.", "2."], after].concat());
        let key = specimen.set_as(&style, form, answer_key);
        assert_eq!(labels(&key), [before, &["1.", "2."], after].concat());
    }
}

#[test]
fn room_for_answers_is_blank_or_ruled_or_not_there() {
    let specimen = specimen();
    let form = &specimen.forms[0];
    let set = |answer_space| {
        let style = PaperStyle { answer_space, ..PaperStyle::default() };
        let items = form.sections.iter().flat_map(|section| &section.items);
        let cards = items.map(|item| (specimen.bank.cards[item.card].kind(), item.points));
        let lines: usize = cards.map(|(kind, points)| style.answer_lines(kind, points)).sum();
        (specimen.set_as(&style, form, exam_paper), lines)
    };
    let ruled = |document: &Document| {
        let gray =
            |item: &&Item| matches!(&item.ink, Ink::Rule(rule) if rule.height < 1.0 && rule.color != Color::BLACK);
        document.pages.iter().flat_map(|page| &page.items).filter(gray).count()
    };
    let (blank, _) = set(AnswerSpace::Blank);
    let (lined, lines_wanted) = set(AnswerSpace::Lines);
    let (none, none_wanted) = set(AnswerSpace::None);
    assert_eq!((ruled(&blank), ruled(&lined), ruled(&none)), (0, lines_wanted, 0));
    assert!(lines_wanted > 20 && none_wanted == 0);
    assert_eq!(blank.pages.len(), lined.pages.len());
    assert!(none.pages.len() < blank.pages.len());
    assert_eq!(
        characters(&blank),
        characters(&none),
        "what is asked is the same\n{}",
        lines(&none, &PaperStyle::default().page)
    );
}
