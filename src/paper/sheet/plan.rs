//! What stands on which page of an answer sheet.
//!
//! In: bands, which are sections, or several small ones side by side: the heights of their titles, of rows of bubbles and blanks, and
//! how many lines each written item wants. Out: the pieces of each page, top to bottom. Nothing is drawn here. A title stands with what
//! it heads; a row is never cut; a frame goes on over the page only where it is long, and no part of it is short. Room that a page has
//! left over makes its frames higher, as printed sheets have it.

use std::ops::Range;

/// The room below a piece, in points.
pub(super) const GAP: f32 = 8.0;
/// The room below a title, in points.
const TITLE_GAP: f32 = 2.0;
/// The least lines of a part of a frame that goes on over the page.
const LEAST_LINES: usize = 4;
/// A frame with fewer lines than this is not parted.
const PARTED_FROM: usize = 12;

/// A band as it is planned.
pub(super) struct Demand {
    /// The height of its title or titles.
    pub(super) title: f32,
    pub(super) body: Body,
}

pub(super) enum Body {
    /// A frame around rows of these heights, with so much room above and below them.
    Rows { heights: Vec<f32>, padding: f32 },
    /// A frame for each item: the height of its head, and how many lines of which height.
    Frames { head: f32, lines: Vec<usize>, pitch: f32 },
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// What heads a band.
    Title { band: usize },
    /// Rows of a band in one frame.
    Rows { band: usize, rows: Range<usize> },
    /// A frame for an item, or a part of one; `goes_on` where it began on the page before.
    Frame { band: usize, item: usize, lines: usize, goes_on: bool },
}

/// A piece and how high it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) piece: Piece,
    pub(super) height: f32,
}

/// The pages in the making.
struct Pages {
    done: Vec<Vec<Placed>>,
    /// The room on the last page.
    left: f32,
    /// The room on a page without a head.
    whole: f32,
    /// The height of a line of writing.
    pitch: f32,
}

/// Plans the pages: the first has `first` points of room, the others `whole`. There is at least one.
pub(super) fn plan(demands: &[Demand], first: f32, whole: f32) -> Vec<Vec<Placed>> {
    let mut pages = Pages { done: vec![Vec::new()], left: first, whole, pitch: 0.0 };
    for (band, demand) in demands.iter().enumerate() {
        match &demand.body {
            Body::Rows { heights, padding } => {
                let Some(height) = heights.first() else { continue };
                pages.title(band, demand.title, height + 2.0 * padding);
                pages.rows(band, heights, *padding);
            }
            Body::Frames { head, lines, pitch } => {
                pages.pitch = *pitch;
                let Some(first) = lines.first() else { continue };
                let least = if *first < PARTED_FROM { *first } else { LEAST_LINES };
                pages.title(band, demand.title, head + least as f32 * pitch);
                for (item, lines) in lines.iter().enumerate() {
                    pages.frame(band, item, *lines, *head);
                }
            }
        }
    }
    pages.done
}

impl Pages {
    fn push(&mut self, piece: Piece, height: f32) {
        self.left -= height + GAP;
        if let Some(page) = self.done.last_mut() {
            page.push(Placed { piece, height });
        }
    }

    fn fits(&self, height: f32) -> bool {
        // The gap below the last piece may go.
        height <= self.left + 0.01
    }

    /// Begins a page, after the frames of the last one have shared the room that it has left: in whole lines, and what is less than a
    /// line for each between the lines.
    fn turn(&mut self) {
        let spare = self.left + GAP;
        if let Some(page) = self.done.last_mut() {
            let count = page.iter().filter(|placed| is_frame(&placed.piece)).count();
            let share = (spare / count.max(1) as f32).max(0.0);
            for placed in page {
                if let Piece::Frame { lines, .. } = &mut placed.piece {
                    *lines += (share / self.pitch) as usize;
                    placed.height += share;
                }
            }
        }
        self.done.push(Vec::new());
        self.left = self.whole;
    }

    /// A title, on the page on which what it heads begins.
    fn title(&mut self, band: usize, height: f32, least_body: f32) {
        if !self.fits(height + TITLE_GAP + least_body) && !self.is_fresh() {
            self.turn();
        }
        self.push(Piece::Title { band }, height + TITLE_GAP - GAP);
    }

    fn is_fresh(&self) -> bool {
        self.done.last().is_none_or(Vec::is_empty)
    }

    fn rows(&mut self, band: usize, heights: &[f32], padding: f32) {
        let mut start = 0;
        while start < heights.len() {
            let mut height = 2.0 * padding;
            let mut end = start;
            // One row at least, so that this ends.
            while end < heights.len() && (end == start || self.fits(height + heights[end])) {
                height += heights[end];
                end += 1;
            }
            self.push(Piece::Rows { band, rows: start..end }, height);
            start = end;
            if start < heights.len() {
                self.turn();
            }
        }
    }

