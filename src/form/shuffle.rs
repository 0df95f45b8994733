//! Chance, pinned: the same seed gives the same draw on any machine and with any version of any crate.
//!
//! What is random hangs on a SHA-256 of the algorithm's version, the seed, the form, the purpose and the card, never on what was
//! drawn before: a card more in the bank leaves the draws of all others as they were. The order in which all cards of a bank are gone
//! through hangs on the same, by way of a `SipHash-2-4` under a key from SHA-256: a form asks for as many ranks as there are cards. The
//! shuffle and the bounded draw are our own over `ChaCha12`, whose stream is specified, since crates change theirs between versions.

use crate::card::CardId;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use siphasher::sip::SipHasher24;

/// The version of the way in which forms are drawn. A change to what any seed gives needs a new one.
pub const ALGORITHM: u32 = 2;

/// What a draw is for; draws for different purposes have nothing to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Which cards come onto the form.
    Choice,
    /// The order of the items.
    Items,
    /// The order of the options.
    Options,
    /// Which cards of the form are offered for which others.
    Exchanges,
    /// Which items change their right letters, and which letters get what is left over.
    Letters,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Choice => "choice",
            Self::Items => "items",
            Self::Options => "options",
            Self::Exchanges => "exchanges",
            Self::Letters => "letters",
        }
    }
}

/// The chance that belongs to one form.
#[derive(Debug, Clone, Copy)]
pub struct Chance<'a> {
    /// The seed of the exam.
    pub seed: u64,
    /// The name of the form.
    pub form: &'a str,
}

impl Chance<'_> {
    /// 32 bytes that are a card's own, for one purpose. Cards in the order of these bytes are in a random order, each of all orders
    /// being as likely, and a card that joins moves no two others past each other.
    pub fn draw(self, purpose: Purpose, card: &CardId) -> [u8; 32] {
        self.hash(purpose, card.as_str())
    }

    fn hash(self, purpose: Purpose, card: &str) -> [u8; 32] {
        // No part holds a zero byte but the seed, which has a fixed length: no two inputs run together.
        let mut hash = Sha256::new();
        hash.update(b"cardpress form ");
        hash.update(ALGORITHM.to_le_bytes());
        hash.update(self.seed.to_le_bytes());
        for part in [self.form, purpose.word(), card] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize().into()
    }

    /// A stream of random numbers that is a card's own, for one purpose.
    pub fn stream(self, purpose: Purpose, card: &CardId) -> ChaCha12Rng {
        ChaCha12Rng::from_seed(self.draw(purpose, card))
    }

    /// A stream of random numbers for one purpose that is the form's, whatever cards stand on it.
    pub(super) fn form_stream(self, purpose: Purpose) -> ChaCha12Rng {
        // No card has an empty id.
        ChaCha12Rng::from_seed(self.hash(purpose, ""))
    }

    /// The ranks of cards in the order in which they are gone through for this form.
    pub(super) fn ranks(self) -> Ranks {
        let hash = self.hash(Purpose::Choice, "");
        let key = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| hash[at + byte]));
        Ranks(SipHasher24::new_with_keys(key(0), key(8)))
    }
}

/// What stands for a card in the ranks of all forms of all exams: its id, hashed.
pub(super) fn mark(card: &CardId) -> u64 {
    SipHasher24::new().hash(card.as_str().as_bytes())
}

/// The ranks of cards for one form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranks(SipHasher24);

impl Ranks {
    /// The rank of the card with this [`mark`]. Cards in the order of their ranks are in a random order, as with [`Chance::draw`].
    pub(super) fn of(&self, mark: u64) -> u64 {
        self.0.hash(&mark.to_le_bytes())
    }
}

/// A number below `bound`, each as likely. A `bound` of 0 counts as 1.
pub fn below(stream: &mut impl Rng, bound: u32) -> u32 {
    let bound = bound.max(1);
    // 2^32 mod bound numbers are one too many for an even share: those below are drawn again.
    let surplus = bound.wrapping_neg() % bound;
    loop {
        let number = stream.next_u32();
        if number >= surplus {
            return number % bound;
        }
    }
}

