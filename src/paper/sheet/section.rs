//! The sections of an answer sheet: bubbles for what is chosen, blanks for what is filled in, frames for what is written.
//!
//! In: the sections of a form, then the pieces of the plan with their places. Out: ink, and an entry of the geometry for every item.
//! Small sections of bubbles stand side by side in one band of the page; every other section is a band of its own.

use super::geometry::{Area, ItemPlaces, Meaning, OptionBubble, Place};
use super::plan::{Body as Demanded, Demand, Piece, Placed};
use super::{Look, Writer, ink, middle};
use crate::card::{Body, Card, letter};
use crate::form::{FormItem, FormSection};
use crate::paper::style::MM;
use crate::paper::words::Words;
use crate::typeset::atom::TextStyle;
use crate::typeset::display::{Item, NodeId, OutlineEntry, Role};
use crate::typeset::galley::{Frame, Strip, rule};
use crate::typeset::line::Alignment;
use std::ops::Range;

/// The width of a bubble.
pub(super) const BUBBLE_WIDTH: f32 = 4.6 * MM;
/// The height of a bubble.
pub(super) const BUBBLE_HEIGHT: f32 = 2.8 * MM;

/// From bubble to bubble of an item.
const OPTION_PITCH: f32 = 6.6 * MM;
/// From row to row of items with bubbles.
const ITEM_PITCH: f32 = 5.6 * MM;
/// The number before the bubbles of an item.
const NUMBER_WIDTH: f32 = 9.0 * MM;
/// The room between blocks that stand side by side, at least.
const BLOCK_GAP: f32 = 4.0 * MM;
/// The room between two rows of blocks.
const BLOCK_ROW_GAP: f32 = 2.5 * MM;
/// The room between sections that stand side by side.
const BESIDE_GAP: f32 = 4.0 * MM;
/// Items to a block, below each other: as printed sheets have it.
const BLOCK_ITEMS: usize = 5;

/// The least width of a section that stands beside another: its title wants it.
const LEAST_BESIDE: f32 = 70.0 * MM;

/// The height of a row of blanks.
const BLANK_ROW: f32 = 10.0 * MM;
/// The least width of a blank with its number.
const LEAST_BLANK: f32 = 48.0 * MM;
/// The most blanks in a row.
const MOST_BLANKS: usize = 3;

/// The room above the lines of a frame, which holds its number.
const FRAME_HEAD: f32 = 7.0 * MM;
/// The room between a frame and what it holds.
const PADDING: f32 = 2.0 * MM;

/// Sections that stand side by side; most often one.
pub(super) struct Band(Vec<Section>);

/// A section that is set but for its place on a page.
struct Section {
    /// Its width on the page.
    frame: Frame,
    /// The title, until it is placed.
    title: Strip,
    /// The list that its items are in.
    list: NodeId,
    /// Its first item among those of the geometry.
    first: usize,
    body: SectionBody,
}

enum SectionBody {
    /// What stands in the bubbles of each item, and how its blocks stand.
    Bubbles { marks: Vec<Vec<(char, Meaning)>>, blocks: Blocks },
    /// The rows of blanks.
    Blanks { rows: Vec<Vec<Blank>>, in_row: usize },
    /// How many lines each item gets, and the node that its frames belong to once it has one.
    Frames { lines: Vec<usize>, nodes: Vec<Option<NodeId>> },
}

/// A blank of an item.
#[derive(Clone, Copy)]
struct Blank {
    item: usize,
    /// Its number in the item, from 1.
    number: usize,
    /// How many blanks the item has.
    of: usize,
}

/// How blocks of items stand side by side.
struct Blocks {
    items: usize,
    in_row: usize,
    /// From block to block.
    stride: f32,
}

impl Blocks {
    /// Blocks in a frame of a width.
    fn new(marks: &[Vec<(char, Meaning)>], width: f32) -> Self {
        let room = width - 2.0 * PADDING;
        let in_row = (((room + BLOCK_GAP + 0.01) / (Self::width(marks) + BLOCK_GAP)) as usize).max(1);
        Self { items: marks.len(), in_row, stride: (room + BLOCK_GAP) / in_row as f32 }
    }

