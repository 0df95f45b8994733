//! The gaps between atoms: how wide they are, and how much they give and take when a line is justified.
//!
//! Between Chinese and Latin stands a quarter em (autospace). A full-width mark has half an em of white of its own: of two beside each
//! other one gives it up, and any other may be asked for it when a line takes in one more character (push-in).

use super::{Atom, AtomBody, Break, Class};

/// The gap between Chinese and Latin, in em.
const AUTOSPACE: f32 = 0.25;
/// How much of it a tight line may take, in em.
const AUTOSPACE_SHRINK: f32 = 0.125;
/// What a blank or a picture keeps clear of, in em.
const OBJECT_GAP: f32 = 0.15;
/// How much of a space between words a tight line may take.
const SPACE_SHRINK: f32 = 1.0 / 3.0;

/// How gaps share the spare room of a line: spaces take most of it, Chinese characters are parted last.
mod weight {
    pub(super) const SPACE: f32 = 2.0;
    pub(super) const AUTOSPACE: f32 = 1.5;
    pub(super) const CHINESE: f32 = 1.0;
}

/// A gap between two atoms, lengths in points.
#[derive(Clone, Copy, Default)]
struct Gap {
    width: f32,
    stretch: f32,
    shrink: f32,
}

/// Sets the gaps of a row in type of a size.
pub(super) fn set(atoms: &mut [Atom], size: f32) {
    for index in 1..atoms.len() {
        let gap = match (atoms[index - 1].class, atoms[index].class) {
            (Class::Space, _) => {
                let (row, rest) = atoms.split_at_mut(index);
                let [.., before, space] = row else { continue };
                after_space(before, space, &rest[0], size)
            }
            (_, Class::Space) => Gap::default(),
            _ => between(&atoms[index - 1], &atoms[index], size),
        };
        let atom = &mut atoms[index - 1];
        (atom.gap, atom.stretch, atom.shrink) = (gap.width, gap.stretch, gap.shrink);
    }
}

/// The gap between two atoms with no space between them.
fn between(before: &Atom, after: &Atom, size: f32) -> Gap {
    let autospace = (before.is_ideograph() && after.begins_word()) || (before.ends_word() && after.is_ideograph());
    let gap = |width, stretch, shrink| Gap { width, stretch, shrink };
    match (before.class, after.class) {
        _ if autospace => gap(AUTOSPACE * size, weight::AUTOSPACE, AUTOSPACE_SHRINK * size),
        (Class::Close, Class::Close) => gap(-before.trim_right, 0.0, 0.0),
        (Class::Close, Class::Open) => gap(-before.trim_right, weight::CHINESE, 0.0),
        (Class::Open, Class::Open) => gap(-after.trim_left, 0.0, 0.0),
        (Class::Object, Class::Close) | (Class::Open, Class::Object) => gap(0.0, weight::CHINESE, 0.0),
        (Class::Object, _) | (_, Class::Object) => gap(OBJECT_GAP * size, weight::CHINESE, 0.0),
        (Class::Latin | Class::Math, Class::Latin | Class::Math) => Gap::default(),
        _ => gap(0.0, weight::CHINESE, before.trim_right + after.trim_left),
    }
}

/// The gap after a space, and how wide the space itself is. One that an author writes between Chinese and Latin is the quarter em, no
/// more; one beside the white of a full-width mark adds nothing to it.
fn after_space(before: &Atom, space: &mut Atom, after: &Atom, size: f32) -> Gap {
    if before.class == Class::Space || after.class == Class::Space || space.after == Break::Forced {
        return Gap::default();
    }
    let white = (before.trim_right, after.trim_left);
    if white.0 > 0.0 || white.1 > 0.0 {
        space.width = 0.0;
        let both = white.0 > 0.0 && white.1 > 0.0;
        let (width, shrink) = if both { (-white.0, 0.0) } else { (0.0, white.0 + white.1) };
        return Gap { width, stretch: weight::CHINESE, shrink };
    }
    if (before.class == Class::Han) != (after.class == Class::Han) {
        space.width = AUTOSPACE * size;
        return Gap { width: 0.0, stretch: weight::AUTOSPACE, shrink: AUTOSPACE_SHRINK * size };
    }
    Gap { width: 0.0, stretch: weight::SPACE, shrink: space.width * SPACE_SHRINK }
}

impl Atom {
    /// Whether it stands for exactly these characters.
    pub(super) fn is_text(&self, characters: &str) -> bool {
        matches!(&self.body, AtomBody::Text { text, .. } if text == characters)
    }

    /// Whether it is a Chinese character, which keeps a distance from Latin words; a dash does not, nor does a sign of arithmetic.
    fn is_ideograph(&self) -> bool {
        let sign = |text: &str| text.starts_with(['—', '…', '·', '～', '×', '√', '\u{3000}']);
        self.class == Class::Han && !matches!(&self.body, AtomBody::Text { text, .. } if sign(text))
    }

    fn begins_word(&self) -> bool {
        self.is_word(|text| text.chars().next())
    }

    fn ends_word(&self) -> bool {
        self.is_word(|text| text.chars().next_back())
    }

    /// Only letters, digits and the signs and units that go with them keep their distance from Chinese: a hyphen or a slash between
    /// two names does not.
    fn is_word(&self, edge: impl Fn(&str) -> Option<char>) -> bool {
        let word = |edge: char| {
            edge.is_alphanumeric()
                || matches!(edge, '%' | '‰' | '°' | '′' | '″' | '℃' | '℉' | '+' | '$' | '#' | '@' | '&')
        };
        match &self.body {
            AtomBody::Text { text, .. } => self.class == Class::Latin && edge(text).is_some_and(word),
            AtomBody::Math { .. } => true,
            _ => false,
        }
    }
}
