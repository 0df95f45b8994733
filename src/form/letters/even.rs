//! Right options, spread evenly over the letters.
//!
//! In: for each item which of its letters are right as chance gave them, and which of its options may move. Out: letters
//! that are as even as they can be, most items having those that they had. It knows neither cards nor where an item stands on the paper.
//!
//! A letter is due what it would get if every option of an item were right as often as the others: of 12 items with four options and
//! one right, three. It is even if it has that, rounded up or down. What is further off counts by its square. Moving a right option
//! from one letter to another changes what these two have and nothing else, so the letters are as even as they can be once no such
//! move, nor any chain of them, makes them more even: the cost is a convex function of each letter's count.

use crate::card::Key;

/// The most letters that an item can have.
pub(super) const LETTERS: usize = Key::MOST_OPTIONS;

/// What one right option of an item is due is reckoned in parts of which every number of options up to [`LETTERS`] takes whole ones.
pub(super) const PARTS: u32 = 2520;

/// For each letter how many items have it.
pub(super) type Counts = [u32; LETTERS];

/// The options of an item, as far as letters go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// The letters that are right: one bit each, A the lowest.
    pub(super) right: u16,
    /// How many options it has.
    pub(super) options: usize,
    /// How many of its first letters may change places.
    pub(super) moving: usize,
    /// Which item is taken first where several would do: the one with the least.
    pub(super) lot: [u8; 32],
}

impl Item {
    fn movable(&self) -> u16 {
        if self.moving < 2 { 0 } else { (1 << self.moving) - 1 }
    }

    /// Whether a right option may move from one letter to another.
    fn lets(&self, from: usize, to: usize) -> bool {
        let movable = self.movable();
        self.right & movable & (1 << from) != 0 && !self.right & movable & (1 << to) != 0
    }
}

/// How many items each letter should have.
#[derive(Debug, Clone)]
pub(super) struct Aim {
    /// What each is due in [`PARTS`].
    due: Counts,
    /// What each is due in whole items, rounded by chance so that it is neither favoured nor slighted and the sum is right.
    drawn: Counts,
    /// Which letter goes first where several would do: the one with the least.
    rank: [usize; LETTERS],
}

impl Aim {
    /// The aim for these items. `offset`, below [`PARTS`], and `rank` are chance.
    pub(super) fn new(items: &[Item], offset: u32, rank: [usize; LETTERS]) -> Self {
        let mut due = [0; LETTERS];
        for item in items {
            let each = item.right.count_ones() * PARTS / item.options.max(1) as u32;
            for letter in &mut due[..item.options] {
                *letter += each;
            }
        }
        // Each letter gets the whole numbers that the sum passes on its way through it, from a start that chance gives.
        let mut sum = offset;
        let drawn = due.map(|due| {
            let before = sum / PARTS;
            sum += due;
            sum / PARTS - before
        });
        Self { due, drawn, rank }
    }

    /// How uneven a letter is that so many items have.
    fn off(&self, letter: usize, count: u32) -> i64 {
        let due = self.due[letter];
        let off = (due / PARTS).saturating_sub(count) + count.saturating_sub(due.div_ceil(PARTS));
        i64::from(off).pow(2)
    }

    /// How uneven letters are that so many items have: 0 if each has what it is due, rounded.
    pub(super) fn unevenness(&self, counts: &Counts) -> i64 {
        counts.iter().enumerate().map(|(letter, count)| self.off(letter, *count)).sum()
    }

    /// How much more uneven letters are with one item more of this letter.
    pub(super) fn more(&self, letter: usize, counts: &Counts) -> i64 {
        self.off(letter, counts[letter] + 1) - self.off(letter, counts[letter])
    }

    /// The letters, those first that chance puts first.
    pub(super) fn letters(&self) -> [usize; LETTERS] {
        let mut letters = std::array::from_fn(|letter| letter);
        letters.sort_unstable_by_key(|letter: &usize| self.rank[*letter]);
        letters
    }

