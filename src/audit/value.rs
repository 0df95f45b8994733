//! What was found of a form, and what is allowed: numbers with their kind, in words that no language owns.

use crate::blueprint::Share;
use crate::card::letter;
use crate::points::Points;
use std::fmt;
use std::ops::RangeInclusive;

/// What a form has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// So many of so many: chapters, statements, items.
    Share {
        /// How many.
        part: usize,
        /// Of how many, at least one.
        whole: usize,
    },
    /// So many points of so many.
    PointsShare {
        /// How many.
        part: Points,
        /// Of how many, more than none.
        whole: Points,
    },
    /// So many.
    Count(usize),
    /// So many points.
    Points(Points),
    /// So many at each letter, from A.
    Letters(Vec<usize>),
}

/// What is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// From and to so large a share.
    Share(Share, Share),
    /// Less than such a share.
    ShareBelow(Share),
    /// From and to so many.
    Count(RangeInclusive<usize>),
    /// From and to so many points.
    Points(RangeInclusive<Points>),
    /// From and to so many at each letter, from A.
    Letters(Vec<RangeInclusive<usize>>),
}

impl Limit {
    /// From so many on.
    pub(super) fn at_least(count: usize) -> Self {
        Self::Count(count..=usize::MAX)
    }

    /// Up to so many.
    pub(super) fn at_most(count: usize) -> Self {
        Self::Count(0..=count)
    }

    /// Whether it allows what was found. A count is of the part, where a share was found.
    pub fn allows(&self, found: &Found) -> bool {
        match (self, found) {
            (Self::Letters(limits), Found::Letters(counts)) => {
                limits.len() == counts.len() && limits.iter().zip(counts).all(|(limit, count)| limit.contains(count))
            }
            (Self::Count(range), Found::Count(count) | Found::Share { part: count, .. }) => range.contains(count),
            (Self::Points(range), Found::Points(points)) => range.contains(points),
            _ => match found.ratio() {
                Some((part, whole)) => self.allows_share(part, whole),
                None => false,
            },
        }
    }

    fn allows_share(&self, part: u32, whole: u32) -> bool {
        match self {
            Self::Share(min, max) => (min.ceil_of(whole)..=max.floor_of(whole)).contains(&part),
            Self::ShareBelow(limit) => part < limit.ceil_of(whole),
            _ => false,
        }
    }
}

impl Found {
    /// What is a share, as two whole numbers.
    pub fn ratio(&self) -> Option<(u32, u32)> {
        let number = |number: &usize| u32::try_from(*number).unwrap_or(u32::MAX);
        match self {
            Self::Share { part, whole } => Some((number(part), number(whole))),
            Self::PointsShare { part, whole } => Some((part.halves(), whole.halves())),
            Self::Count(_) | Self::Points(_) | Self::Letters(_) => None,
        }
    }
}

impl fmt::Display for Found {
    /// `11/12 (91.7%)`, `8`, `A 4  B 3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { part, whole } => write!(f, "{part}/{whole}")?,
            Self::PointsShare { part, whole } => write!(f, "{part}/{whole}")?,
            Self::Count(count) => write!(f, "{count}")?,
            Self::Points(points) => write!(f, "{points}")?,
            Self::Letters(counts) => {
                let letters = counts.iter().enumerate().map(|(place, count)| format!("{} {count}", letter(place)));
                f.write_str(&letters.collect::<Vec<_>>().join(", "))?;
            }
        }
        self.ratio().map_or(Ok(()), |(part, whole)| write!(f, " ({})", percent(part, whole)))
    }
}

/// A share of whole numbers in per cent, rounded to a tenth.
pub(crate) fn percent(part: u32, whole: u32) -> String {
    let (part, whole) = (u64::from(part), u64::from(whole.max(1)));
    let tenths = (part * 2000 + whole) / (2 * whole);
    match tenths % 10 {
        0 => format!("{}%", tenths / 10),
        rest => format!("{}.{rest}%", tenths / 10),
    }
}

