//! Finding `{{c1::answer::hint}}` in the text of a field, before Markdown is read.
//!
//! In: the raw text. Out: the places of the marks. Formulas and code are skipped, so that the braces of LaTeX end no cloze: the
//! HTML writer parts them for Anki.

use super::parse::Problem;
use super::stray::{braces_match, closing_dollar};
use crate::diag::Code;
use std::ops::Range;

/// A mark in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// `{{c1::`
    Open(u16),
    /// `::` before the hint.
    Hint,
    /// `}}`
    Close,
}

/// The largest number that Anki gives a card to.
const HIGHEST: u16 = 500;

/// The marks of `text` in order, with the bytes each covers. What is malformed is reported and left as text.
pub(super) fn marks(text: &str, problems: &mut Vec<Problem>) -> Vec<(Range<usize>, Mark)> {
    let mut marks = Vec::new();
    // The place of the open mark, and where its answer ended if its hint has begun.
    let mut open: Option<(Range<usize>, Option<usize>)> = None;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if let Some(length) = skipped(rest) {
            let within = rest[..length].match_indices("{{c").find_map(|(offset, _)| {
                let (_, length) = opening(&rest[offset..])?;
                Some(at + offset..at + offset + length)
            });
            if let Some(range) = within.filter(|_| rest.starts_with('$')) {
                problems.push(
                    Problem::new(Code::ClozeMalformed, range, "a cloze within a formula")
                        .help("put the whole formula into the cloze: {{c1::$…$}}"),
                );
            }
            at += length;
        } else if let Some((number, length)) = opening(rest) {
            let range = at..at + length;
            if open.is_some() {
                problems.push(
                    Problem::new(Code::ClozeMalformed, range.clone(), "a cloze within a cloze")
                        .help("close the first with `}}` before the next begins; two deletions may share a number"),
                );
            } else {
                if number.is_none() {
                    problems.push(
                        Problem::new(
                            Code::ClozeMalformed,
                            range.clone(),
                            "a cloze with a number that Anki does not take",
                        )
                        .help(format!("allowed: {{{{c1::…}}}} to {{{{c{HIGHEST}::…}}}}")),
                    );
                }
                marks.push((range.clone(), Mark::Open(number.unwrap_or(1))));
                open = Some((range.clone(), None));
            }
            at = range.end;
        } else if let Some((range, hinted)) = &mut open {
            if rest.starts_with("}}") {
                if text[range.end..hinted.unwrap_or(at)].trim().is_empty() {
                    problems.push(
                        Problem::new(Code::ClozeMalformed, range.start..at + 2, "a cloze that hides nothing")
                            .help("write the answer between `::` and `}}`"),
                    );
                }
                marks.push((at..at + 2, Mark::Close));
                open = None;
                at += 2;
            } else if hinted.is_none() && rest.starts_with("::") {
                marks.push((at..at + 2, Mark::Hint));
                *hinted = Some(at);
                at += 2;
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    if let Some((range, _)) = open {
        problems.push(
            Problem::new(Code::ClozeUnclosed, range, "a cloze that is never closed")
                .help("write `}}` after the answer"),
        );
        // What was opened last is text again, with the hint mark that may follow it.
        while marks.pop().is_some_and(|(_, mark)| !matches!(mark, Mark::Open(_))) {}
    }
    marks
}

/// The length of a formula, a code span or an escaped character at the start of `text`.
fn skipped(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b'\\', _, ..] => Some(1 + text[1..].chars().next().map_or(0, char::len_utf8)),
        [b'$', ..] => {
            let open = if text.starts_with("$$") { 2 } else { 1 };
            let close = closing_dollar(text, open)?;
            let formula = &text[open..close];
            // What is no formula to Markdown is none here: `$5}} … $6`.
            let spaced = open == 1 && formula.trim() != formula;
            let whole =
                !formula.is_empty() && !spaced && braces_match(formula) && text[close..].starts_with(&text[..open]);
            whole.then_some(close + open)
        }
        [b'`', ..] => {
            let run = |text: &str| text.len() - text.trim_start_matches('`').len();
            let open = run(text);
            let mut at = open;
            loop {
                at += text[at..].find('`')?;
                let close = run(&text[at..]);
                at += close;
                if close == open {
                    return Some(at);
                }
            }
        }
        _ => None,
    }
}

/// The number and the length of `{{c1::` at the start of `text`; `None` as the number where it is none that Anki takes.
fn opening(text: &str) -> Option<(Option<u16>, usize)> {
    let inner = text.strip_prefix("{{c")?;
    let colon = inner.find("::")?;
    let number = &inner[..colon];
    let plausible = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    plausible.then(|| {
        (number.parse().ok().filter(|number| (1..=HIGHEST).contains(number)), "{{c".len() + colon + "::".len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<Mark>, Vec<Code>) {
        let mut problems = Vec::new();
        let marks = marks(text, &mut problems).into_iter().map(|(_, mark)| mark).collect();
        (marks, problems.into_iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn the_braces_of_a_formula_end_no_cloze() {
        let (marks, problems) = found(r"令 {{c1::$\frac{1}{\sqrt{d_{k}}}$::缩放}}，`}}` 也不算。");
        assert_eq!(marks, [Mark::Open(1), Mark::Hint, Mark::Close]);
        assert_eq!(problems, []);
    }

    #[test]
    fn a_price_is_no_formula_and_a_longer_run_closes_no_code() {
        assert_eq!(found("{{c1::$5}} 和 $6"), (vec![Mark::Open(1), Mark::Close], vec![]));
        assert_eq!(found("`a``}} {{c1::b` {{c1::甲}}"), (vec![Mark::Open(1), Mark::Close], vec![]));
    }

    #[test]
    fn what_anki_would_not_understand_is_said() {
        assert_eq!(found("{{c1::甲"), (vec![], vec![Code::ClozeUnclosed]));
        assert_eq!(found("{{c0::甲}}").1, [Code::ClozeMalformed]);
        assert_eq!(found("{{c1,2::甲}}").1, [Code::ClozeMalformed]);
        assert_eq!(found("{{c1::}}").1, [Code::ClozeMalformed]);
        assert_eq!(found("{{c1:: ::提示}}").1, [Code::ClozeMalformed]);
        assert_eq!(found(r"$\frac{{{c1::a}}}{b}$").1, [Code::ClozeMalformed]);
        assert_eq!(found("{{c1::甲{{c2::乙}}丙}}").1, [Code::ClozeMalformed]);
        assert_eq!(found(r"集合 \{{c, d}\} 与 {{ }}"), (vec![], vec![]));
    }
}
