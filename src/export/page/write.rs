//! Elements and small drawings.
//!
//! In: texts and numbers. Out: well-formed markup; every text is escaped here.

use crate::markup::html::escape;
use std::fmt::Write as _;

/// A page in the making.
pub(super) struct Page {
    language: &'static str,
    title: String,
    body: String,
}

impl Page {
    pub(super) fn new(language: &'static str, title: &str) -> Self {
        Self { language, title: escaped(title), body: String::new() }
    }

    pub(super) fn open(&mut self, element: &str, class: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = write!(self.body, "<{element}{class}>");
    }

    pub(super) fn close(&mut self, element: &str) {
        let _ = writeln!(self.body, "</{element}>");
    }

    /// An element without content.
    pub(super) fn empty(&mut self, element: &str, class: &str) {
        self.open(element, class);
        let _ = write!(self.body, "</{element}>");
    }

    /// Text within what is open.
    pub(super) fn inline(&mut self, text: &str) {
        escape(text, &mut self.body);
    }

    /// An element with a text.
    pub(super) fn text(&mut self, element: &str, class: &str, text: &str) {
        self.open(element, class);
        self.inline(text);
        self.close(element);
    }

    /// A quiet line.
    pub(super) fn note(&mut self, text: &str) {
        self.text("p", "note", text);
    }

    /// Opens a table with a name for those who cannot see it.
    pub(super) fn table(&mut self, caption: &str, class: &str) {
        self.open("table", class);
        self.text("caption", "", caption);
    }

    /// The first row.
    pub(super) fn head(&mut self, cells: &[&str]) {
        self.body += "<thead><tr>";
        for cell in cells {
            // A column of drawings has no name of its own: the numbers beside it say the same.
            if cell.is_empty() {
                self.body += "<td></td>";
            } else {
                self.body += "<th scope=\"col\">";
                self.inline(cell);
                self.body += "</th>";
            }
        }
        self.body += "</tr></thead>\n";
    }

    /// What a row is about.
    pub(super) fn row_head(&mut self, text: &str) {
        self.body += "<th scope=\"row\">";
        self.inline(text);
        self.body += "</th>";
    }

    /// A cell with a drawing.
    pub(super) fn drawing(&mut self, svg: &str) {
        let _ = write!(self.body, "<td class=\"plot\">{svg}</td>");
    }

    pub(super) fn number(&mut self, number: usize) {
        let _ = write!(self.body, "<td>{number}</td>");
    }

    /// A cell with a text.
    pub(super) fn cell(&mut self, text: &str) {
        self.body += "<td>";
        self.inline(text);
        self.body += "</td>";
    }

    /// A cell with a text, a class, and words that come up where it is pointed at.
    pub(super) fn titled(&mut self, class: &str, title: &str, text: &str) {
        let _ = write!(self.body, "<td class=\"{class}\" title=\"{}\">{}</td>", escaped(title), escaped(text));
    }

    /// The whole page.
    pub(super) fn finish(self, style: &str) -> String {
        let Self { language, title, body } = self;
        format!(
            "<!DOCTYPE html>\n\
             <html lang=\"{language}\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n\
             <meta charset=\"utf-8\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta name=\"color-scheme\" content=\"light dark\"/>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n\
             <meta name=\"generator\" content=\"cardpress\"/>\n\
             <title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
        )
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

/// Where a bar should end, in the unit of the bar.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// How many hundredths of a per cent of the width are `value` where `most` is all of it.
fn width(value: usize, most: usize) -> String {
    let hundredths = (value.min(most) * 10_000).checked_div(most).unwrap_or(0);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A drawing that is as wide as its cell. What it shows stands beside it as numbers.
fn svg(content: &str) -> String {
    format!("<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{content}</svg>")
}

/// A bar, over the band where it should end.
pub(super) fn bar(value: usize, most: usize, band: Option<Band>) -> String {
    let band = band.map_or_else(String::new, |Band { from, to }| {
        let (x, wide) = (width(from, most), width(to - from, most));
        format!("<rect class=\"band\" x=\"{x}\" width=\"{wide}\" height=\"10\"/>")
    });
    svg(&format!("{band}<rect class=\"bar\" y=\"2\" width=\"{}\" height=\"6\"/>", width(value, most)))
}

/// Bars end to end: for each its length, its class, and what it is.
pub(super) fn stacked(parts: &[(usize, String, String)], most: usize) -> String {
    let mut start = 0;
    let mut content = String::new();
    for (value, class, title) in parts {
        let (x, wide) = (width(start, most), width(*value, most));
        let title = escaped(title);
        let _ = write!(
            content,
            "<rect class=\"{class}\" x=\"{x}\" y=\"1\" width=\"{wide}\" height=\"8\"><title>{title}</title></rect>"
        );
        start += value;
    }
    svg(&content)
}
