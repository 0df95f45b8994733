//! The command line: arguments in, files and messages out, and an exit code.
//!
//! Each verb is a file in `cli/`. This is the only room that prints (through `Ui`) and that reads the clock. What people read goes
//! to two places: what a verb makes (a table, the list of files) to the standard output, what is wrong to the standard error. With
//! `--format json` the standard output holds nothing but JSON, one object a line, each with its `kind`: `diagnostic`, `cards`,
//! `file`, `forms` (how much the forms of an exam have in common), `audit` (a form judged), `advice` (a step that Anki leaves to
//! learners), `explanation` (of a code), and as the last line `summary`.
//!
//! Exit codes: 0 fine, 1 the cards or the blueprint have errors or a form fails its audit, 2 the arguments are wrong or a file cannot be read or written.

mod audit;
mod bar;
mod build;
mod check;
mod csv;
mod deck;
mod exam;
mod press;
mod stats;
mod table;
mod ui;

use crate::bank::{BANK_FILE, Bank, Loaded};
use crate::export::anki::read::ReadError;
use crate::export::anki::{PackageError, TemplateError};
use crate::export::pdf::PdfError;
use crate::export::png::PngError;
use crate::fonts::TooManyFaces;
use crate::fonts::named::FontError;
use crate::source::{FileError, Sources};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use ui::Ui;

/// One plain-text bank of cards, pressed into Anki decks, printed mock exams with answer keys, and spreadsheets.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = "Example:\n  cardpress build --bank cards --out output")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
struct Global {
    /// The folder that holds bank.toml
    #[arg(long, global = true, value_name = "DIR", default_value = "cards")]
    bank: PathBuf,
    /// The folder that files are written to
    #[arg(long, global = true, value_name = "DIR", default_value = "output")]
    out: PathBuf,
    /// How diagnostics and results are written
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    /// Whether the output has colours
    #[arg(long, global = true, value_enum, default_value_t)]
    color: Color,
    /// Say nothing but errors and what was asked for
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people: diagnostics with the text they are about
    #[default]
    Human,
    /// For editors and scripts: one line each
    Short,
    /// For programs: JSON lines on the standard output
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Build(build::Build),
    Check(check::Check),
    Deck(deck::Deck),
    Exam(exam::Exam),
    Audit(audit::Audit),
    Csv(csv::Csv),
    Stats(stats::Stats),
}

/// How a run went, as far as the user's files are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// What was asked for is done.
    Fine,
    /// The cards or the blueprint have errors, or a form fails its audit; all of it reported.
    Wrong,
}

