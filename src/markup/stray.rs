//! What Markdown left standing though it was hardly meant so: `**` beside a quotation mark, a `$` without its twin.
//!
//! In: the pieces of text that Markdown reads as mere text. Out: a [`Problem`] for each sign in them that looks like markup.

use super::parse::Problem;
use crate::diag::Code;

/// Finds strays, each once.
#[derive(Debug, Default)]
pub(super) struct Strays {
    /// What stands before this byte has been reported.
    quiet: usize,
}

impl Strays {
    /// Reports the signs in `text`, which begins at byte `at` of `source`.
    pub(super) fn find(&mut self, source: &str, text: &str, at: usize, problems: &mut Vec<Problem>) {
        for (offset, sign) in text.match_indices(['*', '_', '$']) {
            let at = at + offset;
            let run = run_of(source, at, sign);
            // Signs that are written otherwise (an entity) or after a backslash are meant.
            if at < self.quiet || run == 0 || is_escaped(source, at) {
                continue;
            }
            self.quiet = at + run;
            if sign == "$" {
                problems.push(self.dollar(source, at, run));
                continue;
            }
            let (before, after) = (source[..at].chars().next_back(), source[at + run..].chars().next());
            let alone = |neighbour: Option<char>| neighbour.is_none_or(char::is_whitespace);
            let emphasis = if sign == "*" { !alone(before) || !alone(after) } else { run == 2 };
            if emphasis {
                let marks = &source[at..at + run];
                let message = format!("`{marks}` that Markdown does not take for emphasis, so it is printed as it is");
                let problem = Problem::new(Code::StrayEmphasis, at..at + run, message);
                problems.push(if sign == "_" {
                    problem.help("within a word emphasis is written with `*`; write `\\_` for the sign itself")
                } else {
                    problem.help(
                        "between Chinese characters the marks must touch a character, not a quotation mark, a bracket or a space: “**词**” instead of **“词”**; write `\\*` for the sign itself",
                    )
                });
            }
        }
    }

    /// A `$` or `$$` that Markdown left standing; `run` is its length.
    fn dollar(&mut self, source: &str, at: usize, run: usize) -> Problem {
        const SIGN: &str = "write `\\$` for the sign itself";
        let inner = at + run;
        let end = closing_dollar(source, inner);
        let formula = end.map(|end| &source[inner..end]);
        if let (Some(end), Some(formula)) = (end, formula) {
            let close = run_of(source, end, "$");
            if !braces_match(formula) {
                self.quiet = end + close;
                return Problem::new(Code::MathSyntax, at..end + close, "a formula whose braces do not match")
                    .help("every `{` needs its `}`; a brace that is to be seen is written `\\{`");
            }
            if formula != formula.trim() && close == run {
                self.quiet = end + close;
                return Problem::new(Code::StrayDollar, at..end + close, "dollars with a space inside make no formula")
                    .help(format!("a formula is written $x$ with no space inside the dollars; {SIGN}"));
            }
        }
        Problem::new(Code::StrayDollar, at..at + run, "a `$` that opens or closes no formula")
            .help(format!("a formula is written $x$, both dollars in one paragraph; {SIGN}"))
    }
}

/// The length of the run of `sign` that begins at `at`, at most 2 for a dollar; 0 if there is none.
fn run_of(text: &str, at: usize, sign: &str) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let run = rest.len() - rest.trim_start_matches(sign).len();
    if sign == "$" { run.min(2) } else { run }
}

/// Whether a backslash stands before the sign at `at` that is not itself escaped.
pub(super) fn is_escaped(text: &str, at: usize) -> bool {
    let before = &text[..at];
    (before.len() - before.trim_end_matches('\\').len()) % 2 == 1
}

/// The next dollar that no backslash stands before, in the same paragraph.
pub(super) fn closing_dollar(text: &str, from: usize) -> Option<usize> {
    let paragraph = text[from..].find("\n\n").map_or(text.len(), |end| from + end);
    text[from..paragraph].match_indices('$').map(|(offset, _)| from + offset).find(|at| !is_escaped(text, *at))
}

/// Whether the braces of LaTeX pair up.
pub(super) fn braces_match(tex: &str) -> bool {
    let mut depth = 0_usize;
    for (_, brace) in tex.match_indices(['{', '}']).filter(|(at, _)| !is_escaped(tex, *at)) {
        match (brace, depth) {
            ("{", _) => depth += 1,
            (_, 0) => return false,
            _ => depth -= 1,
        }
    }
    depth == 0
}
