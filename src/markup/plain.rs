//! Rich text as plain text: for spreadsheets, sort fields, near-duplicate checks and messages.

use super::{Block, Inline, RichText, is_wide};
use std::fmt::Write;

/// How clozes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clozes {
    /// As the answer alone.
    Answers,
    /// As a blank, `____`, or the hint in brackets.
    Blanks,
    /// As they were written: `{{c1::answer::hint}}`.
    Source,
}

impl RichText {
    /// The text without markup; formulas stay LaTeX between dollars, blocks are parted by newlines, images are their alt texts, sounds too, after
    /// a note.
    pub fn plain(&self, clozes: Clozes) -> String {
        if let Some(text) = self.as_plain() {
            return text.trim_end().to_owned();
        }
        let mut out = String::new();
        write_blocks(&self.blocks(), clozes, "", &mut out);
        out.truncate(out.trim_end().len());
        out
    }
}

impl RichText {
    /// About how long it is on paper, in half-widths: a Chinese character is as wide as two letters. `None` with a formula or a picture in
    /// it, whose source says nothing of its width.
    pub fn printed_length(&self) -> Option<usize> {
        let mut plain = true;
        self.formulas(|_, _| plain = false);
        self.images(|_| plain = false);
        let width = |character| if is_wide(character) { 2 } else { 1 };
        let length = |text: &str| text.chars().map(width).sum();
        plain.then(|| {
            self.as_plain().map_or_else(|| length(&self.plain(Clozes::Answers)), |text| length(text.trim_end()))
        })
    }
}

fn write_blocks(blocks: &[Block], clozes: Clozes, indent: &str, out: &mut String) {
    for block in blocks {
        out.push_str(indent);
        match block {
            Block::Paragraph(inlines) => write_inlines(inlines, clozes, out),
            Block::Math(tex) => {
                let _ = write!(out, "$${tex}$$");
            }
            Block::Code(code) => out.push_str(&code.text.replace('\n', &format!("\n{indent}"))),
            Block::List(list) => {
                let deeper = format!("{indent}  ");
                for (index, item) in list.items.iter().enumerate() {
                    if index > 0 {
                        out.push_str(indent);
                    }
                    match list.start {
                        Some(start) => {
                            let _ = write!(out, "{}. ", start + index as u64);
                        }
                        None => out.push_str("- "),
                    }
                    let mut inner = String::new();
                    write_blocks(item, clozes, &deeper, &mut inner);
                    out.push_str(inner.trim());
                    out.push('\n');
                }
                continue;
            }
            Block::Table(table) => {
                for (index, row) in std::iter::once(&table.head).chain(table.rows.iter()).enumerate() {
                    if index > 0 {
                        out.push_str(indent);
                    }
                    for (column, cell) in row.iter().enumerate() {
                        if column > 0 {
                            out.push_str(" | ");
                        }
                        write_inlines(cell, clozes, out);
                    }
                    out.push('\n');
                }
                continue;
            }
        }
        out.push('\n');
    }
}

/// Writes running text as plain text.
pub fn write_inlines(inlines: &[Inline], clozes: Clozes, out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Emphasis(inner) | Inline::Strong(inner) => write_inlines(inner, clozes, out),
            Inline::Math { tex, display: false } => {
                let _ = write!(out, "${tex}$");
            }
            Inline::Math { tex, display: true } => {
                let _ = write!(out, "$${tex}$$");
            }
            Inline::Image(image) => {
                let _ = write!(out, "[{}]", image.alt);
            }
            Inline::Sound(sound) => out.push_str(&sound.in_words()),
            Inline::Break => out.push('\n'),
            Inline::Blank => out.push_str("（　　）"),
            Inline::Cloze(cloze) => match clozes {
                Clozes::Answers => write_inlines(&cloze.answer, clozes, out),
                Clozes::Blanks if cloze.hint.is_empty() => out.push_str("____"),
                Clozes::Blanks => {
                    out.push('[');
                    write_inlines(&cloze.hint, clozes, out);
                    out.push(']');
                }
                Clozes::Source => {
                    let _ = write!(out, "{{{{c{}::", cloze.number);
                    write_inlines(&cloze.answer, clozes, out);
                    if !cloze.hint.is_empty() {
                        out.push_str("::");
                        write_inlines(&cloze.hint, clozes, out);
                    }
                    out.push_str("}}");
                }
            },
        }
    }
}
