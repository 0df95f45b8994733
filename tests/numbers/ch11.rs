//! The numbers on the cards of chapter 11 come by once more.

use super::{Claim, claim};

/// The states that breadth-first search grows at each step: all that were kept grow `candidates` each, and `kept` of these stay.
fn grown(steps: usize, candidates: u32, kept: u32) -> Vec<f64> {
    let mut states = 1;
    (0..steps)
        .map(|_| {
            let new = states * candidates;
            states = new.min(kept);
            f64::from(new)
        })
        .collect()
}

/// How likely it is that most of `paths` (an odd number) are right, where each is with the probability `p`.
fn majority(paths: i32, p: f64) -> f64 {
    (paths / 2 + 1..=paths).map(|right| exactly(paths, right, p)).sum()
}

fn exactly(paths: i32, right: i32, p: f64) -> f64 {
    let ways: f64 = (0..right).map(|k| f64::from(paths - k) / f64::from(k + 1)).product();
    ways * p.powi(right) * (1.0 - p).powi(paths - right)
}

/// Links where each is linked to each, and where all are linked to one (or stand in a row).
fn links(agents: f64) -> (f64, f64) {
    (agents * (agents - 1.0) / 2.0, agents - 1.0)
}

pub(super) fn claims() -> Vec<Claim> {
    let bfs = grown(3, 5, 4);
    let all = grown(3, 5, u32::MAX);
    let (total, total_all) = (bfs.iter().sum::<f64>(), all.iter().sum::<f64>());
    // The state at the start and those kept after the first two steps are grown, with one call each.
    let calls = 1.0 + 4.0 + 4.0;
    let checks = total * 3.0;

    let (full, star) = links(6.0);
    let (full_12, star_12) = links(12.0);
    let tokens_of_link = 2.0 * 200.0 * 3.0;

    let recency = |hours: i32| 0.99f64.powi(hours);
    let (a, b, c) = (2.0 / 10.0 + 0.30, 9.0 / 10.0 + 0.80, 5.0 / 10.0 + 0.60);

    vec![
        claim("cot-example-format", "12", 3.0 * 4.0),
        claim("cot-example-format", "20", 8.0 + 3.0 * 4.0),
        claim("tot-bfs-candidates", "15", grown(2, 5, 3)[1]),
        // What each wrong option comes from.
        claim("tot-bfs-candidates", "25", grown(2, 5, u32::MAX)[1]),
        claim("tot-bfs-candidates", "75", grown(2, 5, 3)[1] * 5.0),
        claim("tot-bfs-candidates", "125", grown(3, 5, u32::MAX)[2]),
        claim("tot-search-calc", "20", bfs[1]),
        claim("tot-search-calc", "20", bfs[2]),
        claim("tot-search-calc", "45", total),
        claim("tot-search-calc", "25", all[1]),
        claim("tot-search-calc", "125", all[2]),
        claim("tot-search-calc", "155", total_all),
        claim("tot-search-calc", "29.0", total / total_all * 100.0),
        claim("tot-search-calc", "9", calls),
        claim("tot-search-calc", "135", checks),
        claim("tot-search-calc", "144", calls + checks),
        claim("self-consistency-majority-calc", "0.343", exactly(3, 3, 0.7)),
        claim("self-consistency-majority-calc", "0.441", exactly(3, 2, 0.7)),
        claim("self-consistency-majority-calc", "0.784", majority(3, 0.7)),
        claim("self-consistency-majority-calc", "0.3087", exactly(5, 3, 0.7)),
        claim("self-consistency-majority-calc", "0.36015", exactly(5, 4, 0.7)),
        claim("self-consistency-majority-calc", "0.16807", exactly(5, 5, 0.7)),
        claim("self-consistency-majority-calc", "0.8369", majority(5, 0.7)),
        claim("self-consistency-majority-calc", "0.064", exactly(3, 3, 0.4)),
        claim("self-consistency-majority-calc", "0.288", exactly(3, 2, 0.4)),
        claim("self-consistency-majority-calc", "0.352", majority(3, 0.4)),
        claim("generative-memory-choice", "1.2", 0.9 + 0.1 + 0.2),
        claim("generative-memory-choice", "1.8", 0.3 + 0.8 + 0.7),
        claim("generative-memory-choice", "1.5", 0.6 + 0.5 + 0.4),
        claim("generative-memory-choice", "1.6", 0.1 + 0.9 + 0.6),
        // Each linked to each, two centres linked to the eight others, a row, a ring.
        claim("mas-ring-topology", "45", links(10.0).0),
        claim("mas-ring-topology", "16", 2.0 * (10.0 - 2.0)),
        claim("mas-ring-topology", "9", links(10.0).1),
        claim("mas-ring-topology", "10", links(10.0).1 + 1.0),
        claim("mas-links-calc", "15", full),
        claim("mas-links-calc", "5", star),
        claim("mas-links-calc", "18000", full * tokens_of_link),
        claim("mas-links-calc", "6000", star * tokens_of_link),
        claim("mas-links-calc", "66", full_12),
        claim("mas-links-calc", "11", star_12),
        claim("mas-links-calc", "4.4", full_12 / full),
        claim("mas-links-calc", "2.2", star_12 / star),
        claim("generative-retrieval-calc", "0.904", recency(10)),
        claim("generative-retrieval-calc", "0.547", recency(60)),
        claim("generative-retrieval-calc", "0.366", recency(100)),
        claim("generative-retrieval-calc", "1.404", recency(10) + a),
        claim("generative-retrieval-calc", "2.066", recency(100) + b),
        claim("generative-retrieval-calc", "1.647", recency(60) + c),
        claim("generative-retrieval-calc", "3.21", 3.0 * recency(10) + a),
        claim("generative-retrieval-calc", "2.80", 3.0 * recency(100) + b),
        claim("generative-retrieval-calc", "2.74", 3.0 * recency(60) + c),
        // The weight of recency at which the two come to the same.
        claim("generative-retrieval-calc", "2.23", (b - a) / (recency(10) - recency(100))),
    ]
}
