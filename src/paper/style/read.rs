//! Reading a paper style from its file.
//!
//! In: a TOML file with millimetres, points and em as `templates/papers/README.md` lists them. Out: a [`PaperStyle`], or every
//! diagnostic at once. What the file leaves out is as in [`PaperStyle::default`]. Whether a font of a name exists is not asked here.

use super::{AnswerSpace, Emphasis, FOOTER_RISE, HeadPart, MM, Numbering, PaperStyle, SealedLine};
use crate::diag::{self, Code, Diagnostic, any_error, did_you_mean, list_of};
use crate::fields::{self, At, FieldSpec, Table, describe, number_of, optional};
use crate::source::{SourceId, Sources, Span};
use std::ops::RangeInclusive;
use toml::de::DeValue;

const FILE_FIELDS: &[FieldSpec] = &[
    optional("page", "the paper, its margins and columns"),
    optional("text", "sizes and fonts"),
    optional("items", "numbering, indents, room for answers"),
    optional("head", "which parts the head of the paper has"),
    optional("sealed_line", "on which pages the sealed line (密封线) stands"),
];
const PAGE_FIELDS: &[FieldSpec] = &[
    optional("size", "a name such as \"a4\", or [width, height] in mm"),
    optional("landscape", "true: the long side is the width"),
    optional("margins", "{ top, bottom, left, right } in mm"),
    optional("columns", "how many columns the text has"),
    optional("column_gap", "the room between two columns in mm"),
    optional("even_pages", "true: an empty page is added where their number is odd"),
];
const MARGIN_FIELDS: &[FieldSpec] = &[
    optional("top", "above the text"),
    optional("bottom", "below the text; the footer stands in it"),
    optional("left", "left of the text; the sealed line stands in it"),
    optional("right", "right of the text"),
];
const TEXT_FIELDS: &[FieldSpec] = &[
    optional("body", "the size of running text in pt"),
    optional("pitch", "from baseline to baseline of running text in pt"),
    optional("title", "the size of the title in pt"),
    optional("institution", "the size of the line above the title in pt"),
    optional("section", "the size of the titles of sections in pt"),
    optional("footer", "the size of the footer in pt"),
    optional("fine", "the size of the card ids on the key in pt"),
    optional("font", "the font of running text"),
    optional("heading_font", "the font of headings and strong text"),
    optional("emphasis", "what *emphasis* looks like: heading or dots"),
];
const ITEM_FIELDS: &[FieldSpec] = &[
    optional("numbering", "through the whole paper, or from 1 in each section"),
    optional("indent", "of an item under its number, in em"),
    optional("option_indent", "of an option under its letter, in em"),
    optional("gap", "above an item, in pt"),
    optional("section_gap", "above the title of a section, in pt"),
    optional("answer_space", "the room for answers: blank, lines or none"),
    optional("lines_per_point", "lines of room for each point of an answer in words"),
];
const HEAD_FIELDS: &[FieldSpec] =
    &[optional("parts", "the parts of the head in their order; the title is always there")];
const SEALED_LINE_FIELDS: &[FieldSpec] = &[optional("pages", "first, odd or none")];

/// Sizes of paper in millimetres, upright. B4 and B5 are those of JIS P 0138, which Chinese printers mean by the names; 8k and 16k are
/// the halves and quarters of a sheet of 787 × 1092 mm as trimmed for exams.
const SIZES: &[(&str, [f64; 2])] = &[
    ("a3", [297.0, 420.0]),
    ("a4", [210.0, 297.0]),
    ("a5", [148.0, 210.0]),
    ("b4", [257.0, 364.0]),
    ("b5", [182.0, 257.0]),
    ("8k", [270.0, 390.0]),
    ("16k", [195.0, 270.0]),
    ("letter", [215.9, 279.4]),
    ("legal", [215.9, 355.6]),
];

const EMPHASIS: &[(&str, Emphasis)] = &[("heading", Emphasis::Heading), ("dots", Emphasis::Dots)];
const NUMBERING: &[(&str, Numbering)] = &[("paper", Numbering::Paper), ("section", Numbering::Section)];
const ANSWER_SPACE: &[(&str, AnswerSpace)] =
    &[("blank", AnswerSpace::Blank), ("lines", AnswerSpace::Lines), ("none", AnswerSpace::None)];
