//! Cards that ask nearly the same in nearly the same words.
//!
//! In: the cards and how much two may have in common. Out: [`Twins`]. Texts are sets of sequences of two Chinese characters or
//! three letters, compared by the share of all that both have (Jaccard). No pair that reaches the bound is passed over, and hardly any other is compared: two sets of
//! which nearly all is common have one of their few rarest members in common (the prefix filter of S. Chaudhuri, V. Ganti, R. Kaushik,
//! “A Primitive Operator for Similarity Joins in Data Cleaning”, ICDE 2006). Only where more than [`CROWD`] cards share one of
//! their rarest members each is compared with so many before it and no more, so that the time stays in proportion to the bank.

use super::line::is_han;
use super::sink::Sink;
use crate::bank::Bank;
use crate::card::{Body, Card};
use crate::diag::{Code, Diagnostic};
use crate::markup::RichText;
use crate::markup::runs::RunKind;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// How many of those that share a rare sequence a card is compared with.
const CROWD: usize = 64;

/// What asks the same as what.
#[derive(Debug, Default)]
pub(super) struct Twins {
    /// The later card of each pair, the earlier, and what they have in common; one pair for each later card, in their order.
    pairs: Vec<(usize, usize, f64)>,
    /// Cards that are in a pair of which one is excused.
    excused: BTreeSet<usize>,
}

impl Twins {
    /// Says so for one card.
    pub(super) fn report(&self, bank: &Bank, index: usize, sink: &mut Sink<'_>) {
        if self.excused.contains(&index) {
            sink.takes(Code::NearDuplicate);
        }
        let Ok(place) = self.pairs.binary_search_by_key(&index, |(later, _, _)| *later) else { return };
        let (_, earlier, common) = self.pairs[place];
        let (card, other) = (&bank.cards[index], &bank.cards[earlier]);
        let message = if common >= 1.0 {
            format!("`{}` asks the same as `{}`", card.id, other.id)
        } else {
            format!("`{}` asks nearly the same as `{}`: {:.0} % in common", card.id, other.id, (common * 100.0).floor())
        };
        let help = if card.kind() == other.kind() {
            "drop one, or ask another side of the fact"
        } else {
            "drop one, or name the other in `enemies` if the fact is asked in two ways"
        };
        let diagnostic = Diagnostic::new(Code::NearDuplicate, card.stem().span, message).label(card.id.as_str());
        sink.push(diagnostic.related(other.stem().span, other.id.as_str()).help(help));
    }
}

/// Finds the cards that have at least `bound` in common with an earlier one.
pub(super) fn find(cards: &[Card], bound: f64) -> Twins {
    let sets: Vec<Box<[u32]>> = cards.par_iter().map_init(Vec::new, |room, card| shingles(card, room)).collect();
    let mut pairs: Vec<(usize, usize, f64)> = candidates(&sets, bound)
        .into_par_iter()
        .filter_map(|(earlier, later)| {
            let common = jaccard(&sets[earlier], &sets[later]);
            (common >= bound).then_some((later, earlier, common))
        })
        .collect();
    let is_excused = |index: usize| cards[index].allow.iter().any(|allowed| allowed.value == Code::NearDuplicate);
    let mut excused = BTreeSet::new();
    pairs.retain(|(later, earlier, _)| {
        if two_ways(&cards[*later], &cards[*earlier]) {
            return false;
        }
        let allowed = is_excused(*later) || is_excused(*earlier);
        if allowed {
            excused.extend([*later, *earlier]);
        }
        !allowed
    });
    // The most alike first, of those the earliest.
    pairs.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.2.total_cmp(&a.2)).then(a.1.cmp(&b.1)));
    pairs.dedup_by_key(|(later, _, _)| *later);
    Twins { pairs, excused }
}

/// Whether two cards are one fact asked in two ways, as the author says.
fn two_ways(one: &Card, other: &Card) -> bool {
    one.kind() != other.kind() && (one.enemies.contains(&other.id) || other.enemies.contains(&one.id))
}

/// The sequences of characters that a card asks with, hashed and sorted. `room` is used again.
fn shingles(card: &Card, room: &mut Vec<char>) -> Box<[u32]> {
    room.clear();
    characters(card.stem(), room);
    if let Body::Choice(choice) = &card.body {
        // Many stems say no more than which of these is right.
        choice
            .key
            .positions()
            .filter_map(|place| choice.options.get(place))
            .for_each(|option| characters(option, room));
    }
    let hash = |characters: &[char]| {
        let mixed = characters.iter().fold(0_u64, |mixed, character| mixed << 21 | u64::from(*character));
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
    };
    // A Chinese character says about as much as a few letters.
    let length = |at: usize| if room[at..].iter().take(2).copied().any(is_han) { 2 } else { 3 };
    let mut set: Vec<u32> = (0..room.len()).filter_map(|at| room.get(at..at + length(at))).map(hash).collect();
    if set.is_empty() {
        set.push(hash(room));
    }
    set.sort_unstable();
    set.dedup();
    set.into()
}

