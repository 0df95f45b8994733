//! JSON that people can read: indented, but with what lies deep on one line.
//!
//! In: a value. Out: its text. A bubble and its box on a line of their own make a tenth of the lines that serde's own layout makes.

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// Arrays and objects within this many others are written on one line.
const INDENTED: usize = 4;

/// The text of a value, with a newline at its end; empty for a value that JSON cannot hold.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Layout::default());
    if value.serialize(&mut serializer).is_err() {
        return String::new();
    }
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// serde's own layout down to a depth, and below that one line.
#[derive(Default)]
struct Layout {
    pretty: PrettyFormatter<'static>,
    depth: usize,
}

impl Layout {
    fn inline(&self) -> bool {
        self.depth > INDENTED
    }

    fn begin<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        bracket: &[u8],
        pretty: impl FnOnce(&mut PrettyFormatter<'static>, &mut W) -> io::Result<()>,
    ) -> io::Result<()> {
        self.depth += 1;
        if self.inline() { writer.write_all(bracket) } else { pretty(&mut self.pretty, writer) }
    }

    fn end<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        bracket: &[u8],
        pretty: impl FnOnce(&mut PrettyFormatter<'static>, &mut W) -> io::Result<()>,
    ) -> io::Result<()> {
        let inline = self.inline();
        self.depth -= 1;
        if inline { writer.write_all(bracket) } else { pretty(&mut self.pretty, writer) }
    }
}

/// What stands between two values on one line.
fn separator<W: Write + ?Sized>(writer: &mut W, first: bool) -> io::Result<()> {
    if first { Ok(()) } else { writer.write_all(b", ") }
}

impl Formatter for Layout {
    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[", PrettyFormatter::begin_array)
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]", PrettyFormatter::end_array)
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if self.inline() { separator(writer, first) } else { self.pretty.begin_array_value(writer, first) }
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(writer)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{", PrettyFormatter::begin_object)
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}", PrettyFormatter::end_object)
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if self.inline() { separator(writer, first) } else { self.pretty.begin_object_key(writer, first) }
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(writer)
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_deep_stands_on_one_line_and_reads_back() {
        let value = serde_json::json!({ "a": [{ "b": [{ "c": 1, "d": [1.5, 2] }, {}] }], "e": [] });
        let text = pretty(&value);
        insta::assert_snapshot!(text.trim_end(), @r#"
        {
          "a": [
            {
              "b": [
                {"c": 1, "d": [1.5, 2]},
                {}
              ]
            }
          ],
          "e": []
        }
        "#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).ok(), Some(value));
    }
}