const HEAD_PARTS: &[(&str, HeadPart)] = &[
    ("institution", HeadPart::Institution),
    ("conditions", HeadPart::Conditions),
    ("candidate", HeadPart::Candidate),
    ("score-table", HeadPart::ScoreTable),
    ("score-boxes", HeadPart::ScoreBoxes),
    ("instructions", HeadPart::Instructions),
];
const SEALED_LINE: &[(&str, SealedLine)] =
    &[("first", SealedLine::First), ("odd", SealedLine::Odd), ("none", SealedLine::None)];

/// The sides of a sheet, in mm.
const SIDE: RangeInclusive<f64> = 50.0..=1200.0;
/// Margins and the room between columns, in mm.
const MARGIN: RangeInclusive<f64> = 0.0..=300.0;
/// Sizes of type, in pt.
const TYPE_SIZE: RangeInclusive<f64> = 4.0..=72.0;
const MOST_COLUMNS: u64 = 4;
/// The narrowest column, in em of the body.
const NARROWEST_COLUMN: f32 = 12.0;
/// The fewest lines on a page.
const FEWEST_LINES: f32 = 10.0;

/// What comes of reading a style.
#[derive(Debug)]
pub struct Loaded {
    /// The style, if there is no error.
    pub style: Option<PaperStyle>,
    /// Everything that was found, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl PaperStyle {
    /// Reads the style in a text that is already among `sources`.
    pub fn read(name: &str, sources: &Sources, source: SourceId) -> Loaded {
        let mut diagnostics = Vec::new();
        let document = fields::parse(sources.get(source), source, &mut diagnostics);
        let mut style = Self { name: name.to_owned(), ..Self::default() };
        let mut places = Places::default();
        let mut file = Table::new(source, 0..0, document.get_ref(), "a paper style", &[FILE_FIELDS], &mut diagnostics);
        part(&mut file, "page", "[page]", PAGE_FIELDS, |table| page(table, &mut style, &mut places));
        part(&mut file, "text", "[text]", TEXT_FIELDS, |table| text(table, &mut style, &mut places));
        part(&mut file, "items", "[items]", ITEM_FIELDS, |table| items(table, &mut style));
        part(&mut file, "head", "[head]", HEAD_FIELDS, |table| head(table, &mut style));
        part(&mut file, "sealed_line", "[sealed_line]", SEALED_LINE_FIELDS, |table| {
            if let Some(pages) = table.one_of("pages", SEALED_LINE) {
                style.sealed_line = pages.value;
                places.sealed_line = Some(pages.span);
            }
        });
        // A value that was refused stands at its usual one: what does not fit then is no fault of the author's.
        if !any_error(&diagnostics) {
            room(&style, &places, source, &mut diagnostics);
        }
        diag::sort(&mut diagnostics);
        let style = (!any_error(&diagnostics)).then_some(style);
        Loaded { style, diagnostics }
    }
}

/// Where what decides the room for text is written, if it is.
#[derive(Default)]
struct Places {
    size: Option<Span>,
    margins: Option<Span>,
    left: Option<Span>,
    bottom: Option<Span>,
    columns: Option<Span>,
    column_gap: Option<Span>,
    body: Option<Span>,
    pitch: Option<Span>,
    sealed_line: Option<Span>,
}

/// Reads a table of the file, if it is there.
fn part(file: &mut Table<'_, '_>, name: &str, what: &str, specs: &[FieldSpec], read: impl FnOnce(&mut Table<'_, '_>)) {
    if let Some((table, span)) = file.table(name) {
        read(&mut Table::new(span.source, span.range(), table, what, &[specs], file.diagnostics()));
    }
}

/// Puts a number that is written in the place of the usual one, `unit` points to one of its own; returns where it is written.
fn set(to: &mut f32, written: Option<At<f64>>, unit: f32) -> Option<Span> {
    let written = written?;
    *to = written.value as f32 * unit;
    Some(written.span)
}

