//! What to type into Anki's browser to see the notes of certain cards, and no others.
//!
//! In: ids of cards. Out: a search. It goes by the field `Id`, not by a tag: a tag a card would bury the learner's tag list under thousands
//! of lines that nobody clicks.
//!
//! Many cards are one regular expression and not a row of `OR`: of a thousand of those Anki makes an SQL expression deeper than SQLite
//! allows, and the search fails. Ten thousand in one expression take it no time.
//! Source: <https://docs.ankiweb.net/searching.html>, and measured (`tests/oracles/anki_update.py` repeats it).

use crate::card::CardId;
use std::collections::HashSet;
use std::fmt::Write as _;

/// The notes of these cards.
pub fn search<'a>(bank: &'a CardId, cards: impl IntoIterator<Item = &'a CardId>) -> String {
    Search::of(bank, cards).text()
}

/// A search while it is made.
pub(super) struct Search<'a> {
    bank: &'a CardId,
    cards: Vec<&'a CardId>,
    /// Whether capitals count; to Anki they do not.
    exact: bool,
    /// The note type that is not looked for.
    other_than: Option<&'a str>,
}

impl<'a> Search<'a> {
    pub(super) fn of(bank: &'a CardId, cards: impl IntoIterator<Item = &'a CardId>) -> Self {
        Self { bank, cards: cards.into_iter().collect(), exact: false, other_than: None }
    }

    /// Leaves out a note type.
    pub(super) fn other_than(self, note_type: Option<&'a str>) -> Self {
        Self { other_than: note_type, ..self }
    }

    /// Among notes of these cards.
    pub(super) fn among<'b>(self, mut others: impl Iterator<Item = &'b CardId>) -> Self {
        let wanted: HashSet<&str> = self.cards.iter().map(|card| card.as_str()).collect();
        let folded: HashSet<String> = self.cards.iter().map(|card| card.as_str().to_ascii_lowercase()).collect();
        let twin = |id: &str| !wanted.contains(id) && folded.contains(&id.to_ascii_lowercase());
        Self { exact: others.any(|other| twin(other.as_str())), ..self }
    }

    pub(super) fn text(&self) -> String {
        let mut text = match &self.cards[..] {
            // `_` stands for any character in a search.
            [card] if !self.exact => format!("Id:{}/{card}", self.bank).replace('_', "\\_"),
            cards => {
                let names: Vec<&str> = cards.iter().map(|card| card.as_str()).collect();
                let case = if self.exact { "(?-i)" } else { "" };
                let expression = format!("{case}^{}/({})$", self.bank, names.join("|"));
                // Of the characters of an id only the dot means something in a regular expression.
                format!("\"Id:re:{}\"", expression.replace('.', "\\."))
            }
        };
        if let Some(note_type) = self.other_than {
            let _ = write!(text, " -\"note:{note_type}\"");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> CardId {
        CardId::new(text).expect("a valid id")
    }

    #[test]
    fn a_search_names_its_notes_and_no_others() {
        let (bank, one, other) = (id("llm"), id("c_d.e"), id("a-b"));
        assert_eq!(search(&bank, [&one]), "Id:llm/c\\_d.e");
        assert_eq!(search(&bank, [&one, &other]), "\"Id:re:^llm/(c_d\\.e|a-b)$\"");
        let text = Search::of(&bank, [&one]).other_than(Some("Cardpress Term")).text();
        assert_eq!(text, "Id:llm/c\\_d.e -\"note:Cardpress Term\"");
        // To Anki `ELMo` is `elmo`.
        let (capital, small) = (id("ELMo"), id("elmo"));
        assert_eq!(
            Search::of(&bank, [&capital]).among([&one, &small].into_iter()).text(),
            "\"Id:re:(?-i)^llm/(ELMo)$\""
        );
        assert_eq!(Search::of(&bank, [&capital]).among([&one, &capital].into_iter()).text(), "Id:llm/ELMo");
    }
}
