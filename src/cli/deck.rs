//! `cardpress deck`: the Anki package, and the lock that remembers when each note last changed.

mod advice;
mod diff;
mod legible;

pub(super) use advice::advise;

use super::press::Press;
use super::ui::{Ui, count_of};
use super::{Failure, Global, Ready, TEMPLATES, Verdict, load, now};
use crate::diag::{Diagnostic, any_error};
use crate::export::anki::{self, Advice, Changes, MediaDigests, NoteTypes, Planner, Summary};
use crate::lock::{LOCK_FILE, Lock};
use crate::source::{FileError, Sources};
use clap::Args;
use std::io;
use std::path::{Path, PathBuf};

/// Write the deck for Anki, and the lock beside the cards
///
/// A file in templates/anki/ of the current folder takes the place of the built-in one of that name.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress deck --bank cards --out output\n  cardpress deck --diff")]
pub(super) struct Deck {
    #[command(flatten)]
    options: Locking,
    /// Write nothing; say what importing the deck would do to someone who has an older package [default FILE: the one in the output
    /// folder]
    ///
    /// Lists the notes that are added, updated, moved or gone, field by field, and those that Anki would pass over. The exit code
    /// is 0 whether or not there are any.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "how clap tells `--diff` from `--diff FILE`")]
    diff: Option<Option<PathBuf>>,
}

#[derive(Debug, Args)]
pub(super) struct Locking {
    /// The lock file; commit it with the cards [default: cards.lock in the bank]
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
}

impl Deck {
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        if let Some(older) = &self.diff {
            return diff::run(older.as_deref(), &self.options, global, ui);
        }
        let Some(ready) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let mut press = Press::new(&global.out);
        let Some(Staged { advice, .. }) = stage(&ready, &self.options, global, &mut press, ui)? else {
            return Ok(Verdict::Wrong);
        };
        press.finish(ui)?;
        advise(&advice, ui);
        Ok(Verdict::Fine)
    }
}

impl Locking {
    /// Where the lock lies.
    pub(super) fn path(&self, global: &Global) -> PathBuf {
        self.lock.clone().unwrap_or_else(|| global.bank.join(LOCK_FILE))
    }
}

/// What there is to know of a deck that is on its way to the disk.
pub(super) struct Staged {
    /// What is left to learners.
    pub(super) advice: Vec<Advice>,
    /// What its media hold.
    pub(super) digests: MediaDigests,
}

/// The lock of the last build as it was found, with what is to be said of it.
struct FoundLock {
    lock: Option<Lock>,
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
}

impl FoundLock {
    fn read(path: &Path) -> Result<Self, FileError> {
        let (mut diagnostics, mut sources) = (Vec::new(), Sources::default());
        let lock = Lock::load(path, &mut sources, &mut diagnostics)?;
        Ok(Self { lock, diagnostics, sources })
    }

    /// `None` if it is damaged, which is reported.
    fn sound(self, ui: &mut Ui) -> Option<Lock> {
        ui.report(&self.diagnostics, &self.sources);
        self.lock.filter(|_| !any_error(&self.diagnostics))
    }
}

/// Makes the package and the next lock; `None` if the lock is damaged or contradicts the cards, which is
/// reported.
pub(super) fn stage(
    ready: &Ready,
    options: &Locking,
    global: &Global,
    press: &mut Press,
    ui: &mut Ui,
) -> Result<Option<Staged>, Failure> {
    let path = options.path(global);
    let Some(lock) = FoundLock::read(&path)?.sound(ui) else { return Ok(None) };
    let progress = ui.progress(0, "pressing the deck");
    let types = note_types()?;
    let media = ready.bank.media(ready.bank.deck_cards())?;
    let digests = MediaDigests::of(&media);
    let planner = Planner::new(&ready.bank, &lock, &types, &digests, now()?);
    let mut planned = None;
    press.add_with(&format!("{}.apkg", ready.bank.info.id), |file| {
        let (plan, Summary { notes, cards, decks, pictures, sounds }) = anki::package(&planner, &media, file)?;
        planned = Some(plan);
        let mut content = vec![count_of(notes, "note"), count_of(cards, "card"), count_of(decks, "deck")];
        for (count, noun) in [(pictures, "picture"), (sounds, "sound")] {
            content.extend((count > 0).then(|| count_of(count, noun)));
        }
        Ok(content.join(", "))
    })?;
    let Some(plan) = planned else { return Ok(None) };
    ui.report(&plan.diagnostics, &ready.sources);
    if any_error(&plan.diagnostics) {
        return Ok(None);
    }
    let Changes { added, changed, .. } = plan.changes;
    let lock_content = if (added, changed) == (0, 0) {
        "no note is new or changed".to_owned()
    } else {
        format!("{added} new and {}", count_of(changed, "changed note"))
    };
    press.add_first(&path, lock_content, |file| Ok(plan.write_lock(file).map_err(FileError::io("write", &path))?))?;
    let advice = plan.advice();
    progress.finish_and_clear();
    Ok(Some(Staged { advice, digests }))
}

/// The built-in note types with the user's own templates.
pub(super) fn note_types() -> Result<NoteTypes, Failure> {
    let folder = Path::new(TEMPLATES).join("anki");
    let mut unreadable = None;
    let own = |name: &str| match read_if_there(&folder.join(name)) {
        Ok(text) => text,
        Err(error) => {
            unreadable.get_or_insert(error);
            None
        }
    };
    let types = NoteTypes::with_templates(own);
    if let Some(error) = unreadable {
        return Err(error.into());
    }
    types.map_err(|errors| Failure::Templates { folder, errors })
}

fn read_if_there(path: &Path) -> Result<Option<String>, FileError> {
    let mut sources = Sources::default();
    match sources.read(path) {
        Ok(source) => Ok(Some(sources.get(source).text().to_owned())),
        Err(FileError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
