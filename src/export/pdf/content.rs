//! The ink of one page as drawing operations.
//!
//! In: the items of a page, with the origin at the top left. Out: a content stream, with the origin at the bottom left, in marked
//! content (ISO 32000-1, 14.6): neighbouring items of one node are one numbered sequence of it, and ink of no node is an artifact.

use super::fonts::{Cluster, EmbeddedFace, EmbeddedFonts, clusters, is_replaced};
use super::pictures::Pictures;
use super::rounded;
use super::stream::Stream;
use super::structure::{actual_text, name};
use crate::fonts::FaceId;
use crate::typeset::display::{
    Cap, Color, Image, Ink, Item, Join, NodeId, Page, Paint, Path, PlacedDrawing, Point, Rect, Run, Segment, Stroke,
    Structure,
};
use std::collections::BTreeSet;

/// A page, written.
pub(super) struct Content {
    /// What is drawn.
    pub(super) stream: Vec<u8>,
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
    fonts: &EmbeddedFonts<'_>,
    pictures: &mut Pictures,
    replaced: &mut Replaced,
) -> Content {
    let mut pen = Pen { height: page.height, fonts, pictures, stream: Stream::default(), state: State::default() };
    let mut owners = Vec::new();
    for items in page.items.chunk_by(|item, next| item.node == next.node) {
        let node = items[0].node;
        let opened = pen.open(structure, node, &mut owners, replaced);
        let spell = !is_replaced(structure, node);
        for item in items {
            pen.draw(item, spell);
        }
        pen.end_text();
        (0..opened).for_each(|_| pen.stream.operator("EMC"));
    }
    Content { stream: pen.stream.into_bytes(), owners }
}

/// What stays set from one drawing operation to the next; at the start, what a page begins with (ISO 32000-1, 8.4).
#[derive(Clone, Default)]
struct State {
    in_text: bool,
    font: Option<(FaceId, f32)>,
    fill: Fill,
    pen: Option<(Stroke, Color)>,
}

/// The colour of fills; a page begins with black.
#[derive(Clone)]
struct Fill(Color);

impl Default for Fill {
    fn default() -> Self {
        Self(Color::BLACK)
    }
}

