//! The numbers on the cards of chapter 9, come by once more.

use super::{Claim, claim};

pub(super) fn claims() -> Vec<Claim> {
    let mut claims = decoding();
    claims.extend(speed());
    claims.extend(quantisation());
    claims
}

/// Probabilities of logits at a temperature.
fn softmax(logits: &[f64], temperature: f64) -> Vec<f64> {
    let sum: f64 = logits.iter().map(|l| (l / temperature).exp()).sum();
    logits.iter().map(|l| (l / temperature).exp() / sum).collect()
}

/// What the exponentials come to once the largest of them is divided out.
fn denominator(logits: &[f64], temperature: f64) -> f64 {
    logits.iter().map(|l| ((l - logits[0]) / temperature).exp()).sum()
}

/// How many tokens, most probable first, top-p sampling keeps.
fn nucleus(probabilities: &[f64], p: f64) -> f64 {
    let mut sum = 0.0;
    let before = probabilities.iter().take_while(|probability| {
        sum += **probability;
        sum < p
    });
    before.count() as f64 + 1.0
}

/// Entropy in bits.
fn entropy(probabilities: &[f64]) -> f64 {
    probabilities.iter().filter(|p| **p > 0.0).map(|p| -p * p.log2()).sum()
}

/// Section 9.1.
fn decoding() -> Vec<Claim> {
    // Top-k and top-p on given distributions.
    let five = [0.40, 0.24, 0.16, 0.12, 0.08];
    let (steep, flat) = ([0.70, 0.15, 0.08, 0.04, 0.03], [0.25, 0.22, 0.20, 0.18, 0.15]);
    // Log-probabilities over numbers of tokens.
    let normalised = |log: f64, tokens: f64| -log / tokens;
    // Logits of a token that came three times, less what the penalties take.
    let (logit, times, alpha) = (3.0, 3.0, 0.4);
    // Four logits at two temperatures.
    let logits = [2.0, 1.0, 0.0, -1.0];
    let (warm, cold) = (softmax(&logits, 1.0), softmax(&logits, 0.5));
    let sets = "dec-calc-temperature-sets";
    // A tree of two steps.
    let (a, b) = (0.5, 0.4);
    let tree = "dec-calc-beam-tree";
    vec![
        claim("dec-temperature-ratio", "4", (2.0_f64 / 0.5).exp().ln()),
        claim("dec-topk-renormalise", "0.80", five[..3].iter().sum()),
        claim("dec-topk-renormalise", "0.50", five[0] / five[..3].iter().sum::<f64>()),
        claim("dec-topk-renormalise", "0.33", 1.0 / 3.0),
        claim("dec-topp-set-size", "3", nucleus(&[0.45, 0.25, 0.15, 0.10, 0.05], 0.8)),
        claim("dec-topp-set-size", "0.70", 0.45 + 0.25),
        claim("dec-topp-set-size", "0.85", 0.45 + 0.25 + 0.15),
        claim("dec-topk-topp-figure", "2", nucleus(&steep, 0.8)),
        claim("dec-topk-topp-figure", "4", nucleus(&flat, 0.8)),
        claim("dec-topk-topp-figure", "0.85", steep[..2].iter().sum()),
        claim("dec-topk-topp-figure", "0.67", flat[..3].iter().sum()),
        claim("dec-length-normalised-pick", "1.0", normalised(-2.0, 2.0)),
        claim("dec-length-normalised-pick", "0.8", normalised(-2.4, 3.0)),
        claim("dec-length-normalised-pick", "0.7", normalised(-2.8, 4.0)),
        claim("dec-length-normalised-pick", "0.75", normalised(-4.5, 6.0)),
        claim("dec-contrastive-pick", "0.8", 0.40 / 0.50),
        claim("dec-contrastive-pick", "4", 0.16 / 0.04),
        claim("dec-contrastive-pick", "2", 0.36 / 0.18),
        claim("dec-contrastive-pick", "0.29", 0.08 / 0.28),
        claim("dec-contrastive-pick", "0.18", 0.36 - 0.18),
        claim("dec-contrastive-pick", "0.12", 0.16 - 0.04),
        claim("dec-penalty-compute", "2.6", logit - alpha),
        claim("dec-penalty-compute", "1.8", logit - alpha * times),
        claim(sets, "1.5530", denominator(&logits, 1.0)),
        claim(sets, "0.644", warm[0]),
        claim(sets, "0.237", warm[1]),
        claim(sets, "0.087", warm[2]),
        claim(sets, "0.032", warm[3]),
        claim(sets, "1.1561", denominator(&logits, 0.5)),
        claim(sets, "0.865", cold[0]),
        claim(sets, "0.731", warm[0] / (warm[0] + warm[1])),
        claim(sets, "0.881", warm[..2].iter().sum()),
        claim(sets, "0.968", warm[..3].iter().sum()),
        claim(tree, "0.200", a * 0.4),
        claim(tree, "0.20", a * 0.4),
        claim(tree, "0.175", a * 0.35),
        claim(tree, "0.125", a * 0.25),
        claim(tree, "0.360", b * 0.9),
        claim(tree, "0.36", b * 0.9),
        claim(tree, "0.024", b * 0.06),
        claim(tree, "0.016", b * 0.04),
        claim(tree, "1.8", (b * 0.9) / (a * 0.4)),
    ]
}

