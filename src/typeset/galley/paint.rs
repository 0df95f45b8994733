//! From atoms in their places to ink: runs of glyphs, and the parts of a formula.

use super::super::display::{Color, Glyph, Ink, Item, NodeId, Paint, Path, Point, Rect, Run, Segment, Stroke};
use super::super::shape::ShapedGlyph;
use crate::fonts::Fonts;
use ratex_types::display_item::{DisplayItem, DisplayList};
use ratex_types::path_command::PathCommand;

/// Collects glyphs that share face and size into runs.
pub(super) struct Pen {
    baseline: f32,
    run: Option<Run>,
}

impl Pen {
    pub(super) fn new(baseline: f32) -> Self {
        Self { baseline, run: None }
    }

    /// Adds glyphs that begin at `x`.
    pub(super) fn text(
        &mut self,
        items: &mut Vec<Item>,
        node: NodeId,
        glyphs: &[ShapedGlyph],
        text: &str,
        x: f32,
        size: f32,
    ) {
        let mut x = x;
        for glyph in glyphs {
            let same = |run: &Run| run.face == glyph.face && run.size.to_bits() == size.to_bits();
            if !self.run.as_ref().is_some_and(same) {
                self.flush(items, node);
                let empty = Run {
                    face: glyph.face,
                    size,
                    y: self.baseline,
                    text: String::new(),
                    glyphs: Vec::new(),
                    turned: None,
                };
                self.run = Some(empty);
            }
            if let Some(run) = &mut self.run {
                let offset = glyph.offset * size;
                run.text.push_str(&text[glyph.start..glyph.start + usize::from(glyph.length)]);
                run.glyphs.push(Glyph { id: glyph.id, x: x + offset, text_length: glyph.length });
            }
            x += glyph.advance * size;
        }
    }

    /// Ends the run.
    pub(super) fn flush(&mut self, items: &mut Vec<Item>, node: NodeId) {
        items.extend(self.run.take().map(|run| Item { node, ink: Ink::Glyphs(run) }));
    }
}

/// Rules of formulas are never thinner than this, in points: a printer loses hairlines.
const THINNEST: f32 = 0.35;

/// The ink of a formula whose left end stands at `x` on a baseline. Returns the characters that no font has.
pub(super) fn formula(
    fonts: &Fonts,
    list: &DisplayList,
    x: f32,
    baseline: f32,
    em: f32,
    node: NodeId,
    items: &mut Vec<Item>,
) -> Vec<char> {
    let top = baseline - list.height as f32 * em;
    let point = |at_x: f64, at_y: f64| Point { x: x + at_x as f32 * em, y: top + at_y as f32 * em };
    let mut missing = Vec::new();
    for item in &list.items {
        let ink = match item {
            DisplayItem::GlyphPath { x, y, scale, font, char_code, .. } => {
                let character = char::from_u32(*char_code).unwrap_or('\u{fffd}');
                let Some((face, glyph)) = fonts.math_glyph(font, *char_code) else {
                    missing.push(character);
                    continue;
                };
                let origin = point(*x, *y);
                Ink::Glyphs(Run {
                    face,
                    size: *scale as f32 * em,
                    y: origin.y,
                    text: character.to_string(),
                    glyphs: vec![Glyph {
                        id: glyph.to_u32() as u16,
                        x: origin.x,
                        text_length: character.len_utf8() as u8,
                    }],
                    turned: None,
                })
            }
            DisplayItem::Line { x, y, width, thickness, .. } => {
                let thickness = (*thickness as f32 * em).max(THINNEST);
                let left = point(*x, *y);
                let width = *width as f32 * em;
                Ink::Rule(Rect {
                    x: left.x,
                    y: left.y - thickness / 2.0,
                    width,
                    height: thickness,
                    color: Color::BLACK,
                })
            }
            DisplayItem::Rect { x, y, width, height, color } => {
                let corner = point(*x, *y);
                let [red, green, blue] = [color.r, color.g, color.b].map(|part| (part * 255.0).round() as u8);
                let color = Color::rgb(red, green, blue);
                let (width, height) = (*width as f32 * em, *height as f32 * em);
                Ink::Rule(Rect { x: corner.x, y: corner.y, width, height, color })
            }
            DisplayItem::Path { x, y, commands, fill, .. } => {
                let paint = if *fill { Paint::Fill } else { Paint::Stroke(Stroke::solid((0.04 * em).max(THINNEST))) };
                let segments = segments(commands, |at_x, at_y| point(x + at_x, y + at_y));
                Ink::Path(Path { segments, paint, color: Color::BLACK })
            }
        };
        items.push(Item { node, ink });
    }
    missing
}

