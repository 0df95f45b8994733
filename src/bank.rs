//! The item bank: `bank.toml`, the chapters it lists, and their cards, checked as a whole.
//!
//! In: a folder. Out: a [`Bank`] in which ids are unique, references resolve and pictures exist, or every diagnostic at once. Chapters
//! are read in parallel; what comes out does not depend on how many threads did it.

mod chapter;
pub mod lint;
mod names;
pub mod preset;

use crate::ahead::ahead;
use crate::card::parse::invalid_id;
use crate::card::{Card, CardId};
use crate::diag::{self, Code, Diagnostic};
use crate::fields::{self, At, FieldSpec, Table, optional, required};
use crate::fonts::Fonts;
use crate::markup::html::media_name;
use crate::math;
use crate::media::{MEDIA_FOLDER, MediaFolder};
use crate::source::{self, FileError, Source, SourceId, Sources, Span};
use crate::text::SharedChecks;
use chapter::Listed;
use lint::Lint;
use names::Register;
use preset::Preset;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// The file that makes a folder a bank.
pub const BANK_FILE: &str = "bank.toml";

const BANK_FIELDS: &[FieldSpec] = &[
    required("id", "a short name for files and GUIDs, for ever"),
    required("title", "what the deck and the papers are called"),
    required(
        "chapters",
        "the ids of the chapters in their order; each is a file of that name, and a folder of that name may hold more of its cards",
    ),
    optional("language", "zh-CN or en; what papers are set in"),
    optional("authors", "who wrote the cards"),
    optional("description", "what the bank covers"),
    optional("licence", "under which terms the cards may be used"),
    optional("anki", "what the deck brings beside its cards: [anki.preset]"),
    optional("lint", "which rules on items `check` asks, and with which bounds: [lint]"),
];

/// The languages that papers can be set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Language {
    /// Chinese with English terms.
    Chinese,
    /// English.
    English,
}

impl Language {
    const WORDS: &[(&'static str, Self)] = &[("zh-CN", Self::Chinese), ("en", Self::English)];

    /// The language tag of BCP 47.
    pub fn tag(self) -> &'static str {
        Self::WORDS.iter().find(|(_, language)| *language == self).map_or("", |(tag, _)| tag)
    }
}

/// The head of a bank.
#[derive(Debug, Clone, Serialize)]
pub struct BankInfo {
    /// A short name, for ever: GUIDs and file names hang on it.
    pub id: CardId,
    /// What decks and papers are called.
    pub title: String,
    /// What papers are set in.
    pub language: Language,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// What it covers.
    pub description: String,
    /// Under which terms it may be used.
    pub licence: String,
    /// The deck options that it offers.
    pub preset: Option<Preset>,
    /// The rules that its items are held to. They say nothing of what the bank is, and are in no output.
    #[serde(skip)]
    pub lint: Lint,
}

/// A chapter.
#[derive(Debug, Clone, Serialize)]
pub struct Chapter {
    /// Its name: that of its file.
    pub id: CardId,
    /// Its title.
    pub title: String,
    /// Its number in the textbook.
    pub number: Option<u32>,
    /// Whether the exam puts its weight here (重点章节).
    pub key_chapter: bool,
    /// Its sections.
    pub sections: Vec<Section>,
}

impl Chapter {
    /// The title with the number before it: 第1章 引言.
    pub fn heading(&self, language: Language) -> String {
        match (self.number, language) {
            (Some(number), Language::Chinese) => format!("第{number}章 {}", self.title),
            (Some(number), Language::English) => format!("Chapter {number} {}", self.title),
            (None, _) => self.title.clone(),
        }
    }
}

/// A section of a chapter.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// What cards call it.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A checked bank.
#[derive(Debug)]
pub struct Bank {
    /// Its head.
    pub info: BankInfo,
    /// Its chapters, in the order of `bank.toml`.
    pub chapters: Vec<Chapter>,
    /// Its cards: chapter by chapter, in the order of the files.
    pub cards: Vec<Card>,
    /// The folder it was read from.
    pub folder: PathBuf,
}

/// A picture that a card shows, or a sound that it plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its name in the media folder.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What comes of reading a bank.
#[derive(Debug)]
pub struct Loaded {
    /// The bank, if there is no error.
    pub bank: Option<Bank>,
    /// Everything that was found, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics point into.
    pub sources: Sources,
}

impl Bank {
    /// Reads the bank in `folder`.
    ///
    /// # Errors
    /// [`FileError`] if there is no readable `bank.toml`, or the folder cannot be listed. Everything else that is wrong is a
    /// diagnostic.
    pub fn load(folder: &Path) -> Result<Loaded, FileError> {
        let mut sources = Sources::default();
        let mut diagnostics = Vec::new();
        let head_source = sources.read(&folder.join(BANK_FILE))?;
        let files = source::list(folder)?;
        let media_folder = folder.join(MEDIA_FOLDER);
        let media = MediaFolder::new(if media_folder.is_dir() { source::list(&media_folder)? } else { Vec::new() });

        let document = fields::parse(sources.get(head_source), head_source, &mut diagnostics);
        if !diagnostics.is_empty() {
            // What a broken file seems to say is not worth a word: the list of chapters may be cut short.
            drop(document);
            return Ok(Loaded { bank: None, diagnostics, sources });
        }
        let head = head(document.get_ref(), head_source, &mut diagnostics);
        drop(document);
        let listed = find_chapters(folder, &head, &files, &mut sources, &mut diagnostics)?;

        let shared = SharedChecks { media, fonts: Fonts::bundled(), math: math::Cache::default() };
        let mut chapters = Vec::new();
        let mut names = Register::default();
        let mut cards = Vec::new();
        let mut scratch = String::new();
        let listed: Vec<(usize, Listed)> = listed.into_iter().enumerate().collect();
        // A few chapters at a time, enough to keep every core busy: what comes of a file is in two places until it is put with the others.
        let at_a_time = rayon::current_num_threads();
        let read = |(position, listed): &(usize, Listed)| chapter::read(listed, &sources, *position, &shared);
        let Ok::<(), Infallible>(()) = ahead(&listed, at_a_time, 0, read, |_, mut part| {
            diagnostics.append(&mut part.diagnostics);
            part.names.into_iter().for_each(|card| names.add(card, &mut diagnostics));
            // What stays is copied by this thread. Left where the others made it, between what these needed in passing, it would keep
            // that from being given back: a tenth of the memory of a large bank.
            chapters.extend(part.chapter.clone());
            Card::gather_texts(&mut part.cards, &mut scratch);
            // Room for what there is: doubled each time it would be half empty at the end.
            cards.reserve_exact(part.cards.len());
            cards.extend(part.cards.iter().cloned());
            Ok(())
        });
        names.check_was(&mut diagnostics);
        // A card that is not found may be in a file that could not be read.
        if !diagnostics.iter().any(|found| matches!(found.code, Code::TomlSyntax | Code::UnreadableFile)) {
            names.check_enemies(&mut diagnostics);
        }
        diag::sort(&mut diagnostics);
        let whole = !diag::any_error(&diagnostics);
        let bank = head.info.filter(|_| whole).map(|info| Bank { info, chapters, cards, folder: folder.to_path_buf() });
        Ok(Loaded { bank, diagnostics, sources })
    }