fn characters(text: &RichText, out: &mut Vec<char>) {
    text.runs(&mut |run| {
        let said = !run.hint && matches!(run.kind, RunKind::Text | RunKind::Code | RunKind::Math);
        let math = run.kind == RunKind::Math;
        let counts = |character: &char| character.is_alphanumeric() || math && !character.is_whitespace();
        let characters = run.text.chars().filter(counts);
        out.extend(characters.filter(|_| said).map(|character| character.to_ascii_lowercase()));
    });
}

/// Pairs that may have so much in common, the earlier first, sorted, each once.
fn candidates(sets: &[Box<[u32]>], bound: f64) -> Vec<(usize, usize)> {
    // How many cards have a sequence; several sequences share a count, which makes the order no less an order.
    const COUNTS: u32 = 18;
    let place = |hash: u32| (hash >> (32 - COUNTS)) as usize;
    let mut counts = vec![0_u32; 1 << COUNTS];
    sets.iter().flatten().for_each(|hash| counts[place(*hash)] += 1);
    let rarest = |set: &[u32]| {
        let mut order: Vec<(u32, u32)> = set.iter().map(|hash| (counts[place(*hash)], *hash)).collect();
        let many = set.len() + 1 - ((bound * set.len() as f64).ceil() as usize).clamp(1, set.len());
        if many < order.len() {
            order.select_nth_unstable(many - 1);
        }
        order.truncate(many);
        order
    };
    let mut postings: Vec<(u32, u32)> = sets
        .par_iter()
        .enumerate()
        .flat_map_iter(|(card, set)| rarest(set).into_iter().map(move |(_, hash)| (hash, card as u32)))
        .collect();
    postings.par_sort_unstable();
    let groups: Vec<&[(u32, u32)]> =
        postings.chunk_by(|(one, _), (other, _)| one == other).filter(|group| group.len() > 1).collect();
    let fits = |one: u32, other: u32| {
        let (one, other) = (sets[one as usize].len() as f64, sets[other as usize].len() as f64);
        one.min(other) >= bound * one.max(other)
    };
    let mut pairs: Vec<(usize, usize)> = groups
        .par_iter()
        .flat_map_iter(|group| {
            group.iter().enumerate().flat_map(move |(place, (_, later))| {
                let before = group[place.saturating_sub(CROWD)..place].iter();
                before
                    .filter(move |(_, earlier)| fits(*earlier, *later))
                    .map(|(_, earlier)| (*earlier as usize, *later as usize))
            })
        })
        .collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// The share of what either has that both have. Both are sorted.
fn jaccard(one: &[u32], other: &[u32]) -> f64 {
    let (mut left, mut right, mut common) = (one.iter().peekable(), other.iter().peekable(), 0_usize);
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => _ = left.next(),
            std::cmp::Ordering::Greater => _ = right.next(),
            std::cmp::Ordering::Equal => {
                common += 1;
                left.next();
                right.next();
            }
        }
    }
    common as f64 / (one.len() + other.len() - common).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The filter may only leave out what is below the bound.
        #[test]
        fn no_pair_that_reaches_the_bound_is_passed_over(
            sets in prop::collection::vec(prop::collection::btree_set(0_u32..24, 1..12), 2..30),
            bound in prop::sample::select(vec![0.5, 0.7, 0.8, 1.0]),
        ) {
            let spread = |member: u32| member.wrapping_mul(0x9e37_79b9);
            let sets: Vec<Box<[u32]>> = sets
                .into_iter()
                .map(|set| {
                    let mut set: Vec<u32> = set.into_iter().map(spread).collect();
                    set.sort_unstable();
                    set.into()
                })
                .collect();
            let candidates: BTreeSet<(usize, usize)> = candidates(&sets, bound).into_iter().collect();
            for later in 0..sets.len() {
                for earlier in 0..later {
                    if jaccard(&sets[earlier], &sets[later]) >= bound {
                        prop_assert!(candidates.contains(&(earlier, later)), "{:?} and {:?}", sets[earlier], sets[later]);
                    }
                }
            }
        }
    }
}