    /// The width of a block.
    fn width(marks: &[Vec<(char, Meaning)>]) -> f32 {
        let options = marks.iter().map(Vec::len).max().unwrap_or(0);
        NUMBER_WIDTH + options as f32 * OPTION_PITCH
    }

    /// The items of a row of blocks.
    fn row(&self, row: usize) -> Range<usize> {
        let items = self.in_row * BLOCK_ITEMS;
        row * items..((row + 1) * items).min(self.items)
    }

    fn heights(&self) -> Vec<f32> {
        let rows = self.items.div_ceil(self.in_row * BLOCK_ITEMS);
        let height = |row: usize| {
            let below = self.row(row).len().min(BLOCK_ITEMS) as f32 * ITEM_PITCH;
            below + if row + 1 < rows { BLOCK_ROW_GAP } else { 0.0 }
        };
        (0..rows).map(height).collect()
    }
}

impl Band {
    /// What it asks of the plan.
    pub(super) fn demand(&self, look: &Look) -> Demand {
        let title = self.0.iter().map(|section| section.title.height).fold(0.0, f32::max);
        let rows = |heights, padding| Demanded::Rows { heights, padding };
        let body = match &self.0[..] {
            [Section { body: SectionBody::Blanks { rows: blanks, .. }, .. }] => {
                rows(vec![BLANK_ROW; blanks.len()], PADDING / 2.0)
            }
            [Section { body: SectionBody::Frames { lines, .. }, .. }] => {
                Demanded::Frames { head: FRAME_HEAD, lines: lines.clone(), pitch: look.line }
            }
            // Sections side by side have one row of blocks each.
            sections => {
                let mut heights: Vec<f32> = Vec::new();
                for section in sections {
                    if let SectionBody::Bubbles { blocks, .. } = &section.body {
                        let own = blocks.heights();
                        heights.resize(heights.len().max(own.len()), 0.0);
                        heights.iter_mut().zip(own).for_each(|(height, own)| *height = height.max(own));
                    }
                }
                rows(heights, PADDING)
            }
        };
        Demand { title, body }
    }
}

