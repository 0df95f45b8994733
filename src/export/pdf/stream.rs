//! A content stream: operands and operators as text (ISO 32000-1, 7.8.2).
//!
//! In: numbers, names, strings, glyphs. Out: bytes. What the operators mean is not known here.

use super::thousandths;

/// A content stream in the making.
#[derive(Debug, Default)]
pub(super) struct Stream {
    bytes: Vec<u8>,
}

impl Stream {
    /// The finished stream.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// An operator with its numbers, on a line of its own.
    pub(super) fn operation(&mut self, operands: &[f32], operator: &str) {
        for operand in operands {
            self.number(*operand);
            self.bytes.push(b' ');
        }
        self.operator(operator);
    }

    /// An operator whose operands stand there, and the end of its line.
    pub(super) fn operator(&mut self, operator: &str) {
        self.raw(operator);
        self.bytes.push(b'\n');
    }

    /// What needs no escapes.
    pub(super) fn raw(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A number in thousandths, without zeros that say nothing.
    pub(super) fn number(&mut self, number: f32) {
        let thousandths = thousandths(number);
        if thousandths < 0 {
            self.bytes.push(b'-');
        }
        let magnitude = thousandths.unsigned_abs();
        self.integer(magnitude / 1000);
        let mut fraction = magnitude % 1000;
        if fraction > 0 {
            self.bytes.push(b'.');
        }
        let mut place = 100;
        while fraction > 0 {
            self.bytes.push(b'0' + (fraction / place) as u8);
            fraction %= place;
            place /= 10;
        }
    }

    /// A number as exactly as it is known: a factor, whose rounding would grow with what it is applied to.
    pub(super) fn exact(&mut self, number: f32) {
        // Never in exponents, which a PDF does not know.
        self.raw(&number.to_string());
    }

    /// A whole number.
    pub(super) fn integer(&mut self, mut number: u64) {
        // More digits than 64 bits can have.
        let mut digits = [0; 20];
        let mut first = digits.len();
        loop {
            first -= 1;
            digits[first] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.bytes.extend_from_slice(&digits[first..]);
    }

    /// Bytes of a string as they stand between its brackets (7.3.4.2).
    pub(super) fn escaped(&mut self, bytes: impl IntoIterator<Item = u8>) {
        for byte in bytes {
            match byte {
                b'(' | b')' | b'\\' => self.bytes.extend([b'\\', byte]),
                // It would be read as the end of a line, which is `\n`.
                b'\r' => self.bytes.extend(*b"\\r"),
                _ => self.bytes.push(byte),
            }
        }
    }

    /// A string of characters (7.9.2.2): ASCII as it is, and all else in UTF-16 with a mark before it.
    pub(super) fn text(&mut self, text: &str) {
        self.raw("(");
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            self.escaped(text.bytes());
        } else {
            self.escaped([0xfe, 0xff]);
            self.escaped(text.encode_utf16().flat_map(u16::to_be_bytes));
        }
        self.raw(")");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact_to_a_thousandth() {
        let mut stream = Stream::default();
        stream.operation(&[0.0, -0.0001, 12.0, 0.05, -7.25, 595.276, 100.1, -0.001, f32::NAN], "x");
        assert_eq!(stream.into_bytes(), b"0 0 12 0.05 -7.25 595.276 100.1 -0.001 0 x\n");
    }

    #[test]
    fn strings_keep_their_bytes() {
        let mut stream = Stream::default();
        stream.escaped([0x00, b'(', b'\r', b'\n', b'\\', 0xff]);
        stream.integer(u64::MAX);
        assert_eq!(stream.into_bytes(), b"\x00\\(\\r\n\\\\\xff18446744073709551615");
    }

    #[test]
    fn text_is_ascii_where_it_can_be() {
        let mut stream = Stream::default();
        for text in ["f(x)", "模", "\u{28}\u{d}", ""] {
            stream.text(text);
        }
        assert_eq!(stream.into_bytes(), b"(f\\(x\\))(\xfe\xff\x6a\x21)(\xfe\xff\0\\(\0\\r)()");
    }
}
