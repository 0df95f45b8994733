//! Planning a deck and writing its package, as in a first build, and comparing it with that package: `cargo bench --bench deck`.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod banks;

use cardpress::export::anki::diff::diff;
use cardpress::export::anki::read::OldPackage;
use cardpress::export::anki::{MediaDigests, NoteTypes, Planner, package, plan};
use cardpress::lock::Lock;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::io::Cursor;
use std::time::Duration;

/// When the decks are built, in seconds since 1970 UTC.
const NOW: i64 = 1_767_225_600;

fn deck(criterion: &mut Criterion) {
    let (types, digests) = (NoteTypes::builtin(), MediaDigests::default());
    let lock = Lock::default();
    let mut group = criterion.benchmark_group("deck");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(4));
    for notes in [1_000, 10_000, 100_000] {
        let bank = banks::synthetic(notes);
        group.throughput(Throughput::Elements(notes as u64));
        group.bench_with_input(BenchmarkId::new("plan", notes), &bank, |bencher, bank| {
            bencher.iter_with_large_drop(|| plan(black_box(bank), &lock, &types, &digests, NOW));
        });
        let planner = Planner::new(&bank, &lock, &types, &digests, NOW);
        let packed = || {
            let mut bytes = Vec::new();
            let (plan, _) = package(&planner, &[], &mut bytes).expect("a package");
            (plan, bytes)
        };
        group.bench_function(BenchmarkId::new("plan and package", notes), |bencher| {
            bencher.iter_with_large_drop(packed);
        });
        let (plan, older) = packed();
        let read = || OldPackage::read(Cursor::new(black_box(&*older))).expect("a package");
        group.bench_function(BenchmarkId::new("read", notes), |bencher| {
            bencher.iter_with_large_drop(read);
        });
        let mut old = read();
        group.bench_with_input(BenchmarkId::new("diff", notes), &plan, |bencher, plan| {
            bencher.iter(|| {
                let diff = diff(black_box(plan), &[], &mut old).expect("a sound package");
                assert_eq!(diff.unchanged, notes);
            });
        });
    }
}

criterion_group!(benches, deck);
criterion_main!(benches);