/// Why a run could not go on, other than by errors in the cards.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("there is no bank in `{}`: it has no {BANK_FILE}", folder.display())]
    NoBank { folder: PathBuf },
    #[error("there is no folder `{}`", folder.display())]
    NoFolder { folder: PathBuf },
    #[error("there is no {what} `{name}`")]
    NoTemplate { what: &'static str, name: String, known: String },
    #[error("the templates in `{}` have errors:{}", folder.display(), lines(errors))]
    Templates { folder: PathBuf, errors: Vec<TemplateError> },
    #[error("there is no code `{name}`")]
    NoCode { name: String, guess: Option<String> },
    #[error("SOURCE_DATE_EPOCH is `{0}`, not a number of seconds since 1970")]
    Epoch(String),
    #[error(transparent)]
    Font(#[from] FontError),
    #[error(transparent)]
    TooManyFaces(#[from] TooManyFaces),
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error("there is no package `{}` to compare with", path.display())]
    NoPackage { path: PathBuf },
    #[error("cannot compare with `{}`: {error}", path.display())]
    OldPackage { path: PathBuf, error: ReadError },
    #[error("`{}` is not a package of the bank `{bank}`: its notes are of {}", path.display(), found.join(", "))]
    ForeignPackage { path: PathBuf, bank: String, found: Vec<String> },
    #[error("`{}` is the lock of an exam of the bank `{was}`, and this bank is `{is}`", path.display())]
    ForeignLock { path: PathBuf, was: String, is: String },
    #[error(transparent)]
    Pdf(#[from] PdfError),
    #[error(transparent)]
    Png(#[from] PngError),
}

/// Each on a line of its own, below what goes before.
fn lines(errors: &[TemplateError]) -> String {
    let lines: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
    lines.concat()
}

impl Failure {
    /// What the user can do about it.
    fn help(&self) -> Option<String> {
        const BANK: &str =
            "name the folder that holds bank.toml with `--bank DIR`; without it that is `cards` in the current folder";
        match self {
            Self::NoBank { .. } | Self::NoFolder { .. } | Self::ForeignLock { .. } => Some(BANK.to_owned()),
            Self::NoTemplate { known, .. } => {
                Some(format!("known: {known}; a file is named by its path, such as `mine.toml`"))
            }
            Self::NoCode { guess, .. } => {
                Some(guess.clone().unwrap_or_else(|| "codes stand in brackets: `warning[absolute-word]`".to_owned()))
            }
            Self::Epoch(_) => Some("unset it, or set it as in `SOURCE_DATE_EPOCH=1767225600`".to_owned()),
            Self::Pdf(_) => Some("this is a slip of the program and not of the cards: please report it".to_owned()),
            Self::Font(error) => error.help(),
            Self::NoPackage { .. } => Some(
                "build one with `cardpress deck`, or name an older one: `cardpress deck --diff FILE.apkg`".to_owned(),
            ),
            Self::OldPackage { error: ReadError::Newer, .. } => {
                Some("export it from Anki once more, with “Support older Anki versions” ticked".to_owned())
            }
            Self::OldPackage { .. } | Self::ForeignPackage { .. } => {
                Some("name a package that was built from this bank: `cardpress deck --diff FILE.apkg`".to_owned())
            }
            Self::File(_) | Self::Templates { .. } | Self::TooManyFaces(_) | Self::Package(_) | Self::Png(_) => None,
        }
    }
}

const FAILED: u8 = 2;

/// Runs the program with its arguments, the program's name first, and says how it should exit.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads any more is no failure.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS };
        }
    };
    let mut ui = Ui::new(&cli.global);
    let verdict = match cli.verb {
        Verb::Build(build) => build.run(&cli.global, &mut ui),
        Verb::Deck(deck) => deck.run(&cli.global, &mut ui),
        Verb::Exam(exam) => exam.run(&cli.global, &mut ui),
        Verb::Audit(audit) => audit.run(&cli.global, &mut ui),
        Verb::Csv(csv) => csv.run(&cli.global, &mut ui),
        Verb::Check(check) => check.run(&cli.global, &mut ui),
        Verb::Stats(stats) => stats.run(&cli.global, &mut ui),
    };
    if let Err(failure) = &verdict {
        ui.fail(&failure.to_string(), failure.help().as_deref());
    }
    ui.finish();
    match verdict {
        _ if ui.lost_output() => ExitCode::from(FAILED),
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Wrong) => ExitCode::FAILURE,
        Err(_) => ExitCode::from(FAILED),
    }
}

/// The user's own templates, in the current folder; those that are not there are built in.
const TEMPLATES: &str = "templates";

/// A good bank, and the texts that further diagnostics may point into.
struct Ready {
    /// Never given back piece by piece: the process ends when it is done with it.
    bank: ManuallyDrop<Bank>,
    sources: Sources,
}

/// Reads the bank.
fn read(folder: &Path) -> Result<Loaded, Failure> {
    if !folder.is_dir() {
        return Err(Failure::NoFolder { folder: folder.to_path_buf() });
    }
    if !folder.join(BANK_FILE).exists() {
        return Err(Failure::NoBank { folder: folder.to_path_buf() });
    }
    Ok(Bank::load(folder)?)
}

/// Reads the bank and reports what is wrong with it; `None` if that are errors.
fn load(folder: &Path, ui: &mut Ui) -> Result<Option<Ready>, Failure> {
    let loaded = read(folder)?;
    ui.report(&loaded.diagnostics, &loaded.sources);
    loaded.bank.iter().for_each(|bank| ui.loaded(bank));
    Ok(loaded.bank.map(|bank| Ready { bank: ManuallyDrop::new(bank), sources: loaded.sources }))
}

/// Unix time in seconds: what `SOURCE_DATE_EPOCH` says, or the clock. It is read nowhere else.
fn now() -> Result<i64, Failure> {
    if let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") {
        let epoch = epoch.to_string_lossy();
        return epoch.parse().ok().filter(|now| *now >= 0).ok_or_else(|| Failure::Epoch(epoch.into_owned()));
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    let now = std::time::SystemTime::now();
    // A clock before 1970 counts as 1970.
    Ok(now.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed_and_every_verb_shows_an_example() {
        let command = Cli::command();
        command.clone().debug_assert();
        for verb in command.get_subcommands() {
            let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
            let example = format!("Example:\n  cardpress {}", verb.get_name());
            assert!(help.contains(&example), "`{}` ends its help with {help:?}", verb.get_name());
        }
    }
}
