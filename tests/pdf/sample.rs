//! A document set by hand, with all that a paper can have.

use cardpress::fonts::{FaceId, Fonts};
use cardpress::math::{self, Style};
use cardpress::raster::{Raster, RasterData};
use cardpress::typeset::display::{
    Cap, Color, Document, Glyph, Image, Ink, Item, Join, NodeId, OutlineEntry, Page, Paint, Path, Point, Rect, Role,
    Run, Segment, Stroke, Structure,
};
use ratex_types::display_item::DisplayItem;
use ratex_types::path_command::PathCommand;
use std::sync::Arc;

/// Sets a line of text, glyph by glyph; a fallback face begins a new run. Returns where it ends.
pub(crate) fn line(page: &mut Page, node: NodeId, face: FaceId, size: f32, (x, y): (f32, f32), text: &str) -> f32 {
    let fonts = Fonts::bundled();
    let mut x = x;
    for character in text.chars() {
        let (face, glyph) = fonts.glyph(face, character).expect("a bundled font has it");
        let advance = fonts.face(face).font.glyph_metrics().h_advance(glyph) / fonts.face(face).units_per_em * size;
        let glyph = Glyph { id: glyph.to_u32() as u16, x, text_length: character.len_utf8() as u8 };
        x += advance;
        if let Some(Item { node: last, ink: Ink::Glyphs(run) }) = page.items.last_mut()
            && (*last, run.face, run.size, run.y) == (node, face, size, y)
        {
            run.text.push(character);
            run.glyphs.push(glyph);
            continue;
        }
        let run = Run { face, size, y, text: character.to_string(), glyphs: vec![glyph], turned: None };
        page.items.push(Item { node, ink: Ink::Glyphs(run) });
    }
    x
}

/// Sets a formula on a baseline. Returns where it ends.
pub(crate) fn formula(page: &mut Page, node: NodeId, size: f32, (x, y): (f32, f32), tex: &str) -> f32 {
    let fonts = Fonts::bundled();
    let set = math::set(tex, Style::Inline, &fonts).expect("LaTeX");
    let at = |em_x: f64, em_y: f64| (x + em_x as f32 * size, y + (em_y - set.height) as f32 * size);
    for item in &set.items {
        let ink = match item {
            DisplayItem::GlyphPath { x, y, scale, font, char_code, .. } => {
                let (face, glyph) = fonts.math_glyph(font, *char_code).expect("a glyph");
                let (x, y) = at(*x, *y);
                let text = char::from_u32(*char_code).expect("a character").to_string();
                let glyphs = vec![Glyph { id: glyph.to_u32() as u16, x, text_length: text.len() as u8 }];
                Ink::Glyphs(Run { face, size: size * *scale as f32, y, text, glyphs, turned: None })
            }
            DisplayItem::Line { x, y, width, thickness, .. } => {
                let (x, y) = at(*x, y - thickness / 2.0);
                let (width, height) = (*width as f32 * size, *thickness as f32 * size);
                Ink::Rule(Rect { x, y, width, height, color: Color::BLACK })
            }
            DisplayItem::Path { x, y, commands, fill: true, .. } => {
                let point = |dx: f64, dy: f64| {
                    let (x, y) = at(x + dx, y + dy);
                    Point { x, y }
                };
                let segments = commands.iter().map(|command| segment(command, point)).collect();
                Ink::Path(Path { segments, paint: Paint::Fill, color: Color::BLACK })
            }
            other => panic!("{other:?} is not in these formulas"),
        };
        page.items.push(Item { node, ink });
    }
    x + set.width as f32 * size
}

fn segment(command: &PathCommand, point: impl Fn(f64, f64) -> Point) -> Segment {
    match *command {
        PathCommand::MoveTo { x, y } => Segment::Move(point(x, y)),
        PathCommand::LineTo { x, y } => Segment::Line(point(x, y)),
        PathCommand::CubicTo { x1, y1, x2, y2, x, y } => Segment::Curve(point(x1, y1), point(x2, y2), point(x, y)),
        PathCommand::QuadTo { .. } => panic!("no quadratic curves in these formulas"),
        PathCommand::Close => Segment::Close,
    }
}

fn rule(page: &mut Page, node: NodeId, x: f32, y: f32, width: f32, height: f32, gray: u8) {
    page.items.push(Item { node, ink: Ink::Rule(Rect { x, y, width, height, color: Color::Gray(gray) }) });
}

