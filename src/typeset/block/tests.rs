//! Blocks as strips: how they hold together, and what becomes of those that are too large for a column.

use super::*;
use crate::fonts::Fonts;
use crate::markup::parse::{Flavour, parse};
use crate::source::{Sources, Span};
use crate::typeset::display::{Image as ImageInk, Ink};
use crate::typeset::galley::Keep;
use crate::typeset::overfull::Overfull;
use crate::typeset::picture::PictureReader;
use crate::typeset::{Pictures, Setter};
use std::sync::Arc;

const SIZE: f32 = 10.0;
const WIDTH: f32 = 200.0;
const HEIGHT: f32 = 220.0;

/// Pictures of 640 by 240 and 120 by 900 pixels.
const WIDE: &[u8] = include_bytes!("../../../tests/paper/columns/media/bars.png");
const HIGH: &[u8] = include_bytes!("../../../tests/paper/columns/media/tower.png");

/// Sets the text of an item in a column of [`WIDTH`] by [`HEIGHT`].
fn set(text: &str) -> (Vec<Strip>, Vec<Overfull>) {
    let picture = |name: &str, bytes| {
        let picture = PictureReader::new(&Fonts::bundled()).read(bytes, name).expect("a picture");
        (format!("media/{name}"), Arc::new(picture))
    };
    let pictures = Pictures::from([picture("wide.png", WIDE), picture("high.png", HIGH)]);
    let (fonts, math) = (Fonts::bundled(), math::Cache::default());
    let mut setter = Setter::new(&fonts, &math, &pictures);
    let mut galley = Galley::new(&mut setter, HEIGHT);
    let mut problems = Vec::new();
    let span = Span::new(Sources::default().add("a.toml", text), 0..0);
    let (rich, _) = parse(text, span, Flavour::Prose, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    let text = TextStyle { face: FaceId::BODY, size: SIZE };
    let style = BlockStyle { text, pitch: 16.0, clozes: ClozeStyle::Answer };
    let first = galley.blocks(&rich.blocks(), Frame { x: 0.0, width: WIDTH }, &style, NodeId::ROOT);
    galley.keep_together(first);
    (galley.strips, galley.overfull)
}

/// The strips of what fits.
fn strips(text: &str) -> Vec<Strip> {
    let (strips, overfull) = set(text);
    assert_eq!(overfull, [], "{text}");
    strips
}

fn keeps(strips: &[Strip]) -> Vec<Keep> {
    strips.iter().map(|strip| strip.keep).collect()
}

fn images(strips: &[Strip]) -> Vec<&ImageInk> {
    let items = strips.iter().flat_map(|strip| &strip.items);
    items.filter_map(|item| if let Ink::Image(image) = &item.ink { Some(image) } else { None }).collect()
}

/// The left and right edges of the ink of the only formula or text.
fn edges(strip: &Strip) -> (f32, f32) {
    let xs = strip.items.iter().flat_map(|item| match &item.ink {
        Ink::Glyphs(run) => run.glyphs.iter().map(|glyph| glyph.x).collect(),
        _ => Vec::new(),
    });
    xs.fold((f32::INFINITY, f32::NEG_INFINITY), |(left, right), x| (left.min(x), right.max(x)))
}

/// The size of the largest glyph.
fn largest(strip: &Strip) -> f32 {
    let size = |item: &Item| if let Ink::Glyphs(run) = &item.ink { run.size } else { 0.0 };
    strip.items.iter().map(size).fold(0.0, f32::max)
}

const SENTENCE: &str = "一栏只有二十个字宽，所以这一句话要用三行才写得下，而且还要多出来几个字。";

#[test]
fn the_lines_of_an_item_hold_together_more_firmly_than_its_paragraphs() {
    use Keep::{Block, Free, Glued, Item};
    let two = SENTENCE.repeat(2);
    let strips = strips(&format!("{two}\n\n{SENTENCE}"));
    assert_eq!(keeps(&strips), [Glued, Block, Glued, Item, Glued, Free], "widows and orphans are glued");
}

#[test]
fn a_block_is_not_parted_from_the_line_that_leads_to_it() {
    for block in ["$$x$$", "```\na\nb\n```", "| a |\n|--|\n| b |", "![](media/wide.png)"] {
        assert_eq!(strips(&format!("如下：\n\n{block}"))[0].keep, Keep::Glued, "{block}");
    }
}

#[test]
fn a_program_stands_on_one_ground_and_may_be_cut_between_two_lines() {
    use Keep::{Block, Free, Glued};
    let strips = strips("```\na\nb\nc\nd\ne\n```");
    assert_eq!(keeps(&strips), [Glued, Block, Block, Glued, Free]);
    assert!(strips.iter().all(|strip| strip.ground.is_some_and(|ground| ground.width == WIDTH)));
    assert_eq!(strips.iter().map(|strip| strip.continues).collect::<Vec<_>>(), [true, true, true, true, false]);
}

#[test]
fn a_program_longer_than_a_column_fits() {
    assert_eq!(strips(&format!("```\n{}```", "x = 1\n".repeat(100))).len(), 100);
}

#[test]
fn the_rows_of_a_table_carry_its_head() {
    use Keep::{Block, Free, Glued};
    let strips = strips("| 甲 | 乙 |\n|--|--|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |");
    assert_eq!(keeps(&strips), [Glued, Block, Block, Free]);
    let carried = |strip: &Strip| strip.carry.as_ref().map(|carry| carry.height);
    let head = Some(strips[0].height);
    assert_eq!(strips.iter().map(carried).collect::<Vec<_>>(), [None, head, head, head]);
    let again = &strips[1].carry.as_ref().expect("the head").head;
    assert!(again.iter().all(|item| item.node == NodeId::ARTIFACT), "a head that is drawn again is not read again");
}

#[test]
fn pictures_are_made_smaller_until_they_fit() {
    let size = |text| {
        let strips = strips(text);
        (images(&strips)[0].width.round(), images(&strips)[0].height.round())
    };
    assert_eq!(size("![](media/wide.png)"), (WIDTH, 75.0));
    assert_eq!(size("![](media/high.png)"), (29.0, HEIGHT));
    // In a line too: three lines high it would be wider than it.
    let fitted = strips(&format!("{} 尾", "![](media/wide.png)".repeat(3)));
    for image in images(&fitted) {
        assert!(image.x >= 0.0 && image.x + image.width <= WIDTH + 0.01, "{image:?}");
    }
}

#[test]
fn a_caption_stands_in_the_middle_under_its_picture() {
    let strips = strips("![](media/wide.png \"图 1\")");
    assert_eq!(keeps(&strips)[0], Keep::Glued);
    let (left, right) = edges(&strips[1]);
    assert!(((left + right + 4.5) / 2.0 - WIDTH / 2.0).abs() < 3.0, "{left} to {right}");
    assert!(largest(&strips[1]) < SIZE);
}

#[test]
fn a_tag_takes_room_from_its_formula_and_stands_at_the_edge() {
    let (plain, tagged) = (strips("$$x$$"), strips(r"$$x \tag{7}$$"));
    let (left, _) = edges(&plain[0]);
    let (shifted, right) = edges(&tagged[0]);
    assert!(shifted < left - 5.0, "the formula stands in the middle of what is left");
    assert!(right > WIDTH - 5.0 && right < WIDTH, "the tag ends at the right edge: {right}");
    assert_eq!(tagged.len(), 1, "both are on one line");
}

#[test]
fn a_tag_may_hold_commands() {
    let strips = strips(r"$$x \tag{\S 2}$$");
    let texts = |item: &Item| if let Ink::Glyphs(run) = &item.ink { run.text.clone() } else { String::new() };
    let text: String = strips[0].items.iter().map(texts).collect();
    assert!(text.contains('§') && !text.contains('\\'), "{text}");
}

/// A sum of `count` terms as a display formula.
fn sum(count: usize) -> String {
    format!("$${}$$", vec!["xxx"; count].join("+"))
}

#[test]
fn formulas_shrink_to_the_column_but_stay_legible() {
    let whole = largest(&strips(&sum(2))[0]);
    let mut sizes = Vec::new();
    let overfull = loop {
        let (strips, overfull) = set(&sum(sizes.len() + 1));
        if !overfull.is_empty() {
            break overfull;
        }
        let (_, right) = edges(&strips[0]);
        assert!(right <= WIDTH, "{right}");
        sizes.push(largest(&strips[0]));
    };
    let smallest = sizes[sizes.len() - 1];
    assert!(smallest < 0.75 * whole && smallest >= SMALLEST_FORMULA * whole - 0.01, "{smallest} of {whole}");
    assert!(sizes.is_sorted_by(|before, after| before >= after));
    let [only] = overfull[..] else { panic!("said more than once: {overfull:?}") };
    assert_eq!((only.matter, only.side, only.room), (Matter::Formula, Side::Width, WIDTH));
    assert!(only.points > WIDTH);
}

#[test]
fn a_formula_higher_than_the_column_shrinks_or_is_refused() {
    let matrix = |rows: usize| format!(r"$$\begin{{matrix}}{}\end{{matrix}}$$", r"a \\ ".repeat(rows));
    let (strips, overfull) = set(&matrix(20));
    assert_eq!(overfull, []);
    assert!(strips[0].height <= HEIGHT, "{}", strips[0].height);
    let (_, overfull) = set(&matrix(40));
    assert_eq!(
        overfull.iter().map(|what| (what.matter, what.side)).collect::<Vec<_>>(),
        [(Matter::Formula, Side::Height)]
    );
}

#[test]
fn a_row_that_fits_without_the_head_that_goes_above_it_does_not_fit() {
    let row = |lines: usize| format!("| 甲 |\n|--|\n| {} |", "字".repeat(17 * lines));
    let fits = (1..30).take_while(|lines| set(&row(*lines)).1.is_empty()).count();
    let high = strips(&row(fits)).iter().map(|strip| strip.height).sum::<f32>();
    assert!(high <= HEIGHT && high + 16.0 > HEIGHT, "{fits} lines are {high} points");
    let (_, overfull) = set(&row(fits + 1));
    assert_eq!(
        overfull.iter().map(|what| (what.matter, what.side)).collect::<Vec<_>>(),
        [(Matter::Table, Side::Height)]
    );
}
