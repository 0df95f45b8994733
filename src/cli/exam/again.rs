//! `cardpress exam --lock`: the papers of a lock once more.
//!
//! In: the lock, the bank of today. Out: the same files, or a word on everything that is not as it was. A changed paper style is an error, as
//! a changed card is: its pages may break elsewhere, and then candidates who sit side by side turn them at different items. Who wants
//! them on another paper names it. The lock itself is not written: it stays the record of what was printed first.

use super::{Drawing, FontShelf, PAPERS, Printable, Styled, print, read_style, unknown_paper};
use crate::blueprint::Blueprint;
use crate::cli::press::Press;
use crate::cli::ui::Ui;
use crate::cli::{Failure, Ready, Verdict};
use crate::diag::{Code, Diagnostic, any_error, list_of};
use crate::exam_lock::{ExamLock, PROGRAM, Places, Printed};
use crate::source::Sources;
use std::path::Path;

/// Sets the forms of a lock and makes their files. What stands in the way is reported.
pub(super) fn stage(
    ready: &mut Ready,
    path: &Path,
    accept_changes: bool,
    options: &Drawing,
    shelf: &FontShelf<'_>,
    press: &mut Press,
    ui: &mut Ui,
) -> Result<Verdict, Failure> {
    let mut diagnostics = Vec::new();
    let lock = ExamLock::load(path, &mut ready.sources, &mut diagnostics)?;
    ui.report(&diagnostics, &ready.sources);
    let Some(lock) = lock else { return Ok(Verdict::Wrong) };
    let (was, is) = (&lock.bank.id, &ready.bank.info.id);
    if was != is {
        let (path, was, is) = (path.to_path_buf(), was.to_string(), is.to_string());
        return Err(Failure::ForeignLock { path, was, is });
    }
    let Some(blueprint) = blueprint(&lock, path, &mut ready.sources, ui) else { return Ok(Verdict::Wrong) };
    // Both are asked for before either is given up, so that everything that has changed is said in one run.
    let style = style(&lock, options, &mut ready.sources, ui)?;
    let again = lock.again(&ready.bank, &blueprint, accept_changes)?;
    ui.report(&again.diagnostics, &ready.sources);
    let Some(style) = style.filter(|_| !any_error(&again.diagnostics)) else { return Ok(Verdict::Wrong) };
    let exam = Printable {
        name: &lock.exam,
        blueprint: &blueprint,
        style: &style.style,
        forms: &again.forms,
        fingerprint: &lock.bank.fingerprint,
        png: options.png,
    };
    let Some(printed) = print(&exam, ready, shelf, press, ui)? else { return Ok(Verdict::Wrong) };
    let known = !again.diagnostics.is_empty() || style.stamp() != lock.paper;
    if !known {
        ui.report(differing(&lock, &printed).as_slice(), &ready.sources);
    }
    Ok(Verdict::Fine)
}

/// The blueprint of a lock, with what the command line said when it was drawn.
fn blueprint(lock: &ExamLock, path: &Path, sources: &mut Sources, ui: &mut Ui) -> Option<Blueprint> {
    let source = sources.add(format!("{} (its blueprint)", path.display()), lock.blueprint.as_str());
    let loaded = Blueprint::read(sources, source);
    ui.report(&loaded.diagnostics, sources);
    let mut blueprint = loaded.blueprint?;
    blueprint.exam.seed = lock.seed;
    blueprint.exam.answer_sheet = lock.answer_sheet;
    Some(blueprint)
}

/// The style that the command line names, or else that of the lock, as it was. `None` if there is none, which is reported.
fn style(lock: &ExamLock, options: &Drawing, sources: &mut Sources, ui: &mut Ui) -> Result<Option<Styled>, Failure> {
    if let Some(argument) = &options.choice.paper {
        return read_style(&PAPERS.find(argument)?, sources, ui);
    }
    let name = &lock.paper.name;
    let Some(Places { paper: span, .. }) = lock.places else { return Ok(None) };
    let found = match PAPERS.named(name)? {
        Ok(found) => found,
        Err(known) => {
            let help = "one that lies elsewhere is named by its file: `--paper FILE`";
            ui.report(&[unknown_paper(name, span, &known).help(help)], sources);
            return Ok(None);
        }
    };
    let style = read_style(&found, sources, ui)?;
    if style.as_ref().is_some_and(|style| style.hash != lock.paper.hash) {
        let message = format!("the paper style `{name}` has changed since: pages may break elsewhere");
        let help = format!("put it back as it was, or print on it as it is now: `--paper {name}`");
        ui.report(&[Diagnostic::new(Code::ChangedPaper, span, message).help(help)], sources);
        return Ok(None);
    }
    Ok(style)
}

/// That what was set is not what was printed, though no card and no style has changed.
fn differing(lock: &ExamLock, printed: &[Printed]) -> Option<Diagnostic> {
    let forms = lock.forms.iter().zip(printed);
    let names: Vec<&str> =
        forms.filter(|(form, now)| form.files != **now).map(|(form, _)| form.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let many = names.len() > 1;
    let message = format!(
        "form{} {} {} not byte for byte what was printed, though no card has changed",
        if many { "s" } else { "" },
        list_of(names),
        if many { "are" } else { "is" },
    );
    let help = if lock.program == PROGRAM {
        "were other fonts named when it was printed, or did fonts of that machine stand in? Name the same".to_owned()
    } else {
        format!("it was printed by {}, this is {PROGRAM}: look whether pages break where they did", lock.program)
    };
    let diagnostic = match lock.places {
        Some(places) => Diagnostic::new(Code::ChangedPages, places.program, message),
        None => Diagnostic::placeless(Code::ChangedPages, message),
    };
    Some(diagnostic.help(help))
}
