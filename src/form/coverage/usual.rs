//! What a form takes of each kind of card where it draws as evenly as the blueprint lets it.
//!
//! In: what a blueprint tells apart. Out: for each cell a number of items, mostly not whole, since it is what forms have on the average.
//! The bank is not asked: what is thin in it shall not count as what is wanted.
//!
//! At first every chapter and every level has the same chance; one that has a least and a most starts in the middle. Then, in turn, levels are scaled into their shares of the points, chapters into
//! their quotas, cells to what whole items let them be, and types to their counts, until all of them hold (iterative proportional
//! fitting).

use super::{Grid, Key, Part, within};

/// How often all are scaled. Contradictory demands never settle; the counts of the types are met in any case, since they come last.
const ROUNDS: usize = 100;

/// How many items of each cell a form has, each between its two `ends`.
pub(super) fn usual(grid: &Grid, ends: &[(usize, usize)]) -> Vec<f64> {
    let keys = grid.keys();
    let mut items: Vec<f64> = keys.iter().map(|key| part_weight(grid, *key) * level_weight(grid, *key)).collect();
    // What an item of each cell is worth, on the average of its type.
    let worth: Vec<f64> = keys.iter().map(|key| average_worth(grid, *key)).collect();
    let cells_of = |key: Key| (0..keys.len()).filter(|cell| within(keys[*cell], key)).collect::<Vec<_>>();
    let ones = vec![1.0; keys.len()];
    let mut margins: Vec<(Vec<usize>, &[f64], f64, f64)> = Vec::new();
    for share in &grid.levels {
        if let Some((low, high)) = share.halves {
            margins.push((cells_of((None, None, Some(share.level))), &worth, f64::from(low), f64::from(high)));
        }
    }
    for (part, low, high) in &grid.parts {
        margins.push((cells_of((None, Some(*part), None)), &ones, *low as f64, *high as f64));
    }
    margins
        .extend(ends.iter().enumerate().map(|(cell, (low, high))| (vec![cell], &ones[..], *low as f64, *high as f64)));
    for (kind, count) in &grid.kinds {
        margins.push((cells_of((Some(*kind), None, None)), &ones, *count as f64, *count as f64));
    }
    // The types first: what the others are measured by is a form of the right size.
    scale(&mut items, &margins[margins.len() - grid.kinds.len()..]);
    for _ in 0..ROUNDS {
        scale(&mut items, &margins);
    }
    items
}

/// How many items a form has of the part, to start with; in the right proportion to others at least.
fn part_weight(grid: &Grid, key: Key) -> f64 {
    let even = grid.items as f64 / (grid.parts.len() - usize::from(grid.rest > 0) + grid.rest).max(1) as f64;
    let Some(part) = key.1 else { return 1.0 };
    if part == Part::Rest {
        return even * grid.rest as f64;
    }
    let ends = grid.parts.iter().find(|(other, _, _)| *other == part);
    ends.map_or(even, |(_, low, high)| middle((*low as f64, *high as f64), grid.items as f64).unwrap_or(even))
}

/// How many halves of points a form has of the level, in the same way.
fn level_weight(grid: &Grid, key: Key) -> f64 {
    let Some(share) = grid.levels.iter().find(|share| Some(share.level) == key.2) else { return 1.0 };
    let total = grid.slots.iter().map(|slot| (slot.points.unwrap_or_default() * slot.count).halves()).sum::<u32>();
    let ends = share.halves.map(|(low, high)| (f64::from(low), f64::from(high)));
    ends.and_then(|ends| middle(ends, f64::from(total))).unwrap_or(f64::from(total.max(1)) / grid.levels.len() as f64)
}

/// The middle of two numbers that both say something.
fn middle((low, high): (f64, f64), whole: f64) -> Option<f64> {
    (low > 0.0 && high < whole).then_some(f64::midpoint(low, high))
}

/// Brings the weighted sum of each margin's cells between its two numbers.
fn scale(items: &mut [f64], margins: &[(Vec<usize>, &[f64], f64, f64)]) {
    for (cells, weights, low, high) in margins {
        let sum: f64 = cells.iter().map(|cell| items[*cell] * weights[*cell]).sum();
        let wanted = sum.max(*low).min(*high);
        if sum > 0.0 && wanted.to_bits() != sum.to_bits() {
            for cell in cells {
                items[*cell] *= wanted / sum;
            }
        }
    }
}

/// Halves of points.
fn average_worth(grid: &Grid, key: Key) -> f64 {
    let slots = || grid.slots.iter().filter(|slot| Some(slot.kind) == key.0);
    let halves: u32 = slots().map(|slot| slot.points.unwrap_or_default().halves() * slot.count as u32).sum();
    let count: usize = slots().map(|slot| slot.count).sum();
    f64::from(halves) / count.max(1) as f64
}
