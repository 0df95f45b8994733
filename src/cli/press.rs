//! What a verb makes, on its way to the disk and to the list at the end.

use super::table::{Edge, Table};
use super::ui::Ui;
use super::{Failure, Format};
use crate::output::{Output, State, Written};
use serde::Serialize;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Files with a word on each. Nothing is in its place before [`Press::finish`].
pub(super) struct Press {
    output: Output,
    /// What each staged file holds.
    contents: Vec<String>,
    /// What is said after the list.
    remarks: Vec<Remark>,
}

/// Says something of what was made, once it is in its place.
type Remark = Box<dyn FnOnce(&mut Ui)>;

impl Press {
    /// Relative paths start at `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self { output: Output::new(folder), contents: Vec::new(), remarks: Vec::new() }
    }

    /// Adds a file; `content` says what is in it: "160 notes, 178 cards, 2 decks".
    pub(super) fn add(
        &mut self,
        path: &(impl AsRef<Path> + ?Sized),
        bytes: &[u8],
        content: String,
    ) -> Result<(), Failure> {
        self.output.stage(path, bytes)?;
        self.contents.push(content);
        Ok(())
    }

    /// Adds a file too long to be held; `write` puts it into its temporary file and says what is in it.
    pub(super) fn add_with(
        &mut self,
        path: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let content = self.output.stage_with(path, write)?;
        self.contents.push(content);
        Ok(())
    }

    /// Adds a file that must be in its place before the others; `path` starts at the current folder.
    pub(super) fn add_first(
        &mut self,
        path: &Path,
        content: String,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        self.output.stage_first(path, write)?;
        self.contents.push(content);
        Ok(())
    }

    /// Keeps a word for after the list.
    pub(super) fn remark(&mut self, remark: impl FnOnce(&mut Ui) + 'static) {
        self.remarks.push(Box::new(remark));
    }

    /// Puts everything in its place, lists it, and says the remarks.
    pub(super) fn finish(self, ui: &mut Ui) -> Result<(), Failure> {
        let written = self.output.commit()?;
        let files = written.iter().zip(&self.contents);
        if ui.format() == Format::Json {
            for (file, content) in files {
                ui.json(&FileLine {
                    kind: "file",
                    path: shown(&file.path),
                    bytes: file.size,
                    state: word(file.state),
                    content,
                });
            }
            self.remarks.into_iter().for_each(|remark| remark(ui));
            return Ok(());
        }
        let mut table = Table::new([Edge::Left, Edge::Right, Edge::Left, Edge::Left]);
        for (file, content) in files {
            let row = |Written { path, size, state }: &Written| {
                let state = if *state == State::Unchanged { "(unchanged)" } else { "" };
                [shown(path), size_of(*size), content.clone(), state.to_owned()]
            };
            table.row(row(file));
        }
        ui.say(&table.render());
        self.remarks.into_iter().for_each(|remark| remark(ui));
        Ok(())
    }
}

#[derive(Serialize)]
struct FileLine<'a> {
    kind: &'static str,
    path: String,
    bytes: u64,
    state: &'static str,
    content: &'a str,
}

fn word(state: State) -> &'static str {
    match state {
        State::New => "new",
        State::Changed => "changed",
        State::Unchanged => "unchanged",
    }
}

/// A path as the user would type it: from the current folder if it lies within.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// A size in the largest unit that leaves it at least 1.
fn size_of(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")];
    match units.iter().find(|(unit, _)| bytes >= *unit) {
        None => format!("{bytes} B"),
        Some((unit, name)) if bytes >= unit * 10 => format!("{} {name}", (bytes + unit / 2) / unit),
        Some((unit, name)) => {
            let tenths = (bytes * 10 + unit / 2) / unit;
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let sizes = [0, 999, 1000, 1234, 9960, 98_765, 1_234_567, 5_000_000_000].map(size_of);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 KB", "1.2 KB", "10.0 KB", "99 KB", "1.2 MB", "5.0 GB"]);
    }
}
