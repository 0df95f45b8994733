//! Setting the forms of an exam, in parallel: from forms to the bytes of their files.

use crate::blueprint::Blueprint;
use crate::cli::ui::count_of;
use crate::cli::{Failure, Ready};
use crate::diag::{Code, Diagnostic, any_error};
use crate::exam_lock::Printed;
use crate::export::pdf;
use crate::export::png::Renderer;
use crate::fonts::Fonts;
use crate::form::Form;
use crate::lock::ContentHash;
use crate::markup::html::media_name;
use crate::math;
use crate::paper::sheet::answer_sheet;
use crate::paper::style::PaperStyle;
use crate::paper::{Job, answer_key, exam_paper};
use crate::typeset::picture::PictureReader;
use crate::typeset::{Pictures, Setter};
use indicatif::ProgressBar;
use rayon::prelude::*;
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The pictures on the forms, and which cannot be printed.
pub(super) fn pictures(ready: &Ready, forms: &[Form], fonts: &Fonts) -> Result<(Pictures, Vec<Diagnostic>), Failure> {
    let cards: Vec<_> = Form::cards_of(forms).map(|card| &ready.bank.cards[card]).collect();
    let files: BTreeMap<String, Vec<u8>> =
        ready.bank.pictures(cards.iter().copied())?.into_iter().map(|media| (media.name, media.bytes)).collect();
    let (mut pictures, mut diagnostics) = (Pictures::new(), Vec::new());
    // Most exams have no pictures, and then nothing is made ready for them.
    let reader = LazyCell::new(|| PictureReader::new(fonts));
    for card in cards {
        for (_, text) in card.texts() {
            text.images(|image| {
                if pictures.contains_key(&*image.path) {
                    return;
                }
                let Some(bytes) = files.get(media_name(&image.path)) else { return };
                match reader.read(bytes, &image.path) {
                    Ok(picture) => {
                        pictures.insert(image.path.to_string(), Arc::new(picture));
                    }
                    Err(error) => diagnostics.push(
                        Diagnostic::new(Code::UnprintablePicture, text.span, error.to_string())
                            .help("or leave the card out of exams with `exam = false`"),
                    ),
                }
            });
        }
    }
    Ok((pictures, diagnostics))
}

/// A form as files.
pub(super) struct Papers {
    pub(super) files: Vec<PaperFile>,
    /// Hashes of its documents.
    pub(super) printed: Printed,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// One of the files of a form.
pub(super) struct PaperFile {
    /// What its name ends with, after that of the exam: `-A.pdf`.
    pub(super) ending: String,
    pub(super) bytes: Vec<u8>,
    /// What is in it, for the list of files.
    pub(super) content: String,
}

/// What all forms of an exam are set from.
pub(super) struct Set<'a> {
    /// What its files are called.
    pub(super) name: &'a str,
    pub(super) ready: &'a Ready,
    pub(super) blueprint: &'a Blueprint,
    pub(super) style: &'a PaperStyle,
    pub(super) fonts: &'a Fonts,
    pub(super) math: &'a math::Cache,
    pub(super) pictures: &'a Pictures,
    pub(super) fingerprint: &'a str,
    /// Pixels to the inch of the pictures of pages, if there are to be any.
    pub(super) png: Option<u16>,
    pub(super) progress: &'a ProgressBar,
}

impl Set<'_> {
    /// Sets forms in parallel; what comes out does not depend on how many threads did it.
    pub(super) fn all(&self, forms: &[Form]) -> Result<Vec<Papers>, Failure> {
        let tools = || {
            let renderer = self.png.map(|resolution| Renderer::new(self.fonts, resolution));
            (Setter::new(self.fonts, self.math, self.pictures), renderer)
        };
        let one = |(setter, renderer): &mut (Setter<'_>, Option<Renderer<'_>>), form| {
            self.one(form, setter, renderer.as_mut())
        };
        let papers: Vec<_> = forms.par_iter().map_init(tools, one).collect();
        // Of several errors the first form's is said, whichever thread came first.
        papers.into_iter().collect()
    }

    fn one(
        &self,
        form: &Form,
        setter: &mut Setter<'_>,
        renderer: Option<&mut Renderer<'_>>,
    ) -> Result<Papers, Failure> {
        let job = Job {
            bank: &self.ready.bank,
            exam: &self.blueprint.exam,
            form,
            fingerprint: self.fingerprint,
            style: self.style,
        };
        let (paper, key) = (exam_paper(&job, setter), answer_key(&job, setter));
        let mut diagnostics = paper.diagnostics;
        diagnostics.extend(key.diagnostics);
        let sheet = job.exam.answer_sheet.then(|| answer_sheet(&job, self.name, setter));
        let sheet = sheet.map(|sheet| {
            diagnostics.extend(sheet.diagnostics);
            (sheet.document, sheet.geometry)
        });
        let stamp = pdf::Stamp::default();
        let bytes = |document| {
            // A page with missing characters cannot be written, and the build stops at them anyway.
            if any_error(&diagnostics) { Ok(Vec::new()) } else { pdf::pdf(document, self.fonts, &stamp) }
        };
        let name = &form.name;
        let items = form.sections.iter().map(|section| section.items.len()).sum();
        let points = form.points().to_string();
        let points = if points == "1" { "1 point".to_owned() } else { format!("{points} points") };
        let contents = format!("{}, {points}, ", count_of(items, "item"));
        let mut documents = vec![
            ("", format!("form {name}"), contents, &paper.document),
            ("-key", format!("key of form {name}"), String::new(), &key.document),
        ];
        if let Some((document, _)) = &sheet {
            documents.push(("-sheet", format!("answer sheet of form {name}"), String::new(), document));
        }
        let mut files = Vec::new();
        let mut hashes = Vec::with_capacity(documents.len());
        for (ending, what, contents, document) in &documents {
            let bytes = bytes(document)?;
            hashes.push(ContentHash::of([&bytes]));
            files.push(PaperFile {
                ending: format!("-{name}{ending}.pdf"),
                bytes,
                content: format!("{what}: {contents}{}", count_of(document.pages.len(), "page")),
            });
        }
        if let Some((_, geometry)) = &sheet {
            files.push(PaperFile {
                ending: format!("-{name}-sheet.json"),
                bytes: geometry.to_json().into_bytes(),
                content: format!("places on the answer sheet of form {name}, for readers of scans"),
            });
        }
        if let Some(renderer) = renderer.filter(|_| !any_error(&diagnostics)) {
            for (ending, what, _, document) in &documents {
                let count = document.pages.len();
                for (page, number) in document.pages.iter().zip(1..) {
                    files.push(PaperFile {
                        ending: format!("-{name}{ending}-{number}.png"),
                        bytes: renderer.page(page)?,
                        content: format!("{what}: page {number} of {count}"),
                    });
                }
            }
        }
        self.progress.inc(1);
        let printed = Printed { paper: hashes[0], key: hashes[1], sheet: hashes.get(2).copied() };
        Ok(Papers { files, printed, diagnostics })
    }
}
