//! The numbers on the cards of chapter 6, section 6.3, come by once more.

use super::{Claim, claim};

pub(super) fn claims() -> Vec<Claim> {
    [parallelism(), pipelines(), zero(), recomputation(), formats()].into_iter().flatten().collect()
}

/// Products of ways, and the batch that they come to.
fn parallelism() -> Vec<Claim> {
    let (machines, per_machine) = (8.0, 8.0);
    let (data, tensor, pipeline) = (8.0, 4.0, 12.0);
    let (gpus, tensor_ways, pipeline_ways, deeper) = (512.0, 8.0, 8.0, 16.0);
    let (micro_batch, micro_batches, length) = (2.0, 32.0, 2048.0);
    let (copy, deeper_copy) = (tensor_ways * pipeline_ways, tensor_ways * deeper);
    let batch = micro_batch * micro_batches * (gpus / copy);
    vec![
        claim("dp-add-gpus", "4", 32.0 / 8.0),
        // Micro-batch, accumulated 8 times, on 16 ways; and each of the slips.
        claim("accumulation-effective-batch", "512", 4.0 * 8.0 * 16.0),
        claim("accumulation-effective-batch", "32", 4.0 * 8.0),
        claim("accumulation-effective-batch", "64", 4.0 * 16.0),
        claim("accumulation-effective-batch", "128", 8.0 * 16.0),
        claim("bloom-gpus-per-copy", "48", tensor * pipeline),
        claim("bloom-gpus-per-copy", "384", data * tensor * pipeline),
        claim("bloom-gpus-per-copy", "32", data * tensor),
        claim("bloom-gpus-per-copy", "96", data * pipeline),
        claim("bloom-pipeline-cloze", "12", 384.0 / (data * tensor)),
        claim("three-d-essay", "384", data * tensor * pipeline),
        claim("three-d-essay", "48", tensor * pipeline),
        claim("three-d-plan-calc", "64", copy),
        claim("three-d-plan-calc", "8", gpus / copy),
        claim("three-d-plan-calc", "512", batch),
        claim("three-d-plan-calc", "1048576", batch * length),
        claim("three-d-plan-calc", "105", batch * length / 1e4),
        claim("three-d-plan-calc", "17.9", 100.0 * bubble(pipeline_ways, micro_batches)),
        claim("three-d-plan-calc", "128", deeper_copy),
        claim("three-d-plan-calc", "4", gpus / deeper_copy),
        claim("three-d-plan-calc", "31.9", 100.0 * bubble(deeper, micro_batches)),
        claim("three-d-plan-calc", "256", micro_batch * micro_batches * (gpus / deeper_copy)),
        // 8 ways of tensor, 2 of pipeline and 4 of data parallelism are all the GPUs.
        claim("scale-plan-essay", "64", machines * per_machine),
        claim("scale-plan-essay", "64", 8.0 * 2.0 * 4.0),
    ]
}

/// GPipe: of a pipeline of so many stages, the share of time that is bubble.
fn bubble(stages: f64, micro_batches: f64) -> f64 {
    (stages - 1.0) / (micro_batches + stages - 1.0)
}

/// The fewest micro-batches with which at most `share` is bubble.
fn fewest(stages: f64, share: f64) -> f64 {
    ((stages - 1.0) / share - (stages - 1.0) - 1e-9).ceil()
}

fn pipelines() -> Vec<Claim> {
    vec![
        claim("pp-bubble-share", "20", 100.0 * bubble(4.0, 12.0)),
        // The slips: idle over busy time, stages over micro-batches, the busy share.
        claim("pp-bubble-share", "25", 100.0 * 3.0 / 12.0),
        claim("pp-bubble-share", "33", 100.0 * 4.0 / 12.0),
        claim("pp-bubble-share", "80", 100.0 * (1.0 - bubble(4.0, 12.0))),
        claim("pp-bubble-min-microbatches", "63", fewest(8.0, 0.1)),
        claim("pp-bubble-min-microbatches", "50", 100.0 * bubble(8.0, 7.0)),
        claim("pp-bubble-min-microbatches", "56", 8.0 * (8.0 - 1.0)),
        claim("pp-bubble-min-microbatches", "11.1", 100.0 * bubble(8.0, 56.0)),
        claim("pp-bubble-min-microbatches", "70", 7.0 / 0.1),
        claim("pp-bubble-share-cloze", "10", 100.0 * bubble(6.0, 45.0)),
        claim("pp-bubble-share-cloze", "11.1", 100.0 * 5.0 / 45.0),
        claim("pp-bubble-calc", "75.0", 100.0 * bubble(4.0, 1.0)),
        claim("pp-bubble-calc", "42.9", 100.0 * bubble(4.0, 4.0)),
        claim("pp-bubble-calc", "8.6", 100.0 * bubble(4.0, 32.0)),
        claim("pp-bubble-calc", "57", fewest(4.0, 0.05)),
        claim("pp-bubble-calc", "60", 3.0 / 0.05),
    ]
}

