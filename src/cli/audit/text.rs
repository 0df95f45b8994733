//! An audit as text: for people a table a form, for scripts a line a rule.

use crate::audit::{Audit, Finding, FormAudit, Outcome, Rule, Subject};
use crate::cli::table::{Edge, Table};
use crate::cli::ui::count_of;
use clap::builder::styling::{AnsiColor, Style};
use std::fmt::Write as _;

/// So many names are listed before "and … more".
const NAMES: usize = 8;

/// A table for each form, and a line at the end that says how it went.
pub(super) fn human(subject: &Subject<'_>, audit: &Audit, fingerprint: &str) -> String {
    let title = subject.blueprint.exam.title.replace(char::is_control, " ");
    let mut out = format!("{title}: seed {}, bank {fingerprint}\n", subject.blueprint.exam.seed);
    for form in &audit.forms {
        let total = form.figures.total.total;
        let _ = write!(out, "\nform {}: {}, {}\n\n", form.form, count_of(total.items, "item"), points(form));
        out += &table(form);
    }
    out.push('\n');
    for form in &audit.forms {
        let _ = writeln!(out, "{}", verdict(form));
    }
    out
}

fn points(form: &FormAudit) -> String {
    let points = form.figures.total.total.points.to_string();
    format!("{points} point{}", if points == "1" { "" } else { "s" })
}

fn table(form: &FormAudit) -> String {
    let mut table = Table::new([Edge::Left; 5]);
    table.row(["", "rule", "allowed", "found"]);
    for finding in &form.findings {
        let found = finding.found.as_ref().map_or_else(|| nothing(finding.rule).to_owned(), ToString::to_string);
        let row = [
            mark(finding.outcome).to_owned(),
            finding.rule.code().to_owned(),
            finding.limit.to_string(),
            found,
            about(finding),
        ];
        table.row(row);
    }
    // Colour comes after the columns are measured: it has no width.
    table.render().lines().fold(String::new(), |mut out, line| {
        let marked = [Outcome::Pass, Outcome::Fail].into_iter().find(|outcome| line.starts_with(mark(*outcome)));
        let _ = match marked {
            Some(outcome) => {
                let (mark, style) = (mark(outcome), style(outcome));
                writeln!(out, "  {style}{mark}{style:#}{}", &line[mark.len()..])
            }
            None => writeln!(out, "  {line}"),
        };
        out
    })
}

/// What stands before a rule; failures stand out without colour too.
fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "FAIL",
        Outcome::NotJudged => "-",
    }
}

fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Pass => Style::new().fg_color(Some(AnsiColor::Green.into())),
        Outcome::Fail => Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into())),
        Outcome::NotJudged => Style::new(),
    }
}

/// Why a rule was not judged.
fn nothing(rule: Rule) -> &'static str {
    match rule {
        Rule::Overlap => "no other form",
        Rule::History => "no earlier exam",
        Rule::KeyPositions | Rule::KeyRun | Rule::LongestKey => "no single-choice item",
        Rule::TrueStatements => "no statement",
        _ => "nothing",
    }
}

/// The names of a finding, where they matter: of what fails, and the form that has most in common with this one.
fn about(finding: &Finding) -> String {
    let matters = finding.outcome == Outcome::Fail || matches!(finding.rule, Rule::Overlap | Rule::History);
    if !matters || finding.about.is_empty() {
        return String::new();
    }
    let shown = finding.about.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    let rest = finding.about.len().saturating_sub(NAMES);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{} {shown}{more}", finding.rule.about()).trim_start().to_owned()
}

/// "form A keeps 15 of 17 rules and breaks overlap, key-run".
fn verdict(form: &FormAudit) -> String {
    let passed = form.count(Outcome::Pass);
    let judged = passed + form.count(Outcome::Fail);
    let failed: Vec<&str> = form
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Fail)
        .map(|finding| finding.rule.code())
        .collect();
    if failed.is_empty() {
        format!("form {} keeps all {judged} rules", form.form)
    } else {
        format!("form {} keeps {passed} of {judged} rules and breaks {}", form.form, failed.join(", "))
    }
}

/// A line for each rule and form.
pub(super) fn short(audit: &Audit) -> String {
    let mut out = String::new();
    for form in &audit.forms {
        for Finding { rule, outcome, limit, found, .. } in &form.findings {
            let found = found.as_ref().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(out, "{}\t{}\t{}\t{limit}\t{found}", form.form, rule.code(), outcome.word());
        }
    }
    out
}
