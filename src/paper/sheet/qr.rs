//! The QR code of a page: which exam, form and page it is, so that scans sort themselves.
//!
//! In: what a page is part of. Out: a text, and its modules as ink. The text is of printable ASCII, so that every reader gives it back
//! as it is, six fields with a space between two:
//!
//! ```text
//! CP1 mock-exam A 1/2 0123456789ab 20260112
//! ```
//!
//! 1. `CP1`: an answer sheet of cardpress, format 1;
//! 2. what the files of the exam are called; all but letters, digits and `-._~` is percent-encoded (RFC 3986, 2.1) from UTF-8, and
//!    what would be longer than [`LONGEST_EXAM`] is cut after a whole character;
//! 3. the name of the form;
//! 4. the page, from 1, and how many the form has;
//! 5. the fingerprint of the bank;
//! 6. the seed.

use super::geometry::Area;
use crate::typeset::display::{Color, Ink, Item, NodeId, Paint, Path, Point, Segment};
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// The longest name of an exam in the text, in bytes: with it, the modules are half a millimetre wide or more.
pub const LONGEST_EXAM: usize = 48;

/// What a QR code says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label<'a> {
    pub(super) exam: &'a str,
    pub(super) form: &'a str,
    pub(super) page: usize,
    pub(super) pages: usize,
    pub(super) bank: &'a str,
    pub(super) seed: u64,
}

impl Label<'_> {
    /// The text.
    pub(super) fn payload(&self) -> String {
        let Self { exam, form, page, pages, bank, seed } = self;
        format!("CP1 {} {form} {page}/{pages} {bank} {seed}", encoded(exam))
    }
}

fn encoded(name: &str) -> String {
    let mut encoded = String::new();
    let mut buffer = [0; 4];
    for character in name.chars() {
        let before = encoded.len();
        for byte in character.encode_utf8(&mut buffer).bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
        if encoded.len() > LONGEST_EXAM {
            encoded.truncate(before);
            break;
        }
    }
    encoded
}

/// The modules of a text, filling a square; the quiet zone of four modules around it (ISO/IEC 18004, 5.3.8) is the caller's. `None` for
/// a text of more than 2331 bytes.
///
/// Error correction is M, which bears the loss of 15 % of the symbol: at Q the modules would be smaller, and scanners lose small modules
/// before they lose large parts. Where the symbol has room to spare, it is Q or H all the same.
pub(super) fn ink(payload: &str, area: Area, node: NodeId) -> Option<Item> {
    let code = QrCode::encode_text(payload, QrCodeEcc::Medium).ok()?;
    let count = code.size();
    let module = area.width / count as f32;
    let mut segments = Vec::new();
    for row in 0..count {
        let mut column = 0;
        while column < count {
            if !code.get_module(column, row) {
                column += 1;
                continue;
            }
            let start = column;
            while column < count && code.get_module(column, row) {
                column += 1;
            }
            let (left, right) = (area.x + start as f32 * module, area.x + column as f32 * module);
            let (top, bottom) = (area.y + row as f32 * module, area.y + (row + 1) as f32 * module);
            segments.extend([
                Segment::Move(Point { x: left, y: top }),
                Segment::Line(Point { x: right, y: top }),
                Segment::Line(Point { x: right, y: bottom }),
                Segment::Line(Point { x: left, y: bottom }),
                Segment::Close,
            ]);
        }
    }
    // One shape, painted at once: between rectangles that are painted one by one, screens show fine white lines.
    Some(Item { node, ink: Ink::Path(Path { segments, paint: Paint::Fill, color: Color::BLACK }) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label<'a>(exam: &'a str, form: &'a str) -> Label<'a> {
        Label { exam, form, page: 12, pages: 12, bank: "0123456789ab", seed: u64::MAX }
    }

    #[test]
    fn the_text_is_ascii_and_short_whatever_the_exam_is_called() {
        assert_eq!(label("mock exam", "A").payload(), "CP1 mock%20exam A 12/12 0123456789ab 18446744073709551615");
        let long = label(&"期末".repeat(20), "make-up-of-2026-").payload();
        assert!(long.is_ascii() && long.starts_with("CP1 %E6%9C%9F%E6%9C%AB"), "{long}");
        assert_eq!(long.split(' ').count(), 6);
        assert_eq!(long.split(' ').nth(1).map(str::len), Some(45), "five whole characters");
    }

    #[test]
    fn the_modules_fill_the_square() {
        let area = Area { x: 10.0, y: 20.0, width: 50.0, height: 50.0 };
        let item = ink(&label("mock-exam", "A").payload(), area, NodeId::ROOT).expect("it is short");
        let Ink::Path(path) = item.ink else { panic!("a shape") };
        let points = path.segments.iter().filter_map(|segment| match segment {
            Segment::Move(point) | Segment::Line(point) => Some(*point),
            _ => None,
        });
        let (mut low, mut high) = ((f32::MAX, f32::MAX), (0.0_f32, 0.0_f32));
        for point in points {
            low = (low.0.min(point.x), low.1.min(point.y));
            high = (high.0.max(point.x), high.1.max(point.y));
        }
        // The finder patterns reach into three corners, which makes all four edges.
        assert!((low.0 - 10.0).abs() < 0.01 && (low.1 - 20.0).abs() < 0.01, "{low:?}");
        assert!((high.0 - 60.0).abs() < 0.01 && (high.1 - 70.0).abs() < 0.01, "{high:?}");
    }
}
