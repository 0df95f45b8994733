//! From the events of the Markdown parser to the tree.
//!
//! Elements that are open are [`Frame`]s on a stack; clozes and hints are frames too, opened and closed by the marks that were found
//! in the raw text.

use super::super::cloze::Mark;
use super::super::flat::blank;
use super::super::highlight::Language;
use super::super::stray::Strays;
use super::super::{
    Align, Block, Cloze, Code as CodeBlock, Image, Inline, Inlines, List, Sound, Table, is_wide, plain,
};
use super::{Places, Problem};
use crate::diag::{Code, did_you_mean};
use crate::media::MediaKind;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, Tag};
use std::ops::Range;

/// How deep elements may lie in one another.
const DEEPEST: usize = 50;

const SUBSET: &str =
    "allowed: paragraphs, *emphasis*, **strong**, `code`, code blocks, lists, tables, images, sounds, $math$, $$math$$";

/// What is being built.
pub(super) enum Kind {
    Root,
    Paragraph,
    Emphasis,
    Strong,
    Cell,
    Row,
    Head,
    Table(Box<[Align]>),
    List(Option<u64>),
    Item,
    Code(Box<str>),
    Image {
        path: Box<str>,
        caption: Option<Box<str>>,
    },
    Cloze(u16),
    /// The hint of the cloze in the frame below.
    Hint,
    /// An element that is not in the subset; what it holds is kept.
    Foreign,
}

struct Frame {
    kind: Kind,
    range: Range<usize>,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Box<[Block]>>,
    cells: Vec<Inlines>,
    rows: Vec<Box<[Inlines]>>,
}

impl Frame {
    fn new(kind: Kind, range: Range<usize>) -> Self {
        Self {
            kind,
            range,
            blocks: Vec::new(),
            inlines: Vec::new(),
            items: Vec::new(),
            cells: Vec::new(),
            rows: Vec::new(),
        }
    }
}

/// Builds the tree.
pub(super) struct Reader<'p> {
    /// The whole text.
    source: &'p str,
    marks: std::iter::Peekable<std::vec::IntoIter<(Range<usize>, Mark)>>,
    /// The elements that are open, the innermost last; never empty.
    frames: Vec<Frame>,
    /// A line ended in the source; whether it is a space depends on what follows.
    soft_break: bool,
    /// The last character of the running text so far; `None` at its start and after a formula or a picture.
    last: Option<char>,
    /// Reports what Markdown left standing.
    strays: Strays,
    places: Places,
    problems: &'p mut Vec<Problem>,
}

impl<'p> Reader<'p> {
    /// A reader at the start of a text, with the cloze marks that were found in it.
    pub(super) fn new(source: &'p str, marks: Vec<(Range<usize>, Mark)>, problems: &'p mut Vec<Problem>) -> Self {
        Self {
            source,
            marks: marks.into_iter().peekable(),
            frames: vec![Frame::new(Kind::Root, 0..source.len())],
            soft_break: false,
            last: None,
            strays: Strays::default(),
            places: Places::default(),
            problems,
        }
    }

