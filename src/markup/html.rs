//! Rich text as the HTML of an Anki field.
//!
//! Formulas become `\( … \)` and `\[ … \]`, which Anki's built-in MathJax sets; clozes stay `{{c1::…}}`, which Anki understands;
//! program text is parted by [`super::highlight`].

use super::flat::Piece;
use super::highlight::{Language, pieces};
use super::{Align, Block, Code, Content, Inline, RichText, lone_image};
use std::fmt::Write;

impl RichText {
    /// The text as HTML without a surrounding element: a lone paragraph has no `<p>`, so that it can stand in a line.
    pub fn html(&self) -> String {
        // HTML is about as long as what the author wrote.
        let mut out = String::with_capacity(self.span.range().len() + 16);
        self.write_html(&mut out);
        out
    }

    /// Writes [`RichText::html`] to the end of `out`.
    pub fn write_html(&self, out: &mut String) {
        if let Content::Flat(flat) = &self.content {
            return flat.pieces().for_each(|piece| write_piece(piece, out));
        }
        match self.marked_up() {
            [Block::Paragraph(inlines)] if captioned(inlines).is_none() => write_inlines(inlines, false, out),
            blocks => write_blocks(blocks, out),
        }
    }
}

fn write_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) => match captioned(inlines) {
                None => {
                    out.push_str("<p>");
                    write_inlines(inlines, false, out);
                    out.push_str("</p>");
                }
                Some(caption) => {
                    out.push_str("<figure>");
                    write_inlines(inlines, false, out);
                    out.push_str("<figcaption>");
                    write_text(caption, false, out);
                    out.push_str("</figcaption></figure>");
                }
            },
            Block::Math(tex) => write_math(tex, "\\[", "\\]", false, out),
            Block::Code(code) => {
                out.push_str("<pre><code");
                if !code.language.is_empty() {
                    out.push_str(" class=\"language-");
                    escape(&code.language, out);
                    out.push('"');
                }
                out.push('>');
                write_code(code, out);
                out.push_str("</code></pre>");
            }
            Block::List(list) => {
                match list.start {
                    None => out.push_str("<ul>"),
                    Some(1) => out.push_str("<ol>"),
                    Some(start) => {
                        let _ = write!(out, "<ol start=\"{start}\">");
                    }
                }
                for item in &list.items {
                    out.push_str("<li>");
                    if let [Block::Paragraph(inlines), rest @ ..] = &**item
                        && captioned(inlines).is_none()
                    {
                        write_inlines(inlines, false, out);
                        write_blocks(rest, out);
                    } else {
                        write_blocks(item, out);
                    }
                    out.push_str("</li>");
                }
                out.push_str(if list.start.is_some() { "</ol>" } else { "</ul>" });
            }
            Block::Table(table) => {
                out.push_str("<table><thead>");
                write_row("th", &table.head, &table.columns, out);
                out.push_str("</thead><tbody>");
                for row in &table.rows {
                    write_row("td", row, &table.columns, out);
                }
                out.push_str("</tbody></table>");
            }
        }
    }
}

/// Program text, with a `<span>` around what has a colour.
fn write_code(code: &Code, out: &mut String) {
    let Some(language) = Language::named(&code.language) else { return write_text(&code.text, false, out) };
    pieces(language, &code.text, |class, piece| match class {
        Some(class) => {
            let _ = write!(out, "<span class=\"{}\">", class.css());
            write_text(piece, false, out);
            out.push_str("</span>");
        }
        None => write_text(piece, false, out),
    });
}

/// The caption of a picture that is a paragraph of its own.
fn captioned(inlines: &[Inline]) -> Option<&str> {
    lone_image(inlines)?.caption.as_deref()
}

fn write_row(tag: &str, cells: &[super::Inlines], columns: &[Align], out: &mut String) {
    out.push_str("<tr>");
    for (cell, align) in cells.iter().zip(columns) {
        let style = match align {
            Align::Left => "",
            Align::Center => " style=\"text-align:center\"",
            Align::Right => " style=\"text-align:right\"",
        };
        let _ = write!(out, "<{tag}{style}>");
        write_inlines(cell, false, out);
        let _ = write!(out, "</{tag}>");
    }
    out.push_str("</tr>");
}

