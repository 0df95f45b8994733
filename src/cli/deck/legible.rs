//! The HTML of a field as a person reads it, and the part of it that changed.
//!
//! In: two versions of a field. Out: a [`Region`]: what stood there and what stands there now, with a little of what is around both. Text is
//! cut between grapheme clusters, never within what a reader takes for one character.

use icu_segmenter::GraphemeClusterSegmenter;

/// How much of what stays the same is shown on either side, in grapheme clusters.
const AROUND: usize = 16;

/// How much of what changed is shown, in grapheme clusters: the middle of a longer text is left out.
const LONGEST: usize = 120;

/// Where two texts differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// What goes before in both.
    pub(super) before: String,
    /// What the old text has here.
    pub(super) old: String,
    /// What the new one has.
    pub(super) new: String,
    /// What follows in both.
    pub(super) after: String,
}

impl Region {
    /// Where two fields differ: as text, or as HTML where that alone differs.
    pub(super) fn of(old: &str, new: &str) -> Self {
        let (old_text, new_text) = (legible(old), legible(new));
        if old_text == new_text {
            Self::between(&harmless(old), &harmless(new))
        } else {
            Self::between(&old_text, &new_text)
        }
    }

    fn between(old: &str, new: &str) -> Self {
        let (old, new) = (clusters(old), clusters(new));
        let shorter = old.len().min(new.len());
        let mut start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        // Words stay whole.
        let is_word = |cluster: Option<&&str>| {
            cluster.is_some_and(|cluster| cluster.chars().all(|character| character.is_ascii_alphanumeric()))
        };
        let cuts_word =
            |at: usize| at > 0 && is_word(old.get(at - 1)) && (is_word(old.get(at)) || is_word(new.get(at)));
        while cuts_word(start) {
            start -= 1;
        }
        let same_end = old.iter().rev().zip(new.iter().rev()).take(shorter - start);
        let mut end = same_end.take_while(|(old, new)| old == new).count();
        let last_before =
            |of: &[&str], end: usize| of[start..of.len() - end].last().is_some_and(|last| is_word(Some(last)));
        while end > 0 && is_word(old.get(old.len() - end)) && (last_before(&old, end) || last_before(&new, end)) {
            end -= 1;
        }
        let (old_end, new_end) = (old.len() - end, new.len() - end);
        let (mut from, mut to) = (start.saturating_sub(AROUND), (old_end + AROUND).min(old.len()));
        // Words around stay whole too, unless they are very long.
        while from > 0 && start - from < 2 * AROUND && is_word(old.get(from - 1)) && is_word(old.get(from)) {
            from -= 1;
        }
        while to > 0 && to - old_end < 2 * AROUND && is_word(old.get(to - 1)) && is_word(old.get(to)) {
            to += 1;
        }
        let (left, right) = (if from > 0 { "…" } else { "" }, if to < old.len() { "…" } else { "" });
        Self {
            before: left.to_owned() + &old[from..start].concat(),
            old: shortened(&old[start..old_end]),
            new: shortened(&new[start..new_end]),
            after: old[old_end..to].concat() + right,
        }
    }
}

/// A text in one line of at most `longest` grapheme clusters.
pub(super) fn beginning(html: &str, longest: usize) -> String {
    let text = legible(html);
    let clusters = clusters(&text);
    match clusters.get(..longest) {
        Some(first) if clusters.len() > longest => first.concat() + "…",
        _ => text,
    }
}

/// The text without its middle if it is long.
fn shortened(clusters: &[&str]) -> String {
    if clusters.len() <= LONGEST {
        return clusters.concat();
    }
    let half = LONGEST / 2;
    clusters[..half].concat() + " … " + &clusters[clusters.len() - half..].concat()
}