pub(crate) fn picture() -> Arc<Raster> {
    let pixels = (0..8 * 8).flat_map(|n| [(n % 8) * 32, (n / 8) * 32, 128]).collect();
    let alpha = (0..8 * 8).map(|n| if (n / 8 + n % 8) % 2 == 0 { 255 } else { 64 }).collect();
    Arc::new(Raster { width: 8, height: 8, data: RasterData::Rgb { pixels, alpha: Some(alpha) } })
}

pub(crate) const A4: (f32, f32) = (595.276, 841.89);

/// Two pages with everything.
pub(crate) fn sample() -> Document {
    let mut structure = Structure::default();
    let mut pages = vec![Page { width: A4.0, height: A4.1, items: Vec::new() }; 2];
    let body = |page: &mut Page, node, at, text: &str| line(page, node, FaceId::BODY, 10.5, at, text);

    let title = structure.add(NodeId::ROOT, Role::H1);
    line(&mut pages[0], title, FaceId::HEADING, 16.0, (180.0, 80.0), "大语言模型　模拟试卷（A卷）");
    rule(&mut pages[0], NodeId::ARTIFACT, 72.0, 90.0, 451.0, 0.5, 0);
    let section = structure.add(NodeId::ROOT, Role::H2);
    line(&mut pages[0], section, FaceId::HEADING, 12.0, (72.0, 120.0), "一、单项选择题");

    let list = structure.add(NodeId::ROOT, Role::L);
    let question = structure.add(list, Role::Li);
    let label = structure.add(question, Role::Lbl);
    let content = structure.add(question, Role::LBody);
    body(&mut pages[0], label, (72.0, 150.0), "1.");
    let x = body(&mut pages[0], content, (90.0, 150.0), "注意力分数 ");
    let attention = structure.add_with_text(content, Role::Formula, Some(r"\frac{QK^\top}{\sqrt{d}}".into()));
    let x = formula(&mut pages[0], attention, 10.5, (x, 150.0), r"\frac{QK^\top}{\sqrt{d}}");
    body(&mut pages[0], content, (x, 150.0), " 除以 d 是为了（　　）。");
    let options = structure.add(content, Role::L);
    for (index, option) in ["防止 softmax 饱和", "减少 FLOPs", "“ELMo”与 BERT"].into_iter().enumerate() {
        let item = structure.add(options, Role::Li);
        let label = structure.add(item, Role::Lbl);
        let content = structure.add(item, Role::LBody);
        let y = 170.0 + index as f32 * 18.0;
        body(&mut pages[0], label, (90.0, y), ["A.", "B.", "C."][index]);
        body(&mut pages[0], content, (108.0, y), option);
    }

    let paragraph = structure.add(NodeId::ROOT, Role::P);
    body(&mut pages[0], paragraph, (72.0, 790.0), "一段文字从第一页");
    line(&mut pages[0], NodeId::ARTIFACT, FaceId::BODY, 9.0, (280.0, 815.0), "第 1 页");
    body(&mut pages[1], paragraph, (72.0, 80.0), "续到第二页 mid-way。");
    let figure = structure.add_with_text(NodeId::ROOT, Role::Figure, Some("损失随参数量下降的曲线".into()));
    let image = Image { x: 72.0, y: 100.0, width: 120.0, height: 90.0, raster: picture() };
    pages[1].items.push(Item { node: figure, ink: Ink::Image(image.clone()) });
    let again = Image { x: 200.0, raster: picture(), ..image };
    pages[1].items.push(Item { node: figure, ink: Ink::Image(again) });
    let drawing = structure.add_with_text(NodeId::ROOT, Role::Figure, Some("a triangle & a wave".into()));
    pages[1].items.extend(shapes().map(|path| Item { node: drawing, ink: Ink::Path(path) }));
    let table = structure.add(NodeId::ROOT, Role::Table);
    for (row, cells) in [["模型", "参数"], ["GPT-3", "175 B"]].into_iter().enumerate() {
        let y = 300.0 + row as f32 * 20.0;
        let tr = structure.add(table, Role::Tr);
        for (column, cell) in cells.into_iter().enumerate() {
            let x = 72.0 + column as f32 * 100.0;
            rule(&mut pages[1], NodeId::ARTIFACT, x, y - 14.0, 98.0, 18.0, if row == 0 { 217 } else { 247 });
            let cell_node = structure.add(tr, if row == 0 { Role::Th } else { Role::Td });
            body(&mut pages[1], cell_node, (x + 4.0, y), cell);
        }
    }
    let seal = Point { x: 20.0, y: 600.0 };
    upwards(&mut pages[1], seal, 12.0, "密封线 sealed");
    upwards(&mut pages[1], seal, 30.0, "学号");
    line(&mut pages[1], NodeId::ARTIFACT, FaceId::BODY, 9.0, (280.0, 815.0), "第 2 页");

    let entry = |level, title: &str, page, y| OutlineEntry { level, title: title.to_owned(), page, y };
    Document {
        title: "大语言模型 (A卷)".into(),
        author: "教研室".into(),
        language: "zh-CN",
        pages,
        structure,
        outline: vec![
            entry(0, "模拟试卷（A卷）", 0, 60.0),
            entry(1, "一、单项选择题", 0, 105.0),
            entry(2, "1", 0, 138.0),
            entry(1, "Figures", 1, 60.0),
        ],
    }
}