impl Writer<'_, '_, '_> {
    /// Sets the titles of all sections, and enters their items into the geometry.
    pub(super) fn bands(&mut self) -> Vec<Band> {
        let whole = self.look.frame();
        let bodies: Vec<_> = self.job.form.sections.iter().map(|section| self.section_body(section)).collect();
        let widths: Vec<Option<f32>> = bodies.iter().map(|body| body.width_of_one_row(whole.width)).collect();
        let mut bodies = bodies.into_iter().enumerate();
        let mut bands = Vec::new();
        let mut rest = &widths[..];
        while !rest.is_empty() {
            let (own, after) = rest.split_at(side_by_side(rest, whole.width));
            rest = after;
            let gaps = BESIDE_GAP * (own.len() - 1) as f32;
            let spare = (whole.width - gaps - own.iter().flatten().sum::<f32>()) / own.len() as f32;
            let mut x = whole.x;
            let mut sections = Vec::with_capacity(own.len());
            for ((index, body), width) in bodies.by_ref().take(own.len()).zip(own) {
                let width = if own.len() == 1 { whole.width } else { width.unwrap_or(0.0) + spare };
                sections.push(self.section(index, body, Frame { x, width }));
                x += width + BESIDE_GAP;
            }
            bands.push(Band(sections));
        }
        bands
    }

    fn section(&mut self, index: usize, mut body: SectionBody, frame: Frame) -> Section {
        let words = self.words;
        let section = &self.job.form.sections[index];
        let name = section.title.as_deref().unwrap_or_else(|| words.section_title(section.kind));
        let head = words.sheet_section(index, name, section.items.len(), section.points_each(), section.points());
        let node = self.galley.structure.add(NodeId::ROOT, Role::H2);
        let mut title = self.block(&head, TextStyle::heading(self.look.body), 1.4, frame, Alignment::Left, node);
        title.outline = Some((1, format!("{}、{name}", words.section_number(index))));
        let list = self.galley.structure.add(NodeId::ROOT, Role::L);
        let first = self.geometry.items.len();
        for (position, item) in section.items.iter().enumerate() {
            let card = &self.job.bank.cards[item.card];
            self.geometry.items.push(ItemPlaces {
                section: index + 1,
                number: self.number(index, position),
                card: card.id.to_string(),
                kind: card.kind().word(),
                points: item.points.to_f32(),
                bubbles: Vec::new(),
                blanks: Vec::new(),
                areas: Vec::new(),
            });
        }
        if let SectionBody::Bubbles { marks, blocks } = &mut body {
            *blocks = Blocks::new(marks, frame.width);
        }
        Section { frame, title, list, first, body }
    }

    fn section_body(&self, section: &FormSection) -> SectionBody {
        let cards = || section.items.iter().map(|item| (item, &self.job.bank.cards[item.card]));
        let width = self.look.page.text_width();
        match cards().next().map(|(_, card)| &card.body) {
            Some(Body::Choice(_) | Body::TrueFalse(_)) => {
                let marks: Vec<_> = cards().map(|(item, card)| marks(item, card, self.words)).collect();
                SectionBody::Bubbles { blocks: Blocks::new(&marks, width), marks }
            }
            Some(Body::Cloze(_)) => {
                let in_row = ((width / LEAST_BLANK) as usize).clamp(1, MOST_BLANKS);
                SectionBody::Blanks { rows: rows_of_blanks(cards().map(|(_, card)| card), in_row), in_row }
            }
            _ => {
                let style = self.job.style;
                let lines: Vec<usize> =
                    cards().map(|(item, card)| style.answer_lines(card.kind(), item.points).max(1)).collect();
                SectionBody::Frames { nodes: vec![None; lines.len()], lines }
            }
        }
    }

    /// Draws a piece of the plan whose upper edge is at `y`.
    pub(super) fn piece(&mut self, bands: &mut [Band], placed: &Placed, page: usize, y: f32, items: &mut Vec<Item>) {
        match &placed.piece {
            Piece::Title { band } => {
                for section in &mut bands[*band].0 {
                    let mut title = std::mem::take(&mut section.title);
                    if let Some((level, title)) = title.outline.take() {
                        self.outline.push(OutlineEntry { level, title, page, y });
                    }
                    items.extend(title.into_items(0.0, y));
                }
            }
            Piece::Rows { band, rows } => {
                for section in &mut bands[*band].0 {
                    let Frame { x, width } = section.frame;
                    let at = Place { page: page + 1, area: Area { x, y, width, height: placed.height } };
                    items.push(ink::frame(at.area, NodeId::ARTIFACT));
                    self.rows(section, rows.clone(), at, items);
                }
            }
            Piece::Frame { band, item, lines, goes_on } => {
                for section in &mut bands[*band].0 {
                    let Frame { x, width } = section.frame;
                    let at = Place { page: page + 1, area: Area { x, y, width, height: placed.height } };
                    self.answer_frame(section, *item, *lines, *goes_on, at, items);
                }
            }
        }
    }

    fn rows(&mut self, section: &Section, rows: Range<usize>, at: Place, items: &mut Vec<Item>) {
        match &section.body {
            SectionBody::Bubbles { marks, blocks } => self.bubbles(section, marks, blocks, rows, at, items),
            SectionBody::Blanks { rows: blanks, in_row } => {
                self.blanks(section, &blanks[rows], *in_row, at, items);
            }
            SectionBody::Frames { .. } => {}
        }
    }

    /// Rows of blocks; in a block the items stand below each other, and the next block goes on at its right.
    fn bubbles(
        &mut self,
        section: &Section,
        marks: &[Vec<(char, Meaning)>],
        blocks: &Blocks,
        rows: Range<usize>,
        Place { page, area }: Place,
        items: &mut Vec<Item>,
    ) {
        let first = section.first;
        let heights = blocks.heights();
        let mut top = area.y + PADDING;
        let mut drawn = Vec::new();
        let text = self.look.text();
        for row in rows {
            let range = blocks.row(row);
            let start = range.start;
            for item in range {
                let (block, line) = ((item - start) / BLOCK_ITEMS, (item - start) % BLOCK_ITEMS);
                let x = area.x + PADDING + block as f32 * blocks.stride;
                let y = top + line as f32 * ITEM_PITCH;
                let bubble = |position: usize| Area {
                    x: x + NUMBER_WIDTH + position as f32 * OPTION_PITCH,
                    y: y + (ITEM_PITCH - BUBBLE_HEIGHT) / 2.0,
                    width: BUBBLE_WIDTH,
                    height: BUBBLE_HEIGHT,
                };
                let (label, body) = self.entry(section.list);
                let number = self.geometry.items[first + item].number.to_string();
                let room = Frame { x, width: NUMBER_WIDTH - 1.6 * MM };
                items.extend(self.line(&number, text, room, Alignment::Right, middle(bubble(0), text.size), label));
                let signs = marks[item].iter().enumerate();
                items.extend(self.signs(signs.clone().map(|(position, (mark, _))| (*mark, bubble(position))), body));
                for (position, (mark, meaning)) in signs {
                    drawn.push(bubble(position));
                    let place = Place { page, area: bubble(position) };
                    self.geometry.items[first + item].bubbles.push(OptionBubble {
                        mark: *mark,
                        meaning: *meaning,
                        place,
                    });
                }
            }
            top += heights[row];
        }
        items.push(ink::bubbles(drawn));
    }

    /// Rows of blanks, all of one width whatever their answers are.
    fn blanks(
        &mut self,
        section: &Section,
        rows: &[Vec<Blank>],
        in_row: usize,
        Place { page, area }: Place,
        items: &mut Vec<Item>,
    ) {
        let text = self.look.text();
        let width = (area.width - 2.0 * PADDING) / in_row as f32;
        let mut body = section.list;
        for (row, blanks) in rows.iter().enumerate() {
            let top = area.y + PADDING / 2.0 + row as f32 * BLANK_ROW;
            let baseline = top + 0.72 * BLANK_ROW;
            for (column, blank) in blanks.iter().enumerate() {
                let x = area.x + PADDING + column as f32 * width;
                let number = self.geometry.items[section.first + blank.item].number;
                // The number comes again where the blanks of an item go on over the page.
                if blank.number == 1 || (row, column) == (0, 0) {
                    let (label, entry) = self.entry(section.list);
                    body = entry;
                    let room = Frame { x, width: NUMBER_WIDTH };
                    items.extend(self.line(&format!("{number}."), text, room, Alignment::Left, baseline, label));
                }
                let mut start = x + NUMBER_WIDTH;
                if blank.of > 1 {
                    let node = self.galley.structure.add(body, Role::P);
                    let room = Frame { x: start, width: NUMBER_WIDTH };
                    let counted = format!("({})", blank.number);
                    items.extend(self.line(&counted, text, room, Alignment::Left, baseline, node));
                    start += NUMBER_WIDTH * 0.8;
                }
                let shown = self.words.answer_blank(number, blank.number);
                let figure = self.galley.structure.add_with_text(body, Role::Figure, Some(shown));
                let end = x + width - PADDING;
                items.push(Item { node: figure, ..rule(start, baseline + 2.5, end - start, 0.5) });
                let room = Area { x: start, y: top, width: end - start, height: baseline + 3.0 - top };
                self.geometry.items[section.first + blank.item].blanks.push(Place { page, area: room });
            }
        }
    }

    /// A frame to write in, with the number of its item.
    fn answer_frame(
        &mut self,
        section: &mut Section,
        item: usize,
        lines: usize,
        goes_on: bool,
        at: Place,
        items: &mut Vec<Item>,
    ) {
        let SectionBody::Frames { nodes, .. } = &mut section.body else { return };
        let (list, body) = (section.list, &mut nodes[item]);
        let item = section.first + item;
        let area = at.area;
        let number = self.geometry.items[item].number;
        let points = self.job.form.items().nth(item).map(|(_, item)| item.points).unwrap_or_default();
        let (label, body) = if let Some(node) = *body {
            (self.galley.structure.add(node, Role::P), node)
        } else {
            let (label, node) = self.entry(list);
            *body = Some(node);
            (label, node)
        };
        let head = self.words.frame_head(number, points, goes_on);
        let text = self.look.text();
        let room = Frame { x: area.x, width: area.width }.indented(PADDING);
        let head_area = Area { height: FRAME_HEAD, ..area };
        items.extend(self.line(&head, text, room, Alignment::Left, middle(head_area, text.size), label));
        let shown = self.words.answer_area(number);
        let figure = self.galley.structure.add_with_text(body, Role::Figure, Some(shown));
        items.push(ink::frame(area, figure));
        if self.look.ruled {
            // The last line is the frame itself.
            let pitch = (area.height - FRAME_HEAD) / lines as f32;
            let line = |line: usize| area.y + FRAME_HEAD + line as f32 * pitch;
            items.extend((1..lines).map(|index| rule(area.x + PADDING, line(index), area.width - 2.0 * PADDING, 0.35)));
        }
        self.geometry.items[item].areas.push(at);
    }
}

