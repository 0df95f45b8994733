//! The one writer of files.
