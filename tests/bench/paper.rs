//! One paper with its key, on one thread: `cargo bench --bench paper`. Formulas are set once before, as for all forms but the first.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod banks;

use cardpress::bank::Bank;
use cardpress::blueprint::Blueprint;
use cardpress::export::pdf::{Stamp, pdf};
use cardpress::fonts::Fonts;
use cardpress::form::Form;
use cardpress::math;
use cardpress::paper::style::PaperStyle;
use cardpress::paper::{Job, answer_key, exam_paper};
use cardpress::typeset::display::Document;
use cardpress::typeset::{Pictures, Setter};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

/// What the forms of an exam are set from.
struct Desk {
    bank: Bank,
    blueprint: Blueprint,
    fingerprint: String,
    math: math::Cache,
    pictures: Pictures,
}

impl Desk {
    /// The paper and the key of a form.
    fn set(&self, form: &Form, fonts: &Fonts) -> [Document; 2] {
        let job = Job {
            bank: &self.bank,
            exam: &self.blueprint.exam,
            form,
            fingerprint: &self.fingerprint,
            style: &PaperStyle::default(),
        };
        let mut setter = Setter::new(fonts, &self.math, &self.pictures);
        [exam_paper(&job, &mut setter), answer_key(&job, &mut setter)].map(|sheet| {
            assert!(sheet.diagnostics.is_empty(), "{:?}", sheet.diagnostics);
            sheet.document
        })
    }
}

fn paper(criterion: &mut Criterion) {
    let fonts = Fonts::bundled();
    let bank = banks::shipped();
    let blueprint = banks::mock_exam(&bank, 1);
    let form = banks::draw(&bank, &blueprint).swap_remove(0);
    let (math, pictures) = (math::Cache::default(), Pictures::new());
    let desk = Desk { fingerprint: bank.fingerprint(), bank, blueprint, math, pictures };
    let documents = desk.set(&form, &fonts);

    let mut group = criterion.benchmark_group("paper and key");
    group.sample_size(30);
    group.bench_function("set", |bencher| {
        bencher.iter_with_large_drop(|| desk.set(black_box(&form), &fonts));
    });
    let written =
        |document: &Document| pdf(black_box(document), &fonts, &Stamp::default()).expect("what was set can be written");
    group.bench_function("write PDF", |bencher| {
        bencher.iter_with_large_drop(|| documents.each_ref().map(written));
    });
    group.bench_function("set and write PDF", |bencher| {
        bencher.iter_with_large_drop(|| desk.set(black_box(&form), &fonts).each_ref().map(written));
    });
}

criterion_group!(benches, paper);
criterion_main!(benches);
