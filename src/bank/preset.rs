//! `[anki.preset]` of `bank.toml`: the deck options that a bank offers its learners.
//!
//! In: the table `[anki]`. Out: a [`Preset`], where values that are not written are those for the weeks before an exam. What becomes of
//! it in a package is for `export::anki`.

use super::Language;
use crate::diag::{Code, Diagnostic};
use crate::fields::{FieldSpec, Table, optional};
use crate::source::{SourceId, Span};
use serde::Serialize;
use std::ops::RangeInclusive;
use toml::de::DeTable;

const ANKI_FIELDS: &[FieldSpec] = &[optional("preset", "deck options for learners who ask for them: [anki.preset]")];
const PRESET_FIELDS: &[FieldSpec] = &[
    optional("name", "what Anki calls it"),
    optional("new_per_day", "how many new cards a day"),
    optional("reviews_per_day", "how many reviews a day at most"),
    optional("learning_steps", "the delays before a new card is learnt: [\"1m\", \"10m\"]"),
    optional("relearning_steps", "the delays before a forgotten card is learnt again"),
    optional("max_interval", "the days after which a card comes again at the latest"),
    optional("desired_retention", "the share of cards that are to be known when they come, for FSRS"),
    optional("bury_siblings", "false: cards of one note may come on one day"),
];

/// What Anki lets a learner enter: its deck options refuse more.
const A_DAY: RangeInclusive<u64> = 0..=9999;
const INTERVALS: RangeInclusive<u64> = 1..=36500;
const RETENTIONS: RangeInclusive<f64> = 0.7..=0.99;
const LONGEST_STEP: u32 = 99 * 86400;

/// Deck options for the weeks before an exam.
///
/// The values that are not written lean on Anki's manual, <https://docs.ankiweb.net/deck-options.html>: 40 new cards a day get through a
/// book of a thousand in a month, at twice the reviews that 20 bring (200 a day, "New Cards/Day"); no review is held back by a limit;
/// steps are few and shorter than a day, as FSRS wants them; every card comes again within the month; a retention of 0.95 about halves
/// the intervals of 0.9 and stays below the 0.97 from which the manual warns of the work ("Desired Retention"); and the deletions
/// of one text, which give each other away, come on different days ("Burying").
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preset {
    /// What Anki calls it.
    pub name: String,
    /// How many new cards a day.
    pub new_per_day: u32,
    /// How many reviews a day at most.
    pub reviews_per_day: u32,
    /// The delays before a new card is learnt.
    pub learning_steps: Vec<Step>,
    /// The delays before a forgotten card is learnt again.
    pub relearning_steps: Vec<Step>,
    /// The days after which a card comes again at the latest.
    pub max_interval: u32,
    /// The share of cards that are to be known when they come; of use where the learner has FSRS on.
    pub desired_retention: f64,
    /// Whether cards of one note come on different days.
    pub bury_siblings: bool,
}

/// A delay between two looks at a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its length in seconds.
    pub seconds: u32,
}

impl Step {
    const fn minutes(minutes: u32) -> Self {
        Self { seconds: minutes * 60 }
    }

    /// From a number with its unit, as Anki has it: `30s`, `10m`, `1h`, `1d`.
    pub fn new(text: &str) -> Option<Self> {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86400,
            _ => return None,
        };
        let number: u32 = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())??;
        let seconds = number.checked_mul(unit)?;
        (1..=LONGEST_STEP).contains(&seconds).then_some(Self { seconds })
    }
}

impl Preset {
    /// For the weeks before an exam.
    pub fn for_exam(title: &str, language: Language) -> Self {
        Self {
            name: match language {
                Language::Chinese => format!("{title} 冲刺"),
                Language::English => format!("{title} exam cram"),
            },
            new_per_day: 40,
            reviews_per_day: 9999,
            learning_steps: vec![Step::minutes(1), Step::minutes(10)],
            relearning_steps: vec![Step::minutes(10)],
            max_interval: 30,
            desired_retention: 0.95,
            bury_siblings: true,
        }
    }
}

