//! What the user sees: messages, results, progress, and the count of what was wrong.
//!
//! Everything printed goes through [`Ui`]. A reader that went away (`cardpress stats | head -1`) ends the printing, not the run.

use super::{Color, Format, Global};
use crate::bank::Bank;
use crate::diag::render::{self, render};
use crate::diag::{Diagnostic, Severity};
use crate::source::{SourceId, Sources};
use anstream::{AutoStream, ColorChoice};
use clap::builder::styling::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

/// The one who prints.
pub(super) struct Ui {
    format: Format,
    color: ColorChoice,
    quiet: bool,
    tally: Tally,
    /// The cards and chapters of the bank, once it is read and found good.
    bank: Option<(usize, usize)>,
    /// Whether the standard output went away or broke.
    deaf: bool,
    /// Whether it broke otherwise than by a reader that had enough.
    lost: bool,
}

/// How much was wrong.
#[derive(Debug, Default)]
struct Tally {
    errors: usize,
    warnings: usize,
    files: BTreeSet<PathBuf>,
}

impl Ui {
    pub(super) fn new(global: &Global) -> Self {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            format: global.format,
            color,
            quiet: global.quiet,
            tally: Tally::default(),
            bank: None,
            deaf: false,
            lost: false,
        }
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// What the verb is there for: to the standard output, quiet or not.
    pub(super) fn result(&mut self, text: &str) {
        if self.deaf {
            return;
        }
        let mut stream = AutoStream::new(io::stdout(), self.color).lock();
        if let Err(error) = stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
            self.deaf = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.lost = true;
                self.fail(&format!("cannot write to the standard output: {error}"), None);
            }
        }
    }

    /// A result as one line of JSON.
    pub(super) fn json(&mut self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(line) => self.result(&(line + "\n")),
            Err(error) => self.fail(&error.to_string(), None),
        }
    }

    /// A remark on what was done, for people only: to the standard output, unless they want it quiet.
    pub(super) fn say(&mut self, text: &str) {
        if !self.quiet && self.format != Format::Json {
            self.result(text);
        }
    }

    /// To the standard error; where that is gone too there is nobody to tell.
    fn complain(&self, text: &str) {
        let mut stream = AutoStream::new(io::stderr(), self.color).lock();
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// Why the run cannot go on.
    pub(super) fn fail(&self, message: &str, help: Option<&str>) {
        let error = Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into()));
        let word = Style::new().bold();
        let help = help.map_or_else(String::new, |help| format!("  {word}help:{word:#} {help}\n"));
        self.complain(&format!("{error}error:{error:#} {message}\n{help}"));
    }

    /// Reports diagnostics and counts them. Warnings are counted but not shown to those who want it quiet.
    pub(super) fn report(&mut self, diagnostics: &[Diagnostic], sources: &Sources) {
        let file = |source: SourceId| sources.get(source).path().to_path_buf();
        let mut text = String::new();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => self.tally.errors += 1,
                Severity::Warning => self.tally.warnings += 1,
            }
            self.tally.files.extend(diagnostic.label.as_ref().map(|label| file(label.span.source)));
            if diagnostic.is_error() || !self.quiet {
                text += &render(diagnostic, sources, self.render_format());
            }
        }
        match self.format {
            Format::Json => self.result(&text),
            Format::Human | Format::Short => self.complain(&text),
        }
    }

    /// Remembers the size of a good bank for the last line.
    pub(super) fn loaded(&mut self, bank: &Bank) {
        self.bank = Some((bank.cards.len(), bank.chapters.len()));
    }

    fn render_format(&self) -> render::Format {
        match self.format {
            Format::Human => render::Format::Human,
            Format::Short => render::Format::Short,
            Format::Json => render::Format::Json,
        }
    }

    /// A bar of `length` steps, or a spinner for 0: on a terminal, for people. Elsewhere nothing is drawn.
    pub(super) fn progress(&self, length: u64, what: &'static str) -> ProgressBar {
        if self.quiet || self.format != Format::Human {
            return ProgressBar::hidden();
        }
        let (bar, template) = if length == 0 {
            (ProgressBar::new_spinner(), "{spinner} {msg}")
        } else {
            (ProgressBar::new(length), "{bar:30} {pos}/{len} {msg}")
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        // A bar must not stay on the screen when an error ends the work.
        let bar = bar.with_finish(ProgressFinish::AndClear);
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }

    /// How much was wrong so far: "2 errors and 1 warning in 3 files"; empty if nothing was.
    fn tally(&self) -> String {
        let Tally { errors, warnings, files } = &self.tally;
        let parts: Vec<String> = [(*errors, "error"), (*warnings, "warning")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, noun)| count_of(count, noun))
            .collect();
        match files.len() {
            _ if parts.is_empty() => String::new(),
            0 => parts.join(" and "),
            files => format!("{} in {}", parts.join(" and "), count_of(files, "file")),
        }
    }

    /// The last line of a run.
    pub(super) fn finish(&mut self) {
        #[derive(Serialize)]
        struct Summary {
            kind: &'static str,
            errors: usize,
            warnings: usize,
            files: usize,
            cards: Option<usize>,
            chapters: Option<usize>,
        }
        let Tally { errors, warnings, files } = &self.tally;
        if self.format == Format::Json {
            let (errors, warnings, files) = (*errors, *warnings, files.len());
            let (cards, chapters) = self.bank.unzip();
            self.json(&Summary { kind: "summary", errors, warnings, files, cards, chapters });
        } else if *errors > 0 || (*warnings > 0 && !self.quiet) {
            self.complain(&format!("{}\n", self.tally()));
        }
    }

    /// Whether results could not be printed, other than by a reader that had enough.
    pub(super) fn lost_output(&self) -> bool {
        self.lost
    }
}

/// "1 card", "2 cards".
pub(super) fn count_of(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
