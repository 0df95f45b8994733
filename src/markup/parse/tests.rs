use super::*;
use crate::markup::{Inline, RichText};
use crate::source::{Sources, Span};

fn nowhere() -> Span {
    Span::new(Sources::default().add("a.toml", ""), 0..0)
}

/// A tree in a notation short enough for an assertion: blocks in brackets, parted by spaces.
fn tree(text: &str, flavour: Flavour) -> (String, Vec<Code>) {
    let mut problems = Vec::new();
    let (rich, _) = parse(text, nowhere(), flavour, &mut problems);
    (
        rich.blocks().iter().map(block).collect::<Vec<_>>().join(" "),
        problems.into_iter().map(|problem| problem.code).collect(),
    )
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(inlines) => format!("[{}]", row(inlines)),
        Block::Math(tex) => format!("[$${tex}$$]"),
        Block::Code(code) => format!("[code {}:{}]", code.language, code.text.replace('\n', "⏎")),
        Block::List(list) => {
            let mark = list.start.map_or_else(|| "ul".to_owned(), |start| format!("ol{start}"));
            let items: Vec<String> = list.items.iter().map(|item| item.iter().map(self::block).collect()).collect();
            format!("[{mark} {}]", items.join(" / "))
        }
        Block::Table(table) => {
            let rows = std::iter::once(&table.head).chain(&table.rows);
            let rows: Vec<String> =
                rows.map(|cells| cells.iter().map(|cell| row(cell)).collect::<Vec<_>>().join("|")).collect();
            format!("[table {:?} {}]", table.columns, rows.join(" / "))
        }
    }
}

fn row(inlines: &[Inline]) -> String {
    let inline = |inline: &Inline| match inline {
        Inline::Text(text) => text.to_string(),
        Inline::Emphasis(inner) => format!("<em {}>", row(inner)),
        Inline::Strong(inner) => format!("<strong {}>", row(inner)),
        Inline::Code(text) => format!("<code {text}>"),
        Inline::Math { tex, display: false } => format!("${tex}$"),
        Inline::Math { tex, display: true } => format!("$${tex}$$"),
        Inline::Image(image) => format!("<img {} {}>", image.path, image.alt),
        Inline::Sound(sound) => format!("<sound {} {}>", sound.path, sound.alt),
        Inline::Break => "⏎".to_owned(),
        Inline::Blank => "<blank>".to_owned(),
        Inline::Cloze(cloze) if cloze.hint.is_empty() => format!("<c{} {}>", cloze.number, row(&cloze.answer)),
        Inline::Cloze(cloze) => format!("<c{} {} hint {}>", cloze.number, row(&cloze.answer), row(&cloze.hint)),
    };
    inlines.iter().map(inline).collect()
}

/// The tree of a text in which nothing is wrong.
fn prose(text: &str) -> String {
    let (tree, problems) = tree(text, Flavour::Prose);
    assert_eq!(problems, [], "{text}");
    tree
}

fn cloze(text: &str) -> String {
    let (tree, problems) = tree(text, Flavour::Cloze);
    assert_eq!(problems, [], "{text}");
    tree
}

fn html(text: &str, flavour: Flavour) -> String {
    parse(text, nowhere(), flavour, &mut Vec::new()).0.html()
}

#[test]
fn emphasis_stands_beside_chinese() {
    assert_eq!(prose("下列**不**属于*涌现*的是"), "[下列<strong 不>属于<em 涌现>的是]");
    assert_eq!(prose("“**词**”与（**括号**）"), "[“<strong 词>”与（<strong 括号>）]");
    assert_eq!(prose("snake_case 与 2 * 3"), "[snake_case 与 2 * 3]");
    let (tree, problems) = tree("模型的**“词”**是", Flavour::Prose);
    assert_eq!((&*tree, &*problems), ("[模型的**“词”**是]", &[Code::StrayEmphasis, Code::StrayEmphasis][..]));
}

#[test]
fn escaped_signs_are_signs() {
    assert_eq!(prose(r"A\*算法 \$5 \_ \{\{c1::甲\}\}"), "[A*算法 $5 _ {{c1::甲}}]");
    assert_eq!(prose("a &lt; b &#42;"), "[a < b *]");
}

#[test]
fn a_line_end_is_a_space_except_within_chinese() {
    assert_eq!(prose("预训练\n模型"), "[预训练模型]");
    assert_eq!(prose("预训练，\n模型"), "[预训练，模型]");
    assert_eq!(prose("使用\nbiLSTM\n网络"), "[使用 biLSTM 网络]");
    assert_eq!(prose("two\nwords"), "[two words]");
    assert_eq!(prose("公式\n$x$\n为"), "[公式 $x$ 为]");
}

