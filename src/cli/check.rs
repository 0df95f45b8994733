//! `cardpress check`: reads everything, writes nothing; says how items could be written better, and what a code means.

use super::ui::{Ui, count_of};
use super::{Failure, Format, Global, Verdict, read};
use crate::diag::rules::{Rule, explain};
use crate::diag::{Code, Diagnostic, did_you_mean, sort};
use crate::lint::lint;
use clap::Args;
use serde::Serialize;

/// Check the bank: report everything that is wrong with it, and what could be written better; write nothing
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress check --bank cards --format short")]
pub(super) struct Check {
    /// Take every warning for an error
    #[arg(long)]
    strict: bool,
    /// Say what a code means, why it is asked and what to do, such as `--explain absolute-word`; read no bank
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

impl Check {
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        if let Some(name) = &self.explain {
            return say_what(name, ui);
        }
        let mut loaded = read(&global.bank)?;
        if let Some(bank) = &loaded.bank {
            loaded.diagnostics.extend(lint(bank, &loaded.sources));
            sort(&mut loaded.diagnostics);
            ui.loaded(bank);
        }
        if self.strict {
            loaded.diagnostics = loaded.diagnostics.into_iter().map(Diagnostic::as_error).collect();
        }
        ui.report(&loaded.diagnostics, &loaded.sources);
        let wrong = crate::diag::any_error(&loaded.diagnostics);
        // Never given back piece by piece: the process ends when it is done with it.
        let Some(bank) = loaded.bank.map(std::mem::ManuallyDrop::new).filter(|_| !wrong) else {
            return Ok(Verdict::Wrong);
        };
        let (cards, chapters) = (count_of(bank.cards.len(), "card"), count_of(bank.chapters.len(), "chapter"));
        ui.say(&format!("{cards} in {chapters}: no errors\n"));
        Ok(Verdict::Fine)
    }
}

/// Explains a code.
fn say_what(name: &str, ui: &mut Ui) -> Result<Verdict, Failure> {
    let Some(code) = Code::from_name(name) else {
        let names = || Code::ALL.iter().map(|code| code.name());
        return Err(Failure::NoCode { name: name.to_owned(), guess: did_you_mean(name, names()) });
    };
    if ui.format() == Format::Json {
        ui.json(&Explanation::new(code));
    } else {
        ui.result(&explain(code));
    }
    Ok(Verdict::Fine)
}

/// What there is to say about a code, for programs; what only a rule has is `null` for others.
#[derive(Serialize)]
struct Explanation {
    kind: &'static str,
    code: &'static str,
    severity: String,
    meaning: &'static str,
    what: Option<&'static str>,
    why: Option<&'static str>,
    basis: Option<&'static str>,
    mend: Option<&'static str>,
    set: Option<String>,
}

impl Explanation {
    fn new(code: Code) -> Self {
        let rule = Rule::of(code);
        Self {
            kind: "explanation",
            code: code.name(),
            severity: code.severity().to_string(),
            meaning: code.meaning(),
            what: rule.map(|rule| rule.what),
            why: rule.map(|rule| rule.why),
            basis: rule.map(|rule| rule.basis),
            mend: rule.map(|rule| rule.mend),
            set: rule.map(Rule::settings),
        }
    }
}
