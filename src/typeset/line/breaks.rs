//! Where the lines of a paragraph end.
//!
//! A paragraph is broken as a whole, after D. E. Knuth and M. F. Plass, *Breaking Paragraphs into Lines* (1981): of all rows of
//! lines that the legal breaks allow, the one with the least cost, found by going through the breaks once and keeping for each the
//! cheapest way to it. A line costs more the further its gaps are from their natural width, either way; so a character is taken in
//! from the next line (push-in) or left to it (push-out), whichever looks better, here or some lines further on.
//!
//! Three attempts, so that the usual paragraph is quick: lines that need little stretch; any that can be justified, with long words
//! parted; whatever there is, with lines left ragged and overlong words torn.

use super::super::Setter;
use super::super::atom::{Atom, AtomBody, Break, Class};
use super::{Alignment, MOST_STRETCH, words};
use crate::bank::Language;

/// What lines are measured by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    /// The width of a line in points.
    pub(super) width: f32,
    /// The size of the text in points.
    pub(super) size: f32,
    /// The language, which says how much stretch looks good and how gladly words are parted.
    pub(super) language: Language,
}

/// Costs of lines and breaks, as squares of a line's badness.
mod cost {
    /// The badness of a line as loose as still looks good.
    pub(super) const WORST: f32 = 100.0;
    /// Every line has this badness at least, so that fewer lines are better than more.
    pub(super) const LINE: f32 = 20.0;
    /// A paragraph whose last line is a lone character with its full stop (孤字).
    pub(super) const LONE: f32 = 25_000.0;
    /// A hyphen, where a reader expects one and where one does not.
    pub(super) const HYPHEN: [f32; 2] = [4_000.0, 22_500.0];
    /// Two lines after each other that end with a hyphen.
    pub(super) const HYPHENS: f32 = 30_000.0;
    /// A word torn without a hyphen.
    pub(super) const TORN: f32 = 4e6;
    /// A line that ends short of the edge; the same again for a line that is empty.
    pub(super) const RAGGED: f32 = 1e7;
    /// A line that stands out.
    pub(super) const OVERFULL: f32 = 1e9;
}

/// A line may be this much wider than its measure: rounding.
const TOLERANCE: f32 = 0.01;

/// How much an attempt allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// Lines that look good.
    Good,
    /// Lines that can be justified.
    Justified,
    /// Any lines.
    Any,
}

/// An atom as far as breaking is concerned, and the cheapest way to a break before it.
#[derive(Debug, Clone, Copy)]
struct Spot {
    /// Where the atom begins if all atoms stand in one line, in points.
    x: f32,
    /// The sum of the stretch before it.
    stretch: f32,
    /// The sum of the shrink before it.
    shrink: f32,
    /// The width of the atom at the end of a line: without its white, and with the hyphen that it ends with.
    last_width: f32,
    /// The white that goes where it starts a line.
    trim_left: f32,
    /// Whether a line may end after it.
    after: Break,
    is_space: bool,
    is_fill: bool,
    /// The cost of all lines up to a break before this atom.
    cost: f32,
    /// The break that the last of those lines begins at.
    from: u32,
}

/// The atoms at which lines end: for each line, the index after its last atom. Long words may be parted into several atoms.
pub(super) fn find(setter: &Setter<'_>, atoms: &mut Vec<Atom>, measure: Measure, alignment: Alignment) -> Vec<usize> {
    let plan = |spots: &mut Vec<Spot>, effort| match alignment {
        Alignment::Justified => best_fit(spots, measure, effort),
        Alignment::Left | Alignment::Center | Alignment::Right => Some(first_fit(spots, measure)),
    };
    let mut spots = spots(setter, atoms);
    let mut overlong = overlong(&spots, measure);
    if overlong.is_empty()
        && let Some(ends) = plan(&mut spots, Effort::Good)
    {
        return ends;
    }
    // Program text and headings are not hyphenated.
    let hyphens = alignment == Alignment::Justified;
    if words::part(atoms, hyphens) {
        spots = self::spots(setter, atoms);
        overlong = self::overlong(&spots, measure);
    }
    for marks in [false, true] {
        if !overlong.is_empty() {
            words::tear(atoms, &overlong, marks);
            spots = self::spots(setter, atoms);
            overlong = self::overlong(&spots, measure);
        }
    }
    let ends = plan(&mut spots, Effort::Justified).or_else(|| plan(&mut spots, Effort::Any));
    ends.unwrap_or_else(|| vec![atoms.len()])
}

