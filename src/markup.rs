//! The text of a field, parsed once.
//!
//! In: a Markdown subset with math and clozes. Out: [`RichText`], the one tree that HTML ([`html`]), plain text ([`plain`]) and the
//! page setter read. The subset: paragraphs, emphasis, strong, inline code, code blocks, lists, tables, images, sounds, `$math$`,
//! `$$math$$`, hard line breaks; `{{c1::…::hint}}` where a card is a cloze; and the blank `（　　）` of a choice item.

mod cloze;
mod flat;
pub mod highlight;
pub mod html;
pub mod parse;
pub mod plain;
pub mod runs;
mod stray;

use crate::source::Span;
use arcstr::ArcStr;
use flat::{Flat, Piece};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::ops::Range;

/// The text of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct RichText {
    content: Content,
    /// The TOML string it was written in, quotes included.
    pub span: Span,
}

/// Most fields are one paragraph without markup, and most of the others one with a formula or a blank. Those are held as a string
/// each, and the strings of many fields lie in one allocation ([`RichText::gather`]): of a bank of a hundred thousand cards that is
/// well over half of the memory. For the same reason the tree is behind one more pointer: so a field takes 32 bytes.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    Flat(Flat),
    Blocks(Box<Box<[Block]>>),
}

/// A row of inline pieces.
pub type Inlines = Box<[Inline]>;

/// A piece of text that stands on its own lines.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Block {
    /// Running text.
    Paragraph(Inlines),
    /// A formula on a line of its own: LaTeX without its dollars.
    Math(Box<str>),
    /// Program text, line breaks and indentation kept.
    Code(Box<Code>),
    /// A list.
    List(Box<List>),
    /// A table.
    Table(Box<Table>),
}

/// Program text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Code {
    /// The language after the fence; may be empty.
    pub language: Box<str>,
    /// The text, without a newline at its end.
    pub text: Box<str>,
}

/// A bulleted or numbered list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct List {
    /// The first number; `None` for bullets.
    pub start: Option<u64>,
    /// The items, each a row of blocks.
    pub items: Box<[Box<[Block]>]>,
}

/// A table with a head.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// How each column is set.
    pub columns: Box<[Align]>,
    /// The cells of the head.
    pub head: Box<[Inlines]>,
    /// The rows below, each as long as `columns`.
    pub rows: Box<[Box<[Inlines]>]>,
}

/// How the text of a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Align {
    /// At its left edge; also where the author said nothing.
    Left,
    /// In its middle.
    Center,
    /// At its right edge.
    Right,
}

/// A piece of running text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Inline {
    /// Characters.
    Text(Box<str>),
    /// `*emphasis*`
    Emphasis(Inlines),
    /// `**strong**`
    Strong(Inlines),
    /// `` `code` ``
    Code(Box<str>),
    /// `$math$`: LaTeX without its dollars. `display` is set for `$$math$$` that cannot stand on a line of its own, being within
    /// emphasis, a cloze or a cell.
    Math {
        /// The LaTeX.
        tex: Box<str>,
        /// Whether it is set large.
        display: bool,
    },
    /// `![alt](media/name.png)`, `![alt](media/name.png "caption")`
    Image(Box<Image>),
    /// `![what one hears](media/name.mp3)`
    Sound(Box<Sound>),
    /// A line break that the author asked for.
    Break,
    /// The blank of a choice item, written `（　　）`.
    Blank,
    /// A deletion: `{{c1::answer::hint}}`
    Cloze(Box<Cloze>),
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Image {
    /// The path as written, relative to the bank: `media/name.png`.
    pub path: Box<str>,
    /// What it shows, in words.
    pub alt: Box<str>,
    /// What stands under it: `![alt](media/name.png "caption")`. Only a picture that is a paragraph of its own has room for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<Box<str>>,
}

/// A recording.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sound {
    /// The path as written, relative to the bank: `media/name.mp3`.
    pub path: Box<str>,
    /// What one hears, in words; may be empty.
    pub alt: Box<str>,
}

