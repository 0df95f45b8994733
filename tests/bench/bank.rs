//! Reading and checking a bank: `cargo bench --bench bank`.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod banks;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;

fn bank(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("bank");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(4));
    for cards in [1_000, 10_000, 100_000] {
        let files = banks::synthetic_files(cards);
        group.throughput(Throughput::Elements(cards as u64));
        group.bench_with_input(BenchmarkId::new("load", cards), files.path(), |bencher, folder| {
            bencher.iter_with_large_drop(|| banks::read(black_box(folder)));
        });
    }
}

criterion_group!(benches, bank);
criterion_main!(benches);
