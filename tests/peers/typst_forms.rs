//! Writes forms and keys as Typst sources with a plain template, so that Typst can be timed on the same pages, and so that choosing and
//! writing can be timed by themselves: `cargo run --release --example typst-forms -- 100 FOLDER [BLUEPRINT]`. Without a blueprint the forms
//! are those of `mock-exam`.
//!
//! Formulas are written as their LaTeX text, which is less work for Typst than setting them.

#![expect(clippy::disallowed_methods, reason = "a tool for the benches: it writes where it is told")]

use cardpress::bank::Bank;
use cardpress::blueprint::{self, Blueprint, FormName};
use cardpress::card::{Body, letter};

use cardpress::form::{Answer, AnswerKey, Form, FormItem, assemble};
use cardpress::markup::plain::{Clozes, write_inlines};
use cardpress::paper::style::PaperStyle;
use cardpress::paper::words::Words;
use cardpress::source::Sources;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

const TEMPLATE: &str = r#"#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 20mm),
  numbering: "1 / 1")
#set text(font: "Noto Serif SC", size: 10.5pt, lang: "zh", region: "cn")
#set par(justify: true, leading: 0.65em)
#show heading: set text(font: "Noto Sans SC", size: 12pt)
#let item(n, body) = grid(columns: (1.9em, 1fr), [#n.], body)
#let options(..o) = grid(columns: (1fr, 1fr), row-gutter: 0.65em, ..o.pos().enumerate().map(((i, t)) =>
  [#("ABCDEFGHIJ".at(i)). #t]))
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: typst-forms COUNT FOLDER [BLUEPRINT]";
    let count: usize = arguments.next().ok_or(usage)?.parse()?;
    let folder = arguments.next().ok_or(usage)?;
    let bank = Bank::load(Path::new("cards"))?.bank.ok_or("the bank has errors")?;
    let mut sources = Sources::default();
    let source = match arguments.next() {
        Some(path) => sources.add(path.as_str(), std::fs::read_to_string(&path)?),
        None => sources.add("mock-exam.toml", blueprint::builtin("mock-exam").ok_or("no blueprint")?),
    };
    let mut blueprint = Blueprint::read(&sources, source).blueprint.ok_or("the blueprint has errors")?;
    blueprint.exam.forms = FormName::series(count);
    std::fs::create_dir_all(&folder)?;
    for form in assemble(&bank, &blueprint, &[]).forms {
        let path = Path::new(&folder);
        std::fs::write(path.join(format!("{}.typ", form.name)), paper(&bank, &blueprint, &form))?;
        std::fs::write(path.join(format!("{}-key.typ", form.name)), key(&bank, &blueprint, &form))?;
    }
    Ok(())
}

/// Text as a Typst string literal, which needs no other escapes.
fn quoted(text: &str) -> String {
    format!("#\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "))
}

fn head(bank: &Bank, blueprint: &Blueprint, form: &Form) -> String {
    let words = Words(bank.info.language);
    let title = words.title(&blueprint.exam.title, &form.name);
    format!("{TEMPLATE}#align(center, text(size: 16pt, font: \"Noto Sans SC\")[{}])\n", quoted(&title))
}

fn paper(bank: &Bank, blueprint: &Blueprint, form: &Form) -> String {
    let words = Words(bank.info.language);
    let mut text = head(bank, blueprint, form);
    let mut number = 0;
    for (index, section) in form.sections.iter().enumerate() {
        let title = words.section_title(section.kind);
        let head = words.section_head(index, title, section.items.len(), section.points_each(), section.points());
        let _ = writeln!(text, "\n= {}\n", quoted(&head));
        for item in &section.items {
            number += 1;
            paper_item(&mut text, number, bank, item);
        }
    }
    text
}

fn paper_item(text: &mut String, number: usize, bank: &Bank, item: &FormItem) {
    let card = &bank.cards[item.card];
    let _ = writeln!(text, "#item({number})[{}", quoted(&card.stem().plain(Clozes::Blanks)));
    if let Body::Choice(choice) = &card.body {
        let options: Vec<String> = item.order.iter().map(|old| choice.options[*old].plain(Clozes::Answers)).collect();
        let options: Vec<String> = options.iter().map(|option| format!("[{}]", quoted(option))).collect();
        let _ = writeln!(text, "#options({})", options.join(", "));
    }
    let lines = PaperStyle::default().answer_lines(card.kind(), item.points);
    let _ = writeln!(text, "#v({}pt)]\n", lines as f32 * 22.0);
}

fn key(bank: &Bank, blueprint: &Blueprint, form: &Form) -> String {
    let mut text = head(bank, blueprint, form);
    for section in AnswerKey::of(form, bank).sections {
        let _ = writeln!(text, "\n= {}\n", quoted(section.kind.chinese()));
        for item in section.items {
            let mut answer = String::new();
            match item.answer {
                Answer::Options(key) => key.positions().for_each(|position| answer.push(letter(position))),
                Answer::Judgement(is_true) => answer.push(if is_true { '√' } else { '×' }),
                Answer::Blanks(blanks) => {
                    for blank in blanks {
                        write_inlines(blank, Clozes::Answers, &mut answer);
                    }
                }
                Answer::Text(text) => answer.push_str(&text.plain(Clozes::Answers)),
                Answer::Rubric { answer: model, scoring } => {
                    answer.push_str(&model.map(|model| model.plain(Clozes::Answers)).unwrap_or_default());
                    for point in scoring {
                        let _ = write!(answer, " {} …… {}", point.text.plain(Clozes::Answers), point.points);
                    }
                }
            }
            let why = item.card.explanation.as_ref().map(|why| why.plain(Clozes::Answers)).unwrap_or_default();
            let _ = writeln!(text, "#item({})[{} \\ {}]\n", item.number, quoted(&answer), quoted(&why));
        }
    }
    text
}