/// One spot an atom, and one for the end.
fn spots(setter: &Setter<'_>, atoms: &[Atom]) -> Vec<Spot> {
    let (mut x, mut stretch, mut shrink) = (0.0, 0.0, 0.0);
    let mut spots = Vec::with_capacity(atoms.len() + 1);
    let (cost, from) = (f32::INFINITY, 0);
    for atom in atoms {
        let hyphen = if atom.after == Break::Hyphen { words::hyphen(setter, atom) } else { None };
        spots.push(Spot {
            x,
            stretch,
            shrink,
            last_width: atom.width - atom.trim_right + hyphen.map_or(0.0, |hyphen| hyphen.width),
            trim_left: atom.trim_left,
            after: atom.after,
            is_space: atom.class == Class::Space,
            is_fill: matches!(atom.body, AtomBody::Fill { .. }),
            cost,
            from,
        });
        x += atom.width + atom.gap;
        stretch += atom.stretch;
        shrink += atom.shrink;
    }
    let (after, is_space, is_fill) = (Break::Forced, false, false);
    spots.push(Spot { x, stretch, shrink, last_width: 0.0, trim_left: 0.0, after, is_space, is_fill, cost, from });
    spots
}

/// The room that a line takes and the room it may give or take.
#[derive(Debug, Clone, Copy)]
struct Extent {
    width: f32,
    stretch: f32,
    shrink: f32,
}

/// Where a line begins: the index of its first atom, spaces skipped, and what is to be subtracted from what stands at its end.
#[derive(Debug, Clone, Copy)]
struct Start {
    first: usize,
    x: f32,
    stretch: f32,
    shrink: f32,
}

impl Start {
    /// Of a line after a break before atom `at`; `kept` if its spaces are kept, since they begin a paragraph.
    fn new(spots: &[Spot], at: usize, kept: bool) -> Self {
        let spaces = spots[at..].iter().take_while(|spot| spot.is_space && spot.after != Break::Forced).count();
        let first = if kept { at } else { at + spaces };
        let spot = &spots[first];
        let trim = if at == 0 { 0.0 } else { spot.trim_left };
        Self { first, x: spot.x + trim, stretch: spot.stretch, shrink: spot.shrink }
    }

    /// The extent of the line that ends before atom `end`.
    fn extent(&self, spots: &[Spot], end: usize) -> Extent {
        let mut last = end;
        while last > self.first && spots[last - 1].is_space {
            last -= 1;
        }
        let Some(last) = last.checked_sub(1).filter(|last| *last >= self.first) else {
            return Extent { width: 0.0, stretch: 0.0, shrink: 0.0 };
        };
        let spot = &spots[last];
        Extent {
            width: spot.x + spot.last_width - self.x,
            stretch: spot.stretch - self.stretch,
            shrink: spot.shrink - self.shrink,
        }
    }
}

/// What stands between two legal breaks and is wider than a line.
fn overlong(spots: &[Spot], measure: Measure) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut begin = 0;
    for end in 1..spots.len() {
        if spots[end - 1].after != Break::Never || end + 1 == spots.len() {
            let Extent { width, shrink, .. } = Start::new(spots, begin, false).extent(spots, end);
            if width - shrink > measure.width + TOLERANCE {
                found.push(begin..end);
            }
            begin = end;
        }
    }
    found
}

/// Each line takes what it can, at its natural width.
fn first_fit(spots: &[Spot], measure: Measure) -> Vec<usize> {
    let count = spots.len() - 1;
    let mut ends = Vec::new();
    let mut at = 0;
    let mut kept = true;
    while at < count {
        let start = Start::new(spots, at, kept);
        let mut chosen = None;
        for end in at + 1..=count {
            let after = spots[end - 1].after;
            if after == Break::Never && end < count {
                continue;
            }
            if chosen.is_some() && start.extent(spots, end).width > measure.width + TOLERANCE {
                break;
            }
            chosen = Some(end);
            if after == Break::Forced {
                break;
            }
        }
        at = chosen.unwrap_or(count);
        kept = spots[at - 1].after == Break::Forced;
        ends.push(at);
    }
    ends
}

/// The row of lines with the least cost, if there is one within the effort.
fn best_fit(spots: &mut [Spot], measure: Measure, effort: Effort) -> Option<Vec<usize>> {
    let count = spots.len() - 1;
    let mut ends = Vec::new();
    let mut begin = 0;
    while begin < count {
        let forced = spots[begin..count].iter().position(|spot| spot.after == Break::Forced);
        let end = forced.map_or(count, |index| begin + index + 1);
        reach(spots, begin, end, measure, effort);
        if spots[end].cost.is_infinite() {
            return None;
        }
        let known = ends.len();
        let mut at = end;
        while at > begin {
            ends.push(at);
            at = spots[at].from as usize;
        }
        ends[known..].reverse();
        begin = end;
    }
    Some(ends)
}

