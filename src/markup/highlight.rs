//! Program text in colours: which words are keywords, strings, comments.
//!
//! In: program text and the name of its language. Out: the same text in pieces, each with a [`Class`] or none; put together again
//! they are the text, byte for byte. The languages are tables in `languages`; one scanner reads them all. It goes over the text
//! once, whatever the text is: it cannot fail and takes time in proportion to its length. It knows no grammar: what a parser would
//! find out about a name, this does not.
//!
//! Why no crate does this: syntect 5.3 with regular expressions in Rust was measured on the first card with Python at 0.3 s and on
//! eleven languages at 100 MB, most of it for compiling expressions, where a whole deck takes 0.05 s; on one long line it took over
//! a second; TOML and TypeScript need definitions of others; what needs a C compiler was left aside. And the pieces are part of a
//! note: a newer grammar would make every note with code a changed one.

mod languages;

pub use languages::Language;

use languages::{Capitals, Quote, Raw};

/// What a piece of program text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A word of the language.
    Keyword,
    /// Text in quotes, quotes included.
    String,
    /// A comment, marks included.
    Comment,
    /// A number, or a constant of the language: `true`, `None`.
    Number,
    /// The name of a function where it is defined or called; a decorator.
    Function,
    /// The name of a type; in JSON, TOML and YAML that of a member.
    Type,
    /// An operator.
    Operator,
}

impl Class {
    /// The class of its `<span>` in HTML, which `templates/anki/style.css` colours.
    pub fn css(self) -> &'static str {
        match self {
            Self::Keyword => "hl-k",
            Self::String => "hl-s",
            Self::Comment => "hl-c",
            Self::Number => "hl-n",
            Self::Function => "hl-f",
            Self::Type => "hl-t",
            Self::Operator => "hl-o",
        }
    }
}

/// Calls `piece` with each piece of `text`, in order; no two neighbours have one class.
pub fn pieces<'t>(language: &Language, text: &'t str, mut piece: impl FnMut(Option<Class>, &'t str)) {
    let mut scanner = Scanner { language, text, at: 0, starts_line: true, declares: None, includes: false };
    let (mut start, mut class) = (0, None);
    while scanner.at < text.len() {
        let (before, found) = (scanner.at, scanner.token());
        if found != class {
            if start < before {
                piece(class, &text[start..before]);
            }
            (start, class) = (before, found);
        }
    }
    if start < text.len() {
        piece(class, &text[start..]);
    }
}

struct Scanner<'l, 't> {
    language: &'l Language,
    text: &'t str,
    /// How far it has come, in bytes; always at the edge of a character.
    at: usize,
    /// Only white space stands before this on its line.
    starts_line: bool,
    /// What the next name is, after `def` or `class`.
    declares: Option<Class>,
    /// The line is an `#include`.
    includes: bool,
}

