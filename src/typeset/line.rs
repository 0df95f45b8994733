//! From atoms to lines.
//!
//! In: a row of atoms and the width they have. Out: [`Line`]s with every atom in its place. Lines are filled one after the other;
//! all but the last of a paragraph are justified, by spaces most, by the gaps between Chinese and Latin less, and between Chinese
//! characters least.

use super::atom::{ASCENT, Atom, AtomBody, Class, DESCENT};
use super::shape::ShapedGlyph;
use std::collections::VecDeque;

/// A line of text.
#[derive(Debug, Clone)]
pub struct Line {
    /// The atoms and where each begins, in points from the left edge.
    pub atoms: Vec<(Atom, f32)>,
    /// Where its ink ends.
    pub width: f32,
    /// How far it rises above the baseline.
    pub ascent: f32,
    /// How far it falls below.
    pub descent: f32,
    /// Whether it is wider than it may be.
    pub overfull: bool,
}

/// How the lines of a paragraph stand in their width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// Both edges straight, but for the last line.
    Justified,
    /// The left edge straight.
    Left,
    /// In the middle.
    Center,
    /// The right edge straight.
    Right,
}

/// Gaps are not stretched beyond this, in em: a line of one long word stays ragged.
const MOST_STRETCH: f32 = 0.5;

/// Parts atoms into lines of `width` points. `size` is the size of the text, for stretching and for empty lines.
pub fn break_lines(mut atoms: Vec<Atom>, width: f32, size: f32, alignment: Alignment) -> Vec<Line> {
    shrink_formulas(&mut atoms, width);
    let mut rest = VecDeque::from(atoms);
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let end = fill(&mut rest, width, lines.is_empty());
        let row: Vec<Atom> = rest.drain(..end).collect();
        // The spaces at the start of a line go, but not those that the paragraph begins with.
        let must_break = row.last().is_some_and(|atom| atom.must_break);
        while !must_break && rest.front().is_some_and(|atom| atom.class == Class::Space && !atom.must_break) {
            rest.pop_front();
        }
        let ends_paragraph = rest.is_empty() || must_break;
        lines.push(place(row, width, size, alignment, ends_paragraph, lines.is_empty()));
    }
    if lines.is_empty() {
        let (ascent, descent) = (ASCENT * size, DESCENT * size);
        lines.push(Line { atoms: Vec::new(), width: 0.0, ascent, descent, overfull: false });
    }
    lines
}

/// A formula wider than the line is made smaller.
fn shrink_formulas(atoms: &mut [Atom], line: f32) {
    for atom in atoms {
        if let AtomBody::Math { em, .. } = &mut atom.body
            && atom.width > line
        {
            let scale = line / atom.width;
            *em *= scale;
            atom.width *= scale;
            atom.ascent *= scale;
            atom.descent *= scale;
        }
    }
}

/// How many atoms the line takes. A word wider than a whole line is cut.
fn fill(row: &mut VecDeque<Atom>, width: f32, first_line: bool) -> usize {
    let mut x = if first_line { 0.0 } else { -row[0].trim_left };
    let mut last_break = None;
    for (index, atom) in row.iter().enumerate() {
        if atom.class != Class::Space && x + atom.width - atom.trim_right > width + 0.01 {
            return match last_break {
                Some(end) => end,
                None if index == 0 => cut(row, width),
                // Nothing may break so far: a run of closing marks, say. It ends before this atom all the same.
                None => index,
            };
        }
        if atom.must_break {
            return index + 1;
        }
        x += atom.width + atom.gap;
        if atom.may_break {
            last_break = Some(index + 1);
        }
    }
    row.len()
}

/// Parts the first atom so that its beginning fits, if it is a word of several glyphs.
fn cut(row: &mut VecDeque<Atom>, width: f32) -> usize {
    if let AtomBody::Text { glyphs, text, size, underlined } = &row[0].body {
        let mut x = 0.0;
        let fits = glyphs
            .iter()
            .take_while(|glyph| {
                x += glyph.advance * size;
                x <= width
            })
            .count();
        if fits > 0 && fits < glyphs.len() && glyphs[fits].length > 0 {
            let at = glyphs[fits].start;
            let part = |glyphs: &[ShapedGlyph], text: &str, base: usize| Atom {
                width: glyphs.iter().map(|glyph| glyph.advance * size).sum(),
                body: AtomBody::Text {
                    glyphs: glyphs.iter().map(|glyph| ShapedGlyph { start: glyph.start - base, ..*glyph }).collect(),
                    text: text.to_owned(),
                    size: *size,
                    underlined: *underlined,
                },
                ..row[0].clone()
            };
            let head = Atom { gap: 0.0, may_break: true, ..part(&glyphs[..fits], &text[..at], 0) };
            let tail = part(&glyphs[fits..], &text[at..], at);
            row[0] = tail;
            row.push_front(head);
        }
    }
    1
}

