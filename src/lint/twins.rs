//! Cards that ask nearly the same in nearly the same words.
//!
//! In: the cards and how much two must have in common to be told. Out: [`Twins`]. Texts are sets of sequences of two Chinese characters
//! or three letters, compared by the share of all that both have (Jaccard).
//!
//! Few pairs are compared. Two sets of which nearly all is common have one of their rarest members in common (the prefix filter of S.
//! Chaudhuri, V. Ganti, R. Kaushik, “A Primitive Operator for Similarity Joins in Data Cleaning”, ICDE 2006), so only cards that share
//! one of theirs can be a pair; up to [`CROWD`] cards with one rare member are all compared, and no pair among them is passed over. In a
//! larger crowd each card is compared with so many that have two hashes of the whole set in common, each of which two sets have as often
//! as their members (A. Broder's min-hash), others for each rare member: with several of these in common a pair is hardly ever missed,
//! and the time stays in proportion to the bank. What is compared goes past a sketch first, which most pairs fail.

use super::line::is_han;
use super::sink::Sink;
use crate::bank::Bank;
use crate::card::{Body, Card};
use crate::diag::{Code, Diagnostic};
use crate::markup::RichText;
use crate::markup::runs::RunKind;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// With how many cards before it, of those that share a rare member, a card is compared.
const CROWD: usize = 16;

/// How many of its rare members a card is looked for by, if they are in crowds.
const ENOUGH: usize = 8;

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
    let mut pairs = pairs(&sets, bound);
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
    if set.is_empty() && !room.is_empty() {
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
        let counts =
            |character: &char| is_han(*character) || character.is_alphanumeric() || math && !character.is_whitespace();
        let characters = run.text.chars().filter(counts);
        out.extend(characters.filter(|_| said).map(|character| character.to_ascii_lowercase()));
    });
    // The same words about another picture are another question.
    text.images(|image| out.extend(image.path.chars()));
    text.sounds(|sound| out.extend(sound.path.chars()));
}

/// The pairs that are found to have so much in common, as in [`Twins::pairs`], but all of them; some more than once.
fn pairs(sets: &[Box<[u32]>], bound: f64) -> Vec<(usize, usize, f64)> {
    // How many cards have a sequence; several sequences share a count, which makes the order no less an order.
    const COUNTS: u32 = 18;
    let place = |hash: u32| (hash >> (32 - COUNTS)) as usize;
    let mut counts = vec![0_u32; 1 << COUNTS];
    sets.iter().flatten().for_each(|hash| counts[place(*hash)] += 1);
    let sketches: Vec<Sketch> = sets.par_iter().map(|set| Sketch::of(set)).collect();
    let mut postings: Vec<Posting> = sets
        .par_iter()
        .enumerate()
        .flat_map_iter(|(card, set)| {
            let mut order: Vec<(u32, u32)> = set.iter().map(|hash| (counts[place(*hash)], *hash)).collect();
            let many = set.len() + 1 - ((bound * set.len() as f64 - 1e-9).ceil() as usize).max(1).min(set.len() + 1);
            if many < order.len() {
                order.select_nth_unstable(many - 1);
            }
            order.truncate(many);
            // What one card alone has is shared with none.
            order.retain(|(count, _)| *count > 1);
            order.sort_unstable();
            let crowded = |count: u32| count as usize > CROWD;
            let alone = order.partition_point(|(count, _)| !crowded(*count));
            order.truncate(alone.max(ENOUGH));
            order.into_iter().map(move |(count, rare)| {
                let beside = if crowded(count) { min_hash(set, rare) } else { 0 };
                Posting { rare, beside, card: card as u32 }
            })
        })
        .collect();
    postings.par_sort_unstable();
    let groups: Vec<&[Posting]> =
        postings.chunk_by(|one, other| one.rare == other.rare).filter(|group| group.len() > 1).collect();
    let compare = |one: u32, other: u32| {
        let (earlier, later) = (one.min(other) as usize, one.max(other) as usize);
        if !sketches[earlier].may_match(&sketches[later], bound) {
            return None;
        }
        let common = jaccard(&sets[earlier], &sets[later]);
        (common >= bound).then_some((later, earlier, common))
    };
    groups
        .par_iter()
        .flat_map_iter(|group| {
            group.iter().enumerate().flat_map(|(place, posting)| {
                let before = group[place.saturating_sub(CROWD)..place].iter().rev();
                let alike = before.take_while(|other| other.beside == posting.beside);
                alike.filter_map(|other| compare(other.card, posting.card))
            })
        })
        .collect()
}