/// Section 9.2.
fn speed() -> Vec<Claim> {
    const KIB: f64 = 1024.0;
    const MIB: f64 = 1024.0 * KIB;
    const GIB: f64 = 1024.0 * MIB;
    // Bytes of keys and values that one token leaves in the cache.
    let cache = |layers: f64, heads: f64, head: f64, bytes: f64| 2.0 * layers * heads * head * bytes;
    let llama = |bytes: f64| cache(32.0, 1.0, 4096.0, bytes);
    let (all, grouped) = (cache(48.0, 40.0, 128.0, 2.0), cache(48.0, 8.0, 128.0, 2.0));
    let heads = "kv-calc-mha-gqa";
    // FLOPs to the byte of an (n×m)·(m×p) product of numbers of two bytes.
    let product = |n: f64, m: f64, p: f64| 2.0 * n * m * p / (2.0 * (n * m + m * p + n * p));
    // Intensities of the linear maps, constants left out.
    let linear = |hidden: f64, tokens: f64| 1.0 / (1.0 / hidden + 1.0 / tokens);
    let limit = 300e12 / 2000e9;
    let batch: f64 = 1.0 / (1.0 / limit - 1.0 / 4096.0);
    let stages = "eff-calc-intensity-stages";
    // A batch that waits for its longest request.
    let lengths = [20.0, 40.0, 60.0, 200.0];
    let (slots, used) = (4.0 * 200.0, lengths.iter().sum::<f64>());
    vec![
        claim("kv-bytes-per-token-7b", "524288", llama(2.0)),
        claim("kv-bytes-per-token-7b", "512", llama(2.0) / KIB),
        claim("kv-bytes-per-token-7b", "1024", llama(4.0) / KIB),
        claim("kv-bytes-per-token-7b", "256", llama(2.0) / 2.0 / KIB),
        claim("kv-bytes-per-token-7b", "16", llama(2.0) / 32.0 / KIB),
        claim("kv-growth-figure", "11", 3.0 + 8.0),
        claim("kv-growth-figure", "24", 3.0 * 8.0),
        claim("eff-intensity-limit-compare", "200", 400e12 / 2000e9),
        claim("eff-intensity-limit-compare", "100", 50.0 * 2000e9 / 1e12),
        claim("eff-matvec-intensity", "1", product(1.0, 4096.0, 4096.0)),
        claim("eff-matvec-intensity", "1365", product(4096.0, 4096.0, 4096.0)),
        claim("eff-matvec-intensity", "4", 4.0 * product(1.0, 4096.0, 4096.0)),
        claim("sys-batching-idle-slots", "800", slots),
        claim("sys-batching-idle-slots", "320", used),
        claim("sys-batching-idle-slots", "480", slots - used),
        claim("sys-batching-idle-slots", "60", (slots - used) / slots * 100.0),
        claim("sys-batching-idle-slots", "40", used / slots * 100.0),
        claim("sys-batching-idle-slots", "75", 3.0 / 4.0 * 100.0),
        claim("sys-batching-idle-slots", "90", (200.0 - lengths[0]) / 200.0 * 100.0),
        claim("algo-speculative-count", "4", 3.0 + 1.0),
        claim("algo-early-exit-entropy", "2", entropy(&[0.25; 4])),
        claim("algo-early-exit-entropy", "1.5", entropy(&[0.5, 0.25, 0.25, 0.0])),
        claim("algo-early-exit-entropy", "0.47", entropy(&[0.9, 0.1, 0.0, 0.0])),
        claim("kv-cloze-cache-size", "16", 512.0 * KIB * 4096.0 * 8.0 / GIB),
        claim("kv-cloze-cache-size", "2", 512.0 * KIB * 4096.0 / GIB),
        claim(heads, "983040", all),
        claim(heads, "960", all / KIB),
        claim(heads, "196608", grouped),
        claim(heads, "192", grouped / KIB),
        claim(heads, "5", all / grouped),
        claim(heads, "7864320", all * 8192.0 / KIB),
        claim(heads, "7.5", all * 8192.0 / GIB),
        claim(heads, "1.5", grouped * 8192.0 / GIB),
        claim(heads, "8.5", 64.0 * GIB / (all * 8192.0)),
        claim(heads, "42.7", 64.0 * GIB / (grouped * 8192.0)),
        claim(heads, "8", (64.0 * GIB / (all * 8192.0)).floor()),
        claim(heads, "42", (64.0 * GIB / (grouped * 8192.0)).floor()),
        claim(stages, "150", limit),
        claim(stages, "8192", 8.0 * 1024.0),
        claim(stages, "2730.7", linear(4096.0, 8.0 * 1024.0)),
        claim(stages, "8.0", linear(4096.0, 8.0)),
        claim(stages, "155.7", batch),
        claim(stages, "156", batch.ceil()),
    ]
}