fn page(table: &mut Table<'_, '_>, style: &mut PaperStyle, places: &mut Places) {
    let page = &mut style.page;
    if let Some(size) = size(table) {
        [page.width, page.height] = size.value.map(|side| side as f32 * MM);
        places.size = Some(size.span);
    }
    if table.boolean("landscape").is_some_and(|landscape| landscape.value) && page.width < page.height {
        std::mem::swap(&mut page.width, &mut page.height);
    }
    if let Some((margins, span)) = table.table("margins") {
        places.margins = Some(span);
        let diagnostics = table.diagnostics();
        let mut table = Table::new(span.source, span.range(), margins, "the margins", &[MARGIN_FIELDS], diagnostics);
        set(&mut page.top, table.number_in("top", MARGIN, "mm"), MM);
        places.bottom = set(&mut page.bottom, table.number_in("bottom", MARGIN, "mm"), MM);
        places.left = set(&mut page.left, table.number_in("left", MARGIN, "mm"), MM);
        set(&mut page.right, table.number_in("right", MARGIN, "mm"), MM);
    }
    if let Some(columns) = table.integer("columns", 1..=MOST_COLUMNS) {
        page.columns = columns.value as u8;
        places.columns = Some(columns.span);
    }
    places.column_gap = set(&mut page.column_gap, table.number_in("column_gap", MARGIN, "mm"), MM);
    if let Some(even) = table.boolean("even_pages") {
        style.even_pages = even.value;
    }
}

/// The sides of the paper in millimetres, by name or as two numbers.
fn size(table: &mut Table<'_, '_>) -> Option<At<[f64; 2]>> {
    let found = table.raw("size")?;
    let side = |value: &DeValue<'_>| number_of(value).filter(|side| SIDE.contains(side));
    let names = || SIZES.iter().map(|(name, _)| *name);
    let allowed =
        || format!("allowed: {}, or [width, height] of {} to {} mm each", list_of(names()), SIDE.start(), SIDE.end());
    let size = match found.value {
        DeValue::String(_) => {
            let name = table.string("size")?;
            if let Some((_, size)) = SIZES.iter().find(|(known, _)| *known == name.value) {
                return Some(At { value: *size, span: found.span });
            }
            let message = format!("no paper is called `{}`", name.value.escape_debug());
            let mut diagnostic = Diagnostic::new(Code::InvalidValue, found.span, message);
            diagnostic.help.extend(did_you_mean(name.value, names()));
            table.report(diagnostic.help(allowed()));
            return None;
        }
        DeValue::Array(sides) => match *sides.iter().map(|value| side(value.get_ref())).collect::<Vec<_>>() {
            [Some(width), Some(height)] => Some([width, height]),
            _ => None,
        },
        other => {
            let message = format!("`size` in [page] is {}, expected a name or [width, height]", describe(other));
            table.report(Diagnostic::new(Code::WrongType, found.span, message).help(allowed()));
            return None;
        }
    };
    if size.is_none() {
        let message = "`size` in [page] is not two sides of a sheet";
        table.report(Diagnostic::new(Code::InvalidValue, found.span, message).help(allowed()));
    }
    size.map(|value| At { value, span: found.span })
}

fn text(table: &mut Table<'_, '_>, style: &mut PaperStyle, places: &mut Places) {
    places.body = set(&mut style.body, table.number_in("body", TYPE_SIZE, "pt"), 1.0);
    places.pitch = set(&mut style.pitch, table.number_in("pitch", 4.0..=144.0, "pt"), 1.0);
    for (name, size) in [
        ("title", &mut style.title),
        ("institution", &mut style.institution),
        ("section", &mut style.section),
        ("footer", &mut style.footer),
        ("fine", &mut style.fine),
    ] {
        set(size, table.number_in(name, TYPE_SIZE, "pt"), 1.0);
    }
    for (name, font) in [("font", &mut style.fonts.body), ("heading_font", &mut style.fonts.heading)] {
        *font = table.line(name).map(|font| font.value.to_owned());
    }
    if let Some(emphasis) = table.one_of("emphasis", EMPHASIS) {
        style.emphasis = emphasis.value;
    }
}