/// A card among those that have a rare member; in order of which stands beside which.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Posting {
    rare: u32,
    beside: u32,
    card: u32,
}

/// The smallest hashes of the members by two hash functions of their own for each seed, half of the bits of each.
fn min_hash(set: &[u32], seed: u32) -> u32 {
    let mix = |member: u32, odd: u32| {
        let mixed = (member ^ seed).wrapping_mul(odd);
        (mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca77)
    };
    // The seed is a member of all that are compared, and says nothing.
    let (one, two) = set.iter().filter(|member| **member != seed).fold((u32::MAX, u32::MAX), |(one, two), member| {
        (one.min(mix(*member, 0x9e37_79b1)), two.min(mix(*member, 0xc2b2_ae3d)))
    });
    one >> 16 << 16 | two >> 16
}

/// A set in short: a bit for each member, where several may share one.
struct Sketch {
    bits: u128,
    size: u32,
}

impl Sketch {
    fn of(set: &[u32]) -> Self {
        Self { bits: set.iter().fold(0, |bits, member| bits | 1 << (member & 127)), size: set.len() as u32 }
    }

    /// Whether the two may have so much in common: a bit that one has alone is a member that it has alone.
    fn may_match(&self, other: &Self, bound: f64) -> bool {
        let apart = (self.bits ^ other.bits).count_ones();
        // With c in common and d not, of both sizes together 2c + d, c / (c + d) is the bound where d is this.
        f64::from(apart) * (1.0 + bound) <= (1.0 - bound) * f64::from(self.size + other.size) + 1e-6
    }
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

    fn set(members: impl IntoIterator<Item = u32>) -> Box<[u32]> {
        let spread = |member: u32| member.wrapping_mul(0x9e37_79b9);
        let mut set: Vec<u32> = members.into_iter().map(spread).collect();
        set.sort_unstable();
        set.into()
    }

    proptest! {
        /// What is filtered may only be what is below the bound.
        #[test]
        fn no_pair_that_reaches_the_bound_is_passed_over(
            sets in prop::collection::vec(prop::collection::btree_set(0_u32..24, 1..12), 2..=CROWD),
            bound in prop::sample::select(vec![0.5, 0.7, 0.8, 1.0]),
        ) {
            let sets: Vec<Box<[u32]>> = sets.into_iter().map(set).collect();
            let found: BTreeSet<(usize, usize)> =
                pairs(&sets, bound).into_iter().map(|(later, earlier, _)| (earlier, later)).collect();
            for later in 0..sets.len() {
                for earlier in 0..later {
                    let is_pair = jaccard(&sets[earlier], &sets[later]) >= bound;
                    prop_assert_eq!(found.contains(&(earlier, later)), is_pair, "{:?}, {:?}", sets[earlier], sets[later]);
                }
            }
        }
    }

    /// Ten thousand cards of the same few words, a hundred of which are nearly those of another.
    #[test]
    fn in_a_crowd_pairs_are_found_too() {
        let random = |seed: u64| {
            let mixed = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            ((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) as u32
        };
        let members = |card: u32| (0..40).map(|at| random(u64::from(card) * 40 + at) % 400).collect::<BTreeSet<u32>>();
        let mut sets: Vec<Box<[u32]>> = (0..10_000).map(|card| set(members(card))).collect();
        sets.extend((0..100).map(|card| set(members(card * 97).into_iter().skip(3).chain([500 + card]))));
        let found: BTreeSet<(usize, usize)> =
            pairs(&sets, 0.7).into_iter().map(|(later, earlier, _)| (earlier, later)).collect();
        let missed = (0..100).filter(|card| !found.contains(&(card * 97, 10_000 + card))).count();
        assert!(missed <= 2, "{missed} of 100 are missed");
        assert_eq!(found.len(), 100 - missed, "the others have less in common");
    }
}
