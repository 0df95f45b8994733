//! Judging forms: figures of each, and which of the rules that examination offices hold papers to it keeps.
//!
//! In: a bank, a blueprint, forms drawn by it, and what earlier exams held. Out: an [`Audit`]: for each form its [`Figures`] and a
//! [`Finding`] for each [`Rule`]. Pure: it draws nothing, writes nothing, and judges any forms, whoever drew them. What it cannot
//! judge (overlap of a single form) it says so.
//!
//! `figures` counts, `rule` has the rules with their codes, `judge` holds the one to the other, `value` says what was found and what
//! is allowed. Limits are the blueprint's ([`crate::blueprint::AuditLimits`]). How long a form takes is no rule: a blueprint whose
//! sections take longer than the exam is an error already, and nothing else founds an estimate.

mod figures;
mod judge;
mod rule;
#[cfg(test)]
mod tests;
mod value;

pub use figures::{Cell, Figures, Row};
pub use rule::{Basis, Rule};
pub(crate) use value::percent;
pub use value::{Found, Limit};

use crate::bank::Bank;
use crate::blueprint::Blueprint;
use crate::diag::Diagnostic;
use crate::form::{Earlier, Form, Resolved};

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The bank that the forms were drawn from.
    pub bank: &'a Bank,
    /// The blueprint that they were drawn by.
    pub blueprint: &'a Blueprint,
    /// The forms of one exam.
    pub forms: &'a [Form],
    /// Forms of earlier exams.
    pub history: &'a [Earlier],
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// A report for each form, in their order.
    pub forms: Vec<FormAudit>,
}

/// What was found of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormAudit {
    /// The name of the form.
    pub form: String,
    /// The seed it was drawn with.
    pub seed: u64,
    /// What it holds.
    pub figures: Figures,
    /// One finding for each rule, in the order of [`Rule::ALL`].
    pub findings: Vec<Finding>,
}

/// How a form stands to a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// Where its limit is from.
    pub basis: Basis,
    /// What is allowed.
    pub limit: Limit,
    /// What the form has; `None` where there is nothing to judge.
    pub found: Option<Found>,
    /// Whether that is allowed.
    pub outcome: Outcome,
    /// What it is about: chapters without an item, the form it overlaps with, the items of a run. Names, in the order of the paper or
    /// the bank; [`Rule::about`] says what they are.
    pub about: Vec<String>,
}

/// Whether a form keeps a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It does.
    Pass,
    /// It does not.
    Fail,
    /// There is nothing to judge: no item of the kind, no other form, no earlier exam.
    NotJudged,
}

impl Outcome {
    /// As programs read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotJudged => "not-judged",
        }
    }
}

impl Audit {
    /// Judges forms.
    ///
    /// # Errors
    /// A diagnostic for each name of the blueprint that the bank does not have.
    ///
    /// # Panics
    /// If the forms were drawn from another bank.
    pub fn of(subject: &Subject<'_>) -> Result<Self, Vec<Diagnostic>> {
        let Subject { bank, blueprint, forms, .. } = subject;
        let resolved = Resolved::new(bank, blueprint)?;
        let scope = figures::Scope::new(bank, blueprint, &resolved);
        let judge = judge::Judge::new(subject, &resolved, &scope);
        let judged = forms.iter().enumerate().map(|(number, form)| {
            let figures = Figures::of(bank, form, &scope);
            let findings = judge.findings(number, &figures);
            FormAudit { form: form.name.clone(), seed: form.seed, figures, findings }
        });
        Ok(Self { forms: judged.collect() })
    }

    /// Whether no form breaks a rule.
    pub fn passes(&self) -> bool {
        self.forms.iter().all(FormAudit::passes)
    }
}

impl FormAudit {
    /// Whether it breaks no rule.
    pub fn passes(&self) -> bool {
        self.count(Outcome::Fail) == 0
    }

    /// How many rules came out so.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.findings.iter().filter(|finding| finding.outcome == outcome).count()
    }
}
