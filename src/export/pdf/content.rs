//! The ink of one page as drawing operations.
//!
//! In: the items of a page, with the origin at the top left. Out: printpdf's operations, with the origin at the bottom left, in marked
//! content (ISO 32000-1, 14.6): neighbouring items of one node are one numbered sequence of it, and ink of no node is an artifact.

use super::fonts::{Cluster, EmbeddedFace, EmbeddedFonts, clusters, is_replaced};
use super::pictures::Pictures;
use super::rounded;
use super::structure::{actual_text, name};
use crate::fonts::FaceId;
use crate::typeset::display::{Image, Ink, Item, NodeId, Page, Path, Point, Rect, Run, Segment, Structure};
use printpdf::{
    Codepoint, Color, DictItem, Greyscale, Line, LinePoint, Op, PaintMode, PdfFontHandle, Polygon, PolygonRing, Pt,
    TextItem, TextMatrix, WindingOrder, XObjectTransform,
};
use std::collections::{BTreeMap, BTreeSet};

/// A page, written.
pub(super) struct Content {
    /// What is drawn.
    pub(super) ops: Vec<Op>,
    /// The node of each numbered sequence of marked content, by its number (MCID).
    pub(super) owners: Vec<NodeId>,
}

/// The nodes whose words have been given for their ink already. A formula that comes in several pieces says its LaTeX at the first,
/// and nothing at the others.
pub(super) type Replaced = BTreeSet<NodeId>;

/// Writes a page.
pub(super) fn write(
    page: &Page,
    structure: &Structure,
    fonts: &EmbeddedFonts,
    pictures: &mut Pictures,
    replaced: &mut Replaced,
) -> Content {
    let mut pen = Pen { height: page.height, fonts, pictures, ops: Vec::new(), state: State::default() };
    let mut owners = Vec::new();
    for items in page.items.chunk_by(|item, next| item.node == next.node) {
        let node = items[0].node;
        let opened = pen.open(structure, node, &mut owners, replaced);
        let spell = !is_replaced(structure, node);
        for item in items {
            pen.draw(item, spell);
        }
        pen.end_text();
        pen.ops.extend(std::iter::repeat_n(Op::EndMarkedContent, opened));
    }
    Content { ops: pen.ops, owners }
}

/// Marked content whose ink stands for other text. Tools that extract text look for it under this tag alone.
fn span(text: &str) -> Op {
    let text = DictItem::from_lopdf(&lopdf::text_string(text));
    let properties = DictItem::Dict { map: BTreeMap::from([("ActualText".to_owned(), text)]) };
    Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties }
}

/// What stays set from one drawing operation to the next; at the start, what a page begins with (ISO 32000-1, 8.4).
#[derive(Default)]
struct State {
    in_text: bool,
    font: Option<(FaceId, f32)>,
    /// From 0 (black) to 255.
    fill_gray: u8,
    stroke_width: Option<f32>,
}

struct Pen<'a> {
    height: f32,
    fonts: &'a EmbeddedFonts,
    pictures: &'a mut Pictures,
    ops: Vec<Op>,
    state: State,
}