impl Sound {
    /// What stands for it where nothing can be played: a note, so that no reader takes the words for part of the text. `♪` needs no
    /// translation, and the fonts of papers have it.
    pub fn in_words(&self) -> String {
        if self.alt.is_empty() { "[♪]".to_owned() } else { format!("[♪ {}]", self.alt) }
    }
}

/// The picture of a paragraph that holds nothing else.
pub fn lone_image(inlines: &[Inline]) -> Option<&Image> {
    match inlines {
        [Inline::Image(image)] => Some(image),
        _ => None,
    }
}

/// A deletion of a cloze card.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cloze {
    /// Deletions of one number are hidden together: 1 for `c1`.
    pub number: u16,
    /// What is hidden.
    pub answer: Inlines,
    /// What is shown in its place; may be empty.
    pub hint: Inlines,
}

/// A step of a walk over a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Node<'a> {
    /// A block, before what it holds.
    Block(&'a Block),
    /// An inline piece, before what it holds.
    Inline(&'a Inline),
}

impl RichText {
    /// A text of these blocks.
    pub fn new(blocks: Vec<Block>, span: Span) -> Self {
        let flat = if let [Block::Paragraph(inlines)] = &*blocks { Flat::of(inlines) } else { None };
        let content = flat.map_or_else(|| Content::Blocks(Box::new(blocks.into())), Content::Flat);
        Self { content, span }
    }

    /// A text that is one paragraph with blanks and these formulas in it, dollars included; `None` where such a text takes a tree.
    fn prose(text: &str, formulas: &[Range<usize>], span: Span) -> Option<Self> {
        Some(Self { content: Content::Flat(Flat::prose(text, formulas)?), span })
    }

    /// Puts the strings of texts into one allocation. `each` calls what it is given with every text; it is called twice, and must
    /// come to the same texts in the same order. `scratch` is room to put them together in, for many calls: room that is made and given
    /// back each time leaves holes in memory that are soon too small for the next.
    pub fn gather(scratch: &mut String, mut each: impl FnMut(&mut dyn FnMut(&mut Self))) {
        scratch.clear();
        each(&mut |text| {
            if let Content::Flat(flat) = &text.content {
                scratch.push_str(flat.as_str());
            }
        });
        let all = ArcStr::from(&**scratch);
        let mut start = 0;
        each(&mut |text| {
            if let Content::Flat(flat) = &mut text.content {
                start = flat.move_to(&all, start);
            }
        });
    }

    /// Its blocks, in reading order.
    pub fn blocks(&self) -> Cow<'_, [Block]> {
        match &self.content {
            Content::Flat(flat) => Cow::Owned(vec![Block::Paragraph(flat.inlines())]),
            Content::Blocks(blocks) => Cow::Borrowed(blocks),
        }
    }

    /// The whole text, where it is one paragraph without markup.
    pub fn as_plain(&self) -> Option<&str> {
        match &self.content {
            Content::Flat(flat) => flat.as_plain(),
            Content::Blocks(_) => None,
        }
    }

    /// The pieces of a text that is held flat; none of the others.
    fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let flat = if let Content::Flat(flat) = &self.content { Some(flat) } else { None };
        flat.into_iter().flat_map(Flat::pieces)
    }

    /// The blocks of a text that is held as a tree; none of the others.
    fn marked_up(&self) -> &[Block] {
        match &self.content {
            Content::Flat(_) => &[],
            Content::Blocks(blocks) => blocks,
        }
    }

    /// Calls `visit` for every block and inline piece of a text that is held as a tree, parents first, in reading order.
    fn walk<'a>(&'a self, visit: &mut impl FnMut(Node<'a>)) {
        walk_blocks(self.marked_up(), visit);
    }

    /// Calls `visit` for every cloze deletion, in reading order.
    pub fn clozes<'a>(&'a self, mut visit: impl FnMut(&'a Cloze)) {
        self.walk(&mut |node| {
            if let Node::Inline(Inline::Cloze(cloze)) = node {
                visit(cloze);
            }
        });
    }

    /// Calls `visit` for every image, in reading order.
    pub fn images<'a>(&'a self, mut visit: impl FnMut(&'a Image)) {
        self.walk(&mut |node| {
            if let Node::Inline(Inline::Image(image)) = node {
                visit(image);
            }
        });
    }

    /// Calls `visit` for every sound, in reading order.
    pub fn sounds<'a>(&'a self, mut visit: impl FnMut(&'a Sound)) {
        self.walk(&mut |node| {
            if let Node::Inline(Inline::Sound(sound)) = node {
                visit(sound);
            }
        });
    }

    /// Whether there is a sound in it.
    pub fn has_sound(&self) -> bool {
        let mut found = false;
        self.sounds(|_| found = true);
        found
    }

    /// Calls `visit` with the LaTeX of every formula and whether it is set large, in reading order.
    pub fn formulas<'a>(&'a self, mut visit: impl FnMut(&'a str, bool)) {
        for piece in self.pieces() {
            if let Piece::Math(tex) = piece {
                visit(tex, false);
            }
        }
        self.walk(&mut |node| match node {
            Node::Block(Block::Math(tex)) => visit(tex, true),
            Node::Inline(Inline::Math { tex, display }) => visit(tex, *display),
            _ => {}
        });
    }

    /// Calls `visit` with every run of characters that is shown as it is: text, code, captions and the words for sounds, not LaTeX.
    pub fn texts<'a>(&'a self, mut visit: impl FnMut(&'a str)) {
        for piece in self.pieces() {
            if let Piece::Text(text) | Piece::Code(text) = piece {
                visit(text);
            }
        }
        self.walk(&mut |node| match node {
            Node::Inline(Inline::Text(text) | Inline::Code(text)) => visit(text),
            Node::Inline(Inline::Sound(sound)) => visit(&sound.alt),
            Node::Block(Block::Code(code)) => visit(&code.text),
            Node::Block(Block::Paragraph(inlines)) => {
                lone_image(inlines).and_then(|image| image.caption.as_deref()).into_iter().for_each(&mut visit);
            }
            _ => {}
        });
    }
}

