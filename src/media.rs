//! The media folder: which files cards can show or play, and which names Anki keeps.
//!
//! In: the names in the folder. Out: what each is good for, or what is wrong with it. What is in the files is not looked at here.

use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// The folder of the media, relative to the bank.
pub const MEDIA_FOLDER: &str = "media";

/// The endings of the pictures that decks and papers can show.
pub const IMAGE_TYPES: [&str; 4] = ["png", "jpg", "jpeg", "svg"];

/// The endings of the sounds that every Anki plays, on computers and on phones.
pub const SOUND_TYPES: [&str; 7] = ["mp3", "m4a", "ogg", "oga", "opus", "wav", "flac"];

/// The longest name that Anki keeps, in bytes.
pub const LONGEST_NAME: usize = 120;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// It is shown.
    Picture,
    /// It is played.
    Sound,
}

impl MediaKind {
    /// By the ending of the name; `None` if cards can do nothing with such a file.
    pub fn of(name: &str) -> Option<Self> {
        if is_one_of(name, &IMAGE_TYPES) {
            Some(Self::Picture)
        } else if is_one_of(name, &SOUND_TYPES) {
            Some(Self::Sound)
        } else {
            None
        }
    }

    /// What messages call it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Sound => "sound",
        }
    }
}

/// Whether a name has one of these endings, whatever its case.
pub fn is_one_of(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// Why Anki would not find a file of this name; `None` if it does. It takes some characters out of the names of files that it imports
/// but leaves the cards as they are, and some it reads otherwise in a card than in a folder.
///
/// Source: the names that Anki's own `write_data` gives, and the places that its reviewer asks for.
pub fn name_fault(name: &str) -> Option<&'static str> {
    let device = |stem: &str| {
        let (letters, number) = stem.split_at_checked(3).unwrap_or((stem, ""));
        let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(letters));
        match number.as_bytes() {
            [] => is(&["con", "prn", "aux", "nul"]),
            [b'1'..=b'9'] => is(&["com", "lpt"]),
            _ => false,
        }
    };
    let hex = |at: usize| name.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    if name.contains(|character: char| character.is_control() || "/\\:*?\"<>|[]^".contains(character)) {
        Some("it has one of / \\ : * ? \" < > | [ ] ^ in it")
    } else if name.contains("{{") || name.contains("}}") {
        Some("it has {{ or }} in it, which are for clozes")
    } else if name.match_indices('%').any(|(at, _)| hex(at + 1) && hex(at + 2)) {
        Some("it has a % before two digits in it, which stand for another character")
    } else if name.starts_with([' ', '.']) || name.ends_with([' ', '.']) {
        Some("it begins or ends with a space or a dot")
    } else if device(name.split('.').next().unwrap_or_default()) {
        Some("to Windows it is the name of a device")
    } else if name.nfc().map(char::len_utf8).sum::<usize>() > LONGEST_NAME {
        Some("it is longer than 120 bytes, which is 40 Chinese characters")
    } else {
        None
    }
}

/// What two names have in common that are one to Anki, which does not tell case or composition of letters apart.
pub fn folded(name: &str) -> String {
    name.nfc().collect::<String>().to_lowercase()
}

/// The names of the files in the media folder.
#[derive(Debug, Clone, Default)]
pub struct MediaFolder {
    names: BTreeSet<String>,
    /// Names that are one when they are folded, but for those that are alone.
    twins: BTreeMap<String, Vec<String>>,
}

impl MediaFolder {
    /// A folder with these files.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let names: BTreeSet<String> = names.into_iter().collect();
        let mut twins: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in &names {
            twins.entry(folded(name)).or_default().push(name.clone());
        }
        twins.retain(|_, names| names.len() > 1);
        Self { names, twins }
    }

    /// Whether there is a file of exactly this name.
    pub fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Another file whose name is the same to Anki.
    pub fn twin(&self, name: &str) -> Option<&str> {
        if self.twins.is_empty() {
            return None;
        }
        self.twins.get(&folded(name))?.iter().map(String::as_str).find(|twin| *twin != name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_what_a_file_is_for() {
        assert_eq!(MediaKind::of("图.v2.PNG"), Some(MediaKind::Picture));
        assert_eq!(MediaKind::of("词.Opus"), Some(MediaKind::Sound));
        assert_eq!(MediaKind::of("a.gif"), None);
        assert_eq!(MediaKind::of("mp3"), None);
    }

    #[test]
    fn names_that_anki_would_change_or_not_find_have_a_fault() {
        let bad = [
            "a:b.png",
            "图[1].png",
            "a^.mp3",
            "a\u{7}.png",
            ".a.png",
            "a.png ",
            "a{{b.png",
            "a}}.png",
            "a%20b.png",
            "NUL.png",
            "com1.x.mp3",
            &format!("{}.png", "长".repeat(40)),
        ];
        for name in bad {
            assert!(name_fault(name).is_some(), "{name}");
        }
        for name in ["图 1-架构（上）.png", "100%.png", "a#b&c'd.mp3", "com.png", "console.png", "com10.png", "长.png"]
        {
            assert_eq!(name_fault(name), None, "{name}");
        }
        // 118 bytes when it is composed.
        assert_eq!(name_fault(&format!("{}.png", "e\u{301}".repeat(57))), None);
    }

    #[test]
    fn twins_are_told_by_what_anki_takes_for_one() {
        let folder = MediaFolder::new(["É.png", "e\u{301}.png", "a.png", "b.png"].map(str::to_owned));
        assert_eq!(folder.twin("É.png"), Some("e\u{301}.png"));
        assert_eq!(folder.twin("e\u{301}.png"), Some("É.png"));
        assert_eq!(folder.twin("a.png"), None);
        assert!(folder.contains("É.png") && !folder.contains("é.png"));
    }
}
