//! The fonts of the machine: by the name of a family, and by a character that no other font has.
//!
//! In: a [`fontdb::Database`]. Out: [`Face`]s with the file that each is from. What is found hangs on which fonts there are and on
//! nothing else: neither on the order in which a file system lists them nor on which was asked for before. Reading the list of fonts
//! takes a while, so callers do it only when a page needs it.

use super::face::{Face, FaceError};
use super::is_right_to_left;
use crate::source::{FileError, read_bytes};
use fontdb::{Database, FaceInfo, Source, Stretch, Style};
use harfrust::font::Blob;
use read_fonts::{FontRef, TableProvider};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The fonts of the machine.
pub struct SystemFonts {
    database: Database,
    /// In the order of their files.
    faces: Vec<FaceInfo>,
}

/// Why a font of the machine cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Pages cannot be set in it.
    #[error("{origin} {error}")]
    Face {
        /// The font.
        origin: Origin,
        /// What is wrong with it.
        error: FaceError,
    },
}

/// Where a face is from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The name of its family.
    pub family: String,
    /// Its file as `--font` takes it: the path, with `#` and the number of the face in a collection.
    pub file: String,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.family, self.file)
    }
}

/// A face that has characters which others lack.
pub struct Supply {
    /// The face.
    pub face: Face,
    /// Where it is from.
    pub origin: Origin,
    /// The characters that are taken from it.
    pub characters: BTreeSet<char>,
}

impl SystemFonts {
    /// The fonts in the folders where this system keeps them.
    pub fn load() -> Self {
        let mut database = Database::new();
        database.load_system_fonts();
        Self::of(database)
    }

    /// The fonts of a database.
    pub fn of(database: Database) -> Self {
        let mut faces: Vec<FaceInfo> = database.faces().cloned().collect();
        faces.sort_by_cached_key(|info| (path(info).to_owned(), info.index, info.post_script_name.clone()));
        faces.retain(|info| {
            let family = family(info).to_lowercase();
            // Names of fonts that the system keeps for itself begin with a dot; they are not for documents.
            !family.starts_with('.') && !STOPGAPS.iter().any(|stopgap| family.starts_with(stopgap))
        });
        Self { database, faces }
    }

    /// The face of a family, by any of its names in any language, or by the PostScript name of the face; the upright one whose weight
    /// is nearest to bold or regular. `None` if there is no such family.
    pub fn family(&self, name: &str, bold: bool) -> Option<Result<Face, SystemError>> {
        let wanted = if bold { 700 } else { 400 };
        let named = |info: &&FaceInfo| {
            let families = info.families.iter().map(|(family, _)| family);
            families.chain([&info.post_script_name]).any(|family| same(family, name))
        };
        let found = self.faces.iter().filter(named);
        let found = found.min_by_key(|info| (!same(&info.post_script_name, name), posture(info, wanted)))?;
        Some(self.read(found).map(|(face, _)| face))
    }

    /// Up to five names of families that are like a name: those that it is part of, then those that differ in less than half of
    /// their letters.
    pub fn nearest(&self, name: &str) -> Vec<&str> {
        let name = name.to_lowercase();
        let families: BTreeSet<&str> =
            self.faces.iter().flat_map(|info| &info.families).map(|(family, _)| family.as_str()).collect();
        let like = |family: &str| {
            let lower = family.to_lowercase();
            let part = lower.contains(&name) || name.contains(&lower);
            let distance = strsim::damerau_levenshtein(&lower, &name);
            (part || 2 * distance < lower.chars().count()).then_some((!part, distance))
        };
        let mut ranked: Vec<_> = families.into_iter().filter_map(|family| Some((like(family)?, family))).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, family)| family).take(5).collect()
    }

    /// Looks for characters in all fonts; each is taken from the font that suits it best, and the faces are in the order of their
    /// files. A character is left out if no font draws it.
    pub fn supply(&self, missing: &BTreeSet<char>) -> Vec<Supply> {
        let missing: Vec<char> = missing.iter().copied().filter(|character| !is_right_to_left(*character)).collect();
        // Each file is opened once, however many characters are looked for.
        let mut candidates: BTreeMap<char, Vec<usize>> = BTreeMap::new();
        for (index, info) in self.faces.iter().enumerate() {
            let has = |data: &[u8], number| {
                let font = FontRef::from_index(data, number).ok()?;
                let map = font.cmap().ok()?;
                Some(missing.iter().copied().filter(|character| map.map_codepoint(*character).is_some()).collect())
            };
            let found: Vec<char> = self.database.with_face_data(info.id, has).flatten().unwrap_or_default();
            for character in found {
                candidates.entry(character).or_default().push(index);
            }
        }
        let mut read: BTreeMap<usize, Option<Supply>> = BTreeMap::new();
        for (character, mut faces) in candidates {
            faces.sort_by_cached_key(|index| (rank(character, &self.faces[*index]), *index));
            for index in faces {
                let supply = read.entry(index).or_insert_with(|| {
                    let (face, origin) = self.read(&self.faces[index]).ok()?;
                    Some(Supply { face, origin, characters: BTreeSet::new() })
                });
                if let Some(supply) = supply.as_mut().filter(|supply| supply.face.draws(character)) {
                    supply.characters.insert(character);
                    break;
                }
            }
        }
        read.into_values().flatten().filter(|supply| !supply.characters.is_empty()).collect()
    }

    fn read(&self, info: &FaceInfo) -> Result<(Face, Origin), SystemError> {
        let bytes: Blob = match &info.source {
            Source::Binary(data) => Arc::clone(data).into(),
            Source::File(path) | Source::SharedFile(path, _) => read_bytes(path)?.into(),
        };
        let members = self.faces.iter().filter(|other| path(other) == path(info)).count();
        // Configurations name folders as `./fonts`, too.
        let file: PathBuf = path(info).components().collect();
        let file = file.to_string_lossy();
        let file = if info.index > 0 || members > 1 { format!("{file}#{}", info.index) } else { file.into_owned() };
        let origin = Origin { family: family(info).to_owned(), file };
        match Face::read(bytes, info.index) {
            Ok(face) => Ok((face, origin)),
            Err(error) => Err(SystemError::Face { origin, error }),
        }
    }
}

