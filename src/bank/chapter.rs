//! One chapter: a file with a head and cards, and the files with more cards in the folder of its name.
//!
//! In: the files, what `bank.toml` calls the chapter, and what its texts are checked against. Out: a [`Part`] of the bank with every
//! diagnostic. What needs the other chapters, such as ids, is looked at in `bank.rs`.

use super::names::Names;
use super::{Chapter, Section, id_of};
use crate::card::parse::{Outcome, Place, card};
use crate::card::{Card, CardId};
use crate::diag::{Code, Diagnostic};
use crate::fields::{self, At, FieldSpec, Origin, Table, optional, required};
use crate::source::{Source, SourceId, Sources, Span};
use crate::text::{SharedChecks, TextChecks};
use rayon::prelude::*;
use toml::de::DeTable;

const FILE_FIELDS: &[FieldSpec] =
    &[required("chapter", "the head of the chapter: [chapter]"), optional("card", "the cards, each a [[card]]")];
const MORE_FIELDS: &[FieldSpec] =
    &[optional("card", "the cards, each a [[card]]; the head stands in the chapter file")];
const CHAPTER_FIELDS: &[FieldSpec] = &[
    required("id", "the name of the file without .toml"),
    required("title", "the title of the chapter"),
    optional("number", "its number in the textbook"),
    optional("key_chapter", "true: the exam puts its weight here"),
    required("section", "the sections, each a [[chapter.section]]"),
];
const SECTION_FIELDS: &[FieldSpec] =
    &[required("id", "what cards call it"), required("title", "the title of the section")];

/// A chapter that `bank.toml` lists and that has a file.
pub(super) struct Listed {
    pub(super) id: At<CardId>,
    /// The file with its head.
    pub(super) source: SourceId,
    /// The files with more of its cards, in their order.
    pub(super) more: Vec<SourceId>,
}

/// What a chapter, or one of its files, gives.
pub(super) struct Part {
    pub(super) chapter: Option<Chapter>,
    /// Its valid cards.
    pub(super) cards: Vec<Card>,
    /// The names in all its cards.
    pub(super) names: Vec<Names>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Part {
    fn new(chapter: Option<Chapter>, diagnostics: Vec<Diagnostic>) -> Self {
        Self { chapter, cards: Vec::new(), names: Vec::new(), diagnostics }
    }

    fn append(&mut self, mut piece: Self) {
        self.cards.append(&mut piece.cards);
        self.names.append(&mut piece.names);
        self.diagnostics.append(&mut piece.diagnostics);
    }
}

/// Reads a chapter. The text of a file is held no longer than that; see [`crate::source::Source`].
pub(super) fn read(listed: &Listed, sources: &Sources, position: usize, shared: &SharedChecks) -> Part {
    let file = |source: SourceId, sections: Option<&[Section]>| match Source::read(sources.get(source).path()) {
        Ok(text) => {
            let reading = Reading { id: &listed.id.value, source, text: &text, position, shared, sections };
            reading.in_pieces().unwrap_or_else(|| reading.as_a_whole())
        }
        Err(error) => Part::new(None, vec![Diagnostic::new(Code::UnreadableFile, listed.id.span, error.to_string())]),
    };
    let mut part = file(listed.source, None);
    // Without a head nothing is known of the sections that the other cards lie in.
    if let Some(chapter) = part.chapter.clone() {
        listed.more.iter().for_each(|source| part.append(file(*source, Some(&chapter.sections))));
    }
    part
}

/// A file of a chapter whose text is at hand.
#[derive(Clone, Copy)]
struct Reading<'a> {
    id: &'a CardId,
    source: SourceId,
    text: &'a Source,
    position: usize,
    shared: &'a SharedChecks,
    /// The sections of the chapter; `None` in the file that says them.
    sections: Option<&'a [Section]>,
}

/// Cards that are read at a time, on one thread.
const CARDS: usize = 64;

