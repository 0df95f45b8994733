//! Rules on what is to be recalled: deletions, and the answers of questions.

use super::line::{Line, OBJECT, bare, holds, is_telling, weight, weight_of};
use super::phrases;
use super::sink::Sink;
use crate::bank::lint::Lint;
use crate::diag::{Code, Diagnostic};
use crate::markup::plain::{Clozes, write_inlines};
use crate::markup::runs::RunKind;
use crate::markup::{Cloze, RichText};

/// The deletions of a cloze card; `line` is room that may be used.
pub(super) fn look_at(text: &RichText, lint: &Lint, line: &mut Line, sink: &mut Sink<'_>) {
    line.read(text);
    let mut deletions: Vec<(&Cloze, String)> = Vec::new();
    text.clozes(|cloze| {
        let mut answer = String::new();
        write_inlines(&cloze.answer, Clozes::Answers, &mut answer);
        deletions.push((cloze, answer));
    });
    if let Some(bound) = lint.bound(Code::ClozeCount)
        && deletions.len() as f64 > bound
    {
        let message = format!("{} deletions on one card; at most {bound}", deletions.len());
        sink.text(Code::ClozeCount, text, message, "make several cards of it");
    }
    let mut front = String::new();
    for (cloze, answer) in &deletions {
        let answer = answer.trim();
        let place = line.hidden(cloze.number, answer);
        if lint.words(Code::ClozeFunctionWord).iter().any(|word| word.eq_ignore_ascii_case(answer)) {
            let message = format!("a deletion hides nothing but `{answer}`");
            sink.at(Code::ClozeFunctionWord, line, text, place, message, "hide the term or the number");
            continue;
        }
        line.front(cloze.number, &mut front);
        if let Some(bound) = lint.bound(Code::ClozeTooLong) {
            let long = weight_of(RunKind::Text, &without_math(answer));
            let help = "hide the words that carry the fact, or make it a question";
            if long as f64 > bound {
                let message = format!("a deletion hides {long} characters; at most {bound}");
                sink.at(Code::ClozeTooLong, line, text, place.clone(), message, help);
            } else if !front.contains(|character: char| character.is_alphanumeric() || character == OBJECT) {
                let message = "a deletion hides all that the card says".to_owned();
                sink.at(Code::ClozeTooLong, line, text, place.clone(), message, help);
            }
        }
        if lint.asks(Code::KeyInStem) && is_telling(answer) && holds(&front.to_lowercase(), &answer.to_lowercase()) {
            let message = format!("`{answer}` is hidden, and can be read elsewhere on the front");
            let help = format!("hide the other place too, `{{{{c{}::…}}}}`, or say it in other words", cloze.number);
            sink.at(Code::KeyInStem, line, text, place, message, &help);
        }
    }
}

/// A formula counts as one word.
fn without_math(answer: &str) -> String {
    let outside = answer.split('$').step_by(2);
    let formulas = answer.matches('$').count() / 2;
    outside.collect::<Vec<_>>().join(" ") + &" x".repeat(formulas)
}

/// A basic card whose answer is long.
pub(super) fn long_answer(answer: &RichText, lint: &Lint, sink: &mut Sink<'_>) {
    let Some(bound) = lint.bound(Code::LongAnswer) else { return };
    let long = weight(answer);
    if long as f64 > bound {
        let message = format!("an answer of {long} characters; at most {bound}");
        sink.text(Code::LongAnswer, answer, message, "ask for one thing; the explanation has room for the rest");
    }
}

/// A question whose answer stands in it.
pub(super) fn answer_in_stem(stem: &RichText, answer: &RichText, sink: &mut Sink<'_>) {
    let (question, text) = (stem.plain(Clozes::Answers), answer.plain(Clozes::Answers));
    let text = text.trim().trim_end_matches(['。', '.', '；']);
    let mut letters = String::new();
    bare(text, &mut letters);
    if !is_telling(&letters) || phrases::offers(&question) {
        return;
    }
    if holds(&question.to_lowercase(), &text.to_lowercase()) && sink.takes(Code::KeyInStem) {
        let diagnostic = Diagnostic::new(Code::KeyInStem, answer.span, "the answer stands in the question");
        sink.push(diagnostic.related(stem.span, "here").help("ask in other words"));
    }
}
