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
    let mut search = Search { places: &places, aim, even: least(&counts, &open, aim), steps: STEPS };
    (fixed_excess(run, &places)..now).find_map(|allowed| search.letters(State { run, counts, open, allowed }))
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

/// What the places from some place on depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct State {
    run: Run,
    /// For each letter how many items have it that are settled: those before, those elsewhere and those that cannot change.
    counts: Counts,
    /// How many items from here on can have any of the first so many letters.
    open: [u32; LETTERS + 1],
    /// How many answers from here on may stand beyond [`LONGEST`] in a row.
    allowed: usize,
}

/// A search through the places in turn. Each keeps its letter if the rest can go on with it.
struct Search<'p> {
    places: &'p [Place],
    aim: &'p Aim,
    /// How uneven the letters may be.
    even: i64,
    /// How many steps are left.
    steps: usize,
}

impl Search<'_> {
    /// The letters of all places from a first state on.
    fn letters(&mut self, first: State) -> Option<Vec<usize>> {
        let mut letters: Vec<usize> = Vec::with_capacity(self.places.len());
        // The states on the way here, each with how many letters it has tried, and those from which there is no way on.
        let mut way = vec![(first, 0)];
        let mut dead: HashSet<(usize, State)> = HashSet::new();
        while let Some((state, tried)) = way.last_mut() {
            let at = letters.len();
            let Some(place) = self.places.get(at) else { return Some(letters) };
            let Some(letter) = self.choices(*place).nth(*tried) else {
                dead.insert((at, *state));
                way.pop();
                letters.pop();
                continue;
            };
            *tried += 1;
            self.steps = self.steps.checked_sub(1)?;
            if let Some(next) = self.step(*state, *place, letter).filter(|next| !dead.contains(&(at + 1, *next))) {
                letters.push(letter);
                way.push((next, 0));
            }
        }
        None
    }

    /// The letters that a place can have: first its own.
    fn choices(&self, place: Place) -> impl Iterator<Item = usize> {
        let other = move |letter: &usize| *letter != place.letter && *letter < place.letters;
        std::iter::once(place.letter).chain(self.aim.letters().into_iter().filter(other))
    }

    /// The state after a place has got a letter, if that leaves the letters as even as they may be and rows as short.
    fn step(&self, state: State, place: Place, letter: usize) -> Option<State> {
        let (run, surplus) = state.run.then(letter);
        let mut next = State { run, allowed: state.allowed.checked_sub(usize::from(surplus))?, ..state };
        if place.letters > 1 {
            next.open[place.letters] -= 1;
            next.counts[letter] += 1;
            if least(&next.counts, &next.open, self.aim) > self.even {
                return None;
            }
        }
        Some(next)
    }
}
