//! What a note says: the HTML of its fields, and its tags.
//!
//! In: a card, its bank and the digests of the media. Out: [`Content`], with the fields in the order of the note type. Nothing here knows ids, times or SQL.

use super::digests::MediaDigests;
use super::notetype::NoteKind;
use super::words;
use crate::bank::{Bank, Chapter, Language, Section};
use crate::card::{Bloom, Body, Card, Choice, TrueFalse, Written};
use crate::lock::ContentHash;
use crate::markup::RichText;
use crate::markup::html::escape;
use crate::text::is_control;
use std::fmt::Write as _;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The fields and tags of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Which note type has these fields.
    pub kind: NoteKind,
    /// HTML, in the order of the note type; NFC, without control characters.
    pub fields: Vec<String>,
    /// Sorted, without white space, no two alike.
    pub tags: Vec<String>,
    /// The numbers of the deletions of a cloze, ascending.
    pub deletions: Vec<u16>,
}

/// Says what the cards of a bank say as notes.
#[derive(Debug)]
pub(super) struct Teller<'b> {
    bank: &'b Bank,
    digests: &'b MediaDigests,
    /// What all cards of a chapter have in common: made for each of them it would take a third of the time of its note.
    chapters: Vec<OfChapter>,
}

#[derive(Debug)]
struct OfChapter {
    /// HTML.
    heading: String,
    /// The tag of the chapter, and that of a key chapter.
    tags: Vec<String>,
    sections: Vec<OfSection>,
}

#[derive(Debug)]
struct OfSection {
    /// HTML.
    heading: String,
    tag: String,
}

impl<'b> Teller<'b> {
    /// Media that `digests` does not know go unnamed in the field `Media`.
    pub(super) fn new(bank: &'b Bank, digests: &'b MediaDigests) -> Self {
        let language = bank.info.language;
        let [chapters, sections, ..] = words::tag_roots(language);
        let of_chapter = |chapter: &Chapter| {
            let mut tags = vec![format!("{chapters}::{}", tag_part(&words::chapter_tag(chapter, language)))];
            tags.extend(chapter.key_chapter.then(|| tag_part(words::key_chapter(language))));
            let of_section = |section: &Section| OfSection {
                heading: plain(&format!("{} {}", section.id, section.title)),
                tag: format!("{sections}::{}", tag_part(&section.id)),
            };
            OfChapter {
                heading: plain(&chapter.heading(language)),
                tags,
                sections: chapter.sections.iter().map(of_section).collect(),
            }
        };
        Self { bank, digests, chapters: bank.chapters.iter().map(of_chapter).collect() }
    }

    /// What a card of the bank says.
    pub(super) fn content(&self, card: &Card) -> Content {
        let language = self.bank.info.language;
        let mut fields = Vec::with_capacity(23);
        fields.push(format!("{}/{}", self.bank.info.id, card.id));
        fields.push(card.stem().html());
        own_fields(&card.body, language, &mut fields);
        self.common_fields(card, &mut fields);
        fields.iter_mut().for_each(normalize);
        Content { kind: NoteKind::of(&card.body), fields, tags: self.tags(card), deletions: deletions(card) }
    }

