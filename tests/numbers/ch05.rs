//! The numbers on the cards of chapter 5, come by once more.

use std::f64::consts::PI;

use super::{Claim, claim, claim_exact};

pub(super) fn claims() -> Vec<Claim> {
    [transformer(), normalisation(), layer(), positions(), keys_and_values(), experts(), masks_and_lengths()]
        .into_iter()
        .flatten()
        .collect()
}

/// The shares that a softmax makes of scores.
fn softmax(scores: &[f64]) -> Vec<f64> {
    let sum: f64 = scores.iter().map(|score| score.exp()).sum();
    scores.iter().map(|score| score.exp() / sum).collect()
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The error function, as the series 2/√π · Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)).
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for n in 1..60 {
        let n = f64::from(n);
        term *= -x * x / n;
        sum += term / (2.0 * n + 1.0);
    }
    sum * 2.0 / PI.sqrt()
}

/// What a place is turned by in the subspace `i` (from 1) of a head of so many dimensions.
fn theta(base: f64, i: i32, dimensions: i32) -> f64 {
    base.powf(-2.0 * f64::from(i - 1) / f64::from(dimensions))
}

fn transformer() -> Vec<Claim> {
    let query = [1.0, 1.0, 1.0, 1.0];
    let keys = [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0], [1.0, -1.0, 1.0, -1.0]];
    let values = [[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]];
    let raw: Vec<f64> = keys.iter().map(|key| dot(&query, key)).collect();
    let scaled: Vec<f64> = raw.iter().map(|score| score / 4f64.sqrt()).collect();
    let shares = softmax(&scaled);
    let column = |of: usize| -> f64 { shares.iter().zip(&values).map(|(share, value)| share * value[of]).sum() };
    let causal = softmax(&scaled[..2]);
    vec![
        // 64 products, each of variance 1.
        claim("arch-dot-product-std", "64", 64.0 * 1.0),
        claim("arch-dot-product-std", "8", 64f64.sqrt()),
        claim("arch-head-dim", "64", 1024.0 / 16.0),
        claim("arch-head-dim", "32", 1024.0 / 32.0),
        claim("arch-head-dim", "128", 1024.0 / 8.0),
        claim_exact("arch-base-ffn-params", "2,097,152", 2 * 512 * 2048),
        claim_exact("arch-base-ffn-params", "1,048,576", 512 * 2048),
        claim_exact("arch-base-ffn-params", "262,144", 512 * 512),
        claim_exact("arch-base-ffn-params", "4,194,304", 2048 * 2048),
        claim("arch-attention-calc", "4", raw[0]),
        claim("arch-attention-calc", "2", raw[1]),
        claim("arch-attention-calc", "0", raw[2]),
        claim("arch-attention-calc", "1", scaled[1]),
        claim("arch-attention-calc", "11.107", scaled.iter().map(|score| score.exp()).sum()),
        claim("arch-attention-calc", "0.665", shares[0]),
        claim("arch-attention-calc", "0.245", shares[1]),
        claim("arch-attention-calc", "0.090", shares[2]),
        claim("arch-attention-calc", "0.180", 2.0 * shares[2]),
        claim("arch-attention-calc", "0.845", column(0)),
        claim("arch-attention-calc", "0.425", column(1)),
        claim("arch-attention-calc", "0.867", softmax(&raw)[0]),
        claim("arch-attention-calc", "0.731", causal[0]),
        claim("arch-attention-calc", "0.269", causal[1]),
    ]
}