fn items(table: &mut Table<'_, '_>, style: &mut PaperStyle) {
    if let Some(numbering) = table.one_of("numbering", NUMBERING) {
        style.numbering = numbering.value;
    }
    for (name, indent) in [("indent", &mut style.item_indent), ("option_indent", &mut style.option_indent)] {
        set(indent, table.number_in(name, 1.0..=6.0, "em"), 1.0);
    }
    for (name, gap) in [("gap", &mut style.item_gap), ("section_gap", &mut style.section_gap)] {
        set(gap, table.number_in(name, 0.0..=100.0, "pt"), 1.0);
    }
    if let Some(space) = table.one_of("answer_space", ANSWER_SPACE) {
        style.answer_space = space.value;
    }
    set(&mut style.lines_per_point, table.number_in("lines_per_point", 0.1..=10.0, "lines"), 1.0);
}

fn head(table: &mut Table<'_, '_>, style: &mut PaperStyle) {
    let Some(parts) = table.some_of("parts", HEAD_PARTS) else { return };
    style.head.clear();
    for part in parts.value {
        if style.head.contains(&part.value) {
            let message = "a part of the head that is named twice";
            table.report(Diagnostic::new(Code::InvalidValue, part.span, message).help("each stands there once"));
        }
        style.head.push(part.value);
    }
}