/// Puts a slice into a random order, each of all orders being as likely (Fisher and Yates, from the end).
pub fn shuffle<T>(slice: &mut [T], stream: &mut impl Rng) {
    for last in (1..slice.len()).rev() {
        let bound = u32::try_from(last + 1).unwrap_or(u32::MAX);
        slice.swap(last, below(stream, bound) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANCE: Chance<'static> = Chance { seed: 20_260_112, form: "A" };

    fn id(text: &str) -> CardId {
        CardId::new(text).expect("an id")
    }

    fn stream(text: &str) -> ChaCha12Rng {
        CHANCE.stream(Purpose::Options, &id(text))
    }

    /// Computed by an implementation of SHA-256, `SipHash-2-4`, `ChaCha12` and the shuffle in another language.
    #[test]
    fn golden_vectors() {
        const GOLDEN: &str = "bd1ba264a89f555511f21f3bbb750e1a3c49babd60dc4754cabd37f2d8c3f52b";
        assert_eq!(crate::bank::hex(&CHANCE.draw(Purpose::Options, &id("plm-elmo-context"))), GOLDEN);
        let mut stream = stream("plm-elmo-context");
        assert_eq!([(); 4].map(|()| stream.next_u32()), [3_319_724_997, 3_632_606_398, 3_491_871_752, 3_919_225_131]);
        let mut ten: Vec<usize> = (0..10).collect();
        shuffle(&mut ten, &mut self::stream("plm-elmo-context"));
        assert_eq!(ten, [6, 8, 4, 5, 9, 2, 3, 0, 1, 7]);
        let mut stream = self::stream("b");
        // The first two numbers of this stream lie below the surplus and are drawn again.
        let drawn = [(); 5].map(|()| below(&mut stream, 3_000_000_000));
        assert_eq!(drawn, [146_289_018, 750_058_745, 2_857_235_627, 2_030_099_916, 1_788_989_439]);
        let mark = mark(&id("plm-elmo-context"));
        assert_eq!((mark, CHANCE.ranks().of(mark)), (15_551_463_463_118_862_552, 16_360_545_034_829_728_175));
    }

    #[test]
    fn seed_form_purpose_and_card_all_matter() {
        let card = id("a");
        let draws = [
            CHANCE.draw(Purpose::Options, &card),
            CHANCE.draw(Purpose::Items, &card),
            CHANCE.draw(Purpose::Choice, &card),
            CHANCE.draw(Purpose::Options, &id("b")),
            Chance { form: "B", ..CHANCE }.draw(Purpose::Options, &card),
            Chance { seed: 1, ..CHANCE }.draw(Purpose::Options, &card),
        ];
        for (position, draw) in draws.iter().enumerate() {
            assert!(!draws[..position].contains(draw), "draw {position} is an earlier one again");
        }
        let rank = |chance: Chance<'_>, card| chance.ranks().of(mark(&id(card)));
        let (a, b) = (rank(CHANCE, "a"), rank(CHANCE, "b"));
        let others = [Chance { form: "B", ..CHANCE }, Chance { seed: 1, ..CHANCE }].map(|chance| rank(chance, "a"));
        assert!(a != b && !others.contains(&a) && others[0] != others[1]);
    }

    /// 24,000 shuffles of four: each of the 24 orders is expected 1,000 times. Of fair shuffles one in a thousand has a chi-square
    /// over 49.7 at 23 degrees of freedom; a shuffle that draws below 4 at each step has about 500.
    #[test]
    fn every_order_is_as_likely() {
        let mut counts = [0_u32; 256];
        for trial in 0..24_000 {
            let mut four = [0_u8, 1, 2, 3];
            shuffle(&mut four, &mut stream(&trial.to_string()));
            counts[four.iter().fold(0, |code, digit| code * 4 + usize::from(*digit))] += 1;
        }
        let seen: Vec<u32> = counts.into_iter().filter(|count| *count > 0).collect();
        assert_eq!(seen.len(), 24);
        let chi_square: f64 = seen.iter().map(|count| (f64::from(*count) - 1000.0).powi(2) / 1000.0).sum();
        assert!(chi_square < 49.7, "{chi_square}");
    }

    #[test]
    fn a_bounded_draw_stays_below_its_bound() {
        let mut stream = stream("bounds");
        for bound in [0, 1, 2, 3, 10, u32::MAX] {
            assert!((0..100).all(|_| below(&mut stream, bound) < bound.max(1)));
        }
        let mut one = [7];
        shuffle(&mut one, &mut stream);
        shuffle::<u8>(&mut [], &mut stream);
        assert_eq!(one, [7]);
    }
}
