//! Lists: entries under their markers, which tell how deep they lie.

use super::BlockStyle;
use crate::markup::List;
use crate::typeset::atom::{Atom, natural_width, text_of};
use crate::typeset::display::{NodeId, Role};
use crate::typeset::galley::{Frame, Galley};
use crate::typeset::line::Alignment;

/// The indent of a list within text, in em; more where its markers are wider.
const INDENT: f32 = 1.6;
/// Between the widest marker and the text, in em, at least.
const MARKER_GAP: f32 = 0.4;
/// The bullets of lists within lists.
const BULLETS: [&str; 3] = ["•", "–", "·"];

impl Galley<'_, '_> {
    pub(super) fn list(&mut self, list: &List, frame: Frame, style: &BlockStyle, parent: NodeId) {
        let node = self.structure.add(parent, Role::L);
        let size = style.text.size;
        let outer = self.nesting;
        let markers: Vec<Vec<Atom>> = (0..list.items.len())
            .map(|index| match list.start {
                Some(start) => text_of(self.setter, &number(start + index as u64, outer.numbers), style.text),
                None => text_of(self.setter, BULLETS[outer.bullets.min(BULLETS.len() - 1)], style.text),
            })
            .collect();
        let widest = markers.iter().map(|marker| natural_width(marker)).fold(0.0, f32::max);
        let indent = (INDENT * size).max(widest + MARKER_GAP * size);
        match list.start {
            Some(_) => self.nesting.numbers += 1,
            None => self.nesting.bullets += 1,
        }
        for (item, marker) in list.items.iter().zip(markers) {
            let entry = self.structure.add(node, Role::Li);
            let label = self.structure.add(entry, Role::Lbl);
            let body = self.structure.add(entry, Role::LBody);
            let first = self.blocks(item, frame.indented(indent), style, body);
            let room = Frame { x: frame.x, width: indent };
            self.overlay(first, marker, room, size, Alignment::Left, label);
        }
        self.nesting = outer;
    }
}

/// The number of an entry, `depth` numbered lists down: 1. (a) i.
fn number(number: u64, depth: usize) -> String {
    match depth {
        0 => format!("{number}."),
        1 => format!("({})", letters(number)),
        _ => format!("{}.", roman(number)),
    }
}

/// a, b … z, aa, ab …; 0 has no letter and stays as it is.
fn letters(number: u64) -> String {
    let mut rest = number;
    let mut letters = Vec::new();
    while let Some(less) = rest.checked_sub(1) {
        letters.push(char::from(b'a' + (less % 26) as u8));
        rest = less / 26;
    }
    if letters.is_empty() { number.to_string() } else { letters.iter().rev().collect() }
}

/// Roman numerals in small letters, from 1 to 3999; other numbers stay as they are.
fn roman(number: u64) -> String {
    const DIGITS: [(u64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..4000).contains(&number) {
        return number.to_string();
    }
    let mut rest = number;
    let mut roman = String::new();
    for (value, digits) in DIGITS {
        while rest >= value {
            roman.push_str(digits);
            rest -= value;
        }
    }
    roman
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_tell_how_deep_they_lie() {
        assert_eq!([0, 1, 2, 3].map(|depth| number(4, depth)), ["4.", "(d)", "iv.", "iv."]);
    }

    #[test]
    fn letters_go_on_after_z_and_zero_stays() {
        assert_eq!([0, 1, 26, 27, 52, 53, 702, 703].map(letters), ["0", "a", "z", "aa", "az", "ba", "zz", "aaa"]);
    }

    #[test]
    fn roman_numerals_take_away_where_they_should() {
        assert_eq!(
            [0, 1, 4, 9, 14, 40, 90, 1994, 3999, 4000].map(roman),
            ["0", "i", "iv", "ix", "xiv", "xl", "xc", "mcmxciv", "mmmcmxcix", "4000"]
        );
    }
}