/// `in_cloze`: within a deletion `}}` and `::` would end it, so they are written apart.
fn write_inlines(inlines: &[Inline], in_cloze: bool, out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => write_text(text, in_cloze, out),
            Inline::Emphasis(inner) => wrap("em", inner, in_cloze, out),
            Inline::Strong(inner) => wrap("strong", inner, in_cloze, out),
            Inline::Code(text) => write_inline_code(text, in_cloze, out),
            Inline::Math { tex, display: false } => write_math(tex, "\\(", "\\)", in_cloze, out),
            Inline::Math { tex, display: true } => write_math(tex, "\\[", "\\]", in_cloze, out),
            Inline::Image(image) => {
                out.push_str("<img src=\"");
                escape(media_name(&image.path), out);
                out.push_str("\" alt=\"");
                write_text(&image.alt, in_cloze, out);
                out.push_str("\">");
            }
            Inline::Sound(sound) => {
                // Anki reads the name with its entities resolved, as in an attribute.
                out.push_str("[sound:");
                escape(media_name(&sound.path), out);
                out.push(']');
            }
            Inline::Break => write_piece(Piece::Break, out),
            Inline::Blank => write_piece(Piece::Blank, out),
            Inline::Cloze(cloze) => {
                let _ = write!(out, "{{{{c{}::", cloze.number);
                write_inlines(&cloze.answer, true, out);
                if !cloze.hint.is_empty() {
                    out.push_str(if out.ends_with(':') { "\u{2060}::" } else { "::" });
                    write_inlines(&cloze.hint, true, out);
                }
                out.push_str(if out.ends_with('}') { "\u{2060}}}" } else { "}}" });
            }
        }
    }
}

/// A piece that is in no cloze.
fn write_piece(piece: Piece<'_>, out: &mut String) {
    match piece {
        Piece::Text(text) => write_text(text, false, out),
        Piece::Code(text) => write_inline_code(text, false, out),
        Piece::Math(tex) => write_math(tex, "\\(", "\\)", false, out),
        Piece::Break => out.push_str("<br>"),
        Piece::Blank => out.push_str("（　　）"),
    }
}

fn write_inline_code(text: &str, in_cloze: bool, out: &mut String) {
    out.push_str("<code>");
    write_text(text, in_cloze, out);
    out.push_str("</code>");
}

fn wrap(tag: &str, inner: &[Inline], in_cloze: bool, out: &mut String) {
    let _ = write!(out, "<{tag}>");
    write_inlines(inner, in_cloze, out);
    let _ = write!(out, "</{tag}>");
}

/// Shows text as it is, also where Anki would read it as part of a cloze, or as a sound or a formula in its own notation: a word
/// joiner is invisible and parts the characters.
fn write_text(text: &str, in_cloze: bool, out: &mut String) {
    // Most texts have none of these characters, and for one byte one looks faster than for several.
    let holds =
        |byte: u8, marks: &[&str]| text.as_bytes().contains(&byte) && marks.iter().any(|mark| text.contains(mark));
    let (clozes, brackets) = (holds(b'{', &["{{c"]), holds(b'[', &BRACKETS));
    if !(clozes || brackets || (in_cloze && (text.contains("}}") || text.contains("::")))) {
        return escape(text, out);
    }
    let mut apart = text.replace("{{c", "{\u{2060}{c");
    if brackets {
        for mark in BRACKETS {
            apart = apart.replace(mark, &format!("[\u{2060}{}", &mark[1..]));
        }
    }
    if in_cloze {
        apart = part(&apart, '\u{2060}');
    }
    escape(&apart, out);
}

/// What begins a sound, a voice or a LaTeX picture in any text that Anki shows, program text too.
const BRACKETS: [&str; 5] = ["[sound:", "[anki:", "[latex]", "[$]", "[$$]"];

/// Puts `between` between any two closing braces and any two colons that touch.
fn part(text: &str, between: char) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut last = None;
    for character in text.chars() {
        if last == Some(character) && matches!(character, '}' | ':') {
            out.push(between);
        }
        out.push(character);
        last = Some(character);
    }
    out
}

/// LaTeX for MathJax. Within a cloze `}}` would end it and `::` would start a hint; a space between means the same to LaTeX. A
/// formula that itself holds `{{c1::` is refused when a cloze card is read.
fn write_math(tex: &str, open: &str, close: &str, in_cloze: bool, out: &mut String) {
    out.push_str(open);
    out.push(' ');
    if in_cloze {
        escape(&part(tex, ' '), out);
    } else {
        escape(tex, out);
    }
    out.push(' ');
    out.push_str(close);
}

