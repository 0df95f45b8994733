//! What the numbers of colours mean: sRGB, as an ICC profile.
//!
//! In: nothing. Out: a profile (ICC.1:2004-10, the version of PDF 1.7), of the values that IEC 61966-2-1 gives for sRGB. Grays need no
//! profile of their own: they are taken by the lightness of it.

use crate::export::pdf::objects::Objects;
use pdf_writer::{Name, Ref};

/// The name of the colours.
pub(super) const NAME: &str = "sRGB IEC61966-2.1";

/// Adds the profile to a file.
pub(super) fn write(objects: &mut Objects) -> Ref {
    let id = objects.number();
    objects.stream(id, &profile()).pair(Name(b"N"), 3);
    id
}

/// The white of a profile (D50), and of sRGB (D65) as it is seen beside it.
const WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];

/// Red, green and blue of sRGB as XYZ, seen beside the white of a profile.
const PRIMARIES: [[f64; 3]; 3] =
    [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410]];

/// What turns colours seen beside D65 into such seen beside D50 (Bradford), row by row.
const ADAPTATION: [f64; 9] = [1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168];

/// Exponent, and a, b, c and d: `(a x + b)^exponent` from d on, and `c x` below.
const CURVE: [f64; 5] = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];

fn profile() -> Vec<u8> {
    let [red, green, blue] = PRIMARIES;
    let curve = || tag(*b"para", [&[0, 3, 0, 0][..], &fixed(&CURVE)].concat());
    let tags = [
        (*b"desc", text(NAME)),
        (*b"cprt", text("No copyright, use freely")),
        (*b"wtpt", tag(*b"XYZ ", fixed(&WHITE))),
        (*b"chad", tag(*b"sf32", fixed(&ADAPTATION))),
        (*b"rXYZ", tag(*b"XYZ ", fixed(&red))),
        (*b"gXYZ", tag(*b"XYZ ", fixed(&green))),
        (*b"bXYZ", tag(*b"XYZ ", fixed(&blue))),
        (*b"rTRC", curve()),
        (*b"gTRC", curve()),
        (*b"bTRC", curve()),
    ];

    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut values: Vec<u8> = Vec::new();
    let mut places: Vec<(Vec<u8>, usize)> = Vec::new();
    for (name, value) in tags {
        // The three curves are one.
        let known = places.iter().find(|(known, _)| *known == value).map(|(_, place)| *place);
        let place = HEADER + 4 + 12 * 10 + known.unwrap_or(values.len());
        table.extend(name);
        table.extend((place as u32).to_be_bytes());
        table.extend((value.len() as u32).to_be_bytes());
        if known.is_none() {
            places.push((value.clone(), values.len()));
            values.extend(value);
            values.resize(values.len().next_multiple_of(4), 0);
        }
    }
    [&header(HEADER + table.len() + values.len())[..], &table, &values].concat()
}

/// The bytes before the table of tags.
const HEADER: usize = 128;

fn header(length: usize) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &(length as u32).to_be_bytes());
    put(8, &[4, 0x20, 0, 0]); // version 4.2
    put(12, b"mntrRGB XYZ "); // a display; its colours, and what they are told in
    put(24, &[0x07, 0xcf, 0, 1, 0, 1]); // a date must be there: that of the standard, 1999
    put(36, b"acsp");
    put(68, &fixed(&WHITE));
    header
}

/// A value with its type.
fn tag(kind: [u8; 4], value: Vec<u8>) -> Vec<u8> {
    [&kind[..], &[0; 4], &value].concat()
}

/// Numbers in 65536ths.
fn fixed(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| ((number * 65536.0).round() as i32).to_be_bytes()).collect()
}

/// A text in one language.
fn text(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let numbers = [1, 12].map(u32::to_be_bytes).concat(); // one record, of 12 bytes
    let place = [units.len() as u32, 28].map(u32::to_be_bytes).concat();
    tag(*b"mluc", [&numbers[..], b"enUS", &place, &units].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primaries_make_white() {
        for (part, white) in WHITE.iter().enumerate() {
            let sum: f64 = PRIMARIES.iter().map(|primary| primary[part]).sum();
            assert!((sum - white).abs() < 0.0002, "{sum} is not {white}");
        }
    }

    #[test]
    fn every_tag_is_where_the_table_says() {
        let profile = profile();
        let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().expect("four bytes")) as usize;
        assert_eq!(number(0), profile.len());
        assert_eq!(number(HEADER), 10);
        for entry in (0..10).map(|index| HEADER + 4 + 12 * index) {
            let (place, length) = (number(entry + 4), number(entry + 8));
            assert!(place % 4 == 0 && place + length <= profile.len(), "{entry}");
            let kind = match &profile[entry..entry + 4] {
                b"desc" | b"cprt" => b"mluc",
                b"chad" => b"sf32",
                b"rTRC" | b"gTRC" | b"bTRC" => b"para",
                _ => b"XYZ ",
            };
            assert_eq!(&profile[place..place + 4], kind);
        }
    }
}
