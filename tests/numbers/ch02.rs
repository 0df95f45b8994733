//! The numbers on the cards of chapter 2, come by once more.

use super::{Claim, claim};

/// The power laws of Kaplan and others (2020): the exponents, and the constants of parameters and compute.
const ALPHA_N: f64 = 0.076;
const ALPHA_D: f64 = 0.095;
const ALPHA_C: f64 = 0.050;
const N_C: f64 = 8.8e13;
const C_C: f64 = 3.1e8;

/// The loss that was fitted by Hoffmann and others (2022).
const E: f64 = 1.69;
const A: f64 = 406.4;
const B: f64 = 410.7;
const ALPHA: f64 = 0.34;
const BETA: f64 = 0.28;

/// Tokens for each parameter, by the rule of thumb.
const RATIO: f64 = 20.0;

/// By how many per cent a loss falls when its one factor grows tenfold.
fn tenfold_fall(exponent: f64) -> f64 {
    (1.0 - 10_f64.powf(-exponent)) * 100.0
}

/// The operations of a training run.
fn flop(parameters: f64, tokens: f64) -> f64 {
    6.0 * parameters * tokens
}

/// The parameters which a budget buys at 20 tokens each: C = 6N · 20N.
fn parameters_for(budget: f64) -> f64 {
    (budget / (6.0 * RATIO)).sqrt()
}

pub(super) fn claims() -> Vec<Claim> {
    let mut claims = power_laws();
    claims.extend(compute_optimal());
    claims.extend(losses());
    claims.extend(abilities_and_models());
    claims
}

/// Section 2.2.1.
fn power_laws() -> Vec<Claim> {
    let loss = |parameters: f64| (N_C / parameters).powf(ALPHA_N);
    let loss_by_compute = |pf_days: f64| (C_C / pf_days).powf(ALPHA_C);
    let pf_day = 1e15 * 86_400.0;
    let run = flop(7.2e9, 2e12);
    vec![
        claim("scaling-km-tenfold-n", "0.84", 10_f64.powf(-ALPHA_N)),
        claim("scaling-km-tenfold-n", "16", tenfold_fall(ALPHA_N)),
        claim("scaling-km-largest-drop", "16", tenfold_fall(ALPHA_N)),
        claim("scaling-km-largest-drop", "20", tenfold_fall(ALPHA_D)),
        claim("scaling-km-largest-drop", "11", tenfold_fall(ALPHA_C)),
        // k^(-0.076) = 1/2, in thousands.
        claim("scaling-km-halve-loss", "9.1", 2_f64.powf(1.0 / ALPHA_N) / 1e3),
        claim("scaling-km-optimal-data-cloze", "0.27", 1.0 - 0.73),
        claim("scaling-km-optimal-data-cloze", "5.4", 10_f64.powf(0.73)),
        claim("scaling-km-optimal-data-cloze", "1.9", 10_f64.powf(0.27)),
        claim("scaling-hundredfold-growth", "29", 100_f64.powf(0.73)),
        claim("scaling-hundredfold-growth", "3.5", 100_f64.powf(0.27)),
        claim("scaling-km-loss-calc", "2.38", loss(1e9)),
        claim("scaling-km-loss-calc", "1.99", loss(1e10)),
        claim("scaling-km-loss-calc", "0.839", loss(1e10) / loss(1e9)),
        claim("scaling-km-loss-calc", "16.1", tenfold_fall(ALPHA_N)),
        claim("scaling-km-loss-calc", "16.4", (2.38 - 1.99) / 2.38 * 100.0),
        claim("scaling-km-loss-calc", "2.3756", loss(1e9)),
        claim("scaling-km-loss-calc", "1.9943", loss(1e10)),
        claim("scaling-km-loss-calc", "10.8", loss(1e9).exp()),
        claim("scaling-km-loss-calc", "7.3", loss(1e10).exp()),
        claim("scaling-pf-days-calc", "8.64", run / 1e22),
        claim("scaling-pf-days-calc", "8.64", pf_day / 1e19),
        claim("scaling-pf-days-calc", "1000", run / pf_day),
        claim("scaling-pf-days-calc", "20", 2e16 * 86_400.0 / pf_day),
        claim("scaling-pf-days-calc", "50", run / (2e16 * 86_400.0)),
        claim("scaling-pf-days-calc", "1.88", loss_by_compute(run / pf_day)),
        claim("scaling-pf-days-calc", "1.68", loss_by_compute(10.0 * run / pf_day)),
        claim("scaling-pf-days-calc", "11", tenfold_fall(ALPHA_C)),
    ]
}

