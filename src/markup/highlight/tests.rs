//! What is coloured, and that nothing else happens to a text.

use super::languages::ALL;
use super::*;
use crate::markup::{Block, Code, RichText};
use crate::source::{Sources, Span};
use proptest::prelude::*;
use std::fmt::Write as _;

/// The pieces as a reader sees them: `k⟨def⟩ f⟨main⟩()`.
fn marked(language: &str, text: &str) -> String {
    let mut out = String::new();
    pieces(Language::named(language).expect("a known language"), text, |class, piece| {
        let _ = match class {
            Some(class) => write!(out, "{}⟨{piece}⟩", &class.css()[3..]),
            None => write!(out, "{piece}"),
        };
    });
    out
}

#[test]
fn names_are_one_for_each_language_and_words_are_sorted() {
    let mut names: Vec<&str> = Language::names().collect();
    names.sort_unstable();
    assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
    for language in ALL {
        for table in language.tables() {
            assert!(table.is_sorted_by(|one, next| one < next), "{}: {table:?}", language.name());
        }
    }
    assert_eq!(Language::named("C++"), Language::named("cpp"));
    assert_eq!(Language::named("prolog"), None);
    assert_eq!(Language::named(""), None);
}

#[test]
fn python() {
    let text = r#"
@dataclass
class Tiny(Base):
    """Two
    lines."""
    def forward(self, x: int = 0x1F) -> str:
        return rf'{x!r}\'' + "a" if x >= 1.5e-3 else None  # 注释
match x:
    case 1: re.match(match, list[1:2])
"#;
    insta::assert_snapshot!(marked("py", text));
}

#[test]
fn the_family_of_c() {
    let c = r#"
#include <stdio.h>
# define N 10L
/* one
   two */ int main(void) { // end
    printf("%d\n", 'a'); char *s = "open
    return a->b + NULL;
}"#;
    let cpp = r#"
template <typename T> class Box : public std::vector<T> {
    auto raw = R"x(a "quoted)" text)x"; int n = 1'000'000;
    Box(Box&& other) noexcept = default;
};"#;
    let java = r#"
public final class Main extends Base implements Runnable {
    @Override public void run() { System.out.println("a" + 1_000L); char c = '\''; }
}"#;
    let sharp = "public record Point(int X, int Y) { public static void Main() => Console.WriteLine($\"{X}\"); }";
    let go = "func (r *Reader) Read(p []byte) (int, error) { s := `a\\`; return len(p), nil }";
    let all = [("c", c), ("cpp", cpp), ("java", java), ("c#", sharp), ("go", go)];
    insta::assert_snapshot!(all.map(|(language, text)| marked(language, text)).join("\n"));
}

#[test]
fn rust() {
    let text = r##"
/* a /* nested */ comment */
impl<'a> Parser<'a> {
    pub fn new(text: &'a str) -> Self { Self { text, mark: '"', other: '\'' } }
}
let v = vec![0..10, 1.max(2), 2.5]; let s = r#"a "b" c"#; f(x).await?;
"##;
    insta::assert_snapshot!(marked("rs", text));
}

#[test]
fn scripts_and_queries() {
    let js = "const f = async (x) => { await g.default(`a\n${x}`); return null; } // é\nclass $A extends B {}";
    let ts = "type Pair<T> = { a: number, b?: string };";
    let sh = "# list\nfor f in *.txt; do echo \"$f#1\" a#b | grep -v 'x\\' && for-each; done";
    let sql = "SELECT name, COUNT(*) FROM `user` WHERE name = 'it''s' AND \"select\" >= 1.5 -- end\nGROUP BY name";
    let all = [("js", js), ("ts", ts), ("bash", sh), ("sql", sql)];
    insta::assert_snapshot!(all.map(|(language, text)| marked(language, text)).join("\n"));
}

#[test]
fn data() {
    let json = r#"{"name": "a: \" b", "n": [1, -2.5e+3, true, null]}"#;
    let toml = "[tool.x] # head\nkey-a.b = 'C:\\'\nlist = [1, \"\"\"a\nb\"\"\", inf]";
    let yaml = "name: it's a \"test\" # note\n- url: http://a#b\n  ok: true\n  'k': \"v\"";
    let all = [("json", json), ("toml", toml), ("yaml", yaml), ("text", "if 1: # none\n")];
    insta::assert_snapshot!(all.map(|(language, text)| marked(language, text)).join("\n"));
}

/// Text made of what means something to one language or another.
fn program() -> impl Strategy<Value = String> {
    let marks = [
        "\"", "'", "`", "\"\"\"", "'''", "\\", "\n", " ", "\t", "/*", "*/", "//", "#", "--", "r#", "R\"x(", ")x\"",
        "{{c1::", "[sound:", "[$]", "}}", "::", "<", ">", "&", "#include", "@a", "[", "]", "(", ")", ":", "=", ".",
        "0x", "1e", "+", "-", "1", "'a", "b", "def", "class", "match", "SELECT", "true", "É", "中", "\u{301}", "🤗",
        "\r\n", "!", "vec!", "$", "_",
    ];
    prop_oneof![
        3 => prop::collection::vec(prop::sample::select(marks.to_vec()), 0..40).prop_map(|marks| marks.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    /// In every language the pieces are the text, and no two neighbours could have been one.
    #[test]
    fn nothing_is_lost_and_nothing_fails(text in program()) {
        for language in ALL {
            let (mut whole, mut last, mut apart) = (String::new(), None, true);
            pieces(language, &text, |class, piece| {
                apart &= !piece.is_empty() && last != Some(class);
                last = Some(class);
                whole.push_str(piece);
            });
            prop_assert_eq!(&whole, &text, "{}", language.name());
            prop_assert!(apart, "{}: {:?}", language.name(), text);
        }
    }

    /// What Anki shows is the code, and it sees no cloze in it.
    #[test]
    fn the_html_without_tags_is_the_code(text in program()) {
        for language in ALL {
            let code = Code { language: language.name().into(), text: text.as_str().into() };
            let span = Span::new(Sources::default().add("a.toml", ""), 0..0);
            let html = RichText::new(vec![Block::Code(Box::new(code))], span).html();
            for mark in ["{{c1::", "[sound:", "[$]"] {
                prop_assert!(!html.contains(mark), "{}: {}", language.name(), html);
            }
            let mut shown = String::new();
            for part in html.split('<').skip(1) {
                shown.push_str(part.split_once('>').expect("a tag ends").1);
            }
            for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
                shown = shown.replace(entity, character);
            }
            prop_assert_eq!(shown.replace('\u{2060}', ""), text.replace('\u{2060}', ""), "{}", language.name());
        }
    }
}

/// A mark that is repeated must not send the scanner over what it has seen, or a long line would take a minute.
#[test]
fn a_long_text_is_gone_over_once() {
    let marks = [
        "#", "'", "\"", "r#", "R\"", "/*", "*/", "a", "a ", "a:", ".", "1", "(", "[", "match ", "{", "\\", "-", " ",
        "@a",
    ];
    for language in ALL {
        for mark in marks {
            let text = mark.repeat(20_000);
            let mut length = 0;
            pieces(language, &text, |_, piece| length += piece.len());
            assert_eq!(length, text.len());
        }
    }
}
