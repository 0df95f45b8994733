//! `[lint]` of `bank.toml`: which rules on items hold for a bank, and with which bounds.
//!
//! In: the table, where each rule is a field of the name of its code. Out: a [`Lint`], in which rules that are not written are as
//! [`crate::diag::rules`] has them. What breaks a rule is found in [`crate::lint`].

use crate::diag::rules::{RULES, Rule, Setting};
use crate::diag::{Code, Diagnostic};
use crate::fields::{FieldSpec, Table, optional};
use crate::source::{SourceId, Span};
use std::borrow::Cow;
use toml::de::{DeTable, DeValue};

/// The rules on items as a bank has them.
#[derive(Debug, Clone)]
pub struct Lint {
    /// One value a rule, in the order of [`RULES`].
    values: Vec<Value>,
}

#[derive(Debug, Clone)]
enum Value {
    Off,
    On,
    Bound(f64),
    Band(f64, f64),
    Words(Vec<Cow<'static, str>>),
    Choice(&'static str),
}

impl Default for Lint {
    fn default() -> Self {
        Self { values: RULES.iter().map(|rule| usual(rule.setting)).collect() }
    }
}

impl Lint {
    fn value(&self, code: Code) -> &Value {
        RULES.iter().position(|rule| rule.code == code).map_or(&Value::Off, |place| &self.values[place])
    }

    /// Whether a rule is asked.
    pub fn asks(&self, code: Code) -> bool {
        !matches!(self.value(code), Value::Off)
    }

    /// The bound of a rule that has one; `None` if the rule is off.
    pub fn bound(&self, code: Code) -> Option<f64> {
        if let Value::Bound(bound) = self.value(code) { Some(*bound) } else { None }
    }

    /// The least and the most share of a rule on shares, in per cent; `None` if the rule is off.
    pub fn band(&self, code: Code) -> Option<(f64, f64)> {
        if let Value::Band(least, most) = self.value(code) { Some((*least, *most)) } else { None }
    }

    /// The words of a rule on words; none if the rule is off.
    pub fn words(&self, code: Code) -> &[Cow<'static, str>] {
        if let Value::Words(words) = self.value(code) { words } else { &[] }
    }

    /// Which of its ways a rule takes; `None` if the rule is off.
    pub fn choice(&self, code: Code) -> Option<&'static str> {
        if let Value::Choice(word) = self.value(code) { Some(word) } else { None }
    }
}

fn usual(setting: Setting) -> Value {
    match setting {
        Setting::Switch => Value::On,
        Setting::Bound { usual, .. } => Value::Bound(usual),
        Setting::Band { usual: (least, most) } => Value::Band(least, most),
        Setting::Words { usual, .. } => Value::Words(usual.iter().map(|word| Cow::Borrowed(*word)).collect()),
        Setting::Choice { words } => words.first().map_or(Value::Off, |word| Value::Choice(word)),
    }
}

/// Reads the table `[lint]`.
pub(super) fn read(table: &DeTable<'_>, span: Span, source: SourceId, diagnostics: &mut Vec<Diagnostic>) -> Lint {
    let fields: Vec<FieldSpec> = RULES.iter().map(|rule| optional(rule.code.name(), rule.code.meaning())).collect();
    let mut table = Table::new(source, span.range(), table, "[lint]", &[&fields], diagnostics);
    let value = |rule: &Rule| set(rule, &mut table).unwrap_or_else(|| usual(rule.setting));
    Lint { values: RULES.iter().map(value).collect() }
}

/// What is written of a rule; `None` if that is nothing, or nothing that it can be.
fn set(rule: &Rule, table: &mut Table<'_, '_>) -> Option<Value> {
    let name = rule.code.name();
    if let DeValue::Boolean(on) = table.raw(name)?.value {
        return (!on).then_some(Value::Off);
    }
    match rule.setting {
        Setting::Switch => table.boolean(name).map(|_| Value::On),
        Setting::Bound { allowed: (least, most), unit, .. } => {
            table.number_in(name, least..=most, unit).map(|bound| Value::Bound(bound.value))
        }
        Setting::Band { .. } => band(name, table),
        Setting::Words { .. } => {
            let words = table.strings(name)?;
            for empty in words.value.iter().filter(|word| word.value.trim().is_empty()) {
                let message = format!("an element of `{name}` in [lint] is empty");
                table.report(Diagnostic::new(Code::EmptyField, empty.span, message));
            }
            Some(Value::Words(words.value.iter().map(|word| Cow::Owned(word.value.trim().to_owned())).collect()))
        }
        Setting::Choice { words } => {
            let allowed: Vec<(&str, &'static str)> = words.iter().map(|word| (*word, *word)).collect();
            table.one_of(name, &allowed).map(|word| Value::Choice(word.value))
        }
    }
}

/// Two shares in per cent, the least first.
fn band(name: &str, table: &mut Table<'_, '_>) -> Option<Value> {
    let numbers = table.array(name, "two numbers")?;
    let values: Option<Vec<f64>> = numbers.value.iter().map(|number| crate::fields::number_of(number.value)).collect();
    if let Some([least, most]) = values.as_deref()
        && (0.0..=100.0).contains(least)
        && (*least..=100.0).contains(most)
    {
        return Some(Value::Band(*least, *most));
    }
    let message = format!("`{name}` in [lint] is no pair of shares");
    let help = "allowed: the least and the most in per cent, such as `[40, 60]`";
    table.report(Diagnostic::new(Code::InvalidValue, numbers.span, message).help(help));
    None
}
