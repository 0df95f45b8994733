//! Finding blueprints: the user's own in `templates/blueprints/`, files anywhere, those that are built in.

use crate::blueprint;
use crate::cli::{Failure, TEMPLATES};
use crate::diag;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A blueprint that was found, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Found {
    /// What its files are called.
    pub(super) name: String,
    pub(super) place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Place {
    File(PathBuf),
    BuiltIn(&'static str),
}

fn own_blueprints() -> PathBuf {
    Path::new(TEMPLATES).join("blueprints")
}

/// The blueprints in `templates/blueprints/` of the current folder, in the order of their names.
pub(in crate::cli) fn own() -> Result<Vec<Found>, Failure> {
    let folder = own_blueprints();
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let names = crate::source::list(&folder)?;
    let names = names.iter().filter_map(|file| file.strip_suffix(".toml"));
    Ok(names
        .map(|name| Found { name: name.to_owned(), place: Place::File(folder.join(format!("{name}.toml"))) })
        .collect())
}

/// The blueprint that an argument means.
pub(in crate::cli) fn find(argument: &str) -> Result<Found, Failure> {
    let path = Path::new(argument);
    if path.extension().is_some_and(|ending| ending == "toml") || path.components().count() > 1 {
        let name = path.file_stem().map_or_else(|| argument.to_owned(), |stem| stem.to_string_lossy().into_owned());
        return Ok(Found { name, place: Place::File(path.to_path_buf()) });
    }
    let own = own()?;
    if let Some(found) = own.iter().find(|found| found.name == argument) {
        return Ok(found.clone());
    }
    if let Some(text) = blueprint::builtin(argument) {
        return Ok(Found { name: argument.to_owned(), place: Place::BuiltIn(text) });
    }
    let own = own.into_iter().map(|found| found.name);
    let known: BTreeSet<String> = own.chain(blueprint::builtin_names().map(str::to_owned)).collect();
    Err(Failure::NoBlueprint { name: argument.to_owned(), known: diag::list_of(known.iter().map(String::as_str)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_file_and_a_name_is_looked_up() {
        assert_eq!(find("mid.toml").map(|found| found.name).ok().as_deref(), Some("mid"));
        assert_eq!(find("a/b").map(|found| found.place).ok(), Some(Place::File("a/b".into())));
        assert!(find("mock-exam").is_ok());
        assert!(matches!(find("nosuch"), Err(Failure::NoBlueprint { .. })));
    }
}
