//! Moving from one possible form to another at random, so that all become about as likely.
//!
//! In: a form that is possible, and what can stand in its place. Out: a possible form that hangs little on the first.
//!
//! The steps are a Markov chain over the possible forms. A step chooses one to three places of the form, and for each of these a card
//! among all that its slot takes, every choice as likely; if the form with these cards in these places meets every row and has no card
//! twice, it goes on from there, otherwise it stays. The way back is as likely as the way there: the same places are chosen as often, and
//! the number of cards to choose from is that of the slot, whatever stands there. So no form that can be reached is more likely than
//! another in the end. Steps of three places reach what single ones do not, where a share of the points is tight; what only an exchange of
//! four cards at once would reach is not reached.

use super::demand::Draft;
use super::shuffle::below;
use rand_chacha::rand_core::Rng;

/// Steps for each item of the form.
const STEPS: usize = 200;

/// The most places that a step exchanges.
const MOST: usize = 3;

/// A card of a form, and the cell that it is taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pick {
    pub(super) card: usize,
    pub(super) cell: usize,
}

/// Exchanges cards of a form that meets every row of the draft for others of the draft.
pub(super) fn exchange(draft: &Draft, picks: &mut [Pick], stream: &mut impl Rng) {
    let slots = draft.slot_of.iter().max().map_or(0, |slot| slot + 1);
    let mut offers: Vec<Vec<Pick>> = vec![Vec::new(); slots];
    for (card, pool) in draft.items.iter().copied() {
        for cell in draft.cells[pool].iter().copied() {
            offers[draft.slot_of[cell]].push(Pick { card, cell });
        }
    }
    let mut taken = vec![0; draft.problem.cells()];
    for pick in picks.iter() {
        taken[pick.cell] += 1;
    }
    let mut sums = draft.problem.sums(&taken);
    let mut news: Vec<(usize, Pick)> = Vec::with_capacity(MOST);
    for _ in 0..STEPS * picks.len() {
        // One place as often as two or three.
        let places = [1, 1, 2, 3][below(stream, 4) as usize].min(picks.len());
        news.clear();
        while news.len() < places {
            let place = choose(stream, picks.len());
            if news.iter().all(|(other, _)| *other != place) {
                let offers = &offers[draft.slot_of[picks[place].cell]];
                news.push((place, offers[choose(stream, offers.len())]));
            }
        }
        let leaves = |place: usize| news.iter().any(|(other, _)| *other == place);
        let stands = |card: usize| (0..picks.len()).any(|place| picks[place].card == card && !leaves(place));
        let doubled = |number: usize| {
            news[..number].iter().any(|(_, other)| other.card == news[number].1.card) || stands(news[number].1.card)
        };
        if (0..news.len()).any(doubled) {
            continue;
        }
        for (place, pick) in &news {
            shift(draft, &mut sums, picks[*place].cell, -1);
            shift(draft, &mut sums, pick.cell, 1);
        }
        let cells = || news.iter().flat_map(|(place, pick)| [picks[*place].cell, pick.cell]);
        let met = |row: usize| {
            let range = &draft.problem.rows()[row];
            (range.low..=range.high).contains(&sums[row])
        };
        if cells().all(|cell| draft.problem.rows_of(cell).iter().all(|(row, _)| met(*row))) {
            for (place, pick) in &news {
                picks[*place] = *pick;
            }
        } else {
            for (place, pick) in &news {
                shift(draft, &mut sums, picks[*place].cell, 1);
                shift(draft, &mut sums, pick.cell, -1);
            }
        }
    }
}

/// A number below `bound`.
fn choose(stream: &mut impl Rng, bound: usize) -> usize {
    below(stream, u32::try_from(bound).unwrap_or(u32::MAX)) as usize
}

/// Takes so many items more of a cell.
fn shift(draft: &Draft, sums: &mut [i32], cell: usize, by: i32) {
    for (row, weight) in draft.problem.rows_of(cell) {
        sums[*row] += by * weight;
    }
}
