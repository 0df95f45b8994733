//! `cards.lock`: when each note last changed.
