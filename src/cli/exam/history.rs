//! Earlier exams: the locks that a blueprint names in `overlap.history`.
//!
//! In: a blueprint and its file. Out: the cards of each form of these exams, as positions in the bank of today. A lock that is not there,
//! is damaged or is of another bank is an error: passed over in silence, it would let old items come back.

use super::Found;
use crate::blueprint::Blueprint;
use crate::cli::Ready;
use crate::diag::{Code, Diagnostic, any_error};
use crate::exam_lock::ExamLock;
use crate::form::Earlier;
use crate::source::FileError;
use std::io::ErrorKind;

/// The forms of earlier exams, and what is wrong with their locks.
pub(super) fn history(ready: &mut Ready, found: &Found, blueprint: &Blueprint) -> (Vec<Earlier>, Vec<Diagnostic>) {
    let (mut earlier, mut diagnostics) = (Vec::new(), Vec::new());
    for file in &blueprint.exam.overlap.history {
        let path = found.beside(&file.value);
        let lock = match ExamLock::load(&path, &mut ready.sources, &mut diagnostics) {
            Ok(Some(lock)) => lock,
            Ok(None) => continue,
            Err(FileError::Io { error, .. }) if error.kind() == ErrorKind::NotFound => {
                let message = format!("there is no lock `{}`", path.display());
                let help = "the path starts at the folder of the blueprint; `exam` writes a lock beside the papers of each exam";
                diagnostics.push(Diagnostic::new(Code::UnreadableFile, file.span, message).help(help));
                continue;
            }
            Err(error) => {
                diagnostics.push(Diagnostic::new(Code::UnreadableFile, file.span, error.to_string()));
                continue;
            }
        };
        let (was, is) = (&lock.bank.id, &ready.bank.info.id);
        if was != is {
            let message =
                format!("`{}` is the lock of an exam of the bank `{was}`, and this bank is `{is}`", file.value);
            diagnostics.push(Diagnostic::new(Code::InvalidValue, file.span, message).help("leave it out"));
            continue;
        }
        for (form, mut cards) in lock.forms_in(&ready.bank) {
            // Of two cards that were made one, both names lead there.
            cards.sort_unstable();
            cards.dedup();
            earlier.push(Earlier { name: format!("form {form} of {}", file.value), cards });
        }
    }
    if any_error(&diagnostics) {
        earlier.clear();
    }
    (earlier, diagnostics)
}