    /// The chapter of a card.
    pub fn chapter(&self, card: &Card) -> &Chapter {
        &self.chapters[card.chapter]
    }

    /// The section of a card.
    pub fn section(&self, card: &Card) -> &Section {
        &self.chapters[card.chapter].sections[card.section]
    }

    /// The cards that are in the deck, in their order.
    pub fn deck_cards(&self) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(|card| card.deck)
    }

    /// Reads the pictures that the cards show and the sounds that they play, by name. Only those: a file that no card has is in no
    /// deck.
    ///
    /// # Errors
    /// [`FileError`] if one cannot be read.
    pub fn media<'a>(&self, cards: impl IntoIterator<Item = &'a Card>) -> Result<Vec<Media>, FileError> {
        let mut names = BTreeSet::new();
        cards.into_iter().for_each(|card| card.media(|name| _ = names.insert(name)));
        self.read_media(names)
    }

    /// As [`Bank::media`], the pictures alone: a paper plays nothing.
    ///
    /// # Errors
    /// [`FileError`] if one cannot be read.
    pub fn pictures<'a>(&self, cards: impl IntoIterator<Item = &'a Card>) -> Result<Vec<Media>, FileError> {
        let mut names = BTreeSet::new();
        for (_, text) in cards.into_iter().flat_map(Card::texts) {
            text.images(|image| _ = names.insert(media_name(&image.path)));
        }
        self.read_media(names)
    }

    fn read_media(&self, names: BTreeSet<&str>) -> Result<Vec<Media>, FileError> {
        names
            .into_iter()
            .map(|name| {
                let bytes = source::read_bytes(&self.folder.join(MEDIA_FOLDER).join(name))?;
                Ok(Media { name: name.to_owned(), bytes })
            })
            .collect()
    }

    /// Twelve hexadecimal digits that change when any card does: papers print it, so that a key can be matched with its bank.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for card in &self.cards {
            hash.update(content_hash(card));
        }
        hex(&hash.finalize()[..6])
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A hash of all that a card says, apart from where in which file it says it.
pub fn content_hash(card: &Card) -> [u8; 32] {
    let json = serde_json::to_vec(card).unwrap_or_default();
    Sha256::digest(json).into()
}

struct Head {
    info: Option<BankInfo>,
    chapters: Vec<At<CardId>>,
    /// The list of the chapters, or the head of the file if there is none.
    list: Span,
}

