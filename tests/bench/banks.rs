//! What the benches work on: the shipped bank, synthetic ones, and the blueprint of the mock exam.

#![allow(dead_code, reason = "each bench uses the part that it needs")]

#[path = "synthetic.rs"]
mod synthetic;

use cardpress::bank::Bank;
use cardpress::blueprint::{self, Blueprint, FormName};
use cardpress::form::{Form, assemble};
use cardpress::source::Sources;
use std::path::Path;
use tempfile::TempDir;

/// The files of a synthetic bank; they go when this is dropped.
pub(crate) fn synthetic_files(cards: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    synthetic::write(folder.path(), cards).expect("a writable folder");
    folder
}

/// A synthetic bank. Its files are gone; it has no pictures, so nothing needs them again.
pub(crate) fn synthetic(cards: usize) -> Bank {
    read(synthetic_files(cards).path())
}

/// The bank of this repository.
pub(crate) fn shipped() -> Bank {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cards"))
}

/// Reads a bank that has no errors.
pub(crate) fn read(folder: &Path) -> Bank {
    Bank::load(folder).expect("a bank").bank.expect("no errors")
}

/// The built-in mock exam in so many forms, without the sections that the bank has no cards for: a synthetic bank has no essays.
pub(crate) fn mock_exam(bank: &Bank, forms: usize) -> Blueprint {
    let mut sources = Sources::default();
    let source = sources.add("mock-exam.toml", blueprint::builtin("mock-exam").expect("it is built in"));
    let mut blueprint = Blueprint::read(&sources, source).blueprint.expect("no errors");
    blueprint.exam.forms = FormName::series(forms);
    blueprint.sections.retain(|section| bank.cards.iter().any(|card| card.kind() == section.kind));
    blueprint
}

/// The forms of a blueprint; panics if there are none, so that no bench measures a refusal.
pub(crate) fn draw(bank: &Bank, blueprint: &Blueprint) -> Vec<Form> {
    let forms = assemble(bank, blueprint, &[]).forms;
    assert_eq!(forms.len(), blueprint.exam.forms.len());
    forms
}
