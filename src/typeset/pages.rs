//! From a galley to pages: where columns end.
//!
//! In: strips from top to bottom, and the page. Out: pages with the ink in its place, and where the entries of the outline lead.
//! Columns are filled one after the other, as full as [`Keep`] lets them be; those of the last page are balanced. Nothing is set anew
//! here: what is higher than a column has been noted when it was set, and stands in a column of its own.

use super::display::{OutlineEntry, Page};
use super::strip::{Keep, Pile, Strip, TOLERANCE};

/// The page that a galley is cut to, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageGeometry {
    /// The width of the paper.
    pub width: f32,
    /// The height of the paper.
    pub height: f32,
    /// From the upper edge of the paper to the text.
    pub top: f32,
    /// From the lower edge of the paper to the text.
    pub bottom: f32,
    /// From the left edge of the paper to the text.
    pub left: f32,
    /// From the right edge of the paper to the text.
    pub right: f32,
    /// How many columns the text has, at least one.
    pub columns: u8,
    /// The room between two columns.
    pub column_gap: f32,
}

impl PageGeometry {
    /// The width of the text, all columns and the gaps between them.
    pub fn text_width(&self) -> f32 {
        self.width - self.left - self.right
    }

    /// The width of a column.
    pub fn column_width(&self) -> f32 {
        let columns = f32::from(self.columns);
        (self.text_width() - self.column_gap * (columns - 1.0)) / columns
    }

    /// The height of the text.
    pub fn text_height(&self) -> f32 {
        self.height - self.top - self.bottom
    }
}

/// Cuts strips into columns, and these into pages.
pub fn paginate(strips: Vec<Strip>, page: &PageGeometry) -> (Vec<Page>, Vec<OutlineEntry>) {
    let plan = Cuts::new(&strips, page.text_height()).pages(usize::from(page.columns.max(1)));
    let mut pages = Vec::with_capacity(plan.len());
    let mut outline = Vec::new();
    let mut strips = strips.into_iter();
    let mut begin = 0;
    for ends in plan {
        let mut items = Vec::new();
        for (column, end) in ends.into_iter().enumerate() {
            let x = page.left + column as f32 * (page.column_width() + page.column_gap);
            let mut pile = Pile::new(&mut items, x, page.top);
            for (index, mut strip) in strips.by_ref().take(end - begin).enumerate() {
                let carry = strip.carry.take();
                if let Some(carry) = carry.as_ref().filter(|_| index == 0) {
                    pile.carried(carry);
                }
                let cut = carry.filter(|_| strip.continues && begin + index + 1 == end);
                let entry = strip.outline.take();
                let y = pile.add(strip);
                outline.extend(entry.map(|(level, title)| OutlineEntry { level, title, page: pages.len(), y }));
                if let Some(carry) = cut {
                    pile.cut(&carry);
                }
            }
            begin = end;
        }
        pages.push(Page { width: page.width, height: page.height, items });
    }
    (pages, outline)
}

/// Where columns may end.
struct Cuts<'s> {
    strips: &'s [Strip],
    /// The height of a column.
    height: f32,
    /// Whether a column may end after each strip.
    legal: Vec<bool>,
}

/// What one column takes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Column {
    /// The strip that it ends before.
    end: usize,
    /// How much of the height it uses.
    used: f32,
    /// The height at which it would take more; infinite where nothing is left.
    next: f32,
}

impl<'s> Cuts<'s> {
    fn new(strips: &'s [Strip], height: f32) -> Self {
        let mut legal: Vec<bool> = strips.iter().map(|strip| strip.keep == Keep::Free).collect();
        if let Some(last) = legal.last_mut() {
            *last = true;
        }
        for level in [Keep::Item, Keep::Block, Keep::Glued] {
            let mut first = 0;
            while first < strips.len() {
                let held = strips[first..].iter().take_while(|strip| strip.keep >= level).count();
                let end = (first + held + 1).min(strips.len());
                if height_of(&strips[first..end]) > height + TOLERANCE {
                    for index in first..end {
                        legal[index] |= strips[index].keep == level;
                    }
                }
                first = end;
            }
        }
        Self { strips, height, legal }
    }

    /// The ends of the columns of each page.
    fn pages(&self, columns: usize) -> Vec<Vec<usize>> {
        let mut pages = Vec::new();
        let mut begin = 0;
        while begin < self.strips.len() {
            let mut ends = self.filled(begin, columns);
            let end = ends.last().copied().unwrap_or(begin);
            if end == self.strips.len() && columns > 1 {
                ends = self.balanced(begin, columns).unwrap_or(ends);
            }
            pages.push(ends);
            begin = end;
        }
        pages
    }

    /// The columns of a page, each as full as may be.
    fn filled(&self, begin: usize, columns: usize) -> Vec<usize> {
        let mut ends = Vec::with_capacity(columns);
        let mut at = begin;
        while ends.len() < columns && at < self.strips.len() {
            let end = self.column(at, self.height).end;
            at = if end > at { end } else { self.forced(at) };
            ends.push(at);
        }
        ends
    }

    /// The columns of the last page: as low as they can be, none lower than the one after it. `None` where that cannot be.
    fn balanced(&self, begin: usize, columns: usize) -> Option<Vec<usize>> {
        let whole: f32 = self.strips[begin..].iter().map(|strip| strip.height).sum();
        let mut height = whole / columns as f32;
        // Each round tries the next height at which some column takes more: none between them cuts differently.
        while height <= self.height + TOLERANCE {
            let mut ends = Vec::with_capacity(columns);
            let (mut at, mut last, mut next, mut steps_down) = (begin, f32::INFINITY, f32::INFINITY, true);
            while ends.len() < columns && at < self.strips.len() {
                let column = self.column(at, height);
                steps_down &= column.end > at && column.used <= last + TOLERANCE;
                next = next.min(column.next);
                (at, last) = (column.end, column.used);
                ends.push(at);
            }
            if steps_down && at == self.strips.len() {
                return Some(ends);
            }
            height = next;
        }
        None
    }

    /// What a column of a height takes from strip `begin` on: all up to the last legal end, which may be nothing.
    fn column(&self, begin: usize, height: f32) -> Column {
        let mut used = self.carried(begin);
        let mut column = Column { end: begin, used: 0.0, next: f32::INFINITY };
        for (index, strip) in self.strips.iter().enumerate().skip(begin) {
            used += strip.height + if index > begin { strip.space_before } else { 0.0 };
            let fits = used <= height + TOLERANCE;
            if self.legal[index] && fits {
                column = Column { end: index + 1, used, ..column };
            } else if self.legal[index] {
                column.next = used;
                break;
            }
        }
        column
    }

    /// As many strips as go into a column where no end is legal, and one in any case: what is too high has a column of its own.
    fn forced(&self, begin: usize) -> usize {
        let mut used = self.carried(begin) + self.strips[begin].height;
        let rest = self.strips[begin + 1..].iter().take_while(|strip| {
            used += strip.space_before + strip.height;
            used <= self.height + TOLERANCE
        });
        begin + 1 + rest.count()
    }

    /// The height of the head of the table that a column would go on with.
    fn carried(&self, begin: usize) -> f32 {
        self.strips[begin].carry.as_ref().map_or(0.0, |carry| carry.height)
    }
}

/// The height of strips below each other.
fn height_of(strips: &[Strip]) -> f32 {
    let heights: f32 = strips.iter().map(|strip| strip.height).sum();
    heights + strips.iter().skip(1).map(|strip| strip.space_before).sum::<f32>()
}

#[cfg(test)]
mod tests;