    /// What a letter costs that so many items have: how uneven it is, then how far from what was drawn for it.
    fn cost(&self, letter: usize, count: u32) -> (i64, i64) {
        (self.off(letter, count), i64::from(count.abs_diff(self.drawn[letter])))
    }

    /// What is gained if an item gives up one letter for another.
    fn gain(&self, counts: &Counts, from: usize, to: usize) -> (i64, i64) {
        let change = |letter: usize, less: u32, more: u32| {
            let (before, after) = (self.cost(letter, less), self.cost(letter, more));
            (before.0 - after.0, before.1 - after.1)
        };
        let left = change(from, counts[from], counts[from] - 1);
        let right = change(to, counts[to], counts[to] + 1);
        (left.0 + right.0, left.1 + right.1)
    }
}

/// For each letter how many items have it right.
pub(super) fn counts(items: &[Item]) -> Counts {
    let mut counts = [0; LETTERS];
    for item in items {
        for (letter, count) in counts.iter_mut().enumerate() {
            *count += u32::from(item.right >> letter & 1);
        }
    }
    counts
}

/// Makes the letters as even as they can be.
pub(super) fn even_out(items: &mut [Item], aim: &Aim) {
    let mut counts = counts(items);
    // Each round leaves the letters more even, or as even and nearer to what was drawn, so there is a last one.
    while let Some(path) = best_path(items, aim, &counts) {
        for step in path.windows(2) {
            let (from, to) = (step[0], step[1]);
            if let Some(item) = items.iter_mut().filter(|item| item.lets(from, to)).min_by_key(|item| item.lot) {
                item.right ^= 1 << from | 1 << to;
            }
        }
        counts[path[0]] -= 1;
        counts[path[path.len() - 1]] += 1;
    }
}

/// The letters along which right options move on, for the greatest gain; of those with the same gain the shortest way. `None` if there
/// is nothing to gain. A shortest way needs no item twice: it could go straight there.
fn best_path(items: &[Item], aim: &Aim, counts: &Counts) -> Option<Vec<usize>> {
    let mut next = [0_u16; LETTERS];
    for item in items {
        let movable = item.movable();
        let (right, wrong) = (item.right & movable, !item.right & movable);
        for (letter, next) in next.iter_mut().enumerate() {
            if right & 1 << letter != 0 {
                *next |= wrong;
            }
        }
    }
    let letters = aim.letters();
    let mut best: Option<((i64, i64), usize, Vec<usize>)> = None;
    for from in letters.into_iter().filter(|letter| next[*letter] != 0) {
        let before = ways(from, &next, &letters);
        for to in letters.into_iter().filter(|to| *to != from && before[*to].is_some()) {
            let gain = aim.gain(counts, from, to);
            if gain <= (0, 0) {
                continue;
            }
            let mut path = vec![to];
            while let Some(step) = before[path[path.len() - 1]].filter(|_| path[path.len() - 1] != from) {
                path.push(step);
            }
            path.reverse();
            if best.as_ref().is_none_or(|(most, steps, _)| gain > *most || gain == *most && path.len() < *steps) {
                best = Some((gain, path.len(), path));
            }
        }
    }
    best.map(|(_, _, path)| path)
}

/// For each letter that can be reached from one the letter before it on a shortest way.
fn ways(from: usize, next: &[u16; LETTERS], letters: &[usize; LETTERS]) -> [Option<usize>; LETTERS] {
    let mut before = [None; LETTERS];
    before[from] = Some(from);
    let mut reached = vec![from];
    let mut at = 0;
    while let Some(letter) = reached.get(at).copied() {
        for to in letters.iter().copied().filter(|to| next[letter] & 1 << to != 0) {
            if before[to].is_none() {
                before[to] = Some(letter);
                reached.push(to);
            }
        }
        at += 1;
    }
    before
}
