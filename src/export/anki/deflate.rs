//! A stream deflated by all cores.
//!
//! In: bytes to read. Out: one raw deflate stream, and what a zip says of it. The content is cut into blocks of one size; each is compressed by
//! itself, with the end of the block before it as its dictionary, up to a byte boundary, and the pieces are put one after the other. So
//! the bytes are the same whatever the number of threads, and a tenth of a percent longer than in one go.

use flate2::{Compress, Compression, Crc, FlushCompress};
use rayon::prelude::*;
use std::io::{self, Read, Write};

/// How much is compressed at a time, in bytes. Part of the output: another size gives other bytes.
const BLOCK: usize = 1 << 18;

/// How far back deflate can point, in bytes.
const WINDOW: usize = 1 << 15;

/// The end of a stream: a last block with nothing in it. The blocks before it cannot know that nothing follows.
const END: [u8; 2] = [0x03, 0x00];

/// What was deflated.
pub(super) struct Deflated {
    /// Its CRC-32.
    pub(super) crc: u32,
    /// Its length before, in bytes.
    pub(super) length: u64,
}

/// Deflates all of `content` into `out`, at a level of zlib.
pub(super) fn deflate(mut content: impl Read, level: u32, out: &mut impl Write) -> io::Result<Deflated> {
    // Enough for every core twice over, so that none waits long for the slowest block.
    let ahead = 2 * rayon::current_num_threads();
    // The window of the first block, then the blocks.
    let mut buffer = Vec::with_capacity(WINDOW + ahead * BLOCK);
    let mut start = 0;
    let mut crc = Crc::new();
    let mut length = 0;
    loop {
        let wanted = (ahead * BLOCK) as u64;
        let read = content.by_ref().take(wanted).read_to_end(&mut buffer)?;
        if read == 0 {
            break;
        }
        length += read as u64;
        let blocks: Vec<usize> = (start..buffer.len()).step_by(BLOCK).collect();
        let pieces: Vec<(Vec<u8>, Crc)> = blocks
            .into_par_iter()
            .map(|from| {
                let block = &buffer[from..buffer.len().min(from + BLOCK)];
                let mut crc = Crc::new();
                crc.update(block);
                piece(&buffer[from.saturating_sub(WINDOW)..from], block, level).map(|piece| (piece, crc))
            })
            .collect::<io::Result<_>>()?;
        for (piece, part) in pieces {
            out.write_all(&piece)?;
            crc.combine(&part);
        }
        start = WINDOW.min(buffer.len());
        buffer.drain(..buffer.len() - start);
    }
    out.write_all(&END)?;
    Ok(Deflated { crc: crc.sum(), length })
}

/// One block, up to a byte boundary.
fn piece(before: &[u8], block: &[u8], level: u32) -> io::Result<Vec<u8>> {
    let mut compress = Compress::new(Compression::new(level), false);
    if !before.is_empty() {
        compress.set_dictionary(before).map_err(io::Error::other)?;
    }
    let mut out = Vec::with_capacity(block.len() / 2);
    loop {
        let done = compress.total_in() as usize;
        compress.compress_vec(&block[done..], &mut out, FlushCompress::Sync).map_err(io::Error::other)?;
        // Room that is left says that there is no more to come.
        if out.len() < out.capacity() {
            return Ok(out);
        }
        out.reserve(BLOCK / 4);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::DeflateDecoder;

    /// Bytes that deflate can and cannot shorten, in turn: now a word from far back, now noise.
    fn sample(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut out = Vec::with_capacity(length + 64);
        while out.len() < length {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 31 == 0 && out.len() > WINDOW {
                let from = out.len() - 1 - (state >> 8) as usize % (WINDOW - 1);
                let word: Vec<u8> = out[from..].iter().take(40).copied().collect();
                out.extend(word);
            } else {
                out.extend(state.to_le_bytes());
            }
        }
        out.truncate(length);
        out
    }

    #[test]
    fn what_went_in_comes_out() {
        // Around the edges of blocks and of what is read at a time.
        let ahead = 2 * rayon::current_num_threads() * BLOCK;
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, ahead, ahead + BLOCK + 7] {
            let content = sample(length);
            for level in [1, 6] {
                let mut packed = Vec::new();
                let deflated = deflate(&*content, level, &mut packed).expect("a vector can be written to");
                let mut unpacked = Vec::new();
                DeflateDecoder::new(&*packed).read_to_end(&mut unpacked).expect("a whole stream");
                assert!(unpacked == content, "{length} bytes at level {level}");
                let mut crc = Crc::new();
                crc.update(&content);
                assert_eq!((deflated.crc, deflated.length), (crc.sum(), length as u64));
            }
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let content = sample(5 * BLOCK + 3);
        let packed = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads");
            let mut out = Vec::new();
            pool.install(|| deflate(&*content, 5, &mut out)).expect("a vector can be written to");
            out
        };
        assert!(packed(1) == packed(3));
    }
}
