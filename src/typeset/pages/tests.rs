//! Pages of made-up strips: a pageful of lines that say no more than how high they are and how firmly they hold on.

use super::*;
use crate::typeset::display::{Color, Ink, Item, NodeId, Rect};
use crate::typeset::galley::{Carry, Ground, rule};
use proptest::prelude::*;
use std::sync::Arc;

/// The height of the columns.
const HEIGHT: f32 = 100.0;
const TOP: f32 = 10.0;

fn geometry(columns: u8) -> PageGeometry {
    PageGeometry {
        width: 320.0,
        height: HEIGHT + TOP + 20.0,
        top: TOP,
        bottom: 20.0,
        left: 10.0,
        right: 10.0,
        columns,
        column_gap: 20.0,
    }
}

/// A strip whose ink is as high as it is, and as wide as its number.
fn strip(number: usize, height: f32, space_before: f32, keep: Keep) -> Strip {
    let rect = Rect { x: 0.0, y: 0.0, width: number as f32 + 1.0, height, color: Color::BLACK };
    let items = vec![Item { node: NodeId::ROOT, ink: Ink::Rule(rect) }];
    Strip { height, space_before, items, keep, ..Strip::default() }
}

fn strips(heights: &[f32], keep: Keep) -> Vec<Strip> {
    heights.iter().enumerate().map(|(number, height)| strip(number, *height, 0.0, keep)).collect()
}

/// A strip where it was put: number, page, column, top, lower edge.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Placed {
    number: usize,
    page: usize,
    column: usize,
    top: f32,
    bottom: f32,
}

impl Placed {
    fn place(&self) -> (usize, usize) {
        (self.page, self.column)
    }
}

/// Where the strips of [`strip`] stand, in the order of their ink.
fn placed(strips: Vec<Strip>, page: &PageGeometry) -> Vec<Placed> {
    let (pages, _) = paginate(strips, page);
    let step = page.column_width() + page.column_gap;
    let of_page = |(number, page_): (usize, &Page)| {
        let place = |item: &Item| {
            let Ink::Rule(rect) = &item.ink else { panic!("strips are rules") };
            let column = ((rect.x - page.left) / step).round() as usize;
            assert!((rect.x - page.left - column as f32 * step).abs() < 0.01, "strips begin where columns do");
            let strip = rect.width as usize - 1;
            Placed {
                number: strip,
                page: number,
                column,
                top: rect.y - page.top,
                bottom: rect.y + rect.height - page.top,
            }
        };
        page_.items.iter().filter(|item| item.node == NodeId::ROOT).map(place).collect::<Vec<_>>()
    };
    pages.iter().enumerate().flat_map(of_page).collect()
}

/// The numbers of the strips of each column, by page.
fn columns(strips: Vec<Strip>, columns: u8) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = Vec::new();
    let mut last = None;
    for strip in placed(strips, &geometry(columns)) {
        if last != Some(strip.place()) {
            out.push(Vec::new());
        }
        last = Some(strip.place());
        out.last_mut().expect("just pushed").push(strip.number);
    }
    out
}

#[test]
fn columns_are_filled_one_after_the_other_and_the_last_page_is_balanced() {
    let lines = strips(&[30.0; 10], Keep::Free);
    assert_eq!(columns(lines.clone(), 1), [vec![0, 1, 2], vec![3, 4, 5], vec![6, 7, 8], vec![9]]);
    assert_eq!(columns(lines, 2), [vec![0, 1, 2], vec![3, 4, 5], vec![6, 7], vec![8, 9]]);
}

#[test]
fn the_first_column_is_never_the_shorter_one() {
    assert_eq!(columns(strips(&[20.0; 5], Keep::Free), 2), [vec![0, 1, 2], vec![3, 4]]);
    // Side by side the second would be longer, so the first takes both.
    assert_eq!(columns(strips(&[20.0, 30.0], Keep::Free), 2), [vec![0, 1]]);
    // Where that does not fit, there is no other way.
    assert_eq!(columns(strips(&[45.0, 60.0], Keep::Free), 2), [vec![0], vec![1]]);
}

#[test]
fn the_room_above_what_begins_a_column_goes() {
    let lines =
        vec![strip(0, 50.0, 30.0, Keep::Free), strip(1, 40.0, 10.0, Keep::Free), strip(2, 100.0, 10.0, Keep::Free)];
    let placed = placed(lines, &geometry(1));
    let tops: Vec<(usize, f32)> = placed.iter().map(|strip| (strip.page, strip.top)).collect();
    assert_eq!(tops, [(0, 0.0), (0, 60.0), (1, 0.0)]);
}

#[test]
fn an_item_that_fits_a_column_is_not_parted() {
    let mut lines = strips(&[20.0; 8], Keep::Free);
    for line in &mut lines[3..7] {
        line.keep = Keep::Item;
    }
    assert_eq!(columns(lines, 1), [vec![0, 1, 2], vec![3, 4, 5, 6, 7]]);
}