#[test]
fn the_space_of_a_line_end_is_outside_what_follows() {
    assert_eq!(prose("使用\n**biLSTM** 网络"), "[使用 <strong biLSTM> 网络]");
    assert_eq!(prose("使用\n**双向**\n网络"), "[使用<strong 双向>网络]");
    assert_eq!(cloze("使用\n{{c1::biLSTM}}"), "[使用 <c1 biLSTM>]");
    assert_eq!(cloze("使用\n{{c1::双向}}"), "[使用<c1 双向>]");
}

#[test]
fn hard_breaks_and_paragraphs_are_kept() {
    assert_eq!(prose("甲  \n乙\\\n丙"), "[甲⏎乙⏎丙]");
    assert_eq!(prose("甲\n\n乙"), "[甲] [乙]");
    assert_eq!(prose(""), "[]");
}

#[test]
fn lists_may_be_tight_loose_and_nested() {
    assert_eq!(prose("- 甲\n- 乙\n  - 丙"), "[ul [甲] / [乙][ul [丙]]]");
    assert_eq!(prose("3. 甲\n4. 乙"), "[ol3 [甲] / [乙]]");
    assert_eq!(prose("- 甲\n\n  又\n\n- 乙"), "[ul [甲][又] / [乙]]");
    // In a tight item the text below a block stays below it.
    assert_eq!(prose("- ```py\n  x\n  ```\n  后\n- $$a$$"), "[ul [code py:x][后] / [$$a$$]]");
    assert_eq!(html("- 甲\n  - 乙", Flavour::Prose), "<ul><li>甲<ul><li>乙</li></ul></li></ul>");
    assert_eq!(html("2. 甲\n\n   乙", Flavour::Prose), "<ol start=\"2\"><li>甲<p>乙</p></li></ol>");
}

#[test]
fn a_year_at_the_start_is_a_list_and_shows_as_it_was_written() {
    assert_eq!(prose("2017. 提出 Transformer"), "[ol2017 [提出 Transformer]]");
    assert_eq!(html("2017. 提出", Flavour::Prose), "<ol start=\"2017\"><li>提出</li></ol>");
    assert_eq!(prose(r"2017\. 提出"), "[2017. 提出]");
    assert_eq!(prose("提出于\n2017. 年"), "[提出于 2017. 年]");
    assert_eq!(prose("2017 年提出"), "[2017 年提出]");
}

#[test]
fn tables_have_a_head_and_aligned_columns() {
    let text = "| 名 | $x$ |\n|:-:|--:|\n| 甲 | `a\\|b` |\n| 乙 |";
    assert_eq!(prose(text), "[table [Center, Right] 名|$x$ / 甲|<code a|b> / 乙|]");
    let start = "<table><thead><tr><th style=\"text-align:center\">名</th>";
    assert!(html(text, Flavour::Prose).starts_with(start), "{}", html(text, Flavour::Prose));
    assert_eq!(prose("甲 | 乙"), "[甲 | 乙]");
}

#[test]
fn display_math_parts_a_paragraph_where_it_can() {
    assert_eq!(prose("设 $$a$$ 则\n$$b$$"), "[设] [$$a$$] [则] [$$b$$]");
    assert_eq!(prose("**强 $$a$$**"), "[<strong 强 $$a$$>]");
    assert_eq!(html("设\n$$a<b$$", Flavour::Prose), "<p>设</p>\\[ a&lt;b \\]");
    assert_eq!(prose(r"$\left\{ x \right.$ 与 $a\_b$"), r"[$\left\{ x \right.$ 与 $a\_b$]");
}

#[test]
fn blanks_are_found_and_other_brackets_are_text() {
    assert_eq!(prose("是（　　）。"), "[是<blank>。]");
    assert_eq!(prose("（　）与（ ）（）（甲）"), "[<blank>与<blank>（）（甲）]");
    assert_eq!(html("是（　）。", Flavour::Prose), "是（　　）。");
}

#[test]
fn pictures_may_have_chinese_names() {
    assert_eq!(prose("图 ![损失**曲线**](media/损失曲线.png)"), "[图 <img media/损失曲线.png 损失曲线>]");
    assert_eq!(prose("![a](<media/a b.png>)"), "[<img media/a b.png a>]");
    assert_eq!(prose("听 ![读**音**](media/词.MP3)"), "[听 <sound media/词.MP3 读音>]");
    assert_eq!(
        cloze("{{c1::![音](<media/a b.ogg>)::![](media/c.wav)}}"),
        "[<c1 <sound media/a b.ogg 音> hint <sound media/c.wav >>]"
    );
    let expected = "<img src=\"损失.png\" alt=\"a &amp; &quot;b&quot;\">";
    assert_eq!(html("![a & \"b\"](media/损失.png)", Flavour::Prose), expected);
}