fn normalisation() -> Vec<Claim> {
    let x = [1.0, 3.0, 5.0, 7.0];
    let count = 4.0;
    let mean = x.iter().sum::<f64>() / count;
    let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
    let square = |shift: f64| x.iter().map(|x| (x + shift) * (x + shift)).sum::<f64>() / count;
    let rms = square(0.0).sqrt();
    vec![
        claim("arch-norm-calc", "4", mean),
        claim("arch-norm-calc", "5", variance),
        claim("arch-norm-calc", "2.236", variance.sqrt()),
        claim("arch-norm-calc", "1.342", (x[3] - mean) / variance.sqrt()),
        claim("arch-norm-calc", "0.447", (x[2] - mean) / variance.sqrt()),
        claim("arch-norm-calc", "21", square(0.0)),
        claim("arch-norm-calc", "4.583", rms),
        claim("arch-norm-calc", "0.218", x[0] / rms),
        claim("arch-norm-calc", "0.655", x[1] / rms),
        claim("arch-norm-calc", "1.091", x[2] / rms),
        claim("arch-norm-calc", "1.528", x[3] / rms),
        claim("arch-norm-calc", "201", square(10.0)),
        claim("arch-norm-calc", "14.177", square(10.0).sqrt()),
        // The sign stands before the number on the card.
        claim("arch-swish-value", "0.238", 2.0 * sigmoid(-2.0)),
        claim("arch-swish-value", "1.762", 2.0 * sigmoid(2.0)),
        claim("arch-swish-value", "0.119", sigmoid(-2.0)),
        claim("arch-activation-negative", "0.269", sigmoid(-1.0)),
        claim("arch-activation-negative", "0.159", 0.5 * (1.0 + erf(-1.0 / 2f64.sqrt()))),
        claim("arch-relu-cloze", "0", f64::max(-3.0, 0.0)),
    ]
}

fn layer() -> Vec<Claim> {
    let (hidden, inner) = (4096_u64, 11008_u64);
    let attention = 4 * hidden * hidden;
    let gated = 3 * hidden * inner;
    let whole = attention + gated + 2 * hidden;
    let plain = 2 * hidden * 4 * hidden;
    vec![
        // 2H · 4H = 3HH', so that H' = 8H/3.
        claim("arch-glu-intermediate", "16,384", 8.0 * 6144.0 / 3.0),
        claim("arch-glu-intermediate", "24,576", 4.0 * 6144.0),
        claim("arch-glu-intermediate", "12,288", 2.0 * 6144.0),
        claim("arch-glu-intermediate", "8,192", 4.0 * 6144.0 / 3.0),
        claim_exact("arch-llama-layer-calc", "67,108,864", attention),
        claim_exact("arch-llama-layer-calc", "135,266,304", gated),
        claim_exact("arch-llama-layer-calc", "8192", 2 * hidden),
        claim_exact("arch-llama-layer-calc", "202,383,360", whole),
        claim("arch-llama-layer-calc", "66.8", gated as f64 / whole as f64 * 100.0),
        claim_exact("arch-llama-layer-calc", "134,217,728", plain),
        claim("arch-llama-layer-calc", "0.78", (gated - plain) as f64 / plain as f64 * 100.0),
        claim("arch-llama-layer-calc", "10922.7", 8.0 * hidden as f64 / 3.0),
        claim_exact("arch-llama-layer-calc", "11008", (8 * hidden / 3).next_multiple_of(256)),
    ]
}

/// (1, 0), turned by an angle.
fn turned(angle: f64) -> [f64; 2] {
    [angle.cos(), angle.sin()]
}