struct Pen<'a> {
    height: f32,
    fonts: &'a EmbeddedFonts<'a>,
    pictures: &'a mut Pictures,
    stream: Stream,
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
            self.stream.operator("/Artifact BMC");
            return 1;
        }
        let data = &structure.nodes()[node.index()];
        self.stream.raw("/");
        self.stream.raw(name(data.role));
        self.stream.raw(" <</MCID ");
        self.stream.integer(owners.len() as u64);
        self.stream.operator(">> BDC");
        owners.push(node);
        let Some(text) = actual_text(data) else { return 1 };
        self.open_span(if replaced.insert(node) { text } else { "" });
        2
    }

    /// Opens marked content whose ink stands for other text. Tools that extract text look for it under this tag alone.
    fn open_span(&mut self, text: &str) {
        self.stream.raw("/Span <</ActualText ");
        self.stream.text(text);
        self.stream.operator(">> BDC");
    }

    fn draw(&mut self, item: &Item, spell: bool) {
        match &item.ink {
            Ink::Glyphs(run) => self.run(run, spell),
            Ink::Rule(rect) => self.rule(rect),
            Ink::Path(path) => self.path(path),
            Ink::Image(image) => self.image(image),
            Ink::Drawing(drawing) => self.drawing(drawing),
        }
    }

    fn begin_text(&mut self) {
        if !std::mem::replace(&mut self.state.in_text, true) {
            self.stream.operator("BT");
        }
    }

    fn end_text(&mut self) {
        if std::mem::replace(&mut self.state.in_text, false) {
            self.stream.operator("ET");
        }
    }

    fn fill(&mut self, color: Color) {
        if std::mem::replace(&mut self.state.fill, Fill(color)).0 != color {
            self.color(color, ["g", "rg"]);
        }
    }

    /// Sets a colour with the operators for gray and for three parts.
    fn color(&mut self, color: Color, [gray, rgb]: [&str; 2]) {
        let part = |part: u8| f32::from(part) / 255.0;
        match color {
            Color::Gray(value) => self.stream.operation(&[part(value)], gray),
            Color::Rgb(parts) => self.stream.operation(&parts.map(part), rgb),
        }
    }

    /// Takes up a pen.
    fn pen(&mut self, stroke: &Stroke, color: Color) {
        let stroke = Stroke {
            width: rounded(stroke.width),
            dashes: stroke.dashes.iter().copied().map(rounded).collect(),
            dash_offset: rounded(stroke.dash_offset),
            ..*stroke
        };
        let before = self.state.pen.replace((stroke.clone(), color));
        let (old, old_color) = before.unwrap_or((Stroke::solid(1.0), Color::BLACK));
        if old.width.to_bits() != stroke.width.to_bits() {
            self.stream.operation(&[stroke.width], "w");
        }
        if old.dashes != stroke.dashes || old.dash_offset.to_bits() != stroke.dash_offset.to_bits() {
            self.stream.raw("[");
            for length in &stroke.dashes {
                self.stream.number(*length);
                self.stream.raw(" ");
            }
            self.stream.raw("] ");
            self.stream.operation(&[stroke.dash_offset], "d");
        }
        if old.cap != stroke.cap {
            self.stream.operator(match stroke.cap {
                Cap::Butt => "0 J",
                Cap::Round => "1 J",
                Cap::Square => "2 J",
            });
        }
        if old.join != stroke.join {
            match stroke.join {
                Join::Miter(limit) => {
                    self.stream.operator("0 j");
                    self.stream.operation(&[limit], "M");
                }
                Join::Round => self.stream.operator("1 j"),
                Join::Bevel => self.stream.operator("2 j"),
            }
        }
        if old_color != color {
            self.color(color, ["G", "RG"]);
        }
    }

    /// Draws a run. With `spell`, a cluster whose text the font does not tell gets it written beside it.
    fn run(&mut self, run: &Run, spell: bool) {
        let Some(first) = run.glyphs.first() else { return };
        let face = self.fonts.face(run.face);
        let size = rounded(run.size);
        self.fill(Color::BLACK);
        self.begin_text();
        if self.state.font.replace((run.face, size)) != Some((run.face, size)) {
            self.stream.raw("/");
            self.stream.raw(&face.name);
            self.stream.raw(" ");
            self.stream.operation(&[size], "Tf");
        }
        let origin = rounded(first.x);
        let matrix = match run.turned {
            None => [1.0, 0.0, 0.0, 1.0, origin, self.height - run.y],
            Some(pivot) => [0.0, 1.0, -1.0, 0.0, pivot.x + run.y, self.height - pivot.y + origin],
        };
        self.stream.operation(&matrix, "Tm");

        let mut offsets = Offsets::new(run, origin, size);
        let mut shown = Shown::default();
        for cluster in clusters(run) {
            if spell && !face.says(cluster) {
                shown.end(&mut self.stream);
                self.open_span(cluster.text);
                shown.show(cluster, face, &mut offsets, &mut self.stream);
                shown.end(&mut self.stream);
                self.stream.operator("EMC");
            } else {
                shown.show(cluster, face, &mut offsets, &mut self.stream);
            }
        }
        shown.end(&mut self.stream);
    }

    fn rule(&mut self, rect: &Rect) {
        self.end_text();
        self.fill(rect.color);
        self.stream.operation(&[rect.x, self.height - (rect.y + rect.height), rect.width, rect.height], "re");
        self.stream.operator("f");
    }

    fn path(&mut self, path: &Path) {
        // A path of points alone leaves no ink.
        if !path.segments.iter().any(|segment| matches!(segment, Segment::Line(_) | Segment::Curve(..))) {
            return;
        }
        self.end_text();
        match &path.paint {
            Paint::Stroke(stroke) => self.pen(stroke, path.color),
            Paint::Fill | Paint::FillEvenOdd => self.fill(path.color),
        }
        let mut begun = false;
        for segment in &path.segments {
            // A path that does not say where it begins begins where its first line leads.
            if let (false, Segment::Line(to) | Segment::Curve(.., to)) = (begun, segment) {
                self.operation_at([*to], "m");
            }
            match segment {
                Segment::Move(to) => self.operation_at([*to], "m"),
                Segment::Line(to) => self.operation_at([*to], "l"),
                Segment::Curve(out, back, to) => self.operation_at([*out, *back, *to], "c"),
                Segment::Close if begun => self.stream.operator("h"),
                Segment::Close => continue,
            }
            begun = true;
        }
        self.stream.operator(match path.paint {
            Paint::Fill => "f",
            Paint::FillEvenOdd => "f*",
            Paint::Stroke(_) => "S",
        });
    }

    /// An operator whose operands are points.
    fn operation_at<const N: usize>(&mut self, points: [Point; N], operator: &str) {
        for point in points {
            self.stream.number(point.x);
            self.stream.raw(" ");
            self.stream.number(self.height - point.y);
            self.stream.raw(" ");
        }
        self.stream.operator(operator);
    }

    fn image(&mut self, image: &Image) {
        self.end_text();
        self.stream.operator("q");
        let corner = [image.x, self.height - (image.y + image.height)];
        self.stream.operation(&[image.width, 0.0, 0.0, image.height, corner[0], corner[1]], "cm");
        self.stream.raw("/");
        self.stream.raw(&self.pictures.name(&image.raster));
        self.stream.operator(" Do");
        self.stream.operator("Q");
    }

    /// Draws a drawing in coordinates of its own. What it sets is forgotten at its end.
    fn drawing(&mut self, placed: &PlacedDrawing) {
        let drawing = &placed.drawing;
        // A negative size would turn it over, and one without a size has no ink.
        if !(drawing.width > 0.0 && drawing.height > 0.0) {
            return;
        }
        self.end_text();
        let (state, height) = (self.state.clone(), std::mem::replace(&mut self.height, 0.0));
        let scale = [placed.width / drawing.width, placed.height / drawing.height];
        self.stream.operator("q");
        self.stream.operation(&[placed.x, height - placed.y - placed.height, placed.width, placed.height], "re");
        self.stream.operator("W n");
        self.stream.exact(scale[0]);
        self.stream.raw(" 0 0 ");
        self.stream.exact(scale[1]);
        self.stream.raw(" ");
        self.stream.operation(&[placed.x, height - placed.y], "cm");
        for shapes in drawing.shapes.chunk_by(|shape, next| shape.clip == next.clip) {
            let outside = self.state.clone();
            if let Some(area) = shapes[0].clip {
                self.stream.operator("q");
                self.stream.operation(&[area.x, -(area.y + area.height), area.width, area.height], "re");
                self.stream.operator("W n");
            }
            for shape in shapes {
                self.path(&shape.path);
            }
            if shapes[0].clip.is_some() {
                self.stream.operator("Q");
                self.state = outside;
            }
        }
        self.stream.operator("Q");
        (self.state, self.height) = (state, height);
    }
}

/// The operand of `TJ` in the making: glyphs, and between them how much closer the next one stands than the advance would put it.
#[derive(Default)]
struct Shown {
    in_array: bool,
    in_string: bool,
}

impl Shown {
    fn show(&mut self, cluster: Cluster<'_>, face: &EmbeddedFace<'_>, offsets: &mut Offsets<'_>, stream: &mut Stream) {
        for glyph in cluster.glyphs {
            if !std::mem::replace(&mut self.in_array, true) {
                stream.raw("[");
            }
            if !std::mem::replace(&mut self.in_string, true) {
                stream.raw("(");
            }
            let (number, width) = face.glyph(glyph.id);
            stream.escaped(number.to_be_bytes());
            let offset = offsets.next_after(width);
            if offset != 0.0 {
                stream.raw(")");
                stream.number(offset);
                self.in_string = false;
            }
        }
    }

    fn end(&mut self, stream: &mut Stream) {
        if std::mem::take(&mut self.in_string) {
            stream.raw(")");
        }
        if std::mem::take(&mut self.in_array) {
            stream.operator("] TJ");
        }
    }
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
