//! Finding blueprints and paper styles: the user's own in `templates/`, files anywhere, those that are built in.

use crate::cli::{Failure, TEMPLATES};
use crate::paper::style;
use crate::source::{FileError, SourceId, Sources};
use crate::{blueprint, diag};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A kind of file that is looked up by name: the user's own first, then what is built in.
pub(in crate::cli) struct Shelf {
    /// What messages call such a file.
    what: &'static str,
    /// The folder in `templates/` of the current folder.
    folder: &'static str,
    builtin: fn(&str) -> Option<&'static str>,
    builtin_names: fn() -> Vec<&'static str>,
}

/// What exams draw.
pub(in crate::cli) const BLUEPRINTS: Shelf = Shelf {
    what: "blueprint",
    folder: "blueprints",
    builtin: blueprint::builtin,
    builtin_names: || blueprint::builtin_names().collect(),
};

/// How papers look.
pub(super) const PAPERS: Shelf = Shelf {
    what: "paper style",
    folder: "papers",
    builtin: style::builtin,
    builtin_names: || style::builtin_names().collect(),
};

/// A file that was found, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Found {
    /// Its name; of a blueprint, what the files of the exam are called.
    pub(in crate::cli) name: String,
    pub(super) place: Place,
}

impl Found {
    /// The path of a file that it names: relative to its own folder, or to the current one for what is built in.
    pub(super) fn beside(&self, file: &str) -> PathBuf {
        match &self.place {
            Place::File(path) => path.with_file_name("").join(file),
            Place::BuiltIn(_) => PathBuf::from(file),
        }
    }

    /// Reads it into `sources`.
    pub(in crate::cli) fn source(&self, sources: &mut Sources) -> Result<SourceId, FileError> {
        match &self.place {
            Place::File(path) => sources.read(path),
            Place::BuiltIn(text) => Ok(sources.add(format!("{}.toml (built in)", self.name), *text)),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Place {
    File(PathBuf),
    BuiltIn(&'static str),
}

/// The names that something could have had, as messages list them.
pub(super) struct Known(pub(super) BTreeSet<String>);

impl Known {
    pub(super) fn list(&self) -> String {
        diag::list_of(self.0.iter().map(String::as_str))
    }
}

impl Shelf {
    /// The user's own files, in the order of their names.
    pub(in crate::cli) fn own(&self) -> Result<Vec<Found>, Failure> {
        let folder = Path::new(TEMPLATES).join(self.folder);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let names = crate::source::list(&folder)?;
        let names = names.iter().filter_map(|file| file.strip_suffix(".toml"));
        Ok(names
            .map(|name| Found { name: name.to_owned(), place: Place::File(folder.join(format!("{name}.toml"))) })
            .collect())
    }

    /// The file that an argument means: a path, or a name.
    pub(in crate::cli) fn find(&self, argument: &str) -> Result<Found, Failure> {
        let path = Path::new(argument);
        if path.extension().is_some_and(|ending| ending == "toml") || path.components().count() > 1 {
            let name = path.file_stem().map_or_else(|| argument.to_owned(), |stem| stem.to_string_lossy().into_owned());
            return Ok(Found { name, place: Place::File(path.to_path_buf()) });
        }
        let unknown =
            |known: Known| Failure::NoTemplate { what: self.what, name: argument.to_owned(), known: known.list() };
        self.named(argument)?.map_err(unknown)
    }

    /// The file of a name, or the names that there are.
    pub(super) fn named(&self, name: &str) -> Result<Result<Found, Known>, Failure> {
        let own = self.own()?;
        if let Some(found) = own.iter().find(|found| found.name == name) {
            return Ok(Ok(found.clone()));
        }
        if let Some(text) = (self.builtin)(name) {
            return Ok(Ok(Found { name: name.to_owned(), place: Place::BuiltIn(text) }));
        }
        let own = own.into_iter().map(|found| found.name);
        Ok(Err(Known(own.chain((self.builtin_names)().into_iter().map(str::to_owned)).collect())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_file_and_a_name_is_looked_up() {
        assert_eq!(BLUEPRINTS.find("mid.toml").map(|found| found.name).ok().as_deref(), Some("mid"));
        assert_eq!(BLUEPRINTS.find("a/b").map(|found| found.place).ok(), Some(Place::File("a/b".into())));
        assert!(BLUEPRINTS.find("mock-exam").is_ok());
        assert!(PAPERS.find("a3-2col").is_ok());
        assert!(matches!(PAPERS.find("mock-exam"), Err(Failure::NoTemplate { what: "paper style", .. })));
    }
}
