//! Locks of exams.
