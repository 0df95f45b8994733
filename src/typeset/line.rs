//! From atoms to lines.
//!
//! In: a row of atoms and the width they have. Out: [`Line`]s with every atom in its place. Where a justified paragraph breaks is
//! decided for all of its lines together (`breaks`): a line may shrink, to take in one more character, as well as stretch. Words
//! are parted (`words`) only where that leaves a line loose. Here the lines are then filled, one after the other.

mod breaks;
mod words;

#[cfg(test)]
mod tests;

use super::Setter;
use super::atom::{ASCENT, Atom, AtomBody, Break, Class, DESCENT, natural_width};
use breaks::Measure;

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

/// The most that a gap of weight 1 is stretched, in em. Spaces have the greatest weight, 2, and are about a quarter em wide: at this
/// measure they are just short of an em, and nothing is wider. A line that needs more stays ragged.
const MOST_STRETCH: f32 = 0.37;

/// A formula is made smaller to fit its line, but not below this part of the size of the text.
const LEAST_FORMULA: f32 = 0.7;

/// Parts atoms into lines of `width` points. `size` is the size of the text, for stretching and for empty lines.
pub fn break_lines(
    setter: &Setter<'_>,
    mut atoms: Vec<Atom>,
    width: f32,
    size: f32,
    alignment: Alignment,
) -> Vec<Line> {
    shrink_formulas(&mut atoms, width, size);
    let measure = Measure { width, size, language: setter.language() };
    let ends = if fits_one_line(&atoms, width) {
        vec![atoms.len()]
    } else {
        breaks::find(setter, &mut atoms, measure, alignment)
    };
    let mut lines = Vec::with_capacity(ends.len());
    let mut rest = atoms.into_iter();
    let mut start = 0;
    let mut after = Break::Forced;
    for end in ends {
        let mut row = Vec::with_capacity(end - start + 1);
        row.extend(rest.by_ref().take(end - start).map(|atom| (atom, 0.0)));
        let before = after;
        after = row.last().map_or(Break::Never, |(atom, _)| atom.after);
        // The spaces at the start of a line go, but not those that the paragraph begins with.
        if before != Break::Forced {
            let spaces = row.iter().take_while(|(atom, _)| atom.class == Class::Space && atom.after != Break::Forced);
            row.drain(..spaces.count());
        }
        if after == Break::Hyphen {
            row.extend(row.last().and_then(|(atom, _)| words::hyphen(setter, atom)).map(|hyphen| (hyphen, 0.0)));
        }
        let fill_follows = rest.as_slice().first().is_none_or(|next| matches!(next.body, AtomBody::Fill { .. }));
        let ends_paragraph = fill_follows || after == Break::Forced;
        lines.push(place(row, width, size, alignment, ends_paragraph, lines.is_empty()));
        start = end;
    }
    if lines.is_empty() {
        let (ascent, descent) = (ASCENT * size, DESCENT * size);
        lines.push(Line { atoms: Vec::new(), width: 0.0, ascent, descent, overfull: false });
    }
    lines
}

/// Most options, cells and headings are one line.
fn fits_one_line(atoms: &[Atom], width: f32) -> bool {
    !atoms.is_empty() && natural_width(atoms) <= width && atoms.iter().all(|atom| atom.after != Break::Forced)
}

/// A formula wider than the line is made smaller. One that would become too small to read is left too wide, which is then reported.
fn shrink_formulas(atoms: &mut [Atom], line: f32, size: f32) {
    for atom in atoms {
        if let AtomBody::Math { em, .. } = &mut atom.body
            && atom.width > line
        {
            let least = (LEAST_FORMULA * size / *em).min(1.0);
            let scale = (line / atom.width).max(least);
            *em *= scale;
            atom.width *= scale;
            atom.ascent *= scale;
            atom.descent *= scale;
        }
    }
}

/// Puts a row of atoms in its places. The last line of a paragraph is not stretched.
fn place(mut row: Vec<(Atom, f32)>, width: f32, size: f32, alignment: Alignment, last: bool, first_line: bool) -> Line {
    let spaces = row.iter().rev().take_while(|(atom, _)| atom.class == Class::Space).count();
    row.truncate(row.len() - spaces);
    if let Some((atom, _)) = row.last_mut() {
        (atom.gap, atom.stretch, atom.shrink) = (0.0, 0.0, 0.0);
    }
    let sum = |of: fn(&Atom) -> f32| row.iter().map(|(atom, _)| of(atom)).sum::<f32>();
    let lead = if first_line { 0.0 } else { row.first().map_or(0.0, |(atom, _)| atom.trim_left) };
    let trim = row.last().map_or(0.0, |(atom, _)| atom.trim_right);
    let spare = width - (sum(|atom| atom.width + atom.gap) - lead - trim);
    let (stretch, shrink) = (sum(|atom| atom.stretch), sum(|atom| atom.shrink));
    let fill = row.iter().position(|(atom, _)| matches!(atom.body, AtomBody::Fill { .. }));
    if let Some(fill) = fill {
        row[fill].0.width += spare.max(0.0);
    }
    // What each unit of stretch adds to a gap, and which part of what it can give each gap gives.
    let (mut more, mut less) = (0.0, 0.0);
    let mut x = -lead;
    match alignment {
        _ if fill.is_some() && spare >= 0.0 => {}
        Alignment::Justified if spare < 0.0 && shrink > 0.0 => less = (-spare / shrink).min(1.0),
        Alignment::Justified if !last && stretch > 0.0 && spare / stretch <= MOST_STRETCH * size + 0.001 => {
            more = spare / stretch;
        }
        Alignment::Center => x += (spare / 2.0).max(0.0),
        Alignment::Right => x += spare.max(0.0),
        Alignment::Justified | Alignment::Left => {}
    }
    let (mut ascent, mut descent) = (ASCENT * size, DESCENT * size);
    let start = x;
    for (atom, place) in &mut row {
        *place = x;
        x += atom.width + atom.gap + more * atom.stretch - less * atom.shrink;
        ascent = ascent.max(atom.ascent);
        descent = descent.max(atom.descent);
    }
    // From where the text begins, less the white that stands outside.
    let ink = x - start - lead - trim;
    Line { width: ink, ascent, descent, overfull: ink > width + 0.5, atoms: row }
}
