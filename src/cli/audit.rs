//! `cardpress audit`: whether the forms of an exam keep the rules that papers are held to.

mod json;
mod text;

use super::exam::{BLUEPRINTS, Choice, FontOptions, FontShelf, USUAL, draw};
use super::press::Press;
use super::ui::{Ui, count_of};
use super::{Failure, Format, Global, Ready, Verdict, load};
use crate::audit::{self, Subject};
use crate::blueprint::Blueprint;
use crate::diag::any_error;
use crate::export::pdf;
use crate::paper::audit::{AuditJob, audit_sheet};
use crate::typeset::{Pictures, Setter};
use clap::Args;

/// Judge the forms of an exam, and write an audit form (命题审核表) to be signed
///
/// The forms are drawn as `exam` draws them. Exits with 1 where one breaks a rule; the audit form is written all the same. `--format short` prints a line for each
/// rule and form, tab-separated: form, rule, pass, fail or not-judged, allowed, found. The limits are those of [audit] in the blueprint.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress audit mock-exam --seed 7 --forms A,B")]
pub(super) struct Audit {
    /// The blueprint: a file, or a name in templates/blueprints/ of the current folder, or one built in
    #[arg(value_name = "FILE|NAME", default_value = USUAL)]
    blueprint: String,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    fonts: FontOptions,
}

impl Audit {
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(mut ready) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let found = BLUEPRINTS.find(&self.blueprint)?;
        let Some(drawn) = draw(&mut ready, &found, &self.choice, ui)? else { return Ok(Verdict::Wrong) };
        let Ready { bank, sources } = &ready;
        let blueprint = &drawn.blueprint;
        let subject = Subject { bank, blueprint, forms: drawn.forms(), history: &drawn.history };
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
                for form in &audit.forms {
                    ui.json(&json::line(&subject, form, &found.name, &fingerprint));
                }
            }
        }
        let job =
            AuditJob { bank, exam: &blueprint.exam, audit: &audit, fingerprint: &fingerprint, style: drawn.style() };
        let mut press = Press::new(&global.out);
        if self.print(&ready, blueprint, &job, &found.name, &mut press, ui)? == Verdict::Wrong {
            return Ok(Verdict::Wrong);
        }
        ui.say("\n");
        press.finish(ui)?;
        Ok(if audit.passes() { Verdict::Fine } else { Verdict::Wrong })
    }

    /// Sets the audit form. What stands in the way is reported.
    fn print(
        &self,
        ready: &Ready,
        blueprint: &Blueprint,
        job: &AuditJob<'_>,
        name: &str,
        press: &mut Press,
        ui: &mut Ui,
    ) -> Result<Verdict, Failure> {
        let shelf = FontShelf::new(&self.fonts);
        let (math, mut diagnostics) = shelf.fonts(ready, blueprint, &[], &job.style.fonts)?;
        let pictures = Pictures::new();
        let sheet = audit_sheet(job, &mut Setter::new(math.fonts(), &math, &pictures));
        diagnostics.extend(sheet.diagnostics);
        ui.report(&diagnostics, &ready.sources);
        if any_error(&diagnostics) {
            return Ok(Verdict::Wrong);
        }
        let bytes = pdf::pdf(&sheet.document, math.fonts(), &pdf::Stamp::default())?;
        let content = format!(
            "audit of {}: {}",
            count_of(job.audit.forms.len(), "form"),
            count_of(sheet.document.pages.len(), "page")
        );
        press.add(&format!("{name}-audit.pdf"), &bytes, content)?;
        Ok(Verdict::Fine)
    }
}
