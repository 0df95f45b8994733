//! The torture banks in every style that comes with the program: that all of it fits and stands within its columns, that no character is
//! lost, where the lines stand, and what the pages look like.

use super::{Specimen, assert_lines, assert_printed, assert_within, characters, column, lines};
use cardpress::card::CardType;
use cardpress::export::png::Renderer;
use cardpress::fonts::Fonts;
use cardpress::paper::style::{PaperStyle, SealedLine, builtin_names};
use cardpress::paper::{answer_key, exam_paper};
use cardpress::raster::{Raster, RasterData};
use cardpress::typeset::display::Document;
use std::fs;
use std::path::{Path, PathBuf};

#[expect(clippy::disallowed_methods, reason = "the pictures of the test, not files of a user")]
fn read(path: &Path) -> Vec<u8> {
    fs::read(path).expect("BLESS_PAGES=1 makes it")
}

#[expect(clippy::disallowed_methods, reason = "the pictures of the test, not files of a user")]
fn bless(path: &Path, picture: &[u8]) {
    fs::write(path, picture).expect("a file in a folder that is there");
}

/// Every block on every type of card, the longest and the shortest items, three hundred formulas, mixed scripts.
fn chinese() -> Specimen {
    Specimen::load(Path::new("tests/paper/torture/cards"), Path::new("tests/paper/torture.toml"))
}

/// Long paragraphs in English, with quotes, dashes and words to be parted.
fn english() -> Specimen {
    Specimen::load(Path::new("tests/paper/torture-en/cards"), Path::new("tests/paper/torture-en.toml"))
}

fn styles() -> Vec<PaperStyle> {
    builtin_names().map(|name| PaperStyle::builtin(name).expect("a style without errors")).collect()
}

#[test]
fn all_of_it_fits_in_every_style_and_nothing_is_lost() {
    for specimen in [chinese(), english()] {
        let form = &specimen.forms[0];
        for style in styles() {
            // The sealed line stands outside the columns; its place is tested with the styles.
            let style = PaperStyle { sealed_line: SealedLine::None, ..style };
            let (paper, key) = (specimen.set_as(&style, form, exam_paper), specimen.set_as(&style, form, answer_key));
            assert_within(&paper, &style.page);
            assert_within(&key, &style.page);
            // Where a word is parted at the end of a line stands a soft hyphen, which the author did not write.
            let [paper, key] = [paper, key].map(|document| characters(&document).replace('\u{ad}', ""));
            for (_, item) in form.items() {
                let card = &specimen.bank.cards[item.card];
                let asked: &[&str] = if card.kind() == CardType::Cloze { &[] } else { &["stem", "options"] };
                assert_printed(card, asked, &paper);
                assert_printed(card, &["answer", "rubric", "explanation"], &key);
            }
        }
    }
}

/// Where the lines of each column begin and end: enough to see that something has moved.
fn edges(document: &Document, style: &PaperStyle) -> String {
    let lines = lines(document, &style.page);
    let is_head = |line: &str| line.starts_with("--- ") || line.starts_with("  -- ");
    let all: Vec<&str> = lines.lines().collect();
    let kept = all.iter().enumerate().filter(|(index, line)| {
        let next_is_head = all.get(index + 1).is_none_or(|next| is_head(next));
        is_head(line) || next_is_head || is_head(all[index.saturating_sub(1)])
    });
    kept.map(|(_, line)| *line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_lines_of_the_torture_banks_stand_where_they_stood() {
    let (chinese, english) = (chinese(), english());
    for style in styles() {
        let paper = chinese.set_as(&style, &chinese.forms[0], exam_paper);
        if style.page.columns == 1 {
            assert!(paper.pages.iter().flat_map(|page| &page.items).count() > 3000);
        } else {
            let (second, _) = column(&style.page, style.page.width - style.page.right - 1.0);
            assert_eq!(second + 1, usize::from(style.page.columns));
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("torture");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("edges-{}", style.name), edges(&paper, &style)));
    }
    let a3 = PaperStyle::builtin("a3-2col").expect("a style");
    assert_lines("torture-a3", &chinese.set_as(&a3, &chinese.forms[0], exam_paper), &a3);
    let letter = PaperStyle::builtin("letter").expect("a style");
    assert_lines("torture-en-letter", &english.set_as(&letter, &english.forms[0], exam_paper), &letter);
}

/// Pixels to the inch of the pictures that are kept: enough to tell a line that has moved.
const RESOLUTION: u16 = 40;
/// The pages of a style that are kept as pictures.
const KEPT_PAGES: usize = 3;
/// How much a square of [`SQUARE`] pixels may differ in its mean, of 255: machines may round the edges of letters differently.
const TOLERANCE: u32 = 10;
const SQUARE: usize = 12;

/// The gray values of a picture, and how many there are in a row.
fn gray(png: &[u8]) -> (usize, Vec<u8>) {
    let raster = Raster::decode(png, "page.png").expect("a picture");
    let RasterData::Rgb { pixels, .. } = raster.data else { panic!("a PNG") };
    (raster.width as usize, pixels.chunks(3).map(|pixel| pixel[1]).collect())
}

/// The mean of each square of a picture.
fn squares((width, pixels): &(usize, Vec<u8>)) -> Vec<u32> {
    let (columns, rows) = (width.div_ceil(SQUARE), (pixels.len() / width).div_ceil(SQUARE));
    let mut sums = vec![(0, 0); columns * rows];
    for (index, pixel) in pixels.iter().enumerate() {
        let (sum, count) = &mut sums[index / width / SQUARE * columns + index % width / SQUARE];
        *sum += u32::from(*pixel);
        *count += 1;
    }
    sums.into_iter().map(|(sum, count)| sum / count).collect()
}

/// The pages against the pictures in `tests/paper/torture/pages`; with `BLESS_PAGES` set they are drawn anew, to be looked at.
#[test]
fn the_pages_of_the_torture_bank_look_as_they_looked() {
    let folder = PathBuf::from("tests/paper/torture/pages");
    let (specimen, fonts) = (chinese(), Fonts::bundled());
    let mut renderer = Renderer::new(&fonts, RESOLUTION);
    let mut differing = Vec::new();
    for style in styles() {
        let paper = specimen.set_as(&style, &specimen.forms[0], exam_paper);
        for (index, page) in paper.pages.iter().take(KEPT_PAGES).enumerate() {
            let path = folder.join(format!("{}-{}.png", style.name, index + 1));
            let drawn = renderer.page(page).expect("a page of a sane size");
            if std::env::var_os("BLESS_PAGES").is_some() {
                bless(&path, &drawn);
            }
            let (drawn, kept) = (gray(&drawn), gray(&read(&path)));
            let moved = || squares(&drawn).into_iter().zip(squares(&kept)).any(|(a, b)| a.abs_diff(b) > TOLERANCE);
            if drawn.0 != kept.0 || drawn.1.len() != kept.1.len() || moved() {
                differing.push(path);
            }
        }
    }
    assert!(differing.is_empty(), "look at `cardpress exam --png`, and at {differing:?}");
}