/// Bytes of model state on a GPU, of `p` parameters on `n` GPUs with ZeRO of the stage.
fn state(stage: u8, p: f64, n: f64) -> f64 {
    match stage {
        0 => 16.0 * p,
        1 => 4.0 * p + 12.0 * p / n,
        2 => 2.0 * p + 14.0 * p / n,
        _ => 16.0 * p / n,
    }
}

fn zero() -> Vec<Claim> {
    let gb = |stage, p, n| state(stage, p, n) / 1e9;
    // A parameter's 16-bit value and gradient, 32-bit copy, momentum and variance.
    let (half, single) = (2.0, 4.0);
    let optimizer = 3.0 * single;
    // 30 billion parameters in 16 parts: 8 tensor ways by 2 stages.
    let part = 30e9 / (8.0 * 2.0);
    vec![
        claim("state-bytes-cloze", "16", 2.0 * half + optimizer),
        claim("state-bytes-cloze", "12", optimizer),
        claim("adam-32bit-multi", "16", 2.0 * half + optimizer),
        claim("adam-32bit-multi", "12", optimizer),
        claim("model-state-13b", "208", gb(0, 13e9, 1.0)),
        claim("model-state-13b", "26", half * 13.0),
        claim("model-state-13b", "52", 2.0 * half * 13.0),
        claim("model-state-13b", "156", optimizer * 13.0),
        claim("zero-min-stage-fit", "320", gb(0, 20e9, 16.0)),
        claim("zero-min-stage-fit", "95", gb(1, 20e9, 16.0)),
        claim("zero-min-stage-fit", "57.5", gb(2, 20e9, 16.0)),
        claim("zero-min-stage-fit", "20", gb(3, 20e9, 16.0)),
        claim("zero-3-memory-cloze", "20", gb(3, 10e9, 8.0)),
        claim("zero-3-memory-cloze", "160", gb(0, 10e9, 8.0)),
        // Data parallelism moves twice the parameters, the third stage three times.
        claim("zero-3-extra-comm", "50", 100.0 * (3.0 - 2.0) / 2.0),
        claim("zero-comm-bytes", "42", 28.0 * 3.0 / 2.0),
        claim("zero-comm-bytes", "14", 28.0 / 2.0),
        claim("zero-stages-sa", "7", state(1, 1.0, 4.0)),
        claim("zero-stages-sa", "5.5", state(2, 1.0, 4.0)),
        claim("zero-stages-sa", "4", state(3, 1.0, 4.0)),
        claim("zero-8b-calc", "128", gb(0, 8e9, 16.0)),
        claim("zero-8b-calc", "38", gb(1, 8e9, 16.0)),
        claim("zero-8b-calc", "23", gb(2, 8e9, 16.0)),
        claim("zero-8b-calc", "8", gb(3, 8e9, 16.0)),
        claim("zero-8b-calc", "32", 4.0 * 8.0),
        claim("zero-8b-calc", "96", 12.0 * 8.0),
        claim("zero-8b-calc", "112", 14.0 * 8.0),
        claim("zero-8b-calc", "35", gb(1, 8e9, 32.0)),
        claim("zero-8b-calc", "4", gb(3, 8e9, 32.0)),
        claim("zero-8b-calc", "7.9", 100.0 * (1.0 - gb(1, 8e9, 32.0) / gb(1, 8e9, 16.0))),
        claim("zero-8b-calc", "50.0", 100.0 * (1.0 - gb(3, 8e9, 32.0) / gb(3, 8e9, 16.0))),
        claim("zero-30b-fit-calc", "125.625", gb(1, 30e9, 64.0)),
        claim("zero-30b-fit-calc", "125.6", gb(1, 30e9, 64.0)),
        claim("zero-30b-fit-calc", "66.5625", gb(2, 30e9, 64.0)),
        claim("zero-30b-fit-calc", "66.6", gb(2, 30e9, 64.0)),
        claim("zero-30b-fit-calc", "7.5", gb(3, 30e9, 64.0)),
        claim("zero-30b-fit-calc", "120", 4.0 * 30.0),
        claim("zero-30b-fit-calc", "360", 12.0 * 30.0),
        claim("zero-30b-fit-calc", "420", 14.0 * 30.0),
        claim("zero-30b-fit-calc", "480", gb(0, 30e9, 64.0)),
        claim("zero-30b-fit-calc", "60", 2.0 * 30.0),
        claim("zero-30b-fit-calc", "8", gb(0, 30e9, 1.0) / 60.0),
        claim("scale-plan-essay", "480", gb(0, 30e9, 1.0)),
        claim("scale-plan-essay", "18.75", part / 1e8),
        claim("scale-plan-essay", "1.875", part / 1e9),
        claim("scale-plan-essay", "30", gb(0, part, 4.0)),
        claim("scale-plan-essay", "13.125", gb(1, part, 4.0)),
        claim("scale-plan-essay", "7.5", gb(3, 30e9, 64.0)),
    ]
}