fn head(document: &DeTable<'_>, source: SourceId, diagnostics: &mut Vec<Diagnostic>) -> Head {
    let mut table = Table::new(source, 0..0, document, "bank.toml", &[BANK_FIELDS], diagnostics);
    let id = id_of(&mut table, "a bank");
    let title = table.line("title").map(|title| title.value.to_owned());
    let language = table.one_of("language", Language::WORDS).map_or(Language::Chinese, |language| language.value);
    let authors =
        table.strings("authors").map(|authors| authors.value.iter().map(|author| author.value.to_owned()).collect());
    let description = table.string("description").map(|text| text.value.to_owned());
    let licence = table.string("licence").map(|text| text.value.to_owned());
    let mut chapters: Vec<At<CardId>> = Vec::new();
    let names = table.strings("chapters");
    let list = names.as_ref().map_or(table.span(), |names| names.span);
    for name in names.map(|names| names.value).unwrap_or_default() {
        let reserved = BANK_FILE.strip_suffix(".toml") == Some(name.value);
        let Some(value) = CardId::new(name.value).filter(|_| !reserved) else {
            table.report(invalid_id(name, "a chapter"));
            continue;
        };
        if let Some(first) = chapters.iter().find(|chapter| chapter.value == value) {
            let message = format!("the chapter `{value}` is listed twice");
            let related = first.span;
            table.report(Diagnostic::new(Code::DuplicateId, name.span, message).related(related, "the first time"));
        } else {
            chapters.push(At { value, span: name.span });
        }
    }
    let usual = Preset::for_exam(title.as_deref().unwrap_or_default(), language);
    let preset =
        table.table("anki").and_then(|(anki, span)| preset::read(anki, span, source, usual, table.diagnostics()));
    let lint = table.table("lint").map(|(lint, span)| lint::read(lint, span, source, table.diagnostics()));
    let info = id.zip(title).map(|(id, title)| BankInfo {
        id: id.value,
        title,
        language,
        authors: authors.unwrap_or_default(),
        description: description.unwrap_or_default(),
        licence: licence.unwrap_or_default(),
        preset,
        lint: lint.unwrap_or_default(),
    });
    Head { info, chapters, list }
}

fn id_of(table: &mut Table<'_, '_>, of: &str) -> Option<At<CardId>> {
    let text = table.string("id")?;
    let id = CardId::new(text.value);
    if id.is_none() {
        table.report(invalid_id(text, of));
    }
    id.map(|value| At { value, span: text.span })
}

/// Finds the files of the chapters that are listed; says which are missing and which lie there unlisted.
///
/// # Errors
/// [`FileError`] if the folder of a chapter cannot be listed.
fn find_chapters(
    folder: &Path,
    head: &Head,
    files: &[String],
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Listed>, FileError> {
    let mut chapters = Vec::new();
    let listed = |name: &str| head.chapters.iter().any(|id| id.value.as_str() == name);
    let names = || files.iter().filter(|name| *name != BANK_FILE).filter_map(|name| name.strip_suffix(".toml"));
    for id in &head.chapters {
        let name = format!("{}.toml", id.value);
        if !files.contains(&name) {
            let message = format!("there is no file `{name}` beside {BANK_FILE}");
            let mut diagnostic = Diagnostic::new(Code::UnreadableFile, id.span, message);
            diagnostic.help.extend(diag::did_you_mean(id.value.as_str(), names().filter(|name| !listed(name))));
            diagnostics.push(diagnostic);
            continue;
        }
        let source = sources.add_file(folder.join(&name));
        let more = card_files(folder, files, id.value.as_str())?;
        let more = more.into_iter().map(|path| sources.add_file(path)).collect();
        chapters.push(Listed { id: id.clone(), source, more });
    }
    for name in names().filter(|name| !listed(name)) {
        let message = format!("`{name}.toml` is not listed in `chapters`, so its cards are left out");
        let help = if CardId::new(name).is_some() {
            format!("add \"{name}\" to `chapters`")
        } else {
            "if it is a chapter, rename it to letters, digits, `-`, `_` and `.`, and add it to `chapters`".to_owned()
        };
        diagnostics.push(Diagnostic::new(Code::UnlistedChapter, head.list, message).help(help));
    }
    for name in files.iter().filter(|name| *name != MEDIA_FOLDER && !listed(name)) {
        // Where the bank is the folder of a project, there are others, with blueprints or paper styles.
        let has_cards = |path: &PathBuf| Source::read(path).is_ok_and(|file| chapter::has_cards(file.text()));
        // One that cannot be listed is none of the bank's affairs.
        if card_files(folder, files, name).is_ok_and(|files| files.iter().any(has_cards)) {
            let message = format!("`{name}/` is the folder of no chapter in `chapters`, so its cards are left out");
            let help = "give it the name of the chapter whose cards are in it";
            diagnostics.push(Diagnostic::new(Code::UnlistedChapter, head.list, message).help(help));
        }
    }
    Ok(chapters)
}

/// The files with cards in the folder of a chapter, by name; none if it has no folder.
fn card_files(folder: &Path, files: &[String], chapter: &str) -> Result<Vec<PathBuf>, FileError> {
    let within = folder.join(chapter);
    if !files.iter().any(|name| name == chapter) || !within.is_dir() {
        return Ok(Vec::new());
    }
    let names = source::list(&within)?;
    Ok(names
        .into_iter()
        .map(|name| within.join(name))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect())
}
