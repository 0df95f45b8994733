//! The deck: a bank as an Anki package.
//!
//! ```text
//! Bank + Lock + NoteTypes + MediaDigests + now ──► Planner ──► package ──► .apkg
//!                                                     └─► plan ───┴─► DeckPlan ─┬─► the next Lock, and what Anki will not do by itself
//!                 .apkg of the last build ──► read ──► OldPackage ──────────────┴─► diff ──► Diff: what an import would do
//! ```
//!
//! A [`Planner`] decides note by note. [`plan`] stops at that and writes nothing; [`package`] writes each note while its text is at hand. Both are
//! the same on every machine: the time is a parameter, ids hang on names and order, and the time of an unchanged note comes from the
//! lock. Neither holds the HTML of more than a few hundred notes at once, so a bank of 100,000 cards needs little more memory than the bank
//! itself.
//!
//! What the formats demand was measured with Anki's own importer (`tests/oracles/anki_import.py` repeats that).

mod advice;
mod changes;
mod collection;
mod content;
mod deflate;
pub mod diff;
mod digests;
mod identity;
mod ids;
pub mod notetype;
mod package;
mod partial;
mod plan;
mod preset;
pub mod read;
mod search;
mod template;
mod words;

pub use advice::{Advice, Left};
pub use changes::{Changes, Moved, RenamedDeck, Vanished};
pub use content::Content;
pub use digests::MediaDigests;
pub use notetype::NoteTypes;
pub use package::{PackageError, Summary, package};
pub use plan::{AnkiCard, Deck, DeckPlan, Note, PlannedNote, Planner, plan};
pub use search::search;
pub use template::TemplateError;
