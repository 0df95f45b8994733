//! # cardpress
//!
//! One bank of cards, written as plain text, pressed into three things: an Anki deck, printed mock exams with answer keys, and
//! spreadsheets. This page is the map of the source: read it before the rooms.
//!
//! ```text
//! cards/*.toml ─► Sources ─► Card ─► Bank ─┬─► deck plan ─────────────► .apkg
//!   (+ media)      source     card    bank │     export::anki::plan       export::anki::package
//!                  fields     text         ├─► Form + AnswerKey ─► Document ─► .pdf
//!                             markup       │     form (blueprint,    paper        export::pdf
//!                             math, fonts  │     seed)               typeset
//!                                          └─► rows ──────────────────► .csv
//!                                                export::csv
//! ```
//!
//! The way of the data is the way of the imports: a module uses those to its left, never those to its right.
//!
//! ## The phases
//!
//! 1. **Read.** [`source`] reads files and knows lines and columns. [`fields`] takes a TOML table apart field by field and collects
//!    every error. [`card::parse`] makes [`card::Card`]s of the tables, [`text`] makes [`markup::RichText`] of their strings: Markdown
//!    and math are parsed here, once. What is wrong becomes a [`diag::Diagnostic`], never a panic and never the last word: reading
//!    goes on.
//! 2. **Check.** [`bank::Bank::load`] puts the chapters together and checks what needs the whole: ids, enemies, pictures. Invalid data
//!    never reaches a `Bank`, so nothing after this point checks cards again: [`lint`] says how well they are written, and only `check` asks it.
//! 3. **Plan.** Pure functions decide what will be made: [`form`] draws forms that meet all that a [`blueprint`] demands, with a pinned
//!    random generator, or says which demands stand in each other's way; [`audit`] judges what was drawn; the deck plan settles notes, GUIDs and, with [`lock`], when
//!    each note last changed; [`paper`] sets a form, its key or its answer sheet on pages through [`typeset`], which knows nothing of
//!    exams.
//! 4. **Write.** [`export`] turns plans into bytes: no files, no clock, no randomness, so the same input gives the same bytes whatever
//!    the machine and the number of threads; [`export::pdf`] and [`export::png`] draw the same display list. [`output`] is the one place
//!    that writes files, each through a temporary file and a rename. [`cli`] is the one place that prints and that reads the clock.
//!
//! Beside the way stand the figures: [`census`] counts what a bank holds, [`form::coverage`] says how far it goes for a blueprint, and
//! [`export::page`] shows both.
//!
//! ## Where a fact lives
//!
//! An item's content, id, tags, difficulty and key: on its card. What an exam draws, from where and how hard, its points and its seed: in
//! the blueprint. How a page looks: in a paper style, `templates/papers/` ([`paper::style`]). How an Anki card looks: in
//! `templates/anki/`. When a note last changed: in `cards.lock`. What was printed: in the lock of the exam ([`exam_lock`]). What a rule on items asks: in
//! [`diag::rules`]; which of them a bank asks: in its `[lint]` ([`bank::lint`]); from which a card is excused: on the card. Nothing is stored twice; an answer key derives from form and bank.
//!
//! ## Words
//!
//! *Bank*: the item bank. *Card*: one authored item, never a generated Anki card. *Stem*, *option*, *distractor*, *key* (the right
//! options), *rubric* with *scoring points*. *Blueprint*: what to draw. *Form*: one assembled version of an exam (A卷, B卷). *Enemy
//! items*: never on one form. *Note*, *note type*, *deck*, *tag*, *GUID*: as in Anki.

mod ahead;
pub mod audit;
pub mod bank;
pub mod blueprint;
pub mod card;
pub mod census;
pub mod cli;
pub mod diag;
pub mod exam_lock;
pub mod export;
pub mod fields;
pub mod fonts;
pub mod form;
pub mod lint;
pub mod lock;
pub mod markup;
pub mod math;
pub mod media;
pub mod output;
pub mod paper;
pub mod points;
pub mod raster;
pub mod source;
pub mod text;
pub mod typeset;
