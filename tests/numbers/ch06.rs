//! The numbers on the cards of chapter 6, sections 6.1, 6.2 and 6.4, come by once more.

use super::{Claim, claim, claim_exact};

/// What decides how large a model of the LLaMA family is.
struct Shape {
    layers: u64,
    hidden: u64,
    inner: u64,
    vocabulary: u64,
}

const LLAMA_7B: Shape = Shape { layers: 32, hidden: 4096, inner: 11_008, vocabulary: 32_000 };

const LLAMA_65B: Shape = Shape { layers: 80, hidden: 8192, inner: 22_016, vocabulary: 32_000 };

impl Shape {
    /// Four square matrices: query, key, value, output.
    fn attention(&self) -> u64 {
        4 * self.hidden * self.hidden
    }

    /// Three matrices: gate, up, down.
    fn feed_forward(&self) -> u64 {
        3 * self.hidden * self.inner
    }

    /// Attention, feed-forward network and two RMSNorms.
    fn layer(&self) -> u64 {
        self.attention() + self.feed_forward() + 2 * self.hidden
    }

    /// The embedding and the output matrix, not shared.
    fn ends(&self) -> u64 {
        2 * self.vocabulary * self.hidden
    }

    /// 2VH + H + L(4H² + 3HH' + 2H).
    fn parameters(&self) -> u64 {
        self.ends() + self.hidden + self.layers * self.layer()
    }
}

/// Linear warm-up from 0 to the peak, then a cosine down to the floor, which is a tenth of it.
fn learning_rate(step: f64, warm_up: f64, steps: f64, peak: f64) -> f64 {
    if step < warm_up {
        return peak * step / warm_up;
    }
    let floor = peak / 10.0;
    let progress = (step - warm_up) / (steps - warm_up);
    floor + (peak - floor) / 2.0 * (1.0 + (std::f64::consts::PI * progress).cos())
}

/// Operations of an n×m by m×p product.
fn product(n: u64, m: u64, p: u64) -> u64 {
    2 * n * m * p
}

fn norm(vector: [f64; 3]) -> f64 {
    vector.iter().map(|x| x * x).sum::<f64>().sqrt()
}

pub(super) fn claims() -> Vec<Claim> {
    let mut claims = tasks();
    claims.extend(settings());
    claims.extend(parameters());
    claims.extend(operations());
    claims.extend(training_time());
    claims.extend(memory());
    claims
}

/// Section 6.1.
fn tasks() -> Vec<Claim> {
    vec![claim_exact("task-prefix-loss-count", "600", 1000 - 400)]
}