/// Whether text, footer and sealed line have the room that they need.
fn room(style: &PaperStyle, places: &Places, source: SourceId, diagnostics: &mut Vec<Diagnostic>) {
    let page = &style.page;
    // What is wrong is said at the first of the places that is written.
    let mut report = |places: &[Option<Span>], message: String, help: &str| {
        let place = places.iter().copied().flatten().next().unwrap_or(Span::new(source, 0..0));
        diagnostics.push(Diagnostic::new(Code::ImpossiblePage, place, message).help(help));
    };
    let mm = |points: f32| format!("{} mm", (points / MM * 10.0).round() / 10.0);
    let least = NARROWEST_COLUMN * style.body;
    if page.column_width() < least {
        let message = if page.text_width() <= 0.0 {
            let margins = mm(page.left + page.right);
            format!("margins of {margins} on a page that is {} wide leave no room for text", mm(page.width))
        } else {
            format!(
                "a column of {}; {NARROWEST_COLUMN} em of the body are {}",
                mm(page.column_width().max(0.0)),
                mm(least)
            )
        };
        let decisive = [places.column_gap, places.columns, places.margins, places.size, places.body];
        report(&decisive, message, "make margins, gap or type smaller, or the paper wider");
    }
    let least = FEWEST_LINES * style.pitch;
    if page.text_height() < least {
        let message =
            format!("room of {} for text; {FEWEST_LINES} lines are {}", mm(page.text_height().max(0.0)), mm(least));
        let decisive = [places.margins, places.size, places.pitch];
        report(&decisive, message, "make the margins or the pitch smaller, or the paper higher");
    }
    let least = style.pitch / FOOTER_RISE;
    if page.bottom < least {
        let message = format!("a bottom margin of {} does not hold the footer", mm(page.bottom));
        let decisive = [places.bottom, places.margins, places.pitch];
        report(&decisive, message, &format!("it needs at least {}", mm(least)));
    }
    if style.sealed_line != SealedLine::None && page.left < SealedLine::NARROWEST_MARGIN {
        let message = format!("a left margin of {} does not hold the sealed line", mm(page.left));
        let decisive = [places.left, places.margins, places.sealed_line];
        let least = mm(SealedLine::NARROWEST_MARGIN);
        report(&decisive, message, &format!("it needs at least {least}; or set `pages = \"none\"` in [sealed_line]"));
    }
    if style.sealed_line != SealedLine::None && page.height < SealedLine::LOWEST_PAGE {
        let message = format!("a page of {} is too low for the sealed line", mm(page.height));
        let decisive = [places.size, places.sealed_line];
        let least = mm(SealedLine::LOWEST_PAGE);
        report(&decisive, message, &format!("it needs at least {least}; or set `pages = \"none\"` in [sealed_line]"));
    }
    if style.pitch < style.body {
        let message = format!("a pitch of {} pt for type of {} pt: the lines would overlap", style.pitch, style.body);
        let decisive = [places.pitch, places.body];
        report(&decisive, message, "about 1.6 times the size reads well");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::render::{Format, render};
    use crate::paper::style::{builtin, builtin_names};

    /// The style or its diagnostics, a line each.
    fn read(text: &str) -> Result<PaperStyle, String> {
        let mut sources = Sources::default();
        let source = sources.add("mine.toml", text);
        let loaded = PaperStyle::read("mine", &sources, source);
        let lines = loaded.diagnostics.iter().map(|diagnostic| render(diagnostic, &sources, Format::Short));
        let lines = lines.collect::<String>();
        loaded.style.ok_or(lines)
    }

    #[test]
    fn the_built_in_styles_are_valid() {
        for name in builtin_names() {
            let text = builtin(name).expect("it is among the names");
            let style = read(text).unwrap_or_else(|lines| panic!("{name}: {lines}"));
            assert_eq!(PaperStyle::builtin(name), Some(PaperStyle { name: name.to_owned(), ..style }));
        }
        assert_eq!(PaperStyle::builtin("no-such"), None);
    }

    #[test]
    fn what_is_left_out_is_as_in_a4_which_leaves_nothing_out() {
        assert_eq!(read(""), Ok(PaperStyle { name: "mine".to_owned(), ..PaperStyle::default() }));
        let text = builtin("a4").expect("it is built in");
        assert_eq!(PaperStyle::builtin("a4"), Some(PaperStyle::default()));
        // Fonts are named in a comment, since those of the program have no file to name.
        for field in [PAGE_FIELDS, MARGIN_FIELDS, TEXT_FIELDS, ITEM_FIELDS, HEAD_FIELDS, SEALED_LINE_FIELDS].concat() {
            assert!(text.contains(&format!("{} = ", field.name)), "`{}` is not in a4.toml", field.name);
        }
    }

    #[test]
    fn paper_is_named_or_measured_and_turned() {
        let sides = |text: &str| read(text).map(|style| [style.page.width, style.page.height].map(|side| side / MM));
        let near = |text: &str, width: f32, height: f32| {
            let [is_wide, is_high] = sides(text).unwrap_or_else(|lines| panic!("{lines}"));
            assert!((is_wide - width).abs() < 0.01 && (is_high - height).abs() < 0.01, "{text}: {is_wide} × {is_high}");
        };
        near("page = { size = '16k' }", 195.0, 270.0);
        near("page = { size = 'a3', landscape = true }", 420.0, 297.0);
        near("page = { size = [200, 250.5] }", 200.0, 250.5);
        near("page = { size = [300, 200], landscape = true }", 300.0, 200.0);
    }

    #[test]
    fn every_error_is_said_at_once_and_at_its_place() {
        let text = r#"
colour = "red"
[page]
size = "a7"
landscape = "yes"
margins = { top = -1, middle = 3 }
columns = 9
[text]
body = 3
font = ""
emphasis = "bold"
[items]
numbering = "chapter"
lines_per_point = inf
[head]
parts = ["conditions", "score-tabel", "conditions"]
[sealed_line]
pages = true
"#;
        insta::assert_snapshot!(read(text).expect_err("much is wrong"), @r"
        mine.toml:2:1: error[unknown-field]: unknown field `colour` in a paper style; allowed: `page`, `text`, `items`, `head`, `sealed_line`
        mine.toml:4:8: error[invalid-value]: no paper is called `a7`; did you mean `a3`?; allowed: `a3`, `a4`, `a5`, `b4`, `b5`, `8k`, `16k`, `letter`, `legal`, or [width, height] of 50 to 1200 mm each
        mine.toml:5:13: error[wrong-type]: `landscape` in [page] is a string, expected `true` or `false`
        mine.toml:6:19: error[invalid-value]: `top` in the margins is -1; allowed: 0 to 300 mm
        mine.toml:6:23: error[unknown-field]: unknown field `middle` in the margins; allowed: `top`, `bottom`, `left`, `right`
        mine.toml:7:11: error[invalid-value]: `columns` in [page] is 9; allowed: 1 to 4
        mine.toml:9:8: error[invalid-value]: `body` in [text] is 3; allowed: 4 to 72 pt
        mine.toml:10:8: error[empty-field]: `font` in [text] is empty
        mine.toml:11:12: error[invalid-value]: `emphasis` in [text] is `bold`; allowed: `heading`, `dots`
        mine.toml:13:13: error[invalid-value]: `numbering` in [items] is `chapter`; allowed: `paper`, `section`
        mine.toml:14:19: error[wrong-type]: `lines_per_point` in [items] is a decimal number, expected a finite number
        mine.toml:16:24: error[invalid-value]: an element of `parts` in [head] is `score-tabel`; did you mean `score-table`?; allowed: `institution`, `conditions`, `candidate`, `score-table`, `score-boxes`, `instructions`
        mine.toml:16:39: error[invalid-value]: a part of the head that is named twice; each stands there once
        mine.toml:18:9: error[wrong-type]: `pages` in [sealed_line] is a boolean, expected a string
        ");
    }

    /// What is wrong with each of several styles.
    fn refused(texts: &[&str]) -> String {
        texts.iter().map(|text| read(text).expect_err("it is wrong")).collect()
    }

    #[test]
    fn a_size_is_a_name_or_two_sides() {
        let sizes = ["[40, 300]", "[200]", "[200, '300']", "4"].map(|size| format!("page = {{ size = {size} }}"));
        insta::assert_snapshot!(refused(&sizes.each_ref().map(String::as_str)), @r"
        mine.toml:1:17: error[invalid-value]: `size` in [page] is not two sides of a sheet; allowed: `a3`, `a4`, `a5`, `b4`, `b5`, `8k`, `16k`, `letter`, `legal`, or [width, height] of 50 to 1200 mm each
        mine.toml:1:17: error[invalid-value]: `size` in [page] is not two sides of a sheet; allowed: `a3`, `a4`, `a5`, `b4`, `b5`, `8k`, `16k`, `letter`, `legal`, or [width, height] of 50 to 1200 mm each
        mine.toml:1:17: error[invalid-value]: `size` in [page] is not two sides of a sheet; allowed: `a3`, `a4`, `a5`, `b4`, `b5`, `8k`, `16k`, `letter`, `legal`, or [width, height] of 50 to 1200 mm each
        mine.toml:1:17: error[wrong-type]: `size` in [page] is a whole number, expected a name or [width, height]; allowed: `a3`, `a4`, `a5`, `b4`, `b5`, `8k`, `16k`, `letter`, `legal`, or [width, height] of 50 to 1200 mm each
        ");
    }

    #[test]
    fn pages_without_room_are_refused_at_what_decides_it() {
        let texts = [
            "page = { margins = { left = 120, right = 100 } }",
            "page = { columns = 3, column_gap = 20 }",
            "page = { size = [300, 90], margins = { left = 40 } }",
            "page = { margins = { bottom = 5, left = 20 } }",
            "text = { body = 20 }",
        ];
        insta::assert_snapshot!(refused(&texts), @r#"
        mine.toml:1:20: error[impossible-page]: margins of 220 mm on a page that is 210 mm wide leave no room for text; make margins, gap or type smaller, or the paper wider
        mine.toml:1:36: error[impossible-page]: a column of 40 mm; 12 em of the body are 44.4 mm; make margins, gap or type smaller, or the paper wider
        mine.toml:1:17: error[impossible-page]: a page of 90 mm is too low for the sealed line; it needs at least 148 mm; or set `pages = "none"` in [sealed_line]
        mine.toml:1:38: error[impossible-page]: room of 50 mm for text; 10 lines are 60 mm; make the margins or the pitch smaller, or the paper higher
        mine.toml:1:31: error[impossible-page]: a bottom margin of 5 mm does not hold the footer; it needs at least 8 mm
        mine.toml:1:41: error[impossible-page]: a left margin of 20 mm does not hold the sealed line; it needs at least 30 mm; or set `pages = "none"` in [sealed_line]
        mine.toml:1:17: error[impossible-page]: a pitch of 17 pt for type of 20 pt: the lines would overlap; about 1.6 times the size reads well
        "#);
    }

    #[test]
    fn a_narrow_margin_is_fine_where_nothing_is_sealed() {
        assert!(read("page = { margins = { left = 15 } }\nsealed_line = { pages = 'none' }").is_ok());
    }
}