    fn common_fields(&self, card: &Card, fields: &mut Vec<String>) {
        let language = self.bank.info.language;
        let chapter = &self.chapters[card.chapter];
        let html = |text: Option<&RichText>| text.map(RichText::html).unwrap_or_default();
        let mark = if self.bank.chapter(card).key_chapter { words::key_chapter(language) } else { "" };
        let bloom = Bloom::WORDS.iter().find(|(_, level)| Some(*level) == card.bloom).map_or("", |(word, _)| word);
        fields.extend([
            html(card.explanation.as_ref()),
            plain(card.source.as_deref().unwrap_or_default()),
            html(card.extra.as_deref()),
            chapter.heading.clone(),
            chapter.sections[card.section].heading.clone(),
            card.kind().word().to_owned(),
            words::type_name(card.kind(), language).to_owned(),
            card.difficulty.level().to_string(),
            mark.to_owned(),
            card.points.map(|points| words::marks(points, language)).unwrap_or_default(),
            language.tag().to_owned(),
            bloom.to_owned(),
            self.digests.of_card(card),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }

    /// What a learner would filter by: chapter, section, type, difficulty, the mark of a key chapter, and the author's own tags.
    fn tags(&self, card: &Card) -> Vec<String> {
        let language = self.bank.info.language;
        let [_, _, types, difficulties] = words::tag_roots(language);
        let chapter = &self.chapters[card.chapter];
        let mut tags = Vec::with_capacity(5 + card.tags.len());
        tags.extend_from_slice(&chapter.tags);
        tags.extend([
            chapter.sections[card.section].tag.clone(),
            format!("{types}::{}", tag_part(words::type_name(card.kind(), language))),
            format!("{difficulties}::{}", card.difficulty.level()),
        ]);
        tags.extend(card.tags.iter().map(|tag| nfc(tag.to_string())));
        tags.sort_unstable();
        if card.tags.is_empty() {
            return tags; // no two have one root
        }
        // Anki tells tags apart without regard to case.
        let same = |one: &str, other: &str| {
            one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
        };
        let mut kept: Vec<String> = Vec::with_capacity(tags.len());
        for tag in tags {
            if !kept.iter().any(|other| same(other, &tag)) {
                kept.push(tag);
            }
        }
        kept
    }
}

impl Content {
    /// The hash that tells a changed note from an unchanged one.
    pub fn hash(&self, note_type: &str) -> ContentHash {
        hash(note_type, self.fields.iter().map(String::as_str), self.tags.iter().map(String::as_str))
    }
}

/// The hash of a note of which only the texts are there, such as one of an older package.
pub(super) fn hash<'a>(
    note_type: &'a str,
    fields: impl IntoIterator<Item = &'a str>,
    tags: impl IntoIterator<Item = &'a str>,
) -> ContentHash {
    // A separator that no field can be: they hold no control characters.
    ContentHash::of([note_type].into_iter().chain(fields).chain(["\u{1f}"]).chain(tags))
}

/// The fields between the stem and the common ones.
fn own_fields(body: &Body, language: Language, fields: &mut Vec<String>) {
    let flag = |set: bool| if set { "1".to_owned() } else { String::new() };
    match body {
        Body::Basic(basic) => fields.extend([basic.answer.html(), flag(basic.reversed)]),
        Body::Term(term) => fields.extend([term.answer.html(), String::new()]),
        Body::Cloze(_) => {}
        Body::Choice(choice) => {
            let keep_last = if choice.keep_last == 0 { String::new() } else { choice.keep_last.to_string() };
            let [options, right] = options(choice);
            fields.extend([options, choice.key.to_string(), right, flag(choice.shuffle), keep_last]);
        }
        Body::TrueFalse(TrueFalse { key, .. }) => {
            let words = words::verdicts(language);
            let mut options = "<ol class=\"options verdict\">".to_owned();
            for (word, verdict) in words.into_iter().zip([true, false]) {
                options.push_str(if verdict == *key { RIGHT_OPTION } else { OPTION });
                options.push_str(word);
                options.push_str("</li>");
            }
            options.push_str("</ol>");
            let right = words[usize::from(!*key)].to_owned();
            fields.extend([options, right.clone(), right, String::new(), String::new()]);
        }
        Body::Written(written) => {
            let answer = written.answer.as_ref().map(RichText::html).unwrap_or_default();
            fields.extend([answer, rubric(written, language)]);
        }
    }
}

/// The list of all options, and the right ones alone.
fn options(choice: &Choice) -> [String; 2] {
    let length: usize = choice.options.iter().map(|option| option.span.range().len() + 32).sum();
    let mut all = String::with_capacity(length);
    all.push_str("<ol class=\"options\">");
    let mut right = String::new();
    let several = choice.key.count() > 1;
    for (position, option) in choice.options.iter().enumerate() {
        let is_right = choice.key.contains(position);
        all.push_str(if is_right { RIGHT_OPTION } else { OPTION });
        let start = all.len();
        option.write_html(&mut all);
        if is_right {
            right.push_str(if several { OPTION } else { "" });
            right.push_str(&all[start..]);
            right.push_str(if several { "</li>" } else { "" });
        }
        all.push_str("</li>");
    }
    all.push_str("</ol>");
    [all, if several { format!("<ul>{right}</ul>") } else { right }]
}

const OPTION: &str = "<li>";
const RIGHT_OPTION: &str = "<li class=\"right\">";

fn rubric(written: &Written, language: Language) -> String {
    let mut out = "<ol class=\"rubric\">".to_owned();
    for point in &written.rubric {
        let _ = write!(
            out,
            "<li data-points=\"{}\"><span class=\"marks\">{}</span> {}</li>",
            point.points,
            words::marks(point.points, language),
            point.text.html()
        );
    }
    out.push_str("</ol>");
    out
}

/// Plain text as HTML.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text.trim(), &mut out);
    out
}