/// Section 6.2.
fn settings() -> Vec<Claim> {
    let gpt3_peak = 6e-5;
    let (steps, warm_up, peak) = (100_000.0, 400.0, 1e-4);

    // Two stages of batches: 1M tokens, then 3M.
    let (tokens, early, small, large) = (3e11, 3e10, 1e6, 3e6);
    let (first, second) = (early / small, (tokens - early) / large);
    let sequences = large / 2048.0;
    let at_once = 256.0 * 4.0;

    let gradient = [2.0, -3.0, 6.0];
    let length = norm(gradient);

    vec![
        claim("opt-warmup-value", "2.5", learning_rate(500.0, 2000.0, steps, 1e-4) / 1e-5),
        claim("opt-lr-cosine-mid", "3.3", learning_rate(0.5, 0.0, 1.0, gpt3_peak) / 1e-5),
        claim("opt-warmup-steps", "1500", 1.2e12 / 4e6 * 0.005),
        claim("opt-warmup-steps", "3", 1.2e12 / 4e6 / 1e5),
        claim("opt-adafactor-beta2-value", "0.0625", 32_f64.powf(-0.8)),
        claim("opt-adafactor-beta2-value", "0.9375", 1.0 - 32_f64.powf(-0.8)),
        claim("opt-clip-by-norm", "0.25", 1.0 / 4.0),
        claim("opt-weight-decay-shrink", "0.37", (1.0_f64 - 1e-4 * 0.1).powf(1e5)),
        claim("opt-cloze-gpt3-batch", "100", 3.2e6 / 32e3),
        claim("opt-calc-lr-schedule", "0.4", warm_up / steps * 100.0),
        claim("opt-calc-lr-schedule", "2.5", learning_rate(100.0, warm_up, steps, peak) / 1e-5),
        claim("opt-calc-lr-schedule", "7.75", learning_rate(33_600.0, warm_up, steps, peak) / 1e-5),
        claim("opt-calc-lr-schedule", "3.25", learning_rate(66_800.0, warm_up, steps, peak) / 1e-5),
        claim("opt-calc-lr-schedule", "2.25", (peak - learning_rate(33_600.0, warm_up, steps, peak)) / 1e-5),
        claim(
            "opt-calc-lr-schedule",
            "4.5",
            (learning_rate(33_600.0, warm_up, steps, peak) - learning_rate(66_800.0, warm_up, steps, peak)) / 1e-5,
        ),
        claim("opt-calc-dynamic-batch", "30000", first),
        claim("opt-calc-dynamic-batch", "2.7", (tokens - early) / 1e11),
        claim("opt-calc-dynamic-batch", "90000", second),
        claim("opt-calc-dynamic-batch", "120000", first + second),
        claim("opt-calc-dynamic-batch", "100000", tokens / large),
        claim("opt-calc-dynamic-batch", "20000", first + second - tokens / large),
        claim("opt-calc-dynamic-batch", "1464.8", sequences),
        claim("opt-calc-dynamic-batch", "1465", sequences),
        claim("opt-calc-dynamic-batch", "1024", at_once),
        claim("opt-calc-dynamic-batch", "1.43", sequences / at_once),
        claim("opt-calc-dynamic-batch", "2", (sequences / at_once).ceil()),
        claim("opt-calc-dynamic-batch", "2048", 2.0 * at_once),
        claim("opt-calc-dynamic-batch", "4.2", 2.0 * at_once * 2048.0 / 1e6),
        claim("opt-calc-clip", "7", length),
        claim("opt-calc-clip", "0.286", gradient[0] / length),
        claim("opt-calc-clip", "0.429", -gradient[1] / length),
        claim("opt-calc-clip", "0.857", gradient[2] / length),
        claim("opt-calc-clip", "0.7", norm([0.2, -0.3, 0.6])),
    ]
}

