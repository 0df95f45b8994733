//! The numbers on the cards of the shipped bank, come by once more.
//!
//! A card that works something out shows its givens and its results. Each chapter has a module that computes the results from the givens by
//! formula; here they are held against what the card says, digit by digit as far as it is written out.

#![allow(clippy::doc_markdown, reason = "LLaMA, GPipe and ZeRO are names of the subject, not of the program")]

#[path = "numbers/ch01.rs"]
mod ch01;
#[path = "numbers/ch02.rs"]
mod ch02;
#[path = "numbers/ch05.rs"]
mod ch05;
#[path = "numbers/ch06.rs"]
mod ch06;
#[path = "numbers/ch06_3.rs"]
mod ch06_3;
#[path = "numbers/ch09.rs"]
mod ch09;
#[path = "numbers/ch11.rs"]
mod ch11;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A number on a card, and what it is.
#[derive(Clone)]
struct Claim {
    /// The id of the card.
    card: &'static str,
    /// The number as the card writes it: digits, commas, a decimal point.
    shown: &'static str,
    value: Value,
}

#[derive(Debug, Clone)]
enum Value {
    /// Rounds to what is shown, at its last digit.
    About(f64),
    /// Is what is shown.
    Exactly(u64),
}

fn claim(card: &'static str, shown: &'static str, computed: f64) -> Claim {
    Claim { card, shown, value: Value::About(computed) }
}

fn claim_exact(card: &'static str, shown: &'static str, computed: u64) -> Claim {
    Claim { card, shown, value: Value::Exactly(computed) }
}

impl Claim {
    fn holds(&self) -> bool {
        let digits = self.shown.replace(',', "");
        match self.value {
            Value::Exactly(value) => digits == value.to_string(),
            Value::About(value) => {
                let decimals = digits.split_once('.').map_or("", |(_, decimals)| decimals);
                let shown: f64 = digits.parse().expect("a number");
                // Half of the last digit; what floating point adds to that is far less.
                let half = decimals.bytes().fold(0.5, |half, _| half / 10.0);
                (value - shown).abs() <= half * (1.0 + 1e-9) + value.abs() * 1e-12
            }
        }
    }
}

/// Whether a text has the number, not as a part of a longer one.
fn says(text: &str, number: &str) -> bool {
    let of_number = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
    text.match_indices(number).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + number.len()..]);
        let mut rest = after.chars();
        let goes_on = match rest.next() {
            Some('.' | ',') => of_number(rest.next()),
            next => of_number(next),
        };
        let mut lead = before.chars().rev();
        let began = match lead.next() {
            Some('.' | ',') => of_number(lead.next()),
            last => of_number(last),
        };
        !goes_on && !began
    })
}

/// The cards below a folder as they are written, by id.
#[expect(clippy::disallowed_methods, reason = "the cards as they are written, not as the program reads them")]
fn read(folder: &Path, texts: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let file = std::fs::read_to_string(&path).expect("a text");
            for card in file.split("\n[[card]]\n").skip(1) {
                let id = card.strip_prefix("id = \"").and_then(|rest| rest.split_once('"'));
                let (id, _) = id.expect("a card that begins with its id");
                texts.insert(id.to_owned(), card.to_owned());
            }
        }
    }
}

/// The lines of a card that readers see: what it is worth, how hard it is and the like is none of its numbers.
fn prose(card: &str) -> impl Iterator<Item = &str> {
    let fields = ["id", "type", "section", "source", "difficulty", "points", "tags", "enemies", "key"];
    card.lines().filter(move |line| !fields.iter().any(|field| line.trim_start().starts_with(&format!("{field} = "))))
}

#[test]
fn a_number_is_found_by_itself_only() {
    assert!(says("约 29.3 GB", "29.3") && says("29.3。", "29.3") && says("$1.5\\times10^7$", "1.5"));
    assert!(!says("129.3", "29.3") && !says("29.35", "29.3") && !says("1,29.3", "29.3") && !says("29.3", "29"));
}

#[test]
fn every_number_that_a_card_works_out_is_right() {
    let mut texts = BTreeMap::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cards"), &mut texts);
    let claims = [
        ch01::claims(),
        ch02::claims(),
        ch05::claims(),
        ch06::claims(),
        ch06_3::claims(),
        ch09::claims(),
        ch11::claims(),
    ]
    .concat();
    let mut wrong = Vec::new();
    for claim in &claims {
        let Claim { card, shown, value } = claim;
        match texts.get(*card) {
            None => wrong.push(format!("{card}: there is no such card")),
            Some(text) if !prose(text).any(|line| says(line, shown)) => {
                wrong.push(format!("{card}: does not say {shown}"));
            }
            Some(_) if !claim.holds() => wrong.push(format!("{card}: says {shown}, it is {value:?}")),
            Some(_) => {}
        }
    }
    let claimed: BTreeSet<&str> = claims.iter().map(|claim| claim.card).collect();
    let calculations = texts.iter().filter(|(_, text)| text.contains("\ntype = \"calculation\"\n"));
    let unchecked = calculations.map(|(id, _)| id.as_str()).filter(|id| !claimed.contains(id));
    wrong.extend(unchecked.map(|id| format!("{id}: a calculation of which no number is checked")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