fn place(row: Vec<Atom>, width: f32, size: f32, alignment: Alignment, last: bool, first_line: bool) -> Line {
    let visible = row.len() - row.iter().rev().take_while(|atom| atom.class == Class::Space).count();
    let mut row = row;
    row.truncate(visible);
    let fill = row.iter().position(|atom| matches!(atom.body, AtomBody::Fill { .. }));
    let lead = if first_line { 0.0 } else { row.first().map_or(0.0, |atom| atom.trim_left) };
    let mut places = Vec::with_capacity(row.len());
    let mut x = -lead;
    for (index, atom) in row.iter().enumerate() {
        places.push(x);
        x += atom.width + if index + 1 < row.len() { atom.gap } else { 0.0 };
    }
    let mut natural = x - row.last().map_or(0.0, |atom| atom.trim_right);
    let spare = width - natural;
    if let Some(fill) = fill.filter(|_| spare > 0.0) {
        row[fill].width += spare;
        places.iter_mut().skip(fill + 1).for_each(|place| *place += spare);
        natural = width;
    }
    match alignment {
        _ if fill.is_some() => {}
        Alignment::Justified if !last && spare > 0.0 => {
            let weights: Vec<f32> = row.windows(2).map(|pair| stretch(&pair[0], &pair[1])).collect();
            let total: f32 = weights.iter().sum();
            if total > 0.0 && spare / total < MOST_STRETCH * size {
                let mut moved = 0.0;
                for (place, weight) in places.iter_mut().skip(1).zip(weights) {
                    moved += spare * weight / total;
                    *place += moved;
                }
                natural = width;
            }
        }
        Alignment::Center => places.iter_mut().for_each(|place| *place += (spare / 2.0).max(0.0)),
        Alignment::Right => places.iter_mut().for_each(|place| *place += spare.max(0.0)),
        Alignment::Justified | Alignment::Left => {}
    }
    let most = |of: fn(&Atom) -> f32, least: f32| row.iter().map(of).fold(least, f32::max);
    Line {
        width: natural,
        ascent: most(|atom| atom.ascent, ASCENT * size),
        descent: most(|atom| atom.descent, DESCENT * size),
        overfull: natural > width + 0.5,
        atoms: row.into_iter().zip(places).collect(),
    }
}

/// How much of the spare room the gap between two atoms takes.
fn stretch(before: &Atom, after: &Atom) -> f32 {
    match (before.class, after.class) {
        (Class::Space, _) => 2.0,
        (_, Class::Space) | (Class::Latin | Class::Math, Class::Latin | Class::Math) => 0.0,
        _ if before.gap > 0.0 => 1.5,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Fonts;
    use crate::math;
    use crate::typeset::atom::{TextStyle, push_right, text_of};
    use crate::typeset::{Pictures, Setter};
    use proptest::prelude::*;

    const SIZE: f32 = 10.5;

    fn with_setter<T>(run: impl FnOnce(&mut Setter<'_>) -> T) -> T {
        let (fonts, math, pictures) = (Fonts::bundled(), math::Cache::default(), Pictures::new());
        run(&mut Setter::new(&fonts, &math, &pictures))
    }

    fn characters(line: &Line) -> String {
        line.atoms
            .iter()
            .map(|(atom, _)| if let AtomBody::Text { text, .. } = &atom.body { text.as_str() } else { "" })
            .collect()
    }

    fn broken(text: &str, width: f32) -> Vec<Line> {
        with_setter(|setter| {
            break_lines(text_of(setter, text, TextStyle::body(SIZE)), width, SIZE, Alignment::Justified)
        })
    }

    const MIXED: &str = "根据 Kaplan 等人（2020）的研究，“扩展定律”表明：模型损失随参数量、数据量与算力的增加而平滑下降；但在工程中（例如 \
        GPT-4、LLaMA-3 等），还发现《Attention Is All You Need》的架构对长上下文并不友好。注意：KV cache 的显存占用与长度成正比！\
        因此，（1）GQA；（2）MLA；（3）滑动窗口等被广泛采用……请说明理由——并举例。温度 0.7℃、占比 50%、价格 ¥100。";

    #[test]
    fn no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one() {
        for width in (100..400).step_by(7) {
            let lines = broken(MIXED, width as f32);
            for (index, line) in lines.iter().enumerate() {
                let text = characters(line);
                let (first, last) = (text.chars().next(), text.chars().last());
                let bad_start = first.is_some_and(|first| "，。、；：！？）》”’…%℃".contains(first));
                let bad_end = last.is_some_and(|last| "（《“‘¥".contains(last));
                assert!(!(bad_end || index > 0 && bad_start), "at {width}: {text}");
            }
        }
    }

    #[test]
    fn all_lines_but_the_last_reach_the_right_edge() {
        for width in [320.0, 396.0, 468.0] {
            let lines = broken(MIXED, width);
            let (_, full) = lines.split_last().expect("there is text");
            for line in full {
                assert!((line.width - width).abs() < 0.1, "at {width}: {} of {}", line.width, characters(line));
            }
        }
    }

    #[test]
    fn what_is_pushed_right_stands_at_the_right_edge_even_on_a_line_of_its_own() {
        for (stem, lines) in [("最主要的不同是", 1), ("一二三四五六七八九十一二三四五六七八", 2)]
        {
            let set = with_setter(|setter| {
                let mut atoms = text_of(setter, stem, TextStyle::body(SIZE));
                let blank = text_of(setter, "（　　）", TextStyle::body(SIZE));
                push_right(&mut atoms, blank, false, SIZE);
                break_lines(atoms, 20.0 * SIZE, SIZE, Alignment::Justified)
            });
            assert_eq!(set.len(), lines, "{stem}");
            let last = set.last().expect("there is a line");
            assert!(characters(last).ends_with("（　　）") && (last.width - 20.0 * SIZE).abs() < 0.1, "{stem}");
        }
    }

    proptest! {
        /// Whatever the text and the width, every character that is no space stands on some line, and none is wider than it may be.
        #[test]
        fn nothing_is_lost_and_nothing_sticks_out(text in "[一二三四五六七八九十a-zA-Z0-9 ，。（）“”·—…-]{0,80}", width in 30.0_f32..500.0) {
            let lines = broken(&text, width);
            let shown: String = lines.iter().map(characters).collect();
            let visible = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
            prop_assert_eq!(visible(&shown), visible(&text));
            for line in &lines {
                prop_assert!(!line.overfull, "{} at {}", characters(line), width);
            }
        }
    }
}
