//! `cardpress audit`: whether the forms of an exam keep the rules that papers are held to.

mod json;
mod text;

use super::exam::{BLUEPRINTS, Choice, USUAL, read};
use super::ui::Ui;
use super::{Failure, Format, Global, Ready, Verdict, load};
use crate::audit::{self, Subject};
use crate::diag::any_error;
use crate::form::assemble;
use clap::Args;

/// Judge the forms of an exam: coverage, difficulty, overlap, keys
///
/// The forms are drawn as `exam` draws them. Exits with 1 where a form breaks a rule. `--format short` prints a line for each
/// rule and form, tab-separated: form, rule, pass, fail or not-judged, allowed, found. The limits are those of [audit] in the blueprint.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress audit mock-exam --seed 7 --forms A,B")]
pub(super) struct Audit {
    /// The blueprint: a file, or a name in templates/blueprints/ of the current folder, or one built in
    #[arg(value_name = "FILE|NAME", default_value = USUAL)]
    blueprint: String,
    #[command(flatten)]
    choice: Choice,
}

impl Audit {
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(mut ready) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let found = BLUEPRINTS.find(&self.blueprint)?;
        let Some(blueprint) = read(&found, &self.choice, &mut ready.sources, ui)? else { return Ok(Verdict::Wrong) };
        let Ready { bank, sources } = &ready;
        let assembled = assemble(bank, &blueprint);
        ui.report(&assembled.diagnostics, sources);
        if any_error(&assembled.diagnostics) {
            return Ok(Verdict::Wrong);
        }
        let subject = Subject { bank, blueprint: &blueprint, forms: &assembled.forms, history: &[] };
        let audit = match audit::Audit::of(&subject) {
            Ok(audit) => audit,
            Err(diagnostics) => {
                ui.report(&diagnostics, sources);
                return Ok(Verdict::Wrong);
            }
        };
        let fingerprint = bank.fingerprint();
        match ui.format() {
            Format::Human => ui.result(&text::human(&subject, &audit, &fingerprint)),
            Format::Short => ui.result(&text::short(&audit)),
            Format::Json => {
                audit.forms.iter().for_each(|form| ui.json(&json::line(&subject, form, &found.name, &fingerprint)))
            }
        }
        Ok(if audit.passes() { Verdict::Fine } else { Verdict::Wrong })
    }
}
