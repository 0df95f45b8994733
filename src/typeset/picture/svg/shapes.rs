//! From a tree of usvg to the shapes of a drawing.
//!
//! In: a tree, all styles resolved. Out: filled and stroked paths in the pixels of the drawing, in the order in which they are
//! painted; or `None` where the tree has something that they cannot say.

use crate::typeset::display::{Area, Cap, Color, Drawing, Join, Paint, Path, Point, Segment, Shape, Stroke};
use resvg::tiny_skia::{self, PathSegment, PathStroker, Rect, Transform};
use resvg::usvg::{self, BlendMode, FillRule, Group, LineCap, LineJoin, Node, PaintOrder, Tree};

/// How much wider than high a transformation may make a line before it no longer counts as one of a single width.
const UNEVEN: f32 = 1e-3;

/// How many pixels no one sees.
const HAIR: f32 = 1e-4;

/// The shapes of a tree; `None` if it is more than shapes.
pub(super) fn drawing(tree: &Tree) -> Option<Drawing> {
    let mut shapes = Vec::new();
    group(tree.root(), Transform::identity(), None, &mut shapes)?;
    Some(Drawing { width: tree.size().width(), height: tree.size().height(), shapes })
}

fn group(group: &Group, outer: Transform, clip: Option<Area>, shapes: &mut Vec<Shape>) -> Option<()> {
    let plain = group.opacity().get() >= 1.0
        && group.blend_mode() == BlendMode::Normal
        && group.mask().is_none()
        && group.filters().is_empty();
    if !plain {
        return None;
    }
    let transform = outer.pre_concat(group.transform());
    let clip = match group.clip_path() {
        None => clip,
        Some(path) => {
            let area = clip_area(path)?;
            // Markers are clipped to their box, which mostly cuts nothing off, and are turned with their line.
            if contains(area, group.stroke_bounding_box()) {
                clip
            } else if is_straight(transform) {
                Some(intersection(clip, area.transform(transform)?))
            } else {
                return None;
            }
        }
    };
    for node in group.children() {
        match node {
            Node::Group(inner) => self::group(inner, transform, clip, shapes)?,
            Node::Text(text) => self::group(text.flattened(), transform, clip, shapes)?,
            Node::Path(path) => self::path(path, transform, clip, shapes)?,
            Node::Image(image) if image.is_visible() => return None,
            Node::Image(_) => {}
        }
    }
    Some(())
}

/// The rectangle that a clip is, where the group that it clips is; `None` if it is anything else.
fn clip_area(clip: &usvg::ClipPath) -> Option<Rect> {
    let mut transform = clip.transform();
    let mut inside = clip.root();
    if clip.clip_path().is_some() {
        return None;
    }
    let path = loop {
        if inside.clip_path().is_some() {
            return None;
        }
        transform = transform.pre_concat(inside.transform());
        match inside.children() {
            [Node::Group(group)] => inside = group,
            [Node::Path(path)] if path.is_visible() => break path,
            _ => return None,
        }
    };
    let corners: Vec<tiny_skia::Point> = path
        .data()
        .segments()
        .filter_map(|segment| match segment {
            PathSegment::MoveTo(point) | PathSegment::LineTo(point) => Some(Some(point)),
            PathSegment::QuadTo(..) | PathSegment::CubicTo(..) => Some(None),
            PathSegment::Close => None,
        })
        .collect::<Option<_>>()?;
    let corners = match corners.as_slice() {
        [corners @ .., last] if corners.len() == 4 && corners[0] == *last => corners,
        corners => corners,
    };
    let [a, b, c, d] = corners else { return None };
    let same = |one: f32, other: f32| (one - other).abs() <= HAIR;
    let upright = (same(a.x, b.x) && same(b.y, c.y) && same(c.x, d.x) && same(d.y, a.y))
        || (same(a.y, b.y) && same(b.x, c.x) && same(c.y, d.y) && same(d.x, a.x));
    if upright && is_straight(transform) { path.data().bounds().transform(transform) } else { None }
}

/// Whether rectangles stay rectangles.
fn is_straight(transform: Transform) -> bool {
    (transform.kx == 0.0 && transform.ky == 0.0) || (transform.sx == 0.0 && transform.sy == 0.0)
}

/// Whether all of `inner` lies in `outer`, but for what no one sees.
fn contains(outer: Rect, inner: Rect) -> bool {
    let hair = 1e-3 * outer.width().max(outer.height());
    inner.left() >= outer.left() - hair
        && inner.top() >= outer.top() - hair
        && inner.right() <= outer.right() + hair
        && inner.bottom() <= outer.bottom() + hair
}

fn intersection(outer: Option<Area>, area: Rect) -> Area {
    let area = Area { x: area.x(), y: area.y(), width: area.width(), height: area.height() };
    let Some(outer) = outer else { return area };
    let (x, y) = (outer.x.max(area.x), outer.y.max(area.y));
    let right = (outer.x + outer.width).min(area.x + area.width);
    let lower = (outer.y + outer.height).min(area.y + area.height);
    Area { x, y, width: (right - x).max(0.0), height: (lower - y).max(0.0) }
}

