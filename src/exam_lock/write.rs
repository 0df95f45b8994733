//! The text of a lock.
//!
//! In: an [`ExamLock`]. Out: TOML with a line for each item and each card, so that two locks can be compared line by line.

use super::{ExamLock, VERSION};
use crate::lock::quoted;
use std::fmt::Write;

/// Writes the text.
pub(super) fn text(lock: &ExamLock) -> String {
    let mut out = String::new();
    // Memory takes whatever is written.
    let _ = write(lock, &mut out);
    out
}

fn write(lock: &ExamLock, out: &mut String) -> std::fmt::Result {
    out.push_str(
        "# Written by cardpress; keep it with what was printed. `cardpress exam --lock FILE` prints the same papers again, or names the\n\
         # cards that have changed. A blueprint that names it in `overlap.history` draws other cards.\n",
    );
    writeln!(out, "version = {VERSION}")?;
    writeln!(out, "program = {}", quoted(&lock.program))?;
    writeln!(out, "algorithm = {}", lock.algorithm)?;
    writeln!(out, "exam = {}", quoted(&lock.exam))?;
    writeln!(out, "seed = {}", lock.seed)?;
    writeln!(out, "answer_sheet = {}", lock.answer_sheet)?;
    writeln!(out, "bank = {{ id = \"{}\", fingerprint = {} }}", lock.bank.id, quoted(&lock.bank.fingerprint))?;
    writeln!(out, "paper = {{ name = {}, hash = \"{}\" }}", quoted(&lock.paper.name), lock.paper.hash)?;
    for form in &lock.forms {
        let files = &form.files;
        write!(out, "\n[[form]]\nname = \"{}\"\n", form.name)?;
        write!(out, "files = {{ paper = \"{}\", key = \"{}\"", files.paper, files.key)?;
        if let Some(sheet) = files.sheet {
            write!(out, ", sheet = \"{sheet}\"")?;
        }
        out.push_str(" }\n");
        for section in &form.sections {
            writeln!(out, "[[form.section]]\ntype = \"{}\"\nitems = [", section.kind.word())?;
            for item in &section.items {
                write!(out, "    {{ card = \"{}\", points = {}", item.card, item.points)?;
                if !item.order.is_empty() {
                    write!(out, ", options = \"{}\"", letters(&item.order))?;
                }
                out.push_str(" },\n");
            }
            out.push_str("]\n");
        }
    }
    out.push_str("\n[cards]\n");
    for (card, parts) in &lock.cards {
        let parts: Vec<String> = parts.0.iter().map(|(part, hash)| format!("{} = \"{hash}\"", part.word())).collect();
        writeln!(out, "\"{card}\" = {{ {} }}", parts.join(", "))?;
    }
    writeln!(out, "\n[blueprint]\ntext = {}", long(&lock.blueprint))
}

/// Positions as the letters of options.
fn letters(order: &[usize]) -> String {
    order.iter().map(|position| char::from(b'A' + u8::try_from(*position).unwrap_or(u8::MAX - b'A'))).collect()
}

/// A text of many lines: as it is where TOML allows that, and else with escapes.
fn long(text: &str) -> String {
    let strange = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if text.contains("'''") || text.ends_with('\'') || text.contains(strange) {
        return quoted(text);
    }
    // A line break right after the quotes is no part of the string.
    format!("'''\n{text}'''")
}
