//! anki