/// How far below the baseline the middle of an emphasis dot stands, and its radius, in em.
const DOT: (f32, f32) = (0.31, 0.065);
/// How far the control points of a quarter circle stand from its ends, in radii.
const QUARTER: f32 = 0.552;

/// The dot below an emphasised character whose middle is `x`.
pub(super) fn emphasis_dot(x: f32, baseline: f32, size: f32) -> Item {
    let (y, radius) = (baseline + DOT.0 * size, DOT.1 * size);
    let point = |dx: f32, dy: f32| Point { x: x + dx * radius, y: y + dy * radius };
    let mut segments = vec![Segment::Move(point(1.0, 0.0))];
    for (from, to) in [((1, 0), (0, 1)), ((0, 1), (-1, 0)), ((-1, 0), (0, -1)), ((0, -1), (1, 0))] {
        let [(ax, ay), (bx, by)] = [from, to].map(|(x, y): (i8, i8)| (f32::from(x), f32::from(y)));
        segments.push(Segment::Curve(
            point(ax + QUARTER * bx, ay + QUARTER * by),
            point(bx + QUARTER * ax, by + QUARTER * ay),
            point(bx, by),
        ));
    }
    segments.push(Segment::Close);
    Item { node: NodeId::ARTIFACT, ink: Ink::Path(Path { segments, paint: Paint::Fill, color: Color::BLACK }) }
}

fn segments(commands: &[PathCommand], point: impl Fn(f64, f64) -> Point) -> Vec<Segment> {
    let mut last = point(0.0, 0.0);
    let mut segments = Vec::with_capacity(commands.len());
    for command in commands {
        segments.push(match *command {
            PathCommand::MoveTo { x, y } => {
                last = point(x, y);
                Segment::Move(last)
            }
            PathCommand::LineTo { x, y } => {
                last = point(x, y);
                Segment::Line(last)
            }
            PathCommand::CubicTo { x1, y1, x2, y2, x, y } => {
                last = point(x, y);
                Segment::Curve(point(x1, y1), point(x2, y2), last)
            }
            PathCommand::QuadTo { x1, y1, x, y } => {
                // A quadratic curve as a cubic one: its control points lie two thirds of the way to the one it has.
                let (from, control) = (last, point(x1, y1));
                last = point(x, y);
                let towards = |end: Point| Point {
                    x: end.x + (control.x - end.x) * 2.0 / 3.0,
                    y: end.y + (control.y - end.y) * 2.0 / 3.0,
                };
                Segment::Curve(towards(from), towards(last), last)
            }
            PathCommand::Close => Segment::Close,
        });
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Fonts;
    use crate::markup::Inline;
    use crate::math;
    use crate::typeset::atom::{ClozeStyle, Emphasis, TextStyle, atoms};
    use crate::typeset::galley::{Frame, Galley, Paragraph};
    use crate::typeset::line::Alignment;
    use crate::typeset::{Pictures, Setter};

    #[test]
    fn emphasis_dots_stand_below_the_middle_of_their_characters_and_part_no_words() {
        let (fonts, math, pictures) = (Fonts::bundled(), math::Cache::default(), Pictures::new());
        let mut setter = Setter::new(&fonts, &math, &pictures);
        setter.emphasis = Emphasis::Dots;
        let inlines = [Inline::Text("请注".into()), Inline::Emphasis([Inline::Text("重点".into())].into())];
        let row = atoms(&mut setter, &inlines, TextStyle::body(10.0), ClozeStyle::Answer);
        let mut galley = Galley::new(&mut setter, 500.0);
        let paragraph = Paragraph { size: 10.0, pitch: 14.0, alignment: Alignment::Left };
        galley.paragraph(row, Frame { x: 5.0, width: 100.0 }, paragraph, NodeId::ROOT);
        let [strip] = &*galley.strips else { panic!("one line") };
        let [words, dots @ ..] = &*strip.items else { panic!("there is ink") };
        assert!(matches!(&words.ink, Ink::Glyphs(run) if run.text == "请注重点"));
        assert_eq!(dots.len(), 2);
        for (dot, middle) in dots.iter().zip([30.0, 40.0]) {
            let Ink::Path(path) = &dot.ink else { panic!("a dot is a shape") };
            let mut points = path.segments.iter().filter_map(|segment| match segment {
                Segment::Curve(_, _, end) => Some(*end),
                _ => None,
            });
            let mean = points.clone().map(|point| point.x).sum::<f32>() / 4.0;
            assert!((mean - middle).abs() < 0.01, "{mean}");
            assert!(points.all(|point| point.y > strip.baseline + 1.2 && point.y < strip.height));
            assert_eq!(dot.node, NodeId::ARTIFACT);
        }
    }
}