impl Serialize for RichText {
    /// A plain text as a string, every other as its blocks, however it is held.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_plain() {
            Some(text) => serializer.serialize_str(text),
            None => self.blocks().serialize(serializer),
        }
    }
}

fn walk_blocks<'a>(blocks: &'a [Block], visit: &mut impl FnMut(Node<'a>)) {
    for block in blocks {
        visit(Node::Block(block));
        match block {
            Block::Paragraph(inlines) => walk_inlines(inlines, visit),
            Block::Math(_) | Block::Code(_) => {}
            Block::List(list) => list.items.iter().for_each(|item| walk_blocks(item, visit)),
            Block::Table(table) => {
                let cells = table.head.iter().chain(table.rows.iter().flat_map(|row| row.iter()));
                cells.for_each(|cell| walk_inlines(cell, visit));
            }
        }
    }
}

fn walk_inlines<'a>(inlines: &'a [Inline], visit: &mut impl FnMut(Node<'a>)) {
    for inline in inlines {
        visit(Node::Inline(inline));
        match inline {
            Inline::Emphasis(inner) | Inline::Strong(inner) => walk_inlines(inner, visit),
            Inline::Cloze(cloze) => {
                walk_inlines(&cloze.answer, visit);
                walk_inlines(&cloze.hint, visit);
            }
            Inline::Text(_)
            | Inline::Code(_)
            | Inline::Math { .. }
            | Inline::Image(_)
            | Inline::Sound(_)
            | Inline::Break
            | Inline::Blank => {}
        }
    }
}

/// Whether a text has a byte that `is` tells. It looks at many at a time, as far as `is` lets the compiler do so.
pub(crate) fn any_byte(text: &str, is: impl Fn(u8) -> bool) -> bool {
    // To the end of each stretch, since a loop that may end anywhere goes byte by byte.
    text.as_bytes().chunks(256).any(|stretch| stretch.iter().fold(false, |found, byte| found | is(*byte)))
}

/// Whether a character belongs to Chinese text: a Han character or full-width punctuation. Between two such, a line break in the
/// source is no space.
pub fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}'
        | '\u{20000}'..='\u{3ffff}' | '“' | '”' | '‘' | '’' | '…' | '—')
}