fn path(info: &FaceInfo) -> &Path {
    match &info.source {
        Source::File(path) | Source::SharedFile(path, _) => path,
        Source::Binary(_) => Path::new(""),
    }
}

/// The name of the family in English, where it has one.
fn family(info: &FaceInfo) -> &str {
    info.families.first().map_or(&info.post_script_name, |(family, _)| family)
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// How far a face is from an upright one of a weight; least is best.
fn posture(info: &FaceInfo, weight: u16) -> (bool, bool, u16) {
    (info.style != Style::Normal, info.stretch != Stretch::Normal, info.weight.0.abs_diff(weight))
}

/// Families that suit Chinese beside the bundled Song, by how their names begin.
const HAN: &[&str] = &[
    "noto serif cjk sc",
    "noto serif sc",
    "source han serif sc",
    "source han serif",
    "noto serif cjk",
    "simsun",
    "nsimsun",
    "songti sc",
    "stsong",
    "mingliu",
    "pmingliu",
    "hanamin",
    "babelstone han",
    "noto sans cjk sc",
    "noto sans sc",
    "source han sans",
    "noto sans cjk",
    "pingfang sc",
    "microsoft yahei",
];

/// Families that suit signs and emoji.
const SIGNS: &[&str] = &[
    "noto sans symbols",
    "noto emoji",
    "noto sans math",
    "symbola",
    "dejavu sans",
    "segoe ui symbol",
    "segoe ui emoji",
    "apple symbols",
];

/// Families that suit any other script.
const LETTERS: &[&str] =
    &["noto serif", "noto sans", "dejavu serif", "dejavu sans", "times new roman", "liberation serif"];

/// Families that have something for every character, as a picture of its block or its number: a page would show boxes.
const STOPGAPS: &[&str] = &["lastresort", "last resort", "adobe blank", "adobe notdef", "unicode bmp fallback"];

/// How well a face suits a character; least is best.
fn rank(character: char, info: &FaceInfo) -> (bool, bool, usize, (bool, bool, u16)) {
    let suited = match character {
        '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => HAN,
        '\u{2000}'..='\u{2bff}' | '\u{1d000}'..='\u{1faff}' => SIGNS,
        _ => LETTERS,
    };
    let family = family(info).to_lowercase();
    let position = suited.iter().position(|start| family.starts_with(start)).unwrap_or(suited.len());
    // Its letters are drawn of squares.
    let coarse = family.starts_with("unifont");
    (coarse, info.monospaced, position, posture(info, 400))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fontdb::{ID, Language, Weight};

    const SONG: &[u8] = include_bytes!("../../tests/fonts/song.ttf");
    const POST: &[u8] = include_bytes!("../../tests/fonts/post.otf");
    const PAIR: &[u8] = include_bytes!("../../tests/fonts/pair.ttc");
    const BLANK: &[u8] = include_bytes!("../../tests/fonts/blank.ttf");

    /// A machine with these fonts.
    fn machine(files: &[&[u8]]) -> SystemFonts {
        let mut database = Database::new();
        for file in files {
            database.load_font_data(file.to_vec());
        }
        SystemFonts::of(database)
    }

    /// A machine on which one file goes by several names.
    fn machine_of_names(names: &[(&str, Style, u16)]) -> SystemFonts {
        let mut database = Database::new();
        for (family, style, weight) in names {
            database.push_face_info(FaceInfo {
                id: ID::dummy(),
                source: Source::Binary(Arc::new(SONG)),
                index: 0,
                families: vec![((*family).to_owned(), Language::English_UnitedStates)],
                post_script_name: format!("{}-{weight}", family.replace(' ', "")),
                style: *style,
                weight: Weight(*weight),
                stretch: Stretch::Normal,
                monospaced: family.contains("Mono"),
            });
        }
        SystemFonts::of(database)
    }

    /// The family of each character that was found.
    fn supplied(fonts: &SystemFonts, characters: &str) -> Vec<(char, String)> {
        let mut found: Vec<(char, String)> = fonts
            .supply(&characters.chars().collect())
            .into_iter()
            .flat_map(|supply| {
                supply.characters.into_iter().map(move |character| (character, supply.origin.family.clone()))
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn characters_come_from_fonts_that_draw_them() {
        let fonts = machine(&[BLANK, POST, PAIR, SONG]);
        let expected = [
            ('\u{e000}', "Specimen Song"), // Specimen Blank has it, with nothing to see
            ('\u{e001}', "Specimen Post"),
            ('\u{e003}', "Specimen Pair"),
            ('𠮷', "Specimen Song"),
        ];
        let expected = expected.map(|(character, family)| (character, family.to_owned()));
        assert_eq!(supplied(&fonts, "\u{e000}\u{e001}\u{e003}\u{e00f}𠮷"), expected);
    }

    #[test]
    fn the_family_that_suits_the_script_is_asked_first() {
        let upright = |family| (family, Style::Normal, 400);
        let names = [
            upright("Aardvark"),
            upright("DejaVu Sans"),
            upright("Noto Sans CJK SC"),
            upright("SimSun-ExtB"),
            upright("Noto Serif CJK SC"),
            ("Noto Serif CJK SC", Style::Normal, 900),
            upright("Noto Serif"),
            upright("Noto Sans Mono"),
            upright("Unifont"),
            upright("LastResort"),
            upright(".System Font"),
        ];
        let first =
            |names: &[_], character| supplied(&machine_of_names(names), character).pop().map(|(_, family)| family);
        assert_eq!(first(&names, "𠮷").as_deref(), Some("Noto Serif CJK SC"));
        assert_eq!(first(&names, "A").as_deref(), Some("Noto Serif"));
        assert_eq!(first(&names[..4], "𠮷").as_deref(), Some("SimSun-ExtB"));
        assert_eq!(first(&names[..2], "𠮷").as_deref(), Some("Aardvark"), "none suits: the name decides");
        assert_eq!(first(&names[7..], "A").as_deref(), Some("Noto Sans Mono"));
        assert_eq!(first(&names[8..], "A").as_deref(), Some("Unifont"));
        assert_eq!(first(&names[9..], "A"), None, "boxes and fonts that are the system's own");
    }

    /// A file system lists files in any order.
    #[test]
    fn the_order_of_the_list_changes_nothing() {
        let mut names = [
            ("Noto Serif CJK SC", Style::Italic, 400),
            ("Noto Serif CJK SC", Style::Normal, 700),
            ("Noto Serif CJK SC", Style::Normal, 300),
        ];
        let chosen = |names: &[_]| {
            let supply = machine_of_names(names).supply(&BTreeSet::from(['𠮷']));
            let weight = machine_of_names(names).faces.iter().map(|face| face.weight.0).collect::<Vec<_>>();
            (supply.len(), weight)
        };
        let before = chosen(&names);
        names.reverse();
        assert_eq!(chosen(&names), before);
        assert_eq!(before.0, 1);
    }

    #[test]
    fn a_family_is_found_by_any_name_and_its_bold_face_for_headings() {
        let fonts = machine(&[SONG, PAIR]);
        let name = |family, bold| fonts.family(family, bold).map(|face| face.expect("a font").name);
        assert_eq!(name("specimen pair", false).as_deref(), Some("SpecimenPair-Regular"));
        assert_eq!(name("Specimen Pair", true).as_deref(), Some("SpecimenPair-Bold"));
        assert_eq!(name("SpecimenPair-Bold", false).as_deref(), Some("SpecimenPair-Bold"));
        assert_eq!(name("Specimen Song", true).as_deref(), Some("SpecimenSong-Regular"));
        assert_eq!(name("Specimen", false), None);
        assert_eq!(fonts.nearest("specimen sing"), ["Specimen Song", "Specimen Pair"]);
        assert_eq!(fonts.nearest("pair"), ["Specimen Pair"]);
        assert!(fonts.nearest("Garamond").is_empty());
    }

    #[test]
    fn text_from_right_to_left_is_not_looked_for() {
        assert_eq!(supplied(&machine(&[SONG]), "א𠮷").len(), 1);
    }
}