/// Finds the cheapest way from one forced break to the next.
fn reach(spots: &mut [Spot], begin: usize, end: usize, measure: Measure, effort: Effort) {
    spots[begin..=end].iter_mut().for_each(|spot| spot.cost = f32::INFINITY);
    spots[begin].cost = 0.0;
    let fill = spots[begin..end].iter().position(|spot| spot.is_fill).map(|index| begin + index);
    let most = measure.most_stretch(effort);
    for at in begin..end {
        if spots[at].cost.is_infinite() {
            continue;
        }
        let start = Start::new(spots, at, at == begin);
        // Lines that end before here are too loose, those that end well beyond are too tight.
        let loosest = start.x + most * start.stretch + measure.width - measure.size;
        let tightest = start.x - start.shrink + measure.width + measure.size;
        let mut next = at + 1;
        if effort != Effort::Any {
            let loose = |spot: &Spot| spot.x + most * spot.stretch < loosest;
            next += spots[next..end].partition_point(loose);
            if let Some(fill) = fill.filter(|fill| *fill > at && *fill < next) {
                measure.consider(spots, &start, at, fill, effort);
            }
        }
        let mut found = false;
        for break_at in next..=end {
            if spots[break_at - 1].after == Break::Never && break_at != end {
                continue;
            }
            if found && spots[break_at - 1].x - spots[break_at - 1].shrink > tightest {
                break;
            }
            measure.consider(spots, &start, at, break_at, effort);
            found = true;
        }
    }
}

impl Measure {
    /// The stretch of a gap of weight 1 that just looks good, in points. Spaces take double; Chinese paragraphs have few of them.
    fn good_stretch(&self) -> f32 {
        let ems = match self.language {
            Language::Chinese => 0.125,
            Language::English => 0.08,
        };
        ems * self.size
    }

    /// The badness of a line that gives all it can. Marks on half an em look well; spaces of two thirds only just.
    fn tightest(&self) -> f32 {
        match self.language {
            Language::Chinese => 0.3 * cost::WORST,
            Language::English => cost::WORST,
        }
    }

    fn most_stretch(&self, effort: Effort) -> f32 {
        if effort == Effort::Good { self.good_stretch() } else { MOST_STRETCH * self.size }
    }

    /// Takes the line from one break to another if that is the cheapest way to the latter.
    fn consider(&self, spots: &mut [Spot], start: &Start, from: usize, to: usize, effort: Effort) {
        let ends_paragraph = spots[to - 1].after == Break::Forced || to + 1 == spots.len() || spots[to].is_fill;
        let extent = start.extent(spots, to);
        let Some(mut cost) = self.line_cost(extent, ends_paragraph, effort) else { return };
        let hyphen = |at: usize| at > 0 && spots[at - 1].after == Break::Hyphen;
        if hyphen(to) {
            cost += cost::HYPHEN[usize::from(self.language == Language::Chinese)];
            if hyphen(from) {
                cost += cost::HYPHENS;
            }
        }
        if spots[to - 1].after == Break::Torn {
            cost += cost::TORN;
        }
        if ends_paragraph && from > 0 && extent.width < 2.0 * self.size - TOLERANCE {
            cost += cost::LONE;
        }
        cost += spots[from].cost;
        if cost < spots[to].cost {
            spots[to].cost = cost;
            spots[to].from = from as u32;
        }
    }

    /// The cost of a line; `None` where it is not to be had with this effort.
    fn line_cost(&self, line: Extent, ends_paragraph: bool, effort: Effort) -> Option<f32> {
        let spare = self.width - line.width;
        let any = effort == Effort::Any;
        let (strain, worst) = if spare < -TOLERANCE {
            if -spare > line.shrink + TOLERANCE {
                return any.then_some(cost::OVERFULL);
            }
            (-spare / line.shrink, self.tightest())
        } else if ends_paragraph || spare < TOLERANCE {
            (0.0, cost::WORST)
        } else if spare > self.most_stretch(effort) * line.stretch {
            return any.then_some(cost::RAGGED * (1.0 + spare / self.width));
        } else {
            (spare / (line.stretch * self.good_stretch()), cost::WORST)
        };
        let badness = cost::LINE + worst * strain * strain * strain;
        Some(badness * badness)
    }
}
