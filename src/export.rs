//! From plans to bytes: pure functions that read no files, no clock and no randomness.

pub mod anki;
pub mod csv;
pub mod page;
pub mod pdf;
pub mod png;
