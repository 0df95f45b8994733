//! Setting pages: from rich text to a display list in points, knowing nothing of PDF.

pub mod display;
