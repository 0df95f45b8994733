//! No answer too often in a row.
//!
//! In: the answers of items, as small numbers (0 for A or for a true statement …). Out: an order of the items, or other letters for
//! them, with which the same answer stands no more than [`LONGEST`] times in a row; where that is impossible, as little more as possible.

use super::even::{Aim, Counts, Item, LETTERS};
use std::collections::HashSet;

/// How often the same answer may stand in a row.
pub(super) const LONGEST: usize = 3;

/// How many steps a search for other letters takes before it makes do with what it has.
const STEPS: usize = 4000;

/// The answers that a paper ends with, so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Run {
    answer: usize,
    /// How often it stands there, counted no further than matters.
    length: usize,
}

impl Run {
    /// The run after one answer more, and whether that is one too many.
    pub(super) fn then(self, answer: usize) -> (Self, bool) {
        let length = if self.answer == answer { self.length } else { 0 };
        (Self { answer, length: LONGEST.min(length + 1) }, length == LONGEST)
    }

    /// How often this answer can still follow at once.
    fn room(self, answer: usize) -> usize {
        if self.answer == answer { LONGEST - self.length } else { LONGEST }
    }
}

/// How many answers stand beyond [`LONGEST`] in a row, and the run after them.
pub(super) fn excess(mut run: Run, answers: impl IntoIterator<Item = usize>) -> (usize, Run) {
    let mut excess = 0;
    for answer in answers {
        let (after, surplus) = run.then(answer);
        run = after;
        excess += usize::from(surplus);
    }
    (excess, run)
}

/// An order of the items: each place has the first item left with which the rest can still go on as well as at first. So items that are
/// in order stay so. Gives the position of the item for each place.
pub(super) fn in_order(mut run: Run, answers: &[usize]) -> Vec<usize> {
    let mut counts = [0; LETTERS];
    for answer in answers {
        counts[*answer] += 1;
    }
    let mut left: Vec<usize> = (0..answers.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    let mut allowed = unavoidable(run, &counts);
    while !left.is_empty() {
        let step = |position: usize| {
            let answer = answers[left[position]];
            let (after, surplus) = run.then(answer);
            let mut counts = counts;
            counts[answer] -= 1;
            let needed = usize::from(surplus) + unavoidable(after, &counts);
            (needed <= allowed).then(|| (position, answer, after, allowed - usize::from(surplus)))
        };
        // There is one: what is unavoidable is what the best order has.
        let Some((position, answer, after, rest)) = (0..left.len()).find_map(step) else {
            order.append(&mut left);
            break;
        };
        order.push(left.remove(position));
        counts[answer] -= 1;
        (run, allowed) = (after, rest);
    }
    order
}

/// How many of these answers must stand beyond [`LONGEST`] in a row after a run, in the best order: the others part an answer into one
/// group more than they are.
fn unavoidable(run: Run, counts: &[usize; LETTERS]) -> usize {
    let all: usize = counts.iter().sum();
    let beyond = |(answer, count): (usize, &usize)| count.saturating_sub(run.room(answer) + LONGEST * (all - count));
    counts.iter().enumerate().map(beyond).max().unwrap_or_default()
}

/// An item with one right option, in its place on the paper.
#[derive(Debug, Clone, Copy)]
struct Place {
    letter: usize,
    /// How many of the first letters can be right instead.
    letters: usize,
}

/// Other letters for items whose order is settled, if some have fewer in a row. The letters of the form are as even as before;
/// `elsewhere` counts those of its other items. Where the search would take too long, the letters stay as they are.
pub(super) fn in_place(run: Run, items: &[Item], aim: &Aim, elsewhere: &Counts) -> Option<Vec<usize>> {
    let places: Vec<Place> = items
        .iter()
        .map(|item| {
            let letter = item.right.trailing_zeros() as usize;
            Place { letter, letters: if letter < item.moving { item.moving } else { 0 } }
        })
        .collect();
    let (now, _) = excess(run, places.iter().map(|place| place.letter));
    if now == 0 {
        return None;
    }
    let mut counts = *elsewhere;
    let mut open = [0; LETTERS + 1];
    for place in &places {
        if place.letters > 1 {
            open[place.letters] += 1;
        } else {
            counts[place.letter] += 1;
        }
    }
    let even = least(&counts, &open, aim);
    let mut search = Search { places: &places, aim, even, steps: 0, dead: HashSet::new(), letters: Vec::new() };
    (fixed_excess(run, &places)..now).find_map(|allowed| {
        search.letters.clear();
        search.dead.clear();
        search.from(0, run, counts, open, allowed).then(|| search.letters.clone())
    })
}

/// What stands beyond [`LONGEST`] in a row whatever becomes of the letters that can change.
fn fixed_excess(run: Run, places: &[Place]) -> usize {
    // A place whose letter can change parts what stands before it from what follows.
    let mut start = run;
    places
        .split_inclusive(|place| place.letters > 1)
        .map(|part| {
            let fixed = part.iter().filter(|place| place.letters < 2).map(|place| place.letter);
            excess(std::mem::take(&mut start), fixed).0
        })
        .sum()
}

/// How uneven letters are at best: those that are settled, and those of `open[n]` items that can have any of the first `n`. The items
/// with few letters go first: whatever they take, those after them can take too.
fn least(settled: &Counts, open: &[u32; LETTERS + 1], aim: &Aim) -> i64 {
    let mut counts = *settled;
    for (letters, items) in open.iter().enumerate() {
        for _ in 0..*items {
            if let Some(letter) = (0..letters).min_by_key(|letter| aim.more(*letter, &counts)) {
                counts[letter] += 1;
            }
        }
    }
    aim.unevenness(&counts)
}

/// A search through the places in turn. Each keeps its letter if it can.
struct Search<'p> {
    places: &'p [Place],
    aim: &'p Aim,
    /// How uneven the letters may be.
    even: i64,
    steps: usize,
    /// From where nothing is found.
    dead: HashSet<(usize, Run, Counts, usize)>,
    letters: Vec<usize>,
}

impl Search<'_> {
    fn from(&mut self, at: usize, run: Run, counts: Counts, mut open: [u32; LETTERS + 1], allowed: usize) -> bool {
        let Some(place) = self.places.get(at).copied() else { return true };
        self.steps += 1;
        if self.steps > STEPS || self.dead.contains(&(at, run, counts, allowed)) {
            return false;
        }
        let can_change = place.letters > 1;
        if can_change {
            open[place.letters] -= 1;
        }
        let others = self.aim.letters().into_iter().filter(|letter| *letter != place.letter && *letter < place.letters);
        for letter in std::iter::once(place.letter).chain(others) {
            let (after, surplus) = run.then(letter);
            let Some(allowed) = allowed.checked_sub(usize::from(surplus)) else { continue };
            let mut counts = counts;
            if can_change {
                counts[letter] += 1;
                if least(&counts, &open, self.aim) > self.even {
                    continue;
                }
            }
            self.letters.push(letter);
            if self.from(at + 1, after, counts, open, allowed) {
                return true;
            }
            self.letters.pop();
        }
        self.dead.insert((at, run, counts, allowed));
        false
    }
}