fn clusters(text: &str) -> Vec<&str> {
    let ends: Vec<usize> = GraphemeClusterSegmenter::new().segment_str(text).collect();
    ends.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

/// HTML as text in one line, much as an author writes it: formulas as TeX between dollar signs, emphasis between asterisks, pictures by
/// their names, items with a bullet, right ones with a tick.
fn legible(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tag = &rest[start + 1..];
        let Some(end) = tag.find('>') else {
            rest = &rest[start..];
            break;
        };
        write_tag(&tag[..end], &mut out);
        rest = &tag[end + 1..];
    }
    out.push_str(rest);
    for (written, read) in [
        ("\\( ", "$"),
        (" \\)", "$"),
        ("\\[ ", "$$"),
        (" \\]", "$$"),
        // `&` last, since it begins the others.
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ] {
        if out.contains(written) {
            out = out.replace(written, read);
        }
    }
    // A word joiner keeps Anki from reading text as a deletion; nobody sees it.
    out.retain(|character| character != '\u{2060}');
    // A blank of a question is made of ideographic spaces, and stays as wide as it is.
    harmless(&out).split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in which nothing can steer a terminal.
pub(super) fn harmless(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// What a tag is to a reader.
fn write_tag(tag: &str, out: &mut String) {
    let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
    match name {
        "img" => {
            let source = tag.split_once("src=\"").and_then(|(_, rest)| rest.split('"').next());
            out.extend(["[", source.unwrap_or("picture"), "]"]);
        }
        "li" if tag == "li class=\"right\"" => out.push_str(" ✓ "),
        "li" if !tag.starts_with('/') => out.push_str(" • "),
        "td" | "th" if !tag.starts_with('/') => out.push_str(" | "),
        "strong" | "b" => out.push_str("**"),
        "em" | "i" => out.push('*'),
        "code" => out.push('`'),
        "br" | "hr" | "p" | "li" | "tr" | "div" | "pre" | "ul" | "ol" | "table" | "figure" | "figcaption"
        | "blockquote" => out.push(' '),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marked(old: &str, new: &str) -> String {
        let Region { before, old, new, after } = Region::of(old, new);
        format!("{before}[{old}|{new}]{after}")
    }

    #[test]
    fn html_reads_as_text() {
        assert_eq!(
            legible(
                "<p>求 \\( a &lt; b \\)：</p><ol class=\"options\"><li>甲<br>乙</li><li class=\"right\"><img src=\"a.png\" alt=\"\"></li></ol>"
            ),
            "求 $a < b$： • 甲 乙 ✓ [a.png]"
        );
        assert_eq!(legible("<code>{\u{2060}{c3::x}}</code>&amp;lt;\u{1b}[2J"), "`{{c3::x}}`&lt; [2J");
        assert_eq!(legible("（　　） <em>a</em>\n <strong>b</strong>"), "（　　） *a* **b**");
        assert_eq!(legible("<b>a</b> < b"), "**a** < b");
    }

    #[test]
    fn only_what_differs_is_shown() {
        assert_eq!(marked("<p>四层双向 LSTM。</p>", "<p>两层双向 LSTM。</p>"), "[四|两]层双向 LSTM。");
        assert_eq!(marked("two models", "two modes of it"), "two [models|modes of it]");
        assert_eq!(marked("2018 年", "2019 年"), "[2018|2019] 年");
        assert_eq!(marked("甲乙", "甲丙乙"), "甲[|丙]乙");
        assert_eq!(marked("啊啊啊", "啊啊"), "啊啊[啊|]");
        assert_eq!(marked("", "新"), "[|新]");
        let long = "长".repeat(40);
        assert_eq!(
            marked(&format!("{long}甲{long}"), &format!("{long}乙{long}")),
            format!("…{}[甲|乙]{}…", "长".repeat(16), "长".repeat(16))
        );
    }

    #[test]
    fn what_only_the_markup_changes_is_seen() {
        assert_eq!(marked("<p>一<em>二</em></p>", "<p>一<strong>二</strong></p>"), "一*[二|*二*]*");
        assert_eq!(marked("<p>一</p>", "<div>一</div>"), "<[p>一</p|div>一</div]>");
    }

    #[test]
    fn characters_stay_whole() {
        // A family of three, and another child; e with an accent that is a character of its own.
        assert_eq!(marked("👨‍👩‍👧", "👨‍👩‍👦"), "[👨‍👩‍👧|👨‍👩‍👦]");
        assert_eq!(marked("cafe\u{301}", "cafe"), "[cafe\u{301}|cafe]");
        assert_eq!(beginning("<p>四层双向</p>", 2), "四层…");
        assert_eq!(beginning("<p>四层</p>", 2), "四层");
    }

    proptest! {
        #[test]
        fn a_region_tells_two_texts_apart(old in "[a-c甲é ]{0,40}", new in "[a-c甲é ]{0,40}") {
            let region = Region::between(&old, &new);
            prop_assert_eq!(region.old == region.new, old == new);
            if old.chars().count() <= AROUND {
                prop_assert_eq!([&*region.before, &*region.old, &*region.after].concat(), old.as_str());
            }
            if old.chars().count() <= AROUND && new.chars().count() <= AROUND {
                prop_assert_eq!([&*region.before, &*region.new, &*region.after].concat(), new);
            }
        }
    }
}