impl Reading<'_> {
    /// Reads a few cards at a time: the tables of a whole file would take ten times its size, and a bank may be one file. `None` for a file
    /// that cannot be parted, or in which something is not TOML: that is told of the whole.
    fn in_pieces(&self) -> Option<Part> {
        let text = self.text.text();
        let starts = card_starts(text);
        let head = DeTable::parse(&text[..starts.first().copied().unwrap_or(text.len())]).ok()?;
        if head.get_ref().contains_key("card") {
            return None;
        }
        let (mut part, sections) = self.head(head.get_ref());
        let pieces: Option<Vec<Part>> = starts
            .par_chunks(CARDS)
            .enumerate()
            .map(|(number, cards)| {
                let end = starts.get((number + 1) * CARDS).copied().unwrap_or(text.len());
                let piece = DeTable::parse(&text[cards[0]..end]).ok()?;
                let origin = Origin::new(self.source, cards[0]);
                let cards: Option<Vec<_>> = card_tables(piece.get_ref(), origin).collect();
                // What is not of a card belongs to the head, wherever it stands.
                let cards = cards.filter(|_| piece.get_ref().len() == 1)?;
                Some(self.cards(&cards, origin, &sections))
            })
            .collect();
        for piece in pieces? {
            part.append(piece);
        }
        Some(part)
    }

    fn as_a_whole(&self) -> Part {
        let source = self.source;
        let mut diagnostics = Vec::new();
        let document = fields::parse(self.text, source, &mut diagnostics);
        if !diagnostics.is_empty() {
            // Half of what a broken file seems to lack is there, behind the slip.
            return Part::new(None, diagnostics);
        }
        let (mut part, sections) = self.head(document.get_ref());
        let cards: Vec<(&DeTable<'_>, Span)> = card_tables(document.get_ref(), source.into()).flatten().collect();
        let pieces: Vec<Part> =
            cards.par_chunks(CARDS).map(|cards| self.cards(cards, source.into(), &sections)).collect();
        for piece in pieces {
            part.append(piece);
        }
        part
    }

    /// Reads what is not of a card; the part has none yet. The ids of the sections come with it.
    fn head(&self, document: &DeTable<'_>) -> (Part, Vec<Box<str>>) {
        let mut diagnostics = Vec::new();
        let (what, fields) = match self.sections {
            None => ("a chapter file", FILE_FIELDS),
            Some(_) => ("a file with more cards of a chapter", MORE_FIELDS),
        };
        let mut table = Table::new(self.source, 0..0, document, what, &[fields], &mut diagnostics);
        let head = if self.sections.is_none() { table.table("chapter") } else { None };
        let chapter = head.map(|(head, span)| chapter_head(head, span, self.id, self.source, table.diagnostics()));
        let _ = table.tables("card"); // says which are none
        let sections = self.sections.or(chapter.as_ref().map(|chapter| &*chapter.sections)).unwrap_or_default();
        let sections = sections.iter().map(|section| section.id.as_str().into()).collect();
        (Part::new(chapter, diagnostics), sections)
    }

    /// Reads cards. They collect their own diagnostics.
    fn cards(&self, tables: &[(&DeTable<'_>, Span)], origin: Origin, sections: &[Box<str>]) -> Part {
        let checks = TextChecks { source: self.text, shared: self.shared };
        let place = Place { origin, chapter: self.position, sections };
        let mut part = Part::new(None, Vec::new());
        part.cards.reserve(tables.len());
        for (table, span) in tables {
            let Outcome { id, was, enemies, card } = card(table, *span, place, &checks, &mut part.diagnostics);
            part.names.extend(id.map(|id| Names { id, was, enemies }));
            part.cards.extend(card);
        }
        part
    }
}

/// Whether a file seems to hold cards.
pub(super) fn has_cards(text: &str) -> bool {
    !card_starts(text).is_empty()
}

/// Where the lines are that look like the headers of cards. One within a string or an array is none; then what is before it is cut off in the
/// middle and is no TOML.
fn card_starts(text: &str) -> Vec<usize> {
    text.match_indices("[[card]]")
        .map(|(at, _)| at)
        .filter(|at| matches!(text.as_bytes()[..*at].last(), None | Some(b'\n')))
        .collect()
}

/// The cards of a document; `None` for what is no table.
fn card_tables<'t, 's>(
    document: &'t DeTable<'s>,
    origin: Origin,
) -> impl Iterator<Item = Option<(&'t DeTable<'s>, Span)>> {
    let cards = document.get("card").and_then(|cards| cards.get_ref().as_array());
    cards
        .into_iter()
        .flat_map(|cards| cards.iter())
        .map(move |card| Some((card.get_ref().as_table()?, origin.span(card.span()))))
}

fn chapter_head(
    table: &DeTable<'_>,
    span: Span,
    file: &CardId,
    source: SourceId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Chapter {
    let mut table = Table::new(source, span.range(), table, "a [chapter]", &[CHAPTER_FIELDS], diagnostics);
    let id = id_of(&mut table, "a chapter");
    if let Some(id) = id.as_ref().filter(|id| id.value != *file) {
        let message = format!("the chapter calls itself `{}`, its file and bank.toml call it `{file}`", id.value);
        table.report(Diagnostic::new(Code::InvalidValue, id.span, message).help(format!("write `id = \"{file}\"`")));
    }
    let title = table.line("title").map(|title| title.value.to_owned());
    let number = table.integer("number", 0..=9999).map(|number| number.value as u32);
    let key_chapter = table.boolean("key_chapter").is_some_and(|key| key.value);
    let mut sections: Vec<(Section, Span)> = Vec::new();
    for (section, span) in table.tables_under("section", "chapter.section") {
        let mut inner =
            Table::new(source, span.range(), section, "a [[chapter.section]]", &[SECTION_FIELDS], table.diagnostics());
        let (id, title) = (inner.line("id"), inner.line("title"));
        let (Some(id), Some(title)) = (id, title) else { continue };
        if let Some((_, first)) = sections.iter().find(|(section, _)| section.id == id.value) {
            let message = format!("two sections with the id `{}`", id.value);
            inner.report(Diagnostic::new(Code::DuplicateId, id.span, message).related(*first, "the first of them"));
        } else {
            sections.push((Section { id: id.value.to_owned(), title: title.value.to_owned() }, id.span));
        }
    }
    let sections = sections.into_iter().map(|(section, _)| section).collect();
    // A chapter with a broken head still lends its sections to its cards, so that they are checked.
    Chapter { id: file.clone(), title: title.unwrap_or_default(), number, key_chapter, sections }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Fonts;
    use crate::math;
    use crate::media::MediaFolder;
    use proptest::prelude::*;

    const HEAD: &str =
        "[chapter]\nid = \"ch01\"\ntitle = \"引言\"\n[[chapter.section]]\nid = \"1.1\"\ntitle = \"节\"\n";

    /// Pieces of a file, sound and not.
    const SCRAPS: [&str; 14] = [
        "[[card]]\nid = \"a\"\nsection = \"1.1\"\ndifficulty = 1\ntype = \"true-false\"\nstem = '甲。'\nkey = true\n",
        "[[card]]\nid = \"b\"\nsection = \"1.1\"\ndifficulty = 2\ntype = \"short-answer\"\nstem = '问 $x$？'\n[[card.rubric]]\npoints = 2\ntext = '答'\n",
        "[[card]] # with a remark\nid = \"c\"\ntype = \"term\"\nstem = '**乙“”**丙'\n",
        "[[ card ]]\nid = \"d\"\ntype = \"basic\"\n",
        "[[card]]\nid = \"e\"\nsection = \"9.9\"\ntype = \"basic\"\nstem = '''\n[[card]]\n'''\nanswer = \"$\\\\frac\"\n",
        "# [[card]]\n",
        "extra = '''\n[[card]]\nid = \"f\"\n",
        "'''\n",
        "tags = [\n[[card]]\n]\n",
        "[chapter]\nid = \"ch01\"\n",
        "[[chapter.section]]\nid = \"1.2\"\ntitle = \"节\"\n",
        "[card]\n",
        "stray = 1\n",
        "= no TOML\n",
    ];

    proptest! {
        /// Cards are read a few at a time; nobody may notice.
        #[test]
        fn in_pieces_a_chapter_is_what_it_is_as_a_whole(
            head in any::<bool>(),
            more in any::<bool>(),
            scraps in prop::collection::vec(prop::sample::select(&SCRAPS[..]), 0..6),
            cards in 0_usize..150,
        ) {
            let mut text = if head { HEAD.to_owned() } else { String::new() };
            text.extend((0..cards).map(|_| SCRAPS[0]));
            let odd = !scraps.is_empty();
            text.extend(scraps);
            let mut sources = Sources::default();
            let source = sources.add("ch01.toml", text.as_str());
            let id = CardId::new("ch01").expect("an id");
            let section = [Section { id: "1.1".to_owned(), title: "节".to_owned() }];
            let shared = SharedChecks {
                media: MediaFolder::new(Vec::new()),
                fonts: Fonts::bundled(),
                math: math::Cache::default(),
            };
            let sections = more.then_some(&section[..]);
            let reading = Reading { id: &id, source, text: sources.get(source), position: 0, shared: &shared, sections };
            let said = |part: &Part| {
                let names: Vec<_> = part.names.iter().map(|names| (names.id.clone(), names.enemies.len())).collect();
                format!("{:?}\n{:?}\n{names:?}\n{:?}", part.chapter, part.cards, part.diagnostics)
            };
            match reading.in_pieces() {
                Some(pieces) => prop_assert_eq!(said(&pieces), said(&reading.as_a_whole()), "{}", text),
                None => prop_assert!(odd, "nothing hinders it in {}", text),
            }
        }
    }

    #[test]
    fn a_header_begins_its_line() {
        assert_eq!(card_starts("[[card]]\nx[[card]]\n[[card]] #\n [[card]]"), [0, 19]);
    }
}