impl Scanner<'_, '_> {
    /// Takes at least one character and says what it belongs to.
    fn token(&mut self) -> Option<Class> {
        let (length, class) = self.next();
        let taken = &self.rest()[..length];
        self.starts_line = taken == "\n" || (self.starts_line && taken.trim_start().is_empty());
        self.at += length;
        class
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn before(&self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    /// The length and the class of what begins here.
    fn next(&mut self) -> (usize, Option<Class>) {
        let Some(first) = self.rest().chars().next() else { return (0, None) };
        if first.is_whitespace() {
            self.includes &= first != '\n';
            return (first.len_utf8(), None);
        }
        if let Some(length) = self.comment() {
            return (length, Some(Class::Comment));
        }
        if let Some((length, class)) = self.quoted() {
            return (length, self.member(length).or(class));
        }
        let second = self.rest()[first.len_utf8()..].chars().next();
        // `.5` is a number, the end of `0..5` and of `a.0` is none.
        let fraction = || self.before().is_none_or(|before| before != '.' && before != ')' && !self.is_word(before));
        let digit = |character: char| character.is_ascii_digit();
        if digit(first) || (first == '.' && second.is_some_and(digit) && fraction()) {
            self.declares = None;
            let known = !self.language.constants.is_empty();
            return (self.number(), known.then_some(Class::Number));
        }
        if self.begins_word(first) {
            return self.word();
        }
        if first == '@' && self.language.annotations && second.is_some_and(|it| self.begins_word(it)) {
            return (1 + self.word_length(1), Some(Class::Function));
        }
        if first == '[' && self.starts_line && self.language.sections {
            let line = self.rest().lines().next().unwrap_or_default();
            return (line.rfind(']').map_or(1, |end| end + 1), Some(Class::Type));
        }
        if first == '#' && self.language.directives && self.starts_line {
            let gap = self.rest()[1..].len() - self.rest()[1..].trim_start_matches([' ', '\t']).len();
            let length = 1 + gap + self.word_length(1 + gap);
            self.includes = self.rest()[..length].ends_with("include");
            return (length, Some(Class::Keyword));
        }
        self.declares = self.declares.filter(|_| first == '*');
        let operator = self.language.operators.contains(first);
        (first.len_utf8(), operator.then_some(Class::Operator))
    }

    fn comment(&self) -> Option<usize> {
        let rest = self.rest();
        if let Some((open, close, nested)) = self.language.block_comment
            && rest.starts_with(open)
        {
            return Some(block_comment(rest, open, close, nested));
        }
        self.language.line_comments.iter().find(|mark| rest.starts_with(**mark))?;
        let apart = self.before().is_none_or(|before| before.is_whitespace() || matches!(before, ';' | '(' | ')'));
        (apart || !self.language.comments_stand_apart).then(|| rest.find('\n').unwrap_or(rest.len()))
    }

    fn quoted(&self) -> Option<(usize, Option<Class>)> {
        let rest = self.rest();
        if self.includes && rest.starts_with('<') {
            let length =
                rest.find(['>', '\n']).map_or(rest.len(), |end| end + usize::from(rest[end..].starts_with('>')));
            return Some((length, Some(Class::String)));
        }
        if self.language.raw == Raw::Rust && rest.starts_with('\'') {
            // `'a'` is a character, `'a` a lifetime.
            let mut characters = rest[1..].char_indices();
            let escaped = characters.next().is_none_or(|(_, first)| first == '\\');
            if !escaped && characters.next().is_none_or(|(_, second)| second != '\'') {
                return Some((1 + self.word_length(1), None));
            }
        }
        if self.language.quotes_stand_apart
            && self.before().is_some_and(|before| !before.is_whitespace() && !"[{(,:=-".contains(before))
        {
            return None;
        }
        let quote = self.language.quotes.iter().find(|quote| rest.starts_with(quote.open))?;
        Some((quote.length(rest), quote.class))
    }

    /// In languages of members and values: the class of a name of a member, if what has this length is one.
    fn member(&self, length: usize) -> Option<Class> {
        let member = self.language.member?;
        let after = self.rest()[length..].trim_start_matches([' ', '\t']).strip_prefix(member.sign)?;
        let parted = !member.parted || after.chars().next().is_none_or(char::is_whitespace);
        parted.then_some(Class::Type)
    }

    fn number(&self) -> usize {
        let rest = self.rest();
        let based = rest.starts_with("0x") || rest.starts_with("0X");
        let mut last = '0';
        for (at, character) in rest.char_indices() {
            let next = rest[at + character.len_utf8()..].chars().next();
            let goes_on = match character {
                '.' => {
                    last != '.' && next.is_none_or(|next| next.is_ascii_digit() || !(next == '.' || self.is_word(next)))
                }
                '+' | '-' => matches!(last, 'e' | 'E') && !based && next.is_some_and(|next| next.is_ascii_digit()),
                '\'' => self.language.raw == Raw::Cpp && next.is_some_and(|next| next.is_ascii_alphanumeric()),
                _ => character.is_ascii_alphanumeric() || character == '_',
            };
            if !goes_on {
                return at;
            }
            last = character;
        }
        rest.len()
    }

    fn word(&mut self) -> (usize, Option<Class>) {
        let length = self.word_length(0);
        let (word, after) = self.text[self.at..].split_at(length);
        if let Some(end) = self.prefixed(word, after) {
            return (length + end, Some(Class::String));
        }
        let language = self.language;
        let declared = self.declares.take();
        let folded = language.folds_case.then(|| word.to_ascii_lowercase());
        let known = folded.as_deref().unwrap_or(word);
        let is_in = |words: &[&str]| words.binary_search(&known).is_ok();
        if let Some(class) = self.member(length) {
            return (length, Some(class));
        }
        // `re.match`, `a.default`: the name of a member may be a word of the language.
        let before = &self.text[..self.at];
        let is_member = before.ends_with('.') && !before.ends_with("..") && word != "await";
        if !is_member {
            if is_in(language.keywords) || (is_in(language.soft_keywords) && self.heads_block(length)) {
                self.declares = match known {
                    "def" | "fn" | "func" | "function" => Some(Class::Function),
                    "class" | "enum" | "extends" | "implements" | "interface" | "new" | "record" | "struct"
                    | "trait" | "type" | "union" => Some(Class::Type),
                    _ => None,
                };
                return (length, Some(Class::Keyword));
            }
            if is_in(language.constants) {
                return (length, Some(Class::Number));
            }
            if is_in(language.types) {
                return (length, Some(Class::Type));
            }
            if is_in(language.commands) {
                return (length, Some(Class::Function));
            }
        }
        if declared.is_some() {
            return (length, declared);
        }
        let called = after.starts_with('(');
        let capital = word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
        match language.capitals {
            Capitals::Types if capital => (length, Some(Class::Type)),
            Capitals::TypesUnlessCalled if capital && !called => (length, Some(Class::Type)),
            _ if called && !language.operators.is_empty() => (length, Some(Class::Function)),
            // `vec![…]`
            _ if language.raw == Raw::Rust && ["!(", "![", "!{", "! {"].iter().any(|mark| after.starts_with(mark)) => {
                (length + 1, Some(Class::Function))
            }
            _ => (length, None),
        }
    }

    /// The length of the string that begins after `word`, if that is the mark of one: `rb'…'`, `r#"…"#`, `R"x(…)x"`.
    fn prefixed(&self, word: &str, after: &str) -> Option<usize> {
        let language = self.language;
        let rust_hash = language.raw == Raw::Rust && word.ends_with('r') && after.starts_with('#');
        if !(after.starts_with(['"', '\'']) || rust_hash)
            || !language.string_prefixes.iter().any(|prefix| prefix.eq_ignore_ascii_case(word))
        {
            return None;
        }
        let closed =
            |open: usize, close: &str| after[open..].find(close).map_or(after.len(), |at| open + at + close.len());
        match language.raw {
            Raw::Rust if word.ends_with('r') => {
                let hashes = after.len() - after.trim_start_matches('#').len();
                after[hashes..].starts_with('"').then(|| closed(hashes + 1, &format!("\"{}", "#".repeat(hashes))))
            }
            Raw::Cpp if word.ends_with('R') && after.starts_with('"') => {
                // What stands before the parenthesis is at most 16 characters long.
                let open = after.bytes().take(18).position(|byte| byte == b'(')?;
                Some(closed(open + 1, &format!("){}\"", &after[1..open])))
            }
            _ => language.quotes.iter().find(|quote| after.starts_with(quote.open)).map(|quote| quote.length(after)),
        }
    }

    fn begins_word(&self, character: char) -> bool {
        character.is_alphanumeric() || character == '_' || (character == '$' && self.is_word('$'))
    }

    fn is_word(&self, character: char) -> bool {
        character.is_alphanumeric() || character == '_' || self.language.word_marks.contains(character)
    }

    /// The length of the word that begins `offset` bytes from here.
    fn word_length(&self, offset: usize) -> usize {
        let rest = &self.rest()[offset..];
        rest.find(|character| !self.is_word(character)).unwrap_or(rest.len())
    }

    /// Whether a word of this length heads a block: in Python `match` is a keyword only there.
    fn heads_block(&self, length: usize) -> bool {
        let line = self.rest()[length..].lines().next().unwrap_or_default();
        let subject = line.strip_prefix(' ').map(str::trim_start);
        self.starts_line
            && line.contains(':')
            && subject.is_some_and(|rest| !rest.starts_with(['=', ':', ',', '.', ')']))
    }
}

impl Quote {
    /// The length of the string at the start of `text`, quotes included. What is not closed ends with its line or with the text.
    fn length(&self, text: &str) -> usize {
        let mut at = self.open.len();
        while let Some(character) = text[at..].chars().next() {
            if character == '\n' && !self.lines {
                return at;
            }
            if character == '\\' && self.escapes {
                let escaped = text[at + 1..].chars().next().filter(|next| *next != '\n' || self.lines);
                at += 1 + escaped.map_or(0, char::len_utf8);
            } else if text[at..].starts_with(self.close) {
                return at + self.close.len();
            } else {
                at += character.len_utf8();
            }
        }
        text.len()
    }
}

fn block_comment(text: &str, open: &str, close: &str, nested: bool) -> usize {
    let (mut at, mut depth) = (open.len(), 1);
    while at < text.len() {
        if text[at..].starts_with(close) {
            at += close.len();
            depth -= 1;
            if depth == 0 {
                return at;
            }
        } else if nested && text[at..].starts_with(open) {
            at += open.len();
            depth += 1;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests;
