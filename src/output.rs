//! The one writer of files.
//!
//! In: paths and bytes. Out: files that are whole at every moment, the old ones or the new. Each file is first written beside its
//! target under a temporary name; when all of them are on the disk they take the places of the old ones in one burst of renames.
//! A run that is killed before that burst changes nothing, one that is killed within it leaves some files new and some old, none
//! of them cut short. What it leaves behind, `.cardpress-<name>.tmp`, is removed by the next run.
//!
//! What the bytes mean is not known here, and nothing is printed.

use crate::source::FileError;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

const PREFIX: &str = ".cardpress-";
const SUFFIX: &str = ".tmp";

/// Bytes of a long file that are held at a time.
const CHUNK: usize = 1 << 16;

/// How a file differs from what lay there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// There was none.
    New,
    /// There was another.
    Changed,
    /// The bytes were there already, and the file was not touched.
    Unchanged,
}

/// A file that a run stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// Whether it had to be written.
    pub state: State,
}

/// Files on their way to the disk. Dropped without [`Output::commit`], it leaves everything as it was.
#[derive(Debug)]
pub struct Output {
    folder: PathBuf,
    /// The folders written to, by their canonical paths, each locked against a second run as far as the system can.
    folders: BTreeMap<PathBuf, Option<File>>,
    /// Canonical paths of folders by the paths that they were given by: one folder may have many, relative, absolute or through a link.
    canonical: BTreeMap<PathBuf, PathBuf>,
    staged: Vec<Staged>,
    /// The paths of those in their canonical folders, looked up for each new one: an exam may have twenty thousand files.
    paths: HashSet<PathBuf>,
}

#[derive(Debug)]
struct Staged {
    /// Whether it is renamed before those that are not.
    first: bool,
    /// Where the bytes wait; `None` if they are in their place already.
    temporary: Option<PathBuf>,
    written: Written,
}

