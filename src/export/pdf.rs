//! A document as a PDF file.
//!
//! In: the ink of [`crate::typeset::display`]. Out: the bytes of a PDF 1.7 file with embedded subset fonts, searchable text, a tagged
//! structure, an outline and page labels. A document that allows it keeps to PDF/UA-1 (ISO 14289-1) and PDF/A-2u (ISO 19005-2), and
//! its file says so.
//!
//! | room | what it makes |
//! |---|---|
//! | `fonts` | the fonts of one document, cut to the glyphs it has, and what each glyph says |
//! | `content` | the ink of one page as drawing operations in marked content |
//! | `stream` | operands and operators as text |
//! | `pictures` | pixels as image objects |
//! | `structure` | the tree that says what the marked content is |
//! | `conformance` | to which standards the file may say that it keeps |
//! | `file` | pages, catalog, outline, metadata |
//! | `objects` | the numbers of the objects, compression, and the file itself |
//!
//! Nothing here measures text or breaks pages, reads a file or the clock, or keeps anything between two calls: [`pdf`] may run on
//! several threads at once, and the same document always gives the same bytes.

mod conformance;
mod content;
mod file;
mod fonts;
mod objects;
mod pictures;
mod stream;
mod structure;

use crate::fonts::Fonts;
use crate::typeset::display::{Document, Item, NodeId};
use fonts::EmbeddedFonts;

/// What a build says of itself in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Which program made the file.
    pub producer: String,
    /// When it was made, in seconds since 1970 UTC. Without it the file has no date, and depends on its content alone.
    pub created_unix_seconds: Option<i64>,
}

impl Default for Stamp {
    /// This version of cardpress, and no date.
    fn default() -> Self {
        Self { producer: concat!("cardpress ", env!("CARGO_PKG_VERSION")).to_owned(), created_unix_seconds: None }
    }
}

/// Why a document cannot be written. All but [`PdfError::Date`] mean that its display list contradicts itself or its fonts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PdfError {
    /// A run has bytes that belong to no glyph, or glyphs that divide a character.
    #[error("the glyphs of the run “{text}” do not add up to its text")]
    Clusters {
        /// The text of the run.
        text: String,
    },
    /// A run draws glyph 0, the empty box that stands for a character which its font lacks.
    #[error("the font {face} has no glyph for “{text}”")]
    MissingGlyph {
        /// The PostScript name of the font.
        face: String,
        /// What the glyph should have shown.
        text: String,
    },
    /// A font cannot be cut to the glyphs in use.
    #[error("cannot embed the font {face}: {reason}")]
    Font {
        /// The PostScript name of the font.
        face: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A page has ink of a node that the structure lacks.
    #[error("page {page} has ink of node {node}, but the structure has {nodes} nodes")]
    UnknownNode {
        /// The number of the page, from 1.
        page: usize,
        /// The position of the node.
        node: usize,
        /// How many nodes there are.
        nodes: usize,
    },
    /// An outline entry leads to a page that is not there.
    #[error("the outline entry “{title}” leads to page {page}, but there are {pages}")]
    UnknownPage {
        /// What the entry says.
        title: String,
        /// The number of the page, from 1.
        page: usize,
        /// How many pages there are.
        pages: usize,
    },
    /// The date of the [`Stamp`] is in no year that a PDF can name.
    #[error("{0} seconds since 1970 is not a date that a PDF can name")]
    Date(i64),
}

/// Writes a document as the bytes of a PDF file.
///
/// # Errors
/// [`PdfError`] if the display list contradicts itself or its fonts; a document that was set with the same `fonts` does not.
pub fn pdf(document: &Document, fonts: &Fonts, stamp: &Stamp) -> Result<Vec<u8>, PdfError> {
    check_references(document)?;
    file::write(document, &EmbeddedFonts::subset(document, fonts)?, stamp)
}

/// That every node and page which the document speaks of is there.
fn check_references(document: &Document) -> Result<(), PdfError> {
    let nodes = document.structure.nodes().len();
    for (index, page) in document.pages.iter().enumerate() {
        let unknown = |item: &Item| item.node != NodeId::ARTIFACT && item.node.index() >= nodes;
        if let Some(item) = page.items.iter().find(|item| unknown(item)) {
            return Err(PdfError::UnknownNode { page: index + 1, node: item.node.index(), nodes });
        }
    }
    let pages = document.pages.len();
    match document.outline.iter().find(|entry| entry.page >= pages) {
        Some(entry) => Err(PdfError::UnknownPage { title: entry.title.clone(), page: entry.page + 1, pages }),
        None => Ok(()),
    }
}

/// A length as it is written: in thousandths of a point, so that no noise of binary fractions gets into the file.
fn rounded(points: f32) -> f32 {
    (thousandths(points) as f64 / 1000.0) as f32
}

fn thousandths(points: f32) -> i64 {
    (f64::from(points) * 1000.0).round() as i64
}