fn path(path: &usvg::Path, transform: Transform, clip: Option<Area>, shapes: &mut Vec<Shape>) -> Option<()> {
    if !path.is_visible() {
        return Some(());
    }
    let fill = match path.fill() {
        Some(fill) => Some(Path {
            segments: segments(path.data(), transform),
            paint: if fill.rule() == FillRule::EvenOdd { Paint::FillEvenOdd } else { Paint::Fill },
            color: color(fill.paint(), fill.opacity())?,
        }),
        None => None,
    };
    let stroke = match path.stroke() {
        Some(stroke) => Some(stroked(path.data(), stroke, transform)?),
        None => None,
    };
    let paths = match path.paint_order() {
        PaintOrder::FillAndStroke => [fill, stroke],
        PaintOrder::StrokeAndFill => [stroke, fill],
    };
    // Where the clip cuts nothing off, it need not be said.
    let bounds = path.stroke_bounding_box().transform(transform);
    let clip = clip.filter(|area| {
        let area = Rect::from_xywh(area.x, area.y, area.width, area.height);
        !area.zip(bounds).is_some_and(|(area, bounds)| contains(area, bounds))
    });
    shapes.extend(paths.into_iter().flatten().map(|path| Shape { path, clip }));
    Some(())
}

/// A line as a path: the line itself if it has one width everywhere, else the outline of what it covers.
fn stroked(data: &tiny_skia::Path, stroke: &usvg::Stroke, transform: Transform) -> Option<Path> {
    let color = color(stroke.paint(), stroke.opacity())?;
    if let Some(scale) = even_scale(transform) {
        let stroke = Stroke {
            width: stroke.width().get() * scale,
            dashes: stroke.dasharray().unwrap_or_default().iter().map(|length| length * scale).collect(),
            dash_offset: stroke.dashoffset() * scale,
            cap: match stroke.linecap() {
                LineCap::Butt => Cap::Butt,
                LineCap::Round => Cap::Round,
                LineCap::Square => Cap::Square,
            },
            join: match stroke.linejoin() {
                LineJoin::Miter | LineJoin::MiterClip => Join::Miter(stroke.miterlimit().get()),
                LineJoin::Round => Join::Round,
                LineJoin::Bevel => Join::Bevel,
            },
        };
        return Some(Path { segments: segments(data, transform), paint: Paint::Stroke(stroke), color });
    }
    let pen = stroke.to_tiny_skia();
    let resolution = PathStroker::compute_resolution_scale(&transform);
    let dashed = pen.dash.as_ref().and_then(|dash| data.dash(dash, resolution));
    let outline = dashed.as_ref().unwrap_or(data).stroke(&pen, resolution)?;
    Some(Path { segments: segments(&outline, transform), paint: Paint::Fill, color })
}

/// The factor of a transformation that turns, moves and scales, but stretches nothing.
fn even_scale(transform: Transform) -> Option<f32> {
    let (across, down) = (transform.sx.hypot(transform.ky), transform.kx.hypot(transform.sy));
    let skew = transform.sx * transform.kx + transform.ky * transform.sy;
    let even = (across - down).abs() <= UNEVEN * across && skew.abs() <= UNEVEN * across * down;
    even.then_some(across)
}

/// A colour, if it hides what is below it.
fn color(paint: &usvg::Paint, opacity: usvg::Opacity) -> Option<Color> {
    match paint {
        usvg::Paint::Color(color) if opacity.get() >= 1.0 => Some(Color::rgb(color.red, color.green, color.blue)),
        _ => None,
    }
}

fn segments(data: &tiny_skia::Path, transform: Transform) -> Vec<Segment> {
    let place = |mut point: tiny_skia::Point| {
        transform.map_point(&mut point);
        Point { x: point.x, y: point.y }
    };
    let mut last = tiny_skia::Point::zero();
    let mut segments = Vec::with_capacity(data.len());
    for segment in data.segments() {
        segments.push(match segment {
            PathSegment::MoveTo(to) => {
                last = to;
                Segment::Move(place(to))
            }
            PathSegment::LineTo(to) => {
                last = to;
                Segment::Line(place(to))
            }
            PathSegment::QuadTo(control, to) => {
                // A quadratic curve as a cubic one: its control points lie two thirds of the way to the one it has.
                let towards = |end: tiny_skia::Point| tiny_skia::Point {
                    x: end.x + (control.x - end.x) * 2.0 / 3.0,
                    y: end.y + (control.y - end.y) * 2.0 / 3.0,
                };
                let curve = Segment::Curve(place(towards(last)), place(towards(to)), place(to));
                last = to;
                curve
            }
            PathSegment::CubicTo(out, back, to) => {
                last = to;
                Segment::Curve(place(out), place(back), place(to))
            }
            PathSegment::Close => Segment::Close,
        });
    }
    segments
}