impl Output {
    /// A writer whose relative paths start at `folder`. Nothing is created yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            folders: BTreeMap::new(),
            canonical: BTreeMap::new(),
            staged: Vec::new(),
            paths: HashSet::new(),
        }
    }

    /// Writes a file under its temporary name, unless the bytes are in their place already. Folders are made as needed.
    ///
    /// # Errors
    /// [`FileError`] with the path and what was being done. A path that was staged before, a path without a file name, and a folder
    /// that another run is writing to are errors too.
    pub fn stage(&mut self, path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), FileError> {
        let (path, temporary) = self.place(path.as_ref())?;
        let size = bytes.len() as u64;
        let state = state(&path, size, bytes)?;
        let temporary = (state != State::Unchanged).then_some(temporary);
        // Known before it is written, so that a half-written file is removed too.
        self.staged.push(Staged { first: false, temporary: temporary.clone(), written: Written { path, size, state } });
        let Some(temporary) = temporary else { return Ok(()) };
        create(&temporary)?.write_all(bytes).map_err(FileError::io("write", &temporary))
    }

    /// As [`Output::stage`], for a file too long to be held: `write` puts it under its temporary name. If the bytes are in their place
    /// already, what it wrote is removed again.
    ///
    /// # Errors
    /// As [`Output::stage`], and those of `write`.
    pub fn stage_with<T, E: From<FileError>>(
        &mut self,
        path: impl AsRef<Path>,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.add(path.as_ref(), false, write)
    }

    /// As [`Output::stage_with`], for a file that takes its place before the others do: a lock that is ahead of a deck is mended by the
    /// next build, a deck that is ahead of its lock is not.
    ///
    /// # Errors
    /// As [`Output::stage_with`].
    pub fn stage_first<T, E: From<FileError>>(
        &mut self,
        path: impl AsRef<Path>,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.add(path.as_ref(), true, write)
    }

    fn add<T, E: From<FileError>>(
        &mut self,
        path: &Path,
        first: bool,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (path, temporary) = self.place(path)?;
        // Known before it is written, as above.
        let written = Written { path: path.clone(), size: 0, state: State::New };
        self.staged.push(Staged { first, temporary: Some(temporary.clone()), written });
        let mut file = BufWriter::with_capacity(CHUNK, create(&temporary)?);
        let result = write(&mut file)?;
        file.flush().map_err(FileError::io("write", &temporary))?;
        drop(file);
        let size = fs::metadata(&temporary).map_err(FileError::io("look at", &temporary))?.len();
        let state = state(&path, size, open(&temporary)?)?;
        if state == State::Unchanged {
            fs::remove_file(&temporary).map_err(FileError::io("remove", &temporary))?;
        }
        let temporary = (state != State::Unchanged).then_some(temporary);
        self.staged.pop();
        self.staged.push(Staged { first, temporary, written: Written { path, size, state } });
        Ok(result)
    }

    /// Where a file belongs and where it waits; its folder is made ready.
    fn place(&mut self, path: &Path) -> Result<(PathBuf, PathBuf), FileError> {
        let path = self.folder.join(path);
        let invalid =
            |message: &str| FileError::io("write", &path)(io::Error::new(io::ErrorKind::InvalidInput, message));
        let Some(name) = path.file_name() else { return Err(invalid("this is no file name")) };
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let canonical = self.enter(&folder)?.join(name);
        if !self.paths.insert(canonical) {
            return Err(invalid("two outputs have this name"));
        }
        let mut temporary = std::ffi::OsString::from(PREFIX);
        temporary.push(name);
        temporary.push(SUFFIX);
        Ok((path, folder.join(temporary)))
    }

    /// Makes a folder ready: it exists, no other run writes to it, and what a killed run left in it is gone. Gives its canonical path.
    fn enter(&mut self, folder: &Path) -> Result<PathBuf, FileError> {
        if let Some(canonical) = self.canonical.get(folder) {
            return Ok(canonical.clone());
        }
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        fs::create_dir_all(here).map_err(FileError::io("make the folder", here))?;
        let canonical = fs::canonicalize(here).map_err(FileError::io("find the folder", here))?;
        // A lock of this run would keep this run out too, and what waits in the folder would be swept away.
        if !self.folders.contains_key(&canonical) {
            let handle = take(here)?;
            self.folders.insert(canonical.clone(), handle);
        }
        self.canonical.insert(folder.to_path_buf(), canonical.clone());
        Ok(canonical)
    }

    /// Puts every staged file in its place: those of [`Output::stage_first`], then the others, each in the order of staging. Says
    /// what it stands for in the order of staging, files that were not touched included.
    ///
    /// # Errors
    /// [`FileError`] if a file does not reach the disk, in which case none was replaced, or cannot be replaced, in which case those
    /// before it were.
    pub fn commit(mut self) -> Result<Vec<Written>, FileError> {
        let waiting: Vec<&Path> = self.staged.iter().filter_map(|staged| staged.temporary.as_deref()).collect();
        waiting.par_iter().try_for_each(|path| {
            let file = OpenOptions::new().write(true).open(path).map_err(FileError::io("open", path))?;
            file.sync_all().map_err(FileError::io("write", path))
        })?;
        for first in [true, false] {
            for staged in self.staged.iter_mut().filter(|staged| staged.first == first) {
                if let Some(temporary) = &staged.temporary {
                    let path = &staged.written.path;
                    fs::rename(temporary, path).map_err(FileError::io("replace", path))?;
                    staged.temporary = None;
                }
            }
        }
        for folder in self.folders.values().flatten() {
            // The names are on the disk too; a system that cannot do this for folders does it in its own time.
            let _ = folder.sync_all();
        }
        Ok(std::mem::take(&mut self.staged).into_iter().map(|staged| staged.written).collect())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        for temporary in self.staged.iter().filter_map(|staged| staged.temporary.as_deref()) {
            // If it cannot be removed now, the next run does it.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Locks a folder, as far as the system can, and removes what a killed run left in it.
fn take(folder: &Path) -> Result<Option<File>, FileError> {
    // Not every system opens or locks a folder; then two runs at once are the user's business.
    let handle = File::open(folder).ok();
    if let Some(Err(TryLockError::WouldBlock)) = handle.as_ref().map(File::try_lock) {
        let busy = io::Error::new(io::ErrorKind::WouldBlock, "another cardpress is writing to it");
        return Err(FileError::io("use the folder", folder)(busy));
    }
    for entry in fs::read_dir(folder).map_err(FileError::io("list", folder))?.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            // One that stays in the way is reported when its name is needed.
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(handle)
}

/// How a file differs from what is at its path, the new one being `size` bytes long.
fn state(path: &Path, size: u64, new: impl BufRead) -> Result<State, FileError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::New),
        Err(error) => Err(FileError::io("look at", path)(error)),
        Ok(found) if !found.is_file() => {
            Err(FileError::io("replace", path)(io::Error::other("there is something of this name that is no file")))
        }
        Ok(found) if found.len() == size && same(open(path)?, new).map_err(FileError::io("compare", path))? => {
            Ok(State::Unchanged)
        }
        Ok(_) => Ok(State::Changed),
    }
}