#[test]
fn an_item_longer_than_a_column_is_parted_between_its_paragraphs() {
    // Two paragraphs of three lines and one of one: 7 lines where 5 go in.
    let mut lines = strips(&[20.0; 7], Keep::Block);
    lines[2].keep = Keep::Item;
    lines[5].keep = Keep::Item;
    assert_eq!(columns(lines, 1), [vec![0, 1, 2], vec![3, 4, 5, 6]]);
}

#[test]
fn a_paragraph_is_parted_only_where_it_is_longer_than_a_column_itself() {
    // A lead of two lines, then a paragraph of seven whose first two and last two lines hold together.
    let mut lines = strips(&[20.0; 9], Keep::Block);
    lines[0].keep = Keep::Glued;
    lines[1].keep = Keep::Item;
    lines[2].keep = Keep::Glued;
    lines[7].keep = Keep::Glued;
    assert_eq!(columns(lines, 1), [vec![0, 1, 2, 3, 4], vec![5, 6, 7, 8]]);
}

#[test]
fn a_title_goes_with_what_it_heads() {
    let mut lines = strips(&[20.0; 6], Keep::Free);
    lines[4].keep = Keep::Glued;
    assert_eq!(columns(lines, 1), [vec![0, 1, 2, 3], vec![4, 5]]);
}

#[test]
fn what_is_higher_than_a_column_has_one_of_its_own() {
    assert_eq!(columns(strips(&[20.0, 300.0, 20.0], Keep::Free), 1), [vec![0], vec![1], vec![2]]);
    assert_eq!(columns(strips(&[300.0, 20.0, 300.0], Keep::Glued), 2), [vec![0], vec![1], vec![2]]);
}

#[test]
fn nothing_has_no_pages() {
    assert_eq!(paginate(Vec::new(), &geometry(2)), (Vec::new(), Vec::new()));
}

#[test]
fn a_table_goes_on_under_its_head_and_is_closed_where_it_is_cut() {
    let head = Item { node: NodeId::ARTIFACT, ..rule(0.0, 0.0, 7.0, 10.0) };
    let carry = Arc::new(Carry { head: vec![head], height: 10.0, foot: rule(0.0, 0.0, 9.0, 0.8) });
    let mut rows = strips(&[40.0; 4], Keep::Block);
    for row in &mut rows {
        row.carry = Some(carry.clone());
        row.continues = true;
    }
    // The first stands for a row under the head proper, so nothing is carried to it.
    rows[0].carry = None;
    rows[3].continues = false;
    let (pages, _) = paginate(rows, &geometry(1));
    let artifacts = |page: &Page| {
        let artifacts = page.items.iter().filter(|item| item.node == NodeId::ARTIFACT);
        let place = |item: &Item| match &item.ink {
            Ink::Rule(rect) => (rect.width, rect.y - TOP),
            _ => unreachable!("only rules were given"),
        };
        artifacts.map(place).collect::<Vec<_>>()
    };
    assert_eq!(pages.iter().map(artifacts).collect::<Vec<_>>(), [vec![(9.0, 80.0)], vec![(7.0, 0.0)]]);
}

#[test]
fn the_ground_of_a_program_is_one_piece_in_each_column() {
    let ground = Ground { x: 2.0, width: 50.0, color: Color::Gray(242) };
    let mut lines = strips(&[30.0; 6], Keep::Free);
    for line in &mut lines[1..5] {
        line.ground = Some(ground);
        line.continues = true;
    }
    lines[4].continues = false;
    // Another program right below is another piece.
    lines[5].ground = Some(ground);
    let (pages, _) = paginate(lines, &geometry(1));
    let grounds = |page: &Page| {
        let ground = |item: &Item| match &item.ink {
            Ink::Rule(rect) if rect.color == Color::Gray(242) => Some((rect.x, rect.y - TOP, rect.height)),
            _ => None,
        };
        page.items.iter().filter_map(ground).collect::<Vec<_>>()
    };
    let expected = [vec![(12.0, 30.0, 60.0)], vec![(12.0, 0.0, 60.0), (12.0, 60.0, 30.0)]];
    assert_eq!(pages.iter().map(grounds).collect::<Vec<_>>(), expected);
}

#[test]
fn the_outline_leads_to_the_page_and_the_height_where_the_title_stands() {
    let mut lines = strips(&[60.0; 3], Keep::Free);
    lines[2].outline = Some((1, "二".to_owned()));
    let (_, outline) = paginate(lines.clone(), &geometry(1));
    assert_eq!(outline, [OutlineEntry { level: 1, title: "二".to_owned(), page: 2, y: TOP }]);
    let (_, outline) = paginate(lines, &geometry(2));
    assert_eq!((outline[0].page, outline[0].y), (1, TOP), "the third column is the first of the second page");
}

fn keep() -> impl Strategy<Value = Keep> {
    prop_oneof![
        4 => Just(Keep::Free),
        3 => Just(Keep::Item),
        3 => Just(Keep::Block),
        2 => Just(Keep::Glued),
    ]
}