/// Section 9.3.
fn quantisation() -> Vec<Claim> {
    // GB of the weights of a model.
    let weights = |parameters: f64, bits: f64| parameters * bits / 8.0 / 1e9;
    // A range onto the whole numbers of eight bits, by x/S + Z.
    let (low, high): (f64, f64) = (-1.0, 4.1);
    let scale = (high - low) / (127.0 - -128.0);
    let zero = -128.0 - low / scale;
    let (x, asymmetric) = (1.234, "quant-calc-asymmetric");
    let whole = (x / scale + zero).round();
    let back = scale * (whole - zero);
    // A matrix, its scale as a whole and that of its first column.
    let (tensor, channel) = (25.4 / 127.0, 0.254 / 127.0);
    let there = |value: f64, scale: f64| (value / scale).round();
    let again = |value: f64, scale: f64| scale * (value / scale).round();
    let matrix = "quant-calc-tensor-channel";
    let plan = "quant-essay-low-resource-plan";
    vec![
        claim("quant-weight-bytes-13b", "13", weights(13e9, 8.0)),
        claim("quant-weight-bytes-13b", "6.5", weights(13e9, 4.0)),
        claim("quant-weight-bytes-13b", "26", weights(13e9, 16.0)),
        claim("quant-weight-bytes-13b", "52", weights(13e9, 32.0)),
        claim("quant-fit-24gb", "19", 24.0 - 5.0),
        claim("quant-fit-24gb", "17", weights(34e9, 4.0)),
        claim("quant-fit-24gb", "34", weights(34e9, 8.0)),
        claim("quant-fit-24gb", "68", weights(34e9, 16.0)),
        claim("quant-zero-point-find", "98", 128.0 + -1.2 / 0.04),
        claim("quant-zero-point-find", "158", 128.0 - -1.2 / 0.04),
        claim("quant-dequant-error", "12.6", 0.63 / 0.05),
        claim("quant-dequant-error", "0.65", again(0.63, 0.05)),
        claim("quant-dequant-error", "0.02", (0.63 - again(0.63, 0.05)).abs()),
        claim("quant-dequant-error", "0.03", 0.63 - 0.05 * (0.63_f64 / 0.05).floor()),
        claim("quant-dequant-error", "0.025", 0.05 / 2.0),
        claim("quant-group-bits", "0.125", 16.0 / 128.0),
        claim("quant-group-bits", "4.125", 4.0 + 16.0 / 128.0),
        claim("quant-group-bits", "4.5", 4.0 + 16.0 / 32.0),
        claim("quant-sa-granularity", "0.125", 16.0 / 128.0),
        claim("quant-tf-int8-range", "256", 127.0 - -128.0 + 1.0),
        claim("quant-cloze-7b-int4", "14", weights(7e9, 16.0)),
        claim("quant-cloze-7b-int4", "7", weights(7e9, 8.0)),
        claim("quant-cloze-7b-int4", "3.5", weights(7e9, 4.0)),
        claim(plan, "130", weights(65e9, 16.0)),
        claim(plan, "65", weights(65e9, 8.0)),
        claim(plan, "32.5", weights(65e9, 4.0)),
        claim(asymmetric, "5.1", high - low),
        claim(asymmetric, "0.02", scale),
        claim(asymmetric, "78", -zero),
        claim(asymmetric, "127", high / scale + zero),
        claim(asymmetric, "16.3", -(x / scale + zero)),
        claim(asymmetric, "16", -whole),
        claim(asymmetric, "1.24", back),
        claim(asymmetric, "0.006", (x - back).abs()),
        claim(asymmetric, "0.01", scale / 2.0),
        claim(matrix, "0.2", tensor),
        claim(matrix, "0.002", channel),
        claim(matrix, "1.27", 0.254 / tensor),
        claim(matrix, "1.3", 0.254 / tensor),
        claim(matrix, "1", there(0.254, tensor)),
        claim(matrix, "0.35", 0.07 / tensor),
        claim(matrix, "0", there(0.07, tensor)),
        claim(matrix, "60", -there(-12.0, tensor)),
        claim(matrix, "25.4", again(25.4, tensor)),
        claim(matrix, "12", -again(-12.0, tensor)),
        claim(matrix, "127", there(0.254, channel)),
        claim(matrix, "35", there(0.07, channel)),
        claim(matrix, "0.07", (0.07 - again(0.07, tensor)).abs()),
    ]
}