/// A line of text that reads upwards; its baseline stands `across` points right of the pivot.
fn upwards(page: &mut Page, pivot: Point, across: f32, text: &str) {
    let first = page.items.len();
    line(page, NodeId::ARTIFACT, FaceId::BODY, 12.0, (10.0, across), text);
    for item in &mut page.items[first..] {
        if let Ink::Glyphs(run) = &mut item.ink {
            run.turned = Some(pivot);
        }
    }
}

/// A filled ring, an open curve and a closed triangle in black; a star with a hole in red, a dashed line with round ends in blue, and a
/// line as pens are at first.
fn shapes() -> impl Iterator<Item = Path> {
    let at = |x, y| Point { x, y };
    let square = |x: f32, y: f32, side: f32, clockwise: bool| {
        let mut corners = [at(x + side, y), at(x + side, y + side), at(x, y + side)];
        if !clockwise {
            corners.reverse();
        }
        let [a, b, c] = corners.map(Segment::Line);
        [Segment::Move(at(x, y)), a, b, c, Segment::Close]
    };
    let ring = [square(350.0, 100.0, 60.0, true), square(365.0, 115.0, 30.0, false)].concat();
    let wave = vec![
        Segment::Move(at(430.0, 160.0)),
        Segment::Curve(at(450.0, 80.0), at(470.0, 220.0), at(490.0, 140.0)),
        Segment::Line(at(500.0, 140.0)),
    ];
    let triangle = vec![
        Segment::Move(at(350.0, 180.0)),
        Segment::Line(at(380.0, 230.0)),
        Segment::Line(at(320.0, 230.0)),
        Segment::Close,
    ];
    // Five points of a circle, every second one in turn: the middle is wound around twice.
    let point = |corner: usize| {
        let turn = (corner * 2) as f32 * std::f32::consts::TAU / 5.0;
        at(470.0 + 35.0 * turn.sin(), 230.0 - 35.0 * turn.cos())
    };
    let star: Vec<Segment> = [Segment::Move(point(0))]
        .into_iter()
        .chain((1..5).map(|corner| Segment::Line(point(corner))))
        .chain([Segment::Close])
        .collect();
    let along = |y| vec![Segment::Move(at(72.0, y)), Segment::Line(at(300.0, y)), Segment::Line(at(320.0, y - 20.0))];
    let pen = |width| Paint::Stroke(Stroke::solid(width));
    let dashes = Paint::Stroke(Stroke {
        dashes: vec![0.0, 6.0, 9.0, 6.0],
        cap: Cap::Round,
        join: Join::Round,
        ..Stroke::solid(3.0)
    });
    [
        (ring, Paint::Fill, Color::BLACK),
        (wave, pen(0.8), Color::BLACK),
        (triangle, pen(2.0), Color::BLACK),
        (star, Paint::FillEvenOdd, Color::rgb(200, 30, 30)),
        (along(230.0), dashes, Color::rgb(0, 60, 160)),
        (along(250.0), pen(3.0), Color::rgb(90, 90, 90)),
    ]
    .into_iter()
    .map(|(segments, paint, color)| Path { segments, paint, color })
}
