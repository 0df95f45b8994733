//! Drawing the forms of an exam: `cargo bench --bench assemble`.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod banks;

use cardpress::form::assemble;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;

fn assembling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("assemble");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(4));
    let shipped = banks::shipped();
    let mut case = |name: &str, bank, forms| {
        let blueprint = banks::mock_exam(bank, forms);
        banks::draw(bank, &blueprint);
        group.bench_with_input(BenchmarkId::new(name, forms), &blueprint, |bencher, blueprint| {
            bencher.iter_with_large_drop(|| assemble(black_box(bank), black_box(blueprint), &[]));
        });
    };
    case("forms of the shipped bank", &shipped, 2);
    case("forms of the shipped bank", &shipped, 100);
    case("forms of 100000 cards", &banks::synthetic(100_000), 1);
}

criterion_group!(benches, assembling);
criterion_main!(benches);
