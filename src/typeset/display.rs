//! The display list: a document as ink on pages.
//!
//! What the page setter hands to an exporter. Lengths are points (1/72 inch); the origin is the top left corner of a page and y grows
//! downwards. Every piece of ink belongs to a node of the [`Structure`], which says what it is to a screen reader, or to none
//! ([`NodeId::ARTIFACT`]: rules, page numbers). Nothing here knows PDF.

use crate::fonts::FaceId;
use crate::raster::Raster;
use std::sync::Arc;

/// A document, set.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The title, for the window and the outline.
    pub title: String,
    /// Who wrote it; may be empty.
    pub author: String,
    /// The language tag of BCP 47: `zh-CN`.
    pub language: &'static str,
    /// The pages.
    pub pages: Vec<Page>,
    /// What the ink is.
    pub structure: Structure,
    /// The entries of the outline, in reading order.
    pub outline: Vec<OutlineEntry>,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// Its width in points.
    pub width: f32,
    /// Its height in points.
    pub height: f32,
    /// Its ink, in reading order. Items of one node that follow each other belong together.
    pub items: Vec<Item>,
}

/// A piece of ink.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it belongs to.
    pub node: NodeId,
    /// What is drawn.
    pub ink: Ink,
}

/// What is drawn; glyphs are black.
#[derive(Debug, Clone, PartialEq)]
pub enum Ink {
    /// Characters on a line.
    Glyphs(Run),
    /// A filled rectangle; also lines.
    Rule(Rect),
    /// A shape.
    Path(Path),
    /// A picture of pixels.
    Image(Image),
    /// A picture of shapes.
    Drawing(PlacedDrawing),
}

/// Glyphs of one face and size on one baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The face.
    pub face: FaceId,
    /// The size in points.
    pub size: f32,
    /// The baseline.
    pub y: f32,
    /// The characters of all glyphs, in order; see [`Glyph::text_length`].
    pub text: String,
    /// The glyphs from left to right.
    pub glyphs: Vec<Glyph>,
    /// Where the run is turned a quarter to the left, so that it reads upwards: its baseline and its glyphs then count from this point,
    /// along the page's left edge (`x` upwards, `y` to the right). `None`: they count from the corner of the page, as usual.
    pub turned: Option<Point>,
}

/// A glyph in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// Its number in the face's whole font file.
    pub id: u16,
    /// Where its origin stands.
    pub x: f32,
    /// How many bytes of [`Run::text`] it stands for; 0 where a cluster has more than one glyph.
    pub text_length: u8,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Its left edge.
    pub x: f32,
    /// Its upper edge.
    pub y: f32,
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
    /// Its colour.
    pub color: Color,
}

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Color {
    /// From 0 (black) to 255 (white).
    Gray(u8),
    /// Red, green, blue.
    Rgb([u8; 3]),
}

impl Color {
    /// Black.
    pub const BLACK: Self = Self::Gray(0);

    /// Of red, green and blue, as gray where all three are the same.
    pub fn rgb(red: u8, green: u8, blue: u8) -> Self {
        if red == green && green == blue { Self::Gray(red) } else { Self::Rgb([red, green, blue]) }
    }
}

/// A shape of straight lines and cubic curves.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Its outline.
    pub segments: Vec<Segment>,
    /// How it is painted.
    pub paint: Paint,
    /// Its colour.
    pub color: Color,
}

/// How a shape is painted.
#[derive(Debug, Clone, PartialEq)]
pub enum Paint {
    /// Filled; what lies inside is told by the winding number.
    Fill,
    /// Filled; what lies inside is told by the even-odd rule.
    FillEvenOdd,
    /// Drawn with a pen.
    Stroke(Stroke),
}

/// A pen.
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    /// Its width.
    pub width: f32,
    /// The lengths of dashes and gaps in turn; empty for a solid line.
    pub dashes: Vec<f32>,
    /// How far into its dashes a line begins.
    pub dash_offset: f32,
    /// How its lines end.
    pub cap: Cap,
    /// How its lines meet.
    pub join: Join,
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cap {
    /// Where it ends.
    Butt,
    /// With half a circle around its end.
    Round,
    /// Half its width beyond its end.
    Square,
}

/// How two lines meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Join {
    /// In a point, unless the point would reach out more than so many widths of the line: then with a flat corner.
    Miter(f32),
    /// With a round corner.
    Round,
    /// With a flat corner.
    Bevel,
}