/// Anki rejects a file with control characters in a field, and puts text and media names into NFC itself.
fn normalize(field: &mut String) {
    if !is_plain(field) {
        field.retain(|character| !is_control(character));
        *field = nfc(std::mem::take(field));
    }
}

/// A text in NFC, which most texts are in.
pub(super) fn nfc(text: String) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        _ => text.nfc().collect(),
    }
}

/// Whether a text holds nothing but characters that neither control, combine nor decompose: Latin, Chinese and their punctuation. The
/// full check for NFC looks up two tables a character, a fifth of the time of a large deck.
fn is_plain(text: &str) -> bool {
    text.chars().all(|character| {
        matches!(character, ' '..='~' | '\n' | '\t' | '\u{a0}'..='\u{2ff}' | '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3029}'
            | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}')
    })
}

/// A title as one step of a tag: Anki parts tags at white space and steps at `::`.
pub(super) fn tag_part(text: &str) -> String {
    if is_plain(text) && !text.contains([' ', '\n', '\t', '\u{a0}', '\u{3000}', ':', '"']) && !text.is_empty() {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split(|character: char| character.is_whitespace() || is_control(character)).collect();
    let joined = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let part = nfc(joined.replace("::", ":").replace('"', ""));
    if part.is_empty() { "-".to_owned() } else { part }
}

fn deletions(card: &Card) -> Vec<u16> {
    let mut numbers = Vec::new();
    if let Body::Cloze(cloze) = &card.body {
        cloze.text.clozes(|deletion| numbers.push(deletion.number));
        numbers.sort_unstable();
        numbers.dedup();
    }
    numbers
}

/// The text of a field as Anki sees it for sorting and checksums: without tags, but with the names of pictures.
pub(super) fn strip_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let Some(end) = rest[start..].find('>') else { break };
        let tag = &rest[start..start + end];
        if let Some(name) = tag.strip_prefix("<img src=\"").and_then(|inner| inner.split('"').next()) {
            let _ = write!(out, " {name} ");
        }
        rest = &rest[start + end + 1..];
    }
    out.push_str(rest);
    if !out.contains('&') {
        return out;
    }
    // The four characters that the HTML writer escapes; `&` last, since it begins the others.
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
        if out.contains(entity) {
            out = out.replace(entity, character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_one_step_of_a_tag() {
        assert_eq!(tag_part("前言　与\t知识 考点"), "前言-与-知识-考点");
        assert_eq!(tag_part("a::b \"c\""), "a:b-c");
        assert_eq!(tag_part(" "), "-");
    }

    #[test]
    fn the_quick_look_passes_only_what_needs_no_other() {
        let passed = |character: &char| is_plain(&character.to_string());
        for character in ('\0'..=char::MAX).filter(passed) {
            assert!(!is_control(character), "{character:?}");
            // Beside a letter that combining characters would join.
            let text = format!("a{character}e");
            assert!(text.nfc().eq(text.chars()), "{character:?}");
            assert_eq!(is_nfc_quick(text.chars()), IsNormalized::Yes, "{character:?}");
        }
        assert!(!is_plain("e\u{301}") && !is_plain("\u{1f}") && is_plain("词 (word)，“图”\n"));
    }

    #[test]
    fn the_sort_field_is_text_without_tags() {
        assert_eq!(strip_html("<p>a &lt; b &amp;amp; <em>c</em></p>"), "a < b &amp; c");
        assert_eq!(strip_html("图<img src=\"a&amp;b.png\" alt=\"x\">。"), "图 a&b.png 。");
    }
}
