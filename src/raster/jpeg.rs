//! The header of a JPEG file (ITU T.81, annex B).
//!
//! In: the file. Out: its size and its number of components, with the file kept as it is. Its pixels are not decoded.

use super::{Raster, RasterData, RasterError};

/// What a segment of the header is.
mod marker {
    pub(super) const EXIF: u8 = 0xe1;
    /// A frame header that every PDF reader decodes: baseline, extended sequential, progressive.
    pub(super) const HUFFMAN_FRAMES: std::ops::RangeInclusive<u8> = 0xc0..=0xc2;
    /// Any frame header: also lossless, hierarchical, arithmetic. Three codes within are no frames.
    pub(super) const FRAMES: std::ops::RangeInclusive<u8> = 0xc0..=0xcf;
    pub(super) const NO_FRAMES: [u8; 3] = [0xc4, 0xc8, 0xcc];
    pub(super) const SCAN: u8 = 0xda;
}

/// Size and number of components, from a frame header.
struct Frame {
    width: u16,
    height: u16,
    components: u8,
}

/// Reads the header of a file that begins with the JPEG signature.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Raster, RasterError> {
    let broken =
        |reason: &str| RasterError::Broken { name: name.to_owned(), format: "JPEG", reason: reason.to_owned() };
    let unsupported = |kind, help| RasterError::UnsupportedKind { name: name.to_owned(), kind, help };
    let mut rest = &bytes[2..];
    let mut frame = None;
    loop {
        let (marker, segment, after) = next_segment(rest).ok_or_else(|| broken("its header ends too early"))?;
        rest = after;
        match marker {
            marker::SCAN => break,
            marker::EXIF if exif_orientation(segment).is_some_and(|orientation| orientation != 1) => {
                return Err(unsupported("a JPEG that is turned by a note in its header", "turn it and save it so"));
            }
            marker if marker::FRAMES.contains(&marker) && !marker::NO_FRAMES.contains(&marker) => {
                if !marker::HUFFMAN_FRAMES.contains(&marker) {
                    return Err(unsupported("a lossless or arithmetic JPEG", "save it as a PNG or a plain JPEG"));
                }
                let [precision, h1, h0, w1, w0, components, ..] = *segment else {
                    return Err(broken("its frame header is too short"));
                };
                if precision != 8 {
                    return Err(unsupported("a JPEG of more than 8 bits a channel", "save it with 8 bits"));
                }
                let [height, width] = [[h1, h0], [w1, w0]].map(u16::from_be_bytes);
                frame = Some(Frame { width, height, components });
            }
            _ => {}
        }
    }
    let Frame { width, height, components } = frame.ok_or_else(|| broken("it has no frame header"))?;
    if width == 0 || height == 0 {
        return Err(broken("it does not say its size"));
    }
    match components {
        1 | 3 => {}
        4 => return Err(unsupported("a CMYK JPEG", "save it in RGB")),
        _ => return Err(broken("it has neither one colour component nor three")),
    }
    let data = RasterData::Jpeg { bytes: bytes.to_vec(), components };
    Ok(Raster { width: width.into(), height: height.into(), data })
}

/// The next segment of a header: its marker, its content, and what comes after.
fn next_segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    // A marker is 0xff and a byte that is neither 0 nor 0xff; more of 0xff may stand before it.
    let (0xff, rest) = bytes.split_first().map(|(byte, rest)| (*byte, rest))? else { return None };
    let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
    let (marker, rest) = rest[fill..].split_first()?;
    // Of the markers without content none may stand in a header.
    if matches!(marker, 0 | 0x01 | 0xd0..=0xd9) {
        return None;
    }
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
    let (segment, after) = rest.split_at_checked(length)?;
    Some((*marker, segment, after))
}

/// The orientation in an Exif segment (Exif 2.32, 4.6.4 A): 1 is upright, up to 8 turned or mirrored. A PDF reader does not heed it.
fn exif_orientation(segment: &[u8]) -> Option<u16> {
    const ORIENTATION: u16 = 0x0112;
    let tiff = segment.strip_prefix(b"Exif\0\0")?;
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let entries = usize::from(short(directory)?);
    // An entry is twelve bytes: tag, type, count, value.
    let entry = (0..entries)
        .map_while(|index| directory.checked_add(2 + 12 * index))
        .find(|entry| short(*entry) == Some(ORIENTATION))?;
    short(entry.checked_add(8)?)
}