impl Stroke {
    /// How far a point may reach out if nobody says how far (ISO 32000-1, 8.4.3.5).
    pub const MITER_LIMIT: f32 = 10.0;

    /// A solid line.
    pub fn solid(width: f32) -> Self {
        Self { width, dashes: Vec::new(), dash_offset: 0.0, cap: Cap::Butt, join: Join::Miter(Self::MITER_LIMIT) }
    }
}

/// A step of a pen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// To a point, pen up.
    Move(Point),
    /// To a point, straight.
    Line(Point),
    /// To the last point along a curve with two control points.
    Curve(Point, Point, Point),
    /// Back to where the outline began.
    Close,
}

/// A point on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// From the left edge.
    pub x: f32,
    /// From the upper edge.
    pub y: f32,
}

/// A picture in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// Its left edge.
    pub x: f32,
    /// Its upper edge.
    pub y: f32,
    /// Its width on the page.
    pub width: f32,
    /// Its height on the page.
    pub height: f32,
    /// Its pixels. Pictures that are the same share them.
    pub raster: Arc<Raster>,
}

/// A picture of shapes. Its lengths are its own, and it is as wide and as high as it says: what a shape has outside is not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// How wide it is.
    pub width: f32,
    /// How high it is.
    pub height: f32,
    /// Its shapes, the lowest first.
    pub shapes: Vec<Shape>,
}

/// A shape of a [`Drawing`].
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// What is painted, from the upper left corner of the drawing.
    pub path: Path,
    /// The part of the drawing in which it is seen; `None`: all.
    pub clip: Option<Area>,
}

/// A part of a drawing, straight on all sides.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// A drawing in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedDrawing {
    /// Its left edge.
    pub x: f32,
    /// Its upper edge.
    pub y: f32,
    /// Its width on the page.
    pub width: f32,
    /// Its height on the page.
    pub height: f32,
    /// What is drawn. Drawings that are the same share it.
    pub drawing: Arc<Drawing>,
}

/// The number of a node in its [`Structure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The document itself.
    pub const ROOT: Self = Self(0);
    /// Belongs to nothing: rules, page numbers.
    pub const ARTIFACT: Self = Self(u32::MAX);

    /// The position of the node in [`Structure::nodes`].
    ///
    /// # Panics
    /// For [`NodeId::ARTIFACT`], which is no node.
    pub fn index(self) -> usize {
        assert!(self != Self::ARTIFACT, "an artifact has no node");
        self.0 as usize
    }
}

/// The tree of what the ink is, in reading order.
#[derive(Debug, Clone, PartialEq)]
pub struct Structure {
    nodes: Vec<Node>,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// The node it is part of; the root is its own.
    pub parent: NodeId,
    /// What it says, in words, where the ink alone does not: the LaTeX of a formula, the alt text of a picture.
    pub text: Option<String>,
}

/// What a node is. The names are those of the structure types of PDF (ISO 32000-1, 14.8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The whole.
    Document,
    /// The title.
    H1,
    /// The title of a section.
    H2,
    /// A heading below that.
    H3,
    /// A paragraph.
    P,
    /// A list.
    L,
    /// An item of a list: a question, an option.
    Li,
    /// Its number or letter.
    Lbl,
    /// What it says.
    LBody,
    /// A table.
    Table,
    /// A row.
    Tr,
    /// A cell of the head.
    Th,
    /// A cell.
    Td,
    /// A picture; [`Node::text`] says what it shows.
    Figure,
    /// A formula; [`Node::text`] is its LaTeX.
    Formula,
}

impl Default for Structure {
    fn default() -> Self {
        Self { nodes: vec![Node { role: Role::Document, parent: NodeId::ROOT, text: None }] }
    }
}

impl Structure {
    /// Adds a node below `parent`, after all that is there.
    pub fn add(&mut self, parent: NodeId, role: Role) -> NodeId {
        self.add_with_text(parent, role, None)
    }

    /// [`Structure::add`] with words.
    pub fn add_with_text(&mut self, parent: NodeId, role: Role, text: Option<String>) -> NodeId {
        self.nodes.push(Node { role, parent, text });
        NodeId(u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX - 1))
    }

    /// All nodes, parents before children; the first is the root.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }
}

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlineEntry {
    /// 0 for the document, 1 for a section, and so on; at most one deeper than the entry before.
    pub level: u8,
    /// What it says.
    pub title: String,
    /// The page it leads to, from 0.
    pub page: usize,
    /// How far down that page.
    pub y: f32,
}
