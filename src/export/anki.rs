//! The deck: a bank as an Anki package.
//!
//! ```text
//! Bank + Lock + NoteTypes + now ──► plan ──► DeckPlan ──► package ──► .apkg
//!                                              └─► the next Lock, and what Anki will not do by itself
//! ```
//!
//! [`plan`] decides everything and writes nothing; [`package`] writes what was decided. Both are the same on every machine: the time is a
//! parameter, ids are hashes of names, and the time of an unchanged note comes from the lock. Neither holds the HTML of more than a few
//! hundred notes at once, so a bank of 100,000 cards needs little more memory than the bank itself.
//!
//! What the formats demand was measured with Anki's own importer (`tests/oracles/anki_import.py` repeats that).

mod collection;
mod content;
pub mod notetype;
mod package;
mod partial;
mod plan;
mod template;
mod words;

pub use content::Content;
pub use notetype::NoteTypes;
pub use package::{PackageError, Summary, package, write_package};
pub use plan::{AnkiCard, Changes, Deck, DeckPlan, Moved, Note, PlannedNote, RenamedDeck, plan, search};
pub use template::TemplateError;
