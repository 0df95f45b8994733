//! Drawing the forms of an exam: `cargo bench --bench assemble`.
//!
//! The goals, for a bank that is loaded: a form of 38 items with quotas for twelve chapters and shares for three levels of difficulty from
//! 100,000 cards in 10 ms, 200 of them with a cap on what they share in 2 s, and the word on what is missing in 100 ms.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod banks;

use cardpress::bank::Bank;
use cardpress::blueprint::{Blueprint, FormName};
use cardpress::form::assemble;
use cardpress::source::Sources;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

/// 38 items worth 100 points, of each of twelve chapters two to six, and of each level a share. `exam` and `rules` are lines more.
fn demanding(forms: usize, exam: &str, rules: &str) -> Blueprint {
    let mut text = format!("[exam]\ntitle = \"大考\"\nminutes = 120\nseed = 1\nforms = [\"A\"]\n{exam}\n");
    for (kind, count, points) in
        [("single-choice", 15, 2), ("multiple-choice", 5, 2), ("true-false", 8, 1), ("cloze", 6, 2), ("term", 4, 10)]
    {
        let _ = write!(text, "[[section]]\ntype = \"{kind}\"\ncount = {count}\npoints = {points}\n");
    }
    text += "[difficulty]\neasy = \"50-75%\"\nmedium = \"20-40%\"\nhard = \"5-15%\"\n[chapters]\n";
    for chapter in 1..=12 {
        let _ = writeln!(text, "ch{chapter:03} = {{ min = 2, max = 6 }}");
    }
    text += rules;
    let mut sources = Sources::default();
    let source = sources.add("demanding.toml", &text);
    let mut blueprint = Blueprint::read(&sources, source).blueprint.expect("no errors");
    blueprint.exam.forms = FormName::series(forms);
    blueprint
}

fn assembling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("assemble");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(4));
    let mut case = |name: &str, bank: &Bank, blueprint: &Blueprint, possible: bool| {
        group.bench_with_input(BenchmarkId::new(name, blueprint.exam.forms.len()), blueprint, |bencher, blueprint| {
            let assembled = assemble(bank, blueprint, &[]);
            assert_eq!(!assembled.forms.is_empty(), possible, "{name}: {:?}", assembled.diagnostics);
            bencher.iter_with_large_drop(|| assemble(black_box(bank), black_box(blueprint), &[]));
        });
    };
    let shipped = banks::shipped();
    case("forms of the shipped bank", &shipped, &banks::mock_exam(&shipped, 2), true);
    case("forms of the shipped bank", &shipped, &banks::mock_exam(&shipped, 100), true);
    let large = banks::synthetic(100_000);
    case("forms of 100000 cards", &large, &banks::mock_exam(&large, 1), true);
    case("forms with quotas", &large, &demanding(1, "", ""), true);
    case("forms with quotas and balance", &large, &demanding(1, "", "[rules]\nbalance_keys = true\n"), true);
    let capped = "overlap = { max = \"10%\" }";
    case("forms with quotas and a cap", &large, &demanding(200, capped, ""), true);
    let few: Vec<String> = (1..=12).map(|chapter| format!("\"section:{chapter}.1\"")).collect();
    let few = format!("[rules]\nonly = [{}]\n", few.join(", "));
    case("forms with quotas that repeat cards", &large, &demanding(100, "", &few), true);
    let most = "overlap = { max = \"10%\" }\nsampling = \"uniform\"";
    case("forms with quotas, uniformly", &large, &demanding(1, most, ""), true);
    // Twelve quotas want 48 of 38 items; then the chapters alone cannot hold the shares.
    let much = "ch013 = { min = 14 }\nch014 = { min = 14 }\n";
    case("forms that cannot be, of many cards", &large, &demanding(1, "", much), false);
    let hard = "[rules]\nexclude = [\"chapter:ch003\", \"chapter:ch007\"]\n";
    case("forms that cannot be, without two chapters", &large, &demanding(1, "", hard), false);
    let mut apart = banks::mock_exam(&shipped, 8);
    apart.exam.overlap.max = demanding(1, capped, "").exam.overlap.max;
    case("forms that cannot be so far apart", &shipped, &apart, false);
}

criterion_group!(benches, assembling);
criterion_main!(benches);