fn positions() -> Vec<Claim> {
    // One head of eight dimensions: four subspaces.
    let turn = |i| theta(10_000.0, i, 8);
    let wide = |i| theta(160_000.0, i, 8);
    let place = 6000.0 * 2048.0 / 8192.0;
    vec![
        claim("arch-alibi-penalty", "3", 12.0 * 2f64.powi(-2)),
        claim("arch-alibi-penalty", "1.5", 12.0 * 2f64.powi(-3)),
        claim("arch-alibi-penalty", "6", 12.0 * 2f64.powi(-1)),
        claim("arch-alibi-penalty", "24", 12.0 * 2.0),
        claim("arch-rope-theta-value", "0.01", theta(10_000.0, 33, 128)),
        claim("arch-rope-theta-value", "0.1", 10_000f64.powf(-32.0 / 128.0)),
        claim("arch-rope-theta-value", "0.0001", 10_000f64.powf(-2.0 * 32.0 / 64.0)),
        claim("arch-rope-theta-value", "1", theta(10_000.0, 1, 128)),
        claim("arch-rope-relative-pairs", "3", 105.0 - 102.0),
        claim("arch-rope-relative-pairs", "6", 108.0 - 102.0),
        claim("arch-rope-calc", "1", turn(1)),
        claim("arch-rope-calc", "0.1", turn(2)),
        claim("arch-rope-calc", "0.01", turn(3)),
        claim("arch-rope-calc", "0.001", turn(4)),
        claim("arch-rope-calc", "100", 100.0 * turn(1)),
        claim("arch-rope-calc", "10", 100.0 * turn(2)),
        claim("arch-rope-calc", "1", 100.0 * turn(3)),
        claim("arch-rope-calc", "0.1", 100.0 * turn(4)),
        claim("arch-rope-calc", "0.540", (100.0 * turn(3)).cos()),
        claim("arch-rope-calc", "0.841", (100.0 * turn(3)).sin()),
        claim("arch-rope-calc", "1.5", 150.0 * turn(3)),
        claim("arch-rope-calc", "0.5", 50.0 * turn(3)),
        claim("arch-rope-calc", "0.540", dot(&turned(150.0 * turn(3)), &turned(50.0 * turn(3)))),
        claim("arch-interpolation-position", "1,500", place),
        claim("arch-interpolation-position", "3,952", 6000.0 - 2048.0),
        claim("arch-interpolation-position", "24,000", 6000.0 * 8192.0 / 2048.0),
        claim("arch-wavelength-calc", "6.283", 2.0 * PI / turn(1)),
        claim("arch-wavelength-calc", "62.83", 2.0 * PI / turn(2)),
        claim("arch-wavelength-calc", "628.3", 2.0 * PI / turn(3)),
        claim("arch-wavelength-calc", "6283", 2.0 * PI / turn(4)),
        claim("arch-wavelength-calc", "0.25", 2048.0 / 8192.0),
        claim("arch-wavelength-calc", "6", 6000.0 * turn(4)),
        claim("arch-wavelength-calc", "1500", place),
        claim("arch-wavelength-calc", "1.5", place * turn(4)),
        claim("arch-wavelength-calc", "20", 160_000f64.powf(0.25)),
        claim("arch-wavelength-calc", "0.05", wide(2)),
        claim("arch-wavelength-calc", "0.000125", wide(4)),
        claim("arch-wavelength-calc", "1.024", 8191.0 * wide(4)),
        claim("arch-wavelength-calc", "2.047", 2047.0 * turn(4)),
    ]
}

fn keys_and_values() -> Vec<Claim> {
    let (layers, heads, groups, dimensions, latent) = (48_u64, 32_u64, 4_u64, 128_u64, 512_u64);
    let many = 2 * heads * dimensions * layers;
    let grouped = 2 * groups * dimensions * layers;
    let one = 2 * dimensions * layers;
    let hidden = latent * layers;
    let gib = (1_u64 << 30) as f64;
    vec![
        claim_exact("arch-gqa-kv-count", "16", 2 * 8),
        claim_exact("arch-gqa-kv-count", "128", 2 * 64),
        claim_exact("arch-kv-elements-calc", "393,216", many),
        claim_exact("arch-kv-elements-calc", "49,152", grouped),
        claim_exact("arch-kv-elements-calc", "12,288", one),
        claim_exact("arch-kv-elements-calc", "24,576", hidden),
        claim_exact("arch-kv-elements-calc", "6,442,450,944", many * 8192 * 2),
        claim("arch-kv-elements-calc", "6", (many * 8192 * 2) as f64 / gib),
        claim_exact("arch-kv-elements-calc", "402,653,184", hidden * 8192 * 2),
        claim("arch-kv-elements-calc", "0.375", (hidden * 8192 * 2) as f64 / gib),
        // The denominators of 1/8, 1/32 and 1/16.
        claim("arch-kv-elements-calc", "8", many as f64 / grouped as f64),
        claim("arch-kv-elements-calc", "32", many as f64 / one as f64),
        claim("arch-kv-elements-calc", "16", many as f64 / hidden as f64),
        claim_exact("arch-kv-elements-calc", "256", one / layers),
        claim_exact("arch-kv-elements-calc", "512", hidden / layers),
        claim_exact("arch-kv-elements-calc", "1024", grouped / layers),
    ]
}

