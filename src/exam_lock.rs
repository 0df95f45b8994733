//! `<exam>.lock`: what was printed, so that it can be printed again.
//!
//! In: the forms of an exam as they were drawn, and the bank. Out: an [`ExamLock`] and its text; and from that text, on a later day, the
//! same forms of a bank that may have grown, or what has changed since. A lock stands alone: it holds the text of the blueprint, and
//! of each card that stands on a form a hash of every part that pages show, so that a change can be named. It holds no text of a card: a
//! change is found, not undone.
//!
//! `parts` says what a card consists of, `write` and `read` are the file (TOML, one line an item), `again` makes forms of it, `names` finds
//! cards that have other names by now. How pages come of forms is not known here.

mod again;
mod names;
mod parts;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use again::Again;
pub use parts::{Part, Parts};

use crate::bank::{Bank, Media};
use crate::blueprint::FormName;
use crate::card::{CardId, CardType};
use crate::diag::{Code, Diagnostic};
use crate::form::{Form, shuffle};
use crate::lock::{ContentHash, damaged};
use crate::points::Points;
use crate::source::{FileError, SourceId, Sources, Span};
use std::collections::BTreeMap;
use std::path::Path;

/// What the name of a lock ends with.
pub const ENDING: &str = "lock";

/// The version of the format that this program reads and writes. What a [`ContentHash`] of a part is taken over belongs to it.
const VERSION: u64 = 1;

/// How to mend a damaged lock, for every diagnostic about one.
const MEND: &str = "take the file from a copy or from git as it was written: a lock is not edited by hand. Without one, draw the exam again from \
    the bank of that day with the same blueprint and seed";

/// What was printed.
#[derive(Debug, Clone, PartialEq)]
pub struct ExamLock {
    /// What the files of the exam are called.
    pub exam: String,
    /// The program that wrote it, with its version.
    pub program: String,
    /// The version of the way in which forms were drawn: [`shuffle::ALGORITHM`] of that day. Forms are not drawn anew from a lock; it says
    /// which program would draw them.
    pub algorithm: u32,
    /// What was drawn hung on it.
    pub seed: u64,
    /// The bank that the forms were drawn from.
    pub bank: BankStamp,
    /// The paper style.
    pub paper: PaperStamp,
    /// Whether each form has an answer sheet.
    pub answer_sheet: bool,
    /// The text of the blueprint.
    pub blueprint: String,
    /// The forms.
    pub forms: Vec<LockedForm>,
    /// The cards that stand on them.
    pub cards: BTreeMap<CardId, Parts>,
    /// Where the blueprint and the paper stand in the file; `None` of a lock that was not read from one.
    pub places: Option<Places>,
}

/// The bank that forms were drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankStamp {
    /// Its id.
    pub id: CardId,
    /// [`Bank::fingerprint`] of that day: keys print it.
    pub fingerprint: String,
}

/// The paper style that forms were printed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperStamp {
    /// Its name.
    pub name: String,
    /// A hash of the text of its file.
    pub hash: ContentHash,
}

/// Where things stand in the file of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// The program.
    pub program: Span,
    /// The paper style.
    pub paper: Span,
}

/// A form as it was printed.
#[derive(Debug, Clone, PartialEq)]
pub struct LockedForm {
    /// Its name.
    pub name: FormName,
    /// A hash of each of its files.
    pub files: Printed,
    /// Its sections, in the order of the paper.
    pub sections: Vec<LockedSection>,
}

/// Hashes of the files of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// The paper.
    pub paper: ContentHash,
    /// The answer key.
    pub key: ContentHash,
    /// The answer sheet, if it has one.
    pub sheet: Option<ContentHash>,
}

/// A section of a form as it was printed.
#[derive(Debug, Clone, PartialEq)]
pub struct LockedSection {
    /// The type of its items.
    pub kind: CardType,
    /// Its items, in the order of the paper.
    pub items: Vec<LockedItem>,
}

/// An item of a form as it was printed.
#[derive(Debug, Clone, PartialEq)]
pub struct LockedItem {
    /// Its card, as it was called then.
    pub card: CardId,
    /// What it was worth.
    pub points: Points,
    /// The order of its options: `order[new]` is the author's position. Empty where there are none.
    pub order: Vec<usize>,
    /// Where it stands in the file.
    pub span: Option<Span>,
}

