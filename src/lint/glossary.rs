//! Terms that have one right spelling.
//!
//! In: the spellings, and texts. Out: what has the letters of a term and is spelled otherwise. A window of words goes over the text; it
//! is looked up by its letters and digits in lower case, so the time does not depend on how many terms there are.

use super::line::{Line, is_latin};
use super::sink::Sink;
use crate::diag::Code;
use crate::markup::RichText;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// The right spellings.
pub(super) struct Glossary {
    /// By their letters and digits in lower case.
    terms: HashMap<String, Vec<String>>,
    /// What they begin with, so that most words are passed over at once.
    starts: BTreeSet<char>,
    /// How many words the longest has.
    longest: usize,
}

impl Glossary {
    pub(super) fn new(spellings: &[Cow<'static, str>]) -> Self {
        let mut terms: HashMap<String, Vec<String>> = HashMap::new();
        // However a term is parted, no more words are taken for it than it has, and one more: `Chat GPT`.
        let longest = spellings.iter().map(|spelling| words(spelling).len() + 1).max().unwrap_or(0);
        for spelling in spellings {
            let mut letters = String::new();
            normal(spelling, &mut letters);
            terms.entry(letters).or_default().push(spelling.to_string());
        }
        let starts = terms.keys().filter_map(|letters| letters.chars().next()).collect();
        Self { terms, starts, longest }
    }

    /// Looks at one text.
    pub(super) fn look_at(&self, line: &Line, text: &RichText, sink: &mut Sink<'_>) {
        if self.longest == 0 {
            return;
        }
        for (place, right) in self.slips(&line.text) {
            let message = format!("`{}` is spelled `{}` in this bank", &line.text[place.clone()], right.join("` or `"));
            sink.at(Code::TermSpelling, line, text, place, message, "write it so, or add the other spelling to [lint]");
        }
    }

    /// What is spelled otherwise, with the right spellings; each pair of spellings once.
    fn slips(&self, text: &str) -> Vec<(Range<usize>, &[String])> {
        let words = words(text);
        let mut slips: Vec<(Range<usize>, &[String])> = Vec::new();
        let mut letters = String::new();
        let mut first = 0;
        while first < words.len() {
            let mut taken = 1;
            let begin = text[words[first].start..].chars().next().map(|character| character.to_ascii_lowercase());
            if !begin.is_some_and(|begin| self.starts.contains(&begin)) {
                first += 1;
                continue;
            }
            for last in (first..words.len().min(first + self.longest)).rev() {
                let place = words[first].start..words[last].end;
                let joined = words[first..=last].windows(2).all(|pair| is_joint(&text[pair[0].end..pair[1].start]));
                if !joined || is_part(text, &place) {
                    continue;
                }
                let found = &text[place.clone()];
                letters.clear();
                normal(found, &mut letters);
                if let Some(right) = self.terms.get(&letters) {
                    let known = right.iter().any(|spelling| spelling == found)
                        || slips.iter().any(|(other, _)| text[other.clone()] == *found);
                    if !known {
                        slips.push((place, right));
                    }
                    taken = last + 1 - first;
                    break;
                }
            }
            first += taken;
        }
        slips
    }
}

/// The letters and digits of a term in lower case; what else it has, but hyphens and spaces, stays.
fn normal(term: &str, out: &mut String) {
    let kept = term.chars().filter(|character| !matches!(character, '-' | '‑' | ' '));
    out.extend(kept.flat_map(char::to_lowercase));
}

/// The words of a text: Latin letters and digits, with dots between them.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut from = None;
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        let dot = character == '.' && from.is_some() && text[end..].chars().next().is_some_and(is_latin);
        if is_latin(character) || dot {
            from.get_or_insert(at);
        } else if let Some(start) = from.take() {
            words.push(start..at);
        }
    }
    words.extend(from.map(|start| start..text.len()));
    words
}

fn is_joint(between: &str) -> bool {
    matches!(between, " " | "-" | "‑")
}

/// Whether words are a part of a compound, an address or a name of code, which is no matter of spelling. A number after a hyphen makes no
/// compound: ZeRO-3.
fn is_part(text: &str, place: &Range<usize>) -> bool {
    const GLUE: [char; 6] = ['/', '_', '@', '\\', '-', '‑'];
    let (before, after) = (&text[..place.start], &text[place.end..]);
    let number = after.trim_start_matches(['-', '‑']).split(|character| !is_latin(character)).next();
    let numbered = number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    before.ends_with(GLUE) || after.starts_with(GLUE) && !(numbered && after.starts_with(['-', '‑']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_of_a_term_in_another_spelling_are_a_slip() {
        let glossary =
            Glossary::new(&["ZeRO", "GPT-3.5", "ChatGPT", "Top-k", "BERT", "Self-Attention"].map(Cow::Borrowed));
        let slips = |text: &str| {
            let slips = glossary.slips(text);
            slips
                .into_iter()
                .map(|(place, right)| format!("{} → {}", &text[place], right.join("|")))
                .collect::<Vec<_>>()
        };
        assert_eq!(slips("用 ZeRo 与 Zero-3 训练"), ["ZeRo → ZeRO", "Zero → ZeRO"]);
        assert_eq!(
            slips("GPT3.5、GPT 3.5 和 Chat GPT"),
            ["GPT3.5 → GPT-3.5", "GPT 3.5 → GPT-3.5", "Chat GPT → ChatGPT"]
        );
        assert_eq!(slips("top k 采样，top k 也"), ["top k → Top-k"], "once a text");
        assert_eq!(slips("self attention"), ["self attention → Self-Attention"]);
        for fine in [
            "ZeRO-3、GPT-3.5、Top-k、BERT。",
            "zero-shot 学习",
            "https://example.org/bert",
            "bert_base",
            "RoBERTa",
            "GPT-4",
            "bert.cpp",
        ] {
            assert_eq!(slips(fine), [""; 0], "{fine}");
        }
    }
}
