//! Where everything stands on an answer sheet, for programs that read scans of it.
//!
//! In: boxes in points, as they were drawn. Out: a JSON text beside the PDF. It holds no answers, since a sheet is handed out: a letter
//! in it is that of the form's key, an `option` the position on the card.
//!
//! ```json
//! {
//!   "format": "cardpress-answer-sheet", "version": 1, "unit": "mm", "origin": "top-left",
//!   "exam": "mock-exam", "title": "…", "form": "A", "bank": "0123456789ab", "seed": "7",
//!   "pages": [{ "number": 1, "width": 210.0, "height": 297.0, "marks": { "top_left": […], … }, "qr": { "payload": "…", "box": […] } }],
//!   "candidate_number": [{ "column": 1, "written": { "page": 1, "box": […] }, "bubbles": [{ "digit": 0, "page": 1, "box": […] }] }],
//!   "absent": { "page": 1, "box": […] },
//!   "items": [{ "section": 1, "number": 1, "card": "…", "type": "single-choice", "points": 2.0,
//!               "bubbles": [{ "mark": "A", "option": 2, "page": 1, "box": […] }], "blanks": [], "areas": [] }]
//! }
//! ```
//!
//! A box is `[x, y, width, height]` in millimetres from the top left corner of the page, in thousandths at most. A scan is brought to
//! these places by its four corner marks; which corner is which, and which page it is, the QR code says.

mod json;

use crate::paper::style::MM;
use serde::Serialize;

/// The version of the file; it grows when a reader of an older one could misread the file.
pub const VERSION: u32 = 1;

/// A box on a page: its left edge, its upper edge, its width and its height, in points from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(into = "[f64; 4]")]
pub struct Area {
    /// Its left edge.
    pub x: f32,
    /// Its upper edge.
    pub y: f32,
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
}

impl From<Area> for [f64; 4] {
    /// In millimetres, as the file has it.
    fn from(place: Area) -> Self {
        [place.x, place.y, place.width, place.height].map(millimetres)
    }
}

fn millimetres(points: f32) -> f64 {
    (f64::from(points) / f64::from(MM) * 1000.0).round() / 1000.0
}

/// A box and the page it is on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Place {
    /// The number of the page, from 1.
    pub page: usize,
    /// The box.
    #[serde(rename = "box")]
    pub area: Area,
}

/// An answer sheet as its scans are read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Geometry {
    format: &'static str,
    version: u32,
    unit: &'static str,
    origin: &'static str,
    /// What the files of the exam are called.
    pub exam: String,
    /// The title of the paper, form included.
    pub title: String,
    /// The name of the form.
    pub form: String,
    /// The fingerprint of the bank.
    pub bank: String,
    /// The seed; a text, since it may be larger than the numbers that JSON readers are exact in.
    pub seed: String,
    /// The pages.
    pub pages: Vec<PageMarks>,
    /// The columns of the candidate's number, from the left.
    pub candidate_number: Vec<DigitColumn>,
    /// The bubble that the invigilator fills where a candidate does not come.
    pub absent: Option<Place>,
    /// The items, in the order of the paper.
    pub items: Vec<ItemPlaces>,
}

/// What stands on every page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageMarks {
    /// Its number, from 1.
    pub number: usize,
    #[serde(serialize_with = "as_millimetres")]
    /// Its width in points; millimetres in the file.
    pub width: f32,
    #[serde(serialize_with = "as_millimetres")]
    /// Its height in points; millimetres in the file.
    pub height: f32,
    /// The black rectangles in its corners.
    pub marks: Corners,
    /// The QR code.
    pub qr: QrPlace,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn as_millimetres<S: serde::Serializer>(points: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(millimetres(*points))
}

/// The black rectangles in the corners of a page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Corners {
    pub top_left: Area,
    pub top_right: Area,
    pub bottom_left: Area,
    pub bottom_right: Area,
}

impl Corners {
    /// All four.
    pub fn all(&self) -> [Area; 4] {
        [self.top_left, self.top_right, self.bottom_left, self.bottom_right]
    }
}

/// The QR code of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QrPlace {
    /// What it says; see [`super::qr`].
    pub payload: String,
    /// Its modules, without the quiet zone around them.
    #[serde(rename = "box")]
    pub area: Area,
}

/// A column of the candidate's number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DigitColumn {
    /// Its number, from 1 at the left.
    pub column: usize,
    /// Where the digit is written.
    pub written: Place,
    /// The bubbles, 0 to 9.
    pub bubbles: Vec<DigitBubble>,
}

/// A bubble of the candidate's number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DigitBubble {
    /// Its digit.
    pub digit: u8,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
}

/// Where an item is answered. One of the three lists is filled, for all types but choice with bubbles, blanks or areas.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemPlaces {
    /// The number of its section, from 1.
    pub section: usize,
    /// The number that is printed.
    pub number: usize,
    /// The id of its card.
    pub card: String,
    /// The type of its card: `single-choice`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it is worth.
    pub points: f32,
    /// The bubbles of a choice item or a statement, from the left.
    pub bubbles: Vec<OptionBubble>,
    /// The blanks of a fill-in item, in their order.
    pub blanks: Vec<Place>,
    /// The frames of an item that is answered in writing; the second goes on where the first ends.
    pub areas: Vec<Place>,
}

/// A bubble of an item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptionBubble {
    /// What stands in it: the letter of the option on this form, or the sign of a judgement.
    pub mark: char,
    /// What it means.
    #[serde(flatten)]
    pub meaning: Meaning,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
}

/// What filling a bubble means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Meaning {
    /// The option at this position on the card, from 0.
    Option(usize),
    /// The statement is judged true, or false.
    Judgement(bool),
}

/// What a sheet is the sheet of.
pub(super) struct Origin {
    pub(super) exam: String,
    pub(super) title: String,
    pub(super) form: String,
    pub(super) bank: String,
    pub(super) seed: u64,
}

impl Geometry {
    pub(super) fn new(origin: Origin) -> Self {
        let Origin { exam, title, form, bank, seed } = origin;
        Self {
            format: "cardpress-answer-sheet",
            version: VERSION,
            unit: "mm",
            origin: "top-left",
            exam,
            title,
            form,
            bank,
            seed: seed.to_string(),
            pages: Vec::new(),
            candidate_number: Vec::new(),
            absent: None,
            items: Vec::new(),
        }
    }

    /// The file: JSON with one bubble, blank or area to a line, and a newline at its end.
    pub fn to_json(&self) -> String {
        json::pretty(self)
    }
}