/// The name that a picture or a sound has in Anki's flat media folder.
pub fn media_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Writes text so that HTML shows it as it is.
pub fn escape(text: &str, out: &mut String) {
    let special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"');
    // Without a way out of the loop the compiler looks at many bytes at a time.
    if !text.bytes().fold(false, |found, byte| found | special(byte)) {
        return out.push_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.bytes().position(special) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use crate::markup::parse::{Flavour, parse};
    use crate::source::{Sources, Span};

    fn html(text: &str) -> String {
        let mut problems = Vec::new();
        let span = Span::new(Sources::default().add("a.toml", text), 0..0);
        let (rich, _) = parse(text, span, Flavour::Cloze, &mut problems);
        assert!(problems.is_empty(), "{text}");
        rich.html()
    }

    #[test]
    fn a_cloze_that_is_only_quoted_is_none_to_anki() {
        assert_eq!(html("{{c1::甲}}写作 `{{c2::甲}}`。"), "{{c1::甲}}写作 <code>{\u{2060}{c2::甲}}</code>。");
        assert_eq!(
            html("{{c1::甲}}\n\n```\n{{c2::乙}}\n```"),
            "<p>{{c1::甲}}</p><pre><code>{\u{2060}{c2::乙}}</code></pre>"
        );
    }

    #[test]
    fn code_is_coloured_where_its_language_is_known() {
        assert_eq!(
            html("```Python\nif a < 1:  # <b>\n    f(\"{{c2::x\")\n```"),
            "<pre><code class=\"language-Python\"><span class=\"hl-k\">if</span> a <span class=\"hl-o\">&lt;</span> \
             <span class=\"hl-n\">1</span>:  <span class=\"hl-c\"># &lt;b&gt;</span>\n    <span class=\"hl-f\">f</span>\
             (<span class=\"hl-s\">&quot;{\u{2060}{c2::x&quot;</span>)</code></pre>"
        );
        // A name that says nothing: as it is.
        assert_eq!(html("```prolog\na :- b.\n```"), "<pre><code class=\"language-prolog\">a :- b.</code></pre>");
    }

    #[test]
    fn a_caption_stands_below_its_picture() {
        let figure = "<figure><img src=\"a.png\" alt=\"甲\"><figcaption>图 1 &lt;甲&gt;</figcaption></figure>";
        assert_eq!(html("![甲](media/a.png \"图 1 <甲>\")"), figure);
        assert_eq!(html("见图：\n\n![甲](media/a.png '图 1 <甲>')"), format!("<p>见图：</p>{figure}"));
        assert_eq!(html("- ![甲](media/a.png (图 1 <甲>))"), format!("<ul><li>{figure}</li></ul>"));
        // Within a line there is no room for one.
        assert_eq!(html("见 ![甲](media/a.png \"图\")"), "见 <img src=\"a.png\" alt=\"甲\">");
    }

    #[test]
    fn a_sound_that_is_only_quoted_is_none_to_anki() {
        assert_eq!(
            html(r"写作 `[sound:a.mp3]`，\[sound:b\]"),
            "写作 <code>[\u{2060}sound:a.mp3]</code>，[\u{2060}sound:b]"
        );
        assert_eq!(html("```sh\necho [$]x\n```").matches("[\u{2060}$]").count(), 1);
    }

    #[test]
    fn a_sound_is_what_anki_plays() {
        assert_eq!(html("{{c1::![音](media/a.mp3)::![](media/b.ogg)}}"), "{{c1::[sound:a.mp3]::[sound:b.ogg]}}");
        assert_eq!(html("- 听 ![音](<media/R&B 1.wav>)"), "<ul><li>听 [sound:R&amp;B 1.wav]</li></ul>");
    }

    #[test]
    fn text_shows_as_it_is() {
        assert_eq!(html("a < b & c > \"词\""), "a &lt; b &amp; c &gt; &quot;词&quot;");
        assert_eq!(html("词"), "词");
    }

    #[test]
    fn what_would_end_a_cloze_within_it_is_parted() {
        assert_eq!(
            html(r"{{c1::$\frac{1}{x_{k}}$::`a::b`}}"),
            "{{c1::\\( \\frac{1}{x_{k} } \\)::<code>a:\u{2060}:b</code>}}"
        );
    }
}