impl Pen<'_> {
    /// Opens a sequence of marked content. Returns how many times it is to be closed.
    fn open(
        &mut self,
        structure: &Structure,
        node: NodeId,
        owners: &mut Vec<NodeId>,
        replaced: &mut Replaced,
    ) -> usize {
        if node == NodeId::ARTIFACT {
            self.ops.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() });
            return 1;
        }
        let data = &structure.nodes()[node.index()];
        let number = DictItem::Int(i64::from(owners.len() as u32));
        let properties = DictItem::Dict { map: BTreeMap::from([("MCID".to_owned(), number)]) };
        owners.push(node);
        self.ops.push(Op::BeginMarkedContentWithProperties { tag: name(data.role).to_owned(), properties });
        let Some(text) = actual_text(data) else { return 1 };
        self.ops.push(span(if replaced.insert(node) { text } else { "" }));
        2
    }

    fn draw(&mut self, item: &Item, spell: bool) {
        match &item.ink {
            Ink::Glyphs(run) => self.run(run, spell),
            Ink::Rule(rect) => self.rule(rect),
            Ink::Path(path) => self.path(path),
            Ink::Image(image) => self.image(image),
        }
    }

    fn begin_text(&mut self) {
        if !std::mem::replace(&mut self.state.in_text, true) {
            self.ops.push(Op::StartTextSection);
        }
    }

    fn end_text(&mut self) {
        if std::mem::replace(&mut self.state.in_text, false) {
            self.ops.push(Op::EndTextSection);
        }
    }

    fn fill_gray(&mut self, gray: f32) {
        // Eight bits are more than a printer keeps apart.
        let gray = (gray.clamp(0.0, 1.0) * 255.0).round() as u8;
        if std::mem::replace(&mut self.state.fill_gray, gray) != gray {
            let gray = rounded(f32::from(gray) / 255.0);
            self.ops.push(Op::SetFillColor { col: Color::Greyscale(Greyscale::new(gray, None)) });
        }
    }

    /// A point as printpdf wants it.
    fn point(&self, point: Point) -> printpdf::Point {
        printpdf::Point { x: Pt(rounded(point.x)), y: Pt(self.above_bottom(point.y)) }
    }

    fn above_bottom(&self, y: f32) -> f32 {
        rounded(self.height - y)
    }

    /// Draws a run. With `spell`, a cluster whose text the font does not tell gets it written beside it.
    fn run(&mut self, run: &Run, spell: bool) {
        let Some(first) = run.glyphs.first() else { return };
        let face = self.fonts.face(run.face);
        let size = rounded(run.size);
        self.fill_gray(0.0);
        self.begin_text();
        if self.state.font.replace((run.face, size)) != Some((run.face, size)) {
            self.ops.push(Op::SetFont { font: PdfFontHandle::External(face.id.clone()), size: Pt(size) });
        }
        let origin = rounded(first.x);
        let matrix = TextMatrix::Translate(Pt(origin), Pt(self.above_bottom(run.y)));
        self.ops.push(Op::SetTextMatrix { matrix });

        let mut offsets = Offsets::new(run, origin, size);
        let mut shown = Vec::with_capacity(run.glyphs.len());
        for cluster in clusters(run) {
            let glyphs = codepoints(cluster, face, &mut offsets);
            if spell && !face.says(cluster) {
                self.show(std::mem::take(&mut shown));
                self.ops.push(span(cluster.text));
                self.show(glyphs.collect());
                self.ops.push(Op::EndMarkedContent);
            } else {
                shown.extend(glyphs);
            }
        }
        self.show(shown);
    }

    fn show(&mut self, glyphs: Vec<Codepoint>) {
        if !glyphs.is_empty() {
            self.ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(glyphs)] });
        }
    }

    fn rule(&mut self, rect: &Rect) {
        self.end_text();
        self.fill_gray(rect.gray);
        self.ops.push(Op::DrawRectangle {
            rectangle: printpdf::Rect {
                x: Pt(rounded(rect.x)),
                y: Pt(self.above_bottom(rect.y + rect.height)),
                width: Pt(rounded(rect.width)),
                height: Pt(rounded(rect.height)),
                mode: Some(PaintMode::Fill),
                winding_order: None,
            },
        });
    }

    fn path(&mut self, path: &Path) {
        self.end_text();
        let outlines = self.outlines(&path.segments);
        if let Some(width) = path.stroke.map(rounded) {
            if self.state.stroke_width.replace(width) != Some(width) {
                self.ops.push(Op::SetOutlineThickness { pt: Pt(width) });
            }
            let lines = outlines.into_iter().map(|line| Op::DrawLine { line });
            self.ops.extend(lines);
        } else if !outlines.is_empty() {
            self.fill_gray(0.0);
            let rings = outlines.into_iter().map(|line| PolygonRing { points: line.points }).collect();
            let polygon = Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero };
            self.ops.push(Op::DrawPolygon { polygon });
        }
    }

    /// The outlines of a path; one that is a point alone leaves no ink, and is left out.
    fn outlines(&self, segments: &[Segment]) -> Vec<Line> {
        let mut outlines: Vec<Line> = Vec::new();
        for segment in segments {
            // Where an outline goes on after it was closed, it goes on from where it began.
            let start = match segment {
                Segment::Move(to) => Some(LinePoint { p: self.point(*to), bezier: false }),
                Segment::Line(to) | Segment::Curve(to, ..) => match outlines.last() {
                    Some(line) if line.is_closed => line.points.first().cloned(),
                    Some(_) => None,
                    None => Some(LinePoint { p: self.point(*to), bezier: false }),
                },
                Segment::Close => None,
            };
            outlines.extend(start.map(|start| Line { points: vec![start], is_closed: false }));
            let Some(line) = outlines.last_mut() else { continue };
            match segment {
                Segment::Move(_) => {}
                Segment::Line(to) => line.points.push(LinePoint { p: self.point(*to), bezier: false }),
                Segment::Curve(out, back, to) => {
                    let corners = [(out, true), (back, true), (to, false)];
                    line.points.extend(corners.map(|(at, bezier)| LinePoint { p: self.point(*at), bezier }));
                }
                Segment::Close => line.is_closed = true,
            }
        }
        outlines.retain(|line| line.points.len() > 1);
        outlines
    }

    fn image(&mut self, image: &Image) {
        self.end_text();
        let transform = XObjectTransform {
            translate_x: Some(Pt(rounded(image.x))),
            translate_y: Some(Pt(self.above_bottom(image.y + image.height))),
            scale_x: Some(rounded(image.width)),
            scale_y: Some(rounded(image.height)),
            no_auto_scale: true,
            ..XObjectTransform::default()
        };
        self.ops.push(Op::UseXobject { id: self.pictures.name(&image.raster), transform });
    }
}

/// The glyphs of a cluster as printpdf wants them: each with its text, and with how much closer the next one stands than its advance
/// would put it.
fn codepoints<'a>(
    cluster: Cluster<'a>,
    face: &'a EmbeddedFace,
    offsets: &'a mut Offsets<'_>,
) -> impl Iterator<Item = Codepoint> {
    cluster.glyphs.iter().map(|glyph| {
        let embedded = face.glyph(glyph.id);
        Codepoint { gid: embedded.id, offset: offsets.next_after(embedded.width), cid: Some(embedded.text.clone()) }
    })
}

/// The corrections between the glyphs of a run, in thousandths of an em (the numbers in a `TJ` array).
struct Offsets<'a> {
    /// Where the glyphs after the current one stand.
    following: std::slice::Iter<'a, crate::typeset::display::Glyph>,
    origin: f32,
    size: f32,
    /// Where a reader's pen is: thousandths of an em from the origin.
    pen: f64,
}

impl<'a> Offsets<'a> {
    fn new(run: &'a Run, origin: f32, size: f32) -> Self {
        let mut following = run.glyphs.iter();
        following.next();
        Self { following, origin, size, pen: 0.0 }
    }

    /// The correction after a glyph of this width. Rounded to whole thousandths; since the pen is followed, no error adds up.
    fn next_after(&mut self, width: u16) -> f32 {
        self.pen += f64::from(width);
        let Some(next) = self.following.next() else { return 0.0 };
        let wanted = f64::from(next.x - self.origin) * 1000.0 / f64::from(self.size);
        let offset = (self.pen - wanted).round();
        self.pen -= offset;
        offset as f32
    }
}
