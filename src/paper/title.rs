//! Titles that are longer than a line: where their lines end.
//!
//! In: the atoms of a title and the width it has. Out: a width, or places to break, that make its lines read well. Breaking itself is
//! [`crate::typeset::line`]'s.

use crate::typeset::Setter;
use crate::typeset::atom::{Atom, AtomBody, Break, natural_width};
use crate::typeset::line::{Alignment, break_lines};

/// The width at which the lines of a title are about as long as each other, and no more of them than in `width`.
pub(super) fn balanced(setter: &Setter<'_>, atoms: &[Atom], width: f32, size: f32) -> f32 {
    let natural = natural_width(atoms);
    if natural <= width {
        return width;
    }
    let lines = |width: f32| break_lines(setter, atoms.to_vec(), width, size, Alignment::Left).len();
    let fewest = lines(width);
    // What cannot be parted is not to be, either.
    let pieces = atoms.split_inclusive(|atom| atom.after != Break::Never).map(natural_width);
    let mut even = pieces.fold(natural / fewest as f32, f32::max);
    while even < width && lines(even) > fewest {
        even += size / 2.0;
    }
    even.min(width)
}

/// Lets the lines of the head of a section end after its clauses alone: before the bracket, after a comma. Where a clause is longer than
/// a line, all stays as it is.
pub(super) fn break_at_clauses(atoms: &mut [Atom], width: f32) {
    let ends: Vec<bool> = (0..atoms.len()).map(|index| ends_clause(atoms, index)).collect();
    let mut start = 0;
    for (index, end) in ends.iter().enumerate() {
        if *end || index + 1 == atoms.len() {
            if natural_width(&atoms[start..=index]) > width {
                return;
            }
            start = index + 1;
        }
    }
    for (atom, end) in atoms.iter_mut().zip(ends) {
        if !end && atom.after != Break::Forced {
            atom.after = Break::Never;
        }
    }
}

fn ends_clause(atoms: &[Atom], index: usize) -> bool {
    let text = |index: usize| match atoms.get(index).map(|atom| &atom.body) {
        Some(AtomBody::Text { text, .. }) => text.as_str(),
        _ => "",
    };
    // An English line ends after the space that follows the comma.
    let comma = if text(index).trim().is_empty() { index.wrapping_sub(1) } else { index };
    text(comma).ends_with(['，', ',']) || text(index + 1).starts_with(['（', '('])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Fonts;
    use crate::math;
    use crate::typeset::Pictures;
    use crate::typeset::atom::{TextStyle, text_of};

    /// The lines of a title at a width, with its breaks as they are or after its clauses.
    fn lines(title: &str, width: f32, clauses: bool) -> Vec<String> {
        let (fonts, math, pictures) = (Fonts::bundled(), math::Cache::default(), Pictures::new());
        let mut setter = Setter::new(&fonts, &math, &pictures);
        let mut atoms = text_of(&mut setter, title, TextStyle::heading(12.0));
        if clauses {
            break_at_clauses(&mut atoms, width);
        }
        let width = balanced(&setter, &atoms, width, 12.0);
        let text =
            |atom: &Atom| if let AtomBody::Text { text, .. } = &atom.body { text.clone() } else { String::new() };
        let lines = break_lines(&setter, atoms, width, 12.0, Alignment::Left);
        lines.iter().map(|line| line.atoms.iter().map(|(atom, _)| text(atom)).collect()).collect()
    }

    #[test]
    fn lines_are_as_even_as_they_can_be() {
        let title = "一二三四五六七八九十甲乙";
        assert_eq!(lines(title, 12.0 * 12.5, false), [title]);
        assert_eq!(lines(title, 12.0 * 10.5, false), ["一二三四五六", "七八九十甲乙"], "and not ten and two");
        assert_eq!(lines(title, 12.0 * 5.5, false), ["一二三四", "五六七八", "九十甲乙"]);
    }

    #[test]
    fn the_head_of_a_section_is_parted_at_its_clauses() {
        let head = "四、填空题（本大题共 10 小题，每小题 1 分，共 10 分）";
        let parted = ["四、填空题（本大题共 10 小题，", "每小题 1 分，共 10 分）"];
        assert_eq!(lines(head, 275.0, true), parted);
        let head = "Section D. Short answer (2 questions, 2 points each, 4 points)";
        assert_eq!(lines(head, 200.0, true), ["Section D. Short answer", "(2 questions,", "2 points each, 4 points)"]);
        let long = "五、一个没有任何停顿而又特别长的大题名称";
        assert_eq!(lines(long, 150.0, true), lines(long, 150.0, false), "a clause that is longer than a line");
    }
}