#[test]
fn clozes_hold_math_emphasis_and_hints() {
    assert_eq!(cloze("{{c1::biLSTM::网络}} 与 {{c2::**甲**}}"), "[<c1 biLSTM hint 网络> 与 <c2 <strong 甲>>]");
    assert_eq!(cloze("**{{c1::甲}}**，{{c1::`a::b`::`c`}}"), "[<strong <c1 甲>>，<c1 <code a::b> hint <code c>>]");
    assert_eq!(cloze("{{c1::$\\frac{1}{\\sqrt{d_{k}}}$::式}}"), "[<c1 $\\frac{1}{\\sqrt{d_{k}}}$ hint 式>]");
    assert_eq!(cloze("- {{c1::甲}}\n- {{c2::乙}}"), "[ul [<c1 甲>] / [<c2 乙>]]");
    assert_eq!(tree("{{c1::甲}}", Flavour::Prose), ("[{{c1::甲}}]".to_owned(), vec![Code::StrayCloze]));
}

/// Anki finds clozes in the HTML by their braces alone.
#[test]
fn nothing_in_a_cloze_ends_it_too_early() {
    assert_eq!(html(r"{{c1::$\sqrt{d_{k}}$::a}}", Flavour::Cloze), r"{{c1::\( \sqrt{d_{k} } \)::a}}");
    assert_eq!(html("{{c1::$a_{{{b}}}$}}", Flavour::Cloze), r"{{c1::\( a_{{{b} } } \)}}");
    assert_eq!(html("{{c1::`a::b}}}`}}", Flavour::Cloze), "{{c1::<code>a:\u{2060}:b}\u{2060}}\u{2060}}</code>}}");
    assert_eq!(html("{{c1::甲`}`}}`", Flavour::Cloze), "{{c1::甲<code>}</code>}}`");
    assert_eq!(html(r"{{c1::\}}}", Flavour::Cloze), "{{c1::}\u{2060}}}");
    assert_eq!(html("{{c1::甲}} `{{c2::乙}}`", Flavour::Cloze), "{{c1::甲}} <code>{\u{2060}{c2::乙}}</code>");
}

#[test]
fn what_is_shown_as_it_is_is_escaped() {
    assert_eq!(
        html("a < b && `<x>` $a<b$", Flavour::Prose),
        r"a &lt; b &amp;&amp; <code>&lt;x&gt;</code> \( a&lt;b \)"
    );
    let code = "<pre><code>if a &lt; b:\n    x</code></pre>";
    assert_eq!(html("```\nif a < b:\n    x\n```", Flavour::Prose), code);
}

#[test]
fn nobody_would_see_the_caption_of_a_sound() {
    let (tree, problems) = tree("![音](media/a.mp3 \"图\")", Flavour::Prose);
    assert_eq!(tree, "[<sound media/a.mp3 音>]");
    assert_eq!(problems, [Code::UnsupportedMarkup]);
}

#[test]
fn each_stray_sign_is_reported_once_at_its_place() {
    let places = |text: &str| {
        let mut problems = Vec::new();
        parse(text, nowhere(), Flavour::Prose, &mut problems);
        problems.into_iter().map(|problem| (problem.code, text[problem.range].to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(places("价 $5 元"), [(Code::StrayDollar, "$".to_owned())]);
    assert_eq!(places("式 $ x $ 与 $y$"), [(Code::StrayDollar, "$ x $".to_owned())]);
    assert_eq!(places(r"式 $\frac{a}{b$ 完"), [(Code::MathSyntax, r"$\frac{a}{b$".to_owned())]);
    assert_eq!(places(r"\$5 与 \* 与 `$` 与 $a*b$"), []);
    assert_eq!(places("***甲“，”***乙").len(), 2);
}

mod the_short_way {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        /// Most fields are plain prose and never see the Markdown parser; they must come out as if they had.
        #[test]
        fn gives_what_the_markdown_parser_gives(
            text in "[a-z甲乙丙，。（）　 0-9.+#>:;\"'=-]{1,12}|.{0,8}|甲([a-z甲，（）　 0-9.(]{0,3}[$][a-z\\\\{}_^*甲 0-9#>(,]{1,6}[$]){1,3}[甲。0-9a-z]{0,2}",
        ) {
            if let Some(formulas) = super::super::prose(&text) {
                let mut problems = Vec::new();
                let (blocks, places) = markdown(&text, Flavour::Prose, &mut problems);
                prop_assert_eq!(problems, []);
                match RichText::prose(&text, &formulas, nowhere()) {
                    Some(short) => prop_assert_eq!(short, RichText::new(blocks, nowhere())),
                    None => prop_assert!(text.contains(char::is_control), "no short way for {text:?}"),
                }
                let written: Vec<_> = places.formulas.into_iter().map(|(tex, range)| (tex.to_string(), range)).collect();
                let short: Vec<_> = formulas.into_iter().map(|range| (text[inner(&range)].to_owned(), range)).collect();
                prop_assert_eq!(short, written);
            }
        }
    }
}
