//! The head of an answer sheet: titles; then a frame with the candidate's name and the rules at the left, the number at the right.

use super::geometry::{Area, DigitBubble, DigitColumn, Place};
use super::ink::{self, Wrong};
use super::section::{BUBBLE_HEIGHT, BUBBLE_WIDTH};
use super::{HEAD_GAP, QR_SIDE, Writer, middle};
use crate::paper::style::MM;
use crate::typeset::atom::{TextStyle, natural_width, text_of};
use crate::typeset::display::{Item, NodeId, Role};
use crate::typeset::galley::{Frame, Strip, rule, translate};
use crate::typeset::line::Alignment;

/// From column to column of the number, at most and at least.
const DIGIT_PITCH: (f32, f32) = (6.6 * MM, 5.4 * MM);
/// The width of a number that stands well beside the other half; a longer one has its columns closer together.
const NUMBER_WIDTH: f32 = 66.0 * MM;
/// From row to row of its bubbles.
const DIGIT_ROW: f32 = 5.2 * MM;
/// The height of the boxes into which it is written.
const WRITTEN_HEIGHT: f32 = 7.0 * MM;
/// The room between the frame and what it holds.
const PADDING: f32 = 3.0 * MM;
/// The height of a line to write the name on.
const NAME_ROW: f32 = 9.0 * MM;
/// The height of a line with bubbles of the left half.
const SAMPLE_ROW: f32 = 7.0 * MM;
/// The largest title, in points: beside a QR code, a larger one would take line after line.
const LARGEST_TITLE: f32 = 18.0;
/// The largest line above the title.
const LARGEST_ABOVE: f32 = 14.0;
/// The room between a word and the bubble after it.
const SAMPLE_GAP: f32 = 6.0;
/// The size of small print, of that of text.
const SMALL: f32 = 0.82;
/// The digits of a column.
const DIGITS: u8 = 10;

