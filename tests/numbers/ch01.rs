//! The numbers on the cards of the preface and of chapter 1 come by once more.

use super::{Claim, claim, claim_exact};

pub(super) fn claims() -> Vec<Claim> {
    let mut claims = training_of_gpt3();
    claims.extend(transitions());
    claims.extend(bigrams());
    claims.extend(embeddings());
    claims.extend(layout());
    claims.extend(states());
    claims
}

/// `intro-calc-gpt3-compute`: how long a laboratory, and a cluster, would train GPT-3.
fn training_of_gpt3() -> Vec<Claim> {
    let id = "intro-calc-gpt3-compute";
    let operations = 6.0 * 1.75e11 * 3e11;
    let speed = |gpus: f64| gpus * 3.12e14 * 0.4;
    let days = |gpus: f64| operations / speed(gpus) / 86_400.0;
    vec![
        claim(id, "3.15", operations / 1e23),
        claim(id, "9.984", speed(8.0) / 1e14),
        claim(id, "9.98", speed(8.0) / 1e14),
        claim(id, "3.155", operations / speed(8.0) / 1e8),
        claim(id, "3.16", operations / speed(8.0) / 1e8),
        claim(id, "3652", days(8.0)),
        claim(id, "10", days(8.0) / 365.0),
        claim(id, "128", 1024.0 / 8.0),
        claim(id, "28.5", days(1024.0)),
    ]
}

/// `slm-transition-count-calc` and the questions beside it: the terms of n-gram models.
fn transitions() -> Vec<Claim> {
    let id = "slm-transition-count-calc";
    let words = 20_000.0_f64;
    let free = words.powi(2) * (words - 1.0);
    let covered = 1e9 / words.powi(3) * 100.0;
    vec![
        claim(id, "4", words.powi(2) / 1e8),
        claim(id, "8", words.powi(3) / 1e12),
        claim(id, "20000", words.powi(3) / words.powi(2)),
        claim(id, "19999", words - 1.0),
        claim(id, "7.9996", free / 1e12),
        claim(id, "1.25", covered / 1e-2),
        claim(id, "0.0125", covered),
        // At least so many are never seen: cut off, not rounded.
        claim(id, "99.98", ((100.0 - covered) * 100.0).floor() / 100.0),
        claim_exact("slm-ngram-prefix-length", "3", 4 - 1),
    ]
}

/// `slm-bigram-mle-calc`: the counts are taken from the three sentences themselves.
fn bigrams() -> Vec<Claim> {
    let id = "slm-bigram-mle-calc";
    let corpus = [
        ["BOS", "我", "喜欢", "自然", "语言", "EOS"],
        ["BOS", "我", "喜欢", "机器", "学习", "EOS"],
        ["BOS", "我", "学习", "自然", "语言", "EOS"],
    ];
    let share = |before: &str, after: &str| {
        let (mut together, mut alone) = (0.0, 0.0);
        for pair in corpus.iter().flat_map(|sentence| sentence.windows(2)) {
            if pair[0] == before {
                alone += 1.0;
                if pair[1] == after {
                    together += 1.0;
                }
            }
        }
        (together, alone)
    };
    let probability = |words: &[&str]| -> f64 {
        words.windows(2).map(|pair| share(pair[0], pair[1])).map(|(together, alone)| together / alone).product()
    };
    vec![
        // The fractions are written as 2/3, 1/2 and 1/2: above and below the line.
        claim(id, "2", share("我", "喜欢").0),
        claim(id, "3", share("我", "喜欢").1),
        claim(id, "1", share("喜欢", "自然").0),
        claim(id, "2", share("喜欢", "自然").1),
        claim(id, "1", share("学习", "自然").0),
        claim(id, "2", share("学习", "自然").1),
        claim(id, "0.333", probability(&["BOS", "我", "喜欢", "自然", "语言", "EOS"])),
        claim(id, "0.167", probability(&["BOS", "我", "学习", "自然", "语言", "EOS"])),
        claim(id, "0", probability(&["BOS", "我", "喜欢", "学习", "EOS"])),
    ]
}

/// `nlm-embedding-params-calc`: a table of word vectors and one of one-hot vectors.
fn embeddings() -> Vec<Claim> {
    let id = "nlm-embedding-params-calc";
    let (words, width) = (50_000.0, 300.0);
    vec![
        claim(id, "1.5", words * width / 1e7),
        claim(id, "60", words * width * 4.0 / 1e6),
        claim(id, "2.5", words * words / 1e9),
        claim(id, "10", words * words * 4.0 / 1e9),
        claim(id, "166.7", words / width),
    ]
}

/// `tech-calc-3d-layout`: GPUs and samples under three kinds of parallelism.
fn layout() -> Vec<Claim> {
    let id = "tech-calc-3d-layout";
    let (tensor, pipeline, data, batch) = (8, 12, 16, 2048);
    let copy = tensor * pipeline;
    vec![
        claim_exact(id, "96", copy),
        claim_exact(id, "1536", copy * data),
        claim_exact(id, "128", batch / data),
        claim_exact(id, "8", 768 / copy),
        claim_exact(id, "256", batch / (768 / copy)),
    ]
}

/// `tech-calc-zero-saving` and `tech-distributed-memory`: model states on one GPU and on many.
fn states() -> Vec<Claim> {
    let id = "tech-calc-zero-saving";
    let (whole, gpus) = (7e9 * 16.0 / 1e9, 8.0);
    let share = whole / gpus;
    vec![
        claim(id, "112", whole),
        claim(id, "896", whole * gpus),
        claim(id, "784", whole * gpus - whole),
        claim(id, "14", share),
        claim(id, "98", whole - share),
        claim(id, "87.5", (whole - share) / whole * 100.0),
        claim(id, "9.33", whole / 12.0),
        claim(id, "10", (whole / 12.0).ceil()),
        claim(id, "12.4", whole / 9.0),
        claim("tech-distributed-memory", "200", 1e11 * 2.0 / 1e9),
        claim("tech-distributed-memory", "2.5", 1e11 * 2.0 / 1e9 / 80.0),
        claim("tech-distributed-memory", "3", (1e11_f64 * 2.0 / 1e9 / 80.0).ceil()),
        claim("tech-distributed-memory", "100", 1e11 / 1e9),
        claim("tech-distributed-memory", "400", 1e11 * 4.0 / 1e9),
        claim("tech-distributed-memory", "1600", 1e11 * 16.0 / 1e9),
    ]
}