/// Section 2.2.2: how a budget is shared.
fn compute_optimal() -> Vec<Claim> {
    let (chinchilla, gopher) = ((7e10, 1.4e12), (2.8e11, 3e11));
    let gpt3 = flop(1.75e11, 3e11);
    let best = parameters_for(gpt3);
    let llama2 = 2e12 / 7e9;
    vec![
        // In units of 10^8.
        claim("scaling-ratio-3b-tokens", "600", 3e9 * RATIO / 1e8),
        claim("scaling-ratio-3b-tokens", "1.5", 3e9 / RATIO / 1e8),
        claim("scaling-training-flop", "1.2", flop(1e10, 2e11) / 1e22),
        claim("scaling-hundredfold-budget", "10", parameters_for(100.0) / parameters_for(1.0)),
        claim("scaling-chinchilla-gopher-compute", "1.17", flop(chinchilla.0, chinchilla.1) / flop(gopher.0, gopher.1)),
        claim("scaling-chinchilla-gopher-compute", "0.86", flop(gopher.0, gopher.1) / flop(chinchilla.0, chinchilla.1)),
        claim("scaling-chinchilla-gopher-compute", "0.25", chinchilla.0 / gopher.0),
        claim("scaling-chinchilla-gopher-compute", "4.67", chinchilla.1 / gopher.1),
        claim("scaling-chinchilla-gopher-sa", "1.1", gopher.1 / gopher.0),
        claim("scaling-chinchilla-gopher-sa", "20", chinchilla.1 / chinchilla.0),
        claim("scaling-llama2-ratio", "286", llama2),
        claim("scaling-llama2-ratio", "14", llama2 / RATIO),
        claim("scaling-overtrain-tf", "286", llama2),
        claim("scaling-allocation-essay", "286", llama2),
        // In units of 10^12.
        claim("scaling-chinchilla-tokens-cloze", "1.4", 7e10 * RATIO / 1e12),
        claim("scaling-budget-to-size-cloze", "50", parameters_for(3e21) / 1e8),
        claim("scaling-budget-to-size-cloze", "1000", RATIO * parameters_for(3e21) / 1e8),
        claim("scaling-gpt3-budget-calc", "1.71", 3e11 / 1.75e11),
        claim("scaling-gpt3-budget-calc", "3.15", gpt3 / 1e23),
        claim("scaling-gpt3-budget-calc", "120", 6.0 * RATIO),
        claim("scaling-gpt3-budget-calc", "5.12", best / 1e10),
        claim("scaling-gpt3-budget-calc", "512", best / 1e8),
        claim("scaling-gpt3-budget-calc", "1.02", RATIO * best / 1e12),
        claim("scaling-gpt3-budget-calc", "3.4", 1.75e11 / best),
    ]
}

/// Section 2.2.2: the loss as a sum of a term of the parameters and a term of the data.
fn losses() -> Vec<Claim> {
    let of_parameters = |parameters: f64| A / parameters.powf(ALPHA);
    let of_data = |tokens: f64| B / tokens.powf(BETA);
    let loss = |parameters: f64, tokens: f64| E + of_parameters(parameters) + of_data(tokens);
    let (a, b) = (BETA / (ALPHA + BETA), ALPHA / (ALPHA + BETA));
    let card = "scaling-chinchilla-gopher-loss-calc";
    let derived = "scaling-exponents-derive-calc";
    vec![
        claim(card, "4868", 7e10_f64.powf(ALPHA)),
        claim(card, "7799", 2.8e11_f64.powf(ALPHA)),
        claim(card, "2517", 1.4e12_f64.powf(BETA)),
        claim(card, "1635", 3e11_f64.powf(BETA)),
        claim(card, "0.083", of_parameters(7e10)),
        claim(card, "0.163", of_data(1.4e12)),
        claim(card, "0.052", of_parameters(2.8e11)),
        claim(card, "0.251", of_data(3e11)),
        claim(card, "1.94", loss(7e10, 1.4e12)),
        claim(card, "1.99", loss(2.8e11, 3e11)),
        claim(card, "5.88", flop(7e10, 1.4e12) / 1e23),
        claim(card, "5.04", flop(2.8e11, 3e11) / 1e23),
        claim(card, "0.031", of_parameters(7e10) - of_parameters(2.8e11)),
        claim(card, "0.088", of_data(3e11) - of_data(1.4e12)),
        claim("scaling-which-to-enlarge", "0.12", 0.25 * (1.0 - 10_f64.powf(-BETA))),
        claim("scaling-which-to-enlarge", "0.03", 0.05 * (1.0 - 10_f64.powf(-ALPHA))),
        claim("scaling-exponents-compare-tf", "0.45", a),
        claim("scaling-exponents-compare-tf", "0.55", b),
        claim("scaling-km-vs-chinchilla-sa", "0.45", a),
        claim("scaling-km-vs-chinchilla-sa", "0.55", b),
        claim(derived, "0.62", ALPHA + BETA),
        claim(derived, "0.45", a),
        claim(derived, "0.55", b),
        claim(derived, "8.0", 100_f64.powf(a)),
        claim(derived, "12.5", 100_f64.powf(b)),
        claim(derived, "100", 100_f64.powf(a) * 100_f64.powf(b)),
    ]
}

/// Sections 2.3 and 2.4.
fn abilities_and_models() -> Vec<Claim> {
    vec![
        claim("emergence-mirage-sa", "0.03", 0.5_f64.powi(5)),
        claim("emergence-mirage-sa", "0.33", 0.8_f64.powi(5)),
        claim("emergence-mirage-sa", "0.77", 0.95_f64.powi(5)),
        claim("emergence-multi-step-rate", "0.11", 0.8_f64.powi(10)),
        claim("emergence-multi-step-rate", "0.60", 0.95_f64.powi(10)),
        claim("gpt-growth-ratio", "117", 1750.0 / 15.0),
    ]
}