fn recomputation() -> Vec<Claim> {
    // A forward pass takes 2CP, a backward pass twice that; one more forward pass makes 8CP.
    let (forward, backward) = (2.0, 4.0);
    let (before, after) = (forward + backward, 2.0 * forward + backward);
    let (parameters, tokens) = (13e9, 2e12);
    let (layers, hidden, vocabulary, batch, length) = (40.0, 5120.0, 32000.0, 8.0, 2048.0);
    let inputs = 2.0 * layers * batch * length * hidden;
    let output = 4.0 * batch * length * vocabulary;
    let gib = f64::from(1 << 30);
    vec![
        claim("recompute-flops-ratio", "33", 100.0 * (after - before) / before),
        claim("recompute-flops-ratio", "25", 100.0 * (after - before) / after),
        claim("recompute-flops-ratio", "50", 100.0 * forward / backward),
        claim("recompute-flops-ratio", "100", 100.0 * forward / forward),
        claim("recompute-flops-cloze", "8", after),
        // B × T × H numbers of 16 bits.
        claim("recompute-input-bytes-cloze", "2", 16.0 / 8.0),
        claim("recompute-calc", "1.56", before * tokens * parameters / 1e23),
        claim("recompute-calc", "2.08", after * tokens * parameters / 1e23),
        claim("recompute-calc", "33.3", 100.0 * (after - before) / before),
        claim("recompute-calc", "6.71", inputs / 1e9),
        claim("recompute-calc", "2.10", output / 1e9),
        claim("recompute-calc", "8.81", (inputs + output) / 1e9),
        claim("recompute-calc", "6.25", inputs / gib),
        claim("recompute-calc", "1.95", output / gib),
        claim("recompute-calc", "8.20", (inputs + output) / gib),
        claim("recompute-calc", "60", 45.0 * after / before),
        // Half of the layers compute their forward pass again.
        claim("recompute-calc", "52.5", 45.0 * (before + forward / 2.0) / before),
    ]
}

fn formats() -> Vec<Claim> {
    // FP16 has 5 bits of exponent, with a bias of 15, and 10 of mantissa.
    let largest = (2.0 - 2f64.powi(-10)) * 2f64.powi(30 - 15);
    // BF16 has 7 bits of mantissa: from 1 to 2 its numbers are this far apart.
    let spacing = 2f64.powi(-7);
    let lost = (0..100).fold(1.0_f64, |value, _| ((value + 0.001) / spacing).round() * spacing);
    vec![
        claim("fp16-max-cloze", "65504", largest),
        claim("fp16-max-cloze", "6.55", largest / 1e4),
        claim("bf16-fp16-multi", "65504", largest),
        claim("bf16-fp16-sa", "65504", largest),
        claim("fp16-range-tf", "65504", largest),
        claim("bf16-lost-update", "1.00", lost),
        claim("bf16-lost-update", "1.10", 1.0 + 100.0 * 0.001),
        claim("bf16-lost-update", "1.39", 1.0 + 100.0 * spacing / 2.0),
        claim("bf16-lost-update", "1.78", 1.0 + 100.0 * spacing),
        claim("bf16-lost-update", "0.0078", spacing),
        claim("bf16-lost-update", "0.0039", spacing / 2.0),
    ]
}