/// Section 6.4.1: how many parameters.
#[expect(clippy::cast_precision_loss, reason = "shares of a per cent, from numbers below 2^53")]
fn parameters() -> Vec<Claim> {
    let (small, large) = (LLAMA_7B, LLAMA_65B);
    let rough = 12 * large.layers * large.hidden * large.hidden;
    let short = (large.parameters() - rough) as f64 / large.parameters() as f64;
    vec![
        claim_exact("cost-embedding-params", "262,144,000", small.ends()),
        claim_exact("cost-embedding-params", "131,072,000", small.ends() / 2),
        claim_exact("cost-embedding-params", "393,216,000", small.ends() / 2 * 3),
        claim_exact("cost-embedding-params", "524,288,000", small.ends() * 2),
        claim_exact("cost-norm-params", "65", 2 * small.layers + 1),
        claim_exact("cost-norm-params", "266,240", (2 * small.layers + 1) * small.hidden),
        claim_exact("cost-norm-params", "131,072", small.layers * small.hidden),
        claim_exact("cost-norm-params", "262,144", 2 * small.layers * small.hidden),
        claim_exact("cost-norm-params", "532,480", 2 * (2 * small.layers + 1) * small.hidden),
        // Width and inner width doubled: each product of two widths is four times as large.
        claim_exact("cost-width-double", "4", 2 * 2),
        // The feed-forward part thought to be only twice as large: (4·4 + 2·8) / (4 + 8).
        claim("cost-width-double", "2.7", (4.0 * 4.0 + 2.0 * 8.0) / (4.0 + 8.0)),
        claim_exact("cost-tf-attn-ffn", "67,108,864", small.attention()),
        claim_exact("cost-tf-attn-ffn", "135,266,304", small.feed_forward()),
        claim_exact("cost-calc-params-7b", "67,108,864", small.attention()),
        claim_exact("cost-calc-params-7b", "135,266,304", small.feed_forward()),
        claim_exact("cost-calc-params-7b", "8,192", 2 * small.hidden),
        claim_exact("cost-calc-params-7b", "202,383,360", small.layer()),
        claim_exact("cost-calc-params-7b", "6,476,267,520", small.layers * small.layer()),
        claim_exact("cost-calc-params-7b", "262,144,000", small.ends()),
        claim_exact("cost-calc-params-7b", "6,738,415,616", small.parameters()),
        claim("cost-calc-params-7b", "67", small.parameters() as f64 / 1e8),
        claim_exact("cost-calc-params-65b", "268,435,456", large.attention()),
        claim_exact("cost-calc-params-65b", "541,065,216", large.feed_forward()),
        claim_exact("cost-calc-params-65b", "16,384", 2 * large.hidden),
        claim_exact("cost-calc-params-65b", "809,517,056", large.layer()),
        claim_exact("cost-calc-params-65b", "64,761,364,480", large.layers * large.layer()),
        claim_exact("cost-calc-params-65b", "524,288,000", large.ends()),
        claim_exact("cost-calc-params-65b", "65,285,660,672", large.parameters()),
        claim_exact("cost-calc-params-65b", "64,424,509,440", rough),
        claim_exact("cost-calc-params-65b", "861,151,232", large.parameters() - rough),
        claim("cost-calc-params-65b", "1.3", short * 100.0),
    ]
}

/// Section 6.4.2: how many operations.
#[expect(clippy::cast_precision_loss, reason = "rounded to three figures")]
fn operations() -> Vec<Claim> {
    let (tokens, parameters) = (1e12, 7e9);
    let one = product(4 * 2048, 4096, 11_008);
    let (forward, both) = (3 * one, 3 * 3 * one);
    let hidden = 4096_u64;
    let linear = 24 * hidden * hidden;
    let scores = |length: u64| 4 * length * hidden;
    let share = |length: u64| scores(length) as f64 / linear as f64;
    vec![
        claim("cost-train-flop", "1.4", 2.0 * tokens * parameters / 1e22),
        claim("cost-train-flop", "2.8", 4.0 * tokens * parameters / 1e22),
        claim("cost-train-flop", "4.2", 6.0 * tokens * parameters / 1e22),
        claim("cost-train-flop", "5.6", 8.0 * tokens * parameters / 1e22),
        claim_exact("cost-attn-share", "24576", 6 * hidden),
        claim("cost-attn-share", "8.3", 2048.0 / (6.0 * 4096.0) * 100.0),
        claim("cost-attn-share", "2.1", 2048.0 / (24.0 * 4096.0) * 100.0),
        claim("cost-attn-share", "12.5", 2048.0 / (4.0 * 4096.0) * 100.0),
        claim("cost-attn-share", "50.0", 2048.0 / 4096.0 * 100.0),
        claim_exact("cost-attn-equal", "30720", 6 * 5120),
        claim_exact("cost-attn-equal", "20480", 4 * 5120),
        claim("cost-attn-equal", "853", 5120.0 / 6.0),
        claim_exact("cost-calc-ffn-flop", "8192", 4 * 2048),
        claim_exact("cost-calc-ffn-flop", "738,734,374,912", one),
        claim("cost-calc-ffn-flop", "7.39", one as f64 / 1e11),
        claim_exact("cost-calc-ffn-flop", "2,216,203,124,736", forward),
        claim("cost-calc-ffn-flop", "2.22", forward as f64 / 1e12),
        claim_exact("cost-calc-ffn-flop", "6,648,609,374,208", both),
        claim("cost-calc-ffn-flop", "6.65", both as f64 / 1e12),
        claim("cost-calc-ffn-flop", "0.0443", both as f64 / 1.5e14),
        claim("cost-calc-ffn-flop", "44.3", both as f64 / 1.5e14 * 1e3),
        claim_exact("cost-calc-attn-share", "402,653,184", linear),
        claim("cost-calc-attn-share", "4.03", linear as f64 / 1e8),
        claim_exact("cost-calc-attn-share", "33,554,432", scores(2048)),
        claim("cost-calc-attn-share", "3.36", scores(2048) as f64 / 1e7),
        claim("cost-calc-attn-share", "8.3", share(2048) * 100.0),
        claim("cost-calc-attn-share", "1.33", share(32_768)),
        claim("cost-calc-attn-share", "2.33", 1.0 + share(32_768)),
    ]
}

