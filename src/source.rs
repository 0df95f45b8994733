//! Source texts and places in them.
//!
//! In: paths. Out: [`Source`] texts with a [`Span`] for every place that a diagnostic may point at.
//! This is the only module that reads files of the bank; it interprets nothing.

use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The number of a source in its [`Sources`], from 1: so an optional text of a card takes no more room than one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(NonZeroU32);

/// A half-open range of bytes in one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text that the range lies in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` (byte offsets) in `source`.
    pub fn new(source: SourceId, range: std::ops::Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { source, start: clamp(range.start), end: clamp(range.end) }
    }

    /// The range as byte offsets.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line and a column, both counted from 1; a column is one Unicode scalar value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// One text with the name that messages call it by.
///
/// The text of a file is read when it is first asked for: of a bank of thousands of cards only what a diagnostic points at is
/// held.
#[derive(Debug, Clone)]
pub struct Source {
    path: PathBuf,
    text: OnceLock<String>,
    /// Where the lines begin, once a place is asked for: a file may have a warning for each of its thousand cards.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// A text under a name. A leading byte-order mark is dropped, so that columns are right, and CRLF becomes LF, so that a
    /// checkout on Windows builds the same bytes.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        if text.contains('\r') {
            text = text.replace("\r\n", "\n");
        }
        Self { path: path.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// Reads a UTF-8 file.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be read, is not UTF-8 or is over 4 GiB.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let bytes = read_bytes(path)?;
        if u32::try_from(bytes.len()).is_err() {
            return Err(FileError::TooLong { path: path.to_path_buf(), size: bytes.len() });
        }
        if let Ok(text) = simdutf8::basic::from_utf8(&bytes) {
            return Ok(Self::new(path, text));
        }
        String::from_utf8(bytes).map(|text| Self::new(path, text)).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let before = String::from_utf8_lossy(&bytes[..good]).into_owned();
            let position = Self::new(path, before).position(good);
            FileError::NotUtf8 {
                path: path.to_path_buf(),
                line: position.line,
                column: position.column,
                byte: bytes[good],
            }
        })
    }

    /// The path as the user would type it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text, without a byte-order mark. Empty if the file has gone since it was first read.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| {
            let read = Self::read(&self.path).ok();
            read.and_then(|source| source.text.into_inner()).unwrap_or_default()
        })
    }

    /// The text under a span of this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.range()).unwrap_or("")
    }

    /// The line and column of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let text = self.text();
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let starts = || std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        let lines = self.lines.get_or_init(starts);
        let line = lines.partition_point(|start| *start <= offset);
        let start = lines.get(line - 1).copied().unwrap_or(0);
        Position { line, column: text[start..offset].chars().count() + 1 }
    }
}

/// What went wrong with a file, with its path and what was being done.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused.
    #[error("cannot {operation} {}: {error}", path.display())]
    Io {
        /// What was being done: "read", "write", "rename" ….
        operation: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The bytes are not UTF-8.
    #[error("{}:{line}:{column}: not UTF-8: found the byte 0x{byte:02X}; save the file as UTF-8", path.display())]
    NotUtf8 {
        /// Which file.
        path: PathBuf,
        /// The line of the first bad byte, from 1.
        line: usize,
        /// Its column, from 1.
        column: usize,
        /// The byte itself.
        byte: u8,
    },
    /// The text is longer than a [`Span`] can address.
    #[error("{} is {size} bytes long; a file of a bank is at most 4 GiB", path.display())]
    TooLong {
        /// Which file.
        path: PathBuf,
        /// Its length in bytes.
        size: usize,
    },
}

impl FileError {
    /// A closure that wraps an [`io::Error`] with the operation and the path.
    pub fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |error| Self::Io { operation, path, error }
    }
}

/// All texts read so far, addressed by [`SourceId`].
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a text under a name and returns its number; see [`Source::new`].
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> SourceId {
        self.push(Source::new(path, text))
    }

    /// Reads a UTF-8 file and adds it.
    ///
    /// # Errors
    /// As [`Source::read`].
    pub fn read(&mut self, path: &Path) -> Result<SourceId, FileError> {
        Ok(self.push(Source::read(path)?))
    }

    /// Adds a file that is read when its text is first asked for.
    pub fn add_file(&mut self, path: impl Into<PathBuf>) -> SourceId {
        self.push(Source { path: path.into(), text: OnceLock::new(), lines: OnceLock::new() })
    }

    fn push(&mut self, source: Source) -> SourceId {
        self.files.push(source);
        SourceId(u32::try_from(self.files.len()).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX))
    }

    /// The text with this number.
    ///
    /// # Panics
    /// If `id` comes from another `Sources`.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.files[id.0.get() as usize - 1]
    }
}

/// Reads a whole file.
///
/// # Errors
/// [`FileError::Io`] with the path.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads")]
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    std::fs::read(path).map_err(FileError::io("read", path))
}

/// The names of the entries of a folder, sorted, without those that start with a dot.
///
/// # Errors
/// [`FileError::Io`] with the path of the folder.
pub fn list(folder: &Path) -> Result<Vec<String>, FileError> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(FileError::io("list", folder))? {
        let name = entry.map_err(FileError::io("list", folder))?.file_name();
        let name = name.to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_from_one() {
        let mut sources = Sources::default();
        let id = sources.add("a.toml", "\u{feff}题干 = 1\nb");
        let source = sources.get(id);
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position("题干".len()), Position { line: 1, column: 3 });
        assert_eq!(source.position("题干 = 1\n".len()), Position { line: 2, column: 1 });
        assert_eq!(source.position(9999), Position { line: 2, column: 2 });
    }

    #[test]
    fn a_file_that_is_not_utf8_is_located() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("gbk.toml");
        #[expect(clippy::disallowed_methods, reason = "a fixture")]
        std::fs::write(&path, b"ok = 1\nt = \"\xb4\xf3\"").expect("a writable temporary folder");
        let error = Sources::default().read(&path).expect_err("GBK is not UTF-8");
        assert!(error.to_string().contains("gbk.toml:2:6: not UTF-8: found the byte 0xB4"), "{error}");
    }
}