/// Strips of which each fits a column.
fn galley() -> impl Strategy<Value = Vec<Strip>> {
    let one = (1_u8..=60, prop_oneof![Just(0_u8), 1_u8..=15], keep());
    prop::collection::vec(one, 1..60).prop_map(|strips| {
        let strip = |(number, (height, space, keep))| strip(number, f32::from(height), f32::from(space), keep);
        strips.into_iter().enumerate().map(strip).collect()
    })
}

/// The strips around `at` that hold on to each other as firmly as `at` holds on to the next: what a column must be too short for.
fn group_around(strips: &[Strip], at: usize) -> &[Strip] {
    let level = strips[at].keep;
    let first = (0..at).rev().take_while(|before| strips[*before].keep >= level).last().unwrap_or(at);
    let last =
        (at..strips.len() - 1).take_while(|inner| strips[*inner].keep >= level).last().map_or(at, |last| last + 1);
    &strips[first..=last]
}

proptest! {
    #[test]
    fn every_strip_stands_once_in_order_and_within_its_column(strips in galley(), columns in 1_u8..=3) {
        let count = strips.len();
        let placed = placed(strips, &geometry(columns));
        prop_assert_eq!(placed.iter().map(|strip| strip.number).collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        for strip in &placed {
            prop_assert!(strip.column < usize::from(columns), "{:?}", strip);
            prop_assert!(strip.top >= 0.0 && strip.bottom <= HEIGHT + 0.1, "{:?}", strip);
        }
        for pair in placed.windows(2) {
            prop_assert!(pair[0].place() <= pair[1].place());
            prop_assert!(pair[0].place() != pair[1].place() || pair[0].bottom <= pair[1].top + 0.1, "{:?}", pair);
        }
    }

    #[test]
    fn a_group_is_parted_only_where_it_is_longer_than_a_column(strips in galley(), columns in 1_u8..=3) {
        let placed = placed(strips.clone(), &geometry(columns));
        for (index, pair) in placed.windows(2).enumerate() {
            if pair[0].place() != pair[1].place() && strips[index].keep > Keep::Free {
                let group = height_of(group_around(&strips, index));
                prop_assert!(group > HEIGHT, "parted after {}: {:?}, a group of {}", index, strips[index].keep, group);
            }
        }
    }

    #[test]
    fn a_column_ends_only_where_what_comes_next_does_not_fit(strips in galley()) {
        let placed = placed(strips.clone(), &geometry(1));
        let cuts = Cuts::new(&strips, HEIGHT);
        for (index, pair) in placed.windows(2).enumerate() {
            if pair[0].page != pair[1].page {
                let next = (index + 1..strips.len()).find(|end| cuts.legal[*end]).expect("the last is");
                let more: f32 = strips[index + 1..=next].iter().map(|strip| strip.space_before + strip.height).sum();
                prop_assert!(pair[0].bottom + more > HEIGHT, "{} more points would have fitted after {}", more, index);
            }
        }
    }

    #[test]
    fn the_columns_of_the_last_page_step_down_and_could_not_be_lower(strips in galley(), columns in 2_u8..=3) {
        let cuts = Cuts::new(&strips, HEIGHT);
        let pages = cuts.pages(usize::from(columns));
        let begin = pages.len().checked_sub(2).and_then(|page| pages[page].last().copied()).unwrap_or(0);
        let heights = |ends: &[usize]| {
            let begins = std::iter::once(begin).chain(ends.iter().copied());
            begins.zip(ends).map(|(begin, end)| height_of(&strips[begin..*end])).collect::<Vec<f32>>()
        };
        let steps_down = |heights: &[f32]| heights.windows(2).all(|pair| pair[0] >= pair[1] - 0.02);
        let last = heights(pages.last().expect("there are strips"));

        // All ways to cut the page at legal ends, tried one by one.
        let legal: Vec<usize> = (begin..strips.len()).filter(|end| cuts.legal[*end]).map(|end| end + 1).collect();
        let mut ways: Vec<Vec<usize>> = vec![vec![strips.len()]];
        for first in &legal {
            ways.push(vec![*first, strips.len()]);
            if columns == 3 {
                ways.extend(legal.iter().filter(|second| *second > first).map(|second| vec![*first, *second, strips.len()]));
            }
        }
        let lowest = ways
            .iter()
            .filter(|way| way.len() == 1 || way[way.len() - 2] < strips.len())
            .map(|way| heights(way))
            .filter(|heights| steps_down(heights) && heights[0] <= HEIGHT + 0.02)
            .map(|heights| heights[0])
            .fold(f32::INFINITY, f32::min);
        if lowest.is_finite() {
            prop_assert!(steps_down(&last), "{:?}", last);
            prop_assert!(last[0] <= lowest + 0.02, "{:?}, and {} would do", last, lowest);
        }
    }
}