/// Reads the table `[anki]`; `None` if it asks for no preset.
pub(super) fn read(
    table: &DeTable<'_>,
    span: Span,
    source: SourceId,
    usual: Preset,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Preset> {
    let mut anki = Table::new(source, span.range(), table, "[anki]", &[ANKI_FIELDS], diagnostics);
    let (table, span) = anki.table("preset")?;
    let mut table = Table::new(source, span.range(), table, "[anki.preset]", &[PRESET_FIELDS], anki.diagnostics());
    let mut count = |name, allowed| table.integer(name, allowed).map(|count| count.value as u32);
    let (new, reviews, longest) =
        (count("new_per_day", A_DAY), count("reviews_per_day", A_DAY), count("max_interval", INTERVALS));
    let name = table.line("name").map(|name| name.value.trim().to_owned());
    let learning = steps(&mut table, "learning_steps");
    let relearning = steps(&mut table, "relearning_steps");
    let retention = table.number_in("desired_retention", RETENTIONS, "").map(|share| share.value);
    let bury = table.boolean("bury_siblings").map(|bury| bury.value);
    Some(Preset {
        name: name.unwrap_or(usual.name),
        new_per_day: new.unwrap_or(usual.new_per_day),
        reviews_per_day: reviews.unwrap_or(usual.reviews_per_day),
        learning_steps: learning.unwrap_or(usual.learning_steps),
        relearning_steps: relearning.unwrap_or(usual.relearning_steps),
        max_interval: longest.unwrap_or(usual.max_interval),
        desired_retention: retention.unwrap_or(usual.desired_retention),
        bury_siblings: bury.unwrap_or(usual.bury_siblings),
    })
}

fn steps(table: &mut Table<'_, '_>, name: &str) -> Option<Vec<Step>> {
    let texts = table.strings(name)?;
    let mut steps = Vec::with_capacity(texts.value.len());
    for text in texts.value {
        if let Some(step) = Step::new(text.value) {
            steps.push(step);
            continue;
        }
        let message = format!("an element of `{name}` in [anki.preset] is `{}`", text.value.escape_debug());
        let help = "allowed: a number and `s`, `m`, `h` or `d`, up to 99 days: \"30s\", \"10m\", \"1h\"";
        table.report(Diagnostic::new(Code::InvalidValue, text.span, message).help(help));
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::render::{Format, render};
    use crate::fields;
    use crate::source::Sources;

    /// What the table `[anki]` gives, and what is said about it.
    fn read_text(text: &str) -> (Option<Preset>, String) {
        let mut sources = Sources::default();
        let source = sources.add("bank.toml", text);
        let mut diagnostics = Vec::new();
        let document = fields::parse(sources.get(source), source, &mut diagnostics);
        let mut bank =
            Table::new(source, 0..0, document.get_ref(), "bank.toml", &[&[optional("anki", "")]], &mut diagnostics);
        let (table, span) = bank.table("anki").expect("the table");
        let preset = read(table, span, source, Preset::for_exam("甲", Language::Chinese), bank.diagnostics());
        (preset, diagnostics.iter().map(|found| render(found, &sources, Format::Short)).collect())
    }

    #[test]
    fn an_empty_table_asks_for_the_usual_values_and_none_for_nothing() {
        assert_eq!(read_text("[anki]"), (None, String::new()));
        let (preset, said) = read_text("[anki.preset]");
        assert_eq!((preset, &*said), (Some(Preset::for_exam("甲", Language::Chinese)), ""));
        assert_eq!(Preset::for_exam("甲", Language::Chinese).name, "甲 冲刺");
    }

    #[test]
    fn values_that_are_written_take_the_place_of_the_usual_ones() {
        let (preset, said) = read_text(
            "[anki.preset]\nname = \" 乙 \"\nnew_per_day = 0\nreviews_per_day = 300\nlearning_steps = [\"30s\", \"1h\"]\n\
             relearning_steps = []\nmax_interval = 14\ndesired_retention = 0.9\nbury_siblings = false",
        );
        let expected = Preset {
            name: "乙".to_owned(),
            new_per_day: 0,
            reviews_per_day: 300,
            learning_steps: vec![Step { seconds: 30 }, Step { seconds: 3600 }],
            relearning_steps: Vec::new(),
            max_interval: 14,
            desired_retention: 0.9,
            bury_siblings: false,
        };
        assert_eq!((preset, &*said), (Some(expected), ""));
    }

    #[test]
    fn every_slip_is_said_at_its_place() {
        let (_, said) = read_text(
            "[anki.preset]\nname = \" \"\nnew_per_dya = 1\nreviews_per_day = 10000\nlearning_steps = [\"1 m\", 10, \"10m\"]\n\
             max_interval = 0\ndesired_retention = 1\nbury_siblings = \"no\"",
        );
        insta::assert_snapshot!(said);
    }

    #[test]
    fn a_step_is_a_number_with_its_unit() {
        let seconds = |text| Step::new(text).map(|step| step.seconds);
        assert_eq!(["30s", "10m", "2h", "1d"].map(seconds), [Some(30), Some(600), Some(7200), Some(86400)]);
        for bad in ["", "m", "10", "0m", "-1m", "+1m", "1.5h", "10 m", "100d", "99999999999s", "1分"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