/// What is said once for all forms of a lock.
#[derive(Debug, Clone)]
pub struct Head {
    /// What the files of the exam are called.
    pub exam: String,
    /// What was drawn hangs on it.
    pub seed: u64,
    /// [`Bank::fingerprint`].
    pub fingerprint: String,
    /// The paper style.
    pub paper: PaperStamp,
    /// Whether each form has an answer sheet.
    pub answer_sheet: bool,
    /// The text of the blueprint.
    pub blueprint: String,
}

impl ExamLock {
    /// The lock of forms that were drawn from `bank` and printed; `printed` has the hashes of their files, form by form.
    ///
    /// # Errors
    /// [`FileError`] if a picture of a card cannot be read.
    pub fn new(bank: &Bank, head: Head, forms: &[Form], printed: &[Printed]) -> Result<Self, FileError> {
        let pictures = Pictures::of(bank, Form::cards_of(forms))?;
        let cards = Form::cards_of(forms).map(|position| {
            let card = &bank.cards[position];
            (card.id.clone(), pictures.parts(card))
        });
        let cards = cards.collect();
        let item = |item: &crate::form::FormItem| LockedItem {
            card: bank.cards[item.card].id.clone(),
            points: item.points,
            order: item.order.clone(),
            span: None,
        };
        let section = |section: &crate::form::FormSection| LockedSection {
            kind: section.kind,
            items: section.items.iter().map(item).collect(),
        };
        // The name of a form was one when it was drawn.
        let form = |(form, files): (&Form, &Printed)| {
            let sections = form.sections.iter().map(section).collect();
            Some(LockedForm { name: FormName::new(&form.name)?, files: *files, sections })
        };
        Ok(Self {
            exam: head.exam,
            program: PROGRAM.to_owned(),
            algorithm: shuffle::ALGORITHM,
            seed: head.seed,
            bank: BankStamp { id: bank.info.id.clone(), fingerprint: head.fingerprint },
            paper: head.paper,
            answer_sheet: head.answer_sheet,
            blueprint: head.blueprint,
            forms: forms.iter().zip(printed).filter_map(form).collect(),
            cards,
            places: None,
        })
    }

    /// Reads a lock from a file. A damaged one is `None`, with what is wrong in `diagnostics`, all places at once.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be read.
    pub fn load(
        path: &Path,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Option<Self>, FileError> {
        match sources.read(path) {
            Ok(source) => Ok(Self::parse(sources, source, diagnostics)),
            Err(error @ FileError::NotUtf8 { .. }) => {
                diagnostics.push(Diagnostic::placeless(Code::LockDamaged, error.to_string()).help(MEND));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Reads the text of a lock. `None` if it is damaged; then `diagnostics` says where, all places at once.
    pub fn parse(sources: &Sources, source: SourceId, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let mut found = Vec::new();
        let lock = read::lock(sources.get(source), source, &mut found);
        let sound = found.is_empty();
        diagnostics.extend(found.into_iter().map(|found| damaged(found, MEND)));
        lock.filter(|_| sound)
    }

    /// The text of the lock.
    pub fn to_toml(&self) -> String {
        write::text(self)
    }

    /// The cards of each form as positions in `bank`, under the names that they have by now. Cards that are gone are left out.
    pub fn forms_in(&self, bank: &Bank) -> Vec<(FormName, Vec<usize>)> {
        let names = names::Names::of(bank);
        let of_form = |form: &LockedForm| {
            let items = form.sections.iter().flat_map(|section| &section.items);
            (form.name.clone(), items.filter_map(|item| names.find(&item.card)).collect())
        };
        self.forms.iter().map(of_form).collect()
    }
}

/// This program, as locks name it.
pub const PROGRAM: &str = concat!("cardpress ", env!("CARGO_PKG_VERSION"));

/// The pictures of cards, by name.
struct Pictures(BTreeMap<String, Vec<u8>>);

impl Pictures {
    fn of(bank: &Bank, cards: impl Iterator<Item = usize>) -> Result<Self, FileError> {
        let pictures = bank.pictures(cards.map(|card| &bank.cards[card]))?;
        Ok(Self(pictures.into_iter().map(|Media { name, bytes }| (name, bytes)).collect()))
    }

    fn parts(&self, card: &crate::card::Card) -> Parts {
        Parts::of(card, |name| self.0.get(name).map_or(&[][..], Vec::as_slice))
    }
}