fn experts() -> Vec<Claim> {
    let scores = [1.0, 3.0, 2.0, 0.0];
    let (layers, hidden, inner, experts, active) = (32_u64, 4096_u64, 14_336_u64, 8_u64, 2_u64);
    // 32 heads, 8 groups of keys and values, 32,000 words, as the paper on Mixtral 8×7B has them.
    let attention = 2 * hidden * hidden + 2 * hidden * (8 * 128);
    let rest = layers * (attention + hidden * experts) + 2 * 32_000 * hidden + (2 * layers + 1) * hidden;
    let expert = 3 * hidden * inner;
    let all = expert * experts * layers + rest;
    let used = expert * active * layers + rest;
    vec![
        claim("arch-moe-routing-weight", "0.731", softmax(&[scores[1], scores[2]])[0]),
        claim("arch-moe-routing-weight", "0.644", softmax(&scores)[1]),
        claim("arch-moe-routing-weight", "0.600", scores[1] / (scores[1] + scores[2])),
        claim_exact("arch-moe-params-calc", "1,605,636,096", rest),
        claim_exact("arch-moe-params-calc", "176,160,768", expert),
        claim_exact("arch-moe-params-calc", "45,097,156,608", expert * experts * layers),
        claim_exact("arch-moe-params-calc", "46,702,792,704", all),
        claim("arch-moe-params-calc", "467.0", all as f64 / 1e8),
        claim_exact("arch-moe-params-calc", "12,879,925,248", used),
        claim("arch-moe-params-calc", "128.8", used as f64 / 1e8),
        claim("arch-moe-params-calc", "27.6", used as f64 / all as f64 * 100.0),
        claim("arch-moe-params-calc", "93.4", all as f64 * 2.0 / 1e9),
        claim("arch-mixtral-total-tf", "467", all as f64 / 1e8),
        claim("arch-mixtral-active-cloze", "129", used as f64 / 1e8),
    ]
}

fn masks_and_lengths() -> Vec<Claim> {
    let (all, prefix) = (6_u64, 4_u64);
    let seen = |token: u64| if token <= prefix { prefix } else { token };
    let (hidden, before, after) = (4096.0, 4096.0, 28672.0);
    let step = |length: f64| length * hidden + hidden * hidden;
    vec![
        claim_exact("arch-prefix-pairs", "27", (1..=all).map(seen).sum()),
        claim_exact("arch-prefix-pairs", "16", prefix * prefix),
        claim_exact("arch-prefix-pairs", "21", (1..=all).sum()),
        claim_exact("arch-prefix-pairs", "36", all * all),
        // The denominators of 1/8, 1/4 and 1/64.
        claim("arch-sliding-window-ratio", "4", 32768.0 / 2.0 / 4096.0),
        claim("arch-sliding-window-ratio", "8", 32768.0 / 4096.0),
        claim("arch-sliding-window-ratio", "64", (32768.0_f64 / 4096.0).powi(2)),
        claim("arch-attention-complexity-cloze", "16", 4f64.powi(2)),
        claim("arch-decode-cost-ratio", "4", step(after) / step(before)),
        claim("arch-decode-cost-ratio", "7", after / before),
    ]
}
