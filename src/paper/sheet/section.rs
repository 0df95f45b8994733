//! The sections of an answer sheet: bubbles for what is chosen, blanks for what is filled in, frames for what is written.
//!
//! In: the sections of a form, then the pieces of the plan with their places. Out: ink, and an entry of the geometry for every item.

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
pub(super) const BUBBLE_WIDTH: f32 = 5.0 * MM;
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
/// Items to a block, below each other: as printed sheets have it.
const BLOCK_ITEMS: usize = 5;

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

/// A section that is set but for its place.
pub(super) struct Section {
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
    /// All blanks in their order, as items and numbers of their blanks, and how many stand in a row.
    Blanks { cells: Vec<Blank>, in_row: usize },
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
    /// The node that the blanks of the item belong to, for its first blank `None`.
    body: Option<NodeId>,
}

/// How blocks of items stand side by side.
struct Blocks {
    items: usize,
    in_row: usize,
    /// From block to block.
    stride: f32,
}

impl Blocks {
    fn new(items: usize, most_options: usize, look: &Look) -> Self {
        let room = look.page.text_width() - 2.0 * PADDING;
        let block = NUMBER_WIDTH + most_options as f32 * OPTION_PITCH;
        let in_row = (((room + BLOCK_GAP) / (block + BLOCK_GAP)) as usize).max(1);
        Self { items, in_row, stride: room / in_row as f32 }
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

impl Section {
    /// What it asks of the plan.
    pub(super) fn demand(&self, look: &Look) -> Demand {
        let body = match &self.body {
            SectionBody::Bubbles { blocks, .. } => Demanded::Rows { heights: blocks.heights(), padding: PADDING },
            SectionBody::Blanks { cells, in_row } => {
                Demanded::Rows { heights: vec![BLANK_ROW; cells.len().div_ceil(*in_row)], padding: PADDING / 2.0 }
            }
            SectionBody::Frames { lines, .. } => {
                Demanded::Frames { head: FRAME_HEAD, lines: lines.clone(), pitch: look.line }
            }
        };
        Demand { title: self.title.height, body }
    }
}

impl Writer<'_, '_, '_> {
    /// Sets the titles of all sections, and enters their items into the geometry.
    pub(super) fn sections(&mut self) -> Vec<Section> {
        let form = self.job.form;
        form.sections.iter().enumerate().map(|(index, section)| self.section(index, section)).collect()
    }

    fn section(&mut self, index: usize, section: &FormSection) -> Section {
        let words = self.words;
        let name = section.title.as_deref().unwrap_or_else(|| words.section_title(section.kind));
        let head = words.section_head(index, name, section.items.len(), section.points_each(), section.points());
        let node = self.galley.structure.add(NodeId::ROOT, Role::H2);
        let frame = self.look.frame();
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
        Section { title, list, first, body: self.section_body(section) }
    }

    fn section_body(&self, section: &FormSection) -> SectionBody {
        let cards = || section.items.iter().map(|item| (item, &self.job.bank.cards[item.card]));
        match cards().next().map(|(_, card)| &card.body) {
            Some(Body::Choice(_) | Body::TrueFalse(_)) => {
                let marks: Vec<_> = cards().map(|(item, card)| marks(item, card, self.words)).collect();
                let most = marks.iter().map(Vec::len).max().unwrap_or(0);
                SectionBody::Bubbles { blocks: Blocks::new(marks.len(), most, &self.look), marks }
            }
            Some(Body::Cloze(_)) => {
                let cells = cards().enumerate().flat_map(|(item, (_, card))| blanks(item, card)).collect();
                let in_row = ((self.look.page.text_width() / LEAST_BLANK) as usize).clamp(1, MOST_BLANKS);
                SectionBody::Blanks { cells, in_row }
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
    pub(super) fn piece(
        &mut self,
        sections: &mut [Section],
        placed: &Placed,
        page: usize,
        y: f32,
        items: &mut Vec<Item>,
    ) {
        let Frame { x, width } = self.look.frame();
        let area = Area { x, y, width, height: placed.height };
        match &placed.piece {
            Piece::Title { section } => {
                let title = std::mem::take(&mut sections[*section].title);
                if let Some((level, title)) = &title.outline {
                    self.outline.push(OutlineEntry { level: *level, title: title.clone(), page, y });
                }
                items.extend(title.into_items(0.0, y));
            }
            Piece::Rows { section, rows } => {
                items.push(ink::frame(area, NodeId::ARTIFACT));
                let section = &mut sections[*section];
                match &mut section.body {
                    SectionBody::Bubbles { marks, blocks } => {
                        self.bubbles(section.list, section.first, marks, blocks, rows.clone(), (page, area), items);
                    }
                    SectionBody::Blanks { cells, in_row } => {
                        self.blanks(section.list, section.first, cells, *in_row, rows.clone(), (page, area), items);
                    }
                    SectionBody::Frames { .. } => {}
                }
            }
            Piece::Frame { section, item, lines, goes_on } => {
                let section = &mut sections[*section];
                if let SectionBody::Frames { nodes, .. } = &mut section.body {
                    let node = &mut nodes[*item];
                    let at = Place { page: page + 1, area };
                    self.answer_frame(section.list, node, section.first + item, *lines, *goes_on, at, items);
                }
            }
        }
    }

    /// Rows of blocks; in a block the items stand below each other, and the next block goes on at its right.
    #[expect(clippy::too_many_arguments, reason = "one call, from the one place that takes a section apart")]
    fn bubbles(
        &mut self,
        list: NodeId,
        first: usize,
        marks: &[Vec<(char, Meaning)>],
        blocks: &Blocks,
        rows: Range<usize>,
        (page, area): (usize, Area),
        items: &mut Vec<Item>,
    ) {
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
                let (label, body) = self.entry(list);
                let number = self.geometry.items[first + item].number.to_string();
                let room = Frame { x, width: NUMBER_WIDTH - 1.6 * MM };
                items.extend(self.line(&number, text, room, Alignment::Right, middle(bubble(0), text.size), label));
                let signs = marks[item].iter().enumerate();
                items.extend(self.signs(signs.clone().map(|(position, (mark, _))| (*mark, bubble(position))), body));
                for (position, (mark, meaning)) in signs {
                    drawn.push(bubble(position));
                    let place = Place { page: page + 1, area: bubble(position) };
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
    #[expect(clippy::too_many_arguments, reason = "one call, from the one place that takes a section apart")]
    fn blanks(
        &mut self,
        list: NodeId,
        first: usize,
        cells: &mut [Blank],
        in_row: usize,
        rows: Range<usize>,
        (page, area): (usize, Area),
        items: &mut Vec<Item>,
    ) {
        let text = self.look.text();
        let width = (area.width - 2.0 * PADDING) / in_row as f32;
        let (from, to) = (rows.start * in_row, (rows.end * in_row).min(cells.len()));
        let mut node_of_item: Option<NodeId> = from.checked_sub(1).and_then(|before| cells[before].body);
        for index in from..to {
            let (row, column) = ((index - from) / in_row, (index - from) % in_row);
            let x = area.x + PADDING + column as f32 * width;
            let baseline = area.y + PADDING / 2.0 + (row as f32 + 0.72) * BLANK_ROW;
            let cell = cells[index];
            let number = self.geometry.items[first + cell.item].number;
            let room = Frame { x, width: NUMBER_WIDTH };
            if cell.number == 1 {
                let (label, body) = self.entry(list);
                node_of_item = Some(body);
                items.extend(self.line(&format!("{number}."), text, room, Alignment::Left, baseline, label));
            }
            cells[index].body = node_of_item;
            let body = node_of_item.unwrap_or(list);
            let mut start = x + NUMBER_WIDTH;
            if cell.of > 1 {
                let node = self.galley.structure.add(body, Role::P);
                let room = Frame { x: start, width: NUMBER_WIDTH };
                items.extend(self.line(&format!("({})", cell.number), text, room, Alignment::Left, baseline, node));
                start += NUMBER_WIDTH * 0.8;
            }
            let shown = self.words.answer_blank(number, cell.number);
            let figure = self.galley.structure.add_with_text(body, Role::Figure, Some(shown));
            let end = x + width - PADDING;
            items.push(Item { node: figure, ..rule(start, baseline + 2.5, end - start, 0.5) });
            let top = area.y + PADDING / 2.0 + row as f32 * BLANK_ROW;
            let blank = Area { x: start, y: top, width: end - start, height: baseline + 3.0 - top };
            self.geometry.items[first + cell.item].blanks.push(Place { page: page + 1, area: blank });
        }
    }

    /// A frame to write in, with the number of its item.
    #[expect(clippy::too_many_arguments, reason = "one call, from the one place that takes a section apart")]
    fn answer_frame(
        &mut self,
        list: NodeId,
        body: &mut Option<NodeId>,
        item: usize,
        lines: usize,
        goes_on: bool,
        at: Place,
        items: &mut Vec<Item>,
    ) {
        let area = at.area;
        let number = self.geometry.items[item].number;
        let points = self.job.form.items().nth(item).map(|(_, item)| item.points).unwrap_or_default();
        let (label, body) = match *body {
            Some(node) => (self.galley.structure.add(node, Role::P), node),
            None => {
                let (label, node) = self.entry(list);
                *body = Some(node);
                (label, node)
            }
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
            let line = |line: usize| area.y + FRAME_HEAD + line as f32 * self.look.line;
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

fn blanks(item: usize, card: &Card) -> Vec<Blank> {
    let mut of = 0;
    card.stem().clozes(|_| of += 1);
    (1..=of).map(|number| Blank { item, number, of, body: None }).collect()
}
