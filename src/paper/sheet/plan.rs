//! What stands on which page of an answer sheet.
//!
//! In: the heights of section titles, of rows of bubbles and blanks, and how many lines each written item wants. Out: the pieces of each
//! page, top to bottom. Nothing is drawn here. A title stands with what it heads; a row is never cut; a frame goes on over the page only
//! where it is long, and no part of it is short. Room that a page has left over makes its frames longer, as printed sheets have it.

use std::ops::Range;

/// The room below a piece, in points.
pub(super) const GAP: f32 = 6.0;
/// The least lines of a part of a frame that goes on over the page.
const LEAST_LINES: usize = 4;
/// A frame with fewer lines than this is not parted.
const PARTED_FROM: usize = 12;

/// A section as it is planned.
pub(super) struct Demand {
    /// The height of its title.
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
    /// The title of a section.
    Title { section: usize },
    /// Rows of a section in one frame.
    Rows { section: usize, rows: Range<usize> },
    /// A frame for an item, or a part of one.
    Frame { section: usize, item: usize, lines: usize, goes_on: bool },
}

/// A piece and how high it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) piece: Piece,
    pub(super) height: f32,
}

/// The pages in the making.
struct Pages {
    pages: Vec<Vec<Placed>>,
    /// The room on the last page.
    left: f32,
    /// The room on a page without a head.
    whole: f32,
    /// The height of a line of writing.
    pitch: f32,
}

/// Plans the pages: the first has `first` points of room, the others `whole`. There is at least one.
pub(super) fn plan(demands: &[Demand], first: f32, whole: f32) -> Vec<Vec<Placed>> {
    let mut pages = Pages { pages: vec![Vec::new()], left: first, whole, pitch: 0.0 };
    for (section, demand) in demands.iter().enumerate() {
        match &demand.body {
            Body::Rows { heights, padding } => {
                let Some(height) = heights.first() else { continue };
                pages.title(section, demand.title, height + 2.0 * padding);
                pages.rows(section, heights, *padding);
            }
            Body::Frames { head, lines, pitch } => {
                pages.pitch = *pitch;
                let Some(first) = lines.first() else { continue };
                let least = if *first < PARTED_FROM { *first } else { LEAST_LINES };
                pages.title(section, demand.title, head + least as f32 * pitch);
                for (item, lines) in lines.iter().enumerate() {
                    pages.frame(section, item, *lines, *head);
                }
            }
        }
    }
    pages.pages
}

impl Pages {
    fn push(&mut self, piece: Piece, height: f32) {
        self.left -= height + GAP;
        if let Some(page) = self.pages.last_mut() {
            page.push(Placed { piece, height });
        }
    }

    fn fits(&self, height: f32) -> bool {
        // The gap below the last piece may go.
        height <= self.left + 0.01
    }

    /// Begins a page, after the frames of the last one have taken the room that it has left.
    fn turn(&mut self) {
        let mut spare = self.left + GAP;
        if let Some(page) = self.pages.last_mut() {
            let frames = |placed: &&mut Placed| matches!(placed.piece, Piece::Frame { .. });
            while self.pitch > 0.0 && spare >= self.pitch && page.iter().any(|placed| is_frame(&placed.piece)) {
                for placed in page.iter_mut().filter(frames) {
                    if spare < self.pitch {
                        break;
                    }
                    if let Piece::Frame { lines, .. } = &mut placed.piece {
                        *lines += 1;
                    }
                    placed.height += self.pitch;
                    spare -= self.pitch;
                }
            }
        }
        self.pages.push(Vec::new());
        self.left = self.whole;
    }

    /// A title, on the page on which what it heads begins.
    fn title(&mut self, section: usize, height: f32, least_body: f32) {
        if !self.fits(height + GAP + least_body) && !self.is_fresh() {
            self.turn();
        }
        self.push(Piece::Title { section }, height);
    }

    fn is_fresh(&self) -> bool {
        self.pages.last().is_none_or(Vec::is_empty)
    }

    fn rows(&mut self, section: usize, heights: &[f32], padding: f32) {
        let mut start = 0;
        while start < heights.len() {
            let mut height = 2.0 * padding;
            let mut end = start;
            // One row at least, so that this ends.
            while end < heights.len() && (end == start || self.fits(height + heights[end])) {
                height += heights[end];
                end += 1;
            }
            self.push(Piece::Rows { section, rows: start..end }, height);
            start = end;
            if start < heights.len() {
                self.turn();
            }
        }
    }

    fn frame(&mut self, section: usize, item: usize, lines: usize, head: f32) {
        let mut rest = lines;
        let mut goes_on = false;
        loop {
            let height = |lines: usize| lines as f32 * self.pitch + head;
            if self.fits(height(rest)) {
                self.push(Piece::Frame { section, item, lines: rest, goes_on }, height(rest));
                return;
            }
            let fit = ((self.left - head) / self.pitch).max(0.0) as usize;
            let part = fit.min(rest.saturating_sub(LEAST_LINES));
            let may_part = lines >= PARTED_FROM && part >= LEAST_LINES;
            // A page that holds nothing yet takes what it can.
            let only_title = self.pages.last().is_some_and(|page| page.iter().all(|placed| !is_frame(&placed.piece)));
            if may_part || only_title && self.left > self.whole * 0.9 {
                let part = part.max(1).min(rest);
                self.push(Piece::Frame { section, item, lines: part, goes_on }, height(part));
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