impl fmt::Display for Limit {
    /// `≥ 80%`, `< 10%`, `5–10`, `= 100`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShareBelow(share) => write!(f, "< {share}"),
            Self::Share(min, max) => bounds(f, min, max, *min == Share::NONE, *max == Share::ALL),
            Self::Count(range) => range_of(f, range),
            Self::Points(range) => {
                let (min, max) = (range.start(), range.end());
                bounds(f, min, max, *min == Points::ZERO, *max == Points::MAX)
            }
            // Nearly always all alike: the items have as many options.
            Self::Letters(ranges) => match ranges.first() {
                Some(first) if ranges.iter().all(|range| range == first) => range_of(f, first),
                _ => ranges.iter().enumerate().try_for_each(|(place, range)| {
                    write!(f, "{}{} ", if place == 0 { "" } else { ", " }, letter(place))?;
                    range_of(f, range)
                }),
            },
        }
    }
}

fn range_of(f: &mut fmt::Formatter<'_>, range: &RangeInclusive<usize>) -> fmt::Result {
    let (min, max) = (range.start(), range.end());
    bounds(f, min, max, *min == 0, *max == usize::MAX)
}

/// `low`: whether `min` bounds nothing; `high`: whether `max` does not.
fn bounds<T: fmt::Display + PartialEq>(
    f: &mut fmt::Formatter<'_>,
    min: &T,
    max: &T,
    low: bool,
    high: bool,
) -> fmt::Result {
    match (low, high) {
        _ if min == max => write!(f, "= {min}"),
        (false, true) => write!(f, "≥ {min}"),
        (true, false) => write!(f, "≤ {max}"),
        _ => write!(f, "{min}–{max}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(percent: u32) -> Share {
        Share::from_basis_points(percent * 100).expect("a share")
    }

    #[test]
    fn shares_are_judged_exactly_and_not_as_they_are_rounded() {
        let (part, whole) = (7997, 10_000);
        let found = Found::Share { part, whole };
        assert_eq!(found.to_string(), "7997/10000 (80%)");
        assert!(!Limit::Share(share(80), Share::ALL).allows(&found));
        let tenth = Found::Share { part: 1, whole: 10 };
        assert!(!Limit::ShareBelow(share(10)).allows(&tenth), "less than 10% is not 10%");
        assert!(Limit::ShareBelow(share(10)).allows(&Found::Share { part: 4, whole: 48 }));
        assert!(!Limit::ShareBelow(share(10)).allows(&Found::Share { part: 5, whole: 48 }));
        let points = Found::PointsShare { part: Points::whole(60), whole: Points::whole(100) };
        assert!(Limit::Share(share(60), share(80)).allows(&points));
        assert!(!Limit::Share(share(61), share(80)).allows(&points));
    }

    #[test]
    fn limits_and_what_was_found_are_short() {
        let shown = [
            Limit::Share(share(80), Share::ALL),
            Limit::Share(Share::ALL, Share::ALL),
            Limit::Share(Share::NONE, share(20)),
            Limit::Share(share(60), share(80)),
            Limit::Share(Share::NONE, Share::ALL),
            Limit::ShareBelow(share(10)),
            Limit::at_least(5),
            Limit::at_most(0),
            Limit::Count(5..=10),
            Limit::Points(Points::ZERO..=Points::whole(30)),
            Limit::Points(Points::whole(100)..=Points::whole(100)),
            Limit::Letters(vec![1..=6, 1..=6]),
            Limit::Letters(vec![1..=6, 0..=2]),
        ];
        assert_eq!(
            shown.map(|limit| limit.to_string()),
            [
                "≥ 80%",
                "= 100%",
                "≤ 20%",
                "60%–80%",
                "0%–100%",
                "< 10%",
                "≥ 5",
                "= 0",
                "5–10",
                "≤ 30",
                "= 100",
                "1–6",
                "A 1–6, B ≤ 2"
            ]
        );
        assert_eq!(Found::Letters(vec![4, 0]).to_string(), "A 4, B 0");
        assert_eq!(Found::PointsShare { part: Points::whole(1), whole: Points::whole(3) }.to_string(), "1/3 (33.3%)");
    }
}