    fn frame(&mut self, band: usize, item: usize, lines: usize, head: f32) {
        let mut rest = lines;
        let mut goes_on = false;
        loop {
            let height = |lines: usize| lines as f32 * self.pitch + head;
            if self.fits(height(rest)) {
                self.push(Piece::Frame { band, item, lines: rest, goes_on }, height(rest));
                return;
            }
            let fit = ((self.left - head) / self.pitch).max(0.0) as usize;
            let part = fit.min(rest.saturating_sub(LEAST_LINES));
            let may_part = lines >= PARTED_FROM && part >= LEAST_LINES;
            // A page that holds nothing yet takes what it can.
            let fresh = self.left > self.whole * 0.9;
            if may_part || fresh {
                let part = part.max(1).min(rest);
                self.push(Piece::Frame { band, item, lines: part, goes_on }, height(part));
                rest -= part;
                goes_on = true;
                if rest == 0 {
                    return;
                }
            }
            self.turn();
        }
    }
}

fn is_frame(piece: &Piece) -> bool {
    matches!(piece, Piece::Frame { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PITCH: f32 = 20.0;
    const HEAD: f32 = 20.0;

    fn frames(lines: &[usize]) -> Demand {
        Demand { title: 16.0, body: Body::Frames { head: HEAD, lines: lines.to_vec(), pitch: PITCH } }
    }

    fn rows(count: usize) -> Demand {
        Demand { title: 16.0, body: Body::Rows { heights: vec![30.0; count], padding: 5.0 } }
    }

    /// The pages in short: `T` for a title, `R` with rows, `F` with lines, `+` where a frame goes on.
    fn short(pages: &[Vec<Placed>]) -> Vec<String> {
        let piece = |placed: &Placed| match &placed.piece {
            Piece::Title { .. } => "T".to_owned(),
            Piece::Rows { rows, .. } => format!("R{}-{}", rows.start, rows.end),
            Piece::Frame { lines, goes_on, .. } => format!("{}F{lines}", if *goes_on { "+" } else { "" }),
        };
        pages.iter().map(|page| page.iter().map(piece).collect::<Vec<_>>().join(" ")).collect()
    }

    fn assert_fits(pages: &[Vec<Placed>], first: f32, whole: f32) {
        for (index, page) in pages.iter().enumerate() {
            let used: f32 = page.iter().map(|placed| placed.height + GAP).sum::<f32>() - GAP;
            assert!(used <= if index == 0 { first } else { whole } + 0.1, "page {index}: {used} of {page:?}");
        }
    }

    #[test]
    fn a_title_goes_to_the_page_of_what_it_heads() {
        // Room for the title and no more.
        let pages = plan(&[rows(1), rows(2)], 90.0, 300.0);
        assert_eq!(short(&pages), ["T R0-1", "T R0-2"]);
    }

    #[test]
    fn rows_go_on_over_the_page_and_short_frames_do_not() {
        let pages = plan(&[rows(10)], 120.0, 150.0);
        assert_eq!(short(&pages), ["T R0-3", "R3-7", "R7-10"]);
        let pages = plan(&[frames(&[5, 5])], 200.0, 300.0);
        assert_eq!(short(&pages), ["T F8", "F5"], "the first takes the room that the second leaves");
        assert_fits(&pages, 200.0, 300.0);
    }

    #[test]
    fn a_long_frame_goes_on_and_no_part_of_it_is_short() {
        let pages = plan(&[frames(&[20])], 400.0, 500.0);
        assert_eq!(short(&pages), ["T F16", "+F4"], "18 lines would fit on the first page");
        assert_fits(&pages, 400.0, 500.0);
    }

    #[test]
    fn whatever_is_asked_for_it_ends_and_every_line_is_there() {
        for room in [30.0, 55.0, 100.0, 333.0, 700.0] {
            for lines in 1..40 {
                let pages = plan(&[rows(lines), frames(&[lines, 3, lines]), rows(1)], room / 2.0, room);
                let mut count = [0; 3];
                for placed in pages.iter().flatten() {
                    if let Piece::Frame { item, lines, .. } = &placed.piece {
                        count[*item] += lines;
                    }
                }
                assert!(count[0] >= lines && count[1] >= 3 && count[2] >= lines, "{count:?} at {room}");
                if room > 300.0 {
                    assert_fits(&pages, room / 2.0, room);
                }
            }
        }
    }
}
