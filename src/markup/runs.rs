//! A text as a row of runs, for rules on wording: what is bold, hidden, code or LaTeX is told, nothing else of the structure.

use super::{Block, Inline, RichText, flat::Piece};

/// A run of a text: characters of one kind, next to those of the runs before and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// What it is.
    pub kind: RunKind,
    /// Its characters: LaTeX without dollars, the alt text of a picture, the words for a sound.
    pub text: &'a str,
    /// Whether it is bold.
    pub strong: bool,
    /// The number of the deletion that hides it.
    pub cloze: Option<u16>,
    /// Whether it is the hint of that deletion.
    pub hint: bool,
}

/// The kinds of run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunKind {
    /// Characters as they are read.
    Text,
    /// Code, within a line or a block of its own.
    Code,
    /// LaTeX.
    Math,
    /// A picture or a sound.
    Media,
    /// The blank of a choice item.
    Blank,
    /// The end of a line, a block or a cell.
    Break,
}

impl RichText {
    /// Calls `visit` for every run, in reading order.
    pub fn runs<'a>(&'a self, visit: &mut dyn FnMut(Run<'a>)) {
        let state = Run { kind: RunKind::Text, text: "", strong: false, cloze: None, hint: false };
        for piece in self.pieces() {
            let (kind, text) = match piece {
                Piece::Text(text) => (RunKind::Text, text),
                Piece::Code(text) => (RunKind::Code, text),
                Piece::Math(text) => (RunKind::Math, text),
                Piece::Break => (RunKind::Break, "\n"),
                Piece::Blank => (RunKind::Blank, BLANK),
            };
            visit(Run { kind, text, ..state });
        }
        blocks(self.marked_up(), state, visit);
    }
}

const BLANK: &str = "（　　）";

fn blocks<'a>(all: &'a [Block], state: Run<'a>, visit: &mut dyn FnMut(Run<'a>)) {
    for block in all {
        match block {
            Block::Paragraph(content) => inlines(content, state, visit),
            Block::Math(tex) => visit(Run { kind: RunKind::Math, text: tex, ..state }),
            Block::Code(code) => visit(Run { kind: RunKind::Code, text: &code.text, ..state }),
            Block::List(list) => list.items.iter().for_each(|item| blocks(item, state, visit)),
            Block::Table(table) => {
                for cell in table.head.iter().chain(table.rows.iter().flat_map(|row| row.iter())) {
                    inlines(cell, state, visit);
                    visit(Run { kind: RunKind::Break, text: "\n", ..state });
                }
            }
        }
        visit(Run { kind: RunKind::Break, text: "\n", ..state });
    }
}

fn inlines<'a>(all: &'a [Inline], state: Run<'a>, visit: &mut dyn FnMut(Run<'a>)) {
    for inline in all {
        let (kind, text) = match inline {
            Inline::Text(text) => (RunKind::Text, &**text),
            Inline::Code(text) => (RunKind::Code, &**text),
            Inline::Math { tex, .. } => (RunKind::Math, &**tex),
            Inline::Image(image) => (RunKind::Media, &*image.alt),
            Inline::Sound(sound) => (RunKind::Media, &*sound.alt),
            Inline::Break => (RunKind::Break, "\n"),
            Inline::Blank => (RunKind::Blank, BLANK),
            Inline::Emphasis(inner) => {
                inlines(inner, state, visit);
                continue;
            }
            Inline::Strong(inner) => {
                inlines(inner, Run { strong: true, ..state }, visit);
                continue;
            }
            Inline::Cloze(cloze) => {
                let hidden = Run { cloze: Some(cloze.number), ..state };
                inlines(&cloze.answer, hidden, visit);
                inlines(&cloze.hint, Run { hint: true, ..hidden }, visit);
                continue;
            }
        };
        visit(Run { kind, text, ..state });
    }
}
