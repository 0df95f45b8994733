//! Fonts that a user names: a file, or a family.
//!
//! In: what stands after `--font` or in a paper style. Out: the face, or what is wrong with the name. A name with the ending of a
//! font, with a folder in it, or of a file that is there is a file; anything else is a family, looked for among the bundled fonts
//! and then among those of the machine.

use super::FaceId;
use super::face::{Face, FaceError};
use super::system::{SystemError, SystemFonts};
use crate::diag::list_of;
use crate::source::{FileError, read_bytes};
use std::ops::Deref;
use std::path::Path;

/// The faces that a user chose, in front of the bundled ones.
#[derive(Default)]
pub struct Chosen {
    /// For running text.
    pub body: Option<Pick>,
    /// For headings and strong text.
    pub heading: Option<Pick>,
    /// For characters that all of these lack, in this order.
    pub fallback: Vec<Pick>,
}

/// A chosen face.
#[derive(Clone)]
pub enum Pick {
    /// One of those that come with the program.
    Bundled(FaceId),
    /// Another.
    Face(Box<Face>),
}

/// Why a font that was named cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Pages cannot be set in the file.
    #[error("`{file}` {error}")]
    Face {
        /// The file, as it was named.
        file: String,
        /// What is wrong with it.
        error: FaceError,
    },
    /// The family is there, but pages cannot be set in it.
    #[error(transparent)]
    System(#[from] SystemError),
    /// There is no such family.
    #[error("there is no font `{name}`")]
    Unknown {
        /// The name.
        name: String,
        /// Families with names like it.
        nearest: Vec<String>,
    },
}

impl FontError {
    /// What the user can do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Face { error, .. } | Self::System(SystemError::Face { error, .. }) => Some(error.help()),
            Self::Unknown { nearest, .. } if nearest.is_empty() => {
                Some("no font of this machine is called so, or nearly so; a file is named by its path, such as `fonts/song.ttf`".to_owned())
            }
            Self::Unknown { nearest, .. } => {
                let nearest = list_of(nearest.iter().map(String::as_str));
                Some(format!("nearest: {nearest}; a file is named by its path, such as `fonts/song.ttf`"))
            }
            Self::File(_) | Self::System(SystemError::File(_)) => None,
        }
    }
}

/// The families that come with the program.
const BUNDLED: &[(&str, FaceId)] = &[("Noto Serif SC", FaceId::BODY), ("Noto Sans SC", FaceId::HEADING)];

/// The endings of font files.
const ENDINGS: [&str; 4] = ["ttf", "otf", "ttc", "otc"];

/// Finds a font by its name. Of a family the face is taken that is nearest to bold, or to regular. `system` is asked for its value
/// only where the machine's fonts are needed, so it may be a lazy cell.
///
/// # Errors
/// [`FontError`] if there is no such font or pages cannot be set in it.
pub fn find(name: &str, bold: bool, system: &impl Deref<Target = SystemFonts>) -> Result<Pick, FontError> {
    if let Some((file, index)) = as_file(name) {
        let face = Face::read(read_bytes(Path::new(file))?.into(), index);
        let face = face.map_err(|error| FontError::Face { file: name.to_owned(), error })?;
        return Ok(Pick::Face(Box::new(face)));
    }
    if let Some((_, id)) = BUNDLED.iter().find(|(family, _)| family.eq_ignore_ascii_case(name)) {
        return Ok(Pick::Bundled(*id));
    }
    let Some(face) = system.family(name, bold) else {
        let nearest = system.nearest(name).into_iter().map(str::to_owned).collect();
        return Err(FontError::Unknown { name: name.to_owned(), nearest });
    };
    Ok(Pick::Face(Box::new(face?)))
}

/// The path and the number in the collection, if the name is one of a file.
fn as_file(name: &str) -> Option<(&str, u32)> {
    if Path::new(name).is_file() {
        return Some((name, 0));
    }
    let (file, index) = match name.rsplit_once('#') {
        Some((file, number)) => (file, number.parse().ok()?),
        None => (name, 0),
    };
    let path = Path::new(file);
    let ending = path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)));
    (ending || path.components().count() > 1).then_some((file, index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fontdb::Database;

    fn found(name: &str, bold: bool) -> Result<String, String> {
        let mut database = Database::new();
        database.load_font_data(include_bytes!("../../tests/fonts/pair.ttc").to_vec());
        match find(name, bold, &&SystemFonts::of(database)) {
            Ok(Pick::Bundled(id)) => Ok(format!("bundled {}", id.index())),
            Ok(Pick::Face(face)) => Ok(face.name.clone()),
            Err(error) => Err(format!("{error}; {}", error.help().unwrap_or_default())),
        }
    }

    #[test]
    fn a_font_is_named_by_its_file_or_its_family() {
        assert_eq!(found("tests/fonts/song.ttf", true).as_deref(), Ok("SpecimenSong-Regular"));
        assert_eq!(found("tests/fonts/pair.ttc", true).as_deref(), Ok("SpecimenPair-Regular"));
        assert_eq!(found("tests/fonts/pair.ttc#1", false).as_deref(), Ok("SpecimenPair-Bold"));
        assert_eq!(found("Specimen Pair", true).as_deref(), Ok("SpecimenPair-Bold"));
        assert_eq!(found("noto serif sc", false).as_deref(), Ok("bundled 0"));
        assert_eq!(found("Noto Sans SC", false).as_deref(), Ok("bundled 1"));
    }

    #[test]
    fn what_is_wrong_with_a_name_is_said_with_what_is_there() {
        let says = |name: &str| found(name, false).expect_err("no such font");
        assert_eq!(
            says("Specimen Pear"),
            "there is no font `Specimen Pear`; nearest: `Specimen Pair`; a file is named by its path, such as `fonts/song.ttf`"
        );
        assert_eq!(
            says("tests/fonts/pair.ttc#2"),
            "`tests/fonts/pair.ttc#2` has no font number 2; it has 2: `#0` to `#1`"
        );
        assert!(says("nowhere.otf").starts_with("cannot read nowhere.otf"), "{}", says("nowhere.otf"));
        assert!(
            says("Cargo.toml").starts_with("`Cargo.toml` is no TrueType or OpenType font; allowed: "),
            "{}",
            says("Cargo.toml")
        );
    }
}
