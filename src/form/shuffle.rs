//! Chance, pinned: the same seed gives the same draw on any machine and with any version of any crate.
//!
//! What is random hangs on a SHA-256 of the algorithm's version, the seed, the form, the purpose and the card, never on what was
//! drawn before: a card more in the bank leaves the draws of all others as they were. The shuffle and the bounded draw are our own
//! over `ChaCha12`, whose stream is specified, since crates change theirs between versions.

use crate::card::CardId;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// The version of the way in which forms are drawn. A change to what any seed gives needs a new one.
pub const ALGORITHM: u32 = 1;

/// What a draw is for; draws for different purposes have nothing to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Which cards come onto the form.
    Choice,
    /// The order of the items.
    Items,
    /// The order of the options.
    Options,
    /// Which items change their right letters, and which letters get what is left over.
    Letters,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Choice => "choice",
            Self::Items => "items",
            Self::Options => "options",
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
        self.draws(purpose).of(card.as_str())
    }

    /// The draws of all cards for one purpose: what they have in common is hashed once.
    pub(super) fn draws(self, purpose: Purpose) -> Draws {
        // No part holds a zero byte but the seed, which has a fixed length: no two inputs run together.
        let mut hash = Sha256::new();
        hash.update(b"cardpress form ");
        hash.update(ALGORITHM.to_le_bytes());
        hash.update(self.seed.to_le_bytes());
        for part in [self.form, purpose.word()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Draws(hash)
    }

    /// A stream of random numbers that is a card's own, for one purpose.
    pub fn stream(self, purpose: Purpose, card: &CardId) -> ChaCha12Rng {
        ChaCha12Rng::from_seed(self.draw(purpose, card))
    }

    /// A stream of random numbers for one purpose that is the form's, whatever cards stand on it.
    pub(super) fn form_stream(self, purpose: Purpose) -> ChaCha12Rng {
        // No card has an empty id.
        ChaCha12Rng::from_seed(self.draws(purpose).of(""))
    }
}

/// The draws of a form for one purpose: the hash of all but the card.
#[derive(Debug, Clone)]
pub(super) struct Draws(Sha256);

impl Draws {
    /// The draw of the card with this id.
    pub(super) fn of(&self, id: &str) -> [u8; 32] {
        let mut hash = self.0.clone();
        hash.update(id.as_bytes());
        hash.update([0]);
        hash.finalize().into()
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

    /// Computed by an implementation of SHA-256, `ChaCha12` and the shuffle in another language.
    #[test]
    fn golden_vectors() {
        const GOLDEN: &str = "0e6b46bd52ac478d3ea5c92808ef3ad4788f0d1deae3d6765c8bd811229c356b";
        assert_eq!(crate::bank::hex(&CHANCE.draw(Purpose::Options, &id("plm-elmo-context"))), GOLDEN);
        let mut stream = stream("plm-elmo-context");
        assert_eq!([(); 4].map(|()| stream.next_u32()), [397_044_441, 3_194_437_908, 550_651_830, 644_675_430]);
        let mut ten: Vec<usize> = (0..10).collect();
        shuffle(&mut ten, &mut self::stream("plm-elmo-context"));
        assert_eq!(ten, [5, 9, 4, 2, 8, 7, 0, 6, 3, 1]);
        let mut stream = self::stream("b");
        // The first two numbers of this stream lie below the surplus and are drawn again.
        let drawn = [(); 5].map(|()| below(&mut stream, 3_000_000_000));
        assert_eq!(drawn, [2_155_712_417, 2_072_568_050, 1_674_159_986, 2_751_213_644, 1_103_919_523]);
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