/// Section 6.4.3: how long it takes.
fn training_time() -> Vec<Claim> {
    let day = 86_400.0;

    let (parameters, tokens, gpus, peak, actual) = (7e9, 2e12, 256.0, 3.12e14, 1.5e14);
    let plain = 6.0 * tokens * parameters;
    let recomputed = 8.0 * tokens * parameters;
    let fleet = gpus * actual;
    let wanted = recomputed / (actual * 14.0 * day);

    let (llama, read, cards, seconds) = (6.53e10, 1.4e12, 2048.0, 21.0 * day);
    let rate = read / (cards * seconds);

    vec![
        claim("cost-time-scale", "1.5", 3.0 / 2.0),
        claim("cost-time-scale", "0.67", 2.0 / 3.0),
        claim("cost-calc-train-time", "48.1", actual / peak * 100.0),
        claim("cost-calc-train-time", "8.4", plain / 1e22),
        claim("cost-calc-train-time", "3.84", fleet / 1e16),
        claim("cost-calc-train-time", "2.1875", plain / fleet / 1e6),
        claim("cost-calc-train-time", "25.3", plain / fleet / day),
        claim("cost-calc-train-time", "1.12", recomputed / 1e23),
        claim("cost-calc-train-time", "2.917", recomputed / fleet / 1e6),
        claim("cost-calc-train-time", "33.8", recomputed / fleet / day),
        claim("cost-calc-train-time", "1209600", 14.0 * day),
        claim("cost-calc-train-time", "617.3", wanted),
        claim("cost-calc-train-time", "618", wanted.ceil()),
        claim("cost-calc-65b-throughput", "1814400", seconds),
        claim("cost-calc-65b-throughput", "376.8", rate),
        claim("cost-calc-65b-throughput", "377", rate),
        claim("cost-calc-65b-throughput", "3.918", 6.0 * llama / 1e11),
        claim("cost-calc-65b-throughput", "1.476", 6.0 * llama * rate / 1e14),
        claim("cost-calc-65b-throughput", "1.48", 6.0 * llama * rate / 1e14),
        claim("cost-calc-65b-throughput", "47.3", 6.0 * llama * rate / peak * 100.0),
        claim("cost-calc-65b-throughput", "5.224", 8.0 * llama / 1e11),
        claim("cost-calc-65b-throughput", "1.968", 8.0 * llama * rate / 1e14),
        claim("cost-calc-65b-throughput", "63.1", 8.0 * llama * rate / peak * 100.0),
        // A single GPU, then 256, for 7 billion parameters and 10^12 tokens.
        claim("cost-essay-memory", "4.2", 6.0 * 1e12 * 7e9 / 1e22),
        claim("cost-essay-memory", "2.8", 6.0 * 1e12 * 7e9 / actual / 1e8),
        claim("cost-essay-memory", "3241", 6.0 * 1e12 * 7e9 / actual / day),
        claim("cost-essay-memory", "9", 6.0 * 1e12 * 7e9 / actual / day / 365.0),
        claim("cost-essay-memory", "13", 6.0 * 1e12 * 7e9 / (actual * 256.0) / day),
    ]
}

