//! Marks: what an item, a scoring point or a paper is worth.

use serde::Serialize;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};

/// Marks, counted in halves, since papers give 0.5 and 1.5 and nothing finer. Sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Points {
    halves: u32,
}

impl Points {
    /// No marks.
    pub const ZERO: Self = Self { halves: 0 };
    /// The most that anything may be worth: a paper of 1000 marks.
    pub const MAX: Self = Self { halves: 2000 };

    /// Whole marks.
    pub const fn whole(points: u32) -> Self {
        Self { halves: points * 2 }
    }

    /// From a number as an author writes it: a positive multiple of 0.5, at most [`Points::MAX`].
    pub fn from_number(number: f64) -> Option<Self> {
        let halves = number * 2.0;
        let fits = halves.fract() == 0.0 && halves >= 1.0 && halves <= f64::from(Self::MAX.halves);
        fits.then_some(Self { halves: halves as u32 })
    }

    /// Counted in halves.
    pub const fn halves(self) -> u32 {
        self.halves
    }

    /// As a number.
    pub fn to_f32(self) -> f32 {
        self.halves as f32 / 2.0
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.halves / 2, if self.halves % 2 == 1 { ".5" } else { "" })
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { halves: self.halves + other.halves }
    }
}

impl Mul<usize> for Points {
    type Output = Self;
    fn mul(self, times: usize) -> Self {
        Self { halves: self.halves * u32::try_from(times).unwrap_or(u32::MAX) }
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_exact_and_nothing_finer_is_taken() {
        assert_eq!(Points::from_number(1.5).map(|points| points.to_string()).as_deref(), Some("1.5"));
        assert_eq!(Points::from_number(2.0), Some(Points::whole(2)));
        for bad in [0.0, -1.0, 0.25, 1e9, f64::NAN, f64::INFINITY] {
            assert_eq!(Points::from_number(bad), None, "{bad}");
        }
    }
}