/// What stands in the bubbles of an item: the letters of its options as this form has them, or the two judgements.
fn marks(item: &FormItem, card: &Card, words: Words) -> Vec<(char, Meaning)> {
    match &card.body {
        Body::Choice(_) => {
            item.order.iter().enumerate().map(|(new, old)| (letter(new), Meaning::Option(*old))).collect()
        }
        _ => [true, false]
            .into_iter()
            .filter_map(|judgement| Some((words.judgement(judgement).chars().next()?, Meaning::Judgement(judgement))))
            .collect(),
    }
}

/// The blanks of the cards in rows. An item is not parted where it fits into a row.
fn rows_of_blanks<'a>(cards: impl Iterator<Item = &'a Card>, in_row: usize) -> Vec<Vec<Blank>> {
    let mut rows: Vec<Vec<Blank>> = Vec::new();
    for (item, card) in cards.enumerate() {
        let mut of = 0;
        card.stem().clozes(|_| of += 1);
        for number in 1..=of {
            let wanted = if number == 1 { of.min(in_row) } else { 1 };
            match rows.last_mut() {
                Some(row) if row.len() + wanted <= in_row => row.push(Blank { item, number, of }),
                _ => rows.push(vec![Blank { item, number, of }]),
            }
        }
    }
    rows
}

/// How many of the next sections stand side by side, by the widths they need: at least one. `None` stands alone.
fn side_by_side(widths: &[Option<f32>], room: f32) -> usize {
    let mut used = 0.0;
    let fitting = widths.iter().take_while(|width| {
        used += width.unwrap_or(f32::INFINITY) + BESIDE_GAP;
        used - BESIDE_GAP <= room
    });
    fitting.count().max(1)
}

impl SectionBody {
    /// How wide bubbles are that stand in one row of blocks.
    fn width_of_one_row(&self, room: f32) -> Option<f32> {
        let Self::Bubbles { marks, .. } = self else { return None };
        let blocks = marks.len().div_ceil(BLOCK_ITEMS) as f32;
        let width = blocks * (Blocks::width(marks) + BLOCK_GAP) - BLOCK_GAP + 2.0 * PADDING;
        // A title needs some room, too.
        Some(width.max(LEAST_BESIDE)).filter(|width| *width <= room)
    }
}