impl Writer<'_, '_, '_> {
    /// The head, in its place, and how far down the page it reaches.
    pub(super) fn head(&mut self) -> (Vec<Item>, f32) {
        let titles = self.titles();
        let top = self.look.page.top + titles.height.max(QR_SIDE) + HEAD_GAP;
        let mut items: Vec<Item> = titles.into_items(0.0, self.look.page.top).collect();

        let Frame { x, width } = self.look.frame();
        let digits = usize::from(self.job.exam.candidate_digits);
        let pitch = (NUMBER_WIDTH / digits as f32).clamp(DIGIT_PITCH.1, DIGIT_PITCH.0);
        let right_width = digits as f32 * pitch + 2.0 * PADDING;
        let left = Frame { x: x + PADDING, width: width - right_width - 2.0 * PADDING };
        let divider = x + width - right_width;
        let (left_items, left_bottom) = self.candidate(left, top + PADDING);
        items.extend(left_items);
        let (right_items, right_bottom) = self.number_grid((divider + PADDING, top + PADDING * 0.5), digits, pitch);
        items.extend(right_items);
        let height = left_bottom.max(right_bottom) + PADDING - top;
        items.push(ink::frame(Area { x, y: top, width, height }, NodeId::ARTIFACT));
        items.push(rule(divider - 0.25, top, 0.5, height));
        (items, top + height)
    }

    /// Institution, title and conditions, in the middle of the page, clear of the QR code.
    fn titles(&mut self) -> Strip {
        let exam = self.job.exam;
        let Frame { x, width } = self.look.frame();
        let aside = QR_SIDE + HEAD_GAP;
        let frame = Frame { x: x + aside, width: width - 2.0 * aside };
        let above: Vec<&str> = [&exam.institution, &exam.term].into_iter().flatten().map(String::as_str).collect();
        let conditions = self.words.conditions(exam.open_book, exam.minutes.value, self.job.form.points());
        let style = self.job.style;
        let heading = TextStyle::heading(style.title.min(LARGEST_TITLE));
        let title = self.title.clone();
        // What it is has a line of its own where the title is too long for one line.
        let title = if self.width(&title, heading) > frame.width {
            let paper = self.words.title(&exam.title, &self.job.form.name);
            vec![paper, self.words.sheet_title().to_owned()]
        } else {
            vec![title]
        };
        let groups = [
            (vec![above.join("　")], TextStyle::body(style.section.min(LARGEST_ABOVE)), Role::P),
            (title, heading, Role::H1),
            (vec![conditions], self.look.text(), Role::P),
        ];
        let mut whole = Strip::default();
        for (lines, style, role) in groups {
            if lines.concat().is_empty() {
                continue;
            }
            let node = self.galley.structure.add(NodeId::ROOT, role);
            for text in lines {
                let strip = self.block(&text, style, 1.5, frame, Alignment::Center, node);
                let height = strip.height;
                whole.items.extend(strip.into_items(0.0, whole.height));
                whole.height += height;
            }
        }
        // Where the QR code is higher than the titles, they stand beside its middle.
        let spare = ((QR_SIDE - whole.height) / 2.0).max(0.0);
        whole.items.iter_mut().for_each(|item| translate(item, 0.0, spare));
        whole
    }

    /// The left half: name and class, the bubble for absent candidates, how to fill bubbles, the rules. Returns where it ends.
    fn candidate(&mut self, frame: Frame, top: f32) -> (Vec<Item>, f32) {
        let text = self.look.text();
        let mut items = Vec::new();
        let mut y = top;
        for label in self.words.sheet_candidate() {
            let node = self.galley.structure.add(NodeId::ROOT, Role::P);
            let width = self.width(label, text);
            let baseline = y + NAME_ROW * 0.7;
            items.extend(self.line(label, text, frame, Alignment::Left, baseline, node));
            let start = frame.x + width + 4.0;
            items.push(rule(start, baseline + 2.5, frame.x + frame.width - start, 0.5));
            y += NAME_ROW;
        }
        y += 1.5 * MM;
        for row in [Self::absent, Self::sample] {
            let (row, bottom) = row(self, frame, y);
            items.extend(row);
            y = bottom;
        }
        y += 1.0 * MM;

        let small = TextStyle::body(text.size * SMALL);
        let node = self.galley.structure.add(NodeId::ROOT, Role::P);
        let head = TextStyle::heading(small.size);
        let words = self.words.instructions();
        let strip = self.block(words, head, 1.5, frame, Alignment::Left, node);
        let height = strip.height;
        items.extend(strip.into_items(0.0, y));
        y += height;
        let list = self.galley.structure.add(NodeId::ROOT, Role::L);
        let indent = 1.5 * small.size;
        for (index, words) in self.words.sheet_rules().into_iter().enumerate() {
            let (label, body) = self.entry(list);
            let strip = self.block(words, small, 1.45, frame.indented(indent), Alignment::Justified, body);
            let number = Frame { x: frame.x, width: indent };
            let baseline = y + strip.baseline;
            items.extend(self.line(&format!("{}.", index + 1), small, number, Alignment::Left, baseline, label));
            let height = strip.height;
            items.extend(strip.into_items(0.0, y));
            y += height;
        }
        (items, y)
    }

    /// 缺考标记 [ ], with a remark beside it or, where that has no room, below. Returns where it ends.
    fn absent(&mut self, frame: Frame, top: f32) -> (Vec<Item>, f32) {
        let [label, remark] = self.words.absent();
        let node = self.galley.structure.add(NodeId::ROOT, Role::P);
        let text = self.look.text();
        let small = TextStyle::body(text.size * SMALL);
        let row = Area { x: frame.x, y: top, width: frame.width, height: SAMPLE_ROW };
        let baseline = middle(row, text.size);
        let mut items = self.line(label, text, frame, Alignment::Left, baseline, node);
        let bubble = bubble_in(row, frame.x + self.width(label, text) + SAMPLE_GAP);
        items.push(ink::bubbles([bubble]));
        self.geometry.absent = Some(Place { page: 1, area: bubble });
        let beside = frame.indented(bubble.x + bubble.width + 4.0 - frame.x);
        let fits = self.width(remark, small) <= beside.width;
        let (room, row) = if fits { (beside, row) } else { (frame, Area { y: top + SAMPLE_ROW, ..row }) };
        items.extend(self.line(remark, small, room, Alignment::Left, middle(row, text.size), node));
        (items, row.y + row.height)
    }

    /// 正确填涂 [■]  错误填涂 [√] [×] [—] [▌], the wrong ones below where they have no room beside. Returns where it ends.
    fn sample(&mut self, frame: Frame, top: f32) -> (Vec<Item>, f32) {
        let text = self.look.text();
        let mut row = Area { x: frame.x, y: top, width: frame.width, height: SAMPLE_ROW };
        let [right, wrong] = self.words.filling();
        let shown = self.words.filling_shown().to_owned();
        let node = self.galley.structure.add_with_text(NodeId::ROOT, Role::Figure, Some(shown));
        let mut items = self.line(right, text, frame, Alignment::Left, middle(row, text.size), node);
        let full = bubble_in(row, frame.x + self.width(right, text) + SAMPLE_GAP);
        let wrong_width = self.width(wrong, text) + SAMPLE_GAP;
        let step = BUBBLE_WIDTH + 8.0;
        let mut x = full.x + full.width + 14.0;
        if x + wrong_width + step * Wrong::ALL.len() as f32 - 8.0 > frame.x + frame.width {
            x = frame.x;
            row.y += SAMPLE_ROW;
        }
        let room = Frame { x, width: frame.width };
        items.extend(self.line(wrong, text, room, Alignment::Left, middle(row, text.size), node));
        let wrongs = Wrong::ALL.into_iter().enumerate();
        let wrongs: Vec<_> =
            wrongs.map(|(index, how)| (how, bubble_in(row, x + wrong_width + index as f32 * step))).collect();
        items.push(ink::bubbles(std::iter::once(full).chain(wrongs.iter().map(|(_, area)| *area))));
        items.push(Item { node, ..ink::filled(full) });
        items.extend(wrongs.into_iter().map(|(how, area)| how.ink(area, node)));
        (items, row.y + row.height)
    }

    /// The right half: boxes for the candidate's number, and a column of bubbles below each. Returns where it ends.
    fn number_grid(&mut self, (left, top): (f32, f32), digits: usize, pitch: f32) -> (Vec<Item>, f32) {
        let text = self.look.text();
        let width = digits as f32 * pitch;
        let shown = self.words.number_grid(digits);
        let node = self.galley.structure.add_with_text(NodeId::ROOT, Role::Figure, Some(shown));
        let title_height = text.size * 1.7;
        let title = Area { x: left, y: top, width, height: title_height };
        let frame = Frame { x: left, width };
        let words = self.words.candidate_number();
        let mut items =
            self.line(words, TextStyle::heading(text.size), frame, Alignment::Center, middle(title, text.size), node);
        let boxes = top + title_height;
        items.push(ink::frame(Area { x: left, y: boxes, width, height: WRITTEN_HEIGHT }, NodeId::ARTIFACT));
        let first_row = boxes + WRITTEN_HEIGHT + 1.5 * MM;
        let bubble = |column: usize, digit: u8| Area {
            x: left + column as f32 * pitch + (pitch - BUBBLE_WIDTH) / 2.0,
            y: first_row + f32::from(digit) * DIGIT_ROW + (DIGIT_ROW - BUBBLE_HEIGHT) / 2.0,
            width: BUBBLE_WIDTH,
            height: BUBBLE_HEIGHT,
        };
        let on_page = |area| Place { page: 1, area };
        for column in 0..digits {
            let x = left + column as f32 * pitch;
            if column > 0 {
                items.push(rule(x - 0.25, boxes, 0.5, WRITTEN_HEIGHT));
            }
            let bubbles = (0..DIGITS).map(|digit| DigitBubble { digit, place: on_page(bubble(column, digit)) });
            let written = Area { x, y: boxes, width: pitch, height: WRITTEN_HEIGHT };
            self.geometry.candidate_number.push(DigitColumn {
                column: column + 1,
                written: on_page(written),
                bubbles: bubbles.collect(),
            });
        }
        let all = (0..DIGITS).flat_map(|digit| (0..digits).map(move |column| (column, digit)));
        items.push(ink::bubbles(all.clone().map(|(column, digit)| bubble(column, digit))));
        items.extend(self.signs(all.map(|(column, digit)| (char::from(b'0' + digit), bubble(column, digit))), node));
        (items, first_row + f32::from(DIGITS) * DIGIT_ROW - PADDING * 0.5)
    }

    /// The width of a text in one line.
    pub(super) fn width(&mut self, text: &str, style: TextStyle) -> f32 {
        natural_width(&text_of(self.galley.setter, text, style))
    }

    /// The nodes of an entry of a list: its label and its body.
    pub(super) fn entry(&mut self, list: NodeId) -> (NodeId, NodeId) {
        let entry = self.galley.structure.add(list, Role::Li);
        (self.galley.structure.add(entry, Role::Lbl), self.galley.structure.add(entry, Role::LBody))
    }
}

/// A bubble in the middle of a row, at a distance from the left edge of the page.
fn bubble_in(row: Area, x: f32) -> Area {
    let y = row.y + (row.height - BUBBLE_HEIGHT) / 2.0;
    Area { x, y, width: BUBBLE_WIDTH, height: BUBBLE_HEIGHT }
}