/// Whether two files hold the same bytes; neither is ever held as a whole.
fn same(mut one: impl BufRead, mut other: impl BufRead) -> io::Result<bool> {
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if length == 0 {
            return Ok(left.len() == right.len());
        }
        if left[..length] != right[..length] {
            return Ok(false);
        }
        one.consume(length);
        other.consume(length);
    }
}

fn open(path: &Path) -> Result<impl BufRead + use<>, FileError> {
    let file = File::open(path).map_err(FileError::io("read", path))?;
    Ok(BufReader::with_capacity(CHUNK, file))
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that writes")]
fn create(path: &Path) -> Result<File, FileError> {
    File::create(path).map_err(FileError::io("create", path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::read_bytes;

    fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        create(path)?.write_all(bytes).map_err(FileError::io("write", path))
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    /// The names in a folder, hidden ones too.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn text(path: &Path) -> String {
        String::from_utf8(read_bytes(path).expect("a file")).expect("UTF-8")
    }

    fn states(written: &[Written]) -> Vec<State> {
        written.iter().map(|written| written.state).collect()
    }

    #[test]
    fn files_appear_all_at_once_and_only_when_asked() {
        let folder = folder();
        let out = folder.path().join("out put/卷");
        let mut output = Output::new(&out);
        output.stage("a.csv", b"1").expect("a writable folder");
        output.stage("deep/b.csv", b"22").expect("a writable folder");
        assert_eq!(names(&out), [".cardpress-a.csv.tmp", "deep"]);
        let written = output.commit().expect("a writable folder");
        assert_eq!(names(&out), ["a.csv", "deep"]);
        assert_eq!(names(&out.join("deep")), ["b.csv"]);
        assert_eq!(states(&written), [State::New, State::New]);
        assert_eq!((written[1].size, written[1].path.clone()), (2, out.join("deep/b.csv")));
    }

    #[test]
    fn what_is_dropped_leaves_the_old_file_and_nothing_else() {
        let folder = folder();
        let path = folder.path().join("a");
        write(&path, b"old").expect("a writable folder");
        let mut output = Output::new(folder.path());
        output.stage("a", b"new").expect("a writable folder");
        drop(output);
        assert_eq!((names(folder.path()), text(&path)), (vec!["a".to_owned()], "old".to_owned()));
    }

    #[test]
    fn what_is_the_same_is_reported_but_not_touched() {
        let folder = folder();
        let build = |bytes: &[u8]| {
            let mut output = Output::new(folder.path());
            output.stage("a", bytes).expect("a writable folder");
            let written = output.commit().expect("a writable folder");
            (states(&written), fs::metadata(folder.path().join("a")).and_then(|file| file.modified()).expect("a time"))
        };
        let (state, first) = build(b"one");
        assert_eq!(state, [State::New]);
        let (state, second) = build(b"one");
        assert_eq!((state, second), (vec![State::Unchanged], first));
        assert_eq!(build(b"two").0, [State::Changed]);
    }

    #[test]
    fn a_long_file_is_written_piece_by_piece_and_known_again() {
        let folder = folder();
        // Longer than what is compared at a time.
        let build = |last: u8| {
            let mut output = Output::new(folder.path());
            let count = output.stage_with("a", |file| {
                for piece in 0..1000_u32 {
                    file.write_all(&[piece as u8; 199]).map_err(FileError::io("write", Path::new("a")))?;
                }
                file.write_all(&[last]).map_err(FileError::io("write", Path::new("a")))?;
                Ok::<_, FileError>(1000)
            });
            assert_eq!(count.expect("a writable folder"), 1000);
            let waiting = names(folder.path()).len();
            let written = output.commit().expect("a writable folder");
            assert_eq!((names(folder.path()), written[0].size), (vec!["a".to_owned()], 199_001));
            (written[0].state, waiting, read_bytes(&folder.path().join("a")).expect("a file").pop())
        };
        assert_eq!(build(1), (State::New, 1, Some(1)));
        assert_eq!(build(1), (State::Unchanged, 1, Some(1)));
        assert_eq!(build(2), (State::Changed, 2, Some(2)));
    }

    #[test]
    fn a_long_file_that_cannot_be_made_leaves_the_old_one() {
        let folder = folder();
        write(&folder.path().join("a"), b"old").expect("a writable folder");
        let mut output = Output::new(folder.path());
        let result: Result<(), FileError> = output.stage_with("a", |file| {
            file.write_all(b"half").map_err(FileError::io("write", Path::new("a")))?;
            Err(FileError::io("make", Path::new("a"))(io::Error::other("out of cards")))
        });
        assert!(result.is_err_and(|error| error.to_string().ends_with("out of cards")));
        drop(output);
        assert_eq!((names(folder.path()), text(&folder.path().join("a"))), (vec!["a".to_owned()], "old".to_owned()));
    }

    #[test]
    fn what_a_killed_run_left_behind_is_swept_away() {
        let folder = folder();
        for name in [".cardpress-form-C.pdf.tmp", ".cardpress-a.tmp", ".other.tmp"] {
            write(&folder.path().join(name), b"half a fi").expect("a writable folder");
        }
        let mut output = Output::new(folder.path());
        output.stage("a", b"whole").expect("a writable folder");
        output.commit().expect("a writable folder");
        assert_eq!(names(folder.path()), [".other.tmp", "a"]);
        assert_eq!(text(&folder.path().join("a")), "whole");
    }

    #[test]
    fn the_lock_takes_its_place_before_the_files_that_hang_on_it() {
        let folder = folder();
        let mut output = Output::new(folder.path());
        output.stage("deck", b"new").expect("a writable folder");
        output
            .stage_first("cards.lock", |file| {
                file.write_all(b"new").map_err(FileError::io("write", Path::new("cards.lock")))
            })
            .expect("a writable folder");
        // Something comes into the way of the deck after it was staged.
        fs::create_dir_all(folder.path().join("deck/in the way")).expect("a writable folder");
        let error = output.commit().expect_err("a folder cannot be replaced").to_string();
        assert!(error.starts_with("cannot replace ") && error.contains("deck: "), "{error}");
        assert_eq!(names(folder.path()), ["cards.lock", "deck"]);
    }

    #[test]
    fn a_file_that_cannot_be_written_holds_back_all() {
        let folder = folder();
        fs::create_dir_all(folder.path().join(".cardpress-b.tmp/x")).expect("a writable folder");
        let mut output = Output::new(folder.path());
        output.stage("a", b"new").expect("a writable folder");
        let error = output.stage("b", b"new").expect_err("its temporary name is a folder").to_string();
        assert!(error.starts_with("cannot create ") && error.contains(".cardpress-b.tmp"), "{error}");
        drop(output);
        assert_eq!(names(folder.path()), [".cardpress-b.tmp"]);
    }

    #[test]
    fn a_folder_of_that_name_and_a_name_used_twice_are_said() {
        let folder = folder();
        fs::create_dir(folder.path().join("a")).expect("a writable folder");
        let mut output = Output::new(folder.path());
        let error = output.stage("a", b"").expect_err("there is a folder").to_string();
        assert!(error.ends_with("there is something of this name that is no file"), "{error}");
        output.stage("b", b"").expect("a writable folder");
        assert!(output.stage("b", b"").is_err());
        assert!(output.stage("..", b"").is_err());
        let file = folder.path().join("file");
        write(&file, b"").expect("a writable folder");
        let error = Output::new(&file).stage("a", b"").expect_err("a file is no folder").to_string();
        assert!(error.starts_with("cannot make the folder "), "{error}");
    }

    #[test]
    fn a_folder_may_be_named_in_two_ways() {
        let folder = folder();
        let out = folder.path().join("out");
        let mut output = Output::new(&out);
        output.stage("deck", b"1").expect("a writable folder");
        let mut others = vec![out.join("..").join("out")];
        #[cfg(unix)]
        {
            others.push(folder.path().join("link"));
            std::os::unix::fs::symlink(&out, &others[1]).expect("a writable folder");
        }
        for (number, other) in others.iter().enumerate() {
            let lock = other.join(format!("lock {number}"));
            output
                .stage_first(&lock, |file| file.write_all(b"2").map_err(FileError::io("write", &lock)))
                .expect("no other run writes to it");
            let error = output.stage(other.join("deck"), b"3").expect_err("it is staged already").to_string();
            assert!(error.ends_with("two outputs have this name"), "{error}");
        }
        output.commit().expect("a writable folder");
        assert_eq!(names(&out)[0], "deck");
        assert_eq!(names(&out).len(), 1 + others.len());
        assert_eq!((text(&out.join("deck")), text(&out.join("lock 0"))), ("1".to_owned(), "2".to_owned()));
    }

    #[test]
    #[cfg(unix)]
    fn two_runs_do_not_write_to_one_folder() {
        let folder = folder();
        let mut one = Output::new(folder.path());
        one.stage("a", b"one").expect("a writable folder");
        let error = Output::new(folder.path()).stage("a", b"two").expect_err("the first still writes").to_string();
        assert!(error.ends_with("another cardpress is writing to it"), "{error}");
        one.commit().expect("a writable folder");
        let mut two = Output::new(folder.path());
        two.stage("a", b"two").expect("the first is done");
    }
}