/// Section 6.4.4: how much memory. A gigabyte is 10^9 bytes, but where 2^30 is said.
fn memory() -> Vec<Claim> {
    let giga = 1e9;
    let gibi = f64::from(1 << 30);

    let states = |parameters: f64, gpus: f64| 16.0 * parameters / gpus;
    let inputs = |batch: f64| 2.0 * 32.0 * batch * 2048.0 * 4096.0;
    let output = |batch: f64| 12.0 * batch * 2048.0 * 32_000.0;
    let total = |gpus: f64, batch: f64| (states(6.74e9, gpus) + inputs(batch) + output(batch)) / giga + 6.0;
    let in_gibi = states(6.74e9, 2.0) / gibi + inputs(8.0) / gibi + output(8.0) / gibi + 6.0;

    vec![
        claim("cost-optimizer-share", "75", 12.0 / 16.0 * 100.0),
        claim("cost-optimizer-share", "87.5", 14.0 / 16.0 * 100.0),
        claim("cost-min-gpus", "528", states(3.3e10, 1.0) / giga),
        claim("cost-min-gpus", "6.6", states(3.3e10, 1.0) / giga / 80.0),
        claim("cost-min-gpus", "7", (states(3.3e10, 1.0) / giga / 80.0).ceil()),
        claim("cost-min-gpus", "66", 2.0 * 3.3e10 / giga),
        claim("cost-min-gpus", "132", 4.0 * 3.3e10 / giga),
        claim("cost-min-gpus", "396", 12.0 * 3.3e10 / giga),
        claim("cost-oom-remedy", "70", 54.0 + 4.0 + 6.0 + 6.0),
        claim("cost-oom-remedy", "27", 54.0 / 2.0),
        claim("cost-oom-remedy", "43", 54.0 / 2.0 + 4.0 + 6.0 + 6.0),
        claim("cost-oom-remedy", "65", 54.0 + 4.0 / 2.0 + 6.0 / 2.0 + 6.0),
        claim("cost-cloze-16p", "16", 2.0 + 2.0 + 4.0 + 4.0 + 4.0),
        claim("cost-cloze-16p", "14", 2.0 * 7e9 / giga),
        claim("cost-cloze-16p", "112", states(7e9, 1.0) / giga),
        claim("cost-cloze-16p", "8", 16.0 / 2.0),
        claim("cost-cloze-output-scores", "4", 32.0 / 8.0),
        claim("cost-cloze-output-scores", "12", 4.0 + 8.0),
        claim("cost-sa-16p", "16", 2.0 + 2.0 + 4.0 + 4.0 + 4.0),
        claim("cost-cloze-softmax", "12", 4.0 + 8.0),
        claim("cost-essay-memory", "14", 2.0 * 7e9 / giga),
        claim("cost-essay-memory", "112", states(7e9, 1.0) / giga),
        claim("cost-essay-memory", "7", states(7e9, 16.0) / giga),
        claim("cost-calc-memory", "53.92", states(6.74e9, 2.0) / giga),
        claim("cost-calc-memory", "4.29", inputs(8.0) / giga),
        claim("cost-calc-memory", "6.29", output(8.0) / giga),
        claim("cost-calc-memory", "70.5", total(2.0, 8.0)),
        claim("cost-calc-memory", "8.59", inputs(16.0) / giga),
        claim("cost-calc-memory", "12.58", output(16.0) / giga),
        claim("cost-calc-memory", "81.1", total(2.0, 16.0)),
        claim("cost-calc-memory", "26.96", states(6.74e9, 4.0) / giga),
        claim("cost-calc-memory", "54.1", total(4.0, 16.0)),
        claim("cost-calc-memory", "50.2", states(6.74e9, 2.0) / gibi),
        claim("cost-calc-memory", "4.0", inputs(8.0) / gibi),
        claim("cost-calc-memory", "5.9", output(8.0) / gibi),
        claim("cost-calc-memory", "66", in_gibi),
    ]
}