    /// The tree, at least one block, once all events were taken.
    pub(super) fn finish(mut self) -> (Vec<Block>, Places) {
        let mut blocks = self.frames.pop().map(|frame| frame.blocks).unwrap_or_default();
        if blocks.is_empty() {
            blocks.push(Block::Paragraph(Box::default()));
        }
        (blocks, self.places)
    }

    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the root frame is never closed")
    }

    pub(super) fn open(&mut self, mut kind: Kind, range: Range<usize>) {
        if self.frames.len() == DEEPEST {
            self.problems.push(Problem::new(
                Code::UnsupportedMarkup,
                range.clone(),
                format!("markup within markup, more than {DEEPEST} deep"),
            ));
        }
        if self.frames.len() >= DEEPEST {
            kind = Kind::Foreign; // what it holds is kept; the trees stay shallow enough to walk
        }
        self.frames.push(Frame::new(kind, range));
    }

    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(_) => {
                self.end_clozes(range.end);
                self.close();
            }
            Event::Text(text) => {
                if matches!(self.top().kind, Kind::Code(_)) {
                    self.push_text(&text);
                } else {
                    self.text(&text, range);
                }
            }
            Event::Code(code) => self.inline(Inline::Code(code.as_ref().into()), range),
            Event::InlineMath(tex) => self.math(&tex, false, range),
            Event::DisplayMath(tex) => self.math(&tex, true, range),
            Event::SoftBreak => self.soft_break = true,
            Event::HardBreak => self.inline(Inline::Break, range),
            Event::Html(_) => {} // the block was reported
            Event::InlineHtml(tag) => self.html(&tag, range),
            Event::Rule => self.foreign("a horizontal rule", range),
            Event::FootnoteReference(_) => self.foreign("a footnote", range),
            Event::TaskListMarker(_) => self.foreign("a task list", range),
        }
    }

    fn foreign(&mut self, what: &str, range: Range<usize>) {
        let message = format!("{what} is not part of the markup of a card");
        self.problems.push(Problem::new(Code::UnsupportedMarkup, range, message).help(SUBSET));
    }

    fn html(&mut self, tag: &str, range: Range<usize>) {
        let problem = Problem::new(Code::UnsupportedMarkup, range, "HTML in a field").help(SUBSET);
        let name = tag.trim_start_matches(['<', '/']).split(|c: char| !c.is_ascii_alphanumeric()).next();
        self.problems.push(match name.unwrap_or_default().to_ascii_lowercase().as_str() {
            "br" => problem.help("a line ends at two spaces before its end, a paragraph at an empty line"),
            "b" | "strong" => problem.help("strong text is written **so**"),
            "i" | "em" => problem.help("emphasis is written *so*"),
            _ => problem.help("write `\\<` for the sign itself"),
        });
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::Emphasis => Kind::Emphasis,
            Tag::Strong => Kind::Strong,
            Tag::List(start) => Kind::List(start),
            Tag::Item => Kind::Item,
            Tag::Table(columns) => Kind::Table(
                columns
                    .iter()
                    .map(|column| match column {
                        Alignment::None | Alignment::Left => Align::Left,
                        Alignment::Center => Align::Center,
                        Alignment::Right => Align::Right,
                    })
                    .collect(),
            ),
            Tag::TableHead => Kind::Head,
            Tag::TableRow => Kind::Row,
            Tag::TableCell => Kind::Cell,
            Tag::CodeBlock(CodeBlockKind::Indented) => Kind::Code("".into()),
            Tag::CodeBlock(CodeBlockKind::Fenced(language)) => {
                let language = language.split_whitespace().next().unwrap_or_default();
                self.check_language(language, &range);
                Kind::Code(language.into())
            }
            Tag::Image { dest_url, title, .. } => {
                self.places.media.push((dest_url.as_ref().into(), range.clone()));
                let caption = Some(title.trim()).filter(|title| !title.is_empty());
                if caption.is_some() && MediaKind::of(&dest_url) == Some(MediaKind::Sound) {
                    let message = "a caption under a sound, which nobody would see";
                    let help = "write what one hears between the brackets: ![what one hears](media/name.mp3)";
                    self.problems.push(Problem::new(Code::UnsupportedMarkup, range.clone(), message).help(help));
                }
                Kind::Image { path: dest_url.as_ref().into(), caption: caption.map(Into::into) }
            }
            Tag::Link { .. } => self.foreign_element("a link", &range),
            Tag::Heading { .. } => self.foreign_element("a heading", &range),
            Tag::BlockQuote(_) => self.foreign_element("a block quote", &range),
            Tag::HtmlBlock => {
                let end = range.start + self.source[range.clone()].trim_end().len();
                let first = self.source[range.clone()].lines().next().unwrap_or_default().to_owned();
                self.html(&first, range.start..end);
                Kind::Foreign
            }
            _ => self.foreign_element("this element", &range),
        };
        if matches!(kind, Kind::Emphasis | Kind::Strong | Kind::Image { .. }) {
            // A deletion that ends just before this element ends here.
            self.marks_before(range.start);
            self.settle_before(range.start);
        }
        if matches!(kind, Kind::Paragraph | Kind::Item | Kind::Cell) {
            self.soft_break = false;
            self.last = None;
        }
        self.open(kind, range);
    }

    /// A language that is not known is a matter of the author, a slip in the name of one that is known is not.
    fn check_language(&mut self, language: &str, range: &Range<usize>) {
        // Short names are near to any other: `xml` is no slip for `yml`.
        let long = |name: &str| name.len() > 3;
        if !long(language) || Language::named(language).is_some() {
            return;
        }
        let names = Language::names().filter(|name| long(name));
        let Some(guess) = did_you_mean(&language.to_lowercase(), names) else { return };
        let fence = self.source[range.clone()].lines().next().unwrap_or_default();
        let at = range.start + fence.find(language).unwrap_or(0);
        let message = format!("`{language}` is no language that is known, so this code is not coloured");
        self.problems.push(Problem::new(Code::UnknownLanguage, at..at + language.len(), message).help(guess));
    }

    fn foreign_element(&mut self, what: &str, range: &Range<usize>) -> Kind {
        // Deeper ones are reported as being too deep.
        if self.frames.len() < DEEPEST {
            self.foreign(what, range.clone());
        }
        Kind::Foreign
    }

    /// Ends the innermost frame and gives what it built to the one below.
    pub(super) fn close(&mut self) {
        if self.frames.len() < 2 {
            return;
        }
        let Some(frame) = self.frames.pop() else { return };
        let Frame { kind, mut blocks, mut inlines, items, cells, rows, .. } = frame;
        if matches!(kind, Kind::Paragraph | Kind::List(_) | Kind::Table(_) | Kind::Code(_)) {
            self.soft_break = false;
            self.last = None;
            // The text of a tight item comes without a paragraph around it.
            let below = self.top();
            split_paragraph(std::mem::take(&mut below.inlines), &mut below.blocks);
        }
        let below = self.top();
        match kind {
            Kind::Root => {}
            Kind::Paragraph => split_paragraph(inlines, &mut below.blocks),
            Kind::Emphasis => below.inlines.push(Inline::Emphasis(inlines.into())),
            Kind::Strong => below.inlines.push(Inline::Strong(inlines.into())),
            Kind::Cell => below.cells.push(inlines.into()),
            Kind::Row | Kind::Head => below.rows.push(cells.into()),
            Kind::Table(columns) => {
                let mut rows = rows.into_iter();
                let head = rows.next().unwrap_or_default();
                below.blocks.push(Block::Table(Box::new(Table { columns, head, rows: rows.collect() })));
            }
            Kind::List(start) => below.blocks.push(Block::List(Box::new(List { start, items: items.into() }))),
            Kind::Item => {
                split_paragraph(inlines, &mut blocks);
                below.items.push(blocks.into());
            }
            Kind::Code(language) => {
                let text: String = inlines
                    .iter()
                    .filter_map(|inline| if let Inline::Text(text) = inline { Some(&**text) } else { None })
                    .collect();
                let text = text.strip_suffix('\n').unwrap_or(&text).into();
                below.blocks.push(Block::Code(Box::new(CodeBlock { language, text })));
            }
            Kind::Image { path, caption } => {
                let mut alt = String::new();
                plain::write_inlines(&inlines, plain::Clozes::Answers, &mut alt);
                let alt = alt.into();
                below.inlines.push(match MediaKind::of(&path) {
                    Some(MediaKind::Sound) => Inline::Sound(Box::new(Sound { path, alt })),
                    Some(MediaKind::Picture) | None => Inline::Image(Box::new(Image { path, alt, caption })),
                });
            }
            Kind::Cloze(number) => {
                below.inlines.push(Inline::Cloze(Box::new(Cloze {
                    number,
                    answer: inlines.into(),
                    hint: Box::default(),
                })));
            }
            Kind::Hint => {
                let answer = std::mem::take(&mut below.inlines);
                let Kind::Cloze(number) = below.kind else { return };
                self.frames.pop();
                let cloze = Cloze { number, answer: answer.into(), hint: inlines.into() };
                self.top().inlines.push(Inline::Cloze(Box::new(cloze)));
            }
            Kind::Foreign => {
                below.inlines.append(&mut inlines);
                if matches!(below.kind, Kind::Root | Kind::Item | Kind::Foreign) {
                    split_paragraph(std::mem::take(&mut below.inlines), &mut below.blocks);
                    below.blocks.append(&mut blocks);
                }
            }
        }
    }

    /// Inline pieces outside any element (the text of a tight list item is in its item).
    fn inline(&mut self, inline: Inline, range: Range<usize>) {
        self.marks_before(range.start);
        self.settle_soft_break(None);
        self.top().inlines.push(inline);
        self.last = None;
    }

    fn math(&mut self, tex: &str, display: bool, range: Range<usize>) {
        self.marks_before(range.start);
        self.settle_soft_break(None);
        let tex: Box<str> = tex.trim().into();
        self.places.formulas.push((tex.clone(), range));
        self.top().inlines.push(Inline::Math { tex, display });
        self.last = None;
    }

    /// Text that is written as it stands in the source, so that marks can be found by their offsets.
    pub(super) fn text(&mut self, text: &str, range: Range<usize>) {
        let mut from = range.start;
        let verbatim = text.len() == range.len();
        while let Some((mark, _)) = self.marks.peek() {
            if !verbatim || mark.start >= range.end {
                break;
            }
            let mark = mark.clone();
            if mark.start > from {
                self.words(&text[from - range.start..mark.start - range.start], from);
            }
            from = mark.end.min(range.end).max(from);
            self.mark();
        }
        if from < range.end {
            self.words(&text[from.min(range.start + text.len()) - range.start..], from);
        }
    }

    /// Text without marks: reports what Markdown left standing, and finds the blanks.
    fn words(&mut self, text: &str, at: usize) {
        self.strays.find(self.source, text, at, self.problems);
        let mut rest = text;
        while let Some((start, end)) = blank(rest) {
            self.push_text(&rest[..start]);
            self.settle_soft_break(Some('（'));
            self.top().inlines.push(Inline::Blank);
            self.last = Some('）');
            rest = &rest[end..];
        }
        self.push_text(rest);
    }

    fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.settle_soft_break(text.chars().next());
        self.append(text);
        self.last = text.chars().last();
    }

    /// A line end in the source is a space, but not between two characters of Chinese text.
    fn settle_soft_break(&mut self, next: Option<char>) {
        let joined = self.last.is_some_and(is_wide) && next.is_some_and(is_wide);
        if std::mem::take(&mut self.soft_break) && !joined && self.last != Some(' ') {
            self.append(" ");
        }
    }

    /// As [`Reader::settle_soft_break`], before an element whose first character follows its marks at `offset`: the space belongs
    /// before the element, not into it.
    fn settle_before(&mut self, offset: usize) {
        if self.soft_break {
            let next = self.source[offset..].chars().find(|character| !matches!(character, '*' | '_'));
            self.settle_soft_break(next);
        }
    }

    fn append(&mut self, text: &str) {
        let inlines = &mut self.top().inlines;
        if let Some(Inline::Text(before)) = inlines.last_mut() {
            *before = format!("{before}{text}").into();
        } else {
            inlines.push(Inline::Text(text.into()));
        }
    }

    /// Takes the marks that stand before an offset.
    fn marks_before(&mut self, offset: usize) {
        while self.marks.peek().is_some_and(|(range, _)| range.start < offset) {
            self.mark();
        }
    }

    /// Takes the next mark.
    fn mark(&mut self) {
        let Some((range, mark)) = self.marks.next() else { return };
        match mark {
            Mark::Open(number) => {
                self.settle_before(range.end);
                self.open(Kind::Cloze(number), range);
            }
            Mark::Hint if matches!(self.top().kind, Kind::Cloze(_)) => self.open(Kind::Hint, range),
            Mark::Close if matches!(self.top().kind, Kind::Cloze(_) | Kind::Hint) => self.close(),
            Mark::Hint | Mark::Close => {} // the deletion was cut off; that is reported where it was cut
        }
    }

    /// An element ends here: a deletion that began in it must have ended.
    fn end_clozes(&mut self, offset: usize) {
        self.marks_before(offset);
        while matches!(self.top().kind, Kind::Cloze(_) | Kind::Hint) {
            let range = self.top().range.clone();
            self.problems.push(
                Problem::new(Code::ClozeMalformed, range, "a cloze that begins in one element and ends in another")
                    .help("put the emphasis inside the cloze, or the cloze inside the emphasis; a cloze stays in one paragraph"),
            );
            self.close();
        }
    }
}

/// Parts a paragraph at its display formulas.
fn split_paragraph(inlines: Vec<Inline>, blocks: &mut Vec<Block>) {
    let mut line: Vec<Inline> = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Math { tex, display: true } => {
                push_paragraph(std::mem::take(&mut line), blocks);
                blocks.push(Block::Math(tex));
            }
            inline => line.push(inline),
        }
    }
    push_paragraph(line, blocks);
}

fn push_paragraph(mut inlines: Vec<Inline>, blocks: &mut Vec<Block>) {
    // The spaces that stood around a display formula.
    if let Some(Inline::Text(first)) = inlines.first_mut() {
        *first = first.trim_start_matches(' ').into();
    }
    if let Some(Inline::Text(last)) = inlines.last_mut() {
        *last = last.trim_end_matches(' ').into();
    }
    inlines.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
    let visible = |inline: &Inline| !matches!(inline, Inline::Text(text) if text.trim().is_empty());
    if inlines.iter().any(visible) {
        blocks.push(Block::Paragraph(inlines.into()));
    }
}
